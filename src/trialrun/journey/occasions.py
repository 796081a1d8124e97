"""Where visits fall: the occasions of each visit on a road, their target days, and the stretches in which a visit is not owed."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..protocol.enactment import UNSTARTED
from ..protocol.language import After, LaterOf, Visit
from ..protocol.words.expressions import Clock
from ..protocol.words.times import add
from .fold import FAR, Road, due_day
from .ready import Ready

OUTSIDE, LATER = "it falls in a phase in which it is not owed", "it falls within a later course of treatment"


@dataclass(frozen=True, slots=True)
class Occasion:
    """A stretch of the road in which one visit falls: opened on a day, closed on a day (FAR: still open), by turn numbers."""

    opened: int
    closed: int
    first_turn: int
    last_turn: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days, both ends excluded, on which a visit is not owed, why, and whether they are over."""

    low: int
    high: int
    why: str
    over: bool


@dataclass(slots=True)
class Map:
    """A road with what was worked out of it so far: targets by visit, and stretches by the phases that they lie outside of."""

    ready: Ready
    road: Road
    targets: dict[str, list[tuple[Occasion, int]]] = field(default_factory=dict)
    stretches: dict[tuple[tuple[str, ...], str], list[Stretch]] = field(default_factory=dict)


def occasions(on: Map, v: Visit) -> list[Occasion]:
    """The occasions of one visit, in order."""
    road = on.road
    turns = len(road.turns) + 1
    if v.each:
        starts = [(t.day, number) for number, t in enumerate(road.turns, 1) if v.each in t.did.raises]
        ends = [*starts[1:], (FAR, turns)]
        return [Occasion(a, c, b, d) for (a, b), (c, d) in zip(starts, ends, strict=False)]
    if not v.opens:
        return [Occasion(0, FAR, 0, turns)]
    phases = on.ready.table.meaning.phases
    found: list[Occasion] = []
    opened: tuple[int, int] | None = None
    for number, t in enumerate(road.turns):
        if t.after == t.before:
            continue
        inside, was = t.after in v.opens, t.before in v.opens
        if inside and not was:
            opened = (t.day, number)
        elif was and not inside and opened and not phases[t.after].end:
            found.append(Occasion(opened[0], t.day, opened[1], number + 1))
            opened = None
    if opened:
        found.append(Occasion(opened[0], FAR, opened[1], turns))
    return found


def target_day(on: Map, v: Visit, occasion: Occasion) -> tuple[int | None, bool]:
    """The target of one occasion, None where it has none yet; and whether it is projected from a stopwatch that may still be held."""
    target = v.target
    if isinstance(target, Clock):
        name = target.name
        for number, t in enumerate(on.road.turns[occasion.first_turn : occasion.last_turn], occasion.first_turn):
            if any(e.name == target.of for e in t.did.extends):
                stood = on.road.turns[number - 1].stood if number else on.ready.enacts.start
                before = stood.watches.get(target.of, UNSTARTED)
                if before.ended is not None and before.counted < target.n <= t.stood.watches[target.of].counted:
                    return before.ended + target.n - before.counted, False
        for f in on.road.fired:
            if f.clock == name and occasion.first_turn <= f.turn < occasion.last_turn:
                return f.day, False
        if occasion.closed < FAR or name not in on.ready.table.meaning.clocks:
            return None, False
        return _projected(on, target), True
    if isinstance(target, LaterOf):
        found = bases(on, target)
        return (found[-1][1] if found else None), False
    if occasion.closed < FAR and not target.visit:
        return _past_moment(on, target, occasion), False
    return date_of(on, target), False


def date_of(on: Map, part: After) -> int | None:
    """The day so long after a moment, or after the latest target of another visit."""
    if part.visit:
        known = on.targets.get(part.of)
        anchor = known[-1][1] if known else None
    else:
        anchor = on.road.moment(on.ready, part.of)
    return None if anchor is None else add(anchor, part.n, part.unit)


