"""What happens in a nature: plans and fates, what is done when something comes, how visits are kept and entries recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .events import Event
from .forms import Form, Measure
from .natures import Family, Hazard, Note, Parameter, expr
from .phases import phases_named
from .trees import Clock, Expr
from .variables import Count, Tally
from .visits import Visit


@dataclass(frozen=True)
class Plan:
    """A day ahead on which something is done: one for each participant, or for each row of a family; planned again it is moved."""

    name: str
    row_of: str = ""
    rank: int = 5


@dataclass(frozen=True)
class Fate:
    """What comes when the hazard lived through reaches the luck that a participant has; `each`: with new luck whenever this is another value."""

    name: str
    each: Expr | None = None
    rank: int = 5


class Act:
    """Something that a nature does."""


@dataclass(frozen=True)
class Told:
    """A value of an entry."""

    item: str
    value: Expr


@dataclass(frozen=True)
class Enter(Act):
    """Record an entry; `own` is the investigator's own assessment beside it."""

    form: str
    values: tuple[Told, ...] = ()
    own: Enter | None = None


@dataclass(frozen=True)
class SetFor(Act):
    """Plan something for a day, not before today."""

    plan: Plan
    day: Expr


@dataclass(frozen=True)
class Cancel(Act):
    """Plan it no longer."""

    plan: Plan


@dataclass(frozen=True)
class Meets(Act):
    """From today a fate is lived under this hazard, times a factor."""

    fate: Fate
    hazard: Expr
    times: Expr


@dataclass(frozen=True)
class Remember(Act):
    """Change a note."""

    note: Note
    value: Expr


@dataclass(frozen=True)
class OnlyIf(Act):
    """Some acts where a condition holds, others where it does not."""

    given: Expr
    then: tuple[Act, ...]
    otherwise: tuple[Act, ...] = ()


@dataclass(frozen=True)
class EachRow(Act):
    """The acts, for each row of a family."""

    family: Family
    do: tuple[Act, ...]


@dataclass(frozen=True)
class Keeps:
    """How visits are kept: their scatter about the target (sd in days), the share missed, and the share made some days outside the window."""

    name: str
    visits: tuple[str, ...]
    phases: tuple[str, ...]
    given: Expr
    scatter: Parameter
    missed: Parameter
    outside: Parameter
    days_outside: Parameter
    do: tuple[Act, ...] = ()


@dataclass(frozen=True)
class KeepVisits(Act):
    """Plan the visits that are ahead."""

    keeps: Keeps


@dataclass(frozen=True)
class NoMoreIsKnown(Act):
    """Nothing is ever known of the participant again."""


@dataclass(frozen=True)
class Heard:
    """What a sentence listens to. Kinds: begins; event (of the study, or a clock); plan, fate; moves (out of phases, into others); counted."""

    kind: str
    names: tuple[str, ...] = ()
    out_of: tuple[str, ...] = ()
    rank: int = 5
    row_of: str = ""


@dataclass(frozen=True)
class When:
    """When something comes, given a condition, do acts."""

    on: tuple[Heard, ...]
    do: tuple[Act, ...]
    given: Expr | None = None
    words: str = ""


@dataclass(frozen=True)
class Accrual:
    """How participants come in: so many in so many days, at sites; `skew` above 1 gives the first sites more of them."""

    participants: Parameter
    days: Parameter
    sites: Parameter
    skew: Parameter


@dataclass(frozen=True)
class Slip:
    """A slip of the pen in a form, recorded first and put right later with a reason. The first slip whose condition holds is made."""

    form: str
    values: tuple[Told, ...]
    reason: str
    given: Expr | None = None


@dataclass(frozen=True)
class Partial:
    """A form whose day is at first known by its month only, for a share of entries; some of these are never completed."""

    form: str
    share: Parameter
    never_completed: Parameter | None = None


@dataclass(frozen=True)
class Recorder:
    """Who records a form, and at which hour it happens."""

    form: str
    who: str
    at: str = ""


@dataclass(frozen=True)
class Records:
    """How a site keeps its journal."""

    same_day: Parameter
    late: Parameter
    usual_delay: Parameter
    late_delay: Parameter
    slip: Parameter
    slips: tuple[Slip, ...] = ()
    partial: tuple[Partial, ...] = ()
    recorders: tuple[Recorder, ...] = ()


@dataclass(frozen=True)
class Body:
    """Response, relapse, death, toxicity: what equations can replace."""

    sentences: tuple[When, ...]


@dataclass(frozen=True)
class Conduct:
    """Accrual, visits, policy, recording: shared by every body."""

    accrual: Accrual
    records: Records
    sentences: tuple[When, ...]


@dataclass(frozen=True)
class Nature:
    """What happens to the virtual participants of a study."""

    study: str
    body: Body
    conduct: Conduct
    notice: str = ""


begins = Heard("begins")
no_more_is_known = NoMoreIsKnown()


def plan(name: str, *, row: Family | None = None, rank: int = 5) -> Plan:
    """A day ahead on which something is done; of one day the lower rank comes first, then the place on the page."""
    return Plan(name, row.name if row else "", rank)


def fate(name: str, *, each: Any = None, rank: int = 5) -> Fate:
    """What comes when the hazard lived through reaches the luck that a participant has."""
    return Fate(name, None if each is None else expr(each), rank)


