"""The calendar of a participant for whom everything goes by the plan: every date from a start, with windows and sources."""

from __future__ import annotations

from dataclasses import dataclass

from ..protocol.enactment import Stood
from ..protocol.language import After, Dose, LeadingTo, Visit
from ..protocol.words.times import add, iso
from .administrations import states
from .dosing import amount, pieces
from .fold import FAR, Road, fold
from .journal import Entry
from .premedication import along
from .ready import Ready
from .taking import what_stands
from .visits import Planned, visits
from .windows import opens_before, window_of

LONGEST = 2 * 366  # days of a stretch in which doses are looked for
FEW = 4  # doses that come again and again, each with its own line


@dataclass(frozen=True, slots=True)
class Dated:
    """One line of a calendar. Days are ordinals; windows are None for what has none, and for a visit (`visit`) whose window is not stated.

    `timed`: it has a time of day, which nobody has recorded yet.
    """

    on: int
    what: str
    source: str
    earliest: int | None = None
    latest: int | None = None
    visit: bool = False
    timed: bool = False

    @property
    def unstated(self) -> bool:
        """Whether it is a visit whose window the protocol does not state."""
        return self.visit and self.earliest is None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A visit that a calendar leaves out, the day on which it would be (an ordinal, None where it has no day), and why."""

    what: str
    on: int | None
    because: str
    source: str


def calendar(ready: Ready, start: int) -> list[Dated]:
    """Every date from a start (day 1): what is done, what the clocks bring, and the visits with their windows.

    The study's own `nominal` entries say what is done. Raises ValueError where the study declares none.
    """
    protocol = ready.protocol
    road, planned = _nominal(ready, start)
    forms = {f.entry: f for f in protocol.forms}
    ready = ready.of(road.arm)
    rules = ready.table.meaning.rules
    made = {v.entry for v in planned}
    done = [n for number, n in enumerate(protocol.nominal, 1) if number not in made]
    rows = [Dated(start + n.day, forms[n.entry].label, forms[n.entry].source) for n in done]
    for t in road.turns:
        if t.entry is None and t.rule is not None:
            rows.append(Dated(t.day, rules[t.rule].words, rules[t.rule].source))
    rows += [Dated(_day(v), v.name, v.source, v.earliest, v.latest, True, v.timed) for v in planned if v.state != "not owed"]
    rows += [_dated(ready, road, d, stood, day, "") for day, d, stood in along(ready, road)]
    rows += _doses(ready, road)
    for v in ready.table.protocol.visits:
        rows += _repeats(ready, road, v, planned)
    unique = {(r.on, r.what): r for r in rows}
    return sorted(unique.values(), key=lambda r: (r.on, r.earliest is None, r.what))


def _day(v: Planned) -> int:
    """The day of a visit in a calendar: its target, or the earlier day of its window on which the planned journey makes it."""
    return v.made if v.made is not None and v.earliest is not None and v.earliest <= v.made < v.target else v.target


def left_out(ready: Ready, start: int) -> list[LeftOut]:
    """The visits of the study that the calendar from a start does not have, each with its reason."""
    road, planned = _nominal(ready, start)
    found = [LeftOut(v.name, v.target, v.reason or "it is not owed", v.source) for v in planned if v.state == "not owed"]
    there = {v.name for v in planned}
    own = {v.name for v in ready.of(road.arm).table.protocol.visits}
    for v in ready.protocol.visits:
        if v.name not in there:
            why = "nothing in the planned journey asks for it" if v.name in own else f"it is for {', '.join(v.arms)} only"
            if v.name in own and isinstance(v.target, LeadingTo):
                why = f"it waits for ‘{v.target.of}’, which the planned journey does not have"
            found.append(LeftOut(v.name, None, why, v.source))
    return found


def _nominal(ready: Ready, start: int) -> tuple[Road, list[Planned]]:
    """The road of the study's nominal entries from a start, and its visits."""
    protocol = ready.protocol
    if not protocol.nominal:
        raise ValueError(f"the study {protocol.name} declares no nominal journey: add nominal=(nominal(0, first_form), ..) to study(..)")
    entries = [Entry("nominal", number, iso(start + n.day) or "", n.entry, dict(n.values)) for number, n in enumerate(protocol.nominal, 1)]
    road = fold(ready, what_stands(ready, entries), add(start, 15, "years"))
    return road, visits(ready.of(road.arm), road)


def _doses(ready: Ready, road: Road) -> list[Dated]:
    """A line for each stretch of days with one dose; of a drug that is given again after some days one for each day, or, of many, for all of them."""
    found = states(road)
    rows: list[Dated] = []
    for n, (day, status, stood) in enumerate(found):
        stop = min(found[n + 1][0] if n + 1 < len(found) else day + LONGEST, day + LONGEST)
        for schedule in ready.schedules(status) if stop > day else ():
            spans: dict[Dose, list[tuple[int, int]]] = {}
            for start, end, d in pieces(ready, schedule, stood, day, stop):
                if d is not None and d.amount is not None:
                    spans.setdefault(d, []).append((start, end))
            for d, own in spans.items():
                if d.every is not None and len(own) > FEW:
                    last = "" if n + 1 == len(found) and d.last is None else f" to {iso(own[-1][0])}, {len(own)} times"
                    rows.append(_dated(ready, road, d, stood, own[0][0], f", every {d.step} days{last}"))
                else:
                    for start, end in own:
                        lasts = n + 1 < len(found) or end < stop
                        until = "" if end - start == 1 else f", to {iso(end - 1)}" if lasts else ", from then on"
                        rows.append(_dated(ready, road, d, stood, start, until))
    return rows


def _dated(ready: Ready, road: Road, d: Dose, stood: Stood, day: int, until: str) -> Dated:
    what = f"{d.drug} {amount(ready, road, d, None, stood, day)}: {d.words or d.route or d.drug}{until}"
    if d.window is None:
        return Dated(day, what, d.source)
    return Dated(day, what, d.source, day + opens_before(d.window), day + d.window.after)


def _repeats(ready: Ready, road: Road, v: Visit, planned: list[Planned]) -> list[Dated]:
    """The later occasions of a visit that comes again, each so long after the one before, to the one that ends it or to the end of the study."""
    if v.every is None or v.ends is None or v.fixed:
        return []
    anchor = max((p.target for p in planned if p.name == v.name and p.state not in ("done", "not owed")), default=None)
    limit = last_of_all(ready, road, v.ends, planned)
    if anchor is None or limit is None:
        return []
    over = road.since if ready.table.meaning.phases[road.phase].end else FAR
    found = []
    while anchor < limit and (anchor := add(anchor, v.every.n, v.every.unit)) <= over:
        earliest, latest = (None, None) if v.window is None else window_of(v, anchor)
        found.append(Dated(anchor, v.name, v.source, earliest, latest, True))
    return found


def last_of_all(ready: Ready, road: Road, ends: After, planned: list[Planned]) -> int | None:
    """The day on or after which a visit that comes again comes no more."""
    if ends.visit:
        day = max((p.target for p in planned if p.name == ends.of), default=None)
    else:
        day = road.moment(ready, ends.of)
    return None if day is None else add(day, ends.n, ends.unit)
