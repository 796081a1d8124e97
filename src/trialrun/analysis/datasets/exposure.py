"""Exposure: the stretches of days on which drug ran at one dose, from the road and the recorded doses."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...journey.dosing import amount
from ...journey.fold import Fired, Road, fold
from ...journey.journal import Entry
from ...journey.ready import Ready
from ...journey.taking import what_stands
from ...protocol.words.times import iso


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of drug at one dose: from `start` up to but not including `stop` (ordinals). `given` is what was recorded, else what was planned.

    `entries` began it, set its dose, and ended it. Drug that ran on after treatment had ended has no planned dose.
    """

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


@dataclass(frozen=True, slots=True)
class Cut:
    """A change on the road: its day, the status and phase from then on, the entry, the dose recorded with it, the cycle and course."""

    day: int
    status: int
    phase: str
    entry: int | None
    told: float | None
    cycle: int
    course: int


def exposure(ready: Ready, road: Road) -> list[Stretch]:
    """Every stretch of drug of a participant, in order. A day of a stop has none; the day of the cut-off is counted while drug runs.

    Drug that a recorded stop told to have run on after treatment had ended is counted to that stop, as the walk's stopwatch counts it.
    """
    here = ready.of(road.arm)
    drug = _drug(here)
    cuts = _cuts(here, road)
    found: list[Stretch] = []
    recorded: float | None = None
    plan: float | None = None
    unit, running = "", False
    opened: list[int] = []
    for n, c in enumerate(cuts):
        if c.phase not in drug:
            if running:
                ended = tuple(dict.fromkeys([*opened, *_ends(here, road, cuts[n:], drug)]))
                if found and found[-1].stop == c.day:
                    found[-1] = replace(found[-1], entries=ended)
                given = plan if recorded is None else recorded
                found += _ran_on(
                    road,
                    cuts[n:],
                    Stretch(c.day, c.day, cuts[n - 1].cycle, cuts[n - 1].course, None, given, unit, recorded is not None, False, ended),
                )
            running, recorded, plan = False, None, None
            continue
        dose = here.dose_at(c.status)
        planned = amount(here, road, dose, c.entry).value if dose is not None else None
        if not running:
            opened, recorded = [], None
        if running and planned != plan:
            recorded = None
        if c.entry is not None and (not running or planned != plan or c.told is not None):
            opened = [*opened, c.entry]
            if running and found and found[-1].stop == c.day:
                found[-1] = replace(found[-1], entries=tuple(opened))
        if c.told is not None:
            recorded = c.told
        running, plan = True, planned
        unit = dose.unit if dose is not None else ""
        last = n + 1 == len(cuts)
        stop = road.on + 1 if last else cuts[n + 1].day
        if stop > c.day:
            given = plan if recorded is None else recorded
            found.append(Stretch(c.day, stop, c.cycle, c.course, plan, given, unit, recorded is not None, last, tuple(opened)))
    return _joined(found)


def _drug(ready: Ready) -> set[str]:
    return {phase for d in ready.table.protocol.doses for phase in d.at}


def _ends(ready: Ready, road: Road, cuts: list[Cut], drug: set[str]) -> list[int]:
    """The entries that ended a stretch: what ended it, and the stop that was recorded of it."""
    forms = {s.entry.sequence: ready.forms.get(s.entry.event) for s in road.entries}
    found = [] if cuts[0].entry is None else [cuts[0].entry]
    for c in cuts:
        form = forms.get(c.entry) if c.entry is not None else None
        if c.phase in drug:
            break
        if c.entry is not None and form is not None and form.form.domain == "EC":
            return [*found, c.entry]
    return found


def _ran_on(road: Road, cuts: list[Cut], last: Stretch) -> list[Stretch]:
    """Drug that ran on from the day treatment ended to its recorded stop: at the dose it had, or as recorded between."""
    stop = next((r.since + r.days for r in road.ran_on() if r.since == last.start), last.start)
    found = []
    for c in cuts:
        if last.start <= c.day < stop and c.told is not None and c.entry is not None:
            found.append(replace(last, stop=c.day))
            last = replace(last, start=c.day, given=c.told, recorded=True, entries=(*last.entries, c.entry))
    return [s for s in (*found, replace(last, stop=stop)) if s.days > 0]


