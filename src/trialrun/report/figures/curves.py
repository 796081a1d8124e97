"""Survival and incidence curves with intervals, censoring marks, and the numbers at risk under the axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.legend import Legend

from ...analysis.results.estimates import MONTH
from ...analysis.results.wording import NEVER, with_interval
from ...statistics.competing_risks import Incidence
from ...statistics.curve_reading import Estimate, median
from ...statistics.survival_curve import Curve
from .style import INK, LINE, ORANGE, QUIET, RED, SERIES, drawn, sheet

LEAST = 0.05  # share of the participants that must be at risk where the time axis ends
FEW = 20  # participants below which everyone is shown to the end; from there on four must be at risk at the least
MOST = 60.0  # months, the longest axis
TICKS = 150  # censoring marks a curve, the most: more run together into a band
TALL = 2.9  # inches, the height of the axes: about half their width
Point = tuple[float, float, float, float]  # months, share, and the interval: of months where the share is one half, else of the share


def horizon(parts: Sequence[tuple[Any, Any]], most: float = MOST) -> tuple[float, float]:
    """The end of the time axis in months and the step of its marks: to where one in twenty is still at risk, of all curves together.

    `parts` are times in days (m,) and numbers at risk (m,) of each curve.
    """
    parts = [(np.asarray(t), np.asarray(r)) for t, r in parts if len(t)]
    people = sum(float(r[0]) for _, r in parts)
    times = np.unique(np.concatenate([t for t, _ in parts])) if parts else np.array([30.0])
    left = sum((np.append(r, 0.0)[np.searchsorted(t, times, side="left")] for t, r in parts), np.zeros(times.size))
    enough = times[left >= max(1.0 if people < FEW else 4.0, np.floor(LEAST * people))] if parts else times
    months = min(max(float(enough[-1]) / MONTH if enough.size else 1.0, 1.0), most)
    step = next(s for s in (1.0, 2.0, 3.0, 6.0, 12.0) if months / s <= 10 or s == 12.0)
    return float(np.ceil(months / step - 1e-9) * step), step


def ticks(c: Curve, end: float) -> Any:
    """The places of a curve's times at which it has a censoring mark, up to the end of the axis in months: all, or TICKS of them, evenly."""
    found = np.flatnonzero((c.censored > 0) & (c.time / MONTH <= end))
    return found if found.size <= TICKS else found[np.linspace(0, found.size - 1, TICKS).round().astype(int)]


@drawn
def survival_figure(
    curves: Sequence[tuple[str, Curve]],
    axis: str,
    up: str,
    published: Sequence[Point] = (),
    control: Sequence[Point] = (),
    happened: bool = False,
) -> Figure:
    """Kaplan-Meier curves with 95 % bands and their medians, or one minus them where the event is what is read; `up` names the vertical axis.

    `published` points and those of a `control` stand beside them, with their intervals.
    """

    def shown(share: Any) -> Any:
        return 1.0 - np.asarray(share) if happened else np.asarray(share)

    curves = [(label, c) for label, c in curves if c.time.size]
    end, step = horizon([(c.time, c.at_risk) for _, c in curves])
    beside = any(p[0] <= end for p in (*published, *control))
    under, above = 0.34 + 0.17 * len(curves), 0.12 + 0.18 * (len(curves) + beside)
    total = TALL + 0.42 + under + above
    figure = sheet(total)
    left = _left(curves)
    ax = figure.add_axes((left, (under + 0.42) / total, 0.97 - left, TALL / total))
    named: list[tuple[Any, str]] = []
    for k, (label, c) in enumerate(curves):
        last = float(c.time[-1]) / MONTH
        x = np.concatenate([[0.0], c.time / MONTH])
        colour = SERIES[k % len(SERIES)]
        (stairs,) = ax.step(x, shown(np.concatenate([[1.0], c.survival])), where="post", color=colour, lw=1.5, clip_on=last > end)
        half = median(c)
        middle = Estimate(*(v / MONTH for v in (half.value, half.lower, half.upper)))
        words = f"{with_interval(middle, lacking=NEVER)} months" if np.isfinite(middle.value) else NEVER
        named.append((stairs, f"{label}: median {words}"))
        if middle.value <= end:
            ax.plot([0, middle.value, middle.value], [0.5, 0.5, 0], color=colour, lw=0.9, ls=(0, (2, 2)), zorder=1)
        low, high = (shown(np.concatenate([[1.0], v])) for v in (c.lower, c.upper))
        if len(curves) < 3:
            ax.fill_between(x, low, high, step="post", color=colour, alpha=0.13, lw=0)
        marks = ticks(c, end)
        ax.plot(c.time[marks] / MONTH, shown(c.survival[marks]), "|", color=colour, ms=5, mew=0.8)
    others: list[tuple[Any, str]] = []
    for points, shape, colour, label in ((published, "o", RED, "published"), (control, "D", ORANGE, "historical control")):
        others += _beside(ax, [p for p in points if p[0] <= end], shape, colour, label, shown)
    _frame(ax, end, step, axis, up)
    ax.axhline(0.5, color=LINE, lw=0.7, ls=(0, (4, 3)), zorder=0)
    _legend(ax, named, 1, 0.18 / TALL if others else 0.0)
    if others:
        _legend(ax, others, 2)
    _at_risk(figure, ax, [(label, c.time, c.at_risk) for label, c in curves], end, step, under, total)
    return figure


