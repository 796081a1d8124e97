"""What a blinded role is told of the analyses: those that read nothing which is hidden from it, nor stand on one that does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from .endpoints import Source
from .language import Protocol
from .words.expressions import Ref


def analyses_seen(protocol: Protocol, items: frozenset[str], visits: frozenset[str]) -> Protocol:
    """The study without the sets, endpoints, analyses, columns and figures that read hidden items or visits, and without what stands on them."""
    hidden = {("item", name) for name in items} | {("visit", name) for name in visits}
    gone = -1
    while gone != len(hidden):
        gone = len(hidden)
        hidden |= {("set", p.name) for p in protocol.populations if not hidden.isdisjoint((*reads(p), ("set", p.within)))}
        hidden |= {
            ("endpoint", e.name)
            for e in protocol.endpoints
            if not hidden.isdisjoint((*reads(e), ("set", e.population), ("endpoint", e.sensitivity_of)))
        }

    def left(part: Iterable[Any], *named: tuple[str, str]) -> tuple[Any, ...]:
        return tuple(x for x in part if hidden.isdisjoint((*reads(x), *((what, getattr(x, name, "")) for what, name in named))))

    return replace(
        protocol,
        populations=left(protocol.populations, ("set", "name")),
        endpoints=left(protocol.endpoints, ("endpoint", "name")),
        analyses=left(protocol.analyses, ("endpoint", "endpoint"), ("item", "by")),
        columns=left(protocol.columns),
        published=left(protocol.published, ("endpoint", "counterpart"), ("endpoint", "about"), ("item", "about"), ("set", "within")),
        designs=left(protocol.designs, ("endpoint", "endpoint")),
        terminologies=left(protocol.terminologies, ("item", "of")),
        objectives=tuple(
            replace(o, endpoints=tuple(name for name in o.endpoints if ("endpoint", name) not in hidden)) for o in protocol.objectives
        ),
        survival="" if ("endpoint", protocol.survival) in hidden else protocol.survival,
    )


def reads(x: Any) -> Iterator[tuple[str, str]]:
    """The items and visits that a value reads, however deep."""
    if isinstance(x, tuple):
        for part in x:
            yield from reads(part)
    elif isinstance(x, Ref):
        yield "item", x.name
    elif is_dataclass(x) and not isinstance(x, type):
        if isinstance(x, Source) and x.kind == "visit":
            yield from (("visit", name) for name in x.of)
        yield from (("item", name) for name in getattr(x, "adjusted", ()))
        for f in fields(x):
            yield from reads(getattr(x, f.name))
