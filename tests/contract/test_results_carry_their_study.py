"""A folder of results carries its frozen study and names nothing that is executed (FR2); what does not belong together is refused."""

import json
import shutil

import polars as pl
import pytest

from trialrun.cli import main
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.frozen.load import load
from trialrun.protocol.frozen.shipped import STUDIES

EVIL = 'x = __import__("os").system("touch OWNED")\n'


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder that `simulate` wrote, of a study that does not ship."""
    home = tmp_path_factory.mktemp("results")
    main(["new", "of-my-own", "--in", str(home)])
    assert main(["simulate", str(home / "of-my-own"), "-n", "6", "--out", str(home / "runs")]) == 0
    shutil.rmtree(home / "of-my-own")
    return home / "runs"


def call(capsys, *argv):
    capsys.readouterr()
    code = main([str(a) for a in argv])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, out, err


def changed(folder, **named):
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps(run | named), encoding="utf-8")


def test_FR2_a_simulation_is_analysed_by_the_study_it_carries_though_its_author_is_gone(runs, tmp_path, capsys):
    code, out, _ = call(capsys, "analyse", runs, "--out", tmp_path / "out", "--json")
    study, mark = thaw((runs / "study.json").read_text(encoding="utf-8"))
    assert code == 0 and study.name == "of-my-own" and json.loads(out)["fingerprint"] == mark
    assert (tmp_path / "out" / "study.json").read_bytes() == (runs / "study.json").read_bytes() == freeze(study).encode()
    assert json.loads((runs / "run.json").read_text(encoding="utf-8"))["fingerprint"] == mark
    who = pl.read_parquet(runs / "participants.parquet")["participant"][0]
    code, out, _ = call(capsys, "explain", runs, who, "overall survival", "--json")
    assert code == 0


@pytest.mark.parametrize("named", ["evil.py", "evil", "../evil.py", "trial/evil.py", "/etc/passwd"])
def test_FR2_what_run_json_names_is_never_opened(runs, tmp_path, capsys, monkeypatch, named):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(runs, tmp_path / "runs")
    for place in (tmp_path / "evil.py", tmp_path / "trial" / "evil.py", tmp_path / "runs" / "evil.py", tmp_path / "evil" / "study.py"):
        place.parent.mkdir(exist_ok=True)
        place.write_text(EVIL)
    changed(tmp_path / "runs", study=named)
    assert call(capsys, "analyse", "runs", "--out", "out")[0] == 0, "the study that the folder carries is read, whatever run.json names"
    (tmp_path / "runs" / "study.json").unlink()
    for verb in (
        ("analyse", "runs", "--out", "two"),
        ("explain", "runs", "001-001", "overall survival"),
        ("operating-characteristics", "runs", "--out", "three"),
    ):
        code, _, err = call(capsys, *verb)
        assert code == 3 and "carries no study.json" in err and "simulate again" in err
    assert not list(tmp_path.rglob("OWNED"))


def test_a_folder_whose_study_is_of_another_fingerprint_is_refused(runs, tmp_path, capsys):
    shutil.copytree(runs, tmp_path / "runs")
    other, mark = load(STUDIES / "template")
    (tmp_path / "runs" / "study.json").write_text(freeze(other), encoding="utf-8")
    code, _, err = call(capsys, "analyse", tmp_path / "runs", "--out", tmp_path / "out")
    assert code == 3 and "they are not of one run" in err and mark[:12] in err
    (tmp_path / "runs" / "study.json").write_text(freeze(other)[:-9], encoding="utf-8")
    code, _, err = call(capsys, "analyse", tmp_path / "runs", "--out", tmp_path / "out")
    assert code == 3 and "cut off" in err


@pytest.mark.parametrize(
    "text", ["{", "[1]", '"x"', '{"fingerprint": []}', '{"fingerprint": "abc"}', "[" * 100_000, '{"fingerprint": 5, "seed": 1}']
)
def test_a_run_json_that_cannot_be_read_is_told(runs, tmp_path, capsys, text):
    shutil.copytree(runs, tmp_path / "runs")
    (tmp_path / "runs" / "run.json").write_text(text, encoding="utf-8")
    code, _, err = call(capsys, "analyse", tmp_path / "runs", "--out", tmp_path / "out")
    assert code == 3 and "run.json" in err and "simulate again" in err


def test_an_old_folder_of_a_shipped_version_is_read_by_its_fingerprint(tmp_path, capsys):
    assert call(capsys, "simulate", "maintenance-two-arm", "-n", "4", "--out", tmp_path / "runs")[0] == 0
    (tmp_path / "runs" / "study.json").unlink()
    code, out, _ = call(capsys, "analyse", tmp_path / "runs", "--out", tmp_path / "out", "--json")
    assert code == 0 and json.loads(out)["study"] == "maintenance-two-arm"


def test_journals_are_read_by_the_study_that_came_with_them(tmp_path, capsys):
    assert call(capsys, "demo", "maintenance-two-arm", "--participants", "3", "--out", tmp_path / "demo", "--no-serve")[0] == 0
    mark = json.loads((tmp_path / "demo" / "run.json").read_text(encoding="utf-8"))["fingerprint"]
    for source in ("demo", "demo/journal.sqlite", "demo/journals.jsonl"):
        who = json.loads((tmp_path / "demo" / "journals.jsonl").read_text(encoding="utf-8").splitlines()[0])["participant"]
        code, out, _ = call(capsys, "walk", tmp_path / source, "--participant", who, "--json")
        assert code == 0 and json.loads(out)["fingerprint"] == mark
    changed(tmp_path / "demo", fingerprint="0" * 64)
    code, _, err = call(capsys, "analyse", tmp_path / "demo" / "journal.sqlite", "--out", tmp_path / "out")
    assert code == 3 and "names the study 000000000000" in err


def test_a_simulation_is_never_written_over_another_study(runs, tmp_path, capsys):
    shutil.copytree(runs, tmp_path / "runs")
    shutil.rmtree(tmp_path / "runs" / "parts")
    code, _, err = call(capsys, "simulate", "maintenance-two-arm", "-n", "2", "--out", tmp_path / "runs")
    assert code in (3, 4) and "another" in err
    assert (tmp_path / "runs" / "study.json").read_bytes() == (runs / "study.json").read_bytes()


def test_an_analysis_may_lie_beside_its_simulation_and_be_made_again(runs, tmp_path, capsys):
    shutil.copytree(runs, tmp_path / "runs")
    for _ in range(2):
        assert call(capsys, "analyse", tmp_path / "runs", "--out", tmp_path / "runs")[0] == 0
        assert (tmp_path / "runs" / "study.json").read_bytes() == (runs / "study.json").read_bytes()
        assert call(capsys, "analyse", tmp_path / "runs", "--out", tmp_path / "out")[0] == 0
        assert (tmp_path / "out" / "study.json").is_file()
