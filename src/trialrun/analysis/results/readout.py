"""The read-out: every endpoint of a study with its interval, beside the published figures, as frozen values and as plain text."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import polars as pl

from ... import __version__
from ...protocol.endpoints import Figure
from ...protocol.times import iso
from ..datasets import Datasets
from ..statistics.proportions import binomial_test, clopper_pearson, exact_design
from .endpoints import Measured, arrays, as_happenings, measure, members, test, truth
from .estimates import Competing, Estimate, Rate, Reading, Survival, estimate


@dataclass(frozen=True)
class Compared:
    """A published figure and ours, in the figure's unit; `n` is ours. `inside`: the published value lies in our interval (None: cannot be said)."""

    figure: Figure
    n: int
    value: float
    lower: float
    upper: float

    @property
    def inside(self) -> bool | None:
        """Whether our interval holds the published value."""
        if math.isnan(self.lower) or math.isnan(self.upper):
            return None
        return self.lower <= self.figure.value <= self.upper


@dataclass(frozen=True)
class Spread:
    """The spread of a number over participants."""

    n: int
    mean: float
    sd: float
    median: float
    q1: float
    q3: float
    low: float
    high: float


@dataclass(frozen=True)
class DesignTest:
    """The primary endpoint against a design's null rate: exact, one-sided."""

    name: str
    null: float
    p_value: float
    critical: int | None
    reached: int
    n: int
    confirmed: bool
    source: str


@dataclass(frozen=True, eq=False)
class ReadOut:
    """What the study says at the cut-off. `estimates` by endpoint name; `flow` counts of participants in order of the analysis sets;
    `sets` says who of the subjects is in each analysis set (n,)."""

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
    measured: dict[str, Measured]
    sets: dict[str, Any]
    exposure: dict[str, Spread]
    cycles: tuple[tuple[int, int], ...]
    compared: tuple[Compared, ...]
    designs: tuple[DesignTest, ...]
    deviations: tuple[tuple[str, int, int], ...]
    undecided: tuple[tuple[str, str, str], ...]
    versions: dict[str, str]
    notice: str

    def as_json(self) -> dict[str, Any]:
        """The read-out as JSON data; missing numbers are null."""
        return {
            "study": self.study, "title": self.title, "version": self.version, "fingerprint": self.fingerprint, "cutoff": iso(self.cutoff),
            "known_at": self.known_at, "participants": self.participants, "entries": self.entries,
            "flow": [{"set": name, "label": label, "n": n} for name, label, n in self.flow],
            "standing": [{"phase": name, "n": n} for name, n in self.standing],
            "endpoints": {name: _json(e) for name, e in self.estimates.items()},
            "exposure": {name: {k: _number(v) for k, v in vars(s).items()} for name, s in self.exposure.items()},
            "cycles": [{"cycles": c, "participants": n} for c, n in self.cycles],
            "published": [
                {
                    "figure": c.figure.name, "unit": c.figure.unit, "published": c.figure.value, "published_low": c.figure.low,
                    "published_high": c.figure.high, "source": c.figure.source, "confirmed": c.figure.confirmed, "n": c.n,
                    "value": _number(c.value), "lower": _number(c.lower), "upper": _number(c.upper), "inside": c.inside,
                }
                for c in self.compared
            ],
            "designs": [{k: _number(v) for k, v in vars(d).items()} for d in self.designs],
            "deviations": [{"kind": kind, "n": n, "participants": people} for kind, n, people in self.deviations],
            "undecided": [i for i, _, _ in self.undecided], "versions": self.versions, "notice": self.notice,
        }  # fmt: skip

    def as_text(self) -> str:
        """The read-out as a person reads it in a terminal."""
        from .wording import readout_text

        return readout_text(self)

    def _repr_html_(self) -> str:
        from .wording import results_table

        return f"<p><b>{self.title}</b>, cut-off {iso(self.cutoff)}, {self.participants} participants</p>{results_table(self)}"


