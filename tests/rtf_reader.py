"""A small reader of RTF for the tests: rows of cells and paragraphs, as a word processor would show their text."""

import re

TOKEN = re.compile(r"\\([a-z]+)(-?\d+)? ?|\\'([0-9a-f]{2})|\\([\\{}])|([{}])|([^\\{}\r\n]+)|[\r\n]+")
HIDDEN = ("fonttbl", "colortbl", "stylesheet", "info")
SHOWN = {"line": "\n", "tab": "\t"}


def rtf_rows(text):
    """The rows of all tables and the paragraphs outside them. A control word that changes how text stands (sub, super) is refused."""
    rows, paragraphs, cells, now, units = [], [], [], "", b""
    hidden, depth, skip = 0, 0, False
    for word, number, code, sign, brace, plain in (m.groups() for m in TOKEN.finditer(text)):
        if skip and plain:  # the sign that stands for those who do not know Unicode
            plain, skip = plain[1:], False
            if not plain:
                continue
        if units and word != "u":
            now, units = now + units.decode("utf-16-le"), b""
        if brace:
            depth += 1 if brace == "{" else -1
            hidden = 0 if depth < hidden else hidden
        elif hidden:
            continue
        elif word == "u":
            units, skip = units + (int(number) % 65536).to_bytes(2, "little"), True
        elif word in HIDDEN:
            hidden = depth
        elif word == "cell":
            cells, now = [*cells, now], ""
        elif word == "row":
            rows, cells = [*rows, cells], []
        elif word == "par":
            paragraphs, now = [*paragraphs, now], ""
        elif word in ("sub", "super", "field", "chpgn"):
            raise ValueError(f"the text holds the command {word}")
        elif word in SHOWN:
            now += SHOWN[word]
        elif code:
            now += bytes.fromhex(code).decode("cp1252")
        elif sign or plain:
            now += sign or plain
    return rows, paragraphs
