"""The page to play with: one offline HTML file in which a person clicks events and watches a study answer.

Its scripts are a second executor of the table, for offline use only; committed vectors hold it equal to the journey (decision 13).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files

from ..journey.ready import Ready
from .play_data import page_data
from .play_stories import Story, stories_for

EXECUTOR = (
    "calendar.js", "expressions.js", "values.js", "knowledge.js", "episodes.js", "over_time.js", "taking.js", "fold.js", "making.js", "visits.js", "proposals.js",
    "administrations.js", "standing.js", "nearest.js", "queries.js",
)  # fmt: skip
PAGE = ("journal.js", "forms.js", "ahead.js", "keep.js", "actions.js", "plan.js", "play.js")
START = "2012-03-05"


def play_html(ready: Ready, stories: Sequence[Story] | None = None, start: str = START) -> str:
    """The page as one text: the study's table, the executor in the browser's language, and the page's own style; nothing is fetched.

    `stories` are presets to begin with (none given: those of the study, else ways through its table); `start` is the first day shown.
    """
    told = stories_for(ready, start) if stories is None else stories
    data = json.dumps(page_data(ready, told, start), separators=(",", ":"), ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    parts = {
        "title": escape(f"{ready.protocol.name}: a study to play with"),
        "style": _read("play.css"),
        "study": data,
        "script": script((*EXECUTOR, *PAGE)),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _read("play.html"))


def script(names: Sequence[str] = EXECUTOR) -> str:
    """The scripts of the page as one text; by default only the executor, which needs no browser."""
    return "\n".join(_read(name) for name in names)


def _read(name: str) -> str:
    return (files(__package__) / "play_page" / name).read_text(encoding="utf-8")
