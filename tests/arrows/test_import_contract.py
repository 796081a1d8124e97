"""Imports between the rooms go one way, and below records nothing asks the clock or rolls a global die."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "trialrun"
PURE_ROOMS = (
    "statistics",
    "paper",
    "protocol",
    "studies",
    "journey",
    "pharmacology",
    "chance",
    "simulation",
    "analysis",
    "report",
    "exchange",
)
IMPURE = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "uuid.uuid1",
    "uuid.uuid4",
    "os.urandom",
    "os.getrandom",
}
SEEDED = {"Generator", "BitGenerator", "SeedSequence", "Philox", "PCG64", "PCG64DXSM", "SFC64", "MT19937", "default_rng"}


def lint_imports(source=None):
    """Run lint-imports with the project's contract, on another source folder if one is given."""
    environment = dict(os.environ, PYTHONPATH=str(source)) if source else None
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def test_the_import_contract_is_kept():
    result = lint_imports()
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "text", "sentence"),
    [
        ("protocol/table.py", "import trialrun.journey.fold", "trialrun.protocol.table may not import trialrun.journey.fold"),
        ("analysis/survival.py", "from trialrun.journey import fold", "trialrun.analysis.survival may not import trialrun.journey.fold"),
        ("exchange/sdtm.py", "from trialrun.analysis import survival", "trialrun.exchange.sdtm may not import trialrun.analysis.survival"),
        ("attic/old.py", "", "The room 'attic' is not in the table"),
        ("analysis/datasets.py", "from trialrun.journey import fold", None),
        ("exchange/sdtm.py", "from trialrun.analysis import datasets", None),
        ("cli.py", "from trialrun.journey import fold", None),
    ],
)
def test_the_contract_sees_a_forbidden_import(tmp_path, module, text, sentence):
    package = tmp_path / "trialrun"
    for name in ("protocol/table.py", "journey/fold.py", "analysis/datasets.py", "analysis/survival.py", "exchange/sdtm.py", module):
        file = package / name
        file.parent.mkdir(parents=True, exist_ok=True)
        (file.parent / "__init__.py").touch()
        file.touch()
    (package / "__init__.py").touch()
    (package / module).write_text(text)
    result = lint_imports(tmp_path)
    assert (result.returncode == 0) == (sentence is None), result.stdout + result.stderr
    assert sentence is None or sentence in " ".join(result.stdout.split()), result.stdout


def impurities(text):
    """Uses of the wall clock or of unseeded chance in a Python text, as (line, dotted name)."""
    tree = ast.parse(text)
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                known[alias.asname or alias.name.split(".")[0]] = alias.name if alias.asname else alias.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def dotted(node):
        if isinstance(node, ast.Attribute):
            front = dotted(node.value)
            return front and f"{front}.{node.attr}"
        return known.get(node.id) if isinstance(node, ast.Name) else None

    unseeded = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call) and not node.args and not node.keywords}
    found = []
    for node in ast.walk(tree):
        name = dotted(node) if isinstance(node, ast.Attribute | ast.Name) else None
        if not name:
            continue
        chance = name.removeprefix("numpy.random.").split(".")[0] if name.startswith("numpy.random.") else None
        if (
            name in IMPURE
            or name.split(".")[0] in ("random", "secrets")
            or (chance and chance not in SEEDED)
            or (chance == "default_rng" and id(node) in unseeded)
        ):
            found.append((node.lineno, name))
    return sorted(set(found))


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_effects_enter_as_arguments(room):
    found = [
        f"{file.relative_to(ROOT)}:{line} uses {name}: take it as an argument from the edge"
        for file in sorted((PACKAGE / room).rglob("*.py"))
        for line, name in impurities(file.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("from datetime import datetime\nx = datetime.now()", False),
        ("import datetime as d\nx = d.date.today()", False),
        ("from time import time as clock\nx = clock()", False),
        ("import uuid\nf = uuid.uuid4", False),
        ("import numpy as np\nx = np.random.normal()", False),
        ("from numpy import random\nx = random.random()", False),
        ("import numpy as np\nx = np.random.default_rng()", False),
        ("import random\nx = random.Random(1)", False),
        ("from random import choice\nx = choice([1])", False),
        ("import numpy as np\nx = np.random.Generator(np.random.Philox(key=1))", True),
        ("import numpy as np\nx = np.random.default_rng(7)", True),
        ("from datetime import date\nx = date(2012, 1, 1)", True),
        ("def f(now, random):\n    return now.today(), random.normal()", True),
    ],
)
def test_the_reading_of_the_syntax_tree(text, clean):
    assert (not impurities(text)) == clean
