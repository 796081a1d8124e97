"""Expression trees in words: a small controlled English, one text for one tree, that a clinician reads and `reading` reads back.

Names stand in ‘single’ quotes, texts in “double” ones. A condition begins with what it does (`all of`, `it is known that`) and ends where
its parts end, so no text can be read in two ways. Long conditions are laid out as numbered lines, (1), (1.1), (1.2), (2).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .amounts import AsOf, BodySurface, Dated, Greatest, Least, UntilChanged
from .over_time import AgeOn, DaysBetween, Earlier, EntryDay
from .trees import (
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
)  # fmt: skip

COMPARISONS = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}
SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷", "^": "^"}
EARLIER = {"previous": ("previous", ""), "lowest": ("lowest", " so far"), "highest": ("highest", " so far"), "last": ("last known", "")}
OTHERWISE = "in every other case"
HEADS = {
    (AllOf, False): "all of these hold:",
    (AnyOf, False): "at least one of these holds:",
    (AllOf, True): "not all of these hold:",
    (AnyOf, True): "none of these holds:",
}
INLINE = {(AllOf, False): "all of", (AnyOf, False): "any of", (AllOf, True): "not all of", (AnyOf, True): "none of"}
PAIRS = {
    (AllOf, False): ("both", "and"),
    (AnyOf, False): ("either", "or"),
    (AllOf, True): ("not both", "and"),
    (AnyOf, True): ("neither", "nor"),
}
WIDTH = 100
UNIT = re.compile(r"[^\s;,():‘’“”]+(\u00a0[^\s;,():‘’“”]+)*")


@dataclass(frozen=True)
class Naming:
    """What a page knows beside a tree: the unit of each measure, and phrases that stand for whole trees (as said, and denied)."""

    units: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[Expr, tuple[str, str]] = field(default_factory=dict)


BARE = Naming()


def visible(text: str, quotes: str = "") -> str:
    """Text as it stands on a page: a backslash before backslashes and `quotes`; line ends, odd spaces and controls as \\u{..}."""
    shown = []
    for i, c in enumerate(text):
        edge = c == " " and (i in (0, len(text) - 1) or text[i - 1] == " ")
        if c == "\\" or c in quotes:
            shown.append("\\" + c)
        elif edge or (c != " " and (c.isspace() or not c.isprintable())):
            shown.append(f"\\u{{{ord(c):x}}}")
        else:
            shown.append(c)
    return "".join(shown)


def plainly(text: str) -> str:
    """The text that `visible` showed."""
    return re.sub(r"\\u\{([0-9a-f]+)\}|\\(.)", lambda m: chr(int(m[1], 16)) if m[1] else m[2], text)


def quoted(name: str) -> str:
    """A name in its quotes."""
    return f"‘{visible(name, '‘’')}’"


def cited(text: str) -> str:
    """A text in its quotes."""
    return f"“{visible(text, '“”')}”"


def figure(value: float) -> str:
    """A finite number, exactly; whole numbers without a point. Raises ValueError for others."""
    if not math.isfinite(value):
        raise ValueError(f"{value!r} cannot stand on a page: a number there is finite")
    text = repr(value)
    return text.removesuffix(".0") if isinstance(value, float) else text


def listed(parts: Iterable[str], last: str = "or") -> str:
    """a, b or c."""
    items = tuple(parts)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


def say(expr: Expr | None, naming: Naming = BARE) -> str:
    """A condition, or a quantity, in words: one text for one tree."""
    if expr is None:
        return "always"
    if isinstance(expr, Clock):
        return clock(expr)
    return (
        quantity(expr)
        if isinstance(expr, Arithmetic | Number | Least | Greatest | BodySurface | Dated | DaysBetween | AgeOn)
        else condition(expr, naming)
    )


def clock(c: Clock) -> str:
    """A clock in words, as a phrase: `more than 14 days after ‘last day with drug’`."""
    if c.kind == "past":
        return f"more than {span(c.n, c.unit)} after {quoted(c.of)}"
    if c.kind == "reached":
        return f"{span(c.n, c.unit)} after {quoted(c.of)}, or later"
    return f"{span(c.n, c.unit)} of {quoted(c.of)} {'is' if c.n == 1 else 'are'} full"


def span(n: int, unit: str) -> str:
    """1 day, 2 days."""
    return f"{n} {unit[:-1] if n == 1 else unit}"


def quantity(expr: Expr) -> str:
    """A number or recorded value in words."""
    if isinstance(expr, Ref):
        name = quoted(expr.name)
        return {"measure": name, "screening": f"{name} at screening", "count": f"the count {name}", "flag": f"the flag {name}"}[expr.kind]
    if isinstance(expr, Number):
        return figure(float(expr.value))
    if isinstance(expr, Arithmetic):
        return f"{_part(expr.left)} {SIGNS[expr.op]} {_part(expr.right)}"
    if isinstance(expr, Least | Greatest):
        return f"the {'least' if isinstance(expr, Least) else 'greatest'} of ({'; '.join(quantity(p) for p in expr.parts)})"
    if isinstance(expr, BodySurface):
        return f"the body surface by {expr.formula} of ({quantity(expr.height)}; {quantity(expr.weight)})"
    if isinstance(expr, Earlier):
        return f"the {EARLIER[expr.kind][0]} {quantity(expr.of)}{EARLIER[expr.kind][1]}"
    if isinstance(expr, EntryDay):
        return "the day of the entry"
    if isinstance(expr, DaysBetween | AgeOn):
        return f"the {'days' if isinstance(expr, DaysBetween) else 'whole years'} from ({quantity(expr.inside[0])}) to ({quantity(expr.inside[1])})"
    if isinstance(expr, AsOf):
        return f"{quantity(expr.of)} on the day of {quoted(expr.moment)} or last before it"
    if isinstance(expr, UntilChanged):
        return f"{quantity(expr.start)} until it has changed by more than {figure(expr.percent)} %"
    return f"the truth of ({condition(expr)})"


def _part(expr: Expr) -> str:
    return f"({quantity(expr)})" if isinstance(expr, Arithmetic | Dated) else quantity(expr)


def constant(value: object) -> str:
    """A value of a code list, or another constant."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return cited(value)
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} cannot stand on a page: write a text, a finite number, or True or False")
    return repr(value)


