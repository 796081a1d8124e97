"""The look of every figure: one palette, one type size, thin lines; and how a figure becomes SVG, PNG or PDF, byte for byte the same each time."""

from __future__ import annotations

import io
import re
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

INK, QUIET, LINE, PAPER = "#1a2433", "#5b6675", "#c9d0d8", "#ffffff"
BLUE, ORANGE, TEAL, RED, VIOLET, GOLD = "#1f5fa8", "#d2691e", "#2a8a7f", "#b3262e", "#6b4fa0", "#c99a1a"
SERIES = (BLUE, ORANGE, TEAL, VIOLET, RED, GOLD)
WIDTH = 7.1  # inches: the text width of an A4 page with 15 mm margins
FONT = "'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif"
STYLE: Any = {
    "font.family": "DejaVu Sans", "font.size": 8.5, "axes.edgecolor": LINE, "axes.labelcolor": INK, "axes.linewidth": 0.8,
    "axes.spines.top": False, "axes.spines.right": False, "xtick.color": QUIET, "ytick.color": QUIET, "text.color": INK,
    "xtick.major.width": 0.8, "ytick.major.width": 0.8, "axes.axisbelow": True, "legend.frameon": False, "svg.fonttype": "none",
    "figure.facecolor": PAPER, "savefig.facecolor": PAPER, "lines.solid_capstyle": "butt", "axes.labelsize": 8.5, "pdf.fonttype": 42,
}  # fmt: skip


def sheet(height: float, width: float = WIDTH) -> Figure:
    """An empty figure of a size in inches."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height))
        FigureCanvasAgg(figure)
    return figure


def drawn(function: Any) -> Any:
    """A drawing function under the look of every figure."""
    from functools import wraps

    @wraps(function)
    def draw(*args: Any, **how: Any) -> Figure:
        with mpl.rc_context(STYLE):
            figure: Figure = function(*args, **how)
        return figure

    return draw


def as_svg(figure: Figure, name: str, title: str = "") -> str:
    """A figure as an SVG element for a page: ids of its own, scaling with the page, readable by a screen reader."""
    out = io.StringIO()
    with mpl.rc_context(STYLE | {"svg.hashsalt": name}):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S).replace("'DejaVu Sans'", FONT)
    ids = set(re.findall(r'id="([^"]+)"', text))
    for i in sorted(ids, key=len, reverse=True):
        text = re.sub(rf'(id="|href="#|url\(#){re.escape(i)}(?="|\))', rf"\g<1>{name}-{i}", text)
    head, rest = text.split(">", 1)
    head = re.sub(r' (width|height)="[^"]*"', "", head)
    return f'{head} role="img" aria-label="{title}">{rest}'.strip()


def save(figure: Figure, path: Any) -> None:
    """A figure in the format that the path's ending names (svg, png, pdf); the same bytes each time."""
    kind = str(path).rsplit(".", 1)[-1].lower()
    fixed = {"svg": {"Date": None}, "pdf": {"CreationDate": None, "ModDate": None}, "png": {"Software": None}}
    with mpl.rc_context(STYLE | {"svg.hashsalt": "trialrun"}):
        figure.savefig(path, format=kind, dpi=200, metadata=fixed[kind])
