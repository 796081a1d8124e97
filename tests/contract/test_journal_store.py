"""What every journal store must pass: append only, in order, whole, and broken where it was touched."""

import sqlite3

import pytest

from trialrun.journey.journal import Entry
from trialrun.records.sqlite_journal import StoreError, create, open_journal

ROWS = [
    Entry("001-001", 1, "2012-03-01", "consent", {}, "2012-03-01T10:00:00Z", "coordinator@001", protocol="s@1"),
    Entry("001-002", 1, "2012-03", "consent", {"note": "ä"}, "2012-03-02T10:00:00Z", "coordinator@001"),
    Entry("001-001", 2, "2012-03-02", "consent", None, "2012-03-03T10:00:00Z", "coordinator@001", corrects=1, reason="wrong person"),
]


@pytest.fixture
def store(tmp_path):
    made = create(tmp_path / "journal.sqlite", '{"frozen": 1}', "f" * 64)
    made.append(ROWS)
    return made


def test_what_was_written_comes_back_in_recorded_order(store):
    assert list(store.entries()) == ROWS
    assert list(store.entries("001-001")) == [ROWS[0], ROWS[2]]
    assert store.participants() == ["001-001", "001-002"]
    assert open_journal(store.path).frozen_study() == '{"frozen": 1}'


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
