"""Survival statistics against R: committed numbers on our own tables, and R's own data sets when R is there."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from tests.against.survival_numbers import assert_same, read_table, show_curve, survival_numbers, three

from trialrun.analysis.statistics.competing_risks import cumulative_incidence
from trialrun.analysis.statistics.curve_reading import median, quantile, restricted_mean
from trialrun.analysis.statistics.survival_curve import kaplan_meier

pytestmark = pytest.mark.against
FOLDER = Path(__file__).parent
TABLES = ("trial", "continuous", "delayed")
SHIPPED = ("lung", "veteran", "ovarian", "aml", "colon", "heart", "pbc")


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


@pytest.fixture(scope="module")
def shipped_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("shipped")


@pytest.mark.parametrize("name", SHIPPED)
def test_data_sets_that_come_with_r(rscript, shipped_folder, name):
    if not (shipped_folder / "pbc.json").exists():
        subprocess.run([rscript, "--vanilla", FOLDER / "survival.R", "shipped", shipped_folder], check=True, timeout=300)
    theirs = json.loads((shipped_folder / f"{name}.json").read_text())
    assert_all_same(survival_numbers(read_table(shipped_folder / f"{name}.csv")), theirs, name)


EDGES = load("edges")
CURVES = [name for name in EDGES if name not in ("made_by", "tied competing causes")]


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
