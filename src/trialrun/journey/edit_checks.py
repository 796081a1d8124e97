"""Edit checks: what must hold of an entry's values beside what was recorded before it, also on other forms; what does not is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..protocol.words.expressions import UNKNOWN
from .fold import Road
from .ready import Ready
from .values import Query


def broken_checks(ready: Ready, road: Road) -> Iterator[Query]:
    """A question for each check of a form that an entry surely breaks.

    Of the form's own items the entry's values are read (or its record's), of others the last that stands before it in the order of the walk.
    """
    if not any(form.checks for form in ready.forms.values()):
        return
    last: dict[str, Any] = {}
    for s in road.entries:
        form = ready.forms.get(s.entry.event)
        if form is None:
            continue
        if form.checks:
            own = {*form.items, *form.form.computed}
            values = {**road.screened, **{name: value for name, value in last.items() if name not in own}, **s.known}
            for check, test in form.checks:
                if test(values) < UNKNOWN:
                    says = f"{check.words} [{check.source}]: confirm what is recorded, or correct it"
                    yield Query(s.entry.sequence, s.entry.event, "", "edit check", says)
        last |= {name: value for name, value in s.known.items() if value is not None}
