"""Days with drug, one named participant for each sentence: drug that ran on, a cycle without a day of drug, and the entries behind the days."""

import pytest
from tests.spec.told import LATE, derived, event, marrow, start, step, stop, told

from trialrun.analysis.results.explain import explain
from trialrun.analysis.results.readout import read_out
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.studies.mt103_211.study import MT103_211


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


BEGAN = (start(0), step(7))
SEVERE = event(10, "Encephalopathy", 4, "neurologic")
ENDED = {
    "a relapse ends treatment, the pump is stopped five days later": ((*BEGAN, marrow(14), marrow(15, 40), stop(20, "other")), 20),
    "a neurologic event of grade 4 ends it, stopped two days later": ((*BEGAN, SEVERE, stop(12, "toxicity")), 12),
    "a decision ends it, stopped two days later": ((*BEGAN, (10, "decision: end treatment", {}), stop(12, "other")), 12),
    "a relapse, and the infusion ran its 28 days": ((*BEGAN, marrow(14), marrow(15, 40), stop(28)), 28),
    "stopped 14 days after the last known day with drug": ((*BEGAN, SEVERE, stop(23, "toxicity")), 23),
    "a stop recorded later than that moves no date": ((*BEGAN, SEVERE, stop(25, "toxicity")), 10),
    "ended on the first day, stopped two days later": ((start(0), event(0, "CRS", 4, "CRS"), stop(2, "toxicity")), 2),
}


@pytest.mark.parametrize("name", ENDED)
def test_drug_that_ran_on_is_counted_to_its_stop(ready, name):
    lines, days = ENDED[name]
    data = derived(ready, *lines)
    walked = where(ready, told(*lines), LATE).as_json()
    assert data.subject["drug_days"][0] == data.exposure["days"].sum() == days
    assert walked["infusion_days_given"] == days
    assert data.subject["amount"][0] == sum(row["given"] * row["days"] for row in data.exposure.iter_rows(named=True))


def test_days_after_the_end_of_treatment_have_the_dose_that_ran_and_no_planned_one(ready):
    data = derived(ready, *BEGAN, SEVERE, stop(20, "toxicity"))
    assert data.exposure.select("days", "planned", "given").rows() == [(7, 9.0, 9.0), (3, 28.0, 28.0), (10, None, 28.0)]
    reduced = derived(ready, *BEGAN, SEVERE, step(15, 9), stop(20, "toxicity"))
    assert reduced.exposure.select("days", "given").rows()[2:] == [(5, 28.0), (5, 9.0)]


def test_an_adverse_event_is_emergent_to_30_days_after_the_drug_that_ran_on(ready):
    data = derived(ready, *BEGAN, SEVERE, stop(20, "toxicity"), event(49, "In time", 2), event(50, "Too late", 2))
    found = dict(data.adverse_event.select("term", "emergent").rows())
    assert found["In time"] and not found["Too late"]
    assert dict(data.adverse_event.select("term", "days_treated").rows())["In time"] == 20


def test_a_cycle_without_a_day_of_drug_has_its_planned_amount(ready):
    data = derived(ready, start(0), stop(0, "toxicity"), (3, "death", {"cause": "leukaemia"}))
    assert data.subject.select("drug_days", "amount", "planned_amount").row(0) == (0, 0.0, 651.0)
    intensity = read_out(data, ready).exposure["relative dose intensity, %"]
    assert (intensity.n, intensity.median) == (1, 0)


@pytest.mark.parametrize(
    "lines, entries",
    [
        ((start(0), stop(3, "toxicity")), [4, 5]),
        ((start(0), stop(5, "technical"), (20, "infusion restart", {"dose": 9}), stop(43)), [4, 5, 6, 7]),
        ((*BEGAN, stop(20, "other"), (25, "infusion stop", {"reason": "other"}, {"corrects": 6, "reason": "wrong day"})), [4, 5, 7]),
        ((*BEGAN, stop(28)), [4, 5, 6]),
        ((*BEGAN, marrow(14), marrow(15, 40), stop(20, "other")), [4, 5, 7, 8]),
    ],
)
def test_exposure_names_what_began_it_and_what_stopped_it(ready, lines, entries):
    data = derived(ready, *lines)
    assert sorted({n for row in data.exposure["entries"].to_list() for n in row}) == entries
    chain = explain(ready, told(*lines), "drug days", LATE)
    assert [e.sequence for e in chain.entries] == entries


def test_the_explained_stop_quotes_what_it_corrects(ready):
    lines = (*BEGAN, stop(20, "other"), (25, "infusion stop", {"reason": "other"}, {"corrects": 6, "reason": "wrong day"}))
    chain = explain(ready, told(*lines), "drug days", LATE)
    assert chain.value == 25
    assert next(e for e in chain.entries if e.sequence == 7).replaced[0].sequence == 6


def test_planned_amount_is_explained_by_the_cycles_begun(ready):
    chain = explain(ready, told(start(0), stop(5, "toxicity"), start(14), stop(42)), "planned amount", LATE)
    assert [(s.part, s.says, s.entries) for s in chain.steps] == [
        ("Cycle begun", "cycle 1, 651 planned", (4,)),
        ("Cycle begun", "cycle 2, 784 planned", (6,)),
    ]


def test_a_cycle_without_drug_is_explained_by_its_start_and_its_stop(ready):
    chain = explain(ready, told(start(0), stop(0, "toxicity")), "drug days", LATE)
    assert chain.value == 0 and [e.sequence for e in chain.entries] == [4, 5]