def begun(ready: Ready, road: Road) -> list[tuple[int, int]]:
    """The cycles in which drug began, as (course, cycle) in order, those without a day of drug included."""
    here = ready.of(road.arm)
    drug = _drug(here)
    return list(dict.fromkeys((c.course, c.cycle) for c in _cuts(here, road) if c.phase in drug))


def planned_cycles(ready: Ready) -> list[float]:
    """The amount planned for each cycle of a course that goes by the plan; empty where the study does not say how that is."""
    if not ready.protocol.nominal or ready.arms:
        return []
    entries = [Entry("plan", n, iso(730_000 + x.day) or "", x.entry, dict(x.values)) for n, x in enumerate(ready.protocol.nominal, 1)]
    found: dict[tuple[int, int], float] = {}
    for s in exposure(ready, fold(ready, what_stands(ready, entries), 740_000)):
        found[(s.course, s.cycle)] = found.get((s.course, s.cycle), 0.0) + (s.planned or 0.0) * s.days
    return [amount for (course, _), amount in sorted(found.items()) if course == min(c for c, _ in found)]


def planned_for(stretches: list[Stretch], cycles: list[tuple[int, int]], plan: list[float]) -> float:
    """The amount planned for the cycles that a participant began; without a plan of cycles, that of the days with drug."""
    if not plan:
        return sum(s.planned * s.days for s in stretches if s.planned)
    courses: dict[int, int] = {}
    for course, _ in cycles:
        courses[course] = courses.get(course, 0) + 1
    return sum(plan[min(k, len(plan) - 1)] for n in courses.values() for k in range(n))


def _cuts(ready: Ready, road: Road) -> list[Cut]:
    """Every change, in the order of the road."""
    shown = {s.key: s.of for s in ready.protocol.standing}
    cycle_of, course_of = shown.get("cycle", ""), shown.get("course", "")
    doses: dict[int, list[tuple[int, float, int]]] = {}
    for g in road.doses:
        doses.setdefault(g.entry, []).append((g.day, float(g.amount), g.status))
    cuts: list[Cut] = []
    silent = _silent(road)
    for n, t in enumerate(road.turns, 1):
        if t.rule is None:
            continue
        counters = t.stood.counters
        told = doses.pop(t.entry, None) if t.entry is not None else None
        given = told[-1][1] if told else None
        cut = Cut(t.day, t.status, t.after, t.entry, given, counters.get(cycle_of, 0), counters.get(course_of, 0))
        cuts.append(cut)
        for f in silent.get(n, ()):
            if f.day == t.day:
                cuts[-1] = replace(cuts[-1], status=f.status)
            else:
                cuts.append(replace(cut, day=f.day, status=f.status, entry=None, told=None))
    for entry, rest in doses.items():  # recorded while no rule spoke
        for day, value, _ in rest:
            before = [c for c in cuts if c.day <= day]
            if before:
                cuts.insert(len(before), replace(before[-1], day=day, entry=entry, told=value))
    return cuts


def _silent(road: Road) -> dict[int, list[Fired]]:
    """Clocks that fired without a sentence: they change the status, and with it the dose, but make no turn; by the turns before them."""
    found: dict[int, list[Fired]] = {}
    for f in road.fired:
        spoke = f.turn < len(road.turns) and road.turns[f.turn].event == f.clock and road.turns[f.turn].entry is None
        if not spoke:
            found.setdefault(f.turn, []).append(f)
    return found


def _joined(found: list[Stretch]) -> list[Stretch]:
    """Neighbours with the same dose and cycle as one stretch."""
    joined: list[Stretch] = []
    for s in found:
        last = joined[-1] if joined else None
        if last is not None and (last.stop, last.cycle, last.given, last.planned, last.recorded) == (
            s.start, s.cycle, s.given, s.planned, s.recorded,
        ):  # fmt: skip
            joined[-1] = replace(s, start=last.start, entries=tuple(dict.fromkeys((*last.entries, *s.entries))))
        else:
            joined.append(s)
    return joined
