"""Operating characteristics: simulated trials with their endpoints, and the analysis of thousands of trials from columns.

The analysis reads columns of 189 participants a trial; to have many trials, those of a few simulated ones are drawn again with replacement
(the work is the same). Beside it stands the same estimation trial by trial with the functions of a single read-out.
"""

import time as clock
from dataclasses import replace

import numpy as np
import polars as pl

from trialrun.analysis.datasets.columns import endpoint_columns
from trialrun.analysis.results.estimates import days_of
from trialrun.analysis.trials.columns import Trials, trials_of
from trialrun.analysis.trials.operating import operating_characteristics
from trialrun.analysis.trials.trial_estimates import curves, estimates_of
from trialrun.journey.ready import make_ready
from trialrun.simulation.output import _people_frame, participant_row
from trialrun.simulation.virtual import nature_of
from trialrun.simulation.walk import walk_participant
from trialrun.statistics.curve_reading import median, survival_at
from trialrun.statistics.survival_curve import kaplan_meier
from trialrun.studies.mt103_211.study import MT103_211

START = 734511  # 9 January 2012
SIZE = 189


def run(quick: bool = False) -> list[dict]:
    """Rows: what is measured, how many, seconds, and a rate. Best of three."""
    ready = make_ready(MT103_211)
    few, many = (2, 200) if quick else (5, 5_000)
    nature = nature_of(ready)
    began = clock.perf_counter()
    walked = [[walk_participant(ready, nature, 1, k, START, trial) for k in range(1, SIZE + 1)] for trial in range(1, few + 1)]
    walking = clock.perf_counter() - began
    people = _people_frame(ready, [participant_row(w, t) for t, part in enumerate(walked, 1) for w in part])
    began = clock.perf_counter()
    measured = [endpoint_columns(ready, part, t) for t, part in enumerate(walked, 1)]
    columns = clock.perf_counter() - began
    trials = resampled(trials_of(people, pl.concat(measured), MT103_211), many)
    rows = [
        row("walk participants, one process", few * SIZE, walking, "participants"),
        row("their endpoints as columns", few * SIZE, columns, "participants"),
    ]
    survival = next(e for e in MT103_211.endpoints if e.name == "OS")
    days, status = trials.days["OS"], (trials.cause["OS"] == 1).astype(np.int64)
    landmarks = np.array(sorted(days_of(s) for s in survival.landmarks))
    curves(days[: SIZE * 2], status[: SIZE * 2], trials.starts[:3], landmarks, threads=1)
    for threads in (1, 2):
        rows.append(row(f"OS: curve, median, 4 landmarks with intervals, {threads} thread(s)", many,
                        best(lambda t=threads: curves(days, status, trials.starts, landmarks, threads=t)), "trials"))  # fmt: skip
    singly = min(many, 500)
    rows.append(
        row(
            "the same, one trial after another",
            singly,
            best(lambda: one_by_one(days, status, trials.starts[: singly + 1], landmarks)),
            "trials",
        )
    )
    rows.append(
        row(
            "all endpoints but competing causes",
            many,
            best(lambda: [estimates_of(trials, e) for e in MT103_211.endpoints if e.kind != "competing"]),
            "trials",
        )
    )
    rows.append(row("all operating characteristics", many, best(lambda: operating_characteristics(trials, MT103_211), 1), "trials"))
    return rows


def resampled(trials: Trials, many: int) -> Trials:
    """Trials of participants drawn with replacement."""
    pick = np.random.default_rng(1).integers(0, trials.participants, many * SIZE)
    parts = {
        name: {k: np.asarray(v)[pick] for k, v in getattr(trials, name).items()} for name in ("cause", "days", "subject", "values", "sets")
    }
    arm = None if trials.arm is None else trials.arm[pick]
    return replace(trials, arm=arm, starts=np.arange(many + 1, dtype=np.int64) * SIZE, **parts)


def one_by_one(days, status, starts, landmarks):
    """The estimates of each trial with the functions of a single read-out."""
    for a, b in zip(starts[:-1], starts[1:], strict=True):
        curve = kaplan_meier(days[a:b].astype(float), status[a:b])
        median(curve)
        survival_at(curve, landmarks)


def best(act, times: int = 3) -> float:
    """The least seconds of some calls."""
    found = []
    for _ in range(times):
        began = clock.perf_counter()
        act()
        found.append(clock.perf_counter() - began)
    return min(found)


def row(name: str, n: int, seconds: float, what: str) -> dict:
    """One measurement."""
    return {"name": name, "n": n, "seconds": seconds, "rate": f"{n / seconds:,.0f} {what}/s"}


if __name__ == "__main__":
    import sys

    for found in run("--quick" in sys.argv):
        print(f"{found['name']:<60} {found['n']:>9,} {found['seconds']:>9.3f} s  {found['rate']}")
