"""The readable walk: how many virtual participants a second, with their journals, in one process; and what writing Parquet adds.

There is no peer to measure beside: no other system known to us walks participants through a study's own compiled table. Seconds are of
the processor, so that other work on the machine counts less.
"""

from __future__ import annotations

import platform
import tempfile
from pathlib import Path
from time import process_time

from trialrun.analysis.datasets.participants import participant_columns
from trialrun.chance import Luck
from trialrun.journey.ready import make_ready
from trialrun.protocol.frozen.load import load
from trialrun.protocol.frozen.shipped import shipped
from trialrun.simulation.output import run_simulation
from trialrun.simulation.plain import PlainNature
from trialrun.simulation.virtual import nature_of, simulate

START = 734511  # 2012-01-09


def run(quick: bool = False) -> list[dict]:
    """Measure. Rows: name, n, ours_s (processor seconds), per_s (of the thing counted), versions."""
    n = 300 if quick else 3000
    ready = make_ready(*load(shipped()["mt103-211"]))
    own = nature_of(ready)
    for _ in simulate(ready, 50, 1, START, nature=own):
        pass  # the table's rows are met, expressions are bound
    luck = Luck(1, 1, 1)
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            row("random numbers, one at a time", 100_000, lambda: [luck.uniform("bench", k) for k in range(100_000)]),
            row("participants walked, with journals", n, lambda: [None for _ in simulate(ready, n, 1, START, nature=own)]),
            row(
                "the same to Parquet",
                n,
                lambda: run_simulation(ready, participants=participant_columns, n=n, out=Path(folder), start=START),
            ),
        ]
    plain = PlainNature(ready)
    for _ in simulate(ready, 20, 1, START, nature=plain):
        pass
    rows.append(row("participants of the plain nature", n // 5, lambda: [None for _ in simulate(ready, n // 5, 1, START, nature=plain)]))
    return rows


def row(name: str, n: int, act) -> dict:
    """One measurement."""
    began = process_time()
    act()
    seconds = process_time() - began
    return {"name": name, "n": n, "ours_s": seconds, "per_s": n / seconds, "versions": f"Python {platform.python_version()}"}
