"""The values that a study is made of: frozen dataclasses that refer to each other by name, so that a definition is a plain tree.

A study file makes them with the functions of `language`; the compiler, the page and the journey read them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..endpoints import Analysis, Endpoint, Figure, Population, Terminology, TwoStage
from ..invariants import Invariant
from .expressions import Clock, Expr, Quantity, Ref
from .times import Span


@dataclass(frozen=True)
class Statement:
    """One numbered statement of the study's text, in our words. Background statements explain and need no element."""

    id: str
    words: str
    background: bool = False
    confirmed: bool = True


@dataclass(frozen=True)
class Reading:
    """A place where the text leaves room: what is undecided, and our reading of it."""

    id: str
    question: str
    answer: str


@dataclass(frozen=True)
class Phase:
    """Where a participant can be. `shown` is the name people see; `waits` accepts, in writing, that no clock runs here."""

    name: str
    shown: str = ""
    end: bool = False
    reason: str | None = None
    waits: str | None = None
    source: str = ""
    course: str = ""


@dataclass(frozen=True)
class Flag(Expr):
    """A yes or no that guards rules."""

    name: str
    starts: bool = False
    source: str = ""

    def as_ref(self) -> Ref:
        return Ref("flag", self.name)


@dataclass(frozen=True)
class Count(Quantity):
    """A bounded count that guards rules; it stays at its bound."""

    name: str
    up_to: int
    starts: int = 0
    source: str = ""

    def as_ref(self) -> Ref:
        return Ref("count", self.name)


@dataclass(frozen=True)
class Tally:
    """A count that guards nothing and may grow."""

    name: str
    starts: int = 0
    source: str = ""


@dataclass(frozen=True)
class LastDay:
    """The last calendar day on which a stopwatch ran; before there is one, another moment."""

    stopwatch: str
    or_else: str | None = None


@dataclass(frozen=True)
class Moment:
    """A named day of a participant's journey, marked by a rule or derived from a stopwatch."""

    name: str
    derived: LastDay | None = None
    source: str = ""


@dataclass(frozen=True)
class Stopwatch:
    """Counts whole calendar days, in some phases only."""

    name: str
    runs: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True)
class Measure(Quantity):
    """A recorded value: its type, unit, plausible range and code list; `cdash` is its CDASH name where there is one.

    `blinded`: hidden from those who are kept blind. Role `arm`: the allocation; `dose`: the dose given; `visit`: the visit's name.
    """

    name: str
    type: str = "number"
    unit: str = ""
    low: float | None = None
    high: float | None = None
    codes: tuple[str, ...] = ()
    label: str = ""
    cdash: str = ""
    role: str = ""
    source: str = ""
    blinded: bool = False

    def as_ref(self) -> Ref:
        return Ref("measure", self.name)


@dataclass(frozen=True)
class Event:
    """Something that can happen. Nature: fact (nature), act (a person does it), decision (a person decides it).

    `otherwise` says what is written where no rule speaks of it.
    """

    name: str
    nature: str
    source: str
    otherwise: str = ""


@dataclass(frozen=True)
class Arm:
    """One arm of a randomised study; `share` is its part of the allocation (1 and 1: equal arms)."""

    name: str
    source: str
    label: str = ""
    share: int = 1


@dataclass(frozen=True)
class Effect:
    """One simultaneous effect on one variable. Kinds: put, add, less, mark, reset."""

    kind: str
    name: str
    value: int = 0


