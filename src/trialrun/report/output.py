"""A whole analysis in a folder: report, tables, figures, data sets, read-out and where all of it came from; all of it or nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..analysis.datasets import Datasets
from ..analysis.results.readout import ReadOut, read_out
from ..disk import COMPLETE, runs_of, sha256, whole_folder
from ..paper.html import pieces
from ..paper.pdf import HOW, write_pdf
from ..paper.rtf import HOW as NO_RTF
from ..protocol.frozen.older import frozen_text
from ..protocol.words.times import iso
from .csv_text import csv_of, csv_pieces
from .data_written import dated, dictionary, flat
from .document import VIRTUAL, report
from .drawings import study_figures
from .figures.style import save
from .look import STYLE
from .tables import study_tables
from .tables.table import ReportTable
from .tables.written import as_rtf, csv_of_table, html_pieces

Said = Callable[[str], None]
KINDS = ("svg", "png", "pdf")
PROVENANCE = "provenance.json"
NAMES = ("readout.json", "report.html", "report.pdf", PROVENANCE)


@dataclass(frozen=True, eq=False)
class Written:
    """What was written: the folder, the read-out, the files with their SHA-256, and what was left out and why."""

    out: Path
    readout: ReadOut
    files: dict[str, str]
    left_out: tuple[tuple[str, str], ...]

    def as_json(self) -> dict[str, Any]:
        """As JSON data."""
        r = self.readout
        return {
            "study": r.study, "version": r.version, "fingerprint": r.fingerprint, "cutoff": iso(r.cutoff), "known_at": r.known_at,
            "participants": r.participants, "entries": r.entries, "out": str(self.out), "files": list(self.files),
            "left_out": [{"what": a, "why": b} for a, b in self.left_out], "readout": r.as_json(),
        }  # fmt: skip

    def as_text(self) -> str:
        """As a person reads it."""
        lines = [self.readout.as_text(), "", f"Written into {self.out}:"]
        return "\n".join([*lines, *(f"  {name:<16} {what}" for name, what in self.places())])

    def places(self) -> list[tuple[str, str]]:
        """The files and folders that were written, each with what it is for, then what was left out and why."""

        def count(folder: str, ending: str = "") -> int:
            return sum(f.startswith(f"{folder}/") and f.endswith(ending) for f in self.files)

        tables = "HTML, RTF, CSV" if count("tables", ".rtf") else "HTML, CSV"
        rows = [("report.html", "the report; open it in a browser"), ("report.pdf", "the same for print")]
        rows += [
            ("tables/", f"{count('tables', '.csv')} tables and listings as {tables}"),
            ("figures/", f"{count('figures', '.svg')} figures as SVG, PNG, PDF"),
        ]
        rows += [("datasets/", f"{count('datasets', '.parquet')} data sets as Parquet and CSV, and what their columns mean")]
        rows += [
            ("readout.json", "the read-out as data"),
            ("study.json", "the frozen study it was read under"),
            (PROVENANCE, "versions, fingerprint, cut-off, every file's SHA-256"),
            (COMPLETE, "every file with its SHA-256, written last"),
        ]
        written = [row for row in rows if row[0].endswith("/") or row[0] in (COMPLETE, *self.files)]
        return [*written, *((name, f"left out: {why}") for name, why in self.left_out)]

    def _repr_html_(self) -> str:
        return self.readout._repr_html_()


@dataclass
class Folder:
    """A folder that files are put into, and their SHA-256."""

    out: Path
    files: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, write: Callable[[Path], Any]) -> None:
        """Let `write` make a file."""
        place = self.out / name
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(place)
        except BaseException:
            place.unlink(missing_ok=True)
            raise
        self.files[name] = sha256(place)

    def text(self, name: str, text: str | Iterable[str]) -> None:
        """A text file, UTF-8, from a text or from its pieces."""

        def write(place: Path) -> None:
            with place.open("w", encoding="utf-8", newline="") as file:
                file.writelines((text,) if isinstance(text, str) else text)

        self.put(name, write)


def write_analysis(
    out: Path | str,
    data: Datasets,
    ready: Any,
    progress: Said | None = None,
    *,
    command: str = "",
    virtual: str | None = None,
    journal: dict[str, Any] | None = None,
) -> Written:
    """Analyse the data and write everything into a folder, which appears whole or stays as it was.

    `virtual` says how simulated participants came about, None for real ones; `command`, and the count and head of the `journal` that was
    read, are kept beside the results. A report as PDF and tables as RTF need the extra `report`; without it they are left out, and said so.
    What an earlier analysis wrote here is replaced; a file that no analysis wrote stays, and where it stands in the way nothing is written.
    Raises disk.Occupied then, OSError where the folder cannot be written.
    """
    frozen = frozen_text(ready.protocol, ready.fingerprint)
    carried = _carries(Path(out), frozen)
    with whole_folder(Path(out), "analyse", NAMES if carried else (*NAMES, "study.json")) as work:
        folder = Folder(work)
        if not carried:
            folder.text("study.json", frozen)
        readout, left_out = _written(folder, data, ready, progress or (lambda _: None), {"command": command, "journal": journal}, virtual)
    return Written(Path(out), readout, folder.files, tuple(left_out))


def _carries(out: Path, frozen: str) -> bool:
    """Whether the folder carries this study already, beside what another verb wrote."""
    path = out / "study.json"
    return "study.json" not in runs_of(out).get("analyse", {}) and path.is_file() and path.read_bytes() == frozen.encode()


def _written(
    folder: Folder, data: Datasets, ready: Any, say: Said, origin: dict[str, Any], virtual: str | None
) -> tuple[ReadOut, list[tuple[str, str]]]:
    """Make every file; the read-out, and what was left out and why."""
    left_out = []
    protocol = ready.protocol
    say("read-out: endpoints, intervals, published figures …")
    readout = read_out(data, ready)
    folder.text("readout.json", _json(readout.as_json()))
    say("data sets …")
    _datasets(folder, data, protocol)
    say("tables …")
    mark = None if virtual is None else f"{VIRTUAL} {virtual}"
    tables = study_tables(readout, data, protocol)
    rtf = _tables(folder, readout, tables, mark)
    if not rtf:
        left_out.append(("tables as RTF", NO_RTF))
    say("figures …")
    for figure in study_figures(readout, data, protocol):
        drawn = figure.draw()
        if drawn is not None:
            for kind in KINDS:
                folder.put(f"figures/{figure.slug}.{kind}", lambda p, drawn=drawn: save(drawn, p))  # type: ignore[misc]
    say("report …")
    document = report(readout, data, ready, virtual=virtual, tables=tables)
    folder.text("report.html", pieces(document, STYLE))
    try:
        folder.put("report.pdf", lambda p: write_pdf(document, p))
    except ImportError:
        left_out.append(("report.pdf", HOW))
    for name, why in left_out:
        say(f"{name}: left out; {why}")
    folder.text(PROVENANCE, _json(_provenance(readout, folder.files, left_out, origin, virtual)))
    return readout, left_out


def _datasets(folder: Folder, data: Datasets, protocol: Any) -> None:
    for name, frame in data.tables().items():
        told = dated(frame)
        folder.put(f"datasets/{name}.parquet", lambda p, told=told: _written_to(p, told.write_parquet))  # type: ignore[misc]
        folder.text(f"datasets/{name}.csv", csv_pieces(flat(told)))
    folder.text("datasets/columns.csv", csv_of(dictionary(data, protocol)))


def _written_to(path: Path, write: Callable[[Any], Any]) -> None:
    """What a library writes, into a file that we write: a full disk is told as one."""
    made = io.BytesIO()
    write(made)
    path.write_bytes(made.getbuffer())


def _tables(folder: Folder, r: ReadOut, tables: Sequence[ReportTable], virtual: str | None) -> bool:
    """Write every table; whether RTF could be written too."""
    source = f"{r.study} version {r.version}, fingerprint {r.fingerprint[:12]}, data cut-off {iso(r.cutoff)}"
    source += f", as known at {r.known_at}" if r.known_at else ""
    source += f"; trialrun {r.versions['trialrun']}"
    rtf = True
    for t in tables:
        folder.text(f"tables/{t.slug}.html", html_pieces(t, source, virtual))
        folder.text(f"tables/{t.slug}.csv", csv_of_table(t))
        if rtf:
            try:
                folder.text(f"tables/{t.slug}.rtf", as_rtf(t, source, virtual))
            except ImportError:
                rtf = False
    return rtf


def _provenance(r: ReadOut, files: dict[str, str], left_out: Any, origin: dict[str, Any], virtual: str | None) -> dict[str, Any]:
    return {
        "study": r.study, "version": r.version, "fingerprint": r.fingerprint, "cutoff": iso(r.cutoff), "known_at": r.known_at,
        "participants": r.participants, "entries": r.entries, "virtual": virtual, **origin, "versions": r.versions | _report_versions(),
        "left_out": [{"what": a, "why": b} for a, b in left_out], "files": files, "notice": r.notice,
    }  # fmt: skip


def _report_versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in ("typst", "rtflite"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _json(data: Any) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False, default=str) + "\n"
