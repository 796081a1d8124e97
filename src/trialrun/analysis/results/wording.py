"""Words and numbers of a read-out: how a rate, a median, an interval and a p-value are printed, and the read-out as plain text."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from ...protocol.words.times import iso
from .estimates import Competing, Estimate, Rate, Reading, Survival

if TYPE_CHECKING:
    from .published import Compared
    from .readout import ReadOut

NO_NUMBER = "not estimable"


def number(x: float, digits: int = 1) -> str:
    """A number with fixed digits; `not estimable` where there is none."""
    return NO_NUMBER if x is None or not math.isfinite(x) else f"{x:.{digits}f}"


def interval(lower: float, upper: float, digits: int = 1) -> str:
    """An interval as `4.2 to 7.5`; an end that is never reached is `not reached`, and without both ends there is none."""
    ends = ["not reached" if x is None or not math.isfinite(x) else f"{x:.{digits}f}" for x in (lower, upper)]
    return NO_NUMBER if ends == ["not reached"] * 2 else f"{ends[0]} to {ends[1]}"


def counted(n: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 event`, `1,694 events`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def percent(x: float) -> str:
    """A share as a percentage."""
    return NO_NUMBER if not math.isfinite(x) else f"{100 * x:.1f} %"


def p_value(p: float) -> str:
    """A p-value: three digits, or below 0.001."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def rate_words(e: Rate) -> str:
    """`81 of 189 (42.9 %; 35.7 to 50.2 %)`."""
    if e.n == 0:
        return "0 of 0"
    return f"{e.reached:,} of {e.n:,} ({percent(e.value)}; 95 % interval {interval(100 * e.lower, 100 * e.upper)} %)"


def median_words(e: Survival) -> str:
    """`6.1 months (4.2 to 7.5), 142 events in 189`."""
    if e.n == 0:
        return "nobody in the set"
    m = e.median
    middle = "not reached" if not math.isfinite(m.value) else f"{m.value:.1f} months"
    ends = f" (95 % interval {interval(m.lower, m.upper)})" if math.isfinite(m.lower) or math.isfinite(m.upper) else ""
    return f"median {middle}{ends}, {counted(e.events, 'event')} in {e.n:,}"


def reading_words(r: Reading) -> str:
    """`32.0 % (25.6 to 40.1)` of a survival at a landmark."""
    if not math.isfinite(r.value):
        return "beyond the follow-up"
    ends = interval(100 * r.lower, 100 * r.upper) if math.isfinite(r.lower) and r.lower < r.upper else "no interval"
    return f"{100 * r.value:.1f} % ({ends})"


def landmark_words(e: Survival, r: Reading) -> str:
    """A landmark as the endpoint reads it: free of the event, or with it."""
    few = f" ({r.at_risk:,} at risk)" if e.n and r.at_risk < 0.1 * e.n else ""
    if e.endpoint.happened:
        return f"by {r.place} {reading_words(Reading(r.place, 1 - r.value, 1 - r.upper, 1 - r.lower, r.at_risk))}{few}"
    return f"at {r.place} {reading_words(r)}{few}"


def estimate_words(e: Estimate) -> str:
    """An estimate in one line."""
    if isinstance(e, Rate):
        return rate_words(e)
    if isinstance(e, Survival):
        return median_words(e)
    assert isinstance(e, Competing)
    return f"{e.events[0]:,} and {e.events[1]:,} (competing) in {e.n:,}"


def value_words(c: Compared) -> str:
    """Our value beside a published one, in its unit."""
    if c.n == 0:
        return "nobody to count"
    unit = f" {c.figure.unit}" if c.figure.unit else ""
    if not math.isfinite(c.value):
        return "not reached" if c.figure.statistic == "median" else "beyond the follow-up"
    known = (math.isfinite(c.lower) or math.isfinite(c.upper)) and c.lower != c.upper
    return f"{c.value:.1f}{unit} ({interval(c.lower, c.upper) if known else 'no interval'})"


