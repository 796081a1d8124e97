"""Frozen values as JSON data."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from typing import Any

from ...protocol.endpoints import Figure

FIGURE = ("name", "value", "low", "high", "unit", "n", "source", "confirmed")


def as_data(value: Any) -> Any:
    """A frozen value as JSON data, by the names of its fields; missing numbers are null, of a published figure only what was published."""
    if isinstance(value, Figure):
        return {k: getattr(value, k) for k in FIGURE}
    if is_dataclass(value):
        return {f.name: as_data(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list):
        return [as_data(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
