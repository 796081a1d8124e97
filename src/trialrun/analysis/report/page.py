"""A report's page as it grows: sections, paragraphs, numbered tables and figures."""

from __future__ import annotations

from html import escape
from typing import Any

from .figures.style import as_svg


class Page:
    """The page as it grows: sections, numbered tables and figures."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.tables = self.figures = 0
        self.heads: list[tuple[str, str]] = []

    def head(self, title: str) -> None:
        """A section's heading."""
        mark = "s" + str(len(self.heads) + 1)
        self.heads.append((mark, title))
        self.parts.append(f'<h2 id="{mark}">{len(self.heads)}. {escape(title)}</h2>')

    def say(self, *sentences: str) -> None:
        """A paragraph of sentences."""
        text = " ".join(s for s in sentences if s)
        if text:
            self.parts.append(f"<p>{escape(text)}</p>")

    def table(self, title: str, head: list[str], rows: list[list[str]], note: str = "") -> None:
        """A numbered table; a row whose first cell begins with a tab is indented, one with a single cell is a group's name."""
        self.tables += 1
        top = "".join(f"<th>{escape(h)}</th>" for h in head)
        body = []
        for row in rows:
            if len(row) == 1:
                body.append(f'<tr class="group"><th colspan="{len(head)}">{escape(row[0])}</th></tr>')
            else:
                first = ' class="in"' if row[0].startswith("\t") else ""
                cells = "".join(f"<td>{escape(c)}</td>" for c in row[1:])
                body.append(f'<tr><th scope="row"{first}>{escape(row[0].strip())}</th>{cells}</tr>')
        foot = f'<p class="note">{escape(note)}</p>' if note else ""
        narrow = " narrow" if not head[0] and all(len(row[0]) < 5 for row in rows) else ""
        self.parts.append(
            f'<figure class="table{narrow}"><figcaption><b>Table {self.tables}.</b> {escape(title)}</figcaption><div class="wide">'
            f"<table><thead><tr>{top}</tr></thead><tbody>{''.join(body)}</tbody></table></div>{foot}</figure>"
        )

    def figure(self, title: str, drawing: Any, note: str = "") -> None:
        """A numbered figure; nothing where there is nothing to draw."""
        if drawing is None:
            return
        self.figures += 1
        svg = as_svg(drawing, f"f{self.figures}", escape(title, quote=True))
        foot = f" {escape(note)}" if note else ""
        self.parts.append(
            f'<figure><div class="svg">{svg}</div><figcaption><b>Figure {self.figures}.</b> {escape(title)}{foot}</figcaption></figure>'
        )
