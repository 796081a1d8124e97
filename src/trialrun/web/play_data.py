"""What the page to play with carries: a study's tables, rules, visits, forms and words as compact JSON data, with nothing to look up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..journey.decisions import refusal
from ..journey.journal import ALWAYS, WHERE_SET
from ..journey.ready import Ready
from ..protocol.frozen.freeze import plain
from ..protocol.language import Dose, Event, Form, LaterOf, LeadingTo, Measure, Rule, Target, Visit, Whichever
from ..protocol.schedule import Schedule
from ..protocol.table import Table
from ..protocol.words.amounts import spelled_out
from ..protocol.words.expressions import AllOf, Cited, Clock, Expr, Otherwise, names
from ..protocol.words.spoken import say
from .play_choices import choices
from .play_stories import Story

FORMAT = "trialrun play 1"


def page_data(ready: Ready, stories: Sequence[Story], start: str) -> dict[str, Any]:
    """A study as the page reads it. `arms` holds what each arm runs; the arm "" is the common part, or the whole of a study without arms."""
    p = ready.protocol
    return {
        "format": FORMAT,
        "name": p.name,
        "version": p.version,
        "title": p.title,
        "notice": p.notice,
        "fingerprint": ready.fingerprint,
        "begins": p.begins,
        "start": start,
        "journal": {"always": list(ALWAYS), "where_set": list(WHERE_SET)},
        "order": {"closing": sorted(ready.closing), "final": sorted(ready.final), "at_first": sorted(ready.at_first)},
        "statements": {s.id: {"words": s.words, "confirmed": s.confirmed} for s in p.statements},
        "reading_order": [r.id for r in p.readings],
        "readings": {r.id: {"question": r.question, "answer": r.answer} for r in p.readings},
        "phases": [
            {"name": f.name, "shown": f.shown, "end": f.end, "reason": f.reason, "course": f.course, "source": f.source, "waits": f.waits}
            for f in p.phases
        ],
        "events": [_event(e) for e in p.events],
        "flags": [f.name for f in p.flags],
        "bounds": ready.enacts.bounds,
        "starts": dict(ready.enacts.start.counters),
        "moments": [
            {"name": m.name, "watch": m.derived.stopwatch if m.derived else None, "or_else": m.derived.or_else if m.derived else None}
            for m in p.moments
        ],
        "watches": {w.name: list(w.runs) for w in p.stopwatches},
        "forms": [_form(ready, f) for f in p.forms],
        "class_words": ready.class_words() if ready.overriding else {},
        "absence": None
        if p.absence is None
        else {"entry": p.absence.entry, "shown": p.absence.shown, "not_ended_by": list(p.absence.not_ended_by)},
        "standing": [{"key": s.key, "of": s.of, "plus": s.plus, "at": list(s.at)} for s in p.standing],
        "ahead": [
            {
                "clock": a.clock.name,
                "at": list(a.at),
                "words": a.words,
                "source": a.source,
                "if": None if a.given is None else plain(a.given),
            }
            for a in p.ahead
        ],
        "proposals": [
            {
                "words": x.words,
                "at": list(x.at),
                "on": list(x.on),
                "answers": list(x.answers),
                "source": x.source,
                "confirmed": x.confirmed,
                "if": None if x.given is None else plain(x.given),
            }
            for x in p.proposals
        ],
        "has_arms": bool(p.arms),
        **({"leading": True} if any(isinstance(v.target, LeadingTo) for v in p.visits) else {}),
        "planned_by": {d.drug: d.source for d in reversed(p.doses) if d.planned},
        "arms": {"": _arm(ready), **{name: _arm(own) for name, own in ready.arms.items()}},
        "stories": [{"title": s.title, "says": s.says, "until": s.until, "entries": [dict(e) for e in s.entries]} for s in stories],
    }


def _event(e: Event) -> dict[str, Any]:
    return {"name": e.name, "nature": e.nature, "source": e.source, "otherwise": e.otherwise, "label": e.called, "shown": e.shown}


def _arm(ready: Ready) -> dict[str, Any]:
    """What one arm runs: its clocks, rules, doses, visits and table."""
    table, p = ready.table, ready.table.protocol
    meaning = table.meaning
    unmarked = (0,) * (len(meaning.start) - 1)
    waited = {f.name: list(meaning.pending((f.name, *unmarked))) for f in p.phases}
    kinds: dict[tuple[Schedule, ...], int] = {}
    planned = [kinds.setdefault(ready.schedules(s), len(kinds)) for s in range(len(table.values))]
    return {
        "events": list(table.events),
        "clocks": [{"name": c.name, "kind": c.kind, "n": c.n, "unit": c.unit, "of": c.of, "says": say(c)} for c in meaning.clocks.values()],
        "waited": waited,
        "leads_to": {f.name: sorted(ready.leads_to(f.name)) for f in p.phases},
        "variables": list(meaning.variables),
        "rules": [_rule(r) for r in meaning.rules],
        "legal": ready.legal,
        "doses": [_dose(d) for d in p.doses],
        "schedules": [[{"drug": s.drug, "doses": [p.doses.index(d) for d in s.doses]} for s in kind] for kind in kinds],
        "planned": planned,
        "visits": [_visit(v) for v in p.visits],
        "table": table_data(table),
    }


def table_data(table: Table) -> dict[str, Any]:
    """A table by rows.

    `shapes`: event, rule, event, rule, ..; `rows`: each status's shape; `next`: the next statuses, row after row; `values`: each status's
    phase, variables and clock marks as `width` numbers of `digits` digits to the base 36.
    """
    shapes: dict[tuple[int, ...], int] = {}
    rows: list[int] = []
    following: list[int] = []
    place = {name: i for i, name in enumerate(table.events)}
    for s in range(len(table.values)):
        row = sorted((place[event], there, rule) for event, (there, rule) in table.row(s).items())
        shape = tuple(x for event, _, rule in row for x in (event, rule))
        rows.append(shapes.setdefault(shape, len(shapes)))
        following += [there for _, there, _ in row]
    digits = len(np.base_repr(int(table.values.max()), 36))
    words = [np.base_repr(n, 36).rjust(digits, "0").lower() for n in range(int(table.values.max()) + 1)]
    return {
        "shapes": [list(s) for s in shapes],
        "rows": rows,
        "next": following,
        "width": int(table.values.shape[1]),
        "digits": digits,
        "values": "".join(words[n] for n in table.values.ravel().tolist()),
    }


def _rule(r: Rule) -> dict[str, Any]:
    given = r.given.parts if isinstance(r.given, AllOf) else () if r.given is None else (r.given,)
    return {
        "source": r.source,
        "words": r.words,
        "at": list(r.at),
        "on": list(r.on),
        "to": r.to,
        "breach": r.breach,
        "marks": [e.name for e in r.do if e.kind == "mark"],
        "resets": [e.name for e in r.do if e.kind == "reset"],
        "extends": [[e.name, e.value] for e in r.do if e.kind == "extend"],
        "changes": [[e.kind, e.name, e.value] for e in r.do if e.kind in ("put", "add", "less")],
        "clocks": sorted(names(r.given, "clock")),
        "given": [_part(part) for part in given if not isinstance(part, Otherwise)],
    }


def _part(part: Expr) -> dict[str, Any]:
    """One part of a condition with its words, as a refusal quotes them."""
    return {
        "if": plain(part),
        "refusal": refusal(part),
        "source": part.source if isinstance(part, Cited) else None,
        "clocks": sorted(names(part, "clock")),
    }


def _dose(d: Dose) -> dict[str, Any]:
    return {
        "amount": plain(spelled_out(d.amount)),
        "formula": say(d.amount) if isinstance(d.amount, Expr) else None,
        "rounded": d.rounded,
        "unit": d.unit,
        "drug": d.drug,
        "source": d.source,
        "words": d.words,
        "route": d.route,
        "days": list(d.days),
        "first": d.first,
        "last": d.last,
        "step": d.step,
        "on": d.on,
        "window": None if d.window is None else {"before": d.window.before, "after": d.window.after, "not_before": d.window.not_before},
        "before": list(d.before),
        "at": list(d.at),
        "clocks": sorted(names(d.given, "clock")),
        "if": None if d.given is None or isinstance(d.given, Otherwise) else plain(d.given),
    }


def _visit(v: Visit) -> dict[str, Any]:
    w = v.window
    return {
        "name": v.name,
        "source": v.source,
        "target": _target(v.target),
        "window": None
        if w is None
        else {"before": w.before, "after": w.after, "not_before": w.not_before, "source": w.source, "confirmed": w.confirmed}
        | ({} if w.unit == "days" else {"minutes": True}),
        "made_by": v.made_by,
        "served_by": list(v.served_by),
        "known_as": list(v.known_as),
        "each": v.each,
        "opens": list(v.opens),
        "excused": list(v.excused),
        "until_visit": v.until_visit,
        "every": None if v.every is None else {"n": v.every.n, "unit": v.every.unit},
        "ends": None if v.ends is None else _target(v.ends),
        "drifts": v.drifts,
        "until": list(v.until),
        "given": None if v.given is None else plain(v.given),
        "given_words": None if v.given is None else say(v.given),
        "expires": None if v.expires is None else {"n": v.expires.n, "unit": v.expires.unit},
    }


def _target(t: Target) -> dict[str, Any]:
    if isinstance(t, LeadingTo):
        return {"is": "leading", "n": t.n, "unit": t.unit, "of": t.of}
    if isinstance(t, Whichever):
        return {"is": "later", "which": t.which, "parts": [_target(part) for part in t.parts]}
    if isinstance(t, Clock):
        return {"is": "clock", "name": t.name, "kind": t.kind, "n": t.n, "unit": t.unit, "of": t.of}
    if isinstance(t, LaterOf):
        return {"is": "later", "parts": [_target(part) for part in t.parts]}
    return {"is": "after", "n": t.n, "unit": t.unit, "of": t.of, "visit": t.visit}


def _form(ready: Ready, f: Form) -> dict[str, Any]:
    read = ready.forms[f.entry]
    return {
        "entry": f.entry,
        "label": f.label,
        "source": f.source,
        "items": [_item(m) for m in f.items],
        "groups": [
            {
                "name": g.name,
                "label": g.label,
                "items": [_item(m) for m in g.items],
                "required": list(g.required),
                "rows": g.rows,
                "up_to": g.up_to,
            }
            for g in f.groups
        ],
        "required": list(f.required),
        "yields": [{"event": y.event, "if": None if y.given is None else plain(y.given)} for y in f.yields],
        "classes": [
            {"name": c.name, "if": plain(c.given), "label": c.label, "source": c.source, "confirmed": c.confirmed} for c in f.classes
        ],
        "classified": f.classified,
        "over_time": [plain(x) for x in ready.over_time.get(f.entry, ())],
        "computed": list(f.computed),
        "asked": [{"item": a.item, "kind": a.kind, "if": plain(a.given)} for a in f.asked],
        "ranges": [{"item": x.item, "low": x.low, "high": x.high, "if": plain(x.given)} for x in f.ranges],
        "checks": [{"words": k.words, "source": k.source, "if": plain(k.given)} for k in f.checks],
        "lives": None if f.lives is None else {**vars(f.lives), "ended": None if f.lives.ended is None else plain(f.lives.ended)},
        "overrides": f.overrides,
        "keeps_screening": f.keeps_screening,
        "dose_item": next((item for item, _ in read.dose_items), None),
        "dose_items": [list(x) for x in read.dose_items],
        "visit_item": read.visit_item,
        "arm_item": read.arm_item,
        "choices": choices(ready, read),
    }


def _item(m: Measure) -> dict[str, Any]:
    return {
        "name": m.name,
        "type": m.type,
        "unit": m.unit,
        "low": m.low,
        "role": m.role,
        "high": m.high,
        "codes": list(m.codes),
        "label": m.label,
        "blinded": m.blinded,
        "also_in": [{"unit": u.unit, "times": u.times, "plus": u.plus} for u in m.also_in],
    }
