"""The ratio of two proportions, their odds ratio, and the difference over strata, with intervals.

Source: Koopman 1984 and Miettinen and Nurminen 1985 for the risk ratio (score interval); Cornfield 1956, Fisher 1962 for the exact
odds ratio, as R's `fisher.test`; Mantel and Haenszel's weights with the variance of Sato 1989 for the difference over strata.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln, logsumexp

from trialrun.statistics.inputs import Numbers, as_column, as_times
from trialrun.statistics.numbers_given import check_confidence, check_count, half_width
from trialrun.statistics.proportion_differences import Difference
from trialrun.statistics.proportions import check_responders

FAR = 60.0  # on the log scale: beyond all ratios


@dataclass(frozen=True, slots=True)
class Ratio:
    """The first against the second, with limits; infinite where the second has none, NaN where neither has."""

    value: float
    lower: float
    upper: float
    method: str


def risk_ratio(responders, participants, control_responders, control_participants, *, confidence: float = 0.95) -> Ratio:
    """The ratio of two shares with the score interval (the variance at the restricted estimates, times N / (N - 1))."""
    r1, n1 = check_responders(responders, participants)
    r2, n2 = check_responders(control_responders, control_participants)
    z = half_width(confidence)
    if r1 == 0 and r2 == 0:
        return Ratio(np.nan, 0.0, np.inf, "score")
    value = np.inf if r2 == 0 else (r1 / n1) / (r2 / n2)
    return Ratio(float(value), 1.0 / _score_limit(r2, n2, r1, n1, z) if r1 else 0.0, _score_limit(r1, n1, r2, n2, z), "score")


def _score_limit(r1, n1, r2, n2, z):
    """The greatest ratio of the first share to the second whose score statistic is not below -z; the least is that of the arms swapped."""
    if r2 == 0:
        return np.inf
    shrink = np.sqrt(1.0 - 1.0 / (n1 + n2))
    middle = float(np.log((r1 / n1) / (r2 / n2))) if r1 else -FAR
    excess = partial(_excess, r1, n1, r2, n2, shrink, z)
    return float(np.exp(brentq(excess, middle, FAR, xtol=1e-14, rtol=1e-14)))


def _excess(r1, n1, r2, n2, shrink, z, log):
    return _ratio_score(r1, n1, r2, n2, np.exp(log)) * shrink + z


def odds_ratio_exact(responders, participants, control_responders, control_participants, *, confidence: float = 0.95) -> Ratio:
    """The odds ratio given the margins (its likeliest value), with the exact interval, as R's `fisher.test`.

    NaN, from 0 to infinity, where nobody or everybody responds: R says 0 there.
    """
    r1, n1 = check_responders(responders, participants)
    r2, n2 = check_responders(control_responders, control_participants)
    tail = 0.5 * (1.0 - check_confidence(confidence))
    if r1 + r2 in (0, n1 + n2):
        return Ratio(np.nan, 0.0, np.inf, "exact conditional")
    least = _odds_limit(r2, n2, r1, n1, tail)
    swapped = r1 * n2 > r2 * n1 or (r1 * n2 == r2 * n1 and n1 > n2)  # one arm first, so that the arms may change places
    value = _likeliest_odds(r2, n2, r1, n1) if swapped else _likeliest_odds(r1, n1, r2, n2)
    value = value if not swapped else np.inf if value == 0.0 else 1.0 / value
    return Ratio(value, 1.0 / least, _odds_limit(r1, n1, r2, n2, tail), "exact conditional")


def _odds_limit(r1, n1, r2, n2, tail):
    """The greatest odds ratio at which r1 or fewer of the responders in the first arm are no rarer than `tail`; infinite where no more can be."""
    counts, chances = _given_margins(r1, n1, r2, n2)
    return np.inf if r1 == counts[-1] else _solve(lambda log: chances(log)[counts <= r1].sum() - tail)


def _likeliest_odds(r1, n1, r2, n2):
    counts, chances = _given_margins(r1, n1, r2, n2)
    return 0.0 if r1 == counts[0] else np.inf if r1 == counts[-1] else _solve(lambda log: chances(log) @ counts - r1)


def _given_margins(r1, n1, r2, n2):
    """The counts that the first arm may have, and their chances by the logarithm of the odds ratio."""
    total = r1 + r2
    counts = np.arange(max(0, total - n2), min(n1, total) + 1)
    weight = -(gammaln(counts + 1) + gammaln(n1 - counts + 1) + gammaln(total - counts + 1) + gammaln(n2 - total + counts + 1))

    def chances(log):
        terms = weight + counts * log
        return np.exp(terms - logsumexp(terms))

    return counts, chances


def _solve(function):
    return float(np.exp(brentq(function, -FAR, FAR, xtol=1e-14, rtol=1e-14)))


def stratified_difference(
    responders: Numbers, participants: Numbers, control_responders: Numbers, control_participants: Numbers, *, confidence: float = 0.95
) -> Difference:
    """The difference of shares over strata, all (k,), with Mantel and Haenszel's weights and Sato's variance.

    ValueError for counts that are not whole or exceed their participants, and where no stratum has both arms.
    """
    z = half_width(confidence)
    k = as_times(participants, "participants").size
    columns = [responders, participants, control_responders, control_participants]
    names = ("responders", "participants", "control_responders", "control_participants")
    x1, n1, x2, n2 = (_counts(column, k, name) for column, name in zip(columns, names, strict=True))
    if (x1 > n1).any() or (x2 > n2).any():
        raise ValueError("a stratum has more responders than participants")
    both = (n1 > 0) & (n2 > 0)
    if not both.any():
        raise ValueError("no stratum has participants of both arms: pool strata")
    x1, n1, x2, n2 = (column[both] for column in (x1, n1, x2, n2))
    n = n1 + n2
    weight = float((n1 * n2 / n).sum())
    value = float(((x1 * n2 - x2 * n1) / n).sum()) / weight
    p = float(((n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2.0) / n**2).sum())
    q = float(((x1 * (n2 - x2) + x2 * (n1 - x1)) / (2.0 * n)).sum())
    half = z * np.sqrt(max(value * p + q, 0.0)) / weight
    return Difference(value, max(-1.0, float(value - half)), min(1.0, float(value + half)), "Mantel-Haenszel (Sato)")


def _counts(column, k, name):
    values = as_column(column, k, name)
    return np.array([check_count(value, name) for value in values.tolist()], dtype=float)


def _ratio_score(r1, n1, r2, n2, ratio):
    """The score statistic of the hypothesis that the shares have a ratio, at the restricted estimates."""
    a = (n1 + n2) * ratio
    b = -(n1 * ratio + r1 + n2 + r2 * ratio)
    q = 2.0 * (r1 + r2) / (-b + np.sqrt(max(b * b - 4.0 * a * (r1 + r2), 0.0)))
    p = min(q * ratio, 1.0)
    variance = p * (1.0 - p) / n1 + ratio**2 * q * (1.0 - q) / n2
    gap = r1 / n1 - ratio * r2 / n2
    return gap / np.sqrt(variance) if variance > 0.0 else np.sign(gap) * 1e9
