"""Values over time: a nadir, the value before, the last one known, days between dates and an age; each with a named participant.

The study follows the response criteria of solid tumours (RECIST 1.1, Eisenhauer et al., Eur J Cancer 2009;45:228): progression is a sum of
diameters at least 20 % and 5 mm above the lowest so far, baseline included; partial response one at least 30 % below baseline.
"""

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.browser.executor import as_the_page_says_it, in_node

from trialrun.analysis.datasets import datasets
from trialrun.journey.fold import fold
from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.journey.taking import what_stands
from trialrun.protocol import endpoints as en
from trialrun.protocol.check.check import check
from trialrun.protocol.frozen.freeze import fingerprint, freeze, thaw
from trialrun.protocol.language import (
    age_on,
    all_of,
    any_of,
    at_screening,
    classed,
    criterion,
    days_between,
    edit_check,
    entry_day,
    fact,
    flag,
    form,
    gives,
    highest_so_far,
    known,
    last_known,
    lowest_so_far,
    mark,
    measure,
    moment,
    no,
    phase,
    previous,
    put,
    required_if,
    rule,
    statement,
    study,
    violated,
)
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.readback.parse import parse_page, rebuilt
from trialrun.protocol.readback.read_words import read_expression
from trialrun.protocol.words.expressions import ManyValues, on_values
from trialrun.protocol.words.over_time import AgeOn, DaysBetween
from trialrun.protocol.words.spoken import say
from trialrun.simulation.plain import PlainNature
from trialrun.simulation.virtual import simulate
from trialrun.web.play_data import page_data

T = "T1"
total = measure("sum of diameters", unit="mm", range=(0, 500), source=T)
weight = measure("weight", unit="kg", range=(20, 250), source=T)
born, biopsy, scan = (measure(name, type="date", source=T) for name in ("born", "biopsy", "scan on"))
response = measure("response", type="code", codes=("PD", "PR", "SD"), source=T)
reason = measure("why it changed", type="text", source=T)
baseline, nadir = at_screening(total), lowest_so_far(total)
PD = all_of(total >= 1.2 * nadir, total - nadir >= 5)
PR = all_of(total <= 0.7 * baseline, no(PD))
adult = criterion("adult", "inclusion", age_on(born, entry_day) >= 18, T)
fresh = criterion("biopsy within 84 days", "inclusion", days_between(biopsy, entry_day) < 84, T)


def study_of(**parts):
    screening, treated, over = (
        phase("screening", source=T, waits="a start has no last day"),
        phase("treated", source=T, waits="treatment goes on"),
        phase("over", source=T, end=True, reason="progression"),
    )
    eligible, progresses, responds, thins = (
        fact(name, T, otherwise="is nothing") for name in ("eligible", "progression", "response", "loss of weight")
    )
    responded, thinner = flag("responded", source=T), flag("thinner", source=T)
    began, progressed = moment("began", source=T), moment("progressed", source=T)
    baseline_scan = form(
        "baseline", source=T, items=(born, biopsy, total, weight), keeps_screening=True, yields=gives(eligible, no(violated(adult, fresh)))
    )
    assessment = form(
        "assessment",
        source=T,
        items=(total, scan, reason),
        required=(total,),
        classes=(classed("PD", PD, T), classed("PR", PR, T), classed("SD", no(any_of(PD, total <= 0.7 * baseline)), T)),
        classified=response,
        yields=(gives(progresses, PD), gives(responds, PR)),
        asked=(required_if(reason, total > 2 * previous(total)),),
        checks=(edit_check("scans are 21 days apart or more", days_between(previous(scan), scan) >= 21, T),),
    )
    visit = form(
        "visit",
        source=T,
        items=(weight,),
        yields=gives(thins, any_of(last_known(weight) <= 0.9 * highest_so_far(weight), weight / previous(weight) <= 0.95)),
    )
    rules = (
        rule(T, "treatment begins", at=screening, on=eligible, to=treated, do=mark(began)),
        rule(T, "a response", at=treated, on=responds, do=put(responded, True)),
        rule(T, "weight is lost", at=treated, on=thins, do=put(thinner, True)),
        rule(T, "progression ends it", at=treated, on=progresses, to=over, do=mark(progressed)),
    )
    everyone = en.population("all", label="all", source=T, has=en.marked(began))
    time = en.endpoint(
        "PFS", label="time to progression", kind="time", population=everyone, source=T, starts=en.marked(began),
        events=(en.recorded(assessment, given=all_of(total >= 1.2 * nadir, total - nadir >= 5)),), censors=(en.recorded(assessment),),
    )  # fmt: skip
    return study(
        "nadir", version=1, title="A small study of tumours", begins=screening,
        **{
            "statements": (statement(T, "A small study."),), "phases": (screening, treated, over), "flags": (responded, thinner),
            "moments": (began, progressed), "events": (eligible, progresses, responds, thins), "rules": rules, "criteria": (adult, fresh),
            "forms": (baseline_scan, assessment, visit), "populations": (everyone,), "endpoints": (time,), **parts,
        },
    )  # fmt: skip


