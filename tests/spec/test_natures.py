"""Natures as values: read and frozen, checked, interpreted; draws that belong to names; hazards against their closed form."""

# ruff: noqa: E501, F403, F405

import json
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.vaccine import nature as vaccine_nature
from tests.vaccine.study import VACCINE, sample
from tests.vaccine.study import titre as titre_of

from trialrun.analysis.datasets.participants import participant_columns
from trialrun.journey.fold import fold
from trialrun.journey.ready import make_ready
from trialrun.journey.taking import what_stands
from trialrun.protocol.check.natures import nature_findings
from trialrun.protocol.frozen.freeze import FrozenError
from trialrun.protocol.frozen.load import StudyError, load
from trialrun.protocol.frozen.natures import freeze_nature, load_nature, nature_beside, nature_fingerprint, thaw_nature
from trialrun.protocol.frozen.shipped import STUDIES, copy_template
from trialrun.protocol.language import fact, flag, form, measure, phase
from trialrun.protocol.natures import *
from trialrun.protocol.page.nature_page import nature_html, nature_markdown
from trialrun.protocol.words.natures_told import lines, parts
from trialrun.simulation.natures.declared import Declared
from trialrun.simulation.output import run_simulation
from trialrun.simulation.plain import MADE_UP
from trialrun.simulation.replay import replay, run_of
from trialrun.simulation.walk import walk_participant

START = 734511
FOLDERS = {"mt103_211": STUDIES, "maintenance_two_arm": STUDIES, "template": STUDIES, "vaccine": Path(__file__).parents[1]}


def declared(name):
    folder = FOLDERS[name] / name
    protocol, mark = load(folder)
    return make_ready(protocol, mark), load_nature(folder)


@pytest.mark.parametrize("name", FOLDERS)
def test_a_shipped_nature_hangs_together_freezes_and_walks(name):
    ready, nature = declared(name)
    assert nature_findings(nature, ready.protocol) == []
    text = freeze_nature(nature)
    thawed, mark = thaw_nature(text)
    assert thawed == nature and freeze_nature(thawed) == text and mark == nature_fingerprint(nature)
    as_read, as_frozen = Declared(ready, nature), Declared(ready, thawed)
    for number in (*range(1, 41), 7):
        w = walk_participant(ready, as_read, 3, number, START)
        assert walk_participant(ready, as_frozen, 3, number, START).entries == w.entries
        folded = fold(ready, what_stands(ready, w.entries), w.road.on)
        assert (folded.turns, folded.doses, folded.stood) == (w.road.turns, w.road.doses, w.road.stood)
        assert all(t.rule is None or t.rule < w.ready.legal for t in w.road.turns)


def test_every_number_says_where_it_comes_from_on_a_page():
    for name in FOLDERS:
        _, nature = declared(name)
        told = lines(nature)
        assert all(line.source and line.meaning and line.part in ("body", "conduct") for line in told)
        text, html = nature_markdown(nature, "f" * 64), nature_html(nature, "f" * 64)
        assert text.count("\n| ") >= len(told) and "<script" not in html and text.count("assumed") > 10


# Draws -----------------------------------------------------------------------------------------------------------------------------------

VACCINE_NATURE = vaccine_nature.NATURE


def journals(nature, n=60, study=VACCINE):
    ready = make_ready(study)
    made = Declared(ready, nature)
    return [walk_participant(ready, made, 5, number, START).entries for number in range(1, n + 1)]


def with_body(*sentences):
    return replace(VACCINE_NATURE, body=replace(VACCINE_NATURE.body, sentences=sentences))


def test_a_sentence_added_and_words_changed_move_no_number_of_another():
    before = journals(VACCINE_NATURE)
    coin = note("coin")
    added = when(begins, only_if(chance("a coin", 0.5, "a coin", "assumed"), remember(coin, 1)))
    assert journals(with_body(added, *VACCINE_NATURE.body.sentences)) == before
    family_, renamed = vaccine_nature.reactions, {"Fever": "Grmpf", "Fatigue": "Xyzzy"}
    rows = tuple(replace(r, values=(renamed.get(r.values[0], r.values[0]), *r.values[1:])) for r in reversed(family_.rows))
    turned = _replaced(VACCINE_NATURE, family_, replace(family_, rows=rows, meaning="other words"))
    found = journals(turned)
    for one, other in zip(before, found, strict=True):
        told = Counter(
            (e.happened_on, e.event, renamed.get((e.values or {}).get("term"), (e.values or {}).get("term")), (e.values or {}).get("grade"))
            for e in one
        )
        again = Counter((e.happened_on, e.event, (e.values or {}).get("term"), (e.values or {}).get("grade")) for e in other)
        assert {k[1:] for k in told} == {k[1:] for k in again}


def _replaced(value, old, new):
    if value == old:
        return new
    if isinstance(value, tuple):
        return tuple(_replaced(v, old, new) for v in value)
    if hasattr(value, "__dataclass_fields__"):
        return replace(value, **{name: _replaced(getattr(value, name), old, new) for name in value.__dataclass_fields__})
    return value


