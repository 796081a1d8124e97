"""What every journal store must pass: append only, in order, whole, and broken where it was touched."""

import sqlite3

import pytest

from trialrun.journey.journal import Entry
from trialrun.protocol.frozen.freeze import fingerprint, freeze
from trialrun.records.sqlite_journal import StoreError, create, open_journal
from trialrun.studies.mt103_211.study import MT103_211

FROZEN = freeze(MT103_211)

ROWS = [
    Entry("001-001", 1, "2012-03-01", "consent", {}, "2012-03-01T10:00:00Z", "coordinator@001", protocol="s@1"),
    Entry("001-002", 1, "2012-03", "consent", {"note": "ä"}, "2012-03-02T10:00:00Z", "coordinator@001"),
    Entry("001-001", 2, "2012-03-02", "consent", None, "2012-03-03T10:00:00Z", "coordinator@001", corrects=1, reason="wrong person"),
]


@pytest.fixture
def store(tmp_path):
    made = create(tmp_path / "journal.sqlite", FROZEN, fingerprint(MT103_211))
    made.append(ROWS)
    return made


def test_what_was_written_comes_back_in_recorded_order(store):
    assert list(store.entries()) == ROWS
    assert list(store.entries("001-001")) == [ROWS[0], ROWS[2]]
    assert store.participants() == ["001-001", "001-002"]
    assert open_journal(store.path).frozen_study() == FROZEN


def test_a_sequence_is_written_once_and_nothing_of_a_refused_batch_stays(store):
    with pytest.raises(StoreError, match="new sequence"):
        store.append([Entry("001-003", 1, "2012-03-05", "consent"), ROWS[0]])
    assert list(store.entries()) == ROWS and store.broken() == []


@pytest.mark.parametrize(
    "change", ["update entry set body = replace(body, 'consent', 'Consent') where number = 2", "delete from entry where number = 1"]
)
def test_entries_can_be_neither_changed_nor_removed(store, change):
    with sqlite3.connect(store.path) as db, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute(change)
    assert store.broken() == []


@pytest.mark.parametrize(
    "change",
    [
        "update entry set body = replace(body, '2012-03-02', '2012-03-09') where number = 3",
        "update entry set happened_on = '2013-01-01' where number = 1",
        "delete from entry where number = 2",
        "update entry set body = cast(x'7bff22' as text) where number = 2",
        "update entry set body = '[]' where number = 2",
        "update study set frozen = '{}'",
        "update study set frozen = replace(frozen, 'blinatumomab', 'Blinatumomab')",
        "update entry set number = 9 where number = 1; update entry set number = 1 where number = 2; update entry set number = 2 where number = 9",
    ],
)
def test_a_touched_file_is_found_out(store, change):
    with sqlite3.connect(store.path) as db:
        db.executescript(f"drop trigger no_change; drop trigger no_removal; {change};")
    assert store.broken()


def test_the_command_answers_nothing_from_a_touched_file(store):
    import subprocess
    import sys

    with sqlite3.connect(store.path) as db:
        db.executescript("drop trigger no_change; update entry set body = replace(body, '2012-03-02', '2012-03-09') where number = 3;")
    run = subprocess.run(
        [sys.executable, "-m", "trialrun", "walk", str(store.path), "--participant", "001-001"], capture_output=True, text=True
    )
    assert run.returncode == 3 and "was changed from outside" in run.stderr and "backup" in run.stderr


def test_a_byte_changed_anywhere_in_the_file_gives_no_wrong_entry(store):
    """Every byte in turn, far apart: what still opens says that it is broken, or gives what was written; nothing ends in a traceback."""
    import random

    whole = store.path.read_bytes()
    chance = random.Random(5)
    noticed = 0
    for _ in range(60):
        place = chance.randrange(100, len(whole))
        store.path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :])
        try:
            touched = open_journal(store.path)
            if touched.broken():
                noticed += 1
            else:
                assert list(touched.entries()) == ROWS
        except (StoreError, sqlite3.DatabaseError):
            noticed += 1
    store.path.write_bytes(whole)
    assert noticed > 20 and store.broken() == []


def test_a_file_without_entries_is_no_journal(tmp_path):
    with sqlite3.connect(tmp_path / "other.sqlite") as db:
        db.execute("create table study (fingerprint text, frozen text)")
        db.execute("insert into study values ('f', '{}')")
    with pytest.raises(StoreError, match="no journal of TrialRun"):
        open_journal(tmp_path / "other.sqlite")
