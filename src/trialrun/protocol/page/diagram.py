"""The study as a drawing: its phases as boxes, the sentences that lead from one to another as arrows with their numbers, as SVG."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from ...paper.html import element
from ...paper.layered import Arrow, Layout, Place, lay
from ..language import Protocol, Rule
from ..words.spoken import clock, listed

LETTER, BOLD, LINE, PAD, PORT = 6.7, 7.5, 15.0, 8.0, 20.0
TOGETHER = 3


@dataclass(frozen=True)
class Drawing:
    """The boxes and arrows of a study with their lines of text, and where they lie."""

    boxes: dict[str, tuple[str, ...]]
    arrows: tuple[tuple[Arrow, tuple[str, ...]], ...]
    layout: Layout


def left_out(protocol: Protocol) -> tuple[str, ...]:
    """The phases that no sentence leads to or from: those entered against the rules only."""
    drawn = drawing(protocol).boxes
    return tuple(p.name for p in protocol.phases if p.name not in drawn)


def drawing(protocol: Protocol) -> Drawing:
    """The phases and what leads from one to another, laid out. Several phases with one sentence share a box of their names."""
    met: dict[tuple[str, str], list[tuple[int, Rule]]] = {}
    together: dict[str, tuple[str, ...]] = {}
    for n, r in enumerate(protocol.rules, 1):
        if r.to is None or r.at == (r.to,):
            continue
        starts = tuple(p for p in r.at if p != r.to)
        if len(r.at) >= TOGETHER:
            starts = ("\n".join(r.at),)
            together[starts[0]] = r.at
        for start in starts:
            met.setdefault((start, r.to), []).append((n, r))
    boxes = {key: ("from any of:", *_wrapped(", ".join(names), 30)) for key, names in together.items()}
    drawn = {name for start, end in met for name in (start, end)}
    boxes |= {p.name: tuple(_wrapped(p.name, 20)) for p in protocol.phases if p.name in drawn or not drawn}
    arrows = []
    for (start, end), sentences in met.items():
        words = tuple(part for n, r in sentences for part in _wrapped(f"{n}: {_trigger(r)}", 23))
        arrows.append((Arrow(start, end, _wide(words), LINE * len(words) + 4), words))
    sizes = {}
    for name, words in boxes.items():
        meet = max(sum(start == name for start, _ in met), sum(end == name for _, end in met))
        sizes[name] = (max(_wide(words, LETTER if name in together else BOLD) + 2 * PAD, PORT * (meet + 1)), LINE * len(words) + 2 * PAD)
    entered = {end for (start, end) in met if start not in together}
    low = [p.name for p in protocol.phases if p.end and p.name in boxes and p.name not in entered]
    return Drawing(boxes, tuple(arrows), lay(sizes, [a for a, _ in arrows], low))


def _trigger(r: Rule) -> str:
    clocks = {c.name: c for c in r.clocks}
    return listed(clock(clocks[e]).replace("‘", "").replace("’", "") if e in clocks else e for e in r.on)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent="    " if text[:1].isdigit() else "") or [text]


def _wide(words: Iterable[str], letter: float = LETTER) -> float:
    return max(len(w) for w in words) * letter + 4


def diagram(protocol: Protocol) -> str:
    """The drawing as SVG: self-contained, for screen and print."""
    made = drawing(protocol)
    layout = made.layout
    ends = {p.name for p in protocol.phases if p.end}
    dosed = {p for d in protocol.doses for p in d.at if d.amount is not None}
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" width="{layout.width:.0f}" '
        f'height="{layout.height:.0f}" role="img" font-family="system-ui, -apple-system, Segoe UI, DejaVu Sans, sans-serif" font-size="12">',
        element("title", protocol.title),
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#4a5a68"/></marker></defs>',
        f'<rect width="{layout.width:.0f}" height="{layout.height:.0f}" fill="#fff"/>',
    ]
    out += [f'<path d="{_path(way)}" fill="none" stroke="#7b8b99" stroke-width="1.3" marker-end="url(#tip)"/>' for way in layout.ways]
    for place, (_, words) in zip(layout.labels, made.arrows, strict=True):
        out.append(_rect(place, 'fill="#fff"'))
        out.append(_text(place, words, "start"))
    for name, words in made.boxes.items():
        together = name not in {p.name for p in protocol.phases}
        style = (
            'fill="#f6f7f8" stroke="#9aa7b2" stroke-dasharray="4 3"'
            if together
            else 'fill="#eceff1" stroke="#37474f"'
            if name in ends
            else 'fill="#e3f1ee" stroke="#0b6e5f"'
            if name in dosed
            else 'fill="#fff" stroke="#37474f"'
        )
        out.append(_rect(layout.boxes[name], f'rx="7" {style}'))
        out.append(_text(layout.boxes[name], words, "middle", bold=not together))
    return "\n".join([*out, "</svg>"])


def _rect(p: Place, style: str) -> str:
    return f'<rect x="{p.x - p.width / 2:.1f}" y="{p.y - p.height / 2:.1f}" width="{p.width:.1f}" height="{p.height:.1f}" {style}/>'


def _text(p: Place, words: tuple[str, ...], anchor: str, bold: bool = False) -> str:
    x = p.x if anchor == "middle" else p.x - p.width / 2 + 2
    y = p.y - LINE * (len(words) - 1) / 2 + 4
    lines = [
        element("tspan", w.strip(), x=f"{x + (14 if w.startswith('    ') else 0):.1f}", y=f"{y + LINE * k:.1f}")
        for k, w in enumerate(words)
    ]
    return element("text", *lines, text_anchor=anchor, fill="#1f2933", font_weight="600" if bold else None)


def _path(points: tuple[tuple[float, float], ...]) -> str:
    """Straight within a row, a smooth bend from row to row."""
    out = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
        if abs(ax - bx) + abs(ay - by) < 0.1:
            continue
        half = (ay + by) / 2
        out.append(f"V{by:.1f}" if abs(ax - bx) < 0.05 else f"C{ax:.1f} {half:.1f} {bx:.1f} {half:.1f} {bx:.1f} {by:.1f}")
    return "".join(out)
