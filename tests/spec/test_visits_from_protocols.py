"""Visits as protocols word them, one small study for each wording. All invented."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.constructs.agreement import differences

from trialrun.cli import main
from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.journey.standing_text import as_text
from trialrun.protocol.check.check import check
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.language import (
    act,
    after,
    decision,
    fact,
    flag,
    form,
    full,
    gives,
    mark,
    measure,
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
    visit,
    weeks,
    window,
)
from trialrun.protocol.language import days as d
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.readback.parse import parse_page, rebuilt

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
