"""Tests of a randomised study beyond one table: each arm against the first, hazard ratios in subgroups with their interaction, declared hypotheses together.

Everybody stands in the arm allocated to. A pair is compared as `arms` compares all: stratified where the allocation is. An interaction is the likelihood-ratio
test of the products of arm and level in Cox's model with both (Efron's ties). One-sided p-values are half of the two-sided where the effect favours the arm as the
hypothesis says, and one less that half elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import chdtrc

from ...statistics.cox import fit_cox
from ...statistics.several_hypotheses import adjusted_in_families, adjusted_p
from .arms import Contrast, Interval, one_contrast
from .endpoints import test
from .measurements import Measurements


@dataclass(frozen=True)
class Pair:
    """One arm against the first: the effect with its interval, and the two-sided p-value (NaN where there is none)."""

    endpoint: str
    arm: str
    against: str
    effect: str
    value: Interval
    test: str
    p_value: float


@dataclass(frozen=True)
class AtLevel:
    """A level of a subgroup: how many of both arms with how many events, and the arm's effect there."""

    label: str
    n: int
    events: int
    value: Interval


@dataclass(frozen=True)
class InSubgroups:
    """The effect of an arm in each level of a subgroup, and the p-value of its interaction."""

    endpoint: str
    by: str
    arm: str
    against: str
    levels: tuple[AtLevel, ...]
    interaction: float


@dataclass(frozen=True)
class Tested:
    """A hypothesis of the declared multiplicity: its p-value of so many sides, the adjusted one, and whether it is rejected."""

    endpoint: str
    arm: str
    family: int
    p_value: float
    adjusted: float
    rejected: bool


