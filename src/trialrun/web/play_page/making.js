// Which entry makes which visit: an entry makes at most one occasion, the one that it names, or the one in whose window it falls. An observation
// in no window makes the latest of its form that has passed, late; an act makes none. What comes again is made by what is left.

function opensBefore(w) {
  return w.not_before === null ? w.before : Math.max(w.before, -w.not_before);
}

// Every occasion of every visit that does not come again and again, those that others count from first.
function slotsOf(walk) {
  const found = [];
  for (const v of countedFirst(walk.arm.visits)) {
    if (v.every) {
      if (!v.drifts) found.push(...onFixedDays(walk, v));
      continue;
    }
    if (v.target.is === "leading") {
      found.push(...leadingTo(walk, v));
      continue;
    }
    const kept = (walk.targets[v.name] ??= []);
    occasionsOf(walk, v).forEach((occasion, i) => {
      const [day, projected] = targetDay(walk, v, occasion);
      if (day === null) return;
      const [target, at] = byTheClock(walk, v, occasion, day);
      kept.push({ occasion, target });
      const [earliest, latest] = windowOf(v, target, at);
      const held = projected && v.target.is === "clock" && walk.road.ran[v.target.of].since < 0;
      found.push({ visit: v, number: i + 1, occasion, target, at, projected, earliest, latest, held, until: expiryOf(v, target), expires: expiryOf(v, target), notFor: notFor(walk, v, target, occasion), namedFrom: firstDay(walk, v, occasion, target, earliest) });
    });
  }
  const drawn = found.map((slot) => (isStated(slot.visit) ? slot : unstated(walk, slot, found)));
  for (const slot of drawn) slot.namedUntil = isStated(slot.visit) || slot.visit.fixed ? slot.until : slot.expires;
  return drawn;
}

// Whether a visit is planned hours or minutes after a moment.
const isTimed = (v) => v.target.is === "after" && v.target.unit in MINUTES;
const MINUTES = { hours: 60, minutes: 1 }, MINUTES_A_DAY = 1440;

// The day and the minute of a target in hours or minutes, by the time of its moment; the whole days alone, and null, where no time is known.
function byTheClock(walk, v, occasion, day) {
  const began = isTimed(v) ? markedAt(walk, v.target.of, occasion) : null;
  if (began === null) return [day, null];
  const total = began + v.target.n * MINUTES[v.target.unit];
  return [anchored(walk, { ...v.target, n: 0 }, occasion) + Math.floor(total / MINUTES_A_DAY), total % MINUTES_A_DAY];
}

// The minute at which a moment was marked last before an occasion closed; null where no time was recorded.
function markedAt({ arm, road }, moment, occasion) {
  const upto = occasion.lastTurn > road.turns.length ? road.turns.length : occasion.lastTurn - 1;
  const turn = road.turns.slice(0, upto).findLast((t) => arm.rules[t.rule].marks.includes(moment));
  const s = turn && turn.entry !== null ? road.entries.find((e) => e.entry.sequence === turn.entry) : null;
  return s ? minuteOf(s) : null;
}

// The minute of its day at which an entry says that it happened, null where it says none.
function minuteOf(s) {
  if (s.partial || (s.entry.at ?? null) === null || !TIME_OF_DAY.test(s.entry.at)) return null;
  const [hour, minute] = s.entry.at.split(":");
  return 60 * Number(hour) + Number(minute);
}

// How many minutes an entry is from a target; whole days where the time of one of them is not known.
function offBy(target, at, s) {
  const days = MINUTES_A_DAY * (s.day - target), own = minuteOf(s);
  return at === null || own === null ? days : days + own - at;
}

// Whether a window is stated, or the days before an act.
const isStated = (v) => v.window !== null || leadsToAct(v);
const leadsToAct = (v) => v.target.is === "leading";

// The occasions of a visit that leads to an act, those whose act has come; each on the days before it, after the act before.
function leadingTo(walk, v) {
  const to = v.target, occasion = { opened: 0, closed: FAR, firstTurn: 0, lastTurn: walk.road.turns.length + 1, began: -1, replaced: false };
  let last = 0;
  return markings(walk.road, to.of).map((day, i) => {
    const slot = {
      visit: v, number: i + 1, occasion, target: day, projected: false, earliest: Math.max(add(day, -to.n, to.unit), last + 1), latest: day, held: false,
      until: day, expires: day, notFor: notFor(walk, v, day), namedFrom: last + 1,
    };
    last = day;
    return slot;
  });
}

