"""The arithmetic of the Cox model: one backward pass over the risk sets, and Newton's steps with halving.

Rows are sorted by stratum and by the end of their interval; the pass walks from the last to the first.  Iteration,
convergence and rank rules are those of R's `coxph` 3.5-3 (`coxph.control`), so that the iterates are the same.
Source: Cox 1972; Efron 1977; Therneau and Grambsch 2000, chapter 3.
"""

import numpy as np
from numba import njit

from trialrun.statistics.cox_narrow import WIDEST, narrow_score_and_information
from trialrun.statistics.symmetric_systems import factor, invert, solve

# The places in a block: scalars, then four vectors (p,), then the information (p, p).
BLOCK_TIME, BLOCK_STRATUM, BLOCK_DEATHS = 0, 1, 2
BLOCK_HAZARD, BLOCK_DEAD_HAZARD, BLOCK_SQUARE = 3, 4, 5  # for those at risk, for the dead themselves (Efron), and 1/s0^2
BLOCK_VECTORS = 6  # mean x hazard, the same for the dead, mean over the deaths, score


@njit(cache=True, nogil=True, error_model="numpy")
def score_and_information(
    beta, x, stop, status, weight, offset, stratum, start, start_order, after, remains, efron, score, information, blocks
):
    """The partial log-likelihood at beta; fills score (p,) and information (p, p), upper triangle included.

    x (n, p), all others (n,); start and start_order are empty for data without entry times, otherwise start_order
    sorts the rows by stratum and start.  after and remains are empty, or say who stays at risk after the own time: a row
    whose `after` is positive, weighted by it times `remains` at the event (one stratum, no entry times).
    blocks is empty, or has a row for each distinct event time of each stratum (in the order of the rows), which is
    filled in with what the BLOCK_ places say.
    """
    n, p = x.shape
    size = 1 + p + (p * (p + 1)) // 2
    alive = np.zeros(size)  # sums of risk x (1, x, lower triangle of x x') over those at risk
    dead = np.zeros(size)  # and over those who die at the time at hand
    curvature = np.zeros(size)
    score[:] = 0.0
    loglik = 0.0
    present = 0
    counting = start.size > 0
    fading = after.size > 0
    held = _hold(beta, x, stop, status, weight, offset, after, size) if fading else np.empty((0, 0))
    joint = np.empty(size)
    kept = held.shape[0]
    leaver = n - 1
    block = blocks.shape[0]
    i = n - 1
    layer = stratum[n - 1]
    while i >= 0:
        if stratum[i] != layer:
            layer = stratum[i]
            alive[:] = 0.0
            present = 0
            while counting and leaver >= 0 and stratum[start_order[leaver]] != layer:
                leaver -= 1
        now = stop[i]
        deaths = 0
        dead_weight = 0.0
        while i >= 0 and stop[i] == now and stratum[i] == layer:
            eta = offset[i]
            for a in range(p):
                eta += beta[a] * x[i, a]
            risk = weight[i] * np.exp(eta)
            present += 1
            c = 1 + p
            if status[i] == 0:
                alive[0] += risk
                for a in range(p):
                    piece = risk * x[i, a]
                    alive[1 + a] += piece
                    for b in range(a + 1):
                        alive[c] += piece * x[i, b]
                        c += 1
            else:
                deaths += 1
                dead_weight += weight[i]
                loglik += weight[i] * eta
                dead[0] += risk
                for a in range(p):
                    score[a] += weight[i] * x[i, a]
                    piece = risk * x[i, a]
                    dead[1 + a] += piece
                    for b in range(a + 1):
                        dead[c] += piece * x[i, b]
                        c += 1
            i -= 1
        while counting and leaver >= 0 and stratum[start_order[leaver]] == layer and start[start_order[leaver]] >= now:
            k = start_order[leaver]
            leaver -= 1
            present -= 1
            if present == deaths:  # nobody else is left: start again from exact zeros
                alive[:] = 0.0
            else:
                _remove(alive, beta, x, weight, offset, k)
        if deaths == 0:
            continue
        steps = deaths if efron else 1
        part = 1.0 / steps
        share = dead_weight * part
        block -= 1
        if block >= 0:
            _begin(blocks[block], now, layer, dead_weight, x, status, weight, i + 1, stop, stratum)
        sums = alive
        if fading:
            kept -= 1
            for c in range(size):
                joint[c] = alive[c] + remains[i + 1] * held[kept, c]
                alive[c] += dead[c]
            sums = joint
        for k in range(steps):
            for c in range(size):
                sums[c] += dead[c] * part
            inverse = 1.0 / sums[0]
            loglik -= share * np.log(sums[0])
            rate = share * inverse
            c = 1 + p
            for a in range(p):
                mean = sums[1 + a] * inverse
                score[a] -= share * mean
                for b in range(a + 1):
                    curvature[c] += rate * (sums[c] - mean * sums[1 + b])
                    c += 1
            if block >= 0:
                _record(blocks[block], p, share, sums, (k + 1.0) * part, part)
        for c in range(size):
            dead[c] = 0.0
    c = 1 + p
    for a in range(p):
        for b in range(a + 1):
            information[a, b] = information[b, a] = curvature[c]
            c += 1
    return loglik


