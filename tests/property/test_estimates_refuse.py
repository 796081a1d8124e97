"""What the estimators refuse, and what they doubt: every message says the cure."""

import numpy as np
import pytest

from trialrun.analysis.statistics.competing_risks import cumulative_incidence
from trialrun.analysis.statistics.cox import fit_cox, hazard_ratios
from trialrun.analysis.statistics.cox_prediction import concordance, predict_survival
from trialrun.analysis.statistics.curve_reading import median, quantile, restricted_mean, survival_at
from trialrun.analysis.statistics.gray import compare_incidence
from trialrun.analysis.statistics.logrank import compare_survival
from trialrun.analysis.statistics.proportion_differences import exact_difference, fisher_test
from trialrun.analysis.statistics.proportional_hazards import check_proportionality
from trialrun.analysis.statistics.proportions import binomial_test, clopper_pearson, exact_design
from trialrun.analysis.statistics.rates import incidence_rate, incidence_rate_of
from trialrun.analysis.statistics.survival_curve import kaplan_meier, kaplan_meier_by
from trialrun.analysis.statistics.switching import select_at_landmark, split_at
from trialrun.analysis.trials.replicate import TwoArmDesign, simulate_trials

T, S, X = np.array([3.0, 5.0, 8.0, 9.0, 12.0, 14.0]), np.array([1, 0, 1, 1, 0, 1]), np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0])

