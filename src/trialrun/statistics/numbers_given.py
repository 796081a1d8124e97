"""Single numbers that the estimators are given: confidence, shares, counts, multiples; checked once, with the cure in the message."""

import math
from typing import Any

import numpy as np
from scipy.special import ndtri


def check_confidence(confidence: float) -> float:
    """The confidence, a share between 0 and 1; ValueError for anything else, such as 95."""
    if not (_is_number(confidence) and 0.0 < confidence < 1.0):
        raise ValueError(f"confidence is a share such as 0.95, between 0 and 1, not {confidence!r}")
    return float(confidence)


def half_width(confidence: float) -> float:
    """The normal quantile of a two-sided interval, 1.96 for 0.95; ValueError where the confidence is no share."""
    return float(ndtri(0.5 + 0.5 * check_confidence(confidence)))


def check_share(share: float, what: str) -> float:
    """A share from 0 to 1, both included; ValueError that names `what` otherwise."""
    if not (_is_number(share) and 0.0 <= share <= 1.0):
        raise ValueError(f"{what} lies between 0 and 1, not {share!r}")
    return float(share)


def check_count(count: int, what: str, least: int = 0, most: int | None = None) -> int:
    """A whole number from `least` (to `most`), as int; ValueError that names `what` otherwise."""
    if not _is_number(count) or not math.isfinite(count) or count != int(count) or count < least or (most is not None and count > most):
        span = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{what} must be a whole number {span}, not {count!r}")
    return int(count)


def check_positive(value: float, what: str, cure: str = "") -> float:
    """A finite number above 0; ValueError that names `what` otherwise."""
    if not (_is_number(value) and 0.0 < value < math.inf):
        raise ValueError(f"{what} must be a positive number, not {value!r}{cure}")
    return float(value)


def check_not_negative(value: float, what: str) -> float:
    """A finite number of at least 0; ValueError that names `what` otherwise."""
    if not (_is_number(value) and 0.0 <= value < math.inf):
        raise ValueError(f"{what} must be a finite number of at least 0, not {value!r}")
    return float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool | np.bool_)
