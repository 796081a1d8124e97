"""Replicate trials: a function of design, seed and number alone, and the same analysis as for any other data."""

import numpy as np
import pytest

from trialrun.analysis.trials.replicate import TwoArmDesign, replay_trial, simulate_trials, summarise
from trialrun.chance import purpose_of
from trialrun.chance.kernel import key_of, uniform
from trialrun.statistics.cox import fit_cox
from trialrun.statistics.curve_reading import median, survival_at
from trialrun.statistics.logrank import compare_survival
from trialrun.statistics.survival_curve import kaplan_meier

DESIGNS = {
    "cut at a date": TwoArmDesign(189, 240.0, 0.7, 730.0, follow_up=365.0),
    "cut at a number of events, with dropout": TwoArmDesign(120, 240.0, 0.7, 730.0, events=70, dropout=0.0003),
    "whole days": TwoArmDesign(150, 60.0, 0.8, 100.0, events=100, whole_days=True, landmark=40.0),
    "fewer events than wanted": TwoArmDesign(20, 240.0, 1.0, 100.0, events=20, dropout=0.01),
}
FIELDS = tuple(name for name in simulate_trials(DESIGNS["whole days"], 1, 1).__slots__)


def test_uniform_numbers_are_uniform():
    purpose = np.uint64(purpose_of("event"))
    numbers = np.sort([uniform(np.uint64(key_of(7, 3, k)), purpose, 0) for k in range(20_000)])
    distance = np.abs(numbers - (np.arange(20_000) + 0.5) / 20_000).max()
    assert numbers[0] > 0.0 and numbers[-1] < 1.0 and distance * np.sqrt(20_000) < 1.63  # Kolmogorov, 1 %


@pytest.mark.parametrize("name", DESIGNS)
def test_a_replayed_trial_gives_the_same_estimates(name):
    design = DESIGNS[name]
    found = simulate_trials(design, 25, seed=5, first=1000)
    for k in range(25):
        time, status, arm = replay_trial(design, 5, 1000 + k)
        assert (found.events[k] == [status[arm == 0].sum(), status[arm == 1].sum()]).all()
        np.testing.assert_allclose(found.z[k], compare_survival(time, status, arm, merge_ties=False).z, rtol=1e-9, atol=1e-10)
        fit = fit_cox(time, status, arm, tolerance=1e-13, merge_ties=False)
        if np.isnan(found.log_hazard_ratio[k]):
            assert any("may be infinite" in doubt for doubt in fit.warnings)
        else:
            np.testing.assert_allclose(found.log_hazard_ratio[k], fit.coefficients[0], rtol=1e-9, atol=1e-10)
            np.testing.assert_allclose(found.std_error[k], fit.std_errors[0], rtol=1e-9)
        for a in (0, 1):
            curve = kaplan_meier(time[arm == a], status[arm == a], merge_ties=False)
            middle, at = median(curve), survival_at(curve, design.landmark)
            theirs = [middle.value, middle.lower, middle.upper, at.survival[0], at.lower[0], at.upper[0]]
            names = ("median", "median_lower", "median_upper", "survival", "survival_lower", "survival_upper")
            np.testing.assert_allclose([getattr(found, n)[k, a] for n in names], theirs, rtol=1e-9)


def test_threads_and_batches_change_nothing():
    design = DESIGNS["cut at a number of events, with dropout"]
    whole = simulate_trials(design, 600, seed=9, threads=1)
    threaded = simulate_trials(design, 600, seed=9, threads=3)
    tail = simulate_trials(design, 100, seed=9, first=500, threads=2)
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(whole, field), getattr(threaded, field))
        np.testing.assert_array_equal(getattr(whole, field)[500:], getattr(tail, field))


def test_two_designs_on_one_seed_meet_the_same_luck():
    slow, quick = (TwoArmDesign(60, m, 1.0, 0.0, follow_up=1e9) for m in (200.0, 100.0))
    one, two = replay_trial(slow, 3, 0), replay_trial(quick, 3, 0)
    np.testing.assert_allclose(one[0], 2.0 * two[0])


def test_size_power_and_coverage_are_what_theory_says():
    null = summarise(simulate_trials(TwoArmDesign(200, 200.0, 1.0, 300.0, events=150), 8000, 11), 1.0)
    assert abs(null.power - 0.025) < 0.007 and abs(null.coverage - 0.95) < 0.01 and null.mean_events == 150
    # Schoenfeld 1981: 150 events and a hazard ratio of 0.6 give power Phi(sqrt(150)/2 * -log(0.6) - 1.96) = 0.879
    power = summarise(simulate_trials(TwoArmDesign(200, 200.0, 0.6, 300.0, events=150), 8000, 12), 0.6)
    assert abs(power.power - 0.879) < 0.02 and abs(power.hazard_ratio - 0.6) < 0.01
