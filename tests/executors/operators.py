"""The small faults that a Python executor is given, one at a time, on its syntax tree: a bound dropped, an effect swapped, a day moved.

Words for people (what is formatted into a text, what a refusal says) are left alone: only what is carried out is spoilt.
"""

import ast
import copy
from collections.abc import Callable, Iterator

DAYS = frozenset(
    (
        "day",
        "on",
        "first",
        "last",
        "since",
        "ended",
        "due",
        "made",
        "target",
        "earliest",
        "latest",
        "opened",
        "closed",
        "anchor",
        "stop",
        "start",
        "began",
        "back",
        "today",
        "low",
        "high",
        "base",
    )
)
SWAPS = (
    ("put", "add", "less"),
    ("mark", "reset", "extend"),
    ("full", "past"),
    ("days", "weeks", "months", "years"),
    ("fact", "decision", "act"),
    ("due", "owed", "late", "missed", "not owed", "done"),
    ("breach", "shown"),
    ("number", "integer", "yes/no", "date"),
)
SWAPPED = {word: group[(n + 1) % len(group)] for group in SWAPS for n, word in enumerate(group)}
COMPARED: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.LtE(),
    ast.LtE: ast.Lt(),
    ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(),
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
}
OTHER_END = {"min": "max", "max": "min", "bisect_left": "bisect_right", "bisect_right": "bisect_left"}
NO_NUMBER = (ast.Constant, ast.JoinedStr, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp)
Function = ast.FunctionDef
Lines = range  # the lines of a statement, without those of the statements in it
Spoilt = tuple[str, str, str, Function, Lines]  # the operator, what stood there, what stands there, the function with the fault, and where


def functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """The functions and methods of a module by their qualified names; what is defined inside a function belongs to it."""
    for node in tree.body:
        if isinstance(node, Function):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, Function):
                    yield f"{node.name}.{part.name}", part


def spoilt_functions(function: Function) -> Iterator[Spoilt]:
    """Every small fault of one function, in the order of its text."""
    for path, node, parents in _walk(function):
        for operator, becomes in _faults(node, parents):
            fault = copy.deepcopy(function)
            was, now = _said(node), "nothing" if isinstance(becomes, ast.Pass) else _said(becomes)
            yield operator, was, now, _put(fault, path, becomes), _lines((node, *parents))


def _lines(nodes: tuple[ast.AST, ...]) -> Lines:
    own = next(n for n in nodes if isinstance(n, ast.stmt))
    inner = [s.lineno for name in ("body", "handlers") for s in getattr(own, name, ())]
    return range(own.lineno, max(own.lineno + 1, min(inner) if inner else (own.end_lineno or own.lineno) + 1))