REFUSALS = {
    "empty": (lambda: kaplan_meier([], []), "the group is empty"),
    "missing time": (lambda: kaplan_meier([1.0, np.nan], [1, 0]), "finite"),
    "infinite time": (lambda: kaplan_meier([1.0, np.inf], [1, 0]), "finite"),
    "status of 2": (lambda: kaplan_meier([1.0, 2.0], [1, 2]), "recode"),
    "status of another length": (lambda: kaplan_meier([1.0, 2.0], [1]), "one value per participant"),
    "unknown transform": (lambda: kaplan_meier(T, S, transform="probit"), "log-log"),
    "confidence of 95": (lambda: kaplan_meier(T, S, confidence=95), "between 0 and 1"),
    "negative weight": (lambda: kaplan_meier(T, S, weights=-np.ones(6)), "positive"),
    "entry after exit": (lambda: kaplan_meier(T, S, entry=T), "before its exit"),
    "an interval of a curve that vanishes": (lambda: kaplan_meier(T, S, entry=T - 1e-12), "merge"),
    "empty subgroup": (lambda: kaplan_meier_by(T, S, X, levels=[0.0, 2.0]), "group 2.0 is empty"),
    "quantile above one": (lambda: quantile(kaplan_meier(T, S), 1.5), "between 0 and 1"),
    "horizon before the start": (lambda: restricted_mean(kaplan_meier(T, S), -1.0), "before the start"),
    "one group": (lambda: compare_survival(T, S, np.zeros(6)), "only one group"),
    "unknown family": (lambda: compare_survival(T, S, X, family="wilcoxon"), "gehan-breslow"),
    "one group of competing risks": (lambda: compare_incidence(T, S, np.zeros(6)), "only one group"),
    "cause of -1": (lambda: cumulative_incidence(T, -S), "between 0"),
    "cause of 1.5": (lambda: cumulative_incidence(T, S * 1.5), "whole number"),
    "unknown variance": (lambda: cumulative_incidence(T, S, variance="bootstrap"), "jackknife"),
    "no events": (lambda: fit_cox(T, 0 * S, X), "no events"),
    "missing covariate": (lambda: fit_cox(T, S, np.where(X > 0, np.nan, X)), "impute or drop"),
    "covariates of another length": (lambda: fit_cox(T, S, X[:5]), "one row per participant"),
    "unknown ties": (lambda: fit_cox(T, S, X, ties="exact"), "efron"),
    "too few names": (lambda: fit_cox(T, S, np.c_[X, T], names=["x"]), "one name for each"),
    "an interval that vanishes": (lambda: fit_cox(T, S, X, entry=T - 1e-12), "merge"),
    "concordance with entry": (lambda: concordance(fit_cox(T, S, X, entry=T - 2.5)), "not offered"),
    "unknown stratum": (lambda: predict_survival(fit_cox(T, S, X), [1.0], stratum="A"), "no stratum"),
    "unknown scale": (lambda: check_proportionality(fit_cox(T, S, X), "weeks"), "identity"),
    "no participants": (lambda: clopper_pearson(0, 0), "no participants"),
    "more responders than participants": (lambda: clopper_pearson(5, 4), "from 0 to 4"),
    "share of 30": (lambda: binomial_test(1, 4, 30), "between 0 and 1"),
    "unknown alternative": (lambda: fisher_test(1, 4, 2, 4, alternative="both"), "two-sided"),
    "difference with nobody": (lambda: exact_difference(1, 4, 0, 0), "no participants"),
    "design of nobody": (lambda: exact_design(0, 0.3, 0.5), "at least 1"),
    "no exposure": (lambda: incidence_rate(3, 0.0), "nobody was under observation"),
    "half an event": (lambda: incidence_rate(0.5, 10.0), "whole number"),
    "rate of nobody": (lambda: incidence_rate_of([], []), "empty"),
    "follow-up of day 0": (lambda: split_at([0.0, 3.0], [1, 1], [np.nan, 1.0]), "half a day"),
    "landmark beyond everyone": (lambda: select_at_landmark(T, S, 20.0, T), "earlier"),
    "no cut": (lambda: simulate_trials(TwoArmDesign(20, 100.0, 0.7, 30.0), 1, 1), "when the data are cut"),
    "more events than participants": (lambda: simulate_trials(TwoArmDesign(20, 100.0, 0.7, 30.0, events=30), 1, 1), "cannot come"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refuses_and_says_the_cure(name):
    act, cure = REFUSALS[name]
    with pytest.raises(ValueError, match=cure):
        act()


def test_a_constant_covariate_is_doubted_and_the_rest_is_fitted():
    fit = fit_cox(T, S, {"arm": X, "site": np.ones(6)})
    assert fit.warnings == ("site is constant or a combination of other covariates: it has no coefficient",)
    assert np.isnan(fit.coefficients[1]) and np.isnan(hazard_ratios(fit).value[1]) and fit.wald.df == 1
    np.testing.assert_allclose(fit.coefficients[0], fit_cox(T, S, X).coefficients[0], rtol=1e-12)
    with pytest.raises(ValueError, match="drop it"):
        check_proportionality(fit)


def test_a_sum_of_covariates_is_doubted():
    fit = fit_cox(T, S, {"a": X, "b": T % 2, "both": X + T % 2})
    assert len(fit.warnings) == 1 and fit.warnings[0].startswith("both is constant or a combination")


def test_a_perfect_predictor_is_doubted():
    infinite = "the coefficient of marker may be infinite: it was still moving at the last iteration"
    fit = fit_cox([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [1, 1, 1, 1, 0, 0, 0, 1], {"marker": [1, 1, 1, 0, 0, 0, 0, 0]})
    assert fit.warnings == (infinite,) and fit.iterations == 20  # as R: "coefficient may be infinite"
    worse = fit_cox([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1, 1, 1, 0, 0, 0], {"marker": [1, 1, 1, 0, 0, 0]})
    assert worse.warnings == (infinite, "not converged after 20 iterations")


def test_too_few_iterations_are_told():
    assert fit_cox(T, S, X * 1.0, iterations=1, tolerance=1e-15).warnings == ("not converged after 1 iterations",)


def test_nothing_is_read_where_nothing_happened():
    curve = kaplan_meier([4.0, 9.0], [0, 0])
    assert np.isnan(median(curve).value) and np.isnan(quantile(curve, 0.1).upper)
    assert survival_at(curve, 5.0).survival[0] == 1.0 and np.isnan(survival_at(curve, 10.0).survival[0])
    assert restricted_mean(curve).value == 9.0 and restricted_mean(curve).std_error == 0.0


def test_one_participant_is_estimated():
    curve = kaplan_meier([7.0], [1])
    assert (curve.survival[0], median(curve).value) == (0.0, 7.0) and np.isnan(curve.lower[0])
    assert cumulative_incidence([7.0], [1]).incidence[0, 0] == 1.0
