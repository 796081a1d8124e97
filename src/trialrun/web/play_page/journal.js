// The journal: entries as they were recorded, what of them stands as known at a time, and their text as JSON Lines.

const LARGEST = 2 ** 31; // beyond every sequence

// The first and last day that a date, perhaps known in part, can mean; null for a date that does not exist.
function boundsOf(text) {
  const found = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text ?? "");
  if (!found || +found[1] < 1) return null;
  if (found[3]) {
    const day = ordinal(text);
    return day === null ? null : [day, day];
  }
  if (!found[2]) return [dayOf(+found[1], 1, 1), dayOf(+found[1], 12, 31)];
  if (+found[2] < 1 || +found[2] > 12) return null;
  const first = dayOf(+found[1], +found[2], 1);
  return [first, add(first, 1, "months") - 1];
}

// A recorded time in milliseconds; a bare date means its first (or last) moment, a time without an offset is UTC. Null where it is no time.
function instantOf(text, endOfDay = false) {
  if (typeof text !== "string") return null;
  if (text.length === 10) text += endOfDay ? "T23:59:59.999Z" : "T00:00:00Z";
  const time = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(time) ? null : time;
}

// The entries that stand, as known at a time: corrections followed, withdrawals left out, each as { day, place, entry, partial }, in the
// order of the walk: by day, death last, then as recorded. A day known in part is walked on its middle, but not before an earlier entry of
// its period.
function whatStands(entries, knownAt = null) {
  let known = [...entries].sort((a, b) => a.sequence - b.sequence);
  if (knownAt !== null) {
    const limit = instantOf(knownAt, true);
    known = known.filter((e) => (e.recorded_at ? instantOf(e.recorded_at) : (boundsOf(e.happened_on)[0] - EPOCH) * 86400000) <= limit);
  }
  const root = new Map(), latest = new Map();
  for (const e of known) {
    const corrects = e.corrects ?? null;
    let first = corrects === null ? e.sequence : root.get(corrects) ?? corrects;
    if (corrects !== null && !latest.has(first)) first = e.sequence; // what it corrects is not in this journal: it stands by itself
    root.set(e.sequence, first);
    latest.set(first, e);
  }
  const late = (s) => Number(s.entry.event === "death");
  return [...latest]
    .filter(([, e]) => (e.corrects ?? null) === null || e.values !== null)
    .map(([place, entry]) => {
      const [first, last] = boundsOf(entry.happened_on);
      return { day: first === last ? first : dayWithin(entry, place, first, last, latest), place, entry, partial: first !== last };
    })
    .sort((a, b) => a.day - b.day || late(a) - late(b) || a.place - b.place);
}

function dayWithin(entry, place, first, last, latest) {
  let middle = first + (last - first < 31 ? 14 : 181);
  for (const [otherPlace, other] of latest) {
    const [low, high] = boundsOf(other.happened_on);
    if (other === entry || low !== high || low < first || low > last) continue;
    if (otherPlace < place || entry.event === "death") middle = Math.max(middle, low);
  }
  return middle;
}

// The journal as JSON Lines: the fields that every entry has, and those that some have.
function journalLines(study, entries) {
  const { always, where_set: some } = study.journal;
  const line = (e) => Object.fromEntries([...always.map((name) => [name, e[name] ?? null]), ...some.filter((name) => (e[name] ?? null) !== null).map((name) => [name, e[name]])]);
  return entries.map((e) => `${JSON.stringify(line(e))}\n`).join("");
}

// The entries of a JSON Lines text of one participant. Throws an Error that says the line and the cure.
function readJournal(study, text) {
  const entries = [], seen = new Set();
  text.replace(/^\uFEFF/, "").split("\n").forEach((line, i) => {
    if (!line.trim()) return;
    const entry = entryOf(study, line, `line ${i + 1}`, entries);
    if (seen.has(entry.sequence)) throw new Error(`line ${i + 1}: sequence ${entry.sequence} is there twice; a correction is a new entry with a new sequence`);
    if (entries.length && entries[0].participant !== entry.participant) {
      throw new Error(`line ${i + 1}: this journal is of several participants (${entries[0].participant}, ${entry.participant}): choose one with one`);
    }
    seen.add(entry.sequence);
    entries.push(entry);
  });
  if (!entries.length) throw new Error("this file has no entries: choose a journal, one JSON object a line");
  return entries;
}

function entryOf(study, line, place, before) {
  let data;
  try {
    data = JSON.parse(line);
  } catch {
    throw new Error(`${place} is no JSON: a journal has one JSON object a line`);
  }
  const isObject = (x) => typeof x === "object" && x !== null && !Array.isArray(x);
  if (!isObject(data)) throw new Error(`${place}: an entry is a JSON object`);
  for (const name of ["participant", "happened_on", "event"]) {
    if (typeof data[name] !== "string" || !data[name]) throw new Error(`${place}: '${name}' is missing or no text`);
  }
  const fields = [...study.journal.always, ...study.journal.where_set], unknown = Object.keys(data).find((name) => !fields.includes(name));
  if (unknown) throw new Error(`${place}: unknown field '${unknown}'; an entry has ${fields.join(", ")}`);
  if (!boundsOf(data.happened_on)) throw new Error(`${place}: '${data.happened_on}' is no date: write a day that exists as YYYY-MM-DD, or what is known of it as YYYY-MM or YYYY`);
  if (data.recorded_at && instantOf(data.recorded_at) === null) throw new Error(`${place}: recorded_at is no time: write it as 2012-04-10T08:12:44Z`);
  const corrects = data.corrects ?? null, values = data.values === undefined ? (corrects === null ? {} : null) : data.values;
  if (values !== null && !isObject(values)) throw new Error(`${place}: values are a JSON object or null`);
  const sequence = data.sequence ?? Math.max(0, ...before.map((e) => e.sequence)) + 1;
  for (const [name, number] of [["sequence", sequence], ["corrects", corrects]]) {
    if (number !== null && !(Number.isInteger(number) && number >= 1 && number < LARGEST)) throw new Error(`${place}: ${name} is a whole number from 1 to ${LARGEST - 1}`);
  }
  return { ...data, sequence, values, corrects };
}
