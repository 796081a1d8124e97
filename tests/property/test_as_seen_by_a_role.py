"""Two participants who differ in their arm alone are the same to a role that is kept blind, in every output, for generated studies too."""

import json
import random
from dataclasses import replace

import pytest
from tests.constructs import studies
from tests.constructs.agreement import entries_of

from trialrun.analysis.datasets import datasets
from trialrun.analysis.results.readout import read_out
from trialrun.journey.ready import make_ready
from trialrun.journey.seen import view_of
from trialrun.journey.standing import where
from trialrun.journey.standing_text import as_text
from trialrun.protocol.seen import as_seen_by
from trialrun.web.play import play_html

ROWS = [row for row in studies.rows() if row["arms"] != "none"]
SAMPLE = random.Random(11).sample(range(len(ROWS)), 12)
ROLE = "reader"


def in_the_other_arm(study, journal):
    other = {study.arms[0].name: study.arms[1].name, study.arms[1].name: study.arms[0].name}
    return [{**e, "values": {k: other[v] if k == "arm" else v for k, v in e["values"].items()}} for e in journal]


@pytest.mark.parametrize("number", SAMPLE)
def test_a_blinded_role_cannot_tell_two_participants_apart_who_differ_in_their_arm(number, tmp_path):
    study = studies.study_of(ROWS[number])
    view = view_of(study, ROLE)
    ready = make_ready(view.study, cache=tmp_path)
    for seed in range(1, 4):
        journal = studies.journal_of(study, 100 * number + seed)
        pair = [entries_of(j) for j in (journal, in_the_other_arm(study, journal))]
        assert pair[0] != pair[1]
        seen = [view.entries(entries) for entries in pair]
        assert seen[0] == seen[1]
        on = journal[-1]["day"] + 30
        told = where(ready, seen[0], on)
        said = json.dumps(told.as_json()) + as_text(told)
        assert "B b" not in said and told.as_json().get("arm") is None
        assert {e.sequence for e in seen[0]} == set(range(1, len(seen[0]) + 1)) or not (view.hidden or view.role.forms)


@pytest.mark.parametrize("number", SAMPLE[:4])
def test_the_study_that_a_blinded_role_sees_runs_in_every_part(number, tmp_path):
    study = studies.study_of(ROWS[number])
    view = view_of(study, ROLE)
    ready = make_ready(view.study, cache=tmp_path)
    people = {
        f"00{k}": [replace(e, participant=f"00{k}") for e in view.entries(entries_of(studies.journal_of(study, k)))] for k in range(6)
    }
    data = datasets(ready, people, studies.DAY_1 + 200)
    readout = read_out(data, ready)
    assert not readout.arms
    assert "B b" not in json.dumps(readout.as_json(), default=str)
    assert "B b" not in play_html(ready)
    assert not [m for f in view.study.forms for m in f.items if m.role == "arm" or m.name == "yes"]


def test_a_role_that_is_not_blinded_sees_all_of_it():
    study = studies.study_of(ROWS[0])
    assert as_seen_by(study, "site") == study
    entries = entries_of(studies.journal_of(study, 5))
    assert view_of(study, "site").entries(entries) == entries


def test_an_entry_that_corrects_or_continues_a_hidden_one_is_hidden_with_it():
    study = next(s for s in map(studies.study_of, ROWS) if "tell" in s.roles[0].forms)
    journal = [
        {"sequence": 1, "day": studies.DAY_1, "event": "start", "values": {}},
        {"sequence": 2, "day": studies.DAY_1, "event": "tell", "values": {}},
        {"sequence": 3, "day": studies.DAY_1, "event": "start", "values": {}, "corrects": 2, "reason": "it was a start"},
        {"sequence": 5, "day": studies.DAY_1 + 1, "event": "unheard of", "values": {"arm": "A"}},
        {"sequence": 6, "day": studies.DAY_1 + 1, "event": "stop", "values": {"arm": "A", "note": "arm A"}},
    ]
    seen = view_of(study, ROLE).entries(entries_of(journal))
    assert [(e.sequence, e.event, e.values) for e in seen] == [(1, "start", {}), (2, "stop", {})]
