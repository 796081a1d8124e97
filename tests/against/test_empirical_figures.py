"""The empirical nature of MT103-211 against the published figures: those it was fitted to, and those that follow without a fit.

Each figure stands with its source and the tolerance that is asked of 4,000 virtual participants. Where a tolerance is wide, the reason stands
beside it. Sources: NCCPL is PMC7481145 table 2; ADVTH is Adv Ther 2017 (Barlev); DSAF is Drug Safety 2019;42:587; LABEL is the US label of
2016 (N=212); RECALLED is Topp 2015 as recalled, not confirmed.
"""

from datetime import date
from statistics import median

import numpy as np
import pytest

from trialrun.analysis.datasets.participants import participant_columns
from trialrun.journey.ready import make_ready
from trialrun.protocol.frozen.load import load
from trialrun.protocol.frozen.natures import nature_beside
from trialrun.protocol.frozen.shipped import STUDIES
from trialrun.simulation.natures.declared import Declared
from trialrun.simulation.walk import walk_participant
from trialrun.statistics.curve_reading import median as median_time
from trialrun.statistics.curve_reading import survival_at
from trialrun.statistics.survival_curve import kaplan_meier

pytestmark = pytest.mark.against

N, SEED, MONTH = 4000, 103211, 30.4375
START = date(2012, 1, 9).toordinal()


ORDER = (
    "CR",
    "CRh*",
    "CRi",
    "hypoplastic",
    "PR",
    "no response",
    "relapse",
    "PD",
    "not evaluable",
)  # of all assessments, whenever they were


class Person:
    """What the figures ask of one virtual participant, from the row and the entries that stand."""

    def __init__(self, w, row):
        self.row = row
        shown = {c.day: c.name for c in w.road.classes}  # of a day the one that guards the rules
        self.best = min(shown.values(), key=lambda name: ORDER.index(name), default=None)
        entries = [s.entry for s in w.road.entries]
        self.events = [e.event for e in entries]
        self.stops = [e.values.get("reason") for e in entries if e.event == "infusion stop"]
        self.adverse = [e.values for e in entries if e.event == "adverse event"]
        first = {}
        for m in w.road.marked():
            first.setdefault(m.moment, m.day)
        self.remission = first["remission began"] - first["first infusion"] + 1 if "remission began" in first else None
        self.responds = self.remission is not None and row["remission_cycle"] <= 2
        self.ended_for_toxicity = any(
            t.after == "safety follow-up"
            and (
                t.event in ("CRS or neurologic event of grade 4", "neurologic event of grade 3", "seizure")
                or t.before == "held for toxicity"
            )
            for t in w.road.turns
        )
        self.os = (row["death_day"] or row["last_day"]) - 1, row["death_day"] is not None
        ends = [d for d in (row["relapse_day"], row["death_day"]) if d is not None]
        self.rfs = None if self.remission is None else (min(ends, default=row["last_day"]) - self.remission, bool(ends))


@pytest.fixture(scope="module")
def people():
    ready = make_ready(*load(STUDIES / "mt103_211"))
    nature = Declared(ready, *nature_beside("mt103-211"))
    walked = [walk_participant(ready, nature, SEED, number, START) for number in range(1, N + 1)]
    return [Person(w, row) for w, row in zip(walked, participant_columns(ready, walked).to_dicts(), strict=True)]


def share(people, holds):
    return 100.0 * sum(bool(holds(p)) for p in people) / len(people)


def curve(times):
    return kaplan_meier(np.array([max(t, 0) for t, _ in times], dtype=float), np.array([int(d) for _, d in times]))


def at_months(found, months):
    return 100.0 * float(survival_at(found, [months * MONTH]).survival[0])


def median_months(found):
    return float(median_time(found).value) / MONTH


def worst(p, *categories):
    return max((a["grade"] for a in p.adverse if not categories or a["category"] in categories), default=0)


# Fitted: parameters of the nature were chosen so that these come out ---------------------------------------------------------------------


def test_response_within_two_cycles(people):
    assert share(people, lambda p: p.responds) == pytest.approx(42.9, abs=2.4)  # 81/189, NCCPL
    low = [p for p in people if p.row["blasts"] < 50]
    high = [p for p in people if p.row["blasts"] >= 50]
    assert share(low, lambda p: p.responds) == pytest.approx(72.9, abs=4.0)  # 43/59, RECALLED
    assert share(high, lambda p: p.responds) == pytest.approx(29.2, abs=3.0)  # 38/130, RECALLED
    for salvages, published in ((0, 50.0), (1, 46.8), (2, 35.7), (3, 34.4)):  # 19/38, 36/77, 15/42, 11/32, RECALLED
        of = [p for p in people if min(p.row["prior_salvages"], 3) == salvages]
        assert share(of, lambda p: p.responds) == pytest.approx(published, abs=5.0), salvages


def test_overall_survival(people):
    found = curve([p.os for p in people])
    assert median_months(found) == pytest.approx(6.1, abs=0.5)  # NCCPL: 4.2 to 7.5
    assert at_months(found, 12) == pytest.approx(32.0, abs=2.5)  # ADVTH
    assert at_months(found, 24) == pytest.approx(20.0, abs=2.5)  # ADVTH: about
    assert at_months(found, 36) == pytest.approx(13.8, abs=2.0)  # ADVTH


def test_relapse_free_survival(people):
    assert median_months(curve([p.rfs for p in people if p.responds])) == pytest.approx(5.9, abs=0.7)  # NCCPL: 4.8 to 8.3
    without = [p for p in people if p.responds and p.row["mrd"] == "no response"]
    assert median_months(curve([p.rfs for p in without])) == pytest.approx(2.3, abs=0.6)  # Blood Adv 2019


