"""Whether endpoints and analysis sets name only what their study has: each wrong name with its place and the nearest right one."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from ..words.expressions import Clock, Ref, nodes
from ..words.sources import KINDS, Source

LISTS = ("starts", "events", "competing", "censors", "cut", "fails_without", "settled")
ANALYSES = ("subgroup", "marks", "switch", "reasons", "actions", "asked", "best")
CALLED = {"population": "analysis set", "entry": "form", "screening": "screening value", "anchor": "moment"}


def wrong_names(protocol: Any) -> list[str]:
    """Every endpoint, analysis set or analysis that names an event, moment, form, phase, value or set that the study does not have."""
    known = _known(protocol)
    found: list[str] = []
    for p in protocol.populations:
        place = f"analysis set {p.name!r}"
        found += _wrong(place, "population", (p.within,) if p.within else (), known)
        found += [w for s in (*p.has, *p.lacks) for w in _source(place, s, known)]
    for e in protocol.endpoints:
        place = f"endpoint {e.name!r}"
        found += _wrong(place, "population", (e.population,), known)
        if e.kind in ("time", "competing", "count") and not e.starts:
            found.append(f"{place}: a time has no start; name it with starts=..")
        if e.kind == "competing" and not e.competing:
            found.append(f"{place}: competing causes need a second cause; name it with competing=..")
        found += _wrong(place, "endpoint", (e.sensitivity_of,) if e.sensitivity_of else (), known)
        found += [w for part in LISTS for s in getattr(e, part) for w in _source(place, s, known)]
        if e.value is not None:
            found += [w for n in nodes(e.value.item) if isinstance(n, Ref) for w in _wrong(place, n.kind, (n.name,), known)]
            found += [w for x in e.value.instead for s in x.sources for w in _source(place, s, known)]
            found += _wrong(place, "entry", e.value.baseline_in, known) + _wrong(place, "screening", e.value.adjusted, known)
    for a in protocol.analyses:
        place = f"analysis {a.by or a.kind!r}"
        found += _wrong(place, "endpoint", (a.endpoint,) if a.endpoint else (), known)
        if a.kind not in ANALYSES:
            found.append(f"{place}: the kind {a.kind!r} is unknown; use one of {', '.join(ANALYSES)}")
        found += _wrong(place, "screening", (a.by,) if a.kind == "asked" else (), known)
        found += [w for s in (*a.marks, *(s for c in a.causes for s in (*c.sources, *c.since))) for w in _source(place, s, known)]
        found += [w for x in a.levels for n in nodes(x.given) if isinstance(n, Ref) for w in _wrong(place, n.kind, (n.name,), known)]
    for c in protocol.terminologies:
        found += _wrong(f"terminology {c.name!r}", "item", (c.of,), known)
    for f in protocol.published:
        elsewhere = f.counterpart in ("subject", "exposure", "adverse event", "historical control")
        found += _wrong(f"published figure {f.name!r}", "endpoint", () if elsewhere else (f.counterpart,), known)
        found += _wrong(f"published figure {f.name!r}", "population", (f.within,) if f.within else (), known)
        about = (f.about,) if f.about else ()
        found += _wrong(f"published figure {f.name!r}", "screening" if f.counterpart == "subject" else "endpoint", about, known)
    for o in protocol.objectives:
        found += _wrong(f"objective {o.words!r}", "endpoint", o.endpoints, known)
    for k in protocol.columns:
        place = f"column {k.name!r}"
        found += [w for s in k.sources for w in _source(place, s, known)]
        found += [w for x in k.levels for n in nodes(x.given) if isinstance(n, Ref) for w in _wrong(place, n.kind, (n.name,), known)]
    return found


def _known(protocol: Any) -> dict[str, set[str]]:
    return {
        "event": {e.name for e in protocol.events} | {c.name for r in (*protocol.rules, *protocol.breaches) for c in r.clocks},
        "moment": {m.name for m in protocol.moments if m.derived is None},
        "anchor": {m.name for m in protocol.moments},
        "entry": {f.entry for f in protocol.forms},
        "class": {c.name for f in protocol.forms for c in f.classes},
        "visit": {v.name for v in protocol.visits},
        "phase": {p.name for p in protocol.phases},
        "flag": {f.name for f in protocol.flags},
        "count": {c.name for c in protocol.counts},
        "measure": {m.name for f in protocol.forms for m in f.items} | {name for f in protocol.forms for name in f.computed},
        "item": {m.name for f in protocol.forms for m in f.items},
        "screening": {m.name for f in protocol.forms if f.keeps_screening for m in f.items},
        "population": {p.name for p in protocol.populations},
        "endpoint": {e.name for e in protocol.endpoints},
    }


def _source(place: str, s: Source, known: dict[str, set[str]]) -> list[str]:
    if s.kind not in KINDS:
        return [f"{place}: the source kind {s.kind!r} is unknown; use one of {', '.join(KINDS)}"]
    found = _wrong(place, s.kind, s.of, known) + _wrong(place, "phase", s.at, known)
    for node in nodes(s.given):
        if isinstance(node, Ref):
            found += _wrong(place, node.kind, (node.name,), known)
        elif isinstance(node, Clock):
            if node.kind == "full":
                found.append(
                    f"{place}: a condition on the stopwatch {node.of!r} cannot be read here; ask for a moment with past(..) or reached(..)"
                )
            else:
                found += _wrong(place, "anchor", (node.of,), known)
    return found + [w for group in (s.after, s.before, s.unless, s.since) for x in group for w in _source(place, x, known)]


def _wrong(place: str, kind: str, names: tuple[str, ...], known: dict[str, set[str]]) -> list[str]:
    found = []
    for name in names:
        if name not in known[kind]:
            near = get_close_matches(name, sorted(known[kind]), 1)
            cure = f"did you mean {near[0]!r}?" if near else f"the study has {', '.join(sorted(known[kind])[:6]) or 'none'}"
            found.append(f"{place} names the {CALLED.get(kind, kind)} {name!r}, which the study does not have: {cure}")
    return found
