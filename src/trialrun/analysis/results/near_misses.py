"""What was seen and did not reach an endpoint: assessments, and days of its events that something keeps from counting, with the reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ...protocol.endpoints import Endpoint, Source
from ...protocol.words.expressions import AllOf, Expr, Ref, nodes
from ...protocol.words.spoken import say
from ...protocol.words.times import iso
from .methods import called
from .sources import Happenings, all_rows, rows_of, test

Part = tuple[Any, ...]


def near_misses(found: Any, e: Endpoint) -> list[Part]:
    """The parts of the chain of one participant who did not reach a proportion. `found` is the participant's `Finder`."""
    h: Happenings = found.h
    parts: list[Part] = []
    for row in _looked_at(h, e):
        why = _kept_out(found, e, row)
        what, day, says, entries, spoke = found.assessment("Looked at", row)
        parts.append((what, day, says, entries, spoke) if why is None else ("Not counted", day, f"{says}: {why}", entries))
    for s in (s for s in e.events if s.kind == "event"):
        for row in rows_of(h, Source(s.kind, s.of)).tolist():
            what, day, says, entries, _ = found.part("Not counted", row, (s,))
            others, words = _between(found, s, row)
            why = words or _failing(found, s, row)
            parts.append((what, day, f"{says}: {why}", (*entries, *(n for n in others if n not in entries))))
    return parts


def _looked_at(h: Happenings, e: Endpoint) -> list[int]:
    if not {s.kind for s in e.events} & {"class", "entry"}:
        return []
    return list(np.flatnonzero(h.among("kind", None, ("class",))).tolist())


def _parts(given: Expr | None) -> tuple[Expr, ...]:
    if isinstance(given, AllOf):
        return tuple(part for several in given.parts for part in _parts(several))
    return () if given is None else (given,)


def _kept_out(found: Any, e: Endpoint, row: int) -> str | None:
    """Why an assessment of a class that the endpoint asks for does not count; None where its class is not asked for."""
    at = np.array([row])
    for s in (s for s in e.events if s.kind == "class"):
        own = [p for p in _parts(s.given) if any(isinstance(n, Ref) and n.kind == "measure" for n in nodes(p))]
        if own and all(test(p, found.h.columns, at)[0] for p in own):
            here = [x for x in e.events if not x.at or found.h.among("phase", at, x.at)[0]]
            return _failing(found, here[0] if here else s, row)
    return None


def _failing(found: Any, s: Source, row: int) -> str:
    """What a happening lacks to be what a source asks for, in words."""
    at = np.array([row])
    lacks = [f"not so: {say(p)}" for p in _parts(s.given) if not test(p, found.h.columns, at)[0]]
    if s.at and not found.h.among("phase", at, s.at)[0]:
        lacks.append(f"it came in {found.ready.shown[found.data.happening['phase'][row]]}")
    return "; ".join(lacks) or "it came at another time than is asked for"


def _between(found: Any, s: Source, row: int) -> tuple[tuple[int, ...], str]:
    """What came between, where that alone keeps a happening from counting: its entries and words."""
    if not s.unless or row not in rows_of(found.h, replace(s, unless=(), since=())):
        return (), ""
    between = [r for r in all_rows(found.h, s.unless).tolist() if r < row]
    if not between:
        return (), ""
    _, day, says, entries, _ = found.part("", between[-1], s.unless)
    since = " or ".join(called(x) for x in s.since)
    return entries, f"{says} on {iso(day)} came between{f' “{since}” and it' if since else ''}"
