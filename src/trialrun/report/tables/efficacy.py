"""Tables 14.2: proportions, best response, times to events, survival at landmarks, competing causes, subgroups, published figures; listing 16.2.6."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from ...analysis.datasets import Datasets
from ...analysis.results.best_response import best_responses, declared
from ...analysis.results.endpoints import Measured, only
from ...analysis.results.estimates import CONFIDENCE, MONTH, AtTime, Competing, Rate, Survival, estimate, scale_of
from ...analysis.results.methods import called
from ...analysis.results.quantities import NUMBERS
from ...analysis.results.readout import ReadOut
from ...analysis.results.sources import truth
from ...analysis.results.wording import NEVER, digits_for, estimate_words, published_words, value_words, with_interval
from ...statistics.curve_reading import median
from ...statistics.proportions import clopper_pearson
from ...statistics.survival_curve import kaplan_meier
from .table import Line, Listed, ReportTable, day_said, number_said, plain, share, text_or

INTERVAL = f"{100 * CONFIDENCE:g} % interval"


def efficacy_tables(r: ReadOut, data: Datasets, protocol: Any) -> list[ReportTable]:
    """The tables of efficacy; those without a line are left out."""
    found = [
        _proportions(r),
        _best(r, data, protocol),
        _times(r),
        _landmarks(r),
        _competing(r),
        _subgroups(r, data, protocol),
        _published(r),
        _listed(data, protocol),
    ]
    return [t for t in found if t.lines]


def _label(r: ReadOut, name: str) -> str:
    return next(label for n, label, _ in r.flow if n == name)


def _by_set(r: ReadOut, kind: type) -> list[tuple[str, list[Any]]]:
    """The estimates of a kind by their analysis set, sensitivity analyses left out (Table 14.2.14 has them)."""
    found: dict[str, list[Any]] = {}
    for e in r.estimates.values():
        if isinstance(e, kind) and not e.endpoint.sensitivity_of:
            found.setdefault(_label(r, e.endpoint.population), []).append(e)
    return list(found.items())


def _proportions(r: ReadOut) -> ReportTable:
    lines = []
    for label, estimates in _by_set(r, Rate):
        lines.append(Line(label, head=True))
        for e in estimates:
            star = " (primary)" if e.endpoint.primary else ""
            cells = (f"{e.reached:,}", f"{e.n - e.reached - e.open:,}", f"{e.open:,}", f"{e.n:,}", with_interval(e, 1, 100) if e.n else "–")
            lines.append(Line(e.endpoint.label + star, cells, 1))
    notes = (
        "Exact interval of Clopper and Pearson. Open: the question was not settled at the cut-off; counted as not reached in the percentage.",
    )
    head = ("", "Reached", "Not reached", "Open", "N", f"% ({INTERVAL})")
    return ReportTable("14.2.1", "Response and other proportions", "By analysis set", head, tuple(lines), notes)


def _best(r: ReadOut, data: Datasets, protocol: Any) -> ReportTable:
    asked, _ = declared(protocol)
    m = r.measured[asked.name] if asked is not None else None
    if m is None or not m.who.size:
        return ReportTable("14.2.2", "", "", (), ())
    seen, found = best_responses(data, protocol, m.who.tolist(), r.made.happenings)
    n, labels = m.who.size, {c.name: c.label for f in protocol.forms for c in f.classes}
    lines = [
        Line(
            f"{labels[c]} ({c})" if labels.get(c) and labels[c].casefold() != c.casefold() else labels.get(c) or c,
            (share(found.count(c), n),),
        )
        for c in seen
        if found.count(c) or c in labels
    ]
    lines += [Line("No assessment", (share(found.count(None), n),)), Line("All", (share(n, n),))]
    note = f"The best, in this order, of the assessments that the endpoint “{asked.label}” reads, the one that settles it included. Each participant stands in one line."
    return ReportTable("14.2.2", "Best response", _label(r, asked.population), ("", f"N = {n:,}, n (%)"), tuple(lines), (note,))


def _times(r: ReadOut) -> ReportTable:
    lines, shown = [], []
    for label, estimates in _by_set(r, Survival):
        lines.append(Line(label, head=True))
        for e in estimates:
            shown.append(e.endpoint)
            middle = with_interval(e.median, lacking=NEVER) if e.n else "–"
            lines.append(
                Line(e.endpoint.label, (f"{e.n:,}", f"{e.events:,}", f"{e.n - e.events:,}", middle, _range(e), plain(e.follow_up)), 1)
            )
    scales = [f"{e.label}: on the {e.interval} scale." for e in shown if e.interval]
    notes = (
        "Kaplan-Meier, months of 365.25 / 12 days; interval on the log scale where no other is named. Range of all times, + where the longest or shortest is "
        "censored. Follow-up: median by the reversed curve.",
        *scales,
        *(f"{e.label}: {e.ours}." for e in shown if e.fails_without),
    )
    head = ("", "N", "Events", "Censored", f"Median ({INTERVAL})", "Range", "Follow-up")
    return ReportTable("14.2.3", "Times to events", "By analysis set; months", head, tuple(lines), notes)


def _range(e: Survival) -> str:
    """The shortest and the longest time in months; `+` where nothing but censored times are there."""
    if not e.n:
        return "–"
    ends = [(t / MONTH, not (e.status[e.time == t] == 1).any()) for t in (e.time.min(), e.time.max())]
    return " to ".join(f"{t:.1f}{'+' if censored else ''}" for t, censored in ends)


def _landmarks(r: ReadOut) -> ReportTable:
    lines: list[Line] = []
    for e in r.estimates.values():
        if isinstance(e, Survival) and e.n and e.landmarks and not e.endpoint.sensitivity_of:
            lines.append(Line(f"{e.endpoint.label}: {'with the event, %' if e.endpoint.happened else 'free of the event, %'}", head=True))
            for m in e.landmarks:
                value, low, high = (100 * (1 - x) if e.endpoint.happened else 100 * x for x in (m.value, m.lower, m.upper))
                low, high = (high, low) if e.endpoint.happened else (low, high)
                said = with_interval(AtTime(m.place, value, low, high)) if low != high else f"{value:.1f} (no interval)"
                lines.append(Line(m.place, (f"{m.at_risk:,}", "beyond the follow-up" if value != value else said), 1))
    return ReportTable(
        "14.2.4",
        "Estimates at landmarks",
        "As in Table 14.2.3",
        ("", "At risk", f"% ({INTERVAL})"),
        tuple(lines),
        (
            "At risk: just before the landmark.",
            "Where assessments end before follow-up does, later events are seen and later freedom is not: read with care what lies beyond the last.",
        ),
    )


def _competing(r: ReadOut) -> ReportTable:
    lines: list[Line] = []
    for e in r.estimates.values():
        if isinstance(e, Competing) and e.n:
            lines.append(Line(f"{e.endpoint.label} ({_label(r, e.endpoint.population)}, N = {e.n:,})", head=True))
            causes = (called(e.endpoint.events[0]), called(e.endpoint.competing[0]))
            for cause, events, row in zip(causes, e.events, e.landmarks, strict=True):
                said = [with_interval(m, 1, 100) if m.value == m.value else "beyond the follow-up" for m in row]
                lines.append(Line(cause, (f"{events:,}", "; ".join(f"{m.place}: {s}" for m, s in zip(row, said, strict=True))), 1))
            lines.append(Line("none of them (censored)", (f"{e.n - sum(e.events):,}", ""), 1))
    return ReportTable(
        "14.2.5",
        "Competing causes",
        "As named",
        ("", "Participants", f"Cumulative incidence, % ({INTERVAL})"),
        tuple(lines),
        ("Aalen and Johansen.",),
    )


def _subgroups(r: ReadOut, data: Datasets, protocol: Any) -> ReportTable:
    subject = r.made.subject
    lines: list[Line] = []
    for a in protocol.analyses:
        m = r.measured.get(a.endpoint) if a.kind == "subgroup" else None
        if m is None or not m.who.size:
            continue
        lines.append(Line(f"{a.by}: {m.endpoint.label}{'' if a.confirmed else ' (u)'}", head=True))
        known = np.zeros(m.who.size, bool)
        for level in a.levels:
            inside = truth(level.given, subject, m.who) > 0.5
            known |= inside
            lines.append(Line(level.label, _within(m, inside), 1))
        if not known.all():
            lines.append(Line("in none of these, or missing", _within(m, ~known), 1))
    first = "Open questions count as not reached."
    note = "Proportions: exact interval of Clopper and Pearson. Times: events, median in months. Groups marked u are not confirmed by a source. Exploratory."
    return ReportTable(
        "14.2.6",
        "Subgroups",
        "The set of the endpoint",
        ("", "Reached, events or values", "N", f"%, median or average ({INTERVAL})")
        if any(e.kind in NUMBERS for e in protocol.endpoints)
        else ("", "Reached or events", "N", f"% or median ({INTERVAL})"),
        tuple(lines),
        (first, note),
    )


def _within(m: Measured, inside: Any) -> tuple[str, ...]:
    n, x = int(inside.sum()), int((m.cause[inside] == 1).sum())
    if not n:
        return "0", "0", "–"
    if m.value is not None and m.endpoint.kind not in ("value", "repeated"):
        return f"{x:,}", f"{n:,}", estimate_words(estimate(only(m, np.isin(np.arange(m.who.max() + 1), m.who[inside]))))
    if m.value is not None:
        e = estimate(only(m, np.isin(np.arange(m.who.max() + 1), m.who[inside])))
        return f"{x:,}", f"{n:,}", with_interval(e, digits_for(e)) if x else "–"
    if m.endpoint.kind == "proportion":
        return f"{x:,}", f"{n:,}", with_interval(clopper_pearson(x, n, confidence=CONFIDENCE), 1, 100)
    half = median(kaplan_meier(m.time[inside].astype(float), m.status[inside], confidence=CONFIDENCE, transform=scale_of(m.endpoint)))
    return f"{x:,}", f"{n:,}", with_interval(half, 1, 1 / MONTH, NEVER)


def _published(r: ReadOut) -> ReportTable:
    inside = {True: "yes", False: "no", None: "–"}
    sources = {text: k for k, text in enumerate(dict.fromkeys(c.figure.source for c in r.compared), 1)}
    lines = [
        Line(
            c.figure.name + ("" if c.figure.confirmed else " (u)"),
            (published_words(c.figure), value_words(c), f"{c.n:,}", inside[c.inside], f"{sources[c.figure.source]}"),
        )
        for c in r.compared
    ]
    notes = (
        "Ours: 95 % interval; for medians of age and cycles the quartiles. Inside: the published value lies in our interval. "
        "u: recalled and not confirmed.",
        *(f"{k}: {text}." for text, k in sources.items()),
    )
    head = ("", "Published", "Ours", "n", "Inside", "From")
    return ReportTable("14.2.7", "Published figures beside these", "As in the publication", head, tuple(lines), notes)


def _listed(data: Datasets, protocol: Any) -> ReportTable:
    frame = data.response.sort("participant", "day", maintain_order=True)
    if "response" not in frame.columns:
        return ReportTable("16.2.6", "", "", (), ())
    numbers = [c for c, kind in frame.schema.items() if kind == pl.Float64][:4]
    lines = Listed.of(
        frame, ("participant", str), ("day", day_said), ("study_day", text_or("")), ("cycle", str), *((c, number_said) for c in numbers),
        ("response", str), ("by", str), ("guards", lambda x: "" if x else "no"), ("entry", str),
    )  # fmt: skip
    labels = {m.name: f"{m.label}{f', {m.unit}' if m.unit else ''}" for f in protocol.forms for m in f.items}
    head = ("Participant", "On", "Study day", "Cycle", *(labels.get(c, c) for c in numbers), "Response", "By", "Guards the rules", "Entry")
    return ReportTable("16.2.6", "Assessments of response", "Everyone assessed", head, lines, listing=True)
