"""Tables 14.2.20 to 14.2.22 of a randomised study: each arm against the first, effects in subgroups with their interaction, hypotheses tested together."""

from __future__ import annotations

import math
from typing import Any

from ...analysis.results.readout import ReadOut
from ...analysis.results.wording import NO_NUMBER, effect_scale, p_value, with_interval
from ...statistics.curve_reading import Estimate
from .table import Line, ReportTable


def arm_test_tables(r: ReadOut, protocol: Any) -> list[ReportTable]:
    """The tables that have something to show."""
    labels = {a.name: a.label or a.name for a in protocol.arms}
    found = (_pairs(r, labels), _subgroups(r, labels), _hypotheses(r, labels))
    return [t for t in found if t.lines]


def _label(r: ReadOut, name: str) -> str:
    return str(r.estimates[name].endpoint.label)


def _p(x: float) -> str:
    return "–" if math.isnan(x) else p_value(x)


def _value(x: Estimate, scale: float = 1.0, digits: int = 2) -> str:
    return with_interval(x, digits, scale) if math.isfinite(x.value) else NO_NUMBER


def _pairs(r: ReadOut, labels: dict[str, str]) -> ReportTable:
    """Each arm against the first; a study of two arms has it in the table of the arms."""
    if not r.arms or len(r.arms[0].arms) < 3:
        return ReportTable("14.2.20", "", "", (), ())
    lines: list[Line] = []
    for c in r.arms:
        scale, digits = effect_scale(c)
        lines += [Line(_label(r, c.name), head=True), Line("all arms together", ("", c.test, _p(c.p_value)), 1)]
        for p in (p for p in r.arm_tests.pairs if p.endpoint == c.name):
            what = f"{p.effect} {_value(p.value, scale, digits)}" if p.effect else ""
            lines.append(Line(f"{labels[p.arm]} against {labels[p.against]}", (what, p.test, _p(p.p_value)), 1))
    notes = ("Each arm against the first, of these two alone; p-values are two-sided and not adjusted for their number.",)
    return ReportTable(
        "14.2.20",
        "Each arm against the first",
        "As named, as allocated",
        ("", "Effect (95 % interval)", "Test", "P, two-sided"),
        tuple(lines),
        notes,
    )


def _subgroups(r: ReadOut, labels: dict[str, str]) -> ReportTable:
    lines: list[Line] = []
    for s in r.arm_tests.subgroups:
        title = f"{_label(r, s.endpoint)}, by {s.by}: {labels[s.arm]} against {labels[s.against]}"
        lines.append(Line(title, head=True))
        lines += [Line(x.label, (f"{x.n:,}", f"{x.events:,}", _value(x.value), ""), 1) for x in s.levels]
        lines.append(Line("interaction", ("", "", "", _p(s.interaction)), 1))
    notes = (
        "Hazard ratio of the arms in each level (Cox, Efron's ties). Interaction: likelihood-ratio test of arm times level. Exploratory: not adjusted for their number.",
    )
    head = ("", "N", "Events", "Hazard ratio (95 % interval)", "P, two-sided")
    return ReportTable("14.2.21", "The arms in subgroups", "The set of the endpoint, as allocated", head, tuple(lines), notes)


def _hypotheses(r: ReadOut, labels: dict[str, str]) -> ReportTable:
    t = r.arm_tests
    lines: list[Line] = []
    several = len({h.family for h in t.hypotheses}) > 1
    for h in t.hypotheses:
        what = f"{_label(r, h.endpoint)}: " + (f"{labels[h.arm]} against {r.arms[0].arms[0][0]}" if h.arm else "all arms")
        lines.append(
            Line(
                (f"family {h.family}: " if several else "") + what,
                (_p(h.p_value), _p(h.adjusted), "rejected" if h.rejected else "not rejected"),
            )
        )
    sided = "one-sided" if t.sides == 1 else "two-sided"
    notes = (
        f"{t.procedure[:1].upper()}{t.procedure[1:]}, at {t.alpha:g} {sided}, as declared. An adjusted p-value is the least level at which its hypothesis is rejected.",
    )
    head = ("Hypothesis: alike", f"P, {sided}", f"Adjusted P, {sided}", f"At {t.alpha:g}")
    return ReportTable("14.2.22", "Hypotheses tested together", "As named, as allocated", head, tuple(lines), notes)