STUDY = study_of()
READY = make_ready(STUDY)
DAY = date(2024, 3, 1)
SCREENED = {"born": "1990", "biopsy": "2024-01-15", "sum of diameters": 100, "weight": 80}


def journal(*lines, who="001"):
    """(day, entry, values[, fields]) as entries, recorded on their day at noon; one of screening comes first."""
    rows = []
    for number, (day, event, values, *more) in zip(count(1), ((0, "baseline", SCREENED), *lines), strict=False):
        on = (DAY + timedelta(days=day)).isoformat() if isinstance(day, int) else day
        row = {
            "participant": who,
            "sequence": number,
            "happened_on": on,
            "event": event,
            "values": values,
            "recorded_at": f"{on}T12:00:00Z",
        }
        rows.append(row | (more[0] if more else {}))
    return [entry_of(row, "here", n) for n, row in enumerate(rows, 1)]


def sums(*pairs):
    return journal(*((day, "assessment", {"sum of diameters": value}) for day, value in pairs))


def classes(entries, known_at=None):
    return [c.name for c in fold(READY, what_stands(READY, entries, known_at), DAY.toordinal() + 900).classes]


def test_the_check_has_nothing_against_it_and_it_is_kept_by_the_page_and_by_freezing():
    assert [f for f in check(STUDY).findings if f.kind == "definition"] == []
    assert thaw(freeze(STUDY))[0] == STUDY
    page = page_markdown(STUDY, fingerprint(STUDY))
    assert rebuilt(STUDY, parse_page(page)) == STUDY
    assert "the lowest ‘sum of diameters’ so far" in page and "the days from (‘biopsy’) to (the day of the entry)" in page


def test_progression_is_above_the_nadir_and_response_below_the_baseline():
    assert classes(sums((50, 60), (100, 30), (150, 35.9), (200, 36))) == ["PR", "PR", "PR", "PD"]
    assert classes(sums((50, 119), (100, 121), (150, 145))) == ["SD", "PD", "PD"], "the baseline is part of the nadir"


def test_twenty_percent_of_little_is_no_progression_below_5_mm():
    assert classes(sums((50, 10), (100, 14), (150, 15))) == ["PR", "PR", "PD"]


def test_a_first_value_has_none_before_it_which_is_unknown_and_not_nought():
    first = journal((50, "assessment", {"sum of diameters": 100}))
    first[0] = replace(first[0], values={k: v for k, v in SCREENED.items() if k != "sum of diameters"})
    assert classes(first) == [], "neither progression nor its absence is known"


def test_a_correction_of_the_nadir_derives_all_that_followed_anew_and_is_known_from_when_it_was_recorded():
    corrected = (50, "assessment", {"sum of diameters": 40}, {"sequence": 4, "corrects": 2, "recorded_at": "2024-09-01T12:00:00Z"})
    entries = journal((50, "assessment", {"sum of diameters": 70}), (100, "assessment", {"sum of diameters": 60}), corrected)
    assert classes(entries) == ["PR", "PD"]
    assert classes(entries, "2024-08-01") == ["PR", "PR"]
    withdrawn = journal(
        (50, "assessment", {"sum of diameters": 40}), (100, "assessment", {"sum of diameters": 60}),
        (50, "assessment", None, {"corrects": 2, "recorded_at": "2024-09-01T12:00:00Z"}),
    )  # fmt: skip
    assert classes(withdrawn) == ["PR"] and classes(withdrawn, "2024-08-01") == ["PR", "PD"]


def test_an_entry_told_late_takes_its_place_in_the_order_of_days():
    assert classes(sums((100, 60), (50, 40))) == ["PR", "PD"]


def test_the_endpoint_reads_the_same_nadir():
    data = datasets(READY, {"001": sums((50, 60), (100, 30), (150, 35.9), (200, 36))}, DAY.toordinal() + 900)
    row = data.time_to_event.row(0, named=True)
    assert (row["time"], row["cause"], row["entry"]) == (200, 1, 5)


