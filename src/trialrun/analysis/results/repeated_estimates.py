"""Estimates of endpoints that are measured again and again: the average at each visit, and that of each participant's own average over the visits.

Each visit is estimated and compared as a value is (`quantity_estimates`). The comparison over all visits is one of summary measures (Frison and
Pocock 1992): one number a participant, the average of the visits that the participant has; no covariance of visits is modelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...protocol.endpoints import Endpoint
from .endpoints import Measured
from .number_parts import AtVisit, Contrasted
from .quantity_estimates import Quantity, quantity
from .quantity_estimates import contrasted as compared
from .shown import Shown


@dataclass(frozen=True, eq=False)
class Repeated(Shown):
    """A number over visits in an analysis set of `n`: `whole` of each participant's average, and what there is at each of the `visits`, by its words."""

    endpoint: Endpoint
    n: int
    known: int
    value: float
    lower: float
    upper: float
    whole: Quantity
    visits: tuple[tuple[str, Quantity], ...]


def visits_of(e: Endpoint) -> tuple[str, ...]:
    """What the times of measuring are called, in their order."""
    return tuple(s.words or " or ".join(s.of) + (f" {s.occasion}" if s.occasion else "") or s.kind for s in e.events)


def repeated(m: Measured, confidence: float) -> Repeated:
    """The averages at the visits, and over them."""
    whole = quantity(m, confidence)
    each = tuple((name, quantity(_at(m, k), confidence)) for k, name in enumerate(visits_of(m.endpoint)))
    return Repeated(m.endpoint, whole.n, whole.known, whole.value, whole.lower, whole.upper, whole, each)


def contrasted(names: Sequence[str], parts: Sequence[Measured], subject: dict[str, Any], confidence: float) -> Contrasted:
    """Each arm but the first against the first, over all visits and at each."""
    found = compared(names, parts, subject, confidence)
    if any(m.each is None for m in parts):  # of many trials only the average is kept
        return found
    visits = []
    for k, name in enumerate(visits_of(parts[0].endpoint)):
        c = compared(names, [_at(m, k) for m in parts], subject, confidence)
        visits.append(AtVisit(name, c.effects, c.p_value, c.adjusted))
    return replace(found, visits=tuple(visits))


def _at(m: Measured, k: int) -> Measured:
    """What was measured at one visit alone."""
    assert m.each is not None and m.each_read is not None
    value, filled = m.each[:, k], None if m.each_filled is None else m.each_filled[:, k]
    return replace(m, value=value, read=m.each_read[:, k], filled=filled, cause=(~np.isnan(value)).astype(np.int64))
