"""Six hand-written participants of MT103-211 for the tests of the read-out: one of each fate."""

from datetime import date, timedelta

from trialrun.journey.journal import Entry

CR = {"blasts": 2, "platelets": 150, "neutrophils": 1.5, "extramedullary": False, "mrd": 0.00001, "mrd_amplification": False}
CRH = CR | {"platelets": 80, "mrd": 0.002, "mrd_amplification": True}
HIGH = {"blasts": 70, "platelets": 20, "neutrophils": 0.3, "extramedullary": False}
FULL = {"reason": "cycle complete"}


def cycle(day, dose):
    return [(day, "infusion start", {"dose": dose}), (day + 28, "infusion stop", FULL)]


def toxic(day, term, grade, category, serious):
    return (day, "adverse event", {"term": term, "grade": grade, "category": category, "serious": serious, "related": True})


FATES = {
    "001-001": (  # remission, two more cycles, transplant, alive at year three
        31, "F", 30, 0, *cycle(0, 9), (28, "response assessment", CR), *cycle(42, 28), (70, "response assessment", CR), (80, "decision: transplant", {"donor": True}),
        (95, "transplant", {}), (183, "visit", {"name": "Month 6"}), (366, "response assessment", CR), (1100, "survival contact", {"alive": True, "new_therapy": False}),
    ),
    "001-002": (  # partial recovery, relapse in follow-up, dead
        67, "M", 45, 1, *cycle(0, 9), toxic(3, "pyrexia", 2, "other", False), (28, "response assessment", CRH), *cycle(42, 28), (70, "response assessment", CRH),
        (75, "decision: end treatment", {}), (150, "response assessment", HIGH), (260, "death", {"cause": "disease"}),
    ),
    "002-003": (  # no remission in two cycles
        24, "M", 90, 2, *cycle(0, 9), (28, "response assessment", HIGH), *cycle(42, 28), (70, "response assessment", HIGH), (120, "death", {"cause": "disease"}),
    ),
    "002-004": (  # dead of infection before an assessment
        55, "F", 80, 3, (0, "infusion start", {"dose": 9}), toxic(12, "sepsis", 4, "infection", True),
        (12, "infusion stop", {"reason": "toxicity"}), (16, "death", {"cause": "infection"}),
    ),
    "003-005": (  # remission in cycle two, dead in remission
        39, "M", 60, 1, *cycle(0, 9), toxic(5, "tremor", 3, "neurologic", True), (28, "response assessment", HIGH), *cycle(42, 28), (70, "response assessment", CR),
        *cycle(84, 28), (112, "response assessment", CR), (140, "death", {"cause": "infection"}),
    ),
    "003-006": (  # withdrew in the first cycle
        48, "F", 20, 0, (0, "infusion start", {"dose": 9}), (9, "infusion stop", {"reason": "other"}), (10, "withdrawal", {}),
    ),
}  # fmt: skip


def journals():
    """The six journals by participant; the first infusions are a month apart."""
    found = {}
    for k, (name, (age, sex, blasts, salvages, *lines)) in enumerate(FATES.items()):
        first = date(2012, 1, 10) + timedelta(days=30 * k)
        screened = {
            "eligible": True,
            "age": age,
            "sex": sex,
            "ecog": 1,
            "blasts": blasts,
            "prior_salvages": salvages,
            "prior_hsct": salvages > 1,
        }
        told = [(-6, "consent", {}), (-4, "screening result", screened), (-1, "enrolment", {}), *lines]
        found[name] = [
            Entry(name, n, (first + timedelta(days=day)).isoformat(), event, values, f"{first + timedelta(days=day)}T09:00:00Z", "here")
            for n, (day, event, values) in enumerate(told, 1)
        ]
    return found
