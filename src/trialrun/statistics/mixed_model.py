"""The mixed model for repeated measures: values at several visits at once, whose covariance is estimated without any form (MMRM).

Fixed effects: each visit its own, of each group, and of each covariate at each visit. The covariance of the visits is one for all groups and
unstructured, estimated by restricted maximum likelihood (Mallinckrodt 2008). A participant counts with the visits that there are; what is
missing at random given these does not bias. Degrees of freedom: Satterthwaite's, one for each contrast (Giesbrecht and Burns 1985).
Held against R's `nlme::gls` (`corSymm`, `varIdent`, REML), and against `lm` visit by visit where nothing is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.linalg import LinAlgError, cholesky, slogdet
from numpy.linalg import inv as inverted
from numpy.linalg import solve as solved
from numpy.typing import NDArray

from trialrun.statistics.curve_reading import Estimate
from trialrun.statistics.inputs import Numbers, as_numbers, number_groups
from trialrun.statistics.linear_model import columns_of, independent
from trialrun.statistics.means import Comparison, compared
from trialrun.statistics.numbers_given import check_confidence

Matrix = NDArray[np.float64]
STEPS, CLOSE = 200, 1e-10  # of the scoring; the gain of the restricted log-likelihood at which it ends


def inv(a: Matrix) -> Matrix:
    return np.asarray(inverted(a), dtype=np.float64)


def solve(a: Matrix, b: Matrix) -> Matrix:
    return np.asarray(solved(a, b), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class VisitOfModel:
    """At one visit, or on the average over them: `means` of each group at the mean of every covariate, `differences` of each group but the first to it."""

    means: tuple[Estimate, ...]
    differences: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedMeasures:
    """The fitted model. `visits` in order; `average`: over all visits, each counting the same. `covariance`: (k, k) of the visits within a participant.

    `log_likelihood`: the restricted one, with its constant as `nlme` has it. `participants`: with a value at some visit and every covariate. `left_out`: the
    numbers of covariates that say nothing new at some visit.
    """

    groups: tuple[str, ...]
    visits: tuple[VisitOfModel, ...]
    average: VisitOfModel
    covariance: Matrix
    log_likelihood: float
    participants: int
    left_out: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Alike:
    """Participants with values at the same visits: `y` (n, m), `x` (n, m, p), at the visits `at` (m,)."""

    at: NDArray[np.int64]
    y: Matrix
    x: Matrix


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """What a covariance gives: coefficients, their covariance, the restricted log-likelihood, and of each set alike the inverse and what is left."""

    beta: Matrix
    spread: Matrix
    likelihood: float
    weights: tuple[Matrix, ...]
    left: tuple[Matrix, ...]


def repeated_measures(
    outcome: Numbers,
    group: Sequence[object],
    covariates: Sequence[Sequence[object]] = (),
    *,
    first: object = None,
    confidence: float = 0.95,
) -> RepeatedMeasures:
    """Values (n, k) of n participants at k visits, NaN where there is none, by group (n,), adjusted for covariates, each (n,): numbers, or text by its levels.

    `first`: the group that others are compared with; else the first in order. ValueError where a covariate is missing, where a group has no value at
    a visit, and where so few participants have two visits in common that their covariance cannot be estimated: the message names which.
    """
    y = as_numbers(outcome, "outcome")
    if y.ndim != 2 or y.shape[1] < 2:
        raise ValueError(f"outcome: one row a participant and two columns at least, a visit each; this has the shape {y.shape}")
    if np.isinf(y).any():
        raise ValueError("outcome: a value is infinite; write NaN where there is none")
    check_confidence(confidence)
    names, code = number_groups(group, y.shape[0], "group")
    parts = [columns_of(values, y.shape[0], f"covariate {k}") for k, values in enumerate(covariates, 1)]
    there = ~np.isnan(y).all(axis=1)
    y, code = y[there], code[there]
    order = [*(k for k, name in enumerate(names) if name == first), *(k for k, name in enumerate(names) if name != first)]
    arms = np.column_stack([(code == k).astype(float) for k in order]) if order else np.empty((0, 0))
    own = [np.column_stack([c[there] for c in part]) if part else np.empty((y.shape[0], 0)) for part in parts]
    held = np.column_stack([*own, np.empty((y.shape[0], 0))])
    _estimable(y, arms, [str(names[k]) for k in order])
    held = held - held.mean(axis=0)
    kept, rows, told = _design(y, arms, held)
    alike = _patterns(y, rows)
    covariance, state = _fitted(alike, y.shape[1], y)
    place = np.repeat(np.arange(len(parts)), [p.shape[1] for p in own])
    left_out = tuple(sorted({int(place[j]) for j in told}))
    k, g = y.shape[1], len(order)
    slope = _information(alike, covariance, state)
    tell = _Told(state, slope, kept, k, g, confidence)
    visits = tuple(VisitOfModel(*tell.at(np.eye(k)[v])) for v in range(k))
    return RepeatedMeasures(
        tuple(str(names[j]) for j in order),
        visits,
        VisitOfModel(*tell.at(np.full(k, 1.0 / k))),
        covariance,
        state.likelihood,
        y.shape[0],
        left_out,
    )


def _estimable(y: Matrix, arms: Matrix, names: Sequence[str]) -> None:
    there = ~np.isnan(y)
    counts = arms.T @ there
    for g, v in zip(*np.nonzero(counts == 0), strict=True):
        raise ValueError(f"the group {names[int(g)]!r} has no value at visit {int(v) + 1}: leave the visit or the group out")
    both = there.T.astype(float) @ there
    for a, b in zip(*np.nonzero(both <= len(names)), strict=True):
        raise ValueError(
            f"{int(both[a, b])} participants have values at visits {int(a) + 1} and {int(b) + 1}, too few for their covariance: leave a visit out"
        )


def _design(y: Matrix, arms: Matrix, held: Matrix) -> tuple[list[int], Matrix, set[int]]:
    """The columns that say something new, the design (n, k, p) of them, and which covariates say nothing new at some visit.

    Columns: visit by visit the groups, then the covariates visit by visit.
    """
    n, k = y.shape
    full = np.zeros((n, k, k * (arms.shape[1] + held.shape[1])))
    for v in range(k):
        full[:, v, v * arms.shape[1] : (v + 1) * arms.shape[1]] = arms
        begin = k * arms.shape[1] + v * held.shape[1]
        full[:, v, begin : begin + held.shape[1]] = held
    kept = independent(full[~np.isnan(y)], k * arms.shape[1])
    lost = set(range(full.shape[2])) - set(kept)
    return kept, full[:, :, kept], {(j - k * arms.shape[1]) % held.shape[1] for j in lost}


def _patterns(y: Matrix, x: Matrix) -> tuple[_Alike, ...]:
    there = ~np.isnan(y)
    kinds, which = np.unique(there, axis=0, return_inverse=True)
    found = []
    for j, kind in enumerate(kinds):
        at, who = np.nonzero(kind)[0], np.nonzero(which.ravel() == j)[0]
        found.append(_Alike(at, y[np.ix_(who, at)], x[np.ix_(who, at)]))
    return tuple(found)


def _state(alike: Sequence[_Alike], covariance: Matrix) -> _State:
    """LinAlgError where the covariance is not positive definite."""
    p = alike[0].x.shape[2]
    a, b, logs, n = np.zeros((p, p)), np.zeros(p), 0.0, 0
    weights = []
    for s in alike:
        v = covariance[np.ix_(s.at, s.at)]
        cholesky(v)
        w = inv(v)
        weights.append(w)
        wx = np.einsum("ij,njp->nip", w, s.x)
        a += np.einsum("nip,niq->pq", s.x, wx)
        b += np.einsum("nip,ni->p", wx, s.y)
        logs += s.y.shape[0] * float(slogdet(v)[1])
        n += s.y.size
    cholesky(a)
    beta = solve(a, b)
    left = tuple(s.y - s.x @ beta for s in alike)
    rest = sum(float(np.einsum("ni,ij,nj->", r, w, r)) for r, w in zip(left, weights, strict=True))
    likelihood = -0.5 * (logs + float(slogdet(a)[1]) + rest + (n - p) * np.log(2 * np.pi))
    return _State(beta, inv(a), likelihood, tuple(weights), left)


def _pairs(k: int) -> list[tuple[int, int]]:
    return [(a, b) for a in range(k) for b in range(a, k)]


def _parts(alike: Sequence[_Alike], k: int) -> list[list[Matrix | None]]:
    """By set alike and pair of visits: the derivative of its covariance by that of the pair; None where it does not hold both."""
    found = []
    for s in alike:
        row: list[Matrix | None] = []
        for a, b in _pairs(k):
            if a in s.at and b in s.at:
                d = np.zeros((s.at.size, s.at.size))
                i, j = int(np.searchsorted(s.at, a)), int(np.searchsorted(s.at, b))
                d[i, j] = d[j, i] = 1.0
                row.append(d)
            else:
                row.append(None)
        found.append(row)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Slopes:
    """By pair of visits: the gradient of the restricted log-likelihood, half its expected and its observed information, and how the spread turns."""

    gradient: Matrix
    expected: Matrix
    observed: Matrix
    turned: Matrix  # (pairs, p, p): the derivative of the coefficients' covariance


def _information(alike: Sequence[_Alike], covariance: Matrix, state: _State) -> _Slopes:
    """The derivatives of the restricted log-likelihood by the covariances, as Lindstrom and Bates (1988) give them; `covariance` is linear in these."""
    k, p = covariance.shape[0], state.spread.shape[0]
    m = len(_pairs(k))
    gradient, traces, crossed = np.zeros(m), np.zeros((m, m)), np.zeros((m, m))
    q, u, bent = np.zeros((m, p, p)), np.zeros((m, p)), np.zeros((m, m))
    for s, w, left, own in zip(alike, state.weights, state.left, _parts(alike, k), strict=True):
        n = s.y.shape[0]
        wx, wr = np.einsum("ij,njp->nip", w, s.x), left @ w
        inner = np.einsum("nip,njq->ijpq", wx, wx)  # by pairs of the set's visits
        moved = [None if d is None else wr @ d for d in own]
        for i, d in enumerate(own):
            if d is None:
                continue
            wd = w @ d
            q[i] += np.einsum("ij,ijpq->pq", d, inner)
            z = moved[i]
            assert z is not None
            gradient[i] += -0.5 * n * float(np.trace(wd)) + 0.5 * float((z * wr).sum())
            u[i] += np.einsum("nip,ni->p", wx, z)
            for j in range(i, m):
                e, other = own[j], moved[j]
                if e is None or other is None:
                    continue
                traces[i, j] += n * float(np.trace(wd @ w @ e))
                bent[i, j] += float(np.einsum("ni,ij,nj->", z, w, other))
                crossed[i, j] += float(np.einsum("ij,ijpq,qp->", d @ w @ e, inner, state.spread))
    c = state.spread
    turned = c @ q @ c
    gradient = gradient + 0.5 * np.einsum("mpq,qp->m", q, c)
    both = np.einsum("apq,bqp->ab", turned, q)
    upper = np.triu(traces - 2.0 * crossed)
    expected = 0.5 * (upper + np.triu(upper, 1).T + both)
    upper = np.triu(bent)
    observed = upper + np.triu(upper, 1).T - u @ c @ u.T - expected
    return _Slopes(gradient, expected, observed, turned)


def _fitted(alike: Sequence[_Alike], k: int, y: Matrix) -> tuple[Matrix, _State]:
    """The covariance at which the restricted likelihood is highest, by scoring with halved steps from the visits' own variances."""
    covariance = np.diag(np.nanvar(y, axis=0) + 1e-300)
    with suppress(LinAlgError):
        state = _state(alike, covariance)
        for _ in range(STEPS):
            slopes = _information(alike, covariance, state)
            step = solve(slopes.expected, slopes.gradient)
            covariance, state, gain = _onward(alike, covariance, state, step, slopes)
            if gain < CLOSE:
                return covariance, state
    raise ValueError(
        "the covariance of the visits cannot be estimated from these values: leave a visit out, or compare averages over the visits"
    )


