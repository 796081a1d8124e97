"""Groups that repeat in one entry, such as prior regimens: rows of values, each typed item by item; how many there are is a value too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..protocol.language import Form, Group
from .values import Unread, quoted, typed

Values = Mapping[str, Any]
Rows = Mapping[str, tuple[Values, ...]]


def apart(form: Form, values: Values | None) -> tuple[Values, dict[str, Any]]:
    """An entry's values without those of its groups, and these by the group's name; blanks in names are as underscores."""
    if not form.groups or not values:
        return values or {}, {}
    named = {_plainly(g.name): g.name for g in form.groups}
    own = {named[_plainly(name)]: value for name, value in values.items() if _plainly(name) in named}
    return {name: value for name, value in values.items() if _plainly(name) not in named}, own


def _plainly(name: str) -> str:
    return name.replace(" ", "_")


def rows_typed(form: Form, told: Mapping[str, Any]) -> tuple[Rows, tuple[Unread, ...]]:
    """The rows of each group, each value of its measure's type, and what is not used or required and not there."""
    found: dict[str, tuple[Values, ...]] = {}
    unread: list[Unread] = []
    for g in form.groups:
        rows = told.get(g.name)
        if rows is None:
            continue
        if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
            says = f"{g.name} is a list of rows, and {quoted(rows)} is none: write [{{..}}, {{..}}], an object for each"
            unread.append(Unread(g.name, "unreadable", says, True))
            continue
        items = {m.name: m for m in g.items}
        made = [typed(items, row) for row in rows]
        found[g.name] = tuple(values for values, _ in made)
        for k, (row, (_, wrong)) in enumerate(zip(rows, made, strict=True), 1):
            lacks = [items[name].label for name in g.required if not says_of(row, name)]
            unread += [Unread(g.name, "missing", f"row {k}: {label} is required and not recorded") for label in lacks]
            unread += [replace(u, item=g.name, says=f"row {k}: {u.says or _no_item(g, u.item)}") for u in wrong]
    return found, tuple(unread)


def counts(form: Form, rows: Rows) -> dict[str, int]:
    """How many rows of each group were recorded, in the measures that take it."""
    return {g.rows: len(rows[g.name]) for g in form.groups if g.rows and g.name in rows}


def asked_of_rows(form: Form, rows: Rows) -> Iterator[tuple[Group, int, Values]]:
    """Every row with its group and its number, from 1."""
    for g in form.groups:
        yield from ((g, k, row) for k, row in enumerate(rows.get(g.name, ()), 1))


def says_of(row: Values, item: str) -> bool:
    """Whether a row, as it was recorded, says anything of an item."""
    return any(_plainly(name) == _plainly(item) and value is not None for name, value in row.items())


def _no_item(g: Group, name: str) -> str:
    return f"the group {g.label!r} has no item {name!r}, so it is kept and not used: it has {', '.join(m.name for m in g.items)}"
