"""Ladders: the levels to which a dose is reduced, step by step, over a bounded count that rules step down and, where it is said, up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .doses import Dose, dose
from .expressions import Among, Compare, Expr, Number, Quantity, Ref, all_of, leaf
from .rules import Effect
from .times import Span
from .units import kept
from .variables import Count
from .visits import Window


@dataclass(frozen=True)
class Step:
    """One level: the amount, and the days on which it is given, as in a dose (none: every day)."""

    amount: float | Expr
    words: str = ""
    days: tuple[int, ...] = ()
    first: int | None = None
    last: int | None = None
    every: Span | None = None
    rounded: float | None = None


@dataclass(frozen=True)
class Ladder(Quantity):
    """The levels of a drug's dose, the full one first. Underneath is a count of this name: 0 is the full dose, 1 the first step down.

    `rises`: whether a dose that was lowered may be raised again.
    """

    name: str
    drug: str
    unit: str
    steps: tuple[Step, ...]
    source: str
    rises: bool = False
    confirmed: bool = True

    def as_ref(self) -> Ref:
        return Ref("count", self.name)

    @property
    def count(self) -> Count:
        """The count that says on which level a participant is."""
        return Count(self.name, len(self.steps) - 1, 0, self.source)


def step(
    amount: float | Expr,
    *,
    words: str = "",
    days: tuple[int, ...] = (),
    first: int | None = None,
    last: int | None = None,
    every: Span | None = None,
    rounded: float | None = None,
) -> Step:
    """One level of a ladder: its amount, and its days where it is not given every day."""
    return Step(leaf(amount) if isinstance(amount, Expr) else amount, words, days, first, last, every, rounded)


def ladder(name: str, drug: str, unit: str, *steps: Step, source: str, rises: bool = False, confirmed: bool = True) -> Ladder:
    """The levels of a drug's dose, the full dose first. `rises`: a dose that was lowered may be raised again.

    Raises ValueError for fewer than two levels.
    """
    if len(steps) < 2:
        raise ValueError(f"ladder({name!r}, ..) has {len(steps)} level: write the full dose and each reduction, step(10), step(5), ..")
    return Ladder(name, drug, kept(unit), steps, source, rises, confirmed)


def step_down(levels: Ladder) -> Effect:
    """One level lower; at the lowest level it has none, so guard the rule with lower_left(..)."""
    return Effect("add", levels.name, 1)


def step_up(levels: Ladder) -> Effect:
    """One level higher, never above the full dose. Raises ValueError for a ladder without rises=True."""
    if not levels.rises:
        raise ValueError(f"the ladder {levels.name!r} does not rise: write ladder(.., rises=True) if a lowered dose may be raised again")
    return Effect("less", levels.name, 1)


def lower_left(levels: Ladder) -> Compare:
    """There is a level below the one in use."""
    return Compare(levels.as_ref(), "<", Number(float(len(levels.steps) - 1)))


def on_level(levels: Ladder, *level: int) -> Among:
    """The dose is on one of these levels; 0 is the full dose."""
    return Among(levels.as_ref(), level)


def doses_by(
    levels: Ladder,
    *,
    source: str,
    at: Any,
    given: Any = None,
    on: Any = None,
    arm: Any = (),
    route: str = "",
    confirmed: bool = True,
    window: Window | None = None,
) -> tuple[Dose, ...]:
    """The doses of a ladder, one for each level: doses=(*doses_by(levels, at=on_drug, source=..), ..). `on` is what counted days are counted from."""
    found = []
    for n, s in enumerate(levels.steps):
        here = on_level(levels, n) if given is None else all_of(on_level(levels, n), given)
        counted = bool(s.days) or s.first is not None or s.last is not None or s.every is not None
        found.append(
            dose(
                s.amount, levels.unit, levels.drug, source=source, at=at, given=here, words=s.words or f"{levels.name} {n}", confirmed=confirmed,
                rounded=s.rounded, arm=arm, days=s.days, first=s.first, last=s.last, every=s.every, on=on if counted or window else None, route=route,
                window=window,
            )
        )  # fmt: skip
    return tuple(found)
