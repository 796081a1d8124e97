"""Doses that are recorded day by day, by the second reading: each due day, and what became of it."""

from tests.constructs.visits_again import LONG, lost

AHEAD = 62


def said_of(person):
    """(drug, due day, earliest, latest, amount, state, given, day, entry) of every due day until today, or told of; and what lies beside."""
    found, beside = [], []
    for drug in dict.fromkeys(d.drug for d in person.study.doses if d.window is not None and (not d.arms or person.arm in d.arms)):
        due = due_days(person, drug)
        amounts = [(e, now, a) for e, now in zip(person.entries, person.then, strict=True) for a in amounts_of(person, drug, e)]
        given, nought = {}, {}
        for e, now, a in amounts:
            inside = sorted((abs(d - e["day"]), d) for d, (dose, _) in due.items() if first(d, dose) <= e["day"] <= d + dose.window.after)
            if a > 0:
                free = [d for _, d in inside if d not in given]
                before = [d for d in due if d <= e["day"]]
                late = before and before[-1] not in given and before[-1] + due[before[-1]][0].window.after < e["day"]
                day = free[0] if free else before[-1] if late else None
                if day is None:
                    beside.append((drug, e["day"], a))
                else:
                    given[day] = (e, now, a)
            else:
                free = [d for _, d in inside if d not in given and d not in nought]
                if free:
                    nought[free[0]] = (e, now, a)
        for d, (dose, stood) in due.items():
            low, high = first(d, dose), d + dose.window.after
            if told := given.get(d) or nought.get(d):
                e, now, a = told
                own = dose_on(person, drug, d, now)
                plan = (own, now) if own else (dose, stood)
                amount = amount_of(person, *plan, d, person.entries[: person.entries.index(e) + 1])
                state = "omitted" if a <= 0 else "given" if low <= e["day"] <= high else "given late"
                found.append((drug, d, low, high, amount, state, a, e["day"], e["sequence"]))
                continue
            state = "planned" if person.on < low else "due" if person.on <= d else "owed" if person.on <= high else "omitted"
            if person.on > d and excused(person, drug, d, high):
                state = "not owed"
            known = [e for e in person.entries if e["day"] <= d]
            if d <= person.on:
                found.append((drug, d, low, high, amount_of(person, dose, stood, d, known), state, None, None, None))
    return sorted(found, key=lambda x: x[:2]), sorted(beside)


def first(day, dose):
    w = dose.window
    return day + (w.before if w.not_before is None else max(w.before, -w.not_before))


def amounts_of(person, drug, e):
    form = person.forms[e["event"]]
    drugs = [d.drug for d in person.study.doses if d.at and not d.before and d.amount is not None]
    for m in form.items:
        a = e["values"].get(m.name)
        if m.role == "dose" and a is not None and (m.drug or drugs[0]) == drug:
            yield a


def due_days(person, drug):
    """Day -> (dose, how things stood), by the end of each day; and of a day on which an amount was recorded while it was due."""
    found = {}
    steps = [s for s in person.steps]
    for day in range(steps[0].day if steps else person.on, person.on + AHEAD + 1):
        before = [s for s in steps if s.day <= day]
        now = before[-1].after if before else person.first
        dose = dose_on(person, drug, day, now) if before else None
        if dose is not None:
            found[day] = (dose, now)
    for e, now in zip(person.entries, person.then, strict=True):
        if e["day"] not in found and list(amounts_of(person, drug, e)):
            dose = dose_on(person, drug, e["day"], now)
            if dose is not None:
                found[e["day"]] = (dose, now)
    return dict(sorted(found.items()))


def as_it_stood(person, now, day, entries, ask):
    kept = person.now, person.on, person.entries, person.recorded
    person.now, person.on, person.entries = now, day, entries
    person.recorded = {k: v for e in entries for k, v in e["values"].items() if v is not None}
    found = ask()
    person.now, person.on, person.entries, person.recorded = kept
    return found


def dose_on(person, drug, day, now):
    def ask():
        here = [d for d in person.study.doses if d.drug == drug and now.phase in d.at and (not d.arms or person.arm in d.arms)]
        said = [d for d in here if type(d.given).__name__ != "Otherwise" and (d.given is None or person.truth(d.given, now, now.day, {}))]
        said = [d for d in said if person.falls(d)] or [d for d in here if type(d.given).__name__ == "Otherwise"]
        return said[0] if said and said[0].window is not None and said[0].amount is not None else None

    return as_it_stood(person, now, day, person.entries, ask)


def amount_of(person, dose, now, day, entries):
    def ask():
        if isinstance(dose.amount, int | float):
            return dose.amount
        values = dict(person.recorded)
        for e in entries:
            if person.forms[e["event"]].keeps_screening:
                values.update({"at screening " + k: v for k, v in e["values"].items() if v is not None})
        return person.rounded(person.number(dose.amount, now, values), dose)

    return as_it_stood(person, now, day, entries, ask)


def excused(person, drug, day, high):
    phases = {p for d in person.study.doses if d.drug == drug and d.at and not d.before and d.amount is not None for p in d.at}
    left = any(
        day < s.day <= high and s.entry is not None and s.before.phase in phases and s.after.phase not in phases for s in person.steps
    )
    return left or any(
        low <= high and day < (LONG if back is None else up) for low, up, back in (lost(person) if person.study.absence else [])
    )
