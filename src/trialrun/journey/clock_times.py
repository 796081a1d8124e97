"""Times of day: what is planned hours or minutes after a moment, and whether it was done at its time, by the minute where both are recorded.

The walk counts days. An entry may tell a time of day beside its day (`at`); the time of a moment is that of the entry that marked it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..protocol.language import After, Visit
from ..protocol.words.times import MINUTES
from .journal import Entry
from .occasions import Map, Occasion
from .taking import Taken

DAY = 24 * 60
TIME_OF_DAY = re.compile(r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?")


def minute_of(e: Entry) -> int | None:
    """The minute of its day at which an entry says that it happened, None where it says none."""
    if e.at is None or not TIME_OF_DAY.fullmatch(e.at):
        return None
    hour, minute = e.at.split(":")[:2]
    return 60 * int(hour) + int(minute)


def said(minute: int | None) -> str | None:
    """A minute of a day as 14:05."""
    return None if minute is None else f"{minute // 60:02}:{minute % 60:02}"


def timed(v: Visit) -> bool:
    """Whether a visit is planned hours or minutes after a moment."""
    return isinstance(v.target, After) and v.target.unit in MINUTES


def marked_at(on: Map, moment: str, occasion: Occasion) -> int | None:
    """The minute at which a moment was marked last before an occasion closed; None where no time was recorded."""
    upto = len(on.road.turns) if occasion.last_turn > len(on.road.turns) else occasion.last_turn - 1
    turn = next((t for t in reversed(on.road.turns[:upto]) if moment in t.did.marks), None)
    return None if turn is None or turn.entry is None else _minutes(on).get(turn.entry)


def _minutes(on: Map) -> Mapping[int, int | None]:
    if not on.minutes:
        on.minutes.update((s.entry.sequence, None if s.partial else minute_of(s.entry)) for s in on.road.entries)
    return on.minutes


def off_by(target: int, at: int | None, s: Taken) -> int:
    """How many minutes an entry is from a target; whole days where the time of one of them is not known."""
    days, own = DAY * (s.day - target), None if s.partial else minute_of(s.entry)
    return days if at is None or own is None else days + own - at
