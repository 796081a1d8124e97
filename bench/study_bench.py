"""Compiling a study cold and from the cache, and the start of the command."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def _median(work, times: int) -> float:
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def run(quick: bool = False) -> list[dict]:
    """Rows: name, seconds (median), mark (the aim)."""
    from trialrun.protocol.frozen.freeze import fingerprint
    from trialrun.protocol.table import compile_table, load_table
    from trialrun.studies.mt103_211.study import MT103_211

    times = 3 if quick else 9
    mark = fingerprint(MT103_211)
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        load_table(MT103_211, mark, cache=cache)
        rows = [
            {"name": "compile, legal, cold", "seconds": _median(lambda: compile_table(MT103_211), times), "aim": "at most 5"},
            {
                "name": "compile, with breaches, cold",
                "seconds": _median(lambda: compile_table(MT103_211, breaches=True), times),
                "aim": "at most 5",
            },
            {
                "name": "table from the cache",
                "seconds": _median(lambda: load_table(MT103_211, mark, cache=cache), times),
                "aim": "at most 0.1",
            },
        ]
    command = [sys.executable, "-m", "trialrun", "--help"]
    rows.append(
        {
            "name": "trialrun --help",
            "seconds": _median(lambda: subprocess.run(command, capture_output=True, check=True), times),
            "aim": "under 0.3",
        }
    )
    return rows
