"""Items that depend on others, and edit checks across forms: what is asked of an entry, exact under corrections."""

from dataclasses import replace
from datetime import date

import pytest
from tests.spec.test_records_that_live import BEGUN, START, goes_on, made, term, told

from trialrun.analysis.datasets import datasets
from trialrun.analysis.results.readout import read_out
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.protocol.check.check import check
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.language import (
    all_of,
    any_of,
    at_screening,
    edit_check,
    form,
    known,
    measure,
    no,
    one_of,
    range_if,
    required_if,
    shown_if,
    surely,
)
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.readback.parse import parse_page, rebuilt
from trialrun.report.tables.people import people_tables
from trialrun.simulation.plain import PlainNature
from trialrun.simulation.virtual import simulate

S = "S1"
sex = measure("sex", codes=("F", "M"), source=S)
pregnant = measure("pregnant", type="yes/no", label="Pregnant", source=S)
weight = measure("weight", unit="kg", range=(30, 250), source=S)
height = measure("height", unit="cm", source=S)
why = measure("why", type="text", label="Why not", source=S)
done = measure("done", type="yes/no", source=S)
SCREENING = form(
    "screening",
    source=S,
    items=(sex, pregnant, weight),
    required=(sex, pregnant),
    keeps_screening=True,
    asked=(shown_if(pregnant, one_of(sex, "F")),),
    ranges=(
        range_if(weight, (40, 150), one_of(sex, "F"), S),
        range_if(weight, (50, None), one_of(sex, "M"), S, confirmed=False),
        range_if(weight, (None, 100), surely(pregnant), S),
    ),
)
EXAMINED = form(
    "examination",
    source=S,
    items=(done, why, weight),
    asked=(shown_if(why, no(done)), required_if(why, no(done)), required_if(weight, done)),
    checks=(
        edit_check(
            "the weight is within 20 kg of screening", all_of(weight - at_screening(weight) < 20, at_screening(weight) - weight < 20), S
        ),
        edit_check("the height was measured before", known(height), S, confirmed=False),
        edit_check("nobody of more than 150 kg is smaller than 150 cm", any_of(weight <= 150, surely(height >= 150)), S),
    ),
)
MEASURED = form("height", source=S, items=(height,))


@pytest.fixture(scope="module")
def ready():
    protocol = made()
    return make_ready(replace(protocol, forms=(*protocol.forms, SCREENING, EXAMINED, MEASURED)))


def asked(ready, *rows):
    data = where(ready, told(*rows), date(2024, 1, 31)).as_json()
    return [(q["entry"], q["item"], q["kind"]) for q in data["queries"]]


def screened(**values):
    return (1, "screening", values)


def examined(day, **values):
    return (day, "examination", values)


TALL = (2, "height", {"height": 180})


def test_the_study_is_checked_frozen_and_read_back(ready):
    protocol = ready.protocol
    assert check(protocol).findings == ()
    assert thaw(freeze(protocol))[0] == protocol
    bare = replace(protocol, forms=tuple(replace(f, asked=(), checks=(), ranges=()) for f in protocol.forms))
    assert rebuilt(bare, parse_page(page_markdown(protocol, "0"))) == protocol
    assert "the height was measured before" in page_markdown(protocol, "0").partition("What is not confirmed")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    "values, found",
    [
        ({"sex": "F", "pregnant": False}, []),
        ({"sex": "F"}, [(1, "pregnant", "missing")]),
        ({"sex": "M"}, []),
        ({"sex": "M", "pregnant": False}, [(1, "pregnant", "not asked")]),
        ({"pregnant": True}, [(1, "sex", "missing")]),
        ({}, [(1, "sex", "missing")]),
    ],
)
def test_an_item_is_missed_and_asked_about_only_where_it_is_asked(ready, values, found):
    assert asked(ready, screened(**values)) == found


@pytest.mark.parametrize(
    "values, found",
    [
        ({"done": True, "weight": 70}, []),
        ({"done": True}, [(3, "weight", "missing")]),
        ({"done": False, "why": "ill"}, []),
        ({"done": False}, [(3, "why", "missing")]),
        ({"done": True, "weight": 70, "why": "ill"}, [(3, "why", "not asked")]),
        ({}, []),
    ],
)
def test_an_item_is_required_where_its_condition_holds(ready, values, found):
    assert asked(ready, screened(sex="M", weight=70), TALL, examined(3, **values)) == found


@pytest.mark.parametrize(
    "values, says",
    [
        ({"sex": "F", "pregnant": False, "weight": 45}, None),
        ({"sex": "F", "pregnant": False, "weight": 151}, "weight 151 is outside 40 to 150 kg: confirm it"),
        ({"sex": "F", "pregnant": True, "weight": 120}, "weight 120 is outside 40 to 100 kg: confirm it"),
        ({"sex": "M", "weight": 45}, "weight 45 is outside 50 and more kg: confirm it"),
        ({"sex": "M", "weight": 300}, None),
        ({"weight": 300}, "weight 300 is outside 30 to 250 kg: confirm it"),
    ],
)
def test_a_range_hangs_on_other_values(ready, values, says):
    data = where(ready, told(screened(**values)), date(2024, 1, 31)).as_json()
    assert [q["says"] for q in data["queries"] if q["kind"] == "implausible"] == ([says] if says else [])


