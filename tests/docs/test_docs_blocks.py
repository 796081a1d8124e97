"""Every fenced block of the README and of docs runs: Python in one namespace a page, `$ trialrun ..` through the command.

- `python`: executed. A block whose first line is `# NAME.py` is also appended to that file in the page's own folder.
- `console`: each line `$ trialrun ..` is run in that folder; the lines under it must come out, in their order (`…` stands for anything).
  A command that fails must show what it then says.
- any other tag (`text`, `json`, `sh` for other programs, ..) is not run; after the words "Save this as `NAME`:" such a block is written to that file.
"""

import ast
import inspect
import os
import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(p for p in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")) if p.is_file())
FENCE = re.compile(r"^```([\w-]*)[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
SAVE = re.compile(r"Save this as `([\w.-]+)`:\s*\Z")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
NOT_RUN = {"text", "sh", "json", "jsonl", "sql", "csv", "html", "yaml", "toml", "mermaid", "r", "javascript"}


def blocks(text):
    """The fenced blocks of a page: (line, tag, body, file that it is saved as)."""
    for found in FENCE.finditer(text):
        save = SAVE.search(text[: found.start()])
        yield text[: found.start()].count("\n") + 1, found[1], found[2], save[1] if save else None


def commands(body):
    """The commands of a console block, each with the lines that must come out."""
    told = []
    for line in body.splitlines():
        if line.startswith("$ "):
            told.append((line[2:], []))
        elif told and line.strip():
            told[-1][1].append(line)
    return told


def missing(wanted, output):
    """The first wanted line that the output does not show in its order, None when all are there."""
    lines = iter(" ".join(line.split()) for line in output.splitlines())
    for line in wanted:
        pattern = re.compile(".*".join(re.escape(part.strip()) for part in " ".join(line.split()).split("…")))
        if not any(pattern.search(told) for told in lines):
            return line
    return None


def run(line, capsys):
    """The exit code, output and errors of one `trialrun ..` line."""
    from trialrun.cli import main

    words = shlex.split(line)
    assert words[0] == "trialrun", f"$ {line}: only trialrun is run here; tag blocks of other commands `text`"
    capsys.readouterr()
    try:
        code = main(words[1:])
    except SystemExit as left:
        code = left.code or 0
    told = capsys.readouterr()
    return code, told.out, told.err


def run_page(page, capsys):
    """Run every block of a page in the current folder; how many there are."""
    done = 0
    names = {"__name__": "__docs__"}
    for line, tag, body, saved in blocks(page.read_text(encoding="utf-8")):
        place = f"{page.name}, line {line}"
        done += 1
        if saved:
            Path(saved).write_text(body, encoding="utf-8")
        elif tag == "python":
            if first := re.match(r"# ([\w-]+\.py)\n", body):
                with open(first[1], "a", encoding="utf-8") as file:
                    file.write(body)
            exec(compile("\n" * line + body, str(page), "exec"), names)
        elif tag == "console":
            for command, wanted in commands(body):
                code, out, err = run(command, capsys)
                lack = missing(wanted, out + "\n" + err)
                assert lack is None, f"{place}: $ {command}\ndoes not say: {lack}\nbut, with exit code {code}:\n{out}{err}"
                assert code == 0 or wanted, f"{place}: $ {command}\nfails with exit code {code}, and the page does not say so:\n{out}{err}"
        else:
            assert tag in NOT_RUN, (
                f"{place}: a block tagged {tag!r} is not run: tag it python or console, or one of {', '.join(sorted(NOT_RUN))}"
            )
    return done


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("tables")


LONG = "docs/how-to/analyse.md"  # it simulates and analyses again and again


@pytest.mark.parametrize(
    "page", [pytest.param(p, marks=pytest.mark.slow) if p == ROOT / LONG else p for p in PAGES], ids=lambda p: str(p.relative_to(ROOT))
)
def test_every_block_of_the_page_runs(page, tmp_path, monkeypatch, capsys, cache):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIALRUN_CACHE", str(cache))
    monkeypatch.setenv("TRIALRUN_SERVE", "0")
    assert run_page(page, capsys) == len(list(blocks(page.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    inside = [link.split("#")[0] for link in LINK.findall(text) if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in inside if link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("```python\nassert 1 == 2\n```\n", AssertionError),
        ("```console\n$ trialrun --version\nanother program\n```\n", AssertionError),
        ("```console\n$ trialrun walk no.jsonl --on 2012-01-01\n```\n", AssertionError),
        ("```console\n$ trialrun walk no.jsonl --on 2012-01-01\ntrialrun walk: there is no journal …\n```\n", None),
        ("```console\n$ ls\n```\n", AssertionError),
        ("```bash\nls\n```\n", AssertionError),
        ("```python\n# a.py\nx = 1\n```\n\n```python\n# a.py\nassert x == 1\n```\n\nSave this as `b.txt`:\n\n```text\nhere\n```\n", None),
    ],
)
def test_the_reader_of_blocks_sees_what_is_wrong(text, fault, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text(text)
    if fault is None:
        run_page(page, capsys)
        assert not (tmp_path / "a.py").exists() or (tmp_path / "a.py").read_text().count("# a.py") == 2
        assert (tmp_path / "b.txt").exists() == ("b.txt" in text)
    else:
        with pytest.raises(fault):
            run_page(page, capsys)


def test_the_guide_uses_every_word_of_the_language():
    from trialrun.protocol import endpoints, invariants, language

    text = (ROOT / "docs" / "how-to" / "write-your-own-study.md").read_text(encoding="utf-8")
    code = "".join(body for _, tag, body, _ in blocks(text) if tag == "python").replace("only_after", "after")
    used = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    words = set(language.__all__)
    for module in (endpoints, invariants):
        words |= {n for n, v in vars(module).items() if inspect.isfunction(v) and v.__module__ == module.__name__ and not n.startswith("_")}
    assert words - used == set()


def test_there_are_pages():
    assert len(PAGES) > 5
    assert os.path.isfile(ROOT / "docs" / "how-to" / "write-your-own-study.md")
