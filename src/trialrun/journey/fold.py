"""The fold: a participant's journal walked through the study's table, day by day, to the road travelled and the status reached.

Clocks fire in the order of their dates, before and after the entries of a day. Each entry gives protocol events through its form; each
event is looked up in the table; the rule found there moves days, stopwatches and counters. Nothing is stored: walk again to know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..protocol.words.expressions import Clock
from ..protocol.words.times import add
from .journal import Standing
from .ready import Enactment, Ready

FAR = 1 << 30
Judged = Mapping[tuple[int, str], tuple[str, Standing]]
NOTHING = Enactment(None, (), (), ())


@dataclass(slots=True)
class Turn:
    """One step of the road: the day, the event, the rule that spoke (None: none did), phases, and the entry it came from."""

    day: int
    event: str
    rule: int | None
    before: str
    after: str
    entry: int | None
    at_status: int


@dataclass(slots=True)
class Road:
    """Where a participant has been and is: status, days, counters, and every turn on the way.

    `ran_on`: stopwatches told later to have run on, each from the day of what ended them to the day of the stop, with the stop's entry.
    """

    status: int
    phase: str
    since: int
    shown_since: int
    counters: dict[str, int]
    moments: dict[str, int] = field(default_factory=dict)
    ran: dict[str, list[int]] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    unheard: list[Turn] = field(default_factory=list)
    marked: list[tuple[str, int, int | None, dict[str, int]]] = field(default_factory=list)
    raised: list[tuple[str, int, int]] = field(default_factory=list)
    fired: list[tuple[str, int, int]] = field(default_factory=list)
    classes: list[tuple[int, str, int, dict[str, Any]]] = field(default_factory=list)
    doses: list[tuple[int, Any, int, int]] = field(default_factory=list)
    differ: list[tuple[int, str, str, int]] = field(default_factory=list)
    met: list[tuple[int, int]] = field(default_factory=list)
    lasts: list[tuple[str, int, int]] = field(default_factory=list)
    ran_on: list[tuple[str, int, int, int | None]] = field(default_factory=list)
    entries: Sequence[Standing] = ()
    on: int = 0
    day: int = 0
    arm: str = ""
    screened: dict[str, Any] = field(default_factory=dict)
    spoken: set[tuple[int, str]] = field(default_factory=set)
    _due: tuple[int, str] = (FAR, "")

    def elapsed(self, watch: str, day: int) -> int:
        """Whole days that a stopwatch has counted before a day."""
        kept = self.ran.get(watch)
        if kept is None:
            return 0
        acc, since = kept[0], kept[1]
        return acc + (day - since if since >= 0 else 0)

    def moment(self, ready: Ready, name: str) -> int | None:
        """The day of a moment, marked or derived, if there is one."""
        derived = ready.derived.get(name)
        if derived is None:
            return self.moments.get(name)
        watch, other = derived
        kept = self.ran.get(watch)
        if kept is not None:
            if kept[1] >= 0 and self.day >= kept[1]:
                return self.day
            if kept[2]:
                return kept[2]
        return None if other is None else self.moment(ready, other)


def fold(ready: Ready, standing: Sequence[Standing], on: int) -> Road:
    """The road of one participant up to and including a day. `standing` is in the order of the walk."""
    arm = allocated(ready, standing, on)
    ready = ready.of(arm)
    road = begin(ready, arm)
    road.on = on
    judged = _judged(ready, standing)
    taken = 0
    for s in standing:
        if s.day > on:
            break
        taken += 1
        record(ready, road, s, judged)
    advance(ready, road, on)
    road.day = max(road.day, on)
    road.entries = standing[:taken] if taken < len(standing) else standing
    return road


def begin(ready: Ready, arm: str = "") -> Road:
    """A road on which nothing has happened yet. `ready` is the study as this arm runs it."""
    return Road(0, ready.table.status(0)[0], 0, 0, dict(ready.starts), arm=arm)


def advance(ready: Ready, road: Road, day: int) -> None:
    """Fire the clocks that are due up to and including a day, in the order of their dates."""
    while road._due[0] <= day:
        _fire(ready, road)


def record(ready: Ready, road: Road, s: Standing, judged: Judged | None = None) -> None:
    """Take the next entry in the order of the walk: the clocks before it, the events its values give, the clocks that these make due.

    `judged` has the assessments of that day which an investigator's own guards: its events come from the investigator's entry, at the first
    assessment of the day. `road.entries` is the caller's to keep.
    """
    if road._due[0] <= s.day:
        advance(ready, road, s.day)
    road.day = s.day
    e = s.entry
    road.met.append((e.sequence, len(road.turns)))
    form = ready.forms.get(e.event)
    if form is None:
        return
    recorded = form.read(e.values)
    values: dict[str, Any] = recorded
    if form.asks:
        values = {**road.screened, **recorded} if form.asks_screening else dict(recorded)
    if form.classes:
        found = form.class_of(values)
        if found is not None:
            road.classes.append((s.day, found, e.sequence, recorded))
            values[form.form.classified] = found
    judge = judged.get((s.day, e.event)) if judged else None
    if judge is not None:
        _note_own(ready, road, judge, s.day)
        if (s.day, judge[0]) in road.spoken:
            return
        road.spoken.add((s.day, judge[0]))
        form = ready.forms[judge[1].entry.event]
        values = {**road.screened, **form.read(judge[1].entry.values)}
    for event in form.events(values):
        _meet(ready, road, event, s.day, e.sequence if judge is None else judge[1].entry.sequence)
    if form.form.keeps_screening:
        road.screened.update({f"screening {name}": value for name, value in recorded.items()})
    if road._due[0] <= s.day:
        advance(ready, road, s.day)
    if form.dose_item is not None and values.get(form.dose_item) is not None:
        road.doses.append((s.day, values[form.dose_item], e.sequence, road.status))


def _note_own(ready: Ready, road: Road, judge: tuple[str, Standing], day: int) -> None:
    """Keep the investigator's class after the computed one of the day, and note where they differ."""
    subject, own = judge
    values = ready.forms[own.entry.event].read(own.entry.values)
    said = values.get(ready.forms[subject].form.classified)
    if said is None:
        return
    row = (day, str(said), own.entry.sequence, values)
    road.classes = [c for c in road.classes if c[:3] != row[:3]]
    computed = next((c[1] for c in reversed(road.classes) if c[0] == day), None)
    differ = (day, str(computed), str(said), own.entry.sequence)
    if computed is not None and computed != said and differ not in road.differ:
        road.differ.append(differ)
    road.classes.append(row)


