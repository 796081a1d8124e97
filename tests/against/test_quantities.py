"""Means, covariance, ranks, scattered counts and ordered categories against R."""

import json
import subprocess
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from tests.against.survival_numbers import assert_same

from trialrun.statistics.censored_normal import censored_means
from trialrun.statistics.linear_model import analysis_of_covariance
from trialrun.statistics.means import difference_of_means, geometric_mean, mean, median, ratio_of_geometric_means
from trialrun.statistics.negative_binomial import negative_binomial, negative_binomial_rate
from trialrun.statistics.proportional_odds import proportional_odds
from trialrun.statistics.rank_sums import rank_sum

pytestmark = pytest.mark.against
FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "reference" / "quantities.json").read_text())
D = {name: np.array(R[name]) for name in ("after", "before", "age", "arm", "site")}
ARM = np.array(["", "a", "b", "c"])[D["arm"].astype(int)]
SITE = np.array(["", "x", "y", "z"])[D["site"].astype(int)]
A, B = D["after"][ARM == "a"], D["after"][ARM == "b"]


def numbers(comparisons):
    return [astuple(c) for c in comparisons]


def test_one_group():
    assert_same(astuple(mean(A)), R["mean"], "t.test")
    assert_same(astuple(geometric_mean(A)), R["geometric"], "t.test of logarithms")
    assert_same([astuple(median(x)) for x in (A, B, A[:6], A[:5])], R["median"], "order statistics by qbinom")


def test_two_groups():
    assert_same(astuple(difference_of_means(B, A)), R["welch"], "t.test")
    assert_same(astuple(difference_of_means(B, A, pooled=True)), R["pooled"], "t.test, one variance")
    assert_same(astuple(ratio_of_geometric_means(B, A)), R["ratio"], "t.test of logarithms")


@pytest.mark.parametrize(
    "name, outcome, covariates",
    [
        ("ancova", D["after"], [D["before"], D["age"], SITE]),
        ("alias", D["after"], [D["before"], 2 * D["before"] + 1]),
        ("logs", np.log(D["after"]), [np.log(D["before"])]),
    ],
)
def test_covariance(name, outcome, covariates):
    found = analysis_of_covariance(outcome, ARM, covariates)
    assert_same(numbers(found.differences), R[name], "lm")
    if name != "logs":
        assert_same([astuple(m) for m in found.means], R[f"{name}_means"], "lm at the means")
    assert found.left_out == ((1,) if name == "alias" else ())


def test_the_group_that_others_are_compared_with_may_be_any():
    first, second = analysis_of_covariance(D["after"], ARM, [D["age"]]), analysis_of_covariance(D["after"], ARM, [D["age"]], first="b")
    assert second.groups == ("b", "a", "c") and second.differences[0].value == pytest.approx(-first.differences[0].value)


@pytest.mark.parametrize(
    "name, x, y, exact",
    [("exact", B, A, True), ("ties", R["g"], R["h"], False), ("many", R["many_x"], R["many_y"], False)],
)
def test_ranks(name, x, y, exact):
    found = rank_sum(x, y)
    shown = (found.value, found.lower, found.upper, found.two_sided_p, found.above)
    assert found.exact is exact
    assert_same(shown, R[name], "wilcox.test", rtol=1e-8, atol=1e-9)


def test_too_few_values_have_no_interval_of_their_shift():
    one = rank_sum([1.0], [2.0])
    assert one.value == -1 and np.isnan(one.lower) and one.two_sided_p == 1
    assert np.isnan(rank_sum([5, 5, 5], [1, 1, 1]).upper), "all differences are one and the same"


def test_counts_that_scatter():
    found = negative_binomial(R["counts_y"], R["counts_t"], R["counts_x"], R["counts_s"])
    shown = (found.rates[0].value, found.rates[1].value, *astuple(found.ratio), found.two_sided_p, found.size)
    assert_same(shown, R["negative_binomial"], "dnbinom", rtol=1e-5)
    assert_same(astuple(negative_binomial_rate(R["counts_y"], R["counts_t"])), R["alone"], "dnbinom", rtol=1e-5)
    even = negative_binomial([1, 1, 1, 1, 1, 1], [1] * 6, [2, 2, 2, 2, 2, 2], [1] * 6)
    assert np.isinf(even.size) and even.ratio.value == pytest.approx(0.5), "less scatter than Poisson's: Poisson"


def test_ordered_categories():
    one, two = np.reshape(R["categories"], (2, -1))
    assert_same(astuple(proportional_odds(one, two)), R["odds"], "plogis", rtol=1e-5)
    assert_same(astuple(proportional_odds([7, 12], [15, 6])), R["odds_two"], "plogis", rtol=1e-5)
    assert np.isnan(proportional_odds([0, 0, 5], [4, 3, 0]).value), "one group lies wholly above the other"


def test_values_below_a_limit():
    y, below, group = (np.array(R[name]) for name in ("low", "low_below", "low_group"))
    found = censored_means(y, below, group)
    assert 0 < below.sum() < y.size
    assert_same((*astuple(found.difference), found.two_sided_p), R["tobit"], "survreg", rtol=1e-7)
    assert_same([found.deviation], R["tobit_scale"], "survreg", rtol=1e-7)
    assert_same(astuple(censored_means(y[group == 0], below[group == 0]).means[0]), R["lone"], "survreg", rtol=1e-7)
    whole = censored_means(y, np.zeros(y.size), group)
    assert whole.difference.value == pytest.approx(y[group == 1].mean() - y[group == 0].mean())
    assert np.isnan(censored_means(y, np.ones(y.size), group).difference.value), "nothing is known but that all lie below"


def test_the_script_still_gives_these_numbers(rscript):
    made = subprocess.run([rscript, "--vanilla", FOLDER / "quantities.R"], check=True, capture_output=True, timeout=120, text=True)
    again = json.loads(made.stdout)
    for name, numbers_then in R.items():
        if name != "made_by":
            assert_same(again[name], numbers_then, name, rtol=1e-6)
