"""What the author of a small study meets first: names of the standing, days without drug, dates known in part, virtual participants who begin."""

from dataclasses import replace
from datetime import date

import pytest
from tests.spec.test_doses_by_drug import BEGUN, DAY_1, PAIR, told
from tests.spec.test_visits_made import made_of

from trialrun.analysis.datasets import datasets
from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.protocol.check.check import check
from trialrun.protocol.language import after, days, dose, shown, visit, weeks, window
from trialrun.protocol.page.grid import schedule
from trialrun.protocol.words.told import STANDING_HAS
from trialrun.simulation.virtual import nature_of
from trialrun.simulation.walk import walk_participant
from trialrun.studies.maintenance_two_arm.study import MAINTENANCE_TWO_ARM

T = "T1"


@pytest.mark.parametrize("key", ["doses", "phase", "visits"])
def test_a_value_of_the_standing_with_the_name_of_a_field_is_a_finding(key):
    """What the language took, and the standing then showed as something else."""
    counted = made_of().tallies[0]
    found = check(made_of(standing=(shown(key, counted),))).findings
    assert any(f"the value ‘{key}’ of the standing bears the name of a field" in f.says for f in found)


def test_two_values_of_the_standing_with_one_name_are_a_finding():
    counted = made_of().tallies[0]
    found = check(made_of(standing=(shown("given", counted), shown("given", counted, plus=1)))).findings
    assert any("the standing shows 2 values as ‘given’" in f.says for f in found)


@pytest.mark.parametrize("protocol", [PAIR, MAINTENANCE_TWO_ARM])
def test_the_names_that_are_kept_are_those_of_a_standing(protocol):
    data = where(make_ready(protocol), [], date(2024, 1, 1)).as_json()
    assert set(data) - {s.key for s in protocol.standing} <= set(STANDING_HAS)
    assert set(STANDING_HAS) - {"arm", "flags"} <= set(data)


def test_FK9_a_day_on_which_nothing_was_given_is_no_day_with_drug():
    """FK9: a recorded dose of nought, beside days without a dose."""
    lines = [BEGUN, (8, "dose", {"dose of A": 0}), (10, "dose", {"dose of B": 0})]
    data = datasets(make_ready(PAIR), {"1": told(*lines)}, date(2024, 2, 1))
    person = data.subject.row(0, named=True)
    assert (person["drug_days of A"], person["amount of A"]) == (2, 80)
    assert (person["drug_days of B"], person["drug_days"]) == (9, 10)  # days 1 to 9, and A on day 15


def _uncertain(protocol, *rows):
    entries = [
        entry_of({"participant": "1", "happened_on": day, "event": event, "values": {}, **more}, "a journal", n)
        for n, (day, event, more) in enumerate(((*row, {})[:3] for row in rows), 1)
    ]
    data = where(make_ready(protocol), entries, date(2020, 3, 20)).as_json()
    return [(u["what"], u["earliest"], u["latest"]) for u in data["uncertain"] if u["kind"] == "visit"]


def test_FD1_only_the_occasion_that_counts_from_a_day_known_in_part_hangs_on_it():
    """FD1: the one before counts from a day that is known."""
    given = made_of().tallies[0]
    diary = visit(
        "Diary",
        source=T,
        target=after(1 * days, next(m for m in made_of().moments if m.name == "last dose")),
        window=window(0, 0, source=T),
        made_by=next(f for f in made_of().forms if f.entry == "sample"),
        each=given,
    )
    rows = [("2020-01-06", "start"), ("2020-01-06", "dose"), ("2020-02", "dose", {"recorded_at": "2020-02-20T10:00:00Z"})]
    assert _uncertain(made_of(diary), *rows) == [("Diary", "2020-02-02", "2020-02-21")]


def test_FD1_a_visit_that_comes_again_hangs_on_it_from_its_first_occasion():
    """FD1: the first is so long after the target."""
    sample = next(f for f in made_of().forms if f.entry == "sample")
    began = next(m for m in made_of().moments if m.name == "start")
    again = visit(
        "Scan",
        source=T,
        target=after(0, began),
        window=window(-7, 7, source=T),
        made_by=sample,
        every=12 * weeks,
        ends=after(100 * weeks, began),
    )
    rows = [("2020-01", "start", {"recorded_at": "2020-01-20T10:00:00Z"})]
    assert _uncertain(made_of(again), *rows) == [("Scan", "2020-03-25", "2020-04-13")]


def test_virtual_participants_are_screened_when_nothing_else_leads_on():
    """The entries of the journey by the plan come promptly, also where no visit asks for them."""
    protocol = replace(MAINTENANCE_TWO_ARM, visits=tuple(v for v in MAINTENANCE_TWO_ARM.visits if v.made_by != "screening result"))
    ready = make_ready(protocol)
    nature = nature_of(ready)
    journals = [walk_participant(ready, nature, 1, n, DAY_1.toordinal()).entries for n in range(1, 41)]
    screened = sum(any(e.event == "screening result" for e in j) for j in journals)
    assert screened >= 30


def test_a_visit_that_the_next_one_overtook_says_so_also_after_the_end():
    """The end of the study is not why it was missed."""
    small = made_of()
    sample = next(f for f in small.forms if f.entry == "sample")
    last_dose = next(m for m in small.moments if m.name == "last dose")
    diary = visit(
        "Diary", source=T, target=after(1 * days, last_dose), window=window(0, 0, source=T), made_by=sample, each=small.tallies[0]
    )
    rows = [("2020-01-06", "start"), ("2020-01-06", "dose"), ("2020-01-20", "dose"), ("2020-01-30", "death")]
    entries = [
        entry_of({"participant": "1", "happened_on": day, "event": event, "values": {}}, "a journal", n)
        for n, (day, event) in enumerate(rows, 1)
    ]
    visits = where(make_ready(made_of(diary)), entries, date(2020, 2, 10)).as_json()["visits"]
    assert [(v["state"], v["reason"]) for v in visits] == [("missed", "the next one began before it was made"), ("missed", "death")]


def test_the_schedule_marks_every_drug_that_is_due_on_a_named_day():
    """A daily drug and one of a range of days are due on a day that another drug names."""
    phase, watch = PAIR.phases[1], PAIR.stopwatches[0]
    doses = (
        dose(40, "mg", "A", at=phase, days=(1, 8, 15), on=watch, source=T),
        dose(5, "mg", "B", at=phase, first=1, last=9, on=watch, source=T),
        dose(1, "mg", "C", at=phase, source=T),
    )
    grid = schedule(replace(PAIR, doses=doses))
    heads = [head for head, _ in grid.heads]
    marked = {name: {heads[n] for n, cell in enumerate(cells) if cell == "X"} for name, _, cells in grid.rows if name in "ABC"}
    assert {"Dose (day 8)", "Dose (day 15)"} <= marked["A"] & marked["C"]
    assert "Dose (day 8)" in marked["B"] and "Dose (day 15)" not in marked["B"]
