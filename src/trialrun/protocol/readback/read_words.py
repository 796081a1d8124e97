"""Reading words back: what `words` says in its controlled English becomes the same values again, or an error that names the line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..words.amounts import FORMULAS, AsOf, BodySurface, Greatest, Least, UntilChanged
from ..words.over_time import AgeOn, DaysBetween, Earlier, EntryDay
from ..words.spoken import COMPARISONS, EARLIER, HEADS, INLINE, OTHERWISE, PAIRS, SIGNS
from ..words.trees import (
    AllOf,
    Among,
    AnyOf,
    Arithmetic,
    Cited,
    Clock,
    Compare,
    Expr,
    Known,
    Mentions,
    No,
    Number,
    Otherwise,
    Quantity,
    Ref,
    Surely,
)  # fmt: skip
from .scanner import NUMBER, SPAN, PageError, Tokens

NAMED = "named"
_UNIT = re.compile(r"\u00a0[^\s;,():‘’“”]+(?:\u00a0[^\s;,():‘’“”]+)*")
_SIGN = re.compile(r" ([+−×÷^]) ")
_FIRST: dict[str, tuple[type, bool]] = {words: key for key, words in HEADS.items()}


class Scanner(Tokens):
    """One line of a page with what it says of values: quantities and conditions."""

    # Quantities -----------------------------------------------------------------------------------------------------------------

    def quantity(self) -> Expr:
        """A number or recorded value."""
        left = self._part()
        sign = self.match(_SIGN)
        if not sign:
            return left
        op = next(op for op, shown in SIGNS.items() if shown == sign[1])
        return Arithmetic(op, left, self._part())

    def _part(self) -> Expr:
        if self.takes("("):
            inner = self.quantity()
            self.needs(")")
            return inner
        if self.takes("the truth of ("):
            truth = self.condition()
            self.needs(")")
            return truth
        for kind in ("count", "flag"):
            if self.takes(f"the {kind} "):
                return Ref(kind, self.name())
        if self.sees("‘"):
            return self._recorded(self.name())
        for kind, (word, after) in EARLIER.items():
            if self.takes(f"the {word} ‘"):
                self.at -= 1
                item = Ref("measure", self.name())
                self.needs(after)
                return Earlier(kind, item)
        if self.takes("the day of the entry"):
            return EntryDay()
        for words, between in (("the days from (", DaysBetween), ("the whole years from (", AgeOn)):
            if self.takes(words):
                start = self.quantity()
                self.needs(") to (")
                end = self.quantity()
                self.needs(")")
                return between(start, end)
        if self.takes("the least of ("):
            return Least(self._amounts())
        if self.takes("the greatest of ("):
            return Greatest(self._amounts())
        if self.takes("the body surface by "):
            formula = self.until(" of (")
            sides = self._amounts()
            if formula not in FORMULAS or len(sides) != 2:
                self.fail(f"a formula of body surface ({', '.join(FORMULAS)}) with a height and a weight")
            return BodySurface(formula, *sides)
        if NUMBER.match(self.text, self.at):
            return Number(float(self.number()))
        self.fail("a value: a number, or a name in ‘quotes’")

    def _recorded(self, name: str) -> Expr:
        """A recorded value: the latest, at screening, of a stated day, or that until it has changed."""
        found: Expr = Ref("screening" if self.takes(" at screening") else "measure", name)
        if self.takes(" on the day of "):
            found = AsOf(found, self.name())
            self.needs(" or last before it")
        if self.takes(" until it has changed by more than "):
            found = UntilChanged(found, float(self.number()))
            self.needs(" %")
        return found

    def _amounts(self) -> tuple[Expr, ...]:
        parts = [self.quantity()]
        while self.takes("; "):
            parts.append(self.quantity())
        self.needs(")")
        return tuple(parts)

    # Conditions -----------------------------------------------------------------------------------------------------------------

    def condition(self, rest: Callable[[Scanner], tuple[Expr, ...]] | None = None) -> Expr:
        """A condition; `rest` reads the numbered lines beneath, where it goes on there."""
        for (kind, denied), words in INLINE.items():
            if self.takes(f"{words} ("):
                return _made(kind, denied, self._parts())
        if rest:
            for words, (what, against) in _FIRST.items():
                if self.takes(words):
                    return _made(what, against, rest(self))
        for (kind, denied), (both, link) in PAIRS.items():
            if self.takes(f"{both} "):
                first = self.condition()
                self.needs(f", {link} ")
                return _made(kind, denied, (first, self.condition()))
        if self.takes("it is not known that "):
            return No(Surely(self.condition(rest)))
        if self.takes("it is known that "):
            return Surely(self.condition(rest))
        if self.takes("it is not so that "):
            return No(self.condition(rest))
        if self.sees("“"):
            text = self.words()
            self.needs(" (")
            source = self.until(")")
            refused = self.words() if self.takes(", refused as ") else ""
            self.needs(", that is: ")
            return Cited(source, text, self.condition(rest), refused)
        return self._leaf()

    def _parts(self) -> tuple[Expr, ...]:
        if self.takes(")"):
            return ()
        parts = [self.condition()]
        while self.takes("; "):
            parts.append(self.condition())
        self.needs(")")
        return tuple(parts)

    def _leaf(self) -> Expr:
        if self.takes(OTHERWISE):
            return Otherwise()
        if found := self.match(re.compile(r"(condition [A-Z]+) (holds|does not hold)")):
            return _no(Ref(NAMED, found[1]), found[2] != "holds")
        if self.takes("the class "):
            ref = Ref(NAMED, f"class {self.name()}")
            return _no(ref, self._either(" is not met", " is met"))
        if self.sees("some eligibility criterion is not met") or self.sees("every eligibility criterion is met"):
            return _no(
                Ref(NAMED, "eligibility"), self._either("every eligibility criterion is met", "some eligibility criterion is not met")
            )
        if self.takes("it is not yet "):
            return No(self.clock())
        if self.takes("it is not "):
            return No(self.clock())
        if self.takes("it is "):
            return self.clock()
        if found := re.compile(SPAN.pattern + " of ").match(self.text, self.at):
            n, unit = self.span()
            self.needs(" of ")
            of = self.name()
            self.needs(" is" if n == 1 else " are")
            return _no(Clock("full", n, unit, of), self._either(" not full", " full"))
        return self._said_of(self.quantity())

    def _either(self, denied: str, said: str) -> bool:
        if self.takes(denied):
            return True
        self.needs(said)
        return False

    def _said_of(self, left: Expr) -> Expr:
        if isinstance(left, Ref) and left.kind == "measure" and (self.sees(" holds") or self.sees(" does not hold")):
            return _no(Ref("flag", left.name), self._either(" does not hold", " holds"))
        if self.takes(" mentions ") or self.sees(" does not mention "):
            denied = self.takes(" does not mention ")
            words = () if self.takes("nothing") else self.several(self.words, re.compile("“"))
            return _no(Mentions(left, words), denied)
        self.needs(" is ")
        if isinstance(left, Quantity) and (found := self.match(re.compile(r"(yes|no)\b"))):
            return _no(left, found[1] == "no")
        denied = self.takes("not ")
        if self.takes("recorded"):
            return _no(Known(left), denied)
        if self.takes("one of "):
            opens = re.compile(r"“|-?\d|(?:yes|no)\b")
            return _no(Among(left, () if self.takes("nothing") else self.several(self._constant, opens)), denied)
        if self.sees("“"):
            return _no(Among(left, (self.words(),)), denied)
        for op, comparison in COMPARISONS.items():
            if self.takes(comparison + " "):
                right = self.quantity()
                self._unit(left, right)
                return _no(Compare(left, op, right), denied)
        self.fail("what is said of the value: a comparison, “recorded”, “one of”, yes or no")

    def _constant(self) -> object:
        if found := self.match(re.compile(r"(yes|no)\b")):
            return found[1] == "yes"
        return self.words() if self.sees("“") else self.number()

    def _unit(self, left: Expr, right: Expr) -> None:
        """A unit beside a threshold is the unit of its measure."""
        shown = self.match(_UNIT)
        if self.units is None or not isinstance(left, Ref) or left.kind not in ("measure", "screening") or not isinstance(right, Number):
            return
        unit = shown[0][1:].replace("\u00a0", " ") if shown else ""
        known = self.units.get(left.name, "")
        if unit != known and (shown or _UNIT.fullmatch("\u00a0" + known.replace(" ", "\u00a0"))):
            raise PageError(self.line, f"‘{left.name}’ is compared in {unit or 'no unit'}, and its form records {known or 'no unit'}")


def _no(expr: Expr, denied: bool) -> Expr:
    return No(expr) if denied else expr


def _made(kind: Any, denied: bool, parts: tuple[Expr, ...]) -> Expr:
    return _no(kind(parts), denied)


def read_expression(text: str) -> Expr | None:
    """The tree that `say` said. Raises PageError for words that are no condition."""
    if text == "always":
        return None
    scanner = Scanner(text)
    if re.match(r"more than |-?\d+ (day|week|month|year)s? (after|of) .*( full|, or later)$", text, re.DOTALL):
        try:
            found: Expr = scanner.clock()
            scanner.end()
            return found
        except PageError:
            scanner.at = 0
    try:
        found = scanner.condition()
        scanner.end()
        return found
    except PageError:
        scanner.at = 0
        found = scanner.quantity()
        scanner.end()
        return found


def resolved(expr: Any, known: Mapping[str, Expr]) -> Any:
    """A tree with every named condition in its place. Raises KeyError for a name that stands nowhere."""
    if isinstance(expr, Ref) and expr.kind == NAMED:
        return resolved(known[expr.name], known)
    if isinstance(expr, AllOf | AnyOf):
        return type(expr)(tuple(resolved(p, known) for p in expr.parts))
    if isinstance(expr, No | Surely):
        return type(expr)(resolved(expr.part, known))
    return Cited(expr.source, expr.words, resolved(expr.part, known), expr.refused) if isinstance(expr, Cited) else expr
