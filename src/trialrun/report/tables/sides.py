"""Tables of a study with arms: each arm beside the others and the whole, by columns where there are few and one under another where there are many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from .table import Line, ReportTable

BESIDE = 2  # columns of a table that still stands beside itself
COUNT = re.compile(r"^[\d,]+( \([\d.]+\))?$")


def side_by_side(whole: ReportTable, parts: Sequence[tuple[str, ReportTable | None]], together: str = "All") -> ReportTable:
    """A table with the arms' own cells; `parts` are the arms' tables of the same number (None where an arm has none)."""
    parts = [(name, None if t is None else _in_columns_of(whole, t)) for name, t in parts]
    if len(whole.head) - 1 > BESIDE:
        return _stacked(whole, parts, together)
    named = [*parts, (together, whole)]
    head = (whole.head[0], *(f"{name}: {column}" for name, t in named for column in (t or whole).head[1:]))
    cells = [_by_place(t) if t is not None else {} for _, t in named]
    lines = []
    for place, line in _places(whole):
        if line.head:
            lines.append(line)
            continue
        row: list[str] = []
        for found in cells:
            row += found.get(place, tuple("0" if COUNT.match(c) else "–" for c in line.cells))
        lines.append(replace(line, cells=tuple(row)))
    return replace(
        whole, head=head, lines=tuple(lines), notes=(*whole.notes, f"{together}: those who were not allocated to an arm included.")
    )


def _in_columns_of(whole: ReportTable, t: ReportTable) -> ReportTable:
    """An arm's table in the columns of the whole one: an arm in which nobody had what a column counts lacks that column."""
    own = [_unsized(column) for column in t.head[1:]]
    wanted = [_unsized(column) for column in whole.head[1:]]
    if own == wanted:
        return t
    sized = dict(zip(own, t.head[1:], strict=True))
    lines = []
    for line in t.lines:
        cells, nobody = dict(zip(own, line.cells, strict=False)), "0" if any(COUNT.match(c) for c in line.cells) else "–"
        lines.append(line if line.head else replace(line, cells=tuple(cells.get(column, nobody) for column in wanted)))
    head = (t.head[0], *(sized.get(name, column) for name, column in zip(wanted, whole.head[1:], strict=True)))
    return replace(t, head=head, lines=tuple(lines))


def _unsized(column: str) -> str:
    return re.sub(r",? ?N = [\d,]+", "", column)


def _stacked(whole: ReportTable, parts: Sequence[tuple[str, ReportTable | None]], together: str) -> ReportTable:
    lines: list[Line] = []
    for name, t in (*parts, (together, whole)):
        lines.append(Line(name, head=True))
        if t is not None:
            lines += [replace(x, label=f"{name}: {x.label}") if x.head else x for x in t.lines]
    sizes = ", ".join(f"{name} {size}" for name, t in parts if t is not None and (size := _size(t)))
    return replace(whole, head=tuple(map(_unsized, whole.head)), lines=tuple(lines),
        notes=(*whole.notes, *((f"{sizes}, {together.lower()} {_size(whole)}.",) if sizes else ())))  # fmt: skip


def _size(t: ReportTable) -> str:
    return next((m[0] for h in t.head if (m := re.search(r"N = [\d,]+", h))), "")


def _places(t: ReportTable) -> list[tuple[tuple[str, str, str, int], Line]]:
    """Every line with its place: the group and the line that it stands under, its label, and which of that name it is."""
    found: list[tuple[tuple[str, str, str, int], Line]] = []
    seen: dict[tuple[str, str, str], int] = {}
    group = above = ""
    for line in t.lines:
        if line.head:
            group, above = line.label, ""
        elif line.level == 0:
            above = line.label
        key = (group, above if line.level else "", line.label)
        seen[key] = seen.get(key, 0) + 1
        found.append(((*key, seen[key]), line))
    return found


def _by_place(t: ReportTable) -> dict[tuple[str, str, str, int], tuple[str, ...]]:
    return {place: line.cells for place, line in _places(t) if not line.head}
