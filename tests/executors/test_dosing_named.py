"""Doses of a day, the amounts behind them and the days counted for them, and which sentence a recorded dose is judged by, said one by one."""

from dataclasses import replace

import pytest
from tests.spec import test_visits_made as visits
from tests.spec.test_doses_worked_out import DAY_1, SCREENED, began, cycle, cycle_days, home, planning, rules, starts, told, weight

from trialrun.journey.administrations import administered, still_owed
from trialrun.journey.days import first_day
from trialrun.journey.dosing import amount, dated, day_number, differs, pieces, planned, planned_for, planned_of, recorded, rounded
from trialrun.journey.fold import Given, fold
from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.taking import what_stands
from trialrun.protocol.language import as_of, at_screening, days, dose, full, until_changed, window

T, D = "T1", DAY_1.toordinal()
SOME = dose(5, "mg", "A", at=cycle, source=T, days=(1, 3), on=cycle_days)
LATER = dose(9, "mg", "A", at=cycle, source=T, days=(5,), on=began)
B_HOME = dose(2, "mL", "B", at=home, source="T2")
START = (1, "start", {"weight": 90, "amount": 5})


def with_doses(*doses):
    return replace(planning(5), doses=doses)


@pytest.fixture(scope="module")
def ready():
    return make_ready(with_doses(SOME, LATER, B_HOME))


def walked(ready, *lines, on=400):
    return fold(ready, what_stands(ready, told(*lines)), D + on - 1)


def test_what_is_planned_today_and_on_another_day_while_nothing_else_happens(ready):
    road = walked(ready, SCREENED, START, on=1)
    assert [[(p.drug, p.amount.value, p.sentence) for p in planned(ready, road, day)] for day in (None, D, D + 1, D + 2, D + 4)] == [
        [("A", 5, SOME)], [("A", 5, SOME)], [], [("A", 5, SOME)], [("A", 9, LATER)],
    ]  # fmt: skip


def test_a_day_without_a_dose_is_told_by_the_first_sentence_of_its_drug(ready):
    road = walked(ready, SCREENED, START, on=2)
    (schedule,) = ready.schedules(road.status)
    found = planned_of(ready, road, schedule, road.stood, D + 1)
    assert (found.sentence, found.falls, found.amount.value, found.amount.unit, found.none) == (SOME, False, None, "mg", True)
    assert planned_of(ready, road, schedule, road.stood, D).falls


def test_the_days_ahead_in_pieces_by_the_dose_that_falls_on_them(ready):
    road = walked(ready, SCREENED, START, on=1)
    (schedule,) = ready.schedules(road.status)
    found = [*pieces(ready, schedule, road.stood, D, D + 7)]
    assert found == [
        (D, D + 1, SOME),
        (D + 1, D + 2, None),
        (D + 2, D + 3, SOME),
        (D + 3, D + 4, None),
        (D + 4, D + 5, LATER),
        (D + 5, D + 7, None),
    ]


def test_a_recorded_dose_is_judged_by_the_plan_of_its_drug_or_by_a_sentence_of_it(ready):
    road = walked(ready, SCREENED, START, on=1)

    def judged(drug, day=D):
        return planned_for(ready, road, Given(day, 5, 2, road.status, drug, road.stood))

    assert (judged("A").sentence, judged("A").amount.value) == (SOME, 5)
    other = judged("B")  # given in a phase where only A is planned
    assert (other.drug, other.sentence, other.amount.value, other.amount.unit, other.falls) == ("B", B_HOME, None, "mL", False)
    assert (judged("C").sentence, judged("C").amount.unit) == (SOME, "mg")
    assert judged("") is None
    end = walked(ready, SCREENED, START, (5, "death", {}))
    assert planned_for(ready, end, Given(D + 4, 5, 3, end.status, "A", end.stood)) is None


def test_a_premedication_is_no_plan_of_its_drug():
    first = dose(1, "g", "B", before=starts, source="T0")
    ready = make_ready(with_doses(first, SOME, B_HOME))
    road = walked(ready, SCREENED, START, on=1)
    assert planned_for(ready, road, Given(D, 5, 2, road.status, "B", road.stood)).sentence == B_HOME


