"""The arithmetic of cumulative incidence: Aalen-Johansen from a table of distinct times, with jackknife or delta variance.

Source: Aalen and Johansen 1978; Aalen 1978; the infinitesimal jackknife as in R's multi-state `survival::survfit` 3.5-3.
"""

import numpy as np
from numba import njit

from trialrun.statistics.curve_kernels import fill_risk, limits
from trialrun.statistics.exact_sums import add
from trialrun.statistics.robust_spread import ROUNDING

_NONE = np.empty(0)


@njit(cache=True, nogil=True)
def estimate_incidence(exits, squares, z, kind):
    """Aalen-Johansen from a table: exits (m, 1 + k) censored and events of each cause, squares the same of squared weights.

    Jackknife variance in one pass: a participant who has left at a time has the influence U + slope * (incidence since).
    """
    m, columns = exits.shape
    causes = columns - 1
    at_risk, survival, incidence, std_error, lower, upper = _allocate(m, causes)
    remaining, present = np.empty(m), np.empty(m)
    fill_risk(exits, _NONE, _NONE, at_risk, remaining)
    _fill_present(squares, present)
    s = 1.0
    slope = 0.0  # of -log survival, for those still at risk
    f = np.zeros(causes)
    peak = np.zeros(causes)
    staying = np.zeros(causes)  # influence of those still at risk, per cause
    leaving = np.zeros(causes)
    sum_uu = np.zeros(causes)  # sums over those who left: influence squared, influence x slope, slope squared
    sum_us = np.zeros(causes)
    sum_ss = 0.0
    for j in range(m):
        n = at_risk[j]
        d = 0.0
        for c in range(causes):
            d += exits[j, c + 1]
        left = remaining[j]
        for c in range(causes):
            leaving[c] = staying[c]
            if d > 0.0:
                step = s * exits[j, c + 1] / n
                f[c] += step
                sum_uu[c] += 2.0 * step * sum_us[c] + step * step * sum_ss
                sum_us[c] += step * sum_ss
                staying[c] += step * (slope - 1.0 / n)
                leaving[c] = staying[c]
        jump = 0.0
        if d > 0.0 and left > 0.0:
            slope += d / n / left
            jump = 1.0 / left
        for e in range(columns):
            w = squares[j, e]
            if w == 0.0:
                continue
            own = slope - (jump if e > 0 else 0.0)
            sum_ss += w * own * own
            for c in range(causes):
                u = leaving[c] + (s / n if e == c + 1 else 0.0)
                sum_uu[c] += w * u * u
                sum_us[c] += w * u * own
        if d > 0.0:
            s *= left / n
        survival[j] = s
        for c in range(causes):
            if d == 0.0 and j > 0:  # without an event nothing changes, not even in the last figure
                _copy(j, c, incidence, std_error, lower, upper)
                continue
            spread = sum_uu[c] + present[j] * staying[c] * staying[c]
            peak[c] = max(peak[c], spread)
            se = np.sqrt(spread) if spread > ROUNDING * peak[c] else 0.0
            _write(j, c, f[c], se, z, kind, incidence, std_error, lower, upper)
    return at_risk, survival, incidence, std_error, lower, upper


@njit(cache=True, nogil=True)
def estimate_incidence_rows(exits, entered, stay, code, weight, cluster, leaves, leaving, enters, entering, z, kind):
    """As estimate_incidence, where rows enter at their own time (entered (m,), the weight of those who do) and belong to clusters.
    stay (m,): how many rows are at risk and have no event, by time.

    code, weight, cluster (n,) integers from 0; leaves and enters (n,): each row's place in the table, -1 for at risk from the
    start; leaving and entering sort them.  The influence of a cluster is W x staying + A + B x incidence, with W its weight at
    risk, and A and B what its entries and exits have fixed.
    """
    m, columns = exits.shape
    causes = columns - 1
    n = code.size
    at_risk, survival, incidence, std_error, lower, upper = _allocate(m, causes)
    remaining = np.empty(m)
    fill_risk(exits, entered, stay, at_risk, remaining)
    present = np.zeros(n)
    members = np.zeros(n, np.int64)  # rows at risk, by cluster
    fixed = np.zeros((n, causes))  # A
    lean = np.zeros(n)  # B
    sums = np.zeros((6, causes))  # of WW, WA, WB, AA, AB, BB over clusters
    rests = np.zeros((6, causes))
    f = np.zeros(causes)
    staying = np.zeros(causes)
    peak = np.zeros(causes)
    s = 1.0
    slope = 0.0
    k = 0
    e = 0
    for j in range(-1, m):
        d = 0.0
        now = 0.0
        jump = 0.0
        before = s
        if j >= 0:
            now = at_risk[j]
            for c in range(causes):
                d += exits[j, c + 1]
            if d > 0.0:
                for c in range(causes):
                    step = s * exits[j, c + 1] / now
                    f[c] += step
                    staying[c] += step * (slope - 1.0 / now)
                left = remaining[j]
                if left > 0.0:
                    slope += d / now / left
                    jump = 1.0 / left
                    s *= left / now
                else:
                    s = 0.0
        while k < n and leaves[leaving[k]] == j:
            i = leaving[k]
            g = cluster[i]
            _gather(sums, rests, present[g], fixed[g], lean[g], -1.0)
            for c in range(causes):
                fixed[g, c] += weight[i] * (staying[c] + (before / now if code[i] == c + 1 else 0.0))
                fixed[g, c] -= weight[i] * (slope - (jump if code[i] > 0 else 0.0)) * f[c]
            lean[g] += weight[i] * (slope - (jump if code[i] > 0 else 0.0))
            present[g] -= weight[i]
            members[g] -= 1
            if members[g] == 0:
                present[g] = 0.0
            _gather(sums, rests, present[g], fixed[g], lean[g], 1.0)
            k += 1
        while e < n and enters[entering[e]] == j:
            i = entering[e]
            g = cluster[i]
            _gather(sums, rests, present[g], fixed[g], lean[g], -1.0)
            for c in range(causes):
                fixed[g, c] -= weight[i] * (staying[c] - slope * f[c])
            lean[g] -= weight[i] * slope
            present[g] += weight[i]
            members[g] += 1
            _gather(sums, rests, present[g], fixed[g], lean[g], 1.0)
            e += 1
        if j < 0:
            continue
        survival[j] = s
        for c in range(causes):
            if d == 0.0 and j > 0:
                _copy(j, c, incidence, std_error, lower, upper)
                continue
            ww, wa, wb = sums[0, c] + rests[0, c], sums[1, c] + rests[1, c], sums[2, c] + rests[2, c]
            aa, ab, bb = sums[3, c] + rests[3, c], sums[4, c] + rests[4, c], sums[5, c] + rests[5, c]
            spread = aa + f[c] * (2.0 * ab + f[c] * bb) + staying[c] * (staying[c] * ww + 2.0 * (wa + f[c] * wb))
            peak[c] = max(peak[c], aa, f[c] * f[c] * bb, staying[c] * staying[c] * ww)  # what may cancel
            se = np.sqrt(spread) if spread > ROUNDING * peak[c] else 0.0
            _write(j, c, f[c], se, z, kind, incidence, std_error, lower, upper)
    return at_risk, survival, incidence, std_error, lower, upper


