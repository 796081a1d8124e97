"""A report's page as it grows: sections, paragraphs, and the study's numbered tables and figures."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from .drawings import Numbered
from .figures.style import as_svg
from .tables import Table
from .tables.table import Line


class Page:
    """The page as it grows. Tables and figures are called by the numbers that they have in their folders too."""

    def __init__(self, tables: Iterable[Table] = (), figures: Iterable[Numbered] = ()) -> None:
        self.parts: list[str] = []
        self.heads: list[tuple[str, str]] = []
        self.tables = {t.number: t for t in tables}
        self.figures = {f.number: f for f in figures}

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
                notes.insert(
                    0, f"Here only terms of {100 * least:g} % of the participants or more; `trialrun analyse` writes them all into tables/."
                )
            lines = kept
        self.parts.append(table_html(f"{t.name}.", t.title, t.population, t.head, lines, notes))
        return True

    def plain(self, title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
        """A table without a number."""
        self.parts.append(table_html("", title, "", head, [Line(row[0], tuple(row[1:])) for row in rows], []))

    def draw(self, number: str) -> bool:
        """A numbered figure, where there is something to draw."""
        f = self.figures.get(number)
        drawn = None if f is None else f.draw()
        if f is None or drawn is None:
            return False
        name = f"Figure {f.number}"
        svg = as_svg(drawn, "f" + f.number.replace(".", "-"), escape(f"{name}. {f.title}", quote=True))
        foot = f" {escape(f.note)}" if f.note else ""
        self.parts.append(f'<figure><div class="svg">{svg}</div><figcaption><b>{name}.</b> {escape(f.title)}.{foot}</figcaption></figure>')
        return True


def table_html(name: str, title: str, population: str, head: tuple[str, ...], lines: Iterable[Line], notes: Iterable[str]) -> str:
    """A table with its caption; columns of numbers stand at the right."""
    lines, notes = list(lines), list(notes)
    right = [k for k in range(1, len(head)) if _numeric([x.cells[k - 1] for x in lines if not x.head])]
    top = "".join(f"<th{' class=n' if k in right else ''}>{escape(h)}</th>" for k, h in enumerate(head))
    body = []
    for x in lines:
        if x.head:
            body.append(f'<tr class="group"><th colspan="{len(head)}">{escape(x.label)}</th></tr>')
        else:
            first = f' class="in{x.level if x.level > 1 else ""}"' if x.level else ""
            cells = "".join(f"<td{' class=n' if k in right else ''}>{escape(c)}</td>" for k, c in enumerate(x.cells, 1))
            body.append(f'<tr><th scope="row"{first}>{escape(x.label)}</th>{cells}</tr>')
    foot = f'<p class="note">{escape(" ".join(notes))}</p>' if notes else ""
    narrow = " narrow" if not head[0] and lines and all(len(x.label) < 5 for x in lines) else ""
    short = (" short" if len(lines) <= 14 else "") + (" few" if len(head) <= 3 and len(right) == len(head) - 1 else "")
    of = f" <i>{escape(population)}.</i>" if population else ""
    caption = f"<b>{escape(name)}</b> {escape(title)}.{of}" if name else f"{escape(title)}.{of}"
    return (
        f'<figure class="table{narrow}{short}"><figcaption>{caption}</figcaption><div class="wide">'
        f"<table><thead><tr>{top}</tr></thead><tbody>{''.join(body)}</tbody></table></div>{foot}</figure>"
    )


def _numeric(cells: list[str]) -> bool:
    """Whether a column's cells are short and begin with digits, or are empty."""
    told = [c for c in cells if c and c != "–"]
    return bool(told) and all(c[0].isdigit() or c[0] in "<-" for c in told) and max(map(len, told)) <= 24


def first_count(cell: str) -> int:
    """The count that a cell such as `1,203 (4.1)` begins with."""
    digits = cell.partition(" ")[0].replace(",", "")
    return int(digits) if digits.isdigit() else 0
