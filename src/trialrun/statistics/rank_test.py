"""The chi-square statistic of a vector against a variance that may be singular: as many degrees of freedom as there is rank."""

import numpy as np
from numpy.typing import NDArray

RANK = 1e-9  # of a variance that is left of a unit once the others are known
NEGATIVE = 1e-6  # beyond rounding
NOTHING = 1e-12  # of the largest variance: rounding


def chi_square(difference: NDArray, variance: NDArray) -> tuple[float, int]:
    """difference' variance^- difference and its rank, for difference (g,) and variance (g, g); (0, 0) when nothing varies.

    The statistic is NaN where the variance is none: not finite, or negative in some direction, as Gray's can be with many ties.
    Cholesky's factor of the correlations with the largest pivot first; what depends on the pivots before it is left out.
    """
    size = np.diag(variance)
    used = np.flatnonzero(size > NOTHING * max(float(size.max()), 0.0))
    if not np.isfinite(variance).all():
        return np.nan, 0
    if used.size == 0:
        return 0.0, 0
    scale = np.sqrt(size[used])
    left = variance[np.ix_(used, used)] / np.outer(scale, scale)
    rest = difference[used] / scale
    open_ = np.ones(used.size, bool)
    statistic, rank = 0.0, 0
    while open_.any():
        k = int(np.where(open_, np.diag(left), -1.0).argmax())
        pivot = left[k, k]
        if pivot <= RANK:
            if np.diag(left)[open_].min() < -NEGATIVE:
                return np.nan, rank
            break
        statistic += rest[k] ** 2 / pivot
        rank += 1
        rest = rest - left[:, k] * (rest[k] / pivot)
        left = left - np.outer(left[:, k], left[k]) / pivot
        open_[k] = False
    return float(statistic), rank
