"""An embedded journal in one SQLite file: append-only by trigger, chained by hash, with the frozen study beside the entries.

Each entry carries the SHA-256 of its own text and of the entry before it, so a changed, removed, inserted or reordered row shows.
Nothing here knows the time: what was recorded when is part of the entry.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..journey.journal import Entry, entry_of
from .soundness import SCHEMA, StoreError, chained, data_of, faults, raise_if_away, text_of, what_it_is


class Head(NamedTuple):
    """The end of a chain: how many entries, and the hash of the last one."""

    entries: int
    head: str


@dataclass(frozen=True)
class SqliteJournal:
    """Journals of one study in one SQLite file."""

    path: Path

    def append(self, entries: Iterable[Entry]) -> int:
        """Write entries after those that are there, all or none; how many were written.

        Raises StoreError when a participant's sequence is there already, JournalError for an entry that no reader would take.
        """
        with closing(self._open()) as db, db:
            db.execute("begin immediate")
            last = db.execute("select number, hash from entry order by number desc limit 1").fetchone()
            number, previous = last if last else (0, self._first(db))
            rows = []
            for e in entries:
                number += 1
                body = text_of(entry_of(e.as_json(), f"participant {e.participant!r}, sequence {e.sequence}", e.sequence))
                mark = chained(previous, body)
                rows.append((number, e.participant, e.sequence, e.happened_on, e.event, body, previous, mark))
                previous = mark
            try:
                db.executemany("insert into entry values (?,?,?,?,?,?,?,?)", rows)
            except sqlite3.IntegrityError:
                raise StoreError(
                    "an entry with this participant and sequence is in the journal already: a correction takes a new sequence"
                ) from None
            return len(rows)

    def participants(self) -> list[str]:
        """Every participant, sorted."""
        with closing(self._open()) as db:
            return [row[0] for row in db.execute("select distinct participant from entry order by participant")]

    def entries(self, participant: str | None = None) -> Iterator[Entry]:
        """The entries of one participant, or of all, in recorded order."""
        with closing(self._open()) as db:
            where, given = ("where participant = ?", (participant,)) if participant else ("", ())
            for (body,) in db.execute(f"select body from entry {where} order by number", given):
                data = data_of(body, "an entry")
                yield entry_of(data, f"{self.path.name}, {data['participant']} sequence {data['sequence']}", data["sequence"])

    def frozen_study(self) -> str:
        """The frozen study that these journals were written under."""
        with closing(self._open()) as db:
            return str(db.execute("select frozen from study").fetchone()[0])

    def head(self) -> Head:
        """How many entries the journal has, and the hash of the last one (of the study where there is none): the end of the chain."""
        with closing(self._open()) as db:
            found = db.execute("select number, hash from entry order by number desc limit 1").fetchone()
            count = int(db.execute("select count(*) from entry").fetchone()[0])
            return Head(count, str(found[1]) if found else self._first(db))

    def broken(self) -> list[str]:
        """Every place where the journal is not what was written, in words; empty when it is whole. That its end is there, `place_of` tells."""
        try:
            with closing(self._open()) as db:
                return faults(db)
        except sqlite3.DatabaseError as problem:
            raise_if_away(problem, self.path)
            return [f"the file itself is damaged: {problem}"]

    def place_of(self, head: str) -> int | None:
        """The number of the entry whose hash begins with a head that was written down; 0 for that of the empty journal, None where there is none."""
        with closing(self._open()) as db:
            found = db.execute("select number from entry where substr(hash, 1, ?) = ?", (len(head), head)).fetchone()
            return int(found[0]) if found else 0 if self._first(db).startswith(head) else None

    def _open(self) -> sqlite3.Connection:
        if not self.path.is_file():
            raise StoreError(f"there is no journal at {self.path}")
        db = sqlite3.connect(self.path)
        db.text_factory = lambda raw: raw.decode("utf-8", "replace")
        return db

    @staticmethod
    def _first(db: sqlite3.Connection) -> str:
        return str(db.execute("select fingerprint from study").fetchone()[0])


def create(path: Path, frozen: str, fingerprint: str) -> SqliteJournal:
    """A new, empty journal file for a study. Raises StoreError when the file is there."""
    if path.exists():
        raise StoreError(f"{path} is there already: name another file, or remove it yourself")
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(SCHEMA)
        db.execute("insert into study values (?, ?)", (fingerprint, frozen))
    return SqliteJournal(path)


def open_journal(path: Path) -> SqliteJournal:
    """A journal file that is there. Raises StoreError when it is none, StoreAway while it cannot be used."""
    store = SqliteJournal(path)
    try:
        store.frozen_study()
        store.head()
    except (sqlite3.DatabaseError, TypeError) as problem:
        raise_if_away(problem, path)
        raise StoreError(f"{path} {what_it_is(path)}: name the journal.sqlite that a run has written") from None
    return store
