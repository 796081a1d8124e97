"""What an executor must pass: quick checks of what is carried out, each of which says where it disagrees, and the named tests behind them.

A check raises AssertionError where the executors say otherwise than what is committed: the vectors of the play page, the named cases, the
independent oracle on random journals, and the digests of golden.py. None of them reads a word for people.
"""

import random
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib import import_module
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from tests.constructs import agreement
from tests.executors import golden
from tests.executors.houses import SHIPPED, journals_of, tried
from tests.executors.houses import cases as cases_of
from tests.oracle import cases, comparison, journals

from trialrun.journey.administrations import administered, still_owed
from trialrun.journey.ready import Ready
from trialrun.journey.standing import where

ROOT = Path(__file__).parents[2]
NAMED = (
    *(f"tests/executors/{path.name}" for path in sorted(Path(__file__).parent.glob("test_*_named.py"))),
    "tests/spec/test_queries_named.py",
    "tests/spec/test_dates_and_knowledge.py",
    "tests/spec/test_investigator_decides.py",
    "tests/spec/test_second_study.py",
    "tests/spec/test_visits_made.py",
    "tests/spec/test_visits_as_written.py",
    "tests/spec/test_visits_from_protocols.py",
    "tests/spec/test_doses_by_drug.py",
    "tests/spec/test_doses_day_by_day.py",
    "tests/spec/test_doses_worked_out.py",
    "tests/spec/test_ladder.py",
    "tests/spec/test_records_that_live.py",
    "tests/spec/test_groups.py",
    "tests/spec/test_items_and_checks.py",
    "tests/spec/test_other_units.py",
    "tests/spec/test_values_over_time.py",
    "tests/spec/test_datasets_named.py",
    "tests/spec/test_exposure_named.py",
    "tests/spec/test_reasons_named.py",
    "tests/contract/test_default_cutoff.py",
)
LONG = (
    "virtual_participants",
    "a_date_known_in_part",
    "dates_known_in_full",
    "plain_values_and_hang_together",
)  # tests of more than the executors
Study = Callable[[str], Ready]  # a study made ready, by its folder
Check = Callable[[Study], None]


def every() -> Iterator[tuple[str, Check]]:
    """The checks by name, the quickest first, and among them the named tests of the executors, each a check."""
    yield "spans", spans
    yield from of_golden(SHIPPED[0])
    for path in NAMED:
        yield from tests_of(path)
    for house in SHIPPED[1:-1]:
        yield from of_golden(house)
    yield "named cases", named_cases
    yield "what was known", known_cases
    main, made_up = [*of_golden(SHIPPED[-1])], [of_row(house) for house in tried()]
    yield from (*main[::8], *(checks[0] for checks in made_up))
    yield from (check for checks in made_up for check in checks[1:])
    yield from ((f"oracle: {name}", partial(oracle, journal=journal)) for name, journal in drawn())
    yield from (check for n, check in enumerate(main) if n % 8)


def of_golden(house: str) -> Iterator[tuple[str, Check]]:
    """The digests of a study's journals, each a check."""
    for number, (name, _, _) in enumerate(cases_of(house)):
        yield f"{house}: {name}", partial(golden.agrees, house=house, number=number)


def of_row(house: str) -> list[tuple[str, Check]]:
    """A generated study set beside its second reading, and its digests."""
    return [(f"{house}: second reading", partial(second_reading, house=house)), *of_golden(house)]


