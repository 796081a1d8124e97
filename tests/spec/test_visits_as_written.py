"""Visits as protocols write them: series, fixed days, days of a cycle; one participant for each sentence."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.spec.visits_as_written import CHEMOTHERAPY, TABLETS, VACCINE

from trialrun.journey.calendar import calendar
from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.protocol.check.check import check
from trialrun.protocol.check.wellformed import wellformed
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.language import at_screening, days, flag, measure, no, otherwise, reached, series, weeks, window
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.readback.parse import parse_page, rebuilt

DAY_1 = date(2024, 1, 1)
STUDIES = {s.name: s for s in (TABLETS, VACCINE, CHEMOTHERAPY)}


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    cache = tmp_path_factory.mktemp("tables")
    return {name: make_ready(s, cache=cache) for name, s in STUDIES.items()}


def seen(ready, entries, on):
    """(name, occasion, days from day 1 to the target, state, day made) of each visit; `entries`: (day, event, values, ...)."""
    journal = [
        entry_of({"participant": "001", "happened_on": str(DAY_1 + timedelta(day)), "event": event, "values": values, **more}, "here", n)
        for n, (day, event, values, more) in enumerate(entries, 1)
    ]
    here = where(ready, journal, (DAY_1 + timedelta(on)).toordinal())
    first = DAY_1.toordinal()
    return [(v.name, v.occasion, v.target - first, v.state, v.made and v.made - first) for v in here.planned]


def on(day, event, **values):
    return day, event, values, {}


def named(day, event, visit, occasion=None, **values):
    return day, event, values, {"visit": visit, **({} if occasion is None else {"occasion": occasion})}


@pytest.mark.parametrize("name", STUDIES)
def test_the_three_studies_are_whole(name):
    study = STUDIES[name]
    assert not check(study).findings
    text = freeze(study)
    assert thaw(text)[0] == study
    assert rebuilt(study, parse_page(page_markdown(study, "0" * 64))) == study


def test_a_series_is_its_visits():
    assert [(v.name, v.target.n, v.target.unit, v.known_as) for v in TABLETS.visits[1:]] == [
        ("Month 15", 15, "months", ("m15",)),
        ("Month 18", 18, "months", ("m18",)),
        ("Month 24", 24, "months", ("m24",)),
    ]
    assert [(v.name, v.target.n, v.target.unit) for v in CHEMOTHERAPY.visits[:3]] == [
        ("Day 1", 0, "days"),
        ("Day 8", 7, "days"),
        ("Day 15", 14, "days"),
    ]


@pytest.mark.parametrize("numbers", [{}, {"months": (3,)}])
def test_a_series_says_what_it_lacks(numbers):
    with pytest.raises(ValueError, match="no numbers|one name"):
        series("Month {n}" if not numbers else "Month", after=TABLETS.moments[0], **numbers)


def clinic(rows):
    return [row[1:] for row in rows if row[0] == "Clinic visit"]


def test_fixed_days_do_not_drift_and_one_never_made_stops_none(ready):
    journal = [on(0, "randomisation", dose=100), on(90, "visit", name="Clinic visit"), on(252, "visit", name="Clinic visit")]
    assert clinic(seen(ready["tablets"], journal, 300)) == [
        (1, 84, "done", 90),
        (2, 168, "missed", None),
        (3, 252, "done", 252),
        (4, 336, "planned", None),
    ]


def test_a_late_one_is_late_until_the_window_of_the_next_opens(ready):
    journal = [on(0, "randomisation", dose=100)]
    assert clinic(seen(ready["tablets"], journal, 160)) == [(1, 84, "late", None), (2, 168, "planned", None)]
    assert clinic(seen(ready["tablets"], journal, 161))[0] == (1, 84, "missed", None)
    made = [*journal, on(150, "visit", name="clinic visit")]
    assert clinic(seen(ready["tablets"], made, 161))[0] == (1, 84, "done", 150)


def test_fixed_days_end_by_their_bound_and_by_a_phase(ready):
    whole = clinic(seen(ready["tablets"], [on(0, "randomisation", dose=100)], 700))
    assert [row[1] for row in whole] == [84, 168, 252, 336]
    stopped = clinic(seen(ready["tablets"], [on(0, "randomisation", dose=100), on(168, "stop")], 700))
    assert [row[1] for row in stopped] == [84], "one on the day of the stop is not owed any more"


def test_a_later_occasion_is_named_by_its_number(ready):
    journal = [on(0, "randomisation", dose=100), named(250, "visit", "Clinic visit", 2)]
    assert clinic(seen(ready["tablets"], journal, 251))[:2] == [(1, 84, "missed", None), (2, 168, "done", 250)]


def test_the_diary_has_each_day_of_each_dose(ready):
    journal = [on(0, "vaccination", dose=5), on(1, "diary", temperature=37), on(3, "diary", temperature=38), on(28, "vaccination", dose=5)]
    rows = [row[1:] for row in seen(ready["vaccine"], journal, 60) if row[0] == "Diary"]
    assert [(n, target) for n, target, _, _ in rows] == list(enumerate([*range(7), *range(28, 35)], 1))
    assert [n for n, _, state, _ in rows if state == "done"] == [2, 4]
    assert sum(row.what == "Diary" for row in calendar(ready["vaccine"], DAY_1.toordinal())) == 14


def test_days_of_each_cycle_are_of_that_cycle(ready):
    journal = [on(0, "laboratory", haemoglobin=9), on(0, "cycle start", dose=50), on(7, "laboratory", haemoglobin=9)]
    journal += [on(25, "laboratory", haemoglobin=9), on(25, "cycle start", dose=50)]
    rows = seen(ready["chemotherapy"], journal, 26)
    assert rows == [
        ("Day 1", 1, 0, "done", 0),
        ("Day 8", 1, 7, "done", 7),
        ("Day 15", 1, 14, "missed", None),
        ("Next cycle", 1, 21, "done", 25),
        ("Day 1", 2, 25, "done", 25),
        ("Day 8", 2, 32, "planned", None),
        ("Day 15", 2, 39, "planned", None),
        ("Next cycle", 2, 46, "planned", None),
    ]


def test_a_dose_that_can_no_longer_be_made_is_missed(ready):
    def dose_2(later, on_day):
        return next(row[3:] for row in seen(ready["vaccine"], [on(0, "vaccination", dose=5), *later], on_day) if row[0] == "Dose 2")

    assert dose_2([], 42) == ("late", None)
    assert dose_2([], 43) == ("missed", None)
    assert dose_2([named(42, "vaccination", "dose 2", dose=5)], 60) == ("done", 42)
    assert dose_2([named(43, "vaccination", "dose 2", dose=5)], 60) == ("missed", None), "what is named for it too late does not make it"
    assert dose_2([on(30, "vaccination", dose=5)], 60) == ("done", 30)


@pytest.mark.parametrize("sex, state", [("female", "planned"), ("male", "not owed"), (None, "not owed")])
def test_a_visit_is_for_those_of_whom_its_condition_holds(ready, sex, state):
    journal = [on(-1, "screening", **({"sex": sex} if sex else {})), on(0, "vaccination", dose=5)]
    assert [row[3] for row in seen(ready["vaccine"], journal, 10) if row[0] == "Pregnancy test"] == [state]
    made = [*journal, on(26, "visit", name="pregnancy test")]
    assert [row[3] for row in seen(ready["vaccine"], made, 30) if row[0] == "Pregnancy test"] == ["done"], (
        "what was done is told, whoever it was for"
    )


def test_a_condition_is_read_on_the_target_day(ready):
    def after_dose_2(day, on_day):
        journal = [on(0, "vaccination", dose=5), on(day, "vaccination", dose=5)]
        return next(row[3] for row in seen(ready["vaccine"], journal, on_day) if row[0] == "After dose 2")

    assert after_dose_2(28, 27) == "not owed"
    assert after_dose_2(28, 30) == "due"
    assert after_dose_2(38, 40) == "not owed", "on its day there had been one dose"


@pytest.mark.parametrize(
    "change, says",
    [
        ({"expires": 2 * days}, "before its window ends"),
        ({"expires": 3 * days}, None),
        ({"given": otherwise}, "‘otherwise’"),
        ({"given": reached(3 * days, VACCINE.moments[0])}, "let a rule put a flag"),
        ({"given": measure("sex", source="P1") > 1}, "let a rule put a flag"),
        ({"given": at_screening(measure("weight", source="P1")) > 1}, "no form with keeps_screening=True"),
        ({"given": no(flag("unheard", source="P1"))}, "is not declared"),
    ],
)
def test_for_whom_and_how_long_is_checked(change, says):
    found = list(wellformed(replace(VACCINE, visits=(replace(VACCINE.visits[0], **change),))))
    assert (found == []) if says is None else any(says in f for f in found), found


@pytest.mark.parametrize(
    "change, says",
    [
        ({"fixed": False, "until": ()}, None),
        ({"fixed": False}, "write fixed=True"),
        ({"every": None}, "does not come again"),
        ({"window": window(-50, 50, source="P1")}, "overlap"),
        ({"ends": None}, None),
        ({"ends": None, "until": ()}, "or until= a phase"),
        ({"until": ("nowhere",)}, "nowhere"),
        ({"every": 1 * days}, "overlap"),
        ({"every": 3 * weeks}, None),
    ],
)
def test_what_is_not_honoured_is_refused_with_the_cure(change, says):
    found = list(wellformed(replace(TABLETS, visits=(replace(TABLETS.visits[0], **change),))))
    assert (found == []) if says is None else any(says in f for f in found), found


def test_each_time_again_needs_fixed_days():
    diary = replace(VACCINE.visits[1], fixed=False)
    assert any("write fixed=True for days that do not move" in f for f in wellformed(replace(VACCINE, visits=(diary,))))
