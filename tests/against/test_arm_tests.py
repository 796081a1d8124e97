"""Tests of randomised studies against R: survival (survdiff, coxph), mantelhaen.test, chisq.test and p.adjust; `arm_tests.R` made the numbers."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from trialrun.analysis.results.arm_tests import _interaction, _ratio, _together
from trialrun.analysis.results.arms import _compared, _shares_in, within
from trialrun.protocol.endpoints import hypothesis, multiplicity
from trialrun.protocol.words.multiplicity import Hypothesis
from trialrun.statistics.several_hypotheses import adjusted_in_families, adjusted_p
from trialrun.statistics.shares_tests import chi_squared_p, mantel_haenszel_p

HERE = Path(__file__).parent
R = json.loads((HERE / "reference" / "arm_tests.json").read_text())
D = {name: column.to_numpy() for name, column in pl.read_csv(HERE / "data" / "three_arms.csv").to_dict().items()}
NAMES = ["a", "b", "c"]


def parts(arms, cause="status"):
    found = []
    for k in arms:
        who = np.flatnonzero(D["arm"] == k)
        found.append(SimpleNamespace(who=who, time=D["time"][who], cause=D[cause][who]))
    return found


def near(b):
    return pytest.approx(np.asarray(b, dtype=float), rel=1e-6)


def test_all_arms_together_within_strata_and_without():
    _, p = _compared("time", NAMES, parts((0, 1, 2)), [], D["stratum"])
    assert np.asarray(p, dtype=float) == near(R["stratified_logrank_global"][0])
    _, p = _compared("time", NAMES, parts((0, 1, 2)), [], None)
    assert np.asarray(p, dtype=float) == near(R["logrank_global"][0])
    assert np.asarray(_shares_in(D["stratum"], NAMES, parts((0, 1, 2), "reached"))[1], dtype=float) == near(R["cmh_global"][0])
    x, n = ([int(f(D["reached"][D["arm"] == k])) for k in range(3)] for f in (np.sum, len))
    assert np.asarray(chi_squared_p(x, n), dtype=float) == near(R["chi_squared"][0])


@pytest.mark.parametrize("k", [1, 2])
def test_each_arm_against_the_first_within_strata(k):
    effects, p = _compared("time", [NAMES[0], NAMES[k]], parts((0, k)), [], D["stratum"])
    assert np.asarray(p, dtype=float) == near(R[f"stratified_logrank_{k}"][0])
    value = effects[0][1]
    assert np.asarray((value.value, value.lower, value.upper), dtype=float) == near(R[f"stratified_cox_{k}"])
    mine = np.isin(D["arm"], (0, k))
    assert np.asarray(within(D["stratum"][mine], D["arm"][mine] == k, D["reached"][mine] == 1), dtype=float) == near(R[f"cmh_{k}"][0])


@pytest.mark.parametrize("k", [1, 2])
def test_subgroups_with_their_interaction(k):
    mine = np.isin(D["arm"], (0, k))
    time, status, level = D["time"][mine].astype(float), D["status"][mine], D["level"][mine]
    treated = (D["arm"][mine] == k).astype(float)
    assert np.asarray(_interaction(time, status, treated, level), dtype=float) == near(R[f"interaction_{k}"][0])
    for x in range(3):
        i = _ratio(time[level == x], status[level == x], treated[level == x])
        assert np.asarray((i.value, i.lower, i.upper), dtype=float) == near(R[f"level_{k}_{x}"])


def test_adjusted_p_values():
    assert np.asarray(adjusted_p(R["p"], "Holm"), dtype=float) == near(R["holm"])
    assert np.asarray(adjusted_p(R["p"], "Hochberg"), dtype=float) == near(R["hochberg"])
    assert adjusted_p((0.01, 0.2, 0.03), "fixed sequence") == (0.01, 0.2, 0.2)
    assert adjusted_p((0.01, float("nan")), "Holm") == (0.02, 1.0)
    assert adjusted_in_families(((0.01,), (0.02, 0.04), (0.001,))) == ((0.01,), (0.04, 0.04), (0.04,))
    assert adjusted_in_families(((0.2,), (0.01,))) == ((0.2,), (0.2,))
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjusted_p((1.2,), "Holm")
    with pytest.raises(ValueError, match="Hochberg"):
        adjusted_p((0.2,), "Sidak")


def test_what_tells_nothing_has_no_p_value():
    assert np.isnan(chi_squared_p((0, 0), (5, 5))) and np.isnan(chi_squared_p((3,), (5,)))
    assert np.isnan(mantel_haenszel_p([[0, 0]], [[5, 5]])) and np.isnan(mantel_haenszel_p([[1, 0]], [[1, 0]]))
    with pytest.raises(ValueError, match="more responders"):
        chi_squared_p((6, 1), (5, 5))


def test_a_one_sided_p_value_is_half_where_the_effect_favours_the_arm():
    def pair(value, p):
        return SimpleNamespace(endpoint="e", arm="b", value=SimpleNamespace(value=value), effect="hazard ratio", p_value=p)

    m = SimpleNamespace(procedure="Holm", families=((Hypothesis("e", "b", "lower"),),), sides=1, alpha=0.025)
    assert _together(m, [pair(0.7, 0.04)], {})[0].p_value == 0.02
    assert _together(m, [pair(0.7, 0.04)], {})[0].rejected
    assert _together(m, [pair(1.4, 0.04)], {})[0].p_value == 0.98
    assert np.isnan(_together(m, [pair(float("nan"), 0.04)], {})[0].p_value)


def test_words_that_there_are_not_are_refused():
    e = SimpleNamespace(name="e")
    with pytest.raises(ValueError, match="gatekeeping"):
        multiplicity("Bonferroni", hypothesis(e), alpha=0.05, source="S1")
    with pytest.raises(ValueError, match="lower"):
        hypothesis(e, better="smaller")
    with pytest.raises(ValueError, match="sides"):
        multiplicity("Holm", hypothesis(e), alpha=0.05, sides=3, source="S1")
