"""What the ward recorded of a person: history, medication and therapies (14.1.9), and examinations before treatment against after it (14.3.4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from ...analysis.datasets import Datasets
from .table import Line, ReportTable, share

HISTORY, EXAMINED = ("MH", "CM", "PR", "HO"), ("PE", "NV", "EG", "IS")
MOST = 30  # lines of one item; rarer answers are counted together


def ward_tables(data: Datasets, protocol: Any) -> list[ReportTable]:
    """Both tables, where the forms that they tell of were filled in."""
    return [t for t in (_history(data, protocol), _examined(data, protocol)) if t.lines]


def _history(data: Datasets, protocol: Any) -> ReportTable:
    """For each form of history, medication and therapy how many have an entry, and how many gave each answer to what it requires or lists."""
    n = len(data.subject)
    lines: list[Line] = []
    for f in (f for f in protocol.forms if f.domain in HISTORY):
        part = data.item.filter(pl.col("form") == f.entry)
        if part.is_empty():
            continue
        lines.append(Line(f.label, head=True))
        lines.append(Line("Participants with an entry", (share(int(part["participant"].n_unique()), n),), 1))
        for m in (m for m in f.items if m.type == "code" or (m.type == "text" and m.name in f.required)):
            lines += _answers(part.filter(pl.col("item") == m.name), m, n)
    notes = (
        "Participants, each counted once for an answer, whatever the number of entries. Words as recorded: no dictionary has coded them.",
    )
    return ReportTable(
        "14.1.9", "History, medication and other therapy", "Everyone in the journals", ("", f"N = {n:,}, n (%)"), tuple(lines), notes
    )


def _answers(part: pl.DataFrame, m: Any, n: int) -> Iterator[Line]:
    if part.is_empty():
        return
    people = part.group_by("value", maintain_order=True).agg(pl.col("participant").n_unique().alias("n"))
    ranked = dict(people.sort("n", descending=True, maintain_order=True).iter_rows())
    order = [c for c in m.codes if c in ranked] if m.codes else list(ranked)
    yield Line(m.label, (), 1)
    yield from (Line(value, (share(int(ranked[value]), n),), 2) for value in order[:MOST])
    if len(order) > MOST:
        rest = int(part.filter(pl.col("value").is_in(order[MOST:]))["participant"].n_unique())
        yield Line(f"{len(order) - MOST} other answers", (share(rest, n),), 2)


def _examined(data: Datasets, protocol: Any) -> ReportTable:
    """Each answer of an examination before treatment, and at any time after it began: the last before, and whoever had it after."""
    lines: list[Line] = []
    for f in (f for f in protocol.forms if f.domain in EXAMINED):
        for m in (m for m in f.items if m.type == "code"):
            part = data.item.filter((pl.col("form") == f.entry) & (pl.col("item") == m.name))
            before = part.filter(pl.col("study_day").fill_null(0) <= 1).sort("day", "entry", maintain_order=True)
            last = before.group_by("participant", maintain_order=True).last()
            after = part.filter(pl.col("study_day") > 1)
            if part.is_empty():
                continue
            lines.append(Line(m.label, head=True))
            sides = (len(last), int(after["participant"].n_unique()))
            lines.append(Line("Examined", tuple(f"{k:,}" for k in sides), 1))
            for code in m.codes:
                counts = (len(last.filter(pl.col("value") == code)), int(after.filter(pl.col("value") == code)["participant"].n_unique()))
                lines.append(Line(code, tuple(share(x, of) for x, of in zip(counts, sides, strict=True)), 1))
    head = ("", "Last before treatment, n (%)", "At any time after its first day, n (%)")
    notes = ("Percentages of those examined. Who had several answers after the first day is counted in each.",)
    return ReportTable(
        "14.3.4.2", "Examinations before and after the first day of treatment", "Everyone examined", head, tuple(lines), notes
    )
