"""Verbs on a study itself: check, page, freeze, new, play."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import Any

from . import DONE, WRONG, sources
from .screen import Command, Document
from .shown import check_shown

Answer = tuple[int, dict[str, Any], Any]


def check(options: Namespace) -> Answer:
    """Check a study exhaustively."""
    from ..protocol.check.check import check as checked
    from ..protocol.check.check import unchecked
    from ..protocol.check.natures import nature_findings
    from ..protocol.frozen.load import Mistyped
    from ..protocol.frozen.natures import nature_beside

    try:
        protocol = sources.study(options.study)[0]
        beside = nature_beside(options.study)
        found = checked(protocol)
        if beside is not None:
            found = replace(found, findings=(*found.findings, *nature_findings(beside[0], protocol)))
    except Mistyped as problem:
        found = unchecked(options.study, str(problem).splitlines())
    data = found.as_json()
    return (DONE if data["ok"] else WRONG), data, check_shown(found, options.study, options.all)


def page(options: Namespace) -> Answer:
    """Render the page a clinician signs."""
    from ..protocol.page.page import page_markdown
    from ..protocol.page.page_html import page_html
    from ..protocol.page.parts import SCHEDULE

    protocol, mark = sources.study(options.study)
    if options.nature:
        return _nature_page(options, protocol)
    if options.role is not None:
        seen, _ = sources.seen(sources.made_ready(protocol, mark), options.role)
        protocol, mark = seen.protocol, seen.fingerprint
    text = page_html(protocol, mark) if options.format == "html" else page_markdown(protocol, mark)
    return _written(
        options, text, {"study": protocol.name, "version": protocol.version, "fingerprint": mark, "format": options.format}, SCHEDULE
    )


def _nature_page(options: Namespace, protocol: Any) -> Answer:
    """Every number of the nature that stands beside a study."""
    from ..protocol.frozen.natures import nature_beside
    from ..protocol.page.nature_page import nature_html, nature_markdown

    found = nature_beside(options.study)
    if found is None:
        raise sources.Problem(f"{options.study} has no nature.py beside it: virtual participants get values made up over their range")
    text = nature_html(*found) if options.format == "html" else nature_markdown(*found)
    data = {"study": protocol.name, "version": protocol.version, "fingerprint": found[1], "format": options.format}
    return _written(options, text, data, "the nature of its virtual participants")


def freeze(options: Namespace) -> Answer:
    """Freeze a study."""
    from ..protocol.frozen.older import frozen_text

    protocol, mark = sources.study(options.study)
    return _written(
        options,
        frozen_text(protocol, mark),
        {"study": protocol.name, "version": protocol.version, "fingerprint": mark},
        '"format":"trialrun study',
    )


def play(options: Namespace) -> Answer:
    """Write the page to play with."""
    from ..web.play import play_html

    ready, _ = sources.seen(sources.ready(options.study), options.role)
    options.out = options.out or f"{ready.protocol.name}-play.html"
    text = play_html(ready)
    title = text[text.index("<title>") : text.index("</title>")]
    return _written(options, text, {"study": ready.protocol.name, "fingerprint": ready.fingerprint}, title.rpartition(": ")[2] + "</title>")


def new(options: Namespace) -> Answer:
    """Copy the commented template."""
    from ..protocol.frozen.shipped import copy_template

    place = copy_template(options.name, Path(options.folder))
    next_steps = [
        Command(f"  trialrun check {quote(str(place))}"),
        Command(f"  trialrun page {quote(str(place))} --format html --out page.html"),
    ]
    return DONE, {"folder": str(place)}, [f"{place} is a study that checks clean. Read study.py, then:", *next_steps]


def _written(options: Namespace, text: str, data: dict[str, Any], kind: str) -> Answer:
    """Print a document, or write it where it is wanted; `kind` stands at the beginning of every document of its kind."""
    if options.out is None:
        return DONE, {**data, "text": text}, Document(text)
    sources.write(Path(options.out), text, kind)
    mark = data["fingerprint"]
    return (
        DONE,
        {**data, "out": options.out},
        f"{options.out} ({len(text.encode()):,} bytes; study {data['study']}, fingerprint {mark[:12]}…)",
    )
