"""Endpoints computed from their definitions: the one reader of sources, vectorised over participants, the same for every study.

It reads happenings (rows in the order of the walk, participant by participant) and never a journal. A position in that order decides what
came before what; days decide times.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...protocol.check.endpoint_names import wrong_names
from ...protocol.endpoints import Endpoint
from ...protocol.language import Protocol
from .quantities import average_over, baselines, changes, counted_rows, filled_in, values_read
from .sources import NEVER, EndpointError, Happenings, arrays, as_happenings, first_past, first_rows, last_since, rows_of, test, truth

__all__ = [
    "NEVER", "EndpointError", "Happenings", "Measured", "arrays", "as_happenings", "check_endpoints", "first_rows", "measure", "measure_all",
    "members", "only", "rows_of", "test", "truth",
]  # fmt: skip


def members(h: Happenings, protocol: Protocol, name: str, subject: dict[str, Any]) -> NDArray[np.bool_]:
    """Who belongs to an analysis set, (n,)."""
    p = next(p for p in protocol.populations if p.name == name)
    inside = first_rows(h, p.has) < NEVER if p.has else np.ones(h.n, bool)
    if p.lacks:
        inside &= first_rows(h, p.lacks) == NEVER
    if p.given is not None:
        inside &= test(p.given, subject, np.arange(h.n))
    return inside & members(h, protocol, p.within, subject) if p.within else inside


@dataclass(frozen=True, eq=False)
class Measured:
    """An endpoint in the participants of its set: all arrays (m,).

    `who`: their numbers. Proportion: `cause` 1 where it is reached. Time: `time` in days from `start` to `end` (ordinals), `cause` 0 censored,
    1 event, 2 competing event. `open`: the question is not settled yet, and nothing bars the participant for good.
    Rows say which happening gave the start and the end (-1: none).
    Value: `cause` 1 where there is one to analyse, `value` what is analysed (NaN: none), `read` the value itself and `baseline` what it changes from, `filled` which
    of its `instead` stands in place of a missing value (-1: none);
    `start` and its row are those of the baseline, `end` and its row those of the value. Ordered: the same, `value` the place of the category from 0.
    Repeated: `each` of the times (m, k) with its value, row and what fills it; `value` is a participant's average over those there, `end` the last of them.
    Count: `value` how many, in `time` days from `start` to `end`, both of them counted; `cause` 1 where there is one at least.
    """

    endpoint: Endpoint
    who: NDArray[Any]
    cause: NDArray[Any]
    time: NDArray[Any]
    start: NDArray[Any]
    end: NDArray[Any]
    open: NDArray[Any]
    start_row: NDArray[Any]
    end_row: NDArray[Any]
    value: NDArray[Any] | None = None
    read: NDArray[Any] | None = None
    baseline: NDArray[Any] | None = None
    filled: NDArray[Any] | None = None
    each: NDArray[Any] | None = None
    each_read: NDArray[Any] | None = None
    each_row: NDArray[Any] | None = None
    each_filled: NDArray[Any] | None = None

    @property
    def status(self) -> NDArray[Any]:
        """1 for an event, 0 for censored."""
        return (self.cause == 1).astype(np.int64)


def measure(h: Happenings, e: Endpoint, inside: NDArray[np.bool_]) -> Measured:
    """An endpoint in the participants who are inside its set."""
    return {"proportion": _proportion, "value": _value, "ordered": _value, "repeated": _repeated, "count": _count}.get(e.kind, _time)(
        h, e, inside
    )


def _proportion(h: Happenings, e: Endpoint, inside: NDArray[Any]) -> Measured:
    first, barred = first_rows(h, e.events), first_rows(h, e.competing)
    reached = (first < NEVER) & (barred == NEVER)
    unsettled = ~reached & (barred == NEVER) & (first_rows(h, e.settled) == NEVER) if e.settled else np.zeros(h.n, bool)
    who = np.flatnonzero(inside)
    row = np.where(reached, first, -1)[who]
    day = np.where(row >= 0, h.day[np.maximum(row, 0)] if h.day.size else 0, -1)
    none = np.full(who.size, -1)
    return Measured(e, who, reached[who].astype(np.int64), none, none, day, unsettled[who], none, row)


def _time(h: Happenings, e: Endpoint, inside: NDArray[Any]) -> Measured:
    start = first_rows(h, e.starts)
    inside = inside & (start < NEVER)
    at = np.where(start < NEVER, start, 0)
    start_day = np.where(start < NEVER, h.day[at], NEVER)
    event, other = first_past(h, e.events, start), first_past(h, e.competing, start)
    cut = first_past(h, e.cut, start)
    row = np.minimum(event, other)
    cause = np.where(row == NEVER, 0, np.where(other < event, 2, 1))
    day = np.where(row < NEVER, h.day[np.where(row < NEVER, row, 0)], NEVER)
    cut_day = np.where(cut < NEVER, h.day[np.where(cut < NEVER, cut, 0)], NEVER)
    is_cut = cut_day < day
    cause, day, row = np.where(is_cut, 0, cause), np.where(is_cut, cut_day, day), np.where(is_cut, cut, row)
    seen = last_since(h, e.censors, start_day)
    free = day == NEVER
    day = np.where(free, np.where(seen >= 0, h.day[np.maximum(seen, 0)], start_day), day)
    row = np.where(free, np.where(seen >= 0, seen, start), row)
    unsettled = np.zeros(h.n, bool)
    if e.fails_without:
        without = first_rows(h, e.fails_without) == NEVER
        settled = first_rows(h, e.settled)
        fails, unsettled = without & (settled < NEVER), without & (settled == NEVER)
        cause = np.where(fails, 1, np.where(unsettled, 0, cause))
        day = np.where(without, start_day, day)
        row = np.where(fails, settled, np.where(unsettled, start, row))
    who = np.flatnonzero(inside)
    return Measured(
        e, who, cause[who], (day - start_day)[who], start_day[who], day[who], unsettled[who], start[who], row[who]
    )  # fmt: skip


def _value(h: Happenings, e: Endpoint, inside: NDArray[Any]) -> Measured:
    start = first_rows(h, e.starts) if e.starts else np.full(h.n, -1)
    inside = inside & (start < NEVER)
    row, read = values_read(h, e, start)
    before, baseline = baselines(h, e, start)
    row, read, filled = filled_in(h, e, start, row, read, before, baseline)
    value = changes(e, read, baseline)
    who = np.flatnonzero(inside)
    before, row = before[who], row[who]
    day, end = (np.where(r >= 0, h.day[np.maximum(r, 0)] if h.day.size else 0, -1) for r in (before, row))
    known = ~np.isnan(value[who])
    return Measured(
        e,
        who,
        known.astype(np.int64),
        np.full(who.size, -1),
        day,
        end,
        np.zeros(who.size, bool),
        before,
        row,
        value[who],
        read[who],
        baseline[who],
        filled[who],
    )


def _repeated(h: Happenings, e: Endpoint, inside: NDArray[Any]) -> Measured:
    times = [_value(h, replace(e, events=(s,)), inside) for s in e.events]
    one = times[0]
    each, read, rows, filled = (
        np.column_stack([getattr(m, name) for m in times]).reshape(one.who.size, len(times))
        for name in ("value", "read", "end_row", "filled")
    )
    value, known = average_over(e, each), ~np.isnan(each)
    last = np.where(known, rows, -1).max(axis=1, initial=-1)
    end = np.where(last >= 0, h.day[np.maximum(last, 0)] if h.day.size else 0, -1)
    return replace(
        one, endpoint=e, cause=known.any(axis=1).astype(np.int64), end=end, end_row=last, value=value, read=average_over(e, read),
        filled=np.where((filled >= 0) & known, filled, -1).max(axis=1, initial=-1), each=each, each_read=read, each_row=rows, each_filled=filled,
    )  # fmt: skip


def _count(h: Happenings, e: Endpoint, inside: NDArray[Any]) -> Measured:
    start = first_rows(h, e.starts)
    inside = inside & (start < NEVER)
    at = np.where(start < NEVER, start, 0)
    start_day = np.where(start < NEVER, h.day[at] if h.day.size else 0, NEVER)
    seen, cut = last_since(h, e.censors, start_day), first_past(h, e.cut, start)
    is_cut = (cut < NEVER) & ((seen < 0) | (cut <= seen))
    row = np.where(is_cut, cut, np.where(seen >= 0, seen, at))
    day = np.where(is_cut | (seen >= 0), h.day[np.where(row < NEVER, row, 0)] if h.day.size else 0, start_day)
    counted = counted_rows(h, e, start, np.where(is_cut, cut, NEVER), day)
    number = np.bincount(h.who[counted], minlength=h.n).astype(float)
    who = np.flatnonzero(inside)
    none = np.full(who.size, np.nan)
    return Measured(
        e, who, (number[who] > 0).astype(np.int64), (day - start_day + 1)[who], start_day[who], day[who], np.zeros(who.size, bool), start[who], row[who],
        number[who], number[who], none,
    )  # fmt: skip


def only(m: Measured, fits: NDArray[np.bool_]) -> Measured:
    """An endpoint that was measured, in those of its participants who fit; `fits` is over all participants (n,)."""
    kept = fits[m.who]
    parts = {f.name: getattr(m, f.name) for f in fields(m)[1:]}
    return replace(m, **{name: part[kept] for name, part in parts.items() if part is not None})


def measure_all(protocol: Protocol, happening: pl.DataFrame, subject: pl.DataFrame) -> dict[str, Measured]:
    """Every endpoint of a study."""
    h = as_happenings(happening, len(subject))
    values = arrays(subject)
    return {e.name: measure(h, e, members(h, protocol, e.population, values)) for e in protocol.endpoints}


def check_endpoints(protocol: Protocol) -> None:
    """Raises EndpointError where an endpoint or analysis set names what the study does not have."""
    wrong = wrong_names(protocol)
    if wrong:
        raise EndpointError("\n".join(wrong))
