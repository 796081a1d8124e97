"""Few events: the beta product limits are those of Clopper and Pearson without censoring, hold always, and are there for no event too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialrun.statistics.competing_risks import cumulative_incidence
from trialrun.statistics.curve_reading import event_share_at, incidence_at, survival_at
from trialrun.statistics.few_events import event_share_of_few
from trialrun.statistics.proportions import clopper_pearson
from trialrun.statistics.survival_curve import kaplan_meier

days = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 1)), min_size=1, max_size=40)


@given(days, st.integers(0, 30), st.sampled_from([0.8, 0.95]))
def test_without_censoring_it_is_clopper_and_pearson(rows, day, confidence):
    time = np.array([t for t, _ in rows])
    curve = kaplan_meier(np.where(time > day, 31, time), np.where(time > day, 0, 1), confidence=confidence)
    found, exact = event_share_of_few(curve, day), clopper_pearson(int((time <= day).sum()), time.size, confidence=confidence)
    np.testing.assert_allclose([found.value[0], found.lower[0], found.upper[0]], [exact.value, exact.lower, exact.upper], atol=1e-8)


@given(days)
def test_shares_lie_within_their_limits(rows):
    time, status = (np.array(column) for column in zip(*rows, strict=True))
    curve = kaplan_meier(time, status, transform="log-log")
    found = event_share_of_few(curve, curve.time)
    assert (found.lower >= 0).all() and (found.upper <= 1).all()
    assert (found.lower <= found.value + 1e-12).all() and (found.value <= found.upper + 1e-12).all()
    assert (np.diff(found.upper) >= -1e-9).all() and (np.diff(found.lower) >= -1e-9).all()
    own, at = event_share_at(curve, curve.time), survival_at(curve, curve.time)
    np.testing.assert_array_equal([own.value, own.lower, own.upper], [1 - at.survival, 1 - at.upper, 1 - at.lower])


def test_limits_hold_their_confidence_with_few_events_and_censoring():
    rng = np.random.default_rng(4)
    truth, inside, trials = 0.1, 0, 600
    for _ in range(trials):
        death, lost = rng.exponential(100.0 / -np.log1p(-truth), 25), rng.uniform(20.0, 300.0, 25)
        curve = kaplan_meier(np.minimum(death, lost), death <= lost)
        found = event_share_of_few(curve, min(100.0, curve.time[-1]))
        inside += found.lower[0] <= truth <= found.upper[0]
    assert inside / trials > 0.94


def test_nobody_died():
    curve = kaplan_meier([40.0, 120.0, 130.0, 150.0], [0, 0, 0, 1], transform="log-log")
    assert np.isnan(event_share_at(curve, 100.0).upper[0])
    found = event_share_of_few(curve, [100.0, 200.0])
    assert (found.value[0], found.lower[0]) == (0.0, 0.0) and found.upper[0] == pytest.approx(1 - 0.025 ** (1 / 3))
    assert found.value[1] == 1.0
    assert np.isnan(event_share_of_few(kaplan_meier([40.0, 120.0], [1, 0]), 121.0).upper[0])
    none = incidence_at(cumulative_incidence([40.0, 120.0], [0, 2]), 100.0)
    assert none.value[0] == 0.0 and np.isnan(none.upper[0])


@pytest.mark.parametrize("how", [{"weights": [0.5, 1.0, 1.0]}, {"entry": [0.0, 1.0, 0.0]}, {"weights": [2.0, 1.0, 1.0]}])
def test_rows_that_count_otherwise_are_refused(how):
    with pytest.raises(ValueError, match="read the curve's own limits"):
        event_share_of_few(kaplan_meier([1.0, 2.0, 3.0], [1, 0, 1], **how), 2.0)


def test_a_cause_that_is_none_is_refused():
    with pytest.raises(ValueError, match="nobody had an event of cause 3"):
        incidence_at(cumulative_incidence([1.0, 2.0], [1, 2]), 1.0, of=3)
