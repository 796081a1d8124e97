"""What the verbs are given: a study by name, folder or file; a day; journals from a file or a store; a place to write."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..disk import write_whole
from . import CALL, INPUT, PLACE, STOPPING, Problem
from .screen import counting, told

DEFAULT = "mt103-211"
SEED_HIDDEN = "their seed is not shown to this role"

if TYPE_CHECKING:
    from ..journey.journal import Entry
    from ..journey.ready import Ready
    from ..journey.seen import View
    from ..protocol.language import Protocol


def study(name: str) -> tuple[Protocol, str]:
    """A study and its fingerprint: a shipped one from its latest frozen version, else a folder, a .py file or a frozen .json."""
    from ..protocol.frozen.load import study_named

    return study_named(name)


def is_study(name: str) -> bool:
    """Whether a name is a study's: a shipped one, or a folder or file that could be one."""
    from ..protocol.frozen.shipped import shipped

    path = Path(name)
    return name in shipped() or path.suffix in (".py", ".json") and path.is_file() or (path / "study.py").is_file()


def ready(name: str) -> Ready:
    """A study ready to run."""
    return made_ready(*study(name))


def made_ready(protocol: Protocol, mark: str) -> Ready:
    """A study that was opened, ready to run. Raises Problem with everything that does not hang together."""
    from ..journey.ready import make_ready
    from ..protocol.check.wellformed import wellformed

    wrong = wellformed(protocol)
    if wrong:
        raise Problem("\n".join(wrong), INPUT)
    return make_ready(protocol, mark)


def seen(made: Ready, role: str | None) -> tuple[Ready, View | None]:
    """A study as a role sees it, and what the role sees of its journals; all of it, and None, where no role is named."""
    from ..journey.seen import view_of

    if role is None:
        return made, None
    try:
        view = view_of(made.protocol, role)
    except ValueError as problem:
        raise Problem(f"--role: {problem}", CALL) from None
    if not view.role.blinded:
        return made, view
    from ..protocol.frozen.freeze import fingerprint

    return made_ready(view.study, fingerprint(view.study)), view


def is_blind(view: View | None) -> bool:
    """Whether somebody looks who is kept blind."""
    return view is not None and view.role.blinded


@contextmanager
def read_for(role: str | None) -> Iterator[None]:
    """Reading for a role: what cannot be read is not quoted, since it may show what the role must not see."""
    try:
        yield
    except (Problem, ValueError) as problem:
        if role is None:
            raise
        cure = "somebody who may see all of it finds out why, without --role"
        raise Problem(f"the source cannot be read as it stands: {cure}", getattr(problem, "code", INPUT)) from None


def day(text: str, option: str = "") -> int:
    """A day as an ordinal; a text that is none is a wrong call, where an `option` named it."""
    from ..protocol.words.times import ordinal

    try:
        return ordinal(text)
    except ValueError as problem:
        raise Problem(f"{option}: {problem}".removeprefix(": "), CALL if option else INPUT) from None


def known_at(text: str | None) -> str | None:
    """A time of knowledge as it was given; a text that is none is a wrong call."""
    from ..journey.journal import instant

    if text is not None:
        try:
            instant(text)
        except (ValueError, OverflowError) as problem:
            raise Problem(f"--known-at: {problem}", CALL) from None
    return text


def last_day(people: Mapping[str, list[Entry]], known_at: str | None, option: str) -> int:
    """The last plausible day of journals as known at a time, said with what it leaves out; `option` names another. Raises Problem without entries."""
    from datetime import date

    from ..journey.last_day import last_day_of_all
    from ..protocol.words.times import iso

    found, ahead = last_day_of_all(people.values(), known_at, date.today().toordinal())
    if found is None:
        cure = (
            f"nothing is known of any participant at {known_at}: name a later time with --known-at"
            if known_at
            else "the journal holds no entries"
        )
        raise Problem(cure, INPUT)
    for e in ahead[:20]:
        told = f"recorded on {e.recorded_at[:10]}" if e.recorded_at else "after today"
        say(
            f"participant {e.participant}, sequence {e.sequence}: {e.event} is dated {e.happened_on}, {told}; left out of the day taken, {iso(found)}"
        )
    if ahead:
        say(
            f"{len(ahead)} {'entry is' if len(ahead) == 1 else 'entries are'} dated ahead: correct the dates, or name the day with {option}"
        )
    return found


def apart(things: list[str], last: int, usage: str) -> tuple[str, list[str]]:
    """The study (the default where it is left out) and the other things."""
    if len(things) == last:
        return DEFAULT, things
    if len(things) == last + 1:
        return things[0], things[1:]
    raise Problem(f"this needs {usage}", CALL)


def journals(source: str) -> tuple[Mapping[str, list[Entry]], str | None]:
    """The journals of a source by participant, and the frozen study that came with them where there is one.

    A source is a .jsonl file, a journal.sqlite, or a folder: its journal.sqlite, else all its .jsonl files together.
    """
    from ..journey.journal import entries_of
    from ..journey.packed import Journals

    path = Path(source)
    if path.is_dir():
        stores, texts = [p for p in (path / "journal.sqlite",) if p.is_file()], sorted(path.glob("*.jsonl"))
        if not stores and not texts:
            raise Problem(f"{source} holds no journal.sqlite and no .jsonl file", INPUT)
        if not stores:
            return _together(texts), None
        path = stores[0]
    if not path.is_file():
        raise Problem(f"there is no journal at {source}", INPUT)
    if path.suffix in (".sqlite", ".db"):
        from ..records.sqlite_journal import open_journal

        store = open_journal(path)
        if broken := store.broken():
            more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
            raise Problem(
                f"{path} was changed from outside: {broken[0]}{more}; see `trialrun verify {path}`, and take the file from its backup",
                INPUT,
            )
        return Journals(store.entries()), store.frozen_study()
    return Journals(entries_of(path)), None


