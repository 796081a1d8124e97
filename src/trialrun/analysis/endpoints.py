"""Endpoints computed from their definitions: the one reader of sources, vectorised over participants, the same for every study.

It reads happenings (rows in the order of the walk, participant by participant) and never a journal. A position in that order decides what
came before what; days decide times.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..protocol.endpoints import Endpoint, Population, Source
from ..protocol.expressions import Clock, Expr, ManyValues, Ref, bind, nodes
from ..protocol.language import Protocol

NEVER = np.iinfo(np.int64).max


class EndpointError(ValueError):
    """An endpoint or analysis set that names what the study does not have, with the place and the cure."""


@dataclass(frozen=True, eq=False)
class Happenings:
    """Happenings as arrays, one per column, sorted by participant and order; `n` participants."""

    n: int
    columns: dict[str, Any]
    names: dict[str, NDArray[np.int64]]
    found: dict[int, tuple[Source, NDArray[np.int64]]]

    @property
    def who(self) -> NDArray[Any]:
        """The participant's number of each row."""
        return self.columns["who"]

    @property
    def day(self) -> NDArray[Any]:
        """The day of each row, an ordinal."""
        return self.columns["day"]


def as_happenings(frame: pl.DataFrame, n: int) -> Happenings:
    """A frame of happenings as arrays."""
    return Happenings(n, arrays(frame), {}, {})


def arrays(frame: pl.DataFrame) -> dict[str, Any]:
    """A frame's columns as numpy arrays that expressions read: numbers as floats with NaN for missing, text as objects with None."""
    found: dict[str, Any] = {}
    for name in frame.columns:
        column = frame[name]
        if column.dtype == pl.Categorical:
            column = column.cast(pl.String)
        if column.dtype == pl.String:
            found[name] = column.to_numpy()
        elif name in ("who", "day"):
            found[name] = column.to_numpy().astype(np.int64)
        elif column.dtype.is_numeric() or column.dtype == pl.Boolean:
            found[name] = column.cast(pl.Float64).to_numpy()
    return found


def test(given: Expr, columns: dict[str, Any], rows: NDArray[Any]) -> NDArray[Any]:
    """Which of some rows surely meet a condition."""
    return np.asarray(truth(given, columns, rows) > 0.5)


def truth(given: Expr, columns: dict[str, Any], rows: NDArray[Any]) -> NDArray[Any]:
    """The truth of a condition at some rows: 1 yes, 0 no, 0.5 where a missing value leaves it open."""

    def look(node: Expr) -> Any:
        if isinstance(node, Ref):
            name = f"screening {node.name}" if node.kind == "screening" else node.name
            return lambda values: values[name]
        if isinstance(node, Clock):
            return lambda values: values[node.name]
        raise EndpointError(f"{node!r} cannot stand in an endpoint's condition")

    found = bind(given, look, ManyValues)(_Part(columns, rows))
    if isinstance(given, Ref):
        found = ManyValues.truth(found)
    return np.broadcast_to(np.asarray(found, dtype=float), rows.shape)


class _Part(dict[str, Any]):
    """Columns at some rows, cut out when they are read."""

    def __init__(self, columns: dict[str, Any], rows: NDArray[Any]) -> None:
        self.all, self.rows = columns, rows

    def __missing__(self, name: str) -> Any:
        if name not in self.all:
            raise EndpointError(f"the data have no value {name!r}")
        self[name] = found = self.all[name][self.rows]
        return found


def rows_of(h: Happenings, source: Source) -> NDArray[np.int64]:
    """The rows that a source means, in order."""
    kept = h.found.get(id(source))
    if kept is not None:
        return kept[1]
    kind, name = h.columns["kind"], h.columns["name"]
    if source.kind not in h.names:
        h.names[source.kind] = np.flatnonzero(kind == source.kind)
    rows = h.names[source.kind]
    if source.of:
        rows = rows[_among(name[rows], source.of)]
    if source.at:
        rows = rows[_among(h.columns["phase"][rows], source.at)]
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
    h.found[id(source)] = (source, rows)
    return rows


