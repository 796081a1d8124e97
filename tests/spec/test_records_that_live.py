"""Records that live, one journal for each: an adverse event begins, changes its grade and ends; what cannot be followed is asked and nothing is lost."""

import json
import shutil
from dataclasses import replace
from datetime import date

import pytest
from jsonschema import Draft202012Validator
from tests.browser.executor import as_the_page_says_it, in_node

from trialrun.analysis.datasets import datasets
from trialrun.analysis.results.explain import explain
from trialrun.analysis.results.readout import read_out
from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.schema import schema_of
from trialrun.journey.standing import where
from trialrun.journey.standing_text import as_text
from trialrun.protocol.check.check import check
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.language import (
    act,
    add_one,
    all_of,
    episode,
    fact,
    form,
    gives,
    mark,
    measure,
    moment,
    no,
    one_of,
    phase,
    proposal,
    rule,
    shown,
    statement,
    study,
    tally,
)
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.readback.parse import parse_page, rebuilt
from trialrun.report.tables.adverse import events_of
from trialrun.web.play_data import page_data

S = "S1"
term = measure("term", type="text", role="term", source=S)
grade = measure("grade", type="integer", range=(1, 5), role="grade", source=S)
serious = measure("serious", type="yes/no", role="serious", source=S)
onset, resolved = measure("onset", type="date", source=S), measure("resolved", type="date", source=S)
outcome = measure("outcome", codes=("recovered", "not recovered", "fatal"), role="outcome", source=S)
lasted, worst, was = (measure(name, type="integer", source=S) for name in ("lasted", "worst", "was"))
going = measure("going", type="yes/no", source=S)
severity = measure("severity", codes=("mild", "moderate", "severe"), source=S)
worst_severity = measure("worst severity", codes=("mild", "moderate", "severe"), source=S)
medicine = measure("medicine", type="text", source=S)
LIVES = episode(
    begins=onset,
    ends=resolved,
    ended=one_of(outcome, "recovered", "fatal"),
    grade=grade,
    days=lasted,
    worst=worst,
    ongoing=going,
    grade_before=was,
)


def made(lives=LIVES, **parts):
    home, drug, hold = (phase(name, source=S, waits="nothing ends it") for name in ("home", "drug", "hold"))
    dead = phase("dead", source=S, end=True, reason="death")
    starts, dies = act("start", S, otherwise="is nothing"), fact("death", S, otherwise="is nothing", last=True)
    bad, long, well, worse = (fact(name, S, otherwise="it is recorded") for name in ("bad event", "long event", "recovered", "worse"))
    bads, worsened, began = tally("bads", source=S), tally("worsened", source=S), moment("began", source=S)
    event = form(
        "adverse event",
        source=S,
        items=(term, grade, serious, onset, resolved, outcome),
        required=(term, grade),
        domain="AE",
        lives=lives,
        yields=(gives(bad, grade >= 3), gives(long, all_of(lasted > 7, going)), gives(well, no(going)), gives(worse, grade > was))
        if lives is not None
        else gives(bad, grade >= 3),
    )
    taken = form(
        "medication",
        source=S,
        items=(medicine, severity, onset, resolved),
        lives=episode(begins=onset, ends=resolved, grade=severity, worst=worst_severity),
    )
    parts = {
        "version": 1,
        "title": "Pills",
        "begins": home,
        "statements": (statement("S1", "All of it.", confirmed=False),),
        "phases": (home, drug, hold, dead),
        "events": (starts, bad, long, well, worse, dies),
        "tallies": (bads, worsened),
        "moments": (began,),
        "rules": (
            rule(S, "it begins", at=home, on=starts, to=drug, do=mark(began)),
            rule(S, "it is held", at=drug, on=bad, to=hold, do=add_one(bads)),
            rule(S, "another", at=hold, on=bad, do=add_one(bads)),
            rule(S, "it is worse", at=(drug, hold), on=worse, do=add_one(worsened)),
            rule(S, "again", at=hold, on=well, to=drug),
            rule(S, "death", at=(home, drug, hold), on=dies, to=dead),
        ),
        "forms": (
            event,
            taken,
            form("start", source=S, yields=gives(starts)),
            form("death", source=S, domain="DD", yields=gives(dies)),
        ),
        "standing": (shown("bads", bads), shown("worsened", worsened)),
        "proposals": (proposal(S, "look after it", at=(drug, hold), on=long, answers=(well,)),),
        "day_one": began,
        **parts,
    }
    return study("pills", **parts)


