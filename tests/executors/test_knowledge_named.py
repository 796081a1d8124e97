"""What is known and what stands, said one by one: recording times, corrections and withdrawals, the last day."""

import pytest

from trialrun.journey.journal import Entry
from trialrun.journey.knowledge import corrections, is_known, known, latest_day, local_day, stands
from trialrun.journey.last_day import dated_ahead, last_day, last_day_of_all
from trialrun.protocol.words.times import iso, ordinal

KEPT = object()


def entry(sequence, day="2012-03-01", values=KEPT, corrects=None, at=""):
    said = {"v": sequence} if values is KEPT else None if values == "keeps" else values
    return Entry("1", sequence, day, "visit", said, recorded_at=at, corrects=corrects, keeps=values == "keeps")


def say(entries, known_at=None):
    return {s.place: s.entry.values for s in stands(entries, known_at)}


def test_the_day_of_a_recording_is_that_of_where_it_was_recorded():
    for text in ("2012-03-01T23:30:00-05:00", "2012-03-01T00:30:00+05:00", "2012-03-01T12:00:00Z", "2012-03-01"):
        assert local_day(text) == ordinal("2012-03-01")
    for text in ("2012-03-01T25:00:00Z", "2012-03-01x", "2012-03-01T", "soon"):
        with pytest.raises(ValueError):
            local_day(text)


@pytest.mark.parametrize(
    "text, day",
    [
        ("2012-03-01T12:00:00+02:00", "2012-03-01"), ("2012-03-01T12:00:00-02:00", "2012-03-01"), ("2012-03-01T12:00:00Z", "2012-03-02"),
        ("2012-03-01T12:00:00", "2012-03-02"), ("2012-03-01", "2012-03-02"),
    ],
)  # fmt: skip
def test_the_last_day_that_a_recording_can_have_been(text, day):
    assert iso(latest_day(text)) == day


@pytest.mark.parametrize(
    "at, known_at, found",
    [
        ("2012-03-02T10:00:00Z", None, True), ("2012-03-02T10:00:00Z", "2012-03-02T10:00:00Z", True), ("2012-03-02T10:00:00Z", "2012-03-02T09:59:59Z", False),
        ("2012-03-02T10:00:00+02:00", "2012-03-02T08:00:00Z", True), ("2012-03-02T10:00:00-02:00", "2012-03-02T11:00:00Z", False),
        ("2012-03-02T23:00:00-05:00", "2012-03-02", True), ("2012-03-03T00:30:00+05:00", "2012-03-02", False), ("2012-03-02T23:59:59Z", "2012-03-02", True),
        ("", "2012-03-01", True), ("", "2012-02-29", False), ("", "2012-03-01T00:00:00Z", True), ("", "2012-02-29T23:59:59Z", False),
    ],
)  # fmt: skip
def test_what_is_known_at_an_instant_or_by_the_end_of_a_day(at, known_at, found):
    assert is_known(entry(1, at=at), known_at) is found


def test_a_day_known_in_part_without_a_recording_time_is_known_from_its_first():
    assert is_known(entry(1, "2012-03"), "2012-03-01") and not is_known(entry(1, "2012-03"), "2012-02-29")


def test_entries_are_known_by_sequence():
    assert [e.sequence for e in known([entry(3), entry(1), entry(2)])] == [1, 2, 3]
    assert [e.sequence for e in known([entry(3), entry(2, "2012-04-01"), entry(1)], "2012-03-05")] == [1, 3]
    assert [s.place for s in stands([entry(2), entry(1)])] == [1, 2]


def test_a_correction_stands_in_the_place_of_what_it_corrects():
    assert say([entry(1), entry(2), entry(3, corrects=1)]) == {1: {"v": 3}, 2: {"v": 2}}
    assert say([entry(1), entry(2, corrects=1), entry(3, corrects=2)]) == {1: {"v": 3}}
    assert say([entry(3, corrects=1), entry(2), entry(1)]) == {1: {"v": 3}, 2: {"v": 2}}


