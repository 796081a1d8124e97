"""The share that has had the event by a day, with limits that hold for few events and for none: the beta product of Fay, Brittain and Proschan.

Between two deaths of those at risk a survival falls by a factor whose distribution is known: Beta(n, 1) for the first of n.  The
product of these is fitted by its first two moments; without censoring the limits are exactly those of Clopper and Pearson.
Source: Fay, Brittain and Proschan 2013, Biostatistics 14:723 (method of moments).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from trialrun.statistics.curve_reading import EventShares, days_to_read
from trialrun.statistics.inputs import Numbers
from trialrun.statistics.numbers_given import check_confidence
from trialrun.statistics.survival_curve import Curve


def event_share_of_few(curve: Curve, times: Numbers, confidence: float | None = None) -> EventShares:
    """The share with the event by `times` (k,), with beta product limits; NaN after the last follow-up of those without.

    For participants who count once each and are followed from the start: ValueError for weights or entry times.  confidence is by
    default that of the curve.  Where nobody has had the event the lower limit is 0 and the upper one is a number.
    """
    at = days_to_read(times)
    tail = 0.5 * (1.0 - check_confidence(curve.confidence if confidence is None else confidence))
    left = curve.at_risk - curve.events
    after = left - curve.censored
    if curve.robust or not np.array_equal(after[:-1], curve.at_risk[1:]) or curve.at_risk[0] != curve.participants:
        raise ValueError(
            "beta product limits are for participants who count once and are followed from the start: read the curve's own limits"
        )
    mean = np.append(1.0, np.cumprod(_mean(left + 1.0, curve.events)))
    square = np.append(1.0, np.cumprod(_square(left + 1.0, curve.events)))
    row = np.searchsorted(curve.time, at, side="right")
    staying = np.append(float(curve.participants), after)[row]
    upper = _quantile(mean[row], square[row], 1.0 - tail)
    next_mean, next_square = mean[row] * _mean(staying, 1.0), square[row] * _square(staying, 1.0)
    lower = np.where(staying > 0.0, _quantile(next_mean, next_square, tail), 0.0)
    survival = np.append(1.0, curve.survival)[row]
    at_risk = np.append(curve.at_risk, 0.0)[np.searchsorted(curve.time, at, side="left")]
    beyond = (at > curve.time[-1]) & (curve.survival[-1] > 0.0)
    value, least, most = (np.where(beyond, np.nan, 1.0 - column) for column in (survival, upper, lower))
    return EventShares(at, at_risk, value, least, most, "beta product")


def _mean(a: NDArray, b) -> NDArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.asarray(b) > 0.0, a / (a + b), 1.0)


def _square(a: NDArray, b) -> NDArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.asarray(b) > 0.0, a * (a + 1.0) / ((a + b) * (a + b + 1.0)), 1.0)


def _quantile(mean, square, share):
    """The quantile of a beta distribution with this mean and mean square; 1 where it has no spread."""
    spread = square - mean * mean
    sure = (mean >= 1.0) | (spread <= 0.0)
    size = np.where(sure, 1.0, (mean - square) / np.where(sure, 1.0, spread))
    found = betaincinv(np.where(sure, 1.0, mean * size), np.where(sure, 1.0, (1.0 - mean) * size), share)
    return np.where(sure, mean, found)
