"""Any text stays the text that it is in every format: it is read back from HTML, Markdown, RTF, PDF and SVG as it stands in the blocks."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import lacking
from tests.rtf_reader import rtf_rows

from trialrun.paper.blocks import (
    Caption,
    Contents,
    Document,
    Figures,
    Grid,
    Group,
    Line,
    Part,
    Picture,
    Row,
    TableBlock,
    Terms,
    every,
    line,
    said,
)
from trialrun.paper.html import POLICY, page
from trialrun.paper.markdown import markdown
from trialrun.paper.pdf import as_data, widths, write_pdf
from trialrun.paper.rtf import rtf
from trialrun.paper.seen import lines_of
from trialrun.paper.shown import shown
from trialrun.report.figures.curves import survival_figure
from trialrun.report.figures.people import Swim, swimmer_figure
from trialrun.report.figures.style import as_svg, save
from trialrun.statistics.survival_curve import kaplan_meier

NASTY = "a<b>&\"'\\n{}^_~$#%@*`|é漢\u202e\u0007=1+1"
SIGNS = [
    NASTY,
    "AST_ALT 3^5",
    "$x_{$",
    "two\nlines",
    "\\alpha >= <= \\pagenumber",
    "</style><script>alert(1)</script>",
    "#let x = 1 // [*a*] @b",
    "%PDF",
]
texts = st.one_of(st.sampled_from(SIGNS), st.text(min_size=1, max_size=30))


def document(text):
    table = TableBlock(
        ("", text), (("one", text), Group(text), Row((text, "2"), 1)), caption=Caption("Table 1", text, text), notes=(text,), right=(1,)
    )
    return Document(
        text,
        (
            line("title", text),
            Contents("sections"),
            Contents("tables", text),
            Part("section", (line("section", text, anchor="s1"), Part("article", (line("text", ("b", text), ("code", text)),))), "s1"),
            line("virtual", text),
            table,
            Terms(((text, text),)),
            Figures(((text, text, text),)),
            Grid(((text, "a"),), ((text, text, (text,)),), (("a", text),)),
            Picture('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"></svg>', text, Caption("Figure 1", text, text)),
        ),
        mark=text,
        foot=(line("note", text),),
    )  # fmt: skip


class Parsed(HTMLParser):
    """The texts of a page, the values of its attributes, and its elements."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.texts, self.values, self.tags, self.depth = [""], [], [], 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.values += [v for _, v in attrs]
        self.texts.append("")

    def handle_endtag(self, tag):
        self.texts.append("")

    def handle_data(self, data):
        self.texts[-1] += data


def test_codes_stand_for_what_commands_a_screen():
    assert shown("a\x07\x1b[2Jb\u202ec\r\nd\u2028e\tf\x00\ud800") == "a\\x07\\x1b[2Jb\\u202ec\nd\ne\tf\\x00\\ud800"
    assert shown("é漢 ’–\u00a0x😀") == "é漢 ’–\u00a0x😀"


@given(texts)
@settings(max_examples=150)
def test_fv6_fv7_fr8_html_says_the_text(text):
    """FV6 FV7 FR8: in elements and in attributes, and nothing of it becomes an element."""
    found, plain = Parsed(page(document(text), "p{}")), Parsed(page(document("QQ"), "p{}"))
    assert found.tags == plain.tags
    assert [t for t in found.texts if "@page" not in t] == [t.replace("QQ", shown(text)) for t in plain.texts if "@page" not in t]
    assert found.values == [v.replace("QQ", shown(text)) for v in plain.values]


@given(texts)
@settings(max_examples=150)
def test_fv6_fv7_rtf_says_the_text(text):
    """FV6 FV7: no sign is read as a command, a line end is a line end."""
    table = TableBlock(
        ("head", text), (("one", text), Group(text), Row((text, "2"), 1)), caption=Caption("Table 1", text, text), notes=(text,)
    )
    told = rtf(table, text)
    rows, paragraphs = rtf_rows(told)
    assert told.isascii()
    assert rows == [["head", shown(text)], ["one", shown(text)], [shown(text), ""], ["\u2003" + shown(text), "2"]]
    assert paragraphs == [f"Table 1. {shown(text)}\n{shown(text)}", shown(text), shown(text)]


