"""Groups that repeat in one entry: prior regimens as rows, each typed item by item; how many there are is a value like any other."""

import json
import shutil
from dataclasses import replace
from datetime import date

import pytest
from jsonschema import Draft202012Validator
from tests.browser.executor import as_the_page_says_it, in_node
from tests.spec.test_records_that_live import START, made, told

from trialrun.analysis.datasets import datasets
from trialrun.journey.journal import JournalError, entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.schema import schema_of
from trialrun.journey.standing import where
from trialrun.journey.taking import sent_back
from trialrun.protocol.check.check import check
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.language import at_screening, edit_check, form, gives, group, measure, unit
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.readback.parse import parse_page, rebuilt
from trialrun.simulation.plain import PlainNature
from trialrun.simulation.virtual import simulate
from trialrun.web.play_data import page_data

S = "S1"
regimen, cycles = (
    measure("regimen", type="text", label="Regimen", source=S),
    measure("cycles", type="integer", range=(1, 12), label="Cycles", source=S),
)
dose = measure("total dose", unit="mg", also_in=(unit("g", times=1000),), source=S)
best = measure("best response", codes=("CR", "PR", "none"), label="Best response", source=S)
ended = measure("ended", type="date", source=S)
how_many, blasts = measure("prior regimens so far", type="integer", source=S), measure("blasts", source=S)
PRIOR = group(
    "prior regimens", label="Prior regimens", source=S, items=(cycles, dose, best, ended), required=(regimen,), rows=how_many, up_to=4
)
HISTORY = form("history", source=S, items=(blasts,), groups=(PRIOR,), keeps_screening=True, yields=gives("bad event", how_many >= 3))
LATER = form("later", source=S, items=(blasts,), checks=(edit_check("two regimens at least came before", at_screening(how_many) >= 2, S),))
TWO = [
    {"regimen": "R-CHOP", "cycles": "6", "best response": "cr", "ended": "2011"},
    {"regimen": "blinatumomab", "total_dose": {"value": 1.5, "unit": "g"}},
]


@pytest.fixture(scope="module")
def ready():
    protocol = made()
    return make_ready(replace(protocol, forms=(*protocol.forms, HISTORY, LATER)))


def history(rows, **more):
    return told(START, (2, "history", {"prior regimens": rows, **more}))


def asked(here):
    return [(q.entry, q.item, q.kind, q.says) for q in here.queries]


def test_the_study_is_checked_frozen_and_printed(ready):
    protocol = ready.protocol
    assert check(protocol).findings == ()
    assert thaw(freeze(protocol))[0] == protocol
    text = page_markdown(protocol, "0")
    assert rebuilt(protocol, parse_page(text)) == protocol
    assert "‘prior regimens’ — Prior regimens (S1), at most 4 rows in one entry, counted as ‘prior regimens so far’:" in text
    assert '"groups"' not in freeze(made())


def test_rows_are_typed_item_by_item_and_counted(ready):
    here = where(ready, history(TWO, blasts=60), date(2024, 1, 31))
    s = here.road.entries[-1]
    first, second = s.rows["prior regimens"]
    assert first == {"regimen": "R-CHOP", "cycles": 6, "best response": "CR", "ended": "2011"}
    assert second == {"regimen": "blinatumomab"}, "the item is called ‘total dose’, and blanks match underscores one way only"
    assert (s.values, s.known["prior regimens so far"]) == ({"blasts": 60}, 2)
    assert here.road.screened["screening prior regimens so far"] == 2


def test_the_number_of_rows_is_a_value_that_conditions_ask_for(ready):
    three = [*TWO, {"regimen": "FLAG-IDA"}]
    assert where(ready, history(three), date(2024, 1, 31)).as_json()["bads"] == 1
    assert where(ready, history(TWO), date(2024, 1, 31)).as_json()["bads"] == 0
    assert "prior regimens so far" not in where(ready, told(START, (2, "history", {})), date(2024, 1, 31)).road.entries[-1].known
    few = told(START, (2, "history", {"prior_regimens": [{"regimen": "R-CHOP"}]}), (3, "later", {"blasts": 3}))
    assert [kind for _, _, kind, _ in asked(where(ready, few, date(2024, 1, 31)))] == ["edit check"]
    corrected = [
        *few,
        *told(START, START, START, (2, "history", {"prior_regimens": TWO[:1] * 2}, {"corrects": 2, "reason": "one was left out"}))[3:],
    ]
    assert asked(where(ready, corrected, date(2024, 1, 31))) == []
    none = told(START, (2, "history", {"prior_regimens": []}), (3, "later", {}))
    assert where(ready, none, date(2024, 1, 31)).road.entries[1].known == {"prior regimens so far": 0}


@pytest.mark.parametrize(
    "rows, found",
    [
        ([{"cycles": 3}], [("missing", "row 1: Regimen is required and not recorded")]),
        ([{"regimen": "a", "cycles": 99}], [("implausible", "row 1: Cycles 99 is outside 1 to 12: confirm it")]),
        ([{"regimen": "a", "best response": "well"}], [("implausible", "row 1: Best response 'well' is none of CR, PR, none: confirm it")]),
        (
            [{"regimen": "a"}, {"regimen": "b", "cycles": "1,026"}],
            [("ambiguous", "row 2: cycles is a whole number, and '1,026' can be read in two ways")],
        ),
        (
            [{"regimen": "a", "dose": 3}],
            [("unknown item", "row 1: the group 'Prior regimens' has no item 'dose', so it is kept and not used: it has cycles")],
        ),
        ([{"regimen": "a"}] * 5, [("implausible", "5 rows, and 4 at most are expected: confirm them")]),
        (None, []),
        ([], []),
    ],
)
def test_what_is_asked_of_rows(ready, rows, found):
    queries = asked(where(ready, history(rows), date(2024, 1, 31)))
    assert [(item, kind) for _, item, kind, _ in queries] == [("prior regimens", kind) for kind, _ in found]
    assert all(said.startswith(words) for (_, _, _, said), (_, words) in zip(queries, found, strict=True))


