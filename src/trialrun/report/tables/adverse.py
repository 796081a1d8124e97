"""Tables 14.3.1: adverse events by class and term in the usual layouts: overview, all, by maximum grade, related, serious, what they led to, by cycle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from ...analysis.datasets import Datasets
from ...analysis.datasets.frames import TREATMENT_EMERGENT
from ...analysis.results.readout import ReadOut
from ...analysis.results.reasons import led_to
from ...analysis.results.wording import lowered
from ...statistics.rates import incidence_rate
from .table import Line, ReportTable, plain, share

EMERGENT = "From the first day of treatment to 30 days after the last day with drug; the 30 days are assumed, the usual convention."
ONCE = "A participant counts once in a line."
AS_RECORDED = "As recorded; an event without an answer is not counted here."
GRADES = (1, 2, 3, 4, 5)
YEAR = 365.25
Cells = Callable[[pl.DataFrame], tuple[str, ...]]


@dataclass(frozen=True)
class Events:
    """Treatment-emergent adverse events with the columns term, class, grade, serious, related, outcome, whatever the study calls them; n treated;
    `told` has those of these columns that the study records."""

    frame: pl.DataFrame
    n: int
    told: frozenset[str]

    def where(self, given: pl.Expr) -> Events:
        """Only the events that fit."""
        return Events(self.frame.filter(given), self.n, self.told)

    def people(self, given: pl.Expr | None = None) -> int:
        """Participants with such an event."""
        frame = self.frame if given is None else self.frame.filter(given)
        return int(frame["participant"].n_unique())


ROLES = {"term": "term", "category": "class", "grade": "grade", "serious": "serious", "related": "related", "outcome": "outcome"}
ABSENT: dict[str, Any] = {
    "term": pl.String,
    "class": pl.String,
    "grade": pl.Float64,
    "serious": pl.Boolean,
    "related": pl.Boolean,
    "outcome": pl.String,
}


def events_of(data: Datasets, protocol: Any, emergent: bool = True) -> Events | None:
    """The adverse events under the names of their roles, None where the study records no term."""
    items = [m for f in protocol.forms if f.domain == "AE" for m in f.items]
    named = {m.name: ROLES[m.role] for m in items if m.role in ROLES}
    if "term" not in named.values():
        return None
    others = [m.name for m in items if m.name not in named and m.name in ABSENT]
    frame = data.adverse_event.drop(others, strict=False).rename(
        {a: b for a, b in named.items() if a in data.adverse_event.columns and a != b}
    )
    told = frozenset(name for name in ABSENT if name in frame.columns and (frame.is_empty() or frame[name].null_count() < len(frame)))
    frame = frame.with_columns(*[pl.lit(None, kind).alias(name) for name, kind in ABSENT.items() if name not in frame.columns])
    frame = frame.with_columns(pl.col("class").fill_null("not given"), pl.col("term").fill_null("not given"))
    n = int(data.subject["treated_on"].is_not_null().sum())
    return Events(frame.filter(pl.col("emergent")) if emergent else frame, n, told)


def is_fatal() -> pl.Expr:
    """Grade 5 or a fatal outcome."""
    return (pl.col("grade") == 5).fill_null(False) | (pl.col("outcome").str.to_lowercase() == "fatal").fill_null(False)


def grading(protocol: Any) -> str:
    """Which grading the study's grades follow, with its version, as a sentence."""
    graded = {m.name for f in protocol.forms if f.domain == "AE" for m in f.items if m.role == "grade"}
    found = next((t for t in protocol.terminologies if t.of in graded), None)
    if found is None:
        return "The study does not say by which grading, or which version of it, grades were given."
    return f"Graded by {found.name} version {found.version}{'' if found.confirmed else ' (recalled, not confirmed)'}."


def coding(protocol: Any) -> str:
    """In which dictionary the study's terms are told, as a sentence."""
    named = {m.name for f in protocol.forms if f.domain == "AE" for m in f.items if m.role == "term"}
    found = next((t for t in protocol.terminologies if t.of in named), None)
    if found is None:
        return "Terms as recorded; no dictionary has coded them."
    return f"Terms by {found.name} version {found.version}{'' if found.confirmed else ' (not confirmed)'}."


def adverse_tables(r: ReadOut, data: Datasets, protocol: Any) -> list[ReportTable]:
    """The tables of adverse events; none where nobody was treated or the study records no adverse events."""
    found = events_of(data, protocol)
    if found is None or not found.n:
        return []
    events = found
    ended = _consequences(r, data, protocol)
    if events.frame.is_empty():
        return [_overview(events, ended, protocol)]
    people = f"Participants, N = {events.n:,}, n (%)"

    def counted(e: pl.DataFrame) -> tuple[str, ...]:
        return share(int(e["participant"].n_unique()), events.n), f"{len(e):,}"

    def listed(number: str, title: str, given: pl.Expr | None, note: str = "") -> ReportTable:
        part = events if given is None else events.where(given)
        return ReportTable(
            number,
            title,
            "Treated participants",
            ("Class and term", people, "Events"),
            _tree(part, counted),
            tuple(x for x in (EMERGENT, ONCE, coding(protocol), note) if x),
        )

    tables = [_overview(events, ended, protocol), listed("14.3.1.2", "Adverse events by class and term", None)]
    if "grade" in events.told:
        tables.append(_graded(events, protocol))
    for number, item in (("14.3.1.4", "related"), ("14.3.1.5", "serious")):
        if item in events.told:
            tables.append(
                listed(number, f"{item.capitalize()} adverse events by class and term", pl.col(item).fill_null(False), AS_RECORDED)
            )
    if ended:
        tables.append(_led_to(events, ended))
    return [*tables, *_by_cycle(events, data, protocol), *_rates(events, data, protocol)]


