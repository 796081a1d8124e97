"""The journals of a simulated trial, made again: a run says its seed, and chance is a function of it, so nothing need be kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..journey.packed import Journals, pack
from ..journey.ready import Ready
from ..processes import done_apart
from ..protocol.frozen.older import frozen_text
from ..protocol.words.times import ordinal
from .output import PART, thawed
from .virtual import ALIAS, DECLARED, named, simulate
from .walk import Nature, Walked, walk_participant

FEW = 8  # parts that one process makes sooner than others begin


def is_run(folder: Path) -> bool:
    """Whether a folder is what `trialrun simulate` wrote."""
    return (folder / "participants.parquet").is_file() and (folder / "run.json").is_file()


def run_of(folder: Path) -> dict[str, Any]:
    """What a folder says of its run. Raises ValueError where that cannot be read."""
    try:
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        found = {k: run[k] for k in ("study", "fingerprint", "seed", "n", "trials", "nature", "start")}
        if run.get("seen_by") is None and not all(
            isinstance(found[k], int) and not isinstance(found[k], bool) for k in ("seed", "n", "trials")
        ):
            raise ValueError("seed, n and trials are whole numbers")
        if found["nature"] == DECLARED and run.get("seen_by") is None:
            found["declared"] = (folder / "nature.json").read_text(encoding="utf-8")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as problem:
        raise ValueError(f"{folder}/run.json cannot be read ({problem}): simulate again into an empty folder") from None
    if run.get("seen_by") is not None:
        raise ValueError(
            f"it was written for the role {run['seen_by']}, without its seed: analyse the run that it was made from, with --role"
        )
    if found["nature"] == ALIAS:
        raise ValueError(f"{folder} was simulated by an older version, whose nature is not part of this one: simulate again")
    return found


def replay(
    ready: Ready, run: Mapping[str, Any], trial: int = 1, progress: Callable[[int], None] | None = None, processes: int = 1
) -> Journals:
    """The journals of one trial of a run, by participant, made again by some processes.

    Raises ValueError for another definition of the study, or a trial that the run does not have.
    """
    nature = _same(ready, run, trial)
    numbers = _numbers(run)
    few = processes < 2 or len(numbers) < FEW
    study: Ready | str = ready if few else frozen_text(ready.protocol, ready.fingerprint)
    tasks = ((study, nature, run["seed"], ordinal(run["start"]), trial, first, size) for first, size in numbers)
    found, done = Journals(), 0
    for part, (_, size) in zip(done_apart(_again, tasks, 1 if few else processes), numbers, strict=True):
        for who, packed in part:
            found.keep(who, (packed,))
        done += size
        if progress is not None:
            progress(done)
    return found


def walked_again(
    ready: Ready,
    run: Mapping[str, Any],
    told: Callable[[Ready, list[Walked], int], Any],
    on: int,
    trial: int = 1,
    progress: Callable[[int], None] | None = None,
    processes: int = 1,
) -> Iterator[Any]:
    """What a function of a module tells of each part of one trial of a run, up to a day, walked again by some processes: no journal is kept.

    Raises ValueError as `replay` does.
    """
    nature = _same(ready, run, trial)
    numbers = _numbers(run)
    few = processes < 2 or len(numbers) < FEW
    study: Ready | str = ready if few else frozen_text(ready.protocol, ready.fingerprint)
    tasks = ((study, nature, run["seed"], ordinal(run["start"]), trial, first, size, told, on) for first, size in numbers)
    done = 0
    for part, (_, size) in zip(done_apart(_told_again, tasks, 1 if few else processes), numbers, strict=True):
        done += size
        if progress is not None:
            progress(done)
        yield part


def last_entry(folder: Path, trial: int = 1) -> int | None:
    """The last day (an ordinal) of the journals of one trial of a run, None where the folder does not say it. Raises ValueError where it cannot be read."""
    import polars as pl

    try:
        people = pl.scan_parquet(folder / "participants.parquet")
        if "last_entry_on" not in people.collect_schema():
            return None
        found = people.filter(pl.col("trial") == trial).select(pl.col("last_entry_on").max()).collect().item()
    except pl.exceptions.PolarsError as problem:
        raise ValueError(f"{folder}/participants.parquet cannot be read ({problem}): simulate again into an empty folder") from None
    return None if found is None else ordinal(found)


def _same(ready: Ready, run: Mapping[str, Any], trial: int) -> tuple[str, str]:
    """The nature of a run and its declaration. Raises ValueError for another definition of the study, or a trial that the run does not have."""
    if run["fingerprint"] != ready.fingerprint:
        raise ValueError(
            f"it was simulated with another definition of {ready.protocol.name} ({str(run['fingerprint'])[:12]}…, not {ready.fingerprint[:12]}…): "
            "name the one it was made with, or simulate again"
        )
    if not 1 <= trial <= run["trials"]:
        raise ValueError(f"there is no trial {trial}: it has {run['trials']:,}, from 1")
    nature = (run["nature"], run.get("declared", ""))
    named(ready, *nature)
    return nature


def _numbers(run: Mapping[str, Any]) -> list[tuple[int, int]]:
    return [(first, min(PART, run["n"] - first + 1)) for first in range(1, run["n"] + 1, PART)]


@lru_cache(maxsize=2)
def _bound(study: str, nature: tuple[str, str]) -> tuple[Ready, Nature]:
    """The study of a frozen text and its nature, ready to run; kept for the next part of the same run."""
    ready = thawed(study)
    return ready, named(ready, *nature)


def _told_again(task: tuple[Ready | str, tuple[str, str], int, int, int, int, int, Callable[[Ready, list[Walked], int], Any], int]) -> Any:
    study, nature, seed, start, trial, first, size, told, on = task
    ready, chosen = _bound(study, nature) if isinstance(study, str) else (study, named(study, *nature))
    walked = [walk_participant(ready, chosen, seed, number, start, trial) for number in range(first, first + size)]
    return told(ready, walked, on)


def _again(task: tuple[Ready | str, tuple[str, str], int, int, int, int, int]) -> list[tuple[str, bytes]]:
    """Some participants of a run, each with the packed journal."""
    study, nature, seed, start, trial, first, size = task
    ready, chosen = _bound(study, nature) if isinstance(study, str) else (study, named(study, *nature))
    journals = simulate(ready, size, seed, start, None, chosen, trial, first)
    return [(entries[0].participant, pack(entries)) for entries in journals if entries]
