"""What goes into each figure: from a read-out and its data to the drawing functions."""

from __future__ import annotations

import math
from collections import Counter
from textwrap import wrap
from typing import Any

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from ..analysis.datasets import Datasets
from ..analysis.results.arms import curves_of
from ..analysis.results.endpoints import rows_of
from ..analysis.results.estimates import MONTH, Categories, Competing, Counted, Quantity, Repeated, Survival
from ..analysis.results.historical_control import HISTORICAL
from ..analysis.results.methods import CHANGED, called
from ..analysis.results.readout import ReadOut
from ..analysis.results.switches import Switch
from ..analysis.results.wording import HELD, lowered, margin_scale, published_words, rate_said, span_said, value_words
from .figures.boxes import Box, boxes_figure, shares_figure
from .figures.curves import TICKS, Point, horizon, incidence_figure, survival_figure
from .figures.forest import Row, bars_figure, forest_figure
from .figures.people import SINGLE, Swim, flow_figure, phases_figure, swimmer_figure
from .figures.ratios import Panel, Ratio, Ratios, ratios_figure
from .figures.visits import visits_figure
from .tables.set_against import ratio_words

DRUG, COURSE, FOLLOW = ("#123c6b", "#1f5fa8"), ("#7aa6d6", "#a9c6e6", "#dfae64"), ("#8fa39a", "#b7c6bf", "#d9e2dd", "#e9efec")


