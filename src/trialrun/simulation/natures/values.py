"""The values of a nature as functions of a life: each tree is bound once to the study and is then a chain of small functions.

A value may be missing (None). What compares or calculates with it is missing too, and a condition that is missing does not hold.
"""

from __future__ import annotations

from collections.abc import Callable
from math import floor
from typing import Any

from ...chance import STEP, exp, ln, normal_quantile, power, purpose_of, word
from ...journey.fold import due_day
from ...journey.ready import Ready
from ...journey.visits import AHEAD, Planned, visits
from ...protocol.words.amounts import Greatest, Least
from ...protocol.words.natures import (
    MONTH,
    Calculated,
    Column,
    Constant,
    Draw,
    Either,
    Family,
    Hazard,
    Note,
    Parameter,
    Question,
    Share,
    Trait,
)
from ...protocol.words.times import add
from ...protocol.words.trees import AllOf, Among, AnyOf, Arithmetic, Cited, Compare, Expr, Known, No, Number, Ref, Surely
from ..hazards import FOR_EVER
from .life import Life

Value = Callable[[Life], Any]


class Values:
    """Binds the trees of one nature to one study; `changed` puts other numbers in place of declared ones, by name."""

    def __init__(self, ready: Ready, families: dict[str, Family], changed: dict[str, Any]) -> None:
        self.ready, self.families, self.changed = ready, families, changed
        self._bound: dict[int, tuple[Expr, Value]] = {}

    def of(self, e: Expr) -> Value:
        """The function of a tree; one tree is bound once."""
        kept = self._bound.get(id(e))
        if kept is None:
            kept = self._bound[id(e)] = (e, _BIND[type(e)](self, e))
        return kept[1]

    def number(self, p: Parameter) -> float:
        """The value of a parameter, changed or as declared."""
        return float(self.changed.get(p.name, p.value))

    # Constants, notes, parts ---------------------------------------------------------------------------------------------------------

    def _constant(self, e: Constant) -> Value:
        value = e.value
        return lambda s: value

    def _number(self, e: Number) -> Value:
        value = int(e.value) if e.value == int(e.value) else e.value
        return lambda s: value

    def _parameter(self, e: Parameter) -> Value:
        value = self.number(e)
        return lambda s: value

    def _note(self, e: Note) -> Value:
        name = e.name
        return lambda s: s.notes[name]

    def _trait(self, e: Trait) -> Value:
        name, made = e.name, self.of(e.value)

        def value(s: Life) -> Any:
            if name not in s.traits:
                s.traits[name] = made(s)
            return s.traits[name]

        return value

    def _column(self, e: Column) -> Value:
        family = self.families[e.family]
        place = family.columns.index(e.name)
        column = [row.values[place] for row in family.rows]
        return lambda s: column[s.row]

    def _ref(self, e: Ref) -> Value:
        name = e.name
        if e.kind == "measure":
            return lambda s: s.told.get(name)
        if e.kind == "screening":
            return lambda s: s.walk.road.screened.get(f"screening {name}")
        return lambda s: s.walk.road.counters[name]

    # Conditions and calculations -----------------------------------------------------------------------------------------------------

    def _all_of(self, e: AllOf) -> Value:
        parts = tuple(self.of(p) for p in e.parts)
        if all(map(sure, e.parts)):
            if len(parts) == 2:
                first, second = parts
                return lambda s: first(s) and second(s)
            return lambda s: _every(parts, s)

        def value(s: Life) -> Any:
            found: Any = True
            for part in parts:
                holds = part(s)
                if holds is None:
                    found = None
                elif not holds:
                    return False
            return found

        return value

    def _any_of(self, e: AnyOf) -> Value:
        parts = tuple(self.of(p) for p in e.parts)

        def value(s: Life) -> Any:
            found: Any = False
            for part in parts:
                holds = part(s)
                if holds is None:
                    found = None
                elif holds:
                    return True
            return found

        return value

    def _no(self, e: No) -> Value:
        part = self.of(e.part)
        if sure(e.part):
            return lambda s: not part(s)

        def value(s: Life) -> Any:
            holds = part(s)
            return None if holds is None else not holds

        return value

    def _known(self, e: Known) -> Value:
        part = self.of(e.part)
        return lambda s: part(s) is not None

    def _surely(self, e: Surely) -> Value:
        part = self.of(e.part)
        return lambda s: bool(part(s))

    def _cited(self, e: Cited) -> Value:
        return self.of(e.part)

    def _among(self, among: Among) -> Value:
        part, values = self.of(among.left), among.values
        if sure(among.left):
            return lambda s: part(s) in values

        def value(s: Life) -> Any:
            found = part(s)
            return None if found is None else found in values

        return value

    def _compare(self, e: Compare) -> Value:
        left, right = self.of(e.left), self.of(e.right)
        if sure(e.left) and isinstance(e.right, Number):
            at = right(None)  # type: ignore[arg-type]
            return {"<": lambda s: left(s) < at, "<=": lambda s: left(s) <= at, ">": lambda s: left(s) > at, ">=": lambda s: left(s) >= at}[
                e.op
            ]
        return _on_both(left, right, _COMPARES[e.op])

    def _arithmetic(self, e: Arithmetic) -> Value:
        left, right = self.of(e.left), self.of(e.right)
        if sure(e.left) and sure(e.right) and e.op in "+-*":
            return {"+": lambda s: left(s) + right(s), "-": lambda s: left(s) - right(s), "*": lambda s: left(s) * right(s)}[e.op]
        return _on_both(left, right, _ARITHMETIC[e.op])

    def _either(self, e: Either) -> Value:
        given, then, otherwise = self.of(e.given), self.of(e.then), self.of(e.otherwise)
        return lambda s: then(s) if given(s) else otherwise(s)

    def _calculated(self, e: Calculated) -> Value:
        return self._made_of(e.of, _CALCULATED[e.op])

    def _least(self, e: Least) -> Value:
        return self._made_of(e.parts, min)

    def _greatest(self, e: Greatest) -> Value:
        return self._made_of(e.parts, max)

    def _made_of(self, of: tuple[Expr, ...], how: Callable[..., Any]) -> Value:
        parts = tuple(self.of(p) for p in of)
        if len(parts) == 2 and all(map(sure, of)):
            first, second = parts
            return lambda s: how(first(s), second(s))

        def value(s: Life) -> Any:
            values = [p(s) for p in parts]
            return None if None in values else how(*values)

        return value

    def _hazard(self, e: Hazard) -> Value:
        pieces = tuple((FOR_EVER if p.until is None else p.until, p.rate) for p in e.pieces)
        found = tuple(self.changed.get(e.name, pieces))
        return lambda s: found

    # Draws ---------------------------------------------------------------------------------------------------------------------------

    def _uniform(self, e: Draw) -> Callable[[Life], float]:
        """The number strictly between 0 and 1 of a draw's name, row and occasion."""
        each = None if e.each is None else self.of(e.each)
        if each is not None and not isinstance(e.each, Note | Question | Ref):
            asked = each
            each = lambda s: int(asked(s))  # noqa: E731
        if e.row_of:
            words = [purpose_of(f"{e.name}: {row.name}") for row in self.families[e.row_of].rows]
            occasion = each or (lambda s: 0)
            return lambda s: ((word(s.key, words[s.row], occasion(s)) >> 11) + 0.5) * STEP
        purpose = purpose_of(e.name)
        if each is None:
            return lambda s: ((word(s.key, purpose, 0) >> 11) + 0.5) * STEP
        return lambda s: ((word(s.key, purpose, each(s)) >> 11) + 0.5) * STEP

    def _draw(self, e: Draw) -> Value:
        u = self._uniform(e)
        if e.kind == "pick":
            return self._picked(e, u)
        given = self.changed.get(e.name)
        if given is None:
            parts = [self.of(p) for p in e.of]
        else:
            many = given if isinstance(given, tuple | list) else (given,)
            parts = [lambda s, v=v: v for v in many]  # type: ignore[misc]
        first, second = parts[0], parts[-1]
        if e.kind == "chance":
            return lambda s: u(s) < first(s)
        if e.kind == "whole":
            return lambda s: int(first(s)) + int((int(second(s)) - int(first(s)) + 1) * u(s))
        if e.kind == "wait":
            return lambda s: int(-ln(u(s)) / first(s) * MONTH) + 1
        digits = e.digits
        if e.kind == "between":
            return lambda s: _rounded(first(s) + (second(s) - first(s)) * u(s), digits)
        return lambda s: _rounded(first(s) * exp(second(s) * normal_quantile(u(s))), digits)

    def _picked(self, e: Draw, u: Callable[[Life], float]) -> Value:
        shares = [p for p in e.of if isinstance(p, Share)]
        weights = [self.of(p.weight) for p in shares]
        values = [self.of(p.value) for p in shares]
        ends = [None if p.up_to is None else self.of(p.up_to) for p in shares]
        fixed = [float(p.weight.value) for p in shares if isinstance(p.weight, Number)]
        total = sum(fixed) if len(fixed) == len(shares) else None
        last = len(shares) - 1

        def value(s: Life) -> Any:
            found = fixed if total is not None else [w(s) for w in weights]
            whole = sum(found) if total is None else total
            left = u(s) * whole
            for k, weight in enumerate(found):
                if left < weight or k == last:
                    break
                left -= weight
            end = ends[k]
            if end is None:
                return values[k](s)
            low, high = values[k](s), end(s)
            return low + min(int((high - low + 1) * (left / found[k])), high - low)

        return value

    # Questions -----------------------------------------------------------------------------------------------------------------------

    def _question(self, e: Question) -> Value:
        name = e.names[0] if e.names else ""
        if e.kind == "where":
            phases = frozenset(e.names)
            return lambda s: s.walk.road.phase in phases
        if e.kind == "in_arm":
            arms = frozenset(e.names)
            return lambda s: s.walk.arm in arms
        if e.kind == "tally":
            return lambda s: s.walk.road.counters[name]
        return {
            "allows": lambda s: s.walk.allows(name),
            "breaks": lambda s: s.walk.breaks(name),
            "day_of": lambda s: s.walk.road.moment(s.walk.ready, name),
            "target_day": lambda s: next((v.target for v in ahead(s) if v.name == name), None),
            "today": lambda s: s.walk.day,
            "last_clock": lambda s: _last_clock(s.walk),
            "by_clock": lambda s: s.turn is not None and s.turn.entry is None,
            "planned_dose": lambda s: s.dose,
            "this_entry": lambda s: s.place,
        }[e.kind]


