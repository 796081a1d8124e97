"""Exposure: the stretches of days on which drug ran at one dose, from the road and the recorded doses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...journey.dosing import amount
from ...journey.fold import Road, fold
from ...journey.journal import Entry, what_stands
from ...journey.ready import Ready
from ...protocol.times import iso


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of drug at one dose: from `start` up to but not including `stop` (ordinals). `given` is what was recorded, else what was planned."""

    start: int
    stop: int
    cycle: int
    course: int
    planned: float | None
    given: float | None
    unit: str
    recorded: bool
    ongoing: bool
    entries: tuple[int, ...]

    @property
    def days(self) -> int:
        """Days with drug."""
        return self.stop - self.start


def exposure(ready: Ready, road: Road) -> list[Stretch]:
    """Every stretch of drug of a participant, in order. A day of a stop has none; the day of the cut-off is counted while drug runs."""
    here = ready.of(road.arm)
    drug = {phase for d in here.table.protocol.doses for phase in d.at}
    marks = _cuts(here, road)
    found: list[Stretch] = []
    recorded: float | None = None
    planned_before: Any = None
    running = False
    opened: list[int] = []
    for n, (day, status, phase, entry, told, cycle, course) in enumerate(marks):
        if phase not in drug:
            running, recorded, planned_before = False, None, None
            continue
        dose = here.dose_at(status)
        plan = amount(here, road, dose, entry).value if dose is not None else None
        if not running:
            opened, recorded = [], None
        if running and plan != planned_before:
            recorded = None
        if told is not None:
            recorded = told
        if entry is not None:
            opened = [*opened, entry]
        running, planned_before = True, plan
        last = n + 1 == len(marks)
        stop = road.on + 1 if last else marks[n + 1][0]
        if stop > day:
            given = plan if recorded is None else recorded
            unit = dose.unit if dose is not None else ""
            found.append(Stretch(day, stop, cycle, course, plan, given, unit, recorded is not None, last, tuple(opened)))
    return _joined(found)


def planned_cycles(ready: Ready) -> list[float]:
    """The amount planned for each cycle of a course that goes by the plan; empty where the study does not say how that is."""
    if not ready.protocol.nominal or ready.arms:
        return []
    entries = [Entry("plan", n, iso(730_000 + x.day) or "", x.entry, dict(x.values)) for n, x in enumerate(ready.protocol.nominal, 1)]
    found: dict[tuple[int, int], float] = {}
    for s in exposure(ready, fold(ready, what_stands(entries), 740_000)):
        found[(s.course, s.cycle)] = found.get((s.course, s.cycle), 0.0) + (s.planned or 0.0) * s.days
    return [amount for (course, _), amount in sorted(found.items()) if course == min(c for c, _ in found)]


def planned_for(stretches: list[Stretch], plan: list[float]) -> float:
    """The amount planned for the cycles that a participant began; without a plan of cycles, that of the days with drug."""
    if not plan:
        return sum(s.planned * s.days for s in stretches if s.planned)
    courses: dict[int, set[int]] = {}
    for s in stretches:
        courses.setdefault(s.course, set()).add(s.cycle)
    return sum(plan[min(k, len(plan) - 1)] for begun in courses.values() for k in range(len(begun)))


def _cuts(ready: Ready, road: Road) -> list[tuple[int, int, str, int | None, float | None, int, int]]:
    """Every change: (day, status, phase, entry, recorded dose, cycle, course), in the order of the road."""
    counters = dict(ready.starts)
    shown = {s.key: s.of for s in ready.protocol.standing}
    cycle_of, course_of = shown.get("cycle", ""), shown.get("course", "")
    doses: dict[int, list[tuple[int, float, int]]] = {}
    for day, value, entry, status in road.doses:
        doses.setdefault(entry, []).append((day, float(value), status))
    cuts: list[tuple[int, int, str, int | None, float | None, int, int]] = []
    silent = _silent(road)
    for n, t in enumerate(road.turns, 1):
        if t.rule is None:
            continue
        for kind, name, value in ready.enactments[t.rule].changes:
            counters[name] = value if kind == "put" else counters[name] + (1 if kind == "add" else -1)
        status = ready.table.row(t.at_status)[t.event][0]
        told = doses.pop(t.entry, None) if t.entry is not None else None
        given = told[-1][1] if told else None
        counted = counters.get(cycle_of, 0), counters.get(course_of, 0)
        cuts.append((t.day, status, t.after, t.entry, given, *counted))
        for clock, day in silent.get(n, ()):
            status = ready.table.row(status)[clock][0]
            if day == t.day:
                cuts[-1] = (t.day, status, *cuts[-1][2:])
            else:
                cuts.append((day, status, t.after, None, None, *counted))
    for entry, rest in doses.items():  # recorded while no rule spoke
        for day, value, _ in rest:
            before = [c for c in cuts if c[0] <= day]
            if before:
                _, status, phase, _, _, cycle, course = before[-1]
                cuts.insert(len(before), (day, status, phase, entry, value, cycle, course))
    return cuts


def _silent(road: Road) -> dict[int, list[tuple[str, int]]]:
    """Clocks that fired without a sentence: they change the status, and with it the dose, but make no turn; by the turns before them."""
    found: dict[int, list[tuple[str, int]]] = {}
    for clock, day, n in road.fired:
        spoke = n < len(road.turns) and road.turns[n].event == clock and road.turns[n].entry is None
        if not spoke:
            found.setdefault(n, []).append((clock, day))
    return found


def _joined(found: list[Stretch]) -> list[Stretch]:
    """Neighbours with the same dose and cycle as one stretch."""
    joined: list[Stretch] = []
    for s in found:
        last = joined[-1] if joined else None
        if last is not None and (last.stop, last.cycle, last.given, last.planned, last.recorded) == (
            s.start, s.cycle, s.given, s.planned, s.recorded,
        ):  # fmt: skip
            entries = last.entries + tuple(e for e in s.entries if e not in last.entries)
            joined[-1] = Stretch(
                last.start, s.stop, s.cycle, s.course, s.planned, s.given, s.unit, s.recorded, s.ongoing, entries
            )  # fmt: skip
        else:
            joined.append(s)
    return joined
