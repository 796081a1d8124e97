"""Expression trees, rules, doses and visits as sentences that a person reads and that `parse` reads back."""

from __future__ import annotations

from .expressions import (
    AllOf, Among, AnyOf, Arithmetic, Cited, Clock, Compare, Expr, Known, Mentions, No, Number, Otherwise, Ref, Surely,
)  # fmt: skip


def say(expr: Expr | None) -> str:
    """A condition in words: one text for one tree."""
    if expr is None:
        return "always"
    if isinstance(expr, AllOf):
        return "all of (" + "; ".join(say(p) for p in expr.parts) + ")"
    if isinstance(expr, AnyOf):
        return "any of (" + "; ".join(say(p) for p in expr.parts) + ")"
    if isinstance(expr, No):
        return f"not ({say(expr.part)})"
    if isinstance(expr, Cited):
        return f"“{expr.words}” [{expr.source}] that is ({say(expr.part)})"
    if isinstance(expr, Surely):
        return f"surely ({say(expr.part)})"
    if isinstance(expr, Known):
        return f"recorded ({say(expr.part)})"
    if isinstance(expr, Compare):
        return f"{say(expr.left)} {expr.op} {say(expr.right)}"
    if isinstance(expr, Arithmetic):
        return f"({say(expr.left)} {expr.op} {say(expr.right)})"
    if isinstance(expr, Among):
        return f"{say(expr.left)} is one of (" + "; ".join(_constant(v) for v in expr.values) + ")"
    if isinstance(expr, Mentions):
        return f"{say(expr.left)} mentions (" + "; ".join(f"“{w}”" for w in expr.words) + ")"
    if isinstance(expr, Number):
        return f"{expr.value:g}"
    if isinstance(expr, Otherwise):
        return "otherwise"
    if isinstance(expr, Ref):
        return f"screening ‘{expr.name}’" if expr.kind == "screening" else f"‘{expr.name}’"
    if isinstance(expr, Clock):
        return clock(expr)
    raise TypeError(f"{expr!r} has no words")


def clock(c: Clock) -> str:
    """A clock in words."""
    unit = c.unit[:-1] if c.n == 1 else c.unit
    if c.kind == "past":
        return f"more than {c.n} {unit} after ‘{c.of}’"
    if c.kind == "reached":
        return f"{c.n} {unit} after ‘{c.of}’, or later"
    return f"{c.n} {unit} of ‘{c.of}’ are full"


def _constant(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"“{value}”" if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)
