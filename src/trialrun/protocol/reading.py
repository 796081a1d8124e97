"""Reading words back: what `words` says in its controlled English becomes the same values again, or an error that names the line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from .trees import (
    AllOf, Among, AnyOf, Arithmetic, Cited, Clock, Compare, Expr, Known, Mentions, No, Number, Otherwise, Quantity, Ref, Surely,
)  # fmt: skip
from .words import COMPARISONS, HEADS, INLINE, OTHERWISE, PAIRS, SIGNS, plainly

NAMED = "named"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")
_SPAN = re.compile(r"(-?\d+) (day|week|month|year)s?\b")
_UNIT = re.compile(r"\u00a0[^\s;,():‘’“”]+(?:\u00a0[^\s;,():‘’“”]+)*")
_SIGN = re.compile(r" ([+−×÷^]) ")
_FIRST: dict[str, tuple[type, bool]] = {words: key for key, words in HEADS.items()}


class PageError(ValueError):
    """A page that cannot be read back: the line, what stands there, and what was expected."""

    def __init__(self, line: int, says: str) -> None:
        super().__init__(f"line {line} of the page: {says}")
        self.line = line


class Scanner:
    """One line of a page, read from left to right."""

    def __init__(self, text: str, line: int = 1, units: Mapping[str, str] | None = None) -> None:
        self.text, self.line, self.units, self.at = text, line, units, 0

    def fail(self, wanted: str) -> NoReturn:
        """Raise the error that names this line."""
        here = self.text[self.at : self.at + 40]
        raise PageError(self.line, f"expected {wanted}, found {f'“{here}…”' if here else 'the end of the line'} in “{self.text[:80]}”")

    def sees(self, words: str) -> bool:
        """Whether these words come next."""
        return self.text.startswith(words, self.at)

    def takes(self, words: str) -> bool:
        """Pass over these words if they come next."""
        found = self.sees(words)
        self.at += len(words) if found else 0
        return found

    def needs(self, words: str) -> None:
        """Pass over these words, which must come next."""
        if not self.takes(words):
            self.fail(f"“{words}”")

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Pass over what fits the pattern, if it comes next."""
        if found := pattern.match(self.text, self.at):
            self.at = found.end()
        return found

    def number(self) -> int | float:
        """A number as written: whole without a point."""
        found = self.match(_NUMBER)
        if not found:
            self.fail("a number")
        return float(found[0]) if set(".e") & set(found[0]) else int(found[0])

    def until(self, close: str) -> str:
        """Text up to a closing mark that no backslash precedes."""
        start = self.at
        while self.at < len(self.text) and not self.sees(close):
            self.at += 2 if self.text[self.at] == "\\" else 1
        shown = self.text[start : self.at]
        self.needs(close)
        return plainly(shown)

    def name(self) -> str:
        """A name in ‘single’ quotes."""
        self.needs("‘")
        return self.until("’")

    def words(self) -> str:
        """A text in “double” quotes."""
        self.needs("“")
        return self.until("”")

    def several(self, one: Callable[[], Any], opens: re.Pattern[str]) -> tuple[Any, ...]:
        """a, b or c; `opens` is how each begins."""
        found = [one()]
        while self.takes_before(", ", opens):
            found.append(one())
        if self.takes_before(" or ", opens):
            found.append(one())
        return tuple(found)

    def takes_before(self, link: str, opens: re.Pattern[str]) -> bool:
        """Pass over a link if what follows it begins as said."""
        follows = self.sees(link) and opens.match(self.text, self.at + len(link)) is not None
        self.at += len(link) if follows else 0
        return follows

    def names(self) -> tuple[str, ...]:
        """‘a’, ‘b’ or ‘c’."""
        return self.several(self.name, re.compile("‘"))

    def span(self) -> tuple[int, str]:
        """14 days."""
        found = self.match(_SPAN)
        if not found:
            self.fail("a number of days, weeks, months or years")
        return int(found[1]), found[2] + "s"

    def clock(self) -> Clock:
        """A clock as a phrase."""
        if self.takes("more than "):
            n, unit = self.span()
            self.needs(" after ")
            return Clock("past", n, unit, self.name())
        n, unit = self.span()
        if self.takes(" after "):
            of = self.name()
            self.needs(", or later")
            return Clock("reached", n, unit, of)
        self.needs(" of ")
        of = self.name()
        self.needs(" is full" if n == 1 else " are full")
        return Clock("full", n, unit, of)

    def end(self) -> None:
        """Nothing more may stand on the line."""
        if self.at != len(self.text):
            self.fail("the end of the line")

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
            name = self.name()
            return Ref("screening" if self.takes(" at screening") else "measure", name)
        if _NUMBER.match(self.text, self.at):
            return Number(float(self.number()))
        self.fail("a value: a number, or a name in ‘quotes’")

    # Conditions -----------------------------------------------------------------------------------------------------------------

    def condition(self, rest: Callable[[Scanner], tuple[Expr, ...]] | None = None) -> Expr:
        """A condition; `rest` reads the numbered lines beneath, where it goes on there."""
        for (kind, denied), words in INLINE.items():
            if self.takes(f"{words} ("):
                return _made(kind, denied, self._parts())
        if rest:
            for words, (kind, denied) in _FIRST.items():
                if self.takes(words):
                    return _made(kind, denied, rest(self))
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
            self.needs(", that is: ")
            return Cited(source, text, self.condition(rest))
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
            return _no(Ref(NAMED, "eligibility"), self._either("every eligibility criterion is met", "some eligibility criterion is not met"))
        if self.takes("it is not yet "):
            return No(self.clock())
        if self.takes("it is not "):
            return No(self.clock())
        if self.takes("it is "):
            return self.clock()
        if found := re.compile(_SPAN.pattern + " of ").match(self.text, self.at):
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
        for op, words in COMPARISONS.items():
            if self.takes(words + " "):
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


def _made(kind: type, denied: bool, parts: tuple[Expr, ...]) -> Expr:
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
    return Cited(expr.source, expr.words, resolved(expr.part, known)) if isinstance(expr, Cited) else expr
