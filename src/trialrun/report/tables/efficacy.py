"""Tables 14.2: proportions, best response, times to events, survival at landmarks, competing causes, subgroups, published figures; listing 16.2.6."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from ...analysis.datasets import Datasets
from ...analysis.results.best_response import best_responses, order_of
from ...analysis.results.endpoints import Measured
from ...analysis.results.estimates import CONFIDENCE, MONTH, Competing, Rate, Reading, Survival
from ...analysis.results.methods import called
from ...analysis.results.readout import ReadOut
from ...analysis.results.sources import truth
from ...analysis.results.wording import interval, published_words, value_words
from ...protocol.words.times import iso
from ...statistics.curve_reading import median
from ...statistics.proportions import clopper_pearson
from ...statistics.survival_curve import kaplan_meier
from .table import Line, Table, plain, share

INTERVAL = f"{100 * CONFIDENCE:g} % interval"


def efficacy_tables(r: ReadOut, data: Datasets, protocol: Any) -> list[Table]:
    """The tables of efficacy; those without a line are left out."""
    found = [
        _proportions(r),
        _best(r, data, protocol),
        _times(r),
        _landmarks(r),
        _competing(r),
        _subgroups(r, data, protocol),
        _published(r),
        _listed(data),
    ]
    return [t for t in found if t.lines]


def _label(r: ReadOut, name: str) -> str:
    return next(label for n, label, _ in r.flow if n == name)


def _proportions(r: ReadOut) -> Table:
    lines = []
    for e in r.estimates.values():
        if isinstance(e, Rate):
            star = " (primary)" if e.endpoint.primary else ""
            ends = interval(100 * e.lower, 100 * e.upper) if e.n else "–"
            cells = (f"{e.reached:,}", f"{e.n - e.reached - e.open:,}", f"{e.open:,}", f"{e.n:,}", plain(100 * e.value), ends)
            lines.append(Line(e.endpoint.label + star, (*cells, _label(r, e.endpoint.population))))
    notes = (
        "Exact interval of Clopper and Pearson. Open: the question was not settled at the cut-off; counted as not reached in the percentage.",
    )
    return Table(
        "14.2.1",
        "Response and other proportions",
        "As named in the last column",
        ("", "Reached", "Not reached", "Open", "N", "%", INTERVAL, "Among"),
        tuple(lines),
        notes,
    )


def _best(r: ReadOut, data: Datasets, protocol: Any) -> Table:
    primary = next((e for e in protocol.endpoints if e.primary), None)
    m = r.measured.get(primary.name) if primary is not None else None
    if primary is None or m is None or not m.who.size or not order_of(protocol):
        return Table("14.2.2", "", "", (), ())
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
    note = "The best, in this order, of the assessments that the primary endpoint reads, the one that settles it included. Each participant stands in one line."
    return Table("14.2.2", "Best response", _label(r, primary.population), ("", f"N = {n:,}, n (%)"), tuple(lines), (note,))


def _times(r: ReadOut) -> Table:
    lines = []
    for e in r.estimates.values():
        if isinstance(e, Survival):
            ends = _ends(e.median) if e.n else "–"
            middle = _or_not(e.median.value) if e.n else "–"
            cells = (f"{e.n:,}", f"{e.events:,}", f"{e.n - e.events:,}", middle, ends, _range(e), plain(e.follow_up))
            lines.append(Line(e.endpoint.label, (*cells, _label(r, e.endpoint.population))))
    notes = (
        "Kaplan-Meier, months of 365.25 / 12 days; interval on the log scale. Range of all times, + where the longest or shortest is censored. "
        "Follow-up: median by the reversed curve.",
        *(f"{e.endpoint.label}: {e.endpoint.ours}." for e in r.estimates.values() if isinstance(e, Survival) and e.endpoint.fails_without),
    )
    return Table(
        "14.2.3",
        "Times to events",
        "As named in the last column",
        ("", "N", "Events", "Censored", "Median", INTERVAL, "Range", "Follow-up", "Among"),
        tuple(lines),
        notes,
    )


def _range(e: Survival) -> str:
    """The shortest and the longest time in months; `+` where nothing but censored times are there."""
    if not e.n:
        return "–"
    ends = [(t / MONTH, not (e.status[e.time == t] == 1).any()) for t in (e.time.min(), e.time.max())]
    return " to ".join(f"{t:.1f}{'+' if censored else ''}" for t, censored in ends)


def _or_not(x: float) -> str:
    return "not reached" if x != x else f"{x:.1f}"


def _ends(m: Reading) -> str:
    return interval(m.lower, m.upper)


def _landmarks(r: ReadOut) -> Table:
    lines: list[Line] = []
    for e in r.estimates.values():
        if isinstance(e, Survival) and e.n and e.landmarks:
            lines.append(Line(f"{e.endpoint.label}: {'with the event, %' if e.endpoint.happened else 'free of the event, %'}", head=True))
            for m in e.landmarks:
                value, low, high = (100 * (1 - x) if e.endpoint.happened else 100 * x for x in (m.value, m.lower, m.upper))
                low, high = (high, low) if e.endpoint.happened else (low, high)
                ends = "beyond the follow-up" if value != value else interval(low, high) if low == low and low != high else "–"
                lines.append(Line(m.place, (f"{m.at_risk:,}", plain(value), ends), 1))
    return Table(
        "14.2.4",
        "Estimates at landmarks",
        "As in Table 14.2.3",
        ("", "At risk", "%", INTERVAL),
        tuple(lines),
        (
            "At risk: just before the landmark.",
            "Where assessments end before follow-up does, later events are seen and later freedom is not: read with care what lies beyond the last.",
        ),
    )


def _competing(r: ReadOut) -> Table:
    lines: list[Line] = []
    for e in r.estimates.values():
        if isinstance(e, Competing) and e.n:
            lines.append(Line(f"{e.endpoint.label} ({_label(r, e.endpoint.population)}, N = {e.n:,})", head=True))
            causes = (called(e.endpoint.events[0]), called(e.endpoint.competing[0]))
            for cause, events, row in zip(causes, e.events, e.landmarks, strict=True):
                said = [f"{plain(100 * m.value)} ({interval(100 * m.lower, 100 * m.upper)})" if m.value == m.value else "–" for m in row]
                lines.append(Line(cause, (f"{events:,}", "; ".join(f"{m.place}: {s}" for m, s in zip(row, said, strict=True))), 1))
            lines.append(Line("none of them (censored)", (f"{e.n - sum(e.events):,}", ""), 1))
    return Table(
        "14.2.5",
        "Competing causes",
        "As named",
        ("", "Participants", f"Cumulative incidence, % ({INTERVAL})"),
        tuple(lines),
        ("Aalen and Johansen.",),
    )


def _subgroups(r: ReadOut, data: Datasets, protocol: Any) -> Table:
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
    note = "Proportions: exact interval of Clopper and Pearson. Times: events, median in months. Groups marked u are not confirmed by a source."
    return Table(
        "14.2.6",
        "Subgroups",
        "The set of the endpoint",
        ("", "Reached or events", "N", "% or median", INTERVAL),
        tuple(lines),
        (first, note),
    )


def _within(m: Measured, inside: Any) -> tuple[str, ...]:
    n, x = int(inside.sum()), int((m.cause[inside] == 1).sum())
    if not n:
        return "0", "0", "–", "–"
    if m.endpoint.kind == "proportion":
        p = clopper_pearson(x, n, confidence=CONFIDENCE)
        return f"{x:,}", f"{n:,}", plain(100 * p.value), interval(100 * p.lower, 100 * p.upper)
    half = median(kaplan_meier(m.time[inside].astype(float), m.status[inside], confidence=CONFIDENCE))
    return f"{x:,}", f"{n:,}", _or_not(half.value / MONTH), interval(half.lower / MONTH, half.upper / MONTH)


def _published(r: ReadOut) -> Table:
    inside = {True: "yes", False: "no", None: "–"}
    sources = {text: k for k, text in enumerate(dict.fromkeys(c.figure.source for c in r.compared), 1)}
    lines = [
        Line(
            c.figure.name + ("" if c.figure.confirmed else " (u)"),
            (published_words(c), value_words(c), f"{c.n:,}", inside[c.inside], f"{sources[c.figure.source]}"),
        )
        for c in r.compared
    ]
    notes = (
        "Ours: 95 % interval; for medians of age and cycles the quartiles. Inside: the published value lies in our interval. "
        "u: recalled and not confirmed.",
        *(f"{k}: {text}." for text, k in sources.items()),
    )
    head = ("", "Published", "Ours", "n", "Inside", "From")
    return Table("14.2.7", "Published figures beside these", "As in the publication", head, tuple(lines), notes)


def _listed(data: Datasets) -> Table:
    frame = data.response.sort("participant", "day", maintain_order=True)
    if "response" not in frame.columns:
        return Table("16.2.6", "", "", (), ())
    numbers = [c for c, kind in frame.schema.items() if kind == pl.Float64][:4]
    lines = []
    for x in frame.iter_rows(named=True):
        values = tuple("" if x[c] is None else f"{x[c]:g}" for c in numbers)
        guards = "" if x["guards"] else "no"
        lines.append(
            Line(
                x["participant"],
                (
                    iso(x["day"]) or "",
                    str(x["study_day"] or ""),
                    str(x["cycle"]),
                    *values,
                    str(x["response"]),
                    x["by"],
                    guards,
                    f"{x['entry']}",
                ),
            )
        )
    head = ("Participant", "On", "Study day", "Cycle", *numbers, "Response", "By", "Guards the rules", "Entry")
    return Table("16.2.6", "Assessments of response", "Everyone assessed", head, tuple(lines), listing=True)
