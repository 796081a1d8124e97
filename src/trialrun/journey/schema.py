"""JSON Schemas (Draft 2020-12) of the formats that others rely on: entry, journal, standing, study, check."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from ..protocol.frozen.freeze import FIRST_FORMAT, FORMAT, TYPES
from ..protocol.frozen.json_text import LARGEST
from ..protocol.language import Form, Measure, Protocol
from .fields import FIELDS, HAPPENED_ON, REQUIRED, SOUND
from .queries import KINDS
from .values import NUMBER_TEXT, YES_NO_TEXT

SCHEMAS = ("entry", "journal", "standing", "study", "check")
DRAFT = "https://json-schema.org/draft/2020-12/schema"
DATE = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
MAYBE_DATE = {"anyOf": [DATE, {"type": "null"}]}
TEXT: dict[str, Any] = {"type": "string"}
NUMBER = {"type": "number", "minimum": -LARGEST, "maximum": LARGEST}
ONE: dict[str, Any] = {"anyOf": [{"type": ["boolean", "null"]}, NUMBER, {**TEXT, **SOUND}]}


def _with_unit(kinds: list[dict[str, Any]]) -> dict[str, Any]:
    """A value with its unit."""
    return {
        "type": "object",
        "required": ["value", "unit"],
        "additionalProperties": False,
        "properties": {"value": {"anyOf": kinds}, "unit": {**TEXT, **SOUND}},
    }


IN_ROWS = {"anyOf": [*ONE["anyOf"], _with_unit(ONE["anyOf"])]}
ROW = {"type": "object", "propertyNames": SOUND, "additionalProperties": IN_ROWS}
VALUE = {"anyOf": [*IN_ROWS["anyOf"], {"type": "array", "items": ROW}]}
MAYBE = {"type": ["string", "null"]}
WHOLE = {"type": ["integer", "null"]}
MUCH = {"type": ["number", "null"]}
TEXTS = {"type": "array", "items": TEXT}
DOSE: dict[str, Any] = {
    "amount": {"type": ["number", "null"], "description": "null while the values in `missing` are not recorded"}, "unit": TEXT, "source": TEXT,
    "sources": TEXTS, "words": TEXT, "formula": TEXT, "rounded": {"type": ["number", "null"]}, "missing": TEXTS,
}  # fmt: skip
GIVEN: dict[str, Any] = {"drug": TEXT, "route": {**TEXT, "description": "empty where the study names none"}, **DOSE}
RECORD: dict[str, Any] = {
    "form": TEXT, "entry": {"type": "integer", "description": "the sequence that later entries continue"}, "entries": {"type": "array", "items": {"type": "integer"}},
    "values": {"type": "object", "description": "what its entries say together"}, "begins": {**TEXT, "description": "as it was said"},
    "began": {"type": "array", "items": DATE, "description": "the first and the last day that it could be"}, "ends": MAYBE,
    "ended": {"type": ["array", "null"], "items": DATE}, "ongoing": {"type": "boolean"},
    "days": {**WHOLE, "description": "from begin to end, both counted; while it goes on, so far; null where the dates leave it open"},
    "days_least": {"type": "integer"}, "days_most": {"type": "integer"},
    "grades": {"type": "array", "items": {"type": "object", "properties": {"on": DATE, "grade": VALUE, "entry": {"type": "integer"}}}}, "worst": VALUE,
}  # fmt: skip
TELLS = ("drug", "amount", "unit", "route", "source")
BEFORE: dict[str, Any] = {
    **GIVEN, "for": {**TEXT, "description": "the event, or the clock"}, "why": {**TEXT, "description": "the words of the rule that is of this day"},
    "if": {"type": "boolean", "description": "true: asked for if that is done today, which is allowed; false: it is of this day"},
}  # fmt: skip


def schema_of(name: str, protocol: Protocol) -> dict[str, Any]:
    """The schema of one format; entries and standings know the study's own forms and counts."""
    made = {"entry": entry, "journal": journal, "standing": standing, "study": frozen, "check": check}[name](protocol)
    return {"$schema": DRAFT, "title": f"TrialRun {name}, study {protocol.name} version {protocol.version}", **made}


def entry(protocol: Protocol) -> dict[str, Any]:
    """One journal entry; each event name with its values."""
    properties = {name: field.schema() for name, field in FIELDS.items()}
    properties["event"] = {"enum": [f.entry for f in protocol.forms], "description": FIELDS["event"].means}
    properties["protocol"]["examples"] = [f"{protocol.name}@{protocol.version}"]
    return {
        "type": "object",
        "required": list(REQUIRED),
        "additionalProperties": False,
        "properties": properties,
        "allOf": [
            {
                "if": {"properties": {"event": {"const": f.entry}}},
                "then": {"properties": {"values": {"anyOf": [_values(f), {"type": "null"}]}}},
            }
            for f in protocol.forms
        ],
    }


