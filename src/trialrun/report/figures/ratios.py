"""Ratios with their intervals on a logarithmic axis: prognostic factors in two columns, or a study's ratios beside published ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from .forest import widest
from .style import BLUE, INK, LINE, QUIET, RED, drawn, sheet

TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
STEP = 0.2  # inches a row


@dataclass(frozen=True)
class Ratio:
    """A ratio with its interval (NaN: none) and the words beside it; `other` draws it as what was published."""

    value: float
    lower: float
    upper: float
    words: str
    other: bool = False


@dataclass(frozen=True)
class Ratios:
    """One row: a label and a ratio for each panel; a `head` has none."""

    label: str
    ratios: tuple[Ratio, ...] = ()
    head: bool = False


@dataclass(frozen=True)
class Panel:
    """A panel: what its ratios are and of what, and what lies at the two sides of one."""

    title: str
    of: str
    below: str
    above: str


@dataclass(frozen=True)
class _Frame:
    """Where a panel stands: its left edge and width and that of its words, and the ends of its axis."""

    left: float
    wide: float
    words: float
    ends: tuple[float, float]


@drawn
def ratios_figure(rows: Sequence[Ratios], panels: Sequence[Panel]) -> Figure:
    """Rows of ratios, a panel for each kind; 1 is marked, what goes beyond the axis ends in an arrow."""
    under, above = 0.62, 0.46
    total = STEP * max(len(rows), 1) + under + above
    figure = sheet(total)
    label = min(0.42, 0.045 + widest(figure, [r.label for r in rows if not r.head], 7.8))
    words = max(widest(figure, [r.ratios[k].words for r in rows if not r.head], 7.2) for k in range(len(panels))) + 0.025
    share = (0.985 - label) / len(panels)
    for k, panel in enumerate(panels):
        frame = _Frame(label + k * share, share - words - 0.02, label + (k + 1) * share - words, _ends(rows, k))
        ax = figure.add_axes((frame.left, under / total, frame.wide, (total - under - above) / total))
        _panel(ax, rows, k, panel, frame.ends)
        figure.text(frame.left, 1 - 0.12 / total, panel.title, fontsize=7.8, va="center", fontweight="bold")
        room = int(share * 7.1 / 0.057)  # letters of the small type that fit
        figure.text(frame.left, 1 - 0.28 / total, shorten(panel.of, room, placeholder=" …"), fontsize=6.8, va="center", color=QUIET)
        for y, r in enumerate(rows):
            place = (under + (len(rows) - 0.5 - y) * STEP) / total
            if not r.head:
                figure.text(frame.words, place, r.ratios[k].words, fontsize=7.2, va="center", color=INK)
    for y, r in enumerate(rows):
        place = (under + (len(rows) - 0.5 - y) * STEP) / total
        figure.text(0.012 if r.head else 0.03, place, r.label, fontsize=7.8, va="center", fontweight="bold" if r.head else "normal")
    return figure


def _ends(rows: Sequence[Ratios], k: int) -> tuple[float, float]:
    """The ends of the axis: marks around every finite value and most of their intervals."""
    found = [r.ratios[k] for r in rows if not r.head]
    values = [x for f in found for x in (f.value, f.lower, f.upper) if math.isfinite(x) and x > 0]
    points = [f.value for f in found if math.isfinite(f.value) and f.value > 0]
    low, high = min([0.5, *values]), max([2.0, *values])
    low, high = max(low, min([0.5, *points]) / 4), min(high, max([2.0, *points]) * 4)
    return max((t for t in TICKS if t <= low), default=TICKS[0]), min((t for t in TICKS if t >= high), default=TICKS[-1])


def _panel(ax: Any, rows: Sequence[Ratios], k: int, panel: Panel, ends: tuple[float, float]) -> None:
    ax.set_xscale("log")
    ax.set_xlim(*ends)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.axvline(1.0, color=LINE, lw=0.9, zorder=0)
    for y, r in enumerate(rows):
        if r.head or not math.isfinite(r.ratios[k].value):
            continue
        f = r.ratios[k]
        colour = RED if f.other else BLUE
        low, high = max(f.lower, ends[0]), min(f.upper, ends[1])
        ax.plot([low, high], [y, y], color=colour, lw=1.1, zorder=2)
        for beyond, at, shape in ((f.lower < ends[0], ends[0], "<"), (f.upper > ends[1], ends[1], ">")):
            if beyond:
                ax.plot([at], [y], shape, color=colour, ms=3.5, mew=0, clip_on=False, zorder=3)
        shape, fill = ("o", "white") if f.other else ("s", colour)
        ax.plot([min(max(f.value, ends[0]), ends[1])], [y], shape, color=colour, mfc=fill, ms=4, mew=1.0, zorder=3, clip_on=False)
    inside = [t for t in TICKS if ends[0] <= t <= ends[1]]
    ticks = inside if len(inside) <= 5 else [t for t in inside if t in (0.01, 0.1, 1, 10, 100)] or inside[::2]
    ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
    ax.set_xticks([], minor=True)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.tick_params(length=3, labelsize=7.5)
    middle = float(np.log(1.0 / ends[0]) / np.log(ends[1] / ends[0]))
    for words, x, side in ((f"← {panel.below}", middle - 0.02, "right"), (f"{panel.above} →", middle + 0.02, "left")):
        ax.text(
            x,
            -0.36 / (ax.get_position().height * ax.figure.get_figheight()),
            words,
            transform=ax.transAxes,
            fontsize=6.8,
            ha=side,
            va="top",
            color=QUIET,
        )
