"""Operating characteristics: columns say what journals say, a trial of many says what it says alone, and power and coverage are what they are."""

import json
import shutil
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from trialrun.analysis.datasets import datasets, last_day_of
from trialrun.analysis.datasets.columns import endpoint_columns
from trialrun.analysis.datasets.participants import participant_columns
from trialrun.analysis.results.estimates import Competing, Rate, Survival
from trialrun.analysis.results.readout import read_out
from trialrun.analysis.trials.arm_power import arm_powers
from trialrun.analysis.trials.columns import OUTSIDE, Trials, TrialsError, read_trials_of, trials_of
from trialrun.analysis.trials.operating import operating_characteristics
from trialrun.analysis.trials.trial_estimates import curves, estimates_of, shares
from trialrun.cli import main
from trialrun.journey.ready import make_ready
from trialrun.simulation.output import run_simulation
from trialrun.simulation.replay import replay, run_of
from trialrun.simulation.virtual import nature_of
from trialrun.simulation.walk import walk_participant
from trialrun.statistics.curve_reading import median, survival_at
from trialrun.statistics.proportions import binomial_test, clopper_pearson
from trialrun.statistics.survival_curve import kaplan_meier
from trialrun.studies.maintenance_two_arm.study import MAINTENANCE_TWO_ARM
from trialrun.studies.mt103_211.study import MT103_211

START = 734511
SIZE, TRIALS = 110, 4


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


@pytest.fixture(scope="module")
def folder(ready, tmp_path_factory):
    out = tmp_path_factory.mktemp("trials")
    run_simulation(ready, participants=participant_columns, n=SIZE, trials=TRIALS, seed=4, out=out, start=START, endpoints=endpoint_columns)
    return out


@pytest.fixture(scope="module")
def trials(folder):
    return read_trials_of(folder, MT103_211)


@pytest.fixture(scope="module")
def alone(ready):
    """Each trial by itself, from journals."""
    nature = nature_of(ready)
    found = []
    for trial in range(1, TRIALS + 1):
        entries = [walk_participant(ready, nature, 4, number, START, trial).entries for number in range(1, SIZE + 1)]
        journals = {e[0].participant: e for e in entries}
        data = datasets(ready, journals, last_day_of(journals))
        found.append((data, read_out(data, ready)))
    return found


def same(a, b):
    return a == pytest.approx(b, rel=1e-12, abs=1e-12, nan_ok=True)


# Columns and journals -------------------------------------------------------------------------------------------------------------------


def test_columns_say_what_journals_say(folder, alone):
    columns = pl.read_parquet(folder / "endpoints.parquet")
    for trial, (data, _) in enumerate(alone, 1):
        mine = columns.filter(pl.col("trial") == trial)
        assert len(mine) == SIZE
        for e in MT103_211.endpoints:
            told = data.time_to_event.filter(pl.col("endpoint") == e.name).select("participant", "cause", "time").sort("participant")
            how = [pl.col(f"{e.name}: cause").alias("cause")]
            how += [pl.col(f"{e.name}: days").alias("time")] if e.kind != "proportion" else [pl.lit(None, pl.Int32).alias("time")]
            found = mine.select("participant", *how).filter(pl.col("cause").is_not_null()).sort("participant")
            assert found.equals(told), e.name
        for p, label, n in ((p, label, n) for p, label, n in alone[trial - 1][1].flow):
            assert int(mine[f"in {p}"].sum()) == n, label
        for name, spread in alone[trial - 1][1].exposure.items():
            if name in mine.columns:
                assert same(mine[name].mean(), spread.mean)


def test_a_study_with_arms_has_columns_too(tmp_path):
    ready = make_ready(MAINTENANCE_TWO_ARM)
    run_simulation(ready, participants=participant_columns, n=40, trials=2, seed=1, out=tmp_path, start=START, endpoints=endpoint_columns)
    trials = read_trials_of(tmp_path, MAINTENANCE_TWO_ARM)
    walked = [walk_participant(ready, nature_of(ready), 1, k, START, 2).entries for k in range(1, 41)]
    journals = {e[0].participant: e for e in walked}
    said = read_out(datasets(ready, journals, last_day_of(journals)), ready)
    for e in MAINTENANCE_TWO_ARM.endpoints:
        check_one(e, trials, 1, said.estimates[e.name])


