"""One named participant for each sentence of the endpoints' definitions: what starts, what counts, what censors."""

from datetime import date, timedelta

import polars as pl
import pytest

from trialrun.analysis.datasets import DataError, datasets
from trialrun.analysis.results.endpoints import EndpointError
from trialrun.analysis.results.readout import read_out
from trialrun.journey.journal import Entry
from trialrun.journey.ready import make_ready
from trialrun.protocol.endpoints import endpoint, happens, population
from trialrun.studies.mt103_211.study import MT103_211

DAY_ONE = date(2012, 1, 10)
CR = {"blasts": 2, "platelets": 150, "neutrophils": 1.5, "extramedullary": False}
CRH = CR | {"platelets": 80}
CRI = CR | {"platelets": 30}
HIGH = CR | {"blasts": 60}
BEFORE = [(-5, "consent", {}), (-4, "screening result", {"eligible": True, "age": 44, "blasts": 60}), (-1, "enrolment", {})]
CYCLE = [(0, "infusion start", {"dose": 9}), (28, "infusion stop", {"reason": "cycle complete"})]
SECOND = [(42, "infusion start", {"dose": 28}), (70, "infusion stop", {"reason": "cycle complete"})]
LATE = DAY_ONE + timedelta(days=2000)


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


def journal(*lines, name="004-012", corrects=None, recorded=None):
    """Entries from (day counted from the first infusion, event, values); `recorded` gives the day an entry's event was recorded."""
    found = []
    for n, (day, event, values) in enumerate([*BEFORE, *CYCLE, *lines], 1):
        told = DAY_ONE + timedelta(days=(recorded or {}).get(event, day))
        found.append(Entry(name, n, (DAY_ONE + timedelta(days=day)).isoformat(), event, values, f"{told.isoformat()}T09:00:00Z", "here"))
    return found


def derived(ready, *lines, on=LATE, known_at=None, **how):
    """The participant's endpoints: name -> (time or None, cause)."""
    entries = journal(*lines, **how)
    data = datasets(ready, {entries[0].participant: entries}, on, known_at)
    return {r["endpoint"]: (r["time"], r["cause"]) for r in data.time_to_event.iter_rows(named=True)}


def test_no_assessment_is_no_response(ready):
    found = derived(ready, (60, "death", {}))
    assert found["CR/CRh*"] == (None, 0) and "RFS" not in found
    assert found["OS"] == (60, 1)
    assert found["EFS"] == (0, 1), "without a response in two cycles the event is on day 1, the day of the first infusion"


def test_the_best_response_counts(ready):
    found = derived(ready, (28, "response assessment", CRH), *SECOND, (70, "response assessment", CR))
    assert (found["CR/CRh*"][1], found["CR"][1], found["CRh*"][1]) == (1, 1, 0)
    assert found["TTR"] == (28, 1), "the time to response is to the first CR or CRh*"
    only = derived(ready, (28, "response assessment", CRH))
    assert (only["CR"][1], only["CRh*"][1]) == (0, 1)


@pytest.mark.parametrize("values", [CRI, HIGH, CR | {"extramedullary": True}, CR | {"platelets": None}])
def test_what_is_no_response(ready, values):
    assert derived(ready, (28, "response assessment", values))["CR/CRh*"] == (None, 0)


@pytest.mark.parametrize("day, counts", [(41, 1), (42, 0)])
def test_a_marrow_counts_to_14_days_after_the_last_dose(ready, day, counts):
    """The last day with drug of the first cycle is day 27 after the first infusion; treatment is ended before the marrow."""
    found = derived(ready, (30, "decision: end treatment", {}), (day, "response assessment", CR))
    assert found["CR/CRh*"] == (None, counts)


def test_a_remission_in_the_third_cycle_is_not_within_two(ready):
    third = [(84, "infusion start", {"dose": 28})]
    found = derived(ready, (28, "response assessment", CRI), *SECOND, *third, (112, "response assessment", CR))
    assert found["CR/CRh*"] == (None, 0)


def test_the_investigators_own_assessment_guards(ready):
    own = (28, "investigator assessment", {"response": "CRi", "reason": "second reading"})
    assert derived(ready, (28, "response assessment", CR), own)["CR/CRh*"] == (None, 0)


