"""Estimates of endpoints: from who reached what, and when, to a number with its interval; each method is R's default and named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...protocol.endpoints import Endpoint
from ...protocol.words.times import Span
from ...statistics.competing_risks import Incidence, cumulative_incidence
from ...statistics.curve_reading import median, survival_at
from ...statistics.proportions import clopper_pearson
from ...statistics.survival_curve import Curve, kaplan_meier
from .category_estimates import Categories
from .count_estimates import Counted
from .endpoints import Measured
from .number_parts import MONTH, days_in
from .numbers import number_of
from .quantity_estimates import Quantity
from .repeated_estimates import Repeated
from .shown import Shown

CONFIDENCE = 0.95


@dataclass(frozen=True)
class AtTime:
    """A number with its interval (NaN or None where there is none), at a place such as `12 months`; `at_risk` just before it."""

    place: str
    value: float
    lower: float
    upper: float
    at_risk: int = 0


@dataclass(frozen=True, eq=False)
class Rate(Shown):
    """A proportion of an analysis set, exact interval; NaN for an empty set."""

    endpoint: Endpoint
    n: int
    reached: int
    value: float
    lower: float
    upper: float
    open: int


@dataclass(frozen=True, eq=False)
class Survival(Shown):
    """A time to an event: Kaplan-Meier, the interval on the endpoint's scale; median and follow-up in months; `curve` None for an empty set."""

    endpoint: Endpoint
    n: int
    events: int
    median: AtTime
    follow_up: float
    landmarks: tuple[AtTime, ...]
    curve: Curve | None
    time: NDArray[Any]
    status: NDArray[Any]
    open: int


@dataclass(frozen=True, eq=False)
class Competing(Shown):
    """Competing causes: Aalen-Johansen; one row of landmarks for each cause."""

    endpoint: Endpoint
    n: int
    events: tuple[int, ...]
    landmarks: tuple[tuple[AtTime, ...], ...]
    incidence: Incidence | None
    time: NDArray[Any]
    cause: NDArray[Any]


Estimate = Rate | Survival | Competing | Quantity | Counted | Categories | Repeated


def estimate(m: Measured) -> Estimate:
    """The estimate that an endpoint's kind asks for."""
    if m.endpoint.kind == "proportion":
        return rate(m)
    if m.value is not None:
        return number_of(m, CONFIDENCE)
    return survival(m) if m.endpoint.kind == "time" else competing(m)


def rate(m: Measured) -> Rate:
    """A proportion with Clopper and Pearson's interval."""
    n, x = m.who.size, int((m.cause == 1).sum())
    if n == 0:
        return Rate(m.endpoint, 0, 0, np.nan, np.nan, np.nan, 0)
    p = clopper_pearson(x, n, confidence=CONFIDENCE)
    return Rate(m.endpoint, n, x, p.value, p.lower, p.upper, int(m.open.sum()))


def survival(m: Measured) -> Survival:
    """A Kaplan-Meier curve, its median, its landmarks, and the follow-up by the reversed curve."""
    time, status = m.time.astype(float), m.status
    nothing = AtTime("median", np.nan, np.nan, np.nan)
    if time.size == 0:
        return Survival(m.endpoint, 0, 0, nothing, np.nan, (), None, time, status, 0)
    curve = kaplan_meier(time, status, confidence=CONFIDENCE, transform=scale_of(m.endpoint))
    half = median(curve)
    followed = median(kaplan_meier(time, 1 - status)).value / MONTH
    middle = AtTime("median", half.value / MONTH, half.lower / MONTH, half.upper / MONTH)
    return Survival(
        m.endpoint, int(time.size), int(status.sum()), middle, followed, _landmarks(curve, m.endpoint.landmarks), curve, time, status,
        int(m.open.sum()),
    )  # fmt: skip


def _landmarks(curve: Curve, spans: tuple[Span, ...]) -> tuple[AtTime, ...]:
    if not spans:
        return ()
    at = survival_at(curve, [days_of(s) for s in spans], extend=bool(curve.survival[-1] == 0.0))
    return tuple(
        AtTime(str(s), float(v), float(lo), float(hi), int(r))
        for s, v, lo, hi, r in zip(spans, at.survival, at.lower, at.upper, at.at_risk, strict=True)
    )


def competing(m: Measured) -> Competing:
    """Cumulative incidence of each cause."""
    time = m.time.astype(float)
    if time.size == 0:
        return Competing(m.endpoint, 0, (0, 0), ((), ()), None, time, m.cause)
    found = cumulative_incidence(time, m.cause, causes=2, confidence=CONFIDENCE, transform=scale_of(m.endpoint))
    rows = []
    for k in range(2):
        row = []
        for span in m.endpoint.landmarks:
            j = int(np.searchsorted(found.time, days_of(span), side="right")) - 1
            beyond = days_of(span) > found.time[-1] and found.survival[-1] > 0.0
            value, lower, upper = (np.nan,) * 3 if beyond else (0.0,) * 3
            if j >= 0 and not beyond:
                value, lower, upper = (float(a[j, k]) for a in (found.incidence, found.lower, found.upper))
            at_risk = float(np.append(found.at_risk, 0.0)[np.searchsorted(found.time, days_of(span), side="left")])
            row.append(AtTime(str(span), value, lower, upper, int(at_risk)))
        rows.append(tuple(row))
    return Competing(m.endpoint, int(time.size), tuple(int((m.cause == k).sum()) for k in (1, 2)), tuple(rows), found, time, m.cause)


def scale_of(e: Endpoint) -> str:
    """The scale on which the limits of an endpoint's curve are formed: `log`, or what the endpoint names."""
    return e.interval or "log"


def days_of(span: Span) -> float:
    """A span in days; a month is a twelfth of 365.25 days."""
    return days_in(span)
