"""The page to play with: its executor agrees with the journey exactly, and a person can click through a study in it."""

import json
import random
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache, partial

import pytest
from tests.oracle.journals import interesting_days, random_journal

from trialrun.journey.journal import Entry, entry_of, read_lines, what_stands
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.protocol.frozen.freeze import plain
from trialrun.protocol.frozen.load import load_folder
from trialrun.protocol.frozen.shipped import STUDIES
from trialrun.protocol.words.expressions import holds
from trialrun.protocol.words.times import UNITS, add, iso, ordinal
from trialrun.web.play import EXECUTOR, PAGE, START, play_html, script
from trialrun.web.play_choices import outcome_of
from trialrun.web.play_data import page_data
from trialrun.web.play_stories import stories_for

MAIN = "mt103_211"
FOLDERS = sorted(folder.name for folder in STUDIES.iterdir() if (folder / "study.py").is_file())
NOT_SHOWN = ("participant", "known_at", "queries")
DRIVER = """
const told = JSON.parse(TOLD);
const study = makeReady(told.study);
const answers = told.cases.map((c) => c.days.map((day) => standingOn(study, c.standing.map((s) => ({ ...s })), day).data));
const truths = told.trees.map((t) => t.values.map((v) => truthOf(t.tree, recordedValue(v))));
const dates = told.spans.map(([day, n, unit]) => add(day, n, unit));
const found = JSON.stringify({ answers, truths, dates });
"""


@cache
def ready_of(folder):
    return make_ready(load_folder(STUDIES / folder))


@cache
def data_of(folder):
    ready = ready_of(folder)
    return page_data(ready, stories_for(ready, START), START)


def in_node(node, told):
    text = script() + DRIVER.replace("TOLD", "require('fs').readFileSync(0, 'utf8')") + "console.log(found);"
    done = subprocess.run([node, "-e", text], input=told, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def in_browser(browser, told):
    page = browser.new_page()
    found = page.evaluate("(text) => {" + script() + DRIVER.replace("TOLD", "text") + "return found; }", told)
    page.close()
    return json.loads(found)


@pytest.fixture(scope="module")
def execute(request):
    """The page's executor, in Node where that is installed, else in Chromium."""
    node = shutil.which("node")
    run = partial(in_node, node) if node else partial(in_browser, request.getfixturevalue("browser"))

    def executed(study, cases=(), trees=(), spans=()):
        return run(json.dumps({"study": study, "cases": cases, "trees": trees, "spans": spans}))

    return executed


@dataclass(frozen=True)
class Asked:
    """A journal and the days on which its standing is asked."""

    entries: tuple
    days: tuple

    def told(self):
        standing = [{"day": s.day, "place": s.place, "entry": s.entry.as_json()} for s in what_stands(self.entries)]
        return {"standing": standing, "days": self.days}


def python_says(asked, ready):
    said = []
    for day in asked.days:
        data = where(ready, asked.entries, day).as_json()
        for d in data["deviations"]:
            del d["known_then"]
        said.append({key: value for key, value in data.items() if key not in NOT_SHOWN})
    return said


def agree(execute, folder, asked):
    answers = execute(data_of(folder), [a.told() for a in asked])["answers"]
    for a, answered in zip(asked, answers, strict=True):
        for day, expected, found in zip(a.days, python_says(a, ready_of(folder)), answered, strict=True):
            for key in expected.keys() | found.keys():
                assert found.get(key) == expected.get(key), (
                    f"{key} on {iso(day)} of {[(e.happened_on, e.event, e.values) for e in a.entries]}"
                )


def from_the_oracle(seed, days=5):
    entries = random_journal(seed)
    asked = random.Random(seed).sample(interesting_days(entries), k=days)
    return Asked(tuple(entry_of(e, f"journal {seed}", 0) for e in entries), tuple(sorted(d.toordinal() for d in asked)))


def clicked(folder, seed, length=30):
    """Entries of a visitor who clicks at random: any form, any of its choices, mostly on later days."""
    chance, forms = random.Random(seed), data_of(folder)["forms"]
    day, entries, days = ordinal(START), [], []
    for number in range(1, length + 1):
        form = chance.choice(forms if chance.random() < 0.4 else [f for f in forms if f["yields"]])
        entries.append(Entry("play", number, iso(day), form["entry"], chance.choice(form["choices"] or [{}])))
        days.append(day)
        day += chance.choice((0, 0, 0, 1, 1, 3, 7, 7, 14, 15, 28, 30, 60, 200))
        days.append(day)
    return Asked(tuple(entries), tuple(sorted(set(chance.sample(days, k=6)))))


def obedient(folder, seed, length=25):
    """Entries of a visitor who mostly does what is allowed and waits for the calendar, so that far parts of a study are met."""
    chance, forms, ready = random.Random(seed), data_of(folder)["forms"], ready_of(folder)
    day, entries, days = ordinal(START), [], []
    produced = {f["yields"][0]["event"]: f for f in forms if len(f["yields"]) == 1 and f["choices"]}
    for number in range(1, length + 1):
        here = where(ready, entries, day)
        row = here.ready.table.row(here.road.status)
        able = [e for e, (_, rule) in row.items() if 0 <= rule < here.ready.legal and e in produced]
        form = produced[chance.choice(able)] if able and chance.random() < 0.5 else chance.choice([f for f in forms if f["choices"]])
        if form["entry"] not in ("death", "withdrawal", "screen failure") or chance.random() < 0.1:
            entries.append(Entry("play", number, iso(day), form["entry"], chance.choice(form["choices"])))
        ahead = [ordinal(n["on"]) for n in here.as_json()["next"]]
        day = chance.choice(ahead) if ahead and chance.random() < 0.5 else day + chance.choice((0, 1, 2, 7, 14))
        days.append(day)
    return Asked(tuple(entries), tuple(sorted(set(chance.sample(days, k=4)))))


# The third executor of the table ------------------------------------------------------------------------------------------------------


def test_the_page_agrees_with_the_journey_on_plausible_and_odd_journals(execute):
    agree(execute, MAIN, [from_the_oracle(seed) for seed in range(160)])


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_page_agrees_with_the_journey_on_random_clicks(execute, folder):
    agree(execute, folder, [clicked(folder, seed) for seed in range(60)])


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_page_agrees_with_the_journey_on_allowed_clicks(execute, folder):
    agree(execute, folder, [obedient(folder, seed) for seed in range(25)])


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
    assert execute(data_of(MAIN), trees=trees)["truths"] == expected


def test_the_page_adds_spans_to_days_as_the_calendar_does(execute):
    chance = random.Random(5)
    spans = [(chance.randrange(693596, 767009), chance.randrange(-3, 60), chance.choice(UNITS)) for _ in range(3000)]
    spans += [(ordinal(day), n, "months") for day in ("2012-01-31", "2011-12-31", "2012-02-29", "2012-08-31") for n in range(-3, 40)]
    assert execute(data_of(MAIN), spans=spans)["dates"] == [add(*span) for span in spans]


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
    text = script((*EXECUTOR, *PAGE)).replace('=== "death"', "")  # the journal's own rule: death comes last on its day
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