def _consequences(r: ReadOut, data: Datasets, protocol: Any) -> dict[str, pl.Series]:
    """What adverse events led to, each with which of the treatment-emergent ones were on its days."""
    declared = next((a for a in protocol.analyses if a.kind == "actions"), None)
    emergent = data.adverse_event["emergent"]
    return {} if declared is None else {k: pl.Series(v).filter(emergent) for k, v in led_to(r.made, data, declared).items()}


def _led_to(e: Events, ended: dict[str, pl.Series]) -> ReportTable:
    lines: list[Line] = []
    for label, there in ended.items():
        part = e.frame.filter(there)
        lines.append(Line(label, (share(int(part["participant"].n_unique()), e.n), f"{len(part):,}")))
        for term in _ordered(part, "term"):
            own = part.filter(pl.col("term") == term)
            lines.append(Line(term, (share(int(own["participant"].n_unique()), e.n), f"{len(own):,}"), 1))
    notes = (
        EMERGENT,
        ONCE,
        "The adverse events recorded on the day on which treatment ended for harm, was held or went on at a lower dose; of an end that came out of a "
        "hold, or a lower dose after it, those of the day of the hold. The journal does not say which of several events of a day it was.",
    )
    head = ("", f"Participants, N = {e.n:,}, n (%)", "Events")
    return ReportTable(
        "14.3.1.6", "Adverse events that treatment was ended, held or lowered for", "Treated participants", head, tuple(lines), notes
    )


def _overview(e: Events, ended: dict[str, pl.Series], protocol: Any) -> ReportTable:
    severe = pl.col("grade") >= 3
    every: list[tuple[str, pl.Expr, set[str]]] = [
        ("Grade 3 or more", severe, {"grade"}),
        ("Grade 4 or more", pl.col("grade") >= 4, {"grade"}),
        ("Serious", pl.col("serious"), {"serious"}),
        ("Related", pl.col("related"), {"related"}),
        ("Related, grade 3 or more", pl.col("related") & severe, {"related", "grade"}),
        ("Serious and related", pl.col("serious") & pl.col("related"), {"serious", "related"}),
        ("Fatal (grade 5 or a fatal outcome)", is_fatal(), {"grade"}),
    ]
    rows: list[tuple[str, Any]] = [(label, given.fill_null(False)) for label, given, needs in every if needs <= e.told]
    rows[-1:-1] = [(f"Led to: {lowered(label)}", there) for label, there in ended.items()]
    lines = [Line("No adverse event", (share(e.n - e.people(), e.n), "–"))]
    lines.append(Line("Any adverse event", (share(e.people(), e.n), f"{len(e.frame):,}")))
    for label, given in rows:
        part = e.frame.filter(given)
        lines.append(Line(label, (share(int(part["participant"].n_unique()), e.n), f"{len(part):,}")))
    return ReportTable(
        "14.3.1.1",
        "Adverse events: overview",
        "Treated participants",
        ("", f"Participants, N = {e.n:,}, n (%)", "Events"),
        tuple(lines),
        (EMERGENT, ONCE, coding(protocol), grading(protocol)),
    )


def _tree(e: Events, cells: Cells) -> tuple[Line, ...]:
    """Any, then each class with its terms; the most frequent first."""
    if e.frame.is_empty():
        return (Line("None", tuple("0" for _ in cells(e.frame))),)
    lines = [Line("Any", cells(e.frame))]
    if "class" not in e.told:
        return (*lines, *(Line(term, cells(e.frame.filter(pl.col("term") == term)), 1) for term in _ordered(e.frame, "term")))
    for name in _ordered(e.frame, "class"):
        part = e.frame.filter(pl.col("class") == name)
        lines.append(Line(name, cells(part)))
        lines += [Line(term, cells(part.filter(pl.col("term") == term)), 1) for term in _ordered(part, "term")]
    return tuple(lines)


def _ordered(frame: pl.DataFrame, by: str) -> list[str]:
    """The words of a column, the most frequent first; those alike as they were first met."""
    found = frame.group_by(by, maintain_order=True).agg(pl.col("participant").n_unique().alias("people"), pl.len().alias("events"))
    return [str(x) for x in found.sort("people", "events", descending=[True, True], maintain_order=True)[by].to_list()]


