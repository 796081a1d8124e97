"""A table of a study report as HTML, CSV and RTF text; the source line under it says from what it was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from ...paper.blocks import Document, TableBlock, line
from ...paper.html import pieces
from ...paper.rtf import rtf
from ...paper.shown import shown
from ..csv_text import csv_of
from ..look import STYLE
from ..page import table_of
from .table import ReportTable

LANDSCAPE = "@page{size:A4 landscape;margin:15mm}\n"


def as_html(t: ReportTable, source: str, virtual: str | None = None) -> str:
    """The table as a page of its own."""
    return "".join(html_pieces(t, source, virtual))


def html_pieces(t: ReportTable, source: str, virtual: str | None = None) -> Iterator[str]:
    """The same piece by piece: a listing of many lines is never held together."""
    mark = "virtual participants" if virtual else ""
    return pieces(Document(f"{t.name}: {t.title}", (_marked(t, virtual), line("note", source)), mark), STYLE + LANDSCAPE)


def as_csv(t: ReportTable) -> str:
    """The table as CSV, every line with the group that it stands in."""
    frame = t.frame()
    frame = frame.rename({name: shown(name) for name in frame.columns})
    return csv_of(frame.with_columns(pl.all().map_elements(shown, return_dtype=pl.String)))


def as_rtf(t: ReportTable, source: str, virtual: str | None = None) -> str:
    """The table as RTF, landscape. Raises ImportError where rtflite is not installed."""
    return rtf(_marked(t, virtual), source)


def _marked(t: ReportTable, virtual: str | None) -> TableBlock:
    """The table as a block, with the mark of virtual participants among its notes."""
    block = table_of(t)
    return replace(block, notes=(*block.notes, virtual)) if virtual else block
