"""Exposure: for each drug the stretches of days on which it was given at one dose, from the road and the recorded doses."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace

from ...journey.administrations import Administered, administered, day_by_day
from ...journey.dosing import Amount, amount, pieces
from ...journey.fold import Fired, Road
from ...journey.ready import Ready
from ...protocol.enactment import Stood
from ...protocol.language import Dose
from ...protocol.schedule import Schedule, dosed, drug_phases
from ...protocol.words.expressions import Expr, Ref, nodes


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of one drug at one dose: from `start` up to but not including `stop` (ordinals). `given` is what was recorded, else what was planned.

    `entries` began it, set its dose, and ended it; `sentence` planned it. What was given on days for which nothing is planned has no planned dose.
    """

    drug: str
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
    sentence: Dose | None = None

    @property
    def days(self) -> int:
        """Days with drug: none where nothing was given."""
        return 0 if self.given == 0 else self.stop - self.start


@dataclass(frozen=True, slots=True)
class Cut:
    """A change on the road: its day, the status and what stands from then on, the entry, the doses told with it by drug, the cycle and course.

    `known`: the last entry of that day or before it (its sequence), up to which values are known.
    """

    day: int
    status: int
    stood: Stood
    entry: int | None
    told: dict[str, float]
    cycle: int
    course: int
    known: int | None = None


@dataclass(slots=True)
class Line:
    """One drug on the way along a road: the stretches so far, the dose that was recorded last, when, and whether for that day alone (`brief`)."""

    drug: str
    phases: frozenset[str]
    found: list[Stretch] = field(default_factory=list)
    running: bool = False
    recorded: float | None = None
    told_on: int = 0
    brief: bool = False
    plan: tuple[float | None, bool] | None = None
    opened: tuple[int, ...] = ()
    since: tuple[int, ...] = ()
    unit: str = ""


def exposure(ready: Ready, road: Road, by_the_plan: bool = False) -> list[Stretch]:
    """Every stretch of every drug of a participant, in order. A day of a stop has none; the day of the cut-off is counted while drug runs.

    A recorded dose holds while the plan stays as it is, and on its own day in any case; on a day without a plan, amid days with one, it is
    that day's alone. A drug that is recorded day by day was given as it was recorded, and on its other due days not at all, unless they are taken
    `by_the_plan`. Drug that a recorded stop told to have run on after treatment had ended is counted to that stop, as the walk's stopwatch counts it.
    """
    here = ready.of(road.arm)
    cuts = cuts_of(here, road)
    if not cuts:
        return []
    drugs = dict.fromkeys((*dosed(here.table.protocol), *(d for c in cuts for d in c.told)))
    one_by_one = () if by_the_plan else day_by_day(here.table.protocol)
    given = administered(here, road) if one_by_one else Administered([], [])
    found = []
    for drug in drugs:
        found += _administered(cuts, given, drug) if drug in one_by_one else _of_drug(here, road, cuts, drug)
    return found if len(drugs) == 1 else sorted(found, key=lambda s: s.start)


def _administered(cuts: list[Cut], given: Administered, drug: str) -> list[Stretch]:
    """The days of a drug that is recorded day by day: each amount on the day it was given, and nought on a due day that was omitted."""
    days = [c.day for c in cuts]

    def stretch(due: int, on: int, planned: float | None, amount: float, unit: str, entry: int | None, sentence: Dose | None) -> Stretch:
        c = cuts[max(bisect_right(days, due) - 1, 0)]
        entries = () if entry is None else (entry,)
        return Stretch(drug, on, on + 1, c.cycle, c.course, planned, amount, unit, entry is not None, False, entries, sentence)

    found = []
    for a in given.due:
        if a.drug == drug and a.state in ("given", "given late", "omitted"):
            on = a.day if a.on is None or not a.given else a.on
            found.append(stretch(a.day, on, a.amount.value, a.given or 0.0, a.amount.unit, a.entry, a.sentence))
    unit = next((a.amount.unit for a in given.due if a.drug == drug), "")
    found += [stretch(g.day, g.day, None, float(g.amount), unit, g.entry, None) for g in given.beside if g.drug == drug]
    return _joined(sorted(found, key=lambda s: s.start))


