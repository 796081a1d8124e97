// Visits of a participant: target, earliest and latest day, and state, from the road and the entries that made them.
// States: done; due (its target not yet passed); owed (passed, window open); late (window passed); missed; not owed (with the reason).

function visitsOf(study, road) {
  const arm = study.arm[road.arm];
  const planned = [], targets = {}, gone = absencesOf(study, road), end = endOf(study, road);
  const byEvent = new Map();
  for (const s of whileInStudy(study, road)) byEvent.set(s.entry.event, [...(byEvent.get(s.entry.event) ?? []), s]);
  const claims = claimedVisits(study, arm, byEvent);
  const walk = { study, arm, road, targets, gone, end };
  for (const v of arm.visits) {
    const occasions = occasionsOf(walk, v), named = Boolean(study.form[v.made_by]?.visit_item), claimed = claims.get(v.name) ?? [];
    const made = named ? claimed : (byEvent.get(v.made_by) ?? []).filter((s) => (s.entry.visit ?? null) === null || claimed.includes(s));
    if (v.every) {
      planned.push(...repeatedVisits(walk, v, made));
      continue;
    }
    const kept = (targets[v.name] ??= []);
    occasions.forEach((occasion, i) => {
      const [target, projected] = targetDay(walk, v, occasion);
      if (target === null) return;
      kept.push({ occasion, target });
      planned.push(plannedVisit(walk, v, occasion, i + 1, target, projected, made, named));
    });
  }
  return planned.sort((a, b) => a.target - b.target);
}

// The entries that say by name which visit they make, by its name: in their item for it, or in the entry itself.
function claimedVisits(study, arm, byEvent) {
  const found = new Map();
  for (const [event, entries] of byEvent) {
    for (const s of entries) {
      const said = visitSaidBy(study, s), visit = said === null ? null : visitNamed(arm, said);
      if (visit?.made_by === event) found.set(visit.name, [...(found.get(visit.name) ?? []), s]);
    }
  }
  return found;
}

// The name of a visit that an entry says, null where it says none.
function visitSaidBy(study, s) {
  const item = study.form[s.entry.event]?.visit_item, said = s.entry.visit ?? (item ? s.values[item] ?? null : null);
  return said === null ? null : String(said);
}

// The planned visit that a recorded name means, null for an unscheduled one. Names match as names: case, spaces, leading noughts apart.
function visitNamed(arm, text) {
  const plain = asName(text);
  return arm.visits.find((v) => [v.name, ...v.known_as].some((name) => asName(name) === plain)) ?? null;
}

// The stretches in which a participant was lost: from that day until the day of the next fact (FAR: still lost).
function absencesOf(study, road) {
  const found = [];
  if (!study.absence) return found;
  let began = null;
  for (const s of road.entries) {
    if (s.entry.event === study.absence.entry) began ??= s.day;
    else if (began !== null && !study.absence.not_ended_by.includes(s.entry.event) && isFact(study, s.entry.event)) {
      found.push([began, s.day]);
      began = null;
    }
  }
  if (began !== null) found.push([began, FAR]);
  return found;
}

function isFact(study, event) {
  const form = study.form[event];
  return Boolean(form) && form.yields.every((y) => study.event[y.event]?.nature !== "decision");
}

// The entries up to the one that ended the study, where it has ended: what is dated later makes no visit.
function whileInStudy(study, road) {
  const last = endedBy(study, road)?.entry ?? null;
  const place = road.entries.findIndex((s) => s.entry.sequence === last);
  return place < 0 ? road.entries : road.entries.slice(0, place + 1);
}

// The turn that ended the study for a participant, null while it goes on.
function endedBy(study, road) {
  if (!study.phase[road.phase].end) return null;
  return road.turns.filter((t) => t.after === road.phase && t.before !== road.phase).at(-1) ?? null;
}

