"""The last day of a journal, where no day is named: what stands by then and is plausibly dated, and never a day after what is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..protocol.words.times import could_be
from .journal import Entry
from .knowledge import is_known, latest_day, local_day, stands


def dated_ahead(e: Entry, today: int | None = None) -> bool:
    """Whether an entry says that it happened after it was recorded; without a recording time, whether it lies after today, where that is named."""
    if e.recorded_at:
        return could_be(e.happened_on)[0] > latest_day(e.recorded_at)
    return today is not None and could_be(e.happened_on)[0] > today + 1


def last_day(entries: Sequence[Entry], known_at: str | None = None, today: int | None = None) -> tuple[int | None, list[Entry]]:
    """The last day that a standing entry happened on, as known at a time, and the entries dated after they were recorded, which it leaves out.

    A day known in part counts to its last, but not beyond the day on which it was recorded. None where no entry counts.
    """
    days, ahead = [], []
    for s in stands(entries, known_at):
        if dated_ahead(s.entry, today):
            ahead.append(s.entry)
            continue
        first, last = could_be(s.entry.happened_on)
        if first < last and s.entry.recorded_at:
            last = min(last, max(first, local_day(s.entry.recorded_at)))
        days.append(last)
    there = {e.sequence for e in entries}
    for e in entries:  # a withdrawal of nothing stands nowhere, and is asked about
        if e.corrects is not None and e.values is None and e.corrects not in there and is_known(e, known_at) and not dated_ahead(e, today):
            days.append(could_be(e.happened_on)[1])
    limit = None if known_at is None else local_day(known_at)
    found = max(days, default=None)
    return (found if found is None or limit is None else min(found, limit)), ahead


def last_day_of_all(
    journals: Iterable[Sequence[Entry]], known_at: str | None = None, today: int | None = None
) -> tuple[int | None, list[Entry]]:
    """The last day of many journals, and the entries that it leaves out. Where every entry is dated ahead, all count."""
    days, ahead = [], []
    for entries in journals:
        day, left_out = last_day(entries, known_at, today)
        days += [] if day is None else [day]
        ahead += left_out
    if not days and ahead:
        return max(could_be(e.happened_on)[1] for e in ahead), []
    return max(days, default=None), ahead
