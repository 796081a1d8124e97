"""Every figure of a study report with its number, title and the function that draws it, in the order of their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from matplotlib.figure import Figure as Drawn

from ..datasets import Datasets
from ..results.best_response import best_responses, order_of
from ..results.estimates import Competing, Rate, Survival
from ..results.readout import ReadOut
from ..results.sources import arrays, truth
from ..results.wording import interval
from ..statistics.proportions import clopper_pearson
from .figures.forest import Row, forest_figure
from .figures.values import Course, courses_figure, waterfall_figure
from .pictures import comparison, cycles, flow, incidence, survival_curve, swimmer

NO_CLASS = "not assessed in time"


@dataclass(frozen=True)
class Numbered:
    """A figure: its number, title, and how it is drawn (None where there is nothing to draw)."""

    number: str
    title: str
    draw: Callable[[], Drawn | None]

    @property
    def slug(self) -> str:
        """A name for files."""
        words = "".join(c.lower() if c.isascii() and c.isalnum() else "-" for c in self.title)
        title = "-".join(w for w in words.split("-") if w)
        return f"figure-{self.number}-{title if len(title) <= 60 else title[:60].rpartition('-')[0]}"


def study_figures(r: ReadOut, data: Datasets, protocol: Any) -> Iterator[Numbered]:
    """The figures: 14.1 people, 14.2 efficacy, 14.3 safety."""
    yield Numbered("14.1.1", "Participants in the study", lambda: flow(r, data, protocol))
    yield Numbered("14.1.2", "Cycles begun", lambda: cycles(r) if r.cycles else None)
    yield Numbered("14.1.3", "Time in the study", lambda: swimmer(data, protocol))
    number = 0
    for e in r.estimates.values():
        if isinstance(e, Survival) and e.n:
            number += 1
            yield Numbered(f"14.2.{number}", e.endpoint.label, lambda e=e: survival_curve(r, e))  # type: ignore[misc]
        if isinstance(e, Competing) and e.n:
            number += 1
            yield Numbered(f"14.2.{number}", e.endpoint.label, lambda e=e: incidence(e))  # type: ignore[misc]
    named = baseline_item(protocol)
    label = named[1] if named else "Values"
    yield Numbered(f"14.2.{number + 1}", f"{label}: best change from screening", lambda: waterfall(r, data, protocol))
    yield Numbered(f"14.2.{number + 2}", "Subgroups", lambda: subgroups(r, data, protocol))
    yield Numbered(f"14.2.{number + 3}", "Published figures beside these", lambda: comparison(r))
    yield Numbered("14.3.1", "Laboratory values over time", lambda: courses(data))


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
    seen, classes = best_responses(data, protocol, [place[who] for who in found["participant"].to_list()])
    kinds = [k for k in (*seen, None) if k in classes]
    bars = [(100 * (to - a) / a, kinds.index(c)) for a, to, c in zip(found["from"].to_list(), found["to"].to_list(), classes, strict=True)]
    shown = [k or NO_CLASS for k in kinds] if order_of(protocol) else []
    return waterfall_figure(bars, shown, f"{named[1]}: best change, %")


def subgroups(r: ReadOut, data: Datasets, protocol: Any) -> Drawn | None:
    """A forest of a proportion in every subgroup, the whole set above them."""
    subject, rows = arrays(data.subject), []
    grouped = [a for a in protocol.analyses if a.kind == "subgroup" and isinstance(r.estimates.get(a.endpoint), Rate)]
    first = r.estimates[grouped[0].endpoint] if grouped else None
    if not isinstance(first, Rate) or not first.n:
        return None
    for a in (a for a in grouped if a.endpoint == first.endpoint.name):
        m = r.measured[a.endpoint]
        rows.append(Row(a.by + ("" if a.confirmed else " (u)"), head=True))
        for level in a.levels:
            inside = truth(level.given, subject, m.who) > 0.5
            rows.append(_rate(level.label, int((m.cause[inside] == 1).sum()), int(inside.sum())))
    whole = _rate("All", first.reached, first.n)
    return forest_figure([whole, *rows], f"{first.endpoint.label}, % with 95 % interval", (0, 100), line=100 * first.value)


def _rate(label: str, x: int, n: int) -> Row:
    if not n:
        return Row(label, words="nobody", faint=True)
    p = clopper_pearson(x, n)
    low, high = 100 * p.lower, 100 * p.upper
    return Row(label, 100 * p.value, low, high, f"{x:,} of {n:,}: {100 * p.value:.0f} % ({interval(low, high, 0)})")


def courses(data: Datasets) -> Drawn | None:
    """Every laboratory value that was measured after the first day of treatment, over time."""
    frame = data.laboratory.filter(pl.col("study_day").is_not_null())
    number = {who: k for k, who in enumerate(data.subject["participant"].to_list())}
    found = []
    for test in frame["test"].unique(maintain_order=True).to_list():
        part = frame.filter(pl.col("test") == test)
        if len(part.filter(pl.col("study_day") > 1)):
            day = part["study_day"].to_numpy().astype(float)
            who = np.array([number[w] for w in part["participant"].to_list()])
            unit = part["unit"][0]
            found.append(Course(f"{part['label'][0]}{f', {unit}' if unit else ''}", who, day - (day > 0), part["value"].to_numpy()))
    return courses_figure(found) if found else None
