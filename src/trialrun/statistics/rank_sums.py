"""Two groups by their ranks: Wilcoxon's rank sum test, and the shift of Hodges and Lehmann with its limits.

Source: R's `wilcox.test`: exact below 50 values in each group where no two are equal, else the normal approximation with correction for
ties and continuity. The shift is the median of all pairwise differences; in the approximation its limits are the differences at which the
corrected statistic reaches the normal quantile.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import rankdata

from trialrun.statistics.inputs import Numbers, as_column, as_numbers
from trialrun.statistics.numbers_given import check_confidence, half_width

EXACT = 50  # values in a group from which the approximation is used
MANY = 4_000_000  # pairwise differences beyond which no shift is sought


@dataclass(frozen=True, slots=True)
class Shift:
    """By how much the first group lies above the second, with limits (NaN where there is none), the two-sided p-value, and whether it is exact.

    `above`: the chance that a value of the first is greater than one of the second, ties counted half.
    """

    value: float
    lower: float
    upper: float
    two_sided_p: float
    above: float
    exact: bool


def rank_sum(values: Numbers, control: Numbers, *, confidence: float = 0.95) -> Shift:
    """The shift from the control (m,) to the values (n,). ValueError for values that are not there; NaN where a group is empty."""
    x, y = (as_column(as_numbers(v, what), np.size(v), what) for v, what in ((values, "values"), (control, "control")))
    n, m = x.size, y.size
    tail = 0.5 * (1.0 - check_confidence(confidence))
    if not n or not m:
        return Shift(*(np.nan,) * 5, False)
    ranks = rankdata(np.concatenate([x, y]))
    w = float(ranks[:n].sum()) - n * (n + 1) / 2
    exact = n < EXACT and m < EXACT and np.unique(ranks).size == n + m
    gaps = np.sort((x[:, None] - y[None, :]).ravel()) if n * m <= MANY else np.empty(0)
    value = float(np.median(gaps)) if gaps.size else np.nan
    if exact:
        below = np.cumsum(_counts(n, m))
        below = below / below[-1]
        one = below[int(w)] if w <= n * m / 2 else 1.0 - below[int(w) - 1]
        cut = int(np.searchsorted(below, tail))
        k = cut + int(below[cut] == tail)
        lower, upper = (
            (float(gaps[k - 1]), float(gaps[n * m - k])) if k else (np.nan, np.nan)
        )  # so few values have no interval of that confidence
        return Shift(value, lower, upper, float(min(1.0, 2.0 * one)), w / (n * m), True)
    spread = _spread(ranks, n, m)
    if not spread > 0:
        return Shift(value, np.nan, np.nan, np.nan, w / (n * m), False)
    far = w - n * m / 2
    p = float(min(1.0, 2.0 * ndtr(-abs(far - 0.5 * np.sign(far)) / spread)))
    lower = upper = np.nan
    if gaps.size and gaps[0] < gaps[-1]:
        z = half_width(confidence)
        lower, upper = _limit(x, y, gaps, z), _limit(x, y, gaps, -z)
    return Shift(value, lower, upper, p, w / (n * m), False)


def _limit(x: NDArray[np.float64], y: NDArray[np.float64], gaps: NDArray[np.float64], z: float) -> float:
    """The pairwise difference at which the statistic of the shifted groups passes a quantile; it falls as the shift grows."""

    def statistic(shift: float) -> float:
        ranks = rankdata(_alike(np.concatenate([x - shift, y])))
        far = ranks[: x.size].sum() - x.size * (x.size + 1) / 2 - x.size * y.size / 2
        spread = _spread(ranks, x.size, y.size)
        return (far - 0.5 * np.sign(far)) / spread if spread > 0 else 0.0

    points = np.unique(gaps)
    if points.size > 1:
        points = points[np.append(True, np.diff(points) > 1e-9 * max(1.0, float(np.abs(points).max())))]
    span = float(points[-1] - points[0]) or 1.0
    step = min(1e-3 * span, 0.5 * float(np.diff(points).min())) if points.size > 1 else 0.5
    low, high = 0, points.size - 1  # the last point just before which the statistic still exceeds z
    if statistic(points[0] - step) <= z:
        return float(points[0])
    if statistic(points[-1] + step) >= z:
        return float(points[-1])
    while low < high:
        middle = (low + high) // 2
        if statistic(points[middle] + step) > z:
            low = middle + 1
        else:
            high = middle
    return float(points[low])


def _alike(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values with those that differ by rounding alone made equal."""
    scale = max(1.0, float(np.abs(values).max()))
    return np.round(values / scale, 12)


def _spread(ranks: NDArray[np.float64], n: int, m: int) -> float:
    """The standard deviation of the rank sum with ties."""
    _, ties = np.unique(ranks, return_counts=True)
    total = n + m
    return float(np.sqrt(n * m / 12.0 * ((total + 1) - (ties**3 - ties).sum() / (total * (total - 1)))))


@lru_cache(maxsize=64)
def _counts(n: int, m: int) -> NDArray[np.float64]:
    """How many orders of n and m values have each rank sum, least first (n m + 1,)."""
    counts = np.zeros(n * m + 1)
    counts[0] = 1.0
    for k in range(1, n + 1):  # Gauss's binomial coefficient, factor by factor
        for j in range(n * m, m + k - 1, -1):
            counts[j] -= counts[j - m - k]
        for j in range(k, n * m + 1):
            counts[j] += counts[j - k]
    return counts
