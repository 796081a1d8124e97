"""Turns times and codes into a table of distinct times with a count of each code: what every estimator reads.

Times are sorted once, and never by index where that can be avoided: whole days are counted in a histogram, other
times are packed with their code into one 64-bit word and the words are sorted.  Times that differ only by rounding are
merged as R's `survival::aeqSurv` does (a gap of at most sqrt(machine epsilon), absolute or relative to the mean
distinct time).
"""

import numpy as np
from numba import njit

from trialrun.statistics.inputs import NOT_FINITE, as_times

TIE_TOLERANCE = float(np.sqrt(np.finfo(float).eps))  # 1.49e-8, R's sqrt(.Machine$double.eps)
CELLS = 4096  # of a histogram that is always worth its emptiness
RADIX_FROM = 3000  # words; below that the sort of numpy is the quicker


def tabulate(time, code, n_codes, weight=None, merge_ties=True):
    """Count each code at each distinct time.

    time: (n,) finite numbers.  code: (n,) integers in [0, n_codes).  weight: (n,) or None for a count.
    Returns distinct times (m,) ascending and counts (m, n_codes), both float64.  ValueError for an empty or a
    non-finite input.
    """
    time = as_times(time)
    code = np.ascontiguousarray(code, dtype=np.int32)
    low, high, base, span, whole, finite = scan_times(time)
    if not finite:
        raise ValueError(NOT_FINITE)
    if whole and low >= 0.0 and (high + 1.0) * n_codes <= CELLS + 8.0 * time.size:
        if weight is None:
            return _count_days(time, code, n_codes, int(high))
        return _weigh_days(time, code, n_codes, int(high), weight)
    shift = (n_codes - 1).bit_length() or 1
    if weight is None and low >= 0.0 and span.bit_length() + shift <= 64:
        words = pack(time, code, shift, base)
        if time.size < RADIX_FROM:
            words.sort()
            spare = np.empty(time.size, np.uint64)
        else:
            words, spare = _sort_words(words, np.empty(time.size, np.uint64), span.bit_length() + shift)
        m = _distinct(words, shift)
        bits, counts = spare[:m], np.zeros((m, n_codes))
        gap, mean = _unpack(words, base, shift, bits, counts)
        distinct = bits.view(np.float64)
    else:
        order = np.argsort(time)
        distinct, counts, gap, mean = _gather(time, code, order, np.ones(time.size) if weight is None else weight, n_codes)
    if merge_ties and gap <= TIE_TOLERANCE * max(1.0, mean):
        return _merge_rows(distinct, counts, TIE_TOLERANCE * max(1.0, mean))
    return distinct, counts


def sort_times(time, merge_ties=True):
    """The order that sorts the times, and the sorted times with rounding ties merged: (order, sorted)."""
    low, high, _, _, whole, finite = scan_times(time)
    if not finite:
        raise ValueError(NOT_FINITE)
    if whole and low >= 0.0 and high <= 256 + 4.0 * time.size:
        return order_days(time, int(high))
    order = np.argsort(time)
    ordered = time[order]
    return order, (snap_ties(ordered) if merge_ties else ordered)


def snap_ties(ordered):
    """Sorted times in which those that differ only by rounding are made equal (to the first of them)."""
    gap, mean = closest(ordered)
    tolerance = TIE_TOLERANCE * max(1.0, mean)
    return snap(ordered, tolerance) if gap <= tolerance else ordered


def snap_together(time, entry):
    """Exits and entries on one clock, rounding ties made equal; ValueError for an interval that vanishes by it."""
    both = np.concatenate([time, entry])
    order = np.argsort(both, kind="stable")
    ordered = both[order]
    snapped = snap_ties(ordered)
    if snapped is ordered:
        return time, entry
    both[order] = snapped
    n = time.size
    if not (both[n:] < both[:n]).all():
        raise ValueError("an interval is so short that it vanishes when rounding ties are merged: use whole days, or merge_ties=False")
    return both[:n], both[n:]


@njit(cache=True, nogil=True)
def scan_times(time):
    """Least and greatest time, the bits of the least positive one, the span of bits, and whether all are whole and finite."""
    low = high = time[0]
    least = np.inf
    whole = finite = True
    for t in time:
        low = min(low, t)
        high = max(high, t)
        least = min(least, t if t > 0.0 else np.inf)
        whole &= t == np.floor(t)
        finite &= np.abs(t) < np.inf
    ends = np.array([least, high]).view(np.int64)
    return low, high, ends[0], (ends[1] - ends[0] + 2 if high > 0.0 else 1), whole, finite


@njit(cache=True, nogil=True)
def _count_days(time, code, n_codes, last):
    tally = np.zeros((last + 1, n_codes), np.int32)
    for i in range(time.size):
        tally[int(time[i]), code[i]] += 1
    return _compress(tally)


@njit(cache=True, nogil=True)
def _weigh_days(time, code, n_codes, last, weight):
    tally = np.zeros((last + 1, n_codes))
    for i in range(time.size):
        tally[int(time[i]), code[i]] += weight[i]
    return _compress(tally)


