r"""A table as RTF, landscape, page by page; every sign is encoded here, and none is read as a command.

The pages are those of rtflite (a port of r2rtf), sign by sign, and rtflite measures how long a text is; it is not asked to write them, since
it checks each cell of a long listing many times over. Headings stand bold on every page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from .blocks import Group, Row, TableBlock, text_of
from .shown import shown

HOW = "rtflite is not installed: pip install 'trialrun[report]'"
WIDE, LINES, TWIPS = 8.5, 24, 1440  # inches that a table is wide, lines of a page, twips of an inch
BODY_SIZE, HEAD_SIZE, TITLE_SIZE = 16, 18, 24  # half points
SINGLE, DOUBLE, BOLD = r"\brdrs", r"\brdrdb", r"\b"
FONTS = r"""{\rtf1\ansi
\deff0\deflang1033
{\fonttbl{\f0\froman\fcharset1\fprq2 Times New Roman;}
{\f1\froman\fcharset161\fprq2 Times New Roman Greek;}
{\f2\fswiss\fcharset161\fprq2 Arial Greek;}
{\f3\fswiss\fcharset0\fprq2 Arial;}
{\f4\fswiss\fcharset1\fprq2 Helvetica;}
{\f5\fswiss\fcharset1\fprq2 Calibri;}
{\f6\froman\fcharset1\fprq2 Georgia;}
{\f7\ffroman\fcharset1\fprq2 Cambria;}
{\f8\fmodern\fcharset0\fprq2 Courier New;}
{\f9\ftech\fcharset2\fprq2 Symbol;}
}"""
MARGINS = r"\margl1440\margr1440\margt2880\margb1800\headery1800\footery1800"
NEXT_PAGE = "{\\pard\\fs2\\par}\\page{\\pard\\fs2\\par}\n\\paperw15840\\paperh12240\n\n" + MARGINS + "\n\n"


def rtf(table: TableBlock, source: str = "") -> str:
    """The table with its caption, its notes and the source line under them. Raises ImportError where rtflite is not installed."""
    import rtflite  # noqa: F401  without it nothing is measured, and nothing written

    rows = list(table.all_rows())
    cells = [[encoded(c) for c in _cells(row, len(table.header))] for row in rows]
    widths = _widths(table.header, [_cells(row, len(table.header)) for row in rows if not isinstance(row, Group)])
    ends = list(accumulate(w * WIDE / sum(widths) for w in widths))
    sides = ["l"] + ["c" if table.right else "l"] * (len(widths) - 1)
    titles = [f"{table.caption.name}. {table.caption.title}", table.caption.small] if table.caption else [""]
    title = "\\line".join(f"\\fs{TITLE_SIZE}{{\\f0 {encoded(t)}}}" for t in titles)
    said = ("\\line ".join(map(encoded, table.notes)), "l"), (encoded(source), "c")
    under = [_paragraph(text, side) for text, side in said if text]
    head = [encoded(h) for h in table.header]
    bold = [isinstance(row, Group) for row in rows]
    pages = list(_pages(cells, ends, LINES - 1 - len(under)))
    told = [FONTS, "", "\n", "", "", "\\paperw15840\\paperh12240\\landscape ", MARGINS]
    for n, (first, stop) in enumerate(pages):
        told += [NEXT_PAGE] if n else []
        told += [f"{{\\pard\\hyphpar\\sb180\\sa180\\fi0\\li0\\ri0\\qc{title}\\par}}", "\n"]
        told += _row(head, _frame(ends, SINGLE if n else DOUBLE, "", "b"), sides, HEAD_SIZE, True)
        end = SINGLE if n + 1 < len(pages) else DOUBLE
        frames = {(x, y): _frame(ends, SINGLE if x else "", end if y else "", "t") for x in (False, True) for y in (False, True)}
        for k in range(first, stop):
            told += _row(cells[k], frames[k == first, k == stop - 1], sides, BODY_SIZE, bold[k])
    return "\n".join([*told, *under, "\n\n", "}"])


def _pages(cells: Sequence[Sequence[str]], ends: Sequence[float], lines: int) -> Iterator[tuple[int, int]]:
    """The first row of each page and the one after its last: so many rows as its lines hold, one at least."""
    widths = [end - begin for begin, end in zip([0, *ends], ends, strict=False)]
    first, full = 0, 0
    for k, row in enumerate(cells):
        high = max(max(1, int(_long(cell) / width) + 1) for cell, width in zip(row, widths, strict=True))
        if full and full + high > max(1, lines):
            yield first, k
            first, full = k, 0
        full += high
    yield first, len(cells)


@lru_cache(maxsize=1 << 14)
def _long(text: str) -> float:
    """How long a text is, in inches, of the size that pages are counted in."""
    from rtflite.strwidth import get_string_width

    return float(get_string_width(text, font=1, font_size=9))


def _frame(ends: Sequence[float], top: str, bottom: str, align: str) -> list[str]:
    """What stands before the texts of a row: its borders and where each cell ends."""
    rest = f"\\clbrdrb{bottom}\\brdrw15\\clvertal{align}\\cellx"
    right = [""] * (len(ends) - 1) + [f"\\clbrdrr{SINGLE}\\brdrw15"]
    cells = [
        f"\\clbrdrl{SINGLE}\\brdrw15\\clbrdrt{top}\\brdrw15{side}{rest}{round(end * TWIPS)}" for side, end in zip(right, ends, strict=True)
    ]
    return ["\\trowd\\trgaph108\\trleft0\\trqc", *cells]


def _row(cells: Sequence[str], frame: list[str], sides: Sequence[str], size: int, bold: bool) -> list[str]:
    style = f"\\fs{size}{{\\f0{BOLD if bold else ''} "
    texts = [f"\\pard\\hyphpar0\\sb15\\sa15\\fi0\\li0\\ri0\\q{side}{style}{cell}}}\\cell" for cell, side in zip(cells, sides, strict=True)]
    return [*frame, *texts, "\\intbl\\row\\pard"]


def _paragraph(text: str, side: str) -> str:
    return f"{{\\pard\\hyphpar\\sb15\\sa15\\fi0\\li0\\ri0\\q{side}\\fs{BODY_SIZE}{{\\f0 {text}}}\\par}}"


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
