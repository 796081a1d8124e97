"""Dates and knowledge as properties: what is known later changes nothing, what is withdrawn leaves no trace, a partial date stays in its place."""

import json
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from trialrun.analysis.datasets import datasets
from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.journey.taking import what_stands
from trialrun.studies.mt103_211.study import MT103_211

READY = make_ready(MT103_211)
WHO = "001-004"
BEGAN = date(2012, 1, 20)
LATER = date(2014, 1, 1)
EVENTS = (
    ("consent", {}), ("screening result", {"eligible": True, "blasts": 60}), ("infusion start", {"dose": 9}), ("infusion stop", {"reason": "toxicity"}),
    ("infusion restart", {"dose": 9}), ("visit", {"name": "Month 3"}), ("adverse event", {"term": "x", "grade": 2}),
    ("response assessment", {"blasts": 2, "neutrophils": 1.4, "platelets": 126, "extramedullary": False}), ("withdrawal", {}), ("death", {}),
)  # fmt: skip


@st.composite
def journals(draw, partial=True):
    """A journal recorded in the order in which things happened, some dates known in part, each recorded some days later."""
    day, recorded, lines = BEGAN, BEGAN, []
    for n in range(1, draw(st.integers(2, 9)) + 1):
        day += timedelta(days=draw(st.integers(0, 40)))
        recorded = max(recorded, day + timedelta(days=draw(st.integers(0, 9))))
        event, values = draw(st.sampled_from(EVENTS))
        length = draw(st.sampled_from((10, 10, 7, 4))) if partial else 10
        zone = draw(st.sampled_from(("Z", "+09:00", "-05:00", None)))
        line = {"participant": WHO, "sequence": n, "happened_on": day.isoformat()[:length], "event": event, "values": values}
        lines.append(line | ({} if zone is None else {"recorded_at": f"{recorded}T12:00:00{zone}"}))
    return lines


def entries_of(lines):
    return [entry_of(line, "here", n) for n, line in enumerate(lines, 1)]


def told(lines, known_at=None):
    found = where(READY, entries_of(lines), LATER, known_at).as_json()
    found.pop("known_at")
    return found


@settings(max_examples=150, deadline=None)
@given(journals())
def test_known_at_later_than_every_record_changes_nothing(lines):
    assert told(lines, "2013-12-31T23:00:00Z") == told(lines)


@settings(max_examples=150, deadline=None)
@given(journals(), st.data())
def test_a_withdrawn_entry_leaves_no_trace_but_in_the_audit(lines, data):
    """The journal with an entry and its withdrawal stands as the journal without both, its sequence apart."""
    which = data.draw(st.integers(0, len(lines) - 1))
    gone = {
        **lines[which],
        "sequence": len(lines) + 1,
        "values": None,
        "corrects": lines[which]["sequence"],
        "recorded_at": "2013-11-01T12:00:00Z",
    }
    whole, without = told([*lines, gone]), told([line for line in lines if line is not lines[which]] or [lines[0]])
    if len(lines) > 1:
        whole["queries"], without["queries"] = ([q for q in found["queries"] if q["kind"] not in ("gap",)] for found in (whole, without))
        for found in (whole, without):
            found["participant"] = WHO
            for d in found["deviations"]:
                d.pop("known_then")  # what was known before the withdrawal is not undone
        assert json.dumps(whole) == json.dumps(without)


@settings(max_examples=300, deadline=None)
@given(journals())
def test_a_partial_date_never_leaves_the_order_of_the_journal_or_its_recording(lines):
    taken = what_stands(READY, entries_of(lines))
    for s in taken:
        assert s.first <= s.day <= s.last
        low, high = s.entry.happened_on, s.entry.happened_on
        assert date.fromordinal(s.day).isoformat()[: len(low)] == low == high
        if s.partial and s.entry.recorded_at:
            assert date.fromordinal(s.day).isoformat() <= s.entry.recorded_at[:10]
    ends = [s for s in taken if s.entry.event in READY.final]
    if not ends:
        assert [s.entry.sequence for s in taken] == sorted(s.entry.sequence for s in taken)


VARIED = {
    word: make_ready(replace(MT103_211, endpoints=tuple(replace(e, known_in_part=word) for e in MT103_211.endpoints)))
    for word in ("shortest", "first", "last", "longest")
}


@settings(max_examples=25, deadline=None)
@given(journals())
def test_a_declared_day_keeps_each_time_between_the_least_and_the_most_and_no_event_changes(lines):
    entries = {WHO: entries_of(lines)}
    walked = datasets(READY, entries, LATER).time_to_event
    told = {word: datasets(ready, entries, LATER).time_to_event for word, ready in VARIED.items()}
    for times in told.values():
        assert times["cause"].equals(walked["cause"]) and times["entry"].equals(walked["entry"])
        assert times["shortest"].equals(walked["shortest"]) and times["longest"].equals(walked["longest"])
        sure = walked["shortest"].is_null()
        assert times.filter(sure)["time"].equals(walked.filter(sure)["time"])
    least, most, first, last = (told[word]["time"] for word in ("shortest", "longest", "first", "last"))
    for between in (walked["time"], first, last):
        assert ((least <= between) & (between <= most)).all()
