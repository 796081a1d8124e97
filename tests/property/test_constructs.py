"""Every construct of the language, and every pair of choices of it, honoured by each part of the product, or refused by name by `check`.

The studies are made of choices (tests/constructs/studies.py); what the product says of their participants is set beside a second reading
(tests/constructs/reference.py and visits_again.py), which shares no code with it.
"""

import inspect
import json
import random
import re
import shutil
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from tests.browser.executor import as_the_page_says_it, in_node
from tests.constructs import studies
from tests.constructs.agreement import differences, entries_of
from tests.constructs.doses_again import said_of as doses_said_of
from tests.constructs.reference import Person

from trialrun.analysis.datasets import datasets
from trialrun.analysis.results.readout import read_out
from trialrun.journey.calendar import calendar
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.protocol import endpoints, invariants, language
from trialrun.protocol.check.check import check
from trialrun.protocol.frozen.freeze import fingerprint, freeze, thaw
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.readback.parse import parse_page, rebuilt
from trialrun.protocol.words.times import iso
from trialrun.simulation.plain import PlainNature
from trialrun.simulation.virtual import simulate
from trialrun.web.play_data import page_data

ROWS = studies.rows()
SAMPLE = random.Random(7).sample(range(len(ROWS)), 5)
REFUSED = (
    r"the visit ‘Second’ comes again from the clock ‘.*’: count it from a day, as target=after\(.., moment\)",
    r"the visit ‘Second’ comes again after the last one made, and from whichever date came .*: write fixed=True, or count it from one date",
    r"the visit ‘Second’ opens at ‘rest’, where ‘days on drug’ does not count: .*",
)
"""What `check` refuses of the generated studies, and why nothing is walked there."""
TOLD = ("unread", "beyond its bound", "arm", "blinding", "unreachable", "broken invariant", "untested invariant")
"""Findings that some rows are bound to have, being made by choices: they do not keep a study from running."""

ELSEWHERE = {
    ("form", "known_in_part"): "tests/spec/test_dates_and_knowledge.py",
    ("figure", "given"): "tests/against/test_historical_control.py",
    ("figure", "about"): "tests/against/test_historical_control.py",
    ("figure", "stratum"): "tests/against/test_historical_control.py",
}
"""Parameters that no generated study takes, and the test that holds them."""
SAID_ONLY = {
    ("statement", "background"), ("figure", "confirmed"), ("design", "confirmed"), ("terminology", "confirmed"), ("subgroups", "confirmed"), ("switch", "confirmed"),
    ("criterion", "confirmed"), ("classed", "confirmed"), ("dose", "confirmed"), ("preparation", "confirmed"), ("window", "confirmed"), ("proposal", "confirmed"),
}  # fmt: skip
"""Parameters that only change what is said of the sureness of a source."""


def taken():
    """The functions and parameters that all generated studies take, together."""
    for row in ROWS:
        studies.study_of(row)
    return studies.TAKEN


def test_every_function_and_parameter_of_the_language_has_a_generated_study():
    used, lacking = taken(), []
    for door in (language, endpoints, invariants):
        for name in door.__all__:
            function = getattr(door, name)
            if inspect.isfunction(function):
                lacking += [
                    (name, p) for p in inspect.signature(function).parameters if (name, p) not in used | ELSEWHERE.keys() | SAID_ONLY
                ]
    assert lacking == [], "choose a study for it in tests/constructs/studies.py"
    for (name, parameter), file in ELSEWHERE.items():
        assert re.search(parameter if name == "form" else name, Path(file).read_text(encoding="utf-8")), (
            f"{file} holds no {name}({parameter}=..)"
        )


def test_every_pair_of_choices_is_in_a_row():
    met = {pair for row in ROWS for pair in combinations(row.items(), 2)}
    names = list(studies.CHOICES)
    assert {((a, x), (b, y)) for a, b in combinations(names, 2) for x in studies.CHOICES[a] for y in studies.CHOICES[b]} <= met


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("tables")


