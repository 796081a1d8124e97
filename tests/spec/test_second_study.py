"""The invented study of two arms, sentence by sentence: one participant for each. It shows that the language is not made for one study."""

import ast
from dataclasses import replace
from datetime import date, timedelta
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from trialrun.journey.calendar import calendar
from trialrun.journey.dosing import rounded
from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.journey.standing_text import as_text
from trialrun.protocol.check.check import check
from trialrun.protocol.check.wellformed import wellformed
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.frozen.load import StudyError, load, logic_in
from trialrun.protocol.frozen.shipped import copy_template, latest_version, shipped
from trialrun.protocol.language import arm, of_arm
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.readback.parse import parse_page
from trialrun.protocol.table import compile_table
from trialrun.protocol.words.expressions import Expr, ManyValues, on_values
from trialrun.simulation.virtual import simulate

FOLDER = shipped()["maintenance-two-arm"]
STUDY, MARK = load(FOLDER)
DAY_1 = date(2020, 1, 6)
ALONE, MAINTAINED = "chemotherapy alone", "maintenance"
HIGH, LOW = {"neutrophils": 2.0, "platelets": 150}, {"neutrophils": 1.0, "platelets": 150}


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    return make_ready(STUDY, MARK, cache=tmp_path_factory.mktemp("tables"))


def d(n):
    """Day n; day 1 is the first day of chemotherapy."""
    return DAY_1 + timedelta(days=n - 1)


def journal(*rows):
    """Entries from (day, event, values, more)."""
    return [
        entry_of({"participant": "001", "happened_on": d(day).isoformat(), "event": event, "values": values, **more}, "a journal", number)
        for number, (day, event, values, more) in enumerate(((*row, {}, {})[:4] for row in rows), 1)
    ]


def before(arm=MAINTAINED):
    return [
        (-13, "consent"),
        (-6, "screening result", {"age": 50, "ecog": 1, "height": 170, "weight": 70, "diameters": 100}),
        (0, "randomisation", {"arm": arm}),
    ]


def cycles(n, every=21):
    """n cycles on time, with good counts before each but the first."""
    rows = [(1, "cycle start")]
    for k in range(1, n):
        rows += [(1 + every * k, "blood count", HIGH), (1 + every * k, "cycle start")]
    return rows


def stands(ready, rows, day):
    return where(ready, journal(*rows), d(day))


def told(ready, rows, day):
    return stands(ready, rows, day).as_json()


def visit(data, name):
    return [v for v in data["visits"] if v["name"] == name]


def may(data, decision):
    return next(a for a in data["allowed"] if a["decision"] == decision)


# The definition ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(shipped()))
def test_shipped_studies_are_plain_values_and_hang_together(name):
    folder = shipped()[name]
    assert [w for file in sorted(folder.glob("*.py")) for w in logic_in(file)] == []
    study, _ = load(folder)
    assert study.name == name
    assert wellformed(study) == []


def test_each_arm_has_a_table_of_its_own_without_overlap():
    tables = {name: compile_table(of_arm(STUDY, name), breaches=True) for name in ("", ALONE, MAINTAINED)}
    assert not any(table.overlaps for table in tables.values())
    phases = {name: {table.status(s)[0] for s in range(len(table.values))} for name, table in tables.items()}
    assert "maintenance" in phases[MAINTAINED]
    assert "maintenance" not in phases[ALONE] | phases[""]
    with pytest.raises(ValueError, match="has the arms chemotherapy alone, maintenance, each with its own table"):
        compile_table(STUDY)
    with pytest.raises(ValueError, match="no arm 'placebo'; it has chemotherapy alone, maintenance"):
        of_arm(STUDY, "placebo")


def test_arms_agree_until_the_allocation():
    """The common sentences are a prefix of each arm's: what is legal before the allocation is legal in both, and alike."""
    common = compile_table(of_arm(STUDY, ""))
    for name in (ALONE, MAINTAINED):
        own = compile_table(of_arm(STUDY, name))
        twins, seen = [(0, 0)], {0}
        while twins:
            a, b = twins.pop()
            assert common.status(a)[0] == own.status(b)[0]
            rows = common.row(a), own.row(b)
            assert rows[0].keys() == rows[1].keys()
            for event in rows[0]:
                if event != "randomisation" and rows[0][event][0] not in seen:
                    seen.add(rows[0][event][0])
                    twins.append((rows[0][event][0], rows[1][event][0]))
        assert len(seen) > 3


