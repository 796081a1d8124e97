"""The play page is held by committed vectors: journals of every kind with the standings that the journey in Python gives."""

import shutil
from functools import partial

import pytest
from tests.browser.executor import FOLDERS, in_browser, in_node, told
from tests.vectors.make import SAME_FOR_ALL, committed, folded

from trialrun.journey.queries import KINDS

REMADE = "the journey says otherwise than the vectors: python -m tests.vectors.make, and read the difference"


OF_OTHER_STUDIES = {"unknown record", "begin withdrawn", "ended already", "out of order", "not asked", "edit check", "unknown unit"}
"""Kinds of queries of what no shipped study has; the tests of records, of units and of constructs put the page beside the journey there."""


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_committed_vectors_are_what_the_journey_says_today(folder):
    cases = committed(folder)
    for case, today in zip(cases, folded(folder, cases), strict=True):
        assert today == case, f"{case['name']}: {REMADE}"


def test_the_vectors_hold_odd_values_corrections_withdrawals_known_at_unknown_entries_partial_days_arms_and_many_rules():
    cases = {folder: committed(folder) for folder in FOLDERS}
    entries = [e for found in cases.values() for case in found for e in case["entries"]]
    asked = [ask for found in cases.values() for case in found for ask in case["asked"]]
    assert sum(isinstance(v, str) and v[:1].isdigit() for e in entries for v in (e.get("values") or {}).values()) > 20
    assert sum(e["corrects"] is not None and e.get("values") is not None for e in entries) > 20
    assert sum(e["corrects"] is not None and e.get("values", {}) is None for e in entries) > 10
    assert sum("values" not in e for e in entries) > 5, "corrections that keep the values that they correct"
    assert sum(len(e["happened_on"]) < 10 for e in entries) > 10
    assert sum(at is not None for _, at, _ in asked) > 15
    assert {d["kind"] for _, _, s in asked for d in s["deviations"]} >= {
        "unknown event",
        "wrong dose",
        "visit out of window",
        "missed visit",
    }
    assert {q["kind"] for _, _, s in asked for q in s["queries"]} == set(KINDS) - OF_OTHER_STUDIES
    assert any(s["proposed"] for _, _, s in asked)
    assert len({s.get("arm") for _, _, s in asked} - {None}) == 2
    phases = {s["detail"] for _, _, s in asked}
    assert len(phases) > 20, sorted(phases)
    differ = [
        case["name"]
        for case in cases["mt103_211"]
        for on, at, s in case["asked"]
        if at is not None and s != folded("mt103_211", [{**case, "asked": [[on, None]]}])[0]["asked"][0][2]
    ]
    assert differ, "what is known at a time makes no difference in any vector"


@pytest.fixture(params=["node", "chromium"])
def execute(request):
    """The page's executor in Node, where that is installed, and in Chromium."""
    if request.param == "chromium":
        return partial(in_browser, request.getfixturevalue("browser"))
    node = shutil.which("node")
    return partial(in_node, node) if node else pytest.skip("Node is not installed: Chromium runs the same vectors")


def test_the_page_gives_every_committed_standing(execute):
    vectors = [(folder, case) for folder in FOLDERS for case in committed(folder)]
    asked = [{"study": folder, "entries": case["entries"], "asked": [ask[:2] for ask in case["asked"]]} for folder, case in vectors]
    for (folder, case), answers in zip(vectors, execute(told(cases=asked))["answers"], strict=True):
        for (on, at, expected), found in zip(case["asked"], answers, strict=True):
            said = {key: value for key, value in found.items() if key not in SAME_FOR_ALL}
            for key in expected.keys() | said.keys():
                assert said.get(key) == expected.get(key), f"{key} on {on}, known at {at}, of ‘{case['name']}’ in {folder}"
