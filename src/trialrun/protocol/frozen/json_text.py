"""JSON read strictly: what has two readings, or none, is refused in words; the rest is what every JSON reader makes of it.

Refused beyond what the grammar refuses: a name given twice in one object, NaN and Infinity, numbers too large to be kept, brackets nested
beyond all use, and text that no file can hold (half of a surrogate pair, a NUL character). Source: RFC 8259, RFC 7493.
"""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any

LARGEST = 1e300  # no number in a study or a journal is larger
DEEPEST = 200
TOO_DEEP = f"its brackets are nested too deeply to be read: at most {DEEPEST} deep are"
_HALF = re.compile(r"\\u(?:d[89a-f]|0000)", re.IGNORECASE)
_UNSOUND = re.compile("[\ud800-\udfff\x00]")


class NoJson(ValueError):
    """Text that is no JSON, or JSON with two readings: why, in words; `cut` where it ends too early."""

    def __init__(self, why: str, cut: bool = False) -> None:
        super().__init__(why)
        self.cut = cut


def read_json(text: str) -> Any:
    """The value of a JSON text. Raises NoJson."""
    try:
        data = _DECODER.decode(text)
    except json.JSONDecodeError as problem:
        cut = problem.pos >= len(text.rstrip()) or problem.msg.startswith("Unterminated")
        raise NoJson(_plainly(problem), cut) from None
    except _NoNumber as problem:
        name = re.search(r'"([^"\\]{1,60})"\s*:[\s\[]*' + re.escape(problem.text), text)
        raise NoJson(f"{problem} ({name[1]})" if name else str(problem)) from None
    except RecursionError:
        raise NoJson(TOO_DEEP) from None
    if text.count("[") + text.count("{") > DEEPEST and _depth(data) > DEEPEST:
        raise NoJson(TOO_DEEP)
    if _HALF.search(text) and (found := _UNSOUND.search(json.dumps(data, ensure_ascii=False))):
        what = "a NUL character" if found[0] == "\x00" else "half of a character (a surrogate without its other half)"
        raise NoJson(f"a text in it holds {what}, which no file can keep: write the character itself")
    return data


def unsound(text: str) -> bool:
    """Whether a text holds what no file can keep: a NUL character, or half of a surrogate pair."""
    return _UNSOUND.search(text) is not None


def too_large(value: float) -> bool:
    """Whether a number is beyond what is kept, or none at all."""
    return not -LARGEST <= value <= LARGEST


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NoJson(f"the key {twice!r} stands twice in one object: keep one of them")
    return found


class _NoNumber(NoJson):
    def __init__(self, text: str, why: str) -> None:
        super().__init__(why)
        self.text = text


def _no_number(text: str) -> None:
    raise _NoNumber(text, f"{text} is no number: leave it out, or write null")


def _decimal(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise _NoNumber(text, f"{text[:40]} is too large for a number")
    return value


def _whole(text: str) -> int:
    if len(text) > 301:
        raise _NoNumber(text, f"a number of {len(text):,} digits is too large")
    return int(text)


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number, parse_float=_decimal, parse_int=_whole)


def _depth(data: Any) -> int:
    level, deep = [data], 0
    while level:
        level = [v for x in level for v in (x.values() if isinstance(x, dict) else x) if isinstance(v, dict | list)]
        deep += 1
    return deep


def _plainly(problem: json.JSONDecodeError) -> str:
    said = {
        "Extra data": "something stands after its end",
        "Invalid control character at": "a text in it holds a control character: write it as \\u followed by its four digits",
        "Unterminated string starting at": "a text in it does not end",
    }.get(problem.msg, problem.msg[0].lower() + problem.msg[1:])
    return f"{said}, at character {problem.pos + 1:,}"
