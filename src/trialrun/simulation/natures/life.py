"""What is true of one virtual participant of a declared nature: notes, traits, fates, what is planned, and the turn that is heard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..hazards import Fate

if TYPE_CHECKING:
    from ...journey.fold import Turn
    from ..walk import Walk


class Life:
    """One participant. `row`: the row of a family that is spoken of; `told`: the values of the entry that a slip is about."""

    __slots__ = ("walk", "key", "notes", "traits", "slots", "fates", "lucks", "row", "turn", "told", "place", "dose", "seen", "ahead")

    def __init__(self, walk: Walk | None, key: int, notes: Mapping[str, Any]) -> None:
        self.walk: Any = walk
        self.key = key
        self.notes = dict(notes)
        self.traits: dict[str, Any] = {}
        self.slots: dict[tuple[str, int], int] = {}
        self.fates: dict[str, Fate] = {}
        self.lucks: dict[str, int] = {}
        self.row = 0
        self.turn: Turn | None = None
        self.told: Mapping[str, Any] = {}
        self.place = 0
        self.dose: float | None = None
        self.seen: dict[str, int] = {}
        self.ahead: Any = None
