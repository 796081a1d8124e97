"""The wheel, alone in an empty environment, runs the demonstration from anywhere."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]


def run(*command, **options):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    assert result.returncode == 0, f"{command} ended with {result.returncode}\n{result.stdout}\n{result.stderr}"
    return result


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (built,) = folder.glob("trialrun-*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_package(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    written = {
        file.relative_to(SOURCE).as_posix()
        for file in (SOURCE / "trialrun").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
    }
    assert written <= names, f"missing from the wheel: {sorted(written - names)}"
    assert "trialrun/py.typed" in names


def test_the_demonstration_runs_from_the_wheel_alone(wheel, tmp_path):
    environment, elsewhere, out = tmp_path / "environment", tmp_path / "elsewhere", tmp_path / "out"
    elsewhere.mkdir()
    run(sys.executable, "-m", "venv", environment)
    run(environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt", wheel)

    command = [environment / "bin" / "trialrun", "demo", "--participants", "12", "--no-serve", "--out", out]
    run(*command, cwd=elsewhere, env={"PATH": os.defpath}, timeout=600)

    files = [file for file in out.rglob("*") if file.is_file()]
    listing = sorted(str(file.relative_to(out)) for file in files)
    assert any(file.suffix == ".html" and b"<html" in file.read_bytes().lower() for file in files), f"no HTML report among {listing}"
    assert any(file.read_bytes().startswith(b"SQLite format 3\0") for file in files), f"no SQLite file among {listing}"
