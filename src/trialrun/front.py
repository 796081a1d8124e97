"""The front door: what a notebook begins with. `import trialrun`, then `trialrun.load`, `check`, `walk`, `simulate`, `analyse`, ...

Each name does one thing and leaves the rest to the rooms. A *study* is given as a definition (what `load` gives), or as what `load` takes:
a shipped study's name, a folder, a file. Days are `datetime.date` or text as `2012-04-09`. Nothing is executed that a study or a folder of
results holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from .analysis.datasets import Datasets
    from .analysis.results.explain import Explained
    from .analysis.results.readout import ReadOut
    from .journey.journal import Entry
    from .journey.ready import Ready
    from .journey.standing import Standing
    from .protocol.check.check import Checked
    from .protocol.language import Protocol
    from .report.output import Written

    Study = Protocol | str | Path
    Journals = Mapping[str, Sequence[Entry]]

__all__ = [
    "load", "check", "page", "freeze", "calendar", "read_journal", "walk", "simulate", "datasets", "analyse", "write_analysis", "explain", "schema",
    "version",
]  # fmt: skip


def load(study: Study = "mt103-211") -> Protocol:
    """A study's definition, as one frozen value. It is read, never run.

    Args:
        study: a shipped study's name (its latest frozen version), a folder with `study.py`, a `.py` file, or a frozen `.json`.

    Returns:
        The definition: phases, events, rules, doses, visits, forms, endpoints, each a tuple of frozen values.

    Raises:
        StudyError: (a ValueError) where there is no such study, or it holds more than plain values; with file, line and cure.
        FrozenError: (a ValueError) where a frozen study was cut off or changed.

    Examples:
        ```python
        import trialrun

        study = trialrun.load("mt103-211")
        print(study.title, len(study.rules), "rules")
        ```
    """
    return _definition(study)


def check(study: Study) -> Checked:
    """The exhaustive check of a study: every reachable status, every invariant, what the text leaves undecided.

    Args:
        study: a definition, or what `load` takes.

    Returns:
        What was found: `.ok`, `.findings` (each with a shortest path of events), `.invariants`, `.statuses`, `.as_text()`, `.as_json()`.

    Raises:
        StudyError: (a ValueError) where the study cannot be read.

    Examples:
        ```python
        found = trialrun.check("maintenance-two-arm")
        assert found.ok, found.as_text()
        ```
    """
    from .protocol.check.check import check as checked

    return checked(_definition(study))


def page(study: Study, format: str = "md") -> str:
    """The page that a clinician signs, as text: Markdown (`md`) or one HTML file (`html`).

    Args:
        study: a definition, or what `load` takes.
        format: `md` or `html`.

    Raises:
        ValueError: for another format, and for a study that does not hang together.

    Examples:
        ```python
        print(trialrun.page("mt103-211")[:300])
        ```
    """
    from .protocol.page.page import page_markdown
    from .protocol.page.page_html import page_html

    if format not in ("md", "html"):
        raise ValueError(f"there is no page as {format!r}: write format='md' or format='html'")
    protocol, mark = _whole(study)
    return page_markdown(protocol, mark) if format == "md" else page_html(protocol, mark)


def freeze(study: Study) -> str:
    """A study as canonical JSON with its SHA-256 fingerprint: what running systems load.

    Args:
        study: a definition, or what `load` takes.

    Returns:
        One line of JSON with `format`, `fingerprint` and `study`. Written into a `.json` file, `load` reads it back.

    Examples:
        ```python
        import json

        print(json.loads(trialrun.freeze("mt103-211"))["fingerprint"][:12])
        ```
    """
    from .protocol.frozen.older import frozen_text

    return frozen_text(*_whole(study))


def calendar(study: Study, start: date | str) -> pl.DataFrame:
    """Every date of a participant who goes by the plan, from day 1.

    Args:
        study: a definition, or what `load` takes.
        start: day 1, the first day of treatment.

    Returns:
        One row a date, in their order: `on`, `what`, `earliest` and `latest` (the window of a visit, else null), `source`.

    Raises:
        ValueError: for what is no date, and for a study that declares no journey by the plan.

    Examples:
        ```python
        print(trialrun.calendar("mt103-211", "2012-04-09").head())
        ```
    """
    import polars as pl

    from .journey.calendar import calendar as dates

    rows = dates(_ready(study), _day(start))
    columns = {name: [_date(getattr(r, name)) for r in rows] for name in ("on", "earliest", "latest")}
    told = {"on": columns["on"], "what": [r.what for r in rows], "earliest": columns["earliest"], "latest": columns["latest"]}
    schema = {"on": pl.Date, "what": pl.String, "earliest": pl.Date, "latest": pl.Date, "source": pl.String}
    return pl.DataFrame(told | {"source": [r.source for r in rows]}, schema=schema)


def read_journal(path: Path | str) -> dict[str, list[Entry]]:
    """The entries of a journal by participant, in the order of their recording.

    Args:
        path: a `.jsonl` file, or a `.sqlite` journal.

    Raises:
        ValueError: for a file that is no journal, with line, field and cure; for a store that was changed from outside.

    Examples:
        ```python
        from pathlib import Path

        line = '{"participant": "001", "happened_on": "2012-02-27", "event": "consent", "recorded_at": "2012-02-27T10:00Z"}'
        Path("one.jsonl").write_text(line + "\\n")
        print(trialrun.read_journal("one.jsonl"))
        ```
    """
    from .journey.journal import by_participant
    from .journey.journal import read_journal as read

    if Path(path).suffix not in (".sqlite", ".db"):
        return by_participant(read(Path(path)))
    from .records.sqlite_journal import open_journal

    store = open_journal(Path(path))
    if broken := store.broken():
        raise ValueError(f"{path} was changed from outside: {broken[0]}; take the file from its backup")
    return by_participant(store.entries())


def walk(study: Study, entries: Sequence[Entry], on: date | str | None = None, known_at: str | None = None) -> Standing:
    """Where one participant stands on a day: phase, dose, what comes next, visits, what is allowed, deviations, queries.

    Args:
        study: a definition, or what `load` takes.
        entries: the entries of one participant.
        on: the day; left out, the last day of the entries.
        known_at: an instant (`2012-05-01T12:00Z`); only what was recorded by then is known.

    Returns:
        The standing: `.phase`, `.road` (every turn), `.as_json()`.

    Raises:
        ValueError: for entries of two participants, for none, and for what is no date.

    Examples:
        ```python
        journals = trialrun.simulate("mt103-211", n=1, seed=7)
        who, entries = next(iter(journals.items()))
        here = trialrun.walk("mt103-211", entries)
        print(who, here.phase)
        ```
    """
    from .journey.standing import where

    return where(_ready(study), entries, _last({"": entries}, on, known_at), known_at)


def simulate(study: Study, n: int = 189, seed: int = 1, start: date | str = "2012-01-09", trial: int = 1) -> dict[str, list[Entry]]:
    """The journals of n virtual participants, walked one by one through the study's own table.

    Args:
        study: a definition, or what `load` takes.
        n: how many.
        seed: of chance: the same seed gives the same journals, whatever else is done.
        start: the day from which participants come.
        trial: the number of the trial, from 1; trials of one seed are independent.

    Returns:
        The entries by participant. Virtual participants: made by a computer from published and assumed figures.

    Examples:
        ```python
        journals = trialrun.simulate("mt103-211", n=12, seed=3)
        print(len(journals), "virtual participants,", sum(map(len, journals.values())), "entries")
        ```
    """
    from .simulation.virtual import simulate as walked

    if n < 1 or trial < 1:
        raise ValueError("n and trial are whole numbers from 1")
    beside = study if isinstance(study, str | Path) else None
    people = walked(_ready(study), n, seed, _day(start), trial=trial, beside=beside)
    return {entries[0].participant: entries for entries in people if entries}


def datasets(study: Study, journals: Journals, cutoff: date | str | None = None, known_at: str | None = None) -> Datasets:
    """The tables of a study's journals at a data cut-off, as known at a time.

    Args:
        study: a definition, or what `load` takes.
        journals: entries by participant, as `read_journal` and `simulate` give them.
        cutoff: what happened by this day; left out, the last day of the journals.
        known_at: an instant; what was recorded by then.

    Returns:
        The tables as Polars frames: `.subject` (one row a participant), `.exposure`, `.response`, `.adverse_event`, `.visit`, `.deviation`,
        `.query`, `.time_to_event` (one row a participant and endpoint) and others; `.tables()` has them all by name.

    Raises:
        ValueError: for journals of two studies, and for a cut-off before the first entry.

    Examples:
        ```python
        data = trialrun.datasets("mt103-211", journals)
        print(data.subject.columns[:5])
        ```
    """
    from .analysis.datasets import datasets as tables

    return tables(_ready(study), journals, _last(journals, cutoff, known_at), known_at)


def analyse(study: Study, journals: Journals, cutoff: date | str | None = None, known_at: str | None = None) -> ReadOut:
    """Every endpoint of the study, with intervals, and the published figures beside ours.

    Args:
        study: a definition, or what `load` takes.
        journals: entries by participant, real or virtual: the same code reads both.
        cutoff: what happened by this day; left out, the last day of the journals.
        known_at: an instant; what was recorded by then.

    Returns:
        The read-out: `.as_text()`, `.as_json()`; in a notebook it shows itself.

    Raises:
        ValueError: as `datasets` does.

    Examples:
        ```python
        print(trialrun.analyse("mt103-211", journals).as_text()[:400])
        ```
    """
    from .analysis.results.readout import read_out

    return read_out(datasets(study, journals, cutoff, known_at), _ready(study))


def write_analysis(
    study: Study,
    journals: Journals,
    out: Path | str,
    cutoff: date | str | None = None,
    known_at: str | None = None,
    virtual: str | None = None,
) -> Written:
    """The whole analysis as a folder: report, tables, figures, data sets, the frozen study, and where all of it came from.

    Args:
        study: a definition, or what `load` takes.
        journals: entries by participant.
        out: the folder; it appears whole or stays as it was.
        cutoff: what happened by this day; left out, the last day of the journals.
        known_at: an instant; what was recorded by then.
        virtual: how virtual participants came about (`seed 3`): every page then says that they are virtual. None for real ones.

    Returns:
        What was written: `.files` with their SHA-256, `.readout`, `.left_out` and why.

    Raises:
        ValueError: as `datasets` does, and where the folder holds what no analysis wrote.

    Examples:
        ```python
        written = trialrun.write_analysis("mt103-211", journals, "my-report", virtual="seed 3")
        print(sorted(written.files)[:3])
        ```
    """
    from .report.output import write_analysis as written

    return written(out, datasets(study, journals, cutoff, known_at), _ready(study), virtual=virtual)


def explain(study: Study, entries: Sequence[Entry], value: str, cutoff: date | str | None = None, known_at: str | None = None) -> Explained:
    """Where a derived value of one participant comes from: the chain of entries, sentences and definitions behind it.

    Args:
        study: a definition, or what `load` takes.
        entries: the entries of one participant.
        value: an endpoint, an analysis set, a column of a data set, a moment, or `best response`.
        cutoff: what happened by this day; left out, the last day of the entries.
        known_at: an instant; what was recorded by then.

    Returns:
        The chain: `.as_text()`, `.as_json()`.

    Raises:
        ValueError: for a value that the study does not have, with the near names.

    Examples:
        ```python
        print(trialrun.explain("mt103-211", entries, "OS").as_text())
        ```
    """
    from .analysis.results.explain import explain as explained

    return explained(_ready(study), entries, value, _last({"": entries}, cutoff, known_at), known_at)


def schema(format: str = "journal", study: Study = "mt103-211") -> dict[str, Any]:
    """The JSON Schema of a format.

    Args:
        format: `entry`, `journal`, `standing`, `study` or `check`.
        study: the study whose entries it speaks of.

    Raises:
        ValueError: for a format that there is not.

    Examples:
        ```python
        print(trialrun.schema("entry")["type"])
        ```
    """
    from .journey.schema import SCHEMAS, schema_of

    if format not in SCHEMAS:
        raise ValueError(f"there is no format {format!r}: name one of {', '.join(SCHEMAS)}")
    return schema_of(format, _definition(study))


def version() -> str:
    """The version of TrialRun.

    Examples:
        ```python
        print(trialrun.version())
        ```
    """
    from . import __version__

    return __version__


def _definition(study: Study) -> Protocol:
    from .protocol.frozen.load import study_named
    from .protocol.language import Protocol

    if isinstance(study, Protocol):
        return study
    if not isinstance(study, str | Path):
        raise TypeError(f"{study!r} is no study: give what trialrun.load(..) gave, a shipped study's name, a folder or a file")
    return study_named(study)[0]


def _whole(study: Study) -> tuple[Protocol, str]:
    """A definition that hangs together, with its fingerprint. Raises StudyError with all that is wrong."""
    ready = _ready(study)
    return ready.protocol, ready.fingerprint


def _ready(study: Study) -> Ready:
    """A study ready to run; made once for each definition."""
    from .protocol.check.wellformed import wellformed
    from .protocol.frozen.load import StudyError

    protocol = _definition(study)
    try:
        return _made_ready(protocol)
    except TypeError:
        raise StudyError(
            "\n".join(wellformed(protocol)) or "this definition cannot be made ready: make it with trialrun.load(..)"
        ) from None


@lru_cache(maxsize=8)
def _made_ready(protocol: Protocol) -> Ready:
    from .journey.ready import make_ready
    from .protocol.check.wellformed import wellformed
    from .protocol.frozen.load import StudyError

    if wrong := wellformed(protocol):
        raise StudyError("\n".join(wrong))
    return make_ready(protocol)


def _day(day: date | str) -> int:
    from .protocol.words.times import ordinal

    return day.toordinal() if isinstance(day, date) else ordinal(day)


def _date(day: int | None) -> date | None:
    return None if day is None else date.fromordinal(day)


def _last(journals: Journals, day: date | str | None, known_at: str | None) -> int:
    """A day that is given, else the last day of the journals."""
    from .analysis.datasets import last_day_of

    return _day(day) if day is not None else last_day_of(journals, known_at)
