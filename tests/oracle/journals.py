"""Random journals of one participant, plausible and odd, for comparing two readings of the study on the same entries.

`random_journal(seed)` is a function of the seed alone.  It keeps only a loose idea of where the participant is: it
must not know the rules, since journals that break them are half of the point.
"""

import random
from datetime import date, timedelta

PLACES = ("001", "002", "017")
MONTH_ENDS = (
    date(2012, 1, 31),
    date(2012, 2, 29),
    date(2012, 3, 31),
    date(2012, 5, 31),
    date(2012, 8, 31),
    date(2012, 8, 30),
    date(2012, 10, 31),
    date(2012, 11, 30),
    date(2012, 12, 31),
    date(2013, 1, 29),
    date(2013, 1, 30),
    date(2013, 2, 28),
    date(2013, 4, 30),
    date(2013, 7, 31),
)
MONTHS = (3, 6, 9, 12, 18, 24)


def later(day, n):
    return day + timedelta(days=n)


def months_later(day, n):
    index = day.year * 12 + day.month - 1 + n
    year, month = divmod(index, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(number, day.day))
        except ValueError:
            continue
    raise AssertionError


class Story:
    """Collects what happens; numbers it in recorded order at the end."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.participant = f"{self.random.choice(PLACES)}-{seed % 1000:03d}"
        self.lines = []
        self.tidy = self.random.random() < 0.5  # a participant with few surprises, so that long roads are met too

    def chance(self, p):
        return self.random.random() < p

    def pick(self, *choices):
        """pick((weight, value), ...)"""
        return self.random.choices([value for _, value in choices], [weight for weight, _ in choices])[0]

    def add(self, event, day, values=None, delay=None):
        if delay is None:
            delay = self.pick((80, 0), (12, 1), (5, 9), (3, 60))
        line = {"event": event, "on": day, "values": {} if values is None else values, "delay": delay, "replaces": None, "reason": None}
        self.lines.append(line)
        return line

    def correct(self, line, values, reason, on=None):
        self.lines.append(
            {
                "event": line["event"],
                "on": on or line["on"],
                "values": values,
                "reason": reason,
                "delay": line["delay"] + self.random.randrange(1, 90),
                "replaces": line,
                "written": later(line["on"], 0),
            }
        )

    def entries(self):
        order = []
        for place, line in enumerate(self.lines):
            base = line.get("written", line["on"])
            order.append((later(base, line["delay"]), place, line))
        order.sort(key=lambda item: (item[0], item[1]))
        for number, (_, _, line) in enumerate(order, start=1):
            line["sequence"] = number
        found = []
        for number, (recorded, _, line) in enumerate(order, start=1):
            clock = 8 * 3600 + number
            found.append(
                {
                    "participant": self.participant,
                    "sequence": number,
                    "happened_on": line["on"].isoformat(),
                    "at": None,
                    "recorded_at": f"{recorded.isoformat()}T{clock // 3600:02d}:{clock % 3600 // 60:02d}:{clock % 60:02d}Z",
                    "recorded_by": "coordinator@" + self.participant[:3],
                    "event": line["event"],
                    "values": line["values"],
                    "corrects": None if line["replaces"] is None else line["replaces"]["sequence"],
                    "reason": line["reason"],
                    "protocol": "mt103-211@1",
                }
            )
        return found


def marrow(story, kind):
    r = story.random
    values = {
        "blasts": r.choice((0, 1, 3, 5)),
        "neutrophils": 1.5,
        "platelets": 140,
        "extramedullary": False,
        "blood_blasts": False,
        "hypocellular": False,
    }
    if kind == "CR":
        values.update(neutrophils=r.choice((1.01, 1.1, 2.4)), platelets=r.choice((101, 126, 250)))
    elif kind == "CRh*":
        values.update(neutrophils=r.choice((0.51, 0.8, 1.0)), platelets=r.choice((51, 80, 100)))
    elif kind == "CRi":
        values.update(neutrophils=r.choice((0.5, 0.3, 2.0)), platelets=r.choice((20, 50)))
    elif kind == "hypoplastic":
        values.update(neutrophils=r.choice((0.1, 0.5)), platelets=r.choice((10, 50)), hypocellular=True)
    elif kind == "PR":
        values.update(blasts=r.choice((6, 12, 25)))
    elif kind == "5-6":
        values.update(blasts=r.choice((5.1, 5.5, 5.9)))
    elif kind == "high":
        values.update(blasts=r.choice((26, 40, 80)), neutrophils=0.4, platelets=25)
    elif kind == "extramedullary":
        values.update(extramedullary=True)
    elif kind == "blood":
        values.update(blood_blasts=True)
    elif kind == "missing":
        values.update({r.choice(("platelets", "neutrophils", "blasts")): None})
        if story.chance(0.3):
            values.update(blasts=60, platelets=None)
    return values


NOT_IN_REMISSION = ("CRi", "hypoplastic", "PR", "5-6", "high", "extramedullary", "blood", "missing")


def assess(story, day, kind):
    line = story.add("response assessment", day, marrow(story, kind))
    if story.chance(0.06):
        story.add(
            "investigator assessment",
            day,
            {
                "response": story.random.choice(("CR", "CRh*", "CRi", "hypoplastic", "PR", "PD", "relapse", "no response")),
                "reason": "second reading of the smear",
            },
            delay=line["delay"],
        )
    if story.chance(0.06):
        other = story.random.choice(("CR", "CRh*") + NOT_IN_REMISSION)
        story.correct(line, marrow(story, other), "laboratory sent a corrected report")
    return line


def adverse(story, day):
    category, grade = story.pick(
        (6, ("other", 3)),
        (4, ("other", 4)),
        (4, ("CRS", 3)),
        (3, ("CRS", 4)),
        (5, ("seizure", 2)),
        (2, ("seizure", 3)),
        (6, ("neurologic", 3)),
        (2, ("neurologic", 4)),
        (3, ("neurologic", 2)),
        (1, ("seizure", 4)),
        (1, ("CRS", 5)),
    )
    term = {"other": "febrile neutropenia", "CRS": "cytokine release syndrome", "seizure": "seizure", "neurologic": "encephalopathy"}
    story.add("adverse event", day, {"term": term[category], "grade": grade, "category": category})
    return category, grade


def screening(story, day):
    """From consent to the planned first infusion; None where there is to be none."""
    r = story.random
    story.add("consent", day, delay=0)
    path = story.pick(
        (70, "usual"),
        (5, "failure"),
        (8, "expired"),
        (3, "late start"),
        (2, "ineligible start"),
        (2, "no result"),
        (3, "edge"),
        (2, "failure and again"),
        (2, "withdrawal"),
        (2, "death"),
        (1, "no consent result"),
    )
    found = {"eligible": True, "age": r.randrange(18, 80), "blasts": r.choice((10, 12, 24, 30, 50, 75, 95))}
    result_on = later(day, r.randrange(1, 15))
    if path == "failure":
        story.add("screening result", result_on, {**found, "eligible": False})
        if story.chance(0.8):
            story.add("screen failure", later(result_on, r.randrange(0, 5)))
        return None
    if path == "failure and again":
        story.add("screening result", result_on, {**found, "eligible": False})
        story.add("screen failure", later(result_on, 1))
        day = later(result_on, 40)
        story.add("consent", day)
        result_on = later(day, 3)
        story.add("screening result", result_on, found)
        return later(result_on, 2)
    if path == "expired":
        story.add("screening result", result_on, found)
        day = later(day, r.randrange(22, 50))
        story.add("consent", day)
        if story.chance(0.85):
            result_on = later(day, r.randrange(0, 10))
            story.add("screening result", result_on, found)
        return later(max(day, result_on), r.randrange(0, 8))
    if path == "ineligible start":
        story.add("screening result", result_on, {**found, "eligible": False})
        return later(result_on, 3)
    if path == "no result":
        return result_on
    if path == "no consent result":
        story.lines.clear()
        return result_on
    if path == "withdrawal":
        story.add("withdrawal", result_on)
        return None
    if path == "death":
        story.add("death", result_on, {"cause": "infection"})
        return None
    story.add("screening result", result_on, found)
    if story.chance(0.7):
        story.add("enrolment", result_on)
    if path == "late start":
        return later(day, r.choice((22, 23, 30)))
    if path == "edge":
        return later(day, r.choice((20, 21)))
    return later(day, min(21, (result_on - day).days + r.randrange(0, 8)))


def cycle(story, start, low):
    """One cycle from its start; gives the day after its last day of drug and whether the course goes on."""
    r = story.random
    values = {"dose": 9 if low else 28} if story.chance(0.3) else {}
    if story.chance(0.02):
        values = {"dose": r.choice((5, 9, 15, 28))}
    story.add("infusion start", start, values)
    if low and story.chance(0.4):
        story.add("dose change", later(start, 7), {"dose": 28})
    day, given = start, 0
    for _ in range(r.choice((0, 0, 0, 0, 0, 0, 0, 1) if story.tidy else (0, 0, 0, 0, 1, 1, 2, 3))):
        run = r.choice((0, 1, 3, 6, 7, 8, 12, 20, 27, 27))
        run = min(run, 27 - given)
        day, given = later(day, run), given + run
        what = story.pick(
            (40, "toxicity"),
            (30, "technical"),
            (8, "other"),
            (3, "cycle complete"),
            (10, "event"),
            (4, "start again"),
            (3, "progression"),
            (2, "marrow"),
            (2, "end"),
        )
        if what == "event":
            if adverse(story, day)[1] == 3:
                story.add("infusion goes on", day, {"reason": "resolved on the day"})
            continue
        if what == "start again":
            story.add("infusion start", day)
            continue
        if what == "progression":
            story.add("investigator assessment", day, {"response": r.choice(("PD", "relapse")), "reason": "blasts rising in blood"})
            story.add("infusion stop", day if story.chance(0.7) else later(day, 1), {"reason": "other"})
            return later(day, 1), False
        if what == "marrow":
            assess(story, day, r.choice(("CR", "CRh*", "high", "PR")))
            continue
        if what == "end":
            story.add("decision: end treatment", day)
            return day, False
        if what == "toxicity":
            category, grade = adverse(story, day) if story.chance(0.7) else ("other", 3)
        story.add("infusion stop", day, {"reason": what})
        hold = r.choice((0, 1, 3, 7, 8, 14, 15)) if what == "toxicity" else r.choice((0, 1, 2, 7, 8, 16, 30))
        if story.chance(0.08):
            assess(story, later(day, hold // 2), r.choice(("CR", "CRh*", "high", "CRi")))
        if story.chance(0.07):
            if story.chance(0.5):
                story.add("decision: end treatment", later(day, hold))
            return later(day, hold + 1), False
        day = later(day, hold)
        values = {"dose": r.choice((9, 9, 28))} if story.chance(0.15) else {}
        story.add("infusion restart" if story.chance(0.93) else "infusion start", day, values)
        if what == "toxicity" and hold > 7:
            given = 0
    full = later(day, 28 - given)
    if story.chance(0.75):
        story.add("infusion stop", full, {"reason": "cycle complete"})
    elif story.chance(0.05):
        story.add("infusion stop", later(full, 2), {"reason": "cycle complete"})
    return full, True


def course(story, start, again, most):
    """Cycles of one course; gives the day it stood when it ended, and whether a remission was written at the end."""
    r = story.random
    remission_in = story.pick((60, 1), (30, 2), (10, 0)) if story.tidy else story.pick((40, 1), (25, 2), (30, 0), (5, 3))
    remission, day = False, start
    for number in range(1, most + 1):
        full, goes_on = cycle(story, day, number == 1)
        day = full
        if not goes_on:
            return later(day, r.randrange(0, 20)), remission
        marrow_on = later(full, story.pick((60, 0), (12, -1), (10, 3), (6, 10), (4, 14), (3, 15), (2, 20), (2, -3)))
        made = story.chance(0.93)
        if remission:
            if story.chance(0.02 if story.tidy else 0.09):
                if story.chance(0.3):
                    story.add("haematological relapse", marrow_on)
                else:
                    assess(story, marrow_on, r.choice(("high", "5-6", "extramedullary", "blood", "PR")))
                if story.chance(0.9):
                    return later(max(day, marrow_on), r.randrange(1, 30)), False
            elif made:
                assess(story, marrow_on, story.pick((70, "CR"), (15, "CRh*"), (8, "CRi"), (5, "missing"), (3, "hypoplastic")))
        elif number == remission_in:
            assess(story, marrow_on, r.choice(("CR", "CR", "CRh*")))
            remission = True
        elif made:
            kind = r.choice(NOT_IN_REMISSION)
            assess(story, marrow_on, kind)
            if number >= 2 and not again and kind != "missing" and story.chance(0.8):
                return later(max(day, marrow_on), r.randrange(1, 30)), False
            if kind == "missing" and story.chance(0.7):
                assess(story, later(marrow_on, 5), r.choice(NOT_IN_REMISSION + ("CR", "CRh*")))
        day = max(day, marrow_on)
        if story.chance(0.03):
            adverse(story, later(day, 1))
        if story.chance(0.12 if remission else 0.02):
            if story.chance(0.6):
                story.add("decision: transplant", later(day, 2))
            on = later(day, r.randrange(3, 40))
            story.add("transplant", on)
            if story.chance(0.9):
                return later(on, 1), remission
            day = on
        if story.chance(0.06):
            story.add("decision: end treatment", later(day, 3))
            if story.chance(0.85):
                return later(day, 3), remission
        if story.chance(0.03):
            story.add("new therapy", later(day, 4), {"name": "tyrosine kinase inhibitor"})
        if number == most:
            break
        free = story.pick((50, 14), (25, r.randrange(15, 22)), (8, 13), (4, r.randrange(1, 13)), (6, r.randrange(22, 60)), (2, 0))
        if story.tidy:
            free = max(free, 14)
        if story.chance(0.5):
            story.add("decision: next cycle", max(day, later(full, max(0, free - 1))))
        day = max(later(full, free), marrow_on)
    return day, remission


def odd_thing(story, day):
    what = story.pick(
        (8, "decision: next cycle"),
        (8, "decision: retreatment"),
        (6, "decision: transplant"),
        (4, "decision: end treatment"),
        (6, "infusion start"),
        (8, "infusion restart"),
        (4, "infusion stop"),
        (5, "transplant"),
        (5, "haematological relapse"),
        (6, "new therapy"),
        (5, "PD"),
        (5, "event"),
        (4, "dose change"),
        (4, "consent"),
        (3, "screen failure"),
        (4, "survival contact"),
        (5, "marrow"),
        (3, "protocol version"),
    )
    if what == "PD":
        story.add("investigator assessment", day, {"response": "PD", "reason": "clinical"})
    elif what == "event":
        adverse(story, day)
    elif what == "marrow":
        assess(story, day, story.random.choice(("CR", "CRh*") + NOT_IN_REMISSION))
    elif what == "infusion stop":
        story.add(what, day, {"reason": "toxicity"})
    elif what == "dose change":
        story.add(what, day, {"dose": 28})
    elif what == "survival contact":
        story.add(what, day, {"alive": True, "new_therapy": story.chance(0.3)})
    else:
        story.add(what, day)


def follow_up(story, first, day, remission, courses):
    """Visits, relapse, transplant, retreatment, contacts, to year three or so."""
    r = story.random
    core = later(day, r.randrange(10, 40))
    if story.chance(0.85):
        story.add("visit", core, {"name": "End of core study"})
    relapse_on = None
    if remission and story.chance(0.8):
        relapse_on = later(day, r.choice((1, 10, 29, 30, 31, 60, 120, 200, 300, 500, 800)))
    transplant_on = None
    if story.chance(0.25 if remission else 0.08):
        transplant_on = later(day, r.randrange(5, 200))
    if transplant_on and relapse_on and transplant_on > relapse_on and story.chance(0.6):
        transplant_on = None
    if transplant_on:
        if story.chance(0.2):
            story.add("new therapy", later(transplant_on, -r.randrange(0, 30)), {"name": "chemotherapy"})
        story.add("transplant", transplant_on)
        if story.chance(0.15):
            story.add("transplant", later(transplant_on, 90))
    if relapse_on and courses < 5 and story.chance(0.85):
        if story.chance(0.3):
            story.add("haematological relapse", relapse_on)
        else:
            assess(story, relapse_on, r.choice(("high", "PR", "5-6", "extramedullary", "blood")))
        for n in MONTHS:
            target = months_later(first, n)
            if core < target < relapse_on and story.chance(0.8):
                story.add("visit", later(target, r.randrange(-10, 11)), {"name": f"Month {n}"})
        decided = later(relapse_on, r.choice((0, 1, 5, 20, 90, 400)))
        if story.chance(0.94):
            story.add("decision: retreatment", decided)
        if story.chance(0.08):
            story.add("decision: end treatment", later(decided, 6))
            if story.chance(0.6):
                return visits(story, first, decided)
        start = later(decided, r.choice((0, 1, 3, 14, 60, 100)))
        end, remission = course(story, start, True, story.pick((30, 1), (25, 2), (40, 3), (5, 4)))
        return follow_up(story, first, end, remission, courses + 1)
    if relapse_on:
        story.add("haematological relapse", relapse_on)
    visits(story, first, core)


def visits(story, first, day):
    r = story.random
    for n in MONTHS:
        target = months_later(first, n)
        if target > day and story.chance(0.85):
            shift = story.pick((70, r.randrange(-14, 15)), (10, r.randrange(15, 60)), (5, -r.randrange(15, 40)), (15, 0))
            story.add("visit", later(target, shift), {"name": f"Month {n}"})
    at = max(day, months_later(first, 24))
    for _ in range(r.randrange(0, 6)):
        at = later(months_later(at, story.pick((60, 6), (20, 5), (10, 3), (10, 7))), r.randrange(-10, 11))
        story.add("survival contact", at, {"alive": not story.chance(0.06), "new_therapy": story.chance(0.1)})


def random_journal(seed: int) -> list[dict]:
    """A journal in the format of the study text's entries, in recorded order."""
    story = Story(seed)
    r = story.random
    first_plan = r.choice(MONTH_ENDS) if story.chance(0.3) else later(date(2012, 1, 2), r.randrange(0, 600))
    start = screening(story, later(first_plan, -r.randrange(3, 20)) if story.chance(0.7) else first_plan)
    if start is not None:
        if story.chance(0.3) and start <= first_plan <= later(start, 10):
            start = first_plan
        end, remission = course(story, start, False, story.pick((20, 1), (30, 2), (10, 3), (20, 4), (17, 5), (3, 6)))
        follow_up(story, start, end, remission, 1)
    span = (max(line["on"] for line in story.lines) - min(line["on"] for line in story.lines)).days + 30
    by_chance = 0.4 if story.tidy else 1.0
    begin = min(line["on"] for line in story.lines)
    for _ in range(0 if story.tidy and story.chance(0.7) else story.pick((45, 0), (25, 1), (15, 2), (10, 4), (5, 8))):
        odd_thing(story, later(begin, r.randrange(0, span)))
    if story.chance(0.15 * by_chance):
        lost = later(begin, r.randrange(0, span))
        story.add("lost to follow-up", lost)
        if story.chance(0.5):
            kept = [line for line in story.lines if line["on"] <= lost or story.chance(0.1)]
            story.lines[:] = kept
    if story.chance(0.35 * by_chance):
        last = later(begin, r.randrange(0, span))
        if story.chance(0.2):
            last = r.choice(story.lines)["on"]
        story.add("death", last, {"cause": r.choice(("disease", "infection", "transplant", "other"))})
        if story.chance(0.9):
            story.lines[:] = [line for line in story.lines if line["on"] <= last]
    elif story.chance(0.12):
        last = later(begin, r.randrange(0, span))
        story.add("withdrawal", last)
        if story.chance(0.85):
            story.lines[:] = [line for line in story.lines if line["on"] <= last]
    present = [id(line) for line in story.lines]
    story.lines[:] = [line for line in story.lines if line["replaces"] is None or id(line["replaces"]) in present]
    for _ in range(story.pick((60, 0), (25, 1), (15, 3))):
        line = r.choice(story.lines)
        if line["replaces"] is not None and story.chance(0.5):
            continue
        if line["event"] in ("response assessment", "infusion stop", "screening result"):
            values = dict(line["values"] or {})
            if line["event"] == "response assessment":
                values = marrow(story, r.choice(("CR", "CRh*") + NOT_IN_REMISSION))
            elif line["event"] == "infusion stop":
                values["reason"] = r.choice(("toxicity", "technical", "other", "cycle complete"))
            story.correct(line, values, "transcription error")
        elif line["event"] not in ("consent",) and line["values"] is not None:
            if story.chance(0.5):
                story.correct(line, None, "entered for the wrong participant")
            else:
                story.correct(line, line["values"], "wrong date", on=later(line["on"], r.choice((-7, -1, 1, 2, 7))))
    return story.entries()


