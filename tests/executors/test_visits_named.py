"""Visits that come again, beside others of the same form and after their end, said one by one: which entry makes which, and on which day each was due."""

import pytest
from tests.spec.test_visits_made import DAY_1, T, began, d, drug, few, made_of, named, sample, seen, start, starts, stopped

from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.protocol.language import after, days, form, gives, visit, weeks

YEAR = after(52 * weeks, began)
A = visit("A", source=T, target=after(0, began), window=few, made_by=sample, every=2 * weeks, ends=YEAR)
B = visit("B", source=T, target=after(7 * days, began), window=few, made_by=sample, every=4 * weeks, ends=YEAR)
AT_3 = visit("Week 3", source=T, target=after(3 * weeks, began), window=few, made_by=sample)
LATER = visit("Later", source=T, target=after(3 * weeks, began), window=few, made_by=sample, every=4 * weeks, ends=YEAR)


def told(protocol, rows, day):
    """The visits on a day: name, occasion, target, state, day made; days are counted from day 1."""
    entries = [
        entry_of({"participant": "001", "happened_on": d(on).isoformat(), "event": event, "values": values, **more}, "a journal", number)
        for number, (on, event, values, more) in enumerate(((*row, {}, {})[:4] for row in rows), 1)
    ]
    first = DAY_1.toordinal() - 1
    planned = where(make_ready(protocol), entries, d(day)).planned
    return [(v.name, v.occasion, v.target - first, v.state, v.made and v.made - first) for v in planned]


def sampled(*on):
    return [(1, "start"), *((day, "sample") for day in on)]


@pytest.mark.parametrize(
    "on, found",
    [
        ((15,), [("A", 1, 15, "done", 15), ("A", 2, 29, "planned", None), ("B", 1, 36, "planned", None)]),
        ((36,), [("A", 1, 15, "late", None), ("B", 1, 36, "done", 36), ("B", 2, 64, "planned", None)]),  # in the window of B
        ((24,), [("A", 1, 15, "done", 24), ("B", 1, 36, "planned", None), ("A", 2, 38, "planned", None)]),  # 9 days from A, 12 from B
        ((27,), [("A", 1, 15, "late", None), ("B", 1, 36, "done", 27), ("B", 2, 55, "planned", None)]),  # 12 days from A, 9 from B
        ((15, 29, 40), [("A", 1, 15, "done", 15), ("A", 2, 29, "done", 29), ("B", 1, 36, "late", None), ("A", 3, 43, "done", 40), ("A", 4, 54, "planned", None)]),
        ((1,), [("A", 1, 15, "planned", None), ("B", 1, 36, "planned", None)]),  # the day from which it counts makes none
        ((2,), [("A", 1, 15, "done", 2), ("A", 2, 16, "planned", None), ("B", 1, 36, "planned", None)]),
    ],
)  # fmt: skip
def test_an_entry_makes_the_one_in_whose_window_it_falls_or_else_the_nearer(on, found):
    assert told(made_of(A, B), sampled(*on), max(on)) == found


def test_an_observation_makes_the_one_that_has_passed_or_what_comes_again_whichever_is_nearer():
    both = made_of(AT_3, LATER)
    assert told(both, sampled(30), 31) == [("Week 3", 1, 22, "done", 30), ("Later", 1, 50, "planned", None)]
    assert told(both, sampled(40), 41) == [("Week 3", 1, 22, "late", None), ("Later", 1, 50, "done", 40), ("Later", 2, 68, "planned", None)]
    assert told(both, sampled(36), 36) == [("Week 3", 1, 22, "done", 36), ("Later", 1, 50, "planned", None)]  # the same number of days
    assert told(both, sampled(30, 40), 41)[1:] == [("Later", 1, 50, "done", 40), ("Later", 2, 68, "planned", None)]


def test_one_on_or_after_its_end_is_the_last():
    short = visit("A", source=T, target=after(0, began), window=few, made_by=sample, every=2 * weeks, ends=after(4 * weeks, began))
    assert told(made_of(short), sampled(15, 29, 43), 44) == [("A", 1, 15, "done", 15), ("A", 2, 29, "done", 29)]
    assert told(made_of(short), sampled(15, 28, 43), 44) == [("A", 1, 15, "done", 15), ("A", 2, 29, "done", 28), ("A", 3, 42, "done", 43)]


def test_a_number_leaves_those_before_it_out_and_none_is_made_twice():
    rows = [(1, "start"), (57, "sample", {}, {"visit": "A", "occasion": 3})]
    assert told(made_of(A), rows, 58) == [
        ("A", 1, 15, "missed", None), ("A", 2, 29, "missed", None), ("A", 3, 43, "done", 57), ("A", 4, 71, "planned", None),
    ]  # fmt: skip
    rows = [(1, "start"), (15, "sample"), (29, "sample", {}, {"visit": "A", "occasion": 1}), (30, "sample")]
    assert told(made_of(A), rows, 31) == [("A", 1, 15, "done", 15), ("A", 2, 29, "done", 30), ("A", 3, 44, "planned", None)]


def test_an_entry_is_met_in_the_phase_in_which_what_it_gives_is_heard():
    both = form("both", source=T, yields=(gives(starts), gives(seen)))
    call = visit("Call", source=T, target=after(0, stopped), window=few, made_by=both, every=1 * weeks, ends=YEAR, excused=drug)
    protocol = made_of(call, forms=(start, *(f for f in made_of().forms if f is not start), both))
    rows = [(1, "start"), (5, "stop"), (20, "both")]  # it stood free, and is seen on drug
    assert told(protocol, rows, 20)[0] == ("Call", 1, 12, "done", 20)
    named_call = visit("Call", source=T, target=after(0, stopped), window=few, made_by=named, every=1 * weeks, ends=YEAR, excused=drug)
    rows = [(1, "start"), (5, "stop"), (20, "visit", {"name": "Call"})]
    assert [v[3] for v in told(made_of(named_call), rows, 20)] != ["done"]
