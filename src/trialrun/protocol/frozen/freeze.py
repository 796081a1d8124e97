"""Freezing: a study as canonical JSON with a SHA-256 fingerprint, and back; running systems load frozen definitions only.

The JSON holds the definition's values as they were declared: `{"is": "Rule", ...}` for a value, lists for tuples. Fields that have their
default are left out. Canonical means sorted keys, no spaces, UTF-8; the fingerprint is over that text, so a single changed byte shows.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from .. import language
from ..words import (
    arms,
    criteria,
    days,
    doses,
    endpoints,
    events,
    forms,
    invariants,
    phases,
    rules,
    study,
    texts,
    times,
    told,
    trees,
    variables,
    visits,
)
from .kinds import of_another_kind

FORMAT = "trialrun study 1"
DEEPEST = 150
TOO_DEEP = "nested too deeply for a study: take the file again from where it was frozen"
NOUNS = (
    times, trees, texts, phases, arms, variables, days, events, rules, doses, forms, visits, criteria, told, study, invariants, endpoints,
)  # fmt: skip


class FrozenError(ValueError):
    """A frozen definition that cannot be used: truncated, edited by hand, or of another format."""


def _vocabulary() -> dict[str, type]:
    found: dict[str, type] = {}
    for module in NOUNS:
        for name, value in vars(module).items():
            if isinstance(value, type) and is_dataclass(value):
                found[name] = value
    return found


VOCABULARY = _vocabulary()
_FIELDS = {
    cls: tuple((f.name, f.default if f.default is not MISSING else MISSING) for f in fields(cls))  # type: ignore[arg-type]
    for cls in VOCABULARY.values()
}


def plain(value: Any) -> Any:
    """A value of the vocabulary as JSON data."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return [plain(v) for v in value]
    cls = type(value)
    if cls not in _FIELDS:
        raise TypeError(f"{value!r} is no value of the study language and cannot be frozen")
    data: dict[str, Any] = {"is": cls.__name__}
    for name, default in _FIELDS[cls]:
        v = getattr(value, name)
        if default is MISSING or v != default:
            data[name] = plain(v)
    return data


def value_of(data: Any, depth: int = 0) -> Any:
    """The value that JSON data was frozen from. Raises FrozenError for a word that the language does not have."""
    if isinstance(data, list):
        return tuple(value_of(v, depth + 1) for v in data)
    if not isinstance(data, dict):
        return data
    word = data.get("is")
    cls = VOCABULARY.get(word) if isinstance(word, str) else None
    if cls is None:
        raise FrozenError(f"the frozen study uses {word!r}, which this version does not know: use the version it was frozen with")
    if depth > DEEPEST:
        raise FrozenError(f"the frozen study is {TOO_DEEP}")
    try:
        return cls(**{name: value_of(v, depth + 1) for name, v in data.items() if name != "is"})
    except TypeError as problem:
        raise FrozenError(f"the frozen study has a {word} with other fields than this version knows: {problem}") from None


def canonical(data: Any) -> str:
    """JSON data as its one canonical text."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def fingerprint(protocol: language.Protocol) -> str:
    """The SHA-256 of the study's canonical text, in hex."""
    return hashlib.sha256(canonical(plain(protocol)).encode()).hexdigest()


def freeze(study: language.Protocol) -> str:
    """The frozen file's text: one canonical JSON object with format, fingerprint and study."""
    data = plain(study)
    mark = hashlib.sha256(canonical(data).encode()).hexdigest()
    return canonical({"format": FORMAT, "fingerprint": mark, "study": data}) + "\n"


def thaw(text: str, where: str = "the frozen study") -> tuple[language.Protocol, str]:
    """The study and its fingerprint from a frozen file's text.

    Raises FrozenError when the text is cut off, is no frozen study, or was changed after freezing.
    """
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise FrozenError(f"{where} is no frozen study of the format {FORMAT!r}: make one with `trialrun freeze`")
        mark = hashlib.sha256(canonical(data.get("study")).encode()).hexdigest()
    except FrozenError:
        raise
    except ValueError as problem:
        raise FrozenError(f"{where} is cut off or is no JSON ({problem}): take the file again from where it was frozen") from None
    except RecursionError:
        raise FrozenError(f"{where} is {TOO_DEEP}") from None
    if mark != data.get("fingerprint"):
        raise FrozenError(
            f"{where} was changed after it was frozen (fingerprint {str(data.get('fingerprint'))[:12]}…, contents {mark[:12]}…): "
            "change the study folder and freeze a new version instead"
        )
    study = value_of(data["study"])
    if not isinstance(study, language.Protocol):
        raise FrozenError(f"{where} holds no study")
    if wrong := of_another_kind(study):
        raise FrozenError("\n".join(f"{where}: {says}; freeze the study again" for says in wrong[:20]))
    return study, mark


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand there once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [k for k, _ in pairs]
        raise ValueError(f"the key {next(k for k in keys if keys.count(k) > 1)!r} stands twice in one object")
    return found
