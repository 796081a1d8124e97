"""How participants are allocated to arms: the ratio, the strata, and the seal on the list that nobody in the study has seen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .analyses import Level


@dataclass(frozen=True)
class Stratum:
    """A factor by which the allocation is stratified: its name and its levels, conditions on the values at screening."""

    by: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Allocation:
    """How participants are allocated. `sealed`: the SHA-256 of the sealed file with block sizes, seed and list; empty while there is none.

    The ratio stands at the arms (`share=`); `stated`: whether the sources give it. Without strata there is one list for everybody.
    """

    source: str
    strata: tuple[Stratum, ...] = ()
    sealed: str = ""
    stated: bool = True
    confirmed: bool = True


def stratum(by: str, *levels: Any) -> Stratum:
    """A factor of the allocation: `stratum("age", level("under 60", at_screening(age) < 60), level("60 or more", at_screening(age) >= 60))`.

    A participant is of the first level that holds; levels come from `level(..)` of the endpoints. Tests are stratified by it.
    """
    return Stratum(by, tuple(levels))


def allocation(
    *, source: str, strata: tuple[Stratum, ...] = (), sealed: str = "", stated: bool = True, confirmed: bool = True
) -> Allocation:
    """How participants are allocated, by permuted blocks within the `strata`. Block sizes, seed and list stand in a file that is kept sealed, which
    `trialrun allocate` makes: `sealed=` is its SHA-256. `stated=False`: the sources do not give the ratio, and that of `arm(.., share=)` is ours.

    Raises ValueError for a seal that is no SHA-256.
    """
    if sealed and not re.fullmatch("[0-9a-f]{64}", sealed):
        raise ValueError(f"allocation(..): sealed={sealed[:20]!r} is no SHA-256: write the 64 digits that `trialrun allocate` printed")
    return Allocation(source, strata, sealed, stated, confirmed)