def test_freezing_keeps_arms_blinded_items_and_amounts():
    again, mark = thaw(freeze(STUDY))
    assert again == STUDY
    assert mark == MARK
    assert [a.name for a in again.arms] == [ALONE, MAINTAINED]
    assert [m.name for f in again.forms for m in f.items if m.blinded] == ["arm"]


def test_rooms_that_know_no_study_name_none_of_the_first_one():
    words = ("mt103", "blina", "retreat", "remission", "marrow", "transplant", "u18", "leuk")
    package = FOLDER.parents[1]
    found = []
    for file in sorted([*(package / "protocol").glob("*.py"), *(package / "journey").glob("*.py")]):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        says = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in says:
                found += [f"{file.name}:{node.lineno}: {node.value!r}" for w in words if w in node.value.casefold()]
    assert found == []


# E2, E3: screening and allocation -----------------------------------------------------------------------------------------------------


def test_E2_screening_fails_after_28_days_without_randomisation(ready):
    assert told(ready, before()[:2], 15)["phase"] == "screening"
    after = told(ready, before()[:2], 16)
    assert (after["phase"], after["reason"]) == ("ended", "not randomised")


def test_E2_an_unfit_participant_may_not_be_randomised(ready):
    rows = [(-13, "consent"), (-6, "screening result", {"age": 17, "ecog": 0, "diameters": 50})]
    refused = may(told(ready, rows, -5), "randomisation")
    assert not refused["allowed"]
    assert "found fit" in refused["because"]
    done = told(ready, [*rows, (0, "randomisation", {"arm": ALONE})], 0)
    assert [x["kind"] for x in done["deviations"]] == ["randomised before eligibility"]


def test_E3_before_the_allocation_no_arm_is_shown_and_after_it_the_arm(ready):
    assert told(ready, before()[:2], -5)["arm"] is None
    assert "not allocated yet" in as_text(stands(ready, before()[:2], -5))
    assert told(ready, before(ALONE), 0)["arm"] == ALONE


def test_E3_a_second_allocation_changes_nothing_and_is_shown(ready):
    data = told(ready, [*before(ALONE), *cycles(1), (2, "randomisation", {"arm": MAINTAINED})], 3)
    assert data["arm"] == ALONE
    assert "treatment before randomisation" in [x["kind"] for x in data["deviations"]]


def test_E3_a_corrected_allocation_derives_everything_anew(ready):
    rows = [*before(ALONE), *cycles(6)]
    assert told(ready, rows, 130)["phase"] == "safety follow-up"
    rows.append((0, "randomisation", {"arm": MAINTAINED}, {"corrects": 3, "reason": "read from the wrong envelope"}))
    data = told(ready, rows, 130)
    assert (data["arm"], data["phase"]) == (MAINTAINED, "before maintenance")


def test_E3_an_allocation_that_names_no_arm_leaves_the_common_sentences(ready):
    data = told(ready, [*before("neither"), *cycles(1)], 2)
    assert (data["arm"], data["phase"]) == (None, "chemotherapy")


# E4, E6, E14: the dose of drug C -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("height", "weight"), [(170, 70), (150, 45), (190, 110)])
def test_E4_E14_the_dose_follows_body_surface_to_the_nearest_5_mg(ready, height, weight):
    rows = before()
    rows[1][2].update(height=height, weight=weight)
    dose = told(ready, [*rows, *cycles(1)], 1)["dose"]
    surface = sqrt(height * weight / 3600)
    assert dose["amount"] % 5 == 0
    assert abs(dose["amount"] - 75 * surface) <= 2.5
    assert all(word in dose["formula"] for word in ("75", "‘height’", "‘weight’", "3600"))


def test_E4_the_dose_is_due_on_day_1_only(ready):
    rows = [*before(), *cycles(1)]
    assert told(ready, rows, 1)["dose"]["amount"] == 135
    assert told(ready, rows, 2)["dose"] is None


def test_E4_a_newer_weight_counts(ready):
    rows = [*before(), (1, "cycle start", {"weight": 50, "dose": 115})]
    assert told(ready, rows, 1)["dose"]["amount"] == 115
    assert told(ready, rows, 1)["deviations"] == []


