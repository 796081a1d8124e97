"""Exposure-adjusted incidence rates with exact Poisson intervals, and the ratio of two rates.

Source: Garwood 1936 for the interval; for the ratio the conditional binomial, as R's `poisson.test`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from trialrun.analysis.statistics.proportions import binomial_test, clopper_pearson


@dataclass(frozen=True, slots=True)
class Rate:
    """Events per unit of exposure, times `per`, with an exact interval."""

    events: int
    exposure: float
    per: float
    value: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class RateRatio:
    """The ratio of two rates, the first to the second, with an exact interval and two-sided p-value."""

    value: float
    lower: float
    upper: float
    p_value: float


def incidence_rate(events: int, exposure: float, *, per: float = 1.0, confidence: float = 0.95) -> Rate:
    """The rate of `events` over `exposure` (person-time), reported per `per` units of it; exact (Garwood) interval.

    ValueError when the exposure is not positive or the events are not a whole number of at least zero.
    """
    _check(events, exposure)
    tail = 0.5 * (1.0 - confidence)
    lower = float(gammaincinv(events, tail)) if events > 0 else 0.0
    upper = float(gammaincinv(events + 1.0, 1.0 - tail))
    scale = per / exposure
    return Rate(int(events), float(exposure), float(per), events * scale, lower * scale, upper * scale)


def incidence_rate_of(counts, exposures, *, per: float = 1.0, confidence: float = 0.95) -> Rate:
    """The rate of a group from each participant's count (n,) and exposure (n,)."""
    counts, exposures = np.asarray(counts), np.asarray(exposures, dtype=float)
    if counts.size == 0:
        raise ValueError("no participants: the group is empty, so there is no rate")
    return incidence_rate(int(counts.sum()), float(exposures.sum()), per=per, confidence=confidence)


def rate_ratio(
    events: int, exposure: float, control_events: int, control_exposure: float, *, null: float = 1.0, confidence: float = 0.95
) -> RateRatio:
    """The ratio of two rates with exact interval, and the exact two-sided test of `null`; as R's `poisson.test`."""
    _check(events, exposure)
    _check(control_events, control_exposure)
    total = events + control_events
    if total == 0:
        return RateRatio(np.nan, 0.0, np.inf, 1.0)
    odds = control_exposure / exposure
    share = clopper_pearson(events, total, confidence=confidence)
    lower = share.lower / (1.0 - share.lower) * odds if share.lower < 1.0 else np.inf
    upper = share.upper / (1.0 - share.upper) * odds if share.upper < 1.0 else np.inf
    value = events / control_events * odds if control_events > 0 else np.inf
    p_value = binomial_test(events, total, null * exposure / (null * exposure + control_exposure))
    return RateRatio(value, lower, upper, p_value)


def _check(events, exposure):
    if events != int(events) or events < 0:
        raise ValueError(f"events must be a whole number of at least 0, not {events!r}")
    if not exposure > 0.0:
        raise ValueError(f"exposure must be positive, not {exposure!r}: nobody was under observation")
