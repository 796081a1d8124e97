"""Forms: what one entry records, the classes of its values and the protocol events that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .events import Event
from .expressions import Expr, leaf
from .measures import Measure


@dataclass(frozen=True)
class Yield:
    """A protocol event that an entry gives when its values meet a condition."""

    event: str
    given: Expr | None = None


@dataclass(frozen=True)
class Class:
    """One class of a classification computed from values, for example a response."""

    name: str
    given: Expr
    source: str
    confirmed: bool = True
    label: str = ""


@dataclass(frozen=True)
class Episode:
    """How a record of a form lives: it begins, changes its grade and ends, and later entries continue the first.

    `begins`, `ends` and `grade` are items; it has also ended where `ended` holds. The others are the measures that take its course: how many
    days it lasted, its worst grade, whether it goes on, and the grade before this entry.
    """

    begins: str = ""
    ends: str = ""
    ended: Expr | None = None
    grade: str = ""
    days: str = ""
    worst: str = ""
    ongoing: str = ""
    grade_before: str = ""

    @property
    def course(self) -> tuple[str, ...]:
        """The measures that take the course of a record."""
        return tuple(name for name in (self.days, self.worst, self.ongoing, self.grade_before) if name)


@dataclass(frozen=True)
class Asked:
    """An item that is asked (`shown`), or required (`required`), only where a condition on the form's values holds."""

    item: str
    kind: str
    given: Expr


@dataclass(frozen=True)
class RangeIf:
    """The plausible range of an item where a condition on the form's values holds, in place of its own."""

    item: str
    low: float | None
    high: float | None
    given: Expr
    source: str
    confirmed: bool = True


@dataclass(frozen=True)
class EditCheck:
    """What must hold of the values of an entry and of what was recorded before it; where it does not, the site is asked in these words."""

    words: str
    given: Expr
    source: str
    confirmed: bool = True


@dataclass(frozen=True)
class Group:
    """Items that repeat together in one entry, a row each time; `rows` is the measure that takes how many rows were recorded."""

    name: str
    label: str
    source: str
    items: tuple[Measure, ...]
    required: tuple[str, ...] = ()
    rows: str = ""
    up_to: int | None = None


@dataclass(frozen=True)
class Form:
    """What is recorded in one entry: items, which are required, and the protocol events that follow from the values.

    `known_in_part`: on which day an entry is walked whose date is known in part, the `first` or the `last` that it could be; where nothing
    is said the first for what begins a treatment, the last for all else.
    """

    entry: str
    label: str
    source: str
    items: tuple[Measure, ...] = ()
    required: tuple[str, ...] = ()
    yields: tuple[Yield, ...] = ()
    classes: tuple[Class, ...] = ()
    classified: str = ""
    overrides: str = ""
    keeps_screening: bool = False
    domain: str = ""
    known_in_part: str = ""
    lives: Episode | None = None
    asked: tuple[Asked, ...] = ()
    checks: tuple[EditCheck, ...] = ()
    groups: tuple[Group, ...] = ()
    ranges: tuple[RangeIf, ...] = ()

    @property
    def computed(self) -> dict[str, str]:
        """The measures that nobody records, because they are computed from what is recorded, each with its type."""
        found = {self.classified: "code"} if self.classified else {}
        found |= {g.rows: "integer" for g in self.groups if g.rows}
        if self.lives is not None:
            graded = next((m.type for m in self.items if m.name == self.lives.grade), "number")
            kinds = {self.lives.days: "integer", self.lives.worst: graded, self.lives.ongoing: "yes/no", self.lives.grade_before: graded}
            found |= {name: kind for name, kind in kinds.items() if name}
        return found


def gives(event: Event | str, given: Any = None) -> Yield:
    """An entry gives a protocol event, when its values meet the condition."""
    return Yield(event if isinstance(event, str) else event.name, None if given is None else leaf(given))


def classed(name: str, given: Any, source: str, *, confirmed: bool = True, label: str = "") -> Class:
    """One class of a classification; classes of one form exclude each other."""
    return Class(name, leaf(given), source, confirmed, label or name)


