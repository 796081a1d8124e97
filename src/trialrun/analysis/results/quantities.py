"""The numbers that endpoints of kind `value` read of each participant: which of the values found, the baseline, and the change from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...protocol.endpoints import Endpoint, Source, ValueOf
from .sources import NEVER, RECORD, Happenings, all_rows, first_past, first_rows, rows_of, values

ENTRY = Source("entry")
NUMBERS = ("value", "count", "ordered", "repeated")  # the kinds of endpoints that are numbers


def values_read(h: Happenings, e: Endpoint, start: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The row (n,) that gave each participant's value, -1 where none did, and the value, NaN there.

    `start`: the row after which a value counts. The row of a mean is that of its last value.
    """
    assert e.value is not None
    rows = all_rows(h, e.events)
    who = h.who[rows]
    rows = rows[(rows > start[who]) & (rows < first_rows(h, e.cut)[who] if e.cut else np.ones(rows.size, bool))]
    return _picked(h, e.value, rows, e.value.pick)


def baselines(h: Happenings, e: Endpoint, start: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The row (n,) that gave each participant's baseline, -1 where none did, and the baseline, NaN there: values up to the day of the start."""
    assert e.value is not None
    if not e.value.baseline:
        return np.full(h.n, -1), np.full(h.n, np.nan)
    rows = rows_of(h, Source("entry", e.value.baseline_in) if e.value.baseline_in else ENTRY)
    first = start[h.who[rows]]
    there = (first < NEVER) & (first >= 0)
    rows = rows[there & (h.day[rows] <= h.day[np.where(there, first, 0)])] if rows.size else rows
    return _picked(h, e.value, rows, e.value.baseline)


def changes(e: Endpoint, read: NDArray[np.float64], baseline: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is analysed (n,): the value, or its change; NaN where a part is missing, and where a ratio to nothing is asked."""
    assert e.value is not None
    v = e.value
    if v.below in ("half", "limit"):
        read, baseline = taken(v, read), taken(v, baseline)
    if e.value.without:
        return np.where(np.isnan(read), 0.0, read)
    if not e.value.change:
        return read
    if e.value.change == "difference":
        return read - baseline
    ratio = read / np.where(baseline == 0, np.nan, baseline)
    return 100 * (ratio - 1) if e.value.change == "percent" else ratio


def average_over(e: Endpoint, each: NDArray[np.float64]) -> NDArray[np.float64]:
    """A participant's average (m,) over the times (m, k) that have a value: geometric where the endpoint's average is; NaN where none has."""
    assert e.value is not None
    known = ~np.isnan(each)
    logs = e.value.average == "geometric mean"
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.where(known, np.log(each) if logs else each, 0.0)
        found = scaled.sum(axis=1) / known.sum(axis=1)
        return np.exp(found) if logs else found


def taken(v: ValueOf, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values (n,) with those below the limit of detection taken as the study says: half the limit, or the limit; as they are where they are censored."""
    if v.detected_from is None or v.below not in ("half", "limit"):
        return values
    return np.where(values < v.detected_from, v.detected_from / (2 if v.below == "half" else 1), values)


def filled_in(
    h: Happenings, e: Endpoint, start: NDArray[np.int64], row: NDArray[np.int64], read: NDArray[np.float64], before: NDArray[np.int64],
    baseline: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:  # fmt: skip
    """Rows and values (n,) with what stands in place of those that are missing, and which of the endpoint's `instead` it is (-1: none).

    Of a value at a visit only who has come to the target day of it; of who has no start nobody.
    """
    assert e.value is not None
    filled = np.full(h.n, -1)
    visits = tuple(s for s in e.events if s.kind == "visit")
    due = first_rows(h, tuple(Source("due", s.of, occasion=s.occasion) for s in visits)) if visits else np.full(h.n, NEVER)
    late = due < NEVER if visits else np.ones(h.n, bool)
    for k, x in enumerate(e.value.instead):
        lacking = np.isnan(read) & late & (start < NEVER)
        if x.kind == "baseline":
            place, value = before, baseline
        elif x.kind == "carried":
            rows = all_rows(h, x.sources)
            place, value = _picked(h, e.value, rows[rows > start[h.who[rows]]], "last")
        else:
            place = first_past(h, x.sources, start) if x.sources else start
            value = np.where((place < NEVER) & (place <= due), x.value, np.nan)
        use = lacking & ~np.isnan(value)
        row, read = np.where(use, place, row), np.where(use, value, read)
        filled[use] = k
    return row, read, filled


def places(h: Happenings, v: ValueOf, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """The place of the category at some rows in its order, from 0 (from 1 where one stands below them all); NaN for none of them."""
    first = 1 if v.without else 0
    known = {str(level).casefold(): float(k) for k, level in enumerate(v.order, first)}
    name = f"screening {v.item.name}" if getattr(v.item, "kind", "") == "screening" else v.item.name  # type: ignore[attr-defined]
    found = h.columns[name][rows]
    words = [f"{x:g}" if isinstance(x, float) else str(x or "").strip().casefold() for x in found.tolist()]
    return np.array([known.get(word, np.nan) for word in words])


def levels_of(v: ValueOf) -> tuple[str, ...]:
    """The categories from the lowest, the one of who has none first."""
    return ((v.without,) if v.without else ()) + tuple(map(str, v.order))


def counted_rows(h: Happenings, e: Endpoint, start: NDArray[np.int64], cut: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows that a count counts: after the start (n,), before the cut (n,), up to the last day (n,); the entries of one record count once."""
    rows = all_rows(h, e.events)
    who = h.who[rows]
    rows = rows[(rows > start[who]) & (rows < cut[who]) & (h.day[rows] <= end[who])]
    if RECORD not in h.columns or not rows.size:
        return rows
    record = h.columns[RECORD][rows]
    lives = np.flatnonzero(~np.isnan(record))
    _, firsts = np.unique(np.column_stack([h.who[rows[lives]], record[lives]]), axis=0, return_index=True)
    kept = np.isnan(record)
    kept[lives[firsts]] = True
    return rows[kept]


def _picked(h: Happenings, v: ValueOf, rows: NDArray[np.int64], pick: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """One of the values at some rows for each participant, with its row."""
    found = (places(h, v, rows) if v.order else values(v.item, h.columns, rows)) if rows.size else np.empty(0)
    found = taken(v, found) if pick == "mean" else found
    rows, found = rows[~np.isnan(found)], found[~np.isnan(found)]
    who = h.who[rows]
    row, value = np.full(h.n, -1), np.full(h.n, np.nan)
    if pick in ("first", "highest", "lowest"):
        order = np.arange(rows.size) if pick == "first" else np.argsort(-found if pick == "highest" else found, kind="stable")
        order = order[::-1]  # the last that is written stands
    else:
        order = np.arange(rows.size)
    row[who[order]], value[who[order]] = rows[order], found[order]
    if pick == "mean":
        number = np.bincount(who, minlength=h.n)
        value = np.where(number > 0, np.bincount(who, weights=found, minlength=h.n) / np.maximum(number, 1), np.nan)
    return row, value
