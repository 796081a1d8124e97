"""What of a participant's journey is told to people: absence, the values of the standing, what lies ahead, the journey by the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .days import Stopwatch
from .expressions import Clock, Expr, leaf
from .forms import Form
from .ladders import Ladder
from .phases import phases_named
from .rules import events_named
from .variables import Count, Flag, Tally

# The fields that every standing has: no value of a study may bear such a name.
STANDING_HAS = (
    "participant", "on", "known_at", "study", "version", "fingerprint", "phase", "since", "detail", "arm", "dose", "doses", "premedication",
    "administrations",    "flags", "proposed", "records", "response", "reason", "next", "visits", "uncertain", "allowed", "deviations", "queries", "moments", "undecided",
    "notice",
)  # fmt: skip


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
class Proposal:
    """What the study proposes when something happens in some phases, until one of the events that answer it comes or the phase is left."""

    source: str
    words: str
    at: tuple[str, ...]
    on: tuple[str, ...]
    answers: tuple[str, ...]
    given: Expr | None = None
    confirmed: bool = True


@dataclass(frozen=True)
class Nominal:
    """One entry of the journey that goes by the plan: days from the start (0: day 1), the entry, its values."""

    day: int
    entry: str
    values: tuple[tuple[str, bool | int | float | str], ...] = ()


def absence(entry: str, shown: str, source: str, *, not_ended_by: tuple[Form, ...] = ()) -> Absence:
    """Being lost, until the next fact; entries of the forms `not_ended_by` are none about the participant."""
    return Absence(entry, shown, source, tuple(f.entry for f in not_ended_by))


def shown(key: str, of: Tally | Count | Flag | Ladder | Stopwatch, *, plus: int = 0, at: Any = ()) -> Shown:
    """A value of the standing."""
    return Shown(key, of.name, plus, phases_named(at))


def ahead(clock: Clock, words: str, *, at: Any, source: str, given: Any = None) -> Ahead:
    """What the day of a clock means to people who look ahead from these phases."""
    return Ahead(clock, phases_named(at), words, source, None if given is None else leaf(given))


def proposal(source: str, words: str, *, at: Any, on: Any, answers: Any, given: Any = None, confirmed: bool = True) -> Proposal:
    """What is proposed on some events, in the study's words, while in these phases; it stands beside the dose until an event of `answers`."""
    heard, answered = (events_named(x)[0] for x in (on, answers))
    for part, named in (("at", phases_named(at)), ("on", heard), ("answers", answered)):
        if not named:
            raise ValueError(
                f"proposal(.., {words!r}): {part}= names nothing: name where it is said, what calls for it, and what answers it"
            )
    return Proposal(source, words, phases_named(at), heard, answered, None if given is None else leaf(given), confirmed)


def nominal(day: int, entry: Form, **values: bool | int | float | str) -> Nominal:
    """An entry of the journey that goes by the plan, so many days from the start."""
    return Nominal(day, entry.entry, tuple(values.items()))
