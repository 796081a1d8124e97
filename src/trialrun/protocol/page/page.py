"""The page that a clinician signs, as Markdown: what is undecided first, then the study as sentences, each with its source.

The same blocks make the HTML page; `parse` reads both back to the same values.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ...paper.blocks import Block, Line, Picture, Run, TableBlock, line
from ...paper.markdown import markdown
from ..language import Form, Group, LeadingTo, Measure, Moment, OtherUnit, Protocol, Statement, violated
from ..words.spoken import Naming, condition, figure, listed, quoted, visible
from ..words.trees import AllOf, AnyOf, Expr, children, nodes
from ..words.units import unit_said
from . import parts as page
from .diagram import diagram, left_out
from .endpoint_words import endpoint_blocks
from .front_pages import front
from .grid import schedule
from .ladder_words import ladder_blocks
from .sentences import (
    OPEN,
    ahead_lines,
    condition_lines,
    criterion_lines,
    dose_lines,
    entry_lines,
    preparation_line,
    proposal_lines,
    rule_lines,
    visit_lines,
    window_words,
)  # fmt: skip

SEVERAL = 3


def page_markdown(protocol: Protocol, fingerprint: str, checked: Any = None) -> str:
    """The page as Markdown. `checked`: the answer of the check, shown beside the fingerprint."""
    return markdown(blocks(protocol, fingerprint, checked))


def blocks(protocol: Protocol, fingerprint: str, checked: Any = None) -> list[Block]:
    """The page as lines, tables and drawings, in its order."""
    naming, shared = name_conditions(protocol)
    return [
        *_opening(protocol, fingerprint, checked),
        *front(protocol, fingerprint),
        line("annex", page.ANNEX),
        line("section", page.SCHEDULE),
        schedule(protocol),
        *_undecided(protocol),
        line("section", page.STATEMENTS),
        *_some([_statement(s) for s in protocol.statements]),
        *_sentences(protocol),
        line("section", page.BREACHES),
        *_some([x for n, r in enumerate(protocol.breaches, 1) for x in rule_lines(r, "Breach", n, protocol)]),
        line("section", page.LADDERS),
        *_some([x for n, d in enumerate(protocol.ladders, 1) for x in ladder_blocks(d, n, protocol)]),
        line("section", page.DOSES),
        *_some([x for n, d in enumerate(protocol.doses, 1) for x in dose_lines(d, n, [e.name for e in protocol.events])]),
        line("section", page.PREPARATIONS),
        *_some([preparation_line(p, n) for n, p in enumerate(protocol.preparations, 1)]),
        line("section", page.VISITS),
        *_some([x for n, v in enumerate(protocol.visits, 1) for x in visit_lines(v, n, Naming(naming.units))]),
        line("section", page.AHEAD),
        *_some([x for n, a in enumerate(protocol.ahead, 1) for x in ahead_lines(a, n)]),
        line("section", page.PROPOSALS),
        *_some([x for n, a in enumerate(protocol.proposals, 1) for x in proposal_lines(a, n)]),
        line("section", page.CRITERIA),
        *_some([x for n, c in enumerate(protocol.criteria, 1) for x in criterion_lines(c, n, Naming(naming.units))]),
        line("section", page.CONDITIONS),
        *_some(shared),
        line("section", page.FOLLOWS),
        *_some([x for n, f in enumerate(protocol.forms, 1) for x in entry_lines(f, n, _own(f, naming))]),
        line("section", page.FORMS),
        *_some([x for f in protocol.forms for x in _form(f)]),
        line("section", page.ENDPOINTS),
        *_some(endpoint_blocks(protocol, Naming(naming.units))),
        line("section", page.WORDS),
        *_words(protocol),
        line("section", page.DIAGRAM),
        Picture(diagram(protocol), "The phases as boxes and the sentences that lead from one to another as arrows, each with its number."),
        *_not_drawn(protocol),
    ]


def _not_drawn(protocol: Protocol) -> list[Block]:
    words = "Arrows bear the numbers of the sentences. Sentences that stay in their phase are not drawn"
    missing = left_out(protocol)
    return [line("text", words + (f", nor is {listed(map(quoted, missing), 'and')}, entered against the rules only." if missing else "."))]


def _some(found: list[Any]) -> list[Any]:
    return found or [line("text", "None.")]


# Opening ----------------------------------------------------------------------------------------------------------------------------


def _opening(protocol: Protocol, fingerprint: str, checked: Any) -> list[Block]:
    lines = [
        line("title", visible(protocol.title)),
        line("text", f"Study {visible(protocol.name)}, version {protocol.version}"),
        line("text", f"Fingerprint {fingerprint}"),
        line("warning", visible(protocol.notice)),
    ]
    if checked is not None:
        data = checked if isinstance(checked, dict) else checked.as_json()
        found = data.get("findings", [])
        said = f"Checked: {data['statuses']:,} statuses and {data['transitions']:,} transitions, every one visited; "
        lines.append(
            line("text", said + (f"{len(found)} finding{'' if len(found) == 1 else 's'}." if found else "nothing was found wrong."))
        )
        lines += [line("item", visible(f if isinstance(f, str) else str(f.get("says") or f))) for f in found]
    return list(lines)


def _undecided(protocol: Protocol) -> list[Block]:
    lines = [line("section", page.UNDECIDED)]
    lines += _some(
        [
            line("item", ("b", r.id), f" — {visible(r.question)} ", ("i", "Our reading:"), f" {visible(r.answer)}", anchor=f"code-{r.id}")
            for r in protocol.readings
        ]
    )
    open_ones: list[tuple[str, str]] = [("Statement", f"{s.id}: {visible(s.words)}") for s in protocol.statements if not s.confirmed]
    open_ones += [
        ("Visit", f"{visible(v.name)}: {'window ' if v.window is None else ''}{window_words(v.window, v.target)}".removesuffix(f" {OPEN}"))
        for v in protocol.visits
        if (not isinstance(v.target, LeadingTo) if v.window is None else not v.window.confirmed)
    ]
    open_ones += [("Criterion", f"{visible(c.name)} ({c.source})") for c in protocol.criteria if not c.confirmed]
    open_ones += [("Class", f"{visible(c.label)} ({c.source})") for f in protocol.forms for c in f.classes if not c.confirmed]
    open_ones += [("Range", f"{visible(x.item)} ({x.source})") for f in protocol.forms for x in f.ranges if not x.confirmed]
    open_ones += [("Edit check", f"{visible(k.words)} ({k.source})") for f in protocol.forms for k in f.checks if not k.confirmed]
    open_ones += [("Ladder", f"{visible(x.name)} ({x.source})") for x in protocol.ladders if not x.confirmed]
    open_ones += [("Dose", f"{visible(d.words or d.drug)} ({d.source})") for d in protocol.doses if not d.confirmed]
    open_ones += [
        ("Preparation", f"{figure(p.amount)} {visible(unit_said(p.unit))} over {p.hours} hours ({p.source})")
        for p in protocol.preparations
        if not p.confirmed
    ]
    open_ones += [
        ("Terminology", f"{visible(c.name)} {visible(c.version)} ({c.source})") for c in protocol.terminologies if not c.confirmed
    ]
    open_ones += [("Design", f"{visible(d.name)} ({d.source})") for d in protocol.designs if not d.confirmed]
    open_ones += [("Published figure", f"{visible(f.name)} ({f.source})") for f in protocol.published if not f.confirmed]
    lines.append(line("section", page.UNCONFIRMED))
    return [*lines, *_some([line("item", ("b", kind), f" — {words} ", ("mark", OPEN)) for kind, words in open_ones])]


def _statement(s: Statement) -> Line:
    runs: list[str | Run] = [("b", s.id), f" — {visible(s.words)}"]
    runs += [" (background)"] if s.background else []
    return line("item", *runs, *(() if s.confirmed else (" ", ("mark", OPEN))), anchor=f"code-{s.id}")


# Sentences --------------------------------------------------------------------------------------------------------------------------


def _sentences(protocol: Protocol) -> list[Block]:
    """Every sentence once, under the first phase that it speaks of; those of many phases at the end."""
    place = {p.name: i for i, p in enumerate(protocol.phases)}
    home = {n: min(r.at, key=lambda p: place.get(p, len(place))) if len(r.at) <= SEVERAL else "" for n, r in enumerate(protocol.rules, 1)}
    lines: list[Block] = [line("section", page.SENTENCES)]
    for p in protocol.phases:
        here = [n for n, r in enumerate(protocol.rules, 1) if p.name in r.at]
        if not here:
            continue
        shown = f", shown as {quoted(p.shown)}" if p.shown != p.name else ""
        lines.append(line("heading", f"While in {quoted(p.name)}{shown}", anchor=f"phase-{place[p.name]}"))
        for n in (n for n in here if home[n] == p.name):
            lines += rule_lines(protocol.rules[n - 1], "Sentence", n, protocol)
        if also := [n for n in here if home[n] != p.name]:
            lines.append(line("also", f"Also here: sentence{'s' if len(also) > 1 else ''} {listed(map(str, also), 'and')}."))
    far = [n for n in home if home[n] == ""]
    if far:
        lines.append(line("heading", "In several phases"))
    for n in far:
        lines += rule_lines(protocol.rules[n - 1], "Sentence", n, protocol)
    return lines


# Conditions with names --------------------------------------------------------------------------------------------------------------


def name_conditions(protocol: Protocol) -> tuple[Naming, list[Line]]:
    """Phrases for conditions that come back among the forms, and the lines that say what they stand for."""
    units = {m.name: visible(unit_said(m.unit)) for f in reversed(protocol.forms) for m in reversed(f.items) if m.unit}
    phrases: dict[Expr, tuple[str, str]] = {}
    if protocol.criteria:
        phrases[violated(*protocol.criteria)] = ("some eligibility criterion is not met", "every eligibility criterion is met")
    skipped = set(phrases) | {c.given for f in protocol.forms for c in f.classes}
    seen: Counter[Expr] = Counter()

    def walk(tree: Expr, top: bool = False) -> None:
        if not top and tree in skipped:
            return
        if isinstance(tree, AllOf | AnyOf) and tree not in skipped and len(condition(tree)) > 60:
            seen[tree] += 1
            if seen[tree] > 1:
                return
        for part in children(tree):
            walk(part)

    for f in protocol.forms:
        for given in [y.given for y in f.yields if y.given is not None] + [c.given for c in f.classes]:
            walk(given, top=True)
        for given in (
            *(a.given for a in f.asked),
            *(x.given for x in f.ranges),
            *(k.given for k in f.checks),
            *((f.lives.ended,) if f.lives is not None else ()),
        ):
            if given is not None:
                walk(given, top=True)
    lines: list[Line] = []
    again = [tree for tree, n in seen.items() if n > 1]
    for i, tree in enumerate(sorted(again, key=lambda t: sum(1 for _ in nodes(t)))):
        name = f"ondition {_letters(i)}"
        lines += condition_lines(f"C{name}", tree, Naming(units, dict(phrases)))
        phrases[tree] = (f"c{name} holds", f"c{name} does not hold")
    return Naming(units, phrases), lines


def _letters(n: int) -> str:
    return chr(65 + n) if n < 26 else _letters(n // 26 - 1) + _letters(n % 26)


def _own(f: Form, naming: Naming) -> Naming:
    classes = {c.given: (f"the class {quoted(c.name)} is met", f"the class {quoted(c.name)} is not met") for c in f.classes}
    return Naming(naming.units, {**naming.phrases, **classes})


# Forms and names --------------------------------------------------------------------------------------------------------------------


def _form(f: Form) -> list[Block]:
    said = f"{quoted(f.entry)} — {visible(f.label)} ({f.source}{', ' + f.domain if f.domain else ''})"
    if not f.items and not f.groups:
        return [line("heading", said), line("text", "Only the day is recorded.")]
    items = [TableBlock(page.ITEMS, tuple(_item(m, m.name in f.required) for m in f.items), "items")] if f.items else []
    return [line("heading", said), *items, *(x for g in f.groups for x in _group(g))]


def _group(g: Group) -> list[Block]:
    most = f"at most {g.up_to} rows" if g.up_to is not None else "any number of rows"
    counted = f", counted as {quoted(g.rows)}" if g.rows else ""
    said = f"{quoted(g.name)} — {visible(g.label)} ({g.source}), {most} in one entry{counted}:"
    return [line("text", said), TableBlock(page.ITEMS, tuple(_item(m, m.name in g.required) for m in g.items), "items")]


def _item(m: Measure, required: bool) -> tuple[str, ...]:
    span = "; ".join(visible(c) for c in m.codes)
    if not span and (m.low is not None or m.high is not None):
        span = " to ".join("" if x is None else figure(x) for x in (m.low, m.high)).strip()
    kind = m.type + (f", the dose of {quoted(m.drug)}" if m.drug else "") + "".join(_converted(u, m.unit) for u in m.also_in)
    return (
        visible(m.name),
        visible(m.label),
        kind,
        visible(unit_said(m.unit)),
        span,
        "yes" if required else "",
        m.role,
        visible(m.cdash),
        m.source,
    )


def _converted(u: OtherUnit, own: str) -> str:
    """Another unit of an item, with how its values become those of its own."""
    more = f" {'+' if u.plus > 0 else '−'} {figure(abs(u.plus))}" if u.plus else ""
    return f", also in {visible(unit_said(u.unit))} (× {figure(u.times)}{more} = {visible(unit_said(own))}{f', {visible(u.source)}' if u.source else ''})"


def _words(protocol: Protocol) -> list[Block]:
    phases = tuple(
        (visible(p.name), visible(p.shown), visible(p.course) + ("the end" if p.end else ""), p.source, visible(p.waits or ""))
        for p in protocol.phases
    )
    natures = {"fact": "it happens", "act": "a person does it", "decision": "a person decides it"}
    events = tuple(
        (
            visible(e.name),
            visible(e.label),
            natures[e.nature],
            "; ".join(words for mark, words in page.MARKS.items() if getattr(e, mark)),
            e.source,
            visible(e.otherwise),
        )
        for e in protocol.events
    )
    meant = tuple((words, visible(name)) for part, words in page.MEANT.items() if (name := getattr(protocol, part)))
    variables = [(visible(f.name), "flag", f"begins as {'yes' if f.starts else 'no'}", f.source) for f in protocol.flags]
    variables += [(visible(c.name), "count", f"from {c.starts}, {c.up_to} at most", c.source) for c in protocol.counts]
    variables += [(visible(t.name), "tally", f"from {t.starts}; guards nothing", t.source) for t in protocol.tallies]
    variables += [(visible(m.name), "day", _day(m), m.source) for m in protocol.moments]
    variables += [(visible(w.name), "stopwatch", f"counts days in {listed(map(quoted, w.runs))}", w.source) for w in protocol.stopwatches]
    return [
        TableBlock(page.NAMES["phases"], phases, "names"),
        TableBlock(page.NAMES["events"], events, "names"),
        TableBlock(page.NAMES["variables"], tuple(variables), "names"),
        *([TableBlock(page.NAMES["meant"], meant, "names")] if meant else []),
    ]


def _day(m: Moment) -> str:
    if m.derived is None:
        return "remembered by a sentence"
    return f"the last day on which {quoted(m.derived.stopwatch)} ran" + (f", else {quoted(m.derived.or_else)}" if m.derived.or_else else "")
