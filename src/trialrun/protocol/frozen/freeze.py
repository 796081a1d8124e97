"""Freezing: a study as canonical JSON with a SHA-256 fingerprint, and back; running systems load frozen definitions only.

The JSON holds the definition's values as they were declared: `{"is": "Rule", ...}` for a value, lists for tuples. Fields that have their
default are left out. Canonical means sorted keys, no spaces, UTF-8; the fingerprint is over that text, so a single changed byte shows.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_args

from .. import language
from ..words import (
    about,
    allocating,
    amounts,
    analyses,
    arms,
    columns,
    criteria,
    days,
    doses,
    endpoints,
    events,
    forms,
    invariants,
    ladders,
    margins,
    measures,
    multiplicity,
    over_time,
    phases,
    quantities,
    rules,
    sources,
    study,
    texts,
    times,
    told,
    trees,
    variables,
    visits,
)
from .closed import CLOSED
from .field_types import FieldTypes
from .json_text import NoJson, read_json

FORMAT, FIRST_FORMAT = "trialrun study 2", "trialrun study 1"
NOUNS = (
    allocating, amounts, over_time, times, trees, texts, phases, arms, variables, days, events, rules, doses, measures, forms, visits, criteria, told, study, invariants,
    sources, margins, quantities, endpoints, analyses, columns, about, ladders, multiplicity,
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
TYPES = FieldTypes(VOCABULARY, CLOSED)
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


def value_of(data: Any, place: str = "the value") -> Any:
    """The value that JSON data was frozen from. Raises FrozenError with the place for what the language does not have."""
    wrong = TYPES.misfit(data, Any, place) if not isinstance(data, list) else None
    if wrong is not None:
        raise FrozenError(wrong)
    return tuple(value_of(v, f"{place}[{n}]") for n, v in enumerate(data)) if isinstance(data, list) else _made(data, Any)


def _made(data: Any, kind: Any) -> Any:
    """The value of data that fits its kind."""
    if isinstance(data, list):
        inner = [k for k in get_args(kind) if k is not Ellipsis] or [Any]
        return tuple(_made(v, inner[n] if n < len(inner) else inner[-1]) for n, v in enumerate(data))
    if isinstance(data, dict):
        known = TYPES.fields_of(data["is"])
        return VOCABULARY[data["is"]](**{name: _made(v, known[name][0]) for name, v in data.items() if name != "is"})
    whole = isinstance(data, float) and (kind is int or (int in get_args(kind) and float not in get_args(kind)))
    return int(data) if whole else data  # 4.0 is a whole number in JSON


def canonical(data: Any) -> str:
    """JSON data as its one canonical text."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def fingerprint(protocol: language.Protocol) -> str:
    """The SHA-256 of the study's canonical text, in hex."""
    return hashlib.sha256(canonical(plain(protocol)).encode()).hexdigest()


def freeze(study: language.Protocol) -> str:
    """The frozen file's text: one canonical JSON object with format, fingerprint and study.

    Raises FrozenError with the place where a field holds what the language does not allow there.
    """
    data = plain(study)
    if (wrong := TYPES.misfit(data, language.Protocol, "study")) is not None:
        raise FrozenError(f"this study cannot be frozen: {wrong}")
    mark = hashlib.sha256(canonical(data).encode()).hexdigest()
    return canonical({"format": FORMAT, "fingerprint": mark, "study": data}) + "\n"


def format_of(text: str) -> str:
    """The format that a frozen file says it has."""
    return str(json.loads(text).get("format"))


def thaw(text: str, where: str = "the frozen study") -> tuple[language.Protocol, str]:
    """The study and its fingerprint from a frozen file's text.

    Raises FrozenError when the text is cut off, is no frozen study, was changed after freezing, or holds what the language does not allow.
    """
    try:
        data = read_json(text.removeprefix("\ufeff"))
    except NoJson as problem:
        why = "is cut off or is no JSON" if problem.cut else "is no JSON that can be read"
        raise FrozenError(f"{where} {why} ({problem}): take the file again from where it was frozen") from None
    if not isinstance(data, dict) or data.get("format") not in (FORMAT, FIRST_FORMAT):
        raise FrozenError(f"{where} is no frozen study of the format {FORMAT!r}: make one with `trialrun freeze`")
    mark = hashlib.sha256(canonical(data.get("study")).encode()).hexdigest()
    if mark != data.get("fingerprint"):
        raise FrozenError(
            f"{where} was changed after it was frozen (fingerprint {str(data.get('fingerprint'))[:12]}…, contents {mark[:12]}…): "
            "change the study folder and freeze a new version instead"
        )
    if (wrong := TYPES.misfit(data["study"], language.Protocol, "study")) is not None:
        raise FrozenError(f"{where}: {wrong}: mend it in the study folder and freeze it again, or use the version it was frozen with")
    study: language.Protocol = _made(data["study"], language.Protocol)
    return study, mark
