"""Where an investigator's own assessment decides, the derived days name that entry, and the chain tells what it overruled."""

import pytest
from tests.spec.told import FIRST, LATE, derived, ends, marrow, says, told

from trialrun.analysis.results.explain import explain
from trialrun.journey.ready import make_ready
from trialrun.studies.mt103_211.study import MT103_211


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


def entry_of(data, endpoint, column="entry"):
    return next(row[column] for row in data.time_to_event.iter_rows(named=True) if row["endpoint"] == endpoint)


def step_of(chain, part):
    return next(s for s in chain.steps if s.part == part)


def test_a_remission_that_the_investigator_alone_saw_names_the_investigators_entry(ready):
    lines = (*FIRST, marrow(28, 9), says(28, "CR"))
    data = derived(ready, *lines)
    assert ends(data)["CR"] == (None, 1)
    assert (entry_of(data, "CR"), entry_of(data, "RFS", "start_entry")) == (8, 8)
    reached = step_of(explain(ready, told(*lines), "CR", LATE), "Reached by")
    assert reached.entries == (8, 7) and "it overrules PR computed from the values (#7)" in reached.says


def test_a_relapse_that_the_investigator_declared_names_the_investigators_entry(ready):
    lines = (*FIRST, marrow(28), marrow(90), says(90, "haematological relapse"))
    data = derived(ready, *lines)
    assert ends(data)["RFS"] == (62, 1) and entry_of(data, "RFS") == 9
    assert step_of(explain(ready, told(*lines), "RFS", LATE), "Event").entries == (9, 8)
    ended = data.disposition.filter(data.disposition["milestone"] == "safety follow-up")
    assert ended["entry"].to_list() == [9]


@pytest.mark.parametrize("response", ["no response", "Remission complete"])
def test_a_remission_by_the_values_that_the_investigator_overruled_is_told(ready, response):
    lines = (*FIRST, marrow(28), says(28, response))
    assert ends(derived(ready, *lines))["CR"] == (None, 0)
    looked = step_of(explain(ready, told(*lines), "CR", LATE), "Looked at")
    assert looked.entries == (8, 7) and "overrules CR computed" in looked.says


def test_a_relapse_by_the_values_that_the_investigator_overruled_is_told(ready):
    lines = (*FIRST, marrow(28), marrow(90, 40), says(90, "CR"), marrow(190))
    assert ends(derived(ready, *lines))["RFS"] == (162, 0)
    over = step_of(explain(ready, told(*lines), "RFS", LATE), "Overruled")
    assert over.entries == (9, 8) and "it overrules no response computed from the values (#8)" in over.says


def test_an_assessment_that_agrees_overrules_nothing(ready):
    lines = (*FIRST, marrow(28), says(28, "CR"))
    reached = step_of(explain(ready, told(*lines), "CR", LATE), "Reached by")
    assert "as CR computed from the values (#7)" in reached.says and "overrules" not in reached.says
