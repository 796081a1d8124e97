"""The closed vocabulary in which a study is written: phases, events, rules, doses, visits, forms, criteria, as frozen values.

A study file names values made by the functions below and hands them to `study(...)`. Values refer to each other by name, so a
definition is a plain tree that prints, compares, hashes and freezes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .words.expressions import (
    AnyOf,
    Clock,
    Expr,
    Ref,
    all_of,
    any_of,
    known,
    leaf,
    mentions,
    needs,
    no,
    one_of,
    otherwise,
    surely,
)
from .words.times import Span, days, months, weeks, years
from .words.vocabulary import (
    Absence,
    After,
    Ahead,
    Arm,
    Class,
    Count,
    Criterion,
    Dose,
    Effect,
    Event,
    Flag,
    Form,
    LastDay,
    LaterOf,
    Measure,
    Moment,
    Nominal,
    Phase,
    Preparation,
    Protocol,
    Reading,
    Rule,
    Shown,
    Statement,
    Stopwatch,
    Tally,
    Visit,
    Window,
    Yield,
)  # noqa: F401

__all__ = [
    "all_of", "any_of", "known", "mentions", "needs", "no", "one_of", "otherwise", "surely",
    "days", "weeks", "months", "years", "statement", "reading", "phase", "flag", "count", "tally", "moment", "last_day", "after",
    "later_of", "stopwatch", "measure", "at_screening", "fact", "act", "decision", "past", "reached", "full", "put", "add_one", "less_one",
    "mark", "reset", "ran_on", "rule", "breach", "dose", "preparation", "form", "gives", "classed", "window", "visit", "target_of", "criterion", "violated",
    "absence", "shown", "ahead", "nominal", "study", "arm",
]  # fmt: skip


def statement(id: str, words: str, *, background: bool = False, confirmed: bool = True) -> Statement:
    """A numbered statement of the study's text."""
    return Statement(id, words, background, confirmed)


def reading(id: str, question: str, answer: str) -> Reading:
    """A place where the text leaves room, and our reading."""
    return Reading(id, question, answer)


def phase(
    name: str,
    *,
    shown: str = "",
    end: bool = False,
    reason: str | None = None,
    waits: str | None = None,
    source: str = "",
    course: str = "",
) -> Phase:
    """A place where a participant can be."""
    return Phase(name, shown or name, end, reason, waits, source, course)


def flag(name: str, *, starts: bool = False, source: str = "") -> Flag:
    """A yes or no that guards rules."""
    return Flag(name, starts, source)


def count(name: str, *, up_to: int | None = None, starts: int = 0, source: str = "") -> Count:
    """A bounded count. Raises ValueError without a bound: what guards a rule must be finite (use `tally` for what only counts)."""
    if up_to is None:
        raise ValueError(f"count({name!r}) has no bound: write count({name!r}, up_to=8), or tally({name!r}) if no rule asks for it")
    return Count(name, up_to, starts, source)


def tally(name: str, *, starts: int = 0, source: str = "") -> Tally:
    """A count that guards nothing and may grow."""
    return Tally(name, starts, source)


def moment(name: str, *, source: str = "") -> Moment:
    """A named day, marked by a rule."""
    return Moment(name, None, source)


def last_day(name: str, stopwatch: Stopwatch, *, or_else: Moment | None = None, source: str = "") -> Moment:
    """The last calendar day on which a stopwatch ran."""
    return Moment(name, LastDay(stopwatch.name, or_else.name if or_else else None), source)


def stopwatch(name: str, *, runs: Any, source: str = "") -> Stopwatch:
    """Counts whole days in the phases `runs`."""
    return Stopwatch(name, _phases(runs), source)


