"""Visits of a participant: target, earliest and latest day, and state, computed from the road and the entries that made them.

States: done; due (ahead, its target day not yet passed); owed (target passed, window open); late (window passed, still to be made);
missed (can no longer be made); not owed (with the reason).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..protocol.language import After, Visit
from ..protocol.words.expressions import Clock
from ..protocol.words.times import add
from .fold import FAR, Road
from .occasions import Map, Occasion, bases, date_of, occasions, stretches, target_day
from .presence import absences, ended_by, while_in_study
from .ready import Ready
from .taking import Taken
from .values import as_name

__all__ = ["Planned", "absences", "ended_by", "visit_named", "visits", "while_in_study"]

End = tuple[int, str] | None
Absences = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Planned:
    """One planned visit. Days are ordinals; `made` is the day it was made, `entry` the sequence that made it."""

    name: str
    target: int
    earliest: int
    latest: int
    state: str
    source: str
    occasion: int = 1
    made: int | None = None
    entry: int | None = None
    reason: str | None = None
    projected: bool = False


def visits(ready: Ready, road: Road) -> list[Planned]:
    """Every visit of a participant, in the order of their targets."""
    ready = ready.of(road.arm)
    phase = ready.table.meaning.phases[road.phase]
    end = (road.since, phase.reason or "the study has ended") if phase.end else None
    on, gone = Map(ready, road), absences(ready, road)
    by_event: dict[str, list[Taken]] = {}
    for s in while_in_study(ready, road):
        by_event.setdefault(s.entry.event, []).append(s)
    claims = _claims(ready, by_event)
    planned: list[Planned] = []
    for v in ready.table.protocol.visits:
        made = claims.get(v.name, [])
        if not _named(ready, v) and v.made_by in by_event:
            made = [s for s in by_event[v.made_by] if s.entry.visit is None or s in made]
        if v.every is not None:
            planned += _repeated(on, v, made, gone, end)
            continue
        kept = on.targets.setdefault(v.name, [])
        for number, occasion in enumerate(occasions(on, v), 1):
            target, projected = target_day(on, v, occasion)
            if target is not None:
                kept.append((occasion, target))
                planned.append(_planned(on, v, occasion, number, target, projected, made, gone, end))
    planned.sort(key=lambda p: p.target)
    return planned


def _named(ready: Ready, v: Visit) -> bool:
    form = ready.forms.get(v.made_by)
    return form is not None and form.visit_item is not None


def _claims(ready: Ready, by_event: dict[str, list[Taken]]) -> dict[str, list[Taken]]:
    """The entries that say by name which visit they make: in their item for it, or in the entry itself."""
    found: dict[str, list[Taken]] = {}
    makes = {v.name: v.made_by for v in ready.table.protocol.visits}
    for event, entries in by_event.items():
        for s in entries:
            said = name_said(ready, s)
            name = None if said is None else visit_named(ready, said)
            if name is not None and makes[name] == event:
                found.setdefault(name, []).append(s)
    return found


def name_said(ready: Ready, s: Taken) -> str | None:
    """The name of a visit that an entry says, None where it says none."""
    form = ready.forms.get(s.entry.event)
    if s.entry.visit is not None:
        return s.entry.visit
    if form is None or form.visit_item is None:
        return None
    said = s.values.get(form.visit_item)
    return None if said is None else str(said)


def visit_named(ready: Ready, text: str) -> str | None:
    """The planned visit that a recorded visit name means, None for an unscheduled one. Names match as names: case, spaces, leading noughts apart."""
    plain = as_name(text)
    return next((v.name for v in ready.table.protocol.visits if plain in _names_of(v)), None)


@lru_cache(maxsize=4096)
def _names_of(v: Visit) -> frozenset[str]:
    return frozenset(as_name(name) for name in (v.name, *v.known_as))


def _planned(
    on: Map,
    v: Visit,
    occasion: Occasion,
    number: int,
    target: int,
    projected: bool,
    entries: Sequence[Taken],
    gone: Absences,
    end: End,
) -> Planned:
    w, today = v.window, on.road.on
    earliest = target + (max(w.before, -w.not_before) if w.not_before is not None else w.before)
    latest = target + w.after
    low = _first_day(on, v, occasion, target, earliest) if _named(on.ready, v) else earliest
    stands_still = projected and isinstance(v.target, Clock) and on.road.stood.watches[v.target.of].since is None
    made = None if stands_still else next((s for s in entries if _makes(on.road, occasion, number, s, low)), None)
    if made is not None:
        return Planned(v.name, target, earliest, latest, "done", v.source, number, made.day, made.entry.sequence, None, projected)
    reason = _excuse(on, v, target, gone, end)
    state = "not owed"
    if reason is None and occasion.closed < FAR and v.opens:
        reason = "treatment that began first replaced it"
    elif reason is None and end is not None:
        state, reason = "missed", end[1]
    elif reason is None and occasion.closed < FAR:
        state, reason = "missed", "the next one began before it was made"
    elif reason is None:
        state = _open(today, target, latest)
    return Planned(v.name, target, earliest, latest, state, v.source, number, None, None, reason, projected)


def _open(today: int, target: int, latest: int) -> str:
    return "due" if today <= target else "owed" if today <= latest else "late"


def _first_day(on: Map, v: Visit, occasion: Occasion, target: int, earliest: int) -> int:
    """The first day on which a visit recorded by its name can have been made: the day it counts from, or the day after that last day."""
    after = v.target
    if not isinstance(after, After) or after.visit:
        return min(occasion.opened, earliest)
    anchor = target - after.n if after.unit == "days" else on.road.moment(on.ready, after.of) or 0
    anchor += after.of in on.ready.enacts.derived
    return min(anchor, earliest)


def _makes(road: Road, occasion: Occasion, number: int, s: Taken, low: int) -> bool:
    """Whether an entry makes an occasion: the one that it names, or the one that it falls into."""
    if s.entry.visit is not None and s.entry.occasion is not None:
        return s.entry.occasion == number
    return _within(road, occasion, s, low)


def _within(road: Road, occasion: Occasion, s: Taken, low: int) -> bool:
    """Whether an entry falls into an occasion; on the day it closes, only what was recorded before what closed it."""
    if s.day < low or s.day > occasion.closed:
        return False
    if s.day < occasion.closed:
        return True
    closing = road.turns[occasion.last_turn - 1].entry if 0 < occasion.last_turn <= len(road.turns) else None
    return any(c.entry.sequence == closing and s.place < c.place for c in road.entries)


def _excuse(on: Map, v: Visit, target: int, gone: Absences, end: End) -> str | None:
    """Why a visit is not owed. A repeated visit waits out an absence or a treatment, and is owed again when they are over."""
    if end is not None and target > end[0]:
        return f"the study ended before: {end[1]}"
    for began, back in gone:
        if began < target < back and (back == FAR or v.every is None):
            return "not owed while lost to follow-up"
    if v.excused:
        for s in stretches(on, v):
            if s.low < target < s.high and not (s.over and v.every is not None):
                return s.why
    return None


def _repeated(on: Map, v: Visit, entries: Sequence[Taken], gone: Absences, end: End) -> list[Planned]:
    known = bases(on, v.target)
    if not known or v.every is None:
        return []
    last_of_all = date_of(on, v.ends) if v.ends else None
    found: list[Planned] = []
    anchor = 0
    for s in _made_in(on.road, entries, v.excused) if v.excused else entries:
        base = max((day for opened, day in known if opened <= s.day), default=FAR)
        if s.day <= base:
            continue
        target = add(max(base, anchor), v.every.n, v.every.unit)
        found.append(_again(v, target, len(found) + 1, "done", s))
        anchor = s.day
        if last_of_all is not None and anchor >= last_of_all:
            return found
    target = add(max(known[-1][1], anchor), v.every.n, v.every.unit)
    reason = _excuse(on, v, target, gone, end)
    state = "not owed"
    if reason is None and end is not None:
        state, reason = "missed", end[1]
    elif reason is None:
        state = _open(on.road.on, target, target + v.window.after)
    return [*found, _again(v, target, len(found) + 1, state, None, reason)]


def _again(v: Visit, target: int, number: int, state: str, made: Taken | None, reason: str | None = None) -> Planned:
    day, entry = (None, None) if made is None else (made.day, made.entry.sequence)
    return Planned(v.name, target, target + v.window.before, target + v.window.after, state, v.source, number, day, entry, reason)


def _made_in(road: Road, entries: Sequence[Taken], phases: tuple[str, ...]) -> list[Taken]:
    """The entries that were met in some phases."""
    met = {t.entry for t in (*road.turns, *road.unheard) if t.before in phases}
    return [s for s in entries if s.entry.sequence in met]