@pytest.fixture(scope="module")
def ready():
    return make_ready(made())


START = (1, "start", {})
BEGUN = (5, "adverse event", {"term": "Nausea", "grade": 2})


def told(*rows):
    """Entries from (day of January 2024 or a date, event, values, other fields), recorded in this order."""
    found = []
    for n, (day, event, values, *more) in enumerate(rows, 1):
        on = day if isinstance(day, str) else date(2024, 1, day).isoformat()
        data = {"participant": "1", "happened_on": on, "event": event, "values": values, **(more[0] if more else {})}
        found.append(entry_of(data, "a journal", n))
    return found


def goes_on(day, values, sequence=2, event="adverse event"):
    return (day, event, values, {"continues": sequence})


def stands(ready, entries, day=31, known_at=None):
    return where(ready, entries, date(2024, 1, day), known_at).as_json()


def asked(data):
    return [(q["entry"], q["item"], q["kind"]) for q in data["queries"]]


def test_the_study_is_checked_frozen_and_read_back_from_its_page(ready):
    protocol = ready.protocol
    assert check(protocol).findings == ()
    assert thaw(freeze(protocol))[0] == protocol
    assert (
        rebuilt(replace(protocol, forms=tuple(replace(f, lives=None) for f in protocol.forms)), parse_page(page_markdown(protocol, "0")))
        == protocol
    )
    assert '"lives"' not in freeze(made(None, forms=(form("start", source=S, yields=gives("start")),)))


def test_a_record_begins_changes_its_grade_and_ends(ready):
    rows = (START, BEGUN, goes_on(8, {"grade": 3}), goes_on(12, {"grade": 1}), goes_on(20, {"resolved": "2024-01-18"}))
    data = stands(ready, told(*rows))
    (record,) = data["records"]
    assert (record["entry"], record["entries"]) == (2, [2, 3, 4, 5])
    assert (record["begins"], record["ends"], record["ongoing"], record["days"]) == ("2024-01-05", "2024-01-18", False, 14)
    assert ([g["grade"] for g in record["grades"]], record["worst"]) == ([2, 3, 1], 3)
    assert record["values"] == {"term": "Nausea", "grade": 1, "resolved": "2024-01-18"}
    assert (data["bads"], data["worsened"], data["phase"]) == (1, 1, "drug")
    assert asked(data) == []
    Draft202012Validator(schema_of("standing", ready.protocol)).validate(data)
    on_10 = stands(ready, told(*rows), 10)
    assert (on_10["records"][0]["ongoing"], on_10["records"][0]["days"], on_10["phase"]) == (True, 6, "hold")
    assert "adverse event: Nausea: ended 2024-01-18, 14 days, grade 2 -> 3 -> 1  (#2, #3, #4, #5)" in as_text(
        where(ready, told(*rows), date(2024, 1, 31))
    )


def test_a_record_gives_an_event_when_its_condition_comes_to_hold(ready):
    """Grade 3 told again is not another bad event; a fall and a new rise is. What was never said of the term is kept."""
    same = told(START, BEGUN, goes_on(6, {"grade": 3}), goes_on(7, {"grade": 3}), goes_on(8, {"serious": True}))
    assert stands(ready, same)["bads"] == 1
    again = told(START, BEGUN, goes_on(6, {"grade": 3}), goes_on(7, {"grade": 2}), goes_on(8, {"grade": 4}))
    assert stands(ready, again)["bads"] == 2
    apart = told(START, BEGUN, (6, "adverse event", {"term": "Nausea", "grade": 3}), (7, "adverse event", {"term": "Nausea", "grade": 3}))
    assert stands(ready, apart)["bads"] == 2


