"""Tables 14.2.8 to 14.2.14: prognostic factors, the historical control and its strata, poor groups, a change during follow-up, the arms, sensitivity."""

from __future__ import annotations

import math
from typing import Any

from ...analysis.results.arms import Contrast
from ...analysis.results.estimates import CONFIDENCE, Categories, Counted, Quantity, Rate, Repeated, Survival
from ...analysis.results.estimates import Estimate as Estimated
from ...analysis.results.historical_control import MEDIANS, ODDS, HistoricalComparison
from ...analysis.results.historical_words import CAUTION
from ...analysis.results.readout import ReadOut
from ...analysis.results.switches import HazardRatio
from ...analysis.results.wording import (
    NEVER,
    NO_NUMBER,
    counted,
    effect_scale,
    estimate_words,
    landmark_words,
    p_value,
    published_words,
    with_interval,
)
from ...statistics.curve_reading import Estimate
from ...statistics.proportions import clopper_pearson
from .table import Line, ReportTable, share

INTERVAL = f"{100 * CONFIDENCE:g} % interval"
RATIOS = (
    "Each ratio is named with which is over which. The ratio of cumulative hazards to a landmark is a hazard ratio only where hazards are proportional, "
    "that of medians only where both survivals are exponential. P-values: of response exact, with the control's rate taken as known. The control's interval "
    "of survival leaves out its censoring and is, if anything, too narrow. Open questions of an interim cut-off count as not reached. Exploratory: nothing "
    "is corrected for the number of comparisons."
)
UNCONFIRMED = "u: from figures that are recalled and not confirmed."


def set_against_tables(r: ReadOut, protocol: Any) -> list[ReportTable]:
    """The tables of what the study is set against; those without a line are left out."""
    found = [_factors(r), *([] if r.historical is None else _historical(r.historical)), _switches(r), _arms(r, protocol), _sensitivity(r)]
    return [t for t in found if t.lines]


def ratio_words(e: Estimate | HazardRatio, scale: float = 1.0, digits: int = 2, lacking: str = NO_NUMBER) -> str:
    """`0.54 (0.39 to 0.73)`; of a time `lacking` is `not reached`."""
    return with_interval(e, digits, scale, lacking)


def _factors(r: ReadOut) -> ReportTable:
    lines: list[Line] = []
    if not any(math.isfinite(e.value) for x in r.factors for e in (x.odds_ratio, x.hazard_ratio)):
        return ReportTable("14.2.8", "", "", (), ())
    factor, together = "", max((x.adjusted_n for x in r.factors), default=0)
    primary = next((e for e in r.estimates.values() if e.endpoint.primary), None)
    for x in r.factors:
        if x.factor != factor:
            factor = x.factor
            lines.append(Line(factor + ("" if x.confirmed else " (u)"), head=True))
        odds = "1 (reference)" if x.reference else ratio_words(x.odds_ratio)
        hazard = "1 (reference)" if x.reference else ratio_words(x.hazard_ratio)
        adjusted = () if not together else ("1 (reference)" if x.reference else ratio_words(x.adjusted),)
        lines.append(
            Line(
                x.label,
                ("–" if x.reached is None else share(x.reached, x.n) if x.n else "0", f"{x.n:,}", odds, f"{x.events:,}", hazard, *adjusted),
                1,
            )
        )
    label = primary.endpoint.label if primary is not None else "Response"
    survival = r.factors[0].survival if r.factors else ""
    notes = (
        f"Events and hazard ratios: {survival[:1].lower()}{survival[1:]}. "
        "One factor at a time, not adjusted for each other"
        + (f"; adjusted: all factors in one model, of the {together:,} in whom every factor is known" if together else "")
        + ". Odds ratio with Woolf's interval; hazard ratio by Cox's model (Efron's ties). "
        "Not estimable: no finite ratio. Participants whose value is missing are in no level; open questions count as not reached. Exploratory: nothing is "
        "corrected for the number of factors.",
    )
    head = ("", f"{label}, n (%)", "N", f"Odds ratio ({INTERVAL})", "Events", f"Hazard ratio ({INTERVAL})")
    head = (*head, *((f"Adjusted hazard ratio ({INTERVAL})",) if together else ()))
    return ReportTable("14.2.8", "Prognostic factors", "The sets of the endpoints", head, tuple(lines), notes)