def test_transplant_in_remission(people):
    assert share(people, lambda p: p.row["transplant_day"]) == pytest.approx(17.0, abs=2.0)  # 32/189, EMA
    responders = [p for p in people if p.responds]
    assert share(responders, lambda p: p.row["transplant_day"]) == pytest.approx(39.5, abs=4.0)  # 32/81, NCCPL
    moved = [p for p in people if p.row["transplant_day"]]
    within = curve([((p.row["death_day"] or p.row["last_day"]) - p.row["transplant_day"], p.row["death_day"] is not None) for p in moved])
    assert 100.0 - at_months(within, 100 / MONTH) == pytest.approx(11.0, abs=3.5)  # NCCPL: 0 to 23


def test_interruptions_and_stops_for_toxicity(people):
    assert share(people, lambda p: "toxicity" in p.stops) == pytest.approx(33.0, abs=4.0)  # 75/225, DSAF
    assert share(people, lambda p: p.ended_for_toxicity) == pytest.approx(20.0, abs=3.0)  # 44/225, DSAF
    assert share(people, lambda p: worst(p) == 5) == pytest.approx(13.5, abs=2.5)  # 12 % RECALLED, 15 % LABEL


def test_two_cycles_are_the_median(people):
    assert median(p.row["cycles"] for p in people) == 2  # HSCT abstract: 2 (1 to 5)


def test_other_best_responses(people):
    for name, published in (("hypoplastic", 9.0), ("PR", 2.6), ("PD", 14.3)):  # 17, 5, 27 of 189, RECALLED
        assert share(people, lambda p, name=name: p.best == name) == pytest.approx(published, abs=2.0), name


def test_response_comes_in_the_first_cycle_mostly(people):
    responders = [p for p in people if p.responds]
    assert share(responders, lambda p: p.row["remission_cycle"] == 1) == pytest.approx(79.0, abs=3.5)  # 64/81, RECALLED


# Taken over: drawn from the published share itself -----------------------------------------------------------------------------------------


def test_baseline(people):
    assert median(p.row["age"] for p in people) == pytest.approx(39, abs=3)  # HSCT abstract
    assert share(people, lambda p: p.row["sex"] == "M") == pytest.approx(63.0, abs=2.5)
    assert share(people, lambda p: p.row["prior_hsct"]) == pytest.approx(33.9, abs=2.5)
    assert share(people, lambda p: p.row["prior_salvages"] >= 2) == pytest.approx(39.2, abs=2.5)
    assert share(people, lambda p: p.row["blasts"] >= 75) == pytest.approx(55.6, abs=2.5)


def test_kinds_of_response_and_mrd(people):
    responders = [p for p in people if p.responds]
    assert share(people, lambda p: p.responds and p.row["best_response"] == "CR") == pytest.approx(33.3, abs=2.4)  # 63/189, DSAF
    evaluable = [p for p in responders if p.row["mrd"]]
    assert share(evaluable, lambda p: p.row["mrd"] != "no response") == pytest.approx(82.2, abs=3.0)  # 60/73, NCCPL
    assert share(evaluable, lambda p: p.row["mrd"] == "complete") == pytest.approx(69.9, abs=3.5)  # 51/73, RECALLED


def test_adverse_events(people):
    common = {"Pyrexia": 62, "Headache": 36, "Oedema": 25, "Febrile neutropenia": 25, "Nausea": 25, "Hypokalaemia": 23, "Constipation": 20}
    for term, published in common.items():  # LABEL
        assert share(people, lambda p, term=term: any(a["term"] == term for a in p.adverse)) == pytest.approx(published, abs=2.5), term
    assert share(people, lambda p: worst(p, "neurologic", "seizure")) == pytest.approx(52.0, abs=3.0)  # 98/189, Target Oncol 2019
    assert share(people, lambda p: worst(p, "neurologic", "seizure") == 3) == pytest.approx(11.0, abs=2.0)  # RECALLED
    assert share(people, lambda p: worst(p, "CRS") >= 3) == pytest.approx(1.6, abs=0.7)  # 3/189, RECALLED


# Predictions: nothing was fitted to these ----------------------------------------------------------------------------------------------------


def test_predictions_that_come_near(people):
    responders = [p for p in people if p.responds]
    with_mrd = [p for p in responders if p.row["mrd"] in ("complete", "response")]
    without = [p for p in responders if p.row["mrd"] == "no response"]
    assert 14.0 < median_months(curve([p.os for p in with_mrd])) < 24.0  # published 20.6 in a set of 90 responders (Blood Adv 2019)
    assert 9.0 < median_months(curve([p.os for p in without])) < 17.0  # published 12.5 in that set
    assert share(people, lambda p: worst(p) >= 3) == pytest.approx(80.0, abs=4.0)  # LABEL
    assert share(people, lambda p: any(a["serious"] for a in p.adverse)) == pytest.approx(65.0, abs=5.0)  # LABEL
    younger = curve([p.os for p in people if p.row["age"] < 65])
    older = curve([p.os for p in people if p.row["age"] >= 65])
    assert abs(at_months(younger, 6) - at_months(older, 6)) < 8.0  # the curves overlap (Cancer 2016)


def test_a_figure_that_is_known_to_miss(people):
    """RFS with MRD response is published as 9.0 months in another set of 90; with 5.9 and 2.3 fitted, and 82 % with MRD response, it is nearer to 7."""
    with_mrd = [p for p in people if p.responds and p.row["mrd"] in ("complete", "response")]
    assert 6.0 < median_months(curve([p.rfs for p in with_mrd])) < 8.5
