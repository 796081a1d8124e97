"""Adverse events of the empirical nature: which, when and how severe; some hold the infusion, the gravest end treatment by the table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import exp
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .walk import Walk


class Toxicity(ABC):
    """The part of a nature that brings adverse events; `p` holds the parameters."""

    p: Any

    @abstractmethod
    def hold(self, walk: Walk) -> None:
        """Hold the infusion (the whole nature says how)."""

    def plan_adverse_events(self, walk: Walk, cycle: int) -> None:
        """Draw the adverse events of a cycle that has just begun."""
        p, luck = self.p, walk.luck
        share = p.cycle_shares[0 if cycle == 1 else 1]
        for term, category, fraction, grades, day in (*p.adverse_events, *p.adverse_events_severe):
            if luck.happens(fraction * share, term, cycle):
                self._plan(walk, term, category, grades, day, cycle)
        if luck.happens(p.neurologic * share, "neurologic event", cycle):
            term = p.neurologic_terms[luck.whole(0, len(p.neurologic_terms) - 1, "neurologic term", cycle)]
            self._plan(walk, term, "neurologic", p.neurologic_grades, p.neurologic_day, cycle)
        if luck.happens(p.seizures * share, "seizure", cycle):
            self._plan(walk, "Seizure", "seizure", (0, 0, 100, 0), p.neurologic_day, cycle)
        if luck.happens(p.crs * share, "CRS", cycle):
            self._plan(walk, "Cytokine release syndrome", "CRS", p.crs_grades, p.crs_day, cycle)

    def _plan(self, walk: Walk, term: str, category: str, grades: tuple[int, ...], median: float, cycle: int) -> None:
        luck = walk.luck
        grade = luck.choice(tuple((w, i) for i, w in enumerate(grades, 1) if w), "grade of " + term, cycle)
        day = round(median * exp(self.p.onset_spread * luck.normal("onset of " + term, cycle)))
        walk.plan(walk.day + min(max(day - 1, 0), 40), self._adverse, term, category, grade, cycle, rank=3)

    def _adverse(self, walk: Walk, term: str, category: str, grade: int, cycle: int) -> None:
        p, luck, life = self.p, walk.luck, walk.life
        if life.cycle != cycle or life.lost or walk.phase == "survival follow-up":
            return
        serious = luck.happens((0.02, 0.1, 0.5, 0.8)[grade - 1], "serious " + term, cycle)
        related = luck.happens(0.9 if category in ("CRS", "neurologic", "seizure") else 0.5, "related " + term, cycle)
        infusing = walk.phase == "infusion"
        if infusing:
            life.reason = "toxicity"
        walk.enter("adverse event", {"term": term, "category": category, "grade": grade, "serious": serious, "related": related})
        if walk.phase != "infusion":
            return
        life.reason = ""
        grave = category in ("CRS", "neurologic", "seizure") and grade >= 3
        if grave or (grade >= 3 and category != "CRS" and luck.happens(p.hold_for_severe, "hold for " + term, cycle)):
            self.hold(walk)
