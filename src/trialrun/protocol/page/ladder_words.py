"""Ladders on the page: the levels of a drug's dose as a table, what lowers and raises it, and what follows below the lowest level."""

from __future__ import annotations

from ...paper.blocks import Block, TableBlock, line
from ..language import Effect, Ladder, Protocol, Rule, Step
from ..words.spoken import figure, quantity, quoted, visible
from ..words.trees import Expr
from ..words.units import unit_said
from . import parts as page
from .sentences import days_said, head

RISES = {True: "A dose that was lowered may be raised again.", False: "A dose that was lowered is not raised again."}
FOLLOWS = ("Lowered by: ", "Raised by: ", "Instead of a step down: ")


def ladder_blocks(x: Ladder, number: int, protocol: Protocol) -> list[Block]:
    """A ladder: its head, its levels, what moves on it."""
    levels = tuple(_level(n, s) for n, s in enumerate(x.steps))
    rules = {why: [r for r in protocol.rules if _does(r, x, kind)] for why, kind in zip(FOLLOWS, ("add", "less"), strict=False)}
    lowers = rules[FOLLOWS[0]]
    events, phases = {e for r in lowers for e in r.on}, {p for r in lowers for p in r.at}
    rules[FOLLOWS[2]] = [r for r in protocol.rules if r not in lowers and events & set(r.on) and phases & set(r.at)]
    said = [f"{why}{'; '.join(f'{visible(r.words)} ({r.source})' for r in found)}." for why, found in rules.items() if found]
    return [
        head("Ladder", number, x.source, x.name, x.confirmed),
        line("note", f"Of {quoted(x.drug)}, in {visible(unit_said(x.unit)) or 'no unit'}. {RISES[x.rises]}"),
        TableBlock(page.LEVELS, levels, "names"),
        *(line("note", words) for words in said),
    ]


def _level(n: int, s: Step) -> tuple[str, ...]:
    amount = quantity(s.amount) if isinstance(s.amount, Expr) else figure(s.amount)
    return (str(n), amount, days_said(s) or "every day", "" if s.rounded is None else figure(s.rounded), visible(s.words))


def _does(r: Rule, x: Ladder, kind: str) -> bool:
    return Effect(kind, x.name, 1) in r.do
