"""Visits of a participant: target, earliest and latest day, and state, computed from the road and the entries that made them.

States: done; due (ahead, its target day not yet passed); owed (target passed, window open); late (window passed, still to be made);
missed (can no longer be made); not owed (with the reason).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..protocol.expressions import Clock
from ..protocol.language import After, LaterOf, Visit
from ..protocol.times import add
from .fold import FAR, Road, Turn, due_day
from .journal import Standing
from .ready import Ready


@dataclass(frozen=True, slots=True)
class Planned:
    """One planned visit. Days are ordinals; `made` is the day it was made, `entry` the sequence that made it."""

    name: str
    target: int
    earliest: int
    latest: int
    state: str
    source: str
    occasion: int = 1
    made: int | None = None
    entry: int | None = None
    reason: str | None = None
    projected: bool = False


@dataclass(frozen=True, slots=True)
class Occasion:
    """A stretch of the road in which one visit falls: opened on a day, closed on a day (FAR: still open), by turn numbers."""

    opened: int
    closed: int
    first_turn: int
    last_turn: int


def visits(ready: Ready, road: Road) -> list[Planned]:
    """Every visit of a participant, in the order of their targets."""
    ready = ready.of(road.arm)
    planned: list[Planned] = []
    targets: dict[str, list[tuple[Occasion, int]]] = {}
    gone = absences(ready, road)
    end = _end(ready, road)
    by_event: dict[str, list[Standing]] = {}
    for s in while_in_study(ready, road):
        by_event.setdefault(s.entry.event, []).append(s)
    claims = _claims(ready, by_event)
    for v in ready.table.protocol.visits:
        occasions = _occasions(ready, road, v)
        made = claims.get(v.name, by_event.get(v.made_by, [])) if not _named(ready, v) else claims.get(v.name, [])
        if v.every is not None:
            planned += _repeated(ready, road, v, made, targets, gone, end)
            continue
        kept = targets.setdefault(v.name, [])
        for number, occasion in enumerate(occasions, 1):
            target, projected = _target(ready, road, v, occasion, targets)
            if target is None:
                continue
            kept.append((occasion, target))
            planned.append(_planned(ready, road, v, occasion, number, target, projected, made, targets, gone, end))
    planned.sort(key=lambda p: (p.target, p.name))
    return planned


def _named(ready: Ready, v: Visit) -> bool:
    form = ready.forms.get(v.made_by)
    return form is not None and form.visit_item is not None


def _claims(ready: Ready, by_event: dict[str, list[Standing]]) -> dict[str, list[Standing]]:
    found: dict[str, list[Standing]] = {}
    for event, entries in by_event.items():
        form = ready.forms.get(event)
        if form is None or form.visit_item is None:
            continue
        for s in entries:
            name = visit_named(ready, str((s.entry.values or {}).get(form.visit_item) or ""))
            if name is not None:
                found.setdefault(name, []).append(s)
    return found


def visit_named(ready: Ready, text: str) -> str | None:
    """The planned visit that a recorded visit name means, None for an unscheduled one."""
    plain = " ".join(re.findall(r"[a-z]+|\d+", text.casefold()))
    for v in ready.table.protocol.visits:
        if plain == " ".join(re.findall(r"[a-z]+|\d+", v.name.casefold())):
            return v.name
    padded = f" {plain} "
    for v in ready.table.protocol.visits:
        for name in v.known_as:
            if f" {' '.join(re.findall('[a-z]+|[0-9]+', name.casefold()))} " in padded:
                return v.name
    return None


def absences(ready: Ready, road: Road) -> list[tuple[int, int]]:
    """The stretches in which a participant was lost: from that day until the day of the next fact (FAR: still lost)."""
    absence = ready.protocol.absence
    found: list[tuple[int, int]] = []
    if absence is None:
        return found
    began: int | None = None
    for s in road.entries:
        if s.entry.event == absence.entry:
            began = s.day if began is None else began
        elif began is not None and s.entry.event not in absence.not_ended_by and _is_fact(ready, s.entry.event):
            found.append((began, s.day))
            began = None
    if began is not None:
        found.append((began, FAR))
    return found


def _is_fact(ready: Ready, event: str) -> bool:
    form = ready.forms.get(event)
    if form is None:
        return False
    return not form.yields or any(ready.natures.get(name) != "decision" for name, _ in form.yields)


def while_in_study(ready: Ready, road: Road) -> Sequence[Standing]:
    """The entries up to the one that ended the study, where it has ended: what is dated later makes no visit."""
    turn = ended_by(ready, road)
    last = None if turn is None else turn.entry
    place = next((n for n, s in enumerate(road.entries, 1) if s.entry.sequence == last), len(road.entries))
    return road.entries[:place]


def ended_by(ready: Ready, road: Road) -> Turn | None:
    """The turn that ended the study for a participant, None while it goes on."""
    if not ready.table.meaning.phases[road.phase].end:
        return None
    return next((t for t in reversed(road.turns) if t.after == road.phase and t.before != road.phase), None)


def _end(ready: Ready, road: Road) -> tuple[int, str] | None:
    phase = ready.table.meaning.phases[road.phase]
    return (road.since, phase.reason or "the study has ended") if phase.end else None


def _occasions(ready: Ready, road: Road, v: Visit) -> list[Occasion]:
    turns = len(road.turns) + 1
    if v.each:
        starts = [(day, turn) for name, day, turn in road.raised if name == v.each]
        if not starts:
            return []
        ends = [*starts[1:], (FAR, turns)]
        return [Occasion(a, c, b, d) for (a, b), (c, d) in zip(starts, ends, strict=True)]
    if not v.opens:
        return [Occasion(0, FAR, 0, turns)]
    found: list[Occasion] = []
    opened: tuple[int, int] | None = None
    for number, t in enumerate(road.turns):
        inside, was = t.after in v.opens, t.before in v.opens
        if inside and not was:
            opened = (t.day, number)
        elif was and not inside and opened and not ready.table.meaning.phases[t.after].end:
            found.append(Occasion(opened[0], t.day, opened[1], number + 1))
            opened = None
    if opened:
        found.append(Occasion(opened[0], FAR, opened[1], turns))
    return found


def _date(ready: Ready, road: Road, part: After, targets: dict[str, list[tuple[Occasion, int]]]) -> int | None:
    if part.visit:
        known = targets.get(part.of)
        anchor = known[-1][1] if known else None
    else:
        anchor = road.moment(ready, part.of)
    return None if anchor is None else add(anchor, part.n, part.unit)


def _target(
    ready: Ready, road: Road, v: Visit, occasion: Occasion, targets: dict[str, list[tuple[Occasion, int]]]
) -> tuple[int | None, bool]:
    target = v.target
    if isinstance(target, Clock):
        name = target.name
        for clock, day, turn in road.fired:
            if clock == name and occasion.first_turn <= turn < occasion.last_turn:
                return day, False
        if occasion.closed < FAR or name not in ready.table.meaning.clocks:
            return None, False
        return _projected(ready, road, target)
    if isinstance(target, LaterOf):
        bases = _bases(ready, road, target, targets)
        return (bases[-1][1] if bases else None), False
    if occasion.closed < FAR and not target.visit:
        return _past_moment(ready, road, target, occasion), False
    return _date(ready, road, target, targets), False


def _past_moment(ready: Ready, road: Road, target: After, occasion: Occasion) -> int | None:
    """The target of an occasion that is over: the day as it was when the occasion opened."""
    derived = ready.derived.get(target.of)
    if derived is None:
        days = [day for name, day, _, _ in road.marked if name == target.of and day <= occasion.opened]
        return add(days[-1], target.n, target.unit) if days else None
    runs = ready.table.meaning.running[derived[0]]
    last, since = 0, -1
    for t in road.turns[: occasion.first_turn + 1]:
        if t.after in runs and t.before not in runs:
            since = t.day
        elif t.before in runs and t.after not in runs and since >= 0:
            last, since = (t.day - 1 if t.day > since else last), -1
    anchor = last or (road.moments.get(derived[1]) if derived[1] else None)
    return None if anchor is None else add(anchor, target.n, target.unit)


def _projected(ready: Ready, road: Road, clock: Clock) -> tuple[int | None, bool]:
    kept = road.ran.get(clock.of)
    if kept is None or not ready.protocol.phases or road.phase not in _may_run(ready, clock.of):
        return None, False
    done = kept[0]
    if done >= clock.n:
        return None, False
    return (kept[1] if kept[1] >= 0 else road.on) + clock.n - done, True


def _may_run(ready: Ready, watch: str) -> set[str]:
    """Phases in which a stopwatch runs, or from which it can go on without being reset."""
    runs = ready.table.meaning.running[watch]
    found = set(runs)
    for r in ready.table.protocol.rules:
        if r.to in runs and not any(e.kind == "reset" and e.name == watch for e in r.do):
            found |= set(r.at)
    return found


def _planned(
    ready: Ready,
    road: Road,
    v: Visit,
    occasion: Occasion,
    number: int,
    target: int,
    projected: bool,
    entries: list[Standing],
    targets: dict[str, list[tuple[Occasion, int]]],
    gone: list[tuple[int, int]],
    end: tuple[int, str] | None,
) -> Planned:
    w = v.window
    earliest = target + (max(w.before, -w.not_before) if w.not_before is not None else w.before)
    latest = target + w.after
    plan = Planned(v.name, target, earliest, latest, "due", v.source, number, projected=projected)
    low = _first_day(ready, road, v, occasion, target, earliest) if _named(ready, v) else earliest
    stands_still = projected and isinstance(v.target, Clock) and road.ran[v.target.of][1] < 0
    for s in () if stands_still else entries:
        if _within(road, occasion, s, low):
            return replace(plan, state="done", made=s.day, entry=s.entry.sequence)
    excuse = _excuse(ready, road, v, target, targets, gone, end)
    if excuse:
        return replace(plan, state="not owed", reason=excuse)
    if occasion.closed < FAR and v.opens:
        return replace(plan, state="not owed", reason="treatment that began first replaced it")
    if end is not None:
        return replace(plan, state="missed", reason=end[1])
    if occasion.closed < FAR:
        return replace(plan, state="missed", reason="the next one began before it was made")
    if road.on <= target:
        return plan
    return replace(plan, state="owed" if road.on <= latest else "late")


def _first_day(ready: Ready, road: Road, v: Visit, occasion: Occasion, target: int, earliest: int) -> int:
    """The first day on which a visit recorded by its name can have been made: the day it counts from, or the day after that last day."""
    after = v.target
    if not isinstance(after, After) or after.visit:
        return min(occasion.opened, earliest)
    anchor = target - after.n if after.unit == "days" else road.moment(ready, after.of) or 0
    anchor += after.of in ready.derived
    return min(anchor, earliest, occasion.opened or anchor)


def _within(road: Road, occasion: Occasion, s: Standing, low: int) -> bool:
    """Whether an entry falls into an occasion; on the day it closes, only what was recorded before what closed it."""
    if s.day < low or s.day > occasion.closed:
        return False
    if s.day < occasion.closed:
        return True
    closing = road.turns[occasion.last_turn - 1].entry if 0 < occasion.last_turn <= len(road.turns) else None
    return any(c.entry.sequence == closing and s.place < c.place for c in road.entries)


def _excuse(
    ready: Ready,
    road: Road,
    v: Visit,
    target: int,
    targets: dict[str, list[tuple[Occasion, int]]],
    gone: list[tuple[int, int]],
    end: tuple[int, str] | None,
) -> str | None:
    """Why a visit is not owed. A repeated visit waits out an absence or a treatment, and is owed again when they are over."""
    if end is not None and target > end[0]:
        return f"the study ended before: {end[1]}"
    for began, back in gone:
        if began < target < back and (back == FAR or v.every is None):
            return "the participant was lost to follow-up on that day"
    if v.excused:
        for low, high, why, over in _spans(ready, road, v, targets):
            if low < target < high and not (over and v.every is not None):
                return why
    return None


def _spans(ready: Ready, road: Road, v: Visit, targets: dict[str, list[tuple[Occasion, int]]]) -> list[tuple[int, int, str, bool]]:
    """Stretches outside the phases in which a visit is owed, each drawn out to the target of the visit that ends it; and whether it is over."""
    spans: list[tuple[int, int, str, bool]] = []
    phases = ready.table.meaning.phases
    out, inside = 0, ready.protocol.begins in v.excused
    why = f"it falls before the {v.until_visit} visit" if v.until_visit else "it falls in a phase in which it is not owed"
    ends = targets.get(v.until_visit, [])
    for number, t in enumerate(road.turns):
        now, ended = t.after in v.excused, phases[t.after].end
        if not inside and now:
            spans.append((out, max((target for occasion, target in ends if occasion.first_turn == number), default=t.day), why, True))
        elif not inside and ended:
            spans.append((out, t.day + 1, why, False))
        elif inside and not now and not ended:
            out = t.day
        inside = now or ended
    if not inside:
        back = not ready.leads_to(road.phase).isdisjoint(v.excused)
        spans.append((out, max(road.on, _expected(ready, road, v.until_visit)) if back else FAR, why, False))
    return spans


def _expected(ready: Ready, road: Road, name: str) -> int:
    """The target that a visit after treatment would have if this stretch of drug were the last one; 0 where that is not known."""
    after = next((v.target for v in ready.table.protocol.visits if v.name == name), None)
    if not isinstance(after, After) or after.visit:
        return 0
    anchor = road.moment(ready, after.of)
    derived = ready.derived.get(after.of)
    if derived is not None:
        for clock in ready.table.pending(road.status):
            c = ready.table.meaning.clocks[clock]
            if c.kind == "full" and c.of == derived[0] and (due := due_day(ready, road, c)) is not None:
                anchor = max(anchor or 0, due - 1)
    return 0 if anchor is None else add(anchor, after.n, after.unit)


def _made_in(road: Road, entries: list[Standing], phases: tuple[str, ...]) -> list[Standing]:
    """The entries that were met in some phases."""
    met = {t.entry for t in (*road.turns, *road.unheard) if t.before in phases}
    return [s for s in entries if s.entry.sequence in met]


def _repeated(
    ready: Ready,
    road: Road,
    v: Visit,
    entries: list[Standing],
    targets: dict[str, list[tuple[Occasion, int]]],
    gone: list[tuple[int, int]],
    end: tuple[int, str] | None,
) -> list[Planned]:
    bases = _bases(ready, road, v.target, targets)
    if not bases or v.every is None:
        return []
    last_of_all = _date(ready, road, v.ends, targets) if v.ends else None
    found: list[Planned] = []
    anchor = 0
    for s in _made_in(road, entries, v.excused) if v.excused else entries:
        base = max((day for opened, day in bases if opened <= s.day), default=FAR)
        if s.day <= base:
            continue
        plan = _next(v, max(base, anchor), len(found) + 1)
        found.append(replace(plan, state="done", made=s.day, entry=s.entry.sequence))
        anchor = s.day
        if last_of_all is not None and anchor >= last_of_all:
            return found
    plan = _next(v, max(bases[-1][1], anchor), len(found) + 1)
    excuse = _excuse(ready, road, v, plan.target, targets, gone, end)
    if excuse:
        return [*found, replace(plan, state="not owed", reason=excuse)]
    if end is not None:
        return [*found, replace(plan, state="missed", reason=end[1])]
    state = "due" if road.on <= plan.target else "owed" if road.on <= plan.latest else "late"
    return [*found, replace(plan, state=state)]


def _next(v: Visit, anchor: int, number: int) -> Planned:
    target = add(anchor, v.every.n, v.every.unit) if v.every is not None else anchor
    return Planned(v.name, target, target + v.window.before, target + v.window.after, "due", v.source, number)


def _bases(
    ready: Ready, road: Road, target: After | LaterOf | Clock, targets: dict[str, list[tuple[Occasion, int]]]
) -> list[tuple[int, int]]:
    """The days from which a repeated visit counts, each with the day since which it does: a new target of another visit moves it."""
    parts = target.parts if isinstance(target, LaterOf) else (target,) if isinstance(target, After) else ()
    days = [_date(ready, road, part, targets) for part in parts if not part.visit]
    others = [(part, targets.get(part.of, [])) for part in parts if part.visit]
    if not parts or None in days or any(not known for _, known in others):
        return []
    fixed = max((d for d in days if d is not None), default=0)
    if not others:
        return [(0, fixed)]
    return sorted((o.opened, max(fixed, add(day, part.n, part.unit))) for part, known in others for o, day in known)
