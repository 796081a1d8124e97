"""Simulation to Parquet: `participants`, `events` and `run.json`, in parts that are kept, so that a stopped run goes on where it stopped.

A run is cut into parts of a few hundred participants; each part is a pure function of study, nature, seed, trial and numbers. Parts may be
made by several processes or shards on several machines, in any order: what is joined in the end has the same bytes.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..disk import mark_complete, refuse_foreign, write_whole
from ..journey.days import first_day
from ..journey.fold import Road
from ..journey.ready import ReadForm, Ready, make_ready
from ..processes import done_apart
from ..protocol.frozen.natures import freeze_nature
from ..protocol.frozen.older import frozen_text, opened
from ..protocol.words.times import iso
from .virtual import ALIAS, DECLARED, PLAIN, declared_for, named
from .walk import Nature, Walked, walk_participant

PART = 500
VERB = "simulate"
Said = Callable[[str], None]
Told = Callable[[Ready, list[Walked], int], Any]  # a table of a part's participants: (study, walked, trial) -> Polars frame


Tables = tuple[Told, Told | None]  # the participants, and their endpoints where they are asked for


@dataclass(frozen=True)
class Plan:
    """What is simulated: the frozen study, how many, from when, by which nature. Equal plans give equal bytes."""

    study: str
    fingerprint: str
    n: int
    trials: int
    seed: int
    nature: str
    start: int
    declared: str = ""
    nature_fingerprint: str | None = None

    def parts(self, shard: tuple[int, int]) -> list[tuple[int, int, int]]:
        """The parts of a shard: (trial, first number, how many)."""
        every = [(t, k, min(PART, self.n - k + 1)) for t in range(1, self.trials + 1) for k in range(1, self.n + 1, PART)]
        i, of = shard
        return every[i - 1 :: of]


def run_simulation(
    ready: Ready,
    *,
    participants: Told,
    n: int,
    trials: int = 1,
    seed: int = 1,
    nature: str = DECLARED,
    beside: str | Path | None = None,
    out: Path,
    shard: tuple[int, int] = (1, 1),
    threads: int = 1,
    start: int,
    progress: Said | None = None,
    counted: Callable[[int, int], None] | None = None,
    endpoints: Told | None = None,
) -> dict[str, Any]:
    """Simulate `trials` trials of n participants into a folder, by `threads` processes. Returns what `run.json` says.

    `progress` is told sentences, `counted` how many participants are made, of how many.
    `nature`: declared (the study's own, or that of the folder or file `beside`; plain where there is none), or plain.
    `participants`, a function of a module, makes the table `participants.parquet` from those of each part; `endpoints` one more table, `endpoints.parquet`.
    Finished parts of the same run are kept and not made again; on an interruption what is finished stays. When the last shard's part is
    there, whichever shard made it, everything is joined. Raises ValueError where the folder holds another run, or the nature is unknown.
    """
    began = time.perf_counter()
    plan, chosen = plan_of(ready, n, trials, seed, nature, start, beside)
    declared = plan.declared
    out = Path(out)
    parts = out / "parts"
    if not (parts / "plan.json").is_file():
        refuse_foreign(
            out, VERB, ("parts", "run.json", *(("nature.json",) if declared else ()), *(f"{name}.parquet" for name in _tables(endpoints)))
        )
    parts.mkdir(parents=True, exist_ok=True)
    _same_run(parts, plan)
    _carry(out, plan)
    wanted = plan.parts(shard)
    missing = [part for part in wanted if not _done(parts, part, endpoints)]
    if progress and len(missing) < len(wanted):
        progress(f"{len(wanted) - len(missing)} of {len(wanted)} parts are there already")
    made = sum(size for _, _, size in wanted) - sum(size for _, _, size in missing)
    try:
        for part in _made(plan, missing, parts, threads, ready, (participants, endpoints)):
            made += part[2]
            if counted:
                counted(made, sum(size for _, _, size in wanted))
            elif progress:
                progress(f"{made:,} of {sum(size for _, _, size in wanted):,} participants")
    finally:
        run = _described(ready, plan, shard, chosen)
        if all(_done(parts, part, endpoints) for part in plan.parts((1, 1))):
            run |= {**_joined(out, parts, plan, endpoints), "complete": True}
        else:
            run |= {"participants": made, "events": _rows(parts, wanted), "complete": False}
        write_whole(out / "run.json", json.dumps(run, indent=1, sort_keys=True) + "\n")
        if run["complete"]:
            mark_complete(
                out,
                VERB,
                ("run.json", "study.json", *(("nature.json",) if declared else ()), *(f"{name}.parquet" for name in _tables(endpoints))),
            )
    return {**run, "seconds": round(time.perf_counter() - began, 3)}


def plan_of(ready: Ready, n: int, trials: int, seed: int, nature: str, start: int, beside: str | Path | None = None) -> tuple[Plan, Nature]:
    """What is simulated, and the nature by which: the declared one where it is asked for and there is one, else the plain one."""
    found = declared_for(ready, beside) if nature in (DECLARED, ALIAS) else None
    declared = freeze_nature(found[0]) if found else ""
    chosen = named(ready, nature if found or nature not in (DECLARED, ALIAS) else PLAIN, declared)
    study = frozen_text(ready.protocol, ready.fingerprint)
    return Plan(study, ready.fingerprint, n, trials, seed, chosen.name, start, declared, found[1] if found else None), chosen


def event_rows(w: Walked, trial: int) -> list[tuple[Any, ...]]:
    """The rows of `events` of one participant: (trial, participant, day, event, value), in the order of the walk.

    An entry that gives protocol events has a row for each of them, one that gives none has a row under its own name; the value is the class
    of an assessment, the term and grade of an adverse event, else the first item that tells something, the required ones before the others.
    Days count from day 1; without treatment they are null. What is kept from screening stands with the participants.
    """
    road, who, start = w.road, w.entries[0].participant, first_day(w.ready, w.road)
    given = _met(road)
    classes = {c.entry: c.name for c in road.classes}
    rows = []
    for s in road.entries:
        e, form = s.entry, w.ready.forms.get(s.entry.event)
        value = classes.get(e.sequence) or (None if form is None else _value(form, s.values))
        day = None if start is None else s.day - start + 1
        rows += [(trial, who, day, event, value) for event in given.get(e.sequence, (e.event,))]
    return rows


def _value(form: ReadForm, values: Mapping[str, Any]) -> str | None:
    term, grade = (values.get(form.roles.get(role, "")) for role in ("term", "grade"))
    if term is not None and grade is not None:
        return f"{term}, grade {grade:g}"
    told = () if form.form.keeps_screening else (*form.form.required, *form.items)
    return next((str(values[name]) for name in told if values.get(name) is not None), None)


def _met(road: Road) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for t in (*road.turns, *road.unheard):
        if t.entry is not None:
            found.setdefault(t.entry, []).append(t.event)
    return found


def _events_frame(rows: list[tuple[Any, ...]]) -> Any:
    import polars as pl

    schema = {"trial": pl.Int32, "participant": pl.String, "day": pl.Int32, "event": pl.String, "value": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _write(path: Path, frame: Any) -> None:
    made = io.BytesIO()  # a full disk is told by the file that we write, not by the library's
    frame.write_parquet(made, compression="zstd", statistics=True)
    write_whole(path, made.getvalue())


# Parts ------------------------------------------------------------------------------------------------------------------------------


def _name(part: tuple[int, int, int]) -> str:
    return f"{part[0]:05d}-{part[1]:08d}"


def _done(parts: Path, part: tuple[int, int, int], endpoints: Told | None = None) -> bool:
    wanted = ("participants",) if endpoints is None else ("participants", "endpoints")
    return all((parts / f"{name}-{_name(part)}.parquet").is_file() for name in wanted)


def _made(
    plan: Plan, missing: list[tuple[int, int, int]], parts: Path, threads: int, ready: Ready, told: Tables
) -> Iterator[tuple[int, int, int]]:
    if threads == 1 or len(missing) < 2:
        for part in missing:
            yield _make(ready, plan, part, parts, told)
        return
    yield from done_apart(_make_apart, ((plan, part, parts, told) for part in missing), min(threads, len(missing)))


@lru_cache(maxsize=2)
def thawed(study: str) -> Ready:
    """The study of a frozen text, ready to run; kept for the next part of the same run."""
    return make_ready(*opened(study, "the study of this run"))


def _make_apart(task: tuple[Plan, tuple[int, int, int], Path, Tables]) -> tuple[int, int, int]:
    plan, part, parts, told = task
    return _make(thawed(plan.study), plan, part, parts, told)


def _make(ready: Ready, plan: Plan, part: tuple[int, int, int], parts: Path, told: Tables) -> tuple[int, int, int]:
    """Make one part; the participants' file comes last and says that the part is whole. The endpoints follow everyone to the end."""
    trial, first, size = part
    nature, (participants, endpoints) = bound(ready, plan), told
    walked = [walk_participant(ready, nature, plan.seed, number, plan.start, trial) for number in range(first, first + size)]
    people = participants(ready, walked, trial)
    happened = [row for w in walked for row in event_rows(w, trial)]
    if endpoints is not None:
        _write(parts / f"endpoints-{_name(part)}.parquet", endpoints(ready, walked, trial))
    _write(parts / f"events-{_name(part)}.parquet", _events_frame(happened))
    _write(parts / f"participants-{_name(part)}.parquet", people)
    return part


_LAST: dict[str, tuple[Ready, Nature]] = {}  # the nature of the run of now, bound to its study once


def bound(ready: Ready, plan: Plan) -> Nature:
    """The nature of a plan, bound to its study; kept for the next part of the same run."""
    key = f"{plan.nature} {plan.nature_fingerprint}"
    kept = _LAST.get(key)
    if kept is None or kept[0] is not ready:
        _LAST.clear()
        kept = _LAST[key] = (ready, named(ready, plan.nature, plan.declared))
    return kept[1]


def _rows(parts: Path, wanted: list[tuple[int, int, int]]) -> int:
    import polars as pl

    files = [parts / f"events-{_name(part)}.parquet" for part in wanted if _done(parts, part)]
    return int(pl.scan_parquet(files).select(pl.len()).collect().item()) if files else 0


def _tables(endpoints: Told | None) -> tuple[str, ...]:
    return ("participants", "events") if endpoints is None else ("participants", "events", "endpoints")


def _joined(out: Path, parts: Path, plan: Plan, endpoints: Told | None) -> dict[str, int]:
    """Join every part into the two files, in the order of trials and numbers."""
    import polars as pl

    counts = {}
    for name in _tables(endpoints):
        frame = pl.concat([pl.read_parquet(parts / f"{name}-{_name(part)}.parquet") for part in plan.parts((1, 1))], rechunk=True)
        _write(out / f"{name}.parquet", frame)
        counts[name] = frame.height
    return counts


def _same_run(parts: Path, plan: Plan) -> None:
    wanted = {k: v for k, v in plan.__dict__.items() if k not in ("study", "declared")}
    path = parts / "plan.json"
    try:
        there = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        write_whole(path, json.dumps(wanted, sort_keys=True) + "\n")
        return
    except ValueError:
        there = None
    if there != wanted:
        what = next((k for k, v in wanted.items() if not isinstance(there, dict) or there.get(k) != v), "plan")
        raise ValueError(f"{parts.parent} holds another run (its {what} differs): name another folder with --out, or remove that one")


def _carry(out: Path, plan: Plan) -> None:
    """The frozen study and nature beside what is made under them. Raises ValueError where the folder carries another one."""
    for name, text in (("study", plan.study), ("nature", plan.declared)):
        path = out / f"{name}.json"
        if path.exists():
            if path.read_bytes() != text.encode():
                raise ValueError(f"{path} is another {name}: name another folder with --out, or remove that one")
        elif text:
            write_whole(path, text)


def _described(ready: Ready, plan: Plan, shard: tuple[int, int], nature: Nature) -> dict[str, Any]:
    from .. import __version__

    return {
        "study": ready.protocol.name,
        "version": ready.protocol.version,
        "fingerprint": plan.fingerprint,
        "seed": plan.seed,
        "n": plan.n,
        "trials": plan.trials,
        "nature": nature.name,
        "nature_fingerprint": plan.nature_fingerprint,
        "ensemble": None,
        "start": iso(plan.start),
        "shard": f"{shard[0]}/{shard[1]}",
        "versions": {"trialrun": __version__},
        "notice": f"{nature.notice} {ready.protocol.notice}",
    }
