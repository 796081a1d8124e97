"""From journals to the report: data sets, endpoints, read-out and the page, for one trial and for many participants.

Times are wall-clock seconds on virtual participants of MT103-211; the best of `repeats`. `endpoints` is every endpoint of the study measured
from happenings that are there already, as a simulation hands them over.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from trialrun.analysis.datasets import datasets, last_day_of
from trialrun.analysis.results.endpoints import measure_all
from trialrun.analysis.results.readout import read_out
from trialrun.journey.ready import make_ready
from trialrun.protocol.words.times import ordinal
from trialrun.report.document import report_html
from trialrun.report.output import write_analysis
from trialrun.simulation.virtual import simulate
from trialrun.studies.mt103_211.study import MT103_211

MARKS = {"report": 20.0, "endpoints of 100,000": 15.0}


def best(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    """The shortest time of some repeats, and what came out."""
    shortest, found = float("inf"), None
    for _ in range(repeats):
        began = clock.perf_counter()
        found = work()
        shortest = min(shortest, clock.perf_counter() - began)
    return shortest, found


def run(quick: bool = False) -> list[dict[str, Any]]:
    """One row per step and size."""
    ready = make_ready(MT103_211)
    repeats = 1 if quick else 3
    rows = []
    for n in (12,) if quick else (189, 2_000):
        people = {j[0].participant: j for j in simulate(ready, n, seed=1, start=ordinal("2012-01-09"))}
        cutoff = last_day_of(people)
        read_out(datasets(ready, people, cutoff), ready)  # compiled once
        made, data = best(lambda people=people, cutoff=cutoff: datasets(ready, people, cutoff), repeats)
        read, readout = best(lambda data=data: read_out(data, ready), repeats)
        wrote, page = best(lambda readout=readout, data=data: report_html(readout, data, ready, virtual="seed 1"), repeats)
        with TemporaryDirectory() as folder:
            whole, _ = best(lambda folder=folder, data=data: write_analysis(folder, data, ready, virtual="seed 1"), 1)
        rows += [
            {"what": "data sets", "participants": n, "seconds": made},
            {"what": "read-out", "participants": n, "seconds": read},
            {"what": "report", "participants": n, "seconds": wrote, "kilobytes": len(page) // 1000},
            {"what": "all three", "participants": n, "seconds": made + read + wrote, "mark": MARKS["report"] if n == 189 else None},
            {"what": "tables, figures, PDF and all", "participants": n, "seconds": made + whole},
        ]
    copies = 2 if quick else 50
    happening = pl.concat([data.happening.with_columns(who=pl.col("who") + n * k) for k in range(copies)])
    subject = pl.concat([data.subject] * copies)
    took, _ = best(lambda: measure_all(MT103_211, happening, subject), repeats)
    mark = None if quick else MARKS["endpoints of 100,000"]
    return [*rows, {"what": "endpoints", "participants": n * copies, "rows": len(happening), "seconds": took, "mark": mark}]
