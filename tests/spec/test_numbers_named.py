"""Endpoints that are numbers: what is read at which visit, the baseline, the change, the averages and what sets arms apart, by named participants."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from tests.nonsense import Nonsense, plainly
from tests.spec.numbers_study import OF, STUDY, WITH_MARGINS, change_at_18, ratio_at_9, size_at_9

from trialrun.analysis.datasets import datasets
from trialrun.analysis.datasets.columns import endpoint_columns
from trialrun.analysis.datasets.participants import participant_columns
from trialrun.analysis.results.explain import explain
from trialrun.analysis.results.readout import read_out
from trialrun.analysis.trials.columns import read_trials_of
from trialrun.analysis.trials.operating import operating_characteristics
from trialrun.journey.journal import Entry
from trialrun.journey.ready import make_ready
from trialrun.protocol.check.wellformed import wellformed
from trialrun.protocol.endpoints import (
    at_visit,
    carried,
    category_of,
    endpoint,
    happens,
    marked,
    not_above,
    not_below,
    recorded,
    set_to,
    value_of,
)
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.language import days
from trialrun.protocol.page.page import page_markdown
from trialrun.report.tables import study_tables
from trialrun.simulation.output import run_simulation
from trialrun.statistics.censored_normal import censored_means
from trialrun.statistics.linear_model import analysis_of_covariance
from trialrun.statistics.means import difference_of_means, mean
from trialrun.statistics.mixed_model import repeated_measures
from trialrun.statistics.proportion_differences import miettinen_nurminen
from trialrun.statistics.proportion_ratios import risk_ratio
from trialrun.statistics.proportional_odds import proportional_odds
from trialrun.statistics.rank_sums import rank_sum
from trialrun.statistics.rates import incidence_rate, rate_ratio
from trialrun.studies.maintenance_two_arm.criteria import diameters, sex
from trialrun.studies.maintenance_two_arm.endpoints import everyone
from trialrun.studies.maintenance_two_arm.study import week_9, week_18
from trialrun.studies.maintenance_two_arm.terms import dies, randomised_on
from trialrun.studies.mt103_211.study import MT103_211

DAY = date(2012, 1, 10)
LATE = date(2014, 1, 1)


def journal(who, arm, before, *later, ecog=0, sex="F"):
    """A participant randomised on day 0 with a sum of diameters at screening; later entries by day."""
    told = [
        (-9, "consent", {}, {}),
        (-8, "screening result", {"eligible": True, "diameters": before, "ecog": ecog, "sex": sex, "height": 170, "weight": 70}, {}),
        (0, "randomisation", {"arm": arm}, {}),
        (0, "cycle start", {"weight": 70, "dose": None}, {}),
        *((*x, {})[:4] for x in later),
    ]
    return [
        Entry(who, n, (DAY + timedelta(days=day)).isoformat(), event, {k: v for k, v in values.items() if v is not None}, visit=extra.get("visit"))
        for n, (day, event, values, extra) in enumerate(told, 1)
    ]  # fmt: skip


def scan(day, size, name="", visit=None):
    return (day, "tumour assessment", {"diameters": size, "name": name, "new_lesion": False}, {"visit": visit})


A, B = "chemotherapy alone", "maintenance"
JOURNALS = {
    "01-1": journal("01-1", A, 80, scan(63, 60, "Week 9"), scan(126, 50, "Week 18")),
    "01-2": journal("01-2", A, 100, scan(61, 90, "Week 9"), scan(128, 95, "week 18"), sex="M"),
    "01-3": journal("01-3", A, 70, scan(64, 66, "somewhere", visit="Week 9"), scan(125, 61, "Week 18"), ecog=1),
    "01-4": journal("01-4", A, 90, scan(63, 81, "Week 9")),
    "01-5": journal("01-5", A, 60, scan(62, 59, "Week 9"), scan(126, 50, "Week 18"), ecog=1, sex="M"),
    "02-1": journal("02-1", B, 85, scan(63, 40, "Week 9"), scan(126, 30, "Week 18"), ecog=1),
    "02-2": journal("02-2", B, 95, scan(63, 60, "Week 9"), scan(127, 41, "Week 18"), sex="M"),
    "02-3": journal("02-3", B, 65, scan(60, 30, "Week 9"), scan(124, 28, "Week 18")),
    "02-4": journal("02-4", B, 75, scan(65, 52, "Week 9"), scan(126, 40, "Week 18"), ecog=1, sex="M"),
    "02-5": journal("02-5", B, 88),
}
READY = make_ready(STUDY)
DATA = datasets(READY, JOURNALS, LATE)
FOUND = read_out(DATA, READY)


def rows(name):
    return {x["participant"]: x for x in DATA.endpoint_value.iter_rows(named=True) if x["endpoint"] == name}


def test_a_value_is_that_of_the_entry_that_names_the_visit_or_made_it():
    found = rows("size at week 9")
    assert {who: x["value"] for who, x in found.items()} == {
        "01-1": 60, "01-2": 90, "01-3": 66, "01-4": 81, "01-5": 59, "02-1": 40, "02-2": 60, "02-3": 30, "02-4": 52, "02-5": None,
    }  # fmt: skip
    assert found["01-3"]["entry"] == 5 and found["02-5"]["entry"] is None


def test_a_change_is_from_the_last_value_up_to_the_day_of_the_start():
    found = rows("change at week 18")
    assert found["01-2"]["analysed"] == 95 - 100 and found["01-2"]["baseline_entry"] == 2
    assert found["01-4"]["analysed"] is None and found["01-4"]["baseline"] == 90, "no scan at week 18"
    again = {"01-1": journal("01-1", A, 80, scan(0, 77), scan(126, 50, "Week 18"))}
    same_day = datasets(READY, again, LATE).endpoint_value.filter(endpoint="change at week 18").row(0, named=True)
    assert (same_day["baseline"], same_day["analysed"]) == (77, -27), "a value of the day itself is a baseline"


def test_means_ratios_and_covariance_are_those_of_the_values():
    size = FOUND.estimates["size at week 9"]
    at_9 = [60, 90, 66, 81, 59, 40, 60, 30, 52]
    by_hand = mean(at_9)
    assert (size.n, size.known, size.value, size.lower) == (10, 9, pytest.approx(np.mean(at_9)), pytest.approx(by_hand.lower))
    arms = {c.name: c for c in FOUND.arms}
    effect = dict(arms["size at week 9"].effects)["maintenance"]
    assert effect.value == pytest.approx(np.mean(at_9[5:]) - np.mean(at_9[:5]))
    assert effect.lower == pytest.approx(difference_of_means(at_9[5:], at_9[:5]).lower)
    ratio = dict(arms["ratio at week 9"].effects)["maintenance"]
    first, second = np.log([60 / 80, 90 / 100, 66 / 70, 81 / 90, 59 / 60]), np.log([40 / 85, 60 / 95, 30 / 65, 52 / 75])
    assert ratio.value == pytest.approx(np.exp(second.mean() - first.mean()))
    before = [80, 100, 70, 60, 85, 95, 65, 75]
    after = [50, 95, 61, 50, 30, 41, 28, 40]
    fit = analysis_of_covariance(
        np.subtract(after, before), [0] * 4 + [1] * 4, [before, [0.0, 0, 1, 1, 1, 0, 0, 1], ["F", "M", "F", "M", "F", "M", "F", "M"]]
    )
    adjusted = arms["change at week 18"]
    assert dict(adjusted.effects)["maintenance"].upper == pytest.approx(fit.differences[0].upper)
    assert adjusted.p_value == pytest.approx(fit.differences[0].two_sided_p) and adjusted.test == "covariance"
    assert dict(adjusted.adjusted)[A].value == pytest.approx(fit.means[0].value)


def test_a_value_past_the_first_day_of_cut_does_not_count():
    told = journal("01-1", A, 80, scan(63, 60, "Week 9"), scan(126, 130, "Week 18"), scan(210, 20, "tumour"))
    row = datasets(READY, {"01-1": told}, LATE).endpoint_value.filter(endpoint="best change").row(0, named=True)
    assert (row["value"], row["analysed"]) == (60, -25), "the scan after progression is the lowest, and past the cut"


def test_the_occasion_of_a_visit_that_comes_again_is_the_one_that_is_read():
    told = journal("01-1", A, 80, scan(63, 60, "Week 9"), scan(126, 50, "Week 18"), scan(210, 45, "tumour"), scan(294, 42, "tumour"))
    row = datasets(READY, {"01-1": told}, LATE).endpoint_value.filter(endpoint="third scan").row(0, named=True)
    assert row["value"] == 42 and row["baseline"] is None, "no tumour assessment lies before the start"


def test_a_correction_moves_the_number_and_explain_names_its_entries():
    told = JOURNALS["01-1"]
    mended = [*told, replace(told[5], sequence=7, values=dict(told[5].values) | {"diameters": 55}, corrects=6, reason="misread")]
    chain = explain(READY, mended, "change at week 18", LATE)
    assert chain.value == {"value": 55.0, "baseline": 80.0, "analysed": -25.0, "on": "2012-05-15"}
    assert [e.sequence for e in chain.entries] == [2, 3, 7] and "-25, the difference from the baseline (55 against 80)" in chain.says
    nobody = explain(READY, JOURNALS["02-5"], "size at week 9", LATE)
    assert nobody.value["analysed"] is None and "no value to analyse" in nobody.says


def test_one_participant_and_none_have_no_interval_and_no_comparison():
    alone = datasets(READY, {"01-1": JOURNALS["01-1"]}, LATE)
    found = read_out(alone, READY)
    e = found.estimates["size at week 9"]
    assert (e.known, e.value) == (1, 60) and np.isnan(e.lower)
    assert all(np.isnan(x.value) for c in found.arms if c.name == "change at week 18" for _, x in c.effects)


def test_a_single_arm_has_the_average_alone():
    study = replace(STUDY, arms=())
    assert read_out(replace(DATA, subject=DATA.subject), study).arms == ()


def test_what_is_declared_is_frozen_thawed_and_stands_on_the_page():
    assert thaw(freeze(STUDY))[0] == STUDY and wellformed(STUDY) == []
    text = page_markdown(STUDY, READY.table)
    for words in (
        "Value: the first of ‘diameters’",
        "Baseline: the last up to the day of the start",
        "Analysed: the ratio to the baseline",
        "occasion 2",
        "‘ecog’ at screening",
    ):
        assert words in text, words


NUMBER = dict(name="x", label="X", **OF)


@pytest.mark.parametrize(
    "parts, says",
    [
        ({"events": at_visit(week_9)}, "does not say which: write value=value_of"),
        ({"events": at_visit(week_9), "value": value_of(diameters, change="difference")}, "a change from no baseline"),
        ({"events": at_visit(week_9, 2), "value": value_of(diameters)}, "occasion 2 of the visit ‘Week 9’, which comes once"),
        ({"events": marked(randomised_on), "value": value_of(diameters)}, "reads a value where none is recorded"),
        ({"events": happens(dies), "value": value_of(diameters)}, "reads a value where none is recorded"),
        ({"events": at_visit(week_9), "value": value_of(sex)}, "no number but of type 'code'"),
        ({"events": at_visit(week_9), "value": value_of(diameters > 3)}, "reads a condition"),
        ({"events": at_visit(week_9), "value": value_of(diameters), "censors": recorded()}, "censors=, which speaks of days"),
        ({"events": at_visit(week_9), "value": value_of(diameters, average="median", adjusted=sex)}, "compares medians by ranks"),
        ({"events": at_visit(week_9), "value": value_of(diameters, baseline="last", change="percent", average="geometric mean")}, "may lie below 0"),
        ({"events": at_visit(week_9), "value": value_of(diameters, adjusted="hair")}, "hair"),
        ({"events": at_visit(week_9), "value": value_of(diameters, adjusted_for_baseline=True)}, "speaks of a baseline and has none"),
        ({"events": at_visit(week_18), "value": value_of(diameters, baseline="last"), "starts": ()}, "no start up to which it is sought"),
        ({"events": at_visit(week_18), "value": value_of(diameters, pooled=True, average="median")}, "pooled=True"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_by_name(parts, says):
    wrong = endpoint(**NUMBER | parts)
    assert any(says in w for w in wellformed(replace(STUDY, endpoints=(*STUDY.endpoints, wrong)))), says


@pytest.mark.parametrize("part, word", [("pick", "best"), ("baseline", "screening"), ("change", "log"), ("average", "mode")])
def test_a_word_that_is_not_one_of_those_it_can_be_is_refused(part, word):
    with pytest.raises(ValueError, match=f"{part}='{word}' is unknown; use one of"):
        value_of(diameters, **{part: word})


def event(day, grade, term="rash"):
    return (day, "adverse event", {"term": term, "grade": grade})


EVENTS = {
    "03-1": journal("03-1", A, 80, event(3, 1), event(9, 2), event(30, 3), scan(63, 60, "Week 9")),
    "03-2": journal("03-2", A, 80, scan(63, 30, "Week 9")),
    "04-1": journal("04-1", B, 80, event(5, 2), event(200, 2), (150, "decision: end treatment", {}), (230, "death", {})),
    "04-2": journal("04-2", B, 80, event(4, 3), event(4, 4), event(50, 3), scan(63, 130, "Week 9")),
}
EVENTS["04-1"] = sorted(EVENTS["04-1"], key=lambda e: e.happened_on)
EVENTS["04-1"] = [replace(e, sequence=n) for n, e in enumerate(EVENTS["04-1"], 1)]


def test_a_count_is_of_the_events_under_observation_over_its_days():
    data = datasets(READY, EVENTS, LATE)
    found = {(x["participant"], x["endpoint"]): (x["analysed"], x["days"]) for x in data.endpoint_value.iter_rows(named=True)}
    assert found["03-1", "adverse events"] == (3, 64) and found["03-2", "adverse events"] == (0, 64), (
        "the first and the last day are counted"
    )
    assert found["04-1", "adverse events"] == (1, 151), "treatment ended on day 150, and later events do not count"
    assert found["04-1", "toxicity"] == (0, 231) and found["04-2", "toxicity"] == (3, 64)
    r = read_out(data, READY)
    e = r.estimates["adverse events"]
    rate = incidence_rate(7, 64 * 3 + 151, per=100)
    assert (e.n, e.events, e.people, e.days) == (4, 7, 3, 343) and (e.value, e.upper) == (
        pytest.approx(rate.value),
        pytest.approx(rate.upper),
    )
    c = next(c for c in r.arms if c.name == "adverse events")
    ratio = rate_ratio(4, 151 + 64, 3, 128)
    assert dict(c.effects)["maintenance"].lower == pytest.approx(ratio.lower) and c.p_value == pytest.approx(ratio.two_sided_p)
    assert np.isfinite(r.estimates["toxicity"].value)
    chain = explain(READY, EVENTS["04-1"], "adverse events", LATE)
    assert chain.value == {"count": 1, "days": 151, "start": "2012-01-10", "end": "2012-06-08"} and {5} <= {
        e.sequence for e in chain.entries
    }


def test_the_worst_grade_is_the_highest_and_none_where_nothing_was_recorded():
    data = datasets(READY, EVENTS, LATE)
    found = {(x["participant"], x["endpoint"]): x["category"] for x in data.endpoint_value.iter_rows(named=True)}
    assert [found[who, "worst grade"] for who in ("03-1", "03-2", "04-1", "04-2")] == ["3", "none", "2", "4"]
    assert [found[who, "response at week 18"] for who in ("03-1", "03-2", "04-1", "04-2")] == ["stable", "response", None, "progression"]
    e = read_out(data, READY).estimates["worst grade"]
    assert (e.known, e.levels, e.counts) == (4, ("none", "1", "2", "3", "4", "5"), (1, 0, 1, 1, 1, 0))
    assert read_out(data, READY).estimates["response at week 18"].known == 3
    chain = explain(READY, EVENTS["03-1"], "worst grade", LATE)
    assert chain.says == "3" and [e.sequence for e in chain.entries if e.event == "adverse event"] == [7]


def test_arms_are_compared_by_the_common_odds_ratio():
    grades = {A: (0, 0, 1, 2, 3, 1), B: (1, 2, 0, 3, 4, 4)}
    told = [(arm, k, g) for arm in (A, B) for k, g in enumerate(grades[arm])]
    people = {f"{arm}-{k}": journal(f"{arm}-{k}", arm, 80, *([event(5, g)] if g else [])) for arm, k, g in told}
    c = next(c for c in read_out(datasets(READY, people, LATE), READY).arms if c.name == "worst grade")
    odds = proportional_odds([1, 1, 1, 1, 2], [2, 2, 1, 1, 0])
    assert dict(c.effects)["maintenance"].value == pytest.approx(odds.value) and c.effect == "common odds ratio"
    assert c.p_value == pytest.approx(rank_sum([1, 2, 0, 3, 4, 4], [0, 0, 1, 2, 3, 1]).two_sided_p)


OF_COUNT = dict(name="x", label="X", population=everyone, source="E6", kind="count", starts=marked(randomised_on), censors=recorded())


@pytest.mark.parametrize(
    "parts, says",
    [
        (OF_COUNT, "does not say what it counts"),
        (OF_COUNT | {"events": happens(dies), "value": value_of(diameters)}, "counts events and reads a value"),
        (OF_COUNT | {"events": happens(dies), "censors": ()}, "until when a participant was observed"),
        (OF_COUNT | {"events": happens(dies), "per": 0 * days}, "write a span above 0"),
        (OF_COUNT | {"kind": "ordered", "censors": (), "events": recorded(), "value": value_of(diameters)}, "write value=category_of"),
        (OF_COUNT | {"kind": "ordered", "censors": (), "events": happens(dies), "value": category_of(sex)}, "where none is recorded"),
        (OF_COUNT | {"kind": "value", "censors": (), "events": recorded(), "value": category_of(sex)}, "write kind='ordered'"),
        (OF_COUNT | {"kind": "time", "events": happens(dies), "per": 1 * days}, "which speak of a rate"),
        (OF_COUNT | {"kind": "ordered", "censors": (), "events": recorded(), "value": category_of(sex, "F", "f")}, "each named once"),
    ],
)  # fmt: skip
def test_what_a_count_or_a_category_cannot_be_is_refused_by_name(parts, says):
    wrong = endpoint(**parts)
    assert any(says in w for w in wellformed(replace(STUDY, endpoints=(*STUDY.endpoints, wrong)))), says


def test_an_order_that_is_not_known_is_asked_for():
    with pytest.raises(ValueError, match="no order is known: name the categories"):
        category_of(diameters)
    with pytest.raises(ValueError, match="scatter 'wide' is unknown"):
        endpoint(**OF_COUNT | {"events": happens(dies), "scatter": "wide"})


def test_a_margin_is_held_where_the_whole_interval_lies_on_its_side():
    people = {}
    for k in range(24):
        arm, responds = (A, k % 3 > 0) if k % 2 else (B, k % 4 > 0)
        later = [scan(63, 40 if responds else 75, "Week 9"), scan(126, 40 if responds else 120, "Week 18"), event(20 + k, 1 + k % 4)]
        people[f"{k:02}-1"] = journal(f"{k:02}-1", arm, 80, *later, *([(200 + 9 * k, "death", {})] if k % 5 == 0 else []))
    ready = make_ready(WITH_MARGINS)
    r = read_out(datasets(ready, people, LATE), ready)
    found = {c.name: c for c in r.arms}
    share, ratio = found["response"].margins
    n, reached = {name: e.n for name, e in found["response"].arms}, {name: e.reached for name, e in found["response"].arms}
    counts = (reached["maintenance"], n["maintenance"], reached[A], n[A])
    assert share.interval.lower == pytest.approx(miettinen_nurminen(*counts).lower) and share.held is (share.interval.lower > -0.1)
    assert ratio.interval.lower == pytest.approx(risk_ratio(*counts).lower) and ratio.effect == "ratio of shares"
    hazard, at_6 = found["progression-free survival"].margins
    assert hazard.interval.upper == pytest.approx(dict(found["progression-free survival"].effects)["maintenance"].upper)
    assert hazard.held is (hazard.interval.upper < 1.3) and at_6.effect == "difference at 6 months" and at_6.margin.confidence == 0.9
    (mean_9,) = found["size at week 9"].margins
    assert mean_9.interval == dict(found["size at week 9"].effects)["maintenance"] and mean_9.held is (mean_9.interval.upper < 20)
    wide, narrow = dict(found["ratio at week 9"].effects)["maintenance"], found["ratio at week 9"].margins[0].interval
    assert wide.lower < narrow.lower < narrow.value < narrow.upper < wide.upper, "a 90 % interval lies within that of 95 %"
    assert found["toxicity"].margins[0].effect == "rate ratio" and found["worst grade"].margins[0].effect == "common odds ratio"
    assert "not below -10 points" in r.as_text() and r.as_json()["arms"][0]["margins"]
    two = read_out(datasets(ready, {who: JOURNALS[who] for who in ("01-1", "02-1")}, LATE), ready)
    assert [x.held for c in two.arms if c.name == "size at week 9" for x in c.margins] == [None], "one in each arm has no interval"


@pytest.mark.parametrize(
    "name, margins, says",
    [
        ("response", (not_below(-10),), "write it as a share"),
        ("size at week 9", (not_below(0.8, on="ratio"),), "not compared: leave on= out"),
        ("overall survival", (not_above(-1),), "write one above 0"),
        ("worst grade", (not_above(2, on="difference"),), "not compared"),
    ],
)
def test_a_margin_that_cannot_be_meant_is_refused_by_name(name, margins, says):
    study = replace(STUDY, endpoints=tuple(replace(e, margins=margins) if e.name == name else e for e in STUDY.endpoints))
    assert any(says in w for w in wellformed(study)), says
    assert any("no arms to set apart" in w for w in wellformed(replace(study, arms=())))


def test_a_margin_of_a_confidence_or_a_scale_that_is_none_is_refused():
    with pytest.raises(ValueError, match="confidence=95 is none"):
        not_below(-0.1, confidence=95)
    with pytest.raises(ValueError, match="on='odds' is unknown"):
        not_above(2, on="odds")


def test_trials_say_how_often_a_margin_is_held_and_what_numbers_scatter(tmp_path):
    ready = make_ready(WITH_MARGINS)
    run_simulation(
        ready,
        participants=participant_columns,
        n=24,
        trials=3,
        seed=5,
        out=tmp_path / "s",
        start=DAY.toordinal(),
        endpoints=endpoint_columns,
    )
    o = operating_characteristics(read_trials_of(tmp_path / "s", WITH_MARGINS), WITH_MARGINS)
    means = {c.endpoint: c for c in o.estimates if c.unit == "number"}
    assert set(means) == {
        "size at week 9",
        "change at week 18",
        "ratio at week 9",
        "best change",
        "third scan",
        "adverse events",
        "toxicity",
        "size at week 18, nobody missing",
        "low at week 9",
        "censored at week 9",
        "change over visits",
        "change over visits, modelled",
    }
    assert "change over visits, modelled" in {a.endpoint for a in o.arms}
    assert means["size at week 9"].trials == 3 and np.isfinite(means["adverse events"].mean)
    held = [a for a in o.arms if a.margin]
    assert len(held) == 8 and all(0 <= a.power <= 1 for a in held)
    assert o.as_text() and o.as_json()


def test_what_stands_where_a_value_is_missing_is_as_declared():
    people = {
        "07-1": journal("07-1", A, 80, scan(63, 60, "Week 9"), scan(126, 50, "Week 18")),
        "07-2": journal("07-2", A, 80, scan(63, 61, "Week 9"), (400, "survival contact", {"alive": True})),
        "07-3": journal("07-3", B, 82, (400, "survival contact", {"alive": True})),
        "07-4": journal("07-4", B, 83, scan(63, 64, "Week 9"), (100, "death", {})),
        "07-5": journal("07-5", B, 84, scan(63, 65, "Week 9"), (300, "death", {})),
    }
    data = datasets(READY, people, LATE)
    found = {x["participant"]: x for x in data.endpoint_value.iter_rows(named=True) if x["endpoint"] == "size at week 18, nobody missing"}
    assert {who: (x["analysed"], x["imputed"]) for who, x in found.items()} == {
        "07-1": (50, None), "07-2": (61, "carried"), "07-3": (82, "baseline"), "07-4": (200, "set"), "07-5": (65, "carried"),
    }, "a death after the target day of the visit sets nothing"  # fmt: skip
    early = datasets(READY, people, DAY + timedelta(days=90)).endpoint_value
    assert early.filter(endpoint="size at week 18, nobody missing")["analysed"].null_count() == 5, "the visit has not fallen due"
    e = read_out(data, READY).estimates["size at week 18, nobody missing"]
    assert (e.known, e.imputed, e.value) == (5, 4, pytest.approx((50 + 61 + 82 + 200 + 65) / 5))
    chain = explain(READY, people["07-2"], "size at week 18, nobody missing", LATE)
    assert [e.sequence for e in chain.entries if e.event == "tumour assessment"] == [
        5
    ] and "in its place the last at Week 9" in chain.as_text()


def test_values_below_the_limit_of_detection_are_taken_as_declared():
    at_9 = np.array([60, 90, 66, 81, 59, 40, 60, 30, 52.0])
    half = FOUND.estimates["low at week 9"]
    assert half.below == 3 and half.value == pytest.approx(np.exp(np.log(np.where(at_9 < 55, 27.5, at_9)).mean()))
    left = FOUND.estimates["censored at week 9"]
    by_hand = censored_means(np.log(np.maximum(at_9, 55)), at_9 < 55)
    assert left.value == pytest.approx(np.exp(by_hand.means[0].value)) and left.upper == pytest.approx(np.exp(by_hand.means[0].upper))
    c = next(c for c in FOUND.arms if c.name == "censored at week 9")
    assert c.test == "Wald (censored normal)" and dict(c.effects)["maintenance"].value < 1
    assert rows("low at week 9")["02-3"]["value"] == 30, "the data set keeps what was recorded"


@pytest.mark.parametrize(
    "value, says",
    [
        (value_of(diameters, detected_from=5), "and not both"),
        (value_of(diameters, detected_from=-1, below="half"), "write one above 0"),
        (value_of(diameters, baseline="last", change="ratio", detected_from=5, below="censored"), "takes values as censored"),
        (value_of(diameters, instead=carried()), "carries a baseline forward and has none"),
        (value_of(diameters, instead=carried(happens(dies))), "carries a value from where none is recorded"),
        (value_of(diameters, pick="highest", instead=set_to(3)), "for one value and not for the highest of several"),
    ],
)
def test_what_cannot_be_done_below_a_limit_or_in_place_of_a_value_is_refused(value, says):
    wrong = endpoint(**NUMBER | {"events": at_visit(week_9), "value": value})
    assert any(says in w for w in wellformed(replace(STUDY, endpoints=(*STUDY.endpoints, wrong)))), says


def test_what_is_measured_again_is_told_at_each_visit_and_on_the_average():
    e = FOUND.estimates["change over visits"]
    at_9 = np.subtract([60, 90, 66, 81, 59, 40, 60, 30, 52], [80, 100, 70, 90, 60, 85, 95, 65, 75])
    at_18 = np.subtract([50, 95, 61, np.nan, 50, 30, 41, 28, 40], [80, 100, 70, 90, 60, 85, 95, 65, 75])
    over = np.nanmean([at_9, at_18], axis=0)
    assert [(name, q.known, q.value) for name, q in e.visits] == [
        ("Week 9", 9, pytest.approx(at_9.mean())),
        ("Week 18", 8, pytest.approx(np.nanmean(at_18))),
    ]
    assert (e.n, e.known, e.value, e.upper) == (10, 9, pytest.approx(over.mean()), pytest.approx(mean(over).upper))
    c = next(c for c in FOUND.arms if c.name == "change over visits")
    before = [80, 100, 70, 90, 60, 85, 95, 65, 75]
    fit = analysis_of_covariance(over, [0] * 5 + [1] * 4, [before])
    assert dict(c.effects)["maintenance"].lower == pytest.approx(fit.differences[0].lower)
    there = ~np.isnan(at_18)
    fit = analysis_of_covariance(at_18[there], np.array([0] * 5 + [1] * 4)[there], [np.array(before)[there]])
    assert dict(c.visits[1].effects)["maintenance"].upper == pytest.approx(fit.differences[0].upper)
    assert c.visits[1].p_value == pytest.approx(fit.differences[0].two_sided_p)
    told = DATA.endpoint_value.filter(endpoint="change over visits", participant="01-1").select("visit", "analysed").rows()
    assert told == [("Week 9", -20.0), ("Week 18", -30.0)]
    chain = explain(READY, JOURNALS["01-4"], "change over visits", LATE)
    assert chain.value["average"] == -9 and [x["analysed"] for x in chain.value["visits"]] == [-9, None]
    once = endpoint(**NUMBER | {"kind": "repeated", "events": at_visit(week_9), "value": value_of(diameters)})
    assert any("fewer than two times" in w for w in wellformed(replace(STUDY, endpoints=(*STUDY.endpoints, once))))


def test_a_mixed_model_compares_all_visits_at_once():
    at_9 = np.subtract([60, 90, 66, 81, 59, 40, 60, 30, 52], [80, 100, 70, 90, 60, 85, 95, 65, 75])
    at_18 = np.subtract([50, 95, 61, np.nan, 50, 30, 41, 28, 40], [80, 100, 70, 90, 60, 85, 95, 65, 75])
    fit = repeated_measures(np.column_stack([at_9, at_18]), [0] * 5 + [1] * 4, [[80, 100, 70, 90, 60, 85, 95, 65, 75]])
    c = next(c for c in FOUND.arms if c.name == "change over visits, modelled")
    assert c.test == "mixed model" and c.p_value == pytest.approx(fit.average.differences[0].two_sided_p)
    for told, made in zip((*c.visits, c), (*fit.visits, fit.average), strict=True):
        effect, means = dict(told.effects)["maintenance"], dict(told.adjusted)
        assert (effect.value, effect.lower) == pytest.approx((made.differences[0].value, made.differences[0].lower))
        assert [m.upper for m in means.values()] == pytest.approx([m.upper for m in made.means])
    alone = next(c for c in FOUND.arms if c.name == "change over visits")
    assert c.visits[1].p_value != alone.visits[1].p_value, "who lacks week 18 tells of it by week 9"
    assert c.visits[0].p_value == pytest.approx(alone.visits[0].p_value, rel=0.2)
    assert "mixed model of all visits" in page_markdown(STUDY, READY.table)
    table = next(t for t in study_tables(FOUND, DATA, STUDY) if t.number == "14.2.19")
    assert any("restricted maximum likelihood" in n for n in table.notes)


def test_a_mixed_model_that_cannot_be_fitted_says_why():
    few = {who: JOURNALS[who] for who in ("01-1", "01-4", "02-1", "02-5")}
    found = read_out(datasets(READY, few, LATE), READY)
    c = next(c for c in found.arms if c.name == "change over visits, modelled")
    assert np.isnan(c.p_value) and "too few for their covariance" in c.why
    table = next(t for t in study_tables(found, datasets(READY, few, LATE), STUDY) if t.number == "14.2.19")
    assert any("The model was not fitted" in n for n in table.notes)


@pytest.mark.parametrize(
    "changed, says",
    [
        ({"value": value_of(diameters, average="median", model="mixed model")}, "which is of means with a variance for each visit"),
        ({"value": value_of(diameters, pooled=True, model="mixed model")}, "leave pooled= out"),
        ({"kind": "value", "events": at_visit(week_9), "value": value_of(diameters, model="mixed model")}, "write kind='repeated'"),
    ],
)
def test_a_mixed_model_is_of_means_over_visits(changed, says):
    wrong = endpoint(**NUMBER | {"kind": "repeated", "events": (at_visit(week_9), at_visit(week_18))} | changed)
    assert any(says in w for w in wellformed(replace(STUDY, endpoints=(*STUDY.endpoints, wrong)))), says


def test_the_same_numbers_come_of_a_study_whose_every_word_is_nonsense():
    turned = Nonsense(WITH_MARGINS)
    everybody = JOURNALS | EVENTS
    others = {who: [turned.entry(e) for e in entries] for who, entries in everybody.items()}
    plain, odd = make_ready(WITH_MARGINS), make_ready(turned.study)
    told, other = (datasets(r, j, LATE).endpoint_value for r, j in ((plain, everybody), (odd, others)))
    numbers = ["participant", "day", "value", "baseline", "analysed", "days", "entry", "baseline_entry"]
    assert told.select(numbers).equals(other.select(numbers)) and len(told) > 100
    assert [plainly(turned.back(x)) for x in other["category"].to_list()] == [plainly(x) for x in told["category"].to_list()]
    first, second = (read_out(datasets(r, j, LATE), r) for r, j in ((plain, everybody), (odd, others)))
    for c, d in zip(first.arms, second.arms, strict=True):
        assert repr([x for _, x in c.effects]) == repr([x for _, x in d.effects])
        assert [x.held for x in c.margins] == [x.held for x in d.margins]


def test_the_entries_of_one_record_count_once_and_its_worst_grade_is_the_highest_that_it_took():
    treated = next(p for p in MT103_211.populations if p.name == "treated")
    ae = next(f for f in MT103_211.forms if f.domain == "AE")
    of_grade = next(m for m in ae.items if m.role == "grade")
    begun = marked(next(m for m in MT103_211.moments if m.name == MT103_211.day_one))
    of = dict(population=treated, source="S7")
    many = endpoint("many", label="Many", kind="count", starts=begun, events=recorded(ae), censors=recorded(), **of)
    grave = endpoint("grave", label="Grave", kind="count", starts=begun, events=recorded(ae, given=of_grade >= 3), censors=recorded(), **of)
    worst = endpoint("worst", label="Worst", kind="ordered", events=recorded(ae), value=category_of(of_grade, without="none"), **of)
    ready = make_ready(replace(MT103_211, endpoints=(*MT103_211.endpoints, many, grave, worst)))
    told = [
        (0, "consent", {}, None), (2, "screening result", {"eligible": True, "age": 40, "blasts": 60}, None), (4, "enrolment", {}, None),
        (6, "infusion start", {"dose": 9}, None), (8, "adverse event", {"term": "rash", "grade": 2}, None), (9, "adverse event", {"term": "fever", "grade": 1}, None),
        (12, "adverse event", {"term": "rash", "grade": 4}, 5), (15, "adverse event", {"term": "rash", "grade": 3}, 5), (20, "visit", {"name": "x"}, None),
    ]  # fmt: skip
    entries = [
        Entry("01-1", n, (DAY + timedelta(days=day)).isoformat(), event, values, continues=continues)
        for n, (day, event, values, continues) in enumerate(told, 1)
    ]
    found = datasets(ready, {"01-1": entries}, LATE).endpoint_value
    assert dict(found.select("endpoint", "analysed").rows()) == {"many": 2.0, "grave": 1.0, "worst": 4.0}
    assert found.filter(endpoint="worst")["category"].item() == "4" and found.filter(endpoint="many")["days"].item() == 15


def test_names():
    assert [e.kind for e in (size_at_9, change_at_18, ratio_at_9)] == ["value"] * 3
