"""Faults put into the executors: a bound dropped, an effect swapped, a day moved, wherever an effect, a dose, a value or a date is carried out.

A few are drawn here; `make test-long` runs them all and wants at least 95 % of them noticed. record.md tells the last run of all.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.executors import golden, houses, record, run, sites
from tests.property.test_constructs import refused

ROOT = Path(__file__).parents[2]
AGAIN = "an executor has changed: python -m tests.executors.sites, then python -m tests.executors.run --new"


def test_every_module_of_the_journey_and_every_script_of_the_play_page_is_an_executor_or_says_why_not():
    there = {
        str(path.relative_to(sites.SOURCE))
        for folder, kind in (("journey", "*.py"), ("web/play_page", "*.js"))
        for path in (sites.SOURCE / folder).glob(kind)
    }
    named = {e for e in (*sites.EXECUTORS, *sites.NO_EXECUTOR) if e.startswith(("journey/", "web/play_page/"))}
    assert there == named, "write it into PYTHON or NO_EXECUTOR of sites.py"
    assert set(sites.EXECUTORS).isdisjoint(sites.NO_EXECUTOR)


def test_what_only_finds_words_is_there():
    for executor, names in sites.WORDS.items():
        text = sites.text_of(executor)
        assert [n for n in names if not re.search(rf"(def|function) {n.rpartition('.')[2]}\(", text)] == [], executor


@pytest.mark.slow
@pytest.mark.parametrize("executor", sites.EXECUTORS)
def test_the_committed_sites_are_those_of_the_executor(executor):
    assert list(sites.known(executor)) == list(sites.spoilt(executor)), AGAIN


@pytest.mark.slow
def test_every_word_on_a_survivor_is_of_a_fault_that_lives():
    assert set(record.words()) <= {f.name for f in record.survivors()}, "take it out of survivors.tsv"


@pytest.mark.slow
@pytest.mark.parametrize("house", houses.tried())
def test_the_generated_studies_are_taken_by_check(house):
    assert not refused(houses.protocol_of(house)), "choose anew: python -m tests.executors.houses, then python -m tests.executors.golden"


@pytest.mark.slow
@pytest.mark.parametrize("house", [*houses.SHIPPED, *houses.tried()])
def test_the_digests_are_those_of_today(house):
    found = golden.today(houses.made(house), house)
    moved = [name for name in found.keys() | golden.written()[house].keys() if found.get(name) != golden.written()[house].get(name)]
    assert moved == [], "a meaning moved: read the difference of the vectors, then python -m tests.executors.golden"


def in_a_process(*arguments, limit):
    """The runner in a process of its own, which makes copies of itself."""
    command = [sys.executable, "-m", "tests.executors.run", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=limit, env=run.environment())


def test_twenty_faults_drawn_are_noticed():
    done = in_a_process("--drawn", "20", limit=280)
    assert done.returncode == 0, done.stderr


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_of_all_faults_at_least_95_percent_are_noticed_and_the_others_have_a_word():
    done = in_a_process("--jobs", "2", limit=4 * 3600)
    assert done.returncode == 0, done.stderr
    assert 1 - len(record.survivors()) / len(record.faults()) >= record.LEAST
