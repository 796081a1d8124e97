"""CSV: no text is a formula in a spreadsheet, every text is read back as it was, and everything that the product writes goes through one place."""

import csv
import io
import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import trialrun
from trialrun.report.csv_text import csv_of, csv_pieces, inert, read_csv, recorded

COMMANDS = tuple("=+-@\t\r\n＝＋－＠")
TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("=+-@'\t\r\n,\"1"), max_size=8)


@pytest.mark.parametrize(
    "text",
    [
        "=HYPERLINK(0)", '=HYPERLINK("http://x","y")', "+1+cmd|' /C calc'!A0", "-2+3", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", "\n=1",
        "＝1+1", "'=1", "''=1", "+CR", "-x", "-(1)", "+49 170 1234567", "−1+cmd", "-1 -2", "=", "+", "@", "'@", "-\t",
    ],
)  # fmt: skip
def test_a_text_that_begins_as_a_command_is_inert_and_read_back(text):
    """FR15"""
    cell = inert(text)
    assert cell == "'" + text and recorded(cell) == text
    (row,) = read_csv(csv_of(pl.DataFrame({"term": [text]})))
    assert row == {"term": text}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cough",
        "-",
        "--",
        "-1",
        "+0.5",
        "-1,026.5",
        "-12.3 (-30.1 to 5.5)",
        "-12.3 to 5.5",
        "-3 %",
        "1=2",
        "'tis",
        "a-b",
        "12 (3.4 %)",
        "-1e-05",
    ],
)
def test_numbers_and_other_texts_stay_as_they_are(text):
    assert inert(text) == text == recorded(text)


@given(st.lists(TEXT, min_size=1, max_size=5), TEXT)
@example(["'=1", "=1", "'", "''", "'x", "\r\n"], "=name")
def test_every_text_is_read_back_and_none_begins_as_a_command(texts, name):
    """FR15"""
    written = csv_of(pl.DataFrame({name: texts, "n": list(range(len(texts)))}))
    rows = list(csv.reader(io.StringIO(written, newline="")))
    numbers = re.compile(r"[+-]?[0-9][0-9,.]*(e[+-]?[0-9]+)?( ?%)?([ (]*(to )?[+-]?[0-9][0-9,.]*( ?%)?\)?)*|-+", re.IGNORECASE)
    assert all(not cell.startswith(COMMANDS) or numbers.fullmatch(cell) for row in rows for cell in row)
    assert [row[0] for row in rows[1:]] == [inert(text) for text in texts], "a column at a time as one by one"
    if name != "n":
        assert [row[name] for row in read_csv(written)] == texts


def test_what_is_no_text_is_written_as_it_was():
    frame = pl.DataFrame({"a": [-1, 2], "b": [-1.5, None], "c": [True, False], "d": ["-x", None]})
    assert csv_of(frame) == "a,b,c,d\n-1,-1.5,true,'-x\n2,,false,\n"


def test_every_csv_is_written_by_the_one_place():
    """FR15"""
    for path in Path(trialrun.__file__).parent.rglob("*.py"):
        if path.name != "csv_text.py":
            assert not re.search(r"\bwrite_csv\(|\bcsv\.writer|\.to_csv\(|\.write_csv\b", path.read_text(encoding="utf-8")), path


def test_a_long_table_is_written_in_pieces_that_make_the_whole(monkeypatch):
    frame = pl.DataFrame({"=a": ["=1", None, "x", "-2", "y"], "n": [1, 2, 3, 4, 5]})
    whole = csv_of(frame)
    monkeypatch.setattr("trialrun.report.csv_text.ROWS", 2)
    assert len(list(csv_pieces(frame))) == 3 and csv_of(frame) == whole
    assert csv_of(frame.clear()) == whole.split("\n")[0] + "\n"
