"""What expression trees mean, on one participant or on arrays alike.

Truth has three values, because a value may be missing: yes (1), no (0), unknown (0.5). `all_of` is the least, `any_of` the greatest
and `no` the complement (Kleene's strong logic), so one definition serves scalars and numpy arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .amounts import BodySurface, Dated, Greatest, Least
from .over_time import AgeOn, DaysBetween, Earlier, between
from .trees import (  # noqa: F401
    AllOf,
    Among,
    AnyOf,
    Arithmetic,
    Cited,
    Clock,
    Compare,
    Expr,
    Known,
    Mentions,
    No,
    Number,
    Otherwise,
    Quantity,
    Ref,
    Surely,
    all_of,
    any_of,
    children,
    known,
    leaf,
    mentions,
    names,
    needs,
    no,
    nodes,
    one_of,
    otherwise,
    surely,
)

YES, NO, UNKNOWN = 1.0, 0.0, 0.5
Look = Callable[[Expr], Callable[[Any], Any]]


class OneValue:
    """The algebra of one participant: Python numbers and text, None is unknown."""

    @staticmethod
    def truth(x: Any) -> float:
        return UNKNOWN if x is None else YES if x else NO

    @staticmethod
    def number(x: Any) -> Any:
        return x

    @staticmethod
    def compare(op: str) -> Callable[[Any, Any], float]:
        test = _COMPARISONS[op]
        return lambda a, b: UNKNOWN if a is None or b is None else YES if test(a, b) else NO

    @staticmethod
    def calculate(op: str) -> Callable[[Any, Any], Any]:
        act = _ARITHMETIC[op]
        return lambda a, b: None if a is None or b is None or (op == "/" and b == 0) or (op == "^" and a <= 0) else act(a, b)

    @staticmethod
    def counted(count: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        """What is counted from one recorded date to another."""
        return count

    @staticmethod
    def agreed(a: float, b: float) -> float:
        """The truth of both, unknown where they differ."""
        return a if a == b else UNKNOWN

    @staticmethod
    def among(a: Any, values: tuple[Any, ...]) -> float:
        if a is None:
            return UNKNOWN
        return YES if _plain(a) in values else NO

    @staticmethod
    def mentions(a: Any, words: tuple[str, ...]) -> float:
        if a is None:
            return UNKNOWN
        text = str(a).casefold()
        return YES if any(w in text for w in words) else NO

    @staticmethod
    def known(a: Any) -> float:
        return NO if a is None else YES

    @staticmethod
    def surely(truth: float) -> float:
        return YES if truth > UNKNOWN else NO

    least, greatest = staticmethod(min), staticmethod(max)

    @staticmethod
    def smallest(*xs: Any) -> Any:
        return None if None in xs else min(xs)

    @staticmethod
    def largest(*xs: Any) -> Any:
        return None if None in xs else max(xs)


class ManyValues:
    """The algebra of numpy arrays: floats with NaN for unknown, text arrays with None."""

    @staticmethod
    def truth(x: Any) -> Any:
        import numpy as np

        x = np.asarray(x, dtype=float)
        return np.where(np.isnan(x), UNKNOWN, np.where(x != 0, YES, NO))

    @staticmethod
    def number(x: Any) -> Any:
        import numpy as np

        return np.asarray(x)

    @staticmethod
    def compare(op: str) -> Callable[[Any, Any], Any]:
        import numpy as np

        test = _COMPARISONS[op]

        def compared(a: Any, b: Any) -> Any:
            a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
            return np.where(np.isnan(a) | np.isnan(b), UNKNOWN, np.where(test(a, b), YES, NO))

        return compared

    @staticmethod
    def calculate(op: str) -> Callable[[Any, Any], Any]:
        import numpy as np

        def calculated(a: Any, b: Any) -> Any:
            a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
            if op == "/":
                return np.where(b == 0, np.nan, a / np.where(b == 0, 1.0, b))
            if op == "^":
                return np.where(a <= 0, np.nan, np.where(a <= 0, 1.0, a) ** b)
            return _ARITHMETIC[op](a, b)

        return calculated

    @staticmethod
    def agreed(a: Any, b: Any) -> Any:
        import numpy as np

        return np.where(a == b, a, UNKNOWN)

    @staticmethod
    def counted(count: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        import numpy as np

        def many(a: Any, b: Any) -> Any:
            starts, ends = np.broadcast_arrays(np.asarray(a, dtype=object), np.asarray(b, dtype=object))
            found = [count(x, y) for x, y in zip(starts.ravel().tolist(), ends.ravel().tolist(), strict=True)]
            return np.asarray([np.nan if n is None else n for n in found], dtype=float)

        return many

    @staticmethod
    def among(a: Any, values: tuple[Any, ...]) -> Any:
        import numpy as np

        return _each(np.asarray(a, dtype=object).ravel(), lambda x: OneValue.among(x, values))

    @staticmethod
    def mentions(a: Any, words: tuple[str, ...]) -> Any:
        import numpy as np

        return _each(np.asarray(a, dtype=object).ravel(), lambda x: OneValue.mentions(x, words))

    @staticmethod
    def known(a: Any) -> Any:
        import numpy as np

        return np.asarray([0.0 if x is None or x != x else 1.0 for x in np.asarray(a, dtype=object).ravel()])

    @staticmethod
    def surely(truth: Any) -> Any:
        import numpy as np

        return np.where(np.asarray(truth) > UNKNOWN, YES, NO)

    @staticmethod
    def least(*xs: Any) -> Any:
        import numpy as np

        return np.minimum.reduce(np.broadcast_arrays(*xs))

    @staticmethod
    def greatest(*xs: Any) -> Any:
        import numpy as np

        return np.maximum.reduce(np.broadcast_arrays(*xs))

    @staticmethod
    def smallest(*xs: Any) -> Any:
        import numpy as np

        return np.minimum.reduce(np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in xs)))

    @staticmethod
    def largest(*xs: Any) -> Any:
        import numpy as np

        return np.maximum.reduce(np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in xs)))


_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
}


def _plain(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _each(values: Any, ask: Callable[[Any], float]) -> Any:
    """The answer for each of many values; a value that comes again is asked once."""
    import numpy as np

    listed = values.tolist()
    answers = {x: ask(x) for x in set(listed)}
    return np.fromiter(map(answers.__getitem__, listed), dtype=float, count=len(listed))


def bind(expr: Expr, look: Look, algebra: type = OneValue) -> Callable[[Any], Any]:
    """A function of one argument that evaluates the tree; `look` gives the function for each leaf (Ref, Clock, Otherwise)."""
    if look is _by_name and algebra is OneValue and (one := _of_one_value(expr)) is not None:
        return one
    if isinstance(expr, Number):
        value = expr.value
        return lambda values: value
    if isinstance(expr, Cited):
        return bind(expr.part, look, algebra)
    if isinstance(expr, AllOf | AnyOf):
        parts = tuple(_truth(p, look, algebra) for p in expr.parts)
        pick: Any = algebra.least if isinstance(expr, AllOf) else algebra.greatest  # type: ignore[attr-defined]
        if not parts:
            empty = YES if isinstance(expr, AllOf) else NO
            return lambda values: empty
        if len(parts) == 1:
            return parts[0]
        if algebra is OneValue:
            return _every(parts) if isinstance(expr, AllOf) else _some(parts)
        return lambda values: pick(*[p(values) for p in parts])
    if isinstance(expr, No):
        part = _truth(expr.part, look, algebra)
        return lambda values: 1.0 - part(values)
    if isinstance(expr, Surely):
        part = _truth(expr.part, look, algebra)
        if algebra is OneValue:
            return lambda values: YES if part(values) > UNKNOWN else NO
        sure: Any = algebra.surely  # type: ignore[attr-defined]
        return lambda values: sure(part(values))
    if isinstance(expr, Compare):
        test = algebra.compare(expr.op)  # type: ignore[attr-defined]
        a, b = bind(expr.left, look, algebra), bind(expr.right, look, algebra)
        if isinstance(expr.right, Number):
            bound = expr.right.value
            if isinstance(expr.left, DaysBetween | AgeOn):
                least, most = (_between(expr.left, at, look, algebra) for at in (0, 1))
                both: Any = algebra.agreed  # type: ignore[attr-defined]
                return lambda values: both(test(least(values), bound), test(most(values), bound))
            return lambda values: test(a(values), bound)
        return lambda values: test(a(values), b(values))
    if isinstance(expr, Arithmetic):
        act = algebra.calculate(expr.op)  # type: ignore[attr-defined]
        a, b = bind(expr.left, look, algebra), bind(expr.right, look, algebra)
        return lambda values: act(a(values), b(values))
    if isinstance(expr, Least | Greatest):
        sides = tuple(bind(p, look, algebra) for p in expr.parts)
        bounded: Any = algebra.smallest if isinstance(expr, Least) else algebra.largest  # type: ignore[attr-defined]
        return lambda values: bounded(*[side(values) for side in sides])
    if isinstance(expr, BodySurface):
        return bind(expr.calculation, look, algebra)
    if isinstance(expr, DaysBetween | AgeOn):
        return _between(expr, None, look, algebra)
    if isinstance(expr, Among | Mentions | Known):
        left = bind(children(expr)[0], look, algebra)
        if isinstance(expr, Known):
            seen: Any = algebra.known  # type: ignore[attr-defined]
            return lambda values: seen(left(values))
        wanted: Any = tuple(_plain(v) for v in (expr.values if isinstance(expr, Among) else expr.words))
        test = algebra.among if isinstance(expr, Among) else algebra.mentions  # type: ignore[attr-defined]
        return lambda values: test(left(values), wanted)
    return look(expr)


def _between(expr: DaysBetween | AgeOn, at: int | None, look: Look, algebra: type) -> Callable[[Any], Any]:
    """The least (0) or the most (1) that lies between two dates; None: what does, where these are one."""

    def count(start: Any, end: Any) -> int | None:
        found = between(expr, start, end)
        if found is None or (at is None and found[0] != found[1]):
            return None
        return found[at or 0]

    counts: Any = algebra.counted(count)  # type: ignore[attr-defined]
    first, then = (bind(part, look, algebra) for part in expr.inside)
    return lambda values: counts(first(values), then(values))


def _every(parts: tuple[Callable[[Any], float], ...]) -> Callable[[Any], float]:
    """The least of the parts' truths, asked in order until one is no."""

    def every(values: Any) -> float:
        least = YES
        for part in parts:
            truth = part(values)
            if truth < least:
                if truth == NO:
                    return NO
                least = truth
        return least

    return every


