"""Ordered categories in two groups: the common odds ratio of the proportional odds model, by maximum likelihood.

Source: McCullagh 1980; R's `MASS::polr`. The interval is Wald's on the log scale, with the observed information. A ratio above 1 says that the first group
stands in higher categories.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from trialrun.statistics.inputs import Numbers, as_numbers
from trialrun.statistics.numbers_given import half_width


@dataclass(frozen=True, slots=True)
class CommonOdds:
    """The common odds ratio, first group against second, with limits and Wald's two-sided p-value; NaN where the likelihood has no peak."""

    value: float
    lower: float
    upper: float
    two_sided_p: float


def proportional_odds(counts: Numbers, control_counts: Numbers, *, confidence: float = 0.95) -> CommonOdds:
    """The common odds ratio from how many of each group stand in each of k categories, lowest first.

    ValueError for rows that are not of one length, or hold other than whole numbers. NaN where one group lies wholly above the other.
    """
    table = np.vstack([as_numbers(counts, "counts"), as_numbers(control_counts, "control_counts")])
    if table.ndim != 2 or not ((table >= 0) & (table == np.floor(table))).all():
        raise ValueError("counts must be whole numbers of at least 0, one a category, for each group as many")
    z = half_width(confidence)
    table = table[:, table.sum(axis=0) > 0]
    k = table.shape[1]
    nothing = CommonOdds(*(np.nan,) * 4)
    if k < 2 or (table.sum(axis=1) == 0).any() or _apart(table):
        return nothing
    share = np.cumsum(table.sum(axis=0))[:-1] / table.sum()
    at = np.append(np.log(share / (1.0 - share)), 0.0)
    value = _likelihood(table, at)
    for _ in range(200):
        slope, information = _slopes(table, at)
        step = np.linalg.solve(information, slope)
        size = 1.0
        while size > 1e-10:
            new = at + size * step
            better = _likelihood(table, new) if (np.diff(new[:-1]) > 0).all() else -np.inf
            if better >= value - 1e-12:
                break
            size /= 2
        at, value = new, better
        if np.abs(size * step).max() < 1e-11:
            break
    _, information = _slopes(table, at)
    effect, error = float(at[-1]), float(np.sqrt(np.linalg.inv(information)[-1, -1]))
    if not np.isfinite(error) or abs(effect) > 15:
        return nothing
    value, lower, upper = (float(np.exp(effect + s * z * error)) for s in (0.0, -1.0, 1.0))
    return CommonOdds(value, lower, upper, float(2.0 * ndtr(-abs(effect) / error)))


def _apart(table: NDArray[np.float64]) -> bool:
    """Whether all of one group stand at or above all of the other, so that no finite ratio is likeliest."""
    low, high = (table > 0).argmax(axis=1), table.shape[1] - 1 - (table[:, ::-1] > 0).argmax(axis=1)
    return bool(high[0] <= low[1] or high[1] <= low[0])


def _cumulative(at: NDArray[np.float64], x: float) -> NDArray[np.float64]:
    return np.concatenate([[0.0], expit(at[:-1] - x * at[-1]), [1.0]])


def _likelihood(table: NDArray[np.float64], at: NDArray[np.float64]) -> float:
    total = 0.0
    for row, x in zip(table, (1.0, 0.0), strict=True):
        p = np.diff(_cumulative(at, x))
        if (p[row > 0] <= 0).any():
            return -np.inf
        total += float((row[row > 0] * np.log(p[row > 0])).sum())
    return total


def _slopes(table: NDArray[np.float64], at: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The slope of the log-likelihood and its information, by cut points and effect."""
    k = at.size
    slope, information = np.zeros(k), np.zeros((k, k))
    for row, x in zip(table, (1.0, 0.0), strict=True):
        c = _cumulative(at, x)
        d = c * (1.0 - c)  # of each cumulative chance by its own argument
        dd = d * (1.0 - 2.0 * c)
        p = np.diff(c)
        for j, n in enumerate(row):
            if n == 0:
                continue
            first, second = np.zeros(k), np.zeros((k, k))
            for place, sign in ((j + 1, 1.0), (j, -1.0)):
                if 1 <= place <= k - 1:
                    inner = np.zeros(k)
                    inner[place - 1], inner[-1] = 1.0, -x
                    first += sign * d[place] * inner
                    second += sign * dd[place] * np.outer(inner, inner)
            slope += n * first / p[j]
            information += n * (np.outer(first, first) / p[j] ** 2 - second / p[j])
    return slope, information