def bases(on: Map, target: After | LaterOf | Clock) -> list[tuple[int, int]]:
    """The days from which a repeated visit counts, each after the day since which it does: a new target of another visit moves it."""
    parts = target.parts if isinstance(target, LaterOf) else (target,) if isinstance(target, After) else ()
    days = [date_of(on, part) for part in parts if not part.visit]
    others = [(part, on.targets.get(part.of, [])) for part in parts if part.visit]
    if not parts or None in days or any(not known for _, known in others):
        return []
    fixed = max((d for d in days if d is not None), default=0)
    if not others:
        return [(0, fixed)]
    return sorted((o.opened, max(fixed, add(day, part.n, part.unit))) for part, known in others for o, day in known)


def _past_moment(on: Map, target: After, occasion: Occasion) -> int | None:
    """The target of an occasion that is over: the day as it was before the occasion closed."""
    road = on.road
    derived = on.ready.enacts.derived.get(target.of)
    if derived is None:
        days = [m.day for m in road.marked() if m.moment == target.of and m.day <= occasion.opened]
        return add(days[-1], target.n, target.unit) if days else None
    closing = road.turns[occasion.last_turn - 1].stood if 0 < occasion.last_turn <= len(road.turns) else road.stood
    last = closing.watches[derived.stopwatch].last if derived.stopwatch in closing.watches else None
    anchor = last or (road.moments.get(derived.or_else) if derived.or_else else None)
    return None if anchor is None else add(anchor, target.n, target.unit)


def _projected(on: Map, clock: Clock) -> int | None:
    kept = on.road.stood.watches.get(clock.of)
    if kept is None or kept.counted >= clock.n or on.road.phase not in on.ready.may_run(clock.of):
        return None
    return (on.road.on if kept.since is None else kept.since) + clock.n - kept.counted


def stretches(on: Map, v: Visit) -> list[Stretch]:
    """The stretches outside the phases in which a visit is owed, each drawn out to the target of the visit that ends it."""
    key = (v.excused, v.until_visit)
    found = on.stretches.get(key)
    if found is None:
        found = on.stretches[key] = list(_stretches(on, v))
    return found


def _stretches(on: Map, v: Visit) -> list[Stretch]:
    found: list[Stretch] = []
    phases = on.ready.table.meaning.phases
    out, inside = 0, on.ready.protocol.begins in v.excused
    first = f"it falls before the {v.until_visit} visit" if v.until_visit else OUTSIDE
    ends = on.targets.get(v.until_visit, [])
    for number, t in enumerate(on.road.turns):
        if t.after == t.before:
            continue
        now, ended = t.after in v.excused, phases[t.after].end
        why = LATER if out and v.until_visit else first
        if not inside and now:
            back = max((target for occasion, target in ends if occasion.first_turn == number), default=t.day)
            found.append(Stretch(out, back, why, True))
        elif not inside and ended:
            found.append(Stretch(out, t.day + 1, why, False))
        elif inside and not now and not ended:
            out = t.day
        inside = now or ended
    if not inside:
        why = LATER if out and v.until_visit else first
        leads_back = not on.ready.leads_to(on.road.phase).isdisjoint(v.excused)
        found.append(Stretch(out, max(on.road.on, _expected(on, v.until_visit)) if leads_back else FAR, why, False))
    return found


def _expected(on: Map, name: str) -> int:
    """The target that a visit after treatment would have if this stretch of drug were the last one; 0 where that is not known."""
    ready, road = on.ready, on.road
    after = next((v.target for v in ready.table.protocol.visits if v.name == name), None)
    if not isinstance(after, After) or after.visit:
        return 0
    anchor = road.moment(ready, after.of)
    derived = ready.enacts.derived.get(after.of)
    if derived is not None:
        for _, clock in ready.waits(road.status):
            if clock.kind == "full" and clock.of == derived.stopwatch and (due := due_day(ready, road, clock)) is not None:
                anchor = max(anchor or 0, due - 1)
    return 0 if anchor is None else add(anchor, after.n, after.unit)