def group(
    name: str,
    *,
    label: str = "",
    source: str,
    items: tuple[Measure, ...] = (),
    required: tuple[Measure, ...] = (),
    rows: Measure | None = None,
    up_to: int | None = None,
) -> Group:
    """Items that repeat together in one entry, as prior regimens do: a list of objects under the group's name.

    `rows`: the measure, no item, that takes how many rows were recorded, for conditions to ask. `up_to`: more rows than these are asked about.
    """
    every = tuple(dict.fromkeys((*items, *required)))
    return Group(name, label or name, source, every, tuple(m.name for m in required), "" if rows is None else rows.name, up_to)


def shown_if(item: Measure, given: Any) -> Asked:
    """An item that is asked only where a condition holds: elsewhere it is not missing, and a value is asked about."""
    return Asked(item.name, "shown", leaf(given))


def required_if(item: Measure, given: Any) -> Asked:
    """An item that is required where a condition holds."""
    return Asked(item.name, "required", leaf(given))


def range_if(item: Measure, range: tuple[float | None, float | None], given: Any, source: str, *, confirmed: bool = True) -> RangeIf:
    """The plausible range of an item where a condition holds, by sex or age for instance, in place of its own; of several that hold each counts."""
    return RangeIf(item.name, range[0], range[1], leaf(given), source, confirmed)


def edit_check(words: str, given: Any, source: str, *, confirmed: bool = True) -> EditCheck:
    """What must hold of an entry; where it surely does not, the site is asked in these words.

    The condition reads the entry's values, those at screening, and of items of other forms the last that was recorded before the entry.
    """
    return EditCheck(words, leaf(given), source, confirmed)


def episode(
    *,
    begins: Measure | None = None,
    ends: Measure | None = None,
    ended: Any = None,
    grade: Measure | None = None,
    days: Measure | None = None,
    worst: Measure | None = None,
    ongoing: Measure | None = None,
    grade_before: Measure | None = None,
) -> Episode:
    """A record lives: an entry begins it, and later ones go on with it (`continues`), change its `grade` or end it.

    `begins` and `ends` are items that are dates; without `begins` it begins on the day of its first entry. It has ended too, on the day of the
    entry, where the condition `ended` comes to hold. Its course is kept in measures that are no items, for conditions to ask: `days` it lasted
    (so far, while it goes on), its `worst` grade, whether it is `ongoing`, the `grade_before` this entry.
    """
    begins_, ends_, grade_, days_, worst_, ongoing_, before_ = (
        "" if m is None else m.name for m in (begins, ends, grade, days, worst, ongoing, grade_before)
    )
    return Episode(begins_, ends_, None if ended is None else leaf(ended), grade_, days_, worst_, ongoing_, before_)


def form(
    entry: str,
    *,
    label: str = "",
    source: str,
    items: tuple[Measure, ...] = (),
    required: tuple[Measure, ...] = (),
    yields: Any = (),
    classes: tuple[Class, ...] = (),
    classified: Measure | None = None,
    overrides: str = "",
    keeps_screening: bool = False,
    domain: str = "",
    known_in_part: str = "",
    lives: Episode | None = None,
    asked: tuple[Asked, ...] = (),
    checks: tuple[EditCheck, ...] = (),
    groups: tuple[Group, ...] = (),
    ranges: tuple[RangeIf, ...] = (),
) -> Form:
    """What one entry records. `overrides`: an assessment of the same day that guards the rules in place of that entry's values.

    `known_in_part`: walk an entry with a date known in part on the `first` or the `last` day that it could be. `lives=episode(..)`: its records
    go on, and later entries continue the first; a record gives an event when its condition comes to hold. `asked=(shown_if(..), required_if(..))`:
    items that depend on the others. `checks`: what must hold of an entry. `groups=(group(..),)`: items that repeat in it.
    `ranges=(range_if(..),)`: plausible ranges that depend on other values.
    """
    if known_in_part not in ("", "first", "last"):
        raise ValueError(f"form({entry!r}): known_in_part={known_in_part!r} is no day: write 'first' or 'last'")
    return Form(
        entry,
        label or entry,
        source,
        tuple(dict.fromkeys((*items, *required))),
        tuple(m.name for m in required),
        yields if isinstance(yields, tuple) else (yields,),
        classes,
        classified.name if classified is not None else "",
        overrides,
        keeps_screening,
        domain,
        known_in_part,
        lives,
        asked,
        checks,
        groups,
        ranges,
    )
