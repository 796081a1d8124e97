"""What is true of one virtual participant of MT103-211, what the site has noted, and the names of the study's phases."""

from __future__ import annotations

from dataclasses import dataclass, field

from .baseline import Person
from .hazards import FOR_EVER, Fate, Hazard

INFUSION, BEYOND, HELD, PAUSED, FREE = "infusion", "infusion beyond entitlement", "held for toxicity", "technical break", "treatment-free"
CHOSEN, SAFETY = "retreatment decided", "safety follow-up"
TREATED = (INFUSION, BEYOND, HELD, PAUSED, FREE)
FOLLOWED = (SAFETY, "efficacy follow-up", "survival follow-up")
NEVER: Hazard = ((FOR_EVER, 0.0),)


@dataclass(slots=True)
class Life:
    """What is true of one participant, and what the site has noted."""

    person: Person
    responds_in: int
    kind: str
    mrd: str | None
    death: Fate
    relapse: Fate | None = None
    remissions: int = 0
    relapses: int = 0
    cycle: int = 0
    marrows: int = 0
    holds: int = 0
    marrow_of: set[int] = field(default_factory=set)
    transplant_on: int | None = None
    transplanted: bool = False
    lost: bool = False
    follow_up: int = 0
    reason: str = ""
