"""The command `trialrun`: parse, call, print. Verbs live in this room's modules and are imported only when called."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NamedTuple, NoReturn

DONE, WRONG, CALL, INPUT, PLACE, STOPPED = 0, 1, 2, 3, 4, 130


class Verb(NamedTuple):
    """A verb: what it does, the module and function that do it, its arguments, and the function that has more to say in its help."""

    does: str
    where: str
    arguments: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = ()
    more: str = ""


def arg(*names: str, **how: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    """One argument of a verb."""
    return names, how


STUDY = arg("study", nargs="?", default="mt103-211", help="a shipped study's name, a study folder or .py file, or a frozen .json")
OUT = arg("--out", metavar="PATH", help="where to write")
SEED = arg("--seed", type=int, default=1, help="the seed of chance (default 1)")
TRIAL = arg("--trial", type=int, default=1, metavar="K", help="of a folder that simulate wrote: its K-th trial (default 1)")
ALL = arg("--all", action="store_true", help="all of it, also what is more than a screen")
ROLE = arg("--role", metavar="ROLE", help="as seen by a role that the study declares; a blinded one sees nothing of the allocation")
THINGS = arg("things", nargs="+", metavar="[STUDY] SOURCE")

VERBS: dict[str, Verb] = {
    "demo": Verb("the main job: virtual participants through the study, journals, read-out, report", "demo:demo", (
        STUDY, arg("--participants", type=int, default=189, metavar="N"), SEED, arg("--out", default="trialrun-demo", metavar="DIR"),
        arg("--serve", action=argparse.BooleanOptionalAction, default=None, help="show the pages afterwards (default: on a terminal)"), ALL, ROLE,
    )),
    "check": Verb("exhaustive check of a study: statuses, findings, invariants, what is undecided", "studies:check", (STUDY, ALL)),
    "page": Verb("the page a clinician signs: schedule of activities, sentences, diagram", "studies:page", (
        STUDY, arg("--format", choices=("md", "html"), default="md"), OUT, ROLE,
        arg("--nature", action="store_true", help="instead: every number of the nature beside the study, with its source"),
    )),
    "freeze": Verb("canonical JSON and fingerprint of a study", "studies:freeze", (STUDY, OUT)),
    "new": Verb("a commented study folder to start from", "studies:new", (arg("name"), arg("--in", dest="folder", default=".", metavar="DIR"))),
    "walk": Verb("one participant's standing and road", "people:walk", (
        arg("things", nargs="*", metavar="[STUDY] [JOURNAL.jsonl]"), arg("--on", metavar="DATE"), arg("--known-at", metavar="TIME"),
        arg("--participant", metavar="ID"), arg("--virtual", metavar="ID"), SEED,
        arg("--plot", action="store_true", help="draw the road as an SVG, named after the participant, or --out"), OUT, ALL, ROLE,
    )),
    "calendar": Verb("every date of a participant from a start date, with windows", "people:calendar", (STUDY, arg("--start", required=True, metavar="DATE"), ROLE)),
    "play": Verb("one offline HTML file: click events, watch standing, dose, visits and refusals", "studies:play", (STUDY, OUT, ROLE)),
    "simulate": Verb("many virtual participants, or replicate trials, to Parquet", "runs:simulate", (
        STUDY, arg("-n", type=int, default=189, metavar="N"), arg("--trials", type=int, default=1, metavar="K"), SEED,
        arg("--nature", choices=("declared", "empirical", "mechanistic", "plain"), default="declared"), arg("--out", default="trialrun-simulation", metavar="DIR"),
        arg("--shard", default="1/1", metavar="i/n"), arg("--threads", type=int, default=1, metavar="T"), arg("--start", default="2012-01-09", metavar="DATE"),
        ROLE,
    )),
    "operating-characteristics": Verb("power, bias, coverage and the scatter of published figures over replicate trials", "runs:operating", (
        arg("things", nargs="*", metavar="[STUDY] [SOURCE]", help="a folder that simulate wrote; else trials are simulated into DIR first"),
        arg("-n", type=int, default=189, metavar="N", help="participants of a trial"), arg("--trials", type=int, default=200, metavar="K"), SEED,
        arg("--out", default="trialrun-operating", metavar="DIR"), arg("--threads", type=int, default=1, metavar="T"),
        arg("--start", default="2012-01-09", metavar="DATE"), ALL,
    )),
    "analyse": Verb("journals or simulation output to tables, figures, report", "runs:analyse", (
        THINGS, arg("--cutoff", metavar="DATE"), arg("--known-at", metavar="TIME"), TRIAL, arg("--out", default="trialrun-analysis", metavar="DIR"),
        arg("--virtual", metavar="HOW", help="the participants are virtual, and how they came about (known by itself beside a run.json)"), ALL, ROLE,
    )),
    "explain": Verb("where a derived value comes from", "runs:explain", (
        arg("things", nargs="+", metavar="[STUDY] SOURCE PARTICIPANT VALUE"), arg("--cutoff", metavar="DATE"), arg("--known-at", metavar="TIME"), TRIAL,
        ROLE,
    ), "runs:what_can_be_asked"),
    "allocate": Verb("the sealed list of a study's allocation: make it, or hold a journal against it", "allocate:allocate", (
        STUDY, arg("--out", metavar="FILE", help="where the list is written; keep it where nobody in the study can read it"),
        arg("--multiples", default="1,2", metavar="M", help="a block holds every arm its share times one of these (default 1,2)"),
        arg("--length", type=int, default=200, metavar="N", help="places of each stratum's list (default 200)"),
        arg("--seed", type=int, default=None, help="the seed of the list (default: one that nobody knows)"),
        arg("--journal", metavar="SOURCE", help="hold the allocations of these journals against the list"),
        arg("--sealed", metavar="FILE", help="the sealed file, to hold a journal against"),
    )),
    "verify": Verb("the chain of a journal file: whether it holds, how many entries it has, and its head", "runs:verify", (
        arg("journal", metavar="JOURNAL.sqlite"),
        arg("--expect", metavar="HEAD", help="the head that was written down: all of it, or its first 8 digits or more"),
    )),
    "schema": Verb("JSON Schema of a format: entry, journal, standing, study, check", "people:schema", (arg("name", nargs="?", default="journal"), STUDY)),
}  # fmt: skip


class Problem(Exception):
    """A sentence for the user and the exit code; `more` is for people only."""

    def __init__(self, sentence: str, code: int = CALL, more: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.more = more


class Parser(argparse.ArgumentParser):
    """A parser whose refusals are problems like any other."""

    more = ""
    words: Sequence[str] = ()

    def format_help(self) -> str:
        """The help, with what a verb has more to say."""
        if not self.more:
            return super().format_help()
        from .screen import fitted, width

        module, _, function = self.more.partition(":")
        return (
            super().format_help() + "\n" + fitted(getattr(import_module(f".{module}", __package__), function)(self.words), width()) + "\n"
        )

    def error(self, message: str) -> NoReturn:
        """Raises Problem, with how the verb is called."""
        raise Problem(message, CALL, self.format_usage().rstrip())


def parser(words: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The parser of every verb; `words`: the call that it is for, where a help depends on it."""
    from .. import __version__

    top = Parser(
        prog="trialrun",
        description="An executable clinical study: written once, checked, run, simulated, analysed. Not medical advice.",
        epilog="exit codes: 0 done, 1 it has errors, 2 the call is wrong, 3 an input is wrong, 4 the environment is, 130 stopped",
    )
    top.add_argument("--version", action="version", version=f"trialrun {__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, verb in VERBS.items():
        sub = verbs.add_parser(name, help=verb.does, description=verb.does[0].upper() + verb.does[1:] + ".")
        sub.more, sub.words = verb.more, words[1:]
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
    words = sys.argv[1:] if argv is None else list(argv)
    STOPPING.clear()
    main_thread = threading.current_thread() is threading.main_thread()
    before = [(number, signal.signal(number, _stop)) for number in (signal.SIGINT, signal.SIGTERM)] if main_thread else []
    try:
        return _answer(words, main_thread)
    finally:
        for number, meant in before:
            signal.signal(number, meant)


def _answer(words: list[str], main_thread: bool) -> int:
    """Do what was asked for; the exit code. Whatever happens is told in a sentence."""
    call = Call(next((w for w in words if w in VERBS), ""), any(w.startswith("--j") and "--json".startswith(w) for w in words))
    try:
        options = parser(words).parse_args(words)
        module, _, function = VERBS[options.verb].where.partition(":")
        code, data, text = getattr(import_module(f".{module}", __package__), function)(options)
        _say(data if options.json else text, options.json)
        _tell_the_place()
        return STOPPED if STOPPING else int(code)
    except KeyboardInterrupt:
        if main_thread:
            for number in (signal.SIGINT, signal.SIGTERM):  # one is enough: what cleans up is not interrupted
                signal.signal(number, signal.SIG_IGN)
        exec(
            ""
        )  # an interruption that went through an exec marks the interpreter, which would then end by the signal; this takes the mark away
        return _refused(call, "stopped; what is finished is kept, and nothing half made", STOPPED)
    except BrokenPipeError:
        _nowhere(sys.stdout)  # the reader has gone: nothing more to say, and no complaint at exit
        return DONE
    except SystemExit as left:  # --help and --version
        return int(left.code or 0) if isinstance(left.code, int | None) else CALL
    except Exception as problem:
        return _refused(call, *told_of(problem), getattr(problem, "more", ""))


def told_of(problem: Exception) -> tuple[str, int]:
    """An exception as a sentence for a person, and the exit code."""
    if isinstance(problem, Problem):
        return str(problem), problem.code
    if isinstance(problem, OSError):
        return f"{problem.filename or ''}: {problem.strerror or problem}".removeprefix(": "), PLACE
    if type(problem).__module__ == "sqlite3":
        return (
            f"the journal's file cannot be used now ({problem}): close what else uses it, see that the disk has room, and try again",
            PLACE,
        )
    if isinstance(problem, MemoryError):
        return "there is not enough memory for this: take fewer participants, or a larger machine", PLACE
    if isinstance(problem, RecursionError):
        return "something in the input is nested too deeply to be read", INPUT
    if isinstance(problem, UnicodeError):
        return (
            f"a text cannot be read or written as UTF-8 ({problem.reason if hasattr(problem, 'reason') else problem}): save it as UTF-8",
            INPUT,
        )
    if isinstance(problem, ValueError):
        return str(problem), INPUT
    if os.environ.get("TRIALRUN_DEBUG") == "1":
        import traceback

        traceback.print_exception(problem)
    what = f"{type(problem).__name__}: {problem}".rstrip(": ")
    return (
        f"this should not have happened, and is a fault of TrialRun ({what}). Please report it with the command and its input; "
        "TRIALRUN_DEBUG=1 shows where it was",
        PLACE,
    )


def _say(answer: Any, as_json: bool) -> None:
    """Print an answer."""
    from . import screen

    if sys.stdout is None:
        return
    if hasattr(sys.stdout, "reconfigure") and (sys.stdout.encoding or "").lower().replace("-", "") != "utf8":
        sys.stdout.reconfigure(errors="backslashreplace")
    if as_json:
        print(screen.safe_json(json.dumps(answer, ensure_ascii=(sys.stdout.encoding or "").lower().replace("-", "") != "utf8")))
    elif answer:
        print(screen.shown(answer).rstrip("\n"))
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError:
        _nowhere(sys.stdout)
        raise


def _refused(call: Call, why: str, code: int, more: str = "") -> int:
    """Say why nothing came of it, on standard error; with --json the one object on standard output says it too."""
    from . import screen

    screen.told((f"trialrun {call.verb}: {why}" if call.verb else f"trialrun: {why}") + (f"\n{more}" if more else ""))
    if call.json:
        try:
            _say({"error": why, "code": code}, True)
        except OSError:
            _nowhere(sys.stdout)
    return code


def _nowhere(stream: Any) -> None:
    """Let what is still to be written go nowhere."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError, AttributeError):
        return


def _tell_the_place() -> None:
    """Where compiled code was kept, if that is worth a word and any was made."""
    from ..compiled_cache import said

    if said and "numba" in sys.modules:
        from . import screen

        for sentence in said:
            screen.told(sentence)


class Call(NamedTuple):
    """What was asked for, as far as it can be told before it has been read: the verb, and whether the answer is JSON."""

    verb: str
    json: bool
