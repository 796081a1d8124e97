"""A study as a role sees it: for a blinded role without arms, without what is kept from it, the drugs of the arms under one name.

Everything that is shown to the role is made of this study and of the entries that the role may see (`journey.seen`), so that nothing can
tell two participants apart who differ in their arm alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .language import Dose, Form, Protocol, Role, of_arm
from .seen_analyses import analyses_seen, reads

UNIT = "blinded dose"
Drugs = tuple[str, ...]  # of each arm, in their order


def role_named(protocol: Protocol, name: str) -> Role:
    """The role of a study by its name. Raises ValueError with those that it has."""
    for role in protocol.roles:
        if role.name == name:
            return role
    there = ", ".join(r.name for r in protocol.roles)
    cure = f"it has {there}" if there else "it declares none: write role(.., blinded=True) into roles="
    raise ValueError(f"the study {protocol.name}, version {protocol.version}, has no role {name!r}: {cure}")


def hidden_items(protocol: Protocol, role: Role) -> frozenset[str]:
    """The items that a role never sees: the arm, what is blinded, and what the role hides."""
    if not role.blinded:
        return frozenset()
    return frozenset(m.name for f in protocol.forms for m in f.items if m.blinded or m.role == "arm" or m.name in role.items)


def hidden_visits(protocol: Protocol, role: Role) -> frozenset[str]:
    """The visits that a role never sees: those of some arms only, and what the role hides."""
    return frozenset(v.name for v in protocol.visits if v.arms or v.name in role.visits) if role.blinded else frozenset()


def as_seen_by(protocol: Protocol, name: str) -> Protocol:
    """The study as a role sees it; as it is for a role that is not blinded. Raises ValueError for a role that the study does not have."""
    role = role_named(protocol, name)
    if not role.blinded:
        return protocol
    items, visits, own = hidden_items(protocol, role), hidden_visits(protocol, role), of_arm(protocol, "")
    kept = {f.entry: _without(f, items) for f in protocol.forms}
    doses = (*own.doses, *_under_one_name(protocol, role))
    seen = replace(
        own,
        doses=doses,
        ladders=tuple(x for x in own.ladders if x.drug in {d.drug for d in doses}),
        visits=tuple(v for v in own.visits if v.name not in visits),
        forms=tuple(kept.values()),
        nominal=tuple(replace(n, values=tuple(v for v in n.values if v[0] not in items)) for n in own.nominal if n.entry not in role.forms),
        roles=(),
        allocation=None,
        multiplicity=None,
        notice=f"As the role ‘{name}’ sees it ({role.source}): the allocation is hidden, and what would show it. {protocol.notice}",
    )
    return analyses_seen(seen, items, visits)


def _without(form: Form, items: frozenset[str]) -> Form:
    hidden = {("item", name) for name in items}
    return replace(
        form,
        items=tuple(m for m in form.items if m.name not in items),
        required=tuple(name for name in form.required if name not in items),
        asked=tuple(x for x in form.asked if x.item not in items and hidden.isdisjoint(reads(x.given))),
        checks=tuple(x for x in form.checks if hidden.isdisjoint(reads(x.given))),
    )


# Drugs ------------------------------------------------------------------------------------------------------------------------------


def _of_arms(protocol: Protocol) -> list[dict[str, list[Dose]]]:
    """The doses that not every arm has, by arm and drug."""
    found: list[dict[str, list[Dose]]] = []
    for arm in protocol.arms:
        own: dict[str, list[Dose]] = {}
        for d in protocol.doses:
            if arm.name in d.arms:
                own.setdefault(d.drug, []).append(d)
        found.append(own)
    return found


def _schedule(doses: list[Dose]) -> list[tuple[object, ...]]:
    """When and how a drug is given, without how much of what."""
    return [(d.amount is None, d.at, d.given, d.before, d.days, d.first, d.last, d.every, d.on, d.route, d.window) for d in doses]


def drugs_alike(protocol: Protocol) -> tuple[Drugs, ...]:
    """The drugs that can be hidden behind each other, one of each arm: given on the same days by the same route."""
    arms = _of_arms(protocol)
    if not arms:
        return ()
    found = []
    for drugs in zip(*arms, strict=False):
        schedules = [_schedule(own[drug]) for own, drug in zip(arms, drugs, strict=True)]
        if all(s == schedules[0] for s in schedules):
            found.append(tuple(drugs))
    return tuple(found)


def drugs_open(protocol: Protocol) -> Iterator[tuple[str, str]]:
    """The drugs that whoever sees the participant knows the arm by, each with an arm: given in it on days, or by a route, as in no other."""
    alike = drugs_alike(protocol)
    for k, (arm, own) in enumerate(zip(protocol.arms, _of_arms(protocol), strict=True)):
        yield from ((drug, arm.name) for drug in own if all(drugs[k] != drug for drugs in alike))


def _under_one_name(protocol: Protocol, role: Role) -> Iterator[Dose]:
    """The doses of the arms as a blinded role sees them: when they are given, and neither what nor how much."""
    arms, alike = _of_arms(protocol), drugs_alike(protocol)
    for n, drugs in enumerate(alike, 1):
        name = role.drug if len(alike) == 1 else f"{role.drug} {n}"
        for same in zip(*(own[drug] for own, drug in zip(arms, drugs, strict=True)), strict=True):
            source = ", ".join(dict.fromkeys(part for d in same for part in d.source.split(", ")))
            amount = None if same[0].amount is None else 1.0
            confirmed = all(d.confirmed for d in same)
            yield replace(same[0], amount=amount, unit=UNIT, drug=name, source=source, words="", rounded=None, arms=(), confirmed=confirmed)
