"""What the product says of a participant on a day, set beside what the second reading says; an empty list where they agree."""

from tests.constructs.doses_again import said_of as doses_said_of
from tests.constructs.reference import Person
from tests.constructs.visits_again import said_of

from trialrun.journey.journal import entry_of
from trialrun.journey.standing import where
from trialrun.protocol.words.times import iso, ordinal


def entries_of(journal):
    """A journal as the product's entries."""
    return [
        entry_of(
            {"participant": "001", "happened_on": iso(e["day"]), **{k: v for k, v in e.items() if k != "day"}}, "a journal", e["sequence"]
        )
        for e in journal
    ]


def differences(ready, journal, on, standing=None):
    """What the two readings say differently: (what, the product, the second reading)."""
    study = ready.protocol
    here = standing or where(ready, entries_of(journal), on)
    again = Person(study, [dict(e) for e in journal], on)
    road, found = here.road, []
    said = here.as_json()
    pairs = [
        ("phase", road.phase, again.now.phase),
        ("arm", road.arm, again.arm),
        ("numbers", dict(road.counters), again.now.numbers),
        (
            "days",
            {m.name: iso(road.moment(here.ready, m.name)) for m in study.moments},
            {m.name: iso(again.day_of(m.name, again.now, on)) for m in study.moments},
        ),
        (
            "steps",
            [(t.day, t.after) for t in road.turns if t.after != t.before],
            [(s.day, s.after.phase) for s in again.steps if s.after.phase != s.before.phase],
        ),
        (
            "breaches",
            sum(d.weight == "breach" and d.kind in ("not allowed", "out of time") for d in here.deviations),
            sum(s.breach for s in again.steps),
        ),
        (
            "doses",
            {d["drug"]: d["amount"] for d in said["doses"] if d["amount"] is not None},
            again.doses() if said["phase"] == next(p.shown for p in study.phases if p.name == road.phase) else {},
        ),
        ("records", [r["entries"] for r in said["records"]], [[e["sequence"] for e in parts] for parts in again.records.values()]),
        ("asked", asked_of(again, said["queries"]), again.queries()),
        ("worst", [r["worst"] for r in said["records"]], [worst_of(again, parts) for parts in again.records.values()]),
        ("administrations", administered_by(said), administered_again(again)),
        ("class", [c.name for c in road.classes], again.classes),
        ("lost", said["phase"] == "lost", bool(study.absence) and is_lost(again)),
    ]
    found += [pair for pair in pairs if pair[1] != pair[2]]
    ours = sorted((v.name, v.occasion, v.target, v.state, v.made) for v in here.planned)
    theirs = sorted(said_of(again), key=lambda v: v[:3])
    if [v[:3] for v in ours] != [v[:3] for v in theirs]:
        return [*found, ("visits", [(n, k, iso(d)) for n, k, d, *_ in ours], [(n, k, iso(d)) for n, k, d, *_ in theirs])]
    clock = {(v.name, v.occasion): (v.at, v.off) for v in here.planned if v.timed}
    if clock != again.clock:
        return [*found, ("clock", clock, again.clock)]
    return found + [("visit", a, b) for a, b in zip(ours, theirs, strict=True) if a[4] != b[4] or (b[3] is not None and a[3] != b[3])]


def asked_of(person, queries):
    """Those queries that the second reading gives too."""
    depend = {(f.entry, a.item) for f in person.study.forms for a in f.asked} | {
        (f.entry, g.name) for f in person.study.forms for g in f.groups
    }
    found = [
        q for q in queries if q["kind"] in ("not asked", "edit check") or (q["kind"] == "missing" and (q["event"], q["item"]) in depend)
    ]
    ranged = {(f.entry, x.item) for f in person.study.forms for x in f.ranges}
    found += [q for q in queries if q["kind"] == "implausible" and (q["event"], q["item"]) in ranged]
    return {(q["entry"], q["item"], q["kind"]) for q in found}


def worst_of(person, parts):
    item = person.forms[parts[0]["event"]].lives.grade
    return max((e["values"][item] for e in parts if e["values"].get(item) is not None), default=None)


KINDS = ("omitted dose", "late dose")


def administered_by(said):
    """What the product says of the due days until today, or told of, and its deviations."""
    rows = [
        (
            a["drug"],
            *(ordinal(a[k]) for k in ("due", "earliest", "latest")),
            a["amount"],
            a["state"],
            a["given"],
            a["on"] and ordinal(a["on"]),
            a["entry"],
        )
        for a in said["administrations"]
        if a["due"] <= said["on"] or a["entry"] is not None
    ]
    return sorted(rows, key=lambda x: x[:2]), sorted((d["on"], d["kind"]) for d in said["deviations"] if d["kind"] in KINDS)


def administered_again(person):
    """The same by the second reading."""
    due, _ = doses_said_of(person)
    omitted = [(iso(on or latest + 1), KINDS[0]) for _, _, _, latest, _, state, _, on, _ in due if state == "omitted"]
    return due, sorted(omitted + [(iso(on), KINDS[1]) for *_, state, _, on, _ in due if state == "given late"])


def is_lost(person):
    from tests.constructs.visits_again import LONG, lost

    ended = next(p.end for p in person.study.phases if p.name == person.now.phase)
    return not ended and any(low <= person.on and high == LONG for low, high, _ in lost(person))
