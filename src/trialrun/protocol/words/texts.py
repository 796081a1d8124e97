"""The text of a study in numbered statements, and the readings where it leaves room."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Statement:
    """One numbered statement of the study's text, in our words. Background statements explain and need no element."""

    id: str
    words: str
    background: bool = False
    confirmed: bool = True


@dataclass(frozen=True)
class Reading:
    """A place where the text leaves room: what is undecided, and our reading of it."""

    id: str
    question: str
    answer: str


def statement(id: str, words: str, *, background: bool = False, confirmed: bool = True) -> Statement:
    """A numbered statement of the study's text."""
    return Statement(id, words, background, confirmed)


def reading(id: str, question: str, answer: str) -> Reading:
    """A place where the text leaves room, and our reading."""
    return Reading(id, question, answer)
