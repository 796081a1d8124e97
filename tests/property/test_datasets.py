"""What holds of every data set, whatever the journals: doses day by day, totals that add up, days within the cut-off, entries that exist."""

import polars as pl
import pytest
from tests.oracle.comparison import last_drug
from tests.oracle.journals import random_journal, wild_journal

from trialrun.analysis.datasets import TABLES, datasets, datasets_of_parts, last_day_of
from trialrun.analysis.datasets.exposure import exposure
from trialrun.analysis.datasets.gathering import gather_walked
from trialrun.analysis.datasets.planned_amounts import begun
from trialrun.analysis.results.endpoints import measure_all
from trialrun.analysis.results.readout import read_out
from trialrun.journey.dosing import planned
from trialrun.journey.fold import fold
from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.taking import what_stands
from trialrun.protocol.frozen.load import load
from trialrun.protocol.frozen.shipped import shipped
from trialrun.protocol.words.times import ordinal
from trialrun.simulation.virtual import nature_of
from trialrun.simulation.walk import walk_participant
from trialrun.studies.mt103_211.study import MT103_211

START = ordinal("2012-01-09")
DRUG = MT103_211.doses[0].drug
UNPLANNED = {phase for d in MT103_211.doses if d.amount is None for phase in d.at}


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


@pytest.fixture(scope="module")
def people():
    found = {}
    for seed in range(1000, 1150):
        entries = [entry_of({**e, "participant": f"{seed}"}, "here", n) for n, e in enumerate(random_journal(seed), 1)]
        if entries:
            found[f"{seed}"] = entries
    return found


@pytest.fixture(scope="module")
def data(ready, people):
    return datasets(ready, people, last_day_of(people))


def test_exposure_is_what_the_walk_says_day_by_day(ready, people, data):
    """Drug that a later stop tells to have run on after the end of treatment is there without a planned dose."""
    seen = 0
    for name, entries in people.items():
        rows = data.exposure.filter(pl.col("participant") == name).select("start", "stop", "planned").rows()
        standing = what_stands(ready, entries)
        ran_on = list(fold(ready, standing, data.cutoff).ran_on())
        for day in sorted({d for a, b, _ in rows for d in (a - 1, a, b - 1, b)} & set(range(data.cutoff + 1))):
            road = fold(ready, standing, day)
            due = [p.amount.value for p in planned(ready, road)]
            inside = [planned for a, b, planned in rows if a <= day < b]
            late = [None for r in ran_on if r.since <= day < r.stop]
            if road.phase in UNPLANNED:  # as it was recorded, if it was
                late = [None] if road.doses and road.doses[-1].day >= road.since else []
            assert inside == (due or late), (name, day)
            seen += 1
    assert seen > 500


def test_exposure_ends_and_counts_as_the_walks_own_stopwatch(ready):
    """The last day with drug, and the infusion days of the last cycle, of wild journals as well as of usual ones."""
    seen, later = 0, 0
    for make in (random_journal, wild_journal):
        for seed in range(2000, 2900):
            entries = [entry_of({**e, "participant": "1"}, "here", n) for n, e in enumerate(make(seed), 1)]
            road = fold(ready, what_stands(ready, entries), last_day_of({"1": entries}) + 400)
            stretches = exposure(ready, road)
            last = last_drug(road, road.on)
            begins = [t.after for t in road.turns if t.after != t.before and t.after in (*UNPLANNED, "infusion")]
            then = next((t.after for t in reversed(road.turns) if last is not None and t.day <= last), "")
            if then in UNPLANNED or (begins and begins[-1] in UNPLANNED):  # FK9: drug without a planned dose counts as it was recorded
                continue
            assert (stretches[-1].stop - 1 if stretches else None) == last, (make.__name__, seed)
            if stretches:
                end = stretches[-1]
                days = sum(s.days for s in stretches if (s.course, s.cycle) == (end.course, end.cycle))
                if list(begun(ready, road, DRUG))[-1] == (end.course, end.cycle):
                    assert days == road.elapsed("infusion days of this cycle", road.on + 1), (make.__name__, seed)
                seen += 1
                later += bool(list(road.ran_on()))
    assert seen > 300 and later > 20


