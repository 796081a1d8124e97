"""The fields of an entry: what each may hold, said once, for the reader and for the schema alike.

A participant's name is safe as a part of a path and as text in every format; a date is digits, known in whole or in part; a recording time is
ISO 8601; a recorded value is one text, one number, true, false or null, or one with its unit. What a value means is not judged here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..protocol.frozen.json_text import LARGEST as LARGEST_NUMBER
from ..protocol.frozen.json_text import too_large, unsound

LARGEST_WHOLE = 2**31 - 1
_MONTHS = "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_DAY = f"(?:{_YEAR}-{_MONTHS}|{_LEAP}-02-29)"
PARTICIPANT = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?"
HAPPENED_ON = f"(?:{_DAY}|{_YEAR}(?:-(?:0[1-9]|1[0-2]))?)"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?"
RECORDED_AT = f"{_DAY}(?:[T ]{_CLOCK}(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?)?"


@dataclass(frozen=True)
class Field:
    """One field: its kind (text, whole or values), what it holds, what to write there, what it is for, and the pattern of its text."""

    kind: str
    holds: str
    write: str
    means: str
    pattern: str = ""
    required: bool = False
    empty: bool = True

    def schema(self) -> dict[str, Any]:
        """The field as JSON Schema."""
        if self.kind == "whole":
            return {"type": ["integer", "null"], "minimum": 1, "maximum": LARGEST_WHOLE, "description": self.means}
        if self.kind == "values":
            return {"type": ["object", "null"], "description": self.means}
        text: dict[str, Any] = {"type": "string" if self.required else ["string", "null"], "description": self.means, **SOUND}
        if self.pattern:
            text |= {
                "pattern": f"^{self.pattern}$",
                "not": {"type": "string", "pattern": r"\n"},
            }  # in some dialects $ also matches before a last line break
        return text if self.empty else {**text, "minLength": 1}

    def fault(self, value: Any) -> str | None:
        """Why the field cannot hold a value of JSON, with the cure; None where it can."""
        if value is None and not self.required:
            return None
        if self.kind == "whole":
            right = isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value <= LARGEST_WHOLE and value == int(value)
        elif self.kind == "values":
            right = isinstance(value, Mapping)
            if right and (fault := _unreadable(value)) is not None:
                return fault
        else:
            right = (
                isinstance(value, str)
                and (self.empty or value != "")
                and (not self.pattern or re.fullmatch(self.pattern, value) is not None)
            )
            if right and unsound(value):
                return f"{shown(value)} holds a character that no file can keep: write it without"
        return None if right else f"{shown(value)} is no {self.holds}: write {self.write}"


SOUND = {"pattern": r"^[^\u0000]*$"}
_WHOLE = f"a whole number from 1 to {LARGEST_WHOLE:,}"
_NAME = "1 to 64 letters (A to Z), digits, hyphens, dots or underscores, the first and the last a letter or a digit"
FIELDS = {
    "participant": Field("text", "participant's name", _NAME, f"who: {_NAME}", PARTICIPANT, True),
    "sequence": Field("whole", "sequence", _WHOLE, "the number of the entry within the participant; given where it is missing"),
    "happened_on": Field(
        "text", "date", "a day that exists as YYYY-MM-DD, or what is known of it as YYYY-MM or YYYY",
        "the day it happened; may be known in part, and is kept as entered", HAPPENED_ON, True,
    ),
    "at": Field("text", "time of day", 'text such as "14:05", or null', "time of day, HH:MM; a text that is none is taken, and asked about"),
    "recorded_at": Field(
        "text", "time", "it as 2012-04-10T08:12:44Z or 2012-04-10T10:12:44+02:00, a day as 2012-04-10, or null",
        "when it was recorded: ISO 8601 with its offset, which is kept; without one it is UTC; a day alone is its first moment", f"(?:{RECORDED_AT})?",
    ),
    "recorded_by": Field("text", "text", 'text such as "coordinator@001", or null', "by whom it was recorded"),
    "event": Field("text", "name of an entry", "a name that the study has, as text", "what was recorded", "", True, False),
    "values": Field("values", "JSON object", "an object such as {\"blasts\": 3}, or null", "null together with `corrects` withdraws an entry"),
    "corrects": Field("whole", "sequence", f"{_WHOLE}, or null", "the sequence of the entry that this one replaces"),
    "reason": Field("text", "text", "text, or null", "why it was corrected"),
    "protocol": Field("text", "text", 'text such as "my-study@1", or null', "the study and the version under which it was recorded"),
    "visit": Field("text", "name of a visit", "text, or null", "the visit that the entry belongs to; without it, the one in whose window it falls", "", False, False),
    "occasion": Field("whole", "occasion", f"{_WHOLE}, or null", "which occasion of that visit, from 1"),
    "continues": Field(
        "whole", "sequence", f"{_WHOLE}, or null",
        "the sequence of the entry that began the event, medication or stay that this one goes on with or ends",
    ),
}  # fmt: skip
REQUIRED = tuple(name for name, field in FIELDS.items() if field.required)


def shown(value: Any) -> str:
    """A value as a message shows it: short, on one line."""
    text = repr(value) if not isinstance(value, dict | list) else ("an object" if isinstance(value, dict) else "a list")
    return text if len(text) <= 80 else text[:60] + " …"


def is_with_unit(value: Any) -> bool:
    """Whether a recorded value says its unit: an object of `value` and `unit` alone."""
    return isinstance(value, Mapping) and value.keys() == {"value", "unit"} and isinstance(value["unit"], str)


def _unreadable(values: Mapping[str, Any]) -> str | None:
    """Why recorded values cannot be held, with the cure; a list holds rows, each an object of values."""
    for name, value in values.items():
        if isinstance(value, list | tuple):
            rows: list[str | None] = [_no_row(name, row) for row in value if not isinstance(row, Mapping)]
            rows += [_unreadable_one(*pair) for row in value if isinstance(row, Mapping) for pair in row.items()]
            if (fault := next((r for r in rows if r is not None), None)) is not None:
                return fault
            value = None
        if (fault := _unreadable_one(name, value)) is not None:
            return fault
    return None


def _unreadable_one(name: Any, value: Any) -> str | None:
    if not isinstance(name, str) or unsound(name):
        return f"the value {shown(name)} has a name that no file can keep: write it without"
    if is_with_unit(value):
        if unsound(value["unit"]):
            return f"the unit of {name!r} holds a character that no file can keep: write it without"
        value = value["value"]
    if isinstance(value, str):
        if unsound(value):
            return f"the value {name!r} holds a character that no file can keep: write it without"
    elif isinstance(value, int | float):
        if too_large(value):
            return f"the value {name!r} is no number that is kept (at most {LARGEST_NUMBER:g}): write the number, or null"
    elif value is not None:
        return f"the value {name!r} is one text, one number, true, false or null, not {shown(value)}: {WRITTEN}"
    return None


def _no_row(name: Any, row: Any) -> str:
    return f"a list under {name!r} holds rows, each an object, and {shown(row)} is none: {WRITTEN}"


WRITTEN = 'write each value under its own name, a number in another unit as {"value": 126000, "unit": "/uL"}, and rows as [{"item": 1}, {"item": 2}]'
