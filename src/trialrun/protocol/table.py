"""The table of a study: every reachable status and what each event does there, found by walking with `step`, breadth first.

The walk fills flat arrays (`next[status, event]`, `rule[status, event]`) and keeps for every status the shortest way there. Only variables
that some later sentence reads tell two statuses apart. Two tables exist: the legal one, which the check reads, and the one with breaches,
which the journeys of real participants read. The second contains the first.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from .language import Dose, Protocol, Rule
from .meaning import Meaning, Status, step
from .words.expressions import Expr, Ref, nodes

COMPILER = 3
KEPT = ("values", "next", "rule", "came")
LIMIT = 2_000_000
LARGEST = 2**31 - 1


@dataclass
class Table:
    """Statuses and transitions as flat arrays.

    `values`: int16 (int64 where a count is larger) (statuses, 1 + variables + clocks), the phase's index first. `next`: int32 (statuses,
    events), -1 where no rule speaks. `rule`: int16 of the same shape, the rule's place in `meaning.rules`, or -1. `came`: int32 (statuses,
    2), the status and event of the shortest way there. `said`: what `schedule.speaking` found, once asked.
    """

    meaning: Meaning
    events: tuple[str, ...]
    values: np.ndarray
    next: np.ndarray
    rule: np.ndarray
    came: np.ndarray
    overlaps: tuple[tuple[int, str, tuple[int, ...]], ...] = ()
    beyond: tuple[tuple[int, str, str], ...] = ()
    said: list[tuple[Dose, np.ndarray]] | None = None
    _rows: dict[int, dict[str, tuple[int, int]]] = field(default_factory=dict)
    _pending: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def protocol(self) -> Protocol:
        """The study."""
        return self.meaning.protocol

    @property
    def phases(self) -> tuple[str, ...]:
        """The phases' names in the order of their indices."""
        return tuple(self.meaning.phases)

    @property
    def transitions(self) -> int:
        """How many transitions the table has."""
        return int((self.next >= 0).sum())

    def status(self, s: int) -> Status:
        """A status as `step` takes it."""
        row = self.values[s]
        return (self.phases[row[0]], *(int(v) for v in row[1:]))

    def row(self, s: int) -> dict[str, tuple[int, int]]:
        """What each event does in a status: event -> (next status, rule)."""
        found = self._rows.get(s)
        if found is None:
            found = self._rows[s] = {
                self.events[e]: (int(self.next[s, e]), int(self.rule[s, e])) for e in np.flatnonzero(self.next[s] >= 0).tolist()
            }
        return found

    def pending(self, s: int) -> tuple[str, ...]:
        """The clocks a status waits for."""
        found = self._pending.get(s)
        if found is None:
            found = self._pending[s] = self.meaning.pending(self.status(s))
        return found

    def path(self, s: int) -> list[str]:
        """The shortest sequence of events that leads to a status."""
        events: list[str] = []
        while self.came[s, 0] >= 0:
            events.append(self.events[self.came[s, 1]])
            s = int(self.came[s, 0])
        return events[::-1]

    def fingerprint(self) -> str:
        """SHA-256 of the table: two definitions with the same table mean the same."""
        digest = hashlib.sha256()
        digest.update("\n".join((*self.phases, "", *self.meaning.variables, "", *self.meaning.clocks, "", *self.events)).encode())
        for array in (self.values, self.next):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


def live_variables(protocol: Protocol, meaning: Meaning) -> dict[str, frozenset[str]]:
    """For each phase the flags and counts that some sentence there or later reads before they are put anew."""
    rules = (*protocol.rules, *protocol.breaches)
    live: dict[str, set[str]] = {p: set() for p in meaning.phases}

    def reads(expr: Expr | None) -> set[str]:
        return {n.name for n in nodes(expr) if isinstance(n, Ref)}

    for r in rules:
        for phase in r.at:
            live[phase] |= reads(r.given)
    for d in protocol.doses:
        for phase in d.at:
            live[phase] |= reads(d.given)
    for i in protocol.invariants:
        here = i.at or tuple(p for p, value in meaning.phases.items() if not value.end)
        if i.kind in ("step", "step before", "no step", "count"):
            own = rules if i.breaches else protocol.rules
            met = [r for r in own if (not i.on or set(i.on) & set(r.on)) and set(i.doing) <= set(r.do)]
            here = tuple({p for r in met for p in r.at if p in here})
            if i.kind == "step":
                for phase in i.to or i.into or {r.to or p for r in met for p in r.at if p in here}:
                    live[phase] |= reads(i.then) | {name for name, _ in i.changes}
        for phase in here:
            live[phase] |= reads(i.given) | {name for name, _ in i.changes} | (reads(i.then) if i.kind == "status" else set())
    changed = True
    while changed:
        changed = False
        for r in rules:
            put = {e.name for e in r.do if e.kind == "put"}
            for phase in r.at:
                wanted = live[r.to or phase] - put
                if not wanted <= live[phase]:
                    live[phase] |= wanted
                    changed = True
    return {p: frozenset(names & set(meaning.variables)) for p, names in live.items()}