def test_a_correction_rederives_the_endpoint(ready):
    entries = journal((28, "response assessment", CR))
    wrong = entries[-1]
    fixed = Entry(
        "004-012", 99, wrong.happened_on, wrong.event, CRI, "2012-03-01T09:00:00Z", "here", corrects=wrong.sequence, reason="laboratory"
    )
    before = datasets(ready, {"004-012": [*entries, fixed]}, LATE, known_at="2012-02-29")
    after = datasets(ready, {"004-012": [*entries, fixed]}, LATE)
    reached = [d.time_to_event.filter(pl.col("endpoint") == "CR/CRh*")["cause"][0] for d in (before, after)]
    assert reached == [1, 0]


def test_mrd_response_is_below_one_in_ten_thousand(ready):
    def mrd(**values):
        found = derived(ready, (28, "response assessment", CR | values))
        return found["MRD response"][1], found["complete MRD response"][1], found.get("MRD response of responders", (None, None))[1]

    assert mrd(mrd=0.0001) == (0, 0, 0)
    assert mrd(mrd=0.00009) == (1, 0, 1)
    assert mrd(mrd_amplification=False) == (1, 1, 1)
    assert mrd() == (0, 0, None), "not measured is no response among all, and not among the evaluable"


def test_survival_is_censored_at_the_last_date_known_alive(ready):
    found = derived(ready, (90, "visit", {"name": "Month 3"}), (400, "lost to follow-up", {}), (410, "decision: end treatment", {}))
    assert found["OS"] == (90, 0), "a loss to follow-up and a decision are no evidence of life"


def test_a_contact_that_finds_the_participant_dead_is_a_death(ready):
    assert derived(ready, (800, "survival contact", {"alive": False}))["OS"] == (800, 1)


def test_relapse_free_survival(ready):
    response = (28, "response assessment", CR)
    assert derived(ready, response, (200, "response assessment", HIGH))["RFS"] == (172, 1)
    assert derived(ready, response, (200, "death", {}))["RFS"] == (172, 1)
    assert derived(ready, response, (120, "response assessment", CRI), (300, "visit", {"name": "Month 9"}))["RFS"] == (92, 0)
    assert derived(ready, response, (300, "visit", {"name": "Month 9"}))["RFS"] == (0, 0), "a visit is no assessment"


def test_hsct_does_not_censor_the_main_analysis(ready):
    found = derived(ready, (28, "response assessment", CR), (60, "transplant", {}), (200, "response assessment", HIGH))
    assert found["RFS"] == (172, 1)
    assert found["RFS censored at HSCT"] == (32, 0)
    assert found["HSCT in remission"] == (None, 1)


@pytest.mark.parametrize("day, dead", [(160, 1), (161, 0)])
def test_day_100_after_hsct_is_in(ready, day, dead):
    entries = journal((28, "response assessment", CR), (60, "transplant", {}), (day, "death", {}))
    r = read_out(datasets(ready, {"004-012": entries}, LATE), ready)
    found = r.estimates["death after HSCT"]
    assert 1 - found.landmarks[0].value == dead


def test_hsct_after_another_therapy_is_not_from_the_study_drug(ready):
    response, therapy, transplant = (28, "response assessment", CR), (50, "new therapy", {"therapy": "other"}), (60, "transplant", {})
    assert derived(ready, response, therapy, transplant)["HSCT in remission"] == (None, 0)
    told = (55, "survival contact", {"alive": True, "new_therapy": True})
    assert derived(ready, response, told, transplant)["HSCT in remission"] == (None, 0)
    assert derived(ready, (20, "new therapy", {}), response, transplant)["HSCT in remission"] == (None, 1), (
        "before the remission it does not matter"
    )


def test_hsct_after_relapse_is_not_in_remission(ready):
    found = derived(ready, (28, "response assessment", CR), (50, "haematological relapse", {}), (60, "transplant", {}))
    assert found["HSCT in remission"] == (None, 0) and "death after HSCT" not in found


def test_hsct_in_a_remission_from_retreatment_counts(ready):
    course = [(28, "response assessment", CR), (35, "decision: end treatment", {}), (45, "haematological relapse", {})]
    again = [
        (50, "decision: retreatment", {}),
        (52, "infusion start", {"dose": 9}),
        (80, "response assessment", CR),
        (90, "transplant", {}),
    ]
    assert derived(ready, *course, *again)["HSCT in remission"] == (None, 1)


