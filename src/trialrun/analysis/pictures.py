"""Which figures a report shows, and what goes into each: from a read-out and its data to the drawing functions."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import polars as pl
from matplotlib.figure import Figure

from .datasets import Datasets
from .estimates import Competing, Survival
from .figures.curves import incidence_figure, survival_figure
from .figures.forest import Row, bars_figure, forest_figure
from .figures.people import Swim, flow_figure, swimmer_figure
from .readout import ReadOut
from .wording import published_words, value_words

DRUG, COURSE, FOLLOW = ("#123c6b", "#1f5fa8"), ("#8fb3dc", "#b9cfe8", "#e3b977"), ("#c7ced6", "#dde2e7", "#eceff2", "#f3f5f7")


def flow(r: ReadOut, data: Datasets) -> Figure:
    """The flow: the analysis sets that lie in one another, who was lost between the first of them, and where the treated stand."""
    protocol_sets = {name: (label, n) for name, label, n in r.flow}
    steps = [protocol_sets[name] for name in list(protocol_sets)[:3]]
    subject = data.subject
    ways = subject.with_columns(way=pl.concat_str([pl.col("phase"), pl.col("reason")], separator=": ", ignore_nulls=True))
    untreated = ways.filter(pl.col("treated_on").is_null())
    losses = [""] * (len(steps) - 1)
    if len(untreated) and losses:
        losses[-1] = f"not treated: {len(untreated):,} ({_tally(untreated['way'])})"
    treated = ways.filter(pl.col("treated_on").is_not_null())
    end = f"at the cut-off, of the treated: {_tally(treated['way'])}" if len(treated) else ""
    return flow_figure([(label, n) for label, n in steps], [_wrap(t, 50) for t in losses], _wrap(end, 105))


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
    start = "first infusion" if e.endpoint.population == "treated" else "start"
    return survival_figure([(e.endpoint.label, e.curve)], f"Months from {start}", points)


def incidence(e: Competing) -> Figure | None:
    """The incidence of each cause."""
    if e.incidence is None:
        return None
    labels = [x[:1].upper() + x[1:] for x in (e.endpoint.events[0].words, e.endpoint.competing[0].words + " without it")]
    return incidence_figure(e.incidence, labels, "Months from start")


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
        "Per cent", (0, 100), names=("ours, 95 % interval", "published (interval where given)"),
    )  # fmt: skip


def _or_nan(x: float | None) -> float:
    return math.nan if x is None else x


def swimmer(data: Datasets, protocol: Any) -> Figure | None:
    """Everyone's time from the first day of treatment: the phases as colours, the days that endpoints are made of as marks."""
    kinds, marks, swims = swims_of(data, protocol)
    return swimmer_figure(swims, kinds, marks) if swims else None


def swims_of(data: Datasets, protocol: Any) -> tuple[list[tuple[str, str]], list[str], list[Swim]]:
    """The stretches and marks of everyone treated, the kinds with their colours, and the names of the marks."""
    drug = {phase for d in protocol.doses for phase in d.at}
    palette = {"drug": list(DRUG), "course": list(COURSE), "follow": list(FOLLOW)}
    colours: dict[str, str] = {}
    for p in protocol.phases:
        if p.end or p.shown in colours:
            continue
        kind = "drug" if p.name in drug else "course" if p.course else "follow"
        colours[p.shown] = palette[kind].pop(0) if len(palette[kind]) > 1 else palette[kind][0]
    wanted = _marks(protocol)
    subject = data.subject.filter(pl.col("treated_on").is_not_null())
    day_one = dict(subject.select("participant", "treated_on").iter_rows())
    ends = {p.name for p in protocol.phases if p.end}
    shown = {p.name: p.shown for p in protocol.phases}
    happening = data.happening.filter(pl.col("participant").is_in(list(day_one)))
    stretches: dict[str, list[list[Any]]] = {who: [] for who in day_one}
    events: dict[str, list[tuple[int, str]]] = {who: [] for who in day_one}
    names = {(k, n) for k, n, _ in wanted}
    label = {(k, n): words for k, n, words in wanted}
    rows = happening.select(
        "participant", "day", pl.col("kind").cast(pl.String), pl.col("name").cast(pl.String), pl.col("phase").cast(pl.String)
    )
    for who, day, kind, name, phase in rows.iter_rows():
        line = stretches[who]
        if not line or line[-1][1] != phase:
            line.append([day, phase])
        if (kind, name) in names:
            events[who].append((day - day_one[who], label[(kind, name)]))
    final = dict(data.subject.select("participant", "phase").iter_rows())
    order = list(dict.fromkeys(words for _, _, words in wanted))
    used: list[str] = []
    found: list[tuple[str, list[tuple[int, int, str]], list[tuple[int, str]], bool]] = []
    closing = {p.shown for p in protocol.phases if p.end}
    for who, line in stretches.items():
        zero, parts = day_one[who], []
        for k, (day, phase) in enumerate(line):
            stop = line[k + 1][0] if k + 1 < len(line) else data.cutoff
            if day >= zero and stop > day and phase not in ends:
                parts.append((day - zero, stop - zero, shown[phase]))
        used += [s for _, _, s in parts if s not in used]
        found.append((who, parts, events[who], final[who] not in closing))
    kinds = [(s, c) for s, c in colours.items() if s in used]
    place = {s: k for k, (s, _) in enumerate(kinds)}
    present = [w for w in order if any(w == m for _, _, e, _ in found for _, m in e)]
    swims = [
        Swim(who, tuple((a, b, place[s]) for a, b, s in parts), tuple((d, present.index(w)) for d, w in es if d >= 0), on)
        for who, parts, es, on in found
    ]
    return kinds, present, swims


def _marks(protocol: Any) -> list[tuple[str, str, str]]:
    """The days that times end with, and that rules mark on the way: (kind, name, words)."""
    found: list[tuple[str, str, str]] = []
    flags = {f.name for f in protocol.flags}
    for r in protocol.rules:
        puts = {e.name for e in r.do if e.kind == "put" and e.value} & flags
        for e in r.do:
            if e.kind == "mark" and puts and ("moment", e.name) not in {f[:2] for f in found} and "remission" in " ".join(puts):
                found.append(("moment", e.name, e.name.removesuffix(" began")))
    for e in protocol.endpoints:
        if e.kind != "proportion":
            for s in (*e.events, *e.competing, *e.cut):
                for name in s.of:
                    if s.kind in ("moment", "event") and name not in {f[1] for f in found} and "ended" not in name:
                        found.append((s.kind, name, name))
    return found[:5]
