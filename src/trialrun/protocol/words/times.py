"""Calendar spans: the one place where days, weeks and calendar months are added to a date.

Dates inside the product are proleptic ordinals (``date.toordinal()``): whole days, no clock, no zone.
Months are calendar months; a month end rounds down to the last day of a shorter month (31 January + 1 month
= 28 or 29 February). Source: U8 of the study that ships with the product; the same rule holds for every study.
"""

from __future__ import annotations

import re
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

LAST = date.max.toordinal()
MINUTES = {"hours": 60, "minutes": 1}
UNITS = ("days", "weeks", "months", "years")
WHOLE_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Unit:
    """A calendar unit; ``28 * days`` is a span."""

    name: str

    def __rmul__(self, n: int) -> Span:
        if not isinstance(n, int) or isinstance(n, bool):
            raise TypeError(f"a span is a whole number of {self.name}: write 28 * days, not {n!r} * {self.name}")
        return Span(n, self.name)


@dataclass(frozen=True)
class ClockUnit(Unit):
    """Hours or minutes; ``6 * hours`` is a span of the clock."""

    def __rmul__(self, n: int) -> TimeSpan:  # type: ignore[override]
        if not isinstance(n, int) or isinstance(n, bool):
            raise TypeError(f"a span is a whole number of {self.name}: write 90 * minutes, not {n!r} * {self.name}")
        return TimeSpan(n, self.name)


@dataclass(frozen=True)
class TimeSpan:
    """A whole number of hours or minutes: in the target and the window of a visit alone, since the walk counts days."""

    n: int
    unit: str

    @property
    def minutes(self) -> int:
        """It in minutes."""
        return self.n * MINUTES[self.unit]

    def __str__(self) -> str:
        return f"{self.n} {self.unit[:-1] if self.n == 1 else self.unit}"


@dataclass(frozen=True)
class Span:
    """A whole number of days, weeks, calendar months or years."""

    n: int
    unit: str

    def __str__(self) -> str:
        return f"{self.n} {self.unit[:-1] if self.n == 1 else self.unit}"


days, weeks, months, years = (Unit(name) for name in UNITS)
hours, minutes = ClockUnit("hours"), ClockUnit("minutes")


@lru_cache(maxsize=65536)
def add(day: int, n: int, unit: str) -> int:
    """The ordinal ``n`` units after ``day``, within what a calendar date can hold (the years 1 to 9999); of hours and minutes, the whole days.

    Raises ValueError for a unit that is not one of days, weeks, months, years.
    """
    if unit in MINUTES:
        n, unit = n * MINUTES[unit] // (24 * 60), "days"
    if unit == "days" or unit == "weeks":
        found = day + (n if unit == "days" else 7 * n)
        return found if 1 <= found <= LAST else 1 if found < 1 else LAST
    if unit not in ("months", "years"):
        raise ValueError(f"unknown unit {unit!r}: use one of {', '.join(UNITS)}")
    start = date.fromordinal(day)
    month = start.year * 12 + start.month - 1 + n * (12 if unit == "years" else 1)
    year, month = divmod(month, 12)
    if not 1 <= year <= 9999:
        return 1 if year < 1 else LAST
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).toordinal()


def later(day: int, span: Span) -> int:
    """The ordinal one span after ``day``."""
    return add(day, span.n, span.unit)


@lru_cache(maxsize=65536)
def iso(day: int | None) -> str | None:
    """An ordinal as YYYY-MM-DD, None as None; beyond the years 1 to 9999 the first or the last day of them."""
    return None if day is None else date.fromordinal(min(max(day, 1), LAST)).isoformat()


@lru_cache(maxsize=65536)
def ordinal(text: str) -> int:
    """YYYY-MM-DD as an ordinal. Raises ValueError with the cure for anything else."""
    with suppress(ValueError, TypeError):
        if WHOLE_DATE.fullmatch(text):
            return date.fromisoformat(text).toordinal()
    raise ValueError(f"{text!r} is no date: write a day that exists as YYYY-MM-DD, for example 2012-04-09")


@lru_cache(maxsize=65536)
def could_be(text: str) -> tuple[int, int]:
    """The first and last day (ordinals) that a date, perhaps known in part, could be. Raises ValueError for a date that does not exist."""
    parts = text.split("-") if text.isascii() and text.replace("-", "").isdigit() else []
    with suppress(ValueError):
        if len(parts) == 3:
            day = ordinal(text)
            return day, day
        if len(parts) == 2 and len(text) == 7:
            year, month = int(parts[0]), int(parts[1])
            return date(year, month, 1).toordinal(), date(year, month, monthrange(year, month)[1]).toordinal()
        if len(parts) == 1 and len(text) == 4:
            return date(int(text), 1, 1).toordinal(), date(int(text), 12, 31).toordinal()
    raise ValueError(f"{text!r} is no date: write a day that exists as YYYY-MM-DD, or what is known of it as YYYY-MM or YYYY")
