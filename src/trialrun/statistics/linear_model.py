"""A linear model by least squares: what sets groups apart when covariates are held equal (analysis of covariance), and each group's adjusted mean.

Source: R's `lm`: the design is taken apart by Householder's QR, limits and p-values are Student's. A covariate that says nothing new
(constant, or told by the others) is left out, as `lm` leaves it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr, solve_triangular
from scipy.special import stdtrit

from trialrun.statistics.curve_reading import Estimate
from trialrun.statistics.inputs import Numbers, as_column, as_times, number_groups
from trialrun.statistics.means import Comparison, compared
from trialrun.statistics.numbers_given import check_confidence


@dataclass(frozen=True, slots=True, eq=False)
class Adjusted:
    """Groups compared with covariates held equal. `differences`: of each group but the first against the first; `means`: of each group, at the mean of
    every covariate; `freedom`: degrees of freedom left; `left_out`: the numbers of covariates that say nothing new."""

    groups: tuple[str, ...]
    means: tuple[Estimate, ...]
    differences: tuple[Comparison, ...]
    freedom: int
    left_out: tuple[int, ...]


def analysis_of_covariance(
    outcome: Numbers,
    group: Sequence[object],
    covariates: Sequence[Sequence[object]] = (),
    *,
    first: object = None,
    confidence: float = 0.95,
) -> Adjusted:
    """The outcome (n,) by group (n,), adjusted for covariates, each (n,): numbers as they are, text by its levels.

    `first`: the group that others are compared with; else the first in order. Without degrees of freedom limits and p-values are NaN.
    ValueError for missing values, and where there is nobody.
    """
    y = as_column(as_times(outcome, "outcome"), np.size(outcome), "outcome")
    check_confidence(confidence)
    names, code = number_groups(group, y.size, "group")
    order = [*([k for k, name in enumerate(names) if name == first]), *(k for k, name in enumerate(names) if name != first)]
    columns = [np.ones(y.size), *((code == k).astype(float) for k in order[1:])]
    own = len(columns)
    parts = [columns_of(values, y.size, f"covariate {k}") for k, values in enumerate(covariates, 1)]
    columns += [c for part in parts for c in part]
    design = np.column_stack(columns)
    kept = independent(design, own)
    x = design[:, kept]
    q, r = qr(x, mode="economic")
    coefficients = solve_triangular(r, q.T @ y)
    freedom = y.size - x.shape[1]
    residual = y - x @ coefficients
    variance = float(residual @ residual) / freedom if freedom > 0 else np.nan
    inverse = solve_triangular(r, np.eye(r.shape[0]))
    spread = variance * (inverse @ inverse.T)
    middle = x.mean(axis=0)
    means = []
    for j in range(own):
        at = middle.copy()
        at[1:own] = 0.0
        if j:
            at[j] = 1.0
        means.append(_mean(float(at @ coefficients), float(np.sqrt(at @ spread @ at)), freedom, confidence))
    differences = tuple(compared(float(coefficients[j]), float(np.sqrt(spread[j, j])), freedom, confidence) for j in range(1, own))
    place = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    told = set(place[[k - own for k in kept if k >= own]].tolist())
    return Adjusted(
        tuple(str(names[k]) for k in order), tuple(means), differences, freedom, tuple(k for k in range(len(parts)) if k not in told)
    )


def _mean(value: float, error: float, freedom: int, confidence: float) -> Estimate:
    half = float(stdtrit(freedom, 0.5 + 0.5 * confidence)) * error if freedom > 0 else np.nan
    return Estimate(value, value - half, value + half)


def columns_of(values: Sequence[object], n: int, what: str) -> list[NDArray[np.float64]]:
    """A covariate as columns: a number as one, text as one for each level but the first in order."""
    array = np.asarray(values)
    if array.dtype.kind in "fiub":
        return [as_column(array, n, what)]
    names, code = number_groups(values, n, what)
    return [(code == k).astype(float) for k in range(1, len(names))]


def independent(design: NDArray[np.float64], own: int) -> list[int]:
    """The columns that say something new, the groups' before the covariates', in order; as the limited pivoting of R's `lm`, at its tolerance."""
    kept: list[int] = []
    basis = np.empty((design.shape[0], 0))
    for k in range(design.shape[1]):
        column = design[:, k] - basis @ (basis.T @ design[:, k])
        column = column - basis @ (basis.T @ column)
        size = np.linalg.norm(column)
        if k < own or (size > 1e-7 * np.linalg.norm(design[:, k]) and len(kept) < design.shape[0]):
            kept.append(k)
            basis = np.column_stack([basis, column / size]) if size > 0 else basis
    return kept