def test_the_number_of_a_day_counts_from_one_and_only_where_it_runs(ready):
    road = walked(ready, SCREENED, START, on=1)
    assert [day_number(ready, road.stood, name, D + 4) for name in ("days of the cycle", "cycle began")] == [5, 5]
    assert day_number(ready, road.stood, "cycle began", D - 1) is None and day_number(ready, road.stood, "cycle began", D) == 1
    before = walked(ready, SCREENED, on=-3)
    assert day_number(ready, before.stood, "cycle began", D) is day_number(ready, before.stood, "days of the cycle", D) is None
    rested = walked(ready, SCREENED, START, on=60)
    assert rested.phase == "home" and day_number(ready, rested.stood, "days of the cycle", D + 60) is None
    assert day_number(ready, rested.stood, "cycle began", D + 60) == 61


def test_an_amount_is_by_the_values_up_to_an_entry_and_says_what_is_missing():
    by_weight = planning(2 * weight)
    ready = make_ready(by_weight)
    (sentence,) = by_weight.doses
    road = walked(ready, (1, "start", {}), (2, "weighing", {"weight": 80}), (3, "weighing", {"weight": 90}), on=9)
    assert [amount(ready, road, sentence, entry).value for entry in (2, 3, None)] == [160, 180, 180]
    assert (amount(ready, road, sentence, 1).value, amount(ready, road, sentence, 1).missing) == (None, ("weight",))
    odd = planning(weight / (weight - 80))
    (of_none,) = odd.doses
    assert amount(make_ready(odd), road, of_none, 2).missing == ("a usable value",)


def test_an_amount_of_a_stated_day_is_as_things_stand_where_none_is_said():
    by_day = planning(2 * as_of(weight, began))
    ready = make_ready(by_day)
    (sentence,) = by_day.doses
    road = walked(ready, (1, "start", {"weight": 80}), (5, "weighing", {"weight": 90}), on=9)
    assert amount(ready, road, sentence).value == 160
    assert amount(ready, road, sentence, stood=ready.enacts.start, day=D + 8).missing == ("weight",)
    again = walked(ready, (1, "start", {"weight": 80}), (35, "weighing", {"weight": 90}), (40, "start", {}), on=50)
    first = again.turns[0].stood
    assert [amount(ready, again, sentence, stood=s).value for s in (None, first)] == [180, 160]


def test_a_value_of_a_stated_day_is_replaced_by_one_that_differs_by_more():
    kept = until_changed(at_screening(weight), percent=10)
    ready = make_ready(planning(2 * kept))
    lines = (
        SCREENED,
        (1, "start", {"weight": 87}),
        (5, "weighing", {"weight": 88}),
        (9, "weighing", {"weight": 88.1}),
        (12, "weighing", {"weight": 80}),
    )
    road = walked(ready, *lines)
    assert [dated(ready, road, kept, road.stood, road.day, entry) for entry in (1, 2, 3, 4, 5, None)] == [80, 80, 80, 88.1, 88.1, 88.1]
    unscreened = walked(ready, *lines[1:])
    assert dated(ready, unscreened, kept, unscreened.stood, unscreened.day) is None


@pytest.mark.parametrize(
    "before, now, percent, found",
    [
        (100, 110, 10, False), (100, 110.05, 10, True), (100, 90, 10, False), (100, 89.95, 10, True), (-100, -110.05, 10, True), (0.1, 0.11, 10, False),
        (0, 0.1, 10, True), (0, 0, 10, False), (70, 70, 0, False), (70, 70.1, 0, True),
    ],
)  # fmt: skip
def test_one_value_differs_from_another_by_more_than_so_many_percent_of_it(before, now, percent, found):
    assert differs(before, now, percent) is found


