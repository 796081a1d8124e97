"""Records that live, as rows: one a record, with what its entries say together and the course that it took; an adverse event counts once. And rows of groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from ...journey.episodes import Record
from ...journey.taking import Taken
from ...protocol.language import Form, Measure, Protocol

TEXT, DAY, COUNT, NUMBER, YES, ENTRIES = pl.String, pl.Int32, pl.Int32, pl.Float64, pl.Boolean, pl.List(pl.Int32)
COURSE: dict[str, Any] = {
    "begins": TEXT, "began_earliest": DAY, "began_latest": DAY, "ends": TEXT, "ended_earliest": DAY, "ended_latest": DAY, "ongoing": YES,
    "days": COUNT, "days_least": COUNT, "days_most": COUNT,
}  # fmt: skip
SHAPE: dict[str, Any] = {
    "participant": TEXT,
    "form": TEXT,
    "day": DAY,
    "study_day": DAY,
    **COURSE,
    "grade_first": TEXT,
    "grade_worst": TEXT,
    "grade_last": TEXT,
}
GROUPED: dict[str, Any] = {"participant": TEXT, "form": TEXT, "group": TEXT, "row": COUNT, "day": DAY, "study_day": DAY}
OF_EVENTS: dict[str, Any] = {"told_on": ENTRIES, "entries": ENTRIES, **COURSE}
_TYPES = {"number": NUMBER, "integer": NUMBER, "yes/no": YES}


@dataclass(frozen=True)
class Told:
    """What the entries of one record say, or one entry whose form keeps each by itself: the first entry, the day that it began, the days told, all values.

    A grade is the worst that was told.
    """

    first: Taken
    day: int
    told_on: tuple[int, ...]
    values: dict[str, Any]
    record: Record | None


def told_of(entries: Sequence[Taken], form: str) -> list[Told]:
    """The records of one form on a road, in the order of their first entries."""
    groups: dict[int, list[Taken]] = {}
    for s in entries:
        if s.entry.event == form:
            key = s.entry.sequence if s.record is None else s.record.entries[0]
            groups.setdefault(key, []).append(s)
    found = []
    for group in groups.values():
        first, last = group[0], group[-1].record
        if last is None or last.form.lives is None:
            found.append(Told(first, first.day, (first.day,), dict(first.values), None))
            continue
        graded = {last.form.lives.grade: last.worst} if last.form.lives.grade else {}
        found.append(Told(first, last.began[1], tuple(s.day for s in group), {**last.values, **graded}, last))
    return found


def course_of(r: Record, on: int) -> dict[str, Any]:
    """The course of a record up to a day, as columns."""
    least, most = r.lasted(on)
    return {
        "begins": r.begins, "began_earliest": r.began[0], "began_latest": r.began[1], "ends": r.ends,
        "ended_earliest": None if r.ended is None else r.ended[0], "ended_latest": None if r.ended is None else r.ended[1],
        "ongoing": r.ongoing(on), "days": least if least == most else None, "days_least": least, "days_most": most,
    }  # fmt: skip


def shape_of(protocol: Protocol) -> dict[str, Any]:
    """The columns of the table of records: the course, and the items of every form whose records live."""
    items = {named(m): _TYPES.get(m.type, TEXT) for f in living(protocol) for m in f.items}
    return {**SHAPE, **items, "entry": COUNT, "entries": ENTRIES}


def rows_of(protocol: Protocol, entries: Sequence[Taken], on: int, place: dict[str, Any], study_day: Any) -> list[dict[str, Any]]:
    """The records of one participant as rows."""
    found = []
    for f in living(protocol):
        for t in told_of(entries, f.entry):
            if t.record is not None:
                grades = [str(g.grade) for g in t.record.grades]
                row = {**place, "form": f.entry, "day": t.day, "study_day": study_day(t.day), **course_of(t.record, on)}
                if grades:
                    row |= {"grade_first": grades[0], "grade_worst": str(t.record.worst), "grade_last": grades[-1]}
                row |= {named(m): t.record.values.get(m.name) for m in f.items}
                found.append({**row, "entry": t.first.entry.sequence, "entries": list(t.record.entries)})
    return found


def living(protocol: Protocol) -> list[Form]:
    """The forms whose records live."""
    return [f for f in protocol.forms if f.lives is not None]


def named(m: Measure) -> str:
    """The column of an item: its name, unless every record has a column of that name."""
    return f"recorded {m.name}" if m.name in SHAPE or m.name in ("entry", "entries") else m.name


def group_shape(protocol: Protocol) -> dict[str, Any]:
    """The columns of the table of groups: a row of a group in an entry, and the items of every group."""
    items = {
        m.name if m.name not in GROUPED else f"recorded {m.name}": _TYPES.get(m.type, TEXT)
        for f in protocol.forms
        for g in f.groups
        for m in g.items
    }
    return {**GROUPED, **items, "entry": COUNT}


def group_rows(protocol: Protocol, entries: Sequence[Taken], place: dict[str, Any], study_day: Any) -> list[dict[str, Any]]:
    """The rows of the groups of one participant's entries."""
    grouped = {f.entry for f in protocol.forms if f.groups}
    found = []
    for s in entries:
        if s.entry.event in grouped:
            for name, rows in s.rows.items():
                base = {
                    **place,
                    "form": s.entry.event,
                    "group": name,
                    "day": s.day,
                    "study_day": study_day(s.day),
                    "entry": s.entry.sequence,
                }
                found += [
                    {**base, "row": k, **{n if n not in GROUPED else f"recorded {n}": v for n, v in row.items()}}
                    for k, row in enumerate(rows, 1)
                ]
    return found
