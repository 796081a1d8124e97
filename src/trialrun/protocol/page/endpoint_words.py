"""Endpoints, analysis sets, designs and published figures as lines of the page."""

from __future__ import annotations

from ...paper.blocks import Block, line
from ..language import Protocol
from ..words.analyses import Analysis, Cause
from ..words.columns import Column
from ..words.endpoints import KNOWN_IN_PART, Endpoint, Figure, Population, Terminology, TwoStage
from ..words.margins import Margin
from ..words.quantities import Instead
from ..words.sources import Source
from ..words.spoken import Naming, condition, figure, listed, quantity, quoted, span, visible
from ..words.units import unit_said
from .sentences import head

_KINDS = {
    "proportion": "the share of participants with the event",
    "time": "the time in days to the first event",
    "competing": "the time in days to the first event, beside other causes",
    "value": "a number",
    "repeated": "a number, measured again and again",
    "count": "how many events come, for the time under observation",
    "ordered": "an ordered category",
}
_BELOW = {
    "half": "half of it is taken",
    "limit": "the limit is taken",
    "censored": "nothing more is known, and the distribution is censored there",
}
_PICKED = {"first": "the first", "last": "the last", "highest": "the highest", "lowest": "the lowest", "mean": "the mean"}
_CHANGED = {"difference": "the difference from", "ratio": "the ratio to", "percent": "the change in percent from"}
_COLUMNS = {
    "best": "the best response",
    "last seen": "the last day on which anything was recorded but a loss",
    "end": "why the study ended",
}
_ONE = {"moment": "the day kept as", "event": "the event", "entry": "the entry", "visit": "what was recorded at the visit"}
_ANY = {
    "moment": "any day kept",
    "event": "any event",
    "class": "any evaluated assessment",
    "entry": "any entry",
    "visit": "what was recorded at any planned visit",
}


def source_words(s: Source, naming: Naming) -> str:
    """Where a day comes from, in words."""
    said = f"{_ONE.get(s.kind, s.kind)} {listed(map(quoted, s.of))}" if s.of else _ANY.get(s.kind, s.kind)
    if s.occasion:
        said += f", occasion {s.occasion}"
    if s.given is not None:
        said += f", given that {condition(s.given, naming)}"
    if s.at:
        said += f", while in {listed(map(quoted, s.at))}"
    for link, others in (("later than the first of", s.after), ("not later than the first of", s.before), ("unless there was", s.unless)):
        if others:
            said += f", {link} ({'; '.join(source_words(o, naming) for o in others)})"
    if s.since:
        said += f" since the latest of ({'; '.join(source_words(o, naming) for o in s.since)})"
    return f"{visible(s.words)} ({said})" if s.words else said


def endpoint_blocks(protocol: Protocol, naming: Naming) -> list[Block]:
    """All that is analysed."""
    blocks: list[Block] = []
    for n, p in enumerate(protocol.populations, 1):
        blocks += _population(p, n, naming)
    for n, e in enumerate(protocol.endpoints, 1):
        blocks += _endpoint(e, n, naming)
    for n, d in enumerate(protocol.designs, 1):
        blocks += _design(d, n)
    for n, a in enumerate((a for a in protocol.analyses if a.kind != "marks"), 1):
        blocks += _analysis(a, n, naming)
    for n, k in enumerate(protocol.columns, 1):
        blocks.append(_column(k, n, naming))
    for n, c in enumerate(protocol.terminologies, 1):
        blocks.append(_terminology(c, n))
    for n, f in enumerate(protocol.published, 1):
        blocks.append(_figure(f, n))
    return [*blocks, *_multiplicity(protocol)]


def _multiplicity(protocol: Protocol) -> list[Block]:
    """How hypotheses are tested together."""
    m = protocol.multiplicity
    if m is None:
        return []
    sides = "one-sided" if m.sides == 1 else "two-sided"
    first = quoted(protocol.arms[0].name) if protocol.arms else ""
    blocks: list[Block] = [line("text", f"Hypotheses tested together ({visible(m.source)}): {m.procedure}, at {figure(m.alpha)} {sides}.")]
    for k, family in enumerate(m.families, 1):
        for h in family:
            what = f"{quoted(h.arm)} against {first}" if h.arm else "all arms"
            better = f"; better is {h.better}" if h.better else ""
            blocks.append(line("item", (f"Family {k}: " if len(m.families) > 1 else "") + f"{quoted(h.endpoint)}, {what}{better}"))
    return blocks


