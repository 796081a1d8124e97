"""A study made ready to run: its table with breaches, its forms as functions from values to protocol events, its effects on days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..protocol.enactment import Enactment
from ..protocol.frozen.freeze import fingerprint
from ..protocol.language import EditCheck, Form, Measure, Protocol, RangeIf, of_arm
from ..protocol.schedule import Schedule, drug_recorded, schedules
from ..protocol.table import Table, load_table
from ..protocol.words.expressions import UNKNOWN, Clock, Ref, nodes, on_values
from ..protocol.words.over_time import Earlier, EntryDay
from .classes import class_words
from .declared_visits import DeclaredVisits, declared_visits
from .groups import apart, rows_typed
from .order import at_first, closing, final
from .over_time import Asked, asked_over_time, conditions_of
from .values import Unread, typed

REMEMBERED = 4096  # combinations of values whose events are kept
FEW_VALUES = ("text", "code", "yes/no", "integer", "date")
Test = Callable[[Mapping[str, Any]], float]


@dataclass(frozen=True)
class ReadForm:
    """A form as functions: which events its values give, and which class.

    `dose_items`: the items that record a dose, each with the drug ("": the one that is planned there); `roles`: the item that has a role, by the role.
    `asked`: the items that are asked or required under a condition; `checks`: what must hold of an entry; `ranges`: those that hang on other values.
    `hangs_on`: the items that its events hang on, where they have few values, so that an answer is remembered; None for others.
    """

    form: Form
    yields: tuple[tuple[str, Test | None], ...]
    classes: tuple[tuple[str, Test], ...]
    dose_items: tuple[tuple[str, str], ...]
    visit_item: str | None
    arm_item: str | None
    items: dict[str, Measure]
    roles: dict[str, str]
    asks: bool
    asks_screening: bool
    hangs_on: tuple[str, ...] | None
    asked: tuple[tuple[str, str, Test], ...] = ()
    checks: tuple[tuple[EditCheck, Test], ...] = ()
    ranges: tuple[tuple[RangeIf, Test], ...] = ()
    _given: dict[tuple[Any, ...], tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    def typed(self, values: Mapping[str, Any] | None) -> tuple[dict[str, Any], tuple[Unread, ...]]:
        """An entry's values, each of its measure's type, and what of them and of the rows of its groups is not used."""
        own, told = apart(self.form, values)
        found, unread = typed(self.items, own)
        return found, (*unread, *rows_typed(self.form, told)[1])

    def class_of(self, values: Mapping[str, Any]) -> str | None:
        """The class of a recorded set of values, None where the form has no classes or none holds."""
        for name, test in self.classes:
            if test(values) > UNKNOWN:
                return name
        return None

    def events(self, values: Mapping[str, Any]) -> Sequence[str]:
        """The protocol events that the values give, in the form's order."""
        if self.hangs_on is None:
            return self._events(values)
        key = tuple([values.get(name) for name in self.hangs_on])
        found = self._given.get(key)
        if found is None:
            if len(self._given) >= REMEMBERED:
                self._given.clear()
            found = self._given[key] = self._events(values)
        return found

    def comes_to_give(self, values: Mapping[str, Any], before: Mapping[str, Any] | None) -> Sequence[str]:
        """The protocol events of an entry; of one that goes on with a record, those whose condition did not hold `before` it."""
        given = self.events(values)
        if before is None or not given:
            return given
        had = self.events(before)
        return [event for event in given if event not in had]

    def not_asked(self, values: Mapping[str, Any]) -> set[str]:
        """The items that are not asked beside these values."""
        return {item for item, kind, test in self.asked if kind == "shown" and test(values) < UNKNOWN}

    def expected(self, values: Mapping[str, Any]) -> dict[str, Measure]:
        """The items whose plausible range hangs on these values, each with the range that holds beside them: of several the narrowest ends."""
        found: dict[str, list[RangeIf]] = {}
        for x, test in self.ranges:
            if test(values) > UNKNOWN:
                found.setdefault(x.item, []).append(x)
        ends = {
            name: ([x.low for x in own if x.low is not None], [x.high for x in own if x.high is not None]) for name, own in found.items()
        }
        return {
            name: replace(self.items[name], low=max(low, default=None), high=min(high, default=None)) for name, (low, high) in ends.items()
        }

    def needed(self, values: Mapping[str, Any]) -> list[str]:
        """The items that are required beside these values."""
        hidden = {item for item, kind, test in self.asked if kind == "shown" and test(values) <= UNKNOWN}
        called_for = [item for item, kind, test in self.asked if kind == "required" and test(values) > UNKNOWN]
        return [name for name in (*self.form.required, *called_for) if name not in hidden]

    def _events(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple([event for event, test in self.yields if test is None or test(values) > UNKNOWN])


@dataclass
class Ready:
    """A study ready to run with participants.

    `protocol` is the study as it was written, `table.protocol` what of it holds here: in a study with arms the common sentences, until the
    allocation is known, and then those of the arm (`of`).
    """

    protocol: Protocol
    fingerprint: str
    table: Table
    arms: dict[str, Ready] = field(default_factory=dict)
    forms: dict[str, ReadForm] = field(init=False)
    overriding: dict[str, str] = field(init=False)
    enacts: Enactment = field(init=False)
    natures: dict[str, str] = field(init=False)
    shown: dict[str, str] = field(init=False)
    legal: int = field(init=False)
    names_of_arms: frozenset[str] = field(init=False)
    living: bool = field(init=False)
    over_time: Asked = field(init=False)
    closing: frozenset[str] = field(init=False)
    final: frozenset[str] = field(init=False)
    at_first: frozenset[str] = field(init=False)
    visits: DeclaredVisits = field(init=False)
    observing: frozenset[str] = field(init=False)
    _schedules: dict[int, tuple[Schedule, ...]] = field(default_factory=dict)
    _leads: dict[str, frozenset[str]] = field(default_factory=dict)
    _waits: dict[int, tuple[tuple[str, Clock], ...]] = field(default_factory=dict)
    _may_run: dict[str, frozenset[str]] = field(default_factory=dict)
    _words: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        p = self.protocol
        self.forms = {f.entry: _read(f, p) for f in p.forms}
        self.overriding = {f.entry: f.overrides for f in p.forms if f.overrides}
        self.enacts = Enactment(self.table.protocol, self.table.meaning.rules)
        self.natures = {e.name: e.nature for e in p.events}
        self.shown = {ph.name: ph.shown for ph in p.phases}
        self.legal = len(self.table.protocol.rules)
        self.names_of_arms = frozenset(a.name for a in p.arms)
        self.living = any(f.lives is not None for f in p.forms)
        self.over_time = asked_over_time(p)
        self.closing, self.final, self.at_first = closing(p), final(p), at_first(p)
        self.visits = declared_visits(self.table.protocol, self.enacts)
        self.observing = frozenset(
            entry for entry, f in self.forms.items() if not f.dose_items and all(self.natures.get(event) == "fact" for event, _ in f.yields)
        )

    def of(self, arm: str) -> Ready:
        """The study as one arm runs it; this one where the study has no arms, where none is allocated yet, or where it is the arm's already."""
        return self.arms.get(arm, self)

    def class_words(self) -> dict[str, str]:
        """Every word that the study knows for a class, in lower case, with the class that it means."""
        if not self._words:
            self._words.update(class_words(self.protocol))
        return self._words

    def leads_to(self, phase: str) -> frozenset[str]:
        """The phases that rules can lead to from a phase, itself included."""
        if phase not in self._leads:
            seen, ahead = {phase}, [phase]
            while ahead:
                here = ahead.pop()
                fresh = {r.to for r in self.table.meaning.rules if here in r.at and r.to} - seen
                seen |= fresh
                ahead += fresh
            self._leads[phase] = frozenset(seen)
        return self._leads[phase]

    def waits(self, s: int) -> tuple[tuple[str, Clock], ...]:
        """The clocks that a status waits for, by name."""
        found = self._waits.get(s)
        if found is None:
            clocks = self.table.meaning.clocks
            found = self._waits[s] = tuple((name, clocks[name]) for name in self.table.pending(s))
        return found

    def may_run(self, watch: str) -> frozenset[str]:
        """The phases in which a stopwatch runs, or from which it can go on without being reset."""
        found = self._may_run.get(watch)
        if found is None:
            runs = self.table.meaning.running[watch]
            keep = [r for r in self.table.protocol.rules if r.to in runs and not any(e.kind == "reset" and e.name == watch for e in r.do)]
            found = self._may_run[watch] = runs.union(*(r.at for r in keep))
        return found

    def schedules(self, s: int) -> tuple[Schedule, ...]:
        """What a status plans of each drug."""
        found = self._schedules.get(s)
        if found is None:
            found = self._schedules[s] = schedules(self.table, s)
        return found


def _read(form: Form, protocol: Protocol) -> ReadForm:
    conditions = [y.given for y in form.yields if y.given is not None] + [c.given for c in form.classes]
    roles = {m.role: m.name for m in reversed(form.items) if m.role}
    return ReadForm(
        form,
        tuple((y.event, None if y.given is None else on_values(y.given)) for y in form.yields),
        tuple((c.name, on_values(c.given)) for c in form.classes),
        tuple((m.name, drug_recorded(protocol, m)) for m in form.items if m.role == "dose"),
        roles.get("visit"),
        roles.get("arm"),
        {m.name: m for m in form.items},
        roles,
        bool(conditions),
        any(isinstance(n, Ref) and n.kind == "screening" for c in conditions for n in nodes(c)),
        _hangs_on(form),
        tuple((a.item, a.kind, on_values(a.given)) for a in form.asked),
        tuple((k, on_values(k.given)) for k in form.checks),
        tuple((x, on_values(x.given)) for x in form.ranges),
    )


def _hangs_on(form: Form) -> tuple[str, ...] | None:
    """The items that a form's events hang on, where each is one of few values; None where one is a number, or is not on the form."""
    if any(isinstance(n, Earlier | EntryDay) for given in conditions_of(form) for n in nodes(given)):
        return None
    few = {m.name for m in form.items if m.type in FEW_VALUES}
    asked = {(n.kind, n.name): None for y in form.yields if y.given is not None for n in nodes(y.given) if isinstance(n, Ref)}
    return None if any(kind == "screening" or name not in few for kind, name in asked) else tuple(name for _, name in asked)


def make_ready(protocol: Protocol, mark: str | None = None, cache: Path | None = None) -> Ready:
    """A study ready to run; its tables come from the cache where the same definition was compiled before."""
    mark = mark or fingerprint(protocol)

    def table(arm: str) -> Table:
        own = of_arm(protocol, arm)
        return load_table(own, fingerprint(own), breaches=True, cache=cache)

    if not protocol.arms:
        return Ready(protocol, mark, load_table(protocol, mark, breaches=True, cache=cache))
    return Ready(protocol, mark, table(""), {a.name: Ready(protocol, mark, table(a.name)) for a in protocol.arms})
