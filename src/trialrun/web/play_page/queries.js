// Queries: questions to the site about what is recorded. What is implausible is taken and queried; a query never changes the walk.

const TIME_OF_DAY = /^(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?$/;

// Every question about a participant, by entry: about the entries that stand on the road, and about the journal as known at a time.
function queriesOf(study, road, entries, knownAt) {
  const days = new Map(road.entries.map((s) => [s.entry.sequence, s.day])), found = [];
  const ask = (e, item, kind, says) => found.push({ entry: e.sequence, on: iso(days.get(e.sequence)), event: e.event, item, kind, says });
  askOfDates(study, road, ask);
  for (const s of road.entries) {
    const form = study.form[s.entry.event];
    if (form) {
      askOfValues(study, form, s, road.screened, ask);
      askOfRows(form, s, ask);
    } else ask(s.entry, "", "unknown event", unknownEvent(study, s.entry));
    askOfPlace(study, road, s, ask);
  }
  const unknown = new Set(found.filter((q) => q.kind === "unknown class").map((q) => q.entry));
  askOfOverruled(study, road, (e, ...rest) => unknown.has(e.sequence) || ask(e, ...rest));
  askOfEnds(study, road, ask);
  askOfBeyond(road, ask);
  askOfChecks(study, road, ask);
  askOfJournal(study, road.on, entries, knownAt, ask);
  return found.sort((a, b) => a.entry - b.entry);
}

function unknownEvent(study, e) {
  const names = study.forms.map((f) => f.entry), near = nearest(e.event, names);
  return `the study ${study.name} has no entry ${quoted(e.event)}: ${near === null ? `the study has ${names.join(", ")}` : `did you mean ${quoted(near)}?`}`;
}

function askOfDates(study, road, ask) {
  for (const s of road.entries) {
    const e = s.entry, which = study.atFirst.has(e.event) ? "first" : "last";
    const why = s.first === s.last ? "the only day that it could be" : `the ${which} day that it could be (from ${iso(s.first)} to ${iso(s.last)})`;
    if (s.partial) ask(e, "happened_on", "partial date", `${e.happened_on} is known in part: ${iso(s.day)} is assumed, ${why}; record the day where it is known`);
    if (!e.recorded_at) continue;
    const told = localDay(e.recorded_at) + (e.recorded_at.length > 10 && "+-".includes(e.recorded_at.at(-6)) ? 0 : 1);
    if (boundsOf(e.happened_on)[0] > told) ask(e, "happened_on", "dated ahead", `it happened on ${e.happened_on} and was recorded on ${e.recorded_at.slice(0, 10)}: confirm the date`);
  }
}

function askOfValues(study, form, s, screened, ask) {
  const e = s.entry, unread = new Set(s.unread.flatMap((u) => [u.item, u.item.replaceAll(" ", "_")]));
  const item = (name) => form.items.find((m) => m.name === name), classified = study.form[study.overriding[e.event]]?.classified;
  for (const u of s.unread) ask(e, u.item, u.kind, u.says || noItem(form, u.item));
  const beside = { ...screened, ...toldBy(s) }, hidden = notAsked(form, beside);
  for (const name of neededOn(form, beside)) {
    if ((toldBy(s)[name] ?? null) === null && !unread.has(name)) ask(e, name, "missing", `${item(name).label} is required and not recorded`);
  }
  for (const [name, value] of Object.entries(s.values)) {
    const m = expectedOn(form, item(name), beside), tooLow = m.low !== null && value < m.low, tooHigh = m.high !== null && value > m.high;
    if (value === null) continue;
    if (hidden.has(name)) ask(e, name, "not asked", `${m.label} ${quoted(value)} is recorded where it is not asked: confirm it, or take it out`);
    if (m.codes.length && !m.codes.includes(String(value))) ask(e, name, "implausible", `${m.label} ${quoted(value)} is none of ${m.codes.join(", ")}: confirm it`);
    else if (typeof value === "number" && (tooLow || tooHigh)) ask(e, name, "implausible", `${m.label} ${short(value)} is outside ${rangeOf(m)}: confirm it`);
    else if (classified === name && !Object.hasOwn(study.class_words, plainWord(value))) ask(e, name, "unknown class", noClass(study, m, String(value)));
  }
}

// What is implausible or too much in the rows of an entry's groups.
function askOfRows(form, s, ask) {
  const e = s.entry;
  for (const g of form.groups) {
    (s.rows[g.name] ?? []).forEach((row, i) => {
      for (const m of g.items) {
        const value = row[m.name] ?? null, odd = typeof value === "number" && ((m.low !== null && value < m.low) || (m.high !== null && value > m.high));
        if (m.codes.length && value !== null && !m.codes.includes(String(value))) ask(e, g.name, "implausible", `row ${i + 1}: ${m.label} ${quoted(value)} is none of ${m.codes.join(", ")}: confirm it`);
        else if (odd) ask(e, g.name, "implausible", `row ${i + 1}: ${m.label} ${short(value)} is outside ${rangeOf(m)}: confirm it`);
      }
    });
    const n = (s.rows[g.name] ?? []).length;
    if (g.up_to !== null && n > g.up_to) ask(e, g.name, "implausible", `${n} rows, and ${g.up_to} at most are expected: confirm them`);
  }
}

// What must hold of an entry beside what was recorded before it, and surely does not.
function askOfChecks(study, road, ask) {
  const last = {};
  for (const s of road.entries) {
    const form = study.form[s.entry.event];
    if (!form) continue;
    const own = new Set([...form.items.map((m) => m.name), ...form.computed]), others = Object.entries(last).filter(([name]) => !own.has(name));
    const values = { ...road.screened, ...Object.fromEntries(others), ...toldBy(s) };
    for (const k of form.checks) if (truthOf(k.if, recordedValue(values)) < UNKNOWN) ask(s.entry, "", "edit check", `${k.words} [${k.source}]: confirm what is recorded, or correct it`);
    for (const [name, value] of Object.entries(toldBy(s))) if (value !== null) last[name] = value;
  }
}

// The items that are not asked beside some values, and those that are required.
function notAsked(form, values) {
  return new Set(form.asked.filter((a) => a.kind === "shown" && truthOf(a.if, recordedValue(values)) < UNKNOWN).map((a) => a.item));
}

// An item with the plausible range that holds beside some values: its own, or the narrowest of those whose conditions hold.
function expectedOn(form, item, values) {
  const own = form.ranges.filter((x) => x.item === item.name && holdsOn(x.if, values));
  if (!own.length) return item;
  const low = own.map((x) => x.low).filter((x) => x !== null), high = own.map((x) => x.high).filter((x) => x !== null);
  return { ...item, low: low.length ? Math.max(...low) : null, high: high.length ? Math.min(...high) : null };
}

function neededOn(form, values) {
  const where = (kind, test) => form.asked.filter((a) => a.kind === kind && test(truthOf(a.if, recordedValue(values)))).map((a) => a.item);
  const hidden = new Set(where("shown", (truth) => truth <= UNKNOWN));
  return [...form.required, ...where("required", (truth) => truth > UNKNOWN)].filter((name) => !hidden.has(name));
}

function rangeOf(m) {
  return `${m.low === null ? "" : `${short(m.low)} `}${m.high === null ? "and more" : `to ${short(m.high)}`} ${m.unit}`.trim();
}

function noItem(form, name) {
  const names = form.items.map((m) => m.name), near = nearest(name, names);
  const cure = near === null ? `it has ${names.join(", ") || "no items"}` : `did you mean ${quoted(near)}?`;
  return `the form ${quoted(form.label)} has no item ${quoted(name)}, so it is kept and not used: ${cure}`;
}

function plainWord(word) {
  return folded(String(word).trim());
}

function noClass(study, m, said) {
  const words = study.class_words, labels = Object.fromEntries(study.forms.flatMap((f) => f.classes.filter((c) => c.label).map((c) => [plainWord(c.label), c.name])));
  const known = Object.keys({ ...labels, ...words }), near = nearest(plainWord(said), known) ?? nearest(plainWord(said).split(/\s+/).sort().join(" "), known);
  const meant = near === null ? null : words[near] ?? labels[near];
  const cure = meant === null ? `it knows ${[...new Set(Object.values(words))].join(", ")}` : `did you mean ${quoted(meant)}?`;
  return `${m.label} ${quoted(said)} is no class that the study knows, so no rule reads it: ${cure}`;
}

// The time of day and the visit that an entry names, where they cannot be read as such.
function askOfPlace(study, road, s, ask) {
  const e = s.entry, { visits } = study.arm[road.arm], said = visitSaidBy(study, s);
  if ((e.at ?? null) !== null && !TIME_OF_DAY.test(e.at)) ask(e, "at", "unreadable", `${quoted(e.at)} is no time of day: write it like 14:05, from 00:00 to 23:59`);
  if (!said || visitNamed(study.arm[road.arm], said)) return;
  const near = nearest(asName(said), visits.map((v) => asName(v.name))), meant = visits.find((v) => near && asName(v.name) === near);
  const cure = meant ? `did you mean ${quoted(meant.name)}?` : `it has ${visits.map((v) => v.name).join(", ") || "none"}`;
  ask(e, "visit", "unknown visit", `the study has no visit ${quoted(said)}, so it is taken as an unscheduled one: ${cure}`);
}

// Values of a day that would have moved the participant, where the investigator's own assessment of that day guards and moves nothing.
function askOfOverruled(study, road, ask) {
  const arm = study.arm[road.arm], turned = new Set(road.turns.map((t) => t.entry));
  const own = new Map(road.entries.filter((s) => study.overriding[s.entry.event]).map((s) => [`${s.day} ${study.overriding[s.entry.event]}`, s]));
  const met = (s) => road.met.find((m) => m.entry === s.entry.sequence)?.turn ?? road.turns.length;
  for (const s of road.entries) {
    const guard = own.get(`${s.day} ${s.entry.event}`);
    if (!guard || turned.has(guard.entry.sequence)) continue;
    const form = study.form[s.entry.event], status = road.turns[Math.min(met(s), met(guard))]?.status ?? road.status;
    const values = { ...road.screened, ...toldBy(s) };
    if (form.classes.length) values[form.classified] = classOf(form, values);
    for (const event of eventsOf(form, values)) {
      const rule = arm.rules[arm.row(status).get(event)?.[1] ?? -1];
      if (!rule || changesNothing(rule)) continue;
      ask(guard.entry, form.classified, "overruled",
        `the values of sequence ${s.entry.sequence} would mean: ${rule.words} (${rule.source}); the investigator's own assessment of that day guards and says otherwise, so it is not taken: confirm it, or report what is meant`);
      break;
    }
  }
}

// A second entry of what ended the study for good, of another day or with other values.
function askOfEnds(study, road, ask) {
  const first = new Map(), said = (s) => JSON.stringify([s.day, Object.entries(s.values).sort(([a], [b]) => (a < b ? -1 : 1))]);
  for (const s of road.entries) {
    if (!study.final.has(s.entry.event)) continue;
    const before = first.get(s.entry.event);
    if (!before) first.set(s.entry.event, s);
    else if (said(before) !== said(s)) {
      ask(s.entry, "", "contradiction", `sequence ${before.entry.sequence} says ${before.entry.event} on ${iso(before.day)} already: correct one of them, or withdraw it`);
    }
  }
}

// A stop told later than the days that its stopwatch can have counted: whether drug was given beyond.
function askOfBeyond(road, ask) {
  for (const r of road.extended) {
    const days = r.after - r.done, beyond = Math.max(r.day - r.open, 0) - days;
    if (r.entry === null || beyond <= 0) continue;
    const { entry } = road.entries.find((s) => s.entry.sequence === r.entry);
    ask(entry, "", "given beyond", `${beyond} ${beyond === 1 ? "day" : "days"} more than ‘${r.watch}’ counts, so they are not counted: was it given beyond ${iso(r.open + days - 1)}? Correct the day of the stop if not`);
  }
}

// Gaps, corrections of what is not there, corrected twice, withdrawn, and another study's entries.
function askOfJournal(study, on, entries, knownAt, ask) {
  const there = entries.map((e) => e.sequence).sort((a, b) => a - b), before = new Map(there.map((n, i) => [n, i ? there[i - 1] : 0]));
  const shown = knownOf(entries, knownAt), seen = new Set(), byThen = (e) => boundsOf(e.happened_on)[0] <= on;
  for (const e of shown) {
    if (byThen(e)) askOfEntry(study, e, before.get(e.sequence), seen, ask);
    seen.add(e.sequence);
  }
  const bySequence = new Map(shown.map((e) => [e.sequence, e]));
  for (const [n, found] of correctionsOf(shown)) {
    const asked = found.filter(byThen), corrected = bySequence.get(n).corrects ?? null;
    if (found.length > 1 && asked.length) {
      ask(asked.at(-1), "corrects", "corrected twice", `sequence ${n} is corrected by ${found.map((c) => c.sequence).join(", ")}; the last recorded stands: withdraw the others`);
    }
    for (const c of asked) {
      if (!takesBack(c) || !bySequence.has(corrected)) continue;
      ask(c, "corrects", "correction withdrawn", `it withdraws sequence ${n}, which corrected sequence ${corrected}: that stands again; withdraw it too if nothing stands`);
    }
  }
}

function askOfEntry(study, e, before, seen, ask) {
  const corrects = e.corrects ?? null;
  if (e.sequence > before + 1) {
    const what = before + 1 === e.sequence - 1 ? `sequence ${before + 1} is` : `sequences ${before + 1} to ${e.sequence - 1} are`;
    ask(e, "sequence", "gap", `${what} not in the journal: send what is missing`);
  }
  if (corrects !== null && !seen.has(corrects)) {
    ask(e, "corrects", "unknown correction", `sequence ${corrects} is not in the journal before it, so it stands by itself: name the entry that it replaces`);
  } else if (corrects === null && e.values === null && study.form[e.event]?.items.length) {
    ask(e, "values", "nothing withdrawn", "null values withdraw the entry that `corrects` names, and none is named, so it stands without values: name it, or write {}");
  } else if (keepsValues(e)) {
    ask(e, "values", "values kept", `it corrects sequence ${corrects} and says no values, so it keeps those: write null where that entry is withdrawn`);
  }
  const [name, ...rest] = (e.protocol ?? "").split("@"), version = rest.join("@");
  if (name && name !== study.name) {
    ask(e, "protocol", "another study", `it was recorded under ${e.protocol}, and is read as ${study.name}@${study.version}: confirm the study`);
  } else if (version && !(/^[0-9]+$/.test(version) && Number(version) >= 1 && Number(version) <= study.version)) {
    ask(e, "protocol", "unknown version", `it was recorded under version ${version} and is read as version ${study.version}; known here: ${study.version === 1 ? "1" : `1 to ${study.version}`}`);
  }
}