def constants(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The whole numbers that a module names."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _is_int(node.value):
            assert isinstance(node.value, ast.Constant) and isinstance(node.value.value, int)
            yield node.targets[0].id, node.value.value


def _said(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


Path = tuple[tuple[str, int | None], ...]


def _walk(function: Function) -> Iterator[tuple[Path, ast.AST, tuple[ast.AST, ...]]]:
    """Every node that is carried out, with the way to it and its parents, innermost first."""

    def below(node: ast.AST, path: Path, parents: tuple[ast.AST, ...]) -> Iterator[tuple[Path, ast.AST, tuple[ast.AST, ...]]]:
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            return
        if parents:
            yield path, node, parents
        if isinstance(node, ast.Raise):
            return
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "args" if isinstance(node, Function | ast.Lambda) else ""):
                continue
            if isinstance(value, ast.AST):
                yield from below(value, (*path, (name, None)), (node, *parents))
            elif isinstance(value, list):
                for i, part in enumerate(value):
                    if isinstance(part, ast.AST):
                        yield from below(part, (*path, (name, i)), (node, *parents))

    yield from below(function, (), ())


def _put(root: Function, path: Path, becomes: ast.AST) -> Function:
    node: ast.AST = root
    for name, i in path[:-1]:
        node = getattr(node, name) if i is None else getattr(node, name)[i]
    name, i = path[-1]
    if i is None:
        setattr(node, name, becomes)
    else:
        getattr(node, name)[i] = becomes
    return ast.fix_missing_locations(root)


def _faults(node: ast.AST, parents: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    for kind, spoil in FAULTS:
        if isinstance(node, kind):
            yield from spoil(node, parents)


def _calls(node: ast.Call, parents: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    if not isinstance(node.func, ast.Name):
        return
    called = node.func.id
    if called in ("min", "max") and len(node.args) > 1 and not any(isinstance(a, ast.Starred) for a in node.args):
        for kept in node.args:
            yield "bound dropped", kept
    elif called in OTHER_END:
        yield "first for last", ast.Call(ast.Name(OTHER_END[called], ast.Load()), node.args, node.keywords)
    elif called == "reversed" and len(node.args) == 1:
        yield "order dropped", node.args[0]
    elif called == "sorted" and not isinstance(parents[0], ast.Call):
        yield "order dropped", ast.Call(ast.Name("list", ast.Load()), node.args, [])


def _subscripts(node: ast.Subscript, parents: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    place = ast.unparse(node.slice)
    if place in ("0", "-1") and isinstance(node.ctx, ast.Load):
        other = ast.Constant(0) if place == "-1" else ast.UnaryOp(ast.USub(), ast.Constant(1))
        yield "first for last", ast.Subscript(node.value, other, node.ctx)


def _constants(node: ast.Constant, parents: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node.value, str) and node.value in SWAPPED and not isinstance(parents[0], ast.Dict):
        yield "word swapped", ast.Constant(SWAPPED[node.value])
    if _is_int(node) and not isinstance(parents[0], ast.Subscript | ast.UnaryOp):
        assert isinstance(node.value, int)
        yield "number by one", ast.Constant(node.value + 1)
        if isinstance(parents[0], ast.BinOp):
            yield "number by one", ast.Constant(node.value - 1)


def _is_int(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool)


def _days(node: ast.Name | ast.Attribute, parents: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    name = node.id if isinstance(node, ast.Name) else node.attr
    if name not in DAYS or not isinstance(node.ctx, ast.Load):
        return
    parent = parents[0]
    carried = (
        isinstance(parent, ast.Return | ast.keyword)
        or (isinstance(parent, ast.Assign | ast.AugAssign) and parent.value is node)
        or (isinstance(parent, ast.Call) and node in parent.args and not (isinstance(parent.func, ast.Name) and parent.func.id == "iso"))
        or (isinstance(parent, ast.Tuple) and isinstance(parent.ctx, ast.Load))
    )
    if carried:  # a day that is not known stays so
        yield (
            "a day later",
            ast.IfExp(ast.Compare(node, [ast.Is()], [ast.Constant(None)]), ast.Constant(None), ast.BinOp(node, ast.Add(), ast.Constant(1))),
        )


def _comparisons(node: ast.Compare, parents: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    for i, op in enumerate(node.ops):
        ops = [COMPARED[type(op)] if n == i else o for n, o in enumerate(node.ops)]
        yield "comparison", ast.Compare(node.left, ops, node.comparators)


def _sums(node: ast.BinOp, parents: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    sides = (node.left, node.right)
    if any(isinstance(x, NO_NUMBER) and not _is_int(x) for x in sides) or isinstance(parents[0], ast.FormattedValue):
        return
    if isinstance(node.op, ast.Add):
        yield "sign", ast.BinOp(node.left, ast.Sub(), node.right)
    elif isinstance(node.op, ast.Sub):
        yield "sign", ast.BinOp(node.left, ast.Add(), node.right)
        yield "part dropped", node.left
    elif isinstance(node.op, ast.Mult | ast.BitOr | ast.BitAnd):
        yield "part dropped", node.left
        yield "part dropped", node.right


def _conditions(node: ast.BoolOp, parents: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    for i, part in enumerate(node.values):
        if _guards_type(part):
            continue
        rest = [v for n, v in enumerate(node.values) if n != i]
        yield "condition dropped", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _negations(node: ast.UnaryOp, parents: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node.op, ast.Not):
        yield "not dropped", node.operand


def _guards_type(node: ast.AST) -> bool:
    """Whether a condition only keeps what is not there, or is of another type, from what follows: without it there is an error or no change."""
    if isinstance(node, ast.UnaryOp):
        return _guards_type(node.operand)
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"
    return called or (isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is | ast.IsNot))


def _choices(node: ast.IfExp, parents: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    if _guards_type(node.test):
        return
    yield "condition dropped", node.body
    yield "condition dropped", node.orelse


def _branches(node: ast.If, parents: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    if not isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
        yield "condition negated", ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
    if not all(isinstance(s, ast.Raise) for s in node.body):
        yield "branch never taken", ast.If(ast.Constant(False), node.body, node.orelse)


def _filters(node: ast.comprehension, parents: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    for i in range(len(node.ifs)):
        kept = [test for n, test in enumerate(node.ifs) if n != i]
        yield "condition dropped", ast.comprehension(node.target, node.iter, kept, node.is_async)


def _statements(node: ast.stmt, parents: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    targets = [*node.targets] if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    kept = any(isinstance(t, ast.Attribute | ast.Subscript) for t in targets) or isinstance(node, ast.AugAssign)
    if kept or isinstance(node, ast.Expr | ast.Continue | ast.Break | ast.Raise):
        yield "statement dropped", ast.Pass()


FAULTS: tuple[tuple[type | tuple[type, ...], Callable[..., Iterator[tuple[str, ast.AST]]]], ...] = (
    (ast.Call, _calls),
    (ast.Subscript, _subscripts),
    (ast.Constant, _constants),
    ((ast.Name, ast.Attribute), _days),
    (ast.Compare, _comparisons),
    (ast.BinOp, _sums),
    (ast.BoolOp, _conditions),
    (ast.UnaryOp, _negations),
    (ast.IfExp, _choices),
    (ast.If, _branches),
    (ast.comprehension, _filters),
    ((ast.Assign, ast.AugAssign, ast.Expr, ast.Continue, ast.Break, ast.Raise), _statements),
)
