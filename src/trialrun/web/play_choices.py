"""What a visitor may choose on a form: the fewest values that lead to each different outcome, found from the study's own thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

from ..journey.episodes import gone_on
from ..journey.ready import ReadForm, Ready
from ..protocol.language import Form, Measure
from ..protocol.words.expressions import Among, Compare, Expr, Known, Mentions, Ref, nodes, on_values

MOST_TRIED = 40_000
Values = dict[str, Any]
Outcome = tuple[str | None, tuple[str, ...]]


def choices(ready: Ready, form: ReadForm) -> list[Values]:
    """One set of values for each outcome (class and protocol events) of a form, in the order of its classes and events.

    Sets with fewer values are tried first, and the first that leads to an outcome stands for it; an outcome that no tried set reaches is
    left out. A form that only names a planned visit gives one set for each of the visits that it makes, and the allocation one for each arm;
    elsewhere the visit's name is left to the day on which the form is used.
    """
    f = form.form
    if form.arm_item is not None and ready.arms:
        return [_filled(f, {form.arm_item: arm}) for arm in ready.arms]
    if form.visit_item is not None and not f.yields and not f.classes:
        return [{form.visit_item: v.name} for v in ready.protocol.visits if v.made_by == f.entry]
    if not f.yields and not f.classes:
        return [_filled(f, {})]
    assumed = _screening_assumed(ready)
    kept = _kept_items(ready, f)
    found: dict[Outcome, Values] = {}
    for values in _tried(f, form.visit_item, assumed):
        outcome = outcome_of(form, {**assumed, **values})
        if outcome not in found:
            found[outcome] = values
    order = {c.name: i for i, c in enumerate(f.classes)}
    ranked = sorted(found.items(), key=lambda o: (order.get(o[0][0] or "", -1), len(o[0][1]) == 0, [_place(f, e) for e in o[0][1]]))
    return [{**values, **{k: v for k, v in kept.items() if k not in values}} for _, values in ranked]


def outcome_of(form: ReadForm, values: Mapping[str, Any]) -> Outcome:
    """The class and the protocol events that a form's values give."""
    if form.form.lives is not None:
        values = {**values, **gone_on(form.form, None, 1, 1, (1, 1), {k: v for k, v in values.items() if k in form.items}).told()}
    found = form.class_of(values) if form.classes else None
    known = {**values, form.form.classified: found} if found is not None else values
    return found, tuple(form.events(known))


def _place(f: Form, event: str) -> int:
    return next(i for i, y in enumerate(f.yields) if y.event == event)


def _screening_assumed(ready: Ready) -> Values:
    """A middle value for every measure that some form compares with its value at screening."""
    assumed: Values = {}
    for f in ready.protocol.forms:
        for m in f.items:
            if f.keeps_screening and m.name in _asked_at_screening(ready):
                assumed[f"screening {m.name}"] = _middle(m)
    return assumed


def _kept_items(ready: Ready, f: Form) -> Values:
    """Values that a screening form carries because later forms compare with them."""
    return {m.name: _middle(m) for m in f.items if f.keeps_screening and m.name in _asked_at_screening(ready)}


def _asked_at_screening(ready: Ready) -> set[str]:
    trees = [t for f in ready.protocol.forms for t in _trees(f)]
    return {n.name for t in trees for n in nodes(t) if isinstance(n, Ref) and n.kind == "screening"}


def _middle(m: Measure) -> Any:
    if m.type == "yes/no":
        return False
    if m.codes:
        return m.codes[0]
    if m.low is None or m.high is None:
        return 1
    return int((m.low + m.high) / 2) if m.type == "integer" else round((m.low + m.high) / 2, 3)


def _trees(f: Form) -> list[Expr]:
    return [c.given for c in f.classes] + [y.given for y in f.yields if y.given is not None]


