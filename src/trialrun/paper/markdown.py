"""Blocks as Markdown. It is read back, so every sign that Markdown reads is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .blocks import (
    Block,
    Caption,
    Contents,
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
    as_table,
    every,
    listed,
    runs_of,
)
from .shown import shown

_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&$]")
_BEFORE = {"title": "# ", "section": "## ", "heading": "### ", "item": "- "}
_STYLE = {"b": "**", "i": "*", "mark": "**"}
_JOINED = (("body", "head"), ("note", "note"), ("part", "part"), ("item", "item"))


def markdown(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown."""
    blocks = tuple(blocks)
    text: list[str] = []
    last = ""
    for block in every(blocks):
        if isinstance(block, Part):
            continue
        kind = block.kind if isinstance(block, Line) else type(block).__name__
        if text and not (isinstance(block, Line) and (kind, last) in _JOINED) or not isinstance(block, Line):
            text.append("")
        text += _lines(block, blocks)
        last = kind
    return "\n".join(text) + "\n"


def _lines(block: Block, whole: tuple[Block, ...]) -> list[str]:
    if isinstance(block, Line):
        return [_line(block)]
    if isinstance(block, TableBlock):
        rows = [(r.words, *[""] * (len(block.header) - 1)) if isinstance(r, Group) else r.cells for r in block.all_rows()]
        return [*_caption(block.caption), *_table(block.header, rows), *_notes(block.notes)]
    if isinstance(block, Grid):
        flat = as_table(block)
        return [*_table(flat.header, [r.cells for r in flat.all_rows() if isinstance(r, Row)]), *_notes(flat.notes)]
    if isinstance(block, Picture):
        return ["```svg", *block.svg.splitlines(), "```", *_caption(block.caption)]
    if isinstance(block, Terms):
        return [f"- **{_escape(a)}:** {_escape(b)}" for a, b in block.pairs]
    if isinstance(block, Figures):
        return [f"- **{_escape(a)}** {_escape(b)}; {_escape(c)}" for a, b, c in block.boxes]
    if isinstance(block, Contents):
        return [f"- {_escape(f'{name}. {title}' if name else title)}" for name, title, _ in listed(whole, block.of)]
    return []


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", shown(text))


def _runs(words: Words) -> str:
    found = []
    for style, text in runs_of(words):
        mark = _STYLE.get(style, "")
        found.append(f"{mark}{_escape(text)}{mark}" if text.strip() else text)
    return "".join(found)


def _line(block: Line) -> str:
    words = _runs(block.runs)
    if block.kind == "part":
        return "  " * (block.depth - 1) + "- " + words
    return _BEFORE.get(block.kind, "") + words + ("  " if block.kind == "note" else "")


def _caption(caption: Caption | None) -> list[str]:
    if caption is None:
        return []
    small = f" *{_escape(caption.small)}*" if caption.small else ""
    return [f"**{_escape(caption.name)}.** {_escape(caption.title)}.{small}" if caption.name else f"{_escape(caption.title)}.{small}", ""]


def _table(header: Iterable[Words], rows: Iterable[Iterable[Words]]) -> list[str]:
    cells = [[_runs(c).replace("\n", "<br>") for c in row] for row in (header, *rows)]
    out = ["| " + " | ".join(row) + " |" for row in cells]
    out.insert(1, "|" + "---|" * len(cells[0]))
    return out


def _notes(notes: Iterable[str]) -> list[str]:
    found = [f"- {_escape(note)}" for note in notes]
    return ["", *found] if found else []
