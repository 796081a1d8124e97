"""Averages over visits: one line with intervals for each group, the visits side by side, with how many have a value beneath."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.figure import Figure

from .style import INK, LINE, QUIET, SERIES, drawn, sheet

Point = tuple[float, float, float, int]  # the average, its limits (NaN: none), and how many have a value


@drawn
def visits_figure(visits: Sequence[str], groups: Sequence[tuple[str, Sequence[Point]]], axis: str, line: float | None = None) -> Figure:
    """The average of each group at each visit; `line` is a horizontal reference such as no change."""
    rows = len(groups)
    under, height, above = 0.36 + 0.17 * (rows + 1), 2.5, 0.26 if rows > 1 else 0.1
    total = height + under + above
    figure = sheet(total)
    ax = figure.add_axes((0.14, under / total, 0.84, height / total))
    if line is not None:
        ax.axhline(line, color=LINE, lw=0.9, zorder=0)
    for g, (label, points) in enumerate(groups):
        shift = (g - (rows - 1) / 2) * min(0.14, 0.5 / max(rows, 1))
        there = [(k + shift, *p) for k, p in enumerate(points) if math.isfinite(p[0])]
        colour = SERIES[g % len(SERIES)]
        ax.plot([x for x, *_ in there], [v for _, v, *_ in there], "o-", color=colour, ms=4, lw=1.2, label=label, zorder=3)
        for x, _, low, high, _ in there:
            if math.isfinite(low) and math.isfinite(high):
                ax.plot([x, x], [low, high], color=colour, lw=1.1, zorder=2)
        y = (0.2 + 0.17 * (rows - 1 - g)) / total
        figure.text(
            0.012, y, label if len(label) <= 16 else label[:15] + "…", fontsize=7.2, va="center", color=colour if rows > 1 else QUIET
        )
        for k, p in enumerate(points):
            x = 0.14 + 0.84 * (k + 0.5) / max(len(visits), 1)
            figure.text(x, y, f"{p[3]:,}", fontsize=7.2, ha="center", va="center", color=INK)
    figure.text(0.012, (0.2 + 0.17 * rows) / total, "With a value", fontsize=7.2, va="center", color=QUIET)
    ax.set_xlim(-0.5, max(len(visits), 1) - 0.5)
    ax.set_xticks(range(len(visits)), [v if len(v) <= 18 else v[:17] + "…" for v in visits])
    ax.set_ylabel(axis)
    ax.grid(axis="y", color="#eef1f4", lw=0.7)
    if rows > 1:
        figure.legend(loc="upper center", ncols=min(rows, 4), fontsize=7.8, borderaxespad=0.1)
    return figure
