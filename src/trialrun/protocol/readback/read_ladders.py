"""Ladders read back from the page: the levels of a drug's dose as they stand in their table."""

from __future__ import annotations

import re
from typing import Any

from ..language import Ladder, Step
from ..page.ladder_words import FOLLOWS, RISES
from ..page.parts import LEVELS
from ..page.sentences import OPEN
from ..words.spoken import plainly
from ..words.trees import Number
from ..words.units import unit_read
from .read_sentences import days_of
from .read_words import Scanner
from .scanner import PageError

_HEAD = re.compile(r"Ladder \d+ \(((?:[^\\()]|\\.)*)\) — (.*)\.( " + re.escape(OPEN) + ")?")


def read_ladders(lines: list[tuple[int, str]]) -> tuple[Ladder, ...]:
    """The ladders of the page's section. Raises PageError for what is none."""
    found: list[dict[str, Any]] = []
    for n, text in lines:
        if head := _HEAD.fullmatch(text):
            found.append({"name": plainly(head[2]), "source": plainly(head[1]), "confirmed": head[3] is None, "steps": ()})
        elif found and "\t" in text:
            found[-1]["steps"] += () if text == "\t".join(LEVELS) else (_step(text.split("\t"), n),)
        elif found and text.startswith("Of ‘"):
            s = Scanner(text, n)
            s.needs("Of ")
            found[-1]["drug"] = s.name()
            s.needs(", in ")
            unit = s.until(". ")
            rises = next((rises for rises, words in RISES.items() if s.takes(words)), None)
            s.end()
            if rises is None:
                s.fail("whether a lowered dose may be raised again")
            found[-1] |= {"unit": "" if unit == "no unit" else unit_read(unit), "rises": rises}
        elif not text.startswith(FOLLOWS) and text != "None.":
            raise PageError(n, f"expected “Ladder 1 (source) — name.” and its levels, found “{text[:80]}”")
    return tuple(Ladder(**x) for x in found)


def _step(cells: list[str], n: int) -> Step:
    if len(cells) != len(LEVELS):
        raise PageError(n, f"expected a level with {', '.join(LEVELS)}, found “{' | '.join(cells)[:80]}”")
    s = Scanner(cells[1], n)
    amount: Any = s.quantity()
    s.end()
    if isinstance(amount, Number):
        amount = int(amount.value) if amount.value.is_integer() else amount.value
    days = {} if cells[2] == "every day" else days_of(Scanner(cells[2], n))
    rounded = Scanner(cells[3], n).number() if cells[3] else None
    return Step(amount, plainly(cells[4]), rounded=rounded, **days)