def test_the_latest_recorded_values_and_those_at_screening():
    ready = make_ready(planning(5))
    road = walked(
        ready, SCREENED, START, (2, "weighing", {"weight": None}), (3, "weighing", {"weight": "x"}), (4, "weighing", {"weight": 91})
    )
    screened = {"screening height": 180, "screening weight": 80}
    assert recorded(ready, road, 1) == {"height": 180, "weight": 80, **screened}
    assert recorded(ready, road, 4) == {"height": 180, "weight": 90, "amount": 5, **screened}
    assert recorded(ready, road) == {"height": 180, "weight": 91, "amount": 5, **screened}


@pytest.mark.parametrize(
    "number, step, found",
    [
        (12.5, None, 12.5),
        (12.5, 5, 15),
        (12.4, 5, 10),
        (17.5, 5, 20),
        (0.25, 0.1, 0.3),
        (0.15, 0.1, 0.2),
        (3, 0.5, 3),
        (-12.5, 5, -15),
        (7, 1, 7),
    ],
)
def test_an_amount_is_rounded_to_the_nearest_halves_upwards(number, step, found):
    assert rounded(number, step) == found


def test_day_one_is_the_first_day_with_a_dose_planned_or_that_of_its_moment(ready):
    there = walked(ready, SCREENED, START, on=60)
    only_cycle = make_ready(with_doses(SOME))
    assert first_day(only_cycle, walked(only_cycle, SCREENED, START, on=60)) == D
    late = make_ready(replace(with_doses(B_HOME), rules=rules))
    road = walked(late, SCREENED, START, on=60)
    assert first_day(late, road) == D + 28 == first_day(late, there)  # in `home` again
    assert first_day(only_cycle, walked(only_cycle, SCREENED, on=3)) is None
    of_moment = make_ready(replace(with_doses(B_HOME), day_one="cycle began"))
    assert first_day(of_moment, walked(of_moment, SCREENED, START, (40, "start", {}), on=60)) == D
    assert first_day(of_moment, walked(of_moment, SCREENED, on=3)) is None


def test_the_first_sentence_of_a_study_is_heard_when_a_clock_brings_it():
    end = next(r for r in rules if r.words == "28 days")
    ready = make_ready(replace(planning(5), rules=(end, *(r for r in rules if r is not end))))
    road = walked(ready, SCREENED, START, on=60)
    assert (road.phase, [(t.day, t.event, t.rule) for t in road.turns][1:]) == ("home", [(D + 28, full(28 * days, cycle_days).name, 0)])


WEEKLY = dose(5, "mg", "A", at=cycle, source=T, first=1, every=7 * days, on=cycle_days, window=window(-1, 2, source=T))
OFTEN = dose(5, "mg", "A", at=cycle, source=T, first=3, every=2 * days, on=cycle_days, window=window(-1, 1, source=T))


def became(ready, *lines, on):
    """The due days with what became of each and on which day, counted from day 1; and the days of what was given beside."""
    found = administered(ready, walked(ready, *lines, on=on))
    return [(a.day - D + 1, a.state, None if a.on is None else a.on - D + 1) for a in found.due], [g.day - D + 1 for g in found.beside]


def gave(day, mg=5):
    return (day, "dose", {"amount": mg})


def weekly():
    return make_ready(with_doses(WEEKLY))


BEGINS = (1, "start", {})