def measure(
    name: str,
    *,
    type: str = "number",
    unit: str = "",
    range: tuple[float | None, float | None] = (None, None),
    codes: tuple[str, ...] = (),
    label: str = "",
    cdash: str = "",
    role: str = "",
    source: str = "",
    blinded: bool = False,
) -> Measure:
    """A recorded value. Types: number, integer, yes/no, text, code, date.

    Role `dose` compares with the planned dose, `presence` also takes yes or no, `visit` names the visit made, `arm` is the allocation. `blinded`: hidden from the blind.
    """
    if type not in ("number", "integer", "yes/no", "text", "code", "date"):
        raise ValueError(f"measure({name!r}): type {type!r} is unknown; use number, integer, yes/no, text, code or date")
    return Measure(name, "code" if codes else type, unit, range[0], range[1], codes, label or name, cdash, role, source, blinded)


def arm(name: str, *, source: str, label: str = "", share: int = 1) -> Arm:
    """An arm; rules, doses, visits and invariants that say `arm=` are for it alone. `share`: its part of the allocation, 1 or more."""
    if share < 1:
        raise ValueError(f"arm({name!r}): share {share} is no part of an allocation: write 1 for equal arms, 2 for two to one")
    return Arm(name, source, label or name, share)


def at_screening(m: Measure) -> Ref:
    """The value of a measure at screening."""
    return Ref("screening", m.name)


def fact(name: str, source: str, *, otherwise: str = "") -> Event:
    """Something that nature or an observation brings."""
    return Event(name, "fact", source, otherwise)


def act(name: str, source: str, *, otherwise: str = "") -> Event:
    """Something that a person does to a participant; done against the rules it is a breach."""
    return Event(name, "act", source, otherwise)


def decision(name: str, source: str, *, otherwise: str = "") -> Event:
    """Something that a person decides; ordering it is refused where no rule allows it."""
    return Event(name, "decision", source, otherwise)


def past(span: Span, of: Moment) -> Clock:
    """Strictly later than `span` after a moment."""
    return Clock("past", span.n, span.unit, of.name)


def reached(span: Span, of: Moment) -> Clock:
    """On the day `span` after a moment, or later."""
    return Clock("reached", span.n, span.unit, of.name)


def full(span: Span, watch: Stopwatch) -> Clock:
    """A stopwatch has counted that many whole days: true from the day after its last one."""
    if span.unit not in ("days", "weeks"):
        raise ValueError(f"a stopwatch counts days: write full({span.n} * days, ..) or weeks, not {span.unit}")
    return Clock("full", span.n * (7 if span.unit == "weeks" else 1), "days", watch.name)


def put(variable: Flag | Count | Tally, value: bool | int) -> Effect:
    """Give a variable a value."""
    return Effect("put", variable.name, int(value))


def add_one(variable: Count | Tally) -> Effect:
    """One more."""
    return Effect("add", variable.name, 1)


def less_one(variable: Count | Tally) -> Effect:
    """One less, never below nought."""
    return Effect("less", variable.name, 1)


def mark(m: Moment) -> Effect:
    """Remember this day."""
    return Effect("mark", m.name)


def reset(watch: Stopwatch) -> Effect:
    """Begin counting anew."""
    return Effect("reset", watch.name)


def ran_on(watch: Stopwatch) -> Effect:
    """What a stopwatch counts went on, past the fact or decision that ended it here, until the day before this one."""
    return Effect("extend", watch.name)


def _phases(at: Any) -> tuple[str, ...]:
    if isinstance(at, Phase):
        return (at.name,)
    if isinstance(at, str):
        return (at,)
    if not isinstance(at, tuple | list):
        raise TypeError(f"{_said(at)} is no phase: name a phase, or a tuple of phases and groups of them")
    return tuple(dict.fromkeys(name for part in at for name in _phases(part)))


def _said(value: Any) -> str:
    """A wrong value as a message names it."""
    name = getattr(value, "name", None) or getattr(value, "entry", None)
    return f"the {type(value).__name__.lower()} {name!r}" if name else repr(value)


def _arms(arm: Any) -> tuple[str, ...]:
    return (arm.name,) if isinstance(arm, Arm) else tuple(a.name for a in arm)


