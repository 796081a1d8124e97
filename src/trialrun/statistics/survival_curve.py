"""The Kaplan-Meier curve with Greenwood's variance and R's confidence bands.

Conventions are those of R's `survival::survfit` 3.5-3: intervals on the log scale unless another transform is named,
rounding ties merged, one row per distinct time of an event or a censoring.
Source: Kaplan and Meier 1958; Greenwood 1926; Therneau and Grambsch 2000, chapter 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from trialrun.statistics.curve_kernels import curve_of_days, curve_of_words, estimate_curve, fill_limits
from trialrun.statistics.event_table import CELLS, RADIX_FROM, TIE_TOLERANCE, pack, scan_times, snap_together, tabulate
from trialrun.statistics.exact_sums import rescale
from trialrun.statistics.inputs import NOT_FINITE, Numbers, as_entries, as_status, as_times, as_weights, number_groups, unwrap
from trialrun.statistics.numbers_given import half_width
from trialrun.statistics.robust_spread import spread_robustly

TRANSFORMS = {"log": 0, "log-log": 1, "plain": 2, "logit": 3, "arcsin": 4}
_NO_ENTRIES = np.empty(0)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A survival curve: one row per distinct time, all arrays (m,) float64, in the time unit that was given.

    std_error is that of the survival itself (R's `summary(fit)`), NaN where the survival is zero and the variance is
    Greenwood's; lower and upper are NaN where R gives NA.  hazard_error is the robust standard error of the cumulative hazard,
    None where the variance is Greenwood's.
    """

    time: NDArray
    at_risk: NDArray
    events: NDArray
    censored: NDArray
    survival: NDArray
    std_error: NDArray
    lower: NDArray
    upper: NDArray
    participants: int
    confidence: float
    transform: str
    robust: bool
    hazard_error: NDArray | None = None


def kaplan_meier(
    time: Numbers,
    status: Numbers,
    *,
    entry: Numbers | None = None,
    weights: Numbers | None = None,
    transform: str = "log",
    confidence: float = 0.95,
    robust: bool | None = None,
    cluster: Numbers | None = None,
    merge_ties: bool = True,
) -> Curve:
    """Estimate survival from times (n,) and status (n,), 1 for an event and 0 for censored.

    entry: left truncation; a participant is at risk after entry and up to and including time.
    weights: case weights; whole ones count as that many participants.  robust: the infinitesimal jackknife instead of
    Greenwood; by default it is used, as in R, when a weight is not whole or a cluster (n,) is given.
    Raises ValueError for an empty group, missing values, a vanishing interval or an unknown transform.
    """
    exit_time = as_times(time)
    n = exit_time.size
    event = as_status(status, n)
    kind, z = band_of(transform, confidence)
    if weights is None and entry is None and cluster is None and not robust:
        return _count(exit_time, event, kind, z, confidence, transform, merge_ties)
    weight = as_weights(weights, n)
    if robust is None:
        robust = cluster is not None or (weight is not None and bool((weight != np.floor(weight)).any()))
    start = None if entry is None else as_entries(entry, exit_time)
    if start is not None and merge_ties:
        exit_time, start = snap_together(exit_time, start)
    unit = 1.0
    if weight is not None:
        weight, unit = rescale(weight)
    distinct, exits, entered, staying = _enter(exit_time, event, start, weight, merge_ties)
    at_risk, survival, std_error, lower, upper, left = estimate_curve(exits, entered, staying, unit, z, kind)
    hazard_error = None
    if robust:
        own = np.arange(n) if cluster is None else number_groups(cluster, n, "cluster")[1].astype(np.int64)
        leaves = np.searchsorted(distinct, exit_time, side="right") - 1
        enters = np.full(n, -1) if start is None else np.searchsorted(distinct, start, side="right") - 1
        log_error, hazard_error = spread_robustly(
            exits, at_risk, left, event, np.ones(n) if weight is None else weight, own, leaves, np.argsort(leaves, kind="stable"), enters,
            np.argsort(enters, kind="stable"),
        )  # fmt: skip
        std_error = survival * log_error
        lower, upper = fill_limits(survival, log_error, z, kind)
    rows = slice(None) if start is None else exits.sum(axis=1) > 0
    return Curve(
        distinct[rows], at_risk[rows] * unit, exits[rows, 1] * unit, exits[rows, 0] * unit, survival[rows], std_error[rows],
        lower[rows], upper[rows], n, confidence, transform, bool(robust), None if hazard_error is None else hazard_error[rows],
    )  # fmt: skip


