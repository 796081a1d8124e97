"""Rows arranged for the Cox model: sorted by stratum and time, covariates centred and scaled, rounding ties merged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trialrun.analysis.statistics.cox_kernels import BLOCK_VECTORS, factor, score_and_information, solve
from trialrun.analysis.statistics.event_table import snap_ties, sort_times
from trialrun.analysis.statistics.inputs import as_entries, as_status, as_times, as_weights, number_groups

_NO_TIMES = np.empty(0)
_NO_ORDER = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class RiskSets:
    """n rows in ascending order of (stratum, stop); `order` gives each one's place in what was passed in.

    x (n, p) is (covariates - means) / scales.  start and start_order are empty without entry times.
    """

    x: NDArray
    means: NDArray
    scales: NDArray
    stop: NDArray
    status: NDArray
    weight: NDArray
    offset: NDArray
    stratum: NDArray
    start: NDArray
    start_order: NDArray
    order: NDArray
    layers: tuple

    def arrays(self) -> tuple[NDArray, NDArray, NDArray, NDArray, NDArray, NDArray, NDArray, NDArray]:
        """What the kernels take after beta, in their order."""
        return self.x, self.stop, self.status, self.weight, self.offset, self.stratum, self.start, self.start_order


def arrange(time, status, covariates, *, entry=None, strata=None, weights=None, offset=None, merge_ties=True) -> RiskSets:
    """Sort and standardise; shapes (n,) and covariates (n, p).  ValueError for mismatched, missing or impossible values."""
    time = as_times(time)
    n = time.size
    event = as_status(status, n)
    x = np.ascontiguousarray(covariates, dtype=np.float64)
    x = x.reshape(n, 1) if x.ndim == 1 and x.size == n else x
    if x.ndim != 2 or x.shape[0] != n:
        raise ValueError(f"covariates have shape {x.shape}, but there are {n} rows: give one row per participant or interval")
    if not np.isfinite(x).all():
        raise ValueError("covariates must be finite numbers: impute or drop the missing ones first")
    weight = as_weights(weights, n)
    begin = None
    if entry is not None:
        begin = as_entries(entry, time)
        if merge_ties:
            time, begin = _snap_together(time, begin)
    order, stop = sort_times(time, merge_ties and entry is None)
    layers: tuple = (None,)
    stratum = np.zeros(n, np.int32)
    if strata is not None:
        names, codes = number_groups(strata, n)
        layers = tuple(names.tolist())
        by_layer = np.argsort(codes[order], kind="stable")
        order, stop = order[by_layer], stop[by_layer]
        stratum = codes[order]
    weight = np.ones(n) if weight is None else weight[order]
    shift = np.zeros(n) if offset is None else np.ascontiguousarray(offset, dtype=np.float64)[order]
    start, start_order = _NO_TIMES, _NO_ORDER
    if begin is not None:
        start = begin[order]
        start_order = np.lexsort((start, stratum))
    z, sorted_event, means, scales = standardise(x, event, order, weight)
    return RiskSets(z, means, scales, stop, sorted_event, weight, shift, stratum, start, start_order, order, layers)


def event_blocks(sets: RiskSets, beta: NDArray, efron: bool) -> NDArray:
    """One row per distinct event time of each stratum, as the BLOCK_ places of the kernels say; beta on the scale of sets.x."""
    p = sets.x.shape[1]
    dead = np.flatnonzero(sets.status)
    stop, stratum = sets.stop[dead], sets.stratum[dead]
    count = 1 + int(((np.diff(stop) != 0) | (np.diff(stratum) != 0)).sum()) if dead.size else 0
    blocks = np.empty((count, BLOCK_VECTORS + 4 * p + p * p))
    score_and_information(beta, *sets.arrays(), efron, np.empty(p), np.empty((p, p)), blocks)
    return blocks


def _snap_together(time, entry):
    both = np.concatenate([time, entry])
    order = np.argsort(both, kind="stable")
    ordered = both[order]
    snapped = snap_ties(ordered)
    if snapped is ordered:
        return time, entry
    both[order] = snapped
    n = time.size
    if not (both[n:] < both[:n]).all():
        raise ValueError("an interval is so short that it vanishes when rounding ties are merged: use whole days, or merge_ties=False")
    return both[:n], both[n:]


@njit(cache=True, nogil=True)
def standardise(x, event, order, weight):
    """Rows in order: columns centred at their weighted mean and divided by their mean absolute deviation, and events.

    weight is already in order.  Returns x, events, means, scales.
    """
    n, p = x.shape
    means = np.zeros(p)
    deviations = np.zeros(p)
    total = 0.0
    z = np.empty((n, p))
    events = np.empty(n, np.int32)
    for i in range(n):
        k = order[i]
        events[i] = event[k]
        total += weight[i]
        for a in range(p):
            z[i, a] = x[k, a]
            means[a] += weight[i] * z[i, a]
    means /= total
    for i in range(n):
        for a in range(p):
            z[i, a] -= means[a]
            deviations[a] += weight[i] * abs(z[i, a])
    scales = np.ones(p)
    for a in range(p):
        if deviations[a] > 0.0:
            scales[a] = deviations[a] / total
    for i in range(n):
        for a in range(p):
            z[i, a] /= scales[a]
    return z, events, means, scales


@njit(cache=True, nogil=True)
def unscale(scaled, inverse, score, pivot, scales, begin):
    """What Newton found, on the scale of the covariates: beta, covariance, standard errors, the step left, Wald's statistic."""
    p = scales.size
    beta = scaled / scales
    covariance = np.empty((p, p))
    std_errors = np.full(p, np.nan)
    step = np.zeros(p)
    for a in range(p):
        for b in range(p):
            covariance[a, b] = inverse[a, b] / (scales[a] * scales[b])
            step[a] += covariance[a, b] * score[b] / scales[b]
        if pivot[a] > 0.0:
            std_errors[a] = np.sqrt(covariance[a, a])
    moved = np.empty(p)
    for a in range(p):
        moved[a] = beta[a] * scales[a] - begin[a] if pivot[a] > 0.0 else 0.0
    wald = quadratic(inverse, moved)
    for a in range(p):
        if pivot[a] <= 0.0:
            beta[a] = np.nan
    return beta, covariance, std_errors, step, wald


@njit(cache=True, nogil=True)
def quadratic(matrix, vector):
    """vector' matrix^-1 vector, leaving out dependent columns."""
    lower = matrix.copy()
    pivot = np.empty(vector.size)
    factor(lower, 1e-12, pivot)
    solved = vector.copy()
    solve(lower, pivot, solved)
    total = 0.0
    for a in range(vector.size):
        total += vector[a] * solved[a]
    return total
