"""The plain nature: virtual participants of any study of the language, drawn from the study's own table, forms and visits.

It knows no disease. What the table allows next comes after exponential waits at assumed rates; visits are made about their targets; values lie
within their ranges. It shows that a study runs, and what its journals look like; its rates are assumptions, not findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..chance import Luck
from ..journey.administrations import day_by_day, still_owed
from ..journey.fold import Turn
from ..journey.ready import ReadForm, Ready
from ..journey.visits import AHEAD, Planned, visits
from ..protocol.enactment import NOTHING
from ..protocol.language import LeadingTo
from ..protocol.words.times import iso
from .hazards import MONTH
from .plausible import Plausible, Values
from .recording import Recording
from .walk import Walk

# Rates per month, all assumed: they make a study's sentences happen, and stand for no disease.
PROMPT = 8.0  # what has to be done next, where nothing else leads on
SELDOM = 0.15  # an observation
RARELY = 0.30  # an act or a decision where a clock leads on by itself
ENDING = 0.02  # what ends the study
LASTING = 3.0  # the end of a record that lives: after ten days, as a mean
REGRADED = 0.3  # the chance that its grade is told anew before
STUCK = 0.5  # what ends the study, where nothing else leads on
FOLLOWED_YEARS = 6
MOST = 400
MADE_UP = "values made up over their range: tells nothing about the study"
OF_DOSES = 1_000_000  # above every number of an event or a visit
OMITTED, MOVED = 0.03, 0.1  # of due days: not recorded; on another day of the window


@dataclass(slots=True)
class Way:
    """The site's notes: how often things were planned anew, visits that were made or let pass, what was said once in this phase."""

    epoch: int = 0
    settled: set[tuple[str, int]] = field(default_factory=set)
    doses: set[tuple[str, int]] = field(default_factory=set)
    said: set[tuple[str, str, int]] = field(default_factory=set)


