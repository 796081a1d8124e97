"""The parts of a nature, one by one, and its numbers as lines: name, value in words, unit, meaning, source, confirmed or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

from .natures import Column, Constant, Draw, Family, Hazard, Parameter, Share
from .natures_acts import Nature
from .trees import Expr, Number


class Line(NamedTuple):
    """One number of a nature as it is shown. `part`: body or conduct."""

    name: str
    value: str
    unit: str
    meaning: str
    source: str
    confirmed: bool
    part: str = ""


def parts(value: Any) -> Iterator[Any]:
    """Every value that lies in a value, each once, in the order of the page."""
    seen: dict[int, Any] = {}
    ahead = [value]
    while ahead:
        v = ahead.pop()
        if isinstance(v, tuple):
            ahead += reversed(v)
        elif is_dataclass(v) and id(v) not in seen:
            seen[id(v)] = v
            yield v
            ahead += reversed([getattr(v, f.name) for f in fields(v)])


def named_numbers(nature: Nature) -> dict[str, Parameter | Draw | Hazard]:
    """The numbers, draws and hazards of a nature by name, in the order of the page."""
    found: dict[str, Parameter | Draw | Hazard] = {}
    for v in parts(nature):
        if isinstance(v, Parameter | Draw | Hazard) and v.source != "by definition":
            found.setdefault(v.name, v)
    return found


def lines(nature: Nature) -> list[Line]:
    """Every number of a nature: parameters, draws, hazards and the rows of its families."""
    found: dict[str, Line] = {}
    for part, value in (("body", nature.body), ("conduct", nature.conduct)):
        for v in parts(value):
            if isinstance(v, Family):
                told = "; ".join(v.columns)
                for r in v.rows:
                    name = f"{v.name}: {r.name}"
                    values = "; ".join(_plain(x) for x in r.values)
                    found.setdefault(name, Line(name, values, told, v.meaning, r.source, r.confirmed, part))
            elif isinstance(v, Parameter | Draw | Hazard) and v.source != "by definition":
                found.setdefault(v.name, Line(v.name, value_of(v), unit_of(v), v.meaning, v.source, v.confirmed, part))
    return list(found.values())


def unit_of(v: Parameter | Draw | Hazard) -> str:
    """The unit of a number."""
    return "per month" if isinstance(v, Hazard) else v.unit


def value_of(v: Parameter | Draw | Hazard) -> str:
    """The value of a number in words."""
    if isinstance(v, Parameter):
        return _plain(v.value)
    if isinstance(v, Hazard):
        return ", ".join(f"{_plain(p.rate)} {'afterwards' if p.until is None else f'to month {_plain(p.until)}'}" for p in v.pieces)
    if v.kind == "pick":
        return ", ".join(
            f"{_told(p.weight)}: {_told(p.value)}{'' if p.up_to is None else f' to {_told(p.up_to)}'}" for p in v.of if isinstance(p, Share)
        )
    words = [_told(p) for p in v.of]
    if v.kind in ("whole", "between"):
        return f"{words[0]} to {words[1]}"
    return f"median {words[0]}, log sd {words[1]}" if v.kind == "about" else words[0]


def _told(e: Expr) -> str:
    if isinstance(e, Number | Constant):
        return _plain(e.value)
    if isinstance(e, Parameter):
        return _plain(e.value)
    if isinstance(e, Draw):
        return f"({e.name})"
    return f"its {e.name}" if isinstance(e, Column) else "by what stands here" if not hasattr(e, "name") else str(e.name)


def _plain(x: Any) -> str:
    if x is None or isinstance(x, bool | str):
        return {None: "missing", True: "yes", False: "no"}.get(x, str(x)) if not isinstance(x, str) else x or "-"
    return f"{x:.4g}" if abs(x) < 1e5 else f"{x:,.0f}"
