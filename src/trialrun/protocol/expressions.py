"""Small expression trees over measures, flags, counts and clocks: printable, and evaluated on one participant or on arrays alike.

Truth has three values, because a value may be missing: yes (1), no (0), unknown (0.5). `all_of` is the least, `any_of` the greatest
and `no` the complement (Kleene's strong logic), so one definition serves scalars and numpy arrays. A tree has no Python truth value:
`and`, `or`, `not` and `if` on it raise, with the cure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

YES, NO, UNKNOWN = 1.0, 0.0, 0.5


class Expr:
    """A node of an expression tree."""

    def __bool__(self) -> bool:
        raise TypeError(
            "an expression of a study has no truth value: write all_of(a, b) for 'a and b', any_of(a, b) for 'a or b', no(a) for 'not a'"
        )


class Quantity(Expr):
    """An expression with a number: it compares and calculates into larger trees."""

    def __lt__(self, other: Any) -> Compare:
        return Compare(leaf(self), "<", leaf(other))

    def __le__(self, other: Any) -> Compare:
        return Compare(leaf(self), "<=", leaf(other))

    def __gt__(self, other: Any) -> Compare:
        return Compare(leaf(self), ">", leaf(other))

    def __ge__(self, other: Any) -> Compare:
        return Compare(leaf(self), ">=", leaf(other))

    def __add__(self, other: Any) -> Arithmetic:
        return Arithmetic("+", leaf(self), leaf(other))

    def __sub__(self, other: Any) -> Arithmetic:
        return Arithmetic("-", leaf(self), leaf(other))

    def __mul__(self, other: Any) -> Arithmetic:
        return Arithmetic("*", leaf(self), leaf(other))

    def __rmul__(self, other: Any) -> Arithmetic:
        return Arithmetic("*", leaf(other), leaf(self))

    def __truediv__(self, other: Any) -> Arithmetic:
        return Arithmetic("/", leaf(self), leaf(other))

    def __pow__(self, other: Any) -> Arithmetic:
        return Arithmetic("^", leaf(self), leaf(other))


@dataclass(frozen=True)
class Ref(Quantity):
    """A value looked up by name. Kinds: measure, screening (a measure at screening), flag, count."""

    kind: str
    name: str


@dataclass(frozen=True)
class Number(Quantity):
    """A constant."""

    value: float


@dataclass(frozen=True)
class Arithmetic(Quantity):
    """Sum, difference, product, quotient or power; unknown where a part is, where it divides by zero or roots what is not positive."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Compare(Expr):
    """left < right, and so on; unknown where a side is."""

    left: Expr
    op: str
    right: Expr


@dataclass(frozen=True)
class Among(Expr):
    """The value is one of a few; text compares without regard to case."""

    left: Expr
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Mentions(Expr):
    """A text contains one of some words, without regard to case."""

    left: Expr
    words: tuple[str, ...]


@dataclass(frozen=True)
class Known(Expr):
    """The value was recorded."""

    part: Expr


@dataclass(frozen=True)
class Surely(Expr):
    """The part is known to hold; where a missing value leaves it open, it does not."""

    part: Expr


@dataclass(frozen=True)
class AllOf(Expr):
    """Every part holds."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True)
class AnyOf(Expr):
    """At least one part holds."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True)
class No(Expr):
    """The part does not hold."""

    part: Expr


@dataclass(frozen=True)
class Cited(Expr):
    """A part with its own statement and words; a refusal quotes them when this part fails."""

    source: str
    words: str
    part: Expr


@dataclass(frozen=True)
class Otherwise(Expr):
    """Holds where no other sentence about the same thing does; computed, never written by hand."""


@dataclass(frozen=True)
class Clock(Expr):
    """A condition on time that becomes true on one day and stays so until its anchor moves.

    `past`: strictly later than n units after a moment. `reached`: that day or later. `full`: a stopwatch has counted n whole days
    (true on the day after its nth day).
    """

    kind: str
    n: int
    unit: str
    of: str

    @property
    def name(self) -> str:
        """The clock's name as an event, for example `past 14 days: last infusion day`."""
        return f"{self.kind} {self.n} {self.unit}: {self.of}"


otherwise = Otherwise()


def leaf(x: Any) -> Expr:
    """A tree for anything that may stand in one: a tree, a declared value (measure, flag, count), a number."""
    if isinstance(x, Expr):
        return x.as_ref() if hasattr(x, "as_ref") else x
    if isinstance(x, bool):
        raise TypeError("write flag or no(flag), not a comparison with True or False")
    if isinstance(x, int | float):
        return Number(float(x))
    raise TypeError(f"{x!r} cannot stand in an expression: use a declared measure, flag or count, or a number")