function endOf(study, road) {
  const phase = study.phase[road.phase];
  return phase.end ? { day: road.since, reason: phase.reason || "the study has ended" } : null;
}

// The stretches of the road in which one visit falls, by days and by turn numbers.
function occasionsOf({ study, road }, v) {
  const turns = road.turns.length + 1;
  if (v.each) {
    const starts = road.raised.filter((r) => r.name === v.each);
    return starts.map((r, i) => ({
      opened: r.day, closed: starts[i + 1]?.day ?? FAR, firstTurn: r.turn, lastTurn: starts[i + 1]?.turn ?? turns,
    }));
  }
  if (!v.opens.length) return [{ opened: 0, closed: FAR, firstTurn: 0, lastTurn: turns }];
  const found = [];
  let opened = null;
  road.turns.forEach((t, number) => {
    const inside = v.opens.includes(t.after), was = v.opens.includes(t.before);
    if (inside && !was) opened = { day: t.day, turn: number };
    else if (was && !inside && opened && !study.phase[t.after].end) {
      found.push({ opened: opened.day, closed: t.day, firstTurn: opened.turn, lastTurn: number + 1 });
      opened = null;
    }
  });
  if (opened) found.push({ opened: opened.day, closed: FAR, firstTurn: opened.turn, lastTurn: turns });
  return found;
}

function dateOf({ study, road, targets }, part) {
  const anchor = part.visit ? targets[part.of]?.at(-1)?.target ?? null : momentOf(study, road, part.of);
  return anchor === null ? null : add(anchor, part.n, part.unit);
}

function targetDay(walk, v, occasion) {
  const { arm, road } = walk, target = v.target;
  if (target.is === "clock") {
    const told = road.extended.find((e) => e.watch === target.of && occasion.firstTurn < e.turn && e.turn <= occasion.lastTurn && e.done < target.n && target.n <= e.after);
    if (told) return [told.open + target.n - told.done, false];
    const fired = road.fired.find((f) => f.clock === target.name && occasion.firstTurn <= f.turn && f.turn < occasion.lastTurn);
    if (fired) return [fired.day, false];
    if (occasion.closed < FAR || !arm.clock[target.name]) return [null, false];
    return projectedDay(walk, target);
  }
  if (target.is === "later") {
    return [basesOf(walk, target).at(-1)?.day ?? null, false];
  }
  if (occasion.closed < FAR && !target.visit) return [pastMoment(walk, target, occasion), false];
  return [dateOf(walk, target), false];
}

// The target of an occasion that is over: the day as it was before the occasion closed.
function pastMoment({ study, road }, target, occasion) {
  const { watch, or_else: other } = study.moment[target.of];
  if (watch === null) {
    const marked = road.marked.filter((m) => m.name === target.of && m.day <= occasion.opened).at(-1);
    return marked ? add(marked.day, target.n, target.unit) : null;
  }
  const last = road.lasts.filter((l) => l.watch === watch && l.turn <= occasion.lastTurn).at(-1)?.day;
  const anchor = last || (other === null ? null : road.moments[other] ?? null);
  return anchor === null ? null : add(anchor, target.n, target.unit);
}

function projectedDay({ study, arm, road }, clock) {
  const kept = road.ran[clock.of];
  if (!kept || !mayRun(study, arm, clock.of).has(road.phase) || kept.done >= clock.n) return [null, false];
  return [(kept.since >= 0 ? kept.since : road.on) + clock.n - kept.done, true];
}

// Phases in which a stopwatch runs, or from which it can go on without being reset.
function mayRun(study, arm, watch) {
  const runs = study.runs[watch], found = new Set(runs);
  for (const r of arm.rules.slice(0, arm.legal)) {
    if (runs.has(r.to) && !r.resets.includes(watch)) r.at.forEach((phase) => found.add(phase));
  }
  return found;
}

