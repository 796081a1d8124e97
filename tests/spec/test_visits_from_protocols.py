"""Visits as protocols word them, one small study for each wording. All invented."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.constructs.agreement import differences

from trialrun.analysis.datasets import datasets
from trialrun.cli import main
from trialrun.journey.journal import Entry, entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.journey.standing_text import as_text
from trialrun.protocol.check.check import check
from trialrun.protocol.check.natures import nature_findings
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.frozen.load import load_folder
from trialrun.protocol.frozen.natures import load_nature
from trialrun.protocol.frozen.shipped import STUDIES
from trialrun.protocol.language import (
    LeadingTo,
    act,
    add_one,
    after,
    decision,
    fact,
    flag,
    form,
    full,
    gives,
    hours,
    last_day,
    later_of,
    leading_to,
    mark,
    measure,
    minutes,
    moment,
    nominal,
    phase,
    put,
    reached,
    rule,
    series,
    statement,
    stopwatch,
    study,
    tally,
    visit,
    weeks,
    whichever_first,
    whichever_last,
    window,
)
from trialrun.protocol.language import days as d
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.readback.parse import parse_page, rebuilt
from trialrun.simulation.plain import PlainNature
from trialrun.simulation.virtual import simulate

P = "P1"
DAY_1 = date(2024, 1, 1)
SAID = (statement(P, "As the study file says. (assumed)", confirmed=False),)
dies = fact("death", P, otherwise="after the end it is recorded", last=True)
stops = decision("stop", P, otherwise="nothing is to be stopped")
starts = act("start", P, otherwise="a second start changes nothing")
responds = fact("responds", P, otherwise="it is said again")
home = phase("at home", source=P, waits="treatment begins when somebody begins it")
treated = phase("on treatment", source=P, course="treatment", waits="a stop has no last day")
off = phase("off treatment", source=P, course="after", waits="followed until death")
dead = phase("dead", end=True, reason="death", source=P)
death = form("death", source=P, domain="DD", yields=gives(dies))
stop = form("stop", source=P, yields=gives(stops))
start = form("start", source=P, yields=gives(starts))
response = form("response", source=P, yields=gives(responds))
scan = form("scan", source=P, items=(measure("size", unit="mm", range=(0, 300), source=P),))
named = form("visit", source=P, items=(measure("name", type="text", role="visit", source=P),))
began, stopped = moment("began", source=P), moment("stopped", source=P)
on_drug = stopwatch("days on drug", runs=treated, source=P)
well = flag("well", source=P)
week = window(-7, 7, source=P)


def made_of(**parts):
    """A study that begins, is treated, stops, dies; `parts` add to it (`more_rules` to its rules)."""
    more = {k.removeprefix("more_"): parts.pop(k) for k in list(parts) if k.startswith("more_")}
    whole = {
        "title": "A study of its visits",
        "version": 1,
        "begins": home,
        "statements": SAID,
        "phases": (home, treated, off, dead),
        "events": (starts, stops, responds, dies),
        "moments": (began, stopped),
        "stopwatches": (on_drug,),
        "flags": (well,),
        "rules": (
            rule(P, "it begins", at=home, on=starts, to=treated, do=mark(began)),
            rule(P, "it stops", at=treated, on=stops, to=off, do=mark(stopped)),
            rule(P, "it responds", at=(home, treated, off), on=responds, do=put(well, True)),
            rule(P, "death", at=(home, treated, off), on=dies, to=dead),
        ),
        "forms": (start, stop, response, scan, named, death),
        "day_one": began,
    } | parts
    for name, found in more.items():
        whole[name] = (*whole[name], *found)
    return study("visits", **whole)


def whole(made):
    """A study that check passes, that is the same from its frozen text and from its page."""
    assert [f for f in check(made).findings if f.kind == "definition"] == []
    assert thaw(freeze(made))[0] == made
    assert rebuilt(made, parse_page(page_markdown(made, "0" * 64))) == made
    return made


def refusals(made):
    return [f.says for f in check(made).findings if f.kind == "definition"]


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    """Walk a study's participant to a day: (day from day 1, event, values or None, more fields) for each entry."""
    cache = tmp_path_factory.mktemp("tables")

    def to(made, entries, on):
        ready = make_ready(made, cache=cache)
        journal = [
            {"sequence": n, "day": DAY_1.toordinal() + day, "event": event, "values": values or {}, **(more[0] if more else {})}
            for n, (day, event, values, *more) in enumerate(entries, 1)
        ]
        day = DAY_1.toordinal() + on
        rows = [
            entry_of(
                {"participant": "001", "happened_on": str(DAY_1 + timedelta(entries[n][0])), **{k: v for k, v in e.items() if k != "day"}},
                "here",
                n + 1,
            )
            for n, e in enumerate(journal)
        ]
        here = where(ready, rows, day)
        assert differences(ready, journal, day, here) == []
        return here

    return to


