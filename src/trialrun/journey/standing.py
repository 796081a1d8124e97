"""The standing of a participant: phase, dose, counts, what comes next, visits, what is allowed, deviations; as of a day, as known at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..protocol.language import After, Ahead, Dose, LeadingTo
from ..protocol.words.expressions import UNKNOWN, Expr, names
from ..protocol.words.spoken import say
from ..protocol.words.times import add, iso
from .administrations import Administration, administered
from .clock_times import said
from .decisions import Allowed, allowed
from .deviations import Deviation, deviations
from .dosing import Amount, PlannedDose, planned
from .fold import Road, due_day, fold
from .journal import Entry
from .knowledge import is_known
from .leading import Waiting, waiting
from .premedication import Asked, premedication
from .proposals import proposed
from .queries import queries
from .ready import Ready
from .taking import what_stands
from .values import Query
from .visits import Planned, absences, visits


@dataclass(frozen=True)
class Standing:
    """A participant's whole standing; `as_json` gives the published format."""

    ready: Ready
    participant: str
    on: int
    known_at: str | None
    road: Road
    planned: list[Planned]
    allowed: list[Allowed]
    deviations: list[Deviation]
    queries: list[Query]

    @property
    def phase(self) -> str:
        """The phase as people see it, `lost` included."""
        gone = absences(self.ready, self.road)
        ended = self.ready.table.meaning.phases[self.road.phase].end
        absence = self.ready.protocol.absence
        if absence is not None and gone and not ended and gone[-1][1] > self.road.on and gone[-1][0] <= self.road.on:
            return absence.shown
        return self.ready.shown[self.road.phase]

    def as_json(self) -> dict[str, Any]:
        """The standing in the published format (`trialrun schema standing`)."""
        p, road, ready = self.ready.protocol, self.road, self.ready
        here = self.phase == ready.shown[road.phase]
        doses = [_dose(p) for p in planned(ready, road, self.on)] if here else []
        data: dict[str, Any] = {
            "participant": self.participant,
            "on": iso(self.on),
            "known_at": self.known_at,
            "study": p.name,
            "version": p.version,
            "fingerprint": ready.fingerprint,
            "phase": self.phase,
            "since": self._since(),
            "detail": road.phase,
        }
        if p.arms:
            data["arm"] = road.arm or None
        flags = {f.name for f in p.flags}
        for s in p.standing:
            if s.at and (road.phase not in s.at or not here):
                data[s.key] = None
            elif s.of in flags:
                data[s.key] = bool(road.counters[s.of])
            elif s.of in road.counters:
                data[s.key] = road.counters[s.of] + s.plus
            else:
                data[s.key] = road.elapsed(s.of, self.on) + s.plus
        data["dose"] = {key: value for key, value in doses[0].items() if key not in ("drug", "route")} if doses else None
        data["doses"] = doses
        data["premedication"] = [_premedication(a) for a in premedication(ready, road, here)]
        data["administrations"] = [_administration(a) for a in administered(ready, road).due]
        for f in p.flags:
            data.setdefault("flags", {})[f.name] = bool(road.counters[f.name])
        data["proposed"] = [
            {"on": iso(x.on), "says": x.says, "source": x.source, "entry": x.entry, "answers": list(x.answers), "confirmed": x.confirmed}
            for x in proposed(ready, road)
        ]
        data["records"] = records(road)
        data["response"] = next((c.name for c in reversed(road.classes) if not ready.table.meaning.phases[c.phase].end), None)
        data["reason"] = ready.table.meaning.phases[road.phase].reason
        data["next"] = coming(ready, road)
        data["visits"] = [_visit(v) for v in self.planned]
        if any(isinstance(v.target, LeadingTo) for v in p.visits):
            data["waiting"] = [_waits(w) for w in waiting(ready, road)]
        data["uncertain"] = uncertain(ready, road, self.planned)
        data["allowed"] = [
            {"decision": a.decision, "allowed": a.allowed, "because": a.because, "source": a.source, "event": a.event} for a in self.allowed
        ]
        data["deviations"] = [_deviation(d) for d in self.deviations]
        data["queries"] = [
            {"entry": q.entry, "on": iso(q.on), "event": q.event, "item": q.item, "kind": q.kind, "says": q.says} for q in self.queries
        ]
        data["moments"] = {m.name: iso(day) for m in p.moments if (day := road.moment(ready, m.name)) is not None}
        data["undecided"] = self._undecided()
        data["notice"] = p.notice
        return data

    def _since(self) -> str | None:
        gone = absences(self.ready, self.road)
        if self.phase != self.ready.shown[self.road.phase] and gone:
            return iso(gone[-1][0])
        return iso(self.road.shown_since) if self.road.shown_since else None

    def _undecided(self) -> list[str]:
        ids = {r.id for r in self.ready.protocol.readings}
        rules = self.ready.table.meaning.rules
        used = [i for t in self.road.turns if t.rule is not None for i in rules[t.rule].source.split(", ") if i in ids]
        used += [i for a in self.allowed for i in a.source.split(", ") if i in ids]
        order = {r.id: place for place, r in enumerate(self.ready.protocol.readings)}
        return sorted(set(used), key=order.__getitem__)


