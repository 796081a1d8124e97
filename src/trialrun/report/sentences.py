"""The sentences of the report, section by section: what a results section says before its tables and figures."""

from __future__ import annotations

import math
import re
from typing import Any

import polars as pl

from ..analysis.datasets import Datasets
from ..analysis.results.estimates import Categories, Counted, Quantity, Rate, Repeated, Survival
from ..analysis.results.historical_control import MEDIANS, Comparison, HistoricalComparison
from ..analysis.results.methods import multiplicity
from ..analysis.results.readout import ReadOut
from ..analysis.results.reasons import Reasons
from ..analysis.results.switches import HazardRatio
from ..analysis.results.wording import NEVER, counted, effect_scale, estimate_words, lowered, p_value, with_interval
from .tables.adverse import events_of, grading
from .tables.harm import SOON
from .tables.harm import deaths as deaths_of
from .tables.set_against import ratio_words

FEW = 20  # participants below which intervals hold almost anything
MEANINGS = {
    "AE": "adverse event", "ALT": "alanine aminotransferase", "AST": "aspartate aminotransferase", "ANC": "absolute neutrophil count",
    "CRS": "cytokine release syndrome", "CTCAE": "Common Terminology Criteria for Adverse Events", "ECOG": "Eastern Cooperative Oncology Group",
    "HSCT": "haematopoietic stem-cell transplantation", "MRD": "minimal residual disease",
    "ULN": "upper limit of normal",
    "RQ-PCR": "real-time quantitative polymerase chain reaction",
}  # fmt: skip


def participants(r: ReadOut, data: Datasets) -> tuple[str, ...]:
    """How many there are in each set, and where all stand."""
    sets = ", ".join(f"{lowered(label)} {n:,}" for _, label, n in r.flow)
    stand = ", ".join(f"{name} {n:,}" for name, n in r.standing)
    return (
        f"There are journals of {counted(r.participants, 'participant')}.",
        f"Analysis sets: {sets}." if sets else "",
        f"Where all {r.participants:,} stood at the cut-off: {stand}." if r.participants > 1 else f"At the cut-off: {r.standing[0][0]}.",
    )


def exposure(r: ReadOut, protocol: Any) -> tuple[str, ...]:
    """Cycles and days with drug."""
    if not any(f.domain in ("EC", "EX") for f in protocol.forms):
        return ("The study maps no form to exposure, so what was given cannot be told.",)
    days, c = r.exposure["days with drug"], r.exposure["cycles"]
    if not days.n:
        return ("Nobody was treated.",)
    said = f"{counted(days.n, 'participant')} {'was' if days.n == 1 else 'were'} treated"
    if not c.n:
        return (f"{said}.", f"The median time with drug was {_days(days.median)}.")
    total = sum(k * n for k, n in r.cycles)
    if days.n == 1:
        return (f"{said} and began {counted(total, 'cycle')}, with {_days(days.median)} of drug.",)
    return (
        f"{said} and began {counted(total, 'cycle')}: a median of {c.median:g}, range {c.low:g} to {c.high:g}.",
        f"The median time with drug was {_days(days.median)}.",
        *(_why(x) for x in r.reasons if x.came),
    )


def _why(x: Reasons) -> str:
    """Why something ended, the most frequent reason first."""
    found = sorted((c for c in x.found if c.n), key=lambda c: -c.n)
    return f"{x.by}, in {x.came:,} of {x.n:,}: {', '.join(f'{lowered(c.label)} {c.n:,}' for c in found)}."


def _days(x: float) -> str:
    return f"{x:g} day{'' if x == 1 else 's'}"


def tests(r: ReadOut) -> str:
    """The primary endpoint against the rate of the design."""
    said = []
    for d in r.designs:
        need = "no number would suffice" if d.critical is None else f"{d.critical} or more of {d.n:,} reject it"
        doubt = "" if d.confirmed else "; the design's figures are recalled and not confirmed"
        plan = (
            f"planned with {d.planned:,} participants at a one-sided level of {d.alpha:g}" if d.planned else f"one-sided level {d.alpha:g}"
        )
        early = "" if not d.open else " This is not the planned analysis: questions are open, and nothing is corrected for an earlier look."
        said.append(
            f"Against a rate of {100 * d.null:g} % the exact one-sided p-value is {p_value(d.p_value)} ({need}; {plan}{doubt}).{early}"
        )
    return " ".join([*said, multiplicity([e.endpoint.label for e in r.estimates.values() if e.endpoint.primary and r.designs])])


