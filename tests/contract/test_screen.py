"""What every verb prints: within the width, plain when piped, coloured on a terminal only, and nothing that a terminal obeys (FR15)."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time

import pytest

from trialrun.cli import main, screen
from trialrun.cli.screen import Command, Document, Grid, cell, fitted, safe, safe_json, shown

ODD = "a\x1b[31mred\x1b]0;title\x07\u202eflip\u2066\u200f\x9b2J\x7f\rback"
ENTRIES = [
    {"happened_on": "2012-02-27", "event": "consent"},
    {"happened_on": "2012-02-29", "event": "screening result", "values": {"eligible": True, "blasts": 60}},
    {"happened_on": "2012-03-05", "event": "infusion start", "values": {"dose": 9}},
    {"happened_on": "2012-03-07", "event": "adverse event", "values": {"term": ODD, "grade": 3}},
    {"happened_on": "2012-03-09", "event": "infusion stop", "values": {"reason": "toxicity"}},
    {"happened_on": "2012-03-20", "event": "response assessment", "values": {"blasts": 340}},
    {"happened_on": "2012-04-20", "event": "death", "values": {"cause": ODD}},
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a journal, a simulated run and a demonstration."""
    folder = tmp_path_factory.mktemp("screen")
    (folder / "one.jsonl").write_text("".join(json.dumps({"participant": "001-004", **e}) + "\n" for e in ENTRIES), encoding="utf-8")
    here = os.getcwd()
    os.chdir(folder)
    try:
        assert main(["simulate", "-n", "30", "--trials", "3", "--out", "trials", "--json"]) == 0
        assert main(["demo", "--participants", "12", "--no-serve", "--out", "demo", "--json"]) == 0
    finally:
        os.chdir(here)
    return folder


COMMANDS = [
    ["check"],
    ["check", "maintenance-two-arm"],
    ["check", "--all"],
    ["walk", "one.jsonl"],
    ["walk", "one.jsonl", "--on", "2012-03-08", "--all"],
    ["walk", "--virtual", "7"],
    ["walk", "maintenance-two-arm", "--virtual", "3"],
    ["calendar", "--start", "2012-03-05"],
    ["calendar", "maintenance-two-arm", "--start", "2012-03-05"],
    ["explain", "one.jsonl", "001-004", "OS"],
    ["explain", "one.jsonl", "001-004", "best response"],
    ["analyse", "one.jsonl", "--out", "a1"],
    ["analyse", "trials", "--out", "a2", "--all"],
    ["operating-characteristics", "trials", "--out", "o1"],
    ["operating-characteristics", "trials", "--out", "o1", "--all"],
    ["demo", "maintenance-two-arm", "--participants", "20", "--no-serve", "--out", "demo-two"],
    ["demo", "--participants", "3", "--no-serve", "--out", "a-folder-with-quite-a-long-name/" * 4 + "demo"],
    ["simulate", "-n", "3", "--out", "s1"],
    ["verify", "demo/journal.sqlite"],
    ["new", "a-study"],
    ["freeze", "--out", "f.json"],
    ["page", "--out", "p.md"],
    ["play", "--out", "p.html"],
]


@pytest.mark.parametrize("columns", ["80", pytest.param("57", marks=pytest.mark.slow)])
def test_no_line_is_longer_than_the_width_and_piped_text_is_plain(place, monkeypatch, capsys, columns):
    monkeypatch.chdir(place)
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("FORCE_COLOR", "1")
    for command in COMMANDS:
        if command[0] == "new":
            command = ["new", f"a-study-{columns}"]
        assert main(command) == 0, command
        out = capsys.readouterr().out
        long = [line for line in out.split("\n") if len(line) > int(columns)]
        assert not long, (command, long)
        assert out.strip() and not screen.OBEYED.search(out), command
        assert all(line == line.rstrip() for line in out.split("\n")), command


