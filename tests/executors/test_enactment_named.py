"""Effects, stopwatches, moments and clocks, said one by one: what stands after a deed."""

from random import Random

import pytest
from tests.browser.executor import ready_of

from trialrun.protocol.enactment import Deed, Stood, Watch, bounds_of, changed, put, ran_on
from trialrun.protocol.words.expressions import Clock
from trialrun.protocol.words.rules import Effect

WATCH, OTHER = "infusion days of this cycle", "infusion days since a step"
RUNS, RUNS_TOO, RESTS = "infusion", "infusion beyond entitlement", "treatment-free"


@pytest.fixture(scope="module")
def ready():
    return ready_of("mt103_211")


def stood(phase=RUNS, counters=None, moments=None, **watches):
    return Stood(phase, counters or {}, moments or {}, {WATCH: Watch(), OTHER: Watch(), **watches.get("watches", {})})


def effect(kind, name="x", value=0):
    return Effect(kind, name, value)


@pytest.mark.parametrize(
    "value, done, bound, found",
    [
        (1, effect("put", value=3), None, 3), (1, effect("put", value=3), 3, 3), (1, effect("put", value=4), 3, 3), (1, effect("put", value=0), 3, 0),
        (2, effect("add"), None, 3), (2, effect("add"), 3, 3), (3, effect("add"), 3, 3), (300, effect("add"), None, 301),
        (2, effect("less"), 3, 1), (1, effect("less"), 3, 0), (0, effect("less"), 3, 0), (0, effect("less"), None, 0),
    ],
)  # fmt: skip
def test_an_effect_puts_adds_up_to_a_bound_and_takes_down_to_nought(value, done, bound, found):
    assert changed(value, done, bound) == found


def test_an_effect_on_positions_passes_over_what_is_held_elsewhere():
    values = ["phase", 1, 2]
    for done in (effect("add", "a"), effect("put", "b", 9), effect("add", "nowhere"), effect("mark", "a"), effect("reset", "b")):
        put(values, done, {"a": 1, "b": 2}, {"a": 2, "b": 4})
    assert values == ["phase", 2, 4]


def test_flags_and_counts_have_bounds_and_tallies_none(ready):
    p = ready.protocol
    assert bounds_of(p) == {f.name: 1 for f in p.flags} | {c.name: c.up_to for c in p.counts}


def test_only_what_adds_raises():
    assert Deed(changes=(effect("put", "a", 1), effect("add", "b"), effect("less", "c"))).raises == ("b",)


def test_a_deed_leaves_what_it_does_not_name(ready):
    before = stood(RUNS, {"a": 1}, {"m": 5}, watches={WATCH: Watch(3, 10, 8)})
    assert ready.enacts.after(before, Deed(), 20, False) == before
    after = ready.enacts.after(before, Deed(marks=("n",)), 20, False)
    assert (after.moments, after.watches, after.phase) == ({"m": 5, "n": 20}, before.watches, RUNS)


@pytest.mark.parametrize("seed", range(40))
def test_a_stopwatch_counts_the_days_on_which_it_runs_one_by_one(ready, seed):
    """Against a count day by day: a day counts where the watch runs when the day ends; a reset forgets the days before it."""
    chance, day, phase, days = Random(seed), 100, RESTS, []
    here, ran_before, since = stood(RESTS), None, None
    for _ in range(12):
        gone = chance.randrange(0, 6)
        if since is not None:
            days += range(day, day + gone)
        day += gone
        to = chance.choice((None, RUNS, RUNS_TOO, RESTS))
        reset = chance.random() < 0.3
        stopped = chance.random() < 0.5
        here = ready.enacts.after(here, Deed(to, resets=(WATCH,) if reset else ()), day, stopped)
        ended = since is not None and to == RESTS
        ran_before = max(days, default=ran_before) if days else ran_before
        phase = to or phase
        since = None if phase == RESTS else day if since is None or reset else since
        days = [] if reset else days
        kept = here.watches[WATCH]
        assert (here.phase, kept.since, kept.elapsed(day), kept.elapsed(day + 2)) == (
            phase,
            since,
            len(days),
            len(days) + 2 * (since is not None),
        )
        if ended:
            assert kept.ended == (None if stopped else day)
        if since is not None:
            assert kept.ended is None
        if since is None or since == day:
            assert kept.last == ran_before


def test_a_watch_reset_while_it_runs_goes_on_from_that_day(ready):
    here = stood(RUNS, watches={WATCH: Watch(3, 10, 8), OTHER: Watch(5, 10, 8)})
    after = ready.enacts.after(here, Deed(resets=(WATCH,)), 14, False)
    assert after.watches == {WATCH: Watch(0, 14, 13, None), OTHER: Watch(5, 10, 8)}
    assert ready.enacts.after(here, Deed(resets=(WATCH,)), 10, False).watches[WATCH] == Watch(0, 10, 8, None)


