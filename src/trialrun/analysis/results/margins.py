"""Margins of non-inferiority: whether the whole interval of what sets an arm apart stays on the right side of a declared limit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...protocol.endpoints import Endpoint, Margin
from ...statistics.cox import fit_cox, hazard_ratios
from ...statistics.curve_reading import Estimate as Interval
from ...statistics.proportion_differences import miettinen_nurminen
from ...statistics.proportion_ratios import risk_ratio
from ...statistics.survival_curve import kaplan_meier
from ...statistics.survival_differences import survival_difference
from .endpoints import Measured
from .number_parts import NONE, days_in
from .numbers import contrasted, effect_named
from .quantities import NUMBERS


@dataclass(frozen=True)
class Held:
    """One arm against the first and a margin: the effect by name with its interval at the margin's confidence; whether it is held, None without a limit."""

    arm: str
    margin: Margin
    effect: str
    interval: Interval
    held: bool | None


def margins_of(e: Endpoint, names: Sequence[str], parts: Sequence[Measured], subject: dict[str, Any]) -> tuple[Held, ...]:
    """Every arm but the first against each margin of an endpoint; nothing where it has none, or the first arm is not there."""
    found = []
    for margin in e.margins:
        effects = effects_on(e, margin, names, parts, subject)
        found += [Held(name, margin, effect_on(e, margin), x, is_held(margin, x)) for name, x in effects]
    return tuple(found)


def is_held(margin: Margin, x: Interval) -> bool | None:
    """Whether an interval lies wholly on the right side of a margin; None where the limit that matters is not there."""
    limit = x.lower if margin.side == "below" else x.upper
    if math.isnan(limit):
        return None
    return bool(limit > margin.limit) if margin.side == "below" else bool(limit < margin.limit)


def effect_on(e: Endpoint, margin: Margin) -> str:
    """What a margin is about, by name."""
    if e.kind in NUMBERS:
        return effect_named(e)
    if e.kind == "proportion":
        return "ratio of shares" if margin.scale == "ratio" else "difference"
    return f"difference at {e.landmarks[0]}" if margin.scale == "difference" else "hazard ratio"


def effects_on(
    e: Endpoint, margin: Margin, names: Sequence[str], parts: Sequence[Measured], subject: dict[str, Any]
) -> list[tuple[str, Interval]]:
    """What sets each arm but the first apart, on the margin's scale and at its confidence."""
    if e.kind in NUMBERS:
        return list(contrasted(names, parts, subject, margin.confidence).effects)
    first = parts[0]
    return [
        (name, _effect(e, margin, m, first) if m.who.size and first.who.size else NONE)
        for name, m in zip(names[1:], parts[1:], strict=True)
    ]


def _effect(e: Endpoint, margin: Margin, m: Measured, first: Measured) -> Interval:
    level = margin.confidence
    if e.kind == "proportion":
        counts = (int((m.cause == 1).sum()), m.who.size, int((first.cause == 1).sum()), first.who.size)
        x: Any = (risk_ratio if margin.scale == "ratio" else miettinen_nurminen)(*counts, confidence=level)
        return Interval(x.value, x.lower, x.upper)
    if margin.scale == "difference":
        curves = [kaplan_meier(x.time.astype(float), x.status) for x in (m, first)]
        try:
            d = survival_difference(curves[0], curves[1], days_in(e.landmarks[0]), confidence=level)
        except ValueError:  # beyond the follow-up of an arm
            return NONE
        sign = -1.0 if e.happened else 1.0
        low, high = sorted((sign * d.lower, sign * d.upper))
        return Interval(sign * d.value, low, high)
    status = np.concatenate([m.status, first.status])
    if not status.any():
        return NONE
    group = np.repeat([1.0, 0.0], [m.who.size, first.who.size])
    fit = fit_cox(np.concatenate([m.time, first.time]).astype(float), status, group)
    ratio = hazard_ratios(fit, level)
    if fit.warnings or not np.isfinite(ratio.value[0]):
        return NONE
    return Interval(float(ratio.value[0]), float(ratio.lower[0]), float(ratio.upper[0]))
