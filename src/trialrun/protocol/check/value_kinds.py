"""Whether expressions calculate and compare only with numbers: a date, a text, a code or a yes or no has none, and conditions have no value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..language import Protocol
from ..words.amounts import AsOf, BodySurface, Dated, Greatest, Least, UntilChanged
from ..words.citing import conditions
from ..words.declared import Names, endpoint_sources
from ..words.expressions import (
    AllOf,
    Among,
    AnyOf,
    Arithmetic,
    Cited,
    Clock,
    Compare,
    Expr,
    Mentions,
    No,
    Number,
    Otherwise,
    Ref,
    Surely,
    children,
    nodes,
)
from ..words.over_time import AgeOn, DaysBetween, EntryDay

CURES = {
    "date": "write days_between(a, b) or age_on(birth, day)",
    "text": "ask one_of(..), mentions(..) or known(..)",
    "code": "ask one_of(..)",
    "yes/no": "ask it alone, or with no(..)",
    "flag": "ask it alone, or with no(..)",
}
NUMERIC = (Ref, Number, Arithmetic, Least, Greatest, BodySurface, Dated, DaysBetween, AgeOn)
CALLED = {"date": "a date", "text": "a text", "code": "a code", "yes/no": "a yes or no", "flag": "a yes or no"}


def value_kinds(p: Protocol, n: Names) -> Iterator[str]:
    """A sentence for each expression that calculates with what is no number, or asks for what is not known where it stands."""
    kinds = {m.name: m.type for f in p.forms for m in f.items}
    kinds |= {name: kind for f in p.forms for name, kind in f.computed.items()}
    for who, tree, on_status in _trees(p):
        for x in nodes(tree):
            yield from _node(who, x, kinds)
            if isinstance(x, AsOf | UntilChanged) and not who.startswith("the amount of"):
                yield f"{who} asks for ‘{x.name}’ of a stated day, which stands in the amount of a dose only: record it as an item there, or write at_screening(..)"
            if not on_status and (isinstance(x, Clock | Otherwise) or (isinstance(x, Ref) and x.kind in ("flag", "count"))):
                what = "‘otherwise’" if isinstance(x, Otherwise) else f"‘{x.name}’"
                yield f"{who} asks for {what}, and only recorded values are known there: let a rule ask for it (given=)"
        yield from _as_truth(who, tree, kinds)
    at_screening = [(f"the analysis set ‘{x.name}’", x.given) for x in p.populations]
    at_screening += [(f"the {a.kind} analysis by {a.by}, ‘{x.label}’,", x.given) for a in p.analyses for x in a.levels]
    for who, tree in at_screening:
        for x in nodes(tree):
            if isinstance(x, Clock) or (isinstance(x, Ref) and x.kind != "screening"):
                yield f"{who} asks for ‘{x.name}’, and only values at screening are known of everyone: write at_screening(..)"
            elif isinstance(x, Ref) and x.name not in n.screened:
                yield f"{who} asks for ‘{x.name}’ at screening, and no form with keeps_screening=True records it: put it among that form's items"
    for d in p.doses:
        if isinstance(d.amount, Ref | Dated) and (kind := _kind(d.amount, kinds)) in CURES:
            yield f"the amount of the dose ‘{d.words or d.drug}’ is ‘{d.amount.name}’, which is {CALLED[kind]} and no number: name an item with a number"
        elif isinstance(d.amount, Expr) and not isinstance(d.amount, NUMERIC):
            yield f"the amount of the dose ‘{d.words or d.drug}’ is a condition: write a number, or a calculation over items"


def _trees(p: Protocol) -> Iterator[tuple[str, Expr | None, bool]]:
    """Every expression, whose it is, and whether flags, counts and clocks are known there."""
    for f in p.forms:
        yield from ((f"the form ‘{f.entry}’, where it gives ‘{y.event}’,", y.given, False) for y in f.yields)
        yield from ((f"the class ‘{c.name}’ of the form ‘{f.entry}’", c.given, False) for c in f.classes)
        yield from ((f"the form ‘{f.entry}’, where ‘{a.item}’ is {a.kind},", a.given, False) for a in f.asked)
        yield from ((f"the form ‘{f.entry}’, where it gives a range of ‘{x.item}’,", x.given, False) for x in f.ranges)
        yield from ((f"the edit check ‘{c.words}’", c.given, False) for c in f.checks)
        if f.lives is not None:
            yield f"the form ‘{f.entry}’, where its records have ended,", f.lives.ended, False
    yield from ((f"the criterion ‘{k.name}’", k.given, False) for k in p.criteria)
    yield from ((f"the condition of the {what} ‘{name}’", given, True) for what, name, given in conditions(p))
    yield from ((f"the condition of the visit ‘{v.name}’", v.given, True) for v in p.visits)
    for s, who in endpoint_sources(p):
        yield who, s.given, True
    yield from ((f"the analysis set ‘{x.name}’", x.given, True) for x in p.populations)
    for a in p.analyses:
        yield from ((f"the {a.kind} analysis by {a.by}, ‘{x.label}’,", x.given, True) for x in a.levels)
    yield from ((f"the published figure ‘{x.name}’", x.given, True) for x in p.published)
    for i in p.invariants:
        yield from ((f"the invariant ‘{i.name}’", tree, True) for tree in (i.given, i.then))
    for d in p.doses:
        if isinstance(d.amount, Expr):
            yield f"the amount of the dose ‘{d.words or d.drug}’", d.amount, False


def _node(who: str, x: Expr, kinds: dict[str, str]) -> Iterator[str]:
    if isinstance(x, Compare | Arithmetic | Least | Greatest | BodySurface):
        for side in children(x):
            if isinstance(side, Ref | Dated) and (kind := _kind(side, kinds)) in CURES:
                does = "compares" if isinstance(x, Compare) else "calculates with"
                yield f"{who} {does} ‘{side.name}’, which is {CALLED[kind]} and no number: {CURES[kind]}"
            elif not isinstance(side, NUMERIC):
                yield f"{who} compares or calculates with a condition, which has no number: write all_of(..) or any_of(..) around comparisons"
    elif isinstance(x, Mentions) and isinstance(x.left, Ref) and (kind := _kind(x.left, kinds)) not in ("text", "code", ""):
        yield f"{who} looks for words in ‘{x.left.name}’, which is no text: compare it, or record it as type='text'"
    elif isinstance(x, Among) and isinstance(x.left, Ref) and (kind := _kind(x.left, kinds)):
        textual = kind in ("text", "code", "date")
        for value in x.values:
            if isinstance(value, str) != textual or (kind == "yes/no") != isinstance(value, bool):
                yield f"{who} asks whether ‘{x.left.name}’ is {value!r}, which it never is, being {CALLED.get(kind, 'a number')}: write a value of its kind"


def _as_truth(who: str, tree: Expr | None, kinds: dict[str, str]) -> Iterator[str]:
    """Items that are asked as yes or no, and are neither that nor a number."""
    asked: list[Any] = [tree] if tree is not None else []
    while asked:
        x = asked.pop()
        if isinstance(x, AllOf | AnyOf):
            asked += x.parts
        elif isinstance(x, No | Cited | Surely):
            asked.append(x.part)
        elif isinstance(x, Ref | Dated) and (kind := _kind(x, kinds)) in ("date", "text", "code"):
            yield f"{who} asks whether ‘{x.name}’ holds, which is {CALLED[kind]}: ask known(..) or one_of(..)"


def _kind(x: Ref | Dated, kinds: dict[str, str]) -> str:
    if isinstance(x, EntryDay):
        return "date"
    return x.kind if isinstance(x, Ref) and x.kind in ("flag", "count") else kinds.get(x.name, "")
