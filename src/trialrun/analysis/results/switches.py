"""A change during follow-up, such as a transplant, in a time endpoint, read three ways of which the first is wrong.

- *As if known on day 0*: those who ever changed against those who never did. Who changed had to live to do so, and that time is counted for the
  change: immortal time. It is shown so that the size of the mistake can be seen.
- *As a covariate that changes* (Simon and Makuch 1984): each follow-up is cut at the change, and Cox's model compares, on each day, those who have
  changed by then with those who have not.
- *By landmark* (Anderson, Cain and Gelber 1983): the clock starts at a day; those under observation then are compared by whether they had changed.

None of them is a randomised comparison. A follow-up of length 0 counts half a day. Hazard ratios are Cox's (Efron's ties), changed against not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...protocol.endpoints import Analysis, Endpoint
from ...statistics.cox import fit_cox, hazard_ratios
from ...statistics.curve_reading import Estimate
from ...statistics.survival_curve import Curve, kaplan_meier
from ...statistics.switching import select_at_landmark, split_at
from .endpoints import NEVER, Happenings, Measured
from .estimates import CONFIDENCE, days_of
from .sources import first_past

NONE = Estimate(np.nan, np.nan, np.nan)


@dataclass(frozen=True)
class HazardRatio:
    """Changed against not: participants and events of both, the ratio with its interval and two-sided Wald p (NaN where there is none)."""

    n: int
    n_changed: int
    events: int
    events_changed: int
    value: float
    lower: float
    upper: float
    p_value: float


@dataclass(frozen=True, eq=False)
class FromLandmark:
    """From a landmark on: the comparison, and the curves of those who had not changed by then and those who had (None where nobody is)."""

    place: str
    ratio: HazardRatio
    unchanged: Curve | None
    changed: Curve | None


@dataclass(frozen=True, eq=False)
class Switch:
    """An endpoint with a change during follow-up. `naive` is as if the change were known on day 0, `changing` as a covariate that changes."""

    by: str
    endpoint: Endpoint
    naive: HazardRatio
    changing: HazardRatio
    landmarks: tuple[FromLandmark, ...]
    source: str
    confirmed: bool


def switch_of(h: Happenings, a: Analysis, m: Measured) -> Switch:
    """The three readings of one analysis of kind `switch`, from the measured endpoint."""
    start = np.full(h.n, NEVER)
    start[m.who] = m.start_row
    row = first_past(h, a.marks, start)[m.who]
    changed_on = np.where(row < NEVER, h.day[np.where(row < NEVER, row, 0)] if h.day.size else 0, NEVER)
    days = np.where(changed_on < NEVER, (changed_on - m.start).astype(float), np.nan)
    return switch(m.endpoint, a, m.time.astype(float), m.status, days)


def switch(e: Endpoint, a: Analysis, time: NDArray[Any], status: NDArray[Any], changed: NDArray[Any]) -> Switch:
    """The same from arrays (n,): days, 1 for an event, and the day of the change (NaN: never)."""
    time = np.where(time > 0, time, 0.5)
    with np.errstate(invalid="ignore"):
        ever = changed < time
    naive = _ratio(time, status, ever, None, ever)
    if time.size:
        rows = split_at(time, status, changed)
        changing = _ratio(rows.stop, rows.status, rows.switched, rows.start, ever)
    else:
        changing = naive
    landmarks = []
    for span in a.landmarks:
        place, at = str(span), days_of(span)
        if not (time > at).any():
            landmarks.append(FromLandmark(place, _nothing(0, 0, 0, 0), None, None))
            continue
        kept = select_at_landmark(time, status, at, changed)
        curves = [
            kaplan_meier(kept.time[g], kept.status[g], confidence=CONFIDENCE) if g.any() else None for g in (~kept.switched, kept.switched)
        ]
        ratio = _ratio(kept.time, kept.status, kept.switched, None, kept.switched)
        landmarks.append(FromLandmark(place, ratio, *curves))
    return Switch(a.by, e, naive, changing, tuple(landmarks), a.source, a.confirmed)


def _nothing(n: int, n_changed: int, events: int, events_changed: int) -> HazardRatio:
    return HazardRatio(n, n_changed, events, events_changed, np.nan, np.nan, np.nan, np.nan)


def _ratio(time: Any, status: Any, changed: Any, entry: Any, who: Any) -> HazardRatio:
    """Cox's ratio of the changed rows against the others; `who` says which participants changed."""
    counts = int(who.size), int(who.sum()), int(np.sum(status)), int(np.sum(status[changed]))
    if not changed.any() or changed.all() or not np.any(status):
        return _nothing(*counts)
    fit = fit_cox(time, status, changed.astype(float), entry=entry)
    found = hazard_ratios(fit, CONFIDENCE)
    if fit.warnings or not np.isfinite(found.value[0]):
        return _nothing(*counts)
    return HazardRatio(*counts, float(found.value[0]), float(found.lower[0]), float(found.upper[0]), float(found.two_sided_p[0]))
