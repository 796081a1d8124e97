"""A change that happens during follow-up, such as a transplant: split at it, or start the clock at a landmark.

Comparing those who were transplanted with those who were not, as though it were known at the start, favours the
transplant: one must live to get it.  Source: Simon and Makuch 1984; Anderson, Cain and Gelber 1983; R's `tmerge`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialrun.statistics.inputs import NOT_FINITE, Numbers, as_numbers, as_status, as_times


@dataclass(frozen=True, slots=True, eq=False)
class Episodes:
    """Rows (start, stop] of one or two per participant: who (index from 0), the times, event at stop, switched or not."""

    participant: NDArray
    start: NDArray
    stop: NDArray
    status: NDArray
    switched: NDArray


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkGroup:
    """Those still under observation at a landmark: their index, time since it, status, and whether they had switched."""

    participant: NDArray
    time: NDArray
    status: NDArray
    switched: NDArray


def split_at(time: Numbers, status: Numbers, switch_time: Numbers) -> Episodes:
    """Split each participant's follow-up (0, time] at switch_time (n,), NaN for those who never switched.

    A switch on the day of the event or later changes nothing; at or before zero, the whole follow-up is switched.
    ValueError for times that are not positive: someone with no follow-up has no interval.
    """
    time, event, switch = _aligned(time, status, switch_time)
    if not (time > 0).all():
        raise ValueError("follow-up must be positive: give participants of day 0 half a day, or drop them")
    split = (switch > 0) & (switch < time)
    early = switch <= 0
    n = time.size
    participant = np.concatenate([np.arange(n), np.flatnonzero(split)])
    start = np.concatenate([np.zeros(n), switch[split]])
    stop = np.concatenate([np.where(split, switch, time), time[split]])
    ended = np.concatenate([np.where(split, 0, event), event[split]]).astype(np.int32)
    switched = np.concatenate([early, np.ones(int(split.sum()), bool)])
    order = np.lexsort((start, participant))
    return Episodes(participant[order], start[order], stop[order], ended[order], switched[order])


def select_at_landmark(time: Numbers, status: Numbers, landmark: float, switch_time: Numbers) -> LandmarkGroup:
    """Those whose follow-up goes beyond the landmark, on a clock that starts there; switched if by then they had.

    ValueError when nobody is left.
    """
    time, event, switch = _aligned(time, status, switch_time)
    kept = np.flatnonzero(time > landmark)
    if np.isnan(landmark):
        raise ValueError("the landmark is missing: name a day from the start of follow-up")
    if kept.size == 0:
        raise ValueError(f"nobody is under observation beyond the landmark {landmark}: choose an earlier one")
    return LandmarkGroup(kept, time[kept] - landmark, event[kept], switch[kept] <= landmark)


def _aligned(time, status, switch_time):
    time = as_times(time)
    switch = as_numbers(switch_time, "switch_time, NaN for never")
    if switch.shape != time.shape:
        raise ValueError(f"switch_time has shape {switch.shape}, but there are {time.size} times: use NaN for never")
    if not np.isfinite(time).all():
        raise ValueError(NOT_FINITE)
    return time, as_status(status, time.size), switch
