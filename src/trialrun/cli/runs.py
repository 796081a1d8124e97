"""Verbs on many participants: simulate, analyse, explain, verify."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import CALL, DONE, INPUT, WRONG, Problem, sources
from .screen import Grid, Heading, counting
from .shown import operating_shown, readout_shown

Answer = tuple[int, dict[str, Any], Any]
OPERATING = {
    "operating.json": "all of it as data",
    "operating-power.csv": "how often the primary test rejects",
    "operating-estimates.csv": "bias and coverage of every estimate",
    "operating-figures.csv": "the published figures beside the trials",
    "operating-figures.svg": "the same as a picture",
    "operating-arms.csv": "power of each comparison of arms",
}


def simulate(options: Namespace) -> Answer:
    """Simulate participants or trials into Parquet."""
    from ..analysis.datasets.columns import endpoint_columns
    from ..analysis.datasets.participants import participant_columns
    from ..simulation.output import run_simulation

    if options.nature == "mechanistic":
        raise Problem("the mechanistic nature is not part of this version: use --nature declared")
    if options.n < 1 or options.trials < 1 or options.threads < 1:
        raise Problem("-n, --trials and --threads are whole numbers from 1")
    ready = sources.ready(options.study)
    if options.role is not None:
        _, view = sources.seen(ready, options.role)
        if sources.is_blind(view):
            return _simulated_for(ready, options)
    out = sources.folder(options.out)
    with counting("participants") as counted:
        run = run_simulation(
            ready, participants=participant_columns, n=options.n, trials=options.trials, seed=options.seed, nature=options.nature, beside=options.study,
            out=out, shard=_shard(options.shard),
            threads=options.threads, start=sources.day(options.start, "--start"), progress=sources.say, counted=counted, endpoints=endpoint_columns,
        )  # fmt: skip
    told = f"{run['participants']:,} participants, {run['events']:,} events in {out} ({run['seconds']:.1f} s)"
    return DONE, run, told if run["nature"] == "declared" else [told, run["notice"]]


def _simulated_for(ready: Any, options: Namespace) -> Answer:
    """Simulate for a blinded role: what could be simulated again, and would then show the allocation, is not kept."""
    from ..analysis.datasets.columns import endpoint_columns
    from ..analysis.datasets.participants import participant_columns
    from ..simulation.output_seen import simulate_for

    if options.shard != "1/1":
        raise Problem("for a blinded role a run is made in one piece: leave --shard out")
    with counting("participants") as counted:
        run = simulate_for(
            options.role, ready, participants=participant_columns, n=options.n, trials=options.trials, seed=options.seed, nature=options.nature,
            beside=options.study, out=sources.place(options.out),
            threads=options.threads, start=sources.day(options.start, "--start"), counted=counted, endpoints=endpoint_columns,
        )  # fmt: skip
    return (
        DONE,
        run,
        f"{run['participants']:,} participants, {run['events']:,} events in {options.out}, as the role {options.role} sees them",
    )


def operating(options: Namespace) -> Answer:
    """Operating characteristics of a study over replicate trials: of a folder that was simulated, or simulated now."""
    from ..analysis.trials.columns import origin, read_trials_of
    from ..analysis.trials.operating import operating_characteristics
    from ..report.operating import write_operating
    from ..simulation.plain import MADE_UP

    if options.n < 1 or options.trials < 1 or options.threads < 1:
        raise Problem("-n, --trials and --threads are whole numbers from 1")
    name, source = _trials_named(options.things)
    out = sources.folder(options.out)
    run = dict(origin(source)) if source else {}
    ready = (sources.ready(name) if name else sources.came_with(str(source)) if source else None) or sources.ready(sources.DEFAULT)
    if run and run.get("fingerprint") != ready.fingerprint:
        raise Problem(
            f"{source} was simulated with another definition of {ready.protocol.name}: name the one it was made with, or simulate again",
            INPUT,
        )
    if source is None or not (source / "endpoints.parquet").is_file():
        run = _simulated(ready, options, source, run, name)
    trials = read_trials_of(source or out, ready.protocol)
    found = operating_characteristics(trials, ready.protocol, fingerprint=ready.fingerprint, threads=options.threads)
    if run.get("nature") == "plain":
        found = replace(found, notice=f"Virtual participants, with {MADE_UP}. {ready.protocol.notice}")
    written = write_operating(out, found)
    data = {**found.as_json(), "seed": run.get("seed"), "nature": run.get("nature"), "files": [str(path) for path in written]}
    files = [Heading(f"Written into {out}:"), Grid([(path.name, OPERATING[path.name]) for path in written])]
    return DONE, data, [*operating_shown(found, options.all), "", *files]


def _trials_named(things: list[str]) -> tuple[str | None, Path | None]:
    """The study and the folder of simulated trials that a call names, each where it does."""
    if len(things) > 2:
        raise Problem("this needs: trialrun operating-characteristics [STUDY] [SOURCE]", CALL)
    last = Path(things[-1]) if things else None
    if last is not None and (len(things) == 2 or last.is_dir() and not (last / "study.py").is_file()):
        if not last.is_dir():
            raise Problem(f"there is no folder {last}: name one that `trialrun simulate` wrote", INPUT)
        return (things[0] if len(things) == 2 else None), last
    return (things[0] if things else None), None


def _simulated(ready: Any, options: Namespace, source: Path | None, run: dict[str, Any], name: str | None) -> dict[str, Any]:
    """Simulate the trials that are asked for, or what a folder still lacks; finished parts are kept."""
    from ..analysis.datasets.columns import endpoint_columns
    from ..analysis.datasets.participants import participant_columns
    from ..simulation.output import run_simulation

    if run:
        asked = {k: run[k] for k in ("n", "trials", "seed", "nature")} | {"start": sources.day(run["start"]), "beside": source}
    else:
        asked = {
            "beside": name,
            "n": options.n,
            "trials": options.trials,
            "seed": options.seed,
            "start": sources.day(options.start, "--start"),
        }
    into = source or sources.folder(options.out)
    with counting("participants") as counted:
        return run_simulation(
            ready,
            participants=participant_columns,
            **asked,
            out=into,
            threads=options.threads,
            progress=sources.say,
            counted=counted,
            endpoints=endpoint_columns,
        )


def _shard(text: str) -> tuple[int, int]:
    i, _, n = text.partition("/")
    if not (i.isdigit() and n.isdigit() and 1 <= int(i) <= int(n)):
        raise Problem(f"--shard {text!r} is no part of a whole: write --shard 2/8 for the second of eight")
    return int(i), int(n)


def _source(things: list[str], trial: int = 1, role: str | None = None) -> tuple[Any, Mapping[str, Any], str, bool]:
    """The study and journals as a role sees them, the place, and whether the role is kept blind: a study named first, else the one that came with
    the journals, else the default. `trial`: of simulated ones.

    Raises Problem where recorded journals hold what nobody can read; simulated ones are made by the study itself.
    """
    with sources.read_for(role):
        made, people, recorded = _all_of(things, trial)
    made, view = sources.seen(made, role)
    people = people if view is None else view.journals(people)
    if recorded:
        _refuse_unreadable(made, people)
    return made, people, things[-1], sources.is_blind(view)


def _all_of(things: list[str], trial: int) -> tuple[Any, Mapping[str, Any], bool]:
    """The study, all of the journals, and whether they were recorded rather than simulated."""
    name = things[0] if len(things) == 2 else None
    if len(things) > 1 and all(Path(t).suffix in (".jsonl", ".sqlite", ".db") for t in things[:2]):
        raise Problem("one source at a time: put the .jsonl files into one folder, and name the folder", CALL)
    if len(things) not in (1, 2):
        raise Problem("this needs a source: a journal.sqlite, a .jsonl file, or a folder of one")
    if (found := sources.simulated(name, things[-1], trial)) is not None:
        return *found, False
    people, frozen = sources.journals(things[-1])
    if not people:
        raise Problem(f"{things[-1]} holds no entries", INPUT)
    made = (sources.ready(name) if name else sources.came_with(things[-1], frozen)) or sources.ready(sources.DEFAULT)
    return made, people, True


def analyse(options: Namespace) -> Answer:
    """Analyse journals into tables, figures and a report."""
    from ..journey.queries import counted

    out, asked, known = sources.place(options.out), _cutoff(options), sources.known_at(options.known_at)
    from ..report.output import write_analysis

    ready, data, source, blind = _gathered(options, asked, known)
    if len(data.query):
        kinds = ", ".join(f"{n} {kind}" for kind, n in counted(data.query["kind"].to_list()).items())
        sources.say(
            f"{_some(len(data.query), 'query', 'queries')} about {_some(data.query['participant'].n_unique(), 'participant')} ({kinds}): see datasets/query.csv"
        )
    virtual = options.virtual if options.virtual is not None else sources.virtual(source)
    journal, command = sources.head(source), sources.command()
    if blind:  # a seed can be simulated with, the head of a chain tried out, and a path may name an arm
        virtual, journal, command = sources.unseeded(virtual), None, "trialrun analyse --role"
    answer = write_analysis(out, data, ready, progress=sources.say, command=command, virtual=virtual, journal=journal)
    written = [Heading(f"Written into {out}:"), Grid(answer.places())]
    return DONE, answer.as_json(), [*readout_shown(answer.readout, options.all), "", *written]


def _gathered(options: Namespace, asked: int | None, known: str | None) -> tuple[Any, Any, str, bool]:
    """The study, its data sets, the place that they came from, and whether a role is kept blind.

    Simulated participants are walked and gathered at once where all that is known of them counts and everybody may see it.
    """
    from ..analysis.datasets import datasets
    from ..processes import cores

    if known is None and options.role is None and (found := _walked_again(options, asked)) is not None:
        return *found, options.things[-1], False
    ready, people, source, blind = _source(options.things, options.trial, options.role)
    cutoff = asked if asked is not None else sources.last_day(people, known, "--cutoff")
    with counting("participants walked") as walked:
        return ready, datasets(ready, people, cutoff=cutoff, known_at=known, processes=cores(), counted=walked), source, blind


def _walked_again(options: Namespace, asked: int | None) -> tuple[Any, Any] | None:
    """The study and the data sets of a simulated trial, walked again; None for another source, and for a folder that does not say its last day."""
    from ..analysis.datasets import datasets_of_parts
    from ..analysis.datasets.gathering import gather_walked
    from ..processes import cores
    from ..simulation.replay import last_entry, walked_again

    *named, source = options.things
    if len(named) > 1 or (found := sources.run_at(named[0] if named else None, source, options.trial)) is None:
        return None
    ready, run = found
    try:
        last = last_entry(Path(source), options.trial)
        if last is None or (asked is not None and asked < last):
            return None
        cutoff = last if asked is None else asked
        with counting("participants walked") as counted:
            parts = walked_again(ready, run, gather_walked, cutoff, options.trial, lambda done: counted(done, run["n"]), cores())
            return ready, datasets_of_parts(ready, parts, cutoff)
    except ValueError as problem:
        raise Problem(f"{source}: {problem}", INPUT) from None


def _cutoff(options: Namespace) -> int | None:
    """The day of the cut-off where one is named."""
    return None if options.cutoff is None else sources.day(options.cutoff, "--cutoff")


def _refuse_unreadable(ready: Any, people: Mapping[str, Any]) -> None:
    from ..journey.taking import sent_back

    wrong = [
        f"participant {who}, sequence {q.entry}, {q.event}: {q.says}" for who, entries in people.items() for q in sent_back(ready, entries)
    ]
    if wrong:
        rest = f"\n.. and {len(wrong) - 20} more" if len(wrong) > 20 else ""
        hint = f"\nRead as {ready.protocol.name}: if these are journals of another study, name it before the source"
        raise Problem("\n".join(wrong[:20]) + rest + hint, INPUT)


def _some(n: int, one: str, many: str = "") -> str:
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def explain(options: Namespace) -> Answer:
    """Where a derived value comes from."""
    from ..analysis.results.explain import explain as explained

    if len(options.things) not in (3, 4):
        raise Problem(
            "this needs: trialrun explain [STUDY] SOURCE PARTICIPANT VALUE; `trialrun explain --help` lists what can be asked", CALL
        )
    asked, known = _cutoff(options), sources.known_at(options.known_at)
    ready, people, _, _ = _source(options.things[:-2], options.trial, options.role)
    participant, value = options.things[-2:]
    if participant not in people:
        raise Problem(f"the source has no participant {participant!r}; it has {', '.join(list(people)[:5])}", INPUT)
    cutoff = asked if asked is not None else sources.last_day(people, known, "--cutoff")
    chain = explained(ready, people[participant], value, cutoff=cutoff, known_at=known)
    return DONE, chain.as_json(), chain.as_text()


def what_can_be_asked(words: Sequence[str]) -> str:
    """What `explain` explains, with the names of the study that a call names, the default where it names none."""
    from ..analysis.results.values_asked import BEST, INTENSITY, TABLES

    named = next((w for w in words if not w.startswith("-") and sources.is_study(w)), "mt103-211")
    protocol, _ = sources.study(named)
    rows = [
        ("endpoints", ", ".join(["primary", *(e.name for e in protocol.endpoints)])),
        ("sets", ", ".join(p.name for p in protocol.populations)),
        ("moments", ", ".join(m.name for m in protocol.moments)),
        ("derived", f"{BEST}, {INTENSITY}"),
        ("columns", f"TABLE.COLUMN of {', '.join(TABLES)}; `analyse` writes them all, with their meaning, into datasets/columns.csv"),
    ]
    head = f"VALUE is one of the following; these are the names of {protocol.name}, another study shows its own when it is named before --help:"
    return "\n".join([head, *(f"  {name:<9}  {what}" for name, what in rows)])


def verify(options: Namespace) -> Answer:
    """The chain of a journal file, and its end."""
    import re

    from ..records.sqlite_journal import open_journal

    expected = None if options.expect is None else options.expect.strip().lower()
    if expected is not None and not re.fullmatch("[0-9a-f]{8,64}", expected):
        raise Problem(f"--expect: {options.expect!r} is no head: write the 64 digits that verify printed, or their first 8 or more")
    store = open_journal(Path(options.journal))
    broken, (entries, head) = store.broken(), store.head()
    at = None if expected is None else store.place_of(expected)
    if expected is not None and at is None:
        broken.append(
            f"no entry has the head that is expected ({expected}): the entries up to it were removed or changed, or it is of another journal"
        )
    data = {"journal": options.journal, "whole": not broken, "broken": broken, "entries": entries, "head": head}
    if expected is not None:
        data["expected"] = {"head": expected, "entry": at, "entries since": None if at is None else entries - at}
    if broken:
        return WRONG, data, "\n".join([*broken, "take the file again from its backup"])
    lines = [f"{options.journal}: {_some(entries, 'entry', 'entries')}, the chain holds", f"head {head}"]
    if at is not None:
        since = "is its last" if at == entries else f"is followed by {_some(entries - at, 'entry', 'entries')}"
        lines.append(f"the head that was expected is that of entry {at:,}, which {since}")
    return DONE, data, "\n".join(lines)
