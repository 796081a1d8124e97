"""Operators in a study: on numbers, within bounds, and on the values of the language, which answer for themselves."""

from __future__ import annotations

import ast
import dis
import operator
from collections.abc import Callable
from math import isfinite
from typing import Any

from ..words.times import Unit
from ..words.trees import Expr, Quantity
from .bounds import Opened, refuse, spend
from .kinds import said
from .study_text import NUMBER

COMPARED: dict[type, tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Lt: ("<", operator.lt), ast.LtE: ("<=", operator.le), ast.Gt: (">", operator.gt), ast.GtE: (">=", operator.ge),
}  # fmt: skip
CALCULATED: dict[type, tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add), ast.Sub: ("-", operator.sub), ast.Mult: ("*", operator.mul), ast.Div: ("/", operator.truediv),
    ast.Pow: ("**", operator.pow),
}  # fmt: skip


def compared(opened: Opened, node: ast.Compare, a: Any, b: Any) -> Any:
    """A comparison of a recorded value, a flag or a count."""
    sign, test = COMPARED[type(node.ops[0])]
    if not isinstance(a, Quantity) and not isinstance(b, Quantity):
        refuse(opened, node, f"{said(a)} {sign} {said(b)} compares no recorded value, flag or count: name one of them on one side")
    return _operated(opened, node, sign, test, a, b)


def calculated(opened: Opened, node: ast.BinOp, a: Any, b: Any) -> Any:
    """Two numbers, two tuples joined, a span, or a calculation with a recorded value."""
    sign, act = CALCULATED[type(node.op)]
    if _is_number(a) and _is_number(b):
        return _number(opened, node, sign, act, a, b)
    if sign == "+" and type(a) is tuple and type(b) is tuple:
        spend(opened, len(a) + len(b), node)
        return a + b
    if isinstance(b, Unit) and sign == "*" or isinstance(a, Quantity) or isinstance(b, Quantity):
        return _operated(opened, node, sign, act, a, b)
    if isinstance(a, Unit) or isinstance(b, Unit):
        refuse(opened, node, "a span is written as a whole number times a unit: 28 * days")
    if isinstance(a, str) and isinstance(b, str):
        refuse(opened, node, "texts are not added: write one text, or two side by side in brackets")
    refuse(opened, node, f"{said(a)} {sign} {said(b)} has no meaning: calculate with numbers and recorded values")


def _number(opened: Opened, node: ast.AST, sign: str, act: Callable[[Any, Any], Any], a: Any, b: Any) -> int | float:
    if sign == "/" and b == 0:
        refuse(opened, node, f"{said(a)} is divided by 0: write the number itself")
    if sign == "**" and (abs(b) > 64 or (a == 0 and b < 0) or (a < 0 and b != int(b))):
        refuse(opened, node, f"{said(a)} ** {said(b)} is no number that a study holds: write the number itself")
    try:
        made = act(a, b)
    except (OverflowError, ArithmeticError):
        made = float("inf")
    if not (isfinite(made) and abs(made) <= NUMBER):
        refuse(
            opened, node, f"{said(a)} {sign} {said(b)} is beyond {NUMBER:.0e}, the largest number that a study holds: write a smaller one"
        )
    return made  # type: ignore[no-any-return]


def _operated(opened: Opened, node: ast.AST, sign: str, act: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """An operator on a value of the language, which answers for itself."""
    for side in (a, b):
        if not isinstance(side, Expr | Unit) and not _is_number(side):
            refuse(opened, node, f"{said(side)} cannot be compared or calculated with: name a recorded value, a flag or count, or a number")
    try:
        return act(a, b)
    except TypeError as problem:
        if was_raised(problem):
            refuse(opened, node, str(problem))
        refuse(opened, node, f"{said(a)} {sign} {said(b)} is not in the language: write the recorded value before the sign")


def signed(opened: Opened, node: ast.UnaryOp, value: Any) -> Any:
    """A number with its sign."""
    if not _is_number(value):
        refuse(opened, node, f"a sign stands before {said(value)}, and belongs before a number: write -1 * value")
    return -value if isinstance(node.op, ast.USub) else value


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def was_raised(problem: BaseException) -> bool:
    """Whether an error was raised with a sentence of its own, and did not happen."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return (
        trace is not None
        and dis.opname[trace.tb_frame.f_code.co_code[trace.tb_lasti]] == "RAISE_VARARGS"
        and isinstance(problem, ValueError | TypeError)
    )