def compile_table(protocol: Protocol, *, breaches: bool = False) -> Table:
    """Visit every reachable status. Raises ValueError where a study has more statuses than can be visited."""
    for c in protocol.counts:
        if not -LARGEST <= c.starts <= LARGEST:
            raise ValueError(
                f"the count {c.name!r} starts at {c.starts:,}, beyond what is counted: use a tally, which guards nothing and may grow"
            )
    meaning = Meaning(protocol, breaches=breaches)
    start = meaning.start
    live = live_variables(protocol, meaning)
    dead = {p: tuple(meaning.place[v] for v in meaning.variables if v not in live[p]) for p in meaning.phases}

    def project(status: Status) -> Status:
        gone = dead[status[0]]
        if not gone:
            return status
        values = list(status)
        for place in gone:
            values[place] = start[place]
        return tuple(values)

    events = meaning.events + tuple(meaning.clocks)
    number = {name: i for i, name in enumerate(events)}
    spoken: dict[str, list[str]] = {p: [] for p in meaning.phases}
    for phase, event in meaning.sentences:
        if event in number and event not in meaning.clocks:
            spoken[phase].append(event)
    raised = _raised(meaning)
    seen: dict[Status, int] = {project(start): 0}
    order: list[Status] = [project(start)]
    came: list[tuple[int, int]] = [(-1, -1)]
    moves: list[tuple[int, int, int, int]] = []
    overlaps: list[tuple[int, str, tuple[int, ...]]] = []
    beyond: list[tuple[int, str, str]] = []
    at = 0
    while at < len(order):
        status = order[at]
        for event in (*spoken[status[0]], *meaning.pending(status)):
            done = step(meaning, status, event)
            if done.overlap:
                overlaps.append((at, event, done.overlap))
            if done.rule is None and event not in meaning.clocks:
                continue
            if done.rule is not None:
                beyond.extend((at, event, name) for name, place, top in raised[done.rule] if status[place] >= top)
            there = project(done.status)
            target = seen.get(there)
            if target is None:
                target = seen[there] = len(order)
                order.append(there)
                came.append((at, number[event]))
                if len(order) > LIMIT:
                    raise ValueError(
                        f"the study has more than {LIMIT:,} statuses: a count that guards a rule is too large, or flags that guard nothing "
                        "are declared; use a tally for what only counts"
                    )
            moves.append((at, number[event], target, -1 if done.rule is None else done.rule))
        at += 1
    phase_of = {p: i for i, p in enumerate(meaning.phases)}
    values = np.array([(phase_of[s[0]], *s[1:]) for s in order], dtype=np.int64)
    values = values.astype(np.int16 if np.abs(values).max() < 2**15 else np.int64)
    nxt = np.full((len(order), len(events)), -1, dtype=np.int32)
    rule = np.full((len(order), len(events)), -1, dtype=np.int16)
    if moves:
        table = np.array(moves, dtype=np.int64)
        nxt[table[:, 0], table[:, 1]] = table[:, 2]
        rule[table[:, 0], table[:, 1]] = table[:, 3]
    return Table(meaning, events, values, nxt, rule, np.array(came, dtype=np.int32), tuple(overlaps), tuple(beyond))


def _raised(meaning: Meaning) -> list[list[tuple[str, int, int]]]:
    counts = {c.name for c in meaning.protocol.counts}
    return [
        []
        if meaning.rules[i].breach
        else [(e.name, meaning.place[e.name], meaning.bounds[e.name]) for e in r.do if e.kind == "add" and e.name in counts]
        for i, r in enumerate(meaning.rules)
    ]


def rules_of(table: Table) -> tuple[Rule, ...]:
    """The rules that the table's `rule` array points into: the legal ones, then the breaches."""
    return table.meaning.rules


def load_table(protocol: Protocol, fingerprint: str, *, breaches: bool = True, cache: Path | None = None) -> Table:
    """The table from a cache folder when the same definition was compiled before, else compiled and kept there.

    A cache that cannot be read or written, or whose contents are not those that were kept under this fingerprint, is passed over: the table
    is compiled and kept anew.
    """
    folder = cache_folder() if cache is None else cache
    kind = "breaches" if breaches else "legal"
    path = None if folder is None else folder / f"{fingerprint[:32]}-{COMPILER}-{kind}.npz"
    if path is not None and (kept := _kept(path, f"{fingerprint} {kind}")) is not None:
        meaning = Meaning(protocol, breaches=breaches)
        return Table(meaning, meaning.events + tuple(meaning.clocks), **kept)
    table = compile_table(replace(protocol, invariants=()), breaches=breaches)  # what only invariants read tells no two participants apart
    table.meaning = Meaning(protocol, breaches=breaches)
    if path is not None and not table.overlaps:
        _keep(path, f"{fingerprint} {kind}", [getattr(table, name) for name in KEPT])
    return table


def _kept(path: Path, of: str) -> dict[str, Any] | None:
    """The arrays of a cached table; None where there are none, or others than were kept."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = [file[name] for name in KEPT]
            return dict(zip(KEPT, arrays, strict=True)) if str(file["digest"]) == _digest(of, arrays) else None
    except Exception:  # whatever a damaged file makes a library say
        return None


def _keep(path: Path, of: str, arrays: list[np.ndarray]) -> None:
    """Write the arrays of a table whole, or not at all."""
    file = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
            np.savez(file, digest=np.array(_digest(of, arrays)), **dict(zip(KEPT, arrays, strict=True)))  # type: ignore[arg-type]
        os.replace(file.name, path)
    except OSError:
        if file is not None:
            Path(file.name).unlink(missing_ok=True)


def _digest(of: str, arrays: list[np.ndarray]) -> str:
    """SHA-256 over the contents of a cached table, bound to what it is the table of."""
    digest = hashlib.sha256(f"{COMPILER} {of}".encode())
    for name, array in zip(KEPT, arrays, strict=True):
        digest.update(f"\n{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def cache_folder() -> Path | None:
    """Where compiled tables are kept: $TRIALRUN_CACHE, else $XDG_CACHE_HOME/trialrun, else ~/.cache/trialrun; None where there is no home."""
    if chosen := os.environ.get("TRIALRUN_CACHE"):
        return Path(chosen)
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base) / "trialrun"
    home = Path(os.path.expanduser("~"))
    return home / ".cache" / "trialrun" if home.is_absolute() else None
