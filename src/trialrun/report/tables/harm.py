"""Table 14.3.2 and listings of harm: deaths, serious and fatal adverse events, every adverse event, and laboratory values by cycle (14.3.4)."""

from __future__ import annotations

from typing import Any

import polars as pl

from ...analysis.datasets import Datasets
from ...analysis.results.readout import ReadOut
from ...analysis.results.spread import spread
from .adverse import events_of, is_fatal
from .table import Line, Listed, ReportTable, day_said, digits_of, number_said, share, text_or

SOON = 30  # days after the last day with drug within which a death is counted apart; assumed, the usual convention


def harm_tables(r: ReadOut, data: Datasets, protocol: Any) -> list[ReportTable]:
    """Deaths, listings of adverse events, laboratory values; those without a line are left out."""
    listed = [
        _events(data, protocol, "14.3.2.3", "Serious and fatal adverse events", True),
        _events(data, protocol, "16.2.7", "Adverse events", False),
    ]
    return [t for t in (*_deaths(data, protocol), *listed, _laboratory(data, protocol)) if t is not None and t.lines]


def deaths(data: Datasets, protocol: Any) -> pl.DataFrame:
    """One row a death: participant, day, cause, entry, the first and last day with drug, and the days since it (a cycle without a day of drug: since its
    first infusion).
    """
    told = {f.entry for f in protocol.forms if f.domain == "DD"}
    events = {y.event for f in protocol.forms if f.domain == "DD" for y in f.yields}
    h = data.happening.with_columns(pl.col("kind").cast(pl.String), pl.col("name").cast(pl.String))
    rows = h.filter(
        ((pl.col("kind") == "event") & pl.col("name").is_in(sorted(events)))
        | ((pl.col("kind") == "entry") & pl.col("name").is_in(sorted(told)))
    )
    first = rows.group_by("participant", maintain_order=True).agg(pl.col("day").first(), pl.col("entry").first())
    last = data.exposure.group_by("participant").agg((pl.col("stop").max() - 1).alias("last_drug"))
    found = first.join(
        data.subject.select("participant", "treated_on", pl.col("cause of death").alias("cause")), on="participant", how="left"
    )
    found = found.join(last, on="participant", how="left").with_columns(pl.col("last_drug").fill_null(pl.col("treated_on")))
    found = found.with_columns((pl.col("day") - pl.col("last_drug")).alias("since"))
    return found.sort("participant")


def _deaths(data: Datasets, protocol: Any) -> list[ReportTable]:
    found = deaths(data, protocol)
    treated = found.filter(pl.col("treated_on").is_not_null())
    n = int(data.subject["treated_on"].is_not_null().sum())
    if not len(found):
        return []
    soon = treated.filter(pl.col("since") <= SOON)
    lines = [Line("All deaths", (share(len(treated), n),))]
    for label, part in (
        (f"To {SOON} days after the last day with drug", soon),
        ("Later", treated.filter((pl.col("since") > SOON) | pl.col("since").is_null())),
    ):
        lines.append(Line(label, (share(len(part), n),)))
        causes = (
            part.with_columns(pl.col("cause").fill_null("cause not given"))
            .group_by("cause", maintain_order=True)
            .len()
            .sort("len", descending=True, maintain_order=True)
        )
        lines += [Line(str(cause), (share(int(k), n),), 1) for cause, k in causes.iter_rows()]
    others = len(found) - len(treated)
    notes = [f"The {SOON} days are assumed, the usual convention. Causes as recorded. Deaths after a withdrawal or a loss are counted too."]
    notes += [f"Beside these {others:,} not treated died; Listing 14.3.2.2 has everyone."] if others else []
    fatal = events_of(data, protocol, emergent=False)
    if fatal is not None:
        said = set(fatal.frame.filter(is_fatal())["participant"].to_list())
        dead = set(found["participant"].to_list())
        without = len(said - dead)
        notes += [f"{without:,} with a fatal adverse event have no recorded death: to be queried."] if without else []
        near = set(soon["participant"].to_list()) - said
        notes += (
            [f"{len(near):,} who died within {SOON} days after the last day with drug have no fatal adverse event recorded."]
            if near
            else []
        )
    summary = ReportTable(
        "14.3.2.1", "Deaths by time and cause", "Treated participants", ("", f"N = {n:,}, n (%)"), tuple(lines), tuple(notes)
    )
    after = pl.col("day") - pl.col("treated_on")
    rows = Listed.of(
        found.with_columns((after + (after >= 0)).alias("study_day")), ("participant", str), ("day", day_said), ("study_day", number_said),
        ("since", number_said), ("cause", text_or("not given")), ("entry", text_or("")),
    )  # fmt: skip
    head = ("Participant", "Died on", "Study day", "Days since drug", "Cause", "Entry")
    return [summary, ReportTable("14.3.2.2", "Deaths", "Everyone in the journals", head, rows, listing=True)]