def _historical(c: HistoricalComparison) -> list[ReportTable]:
    rows: list[Line] = []
    strata: list[Line] = []
    measure = ("", "")
    for x in c.comparisons:
        u = "" if x.confirmed else " (u)"
        months = x.kind == MEDIANS
        scale, lacking = (1.0, NEVER) if months else (100.0, NO_NUMBER)
        if (x.measure, x.kind) != measure:
            measure = (x.measure, x.kind)
            rows.append(Line(f"{x.measure}{', months' if months else ', %'}; {x.kind}", head=True))
        basis = (
            "control by strata, standardised to the study"
            if x.strata
            else "control as published, weighted by its authors to the trial's case mix"
        )
        of = f", N = {x.control_n:,}" if x.control_n else ""
        cells = (ratio_words(x.study, scale, 1, lacking), ratio_words(x.control, scale, 1, lacking))
        p = "–" if math.isnan(x.p_value) else p_value(x.p_value)
        one, two = (p, "–") if x.kind == ODDS else ("–", p)
        rows.append(Line(basis + of + u, (*cells, ratio_words(x.difference, scale, 1, lacking), ratio_words(x.ratio), one, two), 1))
        if x.strata:
            strata.append(Line(f"{x.measure}, %{u}", head=True))
            strata += [
                Line(s.label, (f"{s.n:,}", f"{100 * s.weight:.1f}", ratio_words(s.study, 100, 1), f"{100 * s.control:g}"), 1)
                for s in x.strata
            ]
    if c.published:
        rows.append(Line("Ratios published, study over control, by propensity scores", head=True))
    for b in c.published:
        f = b.figure
        u = "" if f.confirmed else " (u)"
        rows.append(Line(f.name + u, ("", "", "", published_words(f), "–", "–"), 1))
    assumed = tuple(dict.fromkeys(f"Assumed: {x.assumed}." for x in c.comparisons if x.assumed))
    notes = (CAUTION, RATIOS, *assumed, UNCONFIRMED)
    left = f"{counted(c.n, 'participant')} in the strata" + (f"; {c.left_out:,} fit none and are left out" if c.left_out else "")
    head = (
        "",
        f"Study ({INTERVAL})",
        f"Control ({INTERVAL})",
        f"Difference ({INTERVAL})",
        f"Ratio ({INTERVAL})",
        "P, one-sided",
        "P, two-sided",
    )
    groups = []
    for g in c.groups:
        low, high = (100 * v for v in g.published_response)
        early, late = g.published_median
        published = "–" if math.isnan(low) else f"{low:g} to {high:g}"
        lasting = "–" if math.isnan(early) else f"{early:.1f} to {late:.1f}"
        answer = f"{g.reached:,} of {g.n:,}: {ratio_words(g.response, 100, 1)}" if g.n else "nobody"
        groups.append(Line(g.label, (answer, published, f"{g.events:,} of {g.remissions:,}", ratio_words(g.median, 1, 1, NEVER), lasting)))
    source = f" Published: salvage chemotherapy ({c.groups[0].source})." if c.groups else ""
    return [
        ReportTable("14.2.9", "Against the historical control", left, head, tuple(rows), notes),
        ReportTable("14.2.10", "The historical control by stratum", left, ("", "N", "Weight, %", f"Study, % ({INTERVAL})", "Control, %"), tuple(strata), (UNCONFIRMED,)),
        ReportTable(
            "14.2.11", "The poor groups by themselves", "Everyone of the primary endpoint's set who is in the group",
            ("", f"Response, % ({INTERVAL})", "Published, %", "Events in remission", f"Median, months ({INTERVAL})", "Published, months"), tuple(groups),
            ("The groups overlap and do not add up. Time in remission: relapse or death, Kaplan-Meier." + source,),
        ),
    ]  # fmt: skip


def _switches(r: ReadOut) -> ReportTable:
    lines: list[Line] = []
    for s in r.switches:
        lines.append(Line(f"{s.endpoint.label}: {s.by}{'' if s.confirmed else ' (u)'}", head=True))
        lines.append(_switched("as a covariate that changes", s.changing))
        lines += [_switched(f"from {x.place} on, by what had happened by then", x.ratio) for x in s.landmarks]
    notes = (
        "Hazard ratio of those who changed against those who had not (Cox, Efron's ties; two-sided Wald p). Who changed had to live to do so; both "
        "readings respect that order. None of them is a randomised comparison; exploratory.",
    )
    head = ("", "Changed, N", "Events", "Not changed, N", "Events", f"Hazard ratio ({INTERVAL})", "P, two-sided")
    return ReportTable("14.2.12", "A change during follow-up", "The set of the endpoint", head, tuple(lines), notes)


def _switched(label: str, x: HazardRatio) -> Line:
    counts = (f"{x.n_changed:,}", f"{x.events_changed:,}", f"{x.n - x.n_changed:,}", f"{x.events - x.events_changed:,}")
    return Line(label, (*counts, ratio_words(x), "–" if math.isnan(x.p_value) else p_value(x.p_value)), 1)


