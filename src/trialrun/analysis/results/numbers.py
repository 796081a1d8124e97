"""Endpoints that are numbers, kind by kind: the estimate, what sets two arms apart, and what both are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...protocol.endpoints import Endpoint
from . import category_estimates, count_estimates, quantity_estimates, repeated_estimates
from .category_estimates import Categories
from .count_estimates import Counted
from .endpoints import Measured
from .number_parts import Contrasted
from .quantity_estimates import Quantity
from .repeated_estimates import Repeated

ESTIMATES = {
    "value": quantity_estimates.quantity,
    "count": count_estimates.counted,
    "ordered": category_estimates.categories,
    "repeated": repeated_estimates.repeated,
}
CONTRASTS = {
    "value": quantity_estimates.contrasted, "count": count_estimates.contrasted, "ordered": category_estimates.contrasted,
    "repeated": repeated_estimates.contrasted,
}  # fmt: skip


def number_of(m: Measured, confidence: float) -> Quantity | Counted | Categories | Repeated:
    """The estimate that an endpoint that is a number asks for."""
    return ESTIMATES[m.endpoint.kind](m, confidence)  # type: ignore[operator, no-any-return]


def contrasted(names: Sequence[str], parts: Sequence[Measured], subject: dict[str, Any], confidence: float) -> Contrasted:
    """Each arm but the first against the first, as the endpoint's kind and its own words ask; `subject`: the values at screening of all participants."""
    return CONTRASTS[parts[0].endpoint.kind](names, parts, subject, confidence)


def test_of(e: Endpoint) -> str:
    """The test that an endpoint's comparison makes, by name."""
    return (
        {"value": quantity_estimates.test_of, "count": count_estimates.test_of, "repeated": quantity_estimates.test_of}[e.kind](e)
        if e.kind != "ordered"
        else "Wilcoxon"
    )


def effect_named(e: Endpoint) -> str:
    """What sets two arms apart, by name."""
    if e.value is not None and e.kind in ("value", "repeated"):
        return quantity_estimates.EFFECTS[e.value.average]
    return "rate ratio" if e.kind == "count" else "common odds ratio"