def planned(here):
    """(name, occasion, day from day 1 of the target, state) of each visit."""
    first = DAY_1.toordinal()
    return [(v.name, v.occasion, v.target - first, v.state) for v in here.planned]


# The day of a stopwatch, for some only ------------------------------------------------------------------------------------------------


def test_a_stopwatch_is_full_on_its_day_also_where_another_clock_of_that_day_speaks_first(walk):
    """After 21 days of drug a scan, if they responded; treatment itself is over after three weeks, which is the same day."""
    at_21 = visit("Scan", source=P, target=full(21 * d, on_drug), window=week, made_by=scan, opens=treated, given=well)
    made = whole(
        made_of(
            visits=(at_21,),
            more_rules=(
                rule(P, "three weeks are over", at=treated, on=reached(3 * weeks, began), to=off, do=mark(stopped)),
                rule(P, "21 days on drug", at=treated, on=full(21 * d, on_drug)),
            ),
        )
    )
    entries = [(0, "start", None), (5, "response", None)]
    assert planned(walk(made, entries, 10)) == [("Scan", 1, 21, "planned")]
    assert planned(walk(made, entries, 30)) == [("Scan", 1, 21, "late")]
    assert planned(walk(made, entries[:1], 30)) == [("Scan", 1, 21, "not owed")]
    assert planned(walk(made, [*entries, (23, "scan", None)], 30)) == [("Scan", 1, 21, "done")]


# A window that the protocol does not state ----------------------------------------------------------------------------------------------

BY_NAME = made_of(visits=series("Week {n}", weeks=(4, 8), after=began, source=P, made_by=named))
SCANS = made_of(
    visits=(
        visit(
            "Scan",
            source=P,
            target=after(8 * weeks, began),
            made_by=scan,
            every=8 * weeks,
            fixed=True,
            ends=after(24 * weeks, began),
            until=off,
        ),
    )
)
BEGIN = (0, "start", None)


def by_name(day, name):
    return day, "visit", {"name": name}


def of_visits(here):
    return [(x.kind, x.says) for x in here.deviations if x.weight == "visit"]


@pytest.mark.parametrize("day", [1, 20, 28, 40, 55])
def test_any_day_until_the_next_of_its_series_counts_where_no_window_is_stated(walk, day):
    here = walk(whole(BY_NAME), [BEGIN, by_name(day, "Week 4")], 60)
    assert planned(here)[0] == ("Week 4", 1, 28, "done") and of_visits(here) == []


def test_without_a_window_a_visit_is_never_late_and_missed_when_the_next_one_has_come(walk):
    assert [planned(walk(BY_NAME, [BEGIN], day))[0][3] for day in (27, 28, 29, 55, 56)] == ["planned", "due", "owed", "owed", "missed"]
    assert [planned(walk(BY_NAME, [BEGIN], day))[1][3] for day in (56, 500)] == ["due", "owed"]
    assert of_visits(walk(BY_NAME, [BEGIN], 500)) == [("missed visit", "Week 4 due on 2024-01-29 was not made")]
    here = walk(BY_NAME, [BEGIN, by_name(60, "Week 4")], 60)
    assert planned(here)[0][3] == "done"
    assert of_visits(here) == [("visit out of window", "Week 4 made on 2024-03-01, window not stated, to be made until 2024-02-25")]


def test_of_two_fixed_days_without_a_window_the_nearer_is_made(walk):
    def made(*scans, on=130):
        return [row[1:] for row in planned(walk(whole(SCANS), [BEGIN, *((day, "scan", None) for day in scans)], on))]

    assert made(50, 110) == [(1, 56, "done"), (2, 112, "done"), (3, 168, "planned")]
    assert made(60, 70) == [(1, 56, "done"), (2, 112, "owed"), (3, 168, "planned")]  # a second one soon after the first makes none
    assert made(100) == [(1, 56, "missed"), (2, 112, "done"), (3, 168, "planned")]
    assert made(0) == [(1, 56, "missed"), (2, 112, "owed"), (3, 168, "planned")]  # on the day of the start it makes none