def _population(p: Population, n: int, naming: Naming) -> list[Block]:
    parts = [f"Within: {quoted(p.within)}"] if p.within else []
    parts += [f"Who has: {source_words(s, naming)}" for s in p.has]
    parts += [f"Who has no: {source_words(s, naming)}" for s in p.lacks]
    if p.given is not None:
        parts.append(f"Whose screening says: {condition(p.given, naming)}")
    return [head("Set", n, p.source, f"{p.name}: {p.label}"), *(line("part", part, depth=1) for part in parts)]


def _endpoint(e: Endpoint, n: int, naming: Naming) -> list[Block]:
    parts = [f"What: {_KINDS.get(e.kind, e.kind)}" + ("; the primary endpoint" if e.primary else ""), f"In: {quoted(e.population)}"]
    counts = e.kind == "count"
    read = "Counted" if counts else "Event" if e.value is None else "Read at"
    cut = "Only before the first of" if counts or e.value is not None else "Cut before the event at the first of"
    seen = "Observed until the last of" if counts else "Without an event, until the last of"
    listings = (
        ("From", e.starts), (read, e.events), ("Another cause", e.competing), (seen, e.censors), (cut, e.cut),
        ("An event on the first day without", e.fails_without), ("That being settled by", e.settled),
    )  # fmt: skip
    for label, sources in listings:
        if sources:
            parts.append(f"{label}: {'; or '.join(source_words(s, naming) for s in sources)}")
    parts += value_parts(e, naming)
    if e.landmarks:
        parts.append(f"Read at: {listed(map(str, e.landmarks), 'and')}")
    parts += [f"Margin: {margin_words(m)}" for m in e.margins]
    if e.interval:
        parts.append(f"Limits: on the {visible(e.interval)} scale")
    if e.known_in_part:
        parts.append(f"A date known in part: of the days that it could be, {KNOWN_IN_PART[e.known_in_part]}")
    if e.sensitivity_of:
        parts.append(f"A sensitivity analysis of: {quoted(e.sensitivity_of)}")
    parts += [f"{visible(h.event)}: {visible(h.words)} ({h.strategy})" for h in e.handling]
    if e.missing:
        parts.append(f"Missing data: {visible(e.missing)}")
    if e.ours:
        parts.append(f"Our reading: {visible(e.ours)}")
    return [head("Endpoint", n, e.source, f"{e.name}: {e.label}"), *(line("part", part, depth=1) for part in parts)]


def margin_words(m: Margin) -> str:
    """A margin of non-inferiority in words."""
    scale = f", on the scale of the {m.scale}" if m.scale else ""
    return (
        f"what sets an arm apart must not lie {m.side} {figure(m.limit)}{scale}, with its whole interval of {figure(100 * m.confidence)} %"
    )


def instead_words(x: Instead, naming: Naming) -> str:
    """What stands where a value is missing."""
    if x.kind == "baseline":
        return "the baseline"
    names = "; or ".join(source_words(s, naming) for s in x.sources)
    if x.kind == "carried":
        return f"the last that is found at ({names})"
    return figure(x.value) + (f", of who has by then ({names})" if names else "")


def value_parts(e: Endpoint, naming: Naming) -> list[str]:
    """What an endpoint that is a number reads of a participant, and what it tells of a group."""
    v = e.value
    if e.kind == "count":
        how = ", which scatter as the negative binomial distribution does" if e.scatter else ""
        return [f"Told: the rate per {span(e.per.n, e.per.unit) if e.per else '1 year'}; arms are compared by the ratio of rates{how}"]
    if v is None:
        return []
    if v.order:
        first = [f"{visible(v.without)} (none of them)"] if v.without else []
        told = f"Category: {_PICKED.get(v.pick, v.pick)} of {quantity(v.item)}, from low to high {', '.join([*first, *(visible(str(x)) for x in v.order)])}"
        return [told, "Told: how many in each; arms are compared by the common odds ratio"]
    parts = [f"Value: {_PICKED.get(v.pick, v.pick)} of {quantity(v.item)}"]
    if v.baseline:
        where = f", in entries of {listed(map(quoted, v.baseline_in))}" if v.baseline_in else ""
        parts.append(f"Baseline: {_PICKED.get(v.baseline, v.baseline)} up to the day of the start{where}")
    if v.change:
        parts.append(f"Analysed: {_CHANGED.get(v.change, v.change)} the baseline")
    if v.detected_from is not None:
        parts.append(f"Below {figure(v.detected_from)}: {_BELOW.get(v.below, v.below)}")
    parts += [f"Where it is missing{', still' if k else ''}: {instead_words(x, naming)}" for k, x in enumerate(v.instead)]
    held = [*(["the baseline"] if v.adjusted_for_baseline else []), *(f"{quoted(name)} at screening" for name in v.adjusted)]
    how = f", with {listed(held, 'and')} held equal" if held else ", with one variance for both" if v.pooled else ""
    model = " in a mixed model of all visits (covariance unstructured)" if v.model else ""
    return [*parts, f"Told: the {v.average}; arms are compared by it{model}{how}"]


