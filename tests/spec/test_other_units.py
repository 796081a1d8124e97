"""Values in other units: read by the declared conversion, exactly; a unit that the study does not have is asked, and nothing is guessed."""

import json
import shutil
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.browser.executor import as_the_page_says_it, in_node
from tests.spec.test_records_that_live import START, made, told

from trialrun.journey.journal import JournalError, entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.schema import schema_of
from trialrun.journey.standing import where
from trialrun.journey.taking import sent_back
from trialrun.journey.values import as_measured
from trialrun.protocol.check.check import check
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.language import form, gives, measure, unit
from trialrun.protocol.page.page import page_markdown
from trialrun.web.play_data import page_data

S = "S1"
platelets = measure(
    "platelets", unit="10^9/L", range=(0, 1500), also_in=(unit("/uL", times=0.001), unit("10^3/uL")), label="Platelets", source=S
)
temperature = measure(
    "temperature", unit="Cel", range=(30, 45), also_in=(unit("degF", times=5 / 9, plus=-160 / 9, source="the definition"),), source=S
)
cells = measure("cells", type="integer", unit="cells", also_in=(unit("dozens", times=12),), source=S)
amount = measure("dose", unit="mg", also_in=(unit("ug", times=0.001),), source=S)
note = measure("note", type="text", source=S)
BLOOD = form("blood", source=S, items=(platelets, temperature, cells, amount, note), yields=gives("bad event", platelets < 50))


@pytest.fixture(scope="module")
def ready():
    protocol = made()
    return make_ready(replace(protocol, forms=(*protocol.forms, BLOOD)))


def quantity(value, unit):
    return {"value": value, "unit": unit}


def blood(**values):
    return told(START, (2, "blood", values))


def stands(ready, entries):
    here = where(ready, entries, date(2024, 1, 31))
    return dict(here.road.entries[-1].values), [(q.item, q.kind) for q in here.queries], here


def test_the_study_is_checked_frozen_and_printed(ready):
    assert check(ready.protocol).findings == ()
    assert thaw(freeze(ready.protocol))[0] == ready.protocol
    assert "number, also in /uL (× 0.001 = 10^9/L)" in page_markdown(ready.protocol, "0").replace("\\", "")
    assert '"also_in"' not in freeze(made())


@pytest.mark.parametrize(
    "values, read",
    [
        ({"platelets": 126}, {"platelets": 126}),
        ({"platelets": quantity(126, "10^9/L")}, {"platelets": 126}),
        ({"platelets": quantity(126000, "/uL")}, {"platelets": 126}),
        ({"platelets": quantity("126 000", "/µL")}, {"platelets": 126}),
        ({"platelets": quantity(1400.3, "/ uL")}, {"platelets": 1.4003}),
        ({"platelets": quantity(126, "10^3/μL")}, {"platelets": 126}),
        ({"temperature": quantity(98.6, "degF")}, {"temperature": 37.0}),
        ({"cells": quantity(2.5, "dozens")}, {"cells": 30}),
        ({"dose": quantity(2000, "mcg")}, {"dose": 2}),
        ({"dose": quantity(2000, "µg")}, {"dose": 2}),
    ],
)
def test_a_value_in_another_unit_is_read_in_its_own(ready, values, read):
    found, asked, _ = stands(ready, blood(**values))
    assert (found, asked) == (pytest.approx(read, rel=1e-14), [])


def test_a_value_not_done_is_not_done_in_any_unit(ready):
    assert stands(ready, blood(platelets=quantity(None, "/uL")))[:2] == ({"platelets": None}, [])


def test_what_follows_from_a_value_follows_from_it_in_its_own_unit(ready):
    _, _, here = stands(ready, blood(platelets=quantity(126000, "/uL")))
    assert here.as_json()["bads"] == 0
    _, _, here = stands(ready, blood(platelets=quantity(12600, "/uL")))
    assert here.as_json()["bads"] == 1
    _, asked, here = stands(ready, blood(platelets=quantity(126000, "10^3/uL")))
    assert asked == [("platelets", "implausible")] and here.road.entries[-1].entry.values == {"platelets": quantity(126000, "10^3/uL")}


