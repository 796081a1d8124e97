"""The schedule of activities: visits across, entries and drugs down, an X where one is done, a bar where it is done at any time.

The columns come from the study's own parts: what is recorded before treatment, the start of a dosed period, a step of the dose, each visit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from ...paper.blocks import Bar, Grid
from ..language import Dose, Form, LaterOf, LeadingTo, Protocol, Visit, Whichever
from ..words.spoken import clock, condition, figure, listed, quoted, visible
from ..words.trees import Clock, nodes
from ..words.units import unit_said
from .sentences import OPEN, UNSTATED, days_said, span, target_words, window_words

DONE = "X"
BEFORE, TREATED, EACH, LATER = "Before treatment", "Treatment", "Treatment, each cycle", "Later visits"
AT_NO_VISIT = ("DS", "DD")  # CDISC's disposition and death: recorded when they happen, and no activity of a visit
FEW, MANY = 4, 4


@dataclass(frozen=True)
class _Column:
    head: str
    forms: frozenset[str]
    events: frozenset[str]
    note: str = ""
    drugs: frozenset[str] = frozenset()
    day: int = 1
    small: str = ""
    group: str = LATER


def schedule(protocol: Protocol) -> Grid:
    """The grid of a study."""
    columns = _columns(protocol)
    rows: list[tuple[str, str, tuple[str | Bar, ...]]] = []
    apart: list[str] = []
    own = {v.made_by for v in protocol.visits} | {f for c in columns if c.events for f in c.forms}
    for f in protocol.forms:
        cells = tuple(DONE if f.entry in c.forms else "" for c in columns)
        said = visible(f.label or f.entry)
        if any(cells) and (f.entry in own or not f.yields):
            rows.append((said[:1].upper() + said[1:], _small(f), (*cells, DONE if _unscheduled(f, protocol) else "")))
        elif _is_apart(f, protocol) and not any(cells):
            apart.append(said[:1].upper() + said[1:])
        else:
            asked = [c.head for c in columns if f.entry in c.forms]
            words = _when(f, protocol) + (f"; asked for at: {listed(asked, 'and')}" if asked else "")
            rows.append((said[:1].upper() + said[1:], _small(f), (Bar(words, len(columns) + 1),)))
    for drug in dict.fromkeys(d.drug for d in protocol.doses):
        rows.append((visible(drug), _amounts(protocol, drug), (*(_given(protocol, drug, c) for c in columns), "")))
    bars = [r for r in rows if isinstance(r[2][0], Bar)]
    heads: list[tuple[str, str]] = []
    notes: list[tuple[str, str]] = []
    for c in columns:
        letter = _letter(len(notes)) if c.note else ""
        heads.append((c.head, letter))
        if letter:
            notes.append((letter, c.note))
    heads.append(("Unscheduled", ""))
    if apart:
        notes.append(("", f"Recorded when it happens or is decided, at no visit: {'; '.join(apart)}."))
    groups = [(name, len(list(own))) for name, own in groupby(c.group for c in columns)]
    return Grid(
        tuple(heads),
        tuple([r for r in rows if r not in bars] + bars),
        tuple(notes),
        small=(*(c.small for c in columns), ""),
        groups=(*groups, ("", 1)),
    )


def _is_apart(f: Form, protocol: Protocol) -> bool:
    """Whether an entry is no activity: a death, an end, a version, a decision."""
    events = {y.event for y in f.yields}
    found = {e.name for e in protocol.events if e.nature == "fact"}
    return f.domain in AT_NO_VISIT or (not f.domain and bool(events) and not events & found)


def _small(f: Form) -> str:
    labels = [visible(m.label or m.name) for m in f.items]
    return ", ".join(labels[:FEW]) + (f", and {len(labels) - FEW} more" if len(labels) > FEW else "")


def _letter(n: int) -> str:
    return chr(97 + n) if n < 26 else _letter(n // 26 - 1) + _letter(n % 26)


def _columns(protocol: Protocol) -> list[_Column]:
    dosed = {p for d in protocol.doses for p in d.at}
    given = {f.entry: {y.event for y in f.yields} for f in protocol.forms}
    before = _before_treatment(protocol, dosed)
    ends = {p.name for p in protocol.phases if p.end}
    spoken = {e: {p for r in protocol.rules if e in r.on for p in r.at} - ends for events in given.values() for e in events}
    failing = {e for r in protocol.rules if r.to in ends for e in r.on}
    early = {
        f for f, events in given.items() if events and all(spoken[e] and spoken[e] <= before for e in events - failing) and events - failing
    }
    ordered = sorted(protocol.visits, key=lambda v: (v.every is not None, _days(v)))
    opening = {e.name for r in protocol.rules if protocol.begins in r.at for e in r.do if e.kind == "mark"}
    at_first = [v for v in ordered if getattr(v.target, "of", "") in opening]
    starts = {
        e for r in protocol.rules if r.to in dosed and not set(r.at) & dosed and (set(r.at) <= before or not _goes_on(r.do)) for e in r.on
    }
    early -= {f for f, events in given.items() if events & starts}
    columns = [replace(_visit_column(v, early if v == at_first[0] else set(), early), group=BEFORE) for v in at_first]
    if early and not at_first:
        columns.append(_Column(BEFORE, frozenset(early), frozenset(), group=BEFORE))
    first = len(columns)
    begun = {f for f, events in given.items() if events & starts}
    for entry in (f.entry for f in protocol.forms if f.entry in begun):
        led = [r for r in protocol.rules if set(r.on) & given[entry] and r.to in dosed]
        words = "each time: " + "; ".join(dict.fromkeys(f"{r.words} ({r.source})" for r in led))
        name = visible(entry[:1].upper() + entry[1:]) + ("" if any(_goes_on(r.do) for r in led) else " (day 1)")
        columns.append(_Column(name, frozenset((entry,)), frozenset(given[entry] & starts), visible(words)))
    columns += _steps(protocol, dosed, given, begun)
    columns += _dose_days(protocol, given, begun)
    rest = [v for v in ordered if v not in at_first]
    columns += [_visit_column(v) for v in rest if v.each]
    columns[first:] = [replace(c, group=EACH if protocol.cycle else TREATED) for c in columns[first:]]
    return columns + [_visit_column(v) for v in rest if not v.each]


def _steps(protocol: Protocol, dosed: set[str], given: dict[str, set[str]], begun: set[str]) -> list[_Column]:
    """A column for each clock on which a planned dose changes."""
    doses = {f.entry for f in protocol.forms if any(m.role == "dose" for m in f.items)} - begun
    stays = {e for r in protocol.rules if r.to is None and set(r.at) <= dosed for e in r.on}
    forms = frozenset(f for f in doses if given[f] & stays)
    clocks = {n.name: n for d in protocol.doses if d.at for n in nodes(d.given) if isinstance(n, Clock) and n.kind == "full"}
    return [
        _Column(f"Dose step (day {c.n + 1})", forms, frozenset((name,)), f"once {clock(c)}; {_sources(protocol, name)}")
        for name, c in clocks.items()
    ]


def _dose_days(protocol: Protocol, given: dict[str, set[str]], begun: set[str]) -> list[_Column]:
    """A column for each later day on which a dose is due that names its days."""
    found: dict[tuple[str, int], list[Dose]] = {}
    for d in protocol.doses:
        for day in (*d.days, *((d.first,) if d.first is not None else ())):
            if d.planned and d.on and d.amount is not None and day > 1:
                found.setdefault((d.on, day), []).append(d)
    columns = []
    for (on, day), due in sorted(found.items(), key=lambda x: (x[0][1], x[0][0])):
        phases = {p for d in due for p in d.at}
        also = (
            d
            for d in protocol.doses
            if d.planned and d.amount is not None and phases & set(d.at) and (not d.on or d.on == on and d.falls_on(day))
        )
        drugs = frozenset(d.drug for d in (*due, *also))
        stays = {e for r in protocol.rules if r.to is None and set(r.at) & phases for e in r.on}
        records = {f.entry for f in protocol.forms if any(m.role == "dose" and m.drug in ("", *drugs) for m in f.items)} - begun
        forms = frozenset(f for f in records if given[f] & stays)
        note = f"counted from {quoted(on)}; {listed(dict.fromkeys(d.source for d in due), 'and')}"
        columns.append(_Column(f"Dose (day {day})", forms, frozenset(), note, drugs, day))
    return columns


def _sources(protocol: Protocol, clock: str) -> str:
    return (
        listed(dict.fromkeys(r.source for r in protocol.rules if clock in r.on), "and")
        if any(clock in r.on for r in protocol.rules)
        else ""
    )


def _goes_on(effects: Iterable[object]) -> bool:
    return not any(getattr(e, "kind", "") in ("add", "less") for e in effects)


def _before_treatment(protocol: Protocol, dosed: set[str]) -> set[str]:
    """The phases that come before any dosed phase, by the rules."""
    after, ways = set(dosed), [(set(r.at), r.to) for r in protocol.rules if r.to is not None]
    while more := {to for at, to in ways if at & after and to not in after}:
        after |= more
    return {p.name for p in protocol.phases if p.name not in after and not p.end} | {
        p.name for p in protocol.phases if p.name == protocol.begins
    }


_UNIT_DAYS = {"minutes": 1 / 1440, "hours": 1 / 24, "days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}


def _days(v: Visit) -> float:
    """Roughly how many days a visit falls after what it is counted from."""
    if isinstance(v.target, LeadingTo):
        return -v.target.n * _UNIT_DAYS[v.target.unit]
    parts = v.target.parts if isinstance(v.target, LaterOf | Whichever) else (v.target,)
    return max(p.n * _UNIT_DAYS[p.unit] for p in parts)


def _visit_column(v: Visit, also: set[str] | frozenset[str] = frozenset(), early: set[str] | frozenset[str] = frozenset()) -> _Column:
    said = [target_words(v.target), window_words(v.window, v.target).replace(OPEN, "not confirmed"), v.source]
    said += [f"given that {condition(v.given)}"] if v.given is not None else []
    said += [f"served in its window by {listed(map(quoted, v.served_by))}"] if v.served_by else []
    if v.every is not None:
        said.insert(1, f"then every {v.every}" if v.fixed else f"the first {v.every} after that, then every {v.every}")
    made = frozenset((v.made_by, *v.forms))
    return _Column(visible(v.name), made | also, frozenset(early), "; ".join(said) + ".", small=_short(v))


def _short(v: Visit) -> str:
    """The day of a visit and its window, as short as the head of a column: `3 months, ±14 days`."""
    t = v.target
    if v.every is not None:
        day = f"every {v.every}"
    elif isinstance(t, LeadingTo):
        day = f"up to {span(t.n, t.unit)} before"
    elif isinstance(t, LaterOf | Whichever):
        day = ""
    else:
        day = span(t.n, t.unit) if t.n else "that day"
    return ", ".join(part for part in (day, _short_window(v)) if part)


def _short_window(v: Visit) -> str:
    w = v.window
    if w is None:
        return "" if isinstance(v.target, LeadingTo) else UNSTATED
    before, after = -w.before, w.after
    unit = w.unit if max(before, after) != 1 else w.unit.removesuffix("s")
    return f"±{after} {unit}" if before == after else f"−{before} to {f'+{after}' if after else 0} {unit}"


def _given(protocol: Protocol, drug: str, column: _Column) -> str:
    """X where a drug is given: a premedication before the column's events, a planned dose once they happened."""
    if drug in column.drugs:
        return DONE + _goes_on_to(protocol, drug, column.day)
    for d in protocol.doses:
        if d.drug != drug:
            continue
        if column.events & set(d.before):
            return DONE
        if d.planned and d.amount is not None and column.events and (not d.on or d.falls_on(1)):
            reads = {n.name for n in nodes(d.given) if isinstance(n, Clock)}
            enters = {e for r in protocol.rules if r.to in d.at for e in r.on}
            if column.events & (reads | enters):
                return DONE + _goes_on_to(protocol, drug, 1)
    return ""


