"""Conditions and calculations on recorded values against a second reading of what they say, one participant at a time and many at once."""

from math import nan
from random import Random

import numpy as np
import pytest
from tests.executors import trees

from trialrun.protocol.words.amounts import body_surface
from trialrun.protocol.words.expressions import ManyValues, OneValue, bind, holds, on_values
from trialrun.protocol.words.over_time import AgeOn, DaysBetween, between, entry_day, highest_so_far, last_known, lowest_so_far, previous
from trialrun.protocol.words.trees import Compare, Number, Otherwise

SEEDS = range(60)


def drawn(seed, draw):
    chance = Random(seed)
    return [(draw(chance, 3), trees.row(chance)) for _ in range(40)]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_condition_holds_where_its_words_say_so(seed):
    for tree, row in drawn(seed, trees.condition):
        assert holds(tree, row) is trees.truth_of(tree, row), (tree, row)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_calculation_gives_its_number(seed):
    for tree, row in drawn(seed, trees.numeric):
        again = trees.number_of(tree, row)
        found = bind(tree, lambda leaf: lambda values: values.get(trees.key_of(leaf)))(row)
        assert (found is None) == (again is None), (tree, row)
        assert found is None or found == pytest.approx(again, rel=1e-12), (tree, row)


@pytest.mark.parametrize("seed", SEEDS)
def test_many_at_once_are_told_as_each_by_itself(seed):
    chance = Random(seed)
    rows = [trees.row(chance) for _ in range(30)]
    texts = {"word", "code", "born", "day"}
    kept = {
        name: np.asarray([r[name] for r in rows], dtype=object)
        if name in texts
        else np.asarray([nan if r[name] is None else float(r[name]) for r in rows])
        for name in trees.VALUES
    }
    for _ in range(12):
        tree = trees.condition(chance, 2)
        if any(isinstance(n, trees.Among | trees.Known) for n in trees.nodes(tree)):
            continue  # codes and numbers that are not there are told apart by None alone
        found = np.broadcast_to(on_values(tree, ManyValues)(kept), (len(rows),))
        assert [{0: False, 1: True, 0.5: None}[float(x)] for x in found] == [trees.truth_of(tree, r) for r in rows], tree


def test_many_codes_and_what_is_known_are_told_as_each_by_itself():
    codes = np.asarray([None, "a", "B C", "x"], dtype=object)
    among, known = trees.Among(trees.CODE, ("A", "b c")), trees.Known(trees.CODE)
    assert list(on_values(among, ManyValues)({"code": codes})) == [0.5, 1, 1, 0]
    assert list(on_values(known, ManyValues)({"code": codes})) == [0, 1, 1, 1]
    assert list(on_values(trees.Known(trees.X), ManyValues)({"x": np.asarray([nan, 0.0, 2.0])})) == [0, 1, 1]
    assert list(on_values(trees.Surely(trees.YES), ManyValues)({"yes": np.asarray([nan, 0.0, 1.0])})) == [0, 0, 1]


def test_the_algebras_compare_and_calculate_alike():
    for op in ("<", "<=", ">", ">="):
        pairs = [(a, b) for a in (1, 2, 3, None) for b in (1, 2, 3, None)]
        many = ManyValues.compare(op)([nan if a is None else a for a, _ in pairs], [nan if b is None else b for _, b in pairs])
        assert [OneValue.compare(op)(a, b) for a, b in pairs] == list(many)
    for op, found in (("+", 5), ("-", 1), ("*", 6), ("/", 1.5), ("^", 9)):
        assert OneValue.calculate(op)(3, 2) == found == ManyValues.calculate(op)(3, 2)
    assert OneValue.calculate("/")(3, 0) is None and np.isnan(ManyValues.calculate("/")(3, 0))
    assert OneValue.calculate("^")(0, 2) is None and np.isnan(ManyValues.calculate("^")(0, 2)) and OneValue.calculate("^")(0.5, 1) == 0.5
    assert OneValue.calculate("+")(None, 2) is OneValue.calculate("+")(2, None) is None


def test_body_surface_by_its_two_formulas():
    for formula, found in (("Mosteller", 1.818119), ("DuBois", 1.809708)):
        tree = body_surface(formula, trees.X, trees.Y)
        told = bind(tree, lambda leaf: lambda values: values.get(leaf.name))
        assert told({"x": 170, "y": 70}) == pytest.approx(found, abs=1e-6)
        assert told({"x": 170, "y": None}) is None and told({"x": 0, "y": 70}) is None


@pytest.mark.parametrize(
    "kind, start, end, found",
    [
        (DaysBetween, "2012-02-28", "2012-03-01", (2, 2)), (DaysBetween, "2012-03-01", "2012-02-28", (-2, -2)), (DaysBetween, "2012-02", "2012-03-01", (1, 29)),
        (DaysBetween, "2012-02-28", "2012", (-58, 307)), (DaysBetween, "2012", "2012", (-365, 365)), (DaysBetween, None, "2012", None), (DaysBetween, "2012", 3, None),
        (DaysBetween, "2012-02-30", "2012", None), (DaysBetween, "", "2012", None), (DaysBetween, "2012-12", "2013-01-01", (1, 31)),
        (AgeOn, "1960-05-17", "2012-05-16", (51, 51)), (AgeOn, "1960-05-17", "2012-05-17", (52, 52)), (AgeOn, "1960", "2012-06-30", (51, 52)),
        (AgeOn, "1960-06", "2012-06-30", (52, 52)), (AgeOn, "1960-06", "2012-06-29", (51, 52)), (AgeOn, "2012-02-29", "2013-02-28", (0, 0)),
        (AgeOn, "2012-02-29", "2013-03-01", (1, 1)), (AgeOn, "2012-02-29", "2012-02-28", None), (AgeOn, "2012", "2012-06-30", (0, 0)), (AgeOn, "2013", "2012", None),
    ],
)  # fmt: skip
def test_days_and_years_between_dates_known_in_part(kind, start, end, found):
    assert between(kind(trees.BORN, trees.DAY), start, end) == found


def test_what_hangs_on_a_date_known_in_part_is_told_where_every_day_says_the_same():
    years, days = AgeOn(trees.BORN, trees.DAY), DaysBetween(trees.BORN, trees.DAY)
    values = {"born": "1960", "day": "2012-06-30"}
    assert [holds(Compare(years, op, Number(n)), values) for op, n in ((">=", 51.0), (">=", 52.0), (">", 52.0), ("<", 53.0))] == [
        True,
        None,
        False,
        True,
    ]
    assert [holds(Compare(days, ">", Number(n)), {"born": "2012-02", "day": "2012-03-01"}) for n in (0.0, 1.0, 28.0, 29.0)] == [
        True,
        None,
        None,
        False,
    ]
    told = bind(years, lambda leaf: lambda kept: kept.get(leaf.name))
    assert (told(values), told({"born": "1960-06", "day": "2012-06-30"}), told({})) == (None, 52, None)


def test_a_value_of_a_stated_day_is_found_under_its_name():
    keys = [previous(trees.X).key, lowest_so_far(trees.X).key, highest_so_far(trees.X).key, last_known(trees.X).key, entry_day.key]
    assert keys == ["x, previous", "x, lowest", "x, highest", "x, last", "the day of the entry"]
    assert [trees.key_of(trees.WAS), trees.key_of(trees.X)] == ["screening x", "x"]
    assert holds(previous(trees.X), {"x, previous": 0}) is False and holds(previous(trees.X), {}) is None


def test_what_has_no_value_outside_a_journey_is_refused():
    with pytest.raises(TypeError, match="outside a participant's journey"):
        on_values(Otherwise())
