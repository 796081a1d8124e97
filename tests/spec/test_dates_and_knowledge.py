"""Dates known in part, corrections, and what is known when: each with a small journal and the right value."""

import json
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import polars as pl
import pytest

from trialrun.analysis.datasets import datasets
from trialrun.analysis.datasets.columns import endpoint_columns
from trialrun.analysis.results.explain import explain
from trialrun.analysis.results.readout import read_out
from trialrun.cli import main
from trialrun.journey.fold import fold
from trialrun.journey.journal import JournalError, read_lines
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.journey.taking import what_stands
from trialrun.protocol.endpoints import endpoint
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.page.page import page_markdown
from trialrun.studies.mt103_211.study import MT103_211

WHO = "001-004"
CONSENT = {"happened_on": "2012-02-27", "event": "consent"}
SCREENED = {"happened_on": "2012-02-29", "event": "screening result", "values": {"eligible": True, "blasts": 60}}
STARTED = {"happened_on": "2012-03-05", "event": "infusion start", "values": {"dose": 9}}
B = (CONSENT, SCREENED, STARTED)
CR = {"event": "response assessment", "values": {"blasts": 2, "neutrophils": 1.4, "platelets": 126, "extramedullary": False}}
LATE = date(2013, 1, 1)


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


def journal(*rows):
    """Entries in their order; one dated in full is recorded on its day, unless it says otherwise."""
    found = []
    for n, row in enumerate(rows, 1):
        line = {"participant": WHO, "sequence": n, **row}
        if "recorded_at" not in line and len(line["happened_on"]) == 10:
            line["recorded_at"] = line["happened_on"] + "T12:00:00Z"
        found.append(json.dumps(line))
    return read_lines("\n".join(found))


def standing(ready, entries, on=LATE, known_at=None):
    return where(ready, entries, on, known_at).as_json()


def asked(ready, entries, on=LATE, known_at=None):
    return {(q.entry, q.kind) for q in where(ready, entries, on, known_at).queries}


def test_FD1_a_marrow_known_by_its_month_lies_before_the_death_and_its_own_recording(ready):
    marrow = {**CR, "happened_on": "2012-04", "recorded_at": "2012-04-09T12:00:00Z"}
    entries = journal(*B, marrow, {"happened_on": "2012-04-12", "event": "death"})
    found = standing(ready, entries)
    assert found["response"] == "CR" and found["moments"]["remission began"] == "2012-04-09"
    assert not [d for d in found["deviations"] if "after the study had ended" in d["says"]]
    late = journal(*B, {"happened_on": "2012-04-12", "event": "death"}, {**marrow, "recorded_at": "2012-05-20T12:00:00Z"})
    assert standing(ready, late)["moments"]["remission began"] == "2012-04-12", "recorded after the death, it came before it all the same"


def test_FD2_a_consent_known_by_its_year_comes_before_what_follows_from_it_and_is_asked(ready):
    entries = journal({**CONSENT, "happened_on": "2012", "recorded_at": "2012-02-27T12:00:00Z"}, SCREENED, STARTED)
    found = standing(ready, entries, date(2012, 3, 6))
    assert found["deviations"] == [] and found["phase"] == "infusion"
    assert (1, "partial date") in asked(ready, entries)


def test_FD3_a_start_known_by_its_month_comes_before_its_stop(ready):
    stop = {"happened_on": "2012-04-10", "event": "infusion stop", "values": {"reason": "toxicity"}}
    entries = journal(
        {**CONSENT, "happened_on": "2012-03-30"}, {**SCREENED, "happened_on": "2012-03-31"}, {**STARTED, "happened_on": "2012-04"}, stop
    )
    assert standing(ready, entries, date(2012, 4, 11))["phase"] == "interrupted"
    assert standing(ready, entries, date(2012, 4, 11))["moments"]["first infusion"] == "2012-04-01"


def test_FD4_what_is_withdrawn_leaves_no_trace_in_a_date(ready):
    visit = {"happened_on": "2012-04-20", "event": "visit", "values": {"name": "Month 3"}}
    start = {**STARTED, "happened_on": "2012-04"}
    consent = {**CONSENT, "happened_on": "2012-04-01"}
    whole = standing(ready, journal(consent, visit, start, {**visit, "corrects": 2, "values": None}))
    without = standing(ready, journal(consent, start))
    assert whole["moments"] == without["moments"] == {**without["moments"], "first infusion": "2012-04-01"}


