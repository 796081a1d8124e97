"""Day 1 of a participant, and days counted from it."""

from __future__ import annotations

from .fold import Road
from .ready import Ready


def first_day(ready: Ready, road: Road) -> int | None:
    """Day 1 as an ordinal: the first day on which the study's moment of it was marked; None where it was not.

    A study that names no such moment has the first day in a phase for which a dose is planned.
    """
    moment = ready.protocol.day_one
    if moment:
        return next((m.day for m in road.marked() if m.moment == moment), None)
    drug = {phase for d in ready.of(road.arm).table.protocol.doses for phase in d.at}
    return next((t.day for t in road.turns if t.after in drug), None)
