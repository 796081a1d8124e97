"""Doses recorded one by one, one named participant for each sentence: given, late, omitted with a reason, omitted in silence, held, and what exposure makes of it."""

from dataclasses import replace
from datetime import date, timedelta

from jsonschema import Draft202012Validator

from trialrun.analysis.datasets import datasets
from trialrun.analysis.results.readout import read_out
from trialrun.journey.calendar import calendar
from trialrun.journey.journal import Entry
from trialrun.journey.ready import make_ready
from trialrun.journey.schema import schema_of
from trialrun.journey.standing import where
from trialrun.journey.standing_text import as_text
from trialrun.protocol.check.check import check
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.language import (
    act,
    add_one,
    days,
    dose,
    fact,
    form,
    full,
    gives,
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
    window,
)  # fmt: skip
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.readback.parse import parse_page, rebuilt
from trialrun.simulation.virtual import nature_of
from trialrun.simulation.walk import walk_participant

T = "T1"
home, cycle, held = phase("home", source=T, waits="it begins when somebody begins it"), phase("cycle", source=T), phase("held", source=T)
dead = phase("dead", end=True, reason="death", source=T)
cycles, began = tally("cycles", source=T), moment("cycle began", source=T)
cycle_days = stopwatch("days of the cycle", runs=(cycle, held), source=T)
starts, gives_dose, goes_on = (act(n, T, otherwise="shown") for n in ("start", "dose", "restart"))
holds, dies = fact("hold", T, otherwise="recorded"), fact("death", T, otherwise="it is over")
amount = measure("amount", unit="mg", role="dose", drug="A", source=T)
tablets = measure("tablets", unit="mg", role="dose", drug="B", source=T)
why = measure("why", type="text", role="reason", source=T)
forms = (
    form("start", source=T, items=(amount, tablets), yields=gives(starts)),
    form("dose", source=T, items=(amount, tablets, why), yields=gives(gives_dose)),
    *(form(e.name, source=T, yields=gives(e)) for e in (holds, goes_on, dies)),
)
EACH = study(
    "each", version=1, title="Day by day", begins=home, statements=(statement(T, "all of it"),), phases=(home, cycle, held, dead),
    events=(starts, gives_dose, goes_on, holds, dies), tallies=(cycles,), moments=(began,), stopwatches=(cycle_days,), forms=forms,
    rules=(
        rule(T, "it begins", at=home, on=starts, to=cycle, do=(add_one(cycles), mark(began), reset(cycle_days))),
        rule(T, "a dose", at=cycle, on=gives_dose),
        rule(T, "it is held", at=cycle, on=holds, to=held),
        rule(T, "it goes on", at=held, on=goes_on, to=cycle),
        rule(T, "28 days", at=(cycle, held), on=full(28 * days, cycle_days), to=home),
        rule(T, "death", at=(home, cycle, held), on=dies, to=dead),
    ),
    doses=(
        dose(40, "mg", "A", at=cycle, source=T, days=(1, 8, 15, 22), on=cycle_days, window=window(-1, 2, source=T), words="40 mg"),
        dose(25, "mg", "B", at=cycle, source=T, first=1, last=5, on=cycle_days, window=window(0, 0, source=T), words="25 mg"),
    ),
    cycle=cycles, nominal=(nominal(0, forms[0]),),
)  # fmt: skip
DAY_1 = date(2024, 1, 1)
READY = make_ready(EACH)
BEGUN = (1, "start", {"amount": 40, "tablets": 25})
B_ALL = [(d, "dose", {"tablets": 25}) for d in range(2, 6)]


def told(*lines):
    return [Entry("1", n, (DAY_1 + timedelta(d - 1)).isoformat(), event, values) for n, (d, event, values) in enumerate(lines, 1)]


def standing(lines, day, ready=READY):
    return where(ready, told(*lines), DAY_1 + timedelta(day - 1))


def states(lines, day, drug="A"):
    said = standing(lines, day).as_json()
    found = [a for a in said["administrations"] if a["drug"] == drug]
    return [((date.fromisoformat(a["due"]) - DAY_1).days + 1, a["state"]) for a in found]


