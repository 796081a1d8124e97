"""The front door: every name that `import trialrun` gives is documented, typed, lazily loaded, and does on the shipped study what its page says."""

import inspect
import json
import re
import subprocess
import sys
import textwrap
from datetime import date

import pytest

import trialrun
from trialrun import front
from trialrun.cli import main
from trialrun.protocol.language import Protocol

BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_importing_loads_no_room_and_no_library():
    code = (
        "import trialrun, sys; dir(trialrun); print(*[m for m in sys.modules if m.startswith(('trialrun.', 'numpy', 'polars', 'numba'))])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert set(found) <= {"trialrun.compiled_cache"}


def test_the_names_are_those_of_the_front_and_a_dozen_or_so():
    assert trialrun.__all__ == front.__all__ and 10 <= len(trialrun.__all__) <= 16
    assert set(trialrun.__all__) <= set(dir(trialrun))
    assert all(getattr(trialrun, name) is getattr(front, name) for name in trialrun.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing': it has load, check"):
        _ = trialrun.nothing


@pytest.mark.parametrize("name", front.__all__)
def test_each_name_is_typed_and_documented(name):
    value = getattr(trialrun, name)
    told, takes = inspect.getdoc(value), inspect.signature(value).parameters
    assert inspect.signature(value).return_annotation is not inspect.Parameter.empty
    assert all(p.annotation is not inspect.Parameter.empty for p in takes.values())
    for parameter in takes:
        assert re.search(rf"^    {parameter}: ", told, re.MULTILINE), f"{name}: {parameter} is not told"
    assert "Examples:" in told and BLOCK.search(told)


def test_the_examples_run_one_after_another(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {}
    for name in front.__all__:
        block = textwrap.dedent(BLOCK.search(inspect.getdoc(getattr(trialrun, name)))[1])
        exec(compile(block, f"the example of {name}", "exec"), names)
        assert capsys.readouterr().out.strip() or name == "check", name


def test_the_names_agree_with_the_command(tmp_path, capsys):
    def told(*argv):
        capsys.readouterr()
        assert main([*argv, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    study = trialrun.load("maintenance-two-arm")
    assert isinstance(study, Protocol)
    (tmp_path / "study.json").write_text(trialrun.freeze(study), encoding="utf-8")
    assert trialrun.load(tmp_path / "study.json") == trialrun.load(str(tmp_path / "study.json")) == study
    assert trialrun.page(study) == told("page", "maintenance-two-arm")["text"]
    assert trialrun.check(study).as_json() == {**trialrun.check(study).as_json(), "ok": True}
    rows, dates = trialrun.calendar(study, date(2020, 1, 6)), told("calendar", "maintenance-two-arm", "--start", "2020-01-06")["dates"]
    assert [str(x) for x in rows["on"]] == [d["on"] for d in dates] and rows["what"].to_list() == [d["what"] for d in dates]
    journals = trialrun.simulate(study, n=8, seed=4, start=date(2020, 1, 6))
    assert journals == trialrun.simulate("maintenance-two-arm", n=8, seed=4, start="2020-01-06")
    path = tmp_path / "eight.jsonl"
    path.write_text("".join(json.dumps(e.as_json()) + "\n" for entries in journals.values() for e in entries), encoding="utf-8")
    assert trialrun.read_journal(path) == journals
    who, entries = next(iter(journals.items()))
    here = told("walk", "maintenance-two-arm", str(path), "--participant", who)
    assert trialrun.walk(study, entries).as_json() == here
    assert trialrun.walk(study, entries, here["on"]).as_json() == here
    last = max(trialrun.walk(study, e).as_json()["on"] for e in journals.values())
    out = told("analyse", "maintenance-two-arm", str(path), "--cutoff", last, "--out", str(tmp_path / "out"))
    assert json.loads(json.dumps(trialrun.analyse(study, journals, last).as_json())) == out["readout"]
    assert trialrun.schema("study", study) == told("schema", "study", "maintenance-two-arm")
    assert trialrun.version() == trialrun.__version__


def test_what_is_wrong_is_told_with_the_cure(tmp_path):
    for call, says in (
        (lambda: trialrun.load("nothing"), "there is no study 'nothing'"),
        (lambda: trialrun.load(5), "is no study"),
        (lambda: trialrun.page("mt103-211", "pdf"), "format='md'"),
        (lambda: trialrun.schema("x"), "name one of entry"),
        (lambda: trialrun.simulate("mt103-211", n=0), "whole numbers from 1"),
        (lambda: trialrun.calendar("mt103-211", "yesterday"), "YYYY-MM-DD"),
    ):
        with pytest.raises((ValueError, TypeError), match=says):
            call()
