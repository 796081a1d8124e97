"""Data sets of almost nobody: every read-out, table, figure and report of one, two or three participants, whatever happened to them.

Empty sets and arms, one participant, no day of follow-up, no event, everyone censored, arms without participants, participants without an arm.
"""

import json
import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

import trialrun
from trialrun.analysis.datasets import datasets, last_day_of
from trialrun.analysis.results.readout import read_out
from trialrun.cli import sources
from trialrun.cli.screen import shown
from trialrun.cli.shown import readout_shown
from trialrun.journey.journal import Entry
from trialrun.report.document import report
from trialrun.report.drawings import study_figures
from trialrun.report.tables import study_tables

BEGIN = date(2012, 3, 5)
TWO, THREE = "maintenance-two-arm", "three"
REMISSION = {"blasts": 2, "neutrophils": 1.4, "platelets": 126, "extramedullary": False}
FIT = {"eligible": True, "blasts": 60}
ASSESSED = {"name": "Week 9", "diameters": 20, "new_lesion": False}

# What may happen: (event, values), in the order in which it is drawn.
ONE_ARM = (
    ("consent", {}), ("screening result", FIT), ("screening result", {**FIT, "prior_salvages": 1, "prior_hsct": True, "age": 70, "sex": "F"}),
    ("screen failure", {}), ("enrolment", {}), ("infusion start", {"dose": 9}), ("infusion start", {}), ("dose change", {"dose": 28}),
    ("response assessment", REMISSION), ("response assessment", {"blasts": 60}), ("response assessment", {}), ("haematological relapse", {}),
    ("adverse event", {"term": "fever", "grade": 5}), ("adverse event", {"term": "fever"}), ("infusion stop", {"reason": "toxicity"}),
    ("decision: end treatment", {}), ("transplant", {}), ("visit", {"name": "Month 3"}), ("survival contact", {"alive": True}),
    ("new therapy", {"therapy": "other"}), ("withdrawal", {}), ("lost to follow-up", {}), ("death", {"cause": "leukaemia"}), ("death", {}),
)  # fmt: skip
WITH_ARMS = (
    ("consent", {}), ("screening result", {"eligible": True, "diameters": 80, "weight": 70, "height": 170}), ("screening result", {"eligible": False}),
    ("randomisation", {"arm": "maintenance"}), ("randomisation", {"arm": "chemotherapy alone"}), ("cycle start", {"dose": 100}), ("cycle start", {}),
    ("blood count", {"neutrophils": 3, "platelets": 200}), ("tumour assessment", ASSESSED), ("tumour assessment", {**ASSESSED, "new_lesion": True}),
    ("adverse event", {"term": "fever", "grade": 5}), ("adverse event", {"term": "rash", "grade": 2}), ("maintenance start", {"dose": 100}),
    ("survival contact", {"alive": True}), ("withdrawal", {}), ("lost to follow-up", {}), ("death", {}),
)  # fmt: skip


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """The two shipped studies, and one of three arms whose sets ask for a cycle, not for an allocation."""
    place = tmp_path_factory.mktemp("studies") / "three"
    shutil.copytree(
        Path(trialrun.__file__).parent / "studies" / "maintenance_two_arm", place, ignore=shutil.ignore_patterns("versions", "__pycache__")
    )
    arms, codes, names = "arms = (control, maintained)", "codes=(control.name, maintained.name", "control, maintained\n"
    changed = {
        "terms.py": [(arms, f'third = arm("third way", source="E3")\n{arms[:-1]}, third)')],
        "criteria.py": [(codes, f"{codes}, third.name"), (names, f"{names[:-1]}, third\n")],
        "endpoints.py": [("randomised_on", "cycle_began")],
    }
    for name, pairs in changed.items():
        text = (place / name).read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, (name, old)
            text = text.replace(old, new)
        (place / name).write_text(text, encoding="utf-8")
    return {name: sources.ready(str(where)) for name, where in (("mt103-211", "mt103-211"), (TWO, TWO), (THREE, place))}