def test_death_without_relapse_competes(ready):
    response = (28, "response assessment", CR)
    dead = derived(ready, response, (100, "death", {}))
    assert dead["relapse or death"] == (72, 2) and dead["DOR"] == (72, 0)
    back = derived(ready, response, (60, "haematological relapse", {}), (100, "death", {}))
    assert back["relapse or death"] == (32, 1) and back["DOR"] == (32, 1)


def test_the_cut_off_takes_what_had_happened_and_what_had_been_recorded(ready):
    lines = [(28, "response assessment", CR), (60, "death", {})]
    on = DAY_ONE + timedelta(days=59)
    assert derived(ready, *lines, on=on)["OS"] == (28, 0), "the death had not happened"
    late = {"death": 90}
    known = (DAY_ONE + timedelta(days=80)).isoformat()
    assert derived(ready, *lines, recorded=late, known_at=known)["OS"] == (28, 0), "the death had happened but was not recorded"
    assert derived(ready, *lines, recorded=late)["OS"] == (60, 1)


def test_a_question_that_is_still_open_is_said_to_be(ready):
    entries = journal()
    data = datasets(ready, {"004-012": entries}, DAY_ONE + timedelta(days=20))
    assert read_out(data, ready).estimates["CR/CRh*"].open == 1
    assert data.time_to_event.filter(pl.col("endpoint") == "EFS").select("time", "cause", "open").row(0) == (0, 0, True)


def test_every_derived_time_names_its_entries(ready):
    entries = journal((28, "response assessment", CR), (200, "response assessment", HIGH))
    row = datasets(ready, {"004-012": entries}, LATE).time_to_event.filter(pl.col("endpoint") == "RFS").row(0, named=True)
    assert [entries[n - 1].values for n in (row["start_entry"], row["entry"])] == [CR, HIGH]


def test_an_empty_set_has_no_number_and_no_error(ready):
    entries = journal((60, "death", {}))
    r = read_out(datasets(ready, {"004-012": entries}, LATE), ready)
    assert r.estimates["RFS"].n == 0 and r.as_json()["endpoints"]["RFS"]["median_months"]["value"] is None
    assert "nobody in the set" in r.as_text()


def test_journals_of_two_studies_are_refused(ready):
    a, b = journal(name="001-001"), journal(name="001-002")
    named = [Entry(e.participant, e.sequence, e.happened_on, e.event, e.values, protocol="tower@1") for e in b]
    other = [Entry(e.participant, e.sequence, e.happened_on, e.event, e.values, protocol="mt103-211@1") for e in a]
    with pytest.raises(DataError, match="2 studies.*mt103-211 at participant 001-001, sequence 1.*tower at participant 001-002"):
        datasets(ready, {"001-001": other, "001-002": named}, LATE)
    with pytest.raises(DataError, match="of the study tower .*not of mt103-211"):
        datasets(ready, {"001-002": named}, LATE)


def test_a_cut_off_before_the_first_participant_is_refused(ready):
    with pytest.raises(DataError, match="2012-01-01 is before the first participant .004-012 on 2012-01-05"):
        datasets(ready, {"004-012": journal()}, date(2012, 1, 1))


def test_a_participant_twice_is_refused(ready):
    with pytest.raises(DataError, match="004-012 stands twice"):
        datasets(ready, {"a": journal(), "004-012": journal()}, LATE)
    with pytest.raises(DataError, match="004-012 has sequence 1 twice"):
        datasets(ready, {"004-012": journal() * 2}, LATE)


def test_a_time_at_which_nothing_is_known_is_refused(ready):
    with pytest.raises(DataError, match="nothing is known"):
        datasets(ready, {"004-012": journal()}, LATE, known_at="2011-01-01")


def test_an_endpoint_that_names_an_unknown_event_is_refused(ready):
    from dataclasses import replace

    everyone = population("everyone", label="Everyone", source="R4", has=happens("consent"))
    deaths = endpoint("OS", label="OS", kind="time", population=everyone, source="R4", starts=happens("consent"), events=happens("deth"))
    study = replace(MT103_211, populations=(everyone,), endpoints=(deaths,), published=(), designs=(), analyses=())
    with pytest.raises(EndpointError, match="endpoint 'OS' names the event 'deth', which the study does not have: did you mean 'death'"):
        datasets(make_ready(study), {"004-012": journal()}, LATE)
