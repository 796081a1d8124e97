"""The one enactment: what a rule does to flags, counts, tallies, moments and stopwatches, and what stands after it.

Everything that a study's rules change is changed here. A turn of a participant's road carries what stood after it; whoever asks reads that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .words.days import LastDay
from .words.expressions import Clock
from .words.rules import Effect, Rule
from .words.study import Protocol
from .words.times import add

CHANGES = ("put", "add", "less")


class Watch(NamedTuple):
    """A stopwatch: whole days `counted` before `since`, the day since which it runs (None: it stands), the last day on which it ran.

    `ended`: the day on which a fact or a decision stopped it, from which a stop told later may say that it ran on.
    """

    counted: int = 0
    since: int | None = None
    last: int | None = None
    ended: int | None = None

    def elapsed(self, day: int) -> int:
        """Whole days counted before a day."""
        return self.counted + (0 if self.since is None else day - self.since)


UNSTARTED = Watch()


@dataclass(frozen=True, slots=True)
class Deed:
    """What one rule does: where it leads, the variables it changes, the moments it marks, the stopwatches it resets or tells to have run on."""

    to: str | None = None
    changes: tuple[Effect, ...] = ()
    marks: tuple[str, ...] = ()
    resets: tuple[str, ...] = ()
    extends: tuple[Effect, ...] = ()

    @property
    def raises(self) -> tuple[str, ...]:
        """The variables that it makes one more."""
        return tuple(e.name for e in self.changes if e.kind == "add")


NOTHING = Deed()


class Stood(NamedTuple):
    """What stands at a moment of a road: the phase, flags, counts and tallies by name, the days of marked moments, the stopwatches."""

    phase: str
    counters: Mapping[str, int]
    moments: Mapping[str, int]
    watches: Mapping[str, Watch]

    def elapsed(self, watch: str, day: int) -> int:
        """Whole days that a stopwatch has counted before a day."""
        return self.watches.get(watch, UNSTARTED).elapsed(day)


def changed(value: int, effect: Effect, bound: int | None) -> int:
    """A variable's value after an effect: put, one more up to its bound (None: unbounded), or one less down to nought."""
    if effect.kind == "put":
        return effect.value if bound is None else min(effect.value, bound)
    if effect.kind == "add":
        return value + 1 if bound is None else min(value + 1, bound)
    return max(value - 1, 0)


def deed_of(rule: Rule) -> Deed:
    """A rule's effects, by what they work on."""

    def of(kind: str) -> tuple[str, ...]:
        return tuple(e.name for e in rule.do if e.kind == kind)

    kept, extends = (tuple(e for e in rule.do if e.kind in kinds) for kinds in (CHANGES, ("extend",)))
    return Deed(rule.to, kept, of("mark"), of("reset"), extends)