def ahead(s: Life) -> list[Planned]:
    """The visits that are still to be made, as things stand; found once for one state of things."""
    road = s.walk.road
    key = (len(road.turns), len(s.walk.drafts), s.walk.day)
    if s.ahead is None or s.ahead[0] != key:
        s.ahead = (key, [v for v in visits(s.walk.ready, road) if v.state in AHEAD])
    return s.ahead[1]


def sure(e: Expr) -> bool:
    """Whether a tree is never missing."""
    if isinstance(e, Number | Parameter | Hazard | Known | Surely):
        return True
    if isinstance(e, Constant):
        return e.value is not None
    if isinstance(e, Question):
        return e.kind not in ("day_of", "target_day", "planned_dose")
    if isinstance(e, Ref):
        return e.kind in ("flag", "count")
    if isinstance(e, Draw):
        return all(map(sure, (p.value if isinstance(p, Share) else p for p in e.of)))
    if isinstance(e, Trait):
        return sure(e.value)
    if isinstance(e, Either):
        return sure(e.then) and sure(e.otherwise)
    if isinstance(e, AllOf | AnyOf | Least | Greatest):
        return all(map(sure, e.parts))
    if isinstance(e, No | Cited):
        return sure(e.part)
    if isinstance(e, Among):
        return sure(e.left)
    if isinstance(e, Compare | Arithmetic):
        return sure(e.left) and sure(e.right) and getattr(e, "op", "") not in "/^"
    return isinstance(e, Note) or isinstance(e, Calculated) and e.op != "power" and all(map(sure, e.of))


