"""Criteria of eligibility."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .expressions import AnyOf, Expr, any_of, leaf, no


@dataclass(frozen=True)
class Criterion:
    """An eligibility or other named criterion as an expression on values. Kinds: inclusion, exclusion."""

    name: str
    kind: str
    given: Expr
    source: str
    confirmed: bool = True


def criterion(name: str, kind: str, given: Any, source: str, *, confirmed: bool = True) -> Criterion:
    """An eligibility criterion: an inclusion must hold, an exclusion must not."""
    if kind not in ("inclusion", "exclusion"):
        raise ValueError(f"criterion({name!r}): kind {kind!r} is unknown; use 'inclusion' or 'exclusion'")
    return Criterion(name, kind, leaf(given), source, confirmed)


def violated(*criteria: Criterion) -> AnyOf:
    """Some inclusion criterion does not hold, or some exclusion criterion does."""
    return any_of(*[no(c.given) if c.kind == "inclusion" else c.given for c in criteria])