def allocated(ready: Ready, standing: Sequence[Standing], on: int) -> str:
    """The arm of the first allocation that stands on a day; nothing before one, and in a study without arms."""
    if ready.arms:
        for s in standing:
            if s.day > on:
                break
            form = ready.forms.get(s.entry.event)
            arm = (s.entry.values or {}).get(form.arm_item) if form is not None and form.arm_item else None
            if arm in ready.arms:
                return str(arm)
    return ""


def _judged(ready: Ready, standing: Sequence[Standing]) -> dict[tuple[int, str], tuple[str, Standing]]:
    """Assessments that an investigator's own of the same day guards: (day, entry event) -> (assessment, the investigator's)."""
    found: dict[tuple[int, str], tuple[str, Standing]] = {}
    if not ready.overriding:
        return found
    own = [s for s in standing if s.entry.event in ready.overriding]
    for s in own:
        subject = ready.overriding[s.entry.event]
        found[(s.day, subject)] = found[(s.day, s.entry.event)] = (subject, s)
    return found


def _fire(ready: Ready, road: Road) -> None:
    due, clock = road._due
    was_past = due < road.day
    road.day = max(due, road.day)
    road.fired.append((clock, road.day, len(road.turns)))
    nxt, rule = ready.table.row(road.status)[clock]
    if rule < 0 or (was_past and ready.enactments[rule] == NOTHING):
        road.status = nxt
        _wait(ready, road)
    else:
        _turn(ready, road, clock, nxt, rule, None)


