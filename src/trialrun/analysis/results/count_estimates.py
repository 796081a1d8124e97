"""Estimates of endpoints that are counts: events over person-time in a group, and the ratio of two arms' rates, each with its interval.

Poisson: exact limits (Garwood), the ratio by the conditional binomial, as R's `poisson.test`. Negative binomial: by maximum likelihood, for
counts that scatter more than Poisson's. A participant's time counts its first and its last day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...protocol.endpoints import Endpoint
from ...protocol.words.times import Span
from ...statistics.curve_reading import Estimate as Interval
from ...statistics.negative_binomial import negative_binomial, negative_binomial_rate
from ...statistics.rates import incidence_rate, rate_ratio
from .endpoints import Measured
from .number_parts import NONE, Contrasted, days_in
from .shown import Shown

YEAR = Span(1, "years")


@dataclass(frozen=True, eq=False)
class Counted(Shown):
    """Events of an analysis set of `n` over their `days`: `events` in all, `people` with one at least, the rate `per` a span with its interval."""

    endpoint: Endpoint
    n: int
    events: int
    people: int
    days: float
    per: Span
    value: float
    lower: float
    upper: float


def per_of(e: Endpoint) -> Span:
    """The span that a rate is told for: the endpoint's own, else a year."""
    return e.per or YEAR


def counted(m: Measured, confidence: float) -> Counted:
    """The rate of the events."""
    assert m.value is not None
    per = days_in(per_of(m.endpoint))
    events, days = int(m.value.sum()), float(m.time.sum())
    found = NONE
    if days > 0:
        if m.endpoint.scatter:
            r = negative_binomial_rate(m.value, m.time, confidence=confidence)
            found = Interval(per * r.value, per * r.lower, per * r.upper)
        else:
            x = incidence_rate(events, days, per=per, confidence=confidence)
            found = Interval(x.value, x.lower, x.upper)
    return Counted(
        m.endpoint, int(m.who.size), events, int((m.value > 0).sum()), days, per_of(m.endpoint), found.value, found.lower, found.upper
    )


def test_of(e: Endpoint) -> str:
    """The test of a ratio of rates, by name."""
    return "Wald (negative binomial)" if e.scatter else "exact (conditional binomial)"


def contrasted(names: Sequence[str], parts: Sequence[Measured], _: dict[str, Any], confidence: float) -> Contrasted:
    """The ratio of each arm's rate but the first's to the first's."""
    first, effects, p = parts[0], [], np.nan
    for name, m in zip(names[1:], parts[1:], strict=True):
        found, p = ratio(m, first, confidence)
        effects.append((name, found))
    return Contrasted(tuple(effects), test_of(first.endpoint), p if len(names) == 2 else np.nan)


def ratio(m: Measured, first: Measured, confidence: float) -> tuple[Interval, float]:
    """The ratio of two rates with its two-sided p-value; NaN where a group has no time, or nothing happened in both."""
    assert m.value is not None and first.value is not None
    if not (m.time.sum() > 0 and first.time.sum() > 0):
        return NONE, np.nan
    if m.endpoint.scatter:
        s = negative_binomial(m.value, m.time, first.value, first.time, confidence=confidence)
        return s.ratio, s.two_sided_p
    r = rate_ratio(_sum(m.value), float(m.time.sum()), _sum(first.value), float(first.time.sum()), confidence=confidence)
    return Interval(r.value, r.lower, r.upper), r.two_sided_p


def _sum(values: NDArray[Any]) -> int:
    return int(values.sum())
