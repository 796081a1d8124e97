"""What the estimators accept: times, status, weights, entries and groups as arrays, checked once, with the cure in the message."""

from typing import Any, TypeAlias

import numpy as np
from numba import njit

Numbers: TypeAlias = Any  # one number per participant: a list, an array, a column of a table


def as_times(time):
    """A one-dimensional float64 array of at least one time; ValueError otherwise."""
    time = np.ascontiguousarray(time, dtype=np.float64)
    if time.ndim != 1:
        raise ValueError(f"times must be one-dimensional, not of shape {time.shape}")
    if time.size == 0:
        raise ValueError("no participants: the group is empty, so there is nothing to estimate")
    return time


def as_status(status, n):
    """Event indicators as int32 zeros and ones, one per participant; ValueError for any other value or length."""
    status = np.ascontiguousarray(status)
    if status.shape != (n,):
        raise ValueError(f"status has shape {status.shape}, but there are {n} times: give one value per participant")
    indicator = np.empty(n, np.int32)
    if status.dtype.kind not in "biuf" or not _indicate(status, indicator):
        raise ValueError("status must be 0 (censored) or 1 (event): recode other values first")
    return indicator


def as_weights(weights, n):
    """Case weights as float64, all finite and positive, or None; ValueError otherwise."""
    if weights is None:
        return None
    weights = np.ascontiguousarray(weights, dtype=np.float64)
    if weights.shape != (n,):
        raise ValueError(f"weights have shape {weights.shape}, but there are {n} participants")
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise ValueError("weights must be finite and positive: drop participants of weight zero")
    return weights


def as_entries(entry, time):
    """Entry times (left truncation) as float64, each before its exit; ValueError otherwise."""
    entry = np.ascontiguousarray(entry, dtype=np.float64)
    if entry.shape != time.shape:
        raise ValueError(f"entry has shape {entry.shape}, but there are {time.size} times")
    if not (entry < time).all():
        raise ValueError("every entry must lie before its exit: an interval has no length or runs backwards")
    return entry


def number_groups(labels, n):
    """Labels as (names ascending, codes int32); codes count from 0.  ValueError for a wrong length."""
    labels = np.ascontiguousarray(labels)
    if labels.shape != (n,):
        raise ValueError(f"groups have shape {labels.shape}, but there are {n} participants")
    if labels.dtype.kind in "iub" and labels.dtype != np.uint64:
        codes = np.empty(n, np.int32)
        present = _number_integers(labels, codes)
        if present.size:
            return present.astype(labels.dtype), codes
    names, codes = np.unique(labels, return_inverse=True)
    return names, codes.astype(np.int32)


@njit(cache=True, nogil=True)
def _indicate(status, indicator):
    proper = True
    for i in range(status.size):
        indicator[i] = np.int32(status[i] == 1)
        proper &= (status[i] == 0) | (status[i] == 1)
    return proper


@njit(cache=True, nogil=True)
def _number_integers(labels, codes):
    """Fills in the codes and returns the labels present, ascending; returns none when they spread over 256 or more."""
    low = high = np.int64(labels[0])
    for label in labels:
        low = min(low, np.int64(label))
        high = max(high, np.int64(label))
    if high - low >= 256:
        return np.empty(0, np.int64)
    place = np.full(high - low + 1, -1, np.int32)
    for label in labels:
        place[np.int64(label) - low] = 0
    present = np.empty(high - low + 1, np.int64)
    k = 0
    for i in range(place.size):
        if place[i] == 0:
            place[i] = k
            present[k] = i + low
            k += 1
    for i in range(labels.size):
        codes[i] = place[np.int64(labels[i]) - low]
    return present[:k]
