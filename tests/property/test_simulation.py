"""Virtual participants: chance that belongs to its key, journals that fold to the road that was walked, results that no order changes."""

import hashlib
import json
import math
from collections import Counter
from datetime import date
from statistics import NormalDist

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialrun import chance
from trialrun.analysis.datasets.participants import participant_columns
from trialrun.chance import Luck, allocation, exp, ln, normal_quantile, power
from trialrun.journey.deviations import deviations
from trialrun.journey.fold import fold
from trialrun.journey.journal import entry_of, instant
from trialrun.journey.ready import make_ready
from trialrun.journey.taking import what_stands
from trialrun.journey.visits import visits
from trialrun.protocol.frozen.load import load
from trialrun.protocol.frozen.natures import nature_beside
from trialrun.protocol.frozen.shipped import STUDIES
from trialrun.protocol.words.natures_told import lines
from trialrun.simulation import output
from trialrun.simulation.hazards import FOR_EVER, MONTH, Fate, cumulative, reached_after
from trialrun.simulation.natures.declared import Declared
from trialrun.simulation.output import run_simulation
from trialrun.simulation.plain import PlainNature
from trialrun.simulation.virtual import simulate, simulate_by_name
from trialrun.simulation.walk import Walked, simulate_participant, walk_participant

START = date(2012, 1, 9).toordinal()
ROAD = (
    "status", "stood", "since", "shown_since", "turns", "unheard", "fired", "classes", "doses", "differ", "met", "on", "day", "arm",
)  # fmt: skip
BY_POLICY = {"cycle outside its time", "consent expired", "wrong dose"}
BY_NATURE = {"missed visit", "visit out of window", "visit overdue", "assessments differ", "observation without a rule"}


OWN = nature_beside("mt103-211")


def own(ready, **changed):
    return Declared(ready, *OWN, **changed)


def ready_of(folder):
    return make_ready(*load(STUDIES / folder))


@pytest.fixture(scope="module")
def ready():
    return ready_of("mt103_211")


@pytest.fixture(scope="module")
def people(ready):
    nature = own(ready)
    return [walk_participant(ready, nature, 11, number, START) for number in range(1, 301)]


# Chance -------------------------------------------------------------------------------------------------------------------------------


@given(st.integers(0, 2**63), st.integers(1, 10**6), st.integers(1, 10**7), st.integers(0, 10**6))
def test_a_number_belongs_to_its_key_alone(seed, trial, participant, occasion):
    first = Luck(seed, trial, participant).uniform("relapse", occasion)
    Luck(seed, trial, participant).normal("something else", occasion)
    assert first == Luck(seed, trial, participant).uniform("relapse", occasion)
    assert 0.0 < first < 1.0


def test_numbers_are_uniform_and_independent_across_every_part_of_the_key():
    n = 20_000
    along = {
        "participants": [Luck(1, 1, k).uniform("death") for k in range(n)],
        "occasions": [Luck(1, 1, 1).uniform("death", k) for k in range(n)],
        "seeds": [Luck(k, 1, 1).uniform("death") for k in range(n)],
        "trials": [Luck(1, k, 1).uniform("death") for k in range(n)],
        "purposes": [Luck(1, 1, 1).uniform(f"purpose {k}") for k in range(n)],
        "another purpose": [Luck(1, 1, k).uniform("relapse") for k in range(n)],
    }
    for name, values in along.items():
        u = np.array(values)
        cells = np.bincount((u * 100).astype(int), minlength=100)
        chi = ((cells - n / 100) ** 2 / (n / 100)).sum()
        assert 99 - 5 * math.sqrt(198) < chi < 99 + 5 * math.sqrt(198), name  # 99 degrees of freedom, five standard deviations
        assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 5 / math.sqrt(n), name
        assert len(set(values)) == n, name
    names = list(along)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            assert abs(np.corrcoef(along[one], along[other])[0, 1]) < 5 / math.sqrt(n), (one, other)


def test_every_bit_of_a_word_is_as_often_set_as_not_and_follows_no_bit_of_the_key():
    n = 4000
    words = [chance.word(chance.key_of(1, 1, k), chance.purpose_of("death"), 0) for k in range(n)]
    bits = np.array([[w >> b & 1 for b in range(64)] for w in words])
    assert (abs(bits.mean(axis=0) - 0.5) < 5 * 0.5 / math.sqrt(n)).all()
    flipped = [chance.word(chance.key_of(1, 1, k), chance.purpose_of("death"), 1) for k in range(n)]
    changed = [(a ^ b).bit_count() for a, b in zip(words, flipped, strict=True)]
    assert abs(np.mean(changed) - 32) < 5 * 4 / math.sqrt(n)


