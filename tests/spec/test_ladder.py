"""Levels of reduction, one named participant for each sentence: 10 mg, 5 mg, 5 mg every other day, then the end; blinded tablets in two arms."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from trialrun.analysis.datasets import datasets
from trialrun.analysis.results.readout import read_out
from trialrun.journey.journal import Entry
from trialrun.journey.ready import make_ready
from trialrun.journey.schema import schema_of
from trialrun.journey.standing import where
from trialrun.protocol.check.check import check
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.language import (
    act,
    arm,
    days,
    dose,
    doses_by,
    fact,
    form,
    full,
    gives,
    ladder,
    lower_left,
    mark,
    measure,
    moment,
    no,
    nominal,
    on_level,
    otherwise,
    phase,
    rule,
    shown,
    statement,
    step,
    step_down,
    step_up,
    stopwatch,
    study,
    weeks,
)  # fmt: skip
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.page.page_html import page_html
from trialrun.protocol.readback.parse import parse_page, rebuilt
from trialrun.simulation.virtual import nature_of
from trialrun.simulation.walk import walk_participant

T = "T1"
active, placebo = arm("active", source=T), arm("placebo", source=T)
home = phase("home", source=T, waits="it begins when somebody begins it")
on_tablets = phase("on tablets", source=T)
over = phase("over", end=True, reason="completed", source=T)
stopped = phase("stopped", end=True, reason="toxicity", source=T)
dead = phase("dead", end=True, reason="death", source=T)
began = moment("first tablet", source=T)
tablet_days = stopwatch("days on tablets", runs=on_tablets, source=T)
allocated, recovered = fact("allocated", T, otherwise="once"), fact("recovered", T, otherwise="recorded")
starts, toxic, dies = act("start", T, otherwise="shown"), fact("toxicity", T, otherwise="recorded"), fact("death", T, otherwise="recorded")
tablet = measure("dose", unit="mg", role="dose", source=T)
which = measure("arm", codes=("active", "placebo"), role="arm", blinded=True, source=T)
grade = measure("grade", type="integer", range=(1, 5), role="grade", source=T)
forms = (
    form("allocation", source=T, items=(which,), yields=gives(allocated)),
    form("start", source=T, items=(tablet,), yields=gives(starts)),
    form("adverse event", source=T, items=(grade,), yields=(gives(toxic, grade >= 3), gives(recovered, grade < 2))),
    form("death", source=T, yields=gives(dies)),
)


def tablets(rises):
    """The study; in one of its versions a dose that was lowered is raised again on recovery, one level at a time."""
    levels = ladder(
        "dose level", "tablet", "mg", step(10, words="full dose"), step(5), step(5, first=1, every=2 * days, words="every other day"),
        source=T, rises=rises,
    )  # fmt: skip
    rules = (
        rule(T, "allocated", at=home, on=allocated),
        rule(T, "it begins", at=home, on=starts, to=on_tablets, do=mark(began)),
        rule(T, "grade 3 lowers it", at=on_tablets, on=toxic, given=lower_left(levels), do=step_down(levels)),
        rule(T, "below the lowest level it ends", at=on_tablets, on=toxic, given=otherwise, to=stopped),
        rule(T, "12 weeks", at=on_tablets, on=full(12 * weeks, tablet_days), to=over),
        rule(T, "death", at=(home, on_tablets), on=dies, to=dead),
    )
    raised = (
        rule(T, "recovery raises it", at=on_tablets, on=recovered, given=no(on_level(levels, 0)), do=step_up(levels)) if rises else None
    )
    return study(
        "tablets", version=1, title="Blinded tablets", begins=home, statements=(statement(T, "all of it"),), arms=(active, placebo),
        phases=(home, on_tablets, over, stopped, dead), events=(allocated, recovered, starts, toxic, dies), ladders=(levels,),
        moments=(began,), stopwatches=(tablet_days,), forms=forms, rules=(*rules, *([raised] if raised else [])),
        doses=(*doses_by(levels, source=T, at=on_tablets, on=began, route="by mouth"),), standing=(shown("level", levels),),
        nominal=(nominal(-1, forms[0], arm="active"), nominal(0, forms[1])),
    )  # fmt: skip


FALLS, RISES = tablets(False), tablets(True)
DAY_1 = date(2024, 1, 1)
BEGUN = [(0, "allocation", {"arm": "placebo"}), (1, "start", {})]


def told(*lines):
    return [Entry("1", n, (DAY_1 + timedelta(d - 1)).isoformat(), event, values) for n, (d, event, values) in enumerate(lines, 1)]


def amounts(made, lines, *on):
    ready, found = make_ready(made), []
    for day in on:
        said = where(ready, told(*(x for x in lines if x[0] <= day)), DAY_1 + timedelta(day - 1)).as_json()
        found.append(next((d["amount"] for d in said["doses"]), None))
    return found


def ill(day, grade=3):
    return (day, "adverse event", {"grade": grade})


@pytest.mark.parametrize("made", [FALLS, RISES])
def test_a_ladder_is_checked_frozen_and_read_back(made):
    assert check(made).findings == ()
    assert [(c.name, c.up_to) for c in made.counts] == [("dose level", 2)]
    assert thaw(freeze(made))[0] == made
    for page in (page_markdown(made, "0" * 64), page_html(made, "0" * 64)):
        assert rebuilt(made, parse_page(page)) == made
    page = page_markdown(made, "0" * 64)
    assert "| 2 | 5 | from day 1 on, once every 2 days | | every other day |" in page.replace("|  |", "| |")
    assert "Lowered by: grade 3 lowers it (T1)." in page and "Instead of a step down: below the lowest level it ends (T1)." in page
    assert ("A dose that was lowered is not raised again." in page) == (made is FALLS)


def test_each_toxicity_takes_one_step_down_and_below_the_lowest_it_ends():
    lines = [*BEGUN, ill(3), ill(10), ill(20)]
    assert amounts(FALLS, lines, 1, 2, 3, 9) == [10, 10, 5, 5]
    assert amounts(FALLS, lines, 10, 11, 12, 13, 19) == [None, 5, None, 5, 5]  # odd days, counted from the first tablet
    assert where(make_ready(FALLS), told(*lines), DAY_1 + timedelta(19)).as_json()["reason"] == "toxicity"


def test_a_lowered_dose_is_not_raised_unless_the_ladder_says_so():
    lines = [*BEGUN, ill(3), ill(5, 1), ill(6, 1)]
    assert amounts(FALLS, lines, 5, 6) == [5, 5]
    assert amounts(RISES, lines, 5, 6) == [10, 10]  # never above the full dose
    assert amounts(RISES, [*BEGUN, ill(3), ill(4), ill(6, 1)], 5, 6) == [5, 5]


def test_the_standing_shows_the_level():
    said = where(make_ready(FALLS), told(*BEGUN, ill(3)), DAY_1 + timedelta(5)).as_json()
    assert (said["level"], said["doses"][0]["words"], said["doses"][0]["route"]) == (1, "dose level 1", "by mouth")
    assert "level" in schema_of("standing", FALLS)["properties"]


def test_intensity_is_against_the_full_dose():
    data = datasets(make_ready(FALLS), {"1": told(*BEGUN, ill(29), ill(57))}, DAY_1 + timedelta(90))
    person = data.subject.row(0, named=True)
    assert (person["amount"], person["planned_amount"]) == (28 * 10 + 28 * 5 + 14 * 5, 84 * 10)
    assert read_out(data, make_ready(FALLS)).exposure["relative dose intensity, %"].median == pytest.approx(100 * 490 / 840)


def test_virtual_participants_go_down_the_ladder():
    ready, seen = make_ready(FALLS), set()
    for number in range(1, 60):
        road = walk_participant(ready, nature_of(ready), 3, number, DAY_1.toordinal()).road
        levels = [t.stood.counters["dose level"] for t in road.turns]
        assert levels == sorted(levels)
        seen |= set(levels)
    assert seen >= {0, 1}


def refused(made):
    return " ".join(f.says for f in check(made).findings)


def test_what_the_rules_and_doses_do_not_follow_is_refused():
    levels = FALLS.ladders[0]
    assert "write do=step_down(..)" in refused(replace(FALLS, rules=tuple(r for r in FALLS.rules if not r.do or r.do[0].kind != "add")))
    assert "says that a lowered dose is not raised again" in refused(replace(RISES, ladders=(levels,)))
    assert "nothing raises it" in refused(replace(FALLS, ladders=(replace(levels, rises=True),)))
    assert "write doses=(*doses_by(" in refused(replace(FALLS, doses=(dose(10, "mg", "tablet", at=on_tablets, source=T),)))
    assert "write both in one unit" in refused(replace(FALLS, ladders=(replace(levels, unit="g"),)))
    assert "declare no count" in refused(replace(FALLS, counts=()))
    with pytest.raises(ValueError, match="write the full dose and each reduction"):
        ladder("one", "tablet", "mg", step(10), source=T)
    with pytest.raises(ValueError, match="rises=True"):
        step_up(levels)
