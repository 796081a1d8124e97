"""The page as lines and tables, as Markdown, and back from Markdown, HTML or copied text to the lines that a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

SCHEDULE = "Schedule of activities"
UNDECIDED = "What the text leaves undecided"
UNCONFIRMED = "What is not confirmed"
STATEMENTS = "The statements"
SENTENCES = "What happens to a participant"
BREACHES = "What follows when an act is done against the rules"
DOSES = "Doses and premedication"
PREPARATIONS = "Preparations"
VISITS = "Visits"
AHEAD = "What is said of the days ahead"
CRITERIA = "Who may take part"
CONDITIONS = "Conditions that come back"
FOLLOWS = "What follows from what is recorded"
FORMS = "What is recorded"
ENDPOINTS = "What is analysed"
WORDS = "The names in quotes"
DIAGRAM = "The diagram"
SECTIONS = (
    SCHEDULE, UNDECIDED, UNCONFIRMED, STATEMENTS, SENTENCES, BREACHES, DOSES, PREPARATIONS, VISITS, AHEAD, CRITERIA, CONDITIONS, FOLLOWS, FORMS,
    ENDPOINTS, WORDS, DIAGRAM,
)  # fmt: skip
ITEMS = ("Item", "Label", "Type", "Unit", "Range or codes", "Required", "CDASH", "Source")
NAMES = {
    "phases": ("Phase", "Shown as", "Part", "Source", "Where no clock runs"),
    "events": ("Event", "Nature", "Source", "Where no sentence speaks of it"),
    "variables": ("Name", "Kind", "Meaning", "Source"),
}

Run = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One line: its kind (title, section, heading, text, item, head, body, part, note), its runs of (style, text), its depth."""

    kind: str
    runs: tuple[Run, ...]
    depth: int = 0
    anchor: str = ""

    @property
    def text(self) -> str:
        """What a reader sees."""
        return "".join(text for _, text in self.runs)


@dataclass(frozen=True)
class Table:
    """A table: its header and rows of cells."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = ""


@dataclass(frozen=True)
class Picture:
    """A drawing: SVG, and the words for those who cannot see it."""

    svg: str
    words: str


@dataclass(frozen=True)
class Bar:
    """A cell of the grid that goes across several columns."""

    text: str
    across: int


@dataclass(frozen=True)
class Grid:
    """The schedule of activities: column heads with their footnote letters, rows of a head, small print and cells, and the footnotes."""

    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, tuple[str | Bar, ...]], ...]
    notes: tuple[tuple[str, str], ...]


Block = Line | Table | Picture | Grid


def line(kind: str, *runs: str | Run, depth: int = 0, anchor: str = "") -> Line:
    """A line of plain or styled runs (styles: b, i, mark)."""
    return Line(kind, tuple(("", r) if isinstance(r, str) else r for r in runs if r), depth, anchor)


# Markdown ---------------------------------------------------------------------------------------------------------------------------

_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&$]")
_BEFORE = {"title": "# ", "section": "## ", "heading": "### ", "item": "- "}
_STYLE = {"b": "**", "i": "*", "mark": "**", "": ""}


def markdown(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown."""
    text: list[str] = []
    last = ""
    for block in blocks:
        if isinstance(block, Line):
            if text and not (block.kind == last == "item" or (block.kind, last) in (("body", "head"), ("note", "note"), ("part", "part"))):
                text.append("")
            text.append(_markdown_line(block))
            last = block.kind
            continue
        last = type(block).__name__
        text.append("")
        if isinstance(block, Table):
            text += _markdown_table(block.header, block.rows)
        elif isinstance(block, Grid):
            text += _markdown_grid(block)
        else:
            text += ["```svg", *block.svg.splitlines(), "```"]
    return "\n".join(text) + "\n"


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _markdown_line(block: Line) -> str:
    words = "".join(f"{_STYLE[style]}{_escape(text)}{_STYLE[style]}" if text.strip() else text for style, text in block.runs)
    if block.kind == "part":
        return "  " * (block.depth - 1) + "- " + words
    return _BEFORE.get(block.kind, "") + words + ("  " if block.kind == "note" else "")


def _markdown_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    shown = [[_escape(c) for c in cells] for cells in (header, *rows)]
    out = ["| " + " | ".join(cells) + " |" for cells in shown]
    out.insert(1, "|" + "---|" * len(shown[0]))
    return out


def _markdown_grid(grid: Grid) -> list[str]:
    rows: list[list[str]] = []
    for head, _, cells in grid.rows:
        flat: list[str] = []
        for cell in cells:
            flat += [cell.text, *["·"] * (cell.across - 1)] if isinstance(cell, Bar) else [cell]
        rows.append([head, *flat])
    heads = ["", *(f"{name} ({letter})" if letter else name for name, letter in grid.heads)]
    return [*_markdown_table(heads, rows), "", *(f"- ({letter}) {_escape(words)}" for letter, words in grid.notes)]


# And back ---------------------------------------------------------------------------------------------------------------------------


def lines_of(text: str) -> list[tuple[int, str]]:
    """What a reader sees of a page, line by line with the line's number in the text: of HTML, of Markdown, or of text copied from either.

    The cells of a table's row are parted by tabs.
    """
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype html", "<html")):
        reader = _Visible()
        reader.feed(text)
        reader.close()
        return reader.lines()
    if start.startswith("# "):
        return list(_from_markdown(text))
    return [(n, shown.strip()) for n, shown in enumerate(text.split("\n"), 1) if shown.strip()]


def _from_markdown(text: str) -> Iterator[tuple[int, str]]:
    fenced = False
    for n, raw in enumerate(text.split("\n"), 1):
        shown = raw.strip(" \r")
        if shown.startswith("```"):
            fenced = not fenced
        elif fenced or not shown or re.fullmatch(r"\|(-{3,}\|)+", shown):
            continue
        elif shown.startswith("|"):
            cells = re.findall(r"((?:[^\\|]|\\.)*)\|", shown[1:])
            yield n, "\t".join(_unescape(c.strip(" ")) for c in cells)
        else:
            yield n, _unescape(re.sub(r"^(#{1,6}|-) ", "", shown))


def _unescape(text: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])|[*`]", lambda m: m[1] or "", text)


class _Visible(HTMLParser):
    """Collects the visible lines of an HTML page."""

    HIDDEN = frozenset(("style", "script", "svg", "title", "head", "template"))
    BLOCKS = frozenset(
        ("p", "div", "h1", "h2", "h3", "h4", "li", "ul", "ol", "tr", "table", "section", "main", "header", "footer", "nav", "figure",
         "figcaption", "br", "thead", "tbody", "body")
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._hidden = 0
        self._text: list[str] = []
        self._at = 1
        self._found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in self.HIDDEN
        if tag in self.BLOCKS:
            self._break()
        elif tag in ("td", "th") and self._text:
            self._text.append("\t")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in self.HIDDEN and self._hidden > 0
        if tag in self.BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if not "".join(self._text).strip(" \n\t"):
            self._at = self.getpos()[0]
        self._text.append(data)

    def _break(self) -> None:
        cells = [re.sub(r"[ \n\r]+", " ", cell).strip(" ") for cell in "".join(self._text).split("\t")]
        if any(cells):
            self._found.append((self._at, "\t".join(cells)))
        self._text = []

    def lines(self) -> list[tuple[int, str]]:
        """The lines found so far."""
        self._break()
        return self._found
