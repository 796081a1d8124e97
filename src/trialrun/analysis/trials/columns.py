"""Replicate trials as columns: who is in which trial, the values at screening, and every endpoint as measured; read from Parquet or memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..results.endpoints import arrays
from ..results.quantities import NUMBERS

OUTSIDE = -1


class TrialsError(ValueError):
    """Trials that cannot be analysed, with the place and the cure."""


@dataclass(frozen=True, eq=False)
class Trials:
    """N participants of K trials, in the order of trials; `starts` (K + 1,) says where each begins.

    `cause` by endpoint (N,): 0 none or censored, 1 event, 2 competing event, -1 not in the endpoint's set; `days` by endpoint of times (N,),
    from start to end. `subject`: the values at screening (`screening age`). `values`: exposure of the treated, and for published figures of
    adverse events whether there was one; NaN for who was not treated. `sets`: who is in each analysis set (N,);
    `arm`: the arm allocated (N,), None where none is told. `numbers` by endpoint of numbers: what is analysed and the baseline, both (N,), NaN for none.
    `each` by endpoint with a model of visits: what is analysed at each of them (N, visits).
    """

    starts: NDArray[np.int64]
    cause: dict[str, NDArray[np.int64]]
    days: dict[str, NDArray[np.int64]]
    subject: dict[str, Any]
    values: dict[str, NDArray[np.float64]]
    sets: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    arm: NDArray[Any] | None = None
    numbers: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = field(default_factory=dict)
    each: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    @property
    def trials(self) -> int:
        """How many trials there are."""
        return self.starts.size - 1

    @property
    def participants(self) -> int:
        """How many participants there are in all."""
        return int(self.starts[-1])


def read_trials_of(folder: Path, protocol: Any) -> Trials:
    """The trials of a folder that a simulation wrote: `participants.parquet` with `endpoints.parquet` beside it.

    Raises TrialsError where a file is missing, the files do not belong together, or they were made with another study.
    """
    folder = Path(folder)
    for name in ("participants.parquet", "endpoints.parquet"):
        if not (folder / name).is_file():
            raise TrialsError(f"{folder} has no {name}: run the simulation to its end, or name a folder that one was written to")
    try:
        people, measured = pl.read_parquet(folder / "participants.parquet"), pl.read_parquet(folder / "endpoints.parquet")
    except pl.exceptions.PolarsError as problem:
        raise TrialsError(f"the tables in {folder} cannot be read ({problem}): simulate again into an empty folder") from None
    if not people.select("trial", "participant").equals(measured.select("trial", "participant")):
        raise TrialsError(f"in {folder} participants.parquet and endpoints.parquet hold other participants: simulate into an empty folder")
    return trials_of(people, measured, protocol)


def trials_of(people: pl.DataFrame, measured: pl.DataFrame, protocol: Any) -> Trials:
    """Trials from two tables of one row a participant: values at screening under their own names, and measured endpoints as columns.

    Raises TrialsError for an empty table, trials out of order, or an endpoint of the study that the columns lack.
    """
    if not len(people):
        raise TrialsError("there is no participant: simulate one trial at least")
    number = people["trial"].to_numpy()
    if (np.diff(number) < 0).any():
        raise TrialsError("the participants are not in the order of their trials: sort both tables by trial")
    starts = np.append(np.flatnonzero(np.append(True, np.diff(number) > 0)), len(people)).astype(np.int64)
    cause, days, numbers, each = {}, {}, {}, {}
    for e in protocol.endpoints:
        cause[e.name] = _column(measured, f"{e.name}: cause", protocol).fill_null(OUTSIDE).to_numpy().astype(np.int64)
        if e.kind in NUMBERS:
            value, baseline = (
                _column(measured, f"{e.name}: {part}", protocol).cast(pl.Float64).to_numpy() for part in ("value", "baseline")
            )
            numbers[e.name] = (value, baseline)
        if e.value is not None and e.value.model:
            visits = [_column(measured, name, protocol).cast(pl.Float64).to_numpy() for name in _visits(e)]
            each[e.name] = np.column_stack(visits)
        if e.kind not in ("proportion", "value", "ordered", "repeated"):
            days[e.name] = _column(measured, f"{e.name}: days", protocol).fill_null(0).to_numpy().astype(np.int64)
    items = [m.name for f in protocol.forms if f.keeps_screening for m in f.items if m.name in people.columns]
    subject = arrays(people.select(pl.col(name).alias(f"screening {name}") for name in items))
    known = {*(f"{e.name}: {part}" for e in protocol.endpoints for part in ("cause", "days", "value", "baseline")), "trial", "participant"}
    known |= {name for e in protocol.endpoints for name in _visits(e)}
    rest = [c for c in measured.columns if c not in known and not c.startswith("in ")]
    sets = {p.name: _column(measured, f"in {p.name}", protocol).to_numpy().astype(bool) for p in protocol.populations}
    return Trials(
        starts,
        cause,
        days,
        subject,
        arrays(measured.select(rest)),
        sets,
        people["arm"].to_numpy() if "arm" in people.columns else None,
        numbers,
        each,
    )


def _visits(e: Any) -> list[str]:
    """The columns of an endpoint's visits, where it has a model of them."""
    return [f"{e.name}: visit {k}" for k in range(1, len(e.events) + 1)] if e.value is not None and e.value.model else []


def origin(folder: Path) -> Mapping[str, Any]:
    """What `run.json` says of a folder. Raises TrialsError where there is none."""
    try:
        found = dict(json.loads((Path(folder) / "run.json").read_text(encoding="utf-8")))
        if not {"study", "fingerprint", "n", "trials", "seed", "nature", "start"} <= set(found):
            raise TrialsError(
                f"{folder} is not what `trialrun simulate` wrote: name such a folder, or leave it out and trials are simulated"
            )
        return found
    except FileNotFoundError:
        raise TrialsError(f"{folder} has no run.json: name a folder that `trialrun simulate` wrote") from None
    except TrialsError:
        raise
    except (ValueError, TypeError, RecursionError):
        raise TrialsError(f"{folder}/run.json cannot be read: simulate again into an empty folder") from None


def _column(frame: pl.DataFrame, name: str, protocol: Any) -> pl.Series:
    if name not in frame.columns:
        raise TrialsError(f"the columns have no {name!r}, which {protocol.name} asks for: simulate again with this version of the study")
    return frame[name]
