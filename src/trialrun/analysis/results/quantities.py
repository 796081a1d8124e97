"""The numbers that endpoints of kind `value` read of each participant: which of the values found, the baseline, and the change from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...protocol.endpoints import Endpoint, Source, ValueOf
from .sources import NEVER, Happenings, all_rows, first_rows, rows_of, values

ENTRY = Source("entry")
NUMBERS = ("value",)  # the kinds of endpoints that are numbers


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
    if not e.value.change:
        return read
    if e.value.change == "difference":
        return read - baseline
    ratio = read / np.where(baseline == 0, np.nan, baseline)
    return 100 * (ratio - 1) if e.value.change == "percent" else ratio


def _picked(h: Happenings, v: ValueOf, rows: NDArray[np.int64], pick: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """One of the values at some rows for each participant, with its row."""
    found = values(v.item, h.columns, rows) if rows.size else np.empty(0)
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
