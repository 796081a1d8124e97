"""A study with roles, sentence by sentence: what a role that is kept blind is shown, by every verb, and what `check` says cannot be hidden."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from trialrun.cli import main
from trialrun.protocol.check.check import check
from trialrun.protocol.frozen.freeze import fingerprint, freeze, thaw
from trialrun.protocol.frozen.load import load
from trialrun.protocol.language import arm, role
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.page.page_html import page_html
from trialrun.protocol.readback.parse import parse_page, rebuilt
from trialrun.protocol.seen import as_seen_by, drugs_alike
from trialrun.protocol.words.arms import Role

FOLDER = Path(__file__).parents[1] / "vaccine"
STUDY = load(FOLDER / "study.py")[0]
ARMS = ("low dose", "high dose", "placebo")
TELLTALE = ("saline", "20 mcg per mL", "60 mcg per mL", "lot-Q", "arm was mistyped")


def person(who, arm_of, dose, batch, day=1, illness=True):
    rows = [
        ("consent", 0, {}),
        ("baseline", 1, {"age": 50 + int(who), "titre": 12}),
        ("randomisation", 1, {"arm": arm_of}),
        ("injection", day, {"dose": dose, "batch": batch, "Batch ": batch}),
        ("reaction", day + 2, {"term": "Sore arm", "grade": 1}),
        ("injection", day + 29, {"dose": dose, "batch": batch}),
        ("sample", day + 57, {"titre": 800}),
        *((("infection", day + 90, {}),) if illness else ()),
    ]
    entries = [
        {
            "participant": who,
            "sequence": n,
            "happened_on": f"2020-{1 + d // 28:02d}-{1 + d % 28:02d}",
            "event": e,
            "values": v,
            "recorded_by": "site",
        }
        for n, (e, d, v) in enumerate(rows, 1)
    ]
    wrong = {**entries[2], "sequence": len(entries) + 1, "corrects": 3, "reason": f"the arm was mistyped: {arm_of}"}
    return [*entries, wrong]


def journal(folder, arm_of, dose, batch):
    folder.mkdir(parents=True)
    people = [
        person("001", arm_of, dose, batch),
        person("002", "low dose", 0.5, "lot-QL"),
        person("003", "placebo", 0.5, "lot-QP", illness=False),
    ]
    people.append(person("004", "high dose", 0.5, "lot-QH", day=3))
    path = folder / "journal.jsonl"
    path.write_text("\n".join(json.dumps(e) for p in people for e in p) + "\n", encoding="utf-8")
    return path


def told(capsys, *words, wanted=0):
    assert main(list(words)) == wanted
    said = capsys.readouterr()
    return said.out + said.err


def bytes_in(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def outputs(capsys, tmp_path, monkeypatch, arm_of, dose, batch, who="investigator"):
    """Everything that a role can be shown of one journal: what is said, and every file."""
    home = tmp_path / arm_of.replace(" ", "-")
    source = journal(home / "in", arm_of, dose, batch)
    monkeypatch.chdir(home)
    study, place = str(FOLDER / "study.py"), str(source.relative_to(home))
    said = []
    for extra in ([], ["--all"], ["--json"]):
        said.append(told(capsys, "walk", study, place, "--participant", "001", "--role", who, *extra))
    for value in ("primary", "subject.arm", "survival"):
        for extra in ([], ["--json"]):
            said.append(told(capsys, "explain", study, place, "001", value, "--role", who, "--cutoff", "2020-12-01", *extra))
    said.append(told(capsys, "walk", study, place, "--participant", "001", "--role", who, "--plot", "--out", "out/road.svg"))
    said.append(told(capsys, "analyse", study, place, "--role", who, "--out", "out/analysis", "--cutoff", "2020-12-01"))
    return said, bytes_in(home / "out")


@pytest.mark.parametrize("who", ["investigator", "statistician"])
def test_two_participants_who_differ_in_their_arm_alone_have_the_same_bytes_in_every_output(capsys, tmp_path, monkeypatch, who):
    """FK10: what is blinded is hidden in every output that a blinded role asks for."""
    one = outputs(capsys, tmp_path, monkeypatch, "low dose", 0.5, "lot-Q1", who)
    other = outputs(capsys, tmp_path, monkeypatch, "placebo", 0.4, "lot-Q2", who)
    assert one == other
    whole = json.dumps(one[0]) + "".join(b.decode("utf-8", "replace") for b in one[1].values())
    names = json.dumps(sorted(one[1]))
    for word in (*ARMS, *TELLTALE):
        assert word not in names
        assert whole.count(word) == sum(whole.count(x) for x in static(word)), word
    assert len(one[1]) > 40


def static(word):
    """Sentences of the study's own text that speak of the arms: they are the same for everybody."""
    texts = [s.words for s in STUDY.statements] + [STUDY.title]
    return [t for t in texts if word in t]


