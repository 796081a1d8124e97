"""What the estimators refuse, and what they doubt: every message says the cure."""

import datetime
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest

from trialrun.analysis.trials.replicate import TwoArmDesign, replay_trial, simulate_trials, summarise
from trialrun.statistics.competing_risks import cumulative_incidence
from trialrun.statistics.concordance import concordance
from trialrun.statistics.cox import fit_cox, hazard_ratios
from trialrun.statistics.cox_prediction import predict_survival
from trialrun.statistics.curve_reading import median, quantile, restricted_mean, survival_at
from trialrun.statistics.fine_gray import fit_fine_gray
from trialrun.statistics.gray import compare_incidence
from trialrun.statistics.logrank import compare_survival
from trialrun.statistics.proportion_differences import exact_difference, fisher_test, miettinen_nurminen, newcombe
from trialrun.statistics.proportion_ratios import odds_ratio_exact, risk_ratio, stratified_difference
from trialrun.statistics.proportional_hazards import check_proportionality
from trialrun.statistics.proportions import binomial_test, clopper_pearson, exact_design, mid_p, wilson
from trialrun.statistics.rates import incidence_rate, incidence_rate_of, rate_ratio
from trialrun.statistics.sample_size import plan_log_rank, plan_two_stages
from trialrun.statistics.standardisation import as_many_or_more, weighted_control
from trialrun.statistics.survival_curve import kaplan_meier, kaplan_meier_by
from trialrun.statistics.survival_differences import compare_pairs, restricted_mean_difference, survival_difference
from trialrun.statistics.switching import select_at_landmark, split_at

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


GAP = np.array([1.0, 1.0, 2.0, 2.0, np.nan, 1.0])
DAYS = np.array([3, 5, 8, 9, 12, 14], "m8[D]")
FIT = fit_cox(T, S, {"x": X})
CURVE = kaplan_meier(T, S)
DESIGN = TwoArmDesign(20, 100.0, 0.7, 30.0, follow_up=30.0)
COLUMNS = {  # what is no column of numbers, or lacks a value; and what the message says
    "None": ([3.0, None, 8.0, 9.0, 12.0, 14.0], "missing|finite|mend"),
    "NaN": ([3.0, np.nan, 8.0, 9.0, 12.0, 14.0], "missing|finite|mend"),
    "pandas NA": (pd.Series([3, None, 8, 9, 12, 14], dtype="Int64"), "missing|finite|mend"),
    "polars null": (pl.Series([3.0, None, 8.0, 9.0, 12.0, 14.0]), "missing|finite|mend"),
    "text": (list("358924"), "not text"),
    "text of numbers among numbers": ([3.0, "5", 8.0, 9.0, 12.0, 14.0], "not text"),
    "durations": (DAYS, "days as numbers"),
    "durations of pandas": (pd.Series(DAYS.astype("m8[s]")), "days as numbers"),
    "durations of polars": (pl.Series(DAYS.astype("m8[ms]")), "days as numbers"),
    "dates": (np.array(["2026-01-01"] * 6, "M8[D]"), "days as numbers"),
    "dates in a list": ([datetime.date(2026, 1, 1)] * 6, "days as numbers"),
    "masked": (np.ma.array(T, mask=[0, 1, 0, 0, 0, 0]), "masked"),
    "complex": (T + 1j, "not complex"),
    "another length": (T[:4], "shape|one value|one-dimensional"),
    "rows of different lengths": ([[1.0], [1.0, 2.0]], "different lengths"),
}
TAKERS = {  # who takes a column of numbers
    "times": lambda v: kaplan_meier(v, S),
    "times of a model": lambda v: fit_cox(v, S, X),
    "times of causes": lambda v: cumulative_incidence(v, S),
    "times of a subdistribution": lambda v: fit_fine_gray(v, S, X),
    "weights": lambda v: kaplan_meier(T, S, weights=v),
    "entry": lambda v: fit_cox(T + 20.0, S, X, entry=v),
    "offset": lambda v: fit_cox(T, S, X, offset=v),
    "covariates": lambda v: fit_cox(T, S, v),
    "exposures": lambda v: incidence_rate_of(S, v),
}
LABELS = {"None": ["a", None, "b", "b", "a", "b"], "NaN": GAP, "NaN among text": ["a", np.nan, "b", "b", "a", "b"],
          "pandas NA": pd.Series(["a", None, "b", "b", "a", "b"]), "polars null": pl.Series(["a", None, "b", "b", "a", "b"]),
          "NaT": np.array(["2026-01-01", "NaT"] * 3, "M8[D]"), "categories": pd.Categorical(["a", None, "b", "b", "a", "b"])}  # fmt: skip
