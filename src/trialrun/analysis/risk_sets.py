"""Rows arranged for the Cox model: sorted by stratum and time, covariates centred and scaled, rounding ties merged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialrun.analysis.cox_kernels import BLOCK_VECTORS, score_and_information, standardise
from trialrun.analysis.event_table import snap_ties, sort_times
from trialrun.analysis.inputs import as_entries, as_status, as_times, as_weights, number_groups

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

    def arrays(self):
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
    z, means, scales = standardise(x[order], weight)
    return RiskSets(z, means, scales, stop, event[order], weight, shift, stratum, start, start_order, order, layers)


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
