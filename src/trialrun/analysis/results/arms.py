"""The arms of a study beside each other: every endpoint in each arm, and the difference between them with its interval and test.

Participants stand in the arm that they were allocated to. The first arm of the study is the one that others are compared with. A time: log-rank
test, hazard ratio of Cox's model (Efron's ties). A proportion: difference with the interval of Miettinen and Nurminen, Fisher's exact p-value.
Competing causes: Gray's test of the first cause. Several arms: one test of all, for proportions chi-squared. Where the allocation is stratified, tests are
too, by its strata: log-rank, Cox and Gray within them, Cochran, Mantel and Haenszel for proportions, with their difference over strata. Numbers: as the
endpoint's own average asks, adjusted where it says so. Nothing else is adjusted, and p-values are not corrected for their number (`arm_tests`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...statistics.cox import fit_cox, hazard_ratios
from ...statistics.curve_reading import Estimate as Interval
from ...statistics.gray import compare_incidence
from ...statistics.logrank import compare_survival
from ...statistics.proportion_differences import fisher_test, miettinen_nurminen
from ...statistics.proportion_ratios import stratified_difference
from ...statistics.shares_tests import chi_squared_p, mantel_haenszel_p
from .endpoints import Measured, test
from .estimates import CONFIDENCE, Estimate, Rate, Survival, estimate
from .margins import Held, margins_of
from .measurements import Measurements
from .number_parts import AtVisit
from .numbers import contrasted, effect_named
from .quantities import NUMBERS

NONE = Interval(np.nan, np.nan, np.nan)
TESTS = {"time": "log-rank", "proportion": "Fisher", "competing": "Gray"}
EFFECTS = {"time": "hazard ratio", "proportion": "difference", "competing": ""}


@dataclass(frozen=True, eq=False)
class Contrast:
    """One endpoint in each arm; `effects` of each arm but the first against the first (a hazard ratio, or a difference of shares); adjusted means of all."""

    name: str
    arms: tuple[tuple[str, Estimate], ...]
    effects: tuple[tuple[str, Interval], ...]
    effect: str
    test: str
    p_value: float
    adjusted: tuple[tuple[str, Interval], ...] = ()
    margins: tuple[Held, ...] = ()
    visits: tuple[AtVisit, ...] = ()
    why: str = ""


def contrasts(made: Measurements, protocol: Any, subject: pl.DataFrame) -> tuple[Contrast, ...]:
    """Every endpoint by arm; nothing for a study without arms, or where nobody was allocated."""
    arm = subject["arm"].to_numpy() if "arm" in subject.columns else np.empty(0)
    names = [a.name for a in protocol.arms if (arm == a.name).any()]
    if len(protocol.arms) < 2 or not names:
        return ()
    return tuple(one_contrast(made, protocol, subject, e, names) for e in protocol.endpoints)


def one_contrast(made: Measurements, protocol: Any, subject: pl.DataFrame, e: Any, names: list[str]) -> Contrast:
    """One endpoint in some arms, the first of which the others are compared with."""
    arm = subject["arm"].to_numpy()
    parts = [made.among(e.name, arm == name) for name in names]
    estimates = [estimate(m) for m in parts]
    kept, told = margins_of(e, names, parts, made.subject), tuple(zip(names, estimates, strict=True))
    if e.kind in NUMBERS:
        c = contrasted(names, parts, made.subject, CONFIDENCE)
        return Contrast(e.name, told, c.effects, effect_of(e), c.test, c.p_value, c.adjusted, kept, c.visits, c.why)
    strata = strata_of(protocol, made.subject, len(subject))
    effects, p = _compared(e.kind, names, parts, estimates, strata)
    return Contrast(e.name, told, tuple(effects), EFFECTS[e.kind], test_named(e.kind, len(names), strata is not None), p, margins=kept)


def strata_of(protocol: Any, subject: dict[str, Any], n: int) -> NDArray[Any] | None:
    """The number of the stratum of each participant (n,), those of whom a level is not known apart; None where the allocation is not stratified."""
    if protocol.allocation is None or not protocol.allocation.strata:
        return None
    number, who = np.zeros(n, dtype=np.int64), np.arange(n)
    for f in protocol.allocation.strata:
        level = np.full(n, len(f.levels))
        for k, x in reversed(list(enumerate(f.levels))):
            level[test(x.given, subject, who)] = k
        number = number * (len(f.levels) + 1) + level
    return number


def test_named(kind: str, arms: int, stratified: bool) -> str:
    """The test of an endpoint that is no number, by name."""
    if kind not in TESTS:
        return ""
    if kind == "proportion":
        return "Cochran-Mantel-Haenszel" if stratified else "Fisher" if arms == 2 else "chi-squared"
    return f"stratified {TESTS[kind]}" if stratified else TESTS[kind]


def effect_of(e: Any) -> str:
    """What sets two arms apart, by name; empty where nothing is estimated."""
    return effect_named(e) if e.kind in NUMBERS else EFFECTS[e.kind]


def _compared(
    kind: str, names: list[str], parts: list[Measured], estimates: list[Estimate], strata: NDArray[Any] | None
) -> tuple[list[tuple[str, Interval]], float]:
    people = [k for k, m in enumerate(parts) if m.who.size]
    if len(people) < 2 or people[0] != 0:
        return [(name, NONE) for name in names[1:]], np.nan
    if kind == "proportion":
        return _shares(names, estimates) if strata is None else _shares_in(strata, names, parts)
    group = np.concatenate([np.full(parts[k].who.size, k) for k in people])
    time = np.concatenate([parts[k].time for k in people]).astype(float)
    cause = np.concatenate([parts[k].cause for k in people])
    if not (cause == 1).any():
        return [(name, NONE) for name in names[1:]], np.nan
    layer = None if strata is None else np.concatenate([strata[parts[k].who] for k in people])
    if kind == "competing":
        return [], compare_incidence(time, cause, group, strata=layer).two_sided_p
    others = people[1:]
    status = (cause == 1).astype(np.int64)
    fit = fit_cox(time, status, np.column_stack([group == k for k in others]).astype(float), names=[names[k] for k in others], strata=layer)
    ratios = hazard_ratios(fit, CONFIDENCE)
    sure = {name: not any(name in w for w in fit.warnings) for name in ratios.names}
    said = {
        name: Interval(float(v), float(a), float(b)) if sure[name] and np.isfinite(v) else NONE
        for name, v, a, b in zip(ratios.names, ratios.value, ratios.lower, ratios.upper, strict=True)
    }
    return [(name, said.get(name, NONE)) for name in names[1:]], compare_survival(time, status, group, strata=layer).two_sided_p


def _shares(names: list[str], estimates: list[Estimate]) -> tuple[list[tuple[str, Interval]], float]:
    first = estimates[0]
    assert isinstance(first, Rate)
    effects, p = [], np.nan
    for name, e in zip(names[1:], estimates[1:], strict=True):
        assert isinstance(e, Rate)
        if not e.n:
            effects.append((name, NONE))
            continue
        d = miettinen_nurminen(e.reached, e.n, first.reached, first.n, confidence=CONFIDENCE)
        effects.append((name, Interval(d.value, d.lower, d.upper)))
        p = fisher_test(e.reached, e.n, first.reached, first.n) if len(names) == 2 else np.nan
    if len(names) > 2:
        rates = [e for e in estimates if isinstance(e, Rate)]
        p = chi_squared_p([e.reached for e in rates], [e.n for e in rates])
    return effects, p


def within(strata: NDArray[Any], mine: NDArray[Any], reached: NDArray[Any]) -> float:
    """The p-value of Cochran, Mantel and Haenszel for two arms, all (n,): strata, whether in the second arm, whether reached."""
    layers = np.unique(strata)
    of = [[((strata == k) & (mine == side)).sum() for side in (True, False)] for k in layers]
    x = [[((strata == k) & (mine == side) & reached).sum() for side in (True, False)] for k in layers]
    return mantel_haenszel_p(x, of)


def _shares_in(strata: NDArray[Any], names: list[str], parts: list[Measured]) -> tuple[list[tuple[str, Interval]], float]:
    """Differences of shares over strata, and the test of all arms within them."""
    layers = np.unique(np.concatenate([strata[m.who] for m in parts]))
    of = np.array([[(strata[m.who] == k).sum() for m in parts] for k in layers])
    reached = np.array([[((strata[m.who] == k) & (m.cause == 1)).sum() for m in parts] for k in layers])
    effects = []
    for j, name in enumerate(names[1:], 1):
        if not ((of[:, j] > 0) & (of[:, 0] > 0)).any():
            effects.append((name, NONE))
            continue
        d = stratified_difference(reached[:, j], of[:, j], reached[:, 0], of[:, 0], confidence=CONFIDENCE)
        effects.append((name, Interval(d.value, d.lower, d.upper)))
    return effects, mantel_haenszel_p(reached, of)


def curves_of(c: Contrast) -> list[tuple[str, Any]]:
    """The curve of each arm, for a figure; those without anybody are left out."""
    return [(name, e.curve) for name, e in c.arms if isinstance(e, Survival) and e.curve is not None]