def journal(who, *rows):
    """Entries of (day, event, values), numbered as they stand."""
    return [Entry(who, k, (BEGIN + timedelta(day)).isoformat(), event, dict(values)) for k, (day, event, values) in enumerate(rows, 1)]


def everything(ready, people, figures=False):
    """Every result of the data; what comes out is text and data."""
    data = datasets(ready, people, cutoff=last_day_of(people))
    readout = read_out(data, ready)
    json.dumps(readout.as_json(), allow_nan=False)
    assert readout.as_text() and shown(readout_shown(readout, False))
    for table in study_tables(readout, data, ready.protocol):
        ragged = [line.label for line in table.lines if not line.head and len(line.cells) != len(table.head) - 1]
        assert not ragged, (table.number, ragged)
    if figures:
        import matplotlib.pyplot as plt

        for figure in study_figures(readout, data, ready.protocol):
            figure.draw()
        plt.close("all")
    assert report(readout, data, ready, virtual=None)
    return readout


def test_a_death_on_the_day_of_the_start_is_read_out_FR7(studies):
    """FR7."""
    rows = [(0, "consent", {}), (0, "screening result", {**FIT, "prior_salvages": 1}), (0, "infusion start", {"dose": 9}), (0, "death", {})]
    readout = everything(studies["mt103-211"], {"001-001": journal("001-001", *rows)}, figures=True)
    assert readout.estimates["OS"].events == 1 and readout.estimates["OS"].median.value == 0


@pytest.mark.parametrize("study", [TWO, THREE])
def test_a_participant_without_an_arm_beside_one_with_an_arm_is_read_out_FK8(studies, study):
    """FK8."""
    dosed = [(0, "consent", {}), (0, "screening result", {"eligible": True}), (0, "cycle start", {"dose": 9})]
    fatal = (1, "adverse event", {"term": "fever", "grade": 5})
    allocated = (0, "randomisation", {"arm": "maintenance"})
    other = (0, "randomisation", {"arm": "chemotherapy alone"})
    mild = (1, "adverse event", {"term": "rash", "grade": 2})
    a, b, c = ([*dosed, fatal], [*dosed[:2], allocated, dosed[2], mild], [*dosed[:2], other, dosed[2]])
    for people in ((a, b), (a, b, c), (b, c), (a,), (b,)):
        everything(studies[study], {f"001-00{k}": journal(f"001-00{k}", *rows) for k, rows in enumerate(people, 1)})


def test_three_arms_are_demonstrated_FK8(studies, tmp_path):
    from trialrun.simulation.virtual import simulate

    people = {j[0].participant: j for j in simulate(studies[THREE], 30, seed=1, start=BEGIN.toordinal())}
    readout = everything(studies[THREE], people, figures=True)
    assert {arm for arm, _ in readout.arms[0].arms} == {"chemotherapy alone", "maintenance", "third way"}


def drawn(study, seed):
    """One to three participants of whom anything may be told, on one day or on a few."""
    chance = random.Random(f"{study} {seed}")
    events, people = (ONE_ARM if study == "mt103-211" else WITH_ARMS), {}
    for k in range(1, chance.choice((1, 1, 2, 3)) + 1):
        days = sorted(chance.choice((0, 0, 0, 1, 28, 29, 60, 400)) for _ in range(chance.randint(1, 9)))
        told = sorted(chance.sample(range(len(events)), len(days)))
        if chance.random() < 0.7:
            told, days = [0, 1, *[t for t in told if t > 1]], [0, 0, *days]
        people[f"001-00{k}"] = journal(f"001-00{k}", *((d, *events[t]) for d, t in zip(days, told, strict=False)))
    return people


@pytest.mark.parametrize("study", ["mt103-211", TWO, THREE])
def test_whatever_is_told_of_almost_nobody_is_read_out(studies, study):
    for seed in range(12):
        everything(studies[study], drawn(study, seed))


@pytest.mark.slow
@pytest.mark.parametrize("study", ["mt103-211", TWO, THREE])
def test_whatever_is_told_of_almost_nobody_is_read_out_and_drawn(studies, study):
    for seed in range(100, 180):
        everything(studies[study], drawn(study, seed), figures=True)
