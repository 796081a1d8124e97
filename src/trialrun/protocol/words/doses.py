"""Doses: what is planned in a phase, the premedication before an event, and how a bag is prepared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .arms import arms_named
from .expressions import Expr, leaf
from .phases import phases_named
from .rules import events_named


@dataclass(frozen=True)
class Dose:
    """A planned dose: the amount due on a day in a phase, or a premedication before an event.

    An amount that is a tree (`75 * body_surface`) is worked out from the latest recorded values and rounded to a multiple of `rounded`.
    """

    amount: float | Expr | None
    unit: str
    drug: str
    source: str
    at: tuple[str, ...] = ()
    given: Expr | None = None
    before: tuple[str, ...] = ()
    words: str = ""
    confirmed: bool = True
    rounded: float | None = None
    arms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preparation:
    """How a dose is prepared: bag hours, volumes in mL, vials, pump rate in mL/h."""

    amount: float
    unit: str
    hours: int
    stabiliser_ml: float
    drug_ml: float
    vials: int
    rate_ml_per_h: float
    source: str
    confirmed: bool = True


def dose(
    amount: float | Expr | None,
    unit: str,
    drug: str,
    *,
    source: str,
    at: Any = (),
    given: Any = None,
    before: Any = (),
    words: str = "",
    confirmed: bool = True,
    rounded: float | None = None,
    arm: Any = (),
) -> Dose:
    """A planned dose on the days of some phases, or a premedication before some events. Amount None: no planned dose there.

    An amount may be a tree over measures (`75 * body_surface`); `rounded=5` then gives it to the nearest 5 of its unit, halves upwards.
    """
    names, _ = events_named(before)
    how_much = leaf(amount) if isinstance(amount, Expr) else amount
    condition = None if given is None else leaf(given)
    return Dose(how_much, unit, drug, source, phases_named(at), condition, names, words, confirmed, rounded, arms_named(arm))


def preparation(
    amount: float,
    unit: str,
    *,
    hours: int,
    stabiliser_ml: float,
    drug_ml: float,
    vials: int,
    rate_ml_per_h: float,
    source: str,
    confirmed: bool = True,
) -> Preparation:
    """How one bag is prepared."""
    return Preparation(amount, unit, hours, stabiliser_ml, drug_ml, vials, rate_ml_per_h, source, confirmed)
