"""One participant's road as a picture: phases and drug as bars, responses, events and visits as marks, from plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from ...analysis.results.estimates import MONTH
from .style import BLUE, GOLD, INK, LINE, QUIET, RED, TEAL, as_svg, drawn, sheet

PHASES = ("#c7ced6", "#1f5fa8", "#8fb3dc", "#b9cfe8", "#e3b977", "#dde2e7", "#a9c7b8", "#eceff2", "#d6c7e0")
VISITS = {"done": TEAL, "missed": RED, "late": RED, "owed": GOLD, "due": GOLD, "planned": GOLD}
ROOM = 0.55  # inches right of the axes
LETTER = 0.062  # inches that a letter of the small type takes at most


def road_figure(road: Mapping[str, Any]) -> str:
    """The road as an SVG text.

    `road` holds plain values: `participant`, `study`, `start` and `on` (ordinals, `start` None before treatment), `phases` [(from, to, name)],
    `drug` [(from, to, words)], `responses` and `events` [(day, words)], `visits` [(target, earliest, latest, made, state, name)].
    """
    title = f"{road['participant']} in {road['study']}"
    return as_svg(road_drawing(road), f"road-{''.join(c for c in str(road['participant']) if c.isalnum())}", title) + "\n"


@drawn
def road_drawing(road: Mapping[str, Any]) -> Figure:
    """The same as a matplotlib figure."""
    days = [d for p in road["phases"] for d in p[:2]] + [d for d, _ in (*road["responses"], *road["events"])] + [road["on"]]
    zero = road["start"] if road["start"] is not None else min(days)
    far = max([*days, *(v[0] for v in road["visits"])])
    unit, named = (MONTH, "Months") if far - min(days) > 100 else (1.0, "Days")
    first, last = (min(days) - zero) / unit, (far - zero) / unit
    span = max(last - first, 1.0)
    inches, left = 5.55, 0.125

    def at(day: int) -> float:
        return (day - zero) / unit

    def lanes(marks: Sequence[tuple[int, int, str, Any]]) -> list[tuple[str, int, bool, Any]]:
        """Marks (from, to, words, thing) with the first lane in which nothing runs into what stands before; words at the left where the edge is near."""
        ends: list[float] = []
        placed = []
        for begin, stop, words, thing in sorted(marks, key=lambda m: m[:2]):
            start, after = ((at(day) - first) / span * inches for day in (begin, stop))
            length = len(words) * LETTER + 0.14
            turned = after + length > inches + ROOM
            if turned:
                start -= length
            lane = next((k for k, end in enumerate(ends) if end <= start), len(ends))
            ends[lane : lane + 1] = [after + (0.1 if turned else length)]
            placed.append((words, lane, turned, thing))
        return placed

    rows: list[tuple[str, float, Any]] = [("Phase", 0.3, None), ("Drug", 0.3, None)]
    single = [lanes([(day, day, words, day) for day, words in road[key]]) for key in ("responses", "events")]
    for name, placed in (*zip(("Responses", "Events"), single, strict=True), ("Visits", lanes([_reach(v) for v in road["visits"]]))):
        if placed:
            rows.append((name, 0.19 * (1 + max(lane for _, lane, _, _ in placed)) + 0.1, placed))
    names = list(dict.fromkeys(p[2] for p in road["phases"]))
    under = 0.42 + 0.2 * -(-len(names) // 4)
    total = sum(h for _, h, _ in rows) + 0.1 * len(rows) + under + 0.34
    figure = sheet(total)
    figure.text(0.012, 1 - 0.1 / total, _title(road), fontsize=8.5, va="top", fontweight="bold")
    ax = figure.add_axes((left, under / total, inches / 7.1, (total - under - 0.3) / total))
    tall = total - under - 0.3
    ax.set_xlim(first - 0.02 * span, last + 0.02 * span)
    ax.set_ylim(tall, 0)
    y = 0.06
    shades = {name: PHASES[k % len(PHASES)] for k, name in enumerate(names)}
    for name, height, placed in rows:
        figure.text(0.012, (under + tall - y - min(height, 0.3) / 2) / total, name, fontsize=8, va="center", color=QUIET)
        if name == "Phase":
            for a, b, phase in road["phases"]:
                ax.add_patch(Rectangle((at(a), y), max(at(b) - at(a), 0.004 * span), height, fc=shades[phase], ec="white", lw=0.4))
        elif name == "Drug":
            for a, b, words in road["drug"]:
                ax.add_patch(Rectangle((at(a), y), max(at(b) - at(a), 0.004 * span), height, fc=BLUE, ec="white", lw=0.4))
                if (at(b) - at(a)) / span * inches > len(words) * LETTER + 0.04:
                    ax.text((at(a) + at(b)) / 2, y + height / 2, words, fontsize=7, color="white", ha="center", va="center")
        else:
            for words, lane, turned, thing in placed:
                row = y + 0.1 + 0.19 * lane
                begin, stop, mark, colour, full = (thing, thing, thing, BLUE if name == "Responses" else RED, True)
                if name == "Visits":
                    begin, stop, _, _ = _reach(thing)
                    mark, colour, full = thing[3] if thing[3] is not None else thing[0], VISITS.get(thing[4], QUIET), thing[3] is not None
                    if thing[1] is not None:
                        ax.plot([at(thing[1]), at(thing[2])], [row, row], color=LINE, lw=3, solid_capstyle="butt", zorder=1)
                ax.plot([at(mark)], [row], "o", color=colour, ms=3.4, mew=0.9, mfc=colour if full else "white", zorder=3)
                gap = 0.08 / inches * span
                x, side = (at(begin) - gap, "right") if turned else (at(stop) + gap, "left")
                ax.text(
                    x, row, words, fontsize=6.8, va="center", ha=side, color=INK, zorder=4, bbox={"fc": "white", "ec": "none", "pad": 0.4}
                )
        y += height + 0.1
    ax.axvline(at(road["on"]), color=QUIET, lw=0.8, ls=(0, (3, 2)), zorder=0)
    ax.set_yticks([])
    for side in ("left", "top", "right"):
        ax.spines[side].set_visible(False)
    ax.set_xlabel(f"{named} from the first {'day of treatment' if road['start'] is not None else 'entry'}", labelpad=2)
    ax.tick_params(length=3)
    figure.legend(handles=[Patch(color=shades[n], label=n) for n in names], loc="lower center", ncols=4, fontsize=7.5, handlelength=1.1,
        columnspacing=1.4, borderaxespad=0.2)  # fmt: skip
    return figure


def _reach(v: Sequence[Any]) -> tuple[int, int, str, Any]:
    """From where to where a visit's window and mark reach, its name, and itself."""
    target, earliest, latest, made, _, name = v
    days = [d for d in (target, earliest, latest, made) if d is not None]
    return min(days), max(days), name, v


def _title(road: Mapping[str, Any]) -> str:
    from datetime import date

    return f"{road['participant']}, as of {date.fromordinal(road['on']).isoformat()} (dashed)"
