"""The infinitesimal jackknife of a survival curve: what each participant, or each cluster of rows, adds to its variance.

The numbers are those of R's `survival::survfit(robust = TRUE)` 3.5-3, with case weights, entry times and clusters.
"""

import numpy as np
from numba import njit

from trialrun.statistics.exact_sums import add

ROUNDING = 64 * 2.0**-52  # of the largest term so far: a smaller variance is what cancellation left of zero


@njit(cache=True, nogil=True)
def spread_robustly(exits, at_risk, left, event, weight, cluster, leaves, leaving, enters, entering):
    """The infinitesimal jackknife: standard errors of log survival and of the cumulative hazard, both (m,).

    exits (m, 2), at_risk and left (m,) as in the curve.  event, weight, cluster (n,) integers from 0; leaves and enters (n,): each
    row's place in the table, -1 for at risk from the start; leaving and entering sort them.  A cluster's influence at a time is
    (weight at risk) x slope + (what is fixed).
    """
    m = exits.shape[0]
    n = event.size
    log_error = np.empty(m)
    hazard_error = np.empty(m)
    present = np.zeros(n)
    fixed = np.zeros((n, 2))
    ww = 0.0  # sums over clusters: weight squared, weight x fixed, fixed squared; of log survival and of the hazard
    wb = np.zeros(2)
    bb = np.zeros(2)
    ww_rest = 0.0
    wb_rest = np.zeros(2)
    members = np.zeros(n, np.int64)  # rows at risk, by cluster
    slope = np.zeros(2)
    jump = np.zeros(2)
    error = np.zeros(2)
    peak = np.zeros(2)
    rows = 0
    k = 0
    e = 0
    for j in range(-1, m):
        jump[:] = 0.0
        if j >= 0 and exits[j, 1] > 0.0:
            d = exits[j, 1]
            slope[1] += d / at_risk[j] / at_risk[j]
            jump[1] = 1.0 / at_risk[j]
            if left[j] > 0.0:
                slope[0] += d / at_risk[j] / left[j]
                jump[0] = 1.0 / left[j]
        while k < n and leaves[leaving[k]] == j:
            i = leaving[k]
            c = cluster[i]
            ww, ww_rest = add(ww, ww_rest, -present[c] * present[c])
            for h in range(2):
                wb[h], wb_rest[h] = add(wb[h], wb_rest[h], -present[c] * fixed[c, h])
                bb[h] -= fixed[c, h] * fixed[c, h]
                fixed[c, h] += weight[i] * (slope[h] - event[i] * jump[h])
                bb[h] += fixed[c, h] * fixed[c, h]
            present[c] -= weight[i]
            members[c] -= 1
            if members[c] == 0:
                present[c] = 0.0
            ww, ww_rest = add(ww, ww_rest, present[c] * present[c])
            for h in range(2):
                wb[h], wb_rest[h] = add(wb[h], wb_rest[h], present[c] * fixed[c, h])
            rows -= 1
            if rows == 0:  # nobody is left: exact zeros
                ww = ww_rest = 0.0
                wb[:] = wb_rest[:] = 0.0
            k += 1
        while e < n and enters[entering[e]] == j:
            i = entering[e]
            c = cluster[i]
            ww, ww_rest = add(ww, ww_rest, -present[c] * present[c])
            for h in range(2):
                wb[h], wb_rest[h] = add(wb[h], wb_rest[h], -present[c] * fixed[c, h])
                bb[h] -= fixed[c, h] * fixed[c, h]
                fixed[c, h] -= weight[i] * slope[h]
                bb[h] += fixed[c, h] * fixed[c, h]
            present[c] += weight[i]
            members[c] += 1
            ww, ww_rest = add(ww, ww_rest, present[c] * present[c])
            for h in range(2):
                wb[h], wb_rest[h] = add(wb[h], wb_rest[h], present[c] * fixed[c, h])
            rows += 1
            e += 1
        if j < 0:
            continue
        if exits[j, 1] > 0.0:  # without an event nothing changes, not even in the last figure
            for h in range(2):
                spread = slope[h] * slope[h] * (ww + ww_rest) + 2.0 * slope[h] * (wb[h] + wb_rest[h]) + bb[h]
                peak[h] = max(peak[h], slope[h] * slope[h] * ww, bb[h])
                error[h] = np.sqrt(spread) if spread > ROUNDING * peak[h] else 0.0
        log_error[j] = error[0]
        hazard_error[j] = error[1]
    return log_error, hazard_error
