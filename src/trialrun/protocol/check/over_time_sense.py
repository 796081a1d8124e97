"""Whether values over time stand where entries are read one after another, of items that have such a value; and dates where dates are asked."""

from __future__ import annotations

from collections.abc import Iterator

from ..language import Protocol
from ..words.citing import conditions
from ..words.declared import Names
from ..words.expressions import Expr, Ref, nodes
from ..words.over_time import BEFORE, AgeOn, DaysBetween, Earlier, EntryDay

ORDERED = ("number", "integer")
CURE = "let a form give an event where the values fit (gives=), or ask it in a class, an edit check or the source of an endpoint"


def over_time_sense(p: Protocol, n: Names) -> Iterator[str]:
    """A sentence for each value over time that nothing can tell, and for each number of days or years that is not between dates."""
    kinds = {m.name: m.type for f in p.forms for m in f.items}
    for who, tree in _elsewhere(p):
        for x in nodes(tree):
            if isinstance(x, Earlier | EntryDay):
                what = "the day of an entry" if isinstance(x, EntryDay) else f"the {x.kind} value of ‘{x.name}’"
                yield f"{who} asks for {what}, and no entry is read there: {CURE}"
    for who, tree in (*_elsewhere(p), *_of_entries(p)):
        for x in nodes(tree):
            if isinstance(x, Earlier):
                yield from _item(who, x, kinds)
            elif isinstance(x, DaysBetween | AgeOn):
                for part in x.inside:
                    if not _is_date(part, kinds):
                        named = f"‘{part.name}’" if isinstance(part, Ref | Earlier) else "something else"
                        yield f"{who} counts from date to date and finds {named}, which is no date: name items of type='date', or entry_day"


def _item(who: str, x: Earlier, kinds: dict[str, str]) -> Iterator[str]:
    if x.kind not in BEFORE:
        yield f"{who} asks for the {x.kind!r} value of ‘{x.name}’: it is one of {', '.join(BEFORE)}"
    if not isinstance(x.of, Ref) or x.of.kind != "measure" or x.name not in kinds:
        yield f"{who} asks what ‘{x.name}’ was before, and no entry records it: name an item"
    elif x.kind in ("lowest", "highest") and kinds[x.name] not in ORDERED:
        yield f"{who} asks for the {x.kind} ‘{x.name}’ so far, which is no number: ask previous(..) or last_known(..)"


def _is_date(part: Expr, kinds: dict[str, str]) -> bool:
    if isinstance(part, EntryDay):
        return True
    of = part.of if isinstance(part, Earlier) else part
    return isinstance(of, Ref) and of.kind in ("measure", "screening") and kinds.get(of.name) == "date"


def _of_entries(p: Protocol) -> Iterator[tuple[str, Expr | None]]:
    """Conditions that are read with an entry."""
    for f in p.forms:
        yield from ((f"the form ‘{f.entry}’, where it gives ‘{y.event}’,", y.given) for y in f.yields)
        yield from ((f"the class ‘{c.name}’ of the form ‘{f.entry}’", c.given) for c in f.classes)
        yield from ((f"the form ‘{f.entry}’, where ‘{a.item}’ is {a.kind},", a.given) for a in f.asked)
        yield from ((f"the edit check ‘{c.words}’", c.given) for c in f.checks)
    yield from ((f"the criterion ‘{k.name}’", k.given) for k in p.criteria)
    for e in p.endpoints:
        yield from (
            (f"the endpoint ‘{e.name}’", s.given) for s in (*e.starts, *e.events, *e.competing, *e.censors, *e.cut) if s.kind in READ
        )


READ = ("entry", "class")


def _elsewhere(p: Protocol) -> Iterator[tuple[str, Expr | None]]:
    """Conditions and calculations that are not read with an entry, or of which a record that goes on would be asked twice."""
    for f in p.forms:
        if f.lives is not None:
            yield f"the form ‘{f.entry}’, where its records have ended,", f.lives.ended
            yield from ((f"the form ‘{f.entry}’, whose records go on, where it gives ‘{y.event}’,", y.given) for y in f.yields)
    yield from ((f"the condition of the {what} ‘{name}’", given) for what, name, given in conditions(p))
    yield from ((f"the condition of the visit ‘{v.name}’", v.given) for v in p.visits)
    yield from ((f"the analysis set ‘{x.name}’", x.given) for x in p.populations)
    yield from ((f"the {a.kind} analysis by {a.by}", x.given) for a in p.analyses for x in a.levels)
    yield from ((f"the published figure ‘{x.name}’", x.given) for x in p.published)
    yield from ((f"the invariant ‘{i.name}’", tree) for i in p.invariants for tree in (i.given, i.then))
    yield from ((f"the amount of the dose ‘{d.words or d.drug}’", d.amount) for d in p.doses if isinstance(d.amount, Expr))
    for e in p.endpoints:
        yield f"the endpoint ‘{e.name}’", None if e.value is None else e.value.item
        for s in (*e.starts, *e.events, *e.competing, *e.censors, *e.cut):
            if s.kind not in READ:
                yield f"the endpoint ‘{e.name}’, where it asks for a {s.kind},", s.given