LABELLED = {
    "group": lambda v: compare_survival(T, S, v),
    "strata of a test": lambda v: compare_survival(T, S, [0, 1] * 3, strata=v),
    "group of curves": lambda v: kaplan_meier_by(T, S, v),
    "group of causes": lambda v: compare_incidence(T, S, v),
    "strata of causes": lambda v: compare_incidence(T, S, [0, 1] * 3, strata=v),
    "strata": lambda v: fit_cox(T, S, X, strata=v),
    "cluster": lambda v: fit_cox(T, S, X, cluster=v),
    "cluster of a curve": lambda v: kaplan_meier(T, S, cluster=v),
}
REFUSALS |= {
    "status of text": (lambda: kaplan_meier(T, list("101101")), "not text"),
    "status missing": (lambda: fit_cox(T, [1, None, 1, 1, 0, 1], X), "status has missing values at row 1"),
    "group of text and numbers": (lambda: compare_survival(T, S, ["a", 1] * 3), "one kind"),
    "short group": (lambda: kaplan_meier_by(T, S, X[:3]), "one label per participant"),
    "short status by group": (lambda: kaplan_meier_by(T, S[:3], X), "one value per participant"),
    "short weights by group": (lambda: kaplan_meier_by(T, S, X, weights=np.ones(3)), "one value per participant"),
    "short cluster": (lambda: fit_cox(T, S, X, cluster=[1, 2]), "one label per participant"),
    "short offset": (lambda: fit_cox(T, S, X, offset=[1.0, 2.0]), "one value per participant"),
    "huge offset": (lambda: fit_cox(T, S, X, offset=np.full(6, 800.0)), "offset is too large"),
    "huge initial": (lambda: fit_cox(T, S, X, initial=[5000.0]), "initial is too large"),
    "initial too long": (lambda: fit_cox(T, S, X, initial=[0.0, 0.0]), "one finite number for each"),
    "initial missing": (lambda: fit_cox(T, S, X, initial=[np.nan]), "one finite number for each"),
    "iterations of -1": (lambda: fit_cox(T, S, X, iterations=-1), "at least 0"),
    "tolerance of 0": (lambda: fit_cox(T, S, X, tolerance=0.0), "positive"),
    "covariates of different lengths": (lambda: fit_cox(T, S, {"a": X, "b": X[:3]}), "covariate b has shape"),
    "covariate of dates": (lambda: fit_cox(T, S, {"day": DAYS}), "covariate day: give days as numbers"),
    "covariate of text with a gap": (lambda: fit_cox(T, S, {"arm": ["a", None, "b", "b", "a", "b"]}), "covariate arm has missing"),
    "two covariates of one name": (lambda: fit_cox(T, S, np.c_[X, T], names=["x", "x"]), "one name: rename"),
    "no covariate": (lambda: fit_cox(T, S, {}), "at least one covariate"),
    "family at odds with rho": (lambda: compare_survival(T, S, X, family="gehan-breslow", rho=1.0), "leave one of them out"),
    "gamma of -1": (lambda: compare_survival(T, S, X, gamma=-1.0), "at least 0"),
    "rho missing": (lambda: compare_survival(T, S, X, rho=np.nan), "finite"),
    "shares of participants in a log-rank test": (lambda: compare_survival(T, S, X, weights=np.full(6, 0.5)), "whole"),
    "survival at no time": (lambda: survival_at(kaplan_meier(T, S), np.nan), "must not be missing"),
    "horizon without end": (lambda: restricted_mean(kaplan_meier(T, S), np.inf), "finite day"),
    "cause beyond 32 bits": (lambda: cumulative_incidence(T, np.array([2**32, 1, 0, 1, 0, 1])), "without gaps"),
    "cause missing": (lambda: cumulative_incidence(T, [1, None, 0, 1, 0, 1]), "cause has missing values at row 1"),
    "cause of text": (lambda: fit_fine_gray(T, list("101101"), X), "not text"),
    "delta variance with weights": (lambda: cumulative_incidence(T, S, variance="delta", weights=np.ones(6)), "jackknife"),
    "cause of nobody": (lambda: compare_incidence(T, S, X, of=7), "nobody had an event of cause 7"),
    "cause 0": (lambda: compare_incidence(T, S, X, of=0), "cause 0"),
    "subdistribution of nobody": (lambda: fit_fine_gray(T, S, X, of=5), "nobody had an event of cause 5"),
    "infinite time of a subdistribution": (lambda: fit_fine_gray([*T[:5], np.inf], S, X), "finite"),
    "prediction of two for one": (lambda: predict_survival(FIT, [1.0, 2.0]), "one finite number for each of x"),
    "prediction of a missing covariate": (lambda: predict_survival(FIT, [np.nan]), "one finite number"),
    "prediction by another name": (lambda: predict_survival(FIT, {"age": 1.0}), "each covariate of the fit: x"),
    "stratum of a fit without": (lambda: predict_survival(FIT, [1.0], stratum="A"), "no strata"),
    "check with one event": (lambda: check_proportionality(fit_cox(T, [0, 0, 1, 0, 0, 0], X)), "too few events"),
    "check of another covariate": (lambda: check_proportionality(FIT, terms=((3,),)), "no covariate 3"),
    "check on the log scale from 0": (lambda: check_proportionality(fit_cox(T - 3.0, S, X), "log"), "choose km or rank"),
    "dates of a switch": (lambda: split_at(T, S, np.array(["NaT"] * 6, "M8[D]")), "days as numbers"),
    "no landmark": (lambda: select_at_landmark(T, S, np.nan, T), "landmark is missing"),
    "responders missing": (lambda: clopper_pearson(np.nan, 10), "whole number"),
    "responders of text": (lambda: clopper_pearson("3", 10), "whole number"),
    "participants of a half": (lambda: fisher_test(1, 4.5, 2, 4), "whole number"),
    "alternative below the null": (lambda: exact_design(140, 0.45, 0.3), "below the null"),
    "design of a half": (lambda: exact_design(140.5, 0.3, 0.45), "whole number"),
    "rates in per cent": (lambda: as_many_or_more(3, [10, 10], [30, 45]), "between 0 and 1"),
    "fewer than none": (lambda: as_many_or_more(-1, [10], [0.3]), "at least 0"),
    "rates of another number of strata": (lambda: as_many_or_more(3, [10, 10], [0.3]), "one value"),
    "weights that do not add up": (lambda: weighted_control([0.3, 0.4], None, [50, 50]), "add up to 1"),
    "half a count": (lambda: incidence_rate_of([0.5, 1], [10.0, 10.0]), "whole numbers"),
    "less than no exposure": (lambda: incidence_rate_of([0, 1], [10.0, -1.0]), "negative"),
    "counts without exposure": (lambda: incidence_rate_of([0, 1], [10.0]), "one value"),
    "ratio of -3": (lambda: rate_ratio(3, 10.0, 4, 10.0, null=-3.0), "positive"),
    "trial of halves": (lambda: simulate_trials(replace(DESIGN, participants=20.5), 1, 1), "whole number"),
    "fewer events than none": (lambda: simulate_trials(replace(DESIGN, events=-3), 1, 1), "at least 0"),
    "no seed": (lambda: simulate_trials(DESIGN, 1, None), "seed must be a whole number"),
    "no landmark of a trial": (lambda: simulate_trials(replace(DESIGN, landmark=np.nan), 1, 1), "landmark must be a finite"),
    "a median never reached": (lambda: simulate_trials(replace(DESIGN, control_median=np.inf), 1, 1), "positive"),
    "trial number -1": (lambda: replay_trial(DESIGN, 1, -1), "at least 0"),
    "alpha of 5": (lambda: summarise(simulate_trials(DESIGN, 2, 1), 0.7, alpha=5), "alpha"),
}
REFUSALS |= {
    "adjustment unknown": (lambda: compare_pairs(T, S, X, adjust="tukey"), "choose one of holm"),
    "pairs of one group": (lambda: compare_pairs(T, S, np.zeros(6)), "only one group"),
    "difference after follow-up": (lambda: survival_difference(CURVE, kaplan_meier([1.0, 2.0], [1, 0]), 9.0), "choose an earlier one"),
    "means after follow-up": (lambda: restricted_mean_difference(CURVE, kaplan_meier([1.0, 2.0], [1, 0]), 9.0), "at most 2"),
    "test on another scale": (lambda: survival_difference(CURVE, CURVE, 5.0, test="probit"), "log-log or plain"),
    "predictions of different lengths": (
        lambda: predict_survival(fit_cox(T, S, np.c_[X, T]), {"x1": [0, 1], "x2": 3.0}),
        "different lengths",
    ),
    "prediction at no time": (lambda: predict_survival(FIT, [1.0], times=[5.0, None]), "must not be missing"),
    "a plan without a difference": (lambda: plan_log_rank(1.0), "no difference"),
    "a plan with power in per cent": (lambda: plan_log_rank(0.7, power=90), "power lies between 0 and 1"),
    "a plan without accrual": (lambda: plan_log_rank(0.7, control_median=240.0), "give the other too"),
    "a plan that follows nobody": (lambda: plan_log_rank(0.7, control_median=240.0, accrual=0.0), "nobody is followed"),
    "stages the wrong way round": (lambda: plan_two_stages(0.3, 0.1), "above the null"),
    "stages for too small a difference": (lambda: plan_two_stages(0.3, 0.32, most=20), "allow more"),
    "strata with more responders": (lambda: stratified_difference([5], [4], [1], [4]), "more responders"),
    "strata without both arms": (lambda: stratified_difference([1, 0], [4, 0], [0, 1], [0, 4]), "pool strata"),
    "half a responder in a stratum": (lambda: stratified_difference([0.5], [4], [1], [4]), "whole number"),
}
ABOUT_95 = {
    "curve": lambda c: kaplan_meier(T, S, confidence=c),
    "incidence": lambda c: cumulative_incidence(T, S, confidence=c),
    "mean": lambda c: restricted_mean(kaplan_meier(T, S), confidence=0 if c is None else c),
    "ratios": lambda c: hazard_ratios(FIT, c),
    "concordance": lambda c: concordance(FIT, confidence=c),
    "prediction": lambda c: predict_survival(FIT, [1.0], confidence=c),
    "exact": lambda c: clopper_pearson(1, 4, confidence=c),
    "Wilson": lambda c: wilson(1, 4, confidence=c),
    "mid-p": lambda c: mid_p(1, 4, confidence=c),
    "Newcombe": lambda c: newcombe(1, 4, 2, 4, confidence=c),
    "score": lambda c: miettinen_nurminen(1, 4, 2, 4, confidence=c),
    "unconditional": lambda c: exact_difference(1, 4, 2, 4, confidence=c),
    "rate": lambda c: incidence_rate(1, 4.0, confidence=c),
    "rate ratio": lambda c: rate_ratio(1, 4.0, 2, 4.0, confidence=c),
    "control": lambda c: weighted_control([0.3], [10], [1.0], confidence=c),
    "risk ratio": lambda c: risk_ratio(1, 4, 2, 4, confidence=c),
    "odds ratio": lambda c: odds_ratio_exact(1, 4, 2, 4, confidence=c),
    "strata": lambda c: stratified_difference([1], [4], [2], [4], confidence=c),
    "curves at a time": lambda c: survival_difference(CURVE, CURVE, 5.0, confidence=c),
    "means of curves": lambda c: restricted_mean_difference(CURVE, CURVE, confidence=c),
    "trials": lambda c: simulate_trials(replace(DESIGN, confidence=c), 1, 1),
    "summary": lambda c: summarise(simulate_trials(DESIGN, 2, 1), 0.7, confidence=c),
}


