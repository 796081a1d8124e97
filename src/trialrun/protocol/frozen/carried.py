"""The study that a folder of results carries: its frozen `study.json`, held against the fingerprint that `run.json` names. Nothing else is opened.

A folder of results names no code. Where it carries no study, its fingerprint may be that of a version that ships with TrialRun.
"""

from __future__ import annotations

import json
from pathlib import Path

from ..language import Protocol
from .freeze import FrozenError
from .older import opened
from .shipped import shipped

STUDY, RUN = "study.json", "run.json"


def carried(folder: Path) -> tuple[Protocol, str] | None:
    """The study of a folder of results and its fingerprint; None where the folder names none.

    Raises FrozenError where `run.json` cannot be read, where it names another study than `study.json` is, and where the study is not there.
    """
    named = fingerprint_named(folder)
    if named is None:
        return None
    path = folder / STUDY
    if path.is_file():
        study, mark = opened(_text(path), str(path))
        if mark != named:
            raise FrozenError(
                f"{folder}/{RUN} names the study {named[:12]}…, and {STUDY} beside it is {mark[:12]}…: they are not of one run, "
                "so take the folder again from where it was made, or make it again"
            )
        return study, mark
    for frozen in (path for place in shipped().values() for path in sorted((place / "versions").glob("*.json"))):
        text = frozen.read_text(encoding="utf-8")
        if f'"{named}"' in text:
            study, mark = opened(text, frozen.name)
            if mark == named:
                return study, mark
    raise FrozenError(
        f"{folder} was simulated with another definition than those that ship ({named[:12]}…), and carries no {STUDY}: "
        "name the study that it was made with before the folder, or simulate again"
    )


def fingerprint_named(folder: Path) -> str | None:
    """The fingerprint that a folder's `run.json` names, None where it names none. Raises FrozenError where it cannot be read."""
    path = folder / RUN
    if not path.is_file():
        return None
    try:
        run = json.loads(_text(path))
        mark = run.get("fingerprint")
    except (ValueError, AttributeError, RecursionError):
        raise FrozenError(f"{path} cannot be read: take it again from where it was made, or simulate again into an empty folder") from None
    if mark is not None and not (isinstance(mark, str) and len(mark) == 64):
        raise FrozenError(
            f"{path} names a fingerprint that is none: take it again from where it was made, or simulate again into an empty folder"
        )
    return mark


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise FrozenError(f"{path} cannot be read ({problem}): take it again from where it was made") from None
