"""Endpoints, analysis sets, published figures and designs, declared as data: what starts, what counts, what censors.

A *source* is a way to find a day in a participant's journey, and the entry it came from. An endpoint names sources; the analysis that
finds them is one and the same for every study. An intercurrent event and its handling stand beside each endpoint (ICH E9(R1)).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .expressions import Expr, leaf
from .margins import Margin
from .quantities import SCATTERS, ValueOf
from .sources import Source, as_tuple
from .times import Span

ENDPOINTS = ("proportion", "time", "competing", "value", "count", "ordered", "repeated")
INTERVALS = ("", "log", "log-log")
KNOWN_IN_PART = {
    "": "", "first": "the first that it could be", "last": "the last that it could be", "shortest": "the one that makes the time shortest",
    "longest": "the one that makes the time longest",
}  # fmt: skip
"""On which day an endpoint takes a date known in part, of the days that it could be; where nothing is said, the day of the walk."""
STRATEGIES = ("treatment policy", "hypothetical", "composite", "while on treatment", "principal stratum")


@dataclass(frozen=True)
class Population:
    """An analysis set: those of another set (or everyone in the journals) who have a day of one of these sources, or whose screening fits.

    `lacks`: without a day of any of these.
    """

    name: str
    label: str
    has: tuple[Source, ...]
    source: str
    within: str = ""
    given: Expr | None = None
    lacks: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Handling:
    """What an intercurrent event does to an endpoint: a strategy of ICH E9(R1), and what that means here in words."""

    event: str
    strategy: str
    words: str


@dataclass(frozen=True)
class Endpoint:
    """One endpoint of an analysis set.

    Kinds: `proportion` (has one of the events), `time` (first of `starts` to first of `events`), `competing` (the same, and the first of
    `competing` is another cause), `value` (the number `value` at `events`, not past the first of `cut`), `ordered` (the same of a category),
    `repeated` (the same of a number at each of `events` in turn, and on the average over them),
    `count` (how many of `events` come from `starts` to the last of `censors`, or the first of `cut`: a rate `per` a span, that scatters as `scatter` says).
    Where no event comes, the time ends with the last of `censors`;
    `cut` ends it at the first of these days before an event. `fails_without`: who has none of these, once one of `settled` has come, has
    the event on the day of the start; until then the question is open and the time is censored. Times are differences in days.
    `landmarks`: spans at which the estimate is read; `happened`: it is read as the share with the event, not free of it. `ours`: what of
    the definition is our reading; `missing`: what is done where data are missing, which is no intercurrent event. `sensitivity_of`: the
    endpoint whose definition this one varies. `margins`: what sets two arms apart must stay beyond these.
    `interval`: the scale of the limits of a curve, `log` where none is named. `known_in_part`: on
    which of the days that a date known in part could be its start and its end are taken, one of `KNOWN_IN_PART`; what came before what is as walked.
    """

    name: str
    label: str
    kind: str
    population: str
    source: str
    starts: tuple[Source, ...] = ()
    events: tuple[Source, ...] = ()
    competing: tuple[Source, ...] = ()
    censors: tuple[Source, ...] = ()
    cut: tuple[Source, ...] = ()
    fails_without: tuple[Source, ...] = ()
    settled: tuple[Source, ...] = ()
    handling: tuple[Handling, ...] = ()
    landmarks: tuple[Span, ...] = ()
    variable: str = ""
    summary: str = ""
    primary: bool = False
    ours: str = ""
    happened: bool = False
    missing: str = ""
    sensitivity_of: str = ""
    interval: str = ""
    value: ValueOf | None = None
    per: Span | None = None
    scatter: str = ""
    known_in_part: str = ""
    margins: tuple[Margin, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A published figure: value, interval, its source, whether it is confirmed, and what of ours stands beside it.

    `counterpart`: an endpoint's name, `exposure`, `adverse event` or `subject`; `statistic`: what is read there (`rate`, `median`,
    `at 12 months`, `median cycles`, `share`). `given`: only participants (or adverse events) whose values fit; `within`: only those of
    this analysis set too. `about`: of a `subject` the item at screening that has the median.
    Counterpart `historical control`: a figure of other patients; `about` is the endpoint that it speaks of, and a figure with `given` is that
    of one stratum, called by its `stratum`. Of groups of poor prognosis the statistic is `lowest` or `highest`.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    unit: str
    counterpart: str
    source: str
    confirmed: bool = True
    n: int | None = None
    statistic: str = ""
    given: Expr | None = None
    within: str = ""
    about: str = ""
    stratum: str = ""


@dataclass(frozen=True)
class TwoStage:
    """A design's figures: rate under the null and the alternative, one-sided alpha, size, and the endpoint it speaks of."""

    name: str
    null: float
    alternative: float
    alpha: float
    n: int
    source: str
    confirmed: bool = True
    endpoint: str = ""