def deviations(lines, day):
    said = standing(lines, day).as_json()["deviations"]
    return [((date.fromisoformat(d["on"]) - DAY_1).days + 1, d["kind"], d["says"]) for d in said]


def exposure(lines, day, drug="A"):
    rows = datasets(READY, {"1": told(*lines)}, DAY_1 + timedelta(day - 1)).exposure
    return [(r["study_day"], r["days"], r["given"]) for r in rows.iter_rows(named=True) if r["drug"] == drug]


def gives_a(day, much=40, **more):
    return (day, "dose", {"amount": much, **more})


def test_it_is_checked_frozen_and_read_back():
    assert check(EACH).findings == ()
    assert thaw(freeze(EACH))[0] == EACH
    page = page_markdown(EACH, "0" * 64)
    assert rebuilt(EACH, parse_page(page)) == EACH
    assert "Each is recorded by itself, given from 1 day before to 2 days after (T1)" in page


def test_a_due_dose_is_planned_then_due_then_owed_then_omitted_on_the_day_after_its_window():
    lines = [BEGUN, *B_ALL]
    assert [states(lines, day)[1][1] for day in (6, 7, 8, 9, 10, 11)] == ["planned", "due", "due", "owed", "owed", "omitted"]
    assert deviations(lines, 10) == []
    assert deviations(lines, 11) == [(11, "omitted dose", "A 40 mg, due on 2024-01-08, is not recorded by 2024-01-10")]
    assert "Dose owed  A 40 mg since 2024-01-08, until 2024-01-10 [T1]" in as_text(standing(lines, 9))
    assert not list(Draft202012Validator(schema_of("standing", EACH)).iter_errors(standing(lines, 9).as_json()))


def test_a_dose_of_another_day_of_the_window_counts_once_and_the_planned_day_is_satisfied():
    for day in (7, 9, 10):
        lines = [BEGUN, *B_ALL, gives_a(day)]
        assert states(lines, 12) == [(1, "given"), (8, "given"), (15, "planned")]
        assert deviations(lines, 12) == []
        assert exposure(lines, 12) == [(1, 1, 40), (day, 1, 40)]


def test_a_dose_after_its_window_is_late_and_counts_once():
    lines = [BEGUN, *B_ALL, gives_a(12)]
    assert states(lines, 12)[1] == (8, "given late")
    assert deviations(lines, 12) == [
        (12, "late dose", "A 40 mg, due on 2024-01-08, was given on 2024-01-12, window 2024-01-07 to 2024-01-10")
    ]
    assert exposure(lines, 13) == [(1, 1, 40), (12, 1, 40)]


def test_nought_is_omitted_with_its_reason_and_a_dose_given_after_it_in_the_window_takes_its_place():
    lines = [BEGUN, *B_ALL, gives_a(8, 0, why="vomiting")]
    assert states(lines, 8)[1] == (8, "omitted")
    assert deviations(lines, 8) == [(8, "omitted dose", "A 40 mg, due on 2024-01-08, was not given: vomiting")]
    assert exposure(lines, 9) == [(1, 1, 40), (8, 0, 0)]
    assert deviations([*lines, gives_a(9)], 12) == []
    assert exposure([*lines, gives_a(9)], 12) == [(1, 1, 40), (9, 1, 40)]


def test_another_amount_and_a_second_dose_are_said_of_the_drug():
    lines = [BEGUN, *B_ALL, gives_a(8, 30), gives_a(9)]
    assert [d[:2] for d in deviations(lines, 9)] == [(8, "wrong dose"), (9, "wrong dose")]
    assert deviations(lines, 9)[0][2] == "given 30 of A, planned 40 mg"
    assert deviations([BEGUN, *B_ALL, gives_a(8), gives_a(8)], 9) == [
        (8, "dose given twice", "given 40 of A, beside what is recorded for the same day")
    ]
    assert exposure(lines, 9) == [(1, 1, 40), (8, 1, 30), (9, 1, 40)]


