"""A journal of many entries for one participant takes time in proportion: nothing looks through it once for every entry."""

import json
import time
from datetime import date, timedelta

import pytest

from trialrun.journey.journal import read_lines
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.studies.mt103_211.study import MT103_211

READY = make_ready(MT103_211)
FIRST = (
    ("2012-02-27", "consent", {}),
    ("2012-02-29", "screening result", {"eligible": True, "blasts": 60}),
    ("2012-03-05", "infusion start", {"dose": 9}),
)
REPEATED = {
    "adverse event": {"term": "cough", "grade": 1},
    "visit": {"name": "Month 3"},
    "survival contact": {"alive": True},
    "response assessment": {"blasts": 2, "neutrophils": 1.4, "platelets": 126, "extramedullary": False},
    "dose change": {"dose": 28},
    "fell from the sky": {},
}


def journal(event, n, every=1):
    """A journal of n entries of one kind after the first infusion, over 2,000 days; `every` leaves gaps in the sequences."""
    rows = [*FIRST, *(((date(2012, 3, 6) + timedelta(days=k * 2000 // n)).isoformat(), event, REPEATED[event]) for k in range(n))]
    lines = (
        {
            "participant": "001-001",
            "sequence": k * every,
            "happened_on": day,
            "event": event,
            "values": values,
            "recorded_at": f"{day}T12:00:00Z",
        }
        for k, (day, event, values) in enumerate(rows, 1)
    )
    return "\n".join(map(json.dumps, lines))


def seconds(event, n, known_at=None):
    """The time that reading and the whole standing take, the shortest of three."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        where(READY, read_lines(journal(event, n, 2)), date(2019, 1, 1), known_at).as_json()
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.parametrize("known_at", [pytest.param(None, marks=pytest.mark.slow), "2018-12-01"])
@pytest.mark.parametrize("event", [e if e == "adverse event" else pytest.param(e, marks=pytest.mark.slow) for e in REPEATED])
def test_eight_times_the_entries_take_about_eight_times_as_long(event, known_at):
    """FR18"""
    seconds(event, 50)
    few, many = seconds(event, 800, known_at), seconds(event, 6400, known_at)
    assert many < 24 * few + 0.2, (few, many)


@pytest.mark.slow
def test_fifty_thousand_entries():
    """FR18: with a gap before every one of them."""
    began = time.process_time()
    here = where(READY, read_lines(journal("adverse event", 50_000, 2)), date(2019, 1, 1))
    assert sum(q.kind == "gap" for q in here.queries) == 50_003 and time.process_time() - began < 20
