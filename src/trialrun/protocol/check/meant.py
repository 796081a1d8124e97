"""Whether the parts of a study that everything counts by are there, and the table of participants has each column once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..language import Protocol
from ..words.declared import Names, undeclared

ALWAYS = ("trial", "participant", "arm", "enrolled_on", "last_entry_on")


def unmeant(p: Protocol, n: Names) -> Iterator[str]:
    """Every part named that is not there, every column and every role that stands twice, and a survival that is no time."""
    counted = (*n.counts, *n.tallies)
    for part, name, what, declared, where in (
        ("day_one", p.day_one, "moment", n.moments - n.derived, "moments="),
        ("enrolled", p.enrolled, "form", n.forms, "forms="),
        ("cycle", p.cycle, "count or tally", counted, "counts= or tallies="),
        ("course", p.course, "count or tally", counted, "counts= or tallies="),
        ("survival", p.survival, "endpoint", [e.name for e in p.endpoints], "endpoints="),
    ):
        yield from undeclared(f"{part}=", what, [name] if name else [], declared, where)
    screened = list(dict.fromkeys(m.name for f in p.forms if f.keeps_screening for m in f.items))
    for name, times in Counter([*ALWAYS, *screened, *(k.name for k in p.columns)]).items():
        if times > 1:
            yield f"the table of participants has two columns ‘{name}’: give the column (columns=) or the item another name"
    for k in p.columns:
        if k.kind == "count":
            yield from undeclared(f"the column ‘{k.name}’", "flag, count or tally", [k.of], n.variables, "flags=, counts= or tallies=")
        if k.kind == "best" and not any(a.kind == "best" for a in p.analyses) and not any(e.primary for e in p.endpoints):
            yield f"the column ‘{k.name}’ tells the best response, which no analysis declares: put best_of(..) among analyses="
    for f in p.forms:
        told = ((m.role, m.drug if m.role == "dose" else "") for m in f.items if m.role and m.role != "presence")
        for (role, _), times in Counter(told).items():
            if times > 1:
                yield f"the form ‘{f.entry}’ has {times} items of the role {role!r}, and an entry tells one: take the role off the others"
    kinds = {e.name: e.kind for e in p.endpoints}
    if kinds.get(p.survival, "time") != "time":
        yield f"the endpoint of survival, ‘{p.survival}’, is a {kinds[p.survival]}: name one of kind 'time' with survival=.."


def unsaid(p: Protocol) -> Iterator[str]:
    """What a study most likely means and does not say, so that something is left out of what is told, each in a sentence."""
    last = {e.name for e in p.events if e.last}
    for f in p.forms:
        if f.domain == "AE" and not any(m.role == "term" for m in f.items):
            yield f"the form ‘{f.entry}’ (AE) has no item of role='term', so no table tells its adverse events"
        if f.domain == "DD" and f.yields and last.isdisjoint(y.event for y in f.yields):
            yield f"the form ‘{f.entry}’ (DD) gives no event that comes last of its day: write last=True where the event is declared, if nothing can follow it"
    if not p.survival and any(a.kind == "subgroup" and not a.poor for a in p.analyses):
        yield "there are groups and no endpoint is named with survival=.., so no table of prognostic factors is made"
