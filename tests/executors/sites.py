"""Where the executors are spoilt: every site at which an effect, a dose, a value or a date is read or carried out, and the fault put there.

    python -m tests.executors.sites    write the list of sites anew

The list is committed, a file for each executor in `tests/executors/sites`, a line for each fault: the function, the operator, what stands
there, what it becomes, which of several alike, and which check noticed it last. It holds no line numbers, so that it survives moves.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from tests.executors import operators, scripts

from trialrun.web.play import EXECUTOR

PLACE = Path(__file__).parent / "sites"
SOURCE = Path(__file__).parents[2] / "src" / "trialrun"
PYTHON = (
    "protocol/enactment.py",
    "protocol/meaning.py",
    "protocol/schedule.py",
    "protocol/words/times.py",
    "protocol/words/over_time.py",
    "protocol/words/expressions.py",
    "protocol/words/amounts.py",
    "protocol/words/doses.py",
    "protocol/words/matching.py",
    "journey/journal.py",
    "journey/ready.py",
    "journey/fold.py",
    "journey/taking.py",
    "journey/days.py",
    "journey/knowledge.py",
    "journey/values.py",
    "journey/groups.py",
    "journey/over_time.py",
    "journey/episodes.py",
    "journey/continuing.py",
    "journey/classes.py",
    "journey/order.py",
    "journey/dosing.py",
    "journey/premedication.py",
    "journey/administrations.py",
    "journey/occasions.py",
    "journey/declared_visits.py",
    "journey/fixed_days.py",
    "journey/for_whom.py",
    "journey/making.py",
    "journey/windows.py",
    "journey/leading.py",
    "journey/clock_times.py",
    "journey/visits.py",
    "journey/calendar.py",
    "journey/presence.py",
    "journey/decisions.py",
    "journey/deviations.py",
    "journey/standing.py",
    "journey/proposals.py",
    "journey/last_day.py",
    "journey/journal_queries.py",
    "journey/edit_checks.py",
    "journey/queries.py",
    "analysis/datasets/happenings.py",
    "analysis/datasets/exposure.py",
    "analysis/datasets/planned_amounts.py",
)
NO_EXECUTOR = {
    "journey/__init__.py": "it holds nothing",
    "journey/fields.py": "what an entry's fields may hold: tests/contract and the schema's own tests",
    "journey/foreign.py": "finds words for a file that is no journal",
    "journey/packed.py": "keeps entries as bytes and gives them back as they were",
    "journey/schema.py": "writes the formats down for others",
    "journey/seen.py": "leaves out what a role may not see: tests/spec and tests/property of blinding",
    "journey/standing_text.py": "says a standing in words",
    "web/play_page/nearest.js": "the nearest name is a word for people",
    "web/play_page/journal.js": "the journal as text, read back as it was written: tests/browser",
    "web/play_page/forms.js": "shows what the executor says of each choice: tests/browser",
    "web/play_page/ahead.js": "shows what the executor says of days ahead: tests/browser",
    "web/play_page/keep.js": "keeps the journal in the browser: tests/browser",
    "web/play_page/actions.js": "draws buttons: tests/browser",
    "web/play_page/plan.js": "draws tables: tests/browser",
    "web/play_page/play.js": "draws the page: tests/browser",
}
"""The modules of the journey and scripts of the play page that read or carry out nothing of a study, each with why."""
PAGE = tuple(f"web/play_page/{name}" for name in EXECUTOR if f"web/play_page/{name}" not in NO_EXECUTOR)
EXECUTORS = (*PYTHON, *PAGE)
# What only finds words for people, reads files, or is called while a study is read, which `check` and the reader's tests hold: nothing is carried out there.
WORDS = {
    "protocol/words/times.py": ("Span.__str__", "Unit.__rmul__"),
    "protocol/words/over_time.py": ("_earlier", "previous", "lowest_so_far", "highest_so_far", "last_known", "days_between", "age_on"),
    "protocol/words/amounts.py": ("least", "greatest", "body_surface", "until_changed", "spelled_out"),
    "protocol/words/doses.py": ("dose", "preparation"),
    "journey/journal.py": (
        "entry_of",
        "read_lines",
        "read_journal",
        "entries_of",
        "_decoded",
        "_entries",
        "_Numbers.take",
        "_Numbers.__init__",
    ),
    "journey/dosing.py": ("Amount.__str__",),
    "journey/decisions.py": ("_after", "_elsewhere", "refusal"),
    "journey/taking.py": ("unknown_event",),
    "journey/groups.py": ("_no_item",),
    "journey/calendar.py": ("left_out",),
    "web/play_page/values.js": ("quoted", "escaped"),
    "web/play_page/expressions.js": ("short",),
    "web/play_page/queries.js": ("rangeOf", "noItem", "noClass", "unknownEvent"),
    "web/play_page/standing.js": ("elsewhere",),
    "journey/queries.py": ("_range", "_no_item", "_no_class", "why_assumed"),
}
LIVES, ERROR = "lives", " (by an error)"  # what noticed a fault: nothing; or an error of the executor's own in that check


@dataclass(frozen=True)
class Fault:
    """One small fault at one site. `nth`: which of several alike in the function, the first being 1. `noticed`: the check that noticed it last."""

    executor: str
    function: str
    operator: str
    was: str
    now: str
    nth: int
    noticed: str = ""

    @property
    def name(self) -> str:
        """The fault in one line."""
        again = f" ({self.nth})" if self.nth > 1 else ""
        return f"{self.executor} {self.function}: {self.operator}: {self.was} => {self.now}{again}"


def text_of(executor: str) -> str:
    """The source of an executor."""
    return (SOURCE / executor).read_text(encoding="utf-8")


@cache
def spoilt(executor: str) -> dict[Fault, object]:
    """Every fault of an executor with what carries it: a function's syntax tree and the lines spoilt, a
    constant's new value, or a script's text."""
    found: dict[Fault, object] = {}
    for function, operator, was, now, carrier in _all(executor):
        fault = Fault(executor, function, operator, was, now, 1)
        while fault in found:
            fault = replace(fault, nth=fault.nth + 1)
        found[fault] = carrier
    return found


def _all(executor: str) -> Iterator[tuple[str, str, str, str, object]]:
    text = text_of(executor)
    if executor.endswith(".js"):
        yield from (found for found in scripts.spoilt_scripts(text) if found[0] not in WORDS.get(executor, ()))
        return
    tree = ast.parse(text)
    for name, value in operators.constants(tree):
        yield "", "number by one", f"{name} = {value}", f"{name} = {value + 1}", (name, value + 1)
    for name, function in operators.functions(tree):
        if name not in WORDS.get(executor, ()):
            for operator, was, now, fault, lines in operators.spoilt_functions(function):
                yield name, operator, was, now, (fault, lines)


def _file(executor: str) -> Path:
    return PLACE / (executor.replace("/", ".") + ".tsv")


def committed(executor: str) -> list[Fault]:
    """The faults of an executor as they are committed."""
    lines = _file(executor).read_text(encoding="utf-8").splitlines() if _file(executor).exists() else []
    found = []
    for line in lines:
        function, operator, was, now, nth, noticed = line.split("\t")
        found.append(Fault(executor, function, operator, was, now, int(nth), noticed.removeprefix("-")))
    return found


def write(executor: str, noticed: dict[Fault, str]) -> None:
    """Commit the faults of an executor as it stands, with what noticed each."""
    PLACE.mkdir(exist_ok=True)
    rows = ((f.function, f.operator, f.was, f.now, str(f.nth), noticed.get(f) or "-") for f in spoilt(executor))
    _file(executor).write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def known(executor: str) -> dict[Fault, str]:
    """What noticed each fault last, by the fault as it is generated."""
    return {replace(f, noticed=""): f.noticed for f in committed(executor)}


def write_all(noticed: dict[Fault, str]) -> None:
    """Commit the faults of every executor."""
    for executor in EXECUTORS:
        write(executor, noticed)


def main() -> None:
    """Write every list anew."""
    for executor in EXECUTORS:
        write(executor, known(executor))
        print(f"{executor}: {len(spoilt(executor))} faults")


if __name__ == "__main__":
    main()
