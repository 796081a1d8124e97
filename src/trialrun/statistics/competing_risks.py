"""Cumulative incidence of competing events (Aalen-Johansen) with variance and confidence bands.

The default variance is the infinitesimal jackknife of R's multi-state `survival::survfit` 3.5-3; the delta method
(Aalen 1978, as in `cmprsk::cuminc`) is the alternative.  Source: Aalen and Johansen 1978; Marubini and Valsecchi 1995.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialrun.statistics.event_table import snap_together, tabulate
from trialrun.statistics.exact_sums import rescale
from trialrun.statistics.incidence_kernels import estimate_incidence, estimate_incidence_delta, estimate_incidence_rows
from trialrun.statistics.inputs import (
    Numbers,
    as_entries,
    as_numbers,
    as_times,
    as_weights,
    number_groups,
    refuse_missing,
    unwrap,
)
from trialrun.statistics.numbers_given import check_count
from trialrun.statistics.survival_curve import band_of, rows_left

MOST_CAUSES = 10_000
VARIANCES = ("jackknife", "delta")


@dataclass(frozen=True, slots=True, eq=False)
class Incidence:
    """Cumulative incidence of k causes at m distinct times: time, at_risk, censored (m,); all others (m, k).

    survival (m,) is the chance of none of them.  lower and upper are NaN where the incidence is zero, as in R.
    """

    causes: tuple[int, ...]
    time: NDArray
    at_risk: NDArray
    events: NDArray
    censored: NDArray
    survival: NDArray
    incidence: NDArray
    std_error: NDArray
    lower: NDArray
    upper: NDArray
    participants: int
    confidence: float
    transform: str


def cumulative_incidence(
    time: Numbers,
    cause: Numbers,
    *,
    causes: int | None = None,
    entry: Numbers | None = None,
    weights: Numbers | None = None,
    cluster: Numbers | None = None,
    variance: str = "jackknife",
    transform: str = "log",
    confidence: float = 0.95,
    merge_ties: bool = True,
) -> Incidence:
    """Estimate the incidence of each cause from times (n,) and cause (n,): 0 censored, 1..k the cause.

    causes gives k when not all of them occur.  entry: left truncation, as R's `survfit(Surv(entry, time, state) ~ 1, id =)`;
    cluster (n,): rows that belong together in the jackknife.  Events of several causes on one day are counted together,
    without any jitter.  Raises ValueError for an empty group, an impossible cause, or the delta variance with weights, entry or
    cluster.
    """
    time = as_times(time)
    n = time.size
    code, k = as_causes(cause, n, causes)
    if variance not in VARIANCES:
        raise ValueError(f"no variance {variance!r}: choose jackknife or delta")
    kind, z = band_of(transform, confidence)
    if variance == "delta" and not (weights is None and entry is None and cluster is None):
        raise ValueError("the delta variance knows no weights, entry or cluster: leave it out for the jackknife")
    weight, unit = as_weights(weights, n), 1.0
    if weight is not None:
        weight, unit = rescale(weight)
    start = None if entry is None else as_entries(entry, time)
    if start is None and cluster is None:
        distinct, exits = tabulate(time, code, k + 1, weight, merge_ties)
        squares = exits if weight is None else tabulate(time, code, k + 1, weight**2, merge_ties)[1]
        kernel = estimate_incidence if variance == "jackknife" else estimate_incidence_delta
        at_risk, survival, incidence, std_error, lower, upper = kernel(exits, squares, z, kind)
    else:
        distinct, exits, *found = _estimate_rows(time, code, k, start, weight, cluster, z, kind, merge_ties)
        at_risk, survival, incidence, std_error, lower, upper = found
    names = tuple(range(1, k + 1))
    if unit != 1.0:
        at_risk, exits = at_risk * unit, exits * unit
    return Incidence(
        names, distinct, at_risk, exits[:, 1:], exits[:, 0], survival, incidence, std_error, lower, upper, n, confidence, transform
    )


def _estimate_rows(time, code, k, start, weight, cluster, z, kind, merge_ties):
    """Table and estimates where each row enters and leaves on its own: distinct times, exits, then what the kernels return."""
    n = time.size
    own = np.arange(n) if cluster is None else number_groups(cluster, n, "cluster")[1].astype(np.int64)
    weight = np.ones(n) if weight is None else weight
    if start is None:
        distinct, counts = tabulate(time, code, k + 2, weight, merge_ties)
        rows = tabulate(time, code, k + 2, None, merge_ties)[1]
        enters = np.full(n, -1)
    else:
        time, start = snap_together(time, start) if merge_ties else (time, start)
        both, codes = np.concatenate([time, start]), np.concatenate([code, np.full(n, k + 1, np.int32)])
        distinct, counts = tabulate(both, codes, k + 2, np.concatenate([weight, weight]), False)
        rows = tabulate(both, codes, k + 2, None, False)[1]
        enters = np.searchsorted(distinct, start, side="right") - 1
    exits, entered = np.ascontiguousarray(counts[:, : k + 1]), np.ascontiguousarray(counts[:, k + 1])
    leaves = np.searchsorted(distinct, time, side="right") - 1
    found = estimate_incidence_rows(
        exits, entered, rows_left(rows), code, weight, own, leaves, np.argsort(leaves, kind="stable"), enters,
        np.argsort(enters, kind="stable"), z, kind,
    )  # fmt: skip
    kept = exits.sum(axis=1) > 0
    return distinct[kept], exits[kept], *(column[kept] for column in found)


def as_causes(cause, n, causes=None):
    """Causes as int32 codes 0..k, and k; ValueError for anything but whole numbers from 0, or more than 10 000 causes."""
    array = cause if type(cause) is np.ndarray else unwrap(cause, "cause")
    if array.shape != (n,):
        raise ValueError(f"cause has shape {array.shape}, but there are {n} times: give one value per participant")
    if array.dtype.kind not in "biu":
        refuse_missing(array, "cause")
        array = as_numbers(array, "cause: 0 (censored) or a whole number from 1")
        if not (array == np.floor(array)).all():
            raise ValueError("cause must be 0 (censored) or a whole number from 1: recode other values first")
    low, high = int(array.min()), int(array.max())
    k = max(high, 1) if causes is None else check_count(causes, "causes", 1)
    if low < 0 or high > k:
        raise ValueError(f"causes run from {low} to {high}, but must lie between 0 (censored) and {k}")
    if k > MOST_CAUSES:
        raise ValueError(f"{k} causes: number them from 1, without gaps")
    return array.astype(np.int32), k


def check_cause(of, causes):
    """ValueError where `of` is no cause from 1 to `causes`, those that the data have."""
    if not 1 <= check_count(of, "of, the cause,") <= causes:
        raise ValueError(f"nobody had an event of cause {of}: the causes run from 1 to {causes}")
