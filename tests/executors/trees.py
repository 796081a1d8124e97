"""Expression trees drawn from a seed with values for them, and a second reading of what a tree says, written from its meaning in words."""

from calendar import monthrange
from datetime import date
from typing import Any

from trialrun.protocol.words.amounts import BodySurface, Greatest, Least
from trialrun.protocol.words.expressions import Earlier, key_of
from trialrun.protocol.words.over_time import AgeOn, DaysBetween
from trialrun.protocol.words.trees import (
    AllOf,
    Among,
    AnyOf,
    Arithmetic,
    Cited,
    Compare,
    Expr,
    Known,
    Mentions,
    No,
    Number,
    Ref,
    Surely,
    nodes,
)

X, Y, WAS, YES = Ref("measure", "x"), Ref("measure", "y"), Ref("screening", "x"), Ref("measure", "yes")
WORD, CODE, BORN, DAY = (Ref("measure", name) for name in ("word", "code", "born", "day"))
BEFORE = Earlier("previous", X)
NUMBERS = (None, 0, 1, 2, 2.5, 3, -1, 4)
DATES = (None, "2010", "2012", "2012-02", "2012-03", "2011-02-28", "2012-02-29", "2012-03-01", "2013-02-28", "2013-03-01", "9999")
VALUES = {
    "x": (*NUMBERS, True), "y": NUMBERS, "screening x": NUMBERS, BEFORE.key: NUMBERS, "yes": (None, True, False), "word": (None, "Ja", "nein JA", "STRASSE", ""),
    "code": (None, "a", "B c", "b C"), "born": DATES, "day": DATES,
}  # fmt: skip


def numeric(chance: Any, depth: int) -> Expr:
    """A tree with a number."""
    kind = chance.choice(("leaf", "number", "sum", "bounded", "dates") if depth else ("leaf", "number"))
    if kind == "leaf":
        return chance.choice((X, Y, WAS, BEFORE))
    if kind == "number":
        return Number(chance.choice((0.0, 1.0, 2.0, 0.5, 3.0)))
    if kind == "sum":
        op = chance.choice("+-*/^")
        right = Number(chance.choice((0.5, 2.0, -1.0))) if op == "^" else numeric(chance, depth - 1)
        return Arithmetic(op, numeric(chance, depth - 1), right)
    if kind == "bounded":
        return chance.choice((Least, Greatest))(tuple(numeric(chance, depth - 1) for _ in range(chance.choice((1, 2, 3)))))
    return chance.choice((DaysBetween, AgeOn))(*chance.sample((BORN, DAY), 2))


def condition(chance: Any, depth: int) -> Expr:
    """A tree with a truth."""
    kind = chance.choice(
        ("compare", "compare", "dates", "among", "mentions", "known", "leaf", *(("all", "any", "no", "surely", "cited") if depth else ()))
    )
    if kind == "compare":
        right = Number(chance.choice((0.0, 1.0, 2.0, 2.5))) if chance.random() < 0.5 else numeric(chance, 1)
        return Compare(numeric(chance, min(depth, 2)), chance.choice(("<", "<=", ">", ">=")), right)
    if kind == "dates":
        which = chance.choice((DaysBetween, AgeOn))
        bound = chance.choice((0.0, 1.0, 2.0)) if which is AgeOn else chance.choice((0.0, 1.0, 28.0, 365.0, 366.0))
        return Compare(which(*chance.sample((BORN, DAY), 2)), chance.choice(("<", "<=", ">", ">=")), Number(bound))
    if kind == "among":
        return chance.choice((Among(CODE, ("A", "b c")), Among(X, (1, 2, 2.5)), Among(YES, (True,)), Among(CODE, ("other",))))
    if kind == "mentions":
        return Mentions(WORD, chance.choice((("Ja",), ("nein", "straße"), ("x",))))
    if kind == "known":
        return Known(chance.choice((X, DAY, WORD, Arithmetic("/", X, Y))))
    if kind == "leaf":
        return chance.choice((YES, X, BEFORE))
    if kind in ("all", "any"):
        return (AllOf if kind == "all" else AnyOf)(tuple(condition(chance, depth - 1) for _ in range(chance.choice((0, 1, 2, 3)))))
    part = condition(chance, depth - 1)
    return No(part) if kind == "no" else Surely(part) if kind == "surely" else Cited("T1", "so it is", part)