def came_with(source: str, frozen: str | None = None) -> Ready | None:
    """The study that a source carries, None where it carries none: `frozen` is what its store keeps, else the study of its folder of results."""
    from ..protocol.frozen.carried import carried, fingerprint_named
    from ..protocol.frozen.older import opened

    path = Path(source)
    folder = path if path.is_dir() else path.parent
    if frozen is None:
        found = carried(folder)
        return made_ready(*found) if found else None
    protocol, mark = opened(frozen, source)
    named = fingerprint_named(folder)
    if named not in (None, mark):
        raise Problem(f"{folder}/run.json names the study {named[:12]}…, and the journal is of {mark[:12]}…: keep them apart", INPUT)  # type: ignore[index]
    return made_ready(protocol, mark)


def head(source: str) -> dict[str, Any] | None:
    """The end of the chain of a source's store, as it is kept with what is made from it; None where the source has no store."""
    from ..records.sqlite_journal import open_journal

    path = Path(source) / "journal.sqlite" if Path(source).is_dir() else Path(source)
    return open_journal(path).head()._asdict() if path.suffix in (".sqlite", ".db") and path.is_file() else None


def simulated(name: str | None, source: str, trial: int) -> tuple[Ready, Mapping[str, list[Entry]]] | None:
    """The study and the journals of one trial of a folder that `trialrun simulate` wrote, made again; None for another source."""
    from ..processes import cores
    from ..simulation.replay import replay

    found = run_at(name, source, trial)
    if found is None:
        return None
    made, run = found
    try:
        with counting("participants made again") as counted:
            return made, replay(made, run, trial, lambda done: counted(done, run["n"]), cores())
    except ValueError as problem:
        raise Problem(f"{source}: {problem}", INPUT) from None


def run_at(name: str | None, source: str, trial: int) -> tuple[Ready, dict[str, Any]] | None:
    """The study and what `run.json` says of a folder that `trialrun simulate` wrote; None for another source."""
    from ..simulation.replay import is_run, run_of

    path = Path(source)
    if trial < 1:
        raise Problem("--trial counts from 1", CALL)
    if not path.is_dir() or not is_run(path) or any(path.glob("*.jsonl")) or (path / "journal.sqlite").is_file():
        return None
    try:
        run = run_of(path)
    except ValueError as problem:
        raise Problem(f"{source}: {problem}", INPUT) from None
    made = (ready(name) if name else came_with(source)) or ready(DEFAULT)
    if run["trials"] > 1 and 1 <= trial <= run["trials"]:
        say(
            f"{source} has {run['trials']:,} trials of {run['n']:,}; this is trial {trial} (--trial). Over all of them: operating-characteristics"
        )
    return made, run


def _together(paths: list[Path]) -> Mapping[str, list[Entry]]:
    """The journals of several files. Raises Problem for a participant who stands in two of them."""
    from ..journey.journal import entries_of
    from ..journey.packed import Journals

    found = Journals()
    place: dict[str, Path] = {}
    for path in paths:
        read = Journals(entries_of(path))
        for who in read:
            if who in place:
                raise Problem(f"participant {who} stands in {place[who].name} and in {path.name}: keep one of them in the folder", INPUT)
            place[who] = path
            found.keep(who, read.packed(who))
    return found


def virtual(source: str) -> str | None:
    """How simulated participants came about, by the run.json beside their journals; None where there is none."""
    import json

    from ..simulation.virtual import came_about

    path = Path(source)
    try:
        run = json.loads(((path if path.is_dir() else path.parent) / "run.json").read_text(encoding="utf-8"))
        return came_about(f"seed {run['seed']}" if run["seed"] is not None else SEED_HIDDEN, run.get("nature", ""))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def unseeded(virtual: str | None) -> str | None:
    """The same for a role that does not see the seed."""
    from ..simulation.plain import MADE_UP

    return None if virtual is None else f"{SEED_HIDDEN}; {MADE_UP}" if MADE_UP in virtual else SEED_HIDDEN


def command() -> str:
    """The command as it was called."""
    import shlex

    return shlex.join(["trialrun", *sys.argv[1:]])


def write(path: Path, text: str, mark: str) -> None:
    """Write a text file whole, or say why not; what is there already is replaced only where its beginning holds the `mark` of its kind."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text, like=lambda begin: mark.encode() in begin)
    except OSError as problem:
        raise Problem(f"{path} cannot be written ({problem.strerror}): name another place with --out", PLACE) from None


def place(path: str) -> Path:
    """Where a folder can be made or written into; nothing is made yet."""
    folder = Path(path)
    try:
        if not path:
            raise Problem("--out names no folder", CALL)
        there = next(p for p in (folder, *Path(os.path.abspath(folder)).parents) if p.exists())
        if not there.is_dir():
            raise NotADirectoryError(20, "a file stands in the way")
        with tempfile.TemporaryFile(dir=there):
            return folder
    except OSError as problem:
        raise Problem(f"{folder} cannot be written into ({problem.strerror}): name another folder with --out", PLACE) from None


def folder(path: str) -> Path:
    """A folder that is there and can be written into."""
    found = place(path)
    try:
        found.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Problem(f"{found} cannot be written into ({problem.strerror}): name another folder with --out", PLACE) from None
    return found


def say(text: str) -> None:
    """A line of progress, on standard error; a stop that a library swallowed is heard here."""
    if STOPPING:
        raise KeyboardInterrupt
    told(text)
