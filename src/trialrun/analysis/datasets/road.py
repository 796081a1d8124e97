"""A participant's road as plain values for a picture: phases, drug, responses, events, visits."""

from __future__ import annotations

from typing import Any

from ...journey.ready import Ready
from ...journey.standing import Standing
from .exposure import exposure


def road_values(here: Standing) -> dict[str, Any]:
    """What `figures.road_figure` draws, from a standing. Days are ordinals; a visit that the study's end made needless is left out."""
    ready, road = here.ready, here.road
    shown, phases = ready.shown, ready.table.meaning.phases
    days = [s.day for s in road.entries]
    turns = [t for t in road.turns if t.rule is not None]
    begin = min([t.day for t in turns[:1]] + days[:1], default=here.on)
    spans: list[tuple[int, int, str]] = []
    since, phase = begin, turns[0].before if turns else road.phase
    for t in turns:
        if shown[t.after] != shown[phase]:
            spans.append((since, t.day, shown[phase]))
            since = t.day
        phase = t.after
    if not phases[phase].end:
        spans.append((since, here.on, shown[phase]))
    spans = [s for s in spans if s[1] > s[0]]
    stretches = exposure(ready, road)
    several = len({s.drug for s in stretches}) > 1
    drug = [(s.start, s.stop, ("" if s.given is None else f"{s.given:g}") + (f" {s.drug}" if several else "")) for s in stretches]
    events = [(m.day, m.moment) for m in road.marked() if m.moment not in _cycle_marks(ready)]
    events += [(t.day, phases[t.after].reason or shown[t.after]) for t in turns if phases[t.after].end and not phases[t.before].end]
    visits = [(v.target, v.earliest, v.latest, v.made, v.state, v.name) for v in here.planned if v.state != "not owed"]
    return {
        "participant": here.participant, "study": ready.protocol.name, "start": stretches[0].start if stretches else None, "on": here.on,
        "phases": spans, "drug": drug, "responses": [(c.day, c.name) for c in road.classes], "events": events, "visits": visits,
    }  # fmt: skip


def _cycle_marks(ready: Ready) -> set[str]:
    """The moments that are marked wherever a cycle is counted: the picture shows them as the drug that begins."""
    counting = [set(deed.marks) for deed in ready.enacts.deeds if any(e.name == ready.protocol.cycle for e in deed.changes)]
    return set.intersection(*counting) if counting else set()
