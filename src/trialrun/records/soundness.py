"""Whether a journal file is what was written: its tables and triggers, the frozen study, every row of the chain; and whether it can be used now."""

from __future__ import annotations

import errno
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from ..journey.foreign import what_bytes_are
from ..journey.journal import Entry
from ..protocol.frozen.freeze import FrozenError, thaw
from ..protocol.frozen.json_text import NoJson, read_json

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
BUSY = "is locked, for another program is using it: let it finish, or close it, and try again"
AWAY = {
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_FULL": "cannot be written: the disk is full",
    "SQLITE_READONLY": "cannot be written: the file or its folder is read-only",
    "SQLITE_CANTOPEN": "cannot be opened: see that you may read it, and its folder",
    "SQLITE_IOERR": "cannot be read or written: the disk, or the network to it, does not answer",
    "SQLITE_PERM": "cannot be opened: see that you may read it",
    "SQLITE_AUTH": "cannot be opened: see that you may read it",
}


class StoreError(ValueError):
    """A journal file that cannot be used, with the cure."""


class StoreAway(OSError):
    """A journal file that cannot be used now: locked, unreadable, on a full disk."""


def raise_if_away(problem: BaseException, path: Path) -> None:
    """Raises StoreAway where a database's error tells of its surroundings and not of its contents."""
    name = getattr(problem, "sqlite_errorname", "")
    says = next((says for known, says in AWAY.items() if name.startswith(known)), None)
    if says is not None:
        raise StoreAway(errno.EBUSY, says, str(path)) from None


def what_it_is(path: Path) -> str:
    """What a file is that is no journal, in words."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"SQLite format 3\x00"):
        return "is a SQLite database, but no journal of TrialRun"
    if not head:
        return "is empty, and no journal of TrialRun"
    other = what_bytes_are(head)
    return (
        f"is no SQLite database, and so no journal of TrialRun; it {other}"
        if other
        else "is no SQLite database, and so no journal of TrialRun"
    )


def faults(db: sqlite3.Connection) -> list[str]:
    """Every place where an open journal is not what was written."""
    studies = db.execute("select fingerprint, frozen from study").fetchall()
    if len(studies) != 1:
        return [f"the file names {len(studies)} studies, and is written under one"]
    first, frozen = (str(x) for x in studies[0])
    rows = db.execute("select number, participant, sequence, happened_on, event, body, previous, hash from entry order by number")
    return [*_unsound(db), *_declarations(db), *_other_study(frozen, first), *_chain_faults(rows, first)]


@cache
def _declared() -> dict[tuple[str, str], str]:
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(SCHEMA)
        return _master(db)


def _master(db: sqlite3.Connection) -> dict[tuple[str, str], str]:
    rows = db.execute("select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite_%'")
    return {(str(kind), str(name)): str(sql) for kind, name, sql in rows}


def _declarations(db: sqlite3.Connection) -> Iterator[str]:
    """Tables, indices and triggers that are missing, altered or added: the triggers are what keeps entries from being changed."""
    declared, there = _declared(), _master(db)
    for key, sql in declared.items():
        kind, name = key
        if key not in there:
            yield f"the {kind} {name!r} is missing{': entries can be changed or removed unnoticed' if kind == 'trigger' else ''}"
        elif there[key] != sql:
            yield f"the {kind} {name!r} was altered"
    yield from (f"the {kind} {name!r} was added" for kind, name in there if (kind, name) not in declared)


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
            data = data_of(body, where)
            told = [data["participant"], data["sequence"], data["happened_on"], data["event"]]
            if chained(before, body) != mark or told != [participant, sequence, day, event]:
                yield f"{where}: its contents were changed after it was written"
        except StoreError as problem:
            yield str(problem)
        previous, expected = mark, number + 1


def data_of(body: Any, where: str) -> Any:
    """An entry's data. Raises StoreError where its text is no JSON any more."""
    try:
        data = read_json(body) if isinstance(body, str) else None
    except NoJson:
        data = None
    if not isinstance(data, dict) or not {"participant", "sequence", "happened_on", "event"} <= set(data):
        raise StoreError(f"{where}: its contents were changed after it was written, and cannot be read")
    return data


def text_of(e: Entry) -> str:
    """An entry's one canonical text."""
    return json.dumps(e.as_json(), sort_keys=True, ensure_ascii=False)


def chained(previous: Any, body: Any) -> str:
    """The hash of an entry's text chained to the one before."""
    return hashlib.sha256(f"{previous}\n{body}".encode("utf-8", "surrogatepass")).hexdigest()
