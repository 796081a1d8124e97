"""The page to play with: its executor agrees with the journey exactly, and a person can click through a study in it."""

import json
import random
import re
import shutil
from dataclasses import dataclass, replace
from functools import partial

import pytest
from tests.browser.executor import FOLDERS, as_the_page_says_it, data_of, in_browser, in_node, ready_of
from tests.browser.executor import told as told_to_run
from tests.oracle.journals import interesting_days, random_journal
from tests.vectors.journals import clicked, obedient, odd
from tests.vectors.make import choices_of

from trialrun.journey.journal import Entry, entry_of, read_lines
from trialrun.journey.standing import where
from trialrun.protocol.frozen.freeze import plain
from trialrun.protocol.words.expressions import holds
from trialrun.protocol.words.times import UNITS, add, iso, ordinal
from trialrun.web.play import EXECUTOR, PAGE, START, play_html, script
from trialrun.web.play_choices import outcome_of
from trialrun.web.play_stories import stories_for

MAIN = "mt103_211"


@pytest.fixture(scope="module")
def execute(request):
    """The page's executor, in Node where that is installed, else in Chromium."""
    node = shutil.which("node")
    run = partial(in_node, node) if node else partial(in_browser, request.getfixturevalue("browser"))

    def executed(**asked):
        return run(told_to_run(**asked))

    return executed


@dataclass(frozen=True)
class Asked:
    """A journal and the days on which its standing is asked, the later ones as known at a time where that is named."""

    entries: tuple
    days: tuple
    known_at: str | None = None

    def asks(self):
        return [[iso(d), self.known_at if n else None] for n, d in enumerate(self.days)]


def agree(execute, folder, asked):
    cases = [{"study": folder, "entries": [e.as_json() for e in a.entries], "asked": a.asks()} for a in asked]
    for a, answered in zip(asked, execute(cases=cases)["answers"], strict=True):
        for (day, known_at), found in zip(a.asks(), answered, strict=True):
            expected = as_the_page_says_it(where(ready_of(folder), a.entries, ordinal(day), known_at).as_json())
            for key in expected.keys() | found.keys():
                assert found.get(key) == expected.get(key), (
                    f"{key} on {day}, known at {known_at}, of {json.dumps([e.as_json() for e in a.entries])}"
                )


def from_the_oracle(seed, days=5):
    entries = random_journal(seed)
    asked = random.Random(seed).sample(interesting_days(entries), k=days)
    return Asked(tuple(entry_of(e, f"journal {seed}", 0) for e in entries), tuple(sorted(d.toordinal() for d in asked)))


def from_a_visitor(draw, folder, seed, k):
    entries, days = draw(ready_of(folder), choices_of(folder), seed)
    return Asked(tuple(entries), tuple(sorted(set(random.Random(seed).sample(days, k=k)))))


# The third executor of the table ------------------------------------------------------------------------------------------------------


def test_the_page_agrees_with_the_journey_on_plausible_and_odd_journals(execute):
    agree(execute, MAIN, [from_the_oracle(seed) for seed in range(160)])


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_page_agrees_with_the_journey_on_random_clicks(execute, folder):
    agree(execute, folder, [from_a_visitor(clicked, folder, seed, 6) for seed in range(60)])


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_page_agrees_with_the_journey_on_journals_written_oddly(execute, folder):
    def draw(ready, forms, seed):
        entries, days = (obedient if seed % 2 else clicked)(ready, forms, seed)
        return odd(ready, entries, seed), days

    asked = [from_a_visitor(draw, folder, seed, 4) for seed in range(80)]
    agree(execute, folder, [replace(a, known_at=iso(a.days[-1]) + ("", "T12:00:00Z", "T07:30+09:00")[n % 3]) for n, a in enumerate(asked)])


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_page_agrees_with_the_journey_on_allowed_clicks(execute, folder):
    agree(execute, folder, [from_a_visitor(obedient, folder, seed, 4) for seed in range(25)])


def test_the_page_evaluates_expressions_with_three_truths_as_the_study_does(execute):
    chance, protocol = random.Random(11), ready_of(MAIN).protocol
    values = [0, 1, 3, 5, 5.5, 6, 25, 50, 100, 101, 0.5, 1.5, True, False]
    words = ["CR", "cr", "CRh*", "Seizure", "toxicity", "a Convulsion, then", "other", ""]
    trees, expected = [], []
    for form in protocol.forms:
        numeric = [m.name for m in form.items if m.type != "text"]
        for tree in [c.given for c in form.classes] + [y.given for y in form.yields if y.given is not None]:
            rows = []
            for _ in range(60):
                row = {
                    m.name: chance.choice([None, *(values if m.name in numeric else words)]) for m in form.items if chance.random() < 0.8
                }
                rows.append(
                    {**row, "screening blasts": chance.choice([None, 10, 50, 90]), "response": chance.choice([None, "CR", "PR", "PD"])}
                )
            trees.append({"tree": plain(tree), "values": rows})
            expected.append([{True: 1, False: 0, None: 0.5}[holds(tree, row)] for row in rows])
    assert execute(trees=trees)["truths"] == expected


