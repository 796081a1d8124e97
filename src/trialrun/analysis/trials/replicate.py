"""Replicate two-arm trials: accrual, exponential times, log-rank, Cox and Kaplan-Meier with intervals, thousands a second.

Each trial is a function of (design, seed, its number): threads, batches and order change nothing, and `replay_trial`
gives the data of any one of them to the other functions of this room.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from trialrun.analysis.trials.replicate_kernel import COLUMNS, draw_trial, run_trials
from trialrun.statistics.numbers_given import check_count, check_not_negative, check_positive, check_share, half_width

CHUNK = 256


@dataclass(frozen=True, slots=True)
class TwoArmDesign:
    """A randomised trial of two equal arms with exponential times, in days.

    Participant 0, 2, 4.. is control and 1, 3, 5.. experimental; entry is uniform over `accrual`.  The data are cut when
    `events` have happened, or when `events` is 0, `follow_up` days after the end of accrual.  dropout is a hazard per
    day; landmark is the day at which survival is read; whole_days rounds times up.
    """

    participants: int
    control_median: float
    hazard_ratio: float
    accrual: float
    follow_up: float = 0.0
    events: int = 0
    dropout: float = 0.0
    landmark: float = 365.0
    whole_days: bool = False
    confidence: float = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Replicates:
    """What each of n trials found, all (n,), or (n, 2) by arm (control, experimental); NaN where it is never reached.

    z is the log-rank statistic, positive when the experimental arm has fewer events than expected; log_hazard_ratio and
    its standard error are Cox's (Efron); median and landmark are Kaplan-Meier's with log-transformed limits.
    """

    cut: NDArray
    events: NDArray
    z: NDArray
    log_hazard_ratio: NDArray
    std_error: NDArray
    median: NDArray
    median_lower: NDArray
    median_upper: NDArray
    survival: NDArray
    survival_lower: NDArray
    survival_upper: NDArray


@dataclass(frozen=True, slots=True)
class OperatingCharacteristics:
    """Shares and means over replicate trials: power is that of the one-sided log-rank test, with its Monte-Carlo error."""

    trials: int
    power: float
    power_error: float
    mean_events: float
    mean_duration: float
    hazard_ratio: float
    coverage: float


def simulate_trials(design: TwoArmDesign, trials: int, seed: int, *, first: int = 0, threads: int | None = None) -> Replicates:
    """Run trials number first, first + 1, ... of a design and analyse each.

    threads: by default one per processor; any number gives the same results.  ValueError for an impossible design.
    """
    numbers = _numbers(design)
    trials, seed, first = check_count(trials, "trials", 1), check_count(seed, "seed"), check_count(first, "first")
    if threads is not None:
        check_count(threads, "threads", 1)
    found = np.empty((trials, COLUMNS))
    workers = threads or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else threads or os.cpu_count() or 1
    starts = range(0, trials, CHUNK)

    def run(at):
        run_trials(numbers, seed, first + at, found[at : at + CHUNK])

    if workers == 1 or trials <= CHUNK:
        for at in starts:
            run(at)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(run, starts))
    pair = [found[:, k : k + 2] for k in (1, 6, 8, 10, 12, 14, 16)]
    return Replicates(found[:, 0], pair[0], found[:, 3], found[:, 4], found[:, 5], *pair[1:])


def replay_trial(design: TwoArmDesign, seed: int, trial: int) -> tuple[NDArray, NDArray, NDArray]:
    """The data of one trial at its cut: time (n,), status (n,), arm (n,) of 0 and 1, for those who had entered.

    ValueError for an impossible design, seed or number.
    """
    numbers = _numbers(design)
    seed, trial = check_count(seed, "seed"), check_count(trial, "trial")
    n = design.participants
    entry, time, status = np.empty(n), np.empty(n), np.empty(n, np.int32)
    draw_trial(numbers, seed, trial, entry, time, status, np.empty(n))
    kept = status >= 0
    return time[kept], status[kept], (np.arange(n) % 2).astype(np.int32)[kept]


def summarise(found: Replicates, hazard_ratio: float, *, alpha: float = 0.025, confidence: float = 0.95) -> OperatingCharacteristics:
    """Power of the log-rank test at one-sided alpha, and how often the Cox interval covers `hazard_ratio`, the true one.

    ValueError where alpha or confidence is no share between 0 and 1.
    """
    if not 0.0 < check_share(alpha, "alpha") < 1.0:
        raise ValueError(f"alpha is a share such as 0.025, between 0 and 1, not {alpha!r}")
    check_positive(hazard_ratio, "hazard_ratio")
    n = found.z.size
    power = float((ndtr(-found.z) < alpha).mean())
    half = half_width(confidence) * found.std_error
    covered = np.abs(found.log_hazard_ratio - np.log(hazard_ratio)) <= half
    return OperatingCharacteristics(
        n,
        power,
        float(np.sqrt(power * (1.0 - power) / n)),
        float(found.events.sum(axis=1).mean()),
        float(found.cut.mean()),
        float(np.exp(np.nanmean(found.log_hazard_ratio))),
        float(covered.mean()),
    )


def _numbers(design):
    check_count(design.participants, "participants", 2)
    check_count(design.events, "events")
    check_positive(design.control_median, "control_median")
    check_positive(design.hazard_ratio, "hazard_ratio")
    for name in ("accrual", "follow_up", "dropout", "landmark"):
        check_not_negative(getattr(design, name), name)
    if design.events == 0 and not design.follow_up > 0:
        raise ValueError("say when the data are cut: events, or days of follow_up after accrual")
    if design.events > design.participants:
        raise ValueError(f"{design.events} events cannot come from {design.participants} participants")
    hazard = np.log(2.0) / design.control_median
    return np.array(
        [design.participants, hazard, hazard * design.hazard_ratio, design.accrual, design.follow_up, design.events,
         design.dropout, design.landmark, float(design.whole_days), half_width(design.confidence)]
    )  # fmt: skip
