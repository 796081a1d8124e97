"""Equations with a symmetric matrix that may be singular: factored, solved and inverted, columns that depend on others left out."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def factor(matrix, tolerance, pivot):
    """L D L' in place; pivot (p,) is D with 0 for a column that depends on those before it.  Returns the rank."""
    p = matrix.shape[0]
    largest = 0.0
    for a in range(p):
        largest = max(largest, matrix[a, a])
    least = largest * tolerance if largest > 0.0 else tolerance
    rank = 0
    for a in range(p):
        d = matrix[a, a]
        if not np.isfinite(d) or d < least:
            pivot[a] = 0.0
            for b in range(a + 1, p):
                matrix[b, a] = 0.0
            continue
        pivot[a] = d
        rank += 1
        for b in range(a + 1, p):
            ratio = matrix[b, a] / d
            for c in range(b, p):
                matrix[c, b] -= ratio * matrix[c, a]
        for b in range(a + 1, p):
            matrix[b, a] /= d
    return rank


@njit(cache=True, nogil=True, error_model="numpy")
def solve(matrix, pivot, vector):
    """Solve in place against a factored matrix; 0 for dependent columns."""
    p = vector.size
    for a in range(p):
        for b in range(a):
            vector[a] -= matrix[a, b] * vector[b]
    for a in range(p - 1, -1, -1):
        if pivot[a] == 0.0:
            vector[a] = 0.0
            continue
        vector[a] /= pivot[a]
        for b in range(a + 1, p):
            vector[a] -= matrix[b, a] * vector[b]


@njit(cache=True, nogil=True, error_model="numpy")
def invert(matrix, pivot):
    """The generalised inverse of a factored matrix: rows and columns of dependent columns are 0."""
    p = pivot.size
    inverse = np.zeros((p, p))
    for a in range(p):
        if pivot[a] > 0.0:
            inverse[a, a] = 1.0
            solve(matrix, pivot, inverse[a])
    return inverse