def moves(*, out_of: Any = (), into: Any = ()) -> Heard:
    """A rule has led out of these phases, or into these from outside."""
    return Heard("moves", phases_named(into), phases_named(out_of))


def counted(what: Tally | Count) -> Heard:
    """A count of the study has risen."""
    return Heard("counted", (what.name,))


def _acts(do: Any) -> tuple[Act, ...]:
    if isinstance(do, Act):
        return (do,)
    if isinstance(do, tuple | list):
        return tuple(one for part in do for one in _acts(part))
    raise TypeError(f"{getattr(do, 'name', do)!r} is nothing that a nature does: write enter(..), set_for(..), meets(..), remember(..)")


def _heard(on: Any) -> Heard:
    if isinstance(on, Heard):
        return on
    if isinstance(on, Event | Clock):
        return Heard("event", (on.name,))
    if isinstance(on, Plan):
        return Heard("plan", (on.name,), rank=on.rank, row_of=on.row_of)
    if isinstance(on, Fate):
        return Heard("fate", (on.name,), rank=on.rank)
    raise TypeError(
        f"{getattr(on, 'name', on)!r} is nothing that comes: name an event or a clock of the study, a plan, a fate, moves(..), counted(..)"
    )


def when(on: Any, *do: Any, given: Any = None, words: str = "") -> When:
    """When something comes (or one of several, as a tuple), and the condition holds, do these, in order."""
    many = on if isinstance(on, tuple | list) else (on,)
    return When(tuple(_heard(h) for h in many), _acts(do), None if given is None else expr(given), words)


def _told(values: dict[Any, Any]) -> tuple[Told, ...]:
    return tuple(Told(m.name if isinstance(m, Measure) else str(m), expr(v)) for m, v in values.items())


def enter(form: Form, values: Any = None, *, own: Any = None) -> Enter:
    """Record an entry with values {measure: value}; a missing value is left out. A dose that is not told is the planned one."""
    return Enter(form.entry, _told(values or {}), own)


def set_for(what: Plan, day: Any) -> SetFor:
    """Plan something for a day."""
    return SetFor(what, expr(day))


def cancel(what: Plan) -> Cancel:
    """Plan it no longer."""
    return Cancel(what)


def meets(what: Fate, hazard: Any, *, times: Any = 1) -> Meets:
    """From today a fate is lived under this hazard, times a factor (by arm, by covariate)."""
    return Meets(what, hazard if isinstance(hazard, Hazard) else expr(hazard), expr(times))


def remember(what: Note, value: Any) -> Remember:
    """Change a note."""
    return Remember(what, expr(value))


def only_if(given: Any, *do: Any, otherwise: Any = ()) -> OnlyIf:
    """Some acts where a condition holds, others where it does not."""
    return OnlyIf(expr(given), _acts(do), _acts(otherwise))


def each_row(of: Family, *do: Any) -> EachRow:
    """The acts for each row of a family."""
    return EachRow(of, _acts(do))


def keeps(
    name: str, *visits: Visit, at: Any, scatter: Parameter, missed: Parameter, outside: Parameter, days_outside: Parameter, given: Any = True, do: Any = ()
) -> Keeps:  # fmt: skip
    """How visits are kept while in some phases: normal scatter within the window, a share missed, a share outside; then acts."""
    return Keeps(name, tuple(v.name for v in visits), phases_named(at), expr(given), scatter, missed, outside, days_outside, _acts(do))


def keep_visits(how: Keeps) -> KeepVisits:
    """Plan the visits that are ahead."""
    return KeepVisits(how)


def accrual(participants: Parameter, days: Parameter, *, sites: Parameter, skew: Parameter) -> Accrual:
    """How participants come in."""
    return Accrual(participants, days, sites, skew)


def slip(form: Form, values: Any, *, reason: str, given: Any = None) -> Slip:
    """A slip of the pen; the form's own measures stand for what was to be written."""
    return Slip(form.entry, _told(values), reason, None if given is None else expr(given))


def dated_in_part(form: Form, share: Parameter, *, never_completed: Parameter | None = None) -> Partial:
    """A form whose day is at first known by its month only."""
    return Partial(form.entry, share, never_completed)


def recorded_by(form: Form, who: str, *, at: str = "") -> Recorder:
    """Who records a form (coordinator where nothing is said), and at which hour it happens."""
    return Recorder(form.entry, who, at)


def records(*, same_day: Parameter, late: Parameter, usual_delay: Parameter, late_delay: Parameter, slip: Parameter, of: Any = ()) -> Records:  # fmt: skip
    """How a site keeps its journal: the delay of its sittings, slips, days known in part, who records; `of`: slip(..), dated_in_part(..), recorded_by(..)."""
    return Records(
        same_day, late, usual_delay, late_delay, slip, tuple(x for x in of if isinstance(x, Slip)),
        tuple(x for x in of if isinstance(x, Partial)), tuple(x for x in of if isinstance(x, Recorder)),
    )  # fmt: skip


def body(*sentences: When) -> Body:
    """Response, relapse, death, toxicity."""
    return Body(tuple(sentences))


def conduct(*sentences: When, accrual: Accrual, records: Records) -> Conduct:
    """Accrual, visits, policy, recording."""
    return Conduct(accrual, records, tuple(sentences))


def nature(study: str, *, body: Body, conduct: Conduct, notice: str = "") -> Nature:
    """The nature of a study, by the study's name."""
    return Nature(study, body, conduct, notice)
