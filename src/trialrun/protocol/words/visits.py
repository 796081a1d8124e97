"""Visits: their targets, windows, occasions, and when they are owed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .arms import arms_named
from .days import Moment
from .expressions import Clock
from .forms import Form
from .phases import phases_named
from .times import Span
from .variables import Count, Tally


@dataclass(frozen=True)
class After:
    """n units after a moment (or, where `visit` is true, after the target of another visit)."""

    n: int
    unit: str
    of: str
    visit: bool = False


@dataclass(frozen=True)
class LaterOf:
    """The latest of some dates."""

    parts: tuple[After, ...]


@dataclass(frozen=True)
class Window:
    """Days before and after the target; `not_before` limits the earliest day to so many days before the target."""

    before: int
    after: int
    source: str
    confirmed: bool = True
    not_before: int | None = None


@dataclass(frozen=True)
class Visit:
    """A planned visit: its target, window, what makes it, when it is owed.

    One of: `each`, one occasion whenever this count is raised; `opens`, one occasion whenever these phases are entered from outside, owed
    until it is made, until they are entered again, or until a stopwatch that its target counts from runs again; `every`.
    `excused`: not owed while outside these phases nor before the target of `until_visit`. `every`: repeats after the last one made,
    until one falls on or after `ends`.
    """

    name: str
    source: str
    target: After | LaterOf | Clock
    window: Window
    made_by: str
    known_as: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    each: str = ""
    opens: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()
    until_visit: str = ""
    every: Span | None = None
    ends: After | None = None
    words: str = ""
    arms: tuple[str, ...] = ()


def after(span: Span | int, of: Moment | Visit) -> After:
    """The day `span` after a moment (or after the target of a visit); 0 for the day itself."""
    n, unit = (span, "days") if isinstance(span, int) else (span.n, span.unit)
    return After(n, unit, of.name, isinstance(of, Visit))


def target_of(v: Visit) -> After:
    """The target day of another visit."""
    return After(0, "days", v.name, True)


def later_of(*parts: After) -> LaterOf:
    """The latest of some dates."""
    return LaterOf(parts)


def window(before: int, after: int, *, source: str, confirmed: bool = True, not_before: int | None = None) -> Window:
    """Days before (as a negative number) and after the target."""
    return Window(before, after, source, confirmed, not_before)


def visit(
    name: str,
    *,
    source: str,
    target: After | LaterOf | Clock,
    window: Window,
    made_by: Form,
    known_as: tuple[str, ...] = (),
    forms: tuple[Form, ...] = (),
    each: Count | Tally | None = None,
    opens: Any = (),
    excused: Any = (),
    until_visit: Visit | None = None,
    every: Span | None = None,
    ends: After | None = None,
    words: str = "",
    arm: Any = (),
) -> Visit:
    """A planned visit."""
    return Visit(
        name,
        source,
        target,
        window,
        made_by.entry,
        known_as,
        tuple(f.entry for f in forms),
        each.name if each is not None else "",
        phases_named(opens),
        phases_named(excused),
        until_visit.name if until_visit else "",
        every,
        ends,
        words,
        arms_named(arm),
    )
