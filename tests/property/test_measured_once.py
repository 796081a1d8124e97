"""Each endpoint is measured once for a whole read-out: the comparisons and the parts of it are made of what was measured."""

from collections import Counter

import numpy as np
import pytest
from tests.spec.readout_journals import journals

from trialrun.analysis.datasets import datasets
from trialrun.analysis.results import endpoints, measurements
from trialrun.analysis.results.measurements import measurements as measured_in
from trialrun.analysis.results.readout import read_out
from trialrun.journey.ready import make_ready
from trialrun.studies.mt103_211.study import MT103_211


@pytest.fixture(scope="module")
def data():
    return datasets(make_ready(MT103_211), journals(), 735_800)


def test_a_read_out_measures_each_endpoint_once(data, monkeypatch):
    asked = Counter()

    def counting(h, e, inside):
        asked[e.name] += 1
        return endpoints.measure(h, e, inside)

    monkeypatch.setattr(measurements, "measure", counting)
    r = read_out(data, MT103_211)
    assert asked == {e.name: 1 for e in MT103_211.endpoints}
    assert r.historical is not None and r.factors and r.switches
    assert len(data.time_to_event) and read_out(data, MT103_211).made is r.made
    assert asked == {e.name: 1 for e in MT103_211.endpoints}, "a table and a second read-out are of the same"


@pytest.mark.parametrize("name", [e.name for e in MT103_211.endpoints])
def test_an_endpoint_of_some_is_what_was_measured_of_them(data, name):
    made = measured_in(data, MT103_211)
    e = next(e for e in MT103_211.endpoints if e.name == name)
    some = np.arange(len(data.subject)) % 2 == 0
    part, again = made.among(name, some), endpoints.measure(made.happenings, e, made.sets[e.population] & some)
    for column in ("who", "cause", "time", "start", "end", "open", "start_row", "end_row"):
        assert np.array_equal(getattr(part, column), getattr(again, column)), column
