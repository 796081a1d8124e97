"""Runs the faults of the executors: each in a process of its own, against the checks of checks.py until one notices it.

    python -m tests.executors.run [--jobs 2] [--part journey/fold] [--lives] [--new] [--share 0.4 --seed 1]    run all of them, or a part, and write the record

What is found is written beside the sites as it goes, so that a run that was stopped is gone on with by `--new`.
A fault in Python takes the place of the code of one function in a copy of this process, so that nothing is imported anew; where the meaning
of a study is spoilt, its tables are compiled anew. A fault of the play page runs in Node. What takes too long is noticed by the time it takes.
"""

import argparse
import ast
import gc
import json
import math
import os
import random
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
import types
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from _pytest.outcomes import Failed, Skipped
from tests.browser.executor import FOLDERS, data_of
from tests.executors import checks, houses, record, sites
from tests.executors.sites import ERROR, LIVES, Fault
from tests.vectors.make import SAME_FOR_ALL, committed

from trialrun.journey import ready as readying
from trialrun.protocol import table as tables
from trialrun.web.play_data import page_data

SECONDS, MEMORY = 600, 5 << 29  # of a copy of this process
LATELY = 8  # checks that noticed the faults before are asked before the others
ENOUGH = 4  # seconds of work for one check: without a fault each takes less than one


Covered = dict[str, dict[str, list[int]]]  # check -> executor -> the lines that it walks through


@dataclass(frozen=True)
class Found:
    """What noticed a fault (`lives`: nothing did), and whether it was noticed by an error of the executor's own."""

    fault: Fault
    by: str
    error: bool


# ---- a fault in Python ------------------------------------------------------------------------------------------------------------


@cache
def compiled() -> dict[str, Any]:
    """The tables of the shipped studies, by fingerprint, as they are without a fault."""
    kept: dict[str, Any] = {}
    real = tables.load_table

    def keeping(protocol: Any, mark: str, **how: Any) -> Any:
        kept[mark] = real(protocol, mark, **how)
        return kept[mark]

    readying.load_table = keeping
    try:
        for house in (*houses.SHIPPED, *houses.tried()):
            houses.made(house)
        checks.warm()
    finally:
        readying.load_table = real
    return kept


def warm() -> None:
    """Do once what every copy of this process needs."""
    compiled()
    gc.collect()
    gc.freeze()


def put(fault: Fault, carrier: Any) -> None:
    """Put a fault into this process."""
    module = import_module("trialrun." + fault.executor.removesuffix(".py").replace("/", "."))
    if not fault.function:
        name, value = carrier
        for other in [m for n, m in sys.modules.items() if n.startswith("trialrun.") and getattr(m, name, None) is getattr(module, name)]:
            setattr(other, name, value)
    else:
        code = _code(ast.unparse(ast.Module([*_future(), *_nested(fault.function, carrier[0])], [])), fault.function)
        _function(module, fault.function).__code__ = code
    forget()


