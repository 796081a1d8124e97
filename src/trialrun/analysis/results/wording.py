"""Words and numbers of a read-out: how a rate, a median, an interval and a p-value are printed, and the read-out as plain text."""

from __future__ import annotations

import math
from dataclasses import replace
from html import escape
from typing import Any

from ...protocol.words.times import iso

NO_NUMBER, NEVER = "not estimable", "not reached"


def fixed(x: float, digits: int) -> str:
    """A number with fixed digits; what rounds to nothing has no sign."""
    text = f"{x:.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text


def number(x: float, digits: int = 1) -> str:
    """A number with fixed digits; `not estimable` where there is none."""
    return NO_NUMBER if x is None or not math.isfinite(x) else fixed(x, digits)


def interval(lower: float, upper: float, digits: int = 1) -> str:
    """An interval as `4.2 to 7.5`; an end that is never reached is `not reached`, and without both ends there is none."""
    ends = ["not reached" if x is None or not math.isfinite(x) else fixed(x, digits) for x in (lower, upper)]
    return NO_NUMBER if ends == ["not reached"] * 2 else f"{ends[0]} to {ends[1]}"


def with_interval(e: Any, digits: int = 1, scale: float = 1.0, lacking: str = NO_NUMBER) -> str:
    """`6.9 (5.6 to 8.3)`: the one way in which an estimate (value, lower, upper) is rounded and shown, in tables, figures and sentences.

    What is no number is told by `lacking`: `not reached` for a time, `not estimable` for a ratio or a share.
    """
    value, low, high = (fixed(x * scale, digits) if math.isfinite(x) else lacking for x in (e.value, e.lower, e.upper))
    if not math.isfinite(e.lower) and not math.isfinite(e.upper):
        return value
    return f"{value} ({low} to {high})"


def lowered(label: str) -> str:
    """A label within a sentence: its first letter small, unless it begins with an abbreviation."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def counted(n: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 event`, `1,694 events`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def percent(x: float) -> str:
    """A share as a percentage."""
    return NO_NUMBER if not math.isfinite(x) else f"{100 * x:.1f} %"


def p_value(p: float) -> str:
    """A p-value: three digits, or below 0.001."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def rate_words(e: Any) -> str:
    """`81 of 189 (42.9 %; 35.7 to 50.2 %)`."""
    if e.n == 0:
        return "0 of 0"
    return f"{e.reached:,} of {e.n:,} ({percent(e.value)}; 95 % interval {interval(100 * e.lower, 100 * e.upper)} %)"


def median_words(e: Any) -> str:
    """`6.1 months (4.2 to 7.5), 142 events in 189`."""
    if e.n == 0:
        return "nobody in the set"
    m = e.median
    middle = "not reached" if not math.isfinite(m.value) else f"{m.value:.1f} months"
    ends = f" (95 % interval {interval(m.lower, m.upper)})" if math.isfinite(m.lower) or math.isfinite(m.upper) else ""
    return f"median {middle}{ends}, {counted(e.events, 'event')} in {e.n:,}"


def reading_words(r: Any) -> str:
    """`32.0 % (25.6 to 40.1)` of a survival at a landmark."""
    if not math.isfinite(r.value):
        return "beyond the follow-up"
    ends = interval(100 * r.lower, 100 * r.upper) if math.isfinite(r.lower) and r.lower < r.upper else "no interval"
    return f"{100 * r.value:.1f} % ({ends})"


def landmark_words(e: Any, r: Any) -> str:
    """A landmark as the endpoint reads it: free of the event, or with it."""
    few = f" ({r.at_risk:,} at risk)" if e.n and r.at_risk < 0.1 * e.n else ""
    if e.endpoint.happened:
        return f"by {r.place} {reading_words(replace(r, value=1 - r.value, lower=1 - r.upper, upper=1 - r.lower))}{few}"
    return f"at {r.place} {reading_words(r)}{few}"


def quantity_words(e: Any) -> str:
    """`mean -2.1 (95 % interval -3.4 to -0.8), 61 of 64`."""
    if e.n == 0:
        return "nobody in the set"
    more = [f"{e.below:,} below the limit of detection"] if e.below else []
    more += [f"{e.imputed:,} where one was missing"] if e.imputed else []
    of = f"{e.known:,} of {e.n:,}" + (f" ({', '.join(more)})" if more else "")
    if not e.known:
        return f"no value, {of}"
    if e.endpoint.value.average == "geometric mean" and e.analysed.low <= 0 and not math.isfinite(e.value):
        return f"geometric mean {NO_NUMBER} (a value is not above 0), {of}"
    unit = " %" if e.endpoint.value.change == "percent" else ""
    return f"{e.endpoint.value.average} {measured(e.value, e)}{unit}{_ends(e)}, {of}"


def count_words(e: Any) -> str:
    """`2.1 per year (95 % interval 1.6 to 2.7), 61 events in 29.2 years, 24 of 40 participants`."""
    if e.n == 0:
        return "nobody in the set"
    told = f"{rate_said(e.value, e)} per {span_said(e.per)}{_rate_ends(e)}, " if math.isfinite(e.value) else ""
    return f"{told}{counted(e.events, 'event')} in {e.days / 365.25:,.1f} years, {e.people:,} of {counted(e.n, 'participant')}"


