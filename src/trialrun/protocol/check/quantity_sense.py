"""Whether endpoints that are numbers can be meant: what is read, from what it changes, and what they do not have that times and shares do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..words.endpoints import Endpoint
from ..words.expressions import Arithmetic, Number, Ref, nodes
from ..words.margins import SCALES, SIDES
from ..words.quantities import AVERAGES, BASELINES, BELOWS, CHANGES, INSTEAD, MODELS, PICKS, SCATTERS

NUMBERS = ("value", "count", "ordered", "repeated")
ONLY_OF_DAYS = ("competing", "censors", "fails_without", "settled", "landmarks", "interval", "happened", "known_in_part")
HOLD_VALUES = ("entry", "class", "visit")


def misread(protocol: Any, *_: Any) -> Iterator[str]:
    """Each endpoint that is a number and cannot be read, averaged or compared as it says, and each analysis that cannot be made of one, with the cure."""
    types = {m.name: m.type for f in protocol.forms for m in f.items}
    visits = {v.name: v for v in protocol.visits}
    numbers = {e.name for e in protocol.endpoints if e.kind in NUMBERS}
    for e in protocol.endpoints:
        who = f"the endpoint ‘{e.name}’"
        yield from _at_visits(who, e, visits)
        yield from _margins(who, e, len(protocol.arms))
        if e.kind not in NUMBERS:
            if e.value is not None:
                yield f"{who} is a {e.kind} and reads a value: write kind='value', or leave value= out"
            if e.per is not None or e.scatter:
                yield f"{who} is a {e.kind} and has per= or scatter=, which speak of a rate: write kind='count', or leave them out"
            continue
        for part in ONLY_OF_DAYS:
            if getattr(e, part) and not (part == "censors" and e.kind == "count"):
                yield f"{who} is a number and has {part}=, which speaks of days: leave it out; values past a day are kept out with cut=.."
        yield from {"value": _read, "count": _counted, "ordered": _ordered, "repeated": _repeated}[e.kind](who, e, types)
        if e.kind != "count" and (e.per is not None or e.scatter):
            yield f"{who} has per= or scatter=, which speak of a rate: write kind='count', or leave them out"
    for a in protocol.analyses:
        if a.endpoint in numbers and (a.kind != "subgroup" or a.poor):
            yield f"the {a.kind} analysis by {a.by} is of ‘{a.endpoint}’, which is a number and has no day: name a time or a share with of=.."
    for d in protocol.designs:
        if d.endpoint in numbers:
            yield f"the design ‘{d.name}’ tests a rate, and ‘{d.endpoint}’ is a number: name an endpoint of kind 'proportion' with of=.."
    for f in protocol.published:
        if f.counterpart == "historical control" and f.about in numbers:
            yield f"the published figure ‘{f.name}’ is of a historical control and speaks of ‘{f.about}’, a number: name a share or a time with about=.."
        e = next((e for e in protocol.endpoints if e.name == f.counterpart and e.kind in NUMBERS), None)
        if e is not None and e.value is not None and e.kind in ("value", "repeated") and f.statistic != e.value.average:
            yield f"the published figure ‘{f.name}’ reads {f.statistic!r}, and ‘{e.name}’ tells the {e.value.average}: write read={e.value.average!r}"


def _margins(who: str, e: Endpoint, arms: int) -> Iterator[str]:
    if e.margins and arms < 2:
        yield f"{who} has a margin, and the study has no arms to set apart: leave margins= out"
    if e.margins and e.kind == "competing":
        yield f"{who} has a margin, and competing causes have no effect with an interval: name an endpoint of another kind"
        return
    for m in e.margins:
        if m.side not in SIDES or m.scale not in SCALES or not 0.5 <= m.confidence < 1:
            yield f"{who} has a margin that is none ({m.side}, {m.scale}, {m.confidence:g}): write not_below(..) or not_above(..)"
            continue
        allowed = {"proportion": ("", "difference", "ratio"), "time": ("", "difference")}.get(e.kind, ("",))
        if m.scale not in allowed:
            yield f"{who} has a margin on its {m.scale}, which is not compared: leave on= out" + (
                f", or use {allowed[1]!r}" if len(allowed) > 1 else ""
            )
        elif m.scale == "difference" and e.kind == "time" and not e.landmarks:
            yield f"{who} has a margin on the difference of two curves and no landmark to read it at: write landmarks=.."
        elif _is_ratio(e, m.scale) and m.limit <= 0:
            yield f"{who} has a margin of {m.limit:g} on a ratio: write one above 0, such as not_above(1.3)"
        elif e.kind in ("proportion", "time") and not _is_ratio(e, m.scale) and not -1 < m.limit < 1:
            yield f"{who} has a margin of {m.limit:g} on a difference of shares: write it as a share, such as not_below(-0.1) for 10 points"


def _is_ratio(e: Endpoint, on: str) -> bool:
    if e.kind in ("proportion", "time"):
        return on == "ratio" or (e.kind == "time" and not on)
    return e.kind in ("count", "ordered") or (e.value is not None and e.value.average == "geometric mean")


def _at_visits(who: str, e: Endpoint, visits: dict[str, Any]) -> Iterator[str]:
    for s in (*e.starts, *e.events, *e.cut):
        if s.occasion and s.kind != "visit":
            yield f"{who} asks for occasion {s.occasion} of what is no visit: write at_visit(.., {s.occasion})"
        for v in (visits[name] for name in s.of if s.kind == "visit" and name in visits):
            again = v.each or v.opens or v.every is not None
            if s.occasion < 0 or (s.occasion > 1 and not again):
                yield f"{who} asks for occasion {s.occasion} of the visit ‘{v.name}’, which {'has none' if s.occasion < 0 else 'comes once'}: leave it out"


def _counted(who: str, e: Endpoint, _: dict[str, str]) -> Iterator[str]:
    if e.value is not None:
        yield f"{who} counts events and reads a value: leave value= out"
    for part, why in (
        ("starts", "when it begins to count"),
        ("events", "what it counts"),
        ("censors", "until when a participant was observed"),
    ):
        if not getattr(e, part):
            yield f"{who} does not say {why}: write {part}=.."
    if e.per is not None and not 0 < e.per.n <= 100_000:
        yield f"{who} tells a rate per {e.per}: write a span above 0, such as per=100 * years"
    if e.scatter not in SCATTERS:
        yield f"{who} has scatter={e.scatter!r}, which is unknown: leave it out (Poisson), or write {SCATTERS[1]!r}"


def _ordered(who: str, e: Endpoint, _: dict[str, str]) -> Iterator[str]:
    v = e.value
    if v is None or not v.order:
        yield f"{who} has categories and does not say which: write value=category_of(..)"
        return
    if not isinstance(v.item, Ref) or v.item.kind not in ("measure", "screening"):
        yield f"{who} reads the category of a calculation or a condition: name an item"
    if v.pick not in PICKS[:-1]:
        yield f"{who} has pick={v.pick!r}, which is unknown: use one of {', '.join(PICKS[:-1])}"
    levels = [str(x).casefold() for x in (*((v.without,) if v.without else ()), *v.order)]
    if len(set(levels)) < max(2, len(levels)):
        yield f"{who} needs two categories at least, each named once: {', '.join(map(str, v.order))}"
    if v.baseline or v.change or v.adjusted or v.adjusted_for_baseline or v.pooled or v.baseline_in:
        yield f"{who} is of categories, which have no baseline, change or adjustment: write value=category_of(..)"
    yield from _where(who, e)


def _repeated(who: str, e: Endpoint, types: dict[str, str]) -> Iterator[str]:
    yield from _read(who, e, types)
    if len(set(e.events)) < 2 or len(set(e.events)) < len(e.events):
        yield f"{who} is measured again and names fewer than two times, or one twice: write events=(at_visit(..), at_visit(..)), each once"
    if e.value is not None and e.value.model and (e.value.average == "median" or e.value.pooled):
        yield f"{who} has a mixed model, which is of means with a variance for each visit: write average='mean' or 'geometric mean', and leave pooled= out"
    if e.value is not None and e.value.below == "censored":
        yield f"{who} takes values as censored, which have no average over visits: write below='half', or kind='value' for one visit"


def _read(who: str, e: Endpoint, types: dict[str, str]) -> Iterator[str]:
    v = e.value
    if v is None:
        yield f"{who} is a number and does not say which: write value=value_of(..)"
        return
    for name, word, known in (
        ("pick", v.pick, PICKS),
        ("baseline", v.baseline, BASELINES),
        ("change", v.change, CHANGES),
        ("average", v.average, AVERAGES),
        ("model", v.model, MODELS),
    ):
        if word not in known:
            yield f"{who} has {name}={word!r}, which is unknown: use one of {', '.join(w for w in known if w)}"
    for x in nodes(v.item):
        if not isinstance(x, Ref | Number | Arithmetic) or (isinstance(x, Ref) and x.kind not in ("measure", "screening")):
            yield f"{who} reads a condition, a flag or a clock, and no recorded number: name an item, or a calculation over items"
        elif isinstance(x, Ref) and types.get(x.name, "number") not in ("number", "integer"):
            yield f"{who} reads ‘{x.name}’, which is no number but of type {types[x.name]!r}: name an item with a number"
    yield from _below_and_missing(who, e)
    if v.order or v.without:
        yield f"{who} is a number and has categories: write kind='ordered'"
    if v.model and e.kind != "repeated":
        yield f"{who} has model={v.model!r}, which is of a number over visits: write kind='repeated', or leave model= out"
    yield from _where(who, e)
    if v.baseline and not e.starts:
        yield f"{who} has a baseline and no start up to which it is sought: write starts=.."
    if v.change and not v.baseline:
        yield f"{who} is a change from no baseline: write baseline='last', or leave change= out"
    if (v.adjusted_for_baseline or v.baseline_in) and not v.baseline:
        yield f"{who} speaks of a baseline and has none: write baseline='last'"
    if v.average == "median" and (v.adjusted or v.adjusted_for_baseline):
        yield f"{who} compares medians by ranks, which cannot be adjusted: write average='mean' or 'geometric mean', or leave adjusted= out"
    if v.pooled and (v.average == "median" or v.adjusted or v.adjusted_for_baseline):
        yield f"{who} has pooled=True, which speaks of two means that are not adjusted: leave it out"
    if v.average == "geometric mean" and v.change in ("difference", "percent"):
        yield f"{who} has the geometric mean of a {v.change}, which may lie below 0: write change='ratio', or average='mean'"


def _below_and_missing(who: str, e: Endpoint) -> Iterator[str]:
    v = e.value
    if v is None:
        return
    if (v.detected_from is None) != (not v.below):
        yield f"{who} names a limit of detection or what is done below it, and not both: write detected_from=0.5, below='half'"
    if v.below not in BELOWS:
        yield f"{who} has below={v.below!r}, which is unknown: use one of {', '.join(BELOWS[1:])}"
    if v.detected_from is not None and v.detected_from <= 0:
        yield f"{who} has a limit of detection of {v.detected_from:g}: write one above 0"
    if v.below == "censored" and (
        v.change or v.adjusted or v.adjusted_for_baseline or v.pooled or v.instead or v.average == "median" or v.pick == "mean"
    ):
        yield f"{who} takes values as censored, which is for the mean or geometric mean of a value alone: write below='half', or leave the rest out"
    for x in v.instead:
        if x.kind not in INSTEAD:
            yield f"{who} puts {x.kind!r} where a value is missing, which is unknown: write carried(..) or set_to(..)"
        if x.kind == "baseline" and not v.baseline:
            yield f"{who} carries a baseline forward and has none: write baseline='last'"
        for s in x.sources if x.kind == "carried" else ():
            if s.kind not in HOLD_VALUES:
                yield f"{who} carries a value from where none is recorded ({s.kind} {', '.join(s.of)}): use at_visit(..), recorded(..) or assessed(..)"
    if v.instead and v.pick not in ("first", "last"):
        yield f"{who} has instead=, which is for one value and not for the {v.pick} of several: write pick='first', or leave it out"


def _where(who: str, e: Endpoint) -> Iterator[str]:
    """Whether a value is read where one is recorded."""
    if not e.events:
        yield f"{who} is a number and does not say where it is read: write events=at_visit(..) or recorded(..)"
    for s in e.events:
        if s.kind not in HOLD_VALUES:
            yield f"{who} reads a value where none is recorded ({s.kind} {', '.join(s.of)}): use at_visit(..), recorded(..) or assessed(..)"
