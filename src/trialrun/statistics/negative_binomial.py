"""Rates of events that scatter more than Poisson's: negative binomial regression on the group, with person-time, by maximum likelihood.

The variance of a count is mu + mu^2 / size (Lawless 1987; R's `MASS::glm.nb`). The ratio's interval is Wald's on the log scale, with the
information of the rates at the size found, as `glm.nb` gives it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammaln, ndtr

from trialrun.statistics.curve_reading import Estimate
from trialrun.statistics.inputs import Numbers, as_column, as_times
from trialrun.statistics.numbers_given import half_width

POISSON = 1e7  # a size beyond which the counts scatter no more than Poisson's


@dataclass(frozen=True, slots=True)
class Scattered:
    """Rates per unit of person-time of two groups, their ratio (first over second) with limits, the two-sided p-value, and the size (infinite: Poisson)."""

    rates: tuple[Estimate, Estimate]
    ratio: Estimate
    two_sided_p: float
    size: float


def negative_binomial(
    counts: Numbers, exposures: Numbers, control_counts: Numbers, control_exposures: Numbers, *, confidence: float = 0.95
) -> Scattered:
    """The rate ratio of two groups from each participant's count and person-time; those without person-time are left out.

    NaN where a group has no event or nobody. ValueError for counts that are not whole, and for negative times.
    """
    z = half_width(confidence)
    first, second = _group(counts, exposures), _group(control_counts, control_exposures)
    nothing = Estimate(np.nan, np.nan, np.nan)
    if not (first[0].sum() > 0 and second[0].sum() > 0):
        return Scattered((nothing, nothing), nothing, np.nan, np.nan)
    size = _size([first, second])
    rates, variances = [], []
    for y, t in (first, second):
        rate = _rate(y, t, size)
        mu = t * rate
        rates.append(rate)
        variances.append(1.0 / float((mu / (1.0 + mu / size)).sum()))
    error = float(np.sqrt(sum(variances)))
    log_ratio = float(np.log(rates[0] / rates[1]))
    each = tuple(
        Estimate(r, r * float(np.exp(-z * np.sqrt(v))), r * float(np.exp(z * np.sqrt(v)))) for r, v in zip(rates, variances, strict=True)
    )
    ratio = Estimate(*(float(np.exp(log_ratio + s * z * error)) for s in (0.0, -1.0, 1.0)))
    return Scattered((each[0], each[1]), ratio, float(2.0 * ndtr(-abs(log_ratio) / error)), size)


def negative_binomial_rate(counts: Numbers, exposures: Numbers, *, confidence: float = 0.95) -> Estimate:
    """The rate of one group per unit of person-time, with its size sought by itself; NaN without an event."""
    z = half_width(confidence)
    y, t = _group(counts, exposures)
    if not y.sum() > 0:
        return Estimate(np.nan, np.nan, np.nan)
    size = _size([(y, t)])
    rate = _rate(y, t, size)
    mu = t * rate
    error = 1.0 / float(np.sqrt((mu / (1.0 + mu / size)).sum()))
    return Estimate(rate, rate * float(np.exp(-z * error)), rate * float(np.exp(z * error)))


def _size(groups: list[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> float:
    """The likeliest size of groups that share it; infinite where the counts scatter no more than Poisson's."""

    def cost(log_size: float) -> float:
        size = float(np.exp(log_size))
        return -sum(_likelihood(y, t * _rate(y, t, size), size) for y, t in groups)

    found = minimize_scalar(cost, bounds=(-8.0, float(np.log(POISSON))), method="bounded", options={"xatol": 1e-10})
    size = float(np.exp(found.x))
    return np.inf if size > 0.5 * POISSON or cost(float(np.log(POISSON))) <= found.fun + 1e-9 else size


def _group(counts: Numbers, exposures: Numbers) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if not np.size(counts):
        return np.empty(0), np.empty(0)
    y = as_times(counts, "counts")
    t = as_column(exposures, y.size, "exposures")
    if not ((y >= 0) & (y == np.floor(y))).all():
        raise ValueError("counts must be whole numbers of at least 0, one per participant")
    if (t < 0).any():
        raise ValueError("exposures must not be negative: nobody is under observation for less than no time")
    return y[t > 0], t[t > 0]


def _rate(y: NDArray[np.float64], t: NDArray[np.float64], size: float) -> float:
    """The likeliest rate at a size: where the score sum((y - t r) / (1 + t r / size)) is 0, by Newton's steps on the log scale."""
    rate = float(y.sum() / t.sum())
    if np.isinf(size):
        return rate
    for _ in range(100):
        mu = t * rate
        share = 1.0 + mu / size
        score, information = float(((y - mu) / share).sum()), float((mu * (1.0 + y / size) / share**2).sum())
        step = min(max(score / information, -2.0), 2.0)
        rate *= float(np.exp(step))
        if abs(step) < 1e-14:
            break
    return rate


def _likelihood(y: NDArray[np.float64], mu: NDArray[np.float64], size: float) -> float:
    """The log-likelihood of counts (n,), without what does not change."""
    ratio = mu / size
    return float((gammaln(y + size) - gammaln(size) - y * np.log(size) + y * np.log(mu) - (y + size) * np.log1p(ratio)).sum())