def _every(parts: tuple[Value, ...], s: Life) -> bool:
    for part in parts:  # noqa: SIM110  a loop is quicker than all(..)
        if not part(s):
            return False
    return True


def _last_clock(walk: Any) -> int:
    table, road = walk.ready.table, walk.road
    due = [due_day(walk.ready, road, table.meaning.clocks[c]) for c in table.pending(road.status)]
    return max((d for d in due if d is not None), default=walk.day)


def _on_both(left: Value, right: Value, how: Callable[[Any, Any], Any]) -> Value:
    def value(s: Life) -> Any:
        a, b = left(s), right(s)
        return None if a is None or b is None else how(a, b)

    return value


def _rounded(x: float, digits: int | None) -> float | int:
    if digits is None:
        return x
    if digits == 0:
        return floor(x + 0.5)
    scale = float(10**digits)
    return floor(x * scale + 0.5) / scale


_COMPARES: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: None if b == 0 else a / b,
    "^": lambda a, b: power(a, b) if a > 0 else None,
}  # fmt: skip
_CALCULATED: dict[str, Callable[..., Any]] = {
    "logistic": lambda x: 1.0 / (1.0 + exp(-x)), "power": lambda x, y: power(x, y) if x > 0 else None,
    "rounded": lambda x, digits: _rounded(x, int(digits)), "months_after": lambda day, months: add(int(day), int(months), "months"),
}  # fmt: skip
_BIND: dict[type, Callable[[Values, Any], Value]] = {
    Constant: Values._constant, Number: Values._number, Parameter: Values._parameter, Note: Values._note, Trait: Values._trait,
    Column: Values._column, Ref: Values._ref, AllOf: Values._all_of, AnyOf: Values._any_of, No: Values._no, Known: Values._known,
    Surely: Values._surely, Cited: Values._cited, Among: Values._among, Compare: Values._compare, Arithmetic: Values._arithmetic,
    Either: Values._either, Calculated: Values._calculated, Hazard: Values._hazard,
    Least: Values._least, Greatest: Values._greatest, Draw: Values._draw, Question: Values._question,
}  # fmt: skip
