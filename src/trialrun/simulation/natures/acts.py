"""The acts of a nature as functions of a life: entries, plans, fates, notes; one slot for each plan, so that planning again moves it."""

from __future__ import annotations

from collections.abc import Callable
from math import floor
from typing import Any

from ...chance import STEP, ln, normal_quantile, purpose_of, word
from ...protocol.words.natures_acts import (
    Act,
    Cancel,
    EachRow,
    Enter,
    Keeps,
    KeepVisits,
    Meets,
    NoMoreIsKnown,
    OnlyIf,
    Plan,
    Remember,
    SetFor,
)
from ..hazards import Fate, Hazard
from .life import Life
from .values import Value, Values, ahead

Do = Callable[[Life], None]
RANKS = 1000  # places of one rank on a page


class Acts:
    """Binds the acts of one nature to one study. `ranks`: the order in which plans and fates of one day come."""

    def __init__(self, values: Values, ranks: dict[str, int]) -> None:
        self.values, self.ranks = values, ranks
        self.fires: dict[str, Do] = {}
        self.forms = values.ready.forms

    def all(self, acts: tuple[Act, ...]) -> Do:
        """The function that does acts in order."""
        done = tuple(_BIND[type(a)](self, a) for a in acts)
        if len(done) == 1:
            return done[0]

        def do(s: Life) -> None:
            for one in done:
                one(s)

        return do

    def told(self, enter: Enter) -> Callable[[Life], dict[str, Any]]:
        """The values of an entry; missing ones are left out."""
        parts = tuple((t.item, self.values.of(t.value)) for t in enter.values)

        def values(s: Life) -> dict[str, Any]:
            found = {}
            for item, value in parts:
                v = value(s)
                if v is not None:
                    found[item] = v
            return found

        return values

    def _enter(self, a: Enter) -> Do:
        form, name = self.forms[a.form], a.form
        dose = {item for item, _ in form.dose_items}
        doses = [(t.item, self.values.of(t.value)) for t in a.values if t.item in dose]
        values = self.told(Enter(a.form, tuple(t for t in a.values if t.item not in dose)))
        arm = form.arm_item
        if dose:
            other = doses[0][1] if doses else None

            def give(s: Life) -> None:
                told = values(s)
                if arm is not None:
                    told[arm] = s.walk.arm
                s.walk.give(name, None if other is None else lambda planned: _instead(s, other, planned), **told)

            return give
        own = None if a.own is None else (a.own.form, self.told(a.own))

        def enter(s: Life) -> None:
            told = values(s)
            if arm is not None:
                told[arm] = s.walk.arm
            s.walk.enter(name, told, None if own is None else (own[0], own[1](s)))

        return enter

    def set(self, s: Life, name: str, day: int, row: int) -> None:
        """Plan by name, in place of what was planned under it."""
        slot = (name, row)
        epoch = s.slots[slot] = s.slots.get(slot, 0) + 1
        s.walk.plan(day, self._fire, s, slot, epoch, rank=self.ranks[name] + row)

    def _fire(self, walk: Any, s: Life, slot: tuple[str, int], epoch: int) -> None:
        if s.slots[slot] == epoch:
            s.row = slot[1]
            self.fires[slot[0]](s)

    def _row(self, plan: Plan) -> bool:
        return bool(plan.row_of)

    def _set_for(self, a: SetFor) -> Do:
        name, day, rows = a.plan.name, self.values.of(a.day), self._row(a.plan)

        def do(s: Life) -> None:
            when = day(s)
            if when is not None:
                self.set(s, name, int(when), s.row if rows else 0)

        return do

    def _cancel(self, a: Cancel) -> Do:
        name, rows = a.plan.name, self._row(a.plan)

        def do(s: Life) -> None:
            slot = (name, s.row if rows else 0)
            s.slots[slot] = s.slots.get(slot, 0) + 1

        return do

    def _meets(self, a: Meets) -> Do:
        name, purpose = a.fate.name, purpose_of(a.fate.name)
        hazard, times = self.values.of(a.hazard), self.values.of(a.times)
        each: Value | None = None if a.fate.each is None else self.values.of(a.fate.each)

        def do(s: Life) -> None:
            found: Hazard = hazard(s)
            factor = times(s)
            if factor != 1:
                found = tuple((until, rate * factor) for until, rate in found)
            occasion = 0 if each is None else int(each(s))
            fate = s.fates.get(name)
            if fate is None or s.lucks[name] != occasion:
                luck = -ln(_uniform(s, purpose, occasion))
                fate = s.fates[name] = Fate(luck, found, s.walk.day)
                s.lucks[name] = occasion
            else:
                fate.meets(found, s.walk.day)
            day = fate.day()
            if day is None:
                s.slots[(name, 0)] = s.slots.get((name, 0), 0) + 1
            else:
                self.set(s, name, day, 0)

        return do

    def _remember(self, a: Remember) -> Do:
        name, value = a.note.name, self.values.of(a.value)

        def do(s: Life) -> None:
            s.notes[name] = value(s)

        return do

    def _only_if(self, a: OnlyIf) -> Do:
        given, then = self.values.of(a.given), self.all(a.then)
        otherwise = self.all(a.otherwise) if a.otherwise else None

        def do(s: Life) -> None:
            if given(s):
                then(s)
            elif otherwise is not None:
                otherwise(s)

        return do

    def _each_row(self, a: EachRow) -> Do:
        rows, act = range(len(a.family.rows)), self.all(a.do)

        def do(s: Life) -> None:
            before = s.row
            for row in rows:
                s.row = row
                act(s)
            s.row = before

        return do

    def _no_more(self, a: NoMoreIsKnown) -> Do:
        return lambda s: s.walk.end()

    # Visits --------------------------------------------------------------------------------------------------------------------------

    def _keep_visits(self, a: KeepVisits) -> Do:
        k = a.keeps
        number = self.values.number
        scatter, missed, outside, most = number(k.scatter), number(k.missed), number(k.outside), number(k.days_outside)
        names, places = frozenset(k.visits), {name: n for n, name in enumerate(k.visits)}
        purposes = {
            n: {what: purpose_of(f"{k.name}: {what}: {n}") for what in ("missed", "scatter", "outside", "how far")} for n in k.visits
        }

        def do(s: Life) -> None:
            walk = s.walk
            kept = s.notes[_kept(k)] = s.notes.get(_kept(k), 0) + 1
            for v in ahead(s):
                if v.name not in names:
                    continue
                occasion = 1000 * kept + v.occasion
                luck = purposes[v.name]
                if _uniform(s, luck["missed"], occasion) < missed:
                    continue
                if v.earliest is None or v.latest is None:  # no window is stated, so that none lies outside of it
                    day = v.target + floor(scatter * normal_quantile(_uniform(s, luck["scatter"], occasion)) + 0.5)
                    day = max(day, walk.day + 1)
                elif _uniform(s, luck["outside"], occasion) < outside:
                    day = v.latest + 1 + int(most * _uniform(s, luck["how far"], occasion))
                elif v.latest > walk.day:
                    day = v.target + floor(scatter * normal_quantile(_uniform(s, luck["scatter"], occasion)) + 0.5)
                    day = min(max(day, v.earliest), v.latest)
                else:
                    day = walk.day + 1 + int(6 * _uniform(s, luck["scatter"], occasion))
                self.set(s, k.name, day, places[v.name])

        return do

    def visit(self, k: Keeps) -> Do:
        """What is done on the day of a visit: recorded with its name, and then what the sentence says."""
        protocol = self.values.ready.protocol
        declared = {v.name: v for v in protocol.visits}
        forms = [self.forms[declared[name].made_by] for name in k.visits]
        given, phases, then = self.values.of(k.given), frozenset(k.phases), self.all(k.do)

        def do(s: Life) -> None:
            if s.walk.phase not in phases or not given(s):
                return
            form, name = forms[s.row], k.visits[s.row]
            if declared[name].served_by and not any(v.name == name for v in ahead(s)):
                return  # the entry of another visit served it
            s.walk.enter(form.form.entry, {} if form.visit_item is None else {form.visit_item: name})
            then(s)

        return do


def _uniform(s: Life, purpose: int, occasion: int) -> float:
    return ((word(s.key, purpose, occasion) >> 11) + 0.5) * STEP


def _kept(k: Keeps) -> str:
    return f"visits kept: {k.name}"


def _instead(s: Life, other: Value, planned: float) -> float:
    s.dose = planned
    found = other(s)
    s.dose = None
    return planned if found is None else float(found)


_BIND: dict[type, Callable[[Acts, Any], Do]] = {
    Enter: Acts._enter, SetFor: Acts._set_for, Cancel: Acts._cancel, Meets: Acts._meets, Remember: Acts._remember, OnlyIf: Acts._only_if,
    EachRow: Acts._each_row, KeepVisits: Acts._keep_visits, NoMoreIsKnown: Acts._no_more,
}  # fmt: skip
