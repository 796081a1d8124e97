"""Calls with any words whatever: never a traceback, an exit code that is published, and with --json one object (FR13, FR17)."""

import json
import random
import sys

import pytest

from trialrun.cli import VERBS, main

CODES = {0, 1, 2, 3, 4, 130}
WORDS = [
    "", " ", "-", "--", "-1", "0", "1", "2", "1e9", "9" * 30, "nan", "²", "x", "é\u202e", "\x1b[2J", "\udcff", "../../x", "/", "/dev/null", ".", "~",
    "2012-03-05", "2012-02-30", "2012", "0001-01-01", "9999-12-31", "0000-00-00", "2012-W15-1", "2012-04-10T08:00+09:00", "2012-04-10T25:00", "1/2", "2/1",
    "0/0", "a/b", "mt103-211", "maintenance-two-arm", "one.jsonl", "empty.jsonl", "cut.jsonl", "binary.sqlite", "folder", "empty", "study.json", "list.json",
    "latin.jsonl", "001-004", "OS", "best response", "subject.age", "journal", "entry", "standing", "html", "md", "null", "[]", "{}", "%s", "%(prog)s", "{0}", "[bold]",
]  # fmt: skip
OUT = "out"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with good, bad and odd files, which is where the call is made."""
    entry = '{"participant": "001-004", "happened_on": "2012-03-05", "event": "consent"}\n'
    (tmp_path / "one.jsonl").write_text(entry, encoding="utf-8")
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "cut.jsonl").write_text(entry[:30])
    (tmp_path / "latin.jsonl").write_bytes(entry.replace("consent", "é").encode("latin-1"))
    (tmp_path / "binary.sqlite").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "study.json").write_text('{"format": "trialrun study 1", "fingerprint": "0", "study": {}}')
    (tmp_path / "list.json").write_text("[[[[1]]]]")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "one.jsonl").write_text(entry)
    (tmp_path / "folder" / "run.json").write_text("[]")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIALRUN_SERVE", "0")
    monkeypatch.delenv("TRIALRUN_DEBUG", raising=False)
    return tmp_path


def calls(seed, n):
    """Calls of every verb with words drawn from the list, for options and in their place; sizes stay small."""
    chance = random.Random(seed)
    for _ in range(n):
        verb = chance.choice(
            [v for v in VERBS if v not in ("demo", "simulate", "operating-characteristics")] * 3
            + ["demo", "simulate", "operating-characteristics"]
        )
        words = [verb]
        for names, how in VERBS[verb].arguments:
            if not names[0].startswith("-"):
                words += [chance.choice(WORDS) for _ in range(chance.choice((0, 1, 1, 2, 3)))]
            elif chance.random() < 0.35 and how.get("action") in ("store_true", None) and names[-1] not in ("--serve", "--out", "--in"):
                words += [names[-1], *([chance.choice(WORDS)] if "action" not in how else [])]
        small = {
            "demo": ["--participants=1"],
            "simulate": ["-n=1", "--trials=1"],
            "operating-characteristics": ["-n=1", "--trials=1", "--threads=1"],
        }
        words += small.get(verb, [])
        if any(names[0] == "--out" for names, _ in VERBS[verb].arguments):
            words += ["--out", OUT]
        yield words


def answered(words, capsys):
    """The exit code, where the call is answered as it should be."""
    code = main([*words, "--json"])
    told = capsys.readouterr()
    assert code in CODES, words
    assert "Traceback" not in told.err + told.out and "should not have happened" not in told.err, (words, told.err)
    data = json.loads(told.out)
    assert isinstance(data, dict), words
    if code >= 2:
        assert data["code"] == code and data["error"], words
    return code


@pytest.mark.parametrize("seed", range(4))
def test_no_call_ends_in_a_traceback(place, capsys, seed):
    seen = {answered(words, capsys) for words in calls(seed, 60) if "--help" not in words}
    assert seen >= {2, 3}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_no_call_of_many_ends_in_a_traceback(place, capsys, seed):
    assert {answered(words, capsys) for words in calls(seed, 150)} >= {2, 3}


def test_what_nobody_foresaw_is_told_in_a_sentence(place, capsys, monkeypatch):
    from trialrun.cli import studies

    def broken(_):
        raise KeyError("nobody thought of this")

    monkeypatch.setattr(studies, "check", broken)
    assert main(["check", "--json"]) == 4
    told = capsys.readouterr()
    assert "KeyError" in json.loads(told.out)["error"] and "report it" in told.err and "Traceback" not in told.err
    monkeypatch.setenv("TRIALRUN_DEBUG", "1")
    main(["check"])
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("raised", "code"), [(MemoryError(), 4), (RecursionError("deep"), 3), (OSError(28, "No space left on device", "x"), 4)]
)
def test_what_the_surroundings_lack_is_told(place, capsys, monkeypatch, raised, code):
    from trialrun.cli import studies

    def broken(_):
        raise raised

    monkeypatch.setattr(studies, "check", broken)
    assert main(["check", "--json"]) == code
    assert json.loads(capsys.readouterr().out)["code"] == code


def test_an_output_that_cannot_take_the_words_is_no_traceback():
    import os
    import subprocess

    for encoding in ("ascii", "latin-1"):
        environment = {**os.environ, "PYTHONIOENCODING": encoding}
        for command in (["check"], ["check", "--json"], ["calendar", "--start", "2012-03-05"], ["check", "é"]):
            run = subprocess.run([sys.executable, "-m", "trialrun", *command], capture_output=True, env=environment, timeout=120)
            assert run.returncode in (0, 3) and b"Traceback" not in run.stderr, run.stderr
    with open("/dev/full", "w") as full:
        run = subprocess.run([sys.executable, "-m", "trialrun", "check"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=120)
        assert run.returncode == 4 and "Traceback" not in run.stderr and "No space" in run.stderr
