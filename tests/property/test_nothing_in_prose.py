"""Nothing hangs on a word: with every word and every name of a study replaced by nonsense, one to one, in study and journals alike, only those words change."""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from tests.nonsense import Nonsense, differences, plainly
from tests.oracle import comparison
from tests.oracle.journals import random_journal, wild_journal

from trialrun.analysis.datasets import datasets
from trialrun.analysis.datasets.participants import participant_columns
from trialrun.analysis.results.readout import read_out
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.protocol.check.check import check
from trialrun.protocol.check.meant import unsaid
from trialrun.protocol.check.wellformed import wellformed
from trialrun.protocol.frozen.load import load_folder
from trialrun.protocol.frozen.shipped import STUDIES
from trialrun.report.tables import study_tables
from trialrun.simulation.plain import PlainNature
from trialrun.simulation.virtual import nature_of, simulate
from trialrun.simulation.walk import walk_participant

START = date(2012, 1, 9).toordinal()
NAMES = ("mt103_211", "maintenance_two_arm", "template")


@cache
def worlds(name):
    """A study and the same in nonsense, both ready to run."""
    study = load_folder(STUDIES / name)
    turned = Nonsense(study)
    return turned, make_ready(study), make_ready(turned.study)


@cache
def journals(name, n=60):
    """Virtual participants, of the first study the odd and wild ones too; and the same in nonsense."""
    turned, ready, _ = worlds(name)
    found = {entries[0].participant: entries for entries in simulate(ready, n, 7, START)}
    if name == "mt103_211":
        for kind, make in (("odd", random_journal), ("wild", wild_journal)):
            for seed in range(1, 41):
                entries = comparison.entries_of(make(seed))
                found[f"{kind}-{seed}"] = [replace(e, participant=f"{kind}-{seed}") for e in entries]
    return found, {who: [turned.entry(e) for e in entries] for who, entries in found.items()}


def last_day(name):
    return max(
        date.fromisoformat(e.happened_on).toordinal() for entries in journals(name)[0].values() for e in entries if len(e.happened_on) == 10
    )


@cache
def data(name):
    _, plain, strange = worlds(name)
    on = last_day(name)
    return tuple(datasets(ready, found, on) for ready, found in zip((plain, strange), journals(name), strict=True))


def told_alike(name, told, strange, place):
    """What was told in nonsense says the same in the study's words, in the same order."""
    return differences(plainly(told), plainly(worlds(name)[0].back(strange)), place)


def unmarked(told):
    """Without the fingerprint, which is of all words; a question that names the nearest spelling, without that name."""
    told = {**told, "fingerprint": ""}
    for q in told.get("queries", ()):
        if isinstance(q, dict) and ("did you mean" in q["says"] or ": it has" in q["says"] or "the study has" in q["says"]):
            q["says"] = q["says"].split(": ")[0].split("the study has")[0]
    return told


@pytest.mark.parametrize("name", NAMES)
def test_a_study_in_nonsense_hangs_together_and_is_checked_alike(name):
    turned, plain, strange = worlds(name)
    assert wellformed(turned.study) == []
    told, other = (check(ready.protocol).as_json() for ready in (plain, strange))
    for data in (told, other):
        data.pop("seconds", None)
    assert told["statuses"] == other["statuses"] and told["transitions"] == other["transitions"]
    assert len(told["findings"]) == len(other["findings"]) == 0
    assert [i["holds"] for i in told["invariants"]] == [i["holds"] for i in other["invariants"]]


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_standing_differs_in_words_only(name):
    _, plain, strange = worlds(name)
    found, turned = journals(name)
    on = last_day(name)
    for who, entries in found.items():
        days = [date.fromisoformat(e.happened_on).toordinal() + 1 for e in entries[2::9] if len(e.happened_on) == 10]
        for day in {on, *days}:
            told, other = (unmarked(where(ready, j, day).as_json()) for ready, j in ((plain, entries), (strange, turned[who])))
            assert told_alike(name, told, other, f"{who} on {date.fromordinal(day)}") == []


