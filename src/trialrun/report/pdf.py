"""The report as PDF: the HTML page read once and set by Typst, so that both say the same, word for word."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

from .figures.style import FONT

TEXT, LETTER = 510.0, 4.5  # points: the width of the text, and of a letter in a table
BARE = ("html", "head", "body", "meta", "br", "img", "thead", "tbody")
HOW = "typst is not installed: pip install 'trialrun[report]'"
LOOK = """
#set document(title: {title}, date: none)
#set page(paper: "a4", margin: (x: 15mm, top: 18mm, bottom: 20mm), footer: context [
  #set text(size: 7.5pt, fill: rgb("#5b6675"), font: "DejaVu Sans")
  {foot} #h(1fr) #counter(page).display("1 of 1", both: true)])
#set text(font: ("Libertinus Serif", "DejaVu Serif"), size: 10pt, lang: "en", fill: rgb("#1a2433"))
#set par(leading: 0.6em, spacing: 0.85em)
#show heading: set text(font: "DejaVu Sans")
#show heading.where(level: 1): set text(size: 15pt)
#show heading.where(level: 2): it => block(above: 1.6em, below: 0.7em, sticky: true, width: 100%,
  stroke: (top: 0.5pt + rgb("#dfe4ea")), inset: (top: 0.6em), text(size: 11.5pt, it.body))
#show heading.where(level: 3): set text(size: 9.5pt)
#show raw: set text(font: "DejaVu Sans Mono", size: 0.85em)
#let cap(body) = block(sticky: true, below: 0.5em, text(font: "DejaVu Sans", size: 8.2pt, body))
#let note(body) = block(above: 0.4em, text(font: "DejaVu Sans", size: 7.2pt, fill: rgb("#5b6675"), body))
#let small(body) = text(font: "DejaVu Sans", size: 7.6pt, body)
#let warn(body) = block(width: 100%, inset: 0.7em, fill: rgb("#fdf6ea"), stroke: (left: 3pt + rgb("#8a4b08")),
  text(font: "DejaVu Sans", size: 8.2pt, fill: rgb("#8a4b08"), body))
#let box3(body) = block(width: 100%, inset: 0.8em, radius: 3pt, stroke: 0.5pt + rgb("#dfe4ea"), fill: rgb("#f5f7fa"),
  text(font: "DejaVu Sans", size: 8pt, body))
"""


def write_pdf(html: str, place: Path) -> None:
    """Set a report's HTML as a PDF. Raises ImportError where typst is not installed."""
    import typst
    from matplotlib import get_data_path

    reader = read(html)
    with TemporaryDirectory() as folder:
        for name, svg in reader.pictures.items():
            (Path(folder) / name).write_text(svg, encoding="utf-8")
        source = Path(folder) / "report.typ"
        source.write_text(typst_of(reader), encoding="utf-8")
        typst.compile(
            str(source), output=str(place), root=folder, font_paths=[str(Path(get_data_path()) / "fonts" / "ttf")], ignore_system_fonts=True
        )


def read(html: str) -> _Reader:
    """A report's page, its pictures set apart."""
    reader = _Reader()

    def apart(found: re.Match[str]) -> str:
        name = f"p{len(reader.pictures)}.svg"
        reader.pictures[name] = found[0].replace(FONT, "'DejaVu Sans'")
        return f'<img src="{name}">'

    reader.feed(re.sub(r"<svg.*?</svg>", apart, html, flags=re.DOTALL))
    reader.close()
    return reader


def typst_of(reader: _Reader) -> str:
    """The Typst text of a page that was read."""
    foot = "virtual participants" if reader.virtual else ""
    return LOOK.replace("{title}", _quoted(reader.title)).replace("{foot}", f"{_text(reader.title)} #h(1em) {foot}") + "".join(reader.out)


