"""What a study says it is, as data: its titles, identifiers, sponsor, phase and approval, and its objectives with their endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

OBJECTIVES = ("primary", "secondary", "exploratory")


@dataclass(frozen=True)
class Identifier:
    """A number by which a registry or an authority knows the study."""

    registry: str
    number: str


@dataclass(frozen=True)
class About:
    """What the study is. A part that is empty was not given by the sources, and the page says so. `codes`: what the letters of statements and readings mean."""

    full_title: str
    short_title: str
    source: str
    identifiers: tuple[Identifier, ...] = ()
    sponsor: str = ""
    phase: str = ""
    design: str = ""
    approval: str = ""
    amendment: str = ""
    codes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Objective:
    """What the study is to find out, and the endpoints that answer it."""

    kind: str
    words: str
    endpoints: tuple[str, ...]
    source: str


def identifier(registry: str, number: str) -> Identifier:
    """A number by which a registry or an authority knows the study."""
    return Identifier(registry, number)


def about(
    full_title: str,
    *,
    short_title: str,
    source: str,
    identifiers: tuple[Identifier, ...] = (),
    sponsor: str = "",
    phase: str = "",
    design: str = "",
    approval: str = "",
    amendment: str = "",
    codes: tuple[tuple[str, str], ...] = (),
) -> About:
    """What the study is: titles, identifiers, sponsor, phase, design, approval, and which amendment this is (or that it is the original).
    What is left out is shown as not given by the sources. `codes`: what the first letters of statements and readings mean."""
    return About(full_title, short_title, source, identifiers, sponsor, phase, design, approval, amendment, codes)


def objective(kind: str, words: str, *endpoints: Any, source: str) -> Objective:
    """An objective and the endpoints that answer it. Raises ValueError for a kind that is not primary, secondary or exploratory."""
    if kind not in OBJECTIVES:
        raise ValueError(f"objective(...): the kind {kind!r} is not known; write {', '.join(OBJECTIVES)}")
    return Objective(kind, words, tuple(e.name for e in endpoints), source)
