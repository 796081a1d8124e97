"""Which entries close a day, end the study for good, or begin a treatment: what the order of a journal's days asks of a study."""

from __future__ import annotations

from ..protocol.language import Protocol


def _always_gives(protocol: Protocol, events: set[str]) -> frozenset[str]:
    """The entries that give one of some events whatever their values."""
    return frozenset(f.entry for f in protocol.forms if any(y.given is None and y.event in events for y in f.yields))


def closing(protocol: Protocol) -> frozenset[str]:
    """The entries of what comes last of all that happened on a day."""
    return _always_gives(protocol, {e.name for e in protocol.events if e.last})


def final(protocol: Protocol) -> frozenset[str]:
    """The entries that end the study for good, whatever stands: every rule that hears their event leads, unasked, to an end that nothing leaves."""
    ends = {p.name for p in protocol.phases if p.end} - {phase for r in protocol.rules if r.to for phase in r.at}
    heard: dict[str, list[bool]] = {}
    for r in protocol.rules:
        for event in r.on:
            heard.setdefault(event, []).append(r.given is None and r.to in ends)
    return _always_gives(protocol, {event for event, found in heard.items() if all(found)})


def at_first(protocol: Protocol) -> frozenset[str]:
    """The entries that are walked on the first day that they could be, where their day is known in part: as they say, or as they begin a treatment."""
    dosed = {phase for d in protocol.doses if d.amount is not None for phase in d.at}
    begins = {event for r in (*protocol.rules, *protocol.breaches) if r.to in dosed and not dosed.issuperset(r.at) for event in r.on}
    told = {f.entry for f in protocol.forms if f.known_in_part}
    said = {f.entry for f in protocol.forms if f.known_in_part == "first"}
    return (_always_gives(protocol, begins) - told) | said