def open_questions(e: Rate) -> str:
    """Those whose question is not settled."""
    if not e.open:
        return ""
    settled = e.n - e.open
    rate = f" Among the {settled:,} whose question is settled: {100 * e.reached / settled:.1f} %." if settled else ""
    return f"For {e.open:,} the question was open at the cut-off; they count as not having reached it.{rate}"


def arms(r: ReadOut) -> tuple[str, ...]:
    """The primary endpoint in each arm, and the first comparison."""
    c = next((c for c in r.arms if r.estimates[c.name].endpoint.primary), r.arms[0])
    e = r.estimates[c.name].endpoint
    parts = []
    for name, x in c.arms:
        if isinstance(x, Rate):
            parts.append(f"{name} {x.reached:,} of {x.n:,}" + (f" ({100 * x.value:.1f} %)" if x.n else ""))
        elif isinstance(x, Survival):
            middle = "not reached" if math.isnan(x.median.value) else f"{x.median.value:.1f} months"
            parts.append(f"{name} {counted(x.events, 'event')} in {x.n:,}, median {middle}")
        elif isinstance(x, Quantity | Counted | Categories | Repeated):
            parts.append(f"{name} {estimate_words(x)}")
    scale, digits = effect_scale(c)
    effects = [f"{name}: {c.effect} {ratio_words(v, scale, digits)}" for name, v in c.effects if math.isfinite(v.value)]
    said = f" Against {c.arms[0][0]}: {'; '.join(effects)} (95 % interval)." if effects else " There is too little for a comparison."
    p = f" {c.test[:1].upper()}{c.test[1:]}, two-sided p {p_value(c.p_value)}." if math.isfinite(c.p_value) else ""
    return (
        f"{e.label}, by the arm allocated: {'; '.join(parts)}.{said}{p}",
        "No adjustment is made for strata.",
        multiplicity([x.endpoint.label for x in r.estimates.values() if x.endpoint.primary and r.designs]),
    )


def compared_words(r: ReadOut, e: Quantity | Counted | Categories | Repeated) -> str:
    """What sets the arms apart in a number, in a sentence; nothing without arms."""
    c = next((c for c in r.arms if c.name == e.endpoint.name), None)
    effects = [] if c is None else [(name, v) for name, v in c.effects if math.isfinite(v.value)]
    if c is None or not effects:
        return "" if c is None else "There is too little to compare the arms."
    scale, digits = effect_scale(c)
    said = "; ".join(f"{name} {with_interval(v, digits, scale)}" for name, v in effects)
    p = f" {c.test[:1].upper()}{c.test[1:]}, two-sided p {p_value(c.p_value)}." if math.isfinite(c.p_value) else ""
    return f"{c.effect[:1].upper()}{c.effect[1:]} against {c.arms[0][0]}: {said} (95 % interval).{p}"


def switches(r: ReadOut) -> tuple[str, ...]:
    """What the three readings of a change during follow-up say."""
    said = []
    for s in r.switches:
        if s.changing.n_changed:
            right = _hazard(s.changing)
            said.append(
                f"{s.endpoint.label} and {s.by} ({s.changing.n_changed:,} of {s.changing.n:,}): hazard ratio {right} as a covariate that changes."
            )
    return (*said, "Who lives longer has more time for the change: only analyses that respect the order of time can be interpreted.")


def _hazard(x: HazardRatio) -> str:
    return ratio_words(x) if math.isfinite(x.value) else "not estimable"


def historical(c: HistoricalComparison) -> tuple[str, ...]:
    """The comparisons whose control was published as a whole, in words."""
    said = [
        f"{counted(c.n, 'participant')} {'falls' if c.n == 1 else 'fall'} in the strata of the control"
        + (f"; {c.left_out:,} in none." if c.left_out else ".")
    ]
    return (*said, *(_compared(x) for x in c.comparisons))


