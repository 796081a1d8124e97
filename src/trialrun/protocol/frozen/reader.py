"""The reader of study files: it walks their syntax trees and computes values, and knows the words of the language and nothing else.

Nothing is imported, compiled or executed. A study is bounded: in the size of its files, in depth, and in what it would fill when it is
written out (a value named twice is written twice). What the reader computes is what Python would: the fingerprints are the same.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ..words.times import Unit
from .bounds import FILES, Beside, Opened, here, refuse, spend, weigh
from .calculated import calculated, compared, signed
from .called import called, doors
from .kinds import declared, said
from .study_text import Mistyped, StudyError, more_than_values, parsed


def read_files(folder: Path, first: str, trees: Mapping[str, ast.Module] | None = None) -> dict[str, Any]:
    """The names that the file `first` of a folder declares or imports, with their values. `trees`: of files that were looked through.

    Raises StudyError with the file, the line and the cure for what is no plain value, and Mistyped where all can be read and some values
    are of another kind than the language asks for.
    """
    opened = Opened(folder, trees=dict(trees or {}))
    names = _file(opened, first, "")
    if opened.mistyped:
        raise Mistyped("\n".join(dict.fromkeys(opened.mistyped)))
    return names


def _file(opened: Opened, name: str, place: str) -> dict[str, Any]:
    """The names of one file; `place` is where it is imported."""
    if name in opened.on_the_way:
        raise StudyError(f"{place}{' imports '.join(f'{n}.py' for n in (*opened.on_the_way, name))}: take one of these imports out")
    if name not in opened.files:
        path = opened.folder / f"{name}.py"
        if not path.is_file():
            raise StudyError(f"{place}there is no file {name}.py beside {opened.on_the_way[0] if opened.on_the_way else 'study'}.py")
        if len(opened.files) + len(opened.on_the_way) >= FILES:
            raise StudyError(f"{place}a study has at most {FILES} files: join some of them")
        tree = opened.trees.get(name) or parsed(path)
        if name not in opened.trees and (wrong := more_than_values(tree, path.name)):
            raise StudyError("\n".join(wrong))
        opened.on_the_way.append(name)
        own: dict[str, Any] = {}
        for statement in tree.body:
            if isinstance(statement, ast.ImportFrom):
                _import(opened, statement, own)
            elif isinstance(statement, ast.Assign):
                value = _value(opened, statement.value, own)
                for target in statement.targets:
                    _give(opened, target, value, own)
            elif isinstance(statement, ast.Expr) and not (
                isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str)
            ):
                _value(opened, statement.value, own)
                refuse(opened, statement, "a line that gives no name to its value does nothing: write NAME = value, or take it out")
        opened.files[name] = own
        opened.on_the_way.pop()
    return opened.files[name]


def _import(opened: Opened, node: ast.ImportFrom, own: dict[str, Any]) -> None:
    if node.module == "__future__":
        return
    if node.level and not node.module:
        for a in node.names:
            own[a.asname or a.name] = Beside(f"{a.name}.py", _file(opened, a.name, here(opened, node)))
        return
    if node.level:
        where, there = f"{node.module}.py", _file(opened, str(node.module), here(opened, node))
    elif node.module not in doors():
        refuse(opened, node, f"{node.module} is not part of this version: leave it out")
    else:
        where, there = str(node.module), dict(doors()[str(node.module)])
    for a in node.names:
        if a.name == "*":
            listed = there.get("__all__")
            own |= {n: v for n, v in there.items() if (n in listed if listed else not n.startswith("_"))}
        elif a.name in there:
            own[a.asname or a.name] = there[a.name]
        else:
            near = get_close_matches(a.name, there, 1)
            cure = f"did you mean {near[0]!r}?" if near else "declare it there, or take it out of the imports"
            refuse(opened, a, f"{where} has no {a.name!r}: {cure}")


def _give(opened: Opened, target: ast.expr, value: Any, own: dict[str, Any]) -> None:
    if isinstance(target, ast.Name):
        own[target.id] = value
    elif isinstance(target, ast.Tuple):
        if not isinstance(value, tuple | list) or len(value) != len(target.elts):
            have = f"{len(value)} values" if isinstance(value, tuple | list) else said(value)
            refuse(opened, target, f"there are {len(target.elts)} names on the left and {have} on the right: write as many as names")
        for name, one in zip(target.elts, value, strict=True):
            _give(opened, name, one, own)


def _value(opened: Opened, node: ast.expr, own: dict[str, Any]) -> Any:
    """The value of an expression."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        if node.id in own:
            return own[node.id]
        refuse(opened, node, _unknown(node.id, own))
    made = _MADE[type(node)](opened, node, own)
    if not isinstance(node, ast.Attribute):
        weigh(opened, made, node)
    return made


