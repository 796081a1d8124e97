"""The command as another program calls it: exit codes, one JSON object, errors that name the place and the cure."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = [
    {"participant": "001-004", "happened_on": "2012-03-20", "event": "consent"},
    {"participant": "001-004", "happened_on": "2012-03-25", "event": "screening result", "values": {"eligible": True, "blasts": 70}},
    {"participant": "001-004", "happened_on": "2012-04-09", "event": "infusion start"},
]


def trialrun(*args: str, cwd: Path | None = None) -> subprocess.CompletedProcess:
    env = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run([sys.executable, "-m", "trialrun", *args], capture_output=True, text=True, cwd=cwd, env=env, timeout=120)


def journal(folder: Path, rows: list) -> str:
    path = folder / "journal.jsonl"
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows) + "\n")
    return str(path)


def test_walk_gives_one_json_object_in_the_published_format(tmp_path):
    run = trialrun("walk", journal(tmp_path, GOOD), "--on", "2012-04-20", "--json")
    assert run.returncode == 0, run.stderr
    standing = json.loads(run.stdout)
    wanted = ("participant", "on", "known_at", "study", "version", "fingerprint", "phase", "since", "course", "cycle", "cycle_in_course")
    wanted += ("cycles_in_all", "retreatments", "infusion_day", "dose", "remission", "response", "next", "visits", "allowed", "deviations")
    assert [k for k in (*wanted, "undecided") if k not in standing] == []
    assert (standing["phase"], standing["since"], standing["infusion_day"]) == ("infusion", "2012-04-09", 12)
    assert standing["dose"]["amount"] == 28 and standing["dose"]["source"] == "S7"
    assert standing["next"][0]["on"] == "2012-05-07" and standing["next"][0]["source"] == "R1"


def test_standing_meets_its_own_schema(tmp_path):
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is one of the dev extras: make test installs it")
    schema = json.loads(trialrun("schema", "standing", "--json").stdout)
    standing = json.loads(trialrun("walk", journal(tmp_path, GOOD), "--on", "2012-05-10", "--json").stdout)
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(standing)) == []


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{**GOOD[0], "happened_on": "2012-02-30"}], "no date"),
        ([{**GOOD[0], "sequence": 1}, {**GOOD[1], "sequence": 1}], "sequence 1 twice"),
        ([GOOD[0], '{"participant": "001-0'], "cut off"),
        ([{**GOOD[0], "values": [1]}], "JSON object"),
        ([{**GOOD[0], "hapened": 1}], "unknown field"),
        ([{**GOOD[0], "recorded_at": "yesterday"}], "no time"),
    ],
)
def test_a_journal_that_cannot_be_read_is_sent_back_with_line_and_cure(tmp_path, rows, says):
    run = trialrun("walk", journal(tmp_path, rows), "--on", "2012-04-20")
    assert run.returncode == 3
    assert says in run.stderr and "line " in run.stderr and "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"event": "infuson stop"}, "did you mean 'infusion stop'"),
        ({"event": "response assessment", "values": {"blasts": "three"}}, "blasts is a number in %"),
        ({"event": "screening result", "values": {"eligible": "perhaps"}}, "write true or false"),
    ],
)
def test_what_cannot_be_read_is_sent_back_with_its_sequence_and_the_cure(tmp_path, row, says):
    rows = [*GOOD, {"participant": "001-004", "happened_on": "2012-04-10", **row}]
    run = trialrun("walk", journal(tmp_path, rows), "--on", "2012-04-20")
    assert run.returncode == 3 and says in run.stderr and "sequence 4" in run.stderr and "Traceback" not in run.stderr


def test_an_implausible_value_is_taken_and_queried(tmp_path):
    rows = [*GOOD, {"participant": "001-004", "happened_on": "2012-04-10", "event": "response assessment", "values": {"blasts": 340}}]
    run = trialrun("walk", journal(tmp_path, rows), "--on", "2012-04-20", "--json")
    kinds = {(q["item"], q["kind"]) for q in json.loads(run.stdout)["queries"]}
    assert run.returncode == 0 and kinds == {("blasts", "implausible"), ("platelets", "missing"), ("neutrophils", "missing")}


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["walk"], 2),
        (["fly"], 2),
        (["check", "no-such-study"], 3),
        (["calendar", "--start", "2012-13-01"], 2),
        (["schema", "nothing"], 2),
        (["demo", "--participants", "0"], 2),
        (["analyse", "no-such-folder"], 3),
        (["walk", "--virtual", "1", "--on", ""], 2),
        (["walk", "--virtual", "1", "--on", "20120901"], 2),
        (["walk", "--virtual", "1", "--known-at", "soon"], 2),
        (["walk", "--virtual", "1", "--known-at", ""], 2),
        (["analyse", "one.jsonl", "--cutoff", ""], 2),
        (["analyse", "one.jsonl", "--known-at", "2012-02-30"], 2),
        (["explain", "one.jsonl", "x", "OS", "--known-at", "99999999999"], 2),
        (["simulate", "-n", "two"], 2),
        (["calendar"], 2),
        ([], 2),
    ],
)
def test_wrong_calls_have_their_exit_code_and_no_traceback_FR17(args, code, tmp_path, monkeypatch, capsys):
    from trialrun.cli import main

    monkeypatch.chdir(tmp_path)
    assert main(args) == code
    err = capsys.readouterr().err
    assert err.strip() and "Traceback" not in err
    assert main([*args, "--json"]) == code
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told["code"] == code and told["error"] in said.err


def test_a_journal_in_use_is_the_surroundings_fault_FR17(tmp_path, monkeypatch, capsys):
    import sqlite3

    from trialrun.cli import main

    assert main(["demo", "--participants", "2", "--no-serve", "--out", str(tmp_path / "d")]) == 0
    journal = str(tmp_path / "d" / "journal.sqlite")
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path: connect(path, timeout=0.05))
    other = connect(journal, isolation_level=None)
    other.execute("begin exclusive")
    for command in (["verify", journal], ["walk", journal, "--participant", "032-001"], ["analyse", journal, "--out", str(tmp_path / "a")]):
        capsys.readouterr()
        assert main([*command, "--json"]) == 4
        assert "locked" in json.loads(capsys.readouterr().out)["error"]
    other.execute("rollback")
    assert main(["verify", journal]) == 0


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    run = trialrun("demo", "--participants", "2", "--no-serve", "--out", str(tmp_path / "file" / "out"))
    assert run.returncode == 4 and "--out" in run.stderr and "Traceback" not in run.stderr


def test_a_study_with_logic_is_refused_with_the_line(tmp_path):
    (tmp_path / "study.py").write_text("from trialrun.protocol.language import study\nif True:\n    x = 1\n")
    run = trialrun("check", str(tmp_path))
    assert run.returncode == 3 and "study.py:2" in run.stderr and "plain values" in run.stderr


def test_a_frozen_file_that_was_cut_or_edited_is_refused(tmp_path):
    whole = trialrun("freeze").stdout
    cut, edited = tmp_path / "cut.json", tmp_path / "edited.json"
    cut.write_text(whole[: len(whole) // 2])
    edited.write_text(whole.replace("28 days of infusion", "27 days of infusion", 1))
    for path, says in ((cut, "cut off"), (edited, "changed after it was frozen")):
        run = trialrun("check", str(path))
        assert run.returncode == 3 and says in run.stderr, run.stderr
    again = tmp_path / "whole.json"
    again.write_text(whole)
    assert trialrun("freeze", str(again)).stdout == whole


def test_a_refusal_with_json_is_one_object_that_says_why(capsys):
    import json

    from trialrun.cli import main

    assert main(["calendar", "--start", "2012-13-01", "--json"]) == 2
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert told["code"] == 2 and "no date" in told["error"] and told["error"] in err
