// Records that live: which record each entry belongs to, and how the record stands after it, with the course that it took.

// The record of each entry that stands, by its place: Map(place -> { record, asked }). `there` are all entries that are known, by sequence.
function linksOf(study, there, kept) {
  const bySequence = new Map(there.map((e) => [e.sequence, e])), place = new Map();
  for (const e of there) place.set(e.sequence, corrects(e) === null ? e.sequence : place.get(corrects(e)) ?? e.sequence);
  const standing = new Map(kept.map((s) => [s.place, s.entry])), ahead = new Map(), asked = new Map(), links = new Map();
  for (const p of [...new Set(place.values())].sort((a, b) => a - b)) {
    const e = standing.get(p) ?? bySequence.get(p), [sequence, saidAt] = continued(e, bySequence);
    if (sequence === null) continue;
    let fault = cannotContinue(study, e, sequence, saidAt, place, standing, bySequence);
    if (!fault && leads(ahead, place.get(sequence), p)) fault = [`sequence ${sequence}, which it continues, continues it`, "name the entry that began it"];
    if (fault) asked.set(p, [{ item: "continues", kind: "unknown record", says: `${fault[0]}, so it stands by itself: ${fault[1]}` }]);
    else ahead.set(p, place.get(sequence));
  }
  for (const p of standing.keys()) {
    let began = p;
    while (ahead.has(began)) began = ahead.get(began);
    const says = `sequence ${began}, which began it, is withdrawn, and it goes on without that: continue the entry that begins it, or withdraw it too`;
    links.set(p, { record: began, asked: standing.has(began) ? asked.get(p) ?? [] : [{ item: "continues", kind: "begin withdrawn", says }] });
  }
  return links;
}

function corrects(e) {
  return e.corrects ?? null;
}

// The sequence that an entry says that it continues, or what it corrects says, and the entry that says so.
function continued(e, bySequence) {
  while ((e.continues ?? null) === null && corrects(e) !== null && corrects(e) < e.sequence && bySequence.has(corrects(e))) e = bySequence.get(corrects(e));
  return [e.continues ?? null, e.sequence];
}

// Why an entry cannot continue what it names, and the cure.
function cannotContinue(study, e, sequence, saidAt, place, standing, bySequence) {
  const form = study.form[e.event];
  if (!form) return null;
  if (!form.lives) return [`entries of ${quoted(e.event)} do not go on with one another`, "leave continues out"];
  if (!place.has(sequence) || sequence >= saidAt) return [`sequence ${sequence} is not in the participant's journal before it`, "name the entry that began it"];
  const began = standing.get(place.get(sequence)) ?? bySequence.get(place.get(sequence));
  if (began.event === e.event) return null;
  return [`sequence ${sequence} is ${quoted(began.event)}, and an entry continues one of its own form`, `name the ${quoted(e.event)} that began it`];
}

function leads(ahead, start, to) {
  while (start !== to && ahead.has(start)) start = ahead.get(start);
  return start === to;
}

// Entries in the order of the walk, each with its record as it stands after it, and with what is asked about that.
function inRecords(study, walked, links) {
  const soFar = new Map();
  return walked.map((s) => {
    const link = links.get(s.place), form = study.form[s.entry.event];
    if (!form?.lives) return link.asked.length ? { ...s, unread: [...s.unread, ...link.asked] } : s;
    const record = goneOn(form, soFar.get(link.record) ?? null, s);
    soFar.set(link.record, record);
    const early = record.entries.length === 1 && s.place !== link.record && !link.asked.length
      ? [{ item: "continues", kind: "out of order", says: `it is dated before sequence ${link.record}, which it continues: correct one of the dates` }] : [];
    return { ...s, record, unread: [...s.unread, ...link.asked, ...askedOf(record), ...early] };
  });
}