def test_two_designs_on_one_seed_meet_the_same_participants():
    """Without an effect nobody's baseline, allocation or titre before changes; who falls ill later does, and falls ill no later than with it."""
    ready = make_ready(VACCINE)
    with_effect, without = (
        Declared(ready, VACCINE_NATURE),
        Declared(ready, VACCINE_NATURE, efficacy_high=1, efficacy_low=1, efficacy_once=1),
    )
    more = 0
    for number in range(1, 201):
        one, other = (walk_participant(ready, nature, 8, number, START) for nature in (with_effect, without))
        assert [e for e in one.entries if e.event == "baseline"] == [e for e in other.entries if e.event == "baseline"]
        assert one.road.arm == other.road.arm
        ill, also = one.road.moments.get("infection"), other.road.moments.get("infection")
        assert ill is None or also <= ill
        more += (also is not None) - (ill is not None)
    assert more > 0


def test_a_fate_follows_its_hazards_and_factor():
    """The share that is ill before a day against 1 - exp(-H), H added up by hand over the pieces and the factor."""
    ill, months, factor = fate("ill"), 3.0, 1.7
    pieces = ((1, 0.05), (2, 0.2), (ever, 0.1))
    nature = replace(
        VACCINE_NATURE,
        body=body(
            when(begins, meets(ill, hazard("h", pieces, "illness", "assumed"), times=number("f", factor, "", "factor", "assumed"))),
            when(ill, enter(vaccine_nature.infection), no_more_is_known),
        ),
        conduct=replace(VACCINE_NATURE.conduct, sentences=(when(begins, enter(vaccine_nature.consent)),)),
    )
    ready = make_ready(VACCINE)
    made, n = Declared(ready, nature), 4000
    days = [
        w.entries[-1].happened_on if (w := walk_participant(ready, made, 2, k, START)).entries[-1].event == "infection" else None
        for k in range(1, n + 1)
    ]
    began = [walk_participant(ready, made, 2, k, START).road.moments["consent"] for k in range(1, n + 1)]
    from datetime import date

    by = sum(d is not None and date.fromisoformat(d).toordinal() - b <= months * MONTH_DAYS for d, b in zip(days, began, strict=True)) / n
    expected = 1 - math.exp(-factor * (1 * 0.05 + 1 * 0.2 + 1 * 0.1))
    assert abs(by - expected) < 4 * math.sqrt(expected * (1 - expected) / n) + 0.003


MONTH_DAYS = 30.4375


def test_draws_have_the_distributions_they_say():
    ready = make_ready(VACCINE)
    given = {
        "pick": pick("p", ((1, 2), (3, (5, 6))), "x", "assumed"), "whole": whole("w", 2, 4, "x", "assumed"), "yes": chance("c", 0.3, "x", "assumed"),
        "between": between("b", 1, 2, "x", "assumed", digits=3), "about": about("a", 10, 0.5, "x", "assumed", digits=None), "wait": wait("d", 2, "x", "assumed"),
    }  # fmt: skip
    from trialrun.chance import key_of
    from trialrun.simulation.natures.life import Life
    from trialrun.simulation.natures.values import Values

    values, n = Values(ready, {}, {}), 6000
    drawn = {name: [values.of(d)(Life(None, key_of(1, 1, k), {})) for k in range(n)] for name, d in given.items()}
    shares = Counter(drawn["pick"])
    assert {k: round(v / n, 1) for k, v in shares.items()} == {2: 0.2, 5: 0.4, 6: 0.4} or abs(shares[2] / n - 0.25) < 0.02
    assert abs(shares[5] / n - 0.375) < 0.03 and set(shares) == {2, 5, 6}
    assert set(drawn["whole"]) == {2, 3, 4} and abs(sum(drawn["yes"]) / n - 0.3) < 0.025
    assert min(drawn["between"]) >= 1 and max(drawn["between"]) <= 2 and abs(sum(drawn["between"]) / n - 1.5) < 0.02
    logs = [math.log(x / 10) for x in drawn["about"]]
    assert abs(sum(logs) / n) < 0.03 and abs(math.sqrt(sum(x * x for x in logs) / n) - 0.5) < 0.02
    assert abs(sum(drawn["wait"]) / n - (MONTH_DAYS / 2 + 0.5)) < 0.8


# Check -----------------------------------------------------------------------------------------------------------------------------------

