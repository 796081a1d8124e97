"""Visits of a participant: target, earliest and latest day, and state, computed from the road and the entries that made them.

States: done; planned (its window has not opened); due (it has, and the target day has not passed); owed (target passed, window open); late
(window passed, still to be made); missed (can no longer be made); not owed (with the reason).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..protocol.language import LeadingTo, Visit
from ..protocol.words.times import add, iso
from .clock_times import minute_of, off_by, timed
from .fold import FAR, Road
from .for_whom import is_for
from .making import makings, name_said, slots, visit_named
from .occasions import Map, anchored, bases, stretches
from .presence import absences, ended_by, while_in_study
from .ready import Ready
from .taking import Taken
from .windows import Slot, window_of

__all__ = ["Planned", "absences", "ended_by", "name_said", "visit_named", "visits", "while_in_study"]

End = tuple[int, str] | None
AHEAD = ("planned", "due", "owed", "late")  # still to be made
NEXT = "the window of the next one has opened"
Absences = list[tuple[int, int]]


class Planned(NamedTuple):
    """One planned visit. Days are ordinals; `made` is the day it was made, `entry` the sequence that made it.

    `timed`: it has a time of day, `at` the minute of it where known; `off`: by how many minutes it was made outside of its window in minutes,
    `made_at` the minute at which it was made.
    `earliest`, `latest`: its window; None where the protocol states none. It counts up to `until` then, and is owed from its target on, never late.
    """

    name: str
    target: int
    earliest: int | None
    latest: int | None
    state: str
    source: str
    occasion: int = 1
    made: int | None = None
    entry: int | None = None
    reason: str | None = None
    projected: bool = False
    until: int = FAR
    timed: bool = False
    at: int | None = None
    off: int | None = None
    made_at: int | None = None


def visits(ready: Ready, road: Road) -> list[Planned]:
    """Every visit of a participant, in the order of their targets."""
    ready = ready.of(road.arm)
    phase = ready.table.meaning.phases[road.phase]
    end = (road.since, phase.reason or "the study has ended") if phase.end else None
    on, gone = Map(ready, road), absences(ready, road)
    places = slots(on)
    made = makings(on, places)
    planned = [_planned(on, s, made.one.get((s.visit.name, s.number)), gone, end) for s in places]
    for several in ready.visits.again.values():
        for v in several:
            planned += _repeated(on, v, made.again.get(v.name, []), gone, end)
    place = ready.visits.place
    planned.sort(key=lambda p: (p.target, place[p.name], p.occasion))
    return planned


def _planned(on: Map, s: Slot, made: Taken | None, gone: Absences, end: End) -> Planned:
    v, occasion, target = s.visit, s.occasion, s.target
    earliest, latest = (s.earliest, s.latest) if s.stated else (None, None)
    if made is not None:
        seen = made.day, made.entry.sequence
        off, when = _off(s, made), minute_of(made.entry) if timed(v) and not made.partial else None
        return Planned(
            v.name, target, earliest, latest, "done", v.source, s.number, *seen, None, s.projected, s.until, timed(v), s.at, off, when
        )
    reason = _excuse(on, v, target, gone, end) or s.not_for
    state = "not owed"
    if reason is None and occasion.replaced:
        reason = "treatment that began first replaced it"
    elif reason is None and occasion.closed < FAR:
        state, reason = "missed", "the next one began before it was made"
    elif reason is None and end is not None:
        state, reason = "missed", end[1]
    elif reason is None and isinstance(v.target, LeadingTo) and on.road.on > s.until:
        state, reason = "missed", f"‘{v.target.of}’ came without it"
    elif reason is None and on.road.on > s.until:
        state, reason = "missed", NEXT if s.until < s.expires else f"it could be made until {iso(s.expires)}"
    elif reason is None:
        state = _open(on.road.on, target, earliest, latest)
    return Planned(v.name, target, earliest, latest, state, v.source, s.number, None, None, reason, s.projected, s.until, timed(v), s.at)


def _off(s: Slot, made: Taken) -> int | None:
    """By how many minutes an entry made an occasion before (a negative number) or after its window in minutes; None where a time is not known."""
    w = s.visit.window
    if w is None or w.unit != "minutes" or s.at is None or made.partial or minute_of(made.entry) is None:
        return None
    off = off_by(s.target, s.at, made)
    return off - w.before if off < w.before else off - w.after if off > w.after else 0


def _open(today: int, target: int, earliest: int | None, latest: int | None) -> str:
    opens = target if earliest is None else earliest
    return "planned" if today < opens else "due" if today <= target else "owed" if latest is None or today <= latest else "late"


def _excuse(on: Map, v: Visit, target: int, gone: Absences, end: End) -> str | None:
    """Why a visit is not owed. A repeated visit waits out an absence or a treatment, and is owed again when they are over."""
    if end is not None and target > end[0]:
        return f"the study ended before: {end[1]}"
    for began, back in gone:
        if began < target < back and (back == FAR or not v.drifts):
            return "not owed while lost to follow-up"
    if v.excused:
        for s in stretches(on, v):
            if s.low < target < s.high and not (s.over and v.drifts):
                return s.why
    return None


def _repeated(on: Map, v: Visit, entries: Sequence[Taken], gone: Absences, end: End) -> list[Planned]:
    """The occasions of a visit that comes again: those made, those that an entry of a later number left out, and the next one."""
    known = bases(on, v.target)
    if not known or v.every is None:
        return []
    last_of_all = anchored(on, v.ends) if v.ends else None
    found: list[Planned] = []
    anchor = 0
    for s in entries:
        base = max((day for opened, day in known if opened <= s.day), default=FAR)
        named = s.entry.occasion if s.entry.visit is not None else None
        if s.day <= base or (named is not None and named <= len(found)):
            continue
        anchor = max(base, anchor)
        while named is not None and len(found) + 1 < named:
            anchor = add(anchor, v.every.n, v.every.unit)
            found.append(_again(v, anchor, len(found) + 1, "missed", None, "a later one was made"))
        found.append(_again(v, add(anchor, v.every.n, v.every.unit), len(found) + 1, "done", s))
        anchor = s.day
        if last_of_all is not None and anchor >= last_of_all:
            return found
    target = add(max(known[-1][1], anchor), v.every.n, v.every.unit)
    reason = _excuse(on, v, target, gone, end) or is_for(on, v, target)
    state = "not owed"
    if reason is None and end is not None:
        state, reason = "missed", end[1]
    elif reason is None:
        state = _open(on.road.on, target, *_window(v, target))
    return [*found, _again(v, target, len(found) + 1, state, None, reason)]


def _again(v: Visit, target: int, number: int, state: str, made: Taken | None, reason: str | None = None) -> Planned:
    day, entry = (None, None) if made is None else (made.day, made.entry.sequence)
    return Planned(v.name, target, *_window(v, target), state, v.source, number, day, entry, reason)


def _window(v: Visit, target: int) -> tuple[int | None, int | None]:
    return (None, None) if v.window is None else window_of(v, target)
