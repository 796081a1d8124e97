"""Happenings: everything that a participant's road holds, one row each, in the order of the walk, with what stood at that moment.

A row is an entry, the class of an assessment, a protocol event, a moment that a rule marked, what is read at a visit, or its target day. Beside it stand
the flags, counts and tallies (before the row; for a moment after its rule), the clocks that endpoints ask for, and the recorded values that they ask for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from ...journey.fold import Road, Turn
from ...journey.ready import Ready
from ...journey.taking import Taken
from ...protocol.enactment import Enactment, Stood
from ...protocol.endpoints import Source
from ...protocol.language import Protocol
from ...protocol.words.expressions import Clock, Ref, nodes
from ...protocol.words.over_time import Earlier, EntryDay
from ..results.sources import OCCASION, RECORD
from .at_visits import AtVisits, asked_at_visits, at_visits

KINDS = ("entry", "class", "event", "moment", "visit", "due")
NONE: Mapping[str, Any] = {}


@dataclass
class Wanted:
    """What endpoints read beside the days: counters, clocks, recorded values with whether they are text, and what was recorded at visits."""

    counters: tuple[str, ...]
    clocks: tuple[Clock, ...]
    values: dict[str, bool]
    visits: AtVisits


def wanted_by(protocol: Protocol) -> Wanted:
    """The counters of a study, and the clocks and values that its endpoints and analysis sets ask for."""
    sources = list(sources_of(protocol))
    exprs = [s.given for s in sources if s.given is not None] + [x.given for k in protocol.columns for x in k.levels]
    exprs += [e.value.item for e in protocol.endpoints if e.value is not None]
    clocks = {n.name: n for e in exprs for n in nodes(e) if isinstance(n, Clock)}
    text = {m.name: m.type in ("text", "code", "date") for f in protocol.forms for m in f.items}
    text |= {name: kind in ("text", "code", "date") for f in protocol.forms for name, kind in f.computed.items()}
    found = {n.name: n.kind for e in exprs for n in nodes(e) if isinstance(n, Ref) and n.kind in ("measure", "screening")}
    values = {(f"screening {name}" if kind == "screening" else name): text.get(name, False) for name, kind in found.items()}
    values |= {
        n.key: isinstance(n, EntryDay) or text.get(n.name, False) for e in exprs for n in nodes(e) if isinstance(n, Earlier | EntryDay)
    }
    counters = (*(f.name for f in protocol.flags), *(c.name for c in protocol.counts), *(t.name for t in protocol.tallies))
    asked = asked_at_visits(protocol, sources)
    counted = any(e.kind == "count" for e in protocol.endpoints)
    values |= ({OCCASION: False} if asked.read else {}) | ({RECORD: False} if counted else {})
    return Wanted(counters, tuple(clocks.values()), values, asked)


def sources_of(protocol: Protocol) -> Iterator[Source]:
    """Every source that the endpoints, analysis sets, causes and columns of a study name, nested ones included."""
    lists = [p.has for p in protocol.populations]
    for e in protocol.endpoints:
        lists += [e.starts, e.events, e.competing, e.censors, e.cut, e.fails_without, e.settled]
        lists += [x.sources for x in e.value.instead] if e.value is not None else []
    lists += [part for a in protocol.analyses for c in a.causes for part in (c.sources, c.since)]
    lists += [k.sources for k in protocol.columns]
    todo = [s for group in lists for s in group]
    while todo:
        source = todo.pop()
        yield source
        todo += [*source.after, *source.before, *source.unless, *source.since]


@dataclass
class Rows:
    """Happenings of many participants as growing columns."""

    wanted: Wanted
    base: dict[str, list[Any]] = field(default_factory=lambda: {k: [] for k in ("who", "day", "kind", "name", "entry", "phase", "partial")})
    counters: list[list[int]] = field(default_factory=list)
    clocks: list[list[bool]] = field(default_factory=list)
    values: list[list[Any]] = field(default_factory=list)
    _at: tuple[Stood, int, list[int], list[bool]] | None = field(default=None, repr=False)  # what stood on the day of the last row

    def __post_init__(self) -> None:
        self.counters = [[] for _ in self.wanted.counters]
        self.clocks = [[] for _ in self.wanted.clocks]
        self.values = [[] for _ in self.wanted.values]

    def put(
        self,
        who: int,
        day: int,
        kind: str,
        name: str,
        entry: int | None,
        partial: bool,
        enacts: Enactment,
        stood: Stood,
        values: Mapping[str, Any],
    ) -> None:
        """One more row."""
        base = self.base
        base["who"].append(who)
        base["day"].append(day)
        base["kind"].append(kind)
        base["name"].append(name)
        base["entry"].append(entry)
        base["phase"].append(stood.phase)
        base["partial"].append(partial)
        if self._at is None or self._at[0] is not stood or self._at[1] != day:
            counted = [stood.counters[name] for name in self.wanted.counters]
            true = [clock.kind != "full" and enacts.holds(stood, clock, day) for clock in self.wanted.clocks]
            self._at = stood, day, counted, true
        for counts, count in zip(self.counters, self._at[2], strict=True):
            counts.append(count)
        for flags, flag in zip(self.clocks, self._at[3], strict=True):
            flags.append(flag)
        if not values:
            for column in self.values:
                column.append(None)
        else:
            for column, name in zip(self.values, self.wanted.values, strict=True):
                column.append(values.get(name))

    def frame(self, participants: list[str]) -> pl.DataFrame:
        """The rows as a frame: who (number of the participant), participant, day (ordinal), kind, name, entry, phase, then what stood."""
        w = self.wanted
        columns: dict[str, Any] = {
            "who": pl.Series(self.base["who"], dtype=pl.Int32),
            "day": pl.Series(self.base["day"], dtype=pl.Int32),
            "kind": pl.Series(self.base["kind"], dtype=pl.Categorical),
            "name": pl.Series(self.base["name"], dtype=pl.Categorical),
            "entry": pl.Series(self.base["entry"], dtype=pl.Int32),
            "phase": pl.Series(self.base["phase"], dtype=pl.Categorical),
            "partial": pl.Series(self.base["partial"], dtype=pl.Boolean),
        }
        columns |= {n: pl.Series(c, dtype=pl.Int16) for n, c in zip(w.counters, self.counters, strict=True)}
        columns |= {k.name: pl.Series(c, dtype=pl.Boolean) for k, c in zip(w.clocks, self.clocks, strict=True)}
        for (name, text), column in zip(w.values.items(), self.values, strict=True):
            typed = [None if v is None else _typed(v, text) for v in column]
            columns[name] = pl.Series(typed, dtype=pl.String if text else pl.Float64)
        frame = pl.DataFrame(columns)
        names = pl.Series("participant", participants, dtype=pl.String)
        return frame.insert_column(1, names.gather(frame["who"]) if participants else names)


def _typed(value: Any, text: bool) -> Any:
    return str(value) if text else float(value)


def tell(ready: Ready, road: Road, who: int, rows: Rows) -> None:
    """Write the happenings of one participant's road into rows."""
    here = ready.of(road.arm)
    by_sequence: dict[int, Taken] = {s.entry.sequence: s for s in road.entries}
    unheard: dict[int, list[str]] = {}
    for t in road.unheard:
        if t.entry is not None:
            unheard.setdefault(t.entry, []).append(t.event)
    classes = guarding_classes(here, road)
    decides = deciding(here, road)
    seen, due = at_visits(here, road, rows.wanted.visits)
    turns, place = road.turns, 0
    stood: Stood = here.enacts.start
    screened: dict[str, Any] = {}

    def put(day: int, kind: str, name: str, entry: int | None, partial: bool, values: Mapping[str, Any] = NONE) -> None:
        rows.put(who, day, kind, name, entry, partial, here.enacts, stood, values)

    def fall_due(day: int) -> None:
        while due and due[0][0] < day:
            target, name, occasion = due.pop(0)
            put(target, "due", name, None, False, {OCCASION: occasion})

    def walk(t: Turn, partial: bool) -> None:
        nonlocal stood
        fall_due(t.day)
        put(t.day, "event", t.event, t.entry, partial)
        stood = t.stood
        for name in t.did.marks:
            put(t.day, "moment", name, t.entry, partial)

    for met in road.met:
        while place < met.turn:
            walk(turns[place], False)
            place += 1
        s = by_sequence[met.entry]
        fall_due(s.day)
        form = here.forms.get(s.entry.event)
        values = s.known
        began = {} if s.record is None or RECORD not in rows.wanted.values else {RECORD: s.record.entries[0]}
        put(s.day, "entry", s.entry.event, met.entry, s.partial, {**screened, **values, **began})
        for visit, read in seen.get(met.entry, ()):
            put(s.day, "visit", visit, met.entry, s.partial, {**screened, **read})
        by = decides.get(met.entry, met.entry)
        for name, found in classes.get(met.entry, ()):
            put(s.day, "class", name, by, s.partial, {**screened, **found})
        if form is not None and form.form.keeps_screening:
            screened.update({f"screening {k}": v for k, v in values.items()})
        for event in unheard.pop(by, ()):
            put(s.day, "event", event, by, s.partial)
        while place < len(turns) and turns[place].entry in (met.entry, by):
            walk(turns[place], s.partial)
            place += 1
    for t in turns[place:]:
        walk(t, False)
    fall_due(road.on + 1)


