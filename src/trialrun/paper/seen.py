"""What a reader sees of a page, line by line: of HTML, of Markdown, or of text copied from either."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser


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
