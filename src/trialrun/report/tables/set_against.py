"""Tables 14.2.8 to 14.2.13: prognostic factors, the historical control and its strata, poor groups, a change during follow-up, the arms."""

from __future__ import annotations

import math
from typing import Any

from ...analysis.results.arms import Contrast
from ...analysis.results.estimates import CONFIDENCE, Competing, Rate, Survival
from ...analysis.results.historical_control import HistoricalComparison
from ...analysis.results.historical_words import CAUTION
from ...analysis.results.readout import ReadOut
from ...analysis.results.switches import HazardRatio
from ...analysis.results.wording import counted, estimate_words, interval, p_value
from ...statistics.curve_reading import Estimate
from .table import Line, Table, share

INTERVAL = f"{100 * CONFIDENCE:g} % interval"
RATIOS = (
    "Hazard ratio at a landmark: the ratio of the cumulative hazards to it, a hazard ratio where hazards are proportional; of medians: where both survivals "
    "are exponential. P-values: response exact and one-sided, with the control's rate taken as known; survival two-sided. The control's interval of "
    "survival leaves out its censoring and is, if anything, too narrow. Open questions of an interim cut-off count as not reached."
)
UNCONFIRMED = "u: from figures that are recalled and not confirmed."


def set_against_tables(r: ReadOut, protocol: Any) -> list[Table]:
    """The tables of what the study is set against; those without a line are left out."""
    found = [_factors(r), *([] if r.historical is None else _historical(r.historical)), _switches(r), _arms(r, protocol)]
    return [t for t in found if t.lines]


def ratio_words(e: Estimate | HazardRatio, scale: float = 1.0, digits: int = 2) -> str:
    """`0.54 (0.39 to 0.73)`; a dash where there is none."""
    if not math.isfinite(e.value):
        return f"not reached ({e.lower * scale:.{digits}f} to –)" if math.isfinite(e.lower) else "–"
    if not math.isfinite(e.lower) and not math.isfinite(e.upper):
        return f"{e.value * scale:.{digits}f}"
    ends = [f"{x * scale:.{digits}f}" if math.isfinite(x) else "–" for x in (e.lower, e.upper)]
    return f"{e.value * scale:.{digits}f} ({ends[0]} to {ends[1]})"


def _factors(r: ReadOut) -> Table:
    lines: list[Line] = []
    if not any(math.isfinite(e.value) for x in r.factors for e in (x.odds_ratio, x.hazard_ratio)):
        return Table("14.2.8", "", "", (), ())
    factor = ""
    primary = next((e for e in r.estimates.values() if e.endpoint.primary), None)
    for x in r.factors:
        if x.factor != factor:
            factor = x.factor
            lines.append(Line(factor + ("" if x.confirmed else " (u)"), head=True))
        odds = "1 (reference)" if x.reference else ratio_words(x.odds_ratio)
        hazard = "1 (reference)" if x.reference else ratio_words(x.hazard_ratio)
        lines.append(
            Line(
                x.label, ("–" if x.reached is None else share(x.reached, x.n) if x.n else "0", f"{x.n:,}", odds, f"{x.events:,}", hazard), 1
            )
        )
    label = primary.endpoint.label if primary is not None else "Response"
    survival = r.factors[0].survival if r.factors else ""
    notes = (
        f"Events and hazard ratios: {survival[:1].lower()}{survival[1:]}. "
        "One factor at a time, not adjusted for each other. Odds ratio with Woolf's interval; hazard ratio by Cox's model (Efron's ties). "
        "–: no finite ratio. Participants whose value is missing are in no level; open questions count as not reached.",
    )
    head = ("", f"{label}, n (%)", "N", f"Odds ratio ({INTERVAL})", "Events", f"Hazard ratio ({INTERVAL})")
    return Table("14.2.8", "Prognostic factors", "The sets of the endpoints", head, tuple(lines), notes)