def _compared(x: Comparison) -> str:
    months = x.kind == MEDIANS
    scale, unit = (1.0, " months") if months else (100.0, " %")
    if not math.isfinite(x.study.value):
        return (
            f"{x.measure}: {'not reached' if months else 'beyond the follow-up'}; control {ratio_words(x.control, scale, 1, NEVER)}{unit}."
        )
    ratio = f"; {x.kind} {ratio_words(x.ratio)}" if math.isfinite(x.ratio.value) else ""
    how = "by strata" if x.strata else "as published"
    return f"{x.measure}: {x.study.value * scale:.1f}{unit} against {x.control.value * scale:.1f}{unit} in the control {how}{ratio}."


def adverse(data: Datasets, protocol: Any) -> tuple[str, ...]:
    """Who had adverse events, and how they were graded."""
    found = events_of(data, protocol)
    if found is None:
        return ("The study maps no form to adverse events.",)
    if not found.n:
        return ("Nobody was treated, so no adverse event is treatment-emergent.",)
    if found.frame.is_empty():
        return (f"No treatment-emergent adverse event was recorded in {counted(found.n, 'treated participant')}.",)
    people, worse = found.people(), found.people((pl.col("grade") >= 3).fill_null(False))
    severe = f"; {worse:,} ({100 * worse / found.n:.1f} %) had at least one of grade 3 or more" if "grade" in found.told else ""
    return (
        f"{people:,} of {counted(found.n, 'treated participant')} had {counted(len(found.frame), 'treatment-emergent adverse event')}{severe}.",
        grading(protocol) if "grade" in found.told else "",
    )


def failed_at_once(e: Survival) -> str:
    """How many have the event on day 1, for an endpoint where who never reaches something does."""
    n = int(((e.time <= 0) & (e.status == 1)).sum())
    return f"{n:,} of {e.n:,} ({100 * n / e.n:.0f} %) had the event on day 1." if e.endpoint.fails_without and n else ""


def deaths(data: Datasets, protocol: Any) -> tuple[str, ...]:
    """How many died, of whom, and when."""
    found = deaths_of(data, protocol)
    if found.is_empty():
        return ("No death was recorded.",)
    treated = found.filter(pl.col("treated_on").is_not_null())
    soon = int((treated["since"] <= SOON).sum())
    n = int(data.subject["treated_on"].is_not_null().sum())
    others = len(found) - len(treated)
    return (
        f"Of {counted(n, 'treated participant')} {len(treated):,} died, {soon:,} within {SOON} days after the last day with drug.",
        f"{others:,} not treated died too." if others else "",
    )


def published(r: ReadOut) -> tuple[str, ...]:
    """How many of the confirmed published figures lie in our intervals."""
    known = [c for c in r.compared if c.inside is not None and c.figure.confirmed]
    doubtful = [c for c in r.compared if c.inside is not None and not c.figure.confirmed]
    primary = next((e.n for e in r.estimates.values() if e.endpoint.primary), 0)
    if not known or primary < FEW:
        return (f"With {counted(primary, 'participant')} an interval holds almost any published figure, so they are not counted.",)
    inside = sum(bool(c.inside) for c in known)
    more = (
        f" of the {len(doubtful)} that are recalled and not confirmed (u), {sum(bool(c.inside) for c in doubtful)} do" if doubtful else ""
    )
    return (
        f"Of {counted(len(known), 'confirmed published figure')} with an interval here, {inside} {'lies' if inside == 1 else 'lie'} within it"
        + (f";{more}." if more else "."),
        "Medians of baseline values and of cycles stand beside quartiles and are not counted; some figures come from more than one publication.",
    )


def abbreviations(text: str, protocol: Any) -> str:
    """The abbreviations that a text uses, with what they mean: the study's own classes and endpoints first, then those of the field."""
    own = {c.name: c.label[:1].lower() + c.label[1:] for f in protocol.forms for c in f.classes if c.label and c.name[:2].isupper()}
    own |= {e.name: e.label[:1].lower() + e.label[1:] for e in protocol.endpoints if e.name.isupper() and e.name not in own}
    meanings = {"SD": "standard deviation"} | MEANINGS | own
    words = set(re.findall(r"[A-Za-z][A-Za-z-]*\*?", text))
    used = [f"{short}, {long}" for short, long in sorted(meanings.items(), key=lambda x: x[0].casefold()) if short in words]
    return f"Abbreviations: {'; '.join(used)}." if used else ""
