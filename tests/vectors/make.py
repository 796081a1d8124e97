"""Make the vectors that hold the play page's executor: journals with their standings, as the journey in Python folds them.

    python -m tests.vectors.make          keep the journals, fold them again
    python -m tests.vectors.make --anew   draw the journals anew

Each study has a file in `tests/vectors/play`; read the difference before it is committed.
"""

import json
import random
import sys
from pathlib import Path

from tests.browser.executor import FOLDERS, as_the_page_says_it, data_of, ready_of
from tests.oracle.journals import interesting_days, random_journal
from tests.vectors.journals import clicked, obedient, odd
from tests.vectors.named import named_cases

from trialrun.journey.journal import Entry, entry_of
from trialrun.journey.standing import where
from trialrun.protocol.words.times import iso, ordinal

PLACE = Path(__file__).parent / "play"
SAME_FOR_ALL = ("study", "version", "fingerprint", "notice")  # what the other tests of the page compare
ASKED, TRIED = 3, 60


def choices_of(folder):
    """The sets of values of each form that the page offers."""
    return {form["entry"]: form["choices"] for form in data_of(folder)["forms"]}


def drawn(folder):
    """The cases of a study (a name, entries, the days asked): those named by a fault, the stories of its page, then journals that reach phases not met before, each
    asked on the days that do and once more as a clerk might write it, asked as known at a time.
    """
    ready, forms, met = ready_of(folder), choices_of(folder), set()
    yield from named_cases(folder)
    for story in data_of(folder)["stories"]:
        entries = [Entry("001-004", n, e["happened_on"], e["event"], e["values"]) for n, e in enumerate(story["entries"], 1)]
        days = sorted({ordinal(e.happened_on) for e in entries})
        met |= {where(ready, entries, day).road.phase for day in days}
        yield _case(story["title"], entries, days, 0, False, 6)
    for seed in range(TRIED):
        draw = clicked if seed % 4 == 3 else obedient
        entries, days = draw(ready, forms, 700 + seed)
        phases = {day: where(ready, entries, day).road.phase for day in sorted(set(days))}
        fresh = {phase: day for day, phase in phases.items() if phase not in met}
        if fresh:
            met |= set(fresh)
            yield _case(f"{draw.__name__}, {seed}", entries, list(fresh.values()), seed, False, len(fresh))
            yield _case(f"{draw.__name__}, {seed}, written oddly", odd(ready, entries, seed), days, seed, True)
    for seed in range(6) if folder == "mt103_211" else ():
        entries = [entry_of(e, f"journal {seed}", 0) for e in random_journal(9000 + seed)]
        days = [d.toordinal() for d in interesting_days([e.as_json() for e in entries])]
        yield _case(f"plausible and odd, {seed}", entries, days, seed, seed % 2 == 1)


def _case(name, entries, days, seed, late, most=ASKED):
    chance = random.Random(seed)
    on = sorted(chance.sample(sorted(set(days)), k=min(most, len(set(days)))))
    asked = [[iso(day), f"{iso(day - chance.choice((0, 2, 20)))}T12:00:00Z" if late and i else None] for i, day in enumerate(on)]
    return {"name": name, "entries": [e.as_json() for e in entries], "asked": asked}


def committed(folder):
    """The cases of a study as they are committed, each ask with the standing expected."""
    return json.loads((PLACE / f"{folder}.json").read_text(encoding="utf-8"))


def standing(folder, entries, on, known_at):
    """The standing that the journey in Python gives, as the page says it."""
    read = [entry_of(e, "a vector", 0) for e in entries]
    said = as_the_page_says_it(where(ready_of(folder), read, ordinal(on), known_at).as_json())
    return {key: value for key, value in said.items() if key not in SAME_FOR_ALL}


def folded(folder, cases):
    """The cases with the standings of today."""
    asks = [[[on, at, standing(folder, c["entries"], on, at)] for on, at, *_ in c["asked"]] for c in cases]
    return [{**case, "asked": asked} for case, asked in zip(cases, asks, strict=True)]


def text_of(cases):
    """Cases as JSON with one entry and one standing a line."""

    def line(x):
        return json.dumps(x, ensure_ascii=False, separators=(",", ":"))

    def lines(rows):
        return "[\n  " + ",\n  ".join(line(row) for row in rows) + "\n ]"

    return (
        "[\n"
        + ",\n".join(f' {{"name":{line(c["name"])},"entries":{lines(c["entries"])},"asked":{lines(c["asked"])}}}' for c in cases)
        + "\n]\n"
    )


def main(arguments):
    for folder in FOLDERS:
        path = PLACE / f"{folder}.json"
        cases = list(drawn(folder)) if "--anew" in arguments or not path.exists() else committed(folder)
        path.write_text(text_of(folded(folder, cases)), encoding="utf-8")
        print(f"{path.name}: {len(cases)} journals")


if __name__ == "__main__":
    main(sys.argv[1:])
