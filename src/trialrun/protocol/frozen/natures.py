"""Natures at rest: read from `nature.py` beside a study, frozen as canonical JSON with a fingerprint of their own, and back.

A nature stands for the study whose name it says, in whatever version; what it asks and that version lacks is found by `check`.
"""

from __future__ import annotations

import hashlib
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

from ..words import amounts, natures, natures_acts, trees
from ..words.natures_acts import Nature
from .field_types import FieldTypes
from .freeze import FrozenError, canonical
from .json_text import NoJson, read_json
from .reader import read_files
from .shipped import shipped
from .study_text import StudyError, more_than_values, parsed

FORMAT = "trialrun nature 1"
FILE, FROZEN = "nature.py", "nature.json"


def _vocabulary() -> dict[str, type]:
    found = {
        name: value
        for module in (trees, natures, natures_acts)
        for name, value in vars(module).items()
        if isinstance(value, type) and is_dataclass(value) and value.__module__ == module.__name__
    }
    return found | {"Least": amounts.Least, "Greatest": amounts.Greatest}


VOCABULARY = _vocabulary()
TYPES = FieldTypes(VOCABULARY)
_FIELDS = {cls: tuple((f.name, f.default) for f in fields(cls)) for cls in VOCABULARY.values()}  # type: ignore[arg-type]


def freeze_nature(nature: Nature) -> str:
    """The frozen file's text: one canonical JSON object with format, fingerprint, parts and nature; what stands twice is written once.

    Raises FrozenError with the place where a field holds what the language does not allow there.
    """
    data = plain(nature)
    if (wrong := TYPES.misfit(data, Nature, "nature")) is not None:
        raise FrozenError(f"this nature cannot be frozen: {wrong}")
    return canonical({"format": FORMAT, "fingerprint": _mark(data), "nature": data}) + "\n"


def thaw_nature(text: str, where: str = "the frozen nature") -> tuple[Nature, str]:
    """The nature and its fingerprint from a frozen file's text. Raises FrozenError where it was cut, changed, or holds what is not in the language."""
    try:
        data = read_json(text.removeprefix("\ufeff"))
    except NoJson as problem:
        raise FrozenError(f"{where} is no JSON that can be read ({problem}): take the file again from where it was made") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise FrozenError(f"{where} is no frozen nature of the format {FORMAT!r}")
    mark = _mark(data.get("nature"))
    if mark != data.get("fingerprint"):
        raise FrozenError(f"{where} was changed after it was frozen: change nature.py beside the study instead, and simulate again")
    if (wrong := TYPES.misfit(data["nature"], Nature, "nature")) is not None:
        raise FrozenError(f"{where}: {wrong}")
    found: Nature = _made(data["nature"], Nature, {})
    return found, mark


def nature_fingerprint(nature: Nature) -> str:
    """The SHA-256 of the nature's canonical text, in hex."""
    return _mark(plain(nature))


def load_nature(folder: Path) -> Nature | None:
    """The nature of a study folder, None where it has no `nature.py`. Raises StudyError with the line and the cure."""
    path = folder / FILE
    if not path.is_file():
        return None
    wrong = more_than_values(parsed(path), path.name)
    if wrong:
        raise StudyError("\n".join(wrong))
    found = list({id(v): v for v in read_files(folder, path.stem).values() if isinstance(v, Nature)}.values())
    if len(found) != 1:
        raise StudyError(f"{path.name} declares {len(found)} natures: end it with exactly one  NAME = nature(..)")
    return found[0]


def nature_beside(study: str | Path) -> tuple[Nature, str] | None:
    """The nature that stands beside a study, with its fingerprint: of a shipped study by name, of a folder, of the folder of its study.py or frozen study; or None.

    A frozen one (`nature.json`) is taken where it stands beside a frozen study, or in a shipped one's folder.
    """
    folders = shipped()
    path = Path(study)
    if str(study) in folders:
        path = folders[str(study)]
    elif path.is_file():
        if path.suffix == ".py" and path.name != "study.py":
            return None
        path = path.parent
    frozen = path / FROZEN
    if frozen.is_file() and (str(study) in folders or not (path / FILE).is_file()):
        return thaw_nature(frozen.read_text(encoding="utf-8"), str(frozen))
    found = load_nature(path)
    return None if found is None else (found, nature_fingerprint(found))


def plain(value: Any) -> Any:
    """A value of a nature as JSON data."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return [plain(v) for v in value]
    if type(value) not in _FIELDS:
        raise FrozenError(f"{getattr(value, 'name', type(value).__name__)!r} is no value of a nature and cannot be frozen")
    data: dict[str, Any] = {"is": type(value).__name__}
    for name, default in _FIELDS[type(value)]:
        v = getattr(value, name)
        if default is MISSING or v is not default and (isinstance(v, trees.Expr) or v != default):
            data[name] = plain(v)
    return data


def _mark(data: Any) -> str:
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def _made(data: Any, kind: Any, kept: dict[str, Any]) -> Any:
    if isinstance(data, list):
        inner = [k for k in get_args(kind) if k is not Ellipsis] or [Any]
        return tuple(_made(v, inner[n] if n < len(inner) else inner[-1], kept) for n, v in enumerate(data))
    if not isinstance(data, dict):
        return data
    known = TYPES.fields_of(data["is"])
    made = VOCABULARY[data["is"]](**{name: _made(v, known[name][0], kept) for name, v in data.items() if name != "is"})
    named = data.get("name")
    if isinstance(named, str):  # what is declared once is one value again
        key = f"{data['is']} {named}"
        if key in kept and kept[key] == made:
            return kept[key]
        kept[key] = made
    return made