function plannedVisit(walk, v, occasion, number, target, projected, entries, named) {
  const { road, end } = walk, w = v.window;
  const earliest = target + (w.not_before === null ? w.before : Math.max(w.before, -w.not_before)), latest = target + w.after;
  const plan = {
    name: v.name, target, earliest, latest, state: "due", source: v.source, occasion: number, made: null, entry: null, reason: null, projected,
  };
  const low = named ? firstDay(walk, v, occasion, target, earliest) : earliest;
  const standsStill = projected && v.target.is === "clock" && road.ran[v.target.of].since < 0;
  const made = standsStill ? null : entries.find((s) => makesIt(road, occasion, number, s, low));
  if (made) return { ...plan, state: "done", made: made.day, entry: made.entry.sequence };
  const excuse = excuseOf(walk, v, target);
  if (excuse) return { ...plan, state: "not owed", reason: excuse };
  if (occasion.closed < FAR && v.opens.length) return { ...plan, state: "not owed", reason: "treatment that began first replaced it" };
  if (end) return { ...plan, state: "missed", reason: end.reason };
  if (occasion.closed < FAR) return { ...plan, state: "missed", reason: "the next one began before it was made" };
  return road.on <= target ? plan : { ...plan, state: road.on <= latest ? "owed" : "late" };
}

// The first day on which a visit recorded by its name can have been made: the day it counts from, or the day after that last day.
function firstDay({ study, road }, v, occasion, target, earliest) {
  const after = v.target;
  if (after.is !== "after" || after.visit) return Math.min(occasion.opened, earliest);
  const from = after.unit === "days" ? target - after.n : momentOf(study, road, after.of) ?? 0;
  const anchor = from + (study.moment[after.of].watch === null ? 0 : 1);
  return Math.min(anchor, earliest);
}

// Whether an entry makes an occasion: the one that it names, or the one that it falls into.
function makesIt(road, occasion, number, s, low) {
  const named = (s.entry.visit ?? null) !== null && (s.entry.occasion ?? null) !== null;
  return named ? s.entry.occasion === number : isWithin(road, occasion, s, low);
}

// Whether an entry falls into an occasion; on the day it closes, only what was recorded before what closed it.
function isWithin(road, occasion, s, low) {
  if (s.day < low || s.day > occasion.closed) return false;
  if (s.day < occasion.closed) return true;
  const closing = 0 < occasion.lastTurn && occasion.lastTurn <= road.turns.length ? road.turns[occasion.lastTurn - 1].entry : null;
  return road.entries.some((c) => c.entry.sequence === closing && s.place < c.place);
}

// Why a visit is not owed. A repeated visit waits out an absence or a treatment, and is owed again when they are over.
function excuseOf(walk, v, target) {
  const { gone, end } = walk;
  if (end && target > end.day) return `the study ended before: ${end.reason}`;
  if (gone.some(([began, back]) => began < target && target < back && (back === FAR || !v.every))) return "not owed while lost to follow-up";
  if (!v.excused.length) return null;
  return excusedSpans(walk, v).find((s) => s.low < target && target < s.high && !(s.over && v.every))?.why ?? null;
}

// Stretches outside the phases in which a visit is owed, each drawn out to the target of the visit that ends it; and
// whether it is over.
function excusedSpans(walk, v) {
  const { study, arm, road, targets } = walk, spans = [], ends = targets[v.until_visit] ?? [];
  const first = v.until_visit ? `it falls before the ${v.until_visit} visit` : "it falls in a phase in which it is not owed";
  let out = 0, inside = v.excused.includes(study.begins);
  const reason = () => (out && v.until_visit ? "it falls within a later course of treatment" : first);
  road.turns.forEach((t, number) => {
    const now = v.excused.includes(t.after), ended = study.phase[t.after].end;
    if (!inside && now) {
      const drawn = ends.filter((e) => e.occasion.firstTurn === number).map((e) => e.target);
      spans.push({ low: out, high: drawn.length ? Math.max(...drawn) : t.day, why: reason(), over: true });
    } else if (!inside && ended) spans.push({ low: out, high: t.day + 1, why: reason(), over: false });
    else if (inside && !now && !ended) out = t.day;
    inside = now || ended;
  });
  if (!inside) {
    const back = arm.leads_to[road.phase].some((phase) => v.excused.includes(phase));
    spans.push({ low: out, high: back ? Math.max(road.on, expectedTarget(walk, v.until_visit)) : FAR, why: reason(), over: false });
  }
  return spans;
}