fever = fact("fever", "V4", otherwise="it is recorded")
elsewhere = phase("elsewhere", source="V1")
later = plan("later")
dot = measure("dot", type="yes/no", source="V1")
WRONG = {
    "has no event or clock 'fever'": when(fever, remember(note("n"), 1)),
    "has no phase 'elsewhere'": when(begins, only_if(where(elsewhere), remember(note("n"), 1))),
    "has no flag 'tired'": when(begins, only_if(flag("tired"), remember(note("n"), 1))),
    "has no 'dot'": when(begins, enter(sample, {dot: True})),
    "has no form 'diary'": when(begins, enter(form("diary", source="V1"))),
    "only slip": when(begins, remember(note("n"), titre_of)),
    "is a chance of 1.2": when(begins, only_if(chance("c", 1.2, "x", "assumed"), remember(note("n"), 1))),
    "months that do not increase (6, 3)": when(begins, meets(fate("f"), hazard("h", ((6, 0.1), (3, 0.1), (ever, 0.1)), "x", "assumed"))),
    "its last piece, and no other, holds for ever": when(begins, meets(fate("f"), hazard("h", ((6, 0.1),), "x", "assumed"))),
    "has a rate below 0": when(begins, meets(fate("f"), hazard("h", ((ever, -0.1),), "x", "assumed"))),
    "lies between 5 and 2": when(begins, remember(note("n"), whole("w", 5, 2, "x", "assumed"))),
    "is declared twice": when(begins, remember(note("n"), whole("w", 1, 2, "x", "assumed") + whole("w", 1, 3, "x", "assumed"))),
    "nothing is done then": when(begins, set_for(later, today + 1)),
    "never comes": when(later, remember(note("n"), 1)),
    "which changes": when(begins, remember(note("n"), trait("t", today + 1))),
    "has no source": when(begins, remember(note("n"), whole("w", 1, 2, "x", ""))),
    "says that it is confirmed": when(begins, remember(note("n"), whole("w", 1, 2, "x", "assumed", confirmed=True))),
}  # fmt: skip


@pytest.mark.parametrize("says", WRONG)
def test_the_check_finds_what_a_nature_asks_in_vain(says):
    found = nature_findings(with_body(WRONG[says]), VACCINE)
    assert any(says in f.says for f in found), [f.says for f in found]


def test_a_nature_of_another_study_is_told():
    assert "of 'vaccine-three-arm'" in nature_findings(VACCINE_NATURE, declared("template")[0].protocol)[0].says


# Files -----------------------------------------------------------------------------------------------------------------------------------


def test_a_run_keeps_its_nature_and_is_made_again_from_it(tmp_path):
    folder = copy_template("my-study", tmp_path)
    protocol, mark = load(folder)
    ready = make_ready(protocol, mark)
    run = run_simulation(ready, participants=participant_columns, n=12, seed=4, out=tmp_path / "out", start=START, beside=folder)
    assert run["nature"] == "declared" and run["nature_fingerprint"] == nature_beside(folder)[1]
    kept = (tmp_path / "out" / "nature.json").read_text()
    path = folder / "nature.py"
    path.write_text(path.read_text().replace('0.8, "adverse events on the drug"', '8, "adverse events on the drug"'))
    again = dict(replay(ready, run_of(tmp_path / "out")))
    nature = Declared(ready, *thaw_nature(kept))
    assert list(again.values()) == [walk_participant(ready, nature, 4, k, START).entries for k in range(1, 13)]
    with pytest.raises(ValueError, match="another run"):
        run_simulation(ready, participants=participant_columns, n=12, seed=4, out=tmp_path / "out", start=START, beside=folder)
    (tmp_path / "out" / "nature.json").write_text(kept.replace("Fatigue", "Fatigues"))
    with pytest.raises(FrozenError, match="was changed"):
        replay(ready, run_of(tmp_path / "out"))


def test_a_study_without_a_nature_says_that_its_values_are_made_up(tmp_path):
    folder = copy_template("my-study", tmp_path)
    (folder / "nature.py").unlink()
    ready = make_ready(*load(folder))
    run = run_simulation(ready, participants=participant_columns, n=4, seed=4, out=tmp_path / "out", start=START, beside=folder)
    assert (
        run["nature"] == "plain"
        and MADE_UP in run["notice"]
        and MADE_UP in json.loads((tmp_path / "out" / "run.json").read_text())["notice"]
    )
    assert not (tmp_path / "out" / "nature.json").exists()


def test_what_a_nature_lacks_is_told_before_anybody_is_simulated(tmp_path):
    folder = copy_template("my-study", tmp_path)
    path = folder / "nature.py"
    path.write_text(path.read_text().replace("given=allows(starts)", "given=allows(starts), words=1"))
    with pytest.raises(StudyError, match=r"nature.py:\d+"):
        nature_beside(folder)
    path.write_text(path.read_text().replace(", words=1", "").replace('nature(\n    "my-study"', 'nature(\n    "no-study"'))
    with pytest.raises(StudyError, match="is of 'no-study'"):
        run_simulation(make_ready(*load(folder)), participants=participant_columns, n=1, out=tmp_path / "out", start=START, beside=folder)


def test_nothing_in_a_nature_is_called():
    """What is frozen holds declared values and plain ones, so that a compiler can take all of it."""
    for name in FOLDERS:
        for value in parts(declared(name)[1]):
            assert all(
                not callable(getattr(value, f)) or hasattr(getattr(value, f), "__dataclass_fields__") for f in value.__dataclass_fields__
            )
