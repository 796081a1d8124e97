"""Files and folders that appear whole or not at all, that are never somebody else's, and names that are safe as names of files.

What is written is made under another name beside its place and moved there in one step. A folder of results is of one run of each verb that
wrote into it: its file `complete` names them with the SHA-256 of every file, is taken away first and written last.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import re
import shutil
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

COMPLETE, UNFINISHED = "complete", "incomplete"
JOURNALS = (".sqlite", ".db", ".jsonl")
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
NEW = re.compile(r"\..*\.new-(\d+)")


class Occupied(ValueError):
    """A place that holds what is not ours to replace, with the cure."""


def file_name(text: str) -> str:
    """A name from a study or a journal as the name of a file: letters, digits, `-`, `_` and inner dots; what was changed ends with a mark of its own."""
    kept = re.sub(r"[^\w.-]", "_", text).strip(".")
    if kept == text != "" and len(kept) <= 100 and not RESERVED.fullmatch(kept) and kept[0] != "-":
        return kept
    return f"_{kept[:80]}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def write_whole(path: Path, write: str | bytes | Callable[[Path], Any], like: Callable[[bytes], bool] | None = None) -> None:
    """Write a file whole or not at all: a text (UTF-8), bytes, or what `write` puts into the path that it is given.

    `like` says of the first 64 KiB of a file that is there already whether it is one of the same kind; another is left alone.
    Raises Occupied for one that is not of this kind, OSError where it cannot be written. What is no ordinary file (a pipe, /dev/stdout) is
    written straight into.
    """
    path = Path(path)
    straight = path.exists() and not path.is_file()
    path = path if straight else path.resolve()
    if like is not None and path.is_file():
        with path.open("rb") as there:
            begin = there.read(65_536)
        if begin and not like(begin):
            raise Occupied(f"{path} is there already and is something else: name another file with --out, or move it away")
    fresh = path if straight else path.with_name(f".{path.name[:200]}.new-{os.getpid()}{path.suffix[:20]}")
    try:
        if callable(write):
            write(fresh)
        else:
            fresh.write_bytes(write.encode("utf-8") if isinstance(write, str) else write)
        if not straight:
            os.replace(fresh, path)
    finally:
        if not straight:
            fresh.unlink(missing_ok=True)


def sha256(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def runs_of(folder: Path, marker: str = COMPLETE) -> dict[str, dict[str, str]]:
    """What the marker of a folder names: each verb that wrote into it, with its files and their SHA-256; empty without a marker."""
    try:
        told = json.loads((folder / marker).read_text(encoding="utf-8"))["runs"]
        return {str(verb): {_inside(name): str(mark) for name, mark in files.items()} for verb, files in told.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def mark_complete(folder: Path, verb: str, names: Iterable[str]) -> None:
    """Say that what a verb wrote into a folder is complete; what other verbs wrote there stays named."""
    runs = runs_of(folder) | {verb: {name: sha256(folder / name) for name in sorted(names)}}
    write_whole(folder / COMPLETE, json.dumps({"runs": runs}, indent=1, ensure_ascii=False) + "\n")
    (folder / UNFINISHED).unlink(missing_ok=True)


def refuse_foreign(folder: Path, verb: str, names: Iterable[str]) -> None:
    """Raises Occupied where one of the names is in the folder and is not as an earlier run of this verb left it."""
    ours, begun = runs_of(folder).get(verb, {}), runs_of(folder, UNFINISHED).get(verb, {})
    for marker in (COMPLETE, UNFINISHED):
        if os.path.lexists(folder / marker) and not runs_of(folder, marker):
            raise Occupied(f"{folder} holds a file {marker} that trialrun did not write: name another folder with --out, or move it away")
    for name in names:
        place = folder / name
        if name in (COMPLETE, UNFINISHED) or name in begun or not os.path.lexists(place):
            continue
        within = [f for f in ours if f == name or f.startswith(f"{name}/")]
        if not within:
            raise Occupied(
                f"{folder} holds {name}, which no earlier `trialrun {verb}` wrote: name another folder with --out, or move it away"
            )
        if name in ours and place.is_file() and sha256(place) != ours[name]:
            raise Occupied(f"{name} in {folder} was changed after it was written: name another folder with --out, or move it away")


@contextmanager
def whole_folder(folder: Path, verb: str, names: Iterable[str] = (), journals: bool = False) -> Iterator[Path]:
    """A place to write the files of one run into, which become the folder's when all of them are there, and none of them otherwise.

    The files of an earlier run of the same verb go; files of anybody else stay, and are never replaced. `names`: what will be written, refused
    before the work where it is somebody else's; `journals`: whether a folder with somebody else's journals is refused too.
    Raises Occupied, and OSError where the folder cannot be written into.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(20, "it is a file, not a folder", str(folder))
    refuse_foreign(folder, verb, names)
    if journals and folder.is_dir():
        refuse_foreign(folder, verb, sorted(p.name for p in folder.iterdir() if p.suffix in JOURNALS and not NEW.match(p.name)))
    beside = folder if folder.is_dir() else Path(os.path.abspath(folder)).parent
    beside.mkdir(parents=True, exist_ok=True)
    name = Path(os.path.abspath(folder)).name[:200]
    _sweep(beside, name)
    work = beside / f".{name}.new-{os.getpid()}"
    work.mkdir()
    try:
        yield work
        with _undisturbed():
            _move(work, folder, verb)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _move(work: Path, folder: Path, verb: str) -> None:
    """Move what was made to where it belongs; the marker goes first and comes last."""
    made = sorted(p.relative_to(work).as_posix() for p in work.rglob("*") if p.is_file())
    if not folder.exists():
        mark_complete(work, verb, made)
        try:
            os.rename(work, folder)
            return
        except OSError:
            (work / COMPLETE).unlink()
            folder.mkdir(exist_ok=True)
    refuse_foreign(folder, verb, made)
    runs = runs_of(folder)
    old = {**runs_of(folder, UNFINISHED).get(verb, {}), **runs.pop(verb, {})}
    stale = [name for name, mark in old.items() if (folder / name).is_file() and (name in made or sha256(folder / name) == mark)]
    begun = {"runs": {verb: {name: old.get(name, "") for name in {*made, *old}}}}
    write_whole(folder / UNFINISHED, json.dumps(begun, indent=1, ensure_ascii=False) + "\n")
    (folder / COMPLETE).unlink(missing_ok=True)
    for name in stale:
        (folder / name).unlink()
    for name in made:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(work / name, folder / name)
    for name in sorted({str(Path(n).parent.as_posix()) for n in stale} - {"."}, reverse=True):
        try:
            (folder / name).rmdir()
        except OSError:
            continue
    if runs:
        write_whole(folder / COMPLETE, json.dumps({"runs": runs}) + "\n")
    mark_complete(folder, verb, made)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A stop that is asked for meanwhile is heard afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    meant = {number: signal.signal(number, lambda n, _: heard.append(n)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, before in meant.items():
            signal.signal(number, before)
    for stop in heard[:1]:
        signal.raise_signal(stop)


def _sweep(beside: Path, name: str) -> None:
    """Remove what runs that are no more have left half made of a folder."""
    for place in beside.glob(f".{glob.escape(name)}.new-*"):
        found = NEW.fullmatch(place.name)
        if found and place.is_dir() and not place.is_symlink() and not _alive(int(found[1])):
            shutil.rmtree(place, ignore_errors=True)


def _alive(process: int) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _inside(name: Any) -> str:
    """A name that a marker tells, where it stays inside its folder."""
    path = Path(str(name))
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{name!r} leads out of the folder")
    return path.as_posix()
