"""The report in a browser: nothing overlaps, nothing is cut off, nothing comes from outside; with one participant and with two thousand."""

import pytest

from trialrun.analysis.datasets import datasets, last_day_of
from trialrun.analysis.results.readout import read_out
from trialrun.journey.ready import make_ready
from trialrun.protocol.words.times import ordinal
from trialrun.report.document import VIRTUAL, report_html
from trialrun.simulation.virtual import simulate
from trialrun.studies.mt103_211.study import MT103_211

pytestmark = pytest.mark.browser
START = ordinal("2012-01-09")
WIDTHS = (1200, 390)

# Pairs of texts of one figure that overlap by more than a hair, and texts that leave their figure.
CLASHES = """() => [...document.querySelectorAll('figure svg')].flatMap((svg, n) => {
  const frame = svg.getBoundingClientRect(), found = [];
  const boxes = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim()).map(t => [t.textContent.trim(), t.getBoundingClientRect()]);
  boxes.forEach(([text, b], i) => {
    if (b.left < frame.left - 1 || b.right > frame.right + 1 || b.top < frame.top - 1 || b.bottom > frame.bottom + 1) found.push([n + 1, text, 'leaves its figure']);
    boxes.slice(i + 1).forEach(([other, c]) => {
      const wide = Math.min(b.right, c.right) - Math.max(b.left, c.left), high = Math.min(b.bottom, c.bottom) - Math.max(b.top, c.top);
      if (wide > 1 && high > 0.25 * Math.min(b.height, c.height)) found.push([n + 1, text, other]);
    });
  });
  return found;
})"""
# Cells of a table whose text is wider than they are, and the page's own width.
CUT = """() => [...document.querySelectorAll('td,th,p,dd,li,h1,h2,h3,strong,span')].filter(e => !e.closest('svg') && e.clientWidth > 0
  && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline').map(e => e.textContent.slice(0, 60))"""


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


@pytest.fixture(scope="module", params=[1, 7, 189, pytest.param(2000, marks=pytest.mark.slow)], ids=lambda n: f"{n} participants")
def report(request, ready, tmp_path_factory):
    people = {journal[0].participant: journal for journal in simulate(ready, request.param, seed=3, start=START)}
    data = datasets(ready, people, last_day_of(people))
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report_html(read_out(data, ready), data, ready, virtual="seed 3"), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overlaps_or_is_cut_off(browser, report, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    assert page.evaluate(CLASHES) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [report.as_uri()], "the report asks for something outside itself"
    page.close()


def test_no_table_needs_scrolling_in_a_usual_window(browser, report):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(report.as_uri())
    wide = "[...document.querySelectorAll('figure.table .scroll')].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.ariaLabel)"
    assert page.evaluate(wide) == []
    page.close()


def test_it_says_that_the_participants_are_virtual(browser, report):
    page = browser.new_page()
    page.goto(report.as_uri())
    marks = page.locator(".virtual")
    assert marks.count() == 2 and VIRTUAL in marks.first.inner_text()
    assert "Not medical advice" in page.locator("footer").inner_text()
    page.close()


def test_figures_and_tables_have_the_numbers_of_the_study_report(browser, report):
    page = browser.new_page()
    page.goto(report.as_uri())
    captions = page.locator("figcaption").all_inner_texts()
    for kind, least in (("Figure", 5), ("Table", 10)):
        numbers = [c.split()[1].rstrip(".") for c in captions if c.startswith(kind)]
        assert len(numbers) == len(set(numbers)) >= least
        assert all(n.split(".")[0] == "14" for n in numbers)
    page.close()


def test_it_prints_on_paper(browser, report):
    page = browser.new_page()
    page.goto(report.as_uri())
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})  # the text width of an A4 page
    assert page.evaluate(CLASHES) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    assert len(page.pdf(format="A4")) > 10_000
    page.close()
