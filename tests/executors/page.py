"""What the play page's scripts are asked beside the vectors: journals that the oracle draws, spans of days, and expressions with three truths."""

import json
import random
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from typing import Any

from _pytest.outcomes import Skipped
from tests.browser.executor import FOLDERS, as_the_page_says_it, ready_of
from tests.executors import checks, houses
from tests.executors import trees as generated
from tests.oracle.journals import interesting_days, random_journal, wild_journal
from tests.vectors.make import SAME_FOR_ALL, standing

from trialrun.journey.groups import apart, counts, rows_typed
from trialrun.journey.journal import entry_of, instant
from trialrun.journey.knowledge import stands
from trialrun.journey.standing import where
from trialrun.journey.values import as_name, typed
from trialrun.protocol import language
from trialrun.protocol.frozen.freeze import fingerprint, plain
from trialrun.protocol.language import Measure, OtherUnit, measure
from trialrun.protocol.words.expressions import holds, on_values
from trialrun.protocol.words.times import LAST, UNITS, add, could_be, iso, ordinal
from trialrun.protocol.words.trees import Arithmetic, Ref
from trialrun.web.play_data import page_data

MOST = 12  # standings that are taken of one named test
VALUES = (None, 0, 1, 2, 3, 4, 5, 5.5, 6, 25, 50, 100, 101, 0.5, 1.5, True, False, "CR", "PD", "seizure", "CRS", "other", "")


def cases() -> list[tuple[str, str, list[Any], list[tuple[str, str | None, Any]]]]:
    """Journals with the standings that the journey in Python gives: study, name, entries, and what is asked (day, known at, standing)."""
    found = []
    for n in range(40):
        journal = (random_journal, wild_journal)[n % 2](6000 + n)
        chance = random.Random(n)
        days = [d.isoformat() for d in interesting_days(journal)]
        asked = [(day, None) for day in sorted(chance.sample(days, 3))] + [(days[-1], chance.choice(journal)["recorded_at"])]
        found.append(("mt103_211", f"drawn {n}", journal, [(day, at, standing("mt103_211", journal, day, at)) for day, at in asked]))
    return found


def of_house(house: str) -> list[tuple[str, str, list[Any], list[tuple[str, str | None, Any]]]]:
    """The journals of a generated study with the standings that the journey in Python gives."""
    ready, found = houses.made(house), []
    for name, entries, asked in houses.cases(house):
        said = [(iso(on), at, as_the_page_says_it(where(ready, entries, on, at).as_json())) for on, at in asked]
        rows = [(on, at, {k: v for k, v in json.loads(json.dumps(data)).items() if k not in SAME_FOR_ALL}) for on, at, data in said]
        found.append((house, name, [e.as_json() for e in entries], rows))
    return found


