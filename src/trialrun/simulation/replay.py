"""The journals of a simulated trial, made again: a run says its seed, and chance is a function of it, so nothing need be kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..journey.packed import Journals, pack
from ..journey.ready import Ready
from ..processes import done_apart
from ..protocol.frozen.older import frozen_text
from ..protocol.words.times import ordinal
from .output import PART, thawed
from .virtual import ALIAS, DECLARED, named, simulate

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
    if run["fingerprint"] != ready.fingerprint:
        raise ValueError(
            f"it was simulated with another definition of {ready.protocol.name} ({str(run['fingerprint'])[:12]}…, not {ready.fingerprint[:12]}…): "
            "name the one it was made with, or simulate again"
        )
    if not 1 <= trial <= run["trials"]:
        raise ValueError(f"there is no trial {trial}: it has {run['trials']:,}, from 1")
    nature = (run["nature"], run.get("declared", ""))
    named(ready, *nature)
    numbers = [(first, min(PART, run["n"] - first + 1)) for first in range(1, run["n"] + 1, PART)]
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


def _again(task: tuple[Ready | str, tuple[str, str], int, int, int, int, int]) -> list[tuple[str, bytes]]:
    """Some participants of a run, each with the packed journal."""
    study, nature, seed, start, trial, first, size = task
    ready = thawed(study) if isinstance(study, str) else study
    journals = simulate(ready, size, seed, start, None, named(ready, *nature), trial, first)
    return [(entries[0].participant, pack(entries)) for entries in journals if entries]
