"""The same chance compiled: for one key the very bits that `chance` gives, for kernels that draw for many participants at once."""

from math import floor, frexp, ldexp

import numpy as np
from numba import njit

from trialrun import chance

_GOLDEN, _STRIDE = np.uint64(chance.GOLDEN), np.uint64(chance.STRIDE)
_A, _B, _C = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB), np.uint64(0xD6E8FEB86659FD93)
_27, _30, _31, _32, _11 = (np.uint64(n) for n in (27, 30, 31, 32, 11))
_STEP = chance.STEP
_AS241 = np.array(chance.AS241)


@njit(cache=True, nogil=True, inline="always")
def mixed(z):
    """One word of 64 bits well mixed."""
    z = (z ^ (z >> _30)) * _A
    z = (z ^ (z >> _27)) * _B
    return z ^ (z >> _31)


@njit(cache=True, nogil=True)
def key_of(seed, trial, participant):
    """The key of one participant of one trial; all uint64."""
    return mixed(
        mixed(mixed(np.uint64(seed) + _GOLDEN) + np.uint64(trial) * _STRIDE + _GOLDEN) + np.uint64(participant) * _STRIDE + _GOLDEN
    )


@njit(cache=True, nogil=True, inline="always")
def uniform(key, purpose, occasion):
    """A number strictly between 0 and 1; key and purpose are uint64 words (`chance.purpose_of`)."""
    z = mixed((np.uint64(key) ^ np.uint64(purpose)) + np.uint64(occasion) * _STRIDE) + np.uint64(key)
    z = (z ^ (z >> _32)) * _C
    return (np.float64((z ^ (z >> _32)) >> _11) + 0.5) * _STEP


@njit(cache=True, nogil=True)
def ln(x):
    """The natural logarithm, step by step as in `chance`."""
    m, e = frexp(x)
    if m < chance.HALF_ROOT:
        m *= 2.0
        e -= 1
    f = (m - 1.0) / (m + 1.0)
    s = f * f
    r = 1 / 23
    for odd in range(21, 0, -2):
        r = r * s + 1.0 / odd
    return e * chance.LN2 + 2.0 * f * r


@njit(cache=True, nogil=True)
def exp(x):
    """The exponential, step by step as in `chance`."""
    x = min(max(x, -700.0), 700.0)
    k = floor(x / chance.LN2 + 0.5)
    r = (x - k * chance.LN2_HIGH) - k * chance.LN2_LOW
    total = 1.0
    for n in range(14, 0, -1):
        total = 1.0 + total * r / n
    return ldexp(total, int(k))


@njit(cache=True, nogil=True)
def power(x, y):
    """x to the power y, step by step as in `chance`."""
    return exp(y * ln(x))


@njit(cache=True, nogil=True)
def _horner(row, r):
    total = _AS241[row, 7]
    for i in range(6, -1, -1):
        total = total * r + _AS241[row, i]
    return total


@njit(cache=True, nogil=True)
def normal_quantile(p):
    """The standard normal quantile (AS 241)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _horner(0, r) / _horner(1, r)
    r = np.sqrt(-ln(p if q < 0.0 else 1.0 - p))
    row, shift = (2, 1.6) if r <= 5.0 else (4, 5.0)
    x = _horner(row, r - shift) / _horner(row + 1, r - shift)
    return -x if q < 0.0 else x


@njit(cache=True, nogil=True)
def exponential(key, purpose, occasion):
    """An exponential number of mean 1."""
    return -ln(uniform(key, purpose, occasion))


@njit(cache=True, nogil=True)
def normal(key, purpose, occasion):
    """A standard normal number."""
    return normal_quantile(uniform(key, purpose, occasion))
