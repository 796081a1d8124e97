"""The study against a historical control: published rates of strata weighted to the study's case mix, with delta intervals.

Direct standardisation. The strata are the conditions on the values at screening that the control's published figures carry. A participant of
the study falls in the one stratum that surely fits; who fits none (a value is missing) is left out of the comparison and counted.

With m_s participants in stratum s, m in all, target shares w_s (by default m_s / m, the study's own case mix, taken as fixed):

    study     p = sum w_s x_s / m_s      V(p) = p (1 - p) / m for the own mix, else sum w_s^2 p_s (1 - p_s) / m_s
    control   q = sum w_s q_s            V(q) = sum w_s^2 q_s (1 - q_s) / n_s

n_s is the control's own number in the stratum. Where only its total N is published, n_s = w_s N is assumed; where nothing is, the rate is
taken as known. A published weighted rate with an interval has the variance of that interval, read on the scale of the limits below.

    control's limits        logit(q) +- z V(q)^(1/2) / (q (1 - q))
    difference              p - q    +- z (V(p) + V(q))^(1/2)
    odds ratio, logarithm   logit(p) - logit(q), variance V(p) / (p (1 - p))^2 + V(q) / (q (1 - q))^2
    survival at a landmark  S: Kaplan and Meier with Greenwood's variance (robust, where participants are weighted); C = sum w_s C_s, V(C)
                            as V(q): censoring within the control is not known, so its interval is, if anything, too narrow
    cumulative hazards      log S / log C, their ratio to the landmark, study over control (a hazard ratio only where hazards are
                            proportional); variance of its logarithm V(S) / (S log S)^2 + V(C) / (C log C)^2
    ratio of medians        control over study (a hazard ratio only where both were exponential); each standard error of a logarithm is
                            log(upper / lower) / (2 z)

The exact p-value of a response is one-sided: the chance of as many responders or more if each stratum responded at the control's rate (a sum
of binomials, convolved), the control's rates taken as known. Nothing is drawn at random. What remains unlike between the two groups beside the
strata is not adjusted for. Sources: Breslow and Day 1987, chapter 2 (direct standardisation); Agresti 2013, chapter 16 (delta method).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit, ndtri

from ...protocol.endpoints import Figure
from ...statistics.curve_reading import Estimate, median, survival_at
from ...statistics.proportions import binomial_test
from ...statistics.standardisation import (
    around,
    as_many_or_more,
    confidence_of,
    cumulative_hazard_ratio_at,
    odds_ratio,
    on_logit,
    share,
    weighted_control,
)
from ...statistics.survival_curve import Curve, kaplan_meier
from ..datasets import Datasets
from .endpoints import Measured, test
from .historical_words import HAZARDS, MEDIANS, ODDS, lines
from .measurements import Measurements, measurements
from .number_parts import MONTH, UNITS
from .poor_groups import Group, poor_groups

HISTORICAL = "historical control"
NONE = Estimate(np.nan, np.nan, np.nan)
STANDARDISED, PUBLISHED = "strata, standardised to the study", "published, weighted to the study"


class HistoricalError(ValueError):
    """A comparison that cannot be made, with the cure."""


@dataclass(frozen=True)
class Stratum:
    """One stratum: the study's participants and rate, the control's figure, and its number (`control_n`: None where it is not known)."""

    label: str
    n: int
    weight: float
    study: Estimate
    control: float
    control_n: float | None
    source: str
    confirmed: bool


@dataclass(frozen=True)
class Comparison:
    """The study beside the control: shares, or months for a median. `ratio` is what `kind` says: an odds ratio, a ratio of cumulative hazards
    or of medians, and which over which.

    `p_value`: one-sided exact for a response, two-sided for survival, NaN for a median. `assumed` says what no source gives.
    """

    measure: str
    basis: str
    n: int
    study: Estimate
    control: Estimate
    control_n: int | None
    difference: Estimate
    ratio: Estimate
    kind: str
    p_value: float
    strata: tuple[Stratum, ...]
    confirmed: bool
    assumed: str
    source: str


@dataclass(frozen=True)
class Beside:
    """A ratio that was published against the control, and ours that come nearest to it: odds ratios; for a hazard ratio those of cumulative hazards."""

    figure: Figure
    ours: tuple[Comparison, ...]


@dataclass(frozen=True)
class HistoricalComparison:
    """All that is said against the historical control. `left_out`: participants who fit no stratum."""

    study: str
    n: int
    left_out: int
    comparisons: tuple[Comparison, ...]
    published: tuple[Beside, ...]
    groups: tuple[Group, ...]
    notice: str

    def as_json(self) -> dict[str, Any]:
        """The comparison as JSON data; missing numbers are null."""
        from .plain_data import as_data

        return as_data(self)

    def as_text(self) -> str:
        """The comparison as a person reads it."""
        return "\n".join(lines(self)) + "\n"


def against_history(
    data: Datasets, protocol: Any, *, target: Mapping[str, float] | None = None, confidence: float = 0.95, made: Measurements | None = None
) -> HistoricalComparison:
    """Response and survival of the study against its historical control, and the poor groups by themselves.

    `target`: shares by stratum to weight both to (they are scaled to sum to one), in place of the study's own case mix; `made`: the endpoints,
    where they were measured already.
    Raises HistoricalError for a study without a historical control, an empty study, or a target that names other strata.
    """
    figures = [f for f in protocol.published if f.counterpart == HISTORICAL]
    if not figures:
        raise HistoricalError(
            f"the study {protocol.name} has no historical control: publish figures of {HISTORICAL!r}, one for each stratum"
        )
    made = made or measurements(data, protocol)
    z = float(ndtri(0.5 + 0.5 * confidence))
    found: list[Comparison] = []
    n = left_out = 0
    for key in dict.fromkeys((f.about, f.statistic) for f in figures):
        name, statistic = key
        if name not in made.measured:
            raise HistoricalError(f"the historical figures speak of the endpoint {name!r}, which {protocol.name} does not have")
        if statistic not in ("rate", "median") and not statistic.startswith("at "):
            continue
        m = made.measured[name]
        if m.who.size == 0:
            raise HistoricalError(f"nobody is in the set of {m.endpoint.label!r}: there is nothing to compare")
        strata = [f for f in figures if (f.about, f.statistic) == key and f.given is not None]
        whole = [f for f in figures if (f.about, f.statistic) == key and f.given is None]
        if strata:
            place = _places(strata, made.subject, m)
            n, left_out = int((place >= 0).sum()), int((place < 0).sum())
            found.append(_standardised(m, strata, place, statistic, whole, target, z))
        if target is None:
            found += [_weighted(m, f, statistic, z) for f in whole]
    return HistoricalComparison(
        protocol.name, n, left_out, tuple(found), _beside(figures, found), poor_groups(made, protocol, figures, z), protocol.notice
    )


def _places(strata: list[Figure], subject: dict[str, Any], m: Measured) -> NDArray[np.int64]:
    """The stratum of each participant of an endpoint's set, -1 for none."""
    place = np.full(m.who.size, -1)
    for k, f in enumerate(strata):
        assert f.given is not None
        fits = test(f.given, subject, m.who)
        if (place[fits] >= 0).any():
            raise HistoricalError(f"a participant falls in two strata of the historical control; one is {f.name!r}")
        place[fits] = k
    return place


