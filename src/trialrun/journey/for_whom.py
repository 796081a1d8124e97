"""For whom a visit is: its condition, as things stood at the end of its target day, or as they stand today where that is ahead."""

from __future__ import annotations

from ..protocol.language import Visit
from ..protocol.words.expressions import UNKNOWN
from ..protocol.words.spoken import say
from .fold import FAR
from .occasions import Map, Occasion


def is_for(on: Map, v: Visit, day: int, occasion: Occasion | None = None) -> str | None:
    """Why a visit of a day is not for this participant; None where it is. What is not known makes it not owed, and is told."""
    holds = on.ready.visits.given.get(v.name)
    if holds is None or v.given is None:
        return None
    road, stood = on.road, on.ready.enacts.start
    closed = occasion is not None and occasion.closed < FAR
    turns = road.turns[: occasion.last_turn - 1] if closed and occasion is not None else road.turns
    for number, t in enumerate(turns):
        if t.day > day and (occasion is None or number > occasion.began):
            break
        stood = t.stood
    truth = holds({**stood.counters, **road.screened})
    if truth > UNKNOWN:
        return None
    return f"it is owed where {say(v.given)}" + (", which is not known" if truth == UNKNOWN else "")
