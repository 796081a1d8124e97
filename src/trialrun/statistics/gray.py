"""Gray's test of equal cumulative incidence between groups, as `cmprsk::cuminc` computes it.

Source: Gray 1988, Annals of Statistics 16:1141; handling of tied times as in R cmprsk 2.2-11.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import chdtrc

from trialrun.statistics.competing_risks import as_causes, check_cause
from trialrun.statistics.event_table import tabulate
from trialrun.statistics.inputs import Numbers, as_times, number_groups
from trialrun.statistics.rank_test import chi_square

USED_UP = 1e-12  # of a probability: rounding


@dataclass(frozen=True, slots=True, eq=False)
class GrayTest:
    """A test of g groups for one cause: scores (g,) observed minus expected, their variance (g, g), chi-square and its two-sided p-value."""

    groups: tuple
    cause: int
    statistic: float
    df: int
    two_sided_p: float
    score: NDArray
    variance: NDArray


def compare_incidence(
    time: Numbers,
    cause: Numbers,
    group: Numbers,
    *,
    of: int = 1,
    strata: Numbers | None = None,
    rho: float = 0.0,
    merge_ties: bool = True,
) -> GrayTest:
    """Compare the incidence of cause `of` between groups: time (n,), cause (n,) 0 censored or 1..k, group (n,) any labels.

    rho weighs each time by (1 - pooled incidence)^rho.  df is the rank of the variance: a group that was gone before the first
    event says nothing.  No p-value where the variance is none.  Raises ValueError when there is one group only, a label is missing, or `of` is no cause.
    """
    time = as_times(time)
    n = time.size
    code, causes = as_causes(cause, n)
    check_cause(of, causes)
    if not np.isfinite(rho):
        raise ValueError(f"rho must be a finite number, not {rho!r}")
    names, codes = number_groups(group, n)
    g = len(names)
    if g < 2:
        raise ValueError("there is only one group: a comparison needs two or more")
    kind = np.where(code == of, 1, np.where(code == 0, 0, 2)).astype(np.int32)
    layers, layer = (np.zeros(1), np.zeros(n, np.int32)) if strata is None else number_groups(strata, n, "strata")
    score, variance = np.zeros(g), np.zeros((g, g))
    for k in range(len(layers)):
        mine = layer == k
        _, exits = tabulate(time[mine], (codes * 3 + kind)[mine], 3 * g, None, merge_ties)
        part, spread = sum_gray(exits, float(rho))
        score += part
        variance += spread
    statistic, df = chi_square(score, variance)
    p_value = float(chdtrc(df, statistic)) if df > 0 and statistic >= 0.0 else np.nan
    return GrayTest(tuple(names.tolist()), int(of), statistic, df, p_value, score, variance)


@njit(cache=True, nogil=True)
def sum_gray(exits, rho):
    """Score (g,) and variance (g, g) of one stratum; exits (m, 3 g): per group censored, events of the cause, of others."""
    m, columns = exits.shape
    g = columns // 3
    n = np.zeros(g)
    for j in range(m):
        for k in range(g):
            n[k] += exits[j, 3 * k] + exits[j, 3 * k + 1] + exits[j, 3 * k + 2]
    alive = np.ones(g)  # Kaplan-Meier of either event, just before the time
    hit = np.zeros(g)  # incidence of the cause, just before
    pooled = 0.0
    score = np.zeros(g)
    variance = np.zeros((g, g))
    link = np.zeros((g, g))  # c_ik of Gray's section 3
    pull = np.zeros((g, g))
    own = np.zeros(g)
    cross = np.zeros((g, g))
    for j in range(m):
        events = 0.0
        others = 0.0
        for k in range(g):
            events += exits[j, 3 * k + 1]
            others += exits[j, 3 * k + 2]
        if events > 0.0 and 1.0 - pooled < USED_UP:  # so many were censored that the pooled incidence has reached 1: no test
            variance[:] = np.nan
            return score, variance
        if events + others > 0.0:
            mass = 0.0
            at_risk = 0.0
            for k in range(g):
                if n[k] > 0.0:
                    mass += n[k] / alive[k]
                    at_risk += n[k] * (1.0 - hit[k]) / alive[k]
            after = pooled + events / mass
            weight = (1.0 - pooled) ** rho
            for i in range(g):
                for k in range(g):
                    pull[i, k] = 0.0
                    if n[i] > 0.0 and n[k] > 0.0:
                        h = n[i] / alive[i]
                        pull[i, k] = weight * h * ((1.0 if i == k else 0.0) - n[k] / alive[k] / mass)
                        link[i, k] += pull[i, k] * events / (mass * (1.0 - pooled))
                if n[i] > 0.0:
                    score[i] += weight * (exits[j, 3 * i + 1] - events * n[i] * (1.0 - hit[i]) / (alive[i] * at_risk))
            for k in range(g):
                if n[k] <= 0.0:
                    continue
                d1 = exits[j, 3 * k + 1]
                d2 = exits[j, 3 * k + 2]
                still = alive[k] * (n[k] - d1 - d2) / n[k]
                hit[k] += alive[k] * d1 / n[k]
                if events > 0.0:
                    lever = 1.0 - (1.0 - after) / still if still > 0.0 else 1.0
                    ties = 1.0 - (events - 1.0) / (mass * alive[k] - 1.0) if events > 1.0 else 1.0
                    size = ties * alive[k] * events / (mass * n[k])
                    _add_variance(k, 1.0, lever, size, pull, link, own, cross, variance)
                if d2 > 0.0 and still > 0.0:
                    lever = (1.0 - after) / still
                    ties = 1.0 - (d2 - 1.0) / (n[k] - 1.0) if d2 > 1.0 else 1.0
                    size = ties * alive[k] ** 2 * d2 / n[k] ** 2
                    _add_variance(k, 0.0, lever, size, pull, link, own, cross, variance)
                alive[k] = still
            pooled = after
        for k in range(g):
            n[k] -= exits[j, 3 * k] + exits[j, 3 * k + 1] + exits[j, 3 * k + 2]
    for i in range(g):
        for l in range(g):
            for k in range(g):
                variance[i, l] += link[i, k] * link[l, k] * own[k] + link[i, k] * cross[l, k] + link[l, k] * cross[i, k]
    return score, variance


@njit(cache=True, nogil=True)
def _add_variance(k, direct, lever, size, pull, link, own, cross, variance):
    g = own.size
    own[k] += lever * lever * size
    for i in range(g):
        first = direct * pull[i, k] - lever * link[i, k]
        cross[i, k] += first * lever * size
        for l in range(g):
            variance[i, l] += first * (direct * pull[l, k] - lever * link[l, k]) * size
