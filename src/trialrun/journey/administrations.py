"""Administrations: the due days of doses that are recorded one by one, each given, given late, omitted, or still owed.

A dose with a window is recorded day by day. A recorded amount counts for one due day: the nearest in whose window it falls and for which nothing was
given yet; outside every window, late, for the last due day that has passed. An amount of nought says that it was not given.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..protocol.enactment import Stood
from ..protocol.language import Dose, Protocol
from ..protocol.schedule import Schedule, drug_phases
from .dosing import Amount, amount, day_number
from .fold import FAR, Given, Road
from .presence import absences
from .ready import Ready
from .windows import opens_before

LOOKED_AHEAD = 62  # days


@dataclass(frozen=True, slots=True)
class Administration:
    """One due day of a drug with its window (days are ordinals), the amount and sentence planned, and what became of it.

    `state`: planned, due, owed, given, given late, omitted, not owed. `on`, `given`, `entry`: the day, amount and entry of what was recorded for it.
    """

    drug: str
    day: int
    earliest: int
    latest: int
    amount: Amount
    sentence: Dose
    state: str
    given: float | None = None
    on: int | None = None
    entry: int | None = None
    reason: str | None = None


class Administered(NamedTuple):
    """The due days of every drug that is recorded day by day, in their order, and what was recorded beside them, for no due day."""

    due: list[Administration]
    beside: list[Given]


class _Due(NamedTuple):
    """A due day as things stood on it."""

    day: int
    dose: Dose
    stood: Stood

    @property
    def earliest(self) -> int:
        return self.day if self.dose.window is None else self.day + opens_before(self.dose.window)

    @property
    def latest(self) -> int:
        return self.day if self.dose.window is None else self.day + self.dose.window.after


def day_by_day(protocol: Protocol) -> tuple[str, ...]:
    """The drugs that are recorded day by day: their doses have a window."""
    return tuple(dict.fromkeys(d.drug for d in protocol.doses if d.planned and d.amount is not None and d.window is not None))


def administered(ready: Ready, road: Road) -> Administered:
    """What became of every due day up to where a road stands, and the next due day of each drug while nothing else happens."""
    return _administered(ready, road, 0)


def still_owed(ready: Ready, road: Road) -> list[Administration]:
    """The due days that may still be given where a road stands, and the next one of each drug."""
    ready = ready.of(road.arm)
    windows = [d.window for d in ready.table.protocol.doses if d.window is not None]
    since = road.on - max((w.after - w.before for w in windows), default=0) - 1
    return [a for a in _administered(ready, road, since).due if a.state in ("planned", "due", "owed")] if windows else []


def _administered(ready: Ready, road: Road, since: int) -> Administered:
    ready = ready.of(road.arm)
    drugs = day_by_day(ready.table.protocol)
    found, beside = [], []
    for drug in drugs:
        own, others = _of_drug(ready, road, drug, since)
        found += own
        beside += others
    place = {drug: n for n, drug in enumerate(drugs)}
    return Administered(sorted(found, key=lambda a: (a.day, place[a.drug])), beside)


def states(road: Road) -> list[tuple[int, int, Stood]]:
    """From which day on which status and what stood: every turn, and every clock that came without one."""
    found = [(t.day, n, t.status, t.stood) for n, t in enumerate(road.turns, 1) if t.rule is not None]
    found += [(f.day, f.turn, f.status, road.turns[f.turn - 1].stood) for f in road.fired if f.turn]
    return [(day, status, stood) for day, _, status, stood in sorted(found, key=lambda s: s[:2])]


def _of_drug(ready: Ready, road: Road, drug: str, since: int) -> tuple[list[Administration], list[Given]]:
    due = _due_days(ready, road, drug, since)
    given: dict[int, Given] = {}
    not_given: dict[int, Given] = {}
    beside: list[Given] = []
    for g in (g for g in road.doses if g.drug == drug and g.day >= since):
        if g.amount > 0:
            day = _counts_for(due, g.day, given)
            if day is None:
                beside.append(g)
            else:
                given[day] = g
        elif (day := _in_window(due, g.day, {**given, **not_given})) is not None:
            not_given[day] = g
    days = [s.day for s in road.entries]
    found = []
    for d in due:
        told = given.get(d.day) or not_given.get(d.day)
        if told is None:
            n = bisect_right(days, d.day)
            known = road.entries[n - 1].entry.sequence if 0 < n < len(days) else None
            due_amount = amount(ready, road, d.dose, known, d.stood, d.day)
            found.append(_open(ready, road, Administration(drug, d.day, d.earliest, d.latest, due_amount, d.dose, "")))
        else:
            found.append(_recorded(ready, road, d, told))
    end = _leaves(ready, road)
    found = [a for a in found if a.entry is not None or a.day <= road.on or a.day < end]
    ahead = [a for a in found if a.state == "planned"]
    return [a for a in found if a.state != "planned" or a is ahead[0]], beside


def _leaves(ready: Ready, road: Road) -> int:
    """The day on which a clock leads to another phase, if nothing else happens."""
    row, found = ready.table.row(road.status), FAR
    for clock, declared in ready.waits(road.status):
        due = ready.enacts.due(road.stood, declared, road.day)
        if due is not None and row[clock][1] >= 0 and ready.enacts.deeds[row[clock][1]].to is not None:
            found = min(found, due)
    return found


def _due_days(ready: Ready, road: Road, drug: str, since: int) -> list[_Due]:
    """The due days, by how things stood at the end of each; and those on which an amount was recorded when it was due, before they changed."""
    found: dict[int, _Due] = {}
    stood_from = states(road)
    until = road.on + LOOKED_AHEAD
    for n, (day, status, stood) in enumerate(stood_from):
        stop = stood_from[n + 1][0] if n + 1 < len(stood_from) else until + 1
        schedule = _schedule(ready, status, drug) if stop > max(day, since) else None
        for d in range(max(day, since), stop) if schedule is not None else ():
            if (dose := _falls(ready, schedule, stood, d)) is not None:
                found[d] = _Due(d, dose, stood)
    for g in road.doses:
        if (
            g.drug == drug
            and g.day >= since
            and g.day not in found
            and (dose := _falls(ready, _schedule(ready, g.status, drug), g.stood, g.day)) is not None
        ):
            found[g.day] = _Due(g.day, dose, g.stood)
    return [found[day] for day in sorted(found)]


def _schedule(ready: Ready, status: int, drug: str) -> Schedule | None:
    return next((s for s in ready.schedules(status) if s.drug == drug), None)


def _falls(ready: Ready, schedule: Schedule | None, stood: Stood, day: int) -> Dose | None:
    dose = schedule.on_day(lambda name: day_number(ready, stood, name, day)) if schedule is not None else None
    return dose if dose is not None and dose.window is not None and dose.amount is not None else None


def _in_window(due: list[_Due], day: int, taken: dict[int, Given]) -> int | None:
    """The nearest due day, the earlier of two, in whose window a day falls and that is not taken."""
    there = [d for d in due if d.earliest <= day <= d.latest and d.day not in taken]
    return min(there, key=lambda d: (abs(d.day - day), d.day)).day if there else None


def _counts_for(due: list[_Due], day: int, given: dict[int, Given]) -> int | None:
    """The due day for which an amount given on a day counts."""
    found = _in_window(due, day, given)
    if found is not None:
        return found
    passed = [d for d in due if d.day <= day]
    return passed[-1].day if passed and passed[-1].latest < day and passed[-1].day not in given else None


def _recorded(ready: Ready, road: Road, d: _Due, g: Given) -> Administration:
    """A due day for which something was recorded, beside what was planned for that day as things stood at the recording."""
    own = _falls(ready, _schedule(ready, g.status, g.drug), g.stood, d.day)
    dose, stood = (d.dose, d.stood) if own is None else (own, g.stood)
    due = amount(ready, road, dose, g.entry, stood, d.day)
    state = "omitted" if g.amount <= 0 else "given" if d.earliest <= g.day <= d.latest else "given late"
    found = Administration(g.drug, d.day, d.earliest, d.latest, due, dose, state, float(g.amount), g.day, g.entry)
    return replace(found, reason=_reason(ready, road, g)) if g.amount <= 0 else found


def _reason(ready: Ready, road: Road, g: Given) -> str | None:
    """What the entry tells as its reason."""
    taken = next((s for s in road.entries if s.entry.sequence == g.entry), None)
    form = ready.forms.get(taken.entry.event) if taken is not None else None
    items = [m.name for m in form.form.items if m.role == "reason"] if form is not None else []
    told = taken.values.get(items[0]) if taken is not None and items else None
    return None if told is None else str(told)


def _open(ready: Ready, road: Road, a: Administration) -> Administration:
    """A due day for which nothing was recorded."""
    on = road.on
    reason = _excuse(ready, road, a) if on > a.day else None
    if reason is not None:
        return replace(a, state="not owed", reason=reason)
    state = "planned" if on < a.earliest else "due" if on <= a.day else "owed" if on <= a.latest else "omitted"
    return replace(a, state=state)


def _excuse(ready: Ready, road: Road, a: Administration) -> str | None:
    """Why a dose is not owed: something was recorded that ended or held it before its window closed, or the participant was lost."""
    phases = drug_phases(ready.table.protocol, a.drug)
    for t in road.turns:
        left = t.rule is not None and t.entry is not None and t.before in phases and t.after not in phases
        if left and a.day < t.day <= a.latest and t.rule is not None:
            return ready.table.meaning.rules[t.rule].words
    lost = any(low <= a.latest and a.day < high for low, high in absences(ready, road))
    return "not owed while lost to follow-up" if lost else None
