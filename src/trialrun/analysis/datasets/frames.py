"""The tables of a data set, gathered participant by participant from their roads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from ...journey.classes import plain
from ...journey.clock_times import said as time_said
from ...journey.days import first_day
from ...journey.deviations import deviations
from ...journey.fold import Road
from ...journey.journal import Entry
from ...journey.ready import Ready
from ...journey.taking import Taken
from ...journey.values import Query
from ...journey.visits import absences, visits
from ...protocol.language import Protocol
from . import episodes
from .exposure import Stretch, days_covered, exposure
from .happenings import Rows
from .planned_amounts import Begun, plan_of, planned_cycles, units

WARD = frozenset(("DM", "MH", "CM", "PR", "HO", "PE", "NV", "VS", "EG", "LB", "PC", "IS", "QS", "CV", "MB", "MI", "BE"))
"""Domains of SDTM whose forms tell of a person, by no rule."""
TREATMENT_EMERGENT = 30  # days after the last day with drug in which an adverse event still counts; assumed, the usual convention

TEXT, DAY, COUNT, NUMBER, YES, ENTRIES = pl.String, pl.Int32, pl.Int32, pl.Float64, pl.Boolean, pl.List(pl.Int32)
SHAPES: dict[str, dict[str, Any]] = {
    "exposure": {
        "participant": TEXT, "drug": TEXT, "course": COUNT, "cycle": COUNT, "start": DAY, "stop": DAY, "days": COUNT, "study_day": DAY, "planned": NUMBER,
        "given": NUMBER, "unit": TEXT, "amount": NUMBER, "recorded": YES, "ongoing": YES, "entries": ENTRIES,
    },
    "planned_dose": {
        "participant": TEXT, "drug": TEXT, "course": COUNT, "cycle": COUNT, "day": DAY, "amount": NUMBER, "unit": TEXT, "entry": COUNT,
    },
    "laboratory": {
        "participant": TEXT, "day": DAY, "study_day": DAY, "cycle": COUNT, "phase": TEXT, "test": TEXT, "label": TEXT, "value": NUMBER, "unit": TEXT,
        "baseline": YES, "form": TEXT, "entry": COUNT,
    },
    "adverse_event": {
        "participant": TEXT, "day": DAY, "study_day": DAY, "cycle": COUNT, "days_treated": COUNT, "emergent": YES, "entry": COUNT,
    },
    "response": {
        "participant": TEXT, "day": DAY, "study_day": DAY, "cycle": COUNT, "course": COUNT, "phase": TEXT, "response": TEXT, "by": TEXT,
        "guards": YES, "entry": COUNT,
    },
    "item": {
        "participant": TEXT, "day": DAY, "study_day": DAY, "form": TEXT, "domain": TEXT, "item": TEXT, "label": TEXT, "value": TEXT, "entry": COUNT,
    },
    "visit": {
        "participant": TEXT, "name": TEXT, "occasion": COUNT, "target": DAY, "earliest": DAY, "latest": DAY, "state": TEXT, "made": DAY,
        "reason": TEXT, "source": TEXT, "entry": COUNT, "due_at": TEXT, "made_at": TEXT,
    },
    "disposition": {
        "participant": TEXT, "day": DAY, "milestone": TEXT, "detail": TEXT, "says": TEXT, "source": TEXT, "entry": COUNT,
    },
    "deviation": {
        "participant": TEXT, "day": DAY, "kind": TEXT, "says": TEXT, "source": TEXT, "weight": TEXT, "known_then": TEXT, "entry": COUNT,
    },
    "query": {"participant": TEXT, "day": DAY, "entry": COUNT, "event": TEXT, "item": TEXT, "kind": TEXT, "says": TEXT},
}  # fmt: skip
_TYPES = {"number": NUMBER, "integer": NUMBER, "yes/no": YES}


def amounts_of(drug: str, drugs: Collection[str]) -> tuple[str, str, str]:
    """The columns of the subject that tell of a drug: days with it, the amount given and the amount planned; of one drug alone they need no name."""
    of = "" if len(drugs) == 1 else f" of {drug}"
    return f"drug_days{of}", f"amount{of}", f"planned_amount{of}"


class Frames:
    """The tables as they grow; `frames` gives them as Polars frames."""

    def __init__(self, ready: Ready, on: int) -> None:
        self.ready, self.on = ready, on
        self.participants: list[str] = []
        self.plans = {arm: plan_of(ready, arm) for arm in ("", *ready.arms)}
        self.units = units(ready.protocol)
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SHAPES}
        self.subjects: list[dict[str, Any]] = []
        p = ready.protocol
        self.classified = next((f for f in p.forms if f.classified), None)
        self.toxic = next((f for f in p.forms if f.domain == "AE"), None)
        measured = {m.name for m in self.classified.items if m.type == "number"} if self.classified is not None else set()
        self.screening = {f.entry for f in p.forms if f.keeps_screening}
        ward = [f for f in p.forms if f.items and not f.yields and not f.classes and f.entry not in self.screening and f.domain in WARD]
        self.ward = {f.entry: [m for m in f.items if m.type not in ("number", "integer")] for f in ward}
        self.numbers = {
            f.entry: {m.name: m for m in f.items if m.type == "number" and m.name in measured}
            for f in p.forms if f is self.classified or f.keeps_screening
        } | {f.entry: {m.name: m for m in f.items if m.type in ("number", "integer")} for f in ward}  # fmt: skip
        self.shapes = {name: dict(shape) for name, shape in SHAPES.items()}
        for form, table in ((self.classified, "response"), (self.toxic, "adverse_event")):
            for m in form.items if form is not None else ():
                self.shapes[table].setdefault(m.name, _TYPES.get(m.type, TEXT))
        if self.toxic is not None and self.toxic.lives is not None:
            self.shapes["adverse_event"] |= {
                name: kind for name, kind in episodes.OF_EVENTS.items() if name not in self.shapes["adverse_event"]
            }
        self.shapes["record"] = episodes.shape_of(p)
        self.shapes["group"] = episodes.group_shape(p)
        self.rows |= {"record": [], "group": []}
        self.shapes["adverse_event"] |= {f"recorded_{name}": TEXT for name in texts_of(p)}
        self.screened = {m.name: _TYPES.get(m.type, TEXT) for f in p.forms if f.keeps_screening for m in f.items}

    def add(self, participant: str, road: Road, entries: Sequence[Entry], rows: Rows, since: int, asked: Sequence[Query] = ()) -> None:
        """Take one participant's road; `rows` from `since` on are its happenings, `asked` the queries about it."""
        self.participants.append(participant)
        ready = self.ready
        stretches = exposure(ready, road)
        day_one = first_day(ready, road)
        last_drug = max((s.stop for s in stretches), default=0) - 1 if stretches else day_one
        place = {"participant": participant}

        def study_day(day: int) -> int | None:
            return None if day_one is None else day - day_one + (day >= day_one)

        for x in stretches:
            self.rows["exposure"].append(
                place | {"drug": x.drug, "course": x.course, "cycle": x.cycle, "start": x.start, "stop": x.stop, "days": x.days, "study_day": study_day(x.start)}
                | {"planned": x.planned, "given": x.given, "unit": x.unit, "amount": None if x.given is None else x.given * x.days}
                | {"recorded": x.recorded, "ongoing": x.ongoing, "entries": list(x.entries)}
            )  # fmt: skip
        begun = planned_cycles(ready, road, stretches, self.plans[road.arm])
        for b in begun:
            self.rows["planned_dose"].append(
                place
                | {"drug": b.drug, "course": b.course, "cycle": b.cycle, "day": b.day, "amount": b.amount, "unit": b.unit, "entry": b.entry}
            )
        counted = self._cycles(rows, since)
        self._assessments(place, road, counted, study_day)
        self._values(place, road, counted, study_day, day_one)
        for t in episodes.told_of(road.entries, self.toxic.entry) if self.toxic is not None else ():
            emergent = day_one is not None and day_one <= t.day <= (last_drug or day_one) + TREATMENT_EMERGENT
            before = days_covered([replace(x, stop=min(x.stop, t.day)) for x in stretches if x.start < t.day])
            course = (
                {} if t.record is None else {**episodes.course_of(t.record, self.on), "told_on": t.told_on, "entries": t.record.entries}
            )
            self.rows["adverse_event"].append(
                place | course | {"day": t.day, "study_day": study_day(t.day), "cycle": counted.get(t.first.entry.sequence, (0, 0, ""))[0]}
                | {"days_treated": before, "emergent": emergent, "entry": t.first.entry.sequence, **t.values}
            )  # fmt: skip
        self.rows["group"] += episodes.group_rows(ready.protocol, road.entries, place, study_day)
        self.rows["record"] += episodes.rows_of(ready.protocol, road.entries, self.on, place, study_day)
        planned = visits(ready, road)
        for v in planned:
            self.rows["visit"].append(
                place | {"name": v.name, "occasion": v.occasion, "target": v.target, "earliest": v.earliest, "latest": v.latest}
                | {"state": v.state, "made": v.made, "reason": v.reason, "source": v.source, "entry": v.entry}
                | {"due_at": time_said(v.at), "made_at": time_said(v.made_at)}
            )  # fmt: skip
        for d in deviations(ready, road, planned, entries):
            self.rows["deviation"].append(
                place | {"day": d.on, "kind": d.kind, "says": d.says, "source": d.source, "weight": d.weight, "known_then": d.known_then}
                | {"entry": d.entry}
            )  # fmt: skip
        for q in asked:
            self.rows["query"].append(
                place | {"day": q.on, "entry": q.entry, "event": q.event, "item": q.item, "kind": q.kind, "says": q.says}
            )
        self._disposition(place, road)
        self._subject(place, road, stretches, begun, day_one)

    def _cycles(self, rows: Rows, since: int) -> dict[int, tuple[int, int, str]]:
        names = list(rows.wanted.counters)
        p = self.ready.protocol
        cycle = rows.counters[names.index(p.cycle)] if p.cycle in names else None
        course = rows.counters[names.index(p.course)] if p.course in names else None
        base, found = rows.base, {}
        for n in range(since, len(base["who"])):
            if base["kind"][n] == "entry":
                found[base["entry"][n]] = (cycle[n] if cycle else 0, course[n] if course else 0, base["phase"][n])
        return found

    def _assessments(self, place: dict[str, Any], road: Road, counted: dict[int, tuple[int, int, str]], study_day: Any) -> None:
        own = {s.day for s in road.entries if s.entry.event in self.ready.overriding}
        by = {s.entry.sequence: s.entry.event in self.ready.overriding for s in road.entries}
        for day, said, sequence, values in ((c.day, c.name, c.entry, c.values) for c in road.classes):
            cycle, course, phase = counted.get(sequence, (0, 0, ""))
            row = place | {"day": day, "study_day": study_day(day), "cycle": cycle, "course": course}
            row |= {"phase": self.ready.shown.get(phase), "response": said}
            row |= {"by": "investigator" if by[sequence] else "computed", "guards": by[sequence] or day not in own, "entry": sequence}
            self.rows["response"].append(row | {k: v for k, v in values.items() if k in self.shapes["response"] and k not in row})

    def _values(
        self, place: dict[str, Any], road: Road, counted: dict[int, tuple[int, int, str]], study_day: Any, day_one: int | None
    ) -> None:
        for s in road.entries:
            numeric = self.numbers.get(s.entry.event)
            if s.entry.event in self.ward:
                self._told(place, s, study_day)
            if not numeric:
                continue
            values = s.values
            cycle, _, phase = counted.get(s.entry.sequence, (0, 0, ""))
            for name, m in numeric.items():
                if values.get(name) is not None:
                    self.rows["laboratory"].append(
                        place | {"day": s.day, "study_day": study_day(s.day), "cycle": cycle, "phase": self.ready.shown.get(phase)}
                        | {"test": name, "label": m.label, "value": float(values[name]), "unit": m.unit}
                        | {"baseline": self._before(s, day_one), "form": s.entry.event}
                        | {"entry": s.entry.sequence}
                    )  # fmt: skip

    def _before(self, s: Taken, day_one: int | None) -> bool:
        """Whether a value is of the time before treatment: one of the screening, or of a form of the ward up to the first day."""
        return (s.entry.event in self.screening or s.entry.event in self.ward) and (day_one is None or s.day <= day_one)

    def _told(self, place: dict[str, Any], s: Taken, study_day: Any) -> None:
        """What was answered in words, yes or no, a code or a date, on the forms of the ward."""
        for m in self.ward.get(s.entry.event, ()):
            if s.values.get(m.name) is not None:
                self.rows["item"].append(
                    place | {"day": s.day, "study_day": study_day(s.day), "form": s.entry.event, "domain": self.ready.forms[s.entry.event].form.domain}
                    | {"item": m.name, "label": m.label, "value": str(plain(s.values[m.name])), "entry": s.entry.sequence}
                )  # fmt: skip

    def _disposition(self, place: dict[str, Any], road: Road) -> None:
        here = self.ready.of(road.arm)
        shown, rules = here.shown, here.table.meaning.rules
        done: set[str] = set()
        for t in road.turns:
            if t.rule is not None and shown[t.after] != shown[t.before]:
                rule = rules[t.rule]
                row = {"day": t.day, "milestone": shown[t.after], "detail": t.event, "says": rule.words, "source": rule.source}
                self.rows["disposition"].append(place | row | {"entry": t.entry})
        for s in road.entries:
            form = self.ready.forms.get(s.entry.event)
            if form is not None and form.form.domain == "DS" and s.entry.event not in done:
                done.add(s.entry.event)
                detail = s.values.get(form.roles.get("reason", ""))
                row = {"day": s.day, "milestone": s.entry.event, "detail": None if detail is None else str(detail)}
                self.rows["disposition"].append(place | row | {"entry": s.entry.sequence})

    def _subject(self, place: dict[str, Any], road: Road, stretches: list[Stretch], begun: list[Begun], day_one: int | None) -> None:
        ready = self.ready
        p = ready.protocol
        phase = ready.table.meaning.phases[road.phase]
        gone = absences(ready, road)
        lost = bool(p.absence and gone and not phase.end and gone[-1][0] <= self.on < gone[-1][1])
        row = place | {"site": place["participant"].partition("-")[0], "arm": road.arm or None}
        row |= {
            "phase": p.absence.shown if lost and p.absence else phase.shown,
            "reason": phase.reason,
            "lost_on": gone[-1][0] if lost else None,
        }
        row |= {"treated_on": day_one, "drug_days": days_covered(stretches)}
        for drug in self.units:
            own, planned = [s for s in stretches if s.drug == drug], [b.amount for b in begun if b.drug == drug]
            days, given, plan = amounts_of(drug, self.units)
            row |= {days: sum(s.days for s in own), given: sum(s.given * s.days for s in own if s.given)}
            row |= {plan: None if None in planned else sum(x for x in planned if x is not None)}
        row |= {f"screening {name}": road.screened.get(f"screening {name}") for name in self.screened}
        row |= {name: road.counters[name] for name in (*(c.name for c in p.counts), *(t.name for t in p.tallies))}
        row |= {f"first {m.name}": None for m in p.moments if m.derived is None}
        for name, day in reversed([(m.moment, m.day) for m in road.marked()]):
            row[f"first {name}"] = day
        told = ((s, f.roles.get("cause of death", "")) for s in road.entries if (f := ready.forms.get(s.entry.event)) is not None)
        row["cause of death"] = next((str(s.values[item]) for s, item in told if s.values.get(item)), None)
        self.subjects.append(row)

    def subject(self) -> pl.DataFrame:
        """One row a participant."""
        p = self.ready.protocol
        shape: dict[str, Any] = {
            "participant": TEXT, "site": TEXT, "arm": TEXT, "phase": TEXT, "reason": TEXT, "lost_on": DAY, "treated_on": DAY, "drug_days": COUNT,
        }  # fmt: skip
        for drug in self.units:
            shape |= dict(zip(amounts_of(drug, self.units), (COUNT, NUMBER, NUMBER), strict=True))
        shape |= {f"screening {name}": kind for name, kind in self.screened.items()}
        shape |= {name: COUNT for name in (*(c.name for c in p.counts), *(t.name for t in p.tallies))}
        shape |= {f"first {m.name}": DAY for m in p.moments if m.derived is None} | {"cause of death": TEXT}
        return pl.DataFrame(self.subjects, schema=shape)

    def frames(self) -> dict[str, pl.DataFrame]:
        """The other tables."""
        return {name: pl.DataFrame(rows, schema=self.shapes[name]) for name, rows in self.rows.items()}


def texts_of(protocol: Protocol) -> list[str]:
    """The items of adverse events that are free text."""
    toxic = next((f for f in protocol.forms if f.domain == "AE"), None)
    return [] if toxic is None else [m.name for m in toxic.items if m.type == "text"]


def spelled_alike(events: pl.DataFrame, texts: Sequence[str]) -> pl.DataFrame:
    """Adverse events of all participants: texts that differ only in case or outer spaces get one spelling, the most frequent, then the first.

    `recorded_..` keeps what was recorded.
    """
    for name in texts:
        spelled: dict[str, Counter[str]] = {}
        told = dict(events.select(text=name).drop_nulls().group_by("text", maintain_order=True).len().iter_rows())
        for text, n in told.items():
            spelled.setdefault(plain(text), Counter())[text.strip()] += n
        usual = {key: found.most_common(1)[0][0] for key, found in spelled.items()}
        written = events[name].replace(list(told), [usual[plain(text)] for text in told])
        events = events.with_columns(events[name].alias(f"recorded_{name}"), written.alias(name))
    return events
