"""The small parts of a page's lines: words, numbers, names in quotes, spans and clocks, read from left to right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from ..words.spoken import plainly
from ..words.trees import Clock

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")
SPAN = re.compile(r"(-?\d+) (day|week|month|year|hour|minute)s?\b")


class PageError(ValueError):
    """A page that cannot be read back: the line, what stands there, and what was expected."""

    def __init__(self, line: int, says: str) -> None:
        super().__init__(f"line {line} of the page: {says}")
        self.line = line


class Tokens:
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
        found = self.match(NUMBER)
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
        found = self.match(SPAN)
        if not found:
            self.fail("a number of days, weeks, months or years, hours or minutes")
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