@dataclass(frozen=True)
class ArmTests:
    """All of it; `procedure`, `alpha` and `sides` as the study declares them, empty where it declares no hypotheses."""

    pairs: tuple[Pair, ...] = ()
    subgroups: tuple[InSubgroups, ...] = ()
    procedure: str = ""
    alpha: float = float("nan")
    sides: int = 2
    hypotheses: tuple[Tested, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As JSON data; what is not known is null."""

        def number(x: float) -> float | None:
            return float(x) if np.isfinite(x) else None

        def value(i: Interval) -> dict[str, float | None]:
            return {"value": number(i.value), "lower": number(i.lower), "upper": number(i.upper)}

        return {
            "pairs": [
                {"endpoint": p.endpoint, "arm": p.arm, "against": p.against, "effect": p.effect, **value(p.value), "test": p.test, "two_sided_p": number(p.p_value)}
                for p in self.pairs
            ],
            "subgroups": [
                {
                    "endpoint": s.endpoint, "by": s.by, "arm": s.arm, "against": s.against, "interaction_p": number(s.interaction),
                    "levels": [{"label": x.label, "n": x.n, "events": x.events, **value(x.value)} for x in s.levels],
                }
                for s in self.subgroups
            ],
            "multiplicity": {
                "procedure": self.procedure, "alpha": self.alpha, "sides": self.sides,
                "hypotheses": [
                    {"endpoint": t.endpoint, "arm": t.arm or None, "family": t.family, "p": number(t.p_value), "adjusted_p": number(t.adjusted), "rejected": t.rejected}
                    for t in self.hypotheses
                ],
            } if self.procedure else None,
        }  # fmt: skip


def arm_tests(made: Measurements, protocol: Any, subject: pl.DataFrame, contrasts: Sequence[Contrast]) -> ArmTests:
    """The tests of a study with arms; nothing where nobody was allocated."""
    if not contrasts:
        return ArmTests()
    arm = subject["arm"].to_numpy()
    names = [name for name, _ in contrasts[0].arms]
    pairs = tuple(
        _pair(made, protocol, subject, e, names[0], name, c)
        for e, c in zip(protocol.endpoints, contrasts, strict=True)
        for name in names[1:]
    )
    inside = tuple(
        found
        for a in protocol.analyses
        if a.kind == "subgroup"
        for name in names[1:]
        if (found := _in_subgroups(made, protocol, a, arm, names[0], name)) is not None
    )
    m = protocol.multiplicity
    told = () if m is None else _together(m, pairs, {c.name: c for c in contrasts})
    return ArmTests(pairs, inside) if m is None else ArmTests(pairs, inside, m.procedure, m.alpha, m.sides, told)


def _pair(made: Measurements, protocol: Any, subject: pl.DataFrame, e: Any, first: str, name: str, whole: Contrast) -> Pair:
    c = whole if len(whole.arms) == 2 else one_contrast(made, protocol, subject, e, [first, name])
    effects = dict(c.effects)
    return Pair(e.name, name, first, c.effect, effects.get(name, Interval(np.nan, np.nan, np.nan)), c.test, c.p_value)


def _in_subgroups(made: Measurements, protocol: Any, a: Any, arm: NDArray[Any], first: str, name: str) -> InSubgroups | None:
    e = next(x for x in protocol.endpoints if x.name == a.endpoint)
    if e.kind != "time":
        return None
    m = made.measured[a.endpoint]
    mine = np.isin(arm[m.who], (first, name))
    who, time, status = m.who[mine], m.time[mine].astype(float), (m.cause[mine] == 1).astype(np.int64)
    treated = (arm[who] == name).astype(float)
    level = np.full(who.size, -1)
    for k, x in reversed(list(enumerate(a.levels))):
        level[test(x.given, made.subject, who)] = k
    told = []
    for k, x in enumerate(a.levels):
        here = level == k
        told.append(AtLevel(x.label, int(here.sum()), int(status[here].sum()), _ratio(time[here], status[here], treated[here])))
    return InSubgroups(a.endpoint, a.by, name, first, tuple(told), _interaction(time, status, treated, level))


def _ratio(time: NDArray[Any], status: NDArray[Any], treated: NDArray[Any]) -> Interval:
    nothing = Interval(np.nan, np.nan, np.nan)
    if not status.any() or treated.all() or not treated.any():
        return nothing
    fit = fit_cox(time, status, treated)
    if fit.warnings:
        return nothing
    from ...statistics.cox import hazard_ratios
    from .estimates import CONFIDENCE

    r = hazard_ratios(fit, CONFIDENCE)
    return Interval(float(r.value[0]), float(r.lower[0]), float(r.upper[0]))


def _interaction(time: NDArray[Any], status: NDArray[Any], treated: NDArray[Any], level: NDArray[Any]) -> float:
    """The p-value of the products of arm and level, of those whose level is known; NaN where a level has no events or only one arm."""
    known = level >= 0
    time, status, treated, level = time[known], status[known], treated[known], level[known]
    levels = np.unique(level)
    if levels.size < 2 or not status.any():
        return float("nan")
    dummies = [(level == k).astype(float) for k in levels[1:]]
    without = fit_cox(time, status, np.column_stack([treated, *dummies]))
    full = fit_cox(time, status, np.column_stack([treated, *dummies, *(treated * d for d in dummies)]))
    if without.warnings or full.warnings:
        return float("nan")
    return float(chdtrc(levels.size - 1, max(2 * (full.log_likelihood[1] - without.log_likelihood[1]), 0.0)))


# Hypotheses together ----------------------------------------------------------------------------------------------------------------


def _together(m: Any, pairs: Sequence[Pair], whole: dict[str, Contrast]) -> tuple[Tested, ...]:
    found = {(p.endpoint, p.arm): p for p in pairs}
    families = [[_p_of(h, found, whole, m.sides) for h in family] for family in m.families]
    adjusted = adjusted_in_families(families) if m.procedure == "gatekeeping" else tuple(adjusted_p(f, m.procedure) for f in families)
    return tuple(
        Tested(h.endpoint, h.arm, k, p, q, bool(q <= m.alpha))
        for k, (family, ps, qs) in enumerate(zip(m.families, families, adjusted, strict=True), 1)
        for h, p, q in zip(family, ps, qs, strict=True)
    )


def _p_of(h: Any, pairs: dict[tuple[str, str], Pair], whole: dict[str, Contrast], sides: int) -> float:
    """The p-value of a hypothesis; one-sided where it says which effect is better."""
    if not h.arm:
        return whole[h.endpoint].p_value if h.endpoint in whole else float("nan")
    p = pairs.get((h.endpoint, h.arm))
    if p is None:
        return float("nan")
    if sides == 2:
        return p.p_value
    if not np.isfinite(p.value.value):
        return float("nan")
    none = 1.0 if "ratio" in p.effect else 0.0
    favours = p.value.value < none if h.better == "lower" else p.value.value > none
    return p.p_value / 2 if favours else 1 - p.p_value / 2