@pytest.mark.parametrize(
    "values, asked, back",
    [
        ({"platelets": quantity(126, "mg")}, [("platelets", "unknown unit")], False),
        ({"platelets": quantity("many", "/uL")}, [("platelets", "unreadable")], True),
        ({"platelets": quantity("1,026", "/uL")}, [("platelets", "ambiguous")], False),
        ({"cells": quantity(1.3, "dozens")}, [("cells", "ambiguous")], False),
        ({"note": quantity("well", "/uL")}, [("note", "unreadable")], True),
        ({"elsewhere": quantity(3, "kg")}, [("elsewhere", "unknown item")], False),
    ],
)
def test_what_has_no_reading_is_asked_and_not_used(ready, values, asked, back):
    entries = blood(**values)
    found, kinds, _ = stands(ready, entries)
    assert ({k: v for k, v in found.items() if v is not None}, kinds) == ({}, asked)
    assert bool(sent_back(ready, entries)) == back
    valid = Draft202012Validator(schema_of("entry", ready.protocol)).is_valid(json.loads(json.dumps(entries[-1].as_json())))
    assert valid != back, "what the schema takes is read, and what is sent back it does not take"


@pytest.mark.parametrize(
    "value", [{"value": 1}, {"unit": "kg"}, {"value": 1, "unit": None}, {"value": {}, "unit": "kg"}, {"value": 1, "unit": "kg", "x": 1}]
)
def test_an_object_that_is_no_value_with_its_unit_is_refused_with_the_cure(value):
    with pytest.raises(JournalError, match='as {"value": 126000, "unit": "/uL"}|is one text'):
        entry_of({"participant": "1", "happened_on": "2024-01-01", "event": "blood", "values": {"platelets": value}}, "a journal", 1)


@given(st.integers(-(10**12), 10**12), st.integers(0, 9))
def test_the_conversion_is_exact(number, places):
    said = float(f"{number}e-{places}")
    assert as_measured(platelets, quantity(said, "/uL")) == float(Fraction(repr(said)) / 1000)
    exact = Fraction(repr(said)) * Fraction(repr(5 / 9)) + Fraction(repr(-160 / 9))
    assert as_measured(temperature, quantity(said, "degF")) == float(exact)


def test_the_offline_page_reads_the_same(ready):
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    said = [
        quantity(x, u)
        for x in (126000, 98.6, "1,4", "1,026", -0.5, 1e-7, 2.5, None, True, "x")
        for u in ("/uL", "degF", "dozens", "mcg", "10^9/L", "Cel", "10^3/ µL", "")
    ]
    journals = [blood(platelets=v, temperature=v, cells=v, dose=v, note=v) for v in said]
    cases = [{"study": "s", "entries": [e.as_json() for e in j], "asked": [["2024-01-31", None]]} for j in journals]
    answers = in_node(node, json.dumps({"studies": {"s": page_data(ready, (), "2024-01-01")}, "cases": cases, "trees": [], "spans": []}))[
        "answers"
    ]
    for journal, (answer,) in zip(journals, answers, strict=True):
        right = json.loads(json.dumps(as_the_page_says_it(where(ready, journal, date(2024, 1, 31)).as_json())))
        assert {k: (answer.get(k), v) for k, v in right.items() if answer.get(k) != v} == {}


@pytest.mark.parametrize(
    "item, says",
    [
        (measure("x", also_in=(unit("g"),), source=S), "may be in other units and has none of its own"),
        (measure("x", type="text", unit="g", also_in=(unit("kg"),), source=S), "may be in other units and has none of its own"),
        (measure("x", unit="g", also_in=(unit("g"),), source=S), "has the unit ‘g’ twice"),
        (measure("x", unit="g", also_in=(unit("kg", times=0),), source=S), "of no name or of no size"),
    ],
)
def test_units_that_cannot_be_are_refused_with_the_cure(item, says):
    protocol = made()
    assert any(says in f.says for f in check(replace(protocol, forms=(*protocol.forms, form("blood", source=S, items=(item,))))).findings)
