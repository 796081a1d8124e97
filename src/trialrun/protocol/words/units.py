"""Units as the language keeps them (`ug`, as UCUM writes a microgram) and as people read them (`mcg`: a µ by hand is taken for an m).

Source of the choice: ISMP's list of error-prone abbreviations, https://www.ismp.org/recommendations/error-prone-abbreviations-list.
"""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"(?<![A-Za-z])(?:mcg|[\u00b5\u03bc]g)(?![A-Za-z])")
_KEPT = re.compile(r"(?<![A-Za-z])ug(?![A-Za-z])")
_READ = re.compile(r"(?<![A-Za-z])mcg(?![A-Za-z])")


def kept(unit: str) -> str:
    """A unit as the language keeps it: `mcg/day` and `µg/day` are `ug/day`."""
    return _WRITTEN.sub("ug", unit) if type(unit) is str else unit


def unit_said(unit: str) -> str:
    """A unit as people read it: `mcg/day`."""
    return _KEPT.sub("mcg", unit)


def unit_read(said: str) -> str:
    """The unit that `unit_said` said."""
    return _READ.sub("ug", said)