def test_a_role_that_is_not_kept_blind_is_shown_the_arm(capsys, tmp_path, monkeypatch):
    said, files = outputs(capsys, tmp_path, monkeypatch, "high dose", 0.5, "lot-Q1", "pharmacist")
    assert "high dose" in said[0]
    assert b"high dose" in files["analysis/datasets/subject.csv"]


def test_what_is_not_of_a_participant_is_asked_for_a_role_too(capsys):
    study = str(FOLDER / "study.py")
    for verb in (["page"], ["page", "--format", "html"], ["calendar", "--start", "2020-01-06"]):
        said = told(capsys, *verb[:1], study, *verb[1:], "--role", "investigator")
        assert "saline" not in said.replace(STUDY.statements[1].words, "") and "As the role" in said
        assert "study vaccine" in said or verb[0] == "calendar"


def test_the_play_page_of_a_blinded_role_holds_no_arm(capsys, tmp_path):
    told(capsys, "play", str(FOLDER / "study.py"), "--role", "investigator", "--out", str(tmp_path / "p.html"))
    text = (tmp_path / "p.html").read_text(encoding="utf-8")
    for s in STUDY.statements:
        text = text.replace(s.words, "")
    text = text.replace(STUDY.title, "")
    assert not [word for word in (*ARMS, "saline") if word in text]


def test_simulation_for_a_blinded_role_keeps_neither_seed_nor_arm(capsys, tmp_path):
    study, out = str(FOLDER / "study.py"), tmp_path / "sim"
    told(capsys, "simulate", study, "-n", "12", "--seed", "9", "--role", "investigator", "--out", str(out))
    run = json.loads((out / "run.json").read_text())
    assert run["seed"] is None and run["seen_by"] == "investigator" and "9" not in run["fingerprint"][:0]
    people = pl.read_parquet(out / "participants.parquet")
    assert people["arm"].null_count() == 12 and people["injections"].sum() > 0
    assert not (out / "parts").exists()
    told(capsys, "simulate", study, "-n", "12", "--seed", "9", "--out", str(tmp_path / "all"))
    everything = pl.read_parquet(tmp_path / "all" / "participants.parquet")
    assert everything["participant"].to_list() == people["participant"].to_list()
    assert everything["infection_day"].to_list() == people["infection_day"].to_list()
    said = told(capsys, "analyse", str(out), "--out", str(tmp_path / "a"), wanted=3)
    assert "investigator" in said
    told(capsys, "analyse", str(tmp_path / "all"), "--role", "investigator", "--out", str(tmp_path / "b"))
    assert "seed 9" not in (tmp_path / "b" / "report.html").read_text(encoding="utf-8")
    told(capsys, "demo", study, "--participants", "8", "--seed", "9", "--role", "investigator", "--out", str(tmp_path / "d"), "--no-serve")
    journals = (tmp_path / "d" / "journals.jsonl").read_text(encoding="utf-8")
    assert not [word for word in ARMS if word in journals] and '"batch"' not in journals
    assert json.loads((tmp_path / "d" / "run.json").read_text())["seed"] is None


def test_a_journal_that_cannot_be_read_is_not_quoted_to_a_role(capsys, tmp_path):
    path = tmp_path / "j.jsonl"
    path.write_text(
        '{"participant": "001", "happened_on": "2020-01-01", "event": "randomisation", "values": {"arm": "placebo"}, "arm": "placebo"}\n'
    )
    said = told(capsys, "walk", str(FOLDER / "study.py"), str(path), "--role", "investigator", wanted=3)
    assert "placebo" not in said and "cannot be read" in said


def test_a_role_that_the_study_does_not_have_is_named_with_those_that_it_has(capsys):
    said = told(capsys, "walk", str(FOLDER / "study.py"), "--virtual", "1", "--role", "nobody", wanted=2)
    assert "pharmacist, investigator, statistician" in said
    said = told(capsys, "calendar", "mt103-211", "--start", "2020-01-06", "--role", "reader", wanted=2)
    assert "declares none" in said


# What is declared -------------------------------------------------------------------------------------------------------------------


