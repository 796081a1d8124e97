"""Proportions, their differences, rates and episodes against R, published examples, and the design of the study."""

import json
import math
import subprocess
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from tests.against.survival_numbers import assert_same, read_table

from trialrun.statistics.proportion_differences import exact_difference, fisher_test, miettinen_nurminen, newcombe
from trialrun.statistics.proportion_ratios import odds_ratio_exact, risk_ratio, stratified_difference
from trialrun.statistics.proportions import binomial_test, clopper_pearson, exact_design, mid_p, wilson
from trialrun.statistics.rates import incidence_rate, incidence_rate_of, rate_ratio
from trialrun.statistics.sample_size import plan_log_rank, plan_two_stages
from trialrun.statistics.switching import split_at

pytestmark = pytest.mark.against
FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "reference" / "proportions.json").read_text())
ALTERNATIVES = ("two-sided", "greater", "less")


def table(name, columns):
    return np.reshape(R[name], (-1, columns))


def limits(interval):
    return interval.lower, interval.upper


@pytest.mark.parametrize(
    ("name", "method"),
    [("clopper_pearson", clopper_pearson), ("wilson", wilson), ("yates", lambda r, n: wilson(r, n, correct=True)), ("mid_p", mid_p)],
)
def test_interval_of_one_proportion(name, method):
    assert_same([limits(method(int(r), int(n))) for r, n in table("one", 2)], R[name], name)


def test_exact_binomial_test():
    found = [[binomial_test(int(r), int(n), 0.3, alternative=a) for a in ALTERNATIVES] for r, n in table("one", 2)]
    assert_same(found, R["tests"], "binom.test")


def test_design_of_a_single_arm():
    designs = [exact_design(int(n), 0.3, p) for n, p in table("designs", 2)]
    assert_same([(d.critical, d.one_sided_alpha, d.power) for d in designs], R["design"], "design")


def test_published_design_of_the_study():
    assert (exact_design(140, 0.30, 0.45).critical, exact_design(189, 0.30, 0.45).critical) == (54, 70)
    assert round(exact_design(140, 0.30, 0.45).one_sided_alpha, 4) == 0.0185
    assert round(exact_design(140, 0.30, 0.45).power, 3) == 0.947
    assert round(exact_design(189, 0.30, 0.45).power, 3) == 0.989


@pytest.mark.parametrize(("name", "method"), [("newcombe", newcombe), ("miettinen_nurminen", miettinen_nurminen)])
def test_interval_of_a_difference(name, method):
    found = [limits(method(*(int(v) for v in row))) for row in table("two", 4)]
    assert_same(found, R[name], name, rtol=1e-8, atol=1e-9)  # R's restricted estimate is itself a root sought to 1e-15


def test_difference_published_by_newcombe_1998():
    # Statistics in Medicine 17:873, table II, 56/70 against 48/80: method 10, and Miettinen and Nurminen's
    assert [round(limit, 4) for limit in limits(newcombe(56, 70, 48, 80))] == [0.0524, 0.3339]
    assert [round(limit, 4) for limit in limits(miettinen_nurminen(56, 70, 48, 80))] == [0.0528, 0.3382]


def test_exact_difference_against_brute_force():
    found = [limits(exact_difference(*(int(v) for v in row))) for row in table("small", 4)]
    assert_same(found, R["chan_zhang"], "Chan and Zhang", rtol=0, atol=2e-7)  # R's bisection stops at 1e-8


def test_fisher_exact_test():
    found = [[fisher_test(*(int(v) for v in row), alternative=a) for a in ALTERNATIVES] for row in table("two", 4)]
    assert_same(found, R["fisher"], "fisher.test")


def infinite(values):
    return [np.inf if value is not None and value > 1e300 else value for value in values]


def test_risk_ratio():
    found = [limits(risk_ratio(*(int(v) for v in row))) for row in table("two", 4)]
    assert_same(found, infinite(R["risk_ratio"]), "risk ratio", rtol=1e-8)  # R's restricted estimate is itself a root


