"""The tables and listings of a study report, numbered as reports number them (ICH E3): 14.1 people, 14.2 efficacy, 14.3 safety, 16.2 listings."""

from __future__ import annotations

from typing import Any

from ...analysis.datasets import Datasets
from ...analysis.datasets.part import only
from ...analysis.results.readout import ReadOut, read_out
from .adverse import adverse_tables
from .arm_tests import arm_test_tables
from .courses import course_tables
from .efficacy import efficacy_tables
from .harm import harm_tables
from .people import people_tables, screened_items
from .quantities import quantity_tables
from .set_against import set_against_tables
from .sides import side_by_side
from .table import Line, ReportTable
from .ward import ward_tables

__all__ = ["Line", "ReportTable", "study_tables", "whole_tables"]

# Tables that stand by arm where a study has arms; the endpoints by arm are Table 14.2.13.
BY_ARM = ("14.1.1", "14.1.3", "14.1.4", "14.1.5", "14.1.6", "14.1.7", "14.2.2", "14.3.1", "14.3.2.1", "14.3.4")


def study_tables(readout: ReadOut, data: Datasets, protocol: Any) -> list[ReportTable]:
    """Every table and listing of the study, in the order of their numbers; what a study does not record is left out."""
    found = whole_tables(readout, data, protocol)
    if readout.arms:
        parts, items = [], screened_items(data, protocol)
        for arm in (a for a in protocol.arms if a.name in dict(readout.arms[0].arms)):
            part = only(data, data.subject.filter(data.subject["arm"] == arm.name)["participant"].to_list())
            parts.append((arm.label or arm.name, {t.number: t for t in whole_tables(read_out(part, protocol), part, protocol, items)}))
        by_arm = [t for t in found if not t.listing and t.number.startswith(BY_ARM)]
        sides = {t.number: side_by_side(t, [(name, tables.get(t.number)) for name, tables in parts]) for t in by_arm}
        found = [sides.get(t.number, t) for t in found]
    return found


def whole_tables(readout: ReadOut, data: Datasets, protocol: Any, items: frozenset[str] | None = None) -> list[ReportTable]:
    """The same with everyone in one column, also where a study has arms. `items`: of the screening, shown whatever is missing."""
    found = [
        *people_tables(readout, data, protocol, items), *efficacy_tables(readout, data, protocol), *set_against_tables(readout, protocol),
        *quantity_tables(readout, protocol), *arm_test_tables(readout, protocol),
        *adverse_tables(readout, data, protocol), *harm_tables(readout, data, protocol),
        *course_tables(readout, data, protocol), *ward_tables(data, protocol),
    ]  # fmt: skip
    return sorted(found, key=lambda t: [int(x) for x in t.number.split(".")])