def test_the_page_adds_spans_to_days_as_the_calendar_does(execute):
    chance = random.Random(5)
    spans = [(chance.randrange(693596, 767009), chance.randrange(-3, 60), chance.choice(UNITS)) for _ in range(3000)]
    spans += [(ordinal(day), n, "months") for day in ("2012-01-31", "2011-12-31", "2012-02-29", "2012-08-31") for n in range(-3, 40)]
    assert execute(spans=spans)["dates"] == [add(*span) for span in spans]


# What the file is -----------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("play") / "play.html"
    path.write_text(play_html(ready_of(MAIN)), encoding="utf-8")
    return path


def test_the_file_is_one_small_text_that_names_the_study_and_warns(file):
    text = file.read_text(encoding="utf-8")
    ready = ready_of(MAIN)
    assert len(text.encode()) < 1_500_000
    assert text == play_html(ready)
    data = json.loads(re.search(r'<script type="application/json" id="study">(.*?)</script>', text, re.S)[1])
    assert (data["fingerprint"], data["notice"]) == (ready.fingerprint, ready.protocol.notice)
    assert len(data["arms"][""]["table"]["next"]) == ready.table.transitions


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_scripts_name_nothing_of_a_study(folder):
    text = script((*EXECUTOR, *PAGE))
    protocol = ready_of(folder).protocol
    words = {protocol.name, *(f.entry for f in protocol.forms), *(v.name for v in protocol.visits), *(f.name for f in protocol.flags)}
    words |= {p.name for p in protocol.phases} | {e.name for e in protocol.events}
    words -= {"visit", "screening"}  # words of the language: a weight of deviations, a kind of reference
    assert [w for w in sorted(words) if f'"{w}"' in text or f"`{w}`" in text] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_choice_leads_to_an_outcome_of_its_own(folder):
    ready = ready_of(folder)
    for form in data_of(folder)["forms"]:
        read = ready.forms[form["entry"]]
        outcomes = [outcome_of(read, values) for values in form["choices"]]
        told = {event for _, events in outcomes for event in events}
        assert told >= {y["event"] for y in form["yields"] if y["if"] is None}
        if form["yields"] and not (form["arm_item"] or form["classes"]):
            assert len(set(outcomes)) == len(outcomes), form["entry"]
    assessment = next(f for f in data_of(MAIN)["forms"] if f["entry"] == "response assessment")
    found = {outcome_of(ready_of(MAIN).forms["response assessment"], {**v, "screening blasts": 50})[0] for v in assessment["choices"]}
    assert found == {c["name"] for c in assessment["classes"]}


@pytest.mark.parametrize("folder", FOLDERS)
def test_three_stories_are_told_and_break_no_rule(folder):
    ready = ready_of(folder)
    told = stories_for(ready, START)
    assert len(told) == 3
    for story in told:
        entries = [Entry("story", n, e["happened_on"], e["event"], e["values"]) for n, e in enumerate(story.entries, 1)]
        here = where(ready, entries, ordinal(story.until))
        assert here.road.turns, story.title
        assert [d.says for d in here.deviations if d.weight == "breach"] == [], story.title


# A person clicks ------------------------------------------------------------------------------------------------------------------------

WIDTHS = (420, 1280)


@pytest.fixture
def page(browser, file, request):
    """The page at a width, with what it asked of the network and what it complained of."""
    opened = browser.new_page(viewport={"width": getattr(request, "param", 1280), "height": 900})
    opened.asked, opened.complaints = [], []
    opened.on("request", lambda r: opened.asked.append(r.url))
    opened.on("pageerror", lambda e: opened.complaints.append(str(e)))
    opened.on("console", lambda m: opened.complaints.append(m.text) if m.type == "error" else None)
    opened.set_default_timeout(8000)
    opened.goto(file.as_uri())
    yield opened
    assert opened.complaints == []
    assert [url for url in opened.asked if not url.startswith(("file:", "data:", "blob:"))] == []
    opened.close()


def press(page, key):
    page.locator(f'[data-key="{key}"]').first.click()


