"""Curves are drawn so that what is on them can be told apart."""

import numpy as np

from trialrun.report.figures.curves import TICKS, ticks
from trialrun.statistics.survival_curve import kaplan_meier


def test_a_curve_has_no_more_censoring_marks_than_can_be_told_apart():
    few, many = (kaplan_meier(np.arange(1.0, n + 1), np.arange(n) % 3 == 0) for n in (60, 900))
    assert [int(t) for t in few.time[ticks(few, 60)]] == [int(t) for t in few.time[few.censored > 0]]
    shown = ticks(many, 24)
    assert shown.size == len(set(shown.tolist())) == TICKS and (many.censored[shown] > 0).all()
    assert many.time[shown].max() <= 24 * 365.25 / 12 and np.ptp(np.diff(many.time[shown])) <= 3, "evenly over the days to the axis's end"
