"""Rules, doses, preparations, visits, criteria and what entries give, as sentences of the page; `parse` reads them back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from ...paper.blocks import Line, Run, line
from ..language import (
    Ahead,
    Class,
    Criterion,
    Dose,
    Effect,
    Episode,
    Form,
    LaterOf,
    LeadingTo,
    Preparation,
    Proposal,
    Protocol,
    Rule,
    Step,
    Target,
    Visit,
    Whichever,
    Window,
)
from ..words.amounts import FORMULAS, BodySurface
from ..words.spoken import BARE, OTHERWISE, Naming, cited, condition, constant, figure, lay_out, listed, quantity, quoted, span, visible
from ..words.trees import Clock, Expr, Otherwise, nodes
from ..words.units import unit_said

OPEN = "[not confirmed]"
DRIFTING = "after the last one made; the first so long after the target"
LEADING = "those days; it waits until that day is known"
UNSTATED = "not stated: any day until the next one"
FIXED = "from the target on, on days that do not move, made or not"
CLOCK_NAME = re.compile(r"(past|reached|full) (-?\d+) (days|weeks|months|years): (.*)", re.DOTALL)


def clock_named(name: str, events: Iterable[str]) -> Clock | None:
    """The clock of a name such as `full 7 days: infusion days`, None where the name is an event's."""
    found = None if name in events else CLOCK_NAME.fullmatch(name)
    return Clock(found[1], int(found[2]), found[3], found[4]) if found else None


def head(kind: str, number: int, source: str, words: str, confirmed: bool = True) -> Line:
    """The first line of a sentence: its kind and number, its source, its words."""
    runs: list[str | Run] = [("b", f"{kind} {number} ({visible(source, '()')})"), " — ", ("i", f"{visible(words)}.")]
    runs += [] if confirmed else [" ", ("mark", OPEN)]
    return line("head", *runs, anchor=f"{kind.lower()}-{number}")


def _laid(before: str, given: Expr | None, naming: Naming, *, kind: str = "body", end: str = "") -> list[Line]:
    """Words, then a condition on the same line, or beneath it in numbered lines."""
    if given is None:
        return [line(kind, before + end, depth=1)]
    first, parts = lay_out(given, naming)
    lines = [line(kind, before + first + ("" if parts else end), depth=1)]
    base = 1 if kind == "part" else 0
    return [*lines, *(line("part", f"({label}) {text}", depth=base + 1 + label.count(".")) for label, text in parts)]


def _only(arms: tuple[str, ...]) -> list[Line]:
    return [line("note", f"Only in the arm {listed(map(quoted, arms))}.")] if arms else []


# Rules ------------------------------------------------------------------------------------------------------------------------------


def rule_lines(r: Rule, kind: str, number: int, protocol: Protocol) -> list[Line]:
    """A rule, or a breach, as a sentence."""
    known = {c.name: c for c in r.clocks}
    where = f"In {listed(map(quoted, r.at))}, {_triggers(r.on, known)}"
    then = _outcome(r, {f.name for f in protocol.flags})
    lines = [head(kind, number, r.source, r.words)]
    if r.given is None or isinstance(r.given, Otherwise):
        lines.append(line("body", f"{where}{'' if r.given is None else f', {OTHERWISE}'}: {then}."))
    else:
        laid = _laid(f"{where}, given that ", r.given, BARE, end=f": {then}.")
        lines += laid if len(laid) == 1 else [*laid, line("body", f"Then: {then}.")]
    lines += _only(r.arms)
    return [*lines, line("note", f"Shown as the deviation {cited(r.breach)}.")] if r.breach else lines


def _triggers(on: tuple[str, ...], clocks: dict[str, Clock]) -> str:
    said = []
    for is_clock, group in groupby(on, key=lambda name: name in clocks):
        names = tuple(group)
        said += [f"as soon as {condition(clocks[n])}" for n in names] if is_clock else [f"on {listed(map(quoted, names))}"]
    return ", or ".join(said)