def interesting_days(entries: list[dict]) -> list[date]:
    """Days worth asking about: each entry's day, the days beside it, and a coarse sweep to the end."""
    days = set()
    for entry in entries:
        day = date.fromisoformat(entry["happened_on"])
        days.update(later(day, n) for n in (-1, 0, 1, 7, 8, 14, 15, 28, 29))
    first, last = min(days), max(days)
    day = first
    while day < later(last, 400):
        days.add(day)
        day = later(day, 23)
    return sorted(days)


WILD = (
    (6, "infusion start"),
    (6, "infusion stop"),
    (6, "infusion restart"),
    (8, "response assessment"),
    (3, "investigator assessment"),
    (3, "adverse event"),
    (3, "haematological relapse"),
    (2, "transplant"),
    (2, "new therapy"),
    (3, "decision: next cycle"),
    (2, "decision: transplant"),
    (4, "decision: retreatment"),
    (2, "decision: end treatment"),
    (2, "dose change"),
    (2, "consent"),
    (2, "screening result"),
    (1, "screen failure"),
    (1, "enrolment"),
    (3, "visit"),
    (3, "survival contact"),
    (1, "lost to follow-up"),
    (0.4, "withdrawal"),
    (0.4, "death"),
    (1, "protocol version"),
)
STEPS = (0, 0, 0, 0, 1, 1, 2, 3, 6, 7, 7, 8, 13, 14, 15, 15, 20, 21, 27, 28, 28, 29, 30, 31, 40, 60, 90, 180)