def _ons(on: Any) -> tuple[tuple[str, ...], tuple[Clock, ...]]:
    parts = on if isinstance(on, tuple) else (on,)
    for p in parts:
        if not isinstance(p, Event | Clock):
            raise TypeError(
                f"{_said(p)} cannot happen: name an event (fact, act, decision) or a clock (past, reached, full), or a tuple of them"
            )
    return tuple(p.name for p in parts), tuple(p for p in parts if isinstance(p, Clock))


def rule(source: str, words: str, *, at: Any, on: Any, given: Any = None, to: Phase | None = None, do: Any = (), arm: Any = ()) -> Rule:
    """One sentence of the study: at these phases, on this event or clock, given a condition, go to a phase and do effects."""
    return breach(source, words, at=at, on=on, given=given, to=to, do=do, kind="", arm=arm)


def breach(
    source: str,
    words: str,
    *,
    at: Any,
    on: Any,
    given: Any = None,
    to: Phase | None = None,
    do: Any = (),
    kind: str = "not allowed",
    arm: Any = (),
) -> Rule:
    """What follows when an act is done against the rules; `kind` names the deviation."""
    names, clocks = _ons(on)
    effects = do if isinstance(do, tuple) else (do,)
    for e in effects:
        if not isinstance(e, Effect):
            raise TypeError(f"{_said(e)} is no effect: write put(..), add_one(..), less_one(..), mark(..) or reset(..), or a tuple of them")
    if to is not None and not isinstance(to, Phase):
        raise TypeError(f"{_said(to)} is no phase to go to: name one phase, or leave `to` out to stay")
    condition = None if given is None else leaf(given)
    return Rule(source, words, _phases(at), names, condition, to.name if to else None, effects, kind, clocks, _arms(arm))


def dose(
    amount: float | Expr | None,
    unit: str,
    drug: str,
    *,
    source: str,
    at: Any = (),
    given: Any = None,
    before: Any = (),
    words: str = "",
    confirmed: bool = True,
    rounded: float | None = None,
    arm: Any = (),
) -> Dose:
    """A planned dose on the days of some phases, or a premedication before some events. Amount None: no planned dose there.

    An amount may be a tree over measures (`75 * body_surface`); `rounded=5` then gives it to the nearest 5 of its unit, halves upwards.
    """
    names, _ = _ons(before)
    how_much = leaf(amount) if isinstance(amount, Expr) else amount
    condition = None if given is None else leaf(given)
    return Dose(how_much, unit, drug, source, _phases(at), condition, names, words, confirmed, rounded, _arms(arm))


def preparation(
    amount: float,
    unit: str,
    *,
    hours: int,
    stabiliser_ml: float,
    drug_ml: float,
    vials: int,
    rate_ml_per_h: float,
    source: str,
    confirmed: bool = True,
) -> Preparation:
    """How one bag is prepared."""
    return Preparation(amount, unit, hours, stabiliser_ml, drug_ml, vials, rate_ml_per_h, source, confirmed)


def gives(event: Event | str, given: Any = None) -> Yield:
    """An entry gives a protocol event, when its values meet the condition."""
    return Yield(event if isinstance(event, str) else event.name, None if given is None else leaf(given))


def classed(name: str, given: Any, source: str, *, confirmed: bool = True, label: str = "") -> Class:
    """One class of a classification; classes of one form exclude each other."""
    return Class(name, leaf(given), source, confirmed, label or name)


def form(
    entry: str,
    *,
    label: str = "",
    source: str,
    items: tuple[Measure, ...] = (),
    required: tuple[Measure, ...] = (),
    yields: Any = (),
    classes: tuple[Class, ...] = (),
    classified: Measure | None = None,
    overrides: str = "",
    keeps_screening: bool = False,
    domain: str = "",
) -> Form:
    """What one entry records. `overrides`: an assessment of the same day that guards the rules in place of that entry's values."""
    return Form(
        entry,
        label or entry,
        source,
        tuple(dict.fromkeys((*items, *required))),
        tuple(m.name for m in required),
        yields if isinstance(yields, tuple) else (yields,),
        classes,
        classified.name if classified is not None else "",
        overrides,
        keeps_screening,
        domain,
    )