def _standardised(
    m: Measured,
    strata: list[Figure],
    place: NDArray[Any],
    statistic: str,
    whole: list[Figure],
    target: Mapping[str, float] | None,
    z: float,
) -> Comparison:
    counts = np.bincount(place[place >= 0], minlength=len(strata))
    inside = place >= 0
    if not counts.any():
        raise HistoricalError("no participant falls in a stratum of the historical control: are the values at screening recorded?")
    labels = [f.stratum or f.name for f in strata]
    weights = counts / counts.sum() if target is None else _shares(target, labels, counts)
    rates = np.array([f.value / 100.0 for f in strata])
    total = next((f.n for f in whole if f.n), None)
    own = [f.n for f in strata]
    numbers: NDArray[Any] | None = np.array(own, dtype=float) if all(own) else None if total is None else weights * total
    control, variance = weighted_control(rates, numbers, weights, confidence=confidence_of(z))
    assumed = "" if all(own) else "the control's rates are taken as known: its numbers are not published" if total is None else (
        f"the control's {total:,} are parted over the strata as the study's participants are: its numbers by stratum are not published"
    )  # fmt: skip
    response = statistic == "rate"
    t = np.nan if response else _days(statistic)
    rows = []
    for k, f in enumerate(strata):
        mine = place == k
        value = NONE
        if counts[k]:
            value = share(m.cause[mine], z) if response else _at(_curve(m, mine, None, z), t)[0]
        rows.append(Stratum(labels[k], int(counts[k]), float(weights[k]), value, float(rates[k]), None if numbers is None else float(numbers[k]),
                            f.source, f.confirmed))  # fmt: skip
    if response:
        study, spread = _weighted_share(m.cause[inside] == 1, place[inside], counts, weights, target is None, z)
        p = as_many_or_more(int((m.cause[inside] == 1).sum()), counts, rates) if target is None else np.nan
    else:
        each = None if target is None else (weights / np.maximum(counts, 1) * counts.sum())[place[inside]]
        study, spread = _at(_curve(m, inside, each, z), t)
        p = np.nan
    sources = "; ".join(dict.fromkeys(f.source for f in strata))
    row = Comparison(
        f"{m.endpoint.label}{'' if response else ', ' + statistic}", STANDARDISED if target is None else "both weighted to the target",
        int(inside.sum()), study, control, total if not all(own) else sum(x or 0 for x in own), NONE, NONE, "", p, tuple(rows),
        all(f.confirmed for f in strata), assumed, sources,
    )  # fmt: skip
    return _with_ratio(row, spread, variance, response, z)


