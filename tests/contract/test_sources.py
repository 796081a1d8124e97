"""What `analyse` and `explain` take as a source: one file, a folder of several, and what they answer to two."""

import json

import pytest
from tests.spec.told import FIRST, marrow, told

from trialrun.cli import main
from trialrun.cli.sources import journals


def written(folder, name, *people):
    rows = [json.dumps(e.as_json()) for who in people for e in told(*FIRST, marrow(28), name=who)]
    (folder / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(folder / name)


def test_all_jsonl_files_of_a_folder_are_read_together(tmp_path):
    written(tmp_path, "site-1.jsonl", "001-001", "001-002")
    written(tmp_path, "journals.jsonl", "002-001")
    people, _ = journals(str(tmp_path))
    assert sorted(people) == ["001-001", "001-002", "002-001"]
    assert [e.sequence for e in people["001-002"]] == list(range(1, 8))


def test_a_participant_in_two_files_of_a_folder_is_refused_with_both_named(tmp_path, capsys):
    written(tmp_path, "a.jsonl", "001-001")
    written(tmp_path, "b.jsonl", "001-002", "001-001")
    assert main(["explain", str(tmp_path), "001-001", "OS"]) == 3
    said = capsys.readouterr().err
    assert "participant 001-001 stands in a.jsonl and in b.jsonl" in said


@pytest.mark.parametrize("verb", ["analyse", "explain"])
def test_two_files_are_answered_with_the_cure(tmp_path, capsys, verb):
    a, b = written(tmp_path, "a.jsonl", "001-001"), written(tmp_path, "b.jsonl", "001-002")
    rest = ["001-001", "OS"] if verb == "explain" else ["--out", str(tmp_path / "out")]
    assert main([verb, a, b, *rest]) == 2
    assert "put the .jsonl files into one folder, and name the folder" in capsys.readouterr().err


def test_a_folder_without_a_journal_says_what_it_lacks(tmp_path, capsys):
    assert main(["explain", str(tmp_path), "001-001", "OS"]) == 3
    assert "holds no journal.sqlite and no .jsonl file" in capsys.readouterr().err