def check_one(e, trials, k, said):
    """The estimates of trial k among many are those of the trial alone."""
    found = estimates_of(trials, e)
    if isinstance(said, Rate):
        s = found["rate"]
        assert same((s.value[k], s.lower[k], s.upper[k]), (said.value, said.lower, said.upper)), e.name
    elif isinstance(said, Survival):
        s = found["median"]
        assert same((s.value[k], s.lower[k], s.upper[k]), (said.median.value, said.median.lower, said.median.upper)), e.name
        for r in said.landmarks:
            s = found[f"at {r.place}"]
            assert same((s.value[k], s.lower[k], s.upper[k]), (r.value, r.lower, r.upper)), (e.name, r.place)
    else:
        assert isinstance(said, Competing)
        for c, row in enumerate(said.landmarks, 1):
            for r in row:
                s = found[f"cause {c} by {r.place}"]
                assert same((s.value[k], s.lower[k], s.upper[k]), (r.value, r.lower, r.upper)), (e.name, c, r.place)


@pytest.mark.parametrize("e", MT103_211.endpoints, ids=lambda e: e.name)
def test_a_trial_of_many_says_what_it_says_alone(e, trials, alone):
    for k, (_, said) in enumerate(alone):
        check_one(e, trials, k, said.estimates[e.name])


def test_published_figures_of_one_trial_are_those_of_its_read_out(folder, alone):
    people, measured = (pl.read_parquet(folder / f"{name}.parquet").filter(pl.col("trial") == 2) for name in ("participants", "endpoints"))
    found = operating_characteristics(trials_of(people, measured, MT103_211), MT103_211)
    ours = {s.figure.name: s for s in found.figures}
    theirs = {c.figure.name: c for c in alone[1][1].compared}
    assert set(ours) == set(theirs)
    for name, c in theirs.items():
        assert same(ours[name].mean, c.value), name
        if c.inside is not None and ours[name].type not in ("median",):
            assert ours[name].held == float(c.inside), name


# Curves ---------------------------------------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1)), max_size=14), min_size=1, max_size=6), st.integers(1, 3))
def test_curves_of_many_trials_are_those_of_each(people, threads):
    """Ties, halves met exactly, all censored, all dead, empty trials; whole days."""
    starts = np.append(0, np.cumsum([len(p) for p in people])).astype(np.int64)
    flat = [x for p in people for x in p]
    days, status = (np.array([x[i] for x in flat], dtype=np.int64) for i in range(2))
    landmarks = np.array([0.0, 2.5, 4.0, 9.0, 30.0])
    found = curves(days, status, starts, landmarks, threads=threads)
    for k, p in enumerate(people):
        if not p:
            assert np.isnan(found[k]).all()
            continue
        curve = kaplan_meier(np.array([x[0] for x in p], dtype=float), np.array([x[1] for x in p]))
        half = median(curve)
        at = survival_at(curve, landmarks, extend=bool(curve.survival[-1] == 0.0))
        assert same(list(found[k, :3]), [half.value, half.lower, half.upper])
        assert same(list(found[k, 3:]), [x for row in zip(at.survival, at.lower, at.upper, strict=True) for x in row])


def test_threads_change_nothing():
    rng = np.random.default_rng(2)
    days, status = rng.integers(0, 900, 300 * 50), rng.integers(0, 2, 300 * 50)
    starts = np.arange(301, dtype=np.int64) * 50
    one, four = (curves(days, status, starts, np.array([365.25]), threads=t) for t in (1, 4))
    assert np.array_equal(one, four, equal_nan=True)


def test_shares_are_clopper_and_pearsons():
    found = shares(np.array([0, 3, 10, 0]), np.array([10, 10, 10, 0]))
    for k, (x, n) in enumerate(((0, 10), (3, 10), (10, 10))):
        p = clopper_pearson(x, n)
        assert same((found.value[k], found.lower[k], found.upper[k]), (p.value, p.lower, p.upper))
    assert np.isnan(found.value[3]) and found.pooled == 13 / 30


# Power, bias and coverage ---------------------------------------------------------------------------------------------------------------


def invented(k, n, rate, seed=1):
    """Trials in which each participant responds at a rate and dies at a constant hazard with a median of 200 days; nobody is censored early."""
    rng = np.random.default_rng(seed)
    total = k * n
    cause = {e.name: np.full(total, OUTSIDE, np.int64) for e in MT103_211.endpoints}
    days = {e.name: np.zeros(total, np.int64) for e in MT103_211.endpoints if e.kind != "proportion"}
    cause["CR/CRh*"] = (rng.random(total) < rate).astype(np.int64)
    died = np.ceil(rng.exponential(200 / np.log(2), total)).astype(np.int64)
    days["OS"], cause["OS"] = np.minimum(died, 1200), (died <= 1200).astype(np.int64)
    return Trials(np.arange(k + 1, dtype=np.int64) * n, cause, days, {}, {"days with drug": np.ones(total)})


def only(protocol, *names):
    from dataclasses import replace

    return replace(protocol, endpoints=tuple(e for e in protocol.endpoints if e.name in names), published=())


