"""In which stratum of the allocation a participant is, by the values at screening; the strata in their order."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from .language import Protocol
from .words.expressions import UNKNOWN, on_values

UNKNOWN_LEVEL = "not known"
TOGETHER = "; "


def names_of_strata(protocol: Protocol) -> tuple[str, ...]:
    """Every stratum by name, the levels of its factors joined, in their order; one without a name where there is no factor."""
    factors = protocol.allocation.strata if protocol.allocation is not None else ()
    return tuple(TOGETHER.join(parts) for parts in product(*([f"{f.by}: {x.label}" for x in f.levels] for f in factors)))


def stratum_of(protocol: Protocol, screened: Mapping[str, Any]) -> str:
    """The stratum of one participant; `screened` has the values at screening as `screening NAME`. A factor is not known where none of its levels holds."""
    parts = []
    for f in protocol.allocation.strata if protocol.allocation is not None else ():
        held = (x.label for x in f.levels if on_values(x.given)(screened) > UNKNOWN)
        parts.append(f"{f.by}: {next(held, UNKNOWN_LEVEL)}")
    return TOGETHER.join(parts)
