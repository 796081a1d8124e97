"""What a nature is made of: numbers with their sources, draws, hazards, notes and the questions that are asked of the study.

A draw belongs to its name and its occasion (`each=`), never to a label or to an order: asked twice on one occasion it is the same. A draw
without an occasion is therefore a trait of the participant. Nothing here calls anything: the same values are interpreted and compiled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .days import Moment
from .events import Event
from .phases import phases_named
from .trees import Expr, Number, Quantity, leaf
from .variables import Tally
from .visits import Visit

Scalar = bool | int | float | str | None
MONTH = 30.4375  # days; the rates of natures are per month


@dataclass(frozen=True)
class Constant(Quantity):
    """A text, a yes or no, or a value that is missing (None)."""

    value: Scalar


@dataclass(frozen=True)
class Parameter(Quantity):
    """A number that was read, fitted or assumed."""

    name: str
    value: float
    unit: str
    meaning: str
    source: str
    confirmed: bool = False


@dataclass(frozen=True)
class Share(Expr):
    """One of several: its weight, and the value, or the lowest and highest whole number."""

    weight: Expr
    value: Expr
    up_to: Expr | None = None


@dataclass(frozen=True)
class Draw(Quantity):
    """A random value. Kinds: chance (p), pick (shares), whole (low, high), between (low, high), about (median, log sd), wait (rate a month)."""

    kind: str
    name: str
    of: tuple[Expr, ...]
    unit: str
    meaning: str
    source: str
    confirmed: bool = False
    each: Expr | None = None
    row_of: str = ""
    digits: int | None = None


@dataclass(frozen=True)
class Piece(Expr):
    """A rate per month until a month (None: for ever)."""

    until: float | None
    rate: float


@dataclass(frozen=True)
class Hazard(Expr):
    """A hazard constant in pieces, its months counted from the day on which it is met."""

    name: str
    pieces: tuple[Piece, ...]
    meaning: str
    source: str
    confirmed: bool = False


@dataclass(frozen=True)
class Note(Quantity):
    """What is remembered of a participant, and changed by `remember`."""

    name: str
    starts: Scalar


@dataclass(frozen=True)
class Trait(Quantity):
    """A value with a name, computed once for each participant from draws."""

    name: str
    value: Expr


@dataclass(frozen=True)
class Either(Quantity):
    """One value where a condition holds, another where it does not."""

    given: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True)
class Calculated(Quantity):
    """logistic, power, rounded (to digits), months_after (a day, months)."""

    op: str
    of: tuple[Expr, ...]


@dataclass(frozen=True)
class Question(Quantity):
    """A question to the study or the day.

    where, allows, breaks, in_arm: by names; day_of, tally, target_day: of one name; today, last_clock, by_clock, planned_dose, this_entry.
    """

    kind: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One row of a family."""

    name: str
    values: tuple[Scalar, ...]
    source: str
    confirmed: bool = False


