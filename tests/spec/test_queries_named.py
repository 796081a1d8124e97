"""Queries, one journal for each kind: what is asked, with the cure, and that a query never changes the walk."""

import json
from pathlib import Path

import pytest
from tests.oracle.journals import random_journal, wild_journal
from tests.spec.told import FIRST, LATE, WHO, derived, event, marrow, says, told

from trialrun.cli import main
from trialrun.journey.fold import fold
from trialrun.journey.journal import Entry, entry_of, read_lines
from trialrun.journey.queries import KINDS, queries
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.journey.standing_text import as_text
from trialrun.journey.taking import what_stands
from trialrun.studies.mt103_211.study import MT103_211


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


def asked(ready, entries, known_at=None):
    return {(q.entry, q.item, q.kind): q.says for q in where(ready, entries, LATE, known_at).queries}


CONSENT = {"participant": WHO, "sequence": 1, "happened_on": "2012-02-24", "event": "consent"}


def lines(*rows):
    return read_lines("\n".join(json.dumps({"participant": WHO, **row}) for row in rows))


def test_a_value_outside_its_range_is_taken_as_it_is_and_queried(ready):
    entries = told(*FIRST, marrow(28, platelets=126_000, neutrophils=1_400))
    found = asked(ready, entries)
    assert found[(7, "platelets", "implausible")] == "Platelets 126000 is outside 0 to 1500 10^9/L: confirm it"
    assert (7, "neutrophils", "implausible") in found
    assert where(ready, entries, LATE).as_json()["remission"] is True, "it is used as recorded"
    graded = asked(ready, told(*FIRST, event(20, "Sepsis", 9)))
    assert list(graded) == [(7, "grade", "implausible")]


def test_a_name_that_the_form_does_not_have_is_queried_with_the_near_one(ready):
    spelled = (28, "response assessment", {"blasts": 2, "platelet": 126, "neutrophils": 1.4})
    found = asked(ready, told(*FIRST, spelled))
    assert "did you mean 'platelets'?" in found[(7, "platelet", "unknown item")]
    assert (7, "platelets", "missing") in found
    other = (28, "response assessment", {"blasts": 2, "thrombocytes": 126, "neutrophils": 1.4})
    assert "it has blasts, platelets" in asked(ready, told(*FIRST, other))[(7, "thrombocytes", "unknown item")]


@pytest.mark.parametrize(
    "said, meant", [("Remission complete", "CR"), ("CR*", "CRh*"), ("partial", None), ("CR with incomplete recovery", None)]
)
def test_a_response_that_the_study_knows_no_class_for_is_queried(ready, said, meant):
    ((key, words),) = asked(ready, told(*FIRST, marrow(28), says(28, said))).items()
    assert key == (8, "response", "unknown class") and "no rule reads it" in words
    if meant:
        assert f"did you mean {meant!r}?" in words


@pytest.mark.parametrize("said", ["CRh", "cr", "complete remission", "PD", "haematological relapse", "stable disease"])
def test_a_response_that_the_study_reads_is_not_queried(ready, said):
    assert "unknown class" not in [q.kind for q in where(ready, told(*FIRST, marrow(28), says(28, said)), LATE).queries]


PARTIAL = {
    "a death in a month": (("2012-09", "death", {}), 8, "2012-09-30 is assumed, the last day that it could be (from 2012-09-01 to 2012-09-30)"),
    "a relapse in a month": (("2012-09", "haematological relapse", {}), 8, "2012-09-30 is assumed, the last day that it could be (from 2012-09-01"),
    "a death in a year": (("2013", "death", {}), 8, "2013-12-31 is assumed, the last day that it could be (from 2013-01-01 to 2013-12-31)"),
}  # fmt: skip


@pytest.mark.parametrize("name", PARTIAL)
def test_a_date_known_in_part_on_which_a_rule_depends_says_the_day_assumed(ready, name):
    line, sequence, words = PARTIAL[name]
    found = asked(ready, told(*FIRST, marrow(28), line))
    assert words in found[(sequence, "happened_on", "partial date")]


def test_a_death_known_in_part_is_not_before_a_visit_of_its_month(ready):
    entries = told(*FIRST, marrow(28), ("2012-09-20", "visit", {"name": "Month 6"}), ("2012-09", "death", {}))
    found = asked(ready, entries)
    assert (
        "2012-09-30 is assumed, the last day that it could be (from 2012-09-20 to 2012-09-30)" in found[(9, "happened_on", "partial date")]
    )


def test_a_visit_known_in_part_moves_no_rule_and_is_queried_all_the_same(ready):
    assert list(asked(ready, told(*FIRST, marrow(28), ("2012-06", "visit", {"name": "Month 3"})))) == [(8, "happened_on", "partial date")]


def test_an_entry_dated_after_it_was_recorded_is_queried(ready):
    ahead = (60, "visit", {"name": "Month 3"}, {"recorded_at": "2012-04-03T08:00:00Z"})
    assert list(asked(ready, told(*FIRST, ahead))) == [(7, "happened_on", "dated ahead")]


def test_a_correction_of_what_is_not_there_is_queried_and_stands_by_itself(ready):
    entries = told(*FIRST, (28, "infusion stop", {"reason": "cycle complete"}, {"corrects": 99}))
    assert "sequence 99 is not in the journal before it" in asked(ready, entries)[(7, "corrects", "unknown correction")]
    nothing = lines(CONSENT, {"sequence": 2, "happened_on": "2012-02-28", "event": "enrolment", "values": None, "corrects": 9})
    assert list(asked(ready, nothing)) == [(2, "corrects", "unknown correction")]


