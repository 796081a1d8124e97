"""Arms have no order of their own: swapped, a difference changes its sign and a ratio is turned over; what is bounded stays within its bounds."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialrun.statistics.competing_risks import cumulative_incidence
from trialrun.statistics.concordance import concordance
from trialrun.statistics.cox import fit_cox, hazard_ratios
from trialrun.statistics.cox_prediction import predict_survival
from trialrun.statistics.curve_reading import restricted_mean, survival_at
from trialrun.statistics.logrank import compare_survival
from trialrun.statistics.proportion_differences import exact_difference, fisher_test, miettinen_nurminen, newcombe
from trialrun.statistics.proportion_ratios import odds_ratio_exact, risk_ratio, stratified_difference
from trialrun.statistics.proportions import clopper_pearson, mid_p, wilson
from trialrun.statistics.rates import rate_ratio
from trialrun.statistics.survival_curve import TRANSFORMS, kaplan_meier
from trialrun.statistics.survival_differences import restricted_mean_difference, survival_difference


@st.composite
def arms(draw, most=300):
    sizes = draw(st.integers(1, most)), draw(st.integers(1, most))
    counts = [draw(st.one_of(st.sampled_from([0, n, n // 2]), st.integers(0, n))) for n in sizes]
    return counts[0], sizes[0], counts[1], sizes[1]


def turned_over(estimate):
    return [math.inf if x == 0.0 else 1.0 / x for x in (estimate.value, estimate.upper, estimate.lower)]


def negated(estimate):
    return [-estimate.value, -estimate.upper, -estimate.lower]


def shown(estimate):
    return [estimate.value, estimate.lower, estimate.upper]


def ordered(estimate, least, greatest):
    assert least <= estimate.lower <= estimate.upper <= greatest
    assert math.isnan(estimate.value) or estimate.lower <= estimate.value <= estimate.upper


@given(arms())
def test_swapped_arms_turn_a_ratio_over_FS3(counts):
    """FS3."""
    r1, n1, r2, n2 = counts
    for method in (risk_ratio, odds_ratio_exact):
        one, two = method(r1, n1, r2, n2), method(r2, n2, r1, n1)
        np.testing.assert_allclose(shown(one), turned_over(two), rtol=1e-10)
        ordered(one, 0.0, math.inf)
    one, two = rate_ratio(r1, 3.5 * n1, r2, n2), rate_ratio(r2, n2, r1, 3.5 * n1)
    np.testing.assert_allclose(shown(one), turned_over(two), rtol=1e-10)
    np.testing.assert_allclose(one.two_sided_p, two.two_sided_p, rtol=1e-9)


@given(arms())
def test_swapped_arms_negate_a_difference(counts):
    r1, n1, r2, n2 = counts
    for method in (newcombe, miettinen_nurminen):
        one, two = method(r1, n1, r2, n2), method(r2, n2, r1, n1)
        np.testing.assert_allclose(shown(one), negated(two), rtol=0, atol=1e-12)
        ordered(one, -1.0, 1.0)
    np.testing.assert_allclose(fisher_test(r1, n1, r2, n2), fisher_test(r2, n2, r1, n1), rtol=1e-9)
    np.testing.assert_allclose(
        fisher_test(r1, n1, r2, n2, alternative="less"), fisher_test(r2, n2, r1, n1, alternative="greater"), rtol=1e-9
    )


@settings(max_examples=15)
@given(arms(most=12))
def test_swapped_arms_negate_the_exact_difference(counts):
    r1, n1, r2, n2 = counts
    one, two = exact_difference(r1, n1, r2, n2), exact_difference(r2, n2, r1, n1)
    np.testing.assert_allclose(shown(one), negated(two), rtol=0, atol=1e-12)
    ordered(one, -1.0, 1.0)


@given(st.lists(arms(most=40), min_size=1, max_size=4))
def test_swapped_arms_negate_a_difference_over_strata(strata):
    x1, n1, x2, n2 = np.transpose(strata)
    one, two = stratified_difference(x1, n1, x2, n2), stratified_difference(x2, n2, x1, n1)
    np.testing.assert_allclose(shown(one), negated(two), rtol=0, atol=1e-12)
    ordered(one, -1.0, 1.0)


def test_one_of_one_against_one_of_one_FS3():
    ratio = risk_ratio(1, 1, 1, 1)
    assert ratio.value == 1.0 and ratio.lower == pytest.approx(1.0 / ratio.upper, rel=1e-14) and round(ratio.upper, 3) == 8.683


people = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 2), st.booleans()), min_size=2, max_size=30)


@given(people, st.sampled_from(list(TRANSFORMS)))
def test_shares_stay_between_none_and_all_FS4(rows, transform):
    """FS4."""
    time, cause, group = (np.array(column) for column in zip(*rows, strict=True))
    found = cumulative_incidence(time, cause, causes=2, transform=transform)
    curve = kaplan_meier(time, cause > 0, transform=transform)
    at = survival_at(curve, [0.0, 4.5, 9.0])
    shares = [found.incidence, found.lower, found.upper, curve.survival, curve.lower, curve.upper, at.survival, at.lower, at.upper]
    if (cause > 0).any():
        fit = fit_cox(time, cause > 0, {"group": group, "later": time % 3})
        pairs = concordance(fit)
        new = predict_survival(fit, [1.0, 2.0])
        shares += [np.array([pairs.value, pairs.lower, pairs.upper]), new.survival, new.lower, new.upper]
    for share in shares:
        known = share[~np.isnan(share)]
        assert (known >= 0.0).all() and (known <= 1.0).all()
    mean = restricted_mean(curve, 8.0)
    assert 0.0 <= mean.lower <= mean.value <= mean.upper <= 8.0


def test_a_concordance_of_three_FS4():
    pairs = concordance(fit_cox([1, 2, 3], [1, 0, 0], [0, 1, 0]))
    assert (pairs.value, pairs.upper) == (0.75, 1.0) and round(pairs.lower, 3) == 0.404


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from([0.5, 0.95, 0.999]))
def test_a_proportion_and_its_complement(counts, confidence):
    r, n = counts
    for method in (clopper_pearson, wilson, mid_p, lambda *a, **k: wilson(*a, correct=True, **k)):
        one, two = method(r, n, confidence=confidence), method(n - r, n, confidence=confidence)
        ordered(one, 0.0, 1.0)
        np.testing.assert_allclose(shown(one), [1.0 - x for x in (two.value, two.upper, two.lower)], rtol=0, atol=1e-10)


@given(people)
def test_swapped_groups_turn_every_comparison_of_curves(rows):
    time, cause, group = (np.array(column) for column in zip(*rows, strict=True))
    group[:2] = [True, False]
    status = (cause > 0).astype(int)
    one, two = compare_survival(time, status, group), compare_survival(time, status, ~group)
    np.testing.assert_allclose([one.statistic, one.z], [two.statistic, -two.z], rtol=1e-9, atol=1e-9)
    first, second = (kaplan_meier(time[group == g], status[group == g]) for g in (True, False))
    end = min(float(first.time[-1]), float(second.time[-1]))
    there, back = survival_difference(first, second, end), survival_difference(second, first, end)
    np.testing.assert_allclose(shown(there), negated(back), atol=1e-12)
    assert -1.0 <= there.lower <= there.upper <= 1.0
    means = restricted_mean_difference(first, second, end), restricted_mean_difference(second, first, end)
    np.testing.assert_allclose(shown(means[0].difference), negated(means[1].difference), atol=1e-10)
    np.testing.assert_allclose(shown(means[0].ratio), turned_over(means[1].ratio), rtol=1e-10)
    if status.any():
        fits = [fit_cox(time, status, {"group": g}) for g in (group, ~group)]
        if not fits[0].warnings:
            ratios = [hazard_ratios(fit) for fit in fits]
            np.testing.assert_allclose(
                [ratios[0].value[0], ratios[0].lower[0], ratios[0].upper[0]],
                [1 / ratios[1].value[0], 1 / ratios[1].upper[0], 1 / ratios[1].lower[0]], rtol=1e-6,
            )  # fmt: skip


def test_nobody_is_asked_beyond_the_end():
    for act in (
        lambda: compare_survival([1.0, math.inf], [1, 0], [0, 1]),
        lambda: cumulative_incidence([1.0, math.inf], [1, 2]),
        lambda: fit_cox([1.0, math.inf], [1, 0], [0.0, 1.0]),
        lambda: kaplan_meier([1.0, 2.0], [1, 0], entry=[-math.inf, 0.0]),
    ):
        with pytest.raises(ValueError, match="finite"):
            act()
