"""The arms of a study over replicate trials: how often each comparison rejects, and how the effect scatters.

Each trial is compared as a single one is (`results.arms`): log-rank test and Cox's hazard ratio for times, Fisher's test and the difference for
proportions, Gray's test for competing causes; two-sided at 5 %, by the arm allocated. A trial in which one arm has nobody, or nothing
happens, does not reject.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...protocol.endpoints import Margin
from ...statistics.cox import fit_cox
from ...statistics.gray import compare_incidence
from ...statistics.logrank import compare_survival
from ...statistics.proportion_differences import fisher_test
from ..results.arms import effect_of, strata_of, test_named, within
from ..results.endpoints import Measured
from ..results.estimates import CONFIDENCE
from ..results.margins import effect_on, effects_on, is_held
from ..results.numbers import contrasted, test_of
from ..results.quantities import NUMBERS
from .columns import OUTSIDE, Trials

ALPHA = 0.05


@dataclass(frozen=True)
class ArmPower:
    """One arm against the first over the trials: the share of trials that reject two-sided at 5 % with its Monte-Carlo error, and the effect.

    `effect`: `hazard ratio` (mean of the logarithms, back on its scale), `difference` of shares, that of an average, or none; `low` and `high` hold 95 % of the trials
    in which it can be estimated; `missed`: trials in which it cannot. `margin`: the limit whose being held is what the power is of.
    """

    endpoint: str
    arm: str
    against: str
    test: str
    trials: int
    power: float
    error: float
    effect: str
    mean: float
    low: float
    high: float
    missed: int
    margin: str = ""


def arm_powers(trials: Trials, protocol: Any) -> tuple[ArmPower, ...]:
    """Every endpoint, every arm against the first; nothing for a study without arms."""
    names = [a.name for a in protocol.arms]
    if len(names) < 2 or trials.arm is None:
        return ()
    code = np.array([names.index(a) if a in names else -1 for a in trials.arm.tolist()])
    found = []
    strata = strata_of(protocol, trials.subject, code.size)
    for e in protocol.endpoints:
        for k in range(1, len(names)):
            pairs = [_one(trials, e, code[a:b], k, a, b, strata) for a, b in zip(trials.starts[:-1], trials.starts[1:], strict=True)]
            p, effect = np.array(pairs, dtype=float).reshape(-1, 2).T
            found.append(_summed(e, names[k], names[0], p, effect, test_named(e.kind, 2, strata is not None)))
            found += [_held(trials, e, code, k, names, margin) for margin in e.margins]
    return tuple(found)


def _one(trials: Trials, e: Any, code: NDArray[Any], k: int, a: int, b: int, strata: NDArray[Any] | None) -> tuple[float, float]:
    """The p-value and the effect (a logarithm for a hazard ratio) of one trial; NaN where there is none."""
    cause = trials.cause[e.name][a:b]
    if e.kind in NUMBERS:
        return _of_numbers(trials, e, code, k, a, b)
    inside = (cause != OUTSIDE) & ((code == 0) | (code == k))
    mine, cause = code[inside] == k, cause[inside]
    layer = None if strata is None else strata[a:b][inside]
    if mine.all() or not mine.any() or not (cause == 1).any():
        return np.nan, np.nan
    if e.kind == "proportion":
        x, n, y, m = int((cause[mine] == 1).sum()), int(mine.sum()), int((cause[~mine] == 1).sum()), int((~mine).sum())
        return fisher_test(x, n, y, m) if layer is None else within(layer, mine, cause == 1), x / n - y / m
    time = trials.days[e.name][a:b][inside].astype(float)
    if e.kind == "competing":
        return compare_incidence(time, cause, mine, strata=layer).two_sided_p, np.nan
    status = (cause == 1).astype(np.int64)
    fit = fit_cox(time, status, mine.astype(float), strata=layer)
    return compare_survival(time, status, mine, strata=layer).two_sided_p, np.nan if fit.warnings else float(fit.coefficients[0])


def _held(trials: Trials, e: Any, code: NDArray[Any], k: int, names: list[str], margin: Margin) -> ArmPower:
    """How often a margin is held, and how what it is about scatters."""
    intervals = []
    for a, b in zip(trials.starts[:-1], trials.starts[1:], strict=True):
        parts, subject = _parts(trials, e, code[a:b], k, a, b)
        intervals.append(effects_on(e, margin, ("", "other"), parts, subject)[0][1])
    power = float(np.mean([is_held(margin, x) is True for x in intervals])) if intervals else np.nan
    effect = effect_on(e, margin)
    values = np.array([x.value for x in intervals], dtype=float)
    there = values[np.isfinite(values) & ((values > 0) | ("ratio" not in effect))]
    mean, low, high = (np.nan,) * 3
    if there.size:
        mean = float(np.exp(np.log(there).mean())) if "ratio" in effect else float(there.mean())
        low, high = (float(x) for x in np.quantile(there, (0.025, 0.975), method="inverted_cdf"))
    said, n = f"not {margin.side} {margin.limit:g}", len(intervals)
    return ArmPower(
        e.name,
        names[k],
        names[0],
        "margin",
        n,
        power,
        float(np.sqrt(power * (1 - power) / n)),
        effect,
        mean,
        low,
        high,
        n - there.size,
        said,
    )


def _parts(trials: Trials, e: Any, code: NDArray[Any], k: int, a: int, b: int) -> tuple[list[Measured], dict[str, Any]]:
    """The first arm and another of one trial, measured, and the values at screening of its participants."""
    cause, subject = trials.cause[e.name][a:b], {name: column[a:b] for name, column in trials.subject.items()}
    value, baseline = (x[a:b] for x in trials.numbers[e.name]) if e.name in trials.numbers else (None, None)
    days = trials.days[e.name][a:b] if e.name in trials.days else None
    parts = []
    for group in (0, k):
        who = np.flatnonzero((cause != OUTSIDE) & (code == group))
        none, time = np.full(who.size, -1), np.full(who.size, -1) if days is None else days[who]
        numbers = () if value is None or baseline is None else (value[who], value[who], baseline[who])
        each = trials.each[e.name][a:b][who] if e.name in trials.each else None
        parts.append(replace(Measured(e, who, cause[who], time, none, none, none, none, none, *numbers), each=each))
    return parts, subject


def _of_numbers(trials: Trials, e: Any, code: NDArray[Any], k: int, a: int, b: int) -> tuple[float, float]:
    """The same of an endpoint that is a number, compared as it says."""
    parts, subject = _parts(trials, e, code, k, a, b)
    c = contrasted(("", "other"), parts, subject, CONFIDENCE)
    effect = c.effects[0][1].value
    if "ratio" in effect_of(e):
        effect = float(np.log(effect)) if effect > 0 else np.nan
    return c.p_value, effect


def _summed(e: Any, arm: str, against: str, p: NDArray[Any], effect: NDArray[Any], test: str) -> ArmPower:
    power = float((np.nan_to_num(p, nan=1.0) <= ALPHA).mean())
    there = effect[np.isfinite(effect)]
    name = effect_of(e)
    back = np.exp if "ratio" in name else np.asarray
    mean, low, high = (np.nan,) * 3
    if there.size:
        mean, (low, high) = float(back(there.mean())), (float(x) for x in back(np.quantile(there, (0.025, 0.975), method="inverted_cdf")))
    return ArmPower(
        e.name, arm, against, test_of(e) if e.kind in NUMBERS else test, p.size, power, float(np.sqrt(power * (1 - power) / p.size)), name, mean, low, high,
        p.size - there.size,
    )  # fmt: skip
