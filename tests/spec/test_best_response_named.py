"""Best response, one named participant for each sentence: which assessments count, which class a word means, and agreement with the primary endpoint."""

from dataclasses import replace

import pytest
from tests.oracle.journals import random_journal, wild_journal
from tests.spec.told import FIRST, LATE, PARTIAL, SECOND, derived, ends, marrow, says, start, stop, told

from trialrun.analysis.datasets import datasets, last_day_of
from trialrun.analysis.results.best_response import best_responses, declared, order_of
from trialrun.analysis.results.explain import explain
from trialrun.journey.classes import class_words
from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.studies.mt103_211.study import MT103_211


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


NO = {"blasts": 30}
PARTICIPANTS = {
    "a marrow before the first infusion is none of the study's": ((marrow(-3), *FIRST, marrow(28, **NO), *SECOND, marrow(70, **NO)), "no response"),
    "one recorded before the infusion of its day neither": ((marrow(0), *FIRST, marrow(28, **NO), *SECOND, marrow(70, **NO)), "no response"),
    "one recorded after the infusion of its day counts": ((start(0), marrow(0), stop(28), marrow(28, **NO)), "CR"),
    "a start corrected to a later day leaves the marrow before it": ((*FIRST, marrow(28), (30, "infusion start", {"dose": 9}, {"corrects": 4})), None),
    "a marrow on the day on which a hold of 14 days ended treatment is too late": ((start(0), stop(3, "toxicity"), marrow(18)), None),
    "a marrow a day before that counts": ((start(0), stop(3, "toxicity"), marrow(17)), "CR"),
    "a marrow recorded after the third cycle began on its day": ((*FIRST, marrow(28, **NO), *SECOND, start(84, 28), marrow(84), stop(112)), "no response"),
    "the marrow that ends treatment counts": ((*FIRST, *SECOND, marrow(70, **NO)), "no response"),
    "a remission seen within 14 days after it counts too": ((*FIRST, *SECOND, marrow(70, 2, 30, 0.2), marrow(80)), "CR"),
    "CRh is CRh*": ((*FIRST, marrow(28), says(28, "CRh")), "CRh*"),
    "cr is CR": ((*FIRST, marrow(28, 9), says(28, "cr")), "CR"),
    "complete remission is CR": ((*FIRST, marrow(28, **PARTIAL), says(28, "complete remission")), "CR"),
    "partial remission is PR": ((*FIRST, marrow(28), says(28, "Partial remission")), "PR"),
    "a word that the study does not know stays as it was written": ((*FIRST, marrow(28), says(28, "Remission complete")), "Remission complete"),
}  # fmt: skip


@pytest.mark.parametrize("name", PARTICIPANTS)
def test_the_best_response_is_of_the_assessments_that_the_primary_question_reads(ready, name):
    lines, best = PARTICIPANTS[name]
    data = derived(ready, *lines)
    assert best_responses(data, ready.protocol, [0])[1] == [best]
    assert ends(data)["CR/CRh*"][1] == (best in ("CR", "CRh*")), "the primary endpoint says the same"
    chain = explain(ready, told(*lines), "best response", LATE)
    assert chain.value == best, "the chain says the same as the table"
    assert [s.part for s in chain.steps].count("Best") == (best is not None)


def test_a_marrow_that_does_not_count_is_shown_with_the_reason(ready):
    chain = explain(ready, told(marrow(-3), *FIRST, marrow(28, **NO)), "best response", LATE)
    assert [(s.part, s.entries) for s in chain.steps] == [("Not counted", (4,)), ("Best", (8,))]
    assert chain.steps[0].says.endswith("before first infusion")


def test_best_response_agrees_with_the_primary_endpoint_on_random_journals(ready):
    people = {}
    for make in (random_journal, wild_journal):
        for seed in range(3000, 3150):
            who = f"{make.__name__}-{seed}"
            people[who] = [entry_of({**e, "participant": who}, "here", n) for n, e in enumerate(make(seed), 1)]
    data = datasets(ready, people, last_day_of(people))
    _, best = best_responses(data, ready.protocol, range(len(data.subject)))
    reached = {row["participant"]: row["cause"] for row in data.time_to_event.iter_rows(named=True) if row["endpoint"] == "CR/CRh*"}
    assert sum(reached.values()) > 50
    for who, found in zip(data.subject["participant"], best, strict=True):
        assert bool(reached.get(who)) == (found in ("CR", "CRh*")), who


def test_best_response_is_declared_once_with_its_order_and_its_endpoint(ready):
    """FS6: one best response. Without the declaration the order is the form's; with another one it is that other one."""
    said = next(a for a in MT103_211.analyses if a.kind == "best")
    assert declared(MT103_211)[0].name == said.endpoint == "CR/CRh*" and declared(MT103_211)[1] == said.order
    data = derived(ready, *FIRST, marrow(28, **PARTIAL), *SECOND, marrow(70))
    other = replace(said, order=("CRh*", "CR", "not evaluable"))
    turned = replace(MT103_211, analyses=tuple(other if a is said else a for a in MT103_211.analyses))
    silent = replace(MT103_211, analyses=tuple(a for a in MT103_211.analyses if a is not said))
    assert [best_responses(data, p, [0])[1] for p in (MT103_211, turned, silent)] == [["CR"], ["CRh*"], ["CR"]]


def test_a_marrow_after_treatment_has_ended_without_a_remission_is_no_best_response(ready):
    """FS6: what 86 of 599 virtual participants differed in: a class seen after the question was settled."""
    data = derived(ready, *FIRST, (29, "decision: end treatment", {}), marrow(35, **NO))
    assert best_responses(data, ready.protocol, [0])[1] == [None]


def test_words_for_one_class_are_one_class(ready):
    words = class_words(ready.protocol)
    assert {words[w] for w in ("pd", "progressive disease", "progression")} == {"PD"}
    assert {words[w] for w in ("relapse", "haematological relapse")} == {"relapse"}
    assert set(order_of(ready.protocol)) <= set(words.values())


def test_who_reached_cr_is_settled_for_crh_star(ready):
    """A CR bars CRh* as best response for good: nothing is open any more, although the two cycles go on."""
    data = derived(ready, *FIRST, marrow(28), cutoff=LATE)
    rows = {row["endpoint"]: row for row in data.time_to_event.iter_rows(named=True)}
    assert (rows["CRh*"]["cause"], rows["CRh*"]["open"]) == (0, False)
    assert explain(ready, told(*FIRST, marrow(28)), "CRh*", LATE).value is False
    still = derived(ready, *FIRST, marrow(28, **PARTIAL), *SECOND)
    assert next(row["open"] for row in still.time_to_event.iter_rows(named=True) if row["endpoint"] == "CR")
