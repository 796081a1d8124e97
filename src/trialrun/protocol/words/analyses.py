"""The analyses that a report makes of endpoints, declared as data: subgroups, changes during follow-up, reasons, what adverse events led to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .endpoints import Endpoint
from .expressions import Expr, leaf
from .sources import Source, as_tuple
from .times import Span


@dataclass(frozen=True)
class Level:
    """One level of a grouping: its label and the condition on the values at screening."""

    label: str
    given: Expr


@dataclass(frozen=True)
class Cause:
    """A reason or a consequence: its label, the sources whose days show it, and `since`, where the day that it began is meant: the latest of these."""

    label: str
    sources: tuple[Source, ...]
    since: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """An analysis that the report makes. Kind `subgroup`: an endpoint in each of the levels of `by`; `marks`: days shown along a road;
    `switch`: a time endpoint where a change during follow-up (the first day of `marks`) is a covariate, and from each of `landmarks` on;
    `reasons`: why the event of an endpoint came, by the first of `causes` whose source is found in the entry or the clock that brought it;
    `actions`: what adverse events led to, the days of `causes`; `asked`: the item `by` is asked only where the one of `levels` holds;
    `best`: the best class of the assessments that an endpoint's question reads, the first in `order`. `poor`: groups of poor prognosis, set by
    themselves beside the lowest and highest that was published of others; they may overlap."""

    endpoint: str
    kind: str
    by: str = ""
    levels: tuple[Level, ...] = ()
    source: str = ""
    confirmed: bool = True
    marks: tuple[Source, ...] = ()
    landmarks: tuple[Span, ...] = ()
    causes: tuple[Cause, ...] = ()
    order: tuple[str, ...] = ()
    poor: bool = False


def level(label: str, given: Any) -> Level:
    """One level of a grouping."""
    return Level(label, leaf(given))


def subgroups(by: str, *levels: Level, of: Endpoint, source: str, confirmed: bool = True, poor: bool = False) -> Analysis:
    """An endpoint in each level of a grouping. `poor`: groups of poor prognosis, which the comparison with a historical control sets by themselves."""
    return Analysis(of.name, "subgroup", by, tuple(levels), source, confirmed, poor=poor)


def marks(*sources: Source, source: str) -> Analysis:
    """The days, each with its words, that a picture of a participant's road shows."""
    return Analysis("", "marks", source=source, marks=tuple(sources))


def switch(by: str, *sources: Source, of: Endpoint, landmarks: Any = (), source: str, confirmed: bool = True) -> Analysis:
    """A time endpoint with a change during follow-up, such as a transplant: as a covariate that changes, and by landmark.

    Raises ValueError for an endpoint that is no time.
    """
    if of.kind != "time":
        raise ValueError(f"switch({by!r}): {of.name!r} is a {of.kind}, not a time: name an endpoint of kind 'time' with of=..")
    return Analysis(of.name, "switch", by, (), source, confirmed, tuple(sources), as_tuple(landmarks))


def because(label: str, *sources: Source, since: Any = ()) -> Cause:
    """A reason or a consequence with the sources that show it; `since`: what began it counts, the latest of these days."""
    return Cause(label, sources, as_tuple(since))


def reasons(by: str, *causes: Cause, of: Endpoint, source: str) -> Analysis:
    """Why the event of an endpoint came: the first of the causes that is found in the entry, or the clock, that brought it."""
    return Analysis(of.name, "reasons", by, source=source, causes=causes)


def actions(by: str, *causes: Cause, source: str) -> Analysis:
    """What adverse events led to: those of the days of each cause."""
    return Analysis("", "actions", by, source=source, causes=causes)


def asked_where(item: Any, given: Any, *, source: str) -> Analysis:
    """An item of the screening that is asked only where a condition holds: elsewhere it is not applicable, and not missing."""
    name = item if isinstance(item, str) else item.name
    return Analysis("", "asked", name, (Level("applicable", leaf(given)),), source)


def best_of(by: str, *order: Any, of: Endpoint, source: str) -> Analysis:
    """The best class of the assessments that an endpoint's question reads: the first in this order; a word that it does not name stands before its last."""
    return Analysis(of.name, "best", by, source=source, order=tuple(c if isinstance(c, str) else c.name for c in order))
