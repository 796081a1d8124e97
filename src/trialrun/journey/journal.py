"""The journal: append-only entries of what people and instruments recorded, with two times; reading, correcting, ordering them.

An entry happened on a day (which may be known in part and is kept as entered) and was recorded at a time. A correction is a new entry
that names the one it replaces; one with null values withdraws it. What stands at a time is computed (`knowledge`), never edited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..protocol.frozen.json_text import NoJson, read_json
from .fields import FIELDS, REQUIRED, shown
from .foreign import SHAPE, no_journal, what_bytes_are, what_text_is

ALWAYS = (
    "participant", "sequence", "happened_on", "at", "recorded_at", "recorded_by", "event", "values", "corrects", "reason", "protocol",
)  # fmt: skip
WHERE_SET = ("visit", "occasion", "continues")


class JournalError(ValueError):
    """A journal that cannot be read, with the place and the cure."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a journal. `happened_on` is kept as entered: YYYY-MM-DD, YYYY-MM or YYYY. `keeps`: a correction that names no values keeps those that it corrects."""

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
    visit: str | None = None
    occasion: int | None = None
    continues: int | None = None
    keeps: bool = False

    def as_json(self) -> dict[str, Any]:
        """The entry as the journal format writes it; `visit`, `occasion` and `continues` only where they are set, no `values` where it keeps others."""
        data = {name: getattr(self, name) for name in ALWAYS if not (self.keeps and name == "values")}
        return data | {name: value for name in WHERE_SET if (value := getattr(self, name)) is not None}


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
    """One entry from JSON data; a missing sequence or recording time is given. Raises JournalError with the place, the field and the cure."""
    if not isinstance(data, Mapping):
        raise JournalError(f"{where}: an entry is a JSON object, not {shown(data)}: {SHAPE}")
    for name in REQUIRED:
        if data.get(name) is None:
            raise JournalError(f"{where}: {name!r} is missing: every entry names {', '.join(REQUIRED)}")
    for name, value in data.items():
        field = FIELDS.get(name)
        if field is None:
            near = get_close_matches(str(name), FIELDS, 1)
            cure = f"did you mean {near[0]!r}?" if near else f"an entry has {', '.join(FIELDS)}"
            raise JournalError(f"{where}: unknown field {shown(name)}; {cure}")
        if (fault := field.fault(value)) is not None:
            raise JournalError(f"{where}, {name}: {fault}")
    corrects, given = _whole(data.get("corrects")), _whole(data.get("sequence"))
    if given is None and (fault := FIELDS["sequence"].fault(sequence)) is not None:
        raise JournalError(f"{where}, sequence: it was left out, and {fault}")
    return Entry(
        data["participant"],
        sequence if given is None else given,
        data["happened_on"],
        data["event"],
        data.get("values", {} if corrects is None else None),
        data.get("recorded_at") or "",
        data.get("recorded_by") or "",
        data.get("at"),
        corrects,
        data.get("reason"),
        data.get("protocol"),
        data.get("visit"),
        _whole(data.get("occasion")),
        _whole(data.get("continues")),
        corrects is not None and "values" not in data,
    )


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def read_lines(text: str, where: str = "the journal") -> list[Entry]:
    """The entries of a JSON Lines text in recorded order. A line ends at a line feed (with or without a carriage return before it) and nowhere else.

    Raises JournalError with file and line: no JSON, a field that cannot be read, a sequence given twice, a text of another format.
    """
    return list(_entries(text.split("\n"), where, lambda: text))


def read_journal(path: Path) -> list[Entry]:
    """The entries of a JSON Lines file, with or without a byte order mark. Raises JournalError; a file of another format is named as what it is."""
    return list(entries_of(path))


def entries_of(path: Path) -> Iterator[Entry]:
    """The entries of a JSON Lines file, one after another as they are read, so that a file may be larger than memory. Raises JournalError."""
    try:
        with path.open("rb") as file:
            if (other := what_bytes_are(file.read(4096))) is not None:
                raise JournalError(no_journal(path.name, other))
            file.seek(0)
            yield from _entries(_decoded(file, path.name), path.name, lambda: path.read_text(encoding="utf-8", errors="replace"))
    except FileNotFoundError:
        raise JournalError(f"there is no journal at {path}") from None


def _decoded(lines: Iterable[bytes], name: str) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            raise JournalError(f"{name}, line {number}: this is not UTF-8 text: write the journal as JSON Lines in UTF-8") from None


def _entries(lines: Iterable[str], where: str, whole: Callable[[], str]) -> Iterator[Entry]:
    """The entries of lines; `whole` is all of the text, asked for where its first line is no entry."""
    numbers: dict[str, _Numbers] = {}
    for number, line in enumerate(lines, 1):
        line = (line.removeprefix("\ufeff") if number == 1 else line).strip(" \t\r\n")
        if not line:
            continue
        place = f"{where}, line {number}"
        try:
            data = read_json(line)
        except NoJson as problem:
            if not numbers and (other := what_text_is(whole())) is not None:
                raise JournalError(no_journal(where, other)) from None
            cure = (
                "; the journal may be cut off here"
                if problem.cut
                else ""
                if numbers or line.startswith("{")
                else f". A journal is JSON Lines: {SHAPE}"
            )
            raise JournalError(f"{place}: this line is no JSON that can be read: {problem}{cure}") from None
        if not numbers and not (isinstance(data, dict) and "participant" in data) and (other := what_text_is(whole())) is not None:
            raise JournalError(no_journal(where, other))
        who = data.get("participant") if isinstance(data, dict) else None
        given = numbers.get(str(who))
        entry = entry_of(data, place, 1 if given is None else given.last + 1)
        given = numbers.get(entry.participant)
        if given is None:
            given = numbers[entry.participant] = _Numbers()
        if not given.take(entry.sequence):
            raise JournalError(
                f"{place}: participant {entry.participant} has sequence {entry.sequence} twice; a correction is a new entry with a new sequence"
            )
        yield entry


class _Numbers:
    """The sequences of one participant: all from 1 to `through`, and the `others`; `last` is the greatest."""

    __slots__ = ("through", "others", "last")

    def __init__(self) -> None:
        self.through = self.last = 0
        self.others: set[int] | None = None

    def take(self, sequence: int) -> bool:
        """Take one more; whether it is new."""
        if 0 < sequence <= self.through or (self.others is not None and sequence in self.others):
            return False
        if sequence == self.through + 1:
            self.through = sequence
        elif self.others is None:
            self.others = {sequence}
        else:
            self.others.add(sequence)
        self.last = max(self.last, sequence)
        return True


def by_participant(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries of many participants, each participant's apart."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.participant, []).append(entry)
    return found
