// Visits of a participant: target, earliest and latest day, and state, from the road and the entries that made them.
// States: done; planned (its window has not opened); due (it has, its target not yet passed); owed (passed, window open); late (window passed); missed; not owed (with the reason).

function visitsOf(study, road) {
  const arm = study.arm[road.arm];
  const walk = { study, arm, road, targets: {}, gone: absencesOf(study, road), end: endOf(study, road) };
  const slots = slotsOf(walk), made = makingsOf(walk, slots);
  const planned = slots.map((slot) => plannedVisit(walk, slot, made.one.get(slot) ?? null));
  for (const v of arm.visits) if (v.drifts) planned.push(...repeatedVisits(walk, v, made.again.get(v) ?? []));
  const order = new Map(arm.visits.map((v, number) => [v.name, number]));
  return planned.sort((a, b) => a.target - b.target || order.get(a.name) - order.get(b.name) || a.occasion - b.occasion);
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

// The stretches of the road in which one visit falls, by days and by turn numbers; `began` is the place of the turn that opened it. What
// is opened by phases stays open when they are left, until they are entered again, or what its target counts from begins anew (`replaced`).
function occasionsOf({ study, arm, road }, v) {
  const turns = road.turns.length + 1;
  if (v.each) {
    const starts = road.raised.filter((r) => r.name === v.each);
    return starts.map((r, i) => ({
      opened: r.day, closed: starts[i + 1]?.day ?? FAR, firstTurn: r.turn, lastTurn: starts[i + 1]?.turn ?? turns, began: r.turn - 1, replaced: false,
    }));
  }
  if (!v.opens.length) return [{ opened: 0, closed: FAR, firstTurn: 0, lastTurn: turns, began: -1, replaced: false }];
  const anew = new Set([...countedFrom(study, arm, v)].flatMap((watch) => [...study.runs[watch]]).filter((phase) => !v.opens.includes(phase)));
  const found = [];
  let opened = null;
  road.turns.forEach((t, number) => {
    if (t.after === t.before) return;
    const begins = v.opens.includes(t.after) && !v.opens.includes(t.before);
    if (opened && (begins || (anew.has(t.after) && !study.phase[t.after].end))) {
      found.push({ opened: opened.day, closed: t.day, firstTurn: opened.turn, lastTurn: number + 1, began: opened.turn, replaced: !begins });
      opened = null;
    }
    if (begins) opened = { day: t.day, turn: number };
  });
  if (opened) found.push({ opened: opened.day, closed: FAR, firstTurn: opened.turn, lastTurn: turns, began: opened.turn, replaced: false });
  return found;
}

// The stopwatches that a visit's target counts from, itself or by way of a moment or another visit.
function countedFrom(study, arm, v) {
  const found = new Set();
  for (const part of v.target.is === "later" ? v.target.parts : [v.target]) {
    if (part.visit) {
      for (const other of arm.visits) if (other.name === part.of) countedFrom(study, arm, other).forEach((watch) => found.add(watch));
    } else if (part.is === "clock" && part.kind === "full") found.add(part.of);
    else if (part.is !== "leading") {
      for (let name = part.of; name !== null && study.moment[name].watch !== null; name = study.moment[name].or_else) found.add(study.moment[name].watch);
    }
  }
  return found;
}

// The day so long after a moment, or after the target of another visit: the latest, or as it was when an occasion closed.
function anchored(walk, part, occasion = null) {
  const { study, road, targets } = walk, over = occasion !== null && occasion.closed < FAR;
  let anchor;
  if (part.visit) {
    const known = (targets[part.of] ?? []).filter((k) => !over || k.occasion.began < occasion.lastTurn - 1);
    anchor = known.at(-1)?.target ?? null;
  } else anchor = over ? pastMoment(walk, part.of, occasion) : momentOf(study, road, part.of);
  return anchor === null ? null : add(anchor, part.n, part.unit);
}

function targetDay(walk, v, occasion) {
  const { arm, road } = walk, target = v.target;
  if (target.is === "clock" && target.kind === "full") {
    const day = countedEnough(walk, target, occasion);
    if (day !== null) return [day, false];
    if (occasion.closed < FAR || !arm.clock[target.name]) return [null, false];
    return projectedDay(walk, target);
  }
  if (target.is === "clock") {
    const day = anchored(walk, target, occasion);
    return [day === null ? null : day + (target.kind === "past" ? 1 : 0), false];
  }
  const days = (target.is === "later" ? target.parts : [target]).map((part) => anchored(walk, part, occasion));
  if (target.which) {
    const known = days.filter((day) => day !== null);
    return [known.length ? Math[target.which === "first" ? "min" : "max"](...known) : null, false];
  }
  return [days.length && !days.includes(null) ? Math.max(...days) : null, false];
}

// The first day within an occasion on which a stopwatch had counted enough, null where it has not. Another clock of the same day, or an entry
// that leads out of the phase on it, may speak first, so that no sentence hears this one.
function countedEnough({ road }, clock, occasion) {
  const { turns } = road, found = road.fired.filter((f) => f.clock === clock.name && occasion.firstTurn <= f.turn && f.turn < occasion.lastTurn);
  for (const e of road.extended) {
    if (e.watch === clock.of && occasion.firstTurn < e.turn && e.turn <= occasion.lastTurn && e.done < clock.n && clock.n <= e.after) found.push({ turn: e.turn - 1, day: e.open + clock.n - e.done });
  }
  for (let number = occasion.firstTurn; number < Math.min(occasion.lastTurn, turns.length + 1); number++) {
    const kept = number ? turns[number - 1].stood.ran[clock.of] : null;
    if (!kept || kept.since < 0 || kept.done >= clock.n) continue;
    const day = kept.since + clock.n - kept.done;
    if (occasion.opened <= day && day <= (turns[number]?.day ?? road.on)) {
      found.push({ turn: number, day });
      break;
    }
  }
  return found.reduce((best, f) => (best === null || f.turn < best.turn || (f.turn === best.turn && f.day < best.day) ? f : best), null)?.day ?? null;
}

// The day of a moment as it was before an occasion closed; of one that counts from a stopwatch, the last day on which that had run.
function pastMoment(walk, name, occasion) {
  const { study, road } = walk, { watch, or_else: other } = study.moment[name], closing = occasion.lastTurn - 1;
  if (watch === null) return closing > 0 ? road.turns[closing - 1].moments[name] ?? null : null;
  const last = road.lasts.filter((l) => l.watch === watch && l.turn <= occasion.lastTurn).at(-1)?.day;
  if (last) return last;
  return other === null ? null : pastMoment(walk, other, occasion);
}

function projectedDay({ study, arm, road }, clock) {
  const kept = road.ran[clock.of];
  if (!kept || !mayRun(study, arm, clock.of).has(road.phase) || kept.done >= clock.n) return [null, false];
  if (!road.turns.some((t) => study.runs[clock.of].has(t.after))) return [null, false];
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

function plannedVisit(walk, slot, made) {
  const { road, end } = walk, { visit: v, occasion, target, earliest, latest, projected } = slot;
  const plan = {
    name: v.name, target, ...statedDays(v, earliest, latest), state: "due", source: v.source, occasion: slot.number, made: null, entry: null, reason: null, projected, until: slot.until,
    timed: isTimed(v), at: slot.at ?? null, off: null,
  };
  if (made) return { ...plan, state: "done", made: made.day, entry: made.entry.sequence, off: minutesOff(slot, made) };
  const excuse = excuseOf(walk, v, target) || slot.notFor;
  if (excuse) return { ...plan, state: "not owed", reason: excuse };
  if (occasion.replaced) return { ...plan, state: "not owed", reason: "treatment that began first replaced it" };
  if (occasion.closed < FAR) return { ...plan, state: "missed", reason: "the next one began before it was made" };
  if (end) return { ...plan, state: "missed", reason: end.reason };
  if (leadsToAct(v) && road.on > slot.until) return { ...plan, state: "missed", reason: `‘${v.target.of}’ came without it` };
  if (road.on > slot.until) return { ...plan, state: "missed", reason: slot.until < slot.expires ? "the window of the next one has opened" : `it could be made until ${iso(slot.expires)}` };
  return { ...plan, state: openState(road.on, plan) };
}

// A window as it is told: null where the protocol states none.
const statedDays = (v, earliest, latest) => (isStated(v) ? { earliest, latest } : { earliest: null, latest: null });
const openState = (today, { target, earliest, latest }) => (today < (earliest ?? target) ? "planned" : today <= target ? "due" : today <= (latest ?? FAR) ? "owed" : "late");

// By how many minutes an entry made an occasion before (a negative number) or after its window in minutes; null where a time is not known.
function minutesOff({ visit: { window: w }, target, at }, made) {
  if (!w?.minutes || (at ?? null) === null || minuteOf(made) === null) return null;
  const off = offBy(target, at, made);
  return off < w.before ? off - w.before : off > w.after ? off - w.after : 0;
}

const timeSaid = (minute) => (minute === null ? null : `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`);

// Why a visit is not owed. A repeated visit waits out an absence or a treatment, and is owed again when they are over.
function excuseOf(walk, v, target) {
  const { gone, end } = walk;
  if (end && target > end.day) return `the study ended before: ${end.reason}`;
  if (gone.some(([began, back]) => began < target && target < back && (back === FAR || !v.drifts))) return "not owed while lost to follow-up";
  if (!v.excused.length) return null;
  return excusedSpans(walk, v).find((s) => s.low < target && target < s.high && !(s.over && v.drifts))?.why ?? null;
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

// The occasions of a visit that comes again: those made, those that an entry of a later number left out, and the next one.
function repeatedVisits(walk, v, entries) {
  const { road, end } = walk, found = [], bases = basesOf(walk, v.target);
  if (!bases.length) return found;
  const lastOfAll = v.ends ? anchored(walk, v.ends) : null;
  const plan = (target) => ({
    name: v.name, target, ...statedDays(v, ...windowOf(v, target)), state: "due", source: v.source,
    occasion: found.length + 1, made: null, entry: null, reason: null, projected: false, until: FAR,
  });
  const next = (day) => add(day, v.every.n, v.every.unit);
  let anchor = 0;
  for (const s of entries) {
    const base = Math.max(...bases.filter((b) => b.since <= s.day).map((b) => b.day));
    const named = (s.entry.visit ?? null) === null ? null : s.entry.occasion ?? null;
    if (!Number.isFinite(base) || s.day <= base || (named !== null && named <= found.length)) continue;
    anchor = Math.max(base, anchor);
    while (named !== null && found.length + 1 < named) {
      anchor = next(anchor);
      found.push({ ...plan(anchor), state: "missed", reason: "a later one was made" });
    }
    found.push({ ...plan(next(anchor)), state: "done", made: s.day, entry: s.entry.sequence });
    anchor = s.day;
    if (lastOfAll !== null && anchor >= lastOfAll) return found;
  }
  const coming = plan(next(Math.max(bases.at(-1).day, anchor))), excuse = excuseOf(walk, v, coming.target) || notFor(walk, v, coming.target);
  if (excuse) return [...found, { ...coming, state: "not owed", reason: excuse }];
  if (end) return [...found, { ...coming, state: "missed", reason: end.reason }];
  return [...found, { ...coming, state: openState(road.on, coming) }];
}

// The days from which a repeated visit counts, each with the day since which it does: a new target of another visit moves it.
function basesOf(walk, target) {
  const parts = target.is === "later" ? target.parts : target.is === "after" ? [target] : [];
  const days = parts.filter((p) => !p.visit).map((p) => anchored(walk, p));
  const others = parts.filter((p) => p.visit).map((p) => ({ part: p, known: walk.targets[p.of] ?? [] }));
  if (!parts.length || days.includes(null) || others.some((o) => !o.known.length)) return [];
  const fixed = Math.max(0, ...days), found = [];
  const opened = [...new Set(others.flatMap((o) => o.known.map((k) => k.occasion.opened)))].sort((a, b) => a - b);
  for (const since of others.length ? opened : [0]) {
    const latest = others.map(({ part, known }) => {
      const there = known.filter((k) => k.occasion.opened <= since).at(-1);
      return there ? add(there.target, part.n, part.unit) : null;
    });
    if (!latest.includes(null)) found.push({ since, day: Math.max(fixed, ...latest) });
  }
  return found;
}
