"""The amounts that a protocol plans with neither hold nor reduction: for each cycle that a participant began, what the journey by the plan has in it.

The study's own journey by the plan says which doses fall on which days of a cycle; their amounts are worked out from the participant's values
when the cycle began. A cycle that has no end by the plan is as long as the participant's. Without a journey by the plan it is what was planned
on the days with drug.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...journey.dosing import amount
from ...journey.fold import Road, fold
from ...journey.journal import Entry
from ...journey.ready import Ready
from ...journey.taking import what_stands
from ...protocol.language import Dose, Protocol
from ...protocol.schedule import dosed, drug_phases
from ...protocol.words.times import iso
from .exposure import Cut, Stretch, cuts_of, exposure

BEGINS, ENDS = 730_000, 740_000


@dataclass(frozen=True, slots=True)
class Part:
    """Days of a planned cycle with one dose: from the day `start` after its begin up to but not including `stop`."""

    start: int
    stop: int
    sentence: Dose


@dataclass(frozen=True, slots=True)
class Cycle:
    """A cycle that goes by the plan; `open`: it has no end by the plan."""

    parts: tuple[Part, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Begun:
    """A cycle that a participant began with a drug: when, by which entry, and the amount planned for it (None: not known without a value)."""

    drug: str
    unit: str
    course: int
    cycle: int
    day: int
    entry: int | None
    amount: float | None


Plan = Mapping[str, list[Cycle]]


def units(protocol: Protocol) -> dict[str, str]:
    """The drugs of which some amount is planned, each with its unit."""
    return {drug: next(d.unit for d in protocol.doses if d.drug == drug and d.planned) for drug in dosed(protocol)}


def plan_of(ready: Ready, arm: str = "") -> Plan:
    """For each drug the cycles of a course that goes by the plan in an arm; a drug that is not in it is left out."""
    allocates = {f.entry: m.name for f in ready.protocol.forms for m in f.items if m.role == "arm"}
    entries = []
    for n, x in enumerate(ready.protocol.nominal, 1):
        values = dict(x.values) | ({allocates[x.entry]: arm} if arm and x.entry in allocates else {})
        entries.append(Entry("plan", n, iso(BEGINS + x.day) or "", x.entry, values))
    road = fold(ready, what_stands(ready, entries), ENDS)
    if arm and road.arm != arm:
        return {}
    stretches = exposure(ready, road, by_the_plan=True)
    found: dict[str, list[Cycle]] = {}
    goes_on = {s.drug for s in ready.of(arm).schedules(road.status)}
    for drug in dosed(ready.protocol):
        began = begun(ready, road, drug)
        course = min((number for number, _ in began), default=0)
        for (own, cycle), c in began.items():
            days = [s for s in stretches if (s.drug, s.course, s.cycle) == (drug, own, cycle) and s.sentence is not None]
            parts = tuple(Part(s.start - c.day, s.stop - c.day, s.sentence) for s in days if s.sentence is not None)
            if own == course and parts:
                found.setdefault(drug, []).append(Cycle(parts, drug in goes_on and (own, cycle) == list(began)[-1]))
    return found


def planned_cycles(ready: Ready, road: Road, stretches: list[Stretch], plan: Plan) -> list[Begun]:
    """For each drug the cycles that a participant began, each with the amount planned for it."""
    here = ready.of(road.arm)
    found: list[Begun] = []
    for drug, unit in units(here.table.protocol).items():
        own = [s for s in stretches if s.drug == drug]
        place: dict[int, int] = {}
        for (course, cycle), c in begun(ready, road, drug).items():
            days = [s for s in own if (s.course, s.cycle) == (course, cycle)]
            number = place[course] = place.get(course, -1) + 1
            if drug in plan:
                whole = plan[drug][min(number, len(plan[drug]) - 1)]
                planned = _amount(here, road, whole, max([c.day, *(s.stop for s in days)]) - c.day, c)
            else:
                planned = sum(
                    s.planned * (s.stop - s.start if s.sentence is not None and s.sentence.window else s.days) for s in days if s.planned
                )
            found.append(Begun(drug, unit, course, cycle, c.day, c.entry, planned))
    return found


def _amount(ready: Ready, road: Road, cycle: Cycle, length: int, c: Cut) -> float | None:
    """The amount of a planned cycle by a participant's values; one without an end is as long as the participant's own."""
    total, due = 0.0, None
    last: Dose | None = None
    for part in cycle.parts:
        if cycle.open and part.start >= length:
            break
        if part.sentence is not last:
            due, last = amount(ready, road, part.sentence, c.known, c.stood, c.day).value, part.sentence
        if due is None:
            return None
        total += due * ((min(part.stop, length) if cycle.open else part.stop) - part.start)
    return total


def begun(ready: Ready, road: Road, drug: str) -> dict[tuple[int, int], Cut]:
    """The cycles in which a drug was to be given, as (course, cycle), with the change that began each."""
    here = ready.of(road.arm)
    phases = drug_phases(here.table.protocol, drug)
    found: dict[tuple[int, int], Cut] = {}
    for c in cuts_of(here, road):
        if c.stood.phase in phases:
            found.setdefault((c.course, c.cycle), c)
    return found
