"""Tables 14.2.15 to 14.2.17: values, counts and ordered categories, by arm where a study has arms, with what sets the arms apart."""

from __future__ import annotations

import math
from typing import Any

from ...analysis.results.estimates import CONFIDENCE, Categories, Counted, Quantity, Repeated
from ...analysis.results.methods import CHANGED, ORDERED, method_of
from ...analysis.results.readout import ReadOut
from ...analysis.results.spread import Spread
from ...analysis.results.wording import HELD, digits_for, effect_scale, margin_scale, p_value, rate_said, span_said, with_interval
from .table import Line, ReportTable, plain, share

INTERVAL = f"{100 * CONFIDENCE:g} % interval"


def quantity_tables(r: ReadOut, protocol: Any) -> list[ReportTable]:
    """The tables of numbers; those without a line are left out."""
    return [
        t
        for t in (_numbers(r, protocol), _counts(r, protocol), _categories(r, protocol), _margins(r, protocol), _over_visits(r, protocol))
        if t.lines
    ]


def _numbers(r: ReadOut, protocol: Any) -> ReportTable:
    lines: list[Line] = []
    notes: dict[str, None] = {}
    labels = {a.name: a.label or a.name for a in protocol.arms}
    units = {m.name: m.unit for f in protocol.forms for m in f.items}
    for e in (e for e in r.estimates.values() if isinstance(e, Quantity) and not e.endpoint.sensitivity_of):
        v = e.endpoint.value
        assert v is not None
        unit = "%" if v.change == "percent" else "" if v.change == "ratio" else units.get(getattr(v.item, "name", ""), "")
        star = " (primary)" if e.endpoint.primary else ""
        lines.append(Line(f"{e.endpoint.label}{star}: {v.average} of {CHANGED[v.change]}{f', {unit}' if unit else ''}", head=True))
        c = next((c for c in r.arms if c.name == e.endpoint.name), None)
        effects, adjusted = (dict(c.effects), dict(c.adjusted)) if c is not None else ({}, {})
        for name, x in c.arms if c is not None else (("All", e),):
            assert isinstance(x, Quantity)
            digits = digits_for(e)
            said = "reference" if c is not None and name == c.arms[0][0] else "–"
            if c is not None and name in effects and math.isfinite(effects[name].value):
                scale, of = effect_scale(c)
                said = with_interval(effects[name], of, scale)
            p = p_value(c.p_value) if c is not None and name in effects and math.isfinite(c.p_value) else "–"
            held = with_interval(adjusted[name], digits) if name in adjusted else "–"
            average = with_interval(x, digits) if x.known else "–"
            more = "".join(f"; {n:,} {what}" for n, what in ((x.below, "below"), (x.imputed, "imputed")) if n)
            cells = (f"{x.n:,}", f"{x.known:,}{more}", told(x.baseline, digits), told(x.read, digits), average, held, said, p)
            lines.append(Line(labels.get(name, name), cells, 1))
        notes[f"{e.endpoint.label}: {method_of(e.endpoint)}"] = None
    head = (
        "",
        "N",
        "With a value",
        "Baseline",
        "Value",
        f"Analysed ({INTERVAL})",
        "Adjusted",
        f"Against the first arm ({INTERVAL})",
        "P, two-sided",
    )
    notes |= (
        {"Below: values below the limit of detection; imputed: what stands where a value is missing, as the appendix has it.": None}
        if any(isinstance(e, Quantity) and (e.below or e.imputed) for e in r.estimates.values())
        else {}
    )
    notes |= {"Baseline and value: mean (SD), of those whose number is analysed. P-values are not corrected for their number.": None}
    return ReportTable("14.2.15", "Values and their changes", "The set of the endpoint", head, tuple(lines), tuple(notes))


def _by_arm(r: ReadOut, e: Any, protocol: Any) -> list[tuple[str, Any, str, str]]:
    """The estimate of each arm, or of all, with its label, what sets it apart from the first arm, and the p-value."""
    c = next((c for c in r.arms if c.name == e.endpoint.name), None)
    if c is None:
        return [("All", e, "–", "–")]
    labels, effects, found = {a.name: a.label or a.name for a in protocol.arms}, dict(c.effects), []
    for k, (name, x) in enumerate(c.arms):
        said = "reference" if k == 0 else with_interval(effects[name], 2) if math.isfinite(effects[name].value) else "–"
        p = p_value(c.p_value) if k and math.isfinite(c.p_value) else "–"
        found.append((labels.get(name, name), x, said, p))
    return found


def _counts(r: ReadOut, protocol: Any) -> ReportTable:
    lines: list[Line] = []
    notes: dict[str, None] = {}
    for e in (e for e in r.estimates.values() if isinstance(e, Counted) and not e.endpoint.sensitivity_of):
        star = " (primary)" if e.endpoint.primary else ""
        lines.append(Line(f"{e.endpoint.label}{star}: rate per {span_said(e.per)}", head=True))
        for label, x, said, p in _by_arm(r, e, protocol):
            rate = f"{rate_said(x.value, e)} ({rate_said(x.lower, e)} to {rate_said(x.upper, e)})" if math.isfinite(x.value) else "–"
            cells = (f"{x.n:,}", share(x.people, x.n), f"{x.events:,}", f"{x.days / 365.25:,.1f}", rate, said, p)
            lines.append(Line(label, cells, 1))
        notes[f"{e.endpoint.label}: {method_of(e.endpoint)}"] = None
    head = ("", "N", "With one at least", "Events", "Years observed", f"Rate ({INTERVAL})", f"Rate ratio ({INTERVAL})", "P, two-sided")
    return ReportTable("14.2.16", "Counts and rates", "The set of the endpoint", head, tuple(lines), tuple(notes))


