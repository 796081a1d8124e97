// Administrations: the due days of doses that are recorded one by one (they have a window), each given, given late, omitted or still owed.

const LOOKED_AHEAD = 62;

// The drugs of an arm that are recorded day by day.
function dayByDay(arm) {
  return [...new Set(arm.doses.filter((d) => isPlanned(d) && d.window).map((d) => d.drug))];
}

function isPlanned(dose) {
  return dose.at.length > 0 && !dose.before.length && dose.amount !== null;
}

// What became of every due day up to where a road stands, the next due day of each drug, and what was recorded for no due day.
function administered(study, arm, road) {
  const drugs = dayByDay(arm), found = drugs.map((drug) => ofDrug(study, arm, road, drug));
  const due = found.flatMap((f) => f.due).sort((a, b) => a.day - b.day || drugs.indexOf(a.drug) - drugs.indexOf(b.drug));
  return { due, beside: found.flatMap((f) => f.beside) };
}

function ofDrug(study, arm, road, drug) {
  const due = dueDays(study, arm, road, drug), given = new Map(), notGiven = new Map(), beside = [];
  for (const g of road.doses.filter((d) => d.drug === drug)) {
    if (g.given > 0) {
      const day = countsFor(due, g.day, given);
      if (day === null) beside.push(g);
      else given.set(day, g);
    } else {
      const day = inWindow(due, g.day, new Map([...given, ...notGiven]));
      if (day !== null) notGiven.set(day, g);
    }
  }
  const end = leavesOn(study, arm, road);
  const rows = due.map((d) => {
    const g = given.get(d.day) ?? notGiven.get(d.day);
    return g ? recordedDose(study, arm, road, d, g) : openDose(study, arm, road, drug, d);
  }).filter((a) => a.entry !== null || a.day <= road.on || a.day < end);
  const ahead = rows.find((a) => a.state === "planned");
  return { due: rows.filter((a) => a.state !== "planned" || a === ahead), beside };
}

// The day on which a clock leads to another phase, if nothing else happens.
function leavesOn(study, arm, road) {
  const row = arm.row(road.status), leads = (name) => row.has(name) && row.get(name)[1] >= 0 && arm.rules[row.get(name)[1]].to !== null;
  return Math.min(FAR, ...arm.pending(road.status).filter(leads).map((name) => dueDay(study, road, arm.clock[name]) ?? FAR));
}

// From which day on which status, and what stood: every turn, and every clock that came without one.
function statesOf(road) {
  const found = road.turns.map((t, n) => ({ day: t.day, place: n + 1, status: t.next, stood: t.stood }));
  for (const f of road.fired) if (f.turn) found.push({ day: f.day, place: f.turn, status: f.status, stood: road.turns[f.turn - 1].stood });
  return found.sort((a, b) => a.day - b.day || a.place - b.place);
}

function dueDays(study, arm, road, drug) {
  const states = statesOf(road), found = new Map();
  states.forEach((s, n) => {
    const stop = n + 1 < states.length ? states[n + 1].day : road.on + LOOKED_AHEAD + 1;
    for (let day = s.day; day < stop; day++) {
      const dose = dueOn(study, arm, drug, { ...s.stood, status: s.status }, day);
      if (dose) found.set(day, dueDayOf(day, dose, { ...s.stood, status: s.status }));
    }
  });
  for (const g of road.doses) {
    const dose = g.drug === drug && !found.has(g.day) ? dueOn(study, arm, drug, g.at, g.day) : null;
    if (dose) found.set(g.day, dueDayOf(g.day, dose, g.at));
  }
  return [...found.values()].sort((a, b) => a.day - b.day);
}

function dueDayOf(day, dose, at) {
  return { day, dose, at, earliest: day + opensBefore(dose.window), latest: day + dose.window.after };
}

// The dose of a drug that is due on a day and recorded by itself.
function dueOn(study, arm, drug, at, day) {
  const schedule = arm.schedules[arm.planned[at.status]].find((s) => s.drug === drug);
  const dose = schedule?.doses.map((n) => arm.doses[n]).find((d) => fallsOn(study, { ...at, day }, d, day));
  return dose && dose.window && dose.amount !== null ? dose : null;
}

