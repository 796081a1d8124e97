"""A document as one tree of frozen blocks: lines, tables, drawings, terms, contents and sections; each format has a module that renders them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Run = tuple[str, str]  # style and text; styles: "", b, i, mark, code, name, quiet, and "#anchor" for a link within the document
Words = str | tuple[Run, ...]  # what a cell says: plain text, or runs


@dataclass(frozen=True)
class Line:
    """A heading or a paragraph: its kind, its runs, its depth, and the anchor that links lead to.

    Headings are of the kinds title, section and heading; all other kinds are paragraphs, and the look knows them by their name.
    """

    kind: str
    runs: tuple[Run, ...]
    depth: int = 0
    anchor: str = ""

    @property
    def text(self) -> str:
        """What a reader sees."""
        return "".join(text for _, text in self.runs)


@dataclass(frozen=True)
class Caption:
    """What stands over a table or under a drawing: its name (`Table 14.1.1`), its title, and what is said in smaller words."""

    name: str
    title: str
    small: str = ""

    @property
    def anchor(self) -> str:
        """What links lead to."""
        return self.name.lower().replace(" ", "-").replace(".", "-")


@dataclass(frozen=True)
class Row:
    """A row of a table: its cells, the first of which stands `level` steps in."""

    cells: tuple[Words, ...]
    level: int = 0


@dataclass(frozen=True)
class Group:
    """A row across a whole table that names the rows beneath it."""

    words: str


@dataclass(frozen=True)
class TableBlock:
    """A table: header, rows (a tuple is a row that stands no step in), caption, notes, and the columns of numbers, which stand at the right."""

    header: tuple[str, ...]
    rows: tuple[tuple[Words, ...] | Row | Group, ...]
    kind: str = ""
    caption: Caption | None = None
    notes: tuple[str, ...] = ()
    right: tuple[int, ...] = ()

    def all_rows(self) -> Iterator[Row | Group]:
        """The rows, each as a value of its own kind."""
        for row in self.rows:
            yield row if isinstance(row, Row | Group) else Row(row)


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG, with the words for those who cannot see it, and its caption."""

    svg: str
    words: str
    caption: Caption | None = None


@dataclass(frozen=True)
class Bar:
    """A cell of the grid that goes across several columns."""

    text: Words
    across: int


@dataclass(frozen=True)
class Grid:
    """A schedule: column heads with their footnote letters, rows of a head, small print and cells, and the footnotes (a letter may be empty).

    `small`: small print under each head. `groups`: what some heads in a row have in common, each with how many they are.
    """

    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, tuple[str | Bar, ...]], ...]
    notes: tuple[tuple[str, Words], ...]
    corner: str = "What is done"
    words: str = "Schedule of activities"
    small: tuple[str, ...] = ()
    groups: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Terms:
    """Terms, each with what is said of it."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Figures:
    """A few numbers set large: each with what it is, and what is said of it in small print."""

    boxes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Contents:
    """A list of the document's own parts: `of` sections, tables or figures; `inline` in one paragraph, else a line each."""

    of: str
    title: str = ""
    inline: bool = False


@dataclass(frozen=True)
class Part:
    """Blocks that belong together: a `section` with its anchor, or an `article` within one."""

    kind: str
    blocks: tuple[Block, ...]
    anchor: str = ""
    look: str = ""


Block = Line | TableBlock | Picture | Grid | Terms | Figures | Contents | Part


@dataclass(frozen=True)
class Document:
    """A whole document: the title that a window or a file shows, its blocks, and a mark that stands on every printed page."""

    title: str
    blocks: tuple[Block, ...]
    mark: str = ""
    foot: tuple[Block, ...] = ()


def line(kind: str, *runs: str | Run, depth: int = 0, anchor: str = "") -> Line:
    """A line of plain or styled runs."""
    return Line(kind, tuple(("", r) if isinstance(r, str) else r for r in runs if r), depth, anchor)


def runs_of(words: Words) -> tuple[Run, ...]:
    """Words as runs."""
    return (("", words),) if isinstance(words, str) else words


def text_of(words: Words) -> str:
    """Words as a reader sees them."""
    return words if isinstance(words, str) else "".join(text for _, text in words)


def every(blocks: Iterable[Block]) -> Iterator[Block]:
    """All blocks of a tree, those within parts too, in the order in which they are read."""
    for block in blocks:
        yield block
        if isinstance(block, Part):
            yield from every(block.blocks)


def listed(blocks: Iterable[Block], of: str) -> list[tuple[str, str, str]]:
    """What a table of contents lists: name, title and anchor of each of the sections, tables or figures."""
    found: list[tuple[str, str, str]] = []
    for block in every(blocks):
        if of == "sections" and isinstance(block, Line) and block.kind == "section":
            found.append(("", block.text, block.anchor))
        caption = block.caption if isinstance(block, TableBlock if of == "tables" else Picture) else None  # type: ignore[union-attr]
        if of != "sections" and caption is not None and caption.name:
            found.append((caption.name, caption.title, caption.anchor))
    return found


def said(blocks: Iterable[Block]) -> Iterator[str]:
    """Every text of a tree of blocks, in the order in which it is read; what drawings say is left out."""
    for block in every(blocks):
        if isinstance(block, Line):
            yield block.text
        elif isinstance(block, TableBlock):
            yield from block.header
            for row in block.all_rows():
                yield from [row.words] if isinstance(row, Group) else map(text_of, row.cells)
            yield from block.notes
        elif isinstance(block, Grid):
            yield from said([as_table(block)])
        elif isinstance(block, Terms):
            yield from (text for pair in block.pairs for text in pair)
        elif isinstance(block, Figures):
            yield from (text for box in block.boxes for text in box)
        caption = getattr(block, "caption", None)
        if caption is not None:
            yield from (caption.name, caption.title, caption.small)


def as_table(grid: Grid) -> TableBlock:
    """A grid as a plain table: a bar goes on as points, footnotes are named in brackets."""
    rows = []
    for head, _, cells in grid.rows:
        flat: list[str] = []
        for cell in cells:
            flat += [text_of(cell.text), *["·"] * (cell.across - 1)] if isinstance(cell, Bar) else [cell]
        rows.append((head, *flat))
    small = grid.small or ("",) * len(grid.heads)
    heads = (
        f"{name}{f': {day}' if day else ''}{f' ({letter})' if letter else ''}"
        for (name, letter), day in zip(grid.heads, small, strict=True)
    )
    notes = tuple(f"({letter}) {text_of(words)}" if letter else text_of(words) for letter, words in grid.notes)
    return TableBlock(("", *heads), tuple(rows), notes=notes)