def test_one_that_expires_can_be_made_until_then(walk):
    made = whole(made_of(visits=(visit("Call", source=P, target=after(28, began), made_by=scan, expires=10 * d),)))
    assert [planned(walk(made, [BEGIN], day))[0][3] for day in (28, 38, 39)] == ["due", "owed", "missed"]
    assert planned(walk(made, [BEGIN, (38, "scan", None)], 50)) == [("Call", 1, 28, "done")]
    assert planned(walk(made, [BEGIN, (39, "scan", None)], 50)) == [("Call", 1, 28, "missed")]


def test_the_day_alone_is_the_day_alone(walk):
    made = whole(made_of(visits=(visit("Call", source=P, target=after(28, began), window=window(0, 0, source=P), made_by=scan),)))
    assert of_visits(walk(made, [BEGIN, (29, "scan", None)], 30)) == [
        ("visit out of window", "Call made on 2024-01-30, window 2024-01-29 to 2024-01-29")
    ]
    assert "Window: from the day itself to the day itself (P1)" in page_markdown(made, "0" * 64)


def test_page_calendar_and_standing_say_that_it_is_not_stated(walk, tmp_path, capsys):
    text = page_markdown(BY_NAME, "0" * 64)
    assert text.count("Window: not stated: any day until the next one") == 2
    assert text.count("Week 4: window not stated: any day until the next one") == 1  # among what is undecided
    assert "from the day itself" not in text
    said = walk(BY_NAME, [BEGIN], 20)
    assert [(v["earliest"], v["latest"]) for v in said.as_json()["visits"]] == [(None, None)] * 2
    assert "window not stated" in as_text(said)
    file = tmp_path / "visits.json"
    file.write_text(freeze(replace(BY_NAME, nominal=(nominal(0, start),))), encoding="utf-8")
    assert main(["calendar", str(file), "--start", "2024-01-01"]) == 0
    assert "window not stated  Week 4" in capsys.readouterr().out


# Before an act whose day is not known ---------------------------------------------------------------------------------------------------

transplants = act("transplant", P, otherwise="a second one is only recorded")
transplanted = moment("transplanted", source=P)
transplant = form("transplant", source=P, yields=gives(transplants))
TRANSPLANT = made_of(
    visits=(
        visit("Heart scan", source=P, target=leading_to(7 * d, transplanted), made_by=scan),
        visit("Work-up", source=P, target=leading_to(4 * weeks, transplanted), made_by=named, known_as=("workup",)),
    ),
    more_events=(transplants,),
    more_moments=(transplanted,),
    more_forms=(transplant,),
    more_rules=(rule(P, "transplanted", at=treated, on=transplants, to=off, do=mark(transplanted)),),
)
cycles = tally("cycles", source=P)
cycle_begins = act("cycle", P, otherwise="no cycle begins any more")
cycle_began = moment("cycle began", source=P)
cycle = form("cycle", source=P, yields=gives(cycle_begins))
CYCLES = made_of(
    visits=(visit("Blood count", source=P, target=leading_to(3 * d, cycle_began), made_by=scan),),
    more_events=(cycle_begins,),
    more_moments=(cycle_began,),
    more_forms=(cycle,),
    tallies=(cycles,),
    more_rules=(rule(P, "a cycle begins", at=(home, treated), on=cycle_begins, to=treated, do=(mark(cycle_began), add_one(cycles))),),
)
T40 = (40, "transplant", None)


def waits(here):
    return [(w["name"], w["occasion"], w["says"]) for w in here.as_json()["waiting"]]


def test_a_visit_before_an_act_waits_until_the_act_is_known(walk):
    here = walk(whole(TRANSPLANT), [BEGIN, (10, "scan", None)], 30)
    assert planned(here) == [] and of_visits(here) == []
    assert waits(here) == [
        ("Heart scan", 1, "from 7 days before ‘transplanted’, which is not known yet"),
        ("Work-up", 1, "from 4 weeks before ‘transplanted’, which is not known yet"),
    ]
    assert "Heart scan             waits     from 7 days before ‘transplanted’" in as_text(here)
    assert waits(walk(TRANSPLANT, [BEGIN, (5, "stop", None)], 30)) == []  # nobody is transplanted after treatment


