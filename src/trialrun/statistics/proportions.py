"""One proportion: exact and score intervals, the exact binomial test, and the power of a single-arm design.

Source: Clopper and Pearson 1934; Wilson 1927; Lancaster 1961 for mid-p; the two-sided test is R's `binom.test`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import bdtr, bdtrc, betaincinv, gammaln, xlog1py, xlogy

from trialrun.statistics.numbers_given import check_confidence, check_count, check_share, half_width


@dataclass(frozen=True, slots=True)
class Proportion:
    """Responders out of participants, as a share with its confidence limits."""

    responders: int
    participants: int
    value: float
    lower: float
    upper: float
    method: str


@dataclass(frozen=True, slots=True)
class SingleArmDesign:
    """A one-sided exact test of n participants: reject when at least `critical` respond (None: no count suffices).

    one_sided_alpha is the size actually attained, power the chance to reject under the alternative.
    """

    participants: int
    null: float
    alternative: float
    critical: int | None
    one_sided_alpha: float
    power: float


def clopper_pearson(responders: int, participants: int, *, confidence: float = 0.95) -> Proportion:
    """The exact interval by inversion of two one-sided binomial tests."""
    r, n = check_responders(responders, participants)
    tail = 0.5 * (1.0 - check_confidence(confidence))
    lower = float(betaincinv(r, n - r + 1.0, tail)) if r > 0 else 0.0
    upper = float(betaincinv(r + 1.0, n - r, 1.0 - tail)) if r < n else 1.0
    return Proportion(r, n, r / n, lower, upper, "Clopper-Pearson")


def wilson(responders: int, participants: int, *, confidence: float = 0.95, correct: bool = False) -> Proportion:
    """Wilson's score interval; with `correct`, Yates's continuity correction as R's `prop.test`."""
    r, n = check_responders(responders, participants)
    p = r / n
    z = half_width(confidence)
    shift = 0.5 / n if correct else 0.0
    spread = 1.0 + z * z / n

    def bound(share, sign):
        return (share + z * z / (2.0 * n) + sign * z * np.sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n))) / spread

    lower = 0.0 if p - shift <= 0.0 else float(max(bound(p - shift, -1.0), 0.0))
    upper = 1.0 if p + shift >= 1.0 else float(min(bound(p + shift, 1.0), 1.0))
    return Proportion(r, n, p, lower, upper, "Wilson, continuity corrected" if correct else "Wilson")


def mid_p(responders: int, participants: int, *, confidence: float = 0.95) -> Proportion:
    """The mid-p interval: the exact one with half the probability of the observed count in each tail."""
    r, n = check_responders(responders, participants)
    tail = 0.5 * (1.0 - check_confidence(confidence))

    def above(share):
        return bdtrc(r, n, share) + 0.5 * binomial_chance(r, n, share) - tail

    def below(share):
        return bdtr(r, n, share) - 0.5 * binomial_chance(r, n, share) - tail

    tiny = 1e-300
    lower = 0.0 if r == 0 else brentq(above, tiny, r / n, xtol=1e-300, rtol=1e-14, maxiter=500)
    upper = 1.0 if r == n else brentq(below, max(r / n, tiny), 1.0, xtol=1e-16, rtol=1e-14, maxiter=500)
    return Proportion(r, n, r / n, float(lower), float(upper), "mid-p")


def binomial_test(responders: int, participants: int, null: float, *, alternative: str = "two-sided") -> float:
    """The exact p-value of the hypothesis that the share is `null`.

    alternative: `greater`, `less`, or `two-sided`, which sums all counts no likelier than the one observed.
    """
    r, n = check_responders(responders, participants)
    check_share(null, "the share under the hypothesis")
    if alternative == "greater":
        return at_least(r, n, null)
    if alternative == "less":
        return float(bdtr(r, n, null))
    if alternative != "two-sided":
        raise ValueError(f"no alternative {alternative!r}: choose greater, less or two-sided")
    chances = binomial_chance(np.arange(n + 1), n, null)
    return float(min(1.0, chances[chances <= chances[r] * (1.0 + 1e-7)].sum()))


def at_least(responders: int, participants: int, share: float) -> float:
    """The chance of `responders` or more among `participants` when each responds with chance `share`."""
    return 1.0 if responders <= 0 else float(bdtrc(responders - 1, participants, share))


def exact_design(participants: int, null: float, alternative: float, *, alpha: float = 0.025) -> SingleArmDesign:
    """The one-sided exact test that a share exceeds `null`: its critical count, attained size, and power.

    Of 140 participants, 30 % against 45 % at one-sided 0.025, at least 54 must respond: size 0.0185, power 0.947.
    """
    participants = check_count(participants, "a design's number of participants", 1)
    check_share(null, "null")
    check_share(alternative, "alternative")
    if not 0.0 < check_share(alpha, "alpha") < 1.0 or null == 1.0:
        raise ValueError("null and alpha are shares between 0 and 1, such as 0.3 and 0.025")
    if alternative < null:
        raise ValueError(f"the alternative {alternative!r} lies below the null {null!r}: turn the response round, and test the failures")
    tails = np.append(1.0, bdtrc(np.arange(participants), participants, null))  # chance of r or more, r = 0..n
    enough = np.flatnonzero(tails <= alpha)
    if enough.size == 0:
        return SingleArmDesign(participants, null, alternative, None, 0.0, 0.0)
    critical = int(enough[0])
    return SingleArmDesign(participants, null, alternative, critical, float(tails[critical]), at_least(critical, participants, alternative))


def binomial_chance(responders, participants, share):
    """The binomial probability of exactly `responders`; arrays broadcast."""
    r, n = np.asarray(responders, dtype=float), float(participants)
    choose = gammaln(n + 1.0) - gammaln(r + 1.0) - gammaln(n - r + 1.0)
    return np.exp(choose + xlogy(r, share) + xlog1py(n - r, -share))


def check_responders(responders: int, participants: int) -> tuple[int, int]:
    """Responders and participants as whole numbers, the first no more than the second; ValueError otherwise."""
    n = check_count(participants, "participants")
    if n < 1:
        raise ValueError("no participants: the group is empty, so there is no proportion")
    return check_count(responders, "responders", 0, n), n