@pytest.mark.parametrize(
    "lines, on, found",
    [
        ((), 1, ([(1, "due", None), (8, "planned", None)], [])),
        ((), 3, ([(1, "owed", None), (8, "planned", None)], [])),
        ((), 4, ([(1, "omitted", None), (8, "planned", None)], [])),
        ((), 7, ([(1, "omitted", None), (8, "due", None), (15, "planned", None)], [])),
        ((), 16, ([(1, "omitted", None), (8, "omitted", None), (15, "owed", None), (22, "planned", None)], [])),
        ((), 23, ([(1, "omitted", None), (8, "omitted", None), (15, "omitted", None), (22, "owed", None)], [])),  # day 29 is of no cycle
        ((gave(1),), 1, ([(1, "given", 1), (8, "planned", None)], [])),
        ((gave(3),), 5, ([(1, "given", 3), (8, "planned", None)], [])),
        ((gave(4),), 5, ([(1, "given late", 4), (8, "planned", None)], [])),
        ((gave(1), gave(4)), 5, ([(1, "given", 1), (8, "planned", None)], [4])),
        ((gave(7),), 7, ([(1, "omitted", None), (8, "given", 7), (15, "planned", None)], [])),
        ((gave(12),), 13, ([(1, "omitted", None), (8, "given late", 12), (15, "planned", None)], [])),
        ((gave(8), gave(12), gave(13)), 13, ([(1, "omitted", None), (8, "given", 8), (15, "planned", None)], [12, 13])),
        ((gave(2, 0),), 2, ([(1, "omitted", 2), (8, "planned", None)], [])),
        ((gave(2, 0), gave(3)), 4, ([(1, "given", 3), (8, "planned", None)], [])),
        ((gave(5, 0),), 6, ([(1, "omitted", None), (8, "planned", None)], [])),
        ((gave(8), (8, "death", {})), 9, ([(1, "omitted", None), (8, "given", 8)], [])),  # it was due when it was given
        (((7, "death", {}),), 20, ([(1, "omitted", None)], [])),
        (((2, "death", {}),), 20, ([(1, "not owed", None)], [])),
    ],
)  # fmt: skip
def test_what_became_of_every_due_day(lines, on, found):
    assert became(weekly(), BEGINS, *lines, on=on) == found


def test_a_dose_between_two_due_days_counts_for_the_nearer_the_earlier_of_two():
    often = make_ready(with_doses(OFTEN))
    assert became(often, BEGINS, gave(1), on=1) == ([(3, "planned", None)], [1])  # before every window: for none
    assert became(often, BEGINS, gave(2), on=2) == ([(3, "given", 2), (5, "planned", None)], [])
    assert became(often, BEGINS, gave(4), on=4) == ([(3, "given", 4), (5, "due", None), (7, "planned", None)], [])
    assert became(often, BEGINS, gave(3), gave(4), on=4) == ([(3, "given", 3), (5, "given", 4), (7, "planned", None)], [])


@pytest.mark.parametrize("on", range(1, 32))
def test_what_is_still_owed_is_what_may_still_be_given(on):
    first = dose(5, "mg", "A", at=cycle, source=T, days=(1,), on=cycle_days, window=window(-1, 0, source=T))
    wider = dose(5, "mg", "A", at=cycle, source=T, first=8, every=7 * days, on=cycle_days, window=window(-3, 5, source=T))
    for study, lines in ((weekly(), (gave(8, 0), gave(14), gave(21))), (make_ready(with_doses(first, wider)), (gave(5), gave(12)))):
        road = walked(study, BEGINS, *lines, on=on)
        assert still_owed(study, road) == [a for a in administered(study, road).due if a.state in ("planned", "due", "owed")]
    without = make_ready(planning(5))
    assert still_owed(without, walked(without, BEGINS, on=on)) == []


def test_an_entry_that_continues_one_where_nothing_lives_is_asked(ready):
    first, second = told(START, (2, "weighing", {"weight": 80}))
    stood = what_stands(ready, [first, replace(second, continues=1)])
    assert [[(u.item, u.kind) for u in s.unread] for s in stood] == [[], [("continues", "unknown record")]]


def test_the_next_due_day_is_told_when_it_is_two_months_ahead():
    seldom = dose(5, "mg", "A", at=visits.drug, source=T, first=1, every=63 * days, on=visits.given, window=window(-1, 1, source=T))
    ready = make_ready(visits.made_of(doses=(seldom,)))
    start = [entry_of({"participant": "1", "happened_on": "2024-01-01", "event": "start"}, "a journal", 1)]
    ahead = [administered(ready, fold(ready, what_stands(ready, start), D + n)).due for n in (0, 1)]
    assert [[(a.day - D + 1, a.state) for a in due] for due in ahead] == [[(1, "due")], [(1, "owed"), (64, "planned")]]
