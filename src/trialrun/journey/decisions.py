"""Which decisions and acts the table allows now, and for those it refuses, the sentence that refuses them."""

from __future__ import annotations

from dataclasses import dataclass

from ..protocol.expressions import UNKNOWN, AllOf, Cited, Clock, Expr, nodes
from ..protocol.times import iso
from ..protocol.words import say
from .fold import Road, due_day
from .ready import Ready


@dataclass(frozen=True, slots=True)
class Allowed:
    """One decision or act: whether the table allows it today, why, and the statement."""

    decision: str
    allowed: bool
    because: str
    source: str
    event: str


def allowed(ready: Ready, road: Road) -> list[Allowed]:
    """Every decision and every act of the study, allowed or refused with the sentence."""
    return [may(ready, road, e.name) for e in ready.protocol.events if e.nature in ("decision", "act")]


def may(ready: Ready, road: Road, event: str) -> Allowed:
    """Whether one decision or act is allowed as things stand, and why."""
    ready = ready.of(road.arm)
    name = event.removeprefix("decision: ")
    found = ready.table.row(road.status).get(event)
    rules = ready.table.meaning.rules
    if found is not None and 0 <= found[1] < ready.legal:
        rule = rules[found[1]]
        return Allowed(name, True, rule.words, rule.source, event)
    here = [r for r in rules[: ready.legal] if event in r.on and road.phase in r.at]
    if here:
        failing = [_failing(ready, road, r.given) for r in here]
        words, source = min(failing, key=lambda f: len(f[0])) if len(failing) > 1 else failing[0]
        return Allowed(name, False, words, source or here[0].source, event)
    where = {phase for r in rules[: ready.legal] if event in r.on for phase in r.at}
    declared = next(e for e in ready.protocol.events if e.name == event)
    own = next((r for r in rules[: ready.legal] if event in r.on), None)
    phases = ready.table.meaning.phases
    here_shown = ready.shown[road.phase]
    if here_shown in {ready.shown[p] for p in where}:
        here_shown = road.phase
    now = f"now {here_shown}" + (f" since {iso(road.since)}" if road.since else "")
    for t in reversed(road.turns):
        if t.before in where and t.after not in where and t.rule is not None:
            if phases[t.before].course == phases[road.phase].course:
                break
            rule = rules[t.rule]
            return Allowed(name, False, f"{now}; {iso(t.day)}: {rule.words}", rule.source, event)
    shown = ", ".join(dict.fromkeys(ready.shown[p] for p in ready.table.phases if p in where))
    source = own.source if own else declared.source
    why = declared.otherwise if declared.nature == "decision" and declared.otherwise else f"{name} belongs to {shown or 'no phase of this study'}"
    return Allowed(name, False, f"{why}; {now}", source, event)


def _failing(ready: Ready, road: Road, given: Expr | None) -> tuple[str, str]:
    """The parts of a condition that do not hold, in words, with their own statements where they have one."""
    if given is None:
        return "", ""
    status = ready.table.status(road.status)
    parts = given.parts if isinstance(given, AllOf) else (given,)
    words, sources = [], []
    for part in parts:
        if type(part).__name__ == "Otherwise" or ready.table.meaning.condition(part)(status) > UNKNOWN:
            continue
        text = part.words if isinstance(part, Cited) else say(part)
        days = [d for c in nodes(part) if isinstance(c, Clock) and (d := due_day(ready, road, c)) is not None and d > road.on]
        words.append(f"not so: {text}" + (f" (from {iso(min(days))})" if days else ""))
        if isinstance(part, Cited):
            sources.append(part.source)
    return "; ".join(words), ", ".join(dict.fromkeys(sources))
