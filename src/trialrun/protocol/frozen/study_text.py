"""A study file as a syntax tree, and every place in it that is more than a plain value, as `file:line: what and the cure`.

What a study may hold: imports of the language and of files beside it, assignments to names, calls, tuples, lists and dicts, starred tuples,
literal slices, numbers, texts, and operators. Nothing is executed here, nor anywhere else.
"""

from __future__ import annotations

import ast
import builtins
import io
import tokenize
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

DOORS = ("trialrun.protocol.language", "trialrun.protocol.endpoints", "trialrun.protocol.invariants", "trialrun.protocol.natures")
BYTES = 256 * 1024
DEPTH = 60
NUMBER = 10**15

VALUES = (
    ast.Module, ast.Expr, ast.Assign, ast.ImportFrom, ast.alias, ast.Constant, ast.Name, ast.Load, ast.Store, ast.Call, ast.keyword, ast.Tuple,
    ast.List, ast.Dict, ast.Starred, ast.Attribute, ast.Subscript, ast.Slice, ast.Compare, ast.BinOp, ast.UnaryOp, ast.Lt, ast.LtE, ast.Gt,
    ast.GtE, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd,
)  # fmt: skip
SILENT = frozenset(
    (ast.alias, ast.Load, ast.Store, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd)
)
LOGIC: dict[type, tuple[str, str]] = {
    ast.FunctionDef: ("def", ""), ast.AsyncFunctionDef: ("async def", ""), ast.ClassDef: ("class", ""), ast.Lambda: ("lambda", ""),
    ast.If: ("if", "write the condition into the rule: given=.."), ast.IfExp: ("if .. else ..", ""), ast.For: ("for", "write the values out, one a line"),
    ast.AsyncFor: ("for", "write the values out, one a line"), ast.While: ("while", "write the values out, one a line"),
    ast.ListComp: ("a comprehension", ""), ast.SetComp: ("a comprehension", ""), ast.DictComp: ("a comprehension", ""), ast.GeneratorExp: ("a comprehension", ""),
    ast.Try: ("try", ""), ast.With: ("with", ""), ast.AsyncWith: ("with", ""), ast.BoolOp: ("and / or", "write all_of(a, b) or any_of(a, b)"),
    ast.Not: ("not", "write no(a)"), ast.Global: ("global", ""), ast.Nonlocal: ("nonlocal", ""), ast.Delete: ("del", ""), ast.AugAssign: ("an in-place change", ""),
    ast.AnnAssign: ("an annotation", "write NAME = value"), ast.Match: ("match", ""), ast.NamedExpr: (":=", ""), ast.Raise: ("raise", ""), ast.Assert: ("assert", ""),
    ast.JoinedStr: ("an f-string", "write the text out in plain quotes"), ast.Set: ("a set", "write a tuple: (a, b)"), ast.Await: ("await", ""),
    ast.Yield: ("yield", ""), ast.YieldFrom: ("yield", ""), ast.Return: ("return", ""), ast.Pass: ("pass", "take the line out"),
    ast.Break: ("break", ""), ast.Continue: ("continue", ""), ast.Eq: ("==", "write one_of(x, value), or x >= n with x <= n"),
    ast.NotEq: ("!=", "write no(one_of(x, value))"), ast.In: ("in", "write one_of(x, a, b)"), ast.NotIn: ("not in", "write no(one_of(x, a, b))"),
    ast.Is: ("is", "write known(x), or one_of(x, value)"), ast.IsNot: ("is not", "write known(x), or no(one_of(x, value))"),
    ast.Mod: ("%", ""), ast.FloorDiv: ("//", ""), ast.MatMult: ("@", ""), ast.BitAnd: ("&", "write all_of(a, b)"), ast.BitOr: ("|", "write any_of(a, b)"),
    ast.BitXor: ("^", "write ** for a power"), ast.LShift: ("<<", ""), ast.RShift: (">>", ""), ast.Invert: ("~", "write no(a)"),
}  # fmt: skip