def test_E4_without_a_weight_the_dose_is_not_known(ready):
    rows = before()
    del rows[1][2]["weight"]
    dose = told(ready, [*rows, *cycles(1)], 1)["dose"]
    assert (dose["amount"], dose["missing"]) == (None, ["weight"])
    assert "weight not recorded" in as_text(stands(ready, [*rows, *cycles(1)], 1))


def test_E4_another_dose_than_planned_is_a_deviation(ready):
    data = told(ready, [*before(), (1, "cycle start", {"dose": 150})], 1)
    assert [(x["kind"], x["says"]) for x in data["deviations"]] == [("wrong dose", "given 150, planned 135 mg")]


def test_E6_toxicity_lowers_the_next_dose_once_a_cycle_and_the_third_time_ends_treatment(ready):
    toxic = {"term": "neutropenia", "grade": 4}
    rows = [
        *before(),
        (1, "cycle start"),
        (9, "adverse event", toxic),
        (12, "adverse event", toxic),
        (22, "blood count", HIGH),
        (22, "cycle start"),
    ]
    data = told(ready, rows, 22)
    assert (data["times_lowered"], data["dose"]["amount"]) == (1, 110)
    rows += [(30, "adverse event", toxic), (43, "blood count", HIGH), (43, "cycle start")]
    assert told(ready, rows, 43)["dose"]["amount"] == 90
    rows += [(50, "adverse event", toxic)]
    assert told(ready, rows, 50)["phase"] == "safety follow-up"


def test_E6_toxicity_of_grade_2_lowers_nothing(ready):
    data = told(ready, [*before(), *cycles(1), (9, "adverse event", {"term": "nausea", "grade": 2})], 10)
    assert data["times_lowered"] == 0


# E5: delay -----------------------------------------------------------------------------------------------------------------------------


def test_E5_the_next_cycle_waits_for_the_counts(ready):
    rows = [*before(), *cycles(1), (22, "blood count", LOW)]
    refused = may(told(ready, rows, 22), "cycle start")
    assert not refused["allowed"]
    assert "neutrophils are 1.5" in refused["because"]
    assert may(told(ready, [*rows, (27, "blood count", HIGH)], 27), "cycle start")["allowed"]


def test_Q1_a_count_from_day_19_opens_the_next_cycle_and_one_from_day_18_does_not(ready):
    for day, allowed in ((18, False), (19, True)):
        assert may(told(ready, [*before(), *cycles(1), (day, "blood count", HIGH)], 22), "cycle start")["allowed"] is allowed


def test_E5_a_delay_of_21_days_is_the_last(ready):
    rows = [*before(), *cycles(1)]
    assert told(ready, rows, 43)["phase"] == "chemotherapy"
    assert [t.day - DAY_1.toordinal() + 1 for t in stands(ready, rows, 60).road.turns if t.after == "safety follow-up"][0] == 44


def test_Q6_a_cycle_too_early_or_with_low_counts_is_a_deviation_and_counts(ready):
    for rows in ([(15, "cycle start")], [(22, "blood count", LOW), (23, "cycle start")]):
        data = told(ready, [*before(), *cycles(1), *rows], 23)
        assert data["cycle"] == 2
        assert [x["kind"] for x in data["deviations"] if x["weight"] == "breach"] == ["cycle outside its time"]


# E3, E7: the arms part -----------------------------------------------------------------------------------------------------------------


def test_E3_six_cycles_complete_treatment_in_one_arm_and_open_maintenance_in_the_other(ready):
    assert told(ready, [*before(ALONE), *cycles(6)], 127)["phase"] == "safety follow-up"
    assert told(ready, [*before(MAINTAINED), *cycles(6)], 127)["phase"] == "before maintenance"


def test_E7_maintenance_goes_on_and_on_and_its_months_are_only_counted(ready):
    rows = [*before(), *cycles(6), (127, "maintenance start", {"dose": 100})]
    rows += [(127 + 28 * k, "dispensing", {"dose": 100}) for k in range(1, 40)]
    data = told(ready, rows, 127 + 28 * 39)
    assert (data["phase"], data["maintenance_month"], data["dose"]["amount"]) == ("maintenance", 40, 100)
    assert data["deviations"] == [] or {x["weight"] for x in data["deviations"]} == {"visit"}


