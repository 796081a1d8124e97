"""Which record each entry belongs to: what it continues, followed through corrections and other continuations to the entry that began it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .journal import Entry
from .knowledge import Stands
from .ready import Ready
from .values import Unread, quoted

ITEM, UNKNOWN_RECORD, BEGIN_WITHDRAWN = "continues", "unknown record", "begin withdrawn"


class Link(NamedTuple):
    """The record of an entry, by the place of what began it, and what is asked about that."""

    record: int
    asked: tuple[Unread, ...] = ()


def links(ready: Ready, there: Sequence[Entry], kept: Sequence[Stands]) -> dict[int, Link]:
    """The record of each entry that stands, by its place. `there` are all entries that are known, by sequence.

    A correction that does not say what it continues continues what it corrects. What cannot be followed begins a record of its own.
    """
    by_sequence = {e.sequence: e for e in there}
    place: dict[int, int] = {}
    for e in there:
        place[e.sequence] = e.sequence if e.corrects is None else place.get(e.corrects, e.sequence)
    standing = {s.place: s.entry for s in kept}
    named = {p: _named(standing.get(p, by_sequence[p]), by_sequence) for p in set(place.values())}
    ahead: dict[int, int] = {}
    found: dict[int, tuple[Unread, ...]] = {}
    for p, (sequence, said_at) in sorted(named.items()):
        if sequence is None:
            continue
        fault = _fault(ready, standing.get(p, by_sequence[p]), sequence, said_at, place, standing, by_sequence)
        if fault is None and _leads(ahead, place[sequence], p):
            fault = (f"sequence {sequence}, which it continues, continues it", "name the entry that began it")
        if fault is None:
            ahead[p] = place[sequence]
        else:
            found[p] = (Unread(ITEM, UNKNOWN_RECORD, f"{fault[0]}, so it stands by itself: {fault[1]}"),)
    told = {}
    for p in standing:
        began = p
        while began in ahead:
            began = ahead[began]
        if began not in standing:
            says = f"sequence {began}, which began it, is withdrawn, and it goes on without that: continue the entry that begins it, or withdraw it too"
            found[p] = (Unread(ITEM, BEGIN_WITHDRAWN, says),)
        told[p] = Link(began, found.get(p, ()))
    return told


def _named(e: Entry, by_sequence: dict[int, Entry]) -> tuple[int | None, int]:
    """The sequence that an entry says that it continues, or what it corrects says, and the entry that says so."""
    while e.continues is None and e.corrects is not None and e.corrects < e.sequence and e.corrects in by_sequence:
        e = by_sequence[e.corrects]
    return e.continues, e.sequence


def _fault(
    ready: Ready, e: Entry, sequence: int, said_at: int, place: dict[int, int], standing: dict[int, Entry], by_sequence: dict[int, Entry]
) -> tuple[str, str] | None:
    """Why an entry cannot continue what it names, and the cure."""
    form = ready.forms.get(e.event)
    if form is None:
        return None
    if form.form.lives is None:
        return f"entries of {quoted(e.event)} do not go on with one another", "leave continues out"
    if sequence not in place or sequence >= said_at:
        return f"sequence {sequence} is not in the participant's journal before it", "name the entry that began it"
    began = standing.get(place[sequence], by_sequence[place[sequence]])
    if began.event != e.event:
        return (
            f"sequence {sequence} is {quoted(began.event)}, and an entry continues one of its own form",
            f"name the {quoted(e.event)} that began it",
        )
    return None


def _leads(ahead: dict[int, int], start: int, to: int) -> bool:
    """Whether what is followed from one place comes to another."""
    while start != to and start in ahead:
        start = ahead[start]
    return start == to
