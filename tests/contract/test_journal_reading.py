"""What a journal's reader takes, and what it sends back: line, field and cure for each, and never a library's error."""

import gzip
import json
import sqlite3

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trialrun.journey.fields import FIELDS, HAPPENED_ON, LARGEST_WHOLE, RECORDED_AT
from trialrun.journey.foreign import SHAPE
from trialrun.journey.journal import Entry, JournalError, entry_of, instant, read_journal, read_lines
from trialrun.protocol.words.times import could_be, ordinal

GOOD = {"participant": "001-004", "happened_on": "2012-04-09", "event": "consent"}


def line(**fields):
    return json.dumps({**GOOD, **fields})


def refusal(text):
    with pytest.raises(JournalError) as told:
        read_lines(text, "a.jsonl")
    return str(told.value)


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e"])
def test_a_line_ends_at_a_line_feed_alone(odd):
    """FV8: other characters that some programs call line ends are text, where JSON allows them in a text."""
    raw = odd if odd in "\u2028\u2029\x85" else json.dumps(odd)[1:-1]
    (entry,) = read_lines('{"participant": "001-004", "happened_on": "2012-04-09", "event": "consent", "reason": "a' + raw + 'b"}\r\n')
    assert entry.reason == f"a{odd}b"


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    """FV9"""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + (line() + "\r\n\r\n" + line(event="enrolment") + "\r\n").encode())
    assert [(e.sequence, e.event) for e in read_journal(path)] == [(1, "consent"), (2, "enrolment")]
    assert read_lines("\ufeff" + line())[0].event == "consent"


def _sqlite(path):
    with sqlite3.connect(path) as db:
        db.execute("create table a (b)")
    return path.read_bytes()


