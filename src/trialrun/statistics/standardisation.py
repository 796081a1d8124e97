"""Standardised rates and their intervals: a control weighted over strata, an exact chance over strata, limits on the logit and log scales."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr

from .curve_reading import Estimate
from .inputs import as_column, as_numbers
from .numbers_given import check_count, half_width
from .proportions import binomial_chance, clopper_pearson


def weighted_control(
    rates: NDArray[Any], numbers: NDArray[Any] | None, weights: NDArray[Any], *, confidence: float = 0.95
) -> tuple[Estimate, float]:
    """The control's rate weighted over strata (k,), with limits on the logit scale, and its variance; numbers None: taken as known."""
    q = as_numbers(rates, "rates")
    w = as_column(weights, q.size, "weights")
    _check_rates(q)
    if (w < 0).any() or abs(w.sum() - 1.0) > 1e-6:
        raise ValueError("weights are the shares of the strata: none is negative, and they add up to 1")
    used = w > 0
    n = None if numbers is None else as_column(numbers, q.size, "numbers")[used]
    if n is not None and not (n > 0).all():
        raise ValueError("numbers must be positive: leave out a stratum of which the control has nobody")
    value = float(q @ w)
    variance = 0.0 if n is None else float((w[used] ** 2 * q[used] * (1 - q[used]) / n).sum())
    return on_logit(value, variance, half_width(confidence)), variance


def as_many_or_more(reached: int, numbers: NDArray[Any], rates: NDArray[Any]) -> float:
    """The exact chance of `reached` responders or more in strata of `numbers` (k,) participants who respond at `rates` (k,)."""
    check_count(reached, "reached")
    shares = as_numbers(rates, "rates")
    sizes = as_column(numbers, shares.size, "numbers")
    _check_rates(shares)
    chances = np.ones(1)
    for n, q in zip((check_count(size, "numbers") for size in sizes.tolist()), shares.tolist(), strict=True):
        chances = np.convolve(chances, binomial_chance(np.arange(n + 1), n, q))
    return float(min(1.0, chances[reached:].sum()))


def _check_rates(rates):
    if rates.ndim != 1 or not ((rates >= 0) & (rates <= 1)).all():
        raise ValueError("rates lie between 0 and 1, one per stratum: give 0.3 for 30 %")


def share(cause: NDArray[Any], z: float) -> Estimate:
    """The share whose cause is 1, with exact limits."""
    p = clopper_pearson(int((cause == 1).sum()), cause.size, confidence=confidence_of(z))
    return Estimate(p.value, p.lower, p.upper)


def confidence_of(z: float) -> float:
    """The confidence that belongs to a normal quantile."""
    return float(2 * ndtr(z) - 1)


def on_logit(value: float, variance: float, z: float) -> Estimate:
    """A share with limits on the logit scale; NaN limits for 0 and 1."""
    if not 0 < value < 1:
        return Estimate(value, np.nan, np.nan)
    half = z * math.sqrt(variance) / (value * (1 - value))
    return Estimate(value, float(expit(logit(value) - half)), float(expit(logit(value) + half)))


def around(log_ratio: float, size: float, z: float) -> Estimate:
    """A ratio with limits, from its logarithm and that one's standard error."""
    return Estimate(float(np.exp(log_ratio)), float(np.exp(log_ratio - z * size)), float(np.exp(log_ratio + z * size)))


def odds_ratio(p: float, variance: float, q: float, control_variance: float, z: float) -> Estimate:
    """The odds ratio of two shares with delta limits; NaN where one is 0 or 1."""
    if not (0 < p < 1 and 0 < q < 1):
        return Estimate(math.nan, math.nan, math.nan)
    size = math.sqrt(variance / (p * (1 - p)) ** 2 + control_variance / (q * (1 - q)) ** 2)
    return around(float(logit(p) - logit(q)), size, z)


def cumulative_hazard_ratio_at(p: float, variance: float, q: float, control_variance: float, z: float) -> tuple[Estimate, float]:
    """The ratio of cumulative hazards of two survivals with delta limits, and its two-sided p-value; NaN where one is 0 or 1."""
    if not (0 < p < 1 and 0 < q < 1):
        return Estimate(math.nan, math.nan, math.nan), math.nan
    size = math.sqrt(variance / (p * math.log(p)) ** 2 + control_variance / (q * math.log(q)) ** 2)
    value = math.log(math.log(p) / math.log(q))
    return around(value, size, z), float(2 * ndtr(-abs(value) / size)) if size > 0 else math.nan