def _onward(alike: Sequence[_Alike], covariance: Matrix, state: _State, step: Matrix, slopes: _Slopes) -> tuple[Matrix, _State, float]:
    k = covariance.shape[0]
    a, b = (np.array(x) for x in zip(*_pairs(k), strict=True))
    share = 1.0
    while share > 1e-12:
        tried = covariance.copy()
        tried[a, b] += share * step
        tried[b, a] = tried[a, b]
        try:
            found = _state(alike, tried)
        except LinAlgError:
            found = None
        if found is not None and found.likelihood >= state.likelihood:
            # what is still to gain, were it a parabola: not how much this step gave, which a halved step makes small
            return tried, found, float(step @ slopes.gradient)
        share /= 2.0
    return covariance, state, 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """Contrasts of the fitted model, with their degrees of freedom."""

    state: _State
    slopes: _Slopes
    kept: list[int]
    visits: int
    groups: int
    confidence: float

    def at(self, share: Matrix) -> tuple[tuple[Estimate, ...], tuple[Comparison, ...]]:
        """Means and differences of the groups, each visit counting its `share` (k,)."""
        means = [self._compared(self._row(share, g)) for g in range(self.groups)]
        differences = tuple(self._compared(self._row(share, g) - self._row(share, 0)) for g in range(1, self.groups))
        return tuple(Estimate(m.value, m.lower, m.upper) for m in means), differences

    def _row(self, share: Matrix, g: int) -> Matrix:
        row = np.zeros(self.state.beta.size)
        place = {j: i for i, j in enumerate(self.kept)}
        for v in range(self.visits):
            row[place[v * self.groups + g]] = share[v]
        return row

    def _compared(self, row: Matrix) -> Comparison:
        variance = float(row @ self.state.spread @ row)
        bend = np.einsum("p,mpq,q->m", row, self.slopes.turned, row)
        try:
            moving = float(bend @ solve(self.slopes.observed, bend))
        except LinAlgError:
            moving = np.nan
        freedom = 2.0 * variance**2 / moving if moving > 0 else np.nan
        return compared(float(row @ self.state.beta), float(np.sqrt(variance)), freedom, self.confidence)