class StudyError(ValueError):
    """A study that cannot be loaded, with the place and the cure."""


class Mistyped(StudyError):
    """A study whose values can be read, and some of which are of another kind than the language asks for; one line each."""


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a study file. Raises StudyError with the line for a file that is too large, too deep, or no Python."""
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise StudyError(f"{path.name}: the file cannot be read ({problem.strerror}): make it readable, or name another") from None
    if len(raw) > BYTES:
        line = raw[:BYTES].count(b"\n") + 1
        raise StudyError(
            f"{path.name}:{line}: a study file ends within {BYTES // 1024} kB, and this one goes on: split it into files beside it"
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        raise StudyError(f"{path.name}:{line}: this is no UTF-8 text: save the file as UTF-8") from None
    if "\0" in text:
        raise StudyError(f"{path.name}:{text[: text.index(chr(0))].count(chr(10)) + 1}: there is a zero byte here: take it out")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, path.name)
    except SyntaxError as problem:
        raise StudyError(f"{path.name}:{problem.lineno or 1}: this is not Python: {problem.msg}") from None
    except (RecursionError, MemoryError, SystemError, ValueError, OverflowError):
        raise StudyError(_too_deep(path.name, _deepest(text))) from None
    ahead: list[tuple[ast.AST, int, int]] = [(tree, 0, 1)]
    while ahead:
        node, depth, line = ahead.pop()
        line = getattr(node, "lineno", line)
        if depth > DEPTH:
            raise StudyError(_too_deep(path.name, line))
        ahead += [(child, depth + 1, line) for child in ast.iter_child_nodes(node) if type(child) not in SILENT]
    return tree


def _too_deep(file: str, line: int) -> str:
    return f"{file}:{line}: this is nested too deeply to be read (more than {DEPTH} levels): name its parts on lines of their own"


def _deepest(text: str) -> int:
    """The line where the statement begins that has most signs, but for commas."""
    most, found, signs, begins = 0, 1, 0, 0
    with suppress(tokenize.TokenError, SyntaxError):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            begins = begins or (token.start[0] if token.type in (tokenize.OP, tokenize.NAME, tokenize.NUMBER) else 0)
            signs += token.type in (tokenize.OP, tokenize.NAME) and token.string != ","
            if signs > most:
                most, found = signs, begins
            if token.type == tokenize.NEWLINE:
                signs = begins = 0
    return found


def logic_in(path: Path) -> list[str]:
    """Every place in a study file that holds more than plain values, as `file:line: what and the cure`. Raises StudyError as `parsed` does."""
    return more_than_values(parsed(path), path.name)


def more_than_values(tree: ast.Module, file: str) -> list[str]:
    """Every place in a syntax tree that holds more than plain values."""
    found = []
    foreign = _builtins_used(tree)
    ahead: list[tuple[ast.AST, int]] = [(tree, 1)]
    while ahead:
        node, line = ahead.pop()
        line = getattr(node, "lineno", line)
        wrong = list(_wrong(node, foreign))
        found += [(line, f"{file}:{line}: {says}") for says in wrong]
        if not wrong or isinstance(node, ast.Attribute | ast.Call):
            ahead += [(child, line) for child in ast.iter_child_nodes(node) if type(child) not in SILENT]
    return [says for _, says in sorted(dict.fromkeys(found), key=lambda x: x[0])]


def _wrong(node: ast.AST, foreign: set[str]) -> Iterator[str]:
    kind = type(node)
    if kind in LOGIC or kind not in VALUES:
        what, cure = LOGIC.get(kind, (f"more than that ({kind.__name__.lower()})", ""))
        if isinstance(node, ast.Import):
            yield f"a study imports only names, from {', '.join(DOORS[:3])} and from files beside it: write from .. import .."
        else:
            yield f"a study is plain values, and this is {what}: {cure or 'write it as a plain value'}"
    elif isinstance(node, ast.Name):
        if node.id.startswith("__"):
            yield f"{node.id!r} reaches outside the study, which is read and never run: write the value itself"
        elif node.id in foreign:
            yield f"{node.id!r} is a word of Python, not of the study language; a study is read and never run: write the value itself"
    elif isinstance(node, ast.Attribute) and (node.attr.startswith("_") or not isinstance(node.value, ast.Name)):
        yield f".{node.attr} reaches outside the study, which is read and never run: write the value itself"
    elif isinstance(node, ast.ImportFrom):
        yield from _wrong_import(node)
    elif isinstance(node, ast.Assign):
        if not all(_is_target(t) for t in node.targets):
            yield "a study gives values to names only: write NAME = value"
    elif isinstance(node, ast.Constant):
        yield from _wrong_constant(node.value)
    elif isinstance(node, ast.Call):
        yield from _wrong_call(node)
    elif isinstance(node, ast.Dict) and None in node.keys:
        yield "a study is plain values, and this is **: write the pairs out"
    elif isinstance(node, ast.Compare) and len(node.ops) > 1:
        yield "a study is plain values, and this is a chain of comparisons: write all_of(a <= x, x <= b)"
    elif isinstance(node, ast.Slice | ast.Subscript):
        parts = (node.lower, node.upper, node.step) if isinstance(node, ast.Slice) else (node.slice,)
        if not all(p is None or isinstance(p, ast.Slice) or _is_whole(p) for p in parts):
            yield "what stands in square brackets after a name is a whole number or a slice of two: group[0], group[:4]"


def _wrong_import(node: ast.ImportFrom) -> Iterator[str]:
    module = node.module or ""
    if node.level == 0 and module not in (*DOORS, "__future__"):
        yield f"a study imports only from {', '.join(DOORS[:3])} and from files beside it"
    elif node.level > 1 or (node.level == 1 and not (module or node.names[0].name).isidentifier() and node.names[0].name != "*"):
        yield "a study imports only from files beside it, with one dot: from .terms import .."
    elif node.level == 1 and not module and node.names[0].name == "*":
        yield "this imports no file: name it, from .terms import *"
    for a in node.names:
        if a.name.startswith("__") or (a.asname or "").startswith("__") or (node.level and module.startswith("__")):
            yield f"{a.name!r} reaches outside the study, which is read and never run: import a name that a file declares"


def _wrong_constant(value: object) -> Iterator[str]:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int | float):
        if not abs(value) <= NUMBER:
            yield f"this number is beyond {NUMBER:.0e}, the largest that a study holds: write a smaller one, in another unit"
    elif isinstance(value, str):
        if any("\ud800" <= c <= "\udfff" for c in value):
            yield "this text holds half a character (a surrogate), which no file can keep: write the character itself"
        if "\0" in value:
            yield "this text holds a zero character, which no file can keep: take it out"
    else:
        yield f"a study is plain values, and this is {'...' if value is ... else type(value).__name__}: write a number, a text, True, False or None"


def _wrong_call(node: ast.Call) -> Iterator[str]:
    names = [k.arg for k in node.keywords]
    if None in names:
        yield "a study is plain values, and this is **: write the arguments out"
    for name in dict.fromkeys(n for n in names if n is not None and names.count(n) > 1):
        yield f"{name}= is given twice: keep one of them"
    if not isinstance(node.func, ast.Name | ast.Attribute):
        yield "only words of the language can be called: write word(..)"


def _is_target(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) or (isinstance(node, ast.Tuple) and all(isinstance(t, ast.Name) for t in node.elts))


def _is_whole(node: ast.AST) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
    return isinstance(inner, ast.Constant) and type(inner.value) is int


def _builtins_used(tree: ast.Module) -> set[str]:
    """The words of Python that a file uses as if they were declared; where it imports everything of a file, that file may declare them."""
    bound: set[str] = set()
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (bound if isinstance(node.ctx, ast.Store) else used).add(node.id)
        elif isinstance(node, ast.ImportFrom):
            bound |= {a.asname or a.name for a in node.names}
            if node.level and any(a.name == "*" for a in node.names):
                return set()
    return {n for n in used - bound if hasattr(builtins, n)}
