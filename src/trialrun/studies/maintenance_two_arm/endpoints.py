"""Endpoints, analysis sets and design of the invented study, as data. Every number is assumed."""

from trialrun.protocol.endpoints import assessed, best_of, column, endpoint, handled, happens, level, marked, marks, population, recorded, subgroups
from trialrun.protocol.language import at_screening, months

from .criteria import ecog, is_response
from .terms import cycles, dies, months_given, progressed_on, randomised_on, starts_maintenance

everyone = population("randomised", label="All randomised participants, as allocated", has=marked(randomised_on), source="E13")
treated = population("assessed", label="Randomised, with an assessment", has=assessed(), within=everyone, source="E13")
populations = (everyone, treated)

free_of_progression = endpoint(
    "progression-free survival", label="Progression-free survival", kind="time", population=everyone, source="E13", primary=True,
    starts=marked(randomised_on), events=(marked(progressed_on), happens(dies)), censors=(marked(randomised_on), assessed()),
    landmarks=(6 * months, 12 * months), ours="censored at the last assessment; treatment that ended early does not censor",
    handling=(
        handled("end of treatment without progression", "treatment policy", "followed until progression or death"),
        handled("withdrawal or loss", "hypothetical", "censored at the last assessment"),
    ),
)  # fmt: skip
overall_survival = endpoint(
    "overall survival", label="Overall survival", kind="time", population=everyone, source="E13", starts=marked(randomised_on),
    events=happens(dies), censors=recorded(), landmarks=(12 * months, 24 * months),
    handling=(handled("end of treatment", "treatment policy", "followed until death or month 36"),),
)  # fmt: skip
responds = endpoint("response", label="Response", kind="proportion", population=treated, source="E13", events=assessed(given=is_response))
endpoints = (free_of_progression, overall_survival, responds)
best_response = best_of("best response", "response", "stable", "progression", "not evaluable", of=responds, source="E13")
analyses = (
    best_response,
    subgroups("ECOG", level("0", at_screening(ecog) < 1), level("1", at_screening(ecog) >= 1), of=free_of_progression, source="E13", confirmed=False),
    marks(marked(progressed_on, words="progression"), happens(starts_maintenance, words="maintenance"), happens(dies, words="death"), source="E13"),
)

columns = (
    column("best_response", best_response), column("cycles", cycles), column("maintenance_months", months_given),
    column("progression_day", marked(progressed_on)), column("death_day", happens(dies)), column("last_day", "last seen"), column("end_reason", "end"),
)  # fmt: skip
