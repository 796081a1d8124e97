"""Slips of the pen: the value that is recorded first and corrected later, by form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..chance import Luck
from ..journey.journal import Entry


def slips(luck: Luck, place: int, entry: Entry) -> tuple[Mapping[str, Any], str] | None:
    """The wrong values of an entry and the reason given when they are put right; None where a form has none."""
    values = dict(entry.values or {})
    if entry.event == "response assessment":
        if luck.happens(0.5, "which slip", place):
            values["platelets"] = _shifted(values["platelets"])
            return values, "platelets: decimal point"
        values["blasts"] = min(99, values["blasts"] + 10)
        return values, "blasts: typing error"
    if entry.event == "adverse event" and values.get("grade", 0) in (1, 2):
        values["grade"] = 3 - values["grade"]
        return values, "grade after review"
    if entry.event == "screening result":
        values["age"] = values["age"] + 1
        return values, "age at consent"
    return None


def _shifted(platelets: int) -> int:
    return platelets * 10 if platelets < 150 else platelets // 10