def _goes_on_to(protocol: Protocol, drug: str, day: int) -> str:
    """What follows the X of the day on which a dose of several days begins: how long it goes on, and every how many days."""
    own = [
        d for d in protocol.doses if d.drug == drug and d.planned and d.amount is not None and d.on and not d.days and (d.first or 1) == day
    ]
    said = [f", to day {d.last}" if d.last is not None and d.last > day else "" for d in own]
    again = [f", every {d.step} days" if d.step > 1 else "" for d in own]
    return next((to + every for to, every in zip(said, again, strict=True) if to or every), "")


def _amounts(protocol: Protocol, drug: str) -> str:
    own = [d for d in protocol.doses if d.drug == drug]
    fixed = [f"{figure(d.amount)} {visible(unit_said(d.unit))}" for d in own if isinstance(d.amount, int | float)]
    routes = [visible(d.route) for d in own if d.route]
    days = [days_said(d) for d in own if d.on and d.amount is not None]
    return "; ".join(
        ", ".join(dict.fromkeys(part)) if part is not days else "; ".join(dict.fromkeys(part)) for part in (fixed, routes, days) if part
    )


def _unscheduled(f: Form, protocol: Protocol) -> bool:
    """Whether what an entry finds counts in many phases, so that it may be made on any day."""
    events = {y.event for y in f.yields}
    natures = {e.nature for e in protocol.events if e.name in events}
    return natures == {"fact"} and len({p for r in protocol.rules if set(r.on) & events for p in r.at}) > MANY and bool(f.classes)


def _when(f: Form, protocol: Protocol) -> str:
    """When an entry without a visit is made: in the phases where a sentence speaks of it, or at any time."""
    events = {y.event for y in f.yields}
    phases = dict.fromkeys(p for r in protocol.rules if set(r.on) & events for p in r.at)
    natures = {e.nature for e in protocol.events if e.name in events}
    if not phases or (len(phases) > MANY and natures == {"fact"}):
        return "at any time"
    if len(phases) > MANY:
        return "when it is done or decided, where the sentences allow it"
    return f"when it happens, while in {listed(map(quoted, phases))}"
