"""The historical control against R 4.2.2 (script in this text), against counting every outcome, against a simulation, and against its own paper.

R: f <- glm(c(43/59, 38/130) ~ c(1, 0), weights = c(59, 130), family = binomial); exp(confint.default(f))
   w <- c(38, 77, 74)/189; q <- c(.40, .21, .11); n <- 694*w; p <- sum(w*q); v <- sum(w^2*q*(1-q)/n)
   plogis(qlogis(p) + c(-1, 1)*qnorm(.975)*sqrt(v)/(p*(1-p)))
   d <- 1; for (k in 1:3) d <- convolve(d, rev(dbinom(0:m[k], m[k], q[k])), type = "open"); sum(d[82:190])     # m: 38, 77, 74
   s <- sqrt(1/(189*pv*(1-pv)) + v/(p*(1-p))^2); exp(qlogis(pv) - qlogis(p) + c(0, -1, 1)*qnorm(.975)*s)       # pv: 81/189
"""

from dataclasses import replace
from itertools import product
from math import comb, exp, log, sqrt

import numpy as np
import pytest

from trialrun.analysis.datasets import datasets, last_day_of
from trialrun.analysis.results.historical_control import HAZARDS, ODDS, PUBLISHED, STANDARDISED, HistoricalError, against_history
from trialrun.analysis.results.prognostic_factors import odds_ratio as woolf
from trialrun.analysis.results.prognostic_factors import prognostic_factors
from trialrun.journey.knowledge import stands
from trialrun.journey.ready import make_ready
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.words.expressions import leaf
from trialrun.simulation.virtual import simulate
from trialrun.statistics.curve_reading import survival_at
from trialrun.statistics.standardisation import as_many_or_more, cumulative_hazard_ratio_at, odds_ratio, weighted_control
from trialrun.statistics.survival_curve import kaplan_meier
from trialrun.studies.maintenance_two_arm.study import MAINTENANCE_TWO_ARM
from trialrun.studies.mt103_211.study import MT103_211

Z = 1.959963984540054
MIX = np.array([38, 77, 74])  # prior salvages 0, 1, 2 or more: the published case mix
RATES = np.array([0.40, 0.21, 0.11])


@pytest.fixture(scope="module")
def data():
    ready = make_ready(MT103_211)
    journals = {entries[0].participant: entries for entries in simulate(ready, 189, 3, 734511)}
    return datasets(ready, journals, last_day_of(journals)), journals


@pytest.fixture(scope="module")
def found(data):
    return against_history(data[0], MT103_211)


def of(found, measure, basis):
    return next(c for c in found.comparisons if c.measure.startswith(measure) and c.basis == basis)


# Against R ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.against
def test_the_weighted_control_is_that_of_r():
    value, variance = weighted_control(RATES, 694 * MIX / 189, MIX / 189)
    assert (value.value, value.lower, value.upper) == pytest.approx(
        (0.209047619047619038, 0.181331548379095181, 0.239759348019173230), rel=1e-12
    )
    assert variance == pytest.approx(0.000222152844487138, rel=1e-12)


@pytest.mark.against
def test_the_odds_ratio_is_that_of_r():
    p = 81 / 189
    _, variance = weighted_control(RATES, 694 * MIX / 189, MIX / 189)
    ratio = odds_ratio(p, p * (1 - p) / 189, float(RATES @ MIX / 189), variance, Z)
    assert (ratio.value, ratio.lower, ratio.upper) == pytest.approx((2.83769931662870, 2.02393851528706, 3.97864725176836), rel=1e-12)


@pytest.mark.against
def test_the_odds_ratio_of_a_factor_is_that_of_rs_logistic_model():
    ratio = woolf(43, 59, 38, 130)  # blasts below 50 % and from 50 %, as recalled
    assert (ratio.value, ratio.lower, ratio.upper) == pytest.approx((6.50657894736842, 3.272624547849143, 12.936274534199770), rel=1e-7)


@pytest.mark.against
def test_the_exact_chance_is_that_of_r():
    assert as_many_or_more(81, MIX, RATES) == pytest.approx(1.28953241456947e-12, rel=1e-4)  # R convolves by Fourier transform