def test_what_was_made_in_the_days_before_the_act_counts(walk):
    here = walk(TRANSPLANT, [BEGIN, (34, "scan", None), by_name(20, "workup"), T40], 60)
    assert planned(here) == [("Heart scan", 1, 40, "done"), ("Work-up", 1, 40, "done")]
    assert waits(here) == [] and of_visits(here) == []
    assert [(v["earliest"], v["latest"]) for v in here.as_json()["visits"]] == [("2024-02-03", "2024-02-10"), ("2024-01-13", "2024-02-10")]


def test_one_made_too_early_counts_by_its_name_alone_and_the_last_before_the_act_is_it(walk):
    here = walk(TRANSPLANT, [BEGIN, (32, "scan", None), by_name(5, "Work-up"), T40], 41)
    assert planned(here) == [("Heart scan", 1, 40, "missed"), ("Work-up", 1, 40, "done")]
    assert of_visits(here) == [
        ("visit out of window", "Work-up made on 2024-01-06, window 2024-01-13 to 2024-02-10"),
        ("missed visit", "Heart scan due on 2024-02-10 was not made"),
    ]
    assert [v["reason"] for v in here.as_json()["visits"]] == ["‘transplanted’ came without it", None]
    here = walk(TRANSPLANT, [BEGIN, by_name(5, "Work-up"), by_name(20, "Work-up"), T40], 41)
    assert [v.made - DAY_1.toordinal() for v in here.planned if v.made] == [20] and len(of_visits(here)) == 1


def test_it_is_due_on_the_day_of_the_act_and_too_late_after_it(walk):
    assert planned(walk(TRANSPLANT, [BEGIN, T40], 40))[0] == ("Heart scan", 1, 40, "due")
    assert planned(walk(TRANSPLANT, [BEGIN, T40, (40, "scan", None)], 41))[0] == ("Heart scan", 1, 40, "done")
    assert planned(walk(TRANSPLANT, [BEGIN, T40, (41, "scan", None)], 41))[0] == ("Heart scan", 1, 40, "missed")


def test_each_cycle_has_one_before_it_and_the_next_waits(walk):
    made = whole(CYCLES)
    entries = [(0, "scan", None), (1, "cycle", None), (2, "scan", None), (22, "cycle", None), (42, "scan", None), (43, "cycle", None)]
    here = walk(made, entries, 50)
    assert planned(here) == [("Blood count", 1, 1, "done"), ("Blood count", 2, 22, "missed"), ("Blood count", 3, 43, "done")]
    assert waits(here) == [("Blood count", 4, "from 3 days before ‘cycle began’, which is not known yet")]


@pytest.mark.parametrize(
    "parts, says",
    [
        ({"window": week}, "leave window= out"),
        ({"each": cycles}, "leave each= out"),
        ({"target": leading_to(7, last_day("last", on_drug))}, "a stopwatch tells"),
        ({"target": leading_to(7, stopped), "expires": 3 * d}, "leave expires= out"),
        ({"target": leading_to(-7 * d, cycle_began)}, "leading_to(0, ..) or more"),
    ],
)
def test_what_a_visit_before_an_act_cannot_say(parts, says):
    more = {"more_moments": (last_day("last", on_drug, source=P),)} if "stopwatch" in says else {}
    v = visit("Blood count", source=P, **{"target": leading_to(3 * d, cycle_began), "made_by": scan, **parts})
    made = replace(CYCLES, visits=(v,), moments=(*CYCLES.moments, *more.get("more_moments", ())))
    assert any(says in text for text in refusals(made)), refusals(made)


def test_virtual_participants_come_before_the_act(tmp_path):
    ready = make_ready(TRANSPLANT, cache=tmp_path)
    done = 0
    for entries in simulate(ready, 30, 5, DAY_1.toordinal(), nature=PlainNature(ready, {"death": 0.01})):
        here = where(ready, [e if isinstance(e, Entry) else e.entry for e in entries], DAY_1.toordinal() + 2000)
        done += sum(v.state == "done" for v in here.planned)
    assert done > 5


