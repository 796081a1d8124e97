"""The fold: a participant's journal walked through the study's table, day by day, to the road travelled and the status reached.

Clocks fire in the order of their dates, before and after the entries of a day. Each entry gives protocol events through its form; each
event is looked up in the table; the rule found there moves days, stopwatches and counters. Nothing is stored: walk again to know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..protocol.enactment import NOTHING, Deed, Stood
from ..protocol.words.expressions import Clock
from .ready import ReadForm, Ready
from .taking import Taken

FAR = 1 << 30
Judged = Mapping[tuple[int, str], tuple[str, Taken]]


class Turn(NamedTuple):
    """One step of the road: the day, the event, the rule that spoke (None: none did) and its deed, the entry it came from (None: a clock).

    `before` and `after` are phases, `at_status` and `status` the table's statuses before and after; `stood` is what stood after it.
    """

    day: int
    event: str
    rule: int | None
    before: str
    after: str
    entry: int | None
    at_status: int
    status: int
    stood: Stood
    did: Deed = NOTHING


class Fired(NamedTuple):
    """A clock that came on a day: by how many turns there were before it, and the status after it."""

    clock: str
    day: int
    turn: int
    status: int


@dataclass(frozen=True, slots=True)
class Classified:
    """The class of a day's assessment, by the entry that says it, with the values it was read from, and the phase in which it came."""

    day: int
    name: str
    entry: int
    values: Mapping[str, Any]
    phase: str


@dataclass(frozen=True, slots=True)
class Given:
    """A dose recorded by an entry: of which drug ("": not told), and the status at which it was given with what stood there."""

    day: int
    amount: Any
    entry: int
    status: int
    drug: str
    stood: Stood


@dataclass(frozen=True, slots=True)
class Differing:
    """A day on which the computed class and the investigator's own differ; the investigator's entry."""

    day: int
    computed: str
    own: str
    entry: int


class Met(NamedTuple):
    """An entry, and how many turns there were before it."""

    entry: int
    turn: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A moment that a rule marked: its day, the entry it came from, and what stood after the rule."""

    moment: str
    day: int
    entry: int | None
    stood: Stood


@dataclass(frozen=True, slots=True)
class RanOn:
    """A stopwatch told later to have run on: from the day of what ended it to the day of the stop, with the stop's entry.

    `days` of them counted; `beyond` were told beyond the most that it counts.
    """

    watch: str
    since: int
    stop: int
    entry: int | None
    days: int
    beyond: int


@dataclass(slots=True)
class Road:
    """Where a participant has been and is: the status, what stands, and every turn on the way, each with what stood after it."""

    status: int
    stood: Stood
    since: int = 0
    shown_since: int = 0
    turns: list[Turn] = field(default_factory=list)
    unheard: list[Turn] = field(default_factory=list)
    fired: list[Fired] = field(default_factory=list)
    classes: list[Classified] = field(default_factory=list)
    doses: list[Given] = field(default_factory=list)
    differ: list[Differing] = field(default_factory=list)
    met: list[Met] = field(default_factory=list)
    entries: Sequence[Taken] = ()
    on: int = 0
    day: int = 0
    arm: str = ""
    screened: dict[str, Any] = field(default_factory=dict)
    spoken: set[tuple[int, str]] = field(default_factory=set)
    start: Stood | None = None
    _due: tuple[int, str] = (FAR, "")

    @property
    def phase(self) -> str:
        """Where the participant is."""
        return self.stood.phase

    @property
    def counters(self) -> Mapping[str, int]:
        """Flags, counts and tallies by name."""
        return self.stood.counters

    @property
    def moments(self) -> Mapping[str, int]:
        """The days of the moments that rules marked."""
        return self.stood.moments

    def elapsed(self, watch: str, day: int) -> int:
        """Whole days that a stopwatch has counted before a day."""
        return self.stood.elapsed(watch, day)

    def moment(self, ready: Ready, name: str) -> int | None:
        """The day of a moment, marked or derived, if there is one."""
        return ready.enacts.day_of(self.stood, name, self.day)

    def marked(self) -> Iterator[Marked]:
        """Every moment that a rule marked, in the order of the road."""
        for t in self.turns:
            for name in t.did.marks:
                yield Marked(name, t.day, t.entry, t.stood)

    def uncertain(self) -> dict[str, tuple[int, int]]:
        """The moments that hang on an entry whose date is known in part, with the first and the last day that each could be."""
        partly = {s.entry.sequence: (s.first, s.last) for s in self.entries if s.partial}
        latest = {m.moment: m.entry for m in self.marked()} if partly else {}
        return {name: partly[entry] for name, entry in latest.items() if entry is not None and entry in partly}

    def ran_on(self) -> Iterator[RanOn]:
        """Every stopwatch told later to have run on."""
        before = self.start or self.stood
        for t in self.turns:
            for e in t.did.extends:
                kept = before.watches.get(e.name)
                if kept is not None and kept.ended is not None:
                    days = t.stood.watches[e.name].counted - kept.counted
                    yield RanOn(e.name, kept.ended, t.day, t.entry, days, max(t.day - kept.ended, 0) - days)
            before = t.stood


def fold(ready: Ready, standing: Sequence[Taken], on: int) -> Road:
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
    return Road(0, ready.enacts.start, arm=arm, start=ready.enacts.start)


def advance(ready: Ready, road: Road, day: int) -> None:
    """Fire the clocks that are due up to and including a day, in the order of their dates."""
    while road._due[0] <= day:
        _fire(ready, road)


def record(ready: Ready, road: Road, s: Taken, judged: Judged | None = None) -> None:
    """Take the next entry in the order of the walk: the clocks before it, the events its values give, the clocks that these make due.

    `judged` has the assessments of that day which an investigator's own guards: its events come from the investigator's entry, at the first
    assessment of the day. `road.entries` is the caller's to keep.
    """
    if road._due[0] <= s.day:
        advance(ready, road, s.day)
    road.day = s.day
    e = s.entry
    road.met.append(Met(e.sequence, len(road.turns)))
    form = ready.forms.get(e.event)
    if form is None:
        return
    recorded = s.known
    if form.arm_item is not None and ready.protocol.arms and recorded.get(form.arm_item) not in ready.names_of_arms:
        return
    values = {**road.screened, **recorded} if form.asks_screening else recorded
    if form.classes:
        found = form.class_of(values)
        if found is not None:
            road.classes.append(Classified(s.day, found, e.sequence, recorded, road.phase))
            values = {**values, form.form.classified: found}
    judge = judged.get((s.day, e.event)) if judged else None
    if judge is not None:
        _note_own(ready, road, judge, s.day)
        if (s.day, judge[0]) in road.spoken:
            return
        road.spoken.add((s.day, judge[0]))
        form = ready.forms[judge[1].entry.event]
        values = {**road.screened, **judge[1].known}
    went_before = s.record.before if s.record is not None else None
    if went_before is None:
        given = form.events(values)
    else:
        given = form.comes_to_give(values, {**road.screened, **went_before.told()})
    for event in given:
        _meet(ready, road, event, s.day, e.sequence if judge is None else judge[1].entry.sequence)
    if form.form.keeps_screening:
        road.screened.update({f"screening {name}": value for name, value in recorded.items()})
    if road._due[0] <= s.day:
        advance(ready, road, s.day)
    for item, _ in form.dose_items:
        if values.get(item) is not None:
            give(ready, road, form, item, values[item], e.sequence)


def give(ready: Ready, road: Road, form: ReadForm, item: str, amount: Any, entry: int) -> None:
    """Keep a dose that an item of an entry records, as things stand after the entry; an item that names no drug means the one planned there."""
    drug = dict(form.dose_items)[item]
    if not drug:
        here = ready.schedules(road.status)
        drug = here[0].drug if len(here) == 1 else ""
    if isinstance(amount, int | float):
        road.doses.append(Given(road.day, amount, entry, road.status, drug, road.stood))


def _note_own(ready: Ready, road: Road, judge: tuple[str, Taken], day: int) -> None:
    """Keep the investigator's class after the computed one of the day, and note where they differ."""
    subject, own = judge
    values = own.values
    said = values.get(ready.forms[subject].form.classified)
    if said is None:
        return
    row = Classified(day, str(said), own.entry.sequence, values, road.phase)
    road.classes = [c for c in road.classes if (c.day, c.name, c.entry) != (row.day, row.name, row.entry)]
    computed = next((c.name for c in reversed(road.classes) if c.day == day), None)
    if computed is not None and computed != said:
        differ = Differing(day, computed, row.name, row.entry)
        if differ not in road.differ:
            road.differ.append(differ)
    road.classes.append(row)


