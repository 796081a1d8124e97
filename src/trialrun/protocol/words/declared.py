"""The names that a study declares, and the sentence for one that it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..endpoints import Endpoint, Source
from ..language import Form, Protocol
from .citing import conditions
from .expressions import Clock, nodes


@dataclass(frozen=True)
class Names:
    """The names that a study declares, by kind."""

    phases: frozenset[str]
    events: frozenset[str]
    flags: frozenset[str]
    counts: dict[str, int]
    tallies: frozenset[str]
    moments: frozenset[str]
    derived: frozenset[str]
    stopwatches: frozenset[str]
    arms: frozenset[str]
    forms: dict[str, Form]
    visits: frozenset[str]
    measures: frozenset[str]
    screened: frozenset[str]
    clocks: frozenset[str]

    @property
    def variables(self) -> frozenset[str]:
        """Flags, counts and tallies."""
        return self.flags | frozenset(self.counts) | self.tallies


def names_of(p: Protocol) -> Names:
    """The names that a study declares."""
    every = [c for _, _, given in conditions(p) for c in nodes(given) if isinstance(c, Clock)]
    every += [c for r in (*p.rules, *p.breaches) for c in r.clocks]
    return Names(
        phases=frozenset(x.name for x in p.phases),
        events=frozenset(x.name for x in p.events),
        flags=frozenset(x.name for x in p.flags),
        counts={x.name: x.up_to for x in p.counts},
        tallies=frozenset(x.name for x in p.tallies),
        moments=frozenset(x.name for x in p.moments),
        derived=frozenset(x.name for x in p.moments if x.derived),
        stopwatches=frozenset(x.name for x in p.stopwatches),
        arms=frozenset(x.name for x in p.arms),
        forms={x.entry: x for x in p.forms},
        visits=frozenset(x.name for x in p.visits),
        measures=frozenset(m.name for f in p.forms for m in f.items) | {name for f in p.forms for name in f.computed},
        screened=frozenset(name for f in p.forms if f.keeps_screening for name in (*(m.name for m in f.items), *f.computed)),
        clocks=frozenset(c.name for c in every),
    )


def undeclared(who: str, what: str, used: Iterable[str], declared: Iterable[str], where: str) -> Iterator[str]:
    """One sentence for each name that someone uses and nobody declares."""
    there = set(declared)
    for name in used:
        if name not in there:
            yield f"{who} names the {what} ‘{name}’, which is not declared: declare it in {where}, or correct the name"


def _instead(e: Endpoint) -> tuple[Source, ...]:
    return () if e.value is None else tuple(s for x in e.value.instead for s in x.sources)


def endpoint_sources(p: Protocol) -> Iterator[tuple[Source, str]]:
    """Every source that endpoints, analysis sets and analyses name, also inside another, and whose it is."""

    def deep(s: Source) -> Iterator[Source]:
        yield s
        for part in (*s.after, *s.before, *s.unless, *s.since):
            yield from deep(part)

    for x in p.populations:
        yield from ((s, f"the analysis set ‘{x.name}’") for has in (*x.has, *x.lacks) for s in deep(has))
    for e in p.endpoints:
        for part in (*_instead(e), *e.starts, *e.events, *e.competing, *e.censors, *e.cut, *e.fails_without, *e.settled):
            yield from ((s, f"the endpoint ‘{e.name}’") for s in deep(part))
    for a in p.analyses:
        for part in (*a.marks, *(s for c in a.causes for s in (*c.sources, *c.since))):
            yield from ((s, f"the {a.kind} analysis {a.by}".strip()) for s in deep(part))
    for k in p.columns:
        yield from ((s, f"the column ‘{k.name}’") for part in k.sources for s in deep(part))
