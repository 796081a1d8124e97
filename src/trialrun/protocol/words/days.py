"""Days: moments that rules mark, stopwatches that count days in some phases, and the clocks on both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .amounts import AsOf
from .expressions import Clock, Ref, leaf
from .phases import phases_named
from .times import Span


@dataclass(frozen=True)
class LastDay:
    """The last calendar day on which a stopwatch ran; before there is one, another moment."""

    stopwatch: str
    or_else: str | None = None


@dataclass(frozen=True)
class Moment:
    """A named day of a participant's journey, marked by a rule or derived from a stopwatch."""

    name: str
    derived: LastDay | None = None
    source: str = ""


@dataclass(frozen=True)
class Stopwatch:
    """Counts whole calendar days, in some phases only."""

    name: str
    runs: tuple[str, ...]
    source: str = ""


def moment(name: str, *, source: str = "") -> Moment:
    """A named day, marked by a rule."""
    return Moment(name, None, source)


def last_day(name: str, stopwatch: Stopwatch, *, or_else: Moment | None = None, source: str = "") -> Moment:
    """The last calendar day on which a stopwatch ran."""
    return Moment(name, LastDay(stopwatch.name, or_else.name if or_else else None), source)


def stopwatch(name: str, *, runs: Any, source: str = "") -> Stopwatch:
    """Counts whole days in the phases `runs`."""
    return Stopwatch(name, phases_named(runs), source)


def past(span: Span, of: Moment) -> Clock:
    """Strictly later than `span` after a moment."""
    return Clock("past", span.n, span.unit, of.name)


def reached(span: Span, of: Moment) -> Clock:
    """On the day `span` after a moment, or later."""
    return Clock("reached", span.n, span.unit, of.name)


def full(span: Span, watch: Stopwatch) -> Clock:
    """A stopwatch has counted that many whole days: true from the day after its last one."""
    if span.unit not in ("days", "weeks"):
        raise ValueError(f"a stopwatch counts days: write full({span.n} * days, ..) or weeks, not {span.unit}")
    return Clock("full", span.n * (7 if span.unit == "weeks" else 1), "days", watch.name)


def as_of(item: Any, day: Moment) -> AsOf:
    """The value of an item on a stated day: `as_of(weight, cycle_began)` is the last one recorded for that day or before it."""
    found = leaf(item)
    if not isinstance(found, Ref) or found.kind != "measure":
        raise TypeError("as_of(..) takes an item that is recorded, by its name without quotes, and a moment: as_of(weight, cycle_began)")
    return AsOf(found, day.name)
