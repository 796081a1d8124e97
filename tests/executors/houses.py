"""The studies that the executors are tried on: the shipped ones by their folders, and generated ones of every construct by their choices.

    python -m tests.executors.houses    choose the generated studies anew, then write the digests anew (golden.py)

Their choices are committed, so that a new choice of the constructs leaves them as they are: what a row does not say is the first choice there.
"""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tests.constructs import studies
from tests.constructs.agreement import entries_of
from tests.oracle.journals import interesting_days, random_journal, wild_journal
from tests.vectors.journals import odd
from tests.vectors.make import committed

from trialrun.journey import ready as readying
from trialrun.journey.journal import Entry, entry_of
from trialrun.protocol.frozen.freeze import fingerprint
from trialrun.protocol.frozen.load import load_folder
from trialrun.protocol.frozen.shipped import STUDIES
from trialrun.protocol.words.times import ordinal

SHIPPED = ("template", "maintenance_two_arm", "mt103_211")  # the quickest first
CHOSEN = Path(__file__).parent / "houses.json"
ENOUGH = 3  # generated studies that have each construct that is carried out
APART = ("proved", "endpoint", "analysis", "invariant")  # choices that no journal can tell apart
Ask = tuple[int, str | None]
Case = tuple[str, list[Entry], list[Ask]]


@cache
def protocol_of(house: str) -> Any:
    """A study as it is read, or made of its row."""
    return studies.study_of(rows()[house]) if generated(house) else load_folder(STUDIES / house)


def generated(house: str) -> bool:
    """Whether a study is made of a row of choices."""
    return house.startswith("row ")


@cache
def mark_of(house: str) -> str:
    """The fingerprint of a study."""
    return fingerprint(protocol_of(house))


@cache
def rows() -> dict[str, dict[str, str]]:
    """The choices of each generated study that is walked, by its name."""
    first = {name: choices[0] for name, choices in studies.CHOICES.items()}
    told = json.loads(CHOSEN.read_text(encoding="utf-8"))
    return {f"row {n}": first | {k: v for k, v in row.items() if k in first} for n, row in enumerate(told, 1)}


def tried() -> tuple[str, ...]:
    """The generated studies that are walked."""
    return tuple(rows())


def chosen() -> list[dict[str, str]]:
    """The choices to walk: of the studies that `check` takes, each time the one with most of what few have until now."""
    from tests.property.test_constructs import refused

    found: list[dict[str, str]] = []
    held: Counter[tuple[str, str]] = Counter()
    left = studies.rows()
    while left:
        best = max(left, key=lambda row: sum(held[pair] < ENOUGH for pair in _told_apart(row)))
        left.remove(best)
        if all(held[pair] >= ENOUGH for pair in _told_apart(best)):
            break
        if not refused(studies.study_of(best)):
            found.append(best)
            held.update(_told_apart(best))
    return found


def _told_apart(row: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, choice) for name, choice in row.items() if name not in APART]


def main() -> None:
    """Choose anew."""
    CHOSEN.write_text("[\n" + ",\n".join(json.dumps(row) for row in chosen()) + "\n]\n", encoding="utf-8")
    print(f"{len(json.loads(CHOSEN.read_text(encoding='utf-8')))} generated studies")


def made(house: str) -> Any:
    """A study made ready."""
    return readying.make_ready(protocol_of(house), mark_of(house))


@cache
def cases(house: str) -> list[Case]:
    """Journals of a study by name, with the days asked and as known when. Drawn once, before there is a fault."""
    return _of_row(house) if generated(house) else _of_vectors(house)


def journals_of(house: str) -> list[list[dict[str, Any]]]:
    """The journals of a generated study as its second reading takes them."""
    seeds = [100 * int(house[4:]) + seed for seed in range(3)]
    return [
        *(studies.journal_of(protocol_of(house), seed) for seed in seeds),
        *(day_by_day(protocol_of(house), seed) for seed in seeds[:2]),
    ]


OFTEN = ("dosing",) * 6 + ("choose", "choose", "sample", "adverse event", "visited", "visited", "tell", "stop", "start", "lost")


def day_by_day(study: Any, seed: int) -> list[dict[str, Any]]:
    """A journal by chance of a participant who is seen nearly every day: doses on most days, some of them of nothing, and what else comes between."""
    luck, found = Random(seed), list[dict[str, Any]]()
    forms, arms = {f.entry: f for f in study.forms}, [a.name for a in study.arms]
    first = [(0, "screening"), *([(0, "randomisation")] if arms else []), (1, "start")]
    later = [(day, luck.choice(OFTEN)) for day in sorted(luck.choices(range(1, 36), k=30))]
    for day, event in [*first, *later, *([(70, "start"), (71, "dosing"), (74, "dosing")] if seed % 2 else [])]:
        values = {m.name: studies.value_of(m, luck, arms) for m in forms[event].items}
        e = {
            "sequence": len(found) + 1,
            "day": studies.DAY_1 + day,
            "event": event,
            "values": {k: v for k, v in values.items() if v is not None},
        }
        begun = [o["sequence"] for o in found if o["event"] == event]
        if forms[event].lives is not None and begun and luck.random() < 0.7:
            e["continues"] = luck.choice(begun)
        found.append(e)
    return found


def _of_row(house: str) -> list[Case]:
    found: list[Case] = []
    ready = made(house)
    for n, journal in enumerate(journals_of(house)):
        entries, days = entries_of(journal), sorted({e["day"] for e in journal})
        asked: list[Ask] = [(days[len(days) // 2], None), (days[-1] + 7, None), (days[-1] + 60, None)]
        found.append((f"journal {n}", entries, asked))
        written = odd(ready, entries, n)
        times = sorted({e.recorded_at for e in written if e.recorded_at}) or [None]
        found.append((f"journal {n}, written oddly", written, [asked[0], asked[2], (days[-1] + 7, times[len(times) // 2])]))
    return found


def _of_vectors(folder: str) -> list[Case]:
    found: list[Case] = []
    for case in committed(folder):
        entries = [entry_of(e, "a vector", 0) for e in case["entries"]]
        asked = [(ordinal(on), at) for on, at, _ in case["asked"]]
        found.append((case["name"], entries, asked + _more(entries, case["name"])))
    if folder == "mt103_211":
        for n in range(16):
            journal = (random_journal, wild_journal)[n % 2](5000 + n)
            days = [d.toordinal() for d in interesting_days(journal)]
            entries = [entry_of(e, "a journal", 0) for e in journal]
            found.append((f"drawn {n}", entries, [(d, None) for d in Random(n).sample(days, 3)] + _more(entries, f"drawn {n}")[-2:]))
    return found


def _more(entries: list[Entry], name: str) -> list[Ask]:
    """Days on and after some entries, and two days as known when some entry was recorded."""
    chance = Random(name)
    days = sorted({ordinal(e.happened_on) for e in entries if len(e.happened_on) == 10})
    times = sorted({e.recorded_at for e in entries if e.recorded_at}) or [None]
    some: list[Ask] = [(chance.choice(days) + chance.choice((0, 1, 15)), None) for _ in range(2)]
    return [*some, (days[-1] + 400, None), *((days[-1], chance.choice(times)) for _ in range(2))]


__all__ = ["SHIPPED", "cases", "journals_of", "made", "mark_of", "protocol_of", "tried"]


if __name__ == "__main__":
    main()