def _outcome(r: Rule, flags: set[str]) -> str:
    said = [f"go to {quoted(r.to)}"] if r.to is not None else []
    return "; ".join([*said, *(effect_words(e, flags) for e in r.do)]) or "phase, counts and dates stay as they are"


def effect_words(e: Effect, flags: set[str]) -> str:
    """One effect as an order. Raises ValueError for an effect that the language's own words do not make."""
    if e.kind == "put":
        return f"set {quoted(e.name)} to {constant(bool(e.value)) if e.name in flags else figure(e.value)}"
    if e.kind == "extend" and e.value > 0:
        return f"count {quoted(e.name)} up to the day before, where it was still running, to {figure(e.value)} in all"
    words = {
        "add": ("add one to", 1),
        "less": ("take one from", 1),
        "mark": ("remember this day as", 0),
        "reset": ("count", 0),
        "extend": ("count", 0),
    }
    order, value = words[e.kind]
    if e.value != value:
        raise ValueError(f"{e!r} cannot stand on a page: make effects with put, add_one, less_one, mark and reset")
    return f"{order} {quoted(e.name)}" + {"reset": " anew", "extend": " up to the day before, where it was still running"}.get(e.kind, "")


# Doses ------------------------------------------------------------------------------------------------------------------------------


def dose_lines(d: Dose, number: int, events: Iterable[str]) -> list[Line]:
    """A planned dose or a premedication as a sentence."""
    if d.amount is None:
        said = f"No planned dose of {quoted(d.drug)}, in {_unit(d.unit)},"
    else:
        amount = quantity(d.amount) if isinstance(d.amount, Expr) else figure(d.amount)
        said = f"{amount} {_unit(d.unit)} of {quoted(d.drug)}"
    if d.at:
        said += f" in {listed(map(quoted, d.at))}"
    if d.before:
        clocks = ((n, clock_named(n, events)) for n in d.before)
        said += " " + ", and ".join(f"before {quoted(n) if c is None else f'the day on which {condition(c)}'}" for n, c in clocks)
    lines = [head("Dose", number, d.source, d.words, d.confirmed)]
    if d.given is None or isinstance(d.given, Otherwise):
        lines.append(line("body", f"{said}{'' if d.given is None else f', {OTHERWISE}'}."))
    else:
        lines += _laid(said + ", given that ", d.given, BARE, end=".")
    formulas = [x.formula for x in (nodes(d.amount) if isinstance(d.amount, Expr) else ()) if isinstance(x, BodySurface)]
    lines += [line("note", f"Body surface in m2 by {name}: {FORMULAS[name]}.") for name in dict.fromkeys(formulas)]
    if days := days_said(d):
        lines.append(line("note", f"Due: {days}."))
    if d.window is not None:
        lines.append(line("note", f"Each is recorded by itself, given {window_words(d.window)}"))
    lines += [line("note", f"Rounded to the nearest {figure(d.rounded)}.")] if d.rounded is not None else []
    lines += [line("note", f"Given as {cited(d.route)}.")] if d.route else []
    return [*lines, *_only(d.arms)]


def days_said(d: Dose | Step) -> str:
    """The days on which a dose is due, counted from a stopwatch or a moment; nothing where it is due on every day."""
    said = [f"{'day' if len(d.days) == 1 else 'days'} {listed(map(str, d.days), 'and')}"] if d.days else []
    said += [f"from day {d.first} on"] if d.first is not None else []
    said += [f"up to day {d.last}"] if d.last is not None else []
    said += [f"once every {span(d.every.n, d.every.unit)}"] if d.every is not None else []
    said += [f"counted from {quoted(d.on)}"] if isinstance(d, Dose) and d.on else []
    return ", ".join(said)


def _unit(unit: str) -> str:
    return visible(unit_said(unit), ",‘") or "no unit"


def preparation_line(p: Preparation, number: int) -> Line:
    """How one bag is prepared."""
    said = (
        f"{figure(p.amount)} {visible(unit_said(p.unit))} over {span(p.hours, 'hours')}: {figure(p.stabiliser_ml)} mL of stabiliser, "
        f"{figure(p.drug_ml)} mL of the drug, {span(p.vials, 'vials')}, at {figure(p.rate_ml_per_h)} mL/h"
    )
    return head("Preparation", number, p.source, said, p.confirmed)