def _arms(r: ReadOut, protocol: Any) -> ReportTable:
    if not r.arms:
        return ReportTable("14.2.13", "", "", (), ())
    names = [name for name, _ in r.arms[0].arms]
    labels = {a.name: a.label or a.name for a in protocol.arms}
    lines = [_arm_line(r, c) for c in r.arms]
    head = ("", *(labels[n] for n in names), *(f"{labels[n]} against {labels[names[0]]} ({INTERVAL})" for n in names[1:]), "P, two-sided")
    notes = (
        "As allocated. Times: median in months, hazard ratio (Cox, Efron's ties), log-rank p. Proportions: difference in percentage points with the "
        "interval of Miettinen and Nurminen, Fisher's exact p (of several arms chi-squared). Competing causes: Gray's p. Not adjusted for their number.",
        _stratified(protocol),
    )
    return ReportTable("14.2.13", "The arms beside each other", "As named, by arm", head, tuple(lines), notes)


def _stratified(protocol: Any) -> str:
    factors = protocol.allocation.strata if protocol.allocation is not None else ()
    if not factors:
        return "Not stratified."
    by = " and ".join(f.by for f in factors)
    return f"Stratified as the allocation is, by {by}: tests, hazard ratios, and differences of proportions (Mantel and Haenszel, variance of Sato)."


def _arm_line(r: ReadOut, c: Contrast) -> Line:
    e = r.estimates[c.name].endpoint
    scale, digits = effect_scale(c)
    effects = {name: ratio_words(x, scale, digits) for name, x in c.effects}
    cells = [_arm_words(x) for _, x in c.arms]
    p = "–" if math.isnan(c.p_value) else p_value(c.p_value)
    return Line(e.label + (" (primary)" if e.primary else ""), (*cells, *(effects.get(name, "–") for name, _ in c.arms[1:]), p))


def _arm_words(e: Estimated) -> str:
    if isinstance(e, Rate):
        return f"{e.reached:,} of {e.n:,}: {100 * e.value:.1f} %" if e.n else "nobody"
    if isinstance(e, Survival):
        return f"{e.events:,} of {e.n:,}: {with_interval(e.median, lacking=NEVER)}" if e.n else "nobody"
    return estimate_words(e)


def _sensitivity(r: ReadOut) -> ReportTable:
    """Each endpoint that has sensitivity analyses, as it is defined and as they vary it."""
    lines: list[Line] = []
    varied = {e.endpoint.sensitivity_of: None for e in r.estimates.values() if e.endpoint.sensitivity_of}
    for base in (r.estimates[name] for name in r.estimates if name in varied):
        lines += [Line(base.endpoint.label + (" (primary)" if base.endpoint.primary else ""), head=True), _varied("as defined", base)]
        for e in (e for e in r.estimates.values() if e.endpoint.sensitivity_of == base.endpoint.name):
            lines.append(_varied(e.endpoint.label, e))
            if isinstance(base, Rate) and isinstance(e, Rate) and base.n > e.n and e.reached <= base.reached:
                lines.append(_if_all(base, e.n))
    notes = (
        "Each line changes one thing of the definition; the appendix has each in full. Proportions: exact interval. Times: Kaplan-Meier, median in months.",
        "As if all of the others had reached it: the other end of what those who are not assessed could change; as defined none of them has.",
    )
    head = ("", "Reached or events", "N", f"% or median, months ({INTERVAL})", "At landmarks, %")
    return ReportTable("14.2.14", "Sensitivity analyses", "As named", head, tuple(lines), notes if lines else ())


def _varied(label: str, e: Any) -> Line:
    if isinstance(e, Rate):
        return Line(label, (f"{e.reached:,}", f"{e.n:,}", with_interval(e, 1, 100) if e.n else "–", "–"), 1)
    if isinstance(e, Survival):
        marks = "; ".join(landmark_words(e, m) for m in e.landmarks if math.isfinite(m.value))
        return Line(label, (f"{e.events:,}", f"{e.n:,}", with_interval(e.median, lacking=NEVER) if e.n else "–", marks or "–"), 1)
    if isinstance(e, Counted):
        return Line(label, (f"{e.events:,}", f"{e.n:,}", estimate_words(e), "–"), 1)
    if isinstance(e, Quantity | Categories | Repeated):
        return Line(label, (f"{e.known:,}", f"{e.n:,}", estimate_words(e), "–"), 1)
    return Line(label, (f"{e.events[0]:,}", f"{e.n:,}", "–", "–"), 1)


def _if_all(base: Rate, assessed: int) -> Line:
    """The proportion if everyone who is not among the assessed had reached it."""
    x = base.reached + base.n - assessed
    p = clopper_pearson(x, base.n, confidence=CONFIDENCE)
    return Line(
        f"as if all {base.n - assessed:,} of the others had reached it", (f"{x:,}", f"{base.n:,}", with_interval(p, 1, 100), "–"), 1
    )