def flow(r: ReadOut, data: Datasets, protocol: Any) -> Figure:
    """The flow: the analysis sets one after another, who did not go on between them, the sets within the last, and where its people stand."""
    subject = data.subject
    ways = subject.select(pl.coalesce("reason", "phase").alias("way"))["way"]
    chain = [p for p in protocol.populations if not p.within]
    steps, losses = [(p.label, int(r.sets[p.name].sum())) for p in chain], []
    if chain and steps[0][1] < r.participants:
        gone = ~r.sets[chain[0].name]
        steps.insert(0, ("In the journals", r.participants))
        losses.append(_wrap(f"Not in the first set: {int(gone.sum()):,} ({_tally(ways.filter(pl.Series(gone)))})", 50))
    for a, b in zip(chain, chain[1:], strict=False):
        gone, new = r.sets[a.name] & ~r.sets[b.name], r.sets[b.name] & ~r.sets[a.name]
        said = [f"Not {lowered(b.label)}: {int(gone.sum()):,}" + (f" ({_tally(ways.filter(pl.Series(gone)))})" if gone.any() else "")]
        said += [f"{lowered(b.label)} but not {lowered(a.label)}: {int(new.sum()):,}"] if new.any() else []
        losses.append(_wrap("; ".join(said), 50))
    if not chain:
        return flow_figure([("In the journals", r.participants)], [], [], [("", _wrap(_tally(ways), 100))])
    last = r.sets[chain[-1].name]
    n = int(last.sum())
    within = [(p.label, int(r.sets[p.name].sum())) for p in protocol.populations if p.within]
    inner = [_wrap(f"{label}: {k:,}" + (f" ({100 * k / n:.0f}\u00a0%)" if n else ""), 52) for label, k in within]
    ends = []
    arms = [a for a in protocol.arms if r.arms and a.name in dict(r.arms[0].arms)]
    for arm in arms or [None]:
        there = last if arm is None else last & (subject["arm"].fill_null("") == arm.name).to_numpy()
        if there.any():
            title = "At the cut-off" if arm is None else f"{arm.label or arm.name}: {int(there.sum()):,}"
            ends.append((title, _wrap(_tally(ways.filter(pl.Series(there))), 100 // max(len(arms), 1))))
    return flow_figure(steps, losses, [line for text in inner for line in text.split("\n")], ends)


def _tally(ways: pl.Series) -> str:
    counts = Counter(str(w) for w in ways.to_list()).most_common()
    return ", ".join(f"{w} {n:,}" for w, n in counts)


def _wrap(text: str, width: int) -> str:
    return "\n".join(wrap(text, width))


def survival_curve(r: ReadOut, e: Survival) -> Figure | None:
    """A survival curve, or that of each arm, with the published points of the same endpoint and of the historical control."""
    curves = curves_shown(r, e)
    if not curves:
        return None
    return survival_figure(
        curves,
        f"Months from {_start(e)}",
        _upward(e.endpoint),
        points_shown(r, e, e.endpoint.name),
        points_shown(r, e, HISTORICAL),
        happened=e.endpoint.happened,
    )


def number_boxes(r: ReadOut, e: Quantity, protocol: Any) -> Figure | None:
    """The numbers of an endpoint, or those of each arm; None where nobody has one."""
    v = e.endpoint.value
    if not e.known or v is None:
        return None
    m, arm = r.measured[e.endpoint.name], next((c for c in r.arms if c.name == e.endpoint.name), None)
    assert m.value is not None
    labels, unit = {a.name: a.label or a.name for a in protocol.arms}, {i.name: i.unit for f in protocol.forms for i in f.items}
    groups = [("All", e, np.ones(m.who.size, bool))] if arm is None else [
        (labels.get(name, name), x, r.made.subject["arm"][m.who] == name) for name, x in arm.arms
    ]  # fmt: skip
    boxes = [
        Box(_wrap(label, 28), m.value[inside & ~np.isnan(m.value)], x.value, x.lower, x.upper)
        for label, x, inside in groups
        if isinstance(x, Quantity)
    ]
    told = "%" if v.change == "percent" else "" if v.change == "ratio" else unit.get(getattr(v.item, "name", ""), "")
    line = {"difference": 0.0, "percent": 0.0, "ratio": 1.0}.get(v.change)
    return boxes_figure(boxes, e.endpoint.label + (f", {told}" if told else ""), v.average[:1].upper() + v.average[1:], line)


def _sides(r: ReadOut, e: Any, protocol: Any) -> list[tuple[str, Any]]:
    """An endpoint's estimate in each arm with its label, or that of all."""
    arm = next((c for c in r.arms if c.name == e.endpoint.name), None)
    labels = {a.name: a.label or a.name for a in protocol.arms}
    return [("All", e)] if arm is None else [(labels.get(name, name), x) for name, x in arm.arms]


def over_visits(r: ReadOut, e: Repeated, protocol: Any) -> Figure | None:
    """The averages at the visits, of each arm or of all; None where nobody has a value."""
    v = e.endpoint.value
    if not e.known or v is None:
        return None
    groups = [(label, [(q.value, q.lower, q.upper, q.known) for _, q in x.visits]) for label, x in _sides(r, e, protocol)]
    unit = {i.name: i.unit for f in protocol.forms for i in f.items}.get(getattr(v.item, "name", ""), "")
    told = "%" if v.change == "percent" else "" if v.change == "ratio" else unit
    axis = f"{v.average[:1].upper()}{v.average[1:]}" + (f" of {CHANGED[v.change]}" if v.change else "") + (f", {told}" if told else "")
    return visits_figure([name for name, _ in e.visits], groups, axis, {"difference": 0.0, "percent": 0.0, "ratio": 1.0}.get(v.change))


def rates_forest(r: ReadOut, e: Counted, protocol: Any) -> Figure | None:
    """The rate of each arm, or of all, with its interval; None where nobody was observed."""
    sides = [(label, x) for label, x in _sides(r, e, protocol) if math.isfinite(x.value)]
    if not sides:
        return None
    rows = [
        Row(label, x.value, x.lower, x.upper, f"{x.events:,} in {x.days / 365.25:,.1f} years: {rate_said(x.value, e)}")
        for label, x in sides
    ]
    most = max((x.upper for _, x in sides if math.isfinite(x.upper)), default=0.0) or 1.0
    return forest_figure(rows, f"{e.endpoint.label}, per {span_said(e.per)} with 95 % interval", (0.0, 1.05 * most))


def margins_forest(r: ReadOut, e: Any, protocol: Any) -> Figure | None:
    """Each arm against the first with an endpoint's first margin, and its others of the same effect; None where nothing can be told."""
    c = next((c for c in r.arms if c.name == e.name), None)
    held = [] if c is None else [x for x in c.margins if math.isfinite(x.interval.value) and x.effect == c.margins[0].effect]
    if not held:
        return None
    scale, _ = margin_scale(held[0], e, 1)
    labels = {a.name: a.label or a.name for a in protocol.arms}
    rows = [
        Row(f"{labels.get(x.arm, x.arm)}, not {x.margin.side} {scale * x.margin.limit:g}", scale * x.interval.value, scale * x.interval.lower, scale * x.interval.upper,
            HELD[x.held])
        for x in held
    ]  # fmt: skip
    no = 1.0 if "ratio" in held[0].effect else 0.0
    ends = [v for row in rows for v in (row.value, row.lower, row.upper) if math.isfinite(v)] + [
        no,
        *(scale * x.margin.limit for x in held),
    ]
    room = 0.08 * ((max(ends) - min(ends)) or 1.0)
    confidence = f"{100 * held[0].margin.confidence:g} % interval"
    axis = f"{held[0].effect[:1].upper()}{held[0].effect[1:]}{', points' if scale > 1 else ''}, {confidence}"
    return forest_figure(rows, axis, (min(ends) - room, max(ends) + room), line=scale * held[0].margin.limit)


def category_shares(r: ReadOut, e: Categories, protocol: Any) -> Figure | None:
    """The shares of the categories in each arm, or of all; None where nobody has one."""
    sides = [(f"{_wrap(label, 28)}\nn = {x.known:,}", x) for label, x in _sides(r, e, protocol) if x.known]
    if not sides:
        return None
    bars = [(label, [100 * c / x.known for c in x.counts]) for label, x in sides]
    return shares_figure(bars, e.levels, "%")


def _upward(e: Any) -> str:
    """What the vertical axis of a curve shows, in words that fit beside it."""
    if e.happened:
        return "With the event, %"
    return f"{e.label}, %" if len(e.label) <= 22 and "survival" in e.label.casefold() else "Without the event, %"


def curves_shown(r: ReadOut, e: Survival) -> list[tuple[str, Any]]:
    """The curves that a figure of an endpoint has, with their labels."""
    by_arm = next((c for c in r.arms if c.name == e.endpoint.name), None)
    if by_arm is not None:
        return curves_of(by_arm)
    return [] if e.curve is None else [(e.endpoint.label, e.curve)]


def later_events(r: ReadOut, e: Survival) -> int:
    """Events beyond the end of the figure's time axis."""
    curves = [c for _, c in curves_shown(r, e)]
    if not curves:
        return 0
    end, _ = horizon([(c.time, c.at_risk) for c in curves])
    return int(sum(c.events[c.time > end * 365.25 / 12].sum() for c in curves))


def ticks_shown(r: ReadOut, e: Survival) -> str:
    """What the marks on the curves of an endpoint are."""
    curves = [c for _, c in curves_shown(r, e)]
    end, _ = horizon([(c.time, c.at_risk) for c in curves])
    days = max((int(((c.censored > 0) & (c.time / MONTH <= end)).sum()) for c in curves), default=0)
    return "censored" if days <= TICKS else f"censored ({TICKS} a curve at most, evenly spread over the days with one)"


def points_shown(r: ReadOut, e: Survival, counterpart: str) -> list[Point]:
    """Confirmed published points of everyone, with their intervals."""
    found = []
    for f in r.published:
        at = f.statistic
        own = f.counterpart == counterpart and (counterpart != HISTORICAL or f.about == e.endpoint.name)
        if not own or f.given is not None or f.within or not f.confirmed:
            continue
        low, high = _or_nan(f.low), _or_nan(f.high)
        if at.startswith("at "):
            n, unit = at.removeprefix("at ").split()
            found.append((float(n) / (1 if unit.startswith("month") else 30.4375), f.value / 100, low / 100, high / 100))
        if at == "median":
            found.append((f.value, 0.5, low, high))
        if at.startswith("by "):
            n, unit = at.removeprefix("by ").split()
            found.append((float(n) / (1 if unit.startswith("month") else 30.4375), 1 - f.value / 100, 1 - high / 100, 1 - low / 100))
    return found


def _start(e: Survival | Competing) -> str:
    return e.endpoint.starts[0].words or "the start"


def incidence(e: Competing) -> Figure | None:
    """The incidence of each cause."""
    if e.incidence is None:
        return None
    labels = [x[:1].upper() + x[1:] for x in (called(e.endpoint.events[0]), called(e.endpoint.competing[0]))]
    return incidence_figure(e.incidence, labels, f"Months from {_start(e)}")


def landmark_curves(s: Switch) -> Figure | None:
    """The curves from the first landmark on that has both, of those who had changed by then and those who had not."""
    x = landmark_shown(s)
    if x is None:
        return None
    curves = [(label, c) for label, c in (("not by then", x.unchanged), ("by then", x.changed)) if c is not None]
    return survival_figure(curves, f"Months from the landmark, {x.place} after {_begin(s)}", _upward(s.endpoint))


def landmark_shown(s: Switch) -> Any:
    """The landmark that a figure shows, None where nowhere both groups are there."""
    return next((x for x in s.landmarks if x.changed is not None and x.unchanged is not None), None)


def _begin(s: Switch) -> str:
    return s.endpoint.starts[0].words or "the start"


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
                c.figure.name + ("" if c.figure.confirmed else " (u)"), c.value, c.lower, c.upper, f"{published_words(c.figure)} | {value_words(c)}",
                (c.figure.value, _or_nan(c.figure.low), _or_nan(c.figure.high)), faint=not c.figure.confirmed,
            )
            for c in rows
        ],
        "Per cent", (0, 100), names=("ours, 95 % interval", "published (interval where given)"), over="published | ours",
    )  # fmt: skip


