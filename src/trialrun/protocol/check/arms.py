"""Arms in the check: what belongs to one arm must not be met before the allocation is recorded, for until then nobody knows the arm."""

from __future__ import annotations

from collections.abc import Iterator

from ..language import Protocol
from .faults import Finding, quote
from .walks import Walks


def allocations(protocol: Protocol) -> tuple[str, ...]:
    """The events that the entries which record an arm give."""
    return tuple(y.event for f in protocol.forms if any(m.role == "arm" for m in f.items) for y in f.yields)


def unrecorded(protocol: Protocol) -> Iterator[Finding]:
    """Arms that no form records, or that the form's code list does not name."""
    items = [m for f in protocol.forms for m in f.items if m.role == "arm"]
    if protocol.arms and not items:
        yield Finding("arm", "no form records the arm: give one an item measure(.., codes=(the arms' names), role='arm')")
    for m in items:
        for arm in protocol.arms:
            if m.codes and arm.name not in m.codes:
                yield Finding("arm", f"the item ‘{m.name}’ cannot record the arm ‘{arm.name}’: add it to codes=", ((arm.source, arm.name),))


def too_early(walks: Walks) -> Iterator[Finding]:
    """Sentences of one arm that are met before the allocation, as the legal table has it."""
    own = {i for i, r in enumerate(walks.rules) if r.arms}
    if not own:
        return
    events = allocations(walks.protocol)
    unallocated = walks.forward(walks.start(), ~walks.on(events) if events else walks.source >= 0)
    for i in sorted(own):
        met = unallocated[walks.source] & (walks.rule == i) & ~(walks.on(events) if events else walks.source < 0)
        if met.any():
            step = walks.nearest_step(met)
            s, event = int(walks.source[step]), walks.events[walks.event[step]]
            says = "this sentence of one arm is met before the allocation is recorded: write what holds until then for every arm"
            yield Finding("arm", says, (quote(walks.rules[i]),), walks.say(s), (*walks.path(s), event))