def forget() -> None:
    """Empty what functions of the product keep, and what modules of tests made ready."""
    checks.fresh()
    for holder in list(sys.modules.values()):
        if getattr(holder, "__name__", "").startswith("trialrun."):
            for value in list(vars(holder).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _future() -> list[ast.stmt]:
    return ast.parse("from __future__ import annotations").body


def _nested(function: str, node: ast.FunctionDef) -> list[ast.stmt]:
    bare = ast.FunctionDef(node.name, node.args, node.body, [], node.returns, node.type_comment)
    outer, _, _ = function.rpartition(".")
    found: ast.stmt = ast.ClassDef(outer, [], [], [bare], []) if outer else bare
    return [ast.fix_missing_locations(found)]


def _code(text: str, function: str) -> types.CodeType:
    todo = [compile(text, "<a fault>", "exec")]
    while todo:
        code = todo.pop()
        if code.co_qualname == function:
            return code
        todo += [c for c in code.co_consts if isinstance(c, types.CodeType)]
    raise LookupError(function)


def _function(module: Any, name: str) -> Any:
    found = module
    for part in name.split("."):
        found = vars(found)[part]
    found = getattr(found, "fget", None) or getattr(found, "__func__", None) or found
    return getattr(found, "__wrapped__", found)


def set_up(fault: Fault | None = None) -> checks.Study:
    """How this process makes the shipped studies ready: from tables that are compiled already, unless a fault is where they are compiled."""
    real, kept = tables.load_table, compiled()
    tables.cache_folder = lambda: None  # a table that a fault has spoilt is kept nowhere
    if fault is None or not _compiles(fault):
        readying.load_table = lambda protocol, mark, **how: kept[mark] if mark in kept else real(protocol, mark, **how)
    return cache(houses.made)


def notice(fault: Fault | None, carrier: Any, first: Sequence[str], covering: Collection[str] | None) -> tuple[str, bool]:
    """What notices a fault in this process: the name of a check, and whether by an error of the executor's own. None: every check covers it."""
    ready = set_up(fault)
    if fault is not None:
        put(fault, carrier)
    place = {name: n for n, name in reversed([*enumerate(first)])}
    for name, check in sorted(checks.every(), key=lambda named: place.get(named[0], len(place))):
        if covering is None or name in covering:
            failed, error = fails(check, ready)
            if failed:
                return name, error
    return "", False


def fails(check: checks.Check, ready: checks.Study) -> tuple[bool, bool]:
    """Whether a check fails in this process, and whether by an error or by the time it takes."""
    signal.signal(signal.SIGPROF, _too_long)
    signal.setitimer(signal.ITIMER_PROF, ENOUGH, 0.1)
    try:
        check(ready)
    except Skipped:
        return False, False
    except (AssertionError, Failed):
        return True, False
    except Exception:  # an executor that ends in an error is noticed as well as one that is wrong
        return True, True
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return False, False


def without_a_fault(names: Collection[str] | None = None) -> tuple[list[str], list[str]]:
    """The checks, or some of them by name, that pass as the executors are, and those that fail."""

    def asked() -> list[list[str]]:
        ready = set_up()
        those = [(name, check) for name, check in checks.every() if names is None or name in names]
        failing = {name for name, check in those if fails(check, ready)[0]}
        return [[name for name, _ in those if name not in failing], sorted(failing)]

    passing, failing = apart(asked)
    return passing, failing


def _compiles(fault: Fault) -> bool:
    """Whether a fault is where tables are compiled, so that they must be compiled anew."""
    enacted = fault.executor == "protocol/enactment.py" and fault.function in ("changed", "bounds_of", "put")
    return enacted or fault.executor in ("protocol/meaning.py", "protocol/words/expressions.py")


def _too_long(*_: Any) -> None:
    raise TimeoutError


def alone(fault: Fault | None, carrier: Any, first: Sequence[str] = (), covering: Collection[str] | None = None) -> tuple[str, bool]:
    """Put a fault into a copy of this process and say what notices it there."""
    by, error = apart(lambda: notice(fault, carrier, first, covering)) or ("stopped", True)
    return by, error


def apart(work: Callable[[], Any]) -> Any:
    """What some work gives in a copy of this process, as JSON; None where it ends the process or never ends."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(read)
            silent = os.open(os.devnull, os.O_RDWR)
            os.dup2(silent, 1)
            os.dup2(silent, 2)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            said = json.dumps(work())
            with os.fdopen(write, "w") as told:
                told.write(said)
        finally:
            os._exit(0)
    os.close(write)
    told = []
    ends = time.monotonic() + SECONDS
    while select.select([read], [], [], max(0, ends - time.monotonic()))[0]:
        part = os.read(read, 1 << 20)
        if not part:
            break
        told.append(part)
    else:
        os.kill(child, signal.SIGKILL)
    os.close(read)
    os.waitpid(child, 0)
    try:
        return json.loads(b"".join(told))
    except ValueError:
        return None


def cover(known: Covered | None = None) -> Covered:
    """Which lines of the executors each check walks through: check -> executor -> lines; of those that are `known`, what is known."""
    found = apart(lambda: _covered(known or {}))
    assert found is not None, "the checks cannot be followed line by line"
    return found


def _covered(known: Covered) -> Covered:
    executors = {str(sites.SOURCE / executor): executor for executor in sites.PYTHON}
    found: Covered = {}
    for name, check in checks.every():
        if name in known:
            found[name] = known[name]
            continue
        lines: set[tuple[str, int]] = set()

        def on_line(frame: Any, event: str, _: Any, lines: set[tuple[str, int]] = lines) -> Any:
            lines.add((frame.f_code.co_filename, frame.f_lineno))
            return on_line

        def on_call(frame: Any, event: str, _: Any) -> Any:
            return on_line(frame, event, _) if frame.f_code.co_filename in executors else None

        forget()
        for table in compiled().values():
            table._rows.clear()
            table._pending.clear()
        ready = set_up()
        sys.settrace(on_call)
        try:
            check(ready)
        except Skipped:
            pass
        finally:
            sys.settrace(None)
        found[name] = {}
        for file, line in sorted(lines):
            found[name].setdefault(executors[file], []).append(line)
    return found


def covering(fault: Fault, carrier: Any, covered: Covered | None) -> Collection[str] | None:
    """The checks that walk through a fault's lines; None where that is not known, or is all of them."""
    if covered is None or not fault.function or _compiles(fault):
        return None
    lines = set(carrier[1])
    return {name for name, walked in covered.items() if not lines.isdisjoint(walked.get(fault.executor, ()))}


def run_python(
    faults: Iterable[tuple[Fault, str]], covered: Covered | None = None, passing: Collection[str] | None = None
) -> Iterator[Found]:
    """What notices each fault; each comes with the check that noticed it last, which is asked first, then those that noticed the faults before it."""
    warm()
    lately: dict[str, list[str]] = {}
    for fault, first in faults:
        carrier, own = sites.spoilt(fault.executor)[fault], lately.setdefault(fault.executor, [])
        by, error = alone(fault, carrier, (first, *own), covering(fault, carrier, covered) if passing is None else passing)
        if by:
            own[:] = [by, *(name for name in own if name != by)][:LATELY]
        yield Found(fault, by or LIVES, error)


# ---- a fault of the play page -------------------------------------------------------------------------------------------------------

NODE = Path(__file__).parent / "scripts.js"


@cache
def page_told() -> dict[str, Any]:
    """What Node is told beside the faults: studies, journals with the standings that Python gives, trees and spans."""
    from tests.executors.page import calls, cases, of_house, of_the_named_tests, spans, trees

    generated = houses.tried()
    named_studies, named = of_the_named_tests()
    vectors = [(folder, c["name"], c["entries"], c["asked"]) for folder in FOLDERS for c in committed(folder)]
    asked = [*(x for house in generated for x in of_house(house)), *sorted(vectors, key=lambda v: houses.SHIPPED.index(v[0])), *cases()]
    return {
        "studies": {folder: data_of(folder) for folder in FOLDERS}
        | {house: page_data(houses.made(house), (), "2020-01-30") for house in generated}
        | {mark: study for mark, study in named_studies.items() if study is not None},
        "cases": named
        + [
            {
                "study": f,
                "name": f"{f}: {name}",
                "entries": entries,
                "asked": [[on, at] for on, at, _ in rows],
                "expected": [s for _, _, s in rows],
            }
            for f, name, entries, rows in asked
        ],
        "spans": spans(),
        "trees": trees(),
        "calls": calls(),
        "skip": [*SAME_FOR_ALL],
        "limit": 3_000,
    }


def run_page(faults: Iterable[tuple[Fault, str]]) -> Iterator[Found]:
    """What notices each fault of the play page's scripts, in Node. Raises FileNotFoundError where Node is not installed."""
    node = shutil.which("node")
    if node is None:
        raise FileNotFoundError("Node is not installed: the faults of the play page are run in it")
    scripts = {executor: sites.text_of(executor) for executor in (*sites.PAGE, "web/play_page/nearest.js")}
    rows = list(faults)
    mutants = [[list(scripts).index(f.executor), sites.spoilt(f.executor)[f], first] for f, first in rows]
    told = apart(page_told)  # apart: threads that the named tests start must not be in a process that is copied
    assert told is not None, "what the page is asked cannot be told"
    given = told | {"scripts": list(scripts.values()), "mutants": [[None, None, ""], *mutants]}
    with subprocess.Popen([node, str(NODE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None and running.stdout is not None
        running.stdin.write(json.dumps(given))
        running.stdin.close()
        failing, _ = json.loads(running.stdout.readline())
        if failing:
            raise RuntimeError(f"without a fault {failing} fails: mend that first")
        for fault, _ in rows:
            by, error = json.loads(running.stdout.readline())
            yield Found(fault, by or LIVES, error)


# ---- all of them ---------------------------------------------------------------------------------------------------------------------


def listed(part: str = "") -> list[tuple[Fault, str]]:
    """The faults of the executors whose name holds a text, each with what noticed it last."""
    found = []
    for executor in sites.EXECUTORS:
        if part in executor:
            known = sites.known(executor)
            found += [(f, known.get(f, "").removesuffix(ERROR)) for f in sites.spoilt(executor)]
    return found


def in_parts(faults: list[tuple[Fault, str]], jobs: int, covered: Any = None) -> Iterator[Found]:
    """What notices each fault, in several processes; in no order."""
    fork = get_context("fork")
    told: Any = fork.Queue()
    parts = [fork.Process(target=_part, args=(told, faults[n::jobs], covered)) for n in range(jobs)]
    for part in parts:
        part.start()
    for _ in faults:
        found = told.get()
        if found is None:
            raise RuntimeError("a part of the run failed: run tests.executors.run for what it says")
        yield found
    for part in parts:
        part.join()


def _part(told: Any, faults: list[tuple[Fault, str]], covered: Any) -> None:
    try:
        for found in of_kind(faults, covered):
            told.put(found)
    except BaseException:
        told.put(None)
        raise


def of_kind(faults: list[tuple[Fault, str]], covered: Covered | None = None, passing: Collection[str] | None = None) -> Iterator[Found]:
    """What notices each fault: those of the page first."""
    page = [x for x in faults if x[0].executor in sites.PAGE]
    python = [x for x in faults if x[0].executor not in sites.PAGE]
    if page:
        yield from run_page(page)
    if python:
        yield from run_python(python, covered, passing)


def drawn(number: int) -> list[tuple[Fault, str]]:
    """A few faults of those that were noticed, drawn from a fixed seed; of the page only where Node is installed."""
    node = shutil.which("node") is not None
    faults = [
        x for x in listed() if x[1] not in ("", LIVES) and (node or x[0].executor not in sites.PAGE)
    ]  # what an executor has no longer is not listed
    return random.Random(20).sample(faults, number)


def share(faults: list[tuple[Fault, str]], part: float, seed: int) -> list[tuple[Fault, str]]:
    """A share of each executor's faults, drawn from a seed; all of them where the share is 1."""
    found = []
    for executor in dict.fromkeys(f.executor for f, _ in faults):
        own = [x for x in faults if x[0].executor == executor]
        kept = {n for n in random.Random(f"{seed} {executor}").sample(range(len(own)), math.ceil(part * len(own)))}
        found += [x for n, x in enumerate(own) if n in kept]
    return found


def living(faults: list[tuple[Fault, str]]) -> list[Fault]:
    """Those of some faults that nothing notices: neither the check that noticed it last nor, where that does not, any other that passes without it."""
    passing, _ = without_a_fault({first for _, first in faults})
    left = {f.fault for f in of_kind(faults, passing=passing) if f.by == LIVES}
    if not left:
        return []
    passing, _ = without_a_fault()
    return [f.fault for f in of_kind([x for x in faults if x[0] in left], passing=passing) if f.by == LIVES]


def environment() -> dict[str, str]:
    """What a process that runs faults is told of its surroundings: where this source lies."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(sites.SOURCE.parent), str(checks.ROOT)))}


def main() -> None:
    """Run faults and write what noticed each beside its site. Ends with 1 where a drawn fault lives, or any does that is not on the record."""
    parser = argparse.ArgumentParser(prog="python -m tests.executors.run", description=main.__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--part", default="", help="only the executors whose name holds this text")
    parser.add_argument("--lives", action="store_true", help="only the faults that nothing noticed last time")
    parser.add_argument("--new", action="store_true", help="only the faults that were never run")
    parser.add_argument("--share", type=float, default=1, help="only this share of each executor's faults, drawn with --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--drawn", type=int, default=0, help="only so many of those that were noticed, drawn; nothing is written")
    asked = parser.parse_args()
    began = time.monotonic()
    warm()
    if asked.drawn:
        sys.exit("\n".join(f.name for f in living(drawn(asked.drawn))) or 0)
    passing, failing = without_a_fault()
    if failing:
        sys.exit("without a fault mend first what fails: " + ", ".join(failing))
    faults = [
        x for x in share(listed(asked.part), asked.share, asked.seed) if not (asked.lives and x[1] != LIVES) and not (asked.new and x[1])
    ]
    noticed = {f: by for f, by in listed() if by}
    counted: Counter[str] = Counter()
    python = any(f.executor in sites.PYTHON for f, _ in faults)
    for found in in_parts(faults, asked.jobs, cover() if python else None):
        noticed[found.fault] = found.by + ERROR * found.error
        counted["lives" if found.by == LIVES else "error" if found.error else "wrong"] += 1
        if found.by == LIVES:
            print(found.fault.name, flush=True)
        if counted.total() % 100 == 0:
            sites.write_all(noticed)
    sites.write_all(noticed)
    print(f"{dict(counted)} in {time.monotonic() - began:.0f} s")
    record.write()
    sys.exit("\n".join(record.unexplained()) or 0)


if __name__ == "__main__":
    main()
