"""Files and folders of every verb: whole or not at all (FR10), never over somebody else's (FR4), never outside the folder named (FR9)."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from trialrun import disk
from trialrun.cli import main
from trialrun.disk import COMPLETE, Occupied, file_name, runs_of, whole_folder, write_whole

ENTRIES = [
    {"participant": "001-004", "happened_on": "2012-03-20", "event": "consent"},
    {"participant": "001-004", "happened_on": "2012-03-25", "event": "screening result", "values": {"eligible": True, "blasts": 70}},
    {"participant": "001-004", "happened_on": "2012-04-09", "event": "infusion start", "values": {"dose": 9}},
]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, hidden ones too."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def journal(folder: Path, **changed) -> Path:
    path = folder / "one.jsonl"
    path.write_text("".join(json.dumps({**e, **changed}) + "\n" for e in ENTRIES), encoding="utf-8")
    return path


def written_by(folder: Path, files: dict[str, str], verb: str = "analyse") -> None:
    with whole_folder(folder, verb, files) as work:
        for name, text in files.items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_text(text)


# A folder of one run ------------------------------------------------------------------------------------------------------------------


def test_a_folder_is_of_one_run_and_its_marker_names_every_file(tmp_path):
    out = tmp_path / "out"
    written_by(out, {"provenance.json": "A", "tables/a.csv": "A", "tables/old/b.csv": "A"})
    assert set(contents(out)) == {"provenance.json", "tables/a.csv", "tables/old/b.csv", COMPLETE}
    (out / "mine.txt").write_text("mine")
    written_by(out, {"provenance.json": "B", "tables/a.csv": "B"})
    assert contents(out).keys() == {"provenance.json", "tables/a.csv", COMPLETE, "mine.txt"}
    assert not (out / "tables" / "old").exists()
    assert runs_of(out)["analyse"] == {name: disk.sha256(out / name) for name in ("provenance.json", "tables/a.csv")}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("there", [True, False])
def test_a_run_that_is_stopped_leaves_what_was_there_FR10(tmp_path, there):
    out = tmp_path / "out"
    if there:
        written_by(out, {"provenance.json": "A", "tables/a.csv": "A"})
    before = contents(tmp_path)
    with pytest.raises(KeyboardInterrupt), whole_folder(out, "analyse") as work:
        (work / "provenance.json").write_text("B")
        raise KeyboardInterrupt
    assert contents(tmp_path) == before


@pytest.mark.parametrize("at", range(9))
def test_a_run_that_is_killed_while_it_moves_in_is_clearly_incomplete_FR10(tmp_path, monkeypatch, at):
    out = tmp_path / "out"
    written_by(out, {"provenance.json": "A", "tables/a.csv": "A", "tables/b.csv": "A"})

    class Killed(BaseException):
        """As if the process were no more."""

    left = [at]

    def counted(function):
        def step(*args, **how):
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return function(*args, **how)

        return step

    monkeypatch.setattr(Path, "unlink", counted(Path.unlink))
    monkeypatch.setattr(os, "replace", counted(os.replace))
    try:
        written_by(out, {"provenance.json": "B", "tables/a.csv": "B", "tables/c.csv": "B"})
    except Killed:
        pass
    monkeypatch.undo()
    found = {
        name: text for name, text in contents(out).items() if name in ("provenance.json", "tables/a.csv", "tables/b.csv", "tables/c.csv")
    }
    assert len(set(found.values())) <= 1, "files of two runs beside each other"
    if (out / COMPLETE).exists():
        assert all(disk.sha256(out / name) == mark for name, mark in runs_of(out)["analyse"].items())
    written_by(out, {"provenance.json": "C", "tables/a.csv": "C"})
    assert {name: text for name, text in contents(out).items() if not name.startswith(".")}.keys() == {
        "provenance.json",
        "tables/a.csv",
        COMPLETE,
    }


@pytest.mark.parametrize("where", ["journal.sqlite", "report.html", "run.json", "complete", "others.jsonl"])
def test_demo_replaces_nobodys_file_FR4(tmp_path, where, capsys):
    (tmp_path / where).write_text("somebody's")
    assert main(["demo", "--participants", "2", "--no-serve", "--out", str(tmp_path)]) == 3
    told = capsys.readouterr()
    assert where in told.err and "--out" in told.err
    assert contents(tmp_path) == {where: b"somebody's"}


@pytest.mark.parametrize(
    ("verb", "where"), [("simulate", "participants.parquet"), ("analyse", "report.html"), ("operating-characteristics", "run.json")]
)
def test_no_verb_replaces_a_file_of_a_folder_that_it_did_not_write_FR4(tmp_path, verb, where, capsys):
    source = [str(journal(tmp_path))] if verb == "analyse" else ["-n", "2"]
    out = tmp_path / "out"
    out.mkdir()
    (out / where).write_text("somebody's")
    assert main([verb, *source, "--out", str(out)]) == 3
    assert where in capsys.readouterr().err and contents(out) == {where: b"somebody's"}


def test_a_demo_follows_a_demo_and_not_what_was_changed_since_FR4(tmp_path, capsys):
    out = tmp_path / "demo"
    for seed in ("1", "2"):
        assert main(["demo", "--participants", "2", "--no-serve", "--seed", seed, "--out", str(out)]) == 0
        assert json.loads((out / "run.json").read_text())["seed"] == int(seed)
    text = capsys.readouterr().out
    assert [name for name in contents(out) if name not in text] == []
    (out / "journals.jsonl").write_text("entered since")
    before = contents(out)
    assert main(["demo", "--participants", "2", "--no-serve", "--out", str(out)]) == 3
    assert "journals.jsonl" in capsys.readouterr().err and contents(out) == before
    assert main(["analyse", str(out), "--out", str(out)]) == 3


@pytest.mark.parametrize("command", [["page"], ["page", "--format", "html"], ["freeze"], ["play"], ["walk", "--virtual", "1", "--plot"]])
def test_a_single_file_replaces_its_own_kind_only_FR4(tmp_path, command, capsys):
    out = tmp_path / "out.file"
    for _ in range(2):
        assert main([*command, "--out", str(out)]) == 0
    whole = out.read_bytes()
    journal(tmp_path).rename(out)
    mine = out.read_bytes()
    assert main([*command, "--out", str(out)]) == 3
    assert "something else" in capsys.readouterr().err and out.read_bytes() == mine != whole


# Names --------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "/etc/x",
        "..",
        ".",
        "",
        ".hidden",
        "a/b",
        "a\\b",
        "CON",
        "nul.txt",
        "x\x00y",
        "x\ny",
        "x" * 300,
        "\u202e",
        "~root",
        "-rf",
        "a:b",
        "\udcff",
    ],
)
def test_no_name_leads_out_of_its_folder_FR9(tmp_path, name):
    safe = file_name(name)
    place = tmp_path / safe
    place.write_text("")
    assert place.parent == tmp_path and [p.name for p in tmp_path.iterdir()] == [safe] and not safe.startswith(".") and len(safe) < 100
    assert file_name(safe) == safe


def test_names_that_differ_stay_apart_FR9():
    names = ["001-004", "001/004", "001_004", "001:004", "Zoë", "../001-004", "001-004 "]
    assert len({file_name(n) for n in names}) == len(names)
    assert file_name("001-004") == "001-004" and file_name("Zoë") == "Zoë"


def test_the_road_of_a_participant_is_drawn_where_it_was_asked_for_FR9(tmp_path, monkeypatch):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    source = journal(tmp_path, participant="../../x")
    before = set(tmp_path.rglob("*"))
    monkeypatch.chdir(inner)
    code = main(["walk", str(source), "--on", "2012-04-20", "--plot"])
    made = set(tmp_path.rglob("*")) - before
    assert code in (0, 3) and {p.parent for p in made} <= {inner} and len(made) == (code == 0)


# The place ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "verb",
    [
        ["page", "--out"],
        ["freeze", "--out"],
        ["play", "--out"],
        ["demo", "--participants", "2", "--no-serve", "--out"],
        ["simulate", "-n", "2", "--out"],
    ],
)
def test_a_full_disk_is_told_and_nothing_half_is_left(tmp_path, verb):
    def little():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))

    command = [sys.executable, "-m", "trialrun", *verb, str(tmp_path / "out"), "--json"]
    environment = {**os.environ, "NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR", "")}
    run = subprocess.run(command, preexec_fn=little, capture_output=True, text=True, env=environment, timeout=120)
    assert run.returncode == 4, run.stderr
    assert json.loads(run.stdout)["code"] == 4 and "Traceback" not in run.stderr
    assert [name for name in contents(tmp_path) if name != "out/parts/plan.json" and name != "out/run.json"] == []


def test_what_is_no_ordinary_file_is_written_into(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    write_whole(pipe, "through")
    assert reader.communicate(timeout=20)[0] == b"through" and not pipe.is_file()


def test_a_file_is_whole_or_as_it_was(tmp_path):
    path = tmp_path / "a.txt"
    write_whole(path, "first")

    def half(place):
        place.write_text("sec")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_whole(path, half)
    assert contents(tmp_path) == {"a.txt": b"first"}
    with pytest.raises(Occupied):
        write_whole(path, "x", like=lambda begin: begin.startswith(b"other"))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_no_half_folder(tmp_path, how):
    command = [sys.executable, "-m", "trialrun", "demo", "--participants", "5000", "--no-serve", "--json", "--out", str(tmp_path / "out")]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while time.monotonic() < until and not list(tmp_path.iterdir()):
        time.sleep(0.05)
    running.send_signal(how)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert "Traceback" not in err and not list(tmp_path.iterdir())
    assert json.loads(out)["code"] == 130


def test_a_new_study_is_whole_or_not_there(tmp_path, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copytree", stopped)
        assert main(["new", "my-study", "--in", str(tmp_path)]) == 130
    assert not list(tmp_path.iterdir())
    assert main(["new", "my-study", "--in", str(tmp_path)]) == 0
    assert main(["new", "../outside", "--in", str(tmp_path)]) == 3
    assert [p.name for p in tmp_path.iterdir()] == ["my-study"]