def test_how_long_it_lasts_calls_for_what_is_proposed_until_it_has_ended(ready):
    rows = (START, BEGUN, goes_on(12, {"grade": 2}), goes_on(20, {"outcome": "recovered"}))
    assert [p["says"] for p in stands(ready, told(*rows), 12)["proposed"]] == ["look after it"], "eight days, begin and this one counted"
    assert stands(ready, told(*rows), 11)["proposed"] == []
    data = stands(ready, told(*rows))
    assert (data["proposed"], data["records"][0]["ends"], data["records"][0]["days"]) == ([], "2024-01-20", 16)


def test_a_correction_of_the_first_entry_is_seen_through_all_that_follow(ready):
    rows = (
        START,
        BEGUN,
        goes_on(8, {"grade": 3}),
        (6, "adverse event", {"term": "Vomiting", "grade": 3}, {"corrects": 2, "reason": "typing"}),
    )
    data = stands(ready, told(*rows))
    (record,) = data["records"]
    assert (record["entries"], record["begins"], record["values"]["term"]) == ([4, 3], "2024-01-06", "Vomiting")
    assert (data["bads"], data["worsened"]) == (1, 0), "it was of grade 3 from its first day"
    named_by_its_correction = told(*rows, goes_on(9, {"grade": 4}, 4))
    assert stands(ready, named_by_its_correction)["records"][0]["entries"] == [4, 3, 5]


def test_a_correction_of_a_continuation_goes_on_with_the_same_record(ready):
    rows = (START, BEGUN, goes_on(8, {"grade": 3}), (8, "adverse event", {"grade": 2}, {"corrects": 3, "reason": "typing"}))
    data = stands(ready, told(*rows))
    assert ([r["entries"] for r in data["records"]], data["bads"], asked(data)) == ([[2, 4]], 0, [])


def test_what_is_left_of_a_record_whose_first_entry_is_withdrawn_stands(ready):
    rows = (START, BEGUN, goes_on(8, {"term": "Nausea", "grade": 3}), goes_on(9, {"grade": 1}))
    data = stands(ready, told(*rows, (5, "adverse event", None, {"corrects": 2, "reason": "another person's"})))
    (record,) = data["records"]
    assert (record["entries"], record["begins"], record["worst"]) == ([3, 4], "2024-01-08", 3)
    assert asked(data) == [(3, "continues", "begin withdrawn"), (4, "continues", "begin withdrawn")]
    restored = told(*rows, (5, "adverse event", None, {"corrects": 2}), (5, "adverse event", None, {"corrects": 5}))
    assert stands(ready, restored)["records"] == stands(ready, told(*rows))["records"]


def test_a_withdrawn_continuation_leaves_no_trace_and_what_named_it_follows_to_the_first(ready):
    rows = (START, BEGUN, goes_on(8, {"grade": 4}), goes_on(9, {"grade": 2}, 3), (8, "adverse event", None, {"corrects": 3}))
    data = stands(ready, told(*rows))
    assert ([r["entries"] for r in data["records"]], data["records"][0]["worst"], asked(data)) == ([[2, 4]], 2, [])


@pytest.mark.parametrize(
    "row, kind, says",
    [
        (goes_on(8, {"term": "Rash", "grade": 1}, 99), "unknown record", "sequence 99 is not in the participant's journal before it"),
        (goes_on(8, {"term": "Rash", "grade": 1}, 3), "unknown record", "name the entry that began it"),
        (goes_on(8, {"term": "Rash", "grade": 1}, 1), "unknown record", "sequence 1 is 'start'"),
        (
            goes_on(8, {}, 1, "start"),
            "unknown record",
            "entries of 'start' do not go on with one another, so it stands by itself: leave continues out",
        ),
        (goes_on(4, {"grade": 3}), "out of order", "it is dated before sequence 2, which it continues"),
        (goes_on(8, {"resolved": "2024-01-04"}), "out of order", "it ends on 2024-01-04 and began on 2024-01-05: correct one of them"),
    ],
)
def test_what_cannot_be_followed_is_asked_with_its_cure_and_kept(ready, row, kind, says):
    data = stands(ready, told(START, BEGUN, row))
    ((entry, _, found),) = [a for a in asked(data) if a[2] != "missing"]
    assert (entry, found) == (3, kind)
    assert any(says in q["says"] for q in data["queries"])
    assert sum(len(r["entries"]) for r in data["records"]) == (1 if row[1] == "start" else 2), "nothing is lost"


