"""What kind of value a declaration asks for: a text, a whole number, a tuple of phases; and the sentence for a value of another kind.

The kinds are the annotations of the language's functions and of its frozen values, read once. A whole number may stand for a number;
True and False are no numbers; a number is finite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache
from inspect import Parameter, signature
from math import isfinite
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from ..words.times import Unit

LARGEST_WHOLE = 2**31 - 1
Fits = Callable[[Any], bool]
PLAIN: dict[Any, tuple[Fits, str]] = {
    bool: (lambda v: type(v) is bool, "True or False"),
    int: (lambda v: type(v) is int and -LARGEST_WHOLE <= v <= LARGEST_WHOLE, "a whole number"),
    float: (lambda v: type(v) is int or (type(v) is float and isfinite(v)), "a number"),
    str: (lambda v: type(v) is str and "\0" not in v, "a text in quotes"),
    NoneType: (lambda v: v is None, "None"),
}


NAMED = {
    "Expr": "a condition or a calculation",
    "LaterOf": "later_of(..)",
    "Whichever": "whichever_first(..)",
    "LeadingTo": "leading_to(..)",
    "After": "after(..)",
    "Yield": "gives(..)",
    "Class": "classed(..)",
    "Episode": "episode(..)",
    "Group": "group(..)",
    "OtherUnit": "unit(..)",
    "RangeIf": "range_if(..)",
    "Asked": "shown_if(..) or required_if(..)",
    "EditCheck": "edit_check(..)",
}


class Takes(NamedTuple):
    """One parameter of a function of the language, or one field of a value: its name, the kind it takes, whether it must be given."""

    name: str
    kind: Any
    fits: Fits
    needed: bool = False


def said(value: Any) -> str:
    """A value as a message names it, short."""
    if isinstance(value, str | int | float | NoneType):
        text = repr(value)
        return text if len(text) <= 60 else text[:57] + "..."
    if isinstance(value, tuple | list | dict):
        what = {tuple: "tuple", list: "list", dict: "dict"}[type(value)]
        return f"a {what} of {len(value)}" if value else f"an empty {what}"
    if callable(value):
        return f"the word {getattr(value, '__name__', 'of the language')}"
    name = getattr(value, "name", getattr(value, "entry", None))
    return f"the {spaced(type(value).__name__)} {name!r}" if isinstance(name, str) else with_article(spaced(type(value).__name__))


def with_article(word: str) -> str:
    """`a moment`, `an event`."""
    return f"{'an' if word[:1] in 'aeiouAEIOU' else 'a'} {word}"


def spaced(name: str) -> str:
    """`LastDay` as `last day`."""
    return "".join(f" {c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


@lru_cache(maxsize=512)
def fits(kind: Any) -> Fits:
    """The test whether a value is of a kind."""
    if kind in PLAIN:
        return PLAIN[kind][0]
    if kind is Any:
        return _declared_value
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        tests = tuple(fits(k) for k in parts)
        return lambda v: any(test(v) for test in tests)
    if origin is tuple and len(parts) == 2 and parts[1] is Ellipsis:
        each = fits(parts[0])
        return lambda v: type(v) is tuple and all(map(each, v))
    if origin is tuple:
        ones = tuple(fits(k) for k in parts)
        return lambda v: type(v) is tuple and len(v) == len(ones) and all(test(x) for test, x in zip(ones, v, strict=True))
    if origin is dict:
        return lambda v: type(v) is dict and all(map(fits(parts[1]), v.values()))
    return lambda v: isinstance(v, kind)


def _declared_value(v: Any) -> bool:
    return is_dataclass(v) and not isinstance(v, Unit | type) and isinstance(getattr(v, "name", None), str)


def words(kind: Any) -> str:
    """A kind as a message names it."""
    if kind in PLAIN:
        return PLAIN[kind][1]
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        named = [words(k) for k in parts if k is not NoneType] + ["None"] * (NoneType in parts)
        return " or ".join(dict.fromkeys(named))
    if origin is tuple and len(parts) == 2 and parts[1] is Ellipsis:
        return f"a tuple, each {words(parts[0])}: (one, two), or (one,) with a comma"
    if origin is tuple:
        return f"{len(parts)} values in round brackets: ({', '.join(words(k) for k in parts)})"
    if kind is Any:
        return "a value that was declared"
    if origin is dict:
        return "a dict {variable: whole number}"
    return NAMED.get(getattr(kind, "__name__", ""), "") or with_article(spaced(getattr(kind, "__name__", str(kind))))


def misfit(value: Any, takes: Takes) -> str | None:
    """The sentence for a value that is not of the kind asked for, None where it is."""
    if takes.fits(value):
        return None
    parts = get_args(takes.kind)
    if get_origin(takes.kind) is tuple and len(parts) == 2 and parts[1] is Ellipsis and type(value) is tuple:
        wrong = next(x for x in value if not fits(parts[0])(x))
        return f"{takes.name}= holds {said(wrong)}, and each part of it is {words(parts[0])}"
    return f"{takes.name}= is {said(value)}, and it takes {words(takes.kind)}"


@lru_cache(maxsize=512)
def parameters(function: Callable[..., Any]) -> dict[str, tuple[Takes, Any]]:
    """The parameters of a function of the language by name, each with its kind of parameter; what is annotated `Any` takes everything."""
    hints = get_type_hints(function)
    found = {}
    for p in signature(function).parameters.values():
        kind = hints.get(p.name, Any)
        test: Fits = (lambda v: True) if kind is Any else fits(kind)
        needed = p.default is Parameter.empty and p.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
        found[p.name] = (Takes(p.name, kind, test, needed), p.kind)
    return found


def declared(cls: Any) -> tuple[Takes, ...]:
    """The fields of a frozen value's class with their kinds."""
    return _declared(cls)


@lru_cache(maxsize=512)
def _declared(cls: Any) -> tuple[Takes, ...]:
    hints = get_type_hints(cls)
    return tuple(Takes(f.name, hints[f.name], fits(hints[f.name])) for f in fields(cls))


def misfits(value: Any) -> Iterator[str]:
    """A sentence for each field of one frozen value that is not of its declared kind; what lies deeper is not looked at."""
    for takes in declared(type(value)):
        if not takes.fits(getattr(value, takes.name)):
            yield f"{said(value)}: {misfit(getattr(value, takes.name), takes)}"


def of_another_kind(value: Any) -> list[str]:
    """A sentence for each field, however deep, that is not of its declared kind. Each value is looked at once."""
    found: list[str] = []
    seen: set[int] = set()
    ahead = [value]
    while ahead:
        v = ahead.pop()
        cls = type(v)
        if cls is tuple or cls is list:
            ahead += reversed(v)
        elif cls not in PLAIN and is_dataclass(v) and id(v) not in seen:
            seen.add(id(v))
            parts = []
            for takes in declared(cls):
                part = getattr(v, takes.name)
                if not takes.fits(part):
                    found.append(f"{said(v)}: {misfit(part, takes)}")
                if part is not None and takes.kind not in PLAIN:
                    parts.append(part)
            ahead += reversed(parts)
    return list(dict.fromkeys(found))