# Visits -----------------------------------------------------------------------------------------------------------------------------


def visit_lines(v: Visit, number: int, naming: Naming = BARE) -> list[Line]:
    """A visit: its target, its window, what makes it, when it is owed."""
    parts = [f"Target: {target_words(v.target)}", f"Window: {window_words(v.window, v.target)}", f"Made by: {quoted(v.made_by)}"]
    if v.served_by:
        parts.append(f"Served: in its window, by the entry of the visit {listed(map(quoted, v.served_by))}")
    if v.known_as:
        parts.append(f"Also known as: {listed(map(cited, v.known_as))}")
    if v.forms:
        parts.append(f"Recorded there: {listed(map(quoted, v.forms), 'and')}")
    if v.each:
        parts.append(f"Owed: once each time {quoted(v.each)} rises")
    if v.opens:
        parts.append(f"Owed: once each time one enters {listed(map(quoted, v.opens))} from elsewhere")
    if v.excused:
        parts.append(f"Owed: only if its target falls while in {listed(map(quoted, v.excused))}")
    if v.until_visit:
        parts.append(f"Owed: only if its target falls on or after that of the visit {quoted(v.until_visit)}")
    if v.every is not None:
        parts.append(f"Repeated: every {span(v.every.n, v.every.unit)} {FIXED if v.fixed else DRIFTING}")
    if v.ends is not None:
        parts.append(f"{'Up to:' if v.fixed else 'Until: one falls on or after'} {target_words(v.ends)}")
    if v.until:
        parts.append(f"No more: once one has entered {listed(map(quoted, v.until))}")
    if v.expires is not None:
        parts.append(f"Can be made: up to {span(v.expires.n, v.expires.unit)} after its target")
    whom = _laid("Owed: given that ", v.given, naming, kind="part") if v.given is not None else []
    note = [line("part", f"Note: {cited(v.words)}", depth=1)] if v.words else []
    return [head("Visit", number, v.source, v.name), *(line("part", p, depth=1) for p in parts), *whom, *note, *_only(v.arms)]


def target_words(target: Target) -> str:
    """A target day in words."""
    if isinstance(target, LeadingTo):
        return (
            f"the day of {quoted(target.of)}"
            if target.n == 0
            else f"the {span(target.n, target.unit)} before {quoted(target.of)}, or its day"
        )
    if isinstance(target, Whichever):
        return f"whichever came {target.which} of ({'; '.join(target_words(p) for p in target.parts)})"
    if isinstance(target, Clock):
        return f"the day on which {condition(target)}"
    if isinstance(target, LaterOf):
        return f"the latest of ({'; '.join(target_words(p) for p in target.parts)})"
    of = f"the target of the visit {quoted(target.of)}" if target.visit else quoted(target.of)
    if target.n == 0 and target.unit == "days":
        return of if target.visit else f"the day of {of}"
    return f"{span(target.n, target.unit)} after {of}"


def day_words(n: int) -> str:
    """A day counted from a target: -2, 0, 14."""
    return "the day itself" if n == 0 else f"{span(abs(n), 'days')} {'before' if n < 0 else 'after'}"


def time_words(n: int) -> str:
    """A time counted from a target in minutes: -15, 0, 90."""
    return "the time itself" if n == 0 else f"{span(abs(n), 'minutes')} {'before' if n < 0 else 'after'}"


def window_words(w: Window | None, target: Target | None = None) -> str:
    """A window around a target, with its source; or that none is stated."""
    if isinstance(target, LeadingTo) and w is None:
        return LEADING
    if w is None:
        return UNSTATED
    said = (
        f"from {day_words(w.before)} to {day_words(w.after)}"
        if w.unit == "days"
        else f"from {time_words(w.before)} to {time_words(w.after)}"
    )
    if w.not_before is not None:
        said += f", and no sooner than {day_words(-w.not_before)}"
    return f"{said} ({visible(w.source, '()')})" + ("" if w.confirmed else f" {OPEN}")


