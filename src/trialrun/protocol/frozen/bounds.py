"""What has been opened of a study folder on the way, and the bounds that reading keeps: files, depth, and what a value fills written out.

A value named twice is written twice in the frozen study, so a few lines could name more than any machine holds.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, is_dataclass
from pathlib import Path
from typing import Any, NoReturn

from .kinds import declared
from .study_text import StudyError

FILES = 100
SIZE = 400_000  # values written out, a text counting one for every 50 characters
DEEP = 60
WORK = 20 * SIZE


@dataclass(frozen=True)
class Beside:
    """A file beside the study, named as a whole: `from . import terms`."""

    file: str
    names: dict[str, Any]


@dataclass
class Opened:
    """What has been read of a folder: the names of each file, the files on the way to here, and what was spent."""

    folder: Path
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    trees: dict[str, ast.Module] = field(default_factory=dict)
    on_the_way: list[str] = field(default_factory=list)
    weights: dict[int, tuple[int, int, Any]] = field(default_factory=dict)
    mistyped: list[str] = field(default_factory=list)
    spent: int = 0


def here(opened: Opened, node: ast.AST) -> str:
    """The file and line of a node, as a message begins."""
    return f"{opened.on_the_way[-1]}.py:{getattr(node, 'lineno', 1)}: "


def refuse(opened: Opened, node: ast.AST, says: str) -> NoReturn:
    """Raise StudyError with the file and the line of a node."""
    raise StudyError(here(opened, node) + says)


def spend(opened: Opened, work: int, node: ast.AST) -> None:
    """Count what was looked at. Raises StudyError where that is more than any study needs."""
    opened.spent += work
    if opened.spent > WORK:
        refuse(opened, node, "the study would fill too much when it is written out: name fewer things many times")


def weigh(opened: Opened, value: Any, node: ast.AST) -> None:
    """Bound a value by what it fills when it is written out, and by its depth. Raises StudyError beyond."""
    size, deep = weight(opened, value)
    if deep > DEEP:
        refuse(opened, node, f"this value is nested more than {DEEP} deep: write it flatter")
    if size > SIZE:
        refuse(opened, node, "this value would fill too much when it is written out: name fewer things many times")


def weight(opened: Opened, value: Any) -> tuple[int, int]:
    """What a value fills when it is written out, and its depth."""
    if isinstance(value, str):
        return 1 + len(value) // 50, 0
    kept = opened.weights.get(id(value))
    if kept is not None:
        return kept[0], kept[1]
    if isinstance(value, tuple | list):
        parts: list[Any] = list(value)
    elif isinstance(value, dict):
        parts = [*value, *value.values()]
    elif is_dataclass(value) and not isinstance(value, Beside):
        parts = [getattr(value, takes.name) for takes in declared(type(value))]
    else:
        return 1, 0
    size, deep = 1, 0
    for part in parts:
        s, d = weight(opened, part)
        size, deep = size + s, max(deep, d)
    opened.weights[id(value)] = (size, deep + 1, value)
    return size, deep + 1
