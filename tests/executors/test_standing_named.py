"""Where a participant stands, in both executors: what is heard of a date known in part, and the arm before and after its allocation."""

from tests.browser.executor import ready_of
from tests.spec.test_visits_made import T, dead, drug, free, home, made_of, rest, rules
from tests.vectors.make import committed

from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.protocol.language import fact, form, gives, rule
from trialrun.protocol.words.times import ordinal

LEAVES = fact("leaves", T, otherwise="nothing")  # it ends the study, and is not the last of its day
LEAVING = form("leaving", source=T, yields=gives(LEAVES))


def heard(ready, *rows, on="2020-03-01"):
    """The events that were heard, each with its day, and those that were not."""
    entries = [
        entry_of({"participant": "1", "happened_on": day, "event": event, **more}, "a journal", n)
        for n, (day, event, more) in enumerate(rows, 1)
    ]
    road = where(ready, entries, ordinal(on)).road
    return [(t.day - ordinal("2020-01-01") + 1, t.event) for t in road.turns if t.entry is not None], [t.event for t in road.unheard]


BEGINS, LEFT = ("2020-01-06", "start", {}), ("2020-01-20", "leaving", {})


def test_what_is_known_in_part_came_before_what_ended_the_study():
    ready = make_ready(made_of(events=(*made_of().events, LEAVES), forms=(*made_of().forms, LEAVING),
                               rules=(*rules, rule(T, "it leaves", at=(home, drug, rest, free), on=LEAVES, to=dead))))  # fmt: skip
    before = [(6, "start"), (20, "seen"), (20, "leaves")]
    assert heard(ready, BEGINS, LEFT, ("2020-01", "sample", {})) == (before, [])
    assert heard(ready, BEGINS, ("2020-01", "sample", {}), LEFT) == (before, [])
    assert heard(ready, BEGINS, LEFT, ("2020-01-20", "sample", {})) == ([(6, "start"), (20, "leaves")], ["seen"])
    assert heard(ready, BEGINS, LEFT, ("2020-02", "sample", {})) == ([(6, "start"), (20, "leaves")], ["seen"])
    assert heard(ready, BEGINS, LEFT, ("2020", "sample", {}), ("2020-01", "sample", {}))[0] == [
        (6, "start"),
        (20, "seen"),
        (20, "seen"),
        (20, "leaves"),
    ]
    assert heard(ready, BEGINS, LEFT, ("2020-01", "sample", {"recorded_at": "2020-01-10T12:00:00Z"}))[0] == [
        (6, "start"),
        (10, "seen"),
        (20, "leaves"),
    ]


def test_an_arm_is_known_from_the_day_of_its_allocation():
    ready = ready_of("maintenance_two_arm")
    journal = next(c["entries"] for c in committed("maintenance_two_arm") if c["name"].startswith("All goes by the plan"))
    entries = [entry_of(e, "a vector", 0) for e in journal]
    (item,) = {f.arm_item: f for f in ready.forms.values() if f.arm_item}
    day = next(ordinal(e.happened_on) for e in entries if (e.values or {}).get(item))
    assert [where(ready, entries, on).road.arm != "" for on in (day - 1, day, day + 1)] == [False, True, True]
