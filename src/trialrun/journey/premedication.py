"""The premedication that a day asks for: before what happened on it, before a clock that came on it, and before what may be done on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..protocol.enactment import Stood
from ..protocol.language import Dose
from ..protocol.schedule import asked_before
from ..protocol.words.expressions import UNKNOWN
from ..protocol.words.spoken import say
from .dosing import Amount, amount
from .fold import Road
from .ready import Ready


@dataclass(frozen=True, slots=True)
class Asked:
    """A premedication of one day: how much, by which sentence, before which `event` (or clock), and `why` that is of this day.

    `may`: the event has not happened, and is allowed today; then it is asked for if it is done.
    """

    amount: Amount
    sentence: Dose
    event: str
    why: str
    may: bool


def premedication(ready: Ready, road: Road, here: bool = True) -> list[Asked]:
    """What a road's last day asks for, in the order of its events; `here`: the participant is there, so that something may still be done."""
    found = [Asked(amount(ready, road, d), d, event, why, may) for d, event, why, may in _asked(ready, road, here)]
    return list({(a.sentence, a.event, a.may): a for a in found}.values())


def along(ready: Ready, road: Road) -> list[tuple[int, Dose, Stood]]:
    """The premedications that a road asked for on its way: the day, the sentence, and what stood then."""
    doses, found = ready.table.protocol.doses, []
    for t in road.turns:
        if t.rule is not None:
            found += [(t.day, d, t.stood) for d in _of(ready, doses, t.event, t.at_status)]
    spoke = {(t.day, t.event) for t in road.turns if t.rule is not None}
    for f in road.fired:
        if (f.day, f.clock) not in spoke and f.turn:
            found += [(f.day, d, road.turns[f.turn - 1].stood) for d in _of(ready, doses, f.clock, f.status)]
    return found


def _asked(ready: Ready, road: Road, here: bool) -> Iterator[tuple[Dose, str, str, bool]]:
    doses, meaning = ready.table.protocol.doses, ready.table.meaning
    spoke = {t.event for t in road.turns if t.day == road.on and t.rule is not None}
    for t in road.turns:
        if t.day == road.on and t.rule is not None:
            yield from ((d, t.event, meaning.rules[t.rule].words, False) for d in _of(ready, doses, t.event, t.at_status))
    for f in road.fired:
        if f.day == road.on and f.clock not in spoke:
            yield from ((d, f.clock, say(meaning.clocks[f.clock]), False) for d in _of(ready, doses, f.clock, f.status))
    if here:
        for event, (_, rule) in ready.table.row(road.status).items():
            if event in ready.natures and 0 <= rule < ready.legal:
                yield from ((d, event, meaning.rules[rule].words, True) for d in _of(ready, doses, event, road.status))


def _of(ready: Ready, doses: tuple[Dose, ...], event: str, status: int) -> Iterator[Dose]:
    """The premedications before an event in a status."""
    there = ready.table.status(status)
    for d in asked_before(doses, event):
        if (not d.at or there[0] in d.at) and ready.table.meaning.condition(d.given)(there) > UNKNOWN:
            yield d