def all_of(*parts: Any) -> AllOf:
    """Every part holds."""
    return AllOf(tuple(leaf(p) for p in parts))


def any_of(*parts: Any) -> AnyOf:
    """At least one part holds."""
    return AnyOf(tuple(leaf(p) for p in parts))


def no(part: Any) -> No:
    """The part does not hold."""
    return No(leaf(part))


def one_of(x: Any, *values: Any) -> Among:
    """x is one of the values."""
    return Among(leaf(x), tuple(values))


def mentions(x: Any, *words: str) -> Mentions:
    """The text x contains one of the words."""
    return Mentions(leaf(x), tuple(words))


def known(x: Any) -> Known:
    """x was recorded."""
    return Known(leaf(x))


def needs(source: str, words: str, part: Any) -> Cited:
    """A condition with the statement it comes from; a refusal quotes these words."""
    return Cited(source, words, leaf(part))


def surely(part: Any) -> Surely:
    """The part is known to hold."""
    return Surely(leaf(part))


def children(expr: Expr) -> tuple[Expr, ...]:
    """The parts of a node."""
    if isinstance(expr, AllOf | AnyOf):
        return expr.parts
    if isinstance(expr, No | Cited | Known | Surely):
        return (expr.part,)
    if isinstance(expr, Compare | Arithmetic):
        return (expr.left, expr.right)
    if isinstance(expr, Among | Mentions):
        return (expr.left,)
    return ()


def nodes(expr: Expr | None) -> Iterator[Expr]:
    """Every node of a tree, root first."""
    if expr is not None:
        yield expr
        for part in children(expr):
            yield from nodes(part)


def names(expr: Expr | None, kind: str) -> set[str]:
    """The names of one kind that a tree reads; kind `clock` gives the clocks' names."""
    if kind == "clock":
        return {e.name for e in nodes(expr) if isinstance(e, Clock)}
    return {e.name for e in nodes(expr) if isinstance(e, Ref) and e.kind == kind}


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
    def among(a: Any, values: tuple[Any, ...]) -> Any:
        import numpy as np

        return np.asarray([OneValue.among(x, values) for x in np.asarray(a, dtype=object).ravel()])

    @staticmethod
    def mentions(a: Any, words: tuple[str, ...]) -> Any:
        import numpy as np

        return np.asarray([OneValue.mentions(x, words) for x in np.asarray(a, dtype=object).ravel()])

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


def bind(expr: Expr, look: Look, algebra: type = OneValue) -> Callable[[Any], Any]:
    """A function of one argument that evaluates the tree; `look` gives the function for each leaf (Ref, Clock, Otherwise)."""
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
        return lambda values: pick(*[p(values) for p in parts])
    if isinstance(expr, No):
        part = _truth(expr.part, look, algebra)
        return lambda values: 1.0 - part(values)
    if isinstance(expr, Surely):
        part = _truth(expr.part, look, algebra)
        sure: Any = algebra.surely  # type: ignore[attr-defined]
        return lambda values: sure(part(values))
    if isinstance(expr, Compare):
        test = algebra.compare(expr.op)  # type: ignore[attr-defined]
        a, b = bind(expr.left, look, algebra), bind(expr.right, look, algebra)
        return lambda values: test(a(values), b(values))
    if isinstance(expr, Arithmetic):
        act = algebra.calculate(expr.op)  # type: ignore[attr-defined]
        a, b = bind(expr.left, look, algebra), bind(expr.right, look, algebra)
        return lambda values: act(a(values), b(values))
    if isinstance(expr, Among | Mentions | Known):
        left = bind(children(expr)[0], look, algebra)
        if isinstance(expr, Known):
            seen: Any = algebra.known  # type: ignore[attr-defined]
            return lambda values: seen(left(values))
        wanted: Any = tuple(_plain(v) for v in (expr.values if isinstance(expr, Among) else expr.words))
        test = algebra.among if isinstance(expr, Among) else algebra.mentions  # type: ignore[attr-defined]
        return lambda values: test(left(values), wanted)
    return look(expr)


def _truth(expr: Expr, look: Look, algebra: type) -> Callable[[Any], Any]:
    value = bind(expr, look, algebra)
    if isinstance(expr, Ref):
        truth: Any = algebra.truth  # type: ignore[attr-defined]
        return lambda values: truth(value(values))
    return value


def _by_name(expr: Expr) -> Callable[[Mapping[str, Any]], Any]:
    if not isinstance(expr, Ref):
        raise TypeError(f"{expr!r} has no value outside a participant's journey")
    name = expr.name if expr.kind != "screening" else f"screening {expr.name}"
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
