"""The number that an endpoint has of one participant, in words: the value, the baseline, and the entries behind both."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...protocol.endpoints import Endpoint
from ...protocol.words.times import iso
from .endpoints import Measured
from .methods import CHANGED, called, instead_said
from .quantities import counted_rows, levels_of
from .repeated_estimates import visits_of
from .sources import all_rows, first_past, first_rows

Part = tuple[Any, ...]


def number_told(
    found: Any, e: Endpoint, m: Measured, definition: list[tuple[str, str]], parts: list[Part]
) -> tuple[str, Any, list[tuple[str, str]], list[Part]]:
    """The value in words, as JSON data, its definition and its parts; `found` is the participant's `Finder`."""
    if not m.who.size:
        return "not counted: it has no start", None, definition, parts
    if e.kind == "count":
        return _counted(found, e, m, definition, parts)
    assert e.value is not None and m.value is not None and m.read is not None and m.baseline is not None
    if e.kind == "ordered":
        return _category(found, e, m, definition, parts)
    value, read, baseline = (None if x != x else float(x) for x in (m.value[0], m.read[0], m.baseline[0]))
    if e.value.baseline:
        if baseline is None:
            parts.append(("No baseline", None, "no value up to the day of the start"))
        else:
            parts.append(_read(found, "Baseline", int(m.start_row[0]), baseline))
    if m.each is not None:
        return _over_visits(found, e, m, definition, parts)
    wanted = "; ".join(called(s) for s in e.events)
    if read is None:
        seen = len(all_rows(found.h, e.events)) > 0
        parts.append(("No value", None, f"{'none that counts' if seen else 'none'} at: {wanted}"))
    else:
        k = -1 if m.filled is None else int(m.filled[0])
        if k >= 0:
            parts.append(("Missing", None, f"none at: {wanted}; in its place {instead_said(e.value.instead[k])}"))
        parts.append(
            _read(found, "Value" if k < 0 else "In its place", int(m.end_row[0]), read)
            if m.end_row[0] >= 0
            else ("In its place", None, f"{read:g}")
        )
    raw = {"value": read, "baseline": baseline, "analysed": value, "on": iso(int(m.end[0])) if read is not None else None}
    if value is None:
        return "no value to analyse", raw, definition, parts
    unit = " %" if e.value.change == "percent" else ""
    told = f"{value:g}{unit}" + (f", {CHANGED[e.value.change]} ({read:g} against {baseline:g})" if e.value.change else "")
    return told, raw, definition, parts


def _over_visits(
    found: Any, e: Endpoint, m: Measured, definition: list[tuple[str, str]], parts: list[Part]
) -> tuple[str, Any, list[tuple[str, str]], list[Part]]:
    assert m.each is not None and m.each_row is not None and m.each_read is not None and m.each_filled is not None
    assert m.value is not None and e.value is not None
    raw: list[dict[str, Any]] = []
    for k, visit in enumerate(visits_of(e)):
        row, read, value, n = int(m.each_row[0, k]), float(m.each_read[0, k]), float(m.each[0, k]), int(m.each_filled[0, k])
        known = value == value
        raw.append({"visit": visit, "value": read if read == read else None, "analysed": value if known else None})
        if read != read:
            parts.append((visit, None, "no value"))
            continue
        place = f"; in place of none, {instead_said(e.value.instead[n])}" if n >= 0 else ""
        part = found.part(visit, row) if row >= 0 else (visit, None, "", ())
        analysed = f", analysed {value:g}" if known and value != read else ""
        parts.append((visit, part[1], f"{read:g}{analysed}, {part[2]}{place}", *part[3:]))
    there, whole = sum(x["analysed"] is not None for x in raw), float(m.value[0])
    data = {"average": whole if whole == whole else None, "visits": raw}
    told = f"{whole:g} on the average of {there} of {len(raw)} visits" if whole == whole else "no value to analyse"
    return told, data, definition, parts


def _counted(
    found: Any, e: Endpoint, m: Measured, definition: list[tuple[str, str]], parts: list[Part]
) -> tuple[str, Any, list[tuple[str, str]], list[Part]]:
    assert m.value is not None
    start, end = first_rows(found.h, e.starts), m.end
    cut = first_past(found.h, e.cut, start)
    rows = counted_rows(found.h, e, start, cut, np.broadcast_to(end, (found.h.n,)))
    parts.append(found.part("Begins", int(m.start_row[0]), e.starts))
    parts += [found.part("Counted", int(row), e.events) for row in rows.tolist()]
    if not rows.size:
        parts.append(("None counted", None, f"none of these in the time: {'; '.join(called(s) for s in e.events)}"))
    is_cut = bool(e.cut) and int(m.end_row[0]) == int(cut[0])
    parts.append(found.part("Ends at" if is_cut else "Observed to", int(m.end_row[0]), e.cut if is_cut else e.censors))
    number, days = int(m.value[0]), int(m.time[0])
    raw = {"count": number, "days": days, "start": iso(int(m.start[0])), "end": iso(int(m.end[0]))}
    return f"{number:,} in {days:,} days", raw, definition, parts


def _category(
    found: Any, e: Endpoint, m: Measured, definition: list[tuple[str, str]], parts: list[Part]
) -> tuple[str, Any, list[tuple[str, str]], list[Part]]:
    assert e.value is not None and m.value is not None and m.read is not None
    level = None if m.value[0] != m.value[0] else levels_of(e.value)[int(m.value[0])]
    if m.read[0] == m.read[0]:
        part = found.part("Category", int(m.end_row[0]), e.events)
        parts.append((part[0], part[1], f"{level}, {part[2]}", *part[3:]))
    else:
        parts.append(("None", None, f"no category at: {'; '.join(called(s) for s in e.events)}"))
    raw = {"category": level, "on": iso(int(m.end[0])) if m.read[0] == m.read[0] else None}
    return level or "no category", raw, definition, parts


def _read(found: Any, what: str, row: int, value: float) -> Part:
    part = found.part(what, row)
    return (part[0], part[1], f"{value:g}, {part[2]}", *part[3:])