@dataclass(frozen=True)
class Family:
    """Many of a kind, told by one sentence: a name and its columns for each row."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    meaning: str = ""


@dataclass(frozen=True)
class Column(Quantity):
    """The value in a column of the row of now."""

    family: str
    name: str


ever = None
missing = Constant(None)
never = Hazard("never", (Piece(None, 0.0),), "it does not happen", "by definition", True)
today, last_clock, by_clock = Question("today"), Question("last_clock"), Question("by_clock")
planned_dose, this_entry = Question("planned_dose"), Question("this_entry")


def expr(x: Any) -> Expr:
    """A tree for anything that stands in a nature: also a text, a yes or no, None, and a tally."""
    if x is None or isinstance(x, bool | str):
        return Constant(x)
    return Question("tally", (x.name,)) if isinstance(x, Tally) else leaf(x)


def number(name: str, value: float, unit: str, meaning: str, source: str, *, confirmed: bool = False) -> Parameter:
    """A number with its unit, meaning and source."""
    return Parameter(name, float(value), unit, meaning, source, confirmed)


def _draw(
    kind: str, name: str, of: tuple[Any, ...], unit: str, meaning: str, source: str, confirmed: bool, each: Any, row: Any, digits: int | None = None
) -> Draw:  # fmt: skip
    occasion = None if each is None else expr(each)
    return Draw(kind, name, tuple(expr(x) for x in of), unit, meaning, source, confirmed, occasion, row.name if row else "", digits)


def chance(name: str, p: Any, meaning: str, source: str, *, confirmed: bool = False, each: Any = None, row: Family | None = None) -> Draw:
    """Yes with a probability. `each`: drawn anew whenever this value is another one; `row`: for each row of a family."""
    return _draw("chance", name, (p,), "fraction", meaning, source, confirmed, each, row)


def pick(
    name: str, shares: Any, meaning: str, source: str, *, unit: str = "weights", confirmed: bool = False, each: Any = None, row: Family | None = None
) -> Draw:  # fmt: skip
    """One of (weight, value) by weight; of (weight, (low, high)) a whole number of that band, both ends included."""
    found = []
    for weight, value in _pairs(shares, f"pick({name!r}, ..)", "(weight, value)"):
        band = value if isinstance(value, tuple) else None
        found.append(Share(expr(weight), expr(band[0] if band else value), expr(band[1]) if band else None))
    return Draw("pick", name, tuple(found), unit, meaning, source, confirmed, None if each is None else expr(each), row.name if row else "")


def whole(
    name: str, low: Any, high: Any, meaning: str, source: str, *, unit: str = "days", confirmed: bool = False, each: Any = None, row: Family | None = None
) -> Draw:  # fmt: skip
    """A whole number from low to high, both included, all alike."""
    return _draw("whole", name, (low, high), unit, meaning, source, confirmed, each, row)


def between(
    name: str, low: Any, high: Any, meaning: str, source: str, *, unit: str = "", digits: int | None = None,
    confirmed: bool = False, each: Any = None, row: Family | None = None,
) -> Draw:  # fmt: skip
    """A number between low and high, all alike, rounded to `digits`."""
    return _draw("between", name, (low, high), unit, meaning, source, confirmed, each, row, digits)


def about(
    name: str, median: Any, log_sd: Any, meaning: str, source: str, *, unit: str = "days", digits: int | None = 0,
    confirmed: bool = False, each: Any = None, row: Family | None = None,
) -> Draw:  # fmt: skip
    """A log-normal number by its median and the standard deviation of its logarithm, rounded to `digits`."""
    return _draw("about", name, (median, log_sd), unit, meaning, source, confirmed, each, row, digits)


def wait(name: str, rate: Any, meaning: str, source: str, *, confirmed: bool = False, each: Any = None, row: Family | None = None) -> Draw:
    """Days of an exponential wait at a rate per month, at least one."""
    return _draw("wait", name, (rate,), "per month", meaning, source, confirmed, each, row)


def hazard(name: str, pieces: Any, meaning: str, source: str, *, confirmed: bool = False) -> Hazard:
    """A hazard in pieces (until month, rate per month), the last until `ever`."""
    found = _pairs(pieces, f"hazard({name!r}, ..)", "(until month, rate per month)")
    if not all(type(rate) in (int, float) and (until is None or type(until) in (int, float)) for until, rate in found):
        raise ValueError(f"hazard({name!r}, ..) takes numbers, and `ever` for the last month: ((6, 0.11), (ever, 0.02))")
    return Hazard(
        name, tuple(Piece(None if until is None else float(until), float(rate)) for until, rate in found), meaning, source, confirmed
    )


def _pairs(values: Any, what: str, each: str) -> tuple[Any, ...]:
    if not isinstance(values, tuple) or not values or not all(isinstance(v, tuple) and len(v) == 2 for v in values):
        raise ValueError(f"{what} takes a tuple of pairs {each}: ({each}, {each})")
    return values


def note(name: str, starts: Any = 0) -> Note:
    """What is remembered of a participant, from a value at birth."""
    return Note(name, starts)


def trait(name: str, value: Any) -> Trait:
    """A value of a participant with a name, computed once."""
    return Trait(name, expr(value))


def row(name: str, *values: Any, source: str, confirmed: bool = False) -> Row:
    """One row of a family: its identifier and a value for each column."""
    return Row(name, tuple(values), source, confirmed)


def family(name: str, columns: tuple[str, ...], *rows: Row, meaning: str = "") -> Family:
    """Many of a kind, told by one sentence."""
    return Family(name, columns, tuple(rows), meaning)


def column(of: Family, name: str) -> Column:
    """The value in a column of the row of now."""
    return Column(of.name, name)


def either(given: Any, then: Any, otherwise: Any) -> Either:
    """One value where a condition holds, another where it does not."""
    return Either(expr(given), expr(then), expr(otherwise))


def cases(*pairs: Any, otherwise: Any) -> Expr:
    """The value of the first (condition, value) whose condition holds."""
    made = expr(otherwise)
    for given, then in reversed(pairs):
        made = Either(expr(given), expr(then), made)
    return made


def logistic(x: Any) -> Calculated:
    """The probability of log odds."""
    return Calculated("logistic", (expr(x),))


def power(x: Any, y: Any) -> Calculated:
    """x to the power y, for x above 0."""
    return Calculated("power", (expr(x), expr(y)))


def rounded(x: Any, digits: int = 0) -> Calculated:
    """x rounded to digits, halves upwards; a whole number where there are none."""
    return Calculated("rounded", (expr(x), Number(float(digits))))


def months_after(day: Any, months: Any) -> Calculated:
    """The same day of the month some calendar months later."""
    return Calculated("months_after", (expr(day), expr(months)))


def where(*phases: Any) -> Question:
    """Whether the participant is in one of these phases."""
    return Question("where", phases_named(phases))


def allows(event: Event) -> Question:
    """Whether a rule of the study allows a decision or an act today."""
    return Question("allows", (event.name,))


def breaks(event: Event) -> Question:
    """Whether an act done today would be a breach with consequences of its own."""
    return Question("breaks", (event.name,))


def in_arm(*arms: Any) -> Question:
    """Whether the participant was allocated to one of these arms."""
    return Question("in_arm", tuple(a.name for a in arms))


def day_of(what: Moment) -> Question:
    """The day of a moment, missing where it has none."""
    return Question("day_of", (what.name,))


def target_day(what: Visit) -> Question:
    """The target of a visit that is still to be made, missing where there is none."""
    return Question("target_day", (what.name,))


def so_far(what: Tally) -> Question:
    """The value of a tally of the study."""
    return Question("tally", (what.name,))
