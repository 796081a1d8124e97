"""What can be wrong with a nature: what it asks and the study does not have, numbers that are none of their kind, and luck used twice."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from ..language import LeadingTo, Protocol
from ..words.natures import Column, Draw, Family, Hazard, Note, Parameter, Question, Row, Share, Trait
from ..words.natures_acts import Enter, Fate, Heard, Keeps, Meets, Nature, Partial, Plan, Recorder, SetFor, Slip
from ..words.natures_told import parts
from ..words.trees import Number, Ref
from .faults import Finding


def nature_findings(nature: Nature, protocol: Protocol) -> list[Finding]:
    """Every finding, each once, in the order of the page of the nature."""
    if nature.study != protocol.name:
        says = f"the nature is of {nature.study!r}, and the study is {protocol.name!r}: write nature({protocol.name!r}, ..)"
        return [Finding("nature of another study", says)]
    said = [*_lacking(nature, protocol), *_numbers(nature), *_twice(nature), *_plans(nature), *_changing(nature)]
    return [Finding(kind, says) for kind, says in dict.fromkeys(said)]


# What the study does not have ------------------------------------------------------------------------------------------------------------


def _lacking(nature: Nature, p: Protocol) -> Iterator[tuple[str, str]]:
    forms = {f.entry: {m.name for m in f.items} for f in p.forms}
    known: dict[str, set[str]] = {
        "phase": {x.name for x in p.phases}, "event": {e.name for e in p.events}, "flag": {f.name for f in p.flags},
        "count": {c.name for c in p.counts} | {t.name for t in p.tallies}, "moment": {m.name for m in p.moments},
        "visit": {v.name for v in p.visits}, "arm": {a.name for a in p.arms}, "form": set(forms), "measure": {m for f in forms.values() for m in f},
    }  # fmt: skip
    known["event or clock"] = known["event"] | {name for r in (*p.rules, *p.breaches) for name in r.on}
    for v in parts(nature):
        for kind, name in _asked(v):
            if name not in known[kind]:
                yield "not in the study", _no_such(kind, name, known[kind], p.name)
        for name in v.visits if isinstance(v, Keeps) else ():
            to = next((x.target for x in p.visits if x.name == name and isinstance(x.target, LeadingTo)), None)
            if to is not None:
                says = f"the visit {name!r} leads to {to.of!r}, and its day is not known before: enter its form in the sentence of that act"
                yield "a day not known", says
        if isinstance(v, Enter | Slip) and v.form in forms:
            for told in v.values:
                if told.item not in forms[v.form]:
                    near = _near(told.item, forms[v.form])
                    yield (
                        "not in the study",
                        f"the form {v.form!r} has no {told.item!r}{near}: enter what it asks, or add the item to the form",
                    )
    for v in parts((nature.body.sentences, nature.conduct.sentences)):
        if isinstance(v, Ref) and v.kind == "measure":
            yield (
                "no such question",
                f"{v.name!r} is a recorded value, and only slip(..) speaks of one: write at_screening(..), a note or a trait",
            )


def _asked(v: Any) -> Iterator[tuple[str, str]]:
    """The names of the study that one value asks for, each with its kind."""
    if isinstance(v, Question):
        kind = {
            "where": "phase",
            "allows": "event",
            "breaks": "event",
            "in_arm": "arm",
            "day_of": "moment",
            "tally": "count",
            "target_day": "visit",
        }.get(v.kind)
        yield from ((kind, name) for name in v.names if kind)
    elif isinstance(v, Ref):
        kind = {"flag": "flag", "count": "count", "screening": "measure", "measure": "measure"}[v.kind]
        yield kind, v.name
    elif isinstance(v, Heard):
        kind = {"event": "event or clock", "moves": "phase", "counted": "count"}.get(v.kind)
        yield from ((kind, name) for name in (*v.names, *v.out_of) if kind)
    elif isinstance(v, Keeps):
        yield from (("visit", name) for name in v.visits)
        yield from (("phase", name) for name in v.phases)
    elif isinstance(v, Enter | Slip | Partial | Recorder):
        yield "form", v.form


def _no_such(kind: str, name: str, known: set[str], study: str) -> str:
    return f"{study} has no {kind} {name!r}{_near(name, known)}: name one that the study declares"


def _near(name: str, known: set[str]) -> str:
    found = get_close_matches(name, known, 1)
    return f" (did you mean {found[0]!r}?)" if found else ""


# Numbers ---------------------------------------------------------------------------------------------------------------------------------


def _numbers(nature: Nature) -> Iterator[tuple[str, str]]:
    for v in parts(nature):
        if isinstance(v, Parameter | Draw | Hazard | Row) and not v.source:
            yield "no source", f"{v.name!r} has no source: name the publication, or write 'assumed'"
        if isinstance(v, Parameter | Draw | Hazard | Row) and v.confirmed and v.source.startswith(("assumed", "fitted")):
            yield "no source", f"{v.name!r} is assumed or fitted, and says that it is confirmed: take confirmed=True out"
        if isinstance(v, Hazard):
            yield from _pieces(v)
        elif isinstance(v, Draw):
            yield from _drawn(v)
        elif isinstance(v, Family):
            for r in v.rows:
                if len(r.values) != len(v.columns):
                    yield (
                        "not a row",
                        f"the row {r.name!r} of {v.name!r} has {len(r.values)} values for {len(v.columns)} columns ({', '.join(v.columns)})",
                    )
    families = {f.name: f for f in parts(nature) if isinstance(f, Family)}
    for v in parts(nature):
        if isinstance(v, Column) and (v.family not in families or v.name not in families[v.family].columns):
            yield "not a row", f"the family {v.family!r} has no column {v.name!r}, or no each_row(..) speaks of it"


def _pieces(v: Hazard) -> Iterator[tuple[str, str]]:
    ends = [p.until for p in v.pieces]
    if not ends or ends[-1] is not None or None in ends[:-1]:
        yield "not a hazard", f"the hazard {v.name!r} ends: its last piece, and no other, holds for ever: (ever, rate)"
    months = [e for e in ends if e is not None]
    if any(b <= a for a, b in zip([0.0, *months], months, strict=False)):
        yield (
            "not a hazard",
            f"the hazard {v.name!r} has months that do not increase ({', '.join(f'{m:g}' for m in months)}): write them in order",
        )
    if any(p.rate < 0 for p in v.pieces):
        yield "not a hazard", f"the hazard {v.name!r} has a rate below 0: rates are 0 or more per month"


def _drawn(v: Draw) -> Iterator[tuple[str, str]]:
    numbers = [float(p.value) if isinstance(p, Number | Parameter) else None for p in v.of]
    first, last = numbers[0] if numbers else None, numbers[-1] if numbers else None
    if v.kind == "chance" and first is not None and not 0 <= first <= 1:
        yield "not a chance", f"{v.name!r} is a chance of {first:g}: a chance lies between 0 and 1"
    if v.kind in ("whole", "between") and first is not None and last is not None and first > last:
        yield "not a range", f"{v.name!r} lies between {first:g} and {last:g}: write the lower one first"
    if v.kind == "about" and first is not None and first <= 0:
        yield "not a median", f"{v.name!r} has a median of {first:g}: a log-normal number lies above 0"
    if v.kind == "wait" and first is not None and first <= 0:
        yield "not a rate", f"{v.name!r} waits at a rate of {first:g} per month: a rate lies above 0"
    weights = [float(p.weight.value) for p in v.of if isinstance(p, Share) and isinstance(p.weight, Number)]
    if v.kind == "pick" and (any(w < 0 for w in weights) or (len(weights) == len(v.of) and sum(weights) <= 0)):
        yield "not weights", f"{v.name!r} has weights that are below 0, or none above it: weights are 0 or more"
    for p in v.of:
        if isinstance(p, Share) and isinstance(p.value, Number) and isinstance(p.up_to, Number) and p.value.value > p.up_to.value:
            yield "not a range", f"{v.name!r} has a band from {p.value.value:g} to {p.up_to.value:g}: write the lower one first"


# One name, one thing ---------------------------------------------------------------------------------------------------------------------


def _twice(nature: Nature) -> Iterator[tuple[str, str]]:
    """Two things under one name: two draws would be one luck."""
    seen: dict[str, Any] = {}
    for v in parts(nature):
        kinds = []
        if isinstance(v, Draw | Fate):
            kinds.append("luck")
        if isinstance(v, Parameter | Draw | Hazard):
            kinds.append("number")
        if isinstance(v, Note | Plan | Trait | Family | Keeps):
            kinds.append(type(v).__name__)
        for kind in kinds:
            first = seen.setdefault(f"{kind} {v.name}", v)
            if first is not v and first != v:
                yield "one name for two", f"{v.name!r} is declared twice, with other values: give the second another name"


def _plans(nature: Nature) -> Iterator[tuple[str, str]]:
    heard = {(h.kind, h.names[0]) for h in parts(nature) if isinstance(h, Heard) and h.kind in ("plan", "fate")}
    made = {("plan", a.plan.name) for a in parts(nature) if isinstance(a, SetFor)}
    made |= {("fate", a.fate.name) for a in parts(nature) if isinstance(a, Meets)}
    for kind, name in sorted(made - heard):
        yield "nothing follows", f"the {kind} {name!r} comes, and nothing is done then: write when({kind}, ..)"
    for kind, name in sorted(heard - made):
        yield (
            "never comes",
            f"when({kind} {name!r}, ..) never comes: " + ("set_for(..) it somewhere" if kind == "plan" else "let it meet a hazard"),
        )


def _changing(nature: Nature) -> Iterator[tuple[str, str]]:
    for v in parts(nature):
        if isinstance(v, Trait):
            for part in parts(v.value):
                if isinstance(part, Note | Question | Ref) or (isinstance(part, Draw) and part.each is not None):
                    name = getattr(part, "name", "") or getattr(part, "kind", "")
                    yield (
                        "a trait that changes",
                        f"the trait {v.name!r} hangs on {name!r}, which changes: write the value without trait(..)",
                    )
