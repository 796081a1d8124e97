"""The check of proportional hazards: the score test for a coefficient that changes with time.

It is R's `survival::cox.zph` of versions 3.x (an exact score test, not the older approximation on scaled residuals).
Source: Grambsch and Therneau 1994; R survival 3.5-3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trialrun.analysis.statistics.cox import ChiSquare, CoxFit
from trialrun.analysis.statistics.cox_kernels import BLOCK_TIME, BLOCK_VECTORS
from trialrun.analysis.statistics.inputs import as_times
from trialrun.analysis.statistics.risk_sets import event_blocks
from trialrun.analysis.statistics.survival_curve import kaplan_meier

SCALES = ("km", "rank", "identity", "log")


@dataclass(frozen=True, slots=True)
class Proportionality:
    """One test per covariate (or term), and one for all together; a small p-value speaks against proportional hazards."""

    names: tuple[str, ...]
    tests: tuple[ChiSquare, ...]
    overall: ChiSquare
    scale: str


def check_proportionality(fit: CoxFit, scale: str = "km", terms: Sequence[Sequence[int]] | None = None) -> Proportionality:
    """Test each covariate of a fit for a trend of its coefficient in time.

    scale: `km` one minus the left-continuous Kaplan-Meier (as R by default), `rank`, `identity` or `log` of time.
    terms: columns that are tested together, such as ((0,), (1, 2)); by default each on its own.
    """
    if scale not in SCALES:
        raise ValueError(f"no time scale {scale!r}: choose one of {', '.join(SCALES)}")
    if np.isnan(fit.coefficients).any():
        raise ValueError("a covariate has no coefficient: drop it, fit again, then check")
    sets = fit.risk_sets
    p = fit.coefficients.size
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
    groups = [(k,) for k in range(p)] if terms is None else [tuple(term) for term in terms]
    names = tuple("+".join(fit.names[k] for k in term) for term in groups)
    return Proportionality(
        names, tuple(_score_test(whole, push, list(term)) for term in groups), _score_test(whole, push, list(range(p))), scale
    )


def _transform(sets, scale):
    time = as_times(sets.stop)
    if scale == "identity":
        return time
    if scale == "log":
        return np.log(time)
    if scale == "rank":
        _, place, count = np.unique(time, return_inverse=True, return_counts=True)
        return (np.cumsum(count) - 0.5 * (count - 1))[place]
    curve = kaplan_meier(time, sets.status, entry=sets.start if sets.start.size else None, merge_ties=False)
    before = np.searchsorted(curve.time, time, side="left")
    return 1.0 - np.append(1.0, curve.survival)[before]


def _score_test(whole, push, columns):
    p = push.size
    kept = list(range(p)) + [p + k for k in columns]
    target = np.concatenate([np.zeros(p), push[columns]])
    statistic = float(target @ np.linalg.solve(whole[np.ix_(kept, kept)], target))
    return ChiSquare.of(statistic, len(columns))
