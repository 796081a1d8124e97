"""Tests of shares in several groups: Pearson's chi-squared, and Cochran, Mantel and Haenszel's over strata.

They are R's `chisq.test(correct = FALSE)` and `mantelhaen.test(correct = FALSE)`. Sources: Pearson 1900; Mantel and Haenszel 1959; Landis, Heyman and Koch 1978.
"""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc

from trialrun.statistics.inputs import Numbers


def chi_squared_p(responders: Numbers, participants: Numbers) -> float:
    """The two-sided p-value of equal shares in g groups, both (g,); groups of nobody are left out; NaN where all or none respond, or in one group only."""
    x, n = _counts(responders, participants)
    x, n = x[n > 0], n[n > 0]
    if x.size < 2 or not 0 < x.sum() < n.sum():
        return float("nan")
    expected = n * x.sum() / n.sum()
    other = n - expected
    return float(chdtrc(x.size - 1, float(((x - expected) ** 2 * (1 / expected + 1 / other)).sum())))


def mantel_haenszel_p(responders: Numbers, participants: Numbers) -> float:
    """The two-sided p-value of equal shares in g groups within each of k strata, both (k, g); NaN where no stratum tells anything."""
    x, n = _counts(responders, participants)
    groups = x.shape[1]
    gap, variance = np.zeros(groups), np.zeros((groups, groups))
    for mine, of in zip(x, n, strict=True):
        total, hits = of.sum(), mine.sum()
        if total > 1:
            gap += mine - of * hits / total
            variance += hits * (total - hits) / (total**2 * (total - 1)) * (total * np.diag(of) - np.outer(of, of))
    there = np.diag(variance) > 0
    if there.sum() < 2:
        return float("nan")
    gap, variance = gap[there][1:], variance[np.ix_(there, there)][1:, 1:]
    rank = int(np.linalg.matrix_rank(variance))
    return float(chdtrc(rank, float(gap @ np.linalg.pinv(variance) @ gap)))


def _counts(responders: Numbers, participants: Numbers):
    """Both as arrays of numbers. Raises ValueError where a group has more responders than participants."""
    x, n = np.asarray(responders, dtype=float), np.asarray(participants, dtype=float)
    if x.shape != n.shape or (x > n).any() or (x < 0).any():
        raise ValueError("a group has more responders than participants, or the two do not match: give one number of each for every group")
    return x, n