def _of_drug(ready: Ready, road: Road, cuts: list[Cut], drug: str) -> list[Stretch]:
    line = Line(drug, drug_phases(ready.table.protocol, drug))
    for n, c in enumerate(cuts):
        last = n + 1 == len(cuts)
        stop = road.on + 1 if last else cuts[n + 1].day
        schedule = _schedule(ready, c, drug)
        if schedule is None and not (drug in c.told and ready.schedules(c.status)):
            _left(ready, road, line, cuts, n)
            continue
        if c.entry is not None and (schedule is not None or c.told) and (not line.since or c.told or cuts[n - 1].cycle != c.cycle):
            line.since = (c.entry,)
        whole = ((c.day, stop, None),) if schedule is None else pieces(ready, schedule, c.stood, c.day, stop)
        for start, end, sentence in whole:
            due = amount(ready, road, sentence, c.known, c.stood, c.day) if sentence is not None else None
            _take(line, c, due, sentence, start, end, last and end == stop)
    return _joined(line.found)


def _schedule(ready: Ready, c: Cut, drug: str) -> Schedule | None:
    return next((s for s in ready.schedules(c.status) if s.drug == drug), None)


def _take(line: Line, c: Cut, due: Amount | None, sentence: Dose | None, start: int, stop: int, last: bool) -> None:
    """Take the next days of one drug, from `start` up to but not including `stop`: what was given on them, and the stretches that they make."""
    none = due is None or (due.value is None and not due.missing)
    plan = (None if due is None else due.value, none)
    first = start == c.day
    told = c.told.get(line.drug) if first else None
    changed = not line.running or plan != line.plan
    if not line.running:
        line.opened = ()
    if changed and line.told_on < start:
        line.recorded = None
    if first and c.entry is not None and (changed or told is not None):
        line.opened = (*line.opened, c.entry)
        if line.running and line.found and line.found[-1].stop == c.day:
            line.found[-1] = replace(line.found[-1], entries=line.opened)
    if told is not None:
        line.recorded, line.told_on, changed = told, c.day, False
    line.brief = line.recorded is not None and (changed or line.brief and told is None or none and c.stood.phase in line.phases)
    line.plan, line.unit = plan, due.unit if due is not None else line.unit
    if line.recorded is not None:
        end = min(stop, line.told_on + 1) if line.brief else stop
        _add(line, c, None if none else sentence, start, end, True, last and end == stop)
        start = end
        if end < stop:
            line.recorded, line.brief = None, False
    line.running = not none or line.recorded is not None
    if start < stop and not none:
        _add(line, c, sentence, start, stop, False, last)


def _add(line: Line, c: Cut, sentence: Dose | None, start: int, stop: int, recorded: bool, ongoing: bool) -> None:
    if start < stop:
        planned = line.plan[0] if line.plan is not None else None
        given = line.recorded if recorded else planned
        line.found.append(
            Stretch(
                line.drug, start, stop, c.cycle, c.course, planned, given, line.unit, recorded, ongoing, line.opened or line.since, sentence,
            )
        )  # fmt: skip


def _left(ready: Ready, road: Road, line: Line, cuts: list[Cut], n: int) -> None:
    """The drug has no schedule from here on: what ended it, and what ran on past that."""
    c = cuts[n]
    if line.running:
        ended = tuple(dict.fromkeys([*line.opened, *_ends(ready, road, cuts[n:], line.drug)]))
        if line.found and line.found[-1].stop == c.day:
            line.found[-1] = replace(line.found[-1], entries=ended)
        given = line.recorded if line.recorded is not None or line.plan is None else line.plan[0]
        before = cuts[n - 1]
        last = Stretch(
            line.drug, c.day, c.day, before.cycle, before.course, None, given, line.unit, line.recorded is not None, False, ended
        )  # fmt: skip
        line.found += _ran_on(road, cuts[n:], last)
    line.running, line.plan, line.since = False, None, ()


def _ends(ready: Ready, road: Road, cuts: list[Cut], drug: str) -> list[int]:
    """The entries that ended a stretch: what ended it, and the stop that was recorded of it."""
    forms = {s.entry.sequence: ready.forms.get(s.entry.event) for s in road.entries}
    found = [] if cuts[0].entry is None else [cuts[0].entry]
    for c in cuts:
        form = forms.get(c.entry) if c.entry is not None else None
        if _schedule(ready, c, drug) is not None:
            break
        if c.entry is not None and form is not None and form.form.domain == "EC":
            return [*found, c.entry]
    return found


