"""What a ward records is in the data sets and the report: a participant whose history, medication, examinations and laboratory values are known."""

import json
from datetime import date

import pytest

from trialrun.analysis.datasets import datasets
from trialrun.analysis.results.readout import read_out
from trialrun.journey.journal import read_lines
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.report.tables import study_tables
from trialrun.studies.mt103_211.study import MT103_211

WHO, LATE = "001-004", date(2012, 6, 1)
ROWS = (
    ("2012-02-27", "consent", {}),
    ("2012-02-28", "medical history", {"history_term": "hypertension", "history_ongoing": True}),
    ("2012-02-28", "prior regimen", {"regimen": "FLAG-IDA", "regimen_line": "first salvage", "regimen_began": "2011-06", "regimen_response": "CR"}),
    ("2012-02-28", "medication", {"medication": "aciclovir", "medication_route": "oral"}),
    ("2012-02-28", "neurological examination", {"neurological": "normal", "writing": "unchanged"}),
    ("2012-02-28", "haematology", {"haemoglobin": 84, "leukocytes": 3.1, "neutrophils": 0.4, "lymphocytes": 1.1, "platelets": 31}),
    ("2012-02-29", "screening result", {"eligible": True, "blasts": 60}),
    ("2012-03-05", "infusion start", {"dose": 9}),
    ("2012-03-06", "vital signs", {"temperature": 38.9, "pulse": 112, "systolic": 95, "diastolic": 55}),
    ("2012-03-08", "neurological examination", {"neurological": "abnormal, clinically significant", "writing": "changed", "neurological_says": "tremor"}),
    ("2012-03-12", "haematology", {"haemoglobin": 79, "leukocytes": 1.0, "neutrophils": 2.4, "lymphocytes": 0.2, "platelets": 22}),
    ("2012-03-13", "vital signs", {"systolic": 70, "diastolic": 90}),
)  # fmt: skip


@pytest.fixture(scope="module")
def entries():
    return read_lines("\n".join(
        json.dumps({"participant": WHO, "sequence": n, "happened_on": day, "recorded_at": f"{day}T12:00:00Z", "event": event, "values": values})
        for n, (day, event, values) in enumerate(ROWS, 1)
    ))  # fmt: skip


@pytest.fixture(scope="module")
def data(entries):
    return datasets(make_ready(MT103_211), {WHO: entries}, LATE)


def test_the_road_is_what_it_was_without_them(entries):
    ready, plain = make_ready(MT103_211), [e for e in entries if e.event in ("consent", "screening result", "infusion start")]
    told, bare = (where(ready, x, LATE).as_json() for x in (entries, plain))
    same = ("phase", "since", "cycle", "infusion_day", "dose", "doses", "next", "visits", "response")
    assert {k: told[k] for k in same} == {k: bare[k] for k in same}


def test_what_does_not_hang_together_is_asked(entries):
    asked = {(q.event, q.kind) for q in where(make_ready(MT103_211), entries, LATE).queries if q.entry in (11, 12)}
    assert asked == {("haematology", "edit check"), ("vital signs", "edit check")}


def test_values_of_the_ward_are_measured_values_with_their_baseline(data):
    rows = {(r["test"], r["day"]): (r["value"], r["baseline"]) for r in data.laboratory.iter_rows(named=True)}
    assert rows["haemoglobin", date(2012, 2, 28).toordinal()] == (84, True)
    assert rows["haemoglobin", date(2012, 3, 12).toordinal()] == (79, False)
    assert rows["pulse", date(2012, 3, 6).toordinal()] == (112, False)


def test_answers_of_the_ward_are_items(data):
    told = {(r["form"], r["item"]): r["value"] for r in data.item.iter_rows(named=True)}
    assert told["medical history", "history_term"] == "hypertension" and told["prior regimen", "regimen_began"] == "2011-06"
    assert told["neurological examination", "writing"] == "changed"


def test_history_and_examinations_are_tables_of_the_report(data):
    tables = {t.number: t for t in study_tables(read_out(data, MT103_211), data, MT103_211)}
    history = [(line.label, line.cells) for line in tables["14.1.9"].lines]
    for line in (
        ("Medical history", ()),
        ("hypertension", ("1 (100.0)",)),
        ("first salvage", ("1 (100.0)",)),
        ("aciclovir", ("1 (100.0)",)),
    ):
        assert line in history
    examined = [(line.label, line.cells) for line in tables["14.3.4.2"].lines]
    assert examined[examined.index(("Neurological examination", ())) + 1 :][:2] == [
        ("Examined", ("1", "1")),
        ("normal", ("1 (100.0)", "0")),
    ]
    assert "Haemoglobin, g/L" in [line.label for line in tables["14.3.4.1"].lines]


def test_a_laboratory_that_reports_per_microlitre_is_read(entries):
    marrow = {
        "blasts": 2,
        "platelets": {"value": 126000, "unit": "/uL"},
        "neutrophils": {"value": 1.4, "unit": "10^3/uL"},
        "extramedullary": False,
    }
    line = {
        "participant": WHO,
        "sequence": 13,
        "happened_on": "2012-04-02",
        "recorded_at": "2012-04-02T12:00:00Z",
        "event": "response assessment",
    }
    told = where(make_ready(MT103_211), [*entries, *read_lines(json.dumps(line | {"values": marrow}))], date(2012, 4, 3))
    assert told.as_json()["response"] == "CR" and not [q for q in told.queries if q.entry == 13]