def test_the_exact_chance_counts_every_outcome():
    numbers, rates = np.array([2, 3, 1]), np.array([0.4, 0.21, 0.11])
    total = 0.0
    for outcome in product(*(range(n + 1) for n in numbers)):
        if sum(outcome) >= 3:
            each = [comb(int(n), x) * q**x * (1 - q) ** (n - x) for n, x, q in zip(numbers, outcome, rates, strict=True)]
            total += float(np.prod(each))
    assert as_many_or_more(3, numbers, rates) == pytest.approx(total, rel=1e-12)
    assert as_many_or_more(0, numbers, rates) == pytest.approx(1.0)


def test_delta_intervals_hold_the_truth_as_often_as_they_say():
    """4,000 pairs of a study of 189 and a control of 694 in three strata, seeded: 95 % within two Monte-Carlo errors and a little."""
    rng = np.random.default_rng(7)
    p, weights = 0.43, MIX / 189
    numbers = np.round(694 * weights)
    true = log(p / (1 - p)) - log((RATES @ weights) / (1 - RATES @ weights))
    held = 0
    for _ in range(4000):
        x, control = rng.binomial(189, p) / 189, rng.binomial(numbers.astype(int), RATES) / numbers
        _, variance = weighted_control(control, numbers, weights)
        ratio = odds_ratio(x, x * (1 - x) / 189, float(control @ weights), variance, Z)
        held += ratio.lower <= exp(true) <= ratio.upper
    assert abs(held / 4000 - 0.95) < 0.011


def test_the_hazard_ratio_at_a_landmark_is_the_ratio_of_cumulative_hazards():
    ratio, p = cumulative_hazard_ratio_at(0.32, 0.034**2, 0.155, 0.155 * 0.845 / 1139, Z)
    assert ratio.value == pytest.approx(log(0.32) / log(0.155))
    size = sqrt((0.034 / (0.32 * log(0.32))) ** 2 + 0.155 * 0.845 / 1139 / (0.155 * log(0.155)) ** 2)
    assert ratio.upper == pytest.approx(ratio.value * exp(Z * size))
    assert 0 < p < 0.001
    same, p = cumulative_hazard_ratio_at(0.3, 0.001, 0.3, 0.001, Z)
    assert same.value == pytest.approx(1.0) and p == pytest.approx(1.0)


# Against the paper ----------------------------------------------------------------------------------------------------------------------


def test_the_strata_weighted_to_the_published_case_mix_give_the_published_control():
    """40, 21 and 11 % in the study's own mix: 20.9 %, within the published 24 % (20 to 27); survival at 3 years: 6.2 %, as published."""
    assert 0.20 <= RATES @ MIX / 189 <= 0.27
    assert round(float(np.array([11.0, 6.0, 4.0]) @ MIX / 189), 1) == 6.2


def test_the_published_rates_give_an_odds_ratio_within_the_published_interval():
    p, q = 81 / 189, 0.24
    ratio = odds_ratio(p, p * (1 - p) / 189, q, q * (1 - q) / 694, Z)
    assert 1.67 <= ratio.value <= 4.31 and ratio.lower < 2.68 < ratio.upper
    hazard, _ = cumulative_hazard_ratio_at(0.320, 0.032**2, 0.155, 0.155 * 0.845 / 1139, Z)
    assert 0.394 <= hazard.value <= 0.730


# A study's own data ---------------------------------------------------------------------------------------------------------------------


def counted(journals):
    """Prior salvages, response and the rest counted from the entries, not from the datasets."""
    salvages = {}
    for name, entries in journals.items():
        for s in stands(entries):
            if s.entry.event == "screening result":
                salvages[name] = s.entry.values["prior_salvages"]
    return salvages


def test_participants_fall_in_the_strata_that_their_journals_say(data, found):
    frame, journals = data
    salvages = counted(journals)
    treated = set(frame.time_to_event.filter(frame.time_to_event["endpoint"] == "OS")["participant"])
    lines = np.array([min(salvages[name], 2) for name in treated])
    row = of(found, "CR or CRh*", STANDARDISED)
    assert [s.n for s in row.strata] == [int((lines == k).sum()) for k in range(3)]
    assert [s.control for s in row.strata] == [0.40, 0.21, 0.11]
    assert sum(s.weight for s in row.strata) == pytest.approx(1.0)
    assert found.n == len(treated) and found.left_out == 0
    assert row.control.value == pytest.approx(sum(s.weight * s.control for s in row.strata))
    reached = round(row.study.value * row.n)
    assert row.p_value == pytest.approx(as_many_or_more(reached, np.array([s.n for s in row.strata]), RATES))


