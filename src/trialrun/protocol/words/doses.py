"""Doses: what is planned in a phase, the premedication before an event, and how a bag is prepared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .arms import arms_named
from .days import Moment, Stopwatch
from .expressions import Expr, leaf
from .phases import phases_named
from .rules import events_named
from .times import Span
from .units import kept
from .visits import Window


@dataclass(frozen=True)
class Dose:
    """A planned dose: the amount due on a day in a phase, or, with `before`, a premedication before an event.

    An amount that is a tree (`75 * body_surface`) is worked out from the latest recorded values and rounded to a multiple of `rounded`.
    `on` is the stopwatch or moment from which days are counted, its first day being day 1: the dose is due on `days`, or from the day `first`
    to the day `last`, on each `every` so long. Without `on` it is due on every day. With a `window` each day is recorded by itself: within so many
    days before and after it the dose counts for that day; what was not recorded by then was omitted.
    """

    amount: float | Expr | None
    unit: str
    drug: str
    source: str
    at: tuple[str, ...] = ()
    given: Expr | None = None
    before: tuple[str, ...] = ()
    words: str = ""
    confirmed: bool = True
    rounded: float | None = None
    arms: tuple[str, ...] = ()
    days: tuple[int, ...] = ()
    first: int | None = None
    last: int | None = None
    every: Span | None = None
    on: str = ""
    route: str = ""
    window: Window | None = None

    @property
    def planned(self) -> bool:
        """Whether it is a dose of the plan, in phases; what comes before an event is a premedication."""
        return bool(self.at) and not self.before

    @property
    def step(self) -> int:
        """How many days lie between two doses from the day `first` on."""
        return 1 if self.every is None else self.every.n * (7 if self.every.unit == "weeks" else 1)

    def falls_on(self, number: int) -> bool:
        """Whether it is due on the number-th day of what it counts from."""
        if self.days:
            return number in self.days
        first = 1 if self.first is None else self.first
        return number >= first and (self.last is None or number <= self.last) and (number - first) % self.step == 0


@dataclass(frozen=True)
class Preparation:
    """How a dose is prepared: bag hours, volumes in mL, vials, pump rate in mL/h."""

    amount: float
    unit: str
    hours: int
    stabiliser_ml: float
    drug_ml: float
    vials: int
    rate_ml_per_h: float
    source: str
    confirmed: bool = True


def dose(
    amount: float | Expr | None,
    unit: str,
    drug: str,
    *,
    source: str,
    at: Any = (),
    given: Any = None,
    before: Any = (),
    words: str = "",
    confirmed: bool = True,
    rounded: float | None = None,
    arm: Any = (),
    days: tuple[int, ...] = (),
    first: int | None = None,
    last: int | None = None,
    every: Span | None = None,
    on: Stopwatch | Moment | None = None,
    route: str = "",
    window: Window | None = None,
) -> Dose:
    """A planned dose on the days of some phases, or a premedication `before` some events. Amount None: no drug on these days.

    An amount may be a tree over measures (`75 * body_surface`); `rounded=5` then gives it to the nearest 5 of its unit, halves upwards.
    `days=(1, 8, 15)`, or `first=1, last=7` with `every=2 * days`, are days counted `on=` a stopwatch or a moment, whose own day is day 1;
    without them it is due every day. With `window=window(-1, 2, ..)` every due day is to be recorded
    within these days around it. On the days that no dose of the drug names there is no drug, or that of `given=otherwise`.
    """
    if every is not None and every.unit not in ("days", "weeks"):
        raise ValueError(f"doses come again after days: write every={every.n} * days or weeks, not {every.unit}")
    names, _ = events_named(before)
    how_much = leaf(amount) if isinstance(amount, Expr) else amount
    condition = None if given is None else leaf(given)
    counted = on.name if on is not None else ""
    return Dose(
        how_much, kept(unit), drug, source, phases_named(at), condition, names, words, confirmed, rounded, arms_named(arm), days, first, last, every,
        counted, route, window,
    )  # fmt: skip


def preparation(
    amount: float,
    unit: str,
    *,
    hours: int,
    stabiliser_ml: float,
    drug_ml: float,
    vials: int,
    rate_ml_per_h: float,
    source: str,
    confirmed: bool = True,
) -> Preparation:
    """How one bag is prepared."""
    return Preparation(amount, kept(unit), hours, stabiliser_ml, drug_ml, vials, rate_ml_per_h, source, confirmed)