function inWindow(due, day, taken) {
  const there = due.filter((d) => d.earliest <= day && day <= d.latest && !taken.has(d.day));
  return there.length ? there.reduce((a, b) => (Math.abs(b.day - day) < Math.abs(a.day - day) ? b : a)).day : null;
}

// The due day for which an amount given on a day counts: the nearest in whose window it falls, else, late, the last that has passed.
function countsFor(due, day, given) {
  const found = inWindow(due, day, given), passed = due.filter((d) => d.day <= day).at(-1);
  if (found !== null) return found;
  return passed && passed.latest < day && !given.has(passed.day) ? passed.day : null;
}

function recordedDose(study, arm, road, d, g) {
  const own = dueOn(study, arm, g.drug, g.at, d.day), dose = own ?? d.dose, due = amountOf(study, road, dose, g.entry, own ? g.at : d.at, d.day);
  const state = g.given <= 0 ? "omitted" : d.earliest <= g.day && g.day <= d.latest ? "given" : "given late";
  const reason = g.given <= 0 ? reasonOf(study, road, g.entry) : null;
  return { drug: g.drug, day: d.day, earliest: d.earliest, latest: d.latest, due, dose, state, given: g.given, on: g.day, entry: g.entry, reason };
}

function reasonOf(study, road, sequence) {
  const s = road.entries.find((x) => x.entry.sequence === sequence), item = study.form[s?.entry.event]?.items.find((m) => m.role === "reason");
  const told = item ? s.values[item.name] ?? null : null;
  return told === null ? null : String(told);
}

function openDose(study, arm, road, drug, d) {
  const n = road.entries.filter((s) => s.day <= d.day).length, known = n > 0 && n < road.entries.length ? road.entries[n - 1].entry.sequence : null;
  const due = amountOf(study, road, d.dose, known, d.at, d.day), { on } = road;
  const reason = on > d.day ? whyNotOwed(study, arm, road, drug, d) : null;
  const state = reason !== null ? "not owed" : on < d.earliest ? "planned" : on <= d.day ? "due" : on <= d.latest ? "owed" : "omitted";
  return { drug, day: d.day, earliest: d.earliest, latest: d.latest, due, dose: d.dose, state, given: null, on: null, entry: null, reason };
}

// Why a dose is not owed: something was recorded that ended or held it before its window closed, or the participant was lost.
function whyNotOwed(study, arm, road, drug, d) {
  const phases = new Set(arm.doses.filter((x) => x.drug === drug && isPlanned(x)).flatMap((x) => x.at));
  const left = road.turns.find((t) => t.entry !== null && phases.has(t.before) && !phases.has(t.after) && d.day < t.day && t.day <= d.latest);
  if (left) return arm.rules[left.rule].words;
  return absencesOf(study, road).some(([low, high]) => low <= d.latest && d.day < high) ? "not owed while lost to follow-up" : null;
}

function administrationSaid(a) {
  return {
    drug: a.drug, due: iso(a.day), earliest: iso(a.earliest), latest: iso(a.latest), amount: a.due.value, unit: a.dose.unit, state: a.state,
    given: a.given, on: iso(a.on), entry: a.entry, reason: a.reason, source: firstSource(a.dose.source),
  };
}

function amountSaid(due, unit) {
  return due.missing.length ? `not known before ${due.missing.join(", ")} is recorded` : due.value === null ? "none" : `${short(due.value)} ${unit}`;
}

// What one due day of a dose deviates in: omitted, late, or another amount.
function noteAdministered(a, note) {
  const { source } = a.dose, due = `${a.drug} ${amountSaid(a.due, a.dose.unit)}, due on ${iso(a.day)},`;
  if (a.state === "omitted" && a.on !== null) note(a.on, "omitted dose", `${due} was not given${a.reason ? `: ${a.reason}` : ""}`, source, "shown", a.entry);
  else if (a.state === "omitted") note(a.latest + 1, "omitted dose", `${due} is not recorded by ${iso(a.latest)}`, source, "shown");
  else if (a.on !== null) {
    if (a.state === "given late") note(a.on, "late dose", `${due} was given on ${iso(a.on)}, window ${iso(a.earliest)} to ${iso(a.latest)}`, source, "shown", a.entry);
    if (a.due.value !== a.given) note(a.on, "wrong dose", `given ${short(a.given)} of ${a.drug}, planned ${amountSaid(a.due, a.dose.unit)}`, source, "breach", a.entry);
  }
}