def test_E7_maintenance_is_lowered_once_and_then_ends(ready):
    toxic = {"term": "rash", "grade": 3}
    rows = [*before(), *cycles(6), (127, "maintenance start"), (140, "adverse event", toxic)]
    assert told(ready, rows, 141)["dose"]["amount"] == 75
    data = told(ready, [*rows, (150, "adverse event", toxic)], 150)
    assert (data["phase"], data["dose"]) == ("safety follow-up", None)
    assert data["moments"]["last day with drug"] == d(149).isoformat()


def test_E7_maintenance_in_the_other_arm_is_refused_and_where_it_happened_shown(ready):
    rows = [*before(ALONE), *cycles(6)]
    assert not may(told(ready, rows, 130), "maintenance start")["allowed"]
    data = told(ready, [*rows, (130, "maintenance start")], 131)
    assert [x["kind"] for x in data["deviations"] if x["weight"] == "breach"] == ["drug after the end of treatment"]


def test_Q3_without_maintenance_in_42_days_the_participant_is_followed(ready):
    rows = [*before(), *cycles(6)]
    assert told(ready, rows, 106 + 42)["phase"] == "before maintenance"
    assert told(ready, rows, 106 + 43)["phase"] in ("safety follow-up", "observation")


# E8, E9: tumour assessments --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("diameters", "new", "response"),
    [
        (120, False, "progression"),
        (119, False, "stable"),
        (70, False, "response"),
        (71, False, "stable"),
        (10, True, "progression"),
        (None, None, "not evaluable"),
    ],
)
def test_E8_response_is_measured_against_screening(ready, diameters, new, response):
    rows = [*before(), *cycles(1), (15, "tumour assessment", {"name": "unscheduled", "diameters": diameters, "new_lesion": new})]
    data = told(ready, rows, 15)
    assert data["response"] == response
    assert data["progressed"] is (response == "progression")


def test_E8_progression_ends_treatment_and_later_scans_are_not_owed(ready):
    rows = [*before(), *cycles(2), (30, "tumour assessment", {"name": "unscheduled", "diameters": 150})]
    data = told(ready, rows, 80)
    assert data["phase"] == "survival follow-up"
    assert {v["state"] for v in visit(data, "Week 18") + visit(data, "Tumour assessment")} == {"not owed"}
    assert [v["target"] for v in visit(data, "Survival contact")] == [(d(30) + timedelta(weeks=12)).isoformat()]


def test_E9_scans_in_weeks_9_and_18_and_then_every_12_weeks(ready):
    scan = {"diameters": 90, "new_lesion": False}
    rows = [
        *before(),
        *cycles(3),
        (64, "tumour assessment", {"name": "Week 9", **scan}),
        (130, "tumour assessment", {"name": "Week 18", **scan}),
    ]
    data = told(ready, rows, 140)
    day_0 = d(0)
    assert [(v["target"], v["state"]) for v in visit(data, "Week 9")] == [((day_0 + timedelta(weeks=9)).isoformat(), "done")]
    assert [(v["target"], v["state"]) for v in visit(data, "Week 18")] == [((day_0 + timedelta(weeks=18)).isoformat(), "done")]
    assert [(v["target"], v["state"]) for v in visit(data, "Tumour assessment")] == [((day_0 + timedelta(weeks=30)).isoformat(), "planned")]


def test_E5_each_cycle_has_its_visit_with_the_target_of_its_own_day_22(ready):
    rows = [*before(), *cycles(3)]
    seen = [(v["target"], v["state"]) for v in visit(told(ready, rows, 50), "Before the next cycle")]
    assert seen == [(d(22).isoformat(), "done"), (d(43).isoformat(), "done"), (d(64).isoformat(), "planned")]


# E10, E11, E12: the end --------------------------------------------------------------------------------------------------------------------


def test_E10_the_end_of_treatment_visit_is_30_days_after_the_last_dose(ready):
    data = told(ready, [*before(), *cycles(2), (30, "decision: end treatment")], 31)
    assert [v["target"] for v in visit(data, "End of treatment")] == [d(22 + 30).isoformat()]
    assert told(ready, [*before(), *cycles(2), (30, "decision: end treatment")], 53)["phase"] == "observation"


def test_E11_month_36_after_randomisation_completes_the_study(ready):
    rows = [*before(ALONE), *cycles(6)]
    assert told(ready, rows, (date(2023, 1, 4) - DAY_1).days + 1)["phase"] == "observation"
    data = told(ready, rows, (date(2023, 1, 5) - DAY_1).days + 1)
    assert (data["phase"], data["reason"]) == ("ended", "completed")