def _meet(ready: Ready, road: Road, event: str, day: int, entry: int) -> None:
    found = ready.table.row(road.status).get(event)
    if found is None:
        road.unheard.append(Turn(day, event, None, road.phase, road.phase, entry, road.status))
    else:
        _turn(ready, road, event, found[0], found[1], entry)


def _turn(ready: Ready, road: Road, event: str, nxt: int, rule: int, entry: int | None) -> None:
    day, before = road.day, road.phase
    enactment = ready.enactments[rule]
    after = enactment.to or before
    road.turns.append(Turn(day, event, rule, before, after, entry, road.status))
    counters = road.counters
    for kind, name, value in enactment.changes:
        if kind == "put":
            counters[name] = value
        elif kind == "add":
            counters[name] = min(counters[name] + 1, ready.bounds.get(name, FAR))
            road.raised.append((name, day, len(road.turns)))
        else:
            counters[name] = max(counters[name] - 1, 0)
    if after != before or enactment.resets:
        move_watches(ready, road, after, enactment.resets, day, ready.natures.get(event) in ("fact", "decision"))
    for name in enactment.extends:
        run_on(road, name, day, entry)
    for name in enactment.marks:
        road.moments[name] = day
        road.marked.append((name, day, entry, dict(counters)))
    if after != before:
        road.since = day
        if not road.shown_since or ready.shown[after] != ready.shown[before]:
            road.shown_since = day
        road.phase = after
    road.status = nxt
    _wait(ready, road)


def move_watches(ready: Ready, road: Road, after: str, resets: tuple[str, ...], day: int, unstopped: bool) -> None:
    """Stop and start the stopwatches at a turn; one that a fact or a decision ended (`unstopped`) may be told later to have run on."""
    for watch, phases in ready.table.meaning.running.items():
        kept = road.ran.get(watch)
        if kept is None:
            kept = road.ran[watch] = [0, -1, 0, 0]
        if kept[1] >= 0 and (after not in phases or watch in resets):
            kept[0] += day - kept[1]
            if day > kept[1]:
                kept[2] = day - 1
                road.lasts.append((watch, len(road.turns), day - 1))
            kept[1], kept[3] = -1, day if unstopped and after not in phases else 0
        if watch in resets:
            kept[0] = 0
        if after in phases and kept[1] < 0:
            kept[1], kept[3] = day, 0


def run_on(road: Road, watch: str, day: int, entry: int | None) -> None:
    """A stop told after what ended a stretch: the days between counted too, and the day before the stop was the last one."""
    kept = road.ran.get(watch)
    if kept is not None and kept[3]:
        kept[0] += max(day - kept[3], 0)
        road.ran_on.append((watch, kept[3], day, entry))
        if day > kept[3]:
            kept[2] = max(kept[2], day - 1)
            road.lasts.append((watch, len(road.turns), kept[2]))
        kept[3] = 0


def _wait(ready: Ready, road: Road) -> None:
    best, name = FAR, ""
    for clock, declared in ready.waits(road.status):
        due = due_day(ready, road, declared)
        if due is not None and due < best:
            best, name = due, clock
    road._due = (best, name)


def due_day(ready: Ready, road: Road, clock: Clock) -> int | None:
    """The day on which a clock becomes true as things stand; None while its anchor has no day or its stopwatch is not running."""
    if clock.kind == "full":
        kept = road.ran.get(clock.of)
        return None if kept is None or kept[1] < 0 else kept[1] + clock.n - kept[0]
    anchor = road.moment(ready, clock.of)
    if anchor is None:
        return None
    return add(anchor, clock.n, clock.unit) + (1 if clock.kind == "past" else 0)
