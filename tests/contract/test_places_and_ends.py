"""What surrounds the command: a read-only installation without a home (FR11), and workers that end with the process that began them (FR12)."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import trialrun

PACKAGE = Path(trialrun.__file__).parent
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def obey_permissions():
    """Also the superuser is refused what a folder's permissions refuse."""
    libc = ctypes.CDLL(None)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        libc.prctl(24, capability, 0, 0, 0)


@LINUX
def test_a_read_only_installation_without_a_home_compiles_in_a_place_of_its_own_and_says_so_FR11(tmp_path):
    place, temporary = tmp_path / "installed", tmp_path / "tmp"
    shutil.copytree(PACKAGE, place / "trialrun", ignore=shutil.ignore_patterns("__pycache__"))
    temporary.mkdir()
    folders = [place, *(p for p in place.rglob("*") if p.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(place),
        "HOME": "/proc/none",
        "TMPDIR": str(temporary),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    code = "from trialrun.chance import kernel; from trialrun import compiled_cache as c; print(c.said)"
    try:
        run = subprocess.run(
            [sys.executable, "-c", code], env=environment, preexec_fn=obey_permissions, capture_output=True, text=True, timeout=240
        )
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert run.returncode == 0, run.stderr
    assert "NUMBA_CACHE_DIR" in run.stdout
    (made,) = temporary.glob("trialrun-compiled-*")
    assert made.stat().st_mode & 0o077 == 0


@LINUX
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_the_process_that_began_them_FR12(tmp_path, how):
    command = [
        sys.executable,
        "-m",
        "trialrun",
        "simulate",
        "-n",
        "500",
        "--trials",
        "200",
        "--threads",
        "2",
        "--out",
        str(tmp_path / "out"),
    ]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    until = time.monotonic() + 90
    while time.monotonic() < until and not list((tmp_path / "out" / "parts").glob("participants-*.parquet")):
        time.sleep(0.1)
    assert len(of_session(parent.pid)) >= 3, "the workers were not there to be seen"
    parent.send_signal(how)
    parent.communicate(timeout=60)  # would hang while a worker holds the other end
    until = time.monotonic() + 10
    while time.monotonic() < until and of_session(parent.pid):
        time.sleep(0.1)
    assert not of_session(parent.pid)
    assert parent.returncode == (130 if how == signal.SIGTERM else -signal.SIGKILL)


def of_session(session: int) -> list[int]:
    """The processes of a session that are alive."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found