def _historical(c: HistoricalComparison) -> list[Table]:
    rows: list[Line] = []
    strata: list[Line] = []
    measure = ""
    for x in c.comparisons:
        u = "" if x.confirmed else " (u)"
        months = x.kind.startswith("ratio of medians")
        scale = 1.0 if months else 100.0
        if x.measure != measure:
            measure = x.measure
            rows.append(Line(f"{x.measure}{', months' if months else ', %'}; {x.kind.partition(',')[0]}", head=True))
        basis = (
            "control by strata, standardised to the study"
            if x.strata
            else "control as published, weighted by its authors to the trial's case mix"
        )
        cells = (ratio_words(x.study, scale, 1), ratio_words(x.control, scale, 1), f"{x.control_n:,}" if x.control_n else "–")
        p = "–" if math.isnan(x.p_value) else p_value(x.p_value)
        rows.append(Line(basis + u, (*cells, ratio_words(x.difference, scale, 1), ratio_words(x.ratio), p), 1))
        if x.strata:
            strata.append(Line(f"{x.measure}, %{u}", head=True))
            strata += [
                Line(s.label, (f"{s.n:,}", f"{100 * s.weight:.1f}", ratio_words(s.study, 100, 1), f"{100 * s.control:g}"), 1)
                for s in x.strata
            ]
    if c.published:
        rows.append(Line("Ratios published, by propensity scores", head=True))
    for b in c.published:
        f = b.figure
        u = "" if f.confirmed else " (u)"
        rows.append(Line(f.name.partition(" against")[0] + u, ("", "", "", "", f"{f.value:.2f} ({f.low:.2f} to {f.high:.2f})", "–"), 1))
    assumed = tuple(dict.fromkeys(f"Assumed: {x.assumed}." for x in c.comparisons if x.assumed))
    notes = (CAUTION, RATIOS, *assumed, UNCONFIRMED)
    left = f"{counted(c.n, 'participant')} in the strata" + (f"; {c.left_out:,} fit none and are left out" if c.left_out else "")
    head = ("", f"Study ({INTERVAL})", f"Control ({INTERVAL})", "Control N", f"Difference ({INTERVAL})", f"Ratio ({INTERVAL})", "P")
    groups = []
    for g in c.groups:
        low, high = (100 * v for v in g.published_response)
        early, late = g.published_median
        published = "–" if math.isnan(low) else f"{low:g} to {high:g}"
        lasting = "–" if math.isnan(early) else f"{early:g} to {late:g}"
        answer = f"{g.reached:,} of {g.n:,}: {ratio_words(g.response, 100, 1)}" if g.n else "nobody"
        groups.append(Line(g.label, (answer, published, f"{g.events:,} of {g.remissions:,}", ratio_words(g.median, 1, 1), lasting)))
    source = f" Published: salvage chemotherapy ({c.groups[0].source})." if c.groups else ""
    return [
        Table("14.2.9", "Against the historical control", left, head, tuple(rows), notes),
        Table("14.2.10", "The historical control by stratum", left, ("", "N", "Weight, %", f"Study, % ({INTERVAL})", "Control, %"), tuple(strata), (UNCONFIRMED,)),
        Table(
            "14.2.11", "The poor groups by themselves", "Everyone of the primary endpoint's set who is in the group",
            ("", f"Response, % ({INTERVAL})", "Published, %", "Events in remission", f"Median, months ({INTERVAL})", "Published, months"), tuple(groups),
            ("The groups overlap and do not add up. Time in remission: relapse or death, Kaplan-Meier." + source,),
        ),
    ]  # fmt: skip


def _switches(r: ReadOut) -> Table:
    lines: list[Line] = []
    for s in r.switches:
        lines.append(Line(f"{s.endpoint.label}: {s.by}{'' if s.confirmed else ' (u)'}", head=True))
        lines.append(_switched("as a covariate that changes", s.changing))
        lines += [_switched(f"from {x.place} on, by what had happened by then", x.ratio) for x in s.landmarks]
    notes = (
        "Hazard ratio of those who changed against those who had not (Cox, Efron's ties; two-sided Wald p). Who changed had to live to do so; both "
        "readings respect that order. None of them is a randomised comparison.",
    )
    head = ("", "Changed, N", "Events", "Not changed, N", "Events", f"Hazard ratio ({INTERVAL})", "P")
    return Table("14.2.12", "A change during follow-up", "The set of the endpoint", head, tuple(lines), notes)


def _switched(label: str, x: HazardRatio) -> Line:
    counts = (f"{x.n_changed:,}", f"{x.events_changed:,}", f"{x.n - x.n_changed:,}", f"{x.events - x.events_changed:,}")
    return Line(label, (*counts, ratio_words(x), "–" if math.isnan(x.p_value) else p_value(x.p_value)), 1)


def _arms(r: ReadOut, protocol: Any) -> Table:
    if not r.arms:
        return Table("14.2.13", "", "", (), ())
    names = [name for name, _ in r.arms[0].arms]
    labels = {a.name: a.label or a.name for a in protocol.arms}
    lines = [_arm_line(r, c) for c in r.arms]
    head = ("", *(labels[n] for n in names), *(f"{labels[n]} against {labels[names[0]]} ({INTERVAL})" for n in names[1:]), "P")
    notes = (
        "As allocated. Times: median in months, hazard ratio (Cox, Efron's ties), log-rank p. Proportions: difference in percentage points with the "
        "interval of Miettinen and Nurminen, Fisher's exact p. Competing causes: Gray's p. Not stratified, not adjusted for their number.",
    )
    return Table("14.2.13", "The arms beside each other", "As named, by arm", head, tuple(lines), notes)


def _arm_line(r: ReadOut, c: Contrast) -> Line:
    e = r.estimates[c.name].endpoint
    effects = {name: ratio_words(x, 100.0 if e.kind == "proportion" else 1.0, 1 if e.kind == "proportion" else 2) for name, x in c.effects}
    cells = [_arm_words(x) for _, x in c.arms]
    p = "–" if math.isnan(c.p_value) else p_value(c.p_value)
    return Line(e.label + (" (primary)" if e.primary else ""), (*cells, *(effects.get(name, "–") for name, _ in c.arms[1:]), p))


def _arm_words(e: Rate | Survival | Competing) -> str:
    if isinstance(e, Rate):
        return f"{e.reached:,} of {e.n:,}: {100 * e.value:.1f} %" if e.n else "nobody"
    if isinstance(e, Survival):
        if not e.n:
            return "nobody"
        middle = "not reached" if math.isnan(e.median.value) else f"{e.median.value:.1f}"
        ends = f" ({interval(e.median.lower, e.median.upper)})" if math.isfinite(e.median.lower) else ""
        return f"{e.events:,} of {e.n:,}: {middle}{ends}"
    return estimate_words(e)
