"""Taking entries into the fold: each value typed once, each day decided once. What a participant's journal says, as everything after it reads it.

A date known in part is an interval: it lies within its period, not after its own recording, not after what ends the study for good, and in
the order of the journal, after what was recorded before it and before what was recorded after it. The walk's day is a reading of it: the last
day that it could be, and for the begin of a treatment (or where the form says so) the first.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from ..protocol.words.times import could_be
from .continuing import Link, links
from .episodes import Record, asked, gone_on
from .groups import apart, counts, rows_typed
from .journal import Entry
from .knowledge import Stands, known, local_day, stands
from .over_time import SoFar
from .ready import ReadForm, Ready
from .values import Query, Unread, typed

NONE: Mapping[str, Any] = {}


class Taken(NamedTuple):
    """An entry as the fold takes it: its day (an ordinal), its place in the order of the journal, and its values, each of its measure's type.

    `partial`: its date is known in part; it lies between `first` and `last`. `unread`: what of its values is not used. `record`: how the record
    that it begins or goes on with stands after it, where records of its form live. `rows`: those of its groups, and `counts` how many.
    `went_before`: what it is asked of the entries before it.
    """

    day: int
    place: int
    entry: Entry
    partial: bool = False
    first: int = 0
    last: int = 0
    values: Mapping[str, Any] = NONE
    unread: tuple[Unread, ...] = ()
    record: Record | None = None
    rows: Mapping[str, tuple[Mapping[str, Any], ...]] = NONE
    counts: Mapping[str, int] = NONE
    went_before: Mapping[str, Any] = NONE

    @property
    def known(self) -> Mapping[str, Any]:
        """What conditions ask of the entry: its values and how many rows its groups have, or those of its record; and what went before it."""
        if self.record is not None:
            told: Mapping[str, Any] = self.record.told()
        else:
            told = {**self.values, **self.counts} if self.counts else self.values
        return {**told, **self.went_before} if self.went_before else told


def what_stands(ready: Ready, entries: Iterable[Entry], known_at: str | None = None) -> list[Taken]:
    """The entries that stand, as known at an instant, in the order of the walk: by day, then as recorded, what ends a life last.

    A correction takes the place of what it corrects.
    """
    entries = list(entries)
    kept = stands(entries, known_at)
    found = links(ready, known(entries, known_at), kept) if ready.living or any([e.continues is not None for e in entries]) else None
    spans = [could_be(s.entry.happened_on) for s in kept]
    if all([first == last for first, last in spans]):
        closing, walked = ready.closing, [taken(ready, s, day) for s, (day, _) in zip(kept, spans, strict=True)]
        walked.sort(key=lambda t: (t[0], t[2].event in closing, t[1]))
        return over_time(ready, walked if found is None else in_records(ready, walked, found))
    days = [_Days(s, first, last) for s, (first, last) in zip(kept, spans, strict=True)]
    _decide(ready, days)
    rows = [
        (d.day, s.entry.event in ready.closing, d.order, taken(ready, s, d.day, d.partial, d.first, d.last))
        for s, d in zip(kept, days, strict=True)
    ]
    rows.sort(key=lambda row: row[:3])
    walked = [row[3] for row in rows]
    return over_time(ready, walked if found is None else in_records(ready, walked, found))


def over_time(ready: Ready, walked: list[Taken]) -> list[Taken]:
    """Entries in the order of the walk, each with what it is asked of the entries before it."""
    if not ready.over_time:
        return walked
    so_far, told = SoFar(ready.over_time), []
    for s in walked:
        told.append(s._replace(went_before=so_far.before(s.entry.event, s.day, s.values)))
        so_far.keep(s.values)
    return told


def in_records(ready: Ready, walked: Sequence[Taken], found: Mapping[int, Link]) -> list[Taken]:
    """Entries in the order of the walk, each with its record as it stands after it, and with what is asked about that."""
    so_far: dict[int, Record] = {}
    told = []
    for s in walked:
        link, form = found[s.place], ready.forms.get(s.entry.event)
        questions = link.asked
        record = None
        if form is not None and form.form.lives is not None:
            before = so_far.get(link.record)
            record = gone_on(form.form, before, s.entry.sequence, s.day, (s.first, s.last), s.values, s.entry.recorded_at)
            so_far[link.record] = record
            questions = (*questions, *asked(record), *_too_early(s, record, link))
        told.append(s._replace(record=record, unread=(*s.unread, *questions)) if record is not None or questions else s)
    return told


def _too_early(s: Taken, record: Record, link: Link) -> Iterator[Unread]:
    """An entry that goes on with what was begun after it."""
    if len(record.entries) == 1 and s.place != link.record and not link.asked:
        yield Unread(
            "continues", "out of order", f"it is dated before sequence {link.record}, which it continues: correct one of the dates"
        )


def taken(ready: Ready, s: Stands, day: int, partial: bool = False, first: int | None = None, last: int | None = None) -> Taken:
    """One entry taken in on a day, its values typed."""
    place, entry = s
    form = ready.forms.get(entry.event)
    if form is not None and form.form.groups:
        return _with_groups(form, s, Taken(day, place, entry, partial, day if first is None else first, day if last is None else last))
    values, unread = typed(form.items, entry.values) if form is not None else (NONE, ())
    return Taken(day, place, entry, partial, day if first is None else first, day if last is None else last, values, unread)


def _with_groups(form: ReadForm, s: Stands, bare: Taken) -> Taken:
    own, told = apart(form.form, s.entry.values)
    (values, unread), (rows, wrong) = typed(form.items, own), rows_typed(form.form, told)
    return bare._replace(values=values, unread=(*unread, *wrong), rows=rows, counts=counts(form.form, rows))


def sent_back(ready: Ready, entries: Iterable[Entry]) -> list[Query]:
    """What nobody can read and goes back to whoever wrote it: entries that the study does not know, and values that are none of their kind."""
    found = []
    for e in entries:
        form = ready.forms.get(e.event)
        if form is None:
            found.append(unknown_event(ready, e))
        else:
            found += [Query(e.sequence, e.event, u.item, u.kind, u.says) for u in form.typed(e.values)[1] if u.sent_back]
    return found


def unknown_event(ready: Ready, e: Entry) -> Query:
    """The question about an entry that the study does not have, with the nearest name that it has."""
    near = get_close_matches(e.event, list(ready.forms), 1)
    cure = f"did you mean {near[0]!r}?" if near else f"the study has {', '.join(ready.forms)}"
    return Query(e.sequence, e.event, "", "unknown event", f"the study {ready.protocol.name} has no entry {e.event!r}: {cure}")


class _Days:
    """The days that an entry's date can be, narrowed step by step; `day` is the one on which it is walked."""

    __slots__ = ("stands", "first", "last", "partial", "day", "order", "ended")

    def __init__(self, s: Stands, first: int, last: int) -> None:
        self.stands, self.first, self.last, self.partial = s, first, last, first < last
        self.day, self.order, self.ended = last, float(s.place), False


