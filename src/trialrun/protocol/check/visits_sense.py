"""Whether what a study says of its visits can be honoured: what makes their occasions, what they count from, how they are named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..language import After, LaterOf, LeadingTo, Protocol, Visit, Whichever, Window
from ..words.declared import Names, undeclared
from ..words.expressions import Clock, Otherwise, Ref, nodes
from ..words.matching import as_name
from ..words.times import MINUTES

SHORTEST = {"days": 1, "weeks": 7, "months": 28, "years": 365}
LONGEST = {"days": 1, "weeks": 7, "months": 31, "years": 366}


def visits_sense(p: Protocol, n: Names) -> Iterator[str]:
    """A sentence for each visit that asks for what nothing honours, with the cure."""
    by_name = {v.name: v for v in p.visits}
    for v in p.visits:
        who = f"the visit ‘{v.name}’"
        yield from _occasions(p, v, who)
        yield from _counted(p, n, v, who, by_name)
        if v.until_visit:
            yield from _until(v, who, by_name)
        yield from _for_whom(v, who, n)
        yield from _by_the_clock(p, v, who)
        yield from _served(v, who, by_name)
        if isinstance(v.target, LeadingTo):
            yield from _leading(p, v, who, v.target)
        if v.expires is not None and v.drifts:
            yield f"{who} expires, and comes again after the last one made: write fixed=True, or leave expires= out"
        elif (
            v.expires is not None
            and v.window is not None
            and v.window.unit == "days"
            and v.expires.n * LONGEST[v.expires.unit] < v.window.after
        ):
            yield f"{who} expires {v.expires} after its target, before its window ends: write a longer expires=, or a shorter window"
        if v.ends is not None and v.every is None:
            yield f"{who} has ends=, and does not come again: write every=3 * months, or leave ends= out"
        if (w := v.window) is None or w.not_before is None:
            continue
        if w.not_before < 0:
            yield f"the window of {who} opens not before {w.not_before} days ahead of its target: write not_before=0 or more"
        elif -w.not_before > w.after:
            yield f"the window of {who} ends before it begins (not_before={w.not_before}, after={w.after}): write the earlier one first"
    yield from _named_alike(p)


def _for_whom(v: Visit, who: str, n: Names) -> Iterator[str]:
    """What the condition of a visit asks for and nothing knows there: flags, counts, tallies and values at screening are known on any day."""
    for x in nodes(v.given):
        if isinstance(x, Ref) and x.kind in ("flag", "count"):
            yield from undeclared(who, "flag, count or tally", [x.name], n.variables, "flags=, counts= or tallies=")
        elif isinstance(x, Ref) and x.kind == "screening":
            if x.name not in n.screened:
                yield f"{who} asks for ‘{x.name}’ at screening, and no form with keeps_screening=True records it: put it among that form's items"
        elif isinstance(x, Ref | Clock | Otherwise):
            what = "‘otherwise’" if isinstance(x, Otherwise) else f"‘{x.name}’"
            yield f"{who} asks for {what} (given=), and flags, counts and values at_screening(..) are known there: let a rule put a flag, and ask for it"


def _served(v: Visit, who: str, by_name: dict[str, Visit]) -> Iterator[str]:
    """What a visit that another one's entry makes too cannot be: each has one form, and comes on days of its own."""
    for name in v.served_by:
        other = by_name.get(name)
        if other is None:
            yield f"{who} is served by the visit ‘{name}’, which is not among visits=(..): add it, or leave it out of served_by="
        elif other is v:
            yield f"{who} is served by itself: name another visit, or leave served_by= out"
        elif other.made_by != v.made_by:
            yield f"{who} is made by ‘{v.made_by}’, and ‘{name}’, which serves it, by ‘{other.made_by}’: one entry makes both, so write one form"
        elif v.drifts or other.drifts:
            again = v.name if v.drifts else name
            yield f"{who} is served by ‘{name}’, and ‘{again}’ comes again after the last one made: write fixed=True, or leave served_by= out"


