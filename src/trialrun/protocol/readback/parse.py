"""The signed page read back: rules, breaches, doses, preparations, visits, criteria and what entries give, as the language's own values.

`parse_page` takes the page as Markdown, as HTML or as text copied from it. `rebuilt` puts what was read in the place of an original's
own parts, so that the two tables can be compared.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ...paper.seen import lines_of
from ..language import Asked, Class, Criterion, EditCheck, Episode, Protocol, RangeIf, Rule, Yield, violated
from ..page import parts as page
from ..page.sentences import ASKED, LIVES, OPEN
from ..words.spoken import plainly
from ..words.trees import Expr
from .read_front import differences, read_about, read_objectives, read_roles
from .read_ladders import read_ladders
from .read_sentences import Record, read_dose, read_preparation, read_rule, read_visit
from .read_words import resolved
from .scanner import PageError

_HEAD = re.compile(r"(\w+) (\d+) \(((?:[^\\()]|\\.)*)\) — (.*)\.( " + re.escape(OPEN) + ")?")
_KINDS = {
    page.SENTENCES: "Sentence", page.BREACHES: "Breach", page.DOSES: "Dose", page.PREPARATIONS: "Preparation", page.VISITS: "Visit",
    page.CRITERIA: "Criterion", page.FOLLOWS: "Entry",
}  # fmt: skip
_PASSED = re.compile(r"While in |In several phases$|Also here: |Read this so: |None\.$")


def parse_page(text: str) -> dict[str, Any]:
    """What a page says: `rules`, `breaches`, `doses`, `preparations`, `visits`, `criteria`, `forms` (entry -> what it gives,
    its classes, how its records live, what it asks and checks), `phases`, `events`
    and `variables` (name -> kind), `roles` (item -> role), `marks` (event -> label, last, shown), `meant` (day_one, enrolled, cycle,
    course, survival -> name), `about`, `objectives`, `seen_by` (the roles), `front` (the lines of the front pages), `fingerprint`.

    Raises PageError (a ValueError) with the line and what was expected there.
    """
    lines = lines_of(text)
    sections = _sections(lines)
    items = _items(sections[page.FORMS])
    units = {name: row[3] for name, row in items.items()}
    records = {name: _records(sections[name], kind, units) for name, kind in _KINDS.items()}
    named = _conditions(sections[page.CONDITIONS], units)
    criteria = tuple(_criterion(r) for r in records[page.CRITERIA])
    named["eligibility"] = violated(*criteria)
    found: dict[str, Any] = {
        "rules": tuple(read_rule(r) for r in records[page.SENTENCES]),
        "breaches": tuple(read_rule(r) for r in records[page.BREACHES]),
        "doses": tuple(read_dose(r) for r in records[page.DOSES]),
        "ladders": read_ladders(sections[page.LADDERS]),
        "preparations": tuple(read_preparation(r) for r in records[page.PREPARATIONS]),
        "visits": tuple(read_visit(r) for r in records[page.VISITS]),
        "criteria": criteria,
        "forms": dict(_entry(r, named) for r in records[page.FOLLOWS]),
        "roles": {name: row[6] for name, row in items.items()},
        "fingerprint": next((t.removeprefix("Fingerprint ") for _, t in lines[:12] if t.startswith("Fingerprint ")), ""),
        "about": read_about(sections[page.ABOUT]),
        "objectives": read_objectives(sections[page.OBJECTIVES]),
        "seen_by": read_roles(sections[page.COURSE]),
        "front": {name: sections[name] for name in page.FRONT},
        **_names(sections[page.WORDS]),
    }
    for name, kind in _KINDS.items():
        _numbered(records[name], kind)
    for name, part in ((page.SENTENCES, "rules"), (page.BREACHES, "breaches")):
        for record, r in zip(records[name], found[part], strict=True):
            _known(r, record.line, found)
    return found


def rebuilt(original: Protocol, read: dict[str, Any]) -> Protocol:
    """The original with its rules, breaches, doses, preparations, visits, criteria and what its entries give as the page says them.

    Raises PageError where the front pages do not say what the annex says.
    """
    parts = ("about", "objectives", "rules", "breaches", "ladders", "doses", "preparations", "visits", "criteria")
    given, roles = read["forms"], read["roles"]
    forms = tuple(
        replace(
            f,
            yields=given[f.entry][0],
            classes=given[f.entry][1],
            lives=given[f.entry][2],
            asked=given[f.entry][3],
            checks=given[f.entry][4],
            ranges=given[f.entry][5],
            items=tuple(replace(m, role=roles[m.name]) for m in f.items),
        )
        if f.entry in given
        else f
        for f in original.forms
    )
    events = tuple(replace(e, **read["marks"][e.name]) for e in original.events)
    found = replace(original, roles=read["seen_by"], forms=forms, events=events, **read["meant"], **{p: read[p] for p in parts})
    for n, text in differences(found, read["fingerprint"], read["front"]):
        raise PageError(n, f"the front of the page says something else than its annex here: “{text[:120]}”")
    return found


def _sections(lines: list[tuple[int, str]]) -> dict[str, list[tuple[int, str]]]:
    """The lines of each section; the titles come in their order, after the page's own title."""
    found: dict[str, list[tuple[int, str]]] = {}
    titles = iter(page.SECTIONS)
    wanted = next(titles, None)
    for n, text in lines[1:]:
        if text == wanted:
            found[text] = []
            wanted = next(titles, None)
        elif found:
            found[list(found)[-1]].append((n, text))
    if wanted is not None:
        raise PageError(lines[-1][0] if lines else 1, f"the page ends without the section “{wanted}” in its place: take the whole page")
    return found