def _decide(ready: Ready, days: Sequence[_Days]) -> None:
    partial = [d for d in days if d.partial]
    for d in partial:
        if d.stands.entry.recorded_at:
            d.last = max(d.first, min(d.last, local_day(d.stands.entry.recorded_at)))
    ends = [d for d in days if d.stands.entry.event in ready.final]
    for d in partial:
        for end in ends:
            if end is not d and d.first <= end.last < d.last + (end.stands.place < d.stands.place):
                if d.stands.entry.event not in ready.closing:
                    d.last, d.ended = min(d.last, end.last), True
                    d.order = min(d.order, end.order - 0.5)
    _after_what_came_before(ready, days)
    _before_what_came_after(ready, days)


def _after_what_came_before(ready: Ready, days: Sequence[_Days]) -> None:
    """The first day of each: not before an entry of its period that was recorded earlier; what ends a life comes after all."""
    seen: list[int] = []
    every = sorted(d.first for d in days if d.stands.entry.event not in ready.closing)
    for d in days:
        if d.partial:
            earlier = every if d.stands.entry.event in ready.closing else seen
            at = bisect_right(earlier, d.last) - 1
            if at >= 0:
                d.first = max(d.first, earlier[at])
        if d.stands.entry.event not in ready.final:
            insort(seen, d.first)


def _before_what_came_after(ready: Ready, days: Sequence[_Days]) -> None:
    """The last day of each: not after an entry of its period that was recorded later; and the day on which it is walked."""
    lasts: list[int] = []
    walked: list[int] = []
    for d in reversed(days):
        if d.partial:
            at = len(lasts) if d.stands.entry.event in ready.closing else bisect_left(lasts, d.first)
            if at < len(lasts):
                d.last = min(d.last, lasts[at])
            at = len(walked) if d.stands.entry.event in ready.closing else bisect_left(walked, d.first)
            latest = min(d.last, walked[at]) if at < len(walked) else d.last
            d.day = d.first if d.stands.entry.event in ready.at_first else latest
        insort(lasts, d.last)
        insort(walked, d.day)
