"""Differences between survival curves: at a landmark, of the restricted means, and of each pair of groups by log-rank tests.

Source: Klein, Logan, Harhoff and Andersen 2007 for the landmark; Uno et al. 2014 (survRM2) for the restricted mean; Holm 1979.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.special import ndtr

from trialrun.statistics.curve_reading import restricted_mean, survival_at
from trialrun.statistics.inputs import Numbers, as_status, as_times, as_weights, number_groups
from trialrun.statistics.logrank import LogRank, compare_survival
from trialrun.statistics.numbers_given import half_width
from trialrun.statistics.survival_curve import Curve

ADJUSTMENTS = ("holm", "bonferroni", "none")


@dataclass(frozen=True, slots=True)
class Contrast:
    """The first curve against the second: a difference or a ratio, the standard error of it (of its logarithm), limits, two-sided p."""

    value: float
    std_error: float
    lower: float
    upper: float
    two_sided_p: float


@dataclass(frozen=True, slots=True)
class MeanContrast:
    """The restricted means of two curves up to a horizon, their difference (first minus second) and their ratio (first over second)."""

    horizon: float
    first: float
    second: float
    difference: Contrast
    ratio: Contrast


@dataclass(frozen=True, slots=True, eq=False)
class PairTest:
    """The log-rank test of two of the groups, and its p-value adjusted for the number of pairs."""

    first: object
    second: object
    test: LogRank
    adjusted_p: float


def survival_difference(first: Curve, second: Curve, time: float, *, test: str = "log-log", confidence: float = 0.95) -> Contrast:
    """The difference of two independent curves at a time, with plain limits.

    test: the scale of the p-value, `log-log` (Klein et al.: its size is kept best) or `plain`.  NaN p-value where a survival is
    0 or 1.  ValueError for a time after the follow-up of a curve.
    """
    if test not in ("log-log", "plain"):
        raise ValueError(f"no test on the scale {test!r}: choose log-log or plain")
    z = half_width(confidence)
    values, errors = [], []
    for curve in (first, second):
        at = survival_at(curve, [time], extend=bool(curve.survival[-1] == 0.0))
        values.append(float(at.survival[0]))
        errors.append(float(np.nan_to_num(at.std_error[0])))
    if np.isnan(values).any():
        raise ValueError(f"day {time:g} lies after the follow-up of a curve: choose an earlier one")
    gap, size = values[0] - values[1], math.hypot(*errors)
    lower, upper = max(gap - z * size, -1.0), min(gap + z * size, 1.0)
    if test == "plain":
        return Contrast(gap, size, lower, upper, _p_value(gap, size))
    s, e = np.array(values), np.array(errors)
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled, spread = np.log(-np.log(s)), e / (s * np.log(s))
        apart = float(scaled[0] - scaled[1])
    chance = _p_value(apart, math.hypot(*spread.tolist()))
    return Contrast(gap, size, lower, upper, chance)


def restricted_mean_difference(first: Curve, second: Curve, horizon: float | None = None, *, confidence: float = 0.95) -> MeanContrast:
    """The difference and the ratio of two restricted means, as survRM2: variances add up, those of logarithms for the ratio.

    horizon: by default the earlier end of follow-up.  ValueError for one beyond the follow-up of a curve that has not reached 0.
    """
    z = half_width(confidence)
    ends = [np.inf if curve.survival[-1] == 0.0 else float(curve.time[-1]) for curve in (first, second)]
    latest = min(*ends) if np.isfinite(min(ends)) else max(float(first.time[-1]), float(second.time[-1]))
    end = latest if horizon is None else float(horizon)
    if end > min(ends):
        raise ValueError(f"the horizon {end:g} lies after the follow-up of a curve: choose one of at most {min(ends):g}")
    one, two = restricted_mean(first, end), restricted_mean(second, end)
    gap, size = one.value - two.value, float(np.hypot(one.std_error, two.std_error))
    log, spread = float(np.log(one.value / two.value)), float(np.hypot(one.std_error / one.value, two.std_error / two.value))
    ratio = Contrast(float(np.exp(log)), spread, float(np.exp(log - z * spread)), float(np.exp(log + z * spread)), _p_value(log, spread))
    return MeanContrast(end, one.value, two.value, Contrast(gap, size, gap - z * size, gap + z * size, _p_value(gap, size)), ratio)


def compare_pairs(
    time: Numbers,
    status: Numbers,
    group: Numbers,
    *,
    strata: Numbers | None = None,
    weights: Numbers | None = None,
    adjust: str = "holm",
    **how,
) -> tuple[PairTest, ...]:
    """The log-rank test of each pair of groups, in their order, with p-values adjusted by `holm`, `bonferroni` or `none`.

    The other arguments are those of compare_survival.  ValueError for one group only or an unknown adjustment.
    """
    if adjust not in ADJUSTMENTS:
        raise ValueError(f"no adjustment {adjust!r}: choose one of {', '.join(ADJUSTMENTS)}")
    time = as_times(time)
    n = time.size
    event, weight = as_status(status, n), as_weights(weights, n)
    names, codes = number_groups(group, n)
    layer = None if strata is None else number_groups(strata, n, "strata")[1]
    labels = names.tolist()
    if len(labels) < 2:
        raise ValueError("there is only one group: a comparison needs two or more")
    pairs, tests = list(combinations(range(len(labels)), 2)), []
    for a, b in pairs:
        mine = (codes == a) | (codes == b)
        parts = [None if column is None else column[mine] for column in (layer, weight)]
        tests.append(compare_survival(time[mine], event[mine], names[codes[mine]], strata=parts[0], weights=parts[1], **how))
    adjusted = adjust_p_values([test.two_sided_p for test in tests], adjust)
    return tuple(PairTest(labels[a], labels[b], test, p) for (a, b), test, p in zip(pairs, tests, adjusted, strict=True))


def adjust_p_values(p_values: Numbers, adjust: str = "holm") -> tuple[float, ...]:
    """P-values (k,) adjusted for their number, as R's `p.adjust`; NaN stays NaN and is not counted."""
    p = np.asarray(p_values, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(p))
    out = p.copy()
    k = known.size
    if adjust == "bonferroni":
        out[known] = np.minimum(1.0, k * p[known])
    elif adjust == "holm":
        order = known[np.argsort(p[known], kind="stable")]
        out[order] = np.minimum(1.0, np.maximum.accumulate((k - np.arange(k)) * p[order]))
    elif adjust != "none":
        raise ValueError(f"no adjustment {adjust!r}: choose one of {', '.join(ADJUSTMENTS)}")
    return tuple(out.tolist())


def _p_value(gap, size):
    return float(2.0 * ndtr(-abs(gap) / size)) if size > 0.0 and np.isfinite(size) else np.nan
