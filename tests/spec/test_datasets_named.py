"""What the tables hold beside the endpoints: phases, cycles, the sentences behind a milestone, one spelling for one term."""

import polars as pl
import pytest
from tests.spec.told import FIRST, SECOND, WHO, derived, event, marrow, start, stop

from trialrun.analysis.results.readout import read_out
from trialrun.journey.ready import make_ready
from trialrun.report.data_written import dictionary
from trialrun.report.tables.adverse import adverse_tables
from trialrun.studies.mt103_211.study import MT103_211


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


RETREATED = (
    *FIRST,
    marrow(28),
    (35, "decision: end treatment", {}),
    marrow(100, 40),
    (102, "decision: retreatment", {}),
    start(105),
    stop(133),
    marrow(133),
)


def test_a_sample_of_follow_up_is_told_from_one_of_a_cycle_by_its_phase(ready):
    rows = derived(ready, *RETREATED).laboratory.filter((pl.col("test") == "blasts") & ~pl.col("baseline"))
    assert rows.select("study_day", "cycle", "phase").rows() == [
        (29, 1, "treatment-free"),
        (101, 1, "efficacy follow-up"),
        (134, 2, "treatment-free"),
    ]
    assert derived(ready, *RETREATED).response["phase"].to_list() == rows["phase"].to_list()


def test_a_cycle_is_counted_in_all_courses_and_the_dictionary_says_so(ready):
    data = derived(ready, *RETREATED)
    assert data.exposure.select("course", "cycle").unique().sort("course").rows() == [(1, 1), (2, 2)]
    told_of = {(t, c): meaning for t, c, _, meaning in dictionary(data, ready.protocol).rows()}
    assert told_of[("exposure", "cycle")] == "cycle, counted in all courses, as it stood on the day"
    assert "as recorded or as it stood" not in {
        told_of[key]
        for key in (
            ("laboratory", "phase"),
            ("disposition", "says"),
            ("adverse_event", "recorded_term"),
            ("query", "item"),
            ("query", "event"),
        )
    }


def test_a_milestone_that_a_rule_brought_says_the_rule(ready):
    rows = derived(ready, *FIRST, marrow(28, 30), *SECOND, marrow(70, 30)).disposition
    ended = rows.filter(pl.col("milestone") == "safety follow-up").row(0, named=True)
    assert (ended["says"], ended["source"], ended["entry"]) == ("two cycles without remission end treatment", "U1", 10)
    recorded = rows.filter(pl.col("milestone") == "enrolment").row(0, named=True)
    assert recorded["says"] is None and recorded["source"] is None


def test_terms_that_differ_only_in_case_or_outer_spaces_are_one(ready):
    events = [event(day, term, 2, category) for day, term, category in (
        (3, "Pyrexia", "other"), (4, "pyrexia", "Other"), (5, "PYREXIA ", "other"), (6, " pyrexia", "OTHER"), (7, "Headache", "nervous"), (8, "headache", "nervous"),
    )]  # fmt: skip
    data = derived(ready, *FIRST, *events)
    rows = data.adverse_event
    assert rows["term"].to_list() == ["pyrexia"] * 4 + ["Headache"] * 2, "the most frequent spelling; of equals the first of the alphabet"
    assert rows["category"].to_list()[:4] == ["other"] * 4
    assert rows["recorded_term"].to_list()[:4] == ["Pyrexia", "pyrexia", "PYREXIA ", " pyrexia"], "what was recorded is kept"
    table = next(t for t in adverse_tables(read_out(data, ready), data, ready.protocol) if t.number == "14.3.1.2")
    counted = {line.label: line.cells[-1] for line in table.lines}
    assert counted["pyrexia"] == "4" and counted["other"] == "4" and counted["Headache"] == "2"


def test_an_event_without_a_term_stays_without_one(ready):
    rows = derived(ready, *FIRST, (5, "adverse event", {"grade": 2})).adverse_event
    assert rows.select("participant", "term", "recorded_term").row(0) == (WHO, None, None)
