"""Visits that lead to an act, whose days are known once it is: an occasion each time its moment is marked, and one that still waits for it."""

from __future__ import annotations

from typing import NamedTuple

from ..protocol.language import LeadingTo, Visit
from ..protocol.words.times import add
from .fold import FAR, Road
from .for_whom import is_for
from .occasions import Map, Occasion
from .presence import absences
from .ready import Ready
from .windows import Slot


class Waiting(NamedTuple):
    """A visit whose day is not known yet: the occasion, and the moment that it leads to."""

    visit: Visit
    occasion: int
    to: LeadingTo


def leading(on: Map, v: Visit, to: LeadingTo) -> list[Slot]:
    """The occasions of a visit that leads to an act, those whose act has come; each on the days before it, after the act before."""
    found: list[Slot] = []
    turns, last = len(on.road.turns) + 1, 0
    for day in _came(on.road, to.of):
        earliest = max(add(day, -to.n, to.unit), last + 1)
        occasion = Occasion(last, FAR, 0, turns)
        found.append(Slot(v, len(found) + 1, occasion, day, earliest, day, last + 1, until=day, expires=day, not_for=is_for(on, v, day)))
        last = day
    return found


def _came(road: Road, moment: str) -> list[int]:
    """The days on which a moment was marked, in order."""
    return list(dict.fromkeys(t.day for t in road.turns if moment in t.did.marks))


def waiting(ready: Ready, road: Road) -> list[Waiting]:
    """The visits that lead to an act that has not come and still may, in the study's order."""
    ready = ready.of(road.arm)
    own = [(v, v.target) for v in ready.table.protocol.visits if isinstance(v.target, LeadingTo)]
    gone = absences(ready, road) if own else []
    if not own or ready.table.meaning.phases[road.phase].end or (gone and gone[-1][1] == FAR):
        return []
    ahead, on = ready.leads_to(road.phase), Map(ready, road)
    marked = {e.name for r in ready.table.protocol.rules if not ahead.isdisjoint(r.at) for e in r.do if e.kind == "mark"}
    return [Waiting(v, len(_came(road, to.of)) + 1, to) for v, to in own if to.of in marked and is_for(on, v, road.on) is None]
