"""Values for a form of any study: drawn within their ranges, and searched until they give the protocol event that is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..chance import Luck
from ..journey.episodes import gone_on
from ..journey.groups import apart, counts, rows_typed
from ..journey.ready import ReadForm, Ready
from ..protocol.language import Measure
from ..protocol.words.expressions import UNKNOWN, Among, Compare, Expr, Mentions, Number, Ref, nodes, on_values

TRIES, WITNESSES = 800, 6
MOST_ROWS = 3  # of a group, assumed
MADE = ("arm", "dose", "visit", "presence")  # roles whose values the walk itself knows
Values = dict[str, Any]


class Plausible:
    """Draws values for the forms of one study; what a wanted event needs is searched once and kept."""

    def __init__(self, ready: Ready) -> None:
        self.ready = ready
        self.hints: dict[str, list[Any]] = {}
        for f in ready.protocol.forms:
            for expr in (*(y.given for y in f.yields), *(c.given for c in f.classes), *((f.lives.ended,) if f.lives is not None else ())):
                self._read_hints(expr)
        self.by_plan = {n.entry: dict(n.values) for n in ready.protocol.nominal if n.values}
        named = [m.name for f in ready.protocol.forms for m in f.items] + [
            m.name for f in ready.protocol.forms for g in f.groups for m in g.items
        ]
        amounts = [d.amount for d in ready.protocol.doses if isinstance(d.amount, Expr)]
        self.dosed_by = {n.name for tree in amounts for n in nodes(tree) if isinstance(n, Ref)}
        self.items = {m: k for k, m in enumerate(dict.fromkeys(named))}
        self.places = {f.entry: k for k, f in enumerate(ready.protocol.forms)}
        self.events_at = {e.name: k for k, e in enumerate(ready.protocol.events)}
        self._kept: dict[tuple[str, str], list[Values]] = {}

    def _read_hints(self, expr: Expr | None) -> None:
        for node in nodes(expr):
            if isinstance(node, Compare) and isinstance(node.left, Ref) and isinstance(node.right, Number):
                at = node.right.value
                self.hints.setdefault(node.left.name, []).extend((at, at * 1.2 + 0.1, at * 0.8 - 0.1))
            elif isinstance(node, Among | Mentions) and isinstance(node.left, Ref):
                self.hints.setdefault(node.left.name, []).extend(node.values if isinstance(node, Among) else node.words)

    def witnesses(self, form: ReadForm, event: str, screened: Values) -> list[Values]:
        """Sets of values by which the form gives the event; none where the search finds none. Searched once, by chance of its own."""
        key = (form.form.entry, event)
        if key not in self._kept:
            luck = Luck(0, 0, self.places[key[0]] * 1000 + self.events_at[event])
            found: list[Values] = []
            tried: list[Values] = [{}, self.by_plan.get(form.form.entry, {})]
            for number in range(TRIES):
                values = tried[number] if number < len(tried) else self._drawn(form, luck, number)
                if event in self.events(form, values, screened) and values not in found:
                    found.append(values)
                    if len(found) == WITNESSES:
                        break
            self._kept[key] = found
        return self._kept[key]

    def events(self, form: ReadForm, values: Values, screened: Values) -> list[str]:
        """The events that values give, the class computed first as the journey does it."""
        seen = {**screened, **values}
        if form.form.groups:
            own, told = apart(form.form, values)
            seen = {**screened, **own, **counts(form.form, rows_typed(form.form, told)[0])}
        if form.form.lives is not None:
            seen |= gone_on(form.form, None, 1, 1, (1, 1), values).told()
        if form.classes and (found := form.class_of(seen)) is not None:
            seen[form.form.classified] = found
        return list(form.events(seen))

    def values_for(self, form: ReadForm, event: str | None, luck: Luck, occasion: int, screened: Values) -> Values | None:
        """Values by which the form gives the event (any values where it is None); None where there are none."""
        if event is None:
            return self.filled(form, {}, luck, occasion)
        kept = self.witnesses(form, event, screened)
        for attempt in range(12):
            base = kept[luck.whole(0, len(kept) - 1, "witness", occasion * 16 + attempt)] if kept else {}
            values = self.filled(form, base, luck, occasion * 16 + attempt)
            if event in self.events(form, values, screened):
                return values
        return next((dict(v) for v in kept if event in self.events(form, v, screened)), None)

    def meeting(self, form: ReadForm, given: Expr | None, known: Mapping[str, Any], luck: Luck, occasion: int) -> Values | None:
        """Values of the items that a condition asks for by which it holds, beside what is known; None where none are found."""
        items = [form.items[name] for name in dict.fromkeys(x.name for x in nodes(given) if isinstance(x, Ref)) if name in form.items]
        for attempt in range(60):
            drawn = {m.name: self._hinted(m, luck, occasion * 64 + attempt) for m in items}
            if given is not None and on_values(given)({**known, **drawn}) > UNKNOWN:
                return {name: value for name, value in drawn.items() if value is not None}
        return None

    def filled(self, form: ReadForm, base: Values, luck: Luck, occasion: int) -> Values:
        """The values with every item that is required, and most others, drawn where they are missing."""
        values = dict(base)
        for m in form.form.items:
            wanted = (
                m.name in form.form.required
                or m.name in self.dosed_by
                or form.form.keeps_screening
                and m.name in self.by_plan.get(form.form.entry, {})
            )
            if m.name not in values and m.role not in MADE and (wanted or luck.happens(0.6, f"filled {self.items[m.name]}", occasion)):
                values[m.name] = self.value(m, luck, occasion)
        for name, m in (form.expected(values) if form.ranges else {}).items():
            if name not in base and isinstance(values.get(name), int | float):
                low, high = (m.low if m.low is not None else values[name]), (m.high if m.high is not None else values[name])
                values[name] = min(max(values[name], low), max(low, high))
        if form.asked:
            hidden = form.not_asked(values) - base.keys()
            values = {name: v for name, v in values.items() if name not in hidden}
            for name in form.needed(values):
                if name not in values and form.items[name].role not in MADE:
                    values[name] = self.value(form.items[name], luck, occasion)
        return self._grouped(form, {name: v for name, v in values.items() if v is not None}, luck, occasion)

    def _grouped(self, form: ReadForm, values: Values, luck: Luck, occasion: int) -> Values:
        """The values with some rows of each group that they say nothing of."""
        for n, g in enumerate(form.form.groups):
            if g.name not in values:
                rows = luck.whole(0, min(g.up_to or MOST_ROWS, MOST_ROWS), f"rows {self.places[form.form.entry]} {n}", occasion)
                drawn = [{m.name: self.value(m, luck, occasion * 16 + k) for m in g.items} for k in range(rows)]
                values[g.name] = [{name: v for name, v in row.items() if v is not None} for row in drawn]
        return values

    def _drawn(self, form: ReadForm, luck: Luck, occasion: int) -> Values:
        values = {
            m.name: self._hinted(m, luck, occasion)
            for m in form.form.items
            if m.role not in MADE and (m.name in form.form.required or luck.happens(0.5, f"drawn {self.items[m.name]}", occasion))
        }
        return self._grouped(form, values, luck, occasion)

    def _hinted(self, m: Measure, luck: Luck, occasion: int) -> Any:
        hints = self.hints.get(m.name)
        if hints and m.type in ("number", "integer", "text") and luck.happens(0.7, f"hinted {self.items[m.name]}", occasion):
            value = hints[luck.whole(0, len(hints) - 1, f"hint {self.items[m.name]}", occasion)]
            if isinstance(value, str):
                return value
            value = min(max(value, m.low if m.low is not None else value), m.high if m.high is not None else value)
            return round(value) if m.type == "integer" else round(value, 2)
        return self.value(m, luck, occasion)

    def value(self, m: Measure, luck: Luck, occasion: int) -> Any:
        """One value within the measure's range or code list."""
        purpose = f"value of {self.items[m.name]}"
        if m.codes:
            return m.codes[luck.whole(0, len(m.codes) - 1, purpose, occasion)]
        if m.type == "yes/no":
            return luck.happens(0.5, purpose, occasion)
        if m.type == "text":
            hints = [h for h in self.hints.get(m.name, []) if isinstance(h, str)]
            return hints[luck.whole(0, len(hints) - 1, purpose, occasion)] if hints else m.label
        if m.type == "date":
            return None
        low, high = (m.low if m.low is not None else 0.0), (m.high if m.high is not None else 100.0)
        return (
            luck.whole(int(low), int(high), purpose, occasion)
            if m.type == "integer"
            else round(luck.between(low, high, purpose, occasion), 2)
        )
