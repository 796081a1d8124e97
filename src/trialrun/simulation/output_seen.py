"""Simulation to Parquet for a blinded role: the same participants as it sees them, without the seed, with which anybody could make them again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..disk import whole_folder
from ..journey.fold import fold
from ..journey.ready import Ready
from ..journey.seen import View, view_of
from ..journey.taking import what_stands
from ..processes import done_apart
from ..protocol.frozen.freeze import fingerprint
from ..protocol.frozen.older import frozen_text
from ..protocol.words.times import iso
from .output import VERB, Plan, Told, _events_frame, _tables, _write, bound, event_rows, plan_of, thawed
from .walk import HORIZON_YEARS, Walked, walk_participant

Task = tuple[str, Plan, tuple[int, int, int], tuple[Told, Told | None]]


def simulate_for(
    role: str,
    ready: Ready,
    *,
    participants: Told,
    n: int,
    trials: int,
    seed: int,
    nature: str,
    out: Path,
    threads: int,
    start: int,
    counted: Callable[[int, int], None],
    endpoints: Told | None = None,
    beside: str | Path | None = None,
) -> dict[str, Any]:
    """Simulate as `run_simulation` does, and write what a role sees. Returns what `run.json` says: who it was written for, and no seed.

    Raises ValueError for a role that the study does not have, disk.Occupied where the folder holds something else.
    """
    import polars as pl

    view = view_of(ready.protocol, role)
    plan, chosen = plan_of(ready, n, trials, seed, nature, start, beside)
    parts, names, done = plan.parts((1, 1)), _tables(endpoints), 0
    with whole_folder(out, VERB, ("run.json", "study.json", *(f"{name}.parquet" for name in names))) as work:
        made: list[tuple[Any, ...]] = []
        for part, frames in zip(
            parts, done_apart(_seen_part, ((role, plan, p, (participants, endpoints)) for p in parts), threads), strict=True
        ):
            made.append(frames)
            done += part[2]
            counted(done, n * trials)
        tables = {name: pl.concat([frames[k] for frames in made], rechunk=True) for k, name in enumerate(names)}
        for name, frame in tables.items():
            _write(work / f"{name}.parquet", frame)
        mark = fingerprint(view.study)
        (work / "study.json").write_text(frozen_text(view.study, mark), encoding="utf-8")
        run = _described(view, mark, plan, chosen.notice) | {name: frame.height for name, frame in tables.items()}
        (work / "run.json").write_text(json.dumps(run, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return run


def _seen_part(task: Task) -> tuple[Any, ...]:
    """The tables of one part, as the role sees it."""
    role, plan, (trial, first, size), (participants, endpoints) = task
    ready = thawed(plan.study)
    view, nature = view_of(ready.protocol, role), bound(ready, plan)
    seen = thawed(frozen_text(view.study, fingerprint(view.study)))
    walked = [
        as_seen(view, seen, walk_participant(ready, nature, plan.seed, number, plan.start, trial)) for number in range(first, first + size)
    ]
    people, happened = participants(seen, walked, trial), _events_frame([row for w in walked for row in event_rows(w, trial)])
    return (people, happened) if endpoints is None else (people, happened, endpoints(seen, walked, trial))


def as_seen(view: View, seen: Ready, w: Walked) -> Walked:
    """A virtual participant as a role sees it: the road of the entries that it sees, to its end or as far as the participant is known."""
    entries = view.entries(w.entries)
    standing = what_stands(seen, entries)
    absence, last = seen.protocol.absence, standing[-1]
    gone = absence is not None and last.entry.event == absence.entry
    return Walked(entries, fold(seen, standing, last.day if gone else standing[0].day + int(HORIZON_YEARS * 365.25)), seen)


def _described(view: View, mark: str, plan: Plan, notice: str) -> dict[str, Any]:
    from .. import __version__

    return {
        "study": view.study.name, "version": view.study.version, "fingerprint": mark, "seed": None, "seen_by": view.role.name, "n": plan.n,
        "trials": plan.trials, "nature": plan.nature, "ensemble": None, "start": iso(plan.start), "shard": "1/1", "complete": True,
        "versions": {"trialrun": __version__}, "notice": f"{notice} {view.study.notice}",
    }  # fmt: skip
