"""Kaplan-Meier curves of many trials in compiled code: median and landmarks, each with limits on a scale, on whole days.

The conventions are those of `survival_curve` and `curve_reading`; a test holds each number to theirs.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from trialrun.statistics.curve_kernels import limits

HALF = 1.4901161193847656e-08  # R's tolerance at one half, as in curve_reading


@njit(cache=True, nogil=True)
def read_trials(days, status, starts, first, last, landmarks, z, kind, found):
    """Fills found (K, 3 + 3 L) for trials first..last - 1: median, its limits, then at each landmark survival and its limits.

    days, status (N,) int64; trial k has the rows starts[k]..starts[k + 1] - 1; z and kind are the quantile and the scale of the
    limits, as `band_of` gives them. NaN for an empty trial, for a median that is not reached, and beyond the last day of a trial in which not everybody had the event.
    """
    longest = 0
    for i in range(starts[first], starts[last]):
        longest = max(longest, days[i])
    exits = np.zeros(longest + 1, np.int64)
    events = np.zeros(longest + 1, np.int64)
    for k in range(first, last):
        row = found[k]
        row[:] = np.nan
        n = starts[k + 1] - starts[k]
        if n == 0:
            continue
        end = 0
        for i in range(starts[k], starts[k + 1]):
            exits[days[i]] += 1
            events[days[i]] += status[i]
            end = max(end, days[i])
        read_curve(exits, events, n, end, landmarks, z, kind, row)
        for day in range(end + 1):
            exits[day] = 0
            events[day] = 0


@njit(cache=True, nogil=True)
def read_curve(exits, events, n, end, landmarks, z, kind, row):
    """Fills row from the exits and events of each day 0..end of n participants."""
    s = 1.0
    low, high = limits(1.0, 0.0, z, kind)
    greenwood = 0.0
    state = np.zeros(3, np.int64)  # for survival and its limits: 1 at one half, 2 settled
    first = np.full(3, np.nan)
    at = np.zeros(3)
    place = 0
    at_risk = n
    for day in range(end + 1):
        if exits[day] == 0:
            continue
        while place < landmarks.size and landmarks[place] < day:
            row[3 + 3 * place] = s
            row[4 + 3 * place] = low
            row[5 + 3 * place] = high
            place += 1
        d = events[day]
        if d > 0:
            left = at_risk - d
            s *= left / at_risk
            greenwood = greenwood + d / (at_risk * left) if left > 0 else np.inf
            low, high = limits(s, np.sqrt(greenwood), z, kind)
        at_risk -= exits[day]
        for c in range(3):
            here = s if c == 0 else (low if c == 1 else high)
            if state[c] == 0 and here < 0.5 + HALF:
                first[c] = day
                at[c] = here
                state[c] = 1 if abs(here - 0.5) < HALF else 2
            elif state[c] == 1 and here < at[c]:
                first[c] = 0.5 * (first[c] + day)
                state[c] = 2
    while place < landmarks.size:
        if landmarks[place] <= end or s == 0.0:
            row[3 + 3 * place] = s
            row[4 + 3 * place] = low
            row[5 + 3 * place] = high
        place += 1
    for c in range(3):
        row[c] = first[c]