def test_E12_loss_ends_with_the_next_fact_and_death_with_nothing(ready):
    rows = [*before(), *cycles(1), (30, "lost to follow-up")]
    assert told(ready, rows, 31)["phase"] == "lost"
    assert told(ready, [*rows, (40, "blood count", LOW)], 41)["phase"] == "chemotherapy"
    assert told(ready, [*rows, (40, "death")], 41)["reason"] == "death"


def test_the_calendar_goes_by_the_plan_of_the_arm_with_maintenance(ready):
    rows = calendar(ready, DAY_1.toordinal())
    by_name = {}
    for r in rows:
        by_name.setdefault(r.what, []).append(r.on - DAY_1.toordinal() + 1)
    assert by_name["Start of a cycle"] == [1, 22, 43, 64, 85, 106]
    assert by_name["Before the next cycle"] == [22, 43, 64, 85, 106, 127]
    assert by_name["Start of maintenance"] == [127]
    assert by_name["Maintenance visit"][:3] == [155, 183, 211]


# Shipped studies and the template ------------------------------------------------------------------------------------------------------------


def test_a_new_study_is_a_copy_of_the_template_under_its_own_name(tmp_path):
    place = copy_template("my-study", tmp_path)
    study, _ = load(place)
    assert study.name == "my-study"
    assert wellformed(study) == []
    assert not compile_table(study, breaches=True).overlaps
    assert not list(place.rglob("__pycache__")) or (place / "study.py").is_file()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("My Study", "small letters, digits and single hyphens"),
        ("", "cannot be a study's name"),
        ("../x", "cannot be"),
        ("mt103-211", "ships with TrialRun"),
    ],
)
def test_a_bad_name_is_refused_with_the_cure(tmp_path, name, says):
    with pytest.raises(StudyError, match=says):
        copy_template(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(StudyError, match="is there already and is left as it is"):
        copy_template("mine", tmp_path)
    with pytest.raises(StudyError, match="there is no folder"):
        copy_template("mine", tmp_path / "nowhere")


def test_the_latest_version_has_the_highest_number(tmp_path):
    assert latest_version(tmp_path) is None
    (tmp_path / "versions").mkdir()
    for name in ("1.json", "2.json", "10.json"):
        (tmp_path / "versions" / name).write_text("{}")
    assert latest_version(tmp_path) == tmp_path / "versions" / "10.json"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('rule("E1", "w", at=screening, on=consents)', "study.py:4: 'consents' is used here and was not declared or imported above"),
        (
            'rule("E1", "w", when=screening)',
            r"study.py:4: rule\(..\) does not take when=; it takes source, words, at, on, given, to, do, arm",
        ),
        ('rule("E1", "w", at=screening)', r"study.py:4: rule\(..\) still needs on"),
        ('rule("E1", "w", at=screening, on="consent")', "study.py:4: 'consent' cannot happen: name an event"),
        ('rule("E1", "w", at=screening, on=fact("c", "E1"), to="free")', "study.py:4: 'free' is no phase to go to"),
        ('rule("E1", "w", at=screening, on=fact("c", "E1"), do="x")', "study.py:4: 'x' is no effect"),
        ('rule("E1", "w", at=fact("c", "E1"), on=fact("c", "E1"))', "study.py:4: the event 'c' is no phase"),
        ('study("x", version=1, title="t", begins=screening, rules=screening)', "study.py:4: study.*: rules is a tuple of values"),
        ('study("x", version=1, title="t", begins=screening, visit=())', "study.py:4: study.* has no part 'visit'"),
        ('count("n")', "study.py:4: count\\('n'\\) has no bound"),
        ("from .termz import a", "there is no file termz.py beside study.py"),
        ("from trialrun.protocol.language import rul", "language has no 'rul': did you mean 'rule'"),
        ("from os import path", "a study imports only from"),
        ("x = 1 if screening else 2", "study.py:4: a study is plain values, and this is if .. else .."),
    ],
)
def test_a_study_that_cannot_be_loaded_is_told_the_place_and_the_cure(tmp_path, line, says):
    head = "from trialrun.protocol.language import count, fact, phase, rule, study\n\nscreening = phase('screening')\n"
    (tmp_path / "study.py").write_text(head + line + "\n")
    with pytest.raises(StudyError, match=says):
        load(Path(tmp_path))