@given(st.floats(min_value=1e-300, max_value=1.0, exclude_max=True))
def test_the_logarithm_and_the_normal_quantile_are_those_of_the_library(p):
    assert ln(p) == pytest.approx(math.log(p), rel=1e-13, abs=1e-15)
    assert normal_quantile(p) == pytest.approx(NormalDist().inv_cdf(p), rel=1e-8, abs=1e-8)


@given(st.floats(-600, 600), st.floats(1e-6, 1e6), st.floats(-8, 8))
def test_exponential_and_power_are_those_of_the_library_and_the_same_bits_compiled(x, base, y):
    assert exp(x) == pytest.approx(math.exp(x), rel=1e-15, abs=0)
    assert power(base, y) == pytest.approx(base**y, rel=1e-13)
    kernel = pytest.importorskip("trialrun.chance.kernel")
    assert (kernel.exp(x), kernel.power(base, y)) == (exp(x), power(base, y))


def test_compiled_chance_gives_the_same_bits():
    kernel = pytest.importorskip("trialrun.chance.kernel")
    for k in range(3000):
        seed, trial, purpose = k * 7919, 1 + k % 5, f"purpose {k % 17}"
        luck, word = Luck(seed, trial, k), np.uint64(chance.purpose_of(purpose))
        key = np.uint64(kernel.key_of(np.uint64(seed), np.uint64(trial), np.uint64(k)))
        assert int(key) == luck.key
        assert kernel.uniform(key, word, k) == luck.uniform(purpose, k)
        assert kernel.exponential(key, word, k) == luck.exponential(purpose, k)
        assert kernel.normal(key, word, k) == luck.normal(purpose, k)


def test_permuted_blocks_hold_every_arm_by_its_share_and_each_place_is_known_alone():
    arms = (("A", 2), ("B", 1))
    for block in range(40):
        given_arms = [allocation(5, 1, number, arms) for number in range(block * 6 + 1, block * 6 + 7)]
        assert Counter(given_arms) == {"A": 4, "B": 2}
    orders = {tuple(allocation(5, 1, block * 6 + i, arms) for i in range(1, 7)) for block in range(200)}
    assert len(orders) == 15  # every order of four and two comes up


# Hazards ------------------------------------------------------------------------------------------------------------------------------

pieces = st.lists(st.tuples(st.floats(0.1, 5.0), st.floats(0.01, 1.0)), min_size=0, max_size=4).map(
    lambda steps: (*((sum(d for d, _ in steps[: i + 1]), rate) for i, (_, rate) in enumerate(steps)), (FOR_EVER, 0.05))
)


@given(pieces, st.floats(0.001, 8.0))
def test_a_fate_comes_when_the_hazard_lived_through_reaches_the_luck(hazard, total):
    assert cumulative(hazard, reached_after(hazard, total)) == pytest.approx(total, rel=1e-9)


@given(pieces, st.floats(0.05, 6.0), st.integers(1, 400))
def test_a_change_to_the_same_constant_hazard_changes_no_fate(hazard, luck, day):
    constant = ((FOR_EVER, hazard[0][1]),)
    plain, changed = Fate(luck, constant, 0), Fate(luck, constant, 0)
    if plain.day() is not None and day < plain.day() - 1:
        changed.meets(constant, day)
        assert abs(changed.day() - plain.day()) <= 1


def test_a_hazard_of_nothing_never_comes():
    assert Fate(1.0, ((FOR_EVER, 0.0),), 100).day() is None
    assert Fate(1.0, ((FOR_EVER, 1.0),), 100).day() == 100 + int(MONTH) + 1


# The walk -----------------------------------------------------------------------------------------------------------------------------


def test_a_journal_folds_to_the_road_that_was_walked(ready, people):
    for w in people:
        folded = fold(ready, what_stands(ready, w.entries), w.road.on)
        for name in ROAD:
            assert getattr(w.road, name) == getattr(folded, name), (w.entries[0].participant, name)
        assert list(w.road.entries) == list(folded.entries)


def test_every_entry_is_known_to_the_study_and_reads_back_from_json(ready, people):
    for w in people:
        assert [e.sequence for e in w.entries] == list(range(1, len(w.entries) + 1))
        assert {e.event for e in w.entries} <= set(ready.forms)
        assert [entry_of(json.loads(json.dumps(e.as_json())), "a journal", 0) for e in w.entries] == w.entries
        assert all(instant(a.recorded_at) <= instant(b.recorded_at) for a, b in zip(w.entries, w.entries[1:], strict=False))
        for e in w.entries:
            form = ready.forms[e.event]
            assert set(e.values or {}) <= set(form.items)
            assert all((e.values or {}).get(name) is not None for name in form.form.required)


def test_nothing_is_recorded_before_it_happened(people):
    for w in people:
        for e in w.entries:
            assert e.recorded_at[: len(e.happened_on)] >= e.happened_on


