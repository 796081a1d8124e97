"""Doses drug by drug, one named participant for each sentence: two drugs at once, days of a cycle, days without drug, premedication, amounts by weight."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from trialrun.analysis.datasets import datasets
from trialrun.analysis.results.explain import explain
from trialrun.analysis.results.readout import read_out
from trialrun.journey.calendar import calendar
from trialrun.journey.dosing import planned, planned_at
from trialrun.journey.fold import fold
from trialrun.journey.journal import Entry
from trialrun.journey.ready import make_ready
from trialrun.journey.schema import schema_of
from trialrun.journey.standing import where
from trialrun.journey.standing_text import as_text
from trialrun.journey.taking import what_stands
from trialrun.protocol.check.check import check
from trialrun.protocol.endpoints import endpoint, happens, marked, population, recorded
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.language import (
    act,
    add_one,
    count,
    days,
    dose,
    fact,
    flag,
    form,
    full,
    gives,
    last_day,
    mark,
    measure,
    moment,
    no,
    nominal,
    otherwise,
    past,
    phase,
    put,
    reset,
    rule,
    shown,
    statement,
    stopwatch,
    study,
)  # fmt: skip
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.readback.parse import parse_page
from trialrun.report.tables.people import people_tables
from trialrun.simulation.virtual import nature_of
from trialrun.simulation.walk import walk_participant
from trialrun.studies.maintenance_two_arm.study import MAINTENANCE_TWO_ARM
from trialrun.studies.mt103_211.study import MT103_211

T = "T1"
home = phase("home", source=T, waits="treatment begins when somebody begins it")
cycle = phase("cycle", source=T, course="treatment")
held = phase("held", source=T, course="treatment")
rest = phase("rest", source=T, course="treatment")
dead = phase("dead", end=True, reason="death", source=T)
over = phase("over", end=True, reason="done", source=T)
lowered, cycles = flag("lowered", source=T), count("cycles", up_to=2, source=T)
began, ended, hold_began = (moment(name, source=T) for name in ("cycle began", "cycle ended", "hold began"))
cycle_days = stopwatch("days of the cycle", runs=(cycle, held), source=T)
drug_days = stopwatch("days with treatment", runs=cycle, source=T)
last_drug = last_day("last day", drug_days, or_else=began, source=T)
starts, restarts = act("start", T, otherwise="shown"), act("restart", T, otherwise="shown")
gives_dose = act("dose", T, otherwise="shown")
holds, toxic, dies = fact("hold", T, otherwise="shown"), fact("toxicity", T, otherwise="shown"), fact("death", T, otherwise="shown")
weight = measure("weight", unit="kg", range=(30, 200), source=T)
of_a = measure("dose of A", unit="mg", role="dose", drug="A", source=T)
of_b = measure("dose of B", unit="ug/day", role="dose", drug="B", source=T)
start_form = form("start", source=T, domain="EC", items=(weight, of_a, of_b), yields=gives(starts))
restart_form = form("restart", source=T, domain="EC", items=(of_b,), yields=gives(restarts))
dose_form = form("dose", source=T, domain="EC", items=(of_a, of_b), yields=gives(gives_dose))
forms = (start_form, restart_form, dose_form, *(form(e.name, source=T, yields=gives(e)) for e in (holds, toxic, dies)))
rules = (
    rule(T, "a cycle begins", at=(home, rest), on=starts, given=cycles < 2, to=cycle, do=(add_one(cycles), mark(began), reset(cycle_days))),
    rule(T, "the cycle is held", at=cycle, on=holds, to=held, do=mark(hold_began)),
    rule(T, "it goes on", at=held, on=restarts, to=cycle),
    rule(T, "a hold of more than 30 days ends it", at=held, on=past(30 * days, hold_began), to=over),
    rule(T, "21 days end the cycle", at=cycle, on=full(21 * days, cycle_days), to=rest, do=mark(ended)),
    rule(T, "toxicity lowers drug A", at=cycle, on=toxic, given=no(lowered), do=put(lowered, True)),
    rule(T, "toxicity is noted", at=cycle, on=toxic, given=lowered),
    rule(T, "doses are recorded", at=cycle, on=gives_dose),
    rule(T, "90 days after the cycle all is over", at=rest, on=past(90 * days, ended), to=over),
    rule(T, "death ends the study", at=(home, cycle, held, rest), on=dies, to=dead),
)
doses = (
    dose(40, "mg", "A", at=cycle, given=no(lowered), days=(1, 8, 15), on=cycle_days, route="oral", source=T, words="40 mg"),
    dose(
        2 * weight,
        "mg",
        "A",
        at=cycle,
        given=lowered,
        days=(1, 8, 15),
        on=cycle_days,
        rounded=5,
        route="oral",
        source=T,
        words="2 mg per kg",
    ),
    dose(9, "ug/day", "B", at=cycle, first=1, last=7, on=drug_days, route="continuous infusion", source=T, words="the first week"),
    dose(28, "ug/day", "B", at=cycle, first=8, last=14, on=drug_days, route="continuous infusion", source=T, words="the second week"),
    dose(None, "ug/day", "B", at=cycle, given=otherwise, source=T, words="then none"),
    dose(20, "mg", "C", before=(starts, restarts, full(21 * days, cycle_days)), source=T, words="an hour before"),
)
treated = population("treated", label="Treated", has=marked(began), source=T)
survival = endpoint(
    "survival", label="Survival", kind="time", population=treated, source=T, starts=marked(began), events=happens(dies), censors=recorded()
)
PAIR = study(
    "pair", version=1, title="Two drugs at once", begins=home, statements=(statement(T, "all of it"),),
    phases=(home, cycle, held, rest, dead, over), events=(starts, restarts, gives_dose, holds, toxic, dies), rules=rules, flags=(lowered,),
    counts=(cycles,), moments=(began, ended, hold_began, last_drug), stopwatches=(cycle_days, drug_days), forms=forms, doses=doses,
    cycle=cycles, standing=(shown("cycle", cycles),), populations=(treated,), endpoints=(survival,),
    nominal=(nominal(0, start_form, weight=70), nominal(28, start_form)),
)  # fmt: skip
DAY_1 = date(2024, 1, 1)


def told(*lines):
    """Entries as (day of the study, event, values)."""
    return [Entry("1", n, (DAY_1 + timedelta(d - 1)).isoformat(), event, values) for n, (d, event, values) in enumerate(lines, 1)]


def on(ready, lines, day):
    return where(ready, told(*lines), DAY_1 + timedelta(day - 1))


def amounts(ready, lines, day):
    return {d["drug"]: d["amount"] for d in on(ready, lines, day).as_json()["doses"]}


@pytest.fixture(scope="module")
def ready():
    return make_ready(PAIR)


BEGUN = (1, "start", {"weight": 70, "dose of A": 40, "dose of B": 9})


def test_FK1_two_drugs_in_one_phase_pass_the_check():
    """FK1."""
    assert [f.says for f in check(PAIR).findings] == []
    assert thaw(freeze(PAIR))[0] == PAIR
    read = parse_page(page_markdown(PAIR, "0" * 64))
    assert read["doses"] == PAIR.doses


def test_FK1_the_standing_shows_every_drug_with_amount_unit_route_and_source(ready):
    data = on(ready, [BEGUN], 1).as_json()
    assert [(d["drug"], d["amount"], d["unit"], d["route"], d["source"]) for d in data["doses"]] == [
        ("A", 40, "mg", "oral", T),
        ("B", 9, "ug/day", "continuous infusion", T),
    ]
    assert (data["dose"]["amount"], data["dose"]["unit"]) == (40, "mg")
    assert not list(Draft202012Validator(schema_of("standing", PAIR)).iter_errors(data))
    assert "A 40 mg (40 mg) [T1]" in as_text(on(ready, [BEGUN], 1))


def test_FK1_the_status_picks_the_schedule_and_the_day_the_amount(ready):
    by_day = {day: amounts(ready, [BEGUN], day) for day in range(1, 23)}
    assert [d for d, found in by_day.items() if "A" in found] == [1, 8, 15]
    assert {d: found["B"] for d, found in by_day.items() if "B" in found} == dict.fromkeys(range(1, 8), 9) | dict.fromkeys(range(8, 15), 28)
    held = [BEGUN, (4, "hold", {}), (6, "restart", {})]
    assert amounts(ready, held, 5) == {}
    assert [amounts(ready, held, day) for day in (8, 9, 10)] == [{"A": 40, "B": 9}, {"B": 9}, {"B": 28}]  # B counts days with treatment


def test_FK1_a_recorded_dose_is_judged_by_the_plan_of_its_own_drug(ready):
    lines = [BEGUN, (8, "dose", {"dose of A": 40, "dose of B": 9}), (9, "dose", {"dose of A": 40})]
    found = [(d["on"], d["says"]) for d in on(ready, lines, 20).as_json()["deviations"]]
    assert found == [("2024-01-08", "given 9 of B, planned 28 ug/day"), ("2024-01-09", "given 40 of A, planned none")]


def test_FK1_amounts_of_two_drugs_are_never_added(ready):
    lines = [BEGUN, (8, "dose", {"dose of A": 30, "dose of B": 28})]
    data = datasets(ready, {"1": told(*lines)}, DAY_1 + timedelta(40))
    rows = data.exposure.select("drug", "study_day", "days", "given", "unit").rows()
    assert rows == [
        ("A", 1, 1, 40, "mg"),
        ("B", 1, 7, 9, "ug/day"),
        ("A", 8, 1, 30, "mg"),
        ("B", 8, 7, 28, "ug/day"),
        ("A", 15, 1, 40, "mg"),
    ]
    person = data.subject.row(0, named=True)
    assert (person["drug_days"], person["amount of A"], person["planned_amount of A"]) == (15, 110, 120)
    assert (person["amount of B"], person["planned_amount of B"]) == (7 * 37, 7 * 37)
    exposure = read_out(data, ready).exposure
    assert exposure["relative dose intensity of A, %"].median == pytest.approx(100 * 110 / 120)
    assert exposure["relative dose intensity of B, %"].median == 100
    table = next(t for t in people_tables(read_out(data, ready), data, PAIR) if t.number == "14.1.4")
    assert {"Amount given of A, mg", "Amount given of B, ug"} <= {line.label for line in table.lines}
    assert "neither hold nor reduction" in table.notes[0]


def test_relative_dose_intensity_is_against_the_dose_without_hold_or_reduction(ready):
    lines = [BEGUN, (2, "toxicity", {}), (4, "hold", {}), (20, "restart", {})]
    data = datasets(ready, {"1": told(*lines)}, DAY_1 + timedelta(60))
    person = data.subject.row(0, named=True)
    assert (person["amount of A"], person["planned_amount of A"]) == (40, 120)  # days 8 and 15 fell into the hold
    chain = explain(ready, told(*lines), "relative dose intensity of A", DAY_1 + timedelta(60))
    assert chain.value == pytest.approx(33.3) and "neither hold nor reduction" in str(chain.definition)
    assert ("Cycle begun", "cycle 1, 120 planned") in [(s.part, s.says) for s in chain.steps]


def test_a_drug_that_is_lowered_is_counted_as_lowered(ready):
    assert amounts(ready, [BEGUN, (2, "toxicity", {})], 8) == {"A": 140, "B": 28}
    assert amounts(ready, [(1, "start", {}), (2, "toxicity", {})], 8)["A"] is None


def test_FV1_a_weight_written_as_text_is_read_once_as_a_number(ready):
    lines = [(1, "start", {"weight": "70"}), (2, "toxicity", {})]
    assert amounts(ready, lines, 8)["A"] == 140
    assert datasets(ready, {"1": told(*lines)}, DAY_1 + timedelta(40)).subject["amount of A"][0] == 40 + 140 + 140


def test_FK9_days_of_a_dose_of_none_are_no_days_with_drug():
    ready = make_ready(MAINTENANCE_TWO_ARM)
    lines = [
        (-13, "consent", {}),
        (-7, "screening result", {"eligible": True, "height": 170, "weight": 70}),
        (-1, "randomisation", {"arm": "maintenance"}),
        (1, "cycle start", {}),
    ]
    data = datasets(ready, {"1": told(*lines)}, DAY_1 + timedelta(18))
    assert data.subject["drug_days"][0] == 1
    assert data.exposure.select("drug", "days", "given").rows() == [("drug C", 1, 135)]


def test_FK9_a_phase_with_no_dose_but_none_is_no_drug_phase():
    ready = make_ready(MT103_211)
    lines = [
        (-7, "consent", {}),
        (-5, "screening result", {"eligible": True, "blasts": 60}),
        (1, "infusion start", {"dose": 9}),
        (29, "infusion stop", {"reason": "cycle complete"}),
    ]
    lines += [(40, "decision: end treatment", {}), (50, "infusion start", {}), (60, "infusion stop", {"reason": "other"})]
    assert on(ready, lines, 55).as_json()["phase"] == "infusion" and on(ready, lines, 55).as_json()["doses"] == []
    assert datasets(ready, {"1": told(*lines)}, DAY_1 + timedelta(90)).subject["drug_days"][0] == 28


def premedication(ready, lines, day):
    return [(p["drug"], p["amount"], p["for"], p["why"], p["if"]) for p in on(ready, lines, day).as_json()["premedication"]]


def test_FC5_premedication_stands_on_the_days_that_ask_for_it_and_says_why(ready):
    """FC5."""
    assert premedication(ready, [], 0) == [("C", 20, "start", "a cycle begins", True)]
    assert premedication(ready, [BEGUN], 1) == [("C", 20, "start", "a cycle begins", False)]
    assert premedication(ready, [BEGUN], 2) == []
    held = [BEGUN, (4, "hold", {})]
    assert premedication(ready, held, 5) == [("C", 20, "restart", "it goes on", True)]
    assert premedication(ready, [*held, (6, "restart", {})], 6) == [("C", 20, "restart", "it goes on", False)]
    assert premedication(ready, [BEGUN], 22)[0] == ("C", 20, "full 21 days: days of the cycle", "21 days end the cycle", False)
    assert premedication(ready, [BEGUN, (3, "death", {})], 3) == []


def test_FC5_dexamethasone_of_the_shipped_study(ready):
    main = make_ready(MT103_211)
    lines = [(-7, "consent", {}), (-5, "screening result", {"eligible": True, "blasts": 60}), (1, "infusion start", {"dose": 9})]
    assert premedication(main, lines[:2], -4)[0][0::2] == ("dexamethasone", "infusion start", True)
    assert premedication(main, lines, 1)[0][0::2] == ("dexamethasone", "infusion start", False)
    assert premedication(main, lines, 5) == []
    step = premedication(main, lines, 8)
    assert [(p[0], p[1], p[4]) for p in step] == [("dexamethasone", 20, False)] and "seven infusion days" in step[0][3]
    paused = [*lines, (5, "infusion stop", {"reason": "technical"})]
    assert [p[2] for p in premedication(main, paused, 6)] == ["infusion restart"]


def test_the_calendar_shows_the_days_of_doses(ready):
    rows = [(r.on - DAY_1.toordinal() + 1, r.what) for r in calendar(ready, DAY_1.toordinal())]
    assert [day for day, what in rows if what == "A 40 mg: 40 mg"][:3] == [1, 8, 15]
    assert [day for day, what in rows if what == "B 28 ug/day: the second week, to 2024-01-14"] == [8]


def test_FC5_the_calendar_shows_the_premedication_on_its_days(ready):
    rows = [(r.on - DAY_1.toordinal() + 1, r.source) for r in calendar(ready, DAY_1.toordinal()) if r.what == "C 20 mg: an hour before"]
    assert rows[:3] == [(1, T), (22, T), (29, T)]  # a start, the end of 21 days, the next start
    days_of = [
        r.on - DAY_1.toordinal() + 1 for r in calendar(make_ready(MT103_211), DAY_1.toordinal()) if r.what.startswith("dexamethasone")
    ]
    assert days_of[:2] == [1, 8]


LINES = st.lists(
    st.tuples(
        st.integers(1, 50),
        st.sampled_from(("start", "restart", "dose", "hold", "toxicity")),
        st.fixed_dictionaries(
            {},
            optional={
                "weight": st.sampled_from((60, "70", None)),
                "dose of A": st.sampled_from((40, 30, 5)),
                "dose of B": st.sampled_from((9, 28)),
            },
        ),
    ),
    max_size=12,
).map(lambda lines: sorted(lines, key=lambda x: x[0]))


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_exposure_is_the_sum_day_by_day_of_what_the_walk_plans_or_what_was_recorded(lines):
    """An independent reading: each day's plan is that of a walk to that day, and a recorded dose is the day's; it holds on while the plan stays
    as it was when it was recorded, if the plan has a dose."""
    ready, last = READY, 70
    entries = told(*[(d, e, v if e in ("start", "restart", "dose") else {}) for d, e, v in lines])
    found = datasets(ready, {"1": entries}, DAY_1 + timedelta(last - 1)).exposure if entries else None
    roads = [fold(ready, what_stands(ready, entries), DAY_1.toordinal() + day - 1) for day in range(1, last + 1)]
    for drug in ("A", "B"):
        total, held, before = 0.0, None, None
        for road in roads:
            due = next((p.amount for p in planned(ready, road) if p.drug == drug), None)
            plan = None if due is None or road.phase != "cycle" else due.value or "not known"
            held = held if plan is not None and plan == before else None
            records = [g for g in road.doses if g.drug == drug and g.day == road.on and ready.schedules(g.status)]
            today = held
            if records and road.phase == "cycle":
                today = records[-1].amount
                then = next(
                    (p.amount for p in planned_at(ready, road, records[-1].status, records[-1].stood, road.on) if p.drug == drug), None
                )
                moved = any(t.before != t.after for t in road.turns if t.day == road.on and (t.entry or 0) > records[-1].entry)
                held = today if then is not None and (then.value or "not known") == plan and not moved else None
            if today is not None:
                total += today
            elif plan is not None:
                total += due.value or 0.0
            before = plan
        amount = 0.0 if found is None else sum(x or 0.0 for who, x in found.select("drug", "amount").iter_rows() if who == drug)
        assert amount == pytest.approx(total), (drug, lines)


READY = make_ready(PAIR)


def test_virtual_participants_record_the_doses_that_are_planned(ready):
    nature = nature_of(ready)
    seen = 0
    for number in range(1, 31):
        walked = walk_participant(ready, nature, 7, number, DAY_1.toordinal())
        data = where(ready, walked.entries, walked.road.on).as_json()
        assert [d for d in data["deviations"] if d["kind"] == "wrong dose"] == []
        seen += sum(g.drug in ("A", "B") for g in walked.road.doses)
        assert [(g.drug, g.amount, g.day) for g in fold(ready, what_stands(ready, walked.entries), walked.road.on).doses] == [
            (g.drug, g.amount, g.day) for g in walked.road.doses
        ]
    assert seen > 20


def test_a_study_of_one_drug_needs_no_drug_at_its_items():
    plain = replace(of_b, drug="")
    fewer = {f.entry: tuple(plain if m is of_b else m for m in f.items if m is not of_a) for f in PAIR.forms}
    one = replace(
        PAIR, doses=tuple(d for d in PAIR.doses if d.drug != "A"), forms=tuple(replace(f, items=fewer[f.entry]) for f in PAIR.forms)
    )
    assert {f.kind for f in check(one).findings} <= {"unread"}  # nothing reads what lowered drug A
    assert on(make_ready(one), [(1, "start", {"dose of B": 5})], 1).as_json()["deviations"][0]["says"] == "given 5, planned 9 ug/day"
