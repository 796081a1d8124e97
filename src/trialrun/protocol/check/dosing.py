"""Doses in the check: drugs that no item can record, items that record another drug or unit than is planned, days that never come."""

from __future__ import annotations

from collections.abc import Iterator

from ..language import Dose, Protocol, of_arm
from ..schedule import dosed, drug_recorded
from ..words.amounts import BodySurface, UntilChanged, looked_up
from ..words.expressions import Expr, nodes
from .faults import Finding


def loose_doses(protocol: Protocol) -> Iterator[Finding]:
    """What is wrong between the planned doses, the items that record them and the days that they count."""
    yield from _recording(protocol)
    yield from _units(protocol)
    yield from _days(protocol)
    yield from _surfaces(protocol)
    yield from _windows(protocol)


def _said(d: Dose) -> tuple[str, str]:
    return d.source, d.words or d.drug


def _recording(p: Protocol) -> Iterator[Finding]:
    drugs, phases = dosed(p), _together(p)
    items = list(dict.fromkeys(m for f in p.forms for m in f.items if m.role == "dose"))
    for m in items:
        if m.drug and m.drug not in drugs:
            near = f"the study plans {', '.join(drugs)}" if drugs else "the study plans none"
            yield Finding(
                "dose item", f"the item ‘{m.name}’ records doses of ‘{m.drug}’, of which none is planned: {near}", ((m.source, m.name),)
            )
        elif not m.drug and phases:
            phase, both = next(iter(phases.items()))
            says = f"the item ‘{m.name}’ records a dose and does not say of which drug, and at ‘{phase}’ {' and '.join(both)} are planned: write drug=.."
            yield Finding("dose item", says, ((m.source, m.name),))
    told = {drug_recorded(p, m) for m in items}
    for drug in drugs:
        if drug not in told and "" not in told:
            own = next(d for d in p.doses if d.drug == drug and d.planned and d.amount is not None)
            says = f"no item records a dose of {drug}: give a form an item measure(.., role='dose', drug={drug!r})"
            yield Finding("unrecorded drug", says, (_said(own),))


def _together(p: Protocol) -> dict[str, tuple[str, ...]]:
    """The phases in which several drugs are planned for one participant, with the drugs."""
    found: dict[str, tuple[str, ...]] = {}
    for own in [of_arm(p, a.name) for a in p.arms] or [p]:
        for phase in own.phases:
            drugs = tuple(dict.fromkeys(d.drug for d in own.doses if d.planned and d.amount is not None and phase.name in d.at))
            if len(drugs) > 1:
                found.setdefault(phase.name, drugs)
    return found


def _units(p: Protocol) -> Iterator[Finding]:
    units = {d.drug: d for d in reversed(p.doses) if d.planned}
    for d in p.doses:
        if d.planned and d.unit != units[d.drug].unit:
            says = f"{d.drug} is planned in {units[d.drug].unit!r} and in {d.unit!r}: amounts of one drug are in one unit, so that they can be added"
            yield Finding("unit", says, (_said(units[d.drug]), _said(d)))
    for m in dict.fromkeys(m for f in p.forms for m in f.items if m.role == "dose"):
        drug = drug_recorded(p, m)
        wanted = {units[drug].unit} if drug in units else {d.unit for d in units.values() if not drug}
        if wanted and wanted != {m.unit}:
            other = ", ".join(repr(u) for u in sorted(wanted))
            says = f"the item ‘{m.name}’ records {drug or 'doses'} in {m.unit!r}, and it is planned in {other}: write both in one unit"
            yield Finding("unit", says, ((m.source, m.name),))


def _days(p: Protocol) -> Iterator[Finding]:
    runs, derived = {w.name: set(w.runs) for w in p.stopwatches}, {m.name: m.derived for m in p.moments if m.derived}
    for d in p.doses:
        if not d.planned or not d.on:
            continue
        for phase in d.at:
            if d.on in runs and phase not in runs[d.on]:
                says = f"the days count from ‘{d.on}’, which does not run at ‘{phase}’: name that phase in runs=, or leave it out of at="
                yield Finding("dose days", says, (_said(d),))
            elif (last := derived.get(d.on)) and phase in runs.get(last.stopwatch, ()):
                says = f"the days count from ‘{d.on}’, which is every day anew at ‘{phase}’: count from the stopwatch ‘{last.stopwatch}’"
                yield Finding("dose days", says, (_said(d),))


def _surfaces(p: Protocol) -> Iterator[Finding]:
    """Body surfaces of what is no height in cm, or no weight in kg; changes by no percent."""
    units = {m.name: m.unit for f in p.forms for m in f.items}
    for d in p.doses:
        for x in nodes(d.amount) if isinstance(d.amount, Expr) else ():
            if isinstance(x, BodySurface):
                for what, side, unit in (("height", x.height, "cm"), ("weight", x.weight, "kg")):
                    for item in looked_up(side):
                        if (own := units.get(item.name, unit)) != unit:
                            says = f"the body surface takes a {what} in {unit}, and ‘{item.name}’ is recorded in {own or 'no unit'!r}"
                            yield Finding("unit", f"{says}: name the item in {unit}, or correct its unit", (_said(d),))
            elif isinstance(x, UntilChanged) and not 0 < x.percent < 1000:
                yield Finding(
                    "unit",
                    f"‘{x.name}’ is replaced by a change of {x.percent:g} %: write a percentage above 0, such as percent=10",
                    (_said(d),),
                )


def _windows(p: Protocol) -> Iterator[Finding]:
    """Drugs of which some doses have a window and others have none."""
    for drug in dosed(p):
        own = [d for d in p.doses if d.drug == drug and d.planned and d.amount is not None]
        without = [d for d in own if d.window is None]
        if without and len(without) < len(own):
            says = f"some doses of {drug} are recorded day by day (window=) and others are not: give each of them a window, or none"
            yield Finding("dose window", says, (_said(without[0]),))
