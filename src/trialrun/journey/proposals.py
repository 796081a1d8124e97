"""What the study proposes as things stand: the sentences that an event called for and that nothing has answered yet."""

from __future__ import annotations

from dataclasses import dataclass

from ..protocol.enactment import Stood
from ..protocol.words.expressions import UNKNOWN, Expr, Ref, bind
from .fold import Road, Turn
from .ready import Ready


@dataclass(frozen=True, slots=True)
class Proposed:
    """One sentence that is proposed: since when, its words and statement, the entry that called for it, and the events that answer it."""

    on: int
    says: str
    source: str
    entry: int | None
    answers: tuple[str, ...]
    confirmed: bool


def proposed(ready: Ready, road: Road) -> list[Proposed]:
    """What is proposed and not answered, in the order in which it was called for; the same sentence once, by the latest that called for it."""
    ready = ready.of(road.arm)
    found: dict[str, Proposed] = {}
    for before, t in _heard(ready, road):
        for p in ready.protocol.proposals:
            if t.event in p.answers or t.after not in p.at:
                found.pop(p.words, None)
            elif t.event in p.on and t.before in p.at and _holds(before, p.given):
                found.pop(p.words, None)
                found[p.words] = Proposed(t.day, p.words, p.source, t.entry, p.answers, p.confirmed)
    return list(found.values())


def _heard(ready: Ready, road: Road) -> list[tuple[Stood, Turn]]:
    """Every event of the road, whether a rule spoke of it or not, in its order, with what stood before it."""
    turns = {m.entry: m.turn for m in road.met}
    rows = [(number, 1, t) for number, t in enumerate(road.turns)]
    rows += [(turns.get(t.entry, len(road.turns)) if t.entry is not None else len(road.turns), 0, t) for t in road.unheard]
    rows.sort(key=lambda row: row[:2])
    before = ready.enacts.start
    found = []
    for _, _, t in rows:
        found.append((before, t))
        before = t.stood
    return found


def _holds(stood: Stood, given: Expr | None) -> bool:
    def look(node: Expr):  # type: ignore[no-untyped-def]
        if isinstance(node, Ref) and node.kind in ("flag", "count"):
            return lambda counters: counters[node.name]
        raise TypeError(f"{node!r} cannot guard what is proposed: only flags and counts can")

    if given is None:
        return True
    value = bind(given, look)(stood.counters)
    return bool(value) if isinstance(given, Ref) else value > UNKNOWN