def _weighted(m: Measured, f: Figure, statistic: str, z: float) -> Comparison:
    """The study as it is against a control that was published already weighted to it."""
    response = statistic == "rate"
    everyone = np.ones(m.who.size, bool)
    name = f"{m.endpoint.label}{'' if response else ', ' + statistic}"
    if statistic == "median":
        return _medians(m, f, name, z)
    q = f.value / 100.0
    assumed = ""
    if f.low is not None and f.high is not None:
        control = Estimate(q, f.low / 100.0, f.high / 100.0)
        variance = ((logit(control.upper) - logit(control.lower)) / (2 * z) * q * (1 - q)) ** 2
    else:
        variance = q * (1 - q) / f.n if f.n else 0.0
        control = on_logit(q, variance, z)
        assumed = f"the control's interval is that of a share of {f.n:,}" if f.n else "the control's rate is taken as known"
    if response:
        reached = int((m.cause == 1).sum())
        study = share(m.cause, z)
        spread = study.value * (1 - study.value) / m.who.size
        p = binomial_test(reached, m.who.size, q, alternative="greater")
    else:
        study, spread = _at(_curve(m, everyone, None, z), _days(statistic))
        p = np.nan
    row = Comparison(name, PUBLISHED, m.who.size, study, control, f.n, NONE, NONE, "", p, (), f.confirmed, assumed, f.source)
    return _with_ratio(row, spread, float(variance), response, z)