def condition(expr: Expr, naming: Naming = BARE) -> str:
    """A condition on one line."""
    if phrase := _named(expr, naming):
        return phrase
    denied, core = _deny(expr)
    if isinstance(core, AllOf | AnyOf):
        if len(core.parts) == 2 and all(is_leaf(p, naming) for p in core.parts):
            both, link = PAIRS[type(core), denied]
            return f"{both} {condition(core.parts[0], naming)}, {link} {condition(core.parts[1], naming)}"
        return f"{INLINE[type(core), denied]} ({'; '.join(condition(p, naming) for p in core.parts)})"
    prefix, part = _prefix(core, denied)
    return prefix + condition(part, naming) if part is not None else leaf_words(core, denied, naming)


def _named(expr: Expr, naming: Naming) -> str:
    if expr in naming.phrases:
        return naming.phrases[expr][0]
    return naming.phrases[expr.part][1] if isinstance(expr, No) and expr.part in naming.phrases else ""


def _deny(expr: Expr) -> tuple[bool, Expr]:
    return (True, expr.part) if isinstance(expr, No) else (False, expr)


def _prefix(core: Expr, denied: bool) -> tuple[str, Expr | None]:
    """The words before a part that stands for itself, and the part."""
    if isinstance(core, Surely):
        return ("it is not known that " if denied else "it is known that "), core.part
    if denied and isinstance(core, No | Cited | Otherwise):
        return "it is not so that ", core
    if isinstance(core, Cited):
        refused = f", refused as {cited(core.refused)}" if core.refused else ""
        return f"{cited(core.words)} ({visible(core.source, '()')}){refused}, that is: ", core.part
    return "", None


def is_leaf(expr: Expr, naming: Naming = BARE) -> bool:
    """Whether a condition is said in one breath."""
    if _named(expr, naming):
        return True
    _, core = _deny(expr)
    if isinstance(core, Surely):
        return is_leaf(core.part, naming) and not isinstance(core.part, No | Surely)
    return isinstance(core, Quantity | Compare | Among | Mentions | Known | Clock)


def leaf_words(core: Expr, denied: bool = False, naming: Naming = BARE) -> str:
    """A condition without parts, said or denied."""
    no = " not" if denied else ""
    if isinstance(core, Otherwise):
        return OTHERWISE
    if isinstance(core, Clock):
        if core.kind == "full":
            return clock(core).removesuffix(" full") + f"{no} full"
        return f"it is{no} " + ("yet " if denied and core.kind == "reached" else "") + clock(core)
    if isinstance(core, Ref) and core.kind == "flag":
        return f"{quoted(core.name)} {'does not hold' if denied else 'holds'}"
    if isinstance(core, Quantity):
        return f"{quantity(core)} is {'no' if denied else 'yes'}"
    if isinstance(core, Compare):
        return f"{quantity(core.left)} is{no} {COMPARISONS[core.op]} {quantity(core.right)}{_unit(core, naming)}"
    if isinstance(core, Known):
        return f"{quantity(core.part)} is{no} recorded"
    if isinstance(core, Among):
        if len(core.values) == 1 and isinstance(core.values[0], str):
            return f"{quantity(core.left)} is{no} {cited(core.values[0])}"
        return f"{quantity(core.left)} is{no} one of {listed(constant(v) for v in core.values) if core.values else 'nothing'}"
    if isinstance(core, Mentions):
        words = listed(cited(w) for w in core.words) if core.words else "nothing"
        return f"{quantity(core.left)} {'does not mention' if denied else 'mentions'} {words}"
    raise TypeError(f"{core!r} has no words")


def _unit(core: Compare, naming: Naming) -> str:
    if not isinstance(core.right, Number) or not isinstance(core.left, Ref) or core.left.kind not in ("measure", "screening"):
        return ""
    unit = naming.units.get(core.left.name, "").replace(" ", "\u00a0")
    return f"\u00a0{unit}" if UNIT.fullmatch(unit) else ""


def lay_out(expr: Expr, naming: Naming = BARE, label: str = "") -> tuple[str, list[tuple[str, str]]]:
    """A condition as its first line and the numbered lines beneath it: (`1.2`, text)."""
    denied, core = _deny(expr)
    if not _named(expr, naming):
        if isinstance(core, AllOf | AnyOf) and core.parts and (len(core.parts) > 2 or not _short(expr, naming)):
            lines = []
            for i, part in enumerate(core.parts, 1):
                here = f"{label}.{i}" if label else str(i)
                first, rest = lay_out(part, naming, here)
                lines += [(here, first), *rest]
            return HEADS[type(core), denied], lines
        prefix, inner = _prefix(core, denied)
        if inner is not None:
            first, lines = lay_out(inner, naming, label)
            return prefix + first, lines
    return condition(expr, naming), []


def _short(expr: Expr, naming: Naming) -> bool:
    _, core = _deny(expr)
    return isinstance(core, AllOf | AnyOf) and all(is_leaf(p, naming) for p in core.parts) and len(condition(expr, naming)) <= WIDTH
