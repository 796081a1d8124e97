"""The readable walk: one virtual participant goes through the study's own table, event by event, and writes a journal as real ones do.

A nature says what happens and when; the walk records it, lets the table answer, fires the clocks in between and tells the nature every
turn that was taken. The journal is the only thing that is handed on: fold it and the same road comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any, Protocol

from ..chance import Luck, allocation
from ..journey.administrations import day_by_day, still_owed
from ..journey.dosing import planned
from ..journey.episodes import Record, gone_on
from ..journey.fold import FAR, Road, Turn, advance, begin, give, record
from ..journey.groups import apart, counts, rows_typed
from ..journey.journal import Entry
from ..journey.over_time import SoFar
from ..journey.ready import Ready
from ..journey.taking import Taken
from ..protocol.strata import names_of_strata, stratum_of
from ..protocol.words.times import iso
from .recording import Draft, Recording, journal_of

HORIZON_YEARS = 12


class Nature(Protocol):
    """What happens to virtual participants of a study."""

    name: str
    notice: str
    recording: Recording

    def identity(self, ready: Ready, luck: Luck, number: int) -> tuple[str, int]:
        """The participant's name, and the day of consent counted from the start of accrual."""
        ...

    def begin(self, walk: Walk) -> None:
        """Plan the first thing that happens."""
        ...

    def heard(self, walk: Walk, turn: Turn) -> None:
        """A rule of the study has spoken: plan what follows from it."""
        ...


class Walk:
    """One participant on the way: the road so far, what is planned, and the nature's own notes (`life`)."""

    def __init__(self, ready: Ready, nature: Nature, luck: Luck, participant: str, began: int, arm: str = "") -> None:
        self.ready, self.nature, self.luck, self.participant, self.arm = ready.of(arm), nature, luck, participant, arm
        self.began = self.day = began
        self.road: Road = begin(self.ready, arm)
        self.standing: list[Taken] = []
        self.road.entries = self.standing
        self.drafts: list[Draft] = []
        self.records: dict[int, Record] = {}
        self.life: Any = None
        self._queue: list[tuple[int, int, int, Callable[..., None], tuple[Any, ...]]] = []
        self.so_far = SoFar(ready.over_time)
        self._judged: dict[tuple[int, str], tuple[str, Taken]] = {}
        self._planned = self._heard = 0
        self._over = False

    def plan(self, day: int, what: Callable[..., None], *told: Any, rank: int = 5) -> None:
        """Let something happen on a day (not before today); on one day the lower rank comes first."""
        self._planned += 1
        heappush(self._queue, (max(day, self.day), rank, self._planned, what, told))

    def enter(
        self,
        event: str,
        values: Mapping[str, Any] | None = None,
        own: tuple[str, Mapping[str, Any]] | None = None,
        continues: int | None = None,
    ) -> None:
        """Record an entry today; `own` is the investigator's own assessment of the same day, which guards the rules in its place.

        `continues`: the place (how many entries there were with it) of the entry that began the record that this one goes on with.
        """
        made = [self._draft(event, {} if values is None else values, continues)]
        if own is not None:
            made.append(self._draft(*own))
        for s in made:
            subject = self.ready.overriding.get(s.entry.event)
            if subject is not None:
                self._judged[(s.day, subject)] = self._judged[(s.day, s.entry.event)] = (subject, s)
        for s in made:
            self.standing.append(s)
            record(self.ready, self.road, s, self._judged)

    def _draft(self, event: str, values: Mapping[str, Any], continues: int | None = None) -> Taken:
        place = len(self.drafts) + 1
        entry = Entry(self.participant, place, iso(self.day) or "", event, values, continues=continues)
        self.drafts.append(Draft(self.day, place, entry))
        record, form = None, self.ready.forms[event].form
        if form.lives is not None:
            began = place if continues is None else continues
            record = gone_on(form, self.records.get(began), place, self.day, (self.day, self.day), values)
            self.records[began] = record
        own, told = apart(form, values) if form.groups else (values, {})
        before = self.so_far.before(event, self.day, own)
        self.so_far.keep(own)
        taken = Taken(self.day, place, entry, False, self.day, self.day, own, (), record, went_before=before)
        if not form.groups:
            return taken
        rows, _ = rows_typed(form, told)
        return taken._replace(rows=rows, counts=counts(form, rows))

    def allows(self, event: str) -> bool:
        """Whether the table allows a decision or an act today."""
        found = self.ready.table.row(self.road.status).get(event)
        return found is not None and 0 <= found[1] < self.ready.legal

    def breaks(self, event: str) -> bool:
        """Whether an act done today would be a breach with consequences of its own."""
        found = self.ready.table.row(self.road.status).get(event)
        return found is not None and found[1] >= self.ready.legal

    def give(self, event: str, other: Callable[[float], float] | None = None, early: str = "", **told: Any) -> None:
        """Do an act that gives the drug: at the dose planned once it is done and the clocks of the day have fired, or at an `other`.

        A drug that is recorded day by day is given where a due day has come for which nothing was recorded; `early`: this one before its day, too.
        """
        form = self.ready.forms[event]
        values: dict[str, Any] = dict(told)
        self.enter(event, values)
        due = {p.drug: p.amount.value for p in planned(self.ready, self.road)}
        ready = self.ready.of(self.road.arm)
        if one_by_one := day_by_day(ready.table.protocol):
            due = {drug: amount for drug, amount in due.items() if drug not in one_by_one}
            for a in reversed(still_owed(ready, self.road)):
                if a.state != "planned" and (a.day <= self.day or a.drug == early):
                    due[a.drug] = a.amount.value
        for item, drug in form.dose_items:
            amount = due.get(drug) if drug else next(iter(due.values()), None) if len(due) == 1 else None
            if amount is not None:
                chosen = amount if other is None else other(amount)
                values[item] = int(chosen) if chosen == int(chosen) else chosen
                give(self.ready, self.road, form, item, values[item], len(self.drafts))

    @property
    def phase(self) -> str:
        """Where the participant is."""
        return self.road.phase

    def count(self, name: str) -> int:
        """The value of a flag, count or tally."""
        return self.road.counters[name]

    def end(self) -> None:
        """Nothing more is ever known of this participant."""
        self._over = True

    def go(self, until: Callable[[Walk], bool] | None = None) -> None:
        """Let everything happen in the order of its days: clocks first, then what is planned, until nothing is left, the study has ended, or `until` holds."""
        road, queue = self.road, self._queue
        ends = {p.name for p in self.ready.protocol.phases if p.end}
        horizon = self.began + int(HORIZON_YEARS * 365.25)
        self.nature.begin(self)
        while not self._over and road.phase not in ends and not (until is not None and until(self)):
            due = road._due[0]
            ahead = queue[0][0] if queue else FAR
            self.day = road.on = min(due, ahead)
            if self.day > horizon:
                break
            if due <= ahead:
                self.day = road.on = max(due, road.day)
                advance(self.ready, road, due)
            else:
                _, _, _, what, told = heappop(queue)
                what(self, *told)
            while self._heard < len(road.turns):
                turn = road.turns[self._heard]
                self._heard += 1
                self.nature.heard(self, turn)