def _among(values: NDArray[Any], wanted: tuple[str, ...]) -> NDArray[Any]:
    found = values == wanted[0]
    for other in wanted[1:]:
        found |= values == other
    return np.asarray(found)


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
    if not sources:
        return np.empty(0, np.int64)
    return np.unique(np.concatenate([rows_of(h, s) for s in sources]))


def first_rows(h: Happenings, sources: tuple[Source, ...]) -> NDArray[np.int64]:
    """The first row of each participant (n,), NEVER where there is none."""
    found = np.full(h.n, NEVER)
    rows = all_rows(h, sources)
    who, place = np.unique(h.who[rows], return_index=True)
    found[who] = rows[place]
    return found


def first_past(h: Happenings, sources: tuple[Source, ...], start: NDArray[Any]) -> NDArray[np.int64]:
    """The first row of each participant after their start row."""
    rows = all_rows(h, sources)
    rows = rows[rows > start[h.who[rows]]]
    found = np.full(h.n, NEVER)
    who, place = np.unique(h.who[rows], return_index=True)
    found[who] = rows[place]
    return found


def last_since(h: Happenings, sources: tuple[Source, ...], start_day: NDArray[Any]) -> NDArray[np.int64]:
    """The last row of each participant on or after a day, -1 where there is none."""
    rows = all_rows(h, sources)
    rows = rows[h.day[rows] >= start_day[h.who[rows]]]
    found = np.full(h.n, -1)
    found[h.who[rows]] = rows  # the last one stays
    return found


def members(h: Happenings, protocol: Protocol, name: str, subject: dict[str, Any]) -> NDArray[np.bool_]:
    """Who belongs to an analysis set, (n,)."""
    p = next(p for p in protocol.populations if p.name == name)
    inside = first_rows(h, p.has) < NEVER if p.has else np.ones(h.n, bool)
    if p.given is not None:
        inside &= test(p.given, subject, np.arange(h.n))
    return inside & members(h, protocol, p.within, subject) if p.within else inside


