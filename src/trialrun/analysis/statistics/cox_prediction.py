"""What a Cox model predicts: the baseline hazard, the survival of a given participant, and how well it ranks them.

Conventions of R survival 3.5-3: `basehaz`, `survfit.coxph` (Efron or Breslow hazard as the fit) and `concordance`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trialrun.analysis.statistics.cox import CoxFit
from trialrun.analysis.statistics.cox_kernels import BLOCK_HAZARD, BLOCK_SQUARE, BLOCK_STRATUM, BLOCK_TIME, BLOCK_VECTORS
from trialrun.analysis.statistics.inputs import Numbers, as_numbers
from trialrun.analysis.statistics.numbers_given import half_width
from trialrun.analysis.statistics.risk_sets import event_blocks


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """Cumulative hazard and survival at the event times of one stratum, all (m,).

    std_error is that of the cumulative hazard (of log survival); lower and upper are of the survival, on the log scale.
    """

    time: NDArray
    hazard: NDArray
    std_error: NDArray
    survival: NDArray
    lower: NDArray
    upper: NDArray


@dataclass(frozen=True, slots=True)
class Concordance:
    """The share of comparable pairs that the model ranks rightly, ties in the prediction counted half."""

    value: float
    concordant: float
    discordant: float
    tied: float


def predict_survival(fit: CoxFit, covariates: Numbers, stratum=None, confidence: float = 0.95) -> Prediction:
    """The survival of a participant with `covariates` (p,) or {name: value}, as R's `survfit(fit, newdata)`.

    stratum names the layer of a stratified fit.  The variance is robust where that of the fit is, as in R.
    ValueError for another number of covariates, a missing one, or an unknown stratum.
    """
    sets = fit.risk_sets
    p = sets.x.shape[1]
    z = (_values(fit, covariates) - sets.means) / sets.scales
    beta = np.nan_to_num(fit.coefficients) * sets.scales
    blocks = event_blocks(sets, beta, fit.ties == "efron")
    blocks = blocks[blocks[:, BLOCK_STRATUM] == _layer(sets, stratum)]
    away = np.cumsum(blocks[:, BLOCK_VECTORS : BLOCK_VECTORS + p] - z * blocks[:, [BLOCK_HAZARD]], axis=0)
    covariance = sets.scales[:, None] * fit.covariance * sets.scales
    spread = np.sqrt(np.cumsum(blocks[:, BLOCK_SQUARE]) + np.einsum("ea,ab,eb->e", away, covariance, away))
    base = np.cumsum(blocks[:, BLOCK_HAZARD])
    half = half_width(confidence) * spread / base
    with np.errstate(over="ignore", invalid="ignore"):  # far from the data a hazard may be beyond all numbers: its survival is 0
        risk = np.exp(z @ beta)
        hazard, std_error = risk * base, risk * spread
        survival, lower = np.exp(-hazard), np.exp(-hazard * (1.0 + half))
        upper = np.minimum(np.exp(hazard * (half - 1.0)), 1.0)
    return Prediction(blocks[:, BLOCK_TIME].copy(), hazard, std_error, survival, lower, upper)


def baseline_hazard(fit: CoxFit, stratum=None) -> Prediction:
    """The cumulative hazard of a participant whose covariates are all zero, as R's `basehaz(fit, centered = FALSE)`."""
    return predict_survival(fit, np.zeros(fit.risk_sets.x.shape[1]), stratum)


def _values(fit, covariates):
    if isinstance(covariates, Mapping):
        unknown = [name for name in fit.names if name not in covariates]
        if unknown or len(covariates) != len(fit.names):
            raise ValueError(f"give a value of each covariate of the fit: {', '.join(fit.names)}")
        covariates = [covariates[name] for name in fit.names]
    values = as_numbers(covariates, "covariates")
    if values.shape != (len(fit.names),) or not np.isfinite(values).all():
        raise ValueError(f"covariates of shape {values.shape}: give one finite number for each of {', '.join(fit.names)}")
    return values


def _layer(sets, stratum):
    if stratum not in sets.layers:
        there = "the fit has no strata" if sets.layers == (None,) else f"choose one of {', '.join(map(repr, sets.layers))}"
        raise ValueError(f"no stratum {stratum!r}: {there}")
    return sets.layers.index(stratum)


def concordance(fit: CoxFit) -> Concordance:
    """Harrell's concordance of a fit without entry times, within strata and with case weights, as R's `concordance`."""
    sets = fit.risk_sets
    if sets.start.size:
        raise ValueError("concordance with entry times is not offered")
    predicted = sets.x @ (np.nan_to_num(fit.coefficients) * sets.scales) + sets.offset
    _, rank = np.unique(predicted, return_inverse=True)
    concordant, discordant, tied = _count_pairs(rank.astype(np.int64), sets.stop, sets.status, sets.weight, sets.stratum)
    total = concordant + discordant + tied
    return Concordance((concordant + 0.5 * tied) / total if total > 0 else np.nan, concordant, discordant, tied)


@njit(cache=True, nogil=True)
def _count_pairs(rank, stop, status, weight, stratum):
    """Pairs of an event with someone known to live longer; a binary indexed tree holds the weight at each rank."""
    size = rank.max() + 2
    tree = np.zeros(size)
    held = np.zeros(size)
    total = concordant = discordant = tied = 0.0
    i = rank.size - 1
    layer = stratum[i]
    while i >= 0:
        if stratum[i] != layer:
            layer = stratum[i]
            tree[:] = 0.0
            held[:] = 0.0
            total = 0.0
        j = i
        while j >= 0 and stop[j] == stop[i] and stratum[j] == layer:
            if status[j] == 0:  # censored at this time: known to live longer
                total += weight[j]
                held[rank[j]] += weight[j]
                _add(tree, rank[j], weight[j])
            j -= 1
        for k in range(j + 1, i + 1):
            if status[k] == 1:
                below = _sum(tree, rank[k])
                same = held[rank[k]]
                concordant += weight[k] * below
                tied += weight[k] * same
                discordant += weight[k] * (total - below - same)
        for k in range(j + 1, i + 1):
            if status[k] == 1:
                total += weight[k]
                held[rank[k]] += weight[k]
                _add(tree, rank[k], weight[k])
        i = j
    return concordant, discordant, tied


@njit(cache=True, nogil=True)
def _add(tree, place, value):
    place += 1
    while place < tree.size:
        tree[place] += value
        place += place & -place


@njit(cache=True, nogil=True)
def _sum(tree, place):
    """The weight held at ranks below place."""
    value = 0.0
    while place > 0:
        value += tree[place]
        place -= place & -place
    return value
