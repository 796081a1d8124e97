"""The doses of a day: what is planned of each drug, as a number or as what is missing to work it out, and the premedication that the day asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..protocol.enactment import Stood
from ..protocol.language import Dose
from ..protocol.schedule import Schedule
from ..protocol.words.amounts import AsOf, Dated, UntilChanged, looked_up
from ..protocol.words.expressions import Expr, key_of, on_values
from .fold import Given, Road
from .ready import Ready


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in the dose's unit; None with the values that are `missing` to work it out, or where no dose is planned."""

    value: float | None
    unit: str
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.missing:
            return f"not known before {', '.join(self.missing)} is recorded"
        return "none" if self.value is None else f"{self.value:g} {self.unit}"


@dataclass(frozen=True, slots=True)
class PlannedDose:
    """What is planned of one drug on one day, by which sentence; `falls` is false on a day of the schedule that has no dose."""

    drug: str
    amount: Amount
    sentence: Dose
    falls: bool = True

    @property
    def none(self) -> bool:
        """Whether the day has no drug by the plan."""
        return self.amount.value is None and not self.amount.missing


def planned(ready: Ready, road: Road, day: int | None = None) -> tuple[PlannedDose, ...]:
    """The doses planned where a road stands, drug by drug: on its last day, or on another while nothing else happens. Days without drug are left out."""
    found = planned_at(ready, road, road.status, road.stood, road.day if day is None else day)
    return tuple(p for p in found if not p.none)


def planned_at(ready: Ready, road: Road, status: int, stood: Stood, day: int, entry: int | None = None) -> tuple[PlannedDose, ...]:
    """What is planned of each drug of a status on a day as things stand, by the values recorded up to an entry (None: by all of the road)."""
    return tuple(planned_of(ready, road, schedule, stood, day, entry) for schedule in ready.schedules(status))


def planned_of(ready: Ready, road: Road, schedule: Schedule, stood: Stood, day: int, entry: int | None = None) -> PlannedDose:
    """What a schedule plans on a day."""
    dose = schedule.on_day(lambda name: day_number(ready, stood, name, day))
    if dose is None:
        return PlannedDose(schedule.drug, Amount(None, schedule.doses[0].unit), schedule.doses[0], False)
    return PlannedDose(schedule.drug, amount(ready, road, dose, entry, stood, day), dose)


def pieces(ready: Ready, schedule: Schedule, stood: Stood, start: int, stop: int) -> Iterator[tuple[int, int, Dose | None]]:
    """The days from `start` up to but not including `stop`, while nothing else happens, by the dose that falls on them (None: none)."""
    dose = schedule.on_day(lambda name: day_number(ready, stood, name, start))
    for day in range(start + 1, stop) if schedule.dated else ():
        then = schedule.on_day(lambda name, day=day: day_number(ready, stood, name, day))  # type: ignore[misc]
        if then is not dose:
            yield start, day, dose
            start, dose = day, then
    yield start, stop, dose


def planned_for(ready: Ready, road: Road, given: Given) -> PlannedDose | None:
    """The plan that a recorded dose is judged by: that of its own drug. None where nothing is planned of any drug, or the drug is not told."""
    plans = planned_at(ready, road, given.status, given.stood, given.day, given.entry)
    if not plans or not given.drug:
        return None
    own = next((p for p in plans if p.drug == given.drug), None)
    if own is not None:
        return own
    sentence = next((d for d in ready.protocol.doses if d.drug == given.drug and d.planned), plans[0].sentence)
    return PlannedDose(given.drug, Amount(None, sentence.unit), sentence, False)


def day_number(ready: Ready, stood: Stood, name: str, day: int) -> int | None:
    """Which day of a stopwatch or moment a day is, the first being 1; None where that has not begun, or stands still."""
    if name in ready.enacts.running:
        kept = stood.watches.get(name)
        return None if kept is None or kept.since is None else kept.elapsed(day) + 1
    began = ready.enacts.day_of(stood, name, day)
    return None if began is None or began > day else day - began + 1


def amount(ready: Ready, road: Road, dose: Dose, entry: int | None = None, stood: Stood | None = None, day: int | None = None) -> Amount:
    """How much is planned by what is recorded: up to one entry (its sequence) and with it, or, without one, at the end of the road.

    Values of a stated day are those of its moment as things `stood` on a `day`; without them as they stand where the road ends.
    """
    if not isinstance(dose.amount, Expr):
        return Amount(dose.amount, dose.unit)
    asked = looked_up(dose.amount)
    values = recorded(ready, road, entry)
    stood, day = stood or road.stood, road.day if day is None else day
    values |= {x.key: dated(ready, road, x, stood, day, entry) for x in asked if isinstance(x, Dated)}
    number = on_values(dose.amount)(values)
    if number is None:
        missing = dict.fromkeys(x.name for x in asked if values.get(key_of(x)) is None)
        return Amount(None, dose.unit, tuple(missing) or ("a usable value",))
    return Amount(rounded(number, dose.rounded), dose.unit)


def dated(ready: Ready, road: Road, asked: Dated, stood: Stood, day: int, entry: int | None = None) -> Any:
    """The value of an item of a stated day, by what is recorded up to an entry: the last for that day or before it, or one that replaced it since."""
    start = asked.start if isinstance(asked, UntilChanged) else asked
    until = ready.enacts.day_of(stood, start.moment, day) if isinstance(start, AsOf) else None
    found = None
    for s in road.entries:
        form = ready.forms.get(s.entry.event)
        value = s.values.get(asked.name) if form is not None and asked.name in form.items else None
        if value is not None and form is not None:
            begins = until is not None and s.day <= until if isinstance(start, AsOf) else form.form.keeps_screening
            if begins or (isinstance(asked, UntilChanged) and found is not None and differs(found, value, asked.percent)):
                found = value
        if s.entry.sequence == entry:
            break
    return found


def differs(before: float, now: float, percent: float) -> bool:
    """Whether a value differs from one before by more than so many percent of that, in decimals as they are written."""
    a, b = Decimal(repr(float(before))), Decimal(repr(float(now)))
    return abs(b - a) * 100 > Decimal(repr(percent)) * abs(a)


def recorded(ready: Ready, road: Road, entry: int | None = None) -> dict[str, Any]:
    """The latest recorded value of every item, and those at screening as `screening ..`; what cannot be read is left out."""
    values: dict[str, Any] = {}
    for s in road.entries:
        form = ready.forms.get(s.entry.event)
        if form is not None:
            fresh = {name: v for name, v in s.values.items() if v is not None and name in form.items}
            values |= fresh
            if form.form.keeps_screening:
                values |= {f"screening {name}": v for name, v in fresh.items()}
        if s.entry.sequence == entry:
            break
    return values


def rounded(number: float, step: float | None) -> float:
    """The nearest multiple of a step, halves upwards; without a step the number itself. The step is read as it is written (0.1 is a tenth)."""
    if step is None:
        return float(number)
    multiple = (Decimal(repr(float(number))) / Decimal(repr(step))).quantize(Decimal(1), ROUND_HALF_UP)
    return float(multiple * Decimal(repr(step)))
