"""Rows arranged for the Cox model: sorted by stratum and time, covariates centred and scaled, rounding ties merged."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trialrun.statistics.cox_kernels import BLOCK_VECTORS, newton, score_and_information
from trialrun.statistics.event_table import TIE_TOLERANCE, closest, order_days, snap, snap_together, sort_times
from trialrun.statistics.inputs import as_column, as_entries, as_weights, number_groups
from trialrun.statistics.symmetric_systems import factor, solve

RANK_TOLERANCE = float(np.finfo(float).eps ** 0.75)  # coxph.control(toler.chol)
NO_COVARIATE = "covariates must be finite numbers, and no larger than 1e300: impute or drop the missing ones first"
_NO_TIMES = np.empty(0)
NO_ORDER = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class RiskSets:
    """n rows in ascending order of (stratum, stop); `order` gives each one's place in what was passed in.

    x (n, p) is (covariates - means) / scales.  start and start_order are empty without entry times.  after and remains (n,) are
    empty but in a model of a subdistribution hazard: who had a competing event stays at risk, weighted by after x remains.
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
    layers: tuple = (None,)
    after: NDArray = field(default_factory=lambda: _NO_TIMES)
    remains: NDArray = field(default_factory=lambda: _NO_TIMES)

    def arrays(
        self,
    ) -> tuple[NDArray, NDArray, NDArray, NDArray, NDArray, NDArray, NDArray, NDArray, NDArray, NDArray]:
        """What the kernels take after beta, in their order."""
        return (
            self.x, self.stop, self.status, self.weight, self.offset, self.stratum, self.start, self.start_order, self.after, self.remains,
        )  # fmt: skip


def arrange(time, event, x, *, entry=None, strata=None, weights=None, offset=None, merge_ties=True) -> RiskSets:
    """Sort and standardise; time float64 and event int32 (n,), x (n, p) contiguous.  ValueError for missing or impossible values."""
    n = time.size
    weight = as_weights(weights, n)
    begin = None
    if entry is not None:
        begin = as_entries(entry, time)
        if merge_ties:
            time, begin = snap_together(time, begin)
    order, stop = sort_times(time, merge_ties and entry is None)
    layers: tuple = (None,)
    if strata is None:
        stratum = np.zeros(n, np.int32)
    else:
        names, codes = number_groups(strata, n, "strata")
        layers = tuple(names.tolist())
        by_layer = np.argsort(codes[order], kind="stable")
        order, stop = order[by_layer], stop[by_layer]
        stratum = codes[order]
    weight = np.ones(n) if weight is None else weight[order]
    shift = np.zeros(n) if offset is None else as_column(offset, n, "offset")[order]
    start, start_order = _NO_TIMES, NO_ORDER
    if begin is not None:
        start = begin[order]
        start_order = np.lexsort((start, stratum))
    z, sorted_event, means, scales, finite = standardise(x, event, order, weight)
    if not finite:
        raise ValueError(NO_COVARIATE)
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


@njit(cache=True, nogil=True, error_model="numpy")
def standardise(x, event, order, weight):
    """Rows in order: columns centred at their weighted mean and divided by their mean absolute deviation, and events.

    weight is already in order.  Returns x, events, means, scales, and whether all of it is finite.
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
    for a in range(p):
        means[a] /= total
    for i in range(n):
        for a in range(p):
            z[i, a] -= means[a]
            deviations[a] += weight[i] * abs(z[i, a])
    scales = np.ones(p)
    finite = True
    for a in range(p):
        if deviations[a] > 0.0:
            scales[a] = deviations[a] / total
        finite &= abs(deviations[a]) < np.inf
    for i in range(n):
        for a in range(p):
            z[i, a] /= scales[a]
    return z, events, means, scales, finite


@njit(cache=True, nogil=True, error_model="numpy")
def maximise(x, stop, status, weight, offset, stratum, start, start_order, after, remains, scales, efron, begin, tolerance, iterations):
    """Newton's maximum from begin (p,) on the scale of the covariates, and everything a fit says of it.

    Returns the coefficients on the scale of x, on that of the covariates (NaN for a dependent one), covariance, standard errors,
    inverse information on the scale of x, the step left, pivots; (log-likelihood at the start, at the end, score test, Wald's),
    and (iterations, negative when they ran out, rank, events, whether there is a doubt).
    """
    p = scales.size
    scaled, inverse, score, pivot, (first, last, test), steps = newton(
        x, stop, status, weight, offset, stratum, start, start_order, after, remains, efron, begin * scales, tolerance, iterations,
        RANK_TOLERANCE,
    )  # fmt: skip
    beta = scaled / scales
    covariance = np.empty((p, p))
    std_errors = np.full(p, np.nan)
    step = np.zeros(p)
    moved = np.zeros(p)
    rank = 0
    doubtful = steps < 0
    for a in range(p):
        for b in range(p):
            covariance[a, b] = inverse[a, b] / scales[a] / scales[b]
            step[a] += inverse[a, b] * score[b]
        step[a] /= scales[a]
        if pivot[a] > 0.0:
            rank += 1
            std_errors[a] = np.sqrt(inverse[a, a]) / scales[a]
            moved[a] = scaled[a] - begin[a] * scales[a]
            doubtful |= is_moving(step[a], beta[a], tolerance)
    wald = quadratic(inverse, moved)
    for a in range(p):
        if pivot[a] <= 0.0:
            beta[a] = np.nan
            doubtful = True
    events = 0
    for i in range(status.size):
        events += status[i]
    return scaled, beta, covariance, std_errors, inverse, step, pivot, (first, last, test, wald), (steps, rank, events, doubtful)


@njit(cache=True, nogil=True)
def is_moving(step, value, tolerance):
    """Whether a coefficient is still on its way after the last iteration, as R's coxph asks (toler.inf is the root of eps)."""
    return abs(step) > tolerance and abs(step) > np.sqrt(tolerance) * abs(value)


@njit(cache=True, nogil=True, error_model="numpy")
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


@njit(cache=True, nogil=True, error_model="numpy")
def fit_plainly(time, event, x, order, merge_ties, efron, begin, tolerance, iterations):
    """Sort, standardise and maximise in one call, without strata, weights, offset or entry.

    order (n,) sorts the times, or is empty for whole days.  Returns what RiskSets holds up to its order, whether the times and the
    covariates are finite, and what maximise returns.
    """
    n = time.size
    in_time = True
    if order.size == 0:
        last = 0.0
        for t in time:
            last = max(last, t)
        order, stop = order_days(time, int(last))
    else:
        stop = np.empty(n)
        for i in range(n):
            stop[i] = time[order[i]]
        in_time = np.isfinite(stop[0]) and np.isfinite(stop[n - 1])
        if not in_time:  # refused by the caller; the walk over times must end
            stop[:] = 0.0
        gap, mean = closest(stop)
        if merge_ties and gap <= TIE_TOLERANCE * max(1.0, mean):
            stop = snap(stop, TIE_TOLERANCE * max(1.0, mean))
    weight = np.ones(n)
    offset = np.zeros(n)
    stratum = np.zeros(n, np.int32)
    start = np.empty(0)
    start_order = np.empty(0, np.int64)
    z, status, means, scales, finite = standardise(x, event, order, weight)
    found = maximise(
        z, stop, status, weight, offset, stratum, start, start_order, start, start, scales, efron, begin, tolerance, iterations
    )
    return (z, means, scales, stop, status, weight, offset, stratum, start, start_order, order), in_time, finite, found
