"""Why a value is what it is, one named participant for each sentence: what kept a day from counting, which day was assumed, by which names to ask."""

import pytest
from tests.spec.told import FIRST, LATE, SECOND, THIRD, marrow, start, step, stop, told

from trialrun.analysis.results.explain import explain
from trialrun.journey.ready import make_ready
from trialrun.studies.mt103_211.study import MT103_211


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


def steps(ready, value, *lines, part="Not counted"):
    chain = explain(ready, told(*lines), value, LATE)
    return chain, [s for s in chain.steps if s.part == part]


CONTACT = {"alive": True, "new_therapy": True}
BETWEEN = {
    "new therapy ten days before": ((50, "new therapy", {"therapy": "chemotherapy"}), (60, "transplant", {})),
    "new therapy recorded before it on its day": ((60, "new therapy", {}), (60, "transplant", {})),
    "new therapy told at a contact": ((50, "survival contact", CONTACT), (60, "transplant", {})),
    "new therapy long before": ((60, "survival contact", CONTACT), (720, "transplant", {})),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_a_transplant_after_new_therapy_names_both_and_says_why(ready, name):
    chain, (kept,) = steps(ready, "HSCT in remission", *FIRST, marrow(28), *BETWEEN[name])
    assert chain.value is False
    assert kept.entries == (9, 8) and "new " in kept.says and "came between “remission began” and it" in kept.says
    assert {8, 9} <= {e.sequence for e in chain.entries}
    assert all("none of these:" not in s.says for s in chain.steps)


def test_a_transplant_without_a_remission_says_so(ready):
    _, (kept,) = steps(ready, "HSCT in remission", *FIRST, marrow(28, 30), (60, "transplant", {}))
    assert kept.entries == (8,) and "not so: ‘in remission’ holds" in kept.says


def test_a_remission_in_the_third_cycle_says_why_it_does_not_count_and_cites_no_sentence(ready):
    lines = (*FIRST, marrow(28, 30), *SECOND, marrow(70, 30), *THIRD, marrow(112))
    _, (kept,) = steps(ready, "CR/CRh*", *lines)
    assert kept.entries == (13,) and "cycle 3: not so: the count ‘cycles begun’ is at most 2" in kept.says
    assert kept.spoke is None, "what the walk did with it is not why it counts"


def test_a_remission_too_late_after_the_last_dose_says_so(ready):
    _, (kept,) = steps(ready, "CR", *FIRST, (30, "decision: end treatment", {}), marrow(42))
    assert "not so: it is not more than 14 days after ‘last day with drug’" in kept.says


def test_a_marrow_before_the_first_infusion_says_so(ready):
    _, (kept,) = steps(ready, "primary", marrow(-3), *FIRST, marrow(28, 30))
    assert kept.entries == (4,) and "it came in screening" in kept.says


@pytest.mark.parametrize(
    "lines, sequence, says, entries",
    [
        (((200, "visit", {"name": "Month 6"}), ("2012-09", "death", {})), 8, "2012-09-30, the last day that it could be (from 2012-09-21 to 2012-09-30)", [4, 8]),
        ((("2012-09", "death", {}), (200, "visit", {"name": "Month 6"})), 7, "2012-09-30, the last day that it could be (from 2012-09-21 to 2012-09-30)", [4, 7]),
        ((("2012-09", "death", {}),), 7, "2012-09-30, the last day that it could be (from 2012-09-01 to 2012-09-30)", [4, 7]),
        ((("2013", "death", {}),), 7, "2013-12-31, the last day that it could be (from 2013-01-01 to 2013-12-31)", [4, 7]),
    ],
)  # fmt: skip
def test_a_date_known_in_part_says_which_day_was_assumed_and_from_what(ready, lines, sequence, says, entries):
    chain = explain(ready, told(*FIRST, *lines), "OS", LATE)
    assert [e.sequence for e in chain.entries] == entries
    assert next(e.assumed for e in chain.entries if e.sequence == sequence) == says
    assert f"the date is known in part, and taken as {says}" in chain.as_text()
    assert next(e["assumed"] for e in chain.as_json()["entries"] if e["sequence"] == sequence) == says


@pytest.mark.parametrize("name", ["dose intensity", "relative dose intensity", "Relative dose intensity, %"])
def test_dose_intensity_can_be_asked_for(ready, name):
    chain = explain(ready, told(start(0), step(7), stop(14, "toxicity")), name, LATE)
    assert (chain.kind, chain.value) == ("relative dose intensity", round(100 * (7 * 9 + 7 * 28) / 651, 1))
    assert [e.sequence for e in chain.entries] == [4, 5, 6]


@pytest.mark.parametrize("name", ["death within 100 days of HSCT", "death after HSCT", "Death after HSCT in remission"])
def test_death_after_hsct_can_be_asked_for_in_other_words(ready, name):
    chain = explain(ready, told(*FIRST, marrow(28), (60, "transplant", {}), (160, "death", {})), name, LATE)
    assert chain.name == "death after HSCT" and chain.value["days"] == 100


@pytest.mark.parametrize(
    "asked, near",
    [("hsct mortality", "death after HSCT"), ("dose", "relative dose intensity"), ("survival", "OS"), ("overall surival", "OS"), ("remission duration", "DOR")],
)  # fmt: skip
def test_an_unknown_name_is_answered_with_the_near_ones(ready, asked, near):
    with pytest.raises(ValueError, match="did you mean") as refused:
        explain(ready, told(*FIRST), asked, LATE)
    assert repr(near) in str(refused.value)
