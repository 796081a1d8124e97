"""Visits as protocols word them, one small study for each wording. All invented."""

from datetime import date, timedelta

import pytest
from tests.constructs.agreement import differences

from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.protocol.check.check import check
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.language import (
    act,
    decision,
    fact,
    flag,
    form,
    full,
    gives,
    mark,
    measure,
    moment,
    phase,
    put,
    reached,
    rule,
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
