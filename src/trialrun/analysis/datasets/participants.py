"""The table of participants: one row each, with arm, day of enrolment, the values at screening, and the columns that the study declares.

Days count from day 1 (the day before it is day 0). What a participant does not have is null. Sources, conditions and the best response are
read by the readers that endpoints have.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from ...journey.days import first_day
from ...journey.fold import Road
from ...journey.last_day import last_day
from ...journey.ready import Ready
from ...journey.visits import absences
from ...protocol.endpoints import Column
from ...protocol.language import Measure, Protocol
from ...protocol.words.times import iso
from ..results.best_response import best_of_each
from ..results.endpoints import NEVER, Happenings, as_happenings, first_rows, test
from .happenings import Rows, tell, wanted_by

TYPES: dict[str, Any] = {"number": pl.Float64, "integer": pl.Int32, "yes/no": pl.Boolean}


def participant_columns(ready: Ready, walked: Sequence[Any], trial: int = 1) -> pl.DataFrame:
    """The rows of participants who were walked, each with its `road` and its `entries`, as their roads stand.

    `trial`, `participant`, `arm`, `enrolled_on`, the items of screening by name, `last_entry_on` (the cut-off where none is named), then the columns of the study.
    """
    p, n = ready.protocol, len(walked)
    roads: list[Road] = [w.road for w in walked]
    rows = Rows(wanted_by(p))
    for who, road in enumerate(roads):
        tell(ready, road, who, rows)
    names = [w.entries[0].participant for w in walked]
    happening = rows.frame(names)
    h = as_happenings(happening, n)
    starts = [first_day(ready, road) for road in roads]
    columns: dict[str, Any] = {
        "trial": pl.Series([trial] * n, dtype=pl.Int32),
        "participant": pl.Series(names, dtype=pl.String),
        "arm": pl.Series([road.arm or None for road in roads], dtype=pl.String),
        "enrolled_on": pl.Series([iso(_enrolled(p, road)) for road in roads], dtype=pl.String),
    }
    for m in screened_items(p):
        found = [road.screened.get(f"screening {m.name}") for road in roads]
        columns[m.name] = pl.Series(found, dtype=TYPES.get(m.type, pl.String), strict=False)
    columns["last_entry_on"] = pl.Series([iso(last_day(w.entries)[0]) for w in walked], dtype=pl.String)
    for k in p.columns:
        columns[k.name] = _column(k, ready, roads, starts, happening, h)
    return pl.DataFrame(columns)


def screened_items(protocol: Protocol) -> list[Measure]:
    """The items of the forms that keep the values at screening."""
    return list({m.name: m for f in protocol.forms if f.keeps_screening for m in f.items}.values())


def _column(
    k: Column, ready: Ready, roads: Sequence[Road], starts: Sequence[int | None], happening: pl.DataFrame, h: Happenings
) -> pl.Series:
    first = first_rows(h, k.sources) if k.sources else np.full(len(roads), NEVER)
    there = [int(row) if row < NEVER else None for row in first]
    if k.kind == "best":
        return pl.Series(best_of_each(h, happening, ready.protocol)[1], dtype=pl.String)
    if k.kind == "level":
        return pl.Series([None if row is None else _level(k, h, row) for row in there], dtype=pl.String)
    if k.kind == "end":
        return pl.Series([ready.table.meaning.phases[road.phase].reason or _lost(ready, road) for road in roads], dtype=pl.String)
    if k.kind == "count":
        kind = pl.Boolean if any(f.name == k.of for f in ready.protocol.flags) else pl.Int32
        now = [road.counters.get(k.of) for road in roads]
        if not k.sources:
            return pl.Series(now, dtype=pl.Int32).cast(kind)
        stood = h.columns[k.of][first[first < NEVER]].astype(int).tolist()
        return pl.Series([None if row is None else stood.pop(0) for row in there], dtype=pl.Int32).cast(kind)
    days = [_last_seen(ready, road) for road in roads] if k.kind == "last seen" else [None if r is None else int(h.day[r]) for r in there]
    counted = [None if day is None or start is None else day - start + 1 for day, start in zip(days, starts, strict=True)]
    return pl.Series(counted, dtype=pl.Int32)


def _level(k: Column, h: Happenings, row: int) -> str | None:
    return next((x.label for x in k.levels if test(x.given, h.columns, np.array([row]))[0]), None)


def _enrolled(protocol: Protocol, road: Road) -> int | None:
    """The day of enrolment where it is recorded, else of the first entry."""
    days = [s.day for s in road.entries if s.entry.event == protocol.enrolled]
    return min(days, default=road.entries[0].day if road.entries else None)


def _last_seen(ready: Ready, road: Road) -> int | None:
    absence = ready.protocol.absence
    return max((s.day for s in road.entries if absence is None or s.entry.event != absence.entry), default=None)


def _lost(ready: Ready, road: Road) -> str | None:
    gone, absence = absences(ready, road), ready.protocol.absence
    return absence.shown if absence is not None and gone and gone[-1][1] > road.on else None