def second_reading(study: Study, house: str) -> None:
    """The second reading of a generated study agrees on its journals."""
    ready = study(house)
    for journal in journals_of(house):
        for on in (journal[len(journal) // 2]["day"], journal[-1]["day"] + 7):
            assert agreement.differences(ready, journal, on) == [], (house, on)
            road = where(ready, agreement.entries_of(journal), on).road
            assert still_owed(ready, road) == [a for a in administered(ready, road).due if a.state in ("planned", "due", "owed")], (
                house,
                on,
            )


@cache
def module_of(path: str) -> Any:
    """A module of tests."""
    return import_module(path.removesuffix(".py").replace("/", "."))


@cache
def tests_of(path: str) -> tuple[tuple[str, Check], ...]:
    """The tests of a module that ask for what the module makes (a study made ready), a folder, or nothing, as checks: each set of parameters is one."""
    found = []
    known = {"tmp_path", *makers(module_of(path))}
    for name, test in vars(module_of(path)).items():
        if name.startswith("test_") and not hasattr(test, "hypothesis") and not any(word in name for word in LONG):
            for n, given in enumerate(_parameters(test), 1):
                if set(signature(test).parameters) - given.keys() <= known:
                    again = f" [{n}]" if given else ""
                    found.append((f"{path}::{name}{again}", partial(_call, module_of(path), test, given)))
    return tuple(found)


def _parameters(test: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{}]
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            names = mark.args[0].replace(" ", "").split(",") if isinstance(mark.args[0], str) else list(mark.args[0])
            rows = [getattr(row, "values", row) if hasattr(row, "marks") else row if len(names) > 1 else (row,) for row in mark.args[1]]
            found = [{**one, **dict(zip(names, row, strict=True))} for one in found for row in rows]
    return found


def _call(module: Any, test: Any, given: dict[str, Any], study: Study) -> None:
    with TemporaryDirectory() as folder:
        own = dict(given)
        if "tmp_path" in signature(test).parameters:
            own["tmp_path"] = Path(folder)
        for name in signature(test).parameters.keys() - own.keys():
            own[name] = made_by(module, name)
        test(**own)


def makers(module: Any) -> dict[str, Any]:
    """What a module of tests makes for its tests, by name: what asks for nothing but folders."""
    found = {name: getattr(made, "_fixture_function", None) for name, made in vars(module).items()}
    return {name: make for name, make in found.items() if make is not None and set(signature(make).parameters) <= {"tmp_path_factory"}}


def made_by(module: Any, name: str) -> Any:
    """What a module of tests makes for its tests, made once for each copy of this process."""
    if (module, name) not in _READY:
        make = makers(module)[name]
        with TemporaryDirectory() as folder:
            factory = SimpleNamespace(mktemp=lambda _: Path(folder))
            _READY[module, name] = make(*[factory] * len(signature(make).parameters))
    return _READY[module, name]


_READY: dict[Any, Any] = {}


def spans(study: Study) -> None:
    """Days, weeks, months and years added to days, against a count on the fingers."""
    from datetime import date, timedelta

    from trialrun.protocol.words.times import LAST, add, iso, later, months, ordinal

    assert date(9999, 12, 31).toordinal() == LAST
    chance = random.Random(5)
    for _ in range(400):
        start, n = date(2011, 1, 1) + timedelta(chance.randrange(2000)), chance.randrange(-30, 60)
        day = start.toordinal()
        assert ordinal(start.isoformat()) == day and iso(day) == start.isoformat()
        assert add(day, n, "days") == day + n and add(day, n, "weeks") == day + 7 * n
        year, month = start.year, start.month
        for _ in range(abs(n)):
            year, month = (year + (month == 12), month % 12 + 1) if n > 0 else (year - (month == 1), (month - 2) % 12 + 1)
        assert add(day, n, "months") == _within(year, month, start.day) == later(day, n * months)
        assert add(day, n, "years") == _within(start.year + n, start.month, start.day)
    for day, n, unit, found in (
        (LAST, 1, "days", LAST),
        (LAST - 1, 1, "days", LAST),
        (2, -1, "days", 1),
        (1, -1, "days", 1),
        (1, -1, "weeks", 1),
        (9, -1, "weeks", 2),
        (8, -1, "weeks", 1),
        (LAST - 7, 1, "weeks", LAST),
        (LAST - 6, 1, "weeks", LAST),
        (1, -1, "months", 1),
        (LAST, 1, "months", LAST),
        (LAST, 1, "years", LAST),
        (1, 9998, "years", date(9999, 1, 1).toordinal()),
        (1, 9999, "years", LAST),
        (date(2, 1, 5).toordinal(), -1, "years", 5),
    ):
        assert add(day, n, unit) == found, (day, n, unit)
    assert (iso(0), iso(1), iso(LAST), iso(LAST + 1), iso(None)) == ("0001-01-01", "0001-01-01", "9999-12-31", "9999-12-31", None)
    for text in ("2012-02-30", "20120309", "2012-W10-1", "2012-3-9", "2012-03", "", None):
        try:
            ordinal(text)  # type: ignore[arg-type]
        except ValueError:
            continue
        raise AssertionError(f"{text!r} is read as a day")
    try:
        add(1, 1, "fortnights")
    except ValueError:
        return
    raise AssertionError("an unknown unit is added")


def _within(year: int, month: int, day: int) -> int:
    """The day of a month, or the last one that it has."""
    from datetime import date

    for d in range(day, 27, -1):
        try:
            return date(year, month, d).toordinal()
        except ValueError:
            continue
    return date(year, month, day).toordinal()


def named_cases(study: Study) -> None:
    """The named cases stand as they were worked out by hand."""
    ready = study("mt103_211")
    for name, _, journal, expected in cases.CASES:
        entries = comparison.entries_of(journal)
        for day, values in expected:
            assert cases.differences(comparison.product_standing(ready, entries, day), values) == [], name


def known_cases(study: Study) -> None:
    """What was known at a time, worked out by hand."""
    ready = study("mt103_211")
    for name, journal, day, known_at, values in cases.KNOWN:
        found = comparison.product_standing(ready, comparison.entries_of(journal), day, known_at)
        assert cases.differences(found, values) == [], name


@cache
def drawn() -> list[tuple[str, list[dict[str, Any]]]]:
    """The random journals of the oracle: nothing of the product draws them."""
    return [(f"{make.__name__} {n}", make(n)) for n in range(300, 330) for make in (journals.random_journal, journals.wild_journal)]


def oracle(study: Study, journal: list[dict[str, Any]]) -> None:
    """The independent reading of the study agrees on a random journal, on three days and as known at a time."""
    ready = study("mt103_211")
    days = journals.interesting_days(journal)
    for day in {days[len(days) // 3], days[2 * len(days) // 3], days[-1]}:
        assert comparison.differences(ready, journal, day) == {}
    then = journal[len(journal) // 2]["recorded_at"]
    assert comparison.differences(ready, journal, days[-1], then) == {}


def warm() -> None:
    """Read once what the checks read."""
    drawn()
    golden.written()
    for house in (*SHIPPED, *tried()):
        cases_of(house)
    for path in NAMED:
        for name in makers(module_of(path)):
            made_by(module_of(path), name)
        tests_of(path)
    fresh()


def fresh() -> None:
    """Forget the studies that modules of tests made ready."""
    _READY.clear()
