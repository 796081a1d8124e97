"""Operating characteristics in words, as JSON data, and as rows of a table."""

from __future__ import annotations

import math
from typing import Any

from ..results.plain_data import as_data as plain

UNITS = {
    "months": (1.0, ", months"),
    "share": (100.0, ", %"),
    "number": (1.0, ""),
}  # the factor and the words with which an estimate is shown


def as_data(o: Any) -> dict[str, Any]:
    """As JSON data; a published figure's fields stand beside those of its scatter."""
    data: dict[str, Any] = plain(o)
    return data | rows(o)


def _scattered(s: Any) -> dict[str, Any]:
    f = s.figure
    known = {"figure": f.name, "unit": f.unit, "published": f.value, "published_low": f.low, "published_high": f.high}
    return known | {"source": f.source, "confirmed": f.confirmed} | {k: v for k, v in plain(s).items() if k != "figure"}


def lines(o: Any) -> list[str]:
    """Operating characteristics as lines of text."""
    said = [f"{o.study}: {o.trials:,} trials, {o.participants:,} virtual participants", ""]
    said += [*[power_said(p) for p in o.power], *([""] if o.power else [])]
    said += [f"{'Endpoint':<36}{'':<22}{'truth':>8}{'mean':>8}{'2.5-97.5 %':>16}{'bias':>9}{'coverage':>11}"]
    said += [_estimate(c) for c in o.estimates]
    if o.arms:
        said += ["", f"By arm, against {o.arms[0].against}; two-sided 5 %"]
        said += [f"{'Endpoint':<36}{'arm':<22}{'power (error)':>16}  {'effect':<24}{'2.5-97.5 %':>16}"]
        said += [_arm(a) for a in o.arms]
    if o.figures:
        said += ["", f"{'Published figure':<52}{'published':>10}{'mean':>8}{'2.5-97.5 %':>16}  inside"]
        said += [_figure(s) for s in o.figures]
    return [*said, "", "* recalled, not confirmed.", o.notice]


def _arm(a: Any) -> str:
    scale, digits = (100, 1) if a.effect == "difference" else (1, 2)
    power = f"{100 * a.power:.1f} % ({100 * a.error:.1f})"
    effect = f"{a.effect} {a.mean * scale:.{digits}f}" if math.isfinite(a.mean) else "–"
    span = f"{a.low * scale:.{digits}f} to {a.high * scale:.{digits}f}" if math.isfinite(a.low) else "–"
    missed = f"  ({a.missed:,} trials without it)" if a.missed and a.effect else ""
    effect = f"{a.margin}; {effect}" if a.margin else effect
    return f"{a.endpoint[:35]:<36}{a.arm[:21]:<22}{power:>16}  {effect:<24}{span:>16}{missed}"


def rows(o: Any) -> dict[str, list[dict[str, Any]]]:
    """The tables: power, estimates, figures, arms; each a list of flat rows."""
    return {"power": plain(o.power), "estimates": plain(o.estimates), "figures": [_scattered(s) for s in o.figures], "arms": plain(o.arms)}


def power_said(p: Any) -> str:
    """The power of the primary test in a sentence."""
    doubt = "" if p.confirmed else " (design recalled, not confirmed)"
    need = "" if p.critical is None else f", {p.critical} or more at the usual size"
    if p.critical is None:
        return f"Power of the exact test of {p.endpoint} against {100 * p.null:g} %: with trials of this size no number of participants rejects it{doubt}"
    return (
        f"Power of the exact test of {p.endpoint} against {100 * p.null:g} %, one-sided {p.alpha:g}{need}: {100 * p.power:.1f} % "
        f"(Monte-Carlo error {100 * p.error:.1f}); {100 * p.computed:.1f} % by the binomial distribution at {100 * p.rate:.1f} %{doubt}"
    )


def _estimate(c: Any) -> str:
    scale, unit = UNITS[c.unit]
    missed = f"  ({c.missed:,} trials without it)" if c.missed else ""
    held = f"{100 * c.coverage:.1f} %" if math.isfinite(c.coverage) else "–"
    bias = f"{scale * c.bias:+.2f}" if math.isfinite(c.bias) else "–"
    return (
        f"{c.endpoint:<36}{c.statistic + unit:<22}{number_said(scale * c.truth, c.unit):>8}{number_said(scale * c.mean, c.unit):>8}"
        f"{span_said(scale * c.low, scale * c.high, c.unit):>16}{bias:>9}{held:>11}{missed}"
    )


def _figure(s: Any) -> str:
    f = s.figure
    name = f"{f.name}, {f.unit}" + ("" if f.confirmed else " *")
    return f"{name:<52}{f.value:>10g}{number_said(s.mean):>8}{span_said(s.low, s.high):>16}  {'–' if s.inside is None else 'yes' if s.inside else 'no'}"


def number_said(x: float, unit: str = "") -> str:
    """A number with one digit after the point; of a `number`, whose size nobody knows beforehand, three figures."""
    return "–" if not math.isfinite(x) else f"{x:.3g}" if unit == "number" else f"{x:.1f}"


def span_said(low: float, high: float, unit: str = "") -> str:
    """Two numbers as a span."""
    return f"{number_said(low, unit)} to {number_said(high, unit)}"