def _records(lines: list[tuple[int, str]], kind: str, units: dict[str, str]) -> list[Record]:
    found: list[Record] = []
    for n, text in lines:
        if head := _HEAD.fullmatch(text):
            if head[1] == kind:
                found.append(Record(n, int(head[2]), plainly(head[3]), plainly(head[4]), head[5] is None, [], 0, units))
                continue
        if _PASSED.match(text):
            continue
        if not found:
            raise PageError(n, f"expected “{kind} 1 (source) — words.”, found “{text[:80]}”")
        found[-1].lines.append((n, text))
    return sorted(found, key=lambda r: r.number)


def _numbered(records: list[Record], kind: str) -> None:
    """The numbers of a section go from 1 up, each once."""
    numbers = [r.number for r in records]
    for n, record in zip(numbers, records, strict=True):
        if numbers.count(n) > 1 or n > len(numbers):
            missing = next((k for k in range(1, len(numbers) + 1) if k not in numbers), len(numbers))
            raise PageError(record.line, f"{kind} {n} stands here, and {kind} {missing} is missing or stands twice")


def _criterion(record: Record) -> Criterion:
    s = record.next("“Inclusion: ..” or “Exclusion: ..”")
    kind = "inclusion" if s.takes("Inclusion: ") else "exclusion"
    if kind == "exclusion":
        s.needs("Exclusion: ")
    given, _ = record.condition(s)
    s.end()
    record.done()
    return Criterion(record.words, kind, given, record.source, record.confirmed)


def _conditions(lines: list[tuple[int, str]], units: dict[str, str]) -> dict[str, Expr]:
    found: dict[str, Expr] = {}
    records: list[tuple[str, Record]] = []
    for n, text in lines:
        if named := re.match(r"Condition ([A-Z]+): ", text):
            records.append((f"condition {named[1]}", Record(n, 0, "", "", True, [(n, text[named.end() :])], 0, units)))
        elif records:
            records[-1][1].lines.append((n, text))
        elif not _PASSED.match(text):
            raise PageError(n, f"expected “Condition A: ..”, found “{text[:80]}”")
    for name, record in records:
        s = record.next("a condition")
        found[name] = _resolve(record.condition(s)[0], found, record.line)
        s.end()
        record.done()
    return found


def _resolve(expr: Expr, named: dict[str, Expr], line: int) -> Expr:
    try:
        return resolved(expr, named)
    except KeyError as missing:
        raise PageError(line, f"{missing.args[0]} is named here and stands nowhere on the page before it") from None
    except RecursionError:
        raise PageError(line, "the classes here are named by each other in a circle") from None