def test_odds_ratio_given_the_margins():
    found = [odds_ratio_exact(*(int(v) for v in row)) for row in table("two", 4)]
    ours = np.array([(ratio.value, *limits(ratio)) for ratio in found])
    theirs = np.reshape(infinite(R["odds_ratio"]), (-1, 3))
    nobody = np.isnan(ours[:, 0])  # neither arm responds: R says 0, we say nothing
    assert (table("two", 4)[nobody][:, [0, 2]] == 0).all() and nobody.sum() == 1
    np.testing.assert_allclose(ours[~nobody], theirs[~nobody], rtol=0.01, err_msg="fisher.test seeks its roots to 1.2e-4 at best")
    for (a, n, b, m), ratio in zip(table("two", 4).astype(int), found, strict=True):  # what the limits are: the exact tails
        counts = np.arange(max(0, a + b - m), min(n, a + b) + 1)
        weight = np.array([math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + math.lgamma(m + 1)
                           - math.lgamma(a + b - k + 1) - math.lgamma(m - a - b + k + 1) for k in counts])  # fmt: skip
        for limit, tail in ((ratio.lower, counts >= a), (ratio.upper, counts <= a)):
            if 0.0 < limit < np.inf:
                chances = np.exp(weight + counts * np.log(limit) - (weight + counts * np.log(limit)).max())
                np.testing.assert_allclose(chances[tail].sum() / chances.sum(), 0.025, rtol=1e-9)


def test_difference_over_strata():
    found = stratified_difference(*table("strata", 4).T)
    assert_same([found.value, found.lower, found.upper], R["mantel_haenszel"], "Mantel-Haenszel")
    one = stratified_difference([12], [30], [8], [28])
    assert_same(one.value, 12 / 30 - 8 / 28, "one stratum")


def test_two_stage_designs():
    designs = [*plan_two_stages(0.1, 0.3, most=40), *plan_two_stages(0.3, 0.5, alpha=0.1, power=0.8, most=40)]
    assert_same([astuple(design) for design in designs], R["simon"], "Simon")


def test_two_stage_designs_published_by_simon_1989():
    # Controlled Clinical Trials 10:1, table 1: alpha 0.05, beta 0.10 and 0.20; r1/n1, r/n and the expected number
    published = {
        (0.10, 0.30, 0.9): ((2, 18, 6, 35, 22.5), (2, 22, 6, 33, 26.2)),
        (0.05, 0.25, 0.9): ((0, 9, 3, 30, 16.8), (0, 15, 3, 25, 20.4)),
        (0.30, 0.50, 0.8): ((5, 15, 18, 46, 23.6), (6, 19, 16, 39, 25.7)),
        (0.30, 0.50, 0.9): ((8, 24, 24, 63, 34.7), (7, 24, 21, 53, 36.6)),
    }
    for (null, alternative, power), expected in published.items():
        for design, told in zip(plan_two_stages(null, alternative, power=power), expected, strict=True):
            assert (design.stop, design.first, design.fail, design.total, round(design.expected, 1)) == told


def test_events_and_participants_of_a_log_rank_test():
    how = {"control_median": 240.0, "accrual": 730.0, "follow_up": 365.0}
    plans = [plan_log_rank(0.7, **how), plan_log_rank(0.6, power=0.8, allocation=2.0, dropout=0.0005, **how),
             plan_log_rank(1.5, allocation=0.5, dropout=0.001, **how)]  # fmt: skip
    assert_same([(plan.events, plan.participants) for plan in plans], R["schoenfeld"], "rpact")


def test_incidence_rate():
    rates = [incidence_rate(int(events), exposure) for events, exposure in table("rates", 2)]
    assert_same([(rate.value, rate.lower, rate.upper) for rate in rates], R["rate"], "poisson.test")
    per_hundred = incidence_rate_of([1, 0, 10], [2000.0, 1800.0, 1000.0], per=100.0)
    assert_same([per_hundred.value, per_hundred.lower, per_hundred.upper], 100 * np.array(R["rate"][6:9]), "per 100")


def test_rate_ratio():
    ratios = [rate_ratio(int(a), u, int(b), v) for a, u, b, v in table("pairs", 4)]
    found = [(ratio.value, ratio.lower, ratio.upper, ratio.two_sided_p) for ratio in ratios]
    assert_same(found, [np.inf if value == 1e999 else value for value in R["ratio"]], "poisson.test")


def test_transplant_as_a_time_dependent_covariate_like_tmerge(rscript, tmp_path):
    subprocess.run([rscript, "--vanilla", FOLDER / "proportions.R", tmp_path], check=True, capture_output=True, timeout=120)
    people = read_missing(tmp_path / "people.csv")
    merged = read_missing(tmp_path / "merged.csv")
    rows = split_at(people["days"], people["dead"], people["switch"])
    assert_same(rows.participant + 1, merged["id"], "id")
    assert_same(rows.start, merged["start"], "start")
    assert_same(rows.stop, merged["stop"], "stop")
    assert_same(rows.status, merged["event"], "event")
    assert_same(rows.switched, merged["transplant"], "transplant")


def read_missing(path):
    path.write_text(path.read_text().replace("NA", "nan").replace('"', ""))
    return read_table(path)