def rate_said(x: float, e: Any) -> str:
    """A rate with three figures of its own size."""
    size = e.value if e.value > 0 else e.upper
    return number(x, min(6, max(0, 2 - math.floor(math.log10(size))))) if math.isfinite(size) and size > 0 else number(x)


def _rate_ends(e: Any) -> str:
    return (
        f" (95 % interval {rate_said(e.lower, e)} to {rate_said(e.upper, e)})" if math.isfinite(e.lower) and math.isfinite(e.upper) else ""
    )


def span_said(span: Any) -> str:
    """`year`, `100 days`: the span that a rate is told for."""
    return str(span.unit)[:-1] if span.n == 1 else f"{span.n:,} {span.unit}"


def category_words(e: Any) -> str:
    """`none 12, 1 8, 2 3; 23 of 24`: how many stand in each category that somebody stands in."""
    if e.n == 0:
        return "nobody in the set"
    told = ", ".join(f"{level} {n:,}" for level, n in zip(e.levels, e.counts, strict=True) if n)
    return f"{told + '; ' if told else ''}{e.known:,} of {e.n:,}"


def repeated_words(e: Any) -> str:
    """The average over visits, then that of each."""
    each = "; ".join(f"{name} {measured(x.value, x) if math.isfinite(x.value) else NO_NUMBER} ({x.known:,})" for name, x in e.visits)
    return f"over {len(e.visits)} visits: {quantity_words(e.whole)}" + (f" [{each}]" if e.known else "")


def _ends(e: Any) -> str:
    ends = [measured(x, e) if math.isfinite(x) else "no limit" for x in (e.lower, e.upper)]
    return "" if ends == ["no limit"] * 2 else f" (95 % interval {' to '.join(ends)})"


def measured(x: float, e: Any) -> str:
    """A number of an endpoint with as many digits as its scatter can bear: three figures of the standard deviation."""
    return number(x, digits_for(e))


def digits_for(e: Any) -> int:
    """How many digits after the point an endpoint's numbers are shown with."""
    e = getattr(e, "whole", e)
    size = e.analysed.sd if math.isfinite(e.analysed.sd) and e.analysed.sd > 0 else abs(e.analysed.mean)
    return 1 if not math.isfinite(size) or size == 0 else min(6, max(0, 2 - math.floor(math.log10(size))))


def estimate_words(e: Any) -> str:
    """An estimate in one line."""
    if e.endpoint.kind in ("value", "count", "ordered", "repeated"):
        return {"value": quantity_words, "repeated": repeated_words, "count": count_words, "ordered": category_words}[e.endpoint.kind](e)
    if e.endpoint.kind == "proportion":
        return rate_words(e)
    if e.endpoint.kind == "time":
        return median_words(e)
    return f"{e.events[0]:,} and {e.events[1]:,} (competing) in {e.n:,}"


def value_words(c: Any) -> str:
    """Our value beside a published one, in its unit."""
    if c.n == 0:
        return "nobody to count"
    unit = f" {c.figure.unit}" if c.figure.unit else ""
    if not math.isfinite(c.value):
        return "not reached" if c.figure.statistic == "median" else "beyond the follow-up"
    known = (math.isfinite(c.lower) or math.isfinite(c.upper)) and c.lower != c.upper
    return f"{c.value:.1f}{unit} ({interval(c.lower, c.upper) if known else 'no interval'})"


def published_words(f: Any) -> str:
    """A published value with its interval, in its unit: with as many digits as were published."""
    unit = f" {f.unit}" if f.unit else ""
    digits = max(len(str(x).partition(".")[2]) if isinstance(x, float) else 0 for x in (f.value, f.low, f.high))
    ends = f" ({f.low:.{digits}f} to {f.high:.{digits}f})" if f.low is not None and f.high is not None else ""
    return f"{f.value:.{digits}f}{unit}{ends}"