def test_a_nature_cannot_plan_a_visit_whose_day_is_not_known():
    made, nature = load_folder(STUDIES / "template"), load_nature(STUDIES / "template")
    assert nature_findings(nature, made) == []
    kept = replace(made.visits[-1], target=LeadingTo(7, "days", made.moments[0].name), window=None)
    found = nature_findings(nature, replace(made, visits=(*made.visits[:-1], kept)))
    assert [f.kind for f in found] == ["a day not known"] and "enter its form in the sentence of that act" in found[0].says


# Whichever came first or last -----------------------------------------------------------------------------------------------------------

relapses = fact("relapse", P, otherwise="it is recorded")
relapsed = moment("relapsed", source=P)
relapse = form("relapse", source=P, yields=gives(relapses))
FOLLOWED = {
    "more_events": (relapses,),
    "more_moments": (relapsed,),
    "more_forms": (relapse,),
    "more_rules": (rule(P, "it comes back", at=(treated, off), on=relapses, do=mark(relapsed)),),
}


@pytest.mark.parametrize("word, one, both, early", [(whichever_first, 30, 30, 25), (whichever_last, 30, 40, 30)])
def test_twenty_days_after_the_stop_or_thirty_after_the_relapse_whichever_came(walk, word, one, both, early):
    target = word(after(20, stopped), after(30 * d, relapsed))
    made = whole(made_of(visits=(visit("Safety visit", source=P, target=target, window=week, made_by=scan),), **FOLLOWED))
    stop, back = (10, "stop", None), (10, "relapse", None)
    assert planned(walk(made, [BEGIN], 9)) == []
    assert planned(walk(made, [BEGIN, stop], 20)) == [("Safety visit", 1, one, "planned")]
    assert planned(walk(made, [BEGIN, stop, back], 20)) == [("Safety visit", 1, both, "planned")]
    assert planned(walk(made, [BEGIN, (0, "relapse", None), (5, "stop", None)], 10)) == [("Safety visit", 1, early, "planned")]
    assert f"whichever came {'last' if word is whichever_last else 'first'} of (20 days after" in page_markdown(made, "0" * 64)


def test_the_later_of_all_waits_for_all_of_them(walk):
    target = later_of(after(20, stopped), after(30 * d, relapsed))
    made = whole(made_of(visits=(visit("Safety visit", source=P, target=target, window=week, made_by=scan),), **FOLLOWED))
    assert planned(walk(made, [BEGIN, (10, "stop", None)], 20)) == []


# Hours and minutes after a dose ---------------------------------------------------------------------------------------------------------

doses_given, dosed = tally("doses given", source=P), moment("dosed", source=P)
takes = act("dose taken", P, otherwise="it is recorded")
taking = form("dose", source=P, yields=gives(takes))
sample = form("sample", source=P, items=(measure("concentration", unit="ng/mL", range=(0, 9999), source=P),))
quarter = window(-15 * minutes, 15 * minutes, source=P)
SAMPLES = made_of(
    visits=(
        *series(
            "{n} min",
            minutes=(30,),
            after=dosed,
            source=P,
            window=window(-5 * minutes, 5 * minutes, source=P),
            made_by=sample,
            each=doses_given,
        ),
        *series("{n} h", hours=(2, 6), after=dosed, source=P, window=quarter, made_by=sample, each=doses_given),
        visit(
            "Next morning",
            source=P,
            target=after(24 * hours, dosed),
            window=window(-2 * hours, 2 * hours, source=P),
            made_by=sample,
            each=doses_given,
        ),
    ),
    more_events=(takes,),
    more_moments=(dosed,),
    more_forms=(taking, sample),
    tallies=(doses_given,),
    more_rules=(rule(P, "a dose", at=treated, on=takes, do=(mark(dosed), add_one(doses_given))),),
)


def at(day, time, event="sample"):
    return (day, event, None, {"at": time})


def by_the_clock(here):
    first = DAY_1.toordinal()
    return [(v["name"], (date.fromisoformat(v["target"]).toordinal() - first), v["at"], v["state"]) for v in here.as_json()["visits"]]


