"""Entries whose date is known in part, gathered for the endpoints whose times hang on them."""

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
