"""The door to endpoints: the names with which a study declares them."""

from __future__ import annotations

from .words.analyses import Analysis, Cause, Level, actions, asked_where, because, best_of, level, marks, reasons, subgroups, switch
from .words.columns import Column, column
from .words.endpoints import (
    Endpoint,
    Figure,
    Handling,
    Population,
    Terminology,
    TwoStage,
    design,
    endpoint,
    figure,
    handled,
    population,
    terminology,
)
from .words.margins import Margin, not_above, not_below
from .words.multiplicity import Hypothesis, Multiplicity, hypothesis, multiplicity
from .words.quantities import Instead, ValueOf, carried, category_of, set_to, value_of
from .words.sources import Source, assessed, at_visit, before, following, happens, marked, recorded, unless

__all__ = [
    "marked", "happens", "assessed", "recorded", "at_visit",
    "value_of", "category_of", "carried", "set_to", "not_below", "not_above", "following", "before", "unless", "population", "handled", "endpoint", "figure", "design",
    "level", "subgroups", "marks", "switch", "because", "reasons", "actions", "asked_where", "best_of", "column", "terminology", "hypothesis", "multiplicity",
    "Hypothesis", "Multiplicity", "Analysis", "Cause", "Column",
    "Endpoint", "Figure", "Handling", "Instead", "Level", "Margin", "Population",
    "Source", "Terminology", "TwoStage", "ValueOf",
]  # fmt: skip
