"""The front of the page: what a person must know to decide on a participant, before the annex with every sentence.

All of it but the titles and objectives is said again in the annex, from the same values; the reader of pages compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...paper.blocks import Block, TableBlock, Words, line
from ..language import About, After, Dose, Protocol, Rule, Visit
from ..words.spoken import condition, figure, listed, quantity, quoted, visible
from ..words.trees import AllOf, AnyOf, Cited, Expr, No, Otherwise, children
from ..words.units import unit_said
from . import parts as page
from .sentences import OPEN, clock_named, days_said, target_words, window_words

NOT_GIVEN = "not given by the sources"


def front(protocol: Protocol, fingerprint: str) -> list[Block]:
    """The front pages: the study, its objectives, its course, doses, decisions, visits, what is undecided, and where to sign."""
    return [
        line("section", page.ABOUT),
        *_about(protocol.about),
        line("section", page.OBJECTIVES),
        *_objectives(protocol),
        line("section", page.COURSE),
        *_course(protocol),
        line("section", page.DOSE_TABLE),
        *_doses(protocol),
        line("section", page.DECISIONS),
        *_decisions(protocol),
        line("section", page.VISIT_TABLE),
        *_visits(protocol),
        line("section", page.LEFT_OPEN),
        *_left_open(protocol),
        line("section", page.SIGNATURE),
        line("text", f"Signed for {visible(protocol.name)}, version {protocol.version}, fingerprint {fingerprint}, with its annex."),
        line("sign", "Name and role: " + "_" * 30 + "  Signature: " + "_" * 30 + "  Date: " + "_" * 14),
    ]


def _none() -> list[Block]:
    return [line("text", "None.")]


def _about(a: About | None) -> list[Block]:
    if a is None:
        return [line("text", "The study does not say it: about(..) in the study file does.")]
    rows: list[tuple[Words, ...]] = []
    for part, words in page.ABOUT_ROWS.items():
        said = getattr(a, part)
        rows.append((words, visible(said) if said else (("mark", NOT_GIVEN),)))
    rows += [(page.IDENTIFIER, f"{visible(i.number, '()')} ({visible(i.registry, '()')})") for i in a.identifiers]
    rows += [(f"{page.CODES} {visible(letters)}", visible(words)) for letters, words in a.codes]
    return [TableBlock(page.ABOUT_HEAD, tuple(rows), "front")]


def _objectives(protocol: Protocol) -> list[Block]:
    if not protocol.objectives:
        return _none()
    rows = tuple(
        (o.kind, visible(o.words), listed(map(quoted, o.endpoints), "and") if o.endpoints else "", visible(o.source))
        for o in protocol.objectives
    )
    return [TableBlock(page.OBJECTIVES_HEAD, rows, "front")]


def _course(protocol: Protocol) -> list[Block]:
    """The phases in their order, and where each leads; the arms and their part of the allocation."""
    lines: list[Block] = []
    if protocol.arms:
        shares = " : ".join(str(a.share) for a in protocol.arms)
        lines.append(line("text", f"Arms {listed((quoted(a.name) for a in protocol.arms), 'and')}, allocated {shares}."))
        lines += _allocation(protocol)
    ends = {p.name for p in protocol.phases if p.end}
    ways: dict[tuple[str, str], dict[str, None]] = {}
    for p in (p for p in protocol.phases if not p.end):
        here = ways.setdefault((visible(p.shown), visible(p.course)), {})
        leads = (r.to for r in protocol.rules if p.name in r.at and r.to not in (None, p.name))
        here.update(dict.fromkeys(visible(to) if to in ends else _shown(protocol, to) for to in leads if to))
    rows = tuple((*where, ", ".join(to for to in leads if to != where[0])) for where, leads in ways.items())
    return [*lines, TableBlock(page.COURSE_HEAD, rows, "front"), *_roles(protocol)]


def _allocation(protocol: Protocol) -> list[Block]:
    """How participants are allocated: the ratio, strata, blocks, and what is sealed."""
    a = protocol.allocation
    if a is None:
        return []
    said = [] if a.stated else ["The sources do not state the ratio: it is ours."]
    said.append("Permuted blocks within each stratum:" if a.strata else "Permuted blocks, one list for everybody.")
    seal = f"The file with block sizes, seed and lists is sealed, SHA-256 {a.sealed}." if a.sealed else "No list is sealed yet."
    found: list[Block] = [line("text", f"{' '.join(said)} ({visible(a.source)})")]
    for f in a.strata:
        levels = "; ".join(f"{quoted(x.label)} where {condition(x.given)}" for x in f.levels)
        found.append(line("item", f"{visible(f.by)}: {levels}"))
    return [*found, line("text", seal)]


def _roles(protocol: Protocol) -> list[Block]:
    """Who is kept blind to what."""
    if not protocol.roles:
        return []
    rows = []
    for r in protocol.roles:
        hidden = [
            f"{what} {quoted(name)}" for what, names in (("entry", r.forms), ("item", r.items), ("visit", r.visits)) for name in names
        ]
        sees = page.BLIND if r.blinded else page.OPEN_TO
        rows.append((visible(r.name), visible(r.label), sees, ", ".join(hidden), visible(r.drug), visible(r.source)))
    return [TableBlock(page.ROLE_HEAD, tuple(rows), "front")]


def _shown(protocol: Protocol, name: str) -> str:
    return next((visible(p.shown) for p in protocol.phases if p.name == name), visible(name))


def _doses(protocol: Protocol) -> list[Block]:
    if not protocol.doses:
        return _none()
    events = [e.name for e in protocol.events]
    rows = tuple((visible(d.drug), _amount(d), _when(d, events), visible(d.route), _cited(d.source, d.confirmed)) for d in protocol.doses)
    return [TableBlock(page.DOSE_HEAD, rows, "front")]


def _amount(d: Dose) -> str:
    if d.amount is None:
        return "none"
    amount = quantity(d.amount) if isinstance(d.amount, Expr) else figure(d.amount)
    return f"{amount} {visible(unit_said(d.unit))}"


def _when(d: Dose, events: Iterable[str]) -> str:
    said = [visible(d.words)] if d.words else []
    if not said:
        said += [f"while in {listed(map(quoted, d.at))}"] if d.at else []
        clocks = ((n, clock_named(n, events)) for n in d.before)
        said += [f"before {quoted(n) if c is None else f'the day on which {condition(c)}'}" for n, c in clocks]
        if d.given is not None:
            said.append("in every other case" if isinstance(d.given, Otherwise) else f"given that {condition(d.given)}")
    due = "; ".join(x for x in (days_said(d), f"recorded each time, {window_words(d.window)}" if d.window is not None else "") if x)
    return "; ".join([*said, due] if due else said)


def _cited(source: str, confirmed: bool) -> Words:
    return visible(source) if confirmed else (("", f"{visible(source)} "), ("mark", OPEN))


def _decisions(protocol: Protocol) -> list[Block]:
    """What a person decides or begins, when it is allowed in the words of the study, and where it leads: who goes on, who may be retreated."""
    asked = {e.name: e for e in protocol.events if e.nature in ("decision", "act")}
    dosed = {p for d in protocol.doses for p in d.at}
    rows: list[tuple[Words, ...]] = []
    for name, e in asked.items():
        for r in protocol.rules:
            if name in r.on and (e.nature == "decision" or r.to in dosed):
                leads = _shown(protocol, r.to) if r.to else ""
                rows.append((visible(e.label or e.name), visible(r.words), "; ".join(_needed(r)), leads, visible(r.source)))
    return [TableBlock(page.DECISION_HEAD, tuple(rows), "front")] if rows else _none()


def _needed(r: Rule) -> list[str]:
    """What a rule asks, each part in the study's own words where it has them."""
    if r.given is None:
        return []
    if isinstance(r.given, Otherwise):
        return ["in every other case"]
    return [_in_words(part) for part in (r.given.parts if isinstance(r.given, AllOf) else (r.given,))]


