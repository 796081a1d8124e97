"""Small expression trees over measures, flags, counts and clocks: their nodes, and the functions that build them.

A tree has no Python truth value: `and`, `or`, `not` and `if` on it raise, with the cure. What a tree means is in `expressions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


class Expr:
    """A node of an expression tree."""

    def __bool__(self) -> bool:
        raise TypeError(
            "an expression of a study has no truth value: write all_of(a, b) for 'a and b', any_of(a, b) for 'a or b', no(a) for 'not a'"
        )

    @property
    def inside(self) -> tuple[Expr, ...]:
        """The parts of a node of a later module; `children` knows those of this one."""
        return ()


class Quantity(Expr):
    """An expression with a number: it compares and calculates into larger trees."""

    def __lt__(self, other: Any) -> Compare:
        return Compare(leaf(self), "<", leaf(other))

    def __le__(self, other: Any) -> Compare:
        return Compare(leaf(self), "<=", leaf(other))

    def __gt__(self, other: Any) -> Compare:
        return Compare(leaf(self), ">", leaf(other))

    def __ge__(self, other: Any) -> Compare:
        return Compare(leaf(self), ">=", leaf(other))

    def __add__(self, other: Any) -> Arithmetic:
        return Arithmetic("+", leaf(self), leaf(other))

    def __sub__(self, other: Any) -> Arithmetic:
        return Arithmetic("-", leaf(self), leaf(other))

    def __mul__(self, other: Any) -> Arithmetic:
        return Arithmetic("*", leaf(self), leaf(other))

    def __rmul__(self, other: Any) -> Arithmetic:
        return Arithmetic("*", leaf(other), leaf(self))

    def __truediv__(self, other: Any) -> Arithmetic:
        return Arithmetic("/", leaf(self), leaf(other))

    def __pow__(self, other: Any) -> Arithmetic:
        return Arithmetic("^", leaf(self), leaf(other))


@dataclass(frozen=True)
class Ref(Quantity):
    """A value looked up by name. Kinds: measure, screening (a measure at screening), flag, count."""

    kind: str
    name: str


@dataclass(frozen=True)
class Number(Quantity):
    """A constant."""

    value: float


@dataclass(frozen=True)
class Arithmetic(Quantity):
    """Sum, difference, product, quotient or power; unknown where a part is, where it divides by zero or roots what is not positive."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Compare(Expr):
    """left < right, and so on; unknown where a side is."""

    left: Expr
    op: str
    right: Expr


@dataclass(frozen=True)
class Among(Expr):
    """The value is one of a few; text compares without regard to case."""

    left: Expr
    values: tuple[bool | int | float | str, ...]


@dataclass(frozen=True)
class Mentions(Expr):
    """A text contains one of some words, without regard to case."""

    left: Expr
    words: tuple[str, ...]


@dataclass(frozen=True)
class Known(Expr):
    """The value was recorded."""

    part: Expr


@dataclass(frozen=True)
class Surely(Expr):
    """The part is known to hold; where a missing value leaves it open, it does not."""

    part: Expr


@dataclass(frozen=True)
class AllOf(Expr):
    """Every part holds."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True)
class AnyOf(Expr):
    """At least one part holds."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True)
class No(Expr):
    """The part does not hold."""

    part: Expr


@dataclass(frozen=True)
class Cited(Expr):
    """A part with its own statement and words; a refusal quotes them when this part fails, or says `refused` where that is given."""

    source: str
    words: str
    part: Expr
    refused: str = ""


@dataclass(frozen=True)
class Otherwise(Expr):
    """Holds where no other sentence about the same thing does; computed, never written by hand."""


@dataclass(frozen=True)
class Clock(Expr):
    """A condition on time that becomes true on one day and stays so until its anchor moves.

    `past`: strictly later than n units after a moment. `reached`: that day or later. `full`: a stopwatch has counted n whole days
    (true on the day after its nth day).
    """

    kind: str
    n: int
    unit: str
    of: str

    @property
    def name(self) -> str:
        """The clock's name as an event, for example `past 14 days: last infusion day`."""
        return f"{self.kind} {self.n} {self.unit}: {self.of}"


otherwise = Otherwise()


def leaf(x: Any) -> Expr:
    """A tree for anything that may stand in one: a tree, a declared value (measure, flag, count), a number."""
    if isinstance(x, Expr):
        return x.as_ref() if hasattr(x, "as_ref") else x
    if isinstance(x, bool):
        raise TypeError("write flag or no(flag), not a comparison with True or False")
    if isinstance(x, int | float):
        return Number(float(x))
    raise TypeError(f"{x!r} cannot stand in an expression: use a declared measure, flag or count, or a number")


def all_of(*parts: Any) -> AllOf:
    """Every part holds."""
    return AllOf(tuple(leaf(p) for p in parts))


def any_of(*parts: Any) -> AnyOf:
    """At least one part holds."""
    return AnyOf(tuple(leaf(p) for p in parts))


def no(part: Any) -> No:
    """The part does not hold."""
    return No(leaf(part))


def one_of(x: Any, *values: Any) -> Among:
    """x is one of the values."""
    return Among(leaf(x), tuple(values))


def mentions(x: Any, *words: str) -> Mentions:
    """The text x contains one of the words."""
    return Mentions(leaf(x), tuple(words))


def known(x: Any) -> Known:
    """x was recorded."""
    return Known(leaf(x))


def needs(source: str, words: str, part: Any, *, refused: str = "") -> Cited:
    """A condition with the statement it comes from; a refusal says `refused`, or else that these words are not so."""
    return Cited(source, words, leaf(part), refused)


def surely(part: Any) -> Surely:
    """The part is known to hold."""
    return Surely(leaf(part))


def children(expr: Expr) -> tuple[Expr, ...]:
    """The parts of a node."""
    if isinstance(expr, AllOf | AnyOf):
        return expr.parts
    if isinstance(expr, No | Cited | Known | Surely):
        return (expr.part,)
    if isinstance(expr, Compare | Arithmetic):
        return (expr.left, expr.right)
    if isinstance(expr, Among | Mentions):
        return (expr.left,)
    return expr.inside


def nodes(expr: Expr | None) -> Iterator[Expr]:
    """Every node of a tree, root first."""
    if expr is not None:
        yield expr
        for part in children(expr):
            yield from nodes(part)


def names(expr: Expr | None, kind: str) -> set[str]:
    """The names of one kind that a tree reads; kind `clock` gives the clocks' names."""
    if kind == "clock":
        return {e.name for e in nodes(expr) if isinstance(e, Clock)}
    return {e.name for e in nodes(expr) if isinstance(e, Ref) and e.kind == kind}