def wild_values(story, event):
    r = story.random
    if event in ("infusion start", "infusion restart", "dose change"):
        return {"dose": r.choice((9, 28))} if story.chance(0.4) else {}
    if event == "infusion stop":
        return {"reason": r.choice(("cycle complete", "toxicity", "toxicity", "technical", "other"))}
    if event == "response assessment":
        return marrow(story, r.choice(("CR", "CR", "CRh*", "CR") + NOT_IN_REMISSION))
    if event == "investigator assessment":
        return {"response": r.choice(("CR", "CRh*", "CRi", "hypoplastic", "PR", "PD", "relapse", "no response")), "reason": "own"}
    if event == "adverse event":
        category = r.choice(("CRS", "neurologic", "seizure", "other"))
        return {"term": {"other": "fever", "CRS": "CRS"}.get(category, category), "grade": r.choice((2, 3, 3, 4)), "category": category}
    if event == "screening result":
        return {"eligible": story.chance(0.8), "blasts": r.choice((12, 50, 90))}
    if event == "visit":
        return {"name": r.choice(("End of core study", "End of core study") + tuple(f"Month {n}" for n in MONTHS))}
    if event == "survival contact":
        return {"alive": not story.chance(0.1), "new_therapy": story.chance(0.2)}
    return {}


def wild_journal(seed: int) -> list[dict]:
    """A journal in which anything follows anything, with many entries on one day: what no clinic would record, but could."""
    story = Story(seed)
    r = story.random
    day = later(date(2012, 1, 2), r.randrange(0, 600))
    if story.chance(0.9):
        story.add("consent", day)
        story.add("screening result", day, {"eligible": story.chance(0.9), "blasts": 60})
    if story.chance(0.7):
        story.add("infusion start", later(day, r.randrange(0, 24)))
    for _ in range(r.choice((5, 10, 20, 40))):
        day = later(day, r.choice(STEPS))
        event = story.pick(*WILD)
        line = story.add(event, day, wild_values(story, event))
        if story.chance(0.1):
            story.correct(
                line, None if story.chance(0.4) else wild_values(story, event), "checked", on=later(day, r.choice((0, 0, -1, 1, 8)))
            )
    return story.entries()
