"""Tables as CSV in which no text is a command: what a spreadsheet would take for a formula is written after an apostrophe, and read back without it.

A spreadsheet computes a cell that begins with an equals sign, a plus, a minus or an at sign, also after a tab or a line end, and in the wide
forms that East Asian keyboards give. Numbers and intervals stay as they are. Source: OWASP, CSV injection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import polars as pl

ROWS = 100_000
_BEGINS = r"'*[=+\-@\t\r\n＝＋－＠−]"
_NUMBER = r"[0-9][0-9,]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?: ?%)?"
_NUMBERS = rf"[+-]?{_NUMBER}(?: \([+-]?{_NUMBER}(?: to [+-]?{_NUMBER})?\)| to [+-]?{_NUMBER})?|-+"


def inert(text: str) -> str:
    """A text as CSV holds it: after an apostrophe where a spreadsheet would take it for a formula."""
    return f"'{text}" if re.match(_BEGINS, text) and not re.fullmatch(_NUMBERS, text) else text


def recorded(cell: str) -> str:
    """The text that a cell of our CSV was written from."""
    return cell[1:] if cell.startswith("'") and re.match(_BEGINS, cell) else cell


def csv_of(frame: pl.DataFrame) -> str:
    """A table as CSV. A column of lists is none of it: write such a one as text first."""
    return "".join(csv_pieces(frame))


def csv_pieces(frame: pl.DataFrame) -> Iterator[str]:
    """A table as CSV, some rows at a time, so that a long one need not be held as text."""
    texts = [name for name, kind in frame.schema.items() if kind in (pl.String, pl.Categorical, pl.Enum)]
    for start in range(0, max(frame.height, 1), ROWS):
        told = frame.slice(start, ROWS).with_columns(*[_inert(pl.col(name).cast(pl.String)) for name in texts])
        yield str(told.rename({name: inert(name) for name in frame.columns}).write_csv(include_header=start == 0))


def _inert(column: pl.Expr) -> pl.Expr:
    """`inert` for a column at a time."""
    command = column.str.contains(f"^{_BEGINS}") & ~column.str.contains(f"^(?:{_NUMBERS})$")
    return pl.when(command).then(pl.concat_str(pl.lit("'"), column)).otherwise(column).alias(column.meta.output_name())


def read_csv(text: str) -> list[dict[str, Any]]:
    """The rows of a CSV that `csv_of` wrote, every cell as the text that was recorded, a missing one as the empty text."""
    import csv
    import io

    head, *rows = csv.reader(io.StringIO(text, newline=""))
    names = [recorded(name) for name in head]
    return [dict(zip(names, map(recorded, row), strict=True)) for row in rows]
