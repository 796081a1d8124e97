"""Figures of participants: their flow through the study, and the swimmer plot of their time in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Patch
from matplotlib.path import Path

from ...analysis.results.estimates import MONTH
from .style import GOLD, INK, LINE, QUIET, RED, TEAL, VIOLET, WIDTH, drawn, sheet

SINGLE = 60  # participants that get a bar and marks of their own; of more the share in each phase is drawn
ENDS = {"still followed": "#ffffff", "lost to follow-up": "#f0e3c4"}  # colours of where a line stops; other ends are greys
GREYS = ("#4a5360", "#8d96a1", "#b9c0c8", "#d6dadf")
MARKS: tuple[tuple[str | Path, str], ...] = (("o", TEAL), ("v", RED), ("D", VIOLET), ("X", INK), ("s", GOLD))


@dataclass(frozen=True)
class Swim:
    """One participant's way: stretches (start, stop, kind) and marks (day, kind), in days from the start; `ongoing` at the cut-off, or `lost`, or why it is at
    its `end`."""

    participant: str
    stretches: tuple[tuple[int, int, int], ...]
    marks: tuple[tuple[int, int], ...]
    ongoing: bool
    lost: bool = False
    end: str = ""


@drawn
def flow_figure(steps: Sequence[tuple[str, int]], losses: Sequence[str], inner: Sequence[str], ends: Sequence[tuple[str, str]]) -> Figure:
    """Boxes from step to step with who did not go on at the side, the sets within the last in a dashed box, and at the foot where everyone stands.

    `ends` has a box for each arm, or one for all: its title and its text, in lines that fit.
    """
    tall, gap = 0.46, 0.52
    foot = max([0.2 + 0.15 * (1 + text.count("\n") + bool(title)) for title, text in ends], default=0.0)
    beside = 0.2 + 0.15 * (len(inner) + 1) if inner else 0.0
    last = max(tall, beside)
    height = max(len(steps) - 1, 0) * (tall + gap) + last + (gap + foot if ends else 0.0) + 0.2
    figure = sheet(height)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_xlim(0, WIDTH)
    ax.set_ylim(height, 0)
    ax.axis("off")
    middle, half, y = 1.9, 1.7, 0.08
    for k, (label, n) in enumerate(steps):
        _box(ax, middle - half, y, 2 * half, tall, f"{label}\nn = {n:,}", bold=True)
        final = k + 1 == len(steps)
        reach = (last - tall if final else 0.0) + gap
        if not final or len(ends) == 1:
            _arrow(ax, middle, y + tall, y + tall + reach)
        foot_of_last = y + tall
        if not final and k < len(losses) and losses[k]:
            at = y + tall + gap / 2
            ax.plot([middle, 4.0], [at, at], color=QUIET, lw=0.9)
            _box(ax, 4.0, at - 0.21, WIDTH - 4.1, 0.42, losses[k], bold=False)
        if final and inner:
            ax.plot([middle + half, 4.0], [y + tall / 2] * 2, color=QUIET, lw=0.9, ls=(0, (3, 2)))
            _box(ax, 4.0, y, WIDTH - 4.1, beside, "Of these\n" + "\n".join(inner), bold=False, dashed=True)
        y += tall + reach
    wide = (WIDTH - 0.4 - 0.2 * (len(ends) - 1)) / max(len(ends), 1)
    for k, (title, text) in enumerate(ends):
        left = 0.2 + k * (wide + 0.2)
        _box(ax, left, y, wide, foot, f"{title}\n{text}" if title else text, bold=False)
        if len(ends) > 1 and steps:  # to each arm, round the dashed box
            at = y - 0.16
            ax.plot([middle, middle, left + wide / 2], [foot_of_last, at, at], color=QUIET, lw=0.9)
            _arrow(ax, left + wide / 2, at, y)
    return figure


def _arrow(ax: Any, x: float, start: float, stop: float) -> None:
    ax.annotate("", (x, stop), (x, start), arrowprops={"arrowstyle": "-|>", "color": QUIET, "lw": 0.9})


def _box(ax: Any, x: float, y: float, w: float, h: float, text: str, bold: bool, dashed: bool = False) -> None:
    style: dict[str, Any] = {"ls": (0, (4, 3))} if dashed else {}
    shape = FancyBboxPatch(
        (x, y), w, h, boxstyle="round,pad=0,rounding_size=0.04", fc="#f5f7fa" if bold else "white", ec=QUIET, lw=0.8, **style
    )
    ax.add_patch(shape)
    ax.text(x + w / 2, y + h / 2, text, ha="center", va="center", fontsize=8.2 if bold else 7.4, color=INK, linespacing=1.3)


@drawn
def swimmer_figure(swims: Sequence[Swim], kinds: Sequence[tuple[str, str]], marks: Sequence[str], limit: float = 60.0) -> Figure:
    """Each participant's time by kind of stretch (label, colour), longest at the top, with marks of their events."""
    swims = sorted(swims, key=lambda s: -max((stop for _, stop, _ in s.stretches), default=0))
    n = len(swims)
    end = _end(swims, limit)
    lines = -(-(len(kinds) + len(marks) + 2) // 4)
    under = 0.5 + 0.2 * lines
    total = max(0.14 * n, 0.5) + under + 0.1
    figure = sheet(total)
    ax = figure.add_axes((0.11, under / total, 0.87, (total - under - 0.1) / total))
    for y, s in enumerate(swims):
        for start, stop, kind in s.stretches:
            ax.barh(y, (min(stop / MONTH, end) - start / MONTH), left=start / MONTH, height=0.72, color=kinds[kind][1], lw=0)
    ax.set_yticks(range(n), [s.participant for s in swims], fontsize=6.5)
    for k in range(len(marks)):
        shape, colour = MARKS[k % len(MARKS)]
        where = [(day / MONTH, y) for y, s in enumerate(swims) for day, kind in s.marks if kind == k and day / MONTH <= end]
        _dots(ax, where, shape, colour, 16.0)
    for shape, who in ((">", [(y, s) for y, s in enumerate(swims) if s.ongoing]), ("$?$", [(y, s) for y, s in enumerate(swims) if s.lost])):
        _dots(ax, [(min(max(stop for _, stop, _ in s.stretches) / MONTH, end), y) for y, s in who if s.stretches], shape, INK, 21.0)
    ax.set_ylim(max(n, 1) - 0.4, -0.6)
    ax.set_xlim(0, end)
    ax.set_xticks(np.arange(0, end + 0.1, next(s for s in (1, 2, 3, 6, 12) if end / s <= 10)))
    ax.set_xlabel("Months from the first day of treatment")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    handles: list[Any] = [Patch(color=colour, label=label) for label, colour in kinds]
    handles += [
        Line2D([], [], ls="", marker=MARKS[k % len(MARKS)][0], color=MARKS[k % len(MARKS)][1], ms=5, label=m)
        for k, m in enumerate(marks)
        if any(kind == k for s in swims for _, kind in s.marks)
    ]
    for shape, label, there in (
        (">", "still followed", any(s.ongoing for s in swims)),
        ("$?$", "lost to follow-up", any(s.lost for s in swims)),
    ):
        handles += [Line2D([], [], ls="", marker=shape, color=INK, ms=5, label=label)] if there else []
    figure.legend(handles=handles, loc="lower center", ncols=4, fontsize=7.5, handlelength=1.1, columnspacing=1.4, borderaxespad=0.2)
    return figure


def _dots(ax: Any, where: Sequence[tuple[float, float]], shape: Any, colour: str, size: float) -> None:
    if where:
        ax.scatter(*zip(*where, strict=True), s=size, marker=shape, color=colour, lw=0.3, ec="white", zorder=3, clip_on=False)


def _end(swims: Sequence[Swim], limit: float) -> float:
    """The end of the time axis in months."""
    last = max((stop for s in swims for _, stop, _ in s.stretches), default=30) / MONTH
    return float(min(limit, max(1.0, np.ceil(last / 3) * 3 if last > 6 else np.ceil(last))))


@drawn
def phases_figure(swims: Sequence[Swim], kinds: Sequence[tuple[str, str]], limit: float = 60.0) -> Figure:
    """Of many participants the share in each phase over time, and of those whose time has ended the share by how: everyone counts at every time."""
    n, end = len(swims), _end(swims, limit)
    grid = np.linspace(0.0, end, 361)
    inside = np.zeros((len(kinds), grid.size + 1))
    for k in range(len(kinds)):
        spans = np.array([(start, stop) for s in swims for start, stop, kind in s.stretches if kind == k]).reshape(-1, 2)
        for edge, step in ((spans[:, 0], 1), (spans[:, 1], -1)):
            np.add.at(inside[k], np.searchsorted(grid * MONTH, edge, side="left"), step)
    inside = np.cumsum(inside, axis=1)[:, :-1]
    followed = inside.sum(axis=0)
    stops: dict[str, list[int]] = {}
    for s in swims:
        how = s.end or ("lost to follow-up" if s.lost else "still followed")
        stops.setdefault(how, []).append(max((stop for _, stop, _ in s.stretches), default=0))
    ends = {how: np.searchsorted(np.sort(days), grid * MONTH, side="right").astype(float) for how, days in stops.items()}
    gaps = n - followed - sum(ends.values())
    order = sorted(ends, key=lambda how: (how == "still followed", -float(ends[how][-1])))
    greys = iter(GREYS * 3)
    layers = [(label, colour, inside[k]) for k, (label, colour) in enumerate(kinds)]
    layers += [("between phases", "#f5f7fa", gaps)] if gaps.max() > 0.5 else []
    layers += [(f"{how}, to the cut-off" if how == "still followed" else how, ENDS.get(how) or next(greys), ends[how]) for how in order]
    lines = -(-len(layers) // 3)
    under = 0.7 + 0.17 * lines
    total = 3.4 + under + 0.12
    figure = sheet(total)
    ax = figure.add_axes((0.09, under / total, 0.88, 3.4 / total))
    ax.stackplot(grid, [100 * share / n for _, _, share in layers], colors=[colour for _, colour, _ in layers], lw=0)
    ax.set_xlim(0, end)
    ax.set_ylim(0, 100)
    step = next(s for s in (1, 2, 3, 6, 12) if end / s <= 10)
    ticks = np.arange(0, end + 0.1, step)
    ax.set_xticks(ticks)
    ax.set_yticks([0, 25, 50, 75, 100])
    ax.set_ylabel(f"Of {n:,} participants, %")
    ax.set_xlabel("Months from the first day of treatment", labelpad=2)
    ax.tick_params(length=3)
    for month in ticks:
        at = min(int(np.searchsorted(grid, month)), grid.size - 1)
        figure.text(
            0.09 + 0.88 * month / end, (under - 0.44) / total, f"{int(followed[at]):,}", fontsize=7.5, ha="center", va="top", color=INK
        )
    figure.text(0.012, (under - 0.3) / total, "Followed", fontsize=7.5, color=QUIET, va="top")
    handles = [Patch(fc=colour, ec=LINE, lw=0.6, label=label) for label, colour, _ in layers]
    figure.legend(handles=handles, loc="lower center", ncols=3, fontsize=7.5, handlelength=1.1, columnspacing=1.4, borderaxespad=0.2)
    return figure
