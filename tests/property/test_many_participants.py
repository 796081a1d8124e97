"""FR1: many participants are gathered part by part, by one process or several, and make the tables that one pass over all of them would make."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from trialrun.analysis.datasets import datasets, gathering, last_day_of
from trialrun.journey.journal import Entry
from trialrun.journey.packed import Journals, packed_of, unpack
from trialrun.journey.ready import make_ready
from trialrun.processes import done_apart
from trialrun.simulation import replay as again
from trialrun.simulation.virtual import simulate
from trialrun.studies.mt103_211.study import MT103_211

N, START = 90, 734511


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


@pytest.fixture(scope="module")
def people(ready):
    return {entries[0].participant: entries for entries in simulate(ready, N, 1, START)}


def double(x):
    return 2 * x


def fail_on_three(x):
    if x == 3:
        raise ValueError("three")
    return x


def test_fr1_parts_and_processes_change_no_table(ready, people, monkeypatch):
    at_once = datasets(ready, people, last_day_of(people))
    monkeypatch.setattr(gathering, "PART", 20)
    monkeypatch.setattr(gathering, "FEW", 2)
    told = []
    for processes in (1, 2):
        found = datasets(
            ready, Journals(e for entries in people.values() for e in entries), last_day_of(people), processes=processes,
            counted=lambda *n: told.append(n),
        )  # fmt: skip
        assert found.entries == at_once.entries
        for name, frame in at_once.tables().items():
            assert_frame_equal(frame, found.tables()[name])
    assert told == [(20, N), (40, N), (60, N), (80, N), (N, N)] * 2


def test_fr1_a_part_in_which_nobody_is_known_is_passed_over(ready, people, monkeypatch):
    monkeypatch.setattr(gathering, "PART", 1)
    known_at = sorted(e.recorded_at for entries in people.values() for e in entries)[40]
    few = datasets(ready, people, last_day_of(people, known_at), known_at)
    assert 0 < len(few.subject) < N
    assert few.happening["who"].unique().sort().to_list() == list(range(len(few.subject)))


def test_fr1_adverse_events_are_spelled_alike_over_all_parts(ready, people, monkeypatch):
    monkeypatch.setattr(gathering, "PART", 30)
    event = {"category": "other", "grade": 2}
    spelled = [f"{k:03d}-001" for k in range(N)]
    journals = {
        who: [
            Entry(who, 1, "2012-02-27", "consent", {}),
            Entry(who, 2, "2012-03-01", "adverse event", {**event, "term": "PYREXIA " if k % 3 else "pyrexia"}),
        ]
        for k, who in enumerate(spelled)
    }
    events = datasets(ready, journals, last_day_of(journals)).adverse_event
    assert set(events["term"]) == {"PYREXIA"} and set(events["recorded_term"]) == {"PYREXIA ", "pyrexia"}
    assert events.filter(pl.col("recorded_term") == "pyrexia").height == N // 3


def test_fr1_a_run_is_made_again_the_same_by_several_processes(ready, people, monkeypatch):
    monkeypatch.setattr(again, "PART", 20)
    monkeypatch.setattr(again, "FEW", 2)
    run = {"fingerprint": ready.fingerprint, "trials": 1, "n": N, "seed": 1, "nature": "declared", "start": "2012-01-09"}
    done = []
    assert dict(again.replay(ready, run, 1, done.append, 2)) == people
    assert done == [20, 40, 60, 80, 90]


def test_packed_journals_are_the_journals(people, monkeypatch):
    monkeypatch.setattr("trialrun.journey.packed.LOOSE", 7)
    mixed = sorted((e for entries in people.values() for e in entries), key=lambda e: (e.happened_on, e.participant, e.sequence))
    kept = Journals(mixed)
    assert len(kept) == N and set(kept) == set(people)
    for who, entries in people.items():
        assert sorted(kept[who], key=lambda e: e.sequence) == entries
        assert [e for part in packed_of(people, who) for e in unpack(part)] == entries
    assert "nobody" not in kept


@pytest.mark.parametrize("processes", [1, 2])
def test_parts_done_apart_come_in_their_order_and_a_fault_ends_them(processes):
    assert list(done_apart(double, range(20), processes)) == [2 * k for k in range(20)]
    seen = []
    with pytest.raises(ValueError, match="three"):
        for x in done_apart(fail_on_three, range(20), processes):
            seen.append(x)
    assert seen == [0, 1, 2]
