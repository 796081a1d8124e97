"""The main job: virtual participants through a study's own table, journals on disk, read-out, report, pages."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import DONE, sources

if TYPE_CHECKING:
    from ..journey.journal import Entry
    from ..journey.ready import Ready

Answer = tuple[int, dict[str, Any], str]
START = "2012-01-09"
YEARS_AFTER_LAST = 3


def demo(options: Namespace) -> Answer:
    """Run the main job and name what it wrote."""
    began = time.perf_counter()
    if options.participants < 1:
        raise sources.Problem("--participants is a whole number from 1")
    out = sources.folder(options.out)
    ready = sources.ready(options.study)
    say = sources.say
    say(f"{ready.protocol.title}")
    say(f"study {ready.protocol.name} version {ready.protocol.version}, fingerprint {ready.fingerprint[:12]}…")
    say(f"table: {len(ready.table.values):,} statuses, {ready.table.transitions:,} transitions")
    people = _simulated(ready, options.participants, options.seed)
    entries = sum(len(e) for e in people.values())
    store = _kept(ready, people, out)
    say(f"journals: {entries:,} entries of {len(people)} participants in {store}")
    readout = _read_out(ready, people, out, options.seed)
    written = {
        "report": str(out / "report.html"),
        "journal": str(out / "journal.sqlite"),
        "journals": str(out / "journals.jsonl"),
        "readout": str(out / "read-out.json"),
        "page": str(out / "study.html"),
        "play": str(out / "play.html"),
        "study": str(out / "study.json"),
    }
    made = {
        "study": ready.protocol.name,
        "version": ready.protocol.version,
        "fingerprint": ready.fingerprint,
        "n": len(people),
        "seed": options.seed,
    }
    (out / "run.json").write_text(json.dumps(made | {"virtual": True}, indent=1) + "\n", encoding="utf-8")
    _pages(ready, out)
    seconds = time.perf_counter() - began
    data = {
        "study": ready.protocol.name, "version": ready.protocol.version, "fingerprint": ready.fingerprint, "participants": len(people),
        "entries": entries, "seed": options.seed, "seconds": round(seconds, 2), "files": written, "readout": readout.as_json(),
    }  # fmt: skip
    (out / "read-out.json").write_text(json.dumps(data["readout"], indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    text = "\n".join([readout.as_text(), "", *_closing(written, next(iter(people)), options.study, seconds)])
    if _shall_serve(options):
        print(text, flush=True)
        from ..web.folder import serve_folder

        serve_folder(out, say)
        text = ""
    return DONE, data, text


def _simulated(ready: Ready, n: int, seed: int) -> dict[str, list[Entry]]:
    from ..simulation.walk import simulate

    people: dict[str, list[Entry]] = {}
    shown = 0.0
    for journal in simulate(ready, n, seed=seed, start=sources.day(START)):
        people[journal[0].participant] = journal
        if sys.stderr.isatty() and time.monotonic() - shown > 0.1:
            shown = time.monotonic()
            print(f"\rparticipants {len(people)}/{n}", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    sources.say(f"participants: {len(people)} simulated from screening to the end")
    return people


def _kept(ready: Ready, people: dict[str, list[Entry]], out: Path) -> Path:
    from ..protocol.frozen.freeze import freeze
    from ..records.sqlite_journal import create

    frozen = freeze(ready.protocol)
    (out / "study.json").write_text(frozen, encoding="utf-8")
    for old in ("report.html", "read-out.json", "study.html", "play.html", "journals.jsonl"):
        (out / old).unlink(missing_ok=True)  # a stopped run never leaves one run's report beside another run's journal
    path, fresh = out / "journal.sqlite", out / "journal.sqlite.new"
    fresh.unlink(missing_ok=True)
    create(fresh, frozen, ready.fingerprint).append(e for journal in people.values() for e in journal)
    fresh.replace(path)
    lines = (json.dumps(e.as_json(), ensure_ascii=False) for journal in people.values() for e in journal)
    (out / "journals.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _read_out(ready: Ready, people: dict[str, list[Entry]], out: Path, seed: int) -> Any:
    from ..analysis.datasets import datasets, last_day_of
    from ..analysis.results.readout import read_out
    from ..report.document import report_html

    sources.say("read-out: datasets, endpoints, report …")
    data = datasets(ready, people, cutoff=last_day_of(people))
    readout = read_out(data, ready)
    (out / "report.html").write_text(report_html(readout, data, ready, virtual=f"seed {seed}"), encoding="utf-8")
    return readout


def _pages(ready: Ready, out: Path) -> None:
    from ..protocol.page.page_html import page_html
    from ..web.play import play_html

    sources.say("pages: the study to sign, the study to play …")
    (out / "study.html").write_text(page_html(ready.protocol, ready.fingerprint), encoding="utf-8")
    (out / "play.html").write_text(play_html(ready), encoding="utf-8")


def _closing(written: dict[str, str], someone: str, study: str, seconds: float) -> list[str]:
    return [
        f"Done in {seconds:.1f} s. What was written:",
        f"  {written['report']:<34} the report; open it in a browser",
        f"  {written['play']:<34} play a participant yourself, offline",
        f"  {written['page']:<34} the page that a clinician signs",
        f"  {written['journal']:<34} every journal, append-only and chained",
        f"  {written['journals']:<34} the same as JSON Lines",
        f"  {written['readout']:<34} the read-out as JSON",
        f"  {written['study']:<34} the frozen study they were written under",
        "What to do next:",
        f"  trialrun walk {study} {written['journal']} --participant {someone}",
        f"  trialrun check {study}",
        "  trialrun new a-study-of-my-own",
    ]


def _shall_serve(options: Namespace) -> bool:
    import os

    if options.json or os.environ.get("TRIALRUN_SERVE") == "0":
        return False
    return bool(options.serve) if options.serve is not None else sys.stdout.isatty()