// A record with one more entry: begun by it where there was none.
function goneOn(form, before, s) {
  const e = form.lives, told = Object.fromEntries(Object.entries(s.values).filter(([, value]) => value !== null));
  const values = { ...before?.values, ...told }, firstDay = before?.firstDay ?? [s.first, s.last];
  let begins = before?.begins ?? iso(firstDay[0]), began = firstDay;
  if ((values[e.begins] ?? null) !== null) [begins, began] = [values[e.begins], within(boundsOf(values[e.begins]), null, firstDay[1])];
  let { ends = null, ended = null, endedBy = null } = before ?? {};
  if ((told[e.ends] ?? null) !== null) {
    [ends, endedBy] = [told[e.ends], s.entry.sequence];
    ended = within(boundsOf(ends), began[0], s.entry.recorded_at ? localDay(s.entry.recorded_at) : null);
  } else if (ended === null && e.ended !== null && holdsOn(e.ended, values)) [ends, ended, endedBy] = [iso(s.day), [s.first, s.last], s.entry.sequence];
  const grades = [...(before?.grades ?? [])];
  if ((told[e.grade] ?? null) !== null) grades.push({ day: s.day, grade: told[e.grade], entry: s.entry.sequence });
  return { form, day: s.day, entries: [...(before?.entries ?? []), s.entry.sequence], values, began, ended, begins, ends, endedBy, grades, firstDay, before };
}

// The days of a date known in part, not before and not after a day that they reach.
function within([low, high], first, last) {
  if (low < high) {
    if (last !== null && last >= low) high = Math.min(high, last);
    if (first !== null && first <= high) low = Math.max(low, first);
  }
  return [low, high];
}

function goesOn(record, day) {
  return record.ended === null || record.ended[0] > day;
}

// The least and the most days that a record lasted, begin and end included; while it goes on, up to a day.
function lasted(record, day) {
  const [first, last] = goesOn(record, day) ? [day, day] : record.ended;
  return [Math.max(first - record.began[1] + 1, 1), Math.max(last - record.began[0] + 1, 1)];
}

// The worst grade that was told: of codes the one that is listed last, a word that is none of them before all.
function worstOf({ form, grades }) {
  const item = form.items.find((m) => m.name === form.lives.grade), rank = (g) => (item.codes.length ? item.codes.indexOf(g) : g);
  return item && grades.length ? grades.map((g) => g.grade).reduce((worst, g) => (rank(g) > rank(worst) ? g : worst)) : null;
}

// What conditions ask of an entry: its values and how many rows its groups have, or those of its record with the course in the measures that take it.
function toldBy(s) {
  return { ...(s.record ? toldOf(s.record) : { ...s.values, ...s.counts }), ...s.wentBefore };
}

function toldOf(record, day = record.day) {
  const e = record.form.lives, [least, most] = lasted(record, day), found = { ...record.values };
  const course = [[e.days, least === most ? least : null], [e.worst, worstOf(record)], [e.ongoing, goesOn(record, day)], [e.grade_before, record.before?.values[e.grade] ?? null]];
  for (const [name, value] of course) if (name) found[name] = value;
  return found;
}

// What is asked of an entry by which a record came to stand so: it had ended, its days are out of order, or are known in part.
function askedOf(record) {
  const { form, before, values } = record, e = form.lives, found = [], was = before?.values;
  const changed = (name) => (values[name] ?? null) !== (was?.[name] ?? null);
  if (before?.ended && (Object.keys(values).some(changed) || before.ended[1] < record.day)) {
    found.push({ item: "continues", kind: "ended already", says: `what it continues ended on ${before.ends} (sequence ${before.endedBy}): correct that entry, or begin a new one without continues` });
  }
  if (record.ended && record.ended[1] < record.began[0] && String(before?.ended ?? null) !== String(record.ended)) {
    found.push({ item: e.ends || "continues", kind: "out of order", says: `it ends on ${record.ends} and began on ${record.begins}: correct one of them` });
  }
  for (const [name, said, span] of [[e.begins, record.begins, record.began], [e.ends, record.ends ?? "", record.ended]]) {
    if (!name || !span || span[0] >= span[1] || values[name] !== said || !changed(name)) continue;
    found.push({ item: name, kind: "partial date", says: `${name} ${quoted(said)} is known in part: it lies from ${iso(span[0])} to ${iso(span[1])}; record the day where it is known` });
  }
  return found;
}

// The records as they stand at the end of a road, in the order in which they began.
function recordsOf(road) {
  const latest = new Map();
  for (const { record } of road.entries) if (record) latest.set(record.entries[0], record);
  return [...latest.values()].map((r) => {
    const [least, most] = lasted(r, road.on);
    return {
      form: r.form.entry, entry: r.entries[0], entries: r.entries, values: r.values, begins: r.begins, began: r.began.map(iso), ends: r.ends, ended: r.ended && r.ended.map(iso),
      ongoing: goesOn(r, road.on), days: least === most ? least : null, days_least: least, days_most: most,
      grades: r.grades.map((g) => ({ on: iso(g.day), grade: g.grade, entry: g.entry })), worst: worstOf(r),
    };
  });
}