@njit(cache=True, nogil=True)
def _gather(sums, rests, w, fixed, lean, sign):
    for c in range(fixed.size):
        a = fixed[c]
        sums[0, c], rests[0, c] = add(sums[0, c], rests[0, c], sign * w * w)
        sums[1, c], rests[1, c] = add(sums[1, c], rests[1, c], sign * w * a)
        sums[2, c], rests[2, c] = add(sums[2, c], rests[2, c], sign * w * lean)
        sums[3, c], rests[3, c] = add(sums[3, c], rests[3, c], sign * a * a)
        sums[4, c], rests[4, c] = add(sums[4, c], rests[4, c], sign * a * lean)
        sums[5, c], rests[5, c] = add(sums[5, c], rests[5, c], sign * lean * lean)


@njit(cache=True, nogil=True)
def estimate_incidence_delta(exits, squares, z, kind):
    """As estimate_incidence, with the variance of Aalen 1978 in the form for tied events that `cmprsk::cuminc` uses."""
    m, columns = exits.shape
    causes = columns - 1
    at_risk, survival, incidence, std_error, lower, upper = _allocate(m, causes)
    remaining = np.empty(m)
    fill_risk(exits, _NONE, _NONE, at_risk, remaining)
    s = 1.0
    f = np.zeros(causes)
    v1 = np.zeros(causes)
    v2 = np.zeros(causes)
    v3 = np.zeros(causes)
    for j in range(m):
        n = at_risk[j]
        d = 0.0
        for c in range(causes):
            d += exits[j, c + 1]
        after = s * remaining[j] / n
        for c in range(causes):
            own = exits[j, c + 1]
            f[c] += s * own / n
            inverse = 1.0 / after if after > 0.0 else 0.0
            for mine in range(2):
                count = own if mine == 1 else d - own
                if count == 0.0 or (mine == 0 and after <= 0.0):
                    continue
                spread = 1.0 if count <= 1.0 else 1.0 - (count - 1.0) / (n - 1.0)
                spread *= s * s * count / (n * n)
                pull = mine + inverse * f[c]
                v1[c] += pull * pull * spread
                v2[c] += inverse * pull * spread
                v3[c] += inverse * inverse * spread
            se = np.sqrt(max(v1[c] + f[c] * f[c] * v3[c] - 2.0 * f[c] * v2[c], 0.0))
            if own == 0.0 and j > 0:  # it changes at the events of the cause only
                se = std_error[j - 1, c]
            _write(j, c, f[c], se if f[c] > 0.0 else 0.0, z, kind, incidence, std_error, lower, upper)
        s = after
        survival[j] = s
    return at_risk, survival, incidence, std_error, lower, upper


@njit(cache=True, nogil=True)
def _allocate(m, causes):
    shape = (m, causes)
    return np.empty(m), np.empty(m), np.empty(shape), np.empty(shape), np.empty(shape), np.empty(shape)


@njit(cache=True, nogil=True)
def _fill_present(squares, present):
    """The squared weights of those who go on after each time (m,)."""
    after = 0.0
    for j in range(present.size - 1, -1, -1):
        present[j] = after
        for e in range(squares.shape[1]):
            after += squares[j, e]


@njit(cache=True, nogil=True)
def _write(j, c, f, se, z, kind, incidence, std_error, lower, upper):
    f = min(f, 1.0)
    incidence[j, c] = f
    std_error[j, c] = se
    lower[j, c], upper[j, c] = limits(f, se / f if f > 0.0 else 0.0, z, kind)
    if kind == 3 and f > 1.0 - ROUNDING:
        lower[j, c], upper[j, c] = np.nan, 1.0  # as R, whose standard error is not quite zero there


@njit(cache=True, nogil=True)
def _copy(j, c, incidence, std_error, lower, upper):
    incidence[j, c] = incidence[j - 1, c]
    std_error[j, c] = std_error[j - 1, c]
    lower[j, c] = lower[j - 1, c]
    upper[j, c] = upper[j - 1, c]