def row(chance: Any) -> dict[str, Any]:
    """A value for each name."""
    return {name: chance.choice(values) for name, values in VALUES.items()}


def number_of(tree: Expr, values: dict[str, Any]) -> Any:
    """The number or text of a tree, None where it is unknown."""
    match tree:
        case Number(value):
            return value
        case Arithmetic(op, left, right):
            a, b = number_of(left, values), number_of(right, values)
            if a is None or b is None:
                return None
            if op == "/":
                return a / b if b else None
            if op == "^":
                return a**b if a > 0 else None
            return a + b if op == "+" else a - b if op == "-" else a * b
        case Least(parts) | Greatest(parts):
            told = [number_of(p, values) for p in parts]
            return None if None in told else sorted(told)[0 if isinstance(tree, Least) else -1]
        case BodySurface("Mosteller", tall, heavy):
            a, b = number_of(tall, values), number_of(heavy, values)
            return None if a is None or b is None or a * b <= 0 else (a * b / 3600) ** 0.5
        case DaysBetween() | AgeOn():
            found = spans(tree, values)
            return found[0] if len(found) == 1 else None
    return values.get(key_of(tree))


def spans(tree: Expr, values: dict[str, Any]) -> list[int]:
    """The least and the most days, or years, that lie between two dates as they may be; one where they are the same, none where nothing is known."""
    first, last = (days_of(number_of(part, values)) for part in tree.inside)
    if not first or not last:
        return []
    if isinstance(tree, DaysBetween):
        return sorted({(last[0] - first[-1]).days, (last[-1] - first[0]).days})
    told = [age(birth, on) for birth, on in ((first[-1], last[0]), (first[0], last[-1]))]
    return [] if told[1] < 0 else sorted({max(told[0], 0), told[1]})


def age(birth: date, on: date) -> int:
    """Whole years, counted birthday by birthday."""
    years = on.year - birth.year
    day = min(birth.day, monthrange(on.year, birth.month)[1])
    reached = on >= date(on.year, birth.month, day) if day == birth.day else on > date(on.year, birth.month, day)
    return years if reached else years - 1


def days_of(text: Any) -> list[date]:
    """The first and the last day that a date known in part can be."""
    parts = [int(p) for p in text.split("-")] if isinstance(text, str) else []
    if len(parts) == 3:
        return [date(*parts)] * 2
    if len(parts) == 2:
        return [date(*parts, 1), date(*parts, monthrange(*parts)[1])]
    return [date(parts[0], 1, 1), date(parts[0], 12, 31)] if parts else []


def truth_of(tree: Expr, values: dict[str, Any]) -> bool | None:
    """Whether a condition holds: True, False, or None where what is missing leaves it open."""
    match tree:
        case AllOf(parts) | AnyOf(parts):
            told = [truth_of(p, values) for p in parts]
            decides = isinstance(tree, AnyOf)
            return decides if decides in told else None if None in told else not decides
        case No(part):
            told = truth_of(part, values)
            return None if told is None else not told
        case Surely(part):
            return truth_of(part, values) is True
        case Cited(_, _, part):
            return truth_of(part, values)
        case Known(part):
            return number_of(part, values) is not None
        case Among(left, among):
            value = number_of(left, values)
            return None if value is None else any(same(value, v) for v in among)
        case Mentions(left, words):
            value = number_of(left, values)
            return None if value is None else any(w.casefold() in value.casefold() for w in words)
        case Compare(DaysBetween() | AgeOn() as dates, op, Number(bound)):
            answers = {compared(n, op, bound) for n in spans(dates, values)}
            return answers.pop() if len(answers) == 1 else None
        case Compare(left, op, right):
            a, b = number_of(left, values), number_of(right, values)
            return None if a is None or b is None else compared(a, op, b)
    value = number_of(tree, values)
    return None if value is None else bool(value)


def same(a: Any, b: Any) -> bool:
    """Whether two values are the same, text without regard to case."""
    return a.casefold() == b.casefold() if isinstance(a, str) and isinstance(b, str) else a == b


def compared(a: Any, op: str, b: Any) -> bool:
    """A comparison by its sign."""
    return {"<": a < b, "<=": not b < a, ">": b < a, ">=": not a < b}[op]


__all__ = ["Among", "Known", "Surely", "condition", "key_of", "nodes", "number_of", "numeric", "row", "truth_of"]