def ahead_lines(a: Ahead, number: int) -> list[Line]:
    """What people are told of a clock that runs."""
    where = f"In {listed(map(quoted, a.at))}, of the day on which {condition(a.clock)}"
    return [
        head("Ahead", number, a.source, a.words),
        *_laid(where + (", given that " if a.given is not None else ""), a.given, BARE, end="."),
    ]


def proposal_lines(p: Proposal, number: int) -> list[Line]:
    """What is proposed when something happens, and what answers it."""
    where = f"In {listed(map(quoted, p.at))}, on {listed(map(quoted, p.on))}"
    return [
        head("Proposal", number, p.source, p.words, p.confirmed),
        *_laid(where + (", given that " if p.given is not None else ""), p.given, BARE, end="."),
        line("part", f"Answered by {listed(map(quoted, p.answers))}."),
    ]


# What is recorded -------------------------------------------------------------------------------------------------------------------


def criterion_lines(c: Criterion, number: int, naming: Naming) -> list[Line]:
    """An eligibility criterion with its condition."""
    return [head("Criterion", number, c.source, c.name, c.confirmed), *_laid(f"{c.kind.capitalize()}: ", c.given, naming)]


def condition_lines(name: str, given: Expr, naming: Naming) -> list[Line]:
    """A condition that has a name of its own on the page."""
    first, *parts = _laid(f"{name}: ", given, naming)
    return [line("head", ("b", f"{name}:"), first.text.removeprefix(f"{name}:"), anchor=name.replace(" ", "-")), *parts]


def entry_lines(f: Form, number: int, naming: Naming) -> list[Line]:
    """The protocol events that an entry gives, and the classes computed from its values."""
    lines = [head("Entry", number, f.source, f.entry)]
    for y in f.yields:
        lines += _laid(f"Gives {quoted(y.event)}" + ("" if y.given is None else " when "), y.given, naming, kind="part")
    for c in f.classes:
        lines += _class_lines(c, naming)
    for a in f.asked:
        lines += _laid(f"{ASKED[a.kind]} {quoted(a.item)} only where ", a.given, naming, kind="part")
    for x in f.ranges:
        low, high = ("no bound" if end is None else figure(end) for end in (x.low, x.high))
        said = f"Expects {quoted(x.item)} from {low} to {high} ({visible(x.source, '()')}){'' if x.confirmed else f' {OPEN}'} where "
        lines += _laid(said, x.given, naming, kind="part")
    for k in f.checks:
        said = f"Checks {cited(k.words)} ({visible(k.source, '()')}){'' if k.confirmed else f' {OPEN}'}: "
        lines += _laid(said, k.given, naming, kind="part")
    if f.lives is not None:
        lines += _lives_lines(f.lives, naming)
    return lines


ASKED = {"shown": "Asks", "required": "Requires"}


def _lives_lines(e: Episode, naming: Naming) -> list[Line]:
    lines = [line("part", "Its records live: later entries continue the first.")]
    lines += [line("part", f"{words} {quoted(name)}.") for part, words in LIVES.items() if (name := getattr(e, part))]
    return [*lines, *(_laid("Has ended when ", e.ended, naming, kind="part") if e.ended is not None else [])]


LIVES = {
    "begins": "Begins on",
    "ends": "Ends on",
    "grade": "Its grade is",
    "days": "The days it lasted are",
    "worst": "Its worst grade is",
    "ongoing": "Whether it goes on is",
    "grade_before": "The grade before an entry is",
}


def _class_lines(c: Class, naming: Naming) -> list[Line]:
    said = f"Class {quoted(c.name)} ({visible(c.source, '()')}){'' if c.confirmed else f' {OPEN}'}, {cited(c.label)}, when "
    own = Naming(naming.units, {tree: words for tree, words in naming.phrases.items() if tree != c.given})
    return _laid(said, c.given, own, kind="part")