@dataclass(frozen=True, slots=True)
class Walked:
    """One virtual participant: the journal, the road it makes, and the study as the participant's arm runs it."""

    entries: list[Entry]
    road: Road
    ready: Ready


def walk_participant(ready: Ready, nature: Nature, seed: int, number: int, start: int, trial: int = 1) -> Walked:
    """The number-th participant of a trial: a function of the study, the nature, the seed, the trial and the number alone.

    `start` is the first day of accrual (an ordinal).
    """
    luck = Luck(seed, trial, number)
    name, after = nature.identity(ready, luck, number)
    arms = tuple((a.name, a.share) for a in ready.protocol.arms)
    arm = ""
    if arms:
        stratum = _stratum(ready, nature, luck, name, start + after, arms[0][0])
        arm = allocation(seed, trial, number, arms, stratum=stratum)
    walk = Walk(ready, nature, luck, name, start + after, arm)
    walk.go()
    walk.road.on = walk.day = max(walk.road.day, walk.began)
    entries = journal_of(ready, nature.recording, luck, walk.drafts, walk.road)
    return Walked(entries, walk.road, ready.of(walk.road.arm))


def _stratum(ready: Ready, nature: Nature, luck: Luck, name: str, began: int, arm: str) -> int:
    """The number of the stratum that a participant is allocated in: that of the values at screening, which no arm changes. 0 without strata."""
    if ready.protocol.allocation is None or not ready.protocol.allocation.strata:
        return 0
    walk = Walk(ready, nature, luck, name, began, arm)
    walk.go(until=lambda w: any(ready.forms[d.entry.event].arm_item for d in w.drafts))
    found, strata = stratum_of(ready.protocol, walk.road.screened), names_of_strata(ready.protocol)
    return strata.index(found) if found in strata else len(strata)


def simulate_participant(ready: Ready, nature: Nature, seed: int, number: int, enrolled_from: int, trial: int = 1) -> list[Entry]:
    """The journal of the number-th participant, alone."""
    return walk_participant(ready, nature, seed, number, enrolled_from, trial).entries