def test_a_check_across_forms_reads_what_was_recorded_before_and_follows_corrections(ready):
    rows = [screened(sex="M", weight=70), TALL, examined(3, weight=95)]
    assert asked(ready, *rows) == [(3, "", "edit check")]
    data = where(ready, told(*rows), date(2024, 1, 31)).as_json()
    assert data["queries"][0]["says"] == "the weight is within 20 kg of screening [S1]: confirm what is recorded, or correct it"
    assert asked(ready, *rows, (1, "screening", {"sex": "M", "weight": 90}, {"corrects": 1, "reason": "typing"})) == []
    heavy = [screened(sex="M", weight=170), TALL, examined(3, weight=171)]
    assert asked(ready, *heavy) == []
    corrected = (2, "height", {"height": 140}, {"corrects": 2, "reason": "typing"})
    assert asked(ready, *heavy, corrected) == [(3, "", "edit check")]
    assert asked(ready, *heavy, (2, "height", None, {"corrects": 2, "reason": "another person's"})) == [
        (3, "", "edit check"),
        (3, "", "edit check"),
    ]


def test_what_is_measured_after_an_entry_is_not_read_by_its_checks(ready):
    late = [screened(sex="M", weight=70), examined(3, weight=70), (4, "height", {"height": 180}), examined(5, weight=70)]
    assert asked(ready, *late) == [(2, "", "edit check")], "the height was measured after it"


def test_a_check_that_a_missing_value_leaves_open_asks_nothing(ready):
    assert asked(ready, TALL, examined(3, weight=95)) == []


def test_a_record_that_goes_on_is_asked_for_what_it_lacks_as_a_whole(ready):
    later = form(
        "adverse event", source=S, items=(*made().forms[0].items, why), lives=made().forms[0].lives, asked=(required_if(why, known(term)),)
    )
    own = make_ready(replace(ready.protocol, forms=(later, *(f for f in ready.protocol.forms if f.entry != "adverse event"))))
    assert asked(own, START, BEGUN, goes_on(8, {"why": "a cause"})) == [(2, "why", "missing")], "it was missing on its own day"


def test_the_table_of_baseline_says_not_applicable_and_not_missing(ready):
    answers = {"1": {"sex": "M"}, "2": {"sex": "F"}, "3": {"sex": "F", "pregnant": False}}
    journals = {who: [replace(e, participant=who) for e in told(screened(**values), START)] for who, values in answers.items()}
    data = datasets(ready, journals, date(2024, 1, 31))
    tables = people_tables(read_out(data, ready), data, ready.protocol)
    lines = [(line.label, line.cells) for table in tables for line in table.lines]
    at = next(n for n, (label, _) in enumerate(lines) if label == "Pregnant")
    assert [label for label, _ in lines[at + 1 : at + 4]] == ["No", "Not applicable", "Missing"]


def test_virtual_participants_are_asked_only_what_is_asked(ready):
    nature = PlainNature(ready, {"bad event": 1.0})
    for entries in simulate(ready, 12, 5, date(2024, 1, 1).toordinal(), nature=nature):
        kinds = {q.kind for q in where(ready, entries, date(2026, 1, 1)).queries}
        assert "not asked" not in kinds


@pytest.mark.parametrize(
    "parts, says",
    [
        ({"asked": (shown_if(height, done),)}, "names the item ‘height’, which is not declared"),
        ({"asked": (shown_if(why, height > 3),)}, "reads ‘height’, which is not recorded there"),
        ({"asked": (shown_if(why, done), shown_if(why, no(done)))}, "says twice where ‘why’ shown is"),
        ({"required": (why,), "asked": (required_if(why, done),)}, "requires ‘why’ always and where a condition holds"),
        ({"ranges": (range_if(weight, (5, 3), done, S),)}, "gives a range of ‘weight’ from 5 down to 3"),
        ({"ranges": (range_if(why, (3, 5), done, S),)}, "gives a range of ‘why’, which is no number"),
        ({"ranges": (range_if(weight, (None, None), done, S),)}, "gives a range of ‘weight’ without an end"),
        ({"ranges": (range_if(weight, (3, 5), height > 3, S),)}, "reads ‘height’, which is not recorded there"),
        ({"checks": (edit_check("w", measure("nowhere", source=S) > 3, S),)}, "reads ‘nowhere’, which is not recorded there"),
        ({"checks": (edit_check("w", why > 3, S),)}, "compares ‘why’, which is a text and no number"),
        ({"checks": (edit_check("w", weight > 3, "S77"),)}, "the edit check ‘w’ gives the source ‘S77’"),
    ],
)
def test_what_cannot_be_asked_so_is_refused_with_the_cure(ready, parts, says):
    wrong = form("examination", source=S, **{"items": (done, why, weight), **parts})
    others = tuple(f for f in ready.protocol.forms if f.entry != "examination")
    assert any(says in f.says for f in check(replace(ready.protocol, forms=(*others, wrong))).findings)
