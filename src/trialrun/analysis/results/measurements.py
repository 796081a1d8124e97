"""Everything that the results of one set of data are made of, found once: happenings, values at screening, analysis sets, endpoints measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .endpoints import Happenings, Measured, arrays, as_happenings, measure, members, only
from .quantities import levels_of

if TYPE_CHECKING:
    from ..datasets import Datasets


@dataclass(frozen=True, eq=False)
class Measurements:
    """The happenings; `subject` the values of the n participants as arrays; who is in each analysis set (n,); every endpoint, measured in its set."""

    happenings: Happenings
    subject: dict[str, Any]
    sets: dict[str, NDArray[np.bool_]]
    measured: dict[str, Measured]

    def among(self, name: str, fits: NDArray[np.bool_]) -> Measured:
        """An endpoint in those of its set who fit (n,): what was measured, of some of the people."""
        return only(self.measured[name], fits)


def measurements(data: Datasets, protocol: Any) -> Measurements:
    """Every endpoint and analysis set of a study in its data: what the data have measured, where they are of this study."""
    return data.made if data.protocol == protocol else measured_in(protocol, data.happening, data.subject)


def measured_in(protocol: Any, happening: pl.DataFrame, subject: pl.DataFrame) -> Measurements:
    """Every endpoint and analysis set of a study in its happenings and participants."""
    h, values = as_happenings(happening, len(subject)), arrays(subject)
    sets = {p.name: members(h, protocol, p.name, values) for p in protocol.populations}
    return Measurements(h, values, sets, {e.name: measure(h, e, sets[e.population]) for e in protocol.endpoints})


def times_of(made: Measurements, happening: pl.DataFrame, subject: pl.DataFrame) -> pl.DataFrame:
    """One row a participant and endpoint that is no number: start, end, time in days, cause (0 censored), whether it is open, and the entries it came from."""
    names = subject["participant"]
    entry, what = happening["entry"], happening["name"].cast(pl.String)
    parts = []
    for m in made.measured.values():
        if m.value is not None:
            continue
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
    return pl.concat(parts, rechunk=True) if parts else pl.DataFrame({"participant": [], "endpoint": []})


NUMBERS = {
    "participant": pl.String, "endpoint": pl.String, "day": pl.Int32, "value": pl.Float64, "baseline_day": pl.Int32, "baseline": pl.Float64,
    "analysed": pl.Float64, "category": pl.String, "days": pl.Int32, "entry": pl.Int32, "baseline_entry": pl.Int32,
}  # fmt: skip


def numbers_of(made: Measurements, happening: pl.DataFrame, subject: pl.DataFrame) -> pl.DataFrame:
    """One row a participant and endpoint that is a number: the value and the baseline with their days and entries, and what is analysed."""
    names, entry, parts = subject["participant"], happening["entry"], []
    for m in made.measured.values():
        if m.value is None or m.read is None or m.baseline is None:
            continue
        told = {
            "participant": names.gather(m.who),
            "endpoint": pl.Series([m.endpoint.name] * m.who.size, dtype=pl.String),
            "day": _days(m.end),
        }
        told |= {"value": _numbers(m.read), "baseline_day": _days(m.start), "baseline": _numbers(m.baseline), "analysed": _numbers(m.value)}
        counts = m.endpoint.kind == "count"
        told |= {"category": _categories(m), "days": _days(m.time if counts else np.full(m.who.size, -1))}
        if counts:
            told["baseline_day"] = _days(np.full(m.who.size, -1))
        parts.append(
            pl.DataFrame(
                told | {"entry": _at(entry, m.end_row), "baseline_entry": _at(entry, np.full(m.who.size, -1) if counts else m.start_row)}
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame(schema=NUMBERS)


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
