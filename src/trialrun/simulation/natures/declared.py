"""The declared nature: what is declared beside a study, interpreted by the readable walk, sentence by sentence in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...chance import Luck
from ...journey.fold import Turn
from ...journey.journal import Entry
from ...journey.ready import Ready
from ...protocol.words.natures import Family, Note
from ...protocol.words.natures_acts import Enter, Heard, KeepVisits, Nature, When
from ...protocol.words.natures_told import named_numbers, parts
from ..recording import Recording
from ..walk import Walk
from .acts import RANKS, Acts, Do
from .life import Life
from .values import Value, Values

Sentence = tuple[Value | None, Do]


class Declared:
    """A nature as it was declared, for one study. `changed` puts other numbers in place of declared ones, by name, for a what-if.

    Raises ValueError for a name that the nature does not have.
    """

    name = "declared"
    notice = "Virtual participants, made by a computer from published and assumed figures."

    def __init__(self, ready: Ready, nature: Nature, mark: str = "", **changed: Any) -> None:
        numbers = named_numbers(nature)
        unknown = sorted(set(changed) - set(numbers))
        if unknown:
            raise ValueError(f"no parameter {unknown[0]!r}; there are {', '.join(sorted(numbers))}")
        self.nature, self.fingerprint = nature, mark
        every = list(parts(nature))
        self.families = {f.name: f for f in every if isinstance(f, Family)}
        self.notes = {n.name: n.starts for n in every if isinstance(n, Note)}
        self.values = Values(ready, self.families, changed)
        sentences = (*nature.body.sentences, *nature.conduct.sentences)
        kept = {k.keeps.name: k.keeps for k in every if isinstance(k, KeepVisits)}
        self.acts = Acts(self.values, _ranks(sentences, tuple(kept)))
        self._begins: list[Sentence] = []
        self._events: dict[str, list[tuple[int, Sentence]]] = {}
        self._moves: list[tuple[int, frozenset[str], frozenset[str], Sentence]] = []
        self._counted: dict[str, list[Sentence]] = {}
        fires: dict[str, list[Sentence]] = {}
        for place, sentence in enumerate(sentences):
            bound = (None if sentence.given is None else self.values.of(sentence.given), self.acts.all(sentence.do))
            for heard in sentence.on:
                self._listen(heard, place, bound, fires)
        self.acts.fires.update({name: _doing(many) for name, many in fires.items()})
        self.acts.fires.update({name: self.acts.visit(k) for name, k in kept.items()})
        self._answers: dict[tuple[str, str, str], tuple[Sentence, ...]] = {}
        self.recording = self._recording()
        a = nature.conduct.accrual
        number = self.values.number
        self._participants, self._days = int(number(a.participants)), int(number(a.days))
        self._sites, self._skew = [f"{n:03d}" for n in range(1, 1 + int(number(a.sites)))], number(a.skew)

    def _listen(self, heard: Heard, place: int, bound: Sentence, fires: dict[str, list[Sentence]]) -> None:
        name = heard.names[0] if heard.names else ""
        if heard.kind == "begins":
            self._begins.append(bound)
        elif heard.kind == "event":
            self._events.setdefault(name, []).append((place, bound))
        elif heard.kind == "moves":
            self._moves.append((place, frozenset(heard.out_of), frozenset(heard.names), bound))
        elif heard.kind == "counted":
            self._counted.setdefault(name, []).append(bound)
        else:
            fires.setdefault(name, []).append(bound)

    def identity(self, ready: Ready, luck: Luck, number: int) -> tuple[str, int]:
        """The participant's name (site and number) and the day of consent, from the start of accrual."""
        site = self._sites[min(int(luck.uniform("site") ** self._skew * len(self._sites)), len(self._sites) - 1)]
        place = (number - 1) % self._participants + luck.uniform("place in accrual")
        return f"{site}-{number:03d}", int(place / self._participants * self._days)

    def begin(self, walk: Walk) -> None:
        """What the nature says of a beginning."""
        walk.life = life = Life(walk, walk.luck.key, self.notes)
        walk.plan(walk.began, self._begin, life)

    def _begin(self, walk: Walk, life: Life) -> None:
        life.seen = {name: walk.road.counters[name] for name in self._counted}
        _do(self._begins, life)

    def heard(self, walk: Walk, turn: Turn) -> None:
        """A rule has spoken: what listens to it is done, a count that has risen first."""
        life: Life = walk.life
        life.turn = turn
        for name, many in self._counted.items():
            now = walk.road.counters[name]
            if now > life.seen[name]:
                _do(many, life)
            life.seen[name] = now
        key = (turn.event, turn.before, turn.after)
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = tuple(self._answering(*key))
        if found:
            _do(found, life)
        life.turn = None

    def _answering(self, event: str, before: str, after: str) -> Iterator[Sentence]:
        found = list(self._events.get(event, ()))
        if before != after:
            found += [
                (place, bound)
                for place, out_of, into, bound in self._moves
                if (not out_of or before in out_of and after not in out_of) and (not into or after in into and before not in into)
            ]
        yield from (bound for _, bound in sorted(found, key=lambda x: x[0]))

    # How it is recorded --------------------------------------------------------------------------------------------------------------

    def _recording(self) -> Recording:
        r, number = self.nature.conduct.records, self.values.number
        slips: dict[str, list[tuple[Value | None, Any, str]]] = {}
        for s in r.slips:
            given = None if s.given is None else self.values.of(s.given)
            slips.setdefault(s.form, []).append((given, self.acts.told(Enter(s.form, s.values)), s.reason))

        def slipped(luck: Luck, place: int, entry: Entry) -> tuple[Mapping[str, Any], str] | None:
            life = Life(None, luck.key, self.notes)
            life.told, life.place = entry.values or {}, place
            for given, values, reason in slips.get(entry.event, ()):
                if given is None or given(life):
                    return {**(entry.values or {}), **values(life)}, reason
            return None

        return Recording(
            number(r.same_day), number(r.late), int(number(r.usual_delay)), int(number(r.late_delay)), number(r.slip), slipped,
            {p.form: number(p.share) for p in r.partial},
            {p.form: number(p.never_completed) for p in r.partial if p.never_completed is not None},
            {x.form: x.who for x in r.recorders if x.who}, {x.form: x.at for x in r.recorders if x.at},
        )  # fmt: skip


def _do(sentences: Any, life: Life) -> None:
    for given, act in sentences:
        if given is None or given(life):
            act(life)


def _doing(many: list[Sentence]) -> Do:
    return lambda s: _do(many, s)


def _ranks(sentences: tuple[When, ...], kept: tuple[str, ...]) -> dict[str, int]:
    """The order of plans and fates of one day: by rank, then by their place on the page; visits come with the usual rank, at the end of the page."""
    found: dict[str, int] = {}
    for place, s in enumerate(sentences):
        for heard in s.on:
            if heard.kind in ("plan", "fate"):
                found.setdefault(heard.names[0], (heard.rank * RANKS + place) * RANKS)
    for k, name in enumerate(kept):
        found[name] = (5 * RANKS + len(sentences) + k) * RANKS
    return found
