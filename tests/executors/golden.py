"""Digests of what is carried out for fixed journals: the standing, the road, what is taken in, queries, happenings, exposure, last days.

    python -m tests.executors.golden    write the digests anew

The studies and journals are those of houses.py: the play page's vectors, those that the oracle draws, and generated studies of every construct. Words for people count
with their numbers and dates only. A digest that moves says that a meaning moved: read the vectors' difference, then write it anew.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.executors.houses import SHIPPED, cases, made, tried

from trialrun.analysis.datasets.exposure import days_covered, exposure
from trialrun.analysis.datasets.happenings import Rows, tell, wanted_by
from trialrun.analysis.datasets.planned_amounts import plan_of, planned_cycles
from trialrun.journey.administrations import administered, still_owed
from trialrun.journey.calendar import calendar
from trialrun.journey.journal import Entry
from trialrun.journey.last_day import last_day, last_day_of_all
from trialrun.journey.proposals import proposed
from trialrun.journey.ready import Ready
from trialrun.journey.standing import where
from trialrun.journey.taking import sent_back
from trialrun.protocol.words.times import iso, ordinal

PLACE = Path(__file__).parent / "golden.json"
SENTENCE = ("source",)
WORDS = frozenset(("says", "because", "words", "what", "reason", "label", "formula", "why"))
LEFT_OUT = ("study", "version", "fingerprint", "notice", "undecided")
NUMBERS = re.compile(r"[0-9][0-9.:-]*")


def digest(value: Any) -> str:
    """A digest of a plain value."""
    return sha256(json.dumps(plain(value), sort_keys=True, default=str).encode()).hexdigest()[:12]


def plain(value: Any, key: str = "") -> Any:
    """A value as JSON has it: words for people with their numbers only, sentences by their source."""
    kind = type(value)
    if kind is str:
        return NUMBERS.findall(value) if key in WORDS else value
    if value is None or kind is int or kind is float or kind is bool:
        return value
    if kind is list or kind is tuple:
        return [plain(v, key) for v in value]
    names = _fields_of(kind)
    if names == SENTENCE:
        return value.source
    if names is not None:
        return {name: plain(getattr(value, name), name) for name in names if name not in LEFT_OUT or kind.__base__ is not tuple}
    if hasattr(value, "items"):
        return {str(k): plain(v, str(k)) for k, v in value.items() if k not in LEFT_OUT}
    if isinstance(value, list | tuple):
        return [plain(v, key) for v in value]
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    return value if isinstance(value, int | float) else str(value)


@cache
def _fields_of(kind: type) -> tuple[str, ...] | None:
    """The fields of a kind of value; SENTENCE for what is told by its source; None for what has no fields."""
    if hasattr(kind, "_fields"):
        return tuple(kind._fields)
    if not is_dataclass(kind):
        return None
    names = tuple(f.name for f in fields(kind))
    return SENTENCE if {"source", "words"} <= set(names) else names


def said(ready: Ready, entries: list[Entry], on: int, at: str | None, wanted: Any) -> Iterator[tuple[str, Any]]:
    """What is carried out for one journal, part by part; `wanted` of happenings."""
    here = where(ready, entries, on, at)
    road = here.road
    yield "standing", here.as_json()
    yield (
        "road",
        [road.turns, road.unheard, road.fired, road.classes, road.doses, road.differ, road.met, [*road.marked()], [*road.ran_on()]],
    )
    yield "taken", [[s.day, s.place, s.entry.sequence, s.partial, s.first, s.last, dict(s.values), s.unread] for s in road.entries]
    yield "administrations", [*administered(ready, road), still_owed(ready, road)]
    yield "proposed", proposed(ready, road)
    rows = Rows(wanted)
    tell(ready, road, 0, rows)
    yield "happenings", [rows.base, rows.counters, rows.clocks, rows.values]
    stretches = exposure(ready, road)
    yield "exposure", [stretches, days_covered(stretches)]
    yield "planned amounts", planned_cycles(ready, road, stretches, plan_of(ready, road.arm))
    day, ahead = last_day(entries, at, on)
    yield "last day", [day, [e.sequence for e in ahead]]


def of_study(ready: Ready, house: str) -> Iterator[tuple[str, Any]]:
    """What is carried out for a study at once: its table, its calendar from two starts, the last day of all, what is sent back."""
    yield "table", [r.table.fingerprint() + digest(r.table.rule.tolist()) for r in (ready, *ready.arms.values())]
    if ready.protocol.nominal:
        yield "calendar", [calendar(ready, ordinal(day)) for day in ("2012-03-05", "2012-01-31")]
    every = [entries for _, entries, _ in cases(house)]
    yield "last day of all", [last_day_of_all(every, at)[0] for at in (None, "2012-12-01")]
    yield "sent back", [sent_back(ready, entries) for entries in every]


def told(ready: Ready, house: str, number: int) -> Iterator[tuple[str, str]]:
    """The digests of one journal of a study, by name; those of the study itself come with the first."""
    if number == 0:
        for name, value in of_study(ready, house):
            yield name, digest(value)
    name, entries, asked = cases(house)[number]
    parts: dict[str, list[str]] = {}
    wanted = wanted_by(ready.protocol)
    for on, at in dict.fromkeys(asked):
        for what, value in said(ready, entries, on, at, wanted):
            parts.setdefault(what, []).append(digest([iso(on), at, value]))
    for what, found in parts.items():
        yield f"{name}: {what}", digest(found)


@cache
def written() -> dict[str, dict[str, str]]:
    """The digests as they are committed."""
    return json.loads(PLACE.read_text(encoding="utf-8"))


def agrees(study: Callable[[str], Ready], house: str, number: int) -> None:
    """The digests of today are those that are committed."""
    for name, found in told(study(house), house, number):
        assert written()[house].get(name) == found, f"{house}: {name}"


def today(ready: Ready, house: str) -> dict[str, str]:
    """Every digest of a study as it is today."""
    return dict(x for number in range(len(cases(house))) for x in told(ready, house, number))


def main() -> None:
    """Write the digests anew."""
    every = {house: today(made(house), house) for house in (*SHIPPED, *tried())}
    PLACE.write_text(json.dumps(every, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{sum(map(len, every.values()))} digests")


if __name__ == "__main__":
    main()
