"""Best response: the order of a study's classes, and each participant's best among the assessments that the primary question reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from ..datasets import Datasets
from .sources import NEVER, all_rows, as_happenings, first_rows

LAST = ("not evaluable",)


def order_of(protocol: Any, seen: Sequence[str] = ()) -> list[str]:
    """The classes from best to worst: as the form names them, then those that only an investigator says, then what cannot be evaluated.

    Empty where the primary endpoint is no proportion of responders: then the form's order need not be one of good and bad.
    """
    primary = next((e for e in protocol.endpoints if e.primary), None)
    if primary is None or primary.kind != "proportion" or not any(s.kind == "class" for s in primary.events):
        return []
    named = [c.name for f in protocol.forms if f.classified for c in f.classes]
    others = [x for x in dict.fromkeys(seen) if x not in named]
    return [*(x for x in named if x not in LAST), *others, *(x for x in named if x in LAST)]


def best_responses(data: Datasets, protocol: Any, who: Sequence[int]) -> tuple[list[str], list[str | None]]:
    """The classes from best to worst, and the best of each of some participants (by number), None without an assessment in time.

    In time are the guarding assessments up to the day that settles the primary endpoint, and those that reach an endpoint of response.
    """
    h = as_happenings(data.happening, len(data.subject))
    rows = np.flatnonzero(h.among("kind", None, ("class",)))
    primary = next((e for e in protocol.endpoints if e.primary), None)
    if primary is not None and primary.settled:
        until = first_rows(h, primary.settled)[h.who[rows]]
        last = np.where(until < NEVER, h.day[np.where(until < NEVER, until, 0)], NEVER)
        reach = [all_rows(h, e.events) for e in protocol.endpoints if e.kind == "proportion" and any(s.kind == "class" for s in e.events)]
        rows = np.union1d(rows[h.day[rows] <= last], np.concatenate(reach) if reach else np.empty(0, np.int64))
    names = data.happening["name"].cast(pl.String).gather(rows).to_list()
    order = order_of(protocol, names)
    rank = {name: k for k, name in enumerate(order)}
    best: dict[int, int] = {}
    for person, name in zip(h.who[rows].tolist(), names, strict=True):
        if name in rank:
            best[person] = min(best.get(person, len(order)), rank[name])
    return order, [order[best[k]] if k in best else None for k in who]