def _some(parts: tuple[Callable[[Any], float], ...]) -> Callable[[Any], float]:
    """The greatest of the parts' truths, asked in order until one is yes."""

    def some(values: Any) -> float:
        greatest = NO
        for part in parts:
            truth = part(values)
            if truth > greatest:
                if truth == YES:
                    return YES
                greatest = truth
        return greatest

    return some


def _of_one_value(expr: Expr) -> Callable[[Any], Any] | None:
    """A condition on one recorded value by itself, as one function where `bind` would nest several; None for other conditions."""
    part = expr.left if isinstance(expr, Compare) else children(expr)[0] if isinstance(expr, Among | Mentions | Known) else None
    if not isinstance(part, Ref):
        return None
    name = key_of(part)
    if isinstance(expr, Compare):
        if not isinstance(expr.right, Number):
            return None
        return _compared(name, expr.op, expr.right.value)
    if isinstance(expr, Known):
        return lambda values: NO if values.get(name) is None else YES
    test = OneValue.among if isinstance(expr, Among) else OneValue.mentions
    wanted = tuple(_plain(v) for v in (expr.values if isinstance(expr, Among) else expr.words))  # type: ignore[attr-defined]
    return lambda values: test(values.get(name), wanted)


def _compared(name: str, op: str, bound: Any) -> Callable[[Any], float]:
    if op == "<":
        return lambda values: UNKNOWN if (x := values.get(name)) is None else YES if x < bound else NO
    if op == "<=":
        return lambda values: UNKNOWN if (x := values.get(name)) is None else YES if x <= bound else NO
    if op == ">":
        return lambda values: UNKNOWN if (x := values.get(name)) is None else YES if x > bound else NO
    return lambda values: UNKNOWN if (x := values.get(name)) is None else YES if x >= bound else NO


