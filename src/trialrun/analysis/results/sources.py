"""Finding the days that sources mean: happenings as arrays, and the rows of each source, found once and kept.

A row is one happening of one participant; rows lie in the order of the walk, participant by participant. A row's place in that order
decides what came before what; its day decides times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...protocol.endpoints import Source
from ...protocol.words.expressions import Clock, Expr, ManyValues, Ref, bind
from ...protocol.words.over_time import Earlier, EntryDay

OCCASION = "occasion of the visit"  # a column of happenings, of what was recorded at a planned visit
RECORD = "record"  # a column of happenings: the entry that began the record that an entry goes on with
NEVER = np.iinfo(np.int64).max
FEW = 100_000  # rows: of so many a column is some hundred kilobytes as an array


class EndpointError(ValueError):
    """An endpoint or analysis set that names what the study does not have, with the place and the cure."""


@dataclass(frozen=True, eq=False)
class Happenings:
    """Happenings as arrays, sorted by participant and order; `n` participants.

    `who` and `day` of each row; `codes` and `words` of the columns kind, name and phase; `columns` what stood and what was recorded.
    What was found once is kept in `found`.
    """

    n: int
    who: NDArray[np.int64]
    day: NDArray[np.int64]
    codes: dict[str, NDArray[Any]]
    words: dict[str, dict[str, int]]
    columns: Columns
    found: dict[Any, NDArray[Any]]

    def among(self, column: str, rows: NDArray[Any] | None, wanted: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which of some rows (None: all) have one of the wanted words in a column."""
        words = self.words[column]
        table = np.zeros(len(words) + 1, bool)
        table[[words[w] for w in wanted if w in words]] = True
        codes = self.codes[column]
        return np.asarray(table[codes if rows is None else codes[rows]])


def as_happenings(frame: pl.DataFrame, n: int) -> Happenings:
    """A frame of happenings as arrays."""
    codes: dict[str, NDArray[Any]] = {}
    words: dict[str, dict[str, int]] = {}
    for column in ("kind", "name", "phase"):
        told = frame[column].cast(pl.Categorical)
        _, first, codes[column] = np.unique(told.to_physical().to_numpy(), return_index=True, return_inverse=True)
        words[column] = {w: k for k, w in enumerate(told.gather(first).cast(pl.String).to_list())}
    rest = Columns(frame.drop("who", "day", "kind", "name", "phase", "participant", strict=False))
    return Happenings(n, frame["who"].to_numpy().astype(np.int64), frame["day"].to_numpy().astype(np.int64), codes, words, rest, {})


def arrays(frame: pl.DataFrame) -> dict[str, Any]:
    """A frame's columns as numpy arrays that expressions read: numbers as floats with NaN for missing, text as objects with None."""
    found = {name: as_array(frame[name]) for name in frame.columns}
    return {name: column for name, column in found.items() if column is not None}


def as_array(column: pl.Series) -> NDArray[Any] | None:
    """A column as an array that expressions read; None for one that they cannot read."""
    if column.dtype == pl.String:
        return column.to_numpy()
    return column.cast(pl.Float64).to_numpy() if column.dtype.is_numeric() or column.dtype == pl.Boolean else None


