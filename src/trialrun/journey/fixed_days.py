"""Visits on fixed days: the targets that do not move, made or not, up to a bound, a phase, or the end of their stretch of the road."""

from __future__ import annotations

from ..protocol.language import Visit
from ..protocol.words.times import add
from .fold import FAR
from .occasions import Map, Occasion, anchored


def fixed_days(on: Map, v: Visit, occasion: Occasion, first: int) -> list[int]:
    """The targets of a visit on fixed days in one occasion, up to the next one, and the one after: FAR where they end by the plan or by a phase."""
    ends = None if v.ends is None else anchored(on, v.ends, occasion)
    last = min(FAR if ends is None else ends, occasion.closed - 1, _entered(on, v, occasion) - 1)
    over = on.road.since if on.ready.table.meaning.phases[on.road.phase].end else FAR
    found: list[int] = []
    while len(found) < 2 or found[-2] <= min(on.road.on, over):
        day = first if v.every is None else add(first, len(found) * v.every.n, v.every.unit)
        found.append(day if day <= last and day not in found[-1:] else FAR)
        if found[-1] == FAR:
            break
    return found


def _entered(on: Map, v: Visit, occasion: Occasion) -> int:
    """The day on which one of the phases is entered that end a visit on fixed days; FAR where none is."""
    turns = on.road.turns[max(occasion.began, 0) :] if v.until else ()
    return next((t.day for t in turns if t.after in v.until and t.before not in v.until), FAR)
