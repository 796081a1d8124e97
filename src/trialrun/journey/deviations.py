"""Deviations: acts against the rules, wrong doses, visits out of their window or missed, and what was shown but changes nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..protocol.words.times import iso
from .administrations import Administration, administered, day_by_day
from .clock_times import said
from .dosing import planned_for
from .fold import Road, fold
from .journal import Entry, instant
from .ready import Ready
from .taking import what_stands
from .visits import Planned, ended_by, while_in_study


@dataclass(frozen=True, slots=True)
class Deviation:
    """One deviation: its day, kind, sentence and statement; `weight` is `breach` (an act against the rules) or `shown`."""

    on: int
    kind: str
    says: str
    source: str
    weight: str
    entry: int | None = None
    known_then: str | None = None


def deviations(ready: Ready, road: Road, planned: Sequence[Planned], entries: Sequence[Entry] = ()) -> list[Deviation]:
    """Every deviation of a participant, in the order of their days.

    With the participant's entries, a breach also says whether what was recorded at that time had allowed it.
    """
    ready = ready.of(road.arm)
    rules = ready.table.meaning.rules
    acts, late = {e.sequence: e for e in entries}, _late(road, entries)
    found = [
        Deviation(
            t.day,
            rules[t.rule].breach,
            rules[t.rule].words,
            rules[t.rule].source,
            "breach",
            t.entry,
            _known_then(ready, acts.get(t.entry or 0), entries, late),
        )
        for t in road.turns
        if t.rule is not None and t.rule >= ready.legal and rules[t.rule].breach
    ]
    declared = {e.name: e for e in ready.protocol.events}
    for t in road.unheard:
        e = declared[t.event]
        if e.nature == "act":
            found.append(Deviation(t.day, "act without a rule", f"{t.event}: {e.otherwise}", e.source, "shown", t.entry))
        elif e.nature == "decision":
            found.append(Deviation(t.day, "decision not allowed", f"{t.event}: {e.otherwise}", e.source, "shown", t.entry))
        elif e.shown:
            found.append(Deviation(t.day, "observation without a rule", f"{t.event}: {e.otherwise}", e.source, "shown", t.entry))
    given = administered(ready, road)
    one_by_one = day_by_day(ready.table.protocol)
    found += [d for a in given.due for d in _administered(road, a)]
    for g in (g for g in road.doses if g.drug not in one_by_one or g in given.beside):
        plan = planned_for(ready, road, g)
        if plan is not None and g.drug in one_by_one and not plan.none:
            says = f"given {g.amount:g} of {g.drug}, beside what is recorded for the same day"
            found.append(Deviation(g.day, "dose given twice", says, plan.sentence.source, "breach", g.entry))
        elif plan is not None and plan.amount.value != g.amount:
            of = f" of {g.drug}" if len(ready.schedules(g.status)) > 1 else ""
            says = f"given {g.amount:g}{of}, planned {plan.amount}"
            found.append(Deviation(g.day, "wrong dose", says, plan.sentence.source, "breach", g.entry))
    for d in road.differ:
        says = f"computed {d.computed}, the investigator's own assessment {d.own} guards the rules"
        found.append(Deviation(d.day, "assessments differ", says, source_of_form(ready), "shown", d.entry))
    over = road.since if ready.table.meaning.phases[road.phase].end else road.on
    for p in planned:
        latest = p.until if p.latest is None else p.latest
        if p.off:
            when = "early" if p.off < 0 else "late"
            says = f"{p.name} made on {iso(p.made)}, {abs(p.off)} minutes too {when}: due at {said(p.at)} on {iso(p.target)}"
            found.append(Deviation(p.made or 0, "visit out of window", says, p.source, "visit", p.entry))
            continue
        if p.state == "done" and p.made is not None and not (p.earliest or 0) <= p.made <= latest:
            stated = (
                f"window {iso(p.earliest)} to {iso(p.latest)}"
                if p.latest is not None
                else f"window not stated, to be made until {iso(latest)}"
            )
            found.append(Deviation(p.made, "visit out of window", f"{p.name} made on {iso(p.made)}, {stated}", p.source, "visit", p.entry))
        elif p.state == "missed" and latest < road.on:
            day = min(latest, over)  # what was open as the study ended was missed then
            found.append(Deviation(day, "missed visit", f"{p.name} due on {iso(p.target)} was not made", p.source, "visit"))
        elif p.state == "late":
            found.append(Deviation(latest, "visit overdue", f"{p.name} due on {iso(p.target)} is still to be made", p.source, "visit"))
    end = ended_by(ready, road)
    told = {d.entry for d in found}
    about_others = ready.protocol.absence.not_ended_by if ready.protocol.absence else ()
    for s in road.entries[len(while_in_study(ready, road)) :]:
        if end is not None and end.rule is not None and s.entry.sequence not in told and s.entry.event not in about_others:
            says = f"{s.entry.event}, after the study had ended for the participant ({rules[end.rule].words}): it changes nothing"
            found.append(Deviation(s.day, "entry after the end", says, rules[end.rule].source, "shown", s.entry.sequence))
    for s in road.entries:
        if s.entry.event not in ready.forms:
            found.append(
                Deviation(s.day, "unknown event", f"no form of this study is called {s.entry.event!r}", "", "shown", s.entry.sequence)
            )
    found.sort(key=lambda d: (d.on, d.entry or 0))
    return found


def _administered(road: Road, a: Administration) -> Iterator[Deviation]:
    """What one due day of a dose deviates in: omitted, late, or another amount."""
    due = f"{a.drug} {a.amount}, due on {iso(a.day)},"
    if a.state == "omitted" and a.on is not None:
        why = f": {a.reason}" if a.reason else ""
        yield Deviation(a.on, "omitted dose", f"{due} was not given{why}", a.sentence.source, "shown", a.entry)
    elif a.state == "omitted":
        yield Deviation(a.latest + 1, "omitted dose", f"{due} is not recorded by {iso(a.latest)}", a.sentence.source, "shown")
    elif a.on is not None:
        if a.state == "given late":
            says = f"{due} was given on {iso(a.on)}, window {iso(a.earliest)} to {iso(a.latest)}"
            yield Deviation(a.on, "late dose", says, a.sentence.source, "shown", a.entry)
        if a.amount.value != a.given:
            yield Deviation(a.on, "wrong dose", f"given {a.given:g} of {a.drug}, planned {a.amount}", a.sentence.source, "breach", a.entry)


def source_of_form(ready: Ready) -> str:
    """The source of the form that overrides another."""
    return next((f.source for f in ready.protocol.forms if f.overrides), "")


def _late(road: Road, entries: Sequence[Entry]) -> dict[int, float]:
    """For each entry of the road the latest recording of what is walked up to it, corrections and withdrawals of the whole journal included.

    Infinite where a date is known in part or a recording time is missing: then what was known at a time has to be walked again.
    """
    changed = max((instant(e.recorded_at) if e.recorded_at else math.inf for e in entries if e.corrects is not None), default=-math.inf)
    latest = math.inf if any(s.partial or not s.entry.recorded_at for s in road.entries) else changed
    found = {}
    for s in road.entries:
        latest = latest if latest == math.inf else max(latest, instant(s.entry.recorded_at))
        found[s.entry.sequence] = latest
    return found


def _known_then(ready: Ready, act: Entry | None, entries: Sequence[Entry], late: Mapping[int, float]) -> str | None:
    """Whether the act was allowed by what had been recorded when it was recorded itself."""
    if act is None or not act.recorded_at:
        return None
    if late.get(act.sequence, math.inf) <= instant(act.recorded_at):
        return "not allowed by what was known then either"  # all that was walked before it was known, and nothing was changed since
    standing = what_stands(ready, entries, act.recorded_at)
    day = next((s.day for s in standing if s.entry.sequence == act.sequence), None)
    if day is None:
        return None
    then = fold(ready, standing, day)
    broke = any(t.entry == act.sequence and t.rule is not None and t.rule >= ready.legal for t in then.turns)
    return "not allowed by what was known then either" if broke else "allowed by what was known then"