def test_power_is_the_share_of_exact_tests_that_reject():
    trials = invented(400, 140, 0.45)
    power = operating_characteristics(trials, only(MT103_211, "CR/CRh*")).power[0]
    x = trials.cause["CR/CRh*"].reshape(400, 140).sum(axis=1)
    assert power.power == np.mean([binomial_test(int(r), 140, 0.30, alternative="greater") <= 0.025 for r in x])
    assert power.critical == 54 and np.mean(x >= 54) == power.power
    assert abs(power.power - 0.947) < 3 * power.error + 0.01, "the exact power of 140 at 45 % is 94.7 %"
    assert power.computed == pytest.approx(0.947, abs=0.03)


def test_under_the_null_the_test_keeps_its_size():
    trials = invented(3000, 140, 0.30, seed=3)
    power = operating_characteristics(trials, only(MT103_211, "CR/CRh*")).power[0]
    assert abs(power.power - 0.0185) < 4 * np.sqrt(0.0185 * 0.9815 / 3000)


def test_bias_and_coverage_against_a_known_truth():
    trials = invented(1500, 150, 0.45)
    at_year = float(np.exp(-np.log(2) * 365 / 200))
    true = {("CR/CRh*", "rate"): 0.45, ("OS", "at 12 months"): at_year, ("OS", "median"): 200 / (365.25 / 12)}
    found = {(c.endpoint, c.statistic): c for c in operating_characteristics(trials, only(MT103_211, "CR/CRh*", "OS"), true=true).estimates}
    rate, year, middle = (found[k] for k in true)
    assert rate.truth == 0.45 and abs(rate.bias) < 4 * rate.bias_error
    assert 0.95 - 3 * rate.coverage_error < rate.coverage, "an exact interval holds the truth at least as often as it says"
    assert abs(year.bias) < 4 * year.bias_error and abs(year.coverage - 0.95) < 0.025
    assert abs(middle.coverage - 0.95) < 0.025 and abs(middle.bias) < 0.3
    assert rate.low < rate.mean < rate.high
    spread = np.sqrt(0.45 * 0.55 / 150)
    assert rate.sd == pytest.approx(spread, rel=0.08)
    assert rate.high - rate.low == pytest.approx(2 * ndtri(0.975) * spread, rel=0.12)


def test_without_a_truth_the_pooled_estimate_stands_in(trials):
    found = {(c.endpoint, c.statistic): c for c in operating_characteristics(trials, MT103_211).estimates}
    c = found["CR/CRh*", "rate"]
    inside = trials.cause["CR/CRh*"] != OUTSIDE
    assert c.truth == (trials.cause["CR/CRh*"] == 1).sum() / inside.sum()
    curve = kaplan_meier(trials.days["OS"][trials.cause["OS"] >= 0].astype(float), trials.cause["OS"][trials.cause["OS"] >= 0])
    assert found["OS", "median"].truth == pytest.approx(median(curve).value / (365.25 / 12))
    assert found["OS", "median"].trials == TRIALS


# Folders and the command ----------------------------------------------------------------------------------------------------------------


