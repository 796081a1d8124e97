"""Figures of a read-out, drawn for print: each a function from plain values to a matplotlib figure, saved as SVG, PNG or PDF."""
