"""The read-out: every endpoint of a study with its interval, beside the published figures, as frozen values and as plain text."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import numpy as np
import polars as pl

from ... import __version__
from ...protocol.endpoints import Figure
from ...protocol.words.times import iso
from ...statistics.proportions import binomial_test, exact_design
from ..datasets import Datasets
from ..datasets.frames import amounts_of
from ..datasets.planned_amounts import units
from .arm_tests import ArmTests, arm_tests
from .arms import Contrast, contrasts
from .endpoints import Measured, test
from .estimates import Estimate, Rate, estimate
from .historical_control import HISTORICAL, HistoricalComparison, HistoricalError, against_history
from .measurements import Measurements, measurements
from .prognostic_factors import Level, prognostic_factors
from .published import Compared, compare, emergent_events
from .reasons import Reasons, reasons_of
from .spread import Spread, spread
from .switches import Switch, switch_of


@dataclass(frozen=True)
class DesignTest:
    """The primary endpoint against a design's null rate: exact, one-sided; `planned` size and alpha; `open` questions count as not reached."""

    name: str
    null: float
    p_value: float
    critical: int | None
    reached: int
    n: int
    confirmed: bool
    source: str
    planned: int = 0
    alpha: float = 0.025
    open: int = 0


@dataclass(frozen=True, eq=False)
class ReadOut:
    """What the study says at the cut-off. `estimates` by endpoint name; `flow` counts of participants in order of the analysis sets;
    `made` is what all of it was made of: endpoints measured, happenings, and who is in each analysis set."""

    study: str
    title: str
    version: int
    fingerprint: str
    cutoff: int
    known_at: str | None
    participants: int
    entries: int
    flow: tuple[tuple[str, str, int], ...]
    standing: tuple[tuple[str, int], ...]
    estimates: dict[str, Estimate]
    made: Measurements
    exposure: dict[str, Spread]
    cycles: tuple[tuple[int, int], ...]
    compared: tuple[Compared, ...]
    designs: tuple[DesignTest, ...]
    deviations: tuple[tuple[str, int, int], ...]
    undecided: tuple[tuple[str, str, str], ...]
    versions: dict[str, str]
    notice: str
    historical: HistoricalComparison | None = None
    factors: tuple[Level, ...] = ()
    switches: tuple[Switch, ...] = ()
    arms: tuple[Contrast, ...] = ()
    published: tuple[Figure, ...] = ()
    reasons: tuple[Reasons, ...] = ()
    arm_tests: ArmTests = ArmTests()

    @property
    def measured(self) -> dict[str, Measured]:
        """Each endpoint as measured, by name."""
        return self.made.measured

    @property
    def sets(self) -> dict[str, Any]:
        """Who of the participants is in each analysis set (n,), by name."""
        return self.made.sets

    def as_json(self) -> dict[str, Any]:
        """The read-out as JSON data; missing numbers are null."""
        from .readout_data import as_json

        return as_json(self)

    def as_text(self) -> str:
        """The read-out as a person reads it in a terminal."""
        from .wording import readout_text

        return readout_text(self)

    def _repr_html_(self) -> str:
        from .wording import results_table

        return f"<p><b>{self.title}</b>, cut-off {iso(self.cutoff)}, {self.participants} participants</p>{results_table(self)}"


