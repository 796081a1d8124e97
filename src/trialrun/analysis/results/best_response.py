"""Best response: the order of a study's classes, and each participant's best among the assessments that the primary question reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..datasets import Datasets
from ..datasets.classes import class_words, plain
from .methods import called
from .sources import Happenings, all_rows, as_happenings, first_rows


def declared(protocol: Any) -> tuple[Any, tuple[str, ...]]:
    """The endpoint whose assessments are read, and the classes from best to worst; (None, ()) where the study has no best response.

    A study declares both (`best_of`). One that does not, and whose primary endpoint is a proportion of responders, has the order of its form.
    """
    said = next((a for a in protocol.analyses if a.kind == "best"), None)
    if said is not None:
        return next(e for e in protocol.endpoints if e.name == said.endpoint), said.order
    primary = next((e for e in protocol.endpoints if e.primary), None)
    if primary is None or primary.kind != "proportion" or not any(s.kind == "class" for s in primary.events):
        return None, ()
    return primary, tuple(c.name for f in protocol.forms if f.classified for c in f.classes)


def order_of(protocol: Any, seen: Sequence[str] = ()) -> list[str]:
    """The classes from best to worst: as declared; those `seen` that it does not name stand before its last."""
    _, named = declared(protocol)
    if not named:
        return []
    return [*named[:-1], *(x for x in dict.fromkeys(seen) if x not in named), named[-1]]


@dataclass(frozen=True, eq=False)
class Assessed:
    """The assessments that guard the rules, all arrays of one length: rows of the happenings, the class each means, and why one is not counted ("" where it is)."""

    rows: NDArray[np.int64]
    names: list[str]
    why_not: list[str]


def assessed(h: Happenings, happening: pl.DataFrame, protocol: Any) -> Assessed:
    """The guarding assessments, and which of them the question of the endpoint reads that best response is declared of.

    It reads those after what puts a participant into its analysis set and before what settles it (the assessment that settles it is before
    that), and those that reach an endpoint of response. A word of the investigator's that the study takes for a class is that class.
    """
    rows = np.flatnonzero(h.among("kind", None, ("class",)))
    known = class_words(protocol)
    names = [known.get(plain(x), x) for x in happening["name"].cast(pl.String).gather(rows).to_list()]
    why = np.full(rows.size, "", dtype=object)
    asked, _ = declared(protocol)
    if asked is not None and rows.size:
        begins = next(p for p in protocol.populations if p.name == asked.population).has
        if asked.settled:
            why[rows >= first_rows(h, asked.settled)[h.who[rows]]] = f"after the question was settled ({asked.name})"
        reach = [all_rows(h, e.events) for e in protocol.endpoints if e.kind == "proportion" and any(s.kind == "class" for s in e.events)]
        why[np.isin(rows, np.concatenate(reach) if reach else [])] = ""
        if begins:
            why[rows < first_rows(h, begins)[h.who[rows]]] = f"before {' or '.join(called(s) for s in begins)}"
    return Assessed(rows, names, why.tolist())


def best_responses(
    data: Datasets, protocol: Any, who: Sequence[int], happenings: Happenings | None = None
) -> tuple[list[str], list[str | None]]:
    """The classes from best to worst, and the best of each of some participants (by number), None without an assessment that counts.

    `happenings`: the data's own as arrays, where they are there already.
    """
    h = as_happenings(data.happening, len(data.subject)) if happenings is None else happenings
    order, best = best_of_each(h, data.happening, protocol)
    return order, [best[k] for k in who]


def best_of_each(h: Happenings, happening: pl.DataFrame, protocol: Any) -> tuple[list[str], list[str | None]]:
    """The classes from best to worst, and the best of every participant of some happenings."""
    found = assessed(h, happening, protocol)
    counted = [(person, name) for person, name, why in zip(h.who[found.rows].tolist(), found.names, found.why_not, strict=True) if not why]
    order = order_of(protocol, [name for _, name in counted])
    rank = {name: k for k, name in enumerate(order)}
    best: dict[int, int] = {}
    for person, name in counted:
        if name in rank:
            best[person] = min(best.get(person, len(order)), rank[name])
    return order, [order[best[k]] if k in best else None for k in range(h.n)]
