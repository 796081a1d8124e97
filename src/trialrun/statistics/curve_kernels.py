"""The arithmetic of the Kaplan-Meier curve: one pass over distinct times, and the confidence limits of a probability.

Source: Kaplan and Meier 1958; Greenwood 1926.
"""

import numpy as np
from numba import njit

from trialrun.statistics.exact_sums import add


@njit(cache=True, nogil=True)
def estimate_curve(exits, entered, staying, unit, z, kind):
    """The curve from a table: exits (m, 2) censored and events per distinct time; entered, staying (m,) as `_enter`, or empty.

    unit is what weights were divided by.  Returns at_risk, survival, std_error, lower, upper and those left after the events, all
    (m,), at_risk and left still divided.
    """
    m = exits.shape[0]
    at_risk = np.empty(m)
    survival = np.empty(m)
    std_error = np.empty(m)
    lower = np.empty(m)
    upper = np.empty(m)
    left = np.empty(m)
    fill_risk(exits, entered, staying, at_risk, left)
    s = 1.0
    greenwood = 0.0
    se = 0.0
    low, high = limits(1.0, 0.0, z, kind)
    for j in range(m):
        d = exits[j, 1]
        if d > 0.0:
            s, greenwood, se = survive(s, greenwood, d, at_risk[j], left[j], unit)
            low, high = limits(s, np.sqrt(greenwood), z, kind)
        survival[j] = s
        std_error[j] = se
        lower[j] = low
        upper[j] = high
    return at_risk, survival, std_error, lower, upper, left


@njit(cache=True, nogil=True)
def fill_risk(exits, entered, staying, at_risk, left):
    """Fill in who is at risk at each time and who is left after its events; rows are counted where weights enter and leave again."""
    n = rest = 0.0
    for j in range(at_risk.size - 1, -1, -1):
        if entered.size:
            n, rest = add(n, rest, -entered[j])
        n, rest = add(n, rest, exits[j, 0])
        if entered.size and staying[j] == 0.0:
            n = rest = 0.0
        left[j] = n + rest
        for c in range(1, exits.shape[1]):
            n, rest = add(n, rest, exits[j, c])
        at_risk[j] = n + rest


@njit(cache=True, nogil=True)
def curve_of_days(time, event, last, z, kind):
    """The curve of whole days from 0 to last in one pass: distinct, events, censored, then what `estimate_curve` returns."""
    days = last + 1
    tally = np.zeros(2 * days, np.int32)
    for i in range(time.size):
        tally[2 * int(time[i]) + event[i]] += 1
    rows = np.empty((8, min(days, time.size)))
    n = float(time.size)
    s = 1.0
    greenwood = se = 0.0
    low, high = limits(1.0, 0.0, z, kind)
    m = 0
    for day in range(days):
        gone, dead = tally[2 * day], tally[2 * day + 1]
        if gone + dead == 0:
            continue
        if dead > 0:
            s, greenwood, se = survive(s, greenwood, float(dead), n, n - dead, 1.0)
            low, high = limits(s, np.sqrt(greenwood), z, kind)
        rows[0, m], rows[1, m], rows[2, m], rows[3, m] = day, dead, gone, n
        rows[4, m], rows[5, m], rows[6, m], rows[7, m] = s, se, low, high
        n -= gone + dead
        m += 1
    return rows[0, :m], rows[1, :m], rows[2, :m], rows[3, :m], rows[4, :m], rows[5, :m], rows[6, :m], rows[7, :m]


@njit(cache=True, nogil=True)
def curve_of_words(words, base, tolerance, z, kind):
    """The curve of times packed with their event and sorted, as `curve_of_days` returns it, and whether no two times differ by rounding.

    words (n,) as event_table.pack makes them, a bit of each for the event; tolerance is relative to the mean distinct time, as R has it.
    """
    size = words.size
    rows = np.empty((8, size))
    bits = rows[0].view(np.uint64)
    base = np.uint64(base) - np.uint64(1)
    one = np.uint64(1)
    n = float(size)
    s = 1.0
    greenwood = se = 0.0
    low, high = limits(1.0, 0.0, z, kind)
    m = 0
    i = 0
    while i < size:
        rank = words[i] >> one
        here = i
        dead = 0
        while i < size and words[i] >> one == rank:
            dead += int(words[i] & one)
            i += 1
        if dead > 0:
            s, greenwood, se = survive(s, greenwood, float(dead), n, n - dead, 1.0)
            low, high = limits(s, np.sqrt(greenwood), z, kind)
        bits[m] = base + rank if rank > 0 else np.uint64(0)
        rows[1, m], rows[2, m], rows[3, m] = dead, i - here - dead, n
        rows[4, m], rows[5, m], rows[6, m], rows[7, m] = s, se, low, high
        n -= i - here
        m += 1
    gap = np.inf
    total = rows[0, 0]
    for j in range(1, m):
        gap = min(gap, rows[0, j] - rows[0, j - 1])
        total += rows[0, j]
    apart = gap > tolerance * max(1.0, total / m)
    return apart, rows[0, :m], rows[1, :m], rows[2, :m], rows[3, :m], rows[4, :m], rows[5, :m], rows[6, :m], rows[7, :m]


@njit(cache=True, nogil=True, inline="always")
def survive(s, greenwood, dead, n, left, unit):
    """Survival, Greenwood's sum and the standard error after a time at which `dead` of n died and `left` remain, in units of weight."""
    s *= left / n
    greenwood = greenwood + dead / (n * left) / unit if left > 0.0 else np.inf
    return s, greenwood, s * np.sqrt(greenwood)


@njit(cache=True, nogil=True)
def fill_limits(survival, log_error, z, kind):
    """The confidence limits of a curve (m,) from the standard errors of its logarithm."""
    lower = np.empty(survival.size)
    upper = np.empty(survival.size)
    for j in range(survival.size):
        lower[j], upper[j] = limits(survival[j], log_error[j], z, kind)
    return lower, upper


@njit(cache=True, nogil=True, inline="always")
def limits(p, log_se, z, kind):
    """Confidence limits of a probability from the standard error of its logarithm; NaN where R gives NA."""
    if p <= 0.0:
        if kind == 2 and log_se == 0.0:
            return 0.0, 0.0
        return np.nan, np.nan
    if kind == 0:  # log
        factor = np.exp(-z * log_se)
        return p * factor, min(p / factor, 1.0) if factor > 0.0 else 1.0
    if kind == 2:  # plain
        half = z * log_se * p
        return max(p - half, 0.0), min(p + half, 1.0)
    if p >= 1.0:
        return np.nan, np.nan
    if kind == 1:  # log-log
        centre = np.log(-np.log(p))
        half = z * log_se / np.log(p)
        return np.exp(-np.exp(centre - half)), np.exp(-np.exp(centre + half))
    if kind == 3:  # logit
        centre = np.log(p / (1.0 - p))
        half = z * log_se / (1.0 - p)
        return 1.0 - 1.0 / (1.0 + np.exp(centre - half)), 1.0 - 1.0 / (1.0 + np.exp(centre + half))
    centre = np.arcsin(np.sqrt(p))
    half = 0.5 * z * log_se * np.sqrt(p / (1.0 - p))
    return np.sin(max(0.0, centre - half)) ** 2, np.sin(min(0.5 * np.pi, centre + half)) ** 2
