"""Schedules: which doses a status plans, drug by drug. The status picks the schedule, the day picks the dose; both are said here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .language import Dose, Measure, Protocol
from .table import Table
from .words.expressions import NO, UNKNOWN, YES, AllOf, Clock, Expr, ManyValues, Otherwise, Ref, bind

Number = Callable[[str], int | None]


@dataclass(frozen=True)
class Schedule:
    """What one status plans of one drug: the doses that are `said` there, and those of `otherwise`, for the days on which none of them falls."""

    drug: str
    said: tuple[Dose, ...]
    rest: tuple[Dose, ...]

    @property
    def doses(self) -> tuple[Dose, ...]:
        """Every dose of the schedule."""
        return (*self.said, *self.rest)

    @property
    def dated(self) -> bool:
        """Whether the day matters: some dose counts days."""
        return any(d.on for d in self.doses)

    def on_day(self, number: Number) -> Dose | None:
        """The dose of a day, by how many days have been counted from each stopwatch or moment (None: none yet)."""
        for d in self.doses:
            if not d.on or ((n := number(d.on)) is not None and d.falls_on(n)):
                return d
        return None


def dosed(protocol: Protocol) -> tuple[str, ...]:
    """The drugs of which some amount is planned, in the order of their doses; a premedication is none of them."""
    return tuple(dict.fromkeys(d.drug for d in protocol.doses if d.planned and d.amount is not None))


def drug_phases(protocol: Protocol, drug: str) -> frozenset[str]:
    """The phases in which some amount of a drug is planned."""
    return frozenset(p for d in protocol.doses if d.drug == drug and d.planned and d.amount is not None for p in d.at)


def drug_recorded(protocol: Protocol, item: Measure) -> str:
    """The drug of which an item records the dose: the one it names, else the study's only one; "" where it depends on what is planned."""
    drugs = dosed(protocol)
    return item.drug or (drugs[0] if len(drugs) == 1 else "")


def speaking(table: Table) -> list[tuple[Dose, Any]]:
    """Each planned dose, and in which statuses it speaks (a mask); `otherwise` where no other dose of its drug speaks on every day."""
    if table.said is None:
        planned = [d for d in table.protocol.doses if d.planned]
        found = {d: _at(table, d.at) & _holds(table, d.given) for d in planned if not _is_otherwise(d)}
        for d in planned:
            if _is_otherwise(d):
                daily = [where for other, where in found.items() if other.drug == d.drug and not other.on and not _is_otherwise(other)]
                found[d] = _at(table, d.at) & ~np.logical_or.reduce(daily, initial=False)
        table.said = [(d, found[d]) for d in planned]
    return table.said


def schedules(table: Table, status: int) -> tuple[Schedule, ...]:
    """What one status plans, drug by drug in the order of the study's doses; a drug without a dose there is left out."""
    here = [d for d, where in speaking(table) if where[status]]
    return tuple(
        Schedule(
            drug,
            tuple(d for d in here if d.drug == drug and not _is_otherwise(d)),
            tuple(d for d in here if d.drug == drug and _is_otherwise(d)),
        )
        for drug in dict.fromkeys(d.drug for d in here)
    )


def meet(a: Dose, b: Dose) -> bool:
    """Whether two doses can fall on one day: both on every day, or on a day that both name; counted from different days they may."""
    if a.on != b.on or not a.on:
        return True
    horizon = max((x for d in (a, b) for x in (*d.days, d.first or 1, d.last or 1)), default=1) + a.step * b.step
    return any(a.falls_on(n) and b.falls_on(n) for n in range(1, horizon + 1))


def asked_before(doses: Iterable[Dose], event: str) -> tuple[Dose, ...]:
    """The premedications before an event or clock."""
    return tuple(d for d in doses if event in d.before)


def _is_otherwise(d: Dose) -> bool:
    return isinstance(d.given, Otherwise)


def _at(table: Table, phases: Iterable[str]) -> np.ndarray:
    names = frozenset(phases)
    return np.array([p in names for p in table.phases], dtype=bool)[table.values[:, 0]]


def _holds(table: Table, given: Expr | None) -> np.ndarray:
    if given is None:
        return np.ones(len(table.values), dtype=bool)
    place = table.meaning.place

    def look(node: Expr) -> Callable[[object], np.ndarray]:
        if isinstance(node, Clock):
            fired = np.where(table.values[:, place[node.name]] > 0, YES, NO)
            return lambda _: fired
        if isinstance(node, Ref) and node.name in place:
            column = table.values[:, place[node.name]].astype(float)
            return lambda _: column
        raise TypeError(f"{node!r} has no value in a status: ask for flags, counts and clocks")

    return np.broadcast_to(bind(AllOf((given,)), look, ManyValues)(None), (len(table.values),)) > UNKNOWN
