"""Whether the allocation and the hypotheses about the arms hang together: arms there are, strata by values at screening, sides of tests."""

from __future__ import annotations

from collections.abc import Iterator

from ..language import Protocol
from ..words.declared import Names, undeclared
from ..words.expressions import Ref, nodes


def allocation_sense(p: Protocol, n: Names) -> Iterator[str]:
    """What is wrong with the allocation, each in a sentence with its cure."""
    a = p.allocation
    if a is None:
        return
    if len(p.arms) < 2:
        yield "there is an allocation and fewer than two arms: declare arms=, or leave allocation= out"
    for by in sorted({f.by for f in a.strata if [g.by for g in a.strata].count(f.by) > 1}):
        yield f"the allocation has two factors ‘{by}’: give one of them another name"
    for f in a.strata:
        labels = [x.label for x in f.levels]
        if len(f.levels) < 2 or len(set(labels)) < len(labels):
            yield f"the factor ‘{f.by}’ of the allocation needs two levels or more, each with a label of its own"
        for x in f.levels:
            refs = [r for r in nodes(x.given) if isinstance(r, Ref)]
            for r in refs:
                if r.kind != "screening" or r.name not in n.screened:
                    yield (
                        f"the level ‘{x.label}’ of ‘{f.by}’ reads ‘{r.name}’, which is no value at screening: write at_screening(..) of an item of a form "
                        "with keeps_screening=True"
                    )


def multiplicity_sense(p: Protocol, n: Names) -> Iterator[str]:
    """What is wrong with the hypotheses that are tested together, each in a sentence with its cure."""
    m = p.multiplicity
    if m is None:
        return
    first, others = (p.arms[0].name, {a.name for a in p.arms[1:]}) if p.arms else ("", set())
    every = [h for family in m.families for h in family]
    if not every:
        yield "the multiplicity names no hypothesis: write hypothesis(endpoint, arm)"
    for h in every:
        who = f"the hypothesis on ‘{h.endpoint}’"
        yield from undeclared(who, "endpoint", [h.endpoint], [e.name for e in p.endpoints], "endpoints=")
        if len(p.arms) < 2 or (h.arm and h.arm not in others):
            yield f"{who} names the arm ‘{h.arm}’: name another arm than ‘{first}’, the first, which it is compared with"
        if m.sides == 1 and not (h.arm and h.better):
            yield f"{who} is tested one-sided and does not say which effect is better, in which arm: write hypothesis(.., arm, better='lower') or 'higher'"
        if any(e.name == h.endpoint and e.kind == "competing" for e in p.endpoints) and m.sides == 1:
            yield f"{who} is of competing causes, whose test has no side: test it two-sided"
    if len(set(every)) < len(every):
        yield "the multiplicity names a hypothesis twice: take one of them out"
