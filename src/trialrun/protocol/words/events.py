"""Events: facts of nature, acts and decisions of people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Something that can happen. Nature: fact (nature), act (a person does it), decision (a person decides it).

    `otherwise` says what is written where no rule speaks of it. `last`: of all that happened on one day it comes last (a death).
    """

    name: str
    nature: str
    source: str
    otherwise: str = ""
    last: bool = False


def fact(name: str, source: str, *, otherwise: str = "", last: bool = False) -> Event:
    """Something that nature or an observation brings. `last`: of one day it comes last, as a death does."""
    return Event(name, "fact", source, otherwise, last)


def act(name: str, source: str, *, otherwise: str = "") -> Event:
    """Something that a person does to a participant; done against the rules it is a breach."""
    return Event(name, "act", source, otherwise)


def decision(name: str, source: str, *, otherwise: str = "") -> Event:
    """Something that a person decides; ordering it is refused where no rule allows it."""
    return Event(name, "decision", source, otherwise)