def test_survival_is_kaplan_meiers_and_the_control_is_not_confirmed(data, found):
    rows = data[0].time_to_event.filter(data[0].time_to_event["endpoint"] == "OS")
    curve = kaplan_meier(rows["time"].to_numpy().astype(float), rows["cause"].to_numpy())
    at = survival_at(curve, [365.25, 3 * 365.25])
    for k, place in enumerate(("at 12 months", "at 36 months")):
        row = of(found, f"Overall survival, {place}", STANDARDISED)
        assert row.study.value == pytest.approx(at.survival[k])
        assert not row.confirmed and all(not s.confirmed for s in row.strata)
        assert of(found, f"Overall survival, {place}", PUBLISHED).confirmed
        half = Z * sqrt(at.std_error[k] ** 2 + sum(s.weight**2 * s.control * (1 - s.control) / s.control_n for s in row.strata))
        assert row.difference.upper - row.difference.value == pytest.approx(half)


def test_a_target_weights_both(data):
    target = {"first salvage": 2.0, "second salvage": 1.0, "third or later salvage": 1.0}
    row = of(against_history(data[0], MT103_211, target=target), "CR or CRh*", "both weighted to the target")
    assert row.study.value == pytest.approx(sum(s.study.value * w for s, w in zip(row.strata, (0.5, 0.25, 0.25), strict=True)))
    assert row.control.value == pytest.approx(0.5 * 0.40 + 0.25 * 0.21 + 0.25 * 0.11)


def test_the_study_s_own_mix_as_a_target_changes_no_estimate(data, found):
    own = of(found, "Overall survival, at 12 months", STANDARDISED)
    same = against_history(data[0], MT103_211, target={s.label: s.weight for s in own.strata})
    row = of(same, "Overall survival, at 12 months", "both weighted to the target")
    assert (row.study.value, row.control.value) == pytest.approx((own.study.value, own.control.value))


def test_the_published_ratios_stand_beside_ours(found):
    odds, hazard = found.published
    assert (odds.figure.value, odds.figure.low, odds.figure.high) == (2.68, 1.67, 4.31)
    assert (hazard.figure.value, hazard.figure.low, hazard.figure.high) == (0.536, 0.394, 0.730)
    assert {c.basis for c in odds.ours} == {STANDARDISED, PUBLISHED} and all(c.kind == ODDS for c in odds.ours)
    assert hazard.ours and all(c.kind == HAZARDS for c in hazard.ours), "a ratio of medians is none of hazards"
    medians = of(found, "Overall survival, median", PUBLISHED)
    assert (medians.control.value, medians.control.lower, medians.control.upper, medians.control_n) == (3.3, 2.8, 3.6, 1112)
    assert medians.ratio.value == pytest.approx(3.3 / medians.study.value) and medians.kind == "ratio of medians, control over study"


def test_the_poor_groups_by_themselves(data, found):
    frame, journals = data
    values = {}
    for name, entries in journals.items():
        values[name] = next(s.entry.values for s in stands(entries) if s.entry.event == "screening result")
    table = frame.time_to_event
    treated = table.filter(table["endpoint"] == "OS")["participant"].to_list()
    groups = (
        [
            n
            for n in treated
            if values[n]["prior_salvages"] == 0 and values[n].get("cr1_months") is not None and values[n]["cr1_months"] < 12
        ],
        [n for n in treated if values[n]["prior_salvages"] >= 1],
        [n for n in treated if values[n]["age"] >= 60],
    )
    answers = table.filter((table["endpoint"] == "CR/CRh*") & (table["cause"] == 1))["participant"].to_list()
    for g, names in zip(found.groups, groups, strict=True):
        assert (g.n, g.reached) == (len(names), len(set(names) & set(answers))), g.label
        assert g.remissions == g.reached
        assert g.response.lower < g.response.value < g.response.upper
        assert g.published_response == (0.20, 0.30) and g.published_median == (2.0, 7.5)


