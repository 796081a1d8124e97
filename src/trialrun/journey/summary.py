"""One participant in one row: baseline, best response, and the days that matter, counted from the first infusion or treatment (day 1).

The row is computed from the road alone, so that a simulation that has walked it need not fold the journal again. Days are differences plus
one: the day before day 1 is day 0. What a study does not have is None.
"""

from __future__ import annotations

from typing import Any

from ..protocol.words.times import iso
from .fold import Road
from .ready import Ready
from .visits import absences

KEYS = (
    "arm", "enrolled_on", "best_response", "remission_cycle", "mrd", "cycles", "retreatments", "transplant_day", "relapse_day", "death_day",
    "last_day", "end_reason",
)  # fmt: skip
LAST_RANK = ("not evaluable",)
MRD_THRESHOLD = 1e-4  # by allele-specific RQ-PCR; Blood 2014;124(21):3704


def summary(ready: Ready, road: Road) -> dict[str, Any]:
    """The row of one participant: the keys of `KEYS` and the values at screening under their own names."""
    first: dict[str, tuple[int, dict[str, int]]] = {}
    for m in road.marked():
        first.setdefault(m.moment, (m.day, dict(m.stood.counters)))
    start = day_one(ready, road)
    shown = {s.key: s for s in ready.protocol.standing}
    cycles = shown.get("cycles_in_all") or shown.get("cycle")
    began = first.get("remission began")
    row: dict[str, Any] = {
        "arm": road.arm or None,
        "enrolled_on": iso(_enrolled(ready, road)),
        **baseline(ready, road),
        "best_response": best_response(ready, road),
        "remission_cycle": began[1].get(cycles.of) if began and cycles else None,
        "mrd": _mrd(road, began[0] if began else None),
        "cycles": road.counters.get(cycles.of) if cycles else None,
        "retreatments": road.counters.get(shown["retreatments"].of) if "retreatments" in shown else None,
    }
    death = next((t.day for t in road.turns if ready.table.meaning.phases[t.after].reason == "death"), None)
    evidence = [s.day for s in road.entries if ready.protocol.absence is None or s.entry.event != ready.protocol.absence.entry]
    for name, on in (
        ("transplant_day", next((first[m][0] for m in ("transplant",) if m in first), None)),
        ("relapse_day", next((first[m][0] for m in ("relapse", "progression") if m in first), None)),
        ("death_day", death),
        ("last_day", max(evidence, default=None)),
    ):
        row[name] = None if on is None or start is None else on - start + 1
    row["end_reason"] = ready.table.meaning.phases[road.phase].reason or _lost(ready, road)
    return row


def day_one(ready: Ready, road: Road) -> int | None:
    """Day 1 as an ordinal: the first day of a course of treatment; None where there was none."""
    if "first infusion" in road.moments:
        return road.moments["first infusion"]
    phases = ready.table.meaning.phases
    return next((t.day for t in road.turns if phases[t.after].course and not phases[t.before].course), None)


def baseline(ready: Ready, road: Road) -> dict[str, Any]:
    """The values at screening, as they stand, by item."""
    return {m.name: road.screened.get(f"screening {m.name}") for m in baseline_items(ready)}


def baseline_items(ready: Ready) -> list[Any]:
    """The measures of the forms that keep the values at screening."""
    return [m for f in ready.protocol.forms if f.keeps_screening for m in f.items if m.name not in KEYS]


def best_response(ready: Ready, road: Road) -> str | None:
    """The best class of all assessments (on each day the one that guards the rules), in the order in which the study's form names them.

    An investigator's class that the form does not name (progressive disease) ranks after those it names, before `not evaluable`.
    """
    order: list[str] = [c.name for f in ready.protocol.forms for c in f.classes]
    rank = {name: (2 if name in LAST_RANK else 0, i) for i, name in enumerate(order)}
    of_day = {c.day: c.name for c in road.classes}
    return min(of_day.values(), key=lambda name: rank.get(name, (1, 0)), default=None)


def _mrd(road: Road, remission: int | None) -> str | None:
    """MRD in the first remission: complete (no amplification), response (below 1e-4) or no response; None where it was not measured."""
    found = None
    for day, values in ((c.day, c.values) for c in road.classes):
        if remission is None or day < remission or ("mrd" not in values and "mrd_amplification" not in values):
            continue
        if values.get("mrd_amplification") is False:
            return "complete"
        amount = values.get("mrd")
        low = amount is not None and amount < MRD_THRESHOLD
        found = "response" if low or found == "response" else "no response"
        break
    return found


def _enrolled(ready: Ready, road: Road) -> int | None:
    """The day of enrolment where it is recorded, else of the first entry."""
    days = [s.day for s in road.entries if s.entry.event in ("enrolment", "randomisation")]
    return min(days, default=road.entries[0].day if road.entries else None)


def _lost(ready: Ready, road: Road) -> str | None:
    gone = absences(ready, road)
    absence = ready.protocol.absence
    return absence.shown if absence is not None and gone and gone[-1][1] > road.on else None
