"""Estimates of endpoints that are ordered categories: how many of a group stand in each, and the common odds ratio of two arms.

The ratio is that of the proportional odds model (above 1: higher categories than the first arm); the test is Wilcoxon's, with ties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...protocol.endpoints import Endpoint
from ...statistics.curve_reading import Estimate as Interval
from ...statistics.proportional_odds import proportional_odds
from ...statistics.rank_sums import rank_sum
from .endpoints import Measured
from .number_parts import Contrasted
from .quantities import levels_of
from .shown import Shown


@dataclass(frozen=True, eq=False)
class Categories(Shown):
    """An analysis set of `n`, of whom `known` stand in a category: how many in each of `levels`, lowest first."""

    endpoint: Endpoint
    n: int
    known: int
    levels: tuple[str, ...]
    counts: tuple[int, ...]


def categories(m: Measured, _: float = 0.95) -> Categories:
    """How many stand in each category."""
    assert m.endpoint.value is not None
    levels = levels_of(m.endpoint.value)
    counts = _counts(m, len(levels))
    return Categories(m.endpoint, int(m.who.size), int(counts.sum()), levels, tuple(counts.tolist()))


def contrasted(names: Sequence[str], parts: Sequence[Measured], _: dict[str, Any], confidence: float) -> Contrasted:
    """The common odds ratio of each arm but the first against the first."""
    assert parts[0].endpoint.value is not None
    k = len(levels_of(parts[0].endpoint.value))
    effects, p = [], np.nan
    for name, m in zip(names[1:], parts[1:], strict=True):
        odds = proportional_odds(_counts(m, k), _counts(parts[0], k), confidence=confidence)
        effects.append((name, Interval(odds.value, odds.lower, odds.upper)))
        p = rank_sum(_known(m), _known(parts[0])).two_sided_p
    return Contrasted(tuple(effects), "Wilcoxon", p if len(names) == 2 else np.nan)


def _known(m: Measured) -> NDArray[np.float64]:
    assert m.value is not None
    return np.asarray(m.value[~np.isnan(m.value)], dtype=float)


def _counts(m: Measured, levels: int) -> NDArray[np.int64]:
    return np.bincount(_known(m).astype(np.int64), minlength=levels)
