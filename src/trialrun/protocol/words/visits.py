"""Visits: their targets, windows, occasions, and when they are owed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .arms import arms_named
from .days import Moment
from .expressions import Clock, Expr, leaf
from .forms import Form
from .phases import phases_named
from .times import Span, TimeSpan
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
class Whichever:
    """Of some dates the first that came, or the last; those that have not come are left out."""

    parts: tuple[After, ...]
    last: bool = False

    @property
    def which(self) -> str:
        """First or last."""
        return "last" if self.last else "first"


@dataclass(frozen=True)
class LeadingTo:
    """The n units before each marking of a moment, and that day itself."""

    n: int
    unit: str
    of: str


Target = After | LaterOf | Whichever | LeadingTo | Clock


@dataclass(frozen=True)
class Window:
    """Days (or minutes: `unit`) before and after the target; `not_before` limits the earliest day to so many days before the target."""

    before: int
    after: int
    source: str
    confirmed: bool = True
    not_before: int | None = None
    unit: str = "days"


@dataclass(frozen=True)
class Visit:
    """A planned visit: its target, window (None: not stated), what makes it, when it is owed.

    One of: `each`, one occasion whenever this count is raised; `opens`, one occasion whenever these phases are entered from outside, owed
    until it is made, until they are entered again, or until a stopwatch that its target counts from runs again; `every`.
    `excused`: not owed while outside these phases nor before the target of `until_visit`. `every`: repeats after the last one made,
    until one falls on or after `ends`. `every` and `fixed`: the first on the target, then on days that do not move, made or not, the last
    no later than `ends` and before the phases `until` are entered; with `each` or `opens` so for each occasion. `given`: for whom it is, by flags,
    counts and values at screening as they stand on its target day. `expires`: so long after its target it can no longer be made, and is missed.
    `served_by`: the entry that makes one of these visits makes this one too, where it falls in its window.
    """

    name: str
    source: str
    target: After | LaterOf | Whichever | LeadingTo | Clock
    window: Window | None
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
    fixed: bool = False
    until: tuple[str, ...] = ()
    given: Expr | None = None
    expires: Span | None = None
    served_by: tuple[str, ...] = ()

    @property
    def drifts(self) -> bool:
        """Whether it comes again so long after the last one made, so that a late one moves those that follow."""
        return self.every is not None and not self.fixed


def after(span: Span | TimeSpan | int, of: Moment | Visit) -> After:
    """The day `span` after a moment (or after the target of a visit); 0 for the day itself. `6 * hours`: that time of day, where times are recorded."""
    n, unit = (span, "days") if isinstance(span, int) else (span.n, span.unit)
    return After(n, unit, of.name, isinstance(of, Visit))


def target_of(v: Visit) -> After:
    """The target day of another visit."""
    return After(0, "days", v.name, True)


def later_of(*parts: After) -> LaterOf:
    """The latest of some dates, once all of them are known."""
    return LaterOf(parts)


def whichever_first(*parts: After) -> Whichever:
    """The first of those dates that are known: 30 days after the last dose or the start of another therapy, whichever came first."""
    return Whichever(parts)


def whichever_last(*parts: After) -> Whichever:
    """The last of those dates that are known; one that never came is left out."""
    return Whichever(parts, True)


def leading_to(span: Span | int, of: Moment) -> LeadingTo:
    """The days that lead to an act: from `span` before the moment that it marks, to that day. A visit then has no window of its own.

    The visit waits until the act is recorded, and each marking of the moment has an occasion; what was made before the act before it does not count.
    """
    n, unit = (span, "days") if isinstance(span, int) else (span.n, span.unit)
    return LeadingTo(n, unit, of.name)


def window(before: int | TimeSpan, after: int | TimeSpan, *, source: str, confirmed: bool = True, not_before: int | None = None) -> Window:
    """Days before (as a negative number) and after the target, or hours and minutes: `window(-15 * minutes, 15 * minutes, ..)`.

    Raises ValueError where days and times of the clock are mixed.
    """
    if isinstance(before, int) and isinstance(after, int):
        return Window(before, after, source, confirmed, not_before)
    if before not in (0, None) and isinstance(before, int) or isinstance(after, int) and after != 0 or not_before is not None:
        raise ValueError("a window is in days or in hours and minutes: write window(-15 * minutes, 15 * minutes, ..), without not_before=")
    low, high = (x.minutes if isinstance(x, TimeSpan) else 0 for x in (before, after))
    return Window(low, high, source, confirmed, None, "minutes")


def visit(
    name: str,
    *,
    source: str,
    target: After | LaterOf | Whichever | LeadingTo | Clock,
    window: Window | None = None,
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
    fixed: bool = False,
    until: Any = (),
    given: Any = None,
    expires: Span | None = None,
    served_by: tuple[Visit, ...] = (),
) -> Visit:
    """A planned visit. `served_by`: the visits whose entry makes this one too, in its window.

    `fixed`: it comes `every` so long from its target on, on days that do not move, made or not, up to `ends` or `until` a phase.
    `given`: for whom. `expires`: so long after its target it is missed for good. `window` left out: the protocol states none, and any day counts
    until the next occasion of the visit or of its series; the page says so (for the day alone, write `window(0, 0, ..)`).
    """
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
        fixed,
        phases_named(until),
        None if given is None else leaf(given),
        expires,
        tuple(v.name for v in served_by),
    )


def series(
    name: str,
    *,
    after: Moment | Visit,
    days: tuple[int, ...] = (),
    weeks: tuple[int, ...] = (),
    months: tuple[int, ...] = (),
    hours: tuple[int, ...] = (),
    minutes: tuple[int, ...] = (),
    known_as: tuple[str, ...] = (),
    **parts: Any,
) -> tuple[Visit, ...]:
    """Visits that differ in their number, one of each, as `*series(..)` among visits=: `{n}` in the names is the number; `parts` as of `visit`.

    `months=(3, 6)`: 3 and 6 months after the moment or visit; `hours=(1, 2, 4)`: so long after it by the clock; `days=(1, 8)`: as of doses, day 1 being
    that day itself. Raises ValueError where there is no number, or none in the name.
    """
    told = [(n, n - 1, "days") for n in days] + [(n, n, "weeks") for n in weeks] + [(n, n, "months") for n in months]
    told += [(n, n, "minutes") for n in minutes] + [(n, n, "hours") for n in hours]
    if not told:
        raise ValueError(f"series({name!r}, ..) has no numbers: write months=(3, 6, 9), weeks=(4, 8), or days=(1, 8, 15)")
    if "{n}" not in name:
        raise ValueError(
            f"the visits of series({name!r}, ..) would all have one name: write {{n}} where its number stands, as 'Month {{n}}'"
        )
    of, is_visit = after.name, isinstance(after, Visit)
    return tuple(
        visit(
            name.replace("{n}", str(n)),
            target=After(later, unit, of, is_visit),
            known_as=tuple(word.replace("{n}", str(n)) for word in known_as),
            **parts,
        )
        for n, later, unit in told
    )
