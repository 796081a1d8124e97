"""Where a derived value comes from: its definition in words, the days it is made of, the sentences that spoke, and the entries behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ...protocol.words.times import iso
from ..datasets import Datasets, datasets
from ..datasets.chain import Chain, Spoke, Told, Version, chain
from .values_asked import Asked, asked_for
from .values_told import words_of_value


@dataclass(frozen=True)
class Step:
    """One day of the chain: what it is for the value, what was found there, the entries (sequences), and the sentence that spoke."""

    part: str
    day: int | None
    says: str
    entries: tuple[int, ...] = ()
    spoke: Spoke | None = None


@dataclass(frozen=True)
class Explained:
    """A derived value with everything that it came from. `value` is JSON data, `says` the value in words; `entries` are quoted in full."""

    study: str
    version: int
    fingerprint: str
    participant: str
    asked: str
    name: str
    kind: str
    value: Any
    says: str
    definition: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    entries: tuple[Told, ...]
    notes: tuple[str, ...]
    cutoff: int
    known_at: str | None
    notice: str

    def as_json(self) -> dict[str, Any]:
        """The chain as JSON data; days are ISO dates."""
        steps = []
        for s in self.steps:
            spoke = None
            if s.spoke is not None:
                spoke = asdict(s.spoke) | {"day": iso(s.spoke.day), "marks": list(s.spoke.marks), "changes": list(s.spoke.changes)}
            steps.append({"part": s.part, "on": iso(s.day), "says": s.says, "entries": list(s.entries), "sentence": spoke})
        entries = [asdict(e) | {"day": iso(e.day), "replaced": [asdict(v) for v in e.replaced]} for e in self.entries]
        return {
            "study": self.study, "version": self.version, "fingerprint": self.fingerprint, "participant": self.participant, "asked": self.asked,
            "name": self.name, "kind": self.kind, "value": self.value, "says": self.says,
            "definition": [{"part": a, "words": b} for a, b in self.definition], "steps": steps, "entries": entries,
            "notes": list(self.notes), "cutoff": iso(self.cutoff), "known_at": self.known_at, "notice": self.notice,
        }  # fmt: skip

    def as_text(self) -> str:
        """The chain as a person reads it."""
        known = f", as known at {self.known_at}" if self.known_at else ""
        lines = [
            f"{self.participant}  {self.name}: {self.says}",
            f"{self.study} version {self.version}, fingerprint {self.fingerprint[:12]}…, data cut-off {iso(self.cutoff)}{known}",
        ]
        width = max([len(a) for a, _ in self.definition] + [len(s.part) for s in self.steps] + [0])
        lines += ["", "Definition", *(f"  {a:<{width}}  {b}" for a, b in self.definition)]
        if self.steps:
            lines += ["", "How it came about"]
        for s in self.steps:
            lines.append(f"  {s.part:<{width}}  {iso(s.day) or '':<10}  {s.says}{_numbers(s.entries)}")
            if s.spoke is not None:
                lines.append(f"  {'':<{width}}  {'':<10}  {_sentence(s.spoke)}")
        if self.entries:
            lines += ["", "Entries"]
        for e in self.entries:
            lines.append(f"  #{e.sequence:<3} {e.happened_on}  {e.event}{_values(e.values)}")
            lines.append(f"       {_recorded(e)}")
            if e.assumed:
                lines.append(f"       the date is known in part, and taken as {e.assumed}")
            for k, v in enumerate(e.replaced):
                why = f"; reason: {e.reason}" if e.reason and k == 0 else ""
                lines.append(f"       corrects #{v.sequence}: {v.happened_on} {v.event}{_values(v.values)}, {_recorded(v)}{why}")
        if self.notes:
            lines += ["", "Note", *(f"  {n}" for n in self.notes)]
        return "\n".join([*lines, "", self.notice])

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self.as_text())}</pre>"


def explain(ready: Any, entries: Sequence[Any], value: str, cutoff: Any, known_at: str | None = None) -> Explained:
    """The chain of one participant's value: an endpoint, an analysis set, a column of a data set, a moment, or `best response`.

    `cutoff` is a date or its ordinal. Raises ValueError for a value that the study does not have, with the near names, and for journals that
    cannot be analysed.
    """
    on = cutoff if isinstance(cutoff, int) else cutoff.toordinal()
    if not entries:
        raise ValueError("there are no entries to explain: name a participant of the source")
    who = entries[0].participant
    data = datasets(ready, {who: list(entries)}, on, known_at)
    links = chain(ready, entries, on, known_at)
    asked = asked_for(ready.protocol, data, value)
    says, raw, definition, parts = words_of_value(ready, data, links, asked)
    steps = tuple(Step(*part) for part in parts)
    used = dict.fromkeys(n for s in steps for n in s.entries)
    used |= dict.fromkeys(s.spoke.entry for s in steps if s.spoke is not None and s.spoke.entry is not None)
    used |= dict.fromkeys(b for n in list(used) if n in links.told and (b := links.told[n].bound) is not None)
    told = tuple(links.told[n] for n in sorted(used) if n in links.told)
    return Explained(
        data.study, data.version, data.fingerprint, who, value, asked.name, asked.kind, raw, says, tuple(definition), steps, told,
        tuple(_notes(data, links, asked)), on, known_at, ready.protocol.notice,
    )  # fmt: skip


def _notes(data: Datasets, links: Chain, asked: Asked) -> list[str]:
    found = []
    if links.not_known:
        found.append(f"{links.not_known} entries were recorded after {data.known_at} and are not seen.")
    if links.not_yet:
        found.append(f"{links.not_yet} entries happened after the cut-off and are not seen.")
    for v in links.withdrawn:
        found.append(f"#{v.sequence} ({v.happened_on} {v.event}) was withdrawn and does not stand.")
    if asked.also:
        found.append(f"{asked.name!r} is also a column of {', '.join(asked.also)}: ask for it as TABLE.COLUMN.")
    return found


def _numbers(entries: tuple[int, ...]) -> str:
    return f"  ({', '.join(f'#{n}' for n in entries)})" if entries else ""


def _recorded(v: Version) -> str:
    return f"recorded {v.recorded_at or 'at a time not given'} by {v.recorded_by or 'someone not named'}"


def _sentence(s: Spoke) -> str:
    way = f"  {s.before} -> {s.after}" if s.before != s.after else ""
    against = " (against the rules)" if s.breach else ""
    return f"[{s.source}] {s.words}{against}{way}"


def _alone(value: Any) -> str:
    """A recorded value, of one with its unit both."""
    return f"{value['value']} {value['unit']}" if isinstance(value, dict) else str(value)


def _values(values: dict[str, Any]) -> str:
    said = [f"{name} {('yes' if v else 'no') if isinstance(v, bool) else _alone(v)}" for name, v in values.items() if v is not None]
    return f": {', '.join(said)}" if said else ""