def test_of_several_corrections_the_last_recorded_stands():
    early, late = "2012-03-05T10:00:00Z", "2012-03-06T10:00:00Z"
    assert say([entry(1), entry(2, corrects=1, at=late), entry(3, corrects=1, at=early)]) == {1: {"v": 2}}
    assert say([entry(1), entry(2, corrects=1, at=early), entry(3, corrects=1, at=early)]) == {1: {"v": 3}}
    assert say([entry(1), entry(2, corrects=1, at="2012-03-05T10:00:00+05:00"), entry(3, corrects=1, at="2012-03-05T08:00:00Z")]) == {
        1: {"v": 3}
    }
    # without a recording time, from the begin of its own day
    assert say([entry(1), entry(2, "2012-03-07", corrects=1), entry(3, corrects=1, at=late)]) == {1: {"v": 2}}
    assert say([entry(1), entry(2, "2012-03-06", corrects=1), entry(3, corrects=1, at=late)]) == {1: {"v": 3}}
    assert say([entry(1), entry(2, "2012-03-07", corrects=1), entry(3, corrects=1, at="2012-03-06T23:59:59Z")]) == {1: {"v": 2}}
    assert say([entry(1), entry(2, "2012-03-07", corrects=1), entry(3, corrects=1, at="2012-03-07T00:00:00.5Z")]) == {1: {"v": 3}}
    assert say([entry(1), entry(2, "2012-03-07", corrects=1), entry(3, corrects=1, at="2012-03-07T00:00:00Z")]) == {1: {"v": 3}}
    assert say([entry(1), entry(3, "2012-03-07", corrects=1), entry(2, corrects=1, at="2012-03-07T00:00:00Z")]) == {1: {"v": 3}}


def test_a_withdrawal_takes_back_and_what_is_withdrawn_restores():
    assert say([entry(1), entry(2, values=None, corrects=1)]) == {}
    assert say([entry(1), entry(2, values=None, corrects=1), entry(3, values=None, corrects=2)]) == {1: {"v": 1}}
    assert say([entry(1), entry(2, corrects=1), entry(3, values=None, corrects=2)]) == {1: {"v": 1}}
    assert say([entry(1), entry(2, values=None, corrects=1), entry(3, corrects=2)]) == {1: {"v": 3}}
    assert say([entry(1), entry(2, corrects=1), entry(3, values=None, corrects=1, at="2012-03-09T10:00:00Z")]) == {}


def test_a_correction_without_values_keeps_them():
    assert say([entry(1), entry(2, values="keeps", corrects=1)]) == {1: {"v": 1}}
    assert say([entry(1), entry(2, corrects=1), entry(3, values="keeps", corrects=2)]) == {1: {"v": 2}}
    assert say([entry(1), entry(2, "2012-03-04", "keeps", 1), entry(3, values="keeps", corrects=2)]) == {1: {"v": 1}}


def test_what_corrects_nothing_stands_by_itself_and_what_withdraws_nothing_stands_nowhere():
    assert say([entry(1), entry(2, corrects=9)]) == {1: {"v": 1}, 2: {"v": 2}}
    assert say([entry(1), entry(2, values=None, corrects=9)]) == {1: {"v": 1}}
    assert say([entry(1), entry(2, values=None, corrects=9), entry(3, corrects=1)]) == {1: {"v": 3}}
    assert say([entry(1, corrects=2), entry(2)]) == {1: {"v": 1}, 2: {"v": 2}}  # it names what comes after it
    assert say([entry(1, values=None)]) == {1: None}


def test_a_correction_is_of_what_is_known():
    lines = [entry(1, at="2012-03-01T10:00:00Z"), entry(2, corrects=1, at="2012-03-05T10:00:00Z")]
    assert say(lines, "2012-03-04") == {1: {"v": 1}} and say(lines, "2012-03-05") == {1: {"v": 2}}


def test_corrections_are_found_below_what_they_correct():
    found = corrections([entry(1), entry(2, corrects=1), entry(3, corrects=1), entry(4, corrects=7), entry(5, corrects=5)])
    assert {n: [e.sequence for e in below] for n, below in found.items()} == {1: [2, 3]}


@pytest.mark.parametrize(
    "day, at, today, found",
    [
        ("2012-03-03", "2012-03-01T10:00:00Z", None, True), ("2012-03-02", "2012-03-01T10:00:00Z", None, False),
        ("2012-03-02", "2012-03-01T10:00:00+01:00", None, True), ("2012-03-01", "2012-03-01T10:00:00+01:00", None, False),
        ("2012-03-03", "", "2012-03-01", True), ("2012-03-02", "", "2012-03-01", False), ("2012-03-03", "", None, False),
        ("2012-03", "2012-03-01T10:00:00Z", None, False), ("2012-04", "2012-03-01T10:00:00Z", None, True),
    ],
)  # fmt: skip
def test_an_entry_is_dated_ahead_of_its_recording_or_of_today(day, at, today, found):
    assert dated_ahead(entry(1, day, at=at), None if today is None else ordinal(today)) is found


def last(*entries, **how):
    day, ahead = last_day(entries, **how)
    return iso(day), [e.sequence for e in ahead]


