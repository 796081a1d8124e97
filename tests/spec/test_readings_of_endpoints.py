"""The readings that docs/explanation/endpoints.md states, one named participant for each."""

import pytest
from tests.spec.told import FIRST, LATE, derived, ends, marrow, says, start, step, stop, told

from trialrun.analysis.results.explain import explain
from trialrun.journey.ready import make_ready
from trialrun.studies.mt103_211.study import MT103_211


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


RESPONDS = (*FIRST, marrow(28))
FOLLOWED = (*RESPONDS, (30, "decision: end treatment", {}))
WITHDREW = (*RESPONDS, (50, "withdrawal", {}))


@pytest.mark.parametrize("between", [(40, "new therapy", {"therapy": "chemotherapy"}), (40, "transplant", {})])
def test_new_therapy_or_a_transplant_before_a_response_does_not_bar_it(ready, between):
    found = ends(derived(ready, *FIRST, marrow(28, 30), between, marrow(60)))
    assert found["CR/CRh*"] == (None, 1) and found["HSCT in remission"] == (None, 0)


def test_while_treatment_lasts_a_marrow_counts_however_late(ready):
    assert ends(derived(ready, *FIRST, marrow(300)))["TTR"] == (300, 1)


def test_who_has_neither_a_marrow_nor_a_decision_stays_open(ready):
    visits = [(day, "visit", {"name": name}) for day, name in ((92, "Month 3"), (366, "Month 12"), (731, "Month 24"))]
    rows = {row["endpoint"]: row for row in derived(ready, *FIRST, *visits).time_to_event.iter_rows(named=True)}
    assert rows["CR/CRh*"]["open"] and rows["OS"]["time"] == 731
    assert (rows["EFS"]["time"], rows["EFS"]["cause"], rows["EFS"]["open"]) == (0, 0, True), "censored on day 1, time 0"


def test_a_survival_contact_settles_the_question_of_response(ready):
    rows = {
        row["endpoint"]: row
        for row in derived(ready, *FIRST, (900, "survival contact", {"alive": True})).time_to_event.iter_rows(named=True)
    }
    assert not rows["CR/CRh*"]["open"] and rows["CR/CRh*"]["cause"] == 0
    assert (rows["EFS"]["time"], rows["EFS"]["cause"], rows["EFS"]["open"]) == (0, 1, False), "an event on day 1"


def test_progression_declared_in_follow_up_is_no_relapse_by_itself(ready):
    assert ends(derived(ready, *FOLLOWED, marrow(100), says(120, "PD"), (300, "visit", {"name": "x"})))["RFS"] == (72, 0)
    assert ends(derived(ready, *FOLLOWED, marrow(100), says(120, "PD"), (300, "death", {})))["RFS"] == (272, 1)


def test_it_is_one_from_the_day_on_which_a_marrow_shows_it(ready):
    assert ends(derived(ready, *FOLLOWED, says(120, "PD"), marrow(125, 60)))["RFS"] == (97, 1)
    assert ends(derived(ready, *FOLLOWED, says(120, "PD"), marrow(125, 2, blood_blasts=0.4)))["RFS"] == (97, 1)


def test_on_the_day_of_an_investigators_own_assessment_that_alone_is_read(ready):
    """The marrow of the same day is overruled, and the chain tells so."""
    lines = (*FOLLOWED, marrow(120, 60), says(120, "PD"), (300, "visit", {"name": "x"}))
    assert ends(derived(ready, *lines))["RFS"] == (0, 0)
    over = next(s for s in explain(ready, told(*lines), "RFS", LATE).steps if s.part == "Overruled")
    assert over.entries == (10, 9)


def test_progression_declared_within_treatment_is_a_relapse(ready):
    assert ends(derived(ready, *RESPONDS, says(60, "PD")))["RFS"] == (32, 1)


@pytest.mark.parametrize(
    "line, endpoint, found",
    [
        ((200, "death", {}), "RFS", (172, 1)),
        ((200, "death", {}), "OS", (200, 1)),
        ((100, "haematological relapse", {}), "RFS", (72, 1)),
        (marrow(100, 40), "RFS", (72, 1)),
        ((60, "transplant", {}), "HSCT in remission", (None, 1)),
        ((90, "visit", {"name": "Month 3"}), "OS", (90, 0)),
        (marrow(100), "RFS", (72, 0)),
    ],
)
def test_what_is_recorded_after_a_withdrawal_counts_for_times(ready, line, endpoint, found):
    assert ends(derived(ready, *WITHDREW, line))[endpoint] == found


def test_a_remission_seen_after_a_withdrawal_is_no_response(ready):
    assert ends(derived(ready, *FIRST, (29, "withdrawal", {}), marrow(30)))["CR/CRh*"] == (None, 0)


def test_a_transplant_during_an_infusion_in_remission_counts(ready):
    found = ends(derived(ready, *RESPONDS, start(42, 28), (50, "transplant", {}), stop(51), (200, "visit", {"name": "x"})))
    assert found["HSCT in remission"] == (None, 1) and found["death after HSCT"] == (150, 0)


def test_who_is_infused_after_a_screen_failure_is_not_treated(ready):
    data = derived(ready, (-1, "screen failure", {}), *FIRST, marrow(28))
    assert data.exposure.is_empty() and ends(data) == {}
    assert data.subject.select("treated_on", "drug_days", "planned_amount").row(0) == (None, 0, 0.0)
    assert data.deviation["kind"].to_list().count("act without a rule") == 3, "and each act is shown"
    assert explain(ready, told((-1, "screen failure", {}), *FIRST), "treated", LATE).value is False


def test_drug_after_a_withdrawal_is_shown_and_not_counted(ready):
    again = derived(ready, start(0), stop(5, "other"), (6, "withdrawal", {}), start(10), step(17), stop(38))
    assert again.subject.select("drug_days", "planned_amount").row(0) == (5, 651.0)
    running = derived(ready, start(0), step(7), (10, "withdrawal", {}), stop(12, "other"))
    assert running.subject["drug_days"][0] == 10
    assert "act without a rule" in running.deviation["kind"].to_list()
