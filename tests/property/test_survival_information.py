"""Where the data say little, or are on another scale: what is estimated, what is doubted, and what stays the same."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialrun.statistics.cox import NO_INFORMATION, fit_cox, hazard_ratios
from trialrun.statistics.cox_kernels import score_and_information
from trialrun.statistics.cox_narrow import narrow_score_and_information
from trialrun.statistics.cox_prediction import baseline_hazard, predict_survival
from trialrun.statistics.cox_residuals import dfbeta
from trialrun.statistics.curve_reading import quantile
from trialrun.statistics.gray import compare_incidence
from trialrun.statistics.logrank import compare_survival
from trialrun.statistics.rank_test import chi_square
from trialrun.statistics.risk_sets import arrange
from trialrun.statistics.survival_curve import kaplan_meier

RNG = np.random.default_rng(8)
N = 80
T, S = np.ceil(RNG.exponential(60.0, N)), RNG.integers(0, 2, N)
X = np.column_stack([RNG.integers(0, 2, N), RNG.normal(size=N), RNG.uniform(1960, 2020, N)])
GROUP = np.arange(N) % 3


@pytest.mark.parametrize(
    "data",
    [
        ([1.0], [1], [2.0], None),
        ([1.0, 2.0, 3.0], [0, 0, 1], [0.2, 0.5, 0.9], None),
        ([1.0, 2.0, 3.0], [1, 1, 1], [0.2, 0.5, 0.9], [1, 2, 3]),
    ],
)
def test_an_event_without_company_says_nothing(data):
    time, status, x, strata = data
    fit = fit_cox(time, status, x, strata=strata)
    assert fit.coefficients[0] == 0.0 and fit.log_likelihood == (0.0, 0.0) and (fit.warnings == (NO_INFORMATION,) or len(time) == 1)
    assert np.isnan(fit.std_errors[0]) and np.isnan(hazard_ratios(fit).upper[0]) and fit.wald.df == 0 and np.isnan(fit.wald.p_value)


@pytest.mark.parametrize("scale", [1e-200, 1e-6, 1e6, 1e200])
@pytest.mark.parametrize("robust", [False, True])
def test_the_unit_of_a_covariate_changes_no_test(scale, robust):
    one = fit_cox(T, S, X, robust=robust)
    two = fit_cox(T, S, X * [1.0, scale, 1.0], robust=robust)
    np.testing.assert_allclose(two.coefficients * [1.0, scale, 1.0], one.coefficients, rtol=1e-9)
    np.testing.assert_allclose(two.std_errors * [1.0, scale, 1.0], one.std_errors, rtol=1e-9)
    for name in ("wald", "score", "likelihood_ratio"):
        np.testing.assert_allclose(getattr(two, name).statistic, getattr(one, name).statistic, rtol=1e-9)


def test_squares_of_dfbeta_are_the_robust_covariance():
    weights, cluster = RNG.uniform(0.5, 2.0, N), np.arange(N) // 4
    fit = fit_cox(T, S, X, weights=weights, cluster=cluster)
    sums = np.zeros((cluster.max() + 1, 3))
    np.add.at(sums, cluster, dfbeta(fit))
    np.testing.assert_allclose(sums.T @ sums, fit.covariance, rtol=1e-9)


def test_a_prediction_far_from_the_data_is_a_number():
    fit = fit_cox(T, S, np.column_stack([X[:, 0], X[:, 2], X[:, 2] * 0 + np.arange(N) * 3e4]))
    base = baseline_hazard(fit)
    for values in (base.survival, base.lower, base.upper):
        assert ((values >= 0.0) & (values <= 1.0)).all()
    middle = predict_survival(fit, fit.risk_sets.means)
    half = np.log(middle.survival[:5] / middle.lower[:5])
    np.testing.assert_allclose(half, 1.959963984540054 * middle.std_error[:5], rtol=1e-9)


def test_a_group_that_was_gone_before_the_first_event_has_no_say():
    cause = np.where(GROUP == 2, 0, RNG.integers(0, 3, N))
    time = np.where(GROUP == 2, 0.5, T)
    rest = GROUP < 2
    gray, alone = compare_incidence(time, cause, GROUP), compare_incidence(time[rest], cause[rest], GROUP[rest])
    assert (gray.df, alone.df) == (1, 1)
    np.testing.assert_allclose([gray.statistic, gray.two_sided_p], [alone.statistic, alone.two_sided_p], rtol=1e-9)
    test, alone = compare_survival(time, cause == 1, GROUP), compare_survival(time[rest], cause[rest] == 1, GROUP[rest])
    assert test.df == 1
    np.testing.assert_allclose([test.statistic, test.two_sided_p], [alone.statistic, alone.two_sided_p], rtol=1e-9)


def test_groups_that_never_meet_add_up():
    group = np.arange(N) % 4
    test = compare_survival(T, S, group, strata=group // 2)
    parts = [compare_survival(T[group // 2 == k], S[group // 2 == k], group[group // 2 == k]).statistic for k in (0, 1)]
    assert test.df == 2
    np.testing.assert_allclose(test.statistic, sum(parts), rtol=1e-9)


def test_grays_test_ends_where_the_pooled_incidence_is_used_up():
    test = compare_incidence([4.0, 3.0, 1.0, 2.0, 1.0, 1.0], [1, 1, 1, 1, 1, 0], [0, 1, 2, 0, 2, 2])
    assert np.isnan(test.statistic) and np.isnan(test.two_sided_p) and test.df == 0  # cmprsk stops with an error


def test_no_event_is_no_test():
    for test in (compare_survival(T, 0 * S, GROUP), compare_survival(T, 0 * S, GROUP % 2), compare_incidence(T, 0 * S, GROUP)):
        assert (test.statistic, test.df) == (0.0, 0) and np.isnan(test.two_sided_p)


@given(st.integers(2, 6), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_chi_square_of_a_singular_variance_is_that_of_its_pseudo_inverse(size, rank, seed):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(size, min(rank, size)))
    variance = root @ root.T
    difference = root @ rng.normal(size=root.shape[1])
    statistic, found = chi_square(difference, variance)
    if np.linalg.svd(variance, compute_uv=False)[root.shape[1] - 1] > 1e-4:
        assert found == root.shape[1]
        np.testing.assert_allclose(statistic, difference @ np.linalg.pinv(variance, rcond=1e-10) @ difference, rtol=1e-5)


def test_a_robust_band_does_not_move_at_a_censoring():
    weights = RNG.uniform(0.5, 2.0, N)
    curve = kaplan_meier(T, S, weights=weights)
    still = np.flatnonzero(curve.events[1:] == 0) + 1
    for name in ("survival", "std_error", "lower", "upper"):
        values = getattr(curve, name)
        np.testing.assert_array_equal(values[still], values[still - 1])
    limits = [quantile(curve, p).lower for p in (0.1, 0.25, 0.5)]
    assert np.isin(limits, curve.time[curve.events > 0]).all()


@given(st.integers(1, 3), st.booleans(), st.booleans(), st.integers(0, 2**32 - 1))
def test_the_pass_for_few_covariates_is_the_pass_for_any(p, efron, weighted, seed):
    rng = np.random.default_rng(seed)
    n = 40
    sets = arrange(
        np.ceil(rng.exponential(12.0, n)), rng.integers(0, 2, n).astype(np.int32), rng.normal(size=(n, p)),
        strata=rng.integers(0, 3, n), weights=rng.uniform(0.5, 2.0, n) if weighted else None, offset=rng.normal(size=n),
    )  # fmt: skip
    beta = rng.normal(size=p)
    score, information = np.empty((2, p)), np.empty((2, p, p))
    one = score_and_information(beta, *sets.arrays(), efron, score[0], information[0], np.empty((0, 0)))
    two = narrow_score_and_information(beta, *sets.arrays()[:6], efron, score[1], information[1])
    np.testing.assert_allclose(two, one, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(score[1], score[0], rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(information[1], information[0], rtol=1e-9, atol=1e-10)


@given(st.booleans(), st.integers(0, 2**32 - 1))
def test_days_counted_and_times_sorted_give_one_fit(efron, seed):
    rng = np.random.default_rng(seed)
    time, status, x = np.ceil(rng.exponential(30.0, 50)), rng.integers(0, 2, 50), rng.normal(size=(50, 2))
    status[0] = 1
    ties = "efron" if efron else "breslow"
    days, moments = fit_cox(time, status, x, ties=ties), fit_cox(time / 7.0, status, x, ties=ties)
    np.testing.assert_allclose(moments.coefficients, days.coefficients, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(moments.log_likelihood, days.log_likelihood, rtol=1e-12)


def test_predictions_of_several_are_those_of_each():
    fit = fit_cox(T, S, {"arm": X[:, 0], "age": X[:, 1]}, strata=GROUP)
    last = T[GROUP == 1].max()
    times = [0.0, 20.0, last, last + 1.0]
    table = {"arm": [0.0, 1.0], "age": [0.5, -1.0]}
    several = predict_survival(fit, table, stratum=1, times=times)
    assert several.survival.shape == (4, 2) and np.isnan(several.survival[3]).all() and (several.survival[0] == 1.0).all()
    for k in (0, 1):
        alone = predict_survival(fit, {name: column[k] for name, column in table.items()}, stratum=1)
        at = np.searchsorted(alone.time, times[1:3], side="right") - 1
        for name in ("hazard", "std_error", "survival", "lower", "upper"):
            np.testing.assert_allclose(getattr(several, name)[1:3, k], getattr(alone, name)[at], rtol=1e-12)
    np.testing.assert_array_equal(predict_survival(fit, pl.DataFrame(table), stratum=1, times=times).survival, several.survival)
    carried = predict_survival(fit, table, stratum=1, times=times, extend=True)
    np.testing.assert_array_equal(carried.survival[3], several.survival[2])