// The target that a visit after treatment would have if this stretch were the last one; 0 where that is not known.
function expectedTarget({ study, arm, road }, name) {
  const after = arm.visits.find((v) => v.name === name)?.target;
  if (!after || after.is !== "after" || after.visit) return 0;
  let anchor = momentOf(study, road, after.of);
  const { watch } = study.moment[after.of];
  if (watch !== null) {
    for (const clock of arm.pending(road.status)) {
      const c = arm.clock[clock];
      const due = c.kind === "full" && c.of === watch ? dueDay(study, road, c) : null;
      if (due !== null) anchor = Math.max(anchor ?? 0, due - 1);
    }
  }
  return anchor === null ? 0 : add(anchor, after.n, after.unit);
}

function repeatedVisits(walk, v, entries) {
  const { road, end } = walk, found = [], bases = basesOf(walk, v.target);
  if (!bases.length) return found;
  const lastOfAll = v.ends ? dateOf(walk, v.ends) : null;
  const plan = (anchor) => {
    const target = add(anchor, v.every.n, v.every.unit);
    return {
      name: v.name, target, earliest: target + v.window.before, latest: target + v.window.after, state: "due", source: v.source,
      occasion: found.length + 1, made: null, entry: null, reason: null, projected: false,
    };
  };
  let anchor = 0;
  for (const s of v.excused.length ? madeIn(road, entries, v.excused) : entries) {
    const base = Math.max(...bases.filter((b) => b.since <= s.day).map((b) => b.day));
    if (!Number.isFinite(base) || s.day <= base) continue;
    found.push({ ...plan(Math.max(base, anchor)), state: "done", made: s.day, entry: s.entry.sequence });
    anchor = s.day;
    if (lastOfAll !== null && anchor >= lastOfAll) return found;
  }
  const next = plan(Math.max(bases.at(-1).day, anchor)), excuse = excuseOf(walk, v, next.target);
  if (excuse) return [...found, { ...next, state: "not owed", reason: excuse }];
  if (end) return [...found, { ...next, state: "missed", reason: end.reason }];
  return [...found, { ...next, state: road.on <= next.target ? "due" : road.on <= next.latest ? "owed" : "late" }];
}

// The entries that were met in some phases.
function madeIn(road, entries, phases) {
  const met = new Set([...road.turns, ...road.unheard].filter((t) => phases.includes(t.before)).map((t) => t.entry));
  return entries.filter((s) => met.has(s.entry.sequence));
}

// The days from which a repeated visit counts, each with the day since which it does: a new target of another visit moves it.
function basesOf(walk, target) {
  const parts = target.is === "later" ? target.parts : target.is === "after" ? [target] : [];
  const days = parts.filter((p) => !p.visit).map((p) => dateOf(walk, p));
  const others = parts.filter((p) => p.visit).map((p) => ({ part: p, known: walk.targets[p.of] ?? [] }));
  if (!parts.length || days.includes(null) || others.some((o) => !o.known.length)) return [];
  const fixed = Math.max(0, ...days);
  if (!others.length) return [{ since: 0, day: fixed }];
  return others
    .flatMap(({ part, known }) => known.map((k) => ({ since: k.occasion.opened, day: Math.max(fixed, add(k.target, part.n, part.unit)) })))
    .sort((a, b) => a.since - b.since || a.day - b.day);
}
