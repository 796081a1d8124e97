"""The endpoints of MT103-211 programmed a second time, in plain Python, one participant at a time, from the text of their definitions.

Nothing of `trialrun.analysis` and no definition of the study's endpoints is used: only the participant's entries that stand, and what the
walk says stood before each of them (phase, cycles, remission, last day with drug).
"""

from dataclasses import dataclass

from trialrun.journey.fold import _judged, advance, begin, record

TREATED = {"infusion", "held for toxicity", "technical break", "treatment-free", "infusion beyond entitlement"}
FOLLOWED = {"safety follow-up", "efficacy follow-up", "survival follow-up"}
REMISSIONS = {"cr": "CR", "complete remission": "CR", "crh*": "CRh*", "crh": "CRh*"}
NO_EVIDENCE_OF_LIFE = {"death", "lost to follow-up", "protocol version", "screen failure"}


@dataclass
class Row:
    """One entry that stands, with what stood before it and what stands after it."""

    place: int
    day: int
    event: str
    values: dict
    phase: str
    cycles: int
    retreated: bool
    remission: bool
    last_drug: int | None
    remission_after: bool
    treated_after: bool


def tell(ready, standing, on):
    """Walk a journal entry by entry; gives the rows, the road at the end, and the investigator's own assessments by day."""
    road = begin(ready)
    judged = _judged(ready, standing)
    rows = []
    for place, s in enumerate(x for x in standing if x.day <= on):
        advance(ready, road, s.day)
        road.day = s.day
        before = (road.phase, road.counters["cycles begun"], bool(road.counters["in a retreatment"]), bool(road.counters["in remission"]))
        last_drug = road.moment(ready, "last day with drug")
        record(ready, road, s, judged)
        form = ready.forms.get(s.entry.event)
        values = form.typed(s.entry.values)[0] if form else {}
        after = bool(road.counters["in remission"]), "first infusion" in road.moments
        rows.append(Row(place, s.day, s.entry.event, values, *before, last_drug, *after))
    advance(ready, road, on)
    own = {r.day: r.values.get("response") for r in rows if r.event == "investigator assessment"}
    return rows, road, own


def marrow_class(v):
    """CR, CRh*, CRi, hypoplastic, diseased, or None where a count is missing."""
    blasts, platelets, neutrophils = v.get("blasts"), v.get("platelets"), v.get("neutrophils")
    if blasts is None or platelets is None or neutrophils is None:
        return None
    if v.get("extramedullary") is True or (v.get("blood_blasts") or 0) > 0 or blasts > 5:
        return "diseased"
    if platelets > 100 and neutrophils > 1.0:
        return "CR"
    if platelets > 50 and neutrophils > 0.5:
        return "CRh*"
    return "hypoplastic" if v.get("hypocellular") is True and (platelets <= 50 or neutrophils <= 0.5) else "CRi"


def shows_disease(v):
    return (v.get("blasts") is not None and v["blasts"] > 5) or v.get("extramedullary") is True or (v.get("blood_blasts") or 0) > 0


def counts_for_two_cycles(r):
    """A marrow counts for the latest cycle begun, while treatment lasts or to 14 days after the last dose."""
    if r.cycles > 2 or r.retreated:
        return False
    return r.phase in TREATED or (r.phase in FOLLOWED and r.day - r.last_drug <= 14)