def _graded(e: Events, protocol: Any) -> ReportTable:
    grades: list[float | None] = [g for g in GRADES if g < 5 or (e.frame["grade"] == 5).any()]
    if e.frame["grade"].null_count():
        grades.append(None)

    def cells(part: pl.DataFrame) -> tuple[str, ...]:
        worst = part.group_by("participant").agg(pl.col("grade").max())["grade"].to_list()
        return (*(share(sum(w == g for w in worst), e.n) for g in grades), share(len(worst), e.n))

    head = ("Class and term", *(f"Grade {g:g}" if g is not None else "No grade" for g in grades), f"Any grade, N = {e.n:,}")
    notes = (EMERGENT, "Each participant once in a line, at the highest grade of it: the grades add up to any grade.", grading(protocol))
    return ReportTable("14.3.1.3", "Adverse events by class, term and maximum grade", "Treated participants", head, _tree(e, cells), notes)


def _by_cycle(e: Events, data: Datasets, protocol: Any) -> list[ReportTable]:
    counter = protocol.cycle
    if counter not in data.happening.columns:
        return []
    begun = dict(data.happening.group_by(counter).agg(pl.col("participant").n_unique()).iter_rows())
    severe = (pl.col("grade") >= 3).fill_null(False)

    def cells(part: pl.DataFrame, n: int) -> tuple[str, ...]:
        people, worse = (int(x["participant"].n_unique()) for x in (part, part.filter(severe)))
        return f"{n:,}", share(people, n), share(worse, n), f"{len(part):,}"

    before = e.frame.filter(pl.col("cycle") == 0)
    lines = [Line("Before the first cycle", cells(before, e.n))] if len(before) else []
    lines += [Line(f"Cycle {c}", cells(e.frame.filter(pl.col("cycle") == c), n)) for c, n in sorted(begun.items()) if c]
    lines.append(Line("All", cells(e.frame, e.n)))
    head = ("Begun in", "Participants who began it", "Any grade, n (%)", "Grade 3 or more, n (%)", "Events")
    note = "By the cycle in which the event began, the days after it included; percentages of those who began the cycle."
    return [ReportTable("14.3.1.7", "Adverse events by cycle", "Treated participants", head, tuple(lines), (EMERGENT, note))]


def _rates(e: Events, data: Datasets, protocol: Any) -> list[ReportTable]:
    """Events for the time under observation: first events of a participant, and all of them; exact Poisson intervals."""
    at_risk = _observed(data, protocol)
    years = float(at_risk["days"].sum()) / YEAR
    if years <= 0:
        return []

    def cells(part: pl.DataFrame) -> tuple[str, ...]:
        first = part.group_by("participant").agg(pl.col("day").min())
        until = at_risk.join(first, on="participant", how="left").with_columns((pl.col("day") - pl.col("treated_on") + 1).alias("to"))
        free = float(until.select(pl.coalesce("to", "days")).to_series().sum()) / YEAR
        said = []
        for n, time in ((len(first), free), (len(part), years)):
            found = incidence_rate(n, time, per=100.0)
            said += [f"{n:,}", f"{time:,.1f}", f"{plain(found.value)} ({plain(found.lower)} to {plain(found.upper)})"]
        return said[0], said[1], said[2], said[3], said[5]

    lines = [Line("Any", cells(e.frame))]
    lines += [Line(name, cells(e.frame.filter(pl.col("class") == name)), 1) for name in _ordered(e.frame, "class") if "class" in e.told]
    notes = (
        EMERGENT,
        f"{years:,.1f} participant-years from the first day of treatment to 30 days after the last day with drug, death or the cut-off, whichever "
        "comes first. First events: participants with an event for the time to their first. Exact Poisson intervals (Garwood); for all events "
        "those of one participant are taken as independent.",
    )
    head = (
        "Class",
        "Participants",
        "Years to first event",
        "First events per 100 years (95 % interval)",
        "Events",
        "Events per 100 years (95 % interval)",
    )
    return [ReportTable("14.3.1.8", "Adverse events for the time under observation", "Treated participants", head, tuple(lines), notes)]


def _observed(data: Datasets, protocol: Any) -> pl.DataFrame:
    """Each treated participant's days in which an adverse event counts: treated_on, days."""
    last = data.exposure.group_by("participant").agg((pl.col("stop").max() - 1).alias("last_drug"))
    going = data.exposure.filter(pl.col("ongoing"))["participant"].unique().to_list() if "ongoing" in data.exposure.columns else []
    ended = (
        data.disposition.filter(pl.col("detail").is_in([e.name for e in protocol.events if e.last]))
        .group_by("participant")
        .agg(pl.col("day").min().alias("died"))
    )
    people = data.subject.filter(pl.col("treated_on").is_not_null()).select("participant", "treated_on")
    people = people.join(last, on="participant", how="left").join(ended, on="participant", how="left")
    until = pl.min_horizontal(pl.coalesce("last_drug", "treated_on") + TREATMENT_EMERGENT, pl.col("died"), pl.lit(data.cutoff))
    until = pl.when(pl.col("participant").is_in(going)).then(pl.min_horizontal(pl.lit(data.cutoff), pl.col("died"))).otherwise(until)
    return people.select("participant", "treated_on", (until - pl.col("treated_on") + 1).clip(1).alias("days"))