def _categories(r: ReadOut, protocol: Any) -> ReportTable:
    lines: list[Line] = []
    found = [e for e in r.estimates.values() if isinstance(e, Categories) and not e.endpoint.sensitivity_of]
    names = [name for name, _ in r.arms[0].arms] if r.arms else ["All"]
    labels = {a.name: a.label or a.name for a in protocol.arms}
    for e in found:
        star = " (primary)" if e.endpoint.primary else ""
        sides = _by_arm(r, e, protocol)
        lines.append(Line(f"{e.endpoint.label}{star}", head=True))
        for k, level in enumerate(e.levels):
            lines.append(Line(level, tuple(share(x.counts[k], x.known) for _, x, _, _ in sides), 1))
        lines.append(Line("With a category", tuple(f"{x.known:,} of {x.n:,}" for _, x, _, _ in sides), 1))
        if r.arms:
            lines.append(Line(f"Common odds ratio ({INTERVAL})", tuple(said for _, _, said, _ in sides), 1))
            lines.append(Line("P, two-sided (Wilcoxon)", tuple(p for _, _, _, p in sides), 1))
    head = ("", *(f"{labels.get(name, name)}, n (%)" for name in names))
    notes = ("A common odds ratio above 1: higher categories than the first arm. " + ORDERED,) if r.arms else (ORDERED,)
    return ReportTable("14.2.17", "Ordered categories", "The set of the endpoint; % of those with a category", head, tuple(lines), notes)


def _margins(r: ReadOut, protocol: Any) -> ReportTable:
    lines: list[Line] = []
    labels = {a.name: a.label or a.name for a in protocol.arms}
    for c in (c for c in r.arms if c.margins):
        e = r.estimates[c.name].endpoint
        lines.append(Line(e.label + (" (primary)" if e.primary else ""), head=True))
        _, digits = effect_scale(c)
        for x in c.margins:
            scale, places = margin_scale(x, e, digits)
            shown = with_interval(x.interval, places, scale)
            limit = f"not {x.margin.side} {scale * x.margin.limit:g}"
            cells = (x.effect + (", points" if scale > 1 else ""), limit, f"{100 * x.margin.confidence:g} %", shown, HELD[x.held])
            lines.append(Line(labels.get(x.arm, x.arm), cells, 1))
    head = ("", "Against the first arm", "Margin", "Confidence", "Estimate (interval)", "Held")
    notes = ("Held: the whole two-sided interval lies on the right side of the margin. Not corrected for the number of margins.",)
    return ReportTable("14.2.18", "Margins of non-inferiority", "The set of the endpoint, as allocated", head, tuple(lines), notes)


def _over_visits(r: ReadOut, protocol: Any) -> ReportTable:
    lines: list[Line] = []
    notes: dict[str, None] = {}
    labels = {a.name: a.label or a.name for a in protocol.arms}
    for e in (e for e in r.estimates.values() if isinstance(e, Repeated) and not e.endpoint.sensitivity_of):
        v, digits = e.endpoint.value, digits_for(e)
        assert v is not None
        star = " (primary)" if e.endpoint.primary else ""
        c = next((c for c in r.arms if c.name == e.endpoint.name), None)
        sides: list[tuple[str, Any]] = [("", e)] if c is None else list(c.arms)
        scale, of = (1.0, digits) if c is None else effect_scale(c)
        rows = [(name, k) for k, (name, _) in enumerate(e.visits)] + [("On the average over the visits", -1)]
        for visit, k in rows:
            lines.append(Line(f"{e.endpoint.label}{star}, {visit}: {v.average} of {CHANGED[v.change]}", head=True))
            found = c if k < 0 or c is None else c.visits[k]
            effects, adjusted = ({}, {}) if found is None else (dict(found.effects), dict(found.adjusted))
            for n, (name, x) in enumerate(sides):
                q = x.whole if k < 0 else x.visits[k][1]
                said = "reference" if n == 0 and c is not None else "–"
                if name in effects and math.isfinite(effects[name].value):
                    said = with_interval(effects[name], of, scale)
                p = p_value(found.p_value) if found is not None and n and math.isfinite(found.p_value) else "–"
                more = "".join(f"; {m:,} {what}" for m, what in ((q.below, "below"), (q.imputed, "imputed")) if m)
                average, held = (
                    with_interval(q, digits) if q.known else "–",
                    with_interval(adjusted[name], digits) if name in adjusted else "–",
                )
                lines.append(Line(labels.get(name, name) or "All", (f"{q.n:,}", f"{q.known:,}{more}", average, held, said, p), 1))
        notes[f"{e.endpoint.label}: {method_of(e.endpoint)}{' ' + c.why if c is not None and c.why else ''}"] = None
    head = ("", "N", "With a value", f"Analysed ({INTERVAL})", "Adjusted", f"Against the first arm ({INTERVAL})", "P, two-sided")
    return ReportTable("14.2.19", "Values over visits", "The set of the endpoint", head, tuple(lines), tuple(notes))


def told(s: Spread, digits: int) -> str:
    """`71.2 (8.4)`: mean and standard deviation, `–` without values."""
    if not s.n:
        return "–"
    return plain(s.mean, digits) + (f" ({plain(s.sd, digits)})" if math.isfinite(s.sd) else "")
