"""Text as every format can show it: what would command a reader's screen or break a file is written as its code instead."""

from __future__ import annotations

import re

# Controls but the line end and the tab, signs that turn the direction of text about, halves of surrogate pairs, and what XML forbids.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")


def shown(text: str) -> str:
    r"""The text with each line end as `\n`, and with controls and turns of direction as their codes, such as `\x07` and `\u202e`."""
    return _COMMANDS.sub(_code, _ENDS.sub("\n", text))


def _code(found: re.Match[str]) -> str:
    n = ord(found[0])
    return f"\\x{n:02x}" if n < 256 else f"\\u{n:04x}"