def after(span: Span | int, of: Moment | Visit) -> After:
    """The day `span` after a moment (or after the target of a visit); 0 for the day itself."""
    n, unit = (span, "days") if isinstance(span, int) else (span.n, span.unit)
    return After(n, unit, of.name, isinstance(of, Visit))


def target_of(v: Visit) -> After:
    """The target day of another visit."""
    return After(0, "days", v.name, True)


def later_of(*parts: After) -> LaterOf:
    """The latest of some dates."""
    return LaterOf(parts)


def window(before: int, after: int, *, source: str, confirmed: bool = True, not_before: int | None = None) -> Window:
    """Days before (as a negative number) and after the target."""
    return Window(before, after, source, confirmed, not_before)


def visit(
    name: str,
    *,
    source: str,
    target: After | LaterOf | Clock,
    window: Window,
    made_by: Form,
    known_as: tuple[str, ...] = (),
    forms: tuple[Form, ...] = (),
    each: Count | Tally | None = None,
    opens: Any = (),
    excused: Any = (),
    until_visit: Visit | None = None,
    every: Span | None = None,
    ends: After | None = None,
    words: str = "",
    arm: Any = (),
) -> Visit:
    """A planned visit."""
    return Visit(
        name,
        source,
        target,
        window,
        made_by.entry,
        known_as,
        tuple(f.entry for f in forms),
        each.name if each is not None else "",
        _phases(opens),
        _phases(excused),
        until_visit.name if until_visit else "",
        every,
        ends,
        words,
        _arms(arm),
    )


def criterion(name: str, kind: str, given: Any, source: str, *, confirmed: bool = True) -> Criterion:
    """An eligibility criterion: an inclusion must hold, an exclusion must not."""
    if kind not in ("inclusion", "exclusion"):
        raise ValueError(f"criterion({name!r}): kind {kind!r} is unknown; use 'inclusion' or 'exclusion'")
    return Criterion(name, kind, leaf(given), source, confirmed)


def violated(*criteria: Criterion) -> AnyOf:
    """Some inclusion criterion does not hold, or some exclusion criterion does."""
    return any_of(*[no(c.given) if c.kind == "inclusion" else c.given for c in criteria])


def absence(entry: str, shown: str, source: str, *, not_ended_by: tuple[Form, ...] = ()) -> Absence:
    """Being lost, until the next fact; entries of the forms `not_ended_by` are none about the participant."""
    return Absence(entry, shown, source, tuple(f.entry for f in not_ended_by))


def shown(key: str, of: Tally | Count | Flag | Stopwatch, *, plus: int = 0, at: Any = ()) -> Shown:
    """A value of the standing."""
    return Shown(key, of.name, plus, _phases(at))


def ahead(clock: Clock, words: str, *, at: Any, source: str, given: Any = None) -> Ahead:
    """What the day of a clock means to people who look ahead from these phases."""
    return Ahead(clock, _phases(at), words, source, None if given is None else leaf(given))


def nominal(day: int, entry: Form, **values: bool | int | float | str) -> Nominal:
    """An entry of the journey that goes by the plan, so many days from the start."""
    return Nominal(day, entry.entry, tuple(values.items()))


def study(name: str, *, version: int, title: str, begins: Phase, **parts: Any) -> Protocol:
    """The whole study; every part is a tuple of the values above. Raises ValueError naming a part that does not exist."""
    known_parts = Protocol.__dataclass_fields__
    for part in parts:
        if part not in known_parts:
            raise ValueError(f"study(...) has no part {part!r}; it has {', '.join(sorted(known_parts))}")
        if part not in ("absence", "notice") and not isinstance(parts[part], tuple):
            raise ValueError(
                f"study(...): {part} is a tuple of values: write ({part[:1]}1, {part[:1]}2), and ({part[:1]}1,) with a comma for a single one"
            )
    lacking = [part for part in ("statements", "phases", "events", "rules", "forms") if part not in parts]
    if lacking:
        raise ValueError(f"study(...) still needs {', '.join(lacking)}")
    return Protocol(name=name, version=version, title=title, begins=begins.name, **{"readings": (), **parts})


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
