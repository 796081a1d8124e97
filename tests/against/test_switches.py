"""A change during follow-up: the three readings are R's, and a seeded example shows that the first of them is wrong."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from tests.spec.readout_journals import journals

from trialrun.analysis.datasets import datasets
from trialrun.analysis.results.readout import read_out
from trialrun.analysis.results.switches import switch
from trialrun.chance import Luck
from trialrun.journey.ready import make_ready
from trialrun.protocol.endpoints import Analysis, endpoint, population
from trialrun.protocol.words.times import Span
from trialrun.studies.mt103_211.study import MT103_211

pytestmark = pytest.mark.against
EVERYONE = population("everyone", label="Everyone", source="assumed")
TIME = endpoint("time", label="Time", kind="time", population=EVERYONE, source="assumed")
LANDMARK = Analysis("time", "switch", "transplant", source="assumed", landmarks=(Span(90, "days"),))


def without_effect(n, seed):
    """A transplant that does nothing: it comes at a random day to whoever lives to see it. Whole days; NaN for never."""
    rows = []
    for k in range(1, n + 1):
        luck = Luck(seed, 1, k)
        death, change, end = (np.ceil(mean * luck.exponential(name)) for mean, name in ((300, "death"), (200, "transplant"), (1500, "end")))
        time = min(death, end)
        rows.append((time, int(death <= end), change if change < time else np.nan))
    return np.array(rows).T


def test_the_seeded_example_shows_the_naive_reading_wrong():
    """A transplant without any effect seems to cut the hazard to a quarter if it is taken as known on day 0; the others find nothing."""
    found = switch(TIME, LANDMARK, *without_effect(300, 12))
    assert found.naive.upper < 0.4 and found.naive.p_value < 1e-4
    for x in (found.changing, found.landmarks[0].ratio):
        assert x.lower < 1 < x.upper


def test_over_many_seeds_the_right_readings_err_as_often_as_they_may():
    found = [switch(TIME, LANDMARK, *without_effect(150, seed)) for seed in range(1, 101)]
    wrong = {name: sum(not x.lower < 1 < x.upper for x in rows) for name, rows in (
        ("naive", [f.naive for f in found]), ("changing", [f.changing for f in found]), ("landmark", [f.landmarks[0].ratio for f in found])
    )}  # fmt: skip
    assert wrong["naive"] > 80 and wrong["changing"] <= 12 and wrong["landmark"] <= 12  # 5 expected of 100


def test_the_three_readings_are_those_of_r(rscript, tmp_path):
    time, status, changed = without_effect(300, 12)
    rows = "\n".join(f"{t:g},{s:g},{'NA' if np.isnan(c) else f'{c:g}'}" for t, s, c in zip(time, status, changed, strict=True))
    (tmp_path / "d.csv").write_text(f"time,status,changed\n{rows}\n")
    script = Path(__file__).parent / "switches.R"
    done = subprocess.run([rscript, "--vanilla", script, tmp_path / "d.csv", "90"], capture_output=True, text=True, check=True, timeout=120)
    theirs = json.loads(done.stdout)
    ours = switch(TIME, LANDMARK, time, status.astype(int), changed)
    for name, x in (("naive", ours.naive), ("changing", ours.changing), ("landmark", ours.landmarks[0].ratio)):
        np.testing.assert_allclose([x.value, x.lower, x.upper, x.p_value], theirs[name][:4], rtol=1e-9, err_msg=name)
        assert x.events == theirs[name][5]


def test_nobody_or_everybody_changed_gives_no_ratio():
    time, status, changed = without_effect(30, 3)
    for change in (np.full(30, np.nan), np.full(30, -1.0)):
        found = switch(TIME, LANDMARK, time, status, change)
        assert np.isnan(found.changing.value) and found.changing.n == 30
    empty = switch(TIME, LANDMARK, time[:0], status[:0], changed[:0])
    assert empty.changing.n == 0 and np.isnan(empty.naive.value) and empty.landmarks[0].unchanged is None


def test_a_transplant_of_a_participant_is_found_after_the_response():
    ready = make_ready(MT103_211)
    r = read_out(datasets(ready, journals(), 735_800), ready)
    rfs = next(s for s in r.switches if s.endpoint.name == "RFS")
    assert (rfs.changing.n, rfs.changing.n_changed) == (r.estimates["RFS"].n, 1)
    assert rfs.by == "allogeneic HSCT in remission" and [x.place for x in rfs.landmarks] == ["3 months", "6 months"]
