"""Which statement each element of a study cites, and which statements nothing cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..language import Protocol
from .expressions import Cited, Expr, nodes

NUMBER = re.compile(r"[A-Z]+\d+[a-z]?")


@dataclass(frozen=True)
class Element:
    """A part of a study: what it is, its name, the source it gives. `free`: the source may be a publication in words, citing no statement."""

    what: str
    name: str
    source: str
    free: bool = False

    def __str__(self) -> str:
        return f"the {self.what} ‘{self.name}’"


def cited(source: str) -> tuple[str, ...]:
    """The numbers of statements in a source: `S8, U5, label` cites S8 and U5."""
    return tuple(part for part in re.split(r"[,;\s]+", source) if NUMBER.fullmatch(part))


def numbers(protocol: Protocol) -> set[str]:
    """The numbers of the study's statements and readings."""
    return {s.id for s in protocol.statements} | {r.id for r in protocol.readings}


def elements(protocol: Protocol) -> Iterator[Element]:
    """Every element of a study that must give a source."""
    p = protocol
    named = (
        ("phase", p.phases), ("event", p.events), ("flag", p.flags), ("count", p.counts), ("tally", p.tallies), ("moment", p.moments),
        ("stopwatch", p.stopwatches), ("arm", p.arms), ("criterion", p.criteria), ("analysis set", p.populations), ("endpoint", p.endpoints),
        ("visit", p.visits), ("role", p.roles), ("invariant", p.invariants), ("ladder", p.ladders),
    )  # fmt: skip
    for what, values in named:
        yield from (Element(what, v.name, v.source) for v in values)
    yield from (Element("rule", r.words, r.source) for r in p.rules)
    yield from (Element("breach", r.words, r.source) for r in p.breaches)
    for d in p.doses:
        yield Element("dose", d.words or d.drug, d.source)
    for b in p.preparations:
        yield Element("preparation", f"{b.amount:g} {b.unit} for {b.hours} h", b.source)
    for v in p.visits:
        if v.window is not None:
            yield Element("window of visit", v.name, v.window.source)
    for f in p.forms:
        yield Element("form", f.entry, f.source)
        yield from (Element("class", c.name, c.source) for c in f.classes)
        yield from (Element("range", f"{f.entry}: {x.item}", x.source) for x in f.ranges)
        yield from (Element("edit check", c.words, c.source) for c in f.checks)
        yield from (Element("group", f"{f.entry}: {g.name}", g.source) for g in f.groups)
        yield from (Element("item", f"{f.entry}: {g.name}: {m.name}", m.source) for g in f.groups for m in g.items)
        yield from (Element("unit", f"{m.name} in {u.unit}", u.source, free=True) for m in f.items for u in m.also_in if u.source)
        yield from (Element("item", f"{f.entry}: {m.name}", m.source) for m in f.items)
    yield from (Element("word ahead", a.words, a.source) for a in p.ahead)
    yield from (Element("proposal", x.words, x.source) for x in p.proposals)
    if p.absence:
        yield Element("absence", p.absence.shown, p.absence.source)
    yield from (Element("published figure", f.name, f.source, free=True) for f in p.published)
    yield from (Element("design", d.name, d.source, free=True) for d in p.designs)
    yield from (Element("terminology", f"{t.name} {t.version}", t.source, free=True) for t in p.terminologies)
    yield from ([Element("description", p.about.full_title, p.about.source, free=True)] if p.about else [])
    yield from ([Element("allocation", "of the arms", p.allocation.source)] if p.allocation else [])
    yield from ([Element("multiplicity", p.multiplicity.procedure, p.multiplicity.source)] if p.multiplicity else [])
    yield from (Element("objective", o.words, o.source, free=True) for o in p.objectives)
    yield from (Element(f"{a.kind} analysis", f"{a.endpoint} by {a.by}", a.source, free=True) for a in p.analyses)
    for what, name, given in (*conditions(p), *(("visit", v.name, v.given) for v in p.visits)):
        yield from (Element(f"condition ‘{n.words}’ of the {what}", name, n.source) for n in nodes(given) if isinstance(n, Cited))


def conditions(protocol: Protocol) -> Iterator[tuple[str, str, Expr | None]]:
    """Every condition that guards a sentence: what it guards, that one's name, the condition."""
    yield from (("rule", r.words, r.given) for r in protocol.rules)
    yield from (("breach", r.words, r.given) for r in protocol.breaches)
    yield from (("dose", d.words or d.drug, d.given) for d in protocol.doses)


def without_source(protocol: Protocol) -> list[Element]:
    """Elements that give no source."""
    return [e for e in elements(protocol) if not e.source.strip()]


def mistyped(protocol: Protocol) -> list[tuple[Element, str]]:
    """Elements whose source names a number that the study does not have, with that number; and those that name none (with all they say)."""
    known = numbers(protocol)
    found = []
    for e in elements(protocol):
        wrong = [n for n in cited(e.source) if n not in known]
        if not e.free and e.source.strip():
            found += [(e, n) for n in wrong] or ([] if cited(e.source) else [(e, e.source)])
    return found


def uncited(protocol: Protocol) -> list[str]:
    """Statements that are not background and that no element cites. Invariants, which only speak about the study, do not count."""
    said = {n for e in elements(protocol) if e.what != "invariant" for n in cited(e.source)}
    return [s.id for s in protocol.statements if not s.background and s.id not in said]