def _count(time, event, kind, z, confidence, transform, merge_ties):
    """The curve of participants who count once each and are there from the start: days are counted, other times sorted as words."""
    n = time.size
    low, high, base, span, whole, finite = scan_times(time)
    if not finite:
        raise ValueError(NOT_FINITE)
    if whole and low >= 0.0 and (high + 1.0) * 2 <= CELLS + 8.0 * n:
        found = curve_of_days(time, event, int(high), z, kind)
        distinct, events, censored, at_risk, survival, std_error, lower, upper = found
        return Curve(distinct, at_risk, events, censored, survival, std_error, lower, upper, n, confidence, transform, False)
    if low >= 0.0 and n < RADIX_FROM and span.bit_length() < 64:
        words = pack(time, event, 1, base)
        words.sort()
        tolerance = TIE_TOLERANCE if merge_ties else -1.0
        apart, distinct, events, censored, at_risk, survival, std_error, lower, upper = curve_of_words(words, base, tolerance, z, kind)
        if apart:
            return Curve(distinct, at_risk, events, censored, survival, std_error, lower, upper, n, confidence, transform, False)
    distinct, exits = tabulate(time, event, 2, None, merge_ties)
    at_risk, survival, std_error, lower, upper, _ = estimate_curve(exits, _NO_ENTRIES, _NO_ENTRIES, 1.0, z, kind)
    return Curve(distinct, at_risk, exits[:, 1], exits[:, 0], survival, std_error, lower, upper, n, confidence, transform, False)


def kaplan_meier_by(time: Numbers, status: Numbers, group: Numbers, levels=None, **how) -> dict:
    """One curve per group, as {label: Curve}; levels names the groups expected, and an empty one raises ValueError."""
    time = as_times(time)
    status = as_status(status, time.size)
    present, codes = number_groups(group, time.size)
    position = {label: k for k, label in enumerate(present.tolist())}
    parts = {name: _column(value, time.size, name) for name, value in how.items()}
    curves = {}
    for label in present.tolist() if levels is None else levels:
        if label not in position:
            raise ValueError(f"group {label!r} is empty: nobody belongs to it, so there is no curve")
        mine = codes == position[label]
        own = {name: value[mine] if isinstance(value, np.ndarray) else value for name, value in parts.items()}
        curves[label] = kaplan_meier(time[mine], status[mine], **own)
    return curves


def cumulative_hazard(curve: Curve) -> tuple[NDArray, NDArray]:
    """The Nelson-Aalen estimate at the curve's times and its standard error (R's cumhaz and std.chaz): ((m,), (m,))."""
    step = np.divide(curve.events, curve.at_risk, out=np.zeros(curve.time.size), where=curve.events > 0)
    if curve.hazard_error is not None:
        return np.cumsum(step), curve.hazard_error
    return np.cumsum(step), np.sqrt(np.cumsum(np.divide(step, curve.at_risk, out=step.copy(), where=step > 0)))


@lru_cache(maxsize=64)
def band_of(transform, confidence):
    """The number of a transform and the normal quantile of a confidence; ValueError for an unknown one."""
    if transform not in TRANSFORMS:
        raise ValueError(f"no interval of transform {transform!r}: choose one of {', '.join(TRANSFORMS)}")
    return TRANSFORMS[transform], half_width(confidence)


def _column(value, n, name):
    if name not in ("entry", "weights", "cluster") or value is None:
        return value
    column = unwrap(value, name)
    if column.shape != (n,):
        raise ValueError(f"{name} has shape {column.shape}, but there are {n} participants: give one value per participant")
    return column


def _enter(time, event, start, weight, merge_ties):
    """Distinct times (m,), exits (m, 2), the weight that enters (m,) and how many rows stay at risk after the events (m,)."""
    if start is None:
        distinct, exits = tabulate(time, event, 2, weight, merge_ties)
        return distinct, exits, _NO_ENTRIES, _NO_ENTRIES
    both, code = np.concatenate([time, start]), np.concatenate([event, np.full(time.size, 2, np.int32)])
    distinct, rows = tabulate(both, code, 3, None, False)
    counts = rows if weight is None else tabulate(both, code, 3, np.concatenate([weight, weight]), False)[1]
    return distinct, np.ascontiguousarray(counts[:, :2]), np.ascontiguousarray(counts[:, 2]), rows_left(rows)


def rows_left(rows):
    """How many rows are at risk at each distinct time and have no event at it (m,); rows (m, 2 + k): censored, events, entries last."""
    at_risk = np.cumsum((rows[:, :-1].sum(axis=1) - rows[:, -1])[::-1])[::-1]
    return at_risk - rows[:, 1:-1].sum(axis=1)
