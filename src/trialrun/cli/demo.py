"""The main job: virtual participants through a study's own table, journals on disk, read-out, report, pages."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from ..disk import whole_folder
from . import DONE, sources
from .screen import Command, Grid, Heading, counting, shown
from .shown import readout_shown

if TYPE_CHECKING:
    from ..journey.journal import Entry
    from ..journey.ready import Ready
    from ..simulation.walk import Nature

Answer = tuple[int, dict[str, Any], Any]
START = "2012-01-09"
FILES = {  # name: what it is called in --json, and what it is for
    "report.html": ("report", "the report; open it in a browser"),
    "play.html": ("play", "play a participant yourself, offline"),
    "study.html": ("page", "the page that a clinician signs"),
    "journal.sqlite": ("journal", "every journal, append-only and chained"),
    "journals.jsonl": ("journals", "the same as JSON Lines"),
    "read-out.json": ("readout", "the read-out as JSON"),
    "study.json": ("study", "the frozen study they were written under"),
    "run.json": ("run", "seed, number and study of this run"),
    "complete": ("complete", "every file with its SHA-256, written last"),
}


def demo(options: Namespace) -> Answer:
    """Run the main job and name what it wrote."""
    from ..simulation.virtual import came_about, nature_of

    began = time.perf_counter()
    if options.participants < 1:
        raise sources.Problem("--participants is a whole number from 1")
    out = sources.place(options.out)
    ready = sources.ready(options.study)
    say = sources.say
    say(f"study {ready.protocol.name} version {ready.protocol.version}, fingerprint {ready.fingerprint[:12]}…")
    say(f"table: {len(ready.table.values):,} statuses, {ready.table.transitions:,} transitions")
    seen, view = sources.seen(ready, options.role)
    blind = sources.is_blind(view)
    with whole_folder(out, "demo", FILES, journals=True) as work:
        nature = nature_of(ready, options.study)
        if nature.name != "declared":
            say(nature.notice)
        people = _simulated(ready, options.participants, options.seed, nature)
        if view is not None:
            ready, people = seen, {who: view.entries(journal) for who, journal in people.items()}
        entries = sum(len(e) for e in people.values())
        chain = _kept(ready, people, work)
        say(f"journals: {entries:,} entries of {len(people)} participants")
        readout = _read_out(ready, people, work, came_about(sources.SEED_HIDDEN if blind else f"seed {options.seed}", nature.name))
        made = _run(ready, None if blind else options.seed, len(people)) | {"nature": nature.name}
        (work / "run.json").write_text(json.dumps(made | {"journal": chain}, indent=1) + "\n", encoding="utf-8")
        (work / "read-out.json").write_text(json.dumps(readout.as_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        _pages(ready, work)
    seconds = time.perf_counter() - began
    data = {
        "study": ready.protocol.name, "version": ready.protocol.version, "fingerprint": ready.fingerprint, "participants": len(people),
        "entries": entries, "seed": None if blind else options.seed, "journal": chain, "seconds": round(seconds, 2),
        "files": {kind: str(out / name) for name, (kind, _) in FILES.items()}, "readout": readout.as_json(),
    }  # fmt: skip
    text: Any = [*readout_shown(readout, options.all), "", *_closing(out, next(iter(people)), options.study, seconds)]
    if _shall_serve(options):
        print(shown(text), flush=True)
        from ..web.folder import serve_folder

        serve_folder(out, say)
        text = ()
    return DONE, data, text


def _simulated(ready: Ready, n: int, seed: int, nature: Nature) -> dict[str, list[Entry]]:
    from ..simulation.virtual import simulate

    people: dict[str, list[Entry]] = {}
    with counting("participants, from screening to the end") as count:
        for journal in simulate(ready, n, seed=seed, start=sources.day(START), nature=nature):
            people[journal[0].participant] = journal
            count(len(people), n)
    return people


def _run(ready: Ready, seed: int | None, n: int) -> dict[str, Any]:
    """What `run.json` says: which study, how many participants, from which seed."""
    protocol = ready.protocol
    made = {"study": protocol.name, "version": protocol.version, "fingerprint": ready.fingerprint, "n": n, "seed": seed}
    return made | {"virtual": True}


def _kept(ready: Ready, people: dict[str, list[Entry]], work: Path) -> dict[str, Any]:
    """Write the study and the journals; the end of the store's chain."""
    from ..protocol.frozen.older import frozen_text
    from ..records.sqlite_journal import create

    frozen = frozen_text(ready.protocol, ready.fingerprint)
    (work / "study.json").write_text(frozen, encoding="utf-8")
    store = create(work / "journal.sqlite", frozen, ready.fingerprint)
    store.append(e for journal in people.values() for e in journal)
    lines = (json.dumps(e.as_json(), ensure_ascii=False) for journal in people.values() for e in journal)
    (work / "journals.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return store.head()._asdict()


def _read_out(ready: Ready, people: dict[str, list[Entry]], out: Path, virtual: str) -> Any:
    from ..analysis.datasets import datasets, last_day_of
    from ..analysis.results.readout import read_out
    from ..report.document import report_html

    sources.say("read-out: datasets, endpoints, report …")
    data = datasets(ready, people, cutoff=last_day_of(people))
    readout = read_out(data, ready)
    (out / "report.html").write_text(report_html(readout, data, ready, virtual=virtual), encoding="utf-8")
    return readout


def _pages(ready: Ready, out: Path) -> None:
    from ..protocol.page.page_html import page_html
    from ..web.play import play_html

    sources.say("pages: the study to sign, the study to play …")
    (out / "study.html").write_text(page_html(ready.protocol, ready.fingerprint), encoding="utf-8")
    (out / "play.html").write_text(play_html(ready), encoding="utf-8")


def _closing(out: Path, someone: str, study: str, seconds: float) -> list[Any]:
    """What was written, each with what it is for, and what to do next."""
    long = max(len(str(out / name)) for name in FILES) > 34
    files = Grid([(name if long else str(out / name), what) for name, (_, what) in FILES.items()])
    next_steps = [
        f"  trialrun walk {quote(study)} {quote(str(out / 'journal.sqlite'))} --participant {quote(someone)}",
        f"  trialrun check {quote(study)}",
        "  trialrun new a-study-of-my-own",
    ]
    written = f"Done in {seconds:.1f} s. What was written" + (f", in {out}:" if long else ":")
    return [Heading(written), files, Heading("What to do next:"), *map(Command, next_steps)]


def _shall_serve(options: Namespace) -> bool:
    import os

    if options.json or os.environ.get("TRIALRUN_SERVE") == "0":
        return False
    return bool(options.serve) if options.serve is not None else sys.stdout.isatty()