def test_a_watch_that_rests_is_reset_to_nought_and_keeps_its_last_day(ready):
    here = stood(RESTS, watches={WATCH: Watch(7, None, 20, 21)})
    assert ready.enacts.after(here, Deed(resets=(WATCH,)), 30, False).watches[WATCH] == Watch(0, None, 20, 21)


def test_what_ended_a_stretch_is_kept_until_it_runs_again(ready):
    here = stood(RUNS, watches={WATCH: Watch(2, 10, 8)})
    ended = ready.enacts.after(here, Deed(RESTS), 15, False)
    assert ended.watches[WATCH] == Watch(7, None, 14, 15)
    assert ready.enacts.after(here, Deed(RESTS), 15, True).watches[WATCH] == Watch(7, None, 14, None)
    assert ready.enacts.after(ended, Deed(RUNS), 18, False).watches[WATCH] == Watch(7, 18, 14, None)


@pytest.mark.parametrize(
    "kept, day, limit, found",
    [
        (Watch(5, None, 14, None), 20, 0, Watch(5, None, 14, None)),  # nothing to run on from
        (Watch(5, None, 14, 15), 20, 0, Watch(10, None, 19, None)),
        (Watch(5, None, 14, 15), 15, 0, Watch(5, None, 14, None)),
        (Watch(5, None, 14, 15), 12, 0, Watch(5, None, 14, None)),  # told of a day before
        (Watch(5, None, 14, 15), 20, 8, Watch(8, None, 17, None)),
        (Watch(5, None, 14, 15), 20, 10, Watch(10, None, 19, None)),
        (Watch(5, None, 14, 15), 20, 1, Watch(5, None, 14, None)),  # counted more than the limit already
        (Watch(5, None, 14, 15), 20, 5, Watch(5, None, 14, None)),
        (Watch(0, None, None, 15), 16, 0, Watch(1, None, 15, None)),
        (Watch(0, None, None, 15), 15, 0, Watch(0, None, None, None)),
        (Watch(0, None, 30, 15), 16, 0, Watch(1, None, 30, None)),
        (Watch(0, 40, 30, 15), 16, 0, Watch(1, 40, 30, None)),
        (Watch(4, None, 14, 15), 18, 28, Watch(7, None, 17, None)),
    ],
)
def test_a_stop_told_later_counts_the_days_between_up_to_a_limit(kept, day, limit, found):
    assert ran_on(kept, day, limit) == found


def test_only_the_watches_that_are_told_run_on(ready):
    here = stood(RESTS, watches={WATCH: Watch(5, None, 14, 15), OTHER: Watch(5, None, 14, 15)})
    after = ready.enacts.after(here, Deed(extends=(effect("extend", WATCH, 7),)), 20, False)
    assert after.watches == {WATCH: Watch(7, None, 16, None), OTHER: Watch(5, None, 14, 15)}


def test_the_last_day_with_drug_is_today_while_it_runs_and_else_the_last_it_ran(ready):
    def last(day, watch, moments=None):
        return ready.enacts.day_of(stood(RUNS, moments=moments, watches={WATCH: watch}), "last day with drug", day)

    assert last(12, Watch(0, 10)) == 12 and last(10, Watch(0, 10)) == 10
    assert last(9, Watch(3, 10, 7)) == 7  # a day before it began again
    assert last(30, Watch(3, None, 7)) == 7
    assert last(30, Watch(), {"first infusion": 4}) == 4 and last(30, Watch()) is None
    assert last(9, Watch(0, 10), {"first infusion": 4}) == 4


def test_a_clock_is_due_so_long_after_its_anchor_past_or_reached(ready):
    here = stood(RESTS, moments={"consent": 100, "cycle began": 200})
    for kind, due in (("past", 122), ("reached", 121)):
        clock = Clock(kind, 21, "days", "consent")
        assert ready.enacts.due(here, clock, 0) == due
        assert [ready.enacts.holds(here, clock, day) for day in (due - 1, due, due + 1)] == [False, True, True]
    assert ready.enacts.due(here, Clock("past", 21, "days", "first infusion"), 0) is None
    assert not ready.enacts.holds(here, Clock("past", 21, "days", "first infusion"), 10**6)
    running = stood(RUNS, watches={WATCH: Watch(0, 300)})
    assert ready.enacts.due(running, Clock("past", 14, "days", "last day with drug"), 305) == 320


def test_a_clock_on_days_that_were_run_waits_for_them(ready):
    full = Clock("full", 28, "days", WATCH)

    def due(watch, day=500):
        return ready.enacts.due(stood(RUNS, watches={WATCH: watch}), full, day)

    assert due(Watch(0, 100)) == 128 and due(Watch(20, 100)) == 108
    assert due(Watch(27, None, 90)) is None and due(Watch()) is None
    assert due(Watch(28, None, 90), 95) == 95 and due(Watch(30, None, 90), 95) == 95
    assert due(Watch(28, None, None), 95) is None  # it never ran
    assert ready.enacts.due(Stood(RUNS, {}, {}, {}), full, 95) is None
