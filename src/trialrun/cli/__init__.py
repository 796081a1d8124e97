"""The command `trialrun`: parse, call, print. Verbs live in this room's modules and are imported only when called."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from importlib import import_module
from typing import Any, NamedTuple

DONE, WRONG, CALL, INPUT, PLACE, STOPPED = 0, 1, 2, 3, 4, 130


class Verb(NamedTuple):
    """A verb: what it does, the module and function that do it, and its arguments."""

    does: str
    where: str
    arguments: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = ()


def arg(*names: str, **how: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    """One argument of a verb."""
    return names, how


STUDY = arg("study", nargs="?", default="mt103-211", help="a shipped study's name, a study folder or .py file, or a frozen .json")
OUT = arg("--out", metavar="PATH", help="where to write")
SEED = arg("--seed", type=int, default=1, help="the seed of chance (default 1)")
TRIAL = arg("--trial", type=int, default=1, metavar="K", help="of a folder that simulate wrote: its K-th trial (default 1)")
THINGS = arg("things", nargs="+", metavar="[STUDY] SOURCE")

VERBS: dict[str, Verb] = {
    "demo": Verb("the main job: virtual participants through the study, journals, read-out, report", "demo:demo", (
        STUDY, arg("--participants", type=int, default=189, metavar="N"), SEED, arg("--out", default="trialrun-demo", metavar="DIR"),
        arg("--serve", action=argparse.BooleanOptionalAction, default=None, help="show the pages afterwards (default: on a terminal)"),
    )),
    "check": Verb("exhaustive check of a study: statuses, findings, invariants, what is undecided", "studies:check", (STUDY,)),
    "page": Verb("the page a clinician signs: schedule of activities, sentences, diagram", "studies:page", (
        STUDY, arg("--format", choices=("md", "html"), default="md"), OUT,
    )),
    "freeze": Verb("canonical JSON and fingerprint of a study", "studies:freeze", (STUDY, OUT)),
    "new": Verb("a commented study folder to start from", "studies:new", (arg("name"), arg("--in", dest="folder", default=".", metavar="DIR"))),
    "walk": Verb("one participant's standing and road", "people:walk", (
        arg("things", nargs="*", metavar="[STUDY] [JOURNAL.jsonl]"), arg("--on", metavar="DATE"), arg("--known-at", metavar="TIME"),
        arg("--participant", metavar="ID"), arg("--virtual", metavar="ID"), SEED, arg("--plot", action="store_true"), OUT,
    )),
    "calendar": Verb("every date of a participant from a start date, with windows", "people:calendar", (STUDY, arg("--start", required=True, metavar="DATE"))),
    "play": Verb("one offline HTML file: click events, watch standing, dose, visits and refusals", "studies:play", (STUDY, OUT)),
    "simulate": Verb("many virtual participants, or replicate trials, to Parquet", "runs:simulate", (
        STUDY, arg("-n", type=int, default=189, metavar="N"), arg("--trials", type=int, default=1, metavar="K"), SEED,
        arg("--nature", choices=("empirical", "mechanistic"), default="empirical"), arg("--out", default="trialrun-simulation", metavar="DIR"),
        arg("--shard", default="1/1", metavar="i/n"), arg("--threads", type=int, default=1, metavar="T"), arg("--start", default="2012-01-09", metavar="DATE"),
    )),
    "operating-characteristics": Verb("power, bias, coverage and the scatter of published figures over replicate trials", "runs:operating", (
        arg("things", nargs="*", metavar="[STUDY] [SOURCE]", help="a folder that simulate wrote; else trials are simulated into DIR first"),
        arg("-n", type=int, default=189, metavar="N", help="participants of a trial"), arg("--trials", type=int, default=200, metavar="K"), SEED,
        arg("--out", default="trialrun-operating", metavar="DIR"), arg("--threads", type=int, default=1, metavar="T"),
        arg("--start", default="2012-01-09", metavar="DATE"),
    )),
    "analyse": Verb("journals or simulation output to tables, figures, report", "runs:analyse", (
        THINGS, arg("--cutoff", metavar="DATE"), arg("--known-at", metavar="TIME"), TRIAL, arg("--out", default="trialrun-analysis", metavar="DIR"),
        arg("--virtual", metavar="HOW", help="the participants are virtual, and how they came about (known by itself beside a run.json)"),
    )),
    "explain": Verb("where a derived value comes from", "runs:explain", (
        arg("things", nargs="+", metavar="[STUDY] SOURCE PARTICIPANT VALUE"), arg("--cutoff", metavar="DATE"), arg("--known-at", metavar="TIME"), TRIAL,
    )),
    "verify": Verb("the chain of a journal file", "runs:verify", (arg("journal", metavar="JOURNAL.sqlite"),)),
    "schema": Verb("JSON Schema of a format: entry, journal, standing, study, check", "people:schema", (arg("name", nargs="?", default="journal"), STUDY)),
}  # fmt: skip


def parser() -> argparse.ArgumentParser:
    """The parser of every verb."""
    from .. import __version__

    top = argparse.ArgumentParser(
        prog="trialrun",
        description="An executable clinical study: written once, checked, run, simulated, analysed. Not medical advice.",
        epilog="exit codes: 0 done, 1 it has errors, 2 the call is wrong, 3 an input is wrong, 4 the environment is, 130 stopped",
    )
    top.add_argument("--version", action="version", version=f"trialrun {__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, verb in VERBS.items():
        sub = verbs.add_parser(name, help=verb.does, description=verb.does[0].upper() + verb.does[1:] + ".")
        for names, how in verb.arguments:
            sub.add_argument(*names, **how)
        sub.add_argument("--json", action="store_true", help="one JSON object on standard output, nothing else")
    return top


STOPPING: list[int] = []  # a stop that was asked for, also where a library has swallowed the exception


def _stop(number: int, _: Any) -> None:
    STOPPING.append(number)
    raise KeyboardInterrupt


def main(argv: list[str] | None = None) -> int:
    """Run the command. Returns the exit code."""
    options = parser().parse_args(argv)
    STOPPING.clear()
    main_thread = threading.current_thread() is threading.main_thread()
    before = [(number, signal.signal(number, _stop)) for number in (signal.SIGINT, signal.SIGTERM)] if main_thread else []
    try:
        return _answer(options, main_thread)
    finally:
        for number, meant in before:
            signal.signal(number, meant)


def _answer(options: argparse.Namespace, main_thread: bool) -> int:
    """Do what was asked for; the exit code."""
    module, _, function = VERBS[options.verb].where.partition(":")
    try:
        answer = getattr(import_module(f".{module}", __package__), function)(options)
        code, data, text = answer
        if options.json:
            print(json.dumps(data, ensure_ascii=False))
        elif text:
            print(text.rstrip("\n"))
        sys.stdout.flush()
        return STOPPED if STOPPING else int(code)
    except KeyboardInterrupt:
        if main_thread:
            for number in (signal.SIGINT, signal.SIGTERM):  # one is enough: what cleans up is not interrupted
                signal.signal(number, signal.SIG_IGN)
        print("\nstopped; what is finished is kept", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone: nothing more to say, and no complaint at exit
        return DONE
    except Problem as problem:
        return _refused(options, str(problem), problem.code)
    except OSError as problem:
        return _refused(options, f"{problem.filename or ''}: {problem.strerror or problem}", PLACE)
    except ValueError as problem:
        return _refused(options, str(problem), INPUT)


def _refused(options: argparse.Namespace, why: str, code: int) -> int:
    """Say why nothing came of it, on standard error; with --json the one object on standard output says it too."""
    print(f"trialrun {options.verb}: {why}", file=sys.stderr)
    if options.json:
        print(json.dumps({"error": why, "code": code}, ensure_ascii=False))
    return code


class Problem(Exception):
    """A sentence for the user and the exit code."""

    def __init__(self, sentence: str, code: int = CALL) -> None:
        super().__init__(sentence)
        self.code = code
