"""A table of a study report as HTML, CSV and RTF text; the source line under it says from what it was made."""

from __future__ import annotations

from html import escape

from .table import Table

MOST = 2000  # lines of a listing that go into RTF; the rest stands in the CSV and HTML
LOOK = """
body{margin:1.5rem auto;max-width:60rem;padding:0 1rem;font:14px/1.4 'Helvetica Neue',Helvetica,Arial,'DejaVu Sans',sans-serif;color:#1a2433}
caption{text-align:left;padding-bottom:.6rem}caption b{display:block;font-size:1.05rem}caption span{color:#5b6675;font-size:.85rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
thead th{border-top:1.5px solid;border-bottom:1px solid;text-align:left;padding:.35rem .8rem .35rem 0;vertical-align:bottom}
tbody th{font-weight:400;text-align:left}tbody th,td{padding:.2rem .8rem .2rem 0;vertical-align:top}
tbody tr:last-child>*{border-bottom:1.5px solid}.head th{font-weight:700;padding-top:.6rem}.l1 th{padding-left:1.2rem}.l2 th{padding-left:2.4rem}
.wide{overflow-x:auto}p{font-size:.82rem;color:#5b6675;margin:.3rem 0}@page{size:A4 landscape;margin:15mm}thead{display:table-header-group}tr{break-inside:avoid}
"""


def as_html(t: Table, source: str, virtual: str | None = None) -> str:
    """The table as a page of its own."""
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in t.head)
    body = []
    for line in t.lines:
        if line.head:
            body.append(f'<tr class="head"><th colspan="{len(t.head)}">{escape(line.label)}</th></tr>')
        else:
            cells = "".join(f"<td>{escape(c)}</td>" for c in line.cells)
            body.append(f'<tr class="l{line.level}"><th scope="row">{escape(line.label)}</th>{cells}</tr>')
    notes = "".join(f"<p>{escape(n)}</p>" for n in (*t.notes, *([virtual] if virtual else []), source))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(t.name)}: {escape(t.title)}</title><style>{LOOK}</style></head><body><div class=wide><table>"
        f"<caption><b>{escape(t.name)}. {escape(t.title)}</b><span>{escape(t.population)}</span></caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>{notes}</body></html>\n"
    )


def as_csv(t: Table) -> str:
    """The table as CSV, every line with the group that it stands in."""
    return str(t.frame().write_csv())


def as_rtf(t: Table, source: str, virtual: str | None = None) -> str:
    """The table as RTF by rtflite, landscape. Raises ImportError where rtflite is not installed."""
    import polars as pl
    import rtflite as rtf

    lines = t.lines[:MOST]
    rows = [
        tuple(_ascii("\u2003" * line.level + line.label if i == 0 else c) for i, c in enumerate((line.label, *line.cells)))
        for line in lines
    ]
    rows = [row + ("",) * (len(t.head) - len(row)) for row in rows]
    frame = pl.DataFrame(rows, schema=[f"c{k}" for k in range(len(t.head))], orient="row")
    widths = _widths(t)
    left = ["l"] * len(t.head) if t.listing else ["l"] + ["c"] * (len(t.head) - 1)
    notes = [*t.notes, *([f"The first {MOST:,} of {len(t.lines):,} lines; all of them stand in the CSV."] if len(t.lines) > MOST else [])]
    notes += [virtual] if virtual else []
    heads = any(line.head for line in lines)
    bold = {"text_format": [["b" if line.head else ""] * len(t.head) for line in lines]} if heads else {}
    document = rtf.RTFDocument(
        df=frame,
        rtf_page=rtf.RTFPage(orientation="landscape"),
        rtf_title=rtf.RTFTitle(text=[f"{t.name}. {_ascii(t.title)}", _ascii(t.population)]),
        rtf_column_header=[
            rtf.RTFColumnHeader(text=[_ascii(h) for h in t.head], col_rel_width=widths, text_justification=left, text_format="b")
        ],
        rtf_body=rtf.RTFBody(
            col_rel_width=widths,
            text_justification=[left],
            text_font_size=8,
            **bold,
            border_top=[""] * len(t.head),
            border_bottom=[""] * len(t.head),
        ),
        rtf_footnote=rtf.RTFFootnote(text=[_ascii(n) for n in notes], as_table=False, text_font_size=8) if notes else None,
        rtf_source=rtf.RTFSource(text=[_ascii(source)], as_table=False, text_font_size=8),
    )
    return str(document.rtf_encode())


def _widths(t: Table) -> list[float]:
    """Relative widths of the columns, by their longest cells and words."""
    columns: list[list[str]] = [[h] for h in t.head]
    for line in t.lines[:MOST]:
        for column, cell in zip(columns, ("  " * line.level + line.label if not line.head else "", *line.cells), strict=False):
            column.append(cell)
    return [
        float(min(max(max(len(c) for c in column[1:] or [""]), *(len(w) + 1 for w in column[0].split() or [""]), 4), 44))
        for column in columns
    ]


def _ascii(text: str) -> str:
    """Text that rtflite takes as it is: it reads backslash commands and the signs ^ and _ in its own way."""
    return text.replace("\\", "/")
