"""What a study means: `step`, the only reader of its rules, and the small functions that it stands on.

A status is a plain tuple: the phase's name, then the value of each variable in the order of `variables(protocol)` (flags, counts, clock
marks). Clocks are events too: a clock's mark turns true when it fires, and is forgotten in phases that do not read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .enactment import bounds_of, put
from .language import Protocol, Rule
from .words.expressions import NO, UNKNOWN, YES, Clock, Expr, Otherwise, Ref, bind, nodes

Status = tuple[Any, ...]


@dataclass(frozen=True)
class Step:
    """What one event does in one status: the next status and the rule that spoke, or an overlap of several, or silence (no rule)."""

    status: Status
    rule: int | None
    overlap: tuple[int, ...] = ()


def step(meaning: Meaning, status: Status, event: str) -> Step:
    """The next status and the rule that speaks; where none does, the status stays. The only reader of rules."""
    sentences = meaning.sentences.get((status[0], event), ())
    speak = [r for r, given in sentences if given is not None and given(status) > UNKNOWN]
    if not speak:
        speak = [r for r, given in sentences if given is None]
    fired = meaning.fire(status, event)
    if len(speak) != 1:
        return Step(fired, None, tuple(speak))
    return Step(meaning.enact(fired, meaning.rules[speak[0]]), speak[0])


class Meaning:
    """A protocol made ready for `step`: its rules found by phase and event, its conditions bound to positions in a status."""

    def __init__(self, protocol: Protocol, *, breaches: bool = False) -> None:
        if len(protocol.arms) > 1:
            names = ", ".join(a.name for a in protocol.arms)
            raise ValueError(
                f"the study {protocol.name} has the arms {names}, each with its own table: take of_arm(protocol, {protocol.arms[0].name!r})"
            )
        self.protocol = protocol
        self.rules: tuple[Rule, ...] = protocol.rules + (protocol.breaches if breaches else ())
        every = protocol.rules + protocol.breaches
        self.phases = {p.name: p for p in protocol.phases}
        self.clocks: dict[str, Clock] = {}
        for expr in _conditions(protocol):
            self.clocks.update({c.name: c for c in nodes(expr) if isinstance(c, Clock)})
        for r in every:
            self.clocks.update({c.name: c for c in r.clocks})
        self.variables = tuple(f.name for f in protocol.flags) + tuple(c.name for c in protocol.counts)
        self.place = {name: i + 1 for i, name in enumerate((*self.variables, *self.clocks))}
        self.bounds = bounds_of(protocol)
        self.start: Status = (
            protocol.begins,
            *(int(f.starts) for f in protocol.flags),
            *(c.starts for c in protocol.counts),
            *(0 for _ in self.clocks),
        )
        self.events = tuple(e.name for e in protocol.events)
        self.read_clocks = {p: frozenset(self._clocks_read(p, every)) for p in self.phases}
        self.depends = {name: _anchors(protocol, c) for name, c in self.clocks.items()}
        self.running = {w.name: frozenset(w.runs) for w in protocol.stopwatches}
        self.told_later: dict[str, set[str]] = {}
        for r in every:
            for e in r.do:
                if e.kind == "extend" and e.value:
                    self.told_later.setdefault(e.name, set()).update((r.to,) if r.to else r.at)
        self.sentences = self._sentences(len(protocol.rules))
        self._marks = {p: tuple((self.place[c], c in read) for c in self.clocks) for p, read in self.read_clocks.items()}

    def _clocks_read(self, phase: str, rules: Iterable[Rule]) -> set[str]:
        read: set[str] = set()
        for r in rules:
            if phase in r.at:
                read |= {c.name for c in r.clocks} | {c.name for c in nodes(r.given) if isinstance(c, Clock)}
        for d in self.protocol.doses:
            if phase in d.at:
                read |= {c.name for c in nodes(d.given) if isinstance(c, Clock)}
        return read

    def _sentences(self, legal: int) -> dict[tuple[str, str], tuple[tuple[int, Callable[[Status], float] | None], ...]]:
        found: dict[tuple[str, str], list[tuple[int, Callable[[Status], float] | None]]] = {}
        bound: dict[int, Callable[[Status], float] | None] = {}
        spoken: dict[tuple[str, str], list[Expr | None]] = {}
        for r in self.rules[:legal]:
            for phase in r.at:
                for event in r.on:
                    spoken.setdefault((phase, event), []).append(r.given)
        for i, r in enumerate(self.rules):
            bound[i] = None if isinstance(r.given, Otherwise) else self.condition(r.given)
            for phase in r.at:
                for event in r.on:
                    given = bound[i]
                    if i >= legal and given is not None:  # a breach speaks only where no legal sentence does
                        given = self._unless(given, spoken.get((phase, event), []))
                    found.setdefault((phase, event), []).append((i, given))
        return {key: tuple(value) for key, value in found.items()}

    def _unless(self, given: Callable[[Status], float], legal: list[Expr | None]) -> Callable[[Status], float]:
        if any(isinstance(g, Otherwise) for g in legal):
            return lambda status: NO
        tests = [self.condition(g) for g in legal]
        return lambda status: NO if any(t(status) > UNKNOWN for t in tests) else given(status)

    def condition(self, expr: Expr | None) -> Callable[[Status], float]:
        """A condition as a function of a status."""
        return (lambda status: YES) if expr is None else _as_truth(expr, self.place)

    def fire(self, status: Status, event: str) -> Status:
        """The status with a clock's mark set, when the event is a clock."""
        place = self.place[event] if event in self.clocks else 0
        return status[:place] + (1,) + status[place + 1 :] if place else status

    def enact(self, status: Status, r: Rule) -> Status:
        """The status after a rule: effects, the new phase, and the marks that its clocks keep."""
        phase = status[0] if r.to is None else r.to
        values = list(status)
        values[0] = phase
        for effect in r.do:
            put(values, effect, self.place, self.bounds)
        moved = {e.name for e in r.do if e.kind in ("mark", "reset")}
        moved |= {e.name + " ran" for e in r.do if e.kind == "extend"}
        for watch, runs in self.running.items():
            if phase in runs:
                moved.add(watch + " ran")
        for name, (place, read) in zip(self.clocks, self._marks[phase], strict=True):
            if values[place] and (not read or (moved and not moved.isdisjoint(self.depends[name]))):
                values[place] = 0
        return tuple(values)

    def pending(self, status: Status) -> tuple[str, ...]:
        """The clocks that a status waits for: read here, not yet fired, and running."""
        return tuple(
            name
            for name in self.clocks
            if name in self.read_clocks[status[0]] and not status[self.place[name]] and self.runs(name, status[0])
        )

    def runs(self, name: str, phase: str) -> bool:
        """Whether a clock can come in a phase: its stopwatch runs there, or its moment stands still."""
        clock = self.clocks[name]
        if clock.kind == "full":
            return phase in self.running[clock.of] or phase in self.told_later.get(clock.of, ())
        watch = next((m.derived.stopwatch for m in self.protocol.moments if m.name == clock.of and m.derived), None)
        return watch is None or phase not in self.running[watch]


def _as_truth(expr: Expr, place: dict[str, int]) -> Callable[[Status], float]:
    def look(node: Expr) -> Callable[[Status], Any]:
        if isinstance(node, Clock):
            at = place[node.name]
            return lambda status: YES if status[at] else NO
        if isinstance(node, Ref) and node.kind in ("flag", "count"):
            at = place[node.name]
            return lambda status: status[at]
        raise TypeError(f"{node!r} cannot guard a rule: only flags, bounded counts and clocks can")

    value = bind(expr, look)
    return (lambda status: YES if value(status) else NO) if isinstance(expr, Ref) else value


def _conditions(protocol: Protocol) -> Iterable[Expr]:
    for r in (*protocol.rules, *protocol.breaches):
        if r.given is not None:
            yield r.given
    for d in protocol.doses:
        if d.given is not None:
            yield d.given


def _anchors(protocol: Protocol, clock: Clock) -> frozenset[str]:
    if clock.kind == "full":
        return frozenset((clock.of,))
    derived = next((m.derived for m in protocol.moments if m.name == clock.of), None)
    if derived is None:
        return frozenset((clock.of,))
    return frozenset((derived.stopwatch + " ran",))