def told(page, section):
    return " ".join(page.locator(f"#{section}").inner_text().split())


def choose(page, form, label):
    page.locator(f"[data-form='{form}'] button.do", has=page.get_by_text(label, exact=True)).click()


def first_cycle(page):
    press(page, "begin")
    press(page, "week")
    choose(page, "screening result", "Eligible")
    press(page, "enrolment 0")
    press(page, "infusion start 0")


@pytest.mark.browser
@pytest.mark.parametrize("page", WIDTHS, indirect=True)
def test_a_first_cycle_a_remission_and_the_next_decision(page):
    first_cycle(page)
    assert "Infusion Since 12 Mar 2012 (today)" in told(page, "now")
    assert "9 ug/day blinatumomab today" in told(page, "now")
    press(page, "jump")
    assert "19 Mar 2012" in told(page, "today") and "28 ug/day blinatumomab today: the target dose" in told(page, "now")
    press(page, "jump")
    assert "Treatment-free" in told(page, "now") and "28 days of infusion; then treatment-free" in told(page, "now")
    assert "Response assessment R3 9 Apr 2012" in told(page, "plan")
    choose(page, "response assessment", "CR")
    assert "remission within two cycles opens three more" in told(page, "now") and "Remission yes" in told(page, "now")
    assert page.locator("[data-key='decision: next cycle 0']").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.browser
@pytest.mark.parametrize("page", WIDTHS, indirect=True)
def test_a_refusal_quotes_its_sentence_and_what_happened_anyway_is_a_deviation(page):
    first_cycle(page)
    press(page, "jump")
    press(page, "jump")
    refused = page.locator("details.refused", has=page.locator("[data-key='no infusion start 0']"))
    assert "The 14 treatment-free days are not over; possible from 2012-04-23" in refused.get_attribute("title")
    assert not refused.locator("p").is_visible()
    press(page, "no infusion start 0")
    assert "The 14 treatment-free days are not over" in refused.locator("p").inner_text()
    press(page, "report infusion start 0")
    assert "Deviations (1)" in told(page, "plan") and "cycle outside its time" in told(page, "plan")
    assert "a cycle before 14 free days have passed" in told(page, "now")
    press(page, "undo")
    assert "Deviations" not in told(page, "plan") and "Treatment-free" in told(page, "now")


@pytest.mark.browser
def test_a_hold_and_a_restart(page):
    page.get_by_role("button", name="A hold for toxicity").click()
    assert "9 ug/day" in told(page, "now") and "a hold of 7 days or less continues the cycle" in told(page, "road").lower()
    page.locator("[data-key^='back 8']").click()
    assert told(page, "now").startswith("Interrupted")
    press(page, "week")
    press(page, "week")
    assert "a hold of more than 14 days ends treatment" in told(page, "now")


@pytest.mark.browser
def test_a_relapse_in_follow_up_opens_retreatment(page):
    page.get_by_role("button", name="A relapse in follow-up").click()
    press(page, "decision: retreatment 0")
    press(page, "infusion start 0")
    assert "Course 2" in told(page, "now") and "9 ug/day" in told(page, "now")
    page.locator("details.readings summary").click()
    assert "Our reading U5: Does a retreatment step up from 9 ug/day again? Yes." in told(page, "now")


@pytest.mark.browser
def test_values_that_are_typed_are_classed_while_typing(page):
    first_cycle(page)
    press(page, "jump")
    press(page, "jump")
    card = page.locator("[data-form='response assessment']")
    card.locator("details.values > summary").click()
    for name, value in (("blasts", "18"), ("platelets", "30"), ("neutrophils", "0.4")):
        card.locator(f"[name='response assessment {name}']").fill(value)
    assert "PR." in card.locator(".preview").inner_text()
    card.locator("[name='response assessment blasts']").fill("180")
    assert "outside 0 to 100" in card.locator(".preview").inner_text()
    card.locator("[name='response assessment blasts']").fill("30")
    card.get_by_role("button", name="Record these values").click()
    assert "Last response no response" in told(page, "now")


@pytest.mark.browser
def test_what_is_asked_is_shown_while_typing_and_once_it_is_recorded(page):
    first_cycle(page)
    card = page.locator("[data-form='adverse event']")
    card.locator("summary").first.click()
    card.locator("details.values > summary").click()
    page.locator("[name='adverse event term']").fill("headache")
    page.locator("[name='adverse event grade']").fill("2.5")
    assert "'2.5' is none: write a whole number" in card.locator(".preview").inner_text()
    card.get_by_role("button", name="Record these values").click()
    assert "Questions to the site (1)" in told(page, "plan") and "ambiguous: grade is a whole number, and '2.5' is none" in told(
        page, "plan"
    )
    assert "asked: grade is a whole number" in told(page, "now")
    page.locator("#road [data-key^='back ']").first.click()
    assert "Questions to the site" not in told(page, "plan")


