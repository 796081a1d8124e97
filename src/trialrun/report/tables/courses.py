"""What befell whom: events of interest with onset and duration (14.3.1.9), narratives of deaths and serious events (14.3.3.1), why times were censored (14.2.23)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from ...analysis.datasets import Datasets
from ...analysis.results.readout import ReadOut
from ...analysis.results.spread import spread
from ...analysis.results.wording import counted
from ...protocol.words.times import iso
from .adverse import EMERGENT, events_of, is_fatal
from .harm import deaths
from .table import Line, Listed, ReportTable, share

TOLD = ("day", "study_day", "grade", "serious", "related", "outcome", "term", "entry")  # what a narrative tells of an event


def course_tables(r: ReadOut, data: Datasets, protocol: Any) -> list[ReportTable]:
    """Those of the three that have a line."""
    found = (_censored(r, data, protocol), _of_interest(data, protocol), _narratives(r, data, protocol))
    return [t for t in found if t is not None and t.lines]


def _censored(r: ReadOut, data: Datasets, protocol: Any) -> ReportTable | None:
    """By which record each time without its event ended, and how many of its questions are still open."""
    lines: list[Line] = []
    times = data.time_to_event
    if "cause" not in times.columns:
        return None
    for e in protocol.endpoints:
        part = times.filter((pl.col("endpoint") == e.name) & (pl.col("kind") != "proportion"))
        ended = part.filter(pl.col("cause") == 0)
        if not len(part):
            continue
        lines += [Line(e.label, head=True), Line("Times", (f"{len(part):,}",), 1)]
        lines.append(Line("Ended without the event", (share(len(ended), len(part)),), 1))
        reasons = ended.with_columns(
            pl.when(pl.col("open"))
            .then(pl.lit("the question is still open"))
            .otherwise(pl.concat_str(pl.lit("last known by: "), pl.col("what")))
            .alias("why")
        )
        counted = reasons.group_by("why", maintain_order=True).len().sort("len", descending=True, maintain_order=True)
        lines += [Line(str(why), (share(int(n), len(part)),), 2) for why, n in counted.iter_rows()]
    note = (
        "Each time that ends without its event ends with the record named, the last that shows it. How many were still in the study then, "
        "and how many had left it, is in Table 14.1.1."
    )
    return ReportTable("14.2.23", "Why times were censored", "The sets of the endpoints", ("", "n (%)"), tuple(lines), (note,))


def _of_interest(data: Datasets, protocol: Any) -> ReportTable | None:
    """Onset and duration of the adverse events of each class: of a participant the first event's onset; of the events their duration."""
    e = events_of(data, protocol)
    if e is None or not e.n or "class" not in e.told or e.frame.is_empty():
        return None
    lasting = "days" in e.frame.columns and "ongoing" in e.frame.columns
    lines: list[Line] = []
    for name in sorted(e.frame["class"].unique(maintain_order=True).to_list(), key=lambda c: -e.people(pl.col("class") == c)):
        part = e.where(pl.col("class") == name)
        lines.append(Line(str(name), head=True))
        lines.append(Line("Participants with one or more", (share(part.people(), e.n),), 1))
        if "grade" in e.told:
            lines.append(Line("of grade 3 or more", (share(part.people(pl.col("grade") >= 3), e.n),), 2))
        lines.append(Line("Events", (f"{len(part.frame):,}",), 1))
        first = part.frame.group_by("participant", maintain_order=True).agg(pl.col("study_day").min())["study_day"].drop_nulls()
        lines += _told("Onset of the first, study day", first)
        if lasting:
            over = part.frame.filter(~pl.col("ongoing").fill_null(True))
            lines += _told("Duration of those that ended, days", over["days"].drop_nulls())
    notes = [EMERGENT, "Onset: the day of the first event of the class; median, quartiles and range of the participants who had one."]
    notes += ["Durations count begin and end; those that went on at the cut-off are not in them."] if lasting else []
    head = ("", f"Participants, N = {e.n:,}")
    return ReportTable("14.3.1.9", "Events by class: onset and duration", "Treated participants", head, tuple(lines), tuple(notes))


