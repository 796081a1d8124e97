"""The number that an endpoint has of one participant, in words: the value, the baseline, and the entries behind both."""

from __future__ import annotations

from typing import Any

from ...protocol.endpoints import Endpoint
from ...protocol.words.times import iso
from .endpoints import Measured
from .methods import CHANGED, called
from .sources import all_rows

Part = tuple[Any, ...]


def number_told(
    found: Any, e: Endpoint, m: Measured, definition: list[tuple[str, str]], parts: list[Part]
) -> tuple[str, Any, list[tuple[str, str]], list[Part]]:
    """The value in words, as JSON data, its definition and its parts; `found` is the participant's `Finder`."""
    assert e.value is not None and m.value is not None and m.read is not None and m.baseline is not None
    if not m.who.size:
        return "not counted: it has no start", None, definition, parts
    value, read, baseline = (None if x != x else float(x) for x in (m.value[0], m.read[0], m.baseline[0]))
    if e.value.baseline:
        if baseline is None:
            parts.append(("No baseline", None, "no value up to the day of the start"))
        else:
            parts.append(_read(found, "Baseline", int(m.start_row[0]), baseline))
    wanted = "; ".join(called(s) for s in e.events)
    if read is None:
        seen = len(all_rows(found.h, e.events)) > 0
        parts.append(("No value", None, f"{'none that counts' if seen else 'none'} at: {wanted}"))
    else:
        parts.append(_read(found, "Value", int(m.end_row[0]), read))
    raw = {"value": read, "baseline": baseline, "analysed": value, "on": iso(int(m.end[0])) if read is not None else None}
    if value is None:
        return "no value to analyse", raw, definition, parts
    unit = " %" if e.value.change == "percent" else ""
    told = f"{value:g}{unit}" + (f", {CHANGED[e.value.change]} ({read:g} against {baseline:g})" if e.value.change else "")
    return told, raw, definition, parts


def _read(found: Any, what: str, row: int, value: float) -> Part:
    part = found.part(what, row)
    return (part[0], part[1], f"{value:g}, {part[2]}", *part[3:])