@pytest.mark.parametrize("known_at", ["2012-04-10T08:00+09:00", "2012-04-10"])
def test_FD5_the_day_of_knowledge_is_the_recorders_own(ready, known_at):
    from trialrun.analysis.datasets import last_day_of

    entries = journal(*B, {"happened_on": "2012-04-10", "event": "death", "recorded_at": "2012-04-10T07:00+09:00"})
    assert last_day_of({WHO: entries}, known_at) == date(2012, 4, 10).toordinal()
    assert standing(ready, entries, date(2012, 4, 10), known_at)["reason"] == "death"
    assert standing(ready, entries, date(2012, 4, 10), "2012-04-10T06:59+09:00")["reason"] is None


def test_FD6_an_entry_without_a_recording_time_is_known_from_its_own_day(ready):
    unknown = {"happened_on": "2012-05-18", "event": "visit", "values": {"name": "Month 3"}, "recorded_at": None, "sequence": 9}
    entries = journal({**CONSENT, "happened_on": "2012-04-01"}, unknown)
    assert asked(ready, entries, date(2012, 5, 20), "2012-04-30") == set()
    assert (9, "gap") in asked(ready, entries, date(2012, 5, 20), "2012-05-18")


@pytest.mark.parametrize(
    "day", ["2012-W15-1", "20120901", "2012-9-1", "12-09-01", "2012-09-01T00:00", " 2012-09-01", "2012-13", "2012-02-30"]
)
def test_FD7_dates_are_written_in_one_way(day, tmp_path, capsys):
    with pytest.raises(JournalError, match="YYYY-MM-DD"):
        journal({**CONSENT, "happened_on": day, "recorded_at": ""})
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps({"participant": WHO, **CONSENT}) + "\n", encoding="utf-8")
    assert main(["walk", str(path), "--on", day]) == 2
    assert "YYYY-MM-DD" in capsys.readouterr().err


def test_FD8_the_last_recorded_correction_stands(ready):
    first = {**CR, "happened_on": "2012-04-02"}
    poor = {**first, "corrects": 4, "reason": "typing", "values": {**CR["values"], "platelets": 60}, "recorded_at": "2012-04-05T12:00:00Z"}
    low = {**first, "corrects": 4, "reason": "typing", "values": {**CR["values"], "platelets": 10}, "recorded_at": "2012-04-04T12:00:00Z"}
    entries = journal(*B, first, poor, low)
    assert standing(ready, entries)["response"] == "CRh*", "sequence 6 was recorded before sequence 5"
    assert (6, "corrected twice") in asked(ready, entries)
    later = {**low, "recorded_at": "2012-04-05T21:00:00+09:00"}
    assert standing(ready, journal(*B, first, poor, later))["response"] == "CRi", "at one instant the order of the journal decides"


def test_FD8_a_correction_withdrawn_restores_what_it_corrected(ready):
    first = {**CR, "happened_on": "2012-04-02"}
    poor = {**first, "corrects": 4, "reason": "typing", "values": {**CR["values"], "platelets": 60}, "recorded_at": "2012-04-05T12:00:00Z"}
    taken_back = {**first, "corrects": 5, "values": None, "reason": "it was right", "recorded_at": "2012-04-06T12:00:00Z"}
    entries = journal(*B, first, poor, taken_back)
    assert standing(ready, entries)["response"] == "CR" and (6, "correction withdrawn") in asked(ready, entries)
    again = {**taken_back, "corrects": 6, "recorded_at": "2012-04-07T12:00:00Z"}
    assert standing(ready, journal(*B, first, poor, taken_back, again))["response"] == "CRh*", "a withdrawal withdrawn"


def test_FD8_a_correction_without_values_keeps_those_that_it_corrects(ready):
    moved = {"happened_on": "2012-03-06", "event": "infusion start", "corrects": 3, "reason": "the day"}
    entries = journal(*B, moved)
    found = standing(ready, entries, date(2012, 3, 8))
    assert found["moments"]["first infusion"] == "2012-03-06" and found["phase"] == "infusion"
    assert (4, "values kept") in asked(ready, entries)
    assert [json.loads(json.dumps(e.as_json())) for e in entries][3].get("values", "left out") == "left out"
    gone = journal(*B, {**moved, "values": None})
    assert standing(ready, gone, date(2012, 3, 8))["phase"] == "screening", "null withdraws"


