"""What is read off a survival curve: median, quantiles, survival at a landmark, restricted mean, with R's conventions.

Source: R survival 3.5-3, `quantile.survfit`, `summary.survfit` and `print.survfit(rmean=)`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialrun.statistics.competing_risks import Incidence, check_cause
from trialrun.statistics.inputs import Numbers, as_numbers
from trialrun.statistics.numbers_given import check_share, half_width
from trialrun.statistics.survival_curve import Curve

TOLERANCE = float(np.sqrt(np.finfo(float).eps))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its confidence limits, in the unit of what it estimates; NaN where it is never reached."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, eq=False)
class Landmark:
    """Survival at given times, all arrays (k,): numbers at risk just before, survival, its standard error and limits."""

    time: NDArray
    at_risk: NDArray
    survival: NDArray
    std_error: NDArray
    lower: NDArray
    upper: NDArray


@dataclass(frozen=True, slots=True, eq=False)
class EventShares:
    """The share that has had the event by given times, all arrays (k,): numbers at risk just before, share and limits, and their method."""

    time: NDArray
    at_risk: NDArray
    value: NDArray
    lower: NDArray
    upper: NDArray
    method: str


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """The mean time up to a horizon, with standard error and limits (cut off at 0 and the horizon), in the time unit of the curve."""

    value: float
    std_error: float
    lower: float
    upper: float
    horizon: float


def median(curve: Curve) -> Estimate:
    """The median with limits from the curve's band, as R's `print(fit)` and `summary(fit)$table`.

    When the curve is exactly one half over an interval, its midpoint; when it stays at one half to the end of follow-up, the
    start of that interval (`quantile` gives its midpoint there: R has both).
    """
    return Estimate(*(_first_half(curve.time, values) for values in (curve.survival, curve.lower, curve.upper)))


def quantile(curve: Curve, probability: float) -> Estimate:
    """The time by which a share `probability` has had the event, with limits from the band, as R's `quantile(fit)`."""
    check_share(probability, "a probability")
    time = np.concatenate([[min(0.0, curve.time[0])], curve.time])
    reads = (np.concatenate([[0.0], 1.0 - values]) for values in (curve.survival, curve.lower, curve.upper))
    return Estimate(*(_find(time, failed, probability) for failed in reads))


def survival_at(curve: Curve, times: Numbers, extend: bool = False) -> Landmark:
    """Survival at `times` (k,), as R's `summary(fit, times=)`; after the last follow-up NaN, or with extend its last value."""
    at = days_to_read(times)
    row = np.searchsorted(curve.time, at, side="right")
    beyond = at > curve.time[-1]
    at_risk = np.append(curve.at_risk, 0.0)[np.searchsorted(curve.time, at, side="left")]
    start = (1.0, 0.0, 1.0, 1.0)
    columns = []
    for first, values in zip(start, (curve.survival, curve.std_error, curve.lower, curve.upper), strict=True):
        column = np.append(first, values)[row]
        columns.append(column if extend else np.where(beyond, np.nan, column))
    return Landmark(at, at_risk, *columns)


def event_share_at(curve: Curve, times: Numbers, extend: bool = False) -> EventShares:
    """The share that has had the event by `times` (k,): one minus the survival, its limits those of the curve turned round.

    For few events make the curve with transform="log-log"; where nobody had the event its limits are NaN as in R, and
    `few_events.event_share_of_few` has some.
    """
    at = survival_at(curve, times, extend)
    return EventShares(at.time, at.at_risk, 1.0 - at.survival, 1.0 - at.upper, 1.0 - at.lower, curve.transform)


def incidence_at(found: Incidence, times: Numbers, of: int = 1, extend: bool = False) -> EventShares:
    """The incidence of cause `of` by `times` (k,), as R's `summary(fit, times=)`; after the last follow-up NaN, or with extend its last value.

    Limits on the scale of `found`: for few events make it with transform="log-log".  They are NaN where nobody had the event, and 0 before anybody left, as in R.
    """
    check_cause(of, len(found.causes))
    at = days_to_read(times)
    row = np.searchsorted(found.time, at, side="right")
    at_risk = np.append(found.at_risk, 0.0)[np.searchsorted(found.time, at, side="left")]
    value, lower, upper = (np.append(0.0, column[:, of - 1])[row] for column in (found.incidence, found.lower, found.upper))
    if not extend:
        value, lower, upper = (np.where(at > found.time[-1], np.nan, column) for column in (value, lower, upper))
    return EventShares(at, at_risk, value, lower, upper, found.transform)


def days_to_read(times: Numbers) -> NDArray:
    """Times to read a curve at, as (k,) float64; ValueError for a missing one."""
    at = np.atleast_1d(as_numbers(times, "times to read"))
    if np.isnan(at).any():
        raise ValueError("times to read must not be missing: name days on the clock of the curve")
    return at


def restricted_mean(curve: Curve, horizon: float | None = None, confidence: float | None = None) -> RestrictedMean:
    """The area under the curve up to `horizon` (by default the last follow-up), as R's `print(fit, rmean=)`.

    The variance is Greenwood's.  The curve is carried on unchanged to a horizon beyond follow-up, as R does.
    """
    start = min(0.0, float(curve.time[0]))
    end = float(curve.time[-1]) if horizon is None else float(horizon)
    if not np.isfinite(end):
        raise ValueError(f"the horizon must be a finite day on the clock of the curve, not {end}")
    if end < start:
        raise ValueError(f"the horizon {end} lies before the start of follow-up")
    kept = int(np.searchsorted(curve.time, end, side="right"))
    steps = np.diff(np.concatenate([[start], curve.time[:kept], [end]]))
    areas = steps * np.concatenate([[1.0], curve.survival[:kept]])
    left = curve.at_risk[:kept] - curve.events[:kept]
    some = (curve.events[:kept] > 0) & (left > 0) & (curve.survival[:kept] > 0)
    jumps = np.divide(curve.events[:kept] / curve.at_risk[:kept], left, out=np.zeros(kept), where=some)
    after = np.cumsum(areas[:0:-1])[::-1]
    value, std_error = start + areas.sum(), float(np.sqrt((after**2 * jumps).sum()))
    z = half_width(curve.confidence if confidence is None else confidence)
    lower, upper = max(float(value) - z * std_error, start), min(float(value) + z * std_error, end)
    return RestrictedMean(float(value), std_error, lower, upper, end)


def _first_half(time, values):
    below = np.flatnonzero(values < 0.5 + TOLERANCE)  # NaN compares false
    if below.size == 0:
        return np.nan
    first = below[0]
    if abs(values[first] - 0.5) < TOLERANCE:
        lower = below[values[below] < values[first]]
        if lower.size:
            return float(0.5 * (time[first] + time[lower[0]]))
    return float(time[first])


def _find(time, failed, p):
    """The time at which the share failed first reaches p; between two times when it equals p, within tolerance."""
    if p == 0.0:
        return float(time[0])
    _, kept = np.unique(failed, return_index=True)  # sorted by share, the first row of each; NaN last
    known = kept[~np.isnan(failed[kept])]
    shares = failed[known]
    if shares[-1] < p - TOLERANCE:
        return np.nan
    if p < TOLERANCE:
        return np.nan
    first = known[np.searchsorted(shares + TOLERANCE, p, side="left")]
    if abs(p - failed[kept.max()]) < TOLERANCE:  # the curve ends at p; NaN compares false
        return float(0.5 * (time[first] + time[-1]))
    beyond = np.searchsorted(shares - TOLERANCE, p, side="left")
    if beyond == shares.size:
        return np.nan
    return float(0.5 * (time[first] + time[known[beyond]]))
