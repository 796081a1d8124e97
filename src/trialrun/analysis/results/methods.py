"""The method appendix, written from the endpoint definitions themselves: what starts, what counts, what censors, how each is handled."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from ...protocol.endpoints import Endpoint, Population, Source
from ...protocol.words import say
from .estimates import CONFIDENCE

METHODS = {
    "proportion": f"Proportion; exact {100 * CONFIDENCE:g} % interval of Clopper and Pearson.",
    "time": f"Kaplan-Meier; Greenwood's variance, {100 * CONFIDENCE:g} % interval on the log scale; where survival is exactly one half over "
    "an interval the median is its middle (the conventions of R's survival).",
    "competing": f"Cumulative incidence by Aalen and Johansen, {100 * CONFIDENCE:g} % interval on the log scale.",
}
GENERAL = (
    "Written from the study's own definitions. Days are whole calendar days, a time is a difference in days, a month is 365.25 / 12 days. "
    "The cut-off takes what had happened by then and, where a time of knowledge is named, what had been recorded by then. "
    "Within a day: clocks, then entries in recorded order, death last. A date known in part is placed in the middle of what it can mean."
)
KINDS = {"moment": "the day marked", "event": "the event", "class": "an assessment", "entry": "an entry"}


def called(s: Source) -> str:
    """What a source is called: its words, else its names."""
    return s.words or " or ".join(s.of) or KINDS[s.kind]


def defined(s: Source) -> str:
    """A source in full: its kind and names, what is asked, while where, after what, and what voids it."""
    text = f"{KINDS[s.kind]} {' or '.join(f'“{n}”' for n in s.of)}".strip()
    if s.given is not None:
        text += f", given {say(s.given)}"
    if s.at:
        text += f"; while in {', '.join(s.at)}"
    for word, group in (("only after", s.after), ("only up to", s.before)):
        if group:
            text += f"; {word} {' or '.join(called(x) for x in group)}"
    if s.unless:
        text += f"; not where {' or '.join(called(x) for x in s.unless)} came after {' or '.join(called(x) for x in s.since)}"
    return text


def sources_named(protocol: Any) -> Iterator[Source]:
    """Every source with words, once, in the order in which the definitions name them."""
    lists = [s for p in protocol.populations for s in (p.has, p.lacks)]
    for e in protocol.endpoints:
        lists += [e.starts, e.events, e.competing, e.censors, e.cut, e.fails_without, e.settled]
    seen: set[Source] = set()
    for source in (s for group in lists for s in group):
        for s in (source, *source.after, *source.before, *source.unless, *source.since):
            if s not in seen:
                seen.add(s)
                yield s


def population_words(p: Population) -> str:
    """An analysis set in words."""
    of = f"Those of the set “{p.within}”" if p.within else "Participants"
    with_ = f" with {' or '.join(called(s) for s in p.has)}" if p.has else ""
    with_ += f" without {' or '.join(called(s) for s in p.lacks)}" if p.lacks else ""
    return of + with_ + (f", given {say(p.given)}" if p.given is not None else "")


def endpoint_parts(e: Endpoint) -> list[tuple[str, str]]:
    """An endpoint's definition as pairs of heading and words, the estimand's attributes of ICH E9(R1) among them."""

    def words(sources: tuple[Source, ...]) -> str:
        return "; or ".join(called(s) for s in sources)

    found = [("Variable", e.variable), ("Population", f"the set “{e.population}”"), ("Begins", words(e.starts)), ("Event", words(e.events))]
    found += [("Competing event" if e.kind == "competing" else "Not with", words(e.competing)), ("Censored at the last", words(e.censors))]
    found += [("Ends at the first", words(e.cut)), ("Event on day 1 without", words(e.fails_without)), ("Settled by", words(e.settled))]
    found += [(f"With {h.event}", f"{h.strategy}: {h.words}") for h in e.handling]
    found += [("Summary", e.summary), ("Method", METHODS[e.kind]), ("Read at", ", ".join(map(str, e.landmarks)))]
    found += [("Our reading", e.ours), ("Source", e.source)]
    return [(name, text) for name, text in found if text]


def method_appendix(protocol: Any) -> str:
    """The appendix as HTML."""

    def table(rows: list[tuple[str, str]]) -> str:
        return "<dl>" + "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in rows) + "</dl>"

    parts = [f"<p>{escape(GENERAL)}</p><h3>Analysis sets</h3>"]
    parts.append(table([(f"{p.label} ({p.source})", population_words(p)) for p in protocol.populations]))
    for e in protocol.endpoints:
        parts.append(f"<h3>{escape(e.label)}{' (primary)' if e.primary else ''}</h3>{table(endpoint_parts(e))}")
    parts.append("<h3>The days that endpoints are made of</h3>")
    parts.append(table([(called(s), defined(s)) for s in sources_named(protocol)]))
    return "".join(parts)