def key_of(x: Ref | Dated) -> str:
    """Under which name a value is found among recorded values."""
    return x.key if isinstance(x, Dated) else x.name if x.kind != "screening" else f"screening {x.name}"


def _truth(expr: Expr, look: Look, algebra: type) -> Callable[[Any], Any]:
    while isinstance(expr, Cited):
        expr = expr.part
    value = bind(expr, look, algebra)
    if isinstance(expr, Ref | Earlier):
        truth: Any = algebra.truth  # type: ignore[attr-defined]
        return lambda values: truth(value(values))
    return value


def _by_name(expr: Expr) -> Callable[[Mapping[str, Any]], Any]:
    if not isinstance(expr, Ref | Dated):
        raise TypeError(f"{expr!r} has no value outside a participant's journey")
    name = key_of(expr)
    return lambda values: values.get(name)


def on_values(expr: Expr, algebra: type = OneValue) -> Callable[[Mapping[str, Any]], Any]:
    """A function from recorded values (name -> value) to the tree's truth or number.

    With the algebra ManyValues, values are numpy arrays of one length and so is the answer.
    """
    return _truth(expr, _by_name, algebra)


def holds(expr: Expr, values: Mapping[str, Any]) -> bool | None:
    """Whether a condition holds on one participant's values: True, False, or None where a missing value leaves it open."""
    truth = on_values(expr)(values)
    return None if truth == UNKNOWN else truth > UNKNOWN