def read_out(data: Datasets, ready: Any) -> ReadOut:
    """Every endpoint of the study in the data, with intervals, the published figures beside ours, and what is undecided.

    `ready` is the study made ready, or its protocol.
    """
    protocol = getattr(ready, "protocol", ready)
    made = measurements(data, protocol)
    n, subject = len(data.subject), made.subject
    estimates = {name: estimate(m) for name, m in made.measured.items()}

    def within(name: str, given: Any, among: str) -> Estimate:
        fits = np.ones(n, bool) if given is None else test(given, subject, np.arange(n))
        return estimate(made.among(name, fits & made.sets[among] if among else fits))

    treated = np.flatnonzero(~np.isnan(subject["treated_on"]))
    cycles = _cycles(protocol, subject)[treated]
    exposure = {"cycles": spread(cycles), "days with drug": spread(subject["drug_days"][treated])}
    drugs = units(protocol)
    for drug in drugs:
        days, given, planned = (subject[column][treated] for column in amounts_of(drug, drugs))
        due, of = planned > 0, "" if len(drugs) == 1 else f" of {drug}"
        had = np.ones(treated.size, bool) if len(drugs) == 1 else due | (days > 0)
        exposure |= {} if len(drugs) == 1 else {f"days with drug{of}": spread(days[had])}
        exposure |= {f"amount given{of}": spread(given[had])}
        exposure |= {f"relative dose intensity{of}, %": spread(100 * given[due] / planned[due])}
    emergent = emergent_events(data)
    compared = [compare(f, emergent, subject, treated, estimates, within, exposure) for f in protocol.published]
    begun = cycles[~np.isnan(cycles)]
    counted, numbers = np.unique(begun, return_counts=True) if begun.size else (np.empty(0), np.empty(0))
    used = _undecided(protocol)
    phases = data.subject.group_by("phase", "reason", maintain_order=True).len().sort("len", descending=True, maintain_order=True)
    by_arm = contrasts(made, protocol, data.subject)
    return ReadOut(
        protocol.name, protocol.title, protocol.version, data.fingerprint, data.cutoff, data.known_at, n, data.entries,
        tuple((p.name, p.label, int(made.sets[p.name].sum())) for p in protocol.populations),
        tuple((str(r or p), int(n)) for p, r, n in phases.iter_rows()),
        estimates, made, exposure, tuple((int(c), int(n)) for c, n in zip(counted, numbers, strict=True)),
        tuple(c for c in compared if c is not None), tuple(_designs(protocol, estimates)), _deviations(data), used, versions(), protocol.notice,
        _historical(data, protocol, made), _factors(data, protocol, made),
        tuple(switch_of(made.happenings, a, made.measured[a.endpoint]) for a in protocol.analyses if a.kind == "switch"),
        by_arm, protocol.published, reasons_of(made, protocol), arm_tests(made, protocol, data.subject, by_arm),
    )  # fmt: skip


def _historical(data: Datasets, protocol: Any, made: Measurements) -> HistoricalComparison | None:
    """The comparison with the historical control; None where the study has none, or nobody can be compared."""
    if not any(f.counterpart == HISTORICAL for f in protocol.published):
        return None
    try:
        return against_history(data, protocol, made=made)
    except HistoricalError:
        return None


def _factors(data: Datasets, protocol: Any, made: Measurements) -> tuple[Level, ...]:
    """The prognostic factors; none in a study that names no endpoint of survival to judge them by."""
    return prognostic_factors(data, protocol, made=made) if protocol.survival else ()


@lru_cache(maxsize=1)
def _versions() -> dict[str, str]:
    found = {"trialrun": __version__, "python": ".".join(map(str, sys.version_info[:3]))}
    return found | {name: version(name) for name in ("numpy", "scipy", "numba", "polars", "matplotlib")}


def versions() -> dict[str, str]:
    """What the numbers were computed with."""
    return dict(_versions())


def _cycles(protocol: Any, subject: dict[str, Any]) -> Any:
    name = protocol.cycle
    return subject[name] if name in subject else np.full(len(subject["treated_on"]), np.nan)


def _deviations(data: Datasets) -> tuple[tuple[str, int, int], ...]:
    found = data.deviation.group_by("kind", maintain_order=True).agg(pl.len().alias("n"), pl.col("participant").n_unique().alias("people"))
    return tuple((str(k), int(n), int(p)) for k, n, p in found.sort("n", descending=True, maintain_order=True).iter_rows())


def _undecided(protocol: Any) -> tuple[tuple[str, str, str], ...]:
    return tuple((r.id, r.question, r.answer) for r in protocol.readings)


def _designs(protocol: Any, estimates: dict[str, Estimate]) -> list[DesignTest]:
    found = []
    for d in protocol.designs:
        e = estimates.get(d.endpoint)
        if isinstance(e, Rate) and e.n:
            p = binomial_test(e.reached, e.n, d.null, alternative="greater")
            plan = exact_design(e.n, d.null, d.alternative, alpha=d.alpha)
            found.append(DesignTest(d.name, d.null, p, plan.critical, e.reached, e.n, d.confirmed, d.source, d.n, d.alpha, e.open))
    return found
