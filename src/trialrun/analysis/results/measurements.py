"""Everything that the results of one set of data are made of, found once: happenings, values at screening, analysis sets, endpoints measured."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .endpoints import Happenings, Measured, arrays, as_happenings, measure, members, only
from .quantities import levels_of
from .repeated_estimates import visits_of

if TYPE_CHECKING:
    from ..datasets import Datasets


@dataclass(frozen=True, eq=False)
class Measurements:
    """The happenings; `subject` the values of the n participants as arrays; who is in each analysis set (n,); every endpoint, measured in its set;
    the least and the most days that a time could be, where dates are known in part.
    """

    happenings: Happenings
    subject: dict[str, Any]
    sets: dict[str, NDArray[np.bool_]]
    measured: dict[str, Measured]
    could_be: dict[str, tuple[NDArray[Any], NDArray[Any]]] = field(default_factory=dict)

    def among(self, name: str, fits: NDArray[np.bool_]) -> Measured:
        """An endpoint in those of its set who fit (n,): what was measured, of some of the people."""
        return only(self.measured[name], fits)


def measurements(data: Datasets, protocol: Any) -> Measurements:
    """Every endpoint and analysis set of a study in its data: what the data have measured, where they are of this study."""
    return data.made if data.protocol == protocol else measured_in(protocol, data.happening, data.subject, data.partly, data.cutoff)


def measured_in(protocol: Any, happening: pl.DataFrame, subject: pl.DataFrame, partly: pl.DataFrame, cutoff: int) -> Measurements:
    """Every endpoint and analysis set of a study in its happenings and participants.

    `partly`: the entries whose date is known in part, with the first and the last day that each could be; no day is taken later than `cutoff`.
    """
    h, values = as_happenings(happening, len(subject)), arrays(subject)
    sets = {p.name: members(h, protocol, p.name, values) for p in protocol.populations}
    walked = {e.name: measure(h, e, sets[e.population]) for e in protocol.endpoints}
    if not partly.height:
        return Measurements(h, values, sets, walked)
    spans = _spans(happening, subject, partly, cutoff)
    timed = {name: m for name, m in walked.items() if m.value is None and m.endpoint.kind != "proportion"}
    measured = walked | {name: _taken(m, spans, m.endpoint.known_in_part) for name, m in timed.items() if m.endpoint.known_in_part}
    return Measurements(h, values, sets, measured, {name: _could_be(m, spans) for name, m in timed.items()})


@dataclass(frozen=True, eq=False)
class _Spans:
    """Of each happening (rows,) its entry (-1: none), its day, and the first and the last day that it could be: of a date known in full all are one."""

    entry: NDArray[Any]
    day: NDArray[Any]
    first: NDArray[Any]
    last: NDArray[Any]
    partial: NDArray[Any]


def _spans(happening: pl.DataFrame, subject: pl.DataFrame, partly: pl.DataFrame, cutoff: int) -> _Spans:
    day = happening["day"].cast(pl.Int64)
    rows = pl.DataFrame({"participant": subject["participant"].gather(happening["who"]), "number": happening["entry"]})
    found = rows.join(partly, on=["participant", "number"], how="left", maintain_order="left")
    first, last = (found[side].cast(pl.Int64).fill_null(day).to_numpy() for side in ("first", "last"))
    entry = happening["entry"].cast(pl.Int64).fill_null(-1).to_numpy()
    return _Spans(
        entry, day.to_numpy(), first, np.minimum(last, np.maximum(day.to_numpy(), cutoff)), found["first"].is_not_null().to_numpy()
    )


def _taken(m: Measured, spans: _Spans, word: str) -> Measured:
    """A time as it is walked, with its days as `known_in_part` says; it is never below nought.

    One entry has one day, at both ends; and who has the event on the day of the start, for want of something else, has it there still.
    """
    first, last = spans.first, spans.last
    at_start, at_end = {"first": (first, first), "last": (last, last), "shortest": (last, first), "longest": (first, last)}[word]
    begun, ended = np.maximum(m.start_row, 0), np.maximum(m.end_row, 0)
    start = at_start[begun]
    own = (m.end == spans.day[ended]) & ((spans.entry[begun] != spans.entry[ended]) | (spans.entry[begun] < 0))
    end = np.maximum(np.where(own, at_end[ended], start + m.time), start)
    return replace(m, start=start, end=end, time=end - start)


def _could_be(m: Measured, spans: _Spans) -> tuple[NDArray[Any], NDArray[Any]]:
    """The least and the most days that each time could be, (m,): -1 where it hangs on no date known in part."""
    hangs = spans.partial[np.maximum(m.start_row, 0)] | spans.partial[np.maximum(m.end_row, 0)]
    least, most = (np.where(hangs, _taken(m, spans, word).time, -1) for word in ("shortest", "longest"))
    return least, most


def times_of(made: Measurements, happening: pl.DataFrame, subject: pl.DataFrame) -> pl.DataFrame:
    """One row a participant and endpoint that is no number: start, end, time in days, cause (0 censored), whether it is open, the entries it came from,
    and the shortest and the longest that the time could be where it hangs on a date known in part (else null).
    """
    names = subject["participant"]
    entry, what = happening["entry"], happening["name"].cast(pl.String)
    parts = []
    for m in made.measured.values():
        if m.value is not None:
            continue
        none = np.full(m.who.size, -1)
        least, most = made.could_be.get(m.endpoint.name, (none, none))
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
                    "shortest": _days(least),
                    "longest": _days(most),
                }
            )
        )
    return pl.concat(parts, rechunk=True) if parts else pl.DataFrame({"participant": [], "endpoint": []})


NUMBERS = {
    "participant": pl.String, "endpoint": pl.String, "visit": pl.String, "day": pl.Int32, "value": pl.Float64, "baseline_day": pl.Int32, "baseline": pl.Float64,
    "analysed": pl.Float64, "category": pl.String, "days": pl.Int32, "imputed": pl.String, "entry": pl.Int32, "baseline_entry": pl.Int32,
}  # fmt: skip


def numbers_of(made: Measurements, happening: pl.DataFrame, subject: pl.DataFrame) -> pl.DataFrame:
    """One row a participant and endpoint that is a number: the value and the baseline with their days and entries, and what is analysed."""
    names, entry, parts = subject["participant"], happening["entry"], []
    for m in made.measured.values():
        if m.value is None or m.read is None or m.baseline is None:
            continue
        if m.each is not None:
            parts += _over_visits(m, happening, subject)
            continue
        told = {
            "participant": names.gather(m.who),
            "endpoint": pl.Series([m.endpoint.name] * m.who.size, dtype=pl.String),
            "day": _days(m.end),
        }
        told |= {"value": _numbers(m.read), "baseline_day": _days(m.start), "baseline": _numbers(m.baseline), "analysed": _numbers(m.value)}
        counts = m.endpoint.kind == "count"
        told |= {"category": _categories(m), "days": _days(m.time if counts else np.full(m.who.size, -1))}
        told["imputed"] = _imputed(m)
        if counts:
            told["baseline_day"] = _days(np.full(m.who.size, -1))
        parts.append(
            pl.DataFrame(
                told | {"entry": _at(entry, m.end_row), "baseline_entry": _at(entry, np.full(m.who.size, -1) if counts else m.start_row)}
            )
        )
        parts[-1].insert_column(2, pl.Series("visit", [None] * m.who.size, dtype=pl.String))
    return pl.concat([part.select(list(NUMBERS)) for part in parts]) if parts else pl.DataFrame(schema=NUMBERS)


def _over_visits(m: Measured, happening: pl.DataFrame, subject: pl.DataFrame) -> list[pl.DataFrame]:
    """The rows of an endpoint that is measured again: one a participant and visit."""
    assert (
        m.each is not None and m.each_read is not None and m.each_row is not None and m.each_filled is not None and m.baseline is not None
    )
    names, entry, day, size, found = subject["participant"].gather(m.who), happening["entry"], happening["day"], m.who.size, []
    v = m.endpoint.value
    for k, visit in enumerate(visits_of(m.endpoint)):
        rows, kinds = m.each_row[:, k], [None if n < 0 or v is None else v.instead[n].kind for n in m.each_filled[:, k].tolist()]
        found.append(
            pl.DataFrame(
                {
                    "participant": names, "endpoint": pl.Series([m.endpoint.name] * size, dtype=pl.String), "visit": pl.Series([visit] * size, dtype=pl.String),
                    "day": _at(day, rows), "value": _numbers(m.each_read[:, k]), "baseline_day": _days(m.start), "baseline": _numbers(m.baseline),
                    "analysed": _numbers(m.each[:, k]), "category": pl.Series([None] * size, dtype=pl.String),
                    "days": pl.Series([None] * size, dtype=pl.Int32), "imputed": pl.Series(kinds, dtype=pl.String), "entry": _at(entry, rows),
                    "baseline_entry": _at(entry, m.start_row),
                }
            )
        )  # fmt: skip
    return found


def _imputed(m: Measured) -> pl.Series:
    """What kind of thing stands in place of a missing value; none where the value is there."""
    v = m.endpoint.value
    if v is None or m.filled is None:
        return pl.Series([None] * m.who.size, dtype=pl.String)
    return pl.Series([None if k < 0 else v.instead[k].kind for k in m.filled.tolist()], dtype=pl.String)


def _categories(m: Measured) -> pl.Series:
    """The category of each participant, in words; none for endpoints that have no categories."""
    v = m.endpoint.value
    if v is None or not v.order or m.value is None:
        return pl.Series([None] * m.who.size, dtype=pl.String)
    levels = levels_of(v)
    return pl.Series([None if x != x else levels[int(x)] for x in m.value.tolist()], dtype=pl.String)


def _numbers(values: NDArray[Any]) -> pl.Series:
    return pl.Series(values, dtype=pl.Float64).fill_nan(None)


def _days(days: NDArray[Any]) -> pl.Series:
    found = pl.Series(days.astype(np.int32))
    return found.set(found < 0, None)


def _at(column: pl.Series, rows: NDArray[Any]) -> pl.Series:
    place = pl.Series(rows)
    return column.gather(place.set(place < 0, None).cast(pl.UInt32))
