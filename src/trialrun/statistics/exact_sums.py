"""Sums that lose nothing when what was added is taken away again, and weights on a scale on which nothing is lost."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, inline="always")
def add(total, rest, value):
    """total and rest, whose sum is the exact one, after one more value (Knuth's two-sum)."""
    after = total + value
    gained = after - total
    return after, rest + ((total - (after - gained)) + (value - gained))


def rescale(weight):
    """Weights (n,) divided by a power of two, so that the greatest lies between a half and one, and that power; exact."""
    exponent = int(np.frexp(weight.max())[1])
    return np.ldexp(weight, -exponent), float(np.ldexp(1.0, exponent))
