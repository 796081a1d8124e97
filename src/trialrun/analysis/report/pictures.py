"""Which figures a report shows, and what goes into each: from a read-out and its data to the drawing functions."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import polars as pl
from matplotlib.figure import Figure

from ..datasets import Datasets
from ..results.endpoints import as_happenings, rows_of
from ..results.estimates import Competing, Survival
from ..results.readout import ReadOut
from ..results.wording import published_words, value_words
from .figures.curves import incidence_figure, survival_figure
from .figures.forest import Row, bars_figure, forest_figure
from .figures.people import Swim, flow_figure, swimmer_figure

DRUG, COURSE, FOLLOW = ("#123c6b", "#1f5fa8"), ("#8fb3dc", "#b9cfe8", "#e3b977"), ("#c7ced6", "#dde2e7", "#eceff2", "#f3f5f7")


def flow(r: ReadOut, data: Datasets, protocol: Any) -> Figure:
    """The flow: the analysis sets one after another, who did not go on between them, the sets within the last, and where its people stand."""
    subject = data.subject
    ways = subject.select(pl.coalesce("reason", "phase").alias("way"))["way"]
    chain = [p for p in protocol.populations if not p.within]
    steps, losses = [(p.label, int(r.sets[p.name].sum())) for p in chain], []
    for a, b in zip(chain, chain[1:], strict=False):
        gone, new = r.sets[a.name] & ~r.sets[b.name], r.sets[b.name] & ~r.sets[a.name]
        said = [f"not {b.label.lower()}: {int(gone.sum()):,} ({_tally(ways.filter(pl.Series(gone)))})"] if gone.any() else []
        said += [f"{b.label.lower()} but not {a.label.lower()}: {int(new.sum()):,}"] if new.any() else []
        losses.append(_wrap("; ".join(said), 50))
    last = r.sets[chain[-1].name] if chain else None
    inner = [(p.label, int(r.sets[p.name].sum())) for p in protocol.populations if chain and p.within == chain[-1].name]
    end = (
        f"At the cut-off, of the {chain[-1].label.lower()}: {_tally(ways.filter(pl.Series(last)))}"
        if last is not None and last.any()
        else ""
    )
    return flow_figure(steps, losses, [(_wrap(label, 44), n) for label, n in inner], _wrap(end, 100))


def _tally(ways: pl.Series) -> str:
    counts = Counter(str(w).removeprefix("ended: ") for w in ways.to_list()).most_common()
    shown, rest = counts[:5], sum(n for _, n in counts[5:])
    return ", ".join([f"{w} {n:,}" for w, n in shown] + ([f"other {rest:,}"] if rest else []))


def _wrap(text: str, width: int) -> str:
    from textwrap import wrap

    return "\n".join(wrap(text, width))


def survival_curve(r: ReadOut, e: Survival) -> Figure | None:
    """A survival curve with the published points of the same endpoint."""
    if e.curve is None:
        return None
    points = []
    for c in r.compared:
        f = c.figure
        if f.counterpart == e.endpoint.name and f.given is None and f.statistic.startswith("at ") and f.confirmed:
            n, unit = f.statistic.removeprefix("at ").split()
            points.append((float(n) / (1 if unit.startswith("month") else 30.4375), f.value / 100, f.name))
        if f.counterpart == e.endpoint.name and f.given is None and f.statistic == "median" and f.confirmed:
            points.append((f.value, 0.5, f.name))
    return survival_figure([(e.endpoint.label, e.curve)], f"Months from {_start(e)}", points, happened=e.endpoint.happened)


def _start(e: Survival | Competing) -> str:
    return e.endpoint.starts[0].words or "the start"


def incidence(e: Competing) -> Figure | None:
    """The incidence of each cause."""
    if e.incidence is None:
        return None
    labels = [x[:1].upper() + x[1:] for x in (e.endpoint.events[0].words, e.endpoint.competing[0].words + " without it")]
    return incidence_figure(e.incidence, labels, f"Months from {_start(e)}")


def cycles(r: ReadOut) -> Figure:
    """How many participants began how many cycles."""
    return bars_figure([(f"{k}", n) for k, n in r.cycles], "Participants", "Cycles begun")


def comparison(r: ReadOut) -> Figure | None:
    """Every published percentage beside ours."""
    rows = [c for c in r.compared if c.figure.unit == "%"]
    if not rows:
        return None
    return forest_figure(
        [
            Row(
                c.figure.name + ("" if c.figure.confirmed else " (u)"), c.value, c.lower, c.upper, f"{published_words(c)} | {value_words(c)}",
                (c.figure.value, _or_nan(c.figure.low), _or_nan(c.figure.high)), faint=not c.figure.confirmed,
            )
            for c in rows
        ],
        "Per cent", (0, 100), names=("ours, 95 % interval", "published (interval where given)"), over="published | ours",
    )  # fmt: skip


def _or_nan(x: float | None) -> float:
    return math.nan if x is None else x


def swimmer(data: Datasets, protocol: Any) -> Figure | None:
    """Everyone's time from the first day of treatment: the phases as colours, the days that endpoints are made of as marks."""
    kinds, marks, swims = swims_of(data, protocol)
    return swimmer_figure(swims, kinds, marks) if swims else None


