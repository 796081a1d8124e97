"""Why times were censored, events of a class with onset and duration, and narratives: each with a participant whose lines are known."""

import json
from datetime import date

import pytest

from trialrun.analysis.datasets import datasets
from trialrun.analysis.results.readout import read_out
from trialrun.journey.journal import read_lines
from trialrun.journey.ready import make_ready
from trialrun.report.tables import study_tables
from trialrun.studies.mt103_211.study import MT103_211

ENDED = {
    "term": "seizure",
    "grade": 3,
    "category": "seizure",
    "serious": True,
    "related": True,
    "event_began": "2012-03-10",
    "event_ended": "2012-03-12",
}
STILL = {"term": "tremor", "grade": 1, "category": "neurologic", "serious": False}
PEOPLE = {
    "001-001": (
        ("2012-02-27", "consent", {}), ("2012-02-29", "screening result", {"eligible": True, "blasts": 60, "age": 54, "sex": "F"}),
        ("2012-03-05", "infusion start", {"dose": 9}), ("2012-03-10", "adverse event", ENDED), ("2012-03-14", "adverse event", STILL),
        ("2012-03-20", "death", {"cause": "sepsis"}),
    ),
    "001-002": (
        ("2012-02-27", "consent", {}), ("2012-02-29", "screening result", {"eligible": True, "blasts": 60}), ("2012-03-05", "infusion start", {"dose": 9}),
        ("2012-04-02", "infusion stop", {"reason": "cycle complete"}), ("2012-09-10", "survival contact", {"alive": True}),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def tables():
    ready = make_ready(MT103_211)
    journals = {
        who: read_lines("\n".join(
            json.dumps({"participant": who, "sequence": n, "happened_on": day, "recorded_at": f"{day}T12:00:00Z", "event": event, "values": values})
            for n, (day, event, values) in enumerate(rows, 1)
        ))
        for who, rows in PEOPLE.items()
    }  # fmt: skip
    data = datasets(ready, journals, date(2013, 1, 1))
    return {t.number: t for t in study_tables(read_out(data, MT103_211), data, MT103_211)}


def rows(table, group):
    inside, found = False, {}
    for line in table.lines:
        if line.head:
            inside = line.label == group
        elif inside:
            found[line.label] = line.cells
    return found


def test_a_time_without_its_event_names_the_record_that_it_ends_with(tables):
    assert rows(tables["14.2.23"], "Overall survival") == {
        "Times": ("2",),
        "Ended without the event": ("1 (50.0)",),
        "last known by: survival contact": ("1 (50.0)",),
    }


def test_events_of_a_class_tell_their_onset_and_how_long_those_that_ended_lasted(tables):
    seizure, neurologic = rows(tables["14.3.1.9"], "seizure"), rows(tables["14.3.1.9"], "neurologic")
    assert seizure["Participants with one or more"] == ("1 (50.0)",) and seizure["of grade 3 or more"] == ("1 (50.0)",)
    assert seizure["Onset of the first, study day: median (quartiles; range), of 1"] == ("6 (6 to 6; 6 to 6)",)
    assert seizure["Duration of those that ended, days: median (quartiles; range), of 1"] == ("3 (3 to 3; 3 to 3)",)
    assert not any(label.startswith("Duration") for label in neurologic)


def test_who_died_or_had_a_serious_event_has_a_narrative_made_of_their_entries(tables):
    told = {line.label: line.cells[0] for line in tables["14.3.3.1"].lines}
    assert set(told) == {"001-001"}
    assert told["001-001"] == (
        "At screening: age 54 years, sex F. First treated on 2012-03-05, last drug on 2012-03-19. On 2012-03-10 (day 6) seizure, grade 3, serious, "
        "related to the drug (#4). Died on 2012-03-20 of sepsis, 1 day after the last day with drug (#6)."
    )
