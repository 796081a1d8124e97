"""The method appendix, written from the endpoint definitions themselves: what starts, what counts, what censors, how each is handled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...protocol.endpoints import Endpoint, Instead, Margin, Population, Source, ValueOf
from ...protocol.words.endpoints import KNOWN_IN_PART
from ...protocol.words.expressions import Expr
from ...protocol.words.spoken import quantity, say
from .count_estimates import YEAR
from .estimates import CONFIDENCE, scale_of
from .margins import effect_on
from .wording import lowered, span_said

METHODS = {
    "proportion": f"Proportion; exact {100 * CONFIDENCE:g} % interval of Clopper and Pearson.",
    "time": f"Kaplan-Meier; Greenwood's variance, {100 * CONFIDENCE:g} % interval on the {{scale}} scale; where survival is exactly one half over "
    "an interval the median is its middle (the conventions of R's survival).",
    "competing": f"Cumulative incidence by Aalen and Johansen, {100 * CONFIDENCE:g} % interval on the {{scale}} scale.",
}
GENERAL = (
    "Written from the study's own definitions. Days are whole calendar days, a time is a difference in days, a month is 365.25 / 12 days. "
    "The cut-off takes what had happened by then and, where a time of knowledge is named, what had been recorded by then. "
    "Within a day: clocks, then entries in recorded order, death last. A date known in part is taken as the last day that it could be, that "
    "of the begin of a treatment as the first; an endpoint that declares another reading says so."
)
KINDS = {"moment": "the day marked", "event": "the event", "class": "an assessment", "entry": "an entry", "visit": "what was recorded at"}
OF_NUMBERS = {
    "mean": "Mean with Student's interval; arms by the difference of means, {how}.",
    "geometric mean": "Geometric mean with the interval of the mean of logarithms; arms by the ratio of geometric means, logarithms compared {how}.",
    "median": "Median between two order statistics; arms by the shift of Hodges and Lehmann with its interval, Wilcoxon's rank sum test (exact below 50 in "
    "each arm without ties, else with correction for ties and continuity).",
}
MIXED = (
    "Arms by a mixed model for repeated measures: all visits at once by restricted maximum likelihood, one unstructured covariance for all arms, Satterthwaite's "
    "degrees of freedom; missing visits are taken as missing at random{held}. "
    "The {average} at each visit, and of each participant's own average, is told as observed."
)
COUNTS = {
    "": "Events over person-time (the first and the last day counted); exact Poisson interval (Garwood); arms by the ratio of rates, exact by the conditional "
    "binomial. The entries of one record count once.",
    "negative binomial": "Events over person-time (the first and the last day counted), negative binomial by maximum likelihood; arms by the ratio of rates with "
    "Wald's interval and test. The entries of one record count once.",
}
ORDERED = "Participants in each category; arms by the common odds ratio of the proportional odds model with Wald's interval, Wilcoxon's test with ties."
CHANGED = {
    "": "the value itself",
    "difference": "the difference from the baseline",
    "ratio": "the ratio to the baseline",
    "percent": "the change from the baseline in percent",
}


def called(s: Source) -> str:
    """What a source is called: its words, else its names."""
    return s.words or " or ".join(s.of) or KINDS[s.kind]


def labels_of(protocol: Any) -> dict[str, str]:
    """What items and forms are called by people, by their names."""
    return {m.name: m.label for f in protocol.forms for m in f.items if m.label}


def told(given: Expr, labels: Mapping[str, str]) -> str:
    """A condition in words, its items by their labels."""
    return re.sub("‘([^‘’]+)’", lambda m: f"‘{labels.get(m[1], m[1])}’", say(given))


def defined(s: Source, labels: Mapping[str, str] | None = None) -> str:
    """A source in full: its kind and names, what is asked, while where, after what, and what voids it; `labels` of items, where they are shown."""
    text = f"{KINDS[s.kind]} {' or '.join(f'“{n}”' for n in s.of)}".strip()
    if s.occasion:
        text += f", occasion {s.occasion}"
    if s.given is not None:
        text += f", given {told(s.given, labels or {})}"
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


def population_words(p: Population, labels: Mapping[str, str] | None = None) -> str:
    """An analysis set in words; `labels` of items, where they are shown."""
    of = f"Those of the set “{p.within}”" if p.within else "Participants"
    with_ = f" with {' or '.join(called(s) for s in p.has)}" if p.has else ""
    with_ += f" without {' or '.join(called(s) for s in p.lacks)}" if p.lacks else ""
    return of + with_ + (f", given {told(p.given, labels or {})}" if p.given is not None else "")


def endpoint_parts(e: Endpoint, sets: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """An endpoint's definition as pairs of heading and words, the estimand's attributes of ICH E9(R1) among them; `sets`: labels of analysis sets."""

    def words(sources: tuple[Source, ...]) -> str:
        return "; or ".join(called(s) for s in sources)

    found = [
        ("Variable", e.variable),
        ("Population", f"the set “{(sets or {}).get(e.population, e.population)}”"),
        ("Begins", words(e.starts)),
        (("Counted" if e.kind == "count" else "Event") if e.value is None else "Read at", words(e.events)),
        *value_parts(e),
    ]
    found += [("Competing event" if e.kind == "competing" else "Not with", words(e.competing))]
    found += [("Observed to the last" if e.kind == "count" else "Censored at the last", words(e.censors))]
    found += [
        ("Ends at the first" if e.value is None else "Only before the first", words(e.cut)),
        ("Event on day 1 without", words(e.fails_without)),
        ("Settled by", words(e.settled)),
    ]
    found += [(f"With {h.event}", f"{h.strategy}: {h.words}") for h in e.handling]
    found += [("Missing data", e.missing), ("Summary", e.summary), ("Method", method_of(e))]
    found += [("Margin", "; ".join(margin_said(m, e) for m in e.margins))]
    found += [("Read at", ", ".join(map(str, e.landmarks))), ("A sensitivity analysis of", e.sensitivity_of)]
    found += [("A date known in part", f"of the days that it could be, {KNOWN_IN_PART[e.known_in_part]}" if e.known_in_part else "")]
    found += [("Our reading", e.ours), ("Source", e.source)]
    return [(name, text) for name, text in found if text]


def margin_said(m: Margin, e: Endpoint) -> str:
    """A margin in words: `difference not below -10 points, 95 % interval`."""
    shares = effect_on(e, m).startswith("difference") and e.kind in ("proportion", "time")
    limit = f"{100 * m.limit:g} points" if shares else f"{m.limit:g}"
    return f"{effect_on(e, m)} not {m.side} {limit}, {100 * m.confidence:g} % interval"


def value_parts(e: Endpoint) -> list[tuple[str, str]]:
    """What an endpoint that is a number reads of a participant, as pairs of heading and words."""
    v = e.value
    if e.kind == "count":
        return [("Rate", f"per {span_said(e.per or YEAR)}")]
    if v is None:
        return []
    if v.order:
        below = f"{v.without} where there is none; " if v.without else ""
        return [("Category", f"the {v.pick} of {quantity(v.item)}"), ("Order", below + ", ".join(map(str, v.order)))]
    of = f"the {v.baseline} value up to the day of the start" + (f", in entries of {' or '.join(v.baseline_in)}" if v.baseline_in else "")
    return [("Value", f"the {v.pick} of {quantity(v.item)}"), ("Baseline", of if v.baseline else ""), ("Analysed", CHANGED[v.change]),
            ("Below detection", below_said(v)), ("Where a value is missing", "; else ".join(instead_said(x) for x in v.instead))]  # fmt: skip


def below_said(v: ValueOf) -> str:
    """What becomes of values below the limit of detection; empty where none is declared."""
    how = {
        "half": "taken as half of it",
        "limit": "taken as the limit",
        "censored": "known only to lie below it (a normal distribution censored there)",
    }
    return "" if v.detected_from is None else f"values below {v.detected_from:g} are {how[v.below]}"


def instead_said(x: Instead) -> str:
    """What stands where a value is missing, in words."""
    if x.kind == "baseline":
        return "the baseline"
    names = " or ".join(called(s) for s in x.sources)
    if x.kind == "carried":
        return f"the last at {names}"
    return f"{x.value:g}" + (f", of who had {names} by then" if x.sources else "")


def method_of(e: Endpoint) -> str:
    """How an endpoint is estimated, and how arms are compared where it says so itself."""
    v = e.value
    if e.kind in ("count", "ordered"):
        return COUNTS[e.scatter] if e.kind == "count" else ORDERED
    if v is None:
        return METHODS[e.kind].format(scale=scale_of(e))
    held = [*(["the baseline"] if v.adjusted_for_baseline else []), *v.adjusted]
    how = (
        f"by covariance with {', '.join(held)} (least squares; who lacks one is left out)"
        if held
        else "by one variance (Student)"
        if v.pooled
        else "by Welch"
    )
    if v.below == "censored":
        return f"{v.average[:1].upper()}{v.average[1:]} of a normal distribution censored at the limit of detection, by maximum likelihood, Wald's limits and test."
    if v.model:
        return MIXED.format(
            average=v.average, held=f"; held equal: {', '.join(held)}, each with its own slope at each visit" if held else ""
        )
    over = (
        " At each visit, and of each participant's own average over the visits that are there; no model of visits or of missing ones."
        if e.kind == "repeated"
        else ""
    )
    return OF_NUMBERS[v.average].format(how=how) + over


def multiplicity(tested: Sequence[str]) -> str:
    """What is tested, and that all else is not; `tested` are the labels of the endpoints that a design speaks of."""
    rest = "Intervals and p-values are not corrected for their number: they describe, and what they suggest is exploratory."
    if not tested:
        return f"The study declares no hypothesis that is to be tested. {rest}"
    return f"The study declares one hypothesis that is to be tested, that of {' and '.join(lowered(t) for t in tested)}. All other {lowered(rest)}"


def other_analyses(protocol: Any) -> list[tuple[str, str]]:
    """How the analyses beside the endpoints are made, those that the study has."""
    kinds = {a.kind for a in protocol.analyses}
    tested = [e.label for e in protocol.endpoints if e.primary and any(d.endpoint == e.name for d in protocol.designs)]
    found = [("Multiplicity", multiplicity(tested))]
    found += [("Treatment", "as allocated to the arms" if len(protocol.arms) > 1 else "the study's own, whatever of it was given")]
    if "subgroup" in kinds:
        found.append(
            ("Subgroups", "the endpoint in each group by itself, exact or Kaplan-Meier as above; no test of interaction; exploratory")
        )
        found.append(
            (
                "Prognostic factors",
                "one at a time: odds ratio with Woolf's interval, hazard ratio by Cox's model (Efron's ties), against the first level; exploratory",
            )
        )
    if "switch" in kinds:
        found.append(("A change during follow-up", "Cox's model with the change as a covariate that changes (Simon and Makuch 1984), and from landmarks on (Anderson, "
                      "Cain and Gelber 1983); a follow-up of length 0 counts half a day"))  # fmt: skip
    if any(f.counterpart == "historical control" for f in protocol.published):
        found.append(("Historical control", "direct standardisation over the published strata, delta intervals; exact one-sided chance of a response with the control's "
                      "rates as known; at a landmark the ratio of cumulative hazards, study over control; of medians control over study"))  # fmt: skip
    if len(protocol.arms) > 1:
        found.append(
            (
                "Arms",
                "log-rank test and Cox's hazard ratio; difference of proportions (Miettinen and Nurminen) and Fisher's test; Gray's test; not stratified",
            )
        )
    found.append(
        (
            "Adverse events",
            "treatment-emergent: to 30 days after the last day with drug (assumed); rates with exact Poisson intervals",
        )
    )
    return found


def method_parts(protocol: Any) -> Iterator[tuple[str, str | list[tuple[str, str]]]]:
    """The appendix part by part: a heading (none for the first), and a paragraph or pairs of a term and what is said of it."""
    yield "", GENERAL
    yield "Analysis sets", [(f"{p.label} ({p.source})", population_words(p, labels_of(protocol))) for p in protocol.populations]
    sets = {p.name: p.label for p in protocol.populations}
    for e in protocol.endpoints:
        yield f"{e.label}{' (primary)' if e.primary else ''}", endpoint_parts(e, sets)
    yield "Other analyses", other_analyses(protocol)
    yield "The days that endpoints are made of", [(called(s), defined(s, labels_of(protocol))) for s in sources_named(protocol)]
