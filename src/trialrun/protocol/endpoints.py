"""The door to endpoints: the names with which a study declares them."""

from __future__ import annotations

from .words.endpoints import (
    Analysis,
    Endpoint,
    Figure,
    Handling,
    Level,
    Population,
    Source,
    Terminology,
    TwoStage,
    after,
    assessed,
    design,
    endpoint,
    figure,
    handled,
    happens,
    level,
    marked,
    marks,
    population,
    recorded,
    subgroups,
    switch,
    terminology,
    unless,
)

__all__ = [
    "marked", "happens", "assessed", "recorded", "after", "unless", "population", "handled", "endpoint", "figure", "design",
    "level", "subgroups", "marks", "switch", "terminology", "Analysis", "Endpoint", "Figure", "Handling", "Level", "Population",
    "Source", "Terminology", "TwoStage",
]  # fmt: skip
