"""Computes with TrialRun, under the same names, the numbers that survival.R computes with R."""

import csv
from dataclasses import astuple

import numpy as np

from trialrun.statistics.competing_risks import cumulative_incidence
from trialrun.statistics.concordance import concordance
from trialrun.statistics.cox import fit_cox
from trialrun.statistics.cox_prediction import baseline_hazard, predict_survival
from trialrun.statistics.cox_residuals import deviance_residuals, dfbeta, martingale_residuals, schoenfeld_residuals
from trialrun.statistics.curve_reading import median, quantile, restricted_mean, survival_at
from trialrun.statistics.fine_gray import fit_fine_gray
from trialrun.statistics.gray import compare_incidence
from trialrun.statistics.logrank import compare_survival
from trialrun.statistics.proportional_hazards import SCALES, check_proportionality
from trialrun.statistics.survival_curve import TRANSFORMS, cumulative_hazard, kaplan_meier, kaplan_meier_by
from trialrun.statistics.survival_differences import compare_pairs, restricted_mean_difference, survival_difference


def read_table(path):
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    return {name: np.array([float(row[k]) for row in rows[1:]]) for k, name in enumerate(rows[0])}


def assert_same(ours, theirs, where, rtol=1e-9, atol=1e-11):
    """Numbers equal to 1e-9 relative (or 1e-11 absolute, near zero); R's null is our NaN."""
    theirs = np.array([np.nan if value is None else value for value in np.ravel(theirs)], dtype=float)
    ours = np.ravel(np.asarray(ours, dtype=float))
    assert ours.shape == theirs.shape, f"{where}: {ours.shape[0]} numbers, R has {theirs.shape[0]}"
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=atol, err_msg=str(where))


def show_curve(curve):
    names = ("time", "at_risk", "events", "censored", "survival", "std_error", "lower", "upper")
    return {name: getattr(curve, name) for name in names}


def three(estimate):
    return [estimate.value, estimate.lower, estimate.upper]


def show_readings(curve, horizon):
    at = survival_at(curve, np.array([0, 0.3, 0.5, 0.9]) * curve.time[-1], extend=True)
    means = [restricted_mean(curve, horizon), restricted_mean(curve)]
    return {
        "median": three(median(curve)),
        "quantile": np.transpose([three(quantile(curve, p)) for p in (0.1, 0.25, 0.5, 0.75)]),
        "at_risk_at": at.at_risk,
        "survival_at": at.survival,
        "std_error_at": at.std_error,
        "lower_at": at.lower,
        "upper_at": at.upper,
        "restricted_mean": [number for mean in means for number in (mean.value, mean.std_error)],
    }


def show_cox(fit):
    assert fit.warnings == ()
    return {
        "coefficients": fit.coefficients,
        "covariance": fit.covariance,
        "naive": fit.naive_covariance,
        "log_likelihood": fit.log_likelihood,
        "score": fit.score.statistic,
        "wald": fit.wald.statistic,
        "robust_score": fit.robust_score.statistic if fit.robust_score else np.nan,
        "iterations": fit.iterations,
    }


def show_zph(fit):
    checks = {scale: check_proportionality(fit, scale) for scale in SCALES}
    return {scale: [(t.statistic, t.p_value) for t in (*check.tests, check.overall)] for scale, check in checks.items()}


def show_prediction(fit, x):
    new = predict_survival(fit, [1.0, x[:, 1].mean(), x[:, 2].mean()])
    return {name: getattr(new, name) for name in ("time", "survival", "std_error", "lower", "upper")}


def show_predictions(fit, x, time):
    means = x.mean(axis=0)
    two = [[1.0, means[1], means[2]], [0.0, 0.9 * means[1], 1.2 * means[2]]]
    new = predict_survival(fit, two, times=np.array([0.0, 0.3, 0.6]) * time.max(), extend=True)
    return {"survival": new.survival, "std_error": new.std_error * new.survival, "lower": new.lower, "upper": new.upper}


def show_agreement(fit):
    pairs = concordance(fit)
    return {"value": pairs.value, "std_error": pairs.std_error, "counts": [pairs.concordant, pairs.discordant, pairs.tied]}


def show_jackknife(curve):
    hazard, hazard_error = cumulative_hazard(curve)
    shown = {name: getattr(curve, name) for name in ("survival", "std_error", "lower", "upper")}
    shown["quantile"] = np.transpose([three(quantile(curve, p)) for p in (0.1, 0.25, 0.5, 0.75)])
    return shown | {"hazard": hazard, "hazard_error": hazard_error}


def show_test(test, with_p=True):
    shown = {"observed": test.observed, "expected": test.expected, "variance": test.variance, "chisq": test.statistic}
    return shown | ({"p": test.two_sided_p} if with_p else {})


