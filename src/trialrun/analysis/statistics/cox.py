"""The Cox proportional hazards model: Efron or Breslow ties, strata, entry times, case weights, robust variance.

The estimates, tests and warnings are those of R's `survival::coxph` 3.5-3 with its default control values.
Source: Cox 1972; Efron 1977; Lin and Wei 1989 for the robust variance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtr, ndtri

from trialrun.analysis.statistics.cox_kernels import newton
from trialrun.analysis.statistics.cox_residuals import cluster_sums, score_residuals
from trialrun.analysis.statistics.inputs import Numbers
from trialrun.analysis.statistics.risk_sets import RiskSets, arrange, quadratic, unscale

RANK_TOLERANCE = float(np.finfo(float).eps ** 0.75)  # coxph.control(toler.chol)


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
    warnings is empty for a fit to be trusted.
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


@dataclass(frozen=True, slots=True, eq=False)
class HazardRatios:
    """Hazard ratios with confidence limits and Wald tests, all (p,)."""

    names: tuple[str, ...]
    value: NDArray
    lower: NDArray
    upper: NDArray
    z: NDArray
    p_value: NDArray


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
    """Fit the model to times (n,), status (n,) of 0 and 1 and covariates (n, p), or {name: (n,)}.

    entry gives each row's start, so that (entry, time] is its interval (time-dependent covariates, left truncation).
    robust: by default, as in R, when there is a cluster or a weight that is not whole.
    Raises ValueError for input that cannot be fitted (no event, missing values); what can be fitted but not trusted (a
    dependent covariate, a coefficient that runs to infinity) is said in `warnings`.
    """
    if ties not in ("efron", "breslow"):
        raise ValueError(f"no such handling of ties, {ties!r}: choose efron or breslow")
    labels, matrix = _columns(covariates, names)
    sets = arrange(time, status, matrix, entry=entry, strata=strata, weights=weights, offset=offset, merge_ties=merge_ties)
    n, p = sets.x.shape
    events = int(np.count_nonzero(sets.status))
    if events == 0:
        raise ValueError("no events: there is no hazard to compare")
    efron = ties == "efron"
    begin = np.zeros(p) if initial is None else np.ascontiguousarray(initial, dtype=np.float64)
    scaled, inverse, score, pivot, (null, fitted, test), steps = newton(
        *sets.arrays(), efron, begin * sets.scales, tolerance, iterations, RANK_TOLERANCE
    )
    beta, naive, std_errors, step, wald = unscale(scaled, inverse, score, pivot, sets.scales, begin * sets.scales)
    df = int(np.count_nonzero(pivot))
    warnings = _doubts(labels, pivot, beta, step, steps, iterations, tolerance)
    if robust is None:
        robust = cluster is not None or (weights is not None and bool((sets.weight != np.floor(sets.weight)).any()))
    covariance, robust_score = naive, None
    if robust:
        members = np.arange(n) if cluster is None else np.unique(np.asarray(cluster), return_inverse=True)[1]
        members = members[sets.order]
        used = pivot > 0.0
        influence = cluster_sums(score_residuals(sets, scaled, efron) * sets.weight[:, None], members) @ inverse / sets.scales
        covariance = influence.T @ influence
        std_errors = np.where(used, np.sqrt(np.diag(covariance)), np.nan)
        wald = quadratic(covariance, np.where(used, beta - begin, 0.0))
        at_start = cluster_sums(score_residuals(sets, begin * sets.scales, efron) * sets.weight[:, None], members) * used
        robust_score = ChiSquare.of(quadratic(at_start.T @ at_start, at_start.sum(axis=0)), df)
    return CoxFit(
        labels, beta, std_errors, covariance, naive, (null, fitted), ChiSquare.of(2.0 * (fitted - null), df), ChiSquare.of(test, df),
        ChiSquare.of(wald, df), robust_score, abs(steps), n, events, ties, robust, warnings, sets,
    )  # fmt: skip


def hazard_ratios(fit: CoxFit, confidence: float = 0.95) -> HazardRatios:
    """The hazard ratios of a fit, exp(coefficient), with Wald limits and two-sided p-values."""
    half = ndtri(0.5 + 0.5 * confidence) * fit.std_errors
    z = fit.coefficients / fit.std_errors
    lower, upper = np.exp(fit.coefficients - half), np.exp(fit.coefficients + half)
    return HazardRatios(fit.names, np.exp(fit.coefficients), lower, upper, z, 2.0 * ndtr(-np.abs(z)))


def _columns(covariates, names):
    if isinstance(covariates, Mapping):
        names = tuple(covariates)
        matrix = np.column_stack([np.asarray(column, dtype=np.float64) for column in covariates.values()])
    else:
        matrix = np.asarray(covariates, dtype=np.float64)
    p = matrix.shape[1] if matrix.ndim == 2 else 1
    names = tuple(f"x{k + 1}" for k in range(p)) if names is None else tuple(names)
    if len(names) != p or p == 0:
        raise ValueError(f"{len(names)} names for {p} covariates: give one name for each, and at least one covariate")
    return names, matrix


def _doubts(names, pivot, beta, step, steps, iterations, tolerance):
    doubts = []
    for name, size, left, value in zip(names, pivot.tolist(), step.tolist(), beta.tolist(), strict=True):
        if size <= 0.0:
            doubts.append(f"{name} is constant or a combination of other covariates: it has no coefficient")
        elif iterations > 1 and abs(left) > tolerance and abs(left) > tolerance**0.5 * abs(value):
            doubts.append(f"the coefficient of {name} may be infinite: it was still moving at the last iteration")
    if steps < 0:
        doubts.append(f"not converged after {iterations} iterations")
    return tuple(doubts)
