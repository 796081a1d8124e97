"""Journals as a role sees them: entries that are kept from it are not there, nor values, visits and reasons that could show the arm.

Only what the study declares is let through: a value or an entry that it does not know may say anything. Where a role does not see all
entries, those that it sees are numbered anew, so that no gap shows where another was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..protocol.language import Protocol, Role
from ..protocol.seen import as_seen_by, hidden_items, hidden_visits, role_named
from ..protocol.words.matching import as_name
from .journal import Entry


@dataclass(frozen=True)
class View:
    """What a role sees of a study and of its journals; of a role that is not blinded, all of it.

    `shown`: the items that it sees, by entry; `unsure`: entries that hold more, so that their reasons may tell it; `visits` and `hidden`: the names
    of the visits that it sees, and of those that it does not; `named`: the item that names a visit, by entry.
    """

    role: Role
    study: Protocol
    shown: Mapping[str, frozenset[str]]
    unsure: frozenset[str]
    visits: frozenset[str]
    hidden: frozenset[str]
    named: Mapping[str, str]

    def entries(self, entries: Iterable[Entry]) -> list[Entry]:
        """One participant's entries as the role sees them."""
        entries = list(entries)
        if not self.role.blinded:
            return entries
        gone = self._withheld(entries)
        kept = [self._seen(e) for e in entries if e.sequence not in gone]
        if not (self.role.forms or self.hidden):
            return kept
        number = {e.sequence: n for n, e in enumerate(kept, 1)}
        return [
            replace(e, sequence=number[e.sequence], corrects=number.get(e.corrects or 0), continues=number.get(e.continues or 0))
            for e in kept
        ]

    def journals(self, people: Mapping[str, Sequence[Entry]]) -> Mapping[str, list[Entry]]:
        """Many journals, each seen when it is read."""
        return _Seen(self, people)

    def _withheld(self, entries: list[Entry]) -> set[int]:
        """The entries that are kept from the role, with what corrects them, what they correct, and what goes on with them."""
        first: dict[int, int] = {}
        for e in entries:
            before = e.corrects if e.corrects is not None else e.continues
            first[e.sequence] = first.get(before, before) if before is not None else e.sequence
        gone = {first[e.sequence] for e in entries if not self._may_see(e)}
        return {e.sequence for e in entries if first[e.sequence] in gone}

    def _may_see(self, e: Entry) -> bool:
        """Whether the role may know of an entry; one that names a visit which is not among those it sees may be of one that it does not."""
        if e.event not in self.shown:
            return False
        if not self.hidden:
            return True
        said = (e.values or {}).get(self.named.get(e.event, ""))
        return (e.visit is None or as_name(e.visit) not in self.hidden) and (said is None or as_name(str(said)) in self.visits)

    def _seen(self, e: Entry) -> Entry:
        shown = self.shown[e.event]
        values = None if e.values is None else {k: v for k, v in e.values.items() if k in shown or k.replace(" ", "_") in shown}
        visit = e.visit if e.visit is not None and as_name(e.visit) in self.visits else None
        reason = "not shown to this role" if e.reason and e.event in self.unsure else e.reason
        return replace(e, values=values, visit=visit, reason=reason)


class _Seen(Mapping[str, list[Entry]]):
    def __init__(self, view: View, people: Mapping[str, Sequence[Entry]]) -> None:
        self._view, self._people = view, people

    def __getitem__(self, participant: str) -> list[Entry]:
        return self._view.entries(self._people[participant])

    def __iter__(self) -> Iterator[str]:
        return iter(self._people)

    def __len__(self) -> int:
        return len(self._people)


def view_of(protocol: Protocol, name: str) -> View:
    """What a role sees. Raises ValueError for a role that the study does not have."""
    role, study = role_named(protocol, name), as_seen_by(protocol, name)
    items = hidden_items(protocol, role)
    return View(
        role,
        study,
        {f.entry: frozenset(m.name for m in f.items) for f in study.forms if f.entry not in role.forms},
        frozenset(f.entry for f in protocol.forms if any(m.name in items for m in f.items)),
        _names(study.visits),
        _names(v for v in protocol.visits if v.name in hidden_visits(protocol, role)),
        {f.entry: m.name for f in study.forms for m in f.items if m.role == "visit"},
    )


def _names(visits: Iterable[Any]) -> frozenset[str]:
    return frozenset(as_name(word) for v in visits for word in (v.name, *v.known_as))