def _filled(f: Form, values: Values) -> Values:
    """The values with something in every required item."""
    by_name = {m.name: m for m in f.items}
    return {**{name: True if by_name[name].type == "yes/no" else _neutral(by_name[name]) for name in f.required}, **values}


def _neutral(m: Measure) -> Any:
    return "other" if m.type == "text" else _middle(m)


def _tried(f: Form, left_out: str | None, assumed: Values) -> Iterator[Values]:
    """Sets of values to try: the required items in every candidate value, then with one and with two further items."""
    needed = [name for name in f.required if name != left_out]
    trees = _trees(f)
    by_name = {m.name: m for m in f.items}
    asked = {n.name for t in trees for n in nodes(t) if isinstance(n, Ref) and n.kind == "measure"}
    required = [by_name[n] for n in needed]
    further = [m for m in f.items if m.name in asked and m.name not in f.required]
    base = [dict(zip(needed, row, strict=True)) for row in product(*[_candidates(m, trees, m.name in asked, assumed) for m in required])]
    tried = 0
    for size in range(0, 3):
        for extra in combinations(further, size):
            for row in product(*[_candidates(m, trees, True, assumed) for m in extra]):
                for values in base:
                    tried += 1
                    if tried > MOST_TRIED:
                        return
                    yield {**values, **{m.name: value for m, value in zip(extra, row, strict=True)}}


def _candidates(m: Measure, trees: list[Expr], asked: bool, assumed: Values) -> list[Any]:
    """Values of a measure on either side of each threshold, or each word, that the trees compare it with."""
    if not asked:
        return [_neutral(m)]
    if m.type == "yes/no":
        return [False, True]
    if m.codes:
        return list(m.codes)
    if m.type in ("text", "date"):
        asking = [n for t in trees for n in nodes(t) if isinstance(n, Among | Mentions) and _is(n.left, m)]
        words = [v for n in asking for v in _words(n)]
        return list(dict.fromkeys([_unasked(words), *words] if m.type == "text" else words))
    marks = sorted({x for t in trees for c in nodes(t) if isinstance(c, Compare) for x in _thresholds(c, m, assumed)})
    near = [_rounded(m, x) for mark in marks for x in (mark - _width(m, mark), mark + _width(m, mark), mark)]
    near += [_rounded(m, (a + b) / 2) for a, b in zip(marks, marks[1:], strict=False)]
    kept = [x for x in dict.fromkeys(near) if (m.low is None or x >= m.low) and (m.high is None or x <= m.high)] or [_middle(m)]
    asks_known = any(isinstance(n, Known) and _is(n.part, m) for t in trees for n in nodes(t))
    return [*kept, None] if asks_known else kept


def _words(node: Among | Mentions) -> tuple[Any, ...]:
    return node.values if isinstance(node, Among) else node.words


def _unasked(words: Sequence[Any]) -> str:
    """A text that holds none of the words that a study asks for."""
    texts = [str(w).casefold() for w in words]
    return next(text for text in ("other", "something else", "-", "") if text == "" or not any(w in text for w in texts))


def _is(expr: Expr, m: Measure) -> bool:
    return isinstance(expr, Ref) and expr.kind == "measure" and expr.name == m.name


def _thresholds(c: Compare, m: Measure, assumed: Values) -> list[float]:
    """What a comparison puts beside a measure: a constant, or what follows from the values assumed at screening."""
    if not any(_is(n, m) for n in nodes(c)):
        return []
    sides = [side for side in (c.left, c.right) if not any(isinstance(n, Ref) and n.kind != "screening" for n in nodes(side))]
    values = [on_values(side)(assumed) for side in sides]
    return [float(x) for x in values if isinstance(x, int | float)]


def _width(m: Measure, mark: float) -> float:
    return 1 if m.type == "integer" else max(abs(mark) * 0.2, 1e-9)


def _rounded(m: Measure, x: float) -> Any:
    value = float(f"{x:.3g}")
    return int(value) if m.type == "integer" or value == int(value) else value