PAIRS = [(taker, column) for taker in TAKERS for column in COLUMNS if (taker, column) != ("covariates", "text")]  # that is a factor


@pytest.mark.parametrize(("taker", "column"), PAIRS)
def test_only_a_whole_column_of_numbers_is_taken(taker, column):
    values, cure = COLUMNS[column]
    with pytest.raises(ValueError, match=f"{cure}|impute|positive"):
        TAKERS[taker](values)


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("taker", LABELLED)
def test_a_missing_label_is_no_label_of_its_own(taker, labels):
    with pytest.raises(ValueError, match="(group|strata|cluster) has missing values at row [14]: drop or recode them"):
        LABELLED[taker](LABELS[labels])


@pytest.mark.parametrize("confidence", [95, 0.0, 1.0, np.nan, None, "0.95"])
@pytest.mark.parametrize("taker", ABOUT_95)
def test_confidence_is_a_share(taker, confidence):
    with pytest.raises(ValueError, match="confidence is a share such as 0.95"):
        ABOUT_95[taker](confidence)


WRAPPINGS = {
    "list": list,
    "tuple": tuple,
    "Series of pandas": pd.Series,
    "Series of polars": pl.Series,
    "objects": lambda v: np.array(list(v), dtype=object),
    "Int64": lambda v: pd.Series(v).astype("Int64"),
    "shuffled index": lambda v: pd.Series(v, index=[3, 1, 5, 0, 2, 4]),
}


