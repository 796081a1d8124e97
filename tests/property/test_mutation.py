"""Seeded faults: each sentence of MT103-211 is spoilt in every small way, and the check alone, with no example to compare, must notice.

A mutant that nothing notices is set aside when it means the same (the same two tables, the same doses, the same days marked); the others are
survivors, and docs/explanation/check.md lists them all, each with a word on why.
"""

import os
import random
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from trialrun.protocol.check import verdicts
from trialrun.protocol.expressions import AllOf, AnyOf, Cited, Clock, Compare, Expr, No, Number, Otherwise, children, no
from trialrun.protocol.language import Protocol, Rule
from trialrun.protocol.table import compile_table
from trialrun.protocol.walks import Walks
from trialrun.protocol.proving import speaking
from trialrun.studies.mt103_211.study import MT103_211

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "check.md"
DAYS = ("mark", "reset")


def spoilt_conditions(given: Expr | None) -> Iterator[tuple[str, Expr | None]]:
    """Every condition that differs by one part: dropped, negated, or off by one."""
    if given is None or isinstance(given, Otherwise):
        return
    yield "condition dropped", None
    yield from _parts(given)


def _parts(e: Expr) -> Iterator[tuple[str, Expr]]:
    if not isinstance(e, Cited):
        yield "a part negated", e.part if isinstance(e, No) else no(e)
    if isinstance(e, AllOf | AnyOf):
        for i, part in enumerate(e.parts):
            rest = e.parts[:i], e.parts[i + 1 :]
            if len(e.parts) > 1:
                yield "a part dropped", type(e)((*rest[0], *rest[1]))
            for how, spoilt in _parts(part):
                yield how, type(e)((*rest[0], spoilt, *rest[1]))
    elif isinstance(e, No | Cited):
        for how, spoilt in _parts(e.part):
            yield how, replace(e, part=spoilt)
    elif isinstance(e, Compare) and isinstance(e.right, Number):
        for by in (-1, 1):
            yield f"a number {by:+d}", replace(e, right=Number(e.right.value + by))
    elif isinstance(e, Clock):
        for by in (-1, 1):
            yield f"a span {by:+d}", replace(e, n=e.n + by)
    else:
        assert not children(e), e


def spoilt_rules(p: Protocol, r: Rule) -> Iterator[tuple[str, Rule | None]]:
    """Every small fault of one sentence; None for its loss."""
    yield "deleted", None
    for how, given in spoilt_conditions(r.given):
        yield how, replace(r, given=given)
    for i, effect in enumerate(r.do):
        rest = r.do[:i], r.do[i + 1 :]
        yield f"forgets to {effect.kind} ‘{effect.name}’", replace(r, do=(*rest[0], *rest[1]))
        if effect.kind == "put":
            flag = any(f.name == effect.name for f in p.flags)
            for value in {1 - effect.value} if flag else {effect.value - 1, effect.value + 1}:
                yield f"puts ‘{effect.name}’ to {value}", replace(r, do=(*rest[0], replace(effect, value=value), *rest[1]))
    phases = [x.name for x in p.phases]
    if r.to is not None:
        yield "leads nowhere", replace(r, to=None)
        others = [x for x in phases if x != r.to]
        here = phases.index(r.to)
        for to in dict.fromkeys((others[here % len(others)], others[(here + 4) % len(others)], others[here - 1])):
            yield f"leads to ‘{to}’", replace(r, to=to)
    else:
        yield "leads to ‘safety follow-up’", replace(r, to="safety follow-up")
    for x in r.at if len(r.at) > 1 else ():
        yield f"no longer at ‘{x}’", replace(r, at=tuple(a for a in r.at if a != x))
    absent = [x for x in phases if x not in r.at]
    for x in dict.fromkeys((absent[0], absent[len(absent) // 2], absent[len(absent) // 3])):
        yield f"also at ‘{x}’", replace(r, at=(*r.at, x))
    for e in r.on if len(r.on) > 1 else ():
        yield f"no longer on ‘{e}’", replace(r, on=tuple(o for o in r.on if o != e))
    for c in r.clocks:
        for by in (-1, 1):
            other = replace(c, n=c.n + by)
            yield f"its clock {by:+d}", replace(r, on=tuple(other.name if o == c.name else o for o in r.on), clocks=(other,))


def mutants(p: Protocol) -> Iterator[tuple[str, Protocol]]:
    """Every mutant of a study with its name: sentences and breaches spoilt, doses spoilt."""
    for part in ("rules", "breaches"):
        rules = getattr(p, part)
        for i, r in enumerate(rules):
            for n, (how, spoilt) in enumerate(spoilt_rules(p, r)):
                kept = (*rules[:i], *(() if spoilt is None else (spoilt,)), *rules[i + 1 :])
                yield f"{r.words} ({part[:-1] if part == 'rules' else 'breach'} {i + 1}.{n}): {how}", replace(p, **{part: kept})
    for i, d in enumerate(p.doses):
        rest = p.doses[:i], p.doses[i + 1 :]
        spoilt = [("deleted", None)] + [(how, replace(d, given=given)) for how, given in spoilt_conditions(d.given)]
        spoilt += [(f"amount {by:+d}", replace(d, amount=d.amount + by)) for by in (-1, 1) if d.amount]
        for n, (how, dose) in enumerate(spoilt):
            kept = (*rest[0], *(() if dose is None else (dose,)), *rest[1])
            yield f"{d.words} (dose {i + 1}.{n}): {how}", replace(p, doses=kept)


def noticed(p: Protocol) -> str:
    """The first thing that the check says against a study; nothing where it passes."""
    for v in verdicts(p):
        if hasattr(v, "holds"):
            if not v.holds and v.tested:
                return f"broken invariant: {v.name}"
        else:
            return f"{v.kind}: {v.says}"
    return ""


def meaning(p: Protocol) -> tuple:
    """What a study means: its two tables, its planned doses, and the days and tallies that each step moves."""
    found = []
    for breaches in (False, True):
        table = compile_table(p, breaches=breaches)
        walks = Walks(table)
        steps = {(int(s), int(e)): tuple(d for d in p_rule(walks, r).do if d.kind in DAYS or d.name in tallies(p)) for s, e, r in zip(walks.source, walks.event, walks.rule, strict=True) if r >= 0}
        said = [(d.amount, where.tobytes()) for drug in dict.fromkeys(d.drug for d in p.doses) for d, where in speaking(walks, drug)]
        found.append((table.fingerprint(), steps, said, [d for d in p.doses if d.before]))
    return tuple(found)


def p_rule(walks: Walks, r: int) -> Rule:
    return walks.rules[int(r)]


def tallies(p: Protocol) -> frozenset[str]:
    return frozenset(t.name for t in p.tallies)
