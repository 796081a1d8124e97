"""The record of the last run of all faults: how many of each executor were noticed and by what, and the survivors with a word on each.

    python -m tests.executors.record    write it anew from the lists of sites

The words are kept in survivors.tsv: a fault's name, and why nothing notices it. A word that begins with `the same` says that the fault changes nothing
that is carried out.
"""

from collections import Counter
from datetime import date
from pathlib import Path

from tests.executors import sites
from tests.executors.sites import ERROR, LIVES, Fault

PLACE = Path(__file__).parent / "record.md"
WORDS = Path(__file__).parent / "survivors.tsv"
LEAST = 0.95
SAME = "the same"


def words() -> dict[str, str]:
    """Why nothing notices a fault, by its name."""
    lines = WORDS.read_text(encoding="utf-8").splitlines() if WORDS.exists() else []
    return dict(line.split("\t") for line in lines)


def faults() -> list[Fault]:
    """Every fault of the committed lists."""
    return [f for executor in sites.EXECUTORS for f in sites.committed(executor)]


def survivors() -> list[Fault]:
    """The faults that nothing noticed."""
    return [f for f in faults() if f.noticed == LIVES]


def unexplained() -> list[str]:
    """The survivors without a word."""
    return [f.name for f in survivors() if f.name not in words()]


def write() -> None:
    """Write the record of today."""
    listed, said = faults(), words()
    every = [f for f in listed if f.noticed]
    lives = survivors()
    share = 1 - len(lives) / max(1, len(every))
    same = sum(said.get(f.name, "").startswith(SAME) for f in lives)
    errors = sum(f.noticed.endswith(ERROR) for f in every)
    lines = [
        "# Faults put into the executors",
        "",
        *(
            [
                f"{len(listed):,} faults are listed. {len(listed) - len(every):,} of them were not run yet and are not in these numbers; those run were drawn by chance:",
                "`python -m tests.executors.run --new` runs the others.",
                "",
            ]
            if len(every) < len(listed)
            else []
        ),
        f"Run on {date.today().isoformat()} by `python -m tests.executors.run`: {len(every):,} small faults (operators.py, scripts.py), one at a time, at the",
        "sites listed in `sites`: every place where an effect, a dose, a value or a date is read or carried out.",
        f"**{share:.1%} are noticed** ({len(every) - len(lives):,}); {errors:,} of them because the executor ends in an error or never ends, the others",
        f"because it says something else than is right. {len(lives)} are not noticed, and each has a word below.",
        f"{same} of these change nothing that is carried out; **of all others {1 - (len(lives) - same) / max(1, len(every) - same):.1%} are noticed**.",
        "",
        "| Executor | Listed | Run | Noticed | Of them by an error | Not noticed | Of them the same |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for executor in sites.EXECUTORS:
        own = [f for f in every if f.executor == executor]
        left = [f for f in own if f.noticed == LIVES]
        alike = sum(said.get(f.name, "").startswith(SAME) for f in left)
        errors = sum(f.noticed.endswith(ERROR) for f in own)
        there = sum(f.executor == executor for f in listed)
        lines.append(f"| {executor} | {there} | {len(own)} | {len(own) - len(left)} | {errors} | {len(left)} | {alike} |")
    lines += ["", "| Operator | Faults | Not noticed |", "|---|--:|--:|"]
    counted, alive = Counter(f.operator for f in every), Counter(f.operator for f in lives)
    lines += [f"| {operator} | {n} | {alive[operator]} |" for operator, n in counted.most_common()]
    lines += ["", "## Not noticed", ""]
    for reason in dict.fromkeys(said.get(f.name, "not explained") for f in lives):
        lines += [f"**{reason}**", ""]
        lines += [
            f"- `{f.executor}` {f.function or 'the module'}, {f.operator}: `{_short(f)}`"
            for f in lives
            if said.get(f.name, "not explained") == reason
        ]
        lines.append("")
    PLACE.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _short(f: Fault) -> str:
    """What stood there and what stands there now, without what is alike on both sides."""
    was, now = f.was, f.now
    head = next((n for n, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
    tail = next((n for n, (a, b) in enumerate(zip(was[::-1], now[::-1], strict=False)) if a != b), min(len(was), len(now)))
    tail = min(tail, len(was) - head, len(now) - head)
    begin, ends = max(0, head - 40), max(0, tail - 30)
    left, right = was[begin : len(was) - ends], now[begin : len(now) - ends]
    return f"{left} => {right}".replace("`", "'").replace("|", "¦")[:300]


if __name__ == "__main__":
    write()
