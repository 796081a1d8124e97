"""No input makes a verb fail with a library's error: whatever the file holds, the answer is one object, and a refusal a sentence of ours."""

import gzip
import json
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.oracle import journals
from tests.property.described import near_misses
from tests.property.test_schemas import entries_of, stamped

from trialrun.cli import main
from trialrun.protocol.frozen.freeze import freeze
from trialrun.report import output
from trialrun.studies.template.study import STUDY

FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
GOOD = [
    {"participant": "001-004", "happened_on": "2012-03-20", "event": "consent"},
    {"participant": "001-004", "happened_on": "2012-03-25", "event": "screening result", "values": {"eligible": True, "blasts": 70}},
    {"participant": "001-004", "happened_on": "2012-04-09", "event": "infusion start", "values": {"dose": 9}},
]
DEEP = 100_000


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """An analysis that measures everything and writes its data, without the pictures, tables and print, which take long and read no file."""
    monkeypatch.setattr(output, "study_figures", lambda *_: [])
    monkeypatch.setattr(output, "study_tables", lambda *_: [])
    monkeypatch.setattr(output, "report", lambda *_, **__: None)
    monkeypatch.setattr(output, "pieces", lambda *_: [])
    monkeypatch.setattr(output, "write_pdf", lambda _, path: path.write_bytes(b""))


def answered(capsys, *words):
    """The code and the object that a call gives. Fails on a traceback, on two objects or none, on a fault that nobody foresaw."""
    capsys.readouterr()
    code = main([*map(str, words), "--json"])
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert isinstance(told, dict) and "Traceback" not in err and code in (0, 1, 2, 3, 4)
    assert "should not have happened" not in err, err
    assert (code in (0, 1)) == ("error" not in told), told
    if code > 1:
        assert told["code"] == code and 10 < len(told["error"]) < 5000, told
    return code, told


HIS_OWN = {0, 2, 3}  # done; a call, or a file, that the caller can mend


def through(capsys, path, out):
    """A journal's file through every verb that reads one; the exit codes."""
    calls = (("walk", path), ("walk", path, "--on", "2013-01-01", "--known-at", "2012-06-01"), ("analyse", path, "--out", out))
    return [answered(capsys, *words)[0] for words in (*calls, ("explain", path, "001-004", "OS"), ("verify", path))]


def lines(*rows):
    return "\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows).encode("utf-8", "surrogatepass")


NASTY = {
    "empty": b"",
    "blank": b" \n\n",
    "nul": b"\x00" * 50,
    "random": bytes(range(256)) * 20,
    "gzip": gzip.compress(lines(*GOOD)),
    "utf-16": lines(*GOOD).decode().encode("utf-16"),
    "latin": lines({**GOOD[0], "reason": "x"}).replace(b'"x"', b'"\xe4"'),
    "brackets": b"[" * DEEP,
    "braces": b'{"a":' * DEEP,
    "nested values": lines(*GOOD, '{"participant": "001-004", "happened_on": "2012-05-01", "event": "visit", "values": ' + '{"a":' * 900 + "1" + "}" * 901),
    "csv": b"participant,happened_on\n1,2\n",
    "xml": b"<?xml version='1.0'?><a/>",
    "array": json.dumps(GOOD).encode(),
    "half a pair": lines(*GOOD, r'{"participant": "001-004", "happened_on": "2012-05-01", "event": "visit", "reason": "\ud800"}'),
    "long line": lines(*GOOD, {**GOOD[0], "reason": "x" * 200_000, "event": "visit"}),
    "huge number": lines(*GOOD, '{"participant": "001-004", "happened_on": "2012-05-01", "event": "visit", "values": {"name": 1' + "0" * 5000 + "}}"),
    "year 1": lines(*GOOD, {**GOOD[2], "happened_on": "0001-01-01", "event": "death"}),
    "year 9999": lines(*GOOD, {**GOOD[2], "happened_on": "9999-12-31", "event": "death"}),
    "first moment": lines(*({**g, "recorded_at": "0001-01-01T00:00:00+23:59"} for g in GOOD)),
    "last moment": lines(*({**g, "recorded_at": "9999-12-31T23:59:59.999999-23:59"} for g in GOOD)),
    "odd text": lines(*GOOD, {**GOOD[0], "event": "adverse event", "values": {"term": "\x1b[31m\u202e=1\r\n\ufffe\uffff\u2028", "grade": 3}}),
    "corrects itself": lines(*GOOD, {**GOOD[2], "sequence": 4, "corrects": 4}),
    "corrects in a ring": lines(*GOOD, {**GOOD[2], "sequence": 4, "corrects": 5}, {**GOOD[2], "sequence": 5, "corrects": 4}),
    "corrects what is not there": lines(*GOOD, {**GOOD[2], "sequence": 4, "corrects": 2_000_000_000}),
    "continues itself": lines(*GOOD, {**GOOD[0], "event": "adverse event", "sequence": 4, "continues": 4, "values": {"term": "a", "grade": 1}}),
    "occasion": lines(*GOOD, {**GOOD[0], "event": "visit", "values": {"name": "Month 3"}, "visit": "Month 3", "occasion": 2_000_000_000}),
    "all withdrawn": lines(*GOOD, *({**g, "sequence": k + 3, "corrects": k, "values": None} for k, g in enumerate(GOOD, 1))),
    "only a death": lines({**GOOD[0], "event": "death"}),
    "two people": lines(*GOOD, {**GOOD[0], "participant": "001-005"}),
    "known in part": lines(*({**g, "happened_on": "2012"} for g in GOOD)),
    "odd times": lines(*({**g, "at": at} for g, at in zip(GOOD, ("25:99", "", "noon"), strict=True))),
    "odd protocols": lines(*({**g, "protocol": at} for g, at in zip(GOOD, ("@", "mt103-211@x", "mt103-211@99999999999"), strict=True))),
}  # fmt: skip


