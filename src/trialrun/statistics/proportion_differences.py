"""The difference of two proportions: Newcombe's, Miettinen and Nurminen's and the exact unconditional interval; Fisher's test.

Source: Newcombe 1998 (method 10); Miettinen and Nurminen 1985; Farrington and Manning 1990; Chan and Zhang 1999.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln

from trialrun.statistics.numbers_given import check_confidence, half_width
from trialrun.statistics.proportions import binomial_chance, check_responders, wilson

EDGE = 1e-12  # of a difference: how near to 1 a limit is sought


@dataclass(frozen=True, slots=True)
class Difference:
    """The first share minus the second, with confidence limits."""

    value: float
    lower: float
    upper: float
    method: str


def newcombe(responders, participants, control_responders, control_participants, *, confidence: float = 0.95) -> Difference:
    """The hybrid score interval: the Wilson limits of each share, combined."""
    one = wilson(responders, participants, confidence=confidence)
    two = wilson(control_responders, control_participants, confidence=confidence)
    value = one.value - two.value
    lower = value - np.hypot(one.value - one.lower, two.upper - two.value)
    upper = value + np.hypot(one.upper - one.value, two.value - two.lower)
    return Difference(value, max(-1.0, float(lower)), min(1.0, float(upper)), "Newcombe")


def miettinen_nurminen(responders, participants, control_responders, control_participants, *, confidence: float = 0.95) -> Difference:
    """The score interval, with the variance at the restricted estimates and its factor N / (N - 1)."""
    r1, n1, r2, n2 = _counts(responders, participants, control_responders, control_participants)
    z = half_width(confidence)
    return Difference(r1 / n1 - r2 / n2, -_score_limit(r2, n2, r1, n1, z), _score_limit(r1, n1, r2, n2, z), "Miettinen-Nurminen")


def _score_limit(r1, n1, r2, n2, z):
    """The greatest difference, first minus second, whose score statistic is not below -z; the least is that of the arms swapped."""
    shrink = np.sqrt(1.0 - 1.0 / (n1 + n2))
    low, high = max(r1 / n1 - r2 / n2, -1.0 + EDGE), 1.0 - EDGE

    def excess(delta):
        return float(score(r1, n1, r2, n2, delta)) * shrink + z

    if low >= high or excess(high) >= 0.0:
        return 1.0
    return float(brentq(excess, low, high, xtol=1e-14, rtol=1e-14))


def exact_difference(responders, participants, control_responders, control_participants, *, confidence: float = 0.95) -> Difference:
    """The exact unconditional interval: two one-sided score tests inverted, each maximised over the unknown share.

    The maximum is sought on a grid of 401 shares and refined around the best; sizes up to a few hundred per group.
    """
    r1, n1, r2, n2 = _counts(responders, participants, control_responders, control_participants)
    tail = 0.5 * (1.0 - check_confidence(confidence))
    lower, upper = -_exact_limit(r2, n2, r1, n1, tail), _exact_limit(r1, n1, r2, n2, tail)
    return Difference(r1 / n1 - r2 / n2, lower, upper, "exact unconditional (Chan-Zhang)")


def _exact_limit(r1, n1, r2, n2, tail):
    """The greatest difference, first minus second, that the one-sided test does not reject."""
    value = r1 / n1 - r2 / n2
    # the p-value is a step function of delta between jumps of the region; bisection finds where it leaves the tail
    return 1.0 if value >= 1.0 else _bisect(lambda delta: _worst(r1, n1, r2, n2, delta) > tail, value, 1.0)


def fisher_test(responders, participants, control_responders, control_participants, *, alternative: str = "two-sided") -> float:
    """Fisher's exact p-value; `two-sided` sums all tables no likelier than the one observed, as R's `fisher.test`."""
    r1, n1, r2, n2 = _counts(responders, participants, control_responders, control_participants)
    total = r1 + r2
    counts = np.arange(max(0, total - n2), min(n1, total) + 1)
    chances = np.exp(_choose(n1, counts) + _choose(n2, total - counts) - _choose(n1 + n2, total))
    if alternative == "greater":
        return float(min(1.0, chances[counts >= r1].sum()))
    if alternative == "less":
        return float(min(1.0, chances[counts <= r1].sum()))
    if alternative != "two-sided":
        raise ValueError(f"no alternative {alternative!r}: choose greater, less or two-sided")
    return float(min(1.0, chances[chances <= chances[r1 - counts[0]] * (1.0 + 1e-7)].sum()))


def score(r1, n1, r2, n2, delta):
    """The score statistic of the hypothesis that the shares differ by delta; counts may be arrays that broadcast."""
    p1, p2 = np.asarray(r1 / n1), np.asarray(r2 / n2)
    q1, q2 = restricted_shares(p1, n1, p2, n2, delta)
    variance = q1 * (1.0 - q1) / n1 + q2 * (1.0 - q2) / n2
    gap = p1 - p2 - delta
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = gap / np.sqrt(variance)
    return np.where(np.abs(gap) < 1e-14, 0.0, np.where(variance > 1e-300, ratio, np.sign(gap) * 1e150))  # 1e150: beyond all others


def restricted_shares(p1, n1, p2, n2, delta):
    """The likeliest shares that differ by delta (Farrington and Manning 1990, appendix)."""
    theta = n2 / n1
    a = 1.0 + theta
    b = -(1.0 + theta + p1 + theta * p2 + delta * (theta + 2.0))
    c = delta**2 + delta * (2.0 * p1 + theta + 1.0) + p1 + theta * p2
    d = -p1 * delta * (1.0 + delta)
    v = b**3 / (3.0 * a) ** 3 - b * c / (6.0 * a * a) + d / (2.0 * a)
    u = np.where(v > 0, 1.0, -1.0) * np.sqrt(np.maximum(b * b / (3.0 * a) ** 2 - c / (3.0 * a), 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = np.where(u == 0.0, 0.0, v / u**3)
    w = (np.pi + np.arccos(np.clip(cosine, -1.0, 1.0))) / 3.0
    q1 = np.clip(2.0 * u * np.cos(w) - b / (3.0 * a), max(0.0, delta), min(1.0, 1.0 + delta))
    return q1, q1 - delta


def _worst(r1, n1, r2, n2, delta):
    """The greatest chance, over the control share, of a score at most that observed."""
    rows, columns = np.arange(n1 + 1)[:, None], np.arange(n2 + 1)[None, :]
    scores = -score(rows, n1, columns, n2, delta)
    region = (scores >= scores[r1, r2] - 1e-9 * max(1.0, abs(scores[r1, r2]))).astype(float)

    def chance(shares):
        one = binomial_chance(rows, n1, np.clip(shares + delta, 0.0, 1.0)[None, :])
        two = binomial_chance(columns.T, n2, shares[None, :])
        return np.einsum("ik,ik->k", one, region @ two)

    low, high = max(0.0, -delta), min(1.0, 1.0 - delta)
    best = 0.0
    for _ in range(4):
        shares = np.linspace(low, high, 401)
        chances = chance(shares)
        k = int(chances.argmax())
        best = max(best, float(chances[k]))
        low, high = shares[max(k - 1, 0)], shares[min(k + 1, 400)]
    return best


def _bisect(holds, inside, outside):
    if holds(outside):
        return outside
    for _ in range(44):
        middle = 0.5 * (inside + outside)
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
        if abs(inside - outside) < 1e-10:
            break
    return float(inside)


def _choose(n, r):
    return gammaln(n + 1.0) - gammaln(r + 1.0) - gammaln(n - r + 1.0)


def _counts(r1, n1, r2, n2):
    return *check_responders(r1, n1), *check_responders(r2, n2)
