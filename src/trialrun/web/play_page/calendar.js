// Calendar spans: days, weeks and calendar months added to a day; a day is a whole number, 1 on 1 January of the year 1.

const EPOCH = 719163; // the day number of 1 January 1970
const FAR = 1 << 30; // a day that never comes

function dayOf(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return Math.round(date.getTime() / 86400000) + EPOCH;
}

function partsOf(day) {
  const date = new Date((day - EPOCH) * 86400000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), weekday: date.getUTCDay() };
}

function iso(day) {
  if (day === null || day === undefined) return null;
  const { year, month, day: d } = partsOf(day);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(d).padStart(2, "0")}`;
}

// YYYY-MM-DD as a day number, null for what is no day that exists.
function ordinal(text) {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!found) return null;
  const day = dayOf(+found[1], +found[2], +found[3]);
  return iso(day) === text ? day : null;
}

// A month's end rounds down to the last day of a shorter month; hours and minutes count their whole days.
function add(day, n, unit) {
  if (unit === "hours" || unit === "minutes") return day + Math.floor((n * (unit === "hours" ? 60 : 1)) / 1440);
  if (unit === "days") return day + n;
  if (unit === "weeks") return day + 7 * n;
  const from = partsOf(day), month = from.month + n * (unit === "years" ? 12 : 1); // a month beyond December is one of a later year
  const last = dayOf(from.year, month + 1, 1) - dayOf(from.year, month, 1);
  return dayOf(from.year, month, Math.min(from.day, last));
}
