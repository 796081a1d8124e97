"""Times that hang on dates known in part: the shortest and the longest that each could be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from ...journey.taking import Taken


@dataclass
class Partly:
    """The entries whose date is known in part, with the first and the last day that each could be (ordinals)."""

    rows: list[tuple[str, int, int, int]] = field(default_factory=list)

    def add(self, participant: str, entries: Sequence[Taken]) -> None:
        """Those of one participant."""
        self.rows += [(participant, s.entry.sequence, s.first, s.last) for s in entries if s.partial]

    def frame(self) -> pl.DataFrame:
        """One row an entry."""
        schema = {"participant": pl.String, "number": pl.Int32, "first": pl.Int32, "last": pl.Int32}
        return pl.DataFrame(self.rows, schema=schema, orient="row")


def could_be(times: pl.DataFrame, partly: pl.DataFrame, on: int) -> pl.DataFrame:
    """Times with `shortest` and `longest` in days, where their start or end hangs on a date known in part (else null); none ends after `on`."""
    if "start_entry" not in times.columns:
        return times
    found = times
    for side in ("start", "end"):
        entry = "start_entry" if side == "start" else "entry"
        spans = partly.rename({"number": entry, "first": f"first {side}", "last": f"last {side}"})
        found = found.join(spans, on=["participant", entry], how="left", maintain_order="left")
    hangs = pl.col("time").is_not_null() & (pl.col("first start").is_not_null() | pl.col("first end").is_not_null())
    start, end = pl.col("start"), pl.col("end")
    shortest = (pl.coalesce("first end", end) - pl.coalesce("last start", start)).clip(0)
    longest = pl.min_horizontal(pl.coalesce("last end", end), pl.lit(on, pl.Int32)) - pl.coalesce("first start", start)
    found = found.with_columns(
        pl.when(hangs).then(shortest).cast(pl.Int32).alias("shortest"), pl.when(hangs).then(longest).cast(pl.Int32).alias("longest")
    )
    return found.drop("first start", "last start", "first end", "last end")
