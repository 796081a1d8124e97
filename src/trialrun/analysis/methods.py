"""The method appendix, written from the endpoint definitions themselves: what starts, what counts, what censors, how each is handled."""

from __future__ import annotations

from html import escape
from typing import Any

from ..protocol.endpoints import Endpoint, Population, Source
from ..protocol.words import say
from .estimates import CONFIDENCE

METHODS = {
    "proportion": f"Proportion; exact {100 * CONFIDENCE:g} % interval of Clopper and Pearson.",
    "time": f"Kaplan-Meier; Greenwood's variance, {100 * CONFIDENCE:g} % interval on the log scale; where survival is exactly one half over "
    "an interval the median is its middle (the conventions of R's survival).",
    "competing": f"Cumulative incidence by Aalen and Johansen, {100 * CONFIDENCE:g} % interval on the log scale.",
}  # fmt: skip


def source_words(s: Source) -> str:
    """A source in words: what it is called, what is asked, when it counts."""
    kinds = {"moment": "the day marked", "event": "the event", "class": "an assessment", "entry": "an entry"}
    named = " or ".join(f"“{n}”" for n in s.of)
    text = f"{kinds[s.kind]} {named}".strip()
    if s.words:
        text = f"{s.words} ({text})"
    if s.given is not None:
        text += f", given {say(s.given)}"
    if s.after:
        text += f"; after {' or '.join(x.words or source_words(x) for x in s.after)}"
    if s.unless:
        text += f"; not where {' or '.join(x.words or source_words(x) for x in s.unless)} came between"
    return text


def population_words(p: Population) -> str:
    """An analysis set in words."""
    has = " or ".join(source_words(s) for s in p.has)
    within = f"those of “{p.within}” with " if p.within else "those with "
    return within + has if p.has else f"given {say(p.given)}"


def _parts(e: Endpoint) -> list[tuple[str, str]]:
    def words(sources: tuple[Source, ...]) -> str:
        return "; or ".join(source_words(s) for s in sources)

    found = [("Variable", e.variable), ("Analysis set", e.population), ("Begins", words(e.starts)), ("Event", words(e.events))]
    found += [("Competing event" if e.kind == "competing" else "Not where", words(e.competing)), ("Censored at the last", words(e.censors))]
    found += [("Ended at the first", words(e.cut)), ("Event at the start for those without", words(e.fails_without))]
    found += [("Question settled by", words(e.settled)), ("Summary", e.summary), ("Method", METHODS[e.kind])]
    found += [("Read at", ", ".join(map(str, e.landmarks))), ("Our reading", e.ours), ("Source", e.source)]
    return [(name, text) for name, text in found if text]


def method_appendix(protocol: Any) -> str:
    """The appendix as HTML."""
    parts = [
        "<p>Generated from the study's own definitions. Days are whole calendar days; a time is a difference in days; a month is 365.25 / 12 days. "
        "The cut-off takes what had happened by then and, where a time of knowledge is named, what had been recorded by then. "
        "Within a day: clocks, then entries in recorded order, death last.</p><h3>Analysis sets</h3><dl>"
    ]
    parts += [
        f"<dt>{escape(p.label)} ({escape(p.name)}; {escape(p.source)})</dt><dd>{escape(population_words(p))}</dd>"
        for p in protocol.populations
    ]
    parts.append("</dl>")
    for e in protocol.endpoints:
        rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in _parts(e))
        handled = "".join(
            f"<dt>Intercurrent event: {escape(h.event)}</dt><dd>{escape(h.strategy)}: {escape(h.words)}</dd>" for h in e.handling
        )
        star = " (primary)" if e.primary else ""
        parts.append(f"<h3>{escape(e.label)}{star}</h3><dl>{rows}{handled}</dl>")
    return "".join(parts)
