"""Values over time: what an item was before an entry, the lowest and the highest that it had been, days between dates, and an age.

What came before an entry is what stands before it in the order of the walk, on whichever form it was recorded. Before a first value nothing is
known, which is unknown and not nought. Of dates known in part that is known which is so on every day that they could be.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from .amounts import Dated
from .times import could_be
from .trees import Expr, Quantity, Ref, leaf

BEFORE = {
    "previous": "the value before this entry, of the last entry that recorded one",
    "lowest": "the lowest value of all entries before this one",
    "highest": "the highest value of all entries before this one",
    "last": "the value of this entry, or where it records none the previous one",
}


@dataclass(frozen=True)
class Earlier(Dated):
    """A value of an item over the entries up to this one, of one of the kinds in BEFORE."""

    kind: str
    of: Expr

    @property
    def inside(self) -> tuple[Expr, ...]:
        return (self.of,)

    @property
    def key(self) -> str:
        return f"{self.name}, {self.kind}"


@dataclass(frozen=True)
class EntryDay(Dated):
    """The day of the entry, on which it is walked."""

    @property
    def name(self) -> str:
        return "the day of the entry"

    @property
    def key(self) -> str:
        return self.name


@dataclass(frozen=True)
class DaysBetween(Quantity):
    """The days from one date to another; negative where the other came first. Unknown where they hang on a date known in part."""

    start: Expr
    end: Expr

    @property
    def inside(self) -> tuple[Expr, ...]:
        return (self.start, self.end)


@dataclass(frozen=True)
class AgeOn(Quantity):
    """The whole years from a birth to a date; who was born on 29 February is a year older on 1 March. Unknown before the birth.

    Of a year of birth alone it is known where every day of it gives the same; a comparison with a number, where it holds for every day.
    """

    birth: Expr
    on: Expr

    @property
    def inside(self) -> tuple[Expr, ...]:
        return (self.birth, self.on)


entry_day = EntryDay()


def _earlier(kind: str, word: str, item: Any) -> Earlier:
    found = leaf(item)
    if not isinstance(found, Ref) or found.kind != "measure":
        raise TypeError(f"{word}(..) takes an item that is recorded, by its name without quotes: {word}(weight)")
    return Earlier(kind, found)


def previous(item: Any) -> Earlier:
    """The value of an item in the last entry before this one that recorded it; unknown before a first one."""
    return _earlier("previous", "previous", item)


def lowest_so_far(item: Any) -> Earlier:
    """The lowest value of an item in the entries before this one, that of screening among them: a nadir."""
    return _earlier("lowest", "lowest_so_far", item)


def highest_so_far(item: Any) -> Earlier:
    """The highest value of an item in the entries before this one."""
    return _earlier("highest", "highest_so_far", item)


def last_known(item: Any) -> Earlier:
    """The value of an item in this entry, or the last one before it, also on another form."""
    return _earlier("last", "last_known", item)


def days_between(start: Any, end: Any) -> DaysBetween:
    """The days from one date to another: items that are dates, at_screening(..), previous(..) of one, or `entry_day`."""
    return DaysBetween(leaf(start), leaf(end))


def age_on(birth: Any, on: Any) -> AgeOn:
    """The age in whole years on a date, from the date of birth; of a year of birth alone where every day of it gives the same."""
    return AgeOn(leaf(birth), leaf(on))


def between(expr: DaysBetween | AgeOn, start: Any, end: Any) -> tuple[int, int] | None:
    """The least and the most days, or whole years, from one recorded date to another; None where one is not known or a birth is yet to come."""
    first, last = _interval(start), _interval(end)
    if first is None or last is None:
        return None
    if isinstance(expr, DaysBetween):
        return last[0] - first[1], last[1] - first[0]
    least, most = _years(first[1], last[0]), _years(first[0], last[1])
    return (max(least, 0), most) if most >= 0 else None


def _years(born: int, day: int) -> int:
    birth, on = date.fromordinal(born), date.fromordinal(day)
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _interval(value: Any) -> tuple[int, int] | None:
    """The first and the last day that a recorded date could be; None for what is none."""
    with suppress(ValueError):
        return could_be(value) if isinstance(value, str) else None
    return None
