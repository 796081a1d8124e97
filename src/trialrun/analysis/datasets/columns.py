"""Endpoints as columns, one row a participant: what analyses over many trials read in place of journals.

The endpoints are measured by the one reader of their definitions, on roads that have been walked already, so that nothing is folded again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from ...journey.days import first_day
from ...journey.fold import Road, advance
from ...journey.ready import Ready
from ..results.endpoints import arrays, test
from ..results.measurements import measured_in
from .episodes import told_of
from .exposure import days_covered, exposure
from .frames import TREATMENT_EMERGENT, Frames
from .happenings import Rows, tell, wanted_by
from .partly import Partly

FOLLOWED = 15 * 366  # days from the first entry to which every clock is fired: beyond any follow-up


def endpoint_columns(ready: Ready, walked: Sequence[Any], trial: int = 1) -> pl.DataFrame:
    """The columns of walked participants (each with `road`, `entries` and the `ready` of its arm), followed to the end.

    `trial`, `participant`; `in NAME` for each analysis set; `NAME: cause` (0 none or censored, 1 event, 2 competing; null outside its set)
    for times `NAME: days`, for numbers `NAME: value` (what is analysed) and `NAME: baseline`, by endpoint; for a model of visits `NAME: visit 1` and so on;
    `cycles`, `days with drug` and `amount given` (of each drug) of the treated; for each published figure of
    adverse events, under its name, whether a treated participant has an emergent event that fits. The roads are advanced.
    """
    protocol = ready.protocol
    tables = Frames(ready, 0)
    rows, partly = Rows(wanted_by(protocol)), Partly()
    found = _Events(ready)
    screened: list[dict[str, Any]] = []
    exposed: list[tuple[float, ...]] = []
    given_of = ["amount given" if len(tables.units) == 1 else f"amount given of {drug}" for drug in tables.units]
    names = []
    for who, w in enumerate(walked):
        road: Road = w.road
        road.on = road.entries[0].day + FOLLOWED
        advance(w.ready, road, road.on)
        road.day = max(road.day, road.on)
        names.append(w.entries[0].participant)
        tell(ready, road, who, rows)
        partly.add(names[who], road.entries)
        screened.append({name: road.screened.get(name) for name in (f"screening {n}" for n in tables.screened)})
        stretches = exposure(ready, road)
        day_one = first_day(ready, road)
        last_drug = max(s.stop for s in stretches) - 1 if stretches else day_one
        found.put(who, road, day_one, last_drug)
        given = [sum(s.given * s.days for s in stretches if s.given and s.drug == drug) for drug in tables.units]
        of_one = (road.counters.get(protocol.cycle, np.nan), days_covered(stretches), *given)
        exposed.append(of_one if day_one is not None else (np.nan,) * len(of_one))
    n = len(names)
    subject = pl.DataFrame(screened, schema={f"screening {name}": kind for name, kind in tables.screened.items()})
    subject = subject.with_columns(participant=pl.Series(names, dtype=pl.String))
    made = measured_in(protocol, rows.frame(names), subject, partly.frame(), max((w.road.on for w in walked), default=0))
    columns: dict[str, Any] = {"trial": pl.Series([trial] * n, dtype=pl.Int32), "participant": pl.Series(names, dtype=pl.String)}
    columns |= {f"in {name}": pl.Series(who) for name, who in made.sets.items()}
    for e in protocol.endpoints:
        m = made.measured[e.name]
        columns[f"{e.name}: cause"] = _spread(m.who, m.cause, n, pl.Int8)
        if m.value is not None and m.baseline is not None:
            columns[f"{e.name}: value"] = _number(m.who, m.value, n)
            columns[f"{e.name}: baseline"] = _number(m.who, m.baseline, n)
        if m.each is not None and e.value is not None and e.value.model:
            columns |= {f"{e.name}: visit {k}": _number(m.who, x, n) for k, x in enumerate(m.each.T, 1)}
        if e.kind not in ("proportion", "value", "ordered", "repeated"):
            columns[f"{e.name}: days"] = _spread(m.who, m.time, n, pl.Int32)
    exposures = np.array(exposed, dtype=float).reshape(n, 2 + len(given_of))
    for name, column in zip(("cycles", "days with drug", *given_of), exposures.T, strict=True):
        columns[name] = pl.Series(column).fill_nan(None)
    is_treated = ~np.isnan(exposures[:, 1])
    for name, who in found.fitting().items():
        columns[name] = _spread(np.flatnonzero(is_treated), np.isin(np.flatnonzero(is_treated), who), n, pl.Boolean)
    return pl.DataFrame(columns)


def _number(who: Any, values: Any, n: int) -> pl.Series:
    """Numbers of some of n participants as a column, null for the others and where there is none."""
    full = np.full(n, np.nan)
    full[who] = values
    return pl.Series(full).fill_nan(None)


def _spread(who: Any, values: Any, n: int, kind: Any) -> pl.Series:
    """Values of some of n participants as a column, null for the others."""
    there = np.zeros(n, bool)
    there[who] = True
    full = np.zeros(n, dtype=np.int64)
    full[who] = values
    return pl.select(pl.when(pl.Series(there)).then(pl.Series(full))).to_series().cast(kind)


class _Events:
    """Emergent adverse events of many participants, and who has one that fits a published figure."""

    def __init__(self, ready: Ready) -> None:
        self.ready = ready
        self.form = next((f for f in ready.protocol.forms if f.domain == "AE"), None)
        self.who: list[int] = []
        self.rows: list[dict[str, Any]] = []

    def put(self, who: int, road: Road, day_one: int | None, last_drug: int | None) -> None:
        """Take one participant's events from the first day of treatment to 30 days after the last day with drug."""
        if self.form is None or day_one is None:
            return
        for t in told_of(road.entries, self.form.entry):
            if day_one <= t.day <= (last_drug or day_one) + TREATMENT_EMERGENT:
                self.who.append(who)
                self.rows.append(t.values)

    def fitting(self) -> dict[str, Any]:
        """For each published figure of adverse events the numbers of the participants who have one."""
        figures = [f for f in self.ready.protocol.published if f.counterpart == "adverse event"]
        if self.form is None or not figures:
            return {}
        kinds: dict[str, Any] = {"number": pl.Float64, "integer": pl.Float64, "yes/no": pl.Boolean}
        frame = pl.DataFrame(self.rows, schema={m.name: kinds.get(m.type, pl.String) for m in self.form.items}, strict=False)
        values, who = arrays(frame), np.array(self.who, dtype=np.int64)
        every = np.arange(who.size)
        return {f.name: np.unique(who[test(f.given, values, every)] if f.given is not None and who.size else who) for f in figures}
