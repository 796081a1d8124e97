"""The check of proportional hazards: the score test for a coefficient that changes with time.

It is R's `survival::cox.zph` of versions 3.x (an exact score test, not the older approximation on scaled residuals).
Source: Grambsch and Therneau 1994; R survival 3.5-3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trialrun.statistics.cox import ChiSquare, CoxFit
from trialrun.statistics.cox_kernels import BLOCK_TIME, BLOCK_VECTORS
from trialrun.statistics.inputs import as_times
from trialrun.statistics.risk_sets import event_blocks
from trialrun.statistics.survival_curve import kaplan_meier

SCALES = ("km", "rank", "identity", "log")


@dataclass(frozen=True, slots=True)
class Proportionality:
    """One test per covariate (or term), and one for all together; a small p-value speaks against proportional hazards."""

    names: tuple[str, ...]
    tests: tuple[ChiSquare, ...]
    overall: ChiSquare
    scale: str


def check_proportionality(fit: CoxFit, scale: str = "km", terms: Sequence[Sequence[int | str]] | None = None) -> Proportionality:
    """Test each covariate of a fit for a trend of its coefficient in time.

    scale: `km` one minus the left-continuous Kaplan-Meier (as R by default), `rank`, `identity` or `log` of time.
    terms: columns, by place or by name, that are tested together, such as ((0,), (1, 2)); by default each on its own.
    ValueError for an unknown scale or covariate, a covariate without coefficient, an event at 0 with `log`, too few events.
    """
    if scale not in SCALES:
        raise ValueError(f"no time scale {scale!r}: choose one of {', '.join(SCALES)}")
    if not np.isfinite(fit.std_errors).all():
        raise ValueError("a covariate has no coefficient: drop it, fit again, then check")
    sets = fit.risk_sets
    p = fit.coefficients.size
    groups = [(k,) for k in range(p)] if terms is None else [_places(fit.names, term) for term in terms]
    blocks = event_blocks(sets, fit.coefficients * sets.scales, fit.ties == "efron")
    moment = _transform(sets, scale)
    centre = moment[sets.status == 1].mean()
    first = np.searchsorted(np.sort(sets.stop), blocks[:, BLOCK_TIME])
    g = moment[np.argsort(sets.stop, kind="stable")][first] - centre
    pushes = blocks[:, BLOCK_VECTORS + 3 * p : BLOCK_VECTORS + 4 * p]
    information = blocks[:, BLOCK_VECTORS + 4 * p :].reshape(-1, p, p)
    plain, crossed, squared = (np.einsum("e,eab->ab", w, information) for w in (np.ones(g.size), g, g * g))
    whole = np.block([[plain, crossed], [crossed.T, squared]])
    push = g @ pushes
    names = tuple("+".join(fit.names[k] for k in term) for term in groups)
    return Proportionality(
        names, tuple(_score_test(whole, push, list(term)) for term in groups), _score_test(whole, push, list(range(p))), scale
    )


def _places(names, term):
    places = []
    for one in (term,) if isinstance(term, int | str) else term:
        if isinstance(one, str) and one in names:
            places.append(names.index(one))
        elif isinstance(one, int) and 0 <= one < len(names):
            places.append(one)
        else:
            raise ValueError(f"no covariate {one!r} in the fit: name one of {', '.join(names)}, or a place from 0 to {len(names) - 1}")
    return tuple(places)


def _transform(sets, scale):
    time = as_times(sets.stop)
    if scale == "identity":
        return time
    if scale == "log":
        if not (time[sets.status == 1] > 0).all():
            raise ValueError("an event at 0 has no logarithm: choose km or rank")
        return np.log(np.where(time > 0, time, 1.0))
    if scale == "rank":
        if sets.after.size:
            raise ValueError("a Fine-Gray model has no ranks of time, since participants stay at risk: choose km, identity or log")
        _, place, count = np.unique(time, return_inverse=True, return_counts=True)
        return (np.cumsum(count) - 0.5 * (count - 1))[place]
    if sets.after.size:
        return 1.0 - _staying(sets)
    curve = kaplan_meier(time, sets.status, entry=sets.start if sets.start.size else None, merge_ties=False)
    before = np.searchsorted(curve.time, time, side="left")
    return 1.0 - np.append(1.0, curve.survival)[before]


def _staying(sets):
    """The Kaplan-Meier curve just before each time (n,), where participants with a competing event stay at risk."""
    distinct, place = np.unique(sets.stop, return_inverse=True)
    gone, dead, competing = (np.bincount(place, column) for column in (np.ones(place.size), sets.status, sets.after > 0))
    at_risk = np.cumsum(gone[::-1])[::-1] + np.cumsum(competing) - competing
    return np.append(1.0, np.cumprod(1.0 - dead / at_risk)[:-1])[place]


def _score_test(whole, push, columns):
    p = push.size
    kept = list(range(p)) + [p + k for k in columns]
    target = np.concatenate([np.zeros(p), push[columns]])
    try:
        statistic = float(target @ np.linalg.solve(whole[np.ix_(kept, kept)], target))
    except np.linalg.LinAlgError:
        raise ValueError("too few events to see a trend in time: leave the check out, or pool strata") from None
    return ChiSquare.of(statistic, len(columns))
