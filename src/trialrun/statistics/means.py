"""Means, geometric means and medians of one group or two, with their intervals: Student's t, Welch's t, order statistics.

Source: R's `t.test` (Welch 1947 for the degrees of freedom); the median's limits are the order statistics that the binomial distribution
gives (Conover 1999, 3.2), never less sure than asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, stdtr, stdtrit

from trialrun.statistics.curve_reading import Estimate
from trialrun.statistics.inputs import Numbers, as_column, as_numbers
from trialrun.statistics.numbers_given import check_confidence


@dataclass(frozen=True, slots=True)
class Comparison:
    """What sets two groups apart, the first against the second: a difference or a ratio, its limits, the degrees of freedom, and the two-sided p-value.

    NaN where there are too few values, or none of them differ.
    """

    value: float
    lower: float
    upper: float
    freedom: float
    two_sided_p: float


def mean(values: Numbers, *, confidence: float = 0.95) -> Estimate:
    """The mean of values (n,) with Student's interval; of one value it has none. ValueError for values that are not there."""
    x = _values(values, "values")
    if x.size == 0:
        return Estimate(np.nan, np.nan, np.nan)
    half = _half(x, confidence)
    return Estimate(float(x.mean()), float(x.mean() - half), float(x.mean() + half))


def geometric_mean(values: Numbers, *, confidence: float = 0.95) -> Estimate:
    """The geometric mean of values (n,) with the interval of the mean of their logarithms; NaN where one is not above 0."""
    x = _values(values, "values")
    if x.size == 0 or (x <= 0).any():
        return Estimate(np.nan, np.nan, np.nan)
    m = mean(np.log(x), confidence=confidence)
    return Estimate(float(np.exp(m.value)), float(np.exp(m.lower)), float(np.exp(m.upper)))


def median(values: Numbers, *, confidence: float = 0.95) -> Estimate:
    """The median of values (n,) between two order statistics; a limit is NaN where so few values have none."""
    x = np.sort(_values(values, "values"))
    if x.size == 0:
        return Estimate(np.nan, np.nan, np.nan)
    counts = np.arange(x.size)
    below = int(
        (bdtr(counts, x.size, 0.5) <= 0.5 * (1.0 - check_confidence(confidence))).sum()
    )  # how many order statistics are left out at each end
    if below == 0:
        return Estimate(float(np.median(x)), np.nan, np.nan)
    return Estimate(float(np.median(x)), float(x[below - 1]), float(x[x.size - below]))


def difference_of_means(values: Numbers, control: Numbers, *, pooled: bool = False, confidence: float = 0.95) -> Comparison:
    """The first mean minus the second: Welch's interval and test, or Student's with a `pooled` variance; as R's `t.test`."""
    x, y = _values(values, "values"), _values(control, "control")
    if min(x.size, y.size) < 1 or (min(x.size, y.size) < 2 and not pooled) or x.size + y.size < 3:
        return Comparison(*(np.nan,) * 5)
    if pooled:
        freedom = x.size + y.size - 2.0
        squares = ((x - x.mean()) ** 2).sum() + ((y - y.mean()) ** 2).sum()
        error = np.sqrt(squares / freedom * (1.0 / x.size + 1.0 / y.size))
    else:
        a, b = x.var(ddof=1) / x.size, y.var(ddof=1) / y.size
        error = np.sqrt(a + b)
        freedom = (a + b) ** 2 / (a**2 / (x.size - 1) + b**2 / (y.size - 1)) if error > 0 else np.nan
    return compared(float(x.mean() - y.mean()), float(error), float(freedom), confidence)


def ratio_of_geometric_means(values: Numbers, control: Numbers, *, pooled: bool = False, confidence: float = 0.95) -> Comparison:
    """The first geometric mean over the second, with the interval and test of the difference of logarithms; NaN where a value is not above 0."""
    x, y = _values(values, "values"), _values(control, "control")
    if (x <= 0).any() or (y <= 0).any():
        return Comparison(*(np.nan,) * 5)
    return as_ratio(difference_of_means(np.log(x), np.log(y), pooled=pooled, confidence=confidence))


def as_ratio(c: Comparison) -> Comparison:
    """A difference of logarithms as a ratio."""
    return Comparison(float(np.exp(c.value)), float(np.exp(c.lower)), float(np.exp(c.upper)), c.freedom, c.two_sided_p)


def compared(value: float, error: float, freedom: float, confidence: float = 0.95) -> Comparison:
    """A comparison with its limits and its p-value by Student's distribution; a comparison without scatter has neither."""
    check_confidence(confidence)
    if not (error > 1e-10 * abs(value) and error > 0 and freedom > 0):
        return Comparison(value, np.nan, np.nan, freedom, np.nan)
    half = float(stdtrit(freedom, 0.5 + 0.5 * confidence)) * error
    return Comparison(value, value - half, value + half, freedom, float(2.0 * stdtr(freedom, -abs(value / error))))


def _half(x: Numbers, confidence: float) -> float:
    check_confidence(confidence)
    if x.size < 2:
        return np.nan
    return float(stdtrit(x.size - 1, 0.5 + 0.5 * confidence) * x.std(ddof=1) / np.sqrt(x.size))


def _values(values: Numbers, what: str) -> Numbers:
    found = as_numbers(values, what)
    return as_column(found, found.size, what)