@pytest.mark.browser
def test_the_journal_that_is_downloaded_stands_the_same_in_python(page):
    page.get_by_role("button", name="A relapse in follow-up").click()
    press(page, "decision: retreatment 0")
    with page.expect_download() as saved:
        press(page, "export")
    text = saved.value.path().read_text(encoding="utf-8")
    entries = read_lines(text)
    assert [e.sequence for e in entries] == list(range(1, len(entries) + 1))
    here = where(ready_of(MAIN), entries, ordinal("2012-09-26")).as_json()
    shown = page.evaluate("() => trialrun.standing(trialrun.entries(), '2012-09-26')")
    for d in here["deviations"]:
        del d["known_then"]
    assert {key: here[key] for key in shown} == shown


@pytest.mark.browser
def test_it_is_used_with_the_keyboard_alone(page):
    def go_to(key):
        for _ in range(200):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.dataset.key") == key:
                return
        raise AssertionError(f"{key} was not reached with the keyboard")

    go_to("begin")
    page.keyboard.press("Enter")
    assert "Consent opens screening" in told(page, "road")
    go_to("week")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.key") == "week", "the focus is lost when the page is drawn again"
    go_to("no infusion start 0")
    page.keyboard.press("Enter")
    assert page.locator("[data-key='report infusion start 0']").is_visible()


def entries_of(page):
    return page.evaluate("() => trialrun.entries()")


@pytest.mark.browser
def test_starts_and_changes_of_a_dose_record_the_planned_one_which_can_be_changed(page):
    first_cycle(page)
    assert entries_of(page)[-1]["values"] == {"dose": 9}
    press(page, "jump")
    press(page, "dose change 0")
    assert entries_of(page)[-1]["values"] == {"dose": 28}
    press(page, "undo")
    page.locator("[name='dose change dose']").fill("15")
    assert "planned: 28 ug/day" in page.locator("[data-form='dose change']").inner_text()
    press(page, "dose change 0")
    assert entries_of(page)[-1]["values"] == {"dose": 15}
    assert "wrong dose" in told(page, "plan")


@pytest.mark.browser
def test_a_button_says_what_its_entry_would_mean(page):
    page.get_by_role("button", name="A relapse in follow-up").click()
    page.locator("#road [data-key^='back ']").first.click()
    assessment = page.locator("[data-form='response assessment']")
    if not assessment.locator("button.do").first.is_visible():
        assessment.locator("summary").first.click()
    said = [" ".join(text.lower().split()) for text in assessment.locator("button.do").all_inner_texts()]
    relapses = [text for text in said if text.startswith(("pr ", "no response "))]
    assert len(relapses) >= 2 and all("means: relapse" in text for text in relapses), said
    assert not any("means: relapse" in text for text in said if text.startswith("cr "))


@pytest.mark.browser
def test_what_is_waited_for_is_named_and_a_visit_that_was_made_is_owed_no_more(page):
    first_cycle(page)
    for _ in range(2):
        press(page, "jump")
    assert "Visits open now Response assessment visit" in told(page, "now")
    choose(page, "response assessment", "CR")
    page.locator("[data-key='date']").fill("2014-03-11")
    page.locator("[data-key='date']").dispatch_event("change")
    now = told(page, "now")
    assert (
        "Treatment-free" in now and "waited for, one of" in now and "Decision: next cycle" in now and "Start of a cycle's infusion" in now
    )
    assert "response assessment is owed" not in now and "Response assessment visit" not in now


@pytest.mark.browser
def test_flags_are_told_only_where_they_would_change_something(page):
    first_cycle(page)
    assert "stepping up from 9 ug/day" in told(page, "now")
    press(page, "jump")
    assert "28 ug/day" in told(page, "now") and "stepping up" not in told(page, "now")
    press(page, "death 0")
    assert told(page, "now").startswith("Ended: death") and "stepping up" not in told(page, "now")


@pytest.mark.browser
def test_what_is_refused_says_from_when(page):
    first_cycle(page)
    for _ in range(2):
        press(page, "jump")
    refused = page.locator("details.refused", has=page.locator("[data-key='no infusion start 0']"))
    assert "from 23 Apr 2012" in refused.locator("summary").inner_text()