def test_the_study_is_clean_and_comes_back_from_its_page_and_from_its_frozen_text():
    assert check(STUDY).findings == ()
    assert not [n for n in check(STUDY).notes if "blind" in n]
    mark = fingerprint(STUDY)
    for text in (page_markdown(STUDY, mark), page_html(STUDY, mark)):
        assert rebuilt(STUDY, parse_page(text)) == STUDY
    assert thaw(freeze(STUDY))[0] == STUDY
    assert STUDY.roles[2] == Role("statistician", "V3", "trial statistician", True, ("sample",), drug="study vaccine")


def test_the_drugs_of_the_arms_are_one_drug_given_on_the_same_days():
    assert drugs_alike(STUDY) == (("saline", "vaccine 20 mcg per mL", "vaccine 60 mcg per mL"),)
    seen = as_seen_by(STUDY, "investigator")
    assert [(d.drug, d.amount, d.unit, d.at, d.days, d.route) for d in seen.doses] == [
        ("study vaccine", 1.0, "blinded dose", ("after dose 1",), (1,), "intramuscular"),
        ("study vaccine", 1.0, "blinded dose", ("after dose 2",), (1,), "intramuscular"),
    ]
    assert {f.kind for f in check(seen).findings} <= {"uncited statement", "unread", "unrecorded drug"}


def blinding(study):
    return [f.says for f in check(study).findings if f.kind == "blinding"]


def test_what_would_show_the_arm_is_a_finding_that_names_it():
    openly = replace(STUDY, doses=tuple(replace(d, days=(2,)) if d.drug == "saline" else d for d in STUDY.doses))
    assert any("‘saline’ is given openly in ‘placebo’" in says and "‘injection’" in says for says in blinding(openly))
    told_amount = replace(
        STUDY,
        forms=tuple(replace(f, items=tuple(replace(m, blinded=m.blinded and m.role != "dose") for m in f.items)) for f in STUDY.forms),
    )
    assert any("‘dose’" in says and "blinded=True" in says for says in blinding(told_amount))
    one_visit = replace(STUDY, visits=tuple(replace(v, arms=("placebo",)) if v.name == "Day 57" else v for v in STUDY.visits))
    assert any("‘Day 57’" in says and "‘placebo’" in says for says in blinding(one_visit))
    one_rule = replace(STUDY, rules=tuple(replace(r, arms=("low dose",)) if "infection" in r.words else r for r in STUDY.rules))
    assert any("‘infection’" in says and "‘low dose’" in says for says in blinding(one_rule))


def test_what_a_role_hides_is_declared_and_is_not_what_others_count_by():
    def wrong(**parts):
        base = dict(name="r", source="V3", blinded=True) | parts
        return [f.says for f in check(replace(STUDY, roles=(Role(**base),))).findings if f.kind == "definition"]

    assert any("‘Day 58’" in says for says in wrong(visits=("Day 58",)))
    assert any("enrolled=" in says for says in wrong(forms=("randomisation",)))
    twice = replace(STUDY, roles=(STUDY.roles[0], STUDY.roles[0]))
    assert any("role ‘pharmacist’ is declared twice" in f.says for f in check(twice).findings)
    with pytest.raises(ValueError, match="blinded=True"):
        role("r", source="V3", hides=(STUDY.visits[0],))
    with pytest.raises(TypeError, match="forms, items and visits"):
        role("r", source="V3", blinded=True, hides=(arm("a", source="V1"),))


def test_blinded_items_and_nobody_blind_is_a_note():
    assert any("nobody is kept blind" in n for n in check(replace(STUDY, roles=())).notes)


def test_a_copy_of_the_study_folder_reads_the_same(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "v", ignore=shutil.ignore_patterns("__pycache__"))
    assert load(tmp_path / "v" / "study.py")[0] == STUDY


def test_a_participant_who_was_injected_but_not_allocated_is_analysed_beside_one_who_was(capsys, tmp_path):
    alone = [e for e in person("001", "placebo", 0.5, "b") if e["event"] != "randomisation" and "corrects" not in e]
    dies = {**alone[-1], "event": "reaction", "values": {"term": "Shock", "grade": 5}, "happened_on": "2020-05-20"}
    alone = [{**e, "sequence": n} for n, e in enumerate((*alone, dies), 1)]
    path = tmp_path / "two.jsonl"
    path.write_text("\n".join(json.dumps(e) for e in (*alone, *person("002", "low dose", 0.5, "b"))) + "\n", encoding="utf-8")
    for n, role_ in enumerate(([], ["--role", "investigator"])):
        told(capsys, "analyse", str(FOLDER / "study.py"), str(path), *role_, "--out", str(tmp_path / str(n)))
    subject = pl.read_parquet(tmp_path / "0" / "datasets" / "subject.parquet")
    assert dict(zip(subject["participant"], subject["arm"], strict=True)) == {"001": None, "002": "low dose"}
