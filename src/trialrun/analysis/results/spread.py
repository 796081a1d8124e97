"""The spread of a number over participants: mean, deviation, median, quartiles, range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Spread:
    """The spread of a number over participants."""

    n: int
    mean: float
    sd: float
    median: float
    q1: float
    q3: float
    low: float
    high: float


def spread(values: Any) -> Spread:
    """Number, mean, standard deviation, median, quartiles (R's type 7) and range; NaN without values."""
    x = np.asarray(values, dtype=float)
    x = x[~np.isnan(x)]
    if x.size == 0:
        return Spread(0, *(np.nan,) * 7)
    q1, middle, q3 = np.percentile(x, (25, 50, 75))
    sd = float(x.std(ddof=1)) if x.size > 1 else np.nan
    return Spread(int(x.size), float(x.mean()), sd, float(middle), float(q1), float(q3), float(x.min()), float(x.max()))
