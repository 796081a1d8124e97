"""No word of a shipped study stands outside its folder: not its drugs, its disease, its classes nor its names."""

import ast
import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "trialrun"
WORDS = re.compile(
    r"mt103|blinatumomab|dexamethasone|cd19|\bCRh\b|leuk(a)?emia|marrow|philadelphia|NCT\d|mercaptopurine|maintenance.two", re.IGNORECASE
)
DEFAULT = {"mt103-211"}
"""The study that is meant where a command names none: its name alone, in the places that take one."""
PLACES = {"cli/__init__.py", "cli/sources.py", "cli/people.py", "cli/runs.py", "front.py"}


def texts(path):
    """The texts and names of a module but for what documents it, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value
        elif isinstance(node, ast.Name | ast.FunctionDef | ast.ClassDef | ast.arg):
            yield node.lineno, getattr(node, "id", None) or getattr(node, "name", None) or node.arg


def test_no_word_of_a_shipped_study_stands_outside_its_folder():
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE).as_posix()
        if not place.startswith("studies/"):
            found += [
                f"{place}:{n}: {text[:60]}" for n, text in texts(path) if WORDS.search(text) and not (text in DEFAULT and place in PLACES)
            ]
    for path in sorted(SOURCE.rglob("*.js")):
        if WORDS.search(text := path.read_text(encoding="utf-8")):
            found.append(f"{path.relative_to(SOURCE)}: {WORDS.search(text)[0]}")
    assert found == []