@dataclass(frozen=True, eq=False)
class Measured:
    """An endpoint in the participants of its set: all arrays (m,).

    `who`: their numbers. Proportion: `cause` 1 where it is reached. Time: `time` in days from `start` to `end` (ordinals), `cause` 0 censored,
    1 event, 2 competing event. `open`: the question is not settled yet. Rows say which happening gave the start and the end (-1: none).
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

    @property
    def status(self) -> NDArray[Any]:
        """1 for an event, 0 for censored."""
        return (self.cause == 1).astype(np.int64)


def measure(h: Happenings, e: Endpoint, inside: NDArray[np.bool_]) -> Measured:
    """An endpoint in the participants who are inside its set."""
    return (_proportion if e.kind == "proportion" else _time)(h, e, inside)


def _proportion(h: Happenings, e: Endpoint, inside: NDArray[Any]) -> Measured:
    first, barred = first_rows(h, e.events), first_rows(h, e.competing)
    reached = (first < NEVER) & (barred == NEVER)
    unsettled = ~reached & (first_rows(h, e.settled) == NEVER) if e.settled else np.zeros(h.n, bool)
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


def measure_all(protocol: Protocol, happening: pl.DataFrame, subject: pl.DataFrame) -> dict[str, Measured]:
    """Every endpoint of a study."""
    h = as_happenings(happening, len(subject))
    values = arrays(subject)
    return {e.name: measure(h, e, members(h, protocol, e.population, values)) for e in protocol.endpoints}


def derive(protocol: Protocol, happening: pl.DataFrame, subject: pl.DataFrame) -> pl.DataFrame:
    """One row a participant and endpoint: start, end, time in days, cause (0 censored), whether it is open, and the entries it came from."""
    names = subject["participant"]
    entry, what = happening["entry"], happening["name"].cast(pl.String)
    parts = []
    for m in measure_all(protocol, happening, subject).values():
        parts.append(
            pl.DataFrame(
                {
                    "participant": names.gather(m.who),
                    "endpoint": pl.Series([m.endpoint.name] * m.who.size, dtype=pl.String),
                    "kind": pl.Series([m.endpoint.kind] * m.who.size, dtype=pl.String),
                    "start": _days(m.start),
                    "end": _days(m.end),
                    "time": _days(m.time),
                    "cause": pl.Series(m.cause, dtype=pl.Int8),
                    "open": pl.Series(m.open, dtype=pl.Boolean),
                    "what": _at(what, m.end_row),
                    "start_entry": _at(entry, m.start_row),
                    "entry": _at(entry, m.end_row),
                }
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame({"participant": [], "endpoint": []})


def _days(days: NDArray[Any]) -> pl.Series:
    return pl.Series([None if d < 0 else int(d) for d in days.tolist()], dtype=pl.Int32)


def _at(column: pl.Series, rows: NDArray[Any]) -> pl.Series:
    return column.gather(pl.Series([None if r < 0 else r for r in rows.tolist()], dtype=pl.UInt32))


def check_endpoints(protocol: Protocol) -> None:
    """Raises EndpointError where an endpoint or analysis set names an event, moment, form, phase, value or set that the study does not have."""
    known = {
        "event": {e.name for e in protocol.events},
        "moment": {m.name for m in protocol.moments if m.derived is None},
        "entry": {f.entry for f in protocol.forms},
        "class": {c.name for f in protocol.forms for c in f.classes},
        "phase": {p.name for p in protocol.phases},
        "flag": {f.name for f in protocol.flags},
        "count": {c.name for c in protocol.counts},
        "measure": {m.name for f in protocol.forms for m in f.items} | {f.classified for f in protocol.forms if f.classified},
        "population": {p.name for p in protocol.populations},
    }
    known["screening"] = {m.name for f in protocol.forms if f.keeps_screening for m in f.items}
    for p in protocol.populations:
        place = f"analysis set {p.name!r}"
        _known(place, "population", (p.within,) if p.within else (), known)
        _check(place, p.has, known)
    for e in protocol.endpoints:
        place = f"endpoint {e.name!r}"
        _known(place, "population", (e.population,), known)
        if e.kind != "proportion" and not e.starts:
            raise EndpointError(f"{place}: a time has no start; name it with starts=..")
        for group in (e.starts, e.events, e.competing, e.censors, e.cut, e.fails_without, e.settled):
            _check(place, group, known)


def _check(place: str, sources: tuple[Source, ...], known: dict[str, set[str]]) -> None:
    for s in sources:
        if s.kind not in ("event", "moment", "entry", "class"):
            raise EndpointError(f"{place}: the source kind {s.kind!r} is unknown; use event, moment, entry or class")
        _known(place, s.kind, s.of, known)
        _known(place, "phase", s.at, known)
        for node in nodes(s.given):
            if isinstance(node, Ref):
                _known(place, node.kind, (node.name,), known)
            elif isinstance(node, Clock):
                _known(place, "moment", (node.of,), {"moment": known["moment"] | {node.of} if node.kind != "full" else known["moment"]})
        for group in (s.after, s.before, s.unless, s.since):
            _check(place, group, known)


def _known(place: str, kind: str, names: tuple[str, ...], known: dict[str, set[str]]) -> None:
    for name in names:
        if name not in known[kind]:
            near = get_close_matches(name, sorted(known[kind]), 1)
            cure = f"did you mean {near[0]!r}?" if near else f"the study has {', '.join(sorted(known[kind])[:6])}"
            what = {"population": "analysis set", "entry": "form"}.get(kind, kind)
            raise EndpointError(f"{place} names the {what} {name!r}, which the study does not have: {cure}")


def population_of(protocol: Protocol, name: str) -> Population:
    """An analysis set by name."""
    return next(p for p in protocol.populations if p.name == name)
