"""The tables and listings of a study report, numbered as reports number them (ICH E3): 14.1 people, 14.2 efficacy, 14.3 safety, 16.2 listings."""

from __future__ import annotations

from typing import Any

from ...datasets import Datasets
from ...results.readout import ReadOut
from .adverse import adverse_tables
from .efficacy import efficacy_tables
from .harm import harm_tables
from .people import people_tables
from .table import Line, Table

__all__ = ["Line", "Table", "study_tables"]


def study_tables(readout: ReadOut, data: Datasets, protocol: Any) -> list[Table]:
    """Every table and listing of the study, in the order of their numbers; what a study does not record is left out."""
    found = [
        *people_tables(readout, data, protocol), *efficacy_tables(readout, data, protocol), *adverse_tables(data, protocol),
        *harm_tables(readout, data, protocol),
    ]  # fmt: skip
    return sorted(found, key=lambda t: [int(x) for x in t.number.split(".")])
