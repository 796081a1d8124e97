"""Every statement of MT103-211 is cited by what follows from it, and everything in the study cites a statement or a reading that exists."""

from pathlib import Path

import pytest

from trialrun.protocol.check.check import check
from trialrun.protocol.frozen.load import logic_in
from trialrun.protocol.words import citing
from trialrun.studies.maintenance_two_arm.study import MAINTENANCE_TWO_ARM
from trialrun.studies.mt103_211.study import MT103_211

STUDIES = Path(__file__).parents[2] / "src" / "trialrun" / "studies"
SHIPPED = pytest.mark.parametrize("study", (MT103_211, MAINTENANCE_TWO_ARM), ids=lambda s: s.name)
FILES = sorted(path for folder in STUDIES.iterdir() if (folder / "study.py").is_file() for path in folder.glob("*.py"))


def test_the_statements_are_those_of_the_study_and_the_rest_are_our_reading():
    assert [s.id for s in MT103_211.statements] == [f"S{n}" for n in range(1, 15)] + [f"R{n}" for n in range(1, 9)]
    assert {r.id for r in MT103_211.readings} >= {f"U{n}" for n in range(1, 25)}
    assert all(r.id[0] in "UOW" and r.question.endswith("?") and r.answer for r in MT103_211.readings)


@pytest.mark.parametrize("number", [s.id for s in MT103_211.statements])
def test_each_statement_is_cited_or_is_background(number):
    by = [str(e) for e in citing.elements(MT103_211) if number in citing.cited(e.source) and e.what != "invariant"]
    background = next(s.background for s in MT103_211.statements if s.id == number)
    assert by or background, f"{number} is cited by nothing and is no background"


@SHIPPED
def test_every_element_cites_what_exists(study):
    known = citing.numbers(study)
    for e in citing.elements(study):
        assert e.source.strip(), f"{e} gives no source"
        if not e.free:
            said = citing.cited(e.source)
            assert said and set(said) <= known, f"{e} cites {e.source!r}"


@pytest.mark.parametrize("what", ["phase", "event", "flag", "count", "tally", "moment", "stopwatch", "rule", "breach", "dose", "visit", "form",
                                  "criterion", "endpoint", "analysis set", "class", "item", "window of visit", "invariant"])  # fmt: skip
def test_elements_of_every_kind_are_looked_at(what):
    assert any(e.what == what for e in citing.elements(MT103_211))


@SHIPPED
def test_every_statement_of_a_shipped_study_is_used(study):
    assert not citing.uncited(study) and not citing.without_source(study) and not citing.mistyped(study)


@SHIPPED
def test_what_is_left_undecided_is_said_with_the_check(study):
    assert [r["id"] for r in check(study).as_json()["undecided"]] == [r.id for r in study.readings]


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_study_is_plain_values(path):
    assert logic_in(path) == []


def test_invariants_are_many_and_each_says_something_of_its_own():
    assert len(MT103_211.invariants) >= 30
    assert len({i.name for i in MT103_211.invariants}) == len(MT103_211.invariants)