@pytest.mark.slow
def test_most_verbs_answer_with_about_a_screen_and_all_of_it_when_asked(place, monkeypatch, capsys):
    monkeypatch.chdir(place)
    monkeypatch.delenv("COLUMNS", raising=False)
    for command, limit in ((["check"], 24), (["walk", "one.jsonl"], 55), (["analyse", "trials", "--out", "a3"], 55)):
        main(command)
        brief = capsys.readouterr().out.count("\n")
        main([*command, "--all"])
        assert brief <= limit and brief < capsys.readouterr().out.count("\n"), command
    main(["check", "--all"])
    text = " ".join(capsys.readouterr().out.split())
    assert "nobody is enrolled or infused before consent (R2)" in text and "To which course does a cycle belong?" in text


def test_every_help_fits_and_explain_says_what_can_be_asked(monkeypatch, capsys):
    from trialrun.cli import VERBS

    for columns in ("40", "61", "80", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        for verb in ((), *((v,) for v in VERBS)):
            assert main([*verb, "--help"]) == 0
            assert max(map(len, capsys.readouterr().out.split("\n"))) <= max(int(columns), 80)
    for study, names in (
        ("mt103-211", ("RFS censored at HSCT", "MRD responders", "remission began", "best response")),
        ("maintenance-two-arm", ("progression-free survival", "randomised")),
    ):
        main(["explain", study, "--help"])
        text = " ".join(capsys.readouterr().out.split())
        assert [n for n in names if n not in text] == []


def test_the_calendar_says_what_it_leaves_out_and_why(capsys):
    assert main(["calendar", "--start", "2012-03-05", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(v["what"], v["because"]) for v in told["left_out"]] == [("Month 3", "it falls before the End of core study visit")]
    assert not {v["what"] for v in told["left_out"]} & {d["what"] for d in told["dates"]}
    main(["calendar", "maintenance-two-arm", "--start", "2012-03-05"])
    out = capsys.readouterr().out
    assert "Left out" in out and "Survival contact: nothing in the planned journey asks for it" in out


def test_control_characters_and_marks_of_direction_are_shown_and_not_obeyed_FR15(place, monkeypatch, capsys):
    monkeypatch.chdir(place)
    for command in (
        ["explain", "one.jsonl", "001-004", "OS"],
        ["walk", "one.jsonl", "--all"],
        ["walk", "one.jsonl", "--on", ODD],
        [ODD],
        ["check", ODD],
    ):
        main(command)
        told = capsys.readouterr()
        assert not screen.OBEYED.search(told.out + told.err), command
        main([*command, "--json"])
        told = capsys.readouterr()
        assert not screen.OBEYED.search(told.out + told.err) and isinstance(json.loads(told.out), dict)
    main(["explain", "one.jsonl", "001-004", "OS"])
    assert "\\x1b[31mred" in capsys.readouterr().out.replace("\n", "").replace(" ", "")
    main(["explain", "one.jsonl", "001-004", "OS", "--json"])
    assert json.loads(capsys.readouterr().out)["entries"][-1]["values"]["cause"] == ODD


def test_safe_text_keeps_what_people_write():
    text = "Zoë, Ελλάδα, 日本, 5 × 10⁹/L, “ok” – 1,5 µg\nnext"
    assert safe(text) == text and json.loads(safe_json(json.dumps(text, ensure_ascii=False))) == text
    assert safe("\x1b\u202e\udcff\U000e0041") == "\\x1b\\u202e\\udcff\\U000e0041"
    assert json.loads(safe_json(json.dumps(ODD + "\U000e0041", ensure_ascii=False))) == ODD + "\U000e0041"
    assert cell("two\nlines") == "two\\nlines"


@pytest.mark.parametrize("columns", [40, 80])
def test_long_words_and_wide_signs_are_broken_within_the_width(columns):
    from rich.cells import cell_len

    for text in ("x" * 500, "日本" * 200, f"name      {'word ' * 60}", " " * 60 + "indented far " * 9, "a\tb" * 50):
        lines = fitted(text, columns).split("\n")
        assert max(map(cell_len, lines)) <= columns
        assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text.expandtabs(4))
    assert fitted("Name      " + "word " * 12, 40).split("\n")[1].startswith(" " * 10 + "word")


def test_grids_keep_their_words_and_commands_can_be_copied(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    out = shown([Grid([("2012-01-01", "done", "word " * 30), ("x" * 90, "[bold]not markup[/bold]", "")], ("When", "State", "What"))])
    assert (
        max(map(len, out.split("\n"))) <= 60 and out.count("word") == 30 and "2012-01-01" in out and out.replace("\n", "").count("x") == 90
    )
    assert "[bold]not" in out
    command = "  trialrun walk " + "/".join(["folder"] * 6) + " " + "/".join(["folder"] * 5) + " --participant 001-004"
    lines = shown([Command(command)]).rstrip("\n").split("\n")
    assert max(map(len, lines)) <= 60 and all(line.endswith(" \\") for line in lines[:-1])
    assert " ".join(line.removesuffix("\\").strip() for line in lines) == command.strip()


def test_documents_are_piped_as_they_are(capsys, monkeypatch, tmp_path):
    assert main(["freeze"]) == 0
    printed = capsys.readouterr().out
    assert main(["freeze", "--out", str(tmp_path / "f.json")]) == 0
    assert printed.rstrip("\n") == (tmp_path / "f.json").read_text(encoding="utf-8").rstrip("\n")
    text = "| a very long line " * 30 + ODD
    assert shown(Document(text)) == text


# On a terminal ------------------------------------------------------------------------------------------------------------------------


def on_terminal(*command, columns=80, **changed):
    """What a command writes to a terminal, and its exit code."""
    main_end, other = pty.openpty()
    termios.tcsetwinsize(other, (24, columns))
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")}
    environment |= {"TERM": "xterm-256color", "TRIALRUN_SERVE": "0", **changed}
    running = subprocess.Popen(
        [sys.executable, "-m", "trialrun", *command], stdin=other, stdout=other, stderr=other, env=environment, close_fds=True
    )
    os.close(other)
    got, until = b"", time.monotonic() + 120
    while time.monotonic() < until:
        ready, _, _ = select.select([main_end], [], [], 0.2)
        if ready:
            try:
                piece = os.read(main_end, 65_536)
            except OSError:
                break
            if not piece:
                break
            got += piece
        elif running.poll() is not None:
            break
    os.close(main_end)
    return running.wait(timeout=30), got.decode("utf-8").replace("\r\n", "\n")


def uncoloured(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_terminal_has_colour_and_its_own_width():
    code, text = on_terminal("walk", "--virtual", "7", columns=100)
    assert code == 0 and "\x1b[1m" in text
    assert not screen.OBEYED.search(uncoloured(text)) and 80 < max(map(len, uncoloured(text).split("\n"))) <= 100


def test_no_color_is_honoured():
    code, text = on_terminal("walk", "--virtual", "7", NO_COLOR="1")
    assert code == 0 and "\x1b" not in text and max(map(len, text.split("\n"))) <= 80


def test_long_work_has_a_bar_on_a_terminal_and_two_lines_when_piped(tmp_path):
    code, text = on_terminal("simulate", "-n", "90", "--trials", "4", "--out", str(tmp_path / "a"))
    assert code == 0 and "━" in text and "360 participants" in uncoloured(text).replace("\n", " ")
    command = [sys.executable, "-m", "trialrun", "simulate", "-n", "90", "--trials", "4", "--out", str(tmp_path / "b")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0 and run.stderr.count("\n") == 2 and "\x1b" not in run.stdout + run.stderr


def test_messages_are_wrapped_on_a_terminal():
    code, text = on_terminal("check", "no-such-study-" + "x" * 100)
    assert code == 3 and max(map(len, text.split("\n"))) <= 80
