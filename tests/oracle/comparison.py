"""The product's standing and the oracle's, brought to one plain form, so that they can be compared key by key."""

from datetime import date

from trialrun.journey.journal import entry_of
from trialrun.journey.standing import where

from .mt103_211_oracle import standing

DECISIONS = {act: f"decision: {act}" for act in ("next cycle", "transplant", "retreatment", "end treatment")}
ALIKE = ("phase", "since", "infusion_day", "remission", "course", "cycle", "cycle_in_course", "cycles_in_all", "retreatments")
THERAPY = ("new therapy", "survival contact")


def entries_of(journal):
    """The product's entries for a journal of plain dictionaries."""
    return [entry_of(data, "the journal", number) for number, data in enumerate(journal, 1)]


def product_standing(ready, entries, on, known_at=None):
    """What the product says of a day, in the form of the oracle's `standing`."""
    here = where(ready, entries, on, known_at)
    found = here.as_json()
    road = here.road
    began = [(m.day, m.stood.counters) for m in road.marked() if m.moment == "remission began"]
    permitted = {item["event"]: item["allowed"] for item in found["allowed"]}
    return {
        **{key: found[key] for key in ALIKE},
        "dose": None if found["dose"] is None else found["dose"]["amount"],
        "ended_reason": found["reason"],
        "visits": found["visits"],
        "allowed": {**permitted, **{act: permitted[event] for act, event in DECISIONS.items()}},
        "deviations": found["deviations"],
        "facts": {
            "first_infusion": iso(road.moment(ready, "first infusion")),
            "first_remission": iso(began[0][0] if began else None),
            "remission_cycle": began[0][1]["cycles in all"] if began else None,
            "relapses": [iso(m.day) for m in road.marked() if m.moment == "relapse"],
            "transplants": transplants(ready, road),
            "last_drug": iso(last_drug(road, here.on)),
            "death": next(
                (
                    iso(t.day)
                    for t in (*road.turns, *road.unheard)
                    if t.event == "death" and (t.rule is not None or t.before == "ended: study completed")
                ),
                None,
            ),
        },
    }


def iso(day):
    """A day's number as text."""
    return None if day is None else date.fromordinal(day).isoformat()


def last_drug(road, on):
    """The last calendar day with drug: today while it runs, None where no day had any."""
    kept = road.stood.watches.get("infusion days of this cycle")
    return None if kept is None else on if kept.since is not None else kept.last


def transplants(ready, road):
    """Every transplant, and whether it came in the remission from the study drug (U10)."""
    place = ready.table.meaning.place["in remission"]
    met = {t.entry: ready.table.status(t.at_status)[place] == 1 for t in (*road.turns, *road.unheard) if t.event == "transplant"}
    found, therapy, remissions = [], 0, remissions_begun_at(ready, road)
    for s in road.entries:
        values = s.entry.values or {}
        if s.entry.sequence in remissions:
            therapy = False
        if s.entry.event == "new therapy" or (s.entry.event == "survival contact" and values.get("new_therapy")):
            therapy = True
        if s.entry.sequence in met and not ended_before(ready, road, s.entry.sequence):
            found.append({"on": iso(s.day), "in_remission_from_study_drug": met[s.entry.sequence] and not therapy})
    return found


def remissions_begun_at(ready, road):
    """The entries at whose place in the walk a remission began; an investigator's own assessment is met at the day's first one."""
    ends = [*(m.turn for m in road.met[1:]), len(road.turns)]
    return {
        met.entry
        for met, last in zip(road.met, ends, strict=False)
        if any("remission began" in t.did.marks for t in road.turns[met.turn : last])
    }


def ended_before(ready, road, sequence):
    """Whether an entry came when the study had ended for the participant."""
    return any(t.entry == sequence and ready.table.meaning.phases[t.before].end for t in road.unheard)


def in_common(found):
    """One standing, the product's or the oracle's, with what is compared of it."""
    visits = [(v["name"], v["target"], v["earliest"], v["latest"], v["state"], v["made"]) for v in found["visits"]]
    return {
        **{key: found[key] for key in (*ALIKE, "dose", "ended_reason", *found["facts"]) if key in found},
        **found["facts"],
        **{f"may: {act}": yes for act, yes in found["allowed"].items() if act not in DECISIONS.values()},
        "breaches": sorted(d["on"] for d in found["deviations"] if d["weight"] == "breach"),
        "shown": sorted({d["on"] for d in found["deviations"] if d["weight"] == "shown"}),
        "visits": sorted(visits, key=str),
    }


def differences(ready, journal, on, known_at=None, entries=None):
    """Where product and oracle differ on a day: key -> (product, oracle); of the visits only those that are not in both."""
    product = in_common(product_standing(ready, entries_of(journal) if entries is None else entries, on, known_at))
    oracle = in_common(standing(journal, on, known_at))
    found = {key: (product.get(key), oracle.get(key)) for key in product | oracle if product.get(key) != oracle.get(key)}
    if "visits" in found:
        mine, theirs = found["visits"]
        found["visits"] = ([v for v in mine if v not in theirs], [v for v in theirs if v not in mine])
    return found
