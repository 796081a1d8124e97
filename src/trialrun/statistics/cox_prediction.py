"""What a Cox model predicts: the baseline hazard, and the survival of a given participant.

Conventions of R survival 3.5-3: `basehaz` and `survfit.coxph` (Efron or Breslow hazard as the fit).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialrun.statistics.cox import CoxFit
from trialrun.statistics.cox_kernels import BLOCK_HAZARD, BLOCK_SQUARE, BLOCK_STRATUM, BLOCK_TIME, BLOCK_VECTORS
from trialrun.statistics.inputs import Numbers, as_numbers
from trialrun.statistics.numbers_given import half_width
from trialrun.statistics.risk_sets import event_blocks


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """Cumulative hazard and survival at times (m,), the event times of one stratum or those asked for.

    All others are (m,) for one participant and (m, k) for k.  std_error is that of the cumulative hazard (of log survival); lower
    and upper are of the survival, on the log scale.
    """

    time: NDArray
    hazard: NDArray
    std_error: NDArray
    survival: NDArray
    lower: NDArray
    upper: NDArray


def predict_survival(
    fit: CoxFit,
    covariates: Numbers | Mapping[str, Numbers],
    stratum=None,
    confidence: float = 0.95,
    *,
    times: Numbers | None = None,
    extend: bool = False,
) -> Prediction:
    """The survival of a participant with `covariates` (p,) or {name: value}, as R's `survfit(fit, newdata)`.

    Covariates (k, p), {name: (k,)} or a table predict k participants.  stratum names the layer of a stratified fit; times (m,)
    asks for chosen times: NaN after the last follow-up there, or with extend the last value.  The variance is robust where that
    of the fit is, as in R.  ValueError for another number of covariates, a missing one, or an unknown stratum.
    """
    sets = fit.risk_sets
    p = sets.x.shape[1]
    values, alone = _values(fit, covariates)
    z = (values - sets.means) / sets.scales
    beta = np.nan_to_num(fit.coefficients) * sets.scales
    blocks = event_blocks(sets, beta, fit.ties == "efron")
    layer = _layer(sets, stratum)
    blocks = blocks[blocks[:, BLOCK_STRATUM] == layer]
    base, square = np.cumsum(blocks[:, BLOCK_HAZARD]), np.cumsum(blocks[:, BLOCK_SQUARE])
    pulled = np.cumsum(blocks[:, BLOCK_VECTORS : BLOCK_VECTORS + p], axis=0)
    time = blocks[:, BLOCK_TIME].copy()
    if times is not None:
        time, row = _rows(time, times)
        base, square, pulled = np.append(0.0, base)[row], np.append(0.0, square)[row], np.vstack([np.zeros(p), pulled])[row]
    covariance = sets.scales[:, None] * fit.covariance * sets.scales
    away = pulled[:, None, :] - z * base[:, None, None]
    spread = np.sqrt(square[:, None] + np.einsum("mka,ab,mkb->mk", away, covariance, away))
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        half = half_width(confidence) * np.where(base[:, None] > 0.0, spread / base[:, None], 0.0)
        risk = np.exp(z @ beta)  # far from the data a hazard may be beyond all numbers: its survival is 0
        hazard, std_error = risk * base[:, None], risk * spread
        survival, lower = np.exp(-hazard), np.exp(-hazard * (1.0 + half))
        upper = np.minimum(np.exp(hazard * (half - 1.0)), 1.0)
    columns = np.array([hazard, std_error, survival, lower, upper])
    if times is not None and not extend:
        columns[:, time > _end(sets, layer)] = np.nan
    return Prediction(time, *(columns[:, :, 0] if alone else columns))


def baseline_hazard(fit: CoxFit, stratum=None) -> Prediction:
    """The cumulative hazard of a participant whose covariates are all zero, as R's `basehaz(fit, centered = FALSE)`."""
    return predict_survival(fit, np.zeros(fit.risk_sets.x.shape[1]), stratum)


def _values(fit, covariates):
    """The values as (k, p), and whether they are those of one participant alone."""
    table = not isinstance(covariates, Mapping) and hasattr(covariates, "columns")
    if table or isinstance(covariates, Mapping):
        names = list(covariates.columns) if table else list(covariates)
        if sorted(map(str, names)) != sorted(fit.names):
            raise ValueError(f"give a value of each covariate of the fit: {', '.join(fit.names)}")
        columns = [as_numbers(covariates[name], f"covariate {name}") for name in fit.names]
        if len({column.shape for column in columns}) > 1:
            raise ValueError("the covariates have different lengths: give one value of each per participant")
        values, alone = np.column_stack([np.atleast_1d(column) for column in columns]), columns[0].size == 1 and not table
    else:
        values = as_numbers(covariates, "covariates")
        values, alone = (values.reshape(1, -1), True) if values.ndim <= 1 else (values, False)
    if values.ndim != 2 or values.shape[1] != len(fit.names) or not np.isfinite(values).all():
        raise ValueError(f"covariates of shape {values.shape}: give one finite number for each of {', '.join(fit.names)}")
    return values, alone


def _rows(time, times):
    """The times asked for, and how many event times each is at or after."""
    at = np.atleast_1d(as_numbers(times, "times to predict"))
    if at.ndim != 1 or np.isnan(at).any():
        raise ValueError("times to predict must not be missing: name days on the clock of the fit")
    return at, np.searchsorted(time, at, side="right")


def _end(sets, layer):
    return sets.stop[sets.stratum == layer].max()


def _layer(sets, stratum):
    if stratum not in sets.layers:
        there = "the fit has no strata" if sets.layers == (None,) else f"choose one of {', '.join(map(repr, sets.layers))}"
        raise ValueError(f"no stratum {stratum!r}: {there}")
    return sets.layers.index(stratum)