def test_prognostic_factors_add_up(data):
    levels = prognostic_factors(data[0], MT103_211)
    by = {name: [x for x in levels if x.factor == name] for name in {x.factor for x in levels}}
    named = {"Marrow blasts", "Age, years", "Duration of the first remission", "Prior salvage therapies", "Prior allogeneic HSCT"}
    assert set(by) == named, "overlapping groups are no factor"
    for rows in by.values():
        assert [x.reference for x in rows] == [True] + [False] * (len(rows) - 1)
        for x in rows[1:]:
            a, b, c, d = x.reached, x.n - x.reached, rows[0].reached, rows[0].n - rows[0].reached
            if min(a, b, c, d) > 0:
                assert x.odds_ratio.value == pytest.approx(a * d / (b * c))
            assert x.hazard_ratio.lower < x.hazard_ratio.value < x.hazard_ratio.upper
    whole = {name: sum(x.n for x in rows) for name, rows in by.items()}
    first = whole.pop("Duration of the first remission")  # missing for those who never had one
    assert len(set(whole.values())) == 1 and first < max(whole.values())
    assert len({sum(x.events for x in rows) for name, rows in by.items() if name in whole}) == 1


def test_an_empty_cell_has_no_odds_ratio():
    assert np.isnan(woolf(0, 10, 5, 10).value)
    assert np.isnan(odds_ratio(1.0, 0.0, 0.2, 0.01, Z).value)


# The control as values ------------------------------------------------------------------------------------------------------------------


def test_every_figure_of_the_control_has_a_source_and_the_recalled_ones_say_so():
    figures = [f for f in MT103_211.published if f.counterpart == "historical control"]
    assert len(figures) == 19 and all(f.source for f in figures)
    assert {f.name for f in figures if not f.confirmed} == {f.name for f in figures if "survival at" in f.name and ":" in f.name}
    assert thaw(freeze(MT103_211))[0] == MT103_211


def test_it_says_what_cannot_be_compared(data):
    with pytest.raises(HistoricalError, match="has no historical control"):
        against_history(data[0], MAINTENANCE_TWO_ARM)
    with pytest.raises(HistoricalError, match="the target names"):
        against_history(data[0], MT103_211, target={"first": 1.0})
    only = replace(
        MT103_211, published=tuple(f for f in MT103_211.published if f.counterpart == "historical control" and f.given is not None)
    )
    row = of(against_history(data[0], only), "CR or CRh*", STANDARDISED)
    assert row.control.lower == pytest.approx(row.control.value) and "taken as known" in row.assumed


def test_it_reads_as_text_and_as_json(found):
    text = found.as_text()
    assert "not randomised" in text and "not confirmed" in text and "2.68 (1.67 to 4.31)" in text and "Not medical advice" in text
    told = found.as_json()
    assert told["comparisons"][0]["strata"][0]["label"] == "first salvage" and told["published"][0]["figure"]["value"] == 2.68


def test_where_the_first_level_is_empty_the_next_is_the_reference(data):
    """Age levels with one that nobody is in placed first: the ratios are those without it."""
    ages = next(a for a in MT103_211.analyses if a.by == "Age, years")
    salvages = next(a for a in MT103_211.analyses if a.by == "Prior salvage therapies")
    first = salvages.levels[0]
    nobody = replace(first, label="nobody", given=replace(first.given, right=leaf(-1)))
    plain = prognostic_factors(data[0], replace(MT103_211, analyses=(salvages,)))
    more = prognostic_factors(data[0], replace(MT103_211, analyses=(replace(salvages, levels=(nobody, *salvages.levels)), ages)))
    assert more[0].n == 0 and not more[0].reference and np.isnan(more[0].odds_ratio.value)
    assert [x.odds_ratio.value for x in more[2:5]] == [x.odds_ratio.value for x in plain[1:]]
    assert [x.hazard_ratio.value for x in more[2:5]] == [x.hazard_ratio.value for x in plain[1:]]