def _by_the_clock(p: Protocol, v: Visit, who: str) -> Iterator[str]:
    """What a visit planned by the hour or the minute cannot say beside it: its target is a time after a moment that an entry marks, once."""
    timed = isinstance(v.target, After) and v.target.unit in MINUTES
    if v.window is not None and v.window.unit not in ("days", "minutes"):
        yield f"the window of {who} is in {v.window.unit!r}: write days, hours or minutes"
    if v.window is not None and v.window.unit == "minutes" and not timed:
        yield f"the window of {who} is in minutes, and its target is a day: write after(6 * hours, moment), or a window in days"
    if not timed or not isinstance(v.target, After):
        return
    if v.target.visit:
        yield f"{who} is {v.target.n} {v.target.unit} after the visit ‘{v.target.of}’, whose target is a day: count it from a moment"
    if v.target.n < 0:
        yield f"{who} is {v.target.n} {v.target.unit} after ‘{v.target.of}’: write 0 or more, or leading_to(1 * days, ..) for what comes before"
    if v.every is not None:
        yield f"{who} is counted in {v.target.unit}, and comes again (every=): count it from a day, or give it each= dose"
    if any(m.name == v.target.of and m.derived for m in p.moments):
        yield f"{who} is {v.target.n} {v.target.unit} after ‘{v.target.of}’, which a stopwatch tells in whole days: name a moment that a rule marks"


def _leading(p: Protocol, v: Visit, who: str, to: LeadingTo) -> Iterator[str]:
    """What a visit before an act says beside it: its days are those before the act, and each act has one."""
    said = {
        "window=": v.window,
        "each=": v.each,
        "opens=": v.opens,
        "every=": v.every,
        "ends=": v.ends,
        "until=": v.until,
        "expires=": v.expires,
    }
    for name in (name for name, value in said.items() if value):
        yield f"{who} leads to ‘{to.of}’, which says its days and its occasions: leave {name} out"
    if to.n < 0:
        yield f"{who} leads to ‘{to.of}’ from {to.n} {to.unit} before it: write leading_to(0, ..) or more"
    if any(m.name == to.of and m.derived for m in p.moments):
        yield f"{who} leads to ‘{to.of}’, which a stopwatch tells: name a moment that a rule marks"
    elif not any(e.kind == "mark" and e.name == to.of for r in (*p.rules, *p.breaches) for e in r.do):
        yield f"{who} leads to ‘{to.of}’, which no rule marks: write do=mark(..) in the rule of the act"


def _occasions(p: Protocol, v: Visit, who: str) -> Iterator[str]:
    ways = [way for way, said in (("each=", v.each), ("opens=", v.opens), ("every=", v.drifts)) if said]
    if len(ways) > 1:
        cure = (
            "write fixed=True for days that do not move, or leave every= out" if v.drifts else f"write two visits, or leave {ways[-1]} out"
        )
        yield f"{who} says {' and '.join(ways)}: what makes its occasions is one of them, so {cure}"
    if v.every is None and (v.fixed or v.until):
        yield f"{who} has {'fixed=' if v.fixed else 'until='}, and does not come again: write every=12 * weeks, or leave it out"
    if v.drifts and v.until:
        yield f"{who} has until= and counts from the last one made: write fixed=True, or say with excused= in which phases it is owed"
    long = 0 if v.window is None else v.window.after - _opens(v.window)
    if v.fixed and v.every is not None and long >= (apart := v.every.n * SHORTEST[v.every.unit]):
        yield f"the windows of {who} overlap: they are {long + 1} days long, and it comes every {apart}: write a shorter window"
    rules = (*p.rules, *p.breaches)
    if v.each and not any(e.kind == "add" and e.name == v.each for r in rules for e in r.do):
        yield f"{who} comes each time that ‘{v.each}’ is raised, and no rule raises it: write do=add_one(..) in the rule that does"
    if v.opens and not any(r.to in v.opens and not set(v.opens).issuperset(r.at) for r in rules):
        yield f"{who} opens at ‘{'’, ‘'.join(v.opens)}’, which no rule enters from outside: name phases that are entered, or leave opens= out"


def _opens(w: Window) -> int:
    return w.before if w.not_before is None else max(w.before, -w.not_before)


