"""Operating characteristics: the study's endpoints over replicate trials: power, bias, coverage, and how each published figure scatters.

Each trial is estimated as a single one is: exact intervals of proportions (Clopper and Pearson), Kaplan-Meier with log-scale limits for times,
Aalen-Johansen for competing causes. The truth that bias and coverage are measured against is given by the caller, or else the estimate from
all participants of all trials together, which comes ever nearer to it; then the bias of a proportion is nil by construction, and only that of
medians and landmarks says something. Every share over trials has its Monte-Carlo error beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

from ...protocol.endpoints import Endpoint, Figure
from ...statistics.proportions import at_least, exact_design
from ..results.endpoints import test, truth
from ..results.quantities import NUMBERS
from .arm_power import ArmPower, arm_powers
from .columns import OUTSIDE, Trials
from .operating_words import as_data, lines
from .trial_estimates import Series, estimates_of, shares


@dataclass(frozen=True)
class Power:
    """How often the primary test rejects: exact, one-sided. `error` is its Monte-Carlo standard error.

    `rate`: the share of all participants who reach the endpoint; `computed`: the power that the binomial distribution gives for it at the
    mean size, for a check. `critical`: the least number that rejects at the median size.
    """

    name: str
    endpoint: str
    null: float
    alpha: float
    trials: int
    participants: float
    critical: int | None
    power: float
    error: float
    rate: float
    computed: float
    confirmed: bool
    source: str


@dataclass(frozen=True)
class Characteristic:
    """One estimate over the trials. `low` and `high` hold 95 % of the trials; `missed`: trials in which it is not reached.

    `bias_error` and `coverage_error` are Monte-Carlo standard errors; bias and mean are over the trials in which it is reached.
    """

    endpoint: str
    statistic: str
    unit: str
    trials: int
    missed: int
    truth: float
    mean: float
    sd: float
    low: float
    high: float
    bias: float
    bias_error: float
    coverage: float
    coverage_error: float


@dataclass(frozen=True)
class Scatter:
    """A published figure over the trials, in its unit: mean and the limits that hold 95 % of the trials; `type`: what kind of figure it is.

    `inside`: the published value lies within those limits (None where nothing is there to say). `held`: the share of trials whose own
    interval holds it.
    """

    figure: Figure
    type: str
    trials: int
    missed: int
    mean: float
    low: float
    high: float
    inside: bool | None
    held: float


@dataclass(frozen=True)
class OperatingCharacteristics:
    """What replicate trials say about a study's design and analysis."""

    study: str
    fingerprint: str
    trials: int
    participants: int
    power: tuple[Power, ...]
    estimates: tuple[Characteristic, ...]
    figures: tuple[Scatter, ...]
    notice: str
    arms: tuple[ArmPower, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As JSON data; missing numbers are null."""
        return as_data(self)

    def as_text(self) -> str:
        """As a person reads it."""
        return "\n".join(lines(self)) + "\n"


def operating_characteristics(
    trials: Trials,
    protocol: Any,
    *,
    fingerprint: str = "",
    true: Mapping[tuple[str, str], float] | None = None,
    threads: int | None = None,
) -> OperatingCharacteristics:
    """Power, bias, coverage and the scatter of the published figures over trials.

    `true`: true values by (endpoint, statistic), as shares and months, where they are known; else the pooled estimate. `threads`: by default
    one per processor; any number gives the same results.
    """
    known = dict(true or {})
    kept: dict[Any, dict[str, Series]] = {}

    def of(e: Endpoint, given: Any = None, within: str = "") -> dict[str, Series]:
        if (e.name, given, within) not in kept:
            rows = None if given is None else test(given, trials.subject, np.arange(trials.participants))
            if within:
                rows = trials.sets[within] if rows is None else rows & trials.sets[within]
            kept[e.name, given, within] = estimates_of(trials, e, rows, threads=threads)
        return kept[e.name, given, within]

    rows = []
    for e in protocol.endpoints:
        for statistic, series in of(e).items():
            rows.append(_characteristic(e, statistic, series, known.get((e.name, statistic), series.pooled)))
    return OperatingCharacteristics(
        protocol.name, fingerprint, trials.trials, trials.participants, tuple(_powers(trials, protocol)), tuple(rows),
        tuple(s for f in protocol.published if (s := _scatter(trials, protocol, f, of)) is not None),
        "Virtual participants: what the trials show follows from the figures they were simulated from. " + protocol.notice,
        arm_powers(trials, protocol),
    )  # fmt: skip


def _characteristic(e: Endpoint, statistic: str, s: Series, true: float) -> Characteristic:
    reached = ~np.isnan(s.value)
    n, there = int(reached.sum()), s.value[reached]
    sd = float(there.std(ddof=1)) if n > 1 else np.nan
    low, high = _middle(s.value, statistic == "median" and e.kind not in NUMBERS)
    told = ~(np.isnan(s.lower) & np.isnan(s.upper))
    upper = np.where(np.isnan(s.upper), np.inf, s.upper)  # a limit that is never reached lies beyond every value
    held = (s.lower[told] <= true) & (true <= upper[told])
    share = float(held.mean()) if told.any() and not np.isnan(true) else np.nan
    mean = float(there.mean()) if n else np.nan
    return Characteristic(
        e.name, statistic, "number" if e.kind in NUMBERS else "months" if statistic == "median" else "share", s.value.size, s.value.size - n, true, mean, sd, low, high,
        mean - true, sd / np.sqrt(n) if n > 1 else np.nan, share, float(np.sqrt(share * (1 - share) / max(int(told.sum()), 1))),
    )  # fmt: skip


def _middle(values: NDArray[Any], ordered: bool = False) -> tuple[float, float]:
    """The limits that hold 95 % of the trials. `ordered`: a median that is not reached counts as later than all others."""
    there = np.where(np.isnan(values), np.inf, values) if ordered else values[~np.isnan(values)]
    if not np.isfinite(there).any():
        return np.nan, np.nan
    low, high = (float(x) if np.isfinite(x) else np.nan for x in np.quantile(there, (0.025, 0.975), method="inverted_cdf"))
    return low, high


def _powers(trials: Trials, protocol: Any) -> list[Power]:
    found = []
    for d in protocol.designs:
        e = next((e for e in protocol.endpoints if e.name == d.endpoint and e.kind == "proportion"), None)
        if e is None:
            continue
        cause = trials.cause[e.name]
        reached = np.add.reduceat(cause == 1, trials.starts[:-1])
        n = np.add.reduceat(cause != OUTSIDE, trials.starts[:-1])
        p = np.where(reached > 0, bdtrc(np.maximum(reached, 1) - 1, n, d.null), 1.0)
        power = float((p <= d.alpha).mean())
        rate = float(reached.sum() / max(int(n.sum()), 1))
        size = int(np.median(n))
        critical = exact_design(size, d.null, d.alternative, alpha=d.alpha).critical if size else None
        computed = np.nan if critical is None else at_least(critical, size, rate)
        found.append(
            Power(d.name, e.name, d.null, d.alpha, trials.trials, float(n.mean()), critical, power,
                  float(np.sqrt(power * (1 - power) / trials.trials)), rate, computed, d.confirmed, d.source)
        )  # fmt: skip
    return found


def _scatter(trials: Trials, protocol: Any, f: Figure, of: Any) -> Scatter | None:
    """A published figure over the trials; None for one that has nothing of ours beside it."""
    scale = 100.0 if f.unit == "%" else 1.0
    if f.counterpart == "historical control":
        return None
    if f.counterpart in ("subject", "exposure", "adverse event"):
        s = _of_values(trials, f)
        kind = "median" if f.statistic.startswith("median") else "share"
    else:
        e = next(e for e in protocol.endpoints if e.name == f.counterpart)
        how, _, place = f.statistic.partition(" ")
        s = of(e, f.given, f.within).get(f.statistic if how != "by" else f"at {place}")
        if s is None:
            return None
        if how == "by":
            s = Series(1 - s.value, 1 - s.upper, 1 - s.lower, 1 - s.pooled)
        kind = {"rate": "proportion", "median": "median time", "at": "survival at a landmark", "by": "mortality by a landmark"}.get(how, "")
        scale, kind = (1.0, "average") if e.kind in NUMBERS else (scale, kind)
    if s is None:
        return None
    there = s.value[~np.isnan(s.value)]
    low, high = (scale * x for x in _middle(s.value, kind.startswith("median")))
    told = ~(np.isnan(s.lower) & np.isnan(s.upper))
    upper = np.where(np.isnan(s.upper), np.inf, s.upper)
    held = float(((scale * s.lower <= f.value) & (f.value <= scale * upper))[told].mean()) if told.any() else np.nan
    return Scatter(
        f, kind, s.value.size, s.value.size - there.size, scale * float(there.mean()) if there.size else np.nan, low, high,
        None if np.isnan(low) else bool(low <= f.value and (np.isnan(high) or f.value <= high)), held,
    )  # fmt: skip


def _of_values(trials: Trials, f: Figure) -> Series | None:
    """A figure of baseline values, exposure or adverse events: a median, or a share of the treated with exact limits."""
    treated = ~np.isnan(trials.values["days with drug"])
    if f.statistic.startswith("median"):
        own = f.counterpart == "subject"
        column = trials.subject.get(f"screening {f.about}") if own else trials.values.get(f.statistic.removeprefix("median "))
        if column is None:
            return None
        value = np.full(trials.trials, np.nan)
        for k in range(trials.trials):
            x = column[trials.starts[k] : trials.starts[k + 1]][treated[trials.starts[k] : trials.starts[k + 1]]]
            x = x[~np.isnan(x)]
            value[k] = np.median(x) if x.size else np.nan
        blank = np.full(trials.trials, np.nan)
        return Series(value, blank, blank, np.nan)
    if f.counterpart == "adverse event":
        if f.name not in trials.values:
            return None
        fits = trials.values[f.name]
        hit, there = fits == 1, treated
    else:
        assert f.given is not None
        found = truth(f.given, trials.subject, np.arange(trials.participants))
        hit, there = (found > 0.5) & treated, (found != 0.5) & treated
    return shares(np.add.reduceat(hit & there, trials.starts[:-1]), np.add.reduceat(there, trials.starts[:-1]))
