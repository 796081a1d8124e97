"""What must hold of survival estimates for any data."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trialrun.statistics.competing_risks import cumulative_incidence
from trialrun.statistics.cox import fit_cox
from trialrun.statistics.curve_reading import median, quantile, restricted_mean, survival_at
from trialrun.statistics.event_table import tabulate
from trialrun.statistics.logrank import compare_survival
from trialrun.statistics.survival_curve import TRANSFORMS, kaplan_meier
from trialrun.statistics.switching import select_at_landmark, split_at

days = st.integers(1, 60).map(float)
moments = st.one_of(days, st.floats(1e-3, 1e3, allow_nan=False).map(lambda t: round(t, 3)))


def people(time=moments, least=1, most=60, causes=1):
    return st.lists(st.tuples(time, st.integers(0, causes)), min_size=least, max_size=most).map(
        lambda rows: (np.array([t for t, _ in rows]), np.array([c for _, c in rows]))
    )


@given(people())
def test_curve_without_censoring_is_the_empirical_survival(data):
    time, _ = data
    curve = kaplan_meier(time, np.ones(time.size))
    np.testing.assert_allclose(curve.survival, [(time > t).mean() for t in curve.time], atol=1e-12)


@given(people(), st.randoms(use_true_random=False))
def test_curve_does_not_depend_on_the_order_of_participants(data, random):
    time, status = data
    order = list(range(time.size))
    random.shuffle(order)
    one, two = kaplan_meier(time, status), kaplan_meier(time[order], status[order])
    for name in ("time", "at_risk", "events", "survival", "lower", "upper"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


@given(people(), st.sampled_from(list(TRANSFORMS)))
def test_curve_falls_from_one_and_lies_within_its_band(data, transform):
    curve = kaplan_meier(*data, transform=transform)
    assert (np.diff(curve.survival, prepend=1.0) <= 0).all() and (curve.survival >= 0).all()
    known = ~np.isnan(curve.lower)
    assert (curve.lower[known] <= curve.survival[known] + 1e-12).all()
    assert (curve.upper[known] >= curve.survival[known] - 1e-12).all()
    assert (curve.at_risk[0], curve.events.sum() + curve.censored.sum()) == (data[0].size, data[0].size)


@given(people(days), st.integers(2, 5))
def test_whole_weights_count_as_participants(data, times):
    time, status = data
    weighted = kaplan_meier(time, status, weights=np.full(time.size, float(times)))
    repeated = kaplan_meier(np.tile(time, times), np.tile(status, times))
    np.testing.assert_allclose(weighted.survival, repeated.survival, atol=1e-12)
    np.testing.assert_allclose(weighted.std_error, repeated.std_error, atol=1e-12)


@given(people())
def test_robust_variance_without_weights_is_greenwoods(data):
    plain, robust = kaplan_meier(*data), kaplan_meier(*data, robust=True)
    alive = plain.survival > 0
    np.testing.assert_allclose(plain.std_error[alive], robust.std_error[alive], atol=1e-12)


@given(people())
def test_entry_at_zero_is_no_entry(data):
    time, status = data
    plain, entered = kaplan_meier(time, status), kaplan_meier(time, status, entry=np.zeros(time.size))
    np.testing.assert_array_equal(plain.time, entered.time)
    np.testing.assert_allclose(plain.survival, entered.survival, atol=1e-12)
    np.testing.assert_allclose(plain.lower, entered.lower, atol=1e-12)


@given(people(days), st.floats(0.01, 100.0))
def test_readings_scale_with_the_unit_of_time(data, unit):
    time, status = data
    one, two = kaplan_meier(time, status), kaplan_meier(time * unit, status)
    if one.time.size == two.time.size:
        np.testing.assert_allclose(median(two).value, median(one).value * unit, rtol=1e-9)
        np.testing.assert_allclose(quantile(two, 0.3).lower, quantile(one, 0.3).lower * unit, rtol=1e-9)
        np.testing.assert_allclose(restricted_mean(two).value, restricted_mean(one).value * unit, rtol=1e-9)


@given(people())
def test_survival_at_the_times_of_the_curve_is_the_curve(data):
    curve = kaplan_meier(*data)
    at = survival_at(curve, curve.time)
    np.testing.assert_array_equal(at.survival, curve.survival)
    np.testing.assert_array_equal(at.at_risk, curve.at_risk)


@given(people(causes=3))
def test_incidences_add_up_to_one_minus_survival(data):
    time, cause = data
    found = cumulative_incidence(time, cause, causes=3)
    curve = kaplan_meier(time, cause > 0)
    np.testing.assert_allclose(found.incidence.sum(axis=1), 1.0 - curve.survival, atol=1e-12)
    np.testing.assert_allclose(found.survival, curve.survival, atol=1e-12)


@given(people())
def test_a_single_cause_is_one_minus_kaplan_meier(data):
    time, status = data
    found, curve = cumulative_incidence(time, status, causes=1), kaplan_meier(time, status)
    alive = curve.survival > 0
    np.testing.assert_allclose(found.std_error[alive, 0], curve.std_error[alive], atol=1e-10)


@given(people(least=4), st.randoms(use_true_random=False))
def test_log_rank_is_symmetric_in_its_groups(data, random):
    time, status = data
    group = np.array([random.random() < 0.5 for _ in time])
    group[0], group[1] = True, False
    one, two = compare_survival(time, status, group), compare_survival(time, status, ~group)
    np.testing.assert_allclose(one.statistic, two.statistic, atol=1e-9)
    np.testing.assert_allclose(one.observed.sum(), one.expected.sum(), atol=1e-9)
    np.testing.assert_allclose(one.variance.sum(axis=1), 0.0, atol=1e-9)


@given(people(days, least=8), st.randoms(use_true_random=False))
def test_score_test_of_cox_is_log_rank_without_ties(data, random):
    time, status = data
    time = time + np.arange(time.size) / 1000.0
    status[0] = 1
    group = np.array([float(k % 2) for k in range(time.size)])
    random.shuffle(group)
    test = compare_survival(time, status, group)
    if test.df == 1 and test.variance[0, 0] > 1e-9:
        fit = fit_cox(time, status, group)
        np.testing.assert_allclose(fit.score.statistic, test.statistic, atol=1e-8)


@given(people(days, least=6), st.lists(st.one_of(st.none(), st.integers(-2, 70)), min_size=60, max_size=60))
def test_episodes_keep_all_follow_up_and_every_event(data, switches):
    time, status = data
    switch = np.array([np.nan if s is None else float(s) for s in switches[: time.size]])
    rows = split_at(time, status, switch)
    assert (rows.stop > rows.start).all()
    np.testing.assert_allclose(np.bincount(rows.participant, rows.stop - rows.start), time)
    np.testing.assert_array_equal(np.bincount(rows.participant, rows.status), status)
    np.testing.assert_array_equal((rows.start >= switch[rows.participant]), rows.switched)


@given(people(days, least=6), st.integers(0, 59))
def test_landmark_keeps_those_still_followed(data, landmark):
    time, status = data
    if (time > landmark).any():
        group = select_at_landmark(time, status, landmark, np.full(time.size, np.nan))
        np.testing.assert_array_equal(group.time + landmark, time[time > landmark])
        assert not group.switched.any()


@given(st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=50), st.integers(1, 4))
def test_table_counts_everyone_whatever_way_it_is_made(values, codes):
    time, code = np.array(values), np.arange(len(values)) % codes
    distinct, counts = tabulate(time, code, codes, merge_ties=False)
    np.testing.assert_array_equal(distinct, np.unique(time))
    weighted, sums = tabulate(time, code, codes, np.ones(time.size), merge_ties=False)
    np.testing.assert_array_equal(distinct, weighted)
    np.testing.assert_array_equal(counts, sums)
    many, more = tabulate(np.tile(time, 4000 // time.size + 1), np.tile(code, 4000 // time.size + 1), codes, merge_ties=False)
    np.testing.assert_array_equal(distinct, many)
    np.testing.assert_array_equal(counts * (4000 // time.size + 1), more)
