"""The page that a clinician signs, as one self-contained HTML file for screen and print: no script, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from ...paper.blocks import Bar, Block, Contents, Document, Grid, Line, Part, Row, Run, TableBlock, Words, runs_of
from ...paper.html import page
from ..language import Protocol
from ..words.citing import numbers
from .page import blocks
from .parts import DIAGRAM, FRONT, LEFT_OPEN, SCHEDULE

_NAME = re.compile(r"(‘(?:[^‘’\\]|\\.)*’)")
_NUMBER = re.compile(r"(\d+)")
_SENTENCE = ("head", "body", "part", "note")


def page_html(protocol: Protocol, fingerprint: str, checked: Any = None) -> str:
    """The page as HTML. `checked`: the answer of the check, shown beside the fingerprint."""
    codes = re.compile(r"(?<![\w-])(%s)(?![\w-])" % ("|".join(sorted(map(re.escape, numbers(protocol)), key=len, reverse=True)) or r"(?!)"))
    found = tuple(_sections(_with_names(block, codes) for block in blocks(protocol, fingerprint, checked)))
    mark = f"{protocol.name}, version {protocol.version}, fingerprint {fingerprint}"
    return page(Document(f"{protocol.name}, version {protocol.version}: the page to sign", found, mark), CSS)


def _sections(found: Iterable[Block]) -> Iterator[Block]:
    """The page's blocks as a tree: sections, and within them an article for each sentence; the contents stand before the annex."""
    section: Line | None = None
    within: list[Block] = []
    for block in found:
        if isinstance(block, Line) and block.kind in ("section", "annex"):
            yield from _closed(section, within)
            section, within = (replace(block, anchor=_anchor(block.text)), []) if block.kind == "section" else (None, [])
            if block.kind == "annex":
                yield block
                yield Contents("sections", inline=True)
        else:
            within.append(block)
    yield from _closed(section, within)


def _closed(section: Line | None, within: list[Block]) -> Iterator[Block]:
    if section is None:
        yield from (Part("section", tuple(within), "", "front"),) if within else ()
    else:
        heading = replace(section, anchor="")
        look = {SCHEDULE: "wide", DIAGRAM: "drawing"}.get(section.text, "front" if section.text in FRONT else "")
        look += " questions" if section.text == LEFT_OPEN else ""
        yield Part("section", (heading, *_articles(within)), section.anchor, look)


def _articles(within: list[Block]) -> Iterator[Block]:
    """The sentences of a section, each with what belongs to it in an article of its own."""
    together: list[Block] = []
    for block in within:
        belongs = isinstance(block, Line) and block.kind in _SENTENCE
        if together and (not belongs or (isinstance(block, Line) and block.kind == "head")):
            yield Part("article", tuple(together))
            together = []
        if belongs:
            together.append(block)
        else:
            yield block
    if together:
        yield Part("article", tuple(together))


