"""What a file is that is no journal: named by its first bytes or its first line, with what to write instead."""

from __future__ import annotations

import json
import re

SHAPE = 'write one JSON object a line, such as {"participant": "001-004", "happened_on": "2012-04-09", "event": "consent"}'
MAGIC = (
    (b"\x1f\x8b", "is compressed (gzip): unpack it first"),
    (b"PK\x03\x04", "is a ZIP file, such as Excel and Word write: unpack it first, or export its table and write that as JSON Lines"),
    (b"SQLite format 3\x00", "is a SQLite database: give it a name that ends in .sqlite"),
    (b"\xd0\xcf\x11\xe0", "is a file of Excel or Word"),
    (b"%PDF", "is a PDF"),
    (b"PAR1", "is a Parquet file: name the folder of the simulation that wrote it"),
    (b"{\\rtf", "is an RTF document"),
    (b"HEADER RECORD*******", "is a SAS transport file (XPT)"),
    (b"BZh", "is compressed (bzip2): unpack it first"),
    (b"\xfd7zXZ", "is compressed (xz): unpack it first"),
    (b"\x28\xb5\x2f\xfd", "is compressed (zstd): unpack it first"),
    (b"\x89PNG", "is a picture"),
    (b"\xff\xd8\xff", "is a picture"),
    (b"GIF8", "is a picture"),
    (b"\x7fELF", "is a program"),
)
UTF8_MARK = b"\xef\xbb\xbf"
WIDE = ((b"\xff\xfe\x00\x00", "UTF-32"), (b"\x00\x00\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
OBJECTS = (
    ("format", "is a frozen study, and no journal: name it as the study, before the journal"),
    ("resourceType", "is a FHIR resource"),
    ("datasetJSONVersion", "is a CDISC Dataset-JSON file"),
    ("phase", "is a standing, as walk writes it: name the journal that it was made from"),
)


def what_bytes_are(raw: bytes) -> str | None:
    """What a file is by its first bytes, where it is no text in UTF-8 that a journal could be; None where it may be one."""
    for magic, name in MAGIC:
        if raw.startswith(magic):
            return name
    for mark, name in WIDE:
        if raw.startswith(mark):
            return f"is text in {name}: save it in UTF-8"
    head = raw[:4096]
    if head.count(b"\x00") * 3 > len(head) > 1:
        return "is text in UTF-16, or no text: save it in UTF-8" if head.count(b"\x00") * 3 < 2 * len(head) else "is no text"
    return "is no text: it holds NUL bytes" if b"\x00" in head else None


def what_text_is(text: str) -> str | None:
    """What a text is whose first line is no entry; None where it is nothing that has a name."""
    body = text.removeprefix("\ufeff").strip()
    first = body.split("\n", 1)[0].strip()
    if body.startswith("["):
        return "is a JSON array: write its elements without the brackets and commas, each on a line of its own"
    if body.startswith("{"):
        return _object(body, first)
    if re.match(r"<!doctype html|<html", body, re.IGNORECASE):
        return "is a web page (HTML)"
    if body.startswith("<"):
        return "is XML"
    if body.startswith("---") or re.match(r"- ?\w+:|\w+:(\s|$)", first):
        return "is YAML"
    for mark, name in ((",", "CSV"), (";", "CSV"), ("\t", "a table with tabs"), ("|", "a table with bars")):
        if len(first.split(mark)) > 2 or (mark in first and "participant" in first.casefold()):
            return f"is {name}"
    return None


def _object(body: str, first: str) -> str | None:
    """What a text is that begins with an object: one over several lines, or one of another format."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        if first == "{" and re.match(r'\{\s*"', body):
            return "has entries over several lines each: write every entry on one line"
        return None
    for name, says in OBJECTS:
        if isinstance(data, dict) and name in data and "happened_on" not in data:
            return says
    return "has its one entry over several lines: write it on one line" if "\n" in body else None


def no_journal(where: str, other: str) -> str:
    """The refusal of a file that is something else, with what to write instead."""
    return f"{where} {other}. A journal is JSON Lines in UTF-8: {SHAPE}"
