"""The entries of one participant as a chain can quote them: what stands, what it corrected, who recorded it when, and the sentences that spoke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...journey.fold import fold
from ...journey.journal import Entry
from ...journey.knowledge import is_known
from ...journey.queries import bounding, why_assumed
from ...journey.ready import Ready
from ...journey.taking import what_stands
from ...protocol.words.times import iso


@dataclass(frozen=True)
class Version:
    """What an entry said before it was corrected, and who had recorded it when."""

    sequence: int
    happened_on: str
    event: str
    values: dict[str, Any]
    recorded_at: str
    recorded_by: str


@dataclass(frozen=True)
class Told(Version):
    """An entry that stands: its day (ordinal), why it corrects (`reason`), and the versions that it replaced, latest first.

    Of a date known in part `assumed` says why it is taken as that day, and `bound` is the entry that moved it there, where one did.
    """

    day: int
    partial: bool
    reason: str
    replaced: tuple[Version, ...]
    assumed: str = ""
    bound: int | None = None


@dataclass(frozen=True)
class Spoke:
    """A sentence that spoke: its day, the event, the entry that gave it (None: a clock), its words and statement, and what it did."""

    day: int
    event: str
    entry: int | None
    words: str
    source: str
    before: str
    after: str
    marks: tuple[str, ...]
    changes: tuple[str, ...]
    breach: bool


@dataclass(frozen=True)
class Chain:
    """A participant's entries by sequence, the sentences that spoke, the entries withdrawn, and how many are not seen: recorded too late, happened too late."""

    participant: str
    told: dict[int, Told]
    spoke: tuple[Spoke, ...]
    withdrawn: tuple[Version, ...]
    not_known: int
    not_yet: int
    moments: dict[str, int]

    def said(self, day: int, event: str, entry: int | None) -> Spoke | None:
        """The sentence that spoke on an event."""
        return next((s for s in self.spoke if (s.day, s.event, s.entry) == (day, event, entry)), None)

    def marked(self, day: int, moment: str, entry: int | None) -> Spoke | None:
        """The sentence that marked a moment."""
        return next((s for s in self.spoke if (s.day, s.entry) == (day, entry) and moment in s.marks), None)


def chain(ready: Ready, entries: Sequence[Entry], on: int, known_at: str | None = None) -> Chain:
    """The chain of one participant up to a day (ordinal), as known at a time."""
    standing = what_stands(ready, entries, known_at)
    road = fold(ready, standing, on)
    here = ready.of(road.arm)
    by_sequence = {e.sequence: e for e in entries}
    told = {}
    for s in road.entries:
        e, before = s.entry, []
        while e.corrects is not None and e.corrects < e.sequence and e.corrects in by_sequence:  # only what was there before it
            e = by_sequence[e.corrects]
            before.append(_version(e))
        e = s.entry
        told[e.sequence] = Told(**vars(_version(e)), day=s.day, partial=s.partial, reason=e.reason or "", replaced=tuple(before))
        if s.partial:
            why, bound = why_assumed(ready, s), bounding(s, road.entries)
            told[e.sequence] = replace(told[e.sequence], assumed=f"{iso(s.day)}, {why}", bound=bound)
    rules, shown = here.table.meaning.rules, here.shown
    spoke = []
    for t in road.turns:
        if t.rule is not None:
            r, done = rules[t.rule], t.did
            changed = tuple(e.name for e in done.changes)
            spoke.append(
                Spoke(
                    t.day, t.event, t.entry, r.words, r.source, shown[t.before], shown[t.after], done.marks, changed, t.rule >= here.legal
                )
            )
    known = [e for e in entries if is_known(e, known_at)]
    withdrawn = tuple(_version(by_sequence[e.corrects]) for e in known if e.corrects in by_sequence and e.values is None)  # type: ignore[index]
    names = [m.name for m in here.protocol.moments]
    moments = {name: day for name in names if (day := road.moment(here, name)) is not None}
    who = entries[0].participant if entries else ""
    return Chain(who, told, tuple(spoke), withdrawn, len(entries) - len(known), len(standing) - len(road.entries), moments)


def _version(e: Entry) -> Version:
    return Version(e.sequence, e.happened_on, e.event, dict(e.values or {}), e.recorded_at, e.recorded_by)
