"""Properties of the language: expressions on one value and on arrays agree, months round down, freezing is exact, step and table agree."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialrun.protocol.frozen.freeze import FrozenError, canonical, fingerprint, freeze, plain, thaw, value_of
from trialrun.protocol.meaning import Meaning, step
from trialrun.protocol.table import Table, compile_table, load_table
from trialrun.protocol.words import expressions as ex
from trialrun.protocol.words.times import add, iso, ordinal
from trialrun.studies.mt103_211.study import MT103_211

NAMES = ("a", "b", "c")
numbers = st.one_of(st.none(), st.integers(-3, 3).map(float))


def trees():
    ref = st.sampled_from(NAMES).map(lambda n: ex.Ref("measure", n))
    quantity = st.recursive(
        st.one_of(ref, st.integers(-3, 3).map(lambda n: ex.Number(float(n)))),
        lambda inner: st.tuples(st.sampled_from("+-*/"), inner, inner).map(lambda t: ex.Arithmetic(*t)),
        max_leaves=4,
    )
    compare = st.tuples(quantity, st.sampled_from(("<", "<=", ">", ">=")), quantity).map(lambda t: ex.Compare(*t))
    leaves = st.one_of(compare, ref, ref.map(ex.Known))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(ex.No),
            inner.map(ex.Surely),
            st.lists(inner, min_size=1, max_size=3).map(lambda p: ex.AllOf(tuple(p))),
            st.lists(inner, min_size=1, max_size=3).map(lambda p: ex.AnyOf(tuple(p))),
        ),
        max_leaves=8,
    )


@given(trees(), st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=6))
def test_one_participant_and_arrays_agree(tree, rows):
    one = ex.on_values(tree)
    many = ex.on_values(tree, ex.ManyValues)
    columns = {n: np.array([np.nan if r[i] is None else r[i] for r in rows]) for i, n in enumerate(NAMES)}
    got = np.broadcast_to(many(columns), (len(rows),))
    assert list(got) == [one(dict(zip(NAMES, r, strict=True))) for r in rows]


@given(trees())
def test_frozen_trees_come_back_equal(tree):
    assert value_of(plain(tree)) == tree


@given(trees(), st.tuples(numbers, numbers, numbers))
def test_no_is_its_own_inverse_and_all_of_is_the_dual_of_any_of(tree, row):
    values = dict(zip(NAMES, row, strict=True))
    truth = ex.on_values(tree)(values)
    assert ex.on_values(ex.no(ex.no(tree)))(values) == truth
    other = ex.Compare(ex.Ref("measure", "a"), "<", ex.Number(1.0))
    both = ex.on_values(ex.all_of(tree, other))(values)
    assert both == ex.on_values(ex.no(ex.any_of(ex.no(tree), ex.no(other))))(values)


@pytest.mark.parametrize("wrong", [lambda e: bool(e), lambda e: e and e, lambda e: not e, lambda e: e or e])
def test_a_tree_has_no_truth_value_and_says_the_cure(wrong):
    with pytest.raises(TypeError, match="all_of"):
        wrong(ex.Ref("measure", "a") > 1)


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 60))
def test_months_keep_the_day_or_round_down_to_the_month_end(day, n):
    there = date.fromordinal(add(day.toordinal(), n, "months"))
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == n
    assert there.day == day.day or (
        there.day < day.day and (there.toordinal() + 1 == date(there.year + there.month // 12, there.month % 12 + 1, 1).toordinal())
    )


@pytest.mark.parametrize(
    ("start", "n", "there"),
    [("2012-01-31", 1, "2012-02-29"), ("2011-01-31", 1, "2011-02-28"), ("2012-11-30", 3, "2013-02-28"), ("2012-02-29", 12, "2013-02-28")],
)
def test_month_ends_by_name(start, n, there):
    assert iso(add(ordinal(start), n, "months")) == there


def test_freezing_is_exact_and_canonical():
    text = freeze(MT103_211)
    back, mark = thaw(text)
    assert back == MT103_211 and mark == fingerprint(MT103_211) and freeze(back) == text
    assert canonical({"b": 1, "a": "ä"}) == '{"a":"ä","b":1}'


@pytest.mark.parametrize(
    "change", [lambda t: t[:-200], lambda t: t.replace(f'"version":{MT103_211.version}', '"version":9', 1), lambda t: "{}", lambda t: ""]
)
def test_a_frozen_text_that_was_touched_is_refused(change):
    with pytest.raises(FrozenError):
        thaw(change(freeze(MT103_211)))


@pytest.mark.parametrize("breaches", [False, True])
def test_the_table_says_what_step_says_everywhere(breaches):
    """Every status, every event: the flat arrays and the only reader of rules agree (on the variables that still matter)."""
    table = compile_table(MT103_211, breaches=breaches)
    meaning = Meaning(MT103_211, breaches=breaches)
    index = {table.status(s): s for s in range(len(table.values))}
    checked = 0
    for s in range(0, len(table.values), 7):
        status = table.status(s)
        for e, event in enumerate(table.events):
            if event in meaning.clocks and event not in meaning.pending(status):
                continue
            done = step(meaning, status, event)
            assert (-1 if done.rule is None else done.rule) == table.rule[s, e]
            if done.rule is not None:
                there = table.status(int(table.next[s, e]))
                assert there[0] == done.status[0]
                assert all(a in (b, c) for a, b, c in zip(there[1:], done.status[1:], meaning.start[1:], strict=True))
                checked += 1
    assert checked > 3000 and len(index) == len(table.values)


def test_a_cached_table_is_the_compiled_one_and_a_spoilt_cache_is_passed_over(tmp_path):
    mark = fingerprint(MT103_211)
    fresh = load_table(MT103_211, mark, cache=tmp_path)
    again = load_table(MT103_211, mark, cache=tmp_path)
    assert isinstance(again, Table) and again.fingerprint() == fresh.fingerprint()
    for kept in tmp_path.iterdir():
        kept.write_bytes(kept.read_bytes()[:100])
    assert load_table(MT103_211, mark, cache=tmp_path).fingerprint() == fresh.fingerprint()
