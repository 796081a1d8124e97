"""Short ways to write a participant's journal in a test: days counted from the first infusion (day 0), entries as people record them."""

from datetime import date, timedelta

from trialrun.analysis.datasets import datasets
from trialrun.journey.journal import Entry

DAY_ZERO = date(2012, 3, 5)
LATE = DAY_ZERO + timedelta(days=1200)
SCREENED = (
    (-10, "consent", {}),
    (-5, "screening result", {"eligible": True, "age": 40, "sex": "F", "blasts": 60}),
    (-2, "enrolment", {}),
)
WHO = "004-012"


def on(day):
    """A day from the first infusion as text; a text (a date, perhaps known in part) stays what it is."""
    return day if isinstance(day, str) else (DAY_ZERO + timedelta(days=day)).isoformat()


def start(day, dose=9):
    return (day, "infusion start", {"dose": dose})


def step(day, dose=28):
    return (day, "dose change", {"dose": dose})


def stop(day, reason="cycle complete"):
    return (day, "infusion stop", {"reason": reason})


def marrow(day, blasts=2, platelets=126, neutrophils=1.4, **more):
    values = {"blasts": blasts, "platelets": platelets, "neutrophils": neutrophils, "extramedullary": False, **more}
    return (day, "response assessment", {name: value for name, value in values.items() if value is not None})


def says(day, response):
    return (day, "investigator assessment", {"response": response, "reason": "own reading"})


def event(day, term, grade, category="other"):
    return (day, "adverse event", {"term": term, "grade": grade, "category": category})


FIRST = (start(0), step(7), stop(28))
SECOND = (start(42, 28), stop(70))
THIRD = (start(84, 28), stop(112))
PARTIAL = {"platelets": 70, "neutrophils": 0.7}


def told(*lines, screened=True, name=WHO):
    """Entries from (day, event, values[, fields]), the three of screening first; each is recorded at noon of its day, unless said."""
    found = []
    for number, (day, what, values, *more) in enumerate([*(SCREENED if screened else ()), *lines], 1):
        fields = {"recorded_at": f"{on(day)}T12:00:00Z" if len(on(day)) == 10 else "", "recorded_by": "site", **(more[0] if more else {})}
        found.append(Entry(name, number, on(day), what, values, **fields))
    return found


def derived(ready, *lines, cutoff=LATE, known_at=None, **how):
    """The data sets of one participant."""
    entries = told(*lines, **how)
    return datasets(ready, {entries[0].participant: entries}, cutoff, known_at)


def ends(data):
    """The endpoints of one participant: name -> (days or None, cause)."""
    return {row["endpoint"]: (row["time"], row["cause"]) for row in data.time_to_event.iter_rows(named=True)}
