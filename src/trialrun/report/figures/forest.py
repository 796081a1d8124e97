"""Estimates with their intervals in rows: published figures beside ours, subgroups, and bars of counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.textpath import TextPath
from matplotlib.ticker import MaxNLocator

from .style import BLUE, INK, LINE, QUIET, RED, WIDTH, drawn, sheet


@dataclass(frozen=True)
class Row:
    """One row: a label, an estimate with interval, words at the right; `other` is a second estimate with interval; `head` is a heading."""

    label: str
    value: float = math.nan
    lower: float = math.nan
    upper: float = math.nan
    words: str = ""
    other: tuple[float, float, float] | None = None
    faint: bool = False
    head: bool = False


@drawn
def forest_figure(
    rows: Sequence[Row], axis: str, ends: tuple[float, float], line: float | None = None, names: Sequence[str] = (), over: str = ""
) -> Figure:
    """Rows of estimates with intervals on one axis; `line` is a vertical reference; `names` of the two estimates for the legend;
    `over` stands above the words at the right."""
    step = 0.2
    under, above = 0.5 + (0.2 if names else 0.0), 0.26 if over else 0.08
    total = step * max(len(rows), 1) + under + above
    figure = sheet(total)
    left = max(0.30, 0.045 + widest(figure, [r.label for r in rows if not r.head], 7.8))
    right = max(left + 0.1, min(0.70, 0.97 - widest(figure, [r.words for r in rows], 7.4)))
    ax = figure.add_axes((left, under / total, right - left, (total - under - above) / total))
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xlim(ends[0] - 0.02 * (ends[1] - ends[0]), ends[1] + 0.02 * (ends[1] - ends[0]))
    for y, r in enumerate(rows):
        place = under / total + (len(rows) - 0.5 - y) / max(len(rows), 1) * (total - under - above) / total
        x = 0.012 if r.head else 0.03
        figure.text(
            x, place, r.label, fontsize=7.8, va="center", fontweight="bold" if r.head else "normal", color=QUIET if r.faint else INK
        )
        figure.text(right + 0.015, place, r.words, fontsize=7.4, va="center", color=INK)
        if r.other is not None:
            _estimate(ax, y + 0.17, *r.other, RED, "o", open_=True)
        _estimate(ax, y - (0.17 if r.other is not None else 0.0), r.value, r.lower, r.upper, BLUE, "s", open_=False)
    figure.text(right + 0.015, 1 - 0.13 / total, over, fontsize=7.4, va="center", color=QUIET)
    if line is not None:
        ax.axvline(line, color=LINE, lw=0.9, zorder=0)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", color="#eef1f4", lw=0.7)
    ax.set_xlabel(axis, labelpad=2)
    if names:
        shapes = (("s", BLUE, BLUE), ("o", RED, "none"))
        handles = [
            Line2D([], [], ls="", marker=m, color=c, mfc=f, ms=4.5, label=label) for (m, c, f), label in zip(shapes, names, strict=False)
        ]
        figure.legend(handles=handles, loc="lower center", ncols=2, fontsize=7.8, borderaxespad=0.2)
    return figure


def widest(figure: Figure, words: Sequence[str], size: float) -> float:
    """The width of the widest words at a type size, as a share of the figure's; the letters as they are drawn, without a screen's grid."""
    inches = [TextPath((0, 0), w, size=size).get_extents().width / 72 for w in sorted(set(words), key=len)[-5:] if w.strip()]
    return max(inches, default=0.0) / float(figure.get_figwidth())


def _estimate(ax: object, y: float, value: float, lower: float, upper: float, colour: str, shape: str, open_: bool) -> None:
    low, high = ax.get_xlim()  # type: ignore[attr-defined]
    if not math.isfinite(value):
        return
    a = lower if math.isfinite(lower) else value
    b = upper if math.isfinite(upper) else (high if math.isfinite(lower) else value)
    ax.plot([max(a, low), min(b, high)], [y, y], color=colour, lw=1.1, zorder=2)  # type: ignore[attr-defined]
    if low <= value <= high:
        ax.plot([value], [y], shape, color=colour, mfc="white" if open_ else colour, ms=4, mew=1.0, zorder=3)  # type: ignore[attr-defined]


@drawn
def bars_figure(bars: Sequence[tuple[str, int]], axis: str, across: str) -> Figure:
    """Counts as bars, each with its number."""
    figure = sheet(1.9, WIDTH)
    ax = figure.add_axes((0.08, 0.24, 0.9, 0.66))
    most = max((n for _, n in bars), default=1)
    ax.bar(range(len(bars)), [n for _, n in bars], width=0.62, color=BLUE)
    for x, (_, n) in enumerate(bars):
        ax.text(x, n + most * 0.03, f"{n:,}", ha="center", va="bottom", fontsize=8)
    ax.set_xticks(range(len(bars)), [label for label, _ in bars])
    ax.set_xlim(-0.7 - max(0, 4 - len(bars)) / 2, len(bars) - 0.3 + max(0, 4 - len(bars)) / 2)
    ax.set_ylim(0, max(most, 4) * 1.18)
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    ax.set_ylabel(axis)
    ax.set_xlabel(across, labelpad=2)
    ax.tick_params(length=0)
    return figure