def test_FD8_a_correction_without_values_of_a_withdrawal_keeps_that_it_is_one(ready):
    start = {"happened_on": "2012-03-05", "event": "infusion start", "reason": "typing"}
    gone = {**start, "corrects": 3, "values": None, "recorded_at": "2012-03-06T12:00:00Z"}
    said = {**start, "corrects": 4, "reason": "by whom", "recorded_at": "2012-03-07T12:00:00Z"}
    assert standing(ready, journal(*B, gone, said), date(2012, 3, 8))["phase"] == "screening", "the start stays withdrawn"
    back = {**start, "corrects": 4, "values": None, "recorded_at": "2012-03-07T12:00:00Z"}
    assert standing(ready, journal(*B, gone, back), date(2012, 3, 8))["phase"] == "infusion", "null withdraws the withdrawal"
    empty = journal(CONSENT, {**SCREENED, "values": None}, {**SCREENED, "values": None, "corrects": 2})
    assert [q["kind"] for q in standing(ready, empty)["queries"]].count("nothing withdrawn") == 1


def test_a_whole_number_is_quoted_without_a_decimal_point(ready):
    """FV11: what is asked is written the same however the number was recorded, by every executor."""
    screened = {**SCREENED, "values": {**SCREENED["values"], "months_since_allogeneic_hsct": "1e2", "months since allogeneic hsct": 1}}
    says = [q["says"] for q in standing(ready, journal(CONSENT, screened))["queries"] if q["kind"] == "unreadable"]
    assert says == ["months_since_allogeneic_hsct is recorded twice, as 100 and 1: record it once"]


COURSE = (
    {"happened_on": "2013-08-01", "event": "consent"},
    {"happened_on": "2013-08-02", "event": "screening result", "values": {"eligible": True, "blasts": 60}},
    {"happened_on": "2013-08-06", "event": "infusion start", "values": {"dose": 9}},
)
COMPLETE = {"event": "infusion stop", "values": {"reason": "cycle complete"}}


def marrow_due(found):
    return [v["target"] for v in found["visits"] if v["name"] == "Response assessment"]


@pytest.mark.parametrize("decided", ["2013-08-29", "2013-09-03"])
def test_FC1_a_marrow_is_due_after_the_28_days_also_where_the_end_was_decided_before(ready, decided):
    end = {"happened_on": decided, "event": "decision: end treatment"}
    rows = sorted([*COURSE, end, {**COMPLETE, "happened_on": "2013-09-03"}], key=lambda r: r["happened_on"])
    assert marrow_due(standing(ready, journal(*rows), date(2013, 9, 10))) == ["2013-09-03"]


def test_FC1_a_late_stop_counts_28_days_and_asks_whether_drug_was_given_beyond(ready):
    end = {"happened_on": "2013-08-29", "event": "decision: end treatment"}
    entries = journal(*COURSE, end, {**COMPLETE, "happened_on": "2013-09-06"})
    found = standing(ready, entries, date(2013, 9, 10))
    assert found["infusion_days_given"] == 28 and marrow_due(found) == ["2013-09-03"]
    assert found["moments"]["last day with drug"] == "2013-09-02" and (5, "given beyond") in asked(ready, entries, date(2013, 9, 10))


def test_FC2_a_restart_after_the_28_days_changes_nothing(ready):
    end = {"happened_on": "2013-08-29", "event": "decision: end treatment"}
    rows = (*COURSE, end, {**COMPLETE, "happened_on": "2013-09-03"})
    before = standing(ready, journal(*rows), date(2013, 9, 25))
    after = standing(ready, journal(*rows, {"happened_on": "2013-09-20", "event": "infusion restart"}), date(2013, 9, 25))
    assert after["moments"] == before["moments"] and after["visits"] == before["visits"] and after["phase"] == before["phase"]
    assert [d["kind"] for d in after["deviations"] if d["weight"] == "breach"] == ["restart after the end of treatment"]


def test_FC3_what_is_recorded_after_the_end_is_no_response(ready):
    entries = journal(CONSENT, {"happened_on": "2012-05-10", "event": "death"}, {**CR, "happened_on": "2012-05-18"})
    assert standing(ready, entries)["response"] is None


def test_FV2_a_number_with_two_readings_is_asked_and_never_guessed(ready):
    entries = journal(*B, {**CR, "happened_on": "2012-04-02", "values": {**CR["values"], "platelets": "1,026"}})
    assert (4, "ambiguous") in asked(ready, entries)
    found = standing(ready, entries)
    assert found["response"] == "not evaluable"
    for said, meant in (
        ("1,4", 1.4),
        ("0,026", 0.026),
        ("12,345,678", 12345678),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1 026", 1026),
        ("1e-4", 1e-4),
    ):
        value = journal(*B, {**CR, "happened_on": "2012-04-02", "values": {**CR["values"], "platelets": said}})
        here = where(ready, value, LATE)
        assert here.road.classes[-1].values["platelets"] == meant, said