@njit(cache=True, nogil=True, error_model="numpy")
def _hold(beta, x, stop, status, weight, offset, after, size):
    """At each distinct event time the sums over rows that stay at risk after an earlier time of their own (k, size)."""
    n, p = x.shape
    count = 0
    seen = -np.inf
    for i in range(n):
        if status[i] != 0 and stop[i] != seen:
            seen = stop[i]
            count += 1
    held = np.empty((count, size))
    sums = np.zeros(size)
    row = 0
    i = 0
    while i < n:
        until = i
        dies = False
        while until < n and stop[until] == stop[i]:
            dies |= status[until] != 0
            until += 1
        if dies:
            held[row] = sums
            row += 1
        while i < until:
            if after[i] > 0.0:
                eta = offset[i]
                for a in range(p):
                    eta += beta[a] * x[i, a]
                risk = weight[i] * after[i] * np.exp(eta)
                sums[0] += risk
                c = 1 + p
                for a in range(p):
                    sums[1 + a] += risk * x[i, a]
                    for b in range(a + 1):
                        sums[c] += risk * x[i, a] * x[i, b]
                        c += 1
            i += 1
    return held


@njit(cache=True, nogil=True, error_model="numpy")
def _remove(sums, beta, x, weight, offset, i):
    """Take the risk of a row that had not yet entered out of the sums."""
    p = beta.size
    eta = offset[i]
    for a in range(p):
        eta += beta[a] * x[i, a]
    risk = weight[i] * np.exp(eta)
    sums[0] -= risk
    c = 1 + p
    for a in range(p):
        piece = risk * x[i, a]
        sums[1 + a] -= piece
        for b in range(a + 1):
            sums[c] -= piece * x[i, b]
            c += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _begin(row, now, layer, dead_weight, x, status, weight, i, stop, stratum):
    """What a block starts with: its time, stratum and deaths, and the covariates of the dead, rows from i on, as its score."""
    p = x.shape[1]
    row[:] = 0.0
    row[BLOCK_TIME] = now
    row[BLOCK_STRATUM] = layer
    row[BLOCK_DEATHS] = dead_weight
    while i < stop.size and stop[i] == now and stratum[i] == layer:
        if status[i] != 0:
            for a in range(p):
                row[BLOCK_VECTORS + 3 * p + a] += weight[i] * x[i, a]
        i += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _record(row, p, share, sums, fraction, part):
    rate = share / sums[0]
    row[BLOCK_HAZARD] += rate
    row[BLOCK_DEAD_HAZARD] += fraction * rate
    row[BLOCK_SQUARE] += rate / sums[0]
    c = 1 + p
    for a in range(p):
        mean = sums[1 + a] / sums[0]
        row[BLOCK_VECTORS + a] += mean * rate
        row[BLOCK_VECTORS + p + a] += fraction * mean * rate
        row[BLOCK_VECTORS + 2 * p + a] += mean * part
        row[BLOCK_VECTORS + 3 * p + a] -= share * mean
        for b in range(a + 1):
            value = rate * (sums[c] - mean * sums[1 + b])
            row[BLOCK_VECTORS + 4 * p + a * p + b] += value
            if b < a:
                row[BLOCK_VECTORS + 4 * p + b * p + a] += value
            c += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _evaluate(beta, x, stop, status, weight, offset, stratum, start, start_order, after, remains, efron, score, information, none):
    if x.shape[1] <= WIDEST and start.size == 0 and after.size == 0:
        return narrow_score_and_information(beta, x, stop, status, weight, offset, stratum, efron, score, information)
    return score_and_information(
        beta, x, stop, status, weight, offset, stratum, start, start_order, after, remains, efron, score, information, none
    )


@njit(cache=True, nogil=True, error_model="numpy")
def newton(
    x, stop, status, weight, offset, stratum, start, start_order, after, remains, efron, beta, tolerance, iterations, rank_tolerance
):
    """Maximise the partial likelihood from beta; x should be centred and scaled.

    Returns beta, inverse information, score, pivots, (log-likelihood at the start, at the end, score test), and the
    number of iterations, negative when they ran out.
    """
    p = x.shape[1]
    score = np.empty(p)
    information = np.empty((p, p))
    pivot = np.empty(p)
    none = np.empty((0, 0))
    first = _evaluate(beta, x, stop, status, weight, offset, stratum, start, start_order, after, remains, efron, score, information, none)
    factor(information, rank_tolerance, pivot)
    step = score.copy()
    solve(information, pivot, step)
    test = 0.0
    for a in range(p):
        test += step[a] * score[a]
    if iterations == 0 or not np.isfinite(first):
        return beta.copy(), invert(information, pivot), score, pivot, (first, first, test), 0
    best = first
    last = first
    held = beta.copy()
    trial = beta + step
    halvings = 0
    for k in range(1, iterations + 1):
        last = _evaluate(
            trial, x, stop, status, weight, offset, stratum, start, start_order, after, remains, efron, score, information, none
        )
        finite = np.isfinite(last) and np.isfinite(score).all() and np.isfinite(information).all()
        factor(information, rank_tolerance, pivot)
        if finite and abs(1.0 - best / last) <= tolerance:
            return trial, invert(information, pivot), score, pivot, (first, last, test), k
        if k == iterations:  # as R: what was reached, without another step
            break
        if not finite or last < best:
            halvings += 1
            trial = (trial + halvings * held) / (halvings + 1)
        else:
            halvings = 0
            best = last
            step[:] = score
            solve(information, pivot, step)
            held = trial.copy()
            trial = trial + step
    return trial, invert(information, pivot), score, pivot, (first, last, test), -iterations
