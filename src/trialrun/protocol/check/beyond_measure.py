"""Numbers in a study that no trial has: windows and spans of centuries, counts of thousands, repeats that never move; each with the cure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..language import After, LaterOf, Protocol, Whichever
from ..words.citing import conditions
from ..words.declared import Names
from ..words.expressions import Clock, nodes
from ..words.times import MINUTES, Span

DAY = 24 * 60  # minutes
LONGEST = {"days": 36_525, "weeks": 5_218, "months": 1_200, "years": 100}
COUNTED = 100_000
SHARE = 1_000


def beyond_measure(p: Protocol, n: Names) -> Iterator[str]:
    """A sentence for each number that is larger than any trial needs, or of the wrong sign."""
    for c in p.counts:
        if c.up_to > COUNTED:
            yield f"the count ‘{c.name}’ goes up to {c.up_to:,}: what guards rules is at most {COUNTED:,}, so write tally(..) if it only counts"
    for t in p.tallies:
        if not 0 <= t.starts <= 10**9:
            yield f"the tally ‘{t.name}’ starts at {t.starts:,}: begin at 0 or a number below a thousand million"
    for r in (*p.rules, *p.breaches):
        yield from (
            f"‘{r.words}’ puts {e.value:,} into ‘{e.name}’: write a number below a thousand million" for e in r.do if abs(e.value) > 10**9
        )
        for clock in r.clocks:
            yield from _long(f"‘{r.words}’", clock.n, clock.unit)
    for what, name, given in conditions(p):
        for x in nodes(given):
            if isinstance(x, Clock):
                yield from _long(f"the condition of the {what} ‘{name}’", x.n, x.unit)
    for s in p.standing:
        if abs(s.plus) > 10**9:
            yield f"the value ‘{s.key}’ of the standing adds {s.plus:,}: write plus=1, or leave it out"
    for a in p.ahead:
        yield from _long(f"what is said ahead, ‘{a.words}’,", a.clock.n, a.clock.unit)
    for entry in p.nominal:
        yield from _long(f"the journey by the plan, entry ‘{entry.entry}’,", entry.day, "days")
    yield from _visits(p)
    yield from _numbers(p)


def _visits(p: Protocol) -> Iterator[str]:
    for v in p.visits:
        who = f"the visit ‘{v.name}’"
        for name in ("before", "after", "not_before"):
            size = getattr(v.window, name, None) or 0
            yield from _long(f"the window of {who} ({name})", size if v.window is None or v.window.unit == "days" else size // DAY, "days")
        targets: tuple[Any, ...] = v.target.parts if isinstance(v.target, LaterOf | Whichever) else (v.target,)
        for target in (*targets, *([v.ends] if v.ends else [])):
            by_clock = target is v.target and isinstance(target, After) and target.unit in MINUTES
            yield from _long(who, target.n * MINUTES[target.unit] // DAY if by_clock else target.n, "days" if by_clock else target.unit)
        if isinstance(v.target, LaterOf) and not v.target.parts:
            yield f"the target of {who} is the later of no dates: write later_of(after(..), ..)"
        if isinstance(v.target, Whichever) and not v.target.parts:
            yield f"the target of {who} is the {v.target.which} of no dates: write whichever_{v.target.which}(after(..), ..)"
        if v.expires is not None:
            yield from _long(f"the end of {who}", v.expires.n, v.expires.unit)
        if v.every is not None:
            yield from _long(f"the repeat of {who}", v.every.n, v.every.unit)
            if v.every.n < 1:
                yield f"{who} comes again every {v.every}, which never moves on: write every=1 * months or more"
        yield from (f"{who} is known as {word!r}: write a name, or leave it out" for word in v.known_as if not word.strip())


def _numbers(p: Protocol) -> Iterator[str]:
    for b in p.preparations:
        wrong = [f for f in ("amount", "hours", "vials", "rate_ml_per_h") if not 0 < getattr(b, f) < 10**6]
        yield from (f"the preparation of {b.amount:g} {b.unit} has {f}={getattr(b, f):g}: write a number above 0" for f in wrong)
    for d in p.doses:
        if d.rounded is not None and d.rounded <= 0:
            yield f"the dose ‘{d.words or d.drug}’ is rounded to {d.rounded:g}: write rounded=5 for the nearest 5, or leave it out"
        for day in (*d.days, d.first or 0, d.last or 0):
            yield from _long(f"the dose ‘{d.words or d.drug}’", day, "days")
        if d.every is not None:
            yield from _long(f"the dose ‘{d.words or d.drug}’", d.every.n, d.every.unit)
    for i in p.invariants:
        if i.kind == "count" and not 0 <= i.n <= 10**6:
            yield f"the invariant ‘{i.name}’ counts at most {i.n:,} steps: write a number from 0"
    for a in p.arms:
        if not 1 <= a.share <= SHARE:
            yield f"the arm ‘{a.name}’ has the share {a.share:,}: write 1 for equal arms, 2 for two to one"
    for e in p.endpoints:
        for at in e.landmarks:
            yield from _long(f"the endpoint ‘{e.name}’", at.n, at.unit)
            if at.n < 0:
                yield f"the endpoint ‘{e.name}’ is read at {at}: write a span after the start"
    for s in (s for a in p.analyses for s in a.landmarks if isinstance(s, Span)):
        yield from _long("an analysis by landmark", s.n, s.unit)


def _long(who: str, n: int, unit: str) -> Iterator[str]:
    if unit not in LONGEST:
        yield f"{who} is counted in {unit!r}: use {', '.join(LONGEST)}"
    elif abs(n) > LONGEST[unit]:
        yield f"{who} asks for {n:,} {unit}, more than a hundred years: write a shorter span"