def read_out(data: Datasets, ready: Any) -> ReadOut:
    """Every endpoint of the study in the data, with intervals, the published figures beside ours, and what is undecided."""
    protocol = ready.protocol
    h, subject = as_happenings(data.happening, len(data.subject)), arrays(data.subject)
    inside = {p.name: members(h, protocol, p.name, subject) for p in protocol.populations}
    measured = {e.name: measure(h, e, inside[e.population]) for e in protocol.endpoints}
    estimates = {name: estimate(m) for name, m in measured.items()}
    by_name = {e.name: e for e in protocol.endpoints}

    def within(name: str, given: Any) -> Estimate:
        fits = test(given, subject, np.arange(h.n))
        e = by_name[name]
        return estimate(measure(h, e, inside[e.population] & fits))

    treated = np.flatnonzero(~np.isnan(subject["treated_on"]))
    cycles = _cycles(protocol, subject)[treated]
    exposure = {"cycles": spread(cycles), "days with drug": spread(subject["drug_days"][treated])}
    planned = subject["planned_amount"][treated]
    exposure["amount given"] = spread(subject["amount"][treated])
    exposure["relative dose intensity, %"] = spread(100 * subject["amount"][treated][planned > 0] / planned[planned > 0])
    compared = [_compare(f, data, subject, treated, estimates, within, exposure) for f in protocol.published]
    begun = cycles[~np.isnan(cycles)]
    counted, numbers = np.unique(begun, return_counts=True) if begun.size else (np.empty(0), np.empty(0))
    used = _undecided(protocol)
    phases = data.subject.group_by("phase", "reason").len().sort("len", "phase", "reason", descending=[True, False, False])
    return ReadOut(
        protocol.name, protocol.title, protocol.version, data.fingerprint, data.cutoff, data.known_at, h.n, data.entries,
        tuple((p.name, p.label, int(inside[p.name].sum())) for p in protocol.populations),
        tuple((str(r or p), int(n)) for p, r, n in phases.iter_rows()),
        estimates, measured, inside, exposure, tuple((int(c), int(n)) for c, n in zip(counted, numbers, strict=True)),
        tuple(c for c in compared if c is not None), tuple(_designs(protocol, estimates)), _deviations(data), used, versions(), protocol.notice,
    )  # fmt: skip


def spread(values: Any) -> Spread:
    """Number, mean, standard deviation, median, quartiles (R's type 7) and range; NaN without values."""
    x = np.asarray(values, dtype=float)
    x = x[~np.isnan(x)]
    if x.size == 0:
        return Spread(0, *(np.nan,) * 7)
    q1, middle, q3 = np.percentile(x, (25, 50, 75))
    sd = float(x.std(ddof=1)) if x.size > 1 else np.nan
    return Spread(int(x.size), float(x.mean()), sd, float(middle), float(q1), float(q3), float(x.min()), float(x.max()))


def versions() -> dict[str, str]:
    """What the numbers were computed with."""
    found = {"trialrun": __version__, "python": ".".join(map(str, sys.version_info[:3]))}
    return found | {name: version(name) for name in ("numpy", "scipy", "numba", "polars", "matplotlib")}


def _cycles(protocol: Any, subject: dict[str, Any]) -> Any:
    keys = {s.key: s.of for s in protocol.standing}
    name = keys.get("cycles_in_all") or keys.get("cycle")
    return subject[name] if name in subject else np.full(len(subject["treated_on"]), np.nan)


def _deviations(data: Datasets) -> tuple[tuple[str, int, int], ...]:
    found = data.deviation.group_by("kind").agg(pl.len().alias("n"), pl.col("participant").n_unique().alias("people"))
    return tuple((str(k), int(n), int(p)) for k, n, p in found.sort("n", "kind", descending=[True, False]).iter_rows())


def _undecided(protocol: Any) -> tuple[tuple[str, str, str], ...]:
    return tuple((r.id, r.question, r.answer) for r in protocol.readings)