def test_a_day_of_a_daily_drug_that_nobody_recorded_is_omitted_and_no_other_day():
    lines = [BEGUN, *(x for x in B_ALL if x[0] != 3)]
    assert states(lines, 6, "B") == [(1, "given"), (2, "given"), (3, "omitted"), (4, "given"), (5, "given")]
    assert [d[:2] for d in deviations(lines, 6)] == [(4, "omitted dose")]
    assert exposure(lines, 6, "B") == [(1, 2, 25), (3, 0, 0), (4, 2, 25)]


def test_a_dose_is_not_owed_where_a_hold_or_a_death_came_before_its_window_closed():
    lines = [BEGUN, *B_ALL, (9, "hold", {})]
    assert states(lines, 12)[1:] == [(8, "not owed")]
    assert deviations(lines, 12) == []
    assert states([BEGUN, *B_ALL, (9, "death", {})], 12)[1:] == [(8, "not owed")]
    assert states([*lines, (14, "restart", {})], 14)[2:] == [(15, "due"), (22, "planned")]


def test_the_end_of_a_cycle_by_the_calendar_excuses_nothing():
    lines = [BEGUN, *B_ALL, gives_a(8), gives_a(15)]
    late = replace(
        EACH,
        rules=tuple(
            replace(r, on=("full 22 days: days of the cycle",), clocks=(full(22 * days, cycle_days),)) if r.clocks else r
            for r in EACH.rules
        ),
    )
    said = standing(lines, 26, make_ready(late)).as_json()
    assert said["phase"] == "home" and said["administrations"][-1]["state"] == "omitted"


def test_intensity_counts_what_was_omitted_as_planned():
    lines = [BEGUN, *B_ALL, gives_a(8), gives_a(16), (22, "dose", {"amount": 0})]
    data = datasets(READY, {"1": told(*lines)}, DAY_1 + timedelta(40))
    person = data.subject.row(0, named=True)
    assert (person["amount of A"], person["planned_amount of A"]) == (120, 160)
    assert (person["amount of B"], person["planned_amount of B"]) == (125, 125)
    assert read_out(data, READY).exposure["relative dose intensity of A, %"].median == 75
    assert person["drug_days"] == 7


def test_what_is_corrected_is_said_anew():
    entries = told(BEGUN, *B_ALL, gives_a(8, 0))
    corrected = replace(entries[-1], sequence=99, values={"amount": 40}, corrects=entries[-1].sequence, reason="it was given")
    assert where(READY, [*entries, corrected], DAY_1 + timedelta(8)).as_json()["deviations"] == []


def test_virtual_participants_take_their_doses_on_their_days():
    nature, seen = nature_of(READY), {}
    for number in range(1, 25):
        walked = walk_participant(READY, nature, 5, number, DAY_1.toordinal())
        said = where(READY, walked.entries, walked.road.on).as_json()
        assert {d["kind"] for d in said["deviations"]} <= {"omitted dose"}
        for a in said["administrations"]:
            seen[a["state"]] = seen.get(a["state"], 0) + 1
    assert seen["given"] > 20 * seen.get("omitted", 0) * 0.5 > 0, seen


def test_the_calendar_has_the_days_with_their_windows():
    rows = [(r.on - DAY_1.toordinal() + 1, r.what, r.earliest and r.latest - r.earliest) for r in calendar(READY, DAY_1.toordinal())]
    assert [r for r in rows if r[1].startswith("A 40 mg")][:2] == [(1, "A 40 mg: 40 mg", 3), (8, "A 40 mg: 40 mg", 3)]


def refused(made):
    return " ".join(f.says for f in check(made).findings)


def test_windows_that_cannot_be_meant_are_refused():
    a, b = EACH.doses
    assert "leaves out its own day" in refused(replace(EACH, doses=(replace(a, window=window(1, 2, source=T)), b)))
    assert "give each of them a window, or none" in refused(replace(EACH, doses=(a, replace(a, days=(2,), window=None), b)))
    assert "only an amount that is planned in phases" in refused(replace(EACH, doses=(a, b, replace(b, amount=None))))
