"""The report's further pages of safety: adverse events by maximum grade, related, serious, on the days of stops; deaths; courses of values."""

from __future__ import annotations

from typing import Any

from ..datasets import Datasets
from ..results.best_response import order_of
from ..results.readout import ReadOut
from ..results.wording import counted
from .drawings import baseline_item, courses, subgroups, waterfall
from .page import Page
from .tables import Table
from .tables.adverse import adverse_tables
from .tables.harm import SOON, deaths, harm_tables

SHOWN = ("14.3.1.1", "14.3.1.3", "14.3.1.4", "14.3.1.5", "14.3.1.6", "14.3.1.7", "14.3.1.8")
LEAST = 0.05  # terms that fewer participants had stand in the numbered tables only


def further_safety(page: Page, data: Datasets, protocol: Any) -> None:
    """The other layouts of adverse events."""
    n = int(data.subject["treated_on"].is_not_null().sum())
    for t in adverse_tables(data, protocol):
        if t.number in SHOWN:
            _put(page, t, n if t.number in ("14.3.1.3", "14.3.1.4", "14.3.1.5", "14.3.1.6") else 0)


def deaths_section(page: Page, r: ReadOut, data: Datasets, protocol: Any) -> None:
    """Deaths: how many, when, of what."""
    page.head("Deaths")
    found = deaths(data, protocol)
    if found.is_empty():
        page.say("No death was recorded.")
        return
    soon = int((found["since"] <= SOON).sum())
    page.say(f"{counted(len(found), 'participant')} died, {soon:,} of them within {SOON} days after the last day with drug.")
    for t in harm_tables(r, data, protocol):
        if t.number == "14.3.2.1":
            _put(page, t)


def values_figures(page: Page, r: ReadOut, data: Datasets, protocol: Any) -> None:
    """Subgroups, the waterfall of best changes, and laboratory values over time."""
    page.figure(
        "Subgroups of the primary endpoint.",
        subgroups(r, data, protocol),
        "Exact 95 % intervals; the line is the whole set. Groups marked u are not confirmed by a source.",
    )
    named = baseline_item(protocol)
    if named is not None:
        page.figure(
            f"{named[1]}: best change from screening, each participant.",
            waterfall(r, data, protocol),
            "Coloured by the best response in the time of the primary endpoint." if order_of(protocol) else "",
        )
    page.figure(
        "Laboratory values over time.",
        courses(data),
        "Line and band: median and quartiles of the values there are; assessments are also made when a relapse is suspected.",
    )


def _put(page: Page, t: Table, n: int = 0) -> None:
    """A numbered table in the report; with `n` only terms that at least 5 % of the n had."""
    column = -1 if "Any" in t.head[-1] else 0
    kept = [line for line in t.lines if not (n and line.level and _first(line.cells[column]) < LEAST * n)]
    rows = [[("\t" if line.level else "") + line.label, *line.cells] for line in kept]
    some = f"Terms of {100 * LEAST:g} % of the participants or more." if n else ""
    page.table(f"{t.title} ({t.name})", list(t.head), rows, " ".join(x for x in (some, *t.notes) if x))


def _first(cell: str) -> int:
    """The count that a cell such as `1,203 (4.1)` begins with."""
    digits = cell.partition(" ")[0].replace(",", "")
    return int(digits) if digits.isdigit() else 0