def readout_text(r: Any) -> str:
    """The read-out as plain text for a terminal."""
    lines = [
        f"{r.title}",
        f"{r.study} version {r.version}, fingerprint {r.fingerprint[:12]}…, data cut-off {iso(r.cutoff)}"
        + (f", as known at {r.known_at}" if r.known_at else ""),
        "",
        "Participants   " + ", ".join(f"{n:,} {lowered(label)}" for _, label, n in r.flow[:3]),
        "",
    ]
    width = max((len(e.endpoint.label) for e in r.estimates.values()), default=0)
    for e in sorted(r.estimates.values(), key=lambda e: bool(e.endpoint.sensitivity_of)):
        star = "*" if e.endpoint.primary else "~" if e.endpoint.sensitivity_of else " "
        lines.append(f"{star} {e.endpoint.label:<{width}}  {estimate_words(e)}")
        if e.endpoint.kind == "time" and e.landmarks:
            marks = [landmark_words(e, m) for m in e.landmarks if math.isfinite(m.value)]
            if marks:
                lines.append(f"  {'':<{width}}  " + "; ".join(marks))
    varied = "; ~ sensitivity analysis" if any(e.endpoint.sensitivity_of for e in r.estimates.values()) else ""
    lines += ["", "* primary endpoint" + varied + ("; all arms together" if r.arms else "")]
    for d in r.designs:
        lines.append(
            f"  against a rate of {d.null:.0%}: exact one-sided p {p_value(d.p_value)}; {d.reached:,} of {d.n:,}, {d.critical or 'no number'} needed"
        )
    lines += _why(r) + _arms(r) + _history(r)
    if r.compared:
        lines += [
            "",
            "Published figures beside ours (in brackets our 95 % interval, for baseline medians the quartiles; u: published figure not confirmed)",
        ]
        widest = max(len(c.figure.name) for c in r.compared)
        for c in r.compared:
            lines.append(
                f"{' ' if c.figure.confirmed else 'u'} {c.figure.name:<{widest}}  {published_words(c.figure):<26} {value_words(c)}"
            )
    if r.deviations:
        lines += ["", "Deviations     " + ", ".join(f"{kind} {n}" for kind, n, _ in r.deviations[:6])]
    lines += ["", r.notice]
    return "\n".join(lines)


def _why(r: Any) -> list[str]:
    """Why the events that the study gives reasons for came, a reason with its number."""
    found = []
    for x in r.reasons:
        told = ", ".join(f"{lowered(c.label)} {c.n:,}" for c in x.found if c.n)
        other = f", no reason found {x.other:,}" if x.other else ""
        found += ["", f"{x.by}, {x.came:,} of {x.n:,}: {told}{other}"] if x.came else []
    return found


def margin_held(x: Any, e: Any, digits: int) -> str:
    """`maintenance: difference not below -10 points: -2.1 (-9.0 to 4.8), held`."""
    from .methods import margin_said

    scale, digits = margin_scale(x, e, digits)
    return f"{x.arm}: {margin_said(x.margin, e)}: {with_interval(x.interval, digits, scale)}, {HELD[x.held]}"


def margin_scale(x: Any, e: Any, digits: int) -> tuple[float, int]:
    """The factor and the digits with which what a margin is about is shown; `digits` of the endpoint's own numbers."""
    if x.effect.startswith("difference") and e.kind in ("proportion", "time"):
        return 100.0, 1
    return 1.0, 2 if "ratio" in x.effect else digits


HELD = {True: "held", False: "not held", None: "cannot be told"}


def effect_scale(c: Any) -> tuple[float, int]:
    """The factor and the digits with which what sets two arms apart is shown: differences of shares as percentage points, of numbers as the numbers are."""
    if c.effect == "difference":
        return 100.0, 1
    whole = c.effect in ("difference of means", "shift (Hodges-Lehmann)")
    return 1.0, max(digits_for(x) for _, x in c.arms) if whole else 2


def _arms(r: Any) -> list[str]:
    """The arms beside each other, an endpoint a line."""
    lines = [] if not r.arms else ["", f"By arm, against {r.arms[0].arms[0][0]} (95 % interval)"]
    for c in r.arms:
        scale, digits = effect_scale(c)
        effects = [f"{name}: {c.effect} {with_interval(v, digits, scale)}" for name, v in c.effects if math.isfinite(v.value)]
        p = [f"{c.test} two-sided p {p_value(c.p_value)}"] if math.isfinite(c.p_value) else []
        lines.append(f"  {r.estimates[c.name].endpoint.label}: {'; '.join([*effects, *p]) or 'too little for a comparison'}")
        lines += [f"    {margin_held(x, r.estimates[c.name].endpoint, digits)}" for x in c.margins]
    t = r.arm_tests
    if t.hypotheses:
        sides = "one-sided" if t.sides == 1 else "two-sided"
        lines.append(f"  Hypotheses tested together: {t.procedure}, at {t.alpha:g} {sides}")
        for h in t.hypotheses:
            shown = f"p {p_value(h.p_value)}, adjusted {p_value(h.adjusted)}" if math.isfinite(h.p_value) else "no p-value"
            said = "rejected" if h.rejected else "not rejected"
            lines.append(f"    {r.estimates[h.endpoint].endpoint.label}, {h.arm or 'all arms'}: {said} ({shown})")
    return lines


def _history(r: Any) -> list[str]:
    """The study against its historical control as published, a measure a line."""
    if r.historical is None:
        return []
    lines = ["", "Against the historical control, not randomised (95 % interval; exploratory)"]
    for c in r.historical.comparisons:
        if not c.strata and math.isfinite(c.ratio.value):
            u = "" if c.confirmed else " (u)"
            lines.append(f"  {c.measure}{u}: {c.kind} {with_interval(c.ratio, 2)}")
    return lines


def results_table(r: Any) -> str:
    """The endpoints as an HTML table, for a notebook."""
    rows = "".join(f"<tr><td>{escape(e.endpoint.label)}</td><td>{escape(estimate_words(e))}</td></tr>" for e in r.estimates.values())
    return f"<table><tr><th>Endpoint</th><th>Estimate</th></tr>{rows}</table>"
