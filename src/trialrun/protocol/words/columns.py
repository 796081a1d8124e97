"""Columns: what a table with one row a participant tells beside the values at screening, declared as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .analyses import Analysis, Level
from .sources import Source, as_tuple
from .variables import Count, Flag, Tally

READ = ("last seen", "end")


@dataclass(frozen=True)
class Column:
    """One column of the table of participants.

    Kinds: `day` (the first day of one of these sources, counted from day 1), `count` (the flag, count or tally `of`: at the end, or as it stood at
    the first of the sources), `best` (the best class, by the analysis of it), `level` (the first of `levels` that holds at the first of the
    sources), `last seen` (the last day on which anything was recorded but that the participant was lost), `end` (why the study ended).
    """

    name: str
    kind: str
    of: str = ""
    sources: tuple[Source, ...] = ()
    levels: tuple[Level, ...] = ()


def column(name: str, of: Any, *, at: Any = ()) -> Column:
    """A column of the table of participants.

    `of`: sources (the first of their days), a flag, count or tally (at the end, or `at` the first of some sources), levels (the first that holds
    `at` the first of some sources), the analysis of the best response, `'last seen'` or `'end'`. Raises ValueError for anything else.
    """
    parts = as_tuple(of)
    if isinstance(of, str) and of in READ:
        return Column(name, of)
    if isinstance(of, Flag | Count | Tally):
        return Column(name, "count", of.name, as_tuple(at))
    if isinstance(of, Analysis) and of.kind == "best":
        return Column(name, "best")
    if parts and all(isinstance(x, Source) for x in parts):
        return Column(name, "day", "", parts)
    if parts and all(isinstance(x, Level) for x in parts) and at:
        return Column(name, "level", "", as_tuple(at), parts)
    raise ValueError(
        f"column({name!r}): it reads sources, a flag, count or tally, levels with at=.., the best response (best_of), {' or '.join(map(repr, READ))}"
    )
