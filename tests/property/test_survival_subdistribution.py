"""The Fine-Gray model by risk sets is the weighted Cox model of all its rows, written out; and it needs no room for them."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trialrun.statistics.concordance import concordance
from trialrun.statistics.cox import fit_cox
from trialrun.statistics.cox_prediction import predict_survival
from trialrun.statistics.cox_residuals import dfbeta, martingale_residuals
from trialrun.statistics.fine_gray import fit_fine_gray
from trialrun.statistics.proportional_hazards import check_proportionality


def write_out(time, cause):
    """Rows (participant, start, stop, status, weight) of cause 1, one for each later event of a participant with another event."""

    def uncensored_before(t):
        chance = 1.0
        for day in np.unique(time[(cause == 0) & (time < t)]):
            lost = ((time == day) & (cause == 0)).sum()
            chance *= 1.0 - lost / ((time > day).sum() + lost)
        return chance

    events = np.unique(time[cause == 1])
    rows = [(i, 0.0, time[i], int(cause[i] == 1), 1.0) for i in range(time.size)]
    for i in np.flatnonzero(cause > 1):
        begin = time[i]
        for t in events[events > time[i]]:
            rows.append((i, begin, t, 0, uncensored_before(t) / uncensored_before(time[i])))
            begin = t
    return [np.array(column) for column in zip(*rows, strict=True)]


@given(st.integers(0, 2**32 - 1), st.integers(6, 40), st.booleans(), st.sampled_from(["efron", "breslow"]))
def test_by_risk_sets_as_by_rows_FS5(seed, n, tied, ties):
    """FS5."""
    rng = np.random.default_rng(seed)
    time = np.ceil(rng.exponential(8.0, n)) if tied else rng.exponential(8.0, n)
    cause, x = rng.integers(0, 3, n), rng.normal(size=(n, 2))
    assume((cause == 1).sum() > 3)
    fit = fit_fine_gray(time, cause, x, ties=ties)
    assume(not fit.warnings and np.abs(fit.coefficients).max() < 3.0)
    who, start, stop, status, weight = write_out(time, cause)
    rows = fit_cox(stop, status, x[who], entry=start, weights=weight, cluster=who, ties=ties)
    for name in ("coefficients", "covariance", "naive_covariance", "log_likelihood"):
        np.testing.assert_allclose(getattr(fit, name), getattr(rows, name), rtol=1e-7, atol=1e-9, err_msg=name)
    for name in ("score", "wald", "likelihood_ratio", "robust_score"):
        np.testing.assert_allclose(getattr(fit, name).statistic, getattr(rows, name).statistic, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(dfbeta(fit), [dfbeta(rows)[who == i].sum(axis=0) for i in range(n)], atol=1e-8)
    left = np.bincount(who, martingale_residuals(rows) * weight)
    np.testing.assert_allclose(martingale_residuals(fit), left, atol=1e-8)
    one, two = predict_survival(fit, [0.5, -0.5]), predict_survival(rows, [0.5, -0.5])
    np.testing.assert_allclose(one.hazard, two.hazard, rtol=1e-7)
    np.testing.assert_allclose(one.std_error, two.std_error, rtol=1e-6)
    checks = [[t.statistic for t in check_proportionality(f, "identity").tests] for f in (fit, rows)]
    np.testing.assert_allclose(checks[0], checks[1], rtol=1e-5, atol=1e-7)


def test_twenty_thousand_distinct_times_take_little_room_FS5():
    rng = np.random.default_rng(5)
    n = 20_000
    x = rng.normal(size=(n, 3))
    event, censored = rng.exponential(1.0, n) * np.exp(-0.3 * x[:, 0]), rng.exponential(1.5, n)
    cause = np.where(event <= censored, rng.integers(1, 3, n), 0)
    tracemalloc.start()
    fit = fit_fine_gray(np.minimum(event, censored), cause, x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert fit.rows == n and fit.risk_sets.x.shape == (n, 3) and peak < 60e6
    assert 0.1 < fit.coefficients[0] < 0.3 and (np.abs(fit.coefficients[1:]) < 0.05).all()


def test_what_has_no_meaning_for_a_subdistribution_is_refused():
    fit = fit_fine_gray([3.0, 5.0, 8.0, 9.0, 12.0, 14.0], [1, 0, 2, 1, 1, 2], [0.0, 1.0, 1.0, 0.0, 1.0, 0.0])
    with pytest.raises(ValueError, match="ranks no pairs"):
        concordance(fit)
    with pytest.raises(ValueError, match="choose km, identity or log"):
        check_proportionality(fit, "rank")
