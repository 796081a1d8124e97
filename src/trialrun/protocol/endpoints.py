"""The door to endpoints: the names with which a study declares them."""

from __future__ import annotations

from .words.analyses import Analysis, Cause, Level, actions, asked_where, because, best_of, level, marks, reasons, subgroups, switch
from .words.endpoints import (
    Endpoint,
    Figure,
    Handling,
    Population,
    Source,
    Terminology,
    TwoStage,
    assessed,
    design,
    endpoint,
    figure,
    following,
    handled,
    happens,
    marked,
    population,
    recorded,
    terminology,
    unless,
)

__all__ = [
    "marked", "happens", "assessed", "recorded", "following", "unless", "population", "handled", "endpoint", "figure", "design",
    "level", "subgroups", "marks", "switch", "because", "reasons", "actions", "asked_where", "best_of", "terminology", "Analysis", "Cause",
    "Endpoint", "Figure", "Handling", "Level", "Population",
    "Source", "Terminology", "TwoStage",
]  # fmt: skip