def factors(r: ReadOut) -> Figure | None:
    """A forest of the prognostic factors: odds ratios of response, hazard ratios of death."""
    if not any(not x.reference and math.isfinite(x.hazard_ratio.value) for x in r.factors):
        return None
    primary = next((e.endpoint.label for e in r.estimates.values() if e.endpoint.primary), "response")
    rows: list[Ratios] = []
    factor = ""
    for x in r.factors:
        if x.factor != factor:
            factor = x.factor
            rows.append(Ratios(factor + ("" if x.confirmed else " (u)"), head=True))
        pair = (x.odds_ratio, x.hazard_ratio)
        words = ("1 (reference)",) * 2 if x.reference else tuple(ratio_words(e) for e in pair)
        rows.append(
            Ratios(f"{x.label} (n = {x.n:,})", tuple(Ratio(e.value, e.lower, e.upper, w) for e, w in zip(pair, words, strict=True)))
        )
    panels = (Panel("Odds ratio", primary, "fewer", "more"), Panel("Hazard ratio", r.factors[0].survival, "lower", "higher"))
    odds = any(math.isfinite(x.odds_ratio.value) for x in r.factors)
    if not odds:
        rows = [x if x.head else Ratios(x.label, x.ratios[1:]) for x in rows]
    return ratios_figure(rows, panels if odds else panels[1:])


