"""What of a study's visits hangs on the study alone, worked out once: their order, their names, who makes them, what opens them anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..protocol.enactment import Enactment
from ..protocol.language import After, LaterOf, LeadingTo, Protocol, Visit, Whichever
from ..protocol.words.expressions import Clock, on_values
from ..protocol.words.matching import as_name


@dataclass(frozen=True)
class DeclaredVisits:
    """The visits of a study as one arm runs it.

    `first`: those that do not come again after the last one made, each after those that it counts from. `again`: those that do, by the entry that makes them.
    `by_name`, `place`: each visit, and its place in the study's order, by name; `known_as`: its name by every plain spelling of it.
    `given`: by visit, whether values meet its condition.
    `anew`: by visit, the phases outside of its own that end its occasion, since what its target counts from runs there.
    """

    first: tuple[Visit, ...]
    again: Mapping[str, Sequence[Visit]]
    by_name: Mapping[str, Visit]
    place: Mapping[str, int]
    known_as: Mapping[str, str]
    anew: Mapping[str, frozenset[str]]
    given: Mapping[str, Callable[[Mapping[str, Any]], Any]]


def declared_visits(protocol: Protocol, enacts: Enactment) -> DeclaredVisits:
    """The visits of a study, worked out once."""
    again: dict[str, list[Visit]] = {}
    known_as: dict[str, str] = {}
    anew: dict[str, frozenset[str]] = {}
    for v in protocol.visits:
        if v.drifts:
            again.setdefault(v.made_by, []).append(v)
        for name in (v.name, *v.known_as):
            known_as.setdefault(as_name(name), v.name)
        phases = {phase for watch in _counted_from(protocol, enacts, v) for phase in enacts.running.get(watch, ())}
        anew[v.name] = frozenset(phases.difference(v.opens))
    return DeclaredVisits(
        tuple(v for v in _counted_first(protocol.visits) if not v.drifts),
        again,
        {v.name: v for v in protocol.visits},
        {v.name: number for number, v in enumerate(protocol.visits)},
        known_as,
        anew,
        {v.name: on_values(v.given) for v in protocol.visits if v.given is not None},
    )


def _counted_first(declared: Sequence[Visit]) -> list[Visit]:
    """Visits in their order, each after those that it counts from."""
    found: list[Visit] = []
    left = list(declared)
    while left:
        names = {v.name for v in left}
        ready = [v for v in left if names.isdisjoint(_of(v))] or left
        found += ready
        left = [v for v in left if v not in ready]
    return found


def _of(v: Visit) -> set[str]:
    parts = getattr(v.target, "parts", (v.target,))
    return {part.of for part in parts if isinstance(part, After) and part.visit}


def _counted_from(protocol: Protocol, enacts: Enactment, v: Visit) -> frozenset[str]:
    """The stopwatches that a visit's target counts from, itself or by way of a moment or another visit."""
    target, watches = v.target, set()
    for part in target.parts if isinstance(target, LaterOf | Whichever) else (target,):
        if isinstance(part, After) and part.visit:
            watches |= {w for other in protocol.visits if other.name == part.of for w in _counted_from(protocol, enacts, other)}
        elif isinstance(part, Clock) and part.kind == "full":
            watches.add(part.of)
        elif not isinstance(part, LeadingTo):
            name: str | None = part.of
            while name is not None and (derived := enacts.derived.get(name)) is not None:
                watches.add(derived.stopwatch)
                name = derived.or_else
    return frozenset(watches)