def _medians(m: Measured, f: Figure, name: str, z: float) -> Comparison:
    ours = _in_months(median(_curve(m, np.ones(m.who.size, bool), None, z)))
    control = Estimate(f.value, np.nan if f.low is None else f.low, np.nan if f.high is None else f.high)
    spread = math.hypot(*(_log_width(e) / (2 * z) for e in (ours, control)))
    ratio = around(np.log(control.value / ours.value), spread, z) if ours.value > 0 else NONE
    steps = [(e.upper - e.lower) / (2 * z) for e in (ours, control)]
    gap = ours.value - control.value
    half = z * math.hypot(*steps)
    return Comparison(
        name, PUBLISHED, m.who.size, ours, control, f.n, Estimate(gap, gap - half, gap + half), ratio, MEDIANS,
        np.nan, (), f.confirmed, "standard errors are read off the intervals", f.source,
    )  # fmt: skip


def _log_width(e: Estimate) -> float:
    """The width of an interval on the log scale; not a number where it begins at zero: a median of no time at all has no ratio to another."""
    return math.log(e.upper / e.lower) if e.lower > 0 and math.isfinite(e.upper) else math.nan


def _shares(target: Mapping[str, float], labels: list[str], counts: NDArray[Any]) -> NDArray[Any]:
    if set(target) != set(labels):
        raise HistoricalError(f"the target names {', '.join(target)}; the strata are {', '.join(labels)}")
    shares = np.array([float(target[label]) for label in labels])
    if not (shares >= 0).all() or shares.sum() <= 0:
        raise HistoricalError("the target's shares are not negative and not all zero")
    empty = [label for label, share, n in zip(labels, shares, counts, strict=True) if share > 0 and n == 0]
    if empty:
        raise HistoricalError(f"the study has nobody in {empty[0]!r}, so it cannot be weighted to a target that has")
    return shares / shares.sum()


def _weighted_share(reached: NDArray[Any], place: NDArray[Any], counts: NDArray[Any], weights: NDArray[Any], own: bool, z: float) -> Any:
    if own:
        value = share(reached.astype(int), z)
        return value, value.value * (1 - value.value) / reached.size
    rates = np.bincount(place, weights=reached, minlength=counts.size) / np.maximum(counts, 1)
    variance = float((weights**2 * rates * (1 - rates) / np.maximum(counts, 1)).sum())
    return on_logit(float(rates @ weights), variance, z), variance


def _curve(m: Measured, rows: NDArray[Any], weights: NDArray[Any] | None, z: float) -> Curve:
    robust = None if weights is None else True
    return kaplan_meier(m.time[rows].astype(float), m.status[rows], weights=weights, robust=robust, confidence=confidence_of(z))


def _at(curve: Curve, t: float) -> tuple[Estimate, float]:
    """Survival at a day, and its variance."""
    at = survival_at(curve, [t], extend=bool(curve.survival[-1] == 0.0))
    return Estimate(float(at.survival[0]), float(at.lower[0]), float(at.upper[0])), float(at.std_error[0]) ** 2


def _days(statistic: str) -> float:
    _, number, unit = statistic.split()
    return float(number) * UNITS[unit]


def _in_months(e: Estimate) -> Estimate:
    return Estimate(e.value / MONTH, e.lower / MONTH, e.upper / MONTH)


def _with_ratio(row: Comparison, spread: float, variance: float, response: bool, z: float) -> Comparison:
    """A comparison with its difference and ratio; `spread` and `variance` are those of study and control."""
    p, q = row.study.value, row.control.value
    half = z * math.sqrt(spread + variance) if spread > 0 else np.nan  # at 0 % and 100 % the study's own variance says nothing
    row = replace(row, difference=Estimate(p - q, p - q - half, p - q + half), kind=ODDS if response else HAZARDS)
    if response:
        return replace(row, ratio=odds_ratio(p, spread, q, variance, z))
    ratio, chance = cumulative_hazard_ratio_at(p, spread, q, variance, z)
    return replace(row, ratio=ratio, p_value=chance)


def _beside(figures: list[Figure], found: list[Comparison]) -> tuple[Beside, ...]:
    kinds = {"odds ratio": ODDS, "hazard ratio": HAZARDS}
    return tuple(Beside(f, tuple(c for c in found if c.kind == kinds[f.statistic])) for f in figures if f.statistic in kinds)