def test_deviations_are_those_that_nature_and_policy_make(ready, people):
    found = Counter(d.kind for w in people for d in deviations(ready, w.road, visits(ready, w.road)))
    assert set(found) <= BY_POLICY | BY_NATURE
    assert sum(found[kind] for kind in BY_POLICY) < 0.03 * len(people)
    assert found["missed visit"] > 0 and found["visit out of window"] > 0


def test_without_slips_of_policy_no_act_is_against_the_rules(ready):
    careful = own(ready, early_start=0.0, late_start=0.0, wrong_dose=0.0)
    for number in range(1, 201):
        w = walk_participant(ready, careful, 3, number, START)
        kinds = {d.kind for d in deviations(ready, w.road, visits(ready, w.road))}
        assert not kinds & BY_POLICY
        assert all(t.rule is None or t.rule < ready.legal for t in w.road.turns)


def test_careless_policy_breaks_the_rules_that_it_is_told_to(ready):
    careless = own(ready, early_start=1.0, late_start=1.0, wrong_dose=1.0)
    kinds = set()
    for number in range(1, 41):
        w = walk_participant(ready, careless, 3, number, START)
        kinds |= {d.kind for d in deviations(ready, w.road, visits(ready, w.road))}
    assert kinds >= BY_POLICY


def test_any_participant_is_replayed_alone_and_by_name(ready):
    nature = own(ready)
    journals = list(simulate(ready, 12, 5, START))
    for number in (12, 1, 7):
        alone = simulate_participant(ready, nature, 5, number, START)
        assert alone == journals[number - 1]
        assert simulate_by_name(ready, alone[0].participant, 5) == alone
        assert simulate_by_name(ready, str(number), 5) == alone
    assert next(simulate(ready, 1, 5, START, trial=2)) == simulate_by_name(ready, "2:1", 5) != journals[0]
    with pytest.raises(ValueError, match="participant number 7 is"):
        simulate_by_name(ready, "999-007", 5)
    with pytest.raises(ValueError, match="names no virtual participant"):
        simulate_by_name(ready, "somebody", 5)


def test_two_natures_meet_the_same_participants_with_the_same_luck(ready):
    natures = own(ready), own(ready, retreat=1.0)
    for number in range(1, 60):
        one, other = (walk_participant(ready, nature, 9, number, START) for nature in natures)
        assert one.entries[0].participant == other.entries[0].participant
        if "relapse" not in one.road.moments:
            assert one.entries == other.entries


def test_slips_are_corrected_and_the_truth_stands(ready, people):
    corrections = [(w, e) for w in people for e in w.entries if e.corrects is not None]
    assert len(corrections) > 10
    for w, e in corrections:
        wrong = w.entries[e.corrects - 1]
        assert wrong.event == e.event and e.reason
        assert wrong.values != e.values or wrong.happened_on != e.happened_on
        assert instant(wrong.recorded_at) < instant(e.recorded_at)
        assert any(s.entry is e for s in what_stands(ready, w.entries))


def test_some_days_are_known_in_part_and_some_entries_come_late(people):
    entries = [e for w in people for e in w.entries]
    assert any(len(e.happened_on) == 7 for e in entries)
    delays = [instant(e.recorded_at) - instant(e.happened_on) for e in entries if len(e.happened_on) == 10 and e.corrects is None]
    assert any(d > 30 * 86400 for d in delays)
    assert sum(d < 5 * 86400 for d in delays) > 0.9 * len(delays)


def test_an_unknown_parameter_is_refused_and_every_parameter_says_where_it_comes_from(ready):
    with pytest.raises(ValueError, match="no parameter 'relapse_mdr'"):
        own(ready, relapse_mdr=1)
    told = lines(OWN[0])
    assert len({line.name for line in told}) == len(told) > 150
    for line in told:
        assert line.source and line.meaning and line.value
        assert not (line.confirmed and line.source.startswith(("assumed", "fitted"))), line.name


# Any study ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["maintenance_two_arm", "template", "mt103_211"])
def test_the_plain_nature_walks_any_study_and_breaks_no_rule(folder):
    ready = ready_of(folder)
    nature = PlainNature(ready)
    spoken = set()
    for number in range(1, 121):
        w = walk_participant(ready, nature, 2, number, START)
        folded = fold(ready, what_stands(ready, w.entries), w.road.on)
        for name in ROAD:
            assert getattr(w.road, name) == getattr(folded, name), (number, name)
        assert {e.event for e in w.entries} <= set(ready.forms)
        assert all(t.rule < w.ready.legal for t in w.road.turns if t.rule is not None)
        spoken |= {w.ready.table.meaning.rules[t.rule].words for t in w.road.turns if t.rule is not None}
    declared = {r.words for r in ready.protocol.rules}
    assert len(spoken & declared) > 0.5 * len(declared)


