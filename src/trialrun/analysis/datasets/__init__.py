"""Datasets: journals as tables, as known at a data cut-off: what had happened by then, and what had been recorded by then.

The one place of analysis that reads journals. Every derived row names the entries (sequences) that it came from. Days are ordinals in the
columns `day`, `start`, `stop`; `study_day` counts from the first day of treatment (day 1), there is no day 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from ...journey.journal import Entry
from ...journey.last_day import last_day_of_all
from ...journey.ready import Ready
from ...protocol.language import Protocol
from ...protocol.words.times import could_be, iso
from ..results.endpoints import check_endpoints
from ..results.measurements import Measurements, measured_in, numbers_of, times_of
from .gathering import Part, gathered, put_together

TABLES = (
    "subject", "exposure", "planned_dose", "response", "laboratory", "adverse_event", "record", "group", "item", "visit", "disposition", "deviation", "query",
    "happening", "time_to_event", "endpoint_value",
)  # fmt: skip


class DataError(ValueError):
    """Journals that cannot be analysed together, with the place and the cure."""


@dataclass(frozen=True, eq=False)
class Datasets:
    """The tables of a study at a cut-off. `cutoff` is an ordinal; `known_at` None means that everything recorded is known.

    `subject` one row a participant; `exposure` one a stretch of a drug at one dose; `planned_dose` one a drug and cycle begun;
    `response` one a class of an assessment; `laboratory` one a value; `adverse_event`, `visit`, `deviation`, `query` one each; `record` one a record of the forms
    whose records live, with its course; `group` one a row of a group in an entry;
    `item` one an answer in words, a code or a date on the forms of the ward (history, medication, examinations);
    `disposition` one a milestone; `time_to_event` one a participant and endpoint, `endpoint_value` the same of endpoints that are numbers;
    `happening` everything, in the order of the walk. Endpoints are measured when they are first asked for, once.
    """

    study: str
    version: int
    fingerprint: str
    cutoff: int
    known_at: str | None
    entries: int
    subject: pl.DataFrame
    exposure: pl.DataFrame
    planned_dose: pl.DataFrame
    response: pl.DataFrame
    laboratory: pl.DataFrame
    adverse_event: pl.DataFrame
    record: pl.DataFrame
    group: pl.DataFrame
    item: pl.DataFrame
    visit: pl.DataFrame
    disposition: pl.DataFrame
    deviation: pl.DataFrame
    query: pl.DataFrame
    happening: pl.DataFrame
    protocol: Protocol = field(repr=False)
    partly: pl.DataFrame = field(repr=False)

    @cached_property
    def made(self) -> Measurements:
        """The endpoints and analysis sets of the study, measured."""
        return measured_in(self.protocol, self.happening, self.subject, self.partly, self.cutoff)

    @cached_property
    def time_to_event(self) -> pl.DataFrame:
        """One row a participant and endpoint, with the shortest and the longest that a time could be where a date is known in part."""
        return times_of(self.made, self.happening, self.subject)

    @cached_property
    def endpoint_value(self) -> pl.DataFrame:
        """One row a participant and endpoint that is a number: the value, the baseline, what is analysed, their days and entries."""
        return numbers_of(self.made, self.happening, self.subject)

    def tables(self) -> dict[str, pl.DataFrame]:
        """Every table by name."""
        return {name: getattr(self, name) for name in TABLES}

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{name}</td><td>{len(f):,}</td><td>{len(f.columns)}</td></tr>" for name, f in self.tables().items())
        return (
            f"<p>{self.study} version {self.version}, cut-off {iso(self.cutoff)}, {len(self.subject):,} participants</p>"
            f"<table><tr><th>table</th><th>rows</th><th>columns</th></tr>{rows}</table>"
        )


def last_day_of(journals: Mapping[str, Sequence[Entry]], known_at: str | None = None) -> int:
    """The last day that an entry happened on, as an ordinal: the cut-off where none is named.

    Entries not known at that time, replaced or withdrawn, and entries dated after they were recorded do not count; it is not later than the
    day of `known_at`. Raises DataError without entries.
    """
    found, _ = last_day_of_all(journals.values(), known_at)
    if found is None:
        known = (
            f" that are known at {known_at}: name a later time with --known-at"
            if known_at
            else " to analyse: name a journal that holds some"
        )
        raise DataError(f"there are no entries{known}")
    return found


def datasets(
    ready: Ready,
    journals: Mapping[str, Sequence[Entry]],
    cutoff: date | int,
    known_at: str | None = None,
    *,
    processes: int = 1,
    counted: Callable[[int, int], None] | None = None,
) -> Datasets:
    """The tables of a study from its participants' journals, gathered by some processes; `counted` is told how many are done, of how many.

    Raises DataError for journals of two studies, for a participant twice, and for a cut-off before the first entry; ValueError for an
    endpoint that names what the study does not have.
    """
    protocol = ready.protocol
    check_endpoints(protocol)
    on = cutoff if isinstance(cutoff, int) else cutoff.toordinal()
    _refuse(ready, journals, on)
    return _of(ready, gathered(ready, journals, on, known_at, processes, counted), on, known_at)


def datasets_of_parts(ready: Ready, parts: Iterable[Part], cutoff: int) -> Datasets:
    """The same from parts that were gathered already (`gather_walked`), up to the cut-off (an ordinal). Raises as `datasets` does."""
    check_endpoints(ready.protocol)
    return _of(ready, put_together(ready, parts), cutoff, None)


def _of(ready: Ready, made: tuple[int, dict[str, pl.DataFrame]], on: int, known_at: str | None) -> Datasets:
    protocol, (entries, frames) = ready.protocol, made
    if not frames:
        raise DataError(f"nothing is known of any participant at {known_at or 'this time'}: name a later time with --known-at")
    return Datasets(protocol.name, protocol.version, ready.fingerprint, on, known_at, entries, **frames, protocol=protocol)


def _refuse(ready: Ready, journals: Mapping[str, Sequence[Entry]], on: int) -> None:
    studies: dict[str, str] = {}
    first: tuple[int, str] | None = None
    for key, entries in journals.items():
        for e in entries:
            named = (e.protocol or "").partition("@")[0]
            if named:
                studies.setdefault(named, f"participant {e.participant}, sequence {e.sequence}")
            if e.participant != key and e.participant in journals:
                raise DataError(f"participant {e.participant} stands twice in the source: in the journals {key!r} and {e.participant!r}")
            if e.participant != key:
                raise DataError(f"the journal of {key} holds an entry of {e.participant} (sequence {e.sequence}): take them apart first")
            day = could_be(e.happened_on)[0]
            if first is None or day < first[0]:
                first = (day, e.participant)
        numbers = [e.sequence for e in entries]
        if len(set(numbers)) != len(numbers):
            twice = next(n for n in numbers if numbers.count(n) > 1)
            raise DataError(
                f"participant {key} has sequence {twice} twice: the same journal was read two times, or two participants share an id"
            )
    if len(studies) > 1:
        places = "; ".join(f"{name} at {place}" for name, place in studies.items())
        raise DataError(f"the journals are of {len(studies)} studies ({places}): analyse each study by itself")
    other = next((name for name in studies if name != ready.protocol.name), None)
    if other is not None:
        raise DataError(f"the journals are of the study {other} ({studies[other]}), not of {ready.protocol.name}: name the right study")
    if first is None:
        raise DataError("there are no entries to analyse: name a journal that holds some")
    if on < first[0]:
        raise DataError(
            f"the cut-off {iso(on)} is before the first participant ({first[1]} on {iso(first[0])}): name a later day with --cutoff"
        )