def test_the_value_before_and_the_last_one_known_also_on_another_form():
    thin = journal((10, "visit", {"weight": 78}), (20, "visit", {}), (30, "visit", {"weight": 74}))
    road = fold(READY, what_stands(READY, thin), DAY.toordinal() + 60)
    assert [t.entry for t in road.turns if t.event == "loss of weight"] == [4], "74 of 78 is 5 % less than the one before"
    slow = journal(*((10 * n, "visit", {"weight": 80 - n}) for n in range(1, 9)))
    turns = fold(READY, what_stands(READY, slow), DAY.toordinal() + 100).turns
    assert [t.entry for t in turns if t.event == "loss of weight"] == [9], "72 of 80 is 10 % less than the most"


def test_an_edit_check_on_days_between_and_an_item_required_by_the_value_before():
    entries = journal(
        (30, "assessment", {"sum of diameters": 40, "scan on": "2024-03-30"}),
        (60, "assessment", {"sum of diameters": 90, "scan on": "2024-04-15"}),
        (90, "assessment", {"sum of diameters": 90, "scan on": "2024-05"}),
    )
    asked = [(q["entry"], q["kind"], q["item"]) for q in where(READY, entries, DAY.toordinal() + 100).as_json()["queries"]]
    assert (3, "edit check", "") in asked and (3, "missing", "why it changed") in asked
    assert not {(2, "edit check", ""), (4, "edit check", "")} & set(asked), "the first, and a date known in part, leave it open"


@pytest.mark.parametrize(
    "values, fits",
    [
        ({}, True),
        ({"born": "2006"}, False),  # 17 or 18: not known
        ({"biopsy": "2023-12"}, False),
        ({"born": "2006-03-01"}, True),
        ({"born": "2006-03-02"}, False),
        ({"born": "2005"}, True),
        ({"biopsy": "2023-12-09"}, True),
        ({"biopsy": "2023-12-08"}, False),
        ({"biopsy": "2024-02"}, True),
    ],
)
def test_FK6_days_between_two_dates_and_an_age_are_asked_in_criteria(values, fits):
    """FK6."""
    entries = journal()
    entries[0] = replace(entries[0], values={**SCREENED, **values})
    assert (where(READY, entries, DAY.toordinal() + 1).as_json()["phase"] == "treated") is fits


def test_dates_that_are_calculated_with_as_numbers_are_a_finding_with_the_cure():
    wrong = study_of(criteria=(criterion("old", "inclusion", (scan - biopsy) < 84, T),))
    assert any("days_between(a, b)" in f.says for f in check(wrong).findings)


def refusals(*yields, **more):
    forms = (*STUDY.forms, form("more", source=T, items=(total, reason, biopsy, born), yields=yields))
    return [f.says for f in check(replace(STUDY, forms=forms, **more)).findings if f.kind == "definition"]


def test_what_no_part_can_tell_is_refused_by_name():
    progresses = STUDY.events[1]
    assert refusals(gives(progresses, previous(total) > 3)) == []
    assert any("is no number: ask previous" in s for s in refusals(gives(progresses, lowest_so_far(reason) > 3)))
    assert any("which is no date" in s for s in refusals(gives(progresses, days_between(total, biopsy) > 3)))
    assert any("no entry records it" in s for s in refusals(gives(progresses, previous(response) > 3)))
    guard = replace(STUDY.rules[3], given=total > previous(total))
    assert any("no entry is read there" in s for s in refusals(rules=(*STUDY.rules[:3], guard)))
    marked = replace(STUDY.endpoints[0], events=(en.marked("progressed", given=lowest_so_far(total) > 3),))
    assert any("where it asks for a moment" in s for s in refusals(endpoints=(marked,)))
    with pytest.raises(TypeError, match="an item that is recorded"):
        previous(2 * total)


@pytest.mark.parametrize(
    "tree",
    [
        PD, PR, previous(total) / 2 - 3, last_known(weight) > highest_so_far(weight), age_on(born, scan) >= 18, days_between(previous(scan), entry_day) < 84,
        known(previous(reason)), no(previous(measure("yes", type="yes/no", source=T)) ), 2 * days_between(at_screening(scan), scan) + 1 > age_on(born, entry_day),
    ],
)  # fmt: skip
def test_its_words_read_back(tree):
    assert read_expression(say(tree)) == tree


DATES = st.one_of(
    st.none(),
    st.sampled_from(("2000", "2000-02", "2000-02-29", "2001-03-01", "2001-02-28", "2018-02-28", "2018", "1999-12-31", "2018-03-01")),
)