@pytest.mark.parametrize(
    "name, month",
    [("Month 3 not done", None), ("Month 03", "done"), ("month  3", "done"), ("Months 3", None), ("M3", "done"), ("Month 30", None)],
)
def test_FV3_FV4_visits_are_named_by_their_names(ready, name, month):
    entries = journal(*B, {"happened_on": "2012-06-06", "event": "visit", "values": {"name": name}})
    found = standing(ready, entries, date(2012, 6, 30))
    states = {v["name"]: v["state"] for v in found["visits"]}
    assert (states["Month 3"] == "done") is (month == "done")
    assert ((4, "unknown visit") in asked(ready, entries)) is (month is None)


@pytest.mark.parametrize("at, right", [("25:99", False), ("24:00", False), ("nine", False), ("14:05", True), ("00:00", True)])
def test_FV11_a_time_of_day_that_is_none_is_asked(ready, at, right):
    assert ((3, "unreadable") in asked(ready, journal(CONSENT, SCREENED, {**STARTED, "at": at}))) is not right


def test_FV11_a_part_of_a_whole_number_is_asked(ready):
    entries = journal(CONSENT, {**SCREENED, "values": {"eligible": True, "blasts": 60, "age": 44.5}})
    assert (2, "ambiguous") in asked(ready, entries)


def test_FV11_two_deaths_are_asked(ready):
    entries = journal(*B, {"happened_on": "2012-04-10", "event": "death"}, {"happened_on": "2012-04-12", "event": "death"})
    assert (5, "contradiction") in asked(ready, entries)
    same = journal(*B, {"happened_on": "2012-04-10", "event": "death"}, {"happened_on": "2012-04-10", "event": "death"})
    assert (5, "contradiction") not in asked(ready, same)


def test_an_entry_may_name_its_visit(ready):
    rows = (*B, {"happened_on": "2012-06-20", "event": "visit", "values": {"name": "see the form"}, "visit": "Month 3"})
    states = {v["name"]: v["state"] for v in standing(ready, journal(*rows), date(2012, 6, 30))["visits"]}
    assert states["Month 3"] == "done"
    other = (*B, {**CR, "happened_on": "2012-04-02", "visit": "Month 3"})
    states = {v["name"]: v["state"] for v in standing(ready, journal(*other), date(2012, 6, 30))["visits"]}
    assert states["Response assessment"] != "done", "it says that it belongs to another visit"


def test_FC4_a_further_cycle_of_a_retreatment_is_that_of_retreatment(ready):
    """FC4."""
    rows = [
        *COURSE, {"happened_on": "2013-09-03", **COMPLETE}, {**CR, "happened_on": "2013-09-03"}, {"happened_on": "2013-09-10", "event": "decision: end treatment"},
        {"happened_on": "2013-10-20", "event": "response assessment", "values": {"blasts": 40, "neutrophils": 1.4, "platelets": 126, "extramedullary": False}},
        {"happened_on": "2013-10-25", "event": "decision: retreatment"}, {**STARTED, "happened_on": "2013-11-01"}, {"happened_on": "2013-11-29", **COMPLETE},
    ]  # fmt: skip
    found = standing(ready, journal(*rows), date(2013, 12, 20))
    allowed = {a["event"]: (a["allowed"], a["source"]) for a in found["allowed"]}
    assert allowed["infusion start"] == (True, "S11") and allowed["decision: next cycle"] == (True, "S11")
    before = {a["event"]: (a["allowed"], a["source"]) for a in standing(ready, journal(*rows[:5]), date(2013, 9, 9))["allowed"]}
    assert before["decision: next cycle"] == (True, "S9")


SEIZURE = {"happened_on": "2012-03-10", "event": "adverse event", "values": {"term": "seizure", "grade": 3, "category": "seizure"}}


def test_FC6_an_event_that_calls_for_a_hold_proposes_it_until_it_is_answered(ready):
    found = standing(ready, journal(*B, SEIZURE), date(2012, 3, 11))
    says = [p["says"] for p in found["proposed"]]
    assert any("hold the infusion until grade 1 or less" in s for s in says) and {p["entry"] for p in found["proposed"]} == {4}
    assert all(p["source"] == "R6, U15" and "infusion stop: toxicity" in p["answers"] for p in found["proposed"])
    stop = {"happened_on": "2012-03-11", "event": "infusion stop", "values": {"reason": "toxicity"}}
    assert standing(ready, journal(*B, SEIZURE, stop), date(2012, 3, 11))["proposed"] == []
    goes_on = {"happened_on": "2012-03-11", "event": "infusion goes on"}
    assert standing(ready, journal(*B, SEIZURE, goes_on), date(2012, 3, 12))["proposed"] == []
    assert (
        standing(ready, journal(*B, SEIZURE, goes_on, {**SEIZURE, "happened_on": "2012-03-12"}), date(2012, 3, 12))["phase"]
        == "safety follow-up"
    )
    mild = {**SEIZURE, "values": {"term": "headache", "grade": 2, "category": "neurologic"}}
    assert standing(ready, journal(*B, mild), date(2012, 3, 11))["proposed"] == []


