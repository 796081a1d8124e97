"""Exposure-adjusted incidence rates with exact Poisson intervals, and the ratio of two rates.

Source: Garwood 1936 for the interval; for the ratio the conditional binomial, as R's `poisson.test`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, gammaincinv

from trialrun.statistics.inputs import as_column, as_times
from trialrun.statistics.numbers_given import check_confidence, check_count, check_positive
from trialrun.statistics.proportions import binomial_test


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
    two_sided_p: float


def incidence_rate(events: int, exposure: float, *, per: float = 1.0, confidence: float = 0.95) -> Rate:
    """The rate of `events` over `exposure` (person-time), reported per `per` units of it; exact (Garwood) interval.

    ValueError when the exposure is not positive or the events are not a whole number of at least zero.
    """
    events, exposure = _check(events, exposure)
    check_positive(per, "per")
    tail = 0.5 * (1.0 - check_confidence(confidence))
    lower = float(gammaincinv(events, tail)) if events > 0 else 0.0
    upper = float(gammaincinv(events + 1.0, 1.0 - tail))
    scale = per / exposure
    return Rate(events, exposure, float(per), events * scale, lower * scale, upper * scale)


def incidence_rate_of(counts, exposures, *, per: float = 1.0, confidence: float = 0.95) -> Rate:
    """The rate of a group from each participant's count (n,) and exposure (n,)."""
    counts = as_times(counts, "counts")  # the same demands as of times
    exposures = as_column(exposures, counts.size, "exposures")
    if not ((counts >= 0) & (counts == np.floor(counts))).all():
        raise ValueError("counts must be whole numbers of at least 0, one per participant")
    if (exposures < 0).any():
        raise ValueError("exposures must not be negative: nobody is under observation for less than no time")
    return incidence_rate(int(counts.sum()), float(exposures.sum()), per=per, confidence=confidence)


def rate_ratio(
    events: int, exposure: float, control_events: int, control_exposure: float, *, null: float = 1.0, confidence: float = 0.95
) -> RateRatio:
    """The ratio of two rates with exact interval, and the exact two-sided test of `null`; as R's `poisson.test`."""
    events, exposure = _check(events, exposure)
    control_events, control_exposure = _check(control_events, control_exposure)
    check_positive(null, "null, a ratio,")
    total = events + control_events
    if total == 0:
        return RateRatio(np.nan, 0.0, np.inf, 1.0)
    odds = control_exposure / exposure
    tail = 0.5 * (1.0 - check_confidence(confidence))
    lower = odds / _odds_limit(control_events, events, tail)
    upper = odds * _odds_limit(events, control_events, tail)
    value = events / control_events * odds if control_events > 0 else np.inf
    p_value = binomial_test(events, total, null * exposure / (null * exposure + control_exposure))
    return RateRatio(value, lower, upper, p_value)


def _odds_limit(events, others, tail):
    """The upper exact limit of the odds of a share, events against others; infinite where there are no others."""
    if others == 0:
        return np.inf
    return float(betaincinv(events + 1.0, others, 1.0 - tail) / betaincinv(others, events + 1.0, tail))


def _check(events, exposure):
    return check_count(events, "events"), check_positive(exposure, "exposure", ": nobody was under observation")