FOREIGN = {
    "CSV": b"participant,happened_on,event\n001-004,2012-04-09,consent\n",
    "CSV ": b"participant;happened_on\n1;2012\n",
    "tabs": b"participant\thappened_on\n1\t2012\n",
    "XML": b'<?xml version="1.0"?>\n<ODM/>\n',
    "web page": b"<!DOCTYPE html><html></html>",
    "JSON array": f"[\n{line()},\n{line()}\n]\n".encode(),
    "JSON array ": f"[{line()}]".encode(),
    "several lines": json.dumps(GOOD, indent=1).encode(),
    "several lines each": f"{json.dumps(GOOD, indent=1)}\n{json.dumps(GOOD, indent=1)}\n".encode(),
    "gzip": gzip.compress(line().encode()),
    "ZIP": b"PK\x03\x04\x00\x00",
    "PDF": b"%PDF-1.7\n",
    "UTF-16": line().encode("utf-16"),
    "UTF-16 ": line().encode("utf-16-le"),
    "UTF-32": line().encode("utf-32"),
    "NUL": line().encode() + b"\n\x00\x00\n",
    "YAML": b"- participant: 001-004\n  event: consent\n",
    "frozen study": b'{"format":"trialrun study 1","fingerprint":"","study":{}}\n',
    "FHIR": b'{"resourceType": "Bundle", "entry": []}',
    "Parquet": b"PAR1\x15\x04",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_of_another_format_is_named_as_what_it_is(tmp_path, name):
    """FV9: what the file is, and what to write instead."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(FOREIGN[name])
    with pytest.raises(JournalError) as told:
        read_journal(path)
    assert name.strip() in str(told.value) and SHAPE in str(told.value) and "a.jsonl" in str(told.value)


def test_a_database_under_a_wrong_name_and_latin_text_are_told(tmp_path):
    path = tmp_path / "a.jsonl"
    _sqlite(path)
    with pytest.raises(JournalError, match=r"SQLite database: give it a name that ends in \.sqlite"):
        read_journal(path)
    path.write_bytes((line() + "\n" + json.dumps({**GOOD, "reason": "ä"}, ensure_ascii=False)).encode("latin-1"))
    with pytest.raises(JournalError, match="line 2: this is not UTF-8"):
        read_journal(path)


DEEP = '{"a":' * 100_000
REFUSED = {
    "nested brackets": (DEEP, "nested too deep"),
    "nested and closed": (line()[:-1] + ', "values": {"a": ' + "[" * 900 + "]" * 900 + "}}", "nested too deep"),
    "a name twice": (line()[:-1] + ', "event": "death"}', "'event' stands twice"),
    "a name twice in the values": (line()[:-1] + ', "values": {"a": 1, "a": 2}}', "'a' stands twice"),
    "NaN": (line()[:-1] + ', "values": {"a": NaN}}', "null (a)"),
    "infinity": (line()[:-1] + ', "values": {"a": -Infinity}}', "-Infinity is no number"),
    "beyond a float": (line()[:-1] + ', "values": {"a": 1e999}}', "1e999 is too large for a number (a)"),
    "5,000 digits": (line()[:-1] + ', "values": {"a": ' + "9" * 5000 + "}}", "5,000 digits is too large (a)"),
    "half a surrogate pair": (line()[:-1] + r', "reason": "\ud83d"}', "half of a character"),
    "half a pair in a value": (line()[:-1] + r', "values": {"a": "\uDC00"}}', "half of a character"),
    "NUL": (line(reason="a\x00b"), "reason: "),
    "NUL in a value": (line(values={"a": "\x00"}), "values: the value 'a' holds a character"),
    "NUL in a name of a value": (line(values={"\x00": 1}), "values: "),
    "cut off": (line()[:-9], "cut off here"),
    "two on a line": (line() + line(), "something stands after its end"),
    "a raw control character": (line()[:-1] + ', "reason": "a\tb"}', "control character"),
    "no object": ("7", "an entry is a JSON object, not 7"),
    "null": ("null", "an entry is a JSON object"),
    "words": ("hello", SHAPE),
    "unknown field": (line(recorded_a="x"), "did you mean 'recorded_at'?"),
    "sequence": (line(sequence="3"), "sequence: '3' is no sequence"),
    "sequence yes": (line(sequence=True), "sequence: True is no sequence"),
    "sequence broken": (line(sequence=1.5), "sequence: 1.5"),
    "sequence 0": (line(sequence=0), "sequence: 0"),
    "sequence too large": (line(sequence=LARGEST_WHOLE + 1), "sequence: 2147483648"),
    "no sequence is free": (line(sequence=LARGEST_WHOLE) + "\n" + line(), "line 2, sequence: it was left out"),
    "corrects": (line(corrects=[1]), "corrects: a list is no sequence"),
    "occasion": (line(occasion=0), "occasion: 0 is no occasion"),
    "continues": (line(continues="1"), "continues: '1' is no sequence"),
    "visit": (line(visit=3), "visit: 3 is no name of a visit"),
    "visit without a name": (line(visit=""), "visit: '' is no name"),
    "at": (line(at=[]), "at: a list is no time of day"),
    "at a number": (line(at=14.05), "at: 14.05 is no time of day"),
    "recorded_at": (line(recorded_at=[1]), "recorded_at: a list is no time"),
    "recorded_at a number": (line(recorded_at=1334000000), "recorded_at: 1334000000 is no time"),
    "recorded_at a week": (line(recorded_at="2012-W15-1T08:00Z"), "is no time: write it as 2012-04-10T08:12:44Z"),
    "recorded_at without marks": (line(recorded_at="20120410T081244Z"), "is no time"),
    "recorded_by": (line(recorded_by=3), "recorded_by: 3 is no text"),
    "reason": (line(reason={}), "reason: an object is no text"),
    "protocol": (line(protocol=5), "protocol: 5 is no text"),
    "event": (line(event=["consent"]), "event: a list is no name of an entry"),
    "event empty": (line(event=""), "event: '' is no name"),
    "event null": (line(event=None), "'event' is missing"),
    "happened_on": (line(happened_on=20120409), "happened_on: 20120409 is no date"),
    "values a list": (line(values=[1]), "values: a list is no JSON object"),
    "values text": (line(values="3"), "values: '3' is no JSON object"),
    "a value in a list": (line(values={"blasts": [3]}), "values: a list under 'blasts' holds rows, each an object, and 3 is none"),
    "a value that is an object": (line(values={"blasts": {"value": 3}}), "write each value under its own name"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_sent_back_with_line_field_and_cure(name):
    """FR13"""
    text, says = REFUSED[name]
    told = refusal(text)
    assert says in told and "a.jsonl" in told and "line " in told and len(told) < 600, told


NAMES = [
    "001-004 ",
    " 001-004",
    "001-004\t",
    "001-004\n",
    "001\x1b[31m",
    "$x_{$",
    "../x",
    "a/b",
    "a\\b",
    ".",
    "..",
    "-",
    ".hidden",
    "a.",
    "ä",
    "a b",
    "x" * 65,
    "",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_participant_has_a_name_of_the_declared_letters(name):
    """FR8, FV5: the rule is said; a name with blanks around it is no second person."""
    told = refusal(line(participant=name))
    assert "participant" in told and "letters (A to Z), digits, hyphens, dots or underscores" in told


@pytest.mark.parametrize("name", ["001-004", "1", "V1", "site.01_x-9", "x" * 64])
def test_names_in_use_are_taken(name):
    assert read_lines(line(participant=name))[0].participant == name


@pytest.mark.parametrize(
    "text",
    [
        "2012-W15-1",
        "20120409",
        "2012-4-9",
        "2012-04-9",
        "12-04-09",
        "2012-04-09T00:00",
        " 2012-04-09",
        "２０１２-04-09",
        "2012-",
        "+012",
        "2012-+4",
        "2012-100",
        "0000",
        "0000-02-29",
        "2012-13",
        "2012-00",
        "2013-02-29",
    ],
)
def test_a_date_is_digits_of_a_day_that_exists(text):
    """FD7"""
    assert "is no date: write a day that exists as YYYY-MM-DD" in refusal(line(happened_on=text))
    with pytest.raises(ValueError, match="is no date"):
        ordinal(text)
    with pytest.raises(ValueError, match="is no date"):
        could_be(text)


def _days(text):
    try:
        return could_be(text)
    except ValueError:
        return None


@settings(max_examples=500)
@given(st.dates().map(str) | st.from_regex(r"[0-9]{4}(-[0-9]{1,2}){0,2}", fullmatch=True) | st.from_regex(HAPPENED_ON, fullmatch=True))
@example("1900-02-29")
@example("2000-02-29")
@example("0004-02-29")
@example("9999-12-31")
def test_the_pattern_of_dates_is_the_calendar(text):
    assert (FIELDS["happened_on"].fault(text) is None) == (_days(text) is not None)


@settings(max_examples=300)
@given(st.from_regex(RECORDED_AT, fullmatch=True))
def test_every_recording_time_that_is_taken_is_a_time(text):
    instant(text), instant(text, True)
    assert entry_of({**GOOD, "recorded_at": text}, "here", 1).recorded_at == text


def test_what_an_entry_may_say_besides_is_kept_and_written_only_where_it_is_said():
    plain, said = read_lines(line() + "\n" + line(visit="Month 3", occasion=2, continues=1))
    assert (said.visit, said.occasion, said.continues) == ("Month 3", 2, 1)
    assert not {"visit", "occasion", "continues"} & set(plain.as_json())
    assert [entry_of(json.loads(json.dumps(e.as_json())), "here", 9) for e in (plain, said)] == [plain, said]


def test_whole_numbers_may_be_written_as_json_writes_them():
    assert read_lines(line(sequence=7.0))[0] == Entry("001-004", 7, "2012-04-09", "consent", {})


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(FIELDS)) | st.text(max_size=4), inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=400)
@given(st.dictionaries(st.sampled_from(list(FIELDS)), ANYTHING, max_size=6), st.text(max_size=6), st.integers(0, 200))
def test_no_text_gives_another_error_than_the_journals_own(odd, between, cut):
    """FR13: anything in any field, junk between lines, a line cut anywhere."""
    text = json.dumps({**GOOD, **odd})
    for whole in (text, text[:cut], f"{line()}\n{between}\n{text}", between + text):
        try:
            assert all(isinstance(e, Entry) for e in read_lines(whole))
        except JournalError as problem:
            assert "the journal" in str(problem)


@settings(max_examples=200)
@given(st.binary(max_size=40), st.sampled_from(["utf-8", "utf-16", "utf-32", "latin-1"]), st.integers(0, 3))
def test_no_bytes_give_another_error_than_the_journals_own(tmp_path_factory, odd, code, place):
    path = tmp_path_factory.getbasetemp() / "odd.jsonl"
    parts = [line().encode(code), b"\n", line(reason="ä").encode(code)]
    parts.insert(place, odd)
    path.write_bytes(b"".join(parts))
    try:
        assert all(isinstance(e, Entry) for e in read_journal(path))
    except JournalError as problem:
        assert "odd.jsonl" in str(problem)