@dataclass(frozen=True)
class Terminology:
    """The dictionary or grading that an item's values are told in, with its version: CTCAE for grades, MedDRA for terms."""

    name: str
    version: str
    of: str
    source: str
    confirmed: bool = True


def population(
    name: str, *, label: str, source: str, has: Any = (), within: Population | None = None, given: Any = None, lacks: Any = ()
) -> Population:
    """An analysis set."""
    return Population(
        name, label, as_tuple(has), source, within.name if within else "", None if given is None else leaf(given), as_tuple(lacks)
    )


def handled(event: str, strategy: str, words: str) -> Handling:
    """An intercurrent event and its handling. Raises ValueError for a strategy that ICH E9(R1) does not name."""
    if strategy not in STRATEGIES:
        raise ValueError(f"handled({event!r}): strategy {strategy!r} is unknown; use one of {', '.join(STRATEGIES)}")
    return Handling(event, strategy, words)


def endpoint(name: str, *, label: str, kind: str, population: Population, source: str, **parts: Any) -> Endpoint:
    """An endpoint as data; `sensitivity_of=` takes the endpoint that it varies, `known_in_part=` the day of a date that is known
    in part: its "first" or "last" possible one, or the one that makes a time "shortest" or "longest"; without it the day that it is walked on.

    Raises ValueError for a kind, a scale or a day that is not known.
    """
    if kind not in ENDPOINTS:
        raise ValueError(f"endpoint({name!r}): kind {kind!r} is unknown; use one of {', '.join(ENDPOINTS)}")
    if parts.get("interval", "") not in INTERVALS:
        raise ValueError(f"endpoint({name!r}): the scale {parts['interval']!r} is unknown; use one of {', '.join(INTERVALS[1:])}")
    if parts.get("scatter", "") not in SCATTERS:
        raise ValueError(f"endpoint({name!r}): scatter {parts['scatter']!r} is unknown; leave it out (Poisson), or write {SCATTERS[1]!r}")
    if parts.get("known_in_part", "") not in KNOWN_IN_PART:
        words = ", ".join(repr(word) for word in KNOWN_IN_PART if word)
        raise ValueError(f"endpoint({name!r}): known_in_part={parts['known_in_part']!r} is no day: write one of {words}")
    if isinstance(parts.get("sensitivity_of"), Endpoint):
        parts["sensitivity_of"] = parts["sensitivity_of"].name
    listed: dict[str, Any] = {k: as_tuple(v) if k in _LISTS else v for k, v in parts.items()}
    return Endpoint(name, label, kind, population.name, source, **listed)


_LISTS = ("starts", "events", "competing", "censors", "cut", "fails_without", "settled", "handling", "landmarks", "margins")


def figure(
    name: str,
    value: float,
    low: float | None = None,
    high: float | None = None,
    *,
    unit: str = "",
    of: Any,
    read: str,
    source: str,
    confirmed: bool = True,
    n: int | None = None,
    given: Any = None,
    within: Population | None = None,
    about: Any = None,
    stratum: str = "",
) -> Figure:
    """A published figure; `of` is the endpoint it stands beside (or `exposure`, `adverse event`, `subject`), `read` what is read there.

    Of `subject`, `about=` is the item at screening whose median it is. Of `historical control`, it is the endpoint that the figure speaks of, and
    `stratum=` what the stratum of its `given=` is called.
    """
    counterpart = of if isinstance(of, str) else of.name
    return Figure(
        name,
        value,
        low,
        high,
        unit,
        counterpart,
        source,
        confirmed,
        n,
        read,
        None if given is None else leaf(given),
        within.name if within else "",
        "" if about is None else about.name,
        stratum,
    )


def design(
    name: str, *, null: float, alternative: float, alpha: float, n: int, source: str, confirmed: bool = True, of: Any = None
) -> TwoStage:
    """A design's figures."""
    return TwoStage(name, null, alternative, alpha, n, source, confirmed, of.name if of is not None else "")


def terminology(name: str, *, version: str, of: Any, source: str, confirmed: bool = True) -> Terminology:
    """The dictionary or grading of an item, with its version."""
    return Terminology(name, version, of if isinstance(of, str) else of.name, source, confirmed)
