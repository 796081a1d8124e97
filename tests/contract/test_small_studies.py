"""Studies that have almost nothing: FR5, one phase, one fact and no clock, and others of that kind, through every verb."""

import json

import pytest

from trialrun.cli import main

HEAD = "from trialrun.protocol.language import *\n"
STUDIES = {
    "no clock": """
a = phase("here", source="S1", waits="no clock")
b = phase("gone", end=True, reason="over", source="S1")
go = fact("goes", "S1", otherwise="it is recorded")
""",
    "a flag and no clock": """
a = phase("here", source="S1", waits="no clock")
b = phase("gone", end=True, reason="over", source="S1")
go = fact("goes", "S1", otherwise="it is recorded")
once = flag("once", source="S1")
""",
}
TAIL = """
f = form("goes", source="S1", yields=gives(go))
phases = {phases}
STUDY = study("small", version=1, title="A small study", begins=a, statements=(statement("S1", "one goes"),), phases=phases, events=(go,),
    rules=(rule("S1", "it ends", at=a, on=go, to={to}, do={do}),), forms=(f,), flags={flags})
"""


@pytest.fixture(params=STUDIES)
def study(request, tmp_path):
    text = STUDIES[request.param]
    flags = "(once,)" if "once" in text else "()"
    tail = TAIL.format(
        phases="(a, b)",
        to="b",
        do="put(once, True)" if "once" in text else "()",
        flags=flags,
    )
    path = tmp_path / "small.py"
    path.write_text(HEAD + text + tail, encoding="utf-8")
    return path


def told(capsys, *argv):
    """The exit code of a call and the object that it prints."""
    code = main([*map(str, argv), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_FR5_a_study_without_a_clock_is_checked(study, capsys):
    """FR5."""
    code, found = told(capsys, "check", study)
    assert found["statuses"] >= 1 and code == (1 if found["findings"] else 0)
    assert all("reshape" not in f["says"] for f in found["findings"])


@pytest.mark.parametrize("verb", ["page", "freeze", "play"])
def test_it_is_written(study, verb, tmp_path, capsys):
    code, _ = told(capsys, verb, study, "--out", tmp_path / f"{verb}.out")
    assert code == 0 and (tmp_path / f"{verb}.out").stat().st_size > 0


def test_it_is_walked_simulated_and_analysed(study, tmp_path, capsys):
    journal = tmp_path / "one.jsonl"
    journal.write_text(
        json.dumps({"participant": "1", "sequence": 1, "happened_on": "2020-01-01", "event": "goes"}) + "\n", encoding="utf-8"
    )
    code, found = told(capsys, "walk", study, journal, "--on", "2020-02-01")
    assert code == 0 and found["phase"] in ("here", "gone") and found["doses"] == [] and found["visits"] == []
    code, _ = told(capsys, "simulate", study, "-n", "3", "--seed", "1", "--out", tmp_path / "trial")
    assert code == 0
    code, found = told(capsys, "analyse", study, journal, "--out", tmp_path / "analysis")
    assert code == 0