@given(st.lists(st.tuples(DATES, DATES), min_size=1, max_size=6))
def test_arrays_and_one_participant_count_the_same_days_and_years(pairs):
    names = (born.as_ref(), scan.as_ref())
    for tree in (DaysBetween(*names), AgeOn(*names)):
        one = [on_values(tree)({"born": a, "scan on": b}) for a, b in pairs]
        columns = {name: np.array([p[k] for p in pairs], dtype=object) for k, name in enumerate(("born", "scan on"))}
        many = on_values(tree, ManyValues)(columns)
        assert [None if np.isnan(x) else x for x in many] == one
    for a, b in pairs:
        if a and b and len(a) == len(b) == 10 and a <= b:
            first, last = date.fromisoformat(a), date.fromisoformat(b)
            assert on_values(DaysBetween(*names))({"born": a, "scan on": b}) == (last - first).days
            years = max(n for n in range(30) if (first.year + n, first.month, first.day) <= (last.year, last.month, last.day))
            assert on_values(AgeOn(*names))({"born": a, "scan on": b}) == years


def again(entries, known_at=None):
    """The classes by a second reading: of the entries that stand the values in the order of days, each against those before it."""
    said = {}
    for e in sorted(entries, key=lambda e: e.recorded_at):
        if known_at is None or e.recorded_at[:10] <= known_at:
            said[e.corrects or e.sequence] = e if e.values is not None else None
    seen, found = [], []
    for _, e in sorted(((e.happened_on, n), e) for n, e in said.items() if e is not None):
        x = e.values.get("sum of diameters")
        if e.event == "assessment" and x is not None and seen:
            low, base = min(seen), 100
            pd = x >= 1.2 * low and x - low >= 5
            found.append("PD" if pd else "PR" if x <= 0.7 * base else "SD")
        seen += [] if x is None else [x]
    return found


@st.composite
def journals(draw):
    lines, recorded = [], DAY
    for n in range(2, draw(st.integers(2, 8)) + 1):
        day = draw(st.integers(1, 120))
        recorded = max(recorded, DAY + timedelta(days=day)) + timedelta(days=draw(st.integers(1, 20)))
        values = {"sum of diameters": draw(st.one_of(st.none(), st.integers(5, 150)))}
        fields = {"recorded_at": f"{recorded}T12:00:00Z"}
        if n > 2 and draw(st.integers(0, 3)) == 0:
            root = draw(st.integers(2, n - 1))
            if "corrects" not in lines[root - 2][3]:
                fields["corrects"] = root
                values = draw(st.sampled_from((values, None)))
        lines.append((day, "assessment", values, fields))
    return journal(*lines)


@settings(max_examples=200, deadline=None)
@given(journals(), st.integers(0, 200))
def test_the_nadir_is_exact_under_corrections_withdrawals_late_entries_and_as_known_at_a_day(entries, days):
    known_at = (DAY + timedelta(days=days)).isoformat()
    assert classes(entries) == again(entries)
    assert classes(entries, known_at) == again(entries, known_at)


def test_the_offline_page_says_the_same():
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    told = [
        sums((50, 60), (100, 30), (150, 35.9), (200, 36)), sums((100, 60), (50, 40)), journal(*((10 * n, "visit", {"weight": 80 - n}) for n in range(1, 9))),
        journal((30, "assessment", {"sum of diameters": 40, "scan on": "2024-03-30"}), (60, "assessment", {"sum of diameters": 90, "scan on": "2024-04-15"})),
    ]  # fmt: skip
    days = [DAY.toordinal() + n for n in (1, 75, 250)]
    cases = [
        {"study": "nadir", "entries": [e.as_json() for e in entries], "asked": [[date.fromordinal(d).isoformat(), None] for d in days]}
        for entries in told
    ]
    data = {"nadir": page_data(READY, (), DAY.isoformat())}
    answers = in_node(node, json.dumps({"studies": data, "cases": cases, "trees": [], "spans": []}))["answers"]
    for entries, found in zip(told, answers, strict=True):
        for day, said in zip(days, found, strict=True):
            right = json.loads(json.dumps(as_the_page_says_it(where(READY, entries, day).as_json())))
            assert {k: (said.get(k), right[k]) for k in right if said.get(k) != right[k]} == {}


def test_virtual_participants_walk_as_their_journals_fold():
    for entries in simulate(READY, 12, 3, DAY.toordinal(), nature=PlainNature(READY, {})):
        road = fold(READY, what_stands(READY, entries), DAY.toordinal() + 9000)
        assert [s.entry.sequence for s in road.entries] == [e.sequence for e in entries]
