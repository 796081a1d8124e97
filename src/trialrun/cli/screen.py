"""What a person sees in a terminal: text and grids wrapped to its width, colour only there, one bar for long work, and nothing that it would obey.

Piped output is plain and stable: 80 columns, or as many as COLUMNS says, no escape codes, no bar. Documents (a page, a frozen study, a schema)
are piped as they are. Messages on standard error keep one line each when they are piped.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import IO, Any

NARROW, USUAL, WIDE = 40, 80, 120
OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
COLOURS = {
    "yes": "green", "no": "dim", "owed": "red", "late": "red", "missed": "red", "BROKEN": "bold red", "UNTESTED": "yellow", "due": "yellow",
    "done": "green", "not owed": "dim",
}  # fmt: skip


class Document(str):
    """A text that is the content of a file: piped as it is."""


class Heading(str):
    """A line that names what follows."""


class Command(str):
    """A line to copy: where it must be broken, it goes on with a backslash."""


@dataclass(frozen=True)
class Grid:
    """Rows of cells under each other. The last column takes what room is left and wraps; `whole` columns never wrap; `heads` may be empty."""

    rows: Sequence[Sequence[str]]
    heads: Sequence[str] = ()
    whole: Sequence[int] = (0,)


def safe(text: str) -> str:
    """A text without what a terminal obeys or hides: control characters but the line's end, and marks of direction, written as `\\x1b`, `\\u202e`."""
    return OBEYED.sub(_escaped, text)


def safe_json(text: str) -> str:
    """The same for JSON, which stays the same data: such characters stand within strings only."""
    return OBEYED.sub(lambda found: "".join(f"\\u{unit:04x}" for unit in _units(found[0])) if found[0] >= "\x7f" else found[0], text)


def cell(text: object) -> str:
    """A value from a journal or a study for one line: a line's end is written as `\\n`."""
    return safe(str(text)).replace("\n", "\\n").replace("\t", " ")