def test_what_goes_on_after_its_end_is_asked(ready):
    over = goes_on(10, {"resolved": "2024-01-09"})
    data = stands(ready, told(START, BEGUN, over, goes_on(12, {"grade": 3})))
    assert asked(data) == [(4, "continues", "ended already")]
    assert "ended on 2024-01-09 (sequence 3)" in data["queries"][0]["says"]
    assert (data["records"][0]["ongoing"], data["records"][0]["worst"]) == (False, 3), "it is used as recorded"


def test_two_entries_that_are_made_to_continue_each_other_are_asked(ready):
    rows = (START, BEGUN, goes_on(6, {"grade": 3}), (5, "adverse event", {"term": "Nausea", "grade": 2}, {"corrects": 2, "continues": 3}))
    data = stands(ready, told(*rows))
    assert sorted(n for r in data["records"] for n in r["entries"]) == [3, 4]
    assert any(q["kind"] == "unknown record" for q in data["queries"])


def test_dates_known_in_part_are_intervals_and_so_is_what_lay_between(ready):
    begun = (5, "adverse event", {"term": "Nausea", "grade": 2, "onset": "2024-01"})
    data = stands(ready, told(START, begun, goes_on(20, {"resolved": "2024-01"}, 2), ("2024-02-02", "start", {})))
    (record,) = data["records"]
    assert (record["begins"], record["began"]) == ("2024-01", ["2024-01-01", "2024-01-05"]), "not after the entry that tells it"
    assert record["ended"] == ["2024-01-01", "2024-01-31"]
    assert (record["days"], record["days_least"], record["days_most"]) == (None, 1, 31)
    assert [(q["item"], q["kind"]) for q in data["queries"]] == [("onset", "partial date"), ("resolved", "partial date")]
    by_recording = told(START, begun, (20, "adverse event", {"resolved": "2024-01"}, {"continues": 2, "recorded_at": "2024-01-22"}))
    assert stands(ready, by_recording)["records"][0]["ended"] == ["2024-01-01", "2024-01-22"]


def test_grades_that_are_codes_have_the_order_in_which_they_are_listed(ready):
    rows = ((5, "medication", {"medicine": "aspirin", "severity": "severe"}), goes_on(6, {"severity": "moderate"}, 1, "medication"))
    assert stands(ready, told(*rows))["records"][0]["worst"] == "severe"


def test_without_continues_every_entry_is_an_event_of_its_own(ready):
    rows = (START, BEGUN, (6, "adverse event", {"term": "Nausea", "grade": 3}), (9, "death", {}))
    plain = make_ready(made(None))
    assert [t[:6] for t in where(plain, told(*rows), date(2024, 1, 31)).road.turns if t.event != "worse"] == [
        t[:6] for t in where(ready, told(*rows), date(2024, 1, 31)).road.turns if t.event != "worse"
    ]
    assert stands(plain, told(*rows))["records"] == []


