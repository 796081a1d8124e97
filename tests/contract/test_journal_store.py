"""What every journal store must pass: append only, in order, whole, and broken where it was touched."""

import json
import sqlite3
from contextlib import closing

import pytest

from trialrun.cli import main
from trialrun.journey.journal import Entry, JournalError
from trialrun.protocol.frozen.freeze import fingerprint, freeze
from trialrun.records.soundness import StoreAway
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


def touch(path, change):
    """Change a file from outside, as somebody would who knows SQLite."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(change)


def said(capsys, *words):
    """The exit code of a command, and its one object."""
    code = main([*map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_verify_prints_count_and_head_and_compares_them(store, capsys):
    """FR6"""
    code, told = said(capsys, "verify", store.path)
    assert code == 0 and told["entries"] == 3 and told["head"] == store.head().head and len(told["head"]) == 64
    for expected in (told["head"], told["head"][:8], told["head"].upper()):
        code, again = said(capsys, "verify", store.path, "--expect", expected)
        assert code == 0 and again["expected"]["entry"] == 3 and again["expected"]["entries since"] == 0
    assert main(["verify", str(store.path)]) == 0
    printed = capsys.readouterr().out
    assert "3 entries, the chain holds" in " ".join(printed.split()) and told["head"] in printed
    store.append([Entry("001-003", 1, "2012-03-04", "consent", {})])
    code, later = said(capsys, "verify", store.path, "--expect", told["head"])
    assert code == 0 and later["expected"] == {"head": told["head"], "entry": 3, "entries since": 1} and later["entries"] == 4


@pytest.mark.parametrize("gone", ["number = 3", "number >= 2", "number > 0"])
def test_the_last_rows_removed_are_found_by_the_head_that_was_written_down(store, capsys, gone):
    """FR6: a chain that is cut at its end holds; only who knows its end can tell."""
    head = store.head().head
    sql = "select sql from sqlite_master where name = 'no_removal'"
    with closing(sqlite3.connect(store.path)) as db:
        trigger = db.execute(sql).fetchone()[0]
    touch(store.path, f"drop trigger no_removal; delete from entry where {gone}; {trigger};")
    assert store.broken() == []
    code, told = said(capsys, "verify", store.path, "--expect", head)
    assert code == 1 and "no entry has the head that is expected" in told["broken"][0] and told["entries"] < 3


def test_the_last_row_written_anew_is_found_by_the_head_that_was_written_down(store, capsys):
    """FR6: a chain made again whole from a changed end."""
    head = store.head().head
    rows = list(store.entries())
    other = create(store.path.with_name("other.sqlite"), FROZEN, fingerprint(MT103_211))
    other.append([*rows[:2], Entry("001-001", 2, "2012-03-02", "death", {})])
    assert other.broken() == [] and said(capsys, "verify", other.path, "--expect", head)[0] == 1
    assert said(capsys, "verify", other.path, "--expect", other.head().head)[0] == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("drop trigger no_change", "the trigger 'no_change' is missing"),
        ("drop trigger no_removal", "the trigger 'no_removal' is missing"),
        ("drop trigger no_change; create trigger no_change before update on entry begin select 1; end", "the trigger 'no_change' was altered"),
        ("create trigger also after insert on entry begin select 1; end", "the trigger 'also' was added"),
        ("drop index entry_of_participant", "the index 'entry_of_participant' is missing"),
        ("create table more (a)", "the table 'more' was added"),
        ("insert into study values ('f', '{}')", "names 2 studies"),
        ("delete from study", "names 0 studies"),
        ("drop trigger no_removal; delete from entry where number = 1", "before entry 2 (001-002, sequence 1): 1 entry is missing"),
        ("drop trigger no_change; update entry set number = 7 where number = 3", "before entry 7 (001-001, sequence 2): 4 entries are missing"),
        ("drop trigger no_change; update entry set hash = previous where number = 3", "entry 3 (001-001, sequence 2): its contents were changed"),
        ("insert into entry select 4, 'x', 1, happened_on, event, body, hash, hash from entry where number = 3", "entry 4 (x, sequence 1): its contents"),
        ("drop trigger no_change; update entry set body = cast(body as blob) where number = 1", "entry 1 (001-001, sequence 1): its contents"),
        ("drop trigger no_change; update entry set body = '{\"a\":' || body where number = 1", "cannot be read"),
    ],
)  # fmt: skip
def test_what_was_done_to_a_file_is_told(store, capsys, change, says):
    """FR6: triggers missing or altered, rows changed, removed, moved, put in."""
    touch(store.path, change + ";")
    found = store.broken()
    assert any(says in f for f in found), found
    if "study" not in change:
        assert said(capsys, "verify", store.path)[0] == 1


@pytest.mark.parametrize("head", ["", "xyz", "1234567", "g" * 64, "0" * 65])
def test_a_head_that_is_none_is_a_wrong_call(store, capsys, head):
    code, told = said(capsys, "verify", store.path, "--expect", head)
    assert code == 2 and "--expect" in told["error"]


def test_the_end_of_the_chain_is_kept_with_what_is_made_from_it(tmp_path, capsys, monkeypatch):
    """FR6"""
    from trialrun.report import output

    monkeypatch.setattr(output, "study_figures", lambda *_: [])
    monkeypatch.setattr(output, "write_pdf", lambda _, path: path.write_bytes(b""))
    code, told = said(capsys, "demo", "--participants", "2", "--out", tmp_path / "demo")
    end = open_journal(tmp_path / "demo" / "journal.sqlite").head()._asdict()
    assert code == 0 and told["journal"] == end == json.loads((tmp_path / "demo" / "run.json").read_text())["journal"]
    assert said(capsys, "verify", tmp_path / "demo" / "journal.sqlite", "--expect", end["head"])[0] == 0
    assert said(capsys, "analyse", tmp_path / "demo", "--out", tmp_path / "out")[0] == 0
    assert json.loads((tmp_path / "out" / "provenance.json").read_text())["journal"] == end


def test_a_locked_file_is_away_and_not_wrong(store, capsys, monkeypatch):
    """FR17: exit code 4, with what to do."""
    connect = sqlite3.connect
    with closing(connect(store.path, isolation_level=None)) as other:
        other.execute("begin exclusive")
        monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **{"timeout": 0.05, **k}))
        for words in (
            ("verify", store.path),
            ("walk", store.path, "--participant", "001-001"),
            ("analyse", store.path, "--out", store.path.parent / "out"),
        ):
            code, told = said(capsys, *words)
            assert code == 4 and "locked, for another program is using it" in told["error"], told
        with pytest.raises(StoreAway):
            store.broken()
    assert store.broken() == []


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty"),
        (b"hello", "is no SQLite database"),
        (b"\x1f\x8b\x08", "is compressed (gzip)"),
        (b"SQLite format 3\x00" + bytes(84), "SQLite database"),
    ],
)
def test_a_file_that_is_no_database_is_told(tmp_path, capsys, raw, says):
    """FR17"""
    path = tmp_path / "a.sqlite"
    path.write_bytes(raw)
    for words in (("verify", path), ("walk", path)):
        code, told = said(capsys, *words)
        assert code == 3 and says in told["error"] and "name the journal.sqlite" in told["error"], told
    assert path.read_bytes() == raw


def test_an_entry_that_no_reader_would_take_is_not_written(store):
    """FR8, FR13"""
    for odd in (
        Entry("../x", 1, "2012-03-05", "consent"),
        Entry("a", 1, "2012-W15-1", "consent"),
        Entry("a", 1, "2012", "consent", {"a": [1]}),
    ):
        with pytest.raises(JournalError):
            store.append([odd])
    assert list(store.entries()) == ROWS and store.broken() == []


def test_two_writers_keep_one_chain(store):
    """The one that comes second waits, and chains to what the first has written."""
    from threading import Thread

    def write(who):
        for n in range(1, 6):
            store.append([Entry(who, n, "2012-03-05", "consent", {})])

    writers = [Thread(target=write, args=(f"9-{k}",)) for k in range(3)]
    for w in writers:
        w.start()
    for w in writers:
        w.join()
    assert store.broken() == [] and store.head().entries == 18
