"""Blocks as PDF: handed to Typst as data, which a fixed template sets; no text is ever read as markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .blocks import (
    Block,
    Document,
    Grid,
    Group,
    Line,
    Part,
    Picture,
    TableBlock,
    as_table,
    every,
    runs_of,
    said,
    text_of,
)
from .html import SHORT
from .shown import shown

TEXT, LETTER = 510.0, 0.625  # the width of the text in points, and of a letter in its own size
SIZES = (7.2, 6.2)  # points, of the letters in a table
SIZE = re.compile(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"')
HOW = "typst is not installed: pip install 'trialrun[report]'"


def write_pdf(document: Document, place: Path) -> None:
    """Set a document as a PDF with numbered pages. Raises ImportError where typst is not installed.

    The fonts are those that come with matplotlib and Typst, so that the file is the same everywhere; where a text has signs that they lack, the
    fonts of the system are asked too.
    """
    import typst

    fonts = _fonts()
    with TemporaryDirectory() as folder:
        source = Path(folder) / "document.typ"
        source.write_text((files(__package__) / "document.typ").read_text(encoding="utf-8"), encoding="utf-8")
        (Path(folder) / "document.json").write_text(json.dumps(as_data(document)), encoding="utf-8")
        known = set("".join(said((*document.blocks, *document.foot)))) <= _signs()
        made = typst.compile(str(source), root=folder, font_paths=[str(fonts)], ignore_system_fonts=known)
        place.write_bytes(made)


def _fonts() -> Path:
    from matplotlib import get_data_path

    return Path(get_data_path()) / "fonts" / "ttf"


@cache
def _signs() -> frozenset[str]:
    """The signs that DejaVu Sans has."""
    from matplotlib.ft2font import FT2Font

    return frozenset(map(chr, FT2Font(str(_fonts() / "DejaVuSans.ttf")).get_charmap())) | {"\n"}


def as_data(document: Document) -> dict[str, Any]:
    """A document as JSON data: every text as the formats show it, every table with the widths of its columns."""
    blocks = [*_blocks(document.blocks), *_blocks(document.foot)]
    return _shown({"title": document.title, "mark": document.mark, "blocks": blocks})


def _shown(data: Any) -> Any:
    if isinstance(data, str):
        return shown(data)
    if isinstance(data, dict):
        return {k: v if k == "svg" else _shown(v) for k, v in data.items()}
    return [_shown(x) for x in data] if isinstance(data, list | tuple) else data


def _blocks(blocks: Iterable[Block]) -> Iterator[dict[str, Any]]:
    for block in every(blocks):
        if isinstance(block, Line):
            yield {"is": "line", "kind": block.kind, "runs": block.runs, "text": block.text, "depth": block.depth}
        elif isinstance(block, TableBlock | Grid):
            yield _table(as_table(block) if isinstance(block, Grid) else block)
        elif isinstance(block, Picture):
            size = SIZE.search(block.svg)
            wide, high = (float(x) for x in size.groups()) if size else (1.0, 1.0)
            yield {"is": "picture", "svg": block.svg, "words": block.words, "caption": _caption(block), "wide": wide, "high": high}
        elif not isinstance(block, Part):
            yield {"is": type(block).__name__.lower(), **asdict(block)}


def _caption(block: TableBlock | Picture) -> dict[str, str] | None:
    return asdict(block.caption) if block.caption else None


def _table(block: TableBlock) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for row in block.all_rows():
        if isinstance(row, Group):
            rows.append({"group": True, "cells": [runs_of(row.words)]})
        else:
            rows.append({"group": False, "level": row.level, "cells": [runs_of(c) for c in row.cells]})
    full = [["  " * r.level + text_of(r.cells[0]), *map(text_of, r.cells[1:])] for r in block.all_rows() if not isinstance(r, Group)]
    across = max((len(row.words) for row in block.all_rows() if isinstance(row, Group)), default=0)
    size, columns = widths(block.header, full, block.right, across)
    return {
        "is": "table", "header": block.header, "rows": rows, "caption": _caption(block), "notes": block.notes, "right": block.right,
        "whole": len(rows) <= SHORT, "letters": size, "widths": [{"fr": fr, "size": wide} for fr, wide in columns],
    }  # fmt: skip


def widths(
    header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int], across: int = 0
) -> tuple[float, list[tuple[bool, float]]]:
    """The size of a table's letters in points, and its columns' widths: (True, share) or (False, points).

    Columns of numbers are as wide as they are, in smaller letters where they must be, and words take the rest; few columns are not stretched.
    `across` is the length of the longest words that go across all columns.
    """
    columns = [[head, *(row[k] for row in rows)] for k, head in enumerate(header)]
    longest = [max(map(len, column), default=1) for column in columns]
    least = [
        max(-(-len(column[0]) // 3), *map(len, column[0].split()), *map(len, column[1:]), 1) if k in right else longest[k]
        for k, column in enumerate(columns)
    ]
    shares = [(True, round(min(max(n, 5), 60) ** 0.62, 2)) for n in longest]
    for size in SIZES:
        room: list[tuple[bool, float]] = [(False, round(LETTER * size * n + 9)) for n in least]
        numbers = sum(room[k][1] for k in right)
        if len(columns) <= 3 and len(right) == len(columns) - 1 and room[0][1] + numbers < TEXT:
            return size, [(False, max(room[0][1], min(LETTER * size * across + 9, TEXT) - numbers)), *room[1:]]
        if numbers <= 0.8 * TEXT:
            return size, [room[k] if k in right else shares[k] for k in range(len(columns))]
    return SIZES[-1], shares