def test_analysis_counts_the_event_once_with_its_worst_grade(ready):
    rows = (START, BEGUN, goes_on(8, {"grade": 4}), goes_on(12, {"grade": 1, "serious": True}), goes_on(20, {"resolved": "2024-01-18"}))
    other = (25, "adverse event", {"term": "nausea", "grade": 1})
    data = datasets(ready, {"1": told(*rows, other, (6, "medication", {"medicine": "aspirin"}))}, date(2024, 1, 31))
    events = data.adverse_event.select("term", "grade", "serious", "day", "ongoing", "days", "entries").rows()
    first = date(2024, 1, 5).toordinal()
    assert events[0] == ("Nausea", 4.0, True, first, False, 14, [2, 3, 4, 5])
    assert (len(events), events[1][1], events[1][4], events[1][5]) == (2, 1.0, True, 7)
    assert events_of(data, ready.protocol).people() == 1
    assert data.record.select("form", "entry", "grade_first", "grade_worst", "grade_last", "days").rows() == [
        ("adverse event", 2, "2", "4", "1", 14),
        ("adverse event", 6, "1", "1", "1", 7),
        ("medication", 7, None, None, None, 26),
    ]
    assert read_out(data, ready) is not None
    told_by = explain(ready, told(*rows), "record.days", date(2024, 1, 31))
    assert [e.sequence for e in told_by.entries] == [2, 3, 4, 5]
    assert "days 14" in told_by.as_text()


def test_the_offline_page_says_the_same(ready):
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    part = (5, "adverse event", {"term": "Nausea", "grade": 2, "onset": "2024-01"})
    journals = [
        told(
            START,
            BEGUN,
            goes_on(8, {"grade": 3}),
            goes_on(12, {"grade": 1}),
            goes_on(20, {"resolved": "2024-01-18"}),
            goes_on(22, {"grade": 1}),
        ),
        told(
            START,
            part,
            goes_on(8, {"grade": 3}, 9),
            goes_on(9, {}, 1, "start"),
            goes_on(4, {"grade": 3}),
            goes_on(20, {"resolved": "2024-01"}),
        ),
        told(
            START, BEGUN, goes_on(8, {"grade": 3}), goes_on(9, {"grade": 1}, 3), (5, "adverse event", None, {"corrects": 2, "reason": "x"})
        ),
        told(
            START,
            BEGUN,
            goes_on(6, {"grade": 3}),
            (5, "adverse event", {"grade": 2}, {"corrects": 2, "continues": 3}),
            goes_on(9, {"resolved": "2024-01-02"}),
        ),
        told(
            (5, "medication", {"medicine": "aspirin", "severity": "severe"}),
            goes_on(6, {"severity": "mild"}, 1, "medication"),
            goes_on(7, {"severity": "odd"}, 2, "medication"),
        ),
    ]
    days = ["2024-01-08", "2024-01-12", "2024-01-31"]
    cases = [{"study": "s", "entries": [e.as_json() for e in j], "asked": [[day, None] for day in days]} for j in journals]
    given = json.dumps({"studies": {"s": page_data(ready, (), "2024-01-01")}, "cases": cases, "trees": [], "spans": []})
    for journal, answers in zip(journals, in_node(node, given)["answers"], strict=True):
        for day, answer in zip(days, answers, strict=True):
            said = json.loads(json.dumps(as_the_page_says_it(where(ready, journal, date.fromisoformat(day)).as_json())))
            assert {k: (answer.get(k), v) for k, v in said.items() if answer.get(k) != v} == {}


@pytest.mark.parametrize(
    "lives, says",
    [
        (episode(begins=onset, grade=grade), "never says when a record ends"),
        (episode(begins=term, ends=resolved), "begins on ‘term’, which is no date"),
        (episode(ends=measure("elsewhere", type="date", source=S)), "names the item ‘elsewhere’, which is not declared"),
        (episode(ends=resolved, worst=worst), "names no grade"),
        (episode(ends=resolved, grade=term), "has the grade ‘term’, which has no order"),
        (episode(ends=resolved, days=grade), "‘grade’ takes the course of the records of the form ‘adverse event’, and a form records it"),
        (episode(ends=resolved, grade=grade, worst=worst, grade_before=worst), "‘worst’ takes two things"),
        (episode(ended=worst > 3), "it is no item of the form"),
    ],
)
def test_records_that_cannot_live_so_are_refused_with_the_cure(lives, says):
    event = form("adverse event", source=S, items=(term, grade, onset, resolved), lives=lives, yields=gives("bad event", grade >= 3))
    others = tuple(f for f in made().forms if f.entry != "adverse event")
    assert any(says in f.says for f in check(made(forms=(event, *others))).findings)
