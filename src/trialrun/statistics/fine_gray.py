"""The Fine-Gray model of a subdistribution hazard: participants with a competing event stay at risk with falling weight.

Estimates and robust variance are those of R's `survival::finegray` 3.5-3 with `coxph`, without its rows: a participant with a
competing event is kept once, with what all have in common at a time beside it.  `cmprsk::crr` differs in the fourth figure or
so when days are tied (it counts an event and a censoring on one day otherwise), and its variance adds that of the weights.
Source: Fine and Gray 1999; Geskus 2011.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from trialrun.statistics.competing_risks import as_causes, check_cause
from trialrun.statistics.covariates import read_covariates
from trialrun.statistics.cox import CoxFit, describe_fit
from trialrun.statistics.event_table import sort_times
from trialrun.statistics.inputs import NOT_FINITE, Numbers, as_times
from trialrun.statistics.risk_sets import arrange, maximise


def fit_fine_gray(
    time: Numbers,
    cause: Numbers,
    covariates: Numbers | Mapping[str, Numbers],
    *,
    of: int = 1,
    ties: str = "efron",
    names: Sequence[str] | None = None,
    merge_ties: bool = True,
    tolerance: float = 1e-9,
    iterations: int = 20,
) -> CoxFit:
    """Fit subdistribution hazard ratios of cause `of` to times (n,), all positive, cause (n,): 0 censored, 1..k, and covariates.

    covariates (n, p), {name: (n,)} or a table.  The variance is robust, over participants; memory grows with n alone.
    After a competing event a participant is weighed by the chance G(t-) of not being censored, relative to that at the event.
    Times that differ only by rounding are one time.  ValueError for missing or non-positive times and for a cause nobody had.
    """
    if ties not in ("efron", "breslow"):
        raise ValueError(f"no such handling of ties, {ties!r}: choose efron or breslow")
    time = as_times(time)
    if not (time > 0).all():
        raise ValueError(
            "follow-up must be positive: give participants of day 0 half a day, or drop them" if np.isfinite(time).all() else NOT_FINITE
        )
    order, ordered = sort_times(time, merge_ties)
    time = np.empty_like(time)
    time[order] = ordered
    code, causes = as_causes(cause, time.size)
    check_cause(of, causes)
    labels, x = read_covariates(covariates, time.size, names)
    sets = arrange(time, (code == of).astype(np.int32), x, merge_ties=False)
    remains = _not_censored_before(time, code)[sets.order]
    competing = ((code > 0) & (code != of))[sets.order]
    sets = replace(sets, after=np.where(competing, 1.0 / remains, 0.0), remains=remains)
    begin = np.zeros(x.shape[1])
    found = maximise(*sets.arrays(), sets.scales, ties == "efron", begin, tolerance, iterations)
    return describe_fit(labels, sets, found, begin, ties, True, None, tolerance, iterations, "a covariate")


def _not_censored_before(time, code):
    """The chance of not being censored before each time (n,), censorings of a day after its events; always positive."""
    distinct, place = np.unique(time, return_inverse=True)
    gone, lost = np.bincount(place), np.bincount(place, code == 0)
    at_risk = np.cumsum(gone[::-1])[::-1] - (gone - lost)
    steps = np.where(lost > 0, 1.0 - lost / np.maximum(at_risk, 1), 1.0)
    return np.append(1.0, np.cumprod(steps)[:-1])[place]
