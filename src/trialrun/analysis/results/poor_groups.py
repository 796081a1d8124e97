"""The poor groups by themselves: response and time in remission of each, beside what salvage chemotherapy was published to bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...protocol.endpoints import Figure
from ...statistics.curve_reading import Estimate, median
from ...statistics.standardisation import confidence_of, share
from ...statistics.survival_curve import kaplan_meier
from .endpoints import Measured, test
from .estimates import MONTH
from .measurements import Measurements

NONE = Estimate(np.nan, np.nan, np.nan)


@dataclass(frozen=True)
class Group:
    """A poor group by itself: response with exact interval, survival in remission with its median in months, and what was published."""

    label: str
    n: int
    reached: int
    response: Estimate
    remissions: int
    events: int
    median: Estimate
    published_response: tuple[float, float]
    published_median: tuple[float, float]
    source: str


def poor_groups(made: Measurements, protocol: Any, figures: list[Figure], z: float) -> tuple[Group, ...]:
    """The groups of the analysis that is said to be of poor prognosis, in order; they may overlap. Empty for a study without one.

    The time is that of the other endpoint that the historical figures give a lowest and a highest value of.
    """
    analysis = next((a for a in protocol.analyses if a.kind == "subgroup" and a.poor), None)
    if analysis is None:
        return ()
    ends = {(f.about, f.statistic): f.value for f in figures if f.statistic in ("lowest", "highest")}
    later = next((name for name, _ in ends if name != analysis.endpoint), None)
    m, subject = made.measured[analysis.endpoint], made.subject
    r = None if later is None else made.measured[later]
    rows = []
    for level in analysis.levels:
        mine = test(level.given, subject, m.who)
        fits = np.zeros(0, bool) if r is None else test(level.given, subject, r.who)
        middle = NONE if r is None or not fits.any() else _median(r, fits, z)
        rows.append(
            Group(
                level.label, int(mine.sum()), int((m.cause[mine] == 1).sum()), share(m.cause[mine], z) if mine.any() else NONE,
                int(fits.sum()), 0 if r is None else int(r.status[fits].sum()), middle,
                (ends.get((analysis.endpoint, "lowest"), np.nan) / 100, ends.get((analysis.endpoint, "highest"), np.nan) / 100),
                (ends.get((later or "", "lowest"), np.nan), ends.get((later or "", "highest"), np.nan)), analysis.source,
            )
        )  # fmt: skip
    return tuple(rows)


def _median(m: Measured, rows: Any, z: float) -> Estimate:
    found = median(kaplan_meier(m.time[rows].astype(float), m.status[rows], confidence=confidence_of(z)))
    return Estimate(found.value / MONTH, found.lower / MONTH, found.upper / MONTH)