def _design(d: TwoStage, n: int) -> list[Block]:
    said = (
        f"{d.name}: {figure(d.n)} participants; rate {figure(d.null)} under the null, {figure(d.alternative)} under the alternative; "
        f"one-sided alpha {figure(d.alpha)}" + (f"; endpoint {d.endpoint}" if d.endpoint else "")
    )
    return [head("Design", n, d.source, said, d.confirmed)]


def _analysis(a: Analysis, n: int, naming: Naming) -> list[Block]:
    if a.kind == "switch":
        parts = [f"The change: {'; or '.join(source_words(s, naming) for s in a.marks)}"]
        if a.landmarks:
            parts.append(f"From: {listed(map(str, a.landmarks), 'and')}")
        said = f"{a.endpoint}, before and after: {visible(a.by)}"
    elif a.kind in ("reasons", "actions"):
        parts = [_cause(c, naming) for c in a.causes]
        said = f"{visible(a.by)}, the event of {quoted(a.endpoint)}" if a.endpoint else f"{visible(a.by)}, by the day"
    elif a.kind == "best":
        parts = [f"The first of: {', '.join(map(visible, a.order))}"]
        said = f"{visible(a.by)}, of the assessments that {quoted(a.endpoint)} reads"
    elif a.kind == "asked":
        parts = [condition(x.given, naming) for x in a.levels]
        said = f"{quoted(a.by)} is asked only where this holds"
    else:
        parts = [f"{visible(x.label)}: {condition(x.given, naming)}" for x in a.levels]
        said = f"{a.endpoint} by {visible(a.by)}" + (", the groups of poor prognosis" if a.poor else "")
    return [head("Analysis", n, a.source, said, a.confirmed), *(line("part", part, depth=1) for part in parts)]


def _cause(c: Cause, naming: Naming) -> str:
    said = f"{visible(c.label)}: {'; or '.join(source_words(s, naming) for s in c.sources)}"
    return said + (f"; from the latest of ({'; '.join(source_words(s, naming) for s in c.since)}) on" if c.since else "")


def _column(k: Column, n: int, naming: Naming) -> Block:
    at = "; or ".join(source_words(s, naming) for s in k.sources)
    if k.kind == "level":
        said = f"{'; '.join(f'{visible(x.label)}: {condition(x.given, naming)}' for x in k.levels)}, at the first of ({at})"
    elif k.kind == "count":
        said = quoted(k.of) + (f", at the first of ({at})" if at else "")
    else:
        said = at or _COLUMNS[k.kind]
    return line("body", ("b", f"Column {n}"), f" — {visible(k.name)}: {said}.")


def _terminology(c: Terminology, n: int) -> Block:
    return head("Terminology", n, c.source, f"{quoted(c.of)} is told in {c.name}, version {c.version}", c.confirmed)


def _figure(f: Figure, n: int) -> Block:
    said = f"{f.name}: {figure(f.value)}" + (f" {unit_said(f.unit)}" if f.unit else "")
    if f.about:
        said = f"{said}, {f.statistic} of {quoted(f.about)}" + (f" in {visible(f.stratum)}" if f.stratum else "")
    if f.low is not None and f.high is not None:
        said += f" ({figure(f.low)} to {figure(f.high)})"
    return head("Published", n, f.source, said + (f", of {f.n}" if f.n else ""), f.confirmed)
