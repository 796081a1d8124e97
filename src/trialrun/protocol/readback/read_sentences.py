"""Sentences read back one at a time: rules, doses, preparations and visits as the language's own values."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..language import After, Dose, Effect, LaterOf, LeadingTo, Preparation, Rule, Visit, Whichever, Window
from ..page.sentences import DRIFTING, FIXED, LEADING, OPEN, UNSTATED
from ..words.spoken import OTHERWISE
from ..words.times import Span
from ..words.trees import Clock, Expr, Number, Otherwise
from ..words.units import unit_read
from .read_words import Scanner
from .scanner import PageError

WHOLE = re.compile(r"-?\d")


@dataclass
class Record:
    """One sentence of the page: its head, and the lines beneath it still to be read."""

    line: int
    number: int
    source: str
    words: str
    confirmed: bool
    lines: list[tuple[int, str]]
    at: int = 0
    units: dict[str, str] | None = None

    def next(self, wanted: str) -> Scanner:
        """The next line, which must be there."""
        if self.at >= len(self.lines):
            raise PageError(self.lines[-1][0] if self.lines else self.line, f"expected {wanted} after this line, found the next sentence")
        n, text = self.lines[self.at]
        self.at += 1
        return Scanner(text, n, self.units)

    def takes(self, start: str) -> Scanner | None:
        """The next line, if it begins so; what begins it is passed over."""
        if self.at < len(self.lines) and self.lines[self.at][1].startswith(start):
            scanner = self.next(start)
            scanner.needs(start)
            return scanner
        return None

    def condition(self, scanner: Scanner) -> tuple[Expr, bool]:
        """A condition, and whether it went on in numbered lines beneath."""
        before = self.at

        def beneath(label: str) -> Callable[[Scanner], tuple[Expr, ...]]:
            return lambda _: self._beneath(label, beneath)

        found = scanner.condition(beneath(""))
        return found, self.at > before

    def _beneath(self, label: str, beneath: Callable[[str], Callable[[Scanner], tuple[Expr, ...]]]) -> tuple[Expr, ...]:
        parts: list[Expr] = []
        while part := self.takes(f"({(here := f'{label}.{len(parts) + 1}' if label else str(len(parts) + 1))}) "):
            parts.append(part.condition(beneath(here)))
            part.end()
        if not parts:
            self.next(f"the line ({label + '.1' if label else '1'})").fail(f"“({label + '.1' if label else '1'}) …”")
        return tuple(parts)

    def done(self) -> None:
        """No line may be left over."""
        if self.at < len(self.lines):
            Scanner(self.lines[self.at][1], self.lines[self.at][0]).fail("the next sentence")


# Rules and doses --------------------------------------------------------------------------------------------------------------------


def read_rule(record: Record) -> Rule:
    """A rule or a breach from its sentence."""
    s = record.next("“In ‘a phase’, on ‘an event’: ..”")
    s.needs("In ")
    at = s.names()
    s.needs(", ")
    on, clocks = _triggers(s)
    given, laid = _given(record, s)
    if laid:
        s.end()
        s = record.next("“Then: ..”")
        s.needs("Then: ")
    else:
        s.needs(": ")
    to, do = _outcome(s)
    arms = _arms(record)
    deviation = record.takes("Shown as the deviation ")
    kind = deviation.words() if deviation else ""
    record.done()
    return Rule(record.source, record.words, at, on, given, to, do, kind, clocks, arms)


def _given(record: Record, s: Scanner) -> tuple[Expr | None, bool]:
    if s.takes(f", {OTHERWISE}"):
        return Otherwise(), False
    return record.condition(s) if s.takes(", given that ") else (None, False)


def _triggers(s: Scanner) -> tuple[tuple[str, ...], tuple[Clock, ...]]:
    on: list[str] = []
    clocks: list[Clock] = []
    while True:
        if s.takes("as soon as "):
            clock = _clock(s)
            clocks.append(clock)
            on.append(clock.name)
        else:
            s.needs("on ")
            on += s.names()
        if not (s.takes_before(", or ", re.compile("on ‘|as soon as "))):
            return tuple(on), tuple(clocks)


def _clock(s: Scanner) -> Clock:
    found = s.condition()
    if not isinstance(found, Clock):
        s.fail("a time, such as “28 days of ‘infusion days’ are full”")
    return found


def _outcome(s: Scanner) -> tuple[str | None, tuple[Effect, ...]]:
    if s.takes("phase, counts and dates stay as they are."):
        s.end()
        return None, ()
    to = s.name() if s.takes("go to ") else None
    do: list[Effect] = []
    while (to is None and not do) or s.takes("; "):
        do.append(_effect(s))
    s.needs(".")
    s.end()
    return to, tuple(do)


def _effect(s: Scanner) -> Effect:
    for start, kind in (("add one to ", "add"), ("take one from ", "less"), ("remember this day as ", "mark")):
        if s.takes(start):
            return Effect(kind, s.name(), 0 if kind == "mark" else 1)
    if s.takes("set "):
        name = s.name()
        s.needs(" to ")
        value = 1 if s.takes("yes") else 0 if s.takes("no") else int(s.number())
        return Effect("put", name, value)
    if s.takes("count "):
        name = s.name()
        if s.takes(" up to the day before, where it was still running"):
            limit = int(s.number()) if s.takes(", to ") else 0
            if limit:
                s.needs(" in all")
            return Effect("extend", name, limit)
        s.needs(" anew")
        return Effect("reset", name)
    s.fail("what is done: go to, set, add one to, take one from, remember this day as, or count .. anew")


def _arms(record: Record) -> tuple[str, ...]:
    only = record.takes("Only in the arm ")
    return only.names() if only else ()


def read_dose(record: Record) -> Dose:
    """A planned dose or a premedication from its sentence."""
    s = record.next("the dose")
    amount: Any = None
    if s.takes("No planned dose of "):
        drug = s.name()
        s.needs(", in ")
        unit = _unit(s.until(","))
    else:
        amount = s.quantity()
        if isinstance(amount, Number):
            amount = int(amount.value) if amount.value.is_integer() else amount.value
        s.needs(" ")
        unit = _unit(s.until(" of ‘"))
        drug = s.until("’")
    at = s.names() if s.takes(" in ") else ()
    before: list[str] = []
    while s.takes(", and before " if before else " before "):
        before.append(_clock(s).name if s.takes("the day on which ") else s.name())
    given, laid = _given(record, s)
    if not laid:
        s.needs(".")
    s.end()
    while record.takes("Body surface in m2 by "):
        pass  # the formula's own words, which the dose names
    due = record.takes("Due: ")
    days = days_of(due, ".") if due else {}
    each = record.takes("Each is recorded by itself, given ")
    window = _window(each) if each else None
    nearest = record.takes("Rounded to the nearest ")
    rounded = nearest.number() if nearest else None
    route = record.takes("Given as ")
    days |= {"route": route.words()} if route else {}
    arms = _arms(record)
    record.done()
    return Dose(
        amount, unit, drug, record.source, at, given, tuple(before), record.words, record.confirmed, rounded, arms, **days, window=window
    )


def days_of(s: Scanner, end: str = "") -> dict[str, Any]:
    """The days on which a dose is due, up to what ends their line."""
    found: dict[str, Any] = {}
    while not found or s.takes(", "):
        if s.takes("days ") or s.takes("day "):
            found["days"] = _numbers(s)
        elif s.takes("from day "):
            found["first"] = int(s.number())
            s.needs(" on")
        elif s.takes("up to day "):
            found["last"] = int(s.number())
        elif s.takes("once every "):
            found["every"] = Span(*s.span())
        else:
            s.needs("counted from ")
            found["on"] = s.name()
    s.needs(end)
    s.end()
    return found


def _numbers(s: Scanner) -> tuple[int, ...]:
    """1, 8 and 15."""
    found = [int(s.number())]
    while s.takes_before(", ", WHOLE) or s.takes_before(" and ", WHOLE):
        found.append(int(s.number()))
    return tuple(found)


def _unit(shown: str) -> str:
    return "" if shown == "no unit" else unit_read(shown)


def read_preparation(record: Record) -> Preparation:
    """A preparation from its sentence."""
    s = Scanner(record.words, record.line)
    amount = s.number()
    s.needs(" ")
    unit = unit_read(s.until(" over "))
    hours = int(s.number())
    s.needs(" hour" if hours == 1 else " hours")
    s.needs(": ")
    stabiliser = s.number()
    s.needs(" mL of stabiliser, ")
    drug = s.number()
    s.needs(" mL of the drug, ")
    vials = int(s.number())
    s.needs((" vial" if vials == 1 else " vials") + ", at ")
    rate = s.number()
    s.needs(" mL/h")
    s.end()
    record.done()
    return Preparation(amount, unit, hours, stabiliser, drug, vials, rate, record.source, record.confirmed)


# Visits -----------------------------------------------------------------------------------------------------------------------------


def read_visit(record: Record) -> Visit:
    """A visit from its lines."""
    s = record.takes("Target: ") or record.next("“Target: ..”")
    target = _target(s)
    s.end()
    s = record.takes("Window: ") or record.next("“Window: ..”")
    if before := s.takes(LEADING):  # the days that the target names, which reads otherwise as a day
        target = target if isinstance(target, LeadingTo) else LeadingTo(0, "days", target.of)
    window = None if before or s.takes(UNSTATED) else _window(s)
    s.end()
    s = record.takes("Made by: ") or record.next("“Made by: ..”")
    parts: dict[str, Any] = {"made_by": s.name()}
    s.end()
    readers: tuple[tuple[str, str, Callable[[Scanner], Any], str], ...] = (
        ("Served: in its window, by the entry of the visit ", "served_by", Scanner.names, ""),
        ("Also known as: ", "known_as", lambda s: s.several(s.words, re.compile("“")), ""),
        ("Recorded there: ", "forms", _all_names, ""),
        ("Owed: once each time ‘", "each", lambda s: s.until("’"), " rises"),
        ("Owed: once each time one enters ", "opens", Scanner.names, " from elsewhere"),
        ("Owed: only if its target falls while in ", "excused", Scanner.names, ""),
        ("Owed: only if its target falls on or after that of the visit ", "until_visit", Scanner.name, ""),
        ("Repeated: every ", "every", _repeated, ""),
        ("Until: one falls on or after ", "ends", _target, ""),
        ("Up to: ", "ends", _target, ""),
        ("No more: once one has entered ", "until", Scanner.names, ""),
        ("Can be made: up to ", "expires", lambda s: Span(*s.span()), " after its target"),
        ("Owed: given that ", "given", lambda s: record.condition(s)[0], ""),
        ("Note: ", "words", Scanner.words, ""),
        ("Only in the arm ", "arms", Scanner.names, "."),
    )
    for start, part, read, after in readers:
        if found := record.takes(start):
            parts[part] = read(found)
            found.needs(after)
            found.end()
    record.done()
    if "every" in parts:
        parts["every"], parts["fixed"] = parts["every"]
    return Visit(record.words, record.source, target, window, **parts)


def _repeated(s: Scanner) -> tuple[Span, bool]:
    every = Span(*s.span())
    fixed = s.takes(f" {FIXED}")
    if not fixed:
        s.needs(f" {DRIFTING}")
    return every, fixed


def _all_names(s: Scanner) -> tuple[str, ...]:
    found = s.names()
    return (*found, s.name()) if s.takes(" and ") else found


def _target(s: Scanner) -> Any:
    if s.takes("the day on which "):
        return _clock(s)
    if s.takes("the latest of ("):
        parts = [_target(s)]
        while s.takes("; "):
            parts.append(_target(s))
        s.needs(")")
        return LaterOf(tuple(parts))
    if s.takes("whichever came "):
        last = s.takes("last")
        s.needs(" of (" if last else "first of (")
        parts = [_target(s)]
        while s.takes("; "):
            parts.append(_target(s))
        s.needs(")")
        return Whichever(tuple(parts), last)
    if s.takes("the day of "):
        return After(0, "days", s.name())
    if s.takes("the target of the visit "):
        return After(0, "days", s.name(), True)
    if s.takes("the "):
        n, unit = s.span()
        s.needs(" before ")
        of = s.name()
        s.needs(", or its day")
        return LeadingTo(n, unit, of)
    n, unit = s.span()
    s.needs(" after ")
    other = s.takes("the target of the visit ")
    return After(n, unit, s.name(), other)


def _day(s: Scanner) -> tuple[int, str]:
    """Days, or minutes, from a target."""
    if s.takes("the day itself"):
        return 0, "days"
    if s.takes("the time itself"):
        return 0, "minutes"
    n, unit = s.span()
    if s.takes(" before"):
        return -n, unit
    s.needs(" after")
    return n, unit


def _window(s: Scanner) -> Window:
    s.needs("from ")
    before, unit = _day(s)
    s.needs(" to ")
    after, _ = _day(s)
    limit = -_day(s)[0] if s.takes(", and no sooner than ") else None
    s.needs(" (")
    source = s.until(")")
    confirmed = not s.takes(f" {OPEN}")
    s.end()
    return Window(before, after, source, confirmed, limit, unit)
