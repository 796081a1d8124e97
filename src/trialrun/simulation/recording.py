"""How what happened gets into the journal: when it is recorded and by whom, late, first wrong and then corrected, or dated in part.

What happened on one day is entered in one sitting, in its order; sittings may come late. A slip is recorded first and corrected by a later
entry with a reason, so that what stands in the end is what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..chance import Luck
from ..journey.continuing import Link
from ..journey.fold import Met, Road, allocated, fold
from ..journey.journal import Entry
from ..journey.ready import Ready
from ..journey.taking import Taken, in_records, what_stands
from ..protocol.words.times import iso

Slip = Callable[[Luck, int, Entry], "tuple[Mapping[str, Any], str] | None"]


@dataclass(slots=True)
class Draft:
    """An entry before it is numbered: its day and its place in the order of what happened."""

    day: int
    place: int
    entry: Entry


@dataclass(frozen=True)
class Recording:
    """How a site keeps its journal. Rates are probabilities for one entry or one sitting, delays are days."""

    same_day: float = 0.35
    late: float = 0.02
    usual_delay: int = 4
    late_delay: int = 60
    slip: float = 0.0
    slips: Slip | None = None
    partial: Mapping[str, float] = field(default_factory=dict)
    never_completed: Mapping[str, float] = field(default_factory=dict)
    by: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[str, str] = field(default_factory=dict)


def journal_of(ready: Ready, how: Recording, luck: Luck, drafts: list[Draft], road: Road) -> list[Entry]:
    """The journal in recorded order, numbered; the road's own references are put to the final numbers.

    Where a day stays known in part only, the road is folded again, since the walk then places that day by its rule; so is the road of a
    participant who left before the allocation, who has no arm, and where a record goes on, since its entries may change places within a day.
    """
    stamp = f"{ready.protocol.name}@{ready.protocol.version}"
    rows: list[tuple[int, int, int, Entry, int | None]] = []
    sat, sitting_delay, clock = -1, 0, 0
    told: dict[int, tuple[int, int]] = {}
    again = (
        any(f.form.groups for f in ready.forms.values())
        or any([d.entry.continues is not None for d in drafts])
        or road.arm != ""
        and not allocated(ready, [Taken(d.day, d.place, d.entry, values=d.entry.values or {}) for d in drafts], road.on)
    )
    for d in drafts:
        if d.day != sat:
            sat, sitting_delay, clock = d.day, _delay(how, luck, d.day), luck.whole(8 * 3600, 17 * 3600, "sitting", d.day)
        else:
            clock += 41
        e = d.entry
        recorded = d.day + sitting_delay
        if e.continues is not None:  # it names what it goes on with, which was recorded before it
            recorded, clock = max((recorded, clock), (told[e.continues][0], told[e.continues][1] + 41))
        told[d.place] = (recorded, clock)
        first, later = _first_told(how, luck, d, drafts[-1].entry.happened_on[:7])
        if first is not None:
            again = again or later is None
            rows.append((recorded, clock, d.place, first, None))
            if later is not None:
                day = recorded + luck.whole(2, 45, "until a correction", d.place)
                rows.append((day, luck.whole(8 * 3600, 17 * 3600, "corrected at", d.place), d.place + 100_000, later, d.place))
        else:
            rows.append((recorded, clock, d.place, e, None))
    rows.sort(key=_recorded)
    number = {}
    entries = []
    for sequence, (day, second, place, e, corrects) in enumerate(rows, 1):
        number[place] = sequence
        who = how.by.get(e.event, "coordinator")
        entries.append(
            Entry(
                e.participant,
                sequence,
                e.happened_on,
                e.event,
                e.values,
                f"{iso(day)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z",
                f"{who}@{e.participant.partition('-')[0]}",
                how.hours.get(e.event),
                None if corrects is None else number[corrects],
                e.reason,
                stamp,
                continues=None if e.continues is None else number[e.continues],
            )
        )
    final = {d.place: number.get(d.place + 100_000, number[d.place]) for d in drafts}
    if again:
        standing = what_stands(ready, entries)
        _take_over(road, fold(ready, standing, max(road.on, standing[-1].day)))
    else:
        _renumber(ready, road, final, number, entries)
    return entries


def _recorded(row: tuple[int, int, int, Entry, int | None]) -> tuple[int, int, int]:
    return row[:3]


def _delay(how: Recording, luck: Luck, day: int) -> int:
    u = luck.uniform("recording delay", day)
    if u < how.same_day:
        return 0
    if u < 1.0 - how.late:
        return 1 + int((u - how.same_day) / (1.0 - how.late - how.same_day) * how.usual_delay)
    return how.usual_delay + 1 + int((u - 1.0 + how.late) / how.late * (how.late_delay - how.usual_delay))


def _first_told(how: Recording, luck: Luck, d: Draft, last_month: str) -> tuple[Entry | None, Entry | None]:
    """What was recorded first where it was not the truth, and the entry that puts it right (None: it never is).

    In the last month of a participant every day is found out, so that nothing is placed after the end.
    """
    e = d.entry
    part = how.partial.get(e.event)
    if part and luck.happens(part, "day known in part", d.place):
        first = replace(e, happened_on=e.happened_on[:7])
        if first.happened_on != last_month and luck.happens(how.never_completed.get(e.event, 0.0), "never completed", d.place):
            return first, None
        return first, replace(e, reason="day of the event found out")
    if how.slips is not None and luck.happens(how.slip, "slip", d.place):
        slipped = how.slips(luck, d.place, e)
        if slipped is not None:
            return replace(e, values=slipped[0]), replace(e, reason=slipped[1])
    return None, None


def _renumber(ready: Ready, road: Road, final: Mapping[int, int], number: Mapping[int, int], entries: list[Entry]) -> None:
    """Put the road's references from places to final sequences, as a fold of the journal would have them."""
    for turns in (road.turns, road.unheard):
        turns[:] = [t if t.entry is None else t._replace(entry=final[t.entry]) for t in turns]
    road.classes = [replace(c, entry=final[c.entry]) for c in road.classes]
    road.doses = [replace(g, entry=final[g.entry]) for g in road.doses]
    road.differ = [replace(d, entry=final[d.entry]) for d in road.differ]
    road.met = [Met(final[m.entry], m.turn) for m in road.met]
    taken = [
        Taken(
            s.day, number[s.place], entries[final[s.place] - 1], s.partial, s.first, s.last, s.values, s.unread, went_before=s.went_before
        )
        for s in road.entries
    ]
    road.entries = in_records(ready, taken, {s.place: Link(s.place) for s in taken}) if ready.living else taken


def _take_over(road: Road, folded: Road) -> None:
    for name in Road.__slots__:  # type: ignore[attr-defined]
        setattr(road, name, getattr(folded, name))
