"""Blocks as HTML. Every element is made in one place, where MarkupSafe escapes what it holds; no page runs a script or fetches anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from markupsafe import Markup, escape

from .blocks import (
    Bar,
    Block,
    Caption,
    Contents,
    Document,
    Figures,
    Grid,
    Group,
    Line,
    Part,
    Picture,
    Row,
    TableBlock,
    Terms,
    Words,
    listed,
)
from .shown import shown

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
SHORT, BROAD = 14, 6  # rows of a table that is not broken over pages; columns of one that may be wider than the text
_HEADS = {"title": "h1", "section": "h2", "heading": "h3"}
_STYLES = {"b": "b", "i": "i", "mark": "mark", "code": "code", "name": "span", "quiet": "span"}
_VOID = ("meta", "br")


def element(tag: str, *inside: str | Markup, **attributes: str | int | None) -> Markup:
    """An element: text inside it and in its attributes is escaped, markup stands as it is; attributes of None or "" are left out.

    `class_` is written `class`, `aria_label` is written `aria-label`.
    """
    return Markup("").join(around(tag, inside, **attributes))


def around(tag: str, inside: Iterable[str | Markup], **attributes: str | int | None) -> Iterator[Markup]:
    """The same piece by piece, for what is long: the rows of a large table are never held together."""
    told = "".join(f' {k.strip("_").replace("_", "-")}="{_safe(v)}"' for k, v in attributes.items() if v is not None and v != "")
    yield Markup(f"<{tag}{told}>")
    if tag not in _VOID:
        yield from map(_safe, inside)
        yield Markup(f"</{tag}>")


def _safe(text: str | Markup | int) -> Markup:
    if isinstance(text, Markup):
        return text
    plain = str(text)
    return escape(plain if plain.isprintable() else shown(plain))


def page(document: Document, look: str) -> str:
    """A whole page, complete in itself: the blocks of a document under a look (CSS of our own)."""
    return "".join(pieces(document, look))


def pieces(document: Document, look: str) -> Iterator[str]:
    """A whole page piece by piece."""
    yield '<!doctype html>\n<html lang="en">'
    yield element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", document.title),
        Markup(f"<style>{look}{PRINTED.replace('MARK', css_text(document.mark))}</style>"),
    )
    yield "\n"
    foot = around("footer", html(document.foot, document.blocks)) if document.foot else ()
    main = around("main", chain(html(document.blocks, document.blocks), foot))
    yield from around("body", main)
    yield "\n</html>\n"


PRINTED = """
@page{@bottom-left{content:MARK;font:7.5pt Arial,'DejaVu Sans',sans-serif;color:#8a4b08}
@bottom-right{content:counter(page) " of " counter(pages);font:7.5pt Arial,'DejaVu Sans',sans-serif;color:#5b6675}}
"""


def css_text(text: str) -> str:
    """Text as a string of a style sheet."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'


def html(blocks: Iterable[Block], whole: Iterable[Block] = ()) -> Iterator[Markup]:
    """Blocks as pieces of markup; `whole` is the document that tables of contents list."""
    whole = tuple(whole)
    for block in blocks:
        made = _BLOCKS[type(block)](block, whole)
        yield from (made,) if isinstance(made, Markup) else made
        yield Markup("\n")


def words(said: Words) -> Markup:
    """Text, or runs in their styles."""
    return _safe(said) if isinstance(said, str) else Markup("").join(_run(style, text) for style, text in said)


def _run(style: str, text: str) -> Markup:
    if style.startswith("#"):
        return element("a", text, href=style)
    if not style:
        return _safe(text)
    return element(_STYLES[style], text, class_=style if _STYLES[style] == "span" else None)


def _line(block: Line, _: tuple[Block, ...]) -> Markup:
    depth = f" d{min(block.depth, 6)}" if block.kind == "part" else ""
    kind = "" if block.kind == "text" else block.kind
    return element(_HEADS.get(block.kind, "p"), words(block.runs), id=block.anchor, class_=f"{kind}{depth}")


def _caption(caption: Caption, end: str = "") -> Markup:
    name = [element("b", f"{caption.name}."), " "] if caption.name else []
    small = [" ", element("i", f"{caption.small}{end}")] if caption.small else []
    return element("figcaption", *name, f"{caption.title}.", *small)


def _table(block: TableBlock, _: tuple[Block, ...]) -> Iterator[Markup]:
    many, caption = len(block.header), block.caption
    sides = ["n" if k in block.right else "" for k in range(many)]
    top = element("tr", *(element("th", h, scope="col", class_=side) for h, side in zip(block.header, sides, strict=True)))
    frames = {level: _frame(level, sides) for level in {row.level for row in block.all_rows() if isinstance(row, Row)}}
    rows = (
        element("tr", element("th", row.words, colspan=many, scope="rowgroup"), class_="group")
        if isinstance(row, Group)
        else _row(row, frames[row.level])
        for row in block.all_rows()
    )
    table = around("table", chain((element("thead", top),), around("tbody", rows)), class_=block.kind)
    label = " ".join(x for x in (caption.name, caption.title) if x) if caption else f"Table: {', '.join(block.header)}"
    scroll = around("div", table, class_="scroll", tabindex=0, role="region", aria_label=label)
    if caption is None:
        yield from scroll
        return
    notes = (element("p", " ".join(block.notes), class_="note"),) if block.notes else ()
    short, few = len(block.rows) <= SHORT, many <= 3 and len(block.right) == many - 1
    kinds = ["table", *["short"] * short, *["few"] * few, *["broad"] * (many >= BROAD)]
    yield from around("figure", chain((_caption(caption, "."),), scroll, notes), class_=" ".join(kinds), id=caption.anchor)


def _row(row: Row, frame: list[str]) -> Markup:
    """A row of plain cells, escaped all at once; `frame` is what stands around the cells."""
    if not all(isinstance(c, str) for c in row.cells):
        cells: list[str] = [words(c) for c in row.cells]
    else:
        texts = row.cells if "".join(row.cells).isprintable() else map(shown, row.cells)  # type: ignore[arg-type]
        cells = str(escape(_PARTED.join(texts))).split(_PARTED)  # type: ignore[arg-type]
    pieces = frame * 2
    pieces[::2], pieces[1::2] = frame, [*cells, ""]
    return Markup("".join(pieces))


_PARTED = "\0"  # no text that is shown holds it


def _frame(level: int, sides: list[str]) -> list[str]:
    """What stands around the cells of a row whose first cell stands `level` steps in."""
    head = element("th", Markup(_PARTED), scope="row", class_=f"in{level if level > 1 else ''}" if level else None)
    return str(element("tr", head, *(element("td", Markup(_PARTED), class_=side) for side in sides[1:]))).split(_PARTED)


def _picture(block: Picture, _: tuple[Block, ...]) -> Markup:
    drawn = element("div", Markup(block.svg), class_="scroll svg", tabindex=0, role="region", aria_label=block.words)
    return element("figure", drawn, _caption(block.caption), id=block.caption.anchor) if block.caption else drawn


def _grid(block: Grid, _: tuple[Block, ...]) -> Markup:
    days = block.small or ("",) * len(block.heads)
    heads = [
        element("th", name, *([" ", element("sup", letter)] if letter else []), *([element("small", day)] if day else []))
        for (name, letter), day in zip(block.heads, days, strict=True)
    ]
    groups = (
        element("tr", element("th", ""), *(element("th", name, colspan=n, class_="group") for name, n in block.groups))
        if block.groups
        else ""
    )
    rows = []
    for name, small, cells in block.rows:
        shown_cells = [
            element("td", words(c.text), class_="bar", colspan=c.across) if isinstance(c, Bar) else element("td", c, class_="cell")
            for c in cells
        ]
        rows += [element("tr", element("th", name, *([element("small", small)] if small else [])), *shown_cells), "\n"]
    top = element("thead", groups, element("tr", element("th", block.corner), *heads))
    table = element("table", top, element("tbody", *rows), class_="grid")
    notes = [element("p", *([element("sup", letter), " "] if letter else []), words(said)) for letter, said in block.notes]
    scroll = element("div", table, class_="scroll", tabindex=0, role="region", aria_label=block.words)
    return scroll + element("div", *notes, class_="notes")


def _terms(block: Terms, _: tuple[Block, ...]) -> Markup:
    return element("dl", *(x for a, b in block.pairs for x in (element("dt", a), element("dd", b))))


def _figures(block: Figures, _: tuple[Block, ...]) -> Markup:
    boxes = [element("div", element("strong", a), element("span", b), element("small", c)) for a, b, c in block.boxes]
    return element("div", *boxes, class_="key")


def _contents(block: Contents, whole: tuple[Block, ...]) -> Markup:
    found = [element("a", f"{name}. {title}" if name else title, href=f"#{anchor}") for name, title, anchor in listed(whole, block.of)]
    if not found:
        return Markup("")
    if block.inline:
        return element("p", Markup(" · ").join(found), class_="contents")
    items = element("ul" if block.of != "sections" else "ol", *(element("li", link) for link in found))
    if block.of == "sections":
        return element("nav", *([element("p", block.title)] if block.title else []), items)
    return element("nav", element("details", element("summary", block.title), items))


def _part(block: Part, whole: tuple[Block, ...]) -> Iterator[Markup]:
    yield from around(block.kind, chain((Markup("\n"),), html(block.blocks, whole)), id=block.anchor, class_=block.look)


_BLOCKS: dict[type, Callable[..., Markup | Iterator[Markup]]] = {
    Line: _line, TableBlock: _table, Picture: _picture, Grid: _grid, Terms: _terms, Figures: _figures, Contents: _contents, Part: _part,
}  # fmt: skip
