"""Where visits fall: the occasions of each visit on a road, their target days, and the stretches in which a visit is not owed.

An occasion opened by phases stays open when they are left. It is over when the next one opens, or when what its target counts from begins
anew: a stopwatch that runs again elsewhere (a treatment that is taken up again) replaces it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ..protocol.enactment import UNSTARTED, Watch
from ..protocol.language import After, LaterOf, LeadingTo, Target, Visit, Whichever
from ..protocol.words.expressions import Clock
from ..protocol.words.times import add
from .fold import FAR, Road, Turn, due_day
from .ready import Ready

OUTSIDE, LATER = "it falls in a phase in which it is not owed", "it falls within a later course of treatment"


class Occasion(NamedTuple):
    """A stretch of the road in which one visit falls: opened on a day, closed on a day (FAR: still open), by turn numbers.

    `began`: the place of the turn that opened it (-1: none did). `last_turn`: how many turns there were after the one that closed it.
    `replaced`: what its target counts from began anew, so that it is no longer owed.
    """

    opened: int
    closed: int
    first_turn: int
    last_turn: int
    began: int = -1
    replaced: bool = False


class Stretch(NamedTuple):
    """Days, both ends excluded, on which a visit is not owed, why, and whether they are over."""

    low: int
    high: int
    why: str
    over: bool


@dataclass(slots=True)
class Map:
    """A road with what was worked out of it so far: targets by visit, and stretches by the phases that they lie outside of.

    `moves`: the turns that led to another phase, each after its place in the road; `extended`: those that told a stopwatch to have run on;
    `came`: by clock, how many turns there were before it came, and its day. `minutes`: the minute of its day by entry, found as it is asked for.
    """

    ready: Ready
    road: Road
    targets: dict[str, list[tuple[Occasion, int]]] = field(default_factory=dict)
    stretches: dict[tuple[tuple[str, ...], str], list[Stretch]] = field(default_factory=dict)
    moves: list[tuple[int, Turn]] = field(init=False)
    extended: list[tuple[int, Turn]] = field(init=False)
    came: dict[str, list[tuple[int, int]]] = field(init=False)
    minutes: dict[int, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        turns = self.road.turns
        self.moves = [(number, t) for number, t in enumerate(turns) if t.after != t.before]
        self.extended = [(number, t) for number, t in enumerate(turns) if t.did.extends]
        self.came = {}
        for f in self.road.fired:
            self.came.setdefault(f.clock, []).append((f.turn, f.day))


def occasions(on: Map, v: Visit) -> list[Occasion]:
    """The occasions of one visit, in order."""
    road = on.road
    turns = len(road.turns) + 1
    if v.each:
        starts = [(t.day, number) for number, t in enumerate(road.turns, 1) if t.did.changes and v.each in t.did.raises]
        ends = [*starts[1:], (FAR, turns)]
        return [Occasion(a, c, b, d, b - 1) for (a, b), (c, d) in zip(starts, ends, strict=False)]
    if not v.opens:
        return [Occasion(0, FAR, 0, turns)]
    phases, anew, opens = on.ready.table.meaning.phases, on.ready.visits.anew[v.name], v.opens
    found: list[Occasion] = []
    opened: tuple[int, int] | None = None
    for number, t in on.moves:
        begins = t.after in opens and t.before not in opens
        if opened and (begins or (t.after in anew and not phases[t.after].end)):
            found.append(Occasion(opened[0], t.day, opened[1], number + 1, opened[1], not begins))
            opened = None
        if begins:
            opened = (t.day, number)
    if opened:
        found.append(Occasion(opened[0], FAR, opened[1], turns, opened[1]))
    return found


def target_day(on: Map, v: Visit, occasion: Occasion) -> tuple[int | None, bool]:
    """The target of one occasion, None where it has none yet; and whether it is projected from a stopwatch that may still be held."""
    target = v.target
    if isinstance(target, Clock) and target.kind == "full":
        day = _counted_enough(on, target, occasion)
        if day is not None:
            return day, False
        if occasion.closed < FAR or target.name not in on.ready.table.meaning.clocks:
            return None, False
        return _projected(on, target), True
    if isinstance(target, Clock):
        then = anchored(on, After(target.n, target.unit, target.of), occasion)
        return (None if then is None else then + (target.kind == "past")), False
    if isinstance(target, LeadingTo):
        return None, False
    days = [anchored(on, part, occasion) for part in (target.parts if isinstance(target, LaterOf | Whichever) else (target,))]
    known = [day for day in days if day is not None]
    if isinstance(target, Whichever):
        return ((max if target.last else min)(known) if known else None), False
    return (max(known) if known and len(known) == len(days) else None), False


def _counted_enough(on: Map, clock: Clock, occasion: Occasion) -> int | None:
    """The first day within an occasion on which a stopwatch had counted enough, None where it has not.

    That day is the stopwatch's alone: another clock of the same day, or an entry that leads out of the phase on it, may speak first, so that no
    sentence hears this one. One that had counted enough already, and runs again, has on the day on which its clock comes.
    """
    turns, found = (
        on.road.turns,
        [(turn, day) for turn, day in on.came.get(clock.name, ()) if occasion.first_turn <= turn < occasion.last_turn],
    )
    for number, t in on.extended:
        if occasion.first_turn <= number < occasion.last_turn and any(e.name == clock.of for e in t.did.extends):
            before = _watch(on, number, clock.of)
            if before.ended is not None and before.counted < clock.n <= t.stood.watches[clock.of].counted:
                found.append((number, before.ended + clock.n - before.counted))
    for number in range(occasion.first_turn, min(occasion.last_turn, len(turns) + 1)):
        kept, stop = _watch(on, number, clock.of), turns[number].day if number < len(turns) else on.road.on
        if kept.since is not None and kept.counted < clock.n and occasion.opened <= (day := kept.since + clock.n - kept.counted) <= stop:
            found.append((number, day))
            break
    return min(found)[1] if found else None


def _watch(on: Map, turns: int, name: str) -> Watch:
    """A stopwatch as it stood after so many turns."""
    stood = on.road.turns[turns - 1].stood if turns else on.ready.enacts.start
    return stood.watches.get(name, UNSTARTED)


def anchored(on: Map, part: After, occasion: Occasion | None = None) -> int | None:
    """The day so long after a moment, or after the target of another visit: the latest, or as it was when an occasion closed."""
    over = occasion is not None and occasion.closed < FAR
    if part.visit:
        known = on.targets.get(part.of, [])
        if over and occasion is not None:
            known = [(o, day) for o, day in known if o.began < occasion.last_turn - 1]
        anchor = known[-1][1] if known else None
    elif over and occasion is not None:
        anchor = _past_moment(on, part.of, occasion)
    else:
        anchor = on.road.moment(on.ready, part.of)
    return None if anchor is None else add(anchor, part.n, part.unit)


def bases(on: Map, target: Target) -> list[tuple[int, int]]:
    """The days from which a repeated visit counts, each after the day since which it does: a new target of another visit moves it."""
    parts = target.parts if isinstance(target, LaterOf) else (target,) if isinstance(target, After) else ()
    days = [anchored(on, part) for part in parts if not part.visit]
    others = [(part, on.targets.get(part.of, [])) for part in parts if part.visit]
    if not parts or None in days or any(not known for _, known in others):
        return []
    fixed = max((d for d in days if d is not None), default=0)
    found: list[tuple[int, int]] = []
    for since in sorted({o.opened for _, known in others for o, _ in known}) or [0]:
        latest = [next((add(day, part.n, part.unit) for o, day in reversed(known) if o.opened <= since), None) for part, known in others]
        there = [day for day in latest if day is not None]
        if len(there) == len(latest):
            found.append((since, max((fixed, *there))))
    return found


def _past_moment(on: Map, moment: str, occasion: Occasion) -> int | None:
    """The day of a moment as it was before an occasion closed; of one that counts from a stopwatch, the last day on which that had run."""
    road, closing = on.road, occasion.last_turn - 1
    derived = on.ready.enacts.derived.get(moment)
    if derived is None:
        before = road.turns[closing - 1].stood if closing > 0 else road.start
        return None if before is None else before.moments.get(moment)
    kept = road.turns[closing].stood.watches.get(derived.stopwatch)
    if kept is not None and kept.last is not None:
        return kept.last
    return None if derived.or_else is None else _past_moment(on, derived.or_else, occasion)


def _projected(on: Map, clock: Clock) -> int | None:
    """The day on which a stopwatch that has run will have counted enough, if it runs from now on."""
    kept, runs = on.road.stood.watches.get(clock.of), on.ready.enacts.running[clock.of]
    if kept is None or kept.counted >= clock.n or on.road.phase not in on.ready.may_run(clock.of):
        return None
    if not any(t.after in runs for t in on.road.turns):
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
    for number, t in on.moves:
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
