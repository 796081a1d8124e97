"""Proving invariants on a table: each holds in every status, on every step, on every path, or is broken on a shortest path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import schedule
from ..invariants import Invariant
from ..language import Dose
from ..words.expressions import NO, UNKNOWN
from .walks import Walks, implies

UNTESTED = "is put to no test, so it proves nothing: nothing in the study is like that; correct its at, on or given, or find what was lost"


@dataclass(frozen=True)
class Proof:
    """What became of an invariant: whether it holds, on how many statuses or steps it was put to the test, and how it breaks.

    One that was put to no test is not `tested`: it proves nothing, and holds only in name.
    """

    name: str
    source: str
    kind: str
    holds: bool
    tried: int
    says: str = ""
    rule: int | None = None
    status: str = ""
    path: tuple[str, ...] = ()
    tested: bool = True


def prove(walks: Walks, i: Invariant) -> Proof:
    """Put one invariant to the test. `walks` is of the legal table, or of that with breaches for an invariant that asks for it."""
    return _KINDS[i.kind](walks, i)


def _proof(i: Invariant, tried: Any, *, needed: bool = True, what: str = "status") -> Proof:
    tried = int(tried)
    if needed and not tried:
        says = (
            f"it is put to no test: there is no such {what}, so it proves nothing; correct its at, on or given, or find what the study lost"
        )
        return Proof(i.name, i.source, i.kind, False, 0, says, tested=False)
    return Proof(i.name, i.source, i.kind, True, tried)


def _at(walks: Walks, i: Invariant, tried: Any, wrong: np.ndarray, says: str) -> Proof:
    s = walks.nearest(wrong)
    return Proof(i.name, i.source, i.kind, False, int(tried), says, None, walks.say(s), walks.path(s))


def _on(walks: Walks, i: Invariant, tried: Any, e: int, says: str, path: tuple[str, ...] = ()) -> Proof:
    s, rule = int(walks.source[e]), int(walks.rule[e])
    path = path or walks.path(s, e)
    return Proof(i.name, i.source, i.kind, False, int(tried), says, rule if rule >= 0 else None, walks.say(s), path)


def _applies(walks: Walks, i: Invariant) -> np.ndarray:
    return walks.truth(i.given) != NO


def _steps(walks: Walks, i: Invariant, *, to: bool = True) -> np.ndarray:
    """The steps by a sentence at .. on .. doing .. (to ..)."""
    chosen = (walks.rule >= 0) & walks.at(i.at)[walks.source] & walks.on(i.on)
    if i.doing:
        chosen &= walks.by(lambda r: set(i.doing) <= set(walks.rules[r].do))
    if to and i.to:
        chosen &= walks.at(i.to)[walks.target]
    return chosen


def _status(walks: Walks, i: Invariant) -> Proof:
    here = walks.at(i.at) & _applies(walks, i)
    wrong = here if i.then is None else here & (walks.truth(i.then) <= UNKNOWN)
    if wrong.any():
        says = "there is such a status" if i.then is None else "there is a status in which it is not known to hold"
        return _at(walks, i, here.sum(), wrong, says)
    return _proof(i, here.sum(), needed=i.then is not None)


def _step(walks: Walks, i: Invariant) -> Proof:
    steps = _steps(walks, i, to=False) & _applies(walks, i)[walks.source]
    if i.into:
        steps &= walks.at(i.into)[walks.target]
    faults: list[tuple[np.ndarray, str]] = []
    if i.to:
        faults.append((~walks.at(i.to)[walks.target], "a step goes elsewhere"))
    if i.stays:
        faults.append((walks.phase[walks.target] != walks.phase[walks.source], "a step leads to another phase"))
    if i.then is not None:
        faults.append((walks.truth(i.then)[walks.target] <= UNKNOWN, "after a step it is not known to hold"))
    for name, by in i.changes:
        column = walks.table.values[:, walks.meaning.place[name]].astype(np.int64)
        faults.append((column[walks.target] - column[walks.source] != by, f"a step changes ‘{name}’ otherwise than by {by}"))
    if i.does:
        missing = walks.by(lambda r: not set(i.does) <= set(walks.rules[r].do))
        faults.append((missing, "a step leaves out " + ", ".join(f"{e.kind} ‘{e.name}’" for e in i.does)))
    for fault, says in faults:
        if (steps & fault).any():
            return _on(walks, i, steps.sum(), walks.nearest_step(steps & fault), says)
    return _proof(i, steps.sum())


def _step_before(walks: Walks, i: Invariant) -> Proof:
    steps = _steps(walks, i)
    wrong = steps & (walks.truth(i.given) <= UNKNOWN)[walks.source]
    if wrong.any():
        return _on(walks, i, steps.sum(), walks.nearest_step(wrong), "a step is taken where the condition is not known to hold")
    return _proof(i, steps.sum())


def _no_step(walks: Walks, i: Invariant) -> Proof:
    wrong = _steps(walks, i) & _applies(walks, i)[walks.source]
    if wrong.any():
        return _on(walks, i, wrong.sum(), walks.nearest_step(wrong), "there is such a step")
    return _proof(i, 0, needed=False)


def _only_on(walks: Walks, i: Invariant) -> Proof:
    steps = walks.at(i.at)[walks.source] & walks.at(i.to)[walks.target] & (walks.phase[walks.source] != walks.phase[walks.target])
    wrong = steps & ~walks.on(i.on)
    if wrong.any():
        return _on(walks, i, steps.sum(), walks.nearest_step(wrong), "another event leads there")
    return _proof(i, steps.sum())


def _possible(walks: Walks, i: Invariant) -> Proof:
    here = walks.at(i.at) & _applies(walks, i)
    able = np.zeros(len(here), dtype=bool)
    steps = (walks.rule >= 0) & walks.on(i.on)
    if i.to:
        steps &= walks.at(i.to)[walks.target]
    able[walks.source[steps]] = True
    if (here & ~able).any():
        return _at(walks, i, here.sum(), here & ~able, f"there {'none of ' if len(i.on) > 1 else ''}‘{'’, ‘'.join(i.on)}’ is not possible")
    return _proof(i, here.sum())


def _count(walks: Walks, i: Invariant) -> Proof:
    counted = _steps(walks, i) & _applies(walks, i)[walks.source]
    anew = walks.on(i.since) if i.since else np.zeros(len(counted), dtype=bool)
    more, most = counted.astype(np.int64), np.full(len(walks.phase), -1)
    most[0] = 0
    while True:
        there = np.where(anew, 0, most[walks.source]) + more
        there = np.where(most[walks.source] < 0, -1, np.minimum(there, i.n + 1))
        after = most.copy()
        np.maximum.at(after, walks.target, there)
        if (after == most).all():
            break
        most = after
    if most.max() > i.n:

        def move(kept: int, e: int) -> int | None:
            kept = (0 if anew[e] else kept) + int(more[e])
            return None if kept > i.n else kept

        path, e = walks.shortest(0, move)
        return _on(walks, i, counted.sum(), e, f"it happens {i.n + 1} times", path)
    return _proof(i, counted.sum())


def _order(walks: Walks, i: Invariant) -> Proof:
    steps, first = _steps(walks, i), walks.on(i.first)
    anew = walks.on(i.since) if i.since else np.zeros(len(steps), dtype=bool)
    begin = walks.start()
    begin[walks.target[anew]] = True
    wrong = steps & walks.forward(begin, ~first)[walks.source]
    if wrong.any():

        def move(kept: int, e: int) -> int | None:
            if wrong[e] and not kept:
                return None
            return 0 if anew[e] else kept or int(first[e])

        path, e = walks.shortest(0, move)
        return _on(walks, i, steps.sum(), e, "it happens before", path)
    return _proof(i, steps.sum())


def _reach(walks: Walks, i: Invariant) -> Proof:
    here = walks.at(i.at) & _applies(walks, i)
    lost = here & ~walks.backward(walks.at(i.to), np.ones(len(walks.source), dtype=bool))
    if lost.any():
        return _at(walks, i, here.sum(), lost, "from there no path leads to it")
    return _proof(i, here.sum())


def _clock(walks: Walks, i: Invariant) -> Proof:
    assert i.clock is not None
    here = walks.at(i.at) & _applies(walks, i)
    same = {name for name, c in walks.meaning.clocks.items() if implies(c, i.clock) and implies(i.clock, c)}
    leads = (
        here[walks.source]
        & (walks.rule >= 0)
        & np.isin(walks.event, [walks.events.index(c) for c in walks.clocks])
        & walks.at(i.to)[walks.target]
    )
    other = leads & ~walks.on(same) if same else leads
    if other.any():
        return _on(walks, i, here.sum(), walks.nearest_step(other), "another clock leads there")
    able = np.zeros(len(here), dtype=bool)
    able[walks.source[leads]] = True
    due = here & ~able
    for name in same:
        due &= ~walks.marked(name) & ~walks.waits_for_another(name)
    if due.any():
        return _at(walks, i, here.sum(), due, "there the clock does not lead to it")
    return _proof(i, leads.sum())


def speaking(walks: Walks, drug: str) -> list[tuple[Dose, np.ndarray]]:
    """Each planned dose of a drug, and in which statuses that a calendar can bring it speaks."""
    return [(d, where & walks.possible) for d, where in schedule.speaking(walks.table) if d.drug == drug]


def _dose(walks: Walks, i: Invariant) -> Proof:
    here = walks.at(i.at) & _applies(walks, i)
    right, wrong = np.zeros(len(here), dtype=bool), np.zeros(len(here), dtype=bool)
    for d, where in speaking(walks, i.drug):
        if d.amount == i.amount and d.unit == i.unit:
            right |= where
        else:
            wrong |= where
    if (here & (wrong | ~right)).any():
        return _at(walks, i, here.sum(), here & (wrong | ~right), "another dose is planned, or none")
    return _proof(i, here.sum())


def _dose_before(walks: Walks, i: Invariant) -> Proof:
    planned = [(event, d.amount, d.unit) for d in walks.protocol.doses if d.drug == i.drug for event in d.before]
    if sorted(planned, key=str) == sorted(((event, i.amount, i.unit) for event in i.on), key=str):
        return _proof(i, len(i.on))
    other = next((e for e, *_ in planned if e not in i.on), None)
    says = f"another dose is planned, or none, before {f'‘{other}’' if other else 'one of these events'}"
    return Proof(i.name, i.source, i.kind, False, len(i.on), says)


_KINDS = {
    "status": _status,
    "step": _step,
    "step before": _step_before,
    "no step": _no_step,
    "only on": _only_on,
    "possible": _possible,
    "count": _count,
    "order": _order,
    "reach": _reach,
    "clock": _clock,
    "dose": _dose,
    "dose before": _dose_before,
}