def survival_numbers(d):
    time, status, x = d["time"], d["status"], np.column_stack([d["x1"], d["x2"], d["x3"]])
    entry = d.get("entry")
    out = {}
    for transform in TRANSFORMS:
        curve = kaplan_meier(time, status, entry=entry, transform=transform)
        out[f"curve {transform}"] = show_curve(curve)
        out[f"readings {transform}"] = show_readings(curve, 0.8 * time.max())
    hazard = cumulative_hazard(curve)
    out["hazard"] = {"value": hazard[0], "std_error": hazard[1]}
    fit = fit_cox(time, status, x, entry=entry)
    out |= {"efron": show_cox(fit), "zph": show_zph(fit), "dfbeta": {"value": dfbeta(fit)}, "concordance": show_agreement(fit)}
    out["residuals"] = {
        "martingale": martingale_residuals(fit),
        "deviance": deviance_residuals(fit),
        "schoenfeld": schoenfeld_residuals(fit).value,
    }
    out["prediction"] = show_prediction(fit, x) | {"baseline": baseline_hazard(fit).hazard}
    fit = fit_cox(time, status, x, entry=entry, robust=True)
    out |= {"robust": show_cox(fit), "robust_prediction": show_prediction(fit, x)}
    out["predictions"] = show_predictions(fit, x, time)
    out["robust_curve"] = show_jackknife(kaplan_meier(time, status, entry=entry, robust=True))
    breslow = fit_cox(time, status, x, entry=entry, ties="breslow")
    out |= {"breslow": show_cox(breslow), "breslow_zph": show_zph(breslow)}
    if "stratum" in d:
        fit = fit_cox(time, status, x, entry=entry, strata=d["stratum"])
        out |= {"stratified": show_cox(fit), "stratified_zph": show_zph(fit), "stratified_concordance": show_agreement(fit)}
    if "weight" in d:
        out |= weighted_numbers(time, status, x, entry, d["weight"])
    if "cluster" in d:
        fit = fit_cox(time, status, x, entry=entry, cluster=d["cluster"])
        out |= {"clustered": show_cox(fit), "clustered_prediction": show_prediction(fit, x), "clustered_concordance": show_agreement(fit)}
        out["clustered_curve"] = show_jackknife(kaplan_meier(time, status, entry=entry, cluster=d["cluster"]))
    if "group" in d and entry is None:
        out |= comparisons(time, status, d["group"], d.get("stratum"))
    if "cause" in d:
        out |= competing_numbers(d, x)
    return out


def weighted_numbers(time, status, x, entry, weight):
    fit = fit_cox(time, status, x, entry=entry, weights=weight)
    out = {
        "weighted_curve": show_curve(kaplan_meier(time, status, entry=entry, weights=np.ceil(2 * weight))),
        "weighted": show_cox(fit),
        "weighted_breslow": show_cox(fit_cox(time, status, x, entry=entry, weights=weight, ties="breslow")),
        "weighted_zph": show_zph(fit),
        "weighted_dfbeta": {"value": dfbeta(fit), "unweighted": dfbeta(fit, weighted=False)},
        "weighted_prediction": show_prediction(fit, x),
        "weighted_robust_curve": show_jackknife(kaplan_meier(time, status, entry=entry, weights=weight)),
        "weighted_concordance": show_agreement(fit),
    }
    return out


def comparisons(time, status, group, stratum):
    out = {f"logrank {rho:g}": show_test(compare_survival(time, status, group, rho=rho)) for rho in (0, 0.5, 1)}
    pairs = {adjust: compare_pairs(time, status, group, adjust=adjust) for adjust in ("holm", "bonferroni")}
    out["pairs"] = {adjust: [pair.adjusted_p for pair in found] for adjust, found in pairs.items()}
    out["pairs"]["p"] = [pair.test.two_sided_p for pair in pairs["holm"]]
    out["contrast"] = show_contrast(time, status, group)
    if stratum is not None:
        out["logrank stratified"] = show_test(compare_survival(time, status, group, strata=stratum))
    for family in ("gehan-breslow", "tarone-ware", "peto-peto"):
        out[f"logrank {family}"] = show_test(compare_survival(time, status, group, family=family), with_p=False)
    out["logrank late"] = show_test(compare_survival(time, status, group, rho=0.5, gamma=2.0), with_p=False)
    return out


def show_contrast(time, status, group):
    curves = kaplan_meier_by(time, status, group)
    one, two = curves[min(curves)], curves[max(curves)]
    end = 0.7 * min(one.time[-1], two.time[-1])
    means, landmark = restricted_mean_difference(one, two, end), survival_difference(one, two, end)
    return {
        "mean_difference": astuple(means.difference),
        "mean_ratio": astuple(means.ratio),
        "landmark": astuple(landmark),
        "plain": survival_difference(one, two, end, test="plain").two_sided_p,
    }


def competing_numbers(d, x):
    time, cause, out = d["time"], d["cause"].astype(int), {}
    for transform in ("log", "plain", "log-log"):
        found = cumulative_incidence(time, cause, transform=transform)
        names = ("survival", "incidence", "std_error", "lower", "upper")
        out[f"incidence {transform}"] = {name: getattr(found, name) for name in names}
    delta = cumulative_incidence(time, cause, variance="delta")
    out["incidence_delta"] = {"incidence": delta.incidence, "std_error": delta.std_error}
    if "weight" in d:
        found = cumulative_incidence(time, cause, weights=d["weight"])
        out["incidence_weighted"] = {"incidence": found.incidence, "std_error": found.std_error}
    layers = {"plain": {}, "rho": {"rho": 1.0}} | ({"stratified": {"strata": d["stratum"]}} if "stratum" in d else {})
    out["gray"] = {}
    for name, how in layers.items():
        tests = [compare_incidence(time, cause, d["group"], of=k, **how) for k in range(1, cause.max() + 1)]
        out["gray"][name] = [(test.statistic, test.two_sided_p, test.df) for test in tests]
    if time.min() > 0:
        out["fine_gray"] = show_cox(fit_fine_gray(time, cause, x))
    return out
