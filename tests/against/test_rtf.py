"""Tables as RTF are those of rtflite, sign by sign: pages, borders, widths.

Headings alone differ: rtflite takes the bold rows of every page from the table's first rows.
"""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import lacking

from trialrun.paper.blocks import Caption, Group, Row, TableBlock
from trialrun.paper.rtf import _cells, _widths, encoded, rtf

pytestmark = pytest.mark.against
WORDS = ("", "a", "2012-05-06", "12 (3.4)", "Worte – länger", "{x}\\", "W" * 60, "some words of a note " * 6, "a long story " * 150, "漢字")
BOLD = "{\\f0\\b "


def of_rtflite(table, source):
    """The same table set by rtflite."""
    try:
        import rtflite
    except ImportError:
        lacking("rtflite is not installed: pip install 'trialrun[report]'")

    plain, many = {"text_convert": False}, len(table.header)
    rows = list(table.all_rows())
    cells = [_cells(row, many) for row in rows]
    widths = _widths(table.header, [row for row, of in zip(cells, rows, strict=True) if not isinstance(of, Group)])
    sides = ["l"] + ["c" if table.right else "l"] * (many - 1)
    heads = any(isinstance(row, Group) for row in rows)
    bold = {"text_format": [["b" if isinstance(row, Group) else ""] * many for row in rows]} if heads else {}
    small = {"as_table": False, "text_font_size": 8, **plain}
    head = {"col_rel_width": widths, "text_justification": sides, "text_format": "b", **plain}
    body = {
        "col_rel_width": widths,
        "text_justification": [sides],
        "text_font_size": 8,
        "border_top": [""] * many,
        "border_bottom": [""] * many,
    }
    document = rtflite.RTFDocument(
        df=pl.DataFrame([[encoded(c) for c in row] for row in cells], schema=[f"c{k}" for k in range(many)], orient="row"),
        rtf_page=rtflite.RTFPage(orientation="landscape"),
        rtf_title=rtflite.RTFTitle(text=[encoded(f"{table.caption.name}. {table.caption.title}"), encoded(table.caption.small)], **plain),
        rtf_column_header=[rtflite.RTFColumnHeader(text=[encoded(h) for h in table.header], **head)],
        rtf_body=rtflite.RTFBody(**body, **bold, **plain),
        rtf_footnote=rtflite.RTFFootnote(text=[encoded(n) for n in table.notes], **small) if table.notes else None,
        rtf_source=rtflite.RTFSource(text=[encoded(source)], **small) if source else None,
    )
    return str(document.rtf_encode())


@st.composite
def tables(draw, groups):
    many = draw(st.integers(1, 4))
    row = st.builds(Row, st.tuples(*[st.sampled_from(WORDS)] * many), st.integers(0, 2))
    rows = draw(st.lists(st.one_of(row, st.builds(Group, st.sampled_from(WORDS))) if groups else row, max_size=50))
    head = tuple(draw(st.lists(st.sampled_from(WORDS[:6]), min_size=many, max_size=many)))
    notes = tuple(draw(st.lists(st.sampled_from(WORDS), max_size=2)))
    return TableBlock(head, tuple(rows), "", Caption("Table 1", "Title", "small"), notes, (1,) if draw(st.booleans()) else ())


@given(tables(groups=False), st.sampled_from(("", "a source")))
@settings(max_examples=25, deadline=None)
def test_a_listing_is_that_of_rtflite(table, source):
    assert rtf(table, source) == of_rtflite(table, source)


@given(tables(groups=True), st.sampled_from(("", "a source")))
@settings(max_examples=15, deadline=None)
def test_a_table_with_headings_is_that_of_rtflite_but_for_what_is_bold(table, source):
    ours, theirs = rtf(table, source), of_rtflite(table, source)
    assert ours.replace(BOLD, "{\\f0 ") == theirs.replace(BOLD, "{\\f0 ")
    if "\\page{" not in ours:
        assert ours == theirs


def test_headings_are_bold_on_every_page_and_nothing_else_is():
    rows = [Group(f"heading {k}") if k % 7 == 3 else Row((f"row {k}", "1")) for k in range(70)]
    told = rtf(TableBlock(("head", "n"), tuple(rows), "", Caption("Table 1", "Title")))
    assert told.count("\\page{") >= 2
    for line in told.splitlines():
        assert ("heading" in line) <= (BOLD in line) and ("row " in line) <= (BOLD not in line)
