"""A report as it grows: sections, paragraphs, and the study's numbered tables and figures, as blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..paper.blocks import Block, Caption, Group, Picture, Row, TableBlock, line
from .drawings import Numbered
from .figures.style import as_svg
from .tables.table import Line as TableLine
from .tables.table import ReportTable


class Page:
    """The report as it grows. Tables and figures are called by the numbers that they have in their folders too."""

    def __init__(self, tables: Iterable[ReportTable] = (), figures: Iterable[Numbered] = ()) -> None:
        self.blocks: list[Block] = []
        self.heads = 0
        self.tables = {t.number: t for t in tables}
        self.figures = {f.number: f for f in figures}

    def head(self, title: str) -> None:
        """A section's heading."""
        self.heads += 1
        self.blocks.append(line("section", f"{self.heads}. {title}", anchor=f"s{self.heads}"))

    def say(self, *sentences: str) -> None:
        """A paragraph of sentences."""
        text = " ".join(s for s in sentences if s)
        if text:
            self.blocks.append(line("text", bound(text)))

    def put(self, number: str, least: float = 0.0, n: int = 0) -> bool:
        """A numbered table, where the study has it; with `n`, only lines of terms that at least the share `least` of the n had."""
        t = self.tables.get(number)
        if t is None:
            return False
        lines, notes = t.lines, list(t.notes)
        if n:
            column = -1 if "Any" in t.head[-1] else 0
            kept = tuple(x for x in lines if x.head or not x.level or first_count(x.cells[column]) >= least * n)
            if len(kept) < len(lines):
                notes.insert(0, f"Here only terms of {100 * least:g} % of the participants or more; the file of the table has them all.")
            lines = kept
        self.blocks.append(table_of(t, lines, notes))
        return True

    def plain(self, title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
        """A table without a number."""
        lines = [TableLine(row[0], tuple(row[1:])) for row in rows]
        self.blocks.append(_table(Caption("", title), head, lines, []))

    def draw(self, number: str) -> bool:
        """A numbered figure, where there is something to draw."""
        f = self.figures.get(number)
        drawn = None if f is None else f.draw()
        if f is None or drawn is None:
            return False
        caption = Caption(f"Figure {f.number}", f.title, f.note)
        words = f"{caption.name}. {f.title}"
        self.blocks.append(Picture(as_svg(drawn, "f" + f.number.replace(".", "-"), words), words, caption))
        return True


def bound(text: str) -> str:
    """Text in which no line ends between a number and its per cent."""
    return text.replace(" %", "\u00a0%")


def table_of(t: ReportTable, lines: Sequence[TableLine] | None = None, notes: Sequence[str] | None = None) -> TableBlock:
    """A table of the study as a block; with `lines` and `notes`, these instead of its own."""
    caption = Caption(t.name, t.title, t.population)
    return _table(caption, t.head, t.lines if lines is None else lines, t.notes if notes is None else notes, t.listing)


def _table(caption: Caption, head: tuple[str, ...], lines: Sequence[TableLine], notes: Sequence[str], listing: bool = False) -> TableBlock:
    rows = tuple(Group(x.label) if x.head else Row((x.label, *x.cells), x.level) for x in lines)
    right = () if listing else tuple(k for k in range(1, len(head)) if _numeric([x.cells[k - 1] for x in lines if not x.head]))
    narrow = "narrow" if not head[0] and lines and all(len(x.label) < 5 for x in lines) else ""
    return TableBlock(head, rows, narrow, caption, tuple(notes), right)


def _numeric(cells: list[str]) -> bool:
    """Whether a column's cells are short and begin with digits, or are empty."""
    told = [c for c in cells if c and c != "–"]
    return bool(told) and all(c[0].isdigit() or c[0] in "<-" for c in told) and max(map(len, told)) <= 30


def first_count(cell: str) -> int:
    """The count that a cell such as `1,203 (4.1)` begins with."""
    digits = cell.partition(" ")[0].replace(",", "")
    return int(digits) if digits.isdigit() else 0
