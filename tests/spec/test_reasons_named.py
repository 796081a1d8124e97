"""Why treatment ended and what adverse events led to, one named participant for each reason; items that are not applicable are not missing."""

import pytest
from tests.spec.told import FIRST, derived, marrow, start, step, stop

from trialrun.analysis.results.readout import read_out
from trialrun.analysis.results.reasons import led_to
from trialrun.journey.ready import make_ready
from trialrun.report.tables import whole_tables
from trialrun.studies.mt103_211.study import MT103_211


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


def toxic(day, term="Infection", grade=3, category="infection"):
    return (day, "adverse event", {"term": term, "grade": grade, "category": category})


HELD = (start(0), toxic(5), stop(5, "toxicity"))


@pytest.mark.parametrize(
    "lines, reason, shown",
    [
        ((*FIRST, marrow(28), (30, "decision: end treatment", {"reason": "no further cycle"})), "No further cycle, by decision", "no further cycle decided"),
        ((*FIRST, marrow(28), (30, "decision: end treatment", {})), "Other decision, or no reason given", "decision"),
        ((*FIRST, marrow(28), (30, "decision: end treatment", {"reason": "the family's wish"})), "Other decision, or no reason given", "decision"),
        ((*HELD, (9, "decision: end treatment", {"reason": "adverse event"})), "Adverse event", "ended for an adverse event"),
        (HELD, "Adverse event", "a hold of more than 14 days"),
        ((start(0), toxic(5, "Encephalopathy", 4, "neurologic")), "Adverse event", "CRS or a neurologic event of grade 4"),
        ((*FIRST, marrow(28), marrow(60, 40)), "Relapse or progression", "relapse"),
        ((*FIRST, marrow(28), (40, "transplant", {})), "Allogeneic HSCT in remission", "allogeneic HSCT"),
        ((*FIRST, marrow(28, 30), start(42, 28), stop(70), marrow(71, 30)), "No remission after two cycles", "no remission"),
        ((*FIRST, (33, "death", {})), "Death", "death"),
        ((*FIRST, (33, "withdrawal", {})), "Withdrawal of consent", "withdrawal"),
    ],
)  # fmt: skip
def test_each_reason(ready, lines, reason, shown):
    (found,) = read_out(derived(ready, *lines), ready).reasons
    assert (found.n, found.came, found.other) == (1, 1, 0)
    assert [(c.label, n) for c in found.found for words, n in c.shown if n and words == shown] == [(reason, 1)]


def test_who_is_still_treated_has_no_reason(ready):
    (found,) = read_out(derived(ready, *FIRST), ready).reasons
    assert (found.n, found.came) == (1, 0) and not any(c.n for c in found.found)


@pytest.mark.parametrize(
    "lines, led",
    [
        ((start(0), toxic(5)), {}),
        (HELD, {"Hold of the infusion": [5], "End of treatment": [5]}),
        ((*HELD, (8, "infusion restart", {"dose": 9})), {"Hold of the infusion": [5], "A lower dose": [5]}),
        ((start(0), toxic(5, "Encephalopathy", 4, "neurologic")), {"End of treatment": [5]}),
        ((start(0), step(7), toxic(7)), {}),
        ((start(0), step(7), toxic(10), (10, "dose change", {"dose": 9})), {"A lower dose": [10]}),
        (
            (start(0), toxic(3), toxic(5), stop(5, "toxicity"), (9, "decision: end treatment", {"reason": "adverse event"})),
            {"Hold of the infusion": [5], "End of treatment": [5]},
        ),
    ],
)  # fmt: skip
def test_what_an_adverse_event_led_to(ready, lines, led):
    data = derived(ready, *lines)
    r = read_out(data, ready)
    declared = next(a for a in MT103_211.analyses if a.kind == "actions")
    days = {
        label: [d - 1 for d in data.adverse_event.filter(there.tolist())["study_day"].to_list()]
        for label, there in led_to(r.made, data, declared).items()
    }
    assert {label: found for label, found in days.items() if found} == led


@pytest.mark.parametrize(
    "screened, line",
    [
        ({"prior_hsct": False}, "Not applicable"),
        ({"prior_hsct": True}, "Missing"),
        ({}, "Missing"),
    ],
)
def test_months_since_a_transplant_that_never_was_are_not_missing(ready, screened, line):
    """`items` keeps the item in the table although nobody has a value."""
    told_again = (-1, "screening result", {"eligible": True, "age": 40, **screened})
    data = derived(ready, told_again, *FIRST)
    tables = whole_tables(read_out(data, ready), data, MT103_211, frozenset({"months_since_allogeneic_hsct"}))
    table = next(t for t in tables if t.number == "14.1.3")
    assert [x.label for x in table.lines if x.level] == ["n", line]
