"""Reading recorded values: each as its measure's type; what cannot be read is left out and named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..protocol.language import Measure
from .journal import Entry

if TYPE_CHECKING:
    from .ready import Ready

HUGE = 1e300  # nothing that is measured is larger
NUMBER_TEXT = (
    r"[ \t\r\n]*[+-]?(?:[0-9]{1,40}(?:[.,][0-9]{0,40})?|[.,][0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?[ \t\r\n]*"  # a number as people write one
)
YES_NO_TEXT = r"[ \t\r\n]*(?:[Yy](?:[Ee][Ss])?|[Nn][Oo]?|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])[ \t\r\n]*"
YES_NO = {"yes": True, "no": False, "true": True, "false": False, "y": True, "n": False}


class Unreadable(ValueError):
    """A value that is not of its measure's type, with the cure."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question to the site about one entry; `on` is the day it is walked on (None: it is not walked), `item` the value ("": the entry).

    Kinds: those of `queries.KINDS`.
    """

    entry: int
    event: str
    item: str
    kind: str
    says: str
    on: int | None = None


def as_measured(measure: Measure, value: Any) -> Any:
    """A recorded value as its measure's type. Raises Unreadable with the cure."""
    kind = measure.type
    if value is None or (value.__class__ is float and kind == "number" and isfinite(value)):
        return value
    if kind == "yes/no":
        if isinstance(value, bool):
            return value
        if value in (0, 1):
            return bool(value)
        plain = YES_NO.get(value.strip(" \t\r\n").lower()) if isinstance(value, str) else None
        if plain is None:
            raise Unreadable(f"{measure.name} is yes or no, and {value!r} is neither: write true or false")
        return plain
    if kind in ("number", "integer"):
        if isinstance(value, str):
            try:
                value = float(value.replace(",", ".") if re.fullmatch(NUMBER_TEXT, value) else "")
            except ValueError:
                raise Unreadable(f"{measure.name} is a number{_in(measure)}, and {value!r} is none: write it like 1.4") from None
        if isinstance(value, bool):
            if measure.role == "presence":
                return int(value)
            raise Unreadable(f"{measure.name} is a number{_in(measure)}, and {value!r} is none")
        if not isinstance(value, int | float) or abs(value) > HUGE or not isfinite(value):
            raise Unreadable(f"{measure.name} is a number{_in(measure)}, and {value!r} is none")
        return value
    if isinstance(value, str):
        return value
    if kind in ("text", "code") and isinstance(value, bool | int | float):
        return str(value)
    raise Unreadable(f"{measure.name} is text, and {value!r} is none")


def _in(measure: Measure) -> str:
    return f" in {measure.unit}" if measure.unit else ""


def read_values(items: Mapping[str, Measure], values: Mapping[str, Any] | None) -> dict[str, Any]:
    """An entry's values by measure name; spaces in names are as underscores; what cannot be read is left out, what is unknown stays."""
    found: dict[str, Any] = {}
    if values:
        for name, value in values.items():
            measure = items.get(name)
            if measure is None:
                name = name.replace(" ", "_")
                measure = items.get(name)
            if measure is not None:
                try:
                    value = as_measured(measure, value)
                except Unreadable:
                    continue
            found[name] = value
    return found


def unreadable(ready: Ready, entries: Iterable[Entry]) -> list[Query]:
    """What no executor can use: events that the study does not know, and values that are not of their measure's type."""
    found = []
    for e in entries:
        form = ready.forms.get(e.event)
        if form is None:
            near = get_close_matches(e.event, list(ready.forms), 1)
            cure = f"did you mean {near[0]!r}?" if near else f"the study has {', '.join(ready.forms)}"
            found.append(
                Query(e.sequence, e.event, "", "unknown event", f"the study {ready.protocol.name} has no entry {e.event!r}: {cure}")
            )
            continue
        for name, value in (e.values or {}).items():
            measure = form.items.get(name, form.items.get(name.replace(" ", "_")))
            if measure is not None:
                try:
                    as_measured(measure, value)
                except Unreadable as problem:
                    found.append(Query(e.sequence, e.event, name, "unreadable", str(problem)))
    return found