@pytest.mark.parametrize("rows", ["R-CHOP", 3, True, {"value": 1, "unit": "mg"}, [{"regimen": "a", "cycles": "many"}]])
def test_what_cannot_be_read_is_sent_back_and_the_schema_does_not_take_it(ready, rows):
    entries = history(rows)
    assert [q.item for q in sent_back(ready, entries)] == ["prior regimens"]
    assert not Draft202012Validator(schema_of("entry", ready.protocol)).is_valid(json.loads(json.dumps(entries[-1].as_json())))


@pytest.mark.parametrize(
    "rows", [TWO, [], None, [{"regimen": None, "cycles": "6", "more": 3}], [{}], [{"total dose": {"value": "2,5", "unit": "stone"}}]]
)
def test_what_the_schema_takes_is_read(ready, rows):
    for name in ("prior regimens", "prior_regimens"):
        entries = told(START, (2, "history", {name: rows}))
        assert sent_back(ready, entries) == []
        assert Draft202012Validator(schema_of("entry", ready.protocol)).is_valid(json.loads(json.dumps(entries[-1].as_json())))


def test_a_list_under_an_items_name_is_sent_back_and_one_under_no_name_asked(ready):
    entries = told(START, (2, "history", {"blasts": [{"a": 1}], "elsewhere": [{"a": 1}]}))
    assert [(kind, item) for _, item, kind, _ in asked(where(ready, entries, date(2024, 1, 31)))] == [
        ("unreadable", "blasts"),
        ("unknown item", "elsewhere"),
    ]


@pytest.mark.parametrize("rows", [[1], [[1]], [{"a": {"b": 1}}], [{"a": [1]}], [None]])
def test_rows_that_no_file_keeps_are_refused_with_the_cure(rows):
    with pytest.raises(JournalError, match="and rows as"):
        entry_of({"participant": "1", "happened_on": "2024-01-01", "event": "history", "values": {"prior regimens": rows}}, "a journal", 1)


def test_the_data_set_has_a_row_for_each(ready):
    data = datasets(ready, {"1": history(TWO)}, date(2024, 1, 31))
    assert data.group.select("group", "row", "regimen", "cycles", "best response", "entry").rows() == [
        ("prior regimens", 1, "R-CHOP", 6.0, "CR", 2),
        ("prior regimens", 2, "blinatumomab", None, None, 2),
    ]


def test_virtual_participants_have_rows(ready):
    nature, found = PlainNature(ready, {"bad event": 2.0}), []
    for entries in simulate(ready, 20, 5, date(2024, 1, 1).toordinal(), nature=nature):
        found += [len(e.values["prior regimens"]) for e in entries if e.event == "history"]
        assert {q.kind for q in where(ready, entries, date(2026, 1, 1)).queries} <= {"edit check"}
    assert all(n >= 3 for n in found) or len(set(found)) > 1


def test_the_offline_page_reads_the_same(ready):
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    odd = [
        TWO,
        [],
        None,
        "R-CHOP",
        {"value": 1, "unit": "mg"},
        [{"cycles": 99}, {"regimen": "a", "best response": "odd", "x": 1, "cycles": "1,026"}],
        [{"regimen": "a"}] * 6,
    ]
    journals = [told(START, (2, "history", {"prior_regimens": rows, "blasts": [{"a": 1}]}), (3, "later", {"blasts": 1})) for rows in odd]
    cases = [{"study": "s", "entries": [e.as_json() for e in j], "asked": [["2024-01-31", None]]} for j in journals]
    answers = in_node(node, json.dumps({"studies": {"s": page_data(ready, (), "2024-01-01")}, "cases": cases, "trees": [], "spans": []}))[
        "answers"
    ]
    for journal, (answer,) in zip(journals, answers, strict=True):
        right = json.loads(json.dumps(as_the_page_says_it(where(ready, journal, date(2024, 1, 31)).as_json())))
        assert {k: (answer.get(k), v) for k, v in right.items() if answer.get(k) != v} == {}


@pytest.mark.parametrize(
    "wrong, says",
    [
        (group("g", source=S), "has no items"),
        (group("g", source=S, items=(cycles,), rows=blasts), "and a form records it"),
        (group("g", source=S, items=(cycles,), up_to=0), "has 0 rows at most"),
        (group("g", source=S, items=(measure("t", type="text", role="term", source=S),)), "has the role 'term'"),
        (group("blasts", source=S, items=(cycles,)), "has two items or groups ‘blasts’"),
        (group("g", source=S, items=(measure("c", type="code", source=S),)), "has an empty code list"),
    ],
)
def test_groups_that_cannot_be_are_refused_with_the_cure(wrong, says):
    protocol = made()
    history = form("history", source=S, items=(blasts,), groups=(wrong,))
    assert any(says in f.says for f in check(replace(protocol, forms=(*protocol.forms, history))).findings)
