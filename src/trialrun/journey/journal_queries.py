"""Questions about a journal as such: gaps, corrections of what is not there, corrected twice, withdrawn, and another study's entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..protocol.words.times import could_be
from .journal import Entry
from .knowledge import corrections, known
from .ready import Ready
from .values import Query


def of_journal(ready: Ready, on: int, entries: Sequence[Entry], known_at: str | None) -> Iterator[Query]:
    """Every question about the journal up to a day, as known at a time."""
    there = sorted(e.sequence for e in entries)
    before = dict(zip(there, [0, *there], strict=False))
    seen: set[int] = set()
    shown = known(entries, known_at)
    for e in shown:
        if could_be(e.happened_on)[0] <= on:
            yield from _of_entry(ready, e, before[e.sequence], seen)
        seen.add(e.sequence)
    yield from _of_corrections(shown, on)


def _of_entry(ready: Ready, e: Entry, before: int, seen: set[int]) -> Iterator[Query]:
    if e.sequence > before + 1:
        first, last = before + 1, e.sequence - 1
        what = f"sequence {first} is" if first == last else f"sequences {first} to {last} are"
        yield Query(e.sequence, e.event, "sequence", "gap", f"{what} not in the journal: send what is missing")
    if e.corrects is not None and e.corrects not in seen:
        says = f"sequence {e.corrects} is not in the journal before it, so it stands by itself: name the entry that it replaces"
        yield Query(e.sequence, e.event, "corrects", "unknown correction", says)
    elif e.values is None and e.corrects is None and e.event in ready.forms and ready.forms[e.event].items:
        says = "null values withdraw the entry that `corrects` names, and none is named, so it stands without values: name it, or write {}"
        yield Query(e.sequence, e.event, "values", "nothing withdrawn", says)
    elif e.keeps:
        says = f"it corrects sequence {e.corrects} and says no values, so it keeps those: write null where that entry is withdrawn"
        yield Query(e.sequence, e.event, "values", "values kept", says)
    yield from _of_protocol(ready, e)


def _of_corrections(shown: Sequence[Entry], on: int) -> Iterator[Query]:
    by_sequence = {e.sequence: e for e in shown}
    below = corrections(shown)
    for n, found in below.items():
        asked = [c for c in found if could_be(c.happened_on)[0] <= on]
        if len(found) > 1 and asked:
            said = ", ".join(str(c.sequence) for c in found)
            says = f"sequence {n} is corrected by {said}; the last recorded stands: withdraw the others"
            yield Query(asked[-1].sequence, asked[-1].event, "corrects", "corrected twice", says)
        for c in asked:
            if c.values is None and not c.keeps and by_sequence[n].corrects in by_sequence:
                says = f"it withdraws sequence {n}, which corrected sequence {by_sequence[n].corrects}: that stands again; withdraw it too if nothing stands"
                yield Query(c.sequence, c.event, "corrects", "correction withdrawn", says)


def _of_protocol(ready: Ready, e: Entry) -> Iterator[Query]:
    name, _, version = (e.protocol or "").partition("@")
    p = ready.protocol
    if name and name != p.name:
        says = f"it was recorded under {e.protocol}, and is read as {p.name}@{p.version}: confirm the study"
        yield Query(e.sequence, e.event, "protocol", "another study", says)
    elif version and not (version.isdigit() and 1 <= int(version) <= p.version):
        known_versions = "1" if p.version == 1 else f"1 to {p.version}"
        says = f"it was recorded under version {version} and is read as version {p.version}; known here: {known_versions}"
        yield Query(e.sequence, e.event, "protocol", "unknown version", says)
