"""The front of the page read back: what the study is and its objectives, and whether the rest of it says what the annex says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import takewhile

from ...paper.markdown import markdown
from ...paper.seen import lines_of
from ..language import About, Identifier, Objective, Protocol, Role
from ..page import parts as page
from ..page.front_pages import NOT_GIVEN, front
from ..words.spoken import plainly
from .scanner import PageError

_NAME = re.compile(r"‘((?:[^‘’\\]|\\.)*)’")
_NUMBER = re.compile(r"((?:[^\\()]|\\.)*) \(((?:[^\\()]|\\.)*)\)")
Lines = list[tuple[int, str]]


def _rows(lines: Lines, head: tuple[str, ...]) -> Iterable[tuple[int, list[str]]]:
    begun = False
    for n, text in lines:
        if text == "\t".join(head):
            begun = True
        elif begun:
            yield n, (text.split("\t") + [""] * len(head))[: len(head)]


def read_about(lines: Lines) -> About | None:
    """What the study says it is, None where it says nothing. Raises PageError for a row that the page does not have."""
    rows = list(_rows(lines, page.ABOUT_HEAD))
    if not rows:
        return None
    parts = {words: part for part, words in page.ABOUT_ROWS.items()}
    said: dict[str, str] = {}
    identifiers: list[Identifier] = []
    codes: list[tuple[str, str]] = []
    for n, (what, text) in rows:
        if what in parts:
            said[parts[what]] = "" if text == NOT_GIVEN else plainly(text)
        elif what == page.IDENTIFIER and (found := _NUMBER.fullmatch(text)):
            identifiers.append(Identifier(plainly(found[2]), plainly(found[1])))
        elif what.startswith(page.CODES):
            codes.append((plainly(what.removeprefix(f"{page.CODES} ")), plainly(text)))
        else:
            raise PageError(n, f"expected one of {', '.join([*parts, page.IDENTIFIER, page.CODES])}, found “{what[:80]}”")
    return About(**said, identifiers=tuple(identifiers), codes=tuple(codes))


def read_objectives(lines: Lines) -> tuple[Objective, ...]:
    """The objectives with their endpoints."""
    return tuple(
        Objective(kind, plainly(words), tuple(map(plainly, _NAME.findall(names))), plainly(source))
        for _, (kind, words, names, source) in _rows(lines, page.OBJECTIVES_HEAD)
    )


def read_roles(lines: Lines) -> tuple[Role, ...]:
    """Who sees the study, and who is kept blind to what."""
    found = []
    for _, (name, label, sees, hidden, drug, source) in _rows(lines, page.ROLE_HEAD):
        kept = {what: tuple(map(plainly, re.findall(what + " " + _NAME.pattern, hidden))) for what in ("entry", "item", "visit")}
        found.append(
            Role(
                plainly(name),
                plainly(source),
                plainly(label),
                sees == page.BLIND,
                kept["entry"],
                kept["item"],
                kept["visit"],
                plainly(drug),
            )
        )
    return tuple(found)


def differences(protocol: Protocol, fingerprint: str, read: dict[str, Lines]) -> Iterable[tuple[int, str]]:
    """Lines of the front that do not say what a study says, each with its number; `read`: the lines of each section of the front."""
    own: dict[str, list[str]] = {}
    here = ""
    for _, text in lines_of("# front\n\n" + markdown(front(protocol, fingerprint)))[1:]:
        here = text if text in page.FRONT and text not in own else here
        own.setdefault(here, []).append(text)
    for section in page.FRONT:
        expected = own[section][1:]
        there = list(takewhile(lambda x: x[1] != page.ANNEX, read.get(section, [])))
        for k, (n, text) in enumerate(there):
            if k >= len(expected) or _tight(text) != _tight(expected[k]):
                yield n, text
                break
        else:
            if len(there) < len(expected):
                yield there[-1][0] if there else 1, f"nothing, where this should stand: {expected[len(there)]}"


def _tight(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
