"""The journal: append-only entries of what people and instruments recorded, with two times; reading, correcting, ordering them.

An entry happened on a day (which may be known in part and is kept as entered) and was recorded at a time. A correction is a new entry
that names the one it replaces; one with null values withdraws it. What stands at a time is computed here, never edited.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..protocol.words.times import ordinal

LARGEST = 2**31  # beyond every sequence
FIELDS = (
    "participant", "sequence", "happened_on", "at", "recorded_at", "recorded_by", "event", "values", "corrects", "reason", "protocol",
)  # fmt: skip


class JournalError(ValueError):
    """A journal that cannot be read, with the place and the cure."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a journal. `happened_on` is kept as entered: YYYY-MM-DD, YYYY-MM or YYYY."""

    participant: str
    sequence: int
    happened_on: str
    event: str
    values: Mapping[str, Any] | None = None
    recorded_at: str = ""
    recorded_by: str = ""
    at: str | None = None
    corrects: int | None = None
    reason: str | None = None
    protocol: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry as the journal format writes it."""
        return {name: getattr(self, name) for name in FIELDS}


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry that stands: its day as an ordinal, and its place among the entries of that day."""

    day: int
    place: int
    entry: Entry
    partial: bool = False


@lru_cache(maxsize=65536)
def bounds_of(happened_on: str) -> tuple[int, int]:
    """The first and last day that a date, perhaps known in part, can mean. Raises ValueError for a date that does not exist."""
    parts = happened_on.split("-")
    try:
        if len(parts) == 3:
            day = ordinal(happened_on)
            return day, day
        if len(parts) == 2 and len(happened_on) == 7:
            year, month = int(parts[0]), int(parts[1])
            return date(year, month, 1).toordinal(), date(year, month, monthrange(year, month)[1]).toordinal()
        if len(parts) == 1 and len(happened_on) == 4:
            return date(int(happened_on), 1, 1).toordinal(), date(int(happened_on), 12, 31).toordinal()
    except ValueError:
        pass
    raise ValueError(f"{happened_on!r} is no date: write a day that exists as YYYY-MM-DD, or what is known of it as YYYY-MM or YYYY")


@lru_cache(maxsize=65536)
def instant(text: str, end_of_day: bool = False) -> float:
    """A recorded time as seconds since 1970, UTC; a bare date means its first (or last) second. Raises ValueError with the cure."""
    try:
        if len(text) == 10:
            text += "T23:59:59.999999Z" if end_of_day else "T00:00:00Z"
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (ValueError, TypeError, AttributeError):
        raise ValueError(f"{text!r} is no time: write it as 2012-04-10T08:12:44Z") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def entry_of(data: Mapping[str, Any], where: str, sequence: int) -> Entry:
    """One entry from JSON data; a missing sequence or recording time is given. Raises JournalError with the place and the cure."""
    if not isinstance(data, Mapping):
        raise JournalError(f"{where}: an entry is a JSON object")
    for name in ("participant", "happened_on", "event"):
        if not isinstance(data.get(name), str) or not data[name]:
            raise JournalError(f"{where}: {name!r} is missing or no text")
    unknown = [name for name in data if name not in FIELDS]
    if unknown:
        raise JournalError(f"{where}: unknown field {unknown[0]!r}; an entry has {', '.join(FIELDS)}")
    try:
        bounds_of(data["happened_on"])
        recorded = data.get("recorded_at") or ""
        if recorded:
            instant(recorded)
    except ValueError as problem:
        raise JournalError(f"{where}: {problem}") from None
    corrects, given = data.get("corrects"), data.get("sequence")
    values = data.get("values", {} if corrects is None else None)
    if values is not None and not isinstance(values, Mapping):
        raise JournalError(f"{where}: values are a JSON object or null")
    for name, number in (("sequence", given), ("corrects", corrects)):
        if number is not None and (not isinstance(number, int) or isinstance(number, bool) or not 1 <= number < LARGEST):
            raise JournalError(f"{where}: {name} is a whole number from 1 to {LARGEST - 1:,}, not {number!r}")
    return Entry(
        data["participant"],
        sequence if given is None else given,
        data["happened_on"],
        data["event"],
        values,
        recorded,
        data.get("recorded_by") or "",
        data.get("at"),
        corrects,
        data.get("reason"),
        data.get("protocol"),
    )


