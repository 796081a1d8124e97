"""The page's executor outside its page: its scripts run in Node or in Chromium over journals, trees and spans, and give what they say."""

import json
import subprocess
from functools import cache

from trialrun.journey.ready import make_ready
from trialrun.protocol.frozen.load import load_folder
from trialrun.protocol.frozen.shipped import STUDIES
from trialrun.web.play import START, script
from trialrun.web.play_data import page_data
from trialrun.web.play_stories import stories_for

FOLDERS = sorted(folder.name for folder in STUDIES.iterdir() if (folder / "study.py").is_file())
DRIVER = """
const told = JSON.parse(TOLD);
const studies = Object.fromEntries(Object.entries(told.studies).map(([name, data]) => [name, makeReady(data)]));
const answers = told.cases.map((c) => c.asked.map(([day, knownAt]) => standingOf(studies[c.study], c.entries, ordinal(day), knownAt).data));
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


def told(cases=(), trees=(), spans=()):
    """What the driver is told. A case is a study's folder, entries as JSON, and the days (with known-at, or None) that are asked."""
    studies = {case["study"]: data_of(case["study"]) for case in cases}
    return json.dumps({"studies": studies, "cases": cases, "trees": trees, "spans": spans})


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


NOT_SHOWN = ("participant", "known_at")


def as_the_page_says_it(standing):
    """A standing of the journey without what the page leaves out: what was known then, and whose and as known when it is."""
    said = {key: value for key, value in standing.items() if key not in NOT_SHOWN}
    said["deviations"] = [{key: value for key, value in d.items() if key != "known_then"} for d in said["deviations"]]
    return said
