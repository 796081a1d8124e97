"""The journals of a simulated trial, made again: a run says its seed, and chance is a function of it, so nothing need be kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..journey.journal import Entry
from ..journey.ready import Ready
from ..protocol.words.times import ordinal
from .output import named
from .virtual import simulate


def is_run(folder: Path) -> bool:
    """Whether a folder is what `trialrun simulate` wrote."""
    return (folder / "participants.parquet").is_file() and (folder / "run.json").is_file()


def run_of(folder: Path) -> dict[str, Any]:
    """What a folder says of its run. Raises ValueError where that cannot be read."""
    try:
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        found = {k: run[k] for k in ("study", "fingerprint", "seed", "n", "trials", "nature", "start")}
        if not all(isinstance(found[k], int) and not isinstance(found[k], bool) for k in ("seed", "n", "trials")):
            raise ValueError("seed, n and trials are whole numbers")
        return found
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as problem:
        raise ValueError(f"{folder}/run.json cannot be read ({problem}): simulate again into an empty folder") from None


def replay(ready: Ready, run: Mapping[str, Any], trial: int = 1, progress: Callable[[int], None] | None = None) -> dict[str, list[Entry]]:
    """The journals of one trial of a run, by participant.

    Raises ValueError for another definition of the study, or a trial that the run does not have.
    """
    if run["fingerprint"] != ready.fingerprint:
        raise ValueError(
            f"it was simulated with another definition of {ready.protocol.name} ({str(run['fingerprint'])[:12]}…, not {ready.fingerprint[:12]}…): "
            "name the one it was made with, or simulate again"
        )
    if not 1 <= trial <= run["trials"]:
        raise ValueError(f"there is no trial {trial}: it has {run['trials']:,}, from 1")
    nature = named(ready, run["nature"])
    journals = simulate(ready, run["n"], run["seed"], ordinal(run["start"]), progress, nature, trial)
    return {entries[0].participant: entries for entries in journals if entries}