# The check, arm by arm -----------------------------------------------------------------------------------------------------------------------


def test_the_study_and_the_template_check_clean():
    for folder in (FOLDER, FOLDER.parent / "template"):
        found = check(load(folder)[0])
        assert found.ok, found.as_text()
        assert all(proof.holds for proof in found.invariants)


def changed(**parts):
    return replace(STUDY, **parts)


def test_a_sentence_of_one_arm_that_is_met_before_the_allocation_is_found():
    rules = tuple(replace(r, arms=(ALONE,)) if r.words == "found fit" else r for r in STUDY.rules)
    found = [f for f in check(changed(rules=rules)).findings if f.kind == "arm"]
    assert [(f.sentences, f.path) for f in found] == [((("E2", "found fit"),), ("consent", "found fit"))]


def test_an_arm_that_cannot_be_recorded_is_found():
    unnamed = tuple(replace(f, items=tuple(replace(m, role="") for m in f.items)) if f.entry == "randomisation" else f for f in STUDY.forms)
    assert "no form records the arm" in " ".join(f.says for f in check(changed(forms=unnamed)).findings)
    third = (*STUDY.arms, arm("third", source="E3"))
    assert "cannot record the arm ‘third’" in " ".join(f.says for f in check(changed(arms=third)).findings)


def test_maintenance_written_for_both_arms_breaks_the_invariant_of_the_other_arm():
    rules = tuple(
        replace(r, arms=()) if r.words.startswith("after six cycles maintenance") else r
        for r in STUDY.rules
        if r.words != "six cycles complete treatment"
    )
    broken = [f for f in check(changed(rules=rules)).findings if f.kind == "broken invariant"]
    assert [(f.arm, f.sentences[0][1]) for f in broken] == [(ALONE, "no maintenance in the arm with chemotherapy alone")]
    assert broken[0].path[-1] == "reached 21 days: cycle began"


# The same definition in the other rooms ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [FOLDER, FOLDER.parent / "template"], ids=lambda f: f.name)
def test_the_page_reads_back_to_the_same_sentences(folder):
    study, mark = load(folder)
    read = parse_page(page_markdown(study, mark))
    for part in ("rules", "breaches", "doses", "visits", "criteria"):
        assert tuple(read[part]) == getattr(study, part)


def test_virtual_participants_walk_both_arms(ready):
    people = {j[0].participant: j for j in simulate(ready, 40, seed=5, start=DAY_1.toordinal())}
    again = {j[0].participant: j for j in simulate(ready, 40, seed=5, start=DAY_1.toordinal())}
    assert people == again
    stands = [where(ready, j, date(2030, 1, 1)) for j in people.values()]
    assert {w.road.arm for w in stands} == {"", ALONE, MAINTAINED}
    assert {"death", "completed"} <= {w.as_json()["reason"] for w in stands}
    phases = {name: {t.after for w in stands if w.road.arm == name for t in w.road.turns} for name in (ALONE, MAINTAINED)}
    assert "chemotherapy cycle" in phases[ALONE] & phases[MAINTAINED]
    assert "maintenance" not in phases[ALONE]


def test_body_surface_is_the_same_for_one_participant_and_for_arrays():
    heights, weights = [170.0, 150.0, float("nan"), 0.0], [70.0, 45.0, 60.0, 60.0]
    surface = body_surface()
    many = on_values(surface, ManyValues)({"height": np.array(heights), "weight": np.array(weights)})
    one = [on_values(surface)({"height": None if h != h else h, "weight": w}) for h, w in zip(heights, weights, strict=True)]
    assert one[2] is None and one[3] is None and np.isnan(many[2:]).all()
    assert one[:2] == pytest.approx([sqrt(170 * 70 / 3600), sqrt(150 * 45 / 3600)], rel=1e-12)
    assert many[:2] == pytest.approx(one[:2], rel=1e-12)


def body_surface():
    amount = next(d.amount for d in STUDY.doses if isinstance(d.amount, Expr))
    return amount.right


@pytest.mark.parametrize(
    ("number", "step", "nearest"),
    [(137.5, 5, 140), (137.4999, 5, 135), (142.5, 5, 145), (0.25, 0.1, 0.3), (1.15, 0.1, 1.2), (7.3, None, 7.3)],
)
def test_amounts_are_rounded_to_the_nearest_step_halves_upwards(number, step, nearest):
    assert rounded(number, step) == nearest