class _Reader(HTMLParser):
    """Reads the page that `report` writes: headings, paragraphs, tables, figures with SVG, lists and definitions."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.pictures: dict[str, str] = {}
        self.title, self.virtual = "", False
        self.skip = 0
        self.rows: list[list[tuple[str, str]]] | None = None
        self.cell: list[str] | None = None
        self.kinds: list[str] = []
        self.ends: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag in ("style", "nav"):
            self.skip += 1
        elif self.skip:
            pass
        elif tag == "img":
            self.put(f'#image("{a["src"]}", width: 100%)\n')
        elif tag == "table":
            self.rows = []
        elif tag == "tr" and self.rows is not None:
            self.rows.append([])
            self.kinds.append(a.get("class", ""))
        elif tag in ("td", "th") and self.rows is not None:
            self.cell = []
            self.kinds.append(f"{tag} {a.get('class', '')}")
        elif tag in BARE:
            self.virtual = self.virtual or "simulated" in a.get("class", "")
        else:
            opens, closes = _around(tag, a)
            self.put(opens)
            self.ends.append(closes)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "nav"):
            self.skip -= 1
        elif self.skip:
            pass
        elif tag in ("td", "th") and self.cell is not None and self.rows is not None:
            self.rows[-1].append((self.kinds.pop(), "".join(self.cell)))
            self.cell = None
        elif tag == "tr" and self.rows is not None:
            kind = self.kinds.pop()
            self.rows[-1] = [(f"{k} {kind}", text) for k, text in self.rows[-1]]
        elif tag == "table" and self.rows is not None:
            rows, self.rows = self.rows, None
            self.put(_table(rows))
        elif tag in BARE or not self.ends:
            pass
        else:
            self.put(self.ends.pop())

    def handle_data(self, data: str) -> None:
        if self.skip:
            pass
        elif self.lasttag == "title" and not self.title:
            self.title = data
        elif self.cell is not None:
            self.cell.append(_text(data))
        elif data.strip():
            self.put(_text(data))

    def put(self, text: str) -> None:
        (self.cell if self.cell is not None else self.out).append(text)


def _around(tag: str, a: dict[str, str]) -> tuple[str, str]:
    """What stands before and after an element's content."""
    kind = a.get("class", "")
    blocks = {
        "h1": ("\n= ", "\n\n"),
        "h2": ("\n== ", "\n\n"),
        "h3": ("\n=== ", "\n\n"),
        "figcaption": ("\n#cap[", "]\n"),
        "b": ("#strong[", "]"),
        "i": ('#text(fill: rgb("#5b6675"))[', "]"),
    }
    blocks |= {
        "strong": ('#text(size: 13pt, weight: 700, fill: rgb("#1f5fa8"))[', "] \\\n"),
        "small": ('\\\n#text(size: 7pt, fill: rgb("#5b6675"))[', "]"),
    }
    blocks |= {
        "code": ('#text(font: "DejaVu Sans Mono", size: 0.85em)[', "]"),
        "ol": ("\n#small[#enum(", ")]\n"),
        "ul": ("\n#small[#list(", ")]\n"),
    }
    blocks |= {"dl": ("\n#small[#grid(columns: (34mm, 1fr), column-gutter: 3mm, row-gutter: 1.9mm,", ")]\n")}
    blocks |= {"dt": ('\n  text(fill: rgb("#5b6675"))[', "],"), "dd": (" [", "],")}
    if tag == "li":
        return (f"enum.item({a['value']})[" if a.get("value", "").isdigit() else "["), "],"
    if tag == "p":
        opens = {"note": "\n#note[", "virtual": "\n#warn[", "sub": "\n#small["}.get(kind, "\n\n#par[")
        return opens, "]\n"
    if tag == "div" and kind == "key":
        return "\n#grid(columns: (1fr,) * 3, gutter: 3mm,", ")\n"
    if tag == "div" and kind == "break":
        return "\n#pagebreak(weak: true)\n", ""
    if tag == "div" and not kind:
        return "box3[", "],"
    if tag == "figure":
        whole = "table" not in kind or "short" in kind
        return f"\n#block(breakable: {'false' if whole else 'true'}, above: 1.2em)[", "]\n"
    return blocks.get(tag, ("", ""))


def _table(rows: list[list[tuple[str, str]]]) -> str:
    """A table with its first row as a heading that comes again on each page."""
    wide = max((len(r) for r in rows), default=0)
    if not wide:
        return ""
    right = [any("n" in r[k][0].split() for r in rows if len(r) > k) for k in range(wide)]
    columns = ", ".join(_widths(rows, right))
    sides = ", ".join("right + top" if x else "left + top" for x in right)
    lines = []
    for n, row in enumerate(rows):
        cells = []
        for k, (kind, text) in enumerate(row):
            if len(row) == 1 and wide > 1:
                cells.append(f"table.cell(colspan: {wide})[#v(0.3em)#strong[{text}]]")
            elif n == 0:
                cells.append(f"[#strong[{text}]]")
            else:
                step = 0.9 * (("in" in kind.split()) + 2 * ("in2" in kind.split())) if k == 0 else 0.0
                cells.append(f"[#h({step:g}em){text}]" if step else f"[{text}]")
        line = ", ".join(cells)
        lines.append(f"table.header({line}, table.hline(stroke: 0.8pt))," if n == 0 else f"{line},")
    body = "\n".join(lines)
    return (
        f'\n#[#set text(font: "DejaVu Sans", size: 7.2pt)\n#table(columns: ({columns},), stroke: (x, y) => (bottom: 0.3pt + rgb("#dfe4ea")), '
        f"inset: (x: 2pt, y: 2.6pt), align: ({sides},),\n{body}\n)]\n"
    )


def _widths(rows: list[list[tuple[str, str]]], right: list[bool]) -> list[str]:
    """Widths of a table's columns: numbers as wide as they are, words the rest; a table of few columns is not stretched."""
    full = [r for r in rows if len(r) > 1] or rows
    cells = [[re.sub(r"\\\\", "", r[k][1]) for r in full if len(r) > k] for k in range(len(right))]
    longest = [max(map(len, column), default=1) for column in cells]
    least = [
        max([-(-len(column[0]) // 3), *map(len, column[0].split()), *map(len, column[1:])], default=1) if number else long
        for column, number, long in zip(cells, right, longest, strict=True)
    ]
    room = [LETTER * n + 7 for n in least]
    numbers = sum(w for w, number in zip(room, right, strict=True) if number)
    if numbers > 0.78 * TEXT:
        return [f"{min(max(n, 5), 60) ** 0.62:.2f}fr" for n in longest]
    if len(right) <= 3 and all(right[1:]) and room[0] + numbers < TEXT:
        return [f"{w:.0f}pt" for w in room]
    return [f"{w:.0f}pt" if number else f"{min(max(n, 5), 60) ** 0.62:.2f}fr" for w, n, number in zip(room, longest, right, strict=True)]


def _text(text: str) -> str:
    """Text with the signs that Typst reads escaped."""
    return re.sub(r"([\\#$*_`<>@\[\]~=/\-+\"'])", r"\\\1", re.sub(r"[ \t\r\n]+", " ", text))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