def historical(r: ReadOut) -> Figure | None:
    """The study's ratios against the historical control, and the published ones."""
    c = r.historical
    if c is None:
        return None
    rows: list[Ratios] = []
    for b in c.published:
        f = b.figure
        rows.append(Ratios(f.name, head=True))
        for o in b.ours:
            what = o.kind.partition(",")[0].removeprefix("ratio of ") + (f", {at}" if (at := o.measure.partition(", ")[2]) else "")
            label = f"{what}: {_short(o.basis)}{'' if o.confirmed else ' (u)'}"
            rows.append(Ratios(label, (Ratio(o.ratio.value, o.ratio.lower, o.ratio.upper, ratio_words(o.ratio)),)))
        low, high = _or_nan(f.low), _or_nan(f.high)
        rows.append(Ratios("published, by propensity scores", (Ratio(f.value, low, high, published_words(f), other=True),)))
    if not any(not x.head and math.isfinite(x.ratios[0].value) and not x.ratios[0].other for x in rows):
        return None
    return ratios_figure(rows, (Panel("Study over control", "ratios as named", "lower in the study", "higher in the study"),))


def _short(basis: str) -> str:
    return "control by strata" if basis.startswith("strata") else "control as published"


def _or_nan(x: float | None) -> float:
    return math.nan if x is None else x