def test_samples_are_due_at_their_times_after_the_dose_and_judged_by_the_minute(walk):
    made = whole(SAMPLES)
    here = walk(made, [BEGIN, at(1, "08:00", "dose"), at(1, "08:34"), at(1, "10:20"), at(1, "13:45"), at(2, "09:59")], 3)
    assert by_the_clock(here) == [
        ("30 min", 1, "08:30", "done"),
        ("2 h", 1, "10:00", "done"),
        ("6 h", 1, "14:00", "done"),
        ("Next morning", 2, "08:00", "done"),
    ]
    assert of_visits(here) == [("visit out of window", "2 h made on 2024-01-02, 5 minutes too late: due at 10:00 on 2024-01-02")]
    assert "at 14:00, window 2024-01-02 .. 2024-01-02" in as_text(here)


def test_a_sample_after_midnight_is_of_the_next_day(walk):
    entries = [BEGIN, at(1, "22:00", "dose"), at(2, "00:05")]
    assert [row for row in by_the_clock(walk(SAMPLES, entries, 2)) if row[3] == "done"] == [("2 h", 2, "00:00", "done")]
    assert [row[1:3] for row in by_the_clock(walk(SAMPLES, entries, 2))] == [(1, "22:30"), (2, "00:00"), (2, "04:00"), (2, "22:00")]


def test_the_nearest_in_time_is_made_and_each_dose_has_its_own(walk):
    here = walk(SAMPLES, [BEGIN, at(1, "08:00", "dose"), at(1, "13:50"), at(8, "09:00", "dose"), at(8, "10:50")], 8)
    found = [(v.name, v.occasion, v.state) for v in here.planned if v.state == "done"]
    assert found == [("6 h", 1, "done"), ("2 h", 2, "done")] and of_visits(here)[-1][0] == "missed visit"


def test_without_a_time_the_day_is_compared(walk):
    dose = (1, "dose", None)
    here = walk(SAMPLES, [BEGIN, dose, at(1, "10:20"), (1, "sample", None), (1, "sample", None)], 1)
    assert by_the_clock(here) == [
        ("30 min", 1, None, "done"),
        ("2 h", 1, None, "done"),
        ("6 h", 1, None, "done"),
        ("Next morning", 2, None, "planned"),
    ]
    assert of_visits(here) == [] and "time not recorded, window" in as_text(here)
    here = walk(SAMPLES, [BEGIN, at(1, "08:00", "dose"), (1, "sample", None)], 2)
    assert of_visits(here)[-1] == ("visit overdue", "6 h due on 2024-01-02 is still to be made")
    assert by_the_clock(walk(SAMPLES, [BEGIN, at(1, "noon", "dose")], 1))[0][2] is None


def test_page_and_calendar_say_hours_and_minutes(tmp_path, capsys):
    text = page_markdown(SAMPLES, "0" * 64)
    assert "Target: 6 hours after ‘dosed’" in text and "Window: from 15 minutes before to 15 minutes after (P1)" in text
    file = tmp_path / "samples.json"
    file.write_text(freeze(replace(SAMPLES, nominal=(nominal(0, start), nominal(1, taking)))), encoding="utf-8")
    assert main(["calendar", str(file), "--start", "2024-01-01"]) == 0
    assert "time not recorded  6 h" in capsys.readouterr().out


@pytest.mark.parametrize(
    "parts, says",
    [
        ({"target": after(6, dosed)}, "its target is a day"),
        ({"each": None, "every": 1 * d, "fixed": True, "until": off}, "comes again"),
        ({"target": after(6 * hours, SAMPLES.visits[1])}, "count it from a moment"),
        ({"target": after(-6 * hours, dosed)}, "write 0 or more"),
        ({"target": after(6 * hours, last_day("last", on_drug))}, "in whole days"),
        ({"target": later_of(after(6 * hours, dosed), after(1, dosed)), "window": week}, "counted in 'hours'"),
        ({"target": reached(6 * hours, dosed), "window": week}, "counted in 'hours'"),
        ({"expires": 6 * hours}, "expires"),
        ({"target": leading_to(6 * hours, dosed), "each": None, "window": None}, "counted in 'hours'"),
    ],
)
def test_what_hours_cannot_be(parts, says):
    v = visit("Odd", source=P, **{"target": after(6 * hours, dosed), "window": quarter, "made_by": sample, "each": doses_given, **parts})
    made = replace(SAMPLES, visits=(*SAMPLES.visits, v), moments=(*SAMPLES.moments, last_day("last", on_drug, source=P)))
    assert any(says in text for text in refusals(made)), refusals(made)