@pytest.mark.browser
def test_a_reload_loses_nothing_and_start_anew_empties_the_page(page):
    first_cycle(page)
    entries = entries_of(page)
    page.locator("[data-form='adverse event'] summary").first.click()
    page.locator("[data-form='adverse event'] details.values > summary").click()
    page.locator("[name='adverse event term']").fill("headache")
    press(page, "day")
    assert page.locator("[name='adverse event term']").input_value() == "headache", "the next day dropped what was typed"
    assert page.locator("[name='adverse event term']").is_visible()
    page.reload()
    assert entries_of(page) == entries and "13 Mar 2012" in told(page, "today")
    assert page.locator("[name='adverse event term']").input_value() == "headache"
    press(page, "over")
    page.reload()
    assert entries_of(page) == [] and page.locator("[data-key='begin']").is_visible()


@pytest.mark.browser
def test_a_journal_with_corrections_is_opened_and_saved_again_as_it_was(page, tmp_path):
    lines = [
        {"happened_on": "2012-02-27", "event": "consent"},
        {"happened_on": "2012-02-29", "event": "screening result", "values": {"eligible": True, "blasts": "60"}},
        {"happened_on": "2012-03-05", "event": "infusion start", "values": {"dose": 9}},
        {"happened_on": "2012-03-06", "event": "infusion start", "values": {"dose": 9}, "corrects": 3, "recorded_at": "2012-03-07T09:00:00+01:00"},
        {"happened_on": "2012-04", "event": "visit", "values": {"name": "Month 1"}, "visit": "Month 3", "occasion": 1},
        {"happened_on": "2012-03-09", "event": "adverse event", "values": {"term": "x", "grade": 1}},
        {"happened_on": "2012-03-09", "event": "adverse event", "values": None, "corrects": 6},
        {"happened_on": "2012-03-07", "event": "infusion start", "corrects": 4, "recorded_at": "2012-03-09T09:00:00+01:00"},
    ]  # fmt: skip
    text = "".join(json.dumps({"participant": "001-004", "sequence": n, **line}) + "\n" for n, line in enumerate(lines, 1))
    (tmp_path / "one.jsonl").write_text(text, encoding="utf-8")
    page.locator("[data-key='import']").set_input_files(tmp_path / "one.jsonl")
    page.wait_for_function("() => trialrun.entries().length === 8")
    with page.expect_download() as saved:
        press(page, "export")
    read, again = read_lines(text), read_lines(saved.value.path().read_text(encoding="utf-8"))
    assert again == read
    shown = page.evaluate("() => trialrun.standing(trialrun.entries(), '2012-04-20', '2012-04-30')")
    expected = as_the_page_says_it(where(ready_of(MAIN), read, ordinal("2012-04-20"), "2012-04-30").as_json())
    assert {key: expected[key] for key in shown} == shown


@pytest.mark.browser
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("participant,event\n1,consent\n", "line 1 is no JSON"),
        ("[]\n", "line 1: an entry is a JSON object"),
        ('{"participant": "1", "happened_on": "2012-02-30", "event": "consent"}', "'2012-02-30' is no date"),
        ('{"participant": "1", "happened_on": "2012-02-03", "event": "consent", "on": 1}', "unknown field 'on'"),
        ("", "no entries"),
    ],
)
def test_a_file_that_is_no_journal_is_refused_with_the_cure_and_the_journal_stays(page, tmp_path, text, says):
    press(page, "begin")
    (tmp_path / "one.txt").write_text(text, encoding="utf-8")
    page.locator("[data-key='import']").set_input_files(tmp_path / "one.txt")
    assert says in page.get_by_role("alert").inner_text()
    assert len(entries_of(page)) == 1


CONTRAST = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const opaque = (c) => c.length < 4 || c[3] > 0;
  const behind = (e) => (!e ? [255, 255, 255] : opaque(rgb(getComputedStyle(e).backgroundColor)) ? rgb(getComputedStyle(e).backgroundColor) : behind(e.parentElement));
  const poor = [];
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || !e.getClientRects().length || e.disabled) continue;
    const a = light(rgb(getComputedStyle(e).color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${e.tagName}.${e.className} ${ratio.toFixed(2)} ${e.textContent.slice(0, 40)}`);
  }
  return poor;
}"""


@pytest.mark.browser
def test_text_stands_out_from_its_ground(page):
    first_cycle(page)
    for _ in range(9):
        press(page, "jump")
    press(page, "no enrolment 0")
    press(page, "report enrolment 0")
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert page.locator(".late, .owed, .missed").count() and page.locator(".deviations li").count()
    assert page.evaluate(CONTRAST) == []
