"""How well a Cox model ranks participants: Harrell's concordance with its standard error, as R's `survival::concordance` 3.5-3.

The variance is the infinitesimal jackknife over participants, or over clusters.
Source: Harrell et al. 1982; Therneau and Watson 2017.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from trialrun.statistics.cox import CoxFit
from trialrun.statistics.exact_sums import rescale
from trialrun.statistics.inputs import Numbers, number_groups
from trialrun.statistics.numbers_given import half_width


@dataclass(frozen=True, slots=True)
class Concordance:
    """The share of comparable pairs that the model ranks rightly, ties in the prediction counted half, with limits on its own scale,
    cut off at 0 and 1.

    A pair is comparable when one had the event while the other was at risk and went on longer; concordant, discordant and tied
    are its numbers, weighted.
    """

    value: float
    std_error: float
    lower: float
    upper: float
    concordant: float
    discordant: float
    tied: float


def concordance(fit: CoxFit, *, cluster: Numbers | None = None, confidence: float = 0.95) -> Concordance:
    """The concordance of a fit, within strata, with case weights and entry times.

    cluster (n,): rows that belong together in the variance, in the order of what was fitted; by default those of the fit.
    NaN where no pair is comparable.
    """
    z = half_width(confidence)
    sets = fit.risk_sets
    if sets.after.size:
        raise ValueError("a Fine-Gray model ranks no pairs: fit a Cox model of the cause for its concordance")
    predicted = sets.x @ (np.nan_to_num(fit.coefficients) * sets.scales) + sets.offset
    _, rank = np.unique(predicted, return_inverse=True)
    weight, unit = rescale(sets.weight)
    counts, influence = count_pairs(rank.astype(np.int64), sets.stop, sets.status, weight, sets.stratum, sets.start, sets.start_order)
    concordant, discordant, tied = np.maximum(counts, 0.0).tolist()
    total = concordant + discordant + tied
    if total <= 0.0:
        return Concordance(np.nan, np.nan, np.nan, np.nan, 0.0, 0.0, 0.0)
    lean = (concordant - discordant) / total  # Somers' d
    moves = weight * (influence[:, 0] - influence[:, 1] - lean * influence.sum(axis=1)) / (2.0 * total)
    groups = fit.cluster if cluster is None else number_groups(cluster, moves.size, "cluster")[1]
    if groups is not None:
        moves = np.bincount(groups[sets.order], moves)
    value, std_error = 0.5 * (lean + 1.0), float(np.sqrt((moves**2).sum()))
    lower, upper = max(value - z * std_error, 0.0), min(value + z * std_error, 1.0)
    return Concordance(value, std_error, lower, upper, *(pairs * unit * unit for pairs in (concordant, discordant, tied)))


@njit(cache=True, nogil=True)
def count_pairs(rank, stop, status, weight, stratum, start, start_order):
    """Concordant, discordant and tied pairs (3,), and the weight of each row's partners in them (n, 3).

    rank (n,) counts from 0; rows are sorted by stratum and stop, start_order by stratum and start, both empty without entries.
    Two binary indexed trees hold, by rank, the weight at risk and the weight of the events so far, walking back in time.
    """
    n = rank.size
    size = rank.max() + 2
    at_risk, events = np.zeros((2, size)), np.zeros((2, size))  # the tree, and the weight at each rank
    counts = np.zeros(3)
    influence = np.zeros((n, 3))
    here = np.zeros(3)
    leaver = n - 1
    i = n - 1
    last = n - 1
    while i >= 0:
        layer = stratum[i]
        now = stop[i]
        while start.size > 0 and leaver >= 0 and stratum[start_order[leaver]] == layer and start[start_order[leaver]] >= now:
            j = start_order[leaver]
            leaver -= 1
            _put(at_risk, rank[j], -weight[j])
            _look(events, rank[j], here)
            _meet(influence, j, here, 1.0)
        first = i
        while first >= 0 and stratum[first] == layer and stop[first] == now:
            if status[first] == 0:  # censored at this time: known to live longer
                _put(at_risk, rank[first], weight[first])
                _look(events, rank[first], here)
                _meet(influence, first, here, -1.0)
            first -= 1
        for k in range(first + 1, i + 1):
            if status[k] == 1:
                _look(at_risk, rank[k], here)
                for c in range(3):
                    counts[c] += weight[k] * here[c]
                    influence[k, c] += here[c]
        for k in range(first + 1, i + 1):
            if status[k] == 1:
                _put(events, rank[k], weight[k])
        for k in range(first + 1, i + 1):
            if status[k] == 1:
                _put(at_risk, rank[k], weight[k])
                _look(events, rank[k], here)
                _meet(influence, k, here, -1.0)
        i = first
        if i < 0 or stratum[i] != layer:
            present = np.ones(last - i, np.bool_)
            if start.size > 0:  # those who have not entered by now
                for q in range(leaver + 1, last + 1):
                    present[start_order[q] - i - 1] = False
                leaver = i
            for k in range(i + 1, last + 1):
                if present[k - i - 1]:
                    _look(events, rank[k], here)
                    _meet(influence, k, here, 1.0)
            at_risk[:] = 0.0
            events[:] = 0.0
            last = i
    return counts, influence


@njit(cache=True, nogil=True)
def _meet(influence, row, here, sign):
    """The events that a row outlives: one of higher rank is concordant, one of lower rank discordant."""
    influence[row, 0] += sign * here[1]
    influence[row, 1] += sign * here[0]
    influence[row, 2] += sign * here[2]


@njit(cache=True, nogil=True)
def _put(tree, place, value):
    tree[1, place] += value
    place += 1
    while place < tree.shape[1]:
        tree[0, place] += value
        place += place & -place


@njit(cache=True, nogil=True)
def _look(tree, place, here):
    """The weight at ranks below place, above it, and at it."""
    here[2] = tree[1, place]
    here[0] = _sum(tree, place)
    here[1] = _sum(tree, tree.shape[1] - 1) - here[0] - here[2]


@njit(cache=True, nogil=True)
def _sum(tree, place):
    value = 0.0
    while place > 0:
        value += tree[0, place]
        place -= place & -place
    return value
