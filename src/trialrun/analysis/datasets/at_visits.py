"""What was recorded at a planned visit: the entry that an endpoint reads there, and the values that it takes from it.

The first of these that holds every value that is read together: an entry that names the visit, the one that made it, and those within its
window, the nearest to the target first (of two as near the earlier).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...journey.fold import Road
from ...journey.making import name_said, visit_named
from ...journey.ready import Ready
from ...journey.taking import Taken
from ...journey.visits import Planned, visits
from ...protocol.language import Protocol
from ...protocol.words.expressions import Ref, nodes
from ..results.sources import OCCASION


@dataclass
class AtVisits:
    """By the name of a visit, the sets of values that are read together there."""

    read: dict[str, list[frozenset[str]]] = field(default_factory=dict)


def asked_at_visits(protocol: Protocol, sources: Sequence[Any]) -> AtVisits:
    """Which values the endpoints of a study read at which visits; `sources`: every source that is named, nested ones included."""
    found = AtVisits()

    def ask(names: Sequence[str], wanted: frozenset[str]) -> None:
        for name in names or [v.name for v in protocol.visits]:
            kept = found.read.setdefault(name, [])
            if wanted not in kept:
                kept.append(wanted)

    for s in sources:
        if s.kind == "visit":
            ask(s.of, frozenset(n.name for n in nodes(s.given) if isinstance(n, Ref) and n.kind == "measure"))
    for e in protocol.endpoints:
        if e.value is not None:
            own = frozenset(n.name for n in nodes(e.value.item) if isinstance(n, Ref) and n.kind == "measure")
            held = (s for x in e.value.instead if x.kind == "carried" for s in x.sources)
            for s in (s for s in (*e.events, *held) if s.kind == "visit"):
                ask(s.of, own | frozenset(n.name for n in nodes(s.given) if isinstance(n, Ref) and n.kind == "measure"))
    return found


Told = dict[int, list[tuple[str, dict[str, Any]]]]
Due = list[tuple[int, str, int]]


def at_visits(ready: Ready, road: Road, asked: AtVisits) -> tuple[Told, Due]:
    """By the entry (sequence) that tells them, the visits of a road by name, each with the values read there; and the visits that have fallen due by target day."""
    found: Told = {}
    due: Due = []
    if not asked.read:
        return found, due
    said = {s.entry.sequence: _said(ready, s) for s in road.entries}
    for p in visits(ready, road):
        rows: dict[int, dict[str, Any]] = {}
        if p.name in asked.read and p.target <= road.on:
            due.append((p.target, p.name, p.occasion))
        for wanted in asked.read.get(p.name, ()):
            s = next((s for s in _entries(p, road, said) if all(s.values.get(name) is not None for name in wanted)), None)
            if s is not None and (wanted or p.made is not None):
                rows.setdefault(s.entry.sequence, {OCCASION: p.occasion}).update({name: s.values[name] for name in wanted})
        for sequence, values in rows.items():
            found.setdefault(sequence, []).append((p.name, values))
    return found, sorted(due)


def _said(ready: Ready, s: Taken) -> str | None:
    text = name_said(ready, s)
    return None if text is None else visit_named(ready, text)


def _entries(p: Planned, road: Road, said: dict[int, str | None]) -> Iterator[Taken]:
    """The entries that may tell what was recorded at a visit, the likeliest first; where its window is not stated, of the day that it was made."""
    own = [s for s in road.entries if said[s.entry.sequence] == p.name and s.entry.occasion in (None, p.occasion)]
    first, last = (p.made or 0, p.made or 0) if p.earliest is None or p.latest is None else (p.earliest, p.latest)
    yield from (s for s in own if s.entry.occasion == p.occasion or first <= s.day <= last or s.day == p.made)
    yield from (s for s in road.entries if s.entry.sequence == p.entry)
    near = [s for s in road.entries if said[s.entry.sequence] is None and first <= s.day <= last]
    yield from sorted(near, key=lambda s: (abs(s.day - p.target), s.day))