def records(road: Road) -> list[dict[str, Any]]:
    """The records that live, each as it stands on the day of a road: the ongoing and the ended ones, in the order in which they began."""
    latest = {r.entries[0]: r for s in road.entries if (r := s.record) is not None}
    found = []
    for r in latest.values():
        least, most = r.lasted(road.on)
        row: dict[str, Any] = {"form": r.form.entry, "entry": r.entries[0], "entries": list(r.entries), "values": dict(r.values)}
        row |= {"begins": r.begins, "began": [iso(day) for day in r.began]}
        row |= {"ends": r.ends, "ended": None if r.ended is None else [iso(day) for day in r.ended]}
        row |= {"ongoing": r.ongoing(road.on), "days": least if least == most else None, "days_least": least, "days_most": most}
        row |= {"grades": [{"on": iso(g.day), "grade": g.grade, "entry": g.entry} for g in r.grades], "worst": r.worst}
        found.append(row)
    return found


def uncertain(ready: Ready, road: Road, planned: Sequence[Planned]) -> list[dict[str, Any]]:
    """What hangs on a date known in part: the moment, the clock ahead or the visit, and the earliest and latest day that it could be."""
    ready = ready.of(road.arm)
    days = road.uncertain()
    found: list[tuple[Any, ...]] = [(name, "moment", *span) for name, span in days.items()]
    for name in ready.table.pending(road.status) if days else ():
        clock = ready.table.meaning.clocks[name]
        if clock.of in days:
            found.append((say(clock), "clock", *(add(day, clock.n, clock.unit) + (clock.kind == "past") for day in days[clock.of])))
    declared = {v.name: v for v in ready.table.protocol.visits}
    last = {v.name: max(p.occasion for p in planned if p.name == v.name) for v in planned} if days else {}
    for v in planned if days else ():
        own = declared[v.name]
        target, every = own.target, own.every if own.drifts else None
        counts = v.occasion == (1 if own.every else last[v.name]) and not (own.fixed and (own.each or own.opens))
        # an occasion before it counts from an earlier day, a repeated one from a visit
        if isinstance(target, After) and target.of in days and v.made is None and counts:
            ends = (add(day, target.n, target.unit) for day in days[target.of])
            found.append((v.name, "visit", *(add(day, every.n, every.unit) if every else day for day in ends)))
    return [{"what": what, "kind": kind, "earliest": iso(first), "latest": iso(last)} for what, kind, first, last in found]


def coming(ready: Ready, road: Road) -> list[dict[str, Any]]:
    """The clocks ahead: what happens when, with the statement. Each also has its own sentence."""
    ready = ready.of(road.arm)
    found = []
    meaning = ready.table.meaning
    for name in ready.table.pending(road.status):
        day = due_day(ready, road, meaning.clocks[name])
        if day is None or day <= road.on:
            continue
        rule = ready.table.row(road.status)[name][1]
        told = said_ahead(ready, road, name)
        if told is not None:
            what = says = told.words
            source = told.source
        elif rule >= 0:
            r = meaning.rules[rule]
            what, source = (f"end of {ready.shown[road.phase]}" if r.to else r.words), r.source
            says = r.words
        else:
            readers: tuple[Any, ...] = (*meaning.rules, *ready.table.protocol.doses)
            what = says = say(meaning.clocks[name])
            source = next((r.source for r in readers if road.phase in r.at and name in names(r.given, "clock")), "")
        found.append((day, {"what": what, "on": iso(day), "source": source.split(",")[0], "says": says}))
    found.sort(key=lambda f: f[0])
    return [data for _, data in found]


