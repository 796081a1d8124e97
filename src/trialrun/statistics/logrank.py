"""The log-rank test for two or more groups, stratified and weighted.

Without a weight and for Fleming-Harrington's rho it is R's `survival::survdiff` 3.5-3, to rounding.
Source: Mantel 1966; Peto and Peto 1972; Tarone and Ware 1977; Harrington and Fleming 1982.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import chdtrc

from trialrun.statistics.event_table import tabulate
from trialrun.statistics.inputs import Numbers, as_status, as_times, as_weights, number_groups
from trialrun.statistics.rank_test import chi_square

FAMILIES = {"log-rank": 0, "fleming-harrington": 1, "gehan-breslow": 2, "tarone-ware": 3, "peto-peto": 4}


@dataclass(frozen=True, slots=True, eq=False)
class LogRank:
    """A log-rank test of g groups: observed and expected (g,) and variance (g, g) are sums of weighted events.

    difference is observed minus expected; z (two groups only, otherwise NaN) is positive when the first group has more
    events than expected.  two_sided_p is from chi-square with df degrees of freedom.
    """

    groups: tuple
    statistic: float
    df: int
    two_sided_p: float
    z: float
    observed: NDArray
    expected: NDArray
    variance: NDArray


def compare_survival(
    time: Numbers,
    status: Numbers,
    group: Numbers,
    *,
    strata: Numbers | None = None,
    weights: Numbers | None = None,
    family: str | None = None,
    rho: float = 0.0,
    gamma: float = 0.0,
    merge_ties: bool = True,
) -> LogRank:
    """Compare survival between groups; time (n,), status (n,) of 0 and 1, group (n,) any labels.

    family weighs each event time: `log-rank` 1 (the default); `fleming-harrington` S(t-)^rho (1-S(t-))^gamma with the pooled
    Kaplan-Meier, implied by a rho or a gamma; `gehan-breslow` the number at risk; `tarone-ware` its root; `peto-peto` the
    product of 1 - d/(n+1).  weights: numbers of participants, and so whole.  df is the rank of the variance.
    Raises ValueError when there is one group only, a label is missing, the family is unknown or at odds with rho.
    """
    time = as_times(time)
    n = time.size
    event = as_status(status, n)
    weight = _whole(as_weights(weights, n))
    names, codes = number_groups(group, n)
    g = len(names)
    if g < 2:
        raise ValueError("there is only one group: a comparison needs two or more")
    kind, rho, gamma = _family(family, rho, gamma)
    column = codes * 2 + event
    if strata is None:
        _, exits = tabulate(time, column, 2 * g, weight, merge_ties)
        observed, expected, variance = sum_logrank(exits, kind, rho, gamma)
    else:
        observed, expected, variance = np.zeros(g), np.zeros(g), np.zeros((g, g))
        layers, layer = number_groups(strata, n, "strata")
        for k in range(len(layers)):
            mine = layer == k
            _, exits = tabulate(time[mine], column[mine], 2 * g, None if weight is None else weight[mine], merge_ties)
            o, e, v = sum_logrank(exits, kind, rho, gamma)
            observed += o
            expected += e
            variance += v
    if g == 2:
        spread = float(variance[0, 0])
        statistic, df = (float(observed[1] - expected[1]) ** 2 / spread, 1) if spread > 0 else (0.0, 0)
        z = float(observed[0] - expected[0]) / spread**0.5 if spread > 0 else np.nan
    else:
        statistic, df = chi_square(observed - expected, variance)
        z = np.nan
    p_value = float(chdtrc(df, statistic)) if df > 0 and statistic >= 0.0 else np.nan
    return LogRank(tuple(names.tolist()), statistic, df, p_value, z, observed, expected, variance)


def _family(family, rho, gamma):
    if family is not None and family not in FAMILIES:
        raise ValueError(f"no log-rank test of family {family!r}: choose one of {', '.join(FAMILIES)}")
    if not (np.isfinite(rho) and np.isfinite(gamma)) or gamma < 0.0:
        raise ValueError(f"rho must be a finite number and gamma one of at least 0, not {rho!r} and {gamma!r}")
    if (rho or gamma) and family not in (None, "fleming-harrington"):
        raise ValueError(f"rho and gamma belong to the family fleming-harrington, not to {family}: leave one of them out")
    return (1 if rho or gamma else FAMILIES[family or "log-rank"]), float(rho), float(gamma)


def _whole(weight):
    if weight is not None and (weight != np.floor(weight)).any():
        raise ValueError("weights of a log-rank test are numbers of participants, and so whole: for others, fit_cox(robust=True)")
    return weight


@njit(cache=True, nogil=True)
def sum_logrank(exits, kind, rho, gamma):
    """Observed, expected (g,) and variance (g, g) of one stratum.

    exits (m, 2 g): at each distinct time, censored and events of group 0, then of group 1, and so on.
    """
    m, columns = exits.shape
    g = columns // 2
    observed = np.zeros(g)
    expected = np.zeros(g)
    variance = np.zeros((g, g))
    at_risk = np.zeros((m, g))
    total = np.zeros(g)
    for j in range(m - 1, -1, -1):
        for k in range(g):
            total[k] += exits[j, 2 * k] + exits[j, 2 * k + 1]
            at_risk[j, k] = total[k]
    survival = 1.0
    for j in range(m):
        d = 0.0
        n = 0.0
        for k in range(g):
            d += exits[j, 2 * k + 1]
            n += at_risk[j, k]
        if d == 0.0:
            continue
        w = 1.0
        if kind == 1:
            w = survival**rho * (1.0 - survival) ** gamma
        elif kind == 2:
            w = n
        elif kind == 3:
            w = np.sqrt(n)
        elif kind == 4:
            survival *= 1.0 - d / (n + 1.0)
            w = survival
        if kind == 1:
            survival *= (n - d) / n
        spread = w * w * d * (n - d) / (n - 1.0) if n > 1.0 else 0.0
        for k in range(g):
            share = at_risk[j, k] / n
            observed[k] += w * exits[j, 2 * k + 1]
            expected[k] += w * d * share
            variance[k, k] += spread * share
            for l in range(g):
                variance[k, l] -= spread * share * at_risk[j, l] / n
    return observed, expected, variance
