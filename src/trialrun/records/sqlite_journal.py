"""An embedded journal in one SQLite file: append-only by trigger, chained by hash, with the frozen study beside the entries.

Each entry carries the SHA-256 of its own text and of the entry before it, so a changed, removed, inserted or reordered row shows.
Nothing here knows the time: what was recorded when is part of the entry.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..journey.journal import Entry, entry_of
from ..protocol.frozen.freeze import FrozenError, thaw

SCHEMA = """
create table study (fingerprint text not null, frozen text not null);
create table entry (
    number integer primary key, participant text not null, sequence integer not null, happened_on text not null, event text not null,
    body text not null, previous text not null, hash text not null, unique (participant, sequence)
);
create index entry_of_participant on entry (participant, sequence);
create trigger no_change before update on entry begin select raise(abort, 'a journal is append-only: write a correction instead'); end;
create trigger no_removal before delete on entry begin select raise(abort, 'a journal is append-only: write a withdrawal instead'); end;
"""


class StoreError(ValueError):
    """A journal file that cannot be used, with the cure."""


@dataclass(frozen=True)
class SqliteJournal:
    """Journals of one study in one SQLite file."""

    path: Path

    def append(self, entries: Iterable[Entry]) -> int:
        """Write entries after those that are there, all or none; how many were written.

        Raises StoreError when a participant's sequence is there already.
        """
        with closing(self._open()) as db, db:
            last = db.execute("select number, hash from entry order by number desc limit 1").fetchone()
            number, previous = last if last else (0, self._first(db))
            rows = []
            for e in entries:
                number += 1
                body = text_of(e)
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
                data = _read(body, "an entry")
                yield entry_of(data, f"{self.path.name}, {data['participant']} sequence {data['sequence']}", data["sequence"])

    def frozen_study(self) -> str:
        """The frozen study that these journals were written under."""
        with closing(self._open()) as db:
            return str(db.execute("select frozen from study").fetchone()[0])

    def broken(self) -> list[str]:
        """Every place where the chain does not hold, in words; empty when the journal is whole."""
        try:
            with closing(self._open()) as db:
                first, frozen = (str(x) for x in db.execute("select fingerprint, frozen from study").fetchone())
                rows = db.execute("select * from entry order by number")
                return [*_unsound(db), *_other_study(frozen, first), *_chain_faults(rows, first)]
        except sqlite3.DatabaseError as problem:
            if _surroundings(problem):
                raise
            return [f"the file itself is damaged: {problem}"]

    def _open(self) -> sqlite3.Connection:
        if not self.path.is_file():
            raise StoreError(f"there is no journal at {self.path}")
        db = sqlite3.connect(self.path)
        db.text_factory = lambda raw: raw.decode("utf-8", "replace")
        return db

    @staticmethod
    def _first(db: sqlite3.Connection) -> str:
        return str(db.execute("select fingerprint from study").fetchone()[0])


def _chain_faults(rows: Iterable[tuple[Any, ...]], previous: str) -> Iterator[str]:
    """Where the chain of entries does not hold, from the fingerprint that it begins with."""
    expected = 1
    for number, participant, sequence, day, event, body, before, mark in rows:
        where = f"entry {number} ({participant}, sequence {sequence})"
        if number != expected:
            yield f"before {where}: {number - expected} {'entry is' if number - expected == 1 else 'entries are'} missing"
        if before != previous:
            yield f"{where}: what stands before it is not what stood there when it was written"
        try:
            data = _read(body, where)
            told = [data["participant"], data["sequence"], data["happened_on"], data["event"]]
            if chained(before, body) != mark or told != [participant, sequence, day, event]:
                yield f"{where}: its contents were changed after it was written"
        except StoreError as problem:
            yield str(problem)
        previous, expected = mark, number + 1


def _unsound(db: sqlite3.Connection) -> list[str]:
    """What SQLite itself finds wrong with its file."""
    said = [str(row[0]) for row in db.execute("pragma integrity_check(3)")]
    return [] if said == ["ok"] else [f"the file itself is damaged: {text}" for text in said]


def _other_study(frozen: str, mark: str) -> list[str]:
    """Whether the frozen study beside the entries is the one that they were written under."""
    try:
        found = thaw(frozen)[1]
    except FrozenError as problem:
        return [f"the frozen study beside the entries: {problem}"]
    return [] if found == mark else ["the frozen study beside the entries is not the one that they were written under"]


def _read(body: str, where: str) -> Any:
    """An entry's data. Raises StoreError where its text is no JSON any more."""
    try:
        data = json.loads(body)
    except ValueError:
        data = None
    if not isinstance(data, dict) or not {"participant", "sequence", "happened_on", "event"} <= set(data):
        raise StoreError(f"{where}: its contents were changed after it was written, and cannot be read")
    return data


def text_of(e: Entry) -> str:
    """An entry's one canonical text."""
    return json.dumps(e.as_json(), sort_keys=True, ensure_ascii=False)


def chained(previous: str, body: str) -> str:
    """The hash of an entry's text chained to the one before."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def create(path: Path, frozen: str, fingerprint: str) -> SqliteJournal:
    """A new, empty journal file for a study. Raises StoreError when the file is there."""
    if path.exists():
        raise StoreError(f"{path} is there already: name another file, or remove it yourself")
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(SCHEMA)
        db.execute("insert into study values (?, ?)", (fingerprint, frozen))
    return SqliteJournal(path)


def open_journal(path: Path) -> SqliteJournal:
    """A journal file that is there. Raises StoreError when it is none."""
    store = SqliteJournal(path)
    try:
        store.frozen_study()
        with closing(sqlite3.connect(path)) as db:
            db.execute("select count(*) from entry").fetchone()
    except (sqlite3.DatabaseError, TypeError) as problem:
        if _surroundings(problem):
            raise
        raise StoreError(f"{path} is no journal of TrialRun: name the journal.sqlite that a run has written") from None
    return store


def _surroundings(problem: Exception) -> bool:
    """Whether it is not the file that is wrong: it is in use, cannot be reached, or the disk is full."""
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
    wrong = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR)
    return code in (*wrong, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM)