// The days on which a moment was marked, in order.
const markings = (road, moment) => [...new Set(road.marked.filter((m) => m.name === moment).map((m) => m.day))];

// The visits that lead to an act that has not come and still may.
function waitingVisits(study, road) {
  const arm = study.arm[road.arm], own = arm.visits.filter(leadsToAct), gone = own.length ? absencesOf(study, road) : [];
  if (!own.length || study.phase[road.phase].end || gone.at(-1)?.[1] === FAR) return [];
  const ahead = arm.rules.slice(0, arm.legal).filter((r) => r.at.some((phase) => arm.leads_to[road.phase].includes(phase)));
  const walk = { study, arm, road, targets: {} }, coming = own.filter((v) => ahead.some((r) => r.marks.includes(v.target.of)) && notFor(walk, v, road.on) === null);
  return coming.map((v) => ({
    name: v.name, occasion: markings(road, v.target.of).length + 1, for: v.target.of,
    says: `from ${v.target.n} ${v.target.unit} before ‘${v.target.of}’, which is not known yet`, source: firstSource(v.source),
  }));
}

// The first and the last day of the window about a target; of one that is not stated the target itself, until `unstated` has drawn it out.
function windowOf(v, target, at = null) {
  if (v.window?.minutes) return at === null ? [target, target] : [v.window.before, v.window.after].map((n) => target + Math.floor((at + n) / MINUTES_A_DAY));
  return v.window ? [target + opensBefore(v.window), target + v.window.after] : [target, target];
}

// An occasion whose window is not stated, with the days on which it counts: until the next of its series, of two the nearer, the first from the
// day after what it counts from.
function unstated(walk, slot, all) {
  const near = all.filter((s) => s !== slot && s.notFor === null && isOfItsSeries(s, slot)), { target } = slot;
  const ahead = near.filter((s) => s.target > target).map((s) => (isStated(s.visit) ? s.earliest : s.target) - 1);
  const latest = Math.max(target, Math.min(slot.until, slot.occasion.closed, ...ahead)), before = near.filter((s) => s.target < target).map((s) => s.target);
  const after = slot.visit.target, counted = after.is === "after" ? anchored(walk, { ...after, n: 0 }, slot.occasion) : null, last = Math.max(...before);
  const earliest = before.length ? last + Math.floor((target - last) / 2) + 1 : counted === null ? target : Math.min(counted + 1, target);
  return { ...slot, earliest, latest, until: latest, namedFrom: Math.min(slot.namedFrom, earliest) };
}

function isOfItsSeries(one, other) {
  const a = one.visit, b = other.visit;
  if (a.made_by !== b.made_by || one.occasion.began !== other.occasion.began) return false;
  if (a.name === b.name) return true;
  const s = a.target, t = b.target, same = a.each === b.each && a.opens.join() === b.opens.join();
  return same && s.is === "after" && t.is === "after" && s.of === t.of && s.visit === t.visit;
}

// The occasions of a visit on fixed days: those that have come, and the next, while their stretch of the road lasts.
function onFixedDays(walk, v) {
  const found = [], opens = v.window ? opensBefore(v.window) : 0;
  for (const occasion of occasionsOf(walk, v)) {
    const [first] = targetDay(walk, v, occasion);
    if (first === null) continue;
    const days = fixedDays(walk, v, occasion, first);
    days.slice(0, -1).forEach((target, i) => {
      const [earliest, latest] = windowOf(v, target), following = days[i + 1];
      found.push({
        visit: v, number: found.length + 1, occasion, target, projected: false, earliest, latest, held: false,
        until: Math.min(expiryOf(v, target), following === FAR ? FAR : following + opens - 1), expires: expiryOf(v, target), notFor: notFor(walk, v, target, occasion), namedFrom: i === 0 ? firstDay(walk, v, occasion, target, earliest) : earliest,
      });
    });
  }
  return found;
}

// The last day on which an occasion can be made; FAR where it stays owed.
const expiryOf = (v, target) => (v.expires ? add(target, v.expires.n, v.expires.unit) : FAR);

