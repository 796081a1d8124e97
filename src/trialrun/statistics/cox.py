"""The Cox proportional hazards model: Efron or Breslow ties, strata, entry times, case weights, robust variance.

The estimates, tests and warnings are those of R's `survival::coxph` 3.5-3 with its default control values.
Source: Cox 1972; Efron 1977; Lin and Wei 1989 for the robust variance.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtr

from trialrun.statistics.covariates import read_covariates
from trialrun.statistics.cox_residuals import cluster_sums, score_residuals
from trialrun.statistics.event_table import are_days
from trialrun.statistics.inputs import NOT_FINITE, Numbers, as_numbers, as_status, as_times, number_groups
from trialrun.statistics.numbers_given import check_count, check_positive, half_width
from trialrun.statistics.risk_sets import NO_COVARIATE, NO_ORDER, RiskSets, arrange, fit_plainly, is_moving, maximise, quadratic

NO_INFORMATION = "there is no information: at each event everybody at risk had the same covariates, so the hazard ratio of 1 is no finding"


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """A test statistic with its degrees of freedom and p-value."""

    statistic: float
    df: int
    p_value: float

    @classmethod
    def of(cls, statistic: float, df: int) -> ChiSquare:
        """The test of a statistic that is chi-square with df degrees of freedom when there is no effect."""
        return cls(statistic, df, float(chdtrc(df, statistic)) if df > 0 and statistic >= 0.0 else np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class CoxFit:
    """A fitted Cox model of p covariates.

    coefficients are log hazard ratios (p,), NaN for a covariate that depends on those before it; covariance (p, p) is
    robust when `robust` says so, and then naive_covariance is the model's own.  log_likelihood is (null, fitted).
    warnings is empty for a fit to be trusted.  cluster (n,) numbers the clusters of the rows from 0, None without any.
    """

    names: tuple[str, ...]
    coefficients: NDArray
    std_errors: NDArray
    covariance: NDArray
    naive_covariance: NDArray
    log_likelihood: tuple[float, float]
    likelihood_ratio: ChiSquare
    score: ChiSquare
    wald: ChiSquare
    robust_score: ChiSquare | None
    iterations: int
    rows: int
    events: int
    ties: str
    robust: bool
    warnings: tuple[str, ...]
    risk_sets: RiskSets
    cluster: NDArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class HazardRatios:
    """Hazard ratios (of one unit more of the covariate over one less) with confidence limits and two-sided Wald tests, all (p,)."""

    names: tuple[str, ...]
    value: NDArray
    lower: NDArray
    upper: NDArray
    z: NDArray
    two_sided_p: NDArray


def fit_cox(
    time: Numbers,
    status: Numbers,
    covariates: Numbers | Mapping[str, Numbers],
    *,
    entry: Numbers | None = None,
    strata: Numbers | None = None,
    weights: Numbers | None = None,
    offset: Numbers | None = None,
    cluster: Numbers | None = None,
    robust: bool | None = None,
    ties: str = "efron",
    names: Sequence[str] | None = None,
    initial: Numbers | None = None,
    tolerance: float = 1e-9,
    iterations: int = 20,
    merge_ties: bool = True,
) -> CoxFit:
    """Fit the model to times (n,), status (n,) of 0 and 1 and covariates (n, p), {name: (n,)}, or a table of pandas or polars.

    A column of text or categories becomes an indicator of each level but the first.
    entry gives each row's start, so that (entry, time] is its interval (time-dependent covariates, left truncation).
    robust: by default, as in R, when there is a cluster or a weight that is not whole.
    Raises ValueError for input that cannot be fitted (no event, missing values); what can be fitted but not trusted (a
    dependent covariate, a coefficient that runs to infinity) is said in `warnings`.
    """
    if ties not in ("efron", "breslow"):
        raise ValueError(f"no such handling of ties, {ties!r}: choose efron or breslow")
    time = as_times(time)
    n = time.size
    event = as_status(status, n)
    labels, matrix = read_covariates(covariates, n, names)
    p = matrix.shape[1]
    begin = np.zeros(p) if initial is None else _start(initial, p)
    if tolerance != 1e-9 or iterations != 20:
        check_positive(tolerance, "tolerance")
        check_count(iterations, "iterations")
    efron = ties == "efron"
    if entry is None and strata is None and weights is None and offset is None:
        order = NO_ORDER if are_days(time) else np.argsort(time)
        arrays, in_time, finite, found = fit_plainly(time, event, matrix, order, merge_ties, efron, begin, tolerance, iterations)
        if not in_time:
            raise ValueError(NOT_FINITE)
        if not finite:
            raise ValueError(NO_COVARIATE)
        sets = RiskSets(*arrays)
    else:
        sets = arrange(time, event, matrix, entry=entry, strata=strata, weights=weights, offset=offset, merge_ties=merge_ties)
        found = maximise(*sets.arrays(), sets.scales, efron, begin, tolerance, iterations)
    if robust is None:
        robust = cluster is not None or (weights is not None and bool((sets.weight != np.floor(sets.weight)).any()))
    groups = None if cluster is None else number_groups(cluster, n, "cluster")[1]
    return describe_fit(labels, sets, found, begin, ties, robust, groups, tolerance, iterations, "offset" if initial is None else "initial")


def describe_fit(labels, sets, found, begin, ties, robust, groups, tolerance, iterations, cause) -> CoxFit:
    """The fit from what `maximise` found; groups (n,) number the clusters, cause is what a likelihood beyond all numbers comes from."""
    scaled, beta, naive, std_errors, inverse, step, pivot, (null, fitted, test, wald), (steps, df, events, doubtful) = found
    p, efron = beta.size, ties == "efron"
    if events == 0:
        raise ValueError("no events: there is no hazard to compare")
    if not math.isfinite(null):
        raise ValueError(f"the likelihood is not finite at the start: {cause} is too large, centre or rescale it")
    warnings: tuple[str, ...] = ()
    if doubtful:
        if df == 0 and abs(null) < 1e-9:  # each event was alone in its risk set
            beta, warnings = np.zeros(p), (NO_INFORMATION,)
        else:
            warnings = _doubts(labels, pivot, beta, step, steps, iterations, tolerance)
    covariance, robust_score = naive, None
    if robust:
        members = np.arange(sets.stop.size) if groups is None else groups[sets.order]
        used = pivot > 0.0
        influence = cluster_sums(score_residuals(sets, scaled, efron) * sets.weight[:, None], members) @ inverse
        spread = influence.T @ influence  # on the scale of sets.x, where no covariate is lost to its unit
        std_errors = np.where(used, np.sqrt(np.diag(spread)) / sets.scales, np.nan)
        with np.errstate(over="ignore"):
            covariance = spread / sets.scales[:, None] / sets.scales
        wald = quadratic(spread, np.where(used, scaled - begin * sets.scales, 0.0))
        at_start = cluster_sums(score_residuals(sets, begin * sets.scales, efron) * sets.weight[:, None], members) * used
        robust_score = ChiSquare.of(quadratic(at_start.T @ at_start, at_start.sum(axis=0)), df)
    ratio = 2.0 * (fitted - null)
    p_values = chdtrc(df, (ratio, test, wald)).tolist() if df > 0 else (math.nan,) * 3
    return CoxFit(
        labels, beta, std_errors, covariance, naive, (null, fitted), ChiSquare(ratio, df, p_values[0]), ChiSquare(test, df, p_values[1]),
        ChiSquare(wald, df, p_values[2]), robust_score, abs(steps), sets.stop.size, events, ties, robust, warnings, sets, groups,
    )  # fmt: skip


def hazard_ratios(fit: CoxFit, confidence: float = 0.95) -> HazardRatios:
    """The hazard ratios of a fit, exp(coefficient), with Wald limits and two-sided p-values."""
    half = half_width(confidence) * fit.std_errors
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # a ratio that runs to infinity is told by the warnings of the fit
        z = fit.coefficients / fit.std_errors
        value, lower, upper = (np.exp(fit.coefficients + step) for step in (0.0, -half, half))
    return HazardRatios(fit.names, value, lower, upper, z, 2.0 * ndtr(-np.abs(z)))


def _start(initial, p):
    begin = as_numbers(initial, "initial").reshape(-1)
    if begin.size != p or not np.isfinite(begin).all():
        raise ValueError(f"initial has {begin.size} values for {p} covariates: give one finite number for each")
    return begin


def _doubts(names, pivot, beta, step, steps, iterations, tolerance):
    doubts = []
    for name, size, left, value in zip(names, pivot.tolist(), step.tolist(), beta.tolist(), strict=True):
        if size <= 0.0:
            doubts.append(f"{name} is constant or a combination of other covariates: it has no coefficient")
        elif iterations > 1 and is_moving(left, value, tolerance):
            doubts.append(f"the coefficient of {name} may be infinite: it was still moving at the last iteration")
    if steps < 0:
        doubts.append(f"not converged after {iterations} iterations")
    return tuple(doubts)
