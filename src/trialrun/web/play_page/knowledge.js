// What is known of a journal at an instant, and what of it stands: corrections followed, withdrawals left out.
// An entry is known from the time it was recorded, a day to whoever recorded it; without a recording time, from its own day.

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

// A recorded time as seconds since 1970, UTC; a day alone is its first moment, a time without an offset is UTC. Null where it is no time.
function instantOf(text) {
  const found = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):(\d\d))?)?$/.exec(text ?? "");
  const day = found && ordinal(found[1]);
  if (!found || day === null) return null;
  const [hour, minute, second, offHour, offMinute] = [found[2], found[3], found[4], found[7], found[8]].map((part) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59 || offHour > 23 || offMinute > 59) return null;
  const seconds = (day - EPOCH) * 86400 + hour * 3600 + minute * 60 + second - (found[6] === "-" ? -1 : 1) * (offHour * 3600 + offMinute * 60);
  return (seconds * 1e6 + Number((found[5] ?? "").padEnd(6, "0").slice(0, 6))) / 1e6;
}

// The day of a recording time where it was recorded: the date that it says, whatever its offset.
function localDay(recordedAt) {
  return ordinal(recordedAt.slice(0, 10));
}

function isKnown(e, knownAt) {
  if (knownAt === null) return true;
  if (!e.recorded_at) return boundsOf(e.happened_on)[0] <= localDay(knownAt);
  if (knownAt.length === 10) return localDay(e.recorded_at) <= localDay(knownAt);
  return instantOf(e.recorded_at) <= instantOf(knownAt);
}

// The entries that are known at an instant, by sequence.
function knownOf(entries, knownAt) {
  return entries.filter((e) => isKnown(e, knownAt)).sort((a, b) => a.sequence - b.sequence);
}

// Whether an entry is a correction that says no values, so that it keeps those that it corrects; and whether it takes back what it names.
const keepsValues = (e) => (e.corrects ?? null) !== null && e.values === undefined;
const takesBack = (e) => (e.corrects ?? null) !== null && e.values === null;

// The entries that correct or withdraw an entry that is there before them, by the sequence of that. `entries` are by sequence.
function correctionsOf(entries) {
  const there = new Set(), found = new Map();
  for (const e of entries) {
    if ((e.corrects ?? null) !== null && there.has(e.corrects)) found.set(e.corrects, [...(found.get(e.corrects) ?? []), e]);
    there.add(e.sequence);
  }
  return found;
}

// The entries that stand, as known at an instant, in the order of their places: { place, entry }, each with the values that it keeps.
// Of several corrections of one entry the last recorded stands; a correction withdrawn restores what it corrected.
function standsOf(entries, knownAt) {
  const there = knownOf(entries, knownAt), below = correctionsOf(there);
  const said = new Map(), found = new Map(); // found: what each entry says in the end (null: it takes back); without one it is taken back
  for (const e of there) {
    const before = said.get(e.corrects ?? null), gone = before && (keepsValues(before) || takesBack(before));
    said.set(e.sequence, keepsValues(e) && !gone ? { ...e, values: before?.values ?? {} } : e); // of a withdrawal it keeps that it is one
  }
  for (const e of [...there].reverse()) {
    const live = (below.get(e.sequence) ?? []).filter((c) => found.has(c.sequence)).map((c) => found.get(c.sequence) ?? c);
    const last = live.reduce((a, b) => (a === null || isLater(b, a) ? b : a), null);
    if (last === null) found.set(e.sequence, takesBack(e) ? null : said.get(e.sequence));
    else if (!takesBack(last)) found.set(e.sequence, keepsValues(last) ? null : said.get(last.sequence) ?? last);
  }
  const corrected = new Set([...below.values()].flat().map((c) => c.sequence));
  const roots = there.filter((e) => !corrected.has(e.sequence) && found.get(e.sequence));
  return roots.map((e) => ({ place: e.sequence, entry: found.get(e.sequence) }));
}

function isLater(a, b) {
  const recorded = (e) => (e.recorded_at ? instantOf(e.recorded_at) : 86400 * (boundsOf(e.happened_on)[0] - EPOCH));
  return recorded(a) - recorded(b) > 0 || (recorded(a) === recorded(b) && a.sequence > b.sequence);
}
