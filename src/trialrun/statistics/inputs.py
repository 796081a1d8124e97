"""What the estimators accept: times, status, weights, entries and groups as arrays, checked once, with the cure in the message.

A list, an array, a Series of pandas or polars and a categorical are all read. A missing value, a date or a text where a number is
wanted is refused: none of them is ever counted as a value of its own.
"""

from typing import Any, TypeAlias

import numpy as np
from numba import njit

NOT_FINITE = "times must be finite numbers: mend or drop the missing ones first"
Numbers: TypeAlias = Any  # one number per participant: a list, an array, a column of a table


def as_times(time, what="times"):
    """A one-dimensional float64 array of at least one time; ValueError otherwise."""
    time = as_numbers(time, what)
    if time.ndim != 1:
        raise ValueError(f"{what} must be one-dimensional, not of shape {time.shape}")
    if time.size == 0:
        raise ValueError("no participants: the group is empty, so there is nothing to estimate")
    return time


def as_column(values, n, what, finite=True):
    """One number per participant as float64 (n,), finite unless told otherwise; ValueError that names `what`."""
    values = as_numbers(values, what)
    if values.shape != (n,):
        raise ValueError(f"{what}: shape {values.shape}, but there are {n} participants: give one value per participant")
    if finite and not np.isfinite(values).all():
        where = int(np.flatnonzero(~np.isfinite(values))[0])
        raise ValueError(f"{what}: no finite number at row {where}: impute or drop the missing ones first")
    return values


def as_numbers(values, what):
    """Any array of numbers as contiguous float64, None and NA as NaN; ValueError for dates, durations, text and masked values."""
    array = values if type(values) is np.ndarray else unwrap(values, what)
    kind = array.dtype.kind
    if kind in "fiub":
        numbers = np.ascontiguousarray(array, dtype=np.float64)
        return numbers if numbers.flags.writeable else numbers.copy()  # a view of polars: what is compiled knows arrays of one kind
    if kind in "mM":
        raise ValueError(f"{what}: give days as numbers, not dates or durations")
    if kind == "O":
        flat = [_as_number(value, what) for value in array.ravel().tolist()]
        return np.array(flat, dtype=np.float64).reshape(array.shape)
    raise ValueError(f"{what}: give numbers, not {'text' if kind in 'USTa' else array.dtype.name}")


def as_status(status, n):
    """Event indicators as int32 zeros and ones, one per participant; ValueError for any other value or length."""
    array = status if type(status) is np.ndarray else unwrap(status, "status")
    if array.shape != (n,):
        raise ValueError(f"status has shape {array.shape}, but there are {n} times: give one value per participant")
    if array.dtype.kind not in "biuf":
        refuse_missing(array, "status")
        array = as_numbers(array, "status: 0 (censored) or 1 (event)")
    indicator = np.empty(n, np.int32)
    if not _indicate(np.ascontiguousarray(array), indicator):
        refuse_missing(array, "status")
        raise ValueError("status must be 0 (censored) or 1 (event): recode other values first")
    return indicator


def as_weights(weights, n):
    """Case weights as float64, all finite and positive, or None; ValueError otherwise."""
    if weights is None:
        return None
    weights = as_column(weights, n, "weights", finite=False)
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise ValueError("weights must be finite and positive: drop participants of weight zero")
    with np.errstate(over="ignore"):
        total = weights.sum()
    if total == np.inf:
        raise ValueError("weights must have a finite sum: divide all of them by the greatest")
    return weights


def as_entries(entry, time):
    """Entry times (left truncation) as float64, each before its exit; ValueError otherwise."""
    entry = as_column(entry, time.size, "entry")
    if not np.isfinite(time).all():
        raise ValueError(NOT_FINITE)
    if not (entry < time).all():
        raise ValueError("every entry must lie before its exit: an interval has no length or runs backwards")
    return entry


def number_groups(labels, n, what="group"):
    """Labels as (names ascending, codes int32); codes count from 0.  ValueError for a wrong length, a missing or a mixed label."""
    labels = np.ascontiguousarray(labels if type(labels) is np.ndarray else unwrap(labels, what))
    if labels.shape != (n,):
        raise ValueError(f"{what} has shape {labels.shape}, but there are {n} participants: give one label per participant")
    if labels.dtype.kind in "iub" and labels.dtype != np.uint64:
        codes = np.empty(n, np.int32)
        present = _number_integers(labels, codes)
        if present.size:
            return present.astype(labels.dtype), codes
    refuse_missing(labels, what)
    try:
        names, codes = np.unique(labels, return_inverse=True)
    except TypeError:
        raise ValueError(f"{what} mixes text and numbers: give labels of one kind") from None
    return names, codes.astype(np.int32)


def refuse_missing(labels, what):
    """ValueError where one of the labels (n,) is None, NaN, NA or NaT."""
    if labels.dtype.kind in "fcmM":
        missing = labels != labels
    elif labels.dtype.kind == "O":
        missing = np.array([is_missing(label) for label in labels.tolist()], dtype=bool)
    else:
        return
    if missing.any():
        raise ValueError(f"{what} has missing values at row {int(missing.argmax())}: drop or recode them")


def is_missing(value):
    """Whether a value is None, NaN, NA or NaT."""
    if isinstance(value, str):
        return False
    try:
        return value is None or bool(value != value)
    except (TypeError, ValueError):  # pandas.NA has no truth
        return True


def unwrap(values, what):
    """The array of a list or a Series; text and numbers in one list stay what they are.  ValueError for masked or ragged values."""
    if isinstance(values, np.ma.MaskedArray):
        if np.ma.is_masked(values):
            raise ValueError(f"{what}: fill or drop the masked values first")
        return np.asarray(np.ma.getdata(values))
    try:
        array = np.asarray(values)
        return np.asarray(values, dtype=object) if array.dtype.kind in "US" and isinstance(values, list | tuple) else array
    except ValueError:
        raise ValueError(f"{what} has rows of different lengths: give one value per participant") from None


def _as_number(value, what):
    if isinstance(value, str | bytes):
        raise ValueError(f"{what}: give numbers, not text")
    if is_missing(value):
        return np.nan
    if isinstance(value, np.timedelta64 | np.datetime64):
        raise ValueError(f"{what}: give days as numbers, not dates or durations")
    try:
        return float(value)
    except (TypeError, ValueError):
        kind = type(value).__name__
        cure = "days as numbers, not dates or durations" if any(w in kind.lower() for w in ("date", "time")) else f"numbers, not {kind}"
        raise ValueError(f"{what}: give {cure}") from None


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
    if np.float64(high) - np.float64(low) >= 256.0:
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