def refused(study):
    """Whether `check` refuses a study; each of its sentences is one that is expected, and every other finding of a kind that rows are bound to have."""
    found = check(study).findings
    for f in found:
        if f.kind == "definition":
            assert any(re.fullmatch(words, f.says) for words in REFUSED), f.says
        else:
            assert f.kind in TOLD, f
            assert f.kind != "broken invariant" or "dose" in f.says, f
    return any(f.kind == "definition" for f in found)


def days_of(journal):
    return sorted({e["day"] for e in journal[::3]} | {journal[-1]["day"] + 7, journal[-1]["day"] + 60})


def honoured(number, cache, journals=4):
    """One row through check, freezing, the page and back, walks, calendar and simulation; None where `check` refuses it."""
    study = studies.study_of(ROWS[number])
    if refused(study):
        return None
    mark = fingerprint(study)
    assert thaw(freeze(study))[0] == study
    assert rebuilt(study, parse_page(page_markdown(study, mark))) == study
    ready = make_ready(study, mark, cache=cache)
    for seed in range(journals):
        journal = studies.journal_of(study, 100 * number + seed)
        for on in days_of(journal):
            assert differences(ready, journal, on) == [], (number, seed, iso(on), ROWS[number])
    planned = calendar(ready, studies.DAY_1)
    assert {"First", "Ending"} <= {row.what for row in planned}
    for virtual in simulate(ready, 2, number, studies.DAY_1, nature=PlainNature(ready, {"death": 0.5})):
        journal = [told(e) for e in virtual]
        for on in {journal[-1]["day"], journal[len(journal) // 2]["day"] + 3} if journal else ():
            assert differences(ready, journal, on) == [], (number, "virtual", iso(on), ROWS[number])
    return ready


def told(e):
    """A virtual participant's entry as the second reading takes it."""
    return {
        "sequence": e.sequence,
        "day": date.fromisoformat(e.happened_on).toordinal(),
        "event": e.event,
        "values": dict(e.values or {}),
        "continues": e.continues,
    }


def analysed(number, ready):
    """A row's journals read out: who began, who died after it, and the question of the first endpoint, as the second reading has them."""
    study, on = ready.protocol, studies.DAY_1 + 200
    journals = {f"00{seed}": studies.journal_of(study, 100 * number + seed) for seed in range(6)}
    entries = {name: [replace(e, participant=name) for e in entries_of(journal)] for name, journal in journals.items()}
    data = datasets(ready, entries, on)
    found = read_out(data, ready)
    people = [Person(study, journal, on) for journal in journals.values()]
    amounts = Counter()
    for person in people:
        due, beside = doses_said_of(person)
        amounts.update({drug: 0 for drug, *_ in due})
        for drug, amount in [(x[0], x[6]) for x in due if x[5] in ("given", "given late")] + [(drug, a) for drug, _, a in beside]:
            amounts[drug] += amount
    for drug, amount in amounts.items():
        rows = data.exposure.select("drug", "amount").iter_rows() if data.exposure.height else ()
        assert sum(a or 0 for who, a in rows if who == drug) == pytest.approx(amount), (number, drug, ROWS[number])
    began = [p for p in people if "began" in p.now.days]
    assert found.estimates["S"].n == len(began), (number, ROWS[number])
    assert found.estimates["S"].events == sum(p.now.phase == "dead" for p in began), (number, ROWS[number])
    if "F" in found.estimates:
        assert found.estimates["F"].known == len(began), (number, ROWS[number])
    if "V" in found.estimates:
        over = found.estimates["V"]
        assert over.n == len(began) and over.known <= sum(q.known for _, q in over.visits), (number, ROWS[number])
    if "R" in found.estimates:
        rate = found.estimates["R"]
        assert rate.n == len(began) and rate.people <= rate.events and rate.days >= rate.n, (number, ROWS[number])
    if "O" in found.estimates:
        told = [[e["values"].get("code") for e in journal if e["event"] == "sample"] for journal in journals.values()]
        worst = [
            "a" if "a" in x else "b c" if "b c" in x else "nothing" for x, p in zip(told, people, strict=True) if "began" in p.now.days
        ]
        assert found.estimates["O"].counts == tuple(worst.count(x) for x in ("nothing", "b c", "a")), (number, ROWS[number])
    if "N" in found.estimates:
        assert found.estimates["N"].n == len(began) >= found.estimates["N"].known, (number, ROWS[number])
    if ROWS[number]["endpoint"] == "marked":
        fits = [p for p in began if p.screened.get("at screening y") is None or p.screened["at screening y"] > 2]
        assert found.estimates["E"].reached == sum("stopped" in p.now.days for p in fits), (number, ROWS[number])


def played(numbers, cache):
    """The page's executor in Node over the same journals says what the journey says; how many journals."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    data, cases, expected = {}, [], []
    for number in numbers:
        study = studies.study_of(ROWS[number])
        if refused(study):
            continue
        ready = make_ready(study, cache=cache)
        data[str(number)] = page_data(ready, (), iso(studies.DAY_1))
        for seed in range(2):
            journal = studies.journal_of(study, 100 * number + seed)
            days = days_of(journal)[::2]
            rows = [{"participant": "001", "happened_on": iso(e["day"]), **{k: v for k, v in e.items() if k != "day"}} for e in journal]
            cases.append({"study": str(number), "entries": rows, "asked": [[iso(day), None] for day in days]})
            expected.append([json.loads(json.dumps(as_the_page_says_it(where(ready, entries_of(journal), day).as_json()))) for day in days])
    answers = in_node(node, json.dumps({"studies": data, "cases": cases, "trees": [], "spans": []}))["answers"]
    for case, found, right in zip(cases, answers, expected, strict=True):
        for ask, a, b in zip(case["asked"], found, right, strict=True):
            differ = {k: (a.get(k), b[k]) for k in b if a.get(k) != b[k]}
            assert differ == {}, (case["study"], ask, differ, ROWS[int(case["study"])])
    return len(cases)


@pytest.mark.parametrize("number", SAMPLE)
def test_a_generated_study_is_honoured_by_every_part(number, cache):
    ready = honoured(number, cache)
    assert (ready is None) == refused(studies.study_of(ROWS[number]))
    if ready is not None and number in SAMPLE[:3]:
        analysed(number, ready)


def test_the_page_plays_generated_studies_as_the_journey_walks_them(cache):
    assert played(SAMPLE, cache) == 2 * sum(not refused(studies.study_of(ROWS[number])) for number in SAMPLE) > 0


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(8))
def test_every_generated_study_is_honoured_by_every_part(part, cache):
    found = [(number, honoured(number, cache)) for number in range(part, len(ROWS), 8)]
    assert sum(ready is None for _, ready in found) < len(found) / 2, "most of what is generated is walked"
    for number, ready in found:
        if ready is not None:
            analysed(number, ready)
    played([number for number, _ in found], cache)


def test_the_second_reading_sees_a_difference_where_there_is_one(cache):
    """A study whose rest lasts a day longer, or whose visit has another target, differs from the second reading of the first."""
    row = {**next(r for r in ROWS if r["comes"] == "once" and r["target"] == "days"), "arms": "none"}
    study = studies.study_of(row)
    visits = (replace(study.visits[0], target=replace(study.visits[0].target, n=10)), *study.visits[1:])
    fewer = tuple(replace(r, do=r.do[:1]) if r.words == "chosen" else r for r in study.rules)
    for changed in (replace(study, visits=visits), replace(study, rules=fewer)):
        ready, found = make_ready(changed, cache=cache), []
        for seed in range(8):
            journal = studies.journal_of(study, seed)
            standing = where(ready, entries_of(journal), journal[-1]["day"])
            found += differences(make_ready(study, cache=cache), journal, journal[-1]["day"], standing)
        assert found
