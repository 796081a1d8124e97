"""Writes the seeded tables that R and TrialRun both read: python tests/against/make_data.py."""

from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "data"


def trial(n=120, seed=20260101):
    """Whole days, many ties, two causes, three groups, strata, weights, clusters."""
    rng = np.random.default_rng(seed)
    x1, x2, x3 = rng.integers(0, 2, n), rng.normal(60, 9, n).round(1), rng.exponential(2, n).round(2)
    event = np.ceil(rng.exponential(160 * np.exp(-0.5 * x1 + 0.02 * (x2 - 60))))
    censored = rng.integers(20, 400, n)
    time, status = np.minimum(event, censored), (event <= censored).astype(int)
    cause = status * np.where(rng.random(n) < 0.6, 1, 2)
    return {
        "time": time, "status": status, "cause": cause, "group": rng.integers(1, 4, n), "stratum": rng.integers(1, 4, n),
        "x1": x1, "x2": x2, "x3": x3, "weight": rng.uniform(0.4, 2.5, n).round(2), "cluster": rng.integers(1, 31, n),
    }  # fmt: skip


def continuous(n=70, seed=20260102):
    """Continuous times and covariates, two groups."""
    rng = np.random.default_rng(seed)
    x1 = rng.integers(0, 2, n)
    event, censored = rng.exponential(3.0 * np.exp(0.4 * x1)), rng.exponential(5.0, n)
    return {
        "time": np.minimum(event, censored), "status": (event <= censored).astype(int), "group": x1, "x1": x1,
        "x2": rng.normal(size=n), "x3": rng.normal(size=n) * 1000.0, "stratum": rng.integers(1, 3, n),
    }  # fmt: skip


def delayed(n=100, seed=20260103):
    """Entry after the start (left truncation), whole days, strata, weights and clusters."""
    rng = np.random.default_rng(seed)
    x1, x2, x3 = rng.integers(0, 2, n), rng.normal(size=n).round(3), rng.integers(1, 6, n)
    entry = rng.integers(0, 60, n)
    event, censored = np.ceil(rng.exponential(90 * np.exp(-0.6 * x1), n)), rng.integers(1, 200, n)
    return {
        "entry": entry, "time": entry + np.minimum(event, censored), "status": (event <= censored).astype(int), "x1": x1, "x2": x2,
        "x3": x3, "stratum": rng.integers(1, 3, n), "weight": rng.uniform(0.4, 2.5, n).round(2), "cluster": rng.integers(1, 21, n),
    }  # fmt: skip


def write(name, table):
    lines = [",".join(table)] + [",".join(f"{value:.17g}" for value in row) for row in zip(*table.values(), strict=True)]
    (FOLDER / f"{name}.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    for make in (trial, continuous, delayed):
        write(make.__name__, make())