class Columns:
    """The columns of a frame, each made an array at the rows at which it is read, so that none of many rows is held twice.

    Of a frame of few rows a column of numbers is kept as an array once it was read.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.kept: dict[str, NDArray[Any] | _Column] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.frame.columns

    def __getitem__(self, name: str) -> NDArray[Any] | _Column:
        if name not in self.kept:
            column = self.frame[name]
            whole = as_array(column) if len(column) <= FEW and column.dtype != pl.String else None
            self.kept[name] = _Column(column) if whole is None else whole
        return self.kept[name]


@dataclass(frozen=True, eq=False)
class _Column:
    """One column; at rows (an array of their numbers) it is an array."""

    column: pl.Series

    def __getitem__(self, rows: NDArray[Any]) -> Any:
        return as_array(self.column.gather(rows))


def test(given: Expr, columns: dict[str, Any] | Columns, rows: NDArray[Any]) -> NDArray[Any]:
    """Which of some rows surely meet a condition."""
    return np.asarray(truth(given, columns, rows) > 0.5)


def truth(given: Expr, columns: dict[str, Any] | Columns, rows: NDArray[Any]) -> NDArray[Any]:
    """The truth of a condition at some rows: 1 yes, 0 no, 0.5 where a missing value leaves it open."""
    found = values(given, columns, rows)
    return ManyValues.truth(found) if isinstance(given, Ref | Earlier) else found


def values(given: Expr, columns: dict[str, Any] | Columns, rows: NDArray[Any]) -> NDArray[Any]:
    """The values of an expression at some rows, as numbers; NaN where a part is missing."""

    def look(node: Expr) -> Any:
        if isinstance(node, Ref):
            name = f"screening {node.name}" if node.kind == "screening" else node.name
            return lambda values: values[name]
        if isinstance(node, Earlier | EntryDay):
            return lambda values: values[node.key]
        if isinstance(node, Clock):
            return lambda values: values[node.name]
        raise EndpointError(f"{node!r} cannot stand in an endpoint's condition")

    found = bind(given, look, ManyValues)(_Part(columns, rows))
    return np.broadcast_to(np.asarray(found, dtype=float), rows.shape)


class _Part(dict[str, Any]):
    """Columns at some rows, cut out when they are read."""

    def __init__(self, columns: dict[str, Any] | Columns, rows: NDArray[Any]) -> None:
        self.all, self.rows = columns, rows

    def __missing__(self, name: str) -> Any:
        if name not in self.all:
            raise EndpointError(f"the data have no value {name!r}")
        self[name] = found = self.all[name][self.rows]
        return found


def rows_of(h: Happenings, source: Source) -> NDArray[np.int64]:
    """The rows that a source means, in order."""
    kept = h.found.get(source)
    if kept is not None:
        return kept
    rows = h.found.get(("kind", source.kind))
    if rows is None:
        rows = h.found[("kind", source.kind)] = np.flatnonzero(h.among("kind", None, (source.kind,)))
    if source.of:
        rows = rows[h.among("name", rows, source.of)]
    if source.at:
        rows = rows[h.among("phase", rows, source.at)]
    if source.occasion and rows.size:
        rows = rows[h.columns[OCCASION][rows] == source.occasion]
    if source.given is not None and rows.size:
        rows = rows[test(source.given, h.columns, rows)]
    if source.after:
        rows = rows[rows > first_rows(h, source.after)[h.who[rows]]]
    if source.before:
        rows = rows[rows <= first_rows(h, source.before)[h.who[rows]]]
    if source.unless and rows.size:
        since, between = all_rows(h, source.since), all_rows(h, source.unless)
        last_since = _latest_before(h, since, rows)
        last_between = _latest_before(h, between, rows)
        rows = rows[~((last_between > last_since) & (last_since >= 0))]
    h.found[source] = rows
    return rows


def _latest_before(h: Happenings, rows: NDArray[Any], of: NDArray[Any]) -> NDArray[Any]:
    """For each row the latest of some rows before it of the same participant, -1 where there is none."""
    if not rows.size:
        return np.full(of.size, -1)
    place = np.searchsorted(rows, of, side="left") - 1
    found = np.where(place >= 0, rows[np.maximum(place, 0)], -1)
    same = (found >= 0) & (h.who[np.maximum(found, 0)] == h.who[of])
    return np.where(same, found, -1)


def all_rows(h: Happenings, sources: tuple[Source, ...]) -> NDArray[np.int64]:
    """The rows of several sources together, in order."""
    if len(sources) == 1:
        return rows_of(h, sources[0])
    kept = h.found.get(sources)
    if kept is None:
        parts = [rows_of(h, s) for s in sources]
        kept = h.found[sources] = np.sort(np.concatenate(parts), kind="stable") if parts else np.empty(0, np.int64)
    return kept


def _firsts(h: Happenings, rows: NDArray[Any]) -> NDArray[np.int64]:
    found = np.full(h.n, NEVER)
    who = h.who[rows]
    leads = np.ones(rows.size, bool)
    leads[1:] = who[1:] != who[:-1]
    found[who[leads]] = rows[leads]
    return found


def first_rows(h: Happenings, sources: tuple[Source, ...]) -> NDArray[np.int64]:
    """The first row of each participant (n,), NEVER where there is none."""
    key = ("first", sources)
    if key not in h.found:
        h.found[key] = _firsts(h, all_rows(h, sources))
    return h.found[key]


def first_past(h: Happenings, sources: tuple[Source, ...], start: NDArray[Any]) -> NDArray[np.int64]:
    """The first row of each participant after their start row."""
    rows = all_rows(h, sources)
    return _firsts(h, rows[rows > start[h.who[rows]]])


def last_since(h: Happenings, sources: tuple[Source, ...], start_day: NDArray[Any]) -> NDArray[np.int64]:
    """The last row of each participant on or after a day, -1 where there is none."""
    rows = all_rows(h, sources)
    who = h.who[rows]
    lasts = np.ones(rows.size, bool)
    lasts[:-1] = who[1:] != who[:-1]
    rows, who = rows[lasts], who[lasts]
    found = np.full(h.n, -1)
    found[who] = np.where(h.day[rows] >= start_day[who], rows, -1)
    return found
