"""A part of a study's data: the same tables with some of the participants only, an arm's for instance."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

import polars as pl

from . import Datasets


def only(data: Datasets, participants: Collection[str]) -> Datasets:
    """The data of these participants; who is not in the data is passed over."""
    kept = data.subject.filter(pl.col("participant").is_in(list(participants)))["participant"].to_list()
    place = {who: k for k, who in enumerate(kept)}
    parts: dict[str, Any] = {}
    for f in fields(data):
        frame = getattr(data, f.name)
        if isinstance(frame, pl.DataFrame):
            parts[f.name] = frame.filter(pl.col("participant").cast(pl.String).is_in(kept))
    who = (
        parts["happening"]["participant"].cast(pl.String).replace_strict(place, return_dtype=pl.Int64)
        if kept
        else pl.Series([], dtype=pl.Int64)
    )
    parts["happening"] = parts["happening"].with_columns(who.cast(data.happening["who"].dtype).alias("who"))
    return replace(data, **parts)
