"""`trialrun analyse` and `trialrun explain` as another program calls them: what is written, what is refused, with exit code, reason and place."""

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from tests.spec.readout_journals import journals

from trialrun.cli import main
from trialrun.paper.blocks import Document, line
from trialrun.protocol.frozen.freeze import freeze
from trialrun.records.sqlite_journal import create
from trialrun.studies.mt103_211.study import MT103_211


def lines(people):
    return [e.as_json() for journal in people.values() for e in journal]


def written(folder, rows, name="journals.jsonl"):
    path = folder / name
    path.write_text("\n".join(json.dumps(r) for r in rows) + "\n", encoding="utf-8")
    return str(path)


def call(capsys, *args):
    capsys.readouterr()
    code = main(list(args))
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.fixture
def quick(monkeypatch):
    """Fewer figures, for what is not about figures."""
    from trialrun.report import output

    every = output.study_figures
    monkeypatch.setattr(output, "study_figures", lambda *given: list(every(*given))[:1])
    monkeypatch.setattr(
        output,
        "report",
        lambda readout, data, ready, virtual=None, tables=None: Document(
            readout.title, (line("title", readout.title), line("text", f"{virtual and output.VIRTUAL}"))
        ),
    )


@pytest.fixture(scope="module")
def analysed(tmp_path_factory):
    """The folder of an analysis of six participants from an SQLite journal, and what the command answered."""
    folder = tmp_path_factory.mktemp("analysed")
    frozen = freeze(MT103_211)
    from trialrun.protocol.frozen.freeze import fingerprint

    create(folder / "journal.sqlite", frozen, fingerprint(MT103_211)).append(e for j in journals().values() for e in j)
    run = subprocess.run(
        [sys.executable, "-m", "trialrun", "analyse", str(folder), "--cutoff", "2015-07-20", "--out", str(folder / "out"), "--json"],
        capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return folder / "out", json.loads(run.stdout)


def test_everything_named_is_there_and_whole(analysed):
    import hashlib

    out, answer = analysed
    provenance = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    assert (
        {*provenance["files"], "provenance.json", "complete"}
        == {"complete", *answer["files"]}
        == {str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()}
    )
    for name, sha in provenance["files"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == sha, name
    assert provenance["cutoff"] == "2015-07-20" and provenance["command"].startswith("trialrun analyse")
    assert {"trialrun", "numpy", "polars"} <= set(provenance["versions"])
    assert answer["left_out"] == []


def test_the_numbers_in_the_folder_are_those_of_the_read_out(analysed):
    out, answer = analysed
    readout = json.loads((out / "readout.json").read_text(encoding="utf-8"))
    assert readout == answer["readout"]
    primary = readout["endpoints"]["CR/CRh*"]
    table = next(pl.read_csv(p, infer_schema=False) for p in (out / "tables").glob("table-14.2.1-*.csv"))
    row = table.filter(pl.col("Item").str.contains("primary")).row(0, named=True)
    assert (int(row["Reached"]), int(row["N"])) == (primary["reached"], primary["n"]) == (3, 6)
    assert f"{primary['reached']} of {primary['n']}" in (out / "report.html").read_text(encoding="utf-8")


def test_tables_come_as_html_rtf_and_csv_and_say_the_same(analysed):
    out, _ = analysed
    for csv in (out / "tables").glob("*.csv"):
        page, rtf = csv.with_suffix(".html").read_text(encoding="utf-8"), csv.with_suffix(".rtf").read_text(encoding="utf-8")
        assert rtf.startswith("{\\rtf1") and rtf.count("{") == rtf.count("}"), csv.name
        for cell in pl.read_csv(csv, infer_schema=False).to_series(-1).drop_nulls().to_list():
            if cell.isascii() and not set(cell) & set("&<>\"'\\{}^_~="):
                assert cell in page and cell in rtf, (csv.name, cell)


def test_figures_come_as_svg_png_and_pdf_at_print_size(analysed):
    from PIL import Image

    out, _ = analysed
    figures = sorted((out / "figures").glob("*.svg"))
    assert len(figures) >= 14
    for svg in figures:
        assert svg.read_text(encoding="utf-8").lstrip().startswith("<?xml")
        assert svg.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
        with Image.open(svg.with_suffix(".png")) as picture:
            assert picture.width == pytest.approx(7.1 * 200, abs=2) and picture.info["dpi"][0] == pytest.approx(200, abs=0.1)


def test_the_pdf_is_the_report_and_needs_nothing_from_outside(analysed):
    out, _ = analysed
    pdf, page = (out / "report.pdf").read_bytes(), (out / "report.html").read_text(encoding="utf-8")
    assert pdf.startswith(b"%PDF") and len(pdf) > 50_000
    assert 'src="http' not in page and "url(http" not in page and "@import" not in page


def test_data_sets_come_as_parquet_and_csv_with_their_columns_told(analysed):
    out, _ = analysed
    told = pl.read_csv(out / "datasets" / "columns.csv", infer_schema=False)
    for parquet in (out / "datasets").glob("*.parquet"):
        frame, text = pl.read_parquet(parquet), pl.read_csv(parquet.with_suffix(".csv"), infer_schema=False)
        assert frame.columns == text.columns and len(frame) == len(text)
        assert told.filter(pl.col("table") == parquet.stem)["column"].to_list() == frame.columns
    subject = pl.read_parquet(out / "datasets" / "subject.parquet")
    assert subject.sort("participant")["treated_on"].to_list()[0].isoformat() == "2012-01-10"


def test_the_same_source_gives_the_same_bytes_and_what_is_stale_goes(tmp_path, capsys, quick):
    two = dict(list(journals().items())[:2])
    source = written(tmp_path, lines(two))
    code, _, _ = call(capsys, "analyse", source, "--out", str(tmp_path / "a"))
    assert code == 0
    first = json.loads((tmp_path / "a" / "provenance.json").read_text(encoding="utf-8"))["files"]
    (tmp_path / "a" / "mine.txt").write_text("kept")
    code, _, _ = call(capsys, "analyse", source, "--out", str(tmp_path / "a"))
    again = json.loads((tmp_path / "a" / "provenance.json").read_text(encoding="utf-8"))["files"]
    assert code == 0 and first == again
    one = dict(list(journals().items())[-1:])  # withdrew in the first cycle: no deaths, no responders
    code, _, _ = call(capsys, "analyse", written(tmp_path, lines(one), "one.jsonl"), "--out", str(tmp_path / "a"))
    left = {str(p.relative_to(tmp_path / "a")) for p in (tmp_path / "a").rglob("*") if p.is_file()}
    now = json.loads((tmp_path / "a" / "provenance.json").read_text(encoding="utf-8"))["files"]
    assert code == 0 and left == {*now, "provenance.json", "complete", "mine.txt"}
    assert not any("deaths" in name for name in left) and any("deaths" in name for name in first)


def test_what_is_not_installed_is_left_out_and_said(tmp_path, capsys, monkeypatch, quick):
    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.setitem(sys.modules, "rtflite", None)
    code, out, err = call(capsys, "analyse", written(tmp_path, lines(journals())), "--out", str(tmp_path / "out"))
    assert code == 0 and "trialrun[report]" in out and "report.pdf: left out" in err
    assert not (tmp_path / "out" / "report.pdf").exists() and not list((tmp_path / "out").rglob("*.rtf"))
    assert (tmp_path / "out" / "report.html").exists() and list((tmp_path / "out").rglob("*.csv"))


def test_an_interruption_leaves_the_folder_as_it_was_FR10(tmp_path, capsys, monkeypatch, quick):
    from trialrun.report import output

    source, out = written(tmp_path, lines(journals())), tmp_path / "out"

    def stopped(figure, path):
        path.write_text("half")
        raise KeyboardInterrupt

    with monkeypatch.context() as halfway:
        halfway.setattr(output, "save", stopped)
        code, _, err = call(capsys, "analyse", source, "--out", str(out))
    assert code == 130 and "nothing half made" in err and [p.name for p in tmp_path.iterdir()] == ["journals.jsonl"]
    assert call(capsys, "analyse", source, "--cutoff", "2014-01-01", "--out", str(out))[0] == 0
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    monkeypatch.setattr(output, "save", stopped)
    assert call(capsys, "analyse", source, "--out", str(out))[0] == 130
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_a_known_time_leaves_out_what_came_later(tmp_path, capsys, quick):
    rows = lines(journals())
    late = next(r for r in rows if r["participant"] == "001-002" and r["event"] == "death")
    late["recorded_at"] = "2015-07-01T00:00:00Z"
    source = written(tmp_path, rows)
    events = []
    for known in ("2015-06-01T00:00:00Z", "2015-07-02T00:00:00Z"):
        code, out, _ = call(capsys, "analyse", source, "--known-at", known, "--out", str(tmp_path / known[:10]), "--json")
        events.append(json.loads(out)["readout"]["endpoints"]["OS"]["events"])
        assert code == 0
    assert events[1] == events[0] + 1


def test_virtual_participants_are_called_so_everywhere(tmp_path, capsys, quick):
    (tmp_path / "run.json").write_text('{"seed": 7}')
    written(tmp_path, lines(dict(list(journals().items())[:2])))
    code, _, _ = call(capsys, "analyse", str(tmp_path), "--out", str(tmp_path / "out"))
    assert code == 0
    for name in ("report.html", *(str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out" / "tables").glob("*.html"))):
        assert "No real person" in (tmp_path / "out" / name).read_text(encoding="utf-8"), name
    assert json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))["virtual"] == "seed 7"


# What is refused ------------------------------------------------------------------------------------------------------------------------


def mixed(rows):
    return [{**r, "protocol": "maintenance@1" if r["participant"] == "002-003" else "mt103-211@1"} for r in rows]


def other(rows):
    return [{**r, "protocol": "maintenance@1"} for r in rows]


def twice(rows):
    return [*rows, *(r for r in rows if r["participant"] == "002-003")]


def unreadable(rows):
    return [
        {**r, "values": {**r["values"], "blasts": "many"}} if r["event"] == "screening result" and r["participant"] == "002-003" else r
        for r in rows
    ]


def unknown_event(rows):
    return [{**r, "event": "infusion stat"} if r["event"] == "infusion start" and r["participant"] == "002-003" else r for r in rows]


@pytest.mark.parametrize(
    ("change", "args", "says"),
    [
        (mixed, (), ("2 studies", "participant 002-003", "each study by itself")),
        (other, (), ("not of mt103-211", "maintenance")),
        (twice, (), ("002-003", "twice", "line ")),
        (unreadable, (), ("participant 002-003", "blasts is a number")),
        (unknown_event, (), ("participant 002-003", "did you mean 'infusion start'")),
        (list, ("--cutoff", "2011-01-01"), ("cut-off 2011-01-01", "before the first participant", "001-001", "--cutoff")),
        (list, ("--cutoff", "2012-02-31"), ("2012-02-31",)),
        (list, ("--known-at", "2011-01-01"), ("nothing is known", "--known-at")),
        (list, ("--known-at", "soon"), ("soon",)),
        (lambda rows: [], (), ("no entries",)),
    ],
    ids=["mixed studies", "another study", "participant twice", "value", "event", "cut-off", "no day", "known at", "no time", "empty"],
)  # fmt: skip
def test_wrong_input_is_refused_with_reason_and_place(tmp_path, capsys, change, args, says):
    source = written(tmp_path, change(lines(journals())))
    code, out, err = call(capsys, "analyse", source, *args, "--out", str(tmp_path / "out"))
    wrong_call = bool(args) and (
        "is no date" in err or "is no time" in err
    )  # an option that cannot be read is a wrong call, not a wrong file
    assert code == (2 if wrong_call else 3) and not out and "Traceback" not in err
    for words in says:
        assert words in err, err
    assert not (tmp_path / "out" / "report.html").exists()


def test_a_trial_of_a_simulation_is_analysed_as_its_journals_made_again(tmp_path, capsys, quick):
    """What the read-out counts is what the simulation wrote; the trial is chosen, and one that is not there is refused."""
    runs = tmp_path / "runs"
    assert call(capsys, "simulate", "-n", "25", "--trials", "2", "--seed", "8", "--out", str(runs))[0] == 0
    code, out, err = call(capsys, "analyse", str(runs), "--trial", "2", "--out", str(tmp_path / "out"), "--json")
    assert code == 0 and "2 trials of 25; this is trial 2" in err
    found = json.loads(out)["readout"]
    wrote = pl.read_parquet(runs / "participants.parquet").filter(pl.col("trial") == 2)
    assert found["participants"] == len(wrote) == 25
    assert found["endpoints"]["OS"]["events"] == wrote["death_day"].count()
    endpoints = pl.read_parquet(runs / "endpoints.parquet").filter(pl.col("trial") == 2)
    assert found["endpoints"]["CR/CRh*"]["reached"] == int((endpoints["CR/CRh*: cause"] == 1).sum())
    who = wrote["participant"][0]
    assert call(capsys, "explain", str(runs), who, "OS", "--trial", "2")[0] == 0
    code, _, err = call(capsys, "analyse", str(runs), "--trial", "3", "--out", str(tmp_path / "other"))
    assert code == 3 and "there is no trial 3: it has 2" in err and not (tmp_path / "other").exists()


def test_a_simulation_with_another_definition_is_refused(tmp_path, capsys):
    pl.DataFrame({"participant": ["1"]}).write_parquet(tmp_path / "participants.parquet")
    run = {"study": "mt103-211", "fingerprint": "0" * 64, "seed": 1, "n": 1, "trials": 1, "nature": "plain", "start": "2012-01-09"}
    (tmp_path / "run.json").write_text(json.dumps(run))
    code, _, err = call(capsys, "analyse", str(tmp_path), "--out", str(tmp_path / "out"))
    assert code == 3 and "another definition" in err and "simulate again" in err
    (tmp_path / "run.json").write_text("{")
    code, _, err = call(capsys, "analyse", str(tmp_path), "--out", str(tmp_path / "out"))
    assert code == 3 and "run.json cannot be read" in err


# Where a value comes from -----------------------------------------------------------------------------------------------------------------


def corrected():
    """The second participant, whose relapse was recorded with a wrong date, corrected, and one entry withdrawn."""
    rows = [r for r in lines(journals()) if r["participant"] == "001-002"]
    relapse = next(r for r in rows if r["event"] == "response assessment" and r["values"]["blasts"] == 70)
    last = max(r["sequence"] for r in rows)
    told = {"recorded_at": "2012-12-01T10:00:00Z", "recorded_by": "monitor@001", "reason": "date of the sample, not of the report"}
    fixed = {**relapse, "sequence": last + 1, "happened_on": "2012-06-20", "corrects": relapse["sequence"], **told}
    doubled = next(r for r in rows if r["event"] == "adverse event")
    gone = {**doubled, "sequence": last + 2, "values": None, "corrects": doubled["sequence"], "reason": "entered twice"}
    return [*rows, fixed, gone], relapse


def test_explain_names_the_entries_the_sentences_and_what_was_corrected(tmp_path, capsys):
    rows, relapse = corrected()
    source = written(tmp_path, rows)
    code, out, _ = call(capsys, "explain", source, "001-002", "rfs", "--json")
    chain = json.loads(out)
    began, ended = (next(s for s in chain["steps"] if s["part"] == part) for part in ("Begins", "Event"))
    assert code == 0 and (began["on"], ended["on"]) == ("2012-03-08", "2012-06-20")
    assert chain["value"] == {"days": 104, "start": "2012-03-08", "end": "2012-06-20", "cause": 1, "open": False}
    fixed = next(e for e in chain["entries"] if e["sequence"] == ended["entries"][0])
    assert fixed["reason"] == "date of the sample, not of the report" and fixed["recorded_by"] == "monitor@001"
    assert [(v["sequence"], v["happened_on"]) for v in fixed["replaced"]] == [(relapse["sequence"], relapse["happened_on"])]
    assert ended["sentence"]["source"] and ended["sentence"]["words"]
    assert any("withdrawn" in n for n in chain["notes"])
    code, text, _ = call(capsys, "explain", source, "001-002", "RFS")
    assert code == 0 and "104 days" in text and f"corrects #{relapse['sequence']}" in text and "Not medical advice" in text


def test_explain_sees_only_what_was_known(tmp_path, capsys):
    rows, relapse = corrected()
    code, out, _ = call(capsys, "explain", written(tmp_path, rows), "001-002", "RFS", "--known-at", "2012-11-30", "--json")
    chain = json.loads(out)
    assert code == 0 and chain["value"]["end"] == relapse["happened_on"] and any("recorded after" in n for n in chain["notes"])


@pytest.mark.parametrize(
    ("who", "value", "expected"),
    [
        ("001-001", "primary", True),
        ("002-003", "Primary", False),
        ("003-006", "RFS", None),
        ("001-002", "best response", "CRh*"),
        ("001-001", "cycles in all", 2),
        ("001-002", "age", 67),
        ("001-001", "treated_on", "2012-01-10"),
        ("002-004", "cause of death", "infection"),
        ("001-001", "responders", True),
        ("003-006", "transplanted in remission", False),
        ("001-001", "remission began", "2012-02-07"),
    ],
)
def test_explain_any_value(tmp_path, capsys, who, value, expected):
    code, out, _ = call(capsys, "explain", written(tmp_path, lines(journals())), who, value, "--json")
    chain = json.loads(out)
    assert code == 0 and chain["value"] == expected
    assert chain["definition"] and all(n in {e["sequence"] for e in chain["entries"]} for s in chain["steps"] for n in s["entries"])


def test_every_endpoint_explained_is_the_one_analysed(tmp_path):
    """The chain's value and the data set's row are the same, for every participant and endpoint."""
    from trialrun.analysis.datasets import datasets
    from trialrun.analysis.results.explain import explain
    from trialrun.journey.ready import make_ready
    from trialrun.protocol.words.times import iso

    ready, people = make_ready(MT103_211), journals()
    rows = datasets(ready, people, 735_800).time_to_event
    found = {(x["participant"], x["endpoint"]): x for x in rows.iter_rows(named=True)}
    for who, entries in people.items():
        for e in MT103_211.endpoints:
            chain, row = explain(ready, entries, e.name, 735_800), found.get((who, e.name))
            if row is None:
                assert chain.value is None and "not " in chain.says
            elif e.kind == "proportion":
                assert chain.value == (None if row["open"] else bool(row["cause"]))
                reached = [s for s in chain.steps if s.part == "Reached by"]
                assert [list(s.entries) for s in reached] == ([[row["entry"]]] if row["cause"] else [])
            else:
                expected = {
                    "days": row["time"],
                    "start": iso(row["start"]),
                    "end": iso(row["end"]),
                    "cause": row["cause"],
                    "open": row["open"],
                }
                assert chain.value == expected
                assert row["entry"] is None or row["entry"] in {n for s in chain.steps for n in s.entries}


@pytest.mark.parametrize(
    ("who", "value", "says"),
    [
        ("001-001", "rsf", "did you mean 'RFS'"),
        ("001-001", "blast", "laboratory.blasts"),
        ("001-001", "xyzzy", "endpoints are"),
        ("009-009", "RFS", "has no participant"),
    ],
)
def test_explain_refuses_what_it_does_not_know_with_near_names(tmp_path, capsys, who, value, says):
    code, _, err = call(capsys, "explain", written(tmp_path, lines(journals())), who, value)
    assert code == 3 and says in err and "Traceback" not in err


def test_the_road_is_drawn(tmp_path, capsys):
    place = tmp_path / "road.svg"
    source = written(tmp_path, lines(journals()))
    code, _, err = call(capsys, "walk", source, "--participant", "001-001", "--plot", "--out", str(place))
    text = place.read_text(encoding="utf-8")
    assert code == 0 and str(place) in err and text.startswith("<svg") and "CR" in text and "infusion" in text


def test_objects_show_themselves_in_a_notebook():
    from trialrun.analysis.datasets import datasets
    from trialrun.analysis.results.explain import explain
    from trialrun.analysis.results.readout import read_out
    from trialrun.journey.ready import make_ready

    ready, people = make_ready(MT103_211), journals()
    data = datasets(ready, people, 735_800)
    readout = read_out(data, ready)
    for thing in (data, readout, *readout.estimates.values(), explain(ready, people["001-001"], "OS", 735_800)):
        assert thing._repr_html_().startswith("<"), type(thing)
    assert "50.0 %" in readout.estimates["CR/CRh*"]._repr_html_()


def test_nothing_here_reads_a_path_of_this_machine():
    source = Path(__file__).resolve().parents[2] / "src" / "trialrun" / "analysis"
    assert not [p.name for p in source.rglob("*.py") if "/work" in p.read_text(encoding="utf-8") or "/tmp" in p.read_text(encoding="utf-8")]


# What a newcomer does wrong ---------------------------------------------------------------------------------------------------------------


def test_explain_refuses_the_journals_of_another_study(tmp_path, capsys):
    rows = [{"participant": "x", "happened_on": "2024-01-01", "event": "tablet taken", "values": {}}]
    source = written(tmp_path, rows)
    code, out, err = call(capsys, "explain", source, "x", "OS")
    assert code == 3 and not out and "tablet taken" in err and "name it before the source" in err


@pytest.mark.parametrize(("values", "field"), [({"age": 10**400}, {}), ({}, {"sequence": 2**40})], ids=["value", "sequence"])
def test_a_number_beyond_all_measure_is_refused(tmp_path, capsys, values, field):
    first = {"participant": "x", "sequence": 1, "happened_on": "2024-01-01", "event": "consent", "values": {}}
    second = {"participant": "x", "sequence": 2, "happened_on": "2024-01-02", "event": "screening result", "values": values} | field
    code, _, err = call(capsys, "analyse", written(tmp_path, [first, second]), "--out", str(tmp_path / "out"))
    assert code == 3 and "Traceback" not in err and ("age" in err or "sequence" in err)


def test_a_folder_that_no_simulation_wrote_is_no_source_of_trials(tmp_path, capsys):
    (tmp_path / "run.json").write_text('{"seed": 1}')
    code, _, err = call(capsys, "operating-characteristics", str(tmp_path), "--out", str(tmp_path / "out"))
    assert code == 3 and "trialrun simulate" in err


def test_a_trial_counts_from_one(tmp_path, capsys):
    code, _, err = call(capsys, "analyse", written(tmp_path, lines(journals())), "--trial", "0", "--out", str(tmp_path / "out"))
    assert code == 2 and "--trial counts from 1" in err
