"""Endpoints, populations, published figures and designs, declared as data: what starts, what counts, what censors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .expressions import Expr, leaf


@dataclass(frozen=True)
class Source:
    """Where a day of a participant's journey comes from.

    Kinds: `moment` (a day that a rule marked), `event` (a protocol event), `evidence` (the last day the participant was known alive),
    `assessment` (the last response assessment that was evaluable). `which`: first or last. `given`: a condition on the values known
    at that day; `since` / `before`: only after / before the day of another source's name.
    """

    kind: str
    of: str
    which: str = "first"
    given: Expr | None = None
    since: str = ""
    before: str = ""
    plus: int = 0


@dataclass(frozen=True)
class Population:
    """An analysis set: participants who have a day of this source."""

    name: str
    label: str
    has: Source
    source: str


@dataclass(frozen=True)
class Endpoint:
    """One endpoint. Kinds: `proportion` (has an event), `time` (start to the first event, else censored), `competing` (time with causes).

    `handling` writes for each intercurrent event how it is handled (ICH E9(R1)): (event, strategy, words).
    """

    name: str
    label: str
    kind: str
    population: str
    source: str
    starts: Source | None = None
    events: tuple[Source, ...] = ()
    competing: tuple[Source, ...] = ()
    censors: tuple[Source, ...] = ()
    within_days: int | None = None
    handling: tuple[tuple[str, str, str], ...] = ()
    primary: bool = False
    ours: str = ""


@dataclass(frozen=True)
class Figure:
    """A published figure: value, interval, its source, whether it is confirmed, and what of ours stands beside it."""

    name: str
    value: float
    low: float | None
    high: float | None
    unit: str
    counterpart: str
    source: str
    confirmed: bool = True
    n: int | None = None


@dataclass(frozen=True)
class TwoStage:
    """A design's figures: rate under the null and the alternative, one-sided alpha, size."""

    name: str
    null: float
    alternative: float
    alpha: float
    n: int
    source: str
    confirmed: bool = True


@dataclass(frozen=True)
class Analysis:
    """An analysis that the report makes of an endpoint."""

    endpoint: str
    kind: str
    by: str = ""


def first(of: Any, *, given: Any = None, since: str = "", before: str = "") -> Source:
    """The first day of a moment or event."""
    return Source(_kind(of), of.name, "first", None if given is None else leaf(given), since, before)


def last(of: Any, *, given: Any = None, since: str = "", before: str = "") -> Source:
    """The last day of a moment or event."""
    return Source(_kind(of), of.name, "last", None if given is None else leaf(given), since, before)


def _kind(of: Any) -> str:
    return "event" if hasattr(of, "nature") else "moment"


last_known_alive = Source("evidence", "last day known alive", "last")
last_assessment = Source("assessment", "last assessment free of relapse", "last")


def population(name: str, *, label: str, has: Source, source: str) -> Population:
    """An analysis set."""
    return Population(name, label, has, source)


def endpoint(name: str, *, label: str, kind: str, population: Population, source: str, **parts: Any) -> Endpoint:
    """An endpoint as data. Raises ValueError for a kind that is not known."""
    if kind not in ("proportion", "time", "competing"):
        raise ValueError(f"endpoint({name!r}): kind {kind!r} is unknown; use 'proportion', 'time' or 'competing'")
    return Endpoint(name, label, kind, population.name, source, **parts)


def figure(
    name: str,
    value: float,
    low: float | None = None,
    high: float | None = None,
    *,
    unit: str = "",
    counterpart: str,
    source: str,
    confirmed: bool = True,
    n: int | None = None,
) -> Figure:
    """A published figure."""
    return Figure(name, value, low, high, unit, counterpart, source, confirmed, n)


def design(name: str, *, null: float, alternative: float, alpha: float, n: int, source: str, confirmed: bool = True) -> TwoStage:
    """A design's figures."""
    return TwoStage(name, null, alternative, alpha, n, source, confirmed)
