"""Many journals in little memory: each participant's entries are kept as bytes, and are entries again where they are read."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter

from .journal import Entry

LOOSE = 100_000  # entries that are kept as they come before they are packed
_PARTS = attrgetter(*(f.name for f in fields(Entry)))


def pack(entries: Iterable[Entry]) -> bytes:
    """Entries as bytes, for this run of the program alone: they are never written to a file, and never read from one."""
    return pickle.dumps([_PARTS(e) for e in entries], protocol=pickle.HIGHEST_PROTOCOL)


def unpack(packed: bytes) -> list[Entry]:
    """The entries that were packed."""
    return [Entry(*parts) for parts in pickle.loads(packed)]


class Journals(Mapping[str, list[Entry]]):
    """Journals by participant, some hundred bytes an entry less than as entries. Reading one unpacks it anew."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._kept: dict[str, tuple[bytes, ...]] = {}
        self._loose: dict[str, list[Entry]] = {}
        held = 0
        for e in entries:
            self._loose.setdefault(e.participant, []).append(e)
            held += 1
            if held >= LOOSE:
                self._pack()
                held = 0
        self._pack()

    def keep(self, participant: str, packed: Sequence[bytes]) -> None:
        """Take a participant whose entries are packed already; in place of what was there under the name."""
        self._kept[participant] = tuple(packed)

    def packed(self, participant: str) -> tuple[bytes, ...]:
        """A participant's entries as they are kept."""
        return self._kept[participant]

    def _pack(self) -> None:
        for who, entries in self._loose.items():
            self._kept[who] = (*self._kept.get(who, ()), pack(entries))
        self._loose = {}

    def __getitem__(self, participant: str) -> list[Entry]:
        return entries_of_packed(self._kept[participant])

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


def entries_of_packed(packed: Sequence[bytes]) -> list[Entry]:
    """The entries of one participant, of all the times that some were packed."""
    return unpack(packed[0]) if len(packed) == 1 else [e for part in packed for e in unpack(part)]


def packed_of(journals: Mapping[str, Sequence[Entry]], participant: str) -> tuple[bytes, ...]:
    """A participant's entries as bytes, from journals of any kind."""
    return journals.packed(participant) if isinstance(journals, Journals) else (pack(journals[participant]),)