@pytest.mark.parametrize("name", WRAPPINGS)
def test_lists_and_series_are_read_as_arrays(name):
    wrap = WRAPPINGS[name]
    time, status, x = wrap(T.astype(int)), wrap(S), wrap(X.astype(int))
    np.testing.assert_array_equal(kaplan_meier(time, status).survival, kaplan_meier(T, S).survival)
    assert compare_survival(time, status, x).statistic == compare_survival(T, S, X).statistic
    assert fit_cox(time, status, {"x": x}).coefficients == FIT.coefficients
    assert cumulative_incidence(time, status, weights=x + 1 if name.startswith(("S", "I", "s", "o")) else None).participants == 6


@pytest.mark.parametrize("wrap", [pd.Series, pl.Series, pd.Categorical, lambda v: pl.Series(v, dtype=pl.Categorical), list, np.array])
def test_text_and_categories_are_groups_and_factors(wrap):
    labels = ["low", "high", "high", "low", "mid", "mid"]
    groups = compare_survival(T, S, wrap(labels))
    assert groups.groups == ("high", "low", "mid") and groups.statistic == compare_survival(T, S, [1, 0, 0, 1, 2, 2]).statistic
    fit = fit_cox(T, S, {"dose": wrap(labels), "x": X})
    assert fit.names == ("dose low", "dose mid", "x")
    np.testing.assert_array_equal(fit.risk_sets.x, fit_cox(T, S, np.c_[[1, 0, 0, 1, 0, 0], [0, 0, 0, 0, 1, 1], X]).risk_sets.x)


