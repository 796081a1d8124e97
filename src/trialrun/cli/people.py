"""Verbs on one participant: walk, calendar, schema."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..disk import file_name
from . import CALL, DONE, INPUT, Problem, sources
from .screen import Document
from .shown import calendar_shown, standing_shown

Answer = tuple[int, dict[str, Any], Any]


def walk(options: Namespace) -> Answer:
    """Show where a participant stands, and the road."""
    from ..journey.standing import where
    from ..journey.standing_text import as_text

    known, day = sources.known_at(options.known_at), None if options.on is None else sources.day(options.on, "--on")
    if options.virtual is not None:
        name = options.things[0] if options.things else sources.DEFAULT
        ready = sources.ready(name)
        entries = _virtual(ready, options, name)
        ready, view = sources.seen(ready, options.role)
    else:
        name, rest = sources.apart(options.things, 1, "a journal: trialrun walk [STUDY] JOURNAL.jsonl --on DATE")
        with sources.read_for(options.role):
            people, frozen = sources.journals(rest[0])
        ready = (sources.came_with(rest[0], frozen) if len(options.things) == 1 else None) or sources.ready(name)
        entries = _one(people, options.participant)
        ready, view = sources.seen(ready, options.role)
    entries = entries if view is None else view.entries(entries)
    _sent_back(ready, entries)
    on = day if day is not None else sources.last_day({"": entries}, known, "--on")
    here = where(ready, entries, on, known)
    if options.plot:
        from ..analysis.datasets.road import road_values
        from ..report.figures import road_figure

        place = Path(options.out if options.out is not None else f"{file_name(here.participant)}-road.svg")
        sources.write(place, road_figure(road_values(here)), 'id="road-')
        sources.say(f"the road is drawn in {place}")
    return DONE, here.as_json(), standing_shown(here, as_text(here), options.all)


def _sent_back(ready: Any, entries: Any) -> None:
    """What cannot be read goes back to whoever wrote it, all of it at once."""
    from ..journey.taking import sent_back

    wrong = sent_back(ready, entries)
    if wrong:
        raise Problem("\n".join(f"sequence {q.entry}, {q.event}: {q.says}" for q in wrong), INPUT)


def _virtual(ready: Any, options: Namespace, name: str) -> Any:
    from ..simulation.virtual import nature_of, simulate_by_name

    nature = nature_of(ready, name)
    if nature.name != "declared":
        sources.say(nature.notice)
    return simulate_by_name(ready, options.virtual, seed=options.seed, nature=nature)


def _one(people: Mapping[str, Any], participant: str | None) -> Any:
    if participant is not None:
        if participant not in people:
            raise Problem(f"the journal has no participant {participant!r}; it has {', '.join(list(people)[:5])}", INPUT)
        return people[participant]
    if not people:
        raise Problem("the journal holds no entries", INPUT)
    if len(people) != 1:
        raise Problem(f"the journal holds {len(people)} participants: name one with --participant", CALL)
    return next(iter(people.values()))


def calendar(options: Namespace) -> Answer:
    """Every date of a participant from a start date."""
    from ..journey.calendar import calendar as dates
    from ..journey.calendar import left_out
    from ..protocol.words.times import iso

    ready, _ = sources.seen(sources.ready(options.study), options.role)
    start = sources.day(options.start, "--start")
    rows, missing = dates(ready, start), left_out(ready, start)
    data = {
        "study": ready.protocol.name,
        "version": ready.protocol.version,
        "fingerprint": ready.fingerprint,
        "start": iso(start),
        "dates": [
            {
                "on": iso(r.on),
                "what": r.what,
                "earliest": iso(r.earliest),
                "latest": iso(r.latest),
                "time": "not recorded" if r.timed else None,
                "window": "not stated" if r.unstated else None if r.earliest is None else "stated",
                "source": r.source,
                "day": study_day(r.on, start),
            }
            for r in rows
        ],
        "left_out": [{"what": v.what, "on": iso(v.on), "because": v.because, "source": v.source} for v in missing],
        "notice": ready.protocol.notice,
    }
    return DONE, data, calendar_shown(ready.protocol.title, data)


def study_day(on: int, start: int) -> int:
    """The study day of a date, as CDISC counts: the start is day 1, the day before it is day -1; there is no day 0."""
    return on - start + (1 if on >= start else 0)


def schema(options: Namespace) -> Answer:
    """The JSON Schema of a format."""
    import json

    from ..journey.schema import SCHEMAS, schema_of

    if options.name not in SCHEMAS:
        raise Problem(f"there is no format {options.name!r}: name one of {', '.join(SCHEMAS)}", CALL)
    data = schema_of(options.name, sources.study(options.study)[0])
    return DONE, data, Document(json.dumps(data, indent=2, ensure_ascii=False))
