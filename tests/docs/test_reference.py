"""The generated reference is up to date, and every command is documented."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_reference_pages_are_not_stale():
    run = subprocess.run([sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr + "\nrun: python docs/generate.py"


def test_every_command_is_documented():
    from trialrun.cli import VERBS

    text = (ROOT / "docs/reference/commands.md").read_text()
    assert [v for v in VERBS if f"## {v}\n" not in text] == []