def test_the_last_day_is_of_what_stands_and_is_plausibly_dated():
    assert last() == (None, [])
    assert last(entry(1), entry(2, "2012-03-09"), entry(3, "2012-03-04")) == ("2012-03-09", [])
    assert last(entry(1), entry(2, "2012-03-09"), entry(3, "2012-03-04", corrects=2)) == ("2012-03-04", [])
    assert last(entry(1), entry(2, "2012-05-09", at="2012-03-02T10:00:00Z")) == ("2012-03-01", [2])
    assert last(entry(1), entry(2, "2012-05-09"), today=ordinal("2012-03-05")) == ("2012-03-01", [2])
    assert last(entry(1, "2012-05-09", at="2012-03-02T10:00:00Z")) == (None, [1])


def test_a_day_known_in_part_counts_to_its_last_but_not_beyond_its_recording():
    assert last(entry(1, "2012-03")) == ("2012-03-31", [])
    assert last(entry(1, "2012-03", at="2012-03-20T10:00:00Z")) == ("2012-03-20", [])
    assert last(entry(1, "2012-03", at="2012-04-20T10:00:00Z")) == ("2012-03-31", [])
    assert last(entry(1, "2012-03-05", at="2012-03-04T23:00:00Z")) == ("2012-03-05", [])
    assert last(entry(1, "2012-03", at="2012-02-29T10:00:00Z")) == ("2012-03-01", [])


def test_what_is_known_bounds_the_last_day():
    assert last(entry(1), entry(2, "2012-03-09", at="2012-03-02T10:00:00Z"), known_at="2012-03-02") == ("2012-03-01", [2])
    assert last(entry(1, "2012-03-03", at="2012-03-02T10:00:00Z"), known_at="2012-03-02") == ("2012-03-02", [])
    assert last(entry(1, "2012-03"), known_at="2012-03-05") == ("2012-03-05", [])


def test_a_withdrawal_of_nothing_counts_its_day():
    gone = entry(3, "2012-03-08", None, 9)
    assert last(entry(1), gone) == ("2012-03-08", [])
    assert last(entry(1), entry(3, "2012-03-08", None, 1), entry(2)) == ("2012-03-01", [])
    assert last(entry(1), gone, known_at="2012-03-05") == ("2012-03-01", [])
    assert last(entry(1), entry(3, "2012-03-08", None, 9, "2012-03-02T10:00:00Z")) == ("2012-03-01", [])
    assert last(entry(1), gone, today=ordinal("2012-03-03")) == ("2012-03-01", [])
    assert last(entry(1), entry(3, "2012-03-08", corrects=9)) == ("2012-03-08", [])
    assert last(entry(1), entry(3, "2012-03", None, 9)) == ("2012-03-31", [])


def test_the_last_day_of_all_leaves_out_what_is_dated_ahead_unless_all_is():
    ahead, other = entry(1, "2012-05-09", at="2012-03-02T10:00:00Z"), entry(1, "2012-06", at="2012-03-02T10:00:00Z")

    def of_all(*journals, **how):
        day, left_out = last_day_of_all(journals, **how)
        return iso(day), len(left_out)

    assert of_all([entry(1)], [entry(1, "2012-03-07")]) == ("2012-03-07", 0)
    assert of_all([entry(1)], [ahead], []) == ("2012-03-01", 1)
    assert of_all([ahead], [other]) == ("2012-06-30", 0)
    assert of_all([], []) == (None, 0) and of_all() == (None, 0)
    assert of_all([entry(1)], [entry(2, "2012-05-01")], today=ordinal("2012-03-05")) == ("2012-03-01", 1)
    assert of_all([entry(1)], [entry(2, "2012-05-01")], known_at="2012-04-01") == ("2012-03-01", 0)


def test_a_withdrawal_of_what_is_not_there_stands_nowhere_also_by_itself():
    assert say([entry(1, corrects=7, values=None)]) == {}
    assert say([entry(1, corrects=7)]) == {1: {"v": 1}}


def test_a_correction_that_keeps_the_values_of_what_is_not_there_has_none_and_stands():
    assert say([entry(1), entry(2, corrects=1), entry(3, corrects=9, values="keeps")]) == {1: {"v": 2}, 3: {}}


def test_a_correction_that_keeps_what_a_withdrawal_says_is_one_through_several():
    taken_back = [entry(1), entry(2, corrects=1, values=None), entry(3, corrects=2, values="keeps"), entry(4, corrects=3, values="keeps")]
    assert say(taken_back) == {}
    assert say([*taken_back, entry(5, corrects=4)]) == {1: {"v": 5}}