@njit(cache=True, nogil=True)
def _compress(tally):
    last, n_codes = tally.shape
    distinct = np.empty(last)
    counts = np.empty((last, n_codes))
    m = 0
    for day in range(last):
        some = False
        for k in range(n_codes):
            some |= tally[day, k] > 0
        if some:
            distinct[m] = day
            for k in range(n_codes):
                counts[m, k] = tally[day, k]
            m += 1
    return distinct[:m].copy(), counts[:m].copy()


@njit(cache=True, nogil=True)
def are_days(time):
    """Whether all times are whole, not negative, and few enough to be counted."""
    high = 0.0
    whole = True
    for t in time:
        whole &= (t == np.floor(t)) & (t >= 0.0)
        high = max(high, t)
    return whole and high <= 4096 + 4.0 * time.size


@njit(cache=True, nogil=True)
def order_days(time, last):
    start = np.zeros(last + 1, np.int32)
    for t in time:
        start[int(t)] += 1
    before = np.int32(0)
    for day in range(last + 1):
        here = start[day]
        start[day] = before
        before += here
    order = np.empty(time.size, np.int64)
    ordered = np.empty(time.size)
    for i in range(time.size):
        day = int(time[i])
        order[start[day]] = i
        ordered[start[day]] = day
        start[day] += 1
    return order, ordered


@njit(cache=True, nogil=True)
def pack(time, code, shift, base):
    """Words (n,) that sort as (time, code): the bits of a non-negative double rise with it; zero becomes rank 0."""
    bits = time.view(np.uint64)
    words = np.empty(time.size, np.uint64)
    base = np.uint64(base) - np.uint64(1)
    shift = np.uint64(shift)
    for i in range(time.size):
        rank = bits[i] - base if time[i] > 0.0 else np.uint64(0)
        words[i] = (rank << shift) | np.uint64(code[i])
    return words


@njit(cache=True, nogil=True)
def _sort_words(words, spare, n_bits):
    """The words in ascending order, and the other array to spare (least significant digit first, 11 bits at a time)."""
    passes = (n_bits + 10) // 11
    mask = np.uint64(2047)
    tally = np.zeros((passes, 2048), np.int64)
    for word in words:
        for k in range(passes):
            tally[k, np.int64((word >> np.uint64(11 * k)) & mask)] += 1
    for k in range(passes):
        shift = np.uint64(11 * k)
        if tally[k, np.int64((words[0] >> shift) & mask)] == words.size:
            continue
        total = 0
        for digit in range(2048):
            here = tally[k, digit]
            tally[k, digit] = total
            total += here
        for word in words:
            place = np.int64((word >> shift) & mask)
            spare[tally[k, place]] = word
            tally[k, place] += 1
        words, spare = spare, words
    return words, spare


@njit(cache=True, nogil=True)
def _distinct(words, shift):
    shift = np.uint64(shift)
    m = 1
    for i in range(1, words.size):
        m += (words[i] >> shift) != (words[i - 1] >> shift)
    return m


@njit(cache=True, nogil=True)
def _unpack(words, base, shift, bits, counts):
    base = np.uint64(base) - np.uint64(1)
    shift = np.uint64(shift)
    mask = (np.uint64(1) << shift) - np.uint64(1)
    row = -1
    previous = ~np.uint64(0)
    for word in words:
        rank = word >> shift
        if rank != previous:
            row += 1
            previous = rank
            bits[row] = base + rank if rank > 0 else np.uint64(0)
        counts[row, np.int64(word & mask)] += 1.0
    return closest(bits.view(np.float64))


@njit(cache=True, nogil=True)
def _gather(time, code, order, weight, n_codes):
    m = 1
    for i in range(1, order.size):
        m += time[order[i]] != time[order[i - 1]]
    distinct = np.empty(m)
    counts = np.zeros((m, n_codes))
    row = -1
    for i in order:
        if row < 0 or time[i] != distinct[row]:
            row += 1
            distinct[row] = time[i]
        counts[row, code[i]] += weight[i]
    gap, mean = closest(distinct)
    return distinct, counts, gap, mean


@njit(cache=True, nogil=True)
def closest(ordered):
    """The smallest gap between distinct neighbours, and the mean absolute distinct time."""
    gap = np.inf
    total = np.abs(ordered[0])
    m = 1
    for i in range(1, ordered.size):
        step = ordered[i] - ordered[i - 1]
        if step > 0.0:
            gap = min(gap, step)
            total += np.abs(ordered[i])
            m += 1
    return gap, total / m


@njit(cache=True, nogil=True)
def snap(ordered, tolerance):
    snapped = ordered.copy()
    for i in range(1, ordered.size):
        if ordered[i] - ordered[i - 1] <= tolerance:
            snapped[i] = snapped[i - 1]
    return snapped


@njit(cache=True, nogil=True)
def _merge_rows(distinct, counts, tolerance):
    m, n_codes = counts.shape
    row = 0
    times = distinct.copy()
    merged = counts.copy()
    for i in range(1, m):
        if distinct[i] - distinct[i - 1] <= tolerance:
            merged[row] += counts[i]
        else:
            row += 1
            times[row] = distinct[i]
            merged[row] = counts[i]
    return times[: row + 1].copy(), merged[: row + 1].copy()
