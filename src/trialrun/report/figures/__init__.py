"""Figures of a read-out, drawn for print: each a function from plain values to a matplotlib figure, saved as SVG, PNG or PDF."""

from .road import road_figure

__all__ = ["road_figure"]