def _unknown(name: str, own: dict[str, Any]) -> str:
    if hasattr(builtins, name):
        return f"{name!r} is a word of Python, not of the study language; a study is read and never run: write the value itself"
    near = get_close_matches(name, own, 1, 0.8)
    cure = f"did you mean {near[0]!r}?" if near else "declare it, or add it to the imports of this file"
    return f"{name!r} is used here and was not declared or imported above: {cure}"


def _sequence(opened: Opened, nodes: list[ast.expr], own: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            many = _value(opened, node.value, own)
            if not isinstance(many, tuple | list):
                refuse(opened, node, f"* stands before {said(many)}, and opens tuples only: write it without *")
            spend(opened, len(many), node)
            found += many
        else:
            found.append(_value(opened, node, own))
    return found


def _tuple(opened: Opened, node: ast.Tuple, own: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(_sequence(opened, node.elts, own))


def _list(opened: Opened, node: ast.List, own: dict[str, Any]) -> list[Any]:
    return _sequence(opened, node.elts, own)


def _dict(opened: Opened, node: ast.Dict, own: dict[str, Any]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for k, v in zip(node.keys, node.values, strict=True):
        if k is None:
            continue
        key = _value(opened, k, own)
        if not isinstance(key, str) and not is_dataclass(key):
            refuse(opened, k, f"{said(key)} names nothing here: write {{variable: value}}")
        if key in found:
            refuse(opened, k, f"{said(key)} stands here twice: keep one of them")
        found[key] = _value(opened, v, own)
    return found


def _subscript(opened: Opened, node: ast.Subscript, own: dict[str, Any]) -> Any:
    group = _value(opened, node.value, own)
    if not isinstance(group, tuple | list):
        refuse(opened, node, f"{said(group)} has no parts to take by number: name the value itself")
    if isinstance(node.slice, ast.Slice):
        parts = [None if p is None else _value(opened, p, own) for p in (node.slice.lower, node.slice.upper, node.slice.step)]
        if parts[2] == 0:
            refuse(opened, node, "a slice by steps of 0 has no end: write group[a:b]")
        return group[slice(*parts)]
    place = _value(opened, node.slice, own)
    if not -len(group) <= place < len(group):
        refuse(opened, node, f"there is no part {place} among {len(group)}: they are counted from 0")
    return group[place]


def _attribute(opened: Opened, node: ast.Attribute, own: dict[str, Any]) -> Any:
    """A name of a file beside this one, or a field of a value."""
    of = _value(opened, node.value, own)
    if isinstance(of, Beside):
        if node.attr not in of.names:
            refuse(opened, node, f"{of.file} has no {node.attr!r}: declare it there")
        return of.names[node.attr]
    if is_dataclass(of) and not isinstance(of, Unit) and node.attr in {takes.name for takes in declared(type(of))}:
        return getattr(of, node.attr)
    refuse(opened, node, f"{said(of)} has no .{node.attr} that a study can read: write the value itself")


def _compare(opened: Opened, node: ast.Compare, own: dict[str, Any]) -> Any:
    return compared(opened, node, _value(opened, node.left, own), _value(opened, node.comparators[0], own))


def _calculate(opened: Opened, node: ast.BinOp, own: dict[str, Any]) -> Any:
    return calculated(opened, node, _value(opened, node.left, own), _value(opened, node.right, own))


def _sign(opened: Opened, node: ast.UnaryOp, own: dict[str, Any]) -> Any:
    return signed(opened, node, _value(opened, node.operand, own))


def _call(opened: Opened, node: ast.Call, own: dict[str, Any]) -> Any:
    word = _value(opened, node.func, own)
    arguments = _sequence(opened, node.args, own)
    return called(opened, node, word, arguments, {str(k.arg): _value(opened, k.value, own) for k in node.keywords})


_MADE: dict[type, Callable[..., Any]] = {
    ast.Tuple: _tuple, ast.List: _list, ast.Dict: _dict, ast.Subscript: _subscript, ast.Attribute: _attribute, ast.Compare: _compare,
    ast.BinOp: _calculate, ast.UnaryOp: _sign, ast.Call: _call,
}  # fmt: skip
