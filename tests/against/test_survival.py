"""Survival statistics against R: committed numbers on our own tables, and R's own data sets when R is there."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from tests.against.survival_numbers import assert_same, read_table, show_curve, survival_numbers, three

from trialrun.statistics.competing_risks import cumulative_incidence
from trialrun.statistics.curve_reading import event_share_at, incidence_at, median, quantile, restricted_mean
from trialrun.statistics.fine_gray import fit_fine_gray
from trialrun.statistics.survival_curve import kaplan_meier

pytestmark = pytest.mark.against
FOLDER = Path(__file__).parent
TABLES = ("trial", "continuous", "delayed")
SHIPPED = (
    "lung", "veteran", "ovarian", "aml", "heart", "pbc", "jasa", "stanford2", "kidney", "bladder2", "retinopathy", "diabetic", "udca1",
)  # fmt: skip
LARGE = ("colon", "gbsg", "transplant", "mgus2", "rotterdam", "flchain")


def load(name):
    return json.loads((FOLDER / "reference" / f"{name}.json").read_text())


def assert_all_same(ours, theirs, where):
    assert set(theirs) - {"made_by"} == set(ours), where
    for part, numbers in theirs.items():
        if part == "made_by":
            continue
        for name, values in numbers.items():
            assert_same(ours[part][name], values, f"{where}: {part}: {name}")


REFERENCES = {name: load(name) for name in TABLES}
PARTS = [(name, part) for name in TABLES for part in REFERENCES[name] if part != "made_by"]


@pytest.fixture(scope="module")
def ours():
    return {name: survival_numbers(read_table(FOLDER / "data" / f"{name}.csv")) for name in TABLES}


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_committed_numbers_of_r(ours, name, part):
    for number, values in REFERENCES[name][part].items():
        assert_same(ours[name][part][number], values, f"{name}: {part}: {number}")


def test_nothing_is_computed_without_a_reference(ours):
    for name in TABLES:
        assert set(ours[name]) == set(REFERENCES[name]) - {"made_by"}


@pytest.mark.parametrize("name", [*SHIPPED, *(pytest.param(name, marks=pytest.mark.slow) for name in LARGE)])
def test_data_sets_that_come_with_r(rscript, tmp_path, name):
    subprocess.run([rscript, "--vanilla", FOLDER / "survival.R", "shipped", tmp_path, name], check=True, timeout=300)
    theirs = json.loads((tmp_path / f"{name}.json").read_text())
    assert_all_same(survival_numbers(read_table(tmp_path / f"{name}.csv")), theirs, name)


EDGES = load("edges")
CURVES = [name for name, numbers in EDGES.items() if "given_status" in numbers]


@pytest.mark.parametrize("name", CURVES)
def test_edge_case_of_a_curve(name):
    theirs = EDGES[name]
    curve = kaplan_meier(theirs["given_time"], theirs["given_status"])
    for number, values in show_curve(curve).items():
        assert_same(values, theirs[number], f"{name}: {number}")
    assert_same(three(median(curve)), theirs["median"], f"{name}: median")
    quantiles = np.transpose([three(quantile(curve, p)) for p in (0.25, 0.5, 0.75)])
    assert_same(quantiles, theirs["quantile"], f"{name}: quantiles")
    mean = restricted_mean(curve)
    assert_same([mean.value, mean.std_error], theirs["restricted_mean"], f"{name}: restricted mean")


def test_tied_competing_causes_share_the_day_without_chance():
    theirs = EDGES["tied competing causes"]
    found = [cumulative_incidence(theirs["given_time"], np.array(theirs["given_cause"], dtype=int)) for _ in range(3)]
    assert_same(found[0].incidence, theirs["incidence"], "incidence")
    assert_same(found[0].std_error, theirs["std_error"], "standard error")
    assert all((again.incidence == found[0].incidence).all() for again in found)


def assert_incidence(found, theirs, where):
    for number in ("time", "survival", "incidence", "std_error", "lower", "upper"):
        assert_same(getattr(found, number), theirs[number], f"{where}: {number}")


def test_a_cause_that_takes_all_ends_without_error():
    theirs = EDGES["one cause takes all"]
    found = cumulative_incidence(theirs["given_time"], theirs["given_cause"], transform="logit")
    assert_incidence(found, theirs, "one cause takes all")
    assert found.std_error[-1, 1] == 0.0


@pytest.mark.parametrize(("name", "weighted"), [("incidence with entry", False), ("incidence with entry and weights", True)])
def test_incidence_with_entry_times(name, weighted):
    theirs = EDGES[name]
    weights = theirs["given_weight"] if weighted else None
    assert_incidence(
        cumulative_incidence(theirs["given_time"], theirs["given_cause"], entry=theirs["given_entry"], weights=weights), theirs, name
    )


def test_limits_of_few_events_on_the_log_log_scale():
    one, two = EDGES["few events"], EDGES["few competing events"]
    curve = kaplan_meier(one["given_time"], np.array(one["given_cause"]) == 1, transform="log-log")
    found = cumulative_incidence(two["given_time"], two["given_cause"], transform="log-log")
    for theirs, ours in ((one, event_share_at(curve, one["at"])), (two, incidence_at(found, two["at"]))):
        for name in ("at_risk", "value", "lower", "upper"):
            assert_same(getattr(ours, name), theirs[name], name)


def test_fine_gray_merges_rounding_ties_first():
    theirs = EDGES["Fine and Gray with rounding ties"]
    given = (theirs["given_time"], theirs["given_cause"])
    fit = fit_fine_gray(*given, {"x": theirs["given_x"]})
    assert_same(fit.coefficients, theirs["coefficients"], "coefficients")
    assert_same(fit.covariance, theirs["covariance"], "covariance")
    apart = fit_fine_gray(*given, {"x": theirs["given_x"]}, merge_ties=False)
    assert np.unique(fit.risk_sets.stop).size < np.unique(apart.risk_sets.stop).size
