"""Laws of the journal: corrections, withdrawals, the order of recording, what was known when, and that reality is always taken."""

import datetime
import json
import re
from datetime import UTC, date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.oracle import journals

from trialrun.journey.fold import fold
from trialrun.journey.journal import entry_of, instant
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.journey.taking import what_stands
from trialrun.studies.mt103_211.study import MT103_211

READY = make_ready(MT103_211)
BEGIN = date(2012, 2, 24)
RECORDING = datetime.datetime(2012, 2, 24, 9, tzinfo=UTC)
LATER = date(2019, 1, 1)
STEPS = st.sampled_from((0, 1, 7, 8, 14, 15, 22, 28, 29, 42, 43, 70, 100, 180, 400, 731, 900, 1100))


class Chosen:
    """Stands in for the random stories' own luck, so that Hypothesis chooses and shrinks the values."""

    def __init__(self, data):
        self.data = data
        self.random = self

    def choice(self, values):
        return self.data.draw(st.sampled_from(values))

    def chance(self, p):
        return self.data.draw(st.booleans())


def drawn_values(data, event):
    """Values such as a form's, by the random journals' own description of them."""
    return journals.wild_values(Chosen(data), event)


EVENTS = [event for _, event in journals.WILD]
SOUND = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
VALUE = st.none() | st.booleans() | st.integers(-(10**300), 10**300) | st.floats(-1e300, 1e300) | st.text(SOUND, max_size=5)
ITEMS = sorted({m.name for f in MT103_211.forms for m in f.items})
ANY_DAY = st.one_of(
    st.dates(date(2011, 1, 1), date(2016, 1, 1)).map(str),
    st.dates().map(str),
    st.sampled_from(["2012", "2012-04", "2013-02", "9999-12-31", "9999", "9999-12", "0001-01-01", "0001"]),
)


ABOUT_THE_JOURNAL = (
    "gap", "unknown correction", "nothing withdrawn", "dated ahead", "corrected twice", "correction withdrawn", "values kept",
)  # fmt: skip


def standing_of(entries, on=LATER, known_at=None):
    """The whole standing without what only names entries or the question itself."""
    found = where(READY, entries, on, known_at).as_json()
    found.pop("known_at")
    found.pop("participant")
    found["deviations"] = sorted(json.dumps({k: d[k] for k in ("on", "kind", "says", "weight")}) for d in found["deviations"])
    asked = [q for q in found["queries"] if q["kind"] not in ABOUT_THE_JOURNAL]
    found["queries"] = sorted(json.dumps({**q, "entry": 0, "says": re.sub(r"sequence \d+", "sequence", q["says"])}) for q in asked)
    found["records"] = sorted(json.dumps(_without_numbers(r), sort_keys=True) for r in found["records"])
    return found


def _without_numbers(record):
    """A record that lives without the sequences of the entries that tell of it."""
    grades = [{k: v for k, v in g.items() if k != "entry"} for g in record["grades"]]
    return {k: v for k, v in record.items() if k not in ("entry", "entries")} | {"grades": grades}


def numbered(lines):
    """Entries in the order given, renumbered."""
    return [entry_of({**line, "sequence": n, "corrects": None}, "here", n) for n, line in enumerate(lines, 1)]


