"""The look of every figure: one palette, one type size, thin lines; and how a figure becomes SVG, PNG or PDF, byte for byte the same each time."""

from __future__ import annotations

import io
import re
import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
from markupsafe import escape
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.path import Path as MarkerPath
from matplotlib.text import Text
from matplotlib.textpath import TextPath

from ...paper.shown import shown

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
    "text.parse_math": False,
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


def sign(text: str) -> MarkerPath:
    """A sign as the shape of a mark, its middle where the mark stands."""
    outline = TextPath((0, 0), text, size=10)
    middle = (outline.vertices.min(axis=0) + outline.vertices.max(axis=0)) / 2
    return MarkerPath(outline.vertices - middle, outline.codes)


def power(value: float, _: int | None = None) -> str:
    """A mark of a logarithmic axis as text: `10⁻³`, `0`."""
    if not value:
        return "0"
    whole = f"{value:.0e}".partition("e")
    return ("" if whole[0] == "1" else f"{whole[0]}×") + "10" + str(int(whole[2])).translate(_RAISED)


_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def as_svg(figure: Figure, name: str, title: str = "") -> str:
    """A figure as an SVG element for a page: ids of its own, scaling with the page, readable by a screen reader."""
    parts = re.split(r"(<[^>]*>)", _svg(figure, name, {"Date": None, "Creator": None}))
    parts = parts[next(k for k, part in enumerate(parts) if part.startswith("<svg")) :]
    ids = set(re.findall(r' id="([^"]+)"', "".join(parts[::2])))

    def own(found: re.Match[str]) -> str:
        return f"{found[1]}{name}-{found[2]}" if found[2] in ids else found[0]

    parts[::2] = [_ID.sub(own, tag).replace("'DejaVu Sans'", FONT) for tag in parts[::2]]
    text = re.sub(r"<metadata>.*?</metadata>", "", "".join(parts), flags=re.S)
    head, rest = text.split(">", 1)
    head = re.sub(r' (width|height)="[^"]*"', "", head)
    return f'{head} role="img" aria-label="{escape(shown(title))}">{rest}'.strip()


_ID = re.compile(r"""( id="|href="#|url\(#)([^")]+)(?=["\)])""")


def _svg(figure: Figure, salt: str, metadata: dict[str, Any]) -> str:
    out = io.StringIO()
    _written(figure, out, salt, format="svg", metadata=metadata)
    return shown(out.getvalue())


def _written(figure: Figure, out: Any, salt: str = "trialrun", **how: Any) -> None:
    """Write a figure: its texts as every format shows them; a sign that no font has is no reason to warn."""
    for text in figure.findobj(Text):
        if not text.get_text().isprintable():
            text.set_text(shown(text.get_text()))
    with mpl.rc_context(STYLE | {"svg.hashsalt": salt}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(out, **how)


def save(figure: Figure, path: Any) -> None:
    """A figure in the format that the path's ending names (svg, png, pdf); the same bytes each time."""
    kind = str(path).rsplit(".", 1)[-1].lower()
    if kind == "svg":
        Path(path).write_text(_svg(figure, "trialrun", {"Date": None}), encoding="utf-8", newline="\n")
        return
    fixed = {"pdf": {"CreationDate": None, "ModDate": None}, "png": {"Software": None}}
    _written(figure, path, format=kind, dpi=200, metadata=fixed[kind])