def swimmer(r: ReadOut, data: Datasets, protocol: Any) -> Figure | None:
    """Everyone's time from the first day of treatment: a row each with the days that endpoints are made of, or of many the share in each phase."""
    kinds, marks, swims = swims_of(r, data, protocol)
    if not swims:
        return None
    return swimmer_figure(swims, kinds, marks) if len(swims) <= SINGLE else phases_figure(swims, kinds)


def swims_of(r: ReadOut, data: Datasets, protocol: Any) -> tuple[list[tuple[str, str]], list[str], list[Swim]]:
    """The stretches and marks of everyone treated, the kinds with their colours, and the names of the marks."""
    colours = _colours(protocol)
    subject = data.subject.filter(pl.col("treated_on").is_not_null())
    day_one: dict[str, int] = dict(subject.select("participant", "treated_on").iter_rows())
    lost: dict[str, int] = dict(subject.filter(pl.col("lost_on").is_not_null()).select("participant", "lost_on").iter_rows())
    ended = {p.shown for p in protocol.phases if p.end}
    changes: dict[str, list[tuple[int, str]]] = {who: [] for who in day_one}
    phases = set(colours) | ended
    for who, day, phase in data.disposition.select("participant", "day", "milestone").iter_rows():
        if who in changes and phase in phases:
            changes[who].append((day, phase))
    stretches: dict[str, list[tuple[int, int, str]]] = {}
    for who, line in changes.items():
        zero, stops = day_one[who], [day for day, _ in line[1:]] + [lost.get(who, data.cutoff)]
        stretches[who] = [(max(day, zero) - zero, stop - zero, phase) for (day, phase), stop in zip(line, stops, strict=True)]
        stretches[who] = [x for x in stretches[who] if x[1] > x[0] and x[2] not in ended]
    wanted = [s for a in protocol.analyses if a.kind == "marks" for s in a.marks]
    h = r.made.happenings
    names = data.subject["participant"].to_list()
    events: dict[str, list[tuple[int, int]]] = {who: [] for who in day_one}
    for k, s in enumerate(wanted):
        for row in rows_of(h, s).tolist():
            who = names[h.who[row]]
            if who in day_one and h.day[row] >= day_one[who]:
                events[who].append((int(h.day[row]) - day_one[who], k))
    used = {phase for line in stretches.values() for _, _, phase in line}
    kinds = [(phase, colour) for phase, colour in colours.items() if phase in used]
    place = {phase: k for k, (phase, _) in enumerate(kinds)}
    ways: dict[str, str] = dict(
        subject.filter(pl.col("phase").is_in(sorted(ended))).select("participant", pl.coalesce("reason", "phase")).iter_rows()
    )
    on = dict(subject.select("participant", ~pl.col("phase").is_in(sorted(ended)) & pl.col("lost_on").is_null()).iter_rows())
    swims = [
        Swim(who, tuple((a, b, place[p]) for a, b, p in line), tuple(events[who]), bool(on[who]), who in lost, ways.get(who, ""))
        for who, line in stretches.items()
    ]
    return kinds, [s.words for s in wanted], swims


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
