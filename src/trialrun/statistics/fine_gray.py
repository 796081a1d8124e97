"""The Fine-Gray model of a subdistribution hazard: participants with a competing event stay at risk with falling weight.

Rows and weights are those of R's `survival::finegray` 3.5-3, fitted as a weighted Cox model.  `cmprsk::crr` differs from
it in the fourth figure or so when days are tied: it counts an event and a censoring on one day otherwise, and its
variance adds that of the weights.  Source: Fine and Gray 1999; Geskus 2011.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialrun.statistics.competing_risks import as_causes, check_cause
from trialrun.statistics.covariates import read_covariates
from trialrun.statistics.cox import CoxFit, fit_cox
from trialrun.statistics.event_table import sort_times
from trialrun.statistics.inputs import NOT_FINITE, Numbers, as_times


@dataclass(frozen=True, slots=True, eq=False)
class Expansion:
    """Weighted rows (start, stop] for a model of the subdistribution hazard; participant is the index in what was given."""

    participant: NDArray
    start: NDArray
    stop: NDArray
    status: NDArray
    weight: NDArray


def expand_subdistribution(time: Numbers, cause: Numbers, *, of: int = 1, merge_ties: bool = True) -> Expansion:
    """Rows for cause `of` from time (n,), all positive, and cause (n,): 0 censored, 1..k.

    After a competing event a row goes on, weighted by the chance G(t-) of not being censored, relative to that at the event.
    Times that differ only by rounding are one time.  ValueError for missing or non-positive times and for a cause nobody had.
    """
    time = as_times(time)
    if not (time > 0).all():
        raise ValueError(
            "follow-up must be positive: give participants of day 0 half a day, or drop them" if np.isfinite(time).all() else NOT_FINITE
        )
    order, ordered = sort_times(time, merge_ties)
    time = np.empty_like(time)
    time[order] = ordered
    n = time.size
    code, causes = as_causes(cause, n)
    check_cause(of, causes)
    distinct = np.unique(time)
    at_risk = n - np.searchsorted(np.sort(time), distinct, side="left") - _count(time[code > 0], distinct)
    lost = _count(time[code == 0], distinct)
    uncensored = np.append(1.0, np.cumprod(np.where(lost > 0, 1.0 - lost / np.maximum(at_risk, 1), 1.0)))

    def not_censored_before(t):
        return uncensored[np.searchsorted(distinct, t, side="left")]

    event_times = np.unique(time[code == of])
    chances = not_censored_before(event_times)
    changes = np.flatnonzero(np.diff(chances) != 0)  # a new weight begins after each of these
    edges = np.append(event_times[changes], event_times[-1]) if event_times.size else np.empty(0)
    who, start, stop, weight = [np.arange(n)], [np.zeros(n)], [time], [np.ones(n)]
    for i in np.flatnonzero((code > 0) & (code != of)):
        ends = edges[np.searchsorted(edges, time[i], side="right") :]
        ends = ends[not_censored_before(ends) > 0]
        if ends.size:
            who.append(np.full(ends.size, i))
            start.append(np.append(time[i], ends[:-1]))
            stop.append(ends)
            weight.append(not_censored_before(ends) / not_censored_before(time[i]))
    participant = np.concatenate(who)
    status = np.concatenate([code == of, np.zeros(participant.size - n, bool)]).astype(np.int32)
    return Expansion(participant, np.concatenate(start), np.concatenate(stop), status, np.concatenate(weight))


def fit_fine_gray(
    time: Numbers,
    cause: Numbers,
    covariates: Numbers | Mapping[str, Numbers],
    *,
    of: int = 1,
    ties: str = "efron",
    names: Sequence[str] | None = None,
    merge_ties: bool = True,
) -> CoxFit:
    """Fit subdistribution hazard ratios to covariates (n, p), {name: (n,)} or a table, with robust variance over participants."""
    rows = expand_subdistribution(time, cause, of=of, merge_ties=merge_ties)
    labels, x = read_covariates(covariates, int(rows.participant.max()) + 1, names)
    return fit_cox(
        rows.stop, rows.status, x[rows.participant], entry=rows.start, weights=rows.weight, cluster=rows.participant,
        ties=ties, names=labels, merge_ties=False,
    )  # fmt: skip


def _count(times, distinct):
    ordered = np.sort(times)
    return np.searchsorted(ordered, distinct, side="right") - np.searchsorted(ordered, distinct, side="left")
