"""Adverse events as rows of a table: participants with an event, by category and by term."""

from __future__ import annotations

from typing import Any

import polars as pl

from ..datasets import Datasets

LEAST = 0.05  # terms that fewer participants had are not listed one by one


def safety_rows(data: Datasets, least: float = LEAST) -> list[list[str]]:
    """Treatment-emergent events: any, then each category, then each term of at least `least` of the treated participants."""
    n = int(data.subject["treated_on"].is_not_null().sum())
    events = data.adverse_event
    if "term" not in events.columns or not n:
        return []
    events = events.filter(pl.col("emergent"))
    if events.is_empty():
        return []
    rows = [_row("Any adverse event", events, n)]
    if "category" in events.columns:
        rows += _groups("By category", events, "category", n, 0.0)
    return rows + _groups(f"By term ({100 * least:g} % or more)", events, "term", n, least)


def _groups(title: str, events: pl.DataFrame, by: str, n: int, least: float) -> list[list[str]]:
    found = (
        events.drop_nulls(by)
        .group_by(by)
        .agg(pl.col("participant").n_unique().alias("people"))
        .filter(pl.col("people") >= max(least * n, 1))
    )
    ordered = found.sort("people", by, descending=[True, False])[by].to_list()
    return [[title], *(_row(f"\t{value}", events.filter(pl.col(by) == value), n) for value in ordered)] if ordered else []


def _row(label: str, events: pl.DataFrame, n: int) -> list[str]:
    severe = events.filter(pl.col("grade") >= 3) if "grade" in events.columns else events.clear()
    serious = events.filter(pl.col("serious")) if "serious" in events.columns else events.clear()
    return [label, *(_people(e, n) for e in (events, severe, serious)), f"{len(events):,}"]


def _people(events: Any, n: int) -> str:
    x = events["participant"].n_unique()
    return f"{x:,} ({100 * x / n:.0f})"
