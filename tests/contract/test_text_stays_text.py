"""One nasty text through every word of a study and of its journals: it reads the same in every file of an analysis."""

import csv
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser

import pytest
from tests.conftest import lacking
from tests.rtf_reader import rtf_rows
from tests.spec.readout_journals import journals

from trialrun.analysis.datasets import datasets
from trialrun.journey.ready import make_ready
from trialrun.paper.shown import shown
from trialrun.protocol.page.page_html import page_html
from trialrun.protocol.words.spoken import visible
from trialrun.report.output import write_analysis
from trialrun.studies.mt103_211.study import MT103_211

NASTY = "a<b>&\"'\\n{}^_~$#%@*`|é漢\u202e\u0007=1+1"
TERM = "AST_ALT 3^5\nand $x_{$ " + NASTY
HUMAN = {"title", "label", "notice", "question", "answer", "variable", "summary", "words"}


def nasty(value, name=""):
    """A study with the text behind each of its human words, the units of its items too."""
    if isinstance(value, str):
        return f"{value} {NASTY}" if name in HUMAN and value else value
    if isinstance(value, tuple):
        return tuple(nasty(x, name) for x in value)
    if is_dataclass(value):
        item = hasattr(value, "type") and hasattr(value, "unit")
        told = {f.name: nasty(getattr(value, f.name), f.name) for f in fields(value) if f.init}
        return replace(value, **told | ({"unit": f"{value.unit} {NASTY}"} if item and value.unit else {}))
    return value


def told(entry):
    words = {"term": TERM, "cause": NASTY}
    return replace(entry, values={k: words.get(k, v) for k, v in (entry.values or {}).items()})


class Cells(HTMLParser):
    """The rows of a page's tables, and all its text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.rows, self.text, self.inside = [], "", False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        self.inside = tag in ("td", "th") or (self.inside and tag not in ("tr", "p"))
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in ("td", "th", "table")

    def handle_data(self, data):
        self.text += data
        if self.inside:
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    pytest.importorskip("typst")
    pytest.importorskip("rtflite")
    ready = make_ready(nasty(MT103_211))
    people = {who: [told(e) for e in journal] for who, journal in journals().items()}
    folder = tmp_path_factory.mktemp("nasty")
    written = write_analysis(folder, datasets(ready, people, 735_800), ready, virtual=NASTY)
    assert written.left_out == ()
    (folder / "study.html").write_text(page_html(ready.protocol, "f" * 64), encoding="utf-8")
    return folder


def test_fv6_fv7_tables_say_the_same_cell_for_cell(out):
    """FV6 FV7: CSV, HTML and RTF of every table and listing; the term stands there as it was recorded."""
    met = 0
    for place in (out / "tables").glob("*.csv"):
        with place.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        grouped = rows[0][0] == "Group"
        wanted = [row[grouped:] for row in rows[1:]]
        page = Cells(place.with_suffix(".html").read_text(encoding="utf-8")).rows
        rtf = rtf_rows(place.with_suffix(".rtf").read_text(encoding="utf-8"))[0]
        many = len(rows[0]) - grouped
        assert [row for row in page[1:] if len(row) == many > 1 or "Group" not in rows[0]] == wanted, place.name
        lines = [[row[0].lstrip("\u2003"), *row[1:]] for row in rtf]
        assert [row for row in lines if row in wanted] == wanted, place.name
        met += sum(shown(TERM) in row for row in wanted)
    assert met >= 6


def test_json_and_data_sets_hold_the_text_as_it_was_recorded(out):
    """FV6."""
    with (out / "datasets" / "adverse_event.csv").open(encoding="utf-8", newline="") as file:
        assert TERM in {cell for row in csv.reader(file) for cell in row}
    readout = json.loads((out / "readout.json").read_text(encoding="utf-8"))
    assert sum(NASTY in str(x) for x in everything(readout)) > 20


def everything(data):
    if isinstance(data, dict):
        yield from (x for pair in data.items() for part in pair for x in everything(part))
    elif isinstance(data, list):
        yield from (x for part in data for x in everything(part))
    else:
        yield data


def test_fv6_fr8_the_report_says_it_on_the_page_and_in_print(out):
    """FV6 FR8."""
    report = Cells((out / "report.html").read_text(encoding="utf-8"))
    assert report.text.count(shown(NASTY)) > 200 and shown(TERM) in {cell for row in report.rows for cell in row}
    tool = shutil.which("pdftotext") or lacking("pdftotext is not installed: apt-get install poppler-utils")
    printed = subprocess.run([tool, "-layout", out / "report.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert re.sub(r"\s", "", printed).count(re.sub(r"\s", "", shown(NASTY))) > 150
    assert "AST_ALT 3^5" in printed and re.search(r"\b1 of \d\d\b", printed)


def test_fr8_figures_are_well_formed_and_say_it(out):
    """FR8."""
    said = 0
    for place in (out / "figures").glob("*.svg"):
        texts = ["".join(t.itertext()) for t in ElementTree.parse(place).iter("{http://www.w3.org/2000/svg}text")]
        assert not any("mathdefault" in t for t in texts), place.name
        said += sum(shown(NASTY) in t for t in texts)
    assert said > 40


def test_fr19_every_page_has_a_content_policy(out):
    """FR19."""
    pages = [out / "report.html", out / "study.html", *(out / "tables").glob("*.html")]
    for place in pages:
        text = place.read_text(encoding="utf-8")
        assert re.search(r'<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;', text), place.name
        assert not re.search(r"<script|<iframe|<b>&amp;", text), place.name
    assert visible(NASTY) in Cells((out / "study.html").read_text(encoding="utf-8")).text
