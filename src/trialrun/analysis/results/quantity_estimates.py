"""Estimates of endpoints that are numbers: what a group has on the average, and what sets two arms apart, each with its interval.

A mean: Student's interval; arms by Welch's difference, by one variance, or adjusted by covariance. A geometric mean: the same of logarithms,
arms by a ratio. A median: order statistics; arms by the shift of Hodges and Lehmann with Wilcoxon's test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...protocol.endpoints import Endpoint, ValueOf
from ...statistics.censored_normal import censored_means
from ...statistics.curve_reading import Estimate as Interval
from ...statistics.linear_model import analysis_of_covariance
from ...statistics.means import as_ratio, difference_of_means, geometric_mean, mean, median, ratio_of_geometric_means
from ...statistics.rank_sums import rank_sum
from .endpoints import Measured
from .number_parts import NONE, Contrasted
from .quantities import taken
from .shown import Shown
from .spread import Spread, spread

AVERAGES = {"mean": mean, "geometric mean": geometric_mean, "median": median}
EFFECTS = {"mean": "difference of means", "geometric mean": "ratio of geometric means", "median": "shift (Hodges-Lehmann)"}


@dataclass(frozen=True, eq=False)
class Quantity(Shown):
    """A number in an analysis set of `n`, of whom `known` have one: the average with its interval, and the spread of values, baselines and what is analysed.

    `below` of the values lie below the limit of detection, `imputed` stand where one is missing.
    """

    endpoint: Endpoint
    n: int
    known: int
    value: float
    lower: float
    upper: float
    analysed: Spread
    read: Spread
    baseline: Spread
    below: int = 0
    imputed: int = 0


def quantity(m: Measured, confidence: float) -> Quantity:
    """The average of what is analysed."""
    assert m.value is not None and m.endpoint.value is not None
    v, x = m.endpoint.value, known_of(m)
    inside = ~np.isnan(m.value)
    read, baseline = _part(m.read, inside), _part(m.baseline, inside)
    below = np.zeros(x.size, bool) if v.detected_from is None else read < v.detected_from
    if v.below == "censored":
        found = censored_average(v, x, confidence) if x.size else NONE
    else:
        found = AVERAGES[v.average](x, confidence=confidence) if x.size else NONE
    filled = int((m.filled[inside] >= 0).sum()) if m.filled is not None else 0
    return Quantity(
        m.endpoint, int(m.who.size), int(x.size), found.value, found.lower, found.upper, spread(x), spread(taken(v, read)), spread(taken(v, baseline)),
        int(below.sum()), filled,
    )  # fmt: skip


def censored_average(v: ValueOf, x: NDArray[np.float64], confidence: float) -> Interval:
    """The mean or geometric mean of values (n,) of which some are only known to lie below the limit of detection."""
    y, left, back = _censored(v, x)
    m = censored_means(y, left, confidence=confidence).means[0]
    return Interval(back(m.value), back(m.lower), back(m.upper))


def _censored(v: ValueOf, x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], Any]:
    """Values on the scale of the average, which of them lie below the limit, and the way back."""
    assert v.detected_from is not None
    y, left = np.maximum(x, v.detected_from), (x < v.detected_from).astype(float)
    return (np.log(y), left, lambda value: float(np.exp(value))) if v.average == "geometric mean" else (y, left, float)


def _part(values: NDArray[Any] | None, inside: NDArray[np.bool_]) -> NDArray[Any]:
    return np.empty(0) if values is None else values[inside]


def known_of(m: Measured) -> NDArray[np.float64]:
    """What is analysed, of those who have it."""
    assert m.value is not None
    return np.asarray(m.value[~np.isnan(m.value)], dtype=float)


def test_of(e: Endpoint) -> str:
    """The test that an endpoint's comparison makes, by name."""
    assert e.value is not None
    if e.value.average == "median":
        return "Wilcoxon"
    if e.value.below == "censored":
        return "Wald (censored normal)"
    if e.value.model:
        return "mixed model"
    return "covariance" if is_adjusted(e) else "Student's t" if e.value.pooled else "Welch's t"


def is_adjusted(e: Endpoint) -> bool:
    """Whether a comparison holds covariates equal."""
    return e.value is not None and bool(e.value.adjusted or e.value.adjusted_for_baseline)


