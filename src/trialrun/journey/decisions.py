"""Which decisions and acts the table allows now, and for those it refuses, the sentence that refuses them."""

from __future__ import annotations

from dataclasses import dataclass

from ..protocol.language import Rule
from ..protocol.words.expressions import UNKNOWN, AllOf, Cited, Clock, Expr, nodes
from ..protocol.words.spoken import say
from ..protocol.words.times import iso
from .fold import Road, Turn, due_day
from .presence import ended_by
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
    name = next(e.called for e in ready.protocol.events if e.name == event)
    found = ready.table.row(road.status).get(event)
    rules = ready.table.meaning.rules
    if found is not None and 0 <= found[1] < ready.legal:
        rule = rules[found[1]]
        return Allowed(name, True, rule.words, rule.source, event)
    end = ended_by(ready, road)
    if end is not None and end.rule is not None:
        return Allowed(name, False, _after(ready, road, end), rules[end.rule].source, event)
    own = [r for r in rules[: ready.legal] if event in r.on]
    here = [r for r in own if road.phase in r.at]
    if here:
        failing = [_failing(ready, road, r.given) for r in here]
        words, source = min(failing, key=lambda f: len(f[0])) if len(failing) > 1 else failing[0]
        return Allowed(name, False, words, source or here[0].source, event)
    return _elsewhere(ready, road, event, name, own)


def _after(ready: Ready, road: Road, end: Turn) -> str:
    reason = ready.table.meaning.phases[road.phase].reason
    return f"the study ended for the participant on {iso(end.day)}" + (f" ({reason})" if reason else "")


def _elsewhere(ready: Ready, road: Road, event: str, name: str, own: list[Rule]) -> Allowed:
    """The refusal of what is allowed in other phases only: decided already, what led out of them, already so, or where it belongs."""
    rules, phases = ready.table.meaning.rules, ready.table.meaning.phases
    where = {phase for r in own for phase in r.at}
    declared = next(e for e in ready.protocol.events if e.name == event)
    source = own[0].source if own else declared.source
    here_shown = ready.shown[road.phase]
    if here_shown in {ready.shown[p] for p in where}:
        here_shown = road.phase
    since = f" since {iso(road.since)}" if road.since else ""
    entered = next((t for t in reversed(road.turns) if t.after == road.phase and t.before != road.phase), None)
    if declared.nature == "decision" and entered is not None and entered.event == event and entered.rule is not None:
        return Allowed(name, False, f"it was already decided on {iso(entered.day)}", rules[entered.rule].source, event)
    courses = {phases[p].course for p in where} - {""}
    if phases[road.phase].course not in courses:
        for t in reversed(road.turns):
            if t.rule is not None and phases[t.before].course in courses and phases[t.after].course != phases[t.before].course:
                rule = rules[t.rule]
                return Allowed(name, False, f"now {here_shown}{since}; {iso(t.day)}: {rule.words}", rule.source, event)
    if any(r.to == road.phase for r in own):
        return Allowed(name, False, f"already in the phase ‘{here_shown}’{since}", source, event)
    shown = ", ".join(dict.fromkeys(ready.shown[p] for p in ready.table.phases if p in where))
    why = (
        declared.otherwise
        if declared.nature == "decision" and declared.otherwise
        else f"{name} belongs to {shown or 'no phase of this study'}"
    )
    return Allowed(name, False, f"{why}; now {here_shown}{since}", source, event)


def refusal(part: Expr) -> str:
    """What is said when a part of a condition does not hold: its own words for that, or that its words are not so."""
    if isinstance(part, Cited):
        return part.refused or f"not so: {part.words}"
    return f"not so: {say(part)}"


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
        days = [d for c in nodes(part) if isinstance(c, Clock) and (d := due_day(ready, road, c)) is not None and d > road.on]
        words.append(refusal(part) + (f"; possible from {iso(min(days))}" if days else ""))
        if isinstance(part, Cited):
            sources.append(part.source)
    return "; ".join(words), ", ".join(dict.fromkeys(sources))