def test_arms_are_allocated_by_blocks_and_recorded():
    ready = ready_of("maintenance_two_arm")
    arms = Counter()
    for journal in simulate(ready, 160, 4, START):
        arms.update(e.values["arm"] for e in journal if "arm" in (e.values or {}))
    assert set(arms) == {"chemotherapy alone", "maintenance"}
    assert abs(arms["maintenance"] - arms["chemotherapy alone"]) < 30
    with pytest.raises(ValueError, match="no event 'relapse'"):
        PlainNature(ready, rates={"relapse": 1.0})


# Files --------------------------------------------------------------------------------------------------------------------------------


def digest(folder):
    return [hashlib.sha256((folder / f"{name}.parquet").read_bytes()).hexdigest() for name in ("participants", "events")]


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(output, "PART", 10)


def test_shards_and_stops_change_no_byte(ready, tmp_path, small_parts):
    whole = run_simulation(ready, participants=participant_columns, n=34, trials=2, seed=8, out=tmp_path / "whole", start=START)
    assert whole["complete"] and whole["participants"] == 68
    for i in (3, 1, 2):
        run = run_simulation(
            ready, participants=participant_columns, n=34, trials=2, seed=8, out=tmp_path / "shards", start=START, shard=(i, 3)
        )
        assert run["complete"] is (i == 2)

    def stop(said):
        if said.startswith("20 of"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_simulation(
            ready, participants=participant_columns, n=34, trials=2, seed=8, out=tmp_path / "stopped", start=START, progress=stop
        )
    kept = {p: p.stat().st_mtime_ns for p in (tmp_path / "stopped" / "parts").glob("participants-*")}
    assert len(kept) == 2
    told = json.loads((tmp_path / "stopped" / "run.json").read_text())
    assert told["complete"] is False and told["participants"] == 20
    run_simulation(ready, participants=participant_columns, n=34, trials=2, seed=8, out=tmp_path / "stopped", start=START)
    assert all(p.stat().st_mtime_ns == when for p, when in kept.items())
    assert digest(tmp_path / "whole") == digest(tmp_path / "shards") == digest(tmp_path / "stopped")
    described = json.loads((tmp_path / "whole" / "run.json").read_text())
    assert described["fingerprint"] == ready.fingerprint and described["seed"] == 8 and described["shard"] == "1/1"


@pytest.mark.slow
def test_processes_change_no_byte(ready, tmp_path, small_parts):
    for threads in (1, 2):
        run_simulation(ready, participants=participant_columns, n=1200, seed=8, out=tmp_path / str(threads), start=START, threads=threads)
    assert digest(tmp_path / "1") == digest(tmp_path / "2")


def test_a_folder_of_another_run_is_not_mixed_with_this_one(ready, tmp_path):
    run_simulation(ready, participants=participant_columns, n=3, seed=1, out=tmp_path, start=START)
    with pytest.raises(ValueError, match="its seed differs"):
        run_simulation(ready, participants=participant_columns, n=3, seed=2, out=tmp_path, start=START)
    with pytest.raises(ValueError, match="no nature 'magic'"):
        run_simulation(ready, participants=participant_columns, n=3, seed=1, nature="magic", out=tmp_path, start=START)


COLUMNS = (
    "arm", "enrolled_on", "best_response", "remission_cycle", "mrd", "cycles", "retreatments", "transplant_day", "relapse_day", "death_day", "last_day",
    "end_reason",
)  # fmt: skip


def test_the_columns_are_those_of_the_format_and_agree_with_the_journals(ready, tmp_path):
    run_simulation(ready, participants=participant_columns, n=60, seed=6, out=tmp_path, start=START)
    rows = pl.read_parquet(tmp_path / "participants.parquet").to_dicts()
    events = pl.read_parquet(tmp_path / "events.parquet")
    nature = own(ready)
    assert events.columns == ["trial", "participant", "day", "event", "value"]
    for number, row in enumerate(rows, 1):
        journal = simulate_participant(ready, nature, 6, number, START)
        standing = what_stands(ready, journal)
        road = fold(ready, standing, max(s.day for s in standing))
        assert set(COLUMNS) | {"trial", "participant", "age", "sex", "blasts"} <= set(row)
        (folded,) = participant_columns(ready, [Walked(journal, road, ready)]).to_dicts()
        assert {**folded, "end_reason": None} == {**row, "end_reason": None}
        mine = events.filter(pl.col("participant") == row["participant"])
        died = mine.filter(pl.col("event") == "death")["day"].to_list()
        assert died == ([] if row["death_day"] is None else [row["death_day"]])
        assert mine.filter(pl.col("event") == "infusion start")["day"].to_list()[0] == 1
        assert row["remission_cycle"] is None or row["remission_cycle"] > 2 or row["best_response"] in ("CR", "CRh*")