def test_stretches_do_not_overlap_and_sum_to_the_participant(data):
    for name, rows in data.exposure.group_by("participant"):
        ordered = rows.sort("start")
        assert (ordered["start"].slice(1) >= ordered["stop"].slice(0, len(ordered) - 1)).all()
        subject = data.subject.filter(pl.col("participant") == name[0]).row(0, named=True)
        assert subject["drug_days"] == rows["days"].sum()
        assert subject["amount"] == pytest.approx(rows["amount"].fill_null(0).sum())


def test_every_row_names_entries_of_its_own_participant(people, data):
    numbers = {name: {e.sequence for e in entries} for name, entries in people.items()}
    for name, table in data.tables().items():
        for column in [c for c in table.columns if c in ("entry", "start_entry")]:
            for who, entry in table.select("participant", column).drop_nulls().iter_rows():
                assert entry in numbers[who], (name, who, entry)
    for who, entries in data.exposure.select("participant", "entries").iter_rows():
        assert set(entries) <= numbers[who]


def test_nothing_lies_after_an_earlier_cut_off(ready, people):
    early = datasets(ready, people, 735_000)
    for name in ("response", "laboratory", "adverse_event", "deviation", "disposition", "happening"):
        table = early.tables()[name]
        assert table.is_empty() or table["day"].max() <= 735_000, name
    assert early.time_to_event["end"].max() <= 735_000
    assert early.exposure["stop"].max() <= 735_001


def test_times_are_not_negative_and_end_after_they_start(data):
    times = data.time_to_event.drop_nulls("time")
    assert (times["time"] >= 0).all() and (times["end"] - times["start"] == times["time"]).all()


def test_totals_add_up(ready, data):
    r = read_out(data, ready)
    sets = {name: n for name, _, n in r.flow}
    e = r.estimates
    assert e["CR/CRh*"].reached == e["CR"].reached + e["CRh*"].reached == sets["responders"] == e["RFS"].n == e["TTR"].n
    assert e["OS"].n == e["EFS"].n == sets["treated"] == r.exposure["cycles"].n == sum(n for _, n in r.cycles)
    assert sum(n for _, n in r.standing) == r.participants
    assert sum(e["relapse or death"].events) == e["RFS"].events
    assert e["death after HSCT"].n == sets["transplanted in remission"] == e["HSCT in remission"].reached
    assert sum(n for _, n, _ in r.deviations) == len(data.deviation)


def test_the_order_of_the_journals_does_not_matter(ready, people, data):
    shuffled = dict(sorted(people.items(), key=lambda item: item[0][::-1]))
    again = datasets(ready, shuffled, data.cutoff)
    assert again.time_to_event.equals(data.time_to_event) and again.subject.equals(data.subject)


def test_subsets_of_participants_give_the_same_times(ready, people, data):
    """An endpoint of one participant depends on that participant alone."""
    some = {name: people[name] for name in list(people)[::7]}
    alone = datasets(ready, some, data.cutoff).time_to_event.sort("participant", "endpoint")
    among = data.time_to_event.filter(pl.col("participant").is_in(list(some))).sort("participant", "endpoint")
    assert alone.equals(among)


def test_a_frozen_definition_gives_the_same_endpoints(data):
    from trialrun.protocol.frozen.freeze import freeze, thaw

    thawed, _ = thaw(freeze(MT103_211))
    ours, theirs = (measure_all(p, data.happening, data.subject) for p in (MT103_211, thawed))
    assert set(ours) == set(theirs)
    assert all((ours[k].cause == theirs[k].cause).all() and (ours[k].time == theirs[k].time).all() for k in ours)


@pytest.mark.parametrize("name", ["mt103-211", "maintenance-two-arm"])
@pytest.mark.parametrize("later", [-400, 0, 1000])
def test_who_was_just_walked_is_gathered_as_the_journals_are(name, later):
    ready = make_ready(*load(shipped()[name]))

    def walked():
        return [walk_participant(ready, nature_of(ready), 7, number, START) for number in range(1, 61)]

    journals = {w.entries[0].participant: w.entries for w in walked()}
    on = last_day_of(journals) + later
    first, second = walked()[:25], walked()[25:]
    told, other = (
        datasets(ready, journals, on),
        datasets_of_parts(ready, [gather_walked(ready, second, on), gather_walked(ready, first, on)], on),
    )
    assert told.entries == other.entries and told.partly.sort("participant", "number").equals(other.partly.sort("participant", "number"))
    assert [t for t in TABLES if not getattr(told, t).equals(getattr(other, t))] == []
