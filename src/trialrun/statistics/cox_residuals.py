"""Residuals of a Cox model: score and dfbeta, which carry the robust variance; martingale, deviance and Schoenfeld's.

All but the score residuals come in the order of the rows that were fitted.
Source: Therneau, Grambsch and Fleming 1990; Lin and Wei 1989; Efron's ties as in R's `residuals.coxph` 3.5-3.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trialrun.statistics.cox_kernels import BLOCK_DEAD_HAZARD, BLOCK_HAZARD, BLOCK_STRATUM, BLOCK_TIME, BLOCK_VECTORS
from trialrun.statistics.risk_sets import RiskSets, event_blocks


def score_residuals(sets: RiskSets, beta, efron: bool):
    """Each row's part of the score at beta (n, p), unweighted, in the order and on the scale of sets.x."""
    blocks = event_blocks(sets, beta, efron)
    return _spread(blocks, beta, sets.x, sets.stop, sets.status, sets.offset, sets.stratum, sets.start, sets.after, _remains(sets, blocks))


def _remains(sets, blocks):
    return sets.remains[np.searchsorted(sets.stop, blocks[:, BLOCK_TIME])] if sets.after.size else sets.remains


def cluster_sums(residuals, members):
    """Rows added up within members (n,) integers from 0: (clusters, p)."""
    sums = np.zeros((int(members.max()) + 1, residuals.shape[1]))
    np.add.at(sums, members, residuals)
    return sums


@dataclass(frozen=True, slots=True, eq=False)
class SchoenfeldResiduals:
    """Residuals of the e rows that had an event: row (e,) is the index in what was fitted, time (e,), value (e, p)."""

    row: NDArray
    time: NDArray
    value: NDArray


def martingale_residuals(fit) -> NDArray:
    """Events of each row less those expected of it (n,), as R's `residuals(fit, type = "martingale")`; not weighted."""
    sets = fit.risk_sets
    beta = np.nan_to_num(fit.coefficients) * sets.scales
    blocks = event_blocks(sets, beta, fit.ties == "efron")
    sorted_residuals = sets.status - _expect(
        blocks, beta, sets.x, sets.stop, sets.status, sets.offset, sets.stratum, sets.start, sets.after, _remains(sets, blocks)
    )
    residuals = np.empty(sorted_residuals.size)
    residuals[sets.order] = sorted_residuals
    return residuals


def deviance_residuals(fit) -> NDArray:
    """Martingale residuals made symmetric round zero (n,), as R's `residuals(fit, type = "deviance")`."""
    raw = martingale_residuals(fit)
    event = np.empty(raw.size)
    event[fit.risk_sets.order] = fit.risk_sets.status
    with np.errstate(divide="ignore", invalid="ignore"):
        surprise = np.where(event > 0, event * np.log(event - raw), 0.0)
    return np.sign(raw) * np.sqrt(np.maximum(-2.0 * (raw + surprise), 0.0))


def schoenfeld_residuals(fit) -> SchoenfeldResiduals:
    """The covariates of each row with an event less their mean over those at risk, as R's `residuals(fit, type = "schoenfeld")`."""
    sets = fit.risk_sets
    p = sets.x.shape[1]
    blocks = event_blocks(sets, np.nan_to_num(fit.coefficients) * sets.scales, fit.ties == "efron")
    dead = np.flatnonzero(sets.status)
    new = (np.diff(sets.stop[dead]) != 0) | (np.diff(sets.stratum[dead]) != 0)
    block = np.append(0, np.cumsum(new))
    value = (sets.x[dead] - blocks[block, BLOCK_VECTORS + 2 * p : BLOCK_VECTORS + 3 * p]) * sets.scales
    rows = sets.order[dead]
    order = np.argsort(rows)
    return SchoenfeldResiduals(rows[order], sets.stop[dead][order], value[order])


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
def _places(blocks, stop, status, stratum, start):
    """Of each row (n,): the first event time after its start, and the first that it is not at risk at in full (its own, if it has one)."""
    n, m = stop.size, blocks.shape[0]
    low = np.empty(n, np.int64)
    until = np.empty(n, np.int64)
    first = 0
    last = 0
    for i in range(n):
        while first < m and blocks[first, BLOCK_STRATUM] < stratum[i]:
            first += 1
        last = max(last, first)
        while last < m and blocks[last, BLOCK_STRATUM] == stratum[i] and blocks[last, BLOCK_TIME] <= stop[i]:
            last += 1
        after = first
        if start.size:
            high = last
            while after < high:
                middle = (after + high) // 2
                if blocks[middle, BLOCK_TIME] > start[i]:
                    high = middle
                else:
                    after = middle + 1
        low[i] = after
        until[i] = last - 1 if status[i] == 1 else last
    return low, until