def _events(data: Datasets, protocol: Any, number: str, title: str, grave: bool) -> ReportTable | None:
    found = events_of(data, protocol, emergent=False)
    if found is None:
        return None
    frame = found.frame.sort("participant", "day", maintain_order=True)
    if grave:
        frame = frame.filter(pl.col("serious").fill_null(False) | is_fatal())
    yes = {True: "yes", False: "no", None: ""}.__getitem__
    lines = Listed.of(
        frame, ("participant", str), ("day", day_said), ("study_day", text_or("")), ("cycle", str), ("class", str), ("term", str),
        ("grade", number_said), ("serious", yes), ("related", yes), ("outcome", text_or("")), ("emergent", yes), ("entry", str),
    )  # fmt: skip
    head = ("Participant", "On", "Study day", "Cycle", "Class", "Term", "Grade", "Serious", "Related", "Outcome", "Emergent", "Entry")
    return ReportTable(number, title, "Everyone in the journals", head, lines, listing=True)


def _laboratory(data: Datasets, protocol: Any) -> ReportTable:
    lines: list[Line] = []
    course = sorted({p.shown for p in protocol.phases if p.course})
    after = ~pl.col("phase").is_in(course) & (pl.col("cycle") > 0) if "phase" in data.laboratory.columns else pl.lit(False)
    frame = data.laboratory.with_columns(after.alias("after"))
    labels = frame.select("test", "label", "unit").unique(subset="test", maintain_order=True)
    for test, label, unit in labels.iter_rows():
        lines.append(Line(f"{label}, {unit}" if unit else str(label), head=True))
        part = frame.filter(pl.col("test") == test)
        d = digits_of(part["value"].to_numpy(), 5)
        groups = [("Baseline", part.filter(pl.col("baseline")))]
        later = part.filter(~pl.col("baseline"))
        groups += [
            (f"Cycle {c}" if c else "Before cycle 1", later.filter((pl.col("cycle") == c) & ~pl.col("after")))
            for c in sorted(later["cycle"].unique().to_list())
        ]
        groups.append(("Follow-up", later.filter(pl.col("after"))))
        for name, group in groups:
            if len(group):
                ones = group.sort("day", "entry", maintain_order=True).group_by("participant", maintain_order=True).last()
                s = spread(ones["value"].to_numpy())
                lines.append(
                    Line(
                        name,
                        (
                            f"{s.n:,}",
                            f"{len(group):,}",
                            f"{s.median:.{d + 1}f}",
                            f"{s.q1:.{d + 1}f} to {s.q3:.{d + 1}f}",
                            f"{s.low:.{d}f} to {s.high:.{d}f}",
                        ),
                        1,
                    )
                )
    head = ("", "Participants", "Values recorded", "Median", "Quartiles", "Range")
    return ReportTable(
        "14.3.4.1",
        "Measured values by cycle",
        "Everyone with a value",
        head,
        tuple(lines),
        (
            "Cycle: the latest begun, while treatment lasts; follow-up: samples after it. Median, quartiles and range are of one value a participant: "
            "the last in that time.",
        ),
    )
