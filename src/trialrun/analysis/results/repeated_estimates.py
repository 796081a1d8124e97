"""Estimates of endpoints that are measured again and again: the average at each visit, and that of each participant's own average over the visits.

Each visit is estimated and compared as a value is (`quantity_estimates`). The comparison over all visits is one of summary measures (Frison and
Pocock 1992): one number a participant, the average of the visits that the participant has; no covariance of visits is modelled. With a mixed model
all visits are compared at once (`statistics/mixed_model.py`), each, and on the average over them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...protocol.endpoints import Endpoint, ValueOf
from ...statistics.curve_reading import Estimate as Interval
from ...statistics.mixed_model import VisitOfModel, repeated_measures
from .endpoints import Measured
from .number_parts import NONE, AtVisit, Contrasted
from .quantity_estimates import Quantity, held_equal, quantity, test_of
from .quantity_estimates import contrasted as compared
from .shown import Shown

Effects = tuple[tuple[str, Interval], ...]


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
    v = parts[0].endpoint.value
    assert v is not None
    if v.model:
        return _modelled(parts[0].endpoint, names, parts, subject, confidence)
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


def _modelled(e: Endpoint, names: Sequence[str], parts: Sequence[Measured], subject: dict[str, Any], confidence: float) -> Contrasted:
    """The same by a mixed model; without numbers, and with the reason, where the model cannot be fitted."""
    assert e.value is not None and all(m.each is not None for m in parts)
    y = np.concatenate([np.asarray(m.each, dtype=float) for m in parts])
    held = held_equal(parts, subject)
    if e.value.average == "geometric mean":
        y = np.log(np.where(y > 0, y, np.nan))
    code = np.repeat(np.arange(len(parts)), [m.who.size for m in parts])
    there = ~np.isnan(y).all(axis=1) & held.known
    absent = [name for k, name in enumerate(names) if not there[code == k].any()]
    try:
        if absent:
            raise ValueError(f"nobody in {', '.join(absent)} has a value")
        fit = repeated_measures(y[there], code[there], [c[there] for c in held.columns], confidence=confidence)
    except ValueError as problem:
        none = tuple((name, NONE) for name in names[1:])
        visits = tuple(AtVisit(name, none, np.nan) for name in visits_of(e))
        return Contrasted(none, test_of(e), np.nan, (), visits, f"The model was not fitted: {problem}.")
    visits = tuple(AtVisit(name, *_told(e.value, names, x)) for name, x in zip(visits_of(e), fit.visits, strict=True))
    effects, p, means = _told(e.value, names, fit.average)
    return Contrasted(effects, test_of(e), p, means, visits)


def _told(v: ValueOf, names: Sequence[str], x: VisitOfModel) -> tuple[Effects, float, Effects]:
    """Effects, the p-value of two arms, and adjusted means, back from logarithms where the average is geometric."""
    back = (
        (lambda c: Interval(*(float(np.exp(z)) for z in (c.value, c.lower, c.upper))))
        if v.average == "geometric mean"
        else (lambda c: Interval(c.value, c.lower, c.upper))
    )
    effects = tuple((name, back(c)) for name, c in zip(names[1:], x.differences, strict=True))
    p = x.differences[0].two_sided_p if len(names) == 2 else np.nan
    return effects, p, tuple((name, back(m)) for name, m in zip(names, x.means, strict=True))
