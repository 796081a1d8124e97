"""The sealed file of an allocation: block sizes, seed and the list of each stratum; made once, kept away from the study, which holds its SHA-256.

A file is JSON: `format`, `study` (its name), `arms` (name and share), `strata` (their names in order), `multiples` (a block holds every arm
its share times one of these), `seed`, `lists` (stratum -> the arms of its places). Whoever holds a study's seal can tell whether a file is the one that
was sealed, and whoever holds the file whether each participant of a journal got the next place of the right list.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..chance.permuted_blocks import permuted_blocks
from ..journey.fold import fold
from ..journey.journal import Entry, instant
from ..journey.ready import Ready
from ..journey.taking import what_stands
from ..protocol.language import Protocol
from ..protocol.strata import names_of_strata, stratum_of

FORMAT = "trialrun allocation 1"


@dataclass(frozen=True)
class Sealed:
    """A sealed list of allocations, and the SHA-256 of its file."""

    study: str
    arms: tuple[tuple[str, int], ...]
    multiples: tuple[int, ...]
    seed: int
    lists: Mapping[str, tuple[str, ...]]
    mark: str


@dataclass(frozen=True)
class Allocated:
    """One allocation of a journal beside the list: its place in the list of its stratum (from 1), the arm recorded, the arm that stands there."""

    participant: str
    on: int
    stratum: str
    place: int
    arm: str
    listed: str

    @property
    def fits(self) -> bool:
        """Whether the participant got what the list has there."""
        return self.arm == self.listed


def sealed_text(protocol: Protocol, multiples: Sequence[int], seed: int, length: int) -> str:
    """The text of a sealed file for a study. Raises ValueError for a study without arms, and for blocks or a length that make no list."""
    if len(protocol.arms) < 2:
        raise ValueError(f"the study {protocol.name} has no arms to allocate to: declare arms=")
    if length < 1:
        raise ValueError("a list has at least one place")
    arms = [(a.name, a.share) for a in protocol.arms]
    strata = names_of_strata(protocol)
    data = {
        "format": FORMAT, "study": protocol.name, "arms": [list(a) for a in arms], "strata": list(strata), "multiples": list(multiples), "seed": seed,
        "lists": {name: permuted_blocks(seed, k, arms, multiples, length) for k, name in enumerate(strata)},
    }  # fmt: skip
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def mark_of(text: str) -> str:
    """The seal of a sealed file: the SHA-256 of its bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def opened_for(protocol: Protocol, text: str) -> Sealed:
    """A sealed file of a study, opened. Raises ValueError where it is none, of another study, or not the one that the study's seal is of."""
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise ValueError
        made = Sealed(
            str(data["study"]),
            tuple((str(name), int(share)) for name, share in data["arms"]),
            tuple(map(int, data["multiples"])),
            int(data["seed"]),
            {str(name): tuple(map(str, places)) for name, places in data["lists"].items()},
            mark_of(text),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError(f"this is no sealed file of the format {FORMAT!r}: make one with `trialrun allocate`") from None
    declared = protocol.allocation.sealed if protocol.allocation is not None else ""
    if declared and declared != made.mark:
        raise ValueError(
            f"this is not the file that {protocol.name} was sealed with ({made.mark[:12]}…, not {declared[:12]}…): take the one that was kept"
        )
    if (
        made.study != protocol.name
        or made.arms != tuple((a.name, a.share) for a in protocol.arms)
        or set(made.lists) != set(names_of_strata(protocol))
    ):
        raise ValueError(f"this file was sealed for other arms or strata than those of {protocol.name}, version {protocol.version}")
    return made


def held_against(sealed: Sealed, ready: Ready, people: Mapping[str, Sequence[Entry]]) -> list[Allocated]:
    """Every allocation of the journals in the order in which they were recorded, each beside the next place of the list of its stratum."""
    found: list[tuple[tuple[float, int, str], str, str]] = []
    for who, entries in people.items():
        standing = what_stands(ready, entries)
        road = fold(ready, standing, standing[-1].day) if standing else None
        first = {e.sequence: e for e in entries}
        for s in standing:
            form = ready.forms.get(s.entry.event)
            arm = s.values.get(form.arm_item) if form is not None and form.arm_item else None
            if road is not None and arm in ready.names_of_arms:
                root = s.entry
                while root.corrects in first:
                    root = first[root.corrects]
                when = instant(root.recorded_at) if root.recorded_at else float("-inf")
                found.append(((when, s.day, who), stratum_of(ready.protocol, road.screened), str(arm)))
                break
    found.sort(key=lambda x: x[0])
    places: dict[str, int] = {}
    told = []
    for (_, day, who), stratum, arm in found:
        place = places[stratum] = places.get(stratum, 0) + 1
        listed = sealed.lists.get(stratum, ())
        told.append(Allocated(who, day, stratum, place, arm, listed[place - 1] if place <= len(listed) else ""))
    return told


def as_json(told: Sequence[Allocated]) -> list[dict[str, Any]]:
    """Allocations beside the list, as JSON data."""
    from ..protocol.words.times import iso

    return [
        {
            "participant": a.participant,
            "on": iso(a.on),
            "stratum": a.stratum,
            "place": a.place,
            "arm": a.arm,
            "listed": a.listed or None,
            "fits": a.fits,
        }
        for a in told
    ]
