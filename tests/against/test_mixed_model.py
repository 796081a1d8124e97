"""The mixed model for repeated measures against R: nlme's gls, and the restricted likelihood written out with whole matrices."""

import json
import subprocess
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from tests.against.survival_numbers import assert_same

from trialrun.statistics.linear_model import analysis_of_covariance
from trialrun.statistics.mixed_model import repeated_measures

pytestmark = pytest.mark.against
FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "reference" / "mixed_model.json").read_text())
ARM, BEFORE = np.array(R["arm"]), np.array(R["before"])
SITE = np.where(np.array(R["site"]) == 2, "y", "x")
Y = np.array([np.nan if v is None else v for v in R["y"]]).reshape(ARM.size, -1)


def test_every_number_is_that_of_r():
    found = repeated_measures(Y, ARM.tolist(), [BEFORE, SITE])
    assert found.groups == ("1", "2", "3") and found.participants == (~np.isnan(Y)).any(axis=1).sum() == 58
    assert_same([found.log_likelihood], R["log_likelihood"], "restricted likelihood")
    assert_same(found.covariance, R["covariance"], "its highest point", rtol=1e-6)
    parts = (*found.visits, found.average)
    assert_same(
        [astuple(d) for p in parts for d in p.differences], R["differences"], "contrasts with Satterthwaite's degrees of freedom", rtol=1e-5
    )
    assert_same([astuple(m) for p in parts for m in p.means], R["means"], "means", rtol=1e-6)


def test_gls_says_the_same_as_near_as_it_ends():
    found = repeated_measures(Y, ARM.tolist(), [BEFORE, SITE])
    assert_same([found.log_likelihood], R["gls_log_likelihood"], "gls", rtol=1e-8)
    assert found.log_likelihood >= R["gls_log_likelihood"][0] - 1e-9
    assert_same(found.covariance, R["gls_covariance"], "gls", rtol=1e-3)
    assert_same([d.value for v in found.visits for d in v.differences], R["gls_differences"], "gls", rtol=1e-4)


@pytest.mark.parametrize("covariates", [(), (BEFORE,), (BEFORE, SITE)])
def test_without_missing_values_each_visit_is_that_of_covariance_alone(covariates):
    whole = ~np.isnan(Y).any(axis=1)
    own = [c[whole] for c in covariates]
    found = repeated_measures(Y[whole], ARM[whole].tolist(), own)
    for v, at in enumerate(found.visits):
        alone = analysis_of_covariance(Y[whole, v], ARM[whole].tolist(), own)
        assert_same([astuple(d) for d in at.differences], [astuple(d) for d in alone.differences], f"visit {v + 1}", rtol=1e-7)
        assert_same([astuple(m) for m in at.means], [astuple(m) for m in alone.means], f"visit {v + 1}", rtol=1e-7)
    alone = analysis_of_covariance(Y[whole].mean(axis=1), ARM[whole].tolist(), own)
    assert_same([astuple(d) for d in found.average.differences], [astuple(d) for d in alone.differences], "the average of each", rtol=1e-7)


def test_the_order_of_participants_and_the_unit_do_not_matter():
    found, turned = repeated_measures(Y, ARM.tolist(), [BEFORE]), np.random.default_rng(1).permutation(ARM.size)
    again = repeated_measures(1000 * Y[turned], ARM[turned].tolist(), [BEFORE[turned] / 1000])
    for a, b in zip(found.visits, again.visits, strict=True):
        assert_same([1000 * d.value for d in a.differences], [d.value for d in b.differences], "in another unit", rtol=1e-6)
        assert_same(
            [(d.freedom, d.two_sided_p) for d in a.differences],
            [(d.freedom, d.two_sided_p) for d in b.differences],
            "in another unit",
            rtol=1e-5,
        )


def test_another_reference_turns_the_difference():
    first, other = repeated_measures(Y, ARM.tolist()), repeated_measures(Y, ARM.tolist(), first=2)
    assert other.groups == ("2", "1", "3")
    assert_same([other.visits[0].differences[0].value], [-first.visits[0].differences[0].value], "turned", rtol=1e-7)


def test_a_covariate_that_says_nothing_new_is_left_out():
    plain, twice = repeated_measures(Y, ARM.tolist(), [BEFORE]), repeated_measures(Y, ARM.tolist(), [BEFORE, 2 * BEFORE + 1])
    assert twice.left_out == (1,) and plain.left_out == ()
    assert_same([d.value for d in twice.visits[2].differences], [d.value for d in plain.visits[2].differences], "without it", rtol=1e-7)


def test_what_cannot_be_estimated_is_refused_by_name():
    gone = Y.copy()
    gone[ARM == 2, 1] = np.nan
    with pytest.raises(ValueError, match="group '2' has no value at visit 2"):
        repeated_measures(gone, ARM.tolist())
    never = np.array([[1.0, np.nan], [np.nan, 2.0], [2.5, np.nan], [np.nan, 3.0], [1.5, np.nan], [np.nan, 2.2]])
    with pytest.raises(ValueError, match="visits 1 and 2, too few"):
        repeated_measures(never, ["a"] * 6)
    with pytest.raises(ValueError, match="two columns at least"):
        repeated_measures([1.0, 2.0], ["a", "b"])
    same = np.repeat(np.arange(12.0)[:, None], 3, axis=1)
    with pytest.raises(ValueError, match="cannot be estimated"):
        repeated_measures(same, ["a", "b"] * 6)


@pytest.mark.slow
def test_the_script_still_gives_these_numbers(rscript):
    made = subprocess.run([rscript, "--vanilla", FOLDER / "mixed_model.R"], check=True, capture_output=True, timeout=120, text=True)
    again = json.loads(made.stdout)
    for name, numbers_then in R.items():
        assert_same(again[name], numbers_then, name, rtol=1e-4 if name.startswith("gls") else 1e-6)