class PlainNature:
    """The nature of a study about which nothing is assumed but rates. `rates`: protocol event -> times per month, in place of the default."""

    name = "plain"
    notice = f"Virtual participants, made by a computer, with {MADE_UP}."

    def __init__(self, ready: Ready, rates: Mapping[str, float] | None = None, missed: float = 0.05) -> None:
        self.rates, self.missed = dict(rates or {}), missed
        known = {e.name for e in ready.protocol.events}
        unknown = [name for name in self.rates if name not in known]
        if unknown:
            raise ValueError(f"the study {ready.protocol.name} has no event {unknown[0]!r}; it has {', '.join(sorted(known))}")
        self.recording = Recording()
        self.plausible = Plausible(ready)
        self.leading = any(isinstance(v.target, LeadingTo) for v in ready.protocol.visits)
        self.of_visits = {v.made_by for v in ready.protocol.visits}
        self.by_plan = {n.entry for n in ready.protocol.nominal}
        visited = {entry for v in ready.protocol.visits for entry in v.forms}
        self.with_visits = {e for e in visited if any(ready.natures[name] != "fact" for name, _ in ready.forms[e].yields)}
        self.ends = {p.name for p in ready.protocol.phases if p.end}
        self.forms: dict[str, list[ReadForm]] = {}
        for f in ready.forms.values():
            for event, _ in f.yields:
                self.forms.setdefault(event, []).append(f)
        self.one_by_one = {drug: n for n, drug in enumerate(day_by_day(ready.protocol))}
        own = {
            f.form.entry: [drug or next(iter(self.one_by_one), "") for _, drug in f.dose_items]
            for f in ready.forms.values()
            if f.dose_items
        }
        self.of_doses = {entry for entry, drugs in own.items() if drugs and all(drug in self.one_by_one for drug in drugs)}
        self.place = {e.name: k for k, e in enumerate(ready.protocol.events)}
        for event, found in self.forms.items():
            found.sort(key=lambda f, event=event: (any(test is not None for name, test in f.yields if name == event), len(f.yields)))  # type: ignore[misc]

    def identity(self, ready: Ready, luck: Luck, number: int) -> tuple[str, int]:
        """A site of ten, and one participant a day and a half."""
        return f"{luck.whole(1, 10, 'site'):03d}-{number:03d}", int((number - 1) * 1.5 + luck.uniform("place in accrual"))

    def begin(self, walk: Walk) -> None:
        """The first thing that the table allows."""
        walk.life = Way()
        walk.plan(walk.began + FOLLOWED_YEARS * 365, self._over)
        for form in walk.ready.forms.values():
            if form.form.keeps_screening and not form.yields and form.form.entry not in self.of_visits:
                self._enter(walk, form, self.plausible.filled(form, {}, walk.luck, 0))
        self._ahead(walk)

    def _over(self, walk: Walk) -> None:
        walk.end()

    def heard(self, walk: Walk, turn: Turn) -> None:
        """Whatever has changed, look ahead anew."""
        if turn.after != turn.before or turn.entry is None:
            self._ahead(walk)

    def _ahead(self, walk: Walk) -> None:
        """Plan the next thing: the earliest of what the table allows and the visits that are due."""
        way: Way = walk.life
        way.epoch += 1
        if way.epoch > MOST:
            return
        owed = [*self._visits(walk), *self._doses(walk)]
        best = min((*self._events(walk, bool(owed)), *owed), default=None)
        if best is not None:
            day, number, name, occasion, planned = best
            what = self._dose if number >= OF_DOSES else self._visit if planned else self._happen
            walk.plan(day, what, way.epoch, name, occasion)

    def _events(self, walk: Walk, visits_ahead: bool) -> list[tuple[int, int, str, int, bool]]:
        way, ready = walk.life, walk.ready
        row = ready.table.row(walk.road.status)
        leads = any(
            row[c][1] >= 0 and ready.enacts.deeds[row[c][1]].to not in (None, *self.ends)
            for c in ready.table.pending(walk.road.status)
            if c in row
        )
        legal = {}
        for event, (_, rule) in row.items():
            if event in ready.natures and 0 <= rule < ready.legal and (form := self._form(event)) is not None:
                if ready.enacts.deeds[rule] == NOTHING and (walk.phase, event, walk.road.since) in way.said:
                    continue
                legal[event] = (ready.natures[event], rule, form)
        acts = any(nature != "fact" and ready.enacts.deeds[rule] != NOTHING for nature, rule, _ in legal.values())
        busy = visits_ahead or leads or acts or any(ready.enacts.deeds[rule].to not in self.ends for _, rule, _ in legal.values())
        found = []
        for number, (event, (nature, rule, form)) in enumerate(sorted(legal.items(), key=lambda x: self.place[x[0]])):
            if form.form.entry in self.of_doses and ready.enacts.deeds[rule].to is None:
                continue  # given on its due days
            if form.form.entry in self.with_visits or nature == "fact" and form.form.entry in self.of_visits:
                continue
            ending = ready.enacts.deeds[rule].to in self.ends
            if event in self.rates:
                rate = self.rates[event]
            elif ending:
                rate = ENDING if busy else STUCK
            elif nature == "fact":
                opens = walk.phase == ready.protocol.begins or form.form.entry in self.by_plan
                rate = PROMPT if opens and not leads and not acts else SELDOM
            else:
                rate = PROMPT if form.form.entry in self.by_plan or not leads else RARELY
            if rate > 0:
                wait = walk.luck.exponential(f"wait for event {self.place[event]}", way.epoch) / rate * MONTH
                found.append((walk.day + int(wait), number, event, 0, False))
        return found

    def _form(self, event: str) -> ReadForm | None:
        return next(iter(self.forms.get(event, [])), None)

    def _visits(self, walk: Walk) -> list[tuple[int, int, str, int, bool]]:
        way, luck = walk.life, walk.luck
        found = []
        for number, v in enumerate(visits(walk.ready, walk.road)):
            if (v.name, v.occasion) in way.settled or v.state not in AHEAD:
                continue
            occasion = number * 1000 + v.occasion
            if luck.happens(self.missed, "visit missed", occasion):
                way.settled.add((v.name, v.occasion))
                continue
            found.append((max(self._day(v, luck, occasion), walk.day), 1000 + number, v.name, v.occasion, True))
        return found

    def _doses(self, walk: Walk) -> list[tuple[int, int, str, int, bool]]:
        """The due days ahead of drugs that are recorded day by day: mostly on the day, some on another of the window, a few omitted."""
        way, luck, found = walk.life, walk.luck, []
        for a in still_owed(walk.ready, walk.road) if self.one_by_one else ():
            place = self.one_by_one[a.drug]
            occasion = (a.day - walk.began) * 100 + place
            if (a.drug, a.day) in way.doses or luck.happens(OMITTED, "dose omitted", occasion):
                continue
            day = a.day
            if luck.happens(MOVED, "dose moved", occasion):
                day = luck.whole(a.earliest, a.latest, "day of the dose", occasion)
            if max(day, walk.day) <= a.latest:
                found.append((max(day, walk.day), OF_DOSES + place, a.drug, a.day, True))
        return found

    def _dose(self, walk: Walk, epoch: int, drug: str, day: int) -> None:
        """Record one due dose, by a form that records it and leads to no other phase."""
        way: Way = walk.life
        if way.epoch != epoch:
            return
        way.doses.add((drug, day))
        for form in walk.ready.forms.values():
            if not any(own == drug or (not own and len(self.one_by_one) == 1) for _, own in form.dose_items):
                continue
            rules = [walk.ready.table.row(walk.road.status).get(event) for event, _ in form.yields]
            legal = all(r is not None and 0 <= r[1] < walk.ready.legal and walk.ready.enacts.deeds[r[1]].to is None for r in rules)
            if legal:
                given = {item for item, _ in form.dose_items} | {m.name for m in form.form.items if m.role == "reason"}
                filled = self.plausible.filled(form, {}, walk.luck, epoch)
                walk.give(form.form.entry, early=drug, **{name: v for name, v in filled.items() if name not in given})
                break
        if way.epoch == epoch:
            self._ahead(walk)

    def _day(self, v: Planned, luck: Luck, occasion: int) -> int:
        if v.earliest is None or v.latest is None:  # a window that is not stated: about the target (assumed)
            return v.target + round(luck.normal("visit scatter", occasion))
        if v.latest == v.target:  # a window that ends with its target: any day of it
            return luck.whole(v.earliest, v.target, "day of the visit", occasion)
        day = v.target + round((v.latest - v.earliest) / 6 * luck.normal("visit scatter", occasion))
        return min(max(day, v.earliest), v.latest)

    def _happen(self, walk: Walk, epoch: int, event: str, _: int) -> None:
        way: Way = walk.life
        if way.epoch != epoch:
            return
        if walk.allows(event):
            way.said.add((walk.phase, event, walk.road.since))
            for form in self.forms[event]:
                values = self.plausible.values_for(form, event, walk.luck, epoch, walk.road.screened)
                subject = walk.ready.overriding.get(form.form.entry)
                if any(s.day == walk.day and s.entry.event == subject for s in walk.standing):
                    continue  # what is of that day has been told; an own assessment beside it comes another day
                if values is not None:
                    self._before(walk, epoch, event)
                    if way.epoch == epoch and walk.allows(event):
                        self._enter(walk, form, values)
                    break
        if way.epoch == epoch:
            self._ahead(walk)

    def _visit(self, walk: Walk, epoch: int, name: str, occasion: int) -> None:
        way: Way = walk.life
        if way.epoch != epoch:
            return
        way.settled.add((name, occasion))
        planned = next(v for v in walk.ready.table.protocol.visits if v.name == name)
        form = walk.ready.forms[planned.made_by]
        values = self._observed(walk, form, epoch)
        if form.visit_item is not None:
            values[form.visit_item] = name
        for event, _ in form.yields if self.leading else ():
            self._before(walk, epoch, event)
        self._enter(walk, form, values)
        for entry in planned.forms:
            other = walk.ready.forms[entry]
            if entry in self.with_visits and entry != planned.made_by and any(walk.allows(event) for event, _ in other.yields):
                self._enter(walk, other, self.plausible.filled(other, {}, walk.luck, epoch))
        if way.epoch == epoch:
            self._ahead(walk)

    def _before(self, walk: Walk, epoch: int, event: str) -> None:
        """Make the visits that lead to an act on the day of the act, before it: until then nobody knew its day."""
        found = walk.ready.table.row(walk.road.status).get(event)
        marks = walk.ready.enacts.deeds[found[1]].marks if self.leading and found is not None and found[1] >= 0 else ()
        for number, v in enumerate(walk.ready.table.protocol.visits):
            if (
                isinstance(v.target, LeadingTo)
                and v.target.of in marks
                and not walk.luck.happens(self.missed, "visit missed", 1000 * number + epoch)
            ):
                form = walk.ready.forms[v.made_by]
                values = self._observed(walk, form, epoch)
                self._enter(walk, form, values if form.visit_item is None else {**values, form.visit_item: v.name})

    def _observed(self, walk: Walk, form: ReadForm, epoch: int) -> Values:
        """What a visit finds: mostly what the plan has, else one of the events that the form can give."""
        luck, by_plan = walk.luck, self.plausible.by_plan.get(form.form.entry)
        if by_plan is not None and luck.happens(0.8, "by the plan", epoch):
            return self.plausible.filled(form, by_plan, luck, epoch) if not form.yields else dict(by_plan)
        events: list[str | None] = [e for e, _ in form.yields if not self._ending(walk, e)] or [None]
        event = events[luck.whole(0, len(events) - 1, "found at the visit", epoch)]
        return self.plausible.values_for(form, event, luck, epoch, walk.road.screened) or self.plausible.filled(form, {}, luck, epoch)

    def _ending(self, walk: Walk, event: str) -> bool:
        found = walk.ready.table.row(walk.road.status).get(event)
        return found is not None and found[1] >= 0 and walk.ready.enacts.deeds[found[1]].to in self.ends and event not in self.rates

    def _enter(self, walk: Walk, form: ReadForm, values: Values) -> None:
        if form.arm_item is not None:
            values[form.arm_item] = walk.arm
        if form.dose_items:
            given = {item for item, _ in form.dose_items}
            walk.give(form.form.entry, **{name: v for name, v in values.items() if name not in given})
        elif form.form.lives is not None:
            self._begin_record(walk, form, values)
        else:
            walk.enter(form.form.entry, values)

    def _begin_record(self, walk: Walk, form: ReadForm, values: Values) -> None:
        """Record what begins today and lives, and plan how it goes on."""
        e, place = form.form.lives, len(walk.drafts) + 1
        assert e is not None
        if e.begins:
            values[e.begins] = iso(walk.day)
        wait = 1 + int(walk.luck.exponential("record lasts", place) / LASTING * MONTH)
        if e.grade and wait > 1 and walk.luck.happens(REGRADED, "record graded anew", place):
            walk.plan(walk.day + wait // 2, self._go_on, form, place, False)
        walk.plan(walk.day + wait, self._go_on, form, place, True)
        walk.enter(form.form.entry, values)

    def _go_on(self, walk: Walk, form: ReadForm, place: int, ends: bool) -> None:
        """Tell the grade of a record anew, or its end."""
        e, record = form.form.lives, walk.records[place]
        assert e is not None
        if not record.ongoing(walk.day):
            return
        if not ends:
            values: Values | None = {e.grade: self.plausible.value(form.items[e.grade], walk.luck, walk.day)}
        else:
            values = {e.ends: iso(walk.day)} if e.ends else self.plausible.meeting(form, e.ended, record.values, walk.luck, walk.day)
        if values is not None:
            walk.enter(form.form.entry, values, continues=place)
