"""Published figures beside ours: what of a study's data stands next to each, in the figure's unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...protocol.endpoints import Figure
from ...statistics.proportions import clopper_pearson
from ..datasets import Datasets
from .endpoints import arrays, test, truth
from .estimates import AtTime, Counted, Estimate, Quantity, Rate, Repeated, Survival
from .spread import Spread, spread


@dataclass(frozen=True)
class Compared:
    """A published figure and ours, in the figure's unit; `n` is ours. `inside`: the published value lies in our interval (None: cannot be said)."""

    figure: Figure
    n: int
    value: float
    lower: float
    upper: float

    @property
    def inside(self) -> bool | None:
        """Whether our interval holds the published value; None where there is no interval, or quartiles in its place."""
        spread = self.figure.counterpart == "exposure" or (self.figure.counterpart == "subject" and self.figure.given is None)
        if spread or math.isnan(self.lower) or math.isnan(self.upper):
            return None
        return self.lower <= self.figure.value <= self.upper


@dataclass(frozen=True, eq=False)
class Emergent:
    """Treatment-emergent adverse events, an array a column: `who` the participant's number of each, `columns` what was recorded."""

    who: NDArray[Any]
    columns: dict[str, Any]


def emergent_events(data: Datasets) -> Emergent:
    """The treatment-emergent adverse events of a study."""
    rows = data.adverse_event.filter(data.adverse_event["emergent"])
    return Emergent(rows["participant"].rank("dense").to_numpy(), arrays(rows))


def compare(
    f: Figure,
    emergent: Emergent,
    subject: dict[str, Any],
    treated: Any,
    estimates: dict[str, Estimate],
    within: Any,
    exposure: dict[str, Spread],
) -> Compared | None:
    """A published figure beside ours; None for one of the historical control, and where the study has no such estimate."""
    if f.counterpart == "historical control":
        return None
    if f.counterpart == "subject":
        return _of_subjects(f, subject, treated)
    if f.counterpart == "exposure":
        s = exposure[f.statistic.removeprefix("median ")]
        return Compared(f, s.n, s.median, s.q1, s.q3)
    if f.counterpart == "adverse event":
        return _of_events(f, emergent, treated)
    e = within(f.counterpart, f.given, f.within) if f.given is not None or f.within else estimates.get(f.counterpart)
    return None if e is None else _of_estimate(f, e)


def _of_subjects(f: Figure, subject: dict[str, Any], treated: Any) -> Compared:
    if f.given is None:
        s = spread(subject[f"screening {f.about}"][treated])
        return Compared(f, s.n, s.median, s.q1, s.q3)
    known = truth(f.given, subject, treated)
    return _share(f, int((known > 0.5).sum()), int((known != 0.5).sum()))


def _of_events(f: Figure, events: Emergent, treated: Any) -> Compared:
    n = events.who.size
    hit = test(f.given, events.columns, np.arange(n)) if f.given is not None and n else np.ones(n, bool)
    return _share(f, int(np.unique(events.who[hit]).size), len(treated))


def _share(f: Figure, x: int, n: int) -> Compared:
    if n == 0:
        return Compared(f, 0, np.nan, np.nan, np.nan)
    p = clopper_pearson(x, n)
    return Compared(f, n, 100 * p.value, 100 * p.lower, 100 * p.upper)


def _of_estimate(f: Figure, e: Estimate) -> Compared | None:
    if isinstance(e, Rate):
        return Compared(f, e.n, 100 * e.value, 100 * e.lower, 100 * e.upper)
    if isinstance(e, Counted):
        return Compared(f, e.n, e.value, e.lower, e.upper)
    if isinstance(e, Quantity | Repeated):
        return Compared(f, e.known, e.value, e.lower, e.upper)
    if isinstance(e, Survival):
        if f.statistic == "median":
            return Compared(f, e.n, e.median.value, e.median.lower, e.median.upper)
        how, _, place = f.statistic.partition(" ")
        r = next((r for r in e.landmarks if r.place == place), AtTime(place, np.nan, np.nan, np.nan))
        value, lower, upper = (100 * x for x in (r.value, r.lower, r.upper))
        if how == "by":
            value, lower, upper = 100 - value, 100 - upper, 100 - lower
        return Compared(f, e.n, value, lower, upper)
    return None
