"""Whether the records of a form can live as it says: their dates, their grade, and the measures that take their course."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..language import Form, Protocol, Ref
from ..words.declared import Names, undeclared
from ..words.expressions import nodes

OF_ITS_OWN = {
    "arm": "an allocation is made once",
    "dose": "each dose is a record of its own",
    "visit": "each visit is a record of its own",
}


def lives_sense(p: Protocol, n: Names) -> Iterator[str]:
    """A sentence for each form whose records cannot live as it says, with the cure."""
    recorded = {m.name for f in p.forms for m in f.items}
    for f in p.forms:
        if f.lives is None:
            continue
        who, e = f"the form ‘{f.entry}’", f.lives
        items = {m.name: m for m in f.items}
        yield from undeclared(f"{who}, where its records live,", "item", [x for x in (e.begins, e.ends, e.grade) if x], items, "items=")
        yield from (
            f"{who} reads ‘{x.name}’ where its records have ended, and it is no item of the form: put it among items="
            for x in nodes(e.ended)
            if isinstance(x, Ref) and (x.kind != "measure" or x.name not in items)
        )
        for part, name in (("begins", e.begins), ("ends", e.ends)):
            if name in items and items[name].type != "date":
                yield f"{who} {part} on ‘{name}’, which is no date: write type='date', or ended=.. for a condition"
        if not e.ends and e.ended is None:
            yield f"{who} never says when a record ends: write ends= with a date, or ended= with a condition"
        if e.grade in items and items[e.grade].type not in ("number", "integer", "code"):
            yield f"{who} has the grade ‘{e.grade}’, which has no order: write a number, or codes from the least to the worst"
        if (e.worst or e.grade_before) and not e.grade:
            yield f"{who} asks for the worst grade or the grade before, and names no grade: write grade=.."
        for name, times in Counter(e.course).items():
            if name in recorded:
                yield f"‘{name}’ takes the course of the records of {who}, and a form records it: give the measure a name of its own"
            if times > 1:
                yield f"‘{name}’ takes two things of the course of {who}: use a measure for each"
        yield from _elsewhere(p, f, who)
        if f.classes or f.overrides or f.keeps_screening or any(g.overrides == f.entry for g in p.forms):
            yield f"{who} is an assessment or a screening, which is of one day: leave lives= out"
        for m in f.items:
            if m.role in OF_ITS_OWN:
                yield f"{who} has the item ‘{m.name}’ of the role {m.role!r}: {OF_ITS_OWN[m.role]}, so leave lives= out, or the role"


def _elsewhere(p: Protocol, f: Form, who: str) -> Iterator[str]:
    """The course of two forms in one measure."""
    own = set(f.lives.course) if f.lives is not None else set()
    for g in p.forms:
        other = set(g.computed) if g is not f else ({g.classified} if g.classified else set())
        for name in sorted(own & other):
            yield f"‘{name}’ takes the course of the records of {who}, and of ‘{g.entry}’ too: use a measure for each"