def test_what_hangs_on_a_date_known_in_part_says_the_earliest_and_latest_that_it_could_be(ready):
    start = {**STARTED, "happened_on": "2012-03", "recorded_at": "2012-03-20T12:00:00Z"}
    entries = journal(CONSENT, SCREENED, start, {"happened_on": "2012-06", "event": "death", "recorded_at": "2012-06-25T12:00:00Z"})
    found = {(u["what"], u["kind"]): (u["earliest"], u["latest"]) for u in standing(ready, entries, date(2012, 4, 1))["uncertain"]}
    assert found[("first infusion", "moment")] == ("2012-03-01", "2012-03-20") and found[("Month 3", "visit")] == (
        "2012-06-01",
        "2012-06-20",
    )
    times = datasets(ready, {WHO: entries}, LATE).time_to_event.filter(pl.col("endpoint") == "OS").row(0, named=True)
    assert (times["time"], times["shortest"], times["longest"]) == (116, 73, 116)
    sure = datasets(ready, {WHO: journal(*B, {"happened_on": "2012-06-25", "event": "death"})}, LATE).time_to_event
    assert sure["shortest"].null_count() == len(sure)


IN_PART = [
    ("", 116, "as it is walked: the start on the first day, the death on the last"),
    ("first", 92, "both on the first day that they could be: 2012-03-01 and 2012-06-01"),
    ("last", 97, "both on the last: 2012-03-20 and 2012-06-25"),
    ("shortest", 73, "the start on the last day, the death on the first"),
    ("longest", 116, "the start on the first day, the death on the last"),
]


@pytest.mark.parametrize(("word", "days", "says"), IN_PART)
def test_an_endpoint_declares_the_day_that_it_takes_of_a_date_known_in_part(word, days, says):
    varied = tuple(replace(e, known_in_part=word) if e.name == "OS" else e for e in MT103_211.endpoints)
    study = replace(MT103_211, endpoints=varied)
    start = {**STARTED, "happened_on": "2012-03", "recorded_at": "2012-03-20T12:00:00Z"}
    entries = journal(CONSENT, SCREENED, start, {"happened_on": "2012-06", "event": "death", "recorded_at": "2012-06-25T12:00:00Z"})
    data = datasets(make_ready(study), {WHO: entries}, LATE)
    row = data.time_to_event.filter(pl.col("endpoint") == "OS").row(0, named=True)
    assert (row["time"], row["cause"], row["shortest"], row["longest"]) == (days, 1, 73, 116), says
    assert read_out(data, make_ready(study)).measured["OS"].time.tolist() == [days]
    ready = make_ready(study)
    road = fold(ready, what_stands(ready, entries, None), LATE.toordinal())
    columns = endpoint_columns(ready, [SimpleNamespace(road=road, entries=entries, ready=ready)])
    assert columns["OS: days"].to_list() == [days], "many trials are measured as one is"
    told = explain(make_ready(study), entries, "OS", LATE).as_text()
    assert f"{days:,} days" in told and ("of the days that it could be" in told) == bool(word)
    assert thaw(freeze(study))[0] == study
    assert ("A date known in part: of the days that it could be" in page_markdown(study, "0" * 64)) == bool(word)


def test_a_day_that_no_endpoint_can_take_names_those_it_can():
    with pytest.raises(ValueError, match="'first', 'last', 'shortest', 'longest'"):
        endpoint("OS", label="OS", kind="time", population=MT103_211.populations[0], source="R4", known_in_part="middle")


@pytest.mark.parametrize("word", ["first", "last", "shortest", "longest"])
def test_dates_known_in_full_leave_an_endpoint_as_it_is(word):
    entries = journal(*B, {**CR, "happened_on": "2012-04-02"}, {"happened_on": "2012-06-25", "event": "death"})
    varied = replace(MT103_211, endpoints=tuple(replace(e, known_in_part=word) for e in MT103_211.endpoints))
    as_walked, as_declared = (datasets(make_ready(s), {WHO: entries}, LATE).time_to_event for s in (MT103_211, varied))
    assert as_walked.equals(as_declared)
