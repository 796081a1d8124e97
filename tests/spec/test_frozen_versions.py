"""Committed frozen versions of the shipped studies never change, and the latest one is what the folder says."""

import subprocess
from pathlib import Path

import pytest

from trialrun.protocol.frozen.freeze import FIRST_FORMAT, fingerprint, format_of, thaw
from trialrun.protocol.frozen.load import load_folder
from trialrun.protocol.frozen.older import frozen_text, opened
from trialrun.protocol.frozen.shipped import latest_version, shipped

ROOT = Path(__file__).resolve().parents[2]
FROZEN = sorted(path for folder in shipped().values() for path in (folder / "versions").glob("*.json"))
FINGERPRINTS = {
    "maintenance-two-arm@1": "9b3b83386b83dde2b547b6593b95b42eb519d466af313be93295f1b08c173278",
    "mt103-211@1": "713f67a587efed6263e1d4ec905892a7289322469fb77edcea692fff0f3ed6ee",
    "mt103-211@2": "e4ac4b3d2ccb6ea61015423e3105de1ce46c0be84106a7c3a115abaa8973c247",
    "maintenance-two-arm@2": "b4fba9c9ff6e27939b9dcf55f0d108308929df0d874e3b291c734ef3842dc8e2",
    "mt103-211@3": "7b85676850953b84c5f9d46cd9856df012973ea1a810c503677b1f04df049c30",
    "mt103-211@4": "bb90642f3fb106325d6ca04a833bdb0c22adbc18dada64538a9fd839aaf0bf7d",
}  # a new version gets a new line; a line never changes


def test_mt103_211_has_a_frozen_version():
    assert latest_version(shipped()["mt103-211"]) is not None


@pytest.mark.parametrize("path", FROZEN, ids=lambda p: f"{p.parent.parent.name}-{p.stem}")
def test_a_committed_version_is_whole_and_never_changes(path):
    study, mark = thaw(path.read_text(encoding="utf-8"))
    assert path.stem == str(study.version)
    assert FINGERPRINTS[f"{study.name}@{study.version}"] == mark == fingerprint(study)


@pytest.mark.parametrize("path", FROZEN, ids=lambda p: f"{p.parent.parent.name}-{p.stem}")
def test_an_older_version_means_what_its_names_meant_and_keeps_its_text(path):
    text = path.read_text(encoding="utf-8")
    study, mark = opened(text)
    assert frozen_text(study, mark) == text
    if format_of(text) == FIRST_FORMAT:
        assert [e.name for e in study.events if e.last] == ["death"]
        assert all(e.shown == ("is shown" in e.otherwise) for e in study.events if e.nature == "fact")
        assert all(e.called == e.name.removeprefix("decision: ") for e in study.events)
        roles = {m.role for f in study.forms for m in f.items}
        assert {"term", "grade", "reason", "verdict", "cause of death"} <= roles
        assert study.day_one and study.enrolled and study.cycle and study.survival
        assert all(f.about for f in study.published if f.counterpart == "historical control")


@pytest.mark.parametrize("path", FROZEN, ids=lambda p: f"{p.parent.parent.name}-{p.stem}")
def test_git_knows_no_change_of_a_committed_version(path):
    run = subprocess.run(["git", "log", "--format=%h", "--diff-filter=MD", "--", str(path)], cwd=ROOT, capture_output=True, text=True)
    if run.returncode:
        pytest.skip("no git history here: the fingerprints above hold the versions")
    assert run.stdout.split() == []


@pytest.mark.parametrize("name", sorted(shipped()))
def test_the_folder_is_its_latest_version_or_a_newer_one(name):
    folder = shipped()[name]
    study, latest = load_folder(folder), latest_version(folder)
    if latest is None or int(latest.stem) < study.version:
        return
    frozen, mark = thaw(latest.read_text(encoding="utf-8"))
    assert frozen.version == study.version
    assert fingerprint(study) == mark, f"{name} was changed: give it version={study.version + 1} and freeze it with `trialrun freeze`"