def test_the_command_reads_what_simulate_wrote(folder, tmp_path, capsys):
    assert main(["operating-characteristics", str(folder), "--out", str(tmp_path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["trials"], said["participants"], said["seed"]) == (TRIALS, TRIALS * SIZE, 4)
    assert json.loads((tmp_path / "operating.json").read_text())["power"] == said["power"]
    figures = pl.read_csv(tmp_path / "operating-figures.csv")
    assert {"figure", "published", "mean", "low", "high", "type"} <= set(figures.columns)
    assert (tmp_path / "operating-figures.svg").read_text().startswith("<svg")
    assert not (tmp_path / "participants.parquet").exists()


def test_the_command_simulates_and_goes_on_from_finished_parts(tmp_path, capsys):
    call = ["operating-characteristics", "-n", "12", "--trials", "3", "--seed", "9", "--out", str(tmp_path / "a")]
    assert main(call) == 0
    text = capsys.readouterr().out
    assert "3 trials, 36 virtual participants" in text and "Not medical advice" in text
    whole = (tmp_path / "a" / "endpoints.parquet").read_bytes()
    (tmp_path / "a" / "parts" / "endpoints-00002-00000001.parquet").unlink()
    (tmp_path / "a" / "endpoints.parquet").unlink()
    assert main(call) == 0
    captured = capsys.readouterr()
    assert captured.out == text and "2 of 3 parts are there already" in captured.err
    assert (tmp_path / "a" / "endpoints.parquet").read_bytes() == whole


def test_a_folder_simulated_without_endpoints_is_completed(ready, tmp_path, capsys):
    run_simulation(ready, participants=participant_columns, n=8, trials=2, seed=5, out=tmp_path / "s", start=START)
    assert main(["operating-characteristics", "mt103-211", str(tmp_path / "s"), "--out", str(tmp_path / "o"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["participants"] == 16
    assert (tmp_path / "s" / "endpoints.parquet").is_file()


def test_what_cannot_be_read_is_refused_with_the_cure(folder, tmp_path, capsys):
    people, measured = (pl.read_parquet(folder / f"{name}.parquet") for name in ("participants", "endpoints"))
    with pytest.raises(TrialsError, match="no run|no participants"):
        read_trials_of(tmp_path, MT103_211)
    with pytest.raises(TrialsError, match="simulate one trial"):
        trials_of(people.clear(), measured.clear(), MT103_211)
    with pytest.raises(TrialsError, match="order of their trials"):
        trials_of(people.reverse(), measured.reverse(), MT103_211)
    with pytest.raises(TrialsError, match="OS: days"):
        trials_of(people, measured.drop("OS: days"), MT103_211)
    other = shutil.copytree(folder, tmp_path / "other", ignore=shutil.ignore_patterns("parts"))
    measured.head(10).write_parquet(other / "endpoints.parquet")
    with pytest.raises(TrialsError, match="other participants"):
        read_trials_of(other, MT103_211)
    run = json.loads((other / "run.json").read_text()) | {"fingerprint": "0" * 64}
    (other / "run.json").write_text(json.dumps(run))
    assert main(["operating-characteristics", str(other), "--out", str(tmp_path / "x")]) == 3
    assert "they are not of one run" in capsys.readouterr().err
    assert main(["operating-characteristics", "mt103-211", str(tmp_path / "nowhere"), "--out", str(tmp_path / "x")]) == 3
    assert main(["operating-characteristics", "a", "b", "c", "--out", str(tmp_path / "x")]) == 2
    assert main(["operating-characteristics", str(tmp_path), "--out", str(tmp_path / "x")]) == 3
    assert main(["operating-characteristics", "--trials", "0", "--out", str(tmp_path / "x")]) == 2


# Arms -----------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def armed(tmp_path_factory):
    """Forty trials of fifty of the second study, whose plain nature gives both arms the same luck."""
    ready = make_ready(MAINTENANCE_TWO_ARM)
    out = tmp_path_factory.mktemp("armed")
    run_simulation(ready, participants=participant_columns, n=50, trials=40, seed=6, out=out, start=START, endpoints=endpoint_columns)
    return ready, out, read_trials_of(out, ready.protocol)


@pytest.mark.slow
def test_one_trial_by_arm_is_compared_as_its_journals_are(armed):
    ready, out, trials = armed
    rows = trials.starts[:2]
    alone = replace(
        trials, starts=rows, arm=trials.arm[: rows[1]], cause={k: v[: rows[1]] for k, v in trials.cause.items()},
        days={k: v[: rows[1]] for k, v in trials.days.items()},
    )  # fmt: skip
    people = replay(ready, run_of(out), 1)
    # columns follow everyone to the end of the study, so the cut-off lies beyond it
    found = {c.name: c for c in read_out(datasets(ready, people, START + 6000), ready).arms}
    for x in arm_powers(alone, ready.protocol):
        c = found[x.endpoint]
        effect = c.effects[0][1].value
        assert (x.power == 1.0) == (c.p_value <= 0.05) and x.mean == pytest.approx(effect, rel=1e-9, nan_ok=True)


@pytest.mark.slow
def test_without_an_effect_the_arms_differ_as_often_as_they_may(armed):
    """The allocation shuffled, so that it means nothing: about five in a hundred reject, and the mean ratio is near one."""
    _, _, trials = armed
    rng = np.random.default_rng(3)
    rejected, ratios, n = 0, [], 0
    for _ in range(10):
        mixed = trials.arm.copy()
        for a, b in zip(trials.starts[:-1], trials.starts[1:], strict=True):
            mixed[a:b] = rng.permutation(mixed[a:b])
        x = next(x for x in arm_powers(replace(trials, arm=mixed), armed[0].protocol) if x.endpoint == "overall survival")
        rejected, n = rejected + round(x.power * x.trials), n + x.trials
        ratios.append(x.mean)
    assert 5 <= rejected <= 38, "20 expected of 400"
    assert 0.8 < np.mean(ratios) < 1.25


@pytest.mark.slow
def test_arms_stand_in_the_text_and_a_study_without_them_has_none(armed):
    ready, _, trials = armed
    text = operating_characteristics(trials, ready.protocol).as_text()
    assert "By arm, against chemotherapy alone" in text and "hazard ratio" in text
    assert arm_powers(replace(trials, arm=None), ready.protocol) == () == arm_powers(trials, MT103_211)