def test_null_values_that_withdraw_nothing_are_queried(ready):
    null = lines(CONSENT, {"sequence": 2, "happened_on": "2012-02-26", "event": "death", "values": None})
    assert list(asked(ready, null)) == [(2, "values", "nothing withdrawn")]
    assert asked(ready, lines(CONSENT, {"sequence": 2, "happened_on": "2012-02-26", "event": "death"})) == {}, "left out is not null"


def test_a_gap_in_the_sequence_is_queried(ready):
    entries = [e for e in told(*FIRST, marrow(28)) if e.sequence not in (2, 3, 5)]
    found = asked(ready, entries)
    assert found[(4, "sequence", "gap")].startswith("sequences 2 to 3 are not in the journal")
    assert found[(6, "sequence", "gap")].startswith("sequence 5 is not in the journal")
    late = [
        *told(*FIRST),
        Entry(WHO, 7, "2012-04-02", "visit", {"name": "Month 3"}, "2012-09-01T00:00:00Z"),
        Entry(WHO, 8, "2012-04-03", "visit", {"name": "Month 6"}, "2012-04-03T00:00:00Z"),
    ]
    assert asked(ready, late, "2012-05-01") == {}, "an entry recorded later is in the journal"


@pytest.mark.parametrize(
    "protocol, kind", [("other-study@1", "another study"), ("mt103-211@7", "unknown version"), ("mt103-211@two", "unknown version")]
)
def test_another_study_and_an_unknown_version_are_queried(ready, protocol, kind):
    entries = lines({**CONSENT, "protocol": protocol})
    assert list(asked(ready, entries)) == [(1, "protocol", kind)]
    assert (
        asked(
            ready,
            lines(
                {**CONSENT, "protocol": "mt103-211@1"},
            ),
        )
        == {}
    )


def test_queries_stand_in_the_walk_and_are_counted(ready, tmp_path, capsys):
    here = where(ready, told(*FIRST, marrow(28, platelets=126_000), event(30, "Sepsis", 9)), LATE)
    assert "Queries (2)" in as_text(here) and "sequence 8, adverse event: implausible: Grade" in as_text(here)
    data = here.as_json()["queries"]
    assert [(q["entry"], q["on"], q["kind"]) for q in data] == [(7, "2012-04-02", "implausible"), (8, "2012-04-04", "implausible")]
    path = tmp_path / "j.jsonl"
    path.write_text(json.dumps(CONSENT) + "\n" + json.dumps({**CONSENT, "sequence": 3, "event": "enrolment"}) + "\n")
    assert main(["walk", str(path), "--json"]) == 0
    assert [q["kind"] for q in json.loads(capsys.readouterr().out)["queries"]] == ["gap"]


def test_the_data_sets_have_the_queries_up_to_the_cut_off(ready):
    lines_ = (*FIRST, marrow(28, platelets=126_000), event(30, "Sepsis", 9))
    found = derived(ready, *lines_).query
    assert found.select("entry", "kind", "item").rows() == [(7, "implausible", "platelets"), (8, "implausible", "grade")]
    assert derived(ready, *lines_, cutoff=LATE.replace(year=2012, month=4, day=3)).query["entry"].to_list() == [7]


def test_the_reference_tells_every_kind():
    told_of = (Path(__file__).parents[2] / "docs/reference/formats.md").read_text(encoding="utf-8")
    assert [kind for kind, means in KINDS.items() if f"| {kind} | {means} |" not in told_of] == []


def test_queries_never_change_the_walk_and_have_a_known_kind(ready):
    seen = set()
    for make in (random_journal, wild_journal):
        for seed in range(4000, 4040):
            entries = [entry_of(e, "here", n) for n, e in enumerate(make(seed), 1)]
            standing = what_stands(ready, entries)
            road = fold(ready, standing, LATE.toordinal())
            before = repr(road)
            found = queries(ready, road, entries)
            assert repr(road) == before
            seen |= {q.kind for q in found}
            assert all(q.says and q.kind in KINDS for q in found)
    assert seen


def test_a_start_whose_day_is_unknown_is_walked_on_the_day_that_the_query_says(ready):
    entries = told(("2012-03", "infusion start", {"dose": 9}))
    here = where(ready, entries, LATE)
    assert here.as_json()["moments"]["first infusion"] == "2012-03-03"
    assert "2012-03-03 is assumed, the first day that it could be" in here.queries[0].says


@pytest.mark.parametrize("said", ["PD", "no response", "CR"])
def test_a_marrow_that_would_be_a_relapse_is_asked_about_where_the_investigator_s_word_moves_nothing(ready, said):
    """The investigator's own assessment guards; a marrow of 60 % in remission beside it must not go unseen."""
    lines = (*FIRST, marrow(28), (30, "decision: end treatment", {}), marrow(120, 60), says(120, said))
    found = [q for q in where(ready, told(*lines), LATE).queries if q.kind == "overruled"]
    assert [q.entry for q in found] == [10] and "relapse" in found[0].says and "S11" in found[0].says
    reported = where(ready, told(*lines, (121, "haematological relapse", {})), LATE)
    assert reported.as_json()["remission"] is False, "it can be reported"


def test_an_overruled_value_that_would_have_moved_nothing_is_not_asked_about(ready):
    lines = (*FIRST, marrow(28), marrow(60, 3), says(60, "CR"))
    assert [q for q in where(ready, told(*lines), LATE).queries if q.kind == "overruled"] == []
