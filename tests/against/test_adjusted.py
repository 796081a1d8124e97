"""The adjusted hazard ratios of the prognostic factors are those of R's coxph on the same people; without enough events there are none."""

import csv
import io
import subprocess
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from trialrun.analysis.datasets import datasets
from trialrun.analysis.results.endpoints import test as fits
from trialrun.analysis.results.measurements import measurements
from trialrun.analysis.results.prognostic_factors import prognostic_factors
from trialrun.journey.ready import make_ready
from trialrun.simulation.virtual import simulate
from trialrun.studies.mt103_211.study import MT103_211

FOLDER = Path(__file__).parent
LATE = date(2016, 1, 1)


@pytest.fixture(scope="module")
def data():
    ready = make_ready(MT103_211)
    journals = {j[0].participant: j for j in simulate(ready, 189, seed=3, start=date(2012, 1, 1).toordinal())}
    return datasets(ready, journals, LATE)


def test_the_model_of_all_factors_is_that_of_r(data, rscript, tmp_path):
    levels = prognostic_factors(data, MT103_211)
    made = measurements(data, MT103_211)
    s = made.measured[MT103_211.survival]
    names = list(dict.fromkeys(x.factor for x in levels))
    columns = {}
    for k, name in enumerate(names):
        a = next(a for a in MT103_211.analyses if a.kind == "subgroup" and a.by == name)
        inside = [fits(x.given, made.subject, s.who) for x in a.levels]
        first = next(i for i, x in enumerate(x for x in levels if x.factor == name) if [y for y in levels if y.factor == name][i].reference)
        order = [first, *(i for i in range(len(inside)) if i != first)]
        column = np.full(s.who.size, -1)
        for i, there in enumerate(inside):
            column[there] = order.index(i)
        columns[f"f{k}_"] = column
    whole = np.logical_and.reduce([c >= 0 for c in columns.values()])
    table = pl.DataFrame({"time": s.time[whole], "status": s.status[whole], **{n: c[whole] for n, c in columns.items()}})
    table.write_csv(tmp_path / "d.csv")
    done = subprocess.run(
        [rscript, "--vanilla", FOLDER / "adjusted.R", tmp_path / "d.csv"], capture_output=True, text=True, check=True, timeout=120
    )
    r = [tuple(float(row[c]) for c in ("value", "lower", "upper")) for row in csv.DictReader(io.StringIO(done.stdout))]
    ours = [(x.adjusted.value, x.adjusted.lower, x.adjusted.upper) for x in levels if not x.reference and np.isfinite(x.adjusted.value)]
    assert levels[0].adjusted_n == int(whole.sum()) > 100
    assert len(ours) == len(r) >= 8
    assert np.allclose(ours, r, rtol=1e-6)


def test_too_few_events_for_so_many_factors_give_no_model(data):
    few = data.subject["participant"][:25].to_list()
    from trialrun.analysis.datasets.part import only

    levels = prognostic_factors(only(data, few), MT103_211)
    assert levels and all(x.adjusted_n == 0 and not np.isfinite(x.adjusted.value) for x in levels)
