"""Fields of a frozen study whose text is one of a few words of the language: another word would mean nothing to those who read it later."""

from __future__ import annotations

from collections.abc import Mapping

from ..words.about import OBJECTIVES
from ..words.amounts import FORMULAS
from ..words.endpoints import ENDPOINTS, INTERVALS, KNOWN_IN_PART, STRATEGIES
from ..words.margins import SCALES, SIDES
from ..words.measures import ROLES
from ..words.multiplicity import BETTER, PROCEDURES
from ..words.over_time import BEFORE
from ..words.quantities import AVERAGES, BASELINES, BELOWS, CHANGES, INSTEAD, MODELS, PICKS, SCATTERS
from ..words.sources import KINDS
from ..words.spoken import COMPARISONS, SIGNS
from ..words.times import UNITS

ANALYSES = ("subgroup", "marks", "switch", "reasons", "actions", "asked", "best")
COLUMNS = ("best", "count", "day", "end", "last seen", "level")
EFFECTS = ("add", "extend", "less", "mark", "put", "reset")
INVARIANTS = ("clock", "count", "dose", "dose before", "no step", "only on", "order", "possible", "reach", "status", "step", "step before")
NATURES = ("fact", "decision", "act")
TYPES = ("number", "integer", "yes/no", "text", "code", "date")

CLOSED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Analysis", "kind"): ANALYSES,
    ("Arithmetic", "op"): tuple(SIGNS),
    ("Asked", "kind"): ("required", "shown"),
    ("BodySurface", "formula"): tuple(FORMULAS),
    ("Clock", "kind"): ("full", "past", "reached"),
    ("Column", "kind"): COLUMNS,
    ("Compare", "op"): tuple(COMPARISONS),
    ("Criterion", "kind"): ("inclusion", "exclusion"),
    ("Earlier", "kind"): tuple(BEFORE),
    ("Effect", "kind"): EFFECTS,
    ("Endpoint", "interval"): INTERVALS,
    ("Endpoint", "kind"): ENDPOINTS,
    ("Endpoint", "known_in_part"): tuple(KNOWN_IN_PART),
    ("Endpoint", "scatter"): SCATTERS,
    ("Event", "nature"): NATURES,
    ("Handling", "strategy"): STRATEGIES,
    ("Hypothesis", "better"): BETTER,
    ("Instead", "kind"): INSTEAD,
    ("Invariant", "kind"): INVARIANTS,
    ("Margin", "scale"): SCALES,
    ("Margin", "side"): SIDES,
    ("Measure", "role"): ("", *ROLES),
    ("Measure", "type"): TYPES,
    ("Multiplicity", "procedure"): PROCEDURES,
    ("Objective", "kind"): OBJECTIVES,
    ("Source", "kind"): KINDS,
    ("Span", "unit"): UNITS,
    ("ValueOf", "average"): ("", *AVERAGES),
    ("ValueOf", "baseline"): BASELINES,
    ("ValueOf", "below"): BELOWS,
    ("ValueOf", "change"): CHANGES,
    ("ValueOf", "model"): MODELS,
    ("ValueOf", "pick"): PICKS,
}
