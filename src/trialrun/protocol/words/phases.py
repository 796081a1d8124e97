"""Phases: where a participant can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Phase:
    """Where a participant can be. `shown` is the name people see; `waits` accepts, in writing, that no clock runs here."""

    name: str
    shown: str = ""
    end: bool = False
    reason: str | None = None
    waits: str | None = None
    source: str = ""
    course: str = ""


def phase(
    name: str,
    *,
    shown: str = "",
    end: bool = False,
    reason: str | None = None,
    waits: str | None = None,
    source: str = "",
    course: str = "",
) -> Phase:
    """A place where a participant can be."""
    return Phase(name, shown or name, end, reason, waits, source, course)


def phases_named(at: Any) -> tuple[str, ...]:
    if isinstance(at, Phase):
        return (at.name,)
    if isinstance(at, str):
        return (at,)
    if not isinstance(at, tuple | list):
        raise TypeError(f"{said(at)} is no phase: name a phase, or a tuple of phases and groups of them")
    return tuple(dict.fromkeys(name for part in at for name in phases_named(part)))


def said(value: Any) -> str:
    """A wrong value as a message names it."""
    name = getattr(value, "name", None) or getattr(value, "entry", None)
    return f"the {type(value).__name__.lower()} {name!r}" if name else repr(value)