def _values(form: Form) -> dict[str, Any]:
    """A form's values. An item that the form does not have is kept and asked about; a blank in a name is as an underscore."""
    groups = {
        g.name: {"title": g.label, "type": ["array", "null"], "items": _named(g.label, {m.name: _item(m) for m in g.items}, IN_ROWS)}
        for g in form.groups
    }
    return _named(form.label, {m.name: _item(m) for m in form.items}, VALUE, groups)


def _named(title: str, named: dict[str, Any], others: dict[str, Any], groups: dict[str, Any] | None = None) -> dict[str, Any]:
    """An object of values by name, and others."""
    spaced = {f"^{re.escape(name).replace('_', '[ _]')}$": item for name, item in named.items() if "_" in name}
    spaced |= {
        f"^{'[ _]'.join(map(re.escape, re.split('[ _]', name)))}$": group
        for name, group in (groups or {}).items()
        if re.search("[ _]", name)
    }
    return {
        "type": "object",
        "title": title,
        "properties": {**named, **(groups or {})},
        **({"patternProperties": spaced} if spaced else {}),
        "propertyNames": SOUND,
        "additionalProperties": others,
    }


def _item(m: Measure) -> dict[str, Any]:
    """What can be read as an item's value. What is implausible, or none of its codes, is taken and asked about."""
    kinds: list[dict[str, Any]] = [{"type": "null"}]
    if m.type == "yes/no":
        kinds += [{"type": "boolean"}, {"enum": [0, 1]}, {"type": "string", "pattern": f"^{YES_NO_TEXT}$"}]
    elif m.type in ("number", "integer"):
        kinds += [NUMBER, {"type": "string", "pattern": f"^{NUMBER_TEXT}$"}]
        kinds += [{"type": "boolean"}] if m.role == "presence" else []
        kinds = [*kinds, _with_unit(kinds)]
    elif m.type == "date":
        kinds += [{"type": "string", "pattern": rf"^[ \t\r\n]*{HAPPENED_ON}[ \t\r\n]*$"}]
    elif m.role == "arm" and m.codes:
        kinds += [{"type": "string", "pattern": f"^(?:{'|'.join(_as_name(code) for code in m.codes)})$"}]
        kinds += [{"enum": [int(code) for code in m.codes if code.isdecimal()]}] if any(code.isdecimal() for code in m.codes) else []
    else:
        kinds += [{**TEXT, **SOUND}, {"type": "boolean"}, NUMBER]
    told = [f"unit {m.unit}"] if m.unit else []
    told += [f'also in {u.unit}, as {{"value": .., "unit": "{u.unit}"}}' for u in m.also_in]
    if m.low is not None or m.high is not None:
        told.append(f"plausible {_range(m)}; a value outside is taken and queried")
    if m.codes:
        told.append(f"one of {', '.join(m.codes)}; another is taken and queried")
    return {
        "title": m.label,
        "anyOf": kinds,
        **({"description": ", ".join(told)} if told else {}),
        **({"examples": [*m.codes]} if m.codes else {}),
    }


def _as_name(code: str) -> str:
    """The pattern of the texts that match a name: without regard to case, to noughts before a number, and to other marks."""
    words = re.findall(r"[^\W\d_]+|[0-9]+", code)
    said = ["0*" + (w.lstrip("0") or "0") if w.isdigit() else "".join(f"[{c.lower()}{c.upper()}]" for c in w) for w in words]
    mark = r"(?:[^\w\u0000]|_)"
    text = said[0] if said else ""
    for (before, after), pattern in zip(pairwise(words), said[1:], strict=True):
        text += mark + ("*" if before.isdigit() != after.isdigit() else "+") + pattern
    return f"{mark}*{text}{mark}*"


def _range(m: Measure) -> str:
    if m.high is None:
        return f"from {m.low:g}"
    return f"up to {m.high:g}" if m.low is None else f"{m.low:g} to {m.high:g}"


def journal(protocol: Protocol) -> dict[str, Any]:
    """A journal: JSON Lines, one entry a line; this schema is of the list of them."""
    return {"type": "array", "items": entry(protocol), "description": "JSON Lines, UTF-8, one entry a line, in recorded order"}


