"""Records that live: an adverse event, a medication or a stay as it stands after each of its entries, with the course that it took.

The first entry begins a record; later ones go on with it. What an entry does not say stays as it was said before. A begin or an end known in
part is an interval, and so is what lasted between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..protocol.language import Form, Measure
from ..protocol.words.expressions import UNKNOWN, on_values
from ..protocol.words.times import could_be, iso
from .knowledge import local_day
from .values import Unread, quoted

Span = tuple[int, int]


class Grade(NamedTuple):
    """A grade that an entry told, and on which day."""

    day: int
    grade: Any
    entry: int


class Record(NamedTuple):
    """A record as it stands after an entry. `entries` are sequences; `began` and `ended` the first and the last day that each could be.

    `day` is that of the entry; `values` are what its entries say together; `begins` and `ends` the dates as they were said, the end by the entry
    `ended_by`; `before` how it stood before this entry.
    """

    form: Form
    day: int
    entries: tuple[int, ...]
    values: Mapping[str, Any]
    began: Span
    ended: Span | None
    begins: str
    ends: str | None
    ended_by: int | None
    grades: tuple[Grade, ...]
    first_day: Span
    before: Record | None

    def ongoing(self, day: int) -> bool:
        """Whether it goes on on a day: no end was said, or none that has come."""
        return self.ended is None or self.ended[0] > day

    def lasted(self, day: int) -> Span:
        """The least and the most days that it lasted, begin and end included; while it goes on, up to a day."""
        first, last = (day, day) if self.ended is None or self.ended[0] > day else self.ended
        return max(first - self.began[1] + 1, 1), max(last - self.began[0] + 1, 1)

    @property
    def worst(self) -> Any:
        """The worst grade that was told, None where there was none."""
        e = self.form.lives
        graded = next((m for m in self.form.items if e is not None and m.name == e.grade), None)
        told = [g.grade for g in self.grades]
        return max(told, key=lambda grade: _rank(graded, grade)) if graded is not None and told else None

    def told(self, day: int | None = None) -> dict[str, Any]:
        """What conditions ask: the values of its entries, and the course in the measures that take it; up to a day, that of the entry by default."""
        e, found = self.form.lives, dict(self.values)
        day = self.day if day is None else day
        if e is not None:
            least, most = self.lasted(day)
            course = {e.days: least if least == most else None, e.worst: self.worst, e.ongoing: self.ongoing(day)}
            course[e.grade_before] = self.before.values.get(e.grade) if self.before is not None else None
            found |= {name: value for name, value in course.items() if name}
        return found


def _rank(graded: Measure, grade: Any) -> float:
    """The place of a grade among the grades: of codes as they are listed, a word that is none of them before all."""
    if not graded.codes:
        return float(grade)
    return float(graded.codes.index(grade)) if grade in graded.codes else -1.0


def gone_on(
    form: Form, before: Record | None, sequence: int, day: int, spoken: Span, values: Mapping[str, Any], recorded_at: str = ""
) -> Record:
    """A record with one more entry: begun by it where there was none. `spoken` is the first and the last day that the entry could be of."""
    e = form.lives
    assert e is not None
    told = {name: value for name, value in values.items() if value is not None}
    known = told if before is None else {**before.values, **told}
    first = spoken if before is None else before.first_day
    begins, began = iso(first[0]) or "", first
    if (said := known.get(e.begins)) is not None:
        begins, began = said, _within(could_be(said), last=first[1])
    elif before is not None:
        begins = before.begins
    ends, ended, by_entry = (None, None, None) if before is None else (before.ends, before.ended, before.ended_by)
    if told.get(e.ends) is not None:
        ends, by_entry = told[e.ends], sequence
        by = local_day(recorded_at) if recorded_at else None
        ended = _within(could_be(told[e.ends]), began[0], by)
    elif ended is None and e.ended is not None and on_values(e.ended)(known) > UNKNOWN:
        ends, ended, by_entry = iso(day), spoken, sequence
    grades = () if before is None else before.grades
    if told.get(e.grade) is not None:
        grades = (*grades, Grade(day, told[e.grade], sequence))
    entries = (sequence,) if before is None else (*before.entries, sequence)
    return Record(form, day, entries, known, began, ended, begins, ends, by_entry, grades, first, before)


def _within(span: Span, first: int | None = None, last: int | None = None) -> Span:
    """The days of a date known in part, not before and not after a day that they reach."""
    low, high = span
    if low < high:
        high = min(high, last) if last is not None and last >= low else high
        low = max(low, first) if first is not None and first <= high else low
    return low, high


def asked(record: Record) -> Iterator[Unread]:
    """What is asked of an entry by which a record came to stand so: it had ended, its days are out of order, or are known in part."""
    e, before = record.form.lives, record.before
    assert e is not None
    if before is not None and before.ended is not None:
        new = {name: value for name, value in record.values.items() if before.values.get(name) != value}
        if new or before.ended[1] < record.day:
            says = f"what it continues ended on {before.ends} (sequence {before.ended_by}): correct that entry, or begin a new one without continues"
            yield Unread("continues", "ended already", says)
    if record.ended is not None and record.ended[1] < record.began[0] and (before is None or before.ended != record.ended):
        says = f"it ends on {record.ends} and began on {record.begins}: correct one of them"
        yield Unread(e.ends or "continues", "out of order", says)
    was = None if before is None else before.values
    for name, said, span in ((e.begins, record.begins, record.began), (e.ends, record.ends or "", record.ended)):
        if name and span is not None and span[0] < span[1] and record.values.get(name) == said and (was is None or was.get(name) != said):
            between = (
                f"{name} {quoted(said)} is known in part: it lies from {iso(span[0])} to {iso(span[1])}; record the day where it is known"
            )
            yield Unread(name, "partial date", between)
