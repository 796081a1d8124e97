"""The door to invariants: the names with which a study declares them."""

from __future__ import annotations

from .words.invariants import (
    Invariant,
    always,
    at_most,
    clock_leads,
    dose_before,
    dose_is,
    every_step,
    never,
    never_step,
    not_before,
    only_on,
    only_when,
    possible,
    reaches,
)

__all__ = [
    "never", "always", "every_step", "only_when", "never_step", "only_on", "possible", "at_most", "not_before", "reaches",
    "clock_leads", "dose_is", "dose_before", "Invariant",
]  # fmt: skip
