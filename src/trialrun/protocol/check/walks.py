"""A table's steps as arrays: what a condition says in every status, what can be reached, and the shortest paths that show it.

The table lets clocks fire in any order. Here a clock cannot fire before another of the same anchor that is due earlier (`past 14 days`
before `past 7 days`); what only such steps lead to is left out, because no calendar brings it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

import numpy as np

from ..table import Table, live_variables
from ..words.expressions import NO, UNKNOWN, YES, AllOf, Clock, Expr, ManyValues, Ref, bind
from ..words.spoken import clock as clock_words

LONGEST_MONTH, SHORTEST_MONTH = 31, 28


def implies(a: Clock, b: Clock) -> bool:
    """Whether `b` is true on every day on which `a` is, whatever the calendar; months against days conservatively (28 to 31 days)."""
    return _same_anchor(a, b) and _earliest(a, b) >= _latest(b, a)


def later_than(a: Clock, b: Clock) -> bool:
    """Whether `a` becomes true on a later day than `b`, whatever the calendar."""
    return _same_anchor(a, b) and _earliest(a, b) > _latest(b, a)


def _same_anchor(a: Clock, b: Clock) -> bool:
    return a.of == b.of and (a.kind == "full") == (b.kind == "full")


def _in_months(c: Clock) -> int | None:
    return {"months": c.n, "years": 12 * c.n}.get(c.unit)


def _days(c: Clock, other: Clock, month: int) -> int:
    months, extra = _in_months(c), int(c.kind == "past")
    if months is None:
        return c.n * (7 if c.unit == "weeks" else 1) + extra
    return months * (SHORTEST_MONTH if _in_months(other) is not None else month) + extra


def _earliest(c: Clock, other: Clock) -> int:
    return _days(c, other, SHORTEST_MONTH)


def _latest(c: Clock, other: Clock) -> int:
    return _days(c, other, LONGEST_MONTH)


class Walks:
    """Every step of a table that a calendar can bring. Arrays over steps: `source`, `event`, `target`, `rule` (-1: a clock's mark only)."""

    def __init__(self, table: Table) -> None:
        self.table, self.meaning, self.protocol = table, table.meaning, table.protocol
        self.phase = table.values[:, 0].astype(np.int64)
        self.phases, self.events = table.phases, table.events
        self.clocks = tuple(self.meaning.clocks)
        size = len(self.phases), len(self.clocks)
        self.reads = np.array([[c in self.meaning.read_clocks[p] for c in self.clocks] for p in self.phases], dtype=bool).reshape(size)
        runs = np.array([[self.meaning.runs(c, p) for c in self.clocks] for p in self.phases], dtype=bool).reshape(size)
        self.pends = self.reads & runs
        self.ends = np.array([self.meaning.phases[p].end for p in self.phases])[self.phase]
        source, event = np.nonzero(table.next >= 0)
        kept = ~self._out_of_time(source, event)
        self._take(source[kept], event[kept])
        self.depth, self.came = self._tree()
        self.possible = self.depth >= 0
        kept = self.possible[self.source]
        places = np.cumsum(kept) - 1
        self._take(self.source[kept], self.event[kept])
        self.came = np.where(self.came >= 0, places[self.came], -1)
        self.rules = self.meaning.rules
        self.live = live_variables(self.protocol, self.meaning)
        self._first = np.searchsorted(self.source, np.arange(len(self.phase) + 1))

    def _take(self, source: np.ndarray, event: np.ndarray) -> None:
        self.source, self.event = source, event
        self.target, self.rule = self.table.next[source, event].astype(np.int64), self.table.rule[source, event].astype(np.int64)

    def marked(self, clock: str) -> np.ndarray:
        """In which statuses a clock's mark is set."""
        return self.table.values[:, self.meaning.place[clock]] > 0

    def pending(self, clock: str) -> np.ndarray:
        """In which statuses a clock is waited for."""
        return self.pends[self.phase, self.clocks.index(clock)] & ~self.marked(clock)

    def unset(self, clock: str) -> np.ndarray:
        """In which statuses a clock is read and has not come; a stopwatch that stands still keeps what it showed."""
        kept = self.reads if self.meaning.clocks[clock].kind == "full" else self.pends
        return kept[self.phase, self.clocks.index(clock)] & ~self.marked(clock)

    def waits_for_another(self, clock: str) -> np.ndarray:
        """In which statuses another clock of the same anchor must come before this one."""
        late = self.meaning.clocks[clock]
        first = np.zeros(len(self.phase), dtype=bool)
        for name, early in self.meaning.clocks.items():
            if later_than(late, early):
                first |= self.pending(name)
        return first & self.pending(clock)

    def _out_of_time(self, source: np.ndarray, event: np.ndarray) -> np.ndarray:
        wrong = np.zeros(len(source), dtype=bool)
        for clock in self.clocks:
            wrong |= (event == self.events.index(clock)) & self.waits_for_another(clock)[source]
        return wrong

    def at(self, phases: Iterable[str]) -> np.ndarray:
        """In which statuses one stands at these phases; without any, at every phase that is no end."""
        names = tuple(phases)
        if not names:
            return self.possible & ~self.ends
        return self.possible & np.array([p in names for p in self.phases])[self.phase]

    def on(self, events: Iterable[str]) -> np.ndarray:
        """Which steps are on these events; without any, all are."""
        names = tuple(events)
        return np.array([not names or e in names for e in self.events], dtype=bool)[self.event]

    def by(self, speaks: Callable[[int], bool]) -> np.ndarray:
        """Which steps are made by a rule (its place among the rules) that meets a test; a clock's mark alone is made by none."""
        yes = np.array([speaks(r) for r in range(len(self.rules))] + [False], dtype=bool)
        return yes[self.rule]

    def truth(self, expr: Expr | None, *, exact: bool = False) -> np.ndarray:
        """What a condition says in every status: 1 yes, 0 no, 0.5 not known.

        A clock asked for is known where a tracked one implies it, or would be implied by it. `exact`: as `step` reads its own clocks.
        """
        if expr is None:
            return np.full(len(self.phase), YES)

        def look(node: Expr) -> Callable[[object], np.ndarray]:
            if isinstance(node, Clock):
                known = np.where(self.marked(node.name), YES, NO) if exact else self._time(node)
                return lambda _: known
            if isinstance(node, Ref) and node.name in self.meaning.place:
                column = self.table.values[:, self.meaning.place[node.name]].astype(float)
                return lambda _: column
            raise TypeError(f"{node!r} has no value in a status: ask for flags, counts and clocks")

        return np.broadcast_to(bind(AllOf((expr,)), look, ManyValues)(None), (len(self.phase),))

    def _time(self, asked: Clock) -> np.ndarray:
        known = np.full(len(self.phase), UNKNOWN)
        for name, clock in self.meaning.clocks.items():
            if implies(asked, clock):
                known = np.where(self.unset(name), NO, known)
        for name, clock in self.meaning.clocks.items():
            if implies(clock, asked):
                known = np.where(self.marked(name), YES, known)
        return known

    def _tree(self) -> tuple[np.ndarray, np.ndarray]:
        n = len(self.phase)
        depth, came = np.full(n, -1), np.full(n, -1)
        depth[0] = level = 0
        while True:
            new = np.flatnonzero((depth[self.source] == level) & (depth[self.target] < 0))
            if not len(new):
                return depth, came
            there, first = np.unique(self.target[new], return_index=True)
            level += 1
            depth[there], came[there] = level, new[first]

    def forward(self, begin: np.ndarray, steps: np.ndarray) -> np.ndarray:
        """The statuses that these steps lead to from others, with those."""
        return _spread(begin, self.source[steps], self.target[steps])

    def backward(self, goal: np.ndarray, steps: np.ndarray) -> np.ndarray:
        """The statuses from which these steps lead to others, with those."""
        return _spread(goal, self.target[steps], self.source[steps])

    def start(self) -> np.ndarray:
        """The first status, as a mask."""
        mask = np.zeros(len(self.phase), dtype=bool)
        mask[0] = True
        return mask

    def path(self, s: int, *more: int) -> tuple[str, ...]:
        """The shortest sequence of events to a status, and the events of further steps."""
        events: list[str] = []
        while self.came[s] >= 0:
            events.append(self.events[self.event[self.came[s]]])
            s = int(self.source[self.came[s]])
        return (*events[::-1], *(self.events[self.event[e]] for e in more))

    def nearest(self, statuses: np.ndarray) -> int:
        """Of some statuses (a mask) the one with the shortest path."""
        found = np.flatnonzero(statuses)
        return int(found[np.argmin(self.depth[found])])

    def nearest_step(self, steps: np.ndarray) -> int:
        """Of some steps (a mask) the one with the shortest path to it."""
        found = np.flatnonzero(steps)
        return int(found[np.argmin(self.depth[self.source[found]])])

    def shortest(self, begin: int, move: Callable[[int, int], int | None]) -> tuple[tuple[str, ...], int]:
        """The shortest path on which `move(kept, step)` answers None; it carries a number along. Returns the events and the last step."""
        came: dict[tuple[int, int], tuple[tuple[int, int], int]] = {}
        seen, queue = {(0, begin)}, deque([(0, begin)])
        while queue:
            here = queue.popleft()
            for e in range(self._first[here[0]], self._first[here[0] + 1]):
                kept = move(here[1], e)
                if kept is None:
                    return (*self._back(here, came), self.events[self.event[e]]), e
                there = (int(self.target[e]), kept)
                if there not in seen:
                    seen.add(there)
                    came[there] = (here, e)
                    queue.append(there)
        raise LookupError("no such path")

    def _back(self, here: tuple[int, int], came: dict[tuple[int, int], tuple[tuple[int, int], int]]) -> list[str]:
        events: list[str] = []
        while here in came:
            here, e = came[here]
            events.append(self.events[self.event[e]])
        return events[::-1]

    def say(self, s: int) -> str:
        """A status in words: the phase, and what else of it still matters."""
        _, *values = self.table.status(s)
        phase = self.phases[self.phase[s]]
        named = dict(zip(self.meaning.variables, values, strict=False))
        flags = {f.name for f in self.protocol.flags}
        parts = [f"‘{name}’" if name in flags else f"‘{name}’ {v}" for name, v in named.items() if v and name in self.live[phase]]
        parts += [clock_words(c) for name, c in self.meaning.clocks.items() if self.marked(name)[s]]
        return f"at ‘{phase}’" + (f" with {', '.join(parts)}" if parts else "")


def _spread(mask: np.ndarray, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    mask = mask.copy()
    while True:
        new = mask[source] & ~mask[target]
        if not new.any():
            return mask
        mask[target[new]] = True
