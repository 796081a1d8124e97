"""Numbers of groups beside each other: box, every value where there are few, the average with its interval; and shares of ordered categories."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from .style import BLUE, INK, LINE, QUIET, RED, drawn, sheet

SHADES = colormaps["Blues"]
FEW = 60  # values of a group that are drawn one by one


@dataclass(frozen=True, eq=False)
class Box:
    """A group: its label, its values (n,), and its average with the interval, NaN where there is none."""

    label: str
    values: NDArray[np.float64]
    value: float = math.nan
    lower: float = math.nan
    upper: float = math.nan


@drawn
def boxes_figure(boxes: Sequence[Box], axis: str, average: str, line: float | None = None) -> Figure:
    """A row for each group; `average` names what the square is, `line` is a vertical reference such as no change."""
    step, under = 0.62, 0.72
    total = step * max(len(boxes), 1) + under
    figure = sheet(total)
    ax = figure.add_axes((0.24, (under - 0.06) / total, 0.74, (total - under) / total))
    ax.set_ylim(len(boxes) - 0.5, -0.5)
    if line is not None:
        ax.axvline(line, color=LINE, lw=0.9, zorder=0)
    for y, b in enumerate(boxes):
        figure.text(0.03, (under - 0.06 + (len(boxes) - 0.5 - y) / max(len(boxes), 1) * (total - under)) / total, f"{b.label}\nn = {b.values.size:,}",
                    fontsize=7.8, va="center", color=INK)  # fmt: skip
        if not b.values.size:
            continue
        q1, middle, q3 = np.percentile(b.values, (25, 50, 75))
        reach = 1.5 * (q3 - q1)
        inside = b.values[(b.values >= q1 - reach) & (b.values <= q3 + reach)]
        if b.values.size <= FEW:
            place = np.argsort(np.argsort(b.values, kind="stable"), kind="stable")
            ax.plot(b.values, y + 0.2 + 0.18 * ((place * 0.618034) % 1.0 - 0.5), "o", ms=2.2, color=QUIET, mew=0, zorder=1)
        else:
            beyond = np.sort(b.values[(b.values < q1 - reach) | (b.values > q3 + reach)])
            beyond = beyond if beyond.size <= 200 else beyond[np.linspace(0, beyond.size - 1, 200).round().astype(int)]
            ax.plot(beyond, np.full(beyond.size, y - 0.12), "o", ms=1.6, color=QUIET, mew=0, zorder=1)
        ax.plot([inside.min(), inside.max()], [y - 0.12, y - 0.12], color=INK, lw=0.9, zorder=1)
        ax.fill_between([q1, q3], y - 0.27, y + 0.03, color="#dbe6f2", ec=BLUE, lw=0.8, zorder=2)
        ax.plot([middle, middle], [y - 0.27, y + 0.03], color=BLUE, lw=1.4, zorder=3)
        if math.isfinite(b.value):
            if math.isfinite(b.lower) and math.isfinite(b.upper):
                ax.plot([b.lower, b.upper], [y - 0.12, y - 0.12], color=RED, lw=1.4, zorder=4)
            ax.plot([b.value], [y - 0.12], "s", color=RED, ms=4, zorder=5)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", color="#eef1f4", lw=0.7)
    ax.set_xlabel(axis, labelpad=2)
    handles = [
        Line2D([], [], marker="s", color=RED, ms=4, lw=1.4, label=f"{average}, 95 % interval"),
        Line2D([], [], color=BLUE, lw=1.4, label="median in its box of quartiles"),
    ]
    figure.legend(handles=handles, loc="lower center", ncols=2, fontsize=7.8, borderaxespad=0.2)
    return figure


@drawn
def shares_figure(bars: Sequence[tuple[str, Sequence[float]]], levels: Sequence[str], axis: str) -> Figure:
    """A bar for each group, cut into the shares (in per cent) of its categories, from the lowest at the left to the highest."""
    there = [k for k in range(len(levels)) if any(b[k] > 0 for _, b in bars)]
    legend = -(-len(there) // 5)
    step, under = 0.46, 0.52 + 0.19 * legend
    total = step * max(len(bars), 1) + under
    figure = sheet(total)
    ax = figure.add_axes((0.24, (under - 0.06) / total, 0.73, (total - under) / total))
    ax.set_ylim(len(bars) - 0.5, -0.5)
    ax.set_xlim(0, 100)
    shades = [SHADES(0.12 + 0.8 * n / max(len(there) - 1, 1)) for n in range(len(there))]
    for y, (label, shares) in enumerate(bars):
        figure.text(
            0.03,
            (under - 0.06 + (len(bars) - 0.5 - y) / max(len(bars), 1) * (total - under)) / total,
            label,
            fontsize=7.8,
            va="center",
            color=INK,
        )
        left = 0.0
        for n, k in enumerate(there):
            ax.barh(y, shares[k], left=left, height=0.62, color=shades[n], lw=0)
            if shares[k] >= 6:
                ax.text(
                    left + shares[k] / 2,
                    y,
                    f"{shares[k]:.0f}",
                    fontsize=7.2,
                    ha="center",
                    va="center",
                    color="white" if n > 0.55 * len(there) else INK,
                )
            left += shares[k]
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(axis, labelpad=2)
    figure.legend(
        handles=[Patch(color=shades[n], label=levels[k]) for n, k in enumerate(there)], loc="lower center", ncols=5, fontsize=7.6, handlelength=1.1,
        columnspacing=1.4, borderaxespad=0.2,
    )  # fmt: skip
    return figure
