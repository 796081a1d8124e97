"""A table of a study report as plain values: number, title, whom it counts, columns, lines, notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import polars as pl

from ...protocol.words.times import iso


@dataclass(frozen=True)
class Line:
    """One line: a label (`level` steps in) and its cells; `head` names the lines that follow and has no cells."""

    label: str
    cells: tuple[str, ...] = ()
    level: int = 0
    head: bool = False


class Listed(Sequence[Line]):
    """The lines of a listing, kept as columns of text, the labels first: a line is made when it is read, and a long listing stays small."""

    def __init__(self, columns: pl.DataFrame) -> None:
        self.columns = columns

    @classmethod
    def of(cls, frame: pl.DataFrame, *told: tuple[str, Callable[[Any], str]]) -> Listed:
        """The lines of a frame: one a row, its cells the columns that are `told`, each with how a value of it is written."""
        return cls(pl.DataFrame([written(frame[name], how).alias(str(k)) for k, (name, how) in enumerate(told)]))

    def __len__(self) -> int:
        return self.columns.height

    def __iter__(self) -> Iterator[Line]:
        return (Line(label, tuple(cells)) for label, *cells in self.columns.iter_rows())

    @overload
    def __getitem__(self, place: int) -> Line: ...
    @overload
    def __getitem__(self, place: slice) -> Listed: ...
    def __getitem__(self, place: int | slice) -> Line | Listed:
        if isinstance(place, slice):
            return Listed(self.columns[place])
        label, *cells = self.columns.row(place)
        return Line(label, tuple(cells))


def written(column: pl.Series, how: Callable[[Any], str | None]) -> pl.Series:
    """A column as text: each value that occurs in it is put into words once."""
    values = column.unique().to_list()
    if not values:
        return pl.Series(column.name, [], dtype=pl.String)
    return column.replace_strict(values, [how(x) for x in values], return_dtype=pl.String)


def text_or(nothing: str) -> Callable[[Any], str]:
    """How a value is written as it is, and `nothing` where there is none."""
    return lambda value: str(value or nothing)


def day_said(day: int | None) -> str:
    """How a day (an ordinal) is written: 2012-05-09, nothing where there is none."""
    return iso(day) or ""


def number_said(x: float | None) -> str:
    """How a number is written as it was recorded, nothing where there is none."""
    return "" if x is None else f"{x:g}" if isinstance(x, float) else str(x)


@dataclass(frozen=True)
class ReportTable:
    """A table, or a `listing` of one line a record. `head` names the label's column first."""

    number: str
    title: str
    population: str
    head: tuple[str, ...]
    lines: Sequence[Line]
    notes: tuple[str, ...] = ()
    listing: bool = False

    @property
    def name(self) -> str:
        """`Table 14.1.1` or `Listing 16.2.2`."""
        return f"{'Listing' if self.listing else 'Table'} {self.number}"

    @property
    def slug(self) -> str:
        """A name for files: number and title."""
        words = "".join(c.lower() if c.isascii() and c.isalnum() else "-" for c in self.title)
        title = "-".join(w for w in words.split("-") if w)
        return f"{self.name.replace(' ', '-').lower()}-{title if len(title) <= 60 else title[:60].rpartition('-')[0]}"

    def frame(self) -> pl.DataFrame:
        """The table as text: a column for the group that a line stands in, where there are groups, and one for each of `head`."""
        if isinstance(self.lines, Listed):
            return self.lines.columns.rename(dict(zip(self.lines.columns.columns, _apart(self.head), strict=True)))
        group, rows = "", []
        for line in self.lines:
            if line.head:
                group = line.label
            else:
                rows.append((group if line.level or self.listing else "", line.label, *line.cells))
        head = ("Group", *_apart(self.head))
        frame = pl.DataFrame(rows, schema={name: pl.String for name in head}, orient="row")
        return frame if any(line.head for line in self.lines) else frame.drop("Group")


def _apart(head: tuple[str, ...]) -> list[str]:
    """Column names that differ from each other."""
    names: list[str] = []
    for name in head:
        plain = name or "Item"
        names.append(plain if plain not in names else f"{plain} ({names.count(plain) + 1})")
    return names


def share(x: int, n: int) -> str:
    """`12 (6.3)`: a count and its percentage; a zero alone."""
    return f"{x:,} ({100 * x / n:.1f})" if x and n else f"{x:,}"


def digits_of(values: Any, most: int = 2) -> int:
    """With how many digits after the point numbers were recorded, `most` at the most."""
    x = np.asarray(values, dtype=float)
    x = x[~np.isnan(x)]
    return next((d for d in range(most) if np.allclose(np.round(x, d), x, rtol=0, atol=1e-9)), most)


def plain(x: float | None, digits: int = 1) -> str:
    """A number with fixed digits, `–` where there is none."""
    return "–" if x is None or x != x else f"{x:,.{digits}f}"