def deciding(ready: Ready, road: Road) -> dict[int, int]:
    """By the assessments of a day on which an investigator's own guards: the investigator's entry that decides (sequences)."""
    own = {s.day: s.entry.sequence for s in road.entries if s.entry.event in ready.overriding}
    judged = {*ready.overriding, *ready.overriding.values()} if own else set()
    return {s.entry.sequence: own[s.day] for s in road.entries if s.day in own and s.entry.event in judged}


def guarding_classes(ready: Ready, road: Road) -> dict[int, list[tuple[str, dict[str, Any]]]]:
    """The classes that guard the rules, by the entry at which they were met: of a day with an investigator's own only that one."""
    own = {s.day: s.entry.sequence for s in road.entries if s.entry.event in ready.overriding}
    met = {m.entry: n for n, m in enumerate(road.met)}
    classified = {f.form.entry: f.form.classified for f in ready.forms.values() if f.form.classified}
    name = next(iter(classified.values()), "")
    found: dict[int, list[tuple[str, dict[str, Any]]]] = {}
    first: dict[int, int] = {}
    for s in road.entries:
        if s.entry.event in classified or s.entry.event in ready.overriding:
            if s.day not in first or met[s.entry.sequence] < met[first[s.day]]:
                first[s.day] = s.entry.sequence
    for c in road.classes:
        if c.day in own and c.entry != own[c.day]:
            continue
        at = first[c.day] if c.day in own else c.entry
        found.setdefault(at, []).append((c.name, {**c.values, name: c.name}))
    return found
