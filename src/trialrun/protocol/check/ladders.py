"""Ladders in the check: levels that nothing steps down, doses that do not go by them, a rise that the ladder does not have."""

from __future__ import annotations

from collections.abc import Iterator

from ..language import Protocol
from ..words.declared import Names
from ..words.expressions import Expr, Ref, nodes


def ladder_sense(p: Protocol, n: Names) -> Iterator[str]:
    """A sentence for each thing that a ladder says and the rules and doses do not follow."""
    for x in p.ladders:
        who = f"the ladder ‘{x.name}’"
        moves = [(r.words, e.kind) for r in (*p.rules, *p.breaches) for e in r.do if e.name == x.name]
        if x.count not in p.counts:
            yield f"{who} and its count do not hang together: hand it to study(ladders=..), and declare no count ‘{x.name}’ beside it"
        if not any(kind == "add" for _, kind in moves):
            yield f"nothing lowers {who}: write do=step_down(..) in the rule of the event that lowers the dose"
        for words, kind in moves:
            if kind in ("less", "put") and not x.rises:
                yield f"‘{words}’ raises {who}, which says that a lowered dose is not raised again: write rises=True, or take that effect away"
        if x.rises and not any(kind in ("less", "put") for _, kind in moves):
            yield f"{who} may rise (rises=True) and nothing raises it: write do=step_up(..) in a rule, or leave rises= out"
        own = [d for d in p.doses if d.drug == x.drug and d.planned]
        if not any(isinstance(m, Ref) and m.name == x.name for d in own for m in nodes(d.given)):
            yield f"no dose of ‘{x.drug}’ goes by {who}: write doses=(*doses_by(.., at=..), ..)"
        for d in own:
            if d.unit != x.unit:
                yield f"{who} is in {x.unit!r}, and a dose of ‘{x.drug}’ in {d.unit!r}: write both in one unit"
        for s in x.steps:
            if not isinstance(s.amount, Expr) and s.amount <= 0:
                yield f"{who} has a level of {s.amount:g}: the lowest level is the last dose that is given, and a rule ends treatment below it"
