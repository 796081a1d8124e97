"""What is recorded, entry by entry, and the events that follow from the values.

People and instruments record entries; the events of terms.py are computed from them by `gives(event, condition)`. So a corrected value
re-derives everything that followed from it.
"""

from trialrun.protocol.language import criterion, form, gives, measure, no, surely, violated

from .terms import consents, dies, found_eligible, leaves, restarts, starts, stop_drug, toxicity

# Measures: name, type, unit, plausible range. A value outside the range is taken, and queried. ------------------------------------------
age = measure("age", type="integer", unit="years", range=(0, 120), label="Age", source="T1")
ecog = measure("ecog", type="integer", range=(0, 5), label="ECOG performance status", source="T1")
dose_given = measure("dose", unit="mg", range=(0, 100), label="Dose given", role="dose", source="T2")
term = measure("term", type="text", label="Adverse event", role="term", source="T3")
grade = measure("grade", type="integer", range=(1, 5), label="Grade (CTCAE)", role="grade", source="T3")
visit_name = measure("name", type="text", label="Visit", role="visit", source="T4")

# Criteria are expressions: compare measures, and join with all_of, any_of, no (never with `and`, `or`, `not`). ---------------------------
criteria = (
    criterion("adult", "inclusion", age >= 18, "T1", confirmed=False),
    criterion("ECOG above 2", "exclusion", ecog > 2, "T1", confirmed=False),
)

# Forms: one for each kind of entry. `surely` holds where no missing value leaves a doubt. ------------------------------------------------
consent = form("consent", label="Informed consent", source="T1", yields=gives(consents))
screening_result = form("screening result", label="Eligibility", source="T1", keeps_screening=True, required=(age, ecog), yields=gives(found_eligible, no(surely(violated(*criteria)))))  # fmt: skip
drug_start = form("drug start", label="Start of the drug", source="T2", items=(dose_given,), yields=gives(starts))
adverse_event = form("adverse event", label="Adverse event", source="T3", required=(term, grade), yields=gives(toxicity, grade >= 3))
drug_restart = form("drug restart", label="Restart of the drug", source="T3", items=(dose_given,), yields=gives(restarts))
decide_stop = form("decision: stop the drug", label="Decision to stop the drug", source="T3", yields=gives(stop_drug))
visit_made = form("visit", label="Visit", source="T4", required=(visit_name,))
withdrawal = form("withdrawal", label="Withdrawal of consent", source="T5", yields=gives(leaves))
lost = form("lost to follow-up", label="Lost to follow-up", source="T5")
death = form("death", label="Death", source="T5", yields=gives(dies))

forms = (consent, screening_result, drug_start, adverse_event, drug_restart, decide_stop, visit_made, withdrawal, lost, death)