class Journal(RuleBasedStateMachine):
    """A journal that grows: entries, corrections, withdrawals, each later than the last; `clean` says what it should then mean."""

    @initialize()
    def screen(self):
        self.lines = []
        self.clean = {}  # sequence of an entry -> the line as it should have been, in the order of first recording
        self.add({"event": "consent", "happened_on": str(BEGIN), "values": {}})
        self.add({"event": "screening result", "happened_on": str(BEGIN), "values": {"eligible": True, "blasts": 60}})

    def add(self, line, corrects=None):
        number = len(self.lines) + 1
        told = (RECORDING + timedelta(days=number)).isoformat()
        self.lines.append({"participant": "001-001", "sequence": number, "recorded_at": told, "corrects": corrects, **line})
        return number

    def entries(self):
        return [entry_of(line, "here", n) for n, line in enumerate(self.lines, 1)]

    @rule(data=st.data(), event=st.sampled_from(EVENTS), after=STEPS)
    def record(self, data, event, after):
        day = max(line["happened_on"] for line in self.lines) if data.draw(st.booleans()) else str(BEGIN)
        day = str(date.fromisoformat(day) + timedelta(days=after))
        assume(day < "2018")
        line = {"event": event, "happened_on": day, "values": drawn_values(data, event)}
        self.clean[self.add(line)] = line

    @precondition(lambda self: self.clean)
    @rule(data=st.data(), moved=st.sampled_from((0, 0, 0, -1, 1, 7)))
    def correct(self, data, moved):
        first = data.draw(st.sampled_from(sorted(self.clean)))
        old = self.clean[first] or next(line for line in self.lines if line["sequence"] == first)
        day = str(date.fromisoformat(old["happened_on"]) + timedelta(days=moved))
        new = {"event": old["event"], "happened_on": day, "values": drawn_values(data, old["event"])}
        also = [line["sequence"] for line in self.lines if line["corrects"] == first]
        self.add({**new, "reason": "checked"}, corrects=data.draw(st.sampled_from([first, *also])))
        self.clean[first] = new

    @precondition(lambda self: self.clean)
    @rule(data=st.data())
    def withdraw(self, data):
        first = data.draw(st.sampled_from(sorted(self.clean)))
        old = next(line for line in self.lines if line["sequence"] == first)
        self.add({"event": old["event"], "happened_on": old["happened_on"], "values": None, "reason": "another's"}, corrects=first)
        self.clean[first] = None

    def meant(self):
        """The entries as they would be had they been recorded right at first, withdrawn ones left out."""
        return [*self.lines[:2], *({**self.lines[0], **line} for _, line in sorted(self.clean.items()) if line is not None)]

    @rule(data=st.data())
    def a_correction_rederives_as_if_recorded_right_at_first(self, data):
        on = data.draw(st.sampled_from([LATER, *(date.fromisoformat(line["happened_on"]) for line in self.lines)]))
        assert standing_of(self.entries(), on) == standing_of(numbered(self.meant()), on)

    @rule(data=st.data())
    def what_was_known_is_the_journal_cut_there(self, data):
        number = data.draw(st.integers(1, len(self.lines)))
        then = self.lines[number - 1]["recorded_at"]
        assert standing_of(self.entries(), LATER, then) == standing_of(self.entries()[:number])

    @rule(data=st.data())
    def only_the_order_within_a_day_counts(self, data):
        lines = self.meant()
        days = data.draw(st.permutations(sorted({line["happened_on"] for line in lines})))
        shuffled = sorted(lines, key=lambda line: days.index(line["happened_on"]))
        again = [{**line, "recorded_at": (RECORDING + timedelta(days=n)).isoformat()} for n, line in enumerate(shuffled)]
        assert standing_of(numbered(again)) == standing_of(numbered(lines))

    @rule(data=st.data())
    def later_days_leave_earlier_ones_alone(self, data):
        entries = numbered(self.meant())
        on = data.draw(st.sampled_from(sorted({e.happened_on for e in entries})))
        until = [e for e in entries if e.happened_on <= on]
        assert standing_of(entries, date.fromisoformat(on)) == standing_of(until, date.fromisoformat(on))
        day = date.fromisoformat(on).toordinal()
        road, whole = fold(READY, what_stands(READY, entries), day), fold(READY, what_stands(READY, entries), LATER.toordinal())
        assert road.turns == [t for t in whole.turns if t.day <= day]
        assert road.unheard == [t for t in whole.unheard if t.day <= day]


Journal.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestJournal = Journal.TestCase


class LongJournal(Journal):
    """The same with many more steps."""


LongJournal.TestCase.settings = settings(max_examples=600, stateful_step_count=60, deadline=None)
TestLongJournal = pytest.mark.slow(LongJournal.TestCase)


@settings(max_examples=200)
@given(st.integers(0, 10**6), st.data())
def test_taking_an_entry_back_is_as_if_it_had_never_been(seed, data):
    journal = [line for line in journals.wild_journal(seed) if line["corrects"] is None]
    gone = data.draw(st.sampled_from(journal))
    back = {**gone, "sequence": len(journal) + 100, "corrects": gone["sequence"], "values": None, "recorded_at": "2030-01-01T00:00:00Z"}
    with_it = [entry_of(line, "here", n) for n, line in enumerate([*journal, back], 1)]
    without = [entry_of(line, "here", n) for n, line in enumerate(journal, 1) if line is not gone]
    assert standing_of(with_it) == standing_of(without)


@settings(max_examples=300)
@given(
    st.integers(0, 10**6),
    st.lists(
        st.tuples(
            st.sampled_from([*EVENTS, "fell from the sky", "death"]),
            ANY_DAY,
            st.none() | st.dictionaries(st.sampled_from(ITEMS) | st.text(SOUND, max_size=4), VALUE, max_size=4),
            st.none() | st.integers(1, 60),
            st.sampled_from(("", "2012-03-01", "2013-01-01T10:00:00Z", "2011-01-01T10:00:00+02:00", "0001-01-01", "9999-12-31")),
        ),
        min_size=1,
        max_size=5,
    ),
    ANY_DAY,
)
def test_whatever_is_recorded_is_taken(seed, odd, on):
    """No entry that can be read makes the walk, the visits, what is allowed or the deviations fail; and the standing is JSON."""
    journal = journals.wild_journal(seed)
    for event, day, values, corrects, told in odd:
        journal.append(
            {"participant": journal[0]["participant"], "happened_on": day, "event": event, "values": values, "corrects": corrects}
        )
        journal[-1] |= {"sequence": len(journal) + 100, "recorded_at": told}
    entries = [entry_of(line, "here", n) for n, line in enumerate(journal, 1)]
    asked = date.fromisoformat(on) if len(on) == 10 else LATER
    assert json.loads(json.dumps(where(READY, entries, asked).as_json()))["on"] == asked.isoformat()
    json.dumps(where(READY, entries, asked, "2013-01-01").as_json())


@given(st.text(max_size=12))
def test_a_time_that_cannot_be_read_is_sent_back_with_the_cure(text):
    try:
        instant(text)
    except ValueError as problem:
        assert "2012-04-10T08:12:44Z" in str(problem)
