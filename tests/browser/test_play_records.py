"""The page goes on with a record, shows what is asked, reads other units and takes rows: in Chromium, on a small study."""

import json
from dataclasses import replace

import pytest
from tests.spec.test_groups import HISTORY
from tests.spec.test_items_and_checks import SCREENING
from tests.spec.test_other_units import BLOOD
from tests.spec.test_records_that_live import made

from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.protocol.words.times import ordinal
from trialrun.web.play import play_html

OPEN = "for (const d of document.querySelectorAll('details')) d.open = true"


@pytest.fixture(scope="module")
def ready():
    protocol = made()
    history = replace(HISTORY, keeps_screening=False)
    return make_ready(replace(protocol, forms=(*protocol.forms, SCREENING, BLOOD, history)))


@pytest.fixture
def page(browser, ready, tmp_path):
    path = tmp_path / "play.html"
    path.write_text(play_html(ready, (), "2024-01-05"), encoding="utf-8")
    page, wrong = browser.new_page(), []
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.goto(path.as_uri())
    page.click("[data-key=begin]")
    page.evaluate(OPEN)
    yield page
    page.close()
    assert wrong == []


def entries(page):
    return page.evaluate("trialrun.entries()")


def test_a_record_is_gone_on_with_and_ends(page, ready):
    form = page.locator("[data-form='adverse event'] form.items").first
    form.locator("input[name='adverse event term']").fill("Nausea")
    form.locator("input[name='adverse event grade']").fill("2")
    form.locator("button[type=submit]").click()
    assert "goes on, day 1" in page.inner_text("#now")
    page.evaluate(OPEN)
    more = page.locator("#now form.items").first
    more.locator("input[name$='grade']").fill("3")
    assert "it is held" in more.locator(".preview").inner_text()
    more.locator("button[type=submit]").click()
    page.evaluate(OPEN)
    more = page.locator("#now form.items").first
    more.locator("input[type=date]").last.fill("2024-01-05")
    more.locator("button[type=submit]").click()
    assert "What has ended (1)" in page.inner_text("#now")
    written = [entry_of(e, "the page", n) for n, e in enumerate(entries(page), 1)]
    (record,) = where(ready, written, ordinal("2024-01-05")).as_json()["records"]
    assert (record["entries"], record["worst"], record["ongoing"]) == ([2, 3, 4], 3, False)


def test_only_what_is_asked_is_shown(page):
    form = page.locator("[data-form='screening'] form.items").first
    assert form.locator("select[name='screening pregnant']").is_visible()
    form.locator("select[name='screening sex']").select_option("M")
    assert not form.locator("select[name='screening pregnant']").is_visible()
    form.locator("input[name='screening weight']").fill("45")
    assert "outside 50 and more kg" in form.locator(".preview").inner_text()


def test_a_value_is_recorded_in_the_unit_that_is_chosen(page):
    form = page.locator("[data-form='blood'] form.items").first
    form.locator("input[name='blood platelets']").fill("12600")
    form.locator("select[aria-label='Unit of Platelets']").select_option("/uL")
    assert "it is held" in form.locator(".preview").inner_text()
    form.locator("button[type=submit]").click()
    assert json.loads(json.dumps(entries(page)[-1]["values"])) == {"platelets": {"value": 12600, "unit": "/uL"}}


def test_rows_are_added_and_taken_away(page):
    form = page.locator("[data-form='history'] form.items").first
    for _ in range(3):
        form.get_by_text("Add a row").click()
    assert "it is held" in form.locator(".preview").inner_text()
    form.get_by_text("Take this row away").last.click()
    for place, name in enumerate(("R-CHOP", "FLAG")):
        form.locator("ol.rows li").nth(place).locator("input[name$='regimen']").fill(name)
    form.locator("button[type=submit]").click()
    assert entries(page)[-1]["values"] == {"prior regimens": [{"regimen": "R-CHOP"}, {"regimen": "FLAG"}]}
