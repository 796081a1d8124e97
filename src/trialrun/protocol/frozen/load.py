"""Loading a study: a folder or file of plain values, or a frozen JSON; a study file with logic in it is refused with the line.

A study folder is read as a small package (`study.py` beside `criteria.py`, `forms.py`, ...). Its syntax trees may hold imports, assignments
and calls only: no def, lambda, if, for, comprehension or attribute assignment. Source: the first law of the house.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from difflib import get_close_matches
from hashlib import sha256
from inspect import signature
from pathlib import Path
from types import ModuleType

from .. import language
from ..language import Protocol
from .freeze import fingerprint, thaw

FORBIDDEN = {
    ast.FunctionDef: "def", ast.AsyncFunctionDef: "async def", ast.Lambda: "lambda", ast.If: "if", ast.IfExp: "if .. else ..", ast.For: "for",
    ast.While: "while", ast.ListComp: "a comprehension", ast.SetComp: "a comprehension", ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a comprehension", ast.Try: "try", ast.With: "with", ast.ClassDef: "class", ast.BoolOp: "and / or", ast.Not: "not",
    ast.Global: "global", ast.Delete: "del", ast.AugAssign: "an in-place change", ast.Match: "match", ast.NamedExpr: ":=", ast.Raise: "raise",
    ast.Assert: "assert",
}  # fmt: skip
CURES = {
    "and / or": "write all_of(a, b) or any_of(a, b)",
    "not": "write no(a)",
    "if": "write the condition into the rule: given=..",
    "for": "write the values out, one a line",
}
ALLOWED_IMPORTS = ("trialrun.protocol.language", "trialrun.protocol.endpoints", "trialrun.protocol.invariants")


class StudyError(ValueError):
    """A study that cannot be loaded, with the place and the cure."""


def logic_in(path: Path) -> list[str]:
    """Every place in a study file that holds logic instead of values, as `file:line: what and the cure`."""
    text = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text, str(path))
    except SyntaxError as problem:
        raise StudyError(f"{path.name}:{problem.lineno}: this is not Python: {problem.msg}") from None
    found = []
    for node in ast.walk(tree):
        kind = FORBIDDEN.get(type(node))  # type: ignore[call-overload]
        if kind:
            cure = CURES.get(kind, "write it as a plain value")
            found.append(f"{path.name}:{getattr(node, 'lineno', 1)}: a study is plain values, and this is {kind}: {cure}")
        if isinstance(node, ast.Import):
            found.append(f"{path.name}:{node.lineno}: a study imports only names from {ALLOWED_IMPORTS[0]} and from files beside it")
        if isinstance(node, ast.ImportFrom) and not node.level and node.module not in (*ALLOWED_IMPORTS, "__future__"):
            found.append(f"{path.name}:{node.lineno}: a study imports only from {', '.join(ALLOWED_IMPORTS)} and from files beside it")
    return found


def load_folder(folder: Path) -> Protocol:
    """The study of a folder with `study.py`. Raises StudyError with every place that is wrong."""
    if not (folder / "study.py").is_file():
        raise StudyError(f"{folder} holds no study.py: begin with `trialrun new NAME`, or name a folder that has one")
    wrong = [w for path in sorted(folder.glob("*.py")) for w in logic_in(path)]
    if wrong:
        raise StudyError("\n".join(wrong))
    return _value(_execute(folder / "study.py", package=folder), folder)


def load_file(path: Path) -> Protocol:
    """The study of a single .py file."""
    wrong = logic_in(path)
    if wrong:
        raise StudyError("\n".join(wrong))
    return _value(_execute(path, package=None), path)


def _execute(path: Path, package: Path | None) -> ModuleType:
    name = "trialrun_study_" + sha256(str(path.resolve()).encode()).hexdigest()[:12]
    for known in [m for m in sys.modules if m == name or m.startswith(name + ".")]:
        del sys.modules[known]
    if package is not None:
        parent = ModuleType(name)
        parent.__path__ = [str(package)]
        sys.modules[name] = parent
        name += ".study"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise StudyError(f"{path} cannot be read as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except StudyError:
        raise
    except Exception as problem:
        place = _line_of(problem, path.parent)
        raise StudyError(f"{place}: {_plainly(problem)}") from None
    return module


def _plainly(problem: BaseException) -> str:
    """A Python error as a sentence for someone who writes a study, with the cure."""
    text = str(problem)
    if isinstance(problem, NameError) and problem.name:
        return f"{problem.name!r} is used here and was not declared or imported above: declare it, or add it to the imports of this file"
    if isinstance(problem, ModuleNotFoundError):
        return f"there is no file {str(problem.name).rpartition('.')[2]}.py beside study.py"
    if isinstance(problem, ImportError) and (found := re.search(r"cannot import name '(\w+)' from '([\w.]+)'", text)):
        word, module = found.groups()
        ours = module.startswith("trialrun.")
        where = module if ours else f"{module.rpartition('.')[2]}.py"
        near = get_close_matches(word, vars(sys.modules[module]), 1) if module in sys.modules else []
        return f"{where} has no {word!r}" + (
            f": did you mean {near[0]!r}?" if near else ": declare it there, or take it out of the imports"
        )
    if isinstance(problem, TypeError) and (found := re.match(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", text)):
        takes = [n for n in signature(getattr(language, found[1])).parameters] if hasattr(language, found[1]) else []
        return f"{found[1]}(..) does not take {found[2]}=" + (f"; it takes {', '.join(takes)}" if takes else "")
    if isinstance(problem, TypeError) and (found := re.match(r"(\w+)\(\) missing \d+ required .*?arguments?: (.*)", text)):
        return f"{found[1]}(..) still needs {found[2].replace(chr(39), '')}"
    return text


def _line_of(problem: BaseException, folder: Path) -> str:
    place, trace = "study", problem.__traceback__
    here = folder.resolve()
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.parent.resolve() == here:
            place = f"{file.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _value(module: ModuleType, path: Path) -> Protocol:
    found = [v for v in vars(module).values() if isinstance(v, Protocol)]
    if len(found) != 1:
        raise StudyError(f"{path} declares {len(found)} studies: end it with exactly one  NAME = study(..)")
    return found[0]


def load(path: Path) -> tuple[Protocol, str]:
    """A study and its fingerprint from a folder, a .py file or a frozen .json."""
    if path.is_dir():
        protocol = load_folder(path)
    elif path.suffix == ".py":
        protocol = load_folder(path.parent) if path.name == "study.py" else load_file(path)
    elif path.suffix == ".json" and path.is_file():
        return thaw(path.read_text(encoding="utf-8"), path.name)
    elif not path.exists():
        raise StudyError(f"there is no study at {path}: name a shipped study, a folder with study.py, a .py file or a frozen .json")
    else:
        raise StudyError(f"{path} is no study: name a folder with study.py, a .py file or a frozen .json")
    return protocol, fingerprint(protocol)
