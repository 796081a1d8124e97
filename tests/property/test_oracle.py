"""The product's standing against a second, independent reading of the study: named cases, and random journals, on every day that matters."""

from itertools import islice

import pytest
from tests.oracle import cases, comparison, journals

from trialrun.journey.ready import make_ready
from trialrun.studies.mt103_211.study import MT103_211


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


@pytest.mark.parametrize("name", [name for name, *_ in cases.CASES])
def test_a_named_case_stands_as_the_text_says(ready, name):
    _, _, journal, expected = next(case for case in cases.CASES if case[0] == name)
    for day, values in expected:
        found = comparison.product_standing(ready, comparison.entries_of(journal), day)
        assert cases.differences(found, values) == [], f"on {day}"
        assert comparison.differences(ready, journal, day) == {}, f"on {day}"


@pytest.mark.parametrize("case", cases.KNOWN, ids=lambda case: case[0])
def test_what_was_known_at_a_time_stands_as_the_text_says(ready, case):
    _, journal, day, known_at, values = case
    found = comparison.product_standing(ready, comparison.entries_of(journal), day, known_at)
    assert cases.differences(found, values) == []
    assert comparison.differences(ready, journal, day, known_at) == {}


def agree(ready, make, seeds, every):
    """Every `every`-th interesting day of each journal, and the last one; and what was known at three times."""
    asked = 0
    for seed in seeds:
        journal = make(seed)
        entries = comparison.entries_of(journal)
        days = journals.interesting_days(journal)
        for day in {*islice(days, seed % every, None, every), days[-1]}:
            found = comparison.differences(ready, journal, day, None, entries)
            assert not found, f"{make.__name__}({seed}) on {day}: {found}"
            asked += 1
        for number in {seed % len(journal), len(journal) // 2}:
            then = journal[number]["recorded_at"]
            found = comparison.differences(ready, journal, days[-1], then, entries)
            assert not found, f"{make.__name__}({seed}) as known at {then}: {found}"
            asked += 1
    return asked


def test_the_oracle_agrees_on_random_journals(ready):
    assert agree(ready, journals.random_journal, range(300), every=20) > 3_000


def test_the_oracle_agrees_on_wild_journals(ready):
    assert agree(ready, journals.wild_journal, range(300), every=15) > 3_000


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("make", [journals.random_journal, journals.wild_journal])
@pytest.mark.parametrize("part", range(4))
def test_the_oracle_agrees_on_thousands_of_journals(ready, make, part):
    assert agree(ready, make, range(1_000 + 1_000 * part, 2_000 + 1_000 * part), every=8) > 10_000


def test_the_journals_reach_every_phase_and_every_rule(ready):
    """What the random journals exercise: a comparison that never leaves the usual road would prove little."""
    from trialrun.journey.fold import fold
    from trialrun.journey.taking import what_stands

    phases, rules = set(), set()
    named = (journal for _, _, journal, _ in cases.CASES)
    for journal in (*named, *map(journals.random_journal, range(500)), *map(journals.wild_journal, range(1_500))):
        road = fold(ready, what_stands(ready, comparison.entries_of(journal)), 10**6)
        phases |= {t.after for t in road.turns}
        rules |= {t.rule for t in road.turns}
    words = [rule.words for number, rule in enumerate(ready.table.meaning.rules) if number not in rules]
    assert phases | {"before consent"} == set(ready.table.meaning.phases)
    assert words == []