def _in_words(part: Expr) -> str:
    if isinstance(part, Cited):
        return visible(part.words)
    if isinstance(part, AnyOf | AllOf) and any(isinstance(x, Cited) for x in children(part)):
        return f" {'or' if isinstance(part, AnyOf) else 'and'} ".join(map(_in_words, part.parts))
    if isinstance(part, No) and isinstance(part.part, Cited):
        return f"not so that {visible(part.part.words)}"
    return condition(part)


def _visits(protocol: Protocol) -> list[Block]:
    if not protocol.visits:
        return _none()
    rows = []
    for alike in _alike(protocol.visits):
        v, several = alike[0], len(alike) > 1
        target = target_words(v.target) + (f", then every {v.every}" if v.every is not None else "")
        if several and isinstance(v.target, After):
            last = alike[-1].target
            target = ", ".join(str(getattr(x.target, "n", "")) for x in alike[:-1]) + f" and {target_words(last)}"
        target += f", given that {condition(v.given)}" if v.given is not None else ""
        window = window_words(v.window, v.target).removesuffix(f" {OPEN}")
        marked: Words = window if v.window is None or v.window.confirmed else (("", f"{window} "), ("mark", OPEN))
        rows.append((", ".join(visible(x.name) for x in alike), target, marked, visible(v.source)))
    return [TableBlock(page.VISIT_HEAD, tuple(rows), "front")]


def _alike(visits: tuple[Visit, ...]) -> list[list[Visit]]:
    """Visits that follow each other and differ in their name and in how long after the same day they are."""
    found: list[list[Visit]] = []
    for v in visits:
        if found and _but_for_its_time(v) is not None and _but_for_its_time(v) == _but_for_its_time(found[-1][-1]):
            found[-1].append(v)
        else:
            found.append([v])
    return found


def _but_for_its_time(v: Visit) -> Visit | None:
    if not isinstance(v.target, After) or v.target.n < 2:
        return None
    return replace(v, name="", known_as=(), words="", target=replace(v.target, n=0))


def _left_open(protocol: Protocol) -> list[Block]:
    """The questions alone: our readings of them stand in the annex."""
    if not protocol.readings:
        return _none()
    return [line("question", ("b", r.id), f" {visible(r.question)}") for r in protocol.readings]
