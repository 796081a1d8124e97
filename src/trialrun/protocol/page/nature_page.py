"""The page of a nature: every number with its value, unit, meaning and source, confirmed or not, first the body and then the conduct."""

from __future__ import annotations

from ...paper.blocks import Block, Document, TableBlock, line
from ...paper.html import page
from ...paper.markdown import markdown
from ..words.natures_acts import Nature
from ..words.natures_told import Line, lines
from .page_html import CSS

HEAD = ("name", "value", "unit", "what it is", "source", "standing")
PARTS = (
    ("body", "Body: response, relapse, death, toxicity"),
    ("conduct", "Conduct: accrual, visits, policy, recording"),
)  # fmt: skip


def nature_markdown(nature: Nature, fingerprint: str) -> str:
    """The page as Markdown."""
    return markdown(_blocks(nature, fingerprint))


def nature_html(nature: Nature, fingerprint: str) -> str:
    """The page as one HTML file."""
    title = f"{nature.study}: the nature of its virtual participants"
    return page(Document(title, tuple(_blocks(nature, fingerprint)), f"{nature.study}, nature {fingerprint}"), CSS)


def standing_of(told: Line) -> str:
    """Whether a number was read in public text: confirmed, assumed, fitted, or recalled and not confirmed."""
    if told.confirmed:
        return "confirmed"
    return next((word for word in ("assumed", "fitted") if told.source.startswith(word)), "not confirmed")


def _blocks(nature: Nature, fingerprint: str) -> list[Block]:
    told = lines(nature)
    standing = [standing_of(x) for x in told]
    counts = ", ".join(f"{standing.count(s)} {s}" for s in ("confirmed", "fitted", "assumed", "not confirmed") if s in standing)
    found: list[Block] = [
        line("title", f"{nature.study}: the nature of its virtual participants"),
        line(
            "body",
            f"Fingerprint {fingerprint}. {len(told)} numbers: {counts}. Virtual participants say nothing about any one person. {nature.notice}".strip(),
        ),
    ]
    for part, title in PARTS:
        rows = tuple((x.name, x.value, x.unit, x.meaning, x.source, standing_of(x)) for x in told if x.part == part)
        found += [line("section", title), TableBlock(HEAD, rows)]
    return found