def allocated(ready: Ready, standing: Sequence[Taken], on: int) -> str:
    """The arm of the first allocation that stands on a day; nothing before one, and in a study without arms."""
    if ready.arms:
        for s in standing:
            if s.day > on:
                break
            form = ready.forms.get(s.entry.event)
            arm = s.values.get(form.arm_item) if form is not None and form.arm_item else None
            if arm in ready.arms:
                return str(arm)
    return ""


def _judged(ready: Ready, standing: Sequence[Taken]) -> dict[tuple[int, str], tuple[str, Taken]]:
    """Assessments that an investigator's own of the same day guards: (day, entry event) -> (assessment, the investigator's)."""
    found: dict[tuple[int, str], tuple[str, Taken]] = {}
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
    nxt, rule = ready.table.row(road.status)[clock]
    road.fired.append(Fired(clock, road.day, len(road.turns), nxt))
    if rule < 0 or (was_past and ready.enacts.deeds[rule] is NOTHING):
        road.status = nxt
        _wait(ready, road)
    else:
        _turn(ready, road, clock, nxt, rule, None)


def _meet(ready: Ready, road: Road, event: str, day: int, entry: int) -> None:
    found = ready.table.row(road.status).get(event)
    if found is None:
        road.unheard.append(Turn(day, event, None, road.phase, road.phase, entry, road.status, road.status, road.stood))
    else:
        _turn(ready, road, event, found[0], found[1], entry)


def _turn(ready: Ready, road: Road, event: str, nxt: int, rule: int, entry: int | None) -> None:
    day, before, enacts = road.day, road.stood, ready.enacts
    did, left = enacts.deeds[rule], before.phase
    stood = before if did is NOTHING else enacts.after(before, did, day, ready.natures.get(event) not in ("fact", "decision"))
    phase = stood.phase
    road.turns.append(Turn(day, event, rule, left, phase, entry, road.status, nxt, stood, did))
    if phase != left:
        road.since = day
        if not road.shown_since or ready.shown[phase] != ready.shown[left]:
            road.shown_since = day
    road.status, road.stood = nxt, stood
    _wait(ready, road)


def _wait(ready: Ready, road: Road) -> None:
    best, name = FAR, ""
    due_of, stood, day = ready.enacts.due, road.stood, road.day
    for clock, declared in ready.waits(road.status):
        due = due_of(stood, declared, day)
        if due is not None and due < best:
            best, name = due, clock
    road._due = (best, name)


def due_day(ready: Ready, road: Road, clock: Clock) -> int | None:
    """The day on which a clock becomes true as things stand; None while its anchor has no day or its stopwatch is not running."""
    return ready.enacts.due(road.stood, clock, road.day)
