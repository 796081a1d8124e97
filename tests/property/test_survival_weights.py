"""Weights say only how much one row counts against another: their unit changes nothing, and no row is too light to count."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trialrun.statistics.competing_risks import cumulative_incidence
from trialrun.statistics.concordance import concordance
from trialrun.statistics.cox import fit_cox
from trialrun.statistics.curve_reading import restricted_mean
from trialrun.statistics.logrank import compare_survival
from trialrun.statistics.survival_curve import TRANSFORMS, cumulative_hazard, kaplan_meier

units = st.one_of(st.sampled_from([1e-200, 1e-10, 1e-6, 0.1, 3.7, 1e6, 1e10, 1e200]), st.integers(-500, 500).map(lambda k: 2.0**k))
moderate = st.floats(0.5, 2.0)
weights = st.one_of(moderate, st.integers(-12, 12).map(lambda k: 1.37 * 2.0**k))


@st.composite
def rows(draw, causes=1, weight=weights):
    n = draw(st.integers(2, 12))
    entry = np.array(draw(st.lists(st.integers(0, 6), min_size=n, max_size=n)), dtype=float)
    stay = np.array(draw(st.lists(st.integers(1, 6), min_size=n, max_size=n)), dtype=float)
    code = np.array(draw(st.lists(st.integers(0, causes), min_size=n, max_size=n)))
    return entry, entry + stay, code, np.array(draw(st.lists(weight, min_size=n, max_size=n)))


def exactly(entry, time, code, weight, causes=1):
    """Survival, incidence and the influence of each row on them, in fractions, by the definition alone."""
    w = [Fraction(x) for x in weight]
    people = range(len(w))
    s, hit, steps = Fraction(1), [Fraction(0)] * causes, []
    log_influence = [Fraction(0)] * len(w)
    hit_influence = [[Fraction(0)] * causes for _ in people]
    for t in sorted(set(time)):
        there = [i for i in people if entry[i] < t <= time[i]]
        dead = [i for i in there if time[i] == t and code[i] > 0]
        n, d = sum(w[i] for i in there), sum(w[i] for i in dead)
        for c in range(1, causes + 1):
            own = sum(w[i] for i in dead if code[i] == c)
            hit[c - 1] += s * own / n
            for i in people:  # what a little more weight of this row does to the step
                more = (w[i] if i in dead and code[i] == c else 0) / n - (own * w[i] / n / n if i in there else 0)
                hit_influence[i][c - 1] += s * more + s * log_influence[i] * own / n
        s *= (n - d) / n
        if n > d:
            for i in people:
                log_influence[i] += (w[i] if i in there and i not in dead else 0) / (n - d) - (w[i] / n if i in there else 0)
        steps.append((s, sum(x * x for x in log_influence), list(hit), [sum(row[c] ** 2 for row in hit_influence) for c in range(causes)]))
    return steps


@given(rows())
def test_a_curve_with_entry_and_any_weights_is_the_exact_one_FS2(data):
    """FS2."""
    entry, time, code, weight = data
    curve = kaplan_meier(time, code, entry=entry, weights=weight, robust=True)
    found = exactly(*data)
    np.testing.assert_allclose(curve.survival, [float(s) for s, *_ in found], rtol=1e-8)


@given(rows(weight=moderate))
def test_its_error_is_the_exact_one(data):
    entry, time, code, weight = data
    curve = kaplan_meier(time, code, entry=entry, weights=weight, robust=True)
    errors = [float(s) * float(v) ** 0.5 for s, v, *_ in exactly(*data)]
    np.testing.assert_allclose(curve.std_error, errors, rtol=1e-6, atol=1e-6)


@given(rows(causes=2))
def test_an_incidence_with_entry_and_any_weights_is_the_exact_one_FS2(data):
    entry, time, code, weight = data
    found = cumulative_incidence(time, code, causes=2, entry=entry, weights=weight)
    exact = exactly(*data, causes=2)
    np.testing.assert_allclose(found.incidence, [[float(f) for f in hit] for _, _, hit, _ in exact], rtol=1e-8)


@given(rows(causes=2, weight=moderate))
def test_its_error_is_the_exact_one_too(data):
    entry, time, code, weight = data
    found = cumulative_incidence(time, code, causes=2, entry=entry, weights=weight)
    errors = [[float(v) ** 0.5 for v in spread] for *_, spread in exactly(*data, causes=2)]
    np.testing.assert_allclose(found.std_error, errors, rtol=1e-6, atol=1e-6)


@given(rows(causes=2, weight=moderate))
def test_without_entry_too(data):
    _, time, code, weight = data
    exact = exactly(0.0 * time, time, code, weight, causes=2)
    found = cumulative_incidence(time, code, causes=2, weights=weight)
    np.testing.assert_allclose(found.incidence, [[float(f) for f in hit] for _, _, hit, _ in exact], rtol=1e-8)
    np.testing.assert_allclose(found.std_error, [[float(v) ** 0.5 for v in spread] for *_, spread in exact], rtol=1e-6, atol=1e-6)
    curve = kaplan_meier(time, code > 0, weights=weight, robust=True)
    np.testing.assert_allclose(curve.survival, [float(s) for s, *_ in exact], rtol=1e-8)


@given(rows(weight=st.floats(0.1, 10.0)), units, st.booleans(), st.sampled_from(list(TRANSFORMS)))
def test_the_unit_of_weights_changes_no_curve_FS1(data, unit, delayed, transform):
    """FS1."""
    entry, time, code, weight = data
    how = {"entry": entry if delayed else None, "robust": True, "transform": transform}
    one, two = (kaplan_meier(time, code, weights=w, **how) for w in (weight, weight * unit))
    for name in ("survival", "std_error", "lower", "upper", "hazard_error"):
        np.testing.assert_allclose(getattr(two, name), getattr(one, name), rtol=1e-6, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(two.at_risk / unit, one.at_risk, rtol=1e-9)
    np.testing.assert_allclose(two.events / unit, one.events, rtol=1e-9)
    np.testing.assert_allclose(cumulative_hazard(two)[0], cumulative_hazard(one)[0], rtol=1e-9)


@given(rows(causes=2, weight=st.floats(0.1, 10.0)), units, st.booleans(), st.booleans())
def test_the_unit_of_weights_changes_no_incidence(data, unit, delayed, clustered):
    entry, time, code, weight = data
    how = {"entry": entry if delayed else None, "cluster": np.arange(time.size) // 2 if clustered else None, "causes": 2}
    one, two = (cumulative_incidence(time, code, weights=w, **how) for w in (weight, weight * unit))
    for name in ("survival", "incidence", "std_error", "lower", "upper"):
        np.testing.assert_allclose(getattr(two, name), getattr(one, name), rtol=1e-6, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(two.at_risk / unit, one.at_risk, rtol=1e-9)


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([1e-150, 1e-10, 1e-3, 1e3, 1e10, 1e150]),
    st.booleans(),
    st.sampled_from(["efron", "breslow"]),
)
def test_the_unit_of_weights_changes_no_hazard_ratio(seed, unit, delayed, ties):
    rng = np.random.default_rng(seed)
    n = 40
    entry, stay = rng.integers(0, 10, n).astype(float), rng.integers(1, 20, n).astype(float)
    x, weight = rng.normal(size=(n, 2)), rng.uniform(0.5, 2.0, n)
    status = (rng.random(n) < 0.7).astype(int)
    status[0] = 1
    how = {"entry": entry if delayed else None, "robust": True, "ties": ties, "tolerance": 1e-14}
    one, two = (fit_cox(entry + stay, status, x, weights=w, **how) for w in (weight, weight * unit))
    np.testing.assert_allclose(two.coefficients, one.coefficients, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(two.std_errors, one.std_errors, rtol=1e-5)
    pairs = [concordance(fit) for fit in (one, two)]
    np.testing.assert_allclose([pairs[1].value, pairs[1].std_error], [pairs[0].value, pairs[0].std_error], rtol=1e-6)


@given(rows(), st.sampled_from([1.0, 3.0, 1e6, 1e12]))
def test_numbers_of_participants_scale_the_log_rank_test(data, unit):
    _, time, code, _ = data
    group = np.arange(time.size) % 2
    test = compare_survival(time, code, group, weights=np.full(time.size, unit))
    one = compare_survival(time, code, group)
    np.testing.assert_allclose(test.observed / unit, one.observed)
    np.testing.assert_allclose(test.expected / unit, one.expected, rtol=1e-9, atol=1e-12)


def test_two_rows_that_weigh_a_millionth_FS1():
    curve = kaplan_meier([1, 1], [1, 0], weights=[1e-6] * 2)
    assert curve.survival[0] == 0.5 and round(curve.std_error[0], 3) == 0.354
    plain = kaplan_meier([1, 1], [1, 0], weights=[1e-6] * 2, robust=False)
    assert plain.survival[0] == 0.5 and (plain.lower[0], plain.upper[0]) == (0.0, 1.0)


def test_light_rows_with_entry_FS2():
    for weight in (1e-10, 1e-300, 1e300):
        curve = kaplan_meier([1, 2, 3], [1, 1, 0], weights=[weight] * 3, entry=[0] * 3)
        np.testing.assert_allclose(curve.survival, [2 / 3, 1 / 3, 1 / 3], rtol=1e-14)
        found = cumulative_incidence([1, 2, 3], [1, 1, 0], weights=[weight] * 3, entry=[0] * 3)
        np.testing.assert_allclose(found.incidence[:, 0], [1 / 3, 2 / 3, 2 / 3], rtol=1e-14)


def test_a_light_row_is_not_lost_beside_a_heavy_one():
    curve = kaplan_meier([1, 2, 3], [1, 1, 0], weights=[1e20, 1.0, 1.0], robust=True)
    np.testing.assert_allclose(curve.survival, [2e-20, 1e-20, 1e-20], rtol=1e-14)
    assert restricted_mean(kaplan_meier([1, 2, 3], [1, 1, 0], weights=[1e-200] * 3)).value == pytest.approx(2.0)


def test_a_sum_of_weights_beyond_all_numbers_is_refused():
    with pytest.raises(ValueError, match="finite sum"):
        kaplan_meier([1, 2], [1, 0], weights=[1e308, 1e308])


@given(rows())
def test_at_most_everybody_is_at_risk(data):
    entry, time, code, weight = data
    assume(code.any())
    curve = kaplan_meier(time, code, entry=entry, weights=weight)
    assert (curve.at_risk <= weight.sum() * (1 + 1e-12)).all() and (curve.at_risk >= curve.events).all()
