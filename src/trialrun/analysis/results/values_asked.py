"""What a person may ask to have explained, and by which names: endpoints, analysis sets, columns of the data sets, moments, best response."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ..datasets import Datasets
from ..datasets.planned_amounts import units
from .best_response import order_of

TABLES = (
    "subject",
    "response",
    "exposure",
    "planned_dose",
    "time_to_event",
    "endpoint_value",
    "adverse_event",
    "record",
    "group",
    "item",
    "laboratory",
    "visit",
    "disposition",
)
PLAIN = ("participant", "entry", "entries", "unit")
BEST = "best response"
INTENSITY = "relative dose intensity"
SMALL = {"a", "after", "at", "by", "day", "days", "from", "in", "month", "months", "of", "or", "relative", "the", "to", "within"}


@dataclass(frozen=True)
class Asked:
    """A value found by its name.

    Kinds: `endpoint`, `set`, `best response`, `relative dose intensity`, `column` (with its `table`), `test` (of the laboratory), `moment`.
    """

    kind: str
    name: str
    table: str = ""
    also: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The name to ask for it by."""
        return f"{self.table}.{self.name}" if self.also or self.kind == "test" else self.name


def asked_for(protocol: Any, data: Datasets, value: str) -> Asked:
    """The value that a name means, upper and lower case alike; small words and numbers may differ where only one endpoint has the others.

    Raises ValueError with the near names.
    """
    known = names_of(protocol, data)
    key = _plain(value)
    if key in known:
        return known[key]
    wanted = _weighty(key)
    alike = {a.name: a for name, a in known.items() if a.kind in ("endpoint", INTENSITY) and wanted and _weighty(name) == wanted}
    if len(alike) == 1:
        return next(iter(alike.values()))
    sharing = sorted((n for n in known if wanted & _weighty(n)), key=lambda n: (-len(wanted & _weighty(n)), len(_weighty(n))))
    near = dict.fromkeys(
        known[n].shown for n in (*get_close_matches(key, known, 3, 0.6), *sharing[:3], *get_close_matches(key, known, 2, 0.5))
    )
    cure = (
        f"did you mean {', '.join(map(repr, list(near)[:5]))}?"
        if near
        else "endpoints are " + ", ".join(e.name for e in protocol.endpoints)
    )
    raise ValueError(f"{protocol.name} has no derived value {value!r}: {cure}")


def _weighty(name: str) -> frozenset[str]:
    """The words of a name that tell it from others."""
    return frozenset(w for w in name.replace(",", " ").replace("-", " ").split() if w not in SMALL and not w.isdigit() and w != "%")


def names_of(protocol: Any, data: Datasets) -> dict[str, Asked]:
    """Every name that can be asked for. An endpoint comes before a set, a set before a column, a column of the subject before another's."""
    known: dict[str, Asked] = {}

    def put(name: str, asked: Asked) -> None:
        known.setdefault(_plain(name), asked)

    for e in protocol.endpoints:
        put(e.name, Asked("endpoint", e.name))
    for e in protocol.endpoints:
        put(e.label, Asked("endpoint", e.name))
        if e.primary:
            put("primary", Asked("endpoint", e.name))
            put("primary endpoint", Asked("endpoint", e.name))
    if order_of(protocol):
        put(BEST, Asked("best response", BEST))
    drugs = units(protocol)
    if len(drugs) == 1:
        put(INTENSITY, Asked(INTENSITY, INTENSITY))
    for drug in drugs:
        put(f"{INTENSITY} of {drug}", Asked(INTENSITY, f"{INTENSITY} of {drug}"))
    for p in protocol.populations:
        put(p.name, Asked("set", p.name))
    frames = data.tables()
    for m in protocol.moments:
        put(m.name, Asked("moment", m.name))
    if "test" in data.laboratory.columns:
        for test in data.laboratory["test"].unique(maintain_order=True).to_list():
            put(test, Asked("test", test, "laboratory"))
    for table in TABLES:
        for column in frames[table].columns:
            if column in PLAIN:
                continue
            put(f"{table}.{column}", Asked("column", column, table))
            also = tuple(t for t in TABLES if t != table and column in frames[t].columns)
            put(column, Asked("column", column, table, also))
            if table == "subject" and column.startswith("screening "):
                put(column.removeprefix("screening "), Asked("column", column, table, also))
    for item in (m for form in protocol.forms for m in form.items if m.type == "number"):
        put(f"laboratory.{item.name}", Asked("test", item.name, "laboratory"))
    return known


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())
