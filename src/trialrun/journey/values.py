"""Reading recorded values: each as its measure's type, once; what cannot be read, or can be read in two ways, is not used and is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isfinite
from typing import Any

from ..protocol.language import Measure
from ..protocol.words.matching import as_name
from ..protocol.words.times import could_be
from ..protocol.words.units import kept

HUGE = 1e300  # nothing that is measured is larger
BLANKS = " \t\r\n"
YES_NO_TEXT = r"[ \t\r\n]*(?:[Yy](?:[Ee][Ss])?|[Nn][Oo]?|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])[ \t\r\n]*"
YES_NO = {"yes": True, "no": False, "true": True, "false": False, "y": True, "n": False}
_PLAIN = r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?"
_DECIMAL_COMMA = r"[+-]?[0-9]{0,40},[0-9]{1,40}"
_GROUPED = (
    r"[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){1,12}(?:\.[0-9]{1,40})?|(?:\.[0-9]{3}){1,12},[0-9]{1,40}|(?:\.[0-9]{3}){2,12}"
    "|(?:[ \u00a0\u202f'][0-9]{3}){1,12}(?:[.,][0-9]{1,40})?)"
)
NUMBER_TEXT = (
    rf"[ \t\r\n]*(?:{_PLAIN}|{_DECIMAL_COMMA}|{_GROUPED})[ \t\r\n]*"  # a number as people write one; one with two readings is asked
)
PLAIN, DECIMAL_COMMA, GROUPED = re.compile(_PLAIN), re.compile(_DECIMAL_COMMA), re.compile(_GROUPED)
TWO_READINGS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")


class Unreadable(ValueError):
    """A value that is not of its measure's type, with the cure: it is sent back."""

    kind = "unreadable"


class UnknownUnit(Unreadable):
    """A value in a unit that the item does not have, with those that it has: it is not used before it is said."""

    kind = "unknown unit"


class Asked(Unreadable):
    """A value that is not used before the site says what is meant, with the question."""

    kind = "ambiguous"


@dataclass(frozen=True, slots=True)
class Unread:
    """A recorded value that is not used: the name it was recorded under, what it is (a kind of query), and the question with its cure.

    `sent_back`: it is no value of its kind at all, and goes back to whoever wrote it.
    """

    item: str
    kind: str
    says: str
    sent_back: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A question to the site about one entry; `on` is the day it is walked on (None: it is not walked), `item` the value ("": the entry).

    Kinds: those of `queries.KINDS`.
    """

    entry: int
    event: str
    item: str
    kind: str
    says: str
    on: int | None = None


def as_measured(measure: Measure, value: Any) -> Any:
    """A recorded value as its measure's type. Raises Unreadable with the cure."""
    kind, found = measure.type, value.__class__
    if value is None or (found is float and kind == "number" and -HUGE <= value <= HUGE):
        return value
    if found is int and (kind == "number" or kind == "integer") and -HUGE <= value <= HUGE:
        return value
    if found is str and (kind == "text" or kind == "code") and (not measure.codes or value in measure.codes):
        return value
    if isinstance(value, Mapping):
        return _in_its_unit(measure, value)
    if kind == "yes/no":
        if isinstance(value, bool):
            return value
        if value in (0, 1):
            return bool(value)
        plain = YES_NO.get(value.strip(BLANKS).lower()) if isinstance(value, str) else None
        if plain is None:
            raise Unreadable(f"{measure.name} is yes or no, and {quoted(value)} is neither: write true or false")
        return plain
    if kind in ("number", "integer"):
        return _number(measure, value)
    if kind == "date":
        return _date(measure, value)
    if isinstance(value, bool | int | float):
        value = quoted(value)
    if not isinstance(value, str):
        raise Unreadable(f"{measure.name} is text, and {quoted(value)} is none")
    return _code(measure, value)


def _in_its_unit(measure: Measure, said: Mapping[str, Any]) -> Any:
    """A number recorded with its unit, in the measure's own."""
    if "value" not in said or not isinstance(said.get("unit"), str):
        raise Unreadable(f"{measure.name} is recorded without its value or its unit: write the value alone, or both, as value and unit")
    told = f"{quoted(said['value'])} {said['unit']}"
    if measure.type not in ("number", "integer"):
        raise Unreadable(f"{measure.name} is no number, and {told} has a unit: write the value alone")
    name = unit_plainly(said["unit"])
    other = next((u for u in measure.also_in if unit_plainly(u.unit) == name), None)
    if name == unit_plainly(measure.unit):
        return as_measured(measure, said["value"])
    if other is None:
        known = [u for u in (measure.unit, *(u.unit for u in measure.also_in)) if u]
        cure = f"write it in {' or '.join(known)}" if known else "write the number alone"
        raise UnknownUnit(f"{measure.name} is not recorded in {quoted(said['unit'])}: {cure}")
    number = as_measured(replace(measure, type="number", unit=other.unit), said["value"])
    if number is None:
        return None
    value = float(Fraction(repr(number)) * Fraction(repr(other.times)) + Fraction(repr(other.plus)))
    return _number(measure, value)


