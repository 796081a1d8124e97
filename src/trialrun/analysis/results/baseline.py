"""Demography and disease history at screening, as rows of a table."""

from __future__ import annotations

from typing import Any

import polars as pl

from ..datasets import Datasets
from .spread import spread


def baseline_rows(data: Datasets, protocol: Any) -> list[list[str]]:
    """A row or a group of rows for every item recorded at screening: numbers as median and range, the others as counts.

    A yes/no item that holds for nobody (an exclusion criterion that did its work) is left out.
    """
    people = data.subject.filter(pl.col("treated_on").is_not_null())
    n = len(people)
    rows: list[list[str]] = []
    if n == 0:
        return rows
    for m in (m for f in protocol.forms if f.keeps_screening for m in f.items):
        column = people[f"screening {m.name}"]
        missing = int(column.null_count())
        if missing == n or m.cdash == "IEYN":  # not recorded, or the verdict on eligibility itself
            continue
        lost = f"{missing:,}" if missing else "–"
        unit = f", {m.unit}" if m.unit else ""
        if m.type == "yes/no":
            x = int(column.sum())
            if x:
                rows.append([m.label, _share(x, n - missing), lost])
        elif m.type in ("number", "integer") and not (m.type == "integer" and column.n_unique() <= 6):
            s = spread(column.to_numpy())
            rows.append([f"{m.label}{unit}: median (range)", f"{s.median:g} ({s.low:g} to {s.high:g})", lost])
        else:
            rows.append([f"{m.label}{unit}"])
            for value, x in _counts(column):
                rows.append([f"\t{value}", _share(x, n - missing), ""])
            if missing:
                rows.append(["\tmissing", f"{missing:,}", ""])
    return rows


def _counts(column: pl.Series) -> list[tuple[str, int]]:
    found = column.drop_nulls().value_counts().sort(column.name)
    return [(f"{v:g}" if isinstance(v, float) else str(v), int(x)) for v, x in found.iter_rows()]


def _share(x: int, n: int) -> str:
    return f"{x:,} ({100 * x / n:.0f} %)" if n else "0"
