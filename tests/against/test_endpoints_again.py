"""Each endpoint against the same definition programmed a second time in plain Python, on journals that keep and that break the rules."""

import random
from dataclasses import replace

import pytest
from tests.against.endpoints_in_plain_python import endpoints
from tests.oracle.journals import random_journal

from trialrun.analysis.datasets import datasets
from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.taking import what_stands
from trialrun.studies.mt103_211.study import MT103_211

JOURNALS = 700


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


def journal(seed):
    """A journal with measured MRD, contacts that report new therapies, and deaths told at contacts."""
    chance = random.Random(seed)
    entries = []
    for e in random_journal(seed):
        values = dict(e["values"] or {}) if e["values"] is not None else None
        if e["event"] == "response assessment" and values:
            values |= chance.choice(
                ({}, {"mrd": chance.choice((0.0, 1e-5, 1e-4, 0.02)), "mrd_amplification": chance.random() < 0.5}, {"mrd": 5e-5})
            )
        if e["event"] == "survival contact" and values:
            values |= {"new_therapy": chance.random() < 0.3, "alive": chance.random() > 0.1}
        entries.append({**e, "values": values})
    return [replace(entry_of(e, "here", n), participant=f"{seed:05d}") for n, e in enumerate(entries, 1)]


@pytest.fixture(scope="module")
def people():
    return {f"{seed:05d}": journal(seed) for seed in range(JOURNALS)}


def both(ready, people, on, known_at=None):
    """What the analysis derives and what the second program says, as participant -> endpoint -> (start, end, cause)."""
    derived = {}
    data = datasets(ready, people, on, known_at)
    for row in data.time_to_event.iter_rows(named=True):
        derived.setdefault(row["participant"], {})[row["endpoint"]] = (row["start"], row["end"], row["cause"])
    again = {}
    for name, entries in people.items():
        found = endpoints(ready, what_stands(ready, entries, known_at), on)
        if found:
            again[name] = {k: (s, e if c or s is not None else None, int(c)) for k, (s, e, c) in found.items()}
    return derived, again


def compare(derived, again):
    assert set(derived) == set(again)
    wrong = []
    for name in sorted(again):
        assert set(derived[name]) - {"time on treatment"} == set(again[name]), name
        wrong += [(name, k, derived[name][k], v) for k, v in again[name].items() if derived[name][k] != v]
    assert not wrong, f"{len(wrong)} differ; the first: {wrong[:3]}"


def test_every_endpoint_is_the_same_when_all_is_known(ready, people):
    derived, again = both(ready, people, 800_000)
    compare(derived, again)
    reached = {k for of in again.values() for k, (_, _, cause) in of.items() if cause == 1}
    assert reached == set(next(iter([e.name] for e in ready.protocol.endpoints))) | {e.name for e in ready.protocol.endpoints} - {
        "time on treatment"
    }
    assert any(cause == 2 for of in again.values() for _, _, cause in of.values()), "no death without relapse among the journals"


@pytest.mark.parametrize(
    "day, known_at", [("2012-06-30", None), ("2012-12-31", "2012-12-31"), ("2013-06-15", "2013-03-01"), ("2014-02-28", None)]
)
def test_every_endpoint_is_the_same_at_a_cut_off(ready, people, day, known_at):
    from trialrun.protocol.words.times import ordinal

    compare(*both(ready, people, ordinal(day), known_at))