def unit_plainly(unit: str) -> str:
    """A unit as units are matched: without spaces, the micro sign as a u, and mcg as ug."""
    return "".join("u" if c in "\u00b5\u03bc" else c for c in kept(unit) if not c.isspace())


def _number(measure: Measure, value: Any) -> Any:
    asked = f"{measure.name} is a {'whole ' if measure.type == 'integer' else ''}number{_in(measure)}, and {quoted(value)}"
    if isinstance(value, str):
        value = _from_text(value.strip(BLANKS), asked)
    if isinstance(value, bool):
        if measure.role == "presence":
            return int(value)
        raise Unreadable(f"{asked} is none")
    if not isinstance(value, int | float) or abs(value) > HUGE or not isfinite(value):
        raise Unreadable(f"{asked} is none")
    if measure.type == "integer":
        if value != int(value):
            raise Asked(f"{asked} is none: write a whole number")
        return int(value)
    return value


def _from_text(text: str, asked: str) -> float:
    """A number written as text. What has one reading is read; what has two (1,026) is asked."""
    if PLAIN.fullmatch(text):
        return float(text)
    if TWO_READINGS.fullmatch(text):
        raise Asked(f"{asked} can be read in two ways: write {text.replace(',', '')}, or {text.replace(',', '.')} if that is meant")
    if DECIMAL_COMMA.fullmatch(text):
        return float(text.replace(",", "."))
    if GROUPED.fullmatch(text):
        last = max(text.rfind(","), text.rfind("."))
        decimal = last > 0 and text.count(text[last]) == 1
        whole, rest = (text[:last], "." + text[last + 1 :]) if decimal else (text, "")
        return float(re.sub(r"[^0-9+-]", "", whole) + rest)
    raise Unreadable(f"{asked} is none: write it like 1.4")


def _date(measure: Measure, value: Any) -> str:
    text = value.strip(BLANKS) if isinstance(value, str) else ""
    with suppress(ValueError):
        if DATE.fullmatch(text) and could_be(text):
            return text
    raise Unreadable(f"{measure.name} is a date, and {quoted(value)} is none: write YYYY-MM-DD, or what is known of it as YYYY-MM or YYYY")


def _code(measure: Measure, text: str) -> str:
    """A text, or the code that it means: codes match as names, without regard to case and spaces."""
    if not measure.codes or text in measure.codes:
        return text
    meant = [code for code in measure.codes if as_name(code) == as_name(text)]
    if len(meant) == 1:
        return meant[0]
    if measure.role == "arm":
        raise Unreadable(f"{measure.name} {text!r} is no arm of the study: write {' or '.join(measure.codes)}")
    return text


def quoted(value: Any) -> str:
    """A value as messages quote it, a list or an object as that; a whole number is written without a decimal point, however it was recorded."""
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, Mapping):
        return "an object"
    return repr(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else repr(value)


def _in(measure: Measure) -> str:
    return f" in {measure.unit}" if measure.unit else ""


def typed(items: Mapping[str, Measure], values: Mapping[str, Any] | None) -> tuple[dict[str, Any], tuple[Unread, ...]]:
    """An entry's values by measure name, each of its measure's type, and what is not used; spaces in names are as underscores."""
    found: dict[str, Any] = {}
    if not values:
        return found, ()
    unread: list[Unread] = []
    for name, value in values.items():
        measure = items.get(name)
        if measure is None:
            measure = items.get(name.replace(" ", "_"))
        if measure is None:
            unread.append(Unread(name, "unknown item", ""))
            continue
        if value is None or (value.__class__ is float and measure.type == "number" and -HUGE <= value <= HUGE):
            said = value
        else:
            try:
                said = as_measured(measure, value)
            except Unreadable as problem:
                unread.append(Unread(name, problem.kind, str(problem), not isinstance(problem, Asked | UnknownUnit)))
                continue
        if measure.name in found and found[measure.name] != said:
            unread.append(
                Unread(
                    name,
                    "unreadable",
                    f"{measure.name} is recorded twice, as {quoted(found[measure.name])} and {quoted(said)}: record it once",
                )
            )
            continue
        found[measure.name] = said
    return found, tuple(unread) if unread else ()