def _entry(record: Record, named: dict[str, Expr]) -> tuple[str, tuple[Any, ...]]:
    yields: list[tuple[int, str, Expr | None]] = []
    classes: list[tuple[int, str, str, bool, str, Expr]] = []
    lives: Episode | None = None
    asked: list[tuple[int, str, str, Expr]] = []
    checks: list[tuple[int, str, str, bool, Expr]] = []
    ranges: list[tuple[int, RangeIf]] = []
    kinds = {f"{words} ": kind for kind, words in ASKED.items()}
    while record.at < len(record.lines):
        s = record.next("what the entry gives")
        if s.takes("Gives ") and not classes:
            event = s.name()
            yields.append((s.line, event, record.condition(s)[0] if s.takes(" when ") else None))
        elif kind := next((kind for words, kind in kinds.items() if s.takes(words)), None):
            item = s.name()
            s.needs(" only where ")
            asked.append((s.line, item, kind, record.condition(s)[0]))
        elif s.takes("Expects "):
            item = s.name()
            ends: list[float | None] = []
            for before in (" from ", " to "):
                s.needs(before)
                ends.append(None if s.takes("no bound") else s.number())
            s.needs(" (")
            source = s.until(")")
            confirmed = not s.takes(f" {OPEN}")
            s.needs(" where ")
            ranges.append((s.line, RangeIf(item, ends[0], ends[1], record.condition(s)[0], source, confirmed)))
        elif s.takes("Checks "):
            words = s.words()
            s.needs(" (")
            source = s.until(")")
            confirmed = not s.takes(f" {OPEN}")
            s.needs(": ")
            checks.append((s.line, words, source, confirmed, record.condition(s)[0]))
        elif s.takes("Its records live: later entries continue the first."):
            s.end()
            lives = _lives(record, named)
            break
        else:
            s.needs("Class ")
            name = s.name()
            s.needs(" (")
            source = s.until(")")
            confirmed = not s.takes(f" {OPEN}")
            s.needs(", ")
            label = s.words()
            s.needs(", when ")
            classes.append((s.line, name, source, confirmed, label, record.condition(s)[0]))
        s.end()
    known = named | {f"class {c[1]}": c[5] for c in classes}
    given = tuple(Yield(event, None if tree is None else _resolve(tree, known, n)) for n, event, tree in yields)
    made = tuple(Class(name, _resolve(tree, known, n), source, ok, label) for n, name, source, ok, label, tree in classes)
    where = tuple(Asked(item, kind, _resolve(tree, known, n)) for n, item, kind, tree in asked)
    must = tuple(EditCheck(words, _resolve(tree, known, n), source, ok) for n, words, source, ok, tree in checks)
    expected = tuple(replace(x, given=_resolve(x.given, known, n)) for n, x in ranges)
    return record.words, (given, made, lives, where, must, expected)


def _lives(record: Record, named: dict[str, Expr]) -> Episode:
    """How records of an entry live, to the end of what the page says of it."""
    found: dict[str, Any] = {}
    for part, words in LIVES.items():
        if s := record.takes(f"{words} "):
            found[part] = s.name()
            s.needs(".")
            s.end()
    if s := record.takes("Has ended when "):
        found["ended"] = _resolve(record.condition(s)[0], named, s.line)
        s.end()
    record.done()
    return Episode(**found)


def _items(lines: list[tuple[int, str]]) -> dict[str, list[str]]:
    rows = ([plainly(cell) for cell in text.split("\t")] for _, text in lines if "\t" in text and text != "\t".join(page.ITEMS))
    return {row[0]: row for row in rows if len(row) == len(page.ITEMS)}


def _names(lines: list[tuple[int, str]]) -> dict[str, Any]:
    found: dict[str, list[list[str]]] = {part: [] for part in page.NAMES}
    heads = {"\t".join(header): part for part, header in page.NAMES.items()}
    here = ""
    for _, text in lines:
        if text in heads:
            here = heads[text]
        elif here:
            found[here].append([plainly(cell) for cell in text.split("\t")])
    return {
        "phases": tuple(row[0] for row in found["phases"]),
        "events": tuple(row[0] for row in found["events"]),
        "variables": {row[0]: row[1] for row in found["variables"]},
        "marks": {row[0]: {"label": row[1], **{mark: words in row[3] for mark, words in page.MARKS.items()}} for row in found["events"]},
        "meant": {part: next((row[1] for row in found["meant"] if row[0] == words), "") for part, words in page.MEANT.items()},
    }


def _known(r: Rule, line: int, found: dict[str, Any]) -> None:
    """Every name of a sentence is one of the page's own."""
    clocks = {c.name for c in r.clocks}
    for what, names, known in (
        ("phase", (*r.at, *((r.to,) if r.to else ())), found["phases"]),
        ("event", tuple(e for e in r.on if e not in clocks), found["events"]),
        ("variable", tuple(e.name for e in r.do) + tuple(c.of for c in r.clocks), found["variables"]),
    ):
        for name in names:
            if name not in known:
                raise PageError(line, f"‘{name}’ in the sentence that begins here is no {what} that the page names: see “{page.WORDS}”")
