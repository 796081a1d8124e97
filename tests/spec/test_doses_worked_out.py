"""Amounts that are worked out, one named participant for each sentence: caps, body surface, rounding, the weight of a stated day, a weight that changed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from trialrun.analysis.datasets import datasets
from trialrun.journey.journal import Entry
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.protocol.check.check import check
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.language import (
    act,
    add_one,
    as_of,
    at_screening,
    body_surface,
    days,
    dose,
    fact,
    form,
    full,
    gives,
    greatest,
    least,
    mark,
    measure,
    moment,
    nominal,
    phase,
    reset,
    rule,
    statement,
    stopwatch,
    study,
    tally,
    until_changed,
)  # fmt: skip
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.page.page_html import page_html
from trialrun.protocol.readback.parse import parse_page, rebuilt
from trialrun.simulation.virtual import nature_of
from trialrun.simulation.walk import walk_participant

T = "T1"
home = phase("home", source=T, waits="it begins when somebody begins it")
cycle = phase("cycle", source=T)
dead = phase("dead", end=True, reason="death", source=T)
cycles = tally("cycles", source=T)
began = moment("cycle began", source=T)
cycle_days = stopwatch("days of the cycle", runs=cycle, source=T)
starts, gives_dose, dies = act("start", T, otherwise="shown"), act("dose", T, otherwise="shown"), fact("death", T, otherwise="it is over")
height, weight = measure("height", unit="cm", source=T), measure("weight", unit="kg", source=T)
given = measure("amount", unit="mg", role="dose", source=T)
forms = (
    form("screening", source=T, items=(height, weight), keeps_screening=True),
    form("start", source=T, items=(weight, given), yields=gives(starts)),
    form("dose", source=T, items=(weight, given), yields=gives(gives_dose)),
    form("weighing", source=T, items=(weight,)),
    form("death", source=T, yields=gives(dies)),
)
rules = (
    rule(T, "it begins", at=home, on=starts, to=cycle, do=(add_one(cycles), mark(began), reset(cycle_days))),
    rule(T, "a dose", at=cycle, on=gives_dose),
    rule(T, "28 days", at=cycle, on=full(28 * days, cycle_days), to=home),
    rule(T, "death", at=(home, cycle), on=dies, to=dead),
)


def planning(amount, rounded=None):
    """The study with one dose of this amount on every day of a cycle."""
    return study(
        "worked out", version=1, title="Amounts", begins=home, statements=(statement(T, "all of it"),), phases=(home, cycle, dead),
        events=(starts, gives_dose, dies), tallies=(cycles,), moments=(began,), stopwatches=(cycle_days,), forms=forms, rules=rules,
        cycle=cycles, doses=(dose(amount, "mg", "A", at=cycle, source=T, rounded=rounded, words="by the plan"),),
        nominal=(nominal(-7, forms[0], height=180, weight=80), nominal(0, forms[1])),
    )  # fmt: skip


DAY_1 = date(2024, 1, 1)


def told(*lines):
    return [Entry("1", n, (DAY_1 + timedelta(d - 1)).isoformat(), event, values) for n, (d, event, values) in enumerate(lines, 1)]


def due(ready, lines, day):
    return where(ready, told(*lines), DAY_1 + timedelta(day - 1)).as_json()["doses"][0]


SCREENED = (-7, "screening", {"height": 180, "weight": 80})


@pytest.mark.parametrize(
    ("formula", "surface"),
    [("Mosteller", 2.0), ("DuBois", 1.9964)],  # 180 cm and 80 kg: the square root of 4; 0.007184 x 43.159 x 6.4388, by hand with logarithms
)
def test_body_surface_by_a_named_formula(formula, surface):
    ready = make_ready(planning(body_surface(formula, height, weight)))
    assert due(ready, [SCREENED, (1, "start", {})], 1)["amount"] == pytest.approx(surface, abs=5e-4)


def test_a_formula_that_is_not_known_names_those_that_are():
    with pytest.raises(ValueError, match="'Mosteller'.*N Engl J Med 1987.*'DuBois'.*1916"):
        body_surface("Boyd", height, weight)


def test_vincristine_is_capped_at_2_mg_and_rounded():
    ready = make_ready(planning(least(1.4 * body_surface("Mosteller", height, weight), 2), rounded=0.1))
    assert due(ready, [SCREENED, (1, "start", {})], 1)["amount"] == 2  # 2.8 without the cap
    small = [(-7, "screening", {"height": 120, "weight": 30}), (1, "start", {})]
    assert due(ready, small, 1)["amount"] == 1.4  # 1.0 m2
    unknown = due(ready, [(1, "start", {"weight": 30})], 1)
    assert (unknown["amount"], unknown["missing"]) == (None, ["height"])


def test_the_least_that_a_dose_may_be():
    assert due(make_ready(planning(greatest(0.5 * weight, 20))), [SCREENED, (1, "start", {"weight": 36})], 1)["amount"] == 20


def test_the_weight_of_day_1_of_the_cycle_holds_for_the_cycle():
    ready = make_ready(planning(2 * as_of(weight, began)))
    lines = [SCREENED, (1, "start", {"weight": 78}), (10, "weighing", {"weight": 60}), (31, "start", {}), (31, "weighing", {"weight": 61})]
    assert [due(ready, lines[:n], day)["amount"] for n, day in ((2, 1), (3, 12))] == [156, 156]
    assert [due(ready, lines[:n], day)["amount"] for n, day in ((4, 31), (5, 31), (5, 40))] == [
        120,
        122,
        122,
    ]  # the last known, then day 1's own
    assert due(ready, [(1, "start", {}), (2, "weighing", {"weight": 61})], 2)["missing"] == ["weight"]


def test_a_change_of_more_than_10_percent_recomputes():
    ready = make_ready(planning(2 * until_changed(at_screening(weight), percent=10)))
    lines = [
        (-7, "screening", {"weight": 61.3}),
        (1, "start", {"weight": 67.43}),
        (3, "weighing", {"weight": 67.5}),
        (5, "weighing", {"weight": 62}),
    ]
    assert [due(ready, lines[:n], 6)["amount"] for n in (2, 3, 4)] == [122.6, 135, 135]  # 10 % exactly; more; within 10 % of the one in use
    assert due(ready, [*lines, (6, "weighing", {"weight": 60})], 6)["amount"] == 120
    of_day_1 = make_ready(planning(2 * until_changed(as_of(weight, began), percent=10)))
    assert [due(of_day_1, lines[:n], 6)["amount"] for n in (2, 3, 4)] == [134.86, 134.86, 134.86]
    assert due(of_day_1, [*lines, (6, "weighing", {"weight": 60})], 6)["amount"] == 120


def test_a_weight_corrected_later_is_the_weight_of_that_day():
    ready = make_ready(planning(2 * as_of(weight, began)))
    entries = told(SCREENED, (1, "start", {"weight": 87}))
    wrong = replace(entries[1], sequence=3, values={"weight": 78}, corrects=2, reason="turned round")
    assert where(ready, [*entries, wrong], DAY_1 + timedelta(5)).as_json()["doses"][0]["amount"] == 156


def test_exposure_and_intensity_go_by_the_weight_of_the_day():
    ready = make_ready(planning(2 * as_of(weight, began)))
    lines = [SCREENED, (1, "start", {"weight": 78}), (10, "weighing", {"weight": 60}), (31, "start", {})]
    data = datasets(ready, {"1": told(*lines)}, DAY_1 + timedelta(57))
    assert [(r["study_day"], r["days"], r["given"]) for r in data.exposure.iter_rows(named=True)] == [(1, 28, 156), (31, 28, 120)]
    person = data.subject.row(0, named=True)
    assert person["amount"] == person["planned_amount"] == 28 * 276


def test_virtual_participants_are_screened_and_weighed_so_that_their_doses_are_known():
    ready, seen = make_ready(planning(2 * body_surface("Mosteller", at_screening(height), as_of(weight, began)))), 0
    for number in range(1, 9):
        road = walk_participant(ready, nature_of(ready), 2, number, DAY_1.toordinal()).road
        seen += len(road.doses)
        assert road.entries[0].entry.event == "screening"
        assert all(g.amount > 0 for g in road.doses)
    assert seen >= 8


AMOUNTS = (
    least(1.4 * body_surface("DuBois", height, weight), 2), greatest(2 * as_of(weight, began), 3), 2 * until_changed(at_screening(weight), percent=7.5),
    until_changed(as_of(weight, began), percent=10), body_surface("Mosteller", at_screening(height), as_of(weight, began)),
)  # fmt: skip


@pytest.mark.parametrize("amount", AMOUNTS)
def test_each_is_checked_frozen_and_read_back_from_the_page(amount):
    made = planning(amount)
    assert check(made).findings == ()
    assert thaw(freeze(made))[0] == made
    assert rebuilt(made, parse_page(page_markdown(made, "0" * 64))) == made
    assert ("1916;17:863" in page_html(made, "0" * 64)) == (amount is AMOUNTS[0])


def findings(amount):
    return " ".join(f.says for f in check(planning(amount)).findings)


def test_what_cannot_be_meant_is_refused_with_the_cure():
    assert "takes a height in cm, and ‘weight’ is recorded in 'kg'" in findings(body_surface("Mosteller", weight, weight))
    assert "write a percentage above 0" in findings(until_changed(at_screening(weight), percent=0))
    assert "‘never’" in findings(as_of(weight, moment("never"))) and "moments=" in findings(as_of(weight, moment("never")))
    asks = replace(planning(1), forms=(*forms[:3], replace(forms[3], yields=(gives(gives_dose, as_of(weight, began) > 3),)), forms[4]))
    assert "stands in the amount of a dose only" in " ".join(f.says for f in check(asks).findings)
    with pytest.raises(TypeError, match="begins with the value of a stated day"):
        until_changed(weight, percent=10)
    with pytest.raises(TypeError, match="takes an item that is recorded"):
        as_of(2 * weight, began)
