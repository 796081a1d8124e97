"""Estimates in each of many trials: shares with exact limits, Kaplan-Meier medians and landmarks, cumulative incidences."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from ...protocol.endpoints import Endpoint
from ...statistics.competing_risks import cumulative_incidence
from ...statistics.numbers_given import check_confidence
from ...statistics.survival_curve import band_of
from ..results.count_estimates import counted
from ..results.endpoints import Measured
from ..results.estimates import CONFIDENCE, MONTH, days_of, scale_of
from ..results.quantity_estimates import AVERAGES, censored_average
from .columns import OUTSIDE, Trials
from .operating_kernel import read_trials

CHUNK = 64  # trials that a thread takes at a time


@dataclass(frozen=True, eq=False)
class Series:
    """One estimate in each of K trials with its limits, all (K,), NaN where it is not reached; `pooled` is that of all trials together."""

    value: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    pooled: float


def estimates_of(trials: Trials, e: Endpoint, rows: NDArray[np.bool_] | None = None, *, threads: int | None = None) -> dict[str, Series]:
    """An endpoint's estimates in each trial, by statistic: `rate`; `median` (months) and `at 12 months`, ..; `cause 1 by 12 months`, ..; or its average.

    `rows` (N,) limits them to some participants. Shares lie between 0 and 1; `happened` does not turn a survival round.
    """
    cause = trials.cause[e.name]
    kept = np.flatnonzero((cause != OUTSIDE) if rows is None else (cause != OUTSIDE) & rows)
    starts = np.searchsorted(kept, trials.starts).astype(np.int64)
    cause = cause[kept]
    if e.kind == "count":
        return {"rate": rates(e, trials.numbers[e.name][0][kept], trials.days[e.name][kept], starts)}
    if e.kind == "ordered":
        return {}
    if e.value is not None:
        average = partial(censored_average, e.value) if e.value.below == "censored" else AVERAGES[e.value.average]
        return {e.value.average: averages(average, trials.numbers[e.name][0][kept], starts)}
    if e.kind == "proportion":
        reached = np.diff(np.append(0, np.cumsum(cause == 1))[starts])
        return {"rate": shares(reached, np.diff(starts))}
    days = trials.days[e.name][kept]
    if e.kind == "competing":
        return _incidences(e, days, cause, starts)
    landmarks = np.array(sorted(days_of(s) for s in e.landmarks))
    order = [str(s) for s in sorted(e.landmarks, key=days_of)]
    found = curves(days, cause == 1, starts, landmarks, scale=scale_of(e), threads=threads)
    pooled = curves(days, cause == 1, np.array([0, days.size]), landmarks, scale=scale_of(e), threads=1)[0]
    series = {"median": Series(found[:, 0] / MONTH, found[:, 1] / MONTH, found[:, 2] / MONTH, float(pooled[0] / MONTH))}
    for k, name in enumerate(order, 1):
        series[f"at {name}"] = Series(found[:, 3 * k], found[:, 3 * k + 1], found[:, 3 * k + 2], float(pooled[3 * k]))
    return series


def averages(average: Any, values: NDArray[np.float64], starts: NDArray[np.int64]) -> Series:
    """A mean or another average of the values that are there in K trials, with its limits."""
    found = np.full((starts.size, 3), np.nan)
    for k in range(starts.size):
        x = values[starts[k] : starts[k + 1]] if k + 1 < starts.size else values  # the last row is that of all trials together
        x = x[~np.isnan(x)]
        if x.size:
            a = average(x, confidence=CONFIDENCE)
            found[k] = a.value, a.lower, a.upper
    return Series(found[:-1, 0], found[:-1, 1], found[:-1, 2], float(found[-1, 0]))


def rates(e: Endpoint, counts: NDArray[np.float64], days: NDArray[np.int64], starts: NDArray[np.int64]) -> Series:
    """The rate of events in K trials, with its limits, as the endpoint tells it."""
    found = np.full((starts.size, 3), np.nan)
    none = np.full(counts.size, -1)
    for k in range(starts.size):
        part = slice(starts[k], starts[k + 1]) if k + 1 < starts.size else slice(None)  # the last row is that of all trials together
        y, t, n = counts[part], days[part], none[part]
        if y.size:
            c = counted(Measured(e, n, n, t, n, n, n, n, n, y, y, y), CONFIDENCE)
            found[k] = c.value, c.lower, c.upper
    return Series(found[:-1, 0], found[:-1, 1], found[:-1, 2], float(found[-1, 0]))


def shares(reached: NDArray[Any], n: NDArray[Any], confidence: float = CONFIDENCE) -> Series:
    """Shares of K trials with exact limits; NaN for an empty trial."""
    x, size = reached.astype(float), n.astype(float)
    tail = 0.5 * (1.0 - check_confidence(confidence))
    there = size > 0
    value, lower, upper = (np.full(x.size, np.nan) for _ in range(3))
    value[there] = x[there] / size[there]
    lower[there] = np.where(x[there] > 0, betaincinv(np.maximum(x[there], 1.0), size[there] - x[there] + 1.0, tail), 0.0)
    upper[there] = np.where(x[there] < size[there], betaincinv(x[there] + 1.0, np.maximum(size[there] - x[there], 1.0), 1.0 - tail), 1.0)
    return Series(value, lower, upper, float(x.sum() / size.sum()) if size.sum() else np.nan)


def curves(
    days: NDArray[Any],
    status: NDArray[Any],
    starts: NDArray[Any],
    landmarks: NDArray[Any],
    *,
    scale: str = "log",
    threads: int | None = None,
) -> NDArray[np.float64]:
    """Median (days) with limits, then survival at each landmark with limits, of each trial: (K, 3 + 3 L); limits on a scale."""
    n = starts.size - 1
    found = np.empty((n, 3 + 3 * landmarks.size))
    kind, z = band_of(scale, CONFIDENCE)
    whole, event = np.ascontiguousarray(days, dtype=np.int64), np.ascontiguousarray(status, dtype=np.int64)

    def run(at: int) -> None:
        read_trials(whole, event, starts, at, min(at + CHUNK, n), landmarks.astype(float), z, kind, found)

    workers = threads or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    if workers == 1 or n <= CHUNK:
        for at in range(0, n, CHUNK):
            run(at)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(run, range(0, n, CHUNK)))
    return found


def _incidences(e: Endpoint, days: NDArray[Any], cause: NDArray[Any], starts: NDArray[Any]) -> dict[str, Series]:
    spans = sorted(e.landmarks, key=days_of)
    found = np.full((starts.size, 2, len(spans), 3), np.nan)
    for k in range(starts.size):
        part = slice(starts[k], starts[k + 1]) if k + 1 < starts.size else slice(None)  # the last row is that of all trials together
        if days[part].size == 0:
            continue
        curve = cumulative_incidence(days[part].astype(float), cause[part], causes=2, confidence=CONFIDENCE, transform=scale_of(e))
        for j, span in enumerate(spans):
            at = days_of(span)
            row = int(np.searchsorted(curve.time, at, side="right")) - 1
            if at > curve.time[-1] and curve.survival[-1] > 0.0:
                continue
            for c in range(2):
                found[k, c, j] = (0.0, 0.0, 0.0) if row < 0 else [a[row, c] for a in (curve.incidence, curve.lower, curve.upper)]
    return {
        f"cause {c + 1} by {span}": Series(found[:-1, c, j, 0], found[:-1, c, j, 1], found[:-1, c, j, 2], float(found[-1, c, j, 0]))
        for c in range(2)
        for j, span in enumerate(spans)
    }
