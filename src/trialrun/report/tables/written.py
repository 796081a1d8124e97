"""A table of a study report as HTML, CSV and RTF text; the source line under it says from what it was made."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ...paper.blocks import Document, TableBlock, line
from ...paper.html import pieces
from ...paper.rtf import rtf
from ...paper.shown import shown
from ..csv_text import csv_pieces
from ..look import STYLE
from ..page import table_of
from .table import ReportTable, written

LANDSCAPE = "@page{size:A4 landscape;margin:15mm}\n"
ON_A_PAGE, IN_RTF = 10_000, 1000  # lines of a table at most; all of them stand in the CSV


def as_html(t: ReportTable, source: str, virtual: str | None = None) -> str:
    """The table as a page of its own, which says so where it shows the first lines only."""
    return "".join(html_pieces(t, source, virtual))


def html_pieces(t: ReportTable, source: str, virtual: str | None = None) -> Iterator[str]:
    """The same piece by piece: a listing of many lines is never held together."""
    mark = "virtual participants" if virtual else ""
    return pieces(Document(f"{t.name}: {t.title}", (_marked(t, virtual, ON_A_PAGE), line("note", source)), mark), STYLE + LANDSCAPE)


def as_csv(t: ReportTable) -> str:
    """The table as CSV, every line with the group that it stands in."""
    return "".join(csv_of_table(t))


def csv_of_table(t: ReportTable) -> Iterator[str]:
    """The same piece by piece."""
    frame = t.frame()
    return csv_pieces(pl.DataFrame([written(frame[name], _shown).alias(shown(name)) for name in frame.columns]))


def _shown(text: str | None) -> str | None:
    return None if text is None else shown(text)


def as_rtf(t: ReportTable, source: str, virtual: str | None = None) -> str:
    """The table as RTF, landscape. Raises ImportError where rtflite is not installed."""
    return rtf(_marked(t, virtual, IN_RTF), source)


def _marked(t: ReportTable, virtual: str | None, most: int) -> TableBlock:
    """The table, or as many of its lines, as a block, with the mark of virtual participants among its notes."""
    left_out = (f"The first {most:,} of {len(t.lines):,} lines; all of them stand in the CSV.",) if len(t.lines) > most else ()
    return table_of(t, t.lines[:most], (*t.notes, *((virtual,) if virtual else ()), *left_out))
