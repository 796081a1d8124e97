"""Score and dfbeta residuals of a Cox model, which carry the robust variance.

Source: Therneau, Grambsch and Fleming 1990; Lin and Wei 1989; Efron's ties as in R's `residuals.coxph` 3.5-3.
"""

import numpy as np
from numba import njit

from trialrun.analysis.statistics.cox_kernels import BLOCK_DEAD_HAZARD, BLOCK_HAZARD, BLOCK_STRATUM, BLOCK_TIME, BLOCK_VECTORS
from trialrun.analysis.statistics.risk_sets import RiskSets, event_blocks


def score_residuals(sets: RiskSets, beta, efron: bool):
    """Each row's part of the score at beta (n, p), unweighted, in the order and on the scale of sets.x."""
    blocks = event_blocks(sets, beta, efron)
    return _spread(blocks, beta, sets.x, sets.stop, sets.status, sets.offset, sets.stratum, sets.start)


def cluster_sums(residuals, members):
    """Rows added up within members (n,) integers from 0: (clusters, p)."""
    sums = np.zeros((int(members.max()) + 1, residuals.shape[1]))
    np.add.at(sums, members, residuals)
    return sums


def dfbeta(fit, *, weighted: bool = True):
    """The change of each coefficient when a row is left out, to first order (n, p), in the order of the rows passed in.

    Multiplied by the case weights unless weighted=False, as R's `residuals(fit, type = "dfbeta")`: the squares of the sums by
    cluster add up to the robust covariance.
    """
    sets = fit.risk_sets
    known = np.nan_to_num(fit.coefficients) * sets.scales
    inverse = sets.scales[:, None] * fit.naive_covariance * sets.scales
    rows = score_residuals(sets, known, fit.ties == "efron") @ inverse / sets.scales
    changes = np.empty_like(rows)
    changes[sets.order] = rows * sets.weight[:, None] if weighted else rows
    return changes


@njit(cache=True, nogil=True)
def _spread(blocks, beta, x, stop, status, offset, stratum, start):
    n, p = x.shape
    m = blocks.shape[0]
    hazard = np.zeros(m + 1)
    pulled = np.zeros((m + 1, p))
    for e in range(m):
        hazard[e + 1] = hazard[e] + blocks[e, BLOCK_HAZARD]
        for a in range(p):
            pulled[e + 1, a] = pulled[e, a] + blocks[e, BLOCK_VECTORS + a]
    residuals = np.zeros((n, p))
    first = 0
    last = 0
    for i in range(n):
        while first < m and blocks[first, BLOCK_STRATUM] < stratum[i]:
            first += 1
        last = max(last, first)
        while last < m and blocks[last, BLOCK_STRATUM] == stratum[i] and blocks[last, BLOCK_TIME] <= stop[i]:
            last += 1
        low = first
        if start.size:
            high = last
            while low < high:  # the first event time after the start
                middle = (low + high) // 2
                if blocks[middle, BLOCK_TIME] > start[i]:
                    high = middle
                else:
                    low = middle + 1
        eta = offset[i]
        for a in range(p):
            eta += beta[a] * x[i, a]
        risk = np.exp(eta)
        until = last - 1 if status[i] == 1 else last
        for a in range(p):
            residuals[i, a] = -risk * (x[i, a] * (hazard[until] - hazard[low]) - (pulled[until, a] - pulled[low, a]))
        if status[i] == 1:
            own = blocks[until]
            for a in range(p):
                residuals[i, a] += x[i, a] - own[BLOCK_VECTORS + 2 * p + a]
                residuals[i, a] -= risk * (x[i, a] * own[BLOCK_DEAD_HAZARD] - own[BLOCK_VECTORS + p + a])
    return residuals