def _anchor(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def _with_names(block: Block, codes: re.Pattern[str]) -> Block:
    """A block whose names in quotes are runs of their own, and whose numbers of statements, readings and sentences are links to them."""

    def named(said: Words) -> tuple[Run, ...]:
        return tuple(
            run for style, text in runs_of(said) for run in (_apart(_NAME, text, lambda _: "name") if not style else [(style, text)])
        )

    def linked(said: Words) -> tuple[Run, ...]:
        return tuple(run for style, text in named(said) for run in (_apart(codes, text, _code) if not style else [(style, text)]))

    if isinstance(block, Line):
        if block.kind == "also":
            return replace(block, runs=_apart(_NUMBER, block.text, lambda n: f"#sentence-{n}"))
        if block.kind in ("head", "question") and block.runs:
            (_, first), *rest = block.runs
            return replace(block, runs=(*((style or "b", text) for style, text in _apart(codes, first, _code)), *linked(tuple(rest))))
        return replace(block, runs=linked(block.runs))
    if isinstance(block, TableBlock):
        rows = (r.cells if isinstance(r, Row) else r for r in block.all_rows())
        return replace(block, rows=tuple(tuple(map(linked, r)) if isinstance(r, tuple) else r for r in rows))
    if isinstance(block, Grid):
        rows_ = tuple(
            (a, b, tuple(replace(c, text=linked(c.text)) if isinstance(c, Bar) else c for c in cells)) for a, b, cells in block.rows
        )
        return replace(block, rows=rows_, notes=tuple((letter, linked(said)) for letter, said in block.notes))
    return block


def _code(code: str) -> str:
    return f"#code-{code}"


def _apart(what: re.Pattern[str], text: str, style: Any) -> tuple[Run, ...]:
    """Text with what is found set apart in a style of its own."""
    return tuple((style(part) if k % 2 else "", part) for k, part in enumerate(what.split(text)) if part)


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
section>p:not([class]),.item{margin:.35rem 0}
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
.sign{margin-top:1.4rem;line-height:2.6}
.annex{font-size:1.5rem;font-weight:700;margin:3.4rem 0 .6rem;padding-top:1rem;border-top:4px double var(--ink);max-width:none}
.questions .question{font-size:.9rem;margin:.2rem 0;break-inside:avoid;padding-left:2.3rem;text-indent:-2.3rem}
@media (min-width:800px){.questions{columns:2;column-gap:2.4rem}.questions h2{column-span:all}}
table.front td{overflow-wrap:anywhere}table.front tbody th{font-weight:600;min-width:8rem}
.scroll{overflow-x:auto;max-width:100%;border:1px solid var(--line);border-radius:6px;margin:.5rem 0 .9rem;background:#fff}
.drawing svg{margin:0 auto}
.scroll:focus-visible{outline:2px solid #155e9c}
table{border-collapse:separate;border-spacing:0;font-size:.86rem;line-height:1.35;width:100%}
th,td{text-align:left;vertical-align:top;padding:.38rem .55rem;border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}
thead th{background:var(--back);font-weight:600;vertical-align:bottom}
table.items,table.names{min-width:52rem}
.items tbody th,.names tbody th{min-width:9rem;overflow-wrap:anywhere}
.items td:nth-child(2){min-width:9rem}.items td:nth-child(5),.names td:last-child{min-width:15rem}
table.items tbody th,table.names tbody th{font-weight:600;color:var(--name)}
table.grid{min-width:62rem}
.grid th,.grid td{padding:.34rem .32rem}
.grid thead th{text-align:center;font-size:.74rem;min-width:3.7rem;border-left:1px solid var(--line)}
.grid th:first-child{position:sticky;left:0;z-index:1;background:var(--back);min-width:14rem;text-align:left;font-weight:600;padding-left:.6rem;
 border-right:2px solid var(--line);border-left:0}
.grid small{display:block;font-weight:400;color:var(--soft);font-size:.74rem}
.grid th.group{font-size:.78rem;background:#e9f4f1;border-left:1px solid var(--line)}
.grid thead th small{font-size:.7rem}
.grid td{border-left:1px solid var(--line);text-align:center;vertical-align:middle}
.grid td.cell{font-weight:700}
.grid td.bar{background:#e9f4f1;font-size:.78rem;color:var(--ink);text-align:left}
sup{font-size:.72em;line-height:0}
.notes{font-size:.86rem;columns:2 28rem;column-gap:2.4rem;margin:.4rem 0}
.notes p{break-inside:avoid;padding-left:1.1rem;text-indent:-1.1rem}
svg{display:block}
@media (max-width:640px){
 table.front:has(thead th:nth-child(3)){min-width:40rem}
 main{padding:16px 14px 40px}h1{font-size:1.3rem}body{font-size:15px}
 .grid th:first-child{min-width:8.2rem;max-width:8.2rem;font-size:.8rem;overflow-wrap:anywhere;hyphens:auto}.grid tbody small{display:none}
 .part.d2{padding-left:2.3rem}.part.d3{padding-left:3rem}.part.d4,.part.d5,.part.d6{padding-left:3.6rem}
}
@page{size:A4;margin:15mm 14mm}
@page{@top-right{content:"Signature: ______________________  Date: ______________";font:7.5pt Arial,'DejaVu Sans',sans-serif;color:#333}}
@page drawing{size:A4;margin:14mm 8mm}
@page wide{size:A4 landscape;margin:15mm 12mm}
@page front{size:A4;margin:13mm 11mm}
@media print{
 body{font-size:9.5pt}main{max-width:none;padding:0}
 .front{page:front}.front h2{font-size:9pt;margin:.35rem 0 .12rem;padding-top:.12rem;border-top-width:1px}.front table{font-size:6.6pt;line-height:1.16}
 .front th,.front td{padding:.06rem .25rem}table.front tbody th{min-width:0;white-space:nowrap}
 .front table.front td{overflow-wrap:normal}.front table.front td:last-child{white-space:normal}.front .scroll{margin:.15rem 0 .2rem}
 .questions{columns:2;column-gap:6mm}.questions h2{column-span:all}
 .questions .question{font-size:6.4pt;line-height:1.18;margin:.03rem 0}h1{font-size:13pt;margin:0 0 .2rem}main>p{margin:.05rem 0}
 .warning{margin:.3rem 0;padding:.25rem .5rem}
 .front .sign{margin-top:.5rem;line-height:1.9}.annex{break-before:page;font-size:13pt;margin-top:0;border-top:0}
 .drawing{page:drawing}.wide{page:wide}.scroll{overflow:visible;border:0}
 table{font-size:7.6pt}table.grid,table.items,table.names,.items td,.names td,.items th,.names th{min-width:0!important}
 .grid thead th{min-width:0;font-size:6.8pt}.grid th:first-child{position:static;min-width:0}.grid small{font-size:6.2pt}.grid td.bar{font-size:7pt}
 tr{break-inside:avoid}thead{display:table-header-group}h2,h3,.head{break-after:avoid}
 svg{max-width:100%;max-height:235mm;height:auto}a{color:inherit;text-decoration:none}
 *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
"""
