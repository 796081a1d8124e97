"""A study to begin from: one page of sentences. Change it piece by piece and run `trialrun check` after each change.

One drug, once a day for 28 days; held for toxicity; a visit 30 days after the last dose. Every number here is assumed.
A study holds values only: no def, if, for or lambda. How each word works: docs/how-to/write-your-own-study.md.
"""

from trialrun.protocol.language import (
    absence, add_one, after, breach, days, dose, full, mark, needs, nominal, otherwise, past, put, reading, rule, shown, statement, study,
    visit, window,
)  # fmt: skip

from .endpoints import columns, endpoints, overall_survival, populations
from .forms import adverse_event, consent, criteria, drug_start, forms, screening_result, visit_made
from .invariants import invariants
from .terms import (
    adverse_events, completed, consented, consents, counts, dead, dies, drug_days, eligible, events, first_dose, flags, follow_up, found_eligible,
    held, hold_began, holds, in_study, last_drug, leaves, moments, not_treated, on_drug, phases, restarts, screening, starts, stop_drug,
    stopwatches, toxicity, treatment, unasked, withdrawn,
)  # fmt: skip

# The study's text, numbered. Every rule, dose, visit and endpoint cites one of these. ---------------------------------------------------
statements = (
    statement("T1", "Adults with ECOG 0 to 2 start the drug within 14 days of consent. (assumed)", confirmed=False),
    statement("T2", "Drug X, 10 mg once a day for 28 days. (assumed)", confirmed=False),
    statement("T3", "Toxicity of grade 3 or more holds the drug; a hold of more than 7 days, or a third one, ends treatment. (assumed)", confirmed=False),
    statement("T4", "A visit 30 days after the last day with drug; the study ends 90 days after it. (assumed)", confirmed=False),
    statement("T5", "Withdrawal and death end the study.", confirmed=False),
)

# Where the text leaves room: the question, and how it is read here. The page leads with these. --------------------------------------------
readings = (
    reading("A1", "Are 28 days calendar days or days with drug?", "Days with drug: a hold does not count."),
    reading("A2", "What are the windows around the visit?", "Assumed: 3 days before to 7 days after."),
)

# Rules: at a phase, on an event or a clock, given a condition, go to a phase and do effects. ----------------------------------------------
found_eligible_before = needs("T1", "the participant was found eligible", eligible)
rules = (
    rule("T1", "consent opens screening", at=unasked, on=consents, to=screening, do=mark(consented)),
    rule("T1", "found eligible", at=screening, on=found_eligible, do=put(eligible, True)),
    rule("T1", "no drug within 14 days of consent", at=screening, on=past(14 * days, consented), to=not_treated),
    rule("T2", "the drug starts", at=screening, on=starts, given=found_eligible_before, to=on_drug, do=mark(first_dose)),
    rule("T2, A1", "28 days with drug are full", at=on_drug, on=full(28 * days, drug_days), to=follow_up),
    rule("T3", "toxicity holds the drug", at=on_drug, on=toxicity, given=holds < 2, to=held, do=(add_one(holds), add_one(adverse_events), mark(hold_began))),
    rule("T3", "a third toxicity ends treatment", at=on_drug, on=toxicity, given=otherwise, to=follow_up, do=add_one(adverse_events)),
    rule("T3", "the drug goes on", at=held, on=restarts, to=on_drug),
    rule("T3", "a hold of more than 7 days ends treatment", at=held, on=past(7 * days, hold_began), to=follow_up),
    rule("T3", "treatment is ended", at=treatment, on=stop_drug, to=follow_up),
    rule("T4", "90 days after the last day with drug the study ends", at=follow_up, on=past(90 * days, last_drug), to=completed),
    rule("T5", "withdrawal ends the study", at=in_study, on=leaves, to=withdrawn),
    rule("T5", "death ends the study", at=in_study, on=dies, to=dead),
)  # fmt: skip

# Breaches: what follows when an act is done although no rule allows it. Reality is recorded first, and judged afterwards. -------------------
breaches = (
    breach("T1", "drug for a participant who was not found eligible", at=screening, on=starts, given=otherwise, to=on_drug, do=mark(first_dose), kind="treated before eligibility"),
    breach("T3", "drug after treatment has ended", at=follow_up, on=(starts, restarts), kind="drug after the end of treatment"),
)  # fmt: skip

# Doses and visits -----------------------------------------------------------------------------------------------------------------------
doses = (dose(10, "mg", "drug X", at=on_drug, source="T2", words="once a day", confirmed=False),)
in_screening = visit("Screening", source="T1", target=after(14 * days, consented), window=window(-14, 0, source="T1", confirmed=False), made_by=screening_result)
last_visit = visit("Last visit", source="T4", target=after(30 * days, last_drug), window=window(-3, 7, source="A2", confirmed=False), made_by=visit_made, known_as=("last visit", "end"), forms=(visit_made, adverse_event), opens=follow_up)
visits = (in_screening, last_visit)

# The journey that goes by the plan, day 0 being the first day of the drug: `trialrun calendar` prints it. ------------------------------------
by_the_plan = (nominal(-7, consent), nominal(-3, screening_result, age=50, ecog=1), nominal(0, drug_start, dose=10))

STUDY = study(
    "template",
    version=1,
    title="A study to begin from",
    begins=unasked,
    statements=statements, readings=readings, phases=phases, events=events, rules=rules, breaches=breaches, flags=flags, counts=counts,
    tallies=(adverse_events,), moments=moments, stopwatches=stopwatches, doses=doses, visits=visits, forms=forms, criteria=criteria,
    absence=absence("lost to follow-up", "lost", "T5"), standing=(shown("day_on_drug", drug_days, plus=1, at=on_drug), shown("times_held", holds)),
    nominal=by_the_plan, populations=populations, endpoints=endpoints, invariants=invariants,
    columns=columns, day_one=first_dose, enrolled=consent, survival=overall_survival,
)  # fmt: skip
