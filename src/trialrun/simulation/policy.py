"""The investigator of the empirical nature: what they decide where the table leaves a choice, with declared probabilities.

Every answer is asked of the table first (`walk.allows`); what the table does not allow is not begun, but for the declared slips.
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .walk import Walk

START, RESTART = "infusion start", "infusion restart"
NEXT, TRANSPLANT, RETREAT, END = "decision: next cycle", "decision: transplant", "decision: retreatment", "decision: end treatment"


def days_to_transplant(p: Any, walk: Walk, age: int, occasion: int) -> int | None:
    """Days from a remission to the transplant that is aimed at; None where there is no donor, or the participant is not fit for it."""
    share = p.transplant_below_65 if age < 65 else p.transplant_from_65
    if not walk.luck.happens(share, "transplant aimed at", occasion):
        return None
    median, spread = p.days_to_transplant
    return max(21, round(median * exp(spread * walk.luck.normal("days to transplant", occasion))))


def another_cycle(p: Any, walk: Walk, in_remission: bool, responds_later: bool) -> bool:
    """Whether a further cycle is begun between cycles, where the table allows one."""
    if not walk.allows(NEXT):
        return False
    if responds_later:
        return True
    share = p.next_in_remission if in_remission else p.retreat_next if walk.count("retreatments") else p.next_without_remission
    return walk.luck.happens(share, "another cycle", walk.count("cycles in all"))


def first_start(p: Any, walk: Walk) -> int:
    """Days from consent to the first infusion; rarely beyond the 21 days, which is a deviation."""
    if walk.luck.happens(p.late_start, "late start"):
        return walk.luck.whole(22, 26, "how late")
    return walk.luck.within(p.screening_days, "days of screening")


def next_start(p: Any, walk: Walk, waits: int) -> int:
    """The day of the next cycle's start: when the table's clocks (the last falls on `waits`) have run, and a usual delay; rarely too early."""
    cycle = walk.count("cycles in all")
    if waits - walk.day > 3 and walk.luck.happens(p.early_start, "early start", cycle):
        return waits - 2
    most = walk.luck.choice(p.start_delay, "kind of delay", cycle)
    return max(waits, walk.day + 1) + (walk.luck.whole(0, most, "days of delay", cycle) if most else 0)


def give(p: Any, walk: Walk, event: str) -> None:
    """Begin or restart the infusion at the planned dose; rarely a cycle begins at another one, which is a deviation."""
    wrong = event == START and walk.luck.happens(p.wrong_dose, "wrong dose", walk.count("cycles in all"))
    walk.give(event, (lambda planned: 28 if planned == 9 else 9) if wrong else None)


def stops_after(p: Any, walk: Walk, hold: int) -> bool:
    """Whether a hold for toxicity ends treatment."""
    return walk.luck.happens(p.stop_after_hold, "treatment ended for toxicity", hold)
