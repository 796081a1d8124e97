"""Hypotheses that are tested together, and how their number is reckoned with: the multiplicity of a study, declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .arms import Arm
from .endpoints import Endpoint

PROCEDURES = ("fixed sequence", "Holm", "Hochberg", "gatekeeping")
BETTER = ("lower", "higher", "")


@dataclass(frozen=True)
class Hypothesis:
    """That an endpoint is alike in an arm and in the first arm; without an `arm`, in all arms. `better`: which effect favours the arm."""

    endpoint: str
    arm: str = ""
    better: str = ""


@dataclass(frozen=True)
class Multiplicity:
    """How hypotheses are tested together at a level `alpha`: a procedure, the families that it takes in their order, tests of so many sides."""

    procedure: str
    families: tuple[tuple[Hypothesis, ...], ...]
    alpha: float
    sides: int
    source: str
    confirmed: bool = True


def hypothesis(of: Endpoint, arm: Arm | None = None, *, better: str = "") -> Hypothesis:
    """That an endpoint is alike in an arm and in the first arm of the study; without an arm, in all arms together.

    `better`: whether a `lower` or a `higher` effect (hazard ratio, difference, ratio) favours the arm; a one-sided test needs it.
    """
    if better not in BETTER:
        raise ValueError(f"hypothesis(..): better={better!r} is unknown; write 'lower' or 'higher'")
    return Hypothesis(of.name, arm.name if arm is not None else "", better)


def multiplicity(procedure: str, *hypotheses: Any, alpha: float, sides: int = 2, source: str, confirmed: bool = True) -> Multiplicity:
    """How the hypotheses are tested together, so that one is wrongly rejected with a chance of `alpha` at most. Procedures: a `fixed sequence` (each only
    once all before it are rejected), `Holm`, `Hochberg`, and `gatekeeping`: tuples of hypotheses as families in their order, each by Holm, and only once every
    hypothesis of those before it is rejected. `sides`: 1 or 2.

    Raises ValueError for a procedure, a level or sides that there are not.
    """
    if procedure not in PROCEDURES:
        raise ValueError(f"multiplicity(..): {procedure!r} is unknown; use one of {', '.join(PROCEDURES)}")
    if not 0 < alpha < 1 or sides not in (1, 2):
        raise ValueError(f"multiplicity(..): alpha={alpha} lies between 0 and 1, and sides={sides} is 1 or 2")
    families = tuple(x if isinstance(x, tuple) else (x,) for x in hypotheses)
    if procedure != "gatekeeping":
        families = (tuple(x for family in families for x in family),)
    return Multiplicity(procedure, families, alpha, sides, source, confirmed)