// Why a visit of a day is not for this participant, null where it is: its condition as things stood at the end of that day.
function notFor({ study, road }, v, day, occasion = null) {
  if (!v.given) return null;
  let counters = study.starts;
  const turns = occasion !== null && occasion.closed < FAR ? road.turns.slice(0, occasion.lastTurn - 1) : road.turns;
  for (const [number, t] of turns.entries()) {
    if (t.day > day && (occasion === null || number > occasion.began)) break;
    counters = t.counters;
  }
  const truth = truthOf(v.given, recordedValue({ ...counters, ...road.screened }));
  if (truth > UNKNOWN) return null;
  return `it is owed where ${v.given_words}${truth === UNKNOWN ? ", which is not known" : ""}`;
}

// The targets of a visit on fixed days in one occasion, up to the next one, and the one after: FAR where they end by the plan or by a phase.
function fixedDays(walk, v, occasion, first) {
  const { study, road } = walk, ends = v.ends ? anchored(walk, v.ends, occasion) : null, turns = road.turns.slice(Math.max(occasion.began, 0));
  const into = v.until.length ? turns.find((t) => v.until.includes(t.after) && !v.until.includes(t.before)) : null;
  const last = Math.min(ends ?? FAR, occasion.closed - 1, (into?.day ?? FAR) - 1), over = study.phase[road.phase].end ? road.since : FAR;
  const found = [];
  while (found.length < 2 || found.at(-2) <= Math.min(road.on, over)) {
    const day = add(first, found.length * v.every.n, v.every.unit);
    found.push(day <= last && day !== found.at(-1) ? day : FAR);
    if (found.at(-1) === FAR) break;
  }
  return found;
}

// Visits in their order, each after those that it counts from.
function countedFirst(visits) {
  const found = [];
  let left = [...visits];
  while (left.length) {
    const names = new Set(left.map((v) => v.name)), parts = (v) => (v.target.is === "later" ? v.target.parts : [v.target]);
    let ready = left.filter((v) => !parts(v).some((part) => part.visit && names.has(part.of)));
    if (!ready.length) ready = left;
    found.push(...ready);
    left = left.filter((v) => !ready.includes(v));
  }
  return found;
}

// The first day on which a visit recorded by its name can have been made: the day it counts from, or the day after that last day.
function firstDay({ study, arm, road }, v, occasion, target, earliest) {
  const after = v.target;
  if (after.is !== "after" || after.visit) return Math.min(occasion.opened, earliest);
  const from = isTimed(v) ? anchored({ study, arm, road, targets: {} }, { ...after, n: 0 }, occasion) ?? 0 : after.unit === "days" ? target - after.n : momentOf(study, road, after.of) ?? 0;
  return Math.min(from + (study.moment[after.of].watch === null ? 0 : 1), earliest);
}

// The entry that made each occasion, and of what comes again, the entries that made it.
function makingsOf(walk, slots) {
  const { study, arm, road } = walk, made = { one: new Map(), again: new Map(), served: new Set() };
  const met = new Map(road.met.map((m) => [m.entry, m.turn]));
  for (const s of whileInStudy(study, road)) {
    const own = slots.filter((slot) => slot.visit.made_by === s.entry.event), again = arm.visits.filter((v) => v.drifts && v.made_by === s.entry.event);
    if (!own.length && !again.length) continue;
    const turn = met.get(s.entry.sequence) ?? FAR, said = visitSaidBy(study, s);
    if (said === null) {
      if (!study.form[s.entry.event].visit_item) serve(makeUnnamed(walk, s, turn, own, again, made), s, turn, own, made);
      continue;
    }
    const meant = visitNamed(arm, said);
    if (meant === null || meant.made_by !== s.entry.event) continue;
    if (!meant.drifts) serve(makeNamed(s, turn, own.filter((slot) => slot.visit === meant), made), s, turn, own, made);
    else if (nextOf(walk, meant, s, turn, made) !== null) made.again.set(meant, [...(made.again.get(meant) ?? []), s]);
  }
  return made;
}

const isOpenAt = (slot, turn) => !slot.held && (slot.occasion.closed === FAR || turn < slot.occasion.lastTurn);
const isFree = (slot, made) => !made.one.has(slot) || made.served.has(slot);

