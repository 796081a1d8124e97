"""Blinding in the check: whether a role that is kept blind is kept blind, by everything that its outputs are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..language import Form, Protocol, Role
from ..seen import drugs_alike, drugs_open, hidden_items, hidden_visits
from ..words.declared import Names, undeclared
from .faults import Finding


def roles_named(p: Protocol, n: Names) -> Iterator[str]:
    """What roles hide that is not declared, or that others count by; and a blinded role that everything is shown to."""
    for r in p.roles:
        who = f"the role ‘{r.name}’"
        yield from undeclared(who, "form", r.forms, n.forms, "forms=")
        yield from undeclared(who, "item", r.items, n.measures, "the items of a form")
        yield from undeclared(who, "visit", r.visits, n.visits, "visits=")
        if p.enrolled and p.enrolled in r.forms:
            yield f"{who} hides the entry ‘{p.enrolled}’, by which everybody is counted (enrolled=): hide the item of the arm alone, which is hidden anyway"
        for v in p.visits:
            parts = (v.target, *getattr(v.target, "parts", ()), *((v.ends,) if v.ends else ()))
            named = {getattr(t, "of", "") for t in parts if getattr(t, "visit", False)} | {v.until_visit, *v.served_by}
            for other in sorted((named & set(r.visits)) - {""}) if v.name not in r.visits else ():
                yield f"{who} hides the visit ‘{other}’, from which the visit ‘{v.name}’ counts: hide both, or count from a moment"
        if r.blinded and not p.arms and not (hidden_items(p, r) or r.forms or r.visits):
            yield f"{who} is blinded, and nothing is hidden from it: declare arms=, write blinded=True at an item, or name what it hides=(..)"


def unblinded(protocol: Protocol) -> Iterator[Finding]:
    """What a blinded role would know the arm by: entries and visits of some arms only, drugs given openly, amounts that differ."""
    for role in protocol.roles:
        if role.blinded and protocol.arms:
            cited = ((role.source, f"{role.label} is kept blind"),)
            yield from (Finding("blinding", f"the role ‘{role.name}’ would know the arm: {says}", cited) for says in _shown(protocol, role))


def _shown(protocol: Protocol, role: Role) -> Iterator[str]:
    seen = [f for f in protocol.forms if f.entry not in role.forms]
    hidden, unseen = hidden_items(protocol, role), set(role.visits)
    for f in seen:
        if arms := _arms_of(protocol, f):
            yield f"the entry ‘{f.entry}’ is only made in {_listed(arms)}: hide it with hides=(..), or let every arm make it"
    for v in protocol.visits:
        if v.arms and v.name not in unseen and v.made_by in {f.entry for f in seen}:
            yield f"the visit ‘{v.name}’ is only made in {_listed(v.arms)}, by the entry ‘{v.made_by}’, which it sees: hide it with hides=(..)"
    alike = {drug for drugs in drugs_alike(protocol) for drug in drugs}
    for drug, arm in drugs_open(protocol):
        for f in seen:
            if _records(protocol, f, {drug}) and any(m.role == "dose" and m.drug in ("", drug) for m in f.items):
                yield (
                    f"the drug ‘{drug}’ is given openly in {_listed([arm])}, on days or by a route as in no other arm, and the entry ‘{f.entry}’ tells it: "
                    "hide the entry with hides=(..), or give every arm something on the same days"
                )
    for f in seen if alike else ():
        for m in f.items:
            if m.role == "dose" and m.name not in hidden and (m.drug in alike or (not m.drug and _records(protocol, f, alike))):
                yield f"the item ‘{m.name}’ of ‘{f.entry}’ tells how much of which drug was given: write blinded=True where it is declared"
    gone = hidden_visits(protocol, role)
    if gone and any(m.role == "visit" for f in seen for m in f.items):
        return
    for name in sorted(gone - {v.name for v in protocol.visits if v.arms}):
        if next(v for v in protocol.visits if v.name == name).made_by in {f.entry for f in seen}:
            yield f"the visit ‘{name}’ is hidden, but not the entry that makes it, which names no visit: hide the entry too"


def _arms_of(protocol: Protocol, form: Form) -> list[str]:
    """The arms whose sentences alone speak of what an entry gives; none where every arm's do, or none's."""
    found: list[str] = []
    for y in form.yields:
        speak = [r for r in protocol.rules if y.event in r.on]
        if speak and all(r.arms for r in speak):
            here = [a.name for a in protocol.arms if any(a.name in r.arms for r in speak)]
            found += here if len(here) < len(protocol.arms) else []
    return list(dict.fromkeys(found))


def _records(protocol: Protocol, form: Form, drugs: Iterable[str]) -> bool:
    """Whether an entry begins, or goes on with, a phase in which some of these drugs is given."""
    phases = {p for d in protocol.doses if d.drug in drugs and d.arms for p in d.at}
    events = {y.event for y in form.yields}
    return any(not events.isdisjoint(r.on) and (r.to in phases or (r.to is None and not phases.isdisjoint(r.at))) for r in protocol.rules)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"‘{name}’" for name in names)