def _ran_on(road: Road, cuts: list[Cut], last: Stretch) -> list[Stretch]:
    """Drug that ran on from the day treatment ended to its recorded stop: at the dose it had, or as recorded between."""
    stop = next((r.since + r.days for r in road.ran_on() if r.since == last.start), last.start)
    found = []
    for c in cuts:
        if last.start <= c.day < stop and last.drug in c.told and c.entry is not None:
            found.append(replace(last, stop=c.day))
            last = replace(last, start=c.day, given=c.told[last.drug], recorded=True, entries=(*last.entries, c.entry))
    return [s for s in (*found, replace(last, stop=stop)) if s.days > 0]


def cuts_of(ready: Ready, road: Road) -> list[Cut]:
    """Every change, in the order of the road. `ready` is the study as the participant's arm runs it."""
    cycle_of, course_of = ready.protocol.cycle, ready.protocol.course
    told: dict[int, dict[str, float]] = {}
    for g in road.doses:
        if g.drug:
            told.setdefault(g.entry, {})[g.drug] = float(g.amount)
    needed = {n.name for d in ready.table.protocol.doses if isinstance(d.amount, Expr) for n in nodes(d.amount) if isinstance(n, Ref)}
    spoke = {t.entry: n for n, t in enumerate(road.turns, 1) if t.rule is not None and t.entry is not None}
    between = _between(ready, road, spoke, told, needed)
    cuts: list[Cut] = []
    silent = _silent(road)
    for n, t in enumerate(road.turns, 1):
        if t.rule is not None:
            given = told.get(t.entry, {}) if t.entry is not None and spoke[t.entry] == n else {}
            counters = t.stood.counters
            cuts.append(Cut(t.day, t.status, t.stood, t.entry, given, counters.get(cycle_of, 0), counters.get(course_of, 0)))
        for f in silent.get(n, ()) if cuts else ():
            if f.day == cuts[-1].day:
                cuts[-1] = replace(cuts[-1], status=f.status)
            else:
                cuts.append(replace(cuts[-1], day=f.day, status=f.status, entry=None, told={}))
        for day, entry, given in between.get(n, ()) if cuts else ():
            cuts.append(replace(cuts[-1], day=day, entry=entry, told=given))
    if not needed:
        return cuts
    days = [s.day for s in road.entries]
    upto = [bisect_right(days, c.day) for c in cuts]
    return [replace(c, known=road.entries[n - 1].entry.sequence if n else None) for c, n in zip(cuts, upto, strict=True)]


def _between(
    ready: Ready, road: Road, spoke: dict[int, int], told: dict[int, dict[str, float]], needed: set[str]
) -> dict[int, list[tuple[int, int | None, dict[str, float]]]]:
    """What was recorded while no rule spoke and matters to doses, by the turns before it: the day, the entry of a dose, the doses told.

    A value from which an amount is worked out is a change too.
    """
    found: dict[int, list[tuple[int, int | None, dict[str, float]]]] = {}
    if not needed and told.keys() <= spoke.keys():
        return found
    turns = {m.entry: m.turn for m in road.met}
    for s in road.entries:
        number = s.entry.sequence
        if number not in spoke and number in turns and (number in told or not needed.isdisjoint(s.values)):
            found.setdefault(turns[number], []).append((s.day, number if number in told else None, told.get(number, {})))
    return found


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
        if last is not None and (last.stop, last.cycle, last.given, last.planned, last.recorded, last.sentence) == (
            s.start, s.cycle, s.given, s.planned, s.recorded, s.sentence,
        ):  # fmt: skip
            joined[-1] = replace(s, start=last.start, entries=tuple(dict.fromkeys((*last.entries, *s.entries))))
        else:
            joined.append(s)
    return joined


def days_covered(stretches: list[Stretch]) -> int:
    """Days on which some drug was given; a day with two drugs is one."""
    total, upto = 0, 0
    for s in sorted((s for s in stretches if s.given != 0), key=lambda s: s.start):
        total += max(0, s.stop - max(s.start, upto))
        upto = max(upto, s.stop)
    return total
