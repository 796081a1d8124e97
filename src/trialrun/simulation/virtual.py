"""Virtual participants by number and by name, each with the nature of its study: what the verbs and the front door call."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..journey.journal import Entry
from ..journey.ready import Ready
from .empirical import Empirical
from .plain import PlainNature
from .walk import Nature, simulate_participant


def simulate(
    ready: Ready,
    n: int,
    seed: int,
    start: int,
    progress: Callable[[int], None] | None = None,
    nature: Nature | None = None,
    trial: int = 1,
    first: int = 1,
) -> Iterator[list[Entry]]:
    """The journals of n participants, one after another, from the `first`; `progress` is told how many are done."""
    chosen = nature or nature_of(ready)
    for done, number in enumerate(range(first, first + n), 1):
        yield simulate_participant(ready, chosen, seed, number, start, trial)
        if progress is not None:
            progress(done)


def nature_of(ready: Ready) -> Nature:
    """The nature of a study: its own where there is one, else the plain one, which asks nothing but the study itself."""
    if ready.protocol.name == Empirical.study:
        return Empirical()
    return PlainNature(ready)


def simulate_by_name(ready: Ready, name: str, seed: int, start: int | None = None, nature: Nature | None = None) -> list[Entry]:
    """The journal of one virtual participant by name (`017-042`), by number (`42`), of trial 3 as `3:017-042`.

    Raises ValueError for a name that this seed does not give, with the one it gives.
    """
    from datetime import date

    chosen = nature or nature_of(ready)
    trial, _, rest = name.rpartition(":")
    number = rest.rpartition("-")[2]
    if not number.isdigit() or int(number) < 1 or not (trial.isdigit() or not trial):
        raise ValueError(f"{name!r} names no virtual participant: write 017-042, 42, or 3:017-042 for the third trial")
    first_day = date(2012, 1, 9).toordinal() if start is None else start
    entries = simulate_participant(ready, chosen, seed, int(number), first_day, int(trial or 1))
    given = entries[0].participant if entries else rest
    if "-" in rest and given != rest:
        raise ValueError(f"with seed {seed} participant number {int(number)} is {given}, not {rest}")
    return entries
