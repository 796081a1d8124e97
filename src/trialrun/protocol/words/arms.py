"""Arms: the groups of a randomised study, each with sentences of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Arm:
    """One arm of a randomised study; `share` is its part of the allocation (1 and 1: equal arms)."""

    name: str
    source: str
    label: str = ""
    share: int = 1


def arm(name: str, *, source: str, label: str = "", share: int = 1) -> Arm:
    """An arm; rules, doses, visits and invariants that say `arm=` are for it alone. `share`: its part of the allocation, 1 or more."""
    if share < 1:
        raise ValueError(f"arm({name!r}): share {share} is no part of an allocation: write 1 for equal arms, 2 for two to one")
    return Arm(name, source, label or name, share)


def arms_named(arm: Any) -> tuple[str, ...]:
    """The names of one arm, or of a tuple of arms. Raises TypeError for what is no arm."""
    for a in (arm,) if isinstance(arm, Arm) or not isinstance(arm, tuple | list) else arm:
        if not isinstance(a, Arm):
            raise TypeError(f"arm= holds {a!r}, which is no arm: declare arm('A', source=..) and name it here, without quotes")
    return (arm.name,) if isinstance(arm, Arm) else tuple(a.name for a in arm)
