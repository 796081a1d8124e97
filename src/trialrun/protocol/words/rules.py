"""Rules and breaches: one sentence each, with its effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .arms import arms_named
from .days import Moment, Stopwatch
from .events import Event
from .expressions import Clock, Expr, leaf
from .phases import Phase, phases_named, said
from .times import Span
from .variables import Count, Flag, Tally


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


def ran_on(watch: Stopwatch, *, up_to: Span | None = None) -> Effect:
    """What a stopwatch counts went on, past the fact or decision that ended it here, until the day before this one."""
    if up_to is not None and up_to.unit not in ("days", "weeks"):
        raise ValueError(f"a stopwatch counts days: write up_to={up_to.n} * days, or weeks, not {up_to.unit}")
    return Effect("extend", watch.name, 0 if up_to is None else up_to.n * (7 if up_to.unit == "weeks" else 1))


def events_named(on: Any) -> tuple[tuple[str, ...], tuple[Clock, ...]]:
    parts = on if isinstance(on, tuple) else (on,)
    for p in parts:
        if not isinstance(p, Event | Clock):
            raise TypeError(
                f"{said(p)} cannot happen: name an event (fact, act, decision) or a clock (past, reached, full), or a tuple of them"
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
    names, clocks = events_named(on)
    effects = do if isinstance(do, tuple) else (do,)
    for e in effects:
        if not isinstance(e, Effect):
            raise TypeError(f"{said(e)} is no effect: write put(..), add_one(..), less_one(..), mark(..) or reset(..), or a tuple of them")
    if to is not None and not isinstance(to, Phase):
        raise TypeError(f"{said(to)} is no phase to go to: name one phase, or leave `to` out to stay")
    condition = None if given is None else leaf(given)
    return Rule(source, words, phases_named(at), names, condition, to.name if to else None, effects, kind, clocks, arms_named(arm))
