"""Survival and incidence curves with intervals, censoring marks, and the numbers at risk under the axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ...results.estimates import MONTH
from ...statistics.competing_risks import Incidence
from ...statistics.survival_curve import Curve
from .style import INK, LINE, QUIET, RED, SERIES, drawn, sheet


def horizon(last_days: float, most: float = 60.0) -> tuple[float, float]:
    """The end of the time axis and the step of its marks, in months."""
    months = min(max(last_days / MONTH, 1.0), most)
    step = next(s for s in (1.0, 2.0, 3.0, 6.0, 12.0) if months / s <= 10 or s == 12.0)
    return float(np.ceil(months / step) * step), step


@drawn
def survival_figure(
    curves: Sequence[tuple[str, Curve]], axis: str, published: Sequence[tuple[float, float, str]] = (), happened: bool = False
) -> Figure:
    """Kaplan-Meier curves with 95 % bands, or one minus them where the event is what is read; `published` points stand beside them."""

    def shown(share: Any) -> Any:
        return 1.0 - np.asarray(share) if happened else np.asarray(share)

    curves = [(label, c) for label, c in curves if c.time.size]
    end, step = horizon(max((float(c.time[-1]) for _, c in curves), default=30.0))
    under = 0.34 + 0.17 * len(curves)
    total = 2.95 + under
    figure = sheet(total)
    ax = figure.add_axes((0.09, (under + 0.42) / total, 0.88, (total - under - 0.42 - 0.3) / total))
    for k, (label, c) in enumerate(curves):
        x = np.concatenate([[0.0], c.time / MONTH])
        colour = SERIES[k % len(SERIES)]
        ax.step(x, shown(np.concatenate([[1.0], c.survival])), where="post", color=colour, lw=1.5, label=label)
        low, high = (shown(np.concatenate([[1.0], v])) for v in (c.lower, c.upper))
        if len(curves) < 3:
            ax.fill_between(x, low, high, step="post", color=colour, alpha=0.13, lw=0)
        marks = c.censored > 0
        ax.plot(c.time[marks] / MONTH, shown(c.survival[marks]), "|", color=colour, ms=5, mew=0.8)
    if published:
        ax.plot(
            [p[0] for p in published],
            [float(shown(p[1])) for p in published],
            "o",
            mfc="none",
            mec=RED,
            ms=5,
            mew=1.1,
            label="published",
            clip_on=False,
        )
    _frame(ax, end, step, axis)
    ax.axhline(0.5, color=LINE, lw=0.7, ls=(0, (4, 3)), zorder=0)
    if len(curves) > 1 or published:
        _legend(ax)
    _at_risk(figure, ax, [(label, c.time, c.at_risk) for label, c in curves], end, step, under, total)
    return figure


@drawn
def incidence_figure(found: Incidence, labels: Sequence[str], axis: str) -> Figure:
    """Cumulative incidence of each cause, with bands; the causes add up to what has happened."""
    end, step = horizon(float(found.time[-1]))
    under, total = 0.51, 3.46
    figure = sheet(total)
    ax = figure.add_axes((0.09, (under + 0.42) / total, 0.88, (total - under - 0.42 - 0.3) / total))
    for k, label in enumerate(labels):
        x = np.concatenate([[0.0], found.time / MONTH, [max(end, found.time[-1] / MONTH)]])
        value, low, high = (np.concatenate([[0.0], a[:, k], a[-1:, k]]) for a in (found.incidence, found.lower, found.upper))
        ax.step(x, value, where="post", color=SERIES[k], lw=1.5, label=label)
        ax.fill_between(x, np.nan_to_num(low), np.where(np.isnan(high), value, high), step="post", color=SERIES[k], alpha=0.13, lw=0)
    _frame(ax, end, step, axis)
    _legend(ax)
    _at_risk(figure, ax, [("At risk", found.time, found.at_risk)], end, step, under, total)
    return figure


def _legend(ax: Any) -> None:
    """Above the axes, where no curve can be."""
    ax.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=4, handlelength=1.6, fontsize=8, borderaxespad=0.1, columnspacing=1.4)


def _frame(ax: Any, end: float, step: float, axis: str) -> None:
    ax.set_xlim(0, end)
    ax.set_ylim(0, 1.02)
    ax.set_xticks(np.arange(0, end + step / 2, step))
    ax.set_yticks(np.arange(0, 1.01, 0.25), ["0", "25", "50", "75", "100"])
    ax.set_xlabel(axis, labelpad=2)
    ax.set_ylabel("Participants, %")
    ax.tick_params(length=3)


def _at_risk(figure: Figure, ax: Any, rows: Sequence[tuple[str, Any, Any]], end: float, step: float, under: float, total: float) -> None:
    """The numbers at risk, one row a curve, under the marks of the time axis."""
    left, width = ax.get_position().x0, ax.get_position().width
    top = (under - 0.08) / total
    figure.text(0.012, top, "Number at risk", fontsize=7.5, color=QUIET, va="top")
    for k, (_, time, at_risk) in enumerate(rows):
        y = top - (0.17 * (k + 1)) / total
        if len(rows) > 1:
            figure.text(0.012, y, "–", fontsize=9, color=SERIES[k % len(SERIES)], va="top", fontweight="bold")
        for month in np.arange(0, end + step / 2, step):
            n = int(np.append(at_risk, 0.0)[np.searchsorted(time, month * MONTH, side="left")])
            figure.text(left + width * month / end, y, f"{n:,}", fontsize=7.5, ha="center", va="top", color=INK)
