"""Whether a definition hangs together before its table is compiled: everything wrong with it, one sentence each, with the cure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ..frozen.kinds import of_another_kind
from ..language import After, Dose, Form, LaterOf, LeadingTo, Protocol, Rule, Visit, Whichever
from ..words.amounts import AsOf
from ..words.citing import conditions, mistyped, numbers
from ..words.declared import Names, endpoint_sources, names_of, undeclared
from ..words.expressions import Clock, Expr, Otherwise, Ref, nodes
from ..words.over_time import Earlier
from ..words.told import STANDING_HAS
from .allocation_sense import allocation_sense, multiplicity_sense
from .analysis_sense import senseless
from .beyond_measure import beyond_measure
from .blinding import roles_named
from .ladders import ladder_sense
from .lives_sense import lives_sense
from .meant import unmeant
from .over_time_sense import over_time_sense
from .quantity_sense import misread
from .value_kinds import value_kinds
from .visits_sense import visits_sense

SHOWN_WITH = ("exposure", "adverse event", "subject", "historical control")


def wellformed(protocol: Protocol) -> list[str]:
    """Everything wrong with a definition, each sentence with its cure; an empty list where it can be compiled."""
    if wrong := of_another_kind(protocol):
        return wrong
    n = names_of(protocol)
    parts = (
        _twice,
        _phases,
        _variables,
        _rules,
        _conditions,
        _doses,
        ladder_sense,
        _forms,
        lives_sense,
        _visits,
        visits_sense,
        value_kinds,
        over_time_sense,
        _endpoints,
        senseless,
        misread,
        _invariants,
        _shown,
        unmeant,
        _ahead,
        _proposals,
        roles_named,
        allocation_sense,
        multiplicity_sense,
        _sources,
        beyond_measure,
    )
    return list(dict.fromkeys(wrong for part in parts for wrong in part(protocol, n)))


def _twice(p: Protocol, n: Names) -> Iterator[str]:
    variables = [x.name for part in (p.flags, p.counts, p.tallies, p.moments, p.stopwatches) for x in part]  # type: ignore[attr-defined]
    groups: tuple[tuple[str, list[str]], ...] = (
        ("statement", [s.id for s in p.statements] + [r.id for r in p.readings]),
        ("phase", [x.name for x in p.phases]), ("variable, moment or stopwatch", variables), ("form", [f.entry for f in p.forms]),
        ("visit", [v.name for v in p.visits]), ("arm", [a.name for a in p.arms]), ("role", [r.name for r in p.roles]), ("criterion", [c.name for c in p.criteria]),
        ("analysis set", [x.name for x in p.populations]), ("endpoint", [e.name for e in p.endpoints]), ("invariant", [i.name for i in p.invariants]),
    )  # fmt: skip
    for what, names in groups:
        for name in _repeated(names):
            yield f"the {what} ‘{name}’ is declared twice: give one of them another name"
    for name in _repeated([e.name for e in p.events]):
        natures = " and a ".join(e.nature for e in p.events if e.name == name)
        yield f"the event ‘{name}’ is declared twice (a {natures}): one name means one event, so give one of them another"
    items = {m: f.entry for f in p.forms for m in (*f.items, *(x for g in f.groups for x in g.items))}
    for name in _repeated([m.name for m in items]):
        yield f"the item ‘{name}’ is declared in two ways (forms {', '.join(f for m, f in items.items() if m.name == name)}): use one measure"


def _repeated(names: list[str]) -> list[str]:
    return [name for i, name in enumerate(names) if name in names[:i] and name not in names[i + 1 :]]


def _phases(p: Protocol, n: Names) -> Iterator[str]:
    yield from undeclared("the study's beginning", "phase", [p.begins], n.phases, "phases=")
    if not any(x.end for x in p.phases):
        yield "no phase is an end: write phase(.., end=True) for where the study ends"
    for x in p.phases:
        if x.name == p.begins and x.end:
            yield f"the study begins at ‘{x.name}’, which is an end: begin at a phase that events can leave"


def _variables(p: Protocol, n: Names) -> Iterator[str]:
    for c in p.counts:
        if not 0 <= c.starts <= c.up_to:
            yield f"the count ‘{c.name}’ starts at {c.starts}, outside 0 to {c.up_to}: correct starts= or up_to="
    for w in p.stopwatches:
        if not w.runs:
            yield f"the stopwatch ‘{w.name}’ runs nowhere: name the phases in which it counts (runs=)"
        yield from undeclared(f"the stopwatch ‘{w.name}’", "phase", w.runs, n.phases, "phases=")
    for m in p.moments:
        if m.derived:
            yield from undeclared(f"the moment ‘{m.name}’", "stopwatch", [m.derived.stopwatch], n.stopwatches, "stopwatches=")
            yield from undeclared(
                f"the moment ‘{m.name}’", "moment", [m.derived.or_else] if m.derived.or_else else [], n.moments, "moments="
            )
    marked = {e.name for r in (*p.rules, *p.breaches) for e in r.do if e.kind == "mark"} | n.derived
    for name, who in sorted(_moments_read(p).items()):
        if name in n.moments and name not in marked:
            yield f"{who} counts from ‘{name}’, which no rule marks: write do=mark(..) in the rule that brings that day"


def _moments_read(p: Protocol) -> dict[str, str]:
    read: dict[str, str] = {}
    for r in (*p.rules, *p.breaches):
        read |= {c.of: f"‘{r.words}’" for c in (*nodes(r.given), *r.clocks) if isinstance(c, Clock) and c.kind != "full"}
    for d in p.doses:
        read |= {d.on: f"the dose ‘{d.words or d.drug}’"} if d.on else {}
        read |= {
            x.moment: f"the dose ‘{d.words or d.drug}’"
            for x in (nodes(d.amount) if isinstance(d.amount, Expr) else ())
            if isinstance(x, AsOf)
        }
    for v in p.visits:
        read |= {a.of: f"the visit ‘{v.name}’" for a in _days(v) if not a.visit}
    for m in p.moments:
        read |= {m.derived.or_else: f"the moment ‘{m.name}’"} if m.derived and m.derived.or_else else {}
    for s, who in endpoint_sources(p):
        read |= {name: who for name in s.of} if s.kind == "moment" else {}
    return read


def _rules(p: Protocol, n: Names) -> Iterator[str]:
    given_by_forms = {y.event for f in p.forms for y in f.yields}
    used: set[str] = set()
    for r in (*p.rules, *p.breaches):
        who = f"‘{r.words}’ ({r.source})"
        yield from undeclared(who, "phase", (*r.at, *([r.to] if r.to else [])), n.phases, "phases=")
        yield from undeclared(who, "arm", r.arms, n.arms, "arms=")
        clocks = {c.name for c in r.clocks}
        yield from undeclared(who, "event", [e for e in r.on if e not in clocks], n.events, "events=")
        used |= {e for e in r.on if e not in clocks}
        if not r.at or not r.on:
            yield f"{who} can never apply: say at which phases (at=) and on which events (on=)"
        yield from _effects(r, who, n)
    for e in p.events:
        if e.name not in given_by_forms and e.name in used:
            yield f"no form gives the event ‘{e.name}’, so it can never happen: write yields=gives(..) in a form, or drop its rules"


def _effects(r: Rule, who: str, n: Names) -> Iterator[str]:
    for name in _repeated([e.name for e in r.do]):
        yield f"{who} does two things to ‘{name}’ at once: effects are simultaneous, so write one"
    for e in r.do:
        if e.kind == "mark" and e.name in n.derived:
            yield f"{who} marks ‘{e.name}’, which is derived from a stopwatch: mark another moment"
        elif e.kind in ("mark", "reset", "extend"):
            what, declared = ("moment", n.moments) if e.kind == "mark" else ("stopwatch", n.stopwatches)
            if e.name in n.variables | n.moments | n.stopwatches and e.name not in declared:
                yield f"{who} does {e.kind} to ‘{e.name}’, which is no {what}: only a {what} can be {e.kind}"
            else:
                yield from undeclared(who, what, [e.name], declared, f"{what}{'s' if what == 'moment' else 'es'}=")
        elif e.name in n.moments | n.stopwatches:
            yield f"{who} does {e.kind} to ‘{e.name}’, which is a day or a stopwatch: write mark(..) or reset(..)"
        elif e.name in n.flags and (e.kind != "put" or e.value not in (0, 1)):
            yield f"{who} does {e.kind} {e.value} to the flag ‘{e.name}’: write put(.., True) or put(.., False)"
        elif e.kind == "put" and not 0 <= e.value <= n.counts.get(e.name, e.value):
            yield f"{who} puts ‘{e.name}’ to {e.value}, outside 0 to {n.counts[e.name]}: correct the value, or up_to= of the count"
        else:
            yield from undeclared(who, "variable", [e.name], n.variables, "flags=, counts= or tallies=")


def _conditions(p: Protocol, n: Names) -> Iterator[str]:
    for what, name, given in conditions(p):
        yield from _guard(f"the condition of the {what} ‘{name}’", given, n)
    for r in (*p.rules, *p.breaches):
        yield from _clocks(f"‘{r.words}’", r.clocks, n)


def _guard(who: str, given: Expr | None, n: Names) -> Iterator[str]:
    inside = list(nodes(given))
    for x in inside:
        if isinstance(x, Ref) and x.kind in ("measure", "screening"):
            yield f"{who} reads the recorded value ‘{x.name}’: only flags, counts and clocks guard; let a form give an event when the value fits"
        elif isinstance(x, Ref) and x.kind not in ("flag", "count"):
            yield f"{who} asks for ‘{x.name}’ as {x.kind!r}, which is no kind of value: name a flag or a bounded count"
        elif isinstance(x, Ref) and x.name in n.tallies:
            yield f"{who} reads the tally ‘{x.name}’, which may grow for ever: declare it as count(.., up_to=..) if it guards"
        elif isinstance(x, Ref):
            yield from undeclared(who, x.kind, [x.name], n.flags if x.kind == "flag" else n.counts, f"{x.kind}s=")
        elif isinstance(x, Otherwise) and len(inside) > 1:
            yield f"{who} holds ‘otherwise’ inside a larger condition: it stands alone, as given=otherwise"
    yield from _clocks(who, [x for x in inside if isinstance(x, Clock)], n)


def _clocks(who: str, clocks: Iterable[Clock], n: Names) -> Iterator[str]:
    for c in clocks:
        if c.kind == "full":
            yield from undeclared(who, "stopwatch", [c.of], n.stopwatches, "stopwatches=")
        else:
            yield from undeclared(who, "moment", [c.of], n.moments, "moments=")
        if c.n < 0 or (c.kind == "full" and c.n < 1):
            yield f"{who} asks for {c.n} {c.unit} of ‘{c.of}’: a span is at least one day of a stopwatch, and not negative"


def _values(who: str, expr: Expr | None, n: Names, here: Iterable[str]) -> Iterator[str]:
    known_here, elsewhere = set(here), {id(x.of) for x in nodes(expr) if isinstance(x, Earlier)}
    for x in nodes(expr):
        if isinstance(x, Ref) and x.kind == "measure" and x.name not in (n.measures if id(x) in elsewhere else known_here):
            yield f"{who} reads ‘{x.name}’, which is not recorded there: put it among the form's items, or ask at_screening(..) for it"
        if isinstance(x, Ref) and x.kind == "screening" and x.name not in n.screened:
            yield f"{who} reads ‘{x.name}’ at screening, and no form with keeps_screening=True records it: put it among that form's items"


def _doses(p: Protocol, n: Names) -> Iterator[str]:
    for d in p.doses:
        who = f"the dose ‘{d.words or d.drug}’"
        yield from undeclared(who, "phase", d.at, n.phases, "phases=")
        yield from undeclared(who, "arm", d.arms, n.arms, "arms=")
        yield from undeclared(who, "event", d.before, n.events | n.clocks, "events=, or in a rule that waits for that clock")
        yield from _dose_days(who, d, n)
        if not d.at and not d.before:
            yield f"{who} is planned nowhere: say at which phases (at=), or before which events (before=)"
        if isinstance(d.amount, Expr):
            yield from _values(who, d.amount, n, n.measures)
            dated = [x.moment for x in nodes(d.amount) if isinstance(x, AsOf)]
            yield from undeclared(who, "moment", dated, n.moments, "moments=")
        elif d.amount is not None and d.amount <= 0:
            yield f"{who} has the amount {d.amount:g}: write None where no dose is planned"


def _dose_days(who: str, d: Dose, n: Names) -> Iterator[str]:
    """What is wrong with the days of a dose."""
    if d.window is not None:
        if not d.planned or d.amount is None:
            yield f"{who} has a window, and only an amount that is planned in phases (at=) is recorded day by day: leave window= out"
        if d.window.unit != "days":
            yield f"the window of {who} is in {d.window.unit}: a dose is due on a day, so write a window in days"
        if d.window.before > 0 or d.window.after < 0:
            yield f"the window of {who} leaves out its own day ({d.window.before} to {d.window.after} days): write window(0, 2, ..) or window(-1, 2, ..)"
    counts = bool(d.days) or d.first is not None or d.last is not None or d.every is not None
    if d.before and not d.at and d.given is not None:
        yield f"{who} is given before an event under a condition: name the phases in which that is asked (at=)"
    if counts and not d.on:
        yield f"{who} names days, and not from when they count: write on= with a stopwatch or a moment"
    if d.on and d.before:
        yield f"{who} comes before an event and counts days: write one of them"
    if d.on:
        yield from undeclared(who, "stopwatch or moment", [d.on], n.stopwatches | n.moments, "stopwatches= or moments=")
    if d.days and (d.first is not None or d.last is not None or d.every is not None):
        yield f"{who} names its days and a range of them: write days=(1, 8, 15), or first=, last= and every="
    if any(day < 1 for day in (*d.days, *(x for x in (d.first, d.last) if x is not None))):
        yield f"{who} names a day before day 1: the first day of ‘{d.on}’ is day 1"
    if len(set(d.days)) < len(d.days):
        yield f"{who} names a day twice: keep one of them"
    if d.last is not None and (d.first or 1) > d.last:
        yield f"{who} goes from day {d.first or 1} to day {d.last}: write the earlier one first"
    if d.every is not None and (d.every.n < 1 or d.every.unit not in ("days", "weeks")):
        yield f"{who} comes again every {d.every}: write every=2 * days or more"


def _forms(p: Protocol, n: Names) -> Iterator[str]:
    for f in p.forms:
        who = f"the form ‘{f.entry}’"
        items = {m.name for m in f.items}
        yield from _groups(p, f, who)
        yield from _ranges(f, who, n)
        for m in (*f.items, *(x for g in f.groups for x in g.items)):
            if m.type == "code" and not m.codes:
                yield f"the item ‘{m.name}’ of {who} has an empty code list: write codes=(..), or type='text'"
            if m.role == "dose" and m.type not in ("number", "integer"):
                yield f'the item ‘{m.name}’ of {who} records a dose as {m.type}: a dose is a number in its unit, so write type="number"'
            if m.drug and m.role != "dose":
                yield f'the item ‘{m.name}’ of {who} names the drug ‘{m.drug}’ and records no dose: write role="dose", or leave drug= out'
            if m.also_in and (m.type not in ("number", "integer") or not m.unit):
                yield f"the item ‘{m.name}’ of {who} may be in other units and has none of its own: write a number with unit=, or leave also_in= out"
            for name in _repeated([m.unit, *(u.unit for u in m.also_in)]):
                yield f"the item ‘{m.name}’ of {who} has the unit ‘{name}’ twice: keep one of them"
            for u in m.also_in:
                if u.times == 0 or not u.unit.strip():
                    yield f"the item ‘{m.name}’ of {who} may be in a unit of no name or of no size: write unit(name, times=..), not nought"
            if m.low is not None and m.high is not None and m.low > m.high:
                yield f"the item ‘{m.name}’ of {who} has a range from {m.low:g} down to {m.high:g}: write the smaller number first"
        yield from undeclared(who, "item", f.required, items, "items=")
        yield from undeclared(who, "event", [y.event for y in f.yields], n.events, "events=")
        if f.overrides:
            yield from undeclared(who, "form", [f.overrides], n.forms, "forms=")
        for y in f.yields:
            yield from _values(f"{who}, where it gives ‘{y.event}’,", y.given, n, items | f.computed.keys())
        yield from undeclared(who, "item", [a.item for a in f.asked], items, "items=")
        for name in _repeated([f"{a.item}’ {a.kind}" for a in f.asked]):
            yield f"{who} says twice where ‘{name} is: write one condition, with any_of(..) or all_of(..)"
        for a in f.asked:
            yield from _values(f"{who}, where ‘{a.item}’ is {a.kind},", a.given, n, items | f.computed.keys())
            if a.kind == "required" and a.item in f.required:
                yield f"{who} requires ‘{a.item}’ always and where a condition holds: leave it out of required=, or the condition out"
        for x in f.checks:
            yield from _values(f"the edit check ‘{x.words}’ of {who}", x.given, n, n.measures)
        for c in f.classes:
            yield from _values(f"the class ‘{c.name}’ of {who}", c.given, n, items)
        if f.classes and not f.classified:
            yield f"{who} has classes but does not say which measure takes them: write classified=.."
    for k in p.criteria:
        yield from _values(f"the criterion ‘{k.name}’", k.given, n, n.screened)


def _ranges(f: Form, who: str, n: Names) -> Iterator[str]:
    """What is wrong with the ranges that depend on other values."""
    items = {m.name: m for m in f.items}
    yield from undeclared(who, "item", [x.item for x in f.ranges], items, "items=")
    for x in f.ranges:
        yield from _values(f"{who}, where it gives a range of ‘{x.item}’,", x.given, n, items.keys() | f.computed.keys())
        if x.item in items and items[x.item].type not in ("number", "integer"):
            yield f"{who} gives a range of ‘{x.item}’, which is no number: write codes=, or leave the range out"
        if x.low is None and x.high is None:
            yield f"{who} gives a range of ‘{x.item}’ without an end: write (low, high), or leave it out"
        if x.low is not None and x.high is not None and x.low > x.high:
            yield f"{who} gives a range of ‘{x.item}’ from {x.low:g} down to {x.high:g}: write the smaller number first"


def _groups(p: Protocol, f: Form, who: str) -> Iterator[str]:
    """What is wrong with the groups of a form."""
    recorded = {m.name for g in p.forms for m in (*g.items, *(x for y in g.groups for x in y.items))}
    names = [
        name.replace(" ", "_")
        for name in (*(m.name for m in f.items), *(x for g in f.groups for x in (g.name, *(m.name for m in g.items))))
    ]
    for name in _repeated(names):
        yield f"{who} has two items or groups ‘{name}’: give one of them another name"
    for g in f.groups:
        yield from undeclared(f"the group ‘{g.name}’ of {who}", "item", g.required, {m.name for m in g.items}, "items=")
        if not g.items:
            yield f"the group ‘{g.name}’ of {who} has no items: write items=(..)"
        if g.up_to is not None and g.up_to < 1:
            yield f"the group ‘{g.name}’ of {who} has {g.up_to} rows at most: write 1 or more"
        if g.rows in recorded:
            yield f"‘{g.rows}’ takes the number of rows of ‘{g.name}’, and a form records it: give the measure a name of its own"
        if g.rows and sum(g.rows in h.computed for h in p.forms) + [x.rows for x in f.groups].count(g.rows) > 2:
            yield f"‘{g.rows}’ takes the rows of two groups: use a measure for each"
        for m in g.items:
            if m.role:
                yield f"the item ‘{m.name}’ of the group ‘{g.name}’ has the role {m.role!r}, of which an entry tells one: leave the role out"
    if f.groups and (f.lives is not None or f.classes or f.overrides):
        yield f"{who} has groups, and its records live or are classified: put the groups on a form of their own"


def _days(v: Visit) -> Iterator[After]:
    target = v.target
    yield from target.parts if isinstance(target, LaterOf | Whichever) else (target,) if isinstance(target, After) else ()
    if v.ends:
        yield v.ends


def _visits(p: Protocol, n: Names) -> Iterator[str]:
    for v in p.visits:
        who = f"the visit ‘{v.name}’"
        yield from undeclared(who, "phase", (*v.opens, *v.excused, *v.until), n.phases, "phases=")
        yield from undeclared(who, "form", (v.made_by, *v.forms), n.forms, "forms=")
        yield from undeclared(who, "arm", v.arms, n.arms, "arms=")
        yield from undeclared(who, "count or tally", [v.each] if v.each else [], {*n.counts, *n.tallies}, "counts= or tallies=")
        yield from undeclared(who, "visit", [v.until_visit] if v.until_visit else [], n.visits, "visits=")
        yield from undeclared(who, "visit", [a.of for a in _days(v) if a.visit], n.visits, "visits=")
        yield from undeclared(who, "moment", [a.of for a in _days(v) if not a.visit], n.moments, "moments=")
        if isinstance(v.target, Clock):
            yield from _clocks(who, [v.target], n)
        if isinstance(v.target, LeadingTo):
            yield from undeclared(who, "moment", [v.target.of], n.moments, "moments=")
        if v.window is not None and v.window.before > v.window.after:
            yield f"the window of {who} ends before it begins ({v.window.before} to {v.window.after} days): write the earlier one first"
        if v.every is not None and v.ends is None and not (v.fixed and v.until):
            yield f"{who} comes again and again without an end: write ends=after(..)" + (", or until= a phase" if v.fixed else "")
    asks = {v.name: {a.of for a in _days(v) if a.visit} for v in p.visits}
    for name in asks:
        seen, more = set(), set(asks[name])
        while more:
            seen |= more
            more = {of for s in more for of in asks.get(s, ())} - seen
        if name in seen:
            yield f"the target of the visit ‘{name}’ is counted from itself: count it from a moment"


def _endpoints(p: Protocol, n: Names) -> Iterator[str]:
    where = {
        "moment": (n.moments, "moments="),
        "event": (n.events | n.clocks, "events="),
        "entry": (frozenset(n.forms), "forms="),
        "class": ((), ""),
        "visit": ([v.name for v in p.visits], "visits="),
    }
    for s, who in endpoint_sources(p):
        if s.kind not in where:
            yield f"{who} has a source of the kind ‘{s.kind}’: use marked(..), happens(..), assessed(..), recorded(..) or at_visit(..)"
            continue
        yield from undeclared(who, "form" if s.kind == "entry" else s.kind, s.of, *where[s.kind])
        yield from undeclared(who, "phase", s.at, n.phases, "phases=")
        for x in nodes(s.given):
            if isinstance(x, Ref) and x.kind in ("flag", "count"):
                yield from undeclared(who, x.kind, [x.name], n.flags if x.kind == "flag" else n.counts, f"{x.kind}s=")
        yield from _values(who, s.given, n, n.measures)
        yield from _clocks(who, [x for x in nodes(s.given) if isinstance(x, Clock)], n)
    sets, endpoints = [x.name for x in p.populations], [e.name for e in p.endpoints]
    for o in p.populations:
        yield from undeclared(f"the analysis set ‘{o.name}’", "analysis set", [o.within] if o.within else [], sets, "populations=")
    for e in p.endpoints:
        yield from undeclared(f"the endpoint ‘{e.name}’", "analysis set", [e.population], sets, "populations=")
        if e.value is not None:
            yield from _values(f"the endpoint ‘{e.name}’", e.value.item, n, n.measures)
            yield from undeclared(f"the endpoint ‘{e.name}’", "form", e.value.baseline_in, n.forms, "forms=")
            screened = [m.name for f in p.forms if f.keeps_screening for m in f.items]
            yield from undeclared(
                f"the endpoint ‘{e.name}’", "item at screening", e.value.adjusted, screened, "a form with keeps_screening=True"
            )
    for f in p.published:
        yield from undeclared(f"the published figure ‘{f.name}’", "endpoint", [f.counterpart], {*endpoints, *SHOWN_WITH}, "endpoints=")
    for d in p.designs:
        yield from undeclared(f"the design ‘{d.name}’", "endpoint", [d.endpoint] if d.endpoint else [], endpoints, "endpoints=")
    for a in p.analyses:
        yield from undeclared(f"the {a.kind} analysis by {a.by}", "endpoint", [a.endpoint] if a.endpoint else [], endpoints, "endpoints=")


def _invariants(p: Protocol, n: Names) -> Iterator[str]:
    for i in p.invariants:
        who = f"the invariant ‘{i.name}’"
        yield from undeclared(who, "phase", (*i.at, *i.to, *i.into), n.phases, "phases=")
        yield from undeclared(who, "arm", i.arms, n.arms, "arms=")
        yield from undeclared(
            who, "event", (*i.on, *i.first, *i.since), n.events | n.clocks, "events=, or in a rule that waits for that clock"
        )
        yield from undeclared(who, "variable", [name for name, _ in i.changes], n.flags | n.counts.keys(), "flags= or counts=")
        for part in (i.given, i.then, i.clock):
            yield from _guard(who, part, n)
        known: Any = n.variables | n.moments | n.stopwatches
        yield from undeclared(who, "variable, moment or stopwatch", [e.name for e in (*i.doing, *i.does)], known, "its place")


def _shown(p: Protocol, n: Names) -> Iterator[str]:
    for key, times in Counter(s.key for s in p.standing).items():
        if key in STANDING_HAS:
            yield f"the value ‘{key}’ of the standing bears the name of a field that every standing has: give it another, such as ‘{key} so far’"
        if times > 1:
            yield f"the standing shows {times} values as ‘{key}’: give each a name of its own"
    for s in p.standing:
        yield from undeclared(
            f"the value ‘{s.key}’ of the standing", "variable", [s.of], n.variables | n.stopwatches, "tallies= or counts="
        )
        yield from undeclared(f"the value ‘{s.key}’ of the standing", "phase", s.at, n.phases, "phases=")
    for x in p.nominal:
        yield from undeclared(f"the journey by the plan, day {x.day},", "form", [x.entry], n.forms, "forms=")
        if x.entry in n.forms:
            items = {m.name for m in n.forms[x.entry].items}
            yield from undeclared(
                f"the journey by the plan, day {x.day},", "item", [name for name, _ in x.values], items, f"the form ‘{x.entry}’"
            )
    if p.absence:
        yield from undeclared("the absence", "form", [p.absence.entry], n.forms, "forms=")


def _ahead(p: Protocol, n: Names) -> Iterator[str]:
    for a in p.ahead:
        who = f"what is said ahead, ‘{a.words}’,"
        if not a.at:
            yield f"{who} is said nowhere: name the phases that look ahead to it (at=)"
        yield from undeclared(who, "phase", a.at, n.phases, "phases=")
        yield from _guard(who, a.given, n)
        for c in (a.clock, *(x for x in nodes(a.given) if isinstance(x, Clock))):
            if c.name not in n.clocks:
                yield f"{who} asks for ‘{c.name}’, which no rule and no dose reads: nobody waits for that day, so correct the clock or drop it"


def _proposals(p: Protocol, n: Names) -> Iterator[str]:
    for x in p.proposals:
        who = f"what is proposed, ‘{x.words}’,"
        yield from undeclared(who, "phase", x.at, n.phases, "phases=")
        yield from undeclared(who, "event", (*x.on, *x.answers), n.events, "events=")
        yield from _guard(who, x.given, n)
        for c in nodes(x.given):
            if isinstance(c, Clock):
                yield f"{who} asks for ‘{c.name}’: what is proposed is asked of flags and counts only"
        if not x.answers:
            yield f"{who} is answered by nothing, so it would stand for ever: name the events that answer it (answers=)"


def _sources(p: Protocol, n: Names) -> Iterator[str]:
    for element, wrong in mistyped(p):
        yield f"{element} gives the source ‘{wrong}’, which is no statement or reading of the study: name one of {_some(numbers(p))}"


def _some(ids: set[str]) -> str:
    ordered = sorted(ids, key=lambda x: (x.rstrip("0123456789"), len(x), x))
    return ", ".join(ordered if len(ordered) <= 6 else [*ordered[:3], "..", *ordered[-2:]]) or "none (declare statements=)"