def standing(protocol: Protocol) -> dict[str, Any]:
    """A participant's standing (`walk --json`)."""
    flags = {f.name for f in protocol.flags}
    counts: dict[str, Any] = {s.key: {"type": "boolean"} if s.of in flags else WHOLE for s in protocol.standing}
    visit = {
        "name": TEXT, "target": DATE, "earliest": MAYBE_DATE, "latest": MAYBE_DATE, "source": TEXT, "occasion": {"type": "integer"}, "made": MAYBE_DATE,
        "reason": MAYBE, "projected": {"type": "boolean"}, "state": {"enum": ["done", "planned", "due", "owed", "late", "missed", "not owed"]},
    }  # fmt: skip
    by_the_clock = {"at": {**MAYBE, "description": "of a visit that is due at a time of day: that time, null where it is not known"}}
    properties: dict[str, Any] = {
        "participant": TEXT, "on": DATE, "known_at": MAYBE, "study": TEXT, "version": {"type": "integer"}, "fingerprint": TEXT,
        "phase": {"enum": list(dict.fromkeys([*(p.shown for p in protocol.phases), *([protocol.absence.shown] if protocol.absence else [])]))},
        "since": MAYBE_DATE, "detail": TEXT, **counts,
        "dose": {"type": ["object", "null"], "properties": DOSE, "required": ["amount", "unit", "source"]},
        "doses": {"type": "array", "items": {"type": "object", "properties": GIVEN, "required": list(TELLS)}},
        "premedication": {"type": "array", "items": {"type": "object", "properties": BEFORE, "required": [*TELLS, "for", "why", "if"]}},
        "administrations": _rows({
            "drug": TEXT, "due": DATE, "earliest": DATE, "latest": DATE, "amount": MUCH, "unit": TEXT, "given": MUCH, "on": MAYBE_DATE, "entry": WHOLE,
            "reason": MAYBE, "source": TEXT, "state": {"enum": ["planned", "due", "owed", "given", "given late", "omitted", "not owed"]},
        }),
        "arm": MAYBE, "response": MAYBE, "reason": MAYBE,
        "proposed": _rows(
            {"on": DATE, "says": TEXT, "source": TEXT, "entry": WHOLE, "answers": {"type": "array", "items": TEXT}, "confirmed": {"type": "boolean"}}
        ),
        "records": _rows(RECORD),
        "next": _rows({"what": TEXT, "on": DATE, "source": TEXT, "says": TEXT}),
        "visits": _rows(visit, by_the_clock),
        "waiting": _rows({"name": TEXT, "occasion": {"type": "integer"}, "for": TEXT, "says": TEXT, "source": TEXT}),
        "allowed": _rows({"decision": TEXT, "allowed": {"type": "boolean"}, "because": TEXT, "source": TEXT, "event": TEXT}),
        "deviations": _rows({"on": DATE, "kind": TEXT, "says": TEXT, "source": TEXT, "weight": TEXT, "entry": WHOLE, "known_then": MAYBE}),
"uncertain": _rows({"what": TEXT, "kind": {"enum": ["moment", "clock", "visit"]}, "earliest": DATE, "latest": DATE}),
        "queries": _rows(
            {"entry": {"type": "integer"}, "on": MAYBE_DATE, "event": TEXT, "item": TEXT, "kind": {"enum": list(KINDS)}, "says": TEXT}
        ),
        "undecided": {"type": "array", "items": TEXT}, "moments": {"type": "object"}, "flags": {"type": "object"}, "notice": TEXT,
    }  # fmt: skip
    needed = [
        "participant",
        "on",
        "known_at",
        "study",
        "version",
        "fingerprint",
        "phase",
        "dose",
        "doses",
        "premedication",
        "next",
        "visits",
        "allowed",
        "deviations",
        "undecided",
    ]
    return {"type": "object", "required": needed, "properties": properties}


def _rows(properties: dict[str, Any], more: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": properties | (more or {}), "required": list(properties)}}


def frozen(_: Protocol) -> dict[str, Any]:
    """A frozen study, field by field. That the fingerprint is the one of `study` is checked where it is read."""
    value = TYPES.schema("Protocol")
    return {
        "type": "object",
        "required": ["format", "fingerprint", "study"],
        "properties": {
            "format": {"enum": [FORMAT, FIRST_FORMAT]},
            "fingerprint": {**TEXT, "pattern": "^[0-9a-f]{64}$", "description": "the SHA-256 of the canonical text of `study`"},
            "study": {"$ref": value["$ref"]},
        },
        "$defs": value["$defs"],
    }


def check(_: Protocol) -> dict[str, Any]:
    """The answer of `check --json`."""
    return {
        "type": "object",
        "required": ["statuses", "transitions", "findings", "invariants", "undecided"],
        "properties": {
            "statuses": {"type": "integer"},
            "transitions": {"type": "integer"},
            "findings": {"type": "array", "items": {"type": "object"}},
            "invariants": {"type": "array", "items": {"type": "object"}},
            "undecided": {"type": "array", "items": {"type": "object"}},
            "notes": {"type": "array", "items": TEXT},
        },
    }