@pytest.mark.parametrize("name", NAMES)
def test_the_data_sets_differ_in_words_only(name):
    for (table, told), other in zip(data(name)[0].tables().items(), data(name)[1].tables().values(), strict=True):
        assert told_alike(name, list(told.columns), list(other.columns), table) == []
        rows = [[x.rows() for x in (frame.drop("says") if table == "query" else frame,)][0] for frame in (told, other)]
        assert told_alike(name, *([[str(x) for x in row] for row in r] for r in rows), table) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_the_read_out_and_every_table_is_the_same(name):
    turned, plain, _ = worlds(name)
    (told, other), studies = data(name), (plain.protocol, turned.study)
    made = [read_out(d, p) for d, p in zip((told, other), studies, strict=True)]
    assert told_alike(name, *(unmarked(r.as_json()) for r in made), "read-out") == []
    tables = [
        [_plain(t) for t in study_tables(r, d, p) if t.number != "16.2.3"] for r, d, p in zip(made, (told, other), studies, strict=True)
    ]
    assert told_alike(name, *tables, "tables") == []


def _plain(table):
    lines = [[line.label, list(line.cells), line.level] for line in table.lines]
    return {"number": table.number, "title": table.title, "lines": lines, "notes": list(table.notes)}


@pytest.mark.parametrize("name", NAMES)
def test_virtual_participants_of_a_study_in_nonsense_live_the_same_lives(name):
    turned, plain, strange = worlds(name)
    lives = [list(simulate(ready, 30, 3, START, nature=PlainNature(ready))) for ready in (plain, strange)]
    assert [[turned.entry(e) for e in entries] for entries in lives[0]] == lives[1]


@pytest.mark.parametrize("name", NAMES)
def test_the_table_of_participants_differs_in_words_only(name):
    turned, plain, strange = worlds(name)
    nature = nature_of(plain)
    walked = [walk_participant(plain, nature, 3, number, START) for number in range(1, 61)]
    told = participant_columns(plain, walked).to_dicts()
    again = [
        _Walked(where(strange, [turned.entry(e) for e in w.entries], w.road.on).road, [turned.entry(e) for e in w.entries]) for w in walked
    ]
    other = participant_columns(strange, again).to_dicts()
    assert told_alike(name, told, other, "participants") == []


class _Walked:
    def __init__(self, road, entries):
        self.road, self.entries = road, entries


def test_a_word_that_meant_something_would_be_found():
    study = load_folder(STUDIES / "template")
    turned = Nonsense(study)
    strange = replace(turned.study, events=tuple(replace(e, last=False) for e in turned.study.events))
    found = next(iter(simulate(make_ready(study), 1, 7, START)))
    death = replace(found[0], sequence=90, event="death", values={}, happened_on=found[-1].happened_on)
    after = replace(found[-1], sequence=91, event="withdrawal", values={})
    entries = [*found[:-1], death, after]
    on = date.fromisoformat(after.happened_on).toordinal()
    told = where(make_ready(study), entries, on).as_json()
    other = where(make_ready(strange), [turned.entry(e) for e in entries], on).as_json()
    assert differences(plainly(unmarked(told)), plainly(turned.back(unmarked(other)))) != []


def test_what_is_most_likely_meant_and_not_said_is_noted():
    study = load_folder(STUDIES / "maintenance_two_arm")
    assert list(unsaid(study)) == []
    bare = replace(
        study,
        survival="",
        events=tuple(replace(e, last=False) for e in study.events),
        forms=tuple(replace(f, items=tuple(replace(m, role="") for m in f.items)) for f in study.forms),
    )
    said = list(unsaid(bare))
    assert len(said) == 3 and "role='term'" in said[0] and "last=True" in said[1] and "survival=.." in said[2]
    assert check(bare).notes[-3:] == tuple(said)