@njit(cache=True, nogil=True)
def _expect(blocks, beta, x, stop, status, offset, stratum, start, after, remains):
    """The events expected of each row (n,): its risk times the hazard over its interval."""
    n, p = x.shape
    m = blocks.shape[0]
    hazard = np.zeros(m + 1)
    faded = np.zeros(m + 1)
    for e in range(m):
        hazard[e + 1] = hazard[e] + blocks[e, BLOCK_HAZARD]
        if after.size:
            faded[e + 1] = faded[e] + remains[e] * blocks[e, BLOCK_HAZARD]
    expected = np.zeros(n)
    low, until = _places(blocks, stop, status, stratum, start)
    for i in range(n):
        eta = offset[i]
        for a in range(p):
            eta += beta[a] * x[i, a]
        whole = hazard[until[i]] - hazard[low[i]]
        if status[i] == 1:
            whole += blocks[until[i], BLOCK_DEAD_HAZARD]
        if after.size:
            whole += after[i] * (faded[m] - faded[until[i]])
        expected[i] = np.exp(eta) * whole
    return expected


@njit(cache=True, nogil=True)
def _spread(blocks, beta, x, stop, status, offset, stratum, start, after, remains):
    n, p = x.shape
    m = blocks.shape[0]
    hazard = np.zeros(m + 1)
    pulled = np.zeros((m + 1, p))
    faded = np.zeros(m + 1)  # the same for those who stay at risk after a competing event
    faded_pull = np.zeros((m + 1, p))
    for e in range(m):
        hazard[e + 1] = hazard[e] + blocks[e, BLOCK_HAZARD]
        for a in range(p):
            pulled[e + 1, a] = pulled[e, a] + blocks[e, BLOCK_VECTORS + a]
        if after.size:
            faded[e + 1] = faded[e] + remains[e] * blocks[e, BLOCK_HAZARD]
            for a in range(p):
                faded_pull[e + 1, a] = faded_pull[e, a] + remains[e] * blocks[e, BLOCK_VECTORS + a]
    residuals = np.zeros((n, p))
    lows, untils = _places(blocks, stop, status, stratum, start)
    for i in range(n):
        low, until = lows[i], untils[i]
        eta = offset[i]
        for a in range(p):
            eta += beta[a] * x[i, a]
        risk = np.exp(eta)
        for a in range(p):
            residuals[i, a] = -risk * (x[i, a] * (hazard[until] - hazard[low]) - (pulled[until, a] - pulled[low, a]))
            if after.size:
                residuals[i, a] -= risk * after[i] * (x[i, a] * (faded[m] - faded[until]) - (faded_pull[m, a] - faded_pull[until, a]))
        if status[i] == 1:
            own = blocks[until]
            for a in range(p):
                residuals[i, a] += x[i, a] - own[BLOCK_VECTORS + 2 * p + a]
                residuals[i, a] -= risk * (x[i, a] * own[BLOCK_DEAD_HAZARD] - own[BLOCK_VECTORS + p + a])
    return residuals