def _beside(ax: Any, points: Sequence[Point], shape: str, colour: str, label: str, shown: Any) -> list[tuple[Any, str]]:
    """Points with their intervals: along the time where the share is one half (a median), else along the share."""
    for month, share, low, high in points:
        if np.isfinite(low) and np.isfinite(high):
            line = ([low, high], [shown(share)] * 2) if share == 0.5 else ([month] * 2, [shown(low), shown(high)])
            ax.plot(*line, color=colour, lw=0.9, zorder=2)
    if points:
        x, y = [p[0] for p in points], [float(shown(p[1])) for p in points]
        (drawn_points,) = ax.plot(x, y, shape, mfc="white", mec=colour, ms=4.6, mew=1.1, ls="", zorder=3, clip_on=False)
        return [(drawn_points, label)]
    return []


@drawn
def incidence_figure(found: Incidence, labels: Sequence[str], axis: str) -> Figure:
    """Cumulative incidence of each cause, with bands, to the last time observed; the causes add up to what has happened."""
    end, step = horizon([(found.time, found.at_risk)])
    under = 0.51
    total = TALL + 0.42 + under + 0.3
    figure = sheet(total)
    ax = figure.add_axes((0.09, (under + 0.42) / total, 0.88, TALL / total))
    named: list[tuple[Any, str]] = []
    for k, label in enumerate(labels):
        x = np.concatenate([[0.0], found.time / MONTH])
        value, low, high = (np.concatenate([[0.0], a[:, k]]) for a in (found.incidence, found.lower, found.upper))
        (stairs,) = ax.step(x, value, where="post", color=SERIES[k], lw=1.5)
        named.append((stairs, label))
        ax.fill_between(x, np.nan_to_num(low), np.where(np.isnan(high), value, high), step="post", color=SERIES[k], alpha=0.13, lw=0)
    _frame(ax, end, step, axis, "Cumulative incidence, %")
    _legend(ax, named)
    _at_risk(figure, ax, [("At risk", found.time, found.at_risk)], end, step, under, total)
    return figure


def _left(curves: Sequence[tuple[str, Any]]) -> float:
    return 0.09 if len(curves) < 2 else 0.17


def _legend(ax: Any, named: Sequence[tuple[Any, str]], columns: int = 4, up: float = 0.0) -> None:
    """Above the axes, where no curve can be, and `up` by so much of their height. Every label stands there, one that begins with an underscore too."""
    look: dict[str, Any] = {
        "handlelength": 1.6,
        "fontsize": 8,
        "borderaxespad": 0.1,
        "columnspacing": 1.4,
        "labelspacing": 0.35,
        "borderpad": 0.1,
    }
    handles, words = [h for h, _ in named], [w for _, w in named]
    where: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (-0.01, 1.01 + up), "bbox_transform": ax.transAxes}
    ax.add_artist(Legend(ax, handles, words, ncols=columns, **where, **look))


def _frame(ax: Any, end: float, step: float, axis: str, up: str) -> None:
    ax.set_xlim(0, end)
    ax.set_ylim(0, 1.02)
    ax.set_xticks(np.arange(0, end + step / 2, step))
    ax.set_yticks(np.arange(0, 1.01, 0.25), ["0", "25", "50", "75", "100"])
    ax.set_xlabel(axis, labelpad=2)
    ax.set_ylabel(up, fontsize=8)
    ax.tick_params(length=3)


def _at_risk(figure: Figure, ax: Any, rows: Sequence[tuple[str, Any, Any]], end: float, step: float, under: float, total: float) -> None:
    """The numbers at risk, one row a curve, under the marks of the time axis."""
    left, width = ax.get_position().x0, ax.get_position().width
    top = (under - 0.08) / total
    figure.text(0.012, top, "Number at risk", fontsize=7.5, color=QUIET, va="top")
    for k, (label, time, at_risk) in enumerate(rows):
        y = top - (0.17 * (k + 1)) / total
        if len(rows) > 1:
            words = label if len(label) <= 16 else label[:15].rstrip() + "…"
            figure.text(0.012, y, words, fontsize=7, color=SERIES[k % len(SERIES)], va="top", fontweight="bold")
        for month in np.arange(0, end + step / 2, step):
            n = int(np.append(at_risk, 0.0)[np.searchsorted(time, month * MONTH, side="left")])
            figure.text(left + width * month / end, y, f"{n:,}", fontsize=7.5, ha="center", va="top", color=INK)