def endpoints(ready, standing, on):
    """Every endpoint of one participant: name -> (start, end, cause), proportions as (None, day, reached); absent where not in the set."""
    rows, road, own = tell(ready, standing, on)
    first = next((r for r in rows if r.treated_after), None)
    if first is None:
        return {}
    judged_days, assessments = set(), []  # (row at which it was met, what it says)
    for r in rows:
        if r.event == "response assessment" and r.day not in own:
            assessments.append((r, marrow_class(r.values)))
        elif r.event in ("response assessment", "investigator assessment") and r.day not in judged_days:
            judged_days.add(r.day)
            said = own[r.day]
            assessments.append((r, None if said is None else REMISSIONS.get(str(said).casefold(), str(said))))

    def best(*classes):
        return next((r for r, said in assessments if said in classes and counts_for_two_cycles(r)), None)

    def mrd(test):
        found = (r for r in rows if r.event == "response assessment" and counts_for_two_cycles(r))
        return next((r for r in found if test(r.values.get("mrd"), r.values.get("mrd_amplification"))), None)

    response, cr, crh = best("CR", "CRh*"), best("CR"), best("CRh*")
    low = mrd(lambda x, amplified: (x is not None and x < 1e-4) or amplified is False)
    complete = mrd(lambda x, amplified: amplified is False)
    measured = mrd(lambda x, amplified: x is not None or amplified is not None)
    deaths = [r for r in rows if r.event == "death" or (r.event == "survival contact" and r.values.get("alive") is False)]
    death = min(deaths, key=lambda r: (r.day, r.place), default=None)
    if death is not None and death.day < first.day:
        death = None

    def last_alive(since):
        seen = [
            r.day
            for r in rows
            if r.event not in NO_EVIDENCE_OF_LIFE
            and not r.event.startswith("decision")
            and r.event in ready.forms
            and not (r.event == "survival contact" and r.values.get("alive") is False)
        ]
        return max([d for d in seen if d >= since], default=since)

    def last_free(since, until=10**9):
        good = ("CR", "CRh*", "CRi", "hypoplastic", "blast-free hypoplastic or aplastic marrow")
        return max([r.day for r, said in assessments if said in good and since <= r.day <= until], default=since)

    def treated_otherwise(r):
        """Whether a new therapy, or a transplant, came between the first infusion and this row."""
        return any(
            x.event in ("new therapy", "transplant") or (x.event == "survival contact" and x.values.get("new_therapy") is True)
            for x in rows[first.place + 1 : r.place]
        )

    before = next((r for r, said in assessments if said in ("CR", "CRh*") and counts_for_two_cycles(r) and not treated_otherwise(r)), None)
    evaluable = any(said is not None and str(said).casefold() != "not evaluable" and counts_for_two_cycles(r) for r, said in assessments)
    last_planned = first.day + 745  # month 24 with the fourteen days of its window

    relapse = None
    if response is not None:
        own_met = {r.day: r.place for r, _ in assessments if r.day in own}
        for r in rows[response.place + 1 :]:
            if r.event == "response assessment" and r.day not in own:
                lost = r.remission and shows_disease(r.values)
            elif r.day in own and own_met.get(r.day) == r.place:
                said = str(own[r.day]).casefold()
                lost = r.remission and said in ("relapse", "haematological relapse")
                lost = lost or (said in ("pd", "progressive disease", "progression") and r.phase in TREATED | {"retreatment decided"})
            else:
                lost = r.remission and r.event == "haematological relapse"
            if lost:
                relapse = r
                break

    found = {
        "CR/CRh*": (None, response.day if response else None, response is not None),
        "CR": (None, cr.day if cr else None, cr is not None),
        "CRh*": (None, crh.day if crh and not cr else None, crh is not None and cr is None),
        "MRD response": (None, low.day if low else None, low is not None),
        "complete MRD response": (None, complete.day if complete else None, complete is not None),
        "CR/CRh* before new therapy": (None, before.day if before else None, before is not None),
    }
    if evaluable:
        found["CR/CRh* of the assessed"] = found["CR/CRh*"]
    end = (death.day, 1) if death else (last_alive(first.day), 0)
    found["OS"] = (first.day, *end)

    transplant = None
    began = None
    for r in rows:
        if r.event == "transplant" and r.remission and transplant is None:
            between = [
                x
                for x in rows[began.place + 1 if began else 0 : r.place]
                if x.event == "new therapy" or (x.event == "survival contact" and x.values.get("new_therapy") is True)
            ]
            if not between:
                transplant = r
        if r.remission_after and not r.remission:
            began = r
    found["HSCT in remission"] = (None, transplant.day if transplant else None, transplant is not None)
    if transplant is not None:
        after = (d for d in deaths if d.place > transplant.place)
        gone = min(after, key=lambda r: (r.day, r.place), default=None)
        end = (gone.day, 1) if gone else (last_alive(transplant.day), 0)
        found["death after HSCT"] = (transplant.day, *end)

    settled = (
        "treatment ended" in road.moments
        or road.counters["cycles begun"] >= 3
        or bool(deaths)
        or any(r.event in ("withdrawal", "lost to follow-up", "survival contact") for r in rows)
    )
    if response is None:
        found["EFS"] = found["EFS to month 24"] = (first.day, first.day, int(settled))
        return found
    start = response.day
    gone = next((d for d in deaths if d.place > response.place), None)
    causes = sorted([(x.place, k, x.day) for k, x in ((1, relapse), (2, gone)) if x is not None])
    event = causes[0] if causes else None
    relapse_free = (event[2], 1) if event else (last_free(start), 0)
    found["RFS"] = (start, *relapse_free)
    found["EFS"] = (first.day, *((event[2], 1) if event else (last_free(first.day), 0)))
    found["relapse or death"] = (start, event[2], event[1]) if event else (start, last_free(start), 0)
    found["OS from remission"] = (start, *((gone.day, 1) if gone else (last_alive(start), 0)))
    found["TTR"] = (first.day, start, 1)
    found["HSCT of responders"] = found["HSCT in remission"]
    if measured is not None:
        found["MRD response of responders"], found["complete MRD response of responders"] = (
            found["MRD response"],
            found["complete MRD response"],
        )

    def cut(at, end):
        return (start, at, 0) if at is not None and at < (end[0] if end[1] else 10**9) else (start, *end)

    new = next((r for r in rows if r.event == "transplant" and r.place > response.place), None)
    found["RFS censored at HSCT"] = cut(new.day if new else None, relapse_free)
    lost = (relapse.day, 1) if relapse else (last_free(start), 0)
    found["DOR"] = cut(gone.day if gone else None, lost)

    in_plan = next((d for d in deaths if d.place > response.place and d.day <= last_planned), None)
    shown = relapse if relapse is not None and relapse.day <= last_planned else None
    causes = sorted((x.place, x.day) for x in (shown, in_plan) if x is not None)
    found["RFS to month 24"] = (start, *((causes[0][1], 1) if causes else (last_free(start, last_planned), 0)))
    found["EFS to month 24"] = (first.day, *((causes[0][1], 1) if causes else (last_free(first.day, last_planned), 0)))
    lost = (shown.day, 1) if shown else (last_free(start, last_planned), 0)
    found["DOR to month 24"] = cut(in_plan.day if in_plan else None, lost)
    return found
