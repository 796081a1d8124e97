"""Loading a study: a folder or file of plain values, or a frozen JSON. A study is read, never run: nothing in it is executed.

A study folder is `study.py` beside `criteria.py`, `forms.py`, ...; each is walked as a syntax tree by the reader. Source: the laws of the house.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..language import Protocol
from .freeze import fingerprint
from .older import opened
from .reader import read_files
from .shipped import latest_version, shipped
from .study_text import Mistyped, StudyError, logic_in, more_than_values, parsed

__all__ = ["Mistyped", "StudyError", "load", "load_file", "load_folder", "logic_in", "study_named"]


def load_folder(folder: Path) -> Protocol:
    """The study of a folder with `study.py`. Raises StudyError with every place that is wrong."""
    if not (folder / "study.py").is_file():
        raise StudyError(f"{folder} holds no study.py: begin with `trialrun new NAME`, or name a folder that has one")
    trees = {path.stem: parsed(path) for path in sorted(folder.glob("*.py")) if path.is_file()}
    wrong = [w for name, tree in trees.items() for w in more_than_values(tree, f"{name}.py")]
    if wrong:
        raise StudyError("\n".join(wrong))
    return _study(read_files(folder, "study", trees), folder)


def load_file(path: Path) -> Protocol:
    """The study of a single .py file."""
    return _study(read_files(path.parent, path.stem), path)


def _study(names: dict[str, Any], path: Path) -> Protocol:
    found = list({id(v): v for v in names.values() if isinstance(v, Protocol)}.values())
    if len(found) != 1:
        raise StudyError(f"{path} declares {len(found)} studies: end it with exactly one  NAME = study(..)")
    return found[0]


def load(path: Path) -> tuple[Protocol, str]:
    """A study and its fingerprint from a folder, a .py file or a frozen .json."""
    if path.is_dir():
        protocol = load_folder(path)
    elif path.suffix == ".py" and path.is_file():
        protocol = load_folder(path.parent) if path.name == "study.py" else load_file(path)
    elif path.suffix == ".json" and path.is_file():
        return opened(path.read_text(encoding="utf-8"), path.name)
    elif not path.exists():
        raise StudyError(f"there is no study at {path}: name a shipped study, a folder with study.py, a .py file or a frozen .json")
    else:
        raise StudyError(f"{path} is no study: name a folder with study.py, a .py file or a frozen .json")
    return protocol, fingerprint(protocol)


def study_named(name: str | Path) -> tuple[Protocol, str]:
    """A study and its fingerprint: a shipped one from its latest frozen version, else a folder, a .py file or a frozen .json.

    Raises StudyError where there is none, or where it cannot be read; FrozenError for a frozen one that was changed.
    """
    folders = shipped()
    if name in folders:
        frozen = latest_version(folders[str(name)])
        return opened(frozen.read_text(encoding="utf-8"), frozen.name) if frozen else load(folders[str(name)])
    if not Path(name).exists():
        known = ", ".join(folders)
        raise StudyError(f"there is no study {str(name)!r}: name one of {known}, a study folder, a .py file or a frozen .json")
    return load(Path(name))
