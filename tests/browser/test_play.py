"""The page to play with: its executor agrees with the journey exactly, and a person can click through a study in it."""

import json
import random
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

import pytest
from tests.oracle.journals import interesting_days, random_journal

from trialrun.journey.journal import Entry, entry_of, what_stands
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.protocol.freeze import plain
from trialrun.protocol.expressions import on_values
from trialrun.protocol.times import iso, ordinal
from trialrun.studies.mt103_211.study import MT103_211
from trialrun.web.play import START, play_html, script
from trialrun.web.play_data import page_data
from trialrun.web.play_stories import entries_of, stories_for

NOT_SHOWN = ("participant", "known_at", "queries")
DRIVER = """
const told = %s;
const study = makeReady(told.study);
const dated = (rows) => rows.map((s) => ({ ...s }));
const answers = told.cases.map((c) => c.days.map((day) => standingOn(study, dated(c.standing), day).data));
const trees = told.trees.map((t) => t.values.map((v) => truthOf(t.tree, recordedValue(v))));
"""


@cache
def ready():
    return make_ready(MT103_211)


@cache
def study():
    return page_data(ready(), stories_for(ready(), START), START)


@dataclass(frozen=True)
class Asked:
    """A journal and the days on which its standing is asked."""

    entries: tuple
    days: tuple

    def told(self):
        standing = [{"day": s.day, "place": s.place, "entry": s.entry.as_json()} for s in what_stands(self.entries)]
        return {"standing": standing, "days": self.days}


def in_node(node, data, study, trees=()):
    told = json.dumps({"study": study, "cases": data, "trees": trees})
    text = script() + DRIVER % "JSON.parse(require('fs').readFileSync(0, 'utf8'))" + "console.log(JSON.stringify({ answers, trees }));"
    done = subprocess.run([node, "-e", text], input=told, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def in_browser(browser, data, study, trees=()):
    told = json.dumps({"study": study, "cases": data, "trees": trees})
    page = browser.new_page()
    text = "(text) => {" + script() + DRIVER % "JSON.parse(text)" + "return JSON.stringify({ answers, trees }); }"
    found = json.loads(page.evaluate(text, told))
    page.close()
    return found


@pytest.fixture(scope="module")
def executor(request):
    """The page's executor, in Node where that is installed, else in Chromium."""
    node = shutil.which("node")
    return partial(in_node, node) if node else partial(in_browser, request.getfixturevalue("browser"))


def python_says(asked, study_ready):
    said = []
    for day in asked.days:
        data = where(study_ready, asked.entries, day).as_json()
        said.append({key: value for key, value in data.items() if key not in NOT_SHOWN})
        for d in said[-1]["deviations"]:
            del d["known_then"]
    return said


def agree(executor, asked, study_ready, study):
    answers = executor([a.told() for a in asked], study)["answers"]
    for a, answered in zip(asked, answers, strict=True):
        for day, expected, found in zip(a.days, python_says(a, study_ready), answered, strict=True):
            for key in expected.keys() | found.keys():
                assert found.get(key) == expected.get(key), f"{key} on {iso(day)} of {[(e.happened_on, e.event, e.values) for e in a.entries]}"


def from_the_oracle(seed, days=5):
    entries = random_journal(seed)
    asked = random.Random(seed).sample(interesting_days(entries), k=days)
    return Asked(tuple(entry_of(e, f"journal {seed}", 0) for e in entries), tuple(sorted(d.toordinal() for d in asked)))


def clicked(study, seed, length=30):
    """Entries as a visitor makes them who clicks at random: any form, any of its choices, mostly on later days."""
    chance = random.Random(seed)
    day, entries, days = ordinal(START), [], []
    for number in range(1, length + 1):
        form = chance.choice(study["forms"])
        if chance.random() < 0.6:
            form = chance.choice([f for f in study["forms"] if f["yields"]])
        values = chance.choice(form["choices"] or [{}])
        entries.append(Entry("play", number, iso(day), form["entry"], values))
        days.append(day)
        day += chance.choice((0, 0, 0, 1, 1, 3, 7, 7, 14, 15, 28, 30, 60, 200))
        days.append(day)
    return Asked(tuple(entries), tuple(sorted(set(chance.sample(days, k=6)))))


def legal_clicks(study, study_ready, seed, length=25):
    """Entries of a visitor who does what is allowed, so that the far parts of a study are met."""
    chance = random.Random(seed)
    day, entries, days = ordinal(START), [], []
    produced = {f["yields"][0]["event"]: f for f in study["forms"] if len(f["yields"]) == 1 and not f["items"]}
    for number in range(1, length + 1):
        here = where(study_ready, entries, day)
        row = here.ready.table.row(here.road.status)
        able = [e for e, (_, rule) in row.items() if 0 <= rule < here.ready.legal and e in produced]
        if able and chance.random() < 0.5:
            form, values = produced[chance.choice(able)], {}
        else:
            form = chance.choice([f for f in study["forms"] if f["items"] and f["choices"]])
            values = chance.choice(form["choices"])
        if form["entry"] not in ("death", "withdrawal") or chance.random() < 0.1:
            entries.append(Entry("play", number, iso(day), form["entry"], values))
        ahead = [ordinal(n["on"]) for n in here.as_json()["next"]]
        day = chance.choice(ahead) if ahead and chance.random() < 0.5 else day + chance.choice((0, 1, 2, 7, 14))
        days.append(day)
    return Asked(tuple(entries), tuple(sorted(set(chance.sample(days, k=4)))))


def test_the_page_agrees_with_the_journey_on_plausible_and_odd_journals(executor):
    agree(executor, [from_the_oracle(seed) for seed in range(160)], ready(), study())


def test_the_page_agrees_with_the_journey_on_random_clicks(executor):
    agree(executor, [clicked(study(), seed) for seed in range(80)], ready(), study())


def test_the_page_agrees_with_the_journey_on_allowed_clicks(executor):
    agree(executor, [legal_clicks(study(), ready(), seed) for seed in range(30)], ready(), study())
