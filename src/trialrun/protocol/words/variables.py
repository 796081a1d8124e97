"""Variables: flags and bounded counts that guard rules, and tallies that only count."""

from __future__ import annotations

from dataclasses import dataclass

from .expressions import Expr, Quantity, Ref


@dataclass(frozen=True)
class Flag(Expr):
    """A yes or no that guards rules."""

    name: str
    starts: bool = False
    source: str = ""

    def as_ref(self) -> Ref:
        return Ref("flag", self.name)


@dataclass(frozen=True)
class Count(Quantity):
    """A bounded count that guards rules; it stays at its bound."""

    name: str
    up_to: int
    starts: int = 0
    source: str = ""

    def as_ref(self) -> Ref:
        return Ref("count", self.name)


@dataclass(frozen=True)
class Tally:
    """A count that guards nothing and may grow."""

    name: str
    starts: int = 0
    source: str = ""


def flag(name: str, *, starts: bool = False, source: str = "") -> Flag:
    """A yes or no that guards rules."""
    return Flag(name, starts, source)


def count(name: str, *, up_to: int | None = None, starts: int = 0, source: str = "") -> Count:
    """A bounded count. Raises ValueError without a bound: what guards a rule must be finite (use `tally` for what only counts)."""
    if up_to is None:
        raise ValueError(f"count({name!r}) has no bound: write count({name!r}, up_to=8), or tally({name!r}) if no rule asks for it")
    return Count(name, up_to, starts, source)


def tally(name: str, *, starts: int = 0, source: str = "") -> Tally:
    """A count that guards nothing and may grow."""
    return Tally(name, starts, source)