def _parts(v: Visit) -> tuple[Any, ...]:
    target = v.target.parts if isinstance(v.target, LaterOf | Whichever) else (v.target,)
    return (*target, *([v.ends] if v.ends is not None else []))


def _counted(p: Protocol, n: Names, v: Visit, who: str, by_name: dict[str, Visit]) -> Iterator[str]:
    if v.every is not None and isinstance(v.target, Clock):
        yield f"{who} comes again from the clock ‘{v.target.name}’: count it from a day, as target=after(.., moment)"
    if v.drifts and isinstance(v.target, Whichever):
        yield f"{who} comes again after the last one made, and from whichever date came {v.target.which}: write fixed=True, or count it from one date"
    if isinstance(v.target, Clock) and v.target.kind == "full" and v.target.name not in n.clocks:
        yield f"{who} counts from ‘{v.target.name}’, which no rule and no dose reads: nobody waits for that day, so correct the clock"
    if isinstance(v.target, Clock) and v.target.kind == "full":
        yield from _begun_anew(p, v, who)
    for part in _parts(v):
        other = by_name.get(part.of) if isinstance(part, After) and part.visit else None
        if other is None:
            continue
        if isinstance(other.target, LeadingTo):
            yield f"{who} counts from the visit ‘{other.name}’, which leads to ‘{other.target.of}’: count it from that moment"
        elif other.every is not None:
            yield f"{who} counts from the visit ‘{other.name}’, which comes again and again: count it from a moment"
        yield from _of_its_arms(v, who, other)


def _begun_anew(p: Protocol, v: Visit, who: str) -> Iterator[str]:
    """Occasions that open when the stopwatch of their target has counted already, or counts no more."""
    watch, rules = v.target.of, (*p.rules, *p.breaches)  # type: ignore[union-attr]
    runs = {phase for w in p.stopwatches if w.name == watch for phase in w.runs}
    for r in rules:
        if v.each and any(e.kind == "add" and e.name == v.each for e in r.do):
            if not any(e.kind == "reset" and e.name == watch for e in r.do):
                yield f"{who} counts from ‘{watch}’ each time that ‘{v.each}’ is raised, and ‘{r.words}’ raises it and lets that run on: write do=reset(..) there"
        if v.opens and r.to in v.opens and not set(v.opens).issuperset(r.at) and r.to not in runs:
            if not any(c.name == v.target.name for c in r.clocks):  # type: ignore[union-attr]
                yield f"{who} opens at ‘{r.to}’, where ‘{watch}’ does not count: count its target from a day, as after(.., moment)"


def _until(v: Visit, who: str, by_name: dict[str, Visit]) -> Iterator[str]:
    other = by_name.get(v.until_visit)
    if not v.excused:
        yield f"{who} is not owed until ‘{v.until_visit}’ (until_visit=), but says no phases in which it is owed: write excused=.. too"
    if other is None:
        return
    if not other.opens:
        yield f"{who} is not owed until ‘{other.name}’, which no phase opens: name with until_visit= a visit that has opens=, or leave it out"
    yield from _of_its_arms(v, who, other)


def _of_its_arms(v: Visit, who: str, other: Visit) -> Iterator[str]:
    if other.arms and not (v.arms and set(v.arms) <= set(other.arms)):
        yield f"{who} asks for the visit ‘{other.name}’, which is for {', '.join(other.arms)} only: write arm= at both"


def _named_alike(p: Protocol) -> Iterator[str]:
    told: dict[str, list[Visit]] = {}
    for v in p.visits:
        for name in (v.name, *v.known_as):
            if not as_name(name):
                yield f"the visit ‘{v.name}’ is known as {name!r}, which has neither letters nor digits: write a name"
        for plain in sorted({as_name(name) for name in (v.name, *v.known_as)} - {""}):
            for other in told.setdefault(plain, []):
                if other.name != v.name and (not other.arms or not v.arms or set(other.arms) & set(v.arms)):
                    yield f"the visits ‘{other.name}’ and ‘{v.name}’ are both known as ‘{plain}’: one name means one visit, so give one another"
            told[plain].append(v)