def _escaped(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65_536 else f"\\U{number:08x}"


def _units(character: str) -> Iterable[int]:
    number = ord(character)
    return (number,) if number < 65_536 else (0xD7C0 + (number >> 10), 0xDC00 + (number & 0x3FF))


def on_terminal(stream: IO[str] | None) -> bool:
    """Whether somebody looks at a stream."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def width(stream: IO[str] | None = None) -> int:
    """How many columns there are: COLUMNS, else the terminal's own up to 120, else 80; never less than 40."""
    named = os.environ.get("COLUMNS", "")
    if named.isdigit() and int(named):
        return max(NARROW, int(named))
    stream = stream or sys.stdout
    if not on_terminal(stream):
        return USUAL
    try:
        return max(NARROW, min(WIDE, os.get_terminal_size(stream.fileno()).columns or USUAL))
    except (OSError, ValueError):
        return max(NARROW, min(WIDE, shutil.get_terminal_size((USUAL, 24)).columns))


def shown(text: Any, stream: IO[str] | None = None) -> str:
    """What a verb answers, as it is printed: a text, a document, or parts of texts, headings and grids."""
    stream = stream or sys.stdout
    if isinstance(text, Document):
        return safe(text) if on_terminal(stream) else str(text)
    return _rendered([text] if isinstance(text, str) else text, stream)


def _rendered(parts: Iterable[Any], stream: IO[str]) -> str:
    from rich.console import Console
    from rich.text import Text

    seen, columns, out = on_terminal(stream), width(stream), StringIO()
    coloured = seen and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    console = Console(
        file=out, force_terminal=seen, force_jupyter=False, color_system="standard" if coloured else None, width=columns, legacy_windows=False,
        markup=False, highlight=False, emoji=False, no_color=not coloured,
    )  # fmt: skip
    for part in parts:
        if isinstance(part, Grid):
            if part.rows:
                console.print(_table(part))
        elif isinstance(part, Heading):
            console.print(Text(fitted(part, columns), style="bold"))
        elif isinstance(part, Command):
            console.print(Text(_continued(safe(part), columns)))
        else:
            console.print(Text(fitted(part, columns)))
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def _table(grid: Grid) -> Any:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    rows = [[cell(c) for c in row] for row in grid.rows]
    table = Table(box=None, show_header=bool(grid.heads), header_style="bold", padding=(0, 2, 0, 0), pad_edge=False, show_edge=False)
    for k in range(max(len(row) for row in rows)):
        widest = max((len(row[k]) for row in rows if k < len(row)), default=0)
        table.add_column(grid.heads[k] if k < len(grid.heads) else "", no_wrap=k in grid.whole and widest <= 24, overflow="fold")
    for row in rows:
        table.add_row(*(Text(c, style=COLOURS.get(c, "")) for c in row))
    return Padding(table, (0, 0, 0, 2))


def fitted(text: str, columns: int) -> str:
    """A plain text whose lines are no longer than the width: what goes on stands under the place where the line's last column begins."""
    return "\n".join(piece for line in safe(text).expandtabs(4).split("\n") for piece in _folded(line.rstrip(), columns))


def _folded(line: str, columns: int) -> list[str]:
    from rich.cells import cell_len

    if cell_len(line) <= columns:
        return [line]
    begin = len(line) - len(line.lstrip())
    gaps = [found.end() for found in re.finditer(r"(?<=\S) {2,}(?=\S)", line) if found.end() <= columns // 2]
    hang = gaps[-1] if gaps else min(begin, columns // 2) + (2 if begin else 0)
    return _wrapped(" " * min(begin, columns // 2) + line.lstrip() if not gaps else line, columns, " " * hang)


def _wrapped(line: str, columns: int, hang: str, end: str = "") -> list[str]:
    """A line broken at spaces, at any place where a word is longer than a line; what goes on is set under `hang`."""
    from rich.cells import cell_len, set_cell_size

    pieces: list[str] = []
    here, empty = "", True
    for word in re.findall(r"\S+|\s+", line):
        if word.isspace() and empty and pieces:
            continue
        if cell_len(here + word) > columns - len(end) and not empty:
            if word.isspace():
                continue
            pieces.append(here.rstrip())
            here, empty = hang, True
        while cell_len(here + word) > columns - len(end) and not word.isspace():
            room = max(columns - len(end) - cell_len(here), 2)
            part = set_cell_size(word, room).rstrip()
            pieces.append(here + part)
            word, here = word[len(part) :], hang
        here += word
        empty = empty and word.isspace()
    if here.strip():
        pieces.append(here.rstrip())
    return [piece + (end if k < len(pieces) - 1 else "") for k, piece in enumerate(pieces)] or [""]


def _continued(command: str, columns: int) -> str:
    from rich.cells import cell_len

    return command if cell_len(command) <= columns else "\n".join(_wrapped(command, columns, "      ", " \\"))


def told(text: str) -> None:
    """A message on standard error: wrapped on a terminal, one line each when piped."""
    if sys.stderr is not None:
        print(fitted(text, width(sys.stderr)) if on_terminal(sys.stderr) else safe(text), file=sys.stderr, flush=True)


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Long work counted: a bar on a terminal, a line at its begin and end otherwise. Gives a function of how many are done, of how many.

    A stop that a library has swallowed is heard there.
    """
    from . import STOPPING

    began, done = time.monotonic(), 0

    def heard(n: int) -> None:
        nonlocal done
        done = n
        if STOPPING:
            raise KeyboardInterrupt

    if not on_terminal(sys.stderr) or os.environ.get("TERM") == "dumb":
        told(f"{what} …")
        yield lambda n, of: heard(n)
    else:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        colour: Any = None if os.environ.get("NO_COLOR") else "standard"
        console = Console(file=sys.stderr, color_system=colour, width=width(sys.stderr), highlight=False, markup=False, emoji=False)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(what, total=None)

            def count(n: int, of: int) -> None:
                bar.update(task, completed=n, total=of)
                heard(n)

            yield count
    told(f"{what}: {done:,} done in {time.monotonic() - began:.1f} s")
