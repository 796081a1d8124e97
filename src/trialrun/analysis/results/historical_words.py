"""The comparison with a historical control in words and as JSON data."""

from __future__ import annotations

import math
from typing import Any

from ...statistics.curve_reading import Estimate
from .wording import NEVER, published_words, with_interval

ODDS, HAZARDS = "odds ratio, study over control", "ratio of cumulative hazards, study over control"
MEDIANS = "ratio of medians, control over study"
CAUTION = "The control was not randomised: what differs between the groups beside the strata is not adjusted for."


def lines(c: Any) -> list[str]:
    """The comparison as lines of text."""
    said = [f"{c.study} against its historical control. {CAUTION}"]
    said.append(f"{c.n:,} participants in the strata" + (f"; {c.left_out:,} fit none and are left out" if c.left_out else "") + ".")
    for row in c.comparisons:
        said += ["", *_comparison(row)]
    if c.published:
        said += ["", "Published ratios beside ours"]
    for b in c.published:
        f = b.figure
        ours = "; ".join(f"{_ratio(o.ratio)} ({o.kind}; {o.measure}; {o.basis}{_doubt(o.confirmed)})" for o in b.ours)
        said.append(f"  {f.name}: {published_words(f)}{_doubt(f.confirmed)}. Ours: {ours or 'none'}")
    if c.groups:
        said += ["", "The poor groups by themselves"]
    said += [_group(g) for g in c.groups]
    return [*said, "", c.notice]


def _comparison(c: Any) -> list[str]:
    months = c.kind == MEDIANS
    show = _months if months else _percent
    of = f", of {c.control_n:,}" if c.control_n else ""
    said = [f"{c.measure} ({c.basis}{_doubt(c.confirmed)})"]
    said.append(f"  study {show(c.study)}, of {c.n:,}; control {show(c.control)}{of}; difference {show(c.difference)}")
    sided = "one" if c.kind == ODDS else "two"
    p = "" if math.isnan(c.p_value) else f"; {sided}-sided p {'< 0.0001' if c.p_value < 0.0001 else f'{c.p_value:.4f}'}"
    said.append(f"  {c.kind} {_ratio(c.ratio)}{p}")
    said += [f"    {s.label}: {s.n:,} ({100 * s.weight:.1f} %), study {_percent(s.study)}, control {100 * s.control:g} %" for s in c.strata]
    if c.assumed:
        said.append(f"  assumed: {c.assumed}")
    return said


def _group(g: Any) -> str:
    low, high = (100 * x for x in g.published_response)
    known = "" if math.isnan(low) else f"; salvage chemotherapy {low:g} to {high:g} % ({g.source})"
    early, late = g.published_median
    told = "" if math.isnan(early) else f"; salvage chemotherapy {early:g} to {late:g} months ({g.source})"
    return (
        f"  {g.label}: {g.reached:,} of {g.n:,} respond, {_percent(g.response)}{known}; in remission {g.remissions:,} with {g.events:,} events, "
        f"median {_months(g.median)}{told}"
    )


def _doubt(confirmed: bool) -> str:
    return "" if confirmed else "; not confirmed"


def _percent(e: Estimate) -> str:
    return f"{with_interval(e, 1, 100.0)} %"


def _months(e: Estimate) -> str:
    return f"{with_interval(e, lacking=NEVER)} months"


def _ratio(e: Estimate) -> str:
    return with_interval(e, 2)
