"""The product's standing and the oracle's, brought to one plain form, so that they can be compared key by key."""

from datetime import date

from trialrun.journey.journal import entry_of
from trialrun.journey.standing import where

from .mt103_211_oracle import standing

EVENTS = {act: f"decision: {act}" for act in ("next cycle", "transplant", "retreatment", "end treatment")}
ALIKE = ("phase", "since", "infusion_day", "remission", "course", "cycle", "cycle_in_course", "cycles_in_all", "retreatments")


def entries_of(journal):
    """The product's entries for a journal of plain dictionaries."""
    return [entry_of(data, "the random journal", number) for number, data in enumerate(journal, 1)]


def told_by_product(ready, entries, on, known_at=None):
    """What the product says of a day, in the common form."""
    here = where(ready, entries, on, known_at)
    found = here.as_json()
    road = here.road
    began = [day for name, day, _, _ in road.marked if name == "remission began"]
    first = next((kept["cycles in all"] for name, _, _, kept in road.marked if name == "remission began"), None)
    last = road.moment(ready, "last day with drug")
    iso = lambda day: None if day is None else date.fromordinal(day).isoformat()  # noqa: E731
    permitted = {item["event"]: item["allowed"] for item in found["allowed"]}
    return {
        **{key: found[key] for key in ALIKE},
        "dose": None if found["dose"] is None else found["dose"]["amount"],
        "reason": found["reason"],
        "first infusion": iso(road.moment(ready, "first infusion")),
        "first remission": iso(began[0] if began else None),
        "remission cycle": first,
        "relapses": tuple(iso(day) for name, day, _, _ in road.marked if name == "relapse"),
        "last drug": iso(last),
        **{f"may: {act}": yes for act, yes in sorted(permitted.items())},
        "breaches": sorted({d["on"] for d in found["deviations"] if d["weight"] == "breach"}),
        "shown": sorted({d["on"] for d in found["deviations"] if d["weight"] == "shown"}),
        "visits": sorted((v["name"], v["target"], v["earliest"], v["latest"], v["state"]) for v in found["visits"]),
    }


def told_by_oracle(journal, on, known_at=None):
    """What the oracle says of a day, in the common form."""
    found = standing(journal, on, known_at)
    facts = found["facts"]
    return {
        **{key: found[key] for key in ALIKE},
        "dose": found["dose"],
        "reason": found["ended_reason"],
        "first infusion": facts["first_infusion"],
        "first remission": facts["first_remission"],
        "remission cycle": facts["remission_cycle"],
        "relapses": tuple(facts["relapses"]),
        "last drug": facts["last_drug"] or facts["first_infusion"],
        **{f"may: {EVENTS.get(act, act)}": yes for act, yes in found["allowed"].items()},
        "may: transplant": found["allowed"]["transplant"],
        "breaches": sorted({d["on"] for d in found["deviations"] if d["weight"] == "breach"}),
        "shown": sorted({d["on"] for d in found["deviations"] if d["weight"] == "shown"}),
        "visits": sorted((v["name"], v["target"], v["earliest"], v["latest"], v["state"]) for v in found["visits"]),
    }


def differences(product, oracle):
    """Where the two differ: key -> (product, oracle); for visits only those that are not in both."""
    found = {key: (product.get(key), oracle.get(key)) for key in oracle | product if product.get(key) != oracle.get(key)}
    if "visits" in found:
        mine, theirs = found["visits"]
        found["visits"] = ([v for v in mine if v not in theirs], [v for v in theirs if v not in mine])
    return found
