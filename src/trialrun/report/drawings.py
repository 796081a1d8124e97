"""Every figure of a study report with its number, title, note and the function that draws it, in the order of their numbers.

A figure's number depends on the study alone: where there is nothing to draw the number is left out, and no other moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from matplotlib.figure import Figure as Drawn

from ..analysis.datasets import Datasets
from ..analysis.results.best_response import best_responses, order_of
from ..analysis.results.estimates import Categories, Competing, Counted, Quantity, Rate, Repeated, Survival, scale_of
from ..analysis.results.historical_control import HISTORICAL
from ..analysis.results.methods import CHANGED
from ..analysis.results.quantity_estimates import is_adjusted
from ..analysis.results.readout import ReadOut
from ..analysis.results.sources import truth
from ..analysis.results.wording import counted, with_interval
from ..statistics.proportions import clopper_pearson
from .figures.forest import Row, forest_figure
from .figures.people import SINGLE
from .figures.values import Course, courses_figure, waterfall_figure
from .pictures import (
    category_shares,
    comparison,
    cycles,
    factors,
    flow,
    historical,
    incidence,
    landmark_curves,
    landmark_shown,
    later_events,
    margins_forest,
    number_boxes,
    over_visits,
    points_shown,
    rates_forest,
    survival_curve,
    swimmer,
    ticks_shown,
)

MARGIN = ": the margin"  # what the title of a figure of a margin ends with
NO_CLASS, NO_COLOUR = "not assessed in time", "#e3e6ea"
SHADES = ("#0b4f6c", "#2f8fbf", "#8cc7e3", "#c9a227", "#e8d48a", "#a7afb8", "#8c2d19", "#d0d5da")  # from the best class to the last


@dataclass(frozen=True)
class Numbered:
    """A figure: its number, title, how it is drawn (None where there is nothing to draw), and what must be said beneath it."""

    number: str
    title: str
    draw: Callable[[], Drawn | None]
    note: str = ""

    @property
    def slug(self) -> str:
        """A name for files."""
        words = "".join(c.lower() if c.isascii() and c.isalnum() else "-" for c in self.title)
        title = "-".join(w for w in words.split("-") if w)
        return f"figure-{self.number}-{title if len(title) <= 60 else title[:60].rpartition('-')[0]}"


def study_figures(r: ReadOut, data: Datasets, protocol: Any) -> Iterator[Numbered]:
    """The figures: 14.1 people, 14.2 efficacy, 14.3 safety."""
    yield Numbered(
        "14.1.1", "Participants in the study", lambda: flow(r, data, protocol),
        "Boxes count participants; those who did not go on are at the side; the sets in the dashed box overlap.",
    )  # fmt: skip
    yield Numbered("14.1.2", "Cycles begun", lambda: cycles(r) if r.cycles else None, "Treated participants by the number of cycles begun.")
    many = int(data.subject["treated_on"].is_not_null().sum()) > SINGLE
    yield Numbered(
        "14.1.3", "Time in the study", lambda: swimmer(r, data, protocol),
        f"The share of the treated participants in each phase, and of those whose time had ended by how; more than {SINGLE} are not drawn one by one."
        if many else "One row for each treated participant, the longest at the top.",
    )  # fmt: skip
    number = 0
    for e in (e for e in r.estimates.values() if not e.endpoint.sensitivity_of):
        if isinstance(e, Survival):
            number += 1
            yield Numbered(f"14.2.{number}", e.endpoint.label, lambda e=e: survival_curve(r, e) if e.n else None, _curve_note(r, e))  # type: ignore[misc]
        if isinstance(e, Competing):
            number += 1
            note = f"{_sentence(e.endpoint.variable)} Aalen and Johansen's estimate with 95 % bands; what is neither is censored."
            yield Numbered(f"14.2.{number}", e.endpoint.label, lambda e=e: incidence(e) if e.n else None, note)  # type: ignore[misc]
        if isinstance(e, Quantity):
            number += 1
            yield Numbered(f"14.2.{number}", e.endpoint.label, lambda e=e: number_boxes(r, e, protocol), _number_note(r, e))  # type: ignore[misc]
        if isinstance(e, Counted):
            number += 1
            note = f"{_sentence(e.endpoint.variable)} Squares: rates with 95 % intervals, over the time observed.".strip()
            yield Numbered(f"14.2.{number}", e.endpoint.label, lambda e=e: rates_forest(r, e, protocol), note)  # type: ignore[misc]
        if isinstance(e, Categories):
            number += 1
            note = f"{_sentence(e.endpoint.variable)} The share of those with a category in each, from the lowest to the highest.".strip()
            yield Numbered(f"14.2.{number}", e.endpoint.label, lambda e=e: category_shares(r, e, protocol), note)  # type: ignore[misc]
    for e in (e for e in r.estimates.values() if isinstance(e, Repeated) and not e.endpoint.sensitivity_of):
        number += 1
        note = f"{_sentence(e.endpoint.variable)} Averages with 95 % intervals, as observed; how many have a value stands beneath.".strip()
        yield Numbered(f"14.2.{number}", e.endpoint.label, lambda e=e: over_visits(r, e, protocol), note)  # type: ignore[misc]
    for e in (e for e in r.estimates.values() if e.endpoint.margins):
        number += 1
        note = "Square: what sets the arm apart from the first, with its interval; the line is the margin."
        yield Numbered(f"14.2.{number}", e.endpoint.label + MARGIN, lambda e=e: margins_forest(r, e.endpoint, protocol), note)  # type: ignore[misc]
    yield from _values(r, data, protocol, number)
    yield Numbered(
        "14.3.1", "Measured values over time", lambda: courses(data),
        "Dots and thin lines: participants' values. Line and band: median and quartiles of one value a participant, the last of each step (six weeks, "
        "later a quarter); assessments are not made at random times. To month 24; the number of participants falls with time.",
    )  # fmt: skip


def _values(r: ReadOut, data: Datasets, protocol: Any, number: int) -> Iterator[Numbered]:
    named = baseline_item(protocol)
    label = named[1] if named else "Values"
    yield Numbered(
        f"14.2.{number + 1}", f"{label}: best change from screening", lambda: waterfall(r, data, protocol),
        "Treated participants with a value at screening and one after day 1, at any time; rises beyond 100 % are cut."
        + (" Colour: the best response in the time of the primary endpoint." if order_of(protocol) else ""),
    )  # fmt: skip
    yield Numbered(
        f"14.2.{number + 2}", "Subgroups", lambda: subgroups(r, data, protocol),
        f"Exact 95 % intervals; the line is the whole set. Groups with missing values do not add up to all{_poor(protocol)}. Exploratory."
        + (" u: groups that no source confirms." if any(a.kind == "subgroup" and not a.confirmed for a in protocol.analyses) else ""),
    )  # fmt: skip
    yield Numbered(
        f"14.2.{number + 3}", "Prognostic factors", lambda: factors(r),
        "One factor at a time, against its first level; squares: estimates with 95 % intervals, arrows where they go beyond the axis. Not adjusted; exploratory.",
    )  # fmt: skip
    yield Numbered(
        f"14.2.{number + 4}", "Against the historical control", lambda: historical(r),
        "Squares: the study's ratios with 95 % intervals, study over control; circles: published. A ratio of cumulative hazards is a hazard ratio only where "
        "hazards are proportional. u: from recalled figures. The control was not randomised; exploratory.",
    )  # fmt: skip
    for k, s in enumerate(r.switches, 5):
        x = landmark_shown(s)
        place = f"from {x.place} on" if x is not None else "by landmark"
        yield Numbered(
            f"14.2.{number + k}", f"{s.endpoint.label} {place}, by {s.by}", lambda s=s: landmark_curves(s),  # type: ignore[misc]
            "Those under observation at the landmark, by what had happened by then. Bands: 95 % intervals. Not a randomised comparison.",
        )  # fmt: skip
    yield Numbered(
        f"14.2.{number + 5 + len(r.switches)}", "Published figures beside these", lambda: comparison(r),
        "Squares: ours with 95 % intervals; open circles: published, with the interval where one was given. u: recalled and not confirmed.",
    )  # fmt: skip


def _poor(protocol: Any) -> str:
    return ", and those of poor prognosis overlap" if any(a.poor for a in protocol.analyses) else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _number_note(r: ReadOut, e: Quantity) -> str:
    assert e.endpoint.value is not None
    said = [
        _sentence(e.endpoint.variable),
        "By the arm allocated." if r.arms else "",
        f"{_sentence(CHANGED[e.endpoint.value.change])} Box: quartiles; line: values up to one and a half box lengths beyond it; dots: values, where few or beyond.",
        "The averages are as observed, not adjusted." if r.arms and is_adjusted(e.endpoint) else "",
    ]
    return " ".join(x for x in said if x)


def _curve_note(r: ReadOut, e: Survival) -> str:
    later = later_events(r, e) if e.n else 0
    said = [
        _sentence(e.endpoint.variable),
        "By the arm allocated." if r.arms else "",
        "Share with the event." if e.endpoint.happened else "",
        f"Dashed: the median. Ticks: {ticks_shown(r, e)}; band: 95 % interval ({scale_of(e.endpoint)} scale).",
    ]
    shown = points_shown(r, e, e.endpoint.name) + points_shown(r, e, HISTORICAL)
    said += ["Published points beside it, with the interval where one was given."] if shown else []
    said += [f"The axis ends where fewer than one in twenty are at risk; {counted(later, 'event')} came later."] if later else []
    return " ".join(x for x in said if x)


def baseline_item(protocol: Any) -> tuple[str, str] | None:
    """The first number of the assessment that is also recorded at screening, with its label: what a response is a change of."""
    screened = {m.name for f in protocol.forms if f.keeps_screening for m in f.items}
    items = [m for f in protocol.forms if f.classified for m in f.items if m.type == "number" and m.name in screened]
    return (items[0].name, items[0].label) if items else None


def waterfall(r: ReadOut, data: Datasets, protocol: Any) -> Drawn | None:
    """The best change of that value in each treated participant who has one before and one after day 1, coloured by best response."""
    named = baseline_item(protocol)
    if named is None:
        return None
    item = named[0]
    rows = data.laboratory.filter(pl.col("test") == item)
    before = rows.filter(pl.col("baseline")).sort("participant", "day").group_by("participant").agg(pl.col("value").last().alias("from"))
    best = rows.filter(~pl.col("baseline") & (pl.col("study_day") > 1)).group_by("participant").agg(pl.col("value").min().alias("to"))
    found = before.join(best, on="participant").filter(pl.col("from") > 0).sort("participant")
    if found.is_empty():
        return None
    place = {who: k for k, who in enumerate(data.subject["participant"].to_list())}
    seen, classes = best_responses(data, protocol, [place[who] for who in found["participant"].to_list()], r.made.happenings)
    kinds = [k for k in (*seen, None) if k in classes]
    bars = [(100 * (to - a) / a, kinds.index(c)) for a, to, c in zip(found["from"].to_list(), found["to"].to_list(), classes, strict=True)]
    colours = {k: SHADES[min(n, len(SHADES) - 1)] for n, k in enumerate(seen)}
    shown = [(k or NO_CLASS, colours[k] if k else NO_COLOUR) for k in kinds] if order_of(protocol) else []
    return waterfall_figure(bars, shown, "Best change from screening, %")


def subgroups(r: ReadOut, data: Datasets, protocol: Any) -> Drawn | None:
    """A forest of a proportion in every subgroup, the whole set above them."""
    subject, rows = r.made.subject, []
    grouped = [a for a in protocol.analyses if a.kind == "subgroup" and isinstance(r.estimates.get(a.endpoint), Rate)]
    first = r.estimates[grouped[0].endpoint] if grouped else None
    if not isinstance(first, Rate) or not first.n:
        return None
    for a in (a for a in grouped if a.endpoint == first.endpoint.name):
        m = r.measured[a.endpoint]
        rows.append(Row(a.by + ("" if a.confirmed else " (u)"), head=True))
        known = np.zeros(m.who.size, bool)
        for level in a.levels:
            inside = truth(level.given, subject, m.who) > 0.5
            known |= inside
            rows.append(_rate(level.label, int((m.cause[inside] == 1).sum()), int(inside.sum())))
        if not known.all():
            rows.append(_rate("in none of these, or missing", int((m.cause[~known] == 1).sum()), int((~known).sum())))
    whole = _rate("All", first.reached, first.n)
    return forest_figure([whole, *rows], f"{first.endpoint.label}, % with 95 % interval", (0, 100), line=100 * first.value)


def _rate(label: str, x: int, n: int) -> Row:
    if not n:
        return Row(label, words="nobody", faint=True)
    p = clopper_pearson(x, n)
    return Row(label, 100 * p.value, 100 * p.lower, 100 * p.upper, f"{x:,} of {n:,}: {with_interval(p, 1, 100)}")


def courses(data: Datasets) -> Drawn | None:
    """Every laboratory value that was measured after the first day of treatment, over time."""
    classified = [f.entry for f in data.protocol.forms if f.classified or f.keeps_screening]
    frame = data.laboratory.filter(pl.col("study_day").is_not_null() & pl.col("form").is_in(classified))
    number = {who: k for k, who in enumerate(data.subject["participant"].to_list())}
    found = []
    for test in frame["test"].unique(maintain_order=True).to_list():
        part = frame.filter(pl.col("test") == test)
        if len(part.filter(pl.col("study_day") > 1)) and part["value"].max() != 0:
            day = part["study_day"].to_numpy().astype(float)
            who = np.array([number[w] for w in part["participant"].to_list()])
            unit = part["unit"][0]
            found.append(Course(f"{part['label'][0]}{f', {unit}' if unit else ''}", who, day - (day > 0), part["value"].to_numpy()))
    return courses_figure(found) if found else None