def test_days_and_times_are_not_mixed_in_a_window():
    with pytest.raises(ValueError, match="in days or in hours and minutes"):
        window(-1, 15 * minutes, source=P)
    assert window(0, 1 * hours, source=P) == window(0 * minutes, 60 * minutes, source=P)


# One visit that serves two series -------------------------------------------------------------------------------------------------------

weekly = series("Week {n}", weeks=(4, 8, 12), after=began, source=P, window=week, made_by=named)
SHARED = made_of(
    visits=(
        *weekly,
        visit("Safety visit", source=P, target=after(30 * d, stopped), window=week, made_by=named, opens=off, served_by=weekly),
        visit("Alone", source=P, target=after(30 * d, stopped), window=week, made_by=named, opens=off),
    )
)


def made_on(here):
    first = DAY_1.toordinal()
    return {v.name: v.made - first for v in here.planned if v.made is not None}


def test_one_entry_makes_one_visit_unless_another_says_that_it_serves_it(walk):
    entries = [BEGIN, (25, "stop", None), by_name(54, "Week 8")]
    here = walk(whole(SHARED), entries, 70)
    assert made_on(here) == {"Week 8": 54, "Safety visit": 54}
    assert len({v.entry for v in here.planned if v.made is not None}) == 1
    assert [x for x in of_visits(here) if "Safety" in x[1]] == []


def test_it_serves_within_its_window_alone_and_not_the_other_way(walk):
    far = [BEGIN, (40, "stop", None), by_name(54, "Week 8")]
    assert made_on(walk(SHARED, far, 60)) == {"Week 8": 54}
    back = [BEGIN, (25, "stop", None), by_name(54, "Safety visit")]
    assert made_on(walk(SHARED, back, 60)) == {"Safety visit": 54}


def test_a_visit_of_its_own_takes_the_place_of_one_that_served_it(walk):
    entries = [BEGIN, (25, "stop", None), by_name(54, "Week 8"), by_name(57, "Safety visit")]
    assert made_on(walk(SHARED, entries, 70)) == {"Week 8": 54, "Safety visit": 57}


def test_scans_of_two_series_are_served_by_one_scan(walk):
    """A scan every 8 weeks, and one at the end of treatment; the protocol lets one do where their windows overlap."""
    every_8 = visit("Scan", source=P, target=after(8 * weeks, began), window=week, made_by=scan, every=8 * weeks, fixed=True, until=dead)
    at_end = visit("End scan", source=P, target=after(0, stopped), window=window(0, 14, source=P), made_by=scan, opens=off)
    alone, served = (made_of(visits=(every_8, x)) for x in (at_end, replace(at_end, served_by=("Scan",))))
    entries = [BEGIN, (53, "stop", None), (56, "scan", None)]
    assert made_on(walk(whole(alone), entries, 60)) == {"Scan": 56}
    assert made_on(walk(whole(served), entries, 60)) == {"Scan": 56, "End scan": 56}
    assert made_on(walk(served, [*entries, (58, "scan", None)], 60)) == {"Scan": 56, "End scan": 58}


@pytest.mark.parametrize(
    "by, says",
    [
        (("nowhere",), "not among visits"),
        (("Safety visit",), "served by itself"),
        (("Scan",), "one entry makes both"),
        (("Again",), "comes again after the last one made"),
    ],
)
def test_what_cannot_serve_a_visit(by, says):
    other = visit("Scan", source=P, target=after(5, began), window=week, made_by=scan)
    again = visit("Again", source=P, target=after(5, began), window=week, made_by=named, every=9 * d, ends=after(90, began))
    mine = replace(SHARED.visits[3], served_by=by)
    made = replace(SHARED, visits=(*weekly, mine, other, again))
    assert any(says in text for text in refusals(made)), refusals(made)


def test_the_visits_of_an_analysis_have_their_times(tmp_path):
    ready = make_ready(SAMPLES, cache=tmp_path)
    told = [(0, "start", None), (1, "dose", "08:00"), (1, "sample", "10:20")]
    journal = [Entry("001", n, str(DAY_1 + timedelta(day)), event, {}, at=time) for n, (day, event, time) in enumerate(told, 1)]
    rows = datasets(ready, {"001": journal}, DAY_1.toordinal() + 1).visit.select("name", "state", "due_at", "made_at").rows()
    assert ("2 h", "done", "10:00", "10:20") in rows and ("6 h", "due", "14:00", None) in rows