def _designs(protocol: Any, estimates: dict[str, Estimate]) -> list[DesignTest]:
    found = []
    for d in protocol.designs:
        e = estimates.get(d.endpoint)
        if isinstance(e, Rate) and e.n:
            p = binomial_test(e.reached, e.n, d.null, alternative="greater")
            plan = exact_design(e.n, d.null, d.alternative, alpha=d.alpha)
            found.append(DesignTest(d.name, d.null, p, plan.critical, e.reached, e.n, d.confirmed, d.source))
    return found


def _compare(
    f: Figure,
    data: Datasets,
    subject: dict[str, Any],
    treated: Any,
    estimates: dict[str, Estimate],
    within: Any,
    exposure: dict[str, Spread],
) -> Compared | None:
    if f.counterpart == "historical control":
        return None
    if f.counterpart == "subject":
        return _of_subjects(f, subject, treated)
    if f.counterpart == "exposure":
        s = exposure[f.statistic.removeprefix("median ")]
        return Compared(f, s.n, s.median, s.q1, s.q3)
    if f.counterpart == "adverse event":
        return _of_events(f, data, treated)
    e = within(f.counterpart, f.given) if f.given is not None else estimates.get(f.counterpart)
    return None if e is None else _of_estimate(f, e)


def _of_subjects(f: Figure, subject: dict[str, Any], treated: Any) -> Compared:
    if f.given is None:
        s = spread(subject[f.statistic.removeprefix("median ")][treated])
        return Compared(f, s.n, s.median, s.q1, s.q3)
    known = truth(f.given, subject, treated)
    return _share(f, int((known > 0.5).sum()), int((known != 0.5).sum()))


def _of_events(f: Figure, data: Datasets, treated: Any) -> Compared:
    rows = data.adverse_event.filter(data.adverse_event["emergent"])
    hit = test(f.given, arrays(rows), np.arange(len(rows))) if f.given is not None and len(rows) else np.ones(len(rows), bool)
    return _share(f, len(set(rows["participant"].to_numpy()[hit])), len(treated))


def _share(f: Figure, x: int, n: int) -> Compared:
    if n == 0:
        return Compared(f, 0, np.nan, np.nan, np.nan)
    p = clopper_pearson(x, n)
    return Compared(f, n, 100 * p.value, 100 * p.lower, 100 * p.upper)


def _of_estimate(f: Figure, e: Estimate) -> Compared | None:
    if isinstance(e, Rate):
        return Compared(f, e.n, 100 * e.value, 100 * e.lower, 100 * e.upper)
    if isinstance(e, Survival):
        if f.statistic == "median":
            return Compared(f, e.n, e.median.value, e.median.lower, e.median.upper)
        how, _, place = f.statistic.partition(" ")
        r = next((r for r in e.landmarks if r.place == place), Reading(place, np.nan, np.nan, np.nan))
        value, lower, upper = (100 * x for x in (r.value, r.lower, r.upper))
        if how == "by":
            value, lower, upper = 100 - value, 100 - upper, 100 - lower
        return Compared(f, e.n, value, lower, upper)
    return None


def _number(x: Any) -> Any:
    return None if isinstance(x, float) and not math.isfinite(x) else x


def _reading(r: Reading) -> dict[str, Any]:
    return {k: _number(v) for k, v in vars(r).items()}


def _json(e: Estimate) -> dict[str, Any]:
    data: dict[str, Any] = {"label": e.endpoint.label, "kind": e.endpoint.kind, "population": e.endpoint.population, "n": e.n}
    if isinstance(e, Rate):
        return data | {"reached": e.reached, "open": e.open} | {k: _number(getattr(e, k)) for k in ("value", "lower", "upper")}
    if isinstance(e, Survival):
        return data | {
            "events": e.events, "median_months": _reading(e.median), "follow_up_months": _number(e.follow_up), "open": e.open,
            "landmarks": [_reading(r) for r in e.landmarks],
        }  # fmt: skip
    assert isinstance(e, Competing)
    return data | {"events": list(e.events), "landmarks": [[_reading(r) for r in row] for row in e.landmarks]}
