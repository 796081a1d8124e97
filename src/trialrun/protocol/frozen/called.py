"""Calling a word of the study language: which words there are, what each takes, and the sentence where it is given something else."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from inspect import Parameter
from typing import Any

from ..words.trees import Expr
from .bounds import Opened, here, refuse, spend, weight
from .calculated import was_raised
from .kinds import misfit, misfits, parameters, said
from .study_text import DOORS, Mistyped, StudyError


@lru_cache(maxsize=1)
def doors() -> Mapping[str, Mapping[str, Any]]:
    """The words that a study may use, by the module that it imports them from: functions and plain values, never a class."""
    found = {}
    for name in DOORS:
        if find_spec(name) is not None:
            module = import_module(name)
            words = {word: getattr(module, word) for word in module.__all__}
            found[name] = {word: value for word, value in words.items() if not isinstance(value, type)}
    return found


@lru_cache(maxsize=1)
def _callable() -> frozenset[int]:
    return frozenset(id(value) for words in doors().values() for value in words.values() if callable(value))


def called(opened: Opened, node: ast.Call, word: Any, arguments: list[Any], named: dict[str, Any]) -> Any:
    """What a word of the language makes of its arguments; a value of another kind than it asks for is told with the line."""
    if id(word) not in _callable():
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        refuse(opened, node, f"{name!r} is {said(word)}, and only words of the language can be called: write it without brackets")
    bound = _bound(opened, node, word, arguments, named)
    spend(opened, sum(weight(opened, value)[0] for _, value in bound), node)
    wrong = [says for takes, value in bound if (says := misfit(value, takes))]
    try:
        made = word(*arguments, **named)
    except StudyError:
        raise
    except Exception as problem:
        if was_raised(problem):
            told = [str(problem)]
        else:
            told = [f"{word.__name__}(..): {says}" for says in wrong or [_plainly(problem, bound)]]
        raise Mistyped("\n".join((*opened.mistyped, *(here(opened, node) + says for says in told)))) from None
    for value in () if wrong else made if isinstance(made, tuple) else (made,):
        wrong += misfits(value) if is_dataclass(value) else ()
    opened.mistyped += [f"{here(opened, node)}{word.__name__}(..): {w}" for w in wrong]
    return made


def _bound(opened: Opened, node: ast.Call, word: Callable[..., Any], arguments: list[Any], named: dict[str, Any]) -> list[Any]:
    """Each argument with the parameter that takes it. Raises StudyError for one too many, one too few, or of a name that there is not."""
    takes = parameters(word)
    name = getattr(word, "__name__", "")
    by_place = [t for t, kind in takes.values() if kind is Parameter.POSITIONAL_OR_KEYWORD]
    rest = next((t for t, kind in takes.values() if kind is Parameter.VAR_POSITIONAL), None)
    others = next((t for t, kind in takes.values() if kind is Parameter.VAR_KEYWORD), None)
    plain = {n for n, (_, kind) in takes.items() if kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)}
    if len(arguments) > len(by_place) and rest is None:
        more = [n for n, (_, kind) in takes.items() if kind is Parameter.KEYWORD_ONLY]
        cure = f"; what follows is named: {', '.join(f'{n}=' for n in more)}" if more else ""
        refuse(opened, node, f"{name}(..) takes {len(by_place)} values without a name, and here are {len(arguments)}{cure}")
    bound = [(t, v) for t, v in zip(by_place, arguments, strict=False)] + [(rest, v) for v in arguments[len(by_place) :] if rest]
    for key, value in named.items():
        if key in {t.name for t in by_place[: len(arguments)]}:
            refuse(opened, node, f"{name}(..) is given {key} twice: keep one of them")
        if key not in plain and others is None:
            near = get_close_matches(key, plain, 1)
            refuse(
                opened, node, f"{name}(..) does not take {key}={f': did you mean {near[0]}=?' if near else ''}; it takes {', '.join(takes)}"
            )
        bound.append((takes[key][0] if key in plain else others, value))  # type: ignore[arg-type]
    lacking = [t.name for t, _ in takes.values() if t.needed and t.name not in {b.name for b, _ in bound}]
    if lacking:
        refuse(opened, node, f"{name}(..) still needs {' and '.join(lacking)}")
    return bound


def _plainly(problem: BaseException, bound: list[Any]) -> str:
    """An error of a word of the language as a sentence for someone who writes a study."""
    culprit = getattr(problem, "obj", None)
    for takes, value in bound:
        if culprit is not None and _holds(value, culprit):
            return f"{takes.name}= holds {said(culprit)}, and a value that was declared is needed there: write its name, without quotes"
    odd = [f"{takes.name}= {said(value)}" for takes, value in bound if takes.kind is Any and not isinstance(value, Expr)]
    return f"it cannot be made of these values ({', '.join(odd) or problem}): see the word in docs/reference/language.md"


def _holds(value: Any, culprit: Any) -> bool:
    if isinstance(value, tuple | list):
        return any(_holds(v, culprit) for v in value)
    return value is culprit or (isinstance(value, str) and isinstance(culprit, str) and culprit in value)
