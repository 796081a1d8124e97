"""Tables 14.1: disposition, analysis sets, demography and disease history, exposure, deviations, ends of treatment; listings 16.2.1 and 16.2.2."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import polars as pl

from ...analysis.datasets import Datasets
from ...analysis.datasets.planned_amounts import units
from ...analysis.results.readout import ReadOut
from ...analysis.results.reasons import Reasons
from ...analysis.results.sources import truth
from ...analysis.results.spread import Spread, spread
from ...protocol.words.measures import as_screened
from .table import Line, Listed, ReportTable, day_said, digits_of, number_said, plain, share, text_or

TREATED = "Treated participants"
EVERYONE = "Everyone in the journals"


def people_tables(r: ReadOut, data: Datasets, protocol: Any, items: frozenset[str] | None = None) -> list[ReportTable]:
    """The tables of people; `items` of the screening are shown also where this part of the participants lacks them."""
    found = (
        _disposition(data), _sets(r), _baseline(r, data, protocol, items), _exposure(r, protocol), _cycles(r), _deviations(data),
        _treatment_ended(r, data, protocol), _ended(data), _listed(data), _queries(data), _queried(data),
    )  # fmt: skip
    return [t for t in found if t.lines]


def _disposition(data: Datasets) -> ReportTable:
    people = data.subject
    n, treated = len(people), people.filter(pl.col("treated_on").is_not_null())
    lines = [Line("In the journals", (share(n, n),))]
    for label, group in (("Not treated", people.filter(pl.col("treated_on").is_null())), ("Treated", treated)):
        lines.append(Line(label, (share(len(group), n),)))
        ways = Counter((str(phase), reason) for phase, reason in group.select("phase", "reason").iter_rows())
        ended = Counter({reason or phase: k for (phase, reason), k in ways.items()})
        lines += [Line(way, (share(k, n),), 1) for way, k in ended.most_common()]
    return ReportTable("14.1.1", "Disposition at the data cut-off", EVERYONE, ("", f"N = {n:,}, n (%)"), tuple(lines),
        ("Under each heading: where its participants stand, or why the study ended for them. Each stands in one line.",))  # fmt: skip


def _sets(r: ReadOut) -> ReportTable:
    n = r.participants
    return ReportTable(
        "14.1.2", "Analysis sets", EVERYONE, ("", f"N = {n:,}, n (%)"), tuple(Line(label, (share(k, n),)) for _, label, k in r.flow)
    )


def _baseline(r: ReadOut, data: Datasets, protocol: Any, items: frozenset[str] | None) -> ReportTable:
    treated = data.subject["treated_on"].is_not_null()
    people, rows = data.subject.filter(treated), np.flatnonzero(treated.to_numpy())
    asked = {a.item: as_screened(a.given) for f in protocol.forms if f.keeps_screening for a in f.asked if a.kind == "shown"}
    asked |= {a.by: a.levels[0].given for a in protocol.analyses if a.kind == "asked"}
    n = len(people)
    lines: list[Line] = []
    for m in (m for f in protocol.forms if f.keeps_screening for m in f.items):
        column = people[f"screening {m.name}"]
        missing = int(column.null_count())
        if (
            missing == n if items is None else m.name not in items
        ) or m.role == "verdict":  # not recorded, or the verdict on eligibility itself
            continue
        lines.append(Line(f"{m.label}, {m.unit}" if m.unit else m.label, head=True))
        if m.type in ("number", "integer") and (m.unit or m.type == "number" or column.drop_nulls().n_unique() > 6):
            lines += _numbers(spread(column.to_numpy()), digits_of(column.to_numpy()))
        else:
            counts = dict(column.drop_nulls().value_counts().sort(column.name).iter_rows())
            for value, k in sorted(counts.items(), key=lambda x: m.codes.index(x[0]) if x[0] in m.codes else len(m.codes)):
                lines.append(Line(_word(value), (share(int(k), n),), 1))
        away = 0
        if m.name in asked and missing:
            away = int(((truth(asked[m.name], r.made.subject, rows) < 0.5) & column.is_null().to_numpy()).sum())
        lines += [Line("Not applicable", (share(away, n),), 1)] if away else []
        lines += [Line("Missing", (share(missing - away, n),), 1)] if missing > away else []
    notes: tuple[str, ...] = ("Percentages of all treated, missing ones included. Quartiles by R's type 7.",)
    if asked:
        notes = (*notes, "Not applicable: the item is asked only of others, such as the months since a transplant of those who had one.")
    return ReportTable("14.1.3", "Demography and disease history at screening", TREATED, ("", f"N = {n:,}"), tuple(lines), notes)


def screened_items(data: Datasets, protocol: Any) -> frozenset[str]:
    """The items of the screening that any treated participant has."""
    people = data.subject.filter(pl.col("treated_on").is_not_null())
    named = [m.name for f in protocol.forms if f.keeps_screening for m in f.items]
    return frozenset(name for name in named if people[f"screening {name}"].null_count() < len(people))


def _numbers(s: Spread, digits: int) -> list[Line]:
    """Number, mean, median and range; the mean and its deviation with one digit more than was recorded."""
    if not s.n:
        return [Line("n", ("0",), 1)]
    sd = "" if s.n < 2 else f" ({plain(s.sd, digits + 1)})"
    half = digits + any(abs(round(x, digits) - x) > 1e-9 for x in (s.median, s.q1, s.q3))
    return [
        Line("n", (f"{s.n:,}",), 1), Line("Mean (SD)", (f"{plain(s.mean, digits + 1)}{sd}",), 1),
        Line("Median (quartiles)", (f"{plain(s.median, half)} ({plain(s.q1, half)} to {plain(s.q3, half)})",), 1),
        Line("Range", (f"{plain(s.low, digits)} to {plain(s.high, digits)}",), 1),
    ]  # fmt: skip


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _exposure(r: ReadOut, protocol: Any) -> ReportTable:
    drugs = units(protocol)
    given = "amount given"
    unit = {given if len(drugs) == 1 else f"{given} of {drug}": each.partition("/")[0] for drug, each in drugs.items()}
    lines: list[Line] = []
    for name, s in r.exposure.items():
        if s.n:
            lines.append(Line(name[0].upper() + name[1:] + (f", {unit[name]}" if unit.get(name) else ""), head=True))
            lines += _numbers(s, 1 if "%" in name else 0)
    against = "that the protocol plans for the cycles begun, with neither hold nor reduction"
    without = "planned on the days with drug, for the study gives no journey by the plan"
    notes: tuple[str, ...] = (f"Relative dose intensity: amount given over the amount {against if protocol.nominal else without}.",)
    if len(drugs) > 1:
        notes += ("By drug: of those for whom it was planned or to whom it was given. A day with two drugs is one day with drug.",)
    return ReportTable("14.1.4", "Extent of exposure", TREATED, ("", f"N = {r.exposure['days with drug'].n:,}"), tuple(lines), notes)


def _cycles(r: ReadOut) -> ReportTable:
    n = sum(k for _, k in r.cycles)
    lines = tuple(Line(f"{c:,}", (share(k, n),)) for c, k in r.cycles)
    return ReportTable(
        "14.1.5", "Cycles begun", TREATED, ("Cycles", f"N = {n:,}, n (%)"), (*lines, Line("All", (share(n, n),))) if lines else ()
    )


def _deviations(data: Datasets) -> ReportTable:
    n = len(data.subject)
    lines = [_deviation("Any deviation", data.deviation, n, 0)] if len(data.deviation) else []
    for weight, label in (("breach", "Acts against the rules"), ("visit", "Visits"), ("shown", "Shown, without effect")):
        group = data.deviation.filter(pl.col("weight") == weight)
        if len(group):
            lines.append(_deviation(label, group, n, 0))
            kinds = group.group_by("kind", maintain_order=True).len().sort("len", descending=True, maintain_order=True)["kind"].to_list()
            lines += [_deviation(kind, group.filter(pl.col("kind") == kind), n, 1) for kind in kinds]
    notes = ("Found by walking every journal through the study's rules. A participant counts once in a line.",)
    return ReportTable(
        "14.1.6", "Deviations from the protocol", EVERYONE, ("", f"Participants, N = {n:,}, n (%)", "Deviations"), tuple(lines), notes
    )


def _deviation(label: str, group: pl.DataFrame, n: int, level: int) -> Line:
    return Line(label, (share(int(group["participant"].n_unique()), n), f"{len(group):,}"), level)


def _treatment_ended(r: ReadOut, data: Datasets, protocol: Any) -> ReportTable:
    """Why the first course of treatment ended: by the reasons that the study declares, or by the sentence that ended it."""
    return _by_reason(r.reasons[0]) if r.reasons else _by_sentence(data, protocol)


def _by_reason(x: Reasons) -> ReportTable:
    lines = [Line("Ended", (share(x.came, x.n),))]
    for reason in x.found:
        lines.append(Line(reason.label, (share(reason.n, x.n),), 1))
        if len(reason.shown) > 1:
            lines += [Line(words, (share(n, x.n),), 2) for words, n in reason.shown if n]
    lines += [Line("No reason found", (share(x.other, x.n),), 1)] if x.other else []
    lines.append(Line("Going on, or not followed further, at the cut-off", (share(x.n - x.came, x.n),)))
    notes = (
        "The end of the first course. Each participant has one reason, the first of these that the journal shows; under it what showed it.",
    )
    return ReportTable("14.1.7", x.by, TREATED, ("", f"N = {x.n:,}, n (%)"), tuple(lines) if x.n else (), notes)


def _by_sentence(data: Datasets, protocol: Any) -> ReportTable:
    course = {p.shown for p in protocol.phases if p.course}
    phases = {p.shown for p in protocol.phases}
    treated = data.subject.filter(pl.col("treated_on").is_not_null())["participant"].to_list()
    told = data.disposition.filter(pl.col("milestone").is_in(sorted(phases)) & pl.col("participant").is_in(treated))
    ways: dict[str, str] = {}
    begun: set[str] = set()
    for x in told.sort("day", maintain_order=True).iter_rows(named=True):
        who = x["participant"]
        if x["milestone"] in course:
            begun.add(who)
        elif who in begun and who not in ways:
            ways[who] = str(x.get("says") or x["detail"] or x["milestone"])
    n, counts = len(treated), Counter(ways.values())
    if not n or not begun:
        return ReportTable("14.1.7", "", "", (), ())
    lines = [Line("Ended", (share(len(ways), n),))]
    lines += [Line(way, (share(k, n),), 1) for way, k in counts.most_common()]
    lines += [Line("Going on at the cut-off", (share(n - len(ways), n),))]
    notes = ("The end of the first course, by the sentence of the protocol that ended it.",)
    return ReportTable("14.1.7", "How treatment ended", TREATED, ("", f"N = {n:,}, n (%)"), tuple(lines), notes)


def _ended(data: Datasets) -> ReportTable:
    rows = data.subject.filter(pl.col("reason").is_not_null() | pl.col("lost_on").is_not_null()).sort("participant")
    told = data.disposition.sort("day", maintain_order=True).select("participant", "milestone", "day", "detail")
    last = told.unique(("participant", "milestone"), keep="last", maintain_order=True)
    rows = rows.select("participant", "treated_on", "phase", "reason", "lost_on")
    rows = rows.join(last, left_on=("participant", "phase"), right_on=("participant", "milestone"), how="left", maintain_order="left")
    rows = rows.with_columns(pl.coalesce("reason", "phase").alias("how"), pl.coalesce("day", "lost_on").alias("day"))
    after = pl.col("day") - pl.col("treated_on")
    lines = Listed.of(
        rows.with_columns((after + (after >= 0)).alias("study_day")),
        ("participant", str), ("how", str), ("day", day_said), ("study_day", number_said), ("detail", text_or("")),
    )  # fmt: skip
    return ReportTable(
        "16.2.1",
        "Participants who left or finished the study",
        EVERYONE,
        ("Participant", "How", "On", "Study day", "By"),
        lines,
        listing=True,
    )


def _listed(data: Datasets) -> ReportTable:
    columns = data.deviation.select("participant", "day", "kind", "says", "source", "known_then").sort(
        "participant", "day", maintain_order=True
    )
    lines = Listed.of(
        columns, ("participant", str), ("day", day_said), ("kind", str), ("says", str), ("source", str), ("known_then", text_or(""))
    )
    return ReportTable(
        "16.2.2",
        "Protocol deviations",
        EVERYONE,
        ("Participant", "On", "Kind", "What", "Statement", "What was known then"),
        lines,
        listing=True,
    )


def _queries(data: Datasets) -> ReportTable:
    """What the data ask of the sites, by kind."""
    n = len(data.subject)
    kinds = data.query.group_by("kind").len().sort("len", "kind", descending=[True, False])["kind"].to_list()
    lines = [_deviation("Any query", data.query, n, 0)] if kinds else []
    lines += [_deviation(kind, data.query.filter(pl.col("kind") == kind), n, 1) for kind in kinds]
    notes = ("Questions to the sites about what is recorded; none of them changes what is analysed. Listing 16.2.3 has each.",)
    head = ("", f"Participants, N = {n:,}, n (%)", "Queries")
    return ReportTable("14.1.8", "Queries about the data", EVERYONE, head, tuple(lines), notes)


def _queried(data: Datasets) -> ReportTable:
    frame = data.query.sort("participant", "entry", maintain_order=True)
    lines = Listed.of(
        frame, ("participant", str), ("day", day_said), ("entry", str), ("event", str), ("item", text_or("")), ("kind", str), ("says", str)
    )
    head = ("Participant", "On", "Entry", "Recorded", "Item", "Kind", "Question")
    return ReportTable("16.2.3", "Queries about the data", EVERYONE, head, lines, listing=True)
