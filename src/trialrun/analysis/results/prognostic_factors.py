"""Prognostic factors one at a time: odds ratios of response and hazard ratios of death for each level, the data of a forest plot.

Each factor is a grouping of the study's analyses; its first level that anybody is in is the reference. The odds ratio of a level against the
reference is that of their two-by-two table with Woolf's interval, which is the Wald interval of a logistic model; a table with an empty cell
has no finite ratio and is shown so. The hazard ratios of a factor come from one Cox model with a column for each other level (Efron's ties).
These are not adjusted for each other. Adjusted hazard ratios come from one Cox model of all factors together, of the participants in whom every
factor is known; it is fitted where there are at least 5 events for each coefficient (assumed), and a coefficient that the data do not tell has none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from ...statistics.cox import fit_cox, hazard_ratios
from ...statistics.curve_reading import Estimate
from ..datasets import Datasets
from .endpoints import Measured, test
from .measurements import Measurements, measurements

NONE = Estimate(np.nan, np.nan, np.nan)
EVENTS_PER_COEFFICIENT = 5  # assumed; below it a model of several factors is not told


@dataclass(frozen=True)
class Level:
    """One level of a factor. Ratios are against the factor's reference (NaN for the reference itself, and where they are not finite).

    `reached` is None where the factor's endpoint is no proportion; `survival` is the label of the endpoint of the hazard ratios.
    """

    factor: str
    label: str
    reference: bool
    n: int
    reached: int | None
    odds_ratio: Estimate
    events: int
    hazard_ratio: Estimate
    confirmed: bool
    source: str
    survival: str
    adjusted: Estimate = NONE
    adjusted_n: int = 0


def prognostic_factors(
    data: Datasets, protocol: Any, *, survival: str = "", confidence: float = 0.95, made: Measurements | None = None
) -> tuple[Level, ...]:
    """Every level of every grouping of the study, in order; participants whose value is missing are in no level. `made`: the endpoints, where they were measured already.

    `survival` names the time endpoint of the hazard ratios, by default the one that the study names (`survival=`).
    Raises ValueError for a `survival` that is no time endpoint of the study.
    """
    survival = survival or protocol.survival
    times = [e for e in protocol.endpoints if e.kind == "time" and e.name == survival]
    if not times:
        raise ValueError(
            f"{survival!r} is no time endpoint of {protocol.name}: name one of {', '.join(e.name for e in protocol.endpoints if e.kind == 'time')}"
        )
    made = made or measurements(data, protocol)
    subject, s = made.subject, made.measured[survival]
    found: list[Level] = []
    factors: list[tuple[int, list[NDArray[np.bool_]], int]] = []
    for a in protocol.analyses:
        if a.kind != "subgroup":
            continue
        m = made.measured[a.endpoint]
        inside = [test(x.given, subject, m.who) for x in a.levels]
        there = [test(x.given, subject, s.who) for x in a.levels]
        if np.sum(inside, axis=0).max(initial=0) > 1:
            continue  # groups that overlap are no levels of one factor
        counts = [int(x.sum()) for x in inside]
        first = next((k for k, n in enumerate(counts) if n), None)
        if first is None:
            continue
        share = m.endpoint.kind == "proportion"
        reached = [int((m.cause[x] == 1).sum()) for x in inside]
        hazards = _hazards(s, there, first, confidence)
        factors.append((len(found), there, first))
        for k, level in enumerate(a.levels):
            odds = (
                NONE if k == first or not share else odds_ratio(reached[k], counts[k], reached[first], counts[first], confidence=confidence)
            )
            found.append(
                Level(a.by, level.label, k == first, counts[k], reached[k] if share else None, odds, int(s.status[there[k]].sum()), hazards.get(k, NONE),
                      a.confirmed, a.source, s.endpoint.label)
            )  # fmt: skip
    ratios, n = _adjusted(s, factors, confidence)
    return tuple(replace(x, adjusted=ratios.get(place, NONE), adjusted_n=n) for place, x in enumerate(found))


def odds_ratio(reached: int, n: int, reference_reached: int, reference_n: int, *, confidence: float = 0.95) -> Estimate:
    """The odds ratio of one group against another with Woolf's interval; NaN where a cell is empty."""
    cells = (reached, n - reached, reference_reached, reference_n - reference_reached)
    if min(cells) <= 0:
        return NONE
    a, b, c, d = cells
    value = math.log(a * d / (b * c))
    half = float(ndtri(0.5 + 0.5 * confidence)) * math.sqrt(sum(1 / x for x in cells))
    return Estimate(math.exp(value), math.exp(value - half), math.exp(value + half))


def _adjusted(s: Measured, factors: list[tuple[int, list[NDArray[np.bool_]], int]], confidence: float) -> tuple[dict[int, Estimate], int]:
    """The hazard ratios of all factors in one model, by the place of their level, and the number of participants; none where it has too few events."""
    if len(factors) < 2:
        return {}, 0
    whole = np.logical_and.reduce([np.logical_or.reduce(there) for _, there, _ in factors])
    used = [
        (begin + k, level[whole]) for begin, there, first in factors for k, level in enumerate(there) if k != first and level[whole].any()
    ]
    if not used or s.status[whole].sum() < EVENTS_PER_COEFFICIENT * len(used):
        return {}, 0
    fit = fit_cox(s.time[whole].astype(float), s.status[whole], np.column_stack([column for _, column in used]).astype(float))
    ratios = hazard_ratios(fit, confidence)
    found = {}
    for at, (place, _) in enumerate(used):
        if not any(f"x{at + 1} " in w for w in fit.warnings) and np.isfinite(ratios.value[at]):
            found[place] = Estimate(float(ratios.value[at]), float(ratios.lower[at]), float(ratios.upper[at]))
    return found, int(whole.sum())


def _hazards(s: Measured, there: list[Any], first: int, confidence: float) -> dict[int, Estimate]:
    """Hazard ratios of the levels against the first; none where there are too few events to have one."""
    inside = np.logical_or.reduce(there)
    used = [k for k, x in enumerate(there) if k != first and x.any()]
    if not used or not there[first].any() or not s.status[inside].any():
        return {}
    fit = fit_cox(s.time[inside].astype(float), s.status[inside], np.column_stack([there[k][inside] for k in used]).astype(float))
    ratios = hazard_ratios(fit, confidence)
    found = {}
    for place, k in enumerate(used):
        doubted = any(w.startswith(f"the coefficient of x{place + 1} ") for w in fit.warnings)
        if not doubted and np.isfinite(ratios.value[place]):
            found[k] = Estimate(float(ratios.value[place]), float(ratios.lower[place]), float(ratios.upper[place]))
    return found
