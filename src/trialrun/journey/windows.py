"""The days on which an occasion of a visit can be made: by its window, or, where the protocol states none, by what comes before and after it.

Without a stated window any day counts until the day of the next occasion, of the visit itself or of another of its series (made by the same
form, counted from the same day). An entry that names no visit makes it from the day after what it counts from; of two of a series, the nearer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed
from typing import NamedTuple

from ..protocol.language import After, LeadingTo, Visit, Window
from ..protocol.words.times import add
from .clock_times import DAY, timed
from .fold import FAR
from .occasions import Map, Occasion, anchored


class Slot(NamedTuple):
    """One occasion of a visit with its target and window. Days are ordinals.

    `named_from`: the first day on which an entry that names the visit can have made it; `until`: the last one (of fixed days, the day before the
    window of the next opens). `expires`: the last day on which it can be made at all. `held`: the stopwatch of its target stands still, so that
    nothing makes it yet. `not_for`: why it is not for this participant; only an entry that names it makes it then. `at`: the minute of its day,
    where it has one and that is known.
    """

    visit: Visit
    number: int
    occasion: Occasion
    target: int
    earliest: int
    latest: int
    named_from: int
    projected: bool = False
    held: bool = False
    until: int = FAR
    expires: int = FAR
    not_for: str | None = None
    at: int | None = None

    @property
    def stated(self) -> bool:
        """Whether the protocol states its window, or the days before an act."""
        return self.visit.window is not None or self.leads

    @property
    def leads(self) -> bool:
        """Whether it leads to an act."""
        return isinstance(self.visit.target, LeadingTo)

    @property
    def named_until(self) -> int:
        """The last day on which an entry that names it makes it: by a name of its own one makes it later too than its series would have it."""
        return self.until if self.stated or self.visit.fixed else self.expires


def opens_before(w: Window) -> int:
    """How many days after its target a window opens (before it: a negative number)."""
    return w.before if w.not_before is None else max(w.before, -w.not_before)


def window_of(v: Visit, target: int, at: int | None = None) -> tuple[int, int]:
    """The first and the last day of the window about a target; of one that is not stated the target itself, until `unstated` has drawn it out.

    A window in minutes is that about its time of day, which is the day alone where no time is known.
    """
    if v.window is None:
        return target, target
    if v.window.unit == "minutes":
        return (target, target) if at is None else (target + (at + v.window.before) // DAY, target + (at + v.window.after) // DAY)
    return target + opens_before(v.window), target + v.window.after


def expiry(v: Visit, target: int) -> int:
    """The last day on which an occasion can be made; FAR where it stays owed."""
    return FAR if v.expires is None else add(target, v.expires.n, v.expires.unit)


def first_day(on: Map, v: Visit, occasion: Occasion, target: int, earliest: int) -> int:
    """The first day on which a visit recorded by its name can have been made: the day it counts from, or the day after that last day."""
    after = v.target
    if not isinstance(after, After) or after.visit:
        return min(occasion.opened, earliest)
    if timed(v):
        anchor = anchored(on, changed(after, n=0), occasion) or 0
    else:
        anchor = target - after.n if after.unit == "days" else on.road.moment(on.ready, after.of) or 0
    anchor += after.of in on.ready.enacts.derived
    return min(anchor, earliest)


def unstated(on: Map, slot: Slot, every_one: Sequence[Slot]) -> Slot:
    """An occasion whose window is not stated, with the days on which it counts."""
    near = [s for s in every_one if s is not slot and s.not_for is None and _of_its_series(s, slot)]
    ahead = [(s.earliest if s.stated else s.target) - 1 for s in near if s.target > slot.target]
    latest = max(slot.target, min([slot.until, slot.occasion.closed, *ahead]))
    before = max((s.target for s in near if s.target < slot.target), default=None)
    after = slot.visit.target
    if before is not None:
        earliest = before + (slot.target - before) // 2 + 1
    else:
        counted = anchored(on, changed(after, n=0), slot.occasion) if isinstance(after, After) else None
        earliest = slot.target if counted is None else min(counted + 1, slot.target)
    return slot._replace(earliest=earliest, latest=latest, until=latest, named_from=min(slot.named_from, earliest))


def _of_its_series(one: Slot, other: Slot) -> bool:
    a, b = one.visit, other.visit
    if a.made_by != b.made_by or one.occasion.began != other.occasion.began:
        return False
    if a.name == b.name:
        return True
    s, t = a.target, b.target
    return isinstance(s, After) and isinstance(t, After) and (s.of, s.visit, a.each, a.opens) == (t.of, t.visit, b.each, b.opens)