def read_lines(text: str, where: str = "the journal") -> list[Entry]:
    """The entries of a JSON Lines text in recorded order.

    Raises JournalError with file and line: no JSON, a date that does not exist, a sequence given twice.
    """
    entries: list[Entry] = []
    last: dict[str, int] = {}
    seen: set[tuple[str, int]] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        place = f"{where}, line {number}"
        try:
            data = json.loads(line, parse_constant=_no_number)
        except ValueError as problem:
            raise JournalError(f"{place}: this line is no JSON ({problem}); the journal may be cut off here") from None
        who = data.get("participant") if isinstance(data, dict) else None
        entry = entry_of(data, place, last.get(str(who), 0) + 1)
        if (entry.participant, entry.sequence) in seen:
            raise JournalError(
                f"{place}: participant {entry.participant} has sequence {entry.sequence} twice; a correction is a new entry with a new sequence"
            )
        seen.add((entry.participant, entry.sequence))
        last[entry.participant] = max(last.get(entry.participant, 0), entry.sequence)
        entries.append(entry)
    return entries


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


def read_journal(path: Path) -> list[Entry]:
    """The entries of a JSON Lines file. Raises JournalError."""
    try:
        return read_lines(path.read_text(encoding="utf-8"), path.name)
    except FileNotFoundError:
        raise JournalError(f"there is no journal at {path}") from None
    except UnicodeDecodeError:
        raise JournalError(f"{path.name} is not UTF-8 text: write the journal as JSON Lines in UTF-8") from None


def by_participant(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries of many participants, each participant's apart."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.participant, []).append(entry)
    return found


def what_stands(entries: Iterable[Entry], known_at: str | None = None) -> list[Standing]:
    """The entries that stand, as known at a time: corrections followed, withdrawals left out, in the order of the walk.

    The order within a day is that of recording (a correction takes the place of what it corrects), death last. A day known in part is
    walked on its middle, but not before an earlier entry of the same period.
    """
    known = sorted(entries, key=lambda e: e.sequence)
    if known_at is not None:
        limit = instant(known_at, True)
        known = [e for e in known if (instant(e.recorded_at) if e.recorded_at else _told(e)) <= limit]
    root: dict[int, int] = {}
    latest: dict[int, Entry] = {}
    for e in known:
        first = root.get(e.corrects, e.corrects) if e.corrects is not None else e.sequence
        if e.corrects is not None and first not in latest:
            first = e.sequence  # what it corrects is not in this journal: it stands by itself
        root[e.sequence] = first
        latest[first] = e
    standing: list[Standing] = []
    for place, e in latest.items():
        if e.corrects is not None and e.values is None:
            continue
        first_day, last_day = bounds_of(e.happened_on)
        if first_day == last_day:
            standing.append(Standing(first_day, place, e))
        else:
            standing.append(Standing(_within(e, place, first_day, last_day, latest), place, e, True))
    standing.sort(key=_order)
    return standing


def _order(s: Standing) -> tuple[int, bool, int]:
    return (s.day, s.entry.event == "death", s.place)


def _told(e: Entry) -> float:
    return (bounds_of(e.happened_on)[0] - 719163) * 86400.0


def assumed_day(happened_on: str) -> int:
    """The day on which a date is walked as far as it says itself: the middle of the period of one known in part."""
    first_day, last_day = bounds_of(happened_on)
    return first_day if first_day == last_day else first_day + (14 if last_day - first_day < 31 else 181)


def _within(e: Entry, place: int, first_day: int, last_day: int, latest: Mapping[int, Entry]) -> int:
    middle = assumed_day(e.happened_on)
    for other_place, other in latest.items():
        low, high = bounds_of(other.happened_on)
        if low == high and first_day <= low <= last_day and (other_place < place or e.event == "death") and other is not e:
            middle = max(middle, low)
    return middle
