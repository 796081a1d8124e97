"""Virtual participants by number and by name, each with the nature of its study: what the verbs and the front door call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from ..journey.journal import Entry
from ..journey.ready import Ready
from ..protocol.check.natures import nature_findings
from ..protocol.frozen.natures import nature_beside, thaw_nature
from ..protocol.frozen.shipped import shipped
from ..protocol.frozen.study_text import StudyError
from ..protocol.words.natures_acts import Nature as DeclaredNature
from .natures.declared import Declared
from .plain import MADE_UP, PlainNature
from .walk import Nature, simulate_participant

DECLARED, ALIAS, PLAIN = "declared", "empirical", "plain"


def simulate(
    ready: Ready,
    n: int,
    seed: int,
    start: int,
    progress: Callable[[int], None] | None = None,
    nature: Nature | None = None,
    trial: int = 1,
    first: int = 1,
    beside: str | Path | None = None,
) -> Iterator[list[Entry]]:
    """The journals of n participants, one after another, from the `first`; `progress` is told how many are done, `beside` as `declared_for` says."""
    chosen = nature or nature_of(ready, beside)
    for done, number in enumerate(range(first, first + n), 1):
        yield simulate_participant(ready, chosen, seed, number, start, trial)
        if progress is not None:
            progress(done)


def declared_for(ready: Ready, beside: str | Path | None = None) -> tuple[DeclaredNature, str] | None:
    """The nature that is declared for a study, with its fingerprint; None where there is none.

    `beside`: the study's name, folder or file as it was given, and then what the nature asks and the study lacks is an error; without it
    the nature of the shipped study of that name, where it asks nothing that this study lacks. Raises StudyError with every place and cure.
    """
    found = None if beside is None else nature_beside(beside)
    if found is None:
        own = _shipped(ready.protocol.name)
        return own if own is not None and not nature_findings(own[0], ready.protocol) else None
    wrong = nature_findings(found[0], ready.protocol)
    if wrong:
        raise StudyError("\n".join(f"nature: {f.says}" for f in wrong))
    return found


@lru_cache(maxsize=8)
def _shipped(name: str) -> tuple[DeclaredNature, str] | None:
    return nature_beside(name) if name in shipped() else None


def nature_of(ready: Ready, beside: str | Path | None = None) -> Nature:
    """The nature of a study: the declared one where there is one, else the plain one, which asks nothing but the study itself."""
    found = declared_for(ready, beside)
    return PlainNature(ready) if found is None else Declared(ready, *found)


def came_about(seed: str, nature: str) -> str:
    """How virtual participants came about, as reports say it; `seed`: what is said of the seed."""
    return seed if nature != PLAIN else f"{seed}; {MADE_UP}"


def named(ready: Ready, nature: str, declared: str = "") -> Nature:
    """A nature by name: `declared` (older name: `empirical`) or `plain`; `declared` is the frozen text of the one that is meant.

    Without it the study's own is meant, and the plain one where it has none. Raises ValueError for an unknown name.
    """
    if nature not in (DECLARED, ALIAS, PLAIN):
        raise ValueError(f"there is no nature {nature!r} for {ready.protocol.name}: use {DECLARED} or {PLAIN}")
    if nature == PLAIN:
        return PlainNature(ready)
    return Declared(ready, *thaw_nature(declared)) if declared else nature_of(ready)


def simulate_by_name(
    ready: Ready, name: str, seed: int, start: int | None = None, nature: Nature | None = None, beside: str | Path | None = None
) -> list[Entry]:
    """The journal of one virtual participant by name (`017-042`), by number (`42`), of trial 3 as `3:017-042`.

    Raises ValueError for a name that this seed does not give, with the one it gives.
    """
    from datetime import date

    chosen = nature or nature_of(ready, beside)
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