def test_the_order_of_categories_is_kept_and_an_empty_one_left_out():
    order = ["mid", "none", "low", "high"]
    labels = ["low", "high", "high", "low", "mid", "mid"]
    for column in (
        pd.Categorical(labels, order),
        pd.Series(labels, dtype=pd.CategoricalDtype(order)),
        pl.Series(labels, dtype=pl.Enum(order)),
    ):
        assert fit_cox(T, S, {"dose": column}).names == ("dose low", "dose high")


@pytest.mark.parametrize("table", [pd.DataFrame, pl.DataFrame])
def test_columns_of_a_table_name_the_covariates(table):
    frame = table({"arm": X, "age": np.array([61.0, 70.0, 58.0, 66.0, 73.0, 49.0])})
    fit = fit_cox(T, S, frame)
    assert fit.names == ("arm", "age")
    np.testing.assert_array_equal(fit.coefficients, fit_cox(T, S, np.c_[X, [61, 70, 58, 66, 73, 49]]).coefficients)
    assert fit_fine_gray(T, S, frame).names == ("arm", "age")


@pytest.mark.parametrize("status", [S == 1, S.astype(np.uint8), S.astype(float), (S == 1).tolist(), pd.Series(S == 1, dtype="boolean")])
def test_status_may_be_booleans(status):
    np.testing.assert_array_equal(kaplan_meier(T, status).survival, kaplan_meier(T, S).survival)


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
