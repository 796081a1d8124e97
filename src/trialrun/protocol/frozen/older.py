"""What studies frozen in an older format meant by a name, before the language had a word for it; their fingerprints stay as they are."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from ..language import Protocol
from .freeze import FIRST_FORMAT, FrozenError, canonical, fingerprint, format_of, freeze, plain, thaw

CAME_LAST = "death"
LATER = {"Event": ("last",)}  # words that the first format did not have


def as_meant(study: Protocol) -> Protocol:
    """A study of the first format with the words that it lacked: the event called death comes last of its day."""
    return replace(study, events=tuple(replace(e, last=True) if e.name == CAME_LAST else e for e in study.events))


def opened(text: str, where: str = "the frozen study") -> tuple[Protocol, str]:
    """A frozen study ready to run, and its fingerprint: as it was meant, where an older format lacked a word. Raises FrozenError."""
    frozen, mark = thaw(text, where)
    return (as_meant(frozen) if format_of(text) == FIRST_FORMAT else frozen), mark


def frozen_text(study: Protocol, mark: str) -> str:
    """The frozen file of a study that runs under a fingerprint: in its own format, so that the fingerprint stays. Raises FrozenError."""
    if fingerprint(study) == mark:
        return freeze(study)
    data = _without(plain(study))
    if hashlib.sha256(canonical(data).encode()).hexdigest() != mark:
        raise FrozenError(f"the study {study.name} is not the one of the fingerprint {mark[:12]}…: open it again from where it was frozen")
    return canonical({"format": FIRST_FORMAT, "fingerprint": mark, "study": data}) + "\n"


def _without(data: Any) -> Any:
    if isinstance(data, list):
        return [_without(v) for v in data]
    if not isinstance(data, dict):
        return data
    later = LATER.get(str(data.get("is")), ())
    return {name: _without(v) for name, v in data.items() if name not in later}
