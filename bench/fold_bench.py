"""Folding and planning: journals a second to a standing, in one process, on random journals and on simulated ones.

Random journals are those of the comparison with the independent reading of the study (some 25 entries, many of them odd); simulated ones are
those of the study's own nature. Seconds are of the processor, so that other work on the machine counts less. There is no peer to measure beside.
"""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

from tests.oracle.journals import random_journal, wild_journal

from trialrun.journey.fold import fold
from trialrun.journey.journal import Entry, entry_of
from trialrun.journey.ready import Ready, make_ready
from trialrun.journey.standing import where
from trialrun.journey.taking import what_stands
from trialrun.journey.visits import visits
from trialrun.protocol.frozen.load import load
from trialrun.protocol.frozen.shipped import shipped
from trialrun.simulation.virtual import simulate

START = 734511  # 2012-01-09
LATER = 737000  # a day after everything that the journals tell


def run(quick: bool = False) -> list[dict]:
    """Measure. Rows: name, n (journals), seconds (of the processor), per_second, entries (mean of a journal), aim."""
    n = 100 if quick else 1000
    ready = make_ready(*load(shipped()["mt103-211"]))
    journals = {
        "random": [entries_of(random_journal(seed)) for seed in range(n)],
        "wild": [entries_of(wild_journal(seed)) for seed in range(n)],
        "simulated": list(simulate(ready, n, 1, START)),
    }
    rows = []
    for name, kept in journals.items():
        rows.append(row(ready, f"{name} journals, folded", kept, folded))
        rows.append(row(ready, f"{name} journals, folded and planned", kept, planned, "at least 1,000"))
        rows.append(row(ready, f"{name} journals, to the whole standing", kept, stood))
    return rows


def entries_of(journal: list[dict]) -> list[Entry]:
    """The entries of one journal."""
    return [entry_of(data, "a journal of the bench", number) for number, data in enumerate(journal, 1)]


def folded(ready: Ready, entries: list[Entry]) -> object:
    """The road."""
    return fold(ready, what_stands(ready, entries), LATER)


def planned(ready: Ready, entries: list[Entry]) -> object:
    """The road and its visits."""
    return visits(ready, fold(ready, what_stands(ready, entries), LATER))


def stood(ready: Ready, entries: list[Entry]) -> object:
    """Everything that a page shows of one participant."""
    return where(ready, entries, LATER).as_json()


def row(ready: Ready, name: str, journals: list[list[Entry]], act: Callable[[Ready, list[Entry]], object], aim: str | None = None) -> dict:
    """One measurement, after one round that binds the expressions and meets the table's rows."""
    for entries in journals:
        act(ready, entries)
    began = process_time()
    for entries in journals:
        act(ready, entries)
    seconds = process_time() - began
    mean = sum(map(len, journals)) / len(journals)
    return {"name": name, "n": len(journals), "seconds": seconds, "per_second": len(journals) / seconds, "entries": mean, "aim": aim}