class Enactment:
    """A study's rules ready to be carried out on what stands."""

    def __init__(self, protocol: Protocol, rules: tuple[Rule, ...]) -> None:
        self.deeds = tuple(NOTHING if deed == NOTHING else deed for deed in map(deed_of, rules))
        self.bounds: dict[str, int] = bounds_of(protocol)
        self.running: dict[str, frozenset[str]] = {w.name: frozenset(w.runs) for w in protocol.stopwatches}
        self.unstarted: dict[str, Watch] = dict.fromkeys(self.running, UNSTARTED)
        self.derived: dict[str, LastDay] = {m.name: m.derived for m in protocol.moments if m.derived}
        starts: dict[str, int] = {f.name: int(f.starts) for f in protocol.flags}
        starts |= {c.name: c.starts for c in protocol.counts} | {t.name: t.starts for t in protocol.tallies}
        self.start = Stood(protocol.begins, starts, {}, {})

    def after(self, stood: Stood, deed: Deed, day: int, stopped: bool) -> Stood:
        """What stands after a deed done on a day; `stopped`: the event is an act or a clock, so that nothing is left to run on."""
        counters, moments, watches = stood.counters, stood.moments, stood.watches
        if deed.changes:
            counters = {**counters}
            for e in deed.changes:
                counters[e.name] = changed(counters[e.name], e, self.bounds.get(e.name))
        phase = deed.to or stood.phase
        if phase != stood.phase or deed.resets:
            watches = {**self.unstarted, **watches}
            for w, phases in self.running.items():
                kept, runs, reset = watches[w], phase in phases, w in deed.resets
                if reset or (kept.since is None) == runs:
                    watches[w] = self._moved(kept, runs, reset, day, stopped)
        if deed.extends:
            more = {e.name: e.value for e in deed.extends}
            watches = {w: ran_on(k, day, more[w]) if w in more else k for w, k in watches.items()}
        if deed.marks:
            moments = {**moments, **dict.fromkeys(deed.marks, day)}
        return Stood(phase, counters, moments, watches)

    @staticmethod
    def _moved(kept: Watch, runs: bool, reset: bool, day: int, stopped: bool) -> Watch:
        """A stopwatch that stops, starts or is reset on a day; `runs`: whether it runs from then on."""
        counted, since, last, ended = kept.counted, kept.since, kept.last, kept.ended
        if since is not None:
            counted += day - since
            last = day - 1 if day > since else last
            ended = None if stopped else day
            since = None
        if reset:
            counted = 0
        if runs and since is None:
            since, ended = day, None
        return Watch(counted, since, last, ended)

    def day_of(self, stood: Stood, moment: str, day: int) -> int | None:
        """The day of a moment, marked or derived, as things stand on a day; None where it has none yet."""
        derived = self.derived.get(moment)
        if derived is None:
            return stood.moments.get(moment)
        kept = stood.watches.get(derived.stopwatch, UNSTARTED)
        if kept.since is not None and day >= kept.since:
            return day
        if kept.last is not None:
            return kept.last
        return None if derived.or_else is None else self.day_of(stood, derived.or_else, day)

    def due(self, stood: Stood, clock: Clock, day: int) -> int | None:
        """The day on which a clock becomes true as things stand on a day; None while its anchor has no day or its stopwatch stands short of it."""
        if clock.kind == "full":
            kept = stood.watches.get(clock.of, UNSTARTED)
            if kept.since is None:
                return day if kept.last is not None and kept.counted >= clock.n else None
            return kept.since + clock.n - kept.counted
        anchor = self.day_of(stood, clock.of, day) if clock.of in self.derived else stood.moments.get(clock.of)
        return None if anchor is None else add(anchor, clock.n, clock.unit) + (clock.kind == "past")

    def holds(self, stood: Stood, clock: Clock, day: int) -> bool:
        """Whether a clock is true on a day as things stand."""
        due = self.due(stood, clock, day)
        return due is not None and day >= due


def ran_on(kept: Watch, day: int, limit: int = 0) -> Watch:
    """A stop told on a day after what ended a stretch: the days between counted too, up to `limit` in all (0: all of them)."""
    if kept.ended is None:
        return kept
    more = max(day - kept.ended, 0)
    if limit:
        more = min(more, max(limit - kept.counted, 0))
    last = max(kept.last or 0, kept.ended + more - 1) if more else kept.last
    return Watch(kept.counted + more, kept.since, last, None)


def bounds_of(protocol: Protocol) -> dict[str, int]:
    """The greatest value of each flag and count; tallies have none."""
    return {c.name: c.up_to for c in protocol.counts} | {f.name: 1 for f in protocol.flags}


def put(values: Any, effect: Effect, place: Mapping[str, int], bounds: Mapping[str, int]) -> None:
    """Do one effect on flags and counts held by position; what is held otherwise is passed over."""
    at = place.get(effect.name)
    if at is not None and effect.kind in CHANGES:
        values[at] = changed(values[at], effect, bounds.get(effect.name))
