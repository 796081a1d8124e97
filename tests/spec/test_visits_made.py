"""Which entry makes which visit, and when a visit stays owed: one small study and one participant for each sentence."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from trialrun.journey.calendar import calendar
from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.protocol.check.check import check
from trialrun.protocol.check.wellformed import wellformed
from trialrun.protocol.language import (
    act,
    add_one,
    after,
    arm,
    classed,
    criterion,
    days,
    decision,
    dose,
    fact,
    form,
    full,
    gives,
    known,
    last_day,
    mark,
    measure,
    mentions,
    moment,
    months,
    needs,
    no,
    nominal,
    one_of,
    past,
    phase,
    rule,
    statement,
    stopwatch,
    study,
    tally,
    target_of,
    visit,
    weeks,
    window,
)

T = "T1"
DAY_1 = date(2020, 1, 6)
home = phase("at home", source=T, waits="a start has no last day")
drug = phase("on drug", source=T, waits="a stop has no last day")
rest = phase("resting", source=T)
free = phase("free", source=T, waits="a start has no last day")
dead = phase("dead", end=True, reason="death", source=T)
began, dosed, stopped = moment("start", source=T), moment("last dose", source=T), moment("stop", source=T)
given = stopwatch("days on drug", runs=drug, source=T)
last_drug = last_day("last day with drug", given, or_else=began, source=T)
doses_given = tally("doses given", source=T)
starts, takes, stops = act("start", T, otherwise="nothing"), act("dose", T, otherwise="nothing"), act("stop", T, otherwise="nothing")
seen, dies = fact("seen", T, otherwise="nothing"), fact("death", T, otherwise="nothing", last=True)
mg, name, value = (
    measure("dose", unit="mg", role="dose", source=T),
    measure("name", type="text", role="visit", source=T),
    measure("value", source=T),
)
start, dosing, stop = (
    form("start", source=T, yields=gives(starts)),
    form("dose", source=T, items=(mg,), yields=gives(takes)),
    form("stop", source=T, yields=gives(stops)),
)
sample, named, death = (
    form("sample", source=T, items=(value,), yields=gives(seen)),
    form("visit", source=T, items=(name,)),
    form("death", source=T, yields=gives(dies)),
)
rules = (
    rule(T, "it begins", at=(home, free), on=starts, to=drug, do=mark(began)),
    rule(T, "a dose", at=drug, on=takes, do=(mark(dosed), add_one(doses_given))),
    rule(T, "it stops", at=drug, on=stops, to=rest, do=mark(stopped)),
    rule(T, "rest ends", at=rest, on=past(10 * days, stopped), to=free),
    rule(T, "it begins again in the rest", at=rest, on=starts, to=drug, do=mark(began)),
    rule(T, "seen", at=(drug, rest, free), on=seen),
    rule(T, "death", at=(home, drug, rest, free), on=dies, to=dead),
)
few = window(-2, 2, source=T)


def made_of(*visits, **more):
    parts = dict(
        statements=(statement(T, "all"),), phases=(home, drug, rest, free, dead), events=(starts, takes, stops, seen, dies), rules=rules,
        forms=(start, dosing, stop, sample, named, death), moments=(began, dosed, stopped, last_drug), stopwatches=(given,), tallies=(doses_given,),
        visits=visits, nominal=(nominal(0, start),),
    )  # fmt: skip
    return study("small", version=1, title="a small study", begins=home, **(parts | more))


def d(n):
    return DAY_1 + timedelta(days=n - 1)


def told(protocol, rows, day):
    """The visits on a day: name, occasion, state, day made; entries are (day, event, values, more)."""
    entries = [
        entry_of({"participant": "001", "happened_on": d(on).isoformat(), "event": event, "values": values, **more}, "a journal", number)
        for number, (on, event, values, more) in enumerate(((*row, {}, {})[:4] for row in rows), 1)
    ]
    ready = make_ready(protocol)
    visits = where(ready, entries, d(day)).as_json()["visits"]
    return [(v["name"], v["occasion"], v["state"], (date.fromisoformat(v["made"]) - DAY_1).days + 1 if v["made"] else None) for v in visits]


# FK4: what stays owed ---------------------------------------------------------------------------------------------------------------


def end_of_rest(**more):
    return visit("After the stop", source=T, target=after(9 * days, stopped), window=few, made_by=sample, opens=rest, **more)


def test_FK4_a_visit_stays_owed_when_a_clock_leaves_the_phase_that_opened_it():
    protocol = made_of(end_of_rest())
    rows = [(1, "start"), (5, "stop")]
    assert told(protocol, rows, 14) == [("After the stop", 1, "due", None)]
    assert told(protocol, rows, 16) == [("After the stop", 1, "owed", None)]
    assert told(protocol, rows, 17) == [("After the stop", 1, "late", None)]
    assert told(protocol, [*rows, (16, "sample")], 17) == [("After the stop", 1, "done", 16)]


def test_FK4_it_is_in_the_calendar():
    protocol = made_of(end_of_rest(), nominal=(nominal(0, start), nominal(4, stop)))
    assert [(row.on, row.what) for row in calendar(make_ready(protocol), DAY_1.toordinal()) if row.what == "After the stop"] == [
        (d(14).toordinal(), "After the stop")
    ]


def test_FK4_entering_again_opens_the_next_and_the_first_is_missed():
    rows = [(1, "start"), (5, "stop"), (8, "start"), (20, "stop")]
    assert told(made_of(end_of_rest()), rows, 21) == [("After the stop", 1, "missed", None), ("After the stop", 2, "planned", None)]


def test_FK4_what_its_target_counts_from_runs_again_and_replaces_it():
    after_drug = visit("After drug", source=T, target=after(30 * days, last_drug), window=few, made_by=sample, opens=rest)
    protocol = made_of(after_drug)
    assert told(protocol, [(1, "start"), (5, "stop")], 20) == [("After drug", 1, "planned", None)]
    assert told(protocol, [(1, "start"), (5, "stop"), (18, "start")], 20) == [("After drug", 1, "not owed", None)]
    assert told(protocol, [(1, "start"), (5, "stop"), (18, "start"), (25, "stop")], 26)[1:] == [("After drug", 2, "planned", None)]


# FK5: one entry, one occasion -------------------------------------------------------------------------------------------------------

next_dose = visit("Next dose", source=T, target=after(21 * days, dosed), window=few, made_by=dosing, each=doses_given)


def test_FK5_an_act_that_makes_a_visit_and_opens_the_next_occasion_of_it():
    protocol = made_of(next_dose)
    rows = [(1, "start"), (1, "dose"), (22, "dose"), (44, "dose")]
    assert told(protocol, rows, 45) == [("Next dose", 1, "done", 22), ("Next dose", 2, "done", 44), ("Next dose", 3, "planned", None)]


def test_FK5_an_occasion_made_on_the_day_that_opens_it():
    on_the_day = visit("Dose day", source=T, target=after(0, dosed), window=few, made_by=dosing, each=doses_given)
    assert told(made_of(on_the_day), [(1, "start"), (1, "dose"), (3, "dose")], 4) == [
        ("Dose day", 1, "done", 1),
        ("Dose day", 2, "done", 3),
    ]


def test_FK5_a_dose_far_outside_any_window_makes_no_visit():
    second = visit("Dose 2", source=T, target=after(28 * days, began), window=few, made_by=dosing)
    third = visit("Dose 3", source=T, target=after(180 * days, began), window=few, made_by=dosing)
    protocol = made_of(second, third)
    rows = [(1, "start"), (1, "dose"), (100, "dose")]
    assert told(protocol, rows, 101) == [("Dose 2", 1, "late", None), ("Dose 3", 1, "planned", None)]
    assert told(protocol, [*rows, (181, "dose")], 182) == [("Dose 2", 1, "late", None), ("Dose 3", 1, "done", 181)]
    assert told(protocol, [*rows[:2], (100, "dose", {}, {"visit": "dose 02"})], 101)[0] == ("Dose 2", 1, "done", 100)


def test_FK5_one_sample_makes_one_visit_the_nearest_whose_window_it_falls_in():
    first = visit("Week 2", source=T, target=after(2 * weeks, began), window=window(-7, 7, source=T), made_by=sample)
    second = visit("Week 3", source=T, target=after(3 * weeks, began), window=window(-7, 7, source=T), made_by=sample)
    protocol = made_of(second, first)
    assert told(protocol, [(1, "start"), (20, "sample")], 21) == [("Week 2", 1, "owed", None), ("Week 3", 1, "done", 20)]
    assert told(protocol, [(1, "start"), (20, "sample"), (21, "sample")], 21) == [("Week 2", 1, "done", 21), ("Week 3", 1, "done", 20)]


def test_FK5_a_late_observation_makes_the_latest_that_has_passed_and_no_earlier_one():
    first = visit("Week 2", source=T, target=after(2 * weeks, began), window=few, made_by=sample)
    second = visit("Week 8", source=T, target=after(8 * weeks, began), window=few, made_by=sample)
    protocol = made_of(first, second)
    assert told(protocol, [(1, "start"), (25, "sample")], 26)[0] == ("Week 2", 1, "done", 25)
    assert told(protocol, [(1, "start"), (70, "sample")], 71) == [("Week 2", 1, "late", None), ("Week 8", 1, "done", 70)]
    assert told(protocol, [(1, "start"), (57, "sample"), (70, "sample")], 71) == [("Week 2", 1, "late", None), ("Week 8", 1, "done", 57)]


def test_FK5_what_comes_again_is_made_by_what_is_left():
    at_3 = visit("Week 3", source=T, target=after(3 * weeks, began), window=few, made_by=sample)
    later = visit(
        "Later", source=T, target=after(3 * weeks, began), window=few, made_by=sample, every=4 * weeks, ends=after(52 * weeks, began)
    )
    protocol = made_of(at_3, later)
    assert told(protocol, [(1, "start"), (23, "sample")], 24) == [("Week 3", 1, "done", 23), ("Later", 1, "planned", None)]
    assert told(protocol, [(1, "start"), (50, "sample")], 51) == [
        ("Week 3", 1, "late", None),
        ("Later", 1, "done", 50),
        ("Later", 2, "planned", None),
    ]


def test_FK5_an_entry_names_its_visit_and_its_occasion():
    protocol = made_of(next_dose)
    rows = [(1, "start"), (1, "dose"), (22, "dose"), (60, "dose", {}, {"visit": "Next dose", "occasion": 2})]
    assert told(protocol, rows, 61) == [("Next dose", 1, "done", 22), ("Next dose", 2, "done", 60), ("Next dose", 3, "planned", None)]
    later = visit("Later", source=T, target=after(0, began), window=few, made_by=sample, every=4 * weeks, ends=after(52 * weeks, began))
    rows = [(1, "start"), (57, "sample", {}, {"visit": "Later", "occasion": 2})]
    assert told(made_of(later), rows, 58) == [("Later", 1, "missed", None), ("Later", 2, "done", 57), ("Later", 3, "planned", None)]


def test_each_occasion_counts_from_the_days_as_they_were():
    """A visit of each dose that counts from another visit of each dose, declared before it."""
    sampled = visit("Sample", source=T, target=after(3 * days, next_dose), window=few, made_by=sample, each=doses_given)
    rows = [(1, "start"), (1, "dose"), (22, "dose")]
    ready = make_ready(made_of(sampled, next_dose))
    entries = [
        entry_of({"participant": "001", "happened_on": d(n).isoformat(), "event": event}, "a journal", i)
        for i, (n, event) in enumerate(rows, 1)
    ]
    targets = [(p.name, p.occasion, p.target - DAY_1.toordinal() + 1) for p in where(ready, entries, d(23)).planned]
    assert targets == [("Next dose", 1, 22), ("Sample", 1, 25), ("Next dose", 2, 43), ("Sample", 2, 46)]


def test_a_visit_that_comes_again_in_some_phases_is_made_by_an_entry_that_gives_no_event():
    calls = visit(
        "Call", source=T, target=after(0, began), window=few, made_by=named, every=1 * weeks, ends=after(52 * weeks, began), excused=drug
    )
    rows = [(1, "start"), (9, "visit", {"name": "Call"})]
    assert told(made_of(calls), rows, 10) == [("Call", 1, "done", 9), ("Call", 2, "planned", None)]


# What check refuses -----------------------------------------------------------------------------------------------------------------


def only(protocol, *words):
    said = wellformed(protocol)
    for word in words:
        assert any(word in says for says in said), said
    return said


REFUSED = {
    "FK2 each and every": (
        visit("Diary", source=T, target=after(0, dosed), window=few, made_by=sample, each=doses_given, every=1 * days, ends=after(21 * days, dosed)),
        "the visit ‘Diary’ says each= and every=",
    ),
    "FK2 opens and every": (
        visit("Diary", source=T, target=after(0, dosed), window=few, made_by=sample, opens=drug, every=1 * days, ends=after(21 * days, dosed)),
        "says opens= and every=",
    ),
    "FK2 each and opens": (visit("D", source=T, target=after(0, dosed), window=few, made_by=sample, each=doses_given, opens=drug), "says each= and opens="),
    "FK3 every nought": (
        visit("D", source=T, target=after(0, dosed), window=few, made_by=sample, every=0 * months, ends=after(21 * days, dosed)),
        "comes again every 0 months",
    ),
    "FK3 every minus one": (
        visit("D", source=T, target=after(0, dosed), window=few, made_by=sample, every=-1 * days, ends=after(21 * days, dosed)),
        "comes again every -1 days",
    ),
    "ends alone": (visit("D", source=T, target=after(0, dosed), window=few, made_by=sample, ends=after(21 * days, dosed)), "does not come again"),
    "a clock that comes again": (
        visit("D", source=T, target=full(3 * days, given), window=few, made_by=sample, every=1 * days, ends=after(9 * days, dosed)),
        "comes again from the clock",
    ),
    "a clock that nobody waits for": (visit("D", source=T, target=full(3 * days, given), window=few, made_by=sample), "which no rule and no dose reads"),
    "opened nowhere": (visit("D", source=T, target=after(0, dosed), window=few, made_by=sample, opens=home), "which no rule enters from outside"),
    "raised nowhere": (visit("D", source=T, target=after(0, dosed), window=few, made_by=sample, each=tally("others", source=T)), "no rule raises it"),
    "not before minus one": (
        visit("D", source=T, target=after(0, dosed), window=window(-2, 2, not_before=-1, source=T), made_by=sample),
        "opens not before -1 days",
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", REFUSED)
def test_check_refuses_by_name_what_no_part_honours(which):
    one, words = REFUSED[which]
    more = (tally("others", source=T),) if which == "raised nowhere" else ()
    only(made_of(one, tallies=(doses_given, *more)), words)


def test_FK3_one_name_means_one_visit():
    first = visit("Month 3", source=T, target=after(0, dosed), window=few, made_by=named, known_as=("m3",))
    second = visit("Month 4", source=T, target=after(0, dosed), window=few, made_by=named, known_as=("M 03", "m03"))
    only(made_of(first, second), "the visits ‘Month 3’ and ‘Month 4’ are both known as ‘m 3’")
    only(made_of(first, replace(second, known_as=("month 03",))), "are both known as ‘month 3’")
    only(made_of(first, replace(second, known_as=("--",))), "has neither letters nor digits")
    assert wellformed(made_of(first, replace(second, known_as=("m4",)))) == []


def test_what_counts_from_a_visit_that_comes_again_or_is_for_another_arm():
    again = visit("Again", source=T, target=after(0, dosed), window=few, made_by=sample, every=1 * weeks, ends=after(9 * weeks, dosed))
    only(made_of(again, visit("D", source=T, target=target_of(again), window=few, made_by=sample)), "which comes again and again")
    a, b = arm("A", source=T), arm("B", source=T)
    own = visit("Own", source=T, target=after(0, dosed), window=few, made_by=sample, arm=a)
    other = visit("Other", source=T, target=target_of(own), window=few, made_by=sample, arm=b)
    only(made_of(own, other, arms=(a, b)), "asks for the visit ‘Own’, which is for A only")
    until = visit("Until", source=T, target=after(0, dosed), window=few, made_by=sample, until_visit=next_dose)
    only(made_of(next_dose, until), "says no phases in which it is owed", "which no phase opens")


dated, born = measure("d1", type="date", source=T), measure("d2", type="date", source=T)
word, code, yes = (
    measure("word", type="text", source=T),
    measure("code", codes=("a", "b"), source=T),
    measure("yes", type="yes/no", source=T),
)
KINDS = {
    "FK6 dates taken apart": (dated - born < 84, "calculates with ‘d1’, which is a date and no number: write days_between(a, b)"),
    "FK6 dates compared": (dated < born, "compares ‘d1’, which is a date"),
    "FK6 a text compared": (word > 3, "compares ‘word’, which is a text"),
    "FK6 a code calculated with": (value * code > 3, "calculates with ‘code’, which is a code"),
    "FK6 a yes or no compared": (yes >= 1, "compares ‘yes’, which is a yes or no"),
    "a condition compared": (value > known(word), "with a condition, which has no number"),
    "words in a number": (mentions(value, "x"), "looks for words in ‘value’"),
    "a number among words": (one_of(value, "x"), "asks whether ‘value’ is 'x'"),
    "a text among numbers": (one_of(word, 3), "asks whether ‘word’ is 3"),
    "a text as yes or no": (no(word), "asks whether ‘word’ holds, which is a text"),
    "a clock over values": (past(3 * days, began), "only recorded values are known there"),
}


@pytest.mark.parametrize("which", KINDS)
@pytest.mark.parametrize("place", ["yields", "classes", "criteria"])
def test_FK6_check_says_what_has_no_number(which, place):
    given, words = KINDS[which]
    items = (value, dated, born, word, code, yes)
    own = form("sample", source=T, items=items, yields=gives(seen), keeps_screening=True)
    criteria = ()
    if place == "yields":
        own = replace(own, yields=(gives(seen, given),))
    elif place == "classes":
        own = replace(own, classes=(classed("c", needs(T, "so", given), T),), classified="class")
    else:
        criteria = (criterion("c", "inclusion", given, T),)
    only(made_of(forms=(start, dosing, stop, own, named, death), criteria=criteria), words)


def test_FK6_an_amount_is_a_number():
    own = form("sample", source=T, items=(value, dated), yields=gives(seen), keeps_screening=True)
    forms = (start, dosing, stop, own, named, death)
    only(made_of(forms=forms, doses=(dose(dated, "mg", "X", source=T, at=drug),)), "is ‘d1’, which is a date and no number")
    only(made_of(forms=forms, doses=(dose(2 * dated, "mg", "X", source=T, at=drug),)), "calculates with ‘d1’")
    assert wellformed(made_of(forms=forms, doses=(dose(2 * value, "mg", "X", source=T, at=drug),))) == []


def test_FK7_arms_are_arms():
    a = arm("A", source=T)
    with pytest.raises(TypeError, match="arm= holds 'A', which is no arm"):
        rule(T, "x", at=home, on=starts, arm="A")
    assert rule(T, "x", at=home, on=starts, arm=(a,)).arms == ("A",)


def test_FK10_check_notes_a_blinded_item_that_nobody_is_kept_blind_to():
    """FK10: an item that is to be hidden, and no role to hide it from."""
    hidden = form("sample", source=T, items=(replace(value, blinded=True),), yields=gives(seen))
    found = check(made_of(forms=(start, dosing, stop, hidden, named, death)))
    says = "‘value’ is blinded (blinded=True), but nobody is kept blind: declare role(.., blinded=True) in roles=, and ask for outputs with --role"
    assert found.notes == (says,)
    assert found.as_json()["notes"] == list(found.notes)
    assert "nobody is kept blind" in found.as_text()
    assert check(made_of()).notes == ()


def test_FV10_an_arm_matches_as_a_name():
    low, high = arm("low dose", source=T), arm("high dose", source=T)
    allocated = decision("allocated", T, otherwise="nothing")
    item = measure("arm", codes=("low dose", "high dose"), role="arm", source=T)
    allocation = form("allocation", source=T, items=(item,), yields=gives(allocated))
    protocol = made_of(
        events=(starts, takes, stops, seen, dies, allocated), forms=(start, dosing, stop, sample, named, death, allocation), arms=(low, high),
        rules=(*rules, rule(T, "allocated", at=home, on=allocated)),
    )  # fmt: skip
    ready = make_ready(protocol)
    entry = {"participant": "001", "happened_on": "2020-01-06", "event": "allocation"}
    said = where(ready, [entry_of({**entry, "values": {"arm": "Low  Dose"}}, "a journal", 1)], d(2)).as_json()
    assert said["arm"] == "low dose"
    wrong = where(ready, [entry_of({**entry, "values": {"arm": "middle"}}, "a journal", 1)], d(2)).as_json()
    assert wrong["arm"] is None
    assert [q["kind"] for q in wrong["queries"]] == ["unreadable"]
