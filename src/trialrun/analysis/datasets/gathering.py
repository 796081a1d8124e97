"""Gathering: the tables of many participants, made part by part (here, or by several processes) and put together.

A part is a few hundred participants in the order of their names. What stands in a row depends on one participant alone, but for the
number of the participant and the spelling of adverse events, which are settled when all parts are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from ...journey.fold import Road, advance, fold
from ...journey.journal import Entry
from ...journey.packed import entries_of_packed, packed_of
from ...journey.queries import queries
from ...journey.ready import Ready, make_ready
from ...journey.taking import what_stands
from ...journey.values import Query
from ...processes import done_apart
from ...protocol.frozen.older import frozen_text, opened
from .frames import Frames, spelled_alike, texts_of
from .happenings import Rows, tell, wanted_by
from .partly import Partly

PART = 500
BY_NUMBER = ("kind", "name", "phase")
FEW = 8  # parts that one process gathers sooner than others begin


@dataclass(frozen=True, eq=False)
class Part:
    """The tables of some participants: how many they are, how many entries were walked, and the frames by name."""

    participants: int
    entries: int
    frames: dict[str, pl.DataFrame]


def gathered(
    ready: Ready,
    journals: Mapping[str, Sequence[Entry]],
    on: int,
    known_at: str | None,
    processes: int = 1,
    counted: Callable[[int, int], None] | None = None,
) -> tuple[int, dict[str, pl.DataFrame]]:
    """How many entries were walked, and every table by name; no tables where nothing is known of anybody."""
    names = sorted(journals)
    parts = [names[k : k + PART] for k in range(0, len(names), PART)]
    made: list[Part] = []
    done = 0
    for names_of, part in zip(parts, _parts(ready, journals, parts, on, known_at, processes), strict=True):
        made.append(part)
        done += len(names_of)
        if counted is not None:
            counted(done, len(names))
    return put_together(ready, made)


def _parts(
    ready: Ready, journals: Mapping[str, Sequence[Entry]], parts: list[list[str]], on: int, known_at: str | None, processes: int
) -> Iterable[Part]:
    if processes < 2 or len(parts) < FEW:
        return (gather(ready, ((who, journals[who]) for who in part), on, known_at) for part in parts)
    study = frozen_text(ready.protocol, ready.fingerprint)
    return done_apart(_apart, ((study, [(who, packed_of(journals, who)) for who in part], on, known_at) for part in parts), processes)


@lru_cache(maxsize=2)
def _thawed(study: str) -> Ready:
    return make_ready(*opened(study, "the study of this analysis"))


def _apart(task: tuple[str, list[tuple[str, tuple[bytes, ...]]], int, str | None]) -> Part:
    study, journals, on, known_at = task
    return slim(gather(_thawed(study), ((who, entries_of_packed(packed)) for who, packed in journals), on, known_at))


def gather(ready: Ready, journals: Iterable[tuple[str, Sequence[Entry]]], on: int, known_at: str | None) -> Part:
    """The tables of some participants, up to a day (ordinal), as known at a time."""
    return _tables(ready, (_seen(ready, participant, entries, on, known_at) for participant, entries in journals), on)


def gather_walked(ready: Ready, walked: Iterable[Any], on: int) -> Part:
    """The same of participants who have just been walked, each with its `road`, its `entries` and the `ready` of its arm, without folding them again.

    Who was walked beyond that day is folded up to it. The roads are advanced.
    """
    return slim(_tables(ready, (_walked(ready, w, on) for w in walked if w.entries), on))


class _Seen(NamedTuple):
    """A participant whose journal is read: the road, the entries that count, what is asked about them."""

    participant: str
    road: Road
    known: Sequence[Entry]
    asked: Sequence[Query]


def _seen(ready: Ready, participant: str, entries: Sequence[Entry], on: int, known_at: str | None) -> _Seen:
    standing = what_stands(ready, entries, known_at)
    road = fold(ready, standing, on)
    return _Seen(participant, road, entries if known_at is None else [s.entry for s in standing], queries(ready, road, entries, known_at))


def _walked(ready: Ready, w: Any, on: int) -> _Seen:
    participant, road = w.entries[0].participant, w.road
    if on < road.day:
        return _seen(ready, participant, w.entries, on, None)
    road.on = on
    advance(w.ready, road, on)
    road.day = max(road.day, on)
    return _Seen(participant, road, w.entries, queries(ready, road, w.entries, None))


def _tables(ready: Ready, people: Iterable[_Seen], on: int) -> Part:
    rows, tables, partly = Rows(wanted_by(ready.protocol)), Frames(ready, on), Partly()
    counted = 0
    for participant, road, known, asked in people:
        if not road.entries:
            continue
        counted += len(road.entries)
        who, tells_from = len(tables.participants), len(rows.base["who"])
        tell(ready, road, who, rows)
        partly.add(participant, road.entries)
        tables.add(participant, road, known, rows, tells_from, asked)
    if not tables.participants:
        return Part(0, 0, {})
    subject, happening = tables.subject(), rows.frame(tables.participants)
    frames = {"subject": subject, **tables.frames(), "happening": happening, "partly": partly.frame()}
    return Part(len(tables.participants), counted, frames)


def put_together(ready: Ready, parts: Iterable[Part]) -> tuple[int, dict[str, pl.DataFrame]]:
    """How many entries were walked, and every table by name, in the order of the participants' names; parts may come in any order of names."""
    made = [p for p in parts if p.participants]
    entries, frames = sum(p.entries for p in made), _chained(made)
    if not frames:
        return entries, {}
    names = frames["subject"]["participant"].cast(pl.String)
    ordered = names.is_sorted()
    rank = np.argsort(names.arg_sort().to_numpy())
    found: dict[str, Any] = {}
    for name in list(frames):  # one at a time, and each piece let go once it is copied
        frame = frames.pop(name)
        if not ordered and name == "happening":
            who = pl.Series(rank).gather(frame["who"]).cast(frame.schema["who"])
            frame = frame.with_columns(who=who).sort("who", maintain_order=True)
        elif not ordered:
            frame = frame.sort(pl.col("participant").cast(pl.String), maintain_order=True)
        found[name] = _spelled(frame, name).rechunk()
    found["adverse_event"] = spelled_alike(found["adverse_event"], texts_of(ready.protocol))
    return entries, found


def slim(part: Part) -> Part:
    """A part on its way from one process to another: each text once, whatever it says."""
    return replace(part, frames={name: frame.with_columns(pl.col(pl.String).cast(pl.Categorical)) for name, frame in part.frames.items()})


def _spelled(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Texts as texts again, but for those of the happenings that are read by their number."""
    kept = BY_NUMBER if name == "happening" else ()
    return frame.with_columns(pl.col(c).cast(pl.String) for c, kind in frame.schema.items() if kind == pl.Categorical and c not in kept)


def _chained(parts: list[Part]) -> dict[str, pl.DataFrame]:
    """The tables of all parts as one each, in pieces; the parts are emptied."""
    if not parts:
        return {}
    first = 0
    for part in parts:
        happening = part.frames["happening"]
        part.frames["happening"] = happening.with_columns((pl.col("who") + first).cast(happening.schema["who"]))
        first += part.participants
    return {name: pl.concat([part.frames.pop(name) for part in parts], rechunk=False) for name in list(parts[0].frames)}