def said_ahead(ready: Ready, road: Road, clock: str) -> Ahead | None:
    """What the study says to people of a clock that is waited for, if it says anything."""
    holds, status = ready.table.meaning.condition, ready.table.status(road.status)
    here = (a for a in ready.protocol.ahead if a.clock.name == clock and road.phase in a.at)
    return next((a for a in here if a.given is None or holds(a.given)(status) > UNKNOWN), None)


def _dose(p: PlannedDose) -> dict[str, Any]:
    return {"drug": p.drug, "route": p.sentence.route, **_amount(p.sentence, p.amount)}


def _amount(dose: Dose, due: Amount) -> dict[str, Any]:
    data = {
        "amount": due.value,
        "unit": dose.unit,
        "source": dose.source.split(",")[0],
        "sources": dose.source.split(", "),
        "words": dose.words,
    }
    if isinstance(dose.amount, Expr):
        data |= {"formula": say(dose.amount), "rounded": dose.rounded, "missing": list(due.missing)}
    return data


def _premedication(a: Asked) -> dict[str, Any]:
    said = {"drug": a.sentence.drug, "route": a.sentence.route, **_amount(a.sentence, a.amount)}
    return {**said, "for": a.event, "why": a.why, "if": a.may}


def _administration(a: Administration) -> dict[str, Any]:
    return {
        "drug": a.drug,
        "due": iso(a.day),
        "earliest": iso(a.earliest),
        "latest": iso(a.latest),
        "amount": a.amount.value,
        "unit": a.amount.unit,
        "state": a.state,
        "given": a.given,
        "on": iso(a.on),
        "entry": a.entry,
        "reason": a.reason,
        "source": a.sentence.source.split(",")[0],
    }


def _visit(v: Planned) -> dict[str, Any]:
    return {
        "name": v.name,
        "target": iso(v.target),
        "earliest": iso(v.earliest),
        "latest": iso(v.latest),
        "state": v.state,
        "source": v.source.split(",")[0],
        "occasion": v.occasion,
        "made": iso(v.made),
        "reason": v.reason,
        "projected": v.projected,
        **({"at": said(v.at)} if v.timed else {}),
    }


def _waits(w: Waiting) -> dict[str, Any]:
    says = f"from {w.to.n} {w.to.unit} before ‘{w.to.of}’, which is not known yet"
    return {"name": w.visit.name, "occasion": w.occasion, "for": w.to.of, "says": says, "source": w.visit.source.split(",")[0]}


def _deviation(d: Deviation) -> dict[str, Any]:
    return {
        "on": iso(d.on),
        "kind": d.kind,
        "says": d.says,
        "source": d.source.split(",")[0],
        "weight": d.weight,
        "entry": d.entry,
        "known_then": d.known_then,
    }


def where(ready: Ready, entries: Sequence[Entry], on: date | int, known_at: str | None = None) -> Standing:
    """The standing of one participant on a day, as known at a time. Raises ValueError for entries of two participants."""
    people = {e.participant for e in entries}
    if len(people) > 1:
        raise ValueError(f"the journal holds {len(people)} participants ({', '.join(sorted(people)[:3])}): name one")
    day = on if isinstance(on, int) else on.toordinal()
    road = fold(ready, what_stands(ready, entries, known_at), day)
    ready = ready.of(road.arm)
    planned = visits(ready, road)
    known = [e for e in entries if is_known(e, known_at)]
    return Standing(
        ready,
        entries[0].participant if entries else "",
        day,
        known_at,
        road,
        planned,
        allowed(ready, road),
        deviations(ready, road, planned, known),
        queries(ready, road, entries, known_at),
    )
