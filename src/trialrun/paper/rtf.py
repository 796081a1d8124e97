"""A table as RTF by rtflite, landscape; every sign is encoded here, and none is read as a command."""

from __future__ import annotations

from typing import Any

from .blocks import Group, Row, TableBlock, text_of
from .shown import shown

MOST = 1000  # lines of a table that go into RTF
HOW = "rtflite is not installed: pip install 'trialrun[report]'"
_PLAIN: dict[str, Any] = {"text_convert": False}


def rtf(table: TableBlock, source: str = "") -> str:
    """The table with its caption, its notes and the source line under them. Raises ImportError where rtflite is not installed."""
    import polars as pl
    import rtflite

    rows = list(table.all_rows())[:MOST]
    many = len(table.header)
    cells = [_cells(row, many) for row in rows]
    frame = pl.DataFrame([[encoded(c) for c in row] for row in cells], schema=[f"c{k}" for k in range(many)], orient="row")
    widths = _widths(table.header, [row for row, of in zip(cells, rows, strict=True) if not isinstance(of, Group)])
    sides = ["l"] + ["c" if table.right else "l"] * (many - 1)
    caption = [f"{table.caption.name}. {table.caption.title}", table.caption.small] if table.caption else [""]
    left_out = len(table.rows) - len(rows)
    notes = [*table.notes, *([f"The first {MOST:,} of {len(table.rows):,} lines; all of them stand in the CSV."] if left_out else [])]
    heads = any(isinstance(row, Group) for row in rows)
    bold = {"text_format": [["b" if isinstance(row, Group) else ""] * many for row in rows]} if heads else {}
    small = {"as_table": False, "text_font_size": 8, **_PLAIN}
    document = rtflite.RTFDocument(
        df=frame,
        rtf_page=rtflite.RTFPage(orientation="landscape"),
        rtf_title=rtflite.RTFTitle(text=[encoded(t) for t in caption], **_PLAIN),
        rtf_column_header=[
            rtflite.RTFColumnHeader(
                text=[encoded(h) for h in table.header], col_rel_width=widths, text_justification=sides, text_format="b", **_PLAIN
            )
        ],
        rtf_body=rtflite.RTFBody(
            col_rel_width=widths,
            text_justification=[sides],
            text_font_size=8,
            border_top=[""] * many,
            border_bottom=[""] * many,
            **bold,
            **_PLAIN,
        ),
        rtf_footnote=rtflite.RTFFootnote(text=[encoded(n) for n in notes], **small) if notes else None,
        rtf_source=rtflite.RTFSource(text=[encoded(source)], **small) if source else None,
    )
    return str(document.rtf_encode())


def encoded(text: str) -> str:
    r"""Text as RTF reads it: `\`, `{` and `}` with a backslash, a line end as `\line`, and what is no ASCII by its number (UTF-16)."""
    return "".join(_sign(c) for c in shown(text))


def _sign(c: str) -> str:
    if c in "\\{}":
        return "\\" + c
    if c in "\n\t":
        return "\\line " if c == "\n" else "\\tab "
    if c.isascii():
        return c
    pairs = c.encode("utf-16-le")
    return "".join(f"\\u{int.from_bytes(pairs[k : k + 2], 'little', signed=True)}?" for k in range(0, len(pairs), 2))


def _cells(row: Row | Group, many: int) -> list[str]:
    if isinstance(row, Group):
        return [row.words, *[""] * (many - 1)]
    first, *rest = map(text_of, row.cells)
    return ["\u2003" * row.level + first, *rest]


def _widths(header: tuple[str, ...], rows: list[list[str]]) -> list[float]:
    """Relative widths of the columns, by their longest cells and words."""
    columns = [[head, *(row[k] for row in rows)] for k, head in enumerate(header)]
    return [
        float(min(max(max(len(c) for c in column[1:] or [""]), *(len(w) + 1 for w in column[0].split() or [""]), 4), 44))
        for column in columns
    ]
