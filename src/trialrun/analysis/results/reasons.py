"""Why an endpoint's event came, and what adverse events led to: the declared causes, found in the entry or the clock that brought a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...protocol.endpoints import Analysis, Source
from ..datasets import Datasets
from .measurements import Measurements
from .methods import called
from .sources import Happenings, all_rows, rows_of


@dataclass(frozen=True)
class Reason:
    """How many had one reason, and of them by what showed it."""

    label: str
    n: int
    shown: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Reasons:
    """Why an endpoint's event came: `n` participants, `came` with the event, the reasons in their order, and `other` of which none is found."""

    by: str
    endpoint: str
    n: int
    came: int
    found: tuple[Reason, ...]
    other: int


def reasons_of(made: Measurements, protocol: Any) -> tuple[Reasons, ...]:
    """The reasons of every analysis of that kind; each participant has the first of the causes that is found."""
    return tuple(_reasons(made, a) for a in protocol.analyses if a.kind == "reasons")


def _reasons(made: Measurements, a: Analysis) -> Reasons:
    h, m = made.happenings, made.measured[a.endpoint]
    came = m.cause == 1
    left, day, entry = np.zeros(h.n, bool), np.zeros(h.n, np.int64), np.zeros(h.n, np.int64)
    left[m.who[came]] = m.end_row[came] >= 0
    day[m.who[came]], entry[m.who[came]] = m.end[came], _entries(h, m.end_row[came])
    found = []
    for c in a.causes:
        shown = []
        for s in c.sources:
            rows = rows_of(h, s)
            rows = rows[left[h.who[rows]] & (day[h.who[rows]] == h.day[rows])]
            here = np.unique(h.who[rows[_entries(h, rows) == entry[h.who[rows]]]])
            left[here] = False
            shown.append((called(s), len(here)))
        found.append(Reason(c.label, sum(n for _, n in shown), tuple(shown)))
    return Reasons(a.by, a.endpoint, int(m.who.size), int(came.sum()), tuple(found), int(came.sum()) - sum(r.n for r in found))


def _entries(h: Happenings, rows: NDArray[Any]) -> NDArray[np.int64]:
    """The entries of some rows, -1 for a clock and for a row that is none (-1)."""
    if not h.day.size:
        return np.full(rows.size, -1)
    found = np.nan_to_num(h.columns["entry"][np.maximum(rows, 0)], nan=-1.0).astype(np.int64)
    return np.where(rows >= 0, found, -1)


def led_to(made: Measurements, data: Datasets, a: Analysis) -> dict[str, np.ndarray[Any, Any]]:
    """For each cause of an analysis of adverse events, which of the data's adverse events were told on its days (rows,).

    Where none was on the day, those of the latest day before it that began it (`since`), where the cause names one.
    """
    number = {who: k for k, who in enumerate(data.subject["participant"].to_list())}
    who = np.array([number[x] for x in data.adverse_event["participant"].to_list()], dtype=np.int64)
    told_on = (
        data.adverse_event["told_on"].to_list()
        if "told_on" in data.adverse_event.columns
        else [[x] for x in data.adverse_event["day"].to_list()]
    )
    events = [{(person, day) for day in days} for person, days in zip(who.tolist(), told_on, strict=True)]
    there = {day for days in events for day in days}
    found = {}
    for c in a.causes:
        begun: dict[int, list[int]] = {}
        for person, day in _days(made.happenings, c.since):
            begun.setdefault(person, []).append(day)
        days = set()
        for person, day in _days(made.happenings, c.sources):
            began = [] if (person, day) in there else [d for d in begun.get(person, ()) if d <= day]
            days.add((person, max(began, default=day)))
        found[c.label] = np.array([not e.isdisjoint(days) for e in events], dtype=bool)
    return found


def _days(h: Happenings, sources: tuple[Source, ...]) -> list[tuple[int, int]]:
    rows = all_rows(h, sources) if sources else np.empty(0, np.int64)
    return list(zip(h.who[rows].tolist(), h.day[rows].tolist(), strict=True))
