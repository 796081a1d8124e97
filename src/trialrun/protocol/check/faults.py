"""What can be wrong with a study that hangs together: overlaps, silences, waiting for ever, no way out, dead sentences, doses, sources.

Each is a `Finding`: what it is, the sentences it is about with their sources, the status in words, and the shortest path of events there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..language import Dose, Protocol, Rule
from ..schedule import meet
from ..words.citing import uncited, without_source
from ..words.declared import endpoint_sources
from ..words.expressions import Otherwise, Ref, nodes
from ..words.spoken import clock as clock_words
from .proving import speaking
from .walks import Walks


@dataclass(frozen=True)
class Finding:
    """Something wrong with a study. `path`: the events that lead to it; `arm`: in which arm, where there are some."""

    kind: str
    says: str
    sentences: tuple[tuple[str, str], ...] = ()
    status: str = ""
    path: tuple[str, ...] = ()
    arm: str = ""

    def as_json(self) -> dict[str, Any]:
        """The finding as JSON data."""
        return {
            "kind": self.kind,
            "says": self.says,
            "sentences": [{"source": s, "words": w} for s, w in self.sentences],
            "status": self.status,
            "path": list(self.path),
            "arm": self.arm,
        }


def quote(r: Rule) -> tuple[str, str]:
    """A sentence with its source."""
    return r.source, r.words


def _there(walks: Walks, kind: str, says: str, s: int, *rules: Rule, more: tuple[str, ...] = ()) -> Finding:
    return Finding(kind, says, tuple(quote(r) for r in rules), walks.say(s), (*walks.path(s), *more))


def overlaps(walks: Walks) -> Iterator[Finding]:
    """Two sentences that speak at once."""
    seen = set()
    found = (o for o in walks.table.overlaps if walks.possible[o[0]])
    for s, event, rules in sorted(found, key=lambda o: walks.depth[o[0]]):
        if (event, rules) not in seen:
            seen.add((event, rules))
            says = f"{len(rules)} sentences speak of ‘{event}’ at once: say in one of them when it does not hold"
            yield _there(walks, "overlap", says, s, *(walks.rules[r] for r in rules), more=(event,))


def silences(walks: Walks) -> Iterator[Finding]:
    """Events of which nothing is said somewhere: no sentence speaks, and none says what else is written."""
    for e in walks.protocol.events:
        spoken = np.zeros(len(walks.phase), dtype=bool)
        spoken[walks.source[walks.on([e.name])]] = True
        for s, event, _ in walks.table.overlaps:
            spoken[s] |= event == e.name
        silent = walks.possible & ~spoken
        if not e.otherwise and silent.any():
            s = walks.nearest(silent)
            where = ", ".join(f"‘{walks.phases[p]}’" for p in np.unique(walks.phase[silent]).tolist())
            says = f"nothing says what ‘{e.name}’ does at {where}: write a sentence, or otherwise=.. at the event"
            yield Finding("silence", says, ((e.source, e.name),), walks.say(s), walks.path(s))


def waits(walks: Walks) -> Iterator[Finding]:
    """Statuses in which a participant may wait for ever: no clock is waited for, or only such as count from a day that never was."""
    accepted = np.array([p.end or bool(p.waits) for p in walks.protocol.phases])[walks.phase]
    size = (len(walks.clocks), len(walks.table.values))
    marks = np.array([walks.marked(c) for c in walks.clocks], dtype=bool).reshape(size).T
    waiting = walks.pends[walks.phase] & ~marks
    kinds, which = np.unique(waiting, axis=0, return_inverse=True)
    which = which.reshape(-1)
    told: set[int] = set()
    for k, row in enumerate(kinds):
        here = walks.possible & ~accepted & (which == k)
        if not here.any():
            continue
        anchors = [_anchor(walks, walks.clocks[c]) for c in np.flatnonzero(row).tolist()]
        if "" in anchors:
            continue
        days = {a for a in anchors if a}
        unmarked = walks.by(lambda r, days=days: not any(e.kind == "mark" and e.name in days for e in walks.rules[r].do))  # type: ignore[misc]
        lost = here & walks.forward(walks.start(), unmarked | (walks.rule < 0))
        for phase in np.unique(walks.phase[lost]).tolist():
            if phase in told:
                continue
            told.add(phase)
            s = walks.nearest(lost & (walks.phase == phase))
            never = f"the clocks there count from {', '.join(f'‘{d}’' for d in sorted(days))}, which may never have been"
            says = f"at ‘{walks.phases[phase]}’ one may wait for ever: {never if days else 'no clock is waited for'}; add a clock, or write waits=.. at the phase"
            yield _there(walks, "waiting for ever", says, s)


def _anchor(walks: Walks, clock: str) -> str | None:
    """The marked moment that a clock counts from; "" where it always comes, None where nothing promises its day."""
    c = walks.meaning.clocks[clock]
    if c.kind == "full":
        return ""
    moments = {m.name: m for m in walks.protocol.moments}
    name: str | None = c.of
    while name and (derived := moments[name].derived):
        name = derived.or_else
    return name


def no_way_out(walks: Walks) -> Iterator[Finding]:
    """Phases with a status from which no end can be reached."""
    lost = walks.possible & ~walks.backward(walks.ends, np.ones(len(walks.source), dtype=bool))
    for phase in np.unique(walks.phase[lost]).tolist():
        s = walks.nearest(lost & (walks.phase == phase))
        yield _there(walks, "no way out", f"from ‘{walks.phases[phase]}’ no end can be reached: add the sentence that leads on", s)


def going_round(walks: Walks) -> Iterator[Finding]:
    """Clocks that lead round in a circle without a day passing: none of them counts from a day that the circle brings anew."""
    clocks = [walks.events.index(c) for c in walks.clocks]
    left = np.isin(walks.event, clocks) & (walks.rule >= 0)
    while left.any():
        out, into = np.zeros(len(walks.phase), dtype=bool), np.zeros(len(walks.phase), dtype=bool)
        out[walks.source[left]], into[walks.target[left]] = True, True
        kept = left & out[walks.target] & into[walks.source]
        if (kept == left).all():
            moved = _moved(walks, left)
            kept = left & np.array([walks.meaning.depends.get(e, frozenset()).isdisjoint(moved) for e in walks.events])[walks.event]
            if (kept == left).all():
                s = int(walks.source[walks.nearest_step(left)])
                said = sorted({int(r) for r in walks.rule[left]})
                says = "clocks lead round in a circle without a day passing: let one of them count from a day that is marked anew"
                yield _there(walks, "going round", says, s, *(walks.rules[r] for r in said))
                return
        left = kept


def _moved(walks: Walks, steps: np.ndarray) -> set[str]:
    moved: set[str] = set()
    for r, phase in {(int(r), walks.phases[walks.phase[t]]) for r, t in zip(walks.rule[steps], walks.target[steps], strict=True)}:
        moved |= {e.name for e in walks.rules[r].do if e.kind in ("mark", "reset")}
        moved |= {f"{e.name} ran" for e in walks.rules[r].do if e.kind == "extend"}
        moved |= {f"{w} ran" for w, runs in walks.meaning.running.items() if phase in runs}
    return moved


def forgotten(walks: Walks) -> Iterator[Finding]:
    """Stopwatches whose full days are forgotten in a phase that does not read them, and asked for again where they stand still."""
    for c, name in enumerate(walks.clocks):
        clock = walks.meaning.clocks[name]
        if clock.kind != "full":
            continue
        reads, marked = walks.reads[:, c][walks.phase], walks.marked(name)
        kept = walks.by(lambda r, of=clock.of: not any(e.kind == "reset" and e.name == of for e in walks.rules[r].do))  # type: ignore[misc]
        runs = np.array([p in walks.meaning.running[clock.of] for p in walks.phases])[walks.phase]
        lost = walks.possible & runs & ~reads
        lost[walks.target[kept & (marked[walks.source] | walks.on([name])) & ~reads[walks.target]]] = True
        lost = walks.forward(lost, kept & ~reads[walks.target])
        asked = kept & lost[walks.source] & (reads & ~walks.pends[:, c][walks.phase])[walks.target]
        if asked.any():
            e = walks.nearest_step(asked)
            s, phase = int(walks.source[e]), walks.phases[walks.phase[walks.target[e]]]
            says = f"‘{phase}’ asks whether {clock_words(clock)}, which ‘{walks.phases[walks.phase[s]]}’ does not remember: ask for it there too"
            yield Finding("forgotten", says, (), walks.say(s), walks.path(s, e))


def bounds(walks: Walks) -> Iterator[Finding]:
    """Counts that a legal step would raise above their bound, or lower below nought."""
    seen = set()
    found = [(s, event, name, "above its bound") for s, event, name in walks.table.beyond if walks.possible[s]]
    for e in np.flatnonzero(walks.by(lambda r: any(d.kind == "less" for d in walks.rules[r].do))).tolist():
        s, r = int(walks.source[e]), walks.rules[walks.rule[e]]
        names = [d.name for d in r.do if d.kind == "less" and d.name in walks.live[r.to or walks.phases[walks.phase[s]]]]
        found += [(s, walks.events[walks.event[e]], n, "below nought") for n in names if not walks.table.values[s, walks.meaning.place[n]]]
    for s, event, name, how in sorted(found, key=lambda f: walks.depth[f[0]]):
        rule = walks.rules[int(walks.table.rule[s, walks.events.index(event)])]
        if (rule, name, how) not in seen:
            seen.add((rule, name, how))
            says = f"a legal step takes the count ‘{name}’ {how}: guard the sentence, or change up_to="
            yield _there(walks, "beyond its bound", says, s, rule, more=(event,))


def doses(walks: Walks) -> Iterator[Finding]:
    """Two doses of one drug on one day, or a phase with doses of it where none applies."""
    for drug in dict.fromkeys(d.drug for d in walks.protocol.doses if d.planned):
        said = speaking(walks, drug)
        for i, (a, here) in enumerate(said):
            for b, there in said[i + 1 :]:
                if (here & there).any() and isinstance(a.given, Otherwise) == isinstance(b.given, Otherwise) and meet(a, b):
                    s = walks.nearest(here & there)
                    sentences = ((a.source, a.words or drug), (b.source, b.words or drug))
                    cure = "say in one of them when it does not hold" + (", or name other days" if a.on or b.on else "")
                    says = f"two doses of {drug} are planned at once: {cure}"
                    yield Finding("two doses", says, sentences, walks.say(s), walks.path(s))
        planned = np.logical_or.reduce([where for _, where in said])
        none = walks.at({p for d, _ in said for p in d.at}) & ~planned
        for phase in np.unique(walks.phase[none]).tolist():
            s = walks.nearest(none & (walks.phase == phase))
            says = f"no dose of {drug} applies at ‘{walks.phases[phase]}’, where others do: write dose(None, .., given=otherwise) if none is due"
            yield Finding("no dose", says, (), walks.say(s), walks.path(s))


def spoken(walks: Walks) -> set[tuple[Rule, str, str]]:
    """The parts of sentences that apply somewhere: rule, phase, event."""
    parts = np.unique(np.stack((walks.rule, walks.phase[walks.source], walks.event)), axis=1)
    return {(walks.rules[r], walks.phases[p], walks.events[e]) for r, p, e in parts.T.tolist() if r >= 0}


def applied(walks: Walks) -> set[Dose]:
    """The doses that apply somewhere."""
    drugs = dict.fromkeys(d.drug for d in walks.protocol.doses if d.planned)
    return {d for drug in drugs for d, where in speaking(walks, drug) if where.any()}


def dead_sentences(protocol: Protocol, legal: list[Walks], all_: list[Walks]) -> Iterator[Finding]:
    """Sentences, doses and phases that never apply, in any arm; for breaches and for parts of sentences, also where rules are broken."""
    legally = {r for w in legal for r, _, _ in spoken(w)}
    parts = {part for w in all_ for part in spoken(w)}
    somehow = {r for r, _, _ in parts}
    for r in (*protocol.rules, *protocol.breaches):
        breach = r in protocol.breaches
        if r not in (somehow if breach else legally):
            yield Finding("unreachable", "this sentence never applies: correct its at, on or given, or drop it", (quote(r),))
            continue
        dead = {phase: [e for e in r.on if (r, phase, e) not in parts] for phase in r.at}
        for phase, events in dead.items():
            if events:
                on = "" if len(events) == len(r.on) else f" on ‘{'’, ‘'.join(events)}’"
                yield Finding("unreachable", f"this sentence never applies at ‘{phase}’{on}: leave that out", (quote(r),))
    given = {d for w in all_ for d in applied(w)}
    for d in protocol.doses:
        if d.planned and d not in given:
            yield Finding("unreachable", "this dose never applies: correct its at or given, or drop it", ((d.source, d.words or d.drug),))
    entered = {w.phases[p] for w in all_ for p in np.unique(w.phase[w.possible]).tolist()}
    for x in protocol.phases:
        if x.name not in entered:
            yield Finding(
                "unreachable", f"nobody ever comes to ‘{x.name}’: write the sentence that leads there, or drop it", ((x.source, x.name),)
            )


def loose_ends(protocol: Protocol) -> Iterator[Finding]:
    """Statements that nothing cites, elements that cite nothing, flags and counts that nothing reads."""
    words = {s.id: s.words for s in protocol.statements}
    for number in uncited(protocol):
        says = f"nothing in the study cites {number}: write what follows from it, or mark it background=True"
        yield Finding("uncited statement", says, ((number, words[number]),))
    for element in without_source(protocol):
        yield Finding("no source", f"{element} gives no source: write source=.. with the statement it comes from")
    read = _read(protocol)
    for name, source in [(f.name, f.source) for f in protocol.flags] + [(c.name, c.source) for c in protocol.counts]:
        if name not in read:
            says = f"nothing reads ‘{name}’: use it, drop it, or declare a tally for what is only counted"
            yield Finding("unread", says, ((source, name),))


def _read(protocol: Protocol) -> set[str]:
    trees = (
        [r.given for r in (*protocol.rules, *protocol.breaches)] + [d.given for d in protocol.doses] + [v.given for v in protocol.visits]
    )
    trees += [s.given for s, _ in endpoint_sources(protocol)]
    read = {n.name for tree in trees for n in nodes(tree) if isinstance(n, Ref) and n.kind in ("flag", "count")}
    return read | {s.of for s in protocol.standing} | {v.each for v in protocol.visits}
