"""JSON Schemas (Draft 2020-12) of the formats that others rely on: entry, journal, standing, study, check."""

from __future__ import annotations

from typing import Any

from ..protocol.language import Form, Measure, Protocol
from .queries import KINDS

SCHEMAS = ("entry", "journal", "standing", "study", "check")
DRAFT = "https://json-schema.org/draft/2020-12/schema"
DATE = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
MAYBE_DATE = {"anyOf": [DATE, {"type": "null"}]}
TEXT: dict[str, Any] = {"type": "string"}
MAYBE = {"type": ["string", "null"]}
WHOLE = {"type": ["integer", "null"]}


def schema_of(name: str, protocol: Protocol) -> dict[str, Any]:
    """The schema of one format; entries and standings know the study's own forms and counts."""
    made = {"entry": entry, "journal": journal, "standing": standing, "study": frozen, "check": check}[name](protocol)
    return {"$schema": DRAFT, "title": f"TrialRun {name}, study {protocol.name} version {protocol.version}", **made}


def entry(protocol: Protocol) -> dict[str, Any]:
    """One journal entry; each event name with its values."""
    return {
        "type": "object",
        "required": ["participant", "happened_on", "event"],
        "additionalProperties": False,
        "properties": {
            "participant": {**TEXT, "minLength": 1},
            "sequence": {"type": ["integer", "null"], "minimum": 1},
            "happened_on": {**TEXT, "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$", "description": "may be partial, and is kept as entered"},
            "at": {**MAYBE, "description": "time of day, HH:MM"},
            "recorded_at": {**MAYBE, "description": "UTC, ISO 8601"},
            "recorded_by": MAYBE,
            "event": {"enum": [f.entry for f in protocol.forms]},
            "values": {"type": ["object", "null"], "description": "null together with `corrects` withdraws an entry"},
            "corrects": {"type": ["integer", "null"], "minimum": 1, "description": "the sequence of the entry this one replaces"},
            "reason": MAYBE,
            "protocol": {**MAYBE, "examples": [f"{protocol.name}@{protocol.version}"]},
        },
        "allOf": [
            {
                "if": {"properties": {"event": {"const": f.entry}}},
                "then": {"properties": {"values": {"anyOf": [_values(f), {"type": "null"}]}}},
            }
            for f in protocol.forms
        ],
    }


def _values(form: Form) -> dict[str, Any]:
    return {"type": "object", "title": form.label, "properties": {m.name: _item(m) for m in form.items}}


def _item(m: Measure) -> dict[str, Any]:
    kind = {"number": "number", "integer": "integer", "yes/no": "boolean"}.get(m.type, "string")
    item: dict[str, Any] = {"type": [kind, "null"], "title": m.label}
    if m.unit:
        item["description"] = f"unit {m.unit}"
    if m.codes:
        item = {"enum": [*m.codes, None], "title": m.label}
    if m.low is not None or m.high is not None:
        item["description"] = (
            f"{item.get('description', '')} plausible {m.low:g} to {m.high:g}; a value outside is taken and queried".strip()
        )
    return item


def journal(protocol: Protocol) -> dict[str, Any]:
    """A journal: JSON Lines, one entry a line; this schema is of the list of them."""
    return {"type": "array", "items": entry(protocol), "description": "JSON Lines, UTF-8, one entry a line, in recorded order"}


def standing(protocol: Protocol) -> dict[str, Any]:
    """A participant's standing (`walk --json`)."""
    flags = {f.name for f in protocol.flags}
    counts: dict[str, Any] = {s.key: {"type": "boolean"} if s.of in flags else WHOLE for s in protocol.standing}
    visit = {
        "name": TEXT, "target": DATE, "earliest": DATE, "latest": DATE, "source": TEXT, "occasion": {"type": "integer"}, "made": MAYBE_DATE,
        "reason": MAYBE, "projected": {"type": "boolean"}, "state": {"enum": ["done", "due", "owed", "late", "missed", "not owed"]},
    }  # fmt: skip
    properties: dict[str, Any] = {
        "participant": TEXT, "on": DATE, "known_at": MAYBE, "study": TEXT, "version": {"type": "integer"}, "fingerprint": TEXT,
        "phase": {"enum": sorted({p.shown for p in protocol.phases} | ({protocol.absence.shown} if protocol.absence else set()))},
        "since": MAYBE_DATE, "detail": TEXT, **counts,
        "dose": {"type": ["object", "null"], "required": ["amount", "unit", "source"]},
        "arm": MAYBE, "response": MAYBE, "reason": MAYBE,
        "next": _rows({"what": TEXT, "on": DATE, "source": TEXT, "says": TEXT}),
        "visits": _rows(visit),
        "allowed": _rows({"decision": TEXT, "allowed": {"type": "boolean"}, "because": TEXT, "source": TEXT, "event": TEXT}),
        "deviations": _rows({"on": DATE, "kind": TEXT, "says": TEXT, "source": TEXT, "weight": TEXT, "entry": WHOLE, "known_then": MAYBE}),
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
        "next",
        "visits",
        "allowed",
        "deviations",
        "undecided",
    ]
    return {"type": "object", "required": needed, "properties": properties}


def _rows(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": properties, "required": list(properties)}}


def frozen(_: Protocol) -> dict[str, Any]:
    """A frozen study."""
    value = {
        "type": "object",
        "required": ["is", "name", "version", "phases", "events", "rules"],
        "properties": {"is": {"const": "Protocol"}},
    }
    return {
        "type": "object",
        "required": ["format", "fingerprint", "study"],
        "properties": {"format": {"const": "trialrun study 1"}, "fingerprint": {**TEXT, "pattern": "^[0-9a-f]{64}$"}, "study": value},
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
        },
    }