@dataclass(frozen=True)
class Rule:
    """One sentence: at .., on .., given .., go to .., do .., with its source and words. A breach says what follows an act done anyway."""

    source: str
    words: str
    at: tuple[str, ...]
    on: tuple[str, ...]
    given: Expr | None = None
    to: str | None = None
    do: tuple[Effect, ...] = ()
    breach: str = ""
    clocks: tuple[Clock, ...] = ()
    arms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dose:
    """A planned dose: the amount due on a day in a phase, or a premedication before an event.

    An amount that is a tree (`75 * body_surface`) is worked out from the latest recorded values and rounded to a multiple of `rounded`.
    """

    amount: float | Expr | None
    unit: str
    drug: str
    source: str
    at: tuple[str, ...] = ()
    given: Expr | None = None
    before: tuple[str, ...] = ()
    words: str = ""
    confirmed: bool = True
    rounded: float | None = None
    arms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preparation:
    """How a dose is prepared: bag hours, volumes in mL, vials, pump rate in mL/h."""

    amount: float
    unit: str
    hours: int
    stabiliser_ml: float
    drug_ml: float
    vials: int
    rate_ml_per_h: float
    source: str
    confirmed: bool = True


@dataclass(frozen=True)
class Yield:
    """A protocol event that an entry gives when its values meet a condition."""

    event: str
    given: Expr | None = None


@dataclass(frozen=True)
class Class:
    """One class of a classification computed from values, for example a response."""

    name: str
    given: Expr
    source: str
    confirmed: bool = True
    label: str = ""


@dataclass(frozen=True)
class Form:
    """What is recorded in one entry: items, which are required, and the protocol events that follow from the values."""

    entry: str
    label: str
    source: str
    items: tuple[Measure, ...] = ()
    required: tuple[str, ...] = ()
    yields: tuple[Yield, ...] = ()
    classes: tuple[Class, ...] = ()
    classified: str = ""
    overrides: str = ""
    keeps_screening: bool = False
    domain: str = ""


@dataclass(frozen=True)
class After:
    """n units after a moment (or, where `visit` is true, after the target of another visit)."""

    n: int
    unit: str
    of: str
    visit: bool = False


@dataclass(frozen=True)
class LaterOf:
    """The latest of some dates."""

    parts: tuple[After, ...]


@dataclass(frozen=True)
class Window:
    """Days before and after the target; `not_before` limits the earliest day to so many days before the target."""

    before: int
    after: int
    source: str
    confirmed: bool = True
    not_before: int | None = None


@dataclass(frozen=True)
class Visit:
    """A planned visit: its target, window, what makes it, when it is owed.

    `each`: one occasion whenever this count is raised. `opens`: one occasion whenever these phases are entered from outside.
    `excused`: not owed while outside these phases nor before the target of `until_visit`. `every`: repeats after the last one made,
    until one falls on or after `ends`.
    """

    name: str
    source: str
    target: After | LaterOf | Clock
    window: Window
    made_by: str
    known_as: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    each: str = ""
    opens: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()
    until_visit: str = ""
    every: Span | None = None
    ends: After | None = None
    words: str = ""
    arms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Criterion:
    """An eligibility or other named criterion as an expression on values. Kinds: inclusion, exclusion."""

    name: str
    kind: str
    given: Expr
    source: str
    confirmed: bool = True


@dataclass(frozen=True)
class Absence:
    """Not being reachable: begins with one entry and ends with the next fact about the participant."""

    entry: str
    shown: str
    source: str
    not_ended_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A value of the standing: a tally, a count, a flag or a stopwatch's day under the name that readers expect."""

    key: str
    of: str
    plus: int = 0
    at: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ahead:
    """What a clock that runs in some phases means to people: words beside its day, where the condition (of the status) holds."""

    clock: Clock
    at: tuple[str, ...]
    words: str
    source: str
    given: Expr | None = None


@dataclass(frozen=True)
class Nominal:
    """One entry of the journey that goes by the plan: days from the start (0: day 1), the entry, its values."""

    day: int
    entry: str
    values: tuple[tuple[str, bool | int | float | str], ...] = ()


@dataclass(frozen=True)
class Protocol:
    """A whole study as one value."""

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
    populations: tuple[Population, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    published: tuple[Figure, ...] = ()
    designs: tuple[TwoStage, ...] = ()
    analyses: tuple[Analysis, ...] = ()
    terminologies: tuple[Terminology, ...] = ()
    notice: str = field(default="Not medical advice. Check every dose and date against the approved protocol.")
