"""Margins of non-inferiority, declared as data: which limit what sets two arms apart must stay beyond, and at which confidence."""

from __future__ import annotations

from dataclasses import dataclass

SIDES = ("below", "above")
SCALES = ("", "difference", "ratio")


@dataclass(frozen=True)
class Margin:
    """What sets an arm apart from the first must not lie below a limit, or not above it: its whole interval stays on the right side.

    `scale`: where the endpoint has more than one, which of them: of a share its `difference` (the default) or `ratio`; of a time the hazard ratio (the default) or the
    `difference` of the curves at the first landmark. `confidence`: of the two-sided interval; 0.95 is a one-sided level of 0.025.
    """

    side: str
    limit: float
    scale: str = ""
    confidence: float = 0.95


def not_below(limit: float, *, on: str = "", confidence: float = 0.95) -> Margin:
    """What sets an arm apart must not lie below this: `margins=not_below(-0.1)` is a share at most 10 points lower than in the first arm."""
    return _margin("below", limit, on, confidence)


def not_above(limit: float, *, on: str = "", confidence: float = 0.95) -> Margin:
    """What sets an arm apart must not lie above this: `margins=not_above(1.3)` is a hazard at most 1.3 times that of the first arm."""
    return _margin("above", limit, on, confidence)


def _margin(side: str, limit: float, on: str, confidence: float) -> Margin:
    if on not in SCALES:
        raise ValueError(f"not_{side}(..): on={on!r} is unknown; use one of {', '.join(SCALES[1:])}, or leave it out")
    if not 0.5 <= confidence < 1:
        raise ValueError(
            f"not_{side}(..): confidence={confidence:g} is none: write the share of the two-sided interval, such as 0.95 or 0.9"
        )
    return Margin(side, limit, on, confidence)
