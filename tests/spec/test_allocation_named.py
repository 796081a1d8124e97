"""The allocation of a study, sentence by sentence: strata, blocks, the sealed list, a journal held against it, and simulation by strata."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from trialrun.chance.permuted_blocks import permuted_blocks
from trialrun.cli import main
from trialrun.journey.journal import entry_of
from trialrun.journey.ready import make_ready
from trialrun.protocol.check.check import check
from trialrun.protocol.endpoints import level
from trialrun.protocol.frozen.freeze import fingerprint, freeze, thaw
from trialrun.protocol.frozen.load import load
from trialrun.protocol.language import allocation, at_screening, measure, stratum
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.readback.parse import parse_page, rebuilt
from trialrun.protocol.readback.scanner import PageError
from trialrun.protocol.strata import names_of_strata, stratum_of
from trialrun.simulation.sealed import held_against, mark_of, opened_for, sealed_text
from trialrun.simulation.virtual import nature_of
from trialrun.simulation.walk import walk_participant

PATH = Path(__file__).parents[1] / "vaccine" / "study.py"
STUDY = load(PATH)[0]
ARMS = (("placebo", 1), ("low dose", 2), ("high dose", 2))
YOUNG, OLD = "age: under 60", "age: 60 or more"


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    return make_ready(STUDY, cache=tmp_path_factory.mktemp("tables"))


def test_every_block_holds_each_arm_its_share_times():
    places = permuted_blocks(7, 0, ARMS, (1,), 50)
    assert all(Counter(places[k : k + 5]) == {"placebo": 1, "low dose": 2, "high dose": 2} for k in range(0, 50, 5))
    assert len({tuple(places[k : k + 5]) for k in range(0, 50, 5)}) > 3
    longer = permuted_blocks(7, 0, ARMS, (1, 2), 400)
    assert longer[:50] == permuted_blocks(7, 0, ARMS, (1, 2), 50) and longer != permuted_blocks(7, 1, ARMS, (1, 2), 400)
    assert abs(Counter(longer)["placebo"] - 80) <= 2
    with pytest.raises(ValueError, match="multiples"):
        permuted_blocks(7, 0, ARMS, (), 5)


def test_strata_are_the_levels_of_the_factors_together():
    assert names_of_strata(STUDY) == (YOUNG, OLD)
    assert stratum_of(STUDY, {"screening age": 59}) == YOUNG and stratum_of(STUDY, {"screening age": 60}) == OLD
    assert stratum_of(STUDY, {}) == "age: not known"
    assert names_of_strata(replace(STUDY, allocation=None)) == ("",)


def test_a_sealed_file_is_known_by_its_seal():
    text = sealed_text(STUDY, (1, 2), 99, 30)
    assert text == sealed_text(STUDY, (1, 2), 99, 30)
    sealed = replace(STUDY, allocation=replace(STUDY.allocation, sealed=mark_of(text)))
    made = opened_for(sealed, text)
    assert made.seed == 99 and set(made.lists) == {YOUNG, OLD} and all(len(x) == 30 for x in made.lists.values())
    with pytest.raises(ValueError, match="not the file"):
        opened_for(sealed, text.replace('"seed": 99', '"seed": 98'))
    with pytest.raises(ValueError, match="no sealed file"):
        opened_for(sealed, "{}")
    with pytest.raises(ValueError, match="other arms or strata"):
        opened_for(replace(STUDY, arms=STUDY.arms[:2]), text)
    with pytest.raises(ValueError, match="no arms"):
        sealed_text(replace(STUDY, arms=()), (1,), 1, 5)
    with pytest.raises(ValueError, match="SHA-256"):
        allocation(source="V1", sealed="abc")


def journals(lists, ages, wrong=()):
    """Participants allocated one after another, by the lists but for some."""
    people, given = {}, Counter()
    for n, age in enumerate(ages, 1):
        who, name = f"{n:03d}", YOUNG if age < 60 else OLD
        arm = lists[name][given[name]] if n not in wrong else "high dose" if lists[name][given[name]] != "high dose" else "placebo"
        given[name] += 1
        rows = (("consent", {}), ("baseline", {"age": age, "titre": 9}), ("randomisation", {"arm": arm}))
        people[who] = [
            {
                "participant": who,
                "sequence": k,
                "happened_on": "2020-01-06",
                "recorded_at": f"2020-01-06T{8 + n:02d}:0{k}:00Z",
                "event": e,
                "values": v,
            }
            for k, (e, v) in enumerate(rows, 1)
        ]
    return people


def entries(people):
    return {who: [entry_of(e, "a journal", e["sequence"]) for e in rows] for who, rows in reversed(people.items())}


def test_a_journal_is_held_against_the_list_in_the_order_of_recording(ready):
    sealed = opened_for(STUDY, sealed_text(STUDY, (1,), 5, 20))
    ages = (30, 70, 40, 65, 50, 80, 20)
    told = held_against(sealed, ready, entries(journals(sealed.lists, ages)))
    assert [a.participant for a in told] == [f"{n:03d}" for n in range(1, 8)] and all(a.fits for a in told)
    assert [(a.stratum, a.place) for a in told[:4]] == [(YOUNG, 1), (OLD, 1), (YOUNG, 2), (OLD, 2)]
    told = held_against(sealed, ready, entries(journals(sealed.lists, ages, wrong=(4,))))
    assert [a.participant for a in told if not a.fits] == ["004"]
    people = journals(sealed.lists, ages)
    late = {**people["002"][2], "sequence": 4, "corrects": 3, "reason": "typed again", "recorded_at": "2020-02-01T08:00:00Z"}
    people["002"].append(late)
    assert all(a.fits for a in held_against(sealed, ready, entries(people)))
    short = opened_for(STUDY, sealed_text(STUDY, (1,), 5, 2))
    assert [a.listed for a in held_against(short, ready, entries(people)) if not a.fits] == ["", "", ""]


def test_the_command_makes_a_list_once_and_holds_a_journal_against_it(tmp_path, capsys):
    out = tmp_path / "sealed.json"
    assert main(["allocate", str(PATH), "--out", str(out), "--length", "12", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["sha256"] == mark_of(out.read_text(encoding="utf-8")) and said["strata"] == [YOUNG, OLD]
    assert main(["allocate", str(PATH), "--out", str(out)]) == 3
    assert main(["allocate", str(PATH), "--out", str(tmp_path / "other.json")]) == 0
    assert json.loads(out.read_text())["seed"] != json.loads((tmp_path / "other.json").read_text())["seed"]
    assert main(["allocate", str(PATH)]) == 2 and main(["allocate", str(PATH), "--out", str(tmp_path / "x"), "--multiples", "0"]) == 2
    lists = json.loads(out.read_text())["lists"]
    for wrong, code in (((), 0), ((2,), 1)):
        path = tmp_path / f"{code}.jsonl"
        path.write_text("\n".join(json.dumps(e) for rows in journals(lists, (30, 70, 40), wrong).values() for e in rows) + "\n")
        capsys.readouterr()
        assert main(["allocate", str(PATH), "--journal", str(path), "--sealed", str(out)]) == code
        assert ("Not as the list has them" in capsys.readouterr().out) == bool(wrong)
    assert main(["allocate", str(PATH), "--journal", str(path)]) == 2
    assert main(["allocate", str(PATH), "--journal", str(path), "--sealed", str(path)]) == 3


def test_simulation_draws_each_stratum_from_a_list_of_its_own(ready):
    nature = nature_of(ready)
    walked = [walk_participant(ready, nature, 3, number, 737000) for number in range(1, 161)]
    again = walk_participant(ready, nature, 3, 77, 737000)
    assert (again.entries, again.road.arm) == (walked[76].entries, walked[76].road.arm)
    given = Counter((stratum_of(STUDY, w.road.screened), w.road.arm) for w in walked if w.road.arm)
    for name in (YOUNG, OLD):
        n = sum(k for (s, _), k in given.items() if s == name)
        assert n > 20 and abs(given[name, "placebo"] / n - 0.2) < 0.13
    plain = make_ready(replace(STUDY, allocation=None))
    unstratified = [walk_participant(plain, nature_of(plain), 3, number, 737000).road.arm for number in range(1, 41)]
    assert unstratified != [w.road.arm for w in walked[:40]]


def test_the_page_states_the_allocation_and_what_is_sealed():
    sealed = replace(STUDY, allocation=replace(STUDY.allocation, sealed="ab" * 32, stated=False))
    for study, words in ((STUDY, "No list is sealed yet."), (sealed, "SHA-256 " + "ab" * 32)):
        mark = fingerprint(study)
        text = page_markdown(study, mark)
        assert words in text and "Permuted blocks within each stratum" in text and "‘under 60’ where" in text
        assert ("do not state the ratio" in text) == (study is sealed)
        assert "gatekeeping, at 0.05 two-sided" in text
        assert rebuilt(study, parse_page(text)) == study
        with pytest.raises(PageError):
            rebuilt(study, parse_page(text.replace("‘under 60’ where", "‘under 61’ where")))
        assert thaw(freeze(study))[0] == study


def definitions(study):
    return [f.says for f in check(study).findings if f.kind == "definition"]


def test_what_does_not_hang_together_is_found():
    assert any("not sealed yet" in n for n in check(STUDY).notes)

    def strata(*levels, by="age"):
        return replace(STUDY, allocation=replace(STUDY.allocation, strata=(stratum(by, *levels),)))

    age = next(m for f in STUDY.forms for m in f.items if m.name == "age")
    assert any("two levels" in s for s in definitions(strata(level("all", at_screening(age) > 0))))
    later = measure("titre of later", source="V4")
    assert any("no value at screening" in s for s in definitions(strata(level("a", later > 1), level("b", later <= 1))))
    twice = replace(STUDY, allocation=replace(STUDY.allocation, strata=STUDY.allocation.strata * 2))
    assert any("two factors" in s for s in definitions(twice))

    def hypotheses(**parts):
        family = STUDY.multiplicity.families[0]
        return replace(STUDY, multiplicity=replace(STUDY.multiplicity, families=(tuple(replace(h, **parts) for h in family),)))

    assert any("‘nowhere’" in s for s in definitions(hypotheses(endpoint="nowhere")))
    assert any("the first, which it is compared with" in s for s in definitions(hypotheses(arm="placebo")))
    assert any("which effect is better" in s for s in definitions(replace(STUDY, multiplicity=replace(STUDY.multiplicity, sides=1))))
    assert any("no hypothesis" in s for s in definitions(replace(STUDY, multiplicity=replace(STUDY.multiplicity, families=()))))


def test_the_read_out_tests_the_hypotheses_together(tmp_path, capsys):
    assert main(["demo", str(PATH), "--participants", "60", "--out", str(tmp_path / "d"), "--no-serve", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["readout"]["arm_tests"]
    assert len(told["pairs"]) == 8 and {p["arm"] for p in told["pairs"]} == {"low dose", "high dose"}
    assert [s["arm"] for s in told["subgroups"]] == ["low dose", "high dose"] and len(told["subgroups"][0]["levels"]) == 2
    tested = told["multiplicity"]
    assert [h["family"] for h in tested["hypotheses"]] == [1, 2, 2, 3] and tested["procedure"] == "gatekeeping"
    families = [[h["adjusted_p"] for h in tested["hypotheses"] if h["family"] == n and h["adjusted_p"] is not None] for n in (1, 2, 3)]
    assert all(max(before) <= min(after) for before, after in zip(families, families[1:], strict=False) if before and after)
    assert all(h["adjusted_p"] >= (h["p"] or 0) for h in tested["hypotheses"])
    report = (tmp_path / "d" / "report.html").read_text(encoding="utf-8")
    for title in ("Each arm against the first", "The arms in subgroups", "Hypotheses tested together"):
        assert title in report
