"""Arms: the groups of a randomised study, each with sentences of its own, and the roles that see the study, some of them kept blind."""

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


@dataclass(frozen=True)
class Role:
    """Somebody who looks at the study. A `blinded` role sees nothing of the allocation, nor the entries of `forms`, the `items` and the `visits`.

    `drug`: what the drugs of the arms are called to the role, where every arm has one on the same days by the same route.
    """

    name: str
    source: str
    label: str = ""
    blinded: bool = False
    forms: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    visits: tuple[str, ...] = ()
    drug: str = "study drug"


def role(name: str, *, source: str, label: str = "", blinded: bool = False, hides: Any = (), drug: str = "study drug") -> Role:
    """Somebody who looks at the study, for `--role`. A `blinded` one sees nothing of the allocation: no arm, no item with `blinded=True`,
    no sentence, dose or visit of one arm.

    `hides`: forms, items and visits that are kept from it too, where they would show the arm. `drug`: what the drugs of the arms are called to it,
    where every arm has one on the same days by the same route. Raises ValueError where a role that is not blinded hides something, TypeError for
    what cannot be hidden.
    """
    hidden = hides if isinstance(hides, tuple | list) else (hides,)
    if hidden and not blinded:
        raise ValueError(f"role({name!r}): hides= is for a role that is kept blind: write blinded=True, or leave it out")
    kept: dict[str, list[str]] = {"Form": [], "Measure": [], "Visit": []}
    for x in hidden:
        if type(x).__name__ not in kept:
            raise TypeError(f"role({name!r}): hides= takes forms, items and visits, and {x!r} is none: name it without quotes")
        kept[type(x).__name__].append(str(getattr(x, "entry", "") or getattr(x, "name", "")))
    return Role(name, source, label or name, blinded, tuple(kept["Form"]), tuple(kept["Measure"]), tuple(kept["Visit"]), drug)


def arms_named(arm: Any) -> tuple[str, ...]:
    """The names of one arm, or of a tuple of arms. Raises TypeError for what is no arm."""
    for a in (arm,) if isinstance(arm, Arm) or not isinstance(arm, tuple | list) else arm:
        if not isinstance(a, Arm):
            raise TypeError(f"arm= holds {a!r}, which is no arm: declare arm('A', source=..) and name it here, without quotes")
    return (arm.name,) if isinstance(arm, Arm) else tuple(a.name for a in arm)
