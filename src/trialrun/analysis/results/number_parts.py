"""What estimates of numbers share: the comparison of arms, and how long a span is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...protocol.words.times import Span
from ...statistics.curve_reading import Estimate as Interval

NONE = Interval(np.nan, np.nan, np.nan)
MONTH = 365.25 / 12  # days
UNITS = {"days": 1.0, "weeks": 7.0, "months": MONTH, "years": 365.25}


@dataclass(frozen=True, eq=False)
class AtVisit:
    """What sets the arms apart at one visit: the effect of each but the first with its interval, the p-value of two, and adjusted means of all."""

    visit: str
    effects: tuple[tuple[str, Interval], ...]
    p_value: float
    adjusted: tuple[tuple[str, Interval], ...] = ()


@dataclass(frozen=True, eq=False)
class Contrasted:
    """Arms but the first against the first: the effect of each with its interval, the p-value of two arms, the test, adjusted means of all.

    `visits`: the same visit by visit, of what is measured again. `why` there are no numbers, where a model has none.
    """

    effects: tuple[tuple[str, Interval], ...]
    test: str
    p_value: float
    adjusted: tuple[tuple[str, Interval], ...] = ()
    visits: tuple[AtVisit, ...] = ()
    why: str = ""


def days_in(span: Span) -> float:
    """A span in days; a month is a twelfth of 365.25 days."""
    return span.n * UNITS[span.unit]
