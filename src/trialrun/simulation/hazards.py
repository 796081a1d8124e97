"""Hazards that are constant in pieces, and a fate: the day on which a cumulative hazard reaches the luck that a participant has.

A hazard is a tuple of (until month, rate per month), the last until `FOR_EVER`; months are counted from the day the state began. When a
state changes (remission, transplant, relapse) what has been lived through is kept and the rest is lived under the new hazard, so that two
designs compared on the same seed meet the same luck.
"""

from __future__ import annotations

MONTH = 30.4375
FOR_EVER = float("inf")
Hazard = tuple[tuple[float, float], ...]


def cumulative(hazard: Hazard, months: float) -> float:
    """The hazard lived through in so many months from the state's beginning."""
    total, began = 0.0, 0.0
    for until, rate in hazard:
        if months <= until:
            return total + rate * (months - began)
        total += rate * (until - began)
        began = until
    return total


def reached_after(hazard: Hazard, total: float) -> float:
    """Months until the cumulative hazard reaches a total; FOR_EVER where it never does."""
    began = 0.0
    for until, rate in hazard:
        if rate > 0.0 and total <= rate * (until - began):
            return began + total / rate
        total -= rate * (until - began) if rate > 0.0 else 0.0
        began = until
    return FOR_EVER


class Fate:
    """When something happens to one participant: the luck drawn once, the hazard lived through, the hazard of now."""

    __slots__ = ("luck", "lived", "hazard", "since", "changes")

    def __init__(self, luck: float, hazard: Hazard, day: int) -> None:
        self.luck, self.hazard, self.since = luck, hazard, day
        self.lived, self.changes = 0.0, 0

    def meets(self, hazard: Hazard, day: int) -> None:
        """From this day on another hazard holds, its months counted from this day."""
        self.lived += cumulative(self.hazard, (day - self.since) / MONTH)
        self.hazard, self.since = hazard, day
        self.changes += 1

    def day(self) -> int | None:
        """The day on which it happens under the hazard of now, at the earliest tomorrow; None if never."""
        months = reached_after(self.hazard, max(self.luck - self.lived, 0.0))
        return None if months == FOR_EVER else self.since + max(1, int(months * MONTH) + 1)