def contrasted(names: Sequence[str], parts: Sequence[Measured], subject: dict[str, Any], confidence: float) -> Contrasted:
    """Each arm but the first against the first, as allocated; `subject`: the values at screening of all participants."""
    e = parts[0].endpoint
    assert e.value is not None
    if is_adjusted(e):
        return _adjusted(e, names, parts, subject, confidence)
    if e.value.below == "censored":
        return _contrasted_censored(e.value, names, parts, confidence)
    first, effects, p = known_of(parts[0]), [], np.nan
    for name, m in zip(names[1:], parts[1:], strict=True):
        x = known_of(m)
        if e.value.average == "median":
            s = rank_sum(x, first, confidence=confidence)
            effects.append((name, Interval(s.value, s.lower, s.upper)))
            p = s.two_sided_p
        else:
            compare = ratio_of_geometric_means if e.value.average == "geometric mean" else difference_of_means
            c = compare(x, first, pooled=e.value.pooled, confidence=confidence)
            effects.append((name, Interval(c.value, c.lower, c.upper)))
            p = c.two_sided_p
    return Contrasted(tuple(effects), test_of(e), p if len(names) == 2 else np.nan)


def _contrasted_censored(v: ValueOf, names: Sequence[str], parts: Sequence[Measured], confidence: float) -> Contrasted:
    effects, p, first = [], np.nan, known_of(parts[0])
    for name, m in zip(names[1:], parts[1:], strict=True):
        x = known_of(m)
        found = NONE
        if first.size and x.size:
            y, left, back = _censored(v, np.concatenate([first, x]))
            c = censored_means(y, left, np.repeat([0, 1], [first.size, x.size]), confidence=confidence)
            found, p = Interval(back(c.difference.value), back(c.difference.lower), back(c.difference.upper)), c.two_sided_p
        effects.append((name, found))
    return Contrasted(tuple(effects), "Wald (censored normal)", p if len(names) == 2 else np.nan)


def covariates_of(m: Measured, subject: dict[str, Any]) -> list[NDArray[Any]]:
    """What a comparison holds equal, each (m,), NaN or None where it is missing: the baseline first, then the items at screening."""
    assert m.endpoint.value is not None and m.baseline is not None
    found = [taken(m.endpoint.value, m.baseline)] if m.endpoint.value.adjusted_for_baseline else []
    return [*found, *(subject[f"screening {name}"][m.who] for name in m.endpoint.value.adjusted)]


@dataclass(frozen=True, eq=False)
class Held:
    """What a comparison holds equal, of all arms one after the other: columns, each (m,), and of whom all are `known` (m,)."""

    columns: list[NDArray[Any]]
    known: NDArray[np.bool_]


def held_equal(parts: Sequence[Measured], subject: dict[str, Any]) -> Held:
    """The covariates of arms one after the other; the baseline by its logarithm where the average is geometric."""
    v = parts[0].endpoint.value
    assert v is not None
    columns = [np.concatenate(c) for c in zip(*(covariates_of(m, subject) for m in parts), strict=True)]
    if v.average == "geometric mean" and v.adjusted_for_baseline:
        columns[0] = np.log(np.where(columns[0] > 0, columns[0], np.nan))
    known = np.ones(sum(m.who.size for m in parts), bool)
    for c in columns:
        known &= np.array([x is not None for x in c]) if c.dtype == object else ~np.isnan(c)
    return Held(columns, known)


def _adjusted(e: Endpoint, names: Sequence[str], parts: Sequence[Measured], subject: dict[str, Any], confidence: float) -> Contrasted:
    assert e.value is not None
    logs = e.value.average == "geometric mean"
    held = held_equal(parts, subject)
    y = np.concatenate([np.asarray(m.value, dtype=float) for m in parts])
    code = np.repeat(np.arange(len(parts)), [m.who.size for m in parts])
    if logs:
        y = np.log(np.where(y > 0, y, np.nan))
    there = ~np.isnan(y) & held.known
    present = np.unique(code[there])
    if present.size < 2 or present[0] != 0:
        return Contrasted(tuple((name, NONE) for name in names[1:]), test_of(e), np.nan)
    fit = analysis_of_covariance(y[there], code[there], [c[there] for c in held.columns], confidence=confidence)
    found = {int(k): (as_ratio(c) if logs else c) for k, c in zip(present[1:], fit.differences, strict=True)}
    effects = tuple((name, Interval(x.value, x.lower, x.upper) if (x := found.get(k)) else NONE) for k, name in enumerate(names[1:], 1))
    means = tuple(
        (names[int(k)], Interval(*(float(np.exp(x)) for x in (m.value, m.lower, m.upper))) if logs else m)
        for k, m in zip(present, fit.means, strict=True)
    )
    p = fit.differences[0].two_sided_p if len(names) == 2 else np.nan
    return Contrasted(effects, test_of(e), p, means)