def swims_of(data: Datasets, protocol: Any) -> tuple[list[tuple[str, str]], list[str], list[Swim]]:
    """The stretches and marks of everyone treated, the kinds with their colours, and the names of the marks."""
    colours = _colours(protocol)
    subject = data.subject.filter(pl.col("treated_on").is_not_null())
    day_one: dict[str, int] = dict(subject.select("participant", "treated_on").iter_rows())
    ended = {p.shown for p in protocol.phases if p.end}
    changes: dict[str, list[tuple[int, str]]] = {who: [] for who in day_one}
    phases = set(colours) | ended
    for who, day, phase in data.disposition.select("participant", "day", "milestone").iter_rows():
        if who in changes and phase in phases:
            changes[who].append((day, phase))
    stretches: dict[str, list[tuple[int, int, str]]] = {}
    for who, line in changes.items():
        zero, stops = day_one[who], [day for day, _ in line[1:]] + [data.cutoff]
        stretches[who] = [(max(day, zero) - zero, stop - zero, phase) for (day, phase), stop in zip(line, stops, strict=True)]
        stretches[who] = [x for x in stretches[who] if x[1] > x[0] and x[2] not in ended]
    wanted = [s for a in protocol.analyses if a.kind == "marks" for s in a.marks]
    h = as_happenings(data.happening, len(data.subject))
    names = data.subject["participant"].to_list()
    events: dict[str, list[tuple[int, int]]] = {who: [] for who in day_one}
    present = [s for s in wanted if rows_of(h, s).size]
    for k, s in enumerate(present):
        for row in rows_of(h, s).tolist():
            who = names[h.who[row]]
            if who in day_one and h.day[row] >= day_one[who]:
                events[who].append((int(h.day[row]) - day_one[who], k))
    used = {phase for line in stretches.values() for _, _, phase in line}
    kinds = [(phase, colour) for phase, colour in colours.items() if phase in used]
    place = {phase: k for k, (phase, _) in enumerate(kinds)}
    on = dict(subject.select("participant", ~pl.col("phase").is_in(sorted(ended))).iter_rows())
    swims = [Swim(who, tuple((a, b, place[p]) for a, b, p in line), tuple(events[who]), bool(on[who])) for who, line in stretches.items()]
    return kinds, [s.words for s in present], swims


def _colours(protocol: Any) -> dict[str, str]:
    """A colour for each phase that people see: dark with drug, light in the course of treatment, grey in follow-up."""
    drug = {phase for d in protocol.doses for phase in d.at}
    palette = {"drug": list(DRUG), "course": list(COURSE), "follow": list(FOLLOW)}
    colours: dict[str, str] = {}
    for p in protocol.phases:
        if not p.end and p.shown not in colours:
            kind = palette["drug" if p.name in drug else "course" if p.course else "follow"]
            colours[p.shown] = kind.pop(0) if len(kind) > 1 else kind[0]
    return colours
