"""Events: facts of nature, acts and decisions of people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Something that can happen. Nature: fact (nature), act (a person does it), decision (a person decides it).

    `otherwise` says what is written where no rule speaks of it. `last`: of all that happened on one day it comes last (a death).
    `shown`: a fact that is shown as a deviation where no rule speaks of it; acts and decisions always are. `label`: what people call it.
    """

    name: str
    nature: str
    source: str
    otherwise: str = ""
    last: bool = False
    shown: bool = False
    label: str = ""

    @property
    def called(self) -> str:
        """What people call it."""
        return self.label or self.name


def fact(name: str, source: str, *, otherwise: str = "", last: bool = False, shown: bool = False, label: str = "") -> Event:
    """Something that nature or an observation brings. `last`: of one day it comes last, as a death does. `shown`: a deviation where no rule speaks."""
    return Event(name, "fact", source, otherwise, last, shown, label)


def act(name: str, source: str, *, otherwise: str = "", label: str = "") -> Event:
    """Something that a person does to a participant; done against the rules it is a breach."""
    return Event(name, "act", source, otherwise, label=label)


def decision(name: str, source: str, *, otherwise: str = "", label: str = "") -> Event:
    """Something that a person decides; ordering it is refused where no rule allows it. `label`: the decision in the words of people."""
    return Event(name, "decision", source, otherwise, label=label)