@given(
    st.one_of(
        st.sampled_from(SIGNS), st.text(st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cf")), min_size=1, max_size=30)
    )
)
def test_markdown_says_the_text(text):
    if "\n" in text:
        return
    seen = [
        words for _, words in lines_of(markdown((line("title", "T"), line("text", f"a {text} b"), TableBlock(("h", text), (("c", text),)))))
    ]
    assert seen == ["T", f"a {shown(text)} b", f"h\t{shown(text)}", f"c\t{shown(text)}"]


def test_fv6_fv7_fr8_pdf_says_the_text_on_numbered_pages(tmp_path):
    """FV6 FV7 FR8: in print as in the blocks; contents, lists and page numbers stand there too."""
    pytest.importorskip("typst")
    for text in SIGNS:
        write_pdf(document(text), tmp_path / "a.pdf")
        tool = shutil.which("pdftotext") or lacking("pdftotext is not installed: apt-get install poppler-utils")
        told = subprocess.run([tool, "-layout", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout
        flat, wanted = re.sub(r"\s", "", told), re.sub(r"\s", "", shown(text))
        assert flat.count(wanted) >= 20, text
        assert "1of2" in flat or "1of1" in flat
        assert re.search(r"Table1\." + re.escape(wanted) + r"\.+[12]", flat), "the list of tables names no page"


def test_every_block_has_its_data_for_print():
    found = document("x")
    data = as_data(found)["blocks"]
    assert len(data) == sum(not isinstance(b, Part) for b in (*every(found.blocks), *every(found.foot)))
    assert {d["is"] for d in data} == {"line", "table", "picture", "terms", "figures", "contents"}


@given(st.lists(st.lists(st.text(max_size=60), min_size=3, max_size=3), max_size=5), st.sets(st.sampled_from((1, 2))))
def test_columns_of_numbers_keep_their_numbers_whole(rows, right):
    size, columns = widths(("a", "b", "c"), rows, tuple(right))
    fits = sum(0.625 * 6.2 * max(1, *(len(row[k]) for row in rows), 1) + 9 for k in right) < 400 if rows else True
    for k, (share, wide) in enumerate(columns):
        assert wide > 0 and (not (share and k in right) or not fits)
        if not share and k in right:
            assert wide >= 0.6 * size * max((len(row[k]) for row in rows), default=1)


@pytest.mark.parametrize("text", SIGNS)
def test_fr8_a_figure_says_the_text_and_is_well_formed(tmp_path, text):
    """FR8: no mathematics, no controls; of names of participants, of kinds and of marks."""
    swims = [Swim(text, ((0, 400, 0),), ((30, 0),), True), Swim("002", ((0, 200, 0),), (), False, True)]
    figure = swimmer_figure(swims, [(text, "#123456")], [text])
    svg = as_svg(figure, "f", text)
    root = ElementTree.fromstring(svg)
    drawn = ["".join(t.itertext()) for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert root.get("aria-label") == shown(text).replace("\n", " ")
    for part in shown(text).split("\n"):
        assert sum(part in t for t in drawn) == 3, drawn
    for kind in ("svg", "png", "pdf"):
        save(figure, tmp_path / f"a.{kind}")
    ElementTree.parse(tmp_path / "a.svg")


def test_fr8_a_label_that_begins_with_an_underscore_stands_in_the_legend():
    """FR8: the drawing library leaves such labels out where it collects them by itself."""
    curves = [(name, kaplan_meier([10, 20, 30], [1, 0, 1])) for name in ("_low $5", "high")]
    told = as_svg(survival_figure(curves, "Months", "Alive, %", [(1.0, 0.5, 0.4, 0.6)]), "f")
    assert told.count(">_low $5") == 2 and told.count(">high") == 2 and told.count(">published<") == 1


def test_fr19_a_page_has_a_content_policy_and_runs_nothing():
    """FR19."""
    text = page(document("x"), "p{}")
    assert "script" not in POLICY and POLICY.startswith("default-src 'none'")
    assert text.index("Content-Security-Policy") < text.index("<title>") < text.index("<style>")
    assert not re.search(r"<script|<link|<iframe| on\w+=|javascript:", text)


def test_what_is_said_leaves_out_drawings_only():
    assert "y" in "".join(said([Line("text", (("", "y"),))])) and list(said([Picture("<svg>z</svg>", "w")])) == []