def _told(what: str, values: pl.Series) -> list[Line]:
    if not len(values):
        return []
    s = spread(values.cast(pl.Float64).to_numpy())
    said = f"{s.median:g} ({s.q1:g} to {s.q3:g}; {s.low:g} to {s.high:g})"
    return [Line(f"{what}: median (quartiles; range), of {s.n:,}", (said,), 1)]


def _narratives(r: ReadOut, data: Datasets, protocol: Any) -> ReportTable | None:
    """A short account of everyone who died or had a serious adverse event, each sentence from the journal's own entries, with their numbers."""
    died = deaths(data, protocol).select("participant", "day", "cause", "since", "entry")
    dead = {x["participant"]: x for x in died.iter_rows(named=True)}
    e = events_of(data, protocol, emergent=False)
    grave = (
        None
        if e is None
        else e.frame.filter(pl.col("serious").fill_null(False) | is_fatal()).sort("participant", "day", maintain_order=True)
    )
    events: dict[str, list[str]] = {}
    for row in grave.select("participant", *TOLD).iter_rows(named=True) if grave is not None else ():
        events.setdefault(row["participant"], []).append(_event(row))
    last = {x: int(stop) - 1 for x, stop in data.exposure.group_by("participant").agg(pl.col("stop").max()).iter_rows()}
    about = {f"screening {m.name}": m for f in protocol.forms if f.keeps_screening for m in f.items if m.cdash in ("AGE", "SEX")}
    subject = data.subject.select("participant", "treated_on", *about)
    people = subject.filter(pl.col("participant").is_in([*dead, *events]))
    told = [" ".join(_sentences(x, about, dead.get(x["participant"]), events, last)) for x in people.iter_rows(named=True)]
    lines = Listed(pl.DataFrame({"0": people["participant"], "1": pl.Series(told, dtype=pl.String)}))
    notes = ("Made from the entries that stand at the cut-off; # is the number of an entry. What was not recorded is not said.",)
    head = ("Participant", "Narrative")
    title = "Narratives of deaths and serious adverse events"
    return ReportTable("14.3.3.1", title, "Everyone in the journals who died or had one", head, lines, notes, listing=True)


def _sentences(
    x: dict[str, Any], about: dict[str, Any], died: dict[str, Any] | None, events: dict[str, list[str]], last: dict[str, int]
) -> Iterator[str]:
    said = [_item(m, x[name]) for name, m in about.items() if x[name] is not None]
    yield f"At screening: {', '.join(said)}." if said else "Nothing of age and sex is recorded."
    treated = x["treated_on"]
    if treated is None:
        yield "Never treated."
    else:
        to = f", last drug on {iso(last[x['participant']])}" if x["participant"] in last else ""
        yield f"First treated on {iso(treated)}{to}."
    yield from events.get(x["participant"], ())
    if died is not None:
        cause = f" of {died['cause']}" if died["cause"] else "; no cause is recorded"
        since = "" if died["since"] is None else f", {counted(died['since'], 'day')} after the last day with drug"
        yield f"Died on {iso(died['day'])}{cause}{since} (#{died['entry']})."


def _item(m: Any, value: Any) -> str:
    shown = f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
    return f"{m.label[:1].lower()}{m.label[1:]} {shown}{f' {m.unit}' if m.unit else ''}"


def _event(row: dict[str, Any]) -> str:
    when = f"On {iso(row['day'])}" + (f" (day {row['study_day']})" if row["study_day"] is not None else "")
    grade = "" if row["grade"] is None else f", grade {row['grade']:g}"
    said = [word for word, yes in (("serious", row["serious"]), ("related to the drug", row["related"])) if yes]
    said += [] if row["related"] is not False else ["not related to the drug"]
    outcome = f"; outcome: {row['outcome']}" if row["outcome"] else ""
    return f"{when} {row['term']}{grade}{''.join(f', {w}' for w in said)}{outcome} (#{row['entry']})."
