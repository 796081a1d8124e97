"""The whole study as one value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from .about import About, Objective
from .allocating import Allocation
from .analyses import Analysis
from .arms import Arm, Role
from .columns import Column
from .criteria import Criterion
from .days import Moment, Stopwatch
from .doses import Dose, Preparation
from .endpoints import Endpoint, Figure, Population, Terminology, TwoStage
from .events import Event
from .forms import Form
from .invariants import Invariant
from .ladders import Ladder
from .multiplicity import Multiplicity
from .phases import Phase
from .rules import Rule
from .texts import Reading, Statement
from .told import Absence, Ahead, Nominal, Proposal, Shown
from .variables import Count, Flag, Tally
from .visits import Visit


@dataclass(frozen=True)
class Protocol:
    """A whole study as one value.

    Names of parts that mean something to everyone who counts or draws: `day_one` (the moment that is day 1), `enrolled` (the entry of enrolment),
    `cycle` and `course` (what counts the cycles and the courses begun), `survival` (the endpoint that factors are judged by).
    """

    name: str
    version: int
    title: str
    begins: str
    statements: tuple[Statement, ...]
    readings: tuple[Reading, ...]
    phases: tuple[Phase, ...]
    events: tuple[Event, ...]
    rules: tuple[Rule, ...]
    breaches: tuple[Rule, ...] = ()
    flags: tuple[Flag, ...] = ()
    counts: tuple[Count, ...] = ()
    tallies: tuple[Tally, ...] = ()
    moments: tuple[Moment, ...] = ()
    stopwatches: tuple[Stopwatch, ...] = ()
    doses: tuple[Dose, ...] = ()
    preparations: tuple[Preparation, ...] = ()
    visits: tuple[Visit, ...] = ()
    forms: tuple[Form, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    arms: tuple[Arm, ...] = ()
    absence: Absence | None = None
    standing: tuple[Shown, ...] = ()
    ahead: tuple[Ahead, ...] = ()
    nominal: tuple[Nominal, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    populations: tuple[Population, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    published: tuple[Figure, ...] = ()
    designs: tuple[TwoStage, ...] = ()
    analyses: tuple[Analysis, ...] = ()
    terminologies: tuple[Terminology, ...] = ()
    columns: tuple[Column, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    day_one: str = ""
    enrolled: str = ""
    cycle: str = ""
    course: str = ""
    survival: str = ""
    about: About | None = None
    objectives: tuple[Objective, ...] = ()
    roles: tuple[Role, ...] = ()
    allocation: Allocation | None = None
    multiplicity: Multiplicity | None = None
    notice: str = field(default="Not medical advice. Check every dose and date against the approved protocol.")


def study(name: str, *, version: int, title: str, begins: Phase, **parts: Any) -> Protocol:
    """The whole study; every part is a tuple of the values above, but for `absence`, `about`, `allocation`, `multiplicity`, `notice` and what is named by one
    part of the study: `day_one=` a moment, `enrolled=` a form, `cycle=` and `course=` what counts them, `survival=` an endpoint.

    Raises ValueError naming a part that does not exist.
    """
    known_parts = Protocol.__dataclass_fields__
    for part in parts:
        if part not in known_parts:
            raise ValueError(f"study(...) has no part {part!r}; it has {', '.join(sorted(known_parts))}")
        if part not in ("absence", "about", "allocation", "multiplicity", "notice", *NAMED) and not isinstance(parts[part], tuple):
            raise ValueError(
                f"study(...): {part} is a tuple of values: write ({part[:1]}1, {part[:1]}2), and ({part[:1]}1,) with a comma for a single one"
            )
    lacking = [part for part in ("statements", "phases", "events", "rules", "forms") if part not in parts]
    if lacking:
        raise ValueError(f"study(...) still needs {', '.join(lacking)}")
    if "ladders" in parts:
        parts["counts"] = (*parts.get("counts", ()), *(x.count for x in parts["ladders"] if isinstance(x, Ladder)))
    named = {part: _name(parts[part], part, kinds) for part, kinds in NAMED.items() if part in parts}
    return Protocol(name=name, version=version, title=title, begins=begins.name, **{"readings": (), **parts, **named})


NAMED: dict[str, tuple[type, ...]] = {
    "day_one": (Moment,), "enrolled": (Form,), "cycle": (Count, Tally), "course": (Count, Tally), "survival": (Endpoint,),
}  # fmt: skip


def _name(value: Any, part: str, kinds: tuple[type, ...]) -> str:
    """The name of the part of the study that is meant."""
    if not isinstance(value, kinds):
        what = " or a ".join(kind.__name__.lower() for kind in kinds)
        raise TypeError(f"study(...): {part}= names a {what} of the study, without quotes")
    return str(getattr(value, "entry", "") or getattr(value, "name", ""))


def of_arm(protocol: Protocol, arm: str) -> Protocol:
    """One arm's own protocol: the common sentences and its own. The arm `""` gives the common ones, which hold before the allocation.

    Raises ValueError for an arm that the study does not have.
    """
    names = tuple(a.name for a in protocol.arms)
    if arm and arm not in names:
        raise ValueError(f"the study {protocol.name} has no arm {arm!r}; it has {', '.join(names) or 'none'}")
    parts = ("rules", "breaches", "doses", "visits", "invariants")
    kept: Any = {part: tuple(x for x in getattr(protocol, part) if not x.arms or arm in x.arms) for part in parts}
    return replace(protocol, arms=tuple(a for a in protocol.arms if a.name == arm), **kept)
