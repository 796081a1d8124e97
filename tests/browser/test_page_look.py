"""The page a clinician signs as a browser shows it: wide and narrow, on screen and on paper, and copied from the window."""

import pytest

from trialrun.protocol.frozen.freeze import fingerprint
from trialrun.protocol.page.page_html import page_html
from trialrun.protocol.readback.parse import parse_page, rebuilt
from trialrun.protocol.table import compile_table
from trialrun.studies.maintenance_two_arm.study import MAINTENANCE_TWO_ARM
from trialrun.studies.mt103_211.study import MT103_211

pytestmark = [pytest.mark.slow, pytest.mark.browser]

WIDTHS = (1280, 420)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(page_html(MT103_211, fingerprint(MT103_211)), encoding="utf-8")
    return path


@pytest.fixture(params=WIDTHS)
def window(request, browser, file):
    page = browser.new_page(viewport={"width": request.param, "height": 900})
    page.wrong = []
    page.on("console", lambda message: page.wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda asked: page.wrong.append(asked.url) if not asked.url.startswith("file:") else None)
    page.goto(file.as_uri())
    yield page
    page.close()


def test_the_page_is_never_wider_than_the_window_and_fetches_nothing(window):
    assert window.evaluate("document.documentElement.scrollWidth") <= window.viewport_size["width"]
    assert window.wrong == []


def test_what_is_copied_from_the_window_gives_the_identical_table(window):
    again = rebuilt(MT103_211, parse_page(window.inner_text("body")))
    assert again.rules == MT103_211.rules and again.breaches == MT103_211.breaches
    assert compile_table(again, breaches=True).fingerprint() == compile_table(MT103_211, breaches=True).fingerprint()
    assert again == MT103_211


def test_the_schedule_scrolls_by_itself_and_keeps_its_first_column(window):
    window.evaluate("document.querySelector('table.grid').parentElement.scrollLeft = 300")
    left = "e => e.getBoundingClientRect().left"
    frame = window.locator(".scroll:has(table.grid)").evaluate(left)
    assert abs(window.locator("table.grid tbody tr:nth-child(3) th").evaluate(left) - frame) <= 2
    narrow = window.viewport_size["width"] < 640
    column = window.locator("table.grid tbody tr:first-child th").evaluate("e => e.getBoundingClientRect().width")
    assert column < (160 if narrow else 330)


def test_no_cell_of_the_schedule_spills_over(window):
    assert window.evaluate(
        "[...document.querySelectorAll('table.grid th, table.grid td')].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"
    ) == []  # fmt: skip


@pytest.mark.parametrize("study", [MT103_211, MAINTENANCE_TWO_ARM], ids=lambda s: s.name)
def test_no_words_of_the_diagram_leave_their_place_or_cover_each_other(browser, tmp_path, study):
    path = tmp_path / "page.html"
    path.write_text(page_html(study, fingerprint(study)), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(path.as_uri())
    boxes = page.evaluate(
        "[...document.querySelectorAll('svg text')].map(t => { const b = t.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height] })"
    )
    rects = page.evaluate(
        "[...document.querySelectorAll('svg rect')].slice(1).map(r => ['x', 'y', 'width', 'height'].map(k => +r.getAttribute(k)))"
    )
    page.close()
    assert len(boxes) == len(rects) > 20
    for (ax, ay, bx, by), (x, y, width, height) in zip(boxes, rects, strict=True):
        assert x - 1 <= ax and bx <= x + width + 1 and y - 1 <= ay and by <= y + height + 1
    for i, a in enumerate(boxes):
        assert not any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for b in boxes[:i])


def test_it_prints(window):
    assert window.pdf(prefer_css_page_size=True)[:5] == b"%PDF-"
