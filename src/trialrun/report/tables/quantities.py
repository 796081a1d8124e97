"""Table 14.2.15: endpoints that are numbers, by arm where a study has arms, with what sets the arms apart."""

from __future__ import annotations

import math
from typing import Any

from ...analysis.results.estimates import CONFIDENCE, Quantity
from ...analysis.results.methods import CHANGED, method_of
from ...analysis.results.readout import ReadOut
from ...analysis.results.spread import Spread
from ...analysis.results.wording import digits_for, effect_scale, p_value, with_interval
from .table import Line, ReportTable, plain

INTERVAL = f"{100 * CONFIDENCE:g} % interval"


def quantity_tables(r: ReadOut, protocol: Any) -> list[ReportTable]:
    """The tables of numbers; those without a line are left out."""
    return [t for t in (_numbers(r, protocol),) if t.lines]


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
            cells = (f"{x.n:,}", f"{x.known:,}", told(x.baseline, digits), told(x.read, digits), average, held, said, p)
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
    notes |= {"Baseline and value: mean (SD), of those whose number is analysed. P-values are not corrected for their number.": None}
    return ReportTable("14.2.15", "Values and their changes", "The set of the endpoint", head, tuple(lines), tuple(notes))


def told(s: Spread, digits: int) -> str:
    """`71.2 (8.4)`: mean and standard deviation, `–` without values."""
    if not s.n:
        return "–"
    return plain(s.mean, digits) + (f" ({plain(s.sd, digits)})" if math.isfinite(s.sd) else "")
