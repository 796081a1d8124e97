"""Figures of recorded values: the waterfall of each participant's best change, and the courses of laboratory values over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from ...analysis.results.estimates import MONTH
from ...analysis.results.wording import counted
from .style import BLUE, INK, LINE, ORANGE, QUIET, drawn, power, sheet

FEW = 60  # participants that get a line of their own
BARS = 1_000  # bars that a waterfall has; of more participants evenly spaced ones are drawn
WEEKS, QUARTER, FIRST = 42, 91, 168  # days of one step of the middle line: six weeks in the first 24 weeks, then a quarter
SHARE = 0.05  # of the participants with the value must have one in a step for it to have a middle


@drawn
def waterfall_figure(bars: Sequence[tuple[float, int]], kinds: Sequence[tuple[str, str]], axis: str, most: float = 100.0) -> Figure:
    """Each participant's best change in per cent, (change, kind), from the greatest rise to the greatest fall; `kinds` are (label, colour).

    `most` cuts what rises further.
    """
    bars = sorted(bars, key=lambda b: (-b[0], b[1]))
    everyone, beyond = len(bars), bool(bars) and bars[0][0] > most
    if everyone > BARS:
        bars = [bars[int(k)] for k in np.linspace(0, everyone - 1, BARS).round()]
    lines = -(-len(kinds) // 3)
    under, height = 0.42 + 0.2 * lines, 3.0
    figure = sheet(height + under)
    ax = figure.add_axes((0.09, (under - 0.02) / (height + under), 0.89, (height - 0.14) / (height + under)))
    x = np.arange(len(bars))
    change = np.minimum([b[0] for b in bars], most)
    wide = 0.86 if len(bars) <= 120 else 1.0
    ax.bar(x, change, width=wide, color=[kinds[k][1] if kinds else BLUE for _, k in bars], lw=0)
    ax.plot(x, np.zeros(len(bars)), "|", color=QUIET, ms=2.5 if len(bars) <= 120 else 0, mew=0.6)
    ax.axhline(0, color=INK, lw=0.8)
    ax.set_xlim(-0.8, max(len(bars), 4) - 0.2)
    ax.set_ylim(-104, most * 1.08 if len(bars) and change.max() > 0 else 8)
    ax.set_xticks([])
    ax.set_xlabel(
        (
            f"{everyone:,} participants, {BARS:,} of them drawn, evenly spaced"
            if everyone > BARS
            else f"{counted(everyone, 'participant')}, one bar each"
        )
        + (f"; rises beyond {most:g} % are cut" if beyond else ""),
        labelpad=3,
    )
    ax.set_ylabel(axis)
    handles = [Patch(color=colour, label=label) for label, colour in kinds]
    if handles:
        figure.legend(handles=handles, loc="lower center", ncols=3, fontsize=7.6, handlelength=1.1, columnspacing=1.4, borderaxespad=0.2)
    return figure


@dataclass(frozen=True, eq=False)
class Course:
    """One laboratory value over time: its label with unit, and for each value the participant's number and the days from day 1."""

    label: str
    who: NDArray[Any]
    day: NDArray[Any]
    value: NDArray[Any]


@drawn
def courses_figure(courses: Sequence[Course], limit: float = 24.0) -> Figure:
    """A panel a value: the middle and quartiles in steps of six weeks, later of a quarter, beneath them every participant (few) or every value (many)."""
    rows, tall = -(-len(courses) // 2), 1.85
    total = rows * tall + 0.35
    figure = sheet(total)
    for k, c in enumerate(courses):
        left = 0.09 + 0.5 * (k % 2)
        bottom = (total - (k // 2 + 1) * tall + 0.32) / total
        ax = figure.add_axes((left, bottom, 0.4, (tall - 0.62) / total))
        _course(ax, c, limit, last=k + 2 >= len(courses))
    return figure


def _course(ax: Any, c: Course, limit: float, last: bool) -> None:
    x, people = c.day / MONTH, np.unique(c.who)
    if people.size <= FEW:
        for person in people:
            own = c.who == person
            order = np.argsort(x[own], kind="stable")
            lone = people.size <= 3
            ax.plot(
                x[own][order],
                c.value[own][order],
                "-o",
                color=BLUE,
                lw=1.0 if lone else 0.5,
                ms=2.4 if lone else 1.4,
                alpha=0.9 if lone else 0.35,
                mew=0,
            )
    else:
        ax.plot(x, c.value, "o", color=BLUE, ms=1.3, alpha=max(0.04, 0.3 * min(1.0, 600 / x.size)), mew=0, rasterized=x.size > 4000)
    step = np.where(c.day <= 0, -1, np.where(c.day < FIRST, c.day // WEEKS, FIRST // WEEKS + (c.day - FIRST) // QUARTER))
    enough = max(5, SHARE * people.size)
    middle, low, high, at = [], [], [], []
    for s in np.unique(step):
        values = _last_of_each(c, np.flatnonzero(step == s))
        if values.size >= enough:
            q = np.percentile(values, (25, 50, 75))
            low.append(q[0])
            middle.append(q[1])
            high.append(q[2])
            at.append(float(np.median(x[step == s])))
    if at:
        ax.fill_between(at, low, high, color=ORANGE, alpha=0.18, lw=0)
        ax.plot(at, middle, color=ORANGE, lw=1.4)
    positive = c.value[c.value > 0]
    if positive.size > 3 and not c.label.endswith("%"):
        least, most = np.percentile(positive, (5, 95))
        if most > 100 * least:
            ax.set_yscale("symlog", linthresh=float(10.0 ** np.floor(np.log10(least))))
            ax.yaxis.set_major_formatter(power)
            ax.locator_params(axis="y", numticks=5)
    if ax.get_yscale() == "linear" and c.value.min() >= 0:
        ax.set_ylim(0, float(c.value.max()) * 1.06 or 1.0)
    end = min(limit, max(3.0, np.ceil(float(x.max()) / 3) * 3))
    ax.set_xlim(-1.0, end)
    ax.set_xticks(np.arange(0, end + 0.1, 3 if end <= 15 else 6))
    ax.set_title(c.label.replace("10^9/L", "×10\u2079/L"), fontsize=8, loc="left", pad=3)
    ax.grid(axis="y", color="#eef1f4", lw=0.7)
    ax.tick_params(length=2.5, labelsize=7)
    ax.axvline(0, color=LINE, lw=0.7, zorder=0)
    if last:
        ax.set_xlabel("Months from the first day of treatment", fontsize=7.5, labelpad=2)


def _last_of_each(c: Course, rows: NDArray[Any]) -> NDArray[Any]:
    """The latest value of each participant among some rows."""
    late_first = rows[np.argsort(c.day[rows], kind="stable")][::-1]
    _, first = np.unique(c.who[late_first], return_index=True)
    return np.asarray(c.value[late_first[first]])
