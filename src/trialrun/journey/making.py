"""Which entry makes which visit: an entry makes at most one occasion, the one that it names, or the one in whose window it falls.

An observation (an entry that gives no act or decision, and records no dose) that falls in no window makes the latest occasion of its form
whose window has passed, late; an act outside every window makes none. What comes again and again is made by what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise

from ..protocol.language import After, LeadingTo, Visit
from ..protocol.words.expressions import Clock
from ..protocol.words.matching import as_name
from ..protocol.words.times import MINUTES, add
from .clock_times import DAY, marked_at, off_by, timed
from .fixed_days import fixed_days
from .fold import FAR, Road
from .for_whom import is_for
from .leading import leading
from .occasions import Map, Occasion, anchored, bases, occasions, target_day
from .presence import while_in_study
from .ready import Ready
from .taking import Taken
from .windows import Slot, expiry, first_day, opens_before, unstated, window_of


@dataclass(slots=True)
class Makings:
    """The entry that made each occasion, by visit and number; of what comes again, the entries that made it, in their order.

    `served`: those of `one` that the entry of another visit made too, until one of its own does.
    `spans`: of what comes again, the days from which it counts, and the day of its end.
    """

    one: dict[tuple[str, int], Taken] = field(default_factory=dict)
    again: dict[str, list[Taken]] = field(default_factory=dict)
    served: set[tuple[str, int]] = field(default_factory=set)
    spans: dict[str, tuple[list[tuple[int, int]], int | None]] = field(default_factory=dict)


def slots(on: Map) -> list[Slot]:
    """Every occasion of every visit that does not come again and again, those that others count from first."""
    found: list[Slot] = []
    for v in on.ready.visits.first:
        if v.fixed:
            found += _on_fixed_days(on, v)
            continue
        if isinstance(v.target, LeadingTo):
            found += leading(on, v, v.target)
            continue
        kept = on.targets.setdefault(v.name, [])
        for number, occasion in enumerate(occasions(on, v), 1):
            target, projected = target_day(on, v, occasion)
            if target is not None:
                target, at = _by_the_clock(on, v, occasion, target)
                kept.append((occasion, target))
                earliest, latest = window_of(v, target, at)
                held = projected and isinstance(v.target, Clock) and on.road.stood.watches[v.target.of].since is None
                first = first_day(on, v, occasion, target, earliest)
                gone = expiry(v, target)
                whom = is_for(on, v, target, occasion)
                found.append(Slot(v, number, occasion, target, earliest, latest, first, projected, held, gone, gone, whom, at))
    return [s if s.stated else unstated(on, s, found) for s in found]


def _by_the_clock(on: Map, v: Visit, occasion: Occasion, target: int) -> tuple[int, int | None]:
    """The day and the minute of a target in hours or minutes, by the time of its moment; the whole days alone, and None, where no time is known."""
    began = marked_at(on, v.target.of, occasion) if timed(v) and isinstance(v.target, After) else None
    if began is None or not isinstance(v.target, After):
        return target, None
    total = began + v.target.n * MINUTES[v.target.unit]
    return (anchored(on, replace(v.target, n=0), occasion) or 0) + total // DAY, total % DAY


def _on_fixed_days(on: Map, v: Visit) -> Iterator[Slot]:
    """The occasions of a visit on fixed days: those that have come, and the next, while their stretch of the road lasts."""
    number, opens = 0, 0 if v.window is None else opens_before(v.window)
    for occasion in occasions(on, v):
        first, _ = target_day(on, v, occasion)
        for target, following in pairwise(fixed_days(on, v, occasion, first) if first is not None else ()):
            number += 1
            earliest, latest = window_of(v, target)
            named_from = first_day(on, v, occasion, target, earliest) if target == first else earliest
            gone = expiry(v, target)
            until = min(gone, FAR if following == FAR else following + opens - 1)
            whom = is_for(on, v, target, occasion)
            yield Slot(v, number, occasion, target, earliest, latest, named_from, False, False, until, gone, whom)


def makings(on: Map, places: Sequence[Slot]) -> Makings:
    """Each entry given to the occasion that it makes, in the order of the walk."""
    ready, road, made = on.ready, on.road, Makings()
    of_form: dict[str, list[Slot]] = {}
    for slot in places:
        of_form.setdefault(slot.visit.made_by, []).append(slot)
    repeated, by_name = ready.visits.again, ready.visits.by_name
    met = dict(road.met)
    for s in while_in_study(ready, road):
        event = s.entry.event
        own, again = of_form.get(event, ()), repeated.get(event, ())
        if not own and not again:
            continue
        turn = met.get(s.entry.sequence, FAR)
        said = name_said(ready, s)
        if said is None:
            if ready.forms[event].visit_item is None:
                _serve(_unnamed(on, s, turn, own, again, made), s, turn, own, made)
            continue
        meant = by_name.get(visit_named(ready, said) or "")
        if meant is None or meant.made_by != event:
            continue
        if not meant.drifts:
            _serve(_named(s, turn, [slot for slot in own if slot.visit.name == meant.name], made), s, turn, own, made)
        elif _next_of(on, meant, s, turn, made) is not None:
            made.again.setdefault(meant.name, []).append(s)
    return made


def _named(s: Taken, turn: int, own: Sequence[Slot], made: Makings) -> Slot | None:
    """An entry that names its visit makes the occasion that it names too, or the one that it falls into."""
    number = s.entry.occasion if s.entry.visit is not None else None
    if number is not None:
        there = [slot for slot in own if slot.number == number and s.day <= slot.expires]
    else:
        there = [slot for slot in own if slot.named_from <= s.day <= slot.named_until and _open_at(slot, turn)]
    free = [slot for slot in there if _free(slot, made) or slot.leads]  # of those that lead to an act, the last before it
    if not free:
        return None
    return _give(s, min(free, key=lambda slot: (not slot.earliest <= s.day <= slot.latest, slot.number)), made)


def _unnamed(on: Map, s: Taken, turn: int, own: Sequence[Slot], again: Sequence[Visit], made: Makings) -> Slot | None:
    """An entry that names no visit makes the occasion in whose window it falls; an observation outside of every window, the latest before it."""
    there = [slot for slot in own if slot.not_for is None and s.day <= slot.until and _open_at(slot, turn)]
    within = [slot for slot in there if slot.earliest <= s.day <= slot.latest]
    if within:
        if free := [slot for slot in within if _free(slot, made) or slot.leads]:
            return _give(s, min(free, key=lambda slot: (not _free(slot, made), abs(off_by(slot.target, slot.at, s)))), made)
        return None
    passed = [slot for slot in there if slot.latest < s.day] if observed(on.ready, s.entry.event) else []
    late = max(passed, key=lambda slot: slot.target, default=None)
    ways = [(abs(late.target - s.day), 0)] if late is not None and _free(late, made) else []
    for place, v in enumerate(again, 1):
        target = _next_of(on, v, s, turn, made)
        if target is not None:
            earliest, latest = window_of(v, target)
            within_it = earliest <= s.day <= latest
            ways.append((-1 if within_it else abs(target - s.day), place))
    if not ways:
        return None
    _, chosen = min(ways)
    if chosen == 0 and late is not None:
        return _give(s, late, made)
    made.again.setdefault(again[chosen - 1].name, []).append(s)
    return None


def _serve(main: Slot | None, s: Taken, turn: int, own: Sequence[Slot], made: Makings) -> None:
    """An entry that made a visit makes those too that it serves: of each the nearest in whose window it falls."""
    near: dict[str, Slot] = {}
    for slot in own if main is not None else ():
        if main is not None and main.visit.name in slot.visit.served_by and slot.not_for is None and _open_at(slot, turn):
            if slot.earliest <= s.day <= min(slot.latest, slot.until) and (slot.visit.name, slot.number) not in made.one:
                other = near.get(slot.visit.name)
                if other is None or abs(slot.target - s.day) < abs(other.target - s.day):
                    near[slot.visit.name] = slot
    for name, slot in near.items():
        made.one[name, slot.number] = s
        made.served.add((name, slot.number))


def _next_of(on: Map, v: Visit, s: Taken, turn: int, made: Makings) -> int | None:
    """The next target of a visit that comes again, as an entry finds it; None before the day it counts from, outside its phases, and after its end."""
    if v.name not in made.spans:
        made.spans[v.name] = bases(on, v.target), anchored(on, v.ends) if v.ends else None
    known, end = made.spans[v.name]
    base = max((day for opened, day in known if opened <= s.day), default=FAR)
    last = made.again[v.name][-1].day if made.again.get(v.name) else 0
    if v.every is None or s.day <= base or (end is not None and last >= end):
        return None
    if v.excused and _phases_met(on.road, s, turn).isdisjoint(v.excused):
        return None
    if is_for(on, v, s.day) is not None:
        return None
    return add(max(base, last), v.every.n, v.every.unit)


def _phases_met(road: Road, s: Taken, turn: int) -> set[str]:
    """The phases in which an entry was met: where the participant stood, and where each event that it gave was heard."""
    stood = road.turns[turn - 1].stood if 0 < turn <= len(road.turns) else road.start
    found = {stood.phase} if stood is not None else set()
    for t in islice(road.turns, turn, None):
        if t.entry is not None and t.entry != s.entry.sequence:
            break
        if t.entry == s.entry.sequence:
            found.add(t.before)
    return found


def observed(ready: Ready, entry: str) -> bool:
    """Whether an entry only observes: it gives no act and no decision, and records no dose."""
    return entry in ready.observing


def _open_at(slot: Slot, turn: int) -> bool:
    """Whether an occasion was not yet closed when an entry was met: what itself closes it may have made it."""
    return not slot.held and (slot.occasion.closed == FAR or turn < slot.occasion.last_turn)


def _free(slot: Slot, made: Makings) -> bool:
    return (slot.visit.name, slot.number) not in made.one or (slot.visit.name, slot.number) in made.served


def _give(s: Taken, slot: Slot, made: Makings) -> Slot:
    made.one[slot.visit.name, slot.number] = s
    made.served.discard((slot.visit.name, slot.number))
    return slot


def name_said(ready: Ready, s: Taken) -> str | None:
    """The name of a visit that an entry says, None where it says none."""
    form = ready.forms.get(s.entry.event)
    if s.entry.visit is not None:
        return s.entry.visit
    if form is None or form.visit_item is None:
        return None
    said = s.values.get(form.visit_item)
    return None if said is None else str(said)


def visit_named(ready: Ready, text: str) -> str | None:
    """The planned visit that a recorded visit name means, None for an unscheduled one. Names match as names: case, spaces, leading noughts apart."""
    return ready.visits.known_as.get(as_name(text))
