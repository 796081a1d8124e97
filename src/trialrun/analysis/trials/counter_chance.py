"""Random numbers that are a function of their key (Philox 4x32-10): the same on any number of threads, in any order.

A number belongs to (seed, trial, participant, purpose), so any one of a million can be drawn again alone.
Source: Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
"""

import numpy as np
from numba import njit

_MASK = np.uint64(0xFFFFFFFF)
_MULTIPLY_0, _MULTIPLY_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL_0, _WEYL_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_HALF = np.uint64(32)
_TAIL = np.uint64(11)
_STEP = 2.0**-53


@njit(cache=True, nogil=True, inline="always")
def philox(c0, c1, c2, c3, k0, k1):
    """Four random 32-bit words (as uint64) from a counter of four words and a key of two, all uint64 below 2^32."""
    for _ in range(10):
        first = _MULTIPLY_0 * c0
        second = _MULTIPLY_1 * c2
        c0, c1, c2, c3 = (second >> _HALF) ^ c1 ^ k0, second & _MASK, (first >> _HALF) ^ c3 ^ k1, first & _MASK
        k0 = (k0 + _WEYL_0) & _MASK
        k1 = (k1 + _WEYL_1) & _MASK
    return c0, c1, c2, c3


@njit(cache=True, nogil=True, inline="always")
def uniforms(seed, trial, participant, purpose):
    """Two numbers strictly between 0 and 1 that belong to this key; seed and trial below 2^64, the others below 2^32."""
    seed = np.uint64(seed)
    trial = np.uint64(trial)
    a, b, c, d = philox(
        np.uint64(participant), np.uint64(purpose), trial & _MASK, trial >> _HALF, seed & _MASK, seed >> _HALF
    )  # fmt: skip
    one = ((a << _HALF) | b) >> _TAIL
    two = ((c << _HALF) | d) >> _TAIL
    return (np.float64(one) + 0.5) * _STEP, (np.float64(two) + 0.5) * _STEP