def published_words(c: Compared) -> str:
    """A published value with its interval, in its unit."""
    f = c.figure
    unit = f" {f.unit}" if f.unit else ""
    ends = f" ({f.low:g} to {f.high:g})" if f.low is not None and f.high is not None else ""
    return f"{f.value:g}{unit}{ends}"


def readout_text(r: ReadOut) -> str:
    """The read-out as plain text for a terminal."""
    lines = [
        f"{r.title}",
        f"{r.study} version {r.version}, fingerprint {r.fingerprint[:12]}…, data cut-off {iso(r.cutoff)}"
        + (f", as known at {r.known_at}" if r.known_at else ""),
        "",
        "Participants   " + ", ".join(f"{n:,} {label[0].lower() + label[1:]}" for _, label, n in r.flow[:3]),
        "",
    ]
    width = max((len(e.endpoint.label) for e in r.estimates.values()), default=0)
    for e in r.estimates.values():
        star = "*" if e.endpoint.primary else " "
        lines.append(f"{star} {e.endpoint.label:<{width}}  {estimate_words(e)}")
        if isinstance(e, Survival) and e.landmarks:
            marks = [landmark_words(e, m) for m in e.landmarks if math.isfinite(m.value)]
            if marks:
                lines.append(f"  {'':<{width}}  " + "; ".join(marks))
    lines += ["", "* primary endpoint" + ("; all arms together" if r.arms else "")]
    for d in r.designs:
        lines.append(
            f"  against a rate of {d.null:.0%}: exact one-sided p {p_value(d.p_value)}; {d.reached:,} of {d.n:,}, {d.critical or 'no number'} needed"
        )
    lines += _arms(r) + _history(r)
    if r.compared:
        lines += [
            "",
            "Published figures beside ours (in brackets our 95 % interval, for baseline medians the quartiles; u: published figure not confirmed)",
        ]
        widest = max(len(c.figure.name) for c in r.compared)
        for c in r.compared:
            lines.append(f"{' ' if c.figure.confirmed else 'u'} {c.figure.name:<{widest}}  {published_words(c):<26} {value_words(c)}")
    if r.deviations:
        lines += ["", "Deviations     " + ", ".join(f"{kind} {n}" for kind, n, _ in r.deviations[:6])]
    lines += ["", r.notice]
    return "\n".join(lines)


def _arms(r: ReadOut) -> list[str]:
    """The arms beside each other, an endpoint a line."""
    lines = [] if not r.arms else ["", f"By arm, against {r.arms[0].arms[0][0]} (95 % interval)"]
    for c in r.arms:
        scale, digits = (100, 1) if c.effect == "difference" else (1, 2)
        effects = [
            f"{name}: {c.effect} {v.value * scale:.{digits}f} ({v.lower * scale:.{digits}f} to {v.upper * scale:.{digits}f})"
            for name, v in c.effects
            if math.isfinite(v.value)
        ]
        p = [f"{c.test} p {p_value(c.p_value)}"] if math.isfinite(c.p_value) else []
        lines.append(f"  {r.estimates[c.name].endpoint.label}: {'; '.join([*effects, *p]) or 'too little for a comparison'}")
    return lines


def _history(r: ReadOut) -> list[str]:
    """The study against its historical control as published, a measure a line."""
    if r.historical is None:
        return []
    lines = ["", "Against the historical control, not randomised (95 % interval)"]
    for c in r.historical.comparisons:
        if not c.strata and math.isfinite(c.ratio.value):
            u = "" if c.confirmed else " (u)"
            kind = c.kind.partition(",")[0]
            ends = f"{c.ratio.lower:.2f} to {c.ratio.upper:.2f}" if math.isfinite(c.ratio.lower) else "no interval"
            lines.append(f"  {c.measure}{u}: {kind} {c.ratio.value:.2f} ({ends})")
    return lines


def results_table(r: ReadOut) -> str:
    """The endpoints as an HTML table, for a notebook."""
    rows = "".join(f"<tr><td>{escape(e.endpoint.label)}</td><td>{escape(estimate_words(e))}</td></tr>" for e in r.estimates.values())
    return f"<table><tr><th>Endpoint</th><th>Estimate</th></tr>{rows}</table>"
