"""The studies that ship with TrialRun, by name, and the commented template that a new study begins from."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from .study_text import StudyError

STUDIES = Path(__file__).resolve().parents[2] / "studies"
TEMPLATE = "template"
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def shipped() -> dict[str, Path]:
    """The shipped studies: name (`mt103-211`) -> folder."""
    return {
        folder.name.replace("_", "-"): folder
        for folder in sorted(STUDIES.iterdir())
        if folder.name != TEMPLATE and (folder / "study.py").is_file()
    }


def latest_version(folder: Path) -> Path | None:
    """The frozen definition with the highest version in a study's `versions` folder (`1.json`, `mt103-211@2.json`), None where there is none."""
    numbered = [(int(n[-1]), path) for path in (folder / "versions").glob("*.json") if (n := re.findall(r"\d+", path.stem))]
    return max(numbered)[1] if numbered else None


def copy_template(name: str, folder: Path) -> Path:
    """A new study folder `folder/name` from the template, with the study's name written in. Returns it.

    Raises StudyError for a name that is no study's name, and for a folder that is there already: nothing is overwritten.
    """
    if not NAME.fullmatch(name):
        raise StudyError(f"{name!r} cannot be a study's name: use small letters, digits and single hyphens, for example my-study")
    if name in shipped():
        raise StudyError(f"{name!r} is a study that ships with TrialRun: choose another name")
    if not folder.is_dir():
        raise StudyError(f"there is no folder {folder} to put the study in: make it first, or name another")
    place = folder / name
    if place.exists():
        raise StudyError(f"{place} is there already and is left as it is: choose another name, or move it away")
    fresh = folder / f".{name}.new-{os.getpid()}"
    try:
        shutil.copytree(STUDIES / TEMPLATE, fresh, ignore=shutil.ignore_patterns("__pycache__", "versions"), copy_function=shutil.copyfile)
        for file in ("study.py", "nature.py"):
            path = fresh / file
            path.write_text(path.read_text(encoding="utf-8").replace('"template"', f'"{name}"'), encoding="utf-8")
        fresh.rename(place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return place
