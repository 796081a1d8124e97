"""What went before an entry: the previous, lowest, highest and last known value of an item, found as entries are taken in, in the order of the walk.

The one place that decides it: conditions of forms, edit checks and endpoints read what stands with the entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..protocol.language import Form, Protocol
from ..protocol.words.amounts import Dated
from ..protocol.words.declared import endpoint_sources
from ..protocol.words.expressions import Expr, nodes
from ..protocol.words.over_time import Earlier, EntryDay
from ..protocol.words.times import iso

Asked = Mapping[str, tuple[Dated, ...]]


def asked_over_time(protocol: Protocol) -> Asked:
    """What each form's entries are asked of the entries before them; nothing for a study that asks for none."""
    of_all = [s.given for s, _ in endpoint_sources(protocol)] + [x.given for k in protocol.columns for x in k.levels]
    everywhere = _over_time(of_all)
    found = {f.entry: tuple(dict.fromkeys((*everywhere, *_over_time(conditions_of(f))))) for f in protocol.forms}
    return found if any(found.values()) else {}


def conditions_of(f: Form) -> Iterator[Expr | None]:
    """The conditions of a form that read the values of one entry."""
    yield from (y.given for y in f.yields)
    yield from (c.given for c in f.classes)
    yield from (a.given for a in f.asked)
    yield from (k.given for k in f.checks)


def _over_time(conditions: Iterator[Expr | None] | Sequence[Expr | None]) -> tuple[Dated, ...]:
    return tuple(dict.fromkeys(x for given in conditions for x in nodes(given) if isinstance(x, Earlier | EntryDay)))


class SoFar:
    """What was recorded so far of each item: the last value, the lowest and the highest."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.last: dict[str, Any] = {}
        self.lowest: dict[str, Any] = {}
        self.highest: dict[str, Any] = {}

    def before(self, event: str, day: int, values: Mapping[str, Any]) -> dict[str, Any]:
        """What an entry with these values, walked on a day (ordinal), is asked of those before it, by key; None where there is nothing."""
        return {x.key: iso(day) if isinstance(x, EntryDay) else self._of(x, values) for x in self.asked.get(event, ())}

    def _of(self, x: Any, values: Mapping[str, Any]) -> Any:
        if x.kind == "last" and values.get(x.name) is not None:
            return values[x.name]
        return {"lowest": self.lowest, "highest": self.highest}.get(x.kind, self.last).get(x.name)

    def keep(self, values: Mapping[str, Any]) -> None:
        """Keep the values of an entry for those that come after it."""
        for name, value in values.items():
            if value is None:
                continue
            self.last[name] = value
            if isinstance(value, int | float):
                self.lowest[name] = min(value, self.lowest.get(name, value))
                self.highest[name] = max(value, self.highest.get(name, value))