@pytest.mark.parametrize("suffix", ["jsonl", "sqlite", "db", "json", "txt"])
@pytest.mark.parametrize("name", NASTY)
def test_nasty_files(tmp_path, capsys, name, suffix):
    """FR13, FV9"""
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(NASTY[name])
    if suffix in ("jsonl", "sqlite"):
        through(capsys, path, tmp_path / "out")
    else:
        answered(capsys, "walk", path)
    if suffix in ("jsonl", "json"):
        code, _ = answered(capsys, "check", path)
        assert code == 3


@pytest.mark.parametrize("place", ["a folder", "nowhere", "a folder named .jsonl", "an unreadable link"])
def test_what_is_no_file(tmp_path, capsys, place):
    path = {"a folder": tmp_path, "nowhere": tmp_path / "x.jsonl", "an unreadable link": tmp_path / "l.jsonl"}.get(
        place, tmp_path / "d.jsonl"
    )
    if place == "an unreadable link":
        path.symlink_to(path)
    elif place == "a folder named .jsonl":
        path.mkdir()
    assert set(through(capsys, path, tmp_path / "out")) <= {2, 3} and answered(capsys, "check", path)[0] in (2, 3)


@FUZZ
@given(st.lists(entries_of("mt103-211") | near_misses(entries_of("mt103-211")), min_size=1, max_size=3), st.integers(0, 3), st.booleans())
def test_journals_with_odd_entries(tmp_path_factory, capsys, odd, place, one):
    """FR13: what the schema accepts, and what it just does not, between entries that are right."""
    folder = tmp_path_factory.mktemp("odd")
    rows = [*GOOD[:place], *({**e, "participant": "001-004"} if one and isinstance(e, dict) else e for e in odd), *GOOD[place:]]
    (folder / "a.jsonl").write_bytes(lines(*(r if isinstance(r, dict) else json.dumps(r) for r in rows)))
    codes = {
        answered(capsys, *words)[0]
        for words in (("walk", folder / "a.jsonl", "--participant", "001-004"), ("explain", folder / "a.jsonl", "001-004", "OS"))
    }
    assert codes <= HIS_OWN


@settings(FUZZ, max_examples=15)
@given(st.integers(0, 10**6), st.lists(entries_of("mt103-211"), max_size=3))
def test_analyses_of_odd_journals(tmp_path_factory, capsys, seed, odd):
    """FR13"""
    folder = tmp_path_factory.mktemp("odd")
    rows = [*journals.wild_journal(seed), *({k: v for k, v in e.items() if k != "sequence"} for e in odd)]
    (folder / "a.jsonl").write_bytes(lines(*rows))
    assert answered(capsys, "analyse", folder / "a.jsonl", "--out", folder / "out")[0] in HIS_OWN


@FUZZ
@given(st.binary(max_size=30), st.integers(0, 400), st.integers(0, 30))
def test_journals_with_bytes_put_in_or_taken_out(tmp_path_factory, capsys, junk, at, gone):
    """FR13"""
    path = tmp_path_factory.getbasetemp() / "bytes.jsonl"
    raw = lines(*GOOD)
    path.write_bytes(raw[:at] + junk + raw[at + gone :])
    assert answered(capsys, "walk", path)[0] in HIS_OWN


@settings(FUZZ, max_examples=20)
@given(near_misses(st.just(json.loads(freeze(STUDY))["study"])), st.booleans(), st.integers(0, 10**5))
def test_frozen_studies_that_were_changed(tmp_path_factory, capsys, study, right, cut):
    """FR13: with the fingerprint of what they hold now, or cut off anywhere."""
    path = tmp_path_factory.getbasetemp() / "study.json"
    text = stamped(study)
    path.write_text(text if right else text[: cut % len(text)], encoding="utf-8")
    for words in (("check", path), ("page", path), ("walk", path, path), ("calendar", path, "--start", "2012-01-01")):
        assert answered(capsys, *words)[0] in HIS_OWN | {1}


@settings(FUZZ, max_examples=30)
@given(st.binary(min_size=1, max_size=40), st.floats(0, 1))
def test_stores_with_bytes_changed(tmp_path_factory, capsys, junk, where):
    """FR13, FR6"""
    path = tmp_path_factory.getbasetemp() / "store.sqlite"
    raw = whole_store(tmp_path_factory)
    at = int(where * len(raw))
    path.write_bytes((raw[:at] + junk + raw[at + len(junk) :])[: len(raw)])
    assert answered(capsys, "verify", path)[0] in HIS_OWN | {1} and answered(capsys, "walk", path, "--participant", "001-004")[0] in HIS_OWN


KEPT: list[bytes] = []


def whole_store(factory):
    """The bytes of a store of three entries."""
    if not KEPT:
        from trialrun.journey.journal import read_lines
        from trialrun.protocol.frozen.freeze import fingerprint
        from trialrun.records.sqlite_journal import create

        path = factory.mktemp("store") / "a.sqlite"
        create(path, freeze(STUDY), fingerprint(STUDY)).append(read_lines(lines(*GOOD).decode()))
        KEPT.append(path.read_bytes())
    return KEPT[0]


@pytest.mark.parametrize("table", ["study", "entry"])
def test_a_store_without_its_tables(tmp_path, capsys, tmp_path_factory, table):
    path = tmp_path / "a.sqlite"
    path.write_bytes(whole_store(tmp_path_factory))
    with sqlite3.connect(path) as db:
        db.execute(f"drop table {table}")
    assert answered(capsys, "verify", path)[0] == 3
