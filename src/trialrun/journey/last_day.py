"""The last day of a journal, where no day is named: what stands by then and is plausibly dated, and never a day after what is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .journal import Entry, bounds_of, instant, what_stands

EPOCH = 719163  # the ordinal of 1970-01-01
ZONES = 1  # a recording time is UTC: the day it was there may be the next one


def day_of(recorded_at: str, end_of_day: bool = False) -> int:
    """The day of a recorded time (UTC) as an ordinal. Raises ValueError for what is no time."""
    return int(instant(recorded_at, end_of_day) // 86400) + EPOCH


def is_known(e: Entry, known_at: str | None) -> bool:
    """Whether an entry is known at a time; one without a recording time is known."""
    return known_at is None or not e.recorded_at or instant(e.recorded_at) <= instant(known_at, True)


def dated_ahead(e: Entry, today: int | None = None) -> bool:
    """Whether an entry says that it happened after it was recorded; without a recording time, whether it lies after today, where that is named."""
    told = day_of(e.recorded_at) if e.recorded_at else today
    return told is not None and bounds_of(e.happened_on)[0] > told + ZONES


def last_day(entries: Sequence[Entry], known_at: str | None = None, today: int | None = None) -> tuple[int | None, list[Entry]]:
    """The last day that a standing entry happened on, as known at a time, and the entries dated after they were recorded, which it leaves out.

    A day known in part counts to its last, but not beyond the day on which it was recorded. None where no entry counts.
    """
    days, ahead = [], []
    for s in what_stands(entries, known_at):
        if dated_ahead(s.entry, today):
            ahead.append(s.entry)
            continue
        last = bounds_of(s.entry.happened_on)[1]
        if s.partial and s.entry.recorded_at:
            last = min(last, max(s.day, day_of(s.entry.recorded_at)))
        days.append(last)
    there = {e.sequence for e in entries}
    for e in entries:  # a withdrawal of nothing stands nowhere, and is asked about
        if e.corrects is not None and e.values is None and e.corrects not in there and is_known(e, known_at) and not dated_ahead(e, today):
            days.append(bounds_of(e.happened_on)[1])
    limit = None if known_at is None else day_of(known_at, True)
    found = max(days, default=None)
    return (found if found is None or limit is None else min(found, limit)), ahead


def last_day_of_all(
    journals: Iterable[Sequence[Entry]], known_at: str | None = None, today: int | None = None
) -> tuple[int | None, list[Entry]]:
    """The last day of many journals, and the entries that it leaves out. Where every entry is dated ahead, all count."""
    days, ahead = [], []
    kept = list(journals)
    for entries in kept:
        day, left_out = last_day(entries, known_at, today)
        days += [] if day is None else [day]
        ahead += left_out
    if not days and ahead:
        return max(bounds_of(e.happened_on)[1] for e in ahead), []
    return max(days, default=None), ahead
