"""How many events and participants a comparison needs (Schoenfeld), and two-stage single-arm designs (Simon), by enumeration.

Source: Schoenfeld 1981, 1983; Lachin and Foulkes 1986 for the chance of an event; Simon 1989, Controlled Clinical Trials 10:1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.special import bdtr, ndtri

from trialrun.statistics.numbers_given import check_count, check_not_negative, check_positive, check_share
from trialrun.statistics.proportions import binomial_chance


@dataclass(frozen=True, slots=True)
class LogRankDesign:
    """A one-sided log-rank test: the events it needs (a number, to be rounded up), and the participants who bring them.

    hazard_ratio is experimental over control.  event_chance is that of a participant, over both arms; participants is None where accrual was not told.
    """

    hazard_ratio: float
    one_sided_alpha: float
    power: float
    allocation: float
    events: float
    event_chance: float | None
    participants: float | None


@dataclass(frozen=True, slots=True)
class TwoStageDesign:
    """Stop after `first` participants when `stop` or fewer respond; after `total`, the drug fails when `fail` or fewer did.

    one_sided_alpha and power are attained; early_stop is the chance to stop early and expected the mean number, both under the null.
    """

    first: int
    stop: int
    total: int
    fail: int
    one_sided_alpha: float
    power: float
    early_stop: float
    expected: float


def plan_log_rank(
    hazard_ratio: float,
    *,
    alpha: float = 0.025,
    power: float = 0.9,
    allocation: float = 1.0,
    control_median: float | None = None,
    accrual: float | None = None,
    follow_up: float = 0.0,
    dropout: float = 0.0,
) -> LogRankDesign:
    """Schoenfeld's events of a one-sided test at alpha; allocation is experimental to control.

    With the control's median and the days of accrual (uniform) and follow_up after it, also the participants: exponential times in
    both arms, dropout a hazard per day.  ValueError for a ratio of 1 and shares or spans out of range.
    """
    check_positive(hazard_ratio, "hazard_ratio")
    check_positive(allocation, "allocation")
    if hazard_ratio == 1.0:
        raise ValueError("a hazard ratio of 1 is no difference: name the one that the trial should detect")
    if not (0.0 < check_share(alpha, "alpha") < 1.0 and alpha < check_share(power, "power") < 1.0):
        raise ValueError("alpha and power are shares such as 0.025 and 0.9, the power above alpha")
    share = allocation / (1.0 + allocation)
    events = float((ndtri(1.0 - alpha) + ndtri(power)) ** 2 / (share * (1.0 - share) * math.log(hazard_ratio) ** 2))
    if (control_median is None) != (accrual is None):
        raise ValueError("participants follow from both control_median and accrual: give the other too, or neither")
    if control_median is None or accrual is None:
        return LogRankDesign(hazard_ratio, alpha, power, allocation, events, None, None)
    hazard = math.log(2.0) / check_positive(control_median, "control_median")
    spans = check_not_negative(accrual, "accrual"), check_not_negative(follow_up, "follow_up"), check_not_negative(dropout, "dropout")
    if spans[0] + spans[1] <= 0.0:
        raise ValueError("nobody is followed: give days of accrual or of follow_up")
    chance = (1.0 - share) * _event_chance(hazard, *spans) + share * _event_chance(hazard * hazard_ratio, *spans)
    return LogRankDesign(hazard_ratio, alpha, power, allocation, events, chance, events / chance)


def plan_two_stages(
    null: float, alternative: float, *, alpha: float = 0.05, power: float = 0.9, most: int = 100
) -> tuple[TwoStageDesign, TwoStageDesign]:
    """Simon's optimal and minimax designs of at most `most` participants, found by going through all of them.

    Optimal has the least expected number under the null, minimax the least total (and the least expected number among those).
    For 10 % against 30 % at 0.05 and power 0.9: optimal 2/18 then 6/35, minimax 2/22 then 6/33.
    ValueError when no design of at most `most` has the size and power.
    """
    check_count(most, "most", 2)
    if not 0.0 < check_share(null, "null") < check_share(alternative, "alternative") < 1.0:
        raise ValueError("null and alternative are shares between 0 and 1, the alternative above the null")
    if not (0.0 < check_share(alpha, "alpha") < 1.0 and 0.0 < check_share(power, "power") < 1.0):
        raise ValueError("alpha and power are shares such as 0.05 and 0.9")
    chances, tails = [], []
    counts = np.arange(most + 1)
    for share in (null, alternative):
        chances.append(np.array([np.where(counts <= n, binomial_chance(np.minimum(counts, n), n, share), 0.0) for n in counts]))
        tails.append(np.array([np.where(counts < n, bdtr(np.minimum(counts, n), n, share), 1.0) for n in counts]))
    found = search_designs(chances[0], tails[0], chances[1], tails[1], alpha, power, most)
    if found[0, 0] == 0:
        raise ValueError(f"no design of at most {most} participants has this size and power: allow more")
    return _describe(found[0], null, alternative), _describe(found[1], null, alternative)


def _describe(row, null, alternative):
    first, stop, total, fail = (int(count) for count in row)
    early = float(bdtr(stop, first, null))
    rejected = [1.0 - _fails(first, stop, total, fail, share) for share in (null, alternative)]
    return TwoStageDesign(first, stop, total, fail, rejected[0], rejected[1], early, first + (1.0 - early) * (total - first))


def _fails(first, stop, total, fail, share):
    counts = np.arange(stop + 1, min(first, fail) + 1)
    rest = np.minimum(fail - counts, total - first)
    return float(bdtr(stop, first, share) + (binomial_chance(counts, first, share) * bdtr(rest, total - first, share)).sum())


def _event_chance(hazard, accrual, follow_up, dropout):
    """The chance of an event of someone who enters uniformly over accrual and is followed until its end and follow_up more."""
    leaving = hazard + dropout
    if accrual == 0.0:
        return hazard / leaving * -math.expm1(-leaving * follow_up)
    kept = math.exp(-leaving * follow_up) * -math.expm1(-leaving * accrual) / (leaving * accrual)
    return hazard / leaving * (1.0 - kept)


@njit(cache=True, nogil=True)
def search_designs(chance0, tail0, chance1, tail1, alpha, power, most):
    """The optimal and the minimax design, rows (first, stop, total, fail) of zeros when there is none.

    chance (most + 1, most + 1): of r responders among n, by n and r; tail the chance of r or fewer; 0 null, 1 alternative.
    """
    best = np.zeros((2, 4), np.int64)
    least = np.full(2, np.inf)
    smallest = 0
    for total in range(2, most + 1):
        for first in range(1, total):
            if first >= least[0] and smallest > 0 and total > smallest:
                break
            second = total - first
            for stop in range(first):
                if tail1[first, stop] > 1.0 - power:
                    break
                expected = first + (1.0 - tail0[first, stop]) * second
                if expected >= least[0] and (smallest > 0 and (total > smallest or expected >= least[1])):
                    continue
                for fail in range(stop, total):
                    reject0 = 0.0
                    reject1 = 0.0
                    for x in range(stop + 1, first + 1):
                        left = fail - x
                        if left < 0:
                            reject0 += chance0[first, x]
                            reject1 += chance1[first, x]
                        elif left < second:
                            reject0 += chance0[first, x] * (1.0 - tail0[second, left])
                            reject1 += chance1[first, x] * (1.0 - tail1[second, left])
                    if reject1 < power:
                        break
                    if reject0 > alpha:
                        continue
                    design = np.array([first, stop, total, fail])
                    if expected < least[0]:
                        least[0] = expected
                        best[0] = design
                    if smallest == 0 or (total == smallest and expected < least[1]):
                        smallest = total
                        least[1] = expected
                        best[1] = design
                    break
    return best
