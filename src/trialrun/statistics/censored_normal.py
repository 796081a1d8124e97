"""Means of values of which some are only known to lie below a limit: a normal distribution censored from the left, by maximum likelihood.

Source: Tobin 1958; R's `survival::survreg(Surv(y, seen, type = "left") ~ group, dist = "gaussian")`. The groups share one standard deviation;
limits are Wald's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr

from trialrun.statistics.curve_reading import Estimate
from trialrun.statistics.inputs import Numbers, as_column, as_times
from trialrun.statistics.numbers_given import half_width


@dataclass(frozen=True, slots=True)
class CensoredMeans:
    """The mean of each group with limits, the second's minus the first's (NaN for one group) with its two-sided p-value, and the standard deviation."""

    means: tuple[Estimate, ...]
    difference: Estimate
    two_sided_p: float
    deviation: float


def censored_means(values: Numbers, below: Numbers, group: Numbers | None = None, *, confidence: float = 0.95) -> CensoredMeans:
    """Means from values (n,), each known or, where `below` (n,) is 1, known to lie below it; `group` (n,) of 0 and 1, or one group.

    NaN where a group has no value that is known, or none of them differ. ValueError for missing values.
    """
    z = half_width(confidence)
    y = as_times(values, "values")
    left = as_column(below, y.size, "below") > 0.5
    code = np.zeros(y.size, int) if group is None else as_column(group, y.size, "group").astype(int)
    groups = int(code.max()) + 1
    nothing = Estimate(np.nan, np.nan, np.nan)
    seen = [y[(code == k) & ~left] for k in range(groups)]
    if any(not x.size for x in seen) or not np.concatenate([x - x.mean() for x in seen]).any():
        return CensoredMeans((nothing,) * groups, nothing, np.nan, np.nan)
    at = np.append([y[code == k].mean() for k in range(groups)], np.log(max(float(y.std()), 1e-8)))
    value, slope, information = _likelihood(y, left, code, at)
    for _ in range(500):
        try:
            step = np.linalg.solve(information, slope)
        except np.linalg.LinAlgError:
            step = slope
        step = step if slope @ step > 0 else slope / max(1.0, float(np.abs(slope).max()))
        step *= min(1.0, 2.0 / max(float(abs(step[-1])), 1e-300))
        size = 1.0
        while size > 1e-12:
            tried = _likelihood(y, left, code, at + size * step)
            if np.isfinite(tried[0]) and tried[0] >= value - 1e-12:
                break
            size /= 2
        at, (value, slope, information) = at + size * step, tried
        if np.abs(size * step).max() < 1e-12 * max(1.0, float(np.abs(at).max())):
            break
    spread = np.linalg.inv(information)
    means = tuple(_limits(float(at[k]), float(np.sqrt(spread[k, k])), z) for k in range(groups))
    if groups < 2:
        return CensoredMeans(means, nothing, np.nan, float(np.exp(at[-1])))
    gap, error = float(at[1] - at[0]), float(np.sqrt(spread[0, 0] + spread[1, 1] - 2 * spread[0, 1]))
    return CensoredMeans(means, _limits(gap, error, z), float(2.0 * ndtr(-abs(gap) / error)), float(np.exp(at[-1])))


def _limits(value: float, error: float, z: float) -> Estimate:
    return Estimate(value, value - z * error, value + z * error)


def _likelihood(
    y: NDArray[np.float64], left: NDArray[np.bool_], code: NDArray[np.int64], at: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """The log-likelihood, its slope and its information, by the means and the logarithm of the deviation."""
    k = at.size
    sigma = float(np.exp(at[-1]))
    u = (y - at[code]) / sigma
    ratio = np.exp(-0.5 * u * u - 0.5 * np.log(2 * np.pi) - log_ndtr(u))  # the density over the chance, of those below
    value = float(np.where(left, log_ndtr(u), -0.5 * u * u - 0.5 * np.log(2 * np.pi) - at[-1]).sum())
    by_u = np.where(left, ratio, -u)
    by_uu = np.where(left, -ratio * (u + ratio), -1.0)
    slope, information = np.zeros(k), np.zeros((k, k))
    for j in range(k - 1):
        own = code == j
        slope[j] = float((-by_u[own] / sigma).sum())
        information[j, j] = float(-(by_uu[own] / sigma**2).sum())
        information[j, -1] = information[-1, j] = float(-((by_uu[own] * u[own] + by_u[own]) / sigma).sum())
    slope[-1] = float((-by_u * u - np.where(left, 0.0, 1.0)).sum())
    information[-1, -1] = float(-(by_uu * u * u + by_u * u).sum())
    return value, slope, information
