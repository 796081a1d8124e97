"""Stories to begin with: the journey that goes by the plan, those shipped for a study, else the shortest legal ways to far phases."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from ..journey.fold import Road, due_day, fold
from ..journey.journal import Entry
from ..journey.ready import Ready
from ..journey.taking import what_stands
from ..protocol.language import of_arm
from ..protocol.table import compile_table
from ..protocol.words.times import iso, ordinal
from .play_choices import Values, choices, outcome_of

WANTED = 3


@dataclass(frozen=True)
class Story:
    """A few entries of a journal, in recorded order, with a title and a sentence of what they show; `until` is the day it stops on."""

    title: str
    says: str
    entries: tuple[Mapping[str, Any], ...]
    until: str


def stories_for(ready: Ready, start: str) -> list[Story]:
    """Three stories or so for a study, beginning on `start` (YYYY-MM-DD)."""
    first = ordinal(start)
    found = [*_shipped(ready, first), *_by_the_plan(ready, first)]
    return found[:WANTED] if len(found) >= WANTED else [*found, *_shortest(ready, first, WANTED - len(found))]


def entries_of(rows: Sequence[tuple[int, str, Mapping[str, Any]]], first: int) -> tuple[dict[str, Any], ...]:
    """Journal entries from (days after the first, entry, values)."""
    return tuple({"happened_on": iso(first + day), "event": event, "values": dict(values)} for day, event, values in rows)


def _shipped(ready: Ready, first: int) -> list[Story]:
    """Stories that lie beside the page under the study's name, where its forms are the ones that they use."""
    place = files(__package__) / "play_page" / "stories" / f"{ready.protocol.name}.json"
    if not place.is_file():
        return []
    found = []
    for told in json.loads(place.read_text(encoding="utf-8")):
        rows = [(row[0], row[1], row[2] if len(row) > 2 else {}) for row in told["entries"]]
        if all(event in ready.forms for _, event, _ in rows):
            found.append(Story(told["title"], told["says"], entries_of(rows, first), iso(first + told["until"]) or ""))
    return found


def _by_the_plan(ready: Ready, first: int) -> list[Story]:
    nominal = ready.protocol.nominal
    if not nominal:
        return []
    low = min(n.day for n in nominal)
    rows = [(n.day - low, n.entry, dict(n.values)) for n in nominal]
    return [Story("All goes by the plan", "The study's own nominal journey.", entries_of(rows, first), iso(first + rows[-1][0]) or "")]


def _shortest(ready: Ready, first: int, wanted: int) -> list[Story]:
    """The shortest legal ways to the phases that lie farthest from the start; in a study with arms those of its first arm."""
    legal = compile_table(of_arm(ready.protocol, next(iter(ready.arms), "")))
    phases = legal.meaning.phases
    depth: dict[str, tuple[int, int]] = {}
    for s in range(len(legal.values)):
        depth.setdefault(legal.status(s)[0], (len(legal.path(s)), s))
    produced = _producers(ready)
    found: list[Story] = []
    told_of: set[str] = set()
    for name, (_, s) in sorted(depth.items(), key=lambda d: (-d[1][0], d[1][1])):
        if len(found) == wanted:
            break
        if phases[name].shown in told_of:
            continue
        told = _dated(ready, legal.path(s), first, produced)
        if told is not None and told[0]:
            rows, day = told
            told_of.add(phases[name].shown)
            title = f"The shortest way to: {phases[name].shown}" + (f" ({phases[name].reason})" if phases[name].reason else "")
            found.append(Story(title, "Found by the study's own table.", entries_of(rows, first), iso(day) or ""))
    return found


def _producers(ready: Ready) -> dict[str, tuple[str, Values]]:
    """For each protocol event an entry that gives it and nothing else."""
    found: dict[str, tuple[str, Values]] = {}
    for name, form in ready.forms.items():
        for values in choices(ready, form):
            events = outcome_of(form, values)[1]
            if len(events) == 1:
                found.setdefault(events[0], (name, values))
    return found


def _dated(
    ready: Ready, path: Sequence[str], first: int, produced: Mapping[str, tuple[str, Values]]
) -> tuple[list[tuple[int, str, Values]], int] | None:
    """A path of events as dated entries: clocks pass the days until they are due. None where an event has no entry of its own."""
    rows: list[tuple[int, str, Values]] = []
    day = first
    clocks = ready.of(next(iter(ready.arms), "")).table.meaning.clocks
    for event in path:
        clock = clocks.get(event)
        if clock is None:
            if event not in produced:
                return None
            name, values = produced[event]
            rows.append((day - first, name, values))
        else:
            due = due_day(ready, _walked(ready, rows, first, day), clock)
            if due is None:
                return None
            day = max(day, due)
    return rows, day


def _walked(ready: Ready, rows: Sequence[tuple[int, str, Values]], first: int, day: int) -> Road:
    entries = [Entry("story", n, iso(first + d) or "", event, values) for n, (d, event, values) in enumerate(rows, 1)]
    return fold(ready, what_stands(ready, entries), day)
