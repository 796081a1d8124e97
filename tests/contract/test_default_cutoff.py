"""The cut-off where none is named: the last day that is known and plausible, and what is said of entries that it leaves out."""

import json

import pytest
from tests.spec.told import FIRST, WHO, event, marrow, start, step, told

from trialrun.analysis.datasets import last_day_of
from trialrun.cli import main
from trialrun.protocol.words.times import iso


def asked(capsys, folder, entries, *options, value="drug days"):
    """What `explain` answers, and what it says on standard error."""
    path = folder / "journals.jsonl"
    path.write_text("\n".join(json.dumps(e.as_json()) for e in entries) + "\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["explain", str(path), WHO, value, *options, "--json"]) == 0
    said = capsys.readouterr()
    return json.loads(said.out), said.err


RUNNING = (start(0), step(7), (120, "visit", {"name": "Month 3"}))


def test_a_known_time_takes_no_day_from_entries_not_yet_known(tmp_path, capsys):
    found, _ = asked(capsys, tmp_path, told(*RUNNING), "--known-at", "2012-03-20")
    assert (found["cutoff"], found["value"]) == ("2012-03-12", 8), "the visit of July is not known in March, nor are 28 days of drug"


def test_a_known_time_bounds_the_day(tmp_path, capsys):
    early = (120, "visit", {"name": "Month 3"}, {"recorded_at": "2012-03-13T08:00:00Z"})
    found, _ = asked(capsys, tmp_path, told(start(0), step(7), early), "--known-at", "2012-03-20")
    assert found["cutoff"] <= "2012-03-20"


@pytest.mark.parametrize("recorded", ["2012-04-20T09:00:00Z", ""])
def test_an_entry_dated_after_it_was_recorded_does_not_move_the_cut_off(tmp_path, capsys, recorded):
    wrong = ("2112-04-20", "adverse event", {"term": "Pyrexia", "grade": 1}, {"recorded_at": recorded})
    found, said = asked(capsys, tmp_path, told(*FIRST, marrow(28), wrong))
    assert found["cutoff"] == "2012-04-02"
    assert f"participant {WHO}, sequence 8: adverse event is dated 2112-04-20" in said and "--cutoff" in said
    named, quiet = asked(capsys, tmp_path, told(*FIRST, marrow(28), wrong), "--cutoff", "2012-06-01")
    assert named["cutoff"] == "2012-06-01" and "sequence 8" not in quiet


def test_a_wrong_date_that_was_corrected_or_withdrawn_does_not_move_it(tmp_path, capsys):
    wrong = ("2013-04-20", "adverse event", {"term": "Pyrexia", "grade": 1}, {"recorded_at": "2013-04-21T09:00:00Z"})
    right = ("2012-04-20", "adverse event", {"term": "Pyrexia", "grade": 1}, {"corrects": 7, "recorded_at": "2013-04-22T09:00:00Z"})
    assert asked(capsys, tmp_path, told(*FIRST, wrong, right))[0]["cutoff"] == "2012-04-20"
    gone = ("2013-04-20", "adverse event", None, {"corrects": 7, "recorded_at": "2013-04-22T09:00:00Z"})
    assert asked(capsys, tmp_path, told(*FIRST, wrong, gone))[0]["cutoff"] == "2012-04-02"


def test_a_day_known_in_part_counts_to_its_last_but_not_beyond_its_recording():
    partial = ("2012-06", "death", {}, {"recorded_at": "2012-06-20T09:00:00Z"})
    assert iso(last_day_of({WHO: told(*FIRST, partial)})) == "2012-06-20"
    later = ("2012-06", "death", {}, {"recorded_at": "2012-07-20T09:00:00Z"})
    assert iso(last_day_of({WHO: told(*FIRST, later)})) == "2012-06-30"


def test_where_every_entry_is_dated_ahead_all_count():
    ahead = [(day, what, values, {"recorded_at": "2000-01-01T00:00:00Z"}) for day, what, values in (*FIRST, event(40, "Pyrexia", 1))]
    assert iso(last_day_of({WHO: told(*ahead, screened=False)})) == "2012-04-14"
