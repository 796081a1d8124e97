"""A read-out as JSON data; missing numbers are null."""

from __future__ import annotations

import math
from typing import Any

from ...protocol.words.times import iso
from .plain_data import as_data


def as_json(r: Any) -> dict[str, Any]:
    """Every number of the read-out by name."""
    return {
        "study": r.study, "title": r.title, "version": r.version, "fingerprint": r.fingerprint, "cutoff": iso(r.cutoff),
        "known_at": r.known_at, "participants": r.participants, "entries": r.entries,
        "flow": [{"set": name, "label": label, "n": n} for name, label, n in r.flow],
        "standing": [{"phase": name, "n": n} for name, n in r.standing],
        "endpoints": {name: _json(e) for name, e in r.estimates.items()},
        "exposure": {name: {k: _number(v) for k, v in vars(s).items()} for name, s in r.exposure.items()},
        "cycles": [{"cycles": c, "participants": n} for c, n in r.cycles],
        "published": [
            {
                "figure": c.figure.name, "unit": c.figure.unit, "published": c.figure.value, "published_low": c.figure.low,
                "published_high": c.figure.high, "source": c.figure.source, "confirmed": c.figure.confirmed, "n": c.n,
                "value": _number(c.value), "lower": _number(c.lower), "upper": _number(c.upper), "inside": c.inside,
            }
            for c in r.compared
        ],
        "designs": [{k: _number(v) for k, v in vars(d).items()} for d in r.designs],
        "deviations": [{"kind": kind, "n": n, "participants": people} for kind, n, people in r.deviations],
        "undecided": [i for i, _, _ in r.undecided], "versions": r.versions, "notice": r.notice,
        "historical": None if r.historical is None else r.historical.as_json(),
        "factors": [as_data(level) for level in r.factors], "switches": [_switch(s) for s in r.switches],
        "arms": [_contrast(c) for c in r.arms], "arm_tests": r.arm_tests.as_json(), "reasons": [as_data(x) for x in r.reasons],
    }  # fmt: skip


def _number(x: Any) -> Any:
    return None if isinstance(x, float) and not math.isfinite(x) else x


def _reading(r: Any) -> dict[str, Any]:
    return {k: _number(v) for k, v in vars(r).items()}


def _json(e: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"label": e.endpoint.label, "kind": e.endpoint.kind, "population": e.endpoint.population, "n": e.n}
    data |= {"sensitivity_of": e.endpoint.sensitivity_of} if e.endpoint.sensitivity_of else {}
    if e.endpoint.kind == "proportion":
        return data | {"reached": e.reached, "open": e.open} | {k: _number(getattr(e, k)) for k in ("value", "lower", "upper")}
    if e.endpoint.kind == "count":
        rate = {k: _number(getattr(e, k)) for k in ("value", "lower", "upper")}
        return data | {"events": e.events, "participants_with": e.people, "days": e.days, "per": str(e.per), **rate}
    if e.endpoint.kind == "ordered":
        return data | {"known": e.known, "categories": dict(zip(e.levels, e.counts, strict=True))}
    if e.endpoint.kind == "repeated":
        over = {k: v for k, v in _quantity(e.whole).items() if k not in data}
        return data | over | {"visits": [{"visit": name, **_quantity(x)} for name, x in e.visits]}
    if e.endpoint.kind == "value":
        return data | _quantity(e)
    if e.endpoint.kind == "time":
        return data | {
            "events": e.events, "landmarks_are": "free of the event", "median_months": _reading(e.median), "follow_up_months": _number(e.follow_up), "open": e.open,
            "landmarks": [_reading(r) for r in e.landmarks],
        }  # fmt: skip
    return data | {"events": list(e.events), "landmarks": [[_reading(r) for r in row] for row in e.landmarks]}


def _quantity(e: Any) -> dict[str, Any]:
    told = {"n": e.n, "known": e.known, "below_detection": e.below, "imputed": e.imputed, "average": e.endpoint.value.average}
    told |= {k: _number(getattr(e, k)) for k in ("value", "lower", "upper")}
    return told | {name: _reading(getattr(e, name)) for name in ("analysed", "read", "baseline")}


def _switch(s: Any) -> dict[str, Any]:
    return {
        "by": s.by, "endpoint": s.endpoint.name, "as_if_known_on_day_0": as_data(s.naive), "as_a_covariate_that_changes": as_data(s.changing),
        "from_landmarks": [{"place": x.place} | as_data(x.ratio) for x in s.landmarks], "source": s.source, "confirmed": s.confirmed,
    }  # fmt: skip


def _contrast(c: Any) -> dict[str, Any]:
    return {
        "endpoint": c.name, "arms": {name: _json(e) for name, e in c.arms}, "effect": c.effect,
        "effects": {name: as_data(x) for name, x in c.effects}, "test": c.test, "p_value": _number(c.p_value),
        **({"why": c.why} if c.why else {}),
        **({"visits": [as_data(x) for x in c.visits]} if c.visits else {}),
        **({"margins": [as_data(x) for x in c.margins]} if c.margins else {}),
        **({"adjusted_means": {name: as_data(x) for name, x in c.adjusted}} if c.adjusted else {}),
    }  # fmt: skip
