"""Sources: ways to find a day in a participant's journey, and the entry that it came from, declared as data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .expressions import Expr, leaf
from .visits import Visit

KINDS = ("moment", "event", "class", "entry", "visit")


@dataclass(frozen=True)
class Source:
    """Where a day of a participant's journey comes from.

    Kinds: `moment` (a day that a rule marked), `event` (a protocol event, whether a rule spoke of it or not), `class` (an evaluated
    assessment that guards the rules: the investigator's own where there is one), `entry` (an entry as recorded), `visit` (what was recorded at a planned
    visit). `of`: its names, empty for every one of the kind. `given`: a condition on flags, counts and clocks as they stood, and on the values recorded with it.
    `at`: only while the participant stood in these phases. `after`, `before`: only past, or up to, the first of these sources.
    `unless`: not where one of these lies between the latest `since` and it. `occasion`: of a visit that comes again this one, 0 for the first made.
    """

    kind: str
    of: tuple[str, ...] = ()
    given: Expr | None = None
    at: tuple[str, ...] = ()
    after: tuple[Source, ...] = ()
    before: tuple[Source, ...] = ()
    unless: tuple[Source, ...] = ()
    since: tuple[Source, ...] = ()
    words: str = ""
    occasion: int = 0


def as_tuple(value: Any) -> tuple[Any, ...]:
    """One or several things as a tuple; none as an empty one."""
    return () if value is None else (value,) if not isinstance(value, tuple | list) else tuple(value)


def _names(of: Any) -> tuple[str, ...]:
    found: list[str] = []
    for x in as_tuple(of):
        found += _names(x) if isinstance(x, tuple | list) else [x if isinstance(x, str) else getattr(x, "entry", None) or x.name]
    return tuple(found)


def _source(kind: str, of: Any, given: Any, at: Any, words: str) -> Source:
    return Source(kind, _names(of), None if given is None else leaf(given), _names(at), words=words)


def marked(*of: Any, given: Any = None, at: Any = (), words: str = "") -> Source:
    """The days that rules marked with these moments; `given` is read after the rule's effects."""
    return _source("moment", of, given, at, words)


def happens(*of: Any, given: Any = None, at: Any = (), words: str = "") -> Source:
    """The days of these protocol events; `given` is read as things stood before."""
    return _source("event", of, given, at, words)


def assessed(*, given: Any = None, at: Any = (), words: str = "") -> Source:
    """The days of assessments that guard the rules; `given` may ask for their class and their values."""
    return _source("class", (), given, at, words)


def recorded(*of: Any, given: Any = None, at: Any = (), words: str = "") -> Source:
    """The days of entries of these forms; `given` may ask for their values."""
    return _source("entry", of, given, at, words)


def at_visit(visit: Visit, occasion: int = 0, *, given: Any = None, at: Any = (), words: str = "") -> Source:
    """What was recorded at a planned visit: by the entry that names it, else that made it, else the nearest to its target within its window.

    `occasion` of a visit that comes again; without one the first that was made.
    """
    return replace(_source("visit", visit, given, at, words), occasion=occasion)


def following(source: Source, *others: Source) -> Source:
    """A source, only past the first of the others."""
    return replace(source, after=tuple(others))


def before(source: Source, *others: Source) -> Source:
    """A source, only up to the first of the others."""
    return replace(source, before=tuple(others))


def unless(source: Source, *others: Source, since: Any) -> Source:
    """A source, not where one of the others lies between the latest `since` and it."""
    return replace(source, unless=tuple(others), since=as_tuple(since))
