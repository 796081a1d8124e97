"""What the amount of a dose is worked out with: caps, body surface by a named formula, and a value of a stated day."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from .trees import Arithmetic, Expr, Number, Quantity, Ref, children, leaf

MOSTELLER, DUBOIS = "Mosteller", "DuBois"
FORMULAS = {
    MOSTELLER: "the square root of height × weight ÷ 3600; Mosteller RD, N Engl J Med 1987;317:1098",
    DUBOIS: "0.007184 × height ^ 0.725 × weight ^ 0.425; Du Bois D, Du Bois EF, Arch Intern Med 1916;17:863",
}
"""The formulas of body surface in m2 from a height in cm and a weight in kg, with their sources."""


@dataclass(frozen=True)
class Least(Quantity):
    """The least of some numbers; unknown where one of them is."""

    parts: tuple[Expr, ...]

    @property
    def inside(self) -> tuple[Expr, ...]:
        return self.parts


@dataclass(frozen=True)
class Greatest(Quantity):
    """The greatest of some numbers; unknown where one of them is."""

    parts: tuple[Expr, ...]

    @property
    def inside(self) -> tuple[Expr, ...]:
        return self.parts


@dataclass(frozen=True)
class BodySurface(Quantity):
    """Body surface in m2 by a formula of FORMULAS, from a height in cm and a weight in kg."""

    formula: str
    height: Expr
    weight: Expr

    @property
    def inside(self) -> tuple[Expr, ...]:
        return (self.height, self.weight)

    @property
    def calculation(self) -> Arithmetic:
        """The formula as a calculation."""
        if self.formula == MOSTELLER:
            return Arithmetic("^", Arithmetic("/", Arithmetic("*", self.height, self.weight), Number(3600.0)), Number(0.5))
        height, weight = Arithmetic("^", self.height, Number(0.725)), Arithmetic("^", self.weight, Number(0.425))
        return Arithmetic("*", Arithmetic("*", Number(0.007184), height), weight)


class Dated(Quantity):
    """A recorded value of a stated day; among recorded values it is found under its `key`."""

    @property
    def name(self) -> str:
        """The item."""
        return str(getattr(self.inside[0], "name", ""))

    @property
    def key(self) -> str:
        return self.name


@dataclass(frozen=True)
class AsOf(Dated):
    """The value of an item that was the last one recorded for the day of a moment, or for a day before it."""

    of: Expr
    moment: str

    @property
    def inside(self) -> tuple[Expr, ...]:
        return (self.of,)

    @property
    def key(self) -> str:
        return f"{self.name} as of {self.moment}"


@dataclass(frozen=True)
class UntilChanged(Dated):
    """A value of a stated day, replaced by each later one that differs from the one in use by more than so many percent of it."""

    start: Expr
    percent: float

    @property
    def inside(self) -> tuple[Expr, ...]:
        return (self.start,)

    @property
    def key(self) -> str:
        return f"{self.name} as of {self.start.moment if isinstance(self.start, AsOf) else 'screening'} until changed by {self.percent:g} %"


def least(*parts: Any) -> Least:
    """The least of some numbers: `least(1.4 * surface, 2)` is capped at 2."""
    return Least(tuple(leaf(p) for p in parts))


def greatest(*parts: Any) -> Greatest:
    """The greatest of some numbers: `greatest(surface, 1)` is 1 at the least."""
    return Greatest(tuple(leaf(p) for p in parts))


def body_surface(formula: str, height: Any, weight: Any) -> BodySurface:
    """Body surface in m2, by "Mosteller" or "DuBois", from a height in cm and a weight in kg.

    Raises ValueError for a formula that is none of these.
    """
    if formula not in FORMULAS:
        known = "; ".join(f"{name!r} ({words})" for name, words in FORMULAS.items())
        raise ValueError(f"body_surface({formula!r}, ..) is not known: write {known}; or calculate with ** and cite the source")
    return BodySurface(formula, leaf(height), leaf(weight))


def until_changed(start: Any, *, percent: float) -> UntilChanged:
    """The value of a stated day, at_screening(..) or as_of(..), until a later one differs from it by more than so many percent; then that one, and so on."""
    if not isinstance(start, AsOf) and not (isinstance(start, Ref) and start.kind == "screening"):
        raise TypeError("until_changed(..) begins with the value of a stated day: write until_changed(at_screening(weight), percent=10)")
    return UntilChanged(start, float(percent))


def spelled_out(expr: Any) -> Any:
    """A tree with every named formula as the calculation that it stands for."""
    if isinstance(expr, BodySurface):
        return spelled_out(expr.calculation)
    if isinstance(expr, tuple):
        return tuple(spelled_out(x) for x in expr)
    if isinstance(expr, Expr) and is_dataclass(expr):
        return replace(expr, **{f.name: spelled_out(getattr(expr, f.name)) for f in fields(expr)})
    return expr


def looked_up(expr: Expr) -> list[Ref | Dated]:
    """What a calculation looks up among recorded values, in its order."""
    if isinstance(expr, Ref | Dated):
        return [expr]
    return [x for part in children(expr) for x in looked_up(part)]
