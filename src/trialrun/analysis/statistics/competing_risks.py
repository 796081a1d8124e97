"""Cumulative incidence of competing events (Aalen-Johansen) with variance and confidence bands.

The default variance is the infinitesimal jackknife of R's multi-state `survival::survfit` 3.5-3; the delta method
(Aalen 1978, as in `cmprsk::cuminc`) is the alternative.  Source: Aalen and Johansen 1978; Marubini and Valsecchi 1995.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import ndtri

from trialrun.analysis.statistics.event_table import tabulate
from trialrun.analysis.statistics.inputs import Numbers, as_times, as_weights
from trialrun.analysis.statistics.survival_curve import TRANSFORMS, limits

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
    weights: Numbers | None = None,
    variance: str = "jackknife",
    transform: str = "log",
    confidence: float = 0.95,
    merge_ties: bool = True,
) -> Incidence:
    """Estimate the incidence of each cause from times (n,) and cause (n,): 0 censored, 1..k the cause.

    causes gives k when not all of them occur.  Events of several causes on one day are counted together, without any
    jitter.  Raises ValueError for an empty group or an impossible cause.
    """
    time = as_times(time)
    n = time.size
    code, k = as_causes(cause, n, causes)
    if variance not in VARIANCES:
        raise ValueError(f"no variance {variance!r}: choose jackknife or delta")
    if transform not in TRANSFORMS:
        raise ValueError(f"no interval of transform {transform!r}: choose one of {', '.join(TRANSFORMS)}")
    weight = as_weights(weights, n)
    distinct, exits = tabulate(time, code, k + 1, weight, merge_ties)
    squares = exits if weight is None else tabulate(time, code, k + 1, weight**2, merge_ties)[1]
    z = float(ndtri(0.5 + 0.5 * confidence))
    kernel = estimate_incidence if variance == "jackknife" else estimate_incidence_delta
    at_risk, survival, incidence, std_error, lower, upper = kernel(exits, squares, z, TRANSFORMS[transform])
    names = tuple(range(1, k + 1))
    return Incidence(
        names, distinct, at_risk, exits[:, 1:], exits[:, 0], survival, incidence, std_error, lower, upper, n, confidence, transform
    )


def as_causes(cause, n, causes=None):
    """Causes as int32 codes 0..k, and k; ValueError for anything but whole numbers from 0."""
    cause = np.asarray(cause)
    if cause.shape != (n,):
        raise ValueError(f"cause has shape {cause.shape}, but there are {n} times: give one value per participant")
    code = cause.astype(np.int32)
    if cause.dtype.kind not in "biuf" or (cause.dtype.kind == "f" and not (code == cause).all()):
        raise ValueError("cause must be 0 (censored) or a whole number from 1: recode other values first")
    low, high = int(code.min()), int(code.max())
    k = max(high, 1) if causes is None else int(causes)
    if low < 0 or high > k:
        raise ValueError(f"causes run from {low} to {high}, but must lie between 0 (censored) and {k}")
    return code, k


@njit(cache=True, nogil=True)
def estimate_incidence(exits, squares, z, kind):
    """Aalen-Johansen from a table: exits (m, 1 + k) censored and events of each cause, squares the same of squared weights.

    Jackknife variance in one pass: a participant who has left at a time has the influence U + slope * (incidence since).
    """
    m, columns = exits.shape
    causes = columns - 1
    at_risk, survival, incidence, std_error, lower, upper = _allocate(m, causes)
    present = _fill_at_risk(exits, squares, at_risk)
    s = 1.0
    slope = 0.0  # of -log survival, for those still at risk
    f = np.zeros(causes)
    staying = np.zeros(causes)  # influence of those still at risk, per cause
    leaving = np.zeros(causes)
    sum_uu = np.zeros(causes)  # sums over those who left: influence squared, influence x slope, slope squared
    sum_us = np.zeros(causes)
    sum_ss = 0.0
    for j in range(m):
        n = at_risk[j]
        d = 0.0
        for c in range(causes):
            d += exits[j, c + 1]
        left = n - d
        for c in range(causes):
            leaving[c] = staying[c]
            if d > 0.0:
                step = s * exits[j, c + 1] / n
                f[c] += step
                sum_uu[c] += 2.0 * step * sum_us[c] + step * step * sum_ss
                sum_us[c] += step * sum_ss
                staying[c] += step * (slope - 1.0 / n)
                leaving[c] = staying[c]
        jump = 0.0
        if d > 0.0 and left > 0.0:
            slope += d / n / left
            jump = 1.0 / left
        for e in range(columns):
            w = squares[j, e]
            if w == 0.0:
                continue
            present -= w
            own = slope - (jump if e > 0 else 0.0)
            sum_ss += w * own * own
            for c in range(causes):
                u = leaving[c] + (s / n if e == c + 1 else 0.0)
                sum_uu[c] += w * u * u
                sum_us[c] += w * u * own
        if d > 0.0:
            s *= left / n
        survival[j] = s
        for c in range(causes):
            se = np.sqrt(max(sum_uu[c] + max(present, 0.0) * staying[c] * staying[c], 0.0))
            _write(j, c, f[c], se, z, kind, incidence, std_error, lower, upper)
    return at_risk, survival, incidence, std_error, lower, upper


@njit(cache=True, nogil=True)
def estimate_incidence_delta(exits, squares, z, kind):
    """As estimate_incidence, with the variance of Aalen 1978 in the form for tied events that `cmprsk::cuminc` uses."""
    m, columns = exits.shape
    causes = columns - 1
    at_risk, survival, incidence, std_error, lower, upper = _allocate(m, causes)
    _fill_at_risk(exits, squares, at_risk)
    s = 1.0
    f = np.zeros(causes)
    v1 = np.zeros(causes)
    v2 = np.zeros(causes)
    v3 = np.zeros(causes)
    for j in range(m):
        n = at_risk[j]
        d = 0.0
        for c in range(causes):
            d += exits[j, c + 1]
        after = s * (n - d) / n
        for c in range(causes):
            own = exits[j, c + 1]
            f[c] += s * own / n
            inverse = 1.0 / after if after > 0.0 else 0.0
            for mine in range(2):
                count = own if mine == 1 else d - own
                if count == 0.0 or (mine == 0 and after <= 0.0):
                    continue
                spread = 1.0 if count <= 1.0 else 1.0 - (count - 1.0) / (n - 1.0)
                spread *= s * s * count / (n * n)
                pull = mine + inverse * f[c]
                v1[c] += pull * pull * spread
                v2[c] += inverse * pull * spread
                v3[c] += inverse * inverse * spread
            se = np.sqrt(max(v1[c] + f[c] * f[c] * v3[c] - 2.0 * f[c] * v2[c], 0.0))
            if own == 0.0 and j > 0:  # it changes at the events of the cause only
                se = std_error[j - 1, c]
            _write(j, c, f[c], se if f[c] > 0.0 else 0.0, z, kind, incidence, std_error, lower, upper)
        s = after
        survival[j] = s
    return at_risk, survival, incidence, std_error, lower, upper


@njit(cache=True, nogil=True)
def _allocate(m, causes):
    shape = (m, causes)
    return np.empty(m), np.empty(m), np.empty(shape), np.empty(shape), np.empty(shape), np.empty(shape)


@njit(cache=True, nogil=True)
def _fill_at_risk(exits, squares, at_risk):
    m, columns = exits.shape
    n = present = 0.0
    for j in range(m - 1, -1, -1):
        for e in range(columns):
            n += exits[j, e]
            present += squares[j, e]
        at_risk[j] = n
    return present


@njit(cache=True, nogil=True)
def _write(j, c, f, se, z, kind, incidence, std_error, lower, upper):
    incidence[j, c] = f
    std_error[j, c] = se
    lower[j, c], upper[j, c] = limits(f, se / f if f > 0.0 else 0.0, z, kind)
