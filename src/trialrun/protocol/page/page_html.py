"""The page that a clinician signs, as one self-contained HTML file for screen and print: no script, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from ...paper.document import DIAGRAM, SCHEDULE, SECTIONS, Bar, Block, Grid, Line, Picture, Table
from ..language import Protocol
from .page import blocks

_TAGS = {"title": "h1", "section": "h2", "heading": "h3"}
_STYLES = {"b": "b", "i": "i", "mark": "mark"}
_NAME = re.compile(r"‘(?:[^‘’\\]|\\.)*’")
_SENTENCE = ("head", "body", "part", "note")


def page_html(protocol: Protocol, fingerprint: str, checked: Any = None) -> str:
    """The page as HTML. `checked`: the answer of the check, shown beside the fingerprint."""
    found = blocks(protocol, fingerprint, checked)
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(protocol.name)}, version {protocol.version}: the page to sign</title>",
            f"<style>{CSS}</style>\n</head>\n<body>\n<main>",
            *_body(found),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _body(found: Iterable[Block]) -> Iterable[str]:
    inside, section = False, ""
    for block in found:
        here = isinstance(block, Line) and block.kind in _SENTENCE
        if inside and (not here or (isinstance(block, Line) and block.kind == "head")):
            yield "</article>"
            inside = False
        if here and not inside:
            yield "<article>"
            inside = True
        if isinstance(block, Line):
            if block.kind == "section":
                if section:
                    yield "</section>"
                else:
                    yield _contents()
                section = block.text
                wide = ' class="wide"' if section in (SCHEDULE, DIAGRAM) else ""
                yield f'<section id="{_anchor(section)}"{wide}>'
            yield _line(block)
        elif isinstance(block, Table):
            yield _table(block)
        elif isinstance(block, Grid):
            yield _grid(block)
        elif isinstance(block, Picture):
            yield f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(block.words)}">\n{block.svg}\n</div>'
    if inside:
        yield "</article>"
    if section:
        yield "</section>"


def _anchor(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def _contents() -> str:
    return '<p class="contents">' + " · ".join(f'<a href="#{_anchor(s)}">{escape(s)}</a>' for s in SECTIONS) + "</p>"


def _words(text: str) -> str:
    """Text with its names in quotes marked."""
    parts, at = [], 0
    for name in _NAME.finditer(text):
        parts += [escape(text[at : name.start()], quote=False), f'<span class="name">{escape(name[0], quote=False)}</span>']
        at = name.end()
    return "".join([*parts, escape(text[at:], quote=False)])


def _line(block: Line) -> str:
    said = ""
    for style, text in block.runs:
        words = _words(text)
        said += f"<{_STYLES[style]}>{words}</{_STYLES[style]}>" if style else words
    if block.kind == "also":
        said = re.sub(r"\d+", lambda m: f'<a href="#sentence-{m[0]}">{m[0]}</a>', said)
    tag = _TAGS.get(block.kind, "p")
    anchor = f' id="{escape(block.anchor)}"' if block.anchor else ""
    depth = f" d{min(block.depth, 6)}" if block.kind == "part" else ""
    return f'<{tag}{anchor} class="{block.kind}{depth}">{said}</{tag}>'


def _table(block: Table) -> str:
    head = "".join(f"<th>{escape(c)}</th>" for c in block.header)
    rows = "\n".join("<tr>" + "".join(f"<td>{_words(c)}</td>" for c in cells) + "</tr>" for cells in block.rows)
    label = escape(f"Table: {', '.join(block.header)}")
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table class="{block.kind}">\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _grid(block: Grid) -> str:
    head = "<th>What is done</th>" + "".join(
        f"<th>{escape(name)}{f' <sup>{letter}</sup>' if letter else ''}</th>" for name, letter in block.heads
    )
    rows = []
    for name, small, cells in block.rows:
        shown = "".join(
            f'<td class="bar" colspan="{c.across}">{_words(c.text)}</td>' if isinstance(c, Bar) else f'<td class="cell">{escape(c)}</td>'
            for c in cells
        )
        under = f"<small>{escape(small, quote=False)}</small>" if small else ""
        rows.append(f"<tr><th>{escape(name, quote=False)}{under}</th>{shown}</tr>")
    notes = "".join(f"<p><sup>{letter}</sup> {_words(words)}</p>" for letter, words in block.notes)
    body = "\n".join(rows)
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Schedule of activities"><table class="grid">\n'
        f'<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>\n<div class="notes">{notes}</div>'
    )


CSS = """
:root{--ink:#1f2933;--soft:#52616e;--line:#d3dae0;--name:#0b5c50;--back:#f4f7f8}
*{box-sizing:border-box}
html{color-scheme:light;-webkit-text-size-adjust:100%}
body{margin:0;background:#fff;color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
main{max-width:1240px;margin:0 auto;padding:28px 20px 60px}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 .5rem;max-width:60rem}
h2{font-size:1.25rem;margin:2.6rem 0 .8rem;padding-top:.7rem;border-top:2px solid var(--ink)}
h3{font-size:1.02rem;margin:1.9rem 0 .6rem}
p{margin:.15rem 0;max-width:60rem;overflow-wrap:anywhere}
section>.text,.item{margin:.35rem 0}
.item{padding-left:1.1rem;text-indent:-1.1rem}
.warning{border-left:4px solid #b45309;background:#fff7ed;padding:.5rem .8rem;margin:.9rem 0;font-weight:600}
.contents{font-size:.9rem;line-height:1.9;margin:1rem 0 0;color:var(--soft)}
a{color:#155e9c;text-underline-offset:2px}
article{border-left:3px solid var(--line);padding:.15rem 0 .15rem .9rem;margin:.75rem 0;break-inside:avoid}
article:target,article:has(:target){border-left-color:var(--name)}
.part{padding-left:1.6rem;text-indent:-1.1rem}
.part.d2{padding-left:3rem}.part.d3{padding-left:4.4rem}.part.d4{padding-left:5.8rem}.part.d5{padding-left:7.2rem}.part.d6{padding-left:8.6rem}
.note,.also{color:var(--soft);font-size:.92rem}
.name{color:var(--name)}
mark{background:#fde68a;color:#5b3a05;padding:0 .25em;border-radius:3px;font-size:.85em}
.sign{margin-top:2.2rem;line-height:2.6}
.scroll{overflow-x:auto;max-width:100%;border:1px solid var(--line);border-radius:6px;margin:.5rem 0 .9rem;background:#fff}
.wide svg{margin:0 auto}
.scroll:focus-visible{outline:2px solid #155e9c}
table{border-collapse:separate;border-spacing:0;font-size:.86rem;line-height:1.35;width:100%}
th,td{text-align:left;vertical-align:top;padding:.38rem .55rem;border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}
thead th{background:var(--back);font-weight:600;vertical-align:bottom}
table.items,table.names{min-width:52rem}
.items td:first-child,.names td:first-child{min-width:9rem;overflow-wrap:anywhere}
.items td:nth-child(2){min-width:9rem}.items td:nth-child(5),.names td:last-child{min-width:15rem}
table.items td:first-child,table.names td:first-child{font-weight:600;color:var(--name)}
table.grid{min-width:62rem}
.grid th,.grid td{padding:.34rem .32rem}
.grid thead th{text-align:center;font-size:.74rem;min-width:3.7rem;border-left:1px solid var(--line)}
.grid th:first-child{position:sticky;left:0;z-index:1;background:var(--back);min-width:14rem;text-align:left;font-weight:600;padding-left:.6rem;
 border-right:2px solid var(--line);border-left:0}
.grid small{display:block;font-weight:400;color:var(--soft);font-size:.74rem}
.grid td{border-left:1px solid var(--line);text-align:center;vertical-align:middle}
.grid td.cell{font-weight:700}
.grid td.bar{background:#e9f4f1;font-size:.78rem;color:var(--ink);text-align:left}
sup{font-size:.72em;line-height:0}
.notes{font-size:.86rem;columns:2 28rem;column-gap:2.4rem;margin:.4rem 0}
.notes p{break-inside:avoid;padding-left:1.1rem;text-indent:-1.1rem}
svg{display:block}
@media (max-width:640px){
 main{padding:16px 14px 40px}h1{font-size:1.3rem}body{font-size:15px}
 .grid th:first-child{min-width:8.2rem;max-width:8.2rem;font-size:.8rem;overflow-wrap:anywhere;hyphens:auto}.grid small{display:none}
 .part.d2{padding-left:2.3rem}.part.d3{padding-left:3rem}.part.d4,.part.d5,.part.d6{padding-left:3.6rem}
}
@page{size:A4;margin:15mm 14mm}
@page wide{size:A4 landscape;margin:12mm}
@media print{
 body{font-size:9.5pt}main{max-width:none;padding:0}.contents{display:none}
 .wide{page:wide}.scroll{overflow:visible;border:0}
 table{font-size:7.6pt}table.grid,table.items,table.names,.items td,.names td{min-width:0!important}
 .grid thead th{min-width:0;font-size:6.8pt}.grid th:first-child{position:static;min-width:0}.grid small{font-size:6.2pt}.grid td.bar{font-size:7pt}
 tr{break-inside:avoid}thead{display:table-header-group}h2,h3,.head{break-after:avoid}
 svg{max-width:100%;max-height:180mm;height:auto}a{color:inherit;text-decoration:none}
 *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
"""