def of_the_named_tests() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the named tests ask of the journey: their studies as the page has them, and each journal with the standing that Python gives."""
    studies: dict[str, Any] = {}
    found: list[dict[str, Any]] = []
    for path in checks.NAMED:
        module, heard = checks.module_of(path), list[tuple[Any, ...]]()
        if getattr(module, "where", None) is not where:
            continue
        module.where = lambda ready, entries, on, at=None, heard=heard: _heard(heard, ready, [*entries], on, at)
        try:
            for name, test in checks.tests_of(path):
                heard.clear()
                with suppress(Skipped):
                    test(houses.made)
                found += (case for n, told in enumerate(heard[:MOST]) for case in _asked(studies, f"{name}, {n}", *told))
        finally:
            module.where = where
    return studies, found


def _heard(heard: list[tuple[Any, ...]], ready: Any, entries: list[Any], on: Any, at: str | None) -> Any:
    here = where(ready, entries, on, at)
    heard.append((ready, entries, here))
    return here


def _asked(studies: dict[str, Any], name: str, ready: Any, entries: list[Any], here: Any) -> Iterator[dict[str, Any]]:
    """A journal that a named test asked, with its standing; nothing of a study that the page does not take."""
    mark = fingerprint(ready.protocol)
    if mark not in studies:
        try:
            studies[mark] = json.loads(json.dumps(page_data(ready, (), "2024-01-01")))
        except ValueError:
            studies[mark] = None
    if studies[mark] is not None:
        said = as_the_page_says_it(json.loads(json.dumps(here.as_json())))
        expected = {k: v for k, v in said.items() if k not in SAME_FOR_ALL}
        asked = [[iso(here.on), here.known_at]]
        yield {"study": mark, "name": name, "entries": [e.as_json() for e in entries], "asked": asked, "expected": [expected]}


def calls() -> list[tuple[str, str, list[Any], Any]]:
    """What single functions of the scripts are asked: a name, the script's expression, its arguments, and what Python's own says."""
    found: list[tuple[str, str, list[Any], Any]] = []
    for text in DATES:
        found.append((f"the date {text!r}", "boundsOf", [text], _or_none(could_be, text)))
        if not text.startswith("0000"):
            found.append((f"the day {text!r}", "ordinal", [text], _or_none(ordinal, text)))
    found += [(f"the time {text!r}", "instantOf", [text], _or_none(instant, text)) for text in TIMES if text is not None]
    for day in (1, 2, 719163, ordinal("2012-02-29"), ordinal("2011-12-31"), LAST):
        found.append((f"day {day}", "iso", [day], iso(day)))
    for form, names in FORMS:
        for name in names:
            for value in WRITTEN:
                values = {name: value}
                said, unread = typed({m.name: m for m in form}, values)
                items = [_item(m) for m in form]
                found.append((f"{name}: {value!r}", TYPED, [{"items": items}, values], [said, [[u.item, u.kind] for u in unread]]))
    numbers = [{"name": m.name, "type": m.type, "unit": "", "role": "", "codes": []} for m in FORMS[0][0]]
    for values in ({"a b": 1, "a_b": 1}, {"a b": 1, "a_b": 2}, {"a_b": None, "a b": 3}, {"a_b": "x", "a b": 3}, {"a b": 3, "c": 2}):
        said, unread = typed({m.name: m for m in FORMS[0][0]}, values)
        found.append(("a value twice", TYPED, [{"items": numbers}, values], [said, [[u.item, u.kind] for u in unread]]))
    for (item, value), unit in product(product((HEAVY, WARM, NUMBER, WHOLE, TEXT, DAY), NUMBERS_SAID), UNITS_SAID):
        said, unread = typed({item.name: item}, {item.name: {"value": value, "unit": unit}})
        told = [{"items": [_item(item)]}, {item.name: {"value": value, "unit": unit}}]
        found.append((f"{item.name}: {value!r} in {unit!r}", TYPED, told, [said, [[u.item, u.kind] for u in unread]]))
    for value in ({"value": 3}, {"unit": "kg"}, {}, {"value": 3, "unit": None}):
        said, unread = typed({HEAVY.name: HEAVY}, {HEAVY.name: value})
        found.append(
            (f"heavy: {value!r}", TYPED, [{"items": [_item(HEAVY)]}, {HEAVY.name: value}], [said, [[u.item, u.kind] for u in unread]])
        )
    for rows in ROWS_SAID:
        told, of_groups = apart(GROUPED, {"n": 3, "a_b": 4} | rows)
        (said, unread), (kept, wrong) = typed({m.name: m for m in GROUPED.items}, told), rows_typed(GROUPED, of_groups)
        asked = [[u.item, u.kind] for u in (*unread, *wrong)]
        form = {"items": [_item(m) for m in GROUPED.items], "groups": [_group(g) for g in GROUPED.groups]}
        expected = [said, asked, json.loads(json.dumps(kept)), counts(GROUPED, kept)]
        found.append((f"groups: {rows!r}", ROWS, [form, {"n": 3, "a_b": 4} | rows], expected))
    found += [(f"the name {text!r}", "asName", [text], as_name(text)) for text in NAMES]
    x, y = Ref("measure", "x"), Ref("measure", "y")
    for op in "+-*/^":
        for a, b in product((None, 0, 1, 2.5, -3, True), repeat=2):
            if op == "^" and 2.5 in (a, b) or op == "/" and not a:
                continue  # the last digit of a power, the sign of nought
            tree = Arithmetic(op, x, y)
            found.append(
                (f"{a} {op} {b}", "((t, v) => valueOf(t, recordedValue(v)))", [plain(tree), {"x": a, "y": b}], _number(tree, a, b))
            )
    for n in range(500):
        entries, at = _corrected(n)
        random.Random(n).shuffle(entries)
        said = [[s.place, s.entry.sequence, s.entry.values or {}] for s in stands([entry_of(e, "an entry", 0) for e in entries], at)]
        found.append((f"corrections {n}", STANDS, [entries, at], said))
    return found


def _item(m: Measure) -> dict[str, Any]:
    also_in = [{"unit": u.unit, "times": u.times, "plus": u.plus} for u in m.also_in]
    return {"name": m.name, "type": m.type, "unit": m.unit, "role": m.role, "codes": list(m.codes), "label": m.label, "also_in": also_in}


def _group(g: Any) -> dict[str, Any]:
    return {"name": g.name, "label": g.label, "items": [_item(m) for m in g.items], "required": list(g.required), "rows": g.rows}


STANDS = "((entries, at) => standsOf(entries, at).map((s) => [s.place, s.entry.sequence, s.entry.values ?? {}]))"
TYPED = "((form, values) => { const t = typed(form, values); return [t.values, t.unread.map((u) => [u.item, u.kind])]; })"
ROWS = "((form, values) => { const t = typed(form, values); return [t.values, t.unread.map((u) => [u.item, u.kind]), t.rows, t.counts]; })"
DATES = (
    "2012", "0001", "0000", "9999", "2012-02", "2011-02", "2012-00", "2012-12", "2012-13", "2012-1", "2012-02-29", "2011-02-29", "2012-04-31",
    "0001-01-01", "0000-12-31", "9999-12-31", "2012-02-30", "20120301", "2012-3-1", "", "12", "2012-02-29T10:00:00Z", "x012-02-29", "2012-02-291",
    "-2012", "2012-", "0001-01", "9999-12", "2012-01-00",
)  # fmt: skip
TIMES = (
    "2012-04-10T08:12:44Z", "2012-04-10 08:12", "2012-04-10T08:12:44.5Z", "2012-04-10T08:12:44+02:00", "2012-04-10T08:12:44-05:30", "2012-04-10",
    "2012-04-10T23:59:59Z", "2012-04-10T24:00:00Z", "2012-04-10T23:60:00Z", "2012-04-10T23:59:60Z", "2012-02-30T10:00:00Z", "2012-04-10T10:00+23:59",
    "2012-04-10T08:12:44.1234567Z", "2012-04-10T08:12:44.12345678+10:59", "1969-12-31T23:59:59Z", "1970-01-01T00:00:01Z", "", "noon",
)  # fmt: skip
NUMBER, WHOLE, THERE = Measure("a_b"), Measure("n", "integer", unit="mg"), Measure("there", role="presence")
YES, DAY, TEXT = Measure("y", "yes/no"), Measure("d", "date"), Measure("t", "text")
CODE, ARM = Measure("code", "code", codes=("CR", "no response", "Month 3")), Measure("arm", "code", codes=("A", "B 2"), role="arm")
FORMS = (((NUMBER, WHOLE, THERE, YES, DAY, TEXT, CODE, ARM), ("a_b", "a b", "n", "there", "y", "d", "t", "code", "arm", "other")),)
WRITTEN = (
    None, True, False, 0, 1, 2, -1, 2.5, 1e300, 1e301, -1e301, "", " ", "0", "1", " 7.5 ", "0,4", ",5", ".5", "1,026", "1,0261", "10,261", "1,026,000",
    "1,026,000.5", "1.026,5", "1.026.000", "1.026.000,5", "1 026", "1 026,5", "1 026.5", "1'026", "1e2", "1e400", "12 percent", "+3", "-3", "-1,5",
    "-1,026", "yes", " No", "Y", "n", "TRUE", "false", "perhaps", "2012", "2012-02", " 2012-02-29 ", "2012-02-30", "2012-13", "CR", "cr", "No  Response",
    "month 03", "Month 3", "a", "A", "b-2", "B 02", "C", [1], {"a": 1}, "0.0", "2.0", "3.5", "1,5", "1,234,5",
)  # fmt: skip
HEAVY = Measure("heavy", unit="kg", also_in=(OtherUnit("g", 0.001), OtherUnit("lb", 0.45359237), OtherUnit("µg", 1e-9)))
WARM = Measure("warm", unit="C", also_in=(OtherUnit("F", 0.55555555555556, -17.777777777778), OtherUnit("K", 1, -273.15)))
NUMBERS_SAID = (None, 0, 1, -1, 2.5, 98.6, 1234.5678, "7,5", "1,026", "x", True)
UNITS_SAID = ("kg", "g", "lb", " l b", "mcg", "µg", "μg", "C", "F", "K", "", "mg")
PARTS = (measure("length", unit="d"), measure("kind of it", codes=("a", "b")))
GROUPED = language.form(
    "grouped", source="T1", items=(NUMBER, WHOLE),
    groups=(
        language.group("some_rows", label="Rows", source="T1", items=PARTS, required=(PARTS[1],), rows=measure("told_rows", type="integer")),
        language.group("others", label="Others", source="T1", items=PARTS[:1]),
    ),
)  # fmt: skip
ROWS_SAID = (
    {}, {"some rows": []}, {"some_rows": None}, {"some rows": "x"}, {"some rows": 3}, {"some rows": {"length": 3}}, {"some rows": [[1]]}, {"some rows": [None]},
    {"some rows": ["x"]}, {"some rows": [{"length": 3}]}, {"some rows": [{"length": "x", "kind_of_it": "A"}, {"kind of it": None, "odd": 4}]},
    {"others": [{"length": 1}, {}], "some_rows": [{"kind of it": "a"}]}, {"others": [], "x": 3}, {"some rows": [{"length": 3}], "some_rows": [{"kind of it": "b"}]},
)  # fmt: skip
NAMES = ("Month 03", "month_3", "MONTH  3", "Month 0", "00", "Straße", "a1b22", "É cole", "x-007-y", "")


def _number(tree: Any, a: Any, b: Any) -> Any:
    found = on_values(tree)({"x": a, "y": b})
    return None if found is None else float(found)


def _or_none(read: Any, text: str) -> Any:
    try:
        found = read(text)
    except ValueError:
        return None
    return list(found) if isinstance(found, tuple) else found


def _corrected(seed: int) -> tuple[list[dict[str, Any]], str | None]:
    """A few entries that correct and withdraw each other, and what is known of them when."""
    chance, found = random.Random(seed), []
    for n in range(1, chance.randrange(3, 9)):
        day = chance.choice(("2012-03-01", "2012-03-02", "2012-03", "2012-03-09"))
        entry = {"participant": "1", "sequence": n, "happened_on": day, "event": "visit", "values": {"name": str(n)}}
        at = chance.choice(
            (
                "",
                "2012-03-02T10:00:00Z",
                "2012-03-02T10:00:00Z",
                "2012-03-03T01:00:00+05:00",
                "2012-03-02T23:30:00-04:00",
                "2012-03-09T10:00:00Z",
            )
        )
        entry |= {"recorded_at": at} if at else {}
        if chance.random() < 0.6:
            entry["corrects"] = chance.randrange(1, 8)
            kind = chance.random()
            if kind < 0.35:
                entry["values"] = None
            elif kind < 0.55:
                del entry["values"]
        found.append(entry)
    return found, chance.choice((None, None, "2012-03-02", "2012-03-03", "2012-03-02T10:00:00Z", "2012-03-02T20:00:00Z"))


def spans() -> list[tuple[int, int, str, int]]:
    """A day, a number and a unit, with the day that they lead to."""
    chance = random.Random(5)
    asked = [(chance.randrange(693596, 767009), chance.randrange(-3, 60), chance.choice(UNITS)) for _ in range(600)]
    return [(*span, add(*span)) for span in asked if 0 < add(*span) < LAST]


def trees() -> list[dict[str, Any]]:
    """Expressions of the shipped studies with values and how true they are."""
    chance, found = random.Random(11), []
    for folder in FOLDERS:
        for form in ready_of(folder).protocol.forms:
            names = [m.name for m in form.items]
            for tree in [c.given for c in form.classes] + [y.given for y in form.yields if y.given is not None]:
                rows = [{name: chance.choice(VALUES) for name in (*names, "screening blasts", "response")} for _ in range(40)]
                said = [_truth(tree, row) for row in rows]
                kept = [n for n, truth in enumerate(said) if truth != ""]
                found.append({"tree": plain(tree), "values": [rows[n] for n in kept], "truths": [said[n] for n in kept]})
    for _ in range(250):
        tree, rows = generated.condition(chance, 3), [generated.row(chance) for _ in range(40)]
        found.append(
            {"tree": plain(tree), "values": [as_the_page_keeps(row) for row in rows], "truths": [_truth(tree, row) for row in rows]}
        )
    return found


def as_the_page_keeps(row: dict[str, Any]) -> dict[str, Any]:
    """Values as the page looks them up: what went before by its leaf."""
    before = generated.BEFORE
    return {json.dumps(plain(before), separators=(",", ":")) if name == before.key else name: value for name, value in row.items()}


def _truth(tree: Any, row: dict[str, Any]) -> Any:
    """How true an expression is; nothing where the values are of another kind than it compares."""
    try:
        return {True: 1, False: 0, None: 0.5}[holds(tree, row)]
    except TypeError:
        return ""