function give(s, slot, made) {
  made.one.set(slot, s);
  made.served.delete(slot);
  return slot;
}

// An entry that made a visit makes those too that it serves: of each the nearest in whose window it falls.
function serve(main, s, turn, own, made) {
  if (!main) return;
  const near = new Map();
  for (const slot of own) {
    if (!slot.visit.served_by.includes(main.visit.name) || slot.notFor !== null || !isOpenAt(slot, turn)) continue;
    if (s.day < slot.earliest || s.day > Math.min(slot.latest, slot.until) || made.one.has(slot)) continue;
    const other = near.get(slot.visit);
    if (!other || Math.abs(slot.target - s.day) < Math.abs(other.target - s.day)) near.set(slot.visit, slot);
  }
  for (const slot of near.values()) {
    made.one.set(slot, s);
    made.served.add(slot);
  }
}

const fallsWithin = (slot, s) => slot.earliest <= s.day && s.day <= slot.latest;

function makeNamed(s, turn, own, made) {
  const number = (s.entry.visit ?? null) === null ? null : s.entry.occasion ?? null;
  const there = own.filter((slot) => (number !== null ? slot.number === number && s.day <= slot.expires : slot.namedFrom <= s.day && s.day <= slot.namedUntil && isOpenAt(slot, turn)) && (leadsToAct(slot.visit) || isFree(slot, made)));
  const chosen = there.find((slot) => fallsWithin(slot, s)) ?? there[0];
  return chosen ? give(s, chosen, made) : null;
}

function makeUnnamed(walk, s, turn, own, again, made) {
  const there = own.filter((slot) => slot.notFor === null && s.day <= slot.until && isOpenAt(slot, turn)), within = there.filter((slot) => fallsWithin(slot, s));
  const least = (found, by) => found.reduce((best, x) => (best === null || by(x) < by(best) ? x : best), null);
  if (within.length) {
    const free = within.filter((slot) => isFree(slot, made));
    const nearest = least(free.length ? free : within.filter((slot) => leadsToAct(slot.visit)), (slot) => Math.abs(offBy(slot.target, slot.at ?? null, s)));
    return nearest ? give(s, nearest, made) : null;
  }
  const passed = observes(walk.study, s.entry.event) ? there.filter((slot) => slot.latest < s.day) : [];
  const late = least(passed, (slot) => -slot.target), ways = [];
  if (late && isFree(late, made)) ways.push({ far: Math.abs(late.target - s.day), make: () => give(s, late, made) });
  for (const v of again) {
    const target = nextOf(walk, v, s, turn, made);
    if (target === null) continue;
    const [earliest, latest] = windowOf(v, target), inIt = earliest <= s.day && s.day <= latest;
    ways.push({ far: inIt ? -1 : Math.abs(target - s.day), make: () => made.again.set(v, [...(made.again.get(v) ?? []), s]) && null });
  }
  return least(ways, (way) => way.far)?.make() ?? null;
}

// The next target of a visit that comes again, as an entry finds it; null before the day it counts from, outside its phases, and after its end.
function nextOf(walk, v, s, turn, made) {
  const { study, road } = walk;
  const stood = 0 < turn && turn <= road.turns.length ? road.turns[turn - 1].after : study.begins;
  const met = [stood, ...[...road.turns, ...road.unheard].filter((t) => t.entry === s.entry.sequence).map((t) => t.before)];
  if (v.excused.length && !met.some((phase) => v.excused.includes(phase))) return null;
  if (notFor(walk, v, s.day) !== null) return null;
  const base = Math.max(...basesOf(walk, v.target).filter((b) => b.since <= s.day).map((b) => b.day));
  const last = made.again.get(v)?.at(-1)?.day ?? 0, end = v.ends ? anchored(walk, v.ends) : null;
  if (!Number.isFinite(base) || s.day <= base || (end !== null && last >= end)) return null;
  return add(Math.max(base, last), v.every.n, v.every.unit);
}

// Whether an entry only observes: it gives no act and no decision, and records no dose.
function observes(study, entry) {
  const form = study.form[entry];
  return !form.dose_items.length && form.yields.every((y) => study.event[y.event]?.nature === "fact");
}
