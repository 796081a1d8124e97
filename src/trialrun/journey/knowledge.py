"""What is known of a journal at an instant, and what of it stands: corrections followed, withdrawals left out. The one place that decides it.

An entry is known from the time it was recorded, which is a day to whoever recorded it: the day of the recorder's own offset. One without a
recording time is known from its own day. Of several corrections of one entry the last recorded stands. A withdrawal takes back the entry
that it names: a correction withdrawn restores what it corrected, a withdrawal withdrawn restores what it withdrew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

from ..protocol.words.times import could_be, ordinal
from .journal import Entry, instant

EPOCH = 719163  # the ordinal of 1970-01-01
ZONES = 1  # a recording time without an offset of its own is UTC: the day it was there may be the next one


class Stands(NamedTuple):
    """An entry that stands, with the values that it keeps, at the place (the sequence) of the entry that it corrects."""

    place: int
    entry: Entry


def local_day(recorded_at: str) -> int:
    """The day of a recording time where it was recorded, as an ordinal: the date that it says, whatever its offset. ValueError for no time."""
    instant(recorded_at)
    return ordinal(recorded_at[:10])


def latest_day(recorded_at: str) -> int:
    """The last day that it can have been where something was recorded: of a time that says its offset its own day, of one in UTC the next."""
    return local_day(recorded_at) + (0 if recorded_at[-6:-5] in ("+", "-") and len(recorded_at) > 10 else ZONES)


def is_known(e: Entry, known_at: str | None) -> bool:
    """Whether an entry is known at an instant, or by the end of a day (YYYY-MM-DD)."""
    if known_at is None:
        return True
    if not e.recorded_at:
        return could_be(e.happened_on)[0] <= local_day(known_at)
    if len(known_at) == 10:
        return local_day(e.recorded_at) <= local_day(known_at)
    return instant(e.recorded_at) <= instant(known_at)


def known(entries: Iterable[Entry], known_at: str | None = None) -> list[Entry]:
    """The entries that are known at an instant, by sequence."""
    return sorted(entries if known_at is None else [e for e in entries if is_known(e, known_at)], key=attrgetter("sequence"))


def stands(entries: Iterable[Entry], known_at: str | None = None) -> list[Stands]:
    """The entries that stand, as known at an instant, in the order of their places."""
    there = known(entries, known_at)
    if all([e.corrects is None for e in there]):
        return [Stands(e.sequence, e) for e in there]
    below = _below(there)
    if not below:
        return [Stands(e.sequence, e) for e in there if not _names_another(e)]
    said: dict[int, Entry] = {}
    for e in there:
        if (
            e.keeps
        ):  # a correction without values keeps those of the entry that it corrects, which comes before it; of a withdrawal, that it is one
            before = said.get(e.corrects) if e.corrects is not None else None
            gone = before is not None and (before.keeps or _takes_back(before))
            kept = None if gone or before is None else before.values
            e = replace(e, values=kept if gone else kept or {}, keeps=gone)
        said[e.sequence] = e
    found: dict[int, Entry | None] = {}  # what each entry says in the end (None: it takes back); without one it is taken back
    for e in reversed(there):
        number = e.sequence
        live = [found[c.sequence] or c for c in below[number] if c.sequence in found] if number in below else ()
        last = max(live, key=_recorded) if live else None
        if last is None:
            found[number] = None if e.corrects is not None and _takes_back(e) else said[number]
        elif not _takes_back(last):
            found[number] = None if last.keeps else said.get(last.sequence, last)
    roots = {e.sequence for e in there} - {c.sequence for corrected in below.values() for c in corrected}
    return [Stands(n, entry) for n in sorted(roots) if (entry := found.get(n)) is not None]


def corrections(entries: Iterable[Entry]) -> dict[int, list[Entry]]:
    """The entries that correct or withdraw an entry that is there before them, by the sequence of that."""
    return _below(known(entries))


def _below(entries: Iterable[Entry]) -> dict[int, list[Entry]]:
    there: set[int] = set()
    found: dict[int, list[Entry]] = {}
    for e in entries:
        if e.corrects is not None and e.corrects in there:
            found.setdefault(e.corrects, []).append(e)
        there.add(e.sequence)
    return found


def _names_another(e: Entry) -> bool:
    """A withdrawal of what is not there: it stands nowhere, and is asked about."""
    return e.corrects is not None and _takes_back(e)


def _takes_back(e: Entry) -> bool:
    return e.corrects is not None and e.values is None and not e.keeps


def _recorded(e: Entry) -> tuple[float, int]:
    return (instant(e.recorded_at) if e.recorded_at else 86400.0 * (could_be(e.happened_on)[0] - EPOCH), e.sequence)
